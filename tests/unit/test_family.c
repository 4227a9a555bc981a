/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "netdev/family.h"

static void versions_have_two_numbers_and_more(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        unsigned major, minor, release;
    } cases[] = {
        { "12.2(25)SEE2", 0, 12, 2, 25 },
        { "12.3(14)T", 0, 12, 3, 14 },
        { "15.4(3)M", 0, 15, 4, 3 },
        { "17.9.4", 0, 17, 9, 4 },
        { "12.2", 0, 12, 2, 0 },
        { "9.12(4)67", 0, 9, 12, 4 },
        { "03.16.05.S", 0, 3, 16, 5 },
        { "7.0(4)E4", 0, 7, 0, 4 },
        { "8.4.4", 0, 8, 4, 4 },
        { "12", E_INVALID, 0, 0, 0 },
        { "", E_INVALID, 0, 0, 0 },
        { "v12.2", E_INVALID, 0, 0, 0 },
        { "12.x", E_INVALID, 0, 0, 0 },
        { "12.2;", E_INVALID, 0, 0, 0 },
        { "99999999999.1", E_INVALID, 0, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct os_version version = { 0 };

        assert_int_equal(os_version_parse(str_c(cases[i].text), &version, NULL),
                         cases[i].rc);
        assert_int_equal(version.major, cases[i].major);
        assert_int_equal(version.minor, cases[i].minor);
        assert_int_equal(version.release, cases[i].release);
    }
}

/* The letters of what is allowed, the default first: l SSL, h SSH, t Telnet,
 * p HTTP. TMS is another test's. */
/* R-SSH-1, R-TEL-1, R-TEL-3: who may be spoken to by what. */
static void R_COM_7_R_SSH_1_R_TEL_1_R_TEL_3_the_matrix_of_transports_holds(
    void **state UNUSED)
{
    static const struct {
        const char *family;
        const char *version;
        const char *allowed;
    } cases[] = {
        { "pix", NULL, "l" },
        { "asa", "9.12(4)", "l" },
        { "fwsm", "3.1(1)", "l" },
        { "ips", "7.0(4)E4", "lp" },
        { "ios", "12.1", "th" },
        { "ios", "12.1(5)T", "th" },
        { "ios", "12.2(25)SEE2", "th" },
        { "ios", "12.3", "lht" },
        { "ios", "12.3(14)T", "lht" },
        { "ios", "12.4(9)T", "lht" },
        { "ios", "15.4(3)M", "lht" },
        { "ios", NULL, "lht" },
        { "ios-xe", "03.16.05.S", "lht" },
        { "ios-xe", "17.9.4", "lht" },
        { "catalyst", "12.2(55)SE", "ht" },
        { "catalyst", "15.2", "ht" },
        { "Catalyst 6500/7600", NULL, "ht" },
        { "catos", "8.4", "ht" },
        { "frr", "8.4.4", "ht" },
    };
    static const char letters[] = { 'l', 'h', 't', 'p' };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct family *family = family_find(str_c(cases[i].family));
        struct os_version version;
        struct os_version *known = NULL;
        enum transport by_default;
        unsigned allowed;

        assert_non_null(family);
        if (cases[i].version != NULL) {
            assert_int_equal(
                os_version_parse(str_c(cases[i].version), &version, NULL), 0);
            known = &version;
        }
        assert_int_equal(
            family_transports(family, known, &allowed, &by_default, NULL), 0);
        assert_int_equal(letters[by_default], cases[i].allowed[0]);
        for (unsigned t = 0; t < COUNT(letters); t++) {
            bool is_allowed = strchr(cases[i].allowed, letters[t]) != NULL;
            struct err err = { 0 };
            int rc = family_check_transport(family, known, STR_NONE,
                                            (enum transport)t, &err);

            assert_int_equal(rc, is_allowed ? 0 : E_INVALID);
            assert_true(is_allowed || strstr(err_text(&err), "R-COM-") != NULL);
        }
    }
}

