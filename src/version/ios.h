/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of Cisco IOS and IOS XE (OVAL's ios_version), in the parts that
 * ios-definitions-schema names:
 *
 *     12.4(9)T0a    major 12, minor 4, release 9, train T, rebuild 0,
 *                   subrebuild a
 *     12.4(5b)      mainline rebuild b
 *     17.9.4, 16.12.03a    IOS XE: the release stands behind a dot
 *
 * Pure, no allocation. Major, minor and release decide first. Within one
 * release, rebuilds of one train have an order; different trains carry
 * different features and have none, and claiming one would be guessing.
 */
#ifndef VERSION_IOS_H
#define VERSION_IOS_H

#include "base/str.h"

struct ios_version {      /* views into the text that was parsed */
    str major;            /* digits */
    str minor;            /* digits */
    str release;          /* digits; empty when not stated: 12.1E */
    str mainline_rebuild; /* letters; may be empty, as what follows */
    str train;            /* letters, in the case they were written */
    str rebuild;          /* digits, the 5 of 12.0(3c)W5(8) ...  */
    str build;            /* ... and its 8 */
    str subrebuild;       /* letters */
};

int ios_version_parse(str text, struct ios_version *out,
                      struct err *err) MUST_CHECK;

/* 0: *out_order is negative, 0 or positive: a is older, the same, newer.
 * 1: the same release of different trains: not equal, and without order. */
int ios_version_order(const struct ios_version *a, const struct ios_version *b,
                      int *out_order) MUST_CHECK;

/* Both at once: 0 or 1 as from ios_version_order(), or an error. */
int ios_version_compare(str a, str b, int *out_order,
                        struct err *err) MUST_CHECK;

#endif
