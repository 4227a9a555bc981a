/* SPDX-License-Identifier: Apache-2.0
 *
 * The URL that a log-in begins with: an AuthnRequest in the redirect binding
 * (SAML 2.0 Bindings 3.4), signed when there is a key. Pure but for the
 * signature.
 */
#ifndef SAML_REQUEST_H
#define SAML_REQUEST_H

#include "proto/saml.h"
#include "saml/provider.h"

int request_url(const struct saml_order *order, const struct provider *provider,
                struct arena *arena, str *out, struct err *err) MUST_CHECK;

#endif
