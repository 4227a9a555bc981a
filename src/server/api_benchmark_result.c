/* SPDX-License-Identifier: Apache-2.0
 *
 * Results of SCAP scans on three levels (K-SCAP-10): result, rule results,
 * scores; the files for other tools (K-SCAP-8); what changed between two
 * (K-SCAP-16). A waiver changes how a failure is shown, not that it is one.
 */
#include "base/zpack.h"
#include "fleet/benchmark_result.h"
#include "fleet/waiver.h"
#include "server/core.h"
#include "server/routes_int.h"

enum {
    FILE_MAX = 256 << 20
};

#define RESULT_WORDS                                                           \
    "pass|fail|error|unknown|notapplicable|notchecked|notselected|"            \
    "informational|fixed"
#define SEVERITY_WORDS "unknown|info|low|medium|high"

static const struct field counts_fields[] = {
    { "pass", FIELD_INTEGER, .required = true },
    { "fail", FIELD_INTEGER, .required = true },
    { "error", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_INTEGER, .required = true },
    { "notapplicable", FIELD_INTEGER, .required = true },
    { "notchecked", FIELD_INTEGER, .required = true },
    { "notselected", FIELD_INTEGER, .required = true },
    { "informational", FIELD_INTEGER, .required = true },
    { "fixed", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field result_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "device_name", FIELD_TEXT, .required = true },
    { "configuration", FIELD_INTEGER },
    { "run", FIELD_INTEGER },
    { "started", FIELD_TIME, .required = true },
    { "ended", FIELD_TIME, .required = true },
    { "benchmark", FIELD_TEXT, .required = true, .max = SCAP_ID_MAX },
    { "title", FIELD_TEXT, .max = SCAP_MESSAGE_MAX },
    { "version", FIELD_TEXT, .max = SCAP_ID_MAX },
    { "profile", FIELD_TEXT, .max = SCAP_ID_MAX },
    { "applicable", FIELD_BOOL, .required = true,
      .help = "the benchmark is for this device" },
    { "model", FIELD_TEXT, .max = SCAP_ID_MAX,
      .help = "scoring model of score" },
    { "score", FIELD_TEXT, .help = "six digits behind the point" },
    { "maximum", FIELD_TEXT },
    { "counts", FIELD_OBJECT, .required = true, .of = counts_fields,
      .help = "rules by result" },
    { NULL },
};

static void set_micro(struct jval *o, const char *key, int64_t micro)
{
    char text[48];

    snprintf(text, sizeof(text), "%lld.%06lld", (long long)(micro / 1000000),
             (long long)(micro % 1000000));
    jval_set_text(o, key, str_c(text));
}

static struct jval *to_json(const struct benchmark_result *r)
{
    struct jval *o = jval_new_object();
    struct jval *counts = jval_new_object();

    jval_set_i64(o, "id", r->id);
    jval_set_i64(o, "device", r->device);
    jval_set_text(o, "device_name", r->device_name);
    if (r->configuration != 0)
        jval_set_i64(o, "configuration", r->configuration);
    if (r->run != 0)
        jval_set_i64(o, "run", r->run);
    json_time(o, "started", r->started);
    json_time(o, "ended", r->ended);
    jval_set_text(o, "benchmark", r->benchmark);
    jval_set_text(o, "title", r->title);
    jval_set_text(o, "version", r->version);
    jval_set_text(o, "profile", r->profile);
    jval_set_bool(o, "applicable", r->applicable);
    jval_set_text(o, "model", r->model);
    set_micro(o, "score", r->score_micro);
    set_micro(o, "maximum", r->maximum_micro);
    for (unsigned i = 0; i < XCCDF_RESULTS; i++)
        jval_set_i64(counts, xccdf_result_text(i), r->counts[i]);
    jval_set(o, "counts", counts);
    return o;
}

/* --- results ------------------------------------------------------------- */

static const struct field list_query[] = {
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "configuration", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "run", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { NULL },
};

