/* SPDX-License-Identifier: Apache-2.0 */
#include "content/rater.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "risk/cve.h"

struct content_rater {
    struct oval_rater rater; /* first: rate() is given its address */
    struct risk_data *data;
    content_rater_warn *warn;
    void *ctx;
    struct arena arena; /* of the texts that are ours */
    struct map names;   /* of a score's source, by risk.cvss_key: an index */
    VEC(str) texts;
};

/* "NVD CVSS 3.1", "NVD (security@example.org) CVSS 3.1": made once for all
 * scores of the same kind. */
static str source_name(struct content_rater *r, const struct risk *risk)
{
    str key = { (const char *)&risk->cvss_key, sizeof(risk->cvss_key) };
    uint32_t at = map_get(&r->names, key);

    if (at != MAP_NONE)
        return r->texts.p[at];
    at = (uint32_t)r->texts.n;
    map_add(&r->names, arena_str(&r->arena, key), at);
    *vec_push(&r->texts) = arena_printf(
        &r->arena, "%" PRIstr "%s%" PRIstr "%s CVSS %s", ARGstr(risk->source),
        risk->scorer.n > 0 ? " (" : "", ARGstr(risk->scorer),
        risk->scorer.n > 0 ? ")" : "", cvss_version_text(risk->version));
    return r->texts.p[at];
}

static str day(struct content_rater *r, uint16_t number)
{
    char space[DAY_TEXT_SIZE];

    if (number == 0)
        return STR_NONE;
    return arena_str(&r->arena, day_text(number, space));
}

static bool rate(const struct oval_rater *rater, str cve,
                 struct oval_rating *out)
{
    struct content_rater *r = (struct content_rater *)(uintptr_t)rater;
    struct err err = { 0 };
    struct risk risk;
    int rc = risk_data_find(r->data, cve, &risk, &err);

    if (rc < 0)
        r->warn(r->ctx, &err);
    if (rc != 0)
        return false;
    if (risk.version != CVSS_NONE) {
        out->source = source_name(r, &risk);
        out->severity =
            str_c(cvss_rating_text(cvss_rating_of(risk.version, risk.score)));
        out->version = str_c(cvss_version_text(risk.version));
        out->vector = risk.vector;
        out->score = risk.score;
    }
    out->exploited = risk.exploited;
    out->ransomware = risk.ransomware;
    out->exploited_source = risk.exploited_source;
    out->exploited_since = day(r, risk.added);
    out->exploited_due = day(r, risk.due);
    out->has_epss = risk.has_epss;
    out->epss = risk.epss;
    out->epss_percentile = risk.percentile;
    out->epss_source = risk.epss_source;
    out->epss_date = risk.epss_date;
    return true;
}

struct content_rater *content_rater_new(struct risk_data *data,
                                        content_rater_warn *warn, void *ctx)
{
    struct content_rater *r = mem_alloc(1, sizeof(*r));

    r->rater.rate = rate;
    r->data = data;
    r->warn = warn;
    r->ctx = ctx;
    return r;
}

void content_rater_free(struct content_rater *r)
{
    if (r == NULL)
        return;
    risk_data_free(r->data);
    vec_clear(&r->texts);
    map_clear(&r->names);
    arena_clear(&r->arena);
    mem_free(r);
}

void content_rater_freep(struct content_rater **rater)
{
    content_rater_free(*rater);
    *rater = NULL;
}

const struct oval_rater *content_rater_oval(const struct content_rater *rater)
{
    return rater != NULL ? &rater->rater : NULL;
}
