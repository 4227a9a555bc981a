/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/policy.h"

#include "base/digest.h"
#include "fleet/benchmark.h"
#include "fleet/configuration.h"
#include "fleet/label.h"
#include "fleet/patch_policy.h"
#include "fleet/target.h"
#include "schedule/zone.h"

enum {
    POLICY_LIFE_S = 60 * 86400,
    CHECKIN_INTERVAL_S = 300, /* the defaults of the settings below */
    INVENTORY_INTERVAL_S = 3600,
};

int policy_touch(struct db *db, int64_t org, struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO setting (org, name, value, revision)"
                    " VALUES ($1, 'policy.epoch', '', 1)"
                    " ON CONFLICT (org, name)"
                    " DO UPDATE SET revision = setting.revision + 1",
                    DB_ARGS(db_i64(org)), err);

    return rc < 0 ? rc : patching_touch(db, org, err);
}

int policy_touch_device(struct db *db, int64_t device, struct err *err)
{
    int rc = db_run(db, "UPDATE device_policy SET epoch = -1 WHERE device = $1",
                    DB_ARGS(db_i64(device)), err);

    return rc < 0 ? rc : patching_touch_device(db, device, err);
}

/* --- The device ---------------------------------------------------------- */

struct subject {
    int64_t device;
    int64_t org;
    str os_id;
    str os_version;
    bool has_agent;
    int64_t epoch;      /* of the organisation */
    int64_t seen_epoch; /* the one its policy was made at; -1: none */
    int64_t revision;
    str digest;
};

static int read_subject(struct db *db, int64_t device, struct arena *arena,
                        struct subject *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db,
        "SELECT d.org, d.os_id, d.os_version, d.kind, COALESCE(s.revision, 0),"
        " COALESCE(p.epoch, -1), COALESCE(p.revision, 0), p.digest"
        " FROM device d"
        " LEFT JOIN setting s ON s.org = d.org AND s.name = 'policy.epoch'"
        " LEFT JOIN device_policy p ON p.device = d.id WHERE d.id = $1",
        DB_ARGS(db_i64(device)), DB_WANTED("device", device), &rows, err);

    if (rc < 0)
        return rc;
    *out = (struct subject){
        .device = device,
        .org = db_col_i64(rows, 0),
        .os_id = arena_str(arena, db_col_text(rows, 1)),
        .os_version = arena_str(arena, db_col_text(rows, 2)),
        .has_agent = str_eq(db_col_text(rows, 3), STR("agent")),
        .epoch = db_col_i64(rows, 4),
        .seen_epoch = db_col_i64(rows, 5),
        .revision = db_col_i64(rows, 6),
        .digest = arena_str(arena, db_col_blob(rows, 7)),
    };
    return 0;
}

/* --- Its policy ---------------------------------------------------------- */

/* A setting of the organisation that is a number of seconds. */
static int setting_s(struct db *db, int64_t org, const char *name,
                     int64_t otherwise, int64_t *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db, "SELECT value FROM setting WHERE org = $1 AND name = $2",
                 DB_ARGS(db_i64(org), db_text(str_c(name))), &rows, err);

    *out = otherwise;
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc > 0)
        rc = str_to_i64(db_col_text(rows, 0), 60, 7 * 86400, out, err);
    return rc < 0 ? rc : 0;
}

static int server_zone(struct arena *arena, str *out, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    int rc = zone_load_local(ZONE_LOCAL_FILE, &zone, err);

    if (rc < 0)
        return rc;
    *out = arena_str(arena, str_c(zone_name(zone)));
    if (str_eq_c(*out, "local")) /* a copy, not a link: it has no name */
        *out = STR("UTC");
    return 0;
}

static int add_schedule(struct arena *arena, const struct configuration *c,
                        str digest, struct policy_schedule *out,
                        struct err *err)
{
    *out = (struct policy_schedule){
        .terms = { .configuration = c->id,
                   .revision = c->revision,
                   .while_logged_off = c->while_logged_off,
                   .nice = c->nice,
                   .memory_mb = c->memory_mb,
                   .limit_s = c->limit_s },
        .schedule = c->schedule,
        .zone = c->zone,
        .content_digest = digest,
    };
    if (str_eq_c(c->zone, "server"))
        return server_zone(arena, &out->zone, err);
    return 0;
}

/* The digest of what the configuration tests with: the content of the
 * device's system, or a pack of SCAP. Empty: there is none. */
static int find_digest(struct db *db, const struct subject *subject,
                       const struct configuration *c, struct arena *arena,
                       str *out, struct err *err)
{
    struct benchmark_pack pack;
    struct content content;
    const uint8_t *digest = pack.digest;
    int rc;

    if (c->pack != 0) {
        rc = benchmark_pack_get(db, c->pack, arena, &pack, err);
    } else {
        rc = content_for_os(db, subject->os_id, subject->os_version, &content,
                            err);
        digest = content.digest;
    }
    *out = STR("");
    if (rc == 0)
        *out =
            arena_str(arena, (str){ (const char *)digest, JOB_DIGEST_BYTES });
    return rc == 1 || rc == E_ABSENT ? 0 : rc;
}

static int add_schedules(struct db *db, const struct subject *subject,
                         const struct configurations *list, struct arena *arena,
                         struct policy *out, struct err *err)
{
    int rc;

