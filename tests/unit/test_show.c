/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>

#include "base/io.h"
#include "netdev/discover.h"
#include "netdev/show.h"

#define REAL "../shared/data/cisco/"

static const struct licence *find(const struct device_facts *facts,
                                  const char *feature)
{
    for (size_t i = 0; i < facts->licences.n; i++) {
        if (str_eq_c(facts->licences.p[i].feature, feature))
            return &facts->licences.p[i];
    }
    fail_msg("no licence '%s'", feature);
    return NULL;
}

static void read(const char *text, struct device_facts *out)
{
    assert_int_equal(show_read(NULL, str_c(text), out, NULL), 0);
}

static void expect(str value, const char *wanted)
{
    assert_int_equal(value.n, strlen(wanted));
    assert_memory_equal(value.p == NULL ? "" : value.p, wanted, value.n);
}

static void R_LIC_1_features_of_a_firewall_have_state_and_expiry(
    void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    const struct licence *botnet;

    read(
        "Cisco Adaptive Security Appliance Software Version 8.4(1)\r\n"
        "\r\nfw1 up 3 days 3 hours\r\n\r\n"
        "Hardware:   ASA5510, 512 MB RAM, CPU Pentium 4\r\n"
        "Licensed features for this platform:\r\n"
        "Maximum VLANs                     : 20, DMZ Unrestricted perpetual\r\n"
        "Failover                          : Disabled       perpetual\r\n"
        "VPN-3DES-AES                      : Disabled       perpetual\r\n"
        "AnyConnect Essentials             : Enabled        56 days\r\n"
        "Shared License                    : Enabled        0 days\r\n"
        "\r\nThis platform has a Base license.\r\n\r\n"
        "Serial Number: JMX0000X000\r\n"
        "Running Permanent Activation Key: 0x1 0x2 0x3 0x4 0x5\r\n"
        "Failover cluster licensed features for this platform:\r\n"
        "Failover                          : Active/Active  perpetual\r\n"
        "Active Timebased Activation Key:\r\n"
        "0xa1 0xa2 0xa3 0xa4 0xa5\r\n"
        "Botnet Traffic Filter        : Enabled    39 days\r\n",
        &facts);
    assert_string_equal(facts.family->name, "asa");
    expect(facts.hostname, "fw1");
    expect(facts.version, "8.4(1)");
    expect(facts.model, "ASA5510");
    expect(facts.serial, "JMX0000X000");
    expect(facts.activation_key, "0x1 0x2 0x3 0x4 0x5");
    assert_int_equal(facts.failover, TRISTATE_NO);
    assert_int_equal(facts.encryption, TRISTATE_NO);
    assert_int_equal(find(&facts, "AnyConnect Essentials")->state, LICENCE_ON);
    assert_true(find(&facts, "AnyConnect Essentials")->is_time_based);
    assert_int_equal(find(&facts, "Shared License")->state, LICENCE_EXPIRED);
    botnet = find(&facts, "Botnet Traffic Filter");
    assert_true(botnet->is_time_based && botnet->state == LICENCE_ON);
    expect(botnet->expiry, "39 days");
}

static void R_LIC_5_a_pix_tells_of_failover_and_encryption(void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };

    read("Cisco PIX Firewall Version 6.3(5)\nHardware:   PIX-515E, 64 MB\n"
         "Licensed Features:\nFailover:\tEnabled\nVPN-DES: \tEnabled\n"
         "VPN-3DES-AES: \tDisabled\n\nSerial Number: 1234 (0x4d2)\n"
         "Running Activation Key: 0x1 0x2\n",
         &facts);
    assert_string_equal(facts.family->name, "pix");
    assert_int_equal(facts.failover, TRISTATE_YES);
    assert_int_equal(facts.encryption, TRISTATE_NO);
    expect(facts.serial, "1234");
}

