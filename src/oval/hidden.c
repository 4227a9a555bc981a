/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/hidden.h"

#include "base/buf.h"
#include "oval/fold.h"

enum {
    AROUND = 4096, /* bytes before and behind that are looked at */
    MARKS_MAX = 1000,
    STARTS_MAX = 64, /* of matches that are on their way at one mark */
};

/* What may stand in place of a mark: short, usual, long. */
static const char *const fills[] = {
    "x",
    "public",
    "private",
    "cisco",
    "a1B2c3D4e5F6a7B8c9D0a1B2c3D4e5F6a7B8c9D0",
};

bool oval_is_hidden(str mark, str text)
{
    return mark.n > 0 && str_find(text, mark) < text.n;
}

/* The text with every mark replaced. */
static void fill(str mark, str text, const char *with, struct buf *out)
{
    buf_reset(out);
    while (text.n > 0) {
        size_t at = str_find(text, mark);

        buf_add(out, str_sub(text, 0, at));
        if (at == text.n)
            return;
        buf_add_c(out, with);
        text = str_sub(text, at + mark.n, SIZE_MAX);
    }
}

/* --- Patterns --- */

struct look {
    struct regex *regex;
    str mark;
    str head; /* what stands before the mark, from the begin of a line */
    str line; /* and on to the end of the mark's line */
};

static bool lives(const struct look *look, str text, size_t start)
{
    return regex_life(look->regex, text, true, &start) != REGEX_DEAD;
}

/* A match is on its way from `start` when the mark comes. */
static bool ends_by_mark(const struct look *look, size_t start)
{
    AUTO(buf_clear) struct buf text = BUF(4 * AROUND + (1 << 20));
    str known = look->head;

    known.n += look->mark.n;
    if (!lives(look, known, start))
        return true;
    if (lives(look, look->line, start))
        return false;
    for (size_t i = 0; i < COUNT(fills); i++) {
        buf_reset(&text);
        buf_add(&text, look->head);
        buf_add_c(&text, fills[i]);
        buf_add(&text, str_sub(look->line, known.n, SIZE_MAX));
        if (text.over || lives(look, buf_str(&text), start))
            return true;
    }
    return false;
}

/* A password that is found by itself: "public". */
static bool fits_alone(const struct look *look)
{
    for (size_t i = 0; i < COUNT(fills); i++)
        if (regex_match(look->regex, str_c(fills[i]), 0, NULL, NULL) != 0)
            return true;
    return false;
}

static bool depends(const struct look *look)
{
    size_t start = 0;

    for (size_t i = 0; i < STARTS_MAX; i++) {
        switch (regex_life(look->regex, look->head, false, &start)) {
        case REGEX_DEAD:
            return false;
        case REGEX_ALIVE:
            if (ends_by_mark(look, start))
                return true;
            break;
        case REGEX_FOUND:
            break;
        }
        start++;
    }
    return true;
}

static struct look look_at(struct regex *regex, str mark, str text, size_t at)
{
    size_t begin = at > AROUND ? at - AROUND : 0;
    size_t end = at + mark.n;

    while (begin > 0 && begin < at && text.p[begin - 1] != '\n')
        begin++;
    while (end < text.n && end - at < AROUND && text.p[end] != '\n')
        end++;
    end += end < text.n;
    return (struct look){ regex, mark, str_sub(text, begin, at - begin),
                          str_sub(text, begin, end - begin) };
}

/* The pattern is not found in the masked text. */
static enum oval_result not_found(struct regex *regex, str mark, str text)
{
    size_t at = 0;

    if (fits_alone(&(struct look){ .regex = regex }))
        return OVAL_UNKNOWN;
    for (size_t i = 0; i < MARKS_MAX; i++) {
        struct look look;

        at += str_find(str_sub(text, at, SIZE_MAX), mark);
        if (at >= text.n)
            return OVAL_FALSE;
        look = look_at(regex, mark, text, at);
        if (depends(&look))
            return OVAL_UNKNOWN;
        at += mark.n;
    }
    return OVAL_UNKNOWN;
}

