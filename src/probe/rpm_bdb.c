/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages, a Berkeley DB hash: pages of pairs of a key, the header's number,
 * and a value, the header, which nearly always lies in a chain of overflow
 * pages. Key 0 is rpm's counter. Numbers have the byte order of the machine
 * that wrote the file.
 */
#include "probe/rpm_store_int.h"

enum {
    META_SIZE = 72,
    PAGE_HEADER = 26,
    PAGE_UNSORTED_HASH = 2,
    PAGE_OVERFLOW = 7,
    PAGE_HASH_META = 8,
    PAGE_HASH = 13,
    ITEM_DATA = 1,
    ITEM_OFF_PAGE = 3,
    OFF_PAGE_SIZE = 12,
    KEY_SIZE = 5, /* its type, and 4 bytes */
    MAGIC = 0x00061561,
    IN_OVERFLOW = 0, /* spot.part; otherwise where the value begins */
};

static uint32_t u16(const struct rpm_store *store, const unsigned char *p)
{
    return store->little_endian ? rpm_le16(p) : rpm_be16(p);
}

static uint32_t u32(const struct rpm_store *store, const unsigned char *p)
{
    return store->little_endian ? rpm_le32(p) : rpm_be32(p);
}

static bool knows(const unsigned char head[512])
{
    return rpm_le32(head + 12) == MAGIC || rpm_be32(head + 12) == MAGIC;
}

static int read_meta(struct rpm_store *store, struct err *err)
{
    unsigned char meta[META_SIZE];
    int rc = rpm_file_read(&store->file, 0, meta, sizeof(meta), err);

    if (rc < 0)
        return rc;
    store->little_endian = rpm_le32(meta + 12) == MAGIC;
    store->page_size = u32(store, meta + 20);
    if (store->page_size < 512 || store->page_size > 65536 ||
        (store->page_size & (store->page_size - 1)) != 0)
        return rpm_store_bad(store, err, "an impossible page size");
    if (meta[24] != 0)
        return rpm_store_bad(store, err, "it is encrypted");
    if (meta[25] != PAGE_HASH_META)
        return rpm_store_bad(store, err, "it is not a hash");
    store->page_count = u32(store, meta + 32); /* the last page's number */
    if (store->file.size / store->page_size <= store->page_count)
        return rpm_store_bad(store, err, "cut off");
    return 0;
}

static int read_page(struct rpm_store *store, uint32_t page, struct err *err)
{
    if (page == 0 || page > store->page_count)
        return rpm_store_bad(store, err, "a page beyond the last");
    return rpm_file_read(&store->file, (uint64_t)page * store->page_size,
                         store->page, store->page_size, err);
}

/* Items lie back to front: each ends where the one before it begins. */
static bool find_item(const struct rpm_store *store, uint32_t index,
                      uint32_t *out_at, uint32_t *out_size)
{
    const unsigned char *offset = store->page + PAGE_HEADER + index * 2;
    uint32_t at = u16(store, offset);
    uint32_t end = index == 0 ? store->page_size : u16(store, offset - 2);

    if (end == 0 && store->page_size == 65536)
        end = store->page_size;
    if (at < PAGE_HEADER || at >= end || end > store->page_size)
        return false;
    *out_at = at;
    *out_size = end - at;
    return true;
}

static int take_pair(struct rpm_store *store, uint32_t page, uint32_t index,
                     struct err *err)
{
    static const unsigned char counter[4] = { 0 };
    struct rpm_spot spot = { 0 };
    const unsigned char *value;
    uint32_t key_at;
    uint32_t key_size;
    uint32_t at;
    uint32_t size;

    if (!find_item(store, index, &key_at, &key_size) ||
        !find_item(store, index + 1, &at, &size))
        return rpm_store_bad(store, err, "an item outside of its page");
    if (key_size != KEY_SIZE || store->page[key_at] != ITEM_DATA)
        return rpm_store_bad(store, err, "a key that is not a number");
    if (memcmp(store->page + key_at + 1, counter, sizeof(counter)) == 0)
        return 0;
    value = store->page + at;
    if (value[0] == ITEM_OFF_PAGE && size == OFF_PAGE_SIZE)
        spot = (struct rpm_spot){ u32(store, value + 4), u32(store, value + 8),
                                  IN_OVERFLOW };
    else if (value[0] == ITEM_DATA)
        spot = (struct rpm_spot){ page, size - 1, at + 1 };
    else
        return rpm_store_bad(store, err, "a value of an unknown kind");
    return rpm_store_add(store, spot, err);
}

static int open_store(struct rpm_store *store, struct err *err)
{
    int rc = read_meta(store, err);

    if (rc < 0)
        return rc;
    store->page = mem_alloc(1, store->page_size);
    for (uint32_t page = 1; page <= store->page_count; page++) {
        uint32_t count;

        rc = read_page(store, page, err);
        if (rc < 0)
            return rc;
        if (store->page[25] != PAGE_HASH &&
            store->page[25] != PAGE_UNSORTED_HASH)
            continue;
        count = u16(store, store->page + 20);
        if (count % 2 != 0 || PAGE_HEADER + count * 2 > store->page_size)
            return rpm_store_bad(store, err, "a page with too many items");
        for (uint32_t i = 0; i < count; i += 2) {
            rc = take_pair(store, page, i, err);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

static int read_chain(struct rpm_store *store, uint32_t page, size_t left,
                      struct buf *out, struct err *err)
{
    while (left > 0) {
        size_t n;
        int rc = read_page(store, page, err);

        if (rc < 0)
            return rc;
        n = u16(store, store->page + 22);
        if (store->page[25] != PAGE_OVERFLOW || n == 0 ||
            n > store->page_size - PAGE_HEADER)
            return rpm_store_bad(store, err, "a broken chain of pages");
        n = n < left ? n : left;
        buf_add(out, (str){ (const char *)store->page + PAGE_HEADER, n });
        left -= n;
        page = u32(store, store->page + 16);
    }
    return 0;
}

static int read_spot(struct rpm_store *store, const struct rpm_spot *spot,
                     struct buf *out, struct err *err)
{
    int rc;

    if (spot->part == IN_OVERFLOW)
        return read_chain(store, (uint32_t)spot->at, spot->size, out, err);
    rc = read_page(store, (uint32_t)spot->at, err);
    if (rc < 0)
        return rc;
    buf_add(out, (str){ (const char *)store->page + spot->part, spot->size });
    return 0;
}

const struct rpm_format rpm_format_bdb = {
    .name = "Berkeley DB",
    .knows = knows,
    .open = open_store,
    .read = read_spot,
};
