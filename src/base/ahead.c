/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ahead_int.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "base/mem.h"

struct piece {
    size_t n;
    uint8_t bytes[AHEAD_SIZE];
};

/* Pieces head..head+count are full. The last one made is empty, or `error`
 * says why there is no more. */
struct ahead {
    struct ahead_source source;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned head;
    unsigned count;
    bool stop;
    bool end; /* no piece will follow */
    struct err error;
    size_t at; /* bytes of the first piece already given out */
    struct piece pieces[AHEAD_PIECES];
};

unsigned ahead_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) < 0)
        return 1;
    return (unsigned)CPU_COUNT(&set);
}

bool ahead_thread(void *(*work)(void *ctx), void *ctx, pthread_t *out_thread)
{
    sigset_t all;
    sigset_t old;
    int rc;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    rc = pthread_create(out_thread, NULL, work, ctx);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc == 0;
}

static void *work(void *ctx)
{
    struct ahead *a = ctx;

    pthread_mutex_lock(&a->lock);
    while (!a->stop && !a->end) {
        struct piece *piece;
        int rc;

        if (a->count == AHEAD_PIECES) {
            pthread_cond_wait(&a->changed, &a->lock);
            continue;
        }
        piece = &a->pieces[(a->head + a->count) % AHEAD_PIECES];
        pthread_mutex_unlock(&a->lock);
        piece->n = 0;
        rc = a->source.make(a->source.ctx, piece->bytes, AHEAD_SIZE, &piece->n,
                            &a->error);
        pthread_mutex_lock(&a->lock);
        a->end = rc < 0 || piece->n == 0;
        a->count += !a->end;
        pthread_cond_signal(&a->changed);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

struct ahead *ahead_new(struct ahead_source source)
{
    struct ahead *a;

    if (ahead_processors() < 2)
        return NULL;
    a = mem_alloc(1, sizeof(*a));
    a->source = source;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    if (ahead_thread(work, a, &a->thread))
        return a;
    mem_free(a);
    return NULL;
}

static void drop_piece(struct ahead *a)
{
    a->at = 0;
    pthread_mutex_lock(&a->lock);
    a->head = (a->head + 1) % AHEAD_PIECES;
    a->count--;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

int ahead_read(struct ahead *a, uint8_t *out, size_t size, size_t *out_n,
               struct err *err)
{
    const struct piece *piece = &a->pieces[a->head];
    bool end;

    pthread_mutex_lock(&a->lock);
    while (a->count == 0 && !a->end)
        pthread_cond_wait(&a->changed, &a->lock);
    end = a->count == 0;
    pthread_mutex_unlock(&a->lock);
    *out_n = 0;
    if (end) {
        if (a->error.code < 0 && err != NULL)
            *err = a->error;
        return a->error.code;
    }
    if (size > piece->n - a->at)
        size = piece->n - a->at;
    memcpy(out, piece->bytes + a->at, size);
    a->at += size;
    *out_n = size;
    if (a->at == piece->n)
        drop_piece(a);
    return 0;
}

void ahead_free(struct ahead *a)
{
    if (a == NULL)
        return;
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->changed);
    mem_free(a);
}
