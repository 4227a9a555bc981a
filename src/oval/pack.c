/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/pack.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "oval/pack_int.h"

#if __BYTE_ORDER != __LITTLE_ENDIAN
#error "packs are little-endian and used in place"
#endif

struct header {
    char magic[8];
    uint32_t version;
    uint32_t byte_order; /* 0x01020304 as the writer's machine stores it */
    uint64_t file_size;
    uint32_t section_count;
    oval_prose product_name;
    oval_prose product_version;
    oval_prose schema_version;
    oval_prose timestamp;
    uint32_t reserved;
    uint8_t source_sha256[32];
    uint64_t checksum; /* XXH3 of header (this field 0) and section table */
};

struct section {
    uint64_t offset; /* from the start of the file, a multiple of 8 */
    uint64_t count;
    uint32_t element; /* size of one */
    uint32_t id;      /* its row below */
    uint64_t checksum;
};

enum {
    PACK_ORDER = 0x01020304,
    PACK_MAX = 1 << 30
};

/* Every section, in the order of the file. */
/* clang-format off */
#define SECTIONS(X)                                                           \
    X(definitions) X(nodes) X(tests) X(state_refs) X(objects) X(states)       \
    X(entities) X(pairs) X(variables) X(kinds) X(packages) X(package_tests)   \
    X(names) X(notes) X(prose)
/* clang-format on */

enum {
#define X(name) SECTION_##name,
    SECTIONS(X)
#undef X
    SECTION_COUNT
};

struct view { /* of one array of the content */
    const void *p;
    uint32_t n;
    uint32_t element;
};

