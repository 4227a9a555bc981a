/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/device_work.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/term.h"
#include "netdev/archive.h"
#include "netdev/change.h"
#include "netdev/diff.h"

enum {
    LINES_TEXT_MAX = 16 << 20,
    PATTERNS_MAX = 32,
    RETRY_MS = 2000,
};

struct push {
    struct cli *cli;
    struct change *change;
    struct change_options options;
    struct transcript transcript;
    struct buf lines;
    struct buf expected;
    str tolerate[PATTERNS_MAX];
};

static void push_clear(struct push *push)
{
    change_free(push->change);
    transcript_clear(&push->transcript);
    buf_clear(&push->lines);
    buf_clear(&push->expected);
}

static void on_step(void *ctx, const char *step, str detail,
                    const struct err *why)
{
    struct push *push = ctx;

    device_tell_key(push->cli, step, detail, why);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct push *push = ctx;

    transcript_add(&push->transcript, answer);
    change_take(push->change, answer);
}

static str next_command(void *ctx)
{
    struct push *push = ctx;

    return change_next(push->change);
}

static str batch(void *ctx, bool *out_is_stopping)
{
    struct push *push = ctx;

    *out_is_stopping = change_is_stopping(push->change);
    return change_batch(push->change);
}

static const struct reach_events events = {
    .step = on_step,
    .answer = on_answer,
    .next = next_command,
    .batch = batch,
};

/* What the change was planned on: a file, or the newest version. */
static int read_expected(struct push *push, struct err *err)
{
    struct cli *cli = push->cli;
    const char *name = cli_value(cli, "name");
    unsigned version;
    const char *shown;
    int rc = 0;

    if (cli_value(cli, "expect") != NULL)
        rc = input_read(cli_value(cli, "expect"), &push->expected, &shown, err);
    else if (cli_value(cli, "archive") != NULL)
        rc = archive_newest(cli_value(cli, "archive"),
                            str_c(name != NULL ? name : cli->args.p[0]),
                            &version, &push->expected, err);
    push->options.expected = buf_str(&push->expected);
    return rc;
}

/* --- A login over SSH (R-SSH-14) ---------------------------------------------
 */

static void no_step(void *ctx UNUSED, const char *step UNUSED,
                    str detail UNUSED, const struct err *why UNUSED)
{
}

static void no_answer(void *ctx UNUSED,
                      const struct session_answer *answer UNUSED)
{
}

static str no_command(void *ctx UNUSED)
{
    return STR_NONE;
}

static const struct reach_events login_events = {
    .step = no_step,
    .answer = no_answer,
    .next = no_command,
};

/* Of a change over SSH the change's own login is the proof. */
static int prove_ssh(struct push *push, const struct reach *reach,
                     struct err *err)
{
    struct reach other = *reach;
    int rc = 0;

    if (!change_needs_ssh(push->options.lines))
        return 0;
    if (reach->options.vty.transport != TRANSPORT_SSH) {
        other.options.vty.transport = TRANSPORT_SSH;
        other.options.vty.port = reach->options.ssh_port;
        other.options.vty.host_key = reach->options.ssh_host_key;
        rc = reach_device(&other, &login_events, push, err);
    }
    push->options.is_ssh_proven = rc == 0;
    return rc < 0 ? err_wrap(err, E_PERM,
                             "'transport input ssh' would lock everybody out "
                             "(R-SSH-14), for no login over SSH succeeds")
                  : 0;
}

static int read_number(const struct cli *cli, const char *option, unsigned *out,
                       struct err *err)
{
    const char *text = cli_value(cli, option);
    int64_t value = 0;
    int rc = 0;

    if (text != NULL)
        rc = str_to_i64(str_c(text), 1, 86400, &value, err);
    if (rc < 0)
        return err_wrap(err, E_USAGE, "--%s", option);
    *out = (unsigned)value;
    return 0;
}

static int read_push(struct push *push, const struct reach *reach,
                     struct err *err)
{
    struct cli *cli = push->cli;
    const char *path = cli_value(cli, "commands");
    const char *name = NULL;
    const char *pattern;
    int rc;

    if (path == NULL)
        return err_set(err, E_USAGE, "--commands FILE is missing");
    rc = input_read(path, &push->lines, &name, err);
    if (rc == 0)
        rc = read_expected(push, err);
    if (rc < 0)
        return rc;
    push->options.family = reach->options.session.family;
    push->options.lines = buf_str(&push->lines);
    push->options.overwrite = cli_has(cli, "overwrite");
    push->options.no_save = cli_has(cli, "no-save");
    push->options.no_verify = cli_has(cli, "no-verify");
    push->options.go_on = cli_has(cli, "go-on");
    push->options.may_cut_access = cli_has(cli, "may-cut-access");
    push->options.access = (struct change_access){
        .is_known = true,
        .user = reach->options.vty.user,
        .address = reach->options.vty.host,
        .transport = reach->options.vty.transport,
    };
    push->options.tolerate = push->tolerate;
    while ((pattern = cli_value_at(cli, "tolerate",
                                   push->options.tolerate_count)) != NULL &&
           push->options.tolerate_count < PATTERNS_MAX)
        push->tolerate[push->options.tolerate_count++] = str_c(pattern);
    rc = read_number(cli, "revert-after", &push->options.revert_s, err);
    if (rc == 0)
        rc = prove_ssh(push, reach, err);
    if (rc == 0)
        rc = change_new(&push->options, &push->change, err);
    return rc < 0 ? err_wrap(err, rc, "%s", name) : 0;
}

