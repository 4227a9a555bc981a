/* SPDX-License-Identifier: Apache-2.0
 *
 * The patches that are known (P-INT): the grid with its filters, one patch
 * with its CVEs, devices and chains, imports, votes, and the charts.
 */
#include "base/map.h"
#include "fleet/patch_filter.h"
#include "fleet/patch_group.h"
#include "fleet/patch_policy.h"
#include "schedule/calendar.h"
#include "server/api_patch_int.h"
#include "server/listing.h"
#include "server/patch_limits.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    IMPORT_BODY_MAX = 8 << 20,
    IMPORT_MAX = 5000,
    CHART_DAYS = 14, /* P-INT-2 */
    TOP_MAX = 5,
    TUESDAY_MAX = 200, /* vendors and severities */
    DAY_S = 86400,
    TUESDAY = 2,
};

static const struct field grid_query[] = {
    { "filter", FIELD_TEXT, .max = PATCH_FILTER_MAX,
      .help = "JSON, as of a dynamic group (docs/patching.md)" },
    { "q", FIELD_TEXT, .max = 200, .help = "in id, title, vendor, product" },
    { "affects", FIELD_BOOL, .help = "only what a device you see lacks" },
    { "superseded", FIELD_BOOL,
      .help = "also what a known patch supersedes (not, unless told)" },
    { "unpatched", FIELD_ENUM, .words = "any|none|1-9|10-49|50-99|100+" },
    { "sla", FIELD_ENUM, .words = "over|near",
      .help = "only what some device lacks for too long, or nearly" },
    { "sort", FIELD_ENUM,
      .words = "released|patch|severity|unpatched|cvss|rating|vendor|over" },
    LISTING_QUERY,
    { NULL },
};
static const struct column grid_columns[] = {
    { "patch", { { "Patch", "Correctif", "Patch" } }, 3 },
    { "title", { { "Name", "Nom", "Naam" } }, 6 },
    { "os", { { "Platform", "Plateforme", "Platform" } }, 2 },
    { "unpatched",
      { { "Unpatched devices", "Appareils sans correctif",
          "Apparaten zonder patch" } },
      2 },
    { "over_sla",
      { { "Over SLA", "SLA d\xC3\xA9pass\xC3\xA9", "Over SLA" } },
      2 },
    { "near_sla", { { "Near SLA", "SLA proche", "Bijna SLA" } }, 2 },
    { "released", { { "Date", "Date", "Datum" } }, 3 },
    { "vendor", { { "Vendor", "Fournisseur", "Leverancier" } }, 2 },
    { "download",
      { { "Download",
          "T\xC3\xA9l\xC3\xA9"
          "chargement",
          "Download" } },
      2 },
    { "rating",
      { { "Rating (open formula)", "Note (formule ouverte)",
          "Score (open formule)" } },
      2 },
    { "cves", { { "CVEs", "CVE", "CVE's" } }, 1 },
    { "exploited",
      { { "Exploited",
          "Exploit\xC3\xA9"
          "e",
          "Misbruikt" } },
      2 },
    { "severity", { { "Severity", "Gravit\xC3\xA9", "Ernst" } }, 2 },
    { "cvss", { { "CVSS", "CVSS", "CVSS" } }, 1 },
    { NULL, { { NULL } }, 0 },
};

/* --- The grid
 * ------------------------------------------------------------------------- */

struct grid {
    struct request *req;
    const struct patch_stock *stock;
    const struct patch_rows *rows; /* of the stock */
    const struct patch_fleet *fleet;
    struct idset *visible;
    struct patch_filter filter;
    struct patch_limits limits;
    uint32_t *over; /* devices, of each patch */
    uint32_t *near;
};

static void grid_close(struct grid *g)
{
    idset_free(g->visible);
    patch_limits_close(&g->limits);
}

