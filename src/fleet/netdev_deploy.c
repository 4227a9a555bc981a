/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_deploy.h"

#include "base/jval.h"
#include "fleet/netdev_licence.h"
#include "schedule/schedule.h"

enum {
    LOOK_MAX = 1000,    /* deployments that go on at once */
    OPTIONS_ROOM = 256, /* for what is added to options for each device */
};

#define COLUMNS                                                                \
    "p.id, p.org, p.title, p.lines, p.sealed, p.key_id, p.options,"            \
    " p.out_of_band, p.rings, p.schedule, p.zone, p.state, p.text, p.ring,"    \
    " p.since, p.due, p.author, p.author_name, p.approver_name, p.created,"    \
    " p.approved, p.ended, p.revision, p.restore_at"

void netdev_deployments_clear(struct netdev_deployments *list)
{
    vec_clear(&list->all);
}

void netdev_deploy_devices_clear(struct netdev_deploy_devices *list)
{
    vec_clear(&list->all);
}

/* --- Checking ------------------------------------------------------------- */

static int check_schedule(const struct netdev_deployment *d,
                          const char **out_field, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct schedule schedule;
    int rc;

    *out_field = "zone";
    rc = zone_load_named(d->zone, &zone, err);
    *out_field = rc < 0 ? "zone" : "schedule";
    if (rc < 0 || d->schedule.n == 0)
        return rc;
    rc = schedule_parse(d->schedule, &schedule, err);
    if (rc == 0 && schedule.type == SCHEDULE_NONE)
        rc = err_set(err, E_INVALID,
                     "a deployment needs a time; leave the "
                     "schedule out to begin at once");
    return rc;
}

static str kind_of(const struct netdev_deployment *d)
{
    return d->restore_at > 0 ? NETDEV_CHANGE_RESTORE : NETDEV_CHANGE_LINES;
}

int netdev_deploy_check(const struct netdev_deployment *d,
                        const char **out_field, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct rollout_rings rings;
    const char *ring_field; /* in the arena: not for the caller */
    struct netdev_change change = {
        .title = d->title,
        .kind = kind_of(d),
        .lines = d->lines,
        .options = d->options,
        .restores = d->restore_at > 0,
    };
    int rc = netdev_change_check(&change, out_field, err);

    if (rc < 0)
        return rc;
    *out_field = "tolerate";
    if (d->options.n > NETDEV_CHANGE_OPTIONS_MAX - OPTIONS_ROOM)
        return err_set(err, E_INVALID, "the options have at most %d bytes",
                       NETDEV_CHANGE_OPTIONS_MAX - OPTIONS_ROOM);
    *out_field = "rings";
    rc = rollout_rings_parse(d->rings, &arena, &rings, &ring_field, err);
    if (rc < 0)
        return rc;
    *out_field = "out_of_band";
    if (!str_eq(d->out_of_band, NETDEV_OOB_CANCEL) &&
        !str_eq(d->out_of_band, NETDEV_OOB_WARN) &&
        !str_eq(d->out_of_band, NETDEV_OOB_OVERWRITE))
        return err_set(err, E_INVALID,
                       "is \"cancel\", \"warn\" or \"overwrite\"");
    return check_schedule(d, out_field, err);
}