static void R_LIC_4_failover_is_optional_on_two_models(void **state UNUSED)
{
    assert_true(show_failover_is_optional(STR("ASA5505")));
    assert_true(show_failover_is_optional(STR("ASA5510")));
    assert_false(show_failover_is_optional(STR("ASA5515-X")));
    assert_false(show_failover_is_optional(STR("PIX-515E")));
    assert_false(show_failover_is_optional(STR("")));
}

static void R_LIC_10_an_agreement_nobody_accepted_is_seen(void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };

    read("Index 1 Feature: ipbasek9\n        Period left: Life time\n"
         "        License Type: Permanent\n"
         "        License State: Active, In Use\n"
         "Index 2 Feature: securityk9\n        Period left: 8  weeks 4  days\n"
         "        License Type: EvalRightToUse\n"
         "        License State: Active, Not in Use, EULA not accepted\n"
         "Index 3 Feature: uck9\n        License Type: Evaluation\n"
         "        License State: Active, Not in Use\n",
         &facts);
    read("License Store: Primary License Storage\n"
         "StoreIndex: 0   Feature: datak9             Version: 1.0\n"
         "        License Type: Permanent\n"
         "        License State: Inactive\n",
         &facts);
    assert_int_equal(find(&facts, "ipbasek9")->state, LICENCE_ON);
    assert_int_equal(find(&facts, "securityk9")->state, LICENCE_EULA);
    assert_true(find(&facts, "securityk9")->is_time_based);
    expect(find(&facts, "securityk9")->expiry, "8  weeks 4  days");
    assert_int_equal(find(&facts, "uck9")->state, LICENCE_OFF);
    assert_int_equal(find(&facts, "datak9")->state, LICENCE_OFF);
}

static void R_LIC_8_packages_of_a_router_are_read(void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };

    read("Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), Version "
         "15.1(4)M8, RELEASE SOFTWARE (fc2)\n"
         "r1 uptime is 2 weeks, 18 hours\n"
         "Cisco CISCO1941/K9 (revision 1.0) with 483328K/40960K bytes of "
         "memory.\nProcessor board ID YYY0000Y0Y0\n"
         "Technology Package License Information for Module:'c1900'\n"
         "-----------------------------------------------------------\n"
         "Technology    Technology-package           Technology-package\n"
         "              Current       Type           Next reboot\n"
         "-----------------------------------------------------------\n"
         "ipbase        ipbasek9      Permanent      ipbasek9\n"
         "security      securityk9    EvalRightToUse securityk9\n"
         "data          None          None           None\n\n"
         "Configuration register is 0x2102\n",
         &facts);
    assert_string_equal(facts.family->name, "ios");
    expect(facts.version, "15.1(4)M8");
    expect(facts.model, "CISCO1941/K9");
    assert_int_equal(facts.licences.n, 3);
    assert_true(find(&facts, "security")->is_time_based);
    assert_int_equal(find(&facts, "data")->state, LICENCE_OFF);
}

static void R_IPS_a_sensor_tells_its_licence(void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    AUTO(device_facts_clear) struct device_facts other = { 0 };

    read("Application Partition:\n\nCisco Intrusion Prevention System, "
         "Version 7.0(4)E4\n\nOS Version:             2.4.30-IDS\n"
         "Platform:               IPS-4240-K9\n"
         "Serial Number:          JMX0000X0XX\n"
         "Licensed, expires:      19-Apr-2010 UTC\n"
         "Sensor up-time is 20 days.\n",
         &facts);
    assert_string_equal(facts.family->name, "ips");
    expect(facts.version, "7.0(4)E4");
    expect(facts.model, "IPS-4240-K9");
    expect(facts.serial, "JMX0000X0XX");
    assert_int_equal(find(&facts, "IPS")->state, LICENCE_ON);
    expect(find(&facts, "IPS")->expiry, "19-Apr-2010 UTC");
    read("No license present\n", &other);
    assert_int_equal(find(&other, "IPS")->state, LICENCE_OFF);
}

static void frr_tells_name_and_version(void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };

    read("FRRouting 8.4.4 (r01) on Linux(6.1.0).\nCopyright\n", &facts);
    assert_string_equal(facts.family->name, "frr");
    expect(facts.version, "8.4.4");
    expect(facts.hostname, "r01");
}

