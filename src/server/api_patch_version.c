/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of patch configurations (P-CFG-9): listed, compared, restored, put
 * into force, approved by a second person (claim 3); and what the next ones
 * would mean: summary and preview (P-CFG-6, P-SCH-13).
 */
#include "fleet/patch_policy.h"
#include "patch/diff.h"
#include "patch/summary.h"
#include "proto/patching.h"
#include "schedule/calendar.h"
#include "server/api_patch_int.h"
#include "server/patch_config_int.h"
#include "server/routes_int.h"

enum {
    PREVIEW_DEFAULT = 12,
    PREVIEW_MAX = 100,
    PATH_MAX_BYTES = 1000,
    HEX_KEY = 2 * SIGN_PUBLIC_BYTES,
    HEX_SIGNATURE = 2 * SIGNATURE_BYTES,
};

/* --- Versions ------------------------------------------------------------- */

static const struct field version_fields[] = {
    { "version", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "author", FIELD_TEXT, .required = true },
    { "in_force", FIELD_BOOL, .required = true },
    { "settings", FIELD_OBJECT },
    { NULL },
};

static struct jval *version_json(const struct patch_setup *setup,
                                 const struct patch_version *v, bool whole)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "version", v->version);
    json_time(o, "at", v->at);
    jval_set_text(o, "author", v->author);
    jval_set_bool(o, "in_force", setup->deployed == v->version);
    if (whole)
        jval_set(o, "settings", parsed_json(v->settings));
    return o;
}

