/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/rating.h"

#include "risk/cve.h"

/* --- The formula: docs/risk.md. --- */

enum {
    CVSS_ASSUMED = 50, /* of what is threatened and has no score */
    THREAT_ALONE = 50, /* from which on a threat is rated without a score */
    THREAT_MAX = 100,
    THREAT_PROOF = 40,
    THREAT_FUNCTIONAL = 60,
    WEIGHT_BASE = 60, /* percent of the score without any threat */
};

/* EPSS to threat, straight lines between these points. */
static const struct {
    uint32_t epss; /* millionths */
    unsigned threat;
} points[] = {
    { 0, 0 },       { 1000, 5 },    { 10000, 20 },
    { 100000, 50 }, { 500000, 80 }, { 1000000, THREAT_MAX },
};

static unsigned epss_threat(uint32_t epss)
{
    for (size_t i = 1; i < COUNT(points); i++) {
        uint64_t width = points[i].epss - points[i - 1].epss;
        uint64_t rise = points[i].threat - points[i - 1].threat;

        if (epss <= points[i].epss)
            return points[i - 1].threat +
                   (unsigned)(((epss - points[i - 1].epss) * rise * 2 + width) /
                              (2 * width));
    }
    return THREAT_MAX;
}

static void raise_threat(struct risk_rating *out, unsigned threat)
{
    out->threat_known = true;
    if (threat > out->threat)
        out->threat = threat;
}

/* What the vector says of exploits. */
static void add_maturity(const struct risk *facts, struct risk_rating *out)
{
    struct cvss cvss;

    if (facts->vector.n == 0 || cvss_parse(facts->vector, &cvss, NULL) < 0)
        return;
    switch (cvss_maturity_of(&cvss)) {
    case CVSS_E_UNPROVEN:
        raise_threat(out, 0);
        break;
    case CVSS_E_PROOF:
        raise_threat(out, THREAT_PROOF);
        break;
    case CVSS_E_FUNCTIONAL:
        raise_threat(out, THREAT_FUNCTIONAL);
        break;
    case CVSS_E_HIGH: /* of 4.0 it means attacks, before it only that any
                         exploit works */
        out->exploited |= cvss.version == CVSS_4_0;
        raise_threat(out,
                     cvss.version == CVSS_4_0 ? THREAT_MAX : THREAT_FUNCTIONAL);
        break;
    default:
        break;
    }
}

static void find_threat(const struct risk *facts, struct risk_rating *out)
{
    out->threat = 0;
    out->threat_known = false;
    out->exploited = facts->exploited || facts->exploitation == RISK_ACTIVE;
    if (facts->has_epss)
        raise_threat(out, epss_threat(facts->epss));
    if (facts->exploitation == RISK_NO_EXPLOIT)
        raise_threat(out, 0);
    if (facts->exploitation == RISK_PROOF)
        raise_threat(out, THREAT_PROOF);
    add_maturity(facts, out);
    if (out->exploited)
        raise_threat(out, THREAT_MAX);
}

static unsigned divide(unsigned sum, unsigned by) /* half up */
{
    return (2 * sum + by) / (2 * by);
}

void risk_rate_facts(const struct risk *facts, struct risk_rating *out)
{
    unsigned rest;

    find_threat(facts, out);
    out->cvss_assumed =
        facts->version == CVSS_NONE && out->threat >= THREAT_ALONE;
    out->rated = facts->version != CVSS_NONE || out->cvss_assumed;
    out->cvss = out->cvss_assumed ? CVSS_ASSUMED : facts->score;
    out->tenths = 0;
    rest = CVSS_SCORE_MAX - out->cvss;
    if (!out->rated) {
        out->reason = "no score, and no threat known that is rated without one";
    } else if (out->exploited && facts->ransomware) {
        out->tenths = out->cvss + divide(rest * 3, 4);
        out->reason = "exploited in ransomware campaigns";
    } else if (out->exploited) {
        out->tenths = out->cvss + divide(rest, 2);
        out->reason = "exploited";
    } else if (!out->threat_known) {
        out->tenths = out->cvss;
        out->reason = "nothing is known of the threat: the score itself";
    } else {
        out->tenths =
            divide(out->cvss * (WEIGHT_BASE * THREAT_MAX +
                                (THREAT_MAX - WEIGHT_BASE) * out->threat),
                   THREAT_MAX * THREAT_MAX);
        out->reason = "score and threat";
    }
}

enum cvss_rating risk_rating_group(unsigned tenths)
{
    return cvss_rating_of(CVSS_3_1, tenths);
}

/* --- Inputs. --- */

const char *risk_input_state_text(enum risk_input_state state)
{
    static const char *const texts[] = { "checked, stated",
                                         "checked, says nothing", "not checked",
                                         "source unavailable" };

    return texts[state];
}

static bool is_stale(const struct risk_source *source,
                     const struct risk_clock *clock)
{
    uint16_t day;
    int64_t of = source->imported_s / 86400;

    if (source->date.n > 0 && day_parse(source->date, &day, NULL) == 0)
        of = day;
    return (int64_t)clock->today - of > (int64_t)clock->stale_days;
}

/* Of several sources of scores the one that gave this score, or the first. */
static int find_inputs(struct risk_data *data, const struct risk_clock *clock,
                       struct risk_rating *out, struct err *err)
{
    for (size_t i = 0; i < risk_data_sources(data); i++) {
        struct risk_source source;
        int rc = risk_data_source(data, i, &source, err);
        struct risk_input *input;

        if (rc < 0)
            return rc;
        input = &out->inputs[source.kind];
        if (input->state == RISK_SILENT &&
            !(source.kind == RISK_CVSS &&
              str_eq(source.name, out->facts.source)))
            continue;
        *input = (struct risk_input){ RISK_SILENT, source.name, source.date,
                                      is_stale(&source, clock) };
    }
    return 0;
}

static void mark_stated(struct risk_rating *out)
{
    const bool stated[RISK_KINDS] = {
        [RISK_CVSS] = out->facts.version != CVSS_NONE,
        [RISK_KEV] = out->facts.exploited,
        [RISK_EPSS] = out->facts.has_epss,
        [RISK_SSVC] = out->facts.exploitation != RISK_NOT_ASSESSED,
    };

    for (size_t i = 0; i < RISK_KINDS; i++) {
        if (stated[i])
            out->inputs[i].state = RISK_STATED;
        /* A catalogue that is old may lack what is exploited by now. */
        if (out->inputs[i].state != RISK_NOT_CHECKED)
            out->stale |= out->inputs[i].stale;
    }
}

void risk_rate_unavailable(struct risk_rating *out)
{
    *out = (struct risk_rating){ .reason = "source unavailable" };
    for (size_t i = 0; i < RISK_KINDS; i++)
        out->inputs[i].state = RISK_UNAVAILABLE;
}

int risk_rate(struct risk_data *data, str cve, const struct risk_clock *clock,
              struct risk_rating *out, struct err *err)
{
    int rc;

    *out = (struct risk_rating){ 0 };
    for (size_t i = 0; i < RISK_KINDS; i++)
        out->inputs[i].state = RISK_NOT_CHECKED;
    if (data != NULL) {
        rc = risk_data_find(data, cve, &out->facts, err);
        if (rc >= 0)
            rc = find_inputs(data, clock, out, err);
        if (rc < 0) {
            risk_rate_unavailable(out);
            return rc;
        }
    }
    mark_stated(out);
    risk_rate_facts(&out->facts, out);
    return 0;
}
