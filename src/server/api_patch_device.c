/* SPDX-License-Identifier: Apache-2.0
 *
 * Patching of one device: what it lacks, what would be deployed and why
 * (P-SEL-16, 17), which configuration it has; and the devices by what they
 * lack, and those that wait for a reboot (P-RBT-7, P-RPT-6).
 */
#include "fleet/patch_hold.h"
#include "fleet/patch_sla.h"
#include "schedule/calendar.h"
#include "server/api_patch_int.h"
#include "server/listing.h"
#include "server/patch_decide.h"
#include "server/patch_summary.h"
#include "server/routes_int.h"

enum {
    LACKS_MAX = 100000,
};

/* --- What is missing
 * --------------------------------------------------------------------- */

static const struct field package_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "arch", FIELD_TEXT, .required = true },
    { "installed", FIELD_TEXT, .required = true },
    { "candidate", FIELD_TEXT, .required = true },
    { "suite", FIELD_TEXT, .required = true },
    { "size", FIELD_INTEGER, .required = true },
    { "held", FIELD_BOOL, .required = true,
      .help = "by the machine's administrator" },
    { "problem", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { NULL },
};
static const struct field lack_fields[] = {
    { "patch", FIELD_OBJECT, .required = true, .of = patch_fields },
    { "since", FIELD_TIME, .required = true },
    { "sla", FIELD_ENUM, .required = true, .words = "none|within|near|over" },
    { "deadline", FIELD_TIME, .help = "until when it may be missing" },
    { "cves", FIELD_TEXTS, .required = true, .max = PATCH_CVES_MAX },
    { "packages", FIELD_LIST, .required = true, .of = package_fields,
      .max = LACKS_MAX },
    { NULL },
};
static const struct field decided_fields[] = {
    { "patch", FIELD_TEXT, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 4 * PATCH_TEXT_MAX },
    { "severity", FIELD_TEXT, .required = true },
    { "task", FIELD_TEXT, .required = true,
      .help = "that deploys it, or decided last; empty: none is on" },
    { "deploy", FIELD_BOOL, .required = true },
    { "rule", FIELD_TEXT, .required = true },
    { "because", FIELD_TEXT, .required = true, .max = 4000 },
    { "by", FIELD_TEXT, .required = true, .help = "another patch, or empty" },
    { "warning", FIELD_TEXT, .required = true, .max = 4000,
      .help = "critical or exploited, and held back; or empty" },
    { NULL },
};
static const struct field explain_query[] = {
    { "configuration", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "another one than the one in force, by its newest version" },
    { "patch", FIELD_TEXT, .max = PATCH_TEXT_MAX, .help = "only this one" },
    { "lang", FIELD_ENUM, .words = "en|fr|nl", .help = "of the reasons" },
    { NULL },
};

static struct jval *package_json(const struct patch_lack *lack)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "name", lack->package);
    jval_set_text(o, "arch", lack->arch);
    jval_set_text(o, "installed", lack->installed);
    jval_set_text(o, "candidate", lack->candidate);
    jval_set_text(o, "suite", lack->suite);
    jval_set_i64(o, "size", lack->size);
    jval_set_bool(o, "held", lack->held);
    jval_set_text(o, "problem", lack->problem);
    return o;
}

static struct jval *cve_ids(const struct patch *p)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < p->cve_count; i++)
        jval_push(list, jval_new_text(p->cves[i].id));
    return list;
}

struct lacking {
    const struct patch_state *state;
    struct patch_sla sla;
};

/* The lacks of one patch, from the at-th on; *at becomes that of the next. */
static int lack_json(struct request *req, const struct lacking *l, size_t *at,
                     struct jval **out, struct err *err)
{
    const struct patch_state *state = l->state;
    int64_t deadline;
    const struct patch_lack *all = state->lacks.p;
    int64_t patch = all[*at].patch;
    struct jval *packages;
    struct patch_row row;
    int rc = patch_store_get(req->core->db, req->scope.org, patch, &req->arena,
                             &row, err);

    if (rc < 0)
        return rc;
    packages = jval_new_array();
    *out = jval_new_object();
    jval_set(*out, "patch", patch_json(&row));
    json_time(*out, "since", all[*at].since);
    jval_set_text(
        *out, "sla",
        str_c(patch_sla_name(patch_sla_of(&l->sla, &row.patch, all[*at].since,
                                          req->now, &deadline))));
    json_time(*out, "deadline", deadline);
    jval_set(*out, "cves", cve_ids(&row.patch));
    for (; *at < state->lacks.n && all[*at].patch == patch; (*at)++)
        if (all[*at].package.n > 0)
            jval_push(packages, package_json(&all[*at]));
    jval_set(*out, "packages", packages);
    return 0;
}

