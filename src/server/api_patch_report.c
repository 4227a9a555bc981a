/* SPDX-License-Identifier: Apache-2.0
 *
 * Compliance report sets (P-RPT), and how long patches may be missing
 * (P-INT-7).
 */
#include "base/map.h"
#include "fleet/patch_group.h"
#include "fleet/patch_state.h"
#include "fleet/setting.h"
#include "patch/comply.h"
#include "server/api_patch_int.h"
#include "server/listing.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    NAME_MAX_BYTES = 200,
    LEVELS_MAX = 100,
    DAY_S = 86400,
};

static const struct field set_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = NAME_MAX_BYTES },
    { "configurations", FIELD_IDS, .required = true, .max = 1000,
      .help = "their devices are meant" },
    { "groups", FIELD_TEXTS, .max = 1000, .help = "patch groups, by name" },
    { "levels", FIELD_TEXTS, .max = LEVELS_MAX,
      .help = "\"security critical\", \"bugfix\"" },
    { "threshold", FIELD_INTEGER, .min = 0, .max = 100, .help = "percent" },
    { "stale_days", FIELD_INTEGER, .min = 1, .max = 365,
      .help = "an older scan is no data; 7" },
    { "archived", FIELD_BOOL },
    { NULL },
};
static const struct field set_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "configurations", FIELD_IDS, .required = true, .max = 1000 },
    { "groups", FIELD_TEXTS, .required = true, .max = 1000 },
    { "levels", FIELD_TEXTS, .required = true, .max = LEVELS_MAX },
    { "threshold", FIELD_INTEGER, .required = true },
    { "stale_days", FIELD_INTEGER, .required = true },
    { "archived", FIELD_BOOL, .required = true },
    { "owner", FIELD_TEXT, .required = true },
    { "score", FIELD_TEXT, .required = true, .help = "percent; \xE2\x80\x93" },
    { "met", FIELD_BOOL, .help = "the score reaches the threshold" },
    { "endpoints", FIELD_INTEGER },
    { "compliant", FIELD_INTEGER },
    { "no_data", FIELD_INTEGER },
    { "pending", FIELD_INTEGER, .help = "that wait for a reboot" },
    { "last_run", FIELD_TIME },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field set_query[] = {
    { "archived", FIELD_BOOL, .help = "also those" },
    LISTING_QUERY,
    { NULL },
};
static const struct column set_columns[] = {
    { "name", { { "Report set", "Jeu de rapports", "Rapportset" } }, 4 },
    { "score", { { "Score", "Score", "Score" } }, 2 },
    { "threshold", { { "Threshold", "Seuil", "Drempel" } }, 2 },
    { "endpoints", { { "Endpoints", "Terminaux", "Eindpunten" } }, 2 },
    { "last_run",
      { { "Last run",
          "Derni\xC3\xA8re ex\xC3\xA9"
          "cution",
          "Laatste run" } },
      3 },
    { NULL, { { NULL } }, 0 },
};
static const struct field score_fields[] = {
    { "at", FIELD_TIME, .required = true },
    { "score", FIELD_TEXT, .required = true },
    { "endpoints", FIELD_INTEGER, .required = true },
    { "compliant", FIELD_INTEGER, .required = true },
    { "no_data", FIELD_INTEGER, .required = true },
    { "pending", FIELD_INTEGER, .required = true },
    { NULL },
};

struct report_set {
    int64_t id;
    str name;
    str configurations;
    str groups;
    str levels;
    int64_t threshold;
    int64_t stale_days;
    bool archived;
    str owner;
    int64_t last_run;
    int64_t revision;
    bool ran;
    uint64_t counts[PATCH_COMPLIANCES];
};
struct report_sets {
    VEC(struct report_set) all;
};

static str score_text(struct arena *arena, const uint64_t *counts)
{
    int score = patch_compliance_score(counts);

    return score < 0 ? STR("\xE2\x80\x93")
                     : arena_printf(arena, "%d.%d", score / 10, score % 10);
}

static int64_t total(const uint64_t *counts)
{
    int64_t n = 0;

    for (size_t i = 0; i < PATCH_COMPLIANCES; i++)
        n += (int64_t)counts[i];
    return n;
}

