/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "scap/report.h"
#include "scap/result_read.h"

struct report {
    struct scap *scap;
    struct scap_reread reread;
};

static void report_clear(struct report *report)
{
    scap_reread_clear(&report->reread);
    scap_free(report->scap);
}

static int load(struct report *report, const char *results, const char *content,
                struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = scap_load(content, &report->scap, err);

    if (rc == 0)
        rc = stream_open(results, NULL, &stream, err);
    if (rc == 0)
        rc = scap_result_read(report->scap, stream, &report->reread, err);
    if (rc == 0 && report->reread.unknown > 0 &&
        report->reread.result->rules.n == 0)
        rc = err_set(err, E_INVALID, "%s: none of its rules is in %s", results,
                     content);
    return rc;
}

static int write_report(const struct report *report, const char *json,
                        const char *html, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(json != NULL   ? json
                         : html != NULL ? html
                                        : "-",
                         &out, err);

    if (rc == 0)
        rc = json != NULL ? scap_json_write(report->reread.result, out, err)
                          : scap_html_write(report->reread.result, out, err);
    return rc < 0 ? rc : io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(report_clear) struct report report = { 0 };
    const char *json = cli_value(cli, "json");
    const char *html = cli_value(cli, "report");
    int rc;

    if (json != NULL && html != NULL)
        return err_set(err, E_USAGE, "--json or --report, not both");
    rc = load(&report, cli->args.p[0], cli->args.p[1], err);
    return rc < 0 ? rc : write_report(&report, json, html, err);
}

static const struct cli_option options[] = {
    { "report", 0, "OUT.html",
      "Where the report for people goes; standard output unless told" },
    { "json", 0, "OUT.json", "Write everything for programs instead" },
    { NULL },
};

const struct command command_scap_report = {
    .name = "scap report",
    .summary = "Make a report of results and their content",
    .arguments = "RESULTS CONTENT",
    .about =
        "RESULTS is a TestResult of XCCDF, by itself, in a benchmark or in an "
        "ARF document, of Holdfast or of another tool; CONTENT is what was "
        "tested, as for 'holdfast scap eval'. Scores are those that the "
        "document states.\n\n"
        "  holdfast scap report arf.xml ssg-debian12-ds.xml > report.html",
    .options = options,
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