/* --- Reading -------------------------------------------------------------- */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_deployment *out)
{
    const struct {
        str *text;
        int column;
    } texts[] = {
        { &out->title, 2 },        { &out->lines, 3 },
        { &out->key_id, 5 },       { &out->options, 6 },
        { &out->out_of_band, 7 },  { &out->rings, 8 },
        { &out->schedule, 9 },     { &out->zone, 10 },
        { &out->state, 11 },       { &out->text, 12 },
        { &out->author_name, 17 }, { &out->approver_name, 18 },
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text = arena_str(arena, db_col_text(rows, texts[i].column));
    out->id = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->sealed = arena_str(arena, db_col_blob(rows, 4));
    out->ring = db_col_i64(rows, 13);
    out->since = db_col_i64(rows, 14);
    out->due = db_col_i64(rows, 15);
    out->author = db_col_i64(rows, 16);
    out->created = db_col_i64(rows, 19);
    out->approved = db_col_i64(rows, 20);
    out->ended = db_col_i64(rows, 21);
    out->revision = db_col_i64(rows, 22);
    out->restore_at = db_col_i64(rows, 23);
}

#define FAILED "('undone', 'broken', 'cancelled', 'refused')"

/* Of devices that the scope sees. */
static int count(struct db *db, const struct scope *scope,
                 struct netdev_deployment *d, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN c.state = 'applied' THEN 1"
        " ELSE 0 END), 0), COALESCE(SUM(CASE WHEN c.state IN " FAILED
        " THEN 1 ELSE 0 END), 0) FROM netdev_deployment_device t"
        " JOIN device d ON d.id = t.device LEFT JOIN netdev_change c"
        " ON c.id = t.change WHERE d.org = $1 AND " SCOPE_SQL
        " AND t.deployment = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(d->id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    d->devices = db_col_i64(rows, 0);
    d->applied = db_col_i64(rows, 1);
    d->failed = db_col_i64(rows, 2);
    return 0;
}

#define SEEN                                                                   \
    "($2 = 0 OR EXISTS (SELECT 1 FROM netdev_deployment_device t"              \
    " JOIN device d ON d.id = t.device WHERE t.deployment = p.id"              \
    " AND " SCOPE_SQL "))"

int netdev_deploy_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct netdev_deployment *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_deployment p WHERE p.org = $1"
        " AND " SEEN " AND p.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no deployment %lld",
                       (long long)id);
    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return count(db, scope, out, err);
}

int netdev_deploy_list(struct db *db, const struct scope *scope,
                       const struct netdev_deploy_find *find,
                       struct arena *arena, struct netdev_deployments *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str state = find->state.n > 0 ? find->state : STR("");
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_deployment p WHERE p.org = $1"
        " AND " SEEN " AND ($3 = '' OR p.state = $3)"
        " AND ($4 = 0 OR p.id < $4) ORDER BY p.id DESC LIMIT $5",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_text(state),
                db_i64(find->before), db_i64(find->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < out->all.n; i++)
        rc = count(db, scope, &out->all.p[i], err);
    return rc;
}

int netdev_deploy_reach(struct db *db, const struct scope *scope, int64_t id,
                        struct err *err)
{
    int64_t hidden = 0;
    int rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM netdev_deployment_device t JOIN device d"
        " ON d.id = t.device WHERE t.deployment = $3 AND (d.org <> $1"
        " OR NOT " SCOPE_SQL ")",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &hidden, err);

    if (rc == 0 && hidden > 0)
        return err_set(err, E_PERM,
                       "it is for devices that you do not see, too");
    return rc;
}

int netdev_deploy_device_list(struct db *db, const struct scope *scope,
                              const struct netdev_deploy_page *page,
                              struct arena *arena,
                              struct netdev_deploy_devices *out,
                              struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT t.device, d.name, t.ring, t.planned_on, t.change,"
        " COALESCE(c.state, 'planned'), COALESCE(c.text, ''),"
        " COALESCE(c.before_config, 0), t.restores"
        " FROM netdev_deployment_device t"
        " JOIN device d ON d.id = t.device LEFT JOIN netdev_change c"
        " ON c.id = t.change WHERE d.org = $1 AND " SCOPE_SQL
        " AND t.deployment = $3 AND t.device > $4 ORDER BY t.device LIMIT $5",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(page->deployment), db_i64(page->after),
                db_i64(page->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        struct netdev_deploy_device *d = vec_push(&out->all);
        int64_t before = db_col_i64(rows, 7);

        d->device = db_col_i64(rows, 0);
        d->name = arena_str(arena, db_col_text(rows, 1));
        d->ring = db_col_i64(rows, 2);
        d->planned_on = db_col_i64(rows, 3);
        d->change = db_col_i64(rows, 4);
        d->state = arena_str(arena, db_col_text(rows, 5));
        d->text = arena_str(arena, db_col_text(rows, 6));
        d->restores = db_col_i64(rows, 8);
        d->changed_behind = before > 0 && before != d->planned_on;
        rc = 0;
    }
    return rc;
}

