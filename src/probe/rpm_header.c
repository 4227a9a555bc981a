/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_header.h"

#include "probe/pgp.h"

enum type { /* of values */
    TYPE_NULL,
    TYPE_CHAR,
    TYPE_INT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_STRING,
    TYPE_BIN,
    TYPE_STRING_ARRAY,
    TYPE_I18NSTRING,
    TYPES
};

enum {
    ENTRY_SIZE = 16,
    INTRO_SIZE = 8
};

struct entry {
    uint32_t tag;
    uint32_t type;
    uint32_t offset;
    uint32_t count;
};

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static struct entry entry_at(const struct rpm_header *header, uint32_t at)
{
    const unsigned char *p = header->index + (size_t)at * ENTRY_SIZE;

    return (struct entry){ u32(p), u32(p + 4), u32(p + 8), u32(p + 12) };
}

/* Bytes of one value of a type; 0: texts, which are measured. */
static uint32_t size_of(uint32_t type)
{
    static const uint8_t sizes[TYPES] = { 0, 1, 1, 2, 4, 8, 0, 1, 0, 0 };

    return type < TYPES ? sizes[type] : 0;
}

/* Bytes of count texts from p, or 0 when they do not end in time. */
static uint32_t measure_texts(const unsigned char *p, uint32_t room,
                              uint32_t count)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *end = memchr(p + used, '\0', room - used);

        if (end == NULL)
            return 0;
        used = (uint32_t)(end - p) + 1;
    }
    return used;
}

/* Where the values of an entry lie; false when not within the store. */
static bool values_of(const struct rpm_header *header,
                      const struct entry *entry, struct rpm_values *out)
{
    uint32_t size = size_of(entry->type);
    uint32_t room;
    uint64_t n;

    if (entry->type >= TYPES || entry->offset > header->store_size)
        return false;
    room = header->store_size - entry->offset;
    if (entry->type == TYPE_NULL)
        n = 0;
    else if (size > 0)
        n = (uint64_t)size * entry->count;
    else
        n = measure_texts(header->store + entry->offset, room, entry->count);
    if (n > room || (n == 0 && entry->count > 0 && entry->type != TYPE_NULL))
        return false;
    out->type = entry->type;
    out->n = entry->type == TYPE_NULL ? 0 : entry->count;
    out->bytes =
        (str){ (const char *)header->store + entry->offset, (size_t)n };
    return true;
}

int rpm_header_parse(str blob, struct rpm_header *out, struct err *err)
{
    const unsigned char *p = (const unsigned char *)blob.p;
    struct rpm_header header;

    if (blob.n < INTRO_SIZE)
        return err_set(err, E_PARSE, "a header of %zu bytes", blob.n);
    header.entries = u32(p);
    header.store_size = u32(p + 4);
    if (header.entries == 0 || header.entries > RPM_ENTRIES_MAX ||
        header.store_size > RPM_HEADER_MAX)
        return err_set(err, E_PARSE,
                       "a header of %u entries and %u bytes of values",
                       header.entries, header.store_size);
    if (blob.n !=
        INTRO_SIZE + (size_t)header.entries * ENTRY_SIZE + header.store_size)
        return err_set(err, E_PARSE,
                       "a header of %zu bytes that should have "
                       "%zu",
                       blob.n,
                       INTRO_SIZE + (size_t)header.entries * ENTRY_SIZE +
                           header.store_size);
    header.index = p + INTRO_SIZE;
    header.store = header.index + (size_t)header.entries * ENTRY_SIZE;
    *out = header;
    return 0;
}

/* Entries behind the signed region were added at installation and come last:
 * they are newer than what has the same tag before them. */
struct rpm_values rpm_header_values(const struct rpm_header *header,
                                    enum rpm_tag tag)
{
    struct rpm_values values = { TYPE_NULL, 0, STR_NONE };

    for (uint32_t i = header->entries; i > 0; i--) {
        struct entry entry = entry_at(header, i - 1);

        if (entry.tag == (uint32_t)tag && values_of(header, &entry, &values))
            return values;
    }
    return values;
}

uint64_t rpm_values_number(const struct rpm_values *values, uint32_t at)
{
    uint32_t size = size_of(values->type);
    const unsigned char *p;
    uint64_t number = 0;

    if (at >= values->n || size == 0)
        return 0;
    p = (const unsigned char *)values->bytes.p + (size_t)at * size;
    for (uint32_t i = 0; i < size; i++)
        number = number << 8 | p[i];
    return number;
}

static bool is_text(uint32_t type)
{
    return type == TYPE_STRING || type == TYPE_STRING_ARRAY ||
           type == TYPE_I18NSTRING;
}

bool rpm_values_next(struct rpm_values *values, str *out)
{
    if (values->n == 0 || !is_text(values->type))
        return false;
    *out = str_cut(&values->bytes, '\0');
    values->n--;
    return true;
}

str rpm_header_text(const struct rpm_header *header, enum rpm_tag tag)
{
    struct rpm_values values = rpm_header_values(header, tag);
    str text = STR_NONE;

    rpm_values_next(&values, &text);
    return text;
}

/* The bytes of a binary tag; p == NULL when it is not there. */
static str bytes_of(const struct rpm_header *header, enum rpm_tag tag)
{
    struct rpm_values values = rpm_header_values(header, tag);

    return values.type == TYPE_BIN ? values.bytes : STR_NONE;
}

bool rpm_header_key_id(const struct rpm_header *header, char out[17])
{
    static const enum rpm_tag tags[] = { RPM_TAG_RSAHEADER, RPM_TAG_DSAHEADER,
                                         RPM_TAG_SIGPGP, RPM_TAG_SIGGPG };

    for (size_t i = 0; i < COUNT(tags); i++)
        if (pgp_signature_key_id(bytes_of(header, tags[i]), out))
            return true;
    return false;
}

/* The region's first entry points at its trailer, the last 16 bytes of its
 * values, whose offset is the negative size of its index. */
bool rpm_header_region(const struct rpm_header *header, str *out_index,
                       str *out_store)
{
    struct entry first = entry_at(header, 0);
    uint32_t size;

    if (first.tag != RPM_TAG_IMMUTABLE || first.type != TYPE_BIN ||
        first.count != ENTRY_SIZE || header->store_size < ENTRY_SIZE ||
        first.offset > header->store_size - ENTRY_SIZE)
        return false;
    size = 0 - u32(header->store + first.offset + 8);
    if (size == 0 || size % ENTRY_SIZE != 0 ||
        size / ENTRY_SIZE > header->entries)
        return false;
    *out_index = (str){ (const char *)header->index, size };
    *out_store =
        (str){ (const char *)header->store, first.offset + ENTRY_SIZE };
    return true;
}
