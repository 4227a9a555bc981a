/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports about patches (P-RPT-6): the patches of devices in detail, and
 * templates that people make of the history of deployments and of scans.
 */
#include "fleet/patch_template.h"
#include "server/api_patch_int.h"
#include "server/fields.h"
#include "server/report_patch.h"
#include "server/routes_int.h"

enum {
    NAME_MAX_BYTES = 200,
    TEMPLATE_BODY_MAX = 1 << 16,
};

static const struct field template_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = NAME_MAX_BYTES },
    { "source", FIELD_ENUM, .required = true, .words = PATCH_SOURCES },
    { "columns", FIELD_TEXTS, .required = true, .max = PATCH_TABLE_COLUMNS_MAX,
      .help = "of the source, in order (docs/patch-reports.md)" },
    { "filter", FIELD_OBJECT, .help = "docs/patch-reports.md" },
    { NULL },
};
static const struct field template_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "source", FIELD_ENUM, .required = true, .words = PATCH_SOURCES },
    { "columns", FIELD_TEXTS, .required = true,
      .max = PATCH_TABLE_COLUMNS_MAX },
    { "filter", FIELD_OBJECT, .required = true },
    { "owner", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field rows_query[] = {
    LISTING_QUERY,
    { NULL },
};
static const struct field details_query[] = {
    { "kind", FIELD_ENUM, .words = "missing|installed",
      .help = "installed: by Holdfast; missing when left out" },
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    LISTING_QUERY,
    { NULL },
};

static struct jval *template_json(const struct patch_template *t)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", t->id);
    jval_set_text(o, "name", t->name);
    jval_set_text(o, "source", t->source);
    jval_set(o, "columns", parsed_json(t->columns));
    jval_set(o, "filter", parsed_json(t->filter));
    jval_set_text(o, "owner", t->owner);
    json_time(o, "created", t->created);
    jval_set_i64(o, "revision", t->revision);
    return o;
}

/* --- What a body says ----------------------------------------------------- */

static int refuse_column(struct request *req, size_t at, const char *reason,
                         struct err *err)
{
    const char *field = arena_printf(&req->arena, "columns[%zu]", at).p;

    return refuse(req, 422, field, err, E_INVALID, "%s", reason);
}

static int check_columns(struct request *req, const struct patch_source *source,
                         struct err *err)
{
    const struct jval *columns = jval_get(req->json, "columns");

    if (jval_count(columns) == 0)
        return refuse(req, 422, "columns", err, E_INVALID,
                      "choose at least one column");
    for (size_t i = 0; i < jval_count(columns); i++) {
        str name = jval_text(jval_at(columns, i), STR(""));

        if (patch_source_column(source, name) == NULL)
            return refuse_column(req, i, "the source has no such column", err);
        for (size_t j = 0; j < i; j++)
            if (str_eq(name, jval_text(jval_at(columns, j), STR(""))))
                return refuse_column(req, i, "it is chosen twice", err);
    }
    return 0;
}

/* The filter as a member, so that a refusal names "filter.state". */
static int check_filter(struct request *req, const struct patch_source *source,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *errors = jval_new_array();
    AUTO(jval_freep) struct jval *object = jval_new_object();
    const struct field fields[] = {
        { "filter", FIELD_OBJECT, .of = patch_source_filter(source) },
        { NULL },
    };
    const struct jval *first;

    if (jval_kind(jval_get(req->json, "filter")) != JVAL_OBJECT)
        return 0;
    jval_set(object, "filter", jval_copy(jval_get(req->json, "filter")));
    fields_check(fields, object, errors);
    if (jval_count(errors) == 0)
        return 0;
    first = jval_at(errors, 0);
    return refuse(
        req, 422,
        arena_c(&req->arena,
                jval_text(jval_get(first, "field"), STR("filter"))),
        err, E_INVALID, "%s",
        arena_c(&req->arena, jval_text(jval_get(first, "reason"), STR(""))));
}

static int take_body(struct request *req, struct patch_template *t,
                     struct err *err)
{
    const struct patch_source *source;
    int rc;

    t->name = str_trim(jval_text(jval_get(req->json, "name"), STR("")));
    t->source = jval_text(jval_get(req->json, "source"), STR(""));
    t->columns = member_text(req, "columns");
    t->filter = jval_kind(jval_get(req->json, "filter")) == JVAL_OBJECT
                    ? member_text(req, "filter")
                    : STR("{}");
    if (t->name.n == 0)
        return refuse(req, 422, "name", err, E_INVALID, "it has no name");
    source = patch_source_of(t->source);
    rc = check_columns(req, source, err);
    return rc < 0 ? rc : check_filter(req, source, err);
}

static int conflict(struct request *req, int rc, struct err *err)
{
    if (rc == E_INVALID && db_is_conflict(req->core->db))
        return refuse(req, 422, "name", err, rc,
                      "there is a template of that name already");
    return rc;
}

/* Whom labels limit changes only what they made. */
static int of_path(struct request *req, bool change, struct patch_template *out,
                   struct err *err)
{
    int rc = patch_template_get(req->core->db, &req->scope, req->params[0],
                                &req->arena, out, err);

