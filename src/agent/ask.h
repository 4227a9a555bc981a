/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a running agent: status, and run --now (control.c).
 */
#ifndef AGENT_ASK_H
#define AGENT_ASK_H

#include "agent/options.h"

int reboot_command(const struct options *options, struct err *err) MUST_CHECK;
int status_command(const struct options *options, struct err *err) MUST_CHECK;
int run_command(const struct options *options, struct err *err) MUST_CHECK;

#endif