static int lacks(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct patch_state state = { 0 };
    struct lacking lacking = { .state = &state };
    const struct patch_lack *all;
    struct page page;
    int64_t after = 0;
    size_t at = 0;
    int rc = request_page_id(req, &page, &after, err);

    if (rc == 0)
        rc = patch_see_device(req, req->params[0], err);
    if (rc == 0)
        rc = patch_state_get(req->core->db, req->params[0], &req->arena, &state,
                             err);
    if (rc >= 0)
        rc = patch_sla_load(req->core->db, req->scope.org, &lacking.sla, err);
    if (rc < 0)
        return rc;
    all = state.lacks.p;
    while (at < state.lacks.n && all[at].patch <= after)
        at++;
    rc = 0;
    while (rc == 0 && at < state.lacks.n &&
           jval_count(items) < (size_t)page.limit) {
        struct jval *one = NULL;

        rc = lack_json(req, &lacking, &at, &one, err);
        if (rc == 0)
            jval_push(items, one);
    }
    if (rc < 0)
        return rc;
    respond_list(res, TAKE(items),
                 at < state.lacks.n ? arena_printf(&req->arena, "%lld",
                                                   (long long)all[at - 1].patch)
                                    : STR(""),
                 state.missing);
    return 0;
}

/* --- Explain -------------------------------------------------------------- */

static struct jval *decided_json(const struct patch_decisions *d,
                                 uint32_t patch)
{
    const struct patch_decided *one = patch_decision_of(d, patch);
    const struct patch *p = patch_catalogue_at(d->catalogue, patch);
    struct jval *o = jval_new_object();
    str nothing = d->has_setup ? STR("no task is on for this system")
                               : STR("the device has no patch configuration");

    jval_set_text(o, "patch", p->id);
    jval_set_text(o, "title", str_or_empty(p->title));
    jval_set_text(o, "severity", str_c(patch_severity_name(p->severity)));
    jval_set_text(o, "task",
                  one != NULL ? str_c(patch_task_name(one->task)) : STR(""));
    jval_set_bool(o, "deploy", one != NULL && one->deploy);
    jval_set_text(o, "rule", one != NULL ? one->rule : STR("P-SEL-9"));
    jval_set_text(o, "because", one != NULL ? one->because : nothing);
    jval_set_text(o, "by", one != NULL ? one->by : STR(""));
    jval_set_text(o, "warning", one != NULL ? one->warning : STR(""));
    return o;
}

static int decide(struct request *req, struct patch_decisions *out,
                  struct err *err)
{
    int64_t other = jval_i64(jval_get(req->query, "configuration"), 0);
    struct patch_question question = {
        .device = req->params[0],
        .now = req->now,
        .language = request_language(req),
    };
    struct patch_setup setup;
    int rc = patch_see_device(req, req->params[0], err);

    if (rc == 0 && other != 0) {
        rc = patch_setup_get(req->core->db, &req->scope, other, &req->arena,
                             &setup, err);
        question.setup = &setup;
    }
    return rc < 0
               ? rc
               : patch_decide(req->core->db, &question, &req->arena, out, err);
}

static int explain(struct request *req, struct response *res, struct err *err)
{
    str only = jval_text(jval_get(req->query, "patch"), STR(""));
    struct patch_decisions decisions = { 0 };
    struct jval *items = jval_new_array();
    int rc = decide(req, &decisions, err);

    for (size_t i = 0; rc == 0 && i < decisions.missing.n; i++) {
        uint32_t patch = decisions.missing.p[i];

        if (only.n == 0 ||
            str_eq(patch_catalogue_at(decisions.catalogue, patch)->id, only))
            jval_push(items, decided_json(&decisions, patch));
    }
    patch_decisions_clear(&decisions);
    if (rc < 0) {
        jval_free(items);
        return rc;
    }
    respond_list(res, items, STR(""), -1);
    return 0;
}

/* --- Dry run -------------------------------------------------------------- */

static const struct field task_fields[] = {
    { "task", FIELD_TEXT, .required = true },
    { "local", FIELD_TEXT, .help = "when it is next due; null: by hand only" },
    { "utc", FIELD_TIME },
    { "stage_local", FIELD_TEXT },
    { "deploy", FIELD_TEXTS, .required = true, .max = LACKS_MAX },
    { "frozen", FIELD_TEXT, .help = "the freeze that keeps it from that" },
    { NULL },
};
static const struct field dry_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "os", FIELD_ENUM, .required = true, .words = "windows|macos|linux" },
    { "scanned", FIELD_TIME },
    { "configuration", FIELD_TEXT, .help = "or null" },
    { "version", FIELD_INTEGER },
    { "tasks", FIELD_LIST, .required = true, .of = task_fields, .max = 10 },
    { "warnings", FIELD_TEXTS, .required = true, .max = LACKS_MAX },
    { NULL },
};

