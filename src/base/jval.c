/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jval.h"

#include <jansson.h>

#include "base/mem.h"
#include "base/utf8.h"

/* A struct jval is a json_t; the name only hides it. */
static json_t *inner(const struct jval *jval)
{
    return (json_t *)(uintptr_t)jval;
}

static struct jval *outer(json_t *json)
{
    return (struct jval *)json;
}

int jval_parse(str text, size_t max, struct jval **out, struct err *err)
{
    json_error_t at;
    json_t *json;

    if (text.n > max)
        return err_set(err, E_LIMIT,
                       "JSON of %zu bytes is longer than the %zu allowed",
                       text.n, max);
    json = json_loadb(text.p != NULL ? text.p : "", text.n,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &at);
    if (json == NULL && json_error_code(&at) == json_error_stack_overflow)
        return err_set(err, E_LIMIT, "line %d: JSON is nested too deeply",
                       at.line);
    if (json == NULL)
        return err_set(err, E_PARSE, "line %d, column %d: %s", at.line,
                       at.column, at.text);
    *out = outer(json);
    return 0;
}

void jval_free(struct jval *jval)
{
    json_decref(inner(jval));
}

void jval_freep(struct jval **jval)
{
    jval_free(*jval);
}

enum jval_kind jval_kind(const struct jval *jval)
{
    if (jval == NULL)
        return JVAL_ABSENT;
    switch (json_typeof(inner(jval))) {
    case JSON_OBJECT:
        return JVAL_OBJECT;
    case JSON_ARRAY:
        return JVAL_ARRAY;
    case JSON_STRING:
        return JVAL_TEXT;
    case JSON_INTEGER:
        return JVAL_INTEGER;
    case JSON_REAL:
        return JVAL_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JVAL_BOOL;
    case JSON_NULL:
        break;
    }
    return JVAL_NULL;
}

const char *jval_kind_name(enum jval_kind kind)
{
    static const char *const names[] = {
        [JVAL_ABSENT] = "nothing",     [JVAL_NULL] = "null",
        [JVAL_BOOL] = "true or false", [JVAL_INTEGER] = "a whole number",
        [JVAL_REAL] = "a real number", [JVAL_TEXT] = "a text",
        [JVAL_ARRAY] = "an array",     [JVAL_OBJECT] = "an object",
    };

    return names[kind];
}

struct jval *jval_get(const struct jval *jval, const char *key)
{
    return outer(json_object_get(inner(jval), key));
}

struct jval *jval_at(const struct jval *jval, size_t index)
{
    return outer(json_array_get(inner(jval), index));
}

size_t jval_count(const struct jval *jval)
{
    json_t *json = inner(jval);

    return json_is_array(json) ? json_array_size(json) : json_object_size(json);
}

bool jval_member(const struct jval *jval, size_t index, str *key,
                 struct jval **value)
{
    void *at = json_object_iter(inner(jval));

    for (; at != NULL && index > 0; index--)
        at = json_object_iter_next(inner(jval), at);
    if (at == NULL)
        return false;
    *key = str_c(json_object_iter_key(at));
    *value = outer(json_object_iter_value(at));
    return true;
}

bool jval_next(const struct jval *jval, void **at, str *key,
               struct jval **value)
{
    *at = *at == NULL ? json_object_iter(inner(jval))
                      : json_object_iter_next(inner(jval), *at);
    if (*at == NULL)
        return false;
    *key = str_c(json_object_iter_key(*at));
    *value = outer(json_object_iter_value(*at));
    return true;
}

str jval_text(const struct jval *jval, str otherwise)
{
    json_t *json = inner(jval);

    if (!json_is_string(json))
        return otherwise;
    return (str){ json_string_value(json), json_string_length(json) };
}

int64_t jval_i64(const struct jval *jval, int64_t otherwise)
{
    json_t *json = inner(jval);

    return json_is_integer(json) ? json_integer_value(json) : otherwise;
}

