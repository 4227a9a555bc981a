/* SPDX-License-Identifier: Apache-2.0
 *
 * The terminal: how wide it is, whether it shows colour and characters
 * beyond ASCII, and a progress line on standard error.
 *
 * Text from content and machines is shown through term_text(): control
 * characters never reach the terminal.
 */
#ifndef CLI_TERM_H
#define CLI_TERM_H

#include <stdio.h>

#include "base/buf.h"

enum term_style {
    TERM_PLAIN,
    TERM_BOLD,
    TERM_DIM,
    TERM_RED,
    TERM_YELLOW,
    TERM_GREEN,
    TERM_CYAN,
    TERM_STYLES
};

struct term {
    bool tty;       /* standard output is a terminal */
    bool colour;    /* and shows colour (NO_COLOR is not set) */
    bool utf8;      /* the locale's encoding is UTF-8 */
    unsigned width; /* columns; TERM_WIDE when output is not a terminal */
};

enum {
    TERM_WIDE = 100000,
    TERM_TEXT_WIDTH = 80
};

struct term term_init(void);

/* The escape sequence that begins a style, and the one that ends it; "" on a
 * terminal without colour. */
const char *term_style(const struct term *term, enum term_style style);
const char *term_end(const struct term *term);

/* Columns that text takes; invalid bytes and control characters count 1. */
size_t term_columns(str text);

/* Appends text, cut to at most `columns` with an ellipsis at its end; what a
 * terminal would obey or cannot show becomes '?'. */
void term_text(const struct term *term, struct buf *out, str text,
               size_t columns);

/* "holdfast: WHAT" and the error's sentence, one line on standard error. */
void term_report(const char *what, const struct err *err);

/* Appends text, wrapped at blanks to width, each line indented. An empty line
 * stays one; a line that begins with a blank is not wrapped. */
void term_wrap(struct buf *out, str text, unsigned indent, unsigned width);

/* A progress line: nothing for the first second, then at most ten times a
 * second, on standard error and only when that is a terminal. */
struct progress {
    const char *what; /* "Evaluating" */
    bool on;
    bool shown;
    int64_t start_ms;
    int64_t drawn_ms;
};

void progress_init(struct progress *progress, const char *what, bool quiet);
void progress_update(struct progress *progress, uint64_t done, uint64_t total);
void progress_end(struct progress *progress);

#endif
