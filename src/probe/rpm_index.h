/* SPDX-License-Identifier: Apache-2.0
 *
 * What the packages of an rpm database provide and own, by name and by path:
 * made from all headers when it is first asked for, and kept with the
 * database. Its answers name packages by their index there.
 *
 * Whether a relation is satisfied is decided as rpm does for installed
 * packages (rpmdsCompare(): a missing version or release matches any; boolean
 * relations by their documentation). Relations to rpmlib(...) are rpm's own
 * and always satisfied.
 */
#ifndef PROBE_RPM_INDEX_H
#define PROBE_RPM_INDEX_H

#include "probe/rpm_db.h"

enum {
    RPM_INDEX_RICH_DEPTH = 32
};

struct rpm_index;

/* The database's index. Errors as rpm_db_header(). */
int rpm_index_of(struct rpm_db *db, const struct rpm_index **out,
                 struct err *err) MUST_CHECK;
void rpm_index_free(struct rpm_index *index);

/* Packages that own path, or perhaps own it: *out_n of them, in the order of
 * the database, in memory of the index. */
const uint32_t *rpm_index_owners(const struct rpm_index *index, str path,
                                 size_t *out_n);

/* 0: all relations of the header are satisfied; 1: one is not, and
 * *out_unmet, which the caller starts empty, says which. */
int rpm_index_check(const struct rpm_index *index,
                    const struct rpm_header *header,
                    struct buf *out_unmet) MUST_CHECK;

/* Is "name", "name >= evr" or "(boolean relation)" satisfied? */
bool rpm_index_satisfies(const struct rpm_index *index, str relation);

#endif
