/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/merge.h"

/* Somebody looked and knows. */
static bool decided(enum oval_result result)
{
    return result == OVAL_TRUE || result == OVAL_FALSE ||
           result == OVAL_NOT_APPLICABLE;
}

struct merged finding_merge(enum oval_result agent, enum oval_result server,
                            bool same_inventory)
{
    if (!decided(server))
        return (struct merged){ .result = agent, .by_agent = true };
    if (!decided(agent))
        return (struct merged){ .result = server };
    if (!same_inventory)
        return (struct merged){ .result = server };
    return (struct merged){ .result = agent,
                            .by_agent = true,
                            .disagree = agent != server };
}
