/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_policy.h"

#include "base/digest.h"
#include "fleet/label.h"
#include "fleet/patch_group.h"
#include "fleet/patch_hold.h"
#include "fleet/patch_setup.h"
#include "fleet/patch_state.h"
#include "fleet/patch_store.h"
#include "fleet/rollout.h"
#include "proto/patching.h"

enum {
    POLICY_LIFE_S = 60 * 86400,
    GROUP_WHOLE_MAX = 500, /* a larger group is sent as far as it matters */
};

int patching_touch(struct db *db, int64_t org, struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO setting (org, name, value, revision)"
                    " VALUES ($1, 'patching.epoch', '', 1)"
                    " ON CONFLICT (org, name)"
                    " DO UPDATE SET revision = setting.revision + 1",
                    DB_ARGS(db_i64(org)), err);

    return rc < 0 ? rc : 0;
}

/* 'patching.touched' is how the patcher notices (of any server). */
int patching_touch_device(struct db *db, int64_t device, struct err *err)
{
    int rc = db_run(db, "UPDATE device_patch SET epoch = -1 WHERE device = $1",
                    DB_ARGS(db_i64(device)), err);

    if (rc >= 0)
        rc = db_run(db,
                    "INSERT INTO setting (org, name, value, revision)"
                    " SELECT org, 'patching.touched', '', 1 FROM device"
                    " WHERE id = $1 ON CONFLICT (org, name)"
                    " DO UPDATE SET revision = setting.revision + 1",
                    DB_ARGS(db_i64(device)), err);
    return rc < 0 ? rc : 0;
}

int patching_touched(struct db *db, int64_t after, struct patching_devices *out,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT device FROM device_patch WHERE epoch = -1"
                 " AND device > $1 ORDER BY device LIMIT $2",
                 DB_ARGS(db_i64(after), db_i64(PATCHING_TOUCHED)), &rows, err);

    out->n = 0;
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        out->id[out->n++] = db_col_i64(rows, 0);
        rc = 0;
    }
    return rc;
}

/* A higher revision than ours: the store was restored from a backup. */
int patching_policy_told(struct db *db, int64_t device, int64_t revision,
                         struct err *err)
{
    int rc = db_run(db,
                    "UPDATE device_patch SET epoch = -1, taken = $2,"
                    " revision = CASE WHEN revision < $2 THEN $2"
                    " ELSE revision END WHERE device = $1",
                    DB_ARGS(db_i64(device), db_i64(revision)), err);

    return rc < 0 ? rc : 0;
}

/* --- Making
 * ------------------------------------------------------------------------ */

int patching_policy_event(struct db *db, int64_t device,
                          const struct job_event *event, struct err *err)
{
    int rc;

    if (event->state != JOB_STATE_DONE)
        return 0;
    rc = db_run(
        db,
        "UPDATE device_patch SET taken = revision WHERE device = $1"
        " AND EXISTS (SELECT 1 FROM job WHERE id = $2 AND device = $1"
        " AND type = $3) AND $2 = (SELECT MAX(id) FROM job"
        " WHERE device = $1 AND type = $3)",
        DB_ARGS(db_i64(device), db_i64(event->job), db_i64(JOB_PATCH_POLICY)),
        err);
    return rc < 0 ? rc : 0;
}

struct making {
    struct db *db;
    int64_t device;
    int64_t org;
    int64_t now;
    struct arena *arena;
    struct patching_policy *policy;
    struct patch_state state;
    struct patch_setup setup;
    bool has_setup;
    VEC(str) missing; /* ids of patches, sorted */
};

static void set_text(str *out, struct arena *arena, str text)
{
    *out = text.p != NULL ? arena_str(arena, text) : STR("");
}

static void set_cves(struct making *m, const struct patch *p,
                     struct patching_fact *fact)
{
    struct patching_cve_fact *all =
        arena_alloc(m->arena, p->cve_count + 1, sizeof(*all));

