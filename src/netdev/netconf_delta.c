/* SPDX-License-Identifier: Apache-2.0
 *
 * What makes one configuration of a NETCONF device out of another: each
 * element at the top that differs is replaced as a whole, and one that is not
 * there any more is deleted (RFC 6241 7.2). The texts are as netconf_pretty()
 * writes them: what stands at the begin of a line stands at the top.
 */
#include "base/map.h"
#include "base/vec.h"
#include "netdev/netconf_int.h"

enum {
    ELEMENTS_MAX = 100000
};

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
    str text;
    str line = STR("");
    size_t close;

    do {
        text = *rest;
        line = str_cut(rest, '\n');
    } while (line.n == 0 && rest->n > 0);
    if (line.n == 0)
        return false;
    close = str_find_char(line, '>');
    out->tag = str_sub(line, 1, close > 0 ? close - 1 : 0);
    out->whole = line;
    if (str_ends(out->tag, STR("/")) ||
        str_find(str_sub(line, close, SIZE_MAX), STR("</")) < line.n - close)
        return true;
    while (rest->n > 0 && !is_end(line))
        line = str_cut(rest, '\n');
    out->whole = (str){ text.p, (size_t)(line.p + line.n - text.p) };
    return true;
}

struct elements {
    VEC(struct element) list;
    struct map by_tag; /* the first of its tag */
};

static void elements_clear(struct elements *elements)
{
    vec_clear(&elements->list);
    map_clear(&elements->by_tag);
}

static int read_elements(str text, struct elements *out, struct err *err)
{
    struct element at;

    while (take_element(&text, &at)) {
        if (at.whole.p[0] != '<')
            return err_set(err, E_PARSE,
                           "it is no configuration of a NETCONF device");
        if (out->list.n >= ELEMENTS_MAX)
            return err_set(err, E_LIMIT,
                           "a configuration has at most %d elements at its "
                           "top",
                           ELEMENTS_MAX);
        (void)map_add(&out->by_tag, at.tag, (uint32_t)out->list.n);
        *vec_push(&out->list) = at;
    }
    return 0;
}

/* The one with the same tag, or an empty one. */
static struct element find(const struct elements *all, str tag)
{
    uint32_t at = map_get(&all->by_tag, tag);

    return at == MAP_NONE ? (struct element){ STR(""), STR("") }
                          : all->list.p[at];
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
    AUTO(elements_clear) struct elements a = { 0 };
    AUTO(elements_clear) struct elements b = { 0 };
    int rc;

    if (str_eq(from, to))
        return buf_finish(out, "the change", err);
    rc = read_elements(from, &a, err);
    if (rc == 0)
        rc = read_elements(to, &b, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < a.list.n; i++) {
        if (find(&b, a.list.p[i].tag).whole.n == 0)
            add(&a.list.p[i], "\"delete\"", out);
    }
    for (size_t i = 0; i < b.list.n; i++) {
        if (!str_eq(find(&a, b.list.p[i].tag).whole, b.list.p[i].whole))
            add(&b.list.p[i], "\"replace\"", out);
    }
    return buf_finish(out, "the change", err);
}
