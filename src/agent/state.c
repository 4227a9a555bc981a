/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state.h"

#include "agent/disk.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
    TEXT_MAX = 512,
    SCHEDULES_MAX = POLICY_SCHEDULES_MAX,
    JOBS_KEPT_MAX = 4096,
    IDENTITY_MAX = 16384,
    KEYS_MAX = 8,
    NONCE_TEXT_MAX = 64,
};
#define ANY_MAX INT64_MAX

#define I64(s, m) WIRE_FIELD_I64(s, m, 0, ANY_MAX)
#define DIGEST(s, m) WIRE_FIELD_BYTES(s, m, JOB_DIGEST_BYTES)

static const struct wire_field key_fields[] = {
    WIRE_FIELD_EXACT(key_bytes, key, SIGN_PUBLIC_BYTES),
};
static const struct wire_shape shape_key = WIRE_SHAPE_OF(key_bytes, key_fields);

static const struct wire_field identity_fields[] = {
    WIRE_FIELD_TEXT(identity, device, NONCE_TEXT_MAX),
    WIRE_FIELD_LIST(identity, keys, KEYS_MAX, shape_key),
};
const struct wire_shape shape_identity =
    WIRE_SHAPE_OF(identity, identity_fields);

static const struct wire_field nonce_fields[] = {
    WIRE_FIELD_EXACT(kept_nonce, nonce, JOB_NONCE_BYTES),
    I64(kept_nonce, expires),
};
static const struct wire_shape shape_nonce =
    WIRE_SHAPE_OF(kept_nonce, nonce_fields);

static const struct wire_field run_fields[] = {
    WIRE_FIELD_EXACT(kept_run, nonce, JOB_NONCE_BYTES),
    I64(kept_run, job),
    WIRE_FIELD_SHAPE(kept_run, terms, shape_run_terms),
    WIRE_FIELD_I64(kept_run, cause, CAUSE_JOB, CAUSE_LOCAL),
    WIRE_FIELD_I64(kept_run, stage, STAGE_QUEUED, STAGE_RUNNING),
    I64(kept_run, due),
    I64(kept_run, expires),
    I64(kept_run, started),
    I64(kept_run, attempts),
    DIGEST(kept_run, content),
};
static const struct wire_shape shape_run = WIRE_SHAPE_OF(kept_run, run_fields);

static const struct wire_field event_fields[] = {
    WIRE_FIELD_I64(job_event, job, 1, ANY_MAX),
    WIRE_FIELD_I64(job_event, state, JOB_STATE_TAKEN, JOB_STATE_SKIPPED),
    I64(job_event, at),
    WIRE_FIELD_TEXT(job_event, text, AGENT_TEXT_MAX),
};
static const struct wire_shape shape_event =
    WIRE_SHAPE_OF(job_event, event_fields);

static const struct wire_field schedule_fields[] = {
    I64(kept_schedule, configuration), DIGEST(kept_schedule, digest),
    I64(kept_schedule, since),         I64(kept_schedule, covers),
    I64(kept_schedule, caught),        I64(kept_schedule, catches),
    I64(kept_schedule, missed),
};
static const struct wire_shape shape_schedule =
    WIRE_SHAPE_OF(kept_schedule, schedule_fields);

static const struct wire_field kept_job_fields[] = { I64(kept_job, id) };
static const struct wire_shape shape_kept_job =
    WIRE_SHAPE_OF(kept_job, kept_job_fields);