    for (size_t i = 0; i < p->cve_count; i++) {
        const struct patch_cve *cve = &p->cves[i];

        all[i] = (struct patching_cve_fact){
            .id = cve->id,
            .cvss20 = cve->cvss[CVSS_2_0],
            .cvss30 = cve->cvss[CVSS_3_0],
            .cvss31 = cve->cvss[CVSS_3_1],
            .cvss40 = cve->cvss[CVSS_4_0],
            .rating = cve->vrr,
            .exploited = cve->exploited,
        };
    }
    fact->cves = (struct wire_list){ all, p->cve_count };
}

static void set_texts(struct making *m, const str *from, size_t n,
                      struct wire_list *out)
{
    struct patching_text *all = arena_alloc(m->arena, n + 1, sizeof(*all));

    for (size_t i = 0; i < n; i++)
        all[i].text = from[i];
    *out = (struct wire_list){ all, n };
}

static void set_fact(struct making *m, const struct patch *p,
                     struct patching_fact *out)
{
    out->id = p->id;
    set_text(&out->title, m->arena, p->title);
    out->type = str_c(patch_type_name(p->type));
    out->severity = str_c(patch_severity_name(p->severity));
    set_text(&out->vendor, m->arena, p->vendor);
    set_text(&out->product, m->arena, p->product);
    set_text(&out->product_version, m->arena, p->version);
    out->released = p->published;
    out->preview = p->preview;
    out->enablement = p->enablement;
    out->reboot = p->reboot == PATCH_REBOOT_SUGGESTED ||
                  p->reboot == PATCH_REBOOT_REQUIRED;
    set_texts(m, p->supersedes, p->supersede_count, &out->supersedes);
    set_texts(m, p->requires, p->require_count, &out->requires);
    set_cves(m, p, out);
}

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static bool is_missing(const struct making *m, str id)
{
    return m->missing.n > 0 && bsearch(&id, m->missing.p, m->missing.n,
                                       sizeof(str), compare) != NULL;
}

static int add_facts(struct making *m, struct err *err)
{
    const struct patch_lack *lacks = m->state.lacks.p;
    size_t n = m->state.lacks.n;
    struct patching_fact *facts = arena_alloc(m->arena, n + 1, sizeof(*facts));
    struct patching_package_fact *packages =
        arena_alloc(m->arena, n + 1, sizeof(*packages));
    struct patch_row row = { .id = 0 };
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (row.id != lacks[i].patch) {
            int rc = patch_store_get(m->db, m->org, lacks[i].patch, m->arena,
                                     &row, err);

            if (rc < 0)
                return rc;
            set_fact(m, &row.patch, &facts[count++]);
            *vec_push(&m->missing) = row.patch.id;
        }
        packages[i] = (struct patching_package_fact){
            .name = lacks[i].package,
            .arch = lacks[i].arch,
            .version = lacks[i].candidate,
            .patch = row.patch.id,
        };
    }
    if (m->missing.n > 0)
        qsort(m->missing.p, m->missing.n, sizeof(str), compare);
    m->policy->patches = (struct wire_list){ facts, count };
    m->policy->packages = (struct wire_list){ packages, n };
    return 0;
}

/* --- Groups
 * ------------------------------------------------------------------------ */

static int add_group(struct making *m, str name, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    struct patching_policy_group *all = m->policy->groups.p;
    struct patch_group_row group;
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < m->policy->groups.n; i++)
        if (str_eq(all[i].name, name))
            return 0;
    if (m->policy->groups.n == PATCHING_GROUPS_MAX)
        return err_set(err, E_LIMIT, "a policy has at most %d groups",
                       PATCHING_GROUPS_MAX);
    rc = patch_group_find(m->db, m->org, name, m->arena, &group, err);
    if (rc == E_ABSENT)
        return 0; /* the device says so and deploys nothing by it */
    if (rc == 0)
        rc = patch_group_set(m->db, group.id, 0, m->arena, &set, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < set.ids.n; i++)
        if (set.ids.n <= GROUP_WHOLE_MAX || is_missing(m, set.ids.p[i]))
            set.ids.p[n++] = set.ids.p[i];
    all += m->policy->groups.n++;
    all->name = group.name;
    all->revision = group.revision;
    set_texts(m, set.ids.p, n, &all->patches);
    return 0;
}

