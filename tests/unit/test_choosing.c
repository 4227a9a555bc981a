/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "agent/choosing.h"

enum {
    NOW = 1793000000
};

static const char critical_only[] =
    "{\"name\":\"c\",\"linux\":{\"routine\":{\"enabled\":true,"
    "\"schedule\":{\"type\":\"daily\",\"time\":\"12:00\"},"
    "\"deploy\":{\"severity\":[[\"security\",\"critical\"]]}}}}";

/* One update of the advisory X-1, of which the policy and the repository say
 * something ("": nothing): is it deployed? */
static bool is_deployed(const char *fact_type, const char *fact_severity,
                        const char *type, const char *severity)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patching_fact fact = { .id = STR("X-1"),
                                  .type = str_c(fact_type),
                                  .severity = str_c(fact_severity) };
    struct patching_policy policy = { .patches = { &fact, 1 } };
    str id = STR("X-1");
    struct install_update update = { .name = STR("tool"),
                                     .arch = STR("x86_64"),
                                     .installed = STR("1-1"),
                                     .candidate = STR("2-1"),
                                     .advisories = { &id, 1 } };
    struct install_advisory advisory = { .id = id,
                                         .type = str_c(type),
                                         .severity = str_c(severity) };
    struct install_scan scan = { .manager = STR("dnf"),
                                 .updates = &update,
                                 .update_count = 1,
                                 .advisories = &advisory,
                                 .advisory_count = 1 };
    struct patch_configuration configuration;
    struct wire_list only = { NULL, 0 };
    struct choosing_by by = { .policy = &policy,
                              .configuration = &configuration,
                              .only = &only,
                              .now = NOW };
    struct choices choices;
    struct err err = { 0 };

    if (patch_configuration_parse(str_c(critical_only), NOW, &arena,
                                  &configuration, &err) < 0 ||
        choose(&by, &scan, &arena, &choices, &err) < 0)
        fail_msg("%s", err_text(&err));
    assert_int_equal(choices.n, 1);
    return choices.p[0].deploy;
}

static void a_policy_makes_no_advisory_of_the_repository_less_P_LNX_6(
    void **state UNUSED)
{
    assert_true(is_deployed("security", "low", "security", "critical"));
    assert_true(is_deployed("bugfix", "", "security", "critical"));
    assert_true(is_deployed("enhancement", "critical", "security", ""));
    assert_true(is_deployed("", "", "security", "critical"));
    assert_true(is_deployed("strange", "strange", "security", "critical"));
    assert_true(is_deployed("security", "critical", "bugfix", "low"));
    assert_true(is_deployed("security", "critical", "", "strange"));
    assert_false(is_deployed("security", "low", "security", "important"));
    assert_false(is_deployed("bugfix", "critical", "enhancement", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_policy_makes_no_advisory_of_the_repository_less_P_LNX_6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
