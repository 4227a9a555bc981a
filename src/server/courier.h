/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's end of the courier: errands out (server/errand.h), answers by
 * callback. In the daemon `send` writes to the channel; a test runs the
 * errands in its own loop (server/courier_run.h).
 *
 * Every errand is answered exactly once, unless it was forgotten: also when
 * the courier ends (E_IO) or never answers (E_IO after its time).
 */
#ifndef SERVER_COURIER_H
#define SERVER_COURIER_H

#include "base/loop.h"
#include "server/errand.h"

struct courier;

enum errand_kind {
    ERRAND_FETCH,
    ERRAND_LDAP,
    ERRAND_MAIL,
    ERRAND_WAKE,
};

enum {
    COURIER_WAITING_MAX = 256, /* errands at a time; E_LIMIT past it */
};

/* errand: a struct errand_fetch, errand_ldap, errand_mail or errand_wake. */
typedef int courier_send(void *ctx, enum errand_kind kind, const void *errand,
                         struct err *err);
struct courier *courier_new(struct loop *loop, courier_send *send, void *ctx);
void courier_free(struct courier *courier); /* no callback is called */

/* answer->code is 0 or the error, answer->text its sentence; it lives until
 * the callback returns. */
typedef void courier_done(void *ctx, const struct errand_return *answer);

/* Sets errand->id and sends it; what it points to is not needed afterwards.
 * done is never called before this returns. */
int courier_fetch(struct courier *courier, struct errand_fetch *errand,
                  courier_done *done, void *ctx, struct err *err) MUST_CHECK;
int courier_ldap(struct courier *courier, struct errand_ldap *errand,
                 courier_done *done, void *ctx, struct err *err) MUST_CHECK;
int courier_mail(struct courier *courier, struct errand_mail *errand,
                 courier_done *done, void *ctx, struct err *err) MUST_CHECK;
int courier_wake(struct courier *courier, struct errand_wake *errand,
                 courier_done *done, void *ctx, struct err *err) MUST_CHECK;
/* Its callback is not called any more. */
void courier_forget(struct courier *courier, int64_t id);

/* What came from the courier. E_INVALID when nobody waits for it, which for
 * a forgotten errand is no fault. */
void courier_answer(struct courier *courier,
                    const struct errand_return *answer);
/* The courier ended: all that wait get E_IO. */
void courier_lost(struct courier *courier);

#endif
