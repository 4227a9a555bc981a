/* SPDX-License-Identifier: Apache-2.0
 *
 * File capabilities: as rpm states them, in the text form of cap_from_text(3)
 * ("cap_net_raw,cap_net_admin=ep"), and as the kernel keeps them, in the
 * attribute security.capability.
 */
#ifndef PROBE_RPM_CAPS_H
#define PROBE_RPM_CAPS_H

#include "base/str.h"

struct rpm_caps {
    uint64_t permitted;
    uint64_t inheritable;
    bool effective;
};

/* E_PARSE: not in the form; empty text has none. */
int rpm_caps_parse(str text, struct rpm_caps *out, struct err *err) MUST_CHECK;

/* E_PARSE: not a known version; no bytes: no capabilities. */
int rpm_caps_decode(str attribute, struct rpm_caps *out,
                    struct err *err) MUST_CHECK;

bool rpm_caps_equal(const struct rpm_caps *a, const struct rpm_caps *b);

#endif
