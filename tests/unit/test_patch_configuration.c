/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "patch/configuration.h"

#define NOW INT64_C(1767225600) /* 2026-01-01T00:00Z */

static struct jval *tree(const char *json)
{
    struct jval *jval = NULL;

    assert_int_equal(jval_parse(str_c(json), SIZE_MAX, &jval, NULL), 0);
    return jval;
}

/* The canonical text of what json says; the caller's. */
static struct buf canonical(str json)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct buf out = BUF(PATCH_CONFIGURATION_MAX);
    struct patch_configuration c;
    struct err err = { 0 };

    if (patch_configuration_parse(json, NOW, &arena, &c, &err) < 0)
        fail_msg("%s", err_text(&err));
    patch_configuration_print(&c, &out);
    return out;
}

static const char everything[] =
    "{\"name\":\"All\",\"comment\":\"é\",\"scan_preview\":true,"
    "\"windows\":{\"routine\":{\"enabled\":true,\"schedule\":{\"type\":"
    "\"monthly_weekday\",\"time\":\"08:00\",\"nth\":1,\"weekday\":\"wed\","
    "\"delay_days\":3,\"after_patch_tuesday_days\":1,\"stage_hours\":8,"
    "\"run_if_missed\":false},\"deploy\":{\"risk\":{\"vrr\":8.5,\"cvss\":6.9,"
    "\"exploited\":true},\"severity\":[[\"nonsecurity\",\"low\"],[\"security\","
    "\"unassigned\"],[\"security\",\"critical\"]],\"include\":[\"A\",\"A\","
    "\"B\"],\"exclude\":[\"C\"],\"vendors_all_except\":[[\"Adobe\"],"
    "[\"Microsoft\",\"Windows\",\"11\"]],\"enablement\":[\"EP\"]},"
    "\"reboot\":{\"before\":{\"force_minutes\":30,\"warn_at_logoff\":true,"
    "\"countdown_minutes\":5,\"extend_minutes\":10,\"extend_max_minutes\":60,"
    "\"may_cancel_timeout\":true,\"may_cancel_reboot\":true,\"message\":"
    "\"m\"},\"after\":\"always\",\"criticality\":\"advised\"}},"
    "\"priority\":{\"enabled\":true},\"zero_day\":{\"deploy\":{\"risk\":null}}}"
    ",\"macos\":{\"routine\":{\"deploy\":{\"severity\":[[\"nonsecurity\"]]},"
    "\"reboot\":{\"after\":\"always\"}}},\"linux\":{\"routine\":{\"enabled\":"
    "true,\"deploy\":{\"all_missing\":true,\"exclude_packages\":[\"linux-*\"],"
    "\"severity\":[[\"bugfix\",null]]},\"reboot\":{\"after\":\"if_required\"}}"
    "},\"delivery\":{\"bandwidth_kib_s\":512,\"mains_power\":false,\"metered\":"
    "true,\"wake_on_lan\":true},\"reboot_experience\":{\"minimum\":\"never\","
    "\"critical\":{\"countdown_minutes\":1440}}}";

static void what_is_read_and_written_is_read_and_written_the_same(
    void **state UNUSED)
{
    static const char *const texts[] = { everything, "{\"name\":\"x\"}" };

    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(buf_clear) struct buf first = canonical(str_c(texts[i]));
        AUTO(buf_clear) struct buf again = canonical(buf_str(&first));

        assert_string_equal(buf_c(&first), buf_c(&again));
    }
}

static void the_default_deploys_security_critical_on_windows_P_CFG_5(
    void **state UNUSED)
{
    struct patch_configuration c = patch_configuration_default();

    for (unsigned os = 0; os < PATCH_OSES; os++) {
        for (unsigned kind = 0; kind < PATCH_TASKS; kind++)
            assert_int_equal(c.task[os][kind].enabled,
                             os == PATCH_WINDOWS && kind == PATCH_ROUTINE);
    }
    assert_true(c.task[PATCH_WINDOWS][PATCH_ROUTINE].deploy.has_severity);
    for (unsigned t = 0; t < PATCH_TYPES; t++)
        assert_int_equal(
            c.task[PATCH_WINDOWS][PATCH_ROUTINE].deploy.severity[t],
            t == PATCH_SECURITY ? 1 << PATCH_CRITICAL : 0);
    assert_false(c.scan_preview); /* P-PRV-2 */
    assert_int_equal(c.task[PATCH_WINDOWS][PATCH_ROUTINE].schedule.stage_hours,
                     0); /* D-11 */
    /* D-42, P-RBX-6 */
    assert_int_equal(c.task[PATCH_WINDOWS][PATCH_ROUTINE].reboot.after,
                     PATCH_AFTER_IF_REQUIRED);
    assert_int_equal(c.task[PATCH_LINUX][PATCH_ROUTINE].reboot.after,
                     PATCH_AFTER_NEVER);
    assert_int_equal(c.task[PATCH_WINDOWS][PATCH_ZERO_DAY].reboot.criticality,
                     PATCH_LEVEL_CRITICAL);
    assert_int_equal(c.task[PATCH_WINDOWS][PATCH_ROUTINE].reboot.criticality,
                     PATCH_MANDATORY);
    assert_int_equal(c.task[PATCH_WINDOWS][PATCH_PRIORITY].reboot.criticality,
                     PATCH_ADVISED);
    assert_false(patch_configuration_scans_only(&c));
    c.task[PATCH_WINDOWS][PATCH_ROUTINE].enabled = false;
    assert_true(patch_configuration_scans_only(&c)); /* P-SCN-1 */
    c.task[PATCH_LINUX][PATCH_ROUTINE].enabled = true;
    assert_false(patch_configuration_scans_only(&c)); /* T-SCN */
}

