/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "cli/assess.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/findings.h"
#include "cli/help.h"
#include "cli/machine.h"

struct scan {
    const struct cli *cli;
    struct arena arena;
    struct store store;
    struct platform platform;
    VEC(const struct store_feed *) fits;
};

static void clear(struct scan *scan)
{
    vec_clear(&scan->fits);
    store_close(&scan->store);
    arena_clear(&scan->arena);
}

/* Nothing fits: says what there is, and how to get what is missing. */
static int no_content(const struct scan *scan, struct err *err)
{
    const struct store *store = &scan->store;

    for (size_t i = 0; i < store->feeds.n; i++) {
        const struct store_feed *entry = &store->feeds.p[i];

        if (entry->problem.n > 0)
            return err_set(err, E_ABSENT,
                           "no content fits '%" PRIstr "', and one cannot be "
                           "used: %" PRIstr,
                           ARGstr(scan->platform.name), ARGstr(entry->problem));
    }
    return err_set(err, E_ABSENT,
                   "no content on this machine fits '%" PRIstr "' (%" PRIstr
                   " %" PRIstr "); 'holdfast content update' fetches the "
                   "vendor's feed for this machine, 'holdfast content import "
                   "FILE' installs one from a file, and 'holdfast content "
                   "list' shows what there is",
                   ARGstr(scan->platform.name), ARGstr(scan->platform.id),
                   ARGstr(scan->platform.version));
}

static int choose(struct scan *scan, struct err *err)
{
    const char *root = cli_value(scan->cli, "root");
    int rc = machine_platform(root, &scan->arena, &scan->platform, err);

    if (rc == 0)
        rc = store_open(&scan->store, cli_value(scan->cli, "dir"), err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < scan->store.feeds.n; i++) {
        const struct store_feed *entry = &scan->store.feeds.p[i];

        if (entry->used && entry->problem.n == 0 &&
            feed_fits(&entry->feed, scan->platform.id, scan->platform.version))
            *vec_push(&scan->fits) = entry;
    }
    return scan->fits.n == 0 ? no_content(scan, err) : 0;
}

static void add_heading(const struct scan *scan, const struct term *term,
                        struct buf *out)
{
    int64_t now = time(NULL);

    buf_add_c(out, term_style(term, TERM_BOLD));
    term_text(term, out, scan->platform.name, TERM_WIDE);
    buf_add_c(out, term_end(term));
    if (cli_value(scan->cli, "root") != NULL)
        buf_printf(out, " below %s", cli_value(scan->cli, "root"));
    buf_add_char(out, '\n');
    for (size_t i = 0; i < scan->fits.n; i++) {
        const struct feed *feed = &scan->fits.p[i]->feed;
        AUTO(arena_clear) struct arena arena = ARENA;
        str age = feeds_age(feed, now, &arena);

        buf_add_c(out, "tested against ");
        term_text(term, out, feed->id, TERM_WIDE);
        buf_printf(out, ", %lld definitions", (long long)feed->definitions);
        if (feed->vendor.n > 0) {
            buf_add_c(out, " by ");
            term_text(term, out, feed->vendor, TERM_WIDE);
        }
        buf_add_c(out, ", generated ");
        term_text(term, out, str_sub(feed->generated, 0, 10), TERM_WIDE);
        if (age.n > 0)
            buf_printf(out, " (%" PRIstr ")", ARGstr(age));
        buf_add_char(out, '\n');
        if (feeds_is_old(feed, now))
            buf_printf(out,
                       "%sThis content is old: what became known since then "
                       "is not shown. 'holdfast content update' renews "
                       "it.%s\n",
                       term_style(term, TERM_YELLOW), term_end(term));
    }
    buf_add_char(out, '\n');
}

static int show(const struct scan *scan, const struct assess *assess,
                struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(FINDINGS_TEXT_MAX);
    struct term term = term_init();

    add_heading(scan, &term, &out);
    findings_print(&assess->report,
                   &(struct findings_options){
                       .all = cli_has(scan->cli, "all"),
                       .hints = !cli_has(scan->cli, "quiet"),
                       .root = cli_value(scan->cli, "root"),
                   },
                   &term, &out);
    return help_print(&out, err);
}

static int add_contents(const struct scan *scan, struct assess *assess,
                        struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < scan->fits.n; i++)
        rc = assess_add(assess, scan->fits.p[i]->path.p, err);
    return rc;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(assess_clear) struct assess assess = { .detail = true };
    AUTO(clear) struct scan scan = { .cli = cli };
    int rc = choose(&scan, err);

    for (size_t i = 0; rc == 0 && i < scan.fits.n; i++)
        assess.source_packages |= scan.fits.p[i]->feed.names_sources;
    if (rc == 0)
        rc = assess_init(&assess, cli, NULL, err);
    if (rc == 0)
        rc = add_contents(&scan, &assess, err);
    if (rc == 0)
        rc = assess_run(&assess, err);
    if (rc == 0)
        rc = assess_write(&assess, err);
    if (rc == 0 && !assess_writes_stdout(cli) && !cli_has(cli, "quiet"))
        rc = show(&scan, &assess, err);
    return rc < 0 ? rc : assess_exit(&assess);
}

static const struct cli_option options[] = {
    ASSESS_SOURCE_OPTIONS,
    ASSESS_RESULT_OPTIONS,
    { "all", 0, NULL, "Show a row for each definition, not for each package" },
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_scan = {
    .name = "scan",
    .summary = "Show what is vulnerable on this machine, and what fixes it",
    .arguments = "",
    .about =
        "Chooses the content that fits the system, by its os-release, from "
        "what is installed ('holdfast content list'), evaluates it, and "
        "shows what is vulnerable: how bad it is, the package, the version "
        "that is installed and the one that fixes it.\n\n"
        "Severity is shown as the content states it; when it does not, it is "
        "'not stated'. Packages are listed once, with the worst that is "
        "known of them; --all lists every definition. What could not be "
        "decided is listed with the reason and never counted as clean.",
    .options = options,
    .run = run,
};
