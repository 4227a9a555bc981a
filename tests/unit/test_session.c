/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversations as tables: what the device sends, what it expects, and how
 * long it is silent. No time is waited: it is told.
 */
#include "base/buf.h"
#include "netdev/session.h"
#include "tests/unit/unit.h"

enum kind {
    END,
    SAYS,    /* the device sends */
    EXPECTS, /* and has got exactly this since the step before */
    WAITS,   /* milliseconds pass, in the steps the session asks for */
    READY,   /* the session is ready, for the first time or again */
    ASKS,    /* the user gives a command */
    ANSWERS, /* its answer has come: the text */
    REFUSED, /* it has, and the device refused it: the line */
    FAILS,   /* it is over: the code in `n`, a piece of the sentence */
    HANGS_UP,
};

struct step {
    enum kind kind;
    const char *text;
    int64_t n;
};

enum {
    STEPS_MAX = 40
};

struct scene {
    const char *name;
    const char *family;
    bool asks_login;
    struct step steps[STEPS_MAX];
};

#define SETTLE                                                                 \
    {                                                                          \
        WAITS, NULL, 30                                                        \
    }

static const struct scene scenes[] = {
    { "a router that gives the privileged prompt at once",
      "frr",
      false,
      { { SAYS, "Hello, this is FRRouting.\r\n\r\nr1# ", 0 },
        SETTLE,
        { EXPECTS, "\r", 0 },
        { SAYS, "\r\nr1# ", 0 },
        SETTLE,
        { EXPECTS, "terminal length 0\r", 0 },
        { SAYS, "terminal length 0\r\nr1# ", 0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "show version", 0 },
        { EXPECTS, "show version\r", 0 },
        { SAYS, "show ver", 0 },
        { SAYS, "sion\r\nFRRouting 8.4.4\r\nr1", 0 },
        SETTLE,
        { SAYS, "# ", 0 },
        SETTLE,
        { ANSWERS, "FRRouting 8.4.4\n", 0 },
        { ASKS, "foo", 0 },
        { SAYS, "foo\r\n% Unknown command: foo\r\nr1# ", 0 },
        SETTLE,
        { REFUSED, "% Unknown command: foo", 0 } } },
    { "R-SSH-7 a banner that ends as a prompt does",
      "frr",
      false,
      { { SAYS, "*** Authorized use only #", 0 },
        SETTLE,
        { EXPECTS, "\r", 0 },
        { SAYS, "\r\nr1# ", 0 },
        SETTLE,
        { EXPECTS, "\r", 0 },
        { SAYS, "\r\nr1# \r\nr1# ", 0 },
        SETTLE,
        { EXPECTS, "terminal length 0\r", 0 },
        /* The prompt of the empty line comes late. */
        { SAYS, "\r\nr1# ", 0 },
        SETTLE,
        { SAYS, "terminal length 0\r\nr1# ", 0 },
        SETTLE,
        { READY, NULL, 0 } } },
    { "R-SSH-6 a prompt that ends as none does is learned all the same",
      "ios",
      false,
      { { SAYS, "router1$ ", 0 },
        { WAITS, NULL, 1100 },
        { EXPECTS, "\r", 0 },
        { SAYS, "\r\nrouter1$ ", 0 },
        { WAITS, NULL, 1100 },
        { EXPECTS, "terminal length 0\r", 0 },
        { SAYS, "terminal length 0\r\nrouter1$ ", 0 },
        SETTLE,
        { EXPECTS, "terminal width 0\r", 0 },
        { SAYS, "terminal width 0\r\nrouter1$ ", 0 },
        SETTLE,
        { READY, NULL, 0 } } },
    { "Telnet login, enable, and configuration mode",
      "ios",
      true,
      { { SAYS, "User Access Verification\r\n\r\nUsername: ", 0 },
        { EXPECTS, "admin\r", 0 },
        { SAYS, "admin\r\nPassword: ", 0 },
        { EXPECTS, "secret\r", 0 },
        { SAYS, "\r\nr1>", 0 },
        SETTLE,
        { EXPECTS, "\r", 0 },
        { SAYS, "\r\nr1>", 0 },
        SETTLE,
        { EXPECTS, "enable\r", 0 },
        { SAYS, "enable\r\nPassword: ", 0 },
        { EXPECTS, "topsecret\r", 0 },
        { SAYS, "\r\nr1#", 0 },
        SETTLE,
        { EXPECTS, "terminal length 0\r", 0 },
        { SAYS, "terminal length 0\r\nr1#", 0 },
        SETTLE,
        { EXPECTS, "terminal width 0\r", 0 },
        { SAYS, "terminal width 0\r\nr1#", 0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "configure terminal", 0 },
        { SAYS,
          "configure terminal\r\nEnter configuration commands, one per "
          "line.  End with CNTL/Z.\r\nr1(config)#",
          0 },
        SETTLE,
        { ANSWERS,
          "Enter configuration commands, one per line.  End with CNTL/Z.\n",
          0 },
        { ASKS, "hostname r2", 0 },
        { SAYS, "hostname r2\r\nr2(config)#", 0 },
        SETTLE,
        { ANSWERS, "", 0 } } },
    { "a password that is refused is not tried again",
      "ios",
      true,
      { { SAYS, "Username: ", 0 },
        { EXPECTS, "admin\r", 0 },
        { SAYS, "admin\r\nPassword: ", 0 },
        { EXPECTS, "secret\r", 0 },
        { SAYS, "\r\n% Login invalid\r\n\r\nUsername: ", 0 },
        { EXPECTS, "", 0 },
        { FAILS, "refused the user or the password", E_PERM } } },
    { "a device that hangs up after the password has refused it",
      "frr",
      true,
      { { SAYS, "Password: ", 0 },
        { EXPECTS, "secret\r", 0 },
        { SAYS, "\r\n% Bad passwords, too many failures!\r\n", 0 },
        { HANGS_UP, NULL, 0 },
        { FAILS, "refused the user or the password", E_PERM } } },
    { "the privileged level is refused",
      "ios",
      false,
      { { SAYS, "r1>", 0 },
        SETTLE,
        { SAYS, "\r\nr1>", 0 },
        SETTLE,
        { EXPECTS, "\renable\r", 0 },
        { SAYS, "enable\r\nPassword: ", 0 },
        { EXPECTS, "topsecret\r", 0 },
        { SAYS, "\r\nPassword: ", 0 },
        { FAILS, "refused the password of the privileged level", E_PERM } } },
    { "CatOS, whose privileged prompt ends in (enable)",
      "catos",
      false,
      { { SAYS, "sw1> ", 0 },
        SETTLE,
        { SAYS, "\r\nsw1> ", 0 },
        SETTLE,
        { SAYS, "enable\r\n\r\nEnter password: ", 0 },
        { EXPECTS, "\renable\rtopsecret\r", 0 },
        { SAYS, "\r\nsw1> (enable) ", 0 },
        SETTLE,
        { SAYS, "set length 0\r\nScreen length set to 0.\r\nsw1> (enable) ",
          0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "show port", 0 },
        { SAYS, "show port\r\nPort 1\r\nsw1> (enable) ", 0 },
        SETTLE,
        { ANSWERS, "Port 1\n", 0 } } },
    { "a pager that does not go away is turned page by page",
      "asa",
      false,
      { { SAYS, "fw# ", 0 },
        SETTLE,
        { SAYS, "\r\nfw# ", 0 },
        SETTLE,
        { SAYS, "terminal pager 0\r\n         ^\r\nERROR: % Invalid\r\nfw# ",
          0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "show run", 0 },
        { EXPECTS, "\rterminal pager 0\rshow run\r", 0 },
        { SAYS, "show run\r\none\r\n<--- More --->", 0 },
        { EXPECTS, " ", 0 },
        { SAYS, "\r              \rtwo\r\n<--- More --->", 0 },
        { EXPECTS, " ", 0 },
        { SAYS, "\r              \rthree\r\nfw# ", 0 },
        SETTLE,
        { ANSWERS, "one\ntwo\nthree\n", 0 } } },
    { "R-DEP-6 a question of the table is answered",
      "ios",
      false,
      { { SAYS, "r1#", 0 },
        SETTLE,
        { SAYS, "\r\nr1#", 0 },
        SETTLE,
        { SAYS, "terminal length 0\r\nr1#", 0 },
        SETTLE,
        { SAYS, "terminal width 0\r\nr1#", 0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "copy running-config startup-config", 0 },
        { SAYS,
          "copy running-config startup-config\r\n"
          "Destination filename [startup-config]? ",
          0 },
        SETTLE,
        { EXPECTS,
          "\rterminal length 0\rterminal width 0\r"
          "copy running-config startup-config\r\r",
          0 },
        { SAYS, "\r\nBuilding configuration...\r\n[OK]\r\nr1#", 0 },
        SETTLE,
        { ANSWERS,
          "Destination filename [startup-config]?\n\n"
          "Building configuration...\n[OK]\n",
          0 } } },
    { "R-DEP-6 a question that nothing answers ends it, and nothing is sent",
      "ios",
      false,
      { { SAYS, "r1#", 0 },
        SETTLE,
        { SAYS, "\r\nr1#", 0 },
        SETTLE,
        { SAYS, "terminal length 0\r\nr1#", 0 },
        SETTLE,
        { SAYS, "terminal width 0\r\nr1#", 0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "write erase", 0 },
        { EXPECTS, "\rterminal length 0\rterminal width 0\rwrite erase\r", 0 },
        { SAYS,
          "write erase\r\nErasing the nvram filesystem will remove all "
          "configuration files! Continue? [confirm]",
          0 },
        { WAITS, NULL, 1600 },
        { EXPECTS, "", 0 },
        { FAILS, "nothing says what to answer", E_INVALID } } },
    { "silence ends a command",
      "frr",
      false,
      { { SAYS, "r1# ", 0 },
        SETTLE,
        { SAYS, "\r\nr1# ", 0 },
        SETTLE,
        { SAYS, "terminal length 0\r\nr1# ", 0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "show run", 0 },
        { SAYS, "show run\r\nhostname r1\r\n", 0 },
        { WAITS, NULL, 61000 },
        { FAILS, "nothing came for 60 seconds", E_IO } } },
    { "a device that says nothing at all",
      "frr",
      false,
      { { WAITS, NULL, 62000 },
        { EXPECTS, "\r", 0 },
        { FAILS, "could not find the prompt", E_IO } } },
    { "a line that ends in the middle of an answer",
      "frr",
      false,
      { { SAYS, "r1# ", 0 },
        SETTLE,
        { SAYS, "\r\nr1# ", 0 },
        SETTLE,
        { HANGS_UP, NULL, 0 },
        { FAILS, "ended the connection", E_IO } } },
    { "a prompt that is another one each time",
      "frr",
      false,
      { { SAYS, "1# ", 0 },
        SETTLE,
        { SAYS, "\r\n2# ", 0 },
        SETTLE,
        { SAYS, "\r\n3# ", 0 },
        SETTLE,
        { SAYS, "\r\n4# ", 0 },
        SETTLE,
        { SAYS, "\r\n5# ", 0 },
        SETTLE,
        { SAYS, "\r\n6# ", 0 },
        SETTLE,
        { SAYS, "\r\n7# ", 0 },
        SETTLE,
        { SAYS, "\r\n8# ", 0 },
        SETTLE,
        { SAYS, "\r\n9# ", 0 },
        SETTLE,
        { FAILS, "another one each time", E_PARSE } } },
    { "the prompt inside of an answer does not end it",
      "frr",
      false,
      { { SAYS, "r1# ", 0 },
        SETTLE,
        { SAYS, "\r\nr1# ", 0 },
        SETTLE,
        { SAYS, "terminal length 0\r\nr1# ", 0 },
        SETTLE,
        { READY, NULL, 0 },
        { ASKS, "show run", 0 },
        { SAYS, "show run\r\nbanner motd\r\nr1# ", 0 },
        { SAYS, "\r\nend of banner\r\nr1# ", 0 },
        SETTLE,
        { ANSWERS, "banner motd\nr1#\nend of banner\n", 0 } } },
};

