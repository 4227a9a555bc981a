/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_receive.h"

#include "advisory/release.h"
#include "fleet/inventory.h"
#include "fleet/patch_history.h"
#include "fleet/patch_policy.h"
#include "fleet/patch_run.h"
#include "fleet/patch_state.h"
#include "fleet/patch_store.h"
#include "schedule/calendar.h"
#include "schedule/zone.h"

enum {
    LATE_S = 400 * 86400, /* how old a scan may say it is */
    NEW_A_DAY = 2000,     /* patches that only a device's word makes known */
    DAY_S = 86400,
};

/* --- Common
 * ------------------------------------------------------------------- */

/* 0; or 1 when it was there. */
static int note_nonce(struct db *db, int64_t device, str nonce, int64_t now,
                      struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO result_seen (device, nonce, at) VALUES ($1,"
                    " $2, $3) ON CONFLICT (device, nonce) DO NOTHING",
                    DB_ARGS(db_i64(device), db_blob(nonce), db_i64(now)), err);

    return rc < 0 ? rc : rc == 0;
}

static int64_t believed(int64_t at, int64_t now)
{
    if (at > now)
        return now;
    return at < now - LATE_S ? now - LATE_S : at;
}

/* --- Whose scan it is
 * ------------------------------------------------------------ */

struct owner {
    int64_t device;
    int64_t org;
    str os_id;
    str release;
    struct inventory inventory; /* n 0: none */
};

static int read_owner(struct db *db, int64_t device, struct arena *arena,
                      struct owner *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db, "SELECT org, os_id, os_version FROM device WHERE id = $1",
                 DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no device %lld",
                       (long long)device);
    if (rc < 0)
        return rc;
    *out = (struct owner){ .device = device, .org = db_col_i64(rows, 0) };
    out->os_id = arena_str(arena, db_col_text(rows, 1));
    out->release =
        arena_printf(arena, "%" PRIstr ":%" PRIstr, ARGstr(out->os_id),
                     ARGstr(db_col_text(rows, 2)));
    rc = inventory_load(db, device, arena, &out->inventory, err);
    return rc < 0 ? rc : 0;
}

