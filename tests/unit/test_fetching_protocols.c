/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netdev/servers/aus.h"
#include "netdev/servers/aus_policy.h"
#include "netdev/servers/cns.h"
#include "netdev/servers/pnp.h"

enum {
    NOW = 1767225600
};
#define SUM "0123456789abcdef0123456789abcdef"

static struct ask read_ask(struct arena *arena, const char *path,
                           const char *query, const char *headers,
                           const char *body)
{
    struct ask ask;

    ask_read(
        &(struct ask_request){
            .is_post = body != NULL,
            .path = str_c(path),
            .query = str_c(query),
            .headers = str_c(headers),
            .body = body != NULL ? str_c(body) : STR(""),
        },
        arena, &ask);
    return ask;
}

static struct ask post(struct arena *arena, const char *path, const char *body)
{
    return read_ask(arena, path, "", "", body);
}

static void is(str text, const char *expected)
{
    if (!str_eq_c(text, expected))
        fail_msg("'%.*s' is not '%s'", (int)text.n, text.p, expected);
}

/* --- reading -------------------------------------------------------------- */

#define SERVLET "/autoupdate/AutoUpdateServlet"

static void R_AUS_10_details_are_read_in_every_form(void **state)
{
    static const char *const forms[] = {
        "<DeviceDetails DeviceID='fw1' version='9.1'>"
        "<image checksum='0xAB'/><config><md5>cd</md5></config>"
        "</DeviceDetails>",
        "<?xml version='1.0'?><!DOCTYPE DeviceDetails SYSTEM 'urn:x'>"
        "<x:DeviceDetails xmlns:x='urn:y'><x:device-id> fw1 </x:device-id>"
        "<x:version>9.1</x:version><x:component><x:type>image</x:type>"
        "<x:checksum>0xAB</x:checksum></x:component>"
        "<x:component type='config' checksum='cd'/></x:DeviceDetails>",
        "<DEVICEDETAILS><Device_ID>fw1</Device_ID><OS-Version>9.1"
        "</OS-Version><ImageChecksum>0xAB</ImageChecksum>"
        "<ConfigChecksum>cd</ConfigChecksum></DEVICEDETAILS>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct arena arena = ARENA;
        struct ask ask = post(&arena, SERVLET, forms[i]);

        assert_int_equal(ask.kind, ASK_DETAILS);
        is(ask.identity, "fw1");
        is(ask.version, "9.1");
        assert_true(ask_sum_eq(ask.image_sum, STR("ab")));
        assert_true(ask_sum_eq(ask.config_sum, STR("CD")));
        is(ask.asdm_sum, "");
        arena_clear(&arena);
    }
}

static void what_nobody_reads_is_named_and_secrets_are_masked(void **state)
{
    struct arena arena = ARENA;
    struct ask ask = read_ask(
        &arena, SERVLET, "password=planted1&x=1", "X-Api-Key: k=planted2\n",
        "<DeviceDetails deviceid='a' enablePassword=\"planted3\">"
        "<secret-word>planted4</secret-word><novelty>1</novelty>"
        "<cli>enable secret planted5</cli></DeviceDetails>");

    (void)state;
    assert_int_equal(ask.kind, ASK_DETAILS);
    assert_true(str_find(ask.unknown, STR("novelty")) < ask.unknown.n);
    for (char c = '1'; c <= '5'; c++) {
        char planted[] = "planted0";

        planted[7] = c;
        if (str_find(ask.raw, str_c(planted)) < ask.raw.n)
            fail_msg("%s is in %.*s", planted, (int)ask.raw.n, ask.raw.p);
    }
    arena_clear(&arena);
}

