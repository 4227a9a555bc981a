/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports that are sent by a schedule, by mail or to a webhook (K-CMP-5,
 * K-REP-2), and the server's report about itself (K-APP-1).
 */
#include "fleet/report.h"
#include "server/core.h"
#include "server/fields.h"
#include "server/people.h"
#include "server/release.h"
#include "server/report_patch.h"
#include "server/reports.h"
#include "server/routes_int.h"
#include "server/self_report.h"
#include "trust/sign.h"

#define SETTINGS(needed)                                                       \
    { "name", FIELD_TEXT, .required = needed, .min = 1,                        \
      .max = REPORT_NAME_MAX },                                                \
        { "report", FIELD_ENUM, .required = needed,                            \
          .words = "summary|compliance|" PATCH_REPORTS },                      \
        { "query", FIELD_OBJECT, .of = query_fields,                           \
          .help = "filters, as the report takes them" },                       \
        { "format", FIELD_ENUM, .words = "csv|html|pdf|xlsx" },                \
        { "lang", FIELD_ENUM, .words = "en|fr|nl" },                           \
        { "schedule", FIELD_OBJECT, .required = needed,                        \
          .help = "as docs/schedules.md says" },                               \
        { "zone", FIELD_TEXT, .max = 128,                                      \
          .help = "IANA name; empty or \"server\": the server's" },            \
        { "mail_to", FIELD_TEXT, .max = REPORT_MAIL_MAX,                       \
          .help = "addresses with commas between" },                           \
        { "webhook", FIELD_TEXT, .max = 2000, .help = "https:// address" },    \
    {                                                                          \
        "enabled", FIELD_BOOL                                                  \
    }

static const struct field query_fields[] = {
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "class", FIELD_ENUM, .words = CLASS_WORDS },
    { "show", FIELD_ENUM, .words = "all|failed|errors" },
    { "q", FIELD_TEXT },
    { "sort", FIELD_ENUM,
      .words = "id|title|failed|name|device|missing|scanned" },
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "patch_missing and patch_installed: only of this one" },
    { "template", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "of patch_template" },
    { "set", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "of patch_set" },
    { "state", FIELD_ENUM,
      .words = "compliant|not compliant|pending reboot|no data",
      .help = "patch_set: only these devices" },
    { NULL },
};
static const struct field post_fields[] = { SETTINGS(true), { NULL } };
static const struct field patch_fields[] = { SETTINGS(false), { NULL } };
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    SETTINGS(true),
    { "owner", FIELD_INTEGER, .required = true,
      .help = "whose view is sent: who changed it last" },
    { "last_sent", FIELD_TIME },
    { "last_result", FIELD_TEXT, .said = true, .required = true },
    { "waiting", FIELD_BOOL, .required = true },
    { "webhook_secret", FIELD_TEXT,
      .help = "of the signature; shown once, when the webhook is set" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

/* --- Between JSON and the struct ----------------------------------------- */

static void set_json(struct jval *o, const char *key, str json)
{
    struct jval *value = NULL;

    if (jval_parse(json, REPORT_QUERY_MAX * 2, &value, NULL) < 0)
        value = jval_new_null();
    jval_set(o, key, value);
}

static struct jval *to_json(const struct report_schedule *r)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", r->id);
    jval_set_text(o, "name", r->name);
    jval_set_text(o, "report", r->report);
    set_json(o, "query", r->query);
    jval_set_text(o, "format", r->format);
    jval_set_text(o, "lang", r->language);
    set_json(o, "schedule", r->schedule);
    jval_set_text(o, "zone", r->zone);
    jval_set_text(o, "mail_to", r->mail_to);
    jval_set_text(o, "webhook", r->webhook);
    jval_set_bool(o, "enabled", r->enabled);
    jval_set_i64(o, "owner", r->owner);
    json_time(o, "last_sent", r->last_sent);
    jval_set_text(o, "last_result", r->last_result);
    jval_set_bool(o, "waiting", r->next_try != 0);
    jval_set_i64(o, "revision", r->revision);
    return o;
}

static str printed(struct request *req, const char *key, str otherwise)
{
    AUTO(buf_clear) struct buf text = BUF(REPORT_QUERY_MAX);
    const struct jval *value = jval_get(req->json, key);

    if (jval_kind(value) != JVAL_OBJECT)
        return otherwise;
    jval_print(value, &text);
    return arena_str(&req->arena, buf_str(&text));
}

