/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores of CVSS 4.0: section 8 of its specification. Vectors fall into 270
 * equivalence classes, the macro vectors, each with a score that experts gave
 * it. A vector's score lies below the one of its class, as far as it is away
 * from the most severe vector of the class, in the mean over those of the six
 * equivalence sets that have a lower class.
 *
 * Everything is exact: distances are whole steps, scores whole tenths.
 */
#include "risk/cvss_int.h"

/* Steps of severity, 0 the most severe one, in this order. */
enum {
    L_AV,
    L_PR,
    L_UI,
    L_AC,
    L_AT,
    L_VC,
    L_VI,
    L_VA,
    L_CR,
    L_IR,
    L_AR,
    L_SC,
    L_SI,
    L_SA,
    L_COUNT
};

enum { /* where the sets begin in that order */
    SET_1 = L_AV,
    SET_2 = L_AC,
    SET_36 = L_VC,
    SET_4 = L_SC,
};

struct macro {
    unsigned eq1;
    unsigned eq2;
    unsigned eq3;
    unsigned eq4;
    unsigned eq5;
    unsigned eq6;
};

/* The specification's scores of the macro vectors, in tenths: by EQ1 and EQ2,
 * by EQ3 and EQ6 (00, 01, 10, 11, 21; 20 cannot be), by EQ4, by EQ5. */
/* clang-format off */
static const uint8_t scores[6][5][3][3] = {
    {
        { { 100, 98, 95 }, { 100, 93, 91 }, { 93, 89, 81 } },
        { { 99, 95, 92 }, { 96, 87, 81 }, { 90, 80, 68 } },
        { { 98, 95, 90 }, { 93, 89, 81 }, { 88, 78, 69 } },
        { { 95, 92, 84 }, { 92, 81, 65 }, { 80, 70, 48 } },
        { { 92, 82, 72 }, { 79, 69, 50 }, { 69, 55, 27 } },
    },
    {
        { { 99, 95, 92 }, { 95, 90, 84 }, { 92, 82, 72 } },
        { { 97, 92, 85 }, { 91, 83, 71 }, { 81, 71, 53 } },
        { { 95, 92, 85 }, { 92, 80, 70 }, { 84, 71, 50 } },
        { { 93, 85, 73 }, { 82, 72, 59 }, { 70, 52, 30 } },
        { { 86, 75, 52 }, { 71, 52, 29 }, { 63, 29, 17 } },
    },
    {
        { { 98, 94, 91 }, { 94, 86, 77 }, { 87, 74, 63 } },
        { { 95, 87, 81 }, { 89, 74, 64 }, { 75, 63, 49 } },
        { { 94, 88, 76 }, { 86, 74, 59 }, { 72, 57, 52 } },
        { { 89, 77, 67 }, { 76, 58, 50 }, { 57, 52, 25 } },
        { { 83, 70, 54 }, { 65, 58, 26 }, { 53, 21, 13 } },
    },
    {
        { { 95, 88, 76 }, { 90, 75, 61 }, { 77, 68, 52 } },
        { { 90, 76, 70 }, { 77, 62, 53 }, { 66, 59, 30 } },
        { { 89, 76, 62 }, { 74, 57, 47 }, { 61, 57, 24 } },
        { { 78, 67, 58 }, { 59, 57, 23 }, { 52, 29, 16 } },
        { { 71, 59, 30 }, { 58, 26, 15 }, { 23, 13, 6 } },
    },
    {
        { { 93, 86, 75 }, { 86, 74, 56 }, { 70, 52, 40 } },
        { { 87, 72, 58 }, { 74, 61, 34 }, { 54, 40, 22 } },
        { { 85, 74, 62 }, { 72, 55, 46 }, { 53, 34, 19 } },
        { { 75, 55, 51 }, { 57, 41, 19 }, { 36, 19, 8 } },
        { { 64, 51, 20 }, { 47, 21, 11 }, { 24, 9, 4 } },
    },
    {
        { { 88, 73, 60 }, { 73, 59, 41 }, { 54, 45, 20 } },
        { { 75, 53, 50 }, { 55, 40, 20 }, { 43, 22, 11 } },
        { { 75, 58, 40 }, { 61, 48, 20 }, { 46, 17, 8 } },
        { { 55, 45, 21 }, { 51, 18, 9 }, { 18, 7, 2 } },
        { { 53, 24, 14 }, { 24, 12, 5 }, { 10, 3, 1 } },
    },
};
/* clang-format on */

#define NO_SCORE 0xff

