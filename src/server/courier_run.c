/* SPDX-License-Identifier: Apache-2.0 */
#include "server/courier_run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/client.h"
#include "server/courier_int.h"

enum {
    CHILDREN_MAX = 16,
    CHILD_ANSWER_MAX = 16 << 20,
    GRACE_MS = 1000,
    ERRAND_MAC = 6,
};

struct runner {
    struct loop *loop;
    str allow;
    runner_answer *answer;
    void *ctx;
    struct http_client *http;
    struct fetch *fetches;
    struct child *children;
    size_t child_count;
};

static void answer_error(struct runner *runner, int64_t id, int rc,
                         const struct err *err)
{
    runner->answer(runner->ctx,
                   &(struct errand_return){
                       .id = id, .code = rc, .text = str_c(err_text(err)) });
}

/* --- HTTP -------------------------------------------------------------- */

struct fetch {
    struct runner *runner;
    struct fetch *next;
    struct http_transfer *transfer;
    struct arena arena; /* what must live as long as the request */
    int64_t id;
};

static void fetch_free(struct fetch *fetch)
{
    struct fetch **at = &fetch->runner->fetches;

    while (*at != fetch)
        at = &(*at)->next;
    *at = fetch->next;
    arena_clear(&fetch->arena);
    mem_free(fetch);
}

static void fetched(void *ctx, int rc, const struct http_answer *answer,
                    const struct err *err)
{
    struct fetch *fetch = ctx;
    struct runner *runner = fetch->runner;

    if (rc < 0)
        answer_error(runner, fetch->id, rc, err);
    else
        runner->answer(runner->ctx, &(struct errand_return){
                                        .id = fetch->id,
                                        .status = answer->status,
                                        .content_type = answer->content_type,
                                        .location = answer->location,
                                        .body = answer->body,
                                    });
    fetch_free(fetch);
}

static void fill_request(struct fetch *fetch, const struct errand_fetch *errand,
                         struct http_request *out)
{
    const struct errand_text *headers = errand->headers.p;
    const char **list =
        arena_alloc(&fetch->arena, errand->headers.n + 1, sizeof(*list));

    for (size_t i = 0; i < errand->headers.n; i++)
        list[i] = arena_c(&fetch->arena, headers[i].text);
    *out = (struct http_request){
        .method = arena_c(&fetch->arena, errand->method),
        .url = arena_c(&fetch->arena, errand->url),
        .body = errand->body.n > 0 ? arena_str(&fetch->arena, errand->body)
                                   : STR_NONE,
        .content_type = errand->content_type.n > 0
                            ? arena_c(&fetch->arena, errand->content_type)
                            : NULL,
        .headers = list,
        .authority = arena_str(&fetch->arena, errand->authority),
        .plain = errand->plain,
        .forbid_private = !errand->operator_word,
        .allow = fetch->runner->allow,
        .redirects = errand->redirects,
        .answer_max = (size_t)errand->answer_max,
        .timeout_ms = errand->timeout_ms,
    };
}

void runner_fetch(struct runner *runner, const struct errand_fetch *errand)
{
    struct fetch *fetch = mem_alloc(1, sizeof(*fetch));
    struct http_request request;
    struct err err = { 0 };

    fetch->runner = runner;
    fetch->id = errand->id;
    fetch->next = runner->fetches;
    runner->fetches = fetch;
    fill_request(fetch, errand, &request);
    fetch->transfer = http_start(runner->http, &request, fetched, fetch, &err);
    if (fetch->transfer == NULL) {
        answer_error(runner, fetch->id, err.code < 0 ? err.code : E_INVALID,
                     &err);
        fetch_free(fetch);
    }
}

/* --- children ---------------------------------------------------------- */

struct child {
    struct runner *runner;
    struct child *next;
    int64_t id;
    pid_t pid;
    int fd;
    struct buf text;
    struct loop_watch *readable;
    struct loop_watch *exited;
    struct loop_watch *timer;
};

static void child_free(struct child *child)
{
    struct runner *runner = child->runner;
    struct child **at = &runner->children;

    while (*at != child)
        at = &(*at)->next;
    *at = child->next;
    runner->child_count--;
    loop_remove(child->readable);
    loop_remove(child->exited);
    loop_remove(child->timer);
    if (child->fd >= 0)
        close(child->fd);
    buf_clear(&child->text);
    mem_free(child);
}

static void child_read(struct child *child)
{
    char bytes[65536];
    ssize_t n;

    while ((n = read(child->fd, bytes, sizeof(bytes))) > 0)
        buf_add(&child->text, (str){ bytes, (size_t)n });
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        loop_remove(TAKE(child->readable));
    }
}

static void child_readable(void *ctx, int events)
{
    (void)events;
    child_read(ctx);
}

/* The child is gone: what it wrote is its answer. */
static void child_exited(void *ctx, pid_t pid, int status)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct child *child = ctx;
    struct errand_return answer;
    struct err err = { 0 };
    int rc;

    (void)pid;
    (void)status;
    child->exited = NULL;
    if (child->readable != NULL)
        child_read(child);
    rc = wire_read(&shape_errand_return, buf_str(&child->text), &arena, &answer,
                   &err);
    if (rc < 0) {
        err_set(&err, E_IO, "the errand did not come to its end");
        answer_error(child->runner, child->id, E_IO, &err);
    } else {
        answer.id = child->id;
        child->runner->answer(child->runner->ctx, &answer);
    }
    child_free(child);
}

