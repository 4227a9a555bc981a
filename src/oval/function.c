/* SPDX-License-Identifier: Apache-2.0
 *
 * One row of `functions` a node type. A function pushes its values; what it
 * may make is bounded in one place, keep().
 */
#include "oval/function.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "oval/datetime.h"
#include "oval/function_int.h"
#include "oval/glob.h"
#include "oval/integer.h"
#include "oval/real.h"

typedef VEC(str) values;

struct work {
    const struct oval_function *f;
    struct oval_function_env *env;
    struct arena *arena; /* for new texts: the environment's, or scratch */
    values values;
    size_t bytes;     /* of the values */
    size_t spent;     /* on all values made on the way */
    uint8_t datatype; /* of the result */
    struct err *err;
};

static void clear(struct work *w)
{
    vec_clear(&w->values);
}

static int too_much(struct work *w)
{
    return err_set(w->err, E_LIMIT,
                   "a function makes more than %d values or %d bytes of them",
                   OVAL_FUNCTION_VALUES_MAX, OVAL_FUNCTION_BYTES_MAX);
}

/* text is taken as it is: it lives in an arena or in the arguments. */
static int keep(struct work *w, str text)
{
    if (w->values.n >= OVAL_FUNCTION_VALUES_MAX ||
        text.n > OVAL_FUNCTION_BYTES_MAX - w->bytes ||
        w->spent > OVAL_FUNCTION_WORK_MAX)
        return too_much(w);
    w->bytes += text.n;
    w->spent += text.n + sizeof(text);
    *vec_push(&w->values) = text;
    return 0;
}

static int keep_joined(struct work *w, str a, str b)
{
    char *text;

    if (a.n > OVAL_FUNCTION_BYTES_MAX || b.n > OVAL_FUNCTION_BYTES_MAX - a.n)
        return too_much(w);
    text = arena_alloc(w->arena, a.n + b.n + 1, 1);
    if (a.n > 0)
        memcpy(text, a.p, a.n);
    if (b.n > 0)
        memcpy(text + a.n, b.p, b.n);
    return keep(w, (str){ text, a.n + b.n });
}

static int keep_buf(struct work *w, const struct buf *buf)
{
    int rc = buf_finish(buf, "a value made by a function", w->err);

    if (rc < 0)
        return rc;
    return keep(w, arena_str(w->arena, buf_str(buf)));
}

static str parameter(const struct work *w, oval_name at)
{
    return oval_name_text(w->f->content, at);
}

/* --- Functions of one component: each makes values of one value. --- */

typedef int each_fn(struct work *w, str value);

static int for_each(struct work *w, each_fn *each)
{
    const struct oval_list *arg = &w->f->args[0];

    for (size_t i = 0; i < arg->n; i++) {
        int rc = each(w, arg->p[i]);

        if (rc < 0)
            return rc;
    }
    return 0;
}

static int begin_each(struct work *w, str value)
{
    str start = parameter(w, w->f->node->a);

    return str_starts(value, start) ? keep(w, value)
                                    : keep_joined(w, start, value);
}

static int begin(struct work *w)
{
    return for_each(w, begin_each);
}

static int end_each(struct work *w, str value)
{
    str tail = parameter(w, w->f->node->a);

    return str_ends(value, tail) ? keep(w, value) : keep_joined(w, value, tail);
}

static int end(struct work *w)
{
    return for_each(w, end_each);
}

static int escape_regex_each(struct work *w, str value)
{
    AUTO(buf_clear) struct buf text = BUF(OVAL_FUNCTION_BYTES_MAX);

    for (size_t i = 0; i < value.n; i++) {
        static const char special[] = "^$\\.[](){}*+?|";

        if (value.p[i] != '\0' &&
            memchr(special, value.p[i], sizeof(special) - 1) != NULL)
            buf_add_char(&text, '\\');
        buf_add_char(&text, value.p[i]);
    }
    return keep_buf(w, &text);
}

static int escape_regex(struct work *w)
{
    return for_each(w, escape_regex_each);
}