static unsigned macro_score(const struct macro *c)
{
    if (c->eq1 > 2 || c->eq2 > 1 || c->eq3 > 2 || c->eq4 > 2 || c->eq5 > 2 ||
        c->eq6 > 1 || (c->eq3 == 2 && c->eq6 == 0))
        return NO_SCORE;
    return scores[c->eq1 * 2 + c->eq2][c->eq3 == 2 ? 4 : c->eq3 * 2 + c->eq6]
                 [c->eq4][c->eq5];
}

/* --- The steps of a vector. --- */

/* A base metric, or its modified one; -1: neither is considered. */
static uint8_t step(const struct cvss *cvss, int metric, bool environment)
{
    int8_t modified = cvss->value[V4_MAV + metric];

    if (environment && modified > 0) /* 0: not defined */
        return (uint8_t)(modified - 1);
    return (uint8_t)cvss->value[metric];
}

/* SC, SI and SA go from high to none behind "safety", which only the modified
 * SI and SA have, as their first value. */
static uint8_t step_subsequent(const struct cvss *cvss, int metric,
                               bool environment)
{
    int8_t modified = cvss->value[V4_MAV + metric];

    if (!environment || modified <= 0)
        return (uint8_t)(cvss->value[metric] + 1);
    return (uint8_t)(metric == V4_SC ? modified : modified - 1);
}

static uint8_t step_required(const struct cvss *cvss, int metric,
                             bool environment)
{
    int8_t value = cvss->value[metric];

    return environment && value > 0 ? (uint8_t)(value - 1) : 0;
}

static void find_steps(const struct cvss *cvss, bool environment,
                       uint8_t steps[L_COUNT])
{
    static const uint8_t base[] = { V4_AV, V4_PR, V4_UI, V4_AC,
                                    V4_AT, V4_VC, V4_VI, V4_VA };

    for (unsigned i = 0; i < COUNT(base); i++)
        steps[i] = step(cvss, base[i], environment);
    for (int i = 0; i < 3; i++) {
        steps[L_CR + i] = step_required(cvss, V4_CR + i, environment);
        steps[L_SC + i] = step_subsequent(cvss, V4_SC + i, environment);
    }
}

/* --- The class. --- */

static unsigned find_eq1(const uint8_t *s)
{
    if (s[L_AV] == 0 && s[L_PR] == 0 && s[L_UI] == 0)
        return 0;
    return (s[L_AV] == 0 || s[L_PR] == 0 || s[L_UI] == 0) && s[L_AV] != 3 ? 1
                                                                          : 2;
}

static unsigned find_eq3(const uint8_t *s)
{
    if (s[L_VC] == 0 && s[L_VI] == 0)
        return 0;
    return s[L_VC] == 0 || s[L_VI] == 0 || s[L_VA] == 0 ? 1 : 2;
}

static unsigned find_eq4(const uint8_t *s)
{
    if (s[L_SI] == 0 || s[L_SA] == 0)
        return 0;
    return s[L_SC] == 1 || s[L_SI] == 1 || s[L_SA] == 1 ? 1 : 2;
}

static unsigned find_eq6(const uint8_t *s)
{
    for (int i = 0; i < 3; i++) {
        if (s[L_CR + i] == 0 && s[L_VC + i] == 0)
            return 0;
    }
    return 1;
}

static void find_macro(const uint8_t *steps, unsigned exploited,
                       struct macro *out)
{
    *out = (struct macro){
        .eq1 = find_eq1(steps),
        .eq2 = steps[L_AC] == 0 && steps[L_AT] == 0 ? 0 : 1,
        .eq3 = find_eq3(steps),
        .eq4 = find_eq4(steps),
        .eq5 = exploited,
        .eq6 = find_eq6(steps),
    };
}

/* --- Distances. --- */

/* The most severe vectors of a set: the first one that is at least as severe
 * in every metric is the one to measure from. */
struct tops {
    unsigned metrics;
    unsigned count;
    unsigned depth; /* steps down to the least severe vector of the class */
    uint8_t top[5][6];
};

