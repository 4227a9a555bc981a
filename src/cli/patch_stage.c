/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/patching.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(patching_clear) struct patching patching = { 0 };
    struct install_outcome outcome;
    int rc = patching_open(&patching, cli, true, err);

    if (rc == 0)
        rc = patching_choose(&patching, err);
    if (rc < 0)
        return rc;
    rc = install_stage(patching.install, patching.wanted.p, patching.wanted.n,
                       &patching.arena, &outcome, err);
    return patching_finish(&patching, &outcome, rc, err);
}

static const struct cli_option options[] = {
    PATCHING_CHANGE_OPTIONS,
    { NULL },
};

const struct command command_patch_stage = {
    .name = "patch stage",
    .summary = "Download updates, to be installed later",
    .arguments = "[NAME[=VERSION]...]",
    .about =
        "Downloads updates and what they need into the stage, by the "
        "machine's package manager and with all of its checks of signatures. "
        "Nothing is installed. What is there already is not fetched again, "
        "what is there in part is gone on with. With --source a directory of "
        "an HTTP server near by is asked first, by the names of the archives; "
        "one that has not the digest that the repository's lists name is "
        "thrown away, and comes from the repository.\n\n"
        "  holdfast patch stage --security --refresh\n"
        "  holdfast patch install --security --offline",
    .options = options,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
