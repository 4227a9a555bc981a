/* SPDX-License-Identifier: Apache-2.0
 *
 * What publishers state: a CVE with its rating and the statements of all
 * sources side by side (K-OV-10, P-RSK-8, P-RSK-9), one advisory, and the
 * sources. It is the same for every organisation and holds nothing of devices.
 */
#include "advisory/facts.h"
#include "advisory/release.h"
#include "base/clock.h"
#include "fleet/patch_know.h"
#include "risk/cve.h"
#include "risk/rating.h"
#include "server/core.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    STATEMENTS_MAX = 2000,
    ITEMS_MAX = 5000,
    REPLACED_MAX = 500,
};

static const struct field input_fields[] = {
    { "input", FIELD_ENUM, .required = true,
      .words = "cvss|kev|epss|exploitation" },
    { "state", FIELD_ENUM, .required = true,
      .words = "stated|silent|not_checked|unavailable" },
    { "source", FIELD_TEXT },
    { "date", FIELD_TEXT, .help = "as the source states it" },
    { "stale", FIELD_BOOL, .required = true },
    { NULL },
};
static const struct field rating_fields[] = {
    { "rating", FIELD_TEXT, .help = "0.0 to 10.0, open formula; or null" },
    { "group", FIELD_TEXT },
    { "reason", FIELD_TEXT, .required = true },
    { "stale", FIELD_BOOL, .required = true },
    { "cvss", FIELD_TEXT, .help = "of the newest version" },
    { "cvss_version", FIELD_TEXT },
    { "vector", FIELD_TEXT },
    { "cvss_scorer", FIELD_TEXT,
      .help = "who gave the score, when the source did not" },
    { "exploited", FIELD_BOOL, .required = true },
    { "ransomware", FIELD_BOOL, .required = true },
    { "exploited_since", FIELD_TEXT },
    { "exploited_due", FIELD_TEXT, .help = "day by which KEV wants it closed" },
    { "epss", FIELD_TEXT, .help = "probability within 30 days" },
    { "epss_percentile", FIELD_TEXT, .help = "of all CVEs, 0 to 1" },
    { "exploitation", FIELD_TEXT, .help = "SSVC" },
    { "threat", FIELD_INTEGER, .help = "T of the formula; or null" },
    { "inputs", FIELD_LIST, .required = true, .of = input_fields },
    { NULL },
};
static const struct field score_fields[] = {
    { "source", FIELD_TEXT, .required = true },
    { "cvss", FIELD_TEXT },
    { "cvss_version", FIELD_TEXT },
    { "vector", FIELD_TEXT },
    { "severity", FIELD_TEXT, .help = "in the source's words" },
    { "exploited", FIELD_BOOL, .required = true },
    { "disclosed", FIELD_BOOL, .required = true },
    { NULL },
};
#define ITEM_FIELDS                                                            \
    { "package", FIELD_TEXT },                                                 \
        { "source_package", FIELD_BOOL, .required = true },                    \
        { "release", FIELD_TEXT }, { "arch", FIELD_TEXT },                     \
        { "status", FIELD_ENUM, .required = true,                              \
          .words = "affected|fixed|not_affected|under_investigation|"          \
                   "will_not_fix" },                                           \
        { "from", FIELD_TEXT, .help = "first version affected" },              \
        { "fixed", FIELD_TEXT, .help = "first version not affected" },         \
        { "last_affected", FIELD_TEXT },                                       \
        { "severity", FIELD_TEXT, .help = "in the source's words" },           \
        { "note", FIELD_TEXT },                                                \
    {                                                                          \
        "date", FIELD_TEXT                                                     \
    }
