/* SPDX-License-Identifier: Apache-2.0 */
#include "server/agents.h"

#include <assert.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "fleet/checkin.h"
#include "fleet/enrol.h"
#include "server/cluster.h"
#include "server/events.h"
#include "server/throttle.h"

enum {
    TICK_MS = 1000,
    FLUSH_EVERY_S = 5, /* each is one wait for the disk */
    EXPIRE_EVERY_S = 30,
    CLEAN_EVERY_S = 3600,
};

struct agent;
struct known_cert {
    struct device_cert cert;
    struct agent *agent;
    bool dead; /* revoked: the map keeps its key */
    struct known_cert *next;
};
struct agent {
    int64_t device; /* the key of by_device */
    int64_t org;
    struct known_cert *certs;
    struct agents *agents;
    struct held *held; /* its poll, or NULL */
    int64_t held_after;
    int64_t held_until;
    int64_t seen; /* last_seen that is not written yet; 0: none */
    struct throttle requests;
    struct throttle uploads;
};

struct agents {
    struct core *core;
    struct arena arena;
    struct agents_terms terms;
    VEC(struct agent *) all;
    struct map by_device;
    VEC(struct known_cert *) certs;
    struct map by_cert;
    VEC(struct agent *) seen; /* to be written */
    size_t held;
    int64_t flushed_at;
    int64_t expired_at;
    int64_t cleaned_at;
    struct loop_watch *timer;
    struct enrol_throttle *enrol;
    agents_inventory_fn *inventory[AGENTS_LISTENERS];
    agents_results_fn *results[AGENTS_LISTENERS];
};

static void on_timer(void *ctx)
{
    struct agents *agents = ctx;

    agents_tick(agents, clock_now());
    agents->timer = loop_timer(agents->core->loop, TICK_MS, on_timer, agents);
}

struct agents *agents_new(struct core *core, const struct agents_terms *terms)
{
    struct agents *agents = mem_alloc(1, sizeof(*agents));
    struct arena *arena = &agents->arena;

    agents->core = core;
    agents->terms = *terms;
    agents->terms.authority = arena_str(arena, terms->authority);
    agents->terms.content = arena_str(arena, terms->content);
    for (size_t i = 0; i < terms->key_count; i++)
        agents->terms.keys[i].key = arena_str(arena, terms->keys[i].key);
    agents->enrol = enrol_throttle_new();
    if (core->loop != NULL)
        agents->timer = loop_timer(core->loop, TICK_MS, on_timer, agents);
    return agents;
}

void agents_free(struct agents *agents)
{
    if (agents == NULL)
        return;
    loop_remove(agents->timer);
    for (size_t i = 0; i < agents->all.n; i++)
        mem_free(agents->all.p[i]);
    for (size_t i = 0; i < agents->certs.n; i++)
        mem_free(agents->certs.p[i]);
    vec_clear(&agents->all);
    vec_clear(&agents->certs);
    vec_clear(&agents->seen);
    map_clear(&agents->by_device);
    map_clear(&agents->by_cert);
    arena_clear(&agents->arena);
    enrol_throttle_free(agents->enrol);
    mem_free(agents);
}

const struct agents_terms *agents_terms(const struct agents *agents)
{
    return &agents->terms;
}

size_t agents_held(const struct agents *agents)
{
    return agents->held;
}

size_t agents_known(const struct agents *agents)
{
    return agents->all.n;
}

void agents_set_trust(struct agents *agents, str authority,
                      const uint8_t key[SIGN_PUBLIC_BYTES])
{
    struct agents_terms *terms = &agents->terms;
    str bytes = { (const char *)key, SIGN_PUBLIC_BYTES };

    /* A signer that came again says what it said before. */
    if (terms->key_count == 1 && str_eq(terms->keys[0].key, bytes) &&
        str_eq(terms->authority, authority))
        return;
    terms->authority = arena_str(&agents->arena, authority);
    terms->keys[0].key = arena_str(&agents->arena, bytes);
    terms->key_count = 1;
}

int agents_ready(struct request *req, struct err *err)
{
    if (req->core->agents->terms.key_count > 0)
        return 0;
    return refuse(req, 503, NULL, err, E_IO,
                  "the server is starting: try again");
}

/* --- whose certificate ------------------------------------------------ */

static str key_of(const int64_t *device)
{
    return (str){ (const char *)device, sizeof(*device) };
}

static struct agent *find_agent(struct agents *agents, int64_t device)
{
    uint32_t i = map_get(&agents->by_device, key_of(&device));

