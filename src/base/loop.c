/* SPDX-License-Identifier: Apache-2.0 */
#include "base/loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"

enum watch_kind {
    WATCH_FD,
    WATCH_TIMER,
    WATCH_SIGNAL,
    WATCH_CHILD
};

struct loop_watch {
    struct loop *loop;
    enum watch_kind kind;
    int fd; /* of a signal or child: ours */
    bool dead;
    size_t index; /* in loop->all */
    pid_t pid;
    int64_t at_ms;
    union {
        loop_fd_fn *fd;
        loop_timer_fn *timer;
        loop_signal_fn *signal;
        loop_child_fn *child;
    } fn;
    void *ctx;
};

/* A dead watch is released at the end of the round, because an event of the
 * same round may still point at it; a dead timer when it leaves the heap. */
struct loop {
    int epoll;
    bool stopped;
    int code;
    VEC(struct loop_watch *) all;
    VEC(struct loop_watch *) dead;
    VEC(struct loop_watch *) timers; /* a binary heap by at_ms */
};

static void fail(const char *what)
{
    perror(what);
    abort();
}

struct loop *loop_new(void)
{
    struct loop *loop = mem_alloc(1, sizeof(*loop));

    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0)
        fail("epoll_create1");
    return loop;
}

static void watch_free(struct loop_watch *watch)
{
    if ((watch->kind == WATCH_SIGNAL || watch->kind == WATCH_CHILD) &&
        watch->fd >= 0)
        close(watch->fd);
    mem_free(watch);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    for (size_t i = 0; i < loop->all.n; i++)
        watch_free(loop->all.p[i]);
    vec_clear(&loop->all);
    vec_clear(&loop->dead);
    vec_clear(&loop->timers);
    close(loop->epoll);
    mem_free(loop);
}

void loop_freep(struct loop **loop)
{
    loop_free(*loop);
}

static struct loop_watch *watch_new(struct loop *loop, enum watch_kind kind,
                                    int fd, void *ctx)
{
    struct loop_watch *watch = mem_alloc(1, sizeof(*watch));

    watch->loop = loop;
    watch->kind = kind;
    watch->fd = fd;
    watch->ctx = ctx;
    watch->index = loop->all.n;
    *vec_push(&loop->all) = watch;
    return watch;
}

static void poll_add(struct loop_watch *watch, int events, int op)
{
    struct epoll_event event = { .data.ptr = watch };

    if ((events & LOOP_READ) != 0)
        event.events |= EPOLLIN | EPOLLRDHUP;
    if ((events & LOOP_WRITE) != 0)
        event.events |= EPOLLOUT;
    if ((events & LOOP_HANGUP) != 0)
        event.events |= EPOLLRDHUP;
    if (epoll_ctl(watch->loop->epoll, op, watch->fd, &event) < 0)
        fail("epoll_ctl");
}

struct loop_watch *loop_fd(struct loop *loop, int fd, int events,
                           loop_fd_fn *fn, void *ctx)
{
    struct loop_watch *watch = watch_new(loop, WATCH_FD, fd, ctx);

    watch->fn.fd = fn;
    poll_add(watch, events, EPOLL_CTL_ADD);
    return watch;
}

void loop_fd_events(struct loop_watch *watch, int events)
{
    poll_add(watch, events, EPOLL_CTL_MOD);
}

static void swap(struct loop *loop, size_t a, size_t b)
{
    struct loop_watch *watch = loop->timers.p[a];

    loop->timers.p[a] = loop->timers.p[b];
    loop->timers.p[b] = watch;
}

static bool earlier(const struct loop *loop, size_t a, size_t b)
{
    return loop->timers.p[a]->at_ms < loop->timers.p[b]->at_ms;
}

struct loop_watch *loop_timer(struct loop *loop, int64_t delay_ms,
                              loop_timer_fn *fn, void *ctx)
{
    struct loop_watch *watch = watch_new(loop, WATCH_TIMER, -1, ctx);

    watch->fn.timer = fn;
    watch->at_ms = clock_monotonic_ms() + (delay_ms > 0 ? delay_ms : 0);
    *vec_push(&loop->timers) = watch;
    for (size_t i = loop->timers.n - 1; i > 0 && earlier(loop, i, (i - 1) / 2);
         i = (i - 1) / 2)
        swap(loop, i, (i - 1) / 2);
    return watch;
}

static struct loop_watch *timer_pop(struct loop *loop)
{
    struct loop_watch *first = loop->timers.p[0];
    size_t at = 0;

    loop->timers.p[0] = loop->timers.p[--loop->timers.n];
    for (;;) {
        size_t least = at;

        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < loop->timers.n && earlier(loop, child, least))
                least = child;
        }
        if (least == at)
            return first;
        swap(loop, at, least);
        at = least;
    }
}

