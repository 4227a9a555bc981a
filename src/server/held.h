/* SPDX-License-Identifier: Apache-2.0
 *
 * The way of answers back to the front, and requests that are answered later.
 *
 * A frontier is what the core process knows of the front: four functions. In
 * the daemon they write to the channel (server/core_front.c); a unit test
 * keeps what it is given.
 *
 * A held request is owned by who holds it until held_answer() or held_end(),
 * or until `gone` was called; each of the three releases it.
 */
#ifndef SERVER_HELD_H
#define SERVER_HELD_H

#include "server/route.h"

struct frontier {
    void *ctx;
    void (*answer)(void *ctx, uint64_t request, struct response *res);
    void (*stream)(void *ctx, uint64_t request, const char *content_type);
    void (*send)(void *ctx, uint64_t request, str piece);
    void (*end)(void *ctx, uint64_t request);
    struct held **held; /* open ones, by slot; NULL: free slot */
    size_t count;
    size_t free_slot; /* a hint */
};

void frontier_clear(struct frontier *frontier); /* releases what is held */
/* The client of a request went away: its holder is told. */
void frontier_gone(struct frontier *frontier, uint64_t request);
/* The front ended: all of them went away. */
void frontier_gone_all(struct frontier *frontier);
size_t frontier_held(const struct frontier *frontier);

#endif
