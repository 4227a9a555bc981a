/* SPDX-License-Identifier: Apache-2.0
 *
 * Members of JSON objects as rows of tables: name, kind, place in a struct,
 * range. Reading, refusing and writing go by the same row.
 */
#ifndef PATCH_FIELDS_INT_H
#define PATCH_FIELDS_INT_H

#include "patch/options.h"

enum patch_field_kind {
    FIELD_BOOL,    /* bool */
    FIELD_NUMBER,  /* int */
    FIELD_COUNT,   /* int64_t */
    FIELD_NAME,    /* int: the index of one of `names` */
    FIELD_TEXT,    /* str, of at most `max` bytes */
    FIELD_SCORE,   /* int16_t in tenths; none is null */
    FIELD_TEXTS,   /* struct patch_texts, at most `max`, none twice */
    FIELD_INSTANT, /* int64_t, "2026-01-31T08:30Z"; 0 is null */
    FIELD_OTHER,   /* the caller's */
};

struct patch_field {
    const char *name;
    enum patch_field_kind kind;
    size_t at;
    int64_t min;
    int64_t max;
    const char *rule;         /* what a wrong value breaks; or NULL */
    const char *const *names; /* the last is NULL */
};

/* What reading needs everywhere. */
struct patch_reading {
    struct arena *arena;
    struct patch_refusals *refusals;
};

/* "expected WHAT, found KIND" */
void patch_refuse_kind(struct patch_refusals *refusals, const char *rule,
                       const char *expected, const struct jval *found);

/* Reads the members of `object` into *out, refusing those that no row has.
 * What is absent or null keeps the value it has in *out. The last row has no
 * name. False when object is none. */
bool patch_fields_read(const struct patch_reading *reading,
                       const struct patch_field *fields,
                       const struct jval *object, void *out);
/* The same, ignoring those that no row has: of facts, whose sources grow. */
bool patch_fields_read_known(const struct patch_reading *reading,
                             const struct patch_field *fields,
                             const struct jval *object, void *out);
/* Appends all but FIELD_OTHER. */
void patch_fields_write(const struct patch_field *fields, const void *value,
                        struct jval *object);
/* One of them. */
struct jval *patch_field_write(const struct patch_field *field,
                               const void *value);

/* Texts of an array: each of 1 to PATCH_ID_MAX bytes; one that occurs again
 * is dropped. */
void patch_texts_read(const struct patch_reading *reading,
                      const struct jval *array, size_t max,
                      struct patch_texts *out);
struct jval *patch_texts_write(struct patch_texts texts);

#endif