static void R_COM_8_http_is_never_a_default(void **state UNUSED)
{
    for (size_t i = 0; i < family_count; i++) {
        for (size_t b = 0; b < families[i].band_count; b++)
            assert_int_not_equal(families[i].bands[b].by_default,
                                 TRANSPORT_HTTP);
    }
}

static void R_COM_9_R_TMS_4_tms_is_for_some_routers(void **state UNUSED)
{
    static const struct {
        const char *family;
        const char *version;
        const char *model;
        int rc;
    } cases[] = {
        { "ios", "12.3(14)T", "871", 0 },
        { "ios", "12.3(14)T", "CISCO871W-G-A-K9", 0 },
        { "ios", "12.4", "2811", 0 },
        { "ios", "15.0", "cisco 3845", 0 },
        { "ios", "15.0", "CISCO1841/K9", 0 },
        { "ios", "12.3(4)T", "2811", E_INVALID },
        { "ios", "12.2", "2811", E_INVALID },
        { "ios", "15.0", "7206VXR", E_INVALID },
        { "ios", "15.0", "876", E_INVALID },
        { "ios", "15.0", "2950", E_INVALID },
        { "ios", "15.0", "18", E_INVALID },
        { "ios", "15.0", "", E_INVALID },
        { "catalyst", "15.0", "2811", E_INVALID },
        { "asa", "9.1", "2811", E_INVALID },
        { "ios-xe", "17.9.4", "2811", E_INVALID },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct os_version version;

        assert_int_equal(
            os_version_parse(str_c(cases[i].version), &version, NULL), 0);
        assert_int_equal(family_check_transport(
                             family_find(str_c(cases[i].family)), &version,
                             str_c(cases[i].model), TRANSPORT_TMS, NULL),
                         cases[i].rc);
    }
}

static void R_COM_6_other_transports_are_refused(void **state UNUSED)
{
    static const char *const good[] = { "ssl", "ssh", "telnet", "http", "tms" };
    enum transport transport;

    for (unsigned i = 0; i < COUNT(good); i++) {
        assert_int_equal(transport_find(str_c(good[i]), &transport, NULL), 0);
        assert_int_equal(transport, i);
    }
    assert_int_equal(transport_find(STR("HTTPS"), &transport, NULL), 0);
    assert_int_equal(transport, TRANSPORT_SSL);
    assert_int_equal(transport_find(STR("snmp"), &transport, NULL), E_INVALID);
    assert_int_equal(transport_find(STR(""), &transport, NULL), E_INVALID);
}

static void an_ios_older_than_the_matrix_is_refused(void **state UNUSED)
{
    struct os_version version = { 12, 0, 28 };
    enum transport by_default;
    unsigned allowed;

    assert_int_equal(family_transports(family_find(STR("ios")), &version,
                                       &allowed, &by_default, NULL),
                     E_INVALID);
}

static void families_are_found_by_any_spelling(void **state UNUSED)
{
    assert_ptr_equal(family_find(STR("IOS XE")), family_find(STR("ios-xe")));
    assert_ptr_equal(family_find(STR("iosxe")), family_find(STR("ios_xe")));
    assert_ptr_equal(family_find(STR("cisco_asa")), family_find(STR("ASA")));
    assert_ptr_equal(family_find(STR("IPS sensor")), family_find(STR("ips")));
    assert_null(family_find(STR("junos")));
    assert_null(family_find(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_have_two_numbers_and_more),
        cmocka_unit_test(
            R_COM_7_R_SSH_1_R_TEL_1_R_TEL_3_the_matrix_of_transports_holds),
        cmocka_unit_test(R_COM_8_http_is_never_a_default),
        cmocka_unit_test(R_COM_9_R_TMS_4_tms_is_for_some_routers),
        cmocka_unit_test(R_COM_6_other_transports_are_refused),
        cmocka_unit_test(an_ios_older_than_the_matrix_is_refused),
        cmocka_unit_test(families_are_found_by_any_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
