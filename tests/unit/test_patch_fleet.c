/* SPDX-License-Identifier: Apache-2.0
 *
 * What people see of the patches of a fleet: the grid, groups beside a
 * configuration, days allowed, compliance.
 */
#include "tests/unit/unit.h"

#include "fleet/patch_store.h"
#include "server/patcher.h"
#include "tests/unit/patching_rig.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int setup(void **state)
{
    struct agent_rig *rig;
    int rc = agent_rig_setup(state);

    if (rc != 0)
        return rc;
    rig = *state;
    rig->core->core.patcher =
        patcher_new(&rig->core->core, str_c(rig->core->directory));
    return 0;
}

static int teardown(void **state)
{
    struct agent_rig *rig = *state;

    patcher_free(rig->core->core.patcher);
    rig->core->core.patcher = NULL;
    return agent_rig_teardown(state);
}

static void import(struct core_rig *rig, const char *patches)
{
    AUTO(buf_clear) struct buf body = BUF(100000);

    buf_printf(&body,
               "{\"os\": \"windows\", \"patches\": {\"catalogue\": [%s]}}",
               patches);
    core_rig_ask(rig, 200, "POST", "/api/v1/patches", buf_c(&body));
}

/* --- The grid ------------------------------------------------------------- */

#define KB(id, severity, more)                                                 \
    "{\"id\": \"" id "\", \"type\": \"security\", \"severity\": \"" severity   \
    "\", \"vendor\": \"Microsoft\", \"product\": \"Windows 11\"" more "}"

static void a_patch_is_in_the_grid_as_soon_as_it_is_known_p_int_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *items;

    items_of(core_rig_ask(rig, 200, "GET", "/api/v1/patches", NULL), 0);
    import(rig, KB("KB1", "low", "") ", " KB("KB2", "low", ""));
    items = items_of(core_rig_ask(rig, 200, "GET", "/api/v1/patches", NULL), 2);
    assert_true(says(jval_at(items, 0), "severity", "low"));
    import(rig, KB("KB1", "critical", ""));
    items = items_of(core_rig_ask(rig, 200, "GET", "/api/v1/patches", NULL), 2);
    assert_true(says(jval_at(items, 0), "patch", "KB1"));
    assert_true(says(jval_at(items, 0), "severity", "critical"));
    import(rig, KB("KB3", "low", ", \"supersedes\": [\"KB1\"]"));
    items = items_of(core_rig_ask(rig, 200, "GET", "/api/v1/patches", NULL), 2);
    assert_true(says(jval_at(items, 0), "patch", "KB2"));
    items_of(
        core_rig_ask(rig, 200, "GET", "/api/v1/patches?superseded=true", NULL),
        3);
    core_rig_ask(rig, 200, "GET", "/api/v1/patches/1", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/patches/99", NULL);
}

static void the_grid_counts_who_lacks_a_patch_p_int_3(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *items;

    scan(rig, &device, "0123456789abcdef", true);
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/patches?unpatched=1-9", NULL),
                     2);
    assert_int_equal(jval_i64(jval_get(jval_at(items, 0), "unpatched"), 0), 1);
    scan(rig, &device, "1123456789abcdef", false);
    items_of(core_rig_ask(rig->core, 200, "GET", "/api/v1/patches?affects=true",
                          NULL),
             1);
}

/* 2025-12-09 was the newest second Tuesday; another vendor's counts with a CVE
 * only. */
static void charts_tell_what_came_and_matters_p_int_2(void **state)
{
    struct agent_rig *rig = *state;
    struct core_rig *core = rig->core;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *answer;
    const struct jval *tuesday;

    import(
        core,
        KB("KB1", "critical",
           ", \"published\": \"2025-12-09T18:00Z\"") ", {\"id\": \"G1\", "
                                                     "\"vendor\": \"Google\", "
                                                     "\"severity\": \"low\","
                                                     " \"published\": "
                                                     "\"2025-12-09T01:00Z\", "
                                                     "\"cves\": [{\"id\":"
                                                     " \"CVE-2025-1\"}]}, "
                                                     "{\"id\": \"A1\", "
                                                     "\"vendor\": \"Adobe\","
                                                     " \"published\": "
                                                     "\"2025-12-09T01:00Z\"}");
    scan(rig, &device, "0123456789abcdef", true);
    answer = core_rig_ask(core, 200, "GET", "/api/v1/patches/charts", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "vulnerabilities"), -1), 1);
    tuesday = jval_get(answer, "patch_tuesday");
    assert_int_equal(jval_count(tuesday), 2);
    assert_true(says(jval_at(tuesday, 0), "vendor", "Microsoft"));
    assert_true(says(jval_at(tuesday, 0), "severity", "critical"));
    assert_true(says(jval_at(tuesday, 1), "vendor", "Google"));
}

