/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes made in a thread of their own, ahead of the one that uses them, by
 * at most AHEAD_PIECES pieces.
 */
#ifndef BASE_AHEAD_INT_H
#define BASE_AHEAD_INT_H

#include <pthread.h>

#include "base/str.h"

enum {
    AHEAD_PIECES = 4,
    AHEAD_SIZE = 128 * 1024
};

/* Called in the other thread only, until it gives no bytes or an error. */
struct ahead_source {
    int (*make)(void *ctx, uint8_t *out, size_t size, size_t *out_n,
                struct err *err);
    void *ctx;
};

/* NULL when there is no other processor or no thread to be had. */
struct ahead;
struct ahead *ahead_new(struct ahead_source source);
int ahead_read(struct ahead *ahead, uint8_t *out, size_t size, size_t *out_n,
               struct err *err) MUST_CHECK;
void ahead_free(struct ahead *ahead);

/* Processors that this process may use. */
unsigned ahead_processors(void);

/* Starts a thread that takes no signals; false when there is none. */
bool ahead_thread(void *(*work)(void *ctx), void *ctx, pthread_t *out_thread);

#endif
