/* SPDX-License-Identifier: Apache-2.0 */
#include "base/loop.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/unit.h"

struct counts {
    struct loop *loop;
    struct loop_watch *watch;
    struct loop_watch *other;
    int calls;
    int events;
    int status;
    int fd;
    char order[16];
};

static void on_fd(void *ctx, int events)
{
    struct counts *c = ctx;
    char byte;

    c->calls++;
    c->events |= events;
    if (read(c->fd, &byte, 1) <= 0 || byte == 'x')
        loop_stop(c->loop, 7);
}

static void on_end(void *ctx)
{
    const struct counts *c = ctx;

    loop_stop(c->loop, 0);
}

static void a_descriptor_is_told_until_it_is_removed(void **state)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct counts c = { .loop = loop };
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    c.fd = pair[0];
    c.watch = loop_fd(loop, pair[0], LOOP_READ, on_fd, &c);
    loop_once(loop, 0);
    assert_int_equal(c.calls, 0);
    assert_int_equal(write(pair[1], "abx", 3), 3);
    assert_int_equal(loop_run(loop), 7);
    assert_int_equal(c.calls, 3); /* level-triggered */
    loop_fd_events(c.watch, LOOP_READ | LOOP_WRITE);
    c.events = 0;
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_int_equal(loop_run(loop), 7);
    assert_true((c.events & LOOP_WRITE) != 0);
    loop_remove(c.watch);
    assert_int_equal(write(pair[1], "a", 1), 1);
    c.calls = 0;
    loop_timer(loop, 0, on_end, &c);
    loop_run(loop);
    assert_int_equal(c.calls, 0);
    close(pair[0]);
    close(pair[1]);
}

static void on_hangup(void *ctx, int events)
{
    struct counts *c = ctx;

    c->events |= events;
    loop_remove(c->watch);
    loop_stop(c->loop, 0);
}

static void the_end_of_the_other_side_is_told(void **state)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct counts c = { .loop = loop };
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    c.watch = loop_fd(loop, pair[0], LOOP_HANGUP, on_hangup, &c);
    close(pair[1]);
    loop_run(loop);
    assert_true((c.events & LOOP_HANGUP) != 0);
    close(pair[0]);
}

/* A callback removes another watch that is ready in the same round: that one
 * is not called any more. */
static void on_remove_other(void *ctx, int events)
{
    struct counts *c = ctx;

    (void)events;
    c->calls++;
    loop_remove(c->other);
    c->other = NULL;
    loop_remove(c->watch);
    c->watch = NULL;
}

static void what_was_removed_is_not_called(void **state)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct counts first = { .loop = loop };
    struct counts second = { .loop = loop };
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    first.watch = loop_fd(loop, pair[0], LOOP_WRITE, on_remove_other, &first);
    second.watch = loop_fd(loop, pair[1], LOOP_WRITE, on_remove_other, &second);
    first.other = second.watch;
    second.other = first.watch;
    loop_once(loop, 1000);
    loop_once(loop, 0);
    assert_int_equal(first.calls + second.calls, 1);
    close(pair[0]);
    close(pair[1]);
}

struct tick {
    struct counts *c;
    char name;
};

static void on_timer(void *ctx)
{
    struct tick *tick = ctx;
    struct counts *c = tick->c;

    c->order[c->calls++] = tick->name;
    if (tick->name == 'c')
        loop_stop(c->loop, 0);
}

/* The later ones first: a loop in which they were set within a moment. */
static struct loop *with_timers(struct tick ticks[4])
{
    for (;;) {
        struct loop *loop = loop_new();
        int64_t begun = clock_monotonic_ms();
        struct loop_watch *never;

        loop_timer(loop, 60, on_timer, &ticks[2]);
        loop_timer(loop, 30, on_timer, &ticks[1]);
        loop_timer(loop, 0, on_timer, &ticks[0]);
        never = loop_timer(loop, 40, on_timer, &ticks[3]);
        loop_remove(never);
        if (clock_monotonic_ms() - begun < 15)
            return loop;
        loop_free(loop); /* others had the processor in between */
    }
}

static void timers_fire_once_in_the_order_of_their_time(void **state)
{
    AUTO(loop_freep) struct loop *loop = NULL;
    struct counts c = { 0 };
    struct tick ticks[] = {
        { &c, 'a' }, { &c, 'b' }, { &c, 'c' }, { &c, 'd' }
    };

    (void)state;
    c.loop = loop = with_timers(ticks);
    loop_run(loop);
    assert_string_equal(c.order, "abc");
}

static void on_timer_again(void *ctx)
{
    struct counts *c = ctx;

    if (++c->calls < 3)
        loop_timer(c->loop, 1, on_timer_again, c);
    else
        loop_stop(c->loop, 0);
}

static void a_timer_may_set_itself_again(void **state)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct counts c = { .loop = loop };

    (void)state;
    loop_timer(loop, 1, on_timer_again, &c);
    loop_run(loop);
    assert_int_equal(c.calls, 3);
}

static void on_signal(void *ctx, int number)
{
    struct counts *c = ctx;

    c->status = number;
    loop_stop(c->loop, 0);
}

static void a_signal_arrives_in_the_loop(void **state)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct counts c = { .loop = loop };
    struct loop_watch *watch = loop_signal(loop, SIGUSR1, on_signal, &c);

    (void)state;
    assert_int_equal(kill(getpid(), SIGUSR1), 0);
    loop_run(loop);
    assert_int_equal(c.status, SIGUSR1);
    loop_remove(watch);
}

static void on_child(void *ctx, pid_t pid, int status)
{
    struct counts *c = ctx;

    (void)pid;
    c->status = status;
    c->calls++;
    loop_stop(c->loop, 0);
}

static void the_end_of_a_child_is_told_with_its_status(void **state)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct counts c = { .loop = loop };
    pid_t pid = fork();

    (void)state;
    if (pid == 0)
        _exit(23);
    loop_child(loop, pid, on_child, &c);
    loop_run(loop);
    assert_true(WIFEXITED(c.status));
    assert_int_equal(WEXITSTATUS(c.status), 23);
    pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    loop_child(loop, pid, on_child, &c);
    kill(pid, SIGKILL);
    loop_run(loop);
    assert_true(WIFSIGNALED(c.status));
    assert_int_equal(c.calls, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_descriptor_is_told_until_it_is_removed),
        cmocka_unit_test(the_end_of_the_other_side_is_told),
        cmocka_unit_test(what_was_removed_is_not_called),
        cmocka_unit_test(timers_fire_once_in_the_order_of_their_time),
        cmocka_unit_test(a_timer_may_set_itself_again),
        cmocka_unit_test(a_signal_arrives_in_the_loop),
        cmocka_unit_test(the_end_of_a_child_is_told_with_its_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
