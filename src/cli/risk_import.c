/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/risk_edit.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(risk_edit_clear) struct risk_edit edit = { 0 };
    int rc = risk_edit_begin(&edit, cli, err);

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++) {
        struct risk_import import = {
            .path = cli->args.p[i],
            .source = cli_value(cli, "source"),
            .date = cli_value(cli, "date"),
            .now_s = time(NULL),
        };

        rc = risk_edit_import(&edit, &import, err);
    }
    return rc < 0 ? rc : risk_edit_finish(&edit, err);
}

static const struct cli_option options[] = {
    { "source", 0, "NAME", "Who states the scores of a table" },
    { "date", 0, "YYYY-MM-DD",
      "When a file was made that does not state it itself" },
    RISK_EDIT_OPTIONS,
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
        "tabs\n"
        "  SSVC  a table whose columns are named cve and exploitation (none, "
        "poc, active)\n\n"
        "KEV, EPSS and SSVC replace what was imported of them before. NVD and "
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
