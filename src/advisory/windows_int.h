/* SPDX-License-Identifier: Apache-2.0
 *
 * Windows updates from lists that go by vulnerability: rows are collected,
 * sorted, and added to a draft by update, so that the vulnerabilities an
 * update closes on the same products are one notice.
 */
#ifndef ADVISORY_WINDOWS_INT_H
#define ADVISORY_WINDOWS_INT_H

#include "advisory/import_int.h"
#include "base/map.h"

enum {
    WINDOWS_ROWS_MAX = 1 << 22,
};

struct windows_row {
    str vulnerability; /* empty: none */
    str patch;         /* "4480116"; empty: no update, only affected */
    str product;
    str title;
    str url;
    str kind; /* "Security Update", "Monthly Rollup" */
    str severity;
    uint16_t day;
    bool restart;
    bool exploited;
};

struct windows_record {
    uint32_t patch; /* texts */
    uint32_t vulnerability;
    uint32_t product;
    uint32_t title;
    uint32_t url;
    uint32_t kind;
    uint32_t severity;
    uint16_t day;
    bool restart;
    bool exploited;
};

struct windows_updates {
    struct arena arena;
    struct map map;
    VEC(str) texts;
    VEC(struct windows_record) rows;
};

/* "KB4480116"; what is no number stays as it is. Replaces *out. */
void windows_patch_id(str text, struct buf *out);

int windows_add(struct windows_updates *updates, const struct windows_row *row,
                struct err *err) MUST_CHECK;
int windows_finish(struct windows_updates *updates,
                   struct advisory_draft *draft, struct err *err) MUST_CHECK;
void windows_clear(struct windows_updates *updates);

#endif
