/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages.db, rpm's own "ndb" format: pages of slots, each the place of one
 * header, then the headers in blocks of 16 bytes. All numbers are
 * little-endian.
 */
#include "probe/rpm_store_int.h"

enum {
    PAGE_SIZE = 4096,
    SLOT_SIZE = 16,
    BLOCK_SIZE = 16,
    FILE_HEADER = 32, /* in place of the first slots */
    BLOB_HEAD = 16,
    BLOB_TAIL = 12,
    PAGES_MAX = 65536,
};

static bool is_magic(const unsigned char *p, const char *magic)
{
    return memcmp(p, magic, 4) == 0;
}

static bool knows(const unsigned char head[512])
{
    return is_magic(head, "RpmP");
}

/* slot: magic, package, first block, number of blocks */
static int take_slot(struct rpm_store *store, const unsigned char *slot,
                     struct err *err)
{
    uint64_t at = (uint64_t)rpm_le32(slot + 8) * BLOCK_SIZE;
    uint64_t size = (uint64_t)rpm_le32(slot + 12) * BLOCK_SIZE;
    unsigned char head[BLOB_HEAD];
    unsigned char tail[BLOB_TAIL];
    uint64_t n;
    int rc;

    if (!is_magic(slot, "Slot"))
        return rpm_store_bad(store, err, "a slot that is none");
    if (at == 0)
        return 0; /* free */
    if (size < BLOB_HEAD + BLOB_TAIL)
        return rpm_store_bad(store, err, "a header without room");
    rc = rpm_file_read(&store->file, at, head, sizeof(head), err);
    if (rc == 0)
        rc = rpm_file_read(&store->file, at + size - BLOB_TAIL, tail,
                           sizeof(tail), err);
    if (rc < 0)
        return rc;
    n = rpm_le32(head + 12);
    if (!is_magic(head, "BlbS") || !is_magic(tail + 8, "BlbE") ||
        memcmp(head + 4, slot + 4, 4) != 0 || rpm_le32(tail + 4) != n ||
        n > size - BLOB_HEAD - BLOB_TAIL)
        return rpm_store_bad(store, err, "a header that is not in its place");
    return rpm_store_add(
        store, (struct rpm_spot){ at + BLOB_HEAD, (uint32_t)n, 0 }, err);
}

static int open_store(struct rpm_store *store, struct err *err)
{
    unsigned char page[PAGE_SIZE];
    uint32_t pages = 1;

    for (uint32_t i = 0; i < pages; i++) {
        int rc = rpm_file_read(&store->file, (uint64_t)i * PAGE_SIZE, page,
                               sizeof(page), err);

        if (rc < 0)
            return rc;
        if (i == 0) {
            if (rpm_le32(page + 4) != 0)
                return rpm_store_bad(store, err, "an unknown version");
            pages = rpm_le32(page + 12);
            if (pages == 0 || pages > PAGES_MAX)
                return rpm_store_bad(store, err, "too many slots, or none");
        }
        for (uint32_t at = i == 0 ? FILE_HEADER : 0; at < PAGE_SIZE;
             at += SLOT_SIZE) {
            rc = take_slot(store, page + at, err);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

static int read_spot(struct rpm_store *store, const struct rpm_spot *spot,
                     struct buf *out, struct err *err)
{
    void *at = buf_grow(out, spot->size);

    return at == NULL
               ? 0 /* buf_finish() says so */
               : rpm_file_read(&store->file, spot->at, at, spot->size, err);
}

const struct rpm_format rpm_format_ndb = {
    .name = "ndb",
    .knows = knows,
    .open = open_store,
    .read = read_spot,
};