struct stage {
    struct session *session;
    struct buf sent;
    struct buf answer;
    struct err err;
    int64_t now;
    bool ready;
    bool answered;
    bool refused;
};

static void on_send(void *ctx, str bytes)
{
    struct stage *stage = ctx;

    buf_add(&stage->sent, bytes);
}

static void on_event(void *ctx, const struct session_answer *answer,
                     const struct err *err)
{
    struct stage *stage = ctx;

    assert_int_equal(stage->err.code, 0); /* nothing comes after the end */
    if (err != NULL) {
        stage->err = *err;
        return;
    }
    if (answer == NULL) {
        assert_false(stage->ready); /* once */
        stage->ready = true;
        return;
    }
    stage->answered = true;
    stage->refused = answer->refused;
    buf_reset(&stage->answer);
    buf_add(&stage->answer, answer->refused ? answer->refusal : answer->text);
}

static void pass(struct stage *stage, int64_t ms)
{
    int64_t until = stage->now + ms;
    int64_t due;

    while ((due = session_due_ms(stage->session)) <= until) {
        assert_true(due > stage->now);
        stage->now = due;
        session_tick(stage->session, due);
    }
    stage->now = until;
    session_tick(stage->session, until);
}

static void expect_text(const struct scene *scene, const struct buf *is,
                        const char *should)
{
    if (!str_eq_c(buf_str(is), should))
        fail_msg("%s: '%" PRIstr "' is not '%s'", scene->name,
                 ARGstr(buf_str(is)), should);
}