double jval_real(const struct jval *jval, double otherwise)
{
    json_t *json = inner(jval);

    return json_is_number(json) ? json_number_value(json) : otherwise;
}

bool jval_bool(const struct jval *jval, bool otherwise)
{
    json_t *json = inner(jval);

    return json_is_boolean(json) ? json_is_true(json) : otherwise;
}

/* Only a lack of memory makes jansson return NULL, and memory does not fail
 * (STYLE.md 17). */
static struct jval *made(json_t *json)
{
    if (json == NULL)
        mem_exhausted(1, sizeof(json_int_t));
    return outer(json);
}

struct jval *jval_new_object(void)
{
    return made(json_object());
}

struct jval *jval_new_array(void)
{
    return made(json_array());
}

/* Bytes that are no UTF-8 become U+FFFD. */
static void mend(str text, struct buf *out)
{
    while (text.n > 0) {
        size_t valid = utf8_valid(text);

        buf_add(out, str_sub(text, 0, valid));
        text = str_sub(text, valid, text.n);
        if (text.n > 0)
            buf_add(out, STR("\xef\xbf\xbd"));
        text = str_sub(text, 1, text.n);
    }
}

struct jval *jval_new_text(str text)
{
    AUTO(buf_clear) struct buf whole = BUF(SIZE_MAX);
    json_t *json;

    if (text.p == NULL)
        return jval_new_null();
    json = json_stringn(text.p, text.n);
    if (json != NULL)
        return outer(json);
    mend(text, &whole);
    return made(json_stringn(whole.p != NULL ? whole.p : "", whole.n));
}

struct jval *jval_new_i64(int64_t value)
{
    return made(json_integer(value));
}

struct jval *jval_new_real(double value)
{
    return made(json_real(value));
}

struct jval *jval_new_bool(bool value)
{
    return made(json_boolean(value));
}

struct jval *jval_new_null(void)
{
    return made(json_null());
}

struct jval *jval_copy(const struct jval *jval)
{
    return made(json_deep_copy(inner(jval)));
}

void jval_set(struct jval *object, const char *key, struct jval *value)
{
    if (json_object_set_new(inner(object), key, inner(value)) != 0)
        mem_exhausted(1, sizeof(json_int_t));
}

void jval_push(struct jval *array, struct jval *value)
{
    if (json_array_append_new(inner(array), inner(value)) != 0)
        mem_exhausted(1, sizeof(json_int_t));
}

void jval_set_text(struct jval *object, const char *key, str text)
{
    jval_set(object, key, jval_new_text(text));
}

void jval_set_i64(struct jval *object, const char *key, int64_t value)
{
    jval_set(object, key, jval_new_i64(value));
}

void jval_set_bool(struct jval *object, const char *key, bool value)
{
    jval_set(object, key, jval_new_bool(value));
}

void jval_remove(struct jval *object, const char *key)
{
    json_object_del(inner(object), key);
}

static int add(const char *bytes, size_t n, void *ctx)
{
    str text = { bytes, n };

    while (text.n > 0) {
        unsigned control;
        size_t plain = utf8_plain(text, &control);

        buf_add(ctx, str_sub(text, 0, plain));
        if (control > 0)
            buf_printf(ctx, "\\u%04X",
                       (unsigned char)text.p[plain + control - 1]);
        text = str_sub(text, plain + control, text.n);
    }
    return 0;
}

/* 15 digits: every decimal fraction that short is printed as it was written,
 * 6.9 not as 6.9000000000000004. */
#define REAL JSON_REAL_PRECISION(15)

void jval_print(const struct jval *jval, struct buf *out)
{
    json_dump_callback(inner(jval), add, out,
                       JSON_COMPACT | JSON_ENCODE_ANY | REAL);
}

void jval_print_indented(const struct jval *jval, struct buf *out)
{
    json_dump_callback(inner(jval), add, out,
                       JSON_INDENT(2) | JSON_ENCODE_ANY | REAL);
}
