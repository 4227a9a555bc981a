/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/netconf_int.h"
#include "tests/unit/unit.h"

static void RFC_6242_messages_are_taken_out_of_both_framings(
    void **state UNUSED)
{
    static const struct {
        bool is_chunked;
        const char *bytes;
        int rc;
        const char *message;
    } cases[] = {
        { false, "<a/>]]>]]>", 1, "<a/>" },
        { false, "a]]>]]]]>]]>", 1, "a]]>]]" },
        { false, "<a/>", 0, NULL },
        { true, "\n#4\n<a/>\n##\n", 1, "<a/>" },
        { true, "\n#1\n<\n#3\na/>\n##\n", 1, "<a/>" },
        { true, "\n#4\n\n#2\n\n##\n", 1, "\n#2\n" },
        { true, "\n#0\n", E_PARSE, NULL },
        { true, "\n##\n", E_PARSE, NULL },
        { true, "x", E_PARSE, NULL },
        { true, "\n#12345678901\n", E_PARSE, NULL },
        { true, "\n#99999\n", 0, NULL },
        { true, "\n#2000\n", 0, NULL },
    };

    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        struct netconf_frame frame;
        str bytes = str_c(cases[i / 2].bytes);
        size_t piece = i % 2 == 0 ? 1 : bytes.n;
        int rc = 0;

        netconf_frame_init(&frame, 1000);
        frame.is_chunked = cases[i / 2].is_chunked;
        for (size_t at = 0; rc == 0 && at < bytes.n; at += piece) {
            size_t used;

            rc = netconf_frame_feed(&frame, str_sub(bytes, at, piece), &used,
                                    NULL);
        }
        assert_int_equal(rc, cases[i / 2].rc);
        if (rc == 1)
            assert_true(
                str_eq_c(buf_str(&frame.message), cases[i / 2].message));
        netconf_frame_clear(&frame);
    }
}

#define REPLY(content)                                                         \
    "<nc:rpc-reply xmlns:nc=\"urn:ietf:params:xml:ns:netconf:base:1.0\" "      \
    "message-id=\"7\">" content "</nc:rpc-reply>"

static void replies_become_text_or_a_refusal(void **state UNUSED)
{
    static const struct {
        const char *message;
        const char *text;
        const char *refusal;
    } cases[] = {
        { REPLY("<nc:ok/>"), "", "" },
        { REPLY("<nc:data><a  x='1'\n y=\"a  b\"><b>1</b><c/></a></nc:data>"),
          "<a x='1' y=\"a  b\">\n  <b>1</b>\n  <c/>\n</a>\n", "" },
        { REPLY("<nc:rpc-error><nc:error-tag>in-use</nc:error-tag>"
                "<nc:error-message> locked </nc:error-message></nc:rpc-error>"),
          NULL, "in-use: locked" },
        { REPLY("<nc:rpc-error><nc:error-severity>warning</nc:error-severity>"
                "<nc:error-tag>x</nc:error-tag></nc:rpc-error><nc:ok/>"),
          NULL, "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct netconf_reply reply = { .id = BUF(64),
                                       .text = BUF(4096),
                                       .refusal = BUF(4096) };

        assert_int_equal(
            netconf_read_reply(str_c(cases[i].message), &reply, NULL), 0);
        assert_string_equal(buf_c(&reply.id), "7");
        if (cases[i].text != NULL)
            assert_string_equal(buf_c(&reply.text), cases[i].text);
        assert_string_equal(buf_c(&reply.refusal), cases[i].refusal);
        buf_clear(&reply.id);
        buf_clear(&reply.text);
        buf_clear(&reply.refusal);
    }
}

static void ignore_bytes(void *ctx UNUSED, str bytes UNUSED)
{
}

static void ignore_event(void *ctx UNUSED,
                         const struct session_answer *answer UNUSED,
                         const struct err *err UNUSED)
{
}

