/* SPDX-License-Identifier: Apache-2.0
 *
 * Advisories that are being changed: starts with what a file holds, takes in
 * one imported file after the other, and is written as a new file. A file is
 * taken in whole or not at all: what a reader adds waits until
 * advisory_draft_accept(), and is forgotten by advisory_draft_begin().
 *
 * A reader opens a document, then for each notice: advisory_draft_advisory()
 * (or not), _notice(), and any number of _vulnerability() and _item().
 */
#ifndef ADVISORY_DRAFT_H
#define ADVISORY_DRAFT_H

#include "advisory/data.h"
#include "base/io.h"

struct advisory_draft;

/* data: what is in use, or NULL; it must outlive the draft. */
int advisory_draft_new(const struct advisory_data *data,
                       struct advisory_draft **out, struct err *err) MUST_CHECK;
void advisory_draft_free(struct advisory_draft *draft);
void advisory_draft_freep(struct advisory_draft **draft);

void advisory_draft_begin(struct advisory_draft *draft);

/* What follows is this document's: the same document of the same source,
 * imported again, replaces it. */
int advisory_draft_document(struct advisory_draft *draft, str id,
                            struct err *err) MUST_CHECK;

/* The notices that follow stand in this advisory; `at` and `source` are not
 * read. NULL: in none. */
int advisory_draft_advisory(struct advisory_draft *draft,
                            const struct advisory *advisory,
                            struct err *err) MUST_CHECK;
int advisory_draft_reference(struct advisory_draft *draft, str url,
                             struct err *err) MUST_CHECK;
int advisory_draft_supersedes(struct advisory_draft *draft, str id, str old,
                              str release, struct err *err) MUST_CHECK;

int advisory_draft_notice(struct advisory_draft *draft,
                          struct err *err) MUST_CHECK;
int advisory_draft_vulnerability(struct advisory_draft *draft, str name,
                                 struct err *err) MUST_CHECK;
int advisory_draft_item(struct advisory_draft *draft,
                        const struct advisory_item *item,
                        struct err *err) MUST_CHECK;
int advisory_draft_score(struct advisory_draft *draft,
                         const struct advisory_score *score,
                         struct err *err) MUST_CHECK;

/* What a file added; texts live as long as the draft. */
struct advisory_added {
    str source;
    str date;
    size_t advisories;
    size_t notices;
    size_t items;
};

/* The file is complete. whole: it replaces all that this source said. The
 * source's rank, name, format, date and imported_s are read. */
int advisory_draft_accept(struct advisory_draft *draft,
                          const struct advisory_source *source, bool whole,
                          struct advisory_added *out,
                          struct err *err) MUST_CHECK;

/* Forgets a source; 1 when there is none of that name. */
int advisory_draft_remove(struct advisory_draft *draft, str source) MUST_CHECK;

int advisory_draft_write(struct advisory_draft *draft, struct io_out *out,
                         struct err *err) MUST_CHECK;

#endif
