/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles of SCAP 1.0 and 1.1: a ZIP, read by libzip from memory. Nothing is
 * unpacked to a disk. What an archive claims of itself is not believed: what
 * comes out is counted.
 */
#include <zip.h>

#include "scap/read_int.h"

enum {
    BUNDLE_FILES_MAX = 1000,
    BUNDLE_NAME_MAX = 512,
    BUNDLE_RATIO = 200,          /* of what comes out to what went in */
    BUNDLE_RATIO_FROM = 8 << 20, /* where that begins to matter */
    BUNDLE_XML_MAX = 256 << 20,  /* of one document, unpacked */
    BUNDLE_PIECE = 1 << 16,
};

bool scap_is_zip(str head)
{
    return str_starts(head, STR("PK\x03\x04"));
}

/* A name that could lead anywhere else is not a mistake but an attack. */
static int check_name(str name, struct err *err)
{
    str rest = name;

    if (name.n == 0 || name.n > BUNDLE_NAME_MAX)
        return err_set(err, E_INVALID, "a file of the archive has %s",
                       name.n == 0 ? "no name" : "too long a name");
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == '\\' ||
            name.p[i] == ':')
            return err_set(err, E_INVALID,
                           "the name '%" PRIstr "' of a file of the archive "
                           "has characters that are not permitted",
                           ARGstr(name));
    while (rest.n > 0) {
        str part = str_cut(&rest, '/');

        if (part.n == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
            return err_set(err, E_INVALID,
                           "the name '%" PRIstr "' leads out of the archive",
                           ARGstr(name));
    }
    return 0;
}

static int zip_fault(struct zip *zip, const char *what, struct err *err)
{
    return err_set(err, E_CORRUPT, "%s: %s", what, zip_strerror(zip));
}

static int read_entry(struct zip *zip, zip_uint64_t index, struct buf *out,
                      struct err *err)
{
    struct zip_file *file = zip_fopen_index(zip, index, 0);
    zip_int64_t n;

    if (file == NULL)
        return zip_fault(zip, "cannot be unpacked", err);
    do {
        char *room = buf_grow(out, BUNDLE_PIECE);

        if (room == NULL) {
            zip_fclose(file);
            return err_set(err, E_LIMIT, "is larger than %zu bytes",
                           out->limit);
        }
        n = zip_fread(file, room, BUNDLE_PIECE);
        out->n -= BUNDLE_PIECE - (n > 0 ? (size_t)n : 0);
    } while (n > 0);
    if (zip_fclose(file) != 0 || n < 0)
        return err_set(err, E_CORRUPT,
                       "is damaged, or packed in a way that is not known");
    return 0;
}

static bool is_xml(str name)
{
    return name.n > 4 &&
           str_eq_nocase(str_sub(name, name.n - 4, 4), STR(".xml"));
}

static void add_other(struct scap *scap, str name)
{
    struct scap_component *component = vec_push(&scap->components);

    component->id = arena_str(&scap->arena, name);
    component->kind = SCAP_OTHER;
}

static int add_document(struct scap *scap, str name, str bytes, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    const char *path = arena_c(&scap->arena, name);
    const char *shown =
        arena_printf(&scap->arena, "%" PRIstr "(%s)", ARGstr(scap->name), path)
            .p;
    size_t before = scap->components.n;
    int rc = stream_open_memory(bytes, shown, NULL, &stream, err);

    if (rc == 0)
        rc = scap_read(scap, stream, path, err);
    if (rc == 0 && scap->components.n == before + 1)
        scap->components.p[before].bytes = bytes.n;
    return rc;
}

/* *total counts what came out of the whole archive. */
static int add_file(struct scap *scap, struct zip *zip, zip_uint64_t index,
                    uint64_t *total, uint64_t packed, struct err *err)
{
    uint64_t most = packed * BUNDLE_RATIO;
    AUTO(buf_clear) struct buf bytes = BUF(BUNDLE_XML_MAX);
    const char *given = zip_get_name(zip, index, ZIP_FL_ENC_STRICT);
    str name = str_c(given);
    int rc;

    if (given == NULL)
        given = zip_get_name(zip, index, ZIP_FL_ENC_GUESS);
    name = str_c(given);
    if (name.n > 0 && name.p[name.n - 1] == '/')
        return check_name(str_sub(name, 0, name.n - 1), err);
    rc = check_name(name, err);
    if (rc < 0)
        return rc;
    if (!is_xml(name)) {
        add_other(scap, name);
        return 0;
    }
    if (most < BUNDLE_RATIO_FROM)
        most = BUNDLE_RATIO_FROM;
    if (most - *total < bytes.limit)
        bytes.limit = (size_t)(most - *total) + BUNDLE_PIECE;
    rc = read_entry(zip, index, &bytes, err);
    *total += bytes.n;
    if (rc == E_LIMIT || (rc == 0 && *total > most))
        rc = err_set(err, E_LIMIT,
                     "unpacks to more than %llu bytes, or %d times its size",
                     (unsigned long long)bytes.limit, BUNDLE_RATIO);
    if (rc < 0)
        return err_wrap(err, rc, "%" PRIstr, ARGstr(name));
    return add_document(scap, name, buf_str(&bytes), err);
}

static int read_all(struct scap *scap, struct zip *zip, uint64_t packed,
                    struct err *err)
{
    zip_int64_t n = zip_get_num_entries(zip, 0);
    uint64_t total = 0;
    int rc = 0;

    if (n > BUNDLE_FILES_MAX)
        return err_set(err, E_LIMIT, "the archive has more than %d files",
                       BUNDLE_FILES_MAX);
    for (zip_int64_t i = 0; rc == 0 && i < n; i++)
        rc = add_file(scap, zip, (zip_uint64_t)i, &total, packed, err);
    return rc;
}

int scap_read_bundle(struct scap *scap, str bytes, struct err *err)
{
    zip_error_t error;
    zip_source_t *source;
    struct zip *zip = NULL;
    int rc;

    zip_error_init(&error);
    source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    if (source != NULL)
        zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    if (zip == NULL) {
        rc = err_set(err, E_CORRUPT, "%" PRIstr ": is not a ZIP archive: %s",
                     ARGstr(scap->name), zip_error_strerror(&error));
        zip_source_free(source);
    } else {
        rc = read_all(scap, zip, bytes.n, err);
        zip_discard(zip);
        if (rc < 0 && !str_starts(str_c(err_text(err)), scap->name))
            rc = err_wrap(err, rc, "%" PRIstr, ARGstr(scap->name));
    }
    zip_error_fini(&error);
    return rc;
}
