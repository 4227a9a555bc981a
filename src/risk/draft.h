/* SPDX-License-Identifier: Apache-2.0
 *
 * Risk data that is being changed: starts with what a file holds, takes in
 * one imported source after the other, and is written as a new file. A source
 * is taken in whole or not at all: what an importer adds waits until
 * risk_draft_accept(), and is forgotten by risk_draft_begin().
 */
#ifndef RISK_DRAFT_H
#define RISK_DRAFT_H

#include "base/io.h"
#include "risk/data.h"

struct risk_draft;

/* data: what is in use, or NULL. */
int risk_draft_new(struct risk_data *data, struct risk_draft **out,
                   struct err *err) MUST_CHECK;
void risk_draft_free(struct risk_draft *draft);
void risk_draft_freep(struct risk_draft **draft);

/* What a source says of one CVE; the fields of its kind are read. Texts are
 * copied. */
struct risk_fact {
    uint64_t key;              /* of the CVE */
    enum cvss_version version; /* CVSS_NONE: the source has no score for it */
    unsigned score;
    str vector;
    str scorer;
    uint16_t added;
    uint16_t due;
    bool ransomware;
    uint32_t epss;
    uint32_t percentile;
    enum risk_exploitation exploitation;
};

void risk_draft_begin(struct risk_draft *draft, enum risk_kind kind);
int risk_draft_add(struct risk_draft *draft, const struct risk_fact *fact,
                   struct err *err) MUST_CHECK;
size_t risk_draft_added(const struct risk_draft *draft);

/* The source is complete; its kind was given to begin. A catalogue (KEV,
 * EPSS) replaces what was known of its kind; scores replace those of the same
 * source, and those of others that have no later version of CVSS. */
int risk_draft_accept(struct risk_draft *draft, str name, str date,
                      int64_t now_s, struct err *err) MUST_CHECK;

/* Name and date of the source that was accepted last; they live as long as
 * the draft. */
void risk_draft_last(const struct risk_draft *draft, str *out_name,
                     str *out_date);

int risk_draft_write(struct risk_draft *draft, struct io_out *out,
                     struct err *err) MUST_CHECK;

#endif
