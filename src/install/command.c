/* SPDX-License-Identifier: Apache-2.0 */
#include "install/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define PATHS "/usr/sbin:/usr/bin:/sbin:/bin"

enum {
    STREAMS = 3,
    TICK_MS = 100,
    FD_FREE = 16,
    LAST_MAX = 512,
};

/* What is read of the program, a line at a time. */
struct reading {
    int fd;     /* -1: at its end */
    int64_t at; /* of a file: read up to here */
    bool is_file;
    enum command_stream stream;
    struct buf line;
    bool skipping; /* the rest of a line that was too long */
};

struct running {
    struct command *command;
    pid_t pid;
    int pidfd;
    bool ended;
    int64_t deadline_ms; /* 0: SIGTERM was sent */
    int64_t kill_ms;
    struct command_end end;
    struct reading reading[STREAMS];
    struct buf last; /* line of standard error */
};

void command_clear(struct command *command)
{
    vec_clear(&command->argv);
    vec_clear(&command->env);
    arena_clear(&command->arena);
}

void command_add(struct command *command, const char *text)
{
    *vec_push(&command->argv) = arena_c(&command->arena, str_c(text));
}

void command_add_all(struct command *command, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        command_add(command, *texts);
}

static const char *format_text(struct arena *arena, const char *format,
                               va_list args) PRINTF(2, 0);
static const char *format_text(struct arena *arena, const char *format,
                               va_list args)
{
    va_list again;
    char *text;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = arena_alloc(arena, (size_t)n + 1, 1);
    vsnprintf(text, (size_t)n + 1, format, args);
    return text;
}

void command_add_format(struct command *command, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *vec_push(&command->argv) = format_text(&command->arena, format, args);
    va_end(args);
}

void command_env(struct command *command, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *vec_push(&command->env) = format_text(&command->arena, format, args);
    va_end(args);
}

/* --- Starting. --- */

static bool find(const char *program, struct buf *out)
{
    str paths = str_c(PATHS);

    if (strchr(program, '/') != NULL) {
        buf_add_c(out, program);
        return access(program, X_OK) == 0;
    }
    while (paths.n > 0) {
        str dir = str_cut(&paths, ':');

        buf_reset(out);
        buf_printf(out, "%" PRIstr "/%s", ARGstr(dir), program);
        if (access(buf_c(out), X_OK) == 0)
            return true;
    }
    return false;
}

bool command_exists(const char *program)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    return find(program, &path);
}

/* What of our own environment a package manager needs: the way out. */
static const char *const passed[] = { "http_proxy", "https_proxy",
                                      "ftp_proxy",  "no_proxy",
                                      "HTTP_PROXY", "HTTPS_PROXY",
                                      "NO_PROXY" };

/* Whether the command sets that variable itself. */
static bool is_given(const struct command *command, const char *setting)
{
    size_t n = str_find_char(str_c(setting), '=') + 1;

    for (size_t i = 0; i < command->env.n; i++) {
        if (strncmp(command->env.p[i], setting, n) == 0)
            return true;
    }
    return false;
}

static char **make_env(struct command *command)
{
    static const char *const fixed[] = {
        ("PATH=" PATHS),
        "LC_ALL=C.UTF-8",
        "LANGUAGE=C",
        "HOME=/root",
        "TERM=dumb",
        "DEBIAN_FRONTEND=noninteractive",
        "DEBCONF_NONINTERACTIVE_SEEN=true",
        "APT_LISTCHANGES_FRONTEND=none",
        "APT_LISTBUGS_FRONTEND=none",
        "UCF_FORCE_CONFFOLD=1",
        "PYTHONDONTWRITEBYTECODE=1",
    };
    char **env = arena_alloc(&command->arena,
                             COUNT(fixed) + COUNT(passed) + command->env.n + 1,
                             sizeof(*env));
    size_t n = 0;

    for (size_t i = 0; i < COUNT(fixed); i++) {
        if (!is_given(command, fixed[i]))
            env[n++] = (char *)(uintptr_t)fixed[i];
    }
    for (size_t i = 0; i < COUNT(passed); i++) {
        const char *value = getenv(passed[i]);

        if (value != NULL)
            env[n++] = (char *)(uintptr_t)arena_printf(&command->arena, "%s=%s",
                                                       passed[i], value)
                           .p;
    }
    for (size_t i = 0; i < command->env.n; i++)
        env[n++] = (char *)(uintptr_t)command->env.p[i];
    return env;
}

/* In the child: only what may be called between fork and exec. to[] become
 * 1, 2 and, when it is not -1, 3. */