static void real_texts_are_read(void **state UNUSED)
{
    static const struct {
        const char *file;
        const char *family, *hostname, *version, *model, *serial;
        enum tristate failover, encryption;
    } cases[] = {
        { "ntc-templates/cisco_asa/show_version/cisco_asa_show_version1.raw",
          "asa", "asa1", "9.5(2)204", "ASAv10", "9AT1L9EX0DF", TRISTATE_YES,
          TRISTATE_YES },
        { "ntc-templates/cisco_asa/show_version/cisco_asa_show_version2.raw",
          "asa", "fw002", "9.8(3)21", "FPR4K-SM-12", "", TRISTATE_YES,
          TRISTATE_YES },
        { "ntc-templates/cisco_asa/show_version/cisco_asa_show_version3.raw",
          "asa", "ASA2", "9.9(2)32", "ASA5516", "JAD222605K8", TRISTATE_YES,
          TRISTATE_YES },
        { "ntc-templates/cisco_asa/show_version/cisco_asa_show_version4.raw",
          "asa", "asa1", "9.16(3)19", "ISA-3000-2C2F", "9AT1L9EX0DF",
          TRISTATE_NO, TRISTATE_YES },
        { "ziptie-text/SecurityAppliancePIX501/version.txt", "pix", "pix-501",
          "6.1(1)", "PIX-501", "806245458", TRISTATE_NO, TRISTATE_YES },
        { "ziptie-text/CatOS5500/version.txt", "catos", "", "6.4(2)",
          "WS-C5500", "069012487", TRISTATE_UNKNOWN, TRISTATE_UNKNOWN },
        { "ziptie-text/IOSRouter/version.txt", "ios", "cisco2610-LAB",
          "12.2(12e)", "2610", "JAB030904LB", TRISTATE_UNKNOWN,
          TRISTATE_UNKNOWN },
        { "ziptie-text/6506/version.txt", "catalyst", "AUS-6506",
          "12.2(17d)SXB10", "WS-C6506", "SAL08290JNU", TRISTATE_UNKNOWN,
          TRISTATE_UNKNOWN },
        { "genie/iosxe/tests/ShowVersion/cli/equal/"
          "golden_output_isr4k_output.txt",
          "ios-xe", "isr4k", "16.6.5", "ISR4451-X/K9", "FGL273610NK",
          TRISTATE_UNKNOWN, TRISTATE_UNKNOWN },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(device_facts_clear) struct device_facts facts = { 0 };
        AUTO(buf_clear) struct buf path = BUF(4096);
        AUTO(buf_clear) struct buf text = BUF(SHOW_TEXT_MAX);

        buf_printf(&path, REAL "%s", cases[i].file);
        if (io_read_file(AT_FDCWD, buf_c(&path), &text, NULL) < 0) {
            buf_clear(&path); /* skip() does not come back */
            buf_clear(&text);
            UNIT_SKIP("no device texts in " REAL);
        }
        assert_int_equal(show_read(NULL, buf_str(&text), &facts, NULL), 0);
        assert_non_null(facts.family);
        assert_string_equal(facts.family->name, cases[i].family);
        expect(facts.hostname, cases[i].hostname);
        expect(facts.version, cases[i].version);
        expect(facts.model, cases[i].model);
        expect(facts.serial, cases[i].serial);
        assert_int_equal(facts.failover, cases[i].failover);
        assert_int_equal(facts.encryption, cases[i].encryption);
    }
}

static void hostile_text_is_bounded(void **state UNUSED)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    AUTO(buf_clear) struct buf text = BUF(8 << 20);

    buf_add_c(&text, "Licensed features for this platform:\n");
    for (size_t i = 0; i < 100000; i++)
        buf_printf(&text, "Feature %zu : Enabled\n", i);
    read(buf_c(&text), &facts);
    assert_int_equal(facts.licences.n, SHOW_LICENCES_MAX);
    assert_int_equal(show_read(NULL, (str){ "a\0b", 3 }, &facts, NULL),
                     E_INVALID);
}