/* A contact that ends half-way is tried once more, to undo; where the device
 * goes back by itself, until it has. */
static void drive(struct push *push, struct reach *reach)
{
    int64_t until = 0;

    for (unsigned i = 0; change_next(push->change).n > 0; i++) {
        struct err err = { 0 };
        int64_t now;

        if (reach_device(reach, &events, push, &err) < 0)
            change_interrupted(push->change, &err);
        now = clock_monotonic_ms();
        if (i == 0)
            until = now + 1000 * (int64_t)change_patience_s(push->change);
        else if (now >= until)
            break;
        if (i > 0 && change_next(push->change).n > 0)
            (void)poll(NULL, 0, RETRY_MS);
    }
    change_given_up(push->change);
}

static int add_diff(const struct push *push, struct buf *out, struct err *err)
{
    return diff_unified(STR("before"), change_before(push->change),
                        STR("after"), change_after(push->change), out, err);
}

static void write_lines(struct json_writer *w, const struct change *change)
{
    size_t n;
    const struct change_line *lines = change_lines(change, &n);

    json_write_key(w, "lines");
    json_write_array(w);
    for (size_t i = 0; i < n; i++) {
        json_write_object(w);
        json_write_member(w, "line", lines[i].text);
        json_write_member(w, "result",
                          str_c(line_result_name(lines[i].result)));
        json_write_member(w, "reason",
                          lines[i].reason.n > 0 ? lines[i].reason : STR_NONE);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static int print_json(const struct push *push, str diff, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    const struct change *change = push->change;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_object(w);
    json_write_member(w, "result",
                      str_c(change_result_name(change_result(change))));
    json_write_member(w, "reason",
                      change_reason(change).n > 0 ? change_reason(change)
                                                  : STR_NONE);
    json_write_key(w, "saved");
    json_write_bool(w, change_is_saved(change));
    write_lines(w, change);
    json_write_member(
        w, "undo", change_undo(change).n > 0 ? change_undo(change) : STR_NONE);
    json_write_member(w, "diff", diff);
    json_write_object_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int print(const struct push *push, struct err *err)
{
    AUTO(buf_clear) struct buf diff = BUF(CONFIG_TEXT_MAX);
    const struct change *change = push->change;
    int rc = add_diff(push, &diff, err);

    if (rc < 0)
        return rc;
    if (cli_has(push->cli, "json"))
        return print_json(push, buf_str(&diff), err);
    fprintf(
        stderr, "%s%s%" PRIstr "\n", change_result_name(change_result(change)),
        change_reason(change).n > 0 ? ": " : "", ARGstr(change_reason(change)));
    return help_print(&diff, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(reach_clear) struct reach reach = { 0 };
    AUTO(push_clear)
    struct push push = { .cli = cli,
                         .lines = BUF(LINES_TEXT_MAX),
                         .expected = BUF(CONFIG_TEXT_MAX) };
    int rc = reach_read(cli, cli->args.p[0], &reach, err);

    if (rc == 0)
        rc = read_push(&push, &reach, err);
    if (rc < 0)
        return rc;
    transcript_init(&push.transcript, &reach);
    drive(&push, &reach);
    rc = transcript_write(cli, &push.transcript, err);
    if (rc == 0)
        rc = print(&push, err);
    return rc == 0 && change_result(push.change) != CHANGE_APPLIED ? CLI_FOUND
                                                                   : rc;
}

static const struct cli_option options[] = {
    REACH_OPTIONS,
    { "commands", 0, "FILE",
      "The commands of configuration mode, one a line; "
      "'-' is standard input (required)" },
    { "expect", 0, "FILE",
      "The configuration the change was planned on: with "
      "another one, nothing is sent" },
    { "archive", 0, "DIR", "The same by the newest version there" },
    { "name", 0, "NAME", "What the device is called in the archive" },
    { "overwrite", 0, NULL, "Send also when it is another" },
    { "tolerate", 0, "PATTERN",
      "A refusal that is none (PCRE); may be given "
      "again" },
    { "revert-after", 0, "SECONDS",
      "The device goes back by itself unless the change is confirmed in "
      "time" },
    { "go-on", 0, NULL, "Go on behind a line that is refused" },
    { "may-cut-access", 0, NULL,
      "Also lines that could cut off whoever sends them" },
    { "no-verify", 0, NULL, "Lines need not be seen in what is read back" },
    { "no-save", 0, NULL, "Do not save: a restart undoes the change" },
    TRANSCRIPT_OPTION,
    { "json", 0, NULL, "Print what became of it as JSON" },
    { NULL },
};

const struct command command_device_push = {
    .name = "device push",
    .summary = "Change the configuration of a network device, or leave it as "
               "it was",
    .arguments = "--family FAMILY --commands FILE HOST",
    .about =
        "Reads the configuration, enters the commands one by one, reads the "
        "configuration again, and looks for each line in it. Only when all are "
        "there is it saved. When a line is refused or missing, or the contact "
        "ends half-way, the change is undone by the commands that lead back, "
        "and the configuration is read once more to prove it. What changed is "
        "printed as a difference.\n\n"
        "Ends with 0 when the change holds, and with 1 when not: cancelled "
        "(nothing was sent), undone (it is as it was), or broken (it is not: "
        "a person must look).\n\n"
        "  echo 'ip route 192.0.2.0/24 Null0' |\n"
        "      holdfast device push --family frr --user netop --commands - \\\n"
        "          --password-file pw 10.0.0.1",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
