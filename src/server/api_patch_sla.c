/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that lack patches for longer than they may, or nearly (P-INT-7). How
 * long that is, the settings patching.sla_* say.
 */
#include "server/api_patch_int.h"
#include "server/listing.h"
#include "server/patch_limits.h"
#include "server/routes_int.h"

#define STATES "over|near|within|none"

static const struct field level_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "days", FIELD_INTEGER, .required = true, .help = "0: no limit" },
    { NULL },
};
static const struct field sla_fields[] = {
    { "severities", FIELD_LIST, .required = true, .of = level_fields,
      .max = PATCH_SEVERITIES },
    { "risks", FIELD_LIST, .required = true, .of = level_fields,
      .max = PATCH_RISK_GROUPS, .help = "by the open rating" },
    { "near_days", FIELD_INTEGER, .required = true },
    { "from", FIELD_ENUM, .required = true, .words = "missing|released" },
    { "devices", FIELD_INTEGER, .required = true, .help = "that you see" },
    { "over", FIELD_INTEGER, .required = true, .help = "devices" },
    { "near", FIELD_INTEGER, .required = true },
    { "within", FIELD_INTEGER, .required = true },
    { "no_data", FIELD_INTEGER, .required = true,
      .help = "never scanned: whether they are late is not known" },
    { NULL },
};
static const struct field device_fields_[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true, .words = STATES },
    { "over", FIELD_INTEGER, .required = true, .help = "patches" },
    { "near", FIELD_INTEGER, .required = true },
    { "within", FIELD_INTEGER, .required = true },
    { "none", FIELD_INTEGER, .required = true, .help = "without a limit" },
    { "patch", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX,
      .help = "whose time ends or ended first; or empty" },
    { "deadline", FIELD_TIME },
    { NULL },
};
static const struct field device_query[] = {
    { "state", FIELD_ENUM, .words = STATES },
    { "q", FIELD_TEXT, .max = 200, .help = "in the name" },
    { "sort", FIELD_ENUM, .words = "deadline|over|name" },
    LISTING_QUERY,
    { NULL },
};
static const struct column device_columns[] = {
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "state", { { "State", "\xC3\x89tat", "Status" } }, 2 },
    { "over", { { "Over", "D\xC3\xA9pass\xC3\xA9s", "Te laat" } }, 2 },
    { "near", { { "Near", "Proches", "Bijna" } }, 2 },
    { "patch", { { "First patch", "Premier correctif", "Eerste patch" } }, 4 },
    { "deadline", { { "Deadline", "D\xC3\xA9lai", "Termijn" } }, 3 },
    { NULL, { { NULL } }, 0 },
};

struct late {
    int64_t device;
    str name;
    struct patch_lateness how;
};
struct late_list {
    struct patch_limits limits;
    VEC(struct late) all;
};

/* The devices of the scope that were ever scanned; out_all has also those that
 * were not. */
static int read_late(struct request *req, struct late_list *out,
                     int64_t *out_all, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = patch_limits_open(req->core, req->scope.org, req->now,
                               &out->limits, err);

    if (rc == 0)
        rc = db_query(
            req->core->db,
            "SELECT d.id, d.name FROM device d WHERE d.org = $1 AND"
            " " SCOPE_SQL " AND d.retired = 0 AND d.deleted = 0",
            DB_ARGS(db_i64(req->scope.org), db_i64(scope_limit(&req->scope))),
            &rows, err);
    *out_all = 0;
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        int64_t id = db_col_i64(rows, 0);

        rc = 0;
        ++*out_all;
        if (idset_has(patch_fleet_scanned(out->limits.fleet), (uint32_t)id))
            *vec_push(&out->all) =
                (struct late){ id, arena_str(&req->arena, db_col_text(rows, 1)),
                               patch_limits_of(&out->limits, id) };
    }
    return rc;
}

static void late_clear(struct late_list *list)
{
    patch_limits_close(&list->limits);
    vec_clear(&list->all);
}

static struct jval *levels_json(const int *days, size_t n,
                                const char *(*name)(size_t level))
{
    struct jval *list = jval_new_array();

    for (size_t i = n; i-- > 0;) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "name", str_c(name(i)));
        jval_set_i64(o, "days", days[i]);
        jval_push(list, o);
    }
    return list;
}

static const char *severity_name(size_t level)
{
    return patch_severity_name((enum patch_severity)level);
}

static const char *risk_name(size_t level)
{
    return patch_risk_group_name((enum patch_risk_group)level);
}

