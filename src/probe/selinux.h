/* SPDX-License-Identifier: Apache-2.0
 *
 * SELinux's texts: booleans of selinuxfs, and security contexts.
 */
#ifndef PROBE_SELINUX_H
#define PROBE_SELINUX_H

#include "base/str.h"

/* user:role:type[:low_sensitivity[:low_category][-high_sensitivity
 * [:high_category]]]; parts that are not there are empty. */
struct selinux_context {
    str user;
    str role;
    str type;
    str low_sensitivity;
    str low_category;
    str high_sensitivity;
    str high_category;
};

int selinux_parse_context(str text, struct selinux_context *out,
                          struct err *err) MUST_CHECK;

/* A boolean's file: the current and the pending value. */
int selinux_parse_boolean(str text, bool *out_current, bool *out_pending,
                          struct err *err) MUST_CHECK;

#endif