static int add_chosen(struct making *m, const struct patch_texts *names,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < names->n; i++)
        rc = add_group(m, names->p[i], err);
    return rc;
}

static int add_groups(struct making *m, struct err *err)
{
    struct patch_configuration settings;
    int rc = patch_configuration_parse(m->setup.settings, 0, m->arena,
                                       &settings, err);

    m->policy->groups.p = arena_alloc(m->arena, PATCHING_GROUPS_MAX,
                                      sizeof(struct patching_policy_group));
    for (int kind = 0; rc == 0 && kind < PATCH_TASKS; kind++) {
        const struct patch_options *o =
            &settings.task[PATCH_LINUX][kind].deploy;

        rc = add_chosen(m, &o->include, err);
        if (rc == 0)
            rc = add_chosen(m, &o->exclude, err);
    }
    return rc;
}

/* --- What is held back
 * ------------------------------------------------------------- */

static int add_holds(struct making *m, struct err *err)
{
    AUTO(patch_hold_rows_clear) struct patch_hold_rows rows = { 0 };
    int rc =
        patch_hold_of_device(m->db, m->device, m->now, m->arena, &rows, err);
    struct patching_hold *holds =
        arena_alloc(m->arena, rows.all.n + 1, sizeof(*holds));
    struct patching_suppression *cves =
        arena_alloc(m->arena, rows.all.n + 1, sizeof(*cves));
    size_t n = 0;
    size_t suppressed = 0;

    for (size_t i = 0; rc == 0 && i < rows.all.n; i++) {
        const struct patch_hold_row *h = &rows.all.p[i];

        if (str_eq(h->kind, PATCH_HOLD_CVE))
            cves[suppressed++] =
                (struct patching_suppression){ h->target, h->reason, h->author,
                                               h->until };
        else
            holds[n++] =
                (struct patching_hold){ h->target,
                                        str_eq(h->kind, PATCH_HOLD_PACKAGE),
                                        h->reason, h->author, h->until };
    }
    m->policy->holds = (struct wire_list){ holds, n };
    m->policy->suppressions = (struct wire_list){ cves, suppressed };
    return rc;
}

static int add_freezes(struct making *m, struct err *err)
{
    AUTO(patch_freeze_rows_clear) struct patch_freeze_rows rows = { 0 };
    int rc =
        patch_freeze_of_device(m->db, m->device, m->now, m->arena, &rows, err);
    struct patching_freeze *all =
        arena_alloc(m->arena, rows.all.n + 1, sizeof(*all));
    size_t n = 0;

    for (size_t i = 0; rc == 0 && i < rows.all.n; i++) {
        const struct patch_freeze_row *f = &rows.all.p[i];

        if (n < PATCHING_FREEZES_MAX)
            all[n++] =
                (struct patching_freeze){ f->begins, f->ends, f->reason };
    }
    m->policy->freezes = (struct wire_list){ all, n };
    return rc;
}

