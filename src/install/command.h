/* SPDX-License-Identifier: Apache-2.0
 *
 * Running one program of the machine's: an argument vector, a small fixed
 * environment, nothing on standard input, a limit of time. A program runs in
 * a process group of its own; when the time is over or the step is stopped,
 * the group is asked to end (SIGTERM), and killed a while later.
 *
 * With `log` set both outputs go to that file and are read from there: the
 * program then does not notice when we die, and goes on to its end. So a
 * package manager in the middle of an installation is never ended by a crash
 * of ours.
 */
#ifndef INSTALL_COMMAND_H
#define INSTALL_COMMAND_H

#include <signal.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

enum command_stream {
    COMMAND_OUT,
    COMMAND_ERR,
    COMMAND_STATUS, /* lines that the program writes to descriptor 3 */
};
/* A line without its end; what is longer than COMMAND_LINE_MAX is cut. */
typedef void command_line_fn(void *ctx, enum command_stream stream, str line);

enum {
    COMMAND_LINE_MAX = 64 << 10,
    COMMAND_STATUS_FD = 3,
    COMMAND_GRACE_MS = 20000,
};

struct command {
    VEC(const char *) argv;
    VEC(const char *) env; /* "NAME=value", besides the fixed ones */
    int64_t timeout_s;
    bool status;                       /* it is given descriptor 3 */
    const char *log;                   /* file, truncated; NULL: pipes */
    const volatile sig_atomic_t *stop; /* NULL: never */
    command_line_fn *line;             /* may be NULL */
    void *ctx;
    struct buf *out;  /* takes standard output whole; may be NULL */
    struct buf *err_; /* takes standard error whole; may be NULL */
    struct arena arena;
};

/* How it ended. */
struct command_end {
    int code;   /* of exit; -1: by a signal */
    int signal; /* 0: none */
    bool timed_out;
    bool stopped;
};

void command_clear(struct command *command);
/* Copies the text. */
void command_add(struct command *command, const char *text);
void command_add_all(struct command *command, const char *const *texts);
void command_add_format(struct command *command, const char *format, ...)
    PRINTF(2, 3);
void command_env(struct command *command, const char *format, ...) PRINTF(2, 3);

/* Negative only when it could not be started or watched: E_ABSENT when there
 * is no such program. */
int command_run(struct command *command, struct command_end *out,
                struct err *err) MUST_CHECK;
/* "apt-get ended with code 100", "... was ended by signal 9", "... took longer
 * than 600 s" */
void command_tell(const struct command *command, const struct command_end *end,
                  struct buf *out);
/* The same for a program that must end with 0: E_IO with the sentence and the
 * last line of standard error. */
int command_must(struct command *command, struct err *err) MUST_CHECK;

/* Whether a program is found in the fixed path. */
bool command_exists(const char *program);

#endif