static void play_step(const struct scene *scene, struct stage *stage,
                      const struct step *step)
{
    struct err err = { 0 };

    switch (step->kind) {
    case SAYS:
        session_receive(stage->session, str_c(step->text), ++stage->now);
        break;
    case EXPECTS:
        expect_text(scene, &stage->sent, step->text);
        buf_reset(&stage->sent);
        break;
    case WAITS:
        pass(stage, step->n);
        break;
    case READY:
        if (!stage->ready)
            fail_msg("%s: not ready: %s", scene->name, err_text(&stage->err));
        break;
    case ASKS:
        stage->answered = false;
        assert_int_equal(session_command(stage->session, str_c(step->text),
                                         stage->now, &err),
                         0);
        break;
    case ANSWERS:
    case REFUSED:
        if (!stage->answered || stage->refused != (step->kind == REFUSED))
            fail_msg("%s: no such answer: %s", scene->name,
                     err_text(&stage->err));
        expect_text(scene, &stage->answer, step->text);
        break;
    case HANGS_UP:
        session_ended(stage->session);
        break;
    default:
        assert_int_equal(stage->err.code, step->n);
        if (strstr(stage->err.text, step->text) == NULL)
            fail_msg("%s: %s", scene->name, stage->err.text);
        assert_int_equal(session_state(stage->session), SESSION_OVER);
    }
}

