/* SPDX-License-Identifier: Apache-2.0
 *
 * One event loop a process (STYLE.md 25): descriptors by epoll, timers on the
 * monotonic clock, signals by signalfd, children by pidfd. One thread.
 *
 * A callback may add and remove anything, its own watch included. A watch
 * belongs to the loop until it is removed or has ended by itself (a timer
 * that fired, a child that exited); the handle is not used after that.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <sys/types.h>

#include "base/str.h"

struct loop;
struct loop_watch;

enum {
    LOOP_READ = 1,
    LOOP_WRITE = 2,
    LOOP_HANGUP = 4, /* reported in any case; when asked for, also when the
                        other side has ended sending */
};

struct loop *loop_new(void);
void loop_free(struct loop *loop);
void loop_freep(struct loop **loop);

typedef void loop_fd_fn(void *ctx, int events);
typedef void loop_timer_fn(void *ctx);
typedef void loop_signal_fn(void *ctx, int signal);
/* status as of waitpid(). */
typedef void loop_child_fn(void *ctx, pid_t pid, int status);

/* The descriptor stays the caller's, who removes the watch before closing. */
struct loop_watch *loop_fd(struct loop *loop, int fd, int events,
                           loop_fd_fn *fn, void *ctx);
void loop_fd_events(struct loop_watch *watch, int events);
/* Fires once after delay_ms; a periodic timer adds itself again. */
struct loop_watch *loop_timer(struct loop *loop, int64_t delay_ms,
                              loop_timer_fn *fn, void *ctx);
struct loop_watch *loop_signal(struct loop *loop, int signal,
                               loop_signal_fn *fn, void *ctx);
struct loop_watch *loop_child(struct loop *loop, pid_t pid, loop_child_fn *fn,
                              void *ctx);
void loop_remove(struct loop_watch *watch); /* NULL is accepted */

/* Runs until loop_stop(); returns the code given there. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop, int code);
/* One round: what is ready now, waiting at most wait_ms. For tests. */
void loop_once(struct loop *loop, int64_t wait_ms);

#endif
