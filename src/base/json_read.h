/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading JSON as a stream, by yajl: one document, given in pieces of any
 * size. Every value is announced with its place, a path such as
 * "/list[]/name": a name a key, "[]" an element of an array.
 *
 * Depth, the length of a path and of one text are limited, so memory does not
 * grow with the document. Errors name the line.
 */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include "base/str.h"

enum {
    JSON_DEPTH_MAX = 64,
    JSON_PATH_MAX = 4096,
    JSON_TEXT_MAX = 1 << 20,
};

enum json_type {
    JSON_OBJECT,     /* begins */
    JSON_OBJECT_END, /* text is empty for these two */
    JSON_STRING,
    JSON_NUMBER, /* text as it is written */
    JSON_BOOL,   /* "true", "false" */
    JSON_NULL,
    JSON_ARRAY, /* begins; only after json_read_arrays() */
    JSON_ARRAY_END,
};

struct json_event {
    enum json_type type;
    str path;
    str text;
};

/* Negative ends the reading with that error. */
typedef int json_handler(void *ctx, const struct json_event *event,
                         struct err *err);

struct json_reader;

struct json_reader *json_read_new(json_handler *handler, void *ctx);
/* Arrays are announced too, so that an empty one, or one where something else
 * should be, is noticed. To be called first. */
void json_read_arrays(struct json_reader *reader);
int json_read_add(struct json_reader *reader, str bytes,
                  struct err *err) MUST_CHECK;
/* Nothing follows: the document must be complete. */
int json_read_finish(struct json_reader *reader, struct err *err) MUST_CHECK;
void json_read_free(struct json_reader *reader);
void json_read_freep(struct json_reader **reader);

#endif