static int versions(struct request *req, struct response *res, struct err *err)
{
    struct patch_versions all = { 0 };
    struct jval *items = jval_new_array();
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_setup_versions(req->core->db, setup.id, &req->arena, &all,
                                  err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        jval_push(items, version_json(&setup, &all.all.p[i], false));
    vec_clear(&all.all);
    if (rc < 0) {
        jval_free(items);
        return rc;
    }
    respond_list(res, items, STR(""), -1);
    return 0;
}

static int version(struct request *req, struct response *res, struct err *err)
{
    struct patch_setup setup;
    struct patch_version v;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_setup_version(req->core->db, setup.id, req->params[1],
                                 &req->arena, &v, err);
    if (rc == 0)
        res->json = version_json(&setup, &v, true);
    return rc;
}

/* --- Comparing ------------------------------------------------------------ */

static const struct field diff_fields[] = {
    { "field", FIELD_TEXT, .required = true, .max = PATH_MAX_BYTES },
    { "before", FIELD_TEXT, .max = 1 << 20, .help = "JSON; null: not there" },
    { "after", FIELD_TEXT, .max = 1 << 20 },
    { NULL },
};
static const struct field diff_query[] = {
    { "from", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a version; the one before `to` when left out" },
    { "to", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a version; the newest when left out" },
    { NULL },
};

static void set_printed(struct jval *o, const char *key, const struct jval *v)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    if (v == NULL || jval_kind(v) == JVAL_NULL) {
        jval_set(o, key, jval_new_null());
        return;
    }
    jval_print(v, &text);
    jval_set_text(o, key, buf_str(&text));
}

/* Values of any kind are told as their JSON. */
static struct jval *printed_diff(const struct jval *before,
                                 const struct jval *after)
{
    AUTO(jval_freep) struct jval *found = patch_diff(before, after);
    struct jval *items = jval_new_array();

    for (size_t i = 0; i < jval_count(found); i++) {
        const struct jval *one = jval_at(found, i);
        struct jval *o = jval_new_object();

        jval_set_text(o, "field", jval_text(jval_get(one, "field"), STR("")));
        set_printed(o, "before", jval_get(one, "before"));
        set_printed(o, "after", jval_get(one, "after"));
        jval_push(items, o);
    }
    return items;
}

static int diff(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *a = NULL;
    AUTO(jval_freep) struct jval *b = NULL;
    struct patch_version from = { .settings = STR("{}") };
    struct patch_version to;
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);
    int64_t second;
    int64_t first;

    if (rc < 0)
        return rc;
    second = jval_i64(jval_get(req->query, "to"), setup.version);
    first = jval_i64(jval_get(req->query, "from"), second - 1);
    rc = patch_setup_version(req->core->db, setup.id, second, &req->arena, &to,
                             err);
    if (rc == 0 && first > 0)
        rc = patch_setup_version(req->core->db, setup.id, first, &req->arena,
                                 &from, err);
    if (rc < 0)
        return rc;
    a = parsed_json(from.settings);
    b = parsed_json(to.settings);
    respond_list(res, printed_diff(a, b), STR(""), -1);
    return 0;
}

static int answer_setup(struct request *req, int64_t id, struct response *res,
                        struct err *err)
{
    struct patch_setup setup;
    int rc = patch_setup_get(req->core->db, &req->scope, id, &req->arena,
                             &setup, err);

    if (rc < 0)
        return rc;
    res->json = patch_setup_json(req, &setup, err);
    respond_revision(req, res, setup.revision);
    return res->json == NULL ? err->code : 0;
}

static const struct field restore_body[] = {
    { "version", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX },
    { NULL },
};

/* Restoring is saving: the old settings become the newest version. */
static int restore(struct request *req, struct response *res, struct err *err)
{
    struct patch_change change = { .action = "patch_configuration.restored",
                                   .after = req->json };
    struct patch_setup setup;
    struct patch_version v;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc == 0)
        rc = patch_setup_version(req->core->db, setup.id,
                                 jval_i64(jval_get(req->json, "version"), 0),
                                 &req->arena, &v, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    setup.settings = v.settings;
    rc = patch_setup_save(req->core->db, &req->scope, &setup, req->now, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer_setup(req, setup.id, res, err);
}

/* --- Into force ----------------------------------------------------------- */

static const struct field deploy_body[] = {
    { "version", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "the newest when left out" },
    { NULL },
};

static int deploy_or_ask(struct request *req, const struct patch_setup *setup,
                         int64_t version, struct err *err)
{
    bool needed = false;
    int rc = patch_setup_needs_approval(req, setup, &needed, err);

    if (rc < 0)
        return rc;
    return needed ? patch_setup_ask(req->core->db, &req->scope, setup->id,
                                    version, req->now, err)
                  : patch_setup_deploy(req->core->db, &req->scope, setup->id,
                                       version, req->now, err);
}

static int deploy(struct request *req, struct response *res, struct err *err)
{
    struct patch_change change = { .action = "patch_configuration.deployed",
                                   .after = req->json };
    struct patch_setup setup;
    struct patch_version v;
    int64_t version = 0;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc < 0)
        return rc;
    if (setup.archived != 0)
        return refuse(req, 409, NULL, err, E_INVALID, "it is archived");
    version = jval_i64(jval_get(req->json, "version"), setup.version);
    rc = patch_setup_version(req->core->db, setup.id, version, &req->arena, &v,
                             err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = deploy_or_ask(req, &setup, version, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer_setup(req, setup.id, res, err);
}

static int withdraw(struct request *req, struct response *res, struct err *err)
{
    struct patch_change change = { .action = "patch_configuration.withdrawn" };
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_setup_deploy(req->core->db, &req->scope, setup.id, 0,
                                req->now, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer_setup(req, setup.id, res, err);
}

/* --- A second person
 * ------------------------------------------------------------------------ */

static const struct field approve_body[] = {
    { "version", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX },
    { "verdict", FIELD_ENUM, .required = true, .words = "approved|refused" },
    { "comment", FIELD_TEXT, .max = 2000 },
    { "key", FIELD_TEXT, .min = HEX_KEY, .max = HEX_KEY,
      .help = "the operator's public key, hex (docs/patching.md)" },
    { "signature", FIELD_TEXT, .min = HEX_SIGNATURE, .max = HEX_SIGNATURE,
      .help = "over the statement, hex" },
    { NULL },
};
static const struct field approval_fields[] = {
    { "version", FIELD_INTEGER, .required = true },
    { "verdict", FIELD_ENUM, .required = true, .words = "approved|refused" },
    { "name", FIELD_TEXT, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "comment", FIELD_TEXT, .required = true, .max = 2000 },
    { "signed", FIELD_BOOL, .required = true },
    { NULL },
};
static const struct field statement_fields[] = {
    { "statement", FIELD_TEXT, .required = true,
      .help = "what an operator's key signs" },
    { "domain", FIELD_TEXT, .required = true },
    { NULL },
};

static int statement_of(struct request *req, int64_t configuration,
                        int64_t version, struct buf *out, struct err *err)
{
    struct patching_statement statement = { .configuration = configuration,
                                            .version = version };
    struct patch_version v;
    int rc = patch_setup_version(req->core->db, configuration, version,
                                 &req->arena, &v, err);

    statement.settings = v.settings;
    return rc < 0 ? rc : patching_statement_text(&statement, out, err);
}

static int statement(struct request *req, struct response *res, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(1000);
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = statement_of(req, setup.id, req->params[1], &text, err);
    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_text(res->json, "statement", buf_str(&text));
    jval_set_text(res->json, "domain", STR(PATCHING_APPROVAL_DOMAIN));
    return 0;
}

static bool read_hex(str hex, uint8_t *out, size_t n)
{
    if (hex.n != 2 * n)
        return false;
    for (size_t i = 0; i < hex.n; i++) {
        char c = hex.p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;

        if (digit < 0)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | digit);
    }
    return true;
}

struct signing {
    uint8_t key[SIGN_PUBLIC_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    bool is_signed;
};

static int read_signature(struct request *req, int64_t configuration,
                          int64_t version, struct signing *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(1000);
    str key = jval_text(jval_get(req->json, "key"), STR(""));
    str signature = jval_text(jval_get(req->json, "signature"), STR(""));
    int rc;

    *out = (struct signing){ .is_signed = key.n > 0 || signature.n > 0 };
    if (!out->is_signed)
        return 0;
    if (!read_hex(key, out->key, sizeof(out->key)) ||
        !read_hex(signature, out->signature, sizeof(out->signature)))
        return refuse(req, 422, "signature", err, E_INVALID,
                      "key and signature are both needed, as hex");
    rc = statement_of(req, configuration, version, &text, err);
    if (rc < 0)
        return rc;
    if (!sign_check(out->key, STR(PATCHING_APPROVAL_DOMAIN), buf_str(&text),
                    out->signature))
        return refuse(req, 422, "signature", err, E_INVALID,
                      "the key did not sign this version");
    return 0;
}

static int note_approval(struct request *req, int64_t configuration,
                         int64_t version, const struct signing *s,
                         struct err *err)
{
    str key =
        s->is_signed ? (str){ (const char *)s->key, sizeof(s->key) } : STR_NONE;
    str signature =
        s->is_signed ? (str){ (const char *)s->signature, sizeof(s->signature) }
                     : STR_NONE;
    int rc = db_run(
        req->core->db,
        "INSERT INTO patch_approval (configuration, version, run, app_user,"
        " name, at, verdict, comment, key_bytes, signature) VALUES ($1, $2, 0,"
        " $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (configuration, version, run,"
        " app_user) DO UPDATE SET at = $5, verdict = $6, comment = $7,"
        " key_bytes = $8, signature = $9",
        DB_ARGS(db_i64(configuration), db_i64(version), db_i64(req->scope.user),
                db_text(req->scope.name), db_i64(req->now),
                db_text(jval_text(jval_get(req->json, "verdict"), STR(""))),
                db_text(jval_text(jval_get(req->json, "comment"), STR(""))),
                db_blob(key), db_blob(signature)),
        err);

    return rc < 0 ? rc : 0;
}

/* A second person: neither who asked nor who wrote the version. */
static int check_second(struct request *req, const struct patch_setup *setup,
                        int64_t version, struct err *err)
{
    struct patch_version v;
    int rc = patch_setup_version(req->core->db, setup->id, version, &req->arena,
                                 &v, err);

    if (rc < 0)
        return rc;
    if (setup->asked == version && str_eq(setup->asked_by, req->scope.name))
        return refuse(req, 403, NULL, err, E_PERM,
                      "you asked for it: another person has to agree");
    if (str_eq(v.author, req->scope.name))
        return refuse(req, 403, NULL, err, E_PERM,
                      "you saved this version: another person has to agree");
    return 0;
}

static int carry_out(struct request *req, const struct patch_setup *setup,
                     int64_t version, bool approved, struct err *err)
{
    struct scope asker = req->scope;

    if (setup->asked != version)
        return 0;
    asker.name = setup->asked_by;
    return approved ? patch_setup_deploy(req->core->db, &asker, setup->id,
                                         version, req->now, err)
                    : patch_setup_ask(req->core->db, &asker, setup->id, 0,
                                      req->now, err);
}

static int approve(struct request *req, struct response *res, struct err *err)
{
    int64_t version = jval_i64(jval_get(req->json, "version"), 0);
    bool approved = str_eq_c(jval_text(jval_get(req->json, "verdict"), STR("")),
                             "approved");
    struct patch_change change = { .action =
                                       approved ? "patch_configuration.approved"
                                                : "patch_configuration.refused",
                                   .after = req->json };
    struct patch_setup setup;
    struct signing signing;
    int rc = db_begin(req->core->db, err);

    if (rc == 0)
        rc = db_hold(req->core->db, DB_HOLD("patch_configuration", "id"),
                     req->params[0], err);
    if (rc == 0)
        rc = patch_setup_of_path(req, &setup, err);
    if (rc == 0)
        rc = patch_refuse_hidden(req, &setup, err);
    if (rc == 0)
        rc = check_second(req, &setup, version, err);
    if (rc == 0)
        rc = read_signature(req, setup.id, version, &signing, err);
    if (rc == 0)
        rc = note_approval(req, setup.id, version, &signing, err);
    if (rc == 0)
        rc = carry_out(req, &setup, version, approved, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer_setup(req, setup.id, res, err);
}

static int approvals(struct request *req, struct response *res, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(jval_freep) struct jval *items = jval_new_array();
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = db_query(req->core->db,
                      "SELECT version, verdict, name, at, comment,"
                      " CASE WHEN signature IS NULL THEN 0 ELSE 1 END"
                      " FROM patch_approval WHERE configuration = $1"
                      " AND run = 0 ORDER BY id DESC",
                      DB_ARGS(db_i64(setup.id)), &rows, err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct jval *o = jval_new_object();

        jval_set_i64(o, "version", db_col_i64(rows, 0));
        jval_set_text(o, "verdict", db_col_text(rows, 1));
        jval_set_text(o, "name", db_col_text(rows, 2));
        json_time(o, "at", db_col_i64(rows, 3));
        jval_set_text(o, "comment", db_col_text(rows, 4));
        jval_set_bool(o, "signed", db_col_i64(rows, 5) != 0);
        jval_push(items, o);
        rc = 0;
    }
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), -1);
    return rc;
}

/* --- Summary and preview
 * ---------------------------------------------------------------------- */

static const struct field summary_body[] = {
    { "settings", FIELD_OBJECT, .required = true },
    { NULL },
};
static const struct field summary_query[] = {
    { "zone", FIELD_TEXT, .max = 128, .help = "IANA name; the server's" },
    { "lang", FIELD_ENUM, .words = "en|fr|nl", .help = "of the sentences" },
    { NULL },
};
static const struct field summary_of_fields[] = {
    { "os", FIELD_TEXT, .required = true },
    { "tasks", FIELD_LIST, .required = true },
    { "advice", FIELD_LIST, .required = true, .of = patch_advice_fields,
      .max = 1000 },
    { NULL },
};
static const struct field summary_fields[] = {
    { "windows", FIELD_OBJECT, .required = true, .of = summary_of_fields,
      .help = "what each task does, its next runs, advice" },
    { "macos", FIELD_OBJECT, .required = true, .of = summary_of_fields },
    { "linux", FIELD_OBJECT, .required = true, .of = summary_of_fields },
    { NULL },
};

/* One tab an operating system (P-CFG-6). */
static int answer_summary(struct request *req,
                          const struct patch_configuration *settings,
                          struct response *res, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct patch_summary_ask ask = {
        .language = request_language(req),
        .now = req->now,
    };
    int rc = patch_zone_of_query(req, &zone, err);

    if (rc < 0)
        return rc;
    ask.zone = zone;
    res->json = jval_new_object();
    for (int os = 0; os < PATCH_OSES; os++) {
        ask.os = os;
        jval_set(res->json, patch_os_name(os), patch_summary(settings, &ask));
    }
    return 0;
}

/* While it is edited: nothing is saved. */
static int summary(struct request *req, struct response *res, struct err *err)
{
    struct patch_configuration settings;
    int rc = patch_settings_of_body(req, jval_get(req->json, "settings"),
                                    &settings, err);

    return rc < 0 ? rc : answer_summary(req, &settings, res, err);
}

static int summary_of(struct request *req, struct response *res,
                      struct err *err)
{
    struct patch_configuration settings;
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_configuration_parse(setup.settings, 0, &req->arena,
                                       &settings, err);
    return rc < 0 ? rc : answer_summary(req, &settings, res, err);
}

static const struct field preview_query[] = {
    { "zone", FIELD_TEXT, .max = 128, .help = "IANA name; the server's" },
    { "count", FIELD_INTEGER, .min = 1, .max = PREVIEW_MAX,
      .help = "12 if left out" },
    { NULL },
};
static const struct field occurrence_fields[] = {
    { "os", FIELD_ENUM, .required = true, .words = "windows|macos|linux" },
    { "task", FIELD_ENUM, .required = true,
      .words = "routine|priority|zero_day" },
    { "local", FIELD_TEXT, .required = true },
    { "utc", FIELD_TIME, .required = true },
    { "rule", FIELD_TEXT, .required = true },
    { "stage_local", FIELD_TEXT },
    { "clipped", FIELD_BOOL, .required = true,
      .help = "staging starts at midnight of the 1st (P-STG-5)" },
    { NULL },
};

struct foreseen {
    const struct patch_configuration *settings;
    const struct zone *zone;
    int64_t from;
    size_t count;
};

static struct jval *occurrence_json(const struct occurrence *at, int os,
                                    int kind)
{
    char local[CALENDAR_TEXT_MAX];
    struct jval *o = jval_new_object();

    jval_set_text(o, "os", str_c(patch_os_name(os)));
    jval_set_text(o, "task", str_c(patch_task_name(kind)));
    jval_set_text(o, "local", str_c(calendar_format(at->local, "", local)));
    json_time(o, "utc", at->utc);
    jval_set_text(o, "rule", str_c(schedule_type_name(at->rule)));
    jval_set_text(o, "stage_local",
                  at->has_stage
                      ? str_c(calendar_format(at->stage_local, "", local))
                      : STR_NONE);
    jval_set_bool(o, "clipped", at->is_clipped);
    return o;
}

static void add_occurrences(const struct foreseen *f, int os, int kind,
                            struct jval *items)
{
    const struct patch_task *task = &f->settings->task[os][kind];
    struct occurrence all[PREVIEW_MAX];
    size_t n = 0;

    if (task->enabled && task->schedule.type != SCHEDULE_NONE)
        n = schedule_next(&task->schedule, f->zone, f->from, all, f->count);
    for (size_t i = 0; i < n; i++)
        jval_push(items, occurrence_json(&all[i], os, kind));
}

static int preview(struct request *req, struct response *res, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    size_t count =
        (size_t)jval_i64(jval_get(req->query, "count"), PREVIEW_DEFAULT);
    struct patch_configuration settings;
    struct foreseen foreseen;
    struct patch_setup setup;
    struct jval *items;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_configuration_parse(setup.settings, 0, &req->arena,
                                       &settings, err);
    if (rc == 0)
        rc = patch_zone_of_query(req, &zone, err);
    if (rc < 0)
        return rc;
    foreseen = (struct foreseen){ &settings, zone, req->now, count };
    items = jval_new_array();
    for (int os = 0; os < PATCH_OSES; os++)
        for (int kind = 0; kind < PATCH_TASKS; kind++)
            add_occurrences(&foreseen, os, kind, items);
    respond_list(res, items, STR(""), -1);
    return 0;
}

#define ONE "/api/v1/patch-configurations/{configuration}"
static const struct route rows[] = {
    { METHOD_POST, "/api/v1/patch-configurations/summary", DOOR_API,
      PERM_PATCH_READ, PATCH_BODY_MAX, summary, .query = summary_query,
      .body = summary_body, .answer = summary_fields,
      .summary = "What settings mean, in words, while they are edited." },
    { METHOD_GET, ONE "/summary", DOOR_API, PERM_PATCH_READ,
      .handler = summary_of, .query = summary_query, .answer = summary_fields,
      .summary = "What its newest version means, in words." },
    { METHOD_GET, ONE "/preview", DOOR_API, PERM_PATCH_READ, .handler = preview,
      .query = preview_query, .answer = occurrence_fields, .list = true,
      .summary = "The next runs of each task." },
    { METHOD_GET, ONE "/versions", DOOR_API, PERM_PATCH_READ,
      .handler = versions, .answer = version_fields, .list = true,
      .summary = "Its versions, newest first." },
    { METHOD_GET, ONE "/versions/{version}", DOOR_API, PERM_PATCH_READ,
      .handler = version, .answer = version_fields,
      .summary = "One version, whole." },
    { METHOD_GET, ONE "/versions/{version}/statement", DOOR_API,
      PERM_PATCH_READ, .handler = statement, .answer = statement_fields,
      .summary = "What an operator signs to approve a version." },
    { METHOD_GET, ONE "/diff", DOOR_API, PERM_PATCH_READ, .handler = diff,
      .query = diff_query, .answer = diff_fields, .list = true,
      .summary = "What differs between two versions." },
    { METHOD_POST, ONE "/restore", DOOR_API, PERM_PATCH_WRITE, 4096, restore,
      .body = restore_body, .answer = patch_setup_fields,
      .summary = "Save the settings of an older version as the newest." },
    { METHOD_POST, ONE "/deploy", DOOR_API, PERM_PATCH_DEPLOY, 4096, deploy,
      .body = deploy_body, .answer = patch_setup_fields,
      .summary = "Put a version into force, or ask a second person to." },
    { METHOD_POST, ONE "/withdraw", DOOR_API, PERM_PATCH_DEPLOY,
      .handler = withdraw, .answer = patch_setup_fields,
      .summary = "Take it out of force." },
    { METHOD_POST, ONE "/approve", DOOR_API, PERM_PATCH_APPROVE, 8192, approve,
      .body = approve_body, .answer = patch_setup_fields,
      .summary = "Agree to a version, or refuse it." },
    { METHOD_GET, ONE "/approvals", DOOR_API, PERM_PATCH_READ,
      .handler = approvals, .answer = approval_fields, .list = true,
      .summary = "Who agreed to which version." },
};
const struct route_table routes_patch_version = { rows, COUNT(rows) };