    return i == MAP_NONE ? NULL : agents->all.p[i];
}

static struct agent *add_agent(struct agents *agents, int64_t device,
                               int64_t org)
{
    struct agent *agent = find_agent(agents, device);

    if (agent != NULL)
        return agent;
    agent = mem_alloc(1, sizeof(*agent));
    agent->agents = agents;
    agent->device = device;
    agent->org = org;
    agent->requests = (struct throttle)THROTTLE(AGENT_REQUESTS_BURST);
    agent->uploads = (struct throttle)THROTTLE(AGENT_UPLOADS_BURST);
    map_add(&agents->by_device, key_of(&agent->device),
            (uint32_t)agents->all.n);
    *vec_push(&agents->all) = agent;
    return agent;
}

static void forget_certs(struct agent *agent, const struct known_cert *but)
{
    for (struct known_cert *c = agent->certs; c != NULL; c = c->next)
        c->dead = c->dead || c != but;
}

/* The first time a renewed certificate is used, the others end. */
static int note_use(struct agents *agents, struct known_cert *known,
                    int64_t now, struct err *err)
{
    int rc = db_begin(agents->core->db, err);

    if (rc == 0)
        rc = device_cert_used(agents->core->db, &known->cert, now, err);
    if (rc >= 0)
        rc = db_commit(agents->core->db, err);
    if (rc < 0) {
        db_rollback(agents->core->db);
        return rc;
    }
    known->cert.first_used = now;
    forget_certs(known->agent, known);
    return 0;
}

static struct known_cert *add_cert(struct agents *agents,
                                   const struct device_cert *cert)
{
    struct known_cert *known = mem_alloc(1, sizeof(*known));

    known->cert = *cert;
    known->agent = add_agent(agents, cert->device, cert->org);
    known->next = known->agent->certs;
    known->agent->certs = known;
    map_set(&agents->by_cert, str_c(known->cert.fingerprint),
            (uint32_t)agents->certs.n);
    *vec_push(&agents->certs) = known;
    return known;
}

static bool has_cert(const struct agent *agent)
{
    for (const struct known_cert *c = agent->certs; c != NULL; c = c->next)
        if (!c->dead)
            return true;
    return false;
}

int64_t agents_next(const struct agents *agents, size_t *at)
{
    while (agents != NULL && *at < agents->all.n) {
        const struct agent *agent = agents->all.p[(*at)++];

        if (has_cert(agent))
            return agent->device;
    }
    return 0;
}

bool agents_has(struct agents *agents, int64_t device)
{
    const struct agent *agent =
        agents != NULL ? find_agent(agents, device) : NULL;

    return agent != NULL && has_cert(agent);
}

/* One that was forgotten may be good again: a device that is in use again. */
static struct known_cert *known_again(struct agents *agents, uint32_t i,
                                      const struct device_cert *cert)
{
    struct known_cert *known;

    if (i == MAP_NONE)
        return add_cert(agents, cert);
    known = agents->certs.p[i];
    known->cert = *cert;
    known->dead = false;
    return known;
}

/* NULL in *out when it is none of ours. */
static int find_cert(struct agents *agents, str fingerprint, int64_t now,
                     struct known_cert **out, struct err *err)
{
    uint32_t i = map_get(&agents->by_cert, fingerprint);
    struct known_cert *known = i != MAP_NONE ? agents->certs.p[i] : NULL;
    struct device_cert cert = { 0 };
    int rc;

    *out = NULL;
    if (known != NULL && !known->dead) {
        if (known->cert.not_after > now)
            *out = known;
        return 0;
    }
    rc = device_cert_find(agents->core->db, fingerprint, now, &cert, err);
    if (rc == 0)
        *out = known_again(agents, i, &cert);
    return rc < 0 ? rc : 0;
}

int agents_identify(struct core *core, str fingerprint, int64_t now,
                    struct scope *out, struct err *err)
{
    struct known_cert *known = NULL;
    int rc = 0;

    if (core->agents != NULL)
        rc = find_cert(core->agents, fingerprint, now, &known, err);
    if (rc < 0)
        return rc;
    if (known == NULL)
        return err_set(err, E_PERM, "the certificate is of no device");
    if (known->cert.first_used == 0)
        rc = note_use(core->agents, known, now, err);
    if (rc < 0)
        return rc;
    *out = (struct scope){ .org = known->agent->org,
                           .device = known->agent->device,
                           .name = STR("device") };
    return 0;
}

