/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/risks.h"
#include "cli/term.h"
#include "risk/cve.h"

static void add(struct buf *out, const char *label, str text)
{
    struct term term = term_init();

    buf_printf(out, "  %-11s ", label);
    term_text(&term, out, text, TERM_WIDE);
    buf_add_char(out, '\n');
}

static void add_score(const struct oval_rating *rating, struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 12);

    if (rating->source.n == 0) {
        add(out, "CVSS", STR("not stated"));
        return;
    }
    buf_printf(&text, "%u.%u %" PRIstr ", by %" PRIstr, rating->score / 10,
               rating->score % 10, ARGstr(rating->severity),
               ARGstr(rating->source));
    add(out, "CVSS", buf_str(&text));
    if (rating->vector.n > 0)
        add(out, "vector", rating->vector);
}

static void add_exploited(const struct oval_rating *rating, struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 12);

    if (!rating->exploited) {
        add(out, "exploited", STR("not known"));
        return;
    }
    buf_printf(&text, "yes, by %" PRIstr ", since %" PRIstr,
               ARGstr(rating->exploited_source),
               ARGstr(rating->exploited_since));
    if (rating->exploited_due.n > 0)
        buf_printf(&text, ", to be fixed by %" PRIstr,
                   ARGstr(rating->exploited_due));
    if (rating->ransomware)
        buf_add_c(&text, ", in ransomware campaigns");
    add(out, "exploited", buf_str(&text));
}

static void add_epss(const struct oval_rating *rating, struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 12);

    if (!rating->has_epss) {
        add(out, "EPSS", STR("not stated"));
        return;
    }
    buf_printf(&text, "%u.%06u, percentile %u.%06u, by %" PRIstr,
               rating->epss / 1000000, rating->epss % 1000000,
               rating->epss_percentile / 1000000,
               rating->epss_percentile % 1000000, ARGstr(rating->epss_source));
    if (rating->epss_date.n > 0)
        buf_printf(&text, " of %" PRIstr, ARGstr(rating->epss_date));
    add(out, "EPSS", buf_str(&text));
}

static int show(const struct risks *risks, const char *cve, struct buf *out,
                struct err *err)
{
    struct oval_rating rating = { 0 };
    uint64_t key;
    int rc = cve_parse(str_c(cve), &key, err);

    if (rc < 0)
        return err_wrap(err, E_USAGE, "CVE");
    buf_printf(out, "%s\n", cve);
    if (!risks->rater.rate(&risks->rater, str_c(cve), &rating)) {
        add(out, "", STR("nothing is known of it"));
        return 0;
    }
    add_score(&rating, out);
    add_exploited(&rating, out);
    add_epss(&rating, out);
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 24);
    AUTO(risks_close) struct risks risks = { 0 };
    int rc = risks_open(&risks, "none", NULL, err);

    if (rc == 0)
        rc = risks_open_data(&risks.arena, cli_value(cli, "dir"), &risks.data,
                             err);

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = show(&risks, cli->args.p[i], &out, err);
    return rc < 0 ? rc : help_print(&out, err);
}

static const struct cli_option options[] = {
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_risk_show = {
    .name = "risk show",
    .summary = "Show what the risk data say of a CVE",
    .arguments = "CVE...",
    .about = "Shows the CVSS score with its vector, whether the CVE is known "
             "to be exploited, and its EPSS score, each with its source.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
