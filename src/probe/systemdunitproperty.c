/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:systemdunitproperty: what systemd says about its units. A property
 * that is an array has a value for each element; structs are their members,
 * separated by blanks. Where systemd does not run, units have no state, and
 * the object is not collected.
 */
#include "probe/systemd.h"

struct job {
    struct oval_sink *sink;
    const struct oval_want *property; /* NULL: all */
};

static void give(void *ctx, const struct systemd_unit *unit)
{
    const struct job *job = ctx;
    struct oval_sink *sink = job->sink;

    for (size_t i = 0; i < unit->properties.n; i++) {
        const struct systemd_property *property = &unit->properties.p[i];

        if (job->property != NULL &&
            oval_sink_match(sink, job->property, property->name) == OVAL_FALSE)
            continue;
        oval_item_begin(sink, "linux:systemdunitproperty");
        oval_item_str(sink, "unit", unit->name);
        oval_item_str(sink, "property", property->name);
        if (property->values.n == 0)
            oval_item_status(sink, "value", OVAL_STRING, OVAL_DOES_NOT_EXIST);
        for (size_t k = 0; k < property->values.n; k++)
            oval_item_str(sink, "value", property->values.p[k]);
        oval_item_end(sink);
    }
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { sink, oval_query_want(query, "property") };
    struct systemd *systemd = systemd_for(machine, sink);

    if (systemd != NULL)
        systemd_each(systemd, sink, query, give, &job);
    return 0;
}

const struct probe probe_systemdunitproperty = {
    .object = "linux:systemdunitproperty",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
