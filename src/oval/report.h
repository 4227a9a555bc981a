/* SPDX-License-Identifier: Apache-2.0
 *
 * One run, as everything that is put out reads it: what was evaluated, where
 * the content came from and when; how many definitions came to which result;
 * and what a result means for a person.
 *
 * A report borrows its evaluations. Writers (results.h, syschar.h, json.h,
 * report_html.h, and TSV below) only read; they stream, so their memory does
 * not grow with what they write.
 */
#ifndef OVAL_REPORT_H
#define OVAL_REPORT_H

#include "base/io.h"
#include "oval/eval.h"

struct oval_report_content {
    struct oval_eval *eval;
    const char *name;     /* of the content, for people: its path; or NULL */
    const uint32_t *only; /* definitions that were asked for, ascending; NULL:
                             every one that was evaluated */
    size_t only_count;
};

struct oval_rater;

struct oval_report {
    const struct oval_report_content *contents;
    size_t count;
    int64_t time_s;                 /* of the run, seconds since 1970 */
    const struct oval_rater *rater; /* finding.h; NULL: no risk data */
};

struct oval_counts {
    uint32_t n[OVAL_RESULTS]; /* by enum oval_result */
    uint32_t total;
};
void oval_report_count(const struct oval_report *report,
                       struct oval_counts *out);

/* What a result means, which depends on the class (requirement K-OV-11): a
 * vulnerability that is true is bad, compliance that is true is good. Error
 * and unknown are never good (K-OV-12). */
enum oval_meaning {
    OVAL_MEANS_BAD,
    OVAL_MEANS_UNDECIDED, /* error, unknown */
    OVAL_MEANS_GOOD,
    OVAL_MEANS_NOTHING, /* not evaluated, not applicable, no judgement */
    OVAL_MEANINGS
};
enum oval_meaning oval_meaning_of(enum oval_class class_,
                                  enum oval_result result);

/* The result in words: "affected", "compliant", "not present", "error". */
const char *oval_meaning_text(enum oval_class class_, enum oval_result result);

/* Where a walk over the definitions of a report is. Starts zeroed. */
struct oval_report_step {
    size_t content_index; /* in the report */
    uint32_t next;        /* inside */
    struct oval_eval *eval;
    uint32_t definition; /* index in the content of eval */
    enum oval_class class_;
    enum oval_result result;
    enum oval_meaning meaning;
};

/* Steps through the definitions of a report, content by content, in document
 * order. False at the end. Definitions that were not evaluated are left out,
 * unless they are named in `only`. */
bool oval_report_next(const struct oval_report *report,
                      struct oval_report_step *step);

/* Where the variable or literal of an entity has one value, that value;
 * otherwise STR_NONE. */
str oval_entity_value(const struct oval_eval *eval,
                      const struct oval_entity *entity);

/* YYYY-MM-DDTHH:MM:SSZ, as xsd:dateTime. */
enum {
    OVAL_TIME_SIZE = 32
};
str oval_time_text(int64_t time_s, char space[OVAL_TIME_SIZE]);

/* The generator of every document we write, 5.11.2's schema_version. */
#define OVAL_PRODUCT_NAME "cpe:/a:holdfast:holdfast:" HOLDFAST_VERSION
#define OVAL_SCHEMA_VERSION "5.11.2"

/* DEF-ID<TAB>RESULT, a line a definition, in document order. */
void oval_tsv_write(const struct oval_report *report, struct io_out *out);

#endif