static void child_late(void *ctx)
{
    struct child *child = ctx;

    child->timer = NULL;
    kill(child->pid, SIGKILL);
}

static void write_all(int fd, str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno != EINTR)
            return;
        if (n > 0)
            bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
}

/* In the child. It has what the courier has, and ends without cleaning up
 * after its parent. */
static void NORETURN child_main(int fd, const struct wire_shape *shape,
                                const void *errand, str allow)
{
    struct arena arena = ARENA;
    struct buf text = BUF(CHILD_ANSWER_MAX);
    struct errand_return answer = { .id = 1 };
    struct err err = { 0 };
    int rc;

    signal(SIGPIPE, SIG_IGN);
    if (shape == &shape_errand_ldap)
        rc = courier_do_ldap(errand, allow, &arena, &answer, &err);
    else
        rc = courier_do_mail(errand, allow, &err);
    if (rc >= 0)
        rc = wire_write(&shape_errand_return, &answer, &text, &err);
    if (rc < 0) {
        answer = (struct errand_return){ .id = 1,
                                         .code = rc,
                                         .text = str_c(err_text(&err)) };
        buf_reset(&text);
        rc = wire_write(&shape_errand_return, &answer, &text, &err);
    }
    if (rc >= 0)
        write_all(fd, buf_str(&text));
    _exit(0);
}

static int start_child(struct runner *runner, struct child *child,
                       const struct wire_shape *shape, const void *errand,
                       struct err *err)
{
    int ends[2];

    if (runner->child_count > CHILDREN_MAX)
        return err_set(err, E_LIMIT, "too many errands run already");
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, errno, "pipe");
    child->pid = fork();
    if (child->pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(err, errno, "fork");
    }
    if (child->pid == 0) {
        close(ends[0]);
        child_main(ends[1], shape, errand, runner->allow);
    }
    close(ends[1]);
    child->fd = ends[0];
    if (fcntl(child->fd, F_SETFL, O_NONBLOCK) != 0)
        return err_errno(err, errno, "pipe");
    return 0;
}

static void run_child(struct runner *runner, int64_t id, int64_t timeout_ms,
                      const struct wire_shape *shape, const void *errand)
{
    struct child *child = mem_alloc(1, sizeof(*child));
    struct err err = { 0 };
    int rc;

    child->runner = runner;
    child->id = id;
    child->fd = -1;
    child->text = BUF_INIT(CHILD_ANSWER_MAX);
    child->next = runner->children;
    runner->children = child;
    runner->child_count++;
    rc = start_child(runner, child, shape, errand, &err);
    if (rc < 0) {
        answer_error(runner, id, rc, &err);
        child_free(child);
        return;
    }
    child->readable =
        loop_fd(runner->loop, child->fd, LOOP_READ, child_readable, child);
    child->exited = loop_child(runner->loop, child->pid, child_exited, child);
    child->timer =
        loop_timer(runner->loop, timeout_ms + GRACE_MS, child_late, child);
}

void runner_ldap(struct runner *runner, const struct errand_ldap *errand)
{
    run_child(runner, errand->id, errand->timeout_ms, &shape_errand_ldap,
              errand);
}

void runner_mail(struct runner *runner, const struct errand_mail *errand)
{
    run_child(runner, errand->id, errand->timeout_ms, &shape_errand_mail,
              errand);
}

/* --- Wake-on-LAN ------------------------------------------------------- */

static int wake_one(int fd, const struct errand_wake_target *target,
                    int64_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port) };
    uint8_t packet[17 * ERRAND_MAC];
    char address[16];

    snprintf(address, sizeof(address), "%" PRIstr, ARGstr(target->address));
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
        return 0;
    memset(packet, 0xFF, ERRAND_MAC);
    for (size_t i = 1; i <= 16; i++)
        memcpy(packet + i * ERRAND_MAC, target->mac.p, ERRAND_MAC);
    return sendto(fd, packet, sizeof(packet), MSG_DONTWAIT | MSG_NOSIGNAL,
                  (const struct sockaddr *)&to,
                  sizeof(to)) == (ssize_t)sizeof(packet);
}

void runner_wake(struct runner *runner, const struct errand_wake *errand)
{
    struct errand_return answer = { .id = errand->id };
    const struct errand_wake_target *targets = errand->targets.p;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct err err = { 0 };

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &(int){ 1 },
                             sizeof(int)) < 0) {
        answer_error(runner, errand->id, err_errno(&err, errno, "broadcast"),
                     &err);
    } else {
        for (size_t i = 0; i < errand->targets.n; i++)
            answer.status += wake_one(fd, &targets[i], errand->port);
        runner->answer(runner->ctx, &answer);
    }
    if (fd >= 0)
        close(fd);
}

/* --- the whole --------------------------------------------------------- */

struct runner *runner_new(struct loop *loop, str allow, runner_answer *answer,
                          void *ctx)
{
    struct runner *runner = mem_alloc(1, sizeof(*runner));

    runner->loop = loop;
    runner->allow = allow;
    runner->answer = answer;
    runner->ctx = ctx;
    runner->http = http_client_new(loop);
    return runner;
}

void runner_free(struct runner *runner)
{
    if (runner == NULL)
        return;
    while (runner->children != NULL) {
        kill(runner->children->pid, SIGKILL);
        child_free(runner->children);
    }
    while (runner->fetches != NULL) {
        http_cancel(runner->fetches->transfer);
        fetch_free(runner->fetches);
    }
    http_client_free(runner->http);
    mem_free(runner);
}
