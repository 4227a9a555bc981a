/* SPDX-License-Identifier: Apache-2.0
 *
 * The two halves of a sandbox. 1: this kernel does not have it.
 */
#ifndef SERVER_SANDBOX_INT_H
#define SERVER_SANDBOX_INT_H

#include "server/role.h"

int sandbox_calls(enum role role, struct err *err) MUST_CHECK;
int sandbox_files(const struct process *process, struct err *err) MUST_CHECK;

#endif
