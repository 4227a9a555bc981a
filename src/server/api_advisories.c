/* SPDX-License-Identifier: Apache-2.0
 *
 * Advisories as a list, and what a person uploads.
 */
#include "advisory/data.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/advisory_take.h"
#include "server/core.h"
#include "server/listing.h"
#include "server/patcher.h"
#include "server/routes_int.h"

static const struct field list_fields[] = {
    { "id", FIELD_TEXT, .required = true, .max = ADVISORY_NAME_MAX },
    { "source", FIELD_TEXT, .required = true, .max = ADVISORY_NAME_MAX },
    { "title", FIELD_TEXT, .required = true, .max = ADVISORY_TEXT_MAX },
    { "type", FIELD_ENUM, .words = "security|bugfix|enhancement" },
    { "severity", FIELD_TEXT, .help = "in the source's words; or null" },
    { "level", FIELD_ENUM, .required = true,
      .words = "unassigned|low|moderate|important|critical" },
    { "issued", FIELD_TIME },
    { "vulnerabilities", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field list_query[] = {
    { "q", FIELD_TEXT, .max = 200, .help = "in id and title" },
    { "cve", FIELD_TEXT, .max = 64, .help = "that close this one" },
    { "source", FIELD_TEXT, .max = ADVISORY_NAME_MAX },
    { "type", FIELD_ENUM, .words = "security|bugfix|enhancement" },
    { "level", FIELD_ENUM,
      .words = "unassigned|low|moderate|important|critical" },
    { NULL },
};
static const struct field upload_query[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = 200,
      .help = "of the file" },
    { "source", FIELD_TEXT, .max = 200,
      .help = "what to call it, when it does not state it" },
    { "release", FIELD_TEXT, .max = 200,
      .help = "of packages whose file states none: almalinux:9" },
    { NULL },
};
static const struct field upload_fields[] = {
    { "format", FIELD_TEXT, .required = true },
    { "source", FIELD_TEXT, .required = true, .max = ADVISORY_NAME_MAX },
    { "advisories", FIELD_INTEGER, .required = true },
    { NULL },
};

/* --- The list ------------------------------------------------------------- */

static str source_of(const struct advisory_data *data, const struct advisory *a)
{
    struct advisory_source source;

    return advisory_data_source(data, a->source, &source) ? source.name
                                                          : STR("");
}

static bool closes(const struct advisory_data *data, const struct advisory *a,
                   str cve)
{
    str name;

    for (size_t i = 0; (name = advisory_data_vuln(data, a->at, i)).p != NULL;
         i++)
        if (str_eq(name, cve))
            return true;
    return false;
}

static bool is_asked(const struct request *req,
                     const struct advisory_data *data, const struct advisory *a)
{
    const struct jval *q = req->query;
    str text = jval_text(jval_get(q, "q"), STR(""));
    str source = jval_text(jval_get(q, "source"), STR(""));
    str type = jval_text(jval_get(q, "type"), STR(""));
    str level = jval_text(jval_get(q, "level"), STR(""));
    str cve = jval_text(jval_get(q, "cve"), STR(""));

    return (has_nocase(a->id, text) || has_nocase(a->title, text)) &&
           (type.n == 0 || str_eq_c(type, advisory_type_text(a->type))) &&
           (level.n == 0 ||
            str_eq_c(level, advisory_severity_text(a->severity))) &&
           (source.n == 0 || str_eq(source, source_of(data, a))) &&
           (cve.n == 0 || closes(data, a, cve));
}

static struct jval *row_json(const struct advisory_data *data,
                             const struct advisory *a)
{
    char at[CLOCK_TEXT_MAX];
    struct jval *o = jval_new_object();
    int64_t n = 0;

    while (n < ADVISORY_VULNS_MAX &&
           advisory_data_vuln(data, a->at, (size_t)n).p != NULL)
        n++;
    clock_text(a->issued, at);
    jval_set_text(o, "id", a->id);
    jval_set_text(o, "source", source_of(data, a));
    jval_set_text(o, "title", a->title);
    jval_set_text(o, "type",
                  a->type == ADVISORY_UNTYPED
                      ? STR_NONE
                      : str_c(advisory_type_text(a->type)));
    jval_set_text(o, "severity",
                  a->severity_text.n > 0 ? a->severity_text : STR_NONE);
    jval_set_text(o, "level", str_c(advisory_severity_text(a->severity)));
    jval_set_text(o, "issued", a->issued > 0 ? str_c(at) : STR_NONE);
    jval_set_i64(o, "vulnerabilities", n);
    return o;
}

/* The first whose id lies behind the cursor; those of an id stay together. */
static uint32_t first_after(const struct advisory_data *data, str after)
{
    struct advisory_counts counts;
    struct advisory a;
    uint32_t low = 0;
    uint32_t high;

    advisory_data_count(data, &counts);
    high = (uint32_t)counts.advisories;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (advisory_data_at(data, middle, &a) && str_cmp(a.id, after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    const struct advisory_data *data =
        patcher_knowledge(req->core->patcher).advisories;
    str next = STR("");
    struct advisory a;
    struct jval *items;
    struct page page;
    str last = STR("");
    int rc = request_page(req, &page, err);

    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (uint32_t at = data == NULL || page.after.n == 0
                           ? 0
                           : first_after(data, page.after);
         data != NULL && advisory_data_at(data, at, &a); at++) {
        if (!is_asked(req, data, &a))
            continue;
        if (jval_count(items) >= (size_t)page.limit && !str_eq(a.id, last)) {
            next = arena_str(&req->arena, last);
            break;
        }
        jval_push(items, row_json(data, &a));
        last = a.id;
    }
    respond_list(res, items, next, -1);
    return 0;
}

/* --- Uploads -------------------------------------------------------------- */

struct upload {
    struct held *held; /* NULL: the client went away */
};

static void gone(void *ctx)
{
    struct upload *upload = ctx;

    upload->held = NULL; /* it is taken all the same */
}

static void taken(void *ctx, int rc, const struct advisory_taken *what,
                  const char *why)
{
    struct upload *upload = ctx;
    struct response res;

    response_init(&res);
    if (rc < 0) {
        respond_problem(&res, rc == E_IO || rc == E_PERM ? 500 : 422, NULL,
                        why);
    } else {
        res.status = 201;
        res.json = jval_new_object();
        jval_set_text(res.json, "format", what->format);
        jval_set_text(res.json, "source", what->source);
        jval_set_i64(res.json, "advisories", what->advisories);
    }
    if (upload->held != NULL)
        held_answer(upload->held, &res);
    response_clear(&res);
    mem_free(upload);
}

static int add(struct request *req, struct response *res, struct err *err)
{
    struct advisory_order order = {
        .name = jval_text(jval_get(req->query, "name"), STR("")),
        .source = jval_text(jval_get(req->query, "source"), STR("")),
        .release = jval_text(jval_get(req->query, "release"), STR("")),
        .scope = req->scope,
        .peer = req->peer,
    };
    struct upload *upload;
    int fd;
    int rc;

    if (req->scope.org != 1 || !req->scope.all_devices)
        return refuse(req, 403, NULL, err, E_PERM,
                      "advisories are of the whole server: they are for the "
                      "first organisation, without a label scope");
    if (req->core->reader == NULL)
        return err_set(err, E_UNSUPPORTED, "this server has no reader");
    fd = request_body_file(req,
                           "the body is a file of advisories, as "
                           "docs/advisories.md lists them",
                           err);
    if (fd < 0)
        return fd;
    upload = mem_alloc(1, sizeof(*upload));
    upload->held = request_hold(req, gone, upload);
    res->held = true;
    rc = advisory_take(req->core, &order, fd, taken, upload, err);
    if (rc < 0)
        taken(upload, rc, NULL, err_text(err));
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/advisories", DOOR_API, PERM_REPORT_READ,
      .handler = list, .query = list_query, .answer = list_fields, .list = true,
      .summary = "Advisories by id, of every source." },
    { METHOD_POST, "/api/v1/advisories", DOOR_API, PERM_CONTENT_WRITE,
      (size_t)1 << 29, add, .query = upload_query, .answer = upload_fields,
      .summary = "Import a file of advisories." },
};
const struct route_table routes_advisories = { rows, COUNT(rows) };
