/* SPDX-License-Identifier: Apache-2.0
 *
 * RPM package versions, [epoch:]version[-release], ordered as librpm's
 * rpmverCmp() orders two installed packages (OVAL's evr_string). Pure, no
 * allocation; every text that is not empty is a version.
 *
 * A missing epoch is 0. A missing release is older than every release, the
 * empty one and those that begin with '~' included: OVAL asks for the
 * order of two full versions, so the rule of rpm's dependencies, where a
 * missing release matches any, does not apply. "(none)", rpm's own word for
 * a missing epoch, is read as 0.
 */
#ifndef VERSION_RPM_H
#define VERSION_RPM_H

#include "base/str.h"

struct rpm_version { /* views into the text that was parsed */
    str epoch;       /* digits; "0" when there is none */
    str version;
    str release; /* p == NULL when there is none */
};

int rpm_version_parse(str text, struct rpm_version *out,
                      struct err *err) MUST_CHECK;

/* Negative, 0 or positive: a is older, the same, newer. */
int rpm_version_order(const struct rpm_version *a, const struct rpm_version *b);

/* The order of single version or release texts: rpmvercmp(). */
int rpm_version_order_part(str a, str b);

/* Both at once. *out_order as from rpm_version_order(). */
int rpm_version_compare(str a, str b, int *out_order,
                        struct err *err) MUST_CHECK;

#endif
