/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast-print: a table on standard input, a PDF on standard output. The
 * first line is the head as JSON, every other one a row: an array of texts.
 *
 * With --serve it gets such work over the socket on descriptor 3, as three
 * descriptors: table, PDF, and where to write one byte when the PDF is whole.
 * Each is done by a process of its own. The server starts it so before it
 * gives up starting programs (server/print.h).
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "print/page.h"
#include "print/sandbox.h"

enum {
    LINE_MAX_BYTES = 1 << 20,
    READ_SIZE = 1 << 16,
    FD_WORK = 3,
    WORK_FDS = 3,
    WORK_S = 60,
};

struct input {
    struct buf line;
    struct pages *pages;
    char bytes[READ_SIZE];
};

static int take_line(struct input *in, struct err *err)
{
    AUTO(jval_freep) struct jval *json = NULL;
    int rc = buf_finish(&in->line, "a line of the table", err);

    if (rc == 0)
        rc = jval_parse(buf_str(&in->line), LINE_MAX_BYTES, &json, err);
    buf_reset(&in->line);
    if (rc < 0)
        return rc;
    if (in->pages == NULL)
        return pages_new(json, STDOUT_FILENO, &in->pages, err);
    return pages_row(in->pages, json, err);
}

static int take(struct input *in, str bytes, struct err *err)
{
    int rc = 0;

    while (rc == 0 && bytes.n > 0) {
        size_t end = str_find_char(bytes, '\n');

        buf_add(&in->line, str_sub(bytes, 0, end));
        if (end == bytes.n)
            return 0;
        bytes = str_sub(bytes, end + 1, bytes.n);
        rc = take_line(in, err);
    }
    return rc;
}

static int run(struct input *in, struct err *err)
{
    ssize_t n;
    int rc = 0;

    while (rc == 0 && (n = read(STDIN_FILENO, in->bytes, READ_SIZE)) > 0)
        rc = take(in, (str){ in->bytes, (size_t)n }, err);
    if (rc == 0 && in->pages == NULL)
        rc = err_set(err, E_INVALID, "there is no table on standard input");
    return rc < 0 ? rc : pages_finish(in->pages, err);
}

static int print_one(void)
{
    static struct input in = { .line = BUF(LINE_MAX_BYTES) };
    struct err err = { 0 };
    int rc = run(&in, &err);

    pages_free(in.pages);
    buf_clear(&in.line);
    if (rc < 0)
        fprintf(stderr, "holdfast-print: %s\n", err_text(&err));
    return rc < 0 ? 1 : 0;
}

/* --- Serving ------------------------------------------------------------- */

/* False at the end. */
static bool take_work(int fds[WORK_FDS])
{
    union {
        char bytes[CMSG_SPACE(WORK_FDS * sizeof(int))];
        struct cmsghdr align;
    } control;
    char byte;
    struct iovec part = { &byte, 1 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof(control.bytes) };
    const struct cmsghdr *head;

    if (recvmsg(FD_WORK, &message, MSG_CMSG_CLOEXEC) != 1)
        return false;
    head = CMSG_FIRSTHDR(&message);
    if (head == NULL || head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len != CMSG_LEN(WORK_FDS * sizeof(int)))
        return false;
    memcpy(fds, CMSG_DATA(head), WORK_FDS * sizeof(int));
    return true;
}

static NORETURN void work(const int fds[WORK_FDS])
{
    alarm(WORK_S);
    close(FD_WORK);
    if (dup2(fds[0], STDIN_FILENO) < 0 || dup2(fds[1], STDOUT_FILENO) < 0 ||
        print_one() != 0 || write(fds[2], "+", 1) != 1)
        _exit(1);
    _exit(0);
}

static int serve(void)
{
    int fds[WORK_FDS];

    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    while (take_work(fds)) {
        pid_t child = fork();

        if (child == 0)
            work(fds);
        for (int i = 0; i < WORK_FDS; i++)
            close(fds[i]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct err err = { 0 };

    if (sandbox_enter(&err) < 0) {
        fprintf(stderr, "holdfast-print: %s\n", err_text(&err));
        return 1;
    }
    if (argc == 2 && strcmp(argv[1], "--serve") == 0)
        return serve();
    return print_one();
}
