/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast fleet assess: one content on many devices, from their inventories.
 */
#include <time.h>

#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/fleet_report.h"
#include "cli/load.h"
#include "cli/term.h"
#include "oval/fleet.h"

struct work {
    const struct cli *cli;
    struct oval_content *content;
    struct oval_fleet *fleet;
    struct oval_assess *assess;
    struct fleet_report report;
    struct io_out *tsv;
    struct progress progress;
    uint64_t key;
};

static void clear(struct work *work)
{
    oval_assess_free(work->assess);
    oval_fleet_free(work->fleet);
    oval_content_free(work->content);
    io_out_free(work->tsv);
    fleet_report_clear(&work->report);
}

static void on_read(void *ctx, uint64_t done, uint64_t total)
{
    progress_update(ctx, done, total);
}

static int read_fleet(struct work *work, struct err *err)
{
    const struct oval_inventory_options options = {
        .source_packages = cli_has(work->cli, "source-packages")
    };
    const struct stream_limits limits = { UINT64_MAX };
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc =
        stream_open(cli_value(work->cli, "inventories"), &limits, &stream, err);

    if (rc < 0)
        return rc;
    work->fleet = oval_fleet_new(&options);
    progress_init(&work->progress, "Reading", cli_is_quiet(work->cli));
    stream_watch(stream, on_read, &work->progress);
    rc = oval_fleet_read(work->fleet, stream, err);
    progress_end(&work->progress);
    return rc;
}

/* --- what each device has --- */

struct row {
    struct work *work;
    str device;
    uint32_t counts[OVAL_RESULTS];
};

static int take_run(void *ctx, uint32_t first, uint32_t count,
                    enum oval_result result, struct err *err UNUSED)
{
    const struct row *row = ctx;
    const struct oval_content *c = row->work->content;

    if (result != OVAL_TRUE || row->work->tsv == NULL)
        return 0;
    for (uint32_t i = first; i < first + count; i++) {
        io_out_write(row->work->tsv, row->device);
        io_out_write(row->work->tsv, STR("\t"));
        io_out_write(row->work->tsv, oval_name_text(c, c->definitions.p[i].id));
        io_out_write(row->work->tsv, STR("\n"));
    }
    return 0;
}

static int on_device(void *ctx, uint32_t device, str blob, struct err *err)
{
    struct work *work = ctx;
    struct row row = { .work = work,
                       .device = oval_fleet_device(work->fleet, device) };
    uint32_t n = work->content->definitions.n;
    int rc = oval_verdicts_count(blob, work->key, n, row.counts, err);

    if (rc == 0 && work->tsv != NULL)
        rc = oval_verdicts_walk(blob, work->key, n, take_run, &row, err);
    if (rc == 0)
        fleet_report_add(&work->report, row.device, row.counts);
    return rc;
}

static void on_progress(void *ctx, uint32_t done, uint32_t total)
{
    struct work *work = ctx;

    progress_update(&work->progress, done, total);
}

static int assess(struct work *work, struct err *err)
{
    const struct oval_assess_options options = { .progress = on_progress,
                                                 .device = on_device,
                                                 .ctx = work };
    int rc = oval_assess_new(work->fleet, work->content, &work->assess, err);

    if (rc < 0)
        return rc;
    progress_init(&work->progress, "Evaluating", cli_is_quiet(work->cli));
    rc = oval_assess_all(work->assess, &options, work->report.definitions, err);
    progress_end(&work->progress);
    return rc;
}