static int grid_open(struct request *req, struct grid *g, struct err *err)
{
    str filter = jval_text(jval_get(req->query, "filter"), STR("{}"));
    int rc = patch_filter_parse(filter, &req->arena, &g->filter, err);

    if (rc < 0)
        return refuse(req, 422, "filter", err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    g->req = req;
    if (jval_get(req->query, "q") != NULL)
        g->filter.text = jval_text(jval_get(req->query, "q"), STR(""));
    rc =
        patch_limits_open(req->core, req->scope.org, req->now, &g->limits, err);
    if (rc == 0)
        rc = patch_fleet_visible(req->core, &req->scope, &g->visible, err);
    if (rc < 0)
        return rc;
    g->stock = g->limits.stock;
    g->fleet = g->limits.fleet;
    g->rows = patch_stock_rows(g->stock);
    g->over = arena_alloc(&req->arena, g->rows->all.n + 1, sizeof(*g->over));
    g->near = arena_alloc(&req->arena, g->rows->all.n + 1, sizeof(*g->near));
    patch_limits_count(&g->limits, g->visible, g->over, g->near);
    return 0;
}

static int64_t unpatched(const struct grid *g, int64_t patch)
{
    return (int64_t)idset_count_and(patch_fleet_lacking(g->fleet, patch),
                                    g->visible);
}

static bool in_band(str band, int64_t n)
{
    if (band.n == 0 || str_eq_c(band, "any"))
        return true;
    if (str_eq_c(band, "none"))
        return n == 0;
    if (str_eq_c(band, "1-9"))
        return n >= 1 && n <= 9;
    if (str_eq_c(band, "10-49"))
        return n >= 10 && n <= 49;
    return str_eq_c(band, "50-99") ? n >= 50 && n <= 99 : n >= 100;
}

static bool is_late(const struct grid *g, uint32_t index)
{
    str sla = jval_text(jval_get(g->req->query, "sla"), STR(""));

    if (str_eq_c(sla, "over"))
        return g->over[index] > 0;
    return sla.n == 0 || g->near[index] > 0;
}

static bool is_shown(const struct grid *g, uint32_t index, int64_t lacking)
{
    const struct patch_row *row = &g->rows->all.p[index];
    const struct jval *q = g->req->query;

    return patch_filter_passes(&g->filter, &row->patch, g->req->now) &&
           (lacking > 0 || !jval_bool(jval_get(q, "affects"), false)) &&
           (jval_bool(jval_get(q, "superseded"), false) ||
            !patch_stock_is_superseded(g->stock, index)) &&
           is_late(g, index) &&
           in_band(jval_text(jval_get(q, "unpatched"), STR("")), lacking);
}

/* Smaller first: what is asked for mostly is the newest, the worst. */
static int64_t rank_of(const struct grid *g, const struct patch_row *row,
                       int64_t lacking)
{
    str sort = jval_text(jval_get(g->req->query, "sort"), STR("released"));

    if (str_eq_c(sort, "released"))
        return -row->patch.published;
    if (str_eq_c(sort, "severity"))
        return -(int64_t)row->patch.severity;
    if (str_eq_c(sort, "unpatched"))
        return -lacking;
    if (str_eq_c(sort, "over"))
        return -(int64_t)g->over[row - g->rows->all.p];
    if (str_eq_c(sort, "cvss"))
        return -patch_cvss(&row->patch);
    return str_eq_c(sort, "rating") ? -patch_vrr(&row->patch) : 0;
}

static struct jval *grid_json(void *ctx, const struct listed *listed,
                              struct err *err)
{
    const struct grid *g = ctx;
    const struct patch_row *row = &g->rows->all.p[listed->b];
    struct jval *o = patch_json(row);
    int64_t votes = 0;

    if (patch_votes(g->req->core->db, g->req->scope.org, row->id, &votes, err) <
        0) {
        jval_free(o);
        return NULL;
    }
    jval_set_i64(o, "unpatched", unpatched(g, row->id));
    jval_set_i64(o, "over_sla", g->over[listed->b]);
    jval_set_i64(o, "near_sla", g->near[listed->b]);
    jval_set_i64(o, "votes", votes);
    jval_set_bool(o, "superseded",
                  patch_stock_is_superseded(g->stock, (uint32_t)listed->b));
    return o;
}

static int grid(struct request *req, struct response *res, struct err *err)
{
    struct grid g = { 0 };
    struct listing listing = { .title = { { "Patches", "Correctifs",
                                            "Patches" } },
                               .columns = grid_columns,
                               .json = grid_json,
                               .ctx = &g };
    bool by_vendor =
        str_eq_c(jval_text(jval_get(req->query, "sort"), STR("")), "vendor");
    int rc = grid_open(req, &g, err);

    for (uint32_t i = 0; rc == 0 && i < g.rows->all.n; i++) {
        const struct patch_row *row = &g.rows->all.p[i];
        int64_t lacking = unpatched(&g, row->id);

        if (is_shown(&g, i, lacking))
            listing_add(&listing, rank_of(&g, row, lacking),
                        by_vendor ? row->patch.vendor : row->patch.id, row->id,
                        (int64_t)i);
    }
    if (rc == 0)
        rc = listing_answer(req, res, &listing, err);
    listing_clear(&listing);
    grid_close(&g);
    return rc;
}

/* --- One patch
 * -------------------------------------------------------------------------- */

static const struct field cve_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "cvss_2_0", FIELD_TEXT },
    { "cvss_3_0", FIELD_TEXT },
    { "cvss_3_1", FIELD_TEXT },
    { "cvss_4_0", FIELD_TEXT },
    { "rating", FIELD_TEXT },
    { "exploited", FIELD_BOOL, .required = true },
    { NULL },
};
static const struct field one_fields[] = {
    { "patch", FIELD_OBJECT, .required = true, .of = patch_fields },
    { "cves", FIELD_LIST, .required = true, .of = cve_fields,
      .max = PATCH_CVES_MAX },
    { "packages", FIELD_TEXTS, .required = true, .max = 100000 },
    { "supersedes", FIELD_TEXTS, .required = true, .max = PATCH_LINKS_MAX },
    { "superseded_by", FIELD_TEXTS, .required = true, .max = PATCH_LINKS_MAX },
    { "requires", FIELD_TEXTS, .required = true, .max = PATCH_LINKS_MAX },
    { "groups", FIELD_TEXTS, .required = true, .max = 10000,
      .help = "patch groups it is in" },
    { NULL },
};