/* The file: struct state with its lists as the codec knows them. */
struct state_file {
    str boot_id;
    int64_t on_since;
    int64_t after;
    int64_t first_event;
    int64_t last_inventory;
    int64_t last_checkin;
    int64_t server_interval_s;
    str acknowledged;
    str newest_pack;
    str wanted_pack;
    str last_run;
    int64_t last_run_at;
    bool send_inventory;
    struct wire_list nonces;
    struct wire_list runs;
    struct wire_list events;
    struct wire_list schedules;
    struct wire_list inventory_jobs;
    struct wire_list renew_jobs;
};
static const struct wire_field state_fields[] = {
    WIRE_FIELD_TEXT(state_file, boot_id, NONCE_TEXT_MAX),
    I64(state_file, on_since),
    I64(state_file, after),
    I64(state_file, first_event),
    I64(state_file, last_inventory),
    I64(state_file, last_checkin),
    I64(state_file, server_interval_s),
    DIGEST(state_file, acknowledged),
    DIGEST(state_file, newest_pack),
    DIGEST(state_file, wanted_pack),
    WIRE_FIELD_TEXT(state_file, last_run, TEXT_MAX),
    I64(state_file, last_run_at),
    WIRE_FIELD_BOOL(state_file, send_inventory),
    WIRE_FIELD_LIST(state_file, nonces, STATE_NONCES_MAX, shape_nonce),
    WIRE_FIELD_LIST(state_file, runs, STATE_RUNS_MAX, shape_run),
    WIRE_FIELD_LIST(state_file, events, STATE_EVENTS_MAX, shape_event),
    WIRE_FIELD_LIST(state_file, schedules, SCHEDULES_MAX, shape_schedule),
    WIRE_FIELD_LIST(state_file, inventory_jobs, JOBS_KEPT_MAX, shape_kept_job),
    WIRE_FIELD_LIST(state_file, renew_jobs, JOBS_KEPT_MAX, shape_kept_job),
};
static const struct wire_shape shape_state =
    WIRE_SHAPE_OF(state_file, state_fields);

void state_clear(struct state *state)
{
    vec_clear(&state->nonces);
    vec_clear(&state->runs);
    vec_clear(&state->events);
    vec_clear(&state->schedules);
    vec_clear(&state->inventory_jobs);
    vec_clear(&state->renew_jobs);
    arena_clear(&state->arena);
    *state = (struct state){ 0 };
}

#define LIST(v)                                                                \
    {                                                                          \
        (v).p, (v).n                                                           \
    }
#define COPY_LIST(v, list)                                                     \
    do {                                                                       \
        for (size_t at_ = 0; at_ < (list).n; at_++) {                          \
            const __typeof__(*(v).p) *from_ = (list).p;                        \
            *vec_push(&(v)) = from_[at_];                                      \
        }                                                                      \
    } while (0)

static int encode(const struct state *state, struct buf *out, struct err *err)
{
    struct state_file file = {
        .boot_id = state->boot_id,
        .on_since = state->on_since,
        .after = state->after,
        .first_event = state->first_event,
        .last_inventory = state->last_inventory,
        .last_checkin = state->last_checkin,
        .server_interval_s = state->server_interval_s,
        .acknowledged = state->acknowledged,
        .newest_pack = state->newest_pack,
        .wanted_pack = state->wanted_pack,
        .last_run = state->last_run,
        .last_run_at = state->last_run_at,
        .send_inventory = state->send_inventory,
        .nonces = LIST(state->nonces),
        .runs = LIST(state->runs),
        .events = LIST(state->events),
        .schedules = LIST(state->schedules),
        .inventory_jobs = LIST(state->inventory_jobs),
        .renew_jobs = LIST(state->renew_jobs),
    };

    return wire_write(&shape_state, &file, out, err);
}

