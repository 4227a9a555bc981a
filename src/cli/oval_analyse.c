/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/assess.h"
#include "cli/commands.h"
#include "cli/findings.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(assess_clear) struct assess assess = { 0 };
    const char *syschar = cli_value(cli, "syschar");
    int rc;

    if (syschar == NULL)
        return err_set(err, E_USAGE,
                       "'holdfast oval analyse' needs --syschar IN.xml, the "
                       "facts to analyse");
    rc = assess_init(&assess, cli, syschar, err);
    if (rc == 0)
        rc = assess_add_arguments(&assess, err);
    if (rc == 0)
        rc = assess_run(&assess, err);
    if (rc == 0)
        rc = assess_write(&assess, err);
    if (rc == 0 && !assess_has_output(cli))
        rc = findings_show(
            &assess.report,
            &(struct findings_options){ .all = cli_has(cli, "all") }, err);
    return rc < 0 ? rc : assess_exit(&assess);
}

static const struct cli_option options[] = {
    { "syschar", 0, "IN.xml",
      "The OVAL system characteristics to analyse (required)" },
    ASSESS_ID_OPTION,
    ASSESS_VARIABLES_OPTION,
    ASSESS_RESULT_OPTIONS,
    { "all", 0, NULL, "Show a row for each definition, not for each package" },
    { NULL },
};

const struct command command_oval_analyse = {
    .name = "oval analyse",
    .summary = "Evaluate OVAL definitions on facts recorded earlier",
    .arguments = "CONTENT...",
    .about = "Evaluates CONTENT on a document of OVAL system characteristics, "
             "made by 'holdfast oval collect' or by another tool, without "
             "looking at this machine. Outputs are those of 'holdfast oval "
             "eval'.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