/* R-LIC-1: discovery asks; who has no such command is not blamed. */
static void R_LIC_1_discovery_asks_for_licences(void **state UNUSED)
{
    AUTO(discovery_clear)
    struct discovery found =
        DISCOVERY(family_find(STR("ios")), DISCOVER_LICENCES);
    AUTO(discovery_clear)
    struct discovery old =
        DISCOVERY(family_find(STR("asa")), DISCOVER_LICENCES);
    AUTO(discovery_clear)
    struct discovery none =
        DISCOVERY(family_find(STR("frr")), DISCOVER_LICENCES);
    struct session_answer answer = {
        .command = STR("show license all"),
        .text = STR("Index 1 Feature: securityk9\n"
                    "\tLicense State: Active, In Use\n"),
    };

    expect(discovery_next(&found), "show license all");
    assert_int_equal(discovery_take(&found, &answer, NULL), 0);
    assert_int_equal(find(&found.facts, "securityk9")->state, LICENCE_ON);
    assert_int_equal(discovery_next(&found).n, 0);
    expect(discovery_next(&old), "show activation-key");
    answer.refused = true;
    assert_int_equal(discovery_take(&old, &answer, NULL), 0);
    assert_int_equal(old.facts.licences.n, 0);
    assert_int_equal(discovery_next(&none).n, 0);
}

/* As devices print it; the first also stands in `show ip http server status`.
 */
static void R_IOSSSL_6_the_HTTPS_server_says_whether_it_is_enabled(
    void **state UNUSED)
{
    static const struct {
        const char *text;
        enum tristate state;
    } texts[] = {
        { "HTTP server status: Disabled\nHTTP server port: 80\n"
          "HTTP secure server capability: Present\n"
          "HTTP secure server status: Enabled\n"
          "HTTP secure server port: 443\n",
          TRISTATE_YES },
        { "HTTP secure server status: Enabled\r\n", TRISTATE_YES },
        { "HTTP secure server status: Disabled\n"
          "HTTP secure server trustpoint: \n",
          TRISTATE_NO },
        { "HTTP server status: Enabled\n", TRISTATE_UNKNOWN },
        { "HTTP secure server status: Enabledness\n", TRISTATE_UNKNOWN },
        { "HTTP secure server status:", TRISTATE_UNKNOWN },
        { "", TRISTATE_UNKNOWN },
    };
    struct discovery found = DISCOVERY(family_find(STR("ios")), DISCOVER_HTTPS);
    struct discovery none = DISCOVERY(family_find(STR("asa")), DISCOVER_HTTPS);
    struct session_answer answer = { .text = STR("% Invalid input"),
                                     .refused = true };

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (show_https_state(str_c(texts[i].text)) != texts[i].state)
            fail_msg("%s", texts[i].text);
    }
    expect(discovery_next(&found), "show ip http server secure status");
    assert_int_equal(discovery_take(&found, &answer, NULL), 0);
    assert_int_equal(found.https, TRISTATE_UNKNOWN);
    assert_int_equal(discovery_next(&none).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_LIC_1_features_of_a_firewall_have_state_and_expiry),
        cmocka_unit_test(R_LIC_1_discovery_asks_for_licences),
        cmocka_unit_test(R_LIC_5_a_pix_tells_of_failover_and_encryption),
        cmocka_unit_test(R_LIC_4_failover_is_optional_on_two_models),
        cmocka_unit_test(R_LIC_10_an_agreement_nobody_accepted_is_seen),
        cmocka_unit_test(R_LIC_8_packages_of_a_router_are_read),
        cmocka_unit_test(R_IPS_a_sensor_tells_its_licence),
        cmocka_unit_test(
            R_IOSSSL_6_the_HTTPS_server_says_whether_it_is_enabled),
        cmocka_unit_test(frr_tells_name_and_version),
        cmocka_unit_test(real_texts_are_read),
        cmocka_unit_test(hostile_text_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
