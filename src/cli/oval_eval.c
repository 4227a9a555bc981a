/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/assess.h"
#include "cli/commands.h"
#include "cli/findings.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(assess_clear) struct assess assess = { 0 };
    int rc = assess_init(&assess, cli, NULL, err);

    if (rc == 0)
        rc = assess_add_arguments(&assess, err);
    if (rc == 0)
        rc = assess_run(&assess, err);
    if (rc == 0)
        rc = assess_write(&assess, err);
    if (rc == 0 && cli_has(cli, "explain"))
        rc = assess_explain(&assess, err);
    else if (rc == 0 && !assess_has_output(cli))
        rc = findings_show(&assess.report,
                           &(struct findings_options){
                               .all = cli_has(cli, "all"),
                               .hints = !cli_has(cli, "quiet"),
                               .root = cli_value(cli, "root"),
                           },
                           err);
    return rc < 0 ? rc : assess_exit(&assess);
}

static const struct cli_option options[] = {
    ASSESS_SOURCE_OPTIONS,
    DEVICE_SOURCE_OPTIONS,
    ASSESS_ID_OPTION,
    ASSESS_VARIABLES_OPTION,
    ASSESS_RESULT_OPTIONS,
    ASSESS_SYSCHAR_OPTION,
    { "explain", 0, NULL,
      "Show why each definition has its result, as 'holdfast oval explain'" },
    { "all", 0, NULL, "Show a row for each definition, not for each package" },
    { NULL },
};

const struct command command_oval_eval = {
    .name = "oval eval",
    .summary = "Evaluate OVAL definitions on a machine or network device",
    .arguments = "CONTENT...",
    .about =
        "CONTENT is a document of OVAL definitions, plain or compressed with "
        "bzip2, gzip, xz or zstd, or a pack made by 'holdfast oval compile'; "
        "'-' is standard input.\n\n"
        "Without an option that writes a file, a table shows what is bad, "
        "worst first, and what fixes it. '-' as the name of an output is "
        "standard output. An output appears whole or not at all.\n\n"
        "Severity is shown as the content states it; when it does not, it is "
        "'not stated'. What could not be decided is listed with the reason "
        "and is never counted as clean.\n\n"
        "  holdfast oval eval --tsv - feed.xml.bz2\n"
        "  holdfast oval eval --root /mnt/image --report image.html "
        "feed.pack\n"
        "  holdfast oval eval --device r1.d --results r1.xml ios.xml\n\n"
        "With --device the system is a network device. Its answers are in "
        "files that are called as the command (show_version.txt), begin with "
        "it, hold a session with prompts, or are those of 'show "
        "tech-support'. What it was not asked is unknown, never false.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
