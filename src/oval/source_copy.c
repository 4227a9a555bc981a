/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/source_copy.h"

#include "base/mem.h"

enum {
    PROLOG_MAX = 1 << 20
};

/* Where the root element's "<" is, in a text that may be cut anywhere. 1: at
 * *out; 0: more is needed; E_UNSUPPORTED: this is not XML. */
static int find_root(str text, size_t *out)
{
    size_t at = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;

    for (;;) {
        str rest;
        str end;
        size_t n;

        while (at < text.n && strchr(" \t\r\n", text.p[at]) != NULL &&
               text.p[at] != '\0')
            at++;
        rest = str_sub(text, at, text.n);
        if (rest.n > 0 && rest.p[0] != '<')
            return E_UNSUPPORTED;
        if (rest.n < 4)
            return 0;
        if (rest.p[1] == '?')
            end = STR("?>");
        else if (str_starts(rest, STR("<!--")))
            end = STR("-->");
        else
            break;
        n = str_find(rest, end);
        if (n == rest.n)
            return 0;
        at += n + end.n;
    }
    *out = at;
    return 1;
}

static int check_encoding(struct stream *stream, str prolog, struct err *err)
{
    size_t at = str_find(prolog, STR("encoding="));
    str name;

    if (prolog.n >= 2 &&
        (prolog.p[0] == '\xff' || prolog.p[0] == '\xfe' || prolog.p[0] == '\0'))
        return err_set(err, E_UNSUPPORTED,
                       "%s: only a document in UTF-8 can "
                       "be copied into results",
                       stream_name(stream));
    if (!str_starts(prolog, STR("<?xml")) || at == prolog.n)
        return 0;
    name = str_sub(prolog, at + sizeof("encoding=") - 1, 16);
    if (name.n < 2)
        return 0;
    name = str_sub(name, 1, str_find_char(str_sub(name, 1, name.n), name.p[0]));
    if (!str_eq_nocase(name, STR("UTF-8")) &&
        !str_eq_nocase(name, STR("US-ASCII")))
        return err_set(err, E_UNSUPPORTED,
                       "%s: only a document in UTF-8 can "
                       "be copied into results, not one in %" PRIstr,
                       stream_name(stream), ARGstr(name));
    return 0;
}

/* Reads up to where the root begins; what was read stays in *buf. */
static int read_prolog(struct stream *stream, struct buf *buf, size_t *out_at,
                       struct err *err)
{
    int found = 0;

    for (;;) {
        char piece[4096];
        size_t n;
        int rc = stream_read(stream, piece, sizeof(piece), &n, err);

        if (rc < 0)
            return rc;
        if (n == 0 || found < 0)
            return err_set(err, E_UNSUPPORTED,
                           "%s: no XML element to copy "
                           "into results",
                           stream_name(stream));
        buf_add(buf, (str){ piece, n });
        found = find_root(buf_str(buf), out_at);
        if (found == 1)
            return 0;
        rc = buf_finish(buf, "the part before the root element", err);
        if (rc < 0)
            return err_wrap(err, rc, "%s", stream_name(stream));
    }
}

int oval_source_copy(struct stream *stream, struct io_out *out, struct err *err)
{
    AUTO(buf_clear) struct buf buf = BUF(PROLOG_MAX);
    AUTO(mem_freep) char *piece = mem_alloc(1, 65536);
    size_t at = 0;
    size_t n;
    int rc = read_prolog(stream, &buf, &at, err);

    if (rc == 0)
        rc = check_encoding(stream, str_sub(buf_str(&buf), 0, at), err);
    if (rc < 0)
        return rc;
    io_out_write(out, STR("\n"));
    io_out_write(out, str_sub(buf_str(&buf), at, buf.n));
    for (;;) {
        rc = stream_read(stream, piece, 65536, &n, err);
        if (rc < 0 || n == 0)
            return rc;
        io_out_write(out, (str){ piece, n });
    }
}
