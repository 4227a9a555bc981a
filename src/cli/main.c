/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast: the command-line tool. One table of commands; each row is a file
 * of this folder.
 */
#include <errno.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/remote.h"
#include "cli/term.h"

/* In the order in which help lists them. */
/* clang-format off */
static const struct command *const commands[] = {
    &command_scan,
    &command_scap_eval,
    &command_scap_info,
    &command_scap_report,
    &command_scap_validate,
    &command_oval_eval,
    &command_oval_explain,
    &command_oval_collect,
    &command_oval_analyse,
    &command_oval_compile,
    &command_oval_validate,
    &command_oval_info,
    &command_oval_probes,
    &command_fleet_assess,
    &command_content_list,
    &command_content_update,
    &command_content_import,
    &command_content_remove,
    &command_patch_scan,
    &command_patch_stage,
    &command_patch_install,
    &command_patch_reboot_needed,
    &command_risk_info,
    &command_risk_show,
    &command_risk_update,
    &command_risk_import,
    &command_advisory_info,
    &command_advisory_list,
    &command_advisory_show,
    &command_advisory_compare,
    &command_advisory_update,
    &command_advisory_import,
    &command_patch_select,
    &command_schedule_next,
    &command_schedule_catch_up,
    &command_device_prepare,
    &command_device_lint,
    &command_device_policies,
    &command_device_facts,
    &command_device_run,
    &command_device_discover,
    &command_device_fetch,
    &command_device_import,
    &command_device_push,
    &command_device_diff,
    &command_device_test,
    &command_setup,
    &command_login,
    &command_logout,
    &command_run_watch,
    &command_api,
    &command_completion,
    &command_help,
};
/* clang-format on */

/* Those above and those of the tables in remote_*.c. */
static void add_all(struct cli *cli, const struct command **all)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        all[cli->command_count++] = commands[i];
    for (size_t i = 0; i < remote_command_count; i++)
        all[cli->command_count++] = &remote_commands[i].command;
    for (size_t i = 0; i < remote_patch_command_count; i++)
        all[cli->command_count++] = &remote_patch_commands[i].command;
    for (size_t i = 0; i < remote_patch_report_count; i++)
        all[cli->command_count++] = &remote_patch_reports[i].command;
    for (size_t i = 0; i < remote_benchmark_count; i++)
        all[cli->command_count++] = &remote_benchmarks[i].command;
    for (size_t i = 0; i < remote_deploy_count; i++)
        all[cli->command_count++] = &remote_deploys[i].command;
    for (size_t i = 0; i < remote_fetch_count; i++)
        all[cli->command_count++] = &remote_fetches[i].command;
    for (size_t i = 0; i < remote_network_count; i++)
        all[cli->command_count++] = &remote_network[i].command;
    for (size_t i = 0; i < remote_schedule_count; i++)
        all[cli->command_count++] = &remote_schedules[i].command;
    cli->commands = all;
}

static int overview(struct cli *cli, const char *group, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(HELP_TEXT_MAX);
    struct term term = term_init();

    help_overview(cli, group,
                  term.width < TERM_TEXT_WIDTH ? term.width : TERM_TEXT_WIDTH,
                  &text);
    return help_print(&text, err);
}

static int version(void)
{
    puts("holdfast " HOLDFAST_VERSION);
    return 0;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static const char *group_of(const char *word)
{
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++) {
        if (strcmp(g->name, word) == 0)
            return g->name;
    }
    return NULL;
}

static int run(struct cli *cli, int argc, char **argv, struct err *err)
{
    int words;
    int rc;

    if (argc > 0 && strcmp(argv[0], "--version") == 0)
        return version();
    if (argc > 0 && is_help(argv[0]))
        return overview(cli, NULL, err);
    if (argc > 1 && group_of(argv[0]) != NULL && is_help(argv[1]))
        return overview(cli, group_of(argv[0]), err);
    if (argc == 0)
        return err_set(err, E_USAGE,
                       "which command? 'holdfast help' lists "
                       "them");
    if (argc == 1 && group_of(argv[0]) != NULL)
        return err_set(err, E_USAGE,
                       "'holdfast %s' needs a command; 'holdfast help %s' "
                       "lists them",
                       argv[0], argv[0]);
    if (argv[0][0] == '-')
        return err_set(err, E_USAGE,
                       "'%s' comes before any command; options follow the "
                       "command: holdfast COMMAND %s",
                       argv[0], argv[0]);
    rc = cli_find(cli, argc, argv, &words, err);
    if (rc == 0)
        rc = cli_parse(cli, argc - words, argv + words, err);
    if (rc < 0)
        return rc;
    if (cli_has(cli, "help")) {
        AUTO(buf_clear) struct buf text = BUF(HELP_TEXT_MAX);

        help_command(cli->command, TERM_TEXT_WIDTH, &text);
        return help_print(&text, err);
    }
    return cli->command->run(cli, err);
}

/* What was printed must have arrived: a full disk is not success. */
static int finish_output(int rc, struct err *err)
{
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && rc >= 0)
        return err_errno(err, errno, "standard output");
    return rc;
}

int main(int argc, char **argv)
{
    const struct command **all = mem_alloc(
        COUNT(commands) + remote_command_count + remote_patch_command_count +
            remote_patch_report_count + remote_benchmark_count +
            remote_deploy_count + remote_fetch_count + remote_network_count +
            remote_schedule_count,
        sizeof(*all));
    struct cli cli = { .commands = NULL };
    struct err err = { 0 };
    int rc;

    add_all(&cli, all);
    rc = run(&cli, argc - 1, argv + 1, &err);
    rc = finish_output(rc, &err);
    if (rc < 0)
        term_report("", &err);
    cli_clear(&cli);
    mem_free(all);
    return cli_exit_code(rc);
}