static struct jval *texts_json(const str *texts, size_t n)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < n; i++)
        jval_push(list, jval_new_text(texts[i]));
    return list;
}

static struct jval *cves_of(const struct patch *p)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < p->cve_count; i++) {
        const struct patch_cve *cve = &p->cves[i];
        struct jval *o = jval_new_object();

        jval_set_text(o, "id", cve->id);
        jval_set(o, "cvss_2_0", tenths_json(cve->cvss[CVSS_2_0]));
        jval_set(o, "cvss_3_0", tenths_json(cve->cvss[CVSS_3_0]));
        jval_set(o, "cvss_3_1", tenths_json(cve->cvss[CVSS_3_1]));
        jval_set(o, "cvss_4_0", tenths_json(cve->cvss[CVSS_4_0]));
        jval_set(o, "rating", tenths_json(cve->vrr));
        jval_set_bool(o, "exploited", cve->exploited);
        jval_push(list, o);
    }
    return list;
}

static struct jval *superseding(const struct grid *g, str id)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < g->rows->all.n; i++) {
        const struct patch *p = &g->rows->all.p[i].patch;

        for (size_t j = 0; j < p->supersede_count; j++)
            if (str_eq(p->supersedes[j], id))
                jval_push(list, jval_new_text(p->id));
    }
    return list;
}

static int groups_of(struct request *req, str id, struct jval *out,
                     struct err *err)
{
    AUTO(patch_groups_clear) struct patch_groups all = { .arena = ARENA };
    int rc = patch_group_list(req->core->db, &req->scope, STR(""),
                              PATCH_GROUPS_OF_ORG_MAX, &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        AUTO(patch_set_clear) struct patch_set set = { 0 };

        rc = patch_group_set(req->core->db, all.all.p[i].id, 0, &req->arena,
                             &set, err);
        if (rc == 0 && patch_set_has(&set, id))
            jval_push(out, jval_new_text(all.all.p[i].name));
    }
    return rc;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    struct grid g = { 0 };
    struct jval *groups = jval_new_array();
    struct listed listed = { .b = -1 };
    const struct patch *p;
    int rc = grid_open(req, &g, err);

