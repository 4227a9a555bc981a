/* SPDX-License-Identifier: Apache-2.0
 *
 * Start tags, attributes, end tags.
 */
#include "base/xml_scan_int.h"

#include XML_FIND_H

enum {
    FEW_ATTRS = 8
};

/* Whether what is written in decimal or hexadecimal at *p, up to ';', is a
 * character of XML; it is stored in *out. */
static int character_number(struct scan *s, const char **p, uint32_t *out)
{
    const char *start = *p;
    bool hex = start[2] == 'x';
    const char *q = start + (hex ? 3 : 2);
    const char *first = q;
    uint32_t c = 0;

    for (; *q != ';'; q++) {
        unsigned digit;

        if (*q >= '0' && *q <= '9')
            digit = (unsigned)(*q - '0');
        else if (hex && (*q | 0x20) >= 'a' && (*q | 0x20) <= 'f')
            digit = (unsigned)((*q | 0x20) - 'a' + 10);
        else
            return scan_expected(s, q, "a digit");
        c = c * (hex ? 16 : 10) + digit;
        if (c > 0x10FFFF)
            c = 0x110000;
    }
    if (q == first)
        return scan_expected(s, q, "a digit");
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c > 0x10FFFF ||
        (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF)
        return scan_refuse(s, E_PARSE, start,
                           "'%.*s' is not a character of XML",
                           (int)(q - start > 20 ? 20 : q - start), start);
    *p = q + 1;
    *out = c;
    return 0;
}

