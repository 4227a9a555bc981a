/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netdevs.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/netdev_deploy.h"
#include "fleet/netdev_schedule.h"
#include "server/cluster.h"
#include "server/config.h"
#include "server/netdevs_int.h"

#define NODE STR("leader")

enum {
    SESSIONS_DEFAULT = 64,
    CLAIM_AT_ONCE = 64,
};

/* --- What runs --------------------------------------------------------------
 */

struct running *running_find(const struct netdevs_core *n, int64_t session)
{
    for (struct running *r = n->running; r != NULL; r = r->next)
        if (r->session == session)
            return r;
    return NULL;
}

static void running_free(struct running *running)
{
    jval_free(running->steps);
    mem_free(running);
}

void running_drop(struct netdevs_core *n, struct running *running)
{
    struct running **at = &n->running;

    while (*at != running)
        at = &(*at)->next;
    *at = running->next;
    n->count--;
    running_free(running);
}

size_t running_count(const struct netdevs_core *n, const struct family *family)
{
    size_t count = 0;

    for (const struct running *r = n->running; r != NULL; r = r->next)
        count += r->family == family;
    return count;
}

const struct jval *netdevs_steps(const struct core *core, int64_t session)
{
    const struct running *running =
        core->netdevs == NULL ? NULL : running_find(core->netdevs, session);

    return running == NULL ? NULL : running->steps;
}

/* --- Beginning --------------------------------------------------------------
 */

static int run_in(struct core *core,
                  int (*fn)(struct core *, void *, struct err *), void *ctx,
                  struct err *err)
{
    int rc = db_begin(core->db, err);

    if (rc < 0)
        return rc;
    rc = fn(core, ctx, err);
    if (rc == 0)
        return db_commit(core->db, err);
    db_rollback(core->db);
    return rc;
}

struct claiming {
    struct netdev_claim claim;
    struct arena *arena;
    struct netdev_sessions sessions;
};

static int claim(struct core *core, void *ctx, struct err *err)
{
    struct claiming *c = ctx;

    return netdev_session_claim(core->db, &c->claim, c->arena, &c->sessions,
                                err);
}

static int defer(struct core *core, void *ctx, struct err *err)
{
    const int64_t *what = ctx;

    return netdev_session_defer(core->db, what[0], what[1], err);
}

static int put_back(struct core *core, int64_t session, int64_t now,
                    struct err *err)
{
    int64_t what[2] = { session, now + 1 };

    return run_in(core, defer, what, err);
}

struct beginning {
    const struct netdev_session *session;
    int64_t now;
    bool is_off; /* its change was cancelled a moment ago */
};

static int note_running(struct core *core, void *ctx, struct err *err)
{
    struct beginning *b = ctx;
    struct netdev_session off = { .id = b->session->id,
                                  .result = NETDEV_CANCELLED,
                                  .text = STR("the change was cancelled") };
    int rc = netdev_change_note(core->db,
                                &(struct netdev_change_end){
                                    .change = b->session->change,
                                    .state = STR("running"),
                                },
                                err);

    b->is_off = rc == 1;
    return rc == 1 ? netdev_session_end(core->db, &off, STR(""), b->now, err)
                   : rc;
}

/* R-COM-15: no more of a type at a time than its limit. */
static bool is_too_many(const struct netdevs_core *n,
                        const struct running *running, int64_t at_once)
{
    return at_once > 0 && running_count(n, running->family) >= (size_t)at_once;
}

static int begin(struct core *core, const struct netdev_session *session,
                 int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdevs_core *n = core->netdevs;
    struct running *running = mem_alloc(1, sizeof(*running));
    struct beginning beginning = { session, now, false };
    struct netdev_order order = { 0 };
    int64_t at_once = 0;
    int rc;

    *running = (struct running){ .session = session->id,
                                 .org = session->org,
                                 .device = session->device,
                                 .change = session->change,
                                 .tries = session->tries,
                                 .touched = session->touched,
                                 .steps = jval_new_array() };
    rc = order_make(core, session, &arena, &order, running, err);
    at_once = rc > 0 ? rc : 0;
    if (rc >= 0 && is_too_many(n, running, at_once)) {
        running_free(running);
        return put_back(core, session->id, now, err);
    }
    if (rc >= 0 && session->change != 0)
        rc = run_in(core, note_running, &beginning, err);
    if (rc < 0 || beginning.is_off) {
        running_free(running);
        return rc;
    }
    if (n->send(n->ctx, NETDEV_SEND_ORDER, &order, err) < 0) {
        running_free(running);
        return put_back(core, session->id, now, err);
    }
    running->next = n->running;
    n->running = running;
    n->count++;
    netdevs_publish(core, running, "started");
    return 0;
}

