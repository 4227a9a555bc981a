/* SPDX-License-Identifier: Apache-2.0
 *
 * The courier process: runs errands (server/errand.h). HTTP goes through the
 * loop; what blocks (LDAP, mail) runs in a child a errand, which also keeps a
 * crash in those libraries to one errand. A child is killed after its time.
 */
#ifndef SERVER_COURIER_RUN_H
#define SERVER_COURIER_RUN_H

#include "base/loop.h"
#include "server/errand.h"

struct runner;

typedef void runner_answer(void *ctx, const struct errand_return *answer);
/* allow: networks besides the public ones (http/address.h); kept by the
 * caller. */
struct runner *runner_new(struct loop *loop, str allow, runner_answer *answer,
                          void *ctx);
void runner_free(struct runner *runner); /* ends what runs */

/* What the errand points to is not needed afterwards. The answer may come
 * before they return. */
void runner_fetch(struct runner *runner, const struct errand_fetch *errand);
void runner_ldap(struct runner *runner, const struct errand_ldap *errand);
void runner_mail(struct runner *runner, const struct errand_mail *errand);
void runner_wake(struct runner *runner, const struct errand_wake *errand);

#endif