static int list(struct request *req, struct response *res, struct err *err)
{
    struct benchmark_result_query query = {
        .device = jval_i64(jval_get(req->query, "device"), 0),
        .configuration = jval_i64(jval_get(req->query, "configuration"), 0),
        .run = jval_i64(jval_get(req->query, "run"), 0),
    };
    struct benchmark_results all = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    query.limit = page.limit;
    if (rc == 0)
        rc = benchmark_result_list(req->core->db, &req->scope, &query,
                                   &req->arena, &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    benchmark_results_clear(&all);
    return rc;
}

static int load(struct request *req, int64_t id, struct benchmark_result *out,
                struct scap_report *report, struct err *err)
{
    int rc = benchmark_result_get(req->core->db, &req->scope, id, &req->arena,
                                  out, err);

    if (rc == 0 && report != NULL)
        rc = benchmark_result_report(req->core->db, id, &req->arena, report,
                                     err);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct benchmark_result r;
    int rc = load(req, req->params[0], &r, NULL, err);

    if (rc == 0)
        res->json = to_json(&r);
    return rc;
}

/* --- scores -------------------------------------------------------------- */

static const struct field score_fields[] = {
    { "model", FIELD_TEXT, .required = true, .max = SCAP_ID_MAX },
    { "score", FIELD_TEXT, .required = true },
    { "maximum", FIELD_TEXT, .required = true },
    { NULL },
};

static int scores(struct request *req, struct response *res, struct err *err)
{
    const struct scap_report_score *all;
    struct benchmark_result r;
    struct scap_report report;
    struct jval *items;
    int rc = load(req, req->params[0], &r, &report, err);

    if (rc < 0)
        return rc;
    all = report.scores.p;
    items = jval_new_array();
    for (size_t i = 0; i < report.scores.n; i++) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "model", all[i].model);
        set_micro(o, "score", all[i].score_micro);
        set_micro(o, "maximum", all[i].maximum_micro);
        jval_push(items, o);
    }
    respond_list(res, items, STR(""), (int64_t)report.scores.n);
    return 0;
}

/* --- rule results -------------------------------------------------------- */

