/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/cvss.h"

#include "risk/cvss_int.h"

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

unsigned cvss_base_score(const struct cvss *cvss)
{
    struct cvss_scores scores;

    cvss_score(cvss, &scores);
    return scores.base;
}

void cvss_score(const struct cvss *cvss, struct cvss_scores *out)
{
    if (cvss->version == CVSS_2_0)
        cvss_score_2(cvss, out);
    else if (cvss->version == CVSS_4_0)
        cvss_score_4(cvss, out);
    else
        cvss_score_3(cvss, out);
}

enum cvss_maturity cvss_maturity_of(const struct cvss *cvss)
{
    static const enum cvss_maturity of_2[] = { CVSS_E_UNPROVEN, CVSS_E_PROOF,
                                               CVSS_E_FUNCTIONAL, CVSS_E_HIGH,
                                               CVSS_E_NONE };
    static const enum cvss_maturity of_3[] = { CVSS_E_NONE, CVSS_E_UNPROVEN,
                                               CVSS_E_PROOF, CVSS_E_FUNCTIONAL,
                                               CVSS_E_HIGH };
    static const enum cvss_maturity of_4[] = { CVSS_E_NONE, CVSS_E_HIGH,
                                               CVSS_E_PROOF, CVSS_E_UNPROVEN };
    int8_t value;

    switch (cvss->version) {
    case CVSS_2_0:
        value = cvss->value[V2_E];
        return value < 0 ? CVSS_E_NONE : of_2[value];
    case CVSS_4_0:
        value = cvss->value[V4_E];
        return value < 0 ? CVSS_E_NONE : of_4[value];
    default:
        value = cvss->value[V3_E];
        return value < 0 ? CVSS_E_NONE : of_3[value];
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