/* --- Planning ------------------------------------------------------------- */

/* The version that it had then. */
static int find_restored(struct db *db, const struct netdev_deployment *d,
                         int64_t device, int64_t *out, struct err *err)
{
    int rc =
        db_one_i64(db,
                   "SELECT COALESCE(MAX(number), 0) FROM netdev_config"
                   " WHERE device = $1 AND at <= $2",
                   DB_ARGS(db_i64(device), db_i64(d->restore_at)), out, err);

    if (rc == 0 && *out == 0)
        return err_set(err, E_INVALID,
                       "nothing was archived of device %lld before that time",
                       (long long)device);
    return rc;
}

static int add_device(struct db *db, const struct netdev_deployment *d,
                      const struct rollout *rollout, int64_t device,
                      struct err *err)
{
    int64_t planned_on = 0;
    int64_t restores = 0;
    int64_t ring = 1;
    int rc = db_one_i64(db, "SELECT config FROM netdev WHERE device = $1",
                        DB_ARGS(db_i64(device)), &planned_on, err);

    if (rc == 1)
        return err_set(err, E_INVALID, "device %lld is no network device",
                       (long long)device);
    if (rc == 0 && planned_on == 0 &&
        !str_eq(d->out_of_band, NETDEV_OOB_OVERWRITE))
        return err_set(err, E_INVALID,
                       "the configuration of device %lld was never read: there "
                       "is nothing to plan on",
                       (long long)device);
    if (rc == 0 && d->restore_at > 0)
        rc = find_restored(db, d, device, &restores, err);
    if (rc == 0 && rollout->rings.n > 0)
        rc = rollout_ring_of_device(db, rollout, device, &ring, err);
    if (rc < 0)
        return rc;
    rc = db_run(db,
                "INSERT INTO netdev_deployment_device (deployment, device,"
                " ring, planned_on, change, restores) VALUES ($1, $2, $3, $4,"
                " 0, $5)",
                DB_ARGS(db_i64(d->id), db_i64(device), db_i64(ring),
                        db_i64(planned_on), db_i64(restores)),
                err);
    return rc < 0 ? rc : 0;
}

int netdev_deploy_add(struct db *db, const struct scope *scope,
                      struct netdev_deployment *d,
                      const struct target_set *devices, int64_t now,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct rollout rollout = { 0 };
    const char *field;
    int rc = rollout_rings_parse(d->rings, &arena, &rollout.rings, &field, err);

    if (rc == 0 && devices->devices.n == 0)
        return err_set(err, E_INVALID, "no device is meant");
    if (rc == 0 && devices->devices.n > NETDEV_DEPLOY_DEVICES_MAX)
        return err_set(err, E_LIMIT, "at most %d devices at once",
                       NETDEV_DEPLOY_DEVICES_MAX);
    if (rc == 0)
        rc = db_one_i64(
            db,
            "INSERT INTO netdev_deployment (org, title, lines, sealed, key_id,"
            " options, out_of_band, rings, schedule, zone, state, text, ring,"
            " since, due, author, author_name, approver_name, created,"
            " approved, ended, revision, restore_at) VALUES ($1, $2, $3, $4,"
            " $5, $6, $7, $8, $9, $10, 'waiting', '', 0, 0, 0, $11, $12, '',"
            " $13, 0, 0, 1, $14)"
            " RETURNING id",
            DB_ARGS(db_i64(scope->org), db_text(d->title), db_text(d->lines),
                    db_blob(d->sealed), db_text(d->key_id), db_text(d->options),
                    db_text(d->out_of_band), db_text(d->rings),
                    db_text(d->schedule), db_text(d->zone), db_i64(scope->user),
                    db_text(scope->name), db_i64(now), db_i64(d->restore_at)),
            &d->id, err);
    for (size_t i = 0; rc == 0 && i < devices->devices.n; i++)
        rc = add_device(db, d, &rollout, devices->devices.p[i], err);
    return rc;
}