int state_read(str bytes, struct state *out, struct err *err)
{
    struct state state = { 0 };
    struct state_file file;
    int rc;

    bytes = arena_str(&state.arena, bytes);
    rc = wire_read(&shape_state, bytes, &state.arena, &file, err);
    if (rc < 0) {
        state_clear(&state);
        return err_set(err, E_CORRUPT, "the agent's state is damaged");
    }
    state.boot_id = file.boot_id;
    state.on_since = file.on_since;
    state.after = file.after;
    state.first_event = file.first_event;
    state.last_inventory = file.last_inventory;
    state.last_checkin = file.last_checkin;
    state.server_interval_s = file.server_interval_s;
    state.acknowledged = file.acknowledged;
    state.newest_pack = file.newest_pack;
    state.wanted_pack = file.wanted_pack;
    state.last_run = file.last_run;
    state.last_run_at = file.last_run_at;
    state.send_inventory = file.send_inventory;
    COPY_LIST(state.nonces, file.nonces);
    COPY_LIST(state.runs, file.runs);
    COPY_LIST(state.events, file.events);
    COPY_LIST(state.schedules, file.schedules);
    COPY_LIST(state.inventory_jobs, file.inventory_jobs);
    COPY_LIST(state.renew_jobs, file.renew_jobs);
    *out = state;
    return 0;
}

int state_load(int dir_fd, struct state *out, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(STATE_FILE_MAX);
    int rc = disk_read(dir_fd, "state", &bytes, err);

    *out = (struct state){ .send_inventory = true };
    return rc < 0 ? rc : state_read(buf_str(&bytes), out, err);
}

int state_save(int dir_fd, const struct state *state, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(STATE_FILE_MAX);
    int rc = encode(state, &bytes, err);

    return rc < 0 ? rc : disk_write(dir_fd, "state", buf_str(&bytes), err);
}

void state_tidy(struct state *state)
{
    AUTO(buf_clear) struct buf bytes = BUF(STATE_FILE_MAX);
    struct state copy;

    if (state->arena.used < (1 << 20) || encode(state, &bytes, NULL) < 0 ||
        state_read(buf_str(&bytes), &copy, NULL) < 0)
        return;
    state_clear(state);
    *state = copy;
}

bool state_has_nonce(const struct state *state, str nonce)
{
    for (size_t i = 0; i < state->nonces.n; i++) {
        if (str_eq(state->nonces.p[i].nonce, nonce))
            return true;
    }
    return false;
}

void state_forget_nonces(struct state *state, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < state->nonces.n; i++) {
        if (state->nonces.p[i].expires > now)
            state->nonces.p[kept++] = state->nonces.p[i];
    }
    state->nonces.n = kept;
}

void state_add_event(struct state *state, int64_t job, enum job_state what,
                     int64_t at, str text)
{
    if (job <= 0)
        return;
    if (state->events.n == STATE_EVENTS_MAX) {
        memmove(state->events.p, state->events.p + 1,
                --state->events.n * sizeof(*state->events.p));
        state->first_event++;
    }
    *vec_push(&state->events) = (struct job_event){
        .job = job,
        .state = what,
        .at = at,
        .text = arena_str(&state->arena,
                          utf8_cut(text, AGENT_TEXT_MAX, &state->arena)),
    };
}

struct kept_run *state_find_run(struct state *state, str nonce)
{
    for (size_t i = 0; i < state->runs.n; i++) {
        if (str_eq(state->runs.p[i].nonce, nonce))
            return &state->runs.p[i];
    }
    return NULL;
}

void state_remove_run(struct state *state, const struct kept_run *run)
{
    size_t at = (size_t)(run - state->runs.p);

    memmove(&state->runs.p[at], &state->runs.p[at + 1],
            (--state->runs.n - at) * sizeof(*state->runs.p));
}

struct kept_schedule *state_find_schedule(struct state *state,
                                          int64_t configuration)
{
    for (size_t i = 0; i < state->schedules.n; i++) {
        if (state->schedules.p[i].configuration == configuration)
            return &state->schedules.p[i];
    }
    return NULL;
}

int identity_load(int dir_fd, struct arena *arena, struct identity *out,
                  struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(IDENTITY_MAX);
    int rc = disk_read(dir_fd, "identity", &bytes, err);

    if (rc == 0)
        rc = wire_read(&shape_identity, arena_str(arena, buf_str(&bytes)),
                       arena, out, err);
    if (rc == 0 && (out->keys.n == 0 || out->device.n == 0))
        rc = err_set(err, E_CORRUPT, "the identity names no device or key");
    return rc;
}
