/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "risk/import_int.h"

#define CVE_PATH "/vulnerabilities[]/cve"
#define METRICS CVE_PATH "/metrics/"

/* One score of a CVE: of NVD (primary) or of whoever reported it. */
struct metric {
    enum cvss_version version;
    unsigned score;
    bool has_score;
    bool primary;
    struct buf vector;
    struct buf source;
};

struct nvd {
    struct risk_importer *importer;
    uint64_t key;
    bool has_id;
    bool has_best;
    struct metric now;
    struct metric best;
};

static void reset(struct metric *metric)
{
    metric->version = CVSS_NONE;
    metric->score = 0;
    metric->has_score = metric->primary = false;
    buf_reset(&metric->vector);
    buf_reset(&metric->source);
}

/* The later version; then NVD's own; then the higher score. */
static bool is_better(const struct metric *a, const struct metric *b)
{
    if (a->version != b->version)
        return a->version > b->version;
    if (a->primary != b->primary)
        return a->primary;
    return a->score > b->score;
}

static int finish_metric(struct nvd *nvd, struct err *err)
{
    struct metric *now = &nvd->now;
    struct metric swap;
    int rc;

    if (now->version == CVSS_NONE)
        return 0; /* another kind of metric */
    rc = buf_finish(&now->vector, "vectorString", err);
    if (rc == 0)
        rc = buf_finish(&now->source, "source", err);
    if (rc == 0)
        rc =
            risk_check_score(nvd->importer, now->version, buf_str(&now->vector),
                             now->has_score, &now->score, err);
    if (rc < 0)
        return rc;
    if (nvd->has_best && !is_better(now, &nvd->best))
        return 0;
    swap = nvd->best;
    nvd->best = *now;
    *now = swap;
    nvd->has_best = true;
    return 0;
}

/* A CVE without a score is told to the draft too: it may have had one. */
static int finish_cve(struct nvd *nvd, struct err *err)
{
    struct risk_fact fact = { .key = nvd->key };
    str source = buf_str(&nvd->best.source);
    int rc = 0;

    if (!nvd->has_id)
        return err_set(err, E_PARSE, "a vulnerability has no id");
    if (nvd->has_best) {
        fact.version = nvd->best.version;
        fact.score = nvd->best.score;
        fact.vector = buf_str(&nvd->best.vector);
        if (!str_eq(source, STR("nvd@nist.gov")))
            rc = risk_name(nvd->importer, source, &fact.scorer, err);
    }
    nvd->has_id = nvd->has_best = false;
    return rc < 0 ? rc : risk_draft_add(nvd->importer->draft, &fact, err);
}

static int set_member(struct nvd *nvd, str name, const struct json_event *event,
                      struct err *err)
{
    struct metric *now = &nvd->now;
    str text = event->text;

    if (str_eq(name, STR("source"))) {
        buf_reset(&now->source);
        buf_add(&now->source, text);
    } else if (str_eq(name, STR("type"))) {
        now->primary = str_eq(text, STR("Primary"));
    } else if (str_eq(name, STR("cvssData/version"))) {
        now->version = cvss_version_of(text);
        if (now->version == CVSS_NONE)
            return err_set(err, E_UNSUPPORTED,
                           "CVSS version '%" PRIstr "' is not known",
                           ARGstr(str_sub(text, 0, 16)));
    } else if (str_eq(name, STR("cvssData/vectorString"))) {
        buf_reset(&now->vector);
        buf_add(&now->vector, text);
    } else if (str_eq(name, STR("cvssData/baseScore"))) {
        now->has_score = true;
        return cvss_score_parse(text, &now->score, err);
    }
    return 0;
}

/* Below "metrics": "cvssMetricV31[]", "cvssMetricV31[]/type", … */
static int on_metric(struct nvd *nvd, str path, const struct json_event *event,
                     struct err *err)
{
    str kind = str_cut(&path, '/');

    if (!str_starts(kind, STR("cvssMetric")))
        return 0;
    if (path.n > 0)
        return set_member(nvd, path, event, err);
    if (event->type == JSON_OBJECT)
        reset(&nvd->now);
    return event->type == JSON_OBJECT_END ? finish_metric(nvd, err) : 0;
}

static int on_event(void *ctx, const struct json_event *event, struct err *err)
{
    struct nvd *nvd = ctx;
    str path = event->path;

    if (str_starts(path, STR(METRICS)))
        return on_metric(nvd, str_sub(path, sizeof(METRICS) - 1, SIZE_MAX),
                         event, err);
    if (str_eq(path, STR(CVE_PATH "/id")) && event->type == JSON_STRING) {
        nvd->has_id = true;
        return cve_parse(event->text, &nvd->key, err);
    }
    if (str_eq(path, STR(CVE_PATH)) && event->type == JSON_OBJECT_END)
        return finish_cve(nvd, err);
    if (str_eq(path, STR("/timestamp")) && event->type == JSON_STRING)
        nvd->importer->date =
            arena_str(&nvd->importer->arena, str_sub(event->text, 0, 64));
    return 0;
}

int risk_import_nvd(struct risk_importer *importer, struct err *err)
{
    struct nvd nvd = {
        .importer = importer,
        .now = { .vector = BUF(CVSS_VECTOR_MAX), .source = BUF(RISK_PIECE) },
        .best = { .vector = BUF(CVSS_VECTOR_MAX), .source = BUF(RISK_PIECE) },
    };
    int rc = risk_import_json(importer, on_event, &nvd, err);

    buf_clear(&nvd.now.vector);
    buf_clear(&nvd.now.source);
    buf_clear(&nvd.best.vector);
    buf_clear(&nvd.best.source);
    return rc;
}
