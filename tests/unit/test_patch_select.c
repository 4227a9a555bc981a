/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "patch/document.h"
#include "patch/grid.h"
#include "patch/vendor.h"

/* A question of INTERFACES.md, answered; "A:rule B:rule/by" in the order of
 * what is missing, with '+' before what is deployed. */
static struct buf answered(const char *json, const struct patch_policy *more)
{
    AUTO(patch_document_clear) struct patch_document d = { 0 };
    AUTO(patch_work_freep) struct patch_work *work = NULL;
    AUTO(patch_selector_freep) struct patch_selector *selector = NULL;
    const struct patch_decision *decisions;
    struct buf out = BUF(1 << 16);
    struct patch_policy policy;
    struct err err;
    size_t count;

    if (patch_document_parse(str_c(json), &d, &err) < 0)
        fail_msg("%s", err_text(&err));
    policy = d.policy;
    if (more != NULL) {
        policy.holds = more->holds;
        policy.hold_count = more->hold_count;
        policy.suppressions = more->suppressions;
        policy.suppression_count = more->suppression_count;
        policy.now = more->now;
    }
    assert_int_equal(patch_selector_new(d.catalogue, &policy, &selector, &err),
                     0);
    work = patch_work_new(d.catalogue);
    patch_select(selector, work, d.missing.p, d.missing.n, &decisions, &count);
    for (size_t i = 0; i < count; i++) {
        const struct patch_decision *x = &decisions[i];

        buf_printf(&out, "%s%s%" PRIstr ":%s", i > 0 ? " " : "",
                   x->deploy ? "+" : "",
                   ARGstr(patch_catalogue_at(d.catalogue, x->patch)->id),
                   patch_rule_text(policy.os, x->rule));
        if (x->by != PATCH_NONE)
            buf_printf(&out, "/%" PRIstr,
                       ARGstr(patch_catalogue_at(d.catalogue, x->by)->id));
        buf_add_c(&out, x->held_back ? "!" : "");
    }
    return out;
}

#define P(id, rest)                                                            \
    "{\"id\":\"" id "\",\"type\":\"security\",\"severity\":\"critical\"" rest  \
    "}"
#define ASK(os, patches, missing, configuration)                               \
    "{\"os\":\"" os "\",\"catalogue\":[" patches "],\"missing\":[" missing     \
    "],\"configuration\":{" configuration "}}"
#define CRITICAL "\"severity\":[[\"security\",\"critical\"]]"

static void check(const char *json, const struct patch_policy *more,
                  const char *expected)
{
    AUTO(buf_clear) struct buf found = answered(json, more);

    assert_string_equal(buf_c(&found), expected);
}

static void a_hold_keeps_a_patch_back_until_its_end(void **state UNUSED)
{
    static const char question[] =
        ASK("windows", P("A", "") "," P("B", ""), "\"A\",\"B\"", CRITICAL);
    struct patch_hold hold = { .target = STR("A"), .until = 100 };
    struct patch_policy policy = { .holds = &hold, .hold_count = 1, .now = 99 };

    check(question, &policy, "A:hold +B:P-SEL-3");
    policy.now = 100;
    check(question, &policy, "+A:P-SEL-3 +B:P-SEL-3");
    hold.until = 0;
    check(question, &policy, "A:hold +B:P-SEL-3");
}

static void a_held_package_holds_what_needs_it_on_linux(void **state UNUSED)
{
    static const char question[] = ASK(
        "linux",
        P("A", ",\"packages\":[\"libssl3\"]") "," P(
            "B", ",\"requires\":[\"A\"]") "," P("C",
                                                "") ",{\"id\":\"libssl3=3.0\"}",
        "\"A\",\"B\",\"C\",\"libssl3=3.0\"", "\"all_missing\":true");
    const struct patch_hold hold = { .target = STR("libssl*"),
                                     .is_package = true };
    const struct patch_policy policy = { .holds = &hold, .hold_count = 1 };

    check(question, &policy, "A:hold B:P-LNX-7/A +C:P-LNX-1 libssl3=3.0:hold");
    check(question, NULL,
          "+A:P-LNX-1 +B:P-LNX-1 +C:P-LNX-1 +libssl3=3.0:P-LNX-1");
}

static void a_suppressed_cve_does_not_count_as_risk(void **state UNUSED)
{
    static const char question[] =
        ASK("windows",
            "{\"id\":\"A\",\"cves\":[{\"id\":\"CVE-1\",\"exploited\":true,"
            "\"cvss\":{\"3.1\":9.8}},{\"id\":\"CVE-2\",\"cvss\":{\"3.1\":5.0}}]"
            "}",
            "\"A\"", "\"risk\":{\"cvss\":7.0,\"exploited\":true}");
    struct patch_suppression s = { .cve = STR("CVE-1"), .until = 10 };
    struct patch_policy policy = { .suppressions = &s,
                                   .suppression_count = 1,
                                   .now = 9 };

    check(question, &policy, "A:P-SEL-8");
    policy.now = 10;
    check(question, &policy, "+A:P-RSK-2");
}