    if (rc == 0) {
        uint32_t at = patch_stock_find(g.stock, req->params[0]);

        if (at == PATCH_NONE)
            rc = err_set(err, E_ABSENT, "there is no such patch");
        else
            listed.b = at;
    }
    if (rc == 0)
        rc = groups_of(req, g.rows->all.p[listed.b].patch.id, groups, err);
    if (rc < 0) {
        jval_free(groups);
        grid_close(&g);
        return rc;
    }
    p = &g.rows->all.p[listed.b].patch;
    res->json = jval_new_object();
    jval_set(res->json, "patch", grid_json(&g, &listed, err));
    jval_set(res->json, "cves", cves_of(p));
    jval_set(res->json, "packages", texts_json(p->packages, p->package_count));
    jval_set(res->json, "supersedes",
             texts_json(p->supersedes, p->supersede_count));
    jval_set(res->json, "superseded_by", superseding(&g, p->id));
    jval_set(res->json, "requires", texts_json(p->requires, p->require_count));
    jval_set(res->json, "groups", groups);
    grid_close(&g);
    return 0;
}

static const struct field device_fields_[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "since", FIELD_TIME, .help = "first seen missing" },
    { "sla", FIELD_ENUM, .required = true, .words = "none|within|near|over" },
    { "deadline", FIELD_TIME },
    { NULL },
};

/* Since when a device lacks the patch, and until when it may. */
static void set_limit(struct jval *o, const struct patch_limits *limits,
                      const struct patch_row *row, int64_t device)
{
    struct patch_fleet_lacks lacks = patch_fleet_of(limits->fleet, device);
    size_t i = 0;
    int64_t deadline;

    while (i < lacks.n &&
           patch_fleet_patch(limits->fleet, lacks.patches[i]) != row->id)
        i++;
    if (i == lacks.n)
        return;
    json_time(o, "since", lacks.since[i]);
    jval_set_text(o, "sla",
                  str_c(patch_sla_name(patch_sla_of(&limits->sla, &row->patch,
                                                    lacks.since[i], limits->now,
                                                    &deadline))));
    json_time(o, "deadline", deadline);
}

static int devices(struct request *req, struct response *res, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(jval_freep) struct jval *items = jval_new_array();
    AUTO(patch_limits_close) struct patch_limits limits = { 0 };
    struct patch_row row;
    const struct idset *lacking;
    struct page page;
    int64_t after = 0;
    int64_t last = 0;
    size_t n = 0;
    int rc = request_page_id(req, &page, &after, err);

    if (rc == 0)
        rc = patch_store_get(req->core->db, req->scope.org, req->params[0],
                             &req->arena, &row, err);
    if (rc == 0)
        rc = patch_limits_open(req->core, req->scope.org, req->now, &limits,
                               err);
    if (rc == 0)
        rc = db_query(req->core->db,
                      "SELECT d.id, d.name FROM device d WHERE d.org = $1"
                      " AND " SCOPE_SQL " AND d.id > $3 AND d.retired = 0"
                      " AND d.deleted = 0 ORDER BY d.id",
                      DB_ARGS(db_i64(req->scope.org),
                              db_i64(scope_limit(&req->scope)), db_i64(after)),
                      &rows, err);
    if (rc < 0)
        return rc;
    lacking = patch_fleet_lacking(limits.fleet, row.id);
    while (n < (size_t)page.limit && (rc = db_next(rows, err)) > 0) {
        struct jval *o;

        if (!idset_has(lacking, (uint32_t)db_col_i64(rows, 0)))
            continue;
        last = db_col_i64(rows, 0);
        o = jval_new_object();
        jval_set_i64(o, "device", last);
        jval_set_text(o, "name", db_col_text(rows, 1));
        set_limit(o, &limits, &row, last);
        jval_push(items, o);
        n++;
    }
    if (rc < 0)
        return rc;
    respond_page(req, res, &page, TAKE(items), last, -1);
    return 0;
}

/* --- Imports and votes
 * -------------------------------------------------------------------- */