static void requests_stay_in_their_element(void **state UNUSED)
{
    static const struct {
        const char *command;
        const char *request; /* NULL: refused */
    } cases[] = {
        { "get-config running",
          "<get-config><source><running/></source></get-config>" },
        { "get-config /etc/passwd", NULL },
        { "edit-config candidate <a/>",
          "<edit-config><target><candidate/></target><config><a/></config>"
          "</edit-config>" },
        { "edit-config candidate <config xmlns=\"x\"><a/></config>",
          "<edit-config><target><candidate/></target><config><a/></config>"
          "</edit-config>" },
        { "edit-config candidate </config></edit-config><kill/>", NULL },
        { "edit-config candidate <a>", NULL },
        { "commit", "<commit/>" },
        { "commit confirmed 60",
          "<commit><confirmed/><confirm-timeout>60</confirm-timeout>"
          "</commit>" },
        { "commit confirmed 0", NULL },
        { "copy-config running startup",
          "<copy-config><target><startup/></target><source><running/>"
          "</source></copy-config>" },
        { "<get/>", "<get/>" },
        { "<get/></rpc>", NULL },
        { "reload", NULL },
    };
    struct netconf_options options = { .send = ignore_bytes,
                                       .event = ignore_event };
    struct netconf *session = netconf_new(&options, 0);

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);
        int rc =
            netconf_write_request(session, str_c(cases[i].command), &out, NULL);

        assert_int_equal(rc == 0, cases[i].request != NULL);
        if (rc == 0)
            assert_string_equal(buf_c(&out), cases[i].request);
    }
    netconf_free(session);
}

/* A server that has said hello, and what was sent to it. */
struct server {
    struct netconf *session;
    struct buf sent;
    unsigned channels;
    bool is_willing;
    struct buf told; /* answers and errors */
};

static void keep_bytes(void *ctx, str bytes)
{
    struct server *server = ctx;

    buf_add(&server->sent, bytes);
}

static void keep_event(void *ctx, const struct session_answer *answer,
                       const struct err *err)
{
    struct server *server = ctx;

    if (err != NULL)
        buf_add_c(&server->told, err_text(err));
    else if (answer != NULL)
        buf_add(&server->told, answer->text);
}

static bool open_again(void *ctx)
{
    struct server *server = ctx;

    server->channels += server->is_willing;
    return server->is_willing;
}

#define HELLO                                                                  \
    "<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">"                \
    "<capabilities><capability>urn:ietf:params:netconf:base:1.0</capability>"  \
    "<capability>urn:ietf:params:netconf:base:1.1</capability>"                \
    "</capabilities><session-id>7</session-id></hello>]]>]]>"
#define ANSWER                                                                 \
    "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" "            \
    "message-id=\"1\"><data><a/></data></rpc-reply>"

static void server_start(struct server *server, const char *command)
{
    struct netconf_options options = { .silence_ms = 60000,
                                       .send = keep_bytes,
                                       .event = keep_event,
                                       .again = open_again,
                                       .ctx = server };

    server->sent = BUF_INIT(65536);
    server->told = BUF_INIT(65536);
    server->session = netconf_new(&options, 0);
    netconf_receive(server->session, STR(HELLO), 1000);
    buf_reset(&server->sent);
    assert_int_equal(
        netconf_command(server->session, str_c(command), 1000, NULL), 0);
    /* Not in one piece with the greeting. */
    assert_int_equal(server->sent.n, 0);
    assert_int_equal(netconf_due_ms(server->session), 1100);
    netconf_tick(server->session, 1099);
    assert_int_equal(server->sent.n, 0);
    netconf_tick(server->session, 1100);
    assert_true(server->sent.n > 0);
    assert_true(netconf_due_ms(server->session) > 1100);
}

static void server_end(struct server *server)
{
    netconf_free(server->session);
    buf_clear(&server->sent);
    buf_clear(&server->told);
}

static void a_first_reading_request_that_is_lost_is_asked_in_another_session(
    void **state UNUSED)
{
    struct server server = { .is_willing = true };
    AUTO(buf_clear) struct buf reply = BUF(4096);

    server_start(&server, "get-config running");
    assert_int_equal(netconf_due_ms(server.session), 21100);
    netconf_tick(server.session, 21099);
    assert_int_equal(server.channels, 0);
    netconf_tick(server.session, 21100);
    assert_int_equal(server.channels, 1);
    buf_reset(&server.sent);
    netconf_reopened(server.session, 22000);
    assert_true(str_starts(buf_str(&server.sent), STR("<?xml")));
    assert_int_equal(netconf_due_ms(server.session), 82000);
    buf_reset(&server.sent);
    netconf_receive(server.session, STR(HELLO), 23000);
    assert_int_equal(server.sent.n, 0);
    assert_int_equal(netconf_due_ms(server.session), 25000);
    netconf_tick(server.session, 25000);
    assert_non_null(strstr(buf_c(&server.sent), "message-id=\"1\""));
    assert_true(str_starts(buf_str(&server.sent), STR("\n#")));
    netconf_frame_add(true, STR(ANSWER), &reply);
    netconf_receive(server.session, buf_str(&reply), 26000);
    assert_string_equal(buf_c(&server.told), "<a/>\n");
    assert_true(netconf_is_ready(server.session));
    server_end(&server);
}