static int put(struct db *db, struct patch_row *row, int64_t org,
               struct err *err)
{
    struct patch_put put = {
        .org = org, .patch = &row->patch, .source = PATCH_FROM_REPORT, .now = 1
    };

    return patch_store_put(db, &put, &row->id, err);
}

/* Other servers write, too; changes come in the order of their numbers. */
static void a_cache_reads_only_what_changed(void **state)
{
    struct db *db = ((struct agent_rig *)*state)->core->core.db;
    AUTO(patch_rows_clear) struct patch_rows rows = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_row a = { .patch = { .id = STR("KB1") } };
    struct patch_row b = { .patch = { .id = STR("KB2") } };
    const struct patch_stock *stock;
    struct patch_stock *list = NULL;
    struct err err = { 0 };

    assert_true(put(db, &a, 1, &err) > 0);
    assert_int_equal(patch_stock_update(db, &list, 1, &stock, &err), 0);
    assert_int_equal(patch_stock_rows(stock)->all.n, 1);
    assert_true(put(db, &b, 1, &err) > 0);
    a.patch.severity = PATCH_CRITICAL;
    assert_true(put(db, &a, 1, &err) > 0);
    assert_int_equal(patch_store_since(db, 1, 2, &arena, &rows, &err), 0);
    assert_int_equal(rows.all.n, 1); /* both after the first: 2 and 3 */
    assert_int_equal(rows.all.p[0].id, a.id);
    assert_int_equal(patch_stock_update(db, &list, 1, &stock, &err), 0);
    assert_int_equal(patch_stock_rows(stock)->all.n, 2);
    assert_int_equal(patch_stock_find(stock, a.id), 0);
    assert_int_equal(patch_stock_find(stock, b.id), 1);
    assert_int_equal(patch_stock_rows(stock)->all.p[0].patch.severity,
                     PATCH_CRITICAL);
    assert_int_equal(put(db, &a, 1, &err), 0);
    patch_stock_free(list);
}

/* --- Days allowed --------------------------------------------------------- */

static void set_days(struct core_rig *rig, const char *name, const char *value)
{
    AUTO(buf_clear) struct buf sql = BUF(1000);

    buf_printf(&sql,
               "INSERT INTO setting (org, name, value, revision) VALUES"
               " (1, 'patching.%s', '%s', 1) ON CONFLICT (org, name)"
               " DO UPDATE SET value = '%s'",
               name, value, value);
    core_rig_sql(rig, buf_c(&sql));
}

static const struct jval *first(const struct jval *list, size_t n)
{
    return jval_at(items_of(list, n), 0);
}

static void devices_are_over_or_near_their_days_p_int_7(void **state)
{
    struct agent_rig *rig = *state;
    struct core_rig *core = rig->core;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *answer;

    enrol(rig, "web-2"); /* never scanned */
    scan(rig, &device, "0123456789abcdef", true);
    answer = core_rig_ask(core, 200, "GET", "/api/v1/patch-sla", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "within"), -1), 1);
    assert_int_equal(jval_i64(jval_get(answer, "no_data"), -1), 1);
    set_days(core, "sla_important_days", "14");
    set_days(core, "sla_near_days", "3");
    core->now += INT64_C(12) * 86400;
    answer = core_rig_ask(core, 200, "GET", "/api/v1/patch-sla", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "near"), -1), 1);
    assert_int_equal(jval_i64(jval_get(answer, "over"), -1), 0);
    core->now += INT64_C(3) * 86400;
    answer = core_rig_ask(core, 200, "GET", "/api/v1/patch-sla", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "over"), -1), 1);
    answer = first(core_rig_ask(core, 200, "GET",
                                "/api/v1/patch-sla/devices?state=over", NULL),
                   1);
    assert_true(says(answer, "name", "web-1"));
    assert_true(says(answer, "patch", "DSA-5000-1"));
    assert_true(says(answer, "deadline", "2026-01-15T00:00:00Z"));
    assert_int_equal(jval_i64(jval_get(answer, "over"), -1), 1);
    assert_int_equal(jval_i64(jval_get(answer, "none"), -1), 1);
    items_of(core_rig_ask(core, 200, "GET",
                          "/api/v1/patch-sla/devices?state=near", NULL),
             0);
    core_rig_ask(core, 200, "GET", "/api/v1/patch-sla/devices?format=csv",
                 NULL);
    answer = first(
        core_rig_ask(core, 200, "GET", "/api/v1/patches?sla=over", NULL), 1);
    assert_true(says(answer, "patch", "DSA-5000-1"));
    assert_int_equal(jval_i64(jval_get(answer, "over_sla"), -1), 1);
    items_of(core_rig_ask(core, 200, "GET", "/api/v1/patches?sla=near", NULL),
             0);
    answer = core_rig_ask(core, 200, "GET", "/api/v1/devices/1/patches", NULL);
    answer = jval_at(items_of(answer, 2), 1);
    assert_true(says(answer, "sla", "over"));
    answer = first(
        core_rig_ask(core, 200, "GET", "/api/v1/patches/2/devices", NULL), 1);
    assert_true(says(answer, "sla", "over"));
    assert_true(says(answer, "since", "2026-01-01T00:00:00Z"));
}

