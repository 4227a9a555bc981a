/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores of CVSS 3.0 and 3.1: section 7 of their specifications.
 */
#include <math.h>

#include "risk/cvss_int.h"

/* The base metrics that count, and what is required of each impact. */
struct counted {
    int8_t value[V3_A + 1];
    int64_t required[3]; /* tenths */
};

static const int64_t tenth = 1000000000; /* in 10^-10 */

/* Round up to one decimal: 3.0 the value itself, 3.1 the value rounded to
 * five decimals (its appendix A). `value` is in 10^-10. */
static unsigned round_up(enum cvss_version version, int64_t value)
{
    if (version == CVSS_3_1)
        value = (value + 50000) / 100000 * 100000;
    if (value > 10 * 10 * tenth)
        value = 10 * 10 * tenth;
    return (unsigned)((value + tenth - 1) / tenth);
}

static int64_t exploitability(const int8_t *v) /* 10^-10 */
{
    static const int64_t vector[] = { 85, 62, 55, 20 };
    static const int64_t complexity[] = { 77, 44 };
    static const int64_t privileges[2][3] = { { 85, 62, 27 }, { 85, 68, 50 } };
    static const int64_t interaction[] = { 85, 62 };

    return 822 * vector[v[V3_AV]] * complexity[v[V3_AC]] *
           privileges[v[V3_S]][v[V3_PR]] * interaction[v[V3_UI]];
}

/* 1 - (1 - C)(1 - I)(1 - A), each times what is required of it; 10^-9. */
static int64_t impact_base(const struct counted *c)
{
    static const int64_t impacts[] = { 0, 22, 56 }; /* 10^-2 */
    int64_t kept = 1;

    for (int i = 0; i < 3; i++)
        kept *= 1000 - impacts[c->value[V3_C + i]] * c->required[i];
    return tenth - kept;
}

/* Impact in a changed scope. The modified one of 3.1 is another. */
static double changed_impact(enum cvss_version version, double isc,
                             bool modified)
{
    double power = modified && version == CVSS_3_1
                       ? pow(isc * 0.9731 - 0.02, 13)
                       : pow(isc - 0.02, 15);

    return 7.52 * (isc - 0.029) - 3.25 * power;
}

static unsigned score(enum cvss_version version, const struct counted *c,
                      bool modified)
{
    int64_t isc = impact_base(c);
    int64_t exploit = exploitability(c->value);
    double impact;

    if (modified && isc > 915000000)
        isc = 915000000;
    if (isc <= 0)
        return 0;
    if (c->value[V3_S] == 0) /* exact: in 10^-11 */
        return round_up(version, (642 * isc + exploit * 10 + 9) / 10);
    /* The powers have too many decimals for the value to lie on a tenth: only
     * its neighbourhood matters, and rounding it up to 10^-10 does not change
     * the answer. */
    impact = changed_impact(version, (double)isc / 1e9, modified);
    if (impact <= 0)
        return 0;
    return round_up(version,
                    (int64_t)ceil(1.08 * (impact * 1e10 + (double)exploit)));
}

static int64_t weight(const int8_t *v, int metric, const int64_t *weights)
{
    return v[metric] < 0 ? weights[0] : weights[v[metric]];
}

/* The temporal metrics, on a score in tenths; exact. */
static unsigned temporal(const struct cvss *cvss, unsigned base)
{
    static const int64_t e[] = { 100, 91, 94, 97, 100 }; /* 10^-2 */
    static const int64_t rl[] = { 100, 95, 96, 97, 100 };
    static const int64_t rc[] = { 100, 92, 96, 100 };

    return round_up(cvss->version, base * weight(cvss->value, V3_E, e) *
                                       weight(cvss->value, V3_RL, rl) *
                                       weight(cvss->value, V3_RC, rc) * 1000);
}

static bool is_environmental(const struct cvss *cvss)
{
    for (int i = V3_CR; i <= V3_MAV + V3_A; i++) {
        if (cvss->value[i] > 0)
            return true;
    }
    return false;
}

void cvss_score_3(const struct cvss *cvss, struct cvss_scores *out)
{
    static const int64_t required[] = { 10, 5, 10, 15 };
    struct counted c;

    for (int i = 0; i < 3; i++)
        c.required[i] = 10;
    for (int i = 0; i <= V3_A; i++)
        c.value[i] = cvss->value[i];
    out->base = score(cvss->version, &c, false);
    out->temporal = temporal(cvss, out->base);
    out->environmental = out->temporal;
    if (!is_environmental(cvss))
        return;
    for (int i = 0; i < 3; i++)
        c.required[i] = weight(cvss->value, V3_CR + i, required);
    for (int i = 0; i <= V3_A; i++) {
        if (cvss->value[V3_MAV + i] > 0) /* 0: not defined */
            c.value[i] = (int8_t)(cvss->value[V3_MAV + i] - 1);
    }
    out->environmental = temporal(cvss, score(cvss->version, &c, true));
}