static void secrets_are_masked_in_every_form_of_markup(void **state)
{
    static const char *const bodies[] = {
        "<a><password><![CDATA[planted]]></password></a>",
        "<a><password><value>planted</value></password></a>",
        "<a><password><!-- x -->planted</password></a>",
        "<a><Password>x<b/>planted</Password><c>1</c></a>",
        "<a><password>planted",
        "<a password='planted'/>",
        "<a password='x planted'/>",
        "<a password = \"planted\"/>",
        "<a password\n=\n'x planted'/>",
        "password = planted",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct arena arena = ARENA;
        struct ask ask = post(&arena, SERVLET, bodies[i]);

        if (str_find(ask.raw, STR("planted")) < ask.raw.n)
            fail_msg("%zu: %.*s", i, (int)ask.raw.n, ask.raw.p);
        arena_clear(&arena);
    }
}

static void the_token_of_a_file_is_not_kept(void **state)
{
    static const struct {
        const char *path;
        const char *headers;
        const char *body;
    } cases[] = {
        { "/fetch/planted/fw1_full.cfg", "", NULL },
        { "/FETCH/planted/fw1_full.cfg", "", NULL },
        { "/fetch/planted", "", NULL },
        { "/fetch/planted/error", "", "<a>fw1_full.cfg</a>" },
        { "/else", "Referer: http://h/fetch/planted/fw1_full.cfg\n", NULL },
        { SERVLET, "",
          "<ErrorReport><error-message>http://h/fetch/planted/fw1_full.cfg"
          "</error-message></ErrorReport>" },
        { "/fetch/x/error", "", "no: http://h/fetch/planted/fw1_full.cfg" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena = ARENA;
        struct ask ask = read_ask(&arena, cases[i].path, "", cases[i].headers,
                                  cases[i].body);

        if (str_find(ask.raw, STR("planted")) < ask.raw.n ||
            str_find(ask.text, STR("planted")) < ask.text.n)
            fail_msg("%zu: %.*s", i, (int)ask.raw.n, ask.raw.p);
        assert_true(str_find(ask.raw, STR("********")) < ask.raw.n);
        assert_true(i == 2 ||
                    str_find(ask.raw, STR("fw1_full.cfg")) < ask.raw.n);
        arena_clear(&arena);
    }
}

static void R_CNC_10_a_router_may_tell_its_ConfigID_in_many_ways(void **state)
{
    static const struct {
        const char *path;
        const char *query;
        const char *headers;
        const char *body;
    } ways[] = {
        { "/cns/JobbedDynaConfig", "Config-ID=r%2F1", "", NULL },
        { "/cns/JobbedDynaConfig", "a=b&cns_id=r/1", "", NULL },
        { "/cns/JobbedDynaConfig", "", "Host: x\nCisco-CNS-ID: r/1\n", NULL },
        { "/cns/JobbedDynaConfig/r%2f1", "", "", NULL },
        { "/cns/JobbedDynaConfig", "", "",
          "<a><config-id>r/1</config-id></a>" },
        { "/CNS/jobbeddynaconfig", "", "", "config-id=r/1" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct arena arena = ARENA;
        struct ask ask = read_ask(&arena, ways[i].path, ways[i].query,
                                  ways[i].headers, ways[i].body);

        assert_int_equal(ask.kind, ASK_CONFIG);
        is(ask.identity, "r/1");
        arena_clear(&arena);
    }
}

static void a_status_says_what_became_of_a_configuration(void **state)
{
    struct arena arena = ARENA;
    struct ask ask =
        post(&arena, "/cns/PostStatus",
             "<config-failure><identifier>hf-1</identifier><config-id>r1"
             "</config-id><error-info><line-number>3</line-number>"
             "<error-message>% Invalid</error-message></error-info>"
             "</config-failure>");

    (void)state;
    assert_int_equal(ask.kind, ASK_STATUS);
    assert_int_equal(ask.outcome, ASK_OUTCOME_FAILED);
    assert_int_equal(ask.line, 3);
    is(ask.identity, "r1");
    is(ask.correlator, "hf-1");
    is(ask.text, "% Invalid");
    ask = post(&arena, "/cns/PostStatus", "<something/>");
    assert_int_equal(ask.kind, ASK_UNREADABLE);
    arena_clear(&arena);
}

static void R_INV_5_plug_n_play_is_read(void **state)
{
    struct arena arena = ARENA;
    struct ask ask = post(
        &arena, "/pnp/WORK-RESPONSE",
        "<pnp xmlns='urn:cisco:pnp' version='1.0' udi='PID:ISR4451-X/K9,"
        "VID:V08,SN:FCZ1'><response xmlns='urn:cisco:pnp:image-install' "
        "correlator='c-1' success='0'><errorInfo><errorCode>PnP Service Error "
        "1402</errorCode><errorMessage>no</errorMessage></errorInfo>"
        "</response></pnp>");

    (void)state;
    assert_int_equal(ask.kind, ASK_ANSWER);
    assert_int_equal(ask.outcome, ASK_OUTCOME_FAILED);
    is(ask.identity, "FCZ1");
    is(ask.product, "ISR4451-X/K9");
    is(ask.topic, "image-install");
    is(ask.correlator, "c-1");
    is(ask.code, "PnP Service Error 1402");
    arena_clear(&arena);
}

static void what_is_no_request_of_ours_is_unreadable(void **state)
{
    static const struct {
        const char *path;
        const char *body;
        enum ask_kind kind;
    } cases[] = {
        { SERVLET, NULL, ASK_UNREADABLE },
        { SERVLET, "", ASK_UNREADABLE },
        { SERVLET, "hello", ASK_UNREADABLE },
        { SERVLET, "<a><b></a>", ASK_UNREADABLE },
        { SERVLET, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ASK_UNREADABLE },
        { SERVLET, "<a>&b;</a>", ASK_UNREADABLE },
        { "/pnp/WORK-REQUEST", "<pnp/>", ASK_UNREADABLE },
        { "/pnp/WORK-REQUEST", "<pnp udi='SN:a b'><info/></pnp>",
          ASK_UNREADABLE },
        { "/pnp/WORK-REQUEST", "<pnp udi='SN:a'><response/></pnp>",
          ASK_UNREADABLE },
        { "/pnp/HELLO", NULL, ASK_HELLO },
        { "/fetch/token/name", NULL, ASK_FILE },
        { "/else", "<a/>", ASK_NOTHING },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena = ARENA;
        struct ask ask = post(&arena, cases[i].path, cases[i].body);

        if (ask.kind != (int64_t)cases[i].kind)
            fail_msg("%s %s is %s", cases[i].path, cases[i].body,
                     ask_kind_name((enum ask_kind)ask.kind));
        arena_clear(&arena);
    }
}

static void checksums_are_alike_in_every_notation(void **state)
{
    (void)state;
    assert_true(ask_sum_eq(STR("0xABcd"), STR("abcd")));
    assert_true(ask_sum_eq(STR("ab:cd"), STR(" AB CD ")));
    assert_false(ask_sum_eq(STR("abcd"), STR("abce")));
    assert_false(ask_sum_eq(STR("abcd"), STR("abcd0")));
    assert_false(ask_sum_eq(STR(""), STR("")));
    assert_false(ask_sum_eq(STR("0x"), STR("")));
    assert_false(ask_sum_eq(STR("xyz"), STR("xyz")));
}

/* --- deciding ------------------------------------------------------------- */

static struct stage staged(enum stage_kind kind, enum stage_state state)
{
    struct stage stage = { 0 };

    stage.items[kind] = (struct stage_item){
        .id = 7,
        .kind = kind,
        .state = state,
        .sum = STR(SUM),
        .url = STR("http://h/f"),
        .version = STR(""),
        .name = STR("f"),
        .offered = STR(""),
        .lines = 10,
        .expires = NOW + 100,
    };
    return stage;
}

static void R_AUS_1_the_three_steps_of_auto_update(void **state)
{
    static const struct {
        const char *told; /* checksum of the configuration */
        int64_t fetches;
        bool offer;
        size_t changes;
        enum stage_state state;
    } cases[] = {
        { "", 0, true, 0, STAGE_STAGED },
        { "00", 4, true, 0, STAGE_STAGED },
        { SUM, 1, false, 1, STAGE_CONFIRMED },
        { "00", STAGE_FETCHES_MAX, false, 1, STAGE_FAILED },
    };
    struct arena arena = ARENA;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage stage = staged(STAGE_CONFIG, STAGE_FETCHED);
        struct ask ask = { .kind = ASK_DETAILS,
                           .config_sum = str_c(cases[i].told) };
        struct aus_answer answer;

        stage.items[STAGE_CONFIG].fetches = cases[i].fetches;
        aus_decide(&stage, &ask, NOW, &arena, &answer);
        assert_int_equal(answer.offer[STAGE_CONFIG], cases[i].offer);
        assert_int_equal(answer.changes.n, cases[i].changes);
        if (cases[i].changes > 0)
            assert_int_equal(answer.changes.p[0].state, cases[i].state);
    }
    arena_clear(&arena);
}

static void a_problem_that_may_pass_is_noted_and_another_ends_it(void **state)
{
    static const struct {
        const char *text;
        enum stage_state state;
    } cases[] = { { "MD5 differs", STAGE_FETCHED },
                  { "Download timed out", STAGE_FETCHED },
                  { "line 3 is not accepted", STAGE_FAILED } };
    struct arena arena = ARENA;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage stage = staged(STAGE_CONFIG, STAGE_FETCHED);
        struct ask ask = { .kind = ASK_PROBLEM,
                           .topic = STR("config"),
                           .code = STR("7"),
                           .text = str_c(cases[i].text) };
        struct aus_answer answer;

        aus_decide(&stage, &ask, NOW, &arena, &answer);
        assert_int_equal(answer.changes.n, 1);
        assert_int_equal(answer.changes.p[0].state, cases[i].state);
        assert_true(str_find(answer.changes.p[0].told, str_c(cases[i].text)) <
                    answer.changes.p[0].told.n);
    }
    arena_clear(&arena);
}

