/* SPDX-License-Identifier: Apache-2.0
 *
 * What policy discovery understood of a configuration, and what it kept as it
 * stands: the answer of the server and of the command line. Pure.
 */
#ifndef NETDEV_POLICIES_REPORT_H
#define NETDEV_POLICIES_REPORT_H

#include "base/jval.h"
#include "netdev/policies.h"

enum {
    POLICIES_LISTED_MAX = 20000, /* of each list; the counts are of all */
};

/* {"family", "understood", "kept", "notes", "areas": [{"area", "policies"}],
 * "policies": [{"line", "area", "form", "section", "no", "values"}],
 * "unknown": [{"line", "text"}]}. `section` is a line. Texts are those of the
 * configuration: who shows them masks it before it is read. */
struct jval *policies_report(const struct family *family,
                             const struct policies *policies);

#endif
