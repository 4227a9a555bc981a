/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "cli/commands.h"
#include "cli/downloads.h"
#include "cli/risk_edit.h"

/* What the publishers offer without an account, and small enough for every
 * day. */
static const char *const urls[] = {
    "https://www.cisa.gov/sites/default/files/feeds/"
    "known_exploited_vulnerabilities.json",
    "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
};

static int update(struct risk_edit *edit, const char *url, struct err *err)
{
    struct risk_import import = { .source = download_name(url),
                                  .now_s = time(NULL) };
    int rc = download(edit->cli, &edit->store, url, &import.path, err);

    if (rc < 0)
        return rc;
    rc = risk_edit_import(edit, &import, err);
    download_remove(&edit->store, import.path);
    return rc < 0 ? err_wrap(err, rc, "%s", url) : 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(risk_edit_clear) struct risk_edit edit = { 0 };
    int rc = risk_edit_begin(&edit, cli, err);

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = update(&edit, cli->args.p[i], err);
    for (size_t i = 0; rc == 0 && cli->args.n == 0 && i < COUNT(urls); i++)
        rc = update(&edit, urls[i], err);
    return rc < 0 ? rc : risk_edit_finish(&edit, err);
}

static const struct cli_option options[] = {
    DOWNLOADS_OPTIONS,
    RISK_EDIT_OPTIONS,
    { NULL },
};

const struct command command_risk_update = {
    .name = "risk update",
    .summary = "Fetch what is exploited (CISA) and EPSS (FIRST), and import it",
    .arguments = "[URL]...",
    .about =
        "Without arguments, CISA's catalogue of known exploited "
        "vulnerabilities and FIRST's EPSS scores of today are fetched over "
        "HTTPS. A URL may be that of any file that 'holdfast risk import' "
        "reads, such as NVD's feed of a year, nvdcve-2.0-2026.json.gz below "
        "https://nvd.nist.gov/feeds/json/cve/2.0/.\n\n"
        "A transfer that breaks goes on where it ended, the next time. When "
        "something cannot be fetched or read, nothing changes.",
    .options = options,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