static void the_one_that_is_deployed_is_named_before_others(void **state UNUSED)
{
    check(ASK("windows",
              P("A", "") ",{\"id\":\"B\",\"supersedes\":[\"A\"]}," P(
                  "C", ",\"supersedes\":[\"A\"]") ",{\"id\":\"D\","
                                                  "\"supersedes\":[\"A\"]}",
              "\"A\",\"B\",\"C\",\"D\"", CRITICAL),
          NULL, "A:P-SEL-12/C B:P-SEL-8 +C:P-SEL-3 D:P-SEL-8");
    check(ASK("windows",
              P("A", "") ",{\"id\":\"D\",\"supersedes\":[\"A\"]},{\"id\":"
                         "\"B\",\"supersedes\":[\"A\"]}",
              "\"A\",\"D\",\"B\"", CRITICAL),
          NULL, "A:P-SEL-12/B! D:P-SEL-8 B:P-SEL-8");
}

static void a_work_is_used_for_many_devices_P_SEL_17(void **state UNUSED)
{
    AUTO(patch_document_clear) struct patch_document d = { 0 };
    AUTO(patch_work_freep) struct patch_work *work = NULL;
    const struct patch_decision *decisions;
    size_t count;

    assert_int_equal(
        patch_document_parse(
            STR(ASK("windows", P("A", "") "," P("B", ",\"supersedes\":[\"A\"]"),
                    "\"A\",\"B\"", CRITICAL)),
            &d, NULL),
        0);
    work = patch_work_new(d.catalogue);
    for (int i = 0; i < 1000; i++) {
        const uint32_t missing[] = { 0, 1 };
        bool both = i % 3 == 0;

        patch_select(d.selector, work, missing, both ? 2 : 1, &decisions,
                     &count);
        assert_int_equal(count, both ? 2 : 1);
        assert_int_equal(decisions[0].deploy, !both);
    }
}

static struct patch_catalogue *products(void)
{
    static const struct {
        const char *id;
        const char *vendor;
        const char *product;
        const char *version;
    } rows[] = {
        { "1", "Microsoft", "Windows", "11" }, { "2", "Adobe", "Reader", "" },
        { "3", "Microsoft", "Windows", "10" }, { "4", "Microsoft", "Edge", "" },
        { "5", "Adobe", "Acrobat", "" },       { "6", "", "Nothing", "1" },
        { "7", "Microsoft", "Windows", "11" }, { "8", "Google", "", "9" },
    };
    struct patch_catalogue *c = patch_catalogue_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct patch patch = {
            .id = str_c(rows[i].id),
            .vendor = str_c(rows[i].vendor),
            .product = str_c(rows[i].product),
            .version = str_c(rows[i].version),
        };

        assert_int_equal(patch_catalogue_add(c, &patch, NULL), 0);
    }
    patch_catalogue_seal(c);
    return c;
}

/* "Adobe 2x Acrobat 1 …": name, patches, and '-' or '~' before what is not or
 * partly ticked. */
static void check_tree(const struct patch_vendor_tree *tree,
                       const char *expected)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    static const char *const ticks[] = { "-", "~", "" };

    for (uint32_t i = 0; i < tree->count; i++) {
        const struct patch_vendor *v = &tree->nodes[i].name;
        str name = v->version.n > 0   ? v->version
                   : v->product.n > 0 ? v->product
                                      : v->vendor;

        buf_printf(&text, "%s%s%" PRIstr "%u", i > 0 ? " " : "",
                   ticks[tree->nodes[i].tick], ARGstr(name),
                   tree->nodes[i].patches);
    }
    assert_string_equal(buf_c(&text), expected);
}