static const struct field statement_fields[] = {
    ITEM_FIELDS,
    { "source", FIELD_TEXT, .required = true },
    { "rank", FIELD_INTEGER, .required = true, .help = "1 is believed first" },
    { "advisory", FIELD_TEXT },
    { "disputed", FIELD_BOOL, .required = true,
      .help = "another source says something else of the same" },
    { NULL },
};
static const struct field item_fields[] = { ITEM_FIELDS, { NULL } };
static const struct field cve_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "rating", FIELD_OBJECT, .required = true, .of = rating_fields },
    { "scores", FIELD_LIST, .required = true, .of = score_fields },
    { "statements", FIELD_LIST, .required = true, .max = STATEMENTS_MAX,
      .of = statement_fields },
    { "more", FIELD_BOOL, .required = true,
      .help = "there are more statements; package and release narrow them" },
    { NULL },
};
static const struct field advisory_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "source", FIELD_TEXT, .required = true },
    { "title", FIELD_TEXT, .required = true },
    { "text", FIELD_TEXT, .required = true, .max = ADVISORY_TEXT_MAX },
    { "url", FIELD_TEXT, .max = ADVISORY_TEXT_MAX },
    { "type", FIELD_ENUM, .words = "security|bugfix|enhancement" },
    { "severity", FIELD_TEXT, .help = "in the source's words; or null" },
    { "issued", FIELD_TIME },
    { "updated", FIELD_TIME },
    { "reboot", FIELD_BOOL, .required = true },
    { "vulnerabilities", FIELD_TEXTS, .required = true,
      .max = ADVISORY_VULNS_MAX },
    { "references", FIELD_TEXTS, .required = true },
    { "supersedes", FIELD_TEXTS, .required = true },
    { "superseded_by", FIELD_TEXTS, .required = true },
    { "packages", FIELD_LIST, .required = true, .max = ITEMS_MAX,
      .of = item_fields },
    { NULL },
};
static const struct field advisories_fields[] = {
    { "advisories", FIELD_LIST, .required = true, .of = advisory_fields,
      .help = "one a source" },
    { NULL },
};
static const struct field source_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "format", FIELD_TEXT, .required = true },
    { "rank", FIELD_INTEGER, .required = true },
    { "date", FIELD_TEXT },
    { "imported", FIELD_TIME },
    { "notices", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field sources_fields[] = {
    { "sources", FIELD_LIST, .required = true, .of = source_fields },
    { NULL },
};
static const struct field cve_query[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = 64,
      .help = "CVE-2024-3094, or a source's own name" },
    { "package", FIELD_TEXT },
    { "release", FIELD_TEXT, .help = "debian:12" },
    { "stale_days", FIELD_INTEGER, .max = 36500 },
    { NULL },
};
static const struct field advisory_query[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = ADVISORY_NAME_MAX },
    { NULL },
};

/* --- Values. ------------------------------------------------------------- */

static void set_text(struct jval *o, const char *key, str text)
{
    jval_set_text(o, key, text.n > 0 ? text : STR_NONE);
}

static void set_tenths(struct jval *o, const char *key, bool known,
                       unsigned tenths)
{
    char text[16];

    snprintf(text, sizeof(text), "%u.%u", tenths / 10, tenths % 10);
    jval_set_text(o, key, known ? str_c(text) : STR_NONE);
}

static void set_day(struct jval *o, const char *key, uint16_t day)
{
    char space[DAY_TEXT_SIZE];

    jval_set_text(o, key, day > 0 ? day_text(day, space) : STR_NONE);
}

static void set_time(struct jval *o, const char *key, int64_t at)
{
    char space[CLOCK_TEXT_MAX];

    clock_text(at, space);
    jval_set_text(o, key, at > 0 ? str_c(space) : STR_NONE);
}

static const struct advisory_data *data_of(struct request *req)
{
    return patcher_knowledge(req->core->patcher).advisories;
}

static str source_name(const struct advisory_data *data, uint32_t at)
{
    struct advisory_source source;

    return advisory_data_source(data, at, &source) ? source.name : STR("");
}

/* --- The rating. --------------------------------------------------------- */

