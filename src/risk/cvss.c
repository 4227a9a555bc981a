/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/cvss.h"

#include <math.h>

/* A metric: its name and its values, in the order of their indexes. */
struct metric {
    const char *name;
    const char *values;
};

/* The base metrics of every version come first; see the enums below. */
/* clang-format off */
static const struct metric metrics_2[] = {
    { "AV", "L A N" }, { "AC", "H M L" }, { "Au", "M S N" },
    { "C", "N P C" }, { "I", "N P C" }, { "A", "N P C" },
    { "E", "U POC F H ND" }, { "RL", "OF TF W U ND" }, { "RC", "UC UR C ND" },
    { "CDP", "N L LM MH H ND" }, { "TD", "N L M H ND" },
    { "CR", "L M H ND" }, { "IR", "L M H ND" }, { "AR", "L M H ND" },
};
static const struct metric metrics_3[] = {
    { "AV", "N A L P" }, { "AC", "L H" }, { "PR", "N L H" }, { "UI", "N R" },
    { "S", "U C" }, { "C", "N L H" }, { "I", "N L H" }, { "A", "N L H" },
    { "E", "X U P F H" }, { "RL", "X O T W U" }, { "RC", "X U R C" },
    { "CR", "X L M H" }, { "IR", "X L M H" }, { "AR", "X L M H" },
    { "MAV", "X N A L P" }, { "MAC", "X L H" }, { "MPR", "X N L H" },
    { "MUI", "X N R" }, { "MS", "X U C" }, { "MC", "X N L H" },
    { "MI", "X N L H" }, { "MA", "X N L H" },
};
static const struct metric metrics_4[] = {
    { "AV", "N A L P" }, { "AC", "L H" }, { "AT", "N P" }, { "PR", "N L H" },
    { "UI", "N P A" }, { "VC", "H L N" }, { "VI", "H L N" }, { "VA", "H L N" },
    { "SC", "H L N" }, { "SI", "H L N" }, { "SA", "H L N" },
    { "E", "X A P U" }, { "CR", "X H M L" }, { "IR", "X H M L" },
    { "AR", "X H M L" }, { "MAV", "X N A L P" }, { "MAC", "X L H" },
    { "MAT", "X N P" }, { "MPR", "X N L H" }, { "MUI", "X N P A" },
    { "MVC", "X H L N" }, { "MVI", "X H L N" }, { "MVA", "X H L N" },
    { "MSC", "X H L N" }, { "MSI", "X S H L N" }, { "MSA", "X S H L N" },
    { "S", "X N P" }, { "AU", "X N Y" }, { "R", "X A U I" },
    { "V", "X D C" }, { "RE", "X L M H" }, { "U", "X Clear Green Amber Red" },
};
/* clang-format on */

static const struct version {
    const char *text;
    const char *prefix; /* of a vector */
    const struct metric *metrics;
    uint8_t count;
    uint8_t base; /* how many of them are base metrics */
    bool ordered;
} versions[CVSS_VERSIONS] = {
    [CVSS_2_0] = { "2.0", "", metrics_2, COUNT(metrics_2), 6, true },
    [CVSS_3_0] = { "3.0", "CVSS:3.0/", metrics_3, COUNT(metrics_3), 8, false },
    [CVSS_3_1] = { "3.1", "CVSS:3.1/", metrics_3, COUNT(metrics_3), 8, false },
    [CVSS_4_0] = { "4.0", "CVSS:4.0/", metrics_4, COUNT(metrics_4), 11, true },
};

_Static_assert(COUNT(metrics_4) <= CVSS_METRICS_MAX, "value[] is too small");

const char *cvss_version_text(enum cvss_version version)
{
    return version == CVSS_NONE ? "" : versions[version].text;
}

enum cvss_version cvss_version_of(str text)
{
    for (unsigned i = CVSS_2_0; i < CVSS_VERSIONS; i++) {
        if (str_eq_c(text, versions[i].text))
            return (enum cvss_version)i;
    }
    return CVSS_NONE;
}

