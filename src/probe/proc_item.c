/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/proc_item.h"

#include <time.h>

int proc_item_init(struct proc_item *item, struct probe_machine *machine,
                   struct oval_sink *sink)
{
    struct err why = { 0 };
    int rc;

    *item = (struct proc_item){ .machine = machine,
                                .sink = sink,
                                .now_s = time(NULL) };
    rc = proc_list_get(machine, &item->list, &why);
    if (rc < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
        return 1;
    }
    if (item->list->hidden) {
        oval_sink_flag(sink, OVAL_FLAG_INCOMPLETE);
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "/proc is mounted with hidepid: processes of other "
                          "users are only seen by root");
    }
    return 0;
}

static void give_text(struct oval_sink *sink, const char *name, str text)
{
    if (text.n == 0)
        oval_item_status(sink, name, OVAL_STRING, OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, name, text);
}

void proc_item_facts(const struct proc_item *item, const struct proc *proc)
{
    const struct proc_list *list = item->list;
    const struct proc_stat *stat = &proc->stat;
    struct oval_sink *sink = item->sink;
    struct arena *arena = oval_sink_arena(sink);
    uint64_t ticks = (uint64_t)list->ticks;
    const char *class = proc_scheduling_class(stat->policy);

    oval_item_str(sink, "exec_time",
                  proc_cpu_time(arena, (stat->utime + stat->stime) / ticks));
    oval_item_int(sink, "pid", stat->pid);
    oval_item_int(sink, "ppid", stat->ppid);
    oval_item_int(sink, "priority", stat->priority);
    oval_item_int(sink, "ruid", proc->status.ruid);
    give_text(sink, "scheduling_class", str_c(class));
    oval_item_str(sink, "start_time",
                  proc_start_time(arena,
                                  list->boot_s + (int64_t)(stat->start / ticks),
                                  item->now_s));
    give_text(sink, "tty", proc_tty(item->machine, arena, stat->tty));
    oval_item_int(sink, "user_id", proc->status.euid);
}

void proc_item_unreadable(struct proc_item *item, const struct proc *proc)
{
    if (item->unreadable++ > 0)
        return;
    oval_sink_flag(item->sink, OVAL_FLAG_INCOMPLETE);
    oval_sink_message(item->sink, OVAL_LEVEL_ERROR,
                      "process %lld, and perhaps others, cannot be read: %s",
                      (long long)proc->stat.pid, proc->error);
}