static void views_of(const struct oval_content *c, struct view *v)
{
#define X(name)                                                                \
    v[SECTION_##name] =                                                        \
        (struct view){ c->name.p, c->name.n, sizeof(*c->name.p) };
    SECTIONS(X)
#undef X
}

/* True when the bytes begin as a pack does. */
static bool is_pack(str bytes)
{
    return str_starts(bytes, STR(OVAL_PACK_MAGIC));
}

int oval_pack_is_file(const char *path, struct err *err)
{
    char first[sizeof(OVAL_PACK_MAGIC) - 1];
    struct stat st;
    int64_t n = 0;
    int fd;

    if (strcmp(path, "-") == 0)
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_errno(err, errno, "%s", path);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        n = pread(fd, first, sizeof(first), 0);
    close(fd);
    return n > 0 && is_pack((str){ first, (size_t)n });
}

/* --- writing --- */

static uint64_t align8(uint64_t n)
{
    return (n + 7) & ~(uint64_t)7;
}

static uint64_t table_checksum(const struct header *header,
                               const struct section *sections)
{
    struct header copy = *header;

    copy.checksum = 0;
    return str_hash_after(
        (str){ (const char *)sections, SECTION_COUNT * sizeof(*sections) },
        str_hash((str){ (const char *)&copy, sizeof(copy) }));
}

void oval_pack_write(const struct oval_content *c, struct io_out *out)
{
    static const char zeros[8];
    struct section sections[SECTION_COUNT] = { 0 };
    struct view views[SECTION_COUNT];
    struct header h = { .magic = OVAL_PACK_MAGIC,
                        .version = OVAL_PACK_VERSION,
                        .byte_order = PACK_ORDER,
                        .section_count = SECTION_COUNT,
                        .product_name = c->product_name,
                        .product_version = c->product_version,
                        .schema_version = c->schema_version,
                        .timestamp = c->timestamp };
    uint64_t at = align8(sizeof(h) + sizeof(sections));

    views_of(c, views);
    memcpy(h.source_sha256, c->source_sha256, sizeof(h.source_sha256));
    for (uint32_t i = 0; i < SECTION_COUNT; i++) {
        uint64_t bytes = (uint64_t)views[i].n * views[i].element;

        sections[i] = (struct section){ at, views[i].n, views[i].element, i,
                                        str_hash((str){ views[i].p, bytes }) };
        at = align8(at + bytes);
    }
    h.file_size = at;
    h.checksum = table_checksum(&h, sections);
    io_out_write(out, (str){ (const char *)&h, sizeof(h) });
    io_out_write(out, (str){ (const char *)sections, sizeof(sections) });
    at = sizeof(h) + sizeof(sections);
    for (uint32_t i = 0; i < SECTION_COUNT; i++) {
        uint64_t bytes = (uint64_t)views[i].n * views[i].element;

        io_out_write(out, (str){ zeros, sections[i].offset - at });
        io_out_write(out, (str){ views[i].p, bytes });
        at = sections[i].offset + bytes;
    }
    io_out_write(out, (str){ zeros, h.file_size - at });
}

/* --- opening --- */

static void release(struct oval_content *content)
{
    str *map = content->owner;

    if (map != NULL)
        io_unmap(*map);
    mem_free(map);
}

static int check_header(str bytes, const struct header *h, const char *name,
                        struct err *err)
{
    if (bytes.n < sizeof(*h) || !is_pack(bytes))
        return err_set(err, E_CORRUPT, "%s is not a pack", name);
    if (h->byte_order != PACK_ORDER)
        return err_set(err, E_UNSUPPORTED,
                       "%s was written for another byte order", name);
    if (h->version != OVAL_PACK_VERSION)
        return err_set(err, E_UNSUPPORTED,
                       "%s has pack format %u, this Holdfast reads format "
                       "%d; compile it again",
                       name, h->version, OVAL_PACK_VERSION);
    if (h->file_size != bytes.n)
        return err_set(err, E_CORRUPT,
                       "%s is truncated: %zu bytes, expected %llu", name,
                       bytes.n, (unsigned long long)h->file_size);
    if (h->section_count != SECTION_COUNT ||
        bytes.n < sizeof(*h) + SECTION_COUNT * sizeof(struct section) ||
        h->checksum !=
            table_checksum(h, (const struct section *)(const void *)(h + 1)))
        return err_set(err, E_CORRUPT, "the header of %s is damaged", name);
    return 0;
}

static int check_section(str bytes, const struct section *s, uint32_t i,
                         uint32_t element, const char *name, struct err *err)
{
    uint64_t size;

    if (s->id != i || s->element != element || s->offset % 8 != 0 ||
        s->count > UINT32_MAX - 1 ||
        __builtin_mul_overflow(s->count, s->element, &size) ||
        s->offset > bytes.n || size > bytes.n - s->offset)
        return err_set(err, E_CORRUPT, "section %u of %s lies outside the file",
                       i, name);
    if (i != SECTION_notes && i != SECTION_prose &&
        str_hash((str){ bytes.p + s->offset, size }) != s->checksum)
        return err_set(err, E_CORRUPT, "section %u of %s is damaged", i, name);
    return 0;
}

static int open_sections(str bytes, const struct section *s, const char *name,
                         struct oval_content *c, struct err *err)
{
    int rc = 0;

#define X(section)                                                             \
    if (rc == 0)                                                               \
        rc = check_section(bytes, &s[SECTION_##section], SECTION_##section,    \
                           sizeof(*c->section.p), name, err);                  \
    if (rc == 0) {                                                             \
        c->section.p = (const void *)(bytes.p + s[SECTION_##section].offset);  \
        c->section.n = (uint32_t)s[SECTION_##section].count;                   \
    }
    SECTIONS(X)
#undef X
    c->notes_checksum = s[SECTION_notes].checksum;
    c->prose_checksum = s[SECTION_prose].checksum;
    c->packed = true;
    return rc;
}

int oval_pack_open_memory(str bytes, const char *name,
                          struct oval_content **out, struct err *err)
{
    const struct header *h = (const void *)bytes.p;
    struct oval_content *c;
    int rc;

    rc = check_header(bytes, h, name, err);
    if (rc < 0)
        return rc;
    c = mem_alloc(1, sizeof(*c));
    c->product_name = h->product_name;
    c->product_version = h->product_version;
    c->schema_version = h->schema_version;
    c->timestamp = h->timestamp;
    memcpy(c->source_sha256, h->source_sha256, sizeof(c->source_sha256));
    rc = open_sections(bytes, (const struct section *)(const void *)(h + 1),
                       name, c, err);
    if (rc == 0)
        rc = pack_check(c, err);
    if (rc < 0) {
        oval_content_free(c);
        return err_wrap(err, rc, "%s", name);
    }
    *out = c;
    return 0;
}

/* Maps all but the last sections in one step instead of fault by fault. Only
 * advice: opening checks what the table says. */
static void read_ahead(str map)
{
    const struct section *s = (const void *)((const struct header *)map.p + 1);

    if (map.n >= sizeof(struct header) + SECTION_COUNT * sizeof(*s) &&
        s[SECTION_notes].offset <= map.n)
        (void)madvise((void *)(uintptr_t)map.p, s[SECTION_notes].offset,
                      MADV_POPULATE_READ);
}

int oval_pack_open(const char *path, struct oval_content **out, struct err *err)
{
    struct oval_content *c = NULL;
    str map;
    int rc = io_map(path, sizeof(struct header), PACK_MAX, &map, err);

    if (rc < 0)
        return rc;
    read_ahead(map);
    rc = oval_pack_open_memory(map, path, &c, err);
    if (rc < 0) {
        io_unmap(map);
        return rc;
    }
    c->owner = mem_alloc(1, sizeof(map));
    memcpy(c->owner, &map, sizeof(map));
    c->release = release;
    *out = c;
    return 0;
}

int oval_pack_check_prose(const struct oval_content *c, struct err *err)
{
    if (c->packed &&
        (str_hash((str){ c->prose.p, c->prose.n }) != c->prose_checksum ||
         str_hash((str){ (const char *)c->notes.p,
                         c->notes.n * sizeof(*c->notes.p) }) !=
             c->notes_checksum))
        return err_set(err, E_CORRUPT, "the texts of the pack are damaged");
    return 0;
}
