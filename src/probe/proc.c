/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "probe/hex.h"

enum {
    FILE_MAX = 64 * 1024,           /* of stat, status, attr, loginuid */
    COMMAND_LINE_MAX = 4096 * 1024, /* the kernel's limit is 6 MiB */
    STAT_MAX = 16 * 1024 * 1024,    /* /proc/stat has a line a CPU */
    COMM_LEN = 15,                  /* the kernel cuts names here */
};

/* Takes the next number of text, which are separated by blanks. */
static int take_number(str *text, int64_t *out, struct err *err)
{
    return str_to_i64(str_cut(text, ' '), INT64_MIN, INT64_MAX, out, err);
}

/* Skips n numbers. False at the end of the text. */
static bool skip(str *text, unsigned n)
{
    for (; n > 0; n--)
        if (str_cut(text, ' ').n == 0)
            return false;
    return true;
}

/* The fields behind the name, from number 3 on: proc(5). */
static int parse_stat_rest(str rest, struct proc_stat *out, struct err *err)
{
    int64_t utime = 0;
    int64_t stime = 0;
    int64_t start = 0;
    str state = str_cut(&rest, ' ');
    int rc;

    out->state = state.n == 1 ? state.p[0] : '?';
    rc = take_number(&rest, &out->ppid, err);
    if (rc == 0 && skip(&rest, 1))
        rc = take_number(&rest, &out->session, err);
    if (rc == 0)
        rc = take_number(&rest, &out->tty, err);
    if (rc == 0 && skip(&rest, 6))
        rc = take_number(&rest, &utime, err);
    if (rc == 0)
        rc = take_number(&rest, &stime, err);
    if (rc == 0 && skip(&rest, 2))
        rc = take_number(&rest, &out->priority, err);
    if (rc == 0 && skip(&rest, 3))
        rc = take_number(&rest, &start, err);
    if (rc == 0 && skip(&rest, 18))
        rc = take_number(&rest, &out->policy, err);
    if (rc < 0)
        return rc;
    out->utime = (uint64_t)utime;
    out->stime = (uint64_t)stime;
    out->start = (uint64_t)start;
    return 0;
}

int proc_parse_stat(str text, struct proc_stat *out, struct err *err)
{
    struct proc_stat stat = { 0 };
    size_t open = str_find(text, STR(" ("));
    size_t close = text.n;
    int rc;

    /* The name may hold anything, so its end is the last bracket. */
    while (close > 0 && text.p[close - 1] != ')')
        close--;
    if (open == text.n || close < open + 3)
        return err_set(err, E_PARSE, "expected 'PID (NAME) ...'");
    rc = str_to_i64(str_sub(text, 0, open), 1, INT64_MAX, &stat.pid, err);
    if (rc < 0)
        return rc;
    stat.comm = str_sub(text, open + 2, close - open - 3);
    rc = parse_stat_rest(str_trim(str_sub(text, close, text.n)), &stat, err);
    if (rc < 0)
        return rc;
    *out = stat;
    return 0;
}

static int parse_uids(str value, struct proc_status *out, struct err *err)
{
    int rc = str_to_i64(str_cut(&value, '\t'), 0, UINT32_MAX, &out->ruid, err);

    if (rc < 0)
        return rc;
    return str_to_i64(str_cut(&value, '\t'), 0, UINT32_MAX, &out->euid, err);
}

int proc_parse_status(str text, struct proc_status *out, struct err *err)
{
    struct proc_status status = { 0 };
    bool uid = false;
    int rc = 0;

    while (text.n > 0 && rc == 0) {
        str value = str_cut(&text, '\n');
        str key = str_cut(&value, ':');

        value = str_trim(value);
        if (str_eq(key, STR("Uid"))) {
            uid = true;
            rc = parse_uids(value, &status, err);
        } else if (str_eq(key, STR("CapEff"))) {
            rc = hex_parse(value, &status.cap_effective, err);
        }
    }
    if (rc < 0)
        return rc;
    if (!uid)
        return err_set(err, E_PARSE, "expected a line 'Uid:'");
    *out = status;
    return 0;
}

