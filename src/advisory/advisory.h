/* SPDX-License-Identifier: Apache-2.0
 *
 * What publishers say of vulnerabilities and of the updates that close them:
 * one model for every format that advisory/import.h reads.
 *
 *     source ──► notice: of these vulnerabilities ──► items: these packages,
 *                belongs to an advisory, or to none         in these releases
 *
 * A *statement* is one vulnerability x one package x one release with a
 * status; it has one source, its date and, where there is one, the advisory it
 * stands in. Sources that disagree are all kept: nothing here merges two
 * statements. Where one answer is needed, the source with the smallest rank
 * is taken (docs/advisories.md), and the others stay beside it.
 *
 * An *advisory* is what a publisher gave a number (DSA-5380-1, RHSA-2023:7025,
 * USN-5000-1, KB5030211): on Linux the patch of P-LNX-6. A severity is always
 * that of its source, in its own words beside our four levels; none is made
 * up (K-OV-10).
 *
 * Texts are views into what they were read from.
 */
#ifndef ADVISORY_ADVISORY_H
#define ADVISORY_ADVISORY_H

#include "base/str.h"
#include "risk/cvss.h"

enum advisory_status {
    ADVISORY_AFFECTED,     /* every version, or those from `from` on */
    ADVISORY_FIXED,        /* `version` and later are not affected */
    ADVISORY_NOT_AFFECTED, /* whatever the version */
    ADVISORY_INVESTIGATED, /* the publisher does not know yet */
    ADVISORY_WONT_FIX,     /* affected, and it will stay so */
    ADVISORY_STATUSES
};

enum advisory_type {
    ADVISORY_UNTYPED,
    ADVISORY_SECURITY,
    ADVISORY_BUGFIX,
    ADVISORY_ENHANCEMENT,
    ADVISORY_TYPES
};

/* P-SEV-3; the publishers' words "medium" and "high" are moderate and
 * important. A later one is more severe. */
enum advisory_severity {
    ADVISORY_UNASSIGNED,
    ADVISORY_LOW,
    ADVISORY_MODERATE,
    ADVISORY_IMPORTANT,
    ADVISORY_CRITICAL,
    ADVISORY_SEVERITIES
};

enum advisory_rank {       /* the smaller one is believed first */
    ADVISORY_BY_UPDATE,    /* the publisher of the update, in an advisory */
    ADVISORY_BY_VENDOR,    /* the same, of vulnerabilities: trackers, VEX */
    ADVISORY_BY_COLLECTION /* who collects what others say */
};

struct advisory_source {
    str name;   /* "Debian DSA", "Red Hat Product Security CSAF" */
    str format; /* "dsa": the row of advisory/import.h */
    str date;   /* the latest that it states; empty: none */
    int64_t imported_s;
    enum advisory_rank rank;
    uint64_t notices;
};

/* One package in one release, as a notice states it. */
struct advisory_item {
    str package; /* empty: the release is the product itself (Windows) */
    str release; /* "debian:12" (advisory/release.h), or a product's name;
                    empty: not stated, the repository it came from */
    str arch;    /* empty: any */
    str version; /* fixed: the first good one; empty: not stated */
    str from;    /* the first one affected; empty: all before `version` */
    str note;    /* why: "Minor issue", "vulnerable_code_not_present" */
    enum advisory_status status;
    enum advisory_severity severity;
    str severity_text;   /* in the source's own words; empty: not stated */
    uint16_t day;        /* risk/cve.h; 0: not stated */
    bool source_package; /* `package` names a source package (Debian) */
    bool last_affected;  /* `version` is itself affected, the last one */
};

struct advisory_statement {
    str vulnerability;    /* "CVE-2024-3094", or the source's own name */
    str advisory;         /* its id; empty: none */
    uint32_t advisory_at; /* for advisory_data_at(); ADVISORY_NONE */
    uint32_t source;      /* for advisory_data_source() */
    struct advisory_item item;
};

#define ADVISORY_NONE UINT32_MAX

struct advisory {
    str id;
    str title;
    str text; /* description, shortened to ADVISORY_TEXT_MAX */
    str url;  /* the publisher's page; empty: not stated */
    enum advisory_type type;
    enum advisory_severity severity;
    str severity_text;
    int64_t issued; /* seconds; 0: not stated */
    int64_t updated;
    bool reboot;  /* the publisher suggests one */
    bool restart; /* ... a new login, or starting programs again */
    bool preview; /* no security update; for trying out (P-PRV) */
    uint32_t at;  /* its place: the handle of the functions of data.h */
    uint32_t source;
};

/* What a publisher adds of a vulnerability as such. */
struct advisory_score {
    str vulnerability;
    uint32_t source;
    enum cvss_version version; /* CVSS_NONE: no score, only what follows */
    unsigned tenths;
    str vector;
    enum advisory_severity severity; /* of the vulnerability as such */
    str severity_text;
    bool exploited; /* the publisher knows of it */
    bool disclosed; /* publicly known before there was an update */
};

enum {
    ADVISORY_TEXT_MAX = 4096,
    ADVISORY_NAME_MAX = 512,   /* of a package, release, id, version, ... */
    ADVISORY_VULNS_MAX = 2048, /* in one advisory */
};

const char *advisory_status_text(enum advisory_status status);
const char *advisory_type_text(enum advisory_type type);
const char *advisory_severity_text(enum advisory_severity severity);
/* A publisher's word ("Important", "high", "Hoch" is unassigned). */
enum advisory_severity advisory_severity_of(str text);
enum advisory_type advisory_type_of(str text);

#endif