static int split_each(struct work *w, str value)
{
    str delimiter = parameter(w, w->f->node->a);

    for (;;) {
        size_t at = delimiter.n > 0 ? str_find(value, delimiter) : value.n;
        int rc = keep(w, str_sub(value, 0, at));

        if (rc < 0 || at == value.n)
            return rc;
        value = str_sub(value, at + delimiter.n, value.n);
    }
}

static int split(struct work *w)
{
    return for_each(w, split_each);
}

/* Where character number `count` begins; value.n when there are not so many.
 * Text that is not UTF-8 is counted in bytes. */
static size_t char_offset(str value, bool utf8, size_t count)
{
    size_t at = 0;

    if (!utf8)
        return count < value.n ? count : value.n;
    for (; at < value.n && count > 0; count--)
        at += utf8_char(str_sub(value, at, 4));
    return at;
}

static int substring_each(struct work *w, str value)
{
    int32_t start = (int32_t)w->f->node->a;
    int32_t length = (int32_t)w->f->node->b;
    bool utf8 = utf8_valid(value) == value.n;
    size_t from;

    if (start < 1)
        start = 1;
    from = char_offset(value, utf8, (size_t)start - 1);
    if (from == value.n)
        return err_set(w->err, E_INVALID,
                       "substring_start %d lies behind the end of '%" PRIstr
                       "'",
                       start, ARGstr(value));
    value = str_sub(value, from, value.n);
    if (length >= 0)
        value = str_sub(value, 0, char_offset(value, utf8, (size_t)length));
    return keep(w, value);
}

static int substring(struct work *w)
{
    return for_each(w, substring_each);
}

static int regex_capture_each(struct work *w, str value)
{
    struct regex_groups groups;
    struct regex *regex = NULL;
    int rc = regex_cache_get(w->env->cache, parameter(w, w->f->node->a), 0,
                             &regex, w->err);

    if (rc == 0)
        rc = regex_match(regex, value, 0, &groups, w->err);
    if (rc < 0)
        return rc;
    if (rc == 1 && groups.n > 1 && groups.group[1].p != NULL)
        return keep(w, groups.group[1]);
    return keep(w, STR(""));
}

static int regex_capture(struct work *w)
{
    return for_each(w, regex_capture_each);
}

static int glob_to_regex_each(struct work *w, str value)
{
    AUTO(buf_clear) struct buf text = BUF(OVAL_FUNCTION_BYTES_MAX);
    int rc = oval_glob_to_regex(value, w->f->node->op != 0, &text, w->err);

    return rc < 0 ? rc : keep_buf(w, &text);
}

static int glob_to_regex(struct work *w)
{
    return for_each(w, glob_to_regex_each);
}

/* --- Functions of the product of their components. --- */

/* Combines one value made so far with one of the next component. */
typedef int pair_fn(struct work *w, str left, str right);

static void forget_values(struct work *w)
{
    w->values.n = 0;
    w->bytes = 0;
}

static int keep_all(struct work *w, const struct oval_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        int rc = keep(w, list->p[i]);

        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Every value made so far with every one of list. */
static int multiply_list(struct work *w, pair_fn *pair,
                         const struct oval_list *list)
{
    AUTO(mem_freep) str *made = w->values.p;
    size_t n = w->values.n;

    w->values.p = NULL;
    w->values.cap = 0;
    forget_values(w);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < list->n; j++) {
            int rc = pair(w, made[i], list->p[j]);

            if (rc < 0)
                return rc;
        }
    return 0;
}

/* The first component's values vary slowest, as in the schema's example. What
 * is made on the way is scratch: two arenas take turns. */
static int product(struct work *w, pair_fn *pair)
{
    AUTO(arena_clear) struct arena even = ARENA;
    AUTO(arena_clear) struct arena odd = ARENA;
    int rc = keep_all(w, &w->f->args[0]);

    for (size_t a = 1; rc == 0 && a < w->f->arg_count; a++) {
        w->arena = a % 2 == 0 ? &even : &odd;
        arena_clear(w->arena);
        if (a + 1 == w->f->arg_count)
            w->arena = w->env->arena;
        rc = multiply_list(w, pair, &w->f->args[a]);
    }
    w->arena = w->env->arena;
    return rc;
}

