/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes, from /proc: the parsers of its files, and a list that is made
 * once a run. A process that ends while it is read is left out, as if it had
 * ended before.
 */
#ifndef PROBE_PROC_H
#define PROBE_PROC_H

#include "base/arena.h"
#include "base/vec.h"
#include "probe/machine.h"

struct proc_stat { /* /proc/PID/stat */
    int64_t pid;
    str comm;
    char state;
    int64_t ppid;
    int64_t session;
    int64_t tty;    /* device number, 0: none */
    uint64_t utime; /* in ticks, as the next two */
    uint64_t stime;
    uint64_t start;
    int64_t priority;
    int64_t policy;
};

struct proc_status { /* /proc/PID/status */
    int64_t ruid;
    int64_t euid;
    uint64_t cap_effective;
};

int proc_parse_stat(str text, struct proc_stat *out,
                    struct err *err) MUST_CHECK;
int proc_parse_status(str text, struct proc_status *out,
                      struct err *err) MUST_CHECK;

/* The value behind "key" and a space at the start of a line of /proc/stat. */
int proc_parse_key(str text, str key, int64_t *out, struct err *err) MUST_CHECK;

struct proc {
    struct proc_stat stat;
    struct proc_status status;
    str command_line;  /* "" for kernel threads; NUL bytes became blanks */
    str program;       /* comm, or the longer name that it abbreviates */
    str selinux;       /* security context, or "" */
    int64_t loginuid;  /* or PROC_NO_LOGINUID */
    const char *error; /* what could not be read, or NULL */
};

enum {
    PROC_NO_LOGINUID = -2
};

struct proc_list {
    VEC(struct proc) procs; /* by pid, ascending */
    int64_t boot_s;         /* when the machine started */
    int64_t ticks;          /* a second */
    bool selinux;           /* the kernel labels processes by SELinux */
    bool hidden;            /* other users' processes are hidden from us */
    struct arena arena;
};

/* The list, made on first use and owned by the machine. */
int proc_list_get(struct probe_machine *machine, const struct proc_list **out,
                  struct err *err) MUST_CHECK;

/* The process called pid, or NULL. */
const struct proc *proc_find(const struct proc_list *list, int64_t pid);

/* A descriptor of /proc, or a negative E_ code. */
int proc_open(struct probe_machine *machine, struct err *err) MUST_CHECK;

/* Calls fn for each numeric name in /proc, ascending. An error of fn ends
 * it and is returned. */
int proc_each(int proc_fd, int (*fn)(void *ctx, int64_t pid, struct err *err),
              void *ctx, struct err *err) MUST_CHECK;

/* --- How ps shows what the files hold. --- */

/* "[DD-]HH:MM:SS" */
str proc_cpu_time(struct arena *arena, uint64_t seconds);
/* "HH:MM:SS" when started lies on the day of now, "Feb_5" otherwise. */
str proc_start_time(struct arena *arena, int64_t started, int64_t now);
/* "TS", "FF", "RR", ...; NULL for a policy that has no name yet. */
const char *proc_scheduling_class(int64_t policy);
/* "pts/0", "tty1"; "" for none. /sys names the drivers we do not know. */
str proc_tty(struct probe_machine *machine, struct arena *arena, int64_t dev);

#endif
