/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "netdev/config.h"
#include "netdev/diff.h"

static int read_config(const char *path, const struct family *family,
                       struct buf *out, const char **name, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CONFIG_TEXT_MAX);
    int rc = input_read(path, &text, name, err);

    if (rc < 0)
        return rc;
    if (family != NULL)
        return config_clean(family, buf_str(&text), out, err);
    buf_add(out, buf_str(&text));
    return 0;
}

static int read_family(struct cli *cli, const struct family **out,
                       struct err *err)
{
    const char *wanted = cli_value(cli, "family");

    *out = wanted != NULL ? family_find(str_c(wanted)) : NULL;
    if (wanted != NULL && *out == NULL)
        return err_set(err, E_INVALID,
                       "--family: '%s' is not known; expected %s", wanted,
                       family_names());
    if (wanted == NULL && cli_has(cli, "commands"))
        return err_set(err, E_USAGE, "--commands needs --family FAMILY");
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf from = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf to = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf out = BUF(CONFIG_TEXT_MAX);
    const struct family *family;
    const char *from_name;
    const char *to_name;
    bool differs;
    int rc = read_family(cli, &family, err);

    if (rc == 0)
        rc = read_config(cli->args.p[0], family, &from, &from_name, err);
    if (rc == 0)
        rc = read_config(cli->args.p[1], family, &to, &to_name, err);
    if (rc < 0)
        return rc;
    if (cli_has(cli, "commands"))
        rc = config_delta(family, buf_str(&from), buf_str(&to), &out, err);
    else
        rc = diff_unified(str_c(from_name), buf_str(&from), str_c(to_name),
                          buf_str(&to), &out, err);
    differs = out.n > 0;
    if (rc == 0)
        rc = help_print(&out, err);
    return rc == 0 && differs && cli_has(cli, "exit-code") ? CLI_FOUND : rc;
}

static const struct cli_option options[] = {
    { "family", 0, "FAMILY",
      "Leave out the lines that change by themselves in "
      "this family" },
    { "commands", 0, NULL,
      "Print the commands that make the second out of the "
      "first" },
    { "exit-code", 0, NULL, "End with 1 when they differ" },
    { NULL },
};

const struct command command_device_diff = {
    .name = "device diff",
    .summary = "Show what differs between two configurations",
    .arguments = "OLD NEW",
    .about = "Prints the difference as 'diff -u' does, or with --commands the "
             "commands that lead from one to the other: what is gone is "
             "negated, what is new is entered, section by section. Nothing is "
             "contacted.\n\n"
             "  holdfast device diff --family frr configs/r1/1.cfg "
             "configs/r1/2.cfg",
    .options = options,
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