static void score_is(struct core_rig *rig, const char *score)
{
    const struct jval *answer =
        core_rig_ask(rig, 200, "POST", "/api/v1/patch-report-sets/1/run", NULL);

    assert_true(says(answer, "score", score));
}

/* clang-format off */
#define DEFAULT_FOR_ALL                                                       \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"       \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "       \
    "\"03:00\"}, \"deploy\": {\"include\": [\"tested\"]}}}}, "                \
    "\"targets\": {\"systems\": [\"\"]}, \"confirm_all\": true,"              \
    " \"confirm\": true}"
/* clang-format on */

static void for_all(struct core_rig *rig)
{
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                 DEFAULT_FOR_ALL);
    core_rig_ask(rig, 200, "POST", "/api/v1/patch-configurations/1/deploy",
                 "{}");
}

static void make_group(struct core_rig *rig, const char *name,
                       const char *patch)
{
    AUTO(buf_clear) struct buf body = BUF(1000);

    buf_printf(&body, "{\"name\": \"%s\", \"patches\": [\"%s\", \"gone\"]}",
               name, patch);
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-groups", buf_c(&body));
}

#define SET(more)                                                              \
    "{\"name\": \"all\", \"configurations\": [1], \"levels\": "                \
    "[\"security important\"], \"stale_days\": 100" more "}"

static void within_its_days_a_missing_patch_complies_p_int_7_p_rpt(void **state)
{
    struct agent_rig *rig = *state;
    struct core_rig *core = rig->core;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *answer;

    make_group(core, "tested", "DSA-5000-1");
    for_all(core);
    scan(rig, &device, "0123456789abcdef", true);
    set_days(core, "sla_important_days", "14");
    core_rig_ask(core, 201, "POST", "/api/v1/patch-report-sets", SET(""));
    score_is(core, "0.0");
    core->if_match = "*";
    core_rig_ask(core, 200, "PUT", "/api/v1/patch-report-sets/1",
                 SET(", \"within_sla\": true"));
    core->if_match = NULL;
    core->now += 60;
    score_is(core, "100.0");
    core->now += INT64_C(15) * 86400;
    score_is(core, "0.0");
    answer = first(core_rig_ask(core, 200, "GET",
                                "/api/v1/patch-report-sets/1/devices", NULL),
                   1);
    assert_true(says(answer, "state", "not compliant"));
    assert_int_equal(jval_i64(jval_get(answer, "missing"), -1), 1);
    assert_int_equal(jval_i64(jval_get(answer, "lacks"), -1), 2);
    items_of(core_rig_ask(core, 200, "GET",
                          "/api/v1/patch-report-sets/1/devices?state=compliant",
                          NULL),
             0);
    core_rig_ask(core, 200, "GET",
                 "/api/v1/patch-report-sets/1/devices?format=csv", NULL);
    assert_true(str_find(buf_str(&core->body), STR("web-1")) < core->body.n);
}

static int64_t scores(struct core_rig *rig)
{
    return (int64_t)jval_count(
        jval_get(core_rig_ask(rig, 200, "GET",
                              "/api/v1/patch-report-sets/1/scores", NULL),
                 "items"));
}

static void tick(struct core_rig *rig)
{
    struct err err = { 0 };

    assert_int_equal(patcher_tick(&rig->core, rig->now, &err), 0);
}

