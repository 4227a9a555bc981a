/* SPDX-License-Identifier: Apache-2.0
 *
 * A CVE id as a number that sorts as people expect, and days as numbers.
 */
#ifndef RISK_CVE_H
#define RISK_CVE_H

#include "base/str.h"

enum {
    CVE_TEXT_SIZE = 32,
    DAY_TEXT_SIZE = 16,
};

/* "CVE-2024-3094": the year, then the number. E_PARSE for what is no CVE id;
 * E_LIMIT for numbers beyond 14 digits, which nobody assigns. */
int cve_parse(str text, uint64_t *out_key, struct err *err) MUST_CHECK;
str cve_text(uint64_t key, char space[CVE_TEXT_SIZE]);

/* "2026-08-16", also with a time behind it, as days since 1970-01-01, at
 * least 1: 0 stands for no day. */
int day_parse(str text, uint16_t *out_day, struct err *err) MUST_CHECK;
str day_text(uint16_t day, char space[DAY_TEXT_SIZE]);

#endif
