/* SPDX-License-Identifier: Apache-2.0
 *
 * The first process: it prepares the data directory, starts keeper and
 * network, starts either again when it ends, and reads nothing from anyone.
 */
#ifndef AGENT_SUPERVISOR_H
#define AGENT_SUPERVISOR_H

#include "agent/options.h"

int supervisor_main(const struct options *options);

/* Makes DATA and its folders, each with its owner. */
int data_prepare(const struct options *options, struct err *err) MUST_CHECK;

#endif
