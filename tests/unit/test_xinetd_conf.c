/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/xinetd_conf.h"

static void broken_configurations_are_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "", 0 },
        { "# only a comment\n", 0 },
        { "defaults\n{\n}\n", 0 },
        { "defaults {\n}\n", 0 },
        { "service x\n{\n a = b\n}\n", 0 },
        { "service x {\n a = b\n}\n", 0 },
        { "service\n{\n}\n", E_PARSE },
        { "service x\n a = b\n}\n", E_PARSE },
        { "service x\n{\n a b\n}\n", E_PARSE },
        { "service x\n{\n = b\n}\n", E_PARSE },
        { "service x\n{\n", E_PARSE },
        { "something else\n", E_PARSE },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct xinetd_conf conf = { 0 };

        assert_int_equal(
            xinetd_conf_parse(&conf, str_c(cases[i].text), NULL, NULL, NULL),
            cases[i].rc);
        xinetd_conf_clear(&conf);
    }
}

static const char example[] = "defaults\n{\n"
                              "    only_from = 10.0.0.1\n"
                              "    only_from += 10.0.0.2\n"
                              "    disabled = echo\n"
                              "}\n"
                              "service ftp\n{\n"
                              "    socket_type = stream\n"
                              "    flags = REUSE  KEEPALIVE\n"
                              "    flags += NODELAY\n"
                              "    flags -= REUSE\n"
                              "    server_args = -l\t-a\n"
                              "    disable = no\n"
                              "}\n"
                              "service echo\n{\n"
                              "    only_from = localhost\n"
                              "}\n"
                              "service time\n{\n"
                              "    id = time-udp\n"
                              "    disable = yes\n"
                              "}\n";

static void values_are_added_removed_and_inherited(void **state UNUSED)
{
    static const struct {
        unsigned service;
        enum xinetd_attribute attribute;
        const char *value;
    } cases[] = {
        { 0, XINETD_SOCKET_TYPE, "stream" },
        { 0, XINETD_FLAGS, "KEEPALIVE NODELAY" },
        { 0, XINETD_SERVER_ARGS, "-l -a" },
        { 0, XINETD_ONLY_FROM, "10.0.0.1 10.0.0.2" },
        { 1, XINETD_ONLY_FROM, "localhost" },
        { 1, XINETD_PORT, "" },
        { 2, XINETD_ID, "time-udp" },
    };
    struct xinetd_conf conf = { 0 };

    assert_int_equal(xinetd_conf_parse(&conf, str_c(example), NULL, NULL, NULL),
                     0);
    assert_int_equal(conf.services.n, 3);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(str_eq_c(
            xinetd_conf_value(&conf, &conf.services.p[cases[i].service],
                              cases[i].attribute),
            cases[i].value));
    assert_false(xinetd_conf_is_disabled(&conf, &conf.services.p[0]));
    assert_true(xinetd_conf_is_disabled(&conf, &conf.services.p[1]));
    assert_true(xinetd_conf_is_disabled(&conf, &conf.services.p[2]));
    xinetd_conf_clear(&conf);
}

static void what_is_not_enabled_is_disabled(void **state UNUSED)
{
    struct xinetd_conf conf = { 0 };

    assert_int_equal(xinetd_conf_parse(&conf,
                                       STR("defaults {\nenabled = a\n}\n"
                                           "service a {\n}\n"
                                           "service b {\n}\n"
                                           "service c {\nid = a\n}\n"),
                                       NULL, NULL, NULL),
                     0);
    assert_false(xinetd_conf_is_disabled(&conf, &conf.services.p[0]));
    assert_true(xinetd_conf_is_disabled(&conf, &conf.services.p[1]));
    assert_false(xinetd_conf_is_disabled(&conf, &conf.services.p[2]));
    xinetd_conf_clear(&conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_configurations_are_refused),
        cmocka_unit_test(values_are_added_removed_and_inherited),
        cmocka_unit_test(what_is_not_enabled_is_disabled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
