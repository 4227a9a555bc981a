/* SPDX-License-Identifier: Apache-2.0
 *
 * Which system a scan looks at, by its os-release.
 */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#include "content/platform.h"

/* Of the system below root; NULL: this machine. Links do not lead out of
 * root. E_ABSENT when there is no os-release. The texts live in arena. */
int machine_platform(const char *root, struct arena *arena,
                     struct platform *out, struct err *err) MUST_CHECK;

#endif