static const struct field import_body[] = {
    { "os", FIELD_ENUM, .words = "windows|macos|linux",
      .help = "of patches that do not say it" },
    { "patches", FIELD_OBJECT, .help = "{\"catalogue\": [patch, ...]}" },
    { NULL },
};
static const struct field import_fields[] = {
    { "patches", FIELD_INTEGER, .required = true },
    { "changed", FIELD_INTEGER, .required = true },
    { NULL },
};

static int import_one(struct request *req, const struct jval *json,
                      enum patch_os os, struct patch_refusals *refusals,
                      struct err *err)
{
    struct patch_knowledge knowledge = patcher_knowledge(req->core->patcher);
    struct patch patch;
    struct patch_put put = { .org = req->scope.org,
                             .patch = &patch,
                             .source = PATCH_FROM_IMPORT,
                             .now = req->now };
    int64_t id;
    int rc;

    if (!patch_from_jval(json, os, &req->arena, refusals, &patch))
        return refuse_all(req, refusals, err);
    rc = patch_know_scores(&knowledge, false, &req->arena, &patch, err);
    return rc < 0 ? rc : patch_store_put(req->core->db, &put, &id, err);
}

static int import(struct request *req, struct response *res, struct err *err)
{
    const struct jval *list =
        jval_get(jval_get(req->json, "patches"), "catalogue");
    enum patch_os os =
        patch_os_of(jval_text(jval_get(req->json, "os"), STR("windows")));
    struct patch_refusals refusals = PATCH_REFUSALS;
    struct patch_change change = { .action = "patch.imported" };
    int64_t changed = 0;
    int rc;

    if (jval_kind(list) != JVAL_ARRAY || jval_count(list) > IMPORT_MAX)
        return refuse(req, 422, "patches.catalogue", err, E_INVALID,
                      "is a list of at most %d patches", IMPORT_MAX);
    rc = patch_refuse_limited(req, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    for (size_t i = 0; rc >= 0 && i < jval_count(list); i++) {
        size_t before = patch_path_enter(&refusals, "patches.catalogue");
        size_t index = patch_path_index(&refusals, i);

        rc = import_one(req, jval_at(list, i), os, &refusals, err);
        changed += rc > 0;
        patch_path_leave(&refusals, index);
        patch_path_leave(&refusals, before);
    }
    patch_refusals_clear(&refusals);
    if (rc >= 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_i64(res->json, "patches", (int64_t)jval_count(list));
    jval_set_i64(res->json, "changed", changed);
    return 0;
}

static const struct field vote_body[] = {
    { "down", FIELD_BOOL, .required = true },
    { NULL },
};
static const struct field vote_fields[] = {
    { "votes", FIELD_INTEGER, .required = true },
    { NULL },
};

static int vote(struct request *req, struct response *res, struct err *err)
{
    struct patch_row row;
    int64_t votes = 0;
    int rc = patch_store_get(req->core->db, req->scope.org, req->params[0],
                             &req->arena, &row, err);

    if (rc == 0)
        rc = patch_vote(req->core->db, &req->scope, row.id,
                        jval_bool(jval_get(req->json, "down"), true), req->now,
                        err);
    if (rc == 0)
        rc = patch_votes(req->core->db, req->scope.org, row.id, &votes, err);
    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_i64(res->json, "votes", votes);
    return 0;
}

/* --- Charts --------------------------------------------------------------- */

static const struct field count_fields[] = {
    { "name", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX },
    { "patches", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field tuesday_fields[] = {
    { "vendor", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX },
    { "severity", FIELD_TEXT, .required = true },
    { "patches", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field charts_fields[] = {
    { "days", FIELD_INTEGER, .required = true },
    { "vendors", FIELD_LIST, .required = true, .of = count_fields, .max = 5 },
    { "types", FIELD_LIST, .required = true, .of = count_fields, .max = 10 },
    { "severities", FIELD_LIST, .required = true, .of = count_fields,
      .max = 10 },
    { "affecting", FIELD_INTEGER, .required = true,
      .help = "patches that a device you see lacks" },
    { "exploited", FIELD_INTEGER, .required = true,
      .help = "of them, for vulnerabilities that are exploited" },
    { "vulnerabilities", FIELD_INTEGER, .required = true,
      .help = "different CVEs of what a device you see lacks" },
    { "devices_over_sla", FIELD_INTEGER, .required = true },
    { "devices_near_sla", FIELD_INTEGER, .required = true,
      .help = "and not over" },
    { "patch_tuesday", FIELD_LIST, .required = true, .of = tuesday_fields,
      .max = TUESDAY_MAX, .help = "released on the newest second Tuesday" },
    { "scanned", FIELD_INTEGER, .required = true },
    { "never_scanned", FIELD_INTEGER, .required = true },
    { NULL },
};

struct tallied {
    str name;
    int64_t n;
};
struct tallies {
    VEC(struct tallied) all;
};

static void tally(struct tallies *t, str name)
{
    for (size_t i = 0; i < t->all.n; i++) {
        if (str_eq(t->all.p[i].name, name)) {
            t->all.p[i].n++;
            return;
        }
    }
    *vec_push(&t->all) = (struct tallied){ name, 1 };
}

static int by_count(const void *a, const void *b)
{
    const struct tallied *left = a;
    const struct tallied *right = b;

    if (left->n != right->n)
        return left->n > right->n ? -1 : 1;
    return str_cmp(left->name, right->name);
}

static struct jval *tallies_json(struct tallies *t, size_t most)
{
    struct jval *list = jval_new_array();

    if (t->all.n > 1)
        qsort(t->all.p, t->all.n, sizeof(*t->all.p), by_count);
    for (size_t i = 0; i < t->all.n && i < most; i++) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "name", t->all.p[i].name);
        jval_set_i64(o, "patches", t->all.p[i].n);
        jval_push(list, o);
    }
    vec_clear(&t->all);
    return list;
}

/* The newest day of Microsoft's updates that has begun, in UTC. */
static int64_t newest_tuesday(int64_t now)
{
    struct calendar_date date = calendar_date(calendar_day_of(now));
    int64_t day = calendar_nth_weekday(date.year, date.month, 2, TUESDAY);

    if (day * DAY_S > now) {
        date.month = date.month == 1 ? 12 : date.month - 1;
        date.year -= date.month == 12;
        day = calendar_nth_weekday(date.year, date.month, 2, TUESDAY);
    }
    return day;
}

/* Others than Microsoft publish that day, too: with a CVE they count
 * (P-INT-2). */
static void tally_tuesday(struct tallies *t, const struct patch *p, int64_t day,
                          struct arena *arena)
{
    if (calendar_day_of(p->published) != day ||
        (p->cve_count == 0 && !str_eq_c(p->vendor, "Microsoft")))
        return;
    tally(t, arena_printf(arena, "%s %" PRIstr,
                          patch_severity_name(p->severity), ARGstr(p->vendor)));
}

static struct jval *tuesday_json(struct tallies *t)
{
    struct jval *list = jval_new_array();

    if (t->all.n > 1)
        qsort(t->all.p, t->all.n, sizeof(*t->all.p), by_count);
    for (size_t i = 0; i < t->all.n && i < TUESDAY_MAX; i++) {
        str vendor = t->all.p[i].name;
        str severity = str_cut(&vendor, ' ');
        struct jval *o = jval_new_object();

        jval_set_text(o, "vendor", vendor);
        jval_set_text(o, "severity", severity);
        jval_set_i64(o, "patches", t->all.p[i].n);
        jval_push(list, o);
    }
    vec_clear(&t->all);
    return list;
}

static void set_late(const struct grid *g, struct jval *o)
{
    int64_t count[PATCH_SLA_STATES] = { 0 };
    uint32_t id;

    for (uint32_t from = 0;
         patch_sla_is_set(&g->limits.sla) && idset_next(g->visible, from, &id);
         from = id + 1) {
        struct patch_lateness late = patch_limits_of(&g->limits, id);

        count[patch_lateness_state(&late)]++;
    }
    jval_set_i64(o, "devices_over_sla", count[PATCH_SLA_OVER]);
    jval_set_i64(o, "devices_near_sla", count[PATCH_SLA_NEAR]);
}

struct charted {
    struct tallies vendors;
    struct tallies types;
    struct tallies severities;
    struct tallies tuesday;
    struct map cves;
    int64_t affecting;
    int64_t exploited;
    int64_t vulnerabilities;
};

static void chart_one(const struct grid *g, const struct patch_row *row,
                      int64_t tuesday, struct charted *c)
{
    const struct patch *p = &row->patch;
    bool lacked = unpatched(g, row->id) > 0;
    int64_t now = g->req->now;

    c->affecting += lacked;
    c->exploited += lacked && patch_is_exploited(p);
    for (size_t i = 0; lacked && i < p->cve_count; i++)
        if (map_get(&c->cves, p->cves[i].id) == MAP_NONE) {
            map_add(&c->cves, p->cves[i].id, 0);
            c->vulnerabilities++;
        }
    tally_tuesday(&c->tuesday, p, tuesday, &g->req->arena);
    if (p->published < now - CHART_DAYS * DAY_S)
        return;
    tally(&c->vendors, p->vendor);
    tally(&c->types, str_c(patch_type_name(p->type)));
    tally(&c->severities, str_c(patch_severity_name(p->severity)));
}

static int charts(struct request *req, struct response *res, struct err *err)
{
    struct grid g = { 0 };
    struct charted c = { .cves = MAP };
    int64_t tuesday = newest_tuesday(req->now);
    int64_t scanned;
    int rc = grid_open(req, &g, err);

    for (size_t i = 0; rc == 0 && i < g.rows->all.n; i++)
        chart_one(&g, &g.rows->all.p[i], tuesday, &c);
    if (rc == 0) {
        scanned =
            (int64_t)idset_count_and(patch_fleet_scanned(g.fleet), g.visible);
        res->json = jval_new_object();
        jval_set_i64(res->json, "days", CHART_DAYS);
        jval_set(res->json, "vendors", tallies_json(&c.vendors, TOP_MAX));
        jval_set(res->json, "types", tallies_json(&c.types, 10));
        jval_set(res->json, "severities", tallies_json(&c.severities, 10));
        jval_set(res->json, "patch_tuesday", tuesday_json(&c.tuesday));
        jval_set_i64(res->json, "affecting", c.affecting);
        jval_set_i64(res->json, "exploited", c.exploited);
        jval_set_i64(res->json, "vulnerabilities", c.vulnerabilities);
        set_late(&g, res->json);
        jval_set_i64(res->json, "scanned", scanned);
        jval_set_i64(res->json, "never_scanned",
                     (int64_t)idset_count(g.visible) - scanned);
    }
    map_clear(&c.cves);
    grid_close(&g);
    return rc;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patches", DOOR_API, PERM_PATCH_READ,
      .handler = grid, .query = grid_query, .answer = patch_fields,
      .list = true, .summary = "Patches that are known, newest first." },
    { METHOD_POST, "/api/v1/patches", DOOR_API, PERM_PATCH_WRITE,
      IMPORT_BODY_MAX, import, .body = import_body, .answer = import_fields,
      .summary = "Import patches of Windows, macOS or anything else." },
    { METHOD_GET, "/api/v1/patches/charts", DOOR_API, PERM_PATCH_READ,
      .handler = charts, .answer = charts_fields,
      .summary = "What came lately, and what of it affects you." },
    { METHOD_GET, "/api/v1/patches/{patch}", DOOR_API, PERM_PATCH_READ,
      .handler = show, .answer = one_fields,
      .summary = "One patch: CVEs, chains, groups." },
    { METHOD_GET, "/api/v1/patches/{patch}/devices", DOOR_API,
      PERM_PATCH_READ, .handler = devices, .answer = device_fields_,
      .list = true, .summary = "The devices that lack it." },
    { METHOD_POST, "/api/v1/patches/{patch}/vote", DOOR_API,
      PERM_PATCH_READ, 4096, vote, .body = vote_body, .answer = vote_fields,
      .summary = "Vote against a patch, once a user, or take that back." },
};
/* clang-format on */
const struct route_table routes_patch = { rows, COUNT(rows) };