static void a_report_set_runs_by_its_schedule_p_rpt_3(void **state)
{
    struct agent_rig *rig = *state;
    struct core_rig *core = rig->core;

    make_group(core, "tested", "DSA-5000-1");
    for_all(core);
    core_rig_ask(core, 422, "POST", "/api/v1/patch-report-sets",
                 SET(", \"schedule\": {\"type\": \"hourly\"}"));
    core_rig_ask(core, 422, "POST", "/api/v1/patch-report-sets",
                 SET(", \"zone\": \"Mars/Olympus\""));
    core_rig_ask(core, 201, "POST", "/api/v1/patch-report-sets",
                 SET(", \"zone\": \"UTC\""));
    tick(core);
    assert_int_equal(scores(core), 0);
    core->now += INT64_C(6) * 3600;
    tick(core);
    tick(core);
    assert_int_equal(scores(core), 1);
    core->if_match = "*";
    core_rig_ask(core, 200, "PUT", "/api/v1/patch-report-sets/1",
                 SET(", \"zone\": \"UTC\", \"archived\": true"));
    core->if_match = NULL;
    core->now += INT64_C(48) * 3600;
    tick(core);
    assert_int_equal(scores(core), 1); /* archived sets do not run */
    core_rig_ask(core, 409, "POST", "/api/v1/patch-report-sets/1/run", NULL);
}

/* --- The grid of groups --------------------------------------------------- */

#define GROUPS "/api/v1/patch-configurations/1/groups"

static void groups_stand_beside_a_configuration_p_grd(void **state)
{
    struct agent_rig *rig = *state;
    struct core_rig *core = rig->core;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *items;
    const struct jval *row;

    scan(rig, &device, "0123456789abcdef", true);
    make_group(core, "tested", "DSA-5000-1");
    make_group(core, "other", "DSA-5000-1");
    core_rig_ask(core, 201, "POST", "/api/v1/patch-configurations",
                 DEFAULT_FOR_ALL);
    core_rig_ask(core, 422, "GET", GROUPS, NULL);
    core_rig_ask(core, 422, "GET", GROUPS "?os=linux&task=priority", NULL);
    items =
        items_of(core_rig_ask(core, 200, "GET", GROUPS "?os=linux", NULL), 2);
    row = jval_at(items, 1);
    assert_true(says(row, "name", "tested"));
    assert_true(says(row, "choice", "include"));
    assert_int_equal(jval_i64(jval_get(jval_get(row, "counts"), "linux"), -1),
                     1);
    assert_int_equal(jval_i64(jval_get(jval_get(row, "counts"), "unknown"), -1),
                     1);
    assert_int_equal(jval_i64(jval_get(jval_get(row, "counts"), "total"), -1),
                     2);
    assert_true(
        jval_bool(jval_get(jval_get(row, "contained"), "linux"), false));
    assert_true(says(jval_at(items, 0), "choice", "none"));
    items =
        items_of(core_rig_ask(core, 200, "GET", GROUPS "/1/patches", NULL), 2);
    assert_true(says(jval_at(items, 0), "status", "not_active")); /* P-GRD-6 */
    core_rig_ask(core, 200, "POST", "/api/v1/patch-configurations/1/deploy",
                 "{}");
    row = first(
        core_rig_ask(core, 200, "GET", GROUPS "/1/patches?os=linux", NULL), 1);
    assert_true(says(row, "status", "active")); /* P-GRD-5 */
    assert_true(says(row, "platform", "linux"));
    row = first(
        core_rig_ask(core, 200, "GET", GROUPS "/2/patches?os=linux", NULL), 1);
    assert_true(says(row, "status", "not_active"));
    assert_true(
        str_eq_c(jval_text(jval_at(jval_get(row, "others"), 0), STR("")),
                 "tested")); /* P-GRD-7, D-45 */
    core_rig_ask(core, 404, "GET", GROUPS "/3/patches", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_patch_is_in_the_grid_as_soon_as_it_is_known_p_int_3),
        TEST(the_grid_counts_who_lacks_a_patch_p_int_3),
        TEST(charts_tell_what_came_and_matters_p_int_2),
        TEST(a_cache_reads_only_what_changed),
        TEST(devices_are_over_or_near_their_days_p_int_7),
        TEST(within_its_days_a_missing_patch_complies_p_int_7_p_rpt),
        TEST(a_report_set_runs_by_its_schedule_p_rpt_3),
        TEST(groups_stand_beside_a_configuration_p_grd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
