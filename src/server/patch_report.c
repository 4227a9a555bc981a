/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_report.h"

#include "base/jval.h"
#include "base/log.h"
#include "fleet/patch_group.h"
#include "fleet/patch_sla.h"
#include "fleet/target.h"
#include "schedule/schedule.h"
#include "server/patcher.h"

enum {
    LIST_MAX = 1 << 20, /* bytes of JSON of a stored list */
};

void patch_report_counts(struct db_rows *rows, int at,
                         uint64_t out[PATCH_COMPLIANCES])
{
    int64_t devices = db_col_i64(rows, at);
    int64_t compliant = db_col_i64(rows, at + 1);
    int64_t no_data = db_col_i64(rows, at + 2);
    int64_t pending = db_col_i64(rows, at + 3);

    out[PATCH_COMPLIANT] = (uint64_t)compliant;
    out[PATCH_NO_DATA] = (uint64_t)no_data;
    out[PATCH_PENDING_REBOOT] = (uint64_t)pending;
    out[PATCH_NOT_COMPLIANT] =
        (uint64_t)(devices - compliant - no_data - pending);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct patch_report_set *s)
{
    *s = (struct patch_report_set){
        .id = db_col_i64(rows, 0),
        .name = arena_str(arena, db_col_text(rows, 1)),
        .configurations = arena_str(arena, db_col_text(rows, 2)),
        .groups = arena_str(arena, db_col_text(rows, 3)),
        .levels = arena_str(arena, db_col_text(rows, 4)),
        .threshold = db_col_i64(rows, 5),
        .stale_days = db_col_i64(rows, 6),
        .archived = db_col_i64(rows, 7) != 0,
        .owner = arena_str(arena, db_col_text(rows, 8)),
        .last_run = db_col_i64(rows, 9),
        .revision = db_col_i64(rows, 10),
        .within_sla = db_col_i64(rows, 11) != 0,
        .schedule = arena_str(arena, db_col_text(rows, 12)),
        .zone = arena_str(arena, db_col_text(rows, 13)),
        .looked_at = db_col_i64(rows, 14),
        .org = db_col_i64(rows, 15),
        .ran = !db_col_null(rows, 16),
    };
    if (s->ran)
        patch_report_counts(rows, 16, s->counts);
}