int proc_parse_key(str text, str key, int64_t *out, struct err *err)
{
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        if (str_eq(str_cut(&line, ' '), key))
            return str_to_i64(str_trim(line), INT64_MIN, INT64_MAX, out, err);
    }
    return err_set(err, E_PARSE, "expected a line '%" PRIstr "'", ARGstr(key));
}

int proc_open(struct probe_machine *machine, struct err *err)
{
    return probe_open(machine, "/proc", O_RDONLY | O_DIRECTORY, err);
}

static int by_pid(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int proc_each(int proc_fd, int (*fn)(void *ctx, int64_t pid, struct err *err),
              void *ctx, struct err *err)
{
    VEC(int64_t) pids = { 0 };
    int fd = openat(proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    int rc = 0;

    if (dir == NULL)
        return err_errno(err, errno, "/proc");
    while ((entry = readdir(dir)) != NULL) {
        int64_t pid;

        if (str_to_i64(str_c(entry->d_name), 1, INT32_MAX, &pid, NULL) == 0)
            *vec_push(&pids) = pid;
    }
    closedir(dir);
    if (pids.n > 0)
        qsort(pids.p, pids.n, sizeof(*pids.p), by_pid);
    for (size_t i = 0; i < pids.n && rc == 0; i++)
        rc = fn(ctx, pids.p[i], err);
    vec_clear(&pids);
    return rc;
}

struct reader {
    struct proc_list *list;
    int fd; /* of /proc */
    struct buf text;
    struct buf line;
};

/* One file of one process into reader->text. */
static int read_file(struct reader *reader, int64_t pid, const char *name,
                     struct err *err)
{
    char path[64];

    snprintf(path, sizeof(path), "%lld/%s", (long long)pid, name);
    buf_reset(&reader->text);
    return io_read_file(reader->fd, path, &reader->text, err);
}

static bool is_gone(struct reader *reader, int64_t pid)
{
    char path[32];

    snprintf(path, sizeof(path), "%lld", (long long)pid);
    return faccessat(reader->fd, path, F_OK, 0) < 0 &&
           (errno == ENOENT || errno == ESRCH);
}

/* A name of COMM_LEN bytes may be a longer one, cut: the longer one is then
 * what the command line begins with. */
static str full_name(str comm, str command_line)
{
    str first = str_cut(&command_line, ' ');

    if (comm.n != COMM_LEN)
        return comm;
    for (size_t i = first.n; i > 0; i--)
        if (first.p[i - 1] == '/') {
            first = str_sub(first, i, first.n);
            break;
        }
    return str_starts(first, comm) ? first : comm;
}

static int read_command_line(struct reader *reader, int64_t pid,
                             struct proc *proc, struct err *err)
{
    char path[64];
    int rc;

    snprintf(path, sizeof(path), "%lld/cmdline", (long long)pid);
    buf_reset(&reader->line);
    rc = io_read_file(reader->fd, path, &reader->line, err);
    if (rc < 0)
        return rc;
    while (reader->line.n > 0 && reader->line.p[reader->line.n - 1] == '\0')
        reader->line.n--;
    for (size_t i = 0; i < reader->line.n; i++)
        if (reader->line.p[i] == '\0')
            reader->line.p[i] = ' ';
    proc->command_line =
        arena_str(&reader->list->arena, buf_str(&reader->line));
    return 0;
}

/* The kernel may lack both files, and then so do we. */
static int read_labels(struct reader *reader, int64_t pid, struct proc *proc,
                       struct err *err)
{
    int rc = read_file(reader, pid, "loginuid", err);

    proc->loginuid = PROC_NO_LOGINUID;
    if (rc == 0)
        rc = str_to_i64(str_trim(buf_str(&reader->text)), 0, UINT32_MAX,
                        &proc->loginuid, err);
    if (rc < 0 && rc != E_ABSENT)
        return rc;
    if (!reader->list->selinux)
        return 0;
    rc = read_file(reader, pid, "attr/current", err);
    if (rc < 0)
        return rc;
    while (reader->text.n > 0 && reader->text.p[reader->text.n - 1] == '\0')
        reader->text.n--;
    proc->selinux =
        arena_str(&reader->list->arena, str_trim(buf_str(&reader->text)));
    return 0;
}

static int read_proc(struct reader *reader, int64_t pid, struct proc *proc,
                     struct err *err)
{
    int rc = read_file(reader, pid, "stat", err);

    if (rc == 0)
        rc = proc_parse_stat(buf_str(&reader->text), &proc->stat, err);
    if (rc < 0)
        return rc;
    proc->stat.comm = arena_str(&reader->list->arena, proc->stat.comm);
    rc = read_file(reader, pid, "status", err);
    if (rc == 0)
        rc = proc_parse_status(buf_str(&reader->text), &proc->status, err);
    if (rc == 0)
        rc = read_command_line(reader, pid, proc, err);
    if (rc == 0)
        rc = read_labels(reader, pid, proc, err);
    proc->program = full_name(proc->stat.comm, proc->command_line);
    return rc;
}

static int add_proc(void *ctx, int64_t pid, struct err *err UNUSED)
{
    struct reader *reader = ctx;
    struct proc proc = { 0 };
    struct err why = { 0 };

    proc.stat.pid = pid;
    if (read_proc(reader, pid, &proc, &why) < 0) {
        if (is_gone(reader, pid))
            return 0;
        proc.error =
            arena_printf(&reader->list->arena, "/proc: %s", err_text(&why)).p;
    }
    *vec_push(&reader->list->procs) = proc;
    return 0;
}

/* The mount options of /proc say whether processes are hidden; the last
 * mount is the one that is seen. */
static bool is_hiding(struct reader *reader)
{
    bool hiding = false;
    str text;

    buf_reset(&reader->text);
    if (io_read_file(reader->fd, "self/mounts", &reader->text, NULL) < 0)
        return false;
    text = buf_str(&reader->text);
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        if (str_find(line, STR(" /proc proc ")) == line.n)
            continue;
        hiding = str_find(line, STR("hidepid=")) < line.n &&
                 str_find(line, STR("hidepid=0")) == line.n &&
                 str_find(line, STR("hidepid=off")) == line.n;
    }
    return hiding;
}

static int read_all(struct reader *reader, struct err *err)
{
    struct proc_list *list = reader->list;
    int rc = io_read_file(reader->fd, "stat", &reader->text, err);

    if (rc == 0)
        rc = proc_parse_key(buf_str(&reader->text), STR("btime"), &list->boot_s,
                            err);
    if (rc < 0)
        return rc;
    list->ticks = sysconf(_SC_CLK_TCK) > 0 ? sysconf(_SC_CLK_TCK) : 100;
    list->hidden = geteuid() != 0 && is_hiding(reader);
    return proc_each(reader->fd, add_proc, reader, err);
}

static void list_free(void *p)
{
    struct proc_list *list = p;

    if (list == NULL)
        return;
    vec_clear(&list->procs);
    arena_clear(&list->arena);
    mem_free(list);
}

int proc_list_get(struct probe_machine *machine, const struct proc_list **out,
                  struct err *err)
{
    struct proc_list *list = machine->caches[PROBE_CACHE_PROCESS].p;
    struct reader reader = { .text = BUF(STAT_MAX),
                             .line = BUF(COMMAND_LINE_MAX) };
    struct stat st;
    int rc;

    if (list != NULL) {
        *out = list;
        return 0;
    }
    reader.fd = proc_open(machine, err);
    if (reader.fd < 0)
        return reader.fd;
    list = mem_alloc(1, sizeof(*list));
    list->selinux =
        probe_stat(machine, "/sys/fs/selinux/enforce", true, &st, NULL) == 0;
    reader.list = list;
    rc = read_all(&reader, err);
    buf_clear(&reader.text);
    buf_clear(&reader.line);
    close(reader.fd);
    if (rc < 0) {
        list_free(list);
        return rc;
    }
    machine->caches[PROBE_CACHE_PROCESS].p = list;
    machine->caches[PROBE_CACHE_PROCESS].free = list_free;
    *out = list;
    return 0;
}

const struct proc *proc_find(const struct proc_list *list, int64_t pid)
{
    size_t low = 0;
    size_t high = list->procs.n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct proc *proc = &list->procs.p[mid];

        if (proc->stat.pid == pid)
            return proc;
        if (proc->stat.pid < pid)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

str proc_cpu_time(struct arena *arena, uint64_t seconds)
{
    unsigned h = (unsigned)(seconds / 3600 % 24);
    unsigned m = (unsigned)(seconds / 60 % 60);
    unsigned s = (unsigned)(seconds % 60);

    if (seconds < 24 * 3600)
        return arena_printf(arena, "%02u:%02u:%02u", h, m, s);
    return arena_printf(arena, "%02llu-%02u:%02u:%02u",
                        (unsigned long long)(seconds / 86400), h, m, s);
}

str proc_start_time(struct arena *arena, int64_t started, int64_t now)
{
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec" };
    time_t start_time = started;
    time_t now_time = now;
    struct tm start = { 0 };
    struct tm today = { 0 };

    localtime_r(&start_time, &start);
    localtime_r(&now_time, &today);
    if (start.tm_year == today.tm_year && start.tm_yday == today.tm_yday)
        return arena_printf(arena, "%02d:%02d:%02d", start.tm_hour,
                            start.tm_min, start.tm_sec);
    return arena_printf(arena, "%s_%d", months[start.tm_mon], start.tm_mday);
}

const char *proc_scheduling_class(int64_t policy)
{
    static const char *const names[] = { "TS",  "FF",  "RR",  "B",
                                         "ISO", "IDL", "DLN", "EXT" };

    return policy >= 0 && policy < (int64_t)COUNT(names) ? names[policy] : NULL;
}

/* The last component of the link in /sys/dev/char is the driver's name. */
static str tty_of_sysfs(struct probe_machine *machine, struct arena *arena,
                        unsigned major_number, unsigned minor_number)
{
    char name[32];
    char target[512];
    ssize_t n = -1;
    int fd;
    str link;

    fd = probe_open(machine, "/sys/dev/char", O_RDONLY | O_DIRECTORY, NULL);
    if (fd >= 0) {
        snprintf(name, sizeof(name), "%u:%u", major_number, minor_number);
        n = readlinkat(fd, name, target, sizeof(target));
        close(fd);
    }
    if (n <= 0)
        return arena_printf(arena, "%u:%u", major_number, minor_number);
    link = (str){ target, (size_t)n };
    while (str_find_char(link, '/') < link.n)
        str_cut(&link, '/');
    return arena_str(arena, link);
}

str proc_tty(struct probe_machine *machine, struct arena *arena, int64_t dev)
{
    enum {
        TTY = 4,
        TTY_SERIAL = 64,
        CONSOLE = 5,
        PTS_FIRST = 136,
        PTS_LAST = 143,
    };
    dev_t number = (dev_t)(uint32_t)dev;
    unsigned major_number = (unsigned)(number >> 8 & 0xfff);
    unsigned minor_number =
        (unsigned)((number & 0xff) | (number >> 12 & 0xfff00));

    if (dev == 0)
        return STR("");
    if (major_number == TTY && minor_number < TTY_SERIAL)
        return arena_printf(arena, "tty%u", minor_number);
    if (major_number == TTY)
        return arena_printf(arena, "ttyS%u", minor_number - TTY_SERIAL);
    if (major_number == CONSOLE && minor_number == 1)
        return STR("console");
    if (major_number >= PTS_FIRST && major_number <= PTS_LAST)
        return arena_printf(arena, "pts/%u",
                            minor_number + ((major_number - PTS_FIRST) << 8));
    return tty_of_sysfs(machine, arena, major_number, minor_number);
}
