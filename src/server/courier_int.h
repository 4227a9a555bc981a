/* SPDX-License-Identifier: Apache-2.0
 *
 * What blocks: done in a child of the courier.
 */
#ifndef SERVER_COURIER_INT_H
#define SERVER_COURIER_INT_H

#include "server/errand.h"

/* Fills out->entries, in the arena. */
int courier_do_ldap(const struct errand_ldap *errand, str allow,
                    struct arena *arena, struct errand_return *out,
                    struct err *err) MUST_CHECK;
int courier_do_mail(const struct errand_mail *errand, str allow,
                    struct err *err) MUST_CHECK;

#endif