static int check_usage(const struct cli *cli, struct err *err)
{
    const char *tsv = cli_value(cli, "tsv");
    const char *json = cli_value(cli, "json");

    if (cli_value(cli, "pack") == NULL)
        return err_set(err, E_USAGE,
                       "'holdfast fleet assess' needs --pack PACK");
    if (cli_value(cli, "inventories") == NULL)
        return err_set(err, E_USAGE,
                       "'holdfast fleet assess' needs --inventories "
                       "FILE.jsonl");
    if (strcmp(cli_value(cli, "pack"), "-") == 0 &&
        strcmp(cli_value(cli, "inventories"), "-") == 0)
        return err_set(err, E_USAGE,
                       "only one of --pack and --inventories can be standard "
                       "input");
    if (tsv != NULL && json != NULL && strcmp(tsv, "-") == 0 &&
        strcmp(json, "-") == 0)
        return err_set(err, E_USAGE,
                       "only one of --tsv and --json can be standard output");
    return 0;
}

static int open_all(struct work *work, struct err *err)
{
    const char *pack = cli_value(work->cli, "pack");
    const char *tsv = cli_value(work->cli, "tsv");
    int rc = load_content(work->cli, &(struct load){ &pack, 1, false },
                          &work->content, err);

    if (rc == 0)
        rc = read_fleet(work, err);
    if (rc < 0)
        return rc;
    work->key = oval_verdicts_key(work->content);
    fleet_report_init(&work->report, work->content, work->fleet);
    return tsv == NULL ? 0 : io_out_open(tsv, &work->tsv, err);
}

static int put_out(struct work *work, struct err *err)
{
    const char *json = cli_value(work->cli, "json");
    int rc = 0;

    if (work->tsv != NULL)
        rc = io_out_finish(work->tsv, err);
    if (rc == 0 && json != NULL)
        rc = fleet_report_json(&work->report, json, err);
    if (rc == 0 && work->tsv == NULL && json == NULL)
        rc = fleet_report_show(&work->report, err);
    return rc;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(clear) struct work work = { .cli = cli };
    int rc = check_usage(cli, err);

    if (rc == 0)
        rc = open_all(&work, err);
    if (rc == 0)
        rc = assess(&work, err);
    if (rc == 0)
        rc = put_out(&work, err);
    if (rc < 0)
        return rc;
    return cli_has(cli, "exit-code") && fleet_report_found(&work.report)
               ? CLI_FOUND
               : 0;
}

static const struct cli_option options[] = {
    { "pack", 0, "PACK",
      "The definitions: a pack, or content as 'holdfast oval eval' takes it "
      "(required)" },
    { "inventories", 0, "FILE.jsonl",
      "The devices, one a line, plain or compressed (required)" },
    { "source-packages", 0, NULL,
      "A name of a dpkg package also means its source package" },
    { "tsv", 0, "OUT.tsv",
      "Write device and definition, a line for each that is true" },
    { "json", 0, "OUT.json", "Write counts per definition and per device" },
    { "exit-code", 0, NULL,
      "End with exit code 1 when something bad was found or could not be "
      "decided" },
    { NULL },
};

const struct command command_fleet_assess = {
    .name = "fleet assess",
    .summary = "Evaluate definitions on many devices, from their inventories",
    .arguments = "",
    .about =
        "Decides which definitions are true on which devices from what is "
        "installed on them, without touching a device. The results are those "
        "that 'holdfast oval eval' has of the same facts; what an inventory "
        "does not tell is unknown, and never counted as clean.\n\n"
        "A line of FILE.jsonl is one device:\n\n"
        "  {\"device\":\"web-1\",\n"
        "   \"os\":{\"id\":\"debian\",\"version_id\":\"12\","
        "\"arch\":\"x86_64\"},\n"
        "   \"manager\":\"dpkg\",\n"
        "   \"packages\":[[\"bash\",\"5.2.15-2+b7\",\"amd64\"]]}\n\n"
        "in one line: a package is name, [epoch:]version[-release] and "
        "architecture. Name and version of its source and the id of the "
        "signing key may follow, and \"os\" may have \"kernel\", the release "
        "of the running one. '-' is standard input or output.\n\n"
        "Without --tsv and --json a summary for people is shown.\n\n"
        "  holdfast fleet assess --pack debian-12.pack \\\n"
        "      --inventories fleet.jsonl.zst --tsv -",
    .options = options,
    .run = run,
};