static struct jval *set_json(struct arena *arena, const struct report_set *s)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", s->id);
    jval_set_text(o, "name", s->name);
    jval_set(o, "configurations", parsed_json(s->configurations));
    jval_set(o, "groups", parsed_json(s->groups));
    jval_set(o, "levels", parsed_json(s->levels));
    jval_set_i64(o, "threshold", s->threshold);
    jval_set_i64(o, "stale_days", s->stale_days);
    jval_set_bool(o, "archived", s->archived);
    jval_set_text(o, "owner", s->owner);
    jval_set_text(o, "score", score_text(arena, s->counts));
    if (s->ran) {
        jval_set_bool(o, "met",
                      patch_compliance_score(s->counts) >= s->threshold * 10);
        jval_set_i64(o, "endpoints", total(s->counts));
        jval_set_i64(o, "compliant", (int64_t)s->counts[PATCH_COMPLIANT]);
        jval_set_i64(o, "no_data", (int64_t)s->counts[PATCH_NO_DATA]);
        jval_set_i64(o, "pending", (int64_t)s->counts[PATCH_PENDING_REBOOT]);
    }
    json_time(o, "last_run", s->last_run);
    jval_set_i64(o, "revision", s->revision);
    return o;
}

/* --- Rows --- */

static void read_counts(struct db_rows *rows, int at, uint64_t *out)
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

static int read_sets(struct request *req, int64_t id, struct report_sets *out,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        req->core->db,
        "SELECT r.id, r.name, r.configurations, r.measures, r.levels,"
        " r.threshold, r.stale_days, r.archived, r.owner, r.last_run,"
        " r.revision, s.devices, s.compliant, s.no_data, s.pending"
        " FROM patch_report_set r LEFT JOIN patch_report_score s"
        " ON s.report_set = r.id AND s.at = r.last_run WHERE r.org = $1"
        " AND ($2 = 0 OR r.id = $2) ORDER BY r.id",
        DB_ARGS(db_i64(req->scope.org), db_i64(id)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct report_set *s = vec_push(&out->all);

        s->id = db_col_i64(rows, 0);
        s->name = arena_str(&req->arena, db_col_text(rows, 1));
        s->configurations = arena_str(&req->arena, db_col_text(rows, 2));
        s->groups = arena_str(&req->arena, db_col_text(rows, 3));
        s->levels = arena_str(&req->arena, db_col_text(rows, 4));
        s->threshold = db_col_i64(rows, 5);
        s->stale_days = db_col_i64(rows, 6);
        s->archived = db_col_i64(rows, 7) != 0;
        s->owner = arena_str(&req->arena, db_col_text(rows, 8));
        s->last_run = db_col_i64(rows, 9);
        s->revision = db_col_i64(rows, 10);
        /* A score tells of all devices (claim 24). */
        s->ran = !db_col_null(rows, 11) && req->scope.all_devices;
        if (s->ran)
            read_counts(rows, 11, s->counts);
        rc = 0;
    }
    return rc;
}

static int read_set(struct request *req, struct report_set *out,
                    struct err *err)
{
    struct report_sets sets = { 0 };
    int rc = read_sets(req, req->params[0], &sets, err);

    if (rc == 0 && sets.all.n == 0)
        rc = err_set(err, E_ABSENT, "there is no such report set");
    if (rc == 0)
        *out = sets.all.p[0];
    vec_clear(&sets.all);
    return rc;
}

/* --- The measure --- */

static int read_level(struct request *req, str text, uint8_t *out,
                      struct err *err)
{
    str rest = text;
    str word = str_cut(&rest, ' ');
    enum patch_type type = patch_type_of(word);
    enum patch_severity severity =
        rest.n > 0 ? patch_severity_of(rest) : PATCH_UNASSIGNED;

    if (type == PATCH_TYPES || type == PATCH_TYPE_UNKNOWN ||
        severity == PATCH_SEVERITIES)
        return refuse(req, 422, "levels", err, E_INVALID,
                      "'%" PRIstr "' is no level", ARGstr(text));
    out[type] |= (uint8_t)(1U << severity);
    return 0;
}

static int read_levels(struct request *req, str json, uint8_t *out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *list = parsed_json(json);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        rc = read_level(
            req, arena_str(&req->arena, jval_text(jval_at(list, i), STR(""))),
            out, err);
    return rc;
}

static int read_groups(struct request *req, str json, struct patch_measure *out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *list = parsed_json(json);
    struct patch_group *groups =
        arena_alloc(&req->arena, jval_count(list) + 1, sizeof(*groups));
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        AUTO(patch_set_clear) struct patch_set set = { 0 };
        struct patch_group_row row;
        str *ids;

        rc = patch_group_find(req->core->db, req->scope.org,
                              jval_text(jval_at(list, i), STR("")), &req->arena,
                              &row, err);
        if (rc == 0)
            rc = patch_group_set(req->core->db, row.id, 0, &req->arena, &set,
                                 err);
        if (rc < 0)
            return blame(req, "groups", rc);
        ids = arena_alloc(&req->arena, set.ids.n + 1, sizeof(*ids));
        for (size_t j = 0; j < set.ids.n; j++)
            ids[j] = set.ids.p[j];
        groups[i] = (struct patch_group){ row.name, ids, set.ids.n };
    }
    out->groups = groups;
    out->group_count = jval_count(list);
    return rc;
}

