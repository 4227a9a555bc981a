/* SPDX-License-Identifier: Apache-2.0
 *
 * Advisories on disk: one file, mapped read-only, with an index by
 * vulnerability, by package and by advisory, so that a look-up reads a few
 * pages. Made from imported files (advisory/import.h) by a draft
 * (advisory/draft.h); like the risk data it can be made again at any time.
 *
 * Everything handed out borrows from the struct advisory_data. It does not
 * change once it is open: two threads may read one.
 */
#ifndef ADVISORY_DATA_H
#define ADVISORY_DATA_H

#include "advisory/advisory.h"

struct advisory_data;

/* E_ABSENT: there is no such file. E_CORRUPT, E_UNSUPPORTED: it cannot be
 * used. */
int advisory_data_open(const char *path, struct advisory_data **out,
                       struct err *err) MUST_CHECK;
/* The caller keeps the bytes, which are aligned to 8, in place. */
int advisory_data_open_memory(str bytes, const char *name,
                              struct advisory_data **out,
                              struct err *err) MUST_CHECK;
void advisory_data_free(struct advisory_data *data);
void advisory_data_freep(struct advisory_data **data);

struct advisory_counts {
    size_t sources;
    size_t advisories;
    size_t vulnerabilities; /* different ones */
    size_t packages;        /* different names */
    uint64_t statements;    /* as data_vulnerability() would give */
    size_t supersedences;
};
void advisory_data_count(const struct advisory_data *data,
                         struct advisory_counts *out);

/* false past the end. */
bool advisory_data_source(const struct advisory_data *data, uint32_t at,
                          struct advisory_source *out);

/* --- Statements. --- */

/* 0 goes on; everything else ends the walk and is what it returns. */
typedef int advisory_statement_fn(void *ctx,
                                  const struct advisory_statement *statement,
                                  struct err *err);

/* All statements on one vulnerability, those of better rank first, then by
 * package and release. */
int advisory_data_vulnerability(const struct advisory_data *data, str name,
                                advisory_statement_fn *fn, void *ctx,
                                struct err *err) MUST_CHECK;

/* All that is stated of one package: a statement for each vulnerability and,
 * with an empty vulnerability, one for an item of an advisory that names none.
 * release empty: in any. */
int advisory_data_package(const struct advisory_data *data, str package,
                          str release, advisory_statement_fn *fn, void *ctx,
                          struct err *err) MUST_CHECK;

/* What publishers add of one vulnerability: the index-th; false past the
 * last. */
bool advisory_data_score(const struct advisory_data *data, str name,
                         size_t index, struct advisory_score *out);

/* The index-th vulnerability in the order of their names; p NULL past the
 * last. */
str advisory_data_name(const struct advisory_data *data, size_t index);

/* --- Advisories. --- */

/* false past the end; in the order of their ids. */
bool advisory_data_at(const struct advisory_data *data, uint32_t at,
                      struct advisory *out);
/* The first of this id; those of other sources follow it. ADVISORY_NONE. */
uint32_t advisory_data_find(const struct advisory_data *data, str id);

/* Of the advisory at a place: the index-th; p NULL or false past the last. */
str advisory_data_vuln(const struct advisory_data *data, uint32_t at,
                       size_t index);
str advisory_data_reference(const struct advisory_data *data, uint32_t at,
                            size_t index);
bool advisory_data_item(const struct advisory_data *data, uint32_t at,
                        size_t index, struct advisory_item *out);
/* Ids of the advisories that this one replaces, and that replace it. The
 * release (product) that this holds for; empty: all. */
str advisory_data_supersedes(const struct advisory_data *data, str id,
                             size_t index, str *out_release);
str advisory_data_superseded_by(const struct advisory_data *data, str id,
                                size_t index, str *out_release);

#endif
