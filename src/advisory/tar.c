/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/tar_int.h"

/* Where the fields of a header stand. */
enum {
    AT_NAME = 0,
    NAME_SIZE = 100,
    AT_SIZE = 124,
    SIZE_SIZE = 12,
    AT_SUM = 148,
    SUM_SIZE = 8,
    AT_TYPE = 156,
    AT_MAGIC = 257,
    AT_PREFIX = 345,
    PREFIX_SIZE = 155,
};

static str field(const char *block, size_t at, size_t size)
{
    str text = { block + at, size };

    text.n = str_find_char(text, '\0');
    return text;
}

/* Octal; GNU's numbers in base 256 are larger than anything read here. */
static bool read_octal(str text, uint64_t *out)
{
    uint64_t value = 0;

    text = str_trim(text);
    if (text.n == 0 || text.n > 12)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '7')
            return false;
        value = value * 8 + (uint64_t)(text.p[i] - '0');
    }
    *out = value;
    return true;
}

static bool sum_is_right(const char *block)
{
    uint64_t wanted;
    uint64_t sum = 0;

    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= AT_SUM && i < AT_SUM + SUM_SIZE ? ' '
                                                    : (unsigned char)block[i];
    return read_octal(field(block, AT_SUM, SUM_SIZE), &wanted) && wanted == sum;
}

bool tar_is(str head)
{
    return head.n >= TAR_BLOCK && memcmp(head.p + AT_MAGIC, "ustar", 5) == 0 &&
           sum_is_right(head.p);
}

/* Reads n bytes, which must be there; 1: the end stands where they begin. */
static int read_all(struct tar *tar, char *bytes, size_t n, struct err *err)
{
    size_t have = 0;

    while (have < n) {
        size_t got = 0;
        int rc = stream_read(tar->stream, bytes + have, n - have, &got, err);

        if (rc < 0)
            return rc;
        if (got == 0)
            return have == 0 ? 1
                             : err_set(err, E_PARSE,
                                       "the archive ends inside of a block");
        have += got;
    }
    return 0;
}

static int skip(struct tar *tar, struct err *err)
{
    char piece[4096];

    while (tar->left > 0) {
        size_t n =
            tar->left < sizeof(piece) ? (size_t)tar->left : sizeof(piece);
        int rc = read_all(tar, piece, n, err);

        if (rc != 0)
            return rc < 0 ? rc
                          : err_set(err, E_PARSE,
                                    "the archive ends inside of a file");
        tar->left -= n;
    }
    return 0;
}

static void begin(struct tar *tar, uint64_t size)
{
    tar->size = size;
    tar->left = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

/* A name too long for a header stands in a file of its own before it; pax's
 * "LEN path=NAME" among other records. */
static int read_long_name(struct tar *tar, bool pax, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(64 * 1024);
    int rc = tar_read(tar, &text, err);
    str rest = buf_str(&text);

    if (rc < 0)
        return rc;
    if (!pax) {
        buf_reset(&tar->name);
        buf_add(&tar->name, str_sub(rest, 0, str_find_char(rest, '\0')));
        return 0;
    }
    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');

        (void)str_cut(&line, ' ');
        if (!str_starts(line, STR("path=")))
            continue;
        buf_reset(&tar->name);
        buf_add(&tar->name, str_sub(line, 5, SIZE_MAX));
    }
    return 0;
}

static void set_name(struct tar *tar, const char *block)
{
    str prefix = field(block, AT_PREFIX, PREFIX_SIZE);

    if (memcmp(block + AT_MAGIC, "ustar\0", 6) != 0)
        prefix.n = 0; /* GNU has something else there */
    if (prefix.n > 0) {
        buf_add(&tar->name, prefix);
        buf_add_char(&tar->name, '/');
    }
    buf_add(&tar->name, field(block, AT_NAME, NAME_SIZE));
}

/* 0: a file; 1: the end; 2: something else, that was passed over. */
static int next_header(struct tar *tar, bool *named, struct err *err)
{
    char block[TAR_BLOCK];
    uint64_t size;
    int rc = read_all(tar, block, sizeof(block), err);

    if (rc != 0 || block[0] == '\0')
        return rc < 0 ? rc : 1;
    if (!sum_is_right(block) ||
        !read_octal(field(block, AT_SIZE, SIZE_SIZE), &size))
        return err_set(err, E_PARSE, "the archive is damaged");
    begin(tar, size);
    if (++tar->files > TAR_FILES_MAX)
        return err_set(err, E_LIMIT, "the archive has more than %d files",
                       TAR_FILES_MAX);
    switch (block[AT_TYPE]) {
    case 'L':
    case 'x':
        *named = true;
        rc = read_long_name(tar, block[AT_TYPE] == 'x', err);
        return rc < 0 ? rc : 2;
    case '0':
    case '\0':
        if (!*named)
            set_name(tar, block);
        return 0;
    default:
        *named = false;
        buf_reset(&tar->name);
        rc = skip(tar, err);
        return rc < 0 ? rc : 2;
    }
}

int tar_next(struct tar *tar, struct err *err)
{
    bool named = false;
    int rc = skip(tar, err);

    buf_reset(&tar->name);
    if (rc == 0)
        do {
            rc = next_header(tar, &named, err);
        } while (rc == 2);
    if (rc == 0)
        rc = buf_finish(&tar->name, "the name of a file", err);
    return rc;
}

int tar_read(struct tar *tar, struct buf *out, struct err *err)
{
    char *to;
    int rc;

    if (tar->size > out->limit - out->n)
        return err_set(err, E_LIMIT,
                       "%s in the archive is larger than %zu bytes",
                       buf_c(&tar->name), out->limit);
    to = buf_grow(out, (size_t)tar->size);
    if (tar->size > 0 && to != NULL) {
        rc = read_all(tar, to, (size_t)tar->size, err);
        if (rc != 0)
            return rc < 0 ? rc
                          : err_set(err, E_PARSE,
                                    "the archive ends inside of a file");
        tar->left -= tar->size;
    }
    return skip(tar, err);
}

void tar_clear(struct tar *tar)
{
    buf_clear(&tar->name);
}
