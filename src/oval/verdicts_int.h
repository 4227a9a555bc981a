/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing many blobs of one content: the results that devices have in common
 * are runs, made once, and a device gives what it has otherwise.
 */
#ifndef OVAL_VERDICTS_INT_H
#define OVAL_VERDICTS_INT_H

#include "base/vec.h"
#include "oval/verdicts.h"

struct verdict_run { /* not false */
    uint32_t first;
    uint32_t count;
    uint32_t result;
};

struct verdict_list { /* the runs of one result, on their way into a blob */
    uint8_t *bytes;
    size_t n;
    size_t cap;
    uint32_t runs;
    uint32_t end; /* of the run before */
    uint32_t first;
    uint32_t count; /* of the open run; 0: none */
};

enum {
    VERDICT_LISTS = 5
};

struct verdict_writer {
    struct verdict_list list[VERDICT_LISTS];
};

void verdict_writer_clear(struct verdict_writer *writer);

/* Appends the blob of the runs, which ascend, but for what `other` says, which
 * ascends too: definition * 8 + result each. */
void verdict_writer_put(struct verdict_writer *writer,
                        const struct verdict_run *runs, size_t run_count,
                        const uint32_t *other, size_t other_count);
void verdict_writer_finish(struct verdict_writer *writer, uint32_t n,
                           uint64_t key, struct buf *out);

#endif
