/* SPDX-License-Identifier: Apache-2.0
 *
 * The process that keeps, checks and decides: keeper_int.h.
 */
#ifndef AGENT_KEEPER_H
#define AGENT_KEEPER_H

#include "agent/options.h"

int keeper_main(const struct options *options);

#endif
