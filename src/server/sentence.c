/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sentence_int.h"

const struct sentence_table *const sentence_tables[] = {
    &sentences_account, &sentences_device,   &sentences_fleet,
    &sentences_form,    &sentences_help,     &sentences_network,
    &sentences_patch,   &sentences_schedule, &sentences_server,
};
const size_t sentence_table_count = COUNT(sentence_tables);

static const char *const names[WORDS_LANGUAGES] = { "en", "fr", "nl" };

enum words_language language_of(str text)
{
    enum words_language language = words_language_of(text);

    return language == WORDS_LANGUAGES ? WORDS_EN : language;
}

const char *language_name(enum words_language language)
{
    return names[language];
}

/* --- Accept-Language ----------------------------------------------------- */

/* ";q=0.8" in thousandths; 1000 without one, 0 for one that is none. */
static int64_t weight_of(str parameters)
{
    int64_t weight = 0;
    str whole;

    parameters = str_trim(parameters);
    if (parameters.n == 0)
        return 1000;
    if (!str_starts(parameters, STR("q=")))
        return 0;
    parameters = str_sub(parameters, 2, parameters.n);
    whole = str_cut(&parameters, '.');
    if (str_eq(whole, STR("1")))
        return 1000;
    for (size_t i = 0; i < 3; i++) {
        char c = i < parameters.n ? parameters.p[i] : '0';

        if (c < '0' || c > '9')
            return 0;
        weight = weight * 10 + (c - '0');
    }
    return weight;
}

enum words_language language_accepted(str header)
{
    enum words_language best = WORDS_EN;
    int64_t most = 0;

    while (header.n > 0) {
        str parameters = str_cut(&header, ',');
        str tag = str_trim(str_cut(&parameters, ';'));
        enum words_language language = words_language_of(tag);
        int64_t weight = weight_of(parameters);

        if (language != WORDS_LANGUAGES && weight > most) {
            best = language;
            most = weight;
        }
    }
    return best;
}

/* --- Looking up ---------------------------------------------------------- */

struct place {
    char kind; /* of "%s": 's' */
    str text;
};
struct fit {
    struct place places[SENTENCE_PLACES_MAX];
    size_t n;
    size_t literal; /* bytes that are the row's own */
};

/* Where the next place of a row's English is; its length without. */
static size_t next_place(str pattern)
{
    for (size_t i = 0; i + 1 < pattern.n; i++) {
        char kind = pattern.p[i + 1];

        if (pattern.p[i] == '%' &&
            (kind == 's' || kind == 'd' || kind == 'n' || kind == 'w'))
            return i;
    }
    return pattern.n;
}

static bool may_be(char kind, str text)
{
    int64_t number;

    if (kind == 'n')
        return text.n > 0 && str_find_char(text, ' ') == text.n;
    return kind != 'd' ||
           str_to_i64(text, INT64_MIN, INT64_MAX, &number, NULL) == 0;
}

/* Where in the text the row's literal is: at once for the first, at the end
 * for the last, otherwise the first one there is. Past the text: nowhere. */
static size_t find_literal(str text, str literal, bool first, bool last)
{
    size_t at = first                         ? 0
                : last && literal.n <= text.n ? text.n - literal.n
                                              : str_find(text, literal);

    if (!str_starts(str_sub(text, at, text.n), literal) ||
        (last && at + literal.n != text.n))
        return text.n + 1;
    return at;
}

static bool fits(str pattern, str text, struct fit *out)
{
    char kind = 0;

    *out = (struct fit){ 0 };
    for (;;) {
        size_t n = next_place(pattern);
        str literal = str_sub(pattern, 0, n);
        bool last = n == pattern.n;
        size_t at = find_literal(text, literal, kind == 0, last);

        if (at > text.n)
            return false;
        if (kind != 0) {
            if (out->n >= SENTENCE_PLACES_MAX ||
                !may_be(kind, str_sub(text, 0, at)))
                return false;
            out->places[out->n++] =
                (struct place){ kind, str_sub(text, 0, at) };
        }
        out->literal += n;
        if (last)
            return true;
        text = str_sub(text, at + n, text.n);
        kind = pattern.p[n + 1];
        pattern = str_sub(pattern, n + 2, pattern.n);
    }
}

/* The row with the most text of its own that fits. */
static const struct sentence *find(str text, struct fit *out)
{
    const struct sentence *best = NULL;
    struct fit fit;

    for (size_t i = 0; i < sentence_table_count; i++) {
        const struct sentence_table *table = sentence_tables[i];

        for (size_t k = 0; k < table->count; k++) {
            const char *english = table->rows[k].in[WORDS_EN];

            if (english[0] != '%' && english[0] != text.p[0])
                continue;
            if (fits(str_c(english), text, &fit) &&
                (best == NULL || fit.literal > out->literal)) {
                best = &table->rows[k];
                *out = fit;
            }
        }
    }
    return best;
}

/* --- Saying -------------------------------------------------------------- */

static bool say(str text, enum words_language in, unsigned depth,
                struct buf *out);

/* "%s" or "%2$s" at the start of *format, which is moved behind it: the index
 * of what stands there, `next` without a number. */
static bool read_place(str *format, size_t next, size_t *out)
{
    const char *p = format->p;

    if (format->n >= 4 && p[1] >= '1' && p[1] <= '9' && p[2] == '$') {
        *out = (size_t)(p[1] - '1');
        *format = str_sub(*format, 4, format->n);
        return true;
    }
    if (next_place(str_sub(*format, 0, 2)) != 0 || format->n < 2)
        return false;
    *out = next;
    *format = str_sub(*format, 2, format->n);
    return true;
}

static void put_in(str format, const struct fit *fit, enum words_language in,
                   unsigned depth, struct buf *out)
{
    size_t next = 0;
    size_t at;

    while (format.n > 0) {
        if (format.p[0] != '%' || !read_place(&format, next, &at)) {
            buf_add_char(out, format.p[0]);
            format = str_sub(format, 1, format.n);
            continue;
        }
        next++;
        if (at >= fit->n)
            continue;
        if (fit->places[at].kind != 'w' ||
            !say(fit->places[at].text, in, depth + 1, out))
            buf_add(out, fit->places[at].text);
    }
}

/* "context: sentence" */
static bool say_behind(str text, enum words_language in, unsigned depth,
                       struct buf *out)
{
    AUTO(buf_clear) struct buf behind = BUF(SENTENCE_MAX);
    size_t at = str_find(text, STR(": "));

    if (at == text.n ||
        !say(str_sub(text, at + 2, text.n), in, depth + 1, &behind))
        return false;
    if (!say(str_sub(text, 0, at), in, depth + 1, out))
        buf_add(out, str_sub(text, 0, at));
    buf_add_c(out, in == WORDS_FR ? " : " : ": ");
    buf_add(out, buf_str(&behind));
    return true;
}

static bool say(str text, enum words_language in, unsigned depth,
                struct buf *out)
{
    const struct sentence *row;
    struct fit fit = { 0 };

    if (depth > SENTENCE_DEPTH_MAX || text.n == 0 || text.n > SENTENCE_MAX)
        return false;
    row = find(text, &fit);
    if (row == NULL)
        return say_behind(text, in, depth, out);
    put_in(str_c(row->in[in]), &fit, in, depth, out);
    return true;
}

bool sentence_add(str english, enum words_language language, struct buf *out)
{
    if (language != WORDS_EN && say(english, language, 0, out))
        return true;
    buf_add(out, english);
    return language == WORDS_EN;
}
