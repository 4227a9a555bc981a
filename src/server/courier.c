/* SPDX-License-Identifier: Apache-2.0 */
#include "server/courier.h"

#include "base/mem.h"

enum {
    GRACE_MS = 5000 /* the courier itself gives up first */
};

struct waiting {
    struct courier *courier;
    struct waiting *next;
    int64_t id;
    courier_done *done;
    void *ctx;
    struct loop_watch *timer;
};

struct courier {
    struct loop *loop;
    courier_send *send;
    void *ctx;
    struct waiting *first;
    size_t count;
    int64_t last_id;
};

struct courier *courier_new(struct loop *loop, courier_send *send, void *ctx)
{
    struct courier *courier = mem_alloc(1, sizeof(*courier));

    courier->loop = loop;
    courier->send = send;
    courier->ctx = ctx;
    return courier;
}

/* Out of the list; the caller releases it. */
static struct waiting *take(struct courier *courier, int64_t id)
{
    for (struct waiting **at = &courier->first; *at != NULL;
         at = &(*at)->next) {
        struct waiting *found = *at;

        if (found->id != id)
            continue;
        *at = found->next;
        courier->count--;
        loop_remove(found->timer);
        return found;
    }
    return NULL;
}

void courier_free(struct courier *courier)
{
    if (courier == NULL)
        return;
    while (courier->first != NULL)
        courier_forget(courier, courier->first->id);
    mem_free(courier);
}

void courier_forget(struct courier *courier, int64_t id)
{
    mem_free(take(courier, id));
}

void courier_answer(struct courier *courier, const struct errand_return *answer)
{
    struct waiting *found = take(courier, answer->id);

    if (found == NULL)
        return;
    found->done(found->ctx, answer);
    mem_free(found);
}

static void fail(struct courier *courier, int64_t id, str why)
{
    courier_answer(courier, &(struct errand_return){
                                .id = id, .code = E_IO, .text = why });
}

void courier_lost(struct courier *courier)
{
    int64_t last = courier->last_id;

    /* A callback may send another errand: that one is not lost. */
    for (struct waiting *at = courier->first; at != NULL;) {
        int64_t id = at->id;

        at = at->next;
        if (id <= last) {
            fail(courier, id, STR("the courier process ended"));
            at = courier->first;
            while (at != NULL && at->id > last)
                at = at->next;
        }
    }
}

static void too_late(void *ctx)
{
    struct waiting *waiting = ctx;

    waiting->timer = NULL;
    fail(waiting->courier, waiting->id, STR("the courier did not answer"));
}

/* Before it is sent, so that an answer finds it. */
static int wait_for(struct courier *courier, int64_t *out_id,
                    int64_t timeout_ms, struct err *err)
{
    struct waiting *waiting;

    if (courier == NULL)
        return err_set(err, E_IO, "there is no courier process");
    if (courier->count >= COURIER_WAITING_MAX)
        return err_set(err, E_LIMIT, "too much waits for the network already");
    waiting = mem_alloc(1, sizeof(*waiting));
    waiting->courier = courier;
    waiting->id = ++courier->last_id;
    waiting->next = courier->first;
    courier->first = waiting;
    courier->count++;
    waiting->timer =
        loop_timer(courier->loop, timeout_ms + GRACE_MS, too_late, waiting);
    *out_id = waiting->id;
    return 0;
}

static int send_off(struct courier *courier, enum errand_kind kind,
                    const void *errand, int64_t id, struct err *err)
{
    int rc = courier->send(courier->ctx, kind, errand, err);

    if (rc < 0)
        courier_forget(courier, id);
    return rc;
}

static void then(struct courier *courier, int64_t id, courier_done *done,
                 void *ctx)
{
    for (struct waiting *at = courier->first; at != NULL; at = at->next) {
        if (at->id == id) {
            at->done = done;
            at->ctx = ctx;
        }
    }
}

int courier_fetch(struct courier *courier, struct errand_fetch *errand,
                  courier_done *done, void *ctx, struct err *err)
{
    int rc = wait_for(courier, &errand->id, errand->timeout_ms, err);

    if (rc < 0)
        return rc;
    then(courier, errand->id, done, ctx);
    return send_off(courier, ERRAND_FETCH, errand, errand->id, err);
}

int courier_ldap(struct courier *courier, struct errand_ldap *errand,
                 courier_done *done, void *ctx, struct err *err)
{
    int rc = wait_for(courier, &errand->id, errand->timeout_ms, err);

    if (rc < 0)
        return rc;
    then(courier, errand->id, done, ctx);
    return send_off(courier, ERRAND_LDAP, errand, errand->id, err);
}

int courier_mail(struct courier *courier, struct errand_mail *errand,
                 courier_done *done, void *ctx, struct err *err)
{
    int rc = wait_for(courier, &errand->id, errand->timeout_ms, err);

    if (rc < 0)
        return rc;
    then(courier, errand->id, done, ctx);
    return send_off(courier, ERRAND_MAIL, errand, errand->id, err);
}

int courier_wake(struct courier *courier, struct errand_wake *errand,
                 courier_done *done, void *ctx, struct err *err)
{
    int rc = wait_for(courier, &errand->id, errand->timeout_ms, err);

    if (rc < 0)
        return rc;
    then(courier, errand->id, done, ctx);
    return send_off(courier, ERRAND_WAKE, errand, errand->id, err);
}