static NORETURN void become(const char *path, char **argv, char **env,
                            const int to[STREAMS])
{
    int high[STREAMS];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    unsigned first = to[COMMAND_STATUS] < 0 ? 3 : 4;
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    setsid();
    for (int i = 0; i < STREAMS; i++)
        high[i] = to[i] < 0 ? -1 : fcntl(to[i], F_DUPFD_CLOEXEC, FD_FREE);
    if (null < 0 || dup2(null, 0) < 0 || dup2(high[0], 1) < 0 ||
        dup2(high[1], 2) < 0 || (high[2] >= 0 && dup2(high[2], 3) < 0))
        _exit(127);
    syscall(SYS_close_range, first, ~0U, 0);
    umask(022);
    execve(path, argv, env);
    _exit(127);
}

static int open_streams(struct running *r, int to[STREAMS], struct err *err)
{
    struct command *command = r->command;
    int pipes[2];

    for (int i = 0; i < STREAMS; i++) {
        bool is_log = command->log != NULL && i != COMMAND_STATUS;

        if (i == COMMAND_STATUS && !command->status)
            continue;
        if (is_log && i == COMMAND_ERR) {
            to[i] = fcntl(to[COMMAND_OUT], F_DUPFD_CLOEXEC, 0);
            continue;
        }
        if (is_log) {
            to[i] = open(command->log,
                         O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC |
                             O_NOFOLLOW,
                         0600);
            r->reading[i].fd =
                open(command->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
            r->reading[i].is_file = true;
            if (to[i] < 0 || r->reading[i].fd < 0)
                return err_errno(err, errno, "%s", command->log);
            continue;
        }
        if (pipe2(pipes, O_CLOEXEC) < 0)
            return err_errno(err, errno, "pipe");
        r->reading[i].fd = pipes[0];
        to[i] = pipes[1];
    }
    return 0;
}

static int start(struct running *r, struct err *err)
{
    struct command *command = r->command;
    AUTO(buf_clear) struct buf path = BUF(4096);
    int to[STREAMS] = { -1, -1, -1 };
    char **env = make_env(command);
    int rc;

    if (command->argv.p[command->argv.n - 1] != NULL)
        *vec_push(&command->argv) = NULL; /* it may be run again */
    if (!find(command->argv.p[0], &path))
        return err_set(err, E_ABSENT, "the program %s is not installed",
                       command->argv.p[0]);
    rc = open_streams(r, to, err);
    if (rc == 0) {
        const char *file = buf_c(&path);

        r->pid = fork();
        if (r->pid == 0)
            become(file, (char **)(uintptr_t)command->argv.p, env, to);
        if (r->pid < 0)
            rc = err_errno(err, errno, "fork");
    }
    for (int i = 0; i < STREAMS; i++) {
        if (to[i] >= 0)
            close(to[i]);
    }
    if (rc == 0)
        r->pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
    return rc;
}

/* --- Reading. --- */

static void give(struct running *r, struct reading *reading)
{
    struct command *command = r->command;
    str line = buf_str(&reading->line);

    while (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    if (reading->stream == COMMAND_ERR && str_trim(line).n > 0) {
        buf_reset(&r->last);
        buf_add(&r->last, str_sub(str_trim(line), 0, LAST_MAX - 1));
    }
    if (command->line != NULL)
        command->line(command->ctx, reading->stream, line);
    buf_reset(&reading->line);
    reading->skipping = false;
}

static struct buf *whole(const struct running *r, enum command_stream stream)
{
    if (stream == COMMAND_OUT)
        return r->command->out;
    return stream == COMMAND_ERR ? r->command->err_ : NULL;
}

static void take(struct running *r, struct reading *reading, str bytes)
{
    struct buf *all = whole(r, reading->stream);

    if (all != NULL)
        buf_add(all, bytes);
    if (reading->stream == COMMAND_OUT && all != NULL &&
        r->command->line == NULL)
        return;
    for (size_t i = 0; i < bytes.n; i++) {
        if (bytes.p[i] == '\n')
            give(r, reading);
        else if (reading->line.n < COMMAND_LINE_MAX - 1)
            buf_add_char(&reading->line, bytes.p[i]);
        else
            reading->skipping = true;
    }
}

/* False at the end of what can be read now. */
static bool read_some(struct running *r, struct reading *reading)
{
    char bytes[16384];
    ssize_t n = reading->is_file
                    ? pread(reading->fd, bytes, sizeof(bytes), reading->at)
                    : read(reading->fd, bytes, sizeof(bytes));

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return false;
    if (n > 0) {
        reading->at += n;
        take(r, reading, (str){ bytes, (size_t)n });
        return true;
    }
    if (!reading->is_file) {
        close(reading->fd);
        reading->fd = -1;
    }
    return false;
}

static void read_files(struct running *r)
{
    for (int i = 0; i < STREAMS; i++) {
        struct reading *reading = &r->reading[i];

        while (reading->fd >= 0 && reading->is_file && read_some(r, reading))
            continue;
    }
}

/* --- The end. --- */

static void check_time(struct running *r)
{
    struct command *command = r->command;
    int64_t now = clock_monotonic_ms();
    bool stopped = command->stop != NULL && *command->stop != 0;

    if (r->deadline_ms != 0 && (stopped || now >= r->deadline_ms)) {
        r->end.timed_out = !stopped;
        r->end.stopped = stopped;
        r->deadline_ms = 0;
        r->kill_ms = now + COMMAND_GRACE_MS;
        kill(-r->pid, SIGTERM);
    } else if (r->deadline_ms == 0 && now >= r->kill_ms) {
        kill(-r->pid, SIGKILL);
    }
}

static void reap(struct running *r)
{
    int status;
    pid_t pid;

    do {
        pid = waitpid(r->pid, &status, WNOHANG);
    } while (pid < 0 && errno == EINTR);
    if (pid < 0) { /* somebody else has waited for it */
        r->ended = true;
        r->end.code = -1;
    }
    if (pid != r->pid)
        return;
    r->ended = true;
    r->end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* What a daemon that was started by a script holds open is not waited for:
 * once the program has ended, pipes are read as far as they are filled. */
static void watch(struct running *r)
{
    while (!r->ended) {
        struct pollfd fds[STREAMS + 1];
        nfds_t n = 0;

        if (r->pidfd >= 0)
            fds[n++] = (struct pollfd){ r->pidfd, POLLIN, 0 };
        for (int i = 0; i < STREAMS; i++) {
            if (r->reading[i].fd >= 0 && !r->reading[i].is_file)
                fds[n++] = (struct pollfd){ r->reading[i].fd, POLLIN, 0 };
        }
        (void)poll(fds, n, TICK_MS);
        for (int i = 0; i < STREAMS; i++) {
            struct pollfd one = { r->reading[i].fd, POLLIN, 0 };

            if (one.fd >= 0 && !r->reading[i].is_file && poll(&one, 1, 0) > 0)
                read_some(r, &r->reading[i]);
        }
        read_files(r);
        check_time(r);
        reap(r);
    }
}

static void finish(struct running *r)
{
    for (int i = 0; i < STREAMS; i++) {
        struct reading *reading = &r->reading[i];
        struct pollfd one = { reading->fd, POLLIN, 0 };

        while (reading->fd >= 0 && !reading->is_file && poll(&one, 1, 0) > 0 &&
               read_some(r, reading))
            continue;
    }
    read_files(r);
    for (int i = 0; i < STREAMS; i++) {
        if (r->reading[i].line.n > 0)
            give(r, &r->reading[i]);
    }
}

static void running_clear(struct running *r)
{
    for (int i = 0; i < STREAMS; i++) {
        if (r->reading[i].fd >= 0)
            close(r->reading[i].fd);
        buf_clear(&r->reading[i].line);
    }
    if (r->pidfd >= 0)
        close(r->pidfd);
}

static int run(struct running *r, struct err *err)
{
    int rc;

    for (int i = 0; i < STREAMS; i++)
        r->reading[i] = (struct reading){ .fd = -1,
                                          .stream = (enum command_stream)i,
                                          .line = BUF(COMMAND_LINE_MAX) };
    r->pidfd = -1;
    r->deadline_ms = clock_monotonic_ms() + r->command->timeout_s * 1000;
    rc = start(r, err);
    if (rc == 0) {
        watch(r);
        finish(r);
    }
    running_clear(r);
    return rc;
}

int command_run(struct command *command, struct command_end *out,
                struct err *err)
{
    struct running r = { .command = command, .last = BUF(LAST_MAX) };
    int rc = run(&r, err);

    if (rc == 0)
        *out = r.end;
    buf_clear(&r.last);
    return rc;
}

void command_tell(const struct command *command, const struct command_end *end,
                  struct buf *out)
{
    const char *name = command->argv.p[0];

    if (end->timed_out)
        buf_printf(out, "%s took longer than %lld s", name,
                   (long long)command->timeout_s);
    else if (end->stopped)
        buf_printf(out, "%s was stopped", name);
    else if (end->signal != 0)
        buf_printf(out, "%s was ended by signal %d", name, end->signal);
    else
        buf_printf(out, "%s ended with code %d", name, end->code);
}

int command_must(struct command *command, struct err *err)
{
    struct running r = { .command = command, .last = BUF(LAST_MAX) };
    AUTO(buf_clear) struct buf text = BUF(1024);
    int rc = run(&r, err);

    if (rc == 0 && (r.end.code != 0 || r.end.timed_out || r.end.stopped)) {
        command_tell(command, &r.end, &text);
        if (r.last.n > 0)
            buf_printf(&text, ": %s", buf_c(&r.last));
        rc = err_set(err, E_IO, "%s", buf_c(&text));
    }
    if (rc == 0 && command->out != NULL)
        rc = buf_finish(command->out, command->argv.p[0], err);
    buf_clear(&r.last);
    return rc;
}