static void vendors_are_a_tree_that_is_ticked_P_VND_2_5_6(void **state UNUSED)
{
    AUTO(patch_catalogue_freep) struct patch_catalogue *c = products();
    AUTO(patch_vendor_tree_clear) struct patch_vendor_tree tree = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_options options = PATCH_OPTIONS_OFF;

    patch_vendor_tree_make(c, PATCH_WINDOWS, &tree);
    check_tree(&tree, "Adobe2 Acrobat1 Reader1 Google1 Microsoft4 Edge1 "
                      "Windows3 101 112");
    patch_vendor_tree_set(&tree, 7, false); /* Windows 10 */
    check_tree(&tree, "Adobe2 Acrobat1 Reader1 Google1 ~Microsoft4 Edge1 "
                      "~Windows3 -101 112");
    patch_vendor_tree_rows(&tree, true, &arena, &options); /* P-VND-5 */
    assert_int_equal(options.vendor_count, 1);
    assert_string_equal(options.vendors[0].version.p, "10");
    patch_vendor_tree_show(&tree, &options);
    check_tree(&tree, "Adobe2 Acrobat1 Reader1 Google1 ~Microsoft4 Edge1 "
                      "~Windows3 -101 112");
    patch_vendor_tree_rows(&tree, false, &arena, &options);
    assert_int_equal(options.vendor_count, 4);
    patch_vendor_tree_show(&tree, &options);
    check_tree(&tree, "Adobe2 Acrobat1 Reader1 Google1 ~Microsoft4 Edge1 "
                      "~Windows3 -101 112");
    /* P-VND-6: ticking the last child ticks the parent, as one row. */
    patch_vendor_tree_set(&tree, 7, true);
    patch_vendor_tree_rows(&tree, false, &arena, &options);
    assert_int_equal(options.vendor_count, 3);
    for (uint32_t i = 0; i < tree.count; i = tree.nodes[i].end)
        patch_vendor_tree_set(&tree, i, false);
    patch_vendor_tree_rows(&tree, false, &arena, &options);
    assert_int_equal(options.vendor_count, 0); /* P-VND-7 */
    patch_vendor_tree_clear(&tree);
    patch_vendor_tree_make(c, PATCH_MACOS, &tree);
    assert_int_equal(tree.count, 0);
}

static void the_grid_tells_what_a_group_is_for_P_GRD(void **state UNUSED)
{
    AUTO(patch_catalogue_freep)
    struct patch_catalogue *c = patch_catalogue_new();
    const str a[] = { STR("w"), STR("l"), STR("gone") };
    const str b[] = { STR("w") };
    const struct patch_group groups[] = { { STR("A"), a, 3 },
                                          { STR("B"), b, 1 } };
    const str names[] = { STR("A"), STR("B") };
    struct patch_configuration config = patch_configuration_default();
    struct patch_grid grid = { &config, true, c, groups, 2 };
    struct patch_task *windows = &config.task[PATCH_WINDOWS][PATCH_ROUTINE];
    struct patch_grid_row row;
    uint32_t other[2];

    assert_int_equal(
        patch_catalogue_add(c, &(struct patch){ .id = STR("w") }, NULL), 0);
    assert_int_equal(
        patch_catalogue_add(
            c, &(struct patch){ .id = STR("l"), .os = PATCH_LINUX }, NULL),
        0);
    patch_catalogue_seal(c);
    windows->deploy.include = (struct patch_texts){ names, 2 };
    patch_grid_row(&grid, 0, PATCH_LINUX, PATCH_ROUTINE, &row);
    assert_int_equal(row.count[PATCH_WINDOWS], 1);
    assert_int_equal(row.count[PATCH_LINUX], 1);
    assert_int_equal(row.count[PATCH_MACOS], 0);
    assert_int_equal(row.unknown, 1);
    assert_int_equal(row.total, 3);
    assert_int_equal(row.choice, PATCH_CHOICE_NONE);
    assert_true(row.is_contained[PATCH_WINDOWS]); /* P-GRD-3 */
    assert_false(row.is_contained[PATCH_LINUX]);
    patch_grid_row(&grid, 0, PATCH_WINDOWS, PATCH_ROUTINE, &row);
    assert_int_equal(row.choice, PATCH_CHOICE_INCLUDE);
    assert_true(patch_grid_is_active(&grid, 0, 0));  /* P-GRD-5 */
    assert_false(patch_grid_is_active(&grid, 0, 1)); /* P-GRD-6 (1) */
    assert_int_equal(patch_grid_others(&grid, 0, 0, other, 2), 1);
    assert_int_equal(other[0], 1); /* D-45 */
    grid.is_in_force = false;
    assert_false(patch_grid_is_active(&grid, 0, 0)); /* P-GRD-6 (2) */
    grid.is_in_force = true;
    windows->enabled = false;
    assert_false(patch_grid_is_active(&grid, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hold_keeps_a_patch_back_until_its_end),
        cmocka_unit_test(a_held_package_holds_what_needs_it_on_linux),
        cmocka_unit_test(a_suppressed_cve_does_not_count_as_risk),
        cmocka_unit_test(the_one_that_is_deployed_is_named_before_others),
        cmocka_unit_test(a_work_is_used_for_many_devices_P_SEL_17),
        cmocka_unit_test(vendors_are_a_tree_that_is_ticked_P_VND_2_5_6),
        cmocka_unit_test(the_grid_tells_what_a_group_is_for_P_GRD),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