static int concat(struct work *w)
{
    return product(w, keep_joined);
}

/* Whole numbers stay whole, of any size; with a float the result is one. */
static int arithmetic_pair(struct work *w, str left, str right)
{
    bool multiply = w->f->node->op == OVAL_MULTIPLY;
    struct oval_integer ia;
    struct oval_integer ib;
    double da = 0;
    double db = 0;
    str text;
    int rc;

    if (w->datatype == OVAL_INT) {
        if (!oval_integer_parse(left, &ia) || !oval_integer_parse(right, &ib))
            return err_set(w->err, E_INVALID,
                           "arithmetic: '%" PRIstr "' or '%" PRIstr
                           "' is not an int",
                           ARGstr(left), ARGstr(right));
        rc = multiply ? oval_integer_multiply(w->arena, &ia, &ib, &text, w->err)
                      : oval_integer_add(w->arena, &ia, &ib, &text, w->err);
        return rc < 0 ? rc : keep(w, text);
    }
    if (!oval_real_parse(left, &da) || !oval_real_parse(right, &db))
        return err_set(w->err, E_INVALID,
                       "arithmetic: '%" PRIstr "' or '%" PRIstr
                       "' is not a number",
                       ARGstr(left), ARGstr(right));
    return keep(w, oval_real_text(w->arena, multiply ? da * db : da + db));
}

/* Int when every component is, by its datatype or, where that is neither int
 * nor float, by what its values look like. */
static uint8_t arithmetic_datatype(const struct work *w)
{
    struct oval_integer ignored;

    for (size_t a = 0; a < w->f->arg_count; a++) {
        const struct oval_list *arg = &w->f->args[a];

        if (arg->datatype == OVAL_FLOAT)
            return OVAL_FLOAT;
        for (size_t i = 0; arg->datatype != OVAL_INT && i < arg->n; i++)
            if (!oval_integer_parse(arg->p[i], &ignored))
                return OVAL_FLOAT;
    }
    return OVAL_INT;
}

static int arithmetic(struct work *w)
{
    uint8_t op = w->f->node->op;

    if (op != OVAL_ADD && op != OVAL_MULTIPLY)
        return err_set(w->err, E_INVALID,
                       "arithmetic_operation is neither add nor multiply");
    w->datatype = arithmetic_datatype(w);
    return product(w, arithmetic_pair);
}

static int keep_i64(struct work *w, int64_t value)
{
    return keep(w, arena_printf(w->arena, "%lld", (long long)value));
}

static int time_of(struct work *w, oval_name format, str text, int64_t *out_s)
{
    str name = parameter(w, format);
    enum oval_datetime kind =
        name.n == 0 ? OVAL_YEAR_MONTH_DAY : oval_datetime_of(name);

    if (kind == OVAL_DATETIME_BAD)
        return err_set(w->err, E_INVALID,
                       "'%" PRIstr "' is not a format of time_difference",
                       ARGstr(name));
    return oval_datetime_parse(kind, text, out_s, w->err);
}

static int time_pair(struct work *w, str left, str right)
{
    int64_t first = 0;
    int64_t second = 0;
    int rc;

    rc = time_of(w, w->f->node->a, left, &first);
    if (rc == 0)
        rc = time_of(w, w->f->node->b, right, &second);
    return rc < 0 ? rc : keep_i64(w, first - second);
}

/* The one component is the second: the first is the present. */
static int time_since_each(struct work *w, str value)
{
    int64_t then = 0;
    int rc = time_of(w, w->f->node->b, value, &then);

    return rc < 0 ? rc : keep_i64(w, w->env->now_s - then);
}

static int time_difference(struct work *w)
{
    w->datatype = OVAL_INT;
    return w->f->arg_count == 1 ? for_each(w, time_since_each)
                                : product(w, time_pair);
}

/* --- Functions of all values of all components together. --- */

static int count(struct work *w)
{
    size_t n = 0;

    for (size_t a = 0; a < w->f->arg_count; a++)
        n += w->f->args[a].n;
    w->datatype = OVAL_INT;
    return keep_i64(w, (int64_t)n);
}