static struct jval *inputs_json(const struct risk_rating *rating)
{
    static const char *const names[RISK_KINDS] = {
        [RISK_CVSS] = "cvss",
        [RISK_KEV] = "kev",
        [RISK_EPSS] = "epss",
        [RISK_SSVC] = "exploitation",
    };
    static const char *const states[] = { "stated", "silent", "not_checked",
                                          "unavailable" };
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < RISK_KINDS; i++) {
        const struct risk_input *input = &rating->inputs[i];
        struct jval *o = jval_new_object();

        jval_set_text(o, "input", str_c(names[i]));
        jval_set_text(o, "state", str_c(states[input->state]));
        set_text(o, "source", input->source);
        set_text(o, "date", input->date);
        jval_set_bool(o, "stale", input->stale);
        jval_push(list, o);
    }
    return list;
}

static void set_millionths(struct jval *o, const char *key, bool known,
                           uint32_t value)
{
    char text[16];

    snprintf(text, sizeof(text), "%u.%06u", value / 1000000, value % 1000000);
    jval_set_text(o, key, known ? str_c(text) : STR_NONE);
}

static struct jval *rating_json(const struct risk_rating *rating)
{
    const struct risk *facts = &rating->facts;
    struct jval *o = jval_new_object();

    set_tenths(o, "rating", rating->rated, rating->tenths);
    jval_set_text(o, "group",
                  rating->rated ? str_c(cvss_rating_text(
                                      risk_rating_group(rating->tenths)))
                                : STR_NONE);
    jval_set_text(o, "reason", str_c(rating->reason));
    jval_set_bool(o, "stale", rating->stale);
    set_tenths(o, "cvss", facts->version != CVSS_NONE, facts->score);
    set_text(o, "cvss_version", str_c(cvss_version_text(facts->version)));
    set_text(o, "vector", facts->vector);
    set_text(o, "cvss_scorer", facts->scorer);
    jval_set_bool(o, "exploited", rating->exploited);
    jval_set_bool(o, "ransomware", facts->ransomware);
    set_day(o, "exploited_since", facts->added);
    set_day(o, "exploited_due", facts->due);
    set_millionths(o, "epss", facts->has_epss, facts->epss);
    set_millionths(o, "epss_percentile", facts->has_epss, facts->percentile);
    set_text(o, "exploitation",
             facts->exploitation == RISK_NOT_ASSESSED
                 ? STR("")
                 : str_c(risk_exploitation_text(facts->exploitation)));
    if (rating->threat_known)
        jval_set_i64(o, "threat", rating->threat);
    else
        jval_set(o, "threat", jval_new_null());
    jval_set(o, "inputs", inputs_json(rating));
    return o;
}

/* What is damaged is "unavailable", and the rest of the answer stands. */
static struct jval *rate(struct request *req, str id)
{
    struct risk_clock clock = {
        .today = (uint16_t)(req->now / 86400),
        .stale_days = (unsigned)jval_i64(jval_get(req->query, "stale_days"),
                                         RISK_STALE_DAYS),
    };
    struct risk_data *data = patcher_knowledge(req->core->patcher).risk;
    struct risk_rating rating;

    if (risk_rate(data, id, &clock, &rating, NULL) < 0)
        risk_rate_unavailable(&rating);
    return rating_json(&rating);
}

/* --- Statements. --------------------------------------------------------- */

static const char *status_word(enum advisory_status status)
{
    static const char *const words[ADVISORY_STATUSES] = {
        "affected",     "fixed", "not_affected", "under_investigation",
        "will_not_fix",
    };

    return words[status];
}

static void set_item(struct jval *o, const struct advisory_item *item)
{
    set_text(o, "package", item->package);
    jval_set_bool(o, "source_package", item->source_package);
    set_text(o, "release", item->release);
    set_text(o, "arch", item->arch);
    jval_set_text(o, "status", str_c(status_word(item->status)));
    set_text(o, "from", item->from);
    set_text(o, "fixed", item->last_affected ? STR("") : item->version);
    set_text(o, "last_affected", item->last_affected ? item->version : STR(""));
    set_text(o, "severity", item->severity_text);
    set_text(o, "note", item->note);
    set_day(o, "date", item->day);
}

struct gathering {
    const struct advisory_data *data;
    str package;
    str release;
    VEC(struct advisory_statement) list;
    bool more;
};

static int on_statement(void *ctx, const struct advisory_statement *statement,
                        struct err *err)
{
    struct gathering *g = ctx;
    const struct advisory_item *item = &statement->item;