/* --- Running --- */

struct judging {
    struct request *req;
    struct patch_catalogue *catalogue;
    struct map rows; /* patch row to index in the catalogue */
    struct patch_scale *scale;
    uint64_t counts[PATCH_COMPLIANCES];
};

static int load_catalogue(struct judging *j, struct err *err)
{
    AUTO(patch_rows_clear) struct patch_rows rows = { 0 };
    struct request *req = j->req;
    int rc = patch_store_since(req->core->db, req->scope.org, -1, &req->arena,
                               &rows, err);

    j->catalogue = patch_catalogue_new();
    for (size_t i = 0; rc == 0 && i < rows.all.n; i++) {
        int64_t id = rows.all.p[i].id;

        rc = patch_catalogue_add(j->catalogue, &rows.all.p[i].patch, err);
        if (rc == 0)
            map_add(
                &j->rows,
                arena_str(&req->arena, (str){ (const char *)&id, sizeof(id) }),
                patch_catalogue_find(j->catalogue, rows.all.p[i].patch.id));
    }
    patch_catalogue_seal(j->catalogue);
    return rc;
}

static int judge_device(struct judging *j, int64_t device, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_device_state state = { 0 };
    struct patch_state scan = { 0 };
    const struct patch_lack *lacks;
    uint32_t *missing;
    size_t n = 0;
    int rc = patch_state_get(j->req->core->db, device, &arena, &scan, err);

    if (rc < 0)
        return rc;
    lacks = scan.lacks.p;
    missing = arena_alloc(&arena, scan.lacks.n + 1, sizeof(*missing));
    for (size_t i = 0; i < scan.lacks.n; i++) {
        str key = { (const char *)&lacks[i].patch, sizeof(lacks[i].patch) };
        uint32_t at = map_get(&j->rows, key);

        if (at != MAP_NONE && (n == 0 || missing[n - 1] != at))
            missing[n++] = at;
    }
    state.last_scan = scan.at;
    state.is_reboot_pending = scan.reboot.needed;
    state.missing = missing;
    state.missing_count = n;
    j->counts[patch_compliance_of(j->scale, &state, j->req->now, NULL)]++;
    return 0;
}

static int add_devices(struct judging *j, const struct report_set *set,
                       struct idset **seen, struct err *err)
{
    AUTO(jval_freep) struct jval *ids = parsed_json(set->configurations);
    struct request *req = j->req;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(ids); i++) {
        struct target_set devices = { 0 };
        struct patch_setup setup;

        rc = patch_setup_get(req->core->db, &req->scope,
                             jval_i64(jval_at(ids, i), 0), &req->arena, &setup,
                             err);
        if (rc == 0)
            rc = patch_setup_devices(req->core->db, &req->scope, &setup,
                                     req->now, &devices, err);
        for (size_t k = 0; rc == 0 && k < devices.devices.n; k++) {
            uint32_t id = (uint32_t)devices.devices.p[k];

            if (idset_has(*seen, id))
                continue;
            idset_add(seen, id);
            rc = judge_device(j, devices.devices.p[k], err);
        }
        target_set_clear(&devices);
    }
    return rc;
}

static int judge(struct request *req, const struct report_set *set,
                 uint64_t counts[PATCH_COMPLIANCES], struct err *err)
{
    struct judging j = { .req = req, .rows = MAP };
    struct patch_measure measure = { .scan_days = (int)set->stale_days };
    AUTO(idset_freep) struct idset *seen = NULL;
    int rc = load_catalogue(&j, err);

    if (rc == 0)
        rc = read_levels(req, set->levels, measure.severity, err);
    if (rc == 0)
        rc = read_groups(req, set->groups, &measure, err);
    if (rc == 0) {
        j.scale = patch_scale_new(j.catalogue, &measure);
        rc = add_devices(&j, set, &seen, err);
        patch_scale_free(j.scale);
    }
    memcpy(counts, j.counts, sizeof(j.counts));
    map_clear(&j.rows);
    patch_catalogue_free(j.catalogue);
    return rc;
}

