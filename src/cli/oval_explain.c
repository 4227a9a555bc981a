/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/assess.h"
#include "cli/commands.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(assess_clear) struct assess assess = { 0 };
    int rc;

    if (!cli_has(cli, "id"))
        return err_set(err, E_USAGE,
                       "'holdfast oval explain' needs --id DEF-ID, the "
                       "definition to explain");
    rc = assess_init(&assess, cli, cli_value(cli, "syschar"), err);
    if (rc == 0)
        rc = assess_add_arguments(&assess, err);
    if (rc == 0)
        rc = assess_run(&assess, err);
    return rc < 0 ? rc : assess_explain(&assess, err);
}

static const struct cli_option options[] = {
    ASSESS_ID_OPTION,
    ASSESS_SOURCE_OPTIONS,
    DEVICE_SOURCE_OPTIONS,
    ASSESS_VARIABLES_OPTION,
    { "syschar", 0, "IN.xml",
      "Look at recorded system characteristics instead of a machine" },
    { NULL },
};

const struct command command_oval_explain = {
    .name = "oval explain",
    .summary = "Show why a definition has its result",
    .arguments = "CONTENT...",
    .about = "Evaluates the definitions of --id and prints the tree of their "
             "criteria: the result of every node, and under each test what "
             "it asked for, what was found, and whether that is what was "
             "wanted.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
