/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/advisory_edit.h"
#include "cli/commands.h"

static int change(struct cli *cli, struct advisory_edit *edit, struct err *err)
{
    const char *forget = cli_value(cli, "forget");
    int rc = advisory_edit_begin(edit, cli, err);

    if (rc == 0 && forget != NULL &&
        advisory_draft_remove(edit->draft, str_c(forget)) != 0)
        rc = err_set(err, E_ABSENT,
                     "there is no source '%s'; 'holdfast advisory info' lists "
                     "them",
                     forget);
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = advisory_edit_import(edit, cli->args.p[i], err);
    return rc < 0 ? rc : advisory_edit_finish(edit, err);
}

static int run(struct cli *cli, struct err *err)
{
    struct advisory_edit edit = { 0 };
    int rc;

    if (cli->args.n == 0 && !cli_has(cli, "forget") && !cli_has(cli, "new"))
        return err_set(err, E_USAGE, "a FILE, or --forget, is needed");
    rc = change(cli, &edit, err);
    advisory_edit_clear(&edit);
    return rc;
}

static const struct cli_option options[] = {
    { "forget", 0, "SOURCE", "Forget what SOURCE said" },
    ADVISORY_EDIT_OPTIONS,
    { NULL },
};

const struct command command_advisory_import = {
    .name = "advisory import",
    .summary = "Import advisories and what vendors say of CVEs, from files",
    .arguments = "[FILE]...",
    .about =
        "FILE, plain or compressed, or a tar archive of such files, is "
        "recognised by what it holds:\n\n"
        "  updateinfo  dnf's and zypper's updateinfo.xml\n"
        "  dsa         Debian's lists of DSA, DLA and DTSA\n"
        "  tracker     the Debian security tracker (JSON)\n"
        "  usn         Ubuntu's security notices (JSON)\n"
        "  oval        OVAL definitions of the class 'patch' (XML)\n"
        "  osv         Open Source Vulnerabilities (JSON)\n"
        "  csaf        CSAF 2.0 advisories and VEX documents (JSON)\n"
        "  cvrf        Microsoft's CVRF, the updates of a month (XML)\n"
        "  msu, wes    Windows updates with what they replace (JSON, CSV)\n\n"
        "A list that is complete (dsa, tracker, usn, msu, wes) replaces what "
        "its source said before; of the others a document replaces the one "
        "with its id. Sources that disagree are all kept; 'holdfast advisory "
        "compare' shows them side by side.\n\n"
        "When one of the files is in error, nothing changes.\n\n"
        "  holdfast advisory import DSA/list updateinfo.xml.gz\n"
        "  holdfast advisory import csaf.tar.bz2",
    .options = options,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