int patch_report_read(struct db *db, int64_t org, int64_t id,
                      struct arena *arena, struct patch_report_sets *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT r.id, r.name, r.configurations, r.measures, r.levels,"
        " r.threshold, r.stale_days, r.archived, r.owner, r.last_run,"
        " r.revision, r.within_sla, r.schedule, r.zone, r.looked_at, r.org,"
        " s.devices, s.compliant, s.no_data, s.pending"
        " FROM patch_report_set r LEFT JOIN patch_report_score s"
        " ON s.report_set = r.id AND s.at = r.last_run"
        " WHERE ($1 = 0 OR r.org = $1) AND ($2 = 0 OR r.id = $2)"
        " ORDER BY r.id",
        DB_ARGS(db_i64(org), db_i64(id)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

/* --- The measure ---------------------------------------------------------- */

static int parse(str json, struct jval **out, struct err *err)
{
    return jval_parse(json, LIST_MAX, out, err);
}

static int read_level(str text, uint8_t *out, struct err *err)
{
    str rest = text;
    str word = str_cut(&rest, ' ');
    enum patch_type type = patch_type_of(word);
    enum patch_severity severity =
        rest.n > 0 ? patch_severity_of(rest) : PATCH_UNASSIGNED;

    if (type == PATCH_TYPES || type == PATCH_TYPE_UNKNOWN ||
        severity == PATCH_SEVERITIES)
        return err_set(err, E_INVALID, "'%" PRIstr "' is no level",
                       ARGstr(text));
    out[type] |= (uint8_t)(1U << severity);
    return 0;
}

static int read_levels(str json, uint8_t *out, struct err *err)
{
    AUTO(jval_freep) struct jval *list = NULL;
    int rc = parse(json, &list, err);

    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        rc = read_level(jval_text(jval_at(list, i), STR("")), out, err);
    return rc;
}

static int read_group(struct db *db, int64_t org, str name, struct arena *arena,
                      struct patch_group *out, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    struct patch_group_row row;
    str *ids;
    int rc = patch_group_find(db, org, name, arena, &row, err);

    if (rc == 0)
        rc = patch_group_set(db, row.id, 0, arena, &set, err);
    if (rc < 0)
        return rc;
    ids = arena_alloc(arena, set.ids.n + 1, sizeof(*ids));
    for (size_t j = 0; j < set.ids.n; j++)
        ids[j] = set.ids.p[j];
    *out = (struct patch_group){ row.name, ids, set.ids.n };
    return 0;
}

static int read_groups(struct db *db, const struct patch_report_set *set,
                       struct arena *arena, struct patch_measure *out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *list = NULL;
    struct patch_group *groups;
    int rc = parse(set->groups, &list, err);

    groups = arena_alloc(arena, jval_count(list) + 1, sizeof(*groups));
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        rc = read_group(db, set->org, jval_text(jval_at(list, i), STR("")),
                        arena, &groups[i], err);
    out->groups = groups;
    out->group_count = jval_count(list);
    return rc == E_ABSENT ? err_set(err, E_INVALID, "%s", err_text(err)) : rc;
}

int patch_report_measure(struct db *db, const struct patch_report_set *set,
                         struct arena *arena, struct patch_measure *out,
                         const char **out_field, struct err *err)
{
    int rc;

    *out = (struct patch_measure){ .scan_days = (int)set->stale_days };
    *out_field = "levels";
    rc = read_levels(set->levels, out->severity, err);
    if (rc < 0)
        return rc;
    *out_field = "groups";
    return read_groups(db, set, arena, out, err);
}

/* --- Judging -------------------------------------------------------------- */

struct judging {
    const struct patch_judgement *what;
    const struct patch_fleet *fleet;
    VEC(uint32_t) index; /* in the catalogue, of the fleet's numbers */
    VEC(uint32_t) missing;
    VEC(uint32_t) since;
    struct patch_scale *scale;
    uint64_t *counts;
};

/* The devices of its configurations; one that is gone has none. */
static int find_devices(struct db *db, const struct patch_judgement *what,
                        struct idset **out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(jval_freep) struct jval *ids = NULL;
    int rc = parse(what->set->configurations, &ids, err);

    for (size_t i = 0; rc == 0 && i < jval_count(ids); i++) {
        AUTO(target_set_clear) struct target_set devices = { 0 };
        struct patch_setup setup;

        rc = patch_setup_get(db, what->scope, jval_i64(jval_at(ids, i), 0),
                             &arena, &setup, err);
        if (rc == 0)
            rc = patch_setup_devices(db, what->scope, &setup, what->now,
                                     &devices, err);
        for (size_t k = 0; rc == 0 && k < devices.devices.n; k++)
            idset_add(out, (uint32_t)devices.devices.p[k]);
        if (rc == E_ABSENT)
            rc = 0;
    }
    return rc;
}

static int judge_one(struct judging *j, struct patch_judged *device,
                     struct err *err)
{
    struct patch_fleet_lacks lacks = patch_fleet_of(j->fleet, device->device);
    struct patch_device_state state = { .last_scan = device->scanned,
                                        .is_reboot_pending = device->reboot };

    j->missing.n = j->since.n = 0;
    for (size_t i = 0; i < lacks.n; i++) {
        uint32_t at = j->index.p[lacks.patches[i]];

        if (at == PATCH_NONE)
            continue;
        *vec_push(&j->missing) = at;
        *vec_push(&j->since) = lacks.since[i];
    }
    state.missing = j->missing.p;
    state.since = j->since.p;
    state.missing_count = j->missing.n;
    device->compliance =
        patch_compliance_of(j->scale, &state, j->what->now, &device->missing);
    j->counts[device->compliance]++;
    return j->what->fn == NULL ? 0 : j->what->fn(j->what->ctx, device, err);
}

static int judge_devices(struct core *core, struct judging *j,
                         const struct idset *devices, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    const struct scope *scope = j->what->scope;
    int rc = db_query(
        core->db,
        "SELECT d.id, d.name, d.os_name, COALESCE(s.missing, 0),"
        " COALESCE(s.installed, 0), COALESCE(s.at, 0), COALESCE(s.reboot, 0)"
        " FROM device d LEFT JOIN patch_scan s ON s.device = d.id"
        " WHERE d.org = $1 AND " SCOPE_SQL " AND d.retired = 0"
        " AND d.deleted = 0 ORDER BY d.id",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope))), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct patch_judged device = {
            .device = db_col_i64(rows, 0),
            .name = db_col_text(rows, 1),
            .system = db_col_text(rows, 2),
            .lacks = db_col_i64(rows, 3),
            .installed = db_col_i64(rows, 4),
            .scanned = db_col_i64(rows, 5),
            .reboot = db_col_i64(rows, 6) != 0,
        };

        rc = idset_has(devices, (uint32_t)device.device)
                 ? judge_one(j, &device, err)
                 : 0;
    }
    return rc;
}