static int device_zone(struct request *req, struct zone **out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(req->core->db,
                      "SELECT CASE WHEN time_zone_set <> '' THEN time_zone_set"
                      " ELSE time_zone END FROM device WHERE id = $1",
                      DB_ARGS(db_i64(req->params[0])), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc > 0 && zone_load(NULL, db_col_text(rows, 0), out, NULL) == 0)
        return 0;
    return zone_load_local(ZONE_LOCAL_FILE, out, err);
}

static int set_freeze(struct request *req, struct jval *o, int64_t at,
                      struct err *err)
{
    AUTO(patch_freeze_rows_clear) struct patch_freeze_rows rows = { 0 };
    int rc = patch_freeze_of_device(req->core->db, req->params[0], req->now,
                                    &req->arena, &rows, err);

    for (size_t i = 0; rc == 0 && i < rows.all.n; i++)
        if (rows.all.p[i].begins <= at && at < rows.all.p[i].ends)
            jval_set_text(o, "frozen", rows.all.p[i].reason);
    return rc;
}

static int task_json(struct request *req, const struct patch_decisions *d,
                     enum patch_task_kind kind, const struct zone *zone,
                     struct jval *out, struct err *err)
{
    const struct schedule *schedule = &d->settings.task[d->os][kind].schedule;
    struct jval *deploy = jval_new_array();
    char local[CALENDAR_TEXT_MAX];
    struct occurrence at;
    int rc = 0;

    jval_set_text(out, "task", str_c(patch_task_name(kind)));
    if (schedule->type != SCHEDULE_NONE &&
        schedule_next(schedule, zone, req->now, &at, 1) > 0) {
        jval_set_text(out, "local",
                      str_c(calendar_format(at.local, "", local)));
        json_time(out, "utc", at.utc);
        if (at.has_stage)
            jval_set_text(out, "stage_local",
                          str_c(calendar_format(at.stage_local, "", local)));
        rc = set_freeze(req, out, at.utc, err);
    }
    for (size_t i = 0; i < d->all.n; i++)
        if (d->all.p[i].task == kind && d->all.p[i].deploy)
            jval_push(
                deploy,
                jval_new_text(
                    patch_catalogue_at(d->catalogue, d->all.p[i].patch)->id));
    jval_set(out, "deploy", deploy);
    return rc;
}

static int tasks_json(struct request *req, const struct patch_decisions *d,
                      struct jval *list, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    int rc = device_zone(req, &zone, err);

    for (int kind = 0; rc == 0 && kind < PATCH_TASKS; kind++) {
        struct jval *o;

        if (!d->has_setup || !patch_task_is_offered(d->os, kind) ||
            !d->settings.task[d->os][kind].enabled)
            continue;
        o = jval_new_object();
        jval_push(list, o);
        rc = task_json(req, d, kind, zone, o, err);
    }
    return rc;
}

static int dry_run(struct request *req, struct response *res, struct err *err)
{
    struct patch_decisions d = { 0 };
    struct jval *tasks = jval_new_array();
    struct jval *warnings = jval_new_array();
    int rc = decide(req, &d, err);

    if (rc == 0)
        rc = tasks_json(req, &d, tasks, err);
    for (size_t i = 0; rc == 0 && i < d.all.n; i++)
        if (d.all.p[i].warning.n > 0)
            jval_push(warnings, jval_new_text(d.all.p[i].warning));
    if (rc == 0) {
        res->json = jval_new_object();
        jval_set_i64(res->json, "device", d.device);
        jval_set_text(res->json, "os", str_c(patch_os_name(d.os)));
        json_time(res->json, "scanned", d.state.at);
        jval_set_text(res->json, "configuration",
                      d.has_setup ? d.setup.name : STR_NONE);
        jval_set_i64(res->json, "version", d.setup.deployed);
        jval_set(res->json, "tasks", tasks);
        jval_set(res->json, "warnings", warnings);
    } else {
        jval_free(tasks);
        jval_free(warnings);
    }
    patch_decisions_clear(&d);
    return rc;
}

/* --- Devices by what they lack
 * ----------------------------------------------------------------- */

