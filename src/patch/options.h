/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployment options: which of the missing patches a task deploys (P-SEL). A
 * typed value, read from and written to JSON here and nowhere else.
 *
 *   {"all_missing": false,
 *    "risk": {"vrr": 8.5, "cvss": 7.0, "exploited": true} or null,
 *    "severity": [["security", "critical"], ["bugfix"]] or null,
 *    "include": ["GROUP"], "exclude": ["GROUP"],
 *    "exclude_packages": ["linux-image-*"],
 *    "vendors": [["Adobe", "*"], ["Microsoft", "Edge"],
 *                ["Microsoft", "Windows", "11"]] or null,
 *    "vendors_all_except": [["Adobe", "Reader"]] or null,
 *    "enablement": ["EP-24H2"] or null}
 *
 * What an operating system does not offer is refused unless it says no more
 * than "off" (P-SEL-1):
 *
 *   Windows  risk, severity, include, exclude, vendors, enablement
 *   macOS    severity, include, exclude (T-EX5 5j, 5k)
 *   Linux    all_missing, severity, include, exclude_packages (P-LNX-7)
 */
#ifndef PATCH_OPTIONS_H
#define PATCH_OPTIONS_H

#include "patch/model.h"

enum {
    PATCH_GROUPS_MAX = 1000,   /* chosen in one option */
    PATCH_VENDORS_MAX = 10000, /* rows of the vendor filter */
    PATCH_PACKAGES_MAX = 1000,
    PATCH_LEVELS_MAX = 1000, /* rows of the severities */
};

/* A node of the tree of vendors; what is below it is meant, too. */
struct patch_vendor {
    str vendor;
    str product; /* "" is every one */
    str version; /* "" is every one */
};

struct patch_texts {
    const str *p;
    size_t n;
};

struct patch_options {
    bool all_missing; /* Linux: P-LNX-1 */
    bool has_risk;
    int16_t min_vrr;  /* tenths 0..100, or PATCH_SCORE_NONE: off */
    int16_t min_cvss; /* tenths 1..100, or PATCH_SCORE_NONE */
    bool exploited;
    bool has_severity;
    /* bit 1 << enum patch_severity; PATCH_UNASSIGNED of what is a switch */
    uint8_t severity[PATCH_TYPES];
    /* A level was asked for where there is but one switch; it is not looked
     * at. Bit 1 << enum patch_type; not written, for whoever warns. */
    uint8_t levels_ignored;
    struct patch_texts include; /* names of groups */
    struct patch_texts exclude;
    struct patch_texts exclude_packages; /* names with '*' and '?' */
    bool has_vendors;
    bool all_except; /* `vendors` are those left out (P-VND-5, D-26) */
    const struct patch_vendor *vendors;
    size_t vendor_count;
    bool has_enablement;
    struct patch_texts enablement; /* ids of patches */
};

#define PATCH_OPTIONS_OFF                                                      \
    {                                                                          \
        .min_vrr = PATCH_SCORE_NONE, .min_cvss = PATCH_SCORE_NONE              \
    }

/* P-SEL-2: Security Critical for Windows, nothing elsewhere. */
struct patch_options patch_options_default(enum patch_os os);

/* Whether a level may be chosen on an operating system at all (P-SEV-3 to 7);
 * PATCH_UNASSIGNED stands for the one switch of what has no levels. */
bool patch_severity_is_offered(enum patch_os os, enum patch_type type,
                               enum patch_severity severity);
/* Whether a type has no levels there, but one switch (D-44, P-SEV-6, 7). */
bool patch_type_is_switch(enum patch_os os, enum patch_type type);

/* Reads the members above; any other is refused. What is absent is off. Texts
 * live in arena. */
void patch_options_from_jval(const struct jval *jval, enum patch_os os,
                             struct arena *arena,
                             struct patch_refusals *refusals,
                             struct patch_options *out);
/* Those that the operating system offers, in one order; the caller's. */
struct jval *patch_options_to_jval(const struct patch_options *options,
                                   enum patch_os os);

/* Whether the options can deploy anything at all (P-SEL-9, 10, P-LNX-5). */
bool patch_options_deploy(const struct patch_options *options,
                          enum patch_os os);

/* The vendor filter, made for many questions. NULL while it is off: then all
 * pass. It points into the options. */
struct patch_vendor_filter;
struct patch_vendor_filter *patch_vendor_filter_new(
    const struct patch_options *options);
void patch_vendor_filter_free(struct patch_vendor_filter *filter);
bool patch_vendor_passes(const struct patch_vendor_filter *filter,
                         const struct patch *patch);

#endif
