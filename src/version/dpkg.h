/* SPDX-License-Identifier: Apache-2.0
 *
 * Debian package versions, [epoch:]upstream[-revision], ordered as dpkg
 * orders them (Debian Policy 5.6.12; OVAL's debian_evr_string). Pure, no
 * allocation.
 *
 * What dpkg refuses to compare is E_PARSE here. What it only warns of (a
 * version that does not begin with a digit, characters the policy does not
 * allow) is compared, as dpkg does. A missing epoch is 0, a missing revision
 * sorts as "0" does.
 */
#ifndef VERSION_DPKG_H
#define VERSION_DPKG_H

#include "base/str.h"

struct dpkg_version { /* views into the text that was parsed */
    uint32_t epoch;
    str upstream;
    str revision; /* empty when there is none */
};

int dpkg_version_parse(str text, struct dpkg_version *out,
                       struct err *err) MUST_CHECK;

/* Negative, 0 or positive: a is older, the same, newer. */
int dpkg_version_order(const struct dpkg_version *a,
                       const struct dpkg_version *b);

/* Both at once. *out_order as from dpkg_version_order(). */
int dpkg_version_compare(str a, str b, int *out_order,
                         struct err *err) MUST_CHECK;

#endif