    (void)err;
    if ((g->package.n > 0 && !str_eq(g->package, item->package)) ||
        (g->release.n > 0 && !release_covers(item->release, g->release)))
        return 0;
    g->more = g->list.n >= STATEMENTS_MAX;
    if (g->more)
        return 1;
    *vec_push(&g->list) = *statement;
    return 0;
}

static struct jval *statement_json(const struct gathering *g, size_t at)
{
    const struct advisory_statement *s = &g->list.p[at];
    struct advisory_source source = { .name = STR("") };
    struct jval *o = jval_new_object();
    bool disputed = false;

    for (size_t i = 0; i < g->list.n && !disputed; i++)
        disputed = advisory_disputes(s, &g->list.p[i]);
    (void)advisory_data_source(g->data, s->source, &source);
    set_item(o, &s->item);
    jval_set_text(o, "source", source.name);
    jval_set_i64(o, "rank", (int64_t)source.rank + 1);
    set_text(o, "advisory", s->advisory);
    jval_set_bool(o, "disputed", disputed);
    return o;
}

static int set_statements(struct request *req, str id, struct jval *answer,
                          struct err *err)
{
    struct jval *list = jval_new_array();
    struct gathering g = {
        .data = data_of(req),
        .package = jval_text(jval_get(req->query, "package"), STR("")),
        .release = jval_text(jval_get(req->query, "release"), STR("")),
    };
    int rc = 0;

    if (g.data != NULL)
        rc = advisory_data_vulnerability(g.data, id, on_statement, &g, err);
    for (size_t i = 0; i < g.list.n; i++)
        jval_push(list, statement_json(&g, i));
    jval_set(answer, "statements", list);
    jval_set_bool(answer, "more", g.more);
    vec_clear(&g.list);
    return rc < 0 ? rc : 0;
}

static struct jval *scores_json(const struct advisory_data *data, str id)
{
    struct jval *list = jval_new_array();
    struct advisory_score score;

    for (size_t i = 0; data != NULL && i < FIELD_LIST_MAX &&
                       advisory_data_score(data, id, i, &score);
         i++) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "source", source_name(data, score.source));
        set_tenths(o, "cvss", score.version != CVSS_NONE, score.tenths);
        set_text(o, "cvss_version", str_c(cvss_version_text(score.version)));
        set_text(o, "vector", score.vector);
        set_text(o, "severity", score.severity_text);
        jval_set_bool(o, "exploited", score.exploited);
        jval_set_bool(o, "disclosed", score.disclosed);
        jval_push(list, o);
    }
    return list;
}

static int get_cve(struct request *req, struct response *res, struct err *err)
{
    str id = str_trim(jval_text(jval_get(req->query, "id"), STR("")));

    res->json = jval_new_object();
    jval_set_text(res->json, "id", id);
    jval_set(res->json, "rating", rate(req, id));
    jval_set(res->json, "scores", scores_json(data_of(req), id));
    return set_statements(req, id, res->json, err);
}

/* --- Advisories. --------------------------------------------------------- */

typedef str replaced_fn(const struct advisory_data *data, str id, size_t index,
                        str *out_release);

/* Each once, whatever the product. */
static struct jval *replaced_json(const struct advisory_data *data, str id,
                                  replaced_fn *next)
{
    struct jval *list = jval_new_array();
    str last = STR("");
    str release;

    for (size_t i = 0; jval_count(list) < REPLACED_MAX; i++) {
        str other = next(data, id, i, &release);

        if (other.p == NULL)
            break;
        if (!str_eq(other, last))
            jval_push(list, jval_new_text(other));
        last = other;
    }
    return list;
}

