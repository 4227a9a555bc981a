/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a signature: one reference, to the very element it stands in;
 * enveloped, exclusively canonical; algorithms of a closed list.
 */
#ifndef SAML_SIGNATURE_INT_H
#define SAML_SIGNATURE_INT_H

#include "saml/tree.h"

/* Of the ds:Signature child of an element. */
int signature_form(const struct node *owner, bool sha1,
                   struct err *err) MUST_CHECK;

#endif