/* piece: what the device says comes in pieces of so many bytes; 0: whole. */
static void play(const struct scene *scene, size_t piece)
{
    struct stage stage = { .sent = BUF(10000), .answer = BUF(10000) };
    struct session_options options = {
        .family = family_find(str_c(scene->family)),
        .user = STR("admin"),
        .password = STR("secret"),
        .enable_password = STR("topsecret"),
        .asks_login = scene->asks_login,
        .send = on_send,
        .event = on_event,
        .ctx = &stage,
    };

    assert_non_null(options.family);
    stage.session = session_new(&options, 0);
    for (size_t i = 0; scene->steps[i].kind != END; i++) {
        struct step step = scene->steps[i];
        str text = step.kind == SAYS ? str_c(step.text) : STR_NONE;

        if (piece == 0 || step.kind != SAYS) {
            play_step(scene, &stage, &step);
            continue;
        }
        for (size_t k = 0; k < text.n; k += piece)
            session_receive(stage.session, str_sub(text, k, piece),
                            ++stage.now);
    }
    session_free(stage.session);
    buf_clear(&stage.sent);
    buf_clear(&stage.answer);
}

static void conversations_go_as_written(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(scenes); i++)
        play(&scenes[i], 0);
}

static void it_does_not_matter_in_which_pieces_a_device_talks(
    void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(scenes); i++)
        for (size_t piece = 1; piece < 8; piece++)
            play(&scenes[i], piece);
}

