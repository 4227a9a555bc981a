/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/risks.h"

#include <stdio.h>

#include "cli/term.h"
#include "content/store.h"
#include "risk/cve.h"

const char *risks_path(struct arena *arena, const char *dir)
{
    if (dir == NULL)
        dir = store_default_dir(arena);
    return arena_printf(arena, "%s/risk.data", dir).p;
}

static void warn(struct risks *risks, const struct err *err)
{
    AUTO(buf_clear) struct buf line = BUF(8192);
    struct term term = term_init();

    if (risks->warned)
        return;
    risks->warned = true;
    term_text(&term, &line, str_c(err_text(err)), TERM_WIDE);
    fprintf(stderr, "holdfast: warning: the risk data are not used: %s\n",
            buf_c(&line));
}

/* "NVD CVSS 3.1", "NVD (security@example.org) CVSS 3.1": made once for all
 * scores of the same kind. */
static str source_name(struct risks *risks, const struct risk *risk)
{
    str key = { (const char *)&risk->cvss_key, sizeof(risk->cvss_key) };
    uint32_t at = map_get(&risks->names, key);

    if (at != MAP_NONE)
        return risks->texts.p[at];
    at = (uint32_t)risks->texts.n;
    map_add(&risks->names, arena_str(&risks->arena, key), at);
    *vec_push(&risks->texts) =
        arena_printf(&risks->arena, "%" PRIstr "%s%" PRIstr "%s CVSS %s",
                     ARGstr(risk->source), risk->scorer.n > 0 ? " (" : "",
                     ARGstr(risk->scorer), risk->scorer.n > 0 ? ")" : "",
                     cvss_version_text(risk->version));
    return risks->texts.p[at];
}

static str day(struct risks *risks, uint16_t number)
{
    char space[DAY_TEXT_SIZE];

    if (number == 0)
        return STR_NONE;
    return arena_str(&risks->arena, day_text(number, space));
}

static bool rate(const struct oval_rater *rater, str cve,
                 struct oval_rating *out)
{
    struct risks *risks = (struct risks *)(uintptr_t)rater;
    struct err err = { 0 };
    struct risk risk;
    int rc = risk_data_find(risks->data, cve, &risk, &err);

    if (rc < 0)
        warn(risks, &err);
    if (rc != 0)
        return false;
    if (risk.version != CVSS_NONE) {
        out->source = source_name(risks, &risk);
        out->severity =
            str_c(cvss_rating_text(cvss_rating_of(risk.version, risk.score)));
        out->version = str_c(cvss_version_text(risk.version));
        out->vector = risk.vector;
        out->score = risk.score;
    }
    out->exploited = risk.exploited;
    out->ransomware = risk.ransomware;
    out->exploited_source = risk.exploited_source;
    out->exploited_since = day(risks, risk.added);
    out->exploited_due = day(risks, risk.due);
    out->has_epss = risk.has_epss;
    out->epss = risk.epss;
    out->epss_percentile = risk.percentile;
    out->epss_source = risk.epss_source;
    out->epss_date = risk.epss_date;
    return true;
}

int risks_open_data(struct arena *arena, const char *dir,
                    struct risk_data **out, struct err *err)
{
    const char *path = risks_path(arena, dir);
    int rc = risk_data_open(path, out, err);

    if (rc == E_ABSENT && dir == NULL)
        rc = risk_data_open(risks_path(arena, store_system_dir), out, err);
    if (rc == E_ABSENT)
        return err_set(err, E_ABSENT,
                       "there are no risk data (%s); 'holdfast risk import' "
                       "and 'holdfast risk update' add some",
                       path);
    return rc;
}

int risks_open(struct risks *risks, const char *given, const char *dir,
               struct err *err)
{
    struct err problem = { 0 };
    int rc;

    *risks = (struct risks){ .rater = { rate } };
    if (given != NULL && strcmp(given, "none") == 0)
        return 0;
    if (given != NULL)
        return risk_data_open(given, &risks->data, err);
    rc = risks_open_data(&risks->arena, dir, &risks->data, &problem);
    if (rc < 0 && rc != E_ABSENT)
        warn(risks, &problem);
    return 0;
}

void risks_close(struct risks *risks)
{
    risk_data_freep(&risks->data);
    vec_clear(&risks->texts);
    map_clear(&risks->names);
    arena_clear(&risks->arena);
}

const struct oval_rater *risks_rater(const struct risks *risks)
{
    return risks->data != NULL ? &risks->rater : NULL;
}