/* It is found: also when something else stands where the marks are? */
static enum oval_result found(struct regex *regex, str mark, str text,
                              str match)
{
    AUTO(buf_clear) struct buf other = BUF(4 * AROUND + (8 << 20));
    size_t begin = (size_t)(match.p - text.p);
    size_t end = begin + match.n;

    begin = begin > AROUND ? begin - AROUND : 0;
    end = text.n - end > AROUND ? end + AROUND : text.n;
    if (begin > 0)
        begin += str_find_char(str_sub(text, begin, SIZE_MAX), '\n');
    text = str_sub(text, begin, end - begin);
    for (size_t i = 0; i < COUNT(fills); i++) {
        fill(mark, text, fills[i], &other);
        if (other.over ||
            regex_match(regex, buf_str(&other), 0, NULL, NULL) != 1)
            return OVAL_UNKNOWN;
    }
    return OVAL_TRUE;
}

/* The lines that a match stands in: a look ahead or behind may see more of them
 * than it takes. */
static str lines_of(str text, str match)
{
    const char *begin = match.p;
    const char *end = match.p + match.n;

    while (begin > text.p && begin[-1] != '\n')
        begin--;
    while (end < text.p + text.n && *end != '\n')
        end++;
    return (str){ begin, (size_t)(end - begin) };
}

static enum oval_result compare_pattern(struct regex_cache *cache, str mark,
                                        const struct oval_comparison *it,
                                        struct err *err)
{
    unsigned flags = oval_compare_flags(it);
    struct regex_groups groups = { 0 };
    struct regex *regex = NULL;
    int rc = regex_cache_get(cache, it->wanted, flags, &regex, err);

    if (rc == 0)
        rc = regex_match(regex, it->actual, 0, &groups, err);
    if (rc < 0)
        return OVAL_ERROR;
    if (rc == 0)
        return not_found(regex, mark, it->actual);
    return oval_is_hidden(mark, lines_of(it->actual, groups.group[0]))
               ? found(regex, mark, it->actual, groups.group[0])
               : OVAL_TRUE;
}

/* --- Equality --- */

static bool same(str a, str b, bool nocase)
{
    return nocase ? oval_equal_nocase(a, b) : str_eq(a, b);
}

/* Whether `wanted` has what stands before the first mark and behind the last
 * one. */
static bool could_be(str mark, str actual, str wanted, bool nocase)
{
    size_t head = str_find(actual, mark);
    str rest = actual;
    size_t at;

    while ((at = str_find(rest, mark)) < rest.n)
        rest = str_sub(rest, at + mark.n, SIZE_MAX);
    return wanted.n >= head + rest.n &&
           same(str_sub(wanted, 0, head), str_sub(actual, 0, head), nocase) &&
           same(str_sub(wanted, wanted.n - rest.n, SIZE_MAX), rest, nocase);
}

enum oval_result oval_compare_hidden(struct regex_cache *cache, str mark,
                                     const struct oval_comparison *it,
                                     struct err *err)
{
    bool nocase = it->operation == OVAL_CASE_INSENSITIVE_EQUALS ||
                  it->operation == OVAL_CASE_INSENSITIVE_NOT_EQUAL;

    if (it->datatype != OVAL_STRING)
        return OVAL_UNKNOWN;
    switch (it->operation) {
    case OVAL_PATTERN_MATCH:
        return compare_pattern(cache, mark, it, err);
    case OVAL_EQUALS:
    case OVAL_NOT_EQUAL:
    case OVAL_CASE_INSENSITIVE_EQUALS:
    case OVAL_CASE_INSENSITIVE_NOT_EQUAL:
        if (could_be(mark, it->actual, it->wanted, nocase))
            return OVAL_UNKNOWN;
        return oval_compare_entity(cache, it, err);
    default:
        return OVAL_UNKNOWN;
    }
}
