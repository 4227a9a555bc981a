/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments, processing instructions, and the XML declaration.
 */
#include "base/xml_scan_int.h"

#include XML_FIND_H

/* From *p to the next `mark`, over characters that XML allows. */
static int find_mark(struct scan *s, const char **p, char mark)
{
    const char *q = *p;
    int rc = 0;

    while (rc == 0) {
        q = xml_find_text(q, mark, mark, '\r');
        if (*q == mark)
            break;
        if (*q == '\r')
            q++;
        else if ((unsigned char)*q >= 0x80)
            rc = scan_wide(s, &q);
        else
            rc = scan_expected(s, q, "a character of XML");
    }
    *p = q;
    return rc;
}

static int finish(struct scan *s, const char *p, const char *what)
{
    if ((size_t)(p - s->at) > s->r->limits.markup)
        return scan_refuse(s, E_LIMIT, s->at, "%s is longer than %zu bytes",
                           what, s->r->limits.markup);
    s->at = p;
    return 0;
}

int scan_comment(struct scan *s)
{
    const char *p = s->at + 4;
    int rc;

    if (s->at[3] != '-')
        return scan_expected(s, s->at + 3, "'-'");
    for (;;) {
        rc = find_mark(s, &p, '-');
        if (rc != 0)
            return rc;
        if (p[1] == '-')
            break;
        if (p + 1 >= s->end)
            return SCAN_MORE;
        p++;
    }
    if (p[2] != '>')
        return scan_expected(s, p + 2, "'>' after '--' of a comment");
    return finish(s, p + 3, "a comment");
}

/* The pseudo-attribute at *p, with the blanks before it; out_name->n is 0
 * when only blanks are left. The declaration ends at end. */
static bool pseudo_attr(const char **p, const char *end, str *out_name,
                        str *out_value)
{
    const char *q = *p;
    char quote;

    *out_name = *out_value = STR("");
    while (q < end && scan_is(*q, BLANK))
        q++;
    if (q == end) {
        *p = q;
        return true;
    }
    if (q == *p)
        return false;
    out_name->p = q;
    while (q < end && *q != '=' && !scan_is(*q, BLANK))
        q++;
    out_name->n = (size_t)(q - out_name->p);
    while (q < end && scan_is(*q, BLANK))
        q++;
    if (q == end || *q != '=')
        return false;
    q++;
    while (q < end && scan_is(*q, BLANK))
        q++;
    if (q == end || (*q != '"' && *q != '\''))
        return false;
    quote = *q++;
    out_value->p = q;
    while (q < end && (scan_is(*q, NAME_CHAR)))
        q++;
    out_value->n = (size_t)(q - out_value->p);
    *p = q + 1;
    return q < end && *q == quote && out_name->n > 0;
}

static int bad_declaration(struct scan *s)
{
    return scan_refuse(s, E_PARSE, s->at, "a wrong XML declaration");
}

static int check_encoding(struct scan *s, str name)
{
    if (str_eq_nocase(name, STR("utf-8")))
        return 0;
    return scan_refuse(s, E_UNSUPPORTED, s->at,
                       "the encoding '%" PRIstr "' is not supported here",
                       ARGstr(str_sub(name, 0, 64)));
}

/* <?xml version="1.0" encoding="utf-8" standalone="yes"?> up to end. As expat
 * does, the number of the version is not looked at. */
static int declaration(struct scan *s, const char *end)
{
    const char *p = s->at + 5;
    str name;
    str value;
    int rc = 0;

    if (!pseudo_attr(&p, end, &name, &value) || !str_eq(name, STR("version")) ||
        !pseudo_attr(&p, end, &name, &value))
        return bad_declaration(s);
    if (str_eq(name, STR("encoding"))) {
        if (value.n == 0 || (value.p[0] | 0x20) < 'a' ||
            (value.p[0] | 0x20) > 'z')
            return bad_declaration(s);
        rc = check_encoding(s, value);
        if (!pseudo_attr(&p, end, &name, &value))
            return bad_declaration(s);
    }
    if (name.n == 0)
        return rc;
    if (!str_eq(name, STR("standalone")) ||
        (!str_eq(value, STR("yes")) && !str_eq(value, STR("no"))) ||
        !pseudo_attr(&p, end, &name, &value) || name.n > 0)
        return bad_declaration(s);
    return rc;
}

/* "xml" in any case is no target; as it is written here it is that of the
 * declaration, which must come first. */
static int check_target(struct scan *s, str target, const char *end)
{
    if (!str_eq_nocase(target, STR("xml")))
        return 0;
    if (s->started || !str_eq(target, STR("xml")))
        return scan_refuse(s, E_PARSE, s->at,
                           "an XML declaration that is not at the start");
    return declaration(s, end);
}

int scan_instruction(struct scan *s)
{
    const char *p = s->at + 2;
    str target;
    int rc = scan_ncname(s, &p, "the target of an instruction");

    if (rc != 0)
        return rc;
    target = (str){ s->at + 2, (size_t)(p - s->at - 2) };
    if (*p != '?' && !scan_is(*p, BLANK))
        return scan_expected(s, p, "a blank or '?>'");
    if (*p == '?' && p[1] != '>')
        return scan_expected(s, p + 1, "'>'");
    for (;;) {
        rc = find_mark(s, &p, '?');
        if (rc != 0)
            return rc;
        if (p[1] == '>')
            break;
        if (p + 1 >= s->end)
            return SCAN_MORE;
        p++;
    }
    rc = check_target(s, target, p);
    return rc < 0 ? rc : finish(s, p + 2, "a processing instruction");
}