static void R_CNE_7_a_failure_at_a_line_leaves_what_is_before_it(void **state)
{
    static const struct {
        int64_t line;
        enum stage_state state;
        int64_t applied;
    } cases[] = { { 1, STAGE_FAILED, -1 },
                  { 4, STAGE_PARTIAL, 3 },
                  { 0, STAGE_PARTIAL, -1 },
                  { 11, STAGE_PARTIAL, -1 } };
    struct arena arena = ARENA;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stage stage = staged(STAGE_CONFIG, STAGE_FETCHED);
        struct ask ask = { .kind = ASK_STATUS,
                           .outcome = ASK_OUTCOME_FAILED,
                           .line = cases[i].line };
        struct cns_answer answer;

        cns_decide(&stage, &ask, NOW, &arena, &answer);
        assert_int_equal(answer.changes.n, 1);
        assert_int_equal(answer.changes.p[0].state, cases[i].state);
        assert_int_equal(answer.changes.p[0].applied, cases[i].applied);
    }
    arena_clear(&arena);
}

static void a_status_of_nothing_that_was_fetched_is_a_replay(void **state)
{
    struct stage stage = staged(STAGE_CONFIG, STAGE_STAGED);
    struct ask ask = { .kind = ASK_STATUS, .outcome = ASK_OUTCOME_DONE };
    struct cns_answer answer;
    struct arena arena = ARENA;

    (void)state;
    cns_decide(&stage, &ask, NOW, &arena, &answer);
    assert_true(answer.replayed && answer.changes.n == 0);
    stage = staged(STAGE_CONFIG, STAGE_FETCHED);
    stage.items[STAGE_CONFIG].offered = STR("hf-new");
    ask.correlator = STR("hf-old");
    cns_decide(&stage, &ask, NOW, &arena, &answer);
    assert_true(answer.replayed && answer.changes.n == 0);
    ask.correlator = STR("hf-new");
    cns_decide(&stage, &ask, NOW, &arena, &answer);
    assert_int_equal(answer.changes.p[0].state, STAGE_CONFIRMED);
    arena_clear(&arena);
}

