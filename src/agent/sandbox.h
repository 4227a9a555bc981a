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
 * All have no_new_privs and a list of system calls; only the network process
 * may open a socket of the Internet. Started by another user than root, all
 * of them run as that user, with no capability.
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

int sandbox_enter(enum sandbox_role role, const struct options *options,
                  struct err *err) MUST_CHECK;

#endif
