/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a sandbox, each a file.
 */
#ifndef AGENT_SANDBOX_INT_H
#define AGENT_SANDBOX_INT_H

#include "agent/sandbox.h"

/* Landlock: 0, or 1 when the kernel does not have it. */
int sandbox_files(enum sandbox_role role, const struct options *options,
                  struct err *err) MUST_CHECK;
/* seccomp: 0, or 1 when the kernel does not have it. */
int sandbox_calls(enum sandbox_role role, struct err *err) MUST_CHECK;

#endif
