/* SPDX-License-Identifier: Apache-2.0 */
#include "server/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "server/backup_run.h"
#include "server/channel.h"
#include "server/listen.h"
#include "server/notify.h"
#include "server/pki.h"
#include "server/role.h"
#include "server/route.h"
#include "server/sandbox.h"
#include "server/syslog.h"
#include "server/update.h"

enum {
    PAUSE_FIRST_MS = 100,
    PAUSE_MAX_MS = 30000,
    WELL_MS = 60000, /* who ran this long starts again at once */
    STOP_MS = 10000,
    RENEW_MS = 6 * 3600 * 1000,
    EXIT_BAD_INPUT = 3,
    EXIT_MACHINE = 4,
    DOORS = 6,
};

struct supervisor;

struct child {
    struct supervisor *supervisor;
    enum role role;
    pid_t pid; /* 0: not running */
    struct channel *control;
    bool ready;
    bool was_ready; /* once, in any life */
    int64_t started_ms;
    int64_t pause_ms;
};

struct supervisor {
    struct supervisor_terms terms;
    struct loop *loop;
    struct child children[ROLE_COUNT];
    struct {
        enum door door;
        const char *name;
        int fd;
        int64_t port;
    } doors[DOORS];
    struct pki pki;
    struct syslog *syslog;
    struct backup_run *backups;
    bool announced; /* run/ports.json is written */
    bool stopping;
    int code;
};

/* Who talks with whom; always the core. */
static const enum role partners[] = { ROLE_FRONT,  ROLE_GATE,    ROLE_SIGNER,
                                      ROLE_READER, ROLE_COURIER, ROLE_NETDEV };

static void start_child(struct child *child);

/* Whose door it is. */
static enum role door_role(enum door door)
{
    if (door == DOOR_CALLS)
        return ROLE_NETDEV;
    return door == DOOR_DEVICE || door == DOOR_DEVICE_CLEAR ? ROLE_GATE
                                                            : ROLE_FRONT;
}

/* The gate is there when it has a door. */
static bool is_wanted(const struct supervisor *supervisor, enum role role)
{
    for (size_t i = 0; role == ROLE_GATE && i < DOORS; i++) {
        if (door_role(supervisor->doors[i].door) == role &&
            supervisor->doors[i].fd >= 0)
            return true;
    }
    return role != ROLE_GATE && role_rows[role].name != NULL;
}

/* --- ends ------------------------------------------------------------------
 */

static void kill_rest(void *ctx)
{
    struct supervisor *supervisor = ctx;

    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (supervisor->children[i].pid != 0)
            kill(supervisor->children[i].pid, SIGKILL);
    }
}

static bool all_gone(const struct supervisor *supervisor)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (supervisor->children[i].pid != 0)
            return false;
    }
    return true;
}

static void stop(struct supervisor *supervisor, int code)
{
    if (supervisor->stopping)
        return;
    supervisor->stopping = true;
    supervisor->code = code;
    notify_state(STR("STOPPING=1"));
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        struct child *child = &supervisor->children[i];

        if (child->control != NULL &&
            channel_send(child->control, MESSAGE_STOP,
                         &(struct message_empty){ 0 }, -1, NULL) < 0)
            kill(child->pid, SIGTERM);
    }
    if (all_gone(supervisor))
        loop_stop(supervisor->loop, code);
    else
        loop_timer(supervisor->loop, STOP_MS, kill_rest, supervisor);
}

static void start_again(void *ctx)
{
    struct child *child = ctx;

    if (!child->supervisor->stopping && child->pid == 0)
        start_child(child);
}

static void log_end(const struct child *child, int status)
{
    str name = str_c(role_rows[child->role].name);

    if (WIFSIGNALED(status))
        log_error("process.killed", LOG_TEXT("role", name),
                  LOG_I64("signal", WTERMSIG(status)),
                  LOG_I64("again_ms", child->pause_ms));
    else
        log_error("process.ended", LOG_TEXT("role", name),
                  LOG_I64("code", WEXITSTATUS(status)),
                  LOG_I64("again_ms", child->pause_ms));
}