static void a_task_that_is_off_keeps_its_settings_P_TSK_8(void **state UNUSED)
{
    AUTO(buf_clear)
    struct buf text = canonical(STR(
        "{\"name\":\"x\",\"linux\":{\"routine\":{\"enabled\":false,\"deploy\":"
        "{\"all_missing\":true},\"schedule\":{\"type\":\"daily\",\"time\":"
        "\"03:00\"}}}}"));
    AUTO(jval_freep) struct jval *c = tree(buf_c(&text));
    const struct jval *task = jval_get(jval_get(c, "linux"), "routine");

    assert_false(jval_bool(jval_get(task, "enabled"), true));
    assert_true(
        jval_bool(jval_get(jval_get(task, "deploy"), "all_missing"), false));
    assert_true(str_eq_c(
        jval_text(jval_get(jval_get(task, "schedule"), "time"), STR("")),
        "03:00"));
}

/* What is wrong, the field, and the rule that it breaks. */
static const struct {
    const char *json;
    const char *field;
    const char *rule;
} wrong[] = {
    { "[]", "", "" },
    { "{}", "name", "P-CFG-1" },
    { "{\"name\":\"\"}", "name", "P-CFG-1" },
    { "{\"name\":7}", "name", "P-CFG-1" },
    { "{\"name\":\"x\",\"what\":1}", "what", "" },
    { "{\"name\":\"x\",\"scan_preview\":\"no\"}", "scan_preview", "P-PRV-2" },
    { "{\"name\":\"x\",\"linux\":[]}", "linux", "P-CFG-8" },
    { "{\"name\":\"x\",\"linux\":{\"zero_day\":{}}}", "linux.zero_day",
      "P-TSK-6" },
    { "{\"name\":\"x\",\"macos\":{\"priority\":{}}}", "macos.priority",
      "P-TSK-6" },
    { "{\"name\":\"x\",\"linux\":{\"weekly\":{}}}", "linux.weekly", "" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":1}}", "linux.routine", "" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"enabled\":1}}}",
      "linux.routine.enabled", "P-TSK-4" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"schedule\":{\"type\":"
      "\"monthly_date\",\"time\":\"08:00\",\"date\":1,\"stage_hours\":9}}}}",
      "linux.routine.schedule.stage_hours", "P-STG-2" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"schedule\":{\"type\":"
      "\"monthly_date\",\"time\":\"00:30\",\"date\":1,\"stage_hours\":1}}}}",
      "windows.routine.schedule.stage_hours", "P-STG-2" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"schedule\":{\"type\":"
      "\"monthly_date\",\"time\":\"08:00\",\"date\":2,\"delay_days\":31}}}}",
      "windows.routine.schedule.delay_days", "P-SCH-6" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"schedule\":{\"type\":"
      "\"every\",\"every_minutes\":60}}}}",
      "windows.routine.schedule.type", "P-SCH-1" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"schedule\":{\"type\":"
      "\"cron\",\"expression\":\"0 3 * * *\"}}}}",
      "windows.routine.schedule.type", "P-SCH-1" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"schedule\":7}}}",
      "windows.routine.schedule", "P-SCH-1" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"deploy\":{\"exclude\":"
      "[\"G\"]}}}}",
      "linux.routine.deploy.exclude", "P-GRP-1" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"deploy\":{\"severity\":"
      "[[\"security\",\"low\"],[\"security\",\"unassigned\"]]}}}}",
      "linux.routine.deploy.severity[1][1]", "P-SEV-3" },
    { "{\"name\":\"x\",\"windows\":{\"zero_day\":{\"deploy\":{\"enablement\":"
      "[\"EP\"]}}}}",
      "windows.zero_day.deploy.enablement", "P-ENB-3" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"deploy\":{\"risk\":"
      "{\"vrr\":10.5}}}}}",
      "windows.routine.deploy.risk.vrr", "P-RSK-6" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"reboot\":{\"before\":{}}}}}",
      "linux.routine.reboot.before", "P-RBT-2" },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"reboot\":{\"after\":"
      "\"always\"}}}}",
      "linux.routine.reboot.after", "P-RBT-4" },
    { "{\"name\":\"x\",\"macos\":{\"routine\":{\"reboot\":{\"after\":"
      "\"never\"}}}}",
      "macos.routine.reboot.after", "P-RBT-5" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"reboot\":{\"before\":"
      "{\"countdown_minutes\":1441}}}}}",
      "windows.routine.reboot.before.countdown_minutes", "P-RBT-9" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"reboot\":{\"before\":"
      "{\"force_minutes\":1.5}}}}}",
      "windows.routine.reboot.before.force_minutes", "P-RBT-9" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"reboot\":{\"before\":"
      "{\"extend_minutes\":30,\"extend_max_minutes\":20}}}}}",
      "windows.routine.reboot.before.extend_max_minutes", "P-RBT-9" },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"reboot\":{\"criticality\":"
      "\"never\"}}}}",
      "windows.routine.reboot.criticality", "P-RBX-6" },
    { "{\"name\":\"x\",\"reboot_experience\":{\"minimum\":\"low\"}}",
      "reboot_experience.minimum", "P-RBX-1" },
    { "{\"name\":\"x\",\"reboot_experience\":{\"advised\":{\"message\":1}}}",
      "reboot_experience.advised.message", "P-RBX-2" },
    { "{\"name\":\"x\",\"delivery\":{\"bandwidth_kib_s\":-1}}",
      "delivery.bandwidth_kib_s", "" },
};