/* --- Ring by ring --------------------------------------------------------- */

static int set_state(struct db *db, int64_t id, str state, str text,
                     struct err *err)
{
    int rc = db_run(db,
                    "UPDATE netdev_deployment SET state = $2, text = $3,"
                    " revision = revision + 1 WHERE id = $1",
                    DB_ARGS(db_i64(id), db_text(state), db_text(text)), err);

    return rc < 0 ? rc : 0;
}

static int end(struct db *db, int64_t id, str state, str text, int64_t now,
               struct err *err)
{
    int rc = set_state(db, id, state, text, err);

    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_deployment SET ended = $2, due = 0"
                    " WHERE id = $1",
                    DB_ARGS(db_i64(id), db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

/* When the schedule comes next; at once without one. 0: never again. */
static int next_time(const struct netdev_deployment *d, int64_t now,
                     int64_t *out, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct schedule schedule;
    struct occurrence at;
    int rc;

    *out = now;
    if (d->schedule.n == 0)
        return 0;
    rc = schedule_parse(d->schedule, &schedule, err);
    if (rc == 0)
        rc = zone_load_named(d->zone, &zone, err);
    if (rc == 0)
        *out = schedule_next(&schedule, zone, now, &at, 1) > 0 ? at.utc : 0;
    return rc;
}

/* The first ring behind `after` that has devices becomes due; the deployment
 * is done when there is none. */
static int go_on(struct db *db, const struct netdev_deployment *d,
                 int64_t after, int64_t now, struct err *err)
{
    int64_t ring = 0;
    int64_t due = 0;
    int rc = db_one_i64(db,
                        "SELECT COALESCE(MIN(ring), 0) FROM"
                        " netdev_deployment_device WHERE deployment = $1"
                        " AND ring > $2",
                        DB_ARGS(db_i64(d->id), db_i64(after)), &ring, err);

    if (rc == 0 && ring == 0)
        return end(db, d->id, STR("done"), STR(""), now, err);
    if (rc == 0)
        rc = next_time(d, now, &due, err);
    if (rc == 0 && due == 0)
        return end(db, d->id, STR("stopped"),
                   STR("the schedule does not come again"), now, err);
    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_deployment SET state = 'running', ring = $2,"
                    " since = 0, due = $3, text = '', revision = revision + 1"
                    " WHERE id = $1",
                    DB_ARGS(db_i64(d->id), db_i64(ring), db_i64(due)), err);
    return rc < 0 ? rc : 0;
}

/* The options of a change: overwritten or not, as it was planned. */
static str change_options(const struct netdev_deployment *d,
                          struct arena *arena)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CHANGE_OPTIONS_MAX);
    AUTO(jval_freep) struct jval *options = NULL;

    if (jval_parse(d->options, NETDEV_CHANGE_OPTIONS_MAX, &options, NULL) < 0)
        options = jval_new_object();
    jval_set_bool(options, "overwrite",
                  !str_eq(d->out_of_band, NETDEV_OOB_CANCEL));
    jval_print(options, &text);
    return arena_str(arena, buf_str(&text));
}

struct planned {
    int64_t device;
    int64_t planned_on;
    int64_t restores;
};

/* R-LIC-4, R-LIC-10: of a device that lacks what the lines cannot do without,
 * the change is refused, and the ring counts it as failed. */
static int judge_licences(struct db *db, const struct scope *scope,
                          const struct netdev_change *change,
                          struct arena *arena, struct netdev_approval *approval,
                          struct err *err)
{
    AUTO(licence_remarks_clear) struct licence_remarks remarks = { 0 };
    const struct licence_remark *refusal;
    struct netdev device;
    int rc = netdev_get(db, scope, change->device, arena, &device, err);

