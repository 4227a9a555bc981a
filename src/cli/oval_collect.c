/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/assess.h"
#include "cli/commands.h"
#include "oval/syschar.h"

static int write(struct assess *assess, const char *path, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(path, &out, err);

    if (rc == 0)
        rc = oval_syschar_write(&assess->report, out, err);
    return rc < 0 ? rc : io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(assess_clear) struct assess assess = { 0 };
    const char *path = cli_value(cli, "syschar");
    int rc = assess_init(&assess, cli, NULL, err);

    if (rc == 0)
        rc = assess_add_arguments(&assess, err);
    if (rc == 0)
        rc = assess_collect(&assess, err);
    if (rc == 0)
        rc = write(&assess, path == NULL ? "-" : path, err);
    return rc;
}

static const struct cli_option options[] = {
    ASSESS_SOURCE_OPTIONS,
    DEVICE_SOURCE_OPTIONS,
    ASSESS_VARIABLES_OPTION,
    { "syschar", 0, "OUT.xml", "Write to a file, not to standard output" },
    { NULL },
};

const struct command command_oval_collect = {
    .name = "oval collect",
    .summary = "Collect what OVAL definitions ask for, without judging",
    .arguments = "CONTENT",
    .about = "Collects the items of every object of CONTENT and writes them "
             "as a document of OVAL system characteristics, which 'holdfast "
             "oval analyse' evaluates later and elsewhere.",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
