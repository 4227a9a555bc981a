/* SPDX-License-Identifier: Apache-2.0
 *
 * Compliance report sets (P-RPT): made, changed, run, and who is compliant.
 */
#include "schedule/schedule.h"
#include "server/api_patch_int.h"
#include "server/listing.h"
#include "server/patch_report.h"
#include "server/report_patch.h"
#include "server/routes_int.h"

enum {
    NAME_MAX_BYTES = 200,
    LEVELS_MAX = 100,
};

#define DAILY "{\"type\":\"daily\",\"time\":\"06:00\"}"

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
    { "within_sla", FIELD_BOOL,
      .help = "only what is missing for longer than patching.sla_* allow" },
    { "schedule", FIELD_OBJECT,
      .help = "as docs/schedules.md says; daily at 06:00 when left out" },
    { "zone", FIELD_TEXT, .max = 128,
      .help = "IANA name; the server's when left out" },
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
    { "within_sla", FIELD_BOOL, .required = true },
    { "schedule", FIELD_OBJECT },
    { "zone", FIELD_TEXT, .required = true },
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

static struct jval *set_json(struct arena *arena,
                             const struct patch_report_set *s)
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
    jval_set_bool(o, "within_sla", s->within_sla);
    jval_set(o, "schedule",
             s->schedule.n > 0 ? parsed_json(s->schedule) : jval_new_null());
    jval_set_text(o, "zone", s->zone);
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

/* --- Reading --- */

/* A score tells of all devices (claim 24). */
static int read_sets(struct request *req, int64_t id,
                     struct patch_report_sets *out, struct err *err)
{
    int rc = patch_report_read(req->core->db, req->scope.org, id, &req->arena,
                               out, err);

    for (size_t i = 0; !req->scope.all_devices && i < out->all.n; i++)
        out->all.p[i].ran = false;
    return rc;
}

static int read_set(struct request *req, struct patch_report_set *out,
                    struct err *err)
{
    struct patch_report_sets sets = { 0 };
    int rc = read_sets(req, req->params[0], &sets, err);

    if (rc == 0 && sets.all.n == 0)
        rc = err_set(err, E_ABSENT, "there is no such report set");
    if (rc == 0)
        *out = sets.all.p[0];
    vec_clear(&sets.all);
    return rc;
}

/* --- Running --- */

static int run(struct request *req, struct response *res, struct err *err)
{
    struct patch_report_set set;
    struct patch_judgement what = { .scope = &req->scope,
                                    .set = &set,
                                    .now = req->now };
    int rc = read_set(req, &set, err);

    if (rc == 0 && set.archived)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "it is archived: archived sets do not run");
    if (rc == 0 && req->scope.all_devices) {
        rc = patch_report_run(req->core, &set, req->now, err);
        if (rc == 0)
            rc = read_set(req, &set, err);
    } else if (rc == 0) {
        memset(set.counts, 0, sizeof(set.counts));
        rc = patch_report_judge(req->core, &what, set.counts, err);
        set.ran = true;
        set.last_run = req->now;
    }
    if (rc == 0)
        res->json = set_json(&req->arena, &set);
    return rc;
}

/* --- Its devices --- */

static const struct field judged_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "system", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true,
      .words = "compliant|not compliant|pending reboot|no data" },
    { "missing", FIELD_INTEGER, .required = true,
      .help = "patches of the groups and levels" },
    { "lacks", FIELD_INTEGER, .required = true, .help = "any patches" },
    { "installed", FIELD_INTEGER, .required = true },
    { "scanned", FIELD_TIME },
    { NULL },
};
static const struct field judged_query[] = {
    { "state", FIELD_ENUM,
      .words = "compliant|not compliant|pending reboot|no data" },
    { "q", FIELD_TEXT, .max = 200, .help = "in the name" },
    { "sort", FIELD_ENUM, .words = "name|missing|scanned" },
    LISTING_QUERY,
    { NULL },
};
/* As they are now: what a score was made of is not kept a device. */
static int judged(struct request *req, struct response *res, struct err *err)
{
    const struct report_patch_ask ask = { .core = req->core,
                                          .scope = &req->scope,
                                          .now = req->now,
                                          .query = req->query };
    struct listing *listing = NULL;
    struct patch_report_set set;
    int rc = read_set(req, &set, err);

    if (rc == 0)
        rc = report_set_open(&ask, &set, &listing, err);
    if (rc == 0)
        rc = listing_answer(req, res, listing, err);
    listing_let_go(listing);
    return rc;
}

/* --- The sets --- */

static struct jval *listed_set(void *ctx, const struct listed *row,
                               struct err *err UNUSED)
{
    struct patch_report_sets *sets = ctx;
    AUTO(arena_clear) struct arena arena = ARENA;

    return set_json(&arena, &sets->all.p[row->b]);
}