    if (rc < 0)
        return rc;
    netdev_licence_check(&device, change->lines, &remarks);
    refusal = netdev_licence_refusal(&remarks);
    if (refusal == NULL)
        return 0;
    approval->approved = false;
    approval->text =
        arena_printf(arena, "line %zu: %" PRIstr " (%s)", refusal->line,
                     ARGstr(refusal->text), refusal->rule);
    return 0;
}

static int start_change(struct db *db, const struct netdev_deployment *d,
                        const struct planned *p, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope system = scope_system(d->org);
    struct netdev_change change = {
        .device = p->device,
        .deployment = d->id,
        .title = d->title,
        .kind = kind_of(d),
        .restores = p->restores,
        .lines = d->lines,
        .sealed = d->sealed,
        .key_id = d->key_id,
        .options = change_options(d, &arena),
        .planned_on = p->planned_on,
    };
    struct netdev_approval approval = { .approved = true,
                                        .alone = true,
                                        .text = STR("with its deployment") };
    int rc;

    system.name = d->author_name;
    rc = netdev_change_add(db, &system, &change, now, err);
    approval.change = change.id;
    system.name = d->approver_name;
    if (rc == 0)
        rc = judge_licences(db, &system, &change, &arena, &approval, err);
    if (rc == 0)
        rc = netdev_change_decide(db, &system, &approval, now, err);
    if (rc == 0 && approval.approved)
        rc = netdev_change_start(db, &system, change.id, STR("deployment"), now,
                                 err);
    if (rc == 0)
        rc = db_run(
            db,
            "UPDATE netdev_deployment_device SET change = $3"
            " WHERE deployment = $1 AND device = $2",
            DB_ARGS(db_i64(d->id), db_i64(p->device), db_i64(change.id)), err);
    return rc < 0 ? rc : 0;
}

/* The devices of the ring that have no change yet. One that was retired since
 * is left out. */