static int take_up(struct core *core, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdevs_core *n = core->netdevs;
    size_t room = n->max > n->count ? n->max - n->count : 0;
    struct claiming c = {
        .claim = { NODE, now,
                   (int64_t)(room > CLAIM_AT_ONCE ? CLAIM_AT_ONCE : room) },
        .arena = &arena,
    };
    int rc = 0;

    if (room > 0)
        rc = run_in(core, claim, &c, err);
    for (size_t i = 0; rc == 0 && i < c.sessions.all.n; i++) {
        const struct netdev_session *session = &c.sessions.all.p[i];
        struct err why = { 0 };

        if (begin(core, session, now, &why) < 0)
            netdevs_fail(core, session, &why);
    }
    rc = rc < 0 ? rc : (int)c.sessions.all.n;
    netdev_sessions_clear(&c.sessions);
    return rc;
}

/* --- Losing -----------------------------------------------------------------
 */

static int plan_again(struct core *core, void *ctx, struct err *err)
{
    int rc = netdev_session_lost(core->db, ctx, err);

    return rc < 0 ? rc : netdev_change_sweep(core->db, clock_now(), err);
}

static int lost_all(struct core *core, str why, struct err *err)
{
    struct netdevs_core *n = core->netdevs;
    struct netdev_lost lost = { NODE, 0, why, clock_now() };

    while (n->running != NULL)
        running_drop(n, n->running);
    return run_in(core, plan_again, &lost, err);
}

void netdevs_lost(struct core *core)
{
    struct netdevs_core *n = core->netdevs;
    struct err err = { 0 };

    if (n == NULL)
        return;
    n->has_key = false;
    netdevs_reseal_forget(n);
    netdevs_unseal_lost(n);
    if (n->leads &&
        lost_all(core, STR("the process that talks to devices ended"), &err) <
            0) {
        log_error("netdev.not_planned", LOG_TEXT("why", str_c(err_text(&err))));
        n->leads = false; /* the next tick does it */
    }
}

/* --- The clock --------------------------------------------------------------
 */

/* Who leads anew takes over what the one before left running. */
static int look_who_leads(struct core *core, struct err *err)
{
    struct netdevs_core *n = core->netdevs;
    bool leads = cluster_leads(core);
    int rc = 0;

    if (leads && !n->leads)
        rc = lost_all(core, STR("the server ended"), err);
    if (!leads && n->leads)
        for (const struct running *r = n->running; r != NULL; r = r->next)
            netdevs_stop(core, r->session);
    if (rc == 0)
        n->leads = leads;
    return rc;
}

/* What came due is planned also while the process is away. One that fails
 * holds nothing else up: the next look tries it again. */
static void look_at_schedules(struct core *core, int64_t now)
{
    struct netdevs_core *n = core->netdevs;
    struct err err = { 0 };
    int rc;

    if (now >= n->schedules_at && now - n->schedules_at < NETDEVS_SCHEDULES_S)
        return;
    n->schedules_at = now;
    rc = netdev_schedules_look(core->db, now, &err);
    if (rc < 0)
        log_error("netdev.schedules", LOG_TEXT("why", str_c(err_text(&err))));
    if (rc > 0)
        log_info("netdev.scheduled", LOG_I64("sessions", rc));
}

/* What fails there holds no session up. */
static void look_at_deployments(struct core *core, int64_t now)
{
    struct err err = { 0 };

    if (netdev_deploys_look(core->db, now, &err) < 0)
        log_error("netdev.deployments", LOG_TEXT("why", str_c(err_text(&err))));
}

/* --- What people on other servers ask and see --------------------------------
 */

static void stop_one(void *ctx, int64_t session)
{
    netdevs_stop(ctx, session);
}

static int end_stopped(struct core *core, void *ctx, struct err *err)
{
    const int64_t *now = ctx;
    int rc = netdev_session_stopped(core->db, *now, err);

    return rc > 0 ? netdev_change_sweep(core->db, *now, err) : rc;
}

static int look_at_stops(struct core *core, int64_t now, struct err *err)
{
    int rc = netdev_session_stopping(core->db, stop_one, core, err);

    return rc < 0 ? rc : run_in(core, end_stopped, &now, err);
}