static void what_is_lost_twice_or_changes_something_or_was_begun_fails(
    void **state UNUSED)
{
    static const struct {
        const char *command;
        const char *heard; /* before the silence */
        bool is_willing;
        const char *told;
    } cases[] = {
        { "get", "", true,
          "request 'get', asked in two sessions: nothing came for 60 seconds" },
        { "get", "", false, "request 'get': nothing came for 60 seconds" },
        { "get", "\n#5\n<", true,
          "request 'get': nothing came for 60 seconds" },
        { "lock candidate", "", true,
          "request 'lock candidate': nothing came for 60 seconds" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct server server = { .is_willing = cases[i].is_willing };

        server_start(&server, cases[i].command);
        if (cases[i].heard[0] != '\0')
            netconf_receive(server.session, str_c(cases[i].heard), 1100);
        netconf_tick(server.session, 21100);
        if (server.channels > 0) {
            netconf_reopened(server.session, 21100);
            netconf_receive(server.session, STR(HELLO), 21100);
            netconf_tick(server.session, 23100);
            netconf_tick(server.session, 83099);
            assert_int_equal(netconf_due_ms(server.session), 83100);
            netconf_tick(server.session, 83100);
        }
        netconf_tick(server.session, 83101);
        assert_string_equal(buf_c(&server.told), cases[i].told);
        assert_in_range(server.channels, 0, 1);
        server_end(&server);
    }
}

static void R_DEP_5_what_differs_at_the_top_is_replaced_as_a_whole(
    void **state UNUSED)
{
#define OP " xmlns:hf=\"urn:ietf:params:xml:ns:netconf:base:1.0\" hf:operation="
    static const struct {
        const char *from;
        const char *to;
        const char *out; /* NULL: E_PARSE */
    } cases[] = {
        { "<a>\n  <b>1</b>\n</a>\n", "<a>\n  <b>1</b>\n</a>\n", "" },
        { "<a>\n  <b>1</b>\n</a>\n<c x=\"1\"/>\n",
          "<a>\n  <b>2</b>\n</a>\n<c x=\"1\"/>\n",
          "<a" OP "\"replace\">\n  <b>2</b>\n</a>\n" },
        { "<a>1</a>\n<c xmlns=\"u\">\n  <d/>\n</c>\n", "<a>1</a>\n",
          "<c xmlns=\"u\"" OP "\"delete\"/>\n" },
        { "", "<a/>\n", "<a" OP "\"replace\"/>\n" },
        { "<a>1</a>\n", "<a>2</a>\n", "<a" OP "\"replace\">2</a>\n" },
        { "", "hostname r1\n", NULL },
        { "hostname r1\n", "<a/>\n", NULL },
        /* Two of a tag are not different from themselves. */
        { "<a>1</a>\n<a>2</a>\n", "<a>1</a>\n<a>2</a>\n", "" },
        { "\n<a/>\n\n<b/>\n", "<a/>\n<b/>\n", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);
        int rc =
            netconf_delta(str_c(cases[i].from), str_c(cases[i].to), &out, NULL);

        assert_int_equal(rc, cases[i].out == NULL ? E_PARSE : 0);
        if (rc == 0)
            assert_string_equal(buf_c(&out), cases[i].out);
    }
#undef OP
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            R_DEP_5_what_differs_at_the_top_is_replaced_as_a_whole),
        cmocka_unit_test(RFC_6242_messages_are_taken_out_of_both_framings),
        cmocka_unit_test(replies_become_text_or_a_refusal),
        cmocka_unit_test(requests_stay_in_their_element),
        cmocka_unit_test(
            a_first_reading_request_that_is_lost_is_asked_in_another_session),
        cmocka_unit_test(
            what_is_lost_twice_or_changes_something_or_was_begun_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
