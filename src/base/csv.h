/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables as comma-separated values (RFC 4180): lines end in CR LF, every field
 * is quoted when it must be.
 *
 * What devices and people named themselves goes into these files, and they are
 * opened in spreadsheets: a text that one would take for a formula (it begins
 * with = + - @, a tab or a line end, blanks before it not counted) gets an
 * apostrophe in front. Numbers of ours are written by csv_i64() and stay so.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

struct csv {
    struct buf *out;
    bool started; /* the line has a field */
};

static inline struct csv csv_to(struct buf *out)
{
    return (struct csv){ out, false };
}
void csv_text(struct csv *csv, str text);
void csv_i64(struct csv *csv, int64_t number);
/* "2026-11-22T04:30:00Z"; an empty field for 0. */
void csv_time(struct csv *csv, int64_t at);
void csv_end(struct csv *csv);

#endif