bool agents_should_renew(struct agents *agents, int64_t device, int64_t now)
{
    struct agent *agent = find_agent(agents, device);

    for (const struct known_cert *c = agent != NULL ? agent->certs : NULL;
         c != NULL; c = c->next) {
        int64_t life = c->cert.not_after - c->cert.not_before;

        if (!c->dead)
            return now >= c->cert.not_before + life / 3 * 2;
    }
    return false;
}

/* --- how much --------------------------------------------------------- */

int agents_admit(struct request *req, bool upload, struct err *err)
{
    struct agents *agents = req->core->agents;
    struct agent *agent = add_agent(agents, req->scope.device, req->scope.org);

    agents_seen(agents, agent->device, req->now);
    if (throttle_take(&agent->requests, AGENT_REQUESTS_BURST,
                      1000 / AGENT_REQUESTS_RATE, req->now * 1000) &&
        (!upload ||
         throttle_take(&agent->uploads, AGENT_UPLOADS_BURST,
                       AGENT_UPLOAD_EVERY_S * 1000, req->now * 1000)))
        return 0;
    return refuse(req, 429, NULL, err, E_LIMIT,
                  "the device asks more than a device should");
}

bool agents_may_enrol(struct agents *agents, str peer, int64_t now)
{
    return enrol_throttle_open(agents->enrol, peer, now);
}

bool agents_enrol_failed(struct agents *agents, str peer, int64_t now,
                         int64_t *out_unlogged)
{
    return enrol_throttle_failed(agents->enrol, peer, now, out_unlogged);
}

/* --- last seen -------------------------------------------------------- */

void agents_seen(struct agents *agents, int64_t device, int64_t now)
{
    struct agent *agent = find_agent(agents, device);

    if (agent == NULL)
        return;
    if (agent->seen == 0)
        *vec_push(&agents->seen) = agent;
    agent->seen = now;
}

static int write_seen(struct agents *agents, struct err *err)
{
    struct db *db = agents->core->db;
    int rc = db_begin(db, err);

    for (size_t i = 0; rc == 0 && i < agents->seen.n; i++) {
        const struct agent *agent = agents->seen.p[i];

        rc = db_run(db,
                    "UPDATE device SET last_seen = $2 WHERE id = $1 AND"
                    " last_seen < $2",
                    DB_ARGS(db_i64(agent->device), db_i64(agent->seen)), err);
        rc = rc < 0 ? rc : 0;
    }
    return rc < 0 ? rc : db_commit(db, err);
}

static void flush_seen(struct agents *agents)
{
    struct err err = { 0 };

    if (agents->seen.n == 0)
        return;
    if (write_seen(agents, &err) < 0) {
        db_rollback(agents->core->db);
        log_error("agents.seen_not_written",
                  LOG_TEXT("error", str_c(err_text(&err))));
    }
    for (size_t i = 0; i < agents->seen.n; i++)
        agents->seen.p[i]->seen = 0;
    agents->seen.n = 0;
}

/* --- polls ------------------------------------------------------------ */

int respond_message(struct response *res, const struct wire_shape *shape,
                    const void *value, struct err *err)
{
    res->content_type = "application/x-holdfast";
    return message_pack(shape, value, &res->body, err);
}

static struct held *let_go(struct agent *agent)
{
    agent->agents->held--;
    return TAKE(agent->held);
}

static void poll_gone(void *ctx)
{
    (void)let_go(ctx);
}

/* Answers with the jobs there are; without any only when `empty`. */
static void answer_poll(struct agent *agent, bool empty, int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct job_poll poll = { agent->device, agent->held_after };
    struct signed_jobs jobs = { { NULL, 0 } };
    struct err err = { 0 };
    struct response res;
    int rc =
        job_for_agent(agent->agents->core->db, &poll, now, &arena, &jobs, &err);

    if (rc == 0 && jobs.jobs.n == 0 && !empty)
        return;
    response_init(&res);
    if (rc == 0)
        rc = respond_message(&res, &shape_signed_jobs, &jobs, &err);
    if (rc < 0) {
        log_error("agents.poll", LOG_TEXT("error", str_c(err_text(&err))));
        respond_problem(&res, 500, NULL, "the server failed");
    }
    held_answer(let_go(agent), &res);
}

static void refuse_poll(struct agent *agent)
{
    struct response res;

    response_init(&res);
    respond_problem(&res, 403, NULL, "the certificate is of no device");
    held_answer(let_go(agent), &res);
}

