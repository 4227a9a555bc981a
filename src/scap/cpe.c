/* SPDX-License-Identifier: Apache-2.0
 *
 * A name of either form becomes its eleven parts, as texts without escapes
 * and in lower case; "" is ANY. A part that was left out at the end is ANY.
 */
#include "scap/cpe.h"

#include "base/buf.h"

enum {
    NAME_MAX_BYTES = 4096
};

struct parts {
    struct buf text;
    size_t start[CPE_PARTS];
    size_t end[CPE_PARTS];
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int hex_digit(char c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One part of a URI: %XX stands for a character; %01 and %02 are the
 * wildcards of one and of any characters. */
static void add_uri_part(struct buf *out, str part)
{
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '%' && i + 2 < part.n &&
            hex_digit(part.p[i + 1]) >= 0 && hex_digit(part.p[i + 2]) >= 0) {
            buf_add_char(out, lower((char)(hex_digit(part.p[i + 1]) * 16 +
                                           hex_digit(part.p[i + 2]))));
            i += 2;
        } else {
            buf_add_char(out, lower(part.p[i]));
        }
    }
}

static void add_string_part(struct buf *out, str part)
{
    if (str_eq(part, STR("*")))
        return;
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '\\' && i + 1 < part.n)
            i++;
        buf_add_char(out, lower(part.p[i]));
    }
}

/* The text up to a ':' that is not escaped. */
static str cut_string_part(str *rest)
{
    size_t i = 0;
    str part;

    while (i < rest->n && rest->p[i] != ':')
        i += rest->p[i] == '\\' ? 2 : 1;
    if (i > rest->n)
        i = rest->n;
    part = str_sub(*rest, 0, i);
    *rest = str_sub(*rest, i + 1, rest->n);
    return part;
}

/* In a URI the edition may be packed: ~edition~sw_edition~target_sw~... */
static void add_edition(struct parts *parts, str part)
{
    static const unsigned places[] = { 5, 7, 8, 9, 10 };
    bool packed = part.n > 0 && part.p[0] == '~';

    if (packed)
        part = str_sub(part, 1, part.n);
    for (size_t i = 0; i < COUNT(places); i++) {
        str piece = i == 0 && !packed ? part : str_cut(&part, '~');

        if (i > 0 && !packed)
            break;
        parts->start[places[i]] = parts->text.n;
        add_uri_part(&parts->text, piece);
        parts->end[places[i]] = parts->text.n;
    }
}

static void split(struct parts *parts, str name)
{
    bool uri = str_starts(name, STR("cpe:/"));
    str rest = str_sub(name, uri ? 5 : 8, name.n);

    memset(parts->start, 0, sizeof(parts->start));
    memset(parts->end, 0, sizeof(parts->end));
    for (unsigned i = 0; i < (uri ? 7 : CPE_PARTS) && rest.n > 0; i++) {
        str part = uri ? str_cut(&rest, ':') : cut_string_part(&rest);

        if (uri && i == 5) {
            add_edition(parts, part);
            continue;
        }
        parts->start[i] = parts->text.n;
        if (uri)
            add_uri_part(&parts->text, part);
        else
            add_string_part(&parts->text, part);
        parts->end[i] = parts->text.n;
    }
}

static str part_of(const struct parts *parts, unsigned i)
{
    return (str){ parts->text.p + parts->start[i],
                  parts->end[i] - parts->start[i] };
}

bool cpe_is_name(str name)
{
    return str_starts(name, STR("cpe:/")) || str_starts(name, STR("cpe:2.3:"));
}

bool cpe_includes(str wanted, str known)
{
    struct parts a = { .text = BUF_INIT(NAME_MAX_BYTES) };
    struct parts b = { .text = BUF_INIT(NAME_MAX_BYTES) };
    bool same = cpe_is_name(wanted) && cpe_is_name(known) &&
                wanted.n < NAME_MAX_BYTES && known.n < NAME_MAX_BYTES;

    if (same) {
        split(&a, wanted);
        split(&b, known);
    }
    for (unsigned i = 0; same && i < CPE_PARTS; i++) {
        str part = part_of(&a, i);

        same = part.n == 0 || str_eq(part, part_of(&b, i));
    }
    buf_clear(&a.text);
    buf_clear(&b.text);
    return same;
}
