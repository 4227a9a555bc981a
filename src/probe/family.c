/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:family: "unix", on Linux and in a root of it.
 */
#include "probe/machine.h"

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    oval_item_begin(sink, "independent:family");
    oval_item_str(sink, "family", STR("unix"));
    oval_item_end(sink);
    return 0;
}

const struct probe probe_family = {
    .object = "independent:family",
    .collect = collect,
};