static const struct field summary_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "system", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true,
      .words = "patched|missing|pending reboot|no data" },
    { "missing", FIELD_INTEGER, .help = "null: never scanned" },
    { "installed", FIELD_INTEGER },
    { "scanned", FIELD_TIME },
    { "errors", FIELD_TEXT, .required = true, .max = 8192,
      .help = "what that scan could not read, a line each" },
    { "scan_failed", FIELD_TIME, .help = "a newer scan did; null: none" },
    { "scan_failure", FIELD_TEXT, .required = true, .max = 8192 },
    { "origin", FIELD_TEXT, .required = true,
      .help = "of the scan: agent, report, server; empty: none" },
    { "configuration", FIELD_TEXT },
    { "version", FIELD_INTEGER },
    { "reboot", FIELD_BOOL, .required = true },
    { "reboot_since", FIELD_TIME },
    { "reboot_level", FIELD_ENUM, .required = true,
      .words = "none|advised|mandatory|critical" },
    { "reboot_reason", FIELD_TEXT, .required = true, .max = 8192 },
    { "reboot_action", FIELD_TEXT, .required = true,
      .help = "of the user: extended, cancelled; or empty" },
    { NULL },
};
static const struct field summary_query[] = {
    { "state", FIELD_ENUM, .words = "patched|missing|pending reboot|no data" },
    { "q", FIELD_TEXT, .max = 200, .help = "in the name" },
    { "sort", FIELD_ENUM, .words = "name|missing|scanned" },
    LISTING_QUERY,
    { NULL },
};
static const struct column summary_columns[] = {
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "system", { { "System", "Syst\xC3\xA8me", "Systeem" } }, 4 },
    { "state", { { "State", "\xC3\x89tat", "Status" } }, 2 },
    { "missing", { { "Missing", "Manquants", "Ontbrekend" } }, 2 },
    { "installed",
      { { "Installed", "Install\xC3\xA9s", "Ge\xC3\xAFnstalleerd" } },
      2 },
    { "scanned", { { "Scanned", "Analys\xC3\xA9", "Gescand" } }, 3 },
    { "configuration",
      { { "Configuration", "Configuration", "Configuratie" } },
      3 },
    { "reboot_reason", { { "Reboot", "Red\xC3\xA9marrage", "Herstart" } }, 5 },
    { "scan_failure",
      { { "Failed scan",
          "Analyse \xC3\xA9"
          "chou\xC3\xA9"
          "e",
          "Mislukte scan" } },
      5 },
    { NULL, { { NULL } }, 0 },
};

static struct jval *listed_summary(void *ctx, const struct listed *row,
                                   struct err *err UNUSED)
{
    const struct patch_summaries *all = ctx;

    return patch_summary_json(&all->all.p[row->b]);
}

static int64_t rank_of(const struct request *req, const struct patch_summary *s)
{
    str sort = jval_text(jval_get(req->query, "sort"), STR("name"));

    if (str_eq_c(sort, "missing"))
        return -s->missing;
    return str_eq_c(sort, "scanned") ? s->at : 0;
}

static int summaries(struct request *req, struct response *res, struct err *err)
{
    str state = jval_text(jval_get(req->query, "state"), STR(""));
    str text = jval_text(jval_get(req->query, "q"), STR(""));
    AUTO(patch_summaries_clear) struct patch_summaries all = { 0 };
    struct listing listing = { .title = { { "Patches by device",
                                            "Correctifs par appareil",
                                            "Patches per apparaat" } },
                               .columns = summary_columns,
                               .json = listed_summary,
                               .ctx = &all };
    int rc = patch_summaries_read(req->core->db, &req->scope, &req->arena, &all,
                                  err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        const struct patch_summary *s = &all.all.p[i];

        if ((state.n == 0 || str_eq(state, patch_summary_state(s))) &&
            has_nocase(s->name, text))
            listing_add(&listing, rank_of(req, s), s->name, s->device,
                        (int64_t)i);
    }
    if (rc == 0)
        rc = listing_answer(req, res, &listing, err);
    listing_clear(&listing);
    return rc;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-devices", DOOR_API, PERM_PATCH_READ,
      .handler = summaries, .query = summary_query, .answer = summary_fields,
      .list = true,
      .summary = "Devices by what they lack, and which wait for a reboot." },
    { METHOD_GET, "/api/v1/devices/{device}/patches", DOOR_API,
      PERM_PATCH_READ, .handler = lacks, .answer = lack_fields, .list = true,
      .summary = "What a device lacks." },
    { METHOD_GET, "/api/v1/devices/{device}/patch-explain", DOOR_API,
      PERM_PATCH_READ, .handler = explain, .query = explain_query,
      .answer = decided_fields, .list = true,
      .summary = "For each missing patch: deployed or not, and why." },
    { METHOD_GET, "/api/v1/devices/{device}/patch-dry-run", DOOR_API,
      PERM_PATCH_READ, .handler = dry_run, .query = explain_query,
      .answer = dry_fields,
      .summary = "What the next run of each task would deploy." },
};
/* clang-format on */
const struct route_table routes_patch_device = { rows, COUNT(rows) };