static void what_is_too_old_is_not_given(void **state)
{
    struct stage stage = staged(STAGE_CONFIG, STAGE_STAGED);
    struct ask ask = { .kind = ASK_CONFIG, .topic = STR("JobbedDynaConfig") };
    struct cns_answer answer;
    struct arena arena = ARENA;

    (void)state;
    cns_decide(&stage, &ask, NOW + 99, &arena, &answer);
    assert_true(answer.give);
    cns_decide(&stage, &ask, NOW + 100, &arena, &answer);
    assert_false(answer.give);
    assert_int_equal(answer.changes.p[0].state, STAGE_EXPIRED);
    arena_clear(&arena);
}

static void R_INV_5_work_is_given_in_order_and_counted_once(void **state)
{
    struct stage stage = staged(STAGE_IMAGE, STAGE_STAGED);
    struct pnp_state device = {
        .claimed = true, .known = true, .asked = STR(""), .version = STR("17.3")
    };
    struct ask work = { .kind = ASK_WORK, .correlator = STR("c1") };
    struct ask done = { .kind = ASK_ANSWER,
                        .topic = STR("image-install"),
                        .correlator = STR("c1"),
                        .outcome = ASK_OUTCOME_DONE };
    struct pnp_answer answer;
    struct arena arena = ARENA;

    (void)state;
    stage.items[STAGE_CONFIG] =
        staged(STAGE_CONFIG, STAGE_STAGED).items[STAGE_CONFIG];
    pnp_decide(&stage, &device, &work, NOW, &arena, &answer);
    assert_int_equal(answer.work, PNP_IMAGE_INSTALL);
    pnp_decide(&stage, &device, &done, NOW, &arena, &answer);
    assert_true(answer.replayed); /* it was not offered under c1 */
    stage.items[STAGE_IMAGE].offered = STR("c1");
    stage.items[STAGE_IMAGE].version = STR("17.9");
    pnp_decide(&stage, &device, &done, NOW, &arena, &answer);
    assert_int_equal(answer.changes.p[0].state, STAGE_FETCHED);
    device.version = STR("17.9");
    pnp_decide(&stage, &device, &work, NOW, &arena, &answer);
    assert_int_equal(answer.changes.p[0].state, STAGE_CONFIRMED);
    assert_int_equal(answer.work, PNP_CONFIG_UPGRADE);
    device.claimed = false;
    pnp_decide(&stage, &device, &work, NOW, &arena, &answer);
    assert_int_equal(answer.work, PNP_BACKOFF);
    arena_clear(&arena);
}

