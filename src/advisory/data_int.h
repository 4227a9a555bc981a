/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of advisories: a header and sections, arrays of fixed records,
 * each aligned to 8. Numbers are the machine's own; another byte order is
 * refused by the version.
 *
 * Texts are numbered in bytewise order, so that comparing numbers compares
 * texts; number 0 is the empty text. Advisories, supersedences and scores are
 * sorted by id, notices and items stand in the order of their documents. An
 * index is a list of keys (texts, sorted) and of posts: those of key i are
 * from its `first` up to the `first` of key i + 1.
 */
#ifndef ADVISORY_DATA_INT_H
#define ADVISORY_DATA_INT_H

#include "advisory/data.h"

enum {
    ADV_VERSION = 1,
    ADV_SOURCES_MAX = 255,
    ADV_DOCUMENTS_MAX = 1 << 20,
    ADV_ADVISORIES_MAX = 1 << 20,
    ADV_NOTICES_MAX = 1 << 22,
    ADV_ITEMS_MAX = 1 << 23,
    ADV_VULNS_MAX = 1 << 23,
    ADV_REFS_MAX = 1 << 22,
    ADV_SCORES_MAX = 1 << 21,
    ADV_SUPERSEDES_MAX = 1 << 21,
    ADV_TEXTS_MAX = 1 << 23,
};
#define ADV_TEXT_BYTES_MAX ((uint64_t)1 << 30)

#define ADV_MAGIC "HFADVIS\n"

enum adv_section {
    ADV_OFFSETS, /* uint32_t of each text, and of the end */
    ADV_TEXTS,   /* bytes, a NUL behind each text */
    ADV_SOURCES,
    ADV_DOCUMENTS,
    ADV_ADVISORIES,
    ADV_NOTICES,
    ADV_VULNS, /* uint32_t: texts, by notice */
    ADV_ITEMS,
    ADV_REFS, /* uint32_t: texts, by advisory */
    ADV_SCORES,
    ADV_SUPERSEDES,
    ADV_VULN_KEYS,
    ADV_VULN_POSTS, /* uint32_t: notices */
    ADV_PACKAGE_KEYS,
    ADV_PACKAGE_POSTS, /* uint32_t: items */
    ADV_OLD_KEYS,
    ADV_OLD_POSTS, /* uint32_t: supersedences, by what is replaced */
    ADV_SECTIONS
};

struct adv_section_head {
    uint64_t offset;
    uint64_t count; /* records */
    uint64_t checksum;
};

struct adv_header {
    char magic[8];
    uint32_t version;
    uint32_t section_count;
    uint64_t file_size;
    uint64_t statements;
    struct adv_section_head sections[ADV_SECTIONS];
    uint64_t checksum; /* of all before it */
};

struct adv_source {
    uint32_t name; /* texts */
    uint32_t format;
    uint32_t date;
    uint32_t rank;
    int64_t imported_s;
    uint64_t notices;
};

struct adv_document {
    uint32_t source;
    uint32_t id;
};

enum {
    ADV_REBOOT = 1,
    ADV_RESTART = 2,
    ADV_PREVIEW = 4,
};

struct adv_advisory {
    uint32_t document;
    uint32_t id;
    uint32_t title;
    uint32_t text;
    uint32_t url;
    uint32_t severity_text;
    uint32_t ref_first;
    uint32_t ref_count;
    uint32_t notice_first;
    uint32_t notice_count;
    int64_t issued;
    int64_t updated;
    uint8_t type;
    uint8_t severity;
    uint8_t flags;
    uint8_t unused[5];
};

struct adv_notice {
    uint32_t document;
    uint32_t advisory; /* ADVISORY_NONE */
    uint32_t vuln_first;
    uint32_t vuln_count;
    uint32_t item_first;
    uint32_t item_count;
};

enum {
    ADV_SOURCE_PACKAGE = 1,
    ADV_LAST_AFFECTED = 2,
};

struct adv_item {
    uint32_t notice;
    uint32_t package;
    uint32_t release;
    uint32_t arch;
    uint32_t version;
    uint32_t from;
    uint32_t note;
    uint32_t severity_text;
    uint16_t day;
    uint8_t status;
    uint8_t severity;
    uint8_t flags;
    uint8_t unused[3];
};

enum {
    ADV_EXPLOITED = 1,
    ADV_DISCLOSED = 2,
};

struct adv_score {
    uint32_t document;
    uint32_t vuln;
    uint32_t vector;
    uint32_t severity_text;
    uint8_t version;
    uint8_t tenths;
    uint8_t severity;
    uint8_t flags;
};

struct adv_supersede {
    uint32_t document;
    uint32_t id;
    uint32_t old;
    uint32_t release;
};

struct adv_key {
    uint32_t text;
    uint32_t first;
};

/* The size of one record of a section, and how many there may be. */
size_t adv_record_size(enum adv_section section);
uint64_t adv_record_max(enum adv_section section);
/* The first byte of a section that follows one that ends at `end`. */
static inline uint64_t adv_align(uint64_t end)
{
    return (end + 7) / 8 * 8;
}
uint64_t adv_header_checksum(const struct adv_header *header);

/* For the draft. */
const void *advisory_data_section(const struct advisory_data *data,
                                  enum adv_section section, size_t *out_n);
str advisory_data_text(const struct advisory_data *data, uint32_t text);

#endif