/* --- Vectors. --- */

static enum cvss_version cut_prefix(str *vector)
{
    for (unsigned i = CVSS_3_0; i < CVSS_VERSIONS; i++) {
        str prefix = str_c(versions[i].prefix);

        if (str_starts(*vector, prefix)) {
            *vector = str_sub(*vector, prefix.n, SIZE_MAX);
            return (enum cvss_version)i;
        }
    }
    return CVSS_2_0;
}

static int find_value(const struct metric *metric, str value)
{
    str values = str_c(metric->values);

    for (int i = 0; values.n > 0; i++) {
        if (str_eq(str_cut(&values, ' '), value))
            return i;
    }
    return -1;
}

static int parse_metric(const struct version *version, str part, int *last,
                        struct cvss *out, struct err *err)
{
    str value = part;
    str name = str_cut(&value, ':');
    int at = 0;

    while (at < version->count && !str_eq_c(name, version->metrics[at].name))
        at++;
    if (at == version->count)
        return err_set(err, E_PARSE, "CVSS %s has no metric '%" PRIstr "'",
                       version->text, ARGstr(name));
    if (out->value[at] >= 0)
        return err_set(err, E_PARSE, "metric '%" PRIstr "' stands twice",
                       ARGstr(name));
    if (version->ordered && at < *last)
        return err_set(err, E_PARSE, "metric '%" PRIstr "' stands behind '%s'",
                       ARGstr(name), version->metrics[*last].name);
    *last = at;
    out->value[at] = (int8_t)find_value(&version->metrics[at], value);
    if (out->value[at] < 0)
        return err_set(err, E_PARSE,
                       "metric '%" PRIstr "' cannot be '%" PRIstr "'; it is "
                       "one of %s",
                       ARGstr(name), ARGstr(value),
                       version->metrics[at].values);
    return 0;
}

int cvss_parse(str vector, struct cvss *out, struct err *err)
{
    struct cvss cvss = { .version = CVSS_NONE };
    const struct version *version;
    int last = 0;

    if (vector.n == 0 || vector.n > CVSS_VECTOR_MAX ||
        vector.p[vector.n - 1] == '/')
        return err_set(err, E_PARSE, "is no CVSS vector");
    cvss.version = cut_prefix(&vector);
    version = &versions[cvss.version];
    memset(cvss.value, -1, sizeof(cvss.value));
    while (vector.n > 0) {
        int rc =
            parse_metric(version, str_cut(&vector, '/'), &last, &cvss, err);

        if (rc < 0)
            return rc;
    }
    for (unsigned i = 0; i < version->base; i++) {
        if (cvss.value[i] < 0)
            return err_set(err, E_PARSE,
                           "the CVSS %s base metric '%s' is "
                           "missing",
                           version->text, version->metrics[i].name);
    }
    *out = cvss;
    return 0;
}

/* --- Scores. --- */

enum { /* of 2.0 */
    V2_AV,
    V2_AC,
    V2_AU,
    V2_C,
    V2_I,
    V2_A,
};

enum { /* of 3.0 and 3.1 */
    V3_AV,
    V3_AC,
    V3_PR,
    V3_UI,
    V3_S,
    V3_C,
    V3_I,
    V3_A,
};

/* "CVSS v2 complete documentation", 3.2.1. All weights have at most three
 * decimals, so the whole is an integer in 10^-15. */
static unsigned score_2(const int8_t *v)
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

/* Impact of 3.x in a changed scope; 7.1 of the specification. */
static double changed_impact(double isc)
{
    return 7.52 * (isc - 0.029) - 3.25 * pow(isc - 0.02, 15);
}

/* Round up to one decimal: 3.0 the value itself, 3.1 the value rounded to
 * five decimals (its appendix A). `value` is in 10^-10. */