static void take_body(struct request *req, struct report_schedule *r)
{
    const struct jval *b = req->json;

    r->name = jval_text(jval_get(b, "name"), r->name);
    r->report = jval_text(jval_get(b, "report"), r->report);
    r->query = printed(req, "query", r->query);
    r->format = jval_text(jval_get(b, "format"), r->format);
    r->language = jval_text(jval_get(b, "lang"), r->language);
    r->schedule = printed(req, "schedule", r->schedule);
    r->zone = jval_text(jval_get(b, "zone"), r->zone);
    r->mail_to = str_trim(jval_text(jval_get(b, "mail_to"), r->mail_to));
    r->webhook = str_trim(jval_text(jval_get(b, "webhook"), r->webhook));
    r->enabled = jval_bool(jval_get(b, "enabled"), r->enabled);
}

/* A webhook that is another one gets another secret. */
static int make_secret(struct request *req, struct report_schedule *r,
                       str webhook_before, str *out_secret, struct err *err)
{
    static const char digits[] = "0123456789abcdef";
    AUTO(buf_clear) struct buf sealed = BUF(1024);
    uint8_t bytes[32];
    char text[64];

    if (r->webhook.n == 0)
        r->secret = STR("");
    if (r->webhook.n == 0 || str_eq(r->webhook, webhook_before))
        return 0;
    if (req->core->people == NULL)
        return err_set(err, E_IO, "the server has no key");
    trust_random(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    *out_secret = arena_str(&req->arena, (str){ text, sizeof(text) });
    seal_make(&req->core->people->key, STR("webhook"), *out_secret, &sealed);
    r->secret = arena_str(&req->arena, buf_str(&sealed));
    return 0;
}

/* A report about patches must be there, and be seen by who asks. */
static int check(struct request *req, struct report_schedule *r,
                 const char **out_field, struct err *err)
{
    AUTO(jval_freep) struct jval *query = NULL;
    int rc = report_check(r, &req->arena, req->now, out_field, err);

    if (rc == 0)
        rc = jval_parse(r->query, REPORT_QUERY_MAX, &query, err);
    return rc < 0 ? rc
                  : report_patch_check(
                        &(struct report_patch_ask){ .core = req->core,
                                                    .scope = &req->scope,
                                                    .now = req->now,
                                                    .report = r->report,
                                                    .query = query },
                        out_field, err);
}

static int save(struct request *req, struct report_schedule *r, bool added,
                struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    const char *field = NULL;
    int rc = check(req, r, &field, err);

    if (rc < 0)
        return refuse(req, 422, field, &(struct err){ 0 }, E_INVALID, "%s",
                      err_text(err));
    if (req->scope.user == 0)
        return refuse(req, 403, NULL, err, E_PERM,
                      "a report schedule belongs to a person");
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = added
                 ? report_add(req->core->db, &req->scope, r, req->now, err)
                 : report_change(req->core->db, &req->scope, r, req->now, err);
    if (rc == E_INVALID)
        return refuse(req, 409, "name", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    after = to_json(r);
    if (rc == 0)
        rc = request_audit(
            req, added ? "report_schedule.created" : "report_schedule.updated",
            r->id, NULL, after, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- Handlers ------------------------------------------------------------ */

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(report_schedules_clear) struct report_schedules all = { 0 };
    struct report_find find = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &find.after, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = report_list(req->core->db, &req->scope, &find, &req->arena, &all,
                         err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    return 0;
}

static int find_one(struct request *req, struct report_schedule *out,
                    struct err *err)
{
    return report_get(req->core->db, &req->scope, req->params[0], &req->arena,
                      out, err);
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct report_schedule r = { 0 };
    int rc = find_one(req, &r, err);

    if (rc < 0)
        return rc;
    res->json = to_json(&r);
    respond_revision(req, res, r.revision);
    return 0;
}

static int post(struct request *req, struct response *res, struct err *err)
{
    struct report_schedule r = {
        .query = STR("{}"),
        .format = STR("html"),
        .language = STR("en"),
        .zone = STR(""),
        .mail_to = STR(""),
        .webhook = STR(""),
        .last_result = STR(""),
        .enabled = true,
    };
    str secret = STR_NONE;
    int rc;

    take_body(req, &r);
    rc = make_secret(req, &r, STR(""), &secret, err);
    if (rc == 0)
        rc = save(req, &r, true, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena, "/api/v1/report-schedules/%lld",
                                 (long long)r.id);
    res->json = to_json(&r);
    jval_set_text(res->json, "webhook_secret", secret);
    res->private_page = true;
    return 0;
}

static int patch(struct request *req, struct response *res, struct err *err)
{
    struct report_schedule r = { 0 };
    str secret = STR_NONE;
    str before;
    int rc = find_one(req, &r, err);

    if (rc == 0)
        rc = request_match(req, r.revision, err);
    if (rc < 0)
        return rc;
    before = r.webhook;
    take_body(req, &r);
    rc = make_secret(req, &r, before, &secret, err);
    if (rc == 0)
        rc = save(req, &r, false, err);
    if (rc < 0)
        return rc;
    res->json = to_json(&r);
    jval_set_text(res->json, "webhook_secret", secret);
    respond_revision(req, res, r.revision);
    res->private_page = true;
    return 0;
}

static int end(struct request *req, const char *action, int rc, struct err *err)
{
    if (rc == 0)
        rc = request_audit(req, action, req->params[0], NULL, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int delete_one(struct request *req, struct response *res,
                      struct err *err)
{
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = report_remove(req->core->db, &req->scope, req->params[0], err);
    return end(req, "report_schedule.deleted", rc, err);
}

static int send_now(struct request *req, struct response *res, struct err *err)
{
    int rc = db_begin(req->core->db, err);

    (void)res;
    if (rc == 0)
        rc = report_now(req->core->db, &req->scope, req->params[0], req->now,
                        err);
    rc = end(req, "report_schedule.sent", rc, err);
    if (rc == 0)
        reports_look_soon(req->core);
    return rc;
}

/* --- The server about itself --------------------------------------------- */

static const struct field check_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true,
      .words = "good|attention|unknown" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "count", FIELD_INTEGER },
    { "names", FIELD_TEXTS, .help = "of accounts" },
    { "device", FIELD_INTEGER, .help = "the server's own machine" },
    { "until", FIELD_TIME },
    { "at", FIELD_TIME },
    { "newest", FIELD_TEXT, .help = "version; null: not known" },
    { "flaws", FIELD_LIST, .max = RELEASE_FLAWS_MAX,
      .of = release_flaw_fields },
    { "components", FIELD_LIST, .max = 100, .of = release_component_fields },
    { NULL },
};
static const struct field self_fields[] = {
    { "at", FIELD_TIME, .required = true },
    { "version", FIELD_TEXT, .required = true },
    { "checks", FIELD_LIST, .required = true, .of = check_fields },
    { NULL },
};

static int self(struct request *req, struct response *res, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    if (req->scope.org != 1 || !req->scope.all_devices)
        return refuse(req, 403, NULL, err, E_PERM,
                      "the server's own report is for the first "
                      "organisation, without a label scope");
    rc = self_report_daily(req->core, req->now, err);
    if (rc == 0)
        rc = db_query(req->core->db,
                      "SELECT body FROM self_report ORDER BY at DESC LIMIT 1",
                      DB_NO_ARGS, &rows, err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    return jval_parse(db_col_text(rows, 0), 1 << 20, &res->json, err);
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/report-schedules", DOOR_API, PERM_REPORT_READ,
      .handler = list, .answer = answer_fields, .list = true,
      .summary = "List the reports that are sent by a schedule." },
    { METHOD_POST, "/api/v1/report-schedules", DOOR_API, PERM_REPORT_WRITE,
      65536, post, .body = post_fields, .answer = answer_fields,
      .summary = "Have a report sent by a schedule." },
    { METHOD_GET, "/api/v1/report-schedules/{schedule}", DOOR_API,
      PERM_REPORT_READ, .handler = get, .answer = answer_fields,
      .summary = "One report schedule." },
    { METHOD_PATCH, "/api/v1/report-schedules/{schedule}", DOOR_API,
      PERM_REPORT_WRITE, 65536, patch, .body = patch_fields,
      .answer = answer_fields,
      .summary = "Change a report schedule; it is the caller's then." },
    { METHOD_DELETE, "/api/v1/report-schedules/{schedule}", DOOR_API,
      PERM_REPORT_WRITE, .handler = delete_one,
      .summary = "Remove a report schedule." },
    { METHOD_POST, "/api/v1/report-schedules/{schedule}/send", DOOR_API,
      PERM_REPORT_WRITE, .handler = send_now, .summary = "Send a report now." },
    { METHOD_GET, "/api/v1/reports/self", DOOR_API, PERM_SETTING_READ,
      .handler = self, .answer = self_fields,
      .summary = "What the server says of itself, made every day." },
};
const struct route_table routes_report_schedule = { rows, COUNT(rows) };