static size_t encode(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

int scan_reference(struct scan *s, const char **p, char *out, size_t *out_n)
{
    static const struct {
        str name;
        char c;
    } entities[] = {
        { { "amp", 3 }, '&' },  { { "lt", 2 }, '<' },    { { "gt", 2 }, '>' },
        { { "quot", 4 }, '"' }, { { "apos", 4 }, '\'' },
    };
    const char *start = *p;
    const char *q = start + 1;
    uint32_t c = 0;
    str name;
    int rc;

    if (*q == '#') {
        rc = character_number(s, p, &c);
        if (rc == 0)
            *out_n = encode(c, out);
        return rc;
    }
    rc = scan_ncname(s, &q, "the name of an entity");
    if (rc != 0)
        return rc;
    if (*q != ';')
        return scan_expected(s, q, "';'");
    name = (str){ start + 1, (size_t)(q - start - 1) };
    for (size_t i = 0; i < COUNT(entities); i++) {
        if (str_eq(name, entities[i].name)) {
            *out = entities[i].c;
            *out_n = 1;
            *p = q + 1;
            return 0;
        }
    }
    return scan_refuse(s, E_PARSE, start,
                       "the entity '%" PRIstr "' is not defined",
                       ARGstr(str_sub(name, 0, 64)));
}

/* The scratch space holds all values of one tag, none of which is longer than
 * what is written; so it never moves while a tag is read. */
static char *scratch_room(struct scan *s)
{
    if (s->scratch_cap < s->cap) {
        s->scratch = mem_resize(s->scratch, s->cap, 1);
        s->scratch_cap = s->cap;
    }
    return s->scratch + s->scratch_n;
}

/* The rest of a value that cannot be given as it is written: from start it
 * was plain up to *p. Blanks become spaces, references characters. */
static int rebuild_value(struct scan *s, const char *start, const char **p,
                         char quote, str *out)
{
    char *room = scratch_room(s);
    size_t n = (size_t)(*p - start);
    const char *q = *p;
    int rc = 0;

    memcpy(room, start, n);
    while (rc == 0 && *q != quote) {
        const char *before = q;

        if (*q == '&') {
            size_t bytes = 0;

            rc = scan_reference(s, &q, room + n, &bytes);
            n += bytes;
        } else if (scan_is(*q, BLANK)) {
            q += q[0] == '\r' && q[1] == '\n' ? 2 : 1;
            room[n++] = ' ';
        } else if ((unsigned char)*q >= 0x80) {
            rc = scan_wide(s, &q);
        } else {
            rc = scan_expected(s, q, "a character of an attribute's value");
        }
        if (rc == 0 && *before != '&' && !scan_is(*before, BLANK)) {
            memcpy(room + n, before, (size_t)(q - before));
            n += (size_t)(q - before);
        }
        before = q;
        q = xml_find_value(q, quote, '<', '&');
        memcpy(room + n, before, (size_t)(q - before));
        n += (size_t)(q - before);
    }
    if (rc != 0)
        return rc;
    *out = (str){ room, n };
    s->scratch_n += n;
    *p = q + 1;
    return 0;
}

/* A value in quotes at *p, which moves behind it. */
static int scan_value(struct scan *s, const char **p, str *out)
{
    char quote = **p;
    const char *start = *p + 1;
    const char *q = start;

    if (quote != '"' && quote != '\'')
        return scan_expected(s, *p, "a value in quotes");
    for (;;) {
        int rc;

        q = xml_find_value(q, quote, '<', '&');
        if (LIKELY(*q == quote))
            break;
        if (*q == '&' || scan_is(*q, BLANK)) {
            *p = q;
            return rebuild_value(s, start, p, quote, out);
        }
        if ((unsigned char)*q < 0x80)
            return scan_expected(s, q, "a character of an attribute's value");
        rc = scan_wide(s, &q);
        if (rc != 0)
            return rc;
    }
    *out = (str){ start, (size_t)(q - start) };
    *p = q + 1;
    return 0;
}

static void skip_blanks(const char **p)
{
    while (scan_is(**p, BLANK))
        ++*p;
}

static bool is_declaration(const struct scan_name *name)
{
    return name->n >= 5 && memcmp(name->p, "xmlns", 5) == 0 &&
           (name->colon == 5 || name->n == 5);
}

static int keep_attr(struct scan *s, const struct scan_name *name, str value)
{
    if (s->attrs.n + s->declared.n >= s->r->limits.attrs)
        return scan_refuse(s, E_LIMIT, name->p,
                           "an element with more than %u attributes",
                           s->r->limits.attrs);
    if (UNLIKELY(is_declaration(name))) {
        struct scan_declaration *d = vec_push(&s->declared);

        d->prefix = name->colon == 0 ? (str){ "", 0 }
                                     : (str){ name->p + 6, name->n - 6 };
        d->uri = value;
    } else {
        struct xml_attr *attr = vec_push(&s->attrs);
        size_t local = name->colon == 0 ? 0 : name->colon + 1;

        attr->ns = xml_no_ns;
        attr->name = (str){ name->p + local, name->n - local };
        attr->value = value;
        if (name->colon > 0) {
            struct scan_prefixed *prefixed = vec_push(&s->prefixed);

            prefixed->attr = s->attrs.n - 1;
            prefixed->prefix = (str){ name->p, name->colon };
        }
    }
    return 0;
}

static int scan_attr(struct scan *s, const char **p)
{
    struct scan_name name;
    str value = { NULL, 0 };
    int rc = scan_qname(s, p, &name, "the name of an attribute");

    if (rc != 0)
        return rc;
    skip_blanks(p);
    if (**p != '=')
        return scan_expected(s, *p, "'='");
    ++*p;
    skip_blanks(p);
    rc = scan_value(s, p, &value);
    return rc != 0 ? rc : keep_attr(s, &name, value);
}

static int same_twice(struct scan *s, const struct xml_attr *attr)
{
    return scan_refuse(s, E_PARSE, attr->name.p,
                       "the attribute '%" PRIstr "' stands there twice",
                       ARGstr(str_sub(attr->name, 0, 64)));
}

static bool same_attr(const struct xml_attr *a, const struct xml_attr *b)
{
    return a->ns.p == b->ns.p && str_eq(a->name, b->name);
}

/* Many attributes go through a hash table, so that a tag of them costs no
 * more than their number. */
static int check_many(struct scan *s)
{
    size_t mask = 16;

    while (mask < 2 * s->attrs.n)
        mask *= 2;
    s->seen.n = 0;
    while (s->seen.n < mask)
        (void)vec_push(&s->seen);
    mask--;
    for (size_t i = 0; i < s->attrs.n; i++) {
        const struct xml_attr *attr = &s->attrs.p[i];
        size_t at = (size_t)str_hash(attr->name) & mask;

        for (; s->seen.p[at] != 0; at = (at + 1) & mask)
            if (same_attr(attr, &s->attrs.p[s->seen.p[at] - 1]))
                return same_twice(s, attr);
        s->seen.p[at] = (uint32_t)i + 1;
    }
    return 0;
}

static int check_unique(struct scan *s)
{
    if (s->attrs.n > FEW_ATTRS)
        return check_many(s);
    for (size_t i = 1; i < s->attrs.n; i++)
        for (size_t j = 0; j < i; j++)
            if (same_attr(&s->attrs.p[i], &s->attrs.p[j]))
                return same_twice(s, &s->attrs.p[i]);
    return 0;
}

static int resolve(struct scan *s, const struct scan_name *name,
                   struct xml_element *out)
{
    size_t local = name->colon == 0 ? 0 : name->colon + 1;
    int rc = s->declared.n == 0 ? 0 : scan_ns_declare(s);

    if (rc < 0)
        return rc;
    out->prefix = name->colon == 0 ? xml_no_ns : (str){ name->p, name->colon };
    out->name = (str){ name->p + local, name->n - local };
    rc = scan_ns_find(s, out->prefix, &out->ns);
    for (size_t i = 0; rc == 0 && i < s->prefixed.n; i++) {
        const struct scan_prefixed *prefixed = &s->prefixed.p[i];

        rc = scan_ns_find(s, prefixed->prefix, &s->attrs.p[prefixed->attr].ns);
    }
    if (rc == 0 && s->attrs.n > 1)
        rc = check_unique(s);
    out->attrs = s->attrs.p;
    out->attr_count = s->attrs.n;
    return rc;
}

static int push_open(struct scan *s, const struct scan_name *name,
                     size_t undone)
{
    struct scan_open *open = vec_push(&s->open);

    open->name = s->names.n;
    open->undone = (uint32_t)undone;
    buf_add(&s->names, (str){ name->p, name->n });
    if (s->names.over)
        return scan_refuse(s, E_LIMIT, name->p,
                           "the names of the open elements are longer than "
                           "%zu bytes",
                           s->names.limit);
    return 0;
}

static int check_length(struct scan *s, const char *end)
{
    if ((size_t)(end - s->at) <= s->r->limits.markup)
        return 0;
    return scan_refuse(s, E_LIMIT, s->at, "a tag is longer than %zu bytes",
                       s->r->limits.markup);
}

/* The tag is complete and ends before p: its events. */
static int give_element(struct scan *s, const struct scan_name *name,
                        const char *p, bool empty)
{
    struct xml_element element;
    size_t undone = s->undo.n;
    int rc = check_length(s, p);

    if (rc == 0 && s->root && s->r->depth == 0)
        rc =
            scan_refuse(s, E_PARSE, s->at, "an element after the root element");
    if (rc == 0)
        rc = resolve(s, name, &element);
    if (rc == 0)
        rc = xml_emit_start(s->r, &element);
    if (rc < 0)
        return rc;
    s->root = true;
    s->at = p;
    if (!empty)
        return push_open(s, name, undone);
    scan_ns_undo(s, undone);
    return xml_emit_end(s->r);
}

int scan_start_tag(struct scan *s)
{
    const char *p = s->at + 1;
    struct scan_name name;
    int rc = scan_qname(s, &p, &name, "the name of an element");

    s->attrs.n = s->prefixed.n = s->declared.n = 0;
    s->scratch_n = 0;
    while (rc == 0) {
        const char *before = p;

        skip_blanks(&p);
        if (*p == '>')
            return give_element(s, &name, p + 1, false);
        if (*p == '/' && p[1] == '>')
            return give_element(s, &name, p + 2, true);
        if (*p == '/')
            return scan_expected(s, p + 1, "'>'");
        if (p == before)
            return scan_expected(s, p, "a blank or '>'");
        rc = scan_attr(s, &p);
    }
    return rc;
}

static int mismatch(struct scan *s, const struct scan_open *open)
{
    str name = str_sub(buf_str(&s->names), open->name, 64);

    return scan_refuse(s, E_PARSE, s->at,
                       "the end tag is not that of '%" PRIstr "'",
                       ARGstr(name));
}

int scan_end_tag(struct scan *s)
{
    const struct scan_open *open;
    const char *p = s->at + 2;
    size_t n;
    int rc;

    if (s->open.n == 0)
        return scan_refuse(s, E_PARSE, s->at, "an end tag without a start");
    open = &s->open.p[s->open.n - 1];
    n = s->names.n - open->name;
    if ((size_t)(s->end - p) < n)
        return s->stream_end ? mismatch(s, open) : SCAN_MORE;
    if (memcmp(p, s->names.p + open->name, n) != 0)
        return mismatch(s, open);
    p += n;
    skip_blanks(&p);
    if (*p != '>')
        return scan_expected(s, p, "'>' of the end tag");
    rc = check_length(s, p + 1);
    if (rc < 0)
        return rc;
    s->at = p + 1;
    scan_ns_undo(s, open->undone);
    s->names.n = open->name;
    s->open.n--;
    return xml_emit_end(s->r);
}