static void ended(void *ctx, pid_t pid, int status)
{
    struct child *child = ctx;
    struct supervisor *supervisor = child->supervisor;
    bool bad = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_BAD_INPUT;

    (void)pid;
    child->pid = 0;
    channel_free(TAKE(child->control));
    child->ready = false;
    if (supervisor->stopping) {
        if (all_gone(supervisor))
            loop_stop(supervisor->loop, supervisor->code);
        return;
    }
    if (bad && !child->was_ready) {
        stop(supervisor, EXIT_BAD_INPUT);
        return;
    }
    if (clock_monotonic_ms() - child->started_ms > WELL_MS)
        child->pause_ms = 0;
    log_end(child, status);
    loop_timer(supervisor->loop, child->pause_ms, start_again, child);
    child->pause_ms = child->pause_ms == 0 ? PAUSE_FIRST_MS
                      : child->pause_ms * 2 > PAUSE_MAX_MS
                          ? PAUSE_MAX_MS
                          : child->pause_ms * 2;
}

/* --- being ready -----------------------------------------------------------
 */

static int write_ports(struct supervisor *supervisor, struct err *err)
{
    AUTO(jval_freep) struct jval *ports = jval_new_object();
    AUTO(buf_clear) struct buf text = BUF(4096);
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc;

    for (size_t i = 0; i < DOORS; i++) {
        if (supervisor->doors[i].fd >= 0)
            jval_set_i64(ports, supervisor->doors[i].name,
                         supervisor->doors[i].port);
    }
    jval_set_i64(ports, "pid", getpid());
    jval_print(ports, &text);
    buf_add_char(&text, '\n');
    rc = io_out_open(config_path(supervisor->terms.config, "run/ports.json"),
                     &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, buf_str(&text));
    return io_out_finish(out, err);
}

/* Ports are told once everybody answers: who waits for the file need not try
 * again and again. */
static void announce(struct supervisor *supervisor)
{
    struct err err = { 0 };

    for (size_t i = 1; i < ROLE_COUNT; i++) {
        if (is_wanted(supervisor, (enum role)i) &&
            !supervisor->children[i].ready)
            return;
    }
    if (supervisor->announced)
        return;
    supervisor->announced = true;
    if (write_ports(supervisor, &err) < 0)
        log_error("supervisor.ports", LOG_TEXT("error", str_c(err_text(&err))));
    log_info("server.ready", LOG_I64("api", supervisor->doors[0].port),
             LOG_I64("agent", supervisor->doors[1].port),
             LOG_I64("enrol", supervisor->doors[2].port));
    notify_state(STR("READY=1"));
}

static int make_link(struct supervisor *supervisor, enum role a, enum role b,
                     struct err *err)
{
    struct child *ends[2] = { &supervisor->children[a],
                              &supervisor->children[b] };
    int fds[2];
    int rc;

    if (!ends[0]->ready || !ends[1]->ready)
        return 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return err_errno(err, errno, "socketpair");
    rc = channel_send(ends[0]->control, MESSAGE_PEER,
                      &(struct message_peer){ b }, fds[0], err);
    if (channel_send(ends[1]->control, MESSAGE_PEER,
                     &(struct message_peer){ a }, fds[1], err) < 0)
        rc = E_IO;
    return rc;
}

static void child_ready(struct child *child)
{
    struct supervisor *supervisor = child->supervisor;
    struct err err = { 0 };
    int rc = 0;

    child->ready = child->was_ready = true;
    for (size_t i = 0; i < COUNT(partners); i++) {
        if (child->role == ROLE_CORE || child->role == partners[i])
            rc = make_link(supervisor, ROLE_CORE, partners[i], &err);
        if (rc < 0)
            log_error("supervisor.link",
                      LOG_TEXT("error", str_c(err_text(&err))));
    }
    announce(supervisor);
}