/* --- writing, and the clock ----------------------------------------------- */

static void answers_escape_what_is_foreign(void **state)
{
    AUTO(buf_clear) struct buf out = BUF(8192);
    struct stage stage = staged(STAGE_CONFIG, STAGE_STAGED);
    struct pnp_answer answer = { .work = PNP_CONFIG_UPGRADE };
    struct ask ask = { .udi = STR("SN:<\">&"), .correlator = STR("\"><x") };

    (void)state;
    pnp_write(&stage, &answer, &ask, &out);
    assert_true(str_find(buf_str(&out), STR("<x")) == out.n);
    assert_true(str_find(buf_str(&out), STR("SN:&lt;")) < out.n);
    buf_reset(&out);
    aus_config(STR("a <b>\n\nc & d\r\n"), true, &out);
    assert_true(str_find(buf_str(&out),
                         STR("<cli id=\"0\">a &lt;b&gt;</cli>\n"
                             "  <cli id=\"1\">c &amp; d</cli>")) < out.n);
}

static void DHCP_option_43_leads_to_the_server(void **state)
{
    static const struct {
        struct pnp_place place;
        const char *text;
    } cases[] = {
        { { STR("192.0.2.7"), 80, false }, "5A1N;K4;B2;I192.0.2.7;J80" },
        { { STR("pnp.example.org"), 443, true },
          "5A1N;K5;B1;Ipnp.example.org;J443" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(256);

        pnp_dhcp_option43(&cases[i].place, &out);
        is(buf_str(&out), cases[i].text);
    }
}

static void R_AUS_12_a_device_is_overdue_after_its_last_retry(void **state)
{
    const struct stage_poll poll = { 30, 2, 5 };

    (void)state;
    assert_int_equal(stage_next_poll(&poll, NOW), NOW + 30 * 60);
    assert_int_equal(stage_next_poll(&poll, 0), 0);
    assert_false(stage_is_overdue(&poll, NOW, NOW + 40 * 60));
    assert_true(stage_is_overdue(&poll, NOW, NOW + 40 * 60 + 1));
    assert_false(stage_is_overdue(&poll, 0, NOW));
}

static void R_AUS_3_a_change_of_the_policy_gives_the_commands(void **state)
{
    static const struct {
        const char *config;
        const char *commands;
        bool other;
    } cases[] = {
        { "hostname fw1\n"
          "auto-update server https://********@192.0.2.9:443/autoupdate/A\n"
          "auto-update poll-period 30 2\nauto-update device-id hostname\n",
          "", false },
        { "auto-update server https://u:p%40@192.0.2.9/autoupdate/A source "
          "inside\r\nauto-update device-id string fw1\r\n",
          "auto-update poll-period 30 2\n", false },
        { "hostname fw2\n"
          "auto-update server https://u:p@192.0.2.9/x\n"
          "auto-update poll-period 30 2 5\nauto-update device-id hostname\n",
          "auto-update device-id string fw1\n", false },
        { "auto-update server http://u:p@192.0.2.9:443/x\n"
          "auto-update poll-period 30 2\n"
          "auto-update device-id hardware-serial\n",
          "clear configure auto-update\n"
          "auto-update server https://fw1:PASSWORD@192.0.2.9:443/autoupdate/"
          "AutoUpdateServlet\nauto-update poll-period 30 2\n"
          "auto-update device-id hardware-serial\n",
          true },
        { "",
          "auto-update server https://fw1:PASSWORD@192.0.2.9:443/autoupdate/"
          "AutoUpdateServlet\nauto-update poll-period 30 2\n"
          "auto-update device-id string fw1\n",
          true },
    };
    const struct aus_policy policy = {
        .address = STR("192.0.2.9"),
        .port = 443,
        .tls = true,
        .identity = STR("fw1"),
        .poll_minutes = 30,
        .retry_count = 2,
        .retry_minutes = 5,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        assert_int_equal(
            aus_policy_delta(str_c(cases[i].config), &policy, &out),
            cases[i].other);
        assert_string_equal(buf_c(&out), cases[i].commands);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_AUS_3_a_change_of_the_policy_gives_the_commands),
        cmocka_unit_test(R_AUS_10_details_are_read_in_every_form),
        cmocka_unit_test(what_nobody_reads_is_named_and_secrets_are_masked),
        cmocka_unit_test(secrets_are_masked_in_every_form_of_markup),
        cmocka_unit_test(the_token_of_a_file_is_not_kept),
        cmocka_unit_test(R_CNC_10_a_router_may_tell_its_ConfigID_in_many_ways),
        cmocka_unit_test(a_status_says_what_became_of_a_configuration),
        cmocka_unit_test(R_INV_5_plug_n_play_is_read),
        cmocka_unit_test(what_is_no_request_of_ours_is_unreadable),
        cmocka_unit_test(checksums_are_alike_in_every_notation),
        cmocka_unit_test(R_AUS_1_the_three_steps_of_auto_update),
        cmocka_unit_test(a_problem_that_may_pass_is_noted_and_another_ends_it),
        cmocka_unit_test(R_CNE_7_a_failure_at_a_line_leaves_what_is_before_it),
        cmocka_unit_test(a_status_of_nothing_that_was_fetched_is_a_replay),
        cmocka_unit_test(what_is_too_old_is_not_given),
        cmocka_unit_test(R_INV_5_work_is_given_in_order_and_counted_once),
        cmocka_unit_test(answers_escape_what_is_foreign),
        cmocka_unit_test(DHCP_option_43_leads_to_the_server),
        cmocka_unit_test(R_AUS_12_a_device_is_overdue_after_its_last_retry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
