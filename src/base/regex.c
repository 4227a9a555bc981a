/* SPDX-License-Identifier: Apache-2.0
 *
 * One expression has up to two compiled forms: one that reads UTF-8 and one
 * that reads bytes; each is made when the first subject needs it.
 *
 * PCRE2 counts its match limit anew at every start position, so a subject of
 * n bytes could cost n times the limit. Long subjects are therefore searched
 * in windows of start positions, and between windows we look at the clock.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/regex.h"

#include <pcre2.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"

enum {
    MATCH_LIMIT = 1000000,
    DEPTH_LIMIT = 1000000,
    HEAP_LIMIT_KIB = 20 * 1024,
    NEST_LIMIT = 200,
    WINDOW_MIN = 16,
    WINDOW_GROWTH = 8,
    FAST_NS = 1000000, /* windows grow while one takes less */
    SLOW_NS = 20000000,
    CPU_LIMIT_NS = 400000000, /* of one search, and this more for */
    CPU_LIMIT_NS_BYTE = 20,   /* each byte of the subject */
};

struct regex {
    char *pattern;
    size_t pattern_n;
    uint32_t options;
    bool utf_pattern; /* the pattern is valid UTF-8 */
    bool windows;     /* the search may be cut into windows */
    pcre2_code *utf;
    pcre2_code *bytes;
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

void regex_free(struct regex *regex)
{
    if (regex == NULL)
        return;
    pcre2_code_free(regex->utf);
    pcre2_code_free(regex->bytes);
    pcre2_match_data_free(regex->data);
    pcre2_match_context_free(regex->limits);
    mem_free(regex->pattern);
    mem_free(regex);
}

void regex_freep(struct regex **regex)
{
    regex_free(*regex);
    *regex = NULL;
}

static int refuse(const struct regex *regex, int number, size_t offset,
                  struct err *err)
{
    str text = { regex->pattern, regex->pattern_n };
    PCRE2_UCHAR why[160] = { 0 };

    pcre2_get_error_message(number, why, sizeof(why));
    return err_set(err, E_PARSE,
                   "regular expression '%.*s%s': %s at offset %zu",
                   (int)(text.n > 200 ? 200 : text.n), text.p,
                   text.n > 200 ? "..." : "", (const char *)why, offset);
}

static int compile_form(struct regex *regex, uint32_t options, pcre2_code **out,
                        struct err *err)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    uint32_t all = 0;
    size_t offset = 0;
    int number = 0;

    if (context == NULL)
        return err_set(err, E_LIMIT, "regular expression: out of memory");
    pcre2_set_parens_nest_limit(context, NEST_LIMIT);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    *out = pcre2_compile((PCRE2_SPTR)regex->pattern, regex->pattern_n,
                         regex->options | options, &number, &offset, context);
    pcre2_compile_context_free(context);
    if (*out == NULL)
        return refuse(regex, number, offset, err);
    if (pcre2_pattern_info(*out, PCRE2_INFO_ALLOPTIONS, &all) < 0 ||
        (all & PCRE2_ANCHORED) != 0)
        regex->windows = false; /* there is one start position */
    return 0;
}

/* Backtracking verbs and \G see where a search starts and ends. */
static bool may_window(str pattern)
{
    return str_find(pattern, STR("(*")) == pattern.n &&
           str_find(pattern, STR("\\G")) == pattern.n;
}

static uint32_t options_of(unsigned flags)
{
    /* \C would cut characters in two and callouts have no meaning here. */
    uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;

    if ((flags & REGEX_MULTILINE) != 0)
        options |= PCRE2_MULTILINE;
    if ((flags & REGEX_DOTALL) != 0)
        options |= PCRE2_DOTALL;
    if ((flags & REGEX_NOCASE) != 0)
        options |= PCRE2_CASELESS;
    return options;
}

int regex_compile(str pattern, unsigned flags, struct regex **out,
                  struct err *err)
{
    AUTO(regex_freep) struct regex *regex = NULL;
    int rc;