/* A core that was started again knows that what it ordered is lost. */
static void backup_said(void *ctx, const struct message_backup_done *done)
{
    struct supervisor *supervisor = ctx;
    struct child *core = &supervisor->children[ROLE_CORE];
    struct err err = { 0 };

    if (core->control != NULL && core->ready &&
        channel_send(core->control, MESSAGE_BACKUP_DONE, done, -1, &err) < 0)
        log_error("backup.not_told", LOG_TEXT("why", str_c(err_text(&err))));
}

static int control_message(void *ctx, struct message *message, struct err *err)
{
    struct child *child = ctx;
    const struct message_log *log = message->value;
    const struct message_offence *offence = message->value;
    struct child *other;

    switch (message->kind) {
    case MESSAGE_READY:
        if (child->ready)
            return err_set(err, E_INVALID, "ready twice");
        child_ready(child);
        return 0;
    case MESSAGE_LOG:
        syslog_send(child->supervisor->syslog, (enum log_level)log->level,
                    role_rows[child->role].name, log->line);
        return 0;
    case MESSAGE_BACKUP:
        backup_run_order(child->supervisor->backups, message->value);
        return 0;
    case MESSAGE_OFFENCE:
        other = &child->supervisor->children[offence->role];
        log_error("supervisor.offence",
                  LOG_TEXT("role", str_c(role_rows[other->role].name)),
                  LOG_TEXT("reason", offence->reason));
        if (other->pid != 0)
            kill(other->pid, SIGKILL);
        return 0;
    default:
        return err_set(err, E_INVALID, "not for the supervisor");
    }
}

static void control_closed(void *ctx, const char *reason)
{
    struct child *child = ctx;

    if (reason != NULL)
        log_error("supervisor.child",
                  LOG_TEXT("role", str_c(role_rows[child->role].name)),
                  LOG_TEXT("reason", str_c(reason)));
    /* Without control it ends by itself, and its exit code tells why. */
    if (child->pid != 0 && reason != NULL)
        kill(child->pid, SIGKILL);
    channel_free(TAKE(child->control));
}

/* --- starting --------------------------------------------------------------
 */

static void NORETURN become(const char *program, enum role role, int fd)
{
    char *const arguments[] = { (char *)(uintptr_t)program,
                                (char *)(uintptr_t) "--role",
                                (char *)(uintptr_t)role_rows[role].name, NULL };
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(fd, 3) < 0 || close_range(4, ~0U, 0) < 0)
        _exit(EXIT_MACHINE);
    execv(program, arguments);
    _exit(EXIT_MACHINE);
}

static struct message_tls door_tls(const struct pki *pki, enum door door)
{
    switch (door) {
    case DOOR_AGENT:
        return (struct message_tls){ buf_str(&pki->own_certificate),
                                     buf_str(&pki->own_key),
                                     buf_str(&pki->authority) };
    case DOOR_DEVICE:
    case DOOR_DEVICE_CLEAR:
        return (struct message_tls){ buf_str(&pki->device_certificate),
                                     buf_str(&pki->device_key), STR("") };
    default:
        return (struct message_tls){ buf_str(&pki->certificate),
                                     buf_str(&pki->key),
                                     buf_str(&pki->authority) };
    }
}

static int send_doors(struct supervisor *supervisor, struct child *child,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < DOORS; i++) {
        struct message_tls tls =
            door_tls(&supervisor->pki, supervisor->doors[i].door);
        int fd;

        if (door_role(supervisor->doors[i].door) != child->role ||
            supervisor->doors[i].fd < 0)
            continue;
        fd = fcntl(supervisor->doors[i].fd, F_DUPFD_CLOEXEC, 10);
        if (fd < 0)
            return err_errno(err, errno, "dup");
        if (child->role != ROLE_NETDEV)
            rc = channel_send(child->control, MESSAGE_TLS, &tls, -1, err);
        if (rc < 0)
            close(fd);
        else
            rc = channel_send(
                child->control, MESSAGE_LISTEN,
                &(struct message_listen){ supervisor->doors[i].door }, fd, err);
    }
    return rc;
}

