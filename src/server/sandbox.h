/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process gives up once it has what it needs: capabilities, new
 * privileges, files (landlock) and system calls (seccomp). The lists are in
 * sandbox.c, by role; what the kernel does not offer is logged and left out.
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include "server/role.h"

int sandbox_enter(struct process *process, struct err *err) MUST_CHECK;

/* Becomes `user` and gives up the rest; nothing when not started as root or
 * when there is no such user (then it is logged). */
int sandbox_drop_root(const char *user, const char *data,
                      struct err *err) MUST_CHECK;

#endif