    if (pattern.n > REGEX_PATTERN_MAX)
        return err_set(err, E_LIMIT,
                       "regular expression of %zu bytes: at most %d are "
                       "allowed",
                       pattern.n, REGEX_PATTERN_MAX);
    regex = mem_alloc(1, sizeof(*regex));
    regex->pattern = mem_alloc(pattern.n + 1, 1);
    if (pattern.n > 0)
        memcpy(regex->pattern, pattern.p, pattern.n);
    regex->pattern_n = pattern.n;
    regex->options = options_of(flags);
    regex->utf_pattern = utf8_valid(pattern) == pattern.n;
    regex->windows = may_window(pattern);
    if (regex->utf_pattern)
        rc = compile_form(regex, PCRE2_UTF, &regex->utf, err);
    else
        rc = compile_form(regex, 0, &regex->bytes, err);
    if (rc < 0)
        return rc;
    regex->data = pcre2_match_data_create(REGEX_GROUPS_MAX, NULL);
    regex->limits = pcre2_match_context_create(NULL);
    if (regex->data == NULL || regex->limits == NULL)
        return err_set(err, E_LIMIT, "regular expression: out of memory");
    pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(regex->limits, HEAP_LIMIT_KIB);
    *out = TAKE(regex);
    return 0;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t = { 0, 0 };

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* How long a search has taken. The size of the windows follows the clock on
 * the wall, which is cheap to ask; whether the search goes on is decided by
 * the processor's time, so that a busy machine does not change a result. */
struct effort {
    int64_t limit_ns;
    int64_t last_ns;
    int64_t cpu_ns; /* when the first slow window ended */
};

/* After a window without a match: the size of the next one. False when the
 * search has taken too long. */
static bool next_window(struct effort *effort, size_t *window)
{
    int64_t now = clock_ns(CLOCK_MONOTONIC);
    int64_t took = now - effort->last_ns;

    effort->last_ns = now;
    if (took < FAST_NS) {
        if (*window < SIZE_MAX / WINDOW_GROWTH)
            *window *= WINDOW_GROWTH;
        return true;
    }
    if (took > SLOW_NS && *window > 1)
        *window /= 2;
    if (effort->cpu_ns == 0)
        effort->cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    return clock_ns(CLOCK_THREAD_CPUTIME_ID) - effort->cpu_ns <=
           effort->limit_ns;
}

/* In UTF-8 a search starts at the first byte of a character. */
static size_t char_start(str subject, size_t from)
{
    while (from < subject.n && ((unsigned char)subject.p[from] & 0xC0) == 0x80)
        from++;
    return from;
}

/* pcre2_match() over all start positions, in windows. */
static int search(struct regex *regex, const pcre2_code *code, str subject,
                  size_t from, uint32_t options)
{
    struct effort effort = { .limit_ns = CPU_LIMIT_NS };
    size_t window = WINDOW_MIN;

    effort.limit_ns += (int64_t)subject.n * CPU_LIMIT_NS_BYTE;
    for (;;) {
        bool last = !regex->windows || subject.n - from <= window;
        int rc;

        if (!last && effort.last_ns == 0)
            effort.last_ns = clock_ns(CLOCK_MONOTONIC);
        pcre2_set_offset_limit(regex->limits,
                               last ? PCRE2_UNSET : from + window);
        rc = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, from, options,
                         regex->data, regex->limits);
        if (rc != PCRE2_ERROR_NOMATCH || last)
            return rc;
        from += window;
        if ((options & PCRE2_NO_UTF_CHECK) != 0)
            from = char_start(subject, from);
        if (!next_window(&effort, &window))
            return PCRE2_ERROR_MATCHLIMIT;
    }
}

static void copy_groups(const struct regex *regex, int count, str subject,
                        struct regex_groups *out)
{
    const size_t *at = pcre2_get_ovector_pointer(regex->data);

    out->n = (unsigned)(count > 0 ? count : REGEX_GROUPS_MAX);
    for (unsigned i = 0; i < out->n; i++) {
        size_t start = at[2 * i];
        size_t end = at[2 * i + 1];

        if (start == PCRE2_UNSET || start > end)
            out->group[i] = STR_NONE;
        else
            out->group[i] = (str){ subject.p + start, end - start };
    }
}

static int give_up(const struct regex *regex, int number, struct err *err)
{
    PCRE2_UCHAR why[160] = { 0 };
    size_t n = regex->pattern_n > 200 ? 200 : regex->pattern_n;

    pcre2_get_error_message(number, why, sizeof(why));
    return err_set(err, E_LIMIT, "regular expression '%.*s%s' gave up: %s",
                   (int)n, regex->pattern, n < regex->pattern_n ? "..." : "",
                   (const char *)why);
}

int regex_match(struct regex *regex, str subject, size_t from,
                struct regex_groups *out_groups, struct err *err)
{
    bool utf8 = regex->utf != NULL && utf8_valid(subject) == subject.n;

    return regex_match_known(regex, subject, utf8, from, out_groups, err);
}

