/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/netconf_int.h"

#define END "]]>]]>"

/* Version 1.1: LF HASH size LF bytes, ..., LF HASH HASH LF */
enum state {
    LF,
    HASH,
    FIRST, /* a digit, or the second '#' of the end */
    SIZE,
    BYTES,
    LAST, /* the line feed behind "##" */
};

enum {
    DIGITS_MAX = 10,
};

void netconf_frame_init(struct netconf_frame *frame, size_t message_max)
{
    *frame = (struct netconf_frame){ .message = BUF(message_max) };
}

void netconf_frame_clear(struct netconf_frame *frame)
{
    buf_clear(&frame->message);
}

void netconf_frame_reset(struct netconf_frame *frame)
{
    buf_reset(&frame->message);
    frame->state = LF;
    frame->is_chunked = false;
}

static int refuse(char c, struct err *err)
{
    return err_set(err, E_PARSE,
                   "the framing of NETCONF 1.1 is broken at byte 0x%02x "
                   "(RFC 6242)",
                   (unsigned char)c);
}

/* One byte of a chunk's header. 1: the message is whole. */
static int take_header(struct netconf_frame *frame, char c, struct err *err)
{
    bool is_digit = c >= '0' && c <= '9';

    switch (frame->state) {
    case LF:
        frame->state = HASH;
        return c == '\n' ? 0 : refuse(c, err);
    case HASH:
        frame->state = FIRST;
        return c == '#' ? 0 : refuse(c, err);
    case FIRST:
        frame->left = 0;
        frame->digits = 0;
        if (c == '#' && frame->message.n > 0) {
            frame->state = LAST;
            return 0;
        }
        if (c < '1' || c > '9')
            return refuse(c, err);
        frame->state = SIZE;
        FALLTHROUGH;
    case SIZE:
        if (c == '\n' && frame->digits > 0) {
            frame->state = BYTES;
            return 0;
        }
        if (!is_digit || ++frame->digits > DIGITS_MAX)
            return refuse(c, err);
        frame->left = frame->left * 10 + (uint64_t)(c - '0');
        return 0;
    default:
        frame->state = LF;
        return c == '\n' ? 1 : refuse(c, err);
    }
}

static int over(const struct netconf_frame *frame, struct err *err)
{
    return err_set(err, E_LIMIT, "a message has more than %zu bytes",
                   frame->message.limit);
}

static int feed_chunked(struct netconf_frame *frame, str bytes,
                        size_t *out_used, struct err *err)
{
    size_t used = 0;
    int rc = 0;

    while (rc == 0 && used < bytes.n) {
        size_t n = bytes.n - used;

        if (frame->state != BYTES) {
            rc = take_header(frame, bytes.p[used++], err);
            continue;
        }
        if (n > frame->left)
            n = (size_t)frame->left;
        buf_add(&frame->message, str_sub(bytes, used, n));
        used += n;
        frame->left -= n;
        if (frame->left == 0)
            frame->state = LF;
        if (frame->message.over)
            return over(frame, err);
    }
    *out_used = used;
    return rc;
}

static int feed_marked(struct netconf_frame *frame, str bytes, size_t *out_used,
                       struct err *err)
{
    const str end = STR(END);

    for (size_t i = 0; i < bytes.n; i++) {
        buf_add_char(&frame->message, bytes.p[i]);
        if (frame->message.over)
            return over(frame, err);
        if (bytes.p[i] != '>' || !str_ends(buf_str(&frame->message), end))
            continue;
        frame->message.n -= end.n;
        *out_used = i + 1;
        return 1;
    }
    *out_used = bytes.n;
    return 0;
}

int netconf_frame_feed(struct netconf_frame *frame, str bytes, size_t *out_used,
                       struct err *err)
{
    return frame->is_chunked ? feed_chunked(frame, bytes, out_used, err)
                             : feed_marked(frame, bytes, out_used, err);
}

void netconf_frame_add(bool is_chunked, str message, struct buf *out)
{
    if (is_chunked)
        buf_printf(out, "\n#%zu\n", message.n);
    buf_add(out, message);
    buf_add_c(out, is_chunked ? "\n##\n" : END);
}
