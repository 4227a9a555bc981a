/* SPDX-License-Identifier: Apache-2.0 */
#include "server/held.h"

#include <assert.h>

#include "base/mem.h"
#include "server/answer_int.h"
#include "server/core.h"

struct held {
    struct frontier *frontier;
    size_t slot;
    uint64_t request;
    bool streams;
    const struct route *route;
    enum words_language language;
    void (*gone)(void *ctx);
    void *ctx;
};

/* A slot that is free, found from the hint on; the table doubles. */
static size_t free_slot(struct frontier *frontier)
{
    size_t grown;

    for (size_t i = frontier->free_slot; i < frontier->count; i++) {
        if (frontier->held[i] == NULL)
            return i;
    }
    grown = frontier->count < 8 ? 16 : frontier->count * 2;
    frontier->held = mem_resize(frontier->held, grown, sizeof(struct held *));
    memset(frontier->held + frontier->count, 0,
           (grown - frontier->count) * sizeof(struct held *));
    frontier->free_slot = frontier->count;
    frontier->count = grown;
    return frontier->free_slot;
}

struct held *request_hold(struct request *req, void (*gone)(void *ctx),
                          void *ctx)
{
    struct frontier *frontier = req->core->front;
    struct held *held = mem_alloc(1, sizeof(*held));

    assert(frontier != NULL);
    held->frontier = frontier;
    held->request = req->front;
    held->route = req->route;
    held->language = request_language(req);
    held->gone = gone;
    held->ctx = ctx;
    held->slot = free_slot(frontier);
    frontier->held[held->slot] = held;
    frontier->free_slot = held->slot + 1;
    return held;
}

static void release(struct held *held)
{
    struct frontier *frontier = held->frontier;

    frontier->held[held->slot] = NULL;
    if (held->slot < frontier->free_slot)
        frontier->free_slot = held->slot;
    mem_free(held);
}

void held_answer(struct held *held, struct response *res)
{
    assert(!held->streams);
    response_translate(held->route, res, held->language);
    response_finish(NULL, res);
    held->frontier->answer(held->frontier->ctx, held->request, res);
    response_clear(res);
    release(held);
}

void held_stream(struct held *held, const char *content_type)
{
    assert(!held->streams);
    held->streams = true;
    held->frontier->stream(held->frontier->ctx, held->request, content_type);
}

void held_send(struct held *held, str piece)
{
    assert(held->streams);
    held->frontier->send(held->frontier->ctx, held->request, piece);
}

void held_end(struct held *held)
{
    assert(held->streams);
    held->frontier->end(held->frontier->ctx, held->request);
    release(held);
}

/* The holder learns of it once; the handle dies first, so that what it does
 * then (another hold) finds the table in order. */
static void lose(struct held *held)
{
    void (*gone)(void *) = held->gone;
    void *ctx = held->ctx;

    release(held);
    if (gone != NULL)
        gone(ctx);
}

void frontier_gone(struct frontier *frontier, uint64_t request)
{
    for (size_t i = 0; i < frontier->count; i++) {
        if (frontier->held[i] != NULL &&
            frontier->held[i]->request == request) {
            lose(frontier->held[i]);
            return;
        }
    }
}

void frontier_gone_all(struct frontier *frontier)
{
    for (size_t i = 0; i < frontier->count; i++) {
        if (frontier->held[i] != NULL)
            lose(frontier->held[i]);
    }
}

size_t frontier_held(const struct frontier *frontier)
{
    size_t n = 0;

    for (size_t i = 0; i < frontier->count; i++)
        n += frontier->held[i] != NULL;
    return n;
}

void frontier_clear(struct frontier *frontier)
{
    frontier_gone_all(frontier);
    mem_free(frontier->held);
    frontier->held = NULL;
    frontier->count = frontier->free_slot = 0;
}