static void every_refusal_names_field_and_rule_X_7(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        AUTO(patch_refusals_clear)
        struct patch_refusals refusals = PATCH_REFUSALS;
        AUTO(jval_freep) struct jval *jval = tree(wrong[i].json);
        struct patch_configuration c;

        patch_configuration_from_jval(jval, NOW, &arena, &refusals, &c);
        if (refusals.all.n != 1)
            fail_msg("%s: %zu refusals", wrong[i].json, refusals.all.n);
        assert_string_equal(refusals.all.p[0].field.p, wrong[i].field);
        assert_string_equal(refusals.all.p[0].rule.p, wrong[i].rule);
        assert_true(refusals.all.p[0].reason.n > 5);
    }
}

static void all_mistakes_are_told_at_once_X_7(void **state UNUSED)
{
    AUTO(buf_clear) struct buf json = BUF(1 << 16);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_configuration c;
    struct err err;

    assert_int_equal(
        patch_configuration_parse(STR("{\"what\":1,\"comment\":2}"), NOW,
                                  &arena, &c, &err),
        E_INVALID);
    assert_string_equal(err_text(&err), "what: there is no such field; and 2 "
                                        "more mistakes");
    assert_int_equal(patch_configuration_parse(STR("{\"name\":\"x\",}"), NOW,
                                               &arena, &c, &err),
                     E_PARSE);
    buf_add_c(&json, "{\"name\":\"x\"");
    for (int i = 0; i < 100; i++)
        buf_printf(&json, ",\"f%d\":1", i);
    buf_add_c(&json, "}");
    assert_int_equal(
        patch_configuration_parse(buf_str(&json), NOW, &arena, &c, &err),
        E_INVALID);
    assert_string_equal(err_text(&err), "f0: there is no such field; and 99 "
                                        "more mistakes");
}

/* What is on, and which rules then speak. */
static const struct {
    const char *json;
    const char *rules;
    bool confirm;
} advised[] = {
    { "{\"name\":\"x\"}", "P-SCN-1", false },
    { "{\"name\":\"x\",\"scan_preview\":true}", "P-PRV-3 P-SCN-1", false },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"enabled\":true}}}",
      "P-SEL-15", false },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"enabled\":true,\"deploy\":"
      "{}}}}",
      "P-SEL-15 P-SEL-9", true },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"enabled\":true,\"deploy\":"
      "{\"severity\":[[\"security\",\"low\"]],\"vendors\":[]}}}}",
      "P-SEL-15 P-VND-7", true },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"enabled\":true}}}",
      "P-SEL-15 P-LNX-5 P-RBT-7", true },
    { "{\"name\":\"x\",\"linux\":{\"routine\":{\"enabled\":true,\"deploy\":"
      "{\"severity\":[[\"enhancement\"]]},\"reboot\":{\"after\":"
      "\"if_required\"}}}}",
      "P-SEL-15 P-SEV-7 P-LNX-4", false },
    { "{\"name\":\"x\",\"macos\":{\"routine\":{\"enabled\":true,\"deploy\":"
      "{\"severity\":[[\"nonsecurity\",\"low\"]]}}}}",
      "P-SEL-15 P-SEV-8", false },
    { "{\"name\":\"x\",\"windows\":{\"zero_day\":{\"enabled\":true,"
      "\"schedule\":{\"type\":\"patch_tuesday\",\"time\":\"08:00\"}}}}",
      "P-SEL-15 P-SCH-7", false },
    { "{\"name\":\"x\",\"windows\":{\"routine\":{\"enabled\":true,\"deploy\":"
      "{\"severity\":[[\"security\",\"low\"]],\"vendors\":[[\"A\"]],"
      "\"enablement\":[\"E\"]}}}}",
      "P-SEL-15 P-ENB-4", false },
};