    if (rc == 0 && change && !req->scope.all_devices &&
        !str_eq(out->owner, req->scope.name))
        return refuse(req, 403, NULL, err, E_PERM, "another person made it");
    return rc;
}

/* --- Templates ------------------------------------------------------------ */

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_templates_clear) struct patch_templates all = { 0 };
    struct patch_template_range range = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = patch_template_list(req->core->db, &req->scope, &range,
                                 &req->arena, &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, template_json(row));
    return rc;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    struct patch_template t;
    int rc = of_path(req, false, &t, err);

    if (rc < 0)
        return rc;
    res->json = template_json(&t);
    respond_revision(req, res, t.revision);
    return 0;
}

/* Reads it again, writes the audit row, commits, answers. */
static int finish(struct request *req, const char *action,
                  const struct jval *before, struct response *res,
                  struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct patch_template t;
    int rc = of_path(req, false, &t, err);

    if (rc < 0)
        return rc;
    after = template_json(&t);
    rc = request_audit(req, action, t.id, before, after, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    res->json = TAKE(after);
    respond_revision(req, res, t.revision);
    return 0;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    struct patch_template t = { 0 };
    int rc = take_body(req, &t, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = conflict(
            req,
            patch_template_add(req->core->db, &req->scope, &t, req->now, err),
            err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(
        &req->arena, "/api/v1/patch-report-templates/%lld", (long long)t.id);
    req->params[0] = t.id;
    return finish(req, "patch_report_template.created", NULL, res, err);
}

static int change(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct patch_template t;
    int rc = of_path(req, true, &t, err);

    if (rc == 0)
        rc = request_match(req, t.revision, err);
    if (rc < 0)
        return rc;
    before = template_json(&t);
    rc = take_body(req, &t, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = conflict(
            req, patch_template_change(req->core->db, &req->scope, &t, err),
            err);
    return rc < 0
               ? rc
               : finish(req, "patch_report_template.changed", before, res, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct patch_template t;
    int rc = of_path(req, true, &t, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    before = template_json(&t);
    rc = patch_template_remove(req->core->db, &req->scope, t.id, err);
    if (rc == 0)
        rc = request_audit(req, "patch_report_template.deleted", t.id, before,
                           NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- Their rows ----------------------------------------------------------- */

static int answer_table(struct request *req, struct response *res,
                        struct report_table *table, struct err *err)
{
    int rc = patch_table_answer(req, res, &table->order, err);

    report_table_clear(table);
    return rc;
}

static int rows_of(struct request *req, struct response *res, struct err *err)
{
    const struct report_patch_ask ask = { .core = req->core,
                                          .scope = &req->scope,
                                          .now = req->now };
    struct report_table table;
    struct patch_template t;
    int rc = of_path(req, false, &t, err);

    if (rc < 0)
        return rc;
    report_template_table(&ask, &t, &req->arena, &table);
    return answer_table(req, res, &table, err);
}

static int details(struct request *req, struct response *res, struct err *err)
{
    bool installed =
        str_eq_c(jval_text(jval_get(req->query, "kind"), STR("")), "installed");
    const struct report_patch_ask ask = { .core = req->core,
                                          .scope = &req->scope,
                                          .now = req->now,
                                          .report = installed
                                                        ? STR("patch_installed")
                                                        : STR("patch_missing"),
                                          .query = req->query };
    struct report_table table;

    report_details_table(&ask, &table);
    return answer_table(req, res, &table, err);
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-devices/details", DOOR_API, PERM_PATCH_READ,
      .handler = details, .query = details_query, .answer = patch_table_fields,
      .list = true,
      .summary = "Devices with the patches they lack or got, a row each." },
    { METHOD_GET, "/api/v1/patch-report-templates", DOOR_API, PERM_REPORT_READ,
      .handler = list, .answer = template_fields, .list = true,
      .summary = "Templates of reports about patches." },
    { METHOD_POST, "/api/v1/patch-report-templates", DOOR_API,
      PERM_REPORT_WRITE, TEMPLATE_BODY_MAX, add, .body = template_body,
      .answer = template_fields, .summary = "Make a template." },
    { METHOD_GET, "/api/v1/patch-report-templates/{template}", DOOR_API,
      PERM_REPORT_READ, .handler = show, .answer = template_fields,
      .summary = "One template." },
    { METHOD_PUT, "/api/v1/patch-report-templates/{template}", DOOR_API,
      PERM_REPORT_WRITE, TEMPLATE_BODY_MAX, change, .body = template_body,
      .answer = template_fields, .summary = "Change a template." },
    { METHOD_DELETE, "/api/v1/patch-report-templates/{template}", DOOR_API,
      PERM_REPORT_WRITE, .handler = remove_one,
      .summary = "Remove a template." },
    { METHOD_GET, "/api/v1/patch-report-templates/{template}/rows", DOOR_API,
      PERM_PATCH_READ, .handler = rows_of, .query = rows_query,
      .answer = patch_table_fields, .list = true,
      .summary = "What a template says now: a page, or all of it as a file." },
};
/* clang-format on */
const struct route_table routes_patch_template = { rows, COUNT(rows) };
