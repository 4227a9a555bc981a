/* SPDX-License-Identifier: Apache-2.0
 *
 * The text that makes a network device manageable, over the API.
 */
#include "tests/unit/unit.h"

#include "base/jval.h"
#include "tests/unit/core_rig.h"

static const char path[] = "/api/v1/network/prepare";

static bool holds(const struct jval *object, const char *key, const char *what)
{
    str text = jval_text(jval_get(object, key), STR(""));

    return str_find(text, str_c(what)) < text.n;
}

static void the_commands_and_their_notes_are_answered_R_COM_2(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *made = core_rig_ask(
        rig, 200, "POST", path,
        "{\"facts\": {\"family\": \"asa\", \"servers\": [\"10.1.1.5\"]}}");

    assert_true(holds(made, "text", "http 10.1.1.5 255.255.255.255 inside"));
    assert_non_null(jval_get(made, "notes"));
}

static void what_does_not_hold_is_refused_by_its_name(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *problem = core_rig_ask(
        rig, 422, "POST", path, "{\"facts\": {\"family\": \"toaster\"}}");

    assert_true(holds(problem, "detail", "family"));
    core_rig_ask(rig, 422, "POST", path, "{}");
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, core_rig_setup, core_rig_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_commands_and_their_notes_are_answered_R_COM_2),
        TEST(what_does_not_hold_is_refused_by_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
