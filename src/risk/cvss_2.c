/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores of CVSS 2.0: "CVSS v2 complete documentation", 3.2.
 */
#include <math.h>

#include "risk/cvss_int.h"

/* 3.2.1. All weights have at most three decimals, so the whole is an integer
 * in 10^-15. */
static unsigned base_score(const int8_t *v)
{
    static const int64_t access[] = { 395, 646, 1000 }; /* 10^-3 */
    static const int64_t complexity[] = { 35, 61, 71 }; /* 10^-2 */
    static const int64_t authentication[] = { 450, 560, 704 };
    static const int64_t kept[] = { 1000, 725, 340 }; /* 1 - impact */
    const int64_t half = 50000000000000;
    const int64_t one = 1000000000000; /* 10^-12 */
    int64_t impact = 1000000000 - kept[v[V2_C]] * kept[v[V2_I]] * kept[v[V2_A]];
    int64_t exploit = access[v[V2_AV]] * complexity[v[V2_AC]] *
                      authentication[v[V2_AU]]; /* 10^-8 */
    int64_t sum;

    if (impact == 0)
        return 0;
    /* 0.6 * 10.41 * impact + 0.4 * 20 * exploitability - 1.5 */
    sum = 6 * 1041 * impact + 80000 * exploit - one - one / 2;
    return (unsigned)((sum * 1176 + half) / (2 * half));
}

/* Of a metric that may be missing, which is the last of its weights. */
static unsigned weight(const int8_t *v, int metric, const unsigned *weights,
                       unsigned not_defined)
{
    return v[metric] < 0 ? weights[not_defined] : weights[v[metric]];
}

/* 3.2.2: of a base score in tenths, exact. */
static unsigned temporal_score(const int8_t *v, unsigned base)
{
    static const unsigned e[] = { 85, 90, 95, 100, 100 }; /* 10^-2 */
    static const unsigned rl[] = { 87, 90, 95, 100, 100 };
    static const unsigned rc[] = { 90, 95, 100, 100 };

    return (base * weight(v, V2_E, e, 4) * weight(v, V2_RL, rl, 4) *
                weight(v, V2_RC, rc, 3) +
            500000) /
           1000000;
}

/* Half up, of a value whose error is far below the distance of two values
 * that the weights can make. */
static unsigned round_tenths(double value)
{
    return (unsigned)floor(value * 10 + 0.5 + 1e-9);
}

/* 3.2.3: the base score with the impact adjusted to what is required. */
static unsigned adjusted_base(const int8_t *v)
{
    static const double access[] = { 0.395, 0.646, 1.0 };
    static const double complexity[] = { 0.35, 0.61, 0.71 };
    static const double authentication[] = { 0.45, 0.56, 0.704 };
    static const double impacts[] = { 0.0, 0.275, 0.66 };
    static const unsigned required[] = { 50, 100, 151, 100 }; /* 10^-2 */
    double kept = 1;
    double impact;
    double exploit =
        20 * access[v[V2_AV]] * complexity[v[V2_AC]] * authentication[v[V2_AU]];

    for (int i = 0; i < 3; i++)
        kept *= 1 - impacts[v[V2_C + i]] * weight(v, V2_CR + i, required, 3) /
                        100.0;
    impact = 10.41 * (1 - kept);
    impact = impact > 10 ? 10 : impact;
    if (impact == 0)
        return 0;
    return round_tenths((0.6 * impact + 0.4 * exploit - 1.5) * 1.176);
}

static unsigned environmental_score(const int8_t *v)
{
    static const unsigned damage[] = { 0, 1, 3, 4, 5, 0 };     /* tenths */
    static const unsigned targets[] = { 0, 25, 75, 100, 100 }; /* 10^-2 */
    unsigned temporal = temporal_score(v, adjusted_base(v));
    unsigned sum =
        temporal * 10 + (100 - temporal) * weight(v, V2_CDP, damage, 5);

    return (sum * weight(v, V2_TD, targets, 4) + 500) / 1000;
}

void cvss_score_2(const struct cvss *cvss, struct cvss_scores *out)
{
    bool stated = false;

    out->base = base_score(cvss->value);
    out->temporal = temporal_score(cvss->value, out->base);
    for (int i = V2_CDP; i <= V2_AR; i++)
        stated |= cvss->value[i] >= 0;
    out->environmental =
        stated ? environmental_score(cvss->value) : out->temporal;
}