static int send_start(struct supervisor *supervisor, struct child *child,
                      struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(65536);
    bool front = child->role == ROLE_FRONT || child->role == ROLE_GATE ||
                 child->role == ROLE_READER;
    struct message_start start = { .directory = supervisor->terms.config->data,
                                   .clock = str_c(supervisor->terms.clock) };
    int rc;

    config_print(supervisor->terms.config, front, &text);
    start.config = buf_str(&text);
    rc = channel_send(child->control, MESSAGE_START, &start, -1, err);
    if (rc == 0 && (child->role == ROLE_FRONT || child->role == ROLE_GATE ||
                    child->role == ROLE_NETDEV))
        rc = send_doors(supervisor, child, err);
    return rc;
}

static int spawn(struct child *child, struct err *err)
{
    static const struct channel_events events = { .message = control_message,
                                                  .closed = control_closed };
    struct supervisor *supervisor = child->supervisor;
    int fds[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return err_errno(err, errno, "socketpair");
    pid = fork();
    if (pid == 0)
        become(supervisor->terms.program, child->role, fds[1]);
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return err_errno(err, errno, "fork");
    }
    child->pid = pid;
    child->started_ms = clock_monotonic_ms();
    child->control = channel_new(supervisor->loop, fds[0], ROLE_SUPERVISOR,
                                 child->role, &events, child);
    loop_child(supervisor->loop, pid, ended, child);
    return send_start(supervisor, child, err);
}

static void start_child(struct child *child)
{
    struct err err = { 0 };

    if (spawn(child, &err) == 0) {
        log_debug("process.started",
                  LOG_TEXT("role", str_c(role_rows[child->role].name)),
                  LOG_I64("process", child->pid));
        return;
    }
    log_error("process.not_started",
              LOG_TEXT("role", str_c(role_rows[child->role].name)),
              LOG_TEXT("error", str_c(err_text(&err))));
    if (child->pid != 0)
        kill(child->pid, SIGKILL);
    else
        loop_timer(child->supervisor->loop, PAUSE_MAX_MS, start_again, child);
}

static void on_signal(void *ctx, int number)
{
    (void)number;
    log_info("server.stopping", LOG_I64("signal", number));
    stop(ctx, 0);
}

/* The certificate is looked at now and then, and when we are told to. A front
 * with another one is another front. */
static void look_at_certificate(struct supervisor *supervisor)
{
    struct err err = { 0 };
    struct pki pki;
    bool same;

    if (pki_load(supervisor->terms.config, clock_now(), &pki, &err) < 0) {
        log_error("pki.failed", LOG_TEXT("error", str_c(err_text(&err))));
        return;
    }
    same = str_eq(buf_str(&pki.certificate),
                  buf_str(&supervisor->pki.certificate)) &&
           str_eq(buf_str(&pki.own_certificate),
                  buf_str(&supervisor->pki.own_certificate)) &&
           str_eq(buf_str(&pki.device_certificate),
                  buf_str(&supervisor->pki.device_certificate));
    pki_clear(&supervisor->pki);
    supervisor->pki = pki;
    if (same)
        return;
    log_info("pki.certificate_changed", LOG_TEXT("text", STR("front starts "
                                                             "again")));
    if (supervisor->children[ROLE_FRONT].pid != 0)
        kill(supervisor->children[ROLE_FRONT].pid, SIGTERM);
    if (supervisor->children[ROLE_GATE].pid != 0)
        kill(supervisor->children[ROLE_GATE].pid, SIGTERM);
}

static void renew(void *ctx)
{
    struct supervisor *supervisor = ctx;

    if (!supervisor->stopping)
        look_at_certificate(supervisor);
    loop_timer(supervisor->loop, RENEW_MS, renew, supervisor);
}

static void on_hangup(void *ctx, int number)
{
    (void)number;
    look_at_certificate(ctx);
}

static int make_directories(struct config *config, struct err *err)
{
    static const char *const names[] = { "", "keys", "run", "tmp", "content" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const char *path = config_path(config, names[i]);

        if (mkdir(path, 0700) < 0 && errno != EEXIST)
            return err_errno(err, errno, "%s", path);
    }
    unlink(config_path(config, "run/ports.json"));
    return 0;
}

