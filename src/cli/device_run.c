/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/device_reach.h"
#include "cli/help.h"
#include "cli/term.h"

struct work {
    struct cli *cli;
    struct io_out *out;
    struct json_writer *json; /* NULL: text */
    struct term term;
    size_t next; /* of the arguments */
    bool refused;
};

static void on_step(void *ctx, const char *step, str detail,
                    const struct err *why)
{
    const struct work *work = ctx;

    if (why == NULL && strcmp(step, "keys") == 0 &&
        str_starts(detail, STR("SHA256:")) && cli_has(work->cli, "trust-first"))
        fprintf(stderr, "host key: %" PRIstr "\n", ARGstr(detail));
}

static void print_json(struct work *work, const struct session_answer *answer)
{
    json_write_object(work->json);
    json_write_member(work->json, "command", answer->command);
    json_write_key(work->json, "refused");
    json_write_bool(work->json, answer->refused);
    json_write_member(work->json, "refusal", answer->refusal);
    json_write_member(work->json, "text", answer->text);
    json_write_object_end(work->json);
}

/* What a device says goes to a terminal cleaned, and to a file as it is. */
static void print_text(struct work *work, str text)
{
    AUTO(buf_clear) struct buf line = BUF(8 << 20);

    if (!work->term.tty) {
        io_out_write(work->out, text);
        return;
    }
    while (text.n > 0) {
        buf_reset(&line);
        term_text(&work->term, &line, str_cut(&text, '\n'), TERM_WIDE);
        buf_add_char(&line, '\n');
        io_out_write(work->out, buf_str(&line));
    }
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct work *work = ctx;

    work->refused = work->refused || answer->refused;
    if (work->json != NULL)
        print_json(work, answer);
    else
        print_text(work, answer->text);
}

static str next_command(void *ctx)
{
    struct work *work = ctx;

    if (work->refused || work->next >= work->cli->args.n)
        return STR_NONE;
    return str_c(work->cli->args.p[work->next++]);
}

static const struct reach_events events = {
    .step = on_step,
    .answer = on_answer,
    .next = next_command,
};

static int run(struct cli *cli, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(reach_clear) struct reach reach = { 0 };
    struct work work = { .cli = cli, .term = term_init(), .next = 1 };
    int rc = reach_read(cli, cli->args.p[0], &reach, err);

    if (rc == 0)
        rc = io_out_open("-", &out, err);
    if (rc < 0)
        return rc;
    work.out = out;
    if (cli_has(cli, "json")) {
        work.json = json_write_new(out);
        json_write_array(work.json);
    }
    rc = reach_device(&reach, &events, &work, err);
    if (work.json != NULL) {
        json_write_array_end(work.json);
        json_write_free(work.json);
    }
    if (rc < 0)
        return rc;
    rc = io_out_finish(out, err);
    if (rc == 0 && work.refused && work.json == NULL)
        return err_set(err, E_INVALID, "the device refused '%s'",
                       cli->args.p[work.next - 1]);
    return rc == 0 && work.refused && cli_has(cli, "exit-code") ? CLI_FOUND
                                                                : rc;
}

static const struct cli_option options[] = {
    REACH_OPTIONS,
    { "json", 0, NULL, "Print the commands and answers as JSON" },
    { "exit-code", 0, NULL, "With --json, end with 1 when one was refused" },
    { NULL },
};

const struct command command_device_run = {
    .name = "device run",
    .summary = "Run commands on a network device and print the answers",
    .arguments = "--family FAMILY HOST COMMAND...",
    .about =
        "Reaches the device, learns its prompt, gets the privileged level, "
        "turns its pager off, and then runs one command after the other. The "
        "first one that the device refuses ends it. A question that a command "
        "asks is answered when the family's table says how; any other ends "
        "the conversation: nothing is confirmed blindly.\n\n"
        "The host's key must be given (--host-key) or accepted "
        "(--trust-first); 'holdfast device test' shows it.\n\n"
        "  holdfast device run --family frr --user netop --trust-first \\\n"
        "      10.0.0.1 'show version' 'show running-config'",
    .options = options,
    .args_min = 2,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
