/* SPDX-License-Identifier: Apache-2.0
 *
 * Which patches of a catalogue: the filter of the grid (P-INT-3) and, saved,
 * of a dynamic group (P-GRP-3, 4). A JSON object; members that are absent or
 * null do not matter, lists are alternatives, and all members must agree:
 *
 *   {"os": ["linux"], "type": ["security"], "severity": ["critical"],
 *    "vendor": "Debian", "product": "openssl", "text": "ssl", "cve": "CVE-…",
 *    "cvss_min": 7.0, "rating_min": 8.0, "exploited": true,
 *    "preview": false, "enablement": false, "released_days": 60}
 */
#ifndef FLEET_PATCH_FILTER_H
#define FLEET_PATCH_FILTER_H

#include "patch/model.h"

enum {
    PATCH_FILTER_MAX = 16384, /* bytes of JSON */
};

struct patch_filter {
    unsigned os;       /* bits 1 << enum patch_os; 0: any */
    unsigned type;     /* bits 1 << enum patch_type */
    unsigned severity; /* bits 1 << enum patch_severity */
    str vendor;        /* whole, letters in any case; empty: any */
    str product;
    str text; /* in id, title, vendor, product or a package's name */
    str cve;
    int16_t cvss_min;   /* tenths; PATCH_SCORE_NONE: any */
    int16_t rating_min; /* of the open rating */
    int exploited;      /* -1: any; 0 or 1 */
    int preview;
    int enablement; /* moves Windows from one version to another (P-ENB) */
    int64_t released_days; /* 0: any */
};

/* Texts point into the arena. Unknown members and values are refused by name;
 * NULL is the filter that lets everything pass. */
int patch_filter_read(const struct jval *json, struct arena *arena,
                      struct patch_filter *out, struct err *err) MUST_CHECK;
int patch_filter_parse(str json, struct arena *arena, struct patch_filter *out,
                       struct err *err) MUST_CHECK;

bool patch_filter_passes(const struct patch_filter *filter,
                         const struct patch *patch, int64_t now);

#endif
