/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <time.h>

#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/risks.h"
#include "cli/term.h"
#include "risk/import.h"

static void say(const struct risk_imported *imported)
{
    static const char *const what[RISK_KINDS] = {
        [RISK_CVSS] = "scores",
        [RISK_KEV] = "known exploited vulnerabilities",
        [RISK_EPSS] = "scores",
    };
    AUTO(buf_clear) struct buf line = BUF(1 << 16);
    struct term term = term_init();

    term_text(&term, &line, imported->name, TERM_WIDE);
    buf_printf(&line, ": imported, %zu %s", imported->entries,
               what[imported->kind]);
    if (imported->date.n > 0) {
        buf_add_c(&line, " of ");
        term_text(&term, &line, imported->date, TERM_WIDE);
    }
    if (imported->differ > 0)
        buf_printf(&line,
                   " (%zu are not what their vector gives; they are kept "
                   "as they are stated)",
                   imported->differ);
    puts(buf_c(&line));
}

static int import_all(const struct cli *cli, struct risk_draft *draft,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++) {
        struct risk_import import = {
            .path = cli->args.p[i],
            .source = cli_value(cli, "source"),
            .date = cli_value(cli, "date"),
            .now_s = time(NULL),
        };
        struct risk_imported imported;

        rc = risk_import(draft, &import, &imported, err);
        if (rc == 0 && !cli_has(cli, "quiet"))
            say(&imported);
    }
    return rc;
}

static int write_data(struct risk_draft *draft, const char *path,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(path, &out, err);

    if (rc == 0)
        rc = risk_draft_write(draft, out, err);
    return rc < 0 ? rc : io_out_finish(out, err);
}

/* What is damaged in use cannot be built upon: --new starts afresh. */
static int open_draft(const struct cli *cli, const char *path,
                      struct risk_draft **out, struct err *err)
{
    AUTO(risk_data_freep) struct risk_data *data = NULL;
    struct err problem = { 0 };
    int rc = 0;

    if (!cli_has(cli, "new"))
        rc = risk_data_open(path, &data, &problem);
    if (rc == 0 || rc == E_ABSENT)
        rc = risk_draft_new(data, out, &problem);
    return rc < 0
               ? err_set(err, rc, "%s; --new starts without it", problem.text)
               : 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(store_close) struct store store = { 0 };
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    const char *path;
    int rc = store_open(&store, cli_value(cli, "dir"), err);

    if (rc == 0)
        rc = feeds_lock(&store, cli, err);
    if (rc < 0)
        return rc;
    path = risks_path(&store.arena, store.dir);
    rc = open_draft(cli, path, &draft, err);
    if (rc == 0)
        rc = import_all(cli, draft, err);
    return rc < 0 ? rc : write_data(draft, path, err);
}

static const struct cli_option options[] = {
    { "source", 0, "NAME", "Who states the scores of a table" },
    { "date", 0, "YYYY-MM-DD",
      "When a file was made that does not state it itself" },
    { "new", 0, NULL, "Forget what was imported before" },
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_risk_import = {
    .name = "risk import",
    .summary = "Import CVSS scores, EPSS, and what is exploited, from files",
    .arguments = "FILE...",
    .about =
        "FILE, plain or compressed, is recognised by what it holds:\n\n"
        "  KEV   CISA's catalogue of known exploited vulnerabilities (JSON)\n"
        "  EPSS  the scores of FIRST (CSV)\n"
        "  NVD   a feed of the National Vulnerability Database, format 2.0 "
        "(JSON)\n"
        "  table lines of CVE, CVSS version, score and vector, separated by "
        "tabs\n\n"
        "KEV and EPSS replace what was imported of them before. NVD and "
        "tables replace the scores of the CVEs they name. Of several scores "
        "the one of the latest version of CVSS is kept.\n\n"
        "A table may begin with lines '# source: NAME' and '# date: "
        "YYYY-MM-DD', and with a line that names its columns: cve, version, "
        "score (or baseScore), vector; other columns are passed over. "
        "Without the names they are cve, version, score and vector.\n\n"
        "When one of the files is in error, nothing changes.\n\n"
        "  holdfast risk import known_exploited_vulnerabilities.json\n"
        "  holdfast risk import epss_scores-current.csv.gz "
        "nvdcve-2.0-2026.json.gz",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