/* The package of the inventory; NULL when it is not there. */
static const struct fact_package *find_package(const struct owner *owner,
                                               str name, str arch)
{
    const struct fact_package *all = owner->inventory.packages.p;
    size_t low = 0;
    size_t high = owner->inventory.packages.n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (str_cmp(all[mid].name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < owner->inventory.packages.n && str_eq(all[low].name, name);
         low++)
        if (arch.n == 0 || str_eq(all[low].arch, arch))
            return &all[low];
    return NULL;
}

static void set_source(const struct owner *owner, struct patch_subject *subject)
{
    const struct patching_missing *m = subject->missing;
    const struct fact_package *p = find_package(owner, m->name, m->arch);

    if (p == NULL || p->source.n == 0)
        return;
    subject->source = p->source;
    if (p->source_evr.n > 0 && !str_eq(p->source_evr, p->evr))
        subject->source_installed = p->source_evr;
}

/* --- A scan
 * ----------------------------------------------------------------------- */

struct taking {
    struct db *db;
    const struct patch_knowledge *knowledge;
    struct owner owner;
    int64_t now;
    struct arena arena;
    VEC(struct patch_lack) lacks;
    int64_t room;     /* how many patches of its own it may make known */
    int64_t left_out; /* what it lacks, too, for which there was none */
};

/* How much is left of today; what is used of it is noted at the end. */
static int read_room(struct taking *t, struct arena *arena, str *out_name,
                     struct err *err)
{
    int64_t used = 0;
    int rc;

    *out_name =
        arena_printf(arena, "patching.new.%lld", (long long)t->owner.device);
    rc = db_one_i64(t->db,
                    "SELECT revision FROM setting WHERE org = $1"
                    " AND name = $2 AND value = $3",
                    DB_ARGS(db_i64(t->owner.org), db_text(*out_name),
                            db_text(arena_printf(arena, "%lld",
                                                 (long long)(t->now / DAY_S)))),
                    &used, err);
    t->room = used < NEW_A_DAY ? NEW_A_DAY - used : 0;
    return rc < 0 ? rc : 0;
}

static int note_room(struct taking *t, str name, int64_t before,
                     struct err *err)
{
    int rc;

    if (t->room == before)
        return 0;
    rc = db_run(t->db,
                "INSERT INTO setting (org, name, value, revision)"
                " VALUES ($1, $2, $3, $4) ON CONFLICT (org, name)"
                " DO UPDATE SET value = $3, revision = $4",
                DB_ARGS(db_i64(t->owner.org), db_text(name),
                        db_text(arena_printf(&t->arena, "%lld",
                                             (long long)(t->now / DAY_S))),
                        db_i64(NEW_A_DAY - t->room)),
                err);
    return rc < 0 ? rc : 0;
}

static int add_lack(struct taking *t, const struct patching_missing *m,
                    const struct patch_known *known, struct err *err)
{
    struct patch_put put = { .org = t->owner.org,
                             .patch = &known->patch,
                             .source = known->source,
                             .now = t->now,
                             .room = str_eq(known->source, PATCH_FROM_AGENT)
                                         ? &t->room
                                         : NULL };
    struct patch_lack *lack;
    int64_t id = 0;
    int rc = patch_store_put(t->db, &put, &id, err);

    if (rc < 0)
        return rc;
    if (id == 0) {
        t->left_out++;
        return 0;
    }
    lack = vec_push(&t->lacks);
    *lack = (struct patch_lack){ .patch = id,
                                 .package = m->name,
                                 .arch = m->arch,
                                 .installed = m->installed,
                                 .candidate = m->candidate,
                                 .suite = m->suite,
                                 .size = m->size,
                                 .held = m->held,
                                 .problem = m->problem };
    return 0;
}

static int take_missing(struct taking *t, const struct patching_missing *m,
                        struct err *err)
{
    AUTO(patch_knowns_clear) struct patch_knowns knowns = { 0 };
    struct patch_subject subject = { .release = t->owner.release,
                                     .vendor = t->owner.os_id,
                                     .missing = m,
                                     .source = STR(""),
                                     .source_installed = STR(""),
                                     .source_candidate = STR("") };
    int rc = 0;

    if (m->name.n == 0 || m->candidate.n == 0)
        return err_set(err, E_INVALID,
                       "a missing package has a name and a version");
    set_source(&t->owner, &subject);
    rc = patch_know(t->knowledge, &subject, &t->arena, &knowns, err);
    for (size_t i = 0; rc == 0 && i < knowns.all.n; i++)
        rc = add_lack(t, m, &knowns.all.p[i], err);
    return rc;
}

/* Empty views that were never set must be texts in the store. */
static struct patching_reboot whole(const struct patching_reboot *reboot)
{
    struct patching_reboot r = *reboot;

    r.reason = str_or_empty(r.reason);
    r.action = str_or_empty(r.action);
    return r;
}

/* A list that is not whole says so. */
static str errors_of(struct taking *t, const struct patching_scan *scan)
{
    return arena_printf(&t->arena,
                        "%lld missing updates were not taken: a device makes"
                        " at most %d patches known a day\n%" PRIstr,
                        (long long)t->left_out, NEW_A_DAY,
                        ARGstr(scan->errors));
}

static int put_state(struct taking *t, const struct patching_scan *scan,
                     str origin, struct err *err)
{
    struct patch_state state = {
        .device = t->owner.device,
        .org = t->owner.org,
        .os = PATCH_LINUX,
        .at = believed(scan->collected, t->now),
        .cause = scan->cause,
        .origin = origin,
        .manager = scan->manager,
        .installed = scan->installed,
        .reboot = whole(&scan->reboot),
        .errors = t->left_out == 0 ? scan->errors : errors_of(t, scan),
        .lacks = { t->lacks.p, t->lacks.n },
    };

    return patch_state_put(t->db, &state, t->now, err);
}

static int take_scan(struct taking *t, const struct patching_scan *scan,
                     str origin, struct err *err)
{
    const struct patching_missing *all = scan->missing.p;
    str name;
    int rc = read_room(t, &t->arena, &name, err);
    int64_t room = t->room;

    for (size_t i = 0; rc == 0 && i < scan->missing.n; i++)
        rc = take_missing(t, &all[i], err);
    if (rc == 0)
        rc = note_room(t, name, room, err);
    return rc < 0 ? rc : put_state(t, scan, origin, err);
}

int patching_scan_take(struct db *db, int64_t device,
                       const struct patching_scan *scan,
                       const struct patch_knowledge *knowledge, int64_t now,
                       struct err *err)
{
    struct taking t = {
        .db = db, .knowledge = knowledge, .now = now, .arena = ARENA
    };
    int rc = note_nonce(db, device, scan->nonce, now, err);

    if (rc == 0)
        rc = patch_state_failed(db, device, believed(scan->collected, now),
                                scan->failure, err);
    if (rc == 0 && scan->failure.n == 0)
        rc = read_owner(db, device, &t.arena, &t.owner, err);
    if (rc == 0 && scan->failure.n == 0)
        rc = take_scan(&t, scan, SCAN_BY_AGENT, err);
    if (rc == 0)
        rc = patching_policy_told(db, device, scan->policy_revision, err);
    vec_clear(&t.lacks);
    arena_clear(&t.arena);
    return rc;
}

int patching_reboot_take(struct db *db, int64_t device,
                         const struct patching_reboot_state *state, int64_t now,
                         struct err *err)
{
    struct patching_reboot reboot = whole(&state->reboot);
    int rc = note_nonce(db, device, state->nonce, now, err);

    if (rc != 0)
        return rc;
    reboot.since = believed(reboot.since, now);
    return patch_state_reboot(db, device, &reboot, err);
}

/* --- A deployment ------------------------------------------------------------
 */

struct tried {
    int64_t org;
    str zone;
    bool known; /* the configuration is one of the device's organisation */
};

static int read_tried(struct db *db, int64_t device, int64_t configuration,
                      struct arena *arena, struct tried *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT org, CASE WHEN time_zone_set <> '' THEN"
                 " time_zone_set ELSE time_zone END, EXISTS (SELECT 1"
                 " FROM patch_configuration c WHERE c.id = $2"
                 " AND c.org = device.org) FROM device WHERE id = $1",
                 DB_ARGS(db_i64(device), db_i64(configuration)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : err_set(err, E_ABSENT, "there is no such device");
    out->org = db_col_i64(rows, 0);
    out->zone = arena_str(arena, db_col_text(rows, 1));
    out->known = db_col_i64(rows, 2) != 0;
    return 0;
}

static int check_run(struct db *db, int64_t device,
                     const struct patching_results *r, struct err *err)
{
    int64_t n = 0;
    int rc;

    if (r->terms.run == 0)
        return 0;
    rc = db_one_i64(db,
                    "SELECT COUNT(*) FROM patch_run_device WHERE run = $1"
                    " AND device = $2",
                    DB_ARGS(db_i64(r->terms.run), db_i64(device)), &n, err);
    if (rc == 0 && n == 0)
        return err_set(err, E_INVALID, "the device is not part of run %lld",
                       (long long)r->terms.run);
    return rc;
}

/* When it was due, as the schedule says it. A zone that is not installed here
 * leaves the deployment without a run. */
static str local_due(const struct tried *tried, int64_t due,
                     char out[CALENDAR_TEXT_MAX])
{
    AUTO(zone_freep) struct zone *zone = NULL;

    if (due == 0 || zone_load(NULL, tried->zone, &zone, NULL) < 0)
        return STR("");
    return str_c(calendar_format(zone_utc_to_local(zone, due), "", out));
}

static int take_results(struct db *db, int64_t device,
                        const struct patching_results *told, int64_t now,
                        int64_t *out_run, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patching_results r = *told;
    char local[CALENDAR_TEXT_MAX];
    struct tried tried = { 0 };
    struct patch_told to = { .device = device, .results = &r, .now = now };
    int64_t deployment = 0;
    int rc = read_tried(db, device, r.terms.configuration, &arena, &tried, err);

    if (rc == 0 && !tried.known)
        return err_set(err, E_INVALID, "there is no such configuration");
    if (rc == 0)
        rc = check_run(db, device, &r, err);
    if (rc < 0)
        return rc;
    r.ended = r.ended > now ? now : r.ended;
    r.started = r.started > now ? now : r.started;
    to.org = tried.org;
    rc = patch_history_put(db, &to, &deployment, err);
    if (rc == 0)
        rc = patch_run_told(db, device, &r,
                            r.terms.run == 0 ? local_due(&tried, r.due, local)
                                             : STR(""),
                            out_run, err);
    return rc;
}

int patching_results_take(struct db *db, int64_t device,
                          const struct patching_results *results, int64_t now,
                          int64_t *out_run, struct err *err)
{
    struct patching_reboot reboot = whole(&results->reboot);
    int rc = note_nonce(db, device, results->nonce, now, err);

    *out_run = 0;
    if (rc == 0)
        rc = take_results(db, device, results, now, out_run, err);
    if (rc == 0 && results->phase == PATCHING_PHASE_DONE) {
        reboot.since = reboot.needed && reboot.since == 0
                           ? now
                           : believed(reboot.since, now);
        rc = patch_state_reboot(db, device, &reboot, err);
    }
    return rc;
}

/* --- By the server itself
 * ------------------------------------------------------------ */

struct making {
    struct taking *taking;
    const struct fact_package *package;
    str version; /* of the source package when it has one of its own */
    str best;    /* the highest fixed version so far; or empty */
};

static int look_at(void *ctx, const struct advisory_statement *statement,
                   struct err *err UNUSED)
{
    struct making *m = ctx;
    const struct advisory_item *item = &statement->item;
    str release = m->taking->owner.release;
    int order = 0;

    if (item->status != ADVISORY_FIXED || item->version.n == 0 ||
        statement->advisory.n == 0)
        return 0;
    if (release_version_order(release, item->version, m->version, &order,
                              NULL) < 0 ||
        order <= 0)
        return 0;
    if (m->best.n == 0 || (release_version_order(release, item->version,
                                                 m->best, &order, NULL) == 0 &&
                           order > 0))
        m->best = item->version;
    return 0;
}

static int make_missing(struct taking *t, const struct fact_package *p,
                        struct err *err)
{
    str name = p->source.n > 0 ? p->source : p->name;
    struct making m = { .taking = t,
                        .package = p,
                        .version = p->source_evr.n > 0 ? p->source_evr : p->evr,
                        .best = STR("") };
    struct patching_missing missing = {
        .name = p->name,
        .arch = p->arch,
        .installed = p->evr,
        .origin = STR(""),
        .suite = STR(""),
        .repository = STR(""),
        .advisory = STR(""),
        .type = STR(""),
        .severity = STR(""),
        .title = STR(""),
        .problem = STR(""),
    };
    int rc = advisory_data_package(t->knowledge->advisories, name,
                                   t->owner.release, look_at, &m, err);

    if (rc == 0 && m.best.n == 0 && !str_eq(name, p->name))
        rc = advisory_data_package(t->knowledge->advisories, p->name,
                                   t->owner.release, look_at, &m, err);
    if (rc < 0 || m.best.n == 0)
        return rc;
    missing.candidate = m.best;
    return take_missing(t, &missing, err);
}

static int make_scan(struct taking *t, struct err *err)
{
    const struct fact_package *all = t->owner.inventory.packages.p;
    struct patching_scan scan = {
        .cause = PATCHING_SCAN_DAILY,
        .collected = t->owner.inventory.collected,
        .manager = STR(""),
        .installed = (int64_t)t->owner.inventory.packages.n,
        .errors = STR(""),
    };
    str name;
    int rc = read_room(t, &t->arena, &name, err);
    int64_t room = t->room;

    for (size_t i = 0; rc == 0 && i < t->owner.inventory.packages.n; i++)
        rc = make_missing(t, &all[i], err);
    if (rc == 0)
        rc = note_room(t, name, room, err);
    return rc < 0 ? rc : put_state(t, &scan, SCAN_BY_SERVER, err);
}

int patching_scan_make(struct db *db, int64_t device,
                       const struct patch_knowledge *knowledge, int64_t now,
                       struct err *err)
{
    struct taking t = {
        .db = db, .knowledge = knowledge, .now = now, .arena = ARENA
    };
    int64_t other = 0;
    int rc;

    if (knowledge->advisories == NULL)
        return 1;
    rc = db_one_i64(db,
                    "SELECT COUNT(*) FROM patch_scan WHERE device = $1"
                    " AND origin <> 'server'",
                    DB_ARGS(db_i64(device)), &other, err);
    if (rc < 0 || other > 0)
        return rc < 0 ? rc : 1;
    rc = read_owner(db, device, &t.arena, &t.owner, err);
    if (rc == 0 && t.owner.inventory.packages.n == 0)
        rc = 1;
    if (rc == 0)
        rc = make_scan(&t, err);
    vec_clear(&t.lacks);
    arena_clear(&t.arena);
    return rc;
}
