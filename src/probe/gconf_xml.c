/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/gconf_xml.h"

#include "base/buf.h"
#include "base/vec.h"
#include "base/xml.h"

enum {
    KEY_MAX = 64 * 1024,
    TEXT_MAX = 4 * 1024 * 1024,
    VALUES_MAX = 100000,
};

struct open_dir {
    unsigned depth;
    size_t key_n; /* of the key, before it */
};

struct reader {
    gconf_entry_fn *fn;
    void *ctx;
    struct buf key;            /* of the directory we are in */
    VEC(struct open_dir) dirs; /* from the outermost */
    unsigned depth;
    unsigned entry_depth;   /* of the open entry, or 0 */
    unsigned default_depth; /* of the open default of a schema, or 0 */
    bool schema_done;       /* the first default was read: others are for
                               other languages */
    bool in_text;           /* in a stringvalue */
    struct gconf_entry entry;
    VEC(struct gconf_value) values;
    struct buf text;
    struct arena arena; /* of the open entry */
};

static bool is_schema(const struct reader *reader)
{
    return str_eq(reader->entry.type, STR("schema"));
}

static void open_entry(struct reader *reader, const struct xml_element *e)
{
    struct arena *arena = &reader->arena;
    str name = xml_attr(e, STR("name"));

    arena_clear(arena);
    reader->values.n = 0;
    reader->schema_done = false;
    reader->entry_depth = reader->depth;
    reader->entry = (struct gconf_entry){
        .key = arena_printf(arena, "%" PRIstr "/%" PRIstr,
                            ARGstr(buf_str(&reader->key)), ARGstr(name)),
        .type = arena_str(arena, xml_attr(e, STR("type"))),
        .mtime = arena_str(arena, xml_attr(e, STR("mtime"))),
        .user = arena_str(arena, xml_attr(e, STR("muser"))),
    };
}

static enum oval_datatype datatype_of(str type)
{
    if (str_eq(type, STR("int")))
        return OVAL_INT;
    if (str_eq(type, STR("float")))
        return OVAL_FLOAT;
    if (str_eq(type, STR("bool")))
        return OVAL_BOOLEAN;
    return OVAL_STRING;
}

static int add_value(struct reader *reader, enum oval_datatype datatype,
                     str text, struct err *err)
{
    if (is_schema(reader) &&
        (reader->default_depth == 0 || reader->schema_done))
        return 0;
    if (reader->values.n >= VALUES_MAX)
        return err_set(err, E_LIMIT, "more than %d values of one key",
                       VALUES_MAX);
    *vec_push(&reader->values) =
        (struct gconf_value){ (uint8_t)datatype,
                              arena_str(&reader->arena, text) };
    return 0;
}

static int start(void *ctx, const struct xml_element *e, struct err *err)
{
    struct reader *reader = ctx;
    str value = xml_attr(e, STR("value"));

    reader->depth++;
    if (str_eq(e->name, STR("dir")) && reader->entry_depth == 0) {
        *vec_push(&reader->dirs) =
            (struct open_dir){ reader->depth, reader->key.n };
        buf_add_char(&reader->key, '/');
        buf_add(&reader->key, xml_attr(e, STR("name")));
        return buf_finish(&reader->key, "the key of a directory", err);
    }
    if (str_eq(e->name, STR("entry")) && reader->entry_depth == 0)
        open_entry(reader, e);
    else if (reader->entry_depth == 0)
        return 0;
    if (str_eq(e->name, STR("default")) && reader->default_depth == 0)
        reader->default_depth = reader->depth;
    if (str_eq(e->name, STR("stringvalue"))) {
        reader->in_text = true;
        buf_reset(&reader->text);
    }
    if (value.p == NULL)
        return 0;
    return add_value(reader, datatype_of(xml_attr(e, STR("type"))), value, err);
}

static void close_entry(struct reader *reader)
{
    reader->entry.values = reader->values.p;
    reader->entry.value_count = reader->values.n;
    reader->fn(reader->ctx, &reader->entry);
    reader->entry_depth = 0;
}

static int end(void *ctx, struct err *err)
{
    struct reader *reader = ctx;
    unsigned depth = reader->depth--;
    int rc;

    if (reader->in_text) {
        reader->in_text = false;
        rc = buf_finish(&reader->text, "a string", err);
        return rc < 0 ? rc
                      : add_value(reader, OVAL_STRING, buf_str(&reader->text),
                                  err);
    }
    if (depth == reader->default_depth) {
        reader->default_depth = 0;
        reader->schema_done = true;
    }
    if (depth == reader->entry_depth)
        close_entry(reader);
    else if (reader->dirs.n > 0 &&
             depth == reader->dirs.p[reader->dirs.n - 1].depth)
        reader->key.n = reader->dirs.p[--reader->dirs.n].key_n;
    return 0;
}

static int text(void *ctx, str part, struct err *err UNUSED)
{
    struct reader *reader = ctx;

    if (reader->in_text)
        buf_add(&reader->text, part);
    return 0;
}

int gconf_xml_read(str bytes, const char *name, str prefix, gconf_entry_fn *fn,
                   void *ctx, struct err *err)
{
    static const struct xml_handler handler = { .start = start,
                                                .end = end,
                                                .text = text };
    AUTO(stream_freep) struct stream *stream = NULL;
    struct reader reader = {
        .fn = fn, .ctx = ctx, .key = BUF(KEY_MAX), .text = BUF(TEXT_MAX)
    };
    int rc = stream_open_memory(bytes, name, NULL, &stream, err);

    buf_add(&reader.key, prefix);
    if (rc == 0)
        rc = xml_read(stream, NULL, &handler, &reader, err);
    buf_clear(&reader.key);
    buf_clear(&reader.text);
    vec_clear(&reader.dirs);
    vec_clear(&reader.values);
    arena_clear(&reader.arena);
    return rc;
}
