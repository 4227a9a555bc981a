/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast device test: a connectivity test, step by step (R-INV-4).
 */
#include "base/clock.h"
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/device_reach.h"
#include "cli/help.h"
#include "cli/term.h"
#include "netdev/show.h"

struct work {
    struct term term;
    struct buf out;
    struct io_out *json_out;
    struct json_writer *json; /* NULL: text */
    const struct family *family;
    int64_t began_ms;
    bool is_web; /* over HTTPS */
    unsigned asked;
    bool failed;
};

static void print_step(struct work *work, const char *step, str detail,
                       const struct err *why)
{
    int64_t ms = clock_monotonic_ms() - work->began_ms;

    if (work->json != NULL) {
        json_write_object(work->json);
        json_write_member(work->json, "step", str_c(step));
        json_write_key(work->json, "ok");
        json_write_bool(work->json, why == NULL);
        json_write_member(work->json, why == NULL ? "detail" : "reason",
                          why == NULL ? detail : str_c(err_text(why)));
        json_write_key(work->json, "ms");
        json_write_i64(work->json, ms);
        json_write_object_end(work->json);
        return;
    }
    buf_printf(&work->out, "%s%-7s%s %-8s %6lld ms  ",
               term_style(&work->term, why == NULL ? TERM_GREEN : TERM_RED),
               why == NULL ? "ok" : "FAILED", term_end(&work->term), step,
               (long long)ms);
    term_text(&work->term, &work->out,
              why == NULL ? detail : str_c(err_text(why)), TERM_WIDE);
    buf_add_char(&work->out, '\n');
}

static void on_step(void *ctx, const char *step, str detail,
                    const struct err *why)
{
    struct work *work = ctx;

    work->failed = work->failed || why != NULL;
    print_step(work, step, detail, why);
}

/* R-IOSSSL-6. A device that does not know the command is not blamed. */
static void on_https(struct work *work, const struct session_answer *answer)
{
    enum tristate state =
        answer->refused ? TRISTATE_UNKNOWN : show_https_state(answer->text);
    struct err why = { 0 };

    if (state == TRISTATE_UNKNOWN)
        return;
    work->failed = work->failed || state == TRISTATE_NO;
    if (state == TRISTATE_NO)
        (void)err_set(&why, E_INVALID,
                      "the HTTPS server says that it is disabled: 'ip http "
                      "secure-server' (R-IOSSSL-6)");
    print_step(work, "https", STR("the HTTPS server is enabled"),
               state == TRISTATE_NO ? &why : NULL);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct work *work = ctx;
    str text = answer->text;
    struct err why = { 0 };

    if (work->asked == 2) {
        on_https(work, answer);
        return;
    }
    work->failed = work->failed || answer->refused;
    if (answer->refused)
        (void)err_set(&why, E_INVALID, "%" PRIstr, ARGstr(answer->refusal));
    print_step(work, "version", str_trim(str_cut(&text, '\n')),
               answer->refused ? &why : NULL);
}

static str next_command(void *ctx)
{
    struct work *work = ctx;

    work->asked++;
    if (work->asked == 1)
        return str_c(work->family->show_version);
    return work->asked == 2 && work->is_web && work->family->show_https != NULL
               ? str_c(work->family->show_https)
               : STR_NONE;
}

static void on_finding(void *ctx, const char *rule, str text)
{
    struct work *work = ctx;
    AUTO(buf_clear) struct buf said = BUF(4096);

    buf_printf(&said, "%" PRIstr " (%s)", ARGstr(text), rule);
    print_step(work, "finding", buf_str(&said), NULL);
}

static const struct reach_events events = {
    .step = on_step,
    .answer = on_answer,
    .next = next_command,
    .finding = on_finding,
};

static int finish(struct work *work, struct err *err)
{
    if (work->json == NULL)
        return help_print(&work->out, err);
    json_write_array_end(work->json);
    json_write_freep(&work->json);
    return io_out_finish(work->json_out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(reach_clear) struct reach reach = { 0 };
    struct work work = { .term = term_init(),
                         .out = BUF(1 << 20),
                         .began_ms = clock_monotonic_ms() };
    struct err step = { 0 };
    int rc = reach_read(cli, cli->args.p[0], &reach, err);

    if (rc == 0)
        rc = io_out_open("-", &out, err);
    if (rc < 0)
        return rc;
    work.family = reach.options.session.family;
    reach.options.wants_ssh = true; /* R-COM-12 */
    work.is_web = reach.options.vty.transport == TRANSPORT_SSL;
    work.json_out = out;
    if (cli_has(cli, "json")) {
        work.json = json_write_new(out);
        json_write_array(work.json);
    }
    rc = reach_device(&reach, &events, &work, &step);
    if (rc < 0 && !work.failed)
        on_step(&work, "start", STR_NONE, &step);
    rc = finish(&work, err);
    buf_clear(&work.out);
    return rc == 0 && work.failed ? CLI_FOUND : rc;
}

static const struct cli_option options[] = {
    REACH_OPTIONS,
    { "json", 0, NULL, "Print the steps as JSON" },
    { NULL },
};

const struct command command_device_test = {
    .name = "device test",
    .summary = "Try step by step whether a network device can be reached",
    .arguments = "--family FAMILY HOST",
    .about =
        "Takes the steps one by one and says of each whether it worked, how "
        "long it took from the start, and what was found: the name, the "
        "connection, the host's key, the login, the command line, the prompt "
        "with the privileged level, and the version. Ends with 1 when a step "
        "failed; the reason says what to do.\n\n"
        "  holdfast device test --family ios --user admin 10.0.0.1",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