static int list(struct request *req, struct response *res, struct err *err)
{
    bool archived = jval_bool(jval_get(req->query, "archived"), false);
    struct patch_report_sets sets = { 0 };
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

static int take_schedule(struct request *req, struct patch_report_set *set,
                         struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    const struct jval *json = jval_get(req->json, "schedule");
    struct schedule schedule;
    int rc = 0;

    set->schedule = STR(DAILY);
    set->zone = str_trim(jval_text(jval_get(req->json, "zone"), STR("")));
    if (set->zone.n > 0)
        rc = zone_load(NULL, set->zone, &zone, err);
    if (rc < 0)
        return blame(req, "zone", rc);
    if (jval_kind(json) == JVAL_OBJECT) {
        set->schedule = member_text(req, "schedule");
        rc = schedule_parse(set->schedule, &schedule, err);
    }
    return rc < 0 ? blame(req, "schedule", rc) : 0;
}

static int check(struct request *req, struct patch_report_set *set,
                 struct err *err)
{
    struct patch_measure measure;
    const char *field = NULL;
    int rc;

    set->org = req->scope.org;
    set->name = str_trim(jval_text(jval_get(req->json, "name"), STR("")));
    set->configurations = list_text(req, "configurations");
    set->groups = list_text(req, "groups");
    set->levels = list_text(req, "levels");
    set->threshold = jval_i64(jval_get(req->json, "threshold"), 95);
    set->stale_days =
        jval_i64(jval_get(req->json, "stale_days"), PATCH_SCAN_DAYS);
    set->within_sla = jval_bool(jval_get(req->json, "within_sla"), false);
    set->archived = jval_bool(jval_get(req->json, "archived"), false);
    rc = take_schedule(req, set, err);
    if (rc == 0)
        rc = patch_report_measure(req->core->db, set, &req->arena, &measure,
                                  &field, err);
    if (rc == E_INVALID && field != NULL)
        return refuse(req, 422, field, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    return rc;
}

/* Whom labels limit changes only what they made. */
static int refuse_others(struct request *req,
                         const struct patch_report_set *set, struct err *err)
{
    if (req->scope.all_devices || str_eq(set->owner, req->scope.name))
        return 0;
    return refuse(req, 403, NULL, err, E_PERM, "another person made it");
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
    struct patch_report_set set;
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
    struct patch_report_set set = { 0 };
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
                " created, last_run, revision, within_sla, schedule, zone,"
                " looked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
                " 0, 1, $11, $12, $13, $10) RETURNING id",
                DB_ARGS(db_i64(req->scope.org), db_text(set.name),
                        db_text(set.configurations), db_text(set.groups),
                        db_text(set.levels), db_i64(set.threshold),
                        db_i64(set.stale_days), db_i64(set.archived),
                        db_text(req->scope.name), db_i64(req->now),
                        db_i64(set.within_sla), db_text(set.schedule),
                        db_text(set.zone)),
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
    struct patch_report_set set;
    int rc = read_set(req, &set, err);

    if (rc < 0)
        return rc;
    res->json = set_json(&req->arena, &set);
    respond_revision(req, res, set.revision);
    return 0;
}

static int change(struct request *req, struct response *res, struct err *err)
{
    struct patch_report_set set;
    int rc = read_set(req, &set, err);

    if (rc == 0)
        rc = refuse_others(req, &set, err);
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
                   " stale_days = $7, archived = $8, within_sla = $9,"
                   " schedule = $10, zone = $11, looked_at = $12,"
                   " revision = revision + 1 WHERE id = $1",
                   DB_ARGS(db_i64(set.id), db_text(set.name),
                           db_text(set.configurations), db_text(set.groups),
                           db_text(set.levels), db_i64(set.threshold),
                           db_i64(set.stale_days), db_i64(set.archived),
                           db_i64(set.within_sla), db_text(set.schedule),
                           db_text(set.zone), db_i64(req->now)),
                   err),
            err);
    return rc < 0 ? rc
                  : finish(req, "patch_report_set.changed", set.id, res, err);
}

static int scores(struct request *req, struct response *res, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct patch_report_set set;
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

        patch_report_counts(rows, 1, counts);
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
    { METHOD_GET, "/api/v1/patch-report-sets/{set}/devices", DOOR_API,
      PERM_REPORT_READ, .handler = judged, .query = judged_query,
      .answer = judged_fields, .list = true,
      .summary = "Its devices, compliant or not, as they are now." },
    { METHOD_GET, "/api/v1/patch-report-sets/{set}/scores", DOOR_API,
      PERM_REPORT_READ, .handler = scores, .answer = score_fields,
      .list = true, .summary = "Its scores, newest first." },
};
/* clang-format on */
const struct route_table routes_patch_report = { rows, COUNT(rows) };