static int add_ring(struct making *m, struct err *err)
{
    struct patching_policy *p = m->policy;
    struct rollout rollout;
    int rc = rollout_get(m->db, m->setup.id, m->arena, &rollout, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = rollout_ring_of_device(m->db, &rollout, m->device, &p->ring, err);
    if (rc < 0)
        return rc;
    if (rollout_is_held(&rollout))
        p->ring_text =
            arena_printf(m->arena, "the rollout is %" PRIstr ": %" PRIstr,
                         ARGstr(rollout.state), ARGstr(rollout.reason));
    else if (p->ring > 1)
        p->ring_text = arena_printf(
            m->arena, "ring %lld (%" PRIstr ") is deployed after ring %lld",
            (long long)p->ring, ARGstr(rollout.rings.ring[p->ring - 1].name),
            (long long)p->ring - 1);
    else
        p->ring_open = true;
    return 0;
}

static int add_approvals(struct making *m, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct patching_approval *all =
        arena_alloc(m->arena, PATCHING_APPROVALS_MAX, sizeof(*all));
    size_t n = 0;
    int rc = db_query(m->db,
                      "SELECT key_bytes, signature FROM patch_approval"
                      " WHERE configuration = $1 AND version = $2 AND run = 0"
                      " AND verdict = 'approved' AND signature IS NOT NULL"
                      " ORDER BY id LIMIT $3",
                      DB_ARGS(db_i64(m->setup.id), db_i64(m->setup.deployed),
                              db_i64(PATCHING_APPROVALS_MAX)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        all[n++] = (struct patching_approval){
            arena_str(m->arena, db_col_blob(rows, 0)),
            arena_str(m->arena, db_col_blob(rows, 1))
        };
        rc = 0;
    }
    m->policy->approvals = (struct wire_list){ all, n };
    return rc;
}

static int add_download(struct making *m, struct err *err)
{
    struct wire_list points = { 0 };
    int rc = label_download_points(m->db, m->device, m->arena, &points, err);

    if (rc == 0 && points.n > 0)
        m->policy->download_url =
            ((const struct download_point *)points.p)->url;
    return rc;
}

static int add_setup(struct making *m, struct err *err)
{
    struct patching_policy *p = m->policy;
    int rc = patch_setup_of_device(m->db, m->device, m->arena, &m->setup, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    m->has_setup = true;
    p->configuration = m->setup.id;
    p->version = m->setup.deployed;
    p->name = m->setup.name;
    p->settings = m->setup.settings;
    rc = add_groups(m, err);
    if (rc == 0)
        rc = add_ring(m, err);
    return rc < 0 ? rc : add_approvals(m, err);
}

int patching_policy_make(struct db *db, int64_t device, int64_t now,
                         struct arena *arena, struct patching_policy *out,
                         struct err *err)
{
    struct making m = {
        .db = db, .device = device, .now = now, .arena = arena, .policy = out
    };
    int rc = db_one_i64(db, "SELECT org FROM device WHERE id = $1",
                        DB_ARGS(db_i64(device)), &m.org, err);

    *out = (struct patching_policy){ .name = STR(""),
                                     .settings = STR(""),
                                     .ring_text = STR(""),
                                     .download_url = STR("") };
    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no device %lld",
                       (long long)device);
    if (rc == 0)
        rc = patch_state_get(db, device, arena, &m.state, err);
    if (rc >= 0)
        rc = add_facts(&m, err);
    if (rc == 0)
        rc = add_setup(&m, err);
    if (rc == 0)
        rc = add_holds(&m, err);
    if (rc == 0)
        rc = add_freezes(&m, err);
    if (rc == 0)
        rc = add_download(&m, err);
    vec_clear(&m.missing);
    return rc;
}

/* --- Sending
 * ----------------------------------------------------------------------- */

struct known {
    int64_t epoch; /* of the organisation */
    int64_t seen;  /* the one its policy was made at; -1: none */
    int64_t revision;
    int64_t configuration;
    int64_t version;
    int64_t since;
    bool has_agent;
    uint8_t digest[PATCHING_DIGEST_BYTES];
};

static int read_known(struct db *db, int64_t device, struct known *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str digest;
    int rc = db_query(
        db,
        "SELECT d.kind, COALESCE(s.revision, 0), COALESCE(p.epoch, -1),"
        " COALESCE(p.revision, 0), COALESCE(p.configuration, 0),"
        " COALESCE(p.version, 0), COALESCE(p.since, 0), p.digest FROM device d"
        " LEFT JOIN setting s ON s.org = d.org AND s.name = 'patching.epoch'"
        " LEFT JOIN device_patch p ON p.device = d.id WHERE d.id = $1",
        DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : err_set(err, E_ABSENT, "there is no such device");
    *out = (struct known){
        .epoch = db_col_i64(rows, 1),
        .seen = db_col_i64(rows, 2),
        .revision = db_col_i64(rows, 3),
        .configuration = db_col_i64(rows, 4),
        .version = db_col_i64(rows, 5),
        .since = db_col_i64(rows, 6),
        .has_agent = str_eq(db_col_text(rows, 0), STR("agent")),
    };
    digest = db_col_blob(rows, 7);
    if (digest.n == sizeof(out->digest))
        memcpy(out->digest, digest.p, digest.n);
    return 0;
}

static int digest_of(const struct patching_policy *policy,
                     uint8_t out[PATCHING_DIGEST_BYTES], struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(JOB_BODY_MAX);
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;
    int rc = wire_write(&shape_patching_policy, policy, &text, err);

    if (rc < 0)
        return rc;
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, text.p, text.n);
    digest_bytes(&digest, bytes);
    memcpy(out, bytes, PATCHING_DIGEST_BYTES);
    return 0;
}

static int remember(struct db *db, int64_t device, const struct known *k,
                    const struct patching_policy *p, struct err *err)
{
    int rc = db_run(
        db,
        "INSERT INTO device_patch (device, epoch, revision, taken,"
        " configuration, version, since, digest) VALUES ($1, $2, $3, 0, $4, $5,"
        " $6, $7) ON CONFLICT (device) DO UPDATE SET epoch = $2, revision = $3,"
        " configuration = $4, version = $5, since = $6, digest = $7",
        DB_ARGS(db_i64(device), db_i64(k->epoch), db_i64(p->revision),
                db_i64(p->configuration), db_i64(p->version), db_i64(p->since),
                db_blob((str){ (const char *)k->digest, sizeof(k->digest) })),
        err);

    return rc < 0 ? rc : 0;
}

static int queue(struct db *db, const struct job_signer *signer, int64_t device,
                 const struct patching_policy *policy, int64_t now,
                 struct err *err)
{
    struct job_order order = { .device = device,
                               .type = JOB_PATCH_POLICY,
                               .life_s = POLICY_LIFE_S,
                               .body = policy };
    int64_t id;
    int rc = job_drop_queued(db, device, JOB_PATCH_POLICY, now, err);

    return rc < 0 ? rc : job_add(db, signer, &order, now, &id, err);
}

/* One with this policy is on its way, or was taken. */
static int is_sent(struct db *db, int64_t device, int64_t revision, int64_t now,
                   struct err *err)
{
    int64_t n = 0;
    int rc;

    if (revision == 0)
        return 0;
    rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM job WHERE device = $1 AND type = $2"
        " AND state IN (0, 1, 2, 3) AND (state > 0 OR"
        " expires > $3) AND id = (SELECT MAX(id) FROM job"
        " WHERE device = $1 AND type = $2)",
        DB_ARGS(db_i64(device), db_i64(JOB_PATCH_POLICY), db_i64(now)), &n,
        err);
    return rc < 0 ? rc : n > 0;
}

/* A device that has no configuration is sent an empty policy: it scans
 * (P-SCN-1, 2). */
int patching_policy_refresh(struct db *db, const struct job_signer *signer,
                            int64_t device, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    uint8_t digest[PATCHING_DIGEST_BYTES];
    struct patching_policy policy;
    struct known known;
    int sent;
    int rc = read_known(db, device, &known, err);

    if (rc < 0 || !known.has_agent || known.epoch == known.seen)
        return rc;
    sent = is_sent(db, device, known.revision, now, err);
    if (sent < 0)
        return sent;
    rc = patching_policy_make(db, device, now, &arena, &policy, err);
    if (rc < 0)
        return rc;
    policy.since = known.since;
    if (policy.configuration != known.configuration ||
        policy.version != known.version)
        policy.since = now;
    rc = digest_of(&policy, digest, err);
    if (rc < 0)
        return rc;
    policy.revision = known.revision;
    if (sent > 0 && memcmp(digest, known.digest, sizeof(digest)) == 0)
        return remember(db, device, &known, &policy, err);
    memcpy(known.digest, digest, sizeof(digest));
    policy.revision++;
    rc = remember(db, device, &known, &policy, err);
    return rc < 0 ? rc : queue(db, signer, device, &policy, now, err);
}