    if (!subject->has_agent)
        return 0;
    out->schedules.p = arena_alloc(arena, POLICY_SCHEDULES_MAX,
                                   sizeof(struct policy_schedule));
    for (size_t i = 0; i < list->all.n; i++) {
        const struct configuration *c = &list->all.p[i];
        struct policy_schedule *all = out->schedules.p;
        str digest;

        if (!c->enabled || !c->scheduled)
            continue;
        rc = find_digest(db, subject, c, arena, &digest, err);
        if (rc == 0 && digest.n == 0)
            continue;
        if (rc == 0)
            rc = target_has(db, subject->org, c->targets, subject->device, err);
        if (rc == E_INVALID) /* told by the scheduler; the others go on */
            continue;
        if (rc > 0 && out->schedules.n == POLICY_SCHEDULES_MAX)
            rc = err_set(err, E_LIMIT,
                         "a device is the target of more than %d "
                         "configurations",
                         POLICY_SCHEDULES_MAX);
        if (rc > 0)
            rc = add_schedule(arena, c, digest, &all[out->schedules.n++], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int make_policy(struct db *db, const struct subject *subject,
                       struct arena *arena, struct policy *out, struct err *err)
{
    struct configurations list = { 0 };
    struct scope scope = scope_system(subject->org);
    int rc = setting_s(db, subject->org, "agent.checkin_interval_s",
                       CHECKIN_INTERVAL_S, &out->checkin_interval_s, err);

    if (rc == 0)
        rc = setting_s(db, subject->org, "agent.inventory_interval_s",
                       INVENTORY_INTERVAL_S, &out->inventory_interval_s, err);
    if (rc == 0)
        rc = configuration_list(db, &scope, NULL, arena, &list, err);
    if (rc == 0)
        rc = add_schedules(db, subject, &list, arena, out, err);
    if (rc == 0)
        rc = label_download_points(db, subject->device, arena, &out->points,
                                   err);
    configurations_clear(&list);
    return rc;
}

static int policy_digest(const struct policy *policy,
                         uint8_t out[DIGEST_BYTES_MAX], struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(JOB_BODY_MAX);
    struct digest digest;
    int rc = wire_write(&shape_policy, policy, &text, err);

    if (rc < 0)
        return rc;
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, text.p, text.n);
    digest_bytes(&digest, out);
    return 0;
}

static int remember(struct db *db, const struct subject *subject,
                    int64_t revision, str digest, struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO device_policy (device, epoch, revision,"
                    " digest) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (device) DO UPDATE SET epoch = $2,"
                    " revision = $3, digest = $4",
                    DB_ARGS(db_i64(subject->device), db_i64(subject->epoch),
                            db_i64(revision), db_blob(digest)),
                    err);

    return rc < 0 ? rc : 0;
}

static int queue(struct db *db, const struct job_signer *signer, int64_t device,
                 const struct policy *policy, int64_t now, struct err *err)
{
    struct job_order order = { .device = device,
                               .type = JOB_POLICY,
                               .life_s = POLICY_LIFE_S,
                               .body = policy };
    int64_t id;
    int rc = job_drop_queued(db, device, JOB_POLICY, now, err);

    return rc < 0 ? rc : job_add(db, signer, &order, now, &id, err);
}

/* The one it has, or was sent and has not taken yet, is the right one. */
static int is_current(struct db *db, const struct subject *subject,
                      int64_t has_revision, int64_t now, struct err *err)
{
    int64_t id;
    int rc;

    if (subject->revision == has_revision)
        return 1;
    if (subject->revision < has_revision)
        return 0; /* the store was restored from an older backup */
    rc = job_find_open(db, subject->device, JOB_POLICY, now, &id, err);
    return rc < 0 ? rc : rc == 0;
}

int policy_refresh(struct db *db, const struct job_signer *signer,
                   int64_t device, int64_t has_revision, int64_t now,
                   struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    uint8_t bytes[DIGEST_BYTES_MAX];
    str digest = { (const char *)bytes, JOB_DIGEST_BYTES };
    struct policy policy = { 0 };
    struct subject subject = { 0 };
    int current;
    int rc = read_subject(db, device, &arena, &subject, err);

    if (rc < 0)
        return rc;
    current = is_current(db, &subject, has_revision, now, err);
    if (current < 0 || (current > 0 && subject.epoch == subject.seen_epoch))
        return current < 0 ? current : 0;
    rc = make_policy(db, &subject, &arena, &policy, err);
    if (rc == 0)
        rc = policy_digest(&policy, bytes, err);
    if (rc < 0)
        return rc;
    if (current > 0 && str_eq(digest, subject.digest))
        return remember(db, &subject, subject.revision, digest, err);
    policy.revision =
        1 + (subject.revision > has_revision ? subject.revision : has_revision);
    rc = remember(db, &subject, policy.revision, digest, err);
    return rc < 0 ? rc : queue(db, signer, device, &policy, now, err);
}

/* --- Content ------------------------------------------------------------- */

int content_for_device(struct db *db, int64_t device, struct content *out,
                       struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT d.os_id, d.os_version FROM device d"
        " WHERE d.id = $1 AND d.kind = 'agent' AND EXISTS ("
        "SELECT 1 FROM configuration c WHERE c.org = d.org AND c.enabled = 1"
        " AND c.kind = 'oval' AND (c.scheduled = 1 OR EXISTS ("
        "SELECT 1 FROM run r WHERE r.configuration = c.id"
        " AND r.cause <> 'schedule' AND r.started >= c.enabled_at)))",
        DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    return content_for_os(db, arena_str(&arena, db_col_text(rows, 0)),
                          arena_str(&arena, db_col_text(rows, 1)), out, err);
}
