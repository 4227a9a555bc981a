/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/installing.h"
#include "agent/keeper_int.h"
#include "agent/sandbox.h"
#include "base/clock.h"

enum {
    ROLES = 2,
    AGAIN_FIRST_MS = 500,
    AGAIN_MAX_MS = 60000,
    STEADY_MS = 60000, /* after so long, a crash counts as the first one */
    STOP_MS = 10000,
    BACKLOG = 16,
};

struct role {
    struct supervisor *supervisor;
    const char *name;
    int fds[2];
    size_t fd_count;
    pid_t pid; /* 0: it does not run */
    int64_t started_ms;
    int64_t delay_ms;
};

struct supervisor {
    const struct options *options;
    struct loop *loop;
    int data;
    int lock;
    struct role roles[ROLES];
    pid_t launcher; /* 0: none */
    bool stopping;
};

/* --- The data directory. --- */

static int own_network(const struct options *options, int data, struct err *err)
{
    const struct passwd *user;
    struct stat st;

    if (geteuid() != 0)
        return 0;
    user = getpwnam(options->user);
    if (user == NULL)
        return err_set(err, E_ABSENT,
                       "there is no user '%s' for the network process: "
                       "systemd-sysusers makes it, or name another one with "
                       "--user",
                       options->user);
    if (fstatat(data, "network", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        st.st_uid == user->pw_uid && st.st_gid == user->pw_gid)
        return 0; /* the unit does not let us chown: tmpfiles.d did */
    if (fchownat(data, "network", user->pw_uid, user->pw_gid,
                 AT_SYMLINK_NOFOLLOW) < 0)
        return err_errno(err, errno, "%s/network", options->data);
    return 0;
}

static int make_dir(int at, const char *name, mode_t mode, struct err *err)
{
    if (mkdirat(at, name, mode) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", name);
    return 0;
}

int data_prepare(const struct options *options, struct err *err)
{
    AUTO(fd_close) int data = -1;
    int rc = make_dir(AT_FDCWD, options->data, 0755, err);

    if (rc < 0)
        return rc;
    data = open(options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (data < 0)
        return err_errno(err, errno, "%s", options->data);
    rc = make_dir(data, "keeper", 0700, err);
    if (rc == 0)
        rc = make_dir(data, "network", 0700, err);
    return rc == 0 ? own_network(options, data, err) : rc;
}

static int lock_data(struct supervisor *s, struct err *err)
{
    s->data = open(s->options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->data < 0)
        return err_errno(err, errno, "%s", s->options->data);
    s->lock = openat(s->data, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                     0600);
    if (s->lock < 0)
        return err_errno(err, errno, "%s/lock", s->options->data);
    if (flock(s->lock, LOCK_EX | LOCK_NB) < 0)
        return err_set(err, E_INVALID,
                       "another agent is running with the data in %s",
                       s->options->data);
    return 0;
}

/* Bound by way of the directory's descriptor: a path may be longer than the
 * address of a socket. Anyone may connect; the keeper asks who it is. */
static int listen_control(struct supervisor *s, int *out, struct err *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return err_errno(err, errno, "socket");
    snprintf(address.sun_path, sizeof(address.sun_path),
             "/proc/self/fd/%d/control", s->data);
    unlinkat(s->data, "control", 0);
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        fchmodat(s->data, "control", 0666, 0) < 0 || listen(fd, BACKLOG) < 0) {
        int rc = err_errno(err, errno, "%s/control", s->options->data);

        close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

/* --- The roles. --- */

static void start(void *ctx);

static void on_end(void *ctx, pid_t pid UNUSED, int status)
{
    struct role *role = ctx;
    struct supervisor *s = role->supervisor;
    int64_t lived = clock_monotonic_ms() - role->started_ms;

    role->pid = 0;
    if (s->stopping) {
        if (s->roles[0].pid == 0 && s->roles[1].pid == 0)
            loop_stop(s->loop, 0);
        return;
    }
    if (lived > STEADY_MS || role->delay_ms == 0)
        role->delay_ms = AGAIN_FIRST_MS;
    else
        role->delay_ms = role->delay_ms * 2 > AGAIN_MAX_MS ? AGAIN_MAX_MS
                                                           : role->delay_ms * 2;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        role->delay_ms = 0; /* it begins anew on purpose */
    else
        log_error("process.ended", LOG_TEXT("process", str_c(role->name)),
                  LOG_I64("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
                  LOG_I64("code", WIFEXITED(status) ? WEXITSTATUS(status) : 0),
                  LOG_I64("again_ms", role->delay_ms));
    (void)loop_timer(s->loop, role->delay_ms, start, role);
}

static void start(void *ctx)
{
    struct role *role = ctx;
    struct supervisor *s = role->supervisor;
    struct err err = { 0 };

    if (s->stopping)
        return;
    role->started_ms = clock_monotonic_ms();
    if (role_start(&(struct start){ .options = s->options,
                                    .role = role->name,
                                    .fds = role->fds,
                                    .fd_count = role->fd_count },
                   &role->pid, &err) < 0) {
        log_error("process.not_started", LOG_TEXT("text", str_c(err.text)));
        (void)loop_timer(s->loop, AGAIN_MAX_MS, start, role);
        return;
    }
    (void)loop_child(s->loop, role->pid, on_end, role);
}

static void on_late(void *ctx)
{
    struct supervisor *s = ctx;

    for (size_t i = 0; i < ROLES; i++) {
        if (s->roles[i].pid != 0)
            kill(s->roles[i].pid, SIGKILL);
    }
}

static void on_signal(void *ctx, int signal UNUSED)
{
    struct supervisor *s = ctx;
    bool any = false;

    if (s->stopping)
        return;
    s->stopping = true;
    if (s->launcher > 0)
        kill(s->launcher, SIGTERM);
    for (size_t i = 0; i < ROLES; i++) {
        if (s->roles[i].pid != 0)
            kill(s->roles[i].pid, SIGTERM);
        any |= s->roles[i].pid != 0;
    }
    (void)loop_timer(s->loop, STOP_MS, on_late, s);
    if (!any)
        loop_stop(s->loop, 0);
}

/* Before the rights that installing needs are given up: it cannot be started
 * again afterwards, so the agent ends with it. */
static int start_launcher(struct supervisor *s, struct err *err)
{
    int listener = -1;
    int rc;

    if (geteuid() != 0 || strcmp(s->options->installer, "own") != 0)
        return 0;
    rc = launcher_listen(s->options, &listener, err);
    if (rc == 0)
        rc = role_start(&(struct start){ .options = s->options,
                                         .role = "launcher",
                                         .fds = &listener,
                                         .fd_count = 1 },
                        &s->launcher, err);
    fd_close(&listener);
    return rc;
}

static void on_launcher_end(void *ctx, pid_t pid UNUSED, int status UNUSED)
{
    struct supervisor *s = ctx;

    s->launcher = 0;
    if (s->stopping)
        return;
    log_error("process.ended", LOG_TEXT("process", STR("launcher")));
    on_signal(s, SIGTERM);
}

static int prepare(struct supervisor *s, struct err *err)
{
    int pair[2];
    int control = -1;
    int rc = data_prepare(s->options, err);

    if (rc == 0)
        rc = lock_data(s, err);
    if (rc == 0)
        rc = listen_control(s, &control, err);
    if (rc < 0)
        return rc;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(err, errno, "socketpair");
    s->roles[0] =
        (struct role){ s, "keeper", { pair[0], control }, 2, 0, 0, 0 };
    s->roles[1] = (struct role){ s, "network", { pair[1], -1 }, 1, 0, 0, 0 };
    rc = start_launcher(s, err);
    return rc == 0 ? sandbox_enter(SANDBOX_SUPERVISOR, s->options, err) : rc;
}

int supervisor_main(const struct options *options)
{
    struct supervisor s = { .options = options, .loop = loop_new() };
    struct err err = { 0 };

    if (prepare(&s, &err) < 0) {
        log_error("agent.cannot_begin", LOG_TEXT("text", str_c(err.text)));
        return 4;
    }
    if (geteuid() != 0)
        log_warn("agent.one_user",
                 LOG_TEXT("text", STR("not started as root: all processes run "
                                      "as the same user, and what only root "
                                      "may read is not seen")));
    log_info("agent.began", LOG_TEXT("version", STR(HOLDFAST_VERSION)),
             LOG_TEXT("data", str_c(options->data)));
    loop_signal(s.loop, SIGTERM, on_signal, &s);
    loop_signal(s.loop, SIGINT, on_signal, &s);
    if (s.launcher > 0)
        (void)loop_child(s.loop, s.launcher, on_launcher_end, &s);
    start(&s.roles[0]);
    start(&s.roles[1]);
    return loop_run(s.loop);
}
