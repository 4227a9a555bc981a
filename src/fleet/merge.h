/* SPDX-License-Identifier: Apache-2.0
 *
 * One result of two origins: what the device's own evaluation said and what
 * its inventory decides (issue: server-side assessment). Pure.
 *
 * The server is the newer one as soon as packages or content changed; the
 * agent sees files and settings that the server cannot. So a result that only
 * one of them could decide is taken from that one; of two decided ones the
 * server's counts, unless the agent saw the same inventory: then both should
 * agree, the agent's counts, and a difference is shown as disagreement.
 * Unknown and error never become "not affected" (K-OV-12).
 */
#ifndef FLEET_MERGE_H
#define FLEET_MERGE_H

#include <stdbool.h>

#include "oval/types.h"

struct merged {
    enum oval_result result;
    bool by_agent;
    bool disagree;
};

struct merged finding_merge(enum oval_result agent, enum oval_result server,
                            bool same_inventory);

#endif
