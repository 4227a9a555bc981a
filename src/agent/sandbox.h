/* SPDX-License-Identifier: Apache-2.0
 *
 * What each process of the agent keeps (security claim 20), given up before
 * it reads a byte that someone else wrote:
 *
 *   process     user            capabilities             may write    may exec
 *   supervisor  root            setuid setgid setpcap    -            itself
 *                               kill, and the two below
 *   keeper      root            -; hands on the next two DATA/keeper  itself
 *   evaluator   root            dac_read_search          -            -
 *                               sys_ptrace
 *   network     holdfast-agent  -                        DATA/network -
 *
 *   launcher    root            all but those below      all          all
 *   installer   the same, and what it starts: package managers, their scripts
 *
 * All but the last two have no_new_privs and a list of system calls; only the
 * network process may open a socket of the Internet. Started by another user
 * than root, all of them run as that user, with no capability.
 *
 * What installs packages runs their scripts, which change files as they like,
 * become other users, and mount (os-prober does, for a new kernel): no list of
 * paths or of calls that they may use is true for all. They are kept from what
 * no package needs to be installed: the capabilities sys_module, sys_rawio,
 * sys_time, wake_alarm, mac_override, sys_pacct and sys_tty_config, and the
 * calls of sandbox_install.c: modules, another kernel, the clock, BPF,
 * keyrings, other processes' memory. no_new_privs and Landlock would break
 * them: scripts use setuid programs, and who is restricted by Landlock cannot
 * mount.
 *
 * What an old kernel does not know (Landlock before 5.13, seccomp) is left
 * out, and the log says so.
 */
#ifndef AGENT_SANDBOX_H
#define AGENT_SANDBOX_H

#include "agent/options.h"

enum sandbox_role {
    SANDBOX_SUPERVISOR = 1,
    SANDBOX_KEEPER = 2,
    SANDBOX_NETWORK = 4,
    SANDBOX_EVALUATOR = 8,
};

/* For the launcher and the installer. */
int sandbox_install(struct err *err) MUST_CHECK;

int sandbox_enter(enum sandbox_role role, const struct options *options,
                  struct err *err) MUST_CHECK;

#endif