struct loop_watch *loop_signal(struct loop *loop, int signal,
                               loop_signal_fn *fn, void *ctx)
{
    struct loop_watch *watch;
    sigset_t set;
    int fd;

    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, NULL);
    fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        fail("signalfd");
    watch = watch_new(loop, WATCH_SIGNAL, fd, ctx);
    watch->fn.signal = fn;
    poll_add(watch, LOOP_READ, EPOLL_CTL_ADD);
    return watch;
}

struct loop_watch *loop_child(struct loop *loop, pid_t pid, loop_child_fn *fn,
                              void *ctx)
{
    struct loop_watch *watch;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (fd < 0)
        fail("pidfd_open");
    watch = watch_new(loop, WATCH_CHILD, fd, ctx);
    watch->pid = pid;
    watch->fn.child = fn;
    poll_add(watch, LOOP_READ, EPOLL_CTL_ADD);
    return watch;
}

void loop_remove(struct loop_watch *watch)
{
    if (watch == NULL || watch->dead)
        return;
    watch->dead = true;
    if (watch->kind == WATCH_TIMER)
        return;
    epoll_ctl(watch->loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    *vec_push(&watch->loop->dead) = watch;
}

static void fire(struct loop_watch *watch, uint32_t ready)
{
    struct signalfd_siginfo info;
    int events = 0;
    int status = 0;

    switch (watch->kind) {
    case WATCH_FD:
        if ((ready & (EPOLLIN | EPOLLRDHUP)) != 0)
            events |= LOOP_READ;
        if ((ready & EPOLLOUT) != 0)
            events |= LOOP_WRITE;
        if ((ready & (EPOLLHUP | EPOLLERR)) != 0)
            events |= LOOP_HANGUP;
        watch->fn.fd(watch->ctx, events);
        break;
    case WATCH_SIGNAL:
        if (read(watch->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
            watch->fn.signal(watch->ctx, (int)info.ssi_signo);
        break;
    case WATCH_CHILD:
        if (waitpid(watch->pid, &status, WNOHANG) != watch->pid)
            return;
        loop_remove(watch);
        watch->fn.child(watch->ctx, watch->pid, status);
        break;
    case WATCH_TIMER:
        watch->dead = true;
        watch->fn.timer(watch->ctx);
        break;
    }
}

/* A timer that is added meanwhile waits for the next round, also when it is
 * due within the same millisecond: what is to be done in pieces is done with
 * a look at everything else in between. */
static void run_timers(struct loop *loop)
{
    VEC(struct loop_watch *) due = { 0 };
    int64_t now = clock_monotonic_ms();

    while (loop->timers.n > 0 && loop->timers.p[0]->at_ms <= now) {
        struct loop_watch *watch = timer_pop(loop);

        *vec_push(&due) = watch;
    }
    for (size_t i = 0; i < due.n && !loop->stopped; i++) {
        struct loop_watch *watch = due.p[i];

        *vec_push(&loop->dead) = watch;
        if (!watch->dead)
            fire(watch, 0);
    }
    vec_clear(&due);
}

static void bury(struct loop *loop)
{
    for (size_t i = 0; i < loop->dead.n; i++) {
        struct loop_watch *watch = loop->dead.p[i];
        struct loop_watch *last = loop->all.p[--loop->all.n];

        loop->all.p[watch->index] = last;
        last->index = watch->index;
        watch_free(watch);
    }
    loop->dead.n = 0;
}

void loop_once(struct loop *loop, int64_t wait_ms)
{
    struct epoll_event events[64];
    int n;

    if (loop->timers.n > 0) {
        int64_t left = loop->timers.p[0]->at_ms - clock_monotonic_ms();

        if (wait_ms < 0 || left < wait_ms)
            wait_ms = left > 0 ? left : 0;
    }
    n = epoll_wait(loop->epoll, events, (int)COUNT(events),
                   wait_ms > INT32_MAX ? INT32_MAX : (int)wait_ms);
    if (n < 0 && errno != EINTR)
        fail("epoll_wait");
    for (int i = 0; i < n && !loop->stopped; i++) {
        struct loop_watch *watch = events[i].data.ptr;

        if (!watch->dead)
            fire(watch, events[i].events);
    }
    if (!loop->stopped)
        run_timers(loop);
    bury(loop);
}

int loop_run(struct loop *loop)
{
    loop->stopped = false;
    while (!loop->stopped)
        loop_once(loop, -1);
    return loop->code;
}

void loop_stop(struct loop *loop, int code)
{
    loop->stopped = true;
    loop->code = code;
}
