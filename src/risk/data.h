/* SPDX-License-Identifier: Apache-2.0
 *
 * Risk data: what is known of a CVE besides the content, each fact with its
 * source. One file, mapped read-only: records sorted by CVE in blocks of a
 * page, each with its checksum, so that a look-up reads a few pages and a
 * damaged block is noticed when it is used. Imported by risk/import.h,
 * written by risk/draft.h.
 *
 * A struct risk borrows from the struct risk_data it was found in.
 */
#ifndef RISK_DATA_H
#define RISK_DATA_H

#include "risk/cvss.h"

enum {
    RISK_ENTRIES_MAX = 4 << 20,
    RISK_SOURCES_MAX = 255,
};

enum risk_kind {
    RISK_CVSS,
    RISK_KEV,  /* CISA's catalogue of known exploited vulnerabilities */
    RISK_EPSS, /* FIRST's exploit prediction */
    RISK_SSVC, /* CISA's assessment of how far exploitation has come */
    RISK_KINDS
};

enum risk_exploitation { /* SSVC's words */
    RISK_NOT_ASSESSED,
    RISK_NO_EXPLOIT,
    RISK_PROOF, /* of concept is public */
    RISK_ACTIVE,
    RISK_EXPLOITATIONS
};

struct risk_source {
    enum risk_kind kind;
    str name; /* "NVD" */
    str date; /* as the source states it; empty: not stated */
    int64_t imported_s;
    uint64_t cves; /* how many it says something of */
};

struct risk {
    enum cvss_version version; /* CVSS_NONE: no score is known */
    unsigned score;            /* in tenths */
    str vector;                /* empty: not stated */
    str source;                /* who published the score */
    str source_date;
    str scorer; /* who gave it, when that is not the publisher; or empty */
    uint64_t cvss_key; /* equal: same version, source and scorer */
    bool exploited;
    bool ransomware;
    uint16_t added; /* day, risk/cve.h */
    uint16_t due;
    str exploited_source;
    str exploited_date; /* of the catalogue */
    bool has_epss;
    uint32_t epss; /* probability within 30 days, in millionths */
    uint32_t percentile;
    str epss_source;
    str epss_date;
    enum risk_exploitation exploitation;
    str exploitation_source;
    str exploitation_date;
};

struct risk_data;

/* E_ABSENT: there is no such file. E_CORRUPT, E_UNSUPPORTED: it cannot be
 * used. */
int risk_data_open(const char *path, struct risk_data **out,
                   struct err *err) MUST_CHECK;
/* The caller keeps the bytes, which are aligned to 8, in place. */
int risk_data_open_memory(str bytes, const char *name, struct risk_data **out,
                          struct err *err) MUST_CHECK;
void risk_data_free(struct risk_data *data);
void risk_data_freep(struct risk_data **data);

/* 0: *out is filled; 1: nothing is known of this CVE, or it is no CVE id. */
int risk_data_find(struct risk_data *data, str cve, struct risk *out,
                   struct err *err) MUST_CHECK;

const char *risk_exploitation_text(enum risk_exploitation exploitation);

/* How many CVEs it holds; the sources, up to NULL. */
uint32_t risk_data_count(const struct risk_data *data);
int risk_data_source(struct risk_data *data, size_t i, struct risk_source *out,
                     struct err *err) MUST_CHECK;
size_t risk_data_sources(const struct risk_data *data);

#endif