static void endless_output_ends_the_session(void **state UNUSED)
{
    struct stage stage = { .sent = BUF(10000), .answer = BUF(10000) };
    struct session_options options = {
        .family = family_find(STR("frr")),
        .answer_max = 100000,
        .send = on_send,
        .event = on_event,
        .ctx = &stage,
    };

    stage.session = session_new(&options, 0);
    for (int i = 0; i < 100000 && stage.err.code == 0; i++)
        session_receive(stage.session, STR("0123456789\n"), i);
    assert_int_equal(stage.err.code, E_LIMIT);
    session_free(stage.session);

    memset(&stage.err, 0, sizeof(stage.err));
    stage.session = session_new(&options, 0);
    for (int i = 0; i < 100000 && stage.err.code == 0; i++)
        session_receive(stage.session, STR("0123456789 0123456789"), i);
    assert_int_equal(stage.err.code, E_LIMIT);
    session_free(stage.session);
    buf_clear(&stage.sent);
    buf_clear(&stage.answer);
}

/* Up to where a command may be given. */
static void start(struct stage *stage, const struct session_options *options)
{
    static const char *const says[] = { "r1# ", "\r\nr1# ",
                                        "terminal length 0\r\nr1# " };

    stage->session = session_new(options, 0);
    for (size_t i = 0; i < COUNT(says); i++) {
        session_receive(stage->session, str_c(says[i]), ++stage->now);
        pass(stage, 30);
    }
    assert_true(stage->ready);
}

static void a_slow_drip_ends_with_the_time_of_a_command(void **state UNUSED)
{
    struct stage stage = { .sent = BUF(10000), .answer = BUF(10000) };
    struct session_options options = {
        .family = family_find(STR("frr")),
        .send = on_send,
        .event = on_event,
        .ctx = &stage,
    };

    start(&stage, &options);
    assert_int_equal(
        session_command(stage.session, STR("show run"), stage.now, NULL), 0);
    session_receive(stage.session, STR("show run\r\n"), stage.now);
    while (stage.err.code == 0 && stage.now < 10000000) {
        pass(&stage, 50000);
        if (stage.err.code == 0)
            session_receive(stage.session, STR("x"), stage.now);
    }
    assert_int_equal(stage.err.code, E_IO);
    assert_true(stage.now < 700000);
    session_free(stage.session);
    buf_clear(&stage.sent);
    buf_clear(&stage.answer);
}

static void a_command_is_one_line_of_text(void **state UNUSED)
{
    static const str wrong[] = { { NULL, 0 },
                                 { "a\nb", 3 },
                                 { "a\rb", 3 },
                                 { "a\0b", 3 },
                                 { "a\033[A", 4 } };
    struct stage stage = { .sent = BUF(10000), .answer = BUF(10000) };
    struct session_options options = {
        .family = family_find(STR("frr")),
        .send = on_send,
        .event = on_event,
        .ctx = &stage,
    };
    struct err err = { 0 };

    stage.session = session_new(&options, 0);
    assert_int_equal(
        session_command(stage.session, STR("show version"), 0, &err),
        E_INVALID);
    session_free(stage.session);
    start(&stage, &options);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(
            session_command(stage.session, wrong[i], stage.now, &err),
            E_INVALID);
    session_free(stage.session);
    buf_clear(&stage.sent);
    buf_clear(&stage.answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_go_as_written),
        cmocka_unit_test(it_does_not_matter_in_which_pieces_a_device_talks),
        cmocka_unit_test(endless_output_ends_the_session),
        cmocka_unit_test(a_slow_drip_ends_with_the_time_of_a_command),
        cmocka_unit_test(a_command_is_one_line_of_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