/* Steps so far, for those who ask another server. */
static int keep_steps(struct core *core, struct err *err)
{
    int rc = 0;

    if (db_engine(core->db) == DB_SQLITE)
        return 0;
    for (struct running *r = core->netdevs->running; rc == 0 && r != NULL;
         r = r->next) {
        AUTO(buf_clear) struct buf steps = BUF(NETDEV_STEPS_MAX);

        if (jval_count(r->steps) == r->kept)
            continue;
        r->kept = jval_count(r->steps);
        jval_print(r->steps, &steps);
        if (!steps.over)
            rc = netdev_session_steps(core->db, r->session, buf_str(&steps),
                                      err);
    }
    return rc;
}

int netdevs_tick(struct core *core, int64_t now, struct err *err)
{
    struct netdevs_core *n = core->netdevs;
    int rc = look_who_leads(core, err);

    if (rc < 0 || !n->leads)
        return rc;
    rc = look_at_stops(core, now, err);
    if (rc == 0)
        rc = keep_steps(core, err);
    if (rc < 0)
        return rc;
    look_at_schedules(core, now);
    if (rc == 0 && n->has_key && !n->resealing.waits)
        rc = netdevs_reseal(core, err);
    if (rc < 0 || !n->has_key)
        return rc;
    look_at_deployments(core, now);
    do
        rc = take_up(core, now, err);
    while (rc == CLAIM_AT_ONCE);
    return rc < 0 ? rc : 0;
}

static void look(struct netdevs_core *n)
{
    struct err err = { 0 };

    if (netdevs_tick(n->core, clock_now(), &err) < 0) /* the next one again */
        log_error("netdev.tick", LOG_TEXT("why", str_c(err_text(&err))));
}

static void on_tick(void *ctx)
{
    struct netdevs_core *n = ctx;

    n->tick = loop_timer(n->core->loop, NETDEVS_TICK_MS, on_tick, n);
    look(n);
}

static void on_soon(void *ctx)
{
    struct netdevs_core *n = ctx;

    n->soon = NULL;
    look(n);
}

void netdevs_kick(struct core *core)
{
    struct netdevs_core *n = core->netdevs;

    if (n != NULL && core->loop != NULL && n->soon == NULL)
        n->soon = loop_timer(core->loop, 0, on_soon, n);
}

void netdevs_stop(struct core *core, int64_t session)
{
    struct netdevs_core *n = core->netdevs;
    struct running *running = n == NULL ? NULL : running_find(n, session);

    if (running != NULL && !running->stops)
        running->stops = n->send(n->ctx, NETDEV_SEND_STOP,
                                 &(struct netdev_number){ session }, NULL) == 0;
}

/* --- The process is there ---------------------------------------------------
 */

int netdevs_keys(struct core *core, const struct netdev_keys *keys,
                 struct err *err)
{
    struct netdevs_core *n = core->netdevs;
    const struct order_text *first = keys->keys.p;

    if (keys->keys.n == 0 || first->text.n != BOX_KEY_BYTES)
        return err_set(err, E_INVALID, "a key has %d bytes", BOX_KEY_BYTES);
    memcpy(n->key.bytes, first->text.p, BOX_KEY_BYTES);
    n->has_key = true;
    netdevs_kick(core);
    return 0;
}

int netdevs_key(struct core *core, struct box_public *out, struct err *err)
{
    if (core->netdevs == NULL || !core->netdevs->has_key)
        return err_set(err, E_ABSENT,
                       "the process that keeps the secrets is away; try again "
                       "in a moment");
    *out = core->netdevs->key;
    return 0;
}

void netdevs_on_end(struct core *core, netdevs_ended_fn *fn)
{
    struct netdevs_core *n = core->netdevs;

    if (n != NULL && n->ended_count < NETDEVS_ENDED_MAX)
        n->ended[n->ended_count++] = fn;
}

struct netdevs_core *netdevs_new(struct core *core, netdevs_send_fn *send,
                                 void *ctx)
{
    struct netdevs_core *n = mem_alloc(1, sizeof(*n));

    n->core = core;
    n->send = send;
    n->ctx = ctx;
    n->max = core->config != NULL && core->config->netdev_sessions > 0
                 ? (size_t)core->config->netdev_sessions
                 : SESSIONS_DEFAULT;
    if (core->loop != NULL)
        n->tick = loop_timer(core->loop, NETDEVS_TICK_MS, on_tick, n);
    return n;
}

void netdevs_free(struct netdevs_core *n)
{
    if (n == NULL)
        return;
    loop_remove(n->tick);
    loop_remove(n->soon);
    netdevs_unseal_free(n);
    netdevs_reseal_forget(n);
    while (n->running != NULL)
        running_drop(n, n->running);
    mem_free(n);
}
