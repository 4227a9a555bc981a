/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/wire.h"

#include <assert.h>

#include "base/utf8.h"

enum {
    VARINT_MAX = 10, /* bytes */
};

static int refuse_field(const struct wire_shape *shape,
                        const struct wire_field *field, struct err *err,
                        int code, const char *what)
{
    return err_set(err, code, "%s.%s %s", shape->name, field->name, what);
}

/* --- writing ---------------------------------------------------------- */

static void put_varint(struct buf *out, uint64_t value)
{
    char bytes[VARINT_MAX];
    size_t n = 0;

    for (; value > 127; value >>= 7)
        bytes[n++] = (char)((value & 127) | 128);
    bytes[n++] = (char)value;
    buf_add(out, (str){ bytes, n });
}

static uint64_t zigzag(int64_t value)
{
    uint64_t sign = value < 0 ? UINT64_MAX : 0;

    return (uint64_t)value << 1 ^ sign;
}

static int64_t unzigzag(uint64_t value)
{
    uint64_t sign = (value & 1) != 0 ? UINT64_MAX : 0;

    return (int64_t)(value >> 1 ^ sign);
}

static bool is_text(str s)
{
    return (s.n == 0 || memchr(s.p, '\0', s.n) == NULL) && utf8_valid(s) == s.n;
}

/* NULL when the bytes may stand there. */
static const char *bytes_problem(const struct wire_field *field, str s)
{
    if (s.n > (uint64_t)field->max)
        return "is too long";
    if (s.n < (uint64_t)field->min)
        return "is too short";
    if (field->type == WIRE_TEXT && !is_text(s))
        return "is not UTF-8 text";
    return NULL;
}

static int write_shape(const struct wire_shape *shape, const char *value,
                       struct buf *out, struct err *err);

static int write_bytes(const struct wire_shape *shape,
                       const struct wire_field *field, str s, struct buf *out,
                       struct err *err)
{
    const char *problem = bytes_problem(field, s);

    if (problem != NULL)
        return refuse_field(shape, field, err,
                            s.n > (uint64_t)field->max ? E_LIMIT : E_INVALID,
                            problem);
    put_varint(out, s.n);
    buf_add(out, s);
    return 0;
}

static int write_list(const struct wire_shape *shape,
                      const struct wire_field *field,
                      const struct wire_list *list, struct buf *out,
                      struct err *err)
{
    if (list->n > (uint64_t)field->max)
        return refuse_field(shape, field, err, E_LIMIT, "has too many");
    put_varint(out, list->n);
    for (size_t i = 0; i < list->n && !out->over; i++) {
        int rc = write_shape(
            field->of, (const char *)list->p + i * field->of->size, out, err);

        if (rc < 0)
            return rc;
    }
    return 0;
}

static int write_field(const struct wire_shape *shape,
                       const struct wire_field *field, const char *at,
                       struct buf *out, struct err *err)
{
    int64_t number;
    str bytes;

    switch (field->type) {
    case WIRE_I64:
        memcpy(&number, at, sizeof(number));
        if (number < field->min || number > field->max)
            return refuse_field(shape, field, err, E_INVALID,
                                "is out of range");
        put_varint(out, zigzag(number));
        return 0;
    case WIRE_BOOL:
        buf_add_char(out, *(const bool *)at ? 1 : 0);
        return 0;
    case WIRE_TEXT:
    case WIRE_BYTES:
        memcpy(&bytes, at, sizeof(bytes));
        return write_bytes(shape, field, bytes, out, err);
    case WIRE_SHAPE:
        return write_shape(field->of, at, out, err);
    case WIRE_LIST:
        break;
    }
    return write_list(shape, field, (const struct wire_list *)(const void *)at,
                      out, err);
}

static int write_shape(const struct wire_shape *shape, const char *value,
                       struct buf *out, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < shape->count; i++)
        rc = write_field(shape, &shape->fields[i],
                         value + shape->fields[i].offset, out, err);
    return rc;
}

int wire_write(const struct wire_shape *shape, const void *value,
               struct buf *out, struct err *err)
{
    int rc = write_shape(shape, value, out, err);

    return rc < 0 ? rc : buf_finish(out, shape->name, err);
}

/* --- reading ---------------------------------------------------------- */

struct reader {
    str left;
    struct arena *arena;
    const struct wire_shape *shape; /* where it is, for errors */
    const struct wire_field *field;
    struct err *err;
};

static int refuse_here(struct reader *r, int code, const char *what)
{
    return refuse_field(r->shape, r->field, r->err, code, what);
}

/* Only the shortest form of a number is taken, so that a message has one
 * encoding. */
