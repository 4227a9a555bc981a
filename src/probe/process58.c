/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:process58: running processes by command line and pid. A process
 * without a command line (a kernel thread, a zombie) has its name in brackets
 * there, as ps shows it.
 */
#include "probe/proc_item.h"

static const char kind[] = "unix:process58";

/* linux/capability.h by bit; what comes later has no name in OVAL. */
static const char *const capabilities[] = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
};

static str command_line(struct arena *arena, const struct proc *proc)
{
    if (proc->command_line.n > 0)
        return proc->command_line;
    return arena_printf(arena, "[%" PRIstr "]%s", ARGstr(proc->stat.comm),
                        proc->stat.state == 'Z' ? " <defunct>" : "");
}

static void give_capabilities(struct proc_item *item, uint64_t set)
{
    if (set >> COUNT(capabilities) != 0)
        item->unknown_capability = true;
    if ((set & (((uint64_t)1 << COUNT(capabilities)) - 1)) == 0)
        oval_item_status(item->sink, "posix_capability", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    for (size_t i = 0; i < COUNT(capabilities); i++)
        if ((set >> i & 1) != 0)
            oval_item_str(item->sink, "posix_capability",
                          str_c(capabilities[i]));
}

/* The domain is the type of the context: user:role:type:level. */
static str domain_of(str context)
{
    str_cut(&context, ':');
    str_cut(&context, ':');
    return str_cut(&context, ':');
}

static void give_security(struct proc_item *item, const struct proc *proc,
                          bool exec_shield)
{
    struct oval_sink *sink = item->sink;
    str domain = domain_of(proc->selinux);

    /* What ExecShield did for one process, its kernels did not tell. */
    oval_item_status(sink, "exec_shield", OVAL_BOOLEAN,
                     exec_shield ? OVAL_NOT_COLLECTED : OVAL_DOES_NOT_EXIST);
    if (proc->loginuid == PROC_NO_LOGINUID)
        oval_item_status(sink, "loginuid", OVAL_INT, OVAL_DOES_NOT_EXIST);
    else
        oval_item_int(sink, "loginuid", proc->loginuid);
    give_capabilities(item, proc->status.cap_effective);
    if (domain.n == 0)
        oval_item_status(sink, "selinux_domain_label", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, "selinux_domain_label", domain);
    oval_item_int(sink, "session_id", proc->stat.session);
}

static void give(struct proc_item *item, const struct proc *proc, str line,
                 bool exec_shield)
{
    if (proc->error != NULL) {
        proc_item_unreadable(item, proc);
        return;
    }
    oval_item_begin(item->sink, kind);
    oval_item_str(item->sink, "command_line", line);
    proc_item_facts(item, proc);
    give_security(item, proc, exec_shield);
    oval_item_end(item->sink);
}

/* The range of the list that a literal pid asks for. */
static size_t first_wanted(const struct proc_list *list,
                           const struct oval_query *query, size_t *out_end)
{
    const struct oval_want *want = oval_query_want(query, "pid");
    const struct proc *proc = NULL;
    int64_t pid;

    *out_end = list->procs.n;
    if (want == NULL || want->nil || want->operation != OVAL_EQUALS ||
        want->value_count != 1 ||
        str_to_i64(want->values[0], 0, INT64_MAX, &pid, NULL) < 0)
        return 0;
    proc = proc_find(list, pid);
    if (proc == NULL)
        return *out_end;
    *out_end = (size_t)(proc - list->procs.p) + 1;
    return *out_end - 1;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct proc_item item;
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "command_line", &wanted);
    bool exec_shield;
    struct stat st;
    size_t end;

    if (proc_item_init(&item, machine, sink) != 0)
        return 0;
    exec_shield = probe_stat(machine, "/proc/sys/kernel/exec-shield", true, &st,
                             NULL) == 0;
    for (size_t i = first_wanted(item.list, query, &end); i < end; i++) {
        const struct proc *proc = &item.list->procs.p[i];
        str line = command_line(oval_sink_arena(sink), proc);

        if (proc->error != NULL || !one || str_eq(line, wanted))
            give(&item, proc, line, exec_shield);
    }
    if (item.unknown_capability)
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "processes hold capabilities that are newer than "
                          "OVAL's list; they are left out");
    return 0;
}

const struct probe probe_process58 = {
    .object = "unix:process58",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
