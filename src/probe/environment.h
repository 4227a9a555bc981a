/* SPDX-License-Identifier: Apache-2.0
 *
 * Environments as the kernel keeps them: NAME=VALUE texts, each ended by a
 * NUL byte.
 */
#ifndef PROBE_ENVIRONMENT_H
#define PROBE_ENVIRONMENT_H

#include "base/str.h"

/* Takes the next variable of *text. False at the end. Texts without '=' are
 * skipped: a program may write what it likes there. */
bool environment_next(str *text, str *out_name, str *out_value);

#endif
