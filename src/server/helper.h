/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's end of a helper program (confine/helper.h): work for a process
 * that reads foreign input and holds nothing. It is started once, before the
 * core may start nothing any more, and makes a process of each work; one that
 * crashes takes nothing with it.
 */
#ifndef SERVER_HELPER_H
#define SERVER_HELPER_H

#include "base/err.h"
#include "base/loop.h"

struct helper;

enum {
    HELPER_WORKS_MAX = 32, /* at a time: each is a process */
};

/* The program holdfast-NAME, built from src/NAME; name stays the caller's.
 * E_UNSUPPORTED when it is not installed. */
int helper_start(const char *name, struct helper **out,
                 struct err *err) MUST_CHECK;
/* Work that is under way goes on; after it the program ends. */
void helper_free(struct helper *helper);

struct helper_work;
/* fd is the output at its start, the callee's then; -1 with rc < 0 and *err:
 * E_IO when it failed or crashed, E_LIMIT when it took too long. */
typedef void helper_done(void *ctx, int rc, int fd, const struct err *err);

struct helper_order {
    struct loop *loop;
    int fd; /* the input; stays the caller's */
    int64_t timeout_ms;
    helper_done *done; /* never called before helper_ask() returns */
    void *ctx;
};
/* NULL with *err: E_LIMIT while HELPER_WORKS_MAX are under way. */
struct helper_work *helper_ask(struct helper *helper,
                               const struct helper_order *order,
                               struct err *err) MUST_CHECK;
/* done is not called any more; what is made meanwhile is thrown away. */
void helper_cancel(struct helper_work *work);

#endif
