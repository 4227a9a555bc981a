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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_patch_is_in_the_grid_as_soon_as_it_is_known_p_int_3),
        TEST(the_grid_counts_who_lacks_a_patch_p_int_3),
        TEST(a_cache_reads_only_what_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
