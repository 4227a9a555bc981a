/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/risk_edit.h"
#include "cli/term.h"
#include "content/fetch.h"

enum {
    TIMEOUT_S = 3600,
};

static const uint64_t bytes_max = (uint64_t)1 << 30;

/* What the publishers offer without an account, and small enough for every
 * day. */
static const char *const urls[] = {
    "https://www.cisa.gov/sites/default/files/feeds/"
    "known_exploited_vulnerabilities.json",
    "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
};

static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
    progress_update(ctx, done, total);
}

/* The file that a transfer from url uses; a transfer that broke goes on in
 * it. */
static const char *part_path(struct risk_edit *edit, const char *url)
{
    return arena_printf(&edit->store.arena, "%s/.risk@%016llx", edit->store.dir,
                        (unsigned long long)str_hash(str_c(url)))
        .p;
}

static int fetch(struct risk_edit *edit, const char *url, const char *path,
                 struct err *err)
{
    const struct cli *cli = edit->cli;
    struct progress progress;
    struct fetch_request request = {
        .url = url,
        .path = path,
        .ca_file = cli_value(cli, "ca-file"),
        .bytes_max = bytes_max,
        .timeout_s = TIMEOUT_S,
        .insecure_http = cli_has(cli, "insecure-http"),
        .progress = on_progress,
        .progress_ctx = &progress,
    };
    struct fetch_answer answer;
    int rc;

    progress_init(&progress, "Fetching", cli_has(cli, "quiet"));
    rc = content_fetch(&request, &edit->store.arena, &answer, err);
    progress_end(&progress);
    return rc;
}

static int update(struct risk_edit *edit, const char *url, struct err *err)
{
    const char *path = part_path(edit, url);
    const char *name = strrchr(url, '/');
    struct risk_import import = {
        .path = path,
        .source = name != NULL && name[1] != '\0' ? name + 1 : url,
        .now_s = time(NULL),
    };
    int rc = fetch(edit, url, path, err);

    if (rc < 0)
        return rc;
    rc = risk_edit_import(edit, &import, err);
    unlink(path);
    unlink(arena_printf(&edit->store.arena, "%s.state", path).p);
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
    { "ca-file", 0, "FILE",
      "Trust the certificates in FILE instead of the system's" },
    { "insecure-http", 0, NULL,
      "Allow http, to the loopback interface only (for tests)" },
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