static const struct field waiver_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "reason", FIELD_TEXT, .required = true, .max = WAIVER_REASON_MAX },
    { "author", FIELD_TEXT, .required = true },
    { "expires", FIELD_TIME, .required = true },
    { NULL },
};
static const struct field rule_fields[] = {
    { "id", FIELD_TEXT, .required = true, .max = SCAP_ID_MAX },
    { "title", FIELD_TEXT, .max = SCAP_MESSAGE_MAX },
    { "severity", FIELD_ENUM, .required = true, .words = SEVERITY_WORDS },
    { "result", FIELD_ENUM, .required = true, .words = RESULT_WORDS },
    { "shown", FIELD_TEXT, .required = true,
      .help = "the result as people see it: \"fail (waived)\"" },
    { "waiver", FIELD_OBJECT, .of = waiver_fields },
    { "message", FIELD_TEXT, .max = SCAP_MESSAGE_MAX },
    { "check", FIELD_TEXT, .max = SCAP_ID_MAX },
    { "idents", FIELD_TEXTS, .required = true,
      .help = "CCE, CVE and other ids of the rule (K-SCAP-4)" },
    { "weight", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field rules_query[] = {
    { "result", FIELD_ENUM, .words = RESULT_WORDS },
    { "severity", FIELD_ENUM, .words = SEVERITY_WORDS },
    { "waived", FIELD_BOOL },
    { "search", FIELD_TEXT, .max = 200,
      .help = "in id, title and identifiers" },
    { NULL },
};

static struct jval *idents_json(str text)
{
    struct jval *items = jval_new_array();

    while (text.n > 0)
        jval_push(items, jval_new_text(str_cut(&text, ' ')));
    return items;
}

static struct jval *waiver_json(const struct waiver *w)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", w->id);
    jval_set_text(o, "reason", w->reason);
    jval_set_text(o, "author", w->author);
    json_time(o, "expires", w->expires);
    return o;
}

static const struct waiver *waiver_of(const struct waivers *waivers,
                                      const struct scap_report_rule *rule)
{
    return rule->result == XCCDF_FAIL ? waiver_find(waivers, rule->id) : NULL;
}

static struct jval *rule_json(const struct scap_report_rule *rule,
                              const struct waiver *waiver)
{
    struct jval *o = jval_new_object();
    const char *result = xccdf_result_text((enum xccdf_result)rule->result);

    jval_set_text(o, "id", rule->id);
    jval_set_text(o, "title", rule->title);
    jval_set_text(
        o, "severity",
        str_c(xccdf_severity_text((enum xccdf_severity)rule->severity)));
    jval_set_text(o, "result", str_c(result));
    jval_set_text(o, "shown",
                  waiver != NULL ? STR("fail (waived)") : str_c(result));
    if (waiver != NULL)
        jval_set(o, "waiver", waiver_json(waiver));
    jval_set_text(o, "message", rule->message);
    jval_set_text(o, "check", rule->check);
    jval_set(o, "idents", idents_json(rule->idents));
    set_micro(o, "weight", rule->weight_micro);
    return o;
}

static bool has(str text, str part)
{
    return str_find(text, part) < text.n;
}

static bool is_wanted(const struct request *req,
                      const struct scap_report_rule *rule,
                      const struct waiver *waiver)
{
    str result = jval_text(jval_get(req->query, "result"), STR(""));
    str severity = jval_text(jval_get(req->query, "severity"), STR(""));
    str search = jval_text(jval_get(req->query, "search"), STR(""));
    const struct jval *waived = jval_get(req->query, "waived");

    if (result.n > 0 && (int64_t)xccdf_result_of(result) != rule->result)
        return false;
    if (severity.n > 0 &&
        (int64_t)xccdf_severity_of(severity) != rule->severity)
        return false;
    if (waived != NULL && jval_bool(waived, false) != (waiver != NULL))
        return false;
    return search.n == 0 || has(rule->id, search) || has(rule->title, search) ||
           has(rule->idents, search);
}

static void push_rules(struct request *req, const struct page *page,
                       const struct scap_report *report,
                       const struct waivers *waivers, int64_t from,
                       struct response *res)
{
    const struct scap_report_rule *rules = report->rules.p;
    struct jval *items = jval_new_array();
    str next = STR("");
    size_t i = (size_t)from;

    for (; i < report->rules.n; i++) {
        const struct waiver *waiver = waiver_of(waivers, &rules[i]);

        if (!is_wanted(req, &rules[i], waiver))
            continue;
        if ((int64_t)jval_count(items) == page->limit) {
            next = arena_printf(&req->arena, "%zu", i);
            break;
        }
        jval_push(items, rule_json(&rules[i], waiver));
    }
    respond_list(res, items, next, -1);
}

static int rules(struct request *req, struct response *res, struct err *err)
{
    struct waivers waivers = { 0 };
    struct benchmark_result r;
    struct scap_report report;
    struct page page;
    int64_t from = 0;
    int rc = request_page_id(req, &page, &from, err);

    if (rc == 0)
        rc = load(req, req->params[0], &r, &report, err);
    if (rc == 0)
        rc = waiver_for_device(req->core->db, r.device, req->now, &req->arena,
                               &waivers, err);
    if (rc == 0)
        push_rules(req, &page, &report, &waivers, from, res);
    waivers_clear(&waivers);
    return rc;
}

/* --- files --------------------------------------------------------------- */

static int send_file(struct request *req, struct response *res, str packed,
                     const char *name, struct err *err)
{
    int rc;

    if (packed.n == 0)
        return refuse(req, 404, NULL, err, E_ABSENT,
                      "the device sent no %s: it was too large", name);
    res->body.limit = FILE_MAX;
    rc = zpack_open(packed, &res->body, err);
    res->content_type = "application/xml";
    res->disposition = arena_printf(&req->arena, "%s-%lld.xml", name,
                                    (long long)req->params[0]);
    return rc;
}

static int load_files(struct request *req, struct scap_files *out,
                      struct err *err)
{
    struct benchmark_result r;
    int rc = load(req, req->params[0], &r, NULL, err);

    return rc < 0 ? rc
                  : benchmark_result_files(req->core->db, r.id, &req->arena,
                                           out, err);
}

static int xccdf(struct request *req, struct response *res, struct err *err)
{
    struct scap_files files;
    int rc = load_files(req, &files, err);

    return rc < 0 ? rc : send_file(req, res, files.xccdf, "xccdf", err);
}

static int arf(struct request *req, struct response *res, struct err *err)
{
    struct scap_files files;
    int rc = load_files(req, &files, err);

    return rc < 0 ? rc : send_file(req, res, files.arf, "arf", err);
}

/* --- comparison ---------------------------------------------------------- */

#define CHANGE_WORDS                                                           \
    "unchanged|newly_failing|newly_passing|changed|added|removed"

static const struct field compare_fields[] = {
    { "rule", FIELD_TEXT, .required = true, .max = SCAP_ID_MAX },
    { "title", FIELD_TEXT, .max = SCAP_MESSAGE_MAX },
    { "change", FIELD_ENUM, .required = true, .words = CHANGE_WORDS },
    { "before", FIELD_ENUM, .words = RESULT_WORDS },
    { "after", FIELD_ENUM, .words = RESULT_WORDS },
    { NULL },
};
static const struct field compare_query[] = {
    { "with", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX,
      .help = "the older result" },
    { "change", FIELD_ENUM, .words = CHANGE_WORDS,
      .help = "only these; without, all but unchanged" },
    { NULL },
};

static struct jval *difference_json(const struct benchmark_difference *d)
{
    const struct scap_report_rule *any =
        d->after != NULL ? d->after : d->before;
    struct jval *o = jval_new_object();

    jval_set_text(o, "rule", any->id);
    jval_set_text(o, "title", any->title);
    jval_set_text(o, "change", str_c(benchmark_change_name(d->change)));
    if (d->before != NULL)
        jval_set_text(
            o, "before",
            str_c(xccdf_result_text((enum xccdf_result)d->before->result)));
    if (d->after != NULL)
        jval_set_text(
            o, "after",
            str_c(xccdf_result_text((enum xccdf_result)d->after->result)));
    return o;
}

static void push_differences(struct request *req, const struct page *page,
                             const struct benchmark_differences *all,
                             int64_t from, struct response *res)
{
    str change = jval_text(jval_get(req->query, "change"), STR(""));
    struct jval *items = jval_new_array();
    str next = STR("");

    for (size_t i = (size_t)from; i < all->all.n; i++) {
        const struct benchmark_difference *d = &all->all.p[i];
        const char *name = benchmark_change_name(d->change);

        if (change.n > 0 ? !str_eq_c(change, name)
                         : d->change == BENCHMARK_UNCHANGED)
            continue;
        if ((int64_t)jval_count(items) == page->limit) {
            next = arena_printf(&req->arena, "%zu", i);
            break;
        }
        jval_push(items, difference_json(d));
    }
    respond_list(res, items, next, -1);
}

static int compare(struct request *req, struct response *res, struct err *err)
{
    int64_t with = jval_i64(jval_get(req->query, "with"), 0);
    struct benchmark_differences differences = { 0 };
    struct benchmark_result newer;
    struct benchmark_result older;
    struct scap_report after;
    struct scap_report before;
    struct page page;
    int64_t from = 0;
    int rc = request_page_id(req, &page, &from, err);

    if (rc == 0)
        rc = load(req, req->params[0], &newer, &after, err);
    if (rc == 0)
        rc = load(req, with, &older, &before, err);
    if (rc < 0)
        return rc;
    if (!str_eq(newer.benchmark, older.benchmark))
        return refuse(req, 422, "with", err, E_INVALID,
                      "they are of different benchmarks");
    benchmark_compare(&before, &after, &differences);
    push_differences(req, &page, &differences, from, res);
    benchmark_differences_clear(&differences);
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/benchmark-results", DOOR_API, PERM_REPORT_READ,
      .handler = list, .query = list_query, .answer = result_fields,
      .list = true, .summary = "Results of benchmarks, newest first." },
    { METHOD_GET, "/api/v1/benchmark-results/{result}", DOOR_API,
      PERM_REPORT_READ, .handler = get, .answer = result_fields,
      .summary = "One result." },
    { METHOD_GET, "/api/v1/benchmark-results/{result}/rules", DOOR_API,
      PERM_REPORT_READ, .handler = rules, .query = rules_query,
      .answer = rule_fields, .list = true,
      .summary = "What each rule came to." },
    { METHOD_GET, "/api/v1/benchmark-results/{result}/scores", DOOR_API,
      PERM_REPORT_READ, .handler = scores, .answer = score_fields, .list = true,
      .summary =
          "The scores of all models; first what the benchmark asks for." },
    { METHOD_GET, "/api/v1/benchmark-results/{result}/xccdf", DOOR_API,
      PERM_REPORT_READ, .handler = xccdf, .summary = "The XCCDF TestResult." },
    { METHOD_GET, "/api/v1/benchmark-results/{result}/arf", DOOR_API,
      PERM_REPORT_READ, .handler = arf,
      .summary = "The result in the Asset Reporting Format." },
    { METHOD_GET, "/api/v1/benchmark-results/{result}/compare", DOOR_API,
      PERM_REPORT_READ, .handler = compare, .query = compare_query,
      .answer = compare_fields, .list = true,
      .summary = "What changed since an older result." },
};
const struct route_table routes_benchmark_result = { rows, COUNT(rows) };