static int begin_ring(struct db *db, const struct netdev_deployment *d,
                      int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(struct planned) all = { 0 };
    int rc = db_query(db,
                      "SELECT t.device, t.planned_on, t.restores FROM"
                      " netdev_deployment_device t JOIN device d"
                      " ON d.id = t.device WHERE t.deployment = $1"
                      " AND t.ring = $2 AND t.change = 0 AND d.retired = 0"
                      " AND d.deleted = 0 ORDER BY t.device",
                      DB_ARGS(db_i64(d->id), db_i64(d->ring)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&all) =
            (struct planned){ db_col_i64(rows, 0), db_col_i64(rows, 1),
                              db_col_i64(rows, 2) };
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < all.n; i++)
        rc = start_change(db, d, &all.p[i], now, err);
    vec_clear(&all);
    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_deployment SET since = $2, due = 0,"
                    " revision = revision + 1 WHERE id = $1",
                    DB_ARGS(db_i64(d->id), db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

static int score(struct db *db, const struct netdev_deployment *d,
                 struct rollout_ring_score *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN c.state = 'applied' THEN 1"
        " ELSE 0 END), 0), COALESCE(SUM(CASE WHEN c.state IN " FAILED
        " THEN 1 ELSE 0 END), 0) FROM netdev_deployment_device t"
        " JOIN netdev_change c ON c.id = t.change WHERE t.deployment = $1"
        " AND t.ring = $2",
        DB_ARGS(db_i64(d->id), db_i64(d->ring)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    *out = (struct rollout_ring_score){ .devices = db_col_i64(rows, 0),
                                        .succeeded = db_col_i64(rows, 1),
                                        .failed = db_col_i64(rows, 2),
                                        .percent = -1 };
    out->going_on = out->devices - out->succeeded - out->failed;
    return 0;
}

/* Without rings everything is one, and one failure stops nothing: there is
 * nothing behind it. */
static void rings_of(const struct netdev_deployment *d, struct arena *arena,
                     const struct rollout_ring_score *score,
                     struct rollout *out)
{
    const char *field;
    struct rollout_ring *ring;

    *out = (struct rollout){ .ring = d->ring, .since = d->since };
    if (rollout_rings_parse(d->rings, arena, &out->rings, &field, NULL) < 0 ||
        out->rings.n == 0)
        out->rings = (struct rollout_rings){
            .ring = { { .name = STR("all"),
                        .min_finished = 1,
                        .stop_failed = 100,
                        .automatic = true } },
            .n = 1,
        };
    ring = &out->rings.ring[d->ring - 1];
    /* A ring of two never has five that finished. */
    if (ring->min_finished > score->devices)
        ring->min_finished = score->devices;
}

static int judge(struct db *db, const struct netdev_deployment *d, int64_t now,
                 struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf text = BUF(1000);
    struct rollout_ring_score result;
    struct rollout rollout;
    bool over;
    int rc = score(db, d, &result, err);

    if (rc < 0)
        return rc;
    if (result.devices == 0) /* all of them were retired */
        return go_on(db, d, d->ring, now, err);
    rings_of(d, &arena, &result, &rollout);
    over = result.going_on == 0;
    switch (rollout_ring_judge(&rollout, &result, now, &text)) {
    case PATCH_RING_STOP:
        return set_state(db, d->id, STR("stopped"), buf_str(&text), err);
    case PATCH_RING_PROMOTE:
        return go_on(db, d, d->ring, now, err);
    case PATCH_RING_DONE:
        return over ? end(db, d->id, STR("done"), STR(""), now, err) : 0;
    default:
        if (over && d->ring == (int64_t)rollout.rings.n)
            return end(db, d->id, STR("done"), buf_str(&text), now, err);
        if (str_eq(d->text, buf_str(&text)))
            return 0;
        return set_state(db, d->id, d->state, buf_str(&text), err);
    }
}

#define HOLD DB_HOLD("netdev_deployment", "id")

static int look_at(struct db *db, const struct netdev_deployment *d,
                   int64_t now, struct err *err)
{
    if (d->since == 0)
        return d->due <= now ? begin_ring(db, d, now, err) : 0;
    return judge(db, d, now, err);
}

struct going_on {
    int64_t id;
    int64_t org;
};

static int look_at_one(struct db *db, const struct going_on *one,
                       const struct err *broken, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope system = scope_system(one->org);
    struct netdev_deployment d;
    int rc = db_hold(db, HOLD, one->id, err);

    if (rc == 0)
        rc = netdev_deploy_get(db, &system, one->id, &arena, &d, err);
    if (rc < 0 || !str_eq_c(d.state, "running"))
        return rc;
    return broken == NULL ? look_at(db, &d, now, err)
                          : set_state(db, d.id, STR("stopped"),
                                      str_c(err_text(broken)), err);
}

static int in_transaction(struct db *db, const struct going_on *one,
                          const struct err *broken, int64_t now,
                          struct err *err)
{
    int rc = db_begin(db, err);

    if (rc < 0)
        return rc;
    rc = look_at_one(db, one, broken, now, err);
    if (rc == 0)
        return db_commit(db, err);
    db_rollback(db);
    return rc;
}

/* One that cannot go on stops, with the reason, and holds up no other. */
int netdev_deploys_look(struct db *db, int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    VEC(struct going_on) all = { 0 };
    int rc = db_query(db,
                      "SELECT id, org FROM netdev_deployment"
                      " WHERE state = 'running' ORDER BY id LIMIT $1",
                      DB_ARGS(db_i64(LOOK_MAX)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&all) =
            (struct going_on){ db_col_i64(rows, 0), db_col_i64(rows, 1) };
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < all.n; i++) {
        struct err why = { 0 };

        rc = in_transaction(db, &all.p[i], NULL, now, &why);
        if (rc == E_IO) /* of the store: the next look does it */
            *err = why;
        else if (rc < 0)
            rc = in_transaction(db, &all.p[i], &why, now, err);
    }
    vec_clear(&all);
    return rc;
}

/* --- People --------------------------------------------------------------- */

static int wrong_state(const struct netdev_deployment *d, struct err *err)
{
    return err_set(err, E_INVALID, "it is %" PRIstr, ARGstr(d->state));
}

int netdev_deploy_decide(struct db *db, const struct scope *scope,
                         const struct netdev_deploy_verdict *v, int64_t now,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_deployment d;
    int rc = db_hold(db, HOLD, v->deployment, err);

    if (rc == 0)
        rc = netdev_deploy_get(db, scope, v->deployment, &arena, &d, err);
    if (rc == 0)
        rc = netdev_deploy_reach(db, scope, d.id, err);
    if (rc < 0)
        return rc;
    if (!str_eq_c(d.state, "waiting"))
        return wrong_state(&d, err);
    if (v->approved && !v->alone && scope->user != 0 && scope->user == d.author)
        return err_set(err, E_PERM,
                       "a second person must approve what you planned");
    rc = db_run(db,
                "UPDATE netdev_deployment SET approver_name = $2,"
                " approved = $3 WHERE id = $1",
                DB_ARGS(db_i64(d.id), db_text(scope->name), db_i64(now)), err);
    if (rc < 0)
        return rc;
    return v->approved ? go_on(db, &d, 0, now, err)
                       : end(db, d.id, STR("refused"), v->text, now, err);
}

/* What waits to be pushed is not pushed any more. */
static int cancel_changes(struct db *db, const struct netdev_deployment *d,
                          int64_t now, struct err *err)
{
    AUTO(netdev_changes_clear) struct netdev_changes all = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope system = scope_system(d->org);
    struct netdev_change_find find = { .deployment = d->id,
                                       .state = STR("approved"),
                                       .limit = NETDEV_DEPLOY_DEVICES_MAX };
    int rc = netdev_change_list(db, &system, &find, &arena, &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        rc = netdev_change_cancel(db, &system, all.all.p[i].id, now, err);
    return rc;
}

static int move(struct db *db, const struct netdev_deployment *d, str action,
                int64_t now, struct err *err)
{
    bool running = str_eq_c(d->state, "running");
    bool paused = str_eq_c(d->state, "paused");
    bool halted = paused || (str_eq_c(d->state, "stopped") && d->ended == 0);
    int rc;

    if (str_eq_c(action, "pause") && running)
        return set_state(db, d->id, STR("paused"), STR("paused by a person"),
                         err);
    if (str_eq_c(action, "resume") && paused)
        return d->since == 0
                   ? go_on(db, d, d->ring - 1, now, err)
                   : set_state(db, d->id, STR("running"), STR(""), err);
    if (str_eq_c(action, "promote") && (running || halted) && d->since != 0)
        return go_on(db, d, d->ring, now, err);
    if (!str_eq_c(action, "cancel") ||
        !(running || halted || str_eq_c(d->state, "waiting")))
        return wrong_state(d, err);
    rc = cancel_changes(db, d, now, err);
    return rc < 0 ? rc
                  : end(db, d->id, STR("cancelled"),
                        STR("cancelled by a person"), now, err);
}

int netdev_deploy_move(struct db *db, const struct scope *scope, int64_t id,
                       const struct netdev_deploy_step *step, int64_t now,
                       struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_deployment d;
    int rc = db_hold(db, HOLD, id, err);

    if (rc == 0)
        rc = netdev_deploy_get(db, scope, id, &arena, &d, err);
    if (rc == 0)
        rc = netdev_deploy_reach(db, scope, id, err);
    if (rc == 0 && str_eq_c(step->action, "promote") && step->ring != 0 &&
        step->ring != d.ring)
        return err_set(err, E_INVALID,
                       "ring %lld goes on now: it was moved meanwhile",
                       (long long)d.ring);
    return rc < 0 ? rc : move(db, &d, step->action, now, err);
}
