/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person needs to know of one definition: what it is about, how bad it
 * is and who says so, and what fixes it. Everything is taken from the content
 * and the evaluation; nothing is guessed (requirement K-OV-10). Used by the
 * table of `holdfast scan`, by JSON and by the HTML report.
 *
 * A finding's text views live as long as its evaluation. One struct is filled
 * again and again; oval_finding_clear() releases it in the end.
 */
#ifndef OVAL_FINDING_H
#define OVAL_FINDING_H

#include "base/vec.h"
#include "oval/report.h"

struct oval_cve {
    str id;
    str url;      /* as stated; empty when not stated */
    str severity; /* as stated for this CVE; empty when not stated */
};

struct oval_cvss {
    str text;    /* score or vector, as stated */
    str version; /* "2", "3", "4"; empty when not stated */
    str cve;     /* empty: of the definition */
};

struct oval_reference {
    str source;
    str id;
    str url;
};

struct oval_fix {
    str package;
    str installed; /* version found; empty when the item does not tell */
    str fixed;     /* first version that is not affected; empty: not stated */
};

/* What imported risk data say of one CVE: not the content. The caller of this
 * library has them and gives them through a rater. */
struct oval_rating {
    str cve;
    str source;     /* of the score: "NVD CVSS 3.1"; empty: there is no score */
    str severity;   /* the rating of the score, "critical" */
    str version;    /* of CVSS, "3.1" */
    str vector;     /* empty: not stated */
    unsigned score; /* in tenths */
    bool exploited;
    bool ransomware;
    str exploited_source; /* "CISA KEV" */
    str exploited_since;  /* the day it was listed */
    str exploited_due;    /* empty: not stated */
    bool has_epss;
    uint32_t epss; /* in millionths */
    uint32_t epss_percentile;
    str epss_source;
    str epss_date; /* empty: not stated */
};

/* rate() fills *out, whose texts live as long as the rater, or returns false
 * when nothing is known of the CVE. */
struct oval_rater {
    bool (*rate)(const struct oval_rater *rater, str cve,
                 struct oval_rating *out);
};

/* Order in which findings are shown; the words are the vendors'. */
enum oval_rank {
    OVAL_RANK_NOT_STATED,
    OVAL_RANK_NEGLIGIBLE,
    OVAL_RANK_LOW,
    OVAL_RANK_MEDIUM,
    OVAL_RANK_HIGH,
    OVAL_RANK_CRITICAL,
    OVAL_RANKS
};

struct oval_finding {
    const struct oval_rater *rater; /* set by the caller; NULL: none */
    uint32_t definition;
    enum oval_result result;
    enum oval_class class_;
    enum oval_meaning meaning;
    bool deprecated;
    uint32_t version;
    str id;
    str title;
    str description;
    str status;          /* empty: not stated (K-OV-7) */
    str issued;          /* empty: not stated */
    str severity;        /* as stated; empty: not stated */
    str severity_source; /* who states it */
    bool severity_rated; /* not the content states it, but a rating */
    bool exploited;      /* one of its CVEs, by a rating */
    unsigned score;      /* the highest of its ratings, in tenths */
    enum oval_rank rank;
    VEC(struct oval_cve) cves;
    VEC(struct oval_cvss) cvss;
    VEC(struct oval_reference) references; /* those that are no CVE */
    VEC(struct oval_fix) fixes;
    VEC(struct oval_rating) ratings; /* of its CVEs that are known */
};

#define OVAL_FINDING                                                           \
    {                                                                          \
        0                                                                      \
    }

/* Fills *finding for definitions[index]; what it held before is forgotten,
 * save its rater. What the content states of severity stays: a rating is the
 * severity only where the content states none.
 * Fixes are given for vulnerabilities and patches that are true. */
void oval_finding_fill(struct oval_finding *finding, struct oval_eval *eval,
                       uint32_t index);
void oval_finding_clear(struct oval_finding *finding);

/* The severity for people: a rating begins with a capital, as the words of
 * vendors do. */
str oval_finding_severity(const struct oval_finding *finding);

/* Worse first: negative when a comes before b. By rank, then what is
 * exploited, then the score. */
struct oval_weight {
    enum oval_rank rank;
    bool exploited;
    unsigned score;
};
struct oval_weight oval_finding_weight(const struct oval_finding *finding);
int oval_weight_compare(struct oval_weight a, struct oval_weight b);

/* The rank of a severity word; unknown words rank as not stated. */
enum oval_rank oval_rank_of(str severity);

/* A version as its users write it: without the "0:" that says no epoch. */
str oval_version_shown(str version);

/* Writes "bash 5.2.1 → 5.2.2" for the first fixes and "and N more". Appends
 * to buf; nothing when there are no fixes. */
void oval_finding_fixes_text(const struct oval_finding *finding,
                             struct buf *buf, size_t at_most);

#endif
