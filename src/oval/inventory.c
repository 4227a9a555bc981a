/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/inventory.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "oval/inventory_int.h"

enum {
    PIECE = 256 * 1024
};

/* --- lines --- */

struct inventory_lines {
    struct stream *stream;
    char *bytes;
    size_t cap;
    size_t from; /* of what is not given out yet */
    size_t n;
    uint64_t number;
    bool ended;
};

struct inventory_lines *inventory_lines_new(struct stream *stream)
{
    struct inventory_lines *lines = mem_alloc(1, sizeof(*lines));

    lines->stream = stream;
    return lines;
}

void inventory_lines_free(struct inventory_lines *lines)
{
    if (lines != NULL)
        mem_free(lines->bytes);
    mem_free(lines);
}

void inventory_lines_freep(struct inventory_lines **lines)
{
    inventory_lines_free(*lines);
    *lines = NULL;
}

uint64_t inventory_lines_number(const struct inventory_lines *lines)
{
    return lines->number;
}

const char *inventory_lines_name(const struct inventory_lines *lines)
{
    return stream_name(lines->stream);
}

/* Reads on behind the part of a line that is there. */
static int read_more(struct inventory_lines *lines, struct err *err)
{
    size_t part = lines->n - lines->from;
    size_t n;
    int rc;

    if (part > OVAL_INVENTORY_LINE_MAX)
        return err_set(err, E_LIMIT, "%s: line %llu: longer than %d bytes",
                       stream_name(lines->stream),
                       (unsigned long long)lines->number + 1,
                       OVAL_INVENTORY_LINE_MAX);
    if (lines->from > 0 && part > 0)
        memmove(lines->bytes, lines->bytes + lines->from, part);
    lines->from = 0;
    lines->n = part;
    if (lines->cap - part < PIECE) {
        lines->cap = part + part / 2 + 2 * PIECE;
        lines->bytes = mem_resize(lines->bytes, lines->cap, 1);
    }
    rc = stream_read(lines->stream, lines->bytes + part, lines->cap - part, &n,
                     err);
    if (rc < 0)
        return rc;
    lines->n += n;
    lines->ended = n == 0;
    return 0;
}

static bool is_blank(str line)
{
    return str_trim(line).n == 0;
}

/* Takes the line that is there; false when its end is not. */
static bool take_line(struct inventory_lines *lines, size_t searched, str *out)
{
    const char *first = lines->bytes + lines->from;
    size_t part = lines->n - lines->from;
    const char *end = part > searched
                          ? memchr(first + searched, '\n', part - searched)
                          : NULL;

    if (end == NULL && (!lines->ended || part == 0))
        return false;
    *out = (str){ first, end == NULL ? part : (size_t)(end - first) };
    lines->from += out->n + (end != NULL);
    lines->number++;
    return true;
}

int inventory_lines_next(struct inventory_lines *lines, str *out,
                         struct err *err)
{
    size_t searched = 0;

    for (;;) {
        int rc;

        if (lines->bytes != NULL && take_line(lines, searched, out)) {
            if (out->n > OVAL_INVENTORY_LINE_MAX)
                return err_set(
                    err, E_LIMIT, "%s: line %llu: longer than %d bytes",
                    stream_name(lines->stream),
                    (unsigned long long)lines->number, OVAL_INVENTORY_LINE_MAX);
            searched = 0;
            if (!is_blank(*out))
                return 0;
            continue;
        }
        if (lines->ended)
            return 1;
        searched = lines->n - lines->from;
        rc = read_more(lines, err);
        if (rc < 0)
            return rc;
    }
}

/* --- the reader --- */

struct oval_inventory_reader {
    struct inventory_lines *lines;
    struct arena arena; /* texts with escapes, of one line */
    VEC(struct oval_installed) packages;
};

struct oval_inventory_reader *oval_inventory_reader_new(struct stream *stream)
{
    struct oval_inventory_reader *reader = mem_alloc(1, sizeof(*reader));

    reader->lines = inventory_lines_new(stream);
    return reader;
}

void oval_inventory_reader_free(struct oval_inventory_reader *reader)
{
    if (reader == NULL)
        return;
    inventory_lines_free(reader->lines);
    arena_clear(&reader->arena);
    vec_clear(&reader->packages);
    mem_free(reader);
}

void oval_inventory_reader_freep(struct oval_inventory_reader **reader)
{
    oval_inventory_reader_free(*reader);
    *reader = NULL;
}

uint64_t oval_inventory_line(const struct oval_inventory_reader *reader)
{
    return inventory_lines_number(reader->lines);
}

static int keep(void *ctx, str raw UNUSED, const struct oval_installed *package,
                struct err *err UNUSED)
{
    struct oval_inventory_reader *reader = ctx;

    *vec_push(&reader->packages) = *package;
    return 0;
}

int oval_inventory_read(struct oval_inventory_reader *reader,
                        struct oval_inventory *out, struct err *err)
{
    struct inventory_taker taker = { .package = keep, .ctx = reader };
    str line;
    int rc = inventory_lines_next(reader->lines, &line, err);

    if (rc != 0)
        return rc;
    arena_clear(&reader->arena);
    reader->arena = (struct arena)ARENA;
    reader->packages.n = 0;
    rc = inventory_parse(line, &reader->arena, &taker, out, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s: line %llu",
                        inventory_lines_name(reader->lines),
                        (unsigned long long)oval_inventory_line(reader));
    out->packages = reader->packages.p;
    out->package_count = reader->packages.n;
    return 0;
}

/* --- checking --- */

static int check_text(str text, const char *what, bool needed, struct err *err)
{
    int rc = inventory_check_word(text, what, err);

    if (rc == 0 && needed && text.n == 0)
        rc = err_set(err, E_INVALID, "%s is empty", what);
    if (rc == 0 && utf8_valid(text) != text.n)
        rc = err_set(err, E_INVALID, "%s is not UTF-8", what);
    return rc;
}

static int check_package(const struct oval_installed *p, struct err *err)
{
    const struct {
        str text;
        const char *what;
        bool needed;
    } rows[] = {
        { p->name, "the name of a package", true },
        { p->evr, "the version of a package", false },
        { p->arch, "the architecture of a package", false },
        { p->source, "the name of a source", false },
        { p->source_evr, "the version of a source", false },
        { p->key_id, "the id of a key", false },
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT(rows); i++)
        rc = check_text(rows[i].text, rows[i].what, rows[i].needed, err);
    return rc;
}

int oval_inventory_check(const struct oval_inventory *inventory,
                         struct err *err)
{
    const struct {
        str text;
        const char *what;
        bool needed;
    } rows[] = {
        { inventory->device, "the name of the device", true },
        { inventory->os.id, "the id of the operating system", false },
        { inventory->os.version_id, "the version of the operating system",
          false },
        { inventory->os.arch, "the architecture", false },
        { inventory->os.kernel, "the release of the kernel", false },
    };
    int rc = 0;

    if (inventory->package_count > OVAL_INVENTORY_PACKAGES_MAX)
        return err_set(err, E_LIMIT, "more than %d packages",
                       OVAL_INVENTORY_PACKAGES_MAX);
    for (size_t i = 0; rc == 0 && i < COUNT(rows); i++)
        rc = check_text(rows[i].text, rows[i].what, rows[i].needed, err);
    for (size_t i = 0; rc == 0 && i < inventory->package_count; i++)
        rc = check_package(&inventory->packages[i], err);
    return rc;
}
