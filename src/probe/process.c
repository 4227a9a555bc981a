/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:process (deprecated by process58): running processes by the name of
 * their program.
 */
#include "probe/proc_item.h"

static const char kind[] = "unix:process";

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct proc_item item;
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "command", &wanted);

    if (proc_item_init(&item, machine, sink) != 0)
        return 0;
    for (size_t i = 0; i < item.list->procs.n; i++) {
        const struct proc *proc = &item.list->procs.p[i];

        if (proc->error != NULL) {
            proc_item_unreadable(&item, proc);
            continue;
        }
        if (one && !str_eq(proc->program, wanted))
            continue;
        oval_item_begin(sink, kind);
        oval_item_str(sink, "command", proc->program);
        proc_item_facts(&item, proc);
        oval_item_end(sink);
    }
    return 0;
}

const struct probe probe_process = {
    .object = "unix:process",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