static void find_indices(struct judging *j, const struct patch_stock *stock)
{
    uint32_t n = patch_fleet_patches(j->fleet);

    for (uint32_t i = 0; i < n; i++)
        *vec_push(&j->index) =
            patch_stock_find(stock, patch_fleet_patch(j->fleet, i));
}

int patch_report_judge(struct core *core, const struct patch_judgement *what,
                       uint64_t counts[PATCH_COMPLIANCES], struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(idset_freep) struct idset *devices = NULL;
    struct judging j = { .what = what, .counts = counts };
    const struct patch_stock *stock;
    struct patch_fleet *fleet;
    struct patch_measure measure;
    struct patch_sla sla;
    const char *field;
    int rc = patch_report_measure(core->db, what->set, &arena, &measure, &field,
                                  err);

    if (rc == 0)
        rc = patch_sla_load(core->db, what->set->org, &sla, err);
    if (rc == 0)
        rc = find_devices(core->db, what, &devices, err);
    if (rc == 0)
        rc = patcher_fleet(core, what->set->org, &fleet, err);
    if (rc == 0)
        rc = patcher_stock(core, what->set->org, &stock, err);
    if (rc < 0)
        return rc;
    if (what->set->within_sla)
        measure.sla = &sla;
    j.fleet = fleet;
    j.scale = patch_scale_new(patch_stock_catalogue(stock), &measure);
    find_indices(&j, stock);
    rc = judge_devices(core, &j, devices, err);
    patch_scale_free(j.scale);
    vec_clear(&j.index);
    vec_clear(&j.missing);
    vec_clear(&j.since);
    return rc;
}

/* --- Running -------------------------------------------------------------- */

static int store(struct db *db, const struct patch_report_set *set,
                 const uint64_t *c, int64_t now, struct err *err)
{
    int64_t devices = 0;
    int rc;

    for (size_t i = 0; i < PATCH_COMPLIANCES; i++)
        devices += (int64_t)c[i];
    rc = db_run(db,
                "INSERT INTO patch_report_score (report_set, at, devices,"
                " compliant, no_data, pending) VALUES ($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT (report_set, at) DO UPDATE SET devices = $3,"
                " compliant = $4, no_data = $5, pending = $6",
                DB_ARGS(db_i64(set->id), db_i64(now), db_i64(devices),
                        db_i64((int64_t)c[PATCH_COMPLIANT]),
                        db_i64((int64_t)c[PATCH_NO_DATA]),
                        db_i64((int64_t)c[PATCH_PENDING_REBOOT])),
                err);
    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE patch_report_set SET last_run = $2 WHERE id = $1",
                    DB_ARGS(db_i64(set->id), db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

int patch_report_run(struct core *core, const struct patch_report_set *set,
                     int64_t now, struct err *err)
{
    struct scope system = scope_system(set->org);
    struct patch_judgement what = { .scope = &system, .set = set, .now = now };
    uint64_t counts[PATCH_COMPLIANCES] = { 0 };
    int rc = patch_report_judge(core, &what, counts, err);

    if (rc == 0)
        rc = db_begin(core->db, err);
    if (rc < 0)
        return rc;
    rc = store(core->db, set, counts, now, err);
    if (rc == 0)
        return db_commit(core->db, err);
    db_rollback(core->db);
    return rc;
}

/* A clock that was set back is followed. */
static bool is_due(const struct patch_report_set *set, int64_t now)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct occurrence occurrence;
    struct schedule schedule;

    if (set->archived || set->schedule.n == 0 ||
        schedule_parse(set->schedule, &schedule, NULL) < 0)
        return false;
    if (zone_load_named(set->zone, &zone, NULL) < 0)
        return false;
    return set->looked_at > now ||
           schedule_due(&schedule, zone, set->looked_at, now, &occurrence);
}

int patch_report_look(struct core *core, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_report_sets sets = { 0 };
    struct err why = { 0 };
    size_t at = 0;
    int rc = patch_report_read(core->db, 0, 0, &arena, &sets, err);

    while (rc == 0 && at < sets.all.n && !is_due(&sets.all.p[at], now))
        at++;
    if (rc < 0 || at == sets.all.n) {
        vec_clear(&sets.all);
        return rc;
    }
    rc = db_run(core->db,
                "UPDATE patch_report_set SET looked_at = $2 WHERE id = $1",
                DB_ARGS(db_i64(sets.all.p[at].id), db_i64(now)), err);
    if (rc >= 0 && patch_report_run(core, &sets.all.p[at], now, &why) < 0)
        log_warn("patching.report_not_made", LOG_I64("set", sets.all.p[at].id),
                 LOG_TEXT("why", str_c(err_text(&why))));
    vec_clear(&sets.all);
    return rc < 0 ? rc : 1;
}