static int open_doors(struct supervisor *supervisor, struct err *err)
{
    const struct config *config = supervisor->terms.config;
    const struct {
        enum door door;
        const char *name;
        str address;
    } doors[DOORS] = { { DOOR_API, "api", config->api_listen },
                       { DOOR_AGENT, "agent", config->agent_listen },
                       { DOOR_ENROL, "enrol", config->enrol_listen },
                       { DOOR_DEVICE, "devices_tls",
                         config->devices_tls_listen },
                       { DOOR_DEVICE_CLEAR, "devices", config->devices_listen },
                       { DOOR_CALLS, "calls", config->calls_listen } };

    for (size_t i = 0; i < DOORS; i++) {
        int rc;

        supervisor->doors[i].door = doors[i].door;
        supervisor->doors[i].name = doors[i].name;
        supervisor->doors[i].fd = -1;
        if (doors[i].address.n == 0)
            continue;
        rc = listen_open(doors[i].address, &supervisor->doors[i].fd,
                         &supervisor->doors[i].port, err);
        if (rc < 0)
            return err_wrap(err, rc, "%s.listen", doors[i].name);
    }
    return 0;
}

/* What needs root, or is told as one sentence when it fails, comes first. */
static int prepare(struct supervisor *supervisor, struct err *err)
{
    struct config *config = supervisor->terms.config;
    int rc = open_doors(supervisor, err);

    umask(077);
    if (rc == 0)
        rc = make_directories(config, err);
    if (rc == 0)
        rc = sandbox_drop_root(config->user.p, config->data.p, err);
    if (rc == 0)
        rc = pki_load(config, clock_now(), &supervisor->pki, err);
    if (rc == 0 && config->syslog.n > 0)
        rc = syslog_open(supervisor->loop, config->syslog, &supervisor->syslog,
                         err);
    return rc;
}

static void log_own(void *ctx, enum log_level level, str line)
{
    struct supervisor *supervisor = ctx;

    syslog_send(supervisor->syslog, level, "supervisor", line);
}

int supervisor_run(const struct supervisor_terms *terms)
{
    struct supervisor *supervisor = mem_alloc(1, sizeof(*supervisor));
    struct err err = { 0 };
    struct update *update;
    int code;

    log_set_process("supervisor");
    config_log(terms->config);
    signal(SIGPIPE, SIG_IGN);
    supervisor->terms = *terms;
    supervisor->loop = loop_new();
    if (prepare(supervisor, &err) < 0) {
        log_error("server.start_failed",
                  LOG_TEXT("error", str_c(err_text(&err))));
        return err.code == E_IO ? EXIT_MACHINE : EXIT_BAD_INPUT;
    }
    if (supervisor->syslog != NULL)
        log_set_sink(log_own, supervisor);
    loop_signal(supervisor->loop, SIGTERM, on_signal, supervisor);
    loop_signal(supervisor->loop, SIGINT, on_signal, supervisor);
    loop_signal(supervisor->loop, SIGHUP, on_hangup, supervisor);
    for (size_t i = 1; i < ROLE_COUNT; i++) {
        supervisor->children[i].supervisor = supervisor;
        supervisor->children[i].role = (enum role)i;
        if (is_wanted(supervisor, (enum role)i))
            start_child(&supervisor->children[i]);
    }
    loop_timer(supervisor->loop, RENEW_MS, renew, supervisor);
    update = update_new(supervisor->loop, terms->config);
    supervisor->backups = backup_run_new(supervisor->loop, terms->config,
                                         backup_said, supervisor);
    code = loop_run(supervisor->loop);
    update_free(update);
    backup_run_free(supervisor->backups);
    unlink(config_path(terms->config, "run/ports.json"));
    log_info("server.stopped", LOG_I64("code", code));
    log_set_sink(NULL, NULL);
    syslog_free(supervisor->syslog);
    pki_clear(&supervisor->pki);
    loop_free(supervisor->loop);
    mem_free(supervisor);
    return code;
}
