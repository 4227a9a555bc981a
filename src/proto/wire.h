/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages as fixed shapes: what agent and server, and our own processes, say
 * to each other. A shape is a const table of the members of a C struct, each
 * with a type and a limit; one reader and one writer serve all of them, so
 * that there is one parser to fuzz (security claim 5).
 *
 * Form: the members in the order of the table. An integer is a zigzag varint,
 * a truth value one byte 0 or 1, text and bytes a varint length and the
 * bytes, a list a varint count and its elements, a nested shape its members.
 * Numbers and lengths have their shortest form only, so a message has one
 * encoding; and it must be used up exactly. Text is UTF-8 without NUL. Shapes
 * only grow by a new name (checkin2), never in place: there is no guessing.
 */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

enum wire_type {
    WIRE_I64,   /* int64_t within min..max */
    WIRE_BOOL,  /* bool */
    WIRE_TEXT,  /* str, at most max bytes */
    WIRE_BYTES, /* str, at most max bytes; exactly max when min == max */
    WIRE_SHAPE, /* a nested struct of shape `of` */
    WIRE_LIST,  /* struct wire_list of shape `of`, at most max elements */
};

struct wire_shape;
struct wire_field {
    const char *name;
    enum wire_type type;
    size_t offset;
    int64_t min;
    int64_t max;
    const struct wire_shape *of;
};
struct wire_shape {
    const char *name;
    size_t size;
    const struct wire_field *fields;
    size_t count;
};
struct wire_list {
    void *p; /* elements of the shape's size, one after the other */
    size_t n;
};

#define WIRE_FIELD_I64(s, m, lo, hi)                                           \
    {                                                                          \
#m, WIRE_I64, offsetof(struct s, m), (lo), (hi), NULL                  \
    }
#define WIRE_FIELD_BOOL(s, m)                                                  \
    {                                                                          \
#m, WIRE_BOOL, offsetof(struct s, m), 0, 1, NULL                       \
    }
#define WIRE_FIELD_TEXT(s, m, limit)                                           \
    {                                                                          \
#m, WIRE_TEXT, offsetof(struct s, m), 0, (limit), NULL                 \
    }
#define WIRE_FIELD_BYTES(s, m, limit)                                          \
    {                                                                          \
#m, WIRE_BYTES, offsetof(struct s, m), 0, (limit), NULL                \
    }
#define WIRE_FIELD_EXACT(s, m, length)                                         \
    {                                                                          \
#m, WIRE_BYTES, offsetof(struct s, m), (length), (length), NULL        \
    }
#define WIRE_FIELD_LIST(s, m, limit, shape)                                    \
    {                                                                          \
#m, WIRE_LIST, offsetof(struct s, m), 0, (limit), &(shape)             \
    }
#define WIRE_FIELD_SHAPE(s, m, shape)                                          \
    {                                                                          \
#m, WIRE_SHAPE, offsetof(struct s, m), 0, 0, &(shape)                  \
    }
#define WIRE_SHAPE_OF(s, table)                                                \
    {                                                                          \
#s, sizeof(struct s), (table), sizeof(table) / sizeof((table)[0])      \
    }

/* Appends the message. E_LIMIT or E_INVALID when a value does not fit its
 * row: our own mistake, but told, not sent. */
int wire_write(const struct wire_shape *shape, const void *value,
               struct buf *out, struct err *err) MUST_CHECK;
/* Reads one whole message into *out (of shape->size). Texts point into
 * `bytes`, lists into the arena. Errors name the shape and the member. */
int wire_read(const struct wire_shape *shape, str bytes, struct arena *arena,
              void *out, struct err *err) MUST_CHECK;

#endif
