/* SPDX-License-Identifier: Apache-2.0
 *
 * What makes one configuration of a NETCONF device out of another: each
 * element at the top that differs is replaced as a whole, and one that is not
 * there any more is deleted (RFC 6241 7.2). The texts are as netconf_pretty()
 * writes them: what stands at the begin of a line stands at the top.
 */
#include "netdev/netconf_int.h"

#define OPERATION                                                              \
    " xmlns:hf=\"urn:ietf:params:xml:ns:netconf:base:1.0\" hf:operation="

struct element {
    str whole;
    str tag; /* what stands between '<' and '>' of its begin */
};

static bool is_end(str line)
{
    return str_starts(line, STR("</"));
}

/* False when there is none any more. */
static bool take_element(str *rest, struct element *out)
{
    str text = *rest;
    str line = str_cut(rest, '\n');
    size_t close = str_find_char(line, '>');

    if (line.n == 0)
        return false;
    out->tag = str_sub(line, 1, close - 1);
    out->whole = line;
    if (str_ends(out->tag, STR("/")) ||
        str_find(str_sub(line, close, SIZE_MAX), STR("</")) < line.n - close)
        return true;
    while (rest->n > 0 && !is_end(line))
        line = str_cut(rest, '\n');
    out->whole = (str){ text.p, (size_t)(line.p + line.n - text.p) };
    return true;
}

/* The one with the same tag, or an empty one. */
static struct element find(str text, str tag)
{
    struct element at;

    while (take_element(&text, &at)) {
        if (str_eq(at.tag, tag))
            return at;
    }
    return (struct element){ STR(""), STR("") };
}

static void add(const struct element *at, const char *operation,
                struct buf *out)
{
    bool is_empty = str_ends(at->tag, STR("/"));
    str tag = str_sub(at->tag, 0, at->tag.n - is_empty);
    bool deletes = operation[1] == 'd';

    buf_printf(out, "<%" PRIstr OPERATION "%s", ARGstr(tag), operation);
    if (deletes)
        buf_add_c(out, "/>\n");
    else
        buf_printf(out, "%" PRIstr "\n",
                   ARGstr(str_sub(at->whole, 1 + tag.n, SIZE_MAX)));
}

int netconf_delta(str from, str to, struct buf *out, struct err *err)
{
    struct element at;
    str rest = from;

    while (take_element(&rest, &at)) {
        if (find(to, at.tag).whole.n == 0)
            add(&at, "\"delete\"", out);
    }
    rest = to;
    while (take_element(&rest, &at)) {
        if (at.whole.p[0] != '<')
            return err_set(err, E_PARSE,
                           "it is no configuration of a NETCONF device");
        if (!str_eq(find(from, at.tag).whole, at.whole))
            add(&at, "\"replace\"", out);
    }
    return buf_finish(out, "the change", err);
}
