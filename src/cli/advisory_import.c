/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <time.h>

#include "advisory/import.h"
#include "cli/advisories.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/term.h"

/* What is damaged in use cannot be built upon: --new starts afresh. */
static int open_draft(const struct cli *cli, const char *path,
                      struct advisory_data **data, struct advisory_draft **out,
                      struct err *err)
{
    struct err problem = { 0 };
    int rc = 0;

    if (!cli_has(cli, "new"))
        rc = advisory_data_open(path, data, &problem);
    if (rc == 0 || rc == E_ABSENT)
        rc = advisory_draft_new(*data, out, &problem);
    return rc < 0
               ? err_set(err, rc, "%s; --new starts without it", problem.text)
               : 0;
}

static void say(const struct advisory_imported *imported)
{
    AUTO(buf_clear) struct buf line = BUF(1 << 16);
    struct term term = term_init();

    term_text(&term, &line, imported->source, TERM_WIDE);
    buf_printf(&line, ": imported, %zu advisories, %zu notices of %zu packages",
               imported->advisories, imported->notices, imported->items);
    if (imported->documents > 1)
        buf_printf(&line, " from %zu documents", imported->documents);
    if (imported->date.n > 0) {
        buf_add_c(&line, ", of ");
        term_text(&term, &line, imported->date, TERM_WIDE);
    }
    if (imported->skipped > 0)
        buf_printf(&line, " (%zu passed over)", imported->skipped);
    puts(buf_c(&line));
}

static int import_all(struct cli *cli, struct advisory_draft *draft,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++) {
        struct advisory_import import = {
            .path = cli->args.p[i],
            .source = cli_value(cli, "source"),
            .release = cli_value(cli, "release"),
            .now_s = time(NULL),
        };
        struct advisory_imported imported;

        rc = advisory_import(draft, &import, &imported, err);
        if (rc == 0 && !cli_has(cli, "quiet"))
            say(&imported);
    }
    return rc;
}

static int change(struct cli *cli, const struct store *store,
                  struct arena *arena, struct err *err)
{
    const char *path = advisories_path(arena, store->dir);
    const char *forget = cli_value(cli, "forget");
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = open_draft(cli, path, &data, &draft, err);

    if (rc == 0 && forget != NULL &&
        advisory_draft_remove(draft, str_c(forget)) != 0)
        rc = err_set(err, E_ABSENT,
                     "there is no source '%s'; 'holdfast advisory info' lists "
                     "them",
                     forget);
    if (rc == 0)
        rc = import_all(cli, draft, err);
    if (rc == 0)
        rc = io_out_open(path, &out, err);
    if (rc == 0)
        rc = advisory_draft_write(draft, out, err);
    return rc < 0 ? rc : io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(store_close) struct store store = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc = store_open(&store, cli_value(cli, "dir"), err);

    if (rc == 0 && cli->args.n == 0 && !cli_has(cli, "forget") &&
        !cli_has(cli, "new"))
        rc = err_set(err, E_USAGE, "a FILE, or --forget, is needed");
    if (rc == 0)
        rc = feeds_lock(&store, cli, err);
    return rc < 0 ? rc : change(cli, &store, &arena, err);
}

static const struct cli_option options[] = {
    { "source", 0, "NAME", "Call the source NAME" },
    { "release", 0, "OS:VERSION",
      "What packages are for, when the file does not state it "
      "(almalinux:9)" },
    { "forget", 0, "SOURCE", "Forget what SOURCE said" },
    { "new", 0, NULL, "Forget everything that was imported before" },
    FEEDS_DIR_OPTION,
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