void agents_hold(struct request *req, int64_t after, int64_t wait_s)
{
    struct agents *agents = req->core->agents;
    struct agent *agent = add_agent(agents, req->scope.device, req->scope.org);

    if (agent->held != NULL)
        answer_poll(agent, true, req->now);
    agent->held_after = after;
    agent->held_until = req->now + wait_s;
    agent->held = request_hold(req, poll_gone, agent);
    agents->held++;
}

static struct agent *agent_here(struct core *core, int64_t device)
{
    return core->agents != NULL ? find_agent(core->agents, device) : NULL;
}

static bool wake(struct core *core, int64_t device)
{
    struct agent *agent = agent_here(core, device);

    assert(!db_in_transaction(core->db));
    if (agent == NULL || agent->held == NULL)
        return false;
    answer_poll(agent, false, clock_now());
    return true;
}

void agents_wake_here(struct core *core, int64_t device)
{
    (void)wake(core, device);
}

/* A poll that is not here may be held by another server. */
void agents_wake(struct core *core, int64_t device)
{
    if (!wake(core, device))
        cluster_tell(core, CLUSTER_WAKE, device);
}

void agents_wake_all(struct core *core)
{
    for (size_t i = 0; core->agents != NULL && i < core->agents->all.n; i++)
        (void)wake(core, core->agents->all.p[i]->device);
}

void agents_forget_here(struct core *core, int64_t device)
{
    struct agent *agent = agent_here(core, device);

    if (agent == NULL)
        return;
    forget_certs(agent, NULL);
    if (agent->held != NULL)
        refuse_poll(agent);
}

void agents_forget(struct core *core, int64_t device)
{
    agents_forget_here(core, device);
    cluster_tell(core, CLUSTER_FORGET, device);
}

/* What is so old that nobody can come back to it. */
static int clean(struct db *db, int64_t now, struct err *err)
{
    int rc = enrol_token_clean(db, now, err);

    if (rc == 0)
        rc = result_forget(db, now, err);
    return rc;
}

void agents_tick(struct agents *agents, int64_t now)
{
    struct err err = { 0 };

    if (now - agents->flushed_at >= FLUSH_EVERY_S) {
        agents->flushed_at = now;
        flush_seen(agents);
    }
    for (size_t i = 0; i < agents->all.n; i++)
        if (agents->all.p[i]->held != NULL &&
            agents->all.p[i]->held_until <= now)
            answer_poll(agents->all.p[i], true, now);
    if (now - agents->expired_at < EXPIRE_EVERY_S)
        return;
    agents->expired_at = now;
    if (job_expire(agents->core->db, now, &err) < 0)
        log_error("agents.expire", LOG_TEXT("error", str_c(err_text(&err))));
    if (now - agents->cleaned_at < CLEAN_EVERY_S)
        return;
    agents->cleaned_at = now;
    if (clean(agents->core->db, now, &err) < 0)
        log_error("agents.clean", LOG_TEXT("error", str_c(err_text(&err))));
}

/* --- listeners -------------------------------------------------------- */

void agents_on_inventory(struct agents *agents, agents_inventory_fn *fn)
{
    size_t i = 0;

    while (i < AGENTS_LISTENERS && agents->inventory[i] != NULL)
        i++;
    assert(i < AGENTS_LISTENERS);
    agents->inventory[i] = fn;
}

void agents_on_results(struct agents *agents, agents_results_fn *fn)
{
    size_t i = 0;

    while (i < AGENTS_LISTENERS && agents->results[i] != NULL)
        i++;
    assert(i < AGENTS_LISTENERS);
    agents->results[i] = fn;
}

static void publish(struct core *core, int64_t device, const char *what)
{
    const struct agent *agent = find_agent(core->agents, device);
    struct jval *data = jval_new_object();

    jval_set_text(data, "event", str_c(what));
    events_publish(core->events, agent != NULL ? agent->org : 0, "device",
                   device, device, data);
}

void agents_told_enrolled(struct core *core, int64_t device, int64_t org)
{
    add_agent(core->agents, device, org);
    publish(core, device, "enrolled");
}

void agents_told_inventory(struct core *core, int64_t device)
{
    publish(core, device, "inventory");
    for (size_t i = 0; i < AGENTS_LISTENERS; i++)
        if (core->agents->inventory[i] != NULL)
            core->agents->inventory[i](core, device);
}

void agents_told_results(struct core *core, int64_t device, int64_t run)
{
    for (size_t i = 0; i < AGENTS_LISTENERS; i++)
        if (core->agents->results[i] != NULL)
            core->agents->results[i](core, device, run);
}
