/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of risk data:
 *
 *     header | sources | index | records | texts
 *
 * Numbers are the machine's own; another byte order is refused by the
 * version. The header's checksum covers header, sources and index; the index
 * has the first key and the checksum of each block of records; the texts,
 * each with a NUL behind it, have one of their own.
 */
#ifndef RISK_DATA_INT_H
#define RISK_DATA_INT_H

#include "risk/data.h"

enum {
    RISK_VERSION = 1,
    RISK_BLOCK = 128, /* records; 4096 bytes */
    RISK_TEXTS_MAX = 64 << 20,
    RISK_NO_SOURCE = 255,
};

#define RISK_MAGIC "HFRISK\r\n"

enum {
    RISK_HAS_EPSS = 1,
    RISK_RANSOMWARE = 2,
    RISK_EXPLOITATION = 12, /* enum risk_exploitation, in bits 2 and 3 */
    RISK_EXPLOITATION_SHIFT = 2,
};

struct risk_header {
    char magic[8];
    uint32_t version;
    uint32_t source_count;
    uint32_t record_count;
    uint32_t block_count;
    uint64_t text_size;
    uint64_t text_checksum;
    uint64_t file_size;
    uint64_t checksum; /* with 0 in its place */
};

struct risk_file_source {
    uint32_t kind;
    uint32_t name; /* texts, as offsets; 0: the empty one */
    uint32_t date;
    uint32_t cves;
    int64_t imported_s;
};

struct risk_block {
    uint64_t first; /* key */
    uint64_t checksum;
};

struct risk_record {
    uint64_t key;
    uint32_t vector;
    uint32_t scorer;
    uint32_t epss;
    uint32_t percentile;
    uint16_t added; /* 0: not known to be exploited */
    uint16_t due;
    uint8_t version; /* enum cvss_version; CVSS_NONE: no score */
    uint8_t score;
    uint8_t source; /* of the score; RISK_NO_SOURCE without one */
    uint8_t flags;
};

_Static_assert(sizeof(struct risk_record) * RISK_BLOCK == 4096, "a page");

/* For the writer: every record in order, checked. */
const struct risk_record *risk_data_records(struct risk_data *data,
                                            struct err *err);
str risk_data_text(const struct risk_data *data, uint32_t offset);

/* The checksum of the first `size` bytes of a file, which hold header,
 * sources and index. */
uint64_t risk_header_checksum(const struct risk_header *header,
                              const void *rest, size_t rest_size);

#endif
