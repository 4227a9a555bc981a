/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:environmentvariable: the environment of this process, which is
 * that of whoever started the evaluation.
 */
#include <unistd.h>

#include "probe/environment.h"
#include "probe/machine.h"

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "name", &wanted);

    for (char **at = environ; at != NULL && *at != NULL; at++) {
        str text = str_c(*at);
        str name;
        str value;

        if (!environment_next(&text, &name, &value) ||
            (one && !str_eq(name, wanted)))
            continue;
        oval_item_begin(sink, "independent:environmentvariable");
        oval_item_str(sink, "name", name);
        oval_item_str(sink, "value", value);
        oval_item_end(sink);
    }
    return 0;
}

const struct probe probe_environmentvariable = {
    .object = "independent:environmentvariable",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
