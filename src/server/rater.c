/* SPDX-License-Identifier: Apache-2.0
 *
 * Risk data (CVSS, KEV, EPSS) for findings; see server/reports.h.
 */
#include <sys/stat.h>

#include "base/log.h"
#include "base/map.h"
#include "risk/cve.h"
#include "risk/data.h"
#include "server/reports.h"

struct rater {
    struct oval_rater rater; /* first: rate() is given its address */
    struct buf path;
    struct risk_data *data;
    struct stat seen;
    struct arena arena; /* of the texts that are ours */
    struct map names;   /* of a score's source, by risk.cvss_key */
    VEC(str) texts;
    bool warned;
};

/* "NVD CVSS 3.1": made once for all scores of a kind. */
static str source_name(struct rater *r, const struct risk *risk)
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

static str day(struct rater *r, uint16_t number)
{
    char space[DAY_TEXT_SIZE];

    if (number == 0)
        return STR_NONE;
    return arena_str(&r->arena, day_text(number, space));
}

static void warn(struct rater *r, const struct err *err)
{
    if (!r->warned)
        log_warn("risk.unusable", LOG_TEXT("why", str_c(err_text(err))));
    r->warned = true;
}

static bool rate(const struct oval_rater *rater, str cve,
                 struct oval_rating *out)
{
    struct rater *r = (struct rater *)(uintptr_t)rater;
    struct err err = { 0 };
    struct risk risk;
    int rc = risk_data_find(r->data, cve, &risk, &err);

    if (rc < 0)
        warn(r, &err);
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

static void forget(struct rater *r)
{
    risk_data_free(r->data);
    r->data = NULL;
    vec_clear(&r->texts);
    map_clear(&r->names);
    arena_clear(&r->arena);
}

struct rater *rater_new(const char *dir)
{
    struct rater *r = mem_alloc(1, sizeof(*r));

    r->rater.rate = rate;
    r->path = BUF_INIT(4096);
    buf_printf(&r->path, "%s/risk.data", dir);
    return r;
}

void rater_free(struct rater *r)
{
    if (r == NULL)
        return;
    forget(r);
    buf_clear(&r->path);
    mem_free(r);
}

const struct oval_rater *rater_use(struct rater *r)
{
    struct err err = { 0 };
    struct stat now;

    if (r == NULL)
        return NULL;
    if (stat(buf_c(&r->path), &now) < 0)
        memset(&now, 0, sizeof(now));
    if (now.st_ino != r->seen.st_ino || now.st_size != r->seen.st_size ||
        now.st_mtim.tv_sec != r->seen.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != r->seen.st_mtim.tv_nsec) {
        forget(r);
        r->warned = false;
        r->seen = now;
        if (now.st_ino != 0 &&
            risk_data_open(buf_c(&r->path), &r->data, &err) < 0)
            warn(r, &err);
    }
    return r->data != NULL ? &r->rater : NULL;
}
