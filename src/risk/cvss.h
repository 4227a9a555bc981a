/* SPDX-License-Identifier: Apache-2.0
 *
 * CVSS: vectors of versions 2.0, 3.0, 3.1 and 4.0, the base score that a
 * vector gives, and the rating that a score has. Pure.
 *
 * A vector is read strictly, by its specification: every base metric once,
 * known metrics and values only, and in the specified order where the version
 * demands one (2.0 and 4.0). Scores are whole tenths.
 */
#ifndef RISK_CVSS_H
#define RISK_CVSS_H

#include "base/str.h"

/* A later one is preferred. */
enum cvss_version {
    CVSS_NONE,
    CVSS_2_0,
    CVSS_3_0,
    CVSS_3_1,
    CVSS_4_0,
    CVSS_VERSIONS
};

enum cvss_rating {
    CVSS_RATED_NONE,
    CVSS_RATED_LOW,
    CVSS_RATED_MEDIUM,
    CVSS_RATED_HIGH,
    CVSS_RATED_CRITICAL,
    CVSS_RATINGS
};

enum {
    CVSS_SCORE_MAX = 100, /* scores are in tenths */
    CVSS_METRICS_MAX = 32,
    CVSS_VECTOR_MAX = 256,
};

struct cvss {
    enum cvss_version version;
    int8_t value[CVSS_METRICS_MAX]; /* by metric; -1: the vector has none */
};

/* E_PARSE says what of the vector is wrong. */
int cvss_parse(str vector, struct cvss *out, struct err *err) MUST_CHECK;

/* In tenths, by the formulas of the specifications. What the vector does not
 * say counts as not defined. */
struct cvss_scores {
    unsigned base;
    unsigned temporal;      /* 4.0: with the threat metrics */
    unsigned environmental; /* with all metrics */
};
void cvss_score(const struct cvss *cvss, struct cvss_scores *out);
unsigned cvss_base_score(const struct cvss *cvss);

/* How far exploits have come, as the vector says; CVSS_E_NONE: it does not. */
enum cvss_maturity {
    CVSS_E_NONE,
    CVSS_E_UNPROVEN,
    CVSS_E_PROOF,
    CVSS_E_FUNCTIONAL,
    CVSS_E_HIGH, /* 4.0: attacked */
};
enum cvss_maturity cvss_maturity_of(const struct cvss *cvss);

/* "9.8", "10", "0.0": a number from 0 to 10 with at most one decimal. */
int cvss_score_parse(str text, unsigned *out_tenths,
                     struct err *err) MUST_CHECK;

/* The bands of the version's specification; those of 2.0, which has none, are
 * NVD's: low, medium, high. */
enum cvss_rating cvss_rating_of(enum cvss_version version, unsigned tenths);
const char *cvss_rating_text(enum cvss_rating rating); /* "critical" */

const char *cvss_version_text(enum cvss_version version); /* "3.1" */
enum cvss_version cvss_version_of(str text);              /* or CVSS_NONE */

#endif
