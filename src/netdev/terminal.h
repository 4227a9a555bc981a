/* SPDX-License-Identifier: Apache-2.0
 *
 * What a command line prints, as its lines look in the end: carriage returns
 * and backspaces have overwritten, erased prompts of a pager are gone, escape
 * sequences and control characters are dropped, blanks at the ends of lines
 * too. Pure; the bytes are hostile.
 *
 * A line longer than TERMINAL_LINE_MAX, and text past the limit given, set
 * `over`: what came after is dropped, and the caller says so (E_LIMIT).
 */
#ifndef NETDEV_TERMINAL_H
#define NETDEV_TERMINAL_H

#include "base/buf.h"

enum {
    TERMINAL_LINE_MAX = 1 << 20,
    TERMINAL_ESCAPE_MAX = 256, /* a longer sequence is none */
};

struct terminal {
    struct buf text; /* finished lines, each with its line feed */
    struct buf line; /* the one being written */
    size_t column;   /* where the next byte goes; at most line.n */
    int state;
    size_t escape_n;
    char parameter; /* of an escape sequence: its first byte */
    bool over;
};

void terminal_init(struct terminal *terminal, size_t text_max);
void terminal_clear(struct terminal *terminal);
/* Forgets text and line, as at the start. A sequence that is half read stays
 * so. */
void terminal_reset(struct terminal *terminal);
void terminal_feed(struct terminal *terminal, str bytes);

/* The line being written, blanks at its end left out. */
str terminal_line(const struct terminal *terminal);
/* Takes n bytes off the end of the line. */
void terminal_unwrite(struct terminal *terminal, size_t n);

#endif
