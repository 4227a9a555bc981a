/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast device policies: a configuration as policies, what was understood of
 * it and what was not, and changed ones as text again (R-INV-3).
 */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/term.h"
#include "netdev/mask.h"
#include "netdev/policies_report.h"

enum {
    REPORT_MAX = 256 << 20,
    AREAS_MAX = 64,
};

static int read_family(struct cli *cli, const struct family **out,
                       struct err *err)
{
    const char *wanted = cli_value(cli, "family");

    if (wanted == NULL)
        return err_set(err, E_USAGE, "--family FAMILY is missing; it is %s",
                       family_names());
    *out = family_find(str_c(wanted));
    return *out != NULL ? 0
                        : err_set(err, E_INVALID,
                                  "--family: '%s' is not known; expected %s",
                                  wanted, family_names());
}

/* --- Changes --- */

/* The first policy of the line; all.n: none. */
static size_t find_line(const struct policies *policies, str number)
{
    int64_t line = 0;
    size_t i = 0;

    if (str_to_i64(number, 1, CONFIG_LINES_MAX, &line, NULL) < 0)
        return policies->all.n;
    while (i < policies->all.n && policies->all.p[i].line != line)
        i++;
    return i;
}

/* LINE:NAME=VALUE */
static int set_value(struct policies *policies, const char *option,
                     struct err *err)
{
    str rest = str_c(option);
    str number = str_cut(&rest, ':');
    size_t index = find_line(policies, number);
    str name = str_cut(&rest, '=');
    int rc;

    if (index == policies->all.n || name.n == 0)
        return err_set(err, E_USAGE,
                       "--set '%s': expected LINE:NAME=VALUE with a line of "
                       "the configuration",
                       option);
    rc = policies_set(policies, index, name, rest, err);
    return rc < 0 ? err_wrap(err, rc, "--set '%s'", option) : 0;
}

static int change(struct cli *cli, struct policies *policies, struct err *err)
{
    const char *option;
    int rc = 0;

    for (size_t i = 0;
         rc == 0 && (option = cli_value_at(cli, "set", i)) != NULL; i++)
        rc = set_value(policies, option, err);
    for (size_t i = 0;
         rc == 0 && (option = cli_value_at(cli, "remove", i)) != NULL; i++) {
        size_t index = find_line(policies, str_c(option));

        if (index == policies->all.n)
            return err_set(err, E_USAGE,
                           "--remove '%s': no command begins on that line",
                           option);
        policies_remove(policies, index);
    }
    return rc;
}

static bool changes(const struct cli *cli)
{
    return cli_has(cli, "set") || cli_has(cli, "remove") ||
           cli_has(cli, "write");
}

/* --- Printing --- */

static void print_kept(const struct policies *policies, const char *name,
                       struct buf *out)
{
    struct term term = term_init();

    for (size_t i = 0; i < policies->all.n; i++) {
        const struct config_policy *policy = &policies->all.p[i];

        if (policy->kind != POLICY_KEPT)
            continue;
        term_text(&term, out, str_c(name), TERM_WIDE);
        buf_printf(out, ":%u: ", policy->line);
        term_text(&term, out,
                  str_sub(policy->text, 0, str_find_char(policy->text, '\n')),
                  TERM_WIDE);
        buf_add_char(out, '\n');
    }
}

static int print_report(struct cli *cli, const struct family *family,
                        const struct policies *policies, const char *name,
                        struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(REPORT_MAX);
    AUTO(jval_freep) struct jval *report = NULL;
    struct policy_area_count areas[AREAS_MAX];
    size_t n = policies_areas(policies, areas, AREAS_MAX);
    size_t all = policies->counts[POLICY_KNOWN] + policies->counts[POLICY_KEPT];

    if (cli_has(cli, "json")) {
        report = policies_report(family, policies);
        jval_print_indented(report, &out);
        buf_add_char(&out, '\n');
        return help_print(&out, err);
    }
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%-14s %zu\n", areas[i].area, areas[i].n);
    buf_printf(&out, "%zu of %zu commands are understood\n",
               policies->counts[POLICY_KNOWN], all);
    if (policies->counts[POLICY_KEPT] > 0)
        buf_printf(&out, "kept as they stand:\n");
    print_kept(policies, name, &out);
    return help_print(&out, err);
}

static int print_config(const struct policies *policies, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(CONFIG_TEXT_MAX);
    int rc = policies_write(policies, &out, err);

    return rc < 0 ? rc : help_print(&out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(policies_clear) struct policies policies = { 0 };
    AUTO(buf_wipe) struct buf text = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_wipe) struct buf shown = BUF(CONFIG_TEXT_MAX);
    const struct family *family;
    const char *name;
    int rc = read_family(cli, &family, err);

    if (rc == 0)
        rc = input_read(cli->args.p[0], &text, &name, err);
    if (rc < 0)
        return rc;
    if (changes(cli) || cli_has(cli, "secrets"))
        buf_add(&shown, buf_str(&text));
    else
        mask_text(buf_str(&text), NULL, 0, &shown);
    rc = policies_read(family, buf_str(&shown), &policies, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", name);
    rc = change(cli, &policies, err);
    if (rc < 0)
        return rc;
    return changes(cli) ? print_config(&policies, err)
                        : print_report(cli, family, &policies, name, err);
}

static const struct cli_option options[] = {
    { "family", 0, "FAMILY",
      "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos or frr" },
    { "json", 0, NULL, "Print policies, values and what is unknown as JSON" },
    { "secrets", 0, NULL, "Do not mask secrets in what is printed" },
    { "set", 0, "CHANGE",
      "LINE:NAME=VALUE: give a value of the command on that line another text, "
      "and print the configuration; several times" },
    { "remove", 0, "LINE",
      "Leave out a command with what stands below it, and print the "
      "configuration; several times" },
    { "write", 0, NULL, "Print the configuration as it was understood" },
    { NULL },
};

const struct command command_device_policies = {
    .name = "device policies",
    .summary = "Read a configuration into policies and write it again",
    .arguments = "--family FAMILY FILE",
    .about =
        "Reads the configuration of a network device into policies: commands "
        "that are understood, by areas such as users, interfaces, filters and "
        "routing, with their values. What is not understood is named with its "
        "line and kept as it stands. FILE may be '-'.\n\n"
        "With --write, --set or --remove the configuration is written again "
        "from its policies: what was not changed comes out as it was, byte "
        "for byte, with its secrets. 'holdfast device diff --commands' says "
        "what leads from the one to the other.\n\n"
        "  holdfast device policies --family ios r1.cfg\n"
        "  holdfast device policies --family ios --json r1.cfg\n"
        "  holdfast device policies --family ios --set 2:name=r9 r1.cfg",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
