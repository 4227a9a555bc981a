/* SPDX-License-Identifier: Apache-2.0
 *
 * A child of the supervisor: from exec to exit.
 *
 *   exec ── start message ── start() ── sandbox ── ready ── messages ── stop
 */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "server/channel.h"
#include "server/role.h"
#include "server/sandbox.h"

enum {
    CONTROL_FD = 3,
    EXIT_BAD_INPUT = 3,
    EXIT_MACHINE = 4,
};

/* A link's events need to know which link it is. */
struct link_end {
    struct process *process;
    enum role other;
};
struct child {
    struct process process;
    struct link_end ends[ROLE_COUNT];
    bool started;
    bool stopping;
};

static void offend(struct process *process, enum role other, const char *reason)
{
    struct message_offence offence = { other, str_c(reason) };
    struct err err = { 0 };

    log_error("process.offence", LOG_TEXT("by", str_c(role_rows[other].name)),
              LOG_TEXT("reason", str_c(reason)));
    if (process->role == ROLE_FRONT || process->role == ROLE_GATE ||
        channel_send(process->supervisor, MESSAGE_OFFENCE, &offence, -1, &err) <
            0)
        loop_stop(process->loop, 1);
}

static int link_message(void *ctx, struct message *message, struct err *err)
{
    struct link_end *end = ctx;

    return role_rows[end->process->role].message(end->process, end->other,
                                                 message, err);
}

static void link_closed(void *ctx, const char *reason)
{
    struct link_end *end = ctx;
    struct process *process = end->process;
    struct channel *channel = TAKE(process->links[end->other]);

    if (reason != NULL)
        offend(process, end->other, reason);
    else
        log_debug("process.link_lost",
                  LOG_TEXT("other", str_c(role_rows[end->other].name)));
    role_rows[process->role].link(process, end->other, false);
    channel_free(channel);
}

static void link_drained(void *ctx)
{
    struct link_end *end = ctx;

    /* A link that is up again: who waited goes on. */
    role_rows[end->process->role].link(end->process, end->other, true);
}

static int take_peer(struct child *child, struct message *message,
                     struct err *err)
{
    static const struct channel_events events = { link_message, link_closed,
                                                  link_drained };
    struct process *process = &child->process;
    enum role other = ((const struct message_peer *)message->value)->role;
    struct link_end *end = &child->ends[other];

    if (!child->started || other == process->role || message->fd < 0)
        return err_set(err, E_INVALID, "a link that cannot be");
    if (process->links[other] != NULL) {
        channel_free(TAKE(process->links[other]));
        role_rows[process->role].link(process, other, false);
    }
    *end = (struct link_end){ process, other };
    process->links[other] = channel_new(process->loop, message->fd,
                                        process->role, other, &events, end);
    message->fd = -1;
    role_rows[process->role].link(process, other, true);
    return 0;
}

static void stop(struct child *child)
{
    if (child->stopping)
        return;
    child->stopping = true;
    if (child->started && role_rows[child->process.role].stop != NULL)
        role_rows[child->process.role].stop(&child->process);
    else
        loop_stop(child->process.loop, 0);
}

static void send_line(void *ctx, enum log_level level, str line)
{
    struct child *child = ctx;
    struct message_log message = { level, line };

    /* A log that cannot be sent is on standard error all the same. */
    (void)!channel_send(child->process.supervisor, MESSAGE_LOG, &message, -1,
                        NULL);
}

static int start(struct child *child, const struct message_start *message,
                 struct err *err)
{
    struct process *process = &child->process;
    int rc;

    if (child->started)
        return err_set(err, E_INVALID, "started twice");
    rc = config_parse(message->config, "configuration", &process->config, err);
    if (rc < 0)
        return rc;
    config_log(process->config);
    if (process->config->syslog.n > 0)
        log_set_sink(send_line, child);
    process->clock = arena_str(&process->config->arena, message->clock);
    if (process->clock.n > 0)
        rc = clock_from_file(process->clock.p, err);
    if (rc == 0)
        rc = role_rows[process->role].start(process, err);
    if (rc == 0)
        rc = sandbox_enter(process, err);
    if (rc < 0) {
        log_error("process.start_failed",
                  LOG_TEXT("error", str_c(err_text(err))));
        loop_stop(process->loop, rc == E_INVALID || rc == E_UNSUPPORTED ||
                                         rc == E_PARSE || rc == E_PERM
                                     ? EXIT_BAD_INPUT
                                     : EXIT_MACHINE);
        return 0;
    }
    child->started = true;
    return channel_send(process->supervisor, MESSAGE_READY,
                        &(struct message_empty){ 0 }, -1, err);
}

static int control_message(void *ctx, struct message *message, struct err *err)
{
    struct child *child = ctx;

    switch (message->kind) {
    case MESSAGE_START:
        return start(child, message->value, err);
    case MESSAGE_PEER:
        return take_peer(child, message, err);
    case MESSAGE_STOP:
        stop(child);
        return 0;
    default:
        if (!child->started)
            return err_set(err, E_INVALID, "a message before the start");
        return role_rows[child->process.role].message(
            &child->process, ROLE_SUPERVISOR, message, err);
    }
}

static void control_closed(void *ctx, const char *reason)
{
    struct child *child = ctx;

    if (reason != NULL)
        log_error("process.control", LOG_TEXT("reason", str_c(reason)));
    loop_stop(child->process.loop, 1);
}

static void on_signal(void *ctx, int number)
{
    (void)number;
    stop(ctx);
}

int process_send(struct process *process, enum role to, enum message_kind kind,
                 const void *value, int fd, struct err *err)
{
    struct channel *channel =
        to == ROLE_SUPERVISOR ? process->supervisor : process->links[to];

    if (channel != NULL)
        return channel_send(channel, kind, value, fd, err);
    if (fd >= 0)
        close(fd);
    return err_set(err, E_ABSENT, "the process '%s' is away",
                   role_rows[to].name);
}

int process_main(enum role role)
{
    static const struct channel_events events = { .message = control_message,
                                                  .closed = control_closed };
    struct child *child = mem_alloc(1, sizeof(*child));
    struct process *process = &child->process;
    int code;

    /* Nothing of ours outlives the supervisor. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    log_set_process(role_rows[role].name);
    process->role = role;
    process->loop = loop_new();
    process->supervisor = channel_new(process->loop, CONTROL_FD, role,
                                      ROLE_SUPERVISOR, &events, child);
    loop_signal(process->loop, SIGTERM, on_signal, child);
    loop_signal(process->loop, SIGINT, on_signal, child);
    code = loop_run(process->loop);
    log_set_sink(NULL, NULL);
    for (size_t i = 0; i < ROLE_COUNT; i++)
        channel_free(process->links[i]);
    /* What the role holds ends with the process; so does the control, whose
     * end the supervisor is not to see before the exit code. */
    return code;
}
