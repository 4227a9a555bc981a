/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON documents as trees, by jansson with its strict flags: for API bodies
 * and small files. Streams of any size go through json_read.h and
 * json_write.h instead.
 *
 * A tree has one owner and is released with jval_free(); what jval_get() and
 * jval_at() return is borrowed from it. jval_set() and jval_push() take over
 * the value they are given. Numbers are whole or real as they are written;
 * duplicate keys, NUL in text, and bytes after the document are refused.
 */
#ifndef BASE_JVAL_H
#define BASE_JVAL_H

#include "base/buf.h"

struct jval;

enum jval_kind {
    JVAL_ABSENT, /* of NULL */
    JVAL_NULL,
    JVAL_BOOL,
    JVAL_INTEGER,
    JVAL_REAL,
    JVAL_TEXT,
    JVAL_ARRAY,
    JVAL_OBJECT,
};

/* E_PARSE with line and column, E_LIMIT past max bytes or 2,048 levels. */
int jval_parse(str text, size_t max, struct jval **out,
               struct err *err) MUST_CHECK;
void jval_free(struct jval *jval);
void jval_freep(struct jval **jval);

enum jval_kind jval_kind(const struct jval *jval);
const char *jval_kind_name(enum jval_kind kind);
/* NULL when there is none, or when jval is no object (or NULL). */
struct jval *jval_get(const struct jval *jval, const char *key);
struct jval *jval_at(const struct jval *jval, size_t index);
size_t jval_count(const struct jval *jval); /* of an array or object */
/* The members of an object in the order of the document: key and value of
 * the index-th; false past the end. */
bool jval_member(const struct jval *jval, size_t index, str *key,
                 struct jval **value);
/* The same one after another, each in constant time: *at is NULL before the
 * first call. */
bool jval_next(const struct jval *jval, void **at, str *key,
               struct jval **value);
/* The value, or the other argument when jval is of another kind. */
str jval_text(const struct jval *jval, str otherwise);
int64_t jval_i64(const struct jval *jval, int64_t otherwise);
double jval_real(const struct jval *jval, double otherwise);
bool jval_bool(const struct jval *jval, bool otherwise);

struct jval *jval_new_object(void);
struct jval *jval_new_array(void);
struct jval *jval_new_text(str text); /* not UTF-8: U+FFFD; p NULL: null */
struct jval *jval_new_i64(int64_t value);
struct jval *jval_new_real(double value); /* finite */
struct jval *jval_new_bool(bool value);
struct jval *jval_new_null(void);
struct jval *jval_copy(const struct jval *jval);

void jval_set(struct jval *object, const char *key, struct jval *value);
void jval_push(struct jval *array, struct jval *value);
/* Shorthands of jval_set. jval_set_text with p NULL writes null. */
void jval_set_text(struct jval *object, const char *key, str text);
void jval_set_i64(struct jval *object, const char *key, int64_t value);
void jval_set_bool(struct jval *object, const char *key, bool value);
void jval_remove(struct jval *object, const char *key);

/* Appends the document; keys in the order they were set. Control characters
 * are escaped, DEL and C1 too. */
void jval_print(const struct jval *jval, struct buf *out);
void jval_print_indented(const struct jval *jval, struct buf *out);

#endif
