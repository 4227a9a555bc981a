/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes that grow, up to a limit. A buf that would pass its limit remembers
 * it, drops what did not fit, and says so once, in buf_finish(). Everything
 * the caller appends is copied.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    char *p;
    size_t n;
    size_t cap;
    size_t limit;
    bool over;
};

#define BUF(max)                                                               \
    {                                                                          \
        NULL, 0, 0, (max), false                                               \
    }
#define BUF_INIT(max) ((struct buf)BUF(max))

void buf_clear(struct buf *buf);
/* The same for a secret: nothing of it stays in memory, save what an earlier
 * growth left behind; give such a buf its size with buf_grow() or a first
 * buf_add() of all of it. */
void buf_wipe(struct buf *buf);
static inline str buf_str(const struct buf *buf)
{
    return (str){ buf->p, buf->n };
}

/* Empties it and keeps its memory and limit. */
static inline void buf_reset(struct buf *buf)
{
    buf->n = 0;
    buf->over = false;
}

void buf_add(struct buf *buf, str text);
void buf_add_c(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF(2, 3);

/* n writable bytes at the end, or NULL past the limit; buf->n already counts
 * them. */
void *buf_grow(struct buf *buf, size_t n);

/* 0, or E_LIMIT when something was dropped; `what` names the text. */
int buf_finish(const struct buf *buf, const char *what,
               struct err *err) MUST_CHECK;

/* The text with a terminating NUL (not counted), or "" past the limit. */
const char *buf_c(struct buf *buf);

#endif