static int keep_every(struct work *w)
{
    int rc = 0;

    for (size_t a = 0; rc == 0 && a < w->f->arg_count; a++)
        rc = keep_all(w, &w->f->args[a]);
    return rc;
}

static int unique(struct work *w)
{
    AUTO(map_clear) struct map seen = MAP;
    size_t n = 0;
    int rc = keep_every(w);

    for (uint32_t i = 0; rc == 0 && i < w->values.n; i++)
        if (map_add(&seen, w->values.p[i], i) == i)
            w->values.p[n++] = w->values.p[i];
    w->values.n = n;
    return rc;
}

static int merge(struct work *w)
{
    AUTO(buf_clear) struct buf text = BUF(OVAL_FUNCTION_BYTES_MAX);
    str delimiter = parameter(w, w->f->node->a);
    int rc = keep_every(w);

    if (rc == 0)
        rc = oval_merge_sort(w->values.p, w->values.n,
                             (enum oval_sort)w->f->node->op, w->f->node->b == 1,
                             w->err);
    if (rc < 0 || w->values.n == 0)
        return rc;
    for (size_t i = 0; i < w->values.n; i++) {
        if (i > 0)
            buf_add(&text, delimiter);
        buf_add(&text, w->values.p[i]);
    }
    forget_values(w);
    return keep_buf(w, &text);
}

/* clang-format off */
static const struct row {
    int (*apply)(struct work *w);
    size_t args_min;
    size_t args_max;
} functions[OVAL_NODE_TYPES] = {
    [OVAL_NODE_BEGIN] = { begin, 1, 1 },
    [OVAL_NODE_END] = { end, 1, 1 },
    [OVAL_NODE_CONCAT] = { concat, 1, SIZE_MAX },
    [OVAL_NODE_ESCAPE_REGEX] = { escape_regex, 1, 1 },
    [OVAL_NODE_SPLIT] = { split, 1, 1 },
    [OVAL_NODE_SUBSTRING] = { substring, 1, 1 },
    [OVAL_NODE_TIME_DIFFERENCE] = { time_difference, 1, 2 },
    [OVAL_NODE_REGEX_CAPTURE] = { regex_capture, 1, 1 },
    [OVAL_NODE_ARITHMETIC] = { arithmetic, 2, SIZE_MAX },
    [OVAL_NODE_COUNT] = { count, 1, SIZE_MAX },
    [OVAL_NODE_UNIQUE] = { unique, 1, SIZE_MAX },
    [OVAL_NODE_GLOB_TO_REGEX] = { glob_to_regex, 1, 1 },
    [OVAL_NODE_MERGE] = { merge, 1, SIZE_MAX },
};
/* clang-format on */

int oval_function_apply(const struct oval_function *function,
                        struct oval_function_env *env, struct oval_list *out,
                        struct err *err)
{
    AUTO(clear)
    struct work w = { .f = function,
                      .env = env,
                      .arena = env->arena,
                      .datatype = OVAL_STRING,
                      .err = err };
    uint8_t type = function->node->type;
    str *copy;
    int rc;

    if (type >= COUNT(functions) || functions[type].apply == NULL)
        return err_set(err, E_INVALID, "a component is not a function");
    if (function->arg_count < functions[type].args_min ||
        function->arg_count > functions[type].args_max)
        return err_set(err, E_INVALID,
                       "a function has %zu components, which it does not take",
                       function->arg_count);
    if (env->spent != NULL && *env->spent > OVAL_FUNCTION_TOTAL_MAX)
        return err_set(err, E_LIMIT,
                       "the functions of the content make more than %d bytes",
                       OVAL_FUNCTION_TOTAL_MAX);
    rc = functions[type].apply(&w);
    if (env->spent != NULL)
        *env->spent += w.spent;
    if (rc < 0)
        return rc;
    copy = arena_alloc(env->arena, w.values.n + 1, sizeof(*copy));
    if (w.values.n > 0)
        memcpy(copy, w.values.p, w.values.n * sizeof(*copy));
    *out = (struct oval_list){ copy, w.values.n, w.datatype };
    return 0;
}