static int summary(struct request *req, struct response *res, struct err *err)
{
    struct late_list list = { 0 };
    int64_t count[PATCH_SLA_STATES] = { 0 };
    const struct patch_sla *sla = &list.limits.sla;
    int64_t devices;
    int rc = read_late(req, &list, &devices, err);

    for (size_t i = 0; rc == 0 && i < list.all.n; i++)
        count[patch_lateness_state(&list.all.p[i].how)]++;
    if (rc == 0) {
        res->json = jval_new_object();
        jval_set(
            res->json, "severities",
            levels_json(sla->severity_days, PATCH_SEVERITIES, severity_name));
        jval_set(res->json, "risks",
                 levels_json(sla->risk_days, PATCH_RISK_GROUPS, risk_name));
        jval_set_i64(res->json, "near_days", sla->near_days);
        jval_set_text(res->json, "from",
                      sla->from_release ? STR("released") : STR("missing"));
        jval_set_i64(res->json, "devices", devices);
        jval_set_i64(res->json, "over", count[PATCH_SLA_OVER]);
        jval_set_i64(res->json, "near", count[PATCH_SLA_NEAR]);
        jval_set_i64(res->json, "within",
                     count[PATCH_SLA_WITHIN] + count[PATCH_SLA_NO_LIMIT]);
        jval_set_i64(res->json, "no_data", devices - (int64_t)list.all.n);
    }
    late_clear(&list);
    return rc;
}

static struct jval *device_json(void *ctx, const struct listed *row,
                                struct err *err UNUSED)
{
    const struct late_list *list = ctx;
    const struct late *d = &list->all.p[row->b];
    struct jval *o = jval_new_object();
    str patch = STR("");

    if (d->how.worst != PATCH_NONE)
        patch = patch_catalogue_at(patch_stock_catalogue(list->limits.stock),
                                   d->how.worst)
                    ->id;
    jval_set_i64(o, "device", d->device);
    jval_set_text(o, "name", d->name);
    jval_set_text(o, "state",
                  str_c(patch_sla_name(patch_lateness_state(&d->how))));
    jval_set_i64(o, "over", d->how.count[PATCH_SLA_OVER]);
    jval_set_i64(o, "near", d->how.count[PATCH_SLA_NEAR]);
    jval_set_i64(o, "within", d->how.count[PATCH_SLA_WITHIN]);
    jval_set_i64(o, "none", d->how.count[PATCH_SLA_NO_LIMIT]);
    jval_set_text(o, "patch", patch);
    json_time(o, "deadline", d->how.deadline);
    return o;
}

static int64_t rank_of(const struct request *req, const struct late *d)
{
    str sort = jval_text(jval_get(req->query, "sort"), STR("deadline"));

    if (str_eq_c(sort, "over"))
        return -d->how.count[PATCH_SLA_OVER];
    if (str_eq_c(sort, "name"))
        return 0;
    return d->how.deadline == 0 ? INT64_MAX : d->how.deadline;
}

static int devices(struct request *req, struct response *res, struct err *err)
{
    str state = jval_text(jval_get(req->query, "state"), STR(""));
    str text = jval_text(jval_get(req->query, "q"), STR(""));
    struct late_list list = { 0 };
    struct listing listing = {
        .title = { { "Patches that are late", "Correctifs en retard",
                     "Patches die te laat zijn" } },
        .columns = device_columns,
        .json = device_json,
        .ctx = &list,
    };
    int64_t all;
    int rc = read_late(req, &list, &all, err);

    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        const struct late *d = &list.all.p[i];

        if ((state.n == 0 ||
             patch_sla_state_of(state) == patch_lateness_state(&d->how)) &&
            has_nocase(d->name, text))
            listing_add(&listing, rank_of(req, d), d->name, d->device,
                        (int64_t)i);
    }
    if (rc == 0)
        rc = listing_answer(req, res, &listing, err);
    listing_clear(&listing);
    late_clear(&list);
    return rc;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-sla", DOOR_API, PERM_PATCH_READ,
      .handler = summary, .answer = sla_fields,
      .summary = "How long patches may be missing, and how many are late." },
    { METHOD_GET, "/api/v1/patch-sla/devices", DOOR_API, PERM_PATCH_READ,
      .handler = devices, .query = device_query, .answer = device_fields_,
      .list = true, .summary = "Devices by how late their patches are." },
};
/* clang-format on */
const struct route_table routes_patch_sla = { rows, COUNT(rows) };