static int get_varint(struct reader *r, uint64_t *out)
{
    uint64_t value = 0;

    for (size_t i = 0; i < VARINT_MAX && i < r->left.n; i++) {
        uint8_t byte = (uint8_t)r->left.p[i];

        if (i == VARINT_MAX - 1 && byte > 1)
            return refuse_here(r, E_PARSE, "is larger than 64 bits");
        value |= (uint64_t)(byte & 127) << (7 * i);
        if (byte > 127)
            continue;
        if (byte == 0 && i > 0)
            return refuse_here(r, E_PARSE, "is written too long");
        r->left = str_sub(r->left, i + 1, r->left.n);
        *out = value;
        return 0;
    }
    return refuse_here(r, E_PARSE, "is cut off");
}

static int get_i64(struct reader *r, char *at)
{
    uint64_t raw;
    int64_t value;
    int rc = get_varint(r, &raw);

    if (rc < 0)
        return rc;
    value = unzigzag(raw);
    if (value < r->field->min || value > r->field->max)
        return refuse_here(r, E_INVALID, "is out of range");
    memcpy(at, &value, sizeof(value));
    return 0;
}

static int get_bool(struct reader *r, char *at)
{
    if (r->left.n == 0)
        return refuse_here(r, E_PARSE, "is cut off");
    if ((uint8_t)r->left.p[0] > 1)
        return refuse_here(r, E_PARSE, "is neither 0 nor 1");
    *(bool *)at = r->left.p[0] == 1;
    r->left = str_sub(r->left, 1, r->left.n);
    return 0;
}

static int get_bytes(struct reader *r, char *at)
{
    const char *problem;
    uint64_t n;
    str bytes;
    int rc = get_varint(r, &n);

    if (rc < 0)
        return rc;
    if (n > (uint64_t)r->field->max)
        return refuse_here(r, E_LIMIT, "is too long");
    if (n > r->left.n)
        return refuse_here(r, E_PARSE, "is cut off");
    bytes = str_sub(r->left, 0, (size_t)n);
    problem = bytes_problem(r->field, bytes);
    if (problem != NULL)
        return refuse_here(r, E_PARSE, problem);
    r->left = str_sub(r->left, bytes.n, r->left.n);
    memcpy(at, &bytes, sizeof(bytes));
    return 0;
}

/* The fewest bytes an object of the shape can take: at least 1, because no
 * shape is empty. */
static size_t least_bytes(const struct wire_shape *shape)
{
    size_t n = 0;

    for (size_t i = 0; i < shape->count; i++) {
        const struct wire_field *field = &shape->fields[i];

        if (field->type == WIRE_SHAPE)
            n += least_bytes(field->of);
        else if (field->type == WIRE_BYTES || field->type == WIRE_TEXT)
            n += 1 + (size_t)field->min;
        else
            n += 1;
    }
    assert(n > 0);
    return n;
}

static int read_shape(struct reader *r, const struct wire_shape *shape,
                      char *value);

/* Memory for the elements is only taken when the message has the bytes for
 * that many. */
static int get_list(struct reader *r, char *at)
{
    const struct wire_shape *of = r->field->of;
    struct wire_list list;
    uint64_t n;
    int rc = get_varint(r, &n);

    if (rc < 0)
        return rc;
    if (n > (uint64_t)r->field->max)
        return refuse_here(r, E_LIMIT, "has too many");
    if (n > r->left.n / least_bytes(of))
        return refuse_here(r, E_PARSE, "is cut off");
    list = (struct wire_list){ NULL, (size_t)n };
    if (n > 0)
        list.p = arena_alloc(r->arena, list.n, of->size);
    for (size_t i = 0; i < list.n; i++) {
        rc = read_shape(r, of, (char *)list.p + i * of->size);
        if (rc < 0)
            return rc;
    }
    memcpy(at, &list, sizeof(list));
    return 0;
}

static int read_field(struct reader *r, char *at)
{
    switch (r->field->type) {
    case WIRE_I64:
        return get_i64(r, at);
    case WIRE_BOOL:
        return get_bool(r, at);
    case WIRE_TEXT:
    case WIRE_BYTES:
        return get_bytes(r, at);
    case WIRE_SHAPE:
        return read_shape(r, r->field->of, at);
    case WIRE_LIST:
        break;
    }
    return get_list(r, at);
}

static int read_shape(struct reader *r, const struct wire_shape *shape,
                      char *value)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < shape->count; i++) {
        r->shape = shape;
        r->field = &shape->fields[i];
        rc = read_field(r, value + r->field->offset);
    }
    return rc;
}

int wire_read(const struct wire_shape *shape, str bytes, struct arena *arena,
              void *out, struct err *err)
{
    struct reader reader = { .left = bytes, .arena = arena, .err = err };
    char *value = arena_alloc(arena, 1, shape->size);
    int rc = read_shape(&reader, shape, value);

    if (rc < 0)
        return rc;
    if (reader.left.n > 0)
        return err_set(err, E_PARSE, "%s is followed by %zu bytes more",
                       shape->name, reader.left.n);
    memcpy(out, value, shape->size);
    return 0;
}