static unsigned round_up(enum cvss_version version, int64_t value)
{
    const int64_t tenth = 1000000000;

    if (version == CVSS_3_1)
        value = (value + 50000) / 100000 * 100000;
    if (value > 10 * 10 * tenth)
        value = 10 * 10 * tenth;
    return (unsigned)((value + tenth - 1) / tenth);
}

static unsigned score_3(enum cvss_version version, const int8_t *v)
{
    static const int64_t vector[] = { 85, 62, 55, 20 };
    static const int64_t complexity[] = { 77, 44 };
    static const int64_t privileges[2][3] = { { 85, 62, 27 }, { 85, 68, 50 } };
    static const int64_t interaction[] = { 85, 62 };
    static const int64_t kept[] = { 100, 78, 44 }; /* 1 - impact, 10^-2 */
    int64_t isc =
        1000000 - kept[v[V3_C]] * kept[v[V3_I]] * kept[v[V3_A]]; /* 10^-6 */
    int64_t exploit = 822 * vector[v[V3_AV]] * complexity[v[V3_AC]] *
                      privileges[v[V3_S]][v[V3_PR]] *
                      interaction[v[V3_UI]]; /* 10^-10 */

    if (isc == 0)
        return 0;
    if (v[V3_S] == 0) /* exact: everything is an integer in 10^-10 */
        return round_up(version, 642 * isc * 100 + exploit);
    /* The fifteenth power has ninety decimals, so the value never lies on a
     * tenth: only its neighbourhood matters, and rounding it up to 10^-10
     * does not change the answer. */
    return round_up(
        version,
        (int64_t)ceil(1.08 * (changed_impact((double)isc / 1e6) * 1e10 +
                              (double)exploit)));
}

int cvss_base_score(const struct cvss *cvss, unsigned *out_tenths)
{
    switch (cvss->version) {
    case CVSS_2_0:
        *out_tenths = score_2(cvss->value);
        return 0;
    case CVSS_3_0:
    case CVSS_3_1:
        *out_tenths = score_3(cvss->version, cvss->value);
        return 0;
    default:
        return 1;
    }
}

int cvss_score_parse(str text, unsigned *out_tenths, struct err *err)
{
    str decimals = text;
    str whole = str_cut(&decimals, '.');
    int64_t tens;
    int64_t tenths = 0;
    int rc;

    if (text.n == 0 || whole.n == 0 || whole.n > 2 || whole.p[0] < '0' ||
        whole.p[0] > '9' || decimals.n > 1 ||
        (decimals.n == 0 && whole.n != text.n))
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no CVSS score (0.0 to 10.0)",
                       ARGstr(str_sub(text, 0, 32)));
    rc = str_to_i64(whole, 0, 10, &tens, err);
    if (rc == 0 && decimals.n > 0)
        rc = str_to_i64(decimals, 0, tens == 10 ? 0 : 9, &tenths, err);
    if (rc < 0)
        return err_wrap(err, rc, "CVSS score");
    *out_tenths = (unsigned)(10 * tens + tenths);
    return 0;
}

enum cvss_rating cvss_rating_of(enum cvss_version version, unsigned tenths)
{
    if (version == CVSS_2_0)
        return tenths >= 70   ? CVSS_RATED_HIGH
               : tenths >= 40 ? CVSS_RATED_MEDIUM
                              : CVSS_RATED_LOW;
    return tenths >= 90   ? CVSS_RATED_CRITICAL
           : tenths >= 70 ? CVSS_RATED_HIGH
           : tenths >= 40 ? CVSS_RATED_MEDIUM
           : tenths > 0   ? CVSS_RATED_LOW
                          : CVSS_RATED_NONE;
}

const char *cvss_rating_text(enum cvss_rating rating)
{
    static const char *const texts[CVSS_RATINGS] = { "none", "low", "medium",
                                                     "high", "critical" };

    return texts[rating];
}