/* clang-format off */
static const struct tops tops_1[] = {
    { 3, 1, 1, { { 0, 0, 0 } } },
    { 3, 3, 4, { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
    { 3, 2, 5, { { 3, 0, 0 }, { 1, 1, 1 } } },
};
static const struct tops tops_2[] = {
    { 2, 1, 1, { { 0, 0 } } },
    { 2, 2, 2, { { 1, 0 }, { 0, 1 } } },
};
/* VC VI VA CR IR AR, by EQ3 and EQ6 */
static const struct tops tops_36[3][2] = {
    { { 6, 1, 7, { { 0, 0, 0, 0, 0, 0 } } },
      { 6, 2, 6, { { 0, 0, 1, 1, 1, 0 }, { 0, 0, 0, 1, 1, 1 } } } },
    { { 6, 2, 8, { { 1, 0, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0 } } },
      { 6, 5, 8, { { 1, 0, 1, 0, 1, 0 }, { 1, 0, 0, 0, 1, 1 },
                   { 0, 1, 0, 1, 0, 1 }, { 0, 1, 1, 1, 0, 0 },
                   { 1, 1, 0, 0, 0, 1 } } } },
    { { 6, 0, 0, { { 0 } } },
      { 6, 1, 10, { { 1, 1, 1, 0, 0, 0 } } } },
};
/* SC SI SA */
static const struct tops tops_4[] = {
    { 3, 1, 6, { { 1, 0, 0 } } },
    { 3, 1, 5, { { 1, 1, 1 } } },
    { 3, 1, 4, { { 2, 2, 2 } } },
};
/* clang-format on */

static unsigned distance(const struct tops *tops, const uint8_t *steps)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < tops->count; i++) {
        bool below = true;

        sum = 0;
        for (unsigned k = 0; k < tops->metrics; k++) {
            below = below && steps[k] >= tops->top[i][k];
            sum += (unsigned)(steps[k] - tops->top[i][k]);
        }
        if (below)
            return sum;
    }
    return sum; /* not reached: each vector is below a top of its class */
}

/* The score of the next lower class in EQ3 and EQ6 together. */
static unsigned lower_36(const struct macro *c)
{
    struct macro in_3 = *c;
    struct macro in_6 = *c;
    unsigned a;
    unsigned b;

    in_3.eq3++;
    in_6.eq6++;
    a = macro_score(&in_3);
    b = macro_score(&in_6);
    if (c->eq6 == 1)
        return a;
    if (c->eq3 == 1)
        return b;
    return a != NO_SCORE && b != NO_SCORE && a > b ? a : b;
}

struct mean { /* of parts with different denominators */
    uint64_t sum;
    uint64_t scale; /* divides: all depths multiplied */
    unsigned count;
};

static void add_part(struct mean *mean, unsigned score, unsigned lower,
                     unsigned steps, unsigned depth)
{
    if (lower == NO_SCORE)
        return;
    mean->sum += mean->scale / depth * (score - lower) * steps;
    mean->count++;
}

/* Half up, as the specification rounds. */
static unsigned subtract(unsigned score, const struct mean *mean)
{
    uint64_t unit = mean->scale * (mean->count > 0 ? mean->count : 1);
    uint64_t whole = score * unit;

    if (mean->sum > whole)
        return 0;
    return (unsigned)((2 * (whole - mean->sum) + unit) / (2 * unit));
}

static unsigned score_of(const uint8_t *steps, unsigned exploited)
{
    struct mean mean = { 0, 1, 0 };
    struct macro c;
    struct macro lower;
    const struct tops *tops;
    unsigned score;

    if (steps[L_VC] == 2 && steps[L_VI] == 2 && steps[L_VA] == 2 &&
        steps[L_SC] == 3 && steps[L_SI] == 3 && steps[L_SA] == 3)
        return 0; /* no impact at all */
    find_macro(steps, exploited, &c);
    score = macro_score(&c);
    tops = &tops_36[c.eq3][c.eq6];
    mean.scale = (uint64_t)tops_1[c.eq1].depth * tops_2[c.eq2].depth *
                 tops->depth * tops_4[c.eq4].depth;
    lower = c;
    lower.eq1++;
    add_part(&mean, score, macro_score(&lower),
             distance(&tops_1[c.eq1], steps + SET_1), tops_1[c.eq1].depth);
    lower = c;
    lower.eq2++;
    add_part(&mean, score, macro_score(&lower),
             distance(&tops_2[c.eq2], steps + SET_2), tops_2[c.eq2].depth);
    add_part(&mean, score, lower_36(&c), distance(tops, steps + SET_36),
             tops->depth);
    lower = c;
    lower.eq4++;
    add_part(&mean, score, macro_score(&lower),
             distance(&tops_4[c.eq4], steps + SET_4), tops_4[c.eq4].depth);
    lower = c;
    lower.eq5++; /* one metric: never below the top of its class */
    add_part(&mean, score, macro_score(&lower), 0, 1);
    return subtract(score, &mean);
}

void cvss_score_4(const struct cvss *cvss, struct cvss_scores *out)
{
    int8_t e = cvss->value[V4_E];
    unsigned exploited = e > 0 ? (unsigned)(e - 1) : 0;
    uint8_t steps[L_COUNT];

    find_steps(cvss, false, steps);
    out->base = score_of(steps, 0);
    out->temporal = score_of(steps, exploited);
    find_steps(cvss, true, steps);
    out->environmental = score_of(steps, exploited);
}
