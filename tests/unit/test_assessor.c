/* SPDX-License-Identifier: Apache-2.0
 *
 * What new content makes the assessor do.
 */
#include "server/assessor.h"

#include "tests/unit/report_rig.h"
#include "tests/unit/unit.h"

/* Devices affected by the definition at that place of the active content. */
static uint32_t affected(struct report_rig *r, int64_t content, uint32_t at)
{
    const struct assessed *assessed = assessor_find(&r->rig->core, content);
    struct scope scope = scope_system(1);
    AUTO(visible_freep) struct visible *visible = NULL;
    struct oval_fleet_counts *counts;
    struct err err = { 0 };
    uint32_t n;

    if (assessed == NULL ||
        visible_new(&r->rig->core, &scope, &visible, &err) < 0)
        fail_msg("%s", err_text(&err));
    counts = mem_alloc(assessed_pack(assessed)->definitions.n, sizeof(*counts));
    (void)!assessed_counts(assessed, visible, counts);
    n = counts[at].n[OVAL_TRUE];
    mem_free(counts);
    return n;
}

static void only_devices_of_the_new_contents_platform_are_looked_at(
    void **state)
{
    struct report_rig *r = *state;
    struct core *core = &r->rig->core;
    struct err err = { 0 };
    int64_t other;

    core_rig_sql(r->rig, "UPDATE device SET os_id = 'rhel', os_version = '9'"
                         " WHERE id = 2");
    report_rig_activate(r, "ubuntu:24.04", "An old patch", "1", 1000);
    assessor_content_changed(core);
    assert_int_equal(assessor_waiting(core), 0);
    other = report_rig_activate(r, "rhel:9", "An old patch", "2", 1000);
    assessor_content_changed(core);
    assert_int_equal(assessor_waiting(core), 1);
    assert_int_equal(assessor_finish(core, &err), 0);
    assert_int_equal(affected(r, other, 1), 1);
    assert_int_equal(affected(r, r->content, 1), 1); /* not web-2 */
    /* Of Debian: the three that have it, and the one without inventory. */
    report_rig_activate(r, "debian:12", "An old patch", "3", r->rig->now);
    assessor_content_changed(core);
    assert_int_equal(assessor_waiting(core), 4);
}

static void content_that_goes_leaves_its_devices_to_another(void **state)
{
    struct report_rig *r = *state;
    struct core *core = &r->rig->core;
    struct err err = { 0 };
    int64_t closer;

    core_rig_sql(r->rig, "UPDATE device SET os_version = '12.5' WHERE id = 2");
    closer = report_rig_activate(r, "debian:12.5", "An old patch", "1", 1000);
    assessor_content_changed(core);
    assert_int_equal(assessor_waiting(core), 1);
    assert_int_equal(assessor_finish(core, &err), 0);
    assert_int_equal(affected(r, closer, 1), 1);
    assert_int_equal(affected(r, r->content, 1), 1);
    core_rig_sql(r->rig, "UPDATE content SET active = 0"
                         " WHERE platform = 'debian:12.5'");
    assessor_content_changed(core);
    assert_int_equal(assessor_finish(core, &err), 0);
    assert_int_equal(affected(r, r->content, 1), 2);
}

/* Debian's content names source packages, other content binary ones. When one
 * replaces the other, what was read of a device in one way must not be asked
 * in the other. */
static void content_that_names_sources_after_other_content_finds_them(
    void **state)
{
    struct report_rig *r = *state;
    struct fact_package packages[] = {
        { STR("libssl3"), STR("3.0.1"), STR("amd64"), STR("openssl"),
          STR("3.0.1"), STR("") },
        { STR("curl"), STR("7.88"), STR("amd64"), STR(""), STR(""), STR("") },
    };
    int64_t sources;

    report_rig_inventory(r, 2, "3.0.9", true);
    report_rig_packages(r, 1, packages, COUNT(packages));
    assert_int_equal(affected(r, r->content, 0), 0); /* no such binary */
    sources = report_rig_content(
        r, "oval:test:def:", "oval:org.debian:def:", r->rig->now);
    assert_int_equal(affected(r, sources, 0), 1);
    report_rig_content(r, NULL, NULL, r->rig->now + 1);
    assert_int_equal(affected(r, r->content, 0), 0);
}

int main(void)
{
#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, report_rig_setup, report_rig_teardown)
    const struct CMUnitTest tests[] = {
        ROW(only_devices_of_the_new_contents_platform_are_looked_at),
        ROW(content_that_goes_leaves_its_devices_to_another),
        ROW(content_that_names_sources_after_other_content_finds_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
