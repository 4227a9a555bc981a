/* SPDX-License-Identifier: Apache-2.0 */
#include "server/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/mem.h"

enum {
    FD_WORK = 3,
    WORK_FDS = 3,
};

struct helper {
    const char *name;
    int socket;
    int users; /* who started it, and the works that are under way */
};

struct helper_work {
    struct helper *helper;
    struct helper_order order;
    int out;  /* what the program writes */
    int told; /* it writes a byte here when that is whole */
    struct loop_watch *watch;
    struct loop_watch *late;
};

/* Beside the program in the build tree, or where it is installed. */
static int find_program(const char *name, struct arena *arena, const char **out,
                        struct err *err)
{
    static const char *const places[] = { "%s/../%s/holdfast-%s",
                                          "%s/../libexec/%.0sholdfast-%s",
                                          "%s/../../src/%s/holdfast-%s",
                                          "%s/%.0sholdfast-%s" };
    AUTO(mem_freep) char *dir = io_program_dir();

    for (size_t i = 0; dir != NULL && i < COUNT(places); i++) {
        const char *path = arena_printf(arena, places[i], dir, name, name).p;

        if (access(path, X_OK) == 0) {
            *out = path;
            return 0;
        }
    }
    return err_set(err, E_UNSUPPORTED,
                   "the program holdfast-%s is not installed", name);
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

int helper_start(const char *name, struct helper **out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *program = NULL;
    int ends[2];
    pid_t child;
    int rc = find_program(name, &arena, &program, err);

    if (rc < 0)
        return rc;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, errno, "starting holdfast-%s", name);
    child = fork();
    if (child == 0)
        become(program, ends[1]);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_errno(err, errno, "starting holdfast-%s", name);
    }
    *out = mem_alloc(1, sizeof(**out));
    (*out)->socket = ends[0];
    (*out)->name = name;
    (*out)->users = 1;
    return 0;
}

void helper_free(struct helper *helper)
{
    if (helper == NULL || --helper->users > 0)
        return;
    close(helper->socket);
    mem_free(helper);
}

/* --- One piece of work --------------------------------------------------- */

void helper_cancel(struct helper_work *work)
{
    if (work == NULL)
        return;
    loop_remove(work->watch);
    loop_remove(work->late);
    if (work->told >= 0)
        close(work->told);
    if (work->out >= 0)
        close(work->out);
    helper_free(work->helper);
    mem_free(work);
}

static void end(struct helper_work *work, int rc, const struct err *err)
{
    int fd = -1;

    if (rc == 0) {
        fd = work->out;
        work->out = -1;
    }
    work->order.done(work->order.ctx, rc, fd, err);
    helper_cancel(work);
}

static void on_told(void *ctx, int events)
{
    struct helper_work *work = ctx;
    struct err err = { 0 };
    char byte = 0;
    int rc = 0;

    (void)events;
    if (read(work->told, &byte, 1) != 1 || byte != '+')
        rc = err_set(&err, E_IO, "holdfast-%s did not come to its end",
                     work->helper->name);
    else if (lseek(work->out, 0, SEEK_SET) < 0)
        rc =
            err_errno(&err, errno, "what holdfast-%s made", work->helper->name);
    end(work, rc, &err);
}

static void on_late(void *ctx)
{
    struct helper_work *work = ctx;
    struct err err = { 0 };

    work->late = NULL;
    end(work,
        err_set(&err, E_LIMIT, "holdfast-%s took longer than %lld s",
                work->helper->name, (long long)(work->order.timeout_ms / 1000)),
        &err);
}

static int send_work(const struct helper *helper, const int fds[WORK_FDS],
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
    if (sendmsg(helper->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
        return err_errno(err, errno, "holdfast-%s", helper->name);
    return 0;
}

static int hand_over(struct helper_work *work, struct err *err)
{
    const struct helper *helper = work->helper;
    int ends[2];
    int rc;

    if (helper->users > HELPER_WORKS_MAX + 1)
        return err_set(err, E_LIMIT, "holdfast-%s is busy", helper->name);
    work->out = memfd_create("output", MFD_CLOEXEC);
    if (work->out < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, errno, "asking holdfast-%s", helper->name);
    work->told = ends[0];
    rc = send_work(helper, (const int[]){ work->order.fd, work->out, ends[1] },
                   err);
    close(ends[1]);
    return rc;
}

struct helper_work *helper_ask(struct helper *helper,
                               const struct helper_order *order,
                               struct err *err)
{
    struct helper_work *work = mem_alloc(1, sizeof(*work));

    helper->users++;
    work->helper = helper;
    work->order = *order;
    work->out = work->told = -1;
    if (hand_over(work, err) < 0) {
        helper_cancel(work);
        return NULL;
    }
    work->watch = loop_fd(order->loop, work->told, LOOP_READ, on_told, work);
    work->late = loop_timer(order->loop, order->timeout_ms, on_late, work);
    return work;
}
