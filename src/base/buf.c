/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"

enum {
    BUF_FIRST = 64
};

void buf_clear(struct buf *buf)
{
    if (buf == NULL)
        return;
    mem_free(buf->p);
    *buf = BUF_INIT(buf->limit);
}

void buf_wipe(struct buf *buf)
{
    if (buf != NULL && buf->p != NULL)
        explicit_bzero(buf->p, buf->cap);
    buf_clear(buf);
}

static bool reserve(struct buf *buf, size_t n)
{
    size_t need;
    size_t cap;

    if (__builtin_add_overflow(buf->n, n, &need) || need > buf->limit) {
        buf->over = true;
        return false;
    }
    if (need < buf->cap)
        return true;
    cap = buf->cap < BUF_FIRST ? BUF_FIRST : buf->cap;
    while (cap <= need)
        cap += cap / 2;
    buf->p = mem_resize(buf->p, cap, 1);
    buf->cap = cap;
    return true;
}

void *buf_grow(struct buf *buf, size_t n)
{
    void *at;

    if (!reserve(buf, n))
        return NULL;
    at = buf->p + buf->n;
    buf->n += n;
    return at;
}

void buf_add(struct buf *buf, str text)
{
    if (text.n > 0 && reserve(buf, text.n)) {
        memcpy(buf->p + buf->n, text.p, text.n);
        buf->n += text.n;
    }
}

void buf_add_c(struct buf *buf, const char *text)
{
    buf_add(buf, str_c(text));
}

void buf_add_char(struct buf *buf, char c)
{
    if (reserve(buf, 1))
        buf->p[buf->n++] = c;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n <= 0 || !reserve(buf, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(buf->p + buf->n, (size_t)n + 1, format, args);
    va_end(args);
    buf->n += (size_t)n;
}

int buf_finish(const struct buf *buf, const char *what, struct err *err)
{
    if (buf->over)
        return err_set(err, E_LIMIT, "%s is larger than %zu bytes", what,
                       buf->limit);
    return 0;
}

const char *buf_c(struct buf *buf)
{
    if (buf->p == NULL) {
        if (!reserve(buf, 0))
            return "";
        buf->p = mem_resize(buf->p, BUF_FIRST, 1);
        buf->cap = BUF_FIRST;
    }
    buf->p[buf->n] = '\0';
    return buf->p;
}
