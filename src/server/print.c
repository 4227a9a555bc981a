/* SPDX-License-Identifier: Apache-2.0 */
#include "server/print.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/mem.h"
#include "server/core.h"

struct printing {
    struct loop *loop;
    int out; /* what the program writes */
    pid_t child;
    struct loop_watch *ended;
    struct loop_watch *late;
    bool is_late;
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
static NORETURN void become(const char *program, int in, int out)
{
    char *const argv[] = { (char *)(uintptr_t)program, NULL };
    char *const environment[] = { NULL };
    int high_in = fcntl(in, F_DUPFD_CLOEXEC, 16);
    int high_out = fcntl(out, F_DUPFD_CLOEXEC, 16);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(high_in, 0) < 0 || dup2(high_out, 1) < 0)
        _exit(127);
    execve(program, argv, environment);
    _exit(127);
}

static void release(struct printing *p)
{
    loop_remove(p->ended);
    loop_remove(p->late);
    if (p->out >= 0)
        close(p->out);
    mem_free(p);
}

static void on_end(void *ctx, pid_t pid, int status)
{
    struct printing *p = ctx;
    struct err err = { 0 };
    int rc = 0;
    int fd = -1;

    (void)pid;
    p->ended = NULL;
    if (p->is_late)
        rc = err_set(&err, E_LIMIT, "the PDF took longer than %d s",
                     PRINT_MS / 1000);
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        rc = err_set(&err, E_IO, "the PDF could not be made");
    else if (lseek(p->out, 0, SEEK_SET) < 0)
        rc = err_errno(&err, errno, "reading the PDF");
    if (rc == 0) {
        fd = p->out;
        p->out = -1;
    }
    p->done(p->ctx, rc, fd, &err);
    release(p);
}

static void on_late(void *ctx)
{
    struct printing *p = ctx;

    p->late = NULL;
    p->is_late = true;
    kill(p->child, SIGKILL);
}

static int start(struct printing *p, int in, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *program = NULL;
    int rc = find_program(&arena, &program, err);

    if (rc < 0)
        return rc;
    p->out = memfd_create("pdf", MFD_CLOEXEC);
    if (p->out < 0)
        return err_errno(err, errno, "making room for a PDF");
    p->child = fork();
    if (p->child < 0)
        return err_errno(err, errno, "starting holdfast-print");
    if (p->child == 0)
        become(program, in, p->out);
    p->ended = loop_child(p->loop, p->child, on_end, p);
    p->late = loop_timer(p->loop, PRINT_MS, on_late, p);
    return 0;
}

struct printing *print_start(struct loop *loop, int fd, print_done *done,
                             void *ctx, struct err *err)
{
    struct printing *p = mem_alloc(1, sizeof(*p));
    int rc;

    p->loop = loop;
    p->out = -1;
    p->done = done;
    p->ctx = ctx;
    rc = start(p, fd, err);
    close(fd);
    if (rc == 0)
        return p;
    release(p);
    return NULL;
}

void print_cancel(struct printing *p)
{
    if (p == NULL)
        return;
    kill(p->child, SIGKILL);
    waitpid(p->child, NULL, 0);
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
    a->printing = print_start(req->core->loop, fd, answer_done, a, err);
    if (a->printing == NULL) {
        answer_free(a);
        return err->code;
    }
    a->held = request_hold(req, answer_gone, a);
    res->held = true;
    return 0;
}