static int store_score(struct request *req, const struct report_set *set,
                       const uint64_t *c, struct err *err)
{
    int rc = db_run(
        req->core->db,
        "INSERT INTO patch_report_score (report_set, at, devices, compliant,"
        " no_data, pending) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (report_set, at) DO UPDATE SET devices = $3,"
        " compliant = $4, no_data = $5, pending = $6",
        DB_ARGS(db_i64(set->id), db_i64(req->now), db_i64(total(c)),
                db_i64((int64_t)c[PATCH_COMPLIANT]),
                db_i64((int64_t)c[PATCH_NO_DATA]),
                db_i64((int64_t)c[PATCH_PENDING_REBOOT])),
        err);

    if (rc >= 0)
        rc = db_run(req->core->db,
                    "UPDATE patch_report_set SET last_run = $2 WHERE id = $1",
                    DB_ARGS(db_i64(set->id), db_i64(req->now)), err);
    return rc < 0 ? rc : 0;
}

static int run(struct request *req, struct response *res, struct err *err)
{
    struct report_set set;
    uint64_t counts[PATCH_COMPLIANCES] = { 0 };
    int rc = read_set(req, &set, err);

    if (rc == 0 && set.archived)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "it is archived: archived sets do not run");
    if (rc == 0)
        rc = judge(req, &set, counts, err);
    if (rc == 0 && !req->scope.all_devices) {
        memcpy(set.counts, counts, sizeof(counts));
        set.ran = true;
        set.last_run = req->now;
        res->json = set_json(&req->arena, &set);
        return 0;
    }
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = store_score(req, &set, counts, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc == 0)
        rc = read_set(req, &set, err);
    if (rc == 0)
        res->json = set_json(&req->arena, &set);
    return rc;
}

/* --- The sets --- */

static struct jval *listed_set(void *ctx, const struct listed *row,
                               struct err *err UNUSED)
{
    struct report_sets *sets = ctx;
    AUTO(arena_clear) struct arena arena = ARENA;

    return set_json(&arena, &sets->all.p[row->b]);
}

static int list(struct request *req, struct response *res, struct err *err)
{
    bool archived = jval_bool(jval_get(req->query, "archived"), false);
    struct report_sets sets = { 0 };
    struct listing listing = { .title = { { "Compliance", "Conformit\xC3\xA9",
                                            "Naleving" } },
                               .columns = set_columns,
                               .json = listed_set,
                               .ctx = &sets };
    int rc = read_sets(req, 0, &sets, err);

    for (size_t i = 0; rc == 0 && i < sets.all.n; i++)
        if (archived || !sets.all.p[i].archived)
            listing_add(&listing, 0, sets.all.p[i].name, sets.all.p[i].id,
                        (int64_t)i);
    if (rc == 0)
        rc = listing_answer(req, res, &listing, err);
    listing_clear(&listing);
    vec_clear(&sets.all);
    return rc;
}

static str list_text(struct request *req, const char *key)
{
    return jval_kind(jval_get(req->json, key)) == JVAL_ARRAY
               ? member_text(req, key)
               : STR("[]");
}

static int check(struct request *req, struct report_set *set, struct err *err)
{
    uint8_t levels[PATCH_TYPES] = { 0 };
    struct patch_measure measure = { 0 };
    int rc;

    set->name = str_trim(jval_text(jval_get(req->json, "name"), STR("")));
    set->configurations = list_text(req, "configurations");
    set->groups = list_text(req, "groups");
    set->levels = list_text(req, "levels");
    set->threshold = jval_i64(jval_get(req->json, "threshold"), 95);
    set->stale_days =
        jval_i64(jval_get(req->json, "stale_days"), PATCH_SCAN_DAYS);
    set->archived = jval_bool(jval_get(req->json, "archived"), false);
    rc = read_levels(req, set->levels, levels, err);
    return rc < 0 ? rc : read_groups(req, set->groups, &measure, err);
}

static int conflict(struct request *req, int rc, struct err *err)
{
    if (rc == E_INVALID && db_is_conflict(req->core->db))
        return refuse(req, 422, "name", err, rc,
                      "there is a report set of that name already");
    return rc < 0 ? rc : 0;
}

static int finish(struct request *req, const char *action, int64_t id,
                  struct response *res, struct err *err)
{
    struct report_set set;
    int rc = request_audit(req, action, id, NULL, req->json, err);