int regex_match_known(struct regex *regex, str subject, bool utf8, size_t from,
                      struct regex_groups *out_groups, struct err *err)
{
    bool utf = regex->utf != NULL && utf8;
    uint32_t options = utf ? PCRE2_NO_UTF_CHECK : 0;
    int rc;

    if (subject.p == NULL)
        subject = STR("");
    if (from > subject.n)
        return 0;
    if (utf)
        from = char_start(subject, from);
    if (!utf && regex->bytes == NULL) {
        rc = compile_form(regex, 0, &regex->bytes, err);
        if (rc < 0)
            return rc;
    }
    rc = search(regex, utf ? regex->utf : regex->bytes, subject, from, options);
    if (rc == PCRE2_ERROR_NOMATCH)
        return 0;
    if (rc < 0)
        return give_up(regex, rc, err);
    if (out_groups != NULL)
        copy_groups(regex, rc, subject, out_groups);
    return 1;
}

/* Bytes above ASCII may be read in another form when the text goes on, so
 * nothing is concluded from them. */
bool regex_can_begin(struct regex *regex, str head)
{
    uint32_t all = 0;

    for (size_t i = 0; i < head.n; i++)
        if ((unsigned char)head.p[i] >= 0x80)
            return true;
    if (head.n == 0 || regex->utf == NULL ||
        pcre2_pattern_info(regex->utf, PCRE2_INFO_ALLOPTIONS, &all) < 0 ||
        (all & PCRE2_ANCHORED) == 0)
        return true;
    pcre2_set_offset_limit(regex->limits, PCRE2_UNSET);
    return pcre2_match(regex->utf, (PCRE2_SPTR)head.p, head.n, 0,
                       PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_SOFT, regex->data,
                       regex->limits) != PCRE2_ERROR_NOMATCH;
}

enum regex_life regex_life(struct regex *regex, str text, bool is_here,
                           size_t *start)
{
    uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_HARD |
                       (is_here ? PCRE2_ANCHORED : 0);
    int rc;

    if (*start > text.n)
        return REGEX_DEAD;
    if (regex->utf == NULL || utf8_valid(text) != text.n)
        return REGEX_ALIVE;
    pcre2_set_offset_limit(regex->limits, PCRE2_UNSET);
    rc = pcre2_match(regex->utf, (PCRE2_SPTR)text.p, text.n,
                     char_start(text, *start), options, regex->data,
                     regex->limits);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_DEAD;
    if (rc >= 0 || rc == PCRE2_ERROR_PARTIAL)
        *start = pcre2_get_ovector_pointer(regex->data)[0];
    return rc >= 0 ? REGEX_FOUND : REGEX_ALIVE;
}

struct cached {
    struct regex *regex; /* NULL: error says why */
    struct err *error;
};

struct regex_cache {
    struct map by_key; /* flags as one byte, then the pattern */
    struct arena keys;
    VEC(struct cached) rows;
};

struct regex_cache *regex_cache_new(void)
{
    return mem_alloc(1, sizeof(struct regex_cache));
}

void regex_cache_free(struct regex_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < cache->rows.n; i++) {
        regex_free(cache->rows.p[i].regex);
        mem_free(cache->rows.p[i].error);
    }
    vec_clear(&cache->rows);
    map_clear(&cache->by_key);
    arena_clear(&cache->keys);
    mem_free(cache);
}

static uint32_t add_row(struct regex_cache *cache, str key, str pattern,
                        unsigned flags)
{
    struct cached *row = vec_push(&cache->rows);
    struct err error = { 0 };
    uint32_t at = (uint32_t)cache->rows.n - 1;

    if (regex_compile(pattern, flags, &row->regex, &error) < 0) {
        row->error = mem_alloc(1, sizeof(error));
        *row->error = error;
    }
    map_set(&cache->by_key, arena_str(&cache->keys, key), at);
    return at;
}

int regex_cache_get(struct regex_cache *cache, str pattern, unsigned flags,
                    struct regex **out, struct err *err)
{
    AUTO(buf_clear) struct buf key = BUF(REGEX_PATTERN_MAX + 1);
    const struct cached *row;
    uint32_t at;

    if (pattern.n > REGEX_PATTERN_MAX)
        return regex_compile(pattern, flags, out, err);
    buf_add_char(&key, (char)flags);
    buf_add(&key, pattern);
    at = map_get(&cache->by_key, buf_str(&key));
    if (at == MAP_NONE)
        at = add_row(cache, buf_str(&key), pattern, flags);
    row = &cache->rows.p[at];
    if (row->regex == NULL) {
        if (err != NULL)
            *err = *row->error;
        return row->error->code;
    }
    *out = row->regex;
    return 0;
}