static void what_may_not_be_meant_is_said_before_saving(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(advised); i++) {
        AUTO(buf_clear) struct buf rules = BUF(1024);
        AUTO(arena_clear) struct arena arena = ARENA;
        struct patch_advices out = { 0 };
        struct patch_configuration c;
        bool confirm = false;

        assert_int_equal(patch_configuration_parse(str_c(advised[i].json), NOW,
                                                   &arena, &c, NULL),
                         0);
        patch_configuration_advise(&c, zone_utc(), NOW, &arena, &out);
        for (size_t k = 0; k < out.all.n; k++) {
            buf_printf(&rules, "%s%s", k > 0 ? " " : "", out.all.p[k].rule);
            confirm |= out.all.p[k].confirm;
            assert_true(out.all.p[k].text.n > 20);
        }
        assert_string_equal(buf_c(&rules), advised[i].rules);
        assert_int_equal(confirm, advised[i].confirm);
        vec_clear(&out.all);
    }
}

static void scores_are_tenths_from_0_to_10_P_RSK_6(void **state UNUSED)
{
    for (int t = 0; t <= 100; t++) {
        AUTO(jval_freep) struct jval *score = jval_new_real(t / 10.0);
        int16_t tenths = -2;

        assert_int_equal(patch_score_from_jval(score, &tenths, NULL), 0);
        assert_int_equal(tenths, t);
    }
    for (size_t i = 0; i < 6; i++) {
        static const char *const texts[] = { "10.1",  "-0.1", "7.05",
                                             "\"7\"", "null", "1e300" };
        AUTO(jval_freep) struct jval *score = tree(texts[i]);
        int16_t tenths;

        assert_int_equal(patch_score_from_jval(score, &tenths, NULL),
                         E_INVALID);
    }
}

static void a_patch_is_read_as_it_is_written(void **state UNUSED)
{
    static const char text[] =
        "{\"id\":\"RHSA-2026:1\",\"os\":\"linux\",\"type\":\"security\","
        "\"severity\":\"important\",\"vendor\":\"Red Hat\",\"product\":\"\","
        "\"version\":\"9\",\"title\":\"t\",\"published\":\"2026-01-31T08:30Z\","
        "\"supersedes\":[\"a\"],\"requires\":[\"b\"],\"packages\":[\"c\"],"
        "\"preview\":false,\"enablement\":false,\"os_update\":true,"
        "\"reboot\":\"suggested\",\"cves\":[{\"id\":\"CVE-2026-1\",\"vrr\":6.9,"
        "\"exploited\":true,\"cvss\":{\"4.0\":9.1,\"3.1\":10.0}}]}";
    AUTO(patch_refusals_clear) struct patch_refusals refusals = PATCH_REFUSALS;
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(jval_freep) struct jval *in = tree(text);
    AUTO(jval_freep) struct jval *out = NULL;
    AUTO(buf_clear) struct buf printed = BUF(1 << 16);
    struct patch patch;

    assert_true(patch_from_jval(in, PATCH_WINDOWS, &arena, &refusals, &patch));
    out = patch_to_jval(&patch);
    jval_print(out, &printed);
    assert_string_equal(buf_c(&printed), text);
    assert_int_equal(patch_cvss(&patch), 91); /* D-24 */
    assert_int_equal(patch_vrr(&patch), 69);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_and_written_is_read_and_written_the_same),
        cmocka_unit_test(
            the_default_deploys_security_critical_on_windows_P_CFG_5),
        cmocka_unit_test(a_task_that_is_off_keeps_its_settings_P_TSK_8),
        cmocka_unit_test(every_refusal_names_field_and_rule_X_7),
        cmocka_unit_test(all_mistakes_are_told_at_once_X_7),
        cmocka_unit_test(what_may_not_be_meant_is_said_before_saving),
        cmocka_unit_test(scores_are_tenths_from_0_to_10_P_RSK_6),
        cmocka_unit_test(a_patch_is_read_as_it_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