    if (rc == 0)
        rc = db_commit(req->core->db, err);
    req->params[0] = id;
    if (rc == 0)
        rc = read_set(req, &set, err);
    if (rc < 0)
        return rc;
    res->json = set_json(&req->arena, &set);
    respond_revision(req, res, set.revision);
    return 0;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    struct report_set set = { 0 };
    int rc = check(req, &set, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = conflict(
            req,
            db_one_i64(
                req->core->db,
                "INSERT INTO patch_report_set (org, name, configurations,"
                " measures, levels, threshold, stale_days, archived, owner,"
                " created, last_run, revision) VALUES ($1, $2, $3, $4, $5, $6,"
                " $7, $8, $9, $10, 0, 1) RETURNING id",
                DB_ARGS(db_i64(req->scope.org), db_text(set.name),
                        db_text(set.configurations), db_text(set.groups),
                        db_text(set.levels), db_i64(set.threshold),
                        db_i64(set.stale_days), db_i64(set.archived),
                        db_text(req->scope.name), db_i64(req->now)),
                &set.id, err),
            err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/patch-report-sets/%lld",
                                 (long long)set.id);
    return finish(req, "patch_report_set.created", set.id, res, err);
}

static int show(struct request *req, struct response *res, struct err *err)
{
    struct report_set set;
    int rc = read_set(req, &set, err);

    if (rc < 0)
        return rc;
    res->json = set_json(&req->arena, &set);
    respond_revision(req, res, set.revision);
    return 0;
}

static int change(struct request *req, struct response *res, struct err *err)
{
    struct report_set set;
    int rc = read_set(req, &set, err);

    if (rc == 0)
        rc = request_match(req, set.revision, err);
    if (rc == 0)
        rc = check(req, &set, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = conflict(
            req,
            db_run(req->core->db,
                   "UPDATE patch_report_set SET name = $2, configurations ="
                   " $3, measures = $4, levels = $5, threshold = $6,"
                   " stale_days = $7, archived = $8, revision = revision + 1"
                   " WHERE id = $1",
                   DB_ARGS(db_i64(set.id), db_text(set.name),
                           db_text(set.configurations), db_text(set.groups),
                           db_text(set.levels), db_i64(set.threshold),
                           db_i64(set.stale_days), db_i64(set.archived)),
                   err),
            err);
    return rc < 0 ? rc
                  : finish(req, "patch_report_set.changed", set.id, res, err);
}

static int scores(struct request *req, struct response *res, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct report_set set;
    int rc = read_set(req, &set, err);

    if (rc == 0 && !req->scope.all_devices)
        return refuse(req, 403, NULL, err, E_PERM,
                      "the scores are of more devices than you see");
    if (rc == 0)
        rc = db_query(req->core->db,
                      "SELECT at, devices, compliant, no_data, pending FROM"
                      " patch_report_score WHERE report_set = $1"
                      " ORDER BY at DESC LIMIT 1000",
                      DB_ARGS(db_i64(set.id)), &rows, err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        uint64_t counts[PATCH_COMPLIANCES];
        struct jval *o = jval_new_object();

        read_counts(rows, 1, counts);
        json_time(o, "at", db_col_i64(rows, 0));
        jval_set_text(o, "score", score_text(&req->arena, counts));
        jval_set_i64(o, "endpoints", db_col_i64(rows, 1));
        jval_set_i64(o, "compliant", db_col_i64(rows, 2));
        jval_set_i64(o, "no_data", db_col_i64(rows, 3));
        jval_set_i64(o, "pending", db_col_i64(rows, 4));
        jval_push(items, o);
        rc = 0;
    }
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), -1);
    return rc;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-report-sets", DOOR_API, PERM_REPORT_READ,
      .handler = list, .query = set_query, .answer = set_fields,
      .list = true, .summary = "Compliance report sets with their scores." },
    { METHOD_POST, "/api/v1/patch-report-sets", DOOR_API, PERM_REPORT_WRITE,
      PATCH_BODY_MAX, add, .body = set_body, .answer = set_fields,
      .summary = "Make a report set." },
    { METHOD_GET, "/api/v1/patch-report-sets/{set}", DOOR_API,
      PERM_REPORT_READ, .handler = show, .answer = set_fields,
      .summary = "One report set." },
    { METHOD_PUT, "/api/v1/patch-report-sets/{set}", DOOR_API,
      PERM_REPORT_WRITE, PATCH_BODY_MAX, change, .body = set_body,
      .answer = set_fields, .summary = "Change, archive or bring back." },
    { METHOD_POST, "/api/v1/patch-report-sets/{set}/run", DOOR_API,
      PERM_REPORT_READ, .handler = run, .answer = set_fields,
      .summary = "Work out the score now." },
    { METHOD_GET, "/api/v1/patch-report-sets/{set}/scores", DOOR_API,
      PERM_REPORT_READ, .handler = scores, .answer = score_fields,
      .list = true, .summary = "Its scores, newest first." },
};
/* clang-format on */
const struct route_table routes_patch_report = { rows, COUNT(rows) };
