/* SPDX-License-Identifier: Apache-2.0
 *
 * What time it is. Decisions take `now` as a parameter; only the edge of a
 * program asks here.
 *
 * A test sets the clock with a file: when the program was started with
 * --clock FILE (clock_from_file), the whole seconds in that file are added to
 * the machine's time. It is read again at every question, so that a test can
 * jump the clock of running daemons.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/str.h"

/* Seconds and milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now(void);
int64_t clock_now_ms(void);
/* Milliseconds that never go back, from an arbitrary start. Not moved by the
 * file. */
int64_t clock_monotonic_ms(void);
/* The same in microseconds: for measuring. */
int64_t clock_micros(void);

int clock_from_file(const char *path, struct err *err) MUST_CHECK;

enum {
    CLOCK_TEXT_MAX = 32
};
/* "2026-11-22T04:30:00Z" */
void clock_text(int64_t at, char out[CLOCK_TEXT_MAX]);
/* The same read (RFC 3339, years 0000 to 9999): "Z" only, no other zone; a
 * fraction of a second is dropped. E_PARSE otherwise. */
int clock_parse(str text, int64_t *out, struct err *err) MUST_CHECK;

#endif
