/* SPDX-License-Identifier: Apache-2.0
 *
 * One order of the core (proto/saml.h), from end to end. The result's texts
 * live in the arena.
 */
#ifndef SAML_WORK_H
#define SAML_WORK_H

#include "proto/saml.h"

/* Never fails: what is wrong is in out->code and out->text. */
void saml_work(const struct saml_order *order, struct arena *arena,
               struct saml_result *out);

#endif
