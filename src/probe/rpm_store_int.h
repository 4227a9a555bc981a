/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of rpm's database formats share.
 */
#ifndef PROBE_RPM_STORE_INT_H
#define PROBE_RPM_STORE_INT_H

#include "base/vec.h"
#include "probe/rpm_store.h"

struct rpm_file {
    int fd; /* -1: there is none */
    uint64_t size;
    const char *path;
    struct stat st;
};

struct rpm_spot { /* where a header lies; what it means is the format's */
    uint64_t at;
    uint32_t size; /* of the header */
    uint32_t part;
};

struct rpm_frame { /* a page in the write-ahead log */
    uint32_t page;
    uint64_t at; /* of its bytes in the log */
};

struct rpm_store;

struct rpm_format {
    const char *name;
    bool (*knows)(const unsigned char head[512]);
    /* Fills store->spots. */
    int (*open)(struct rpm_store *store, struct err *err);
    int (*read)(struct rpm_store *store, const struct rpm_spot *spot,
                struct buf *out, struct err *err);
};

extern const struct rpm_format rpm_format_sqlite;
extern const struct rpm_format rpm_format_ndb;
extern const struct rpm_format rpm_format_bdb;

struct rpm_store {
    const struct rpm_format *format;
    struct rpm_file file;
    struct rpm_file log; /* of SQLite */
    VEC(struct rpm_spot) spots;
    uint32_t page_size;
    uint32_t page_usable; /* without what SQLite reserves */
    uint32_t page_count;
    uint32_t pages_seen; /* a tree visits no page twice */
    bool little_endian;
    unsigned char *page;          /* page_size bytes to work in */
    VEC(struct rpm_frame) frames; /* sorted by page */
    struct arena arena;
};

/* Exactly n bytes from at. E_CORRUPT past the end. */
int rpm_file_read(const struct rpm_file *file, uint64_t at, void *out, size_t n,
                  struct err *err) MUST_CHECK;

/* "FILE: not a sound NAME database: WHAT", E_CORRUPT. */
int rpm_store_bad(const struct rpm_store *store, struct err *err,
                  const char *what) MUST_CHECK;

int rpm_store_add(struct rpm_store *store, struct rpm_spot spot,
                  struct err *err) MUST_CHECK;

static inline uint32_t rpm_be16(const unsigned char *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t rpm_be32(const unsigned char *p)
{
    return rpm_be16(p) << 16 | rpm_be16(p + 2);
}

static inline uint32_t rpm_le16(const unsigned char *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t rpm_le32(const unsigned char *p)
{
    return rpm_le16(p + 2) << 16 | rpm_le16(p);
}

#endif
