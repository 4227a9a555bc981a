/* SPDX-License-Identifier: Apache-2.0
 *
 * What the items of unix:process and unix:process58 have in common: the facts
 * from exec_time to user_id.
 */
#ifndef PROBE_PROC_ITEM_H
#define PROBE_PROC_ITEM_H

#include "probe/proc.h"

struct proc_item {
    struct probe_machine *machine;
    const struct proc_list *list;
    struct oval_sink *sink;
    int64_t now_s;
    unsigned unreadable;
    bool unknown_capability; /* one without a name in OVAL was met */
};

/* Lists the processes and says what keeps the list from being whole. 1: it
 * could not be made, and the sink knows. */
int proc_item_init(struct proc_item *item, struct probe_machine *machine,
                   struct oval_sink *sink) MUST_CHECK;

void proc_item_facts(const struct proc_item *item, const struct proc *proc);

/* A process that could not be read. It may be one that the object asks for,
 * so the object is incomplete; the first such process is named. */
void proc_item_unreadable(struct proc_item *item, const struct proc *proc);

#endif
