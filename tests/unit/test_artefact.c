/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/artefact.h"
#include "tests/unit/unit.h"

static void R_DEP_1_files_are_a_delta_or_a_configuration_with_one_end(
    void **state UNUSED)
{
    static const struct {
        enum artefact_form form;
        const char *config;
        const char *lines;
        const char *text;
    } cases[] = {
        { ARTEFACT_DELTA, "hostname r1\nend\n", "ntp server 1\n",
          "ntp server 1\n" },
        { ARTEFACT_DELTA, "", "\n a\nb\n\n", "a\nb\n" },
        { ARTEFACT_FULL, "hostname r1\nend\n", "ntp server 1\n",
          "hostname r1\nntp server 1\nend\n" },
        { ARTEFACT_FULL, "hostname r1\n!\nend", "", "hostname r1\n!\nend\n" },
        /* A family that has no such line gets none. */
        { ARTEFACT_FULL, "set system name r1", "a", "set system name r1\na\n" },
        { ARTEFACT_FULL, ": Saved\nhostname fw\n: end\n", "a",
          ": Saved\nhostname fw\na\n: end\n" },
        /* Only the line that is nothing else ends it. */
        { ARTEFACT_FULL, "banner motd ^C\nthe end\n^C\nend\n", "a",
          "banner motd ^C\nthe end\n^C\na\nend\n" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1000);

        struct artefact_parts parts = {
            .form = cases[i].form,
            .family = family_find(STR("ios")),
            .config = str_c(cases[i].config),
            .lines = str_c(cases[i].lines),
        };

        assert_int_equal(artefact_write(&parts, &out, NULL), 0);
        assert_string_equal(buf_c(&out), cases[i].text);
    }
    assert_string_equal(artefact_form_name(ARTEFACT_FULL, false), "full");
    assert_string_equal(artefact_form_name(ARTEFACT_DELTA, true),
                        "delta_with_secrets");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            R_DEP_1_files_are_a_delta_or_a_configuration_with_one_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
