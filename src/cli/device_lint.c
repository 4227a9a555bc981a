/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/term.h"
#include "netdev/lint.h"

static int print_json(const struct lint *lint, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_array(w);
    for (size_t i = 0; i < lint->findings.n; i++) {
        const struct lint_finding *finding = &lint->findings.p[i];

        json_write_object(w);
        json_write_key(w, "line");
        json_write_i64(w, finding->line);
        json_write_member(w, "rule", str_c(finding->rule));
        json_write_member(w, "message", finding->message);
        json_write_object_end(w);
    }
    json_write_array_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int print_lines(const struct lint *lint, const char *name,
                       struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(64 << 20);
    struct term term = term_init();

    for (size_t i = 0; i < lint->findings.n; i++) {
        const struct lint_finding *finding = &lint->findings.p[i];

        term_text(&term, &out, str_c(name), TERM_WIDE);
        buf_printf(&out, ":%u: %s: ", finding->line, finding->rule);
        term_text(&term, &out, finding->message, TERM_WIDE);
        buf_add_char(&out, '\n');
    }
    return help_print(&out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    AUTO(buf_clear) struct buf text = BUF(LINT_TEXT_MAX);
    const char *wanted = cli_value(cli, "family");
    const struct family *family;
    const char *name;
    int rc;

    if (wanted == NULL)
        return err_set(err, E_USAGE, "--family FAMILY is missing; it is %s",
                       family_names());
    family = family_find(str_c(wanted));
    if (family == NULL)
        return err_set(err, E_INVALID,
                       "--family: '%s' is not known; expected %s", wanted,
                       family_names());
    lint.manager = cli_value(cli, "manager") != NULL
                       ? str_c(cli_value(cli, "manager"))
                       : STR_NONE;
    rc = input_read(cli->args.p[0], &text, &name, err);
    if (rc < 0)
        return rc;
    rc = lint_text(family, buf_str(&text), &lint, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", name);
    if (lint.dropped > 0)
        fprintf(stderr, "warning: %zu more findings are not shown\n",
                lint.dropped);
    rc = cli_has(cli, "json") ? print_json(&lint, err)
                              : print_lines(&lint, name, err);
    return rc == 0 && lint.findings.n > 0 && cli_has(cli, "exit-code")
               ? CLI_FOUND
               : rc;
}

static const struct cli_option options[] = {
    { "family", 0, "FAMILY",
      "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos or frr" },
    { "manager", 0, "ADDRESS",
      "The server's IPv4 address, which a firewall or sensor must let in" },
    { "json", 0, NULL, "Print the findings as JSON" },
    { "exit-code", 0, NULL, "End with 1 when there are findings" },
    { NULL },
};

const struct command command_device_lint = {
    .name = "device lint",
    .summary = "Check a configuration for what would break management",
    .arguments = "--family FAMILY FILE",
    .about =
        "Checks the configuration of a network device for what would keep it "
        "from being managed: banners that end like prompts or ask for a user, "
        "prompts that end like nothing, lines without SSH, users without "
        "level 15, call-home that fetches the wrong page, agents that trust "
        "no server, addresses and URLs that do not hold. Each finding has its "
        "line and its rule. FILE may be '-'.\n\n"
        "A piece of a configuration is checked for what stands in it; a whole "
        "one, as 'show running-config' prints it, also for what is "
        "missing.\n\n"
        "  holdfast device lint --family ios r1.cfg\n"
        "  holdfast device lint --family asa --json --exit-code fw.cfg",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