static void set_lists(const struct advisory_data *data,
                      const struct advisory *a, struct jval *o)
{
    struct jval *vulns = jval_new_array();
    struct jval *references = jval_new_array();
    struct jval *packages = jval_new_array();
    struct advisory_item item;
    str text;

    for (size_t i = 0; i < ADVISORY_VULNS_MAX &&
                       (text = advisory_data_vuln(data, a->at, i)).p != NULL;
         i++)
        jval_push(vulns, jval_new_text(text));
    for (size_t i = 0;
         i < FIELD_LIST_MAX &&
         (text = advisory_data_reference(data, a->at, i)).p != NULL;
         i++)
        jval_push(references, jval_new_text(str_sub(text, 0, FIELD_TEXT_MAX)));
    for (size_t i = 0;
         i < ITEMS_MAX && advisory_data_item(data, a->at, i, &item); i++) {
        struct jval *package = jval_new_object();

        set_item(package, &item);
        jval_push(packages, package);
    }
    jval_set(o, "vulnerabilities", vulns);
    jval_set(o, "references", references);
    jval_set(o, "packages", packages);
}

static struct jval *advisory_json(const struct advisory_data *data,
                                  const struct advisory *a)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "id", a->id);
    jval_set_text(o, "source", source_name(data, a->source));
    jval_set_text(o, "title", a->title);
    jval_set_text(o, "text", a->text);
    set_text(o, "url", a->url);
    jval_set_text(o, "type",
                  a->type == ADVISORY_UNTYPED
                      ? STR_NONE
                      : str_c(advisory_type_text(a->type)));
    set_text(o, "severity", a->severity_text);
    set_time(o, "issued", a->issued);
    set_time(o, "updated", a->updated);
    jval_set_bool(o, "reboot", a->reboot);
    set_lists(data, a, o);
    jval_set(o, "supersedes",
             replaced_json(data, a->id, advisory_data_supersedes));
    jval_set(o, "superseded_by",
             replaced_json(data, a->id, advisory_data_superseded_by));
    return o;
}

static int get_advisory(struct request *req, struct response *res,
                        struct err *err)
{
    const struct advisory_data *data = data_of(req);
    str id = str_trim(jval_text(jval_get(req->query, "id"), STR("")));
    struct jval *list = jval_new_array();
    struct advisory a;
    uint32_t at = data != NULL ? advisory_data_find(data, id) : ADVISORY_NONE;

    for (; at != ADVISORY_NONE && advisory_data_at(data, at, &a) &&
           str_eq(a.id, id) && jval_count(list) < FIELD_LIST_MAX;
         at++)
        jval_push(list, advisory_json(data, &a));
    res->json = jval_new_object();
    jval_set(res->json, "advisories", list);
    if (jval_count(list) > 0)
        return 0;
    return refuse(req, 404, "id", err, E_ABSENT, "there is no advisory %.*s",
                  (int)(id.n > 200 ? 200 : id.n), id.p);
}

static int get_sources(struct request *req, struct response *res,
                       struct err *err)
{
    const struct advisory_data *data = data_of(req);
    struct jval *list = jval_new_array();
    struct advisory_source source;

    (void)err;
    for (uint32_t i = 0; data != NULL && advisory_data_source(data, i, &source);
         i++) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "name", source.name);
        jval_set_text(o, "format", source.format);
        jval_set_i64(o, "rank", (int64_t)source.rank + 1);
        set_text(o, "date", source.date);
        set_time(o, "imported", source.imported_s);
        jval_set_i64(o, "notices", (int64_t)source.notices);
        jval_push(list, o);
    }
    res->json = jval_new_object();
    jval_set(res->json, "sources", list);
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/cve", DOOR_API, PERM_REPORT_READ, .handler = get_cve,
      .query = cve_query, .answer = cve_fields,
      .summary = "A CVE: its rating with all inputs, and what every source "
                 "states of it." },
    { METHOD_GET, "/api/v1/advisory", DOOR_API, PERM_REPORT_READ,
      .handler = get_advisory, .query = advisory_query,
      .answer = advisories_fields,
      .summary = "An advisory, of each source that has it." },
    { METHOD_GET, "/api/v1/advisory/sources", DOOR_API, PERM_REPORT_READ,
      .handler = get_sources, .answer = sources_fields,
      .summary = "The sources of advisories, and how old they are." },
};
const struct route_table routes_advisory = { rows, COUNT(rows) };
