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
    if (cli_has(cli, "offline"))
        install_go_offline(patching.install);
    rc = install_apply(patching.install, patching.wanted.p, patching.wanted.n,
                       &patching.arena, &outcome, err);
    return patching_finish(&patching, &outcome, rc, err);
}

static const struct cli_option options[] = {
    PATCHING_CHANGE_OPTIONS,
    { "offline", 0, NULL, "From the stage only: ask no repository" },
    { NULL },
};

const struct command command_patch_install = {
    .name = "patch install",
    .summary = "Install updates",
    .arguments = "[NAME[=VERSION]...]",
    .about =
        "Installs exactly the versions that are named, or those that the scan "
        "found, and what they need, by the machine's package manager. "
        "Packages that are held stay; nothing is removed or downgraded; "
        "configuration files that were changed are kept and listed. Checks of "
        "signatures are never turned off.\n\n"
        "An installation that was broken off before is finished first, and "
        "that is said. What became of each package is read from the manager's "
        "database, not from what it printed.\n\n"
        "  holdfast patch install openssl bash=5.2.15-2+b8\n"
        "  holdfast patch install --security",
    .options = options,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
