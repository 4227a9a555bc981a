/* SPDX-License-Identifier: Apache-2.0
 *
 * The results of all definitions of a pack on one device, as one small blob:
 * what a store keeps of a device and a pack. False is what is not listed; the
 * other five results are lists of indexes of definitions, as runs of deltas.
 *
 *     byte      format, 1
 *     8 bytes   key of the content, little-endian
 *     varint    how many definitions the content has
 *     then for true, unknown, error, not evaluated, not applicable:
 *     varint    how many runs; then each
 *     varint    gap * 2 + (1 when the run is longer than one)
 *     varint    length - 2, when it is longer
 *
 * A gap counts the definitions between the end of the run before (0 at
 * first) and this run. Runs of one result do not touch; no definition stands
 * in two of them.
 *
 * A blob is hostile: each function checks every byte of it, and *out is only
 * written for a blob that is whole. The key keeps the blob of one feed from
 * being read as that of another.
 */
#ifndef OVAL_VERDICTS_H
#define OVAL_VERDICTS_H

#include "base/buf.h"
#include "oval/content.h"

enum {
    OVAL_VERDICTS_FORMAT = 1,
    OVAL_VERDICTS_BLOB_MAX = 64 << 20,
};

/* What blobs of this content are marked with: differs when definitions are
 * other ones, have other versions or another order, or the source has another
 * digest. */
uint64_t oval_verdicts_key(const struct oval_content *content);

/* Appends the blob of results[0..n), each an enum oval_result. */
void oval_verdicts_encode(const uint8_t *results, uint32_t n, uint64_t key,
                          struct buf *out);

/* The same from what is not false, ascending by definition. */
struct oval_verdict {
    uint32_t definition;
    uint32_t result; /* enum oval_result */
};
void oval_verdicts_encode_list(const struct oval_verdict *list, size_t count,
                               uint32_t n, uint64_t key, struct buf *out);

/* Fills results[0..n). E_CORRUPT: not a whole blob; E_INVALID: of other
 * content (key or n differ); E_UNSUPPORTED: of a newer Holdfast. */
int oval_verdicts_decode(str blob, uint64_t key, uint32_t n, uint8_t *results,
                         struct err *err) MUST_CHECK;

/* Calls fn for every run of definitions that are not false: first those that
 * are true, ascending, then unknown, and so on. Errors as above, before the
 * first call. fn's negative result ends it and is returned. */
typedef int oval_verdicts_fn(void *ctx, uint32_t first, uint32_t count,
                             enum oval_result result, struct err *err);
int oval_verdicts_walk(str blob, uint64_t key, uint32_t n, oval_verdicts_fn *fn,
                       void *ctx, struct err *err) MUST_CHECK;

/* The same for a blob that is known to be whole, because this process made it
 * or one of these functions took it before: it is not checked as a whole
 * before the first call, which is most of the work. A blob that is not whole
 * is still found out, but calls may have been made by then. */
int oval_verdicts_walk_whole(str blob, uint64_t key, uint32_t n,
                             oval_verdicts_fn *fn, void *ctx,
                             struct err *err) MUST_CHECK;

/* How many definitions have each result. */
int oval_verdicts_count(str blob, uint64_t key, uint32_t n,
                        uint32_t out[OVAL_RESULTS], struct err *err) MUST_CHECK;

/* The same of any whole blob, whatever content it is of: for checking a
 * store. */
int oval_verdicts_check(str blob, struct err *err) MUST_CHECK;

#endif
