/* SPDX-License-Identifier: Apache-2.0 */
#include "server/print.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/mem.h"
#include "server/core.h"
#include "server/reports.h"

enum {
    FD_WORK = 3,
    WORK_FDS = 3,
};

struct printer {
    int socket;
};

struct printing {
    struct loop *loop;
    int out;  /* what the program writes */
    int told; /* it writes a byte here when the PDF is whole */
    struct loop_watch *watch;
    struct loop_watch *late;
    print_done *done;
    void *ctx;
};

/* Beside the program in the build tree, or where it is installed. */
static int find_program(struct arena *arena, const char **out, struct err *err)
{
    static const char *const places[] = { "%s/../print/holdfast-print",
                                          "%s/../libexec/holdfast-print",
                                          "%s/../../src/print/holdfast-print",
                                          "%s/holdfast-print" };
    AUTO(mem_freep) char *dir = io_program_dir();

    for (size_t i = 0; dir != NULL && i < COUNT(places); i++) {
        const char *path = arena_printf(arena, places[i], dir).p;

        if (access(path, X_OK) == 0) {
            *out = path;
            return 0;
        }
    }
    return err_set(err, E_UNSUPPORTED,
                   "PDF is not available: the program holdfast-print is not "
                   "installed; ask for html or csv");
}

/* In the child, after fork: only what is safe there. */
static NORETURN void become(const char *program, int work)
{
    char *const argv[] = { (char *)(uintptr_t)program,
                           (char *)(uintptr_t) "--serve", NULL };
    char *const environment[] = { NULL };
    int high = fcntl(work, F_DUPFD_CLOEXEC, 16);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(high, FD_WORK) < 0)
        _exit(127);
    execve(program, argv, environment);
    _exit(127);
}

int printer_start(struct printer **out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *program = NULL;
    int ends[2];
    pid_t child;
    int rc = find_program(&arena, &program, err);

    if (rc < 0)
        return rc;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, errno, "starting holdfast-print");
    child = fork();
    if (child == 0)
        become(program, ends[1]);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_errno(err, errno, "starting holdfast-print");
    }
    *out = mem_alloc(1, sizeof(**out));
    (*out)->socket = ends[0];
    return 0;
}

/* It ends when its socket does. */
void printer_free(struct printer *printer)
{
    if (printer == NULL)
        return;
    close(printer->socket);
    mem_free(printer);
}

/* --- One PDF ------------------------------------------------------------- */

static void release(struct printing *p)
{
    loop_remove(p->watch);
    loop_remove(p->late);
    if (p->told >= 0)
        close(p->told);
    if (p->out >= 0)
        close(p->out);
    mem_free(p);
}

static void end(struct printing *p, int rc, const struct err *err)
{
    int fd = -1;

    if (rc == 0) {
        fd = p->out;
        p->out = -1;
    }
    p->done(p->ctx, rc, fd, err);
    release(p);
}

static void on_told(void *ctx, int events)
{
    struct printing *p = ctx;
    struct err err = { 0 };
    char byte = 0;
    int rc = 0;

    (void)events;
    if (read(p->told, &byte, 1) != 1 || byte != '+')
        rc = err_set(&err, E_IO, "the PDF could not be made");
    else if (lseek(p->out, 0, SEEK_SET) < 0)
        rc = err_errno(&err, errno, "reading the PDF");
    end(p, rc, &err);
}

static void on_late(void *ctx)
{
    struct printing *p = ctx;
    struct err err = { 0 };

    p->late = NULL;
    end(p,
        err_set(&err, E_LIMIT, "the PDF took longer than %d s",
                PRINT_MS / 1000),
        &err);
}

static int send_work(const struct printer *printer, const int fds[WORK_FDS],
                     struct err *err)
{
    union {
        char bytes[CMSG_SPACE(WORK_FDS * sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    char byte = '+';
    struct iovec part = { &byte, 1 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof(control.bytes) };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(WORK_FDS * sizeof(int));
    memcpy(CMSG_DATA(head), fds, WORK_FDS * sizeof(int));
    if (sendmsg(printer->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
        return err_errno(err, errno, "holdfast-print");
    return 0;
}

static int start(struct printing *p, struct core *core, int in, struct err *err)
{
    struct reports *reports = core->reports;
    int ends[2];
    int rc = 0;

    if (reports->printer == NULL)
        rc = printer_start(&reports->printer, err);
    if (rc < 0)
        return rc;
    p->out = memfd_create("pdf", MFD_CLOEXEC);
    if (p->out < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, errno, "making room for a PDF");
    p->told = ends[0];
    rc = send_work(reports->printer, (const int[]){ in, p->out, ends[1] }, err);
    close(ends[1]);
    if (rc < 0)
        return rc;
    p->watch = loop_fd(p->loop, p->told, LOOP_READ, on_told, p);
    p->late = loop_timer(p->loop, PRINT_MS, on_late, p);
    return 0;
}

struct printing *print_start(struct core *core, int fd, print_done *done,
                             void *ctx, struct err *err)
{
    struct printing *p = mem_alloc(1, sizeof(*p));
    int rc;

    p->loop = core->loop;
    p->out = p->told = -1;
    p->done = done;
    p->ctx = ctx;
    rc = start(p, core, fd, err);
    close(fd);
    if (rc == 0)
        return p;
    release(p);
    return NULL;
}

/* What is made meanwhile is thrown away. */
void print_cancel(struct printing *p)
{
    if (p != NULL)
        release(p);
}

/* --- As an answer -------------------------------------------------------- */

struct answer {
    struct printing *printing;
    struct held *held;
    struct buf name;
    const char *type;
};

static void answer_free(struct answer *a)
{
    buf_clear(&a->name);
    mem_free(a);
}

static void answer_done(void *ctx, int rc, int fd, const struct err *err)
{
    struct answer *a = ctx;
    struct response res;

    response_init(&res);
    if (rc < 0) {
        respond_problem(&res, rc == E_LIMIT ? 422 : 500, NULL, err_text(err));
    } else {
        res.file = fd;
        res.content_type = a->type;
        res.disposition = buf_str(&a->name);
        res.private_page = true;
    }
    held_answer(a->held, &res);
    answer_free(a);
}

static void answer_gone(void *ctx)
{
    struct answer *a = ctx;

    print_cancel(a->printing);
    answer_free(a);
}

int print_answer(struct request *req, struct response *res, int fd,
                 struct err *err)
{
    struct answer *a = mem_alloc(1, sizeof(*a));

    a->name = BUF_INIT(256);
    buf_add(&a->name, res->disposition);
    a->type = res->content_type;
    a->printing = print_start(req->core, fd, answer_done, a, err);
    if (a->printing == NULL) {
        answer_free(a);
        return err->code;
    }
    a->held = request_hold(req, answer_gone, a);
    res->held = true;
    return 0;
}
