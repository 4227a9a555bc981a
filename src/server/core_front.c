/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core_front.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "server/answer_int.h"
#include "server/metrics.h"

enum {
    UPLOAD_MEMORY_MAX = 262144, /* the rest of a body goes to a file */
    UPLOADS_MAX = 4096,
};

/* A request whose body is still coming. */
struct upload {
    struct request req;
    struct buf body;
    int file; /* -1: in memory */
    int64_t size;
    bool refused; /* answered already; what comes is dropped */
};

struct core_front {
    struct process *process;
    enum role role; /* at the other end: the front, or the gate */
    struct core *core;
    struct frontier frontier;
    VEC(struct upload *) uploads;
    struct buf tmp; /* directory of large bodies */
};

/* --- answers ---------------------------------------------------------------
 */

static int put_file(str bytes, struct err *err)
{
    int fd = memfd_create("answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return err_errno(err, errno, "memfd_create");
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n <= 0) {
            close(fd);
            return err_errno(err, errno, "memfd");
        }
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    fcntl(fd, F_ADD_SEALS,
          F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return fd;
}

static void fill_answer(struct message_answer *answer,
                        const struct response *res)
{
    answer->status = res->status;
    answer->content_type = str_c(res->content_type);
    answer->etag = res->etag;
    answer->location = res->location;
    answer->disposition = res->disposition;
    answer->set_cookie = res->set_cookie;
    answer->set_cookie2 = res->set_cookie2;
    answer->allow = res->allow;
    answer->login = res->login;
    answer->retry_after_s = res->retry_after_s;
    answer->cacheable = res->cacheable;
    answer->ranges = res->ranges;
}

/* The front is told even when an answer cannot be sent as it is: a client is
 * never left waiting. */
static void send_failure(struct core_front *front, uint64_t request,
                         const char *why)
{
    static const char body[] =
        "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\","
        "\"status\":500,\"detail\":\"the server failed; its log says why\"}";
    struct message_answer answer = {
        .id = (int64_t)request,
        .status = 500,
        .content_type = STR("application/problem+json"),
        .body = str_c(body),
        .file_size = -1,
    };

    log_error("request.answer", LOG_TEXT("error", str_c(why)));
    (void)!process_send(front->process, front->role, MESSAGE_ANSWER, &answer,
                        -1, NULL);
}

static int attach(struct response *res, struct message_answer *answer,
                  struct err *err)
{
    struct stat facts;
    int fd;

    answer->file_size = -1;
    if (res->file >= 0) {
        if (fstat(res->file, &facts) < 0)
            return err_errno(err, errno, "fstat");
        answer->file_size = facts.st_size;
        fd = res->file;
        res->file = -1;
        return fd;
    }
    if (res->body.n <= ANSWER_INLINE_MAX) {
        answer->body = buf_str(&res->body);
        return 0;
    }
    answer->file_size = (int64_t)res->body.n;
    return put_file(buf_str(&res->body), err);
}

static void answer(void *ctx, uint64_t request, struct response *res)
{
    struct core_front *front = ctx;
    struct message_answer message = { .id = (int64_t)request };
    struct err err = { 0 };
    int rc;

    fill_answer(&message, res);
    rc = attach(res, &message, &err);
    if (rc >= 0)
        rc = process_send(front->process, front->role, MESSAGE_ANSWER, &message,
                          message.file_size >= 0 ? rc : -1, &err);
    if (rc < 0 && rc != E_ABSENT)
        send_failure(front, request, err_text(&err));
}

static void stream(void *ctx, uint64_t request, const char *content_type)
{
    struct core_front *front = ctx;
    struct message_stream message = { (int64_t)request, str_c(content_type) };

    (void)!process_send(front->process, front->role, MESSAGE_STREAM, &message,
                        -1, NULL);
}

static void send_piece(void *ctx, uint64_t request, str piece)
{
    struct core_front *front = ctx;

    while (piece.n > 0) {
        struct message_piece message = { (int64_t)request,
                                         str_sub(piece, 0, PIECE_MAX) };

        (void)!process_send(front->process, front->role, MESSAGE_PIECE,
                            &message, -1, NULL);
        piece = str_sub(piece, PIECE_MAX, piece.n);
    }
}

static void end(void *ctx, uint64_t request)
{
    struct core_front *front = ctx;

    (void)!process_send(front->process, front->role, MESSAGE_END,
                        &(struct message_id){ (int64_t)request }, -1, NULL);
}

/* --- requests --------------------------------------------------------------
 */

static void fill(struct request *req, const struct message_request *from)
{
    req->method = (enum method)from->method;
    req->door = (enum door)from->door;
    req->now = clock_now();
    req->path = from->path;
    req->query_text = from->query;
    req->body = from->body;
    req->body_size = from->follows ? from->body_size : (int64_t)from->body.n;
    req->content_type = from->content_type;
    req->authorization = from->authorization;
    req->cookie = from->cookie;
    req->host = from->host;
    req->origin = from->origin;
    req->fetch_site = from->fetch_site;
    req->mark = from->mark;
    req->last_event = from->last_event;
    req->fingerprint = from->fingerprint;
    req->user_agent = from->user_agent;
    req->if_match = from->if_match;
    req->if_none_match = from->if_none_match;
    req->range = from->range;
    req->accept = from->accept;
    req->accept_language = from->accept_language;
    req->peer = from->peer;
    req->front = (uint64_t)from->id;
}

/* The texts of a message die with it. */
static void keep_texts(struct request *req)
{
    str *const texts[] = {
        &req->path,          &req->query_text,      &req->content_type,
        &req->authorization, &req->cookie,          &req->host,
        &req->origin,        &req->fetch_site,      &req->mark,
        &req->last_event,    &req->fingerprint,     &req->user_agent,
        &req->if_match,      &req->if_none_match,   &req->range,
        &req->accept,        &req->accept_language, &req->peer,
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_str(&req->arena, *texts[i]);
}

static void answer_now(struct core_front *front, struct request *req)
{
    AUTO(response_clear) struct response res;

    response_init(&res);
    core_answer(front->core, req, &res);
    if (!res.held)
        answer(front, req->front, &res);
}

static void upload_free(struct upload *upload)
{
    if (upload == NULL)
        return;
    if (upload->file >= 0)
        close(upload->file);
    buf_clear(&upload->body);
    request_clear(&upload->req);
    mem_free(upload);
}

static int start_upload(struct core_front *front,
                        const struct message_request *from, struct err *err)
{
    AUTO(response_clear) struct response res;
    struct upload *upload;

    response_init(&res);
    /* Clients can do this: it is no fault of the front. */
    if (front->uploads.n >= UPLOADS_MAX) {
        respond_problem(&res, 503, NULL, "the server is busy");
        res.retry_after_s = 1;
        answer(front, (uint64_t)from->id, &res);
        return 0;
    }
    upload = mem_alloc(1, sizeof(*upload));
    upload->file = -1;
    upload->body = BUF_INIT(UPLOAD_MEMORY_MAX);
    request_init(&upload->req, front->core);
    fill(&upload->req, from);
    keep_texts(&upload->req);
    if (!core_admit(front->core, &upload->req, &res)) {
        answer(front, upload->req.front, &res);
        upload_free(upload);
        return 0;
    }
    *vec_push(&front->uploads) = upload;
    return process_send(front->process, front->role, MESSAGE_GO_ON,
                        &(struct message_id){ from->id }, -1, err);
}

static int take_request(struct core_front *front,
                        const struct message_request *from, struct err *err)
{
    AUTO(request_clear) struct request req;
    bool device = from->door == DOOR_DEVICE || from->door == DOOR_DEVICE_CLEAR;

    if (device != (front->role == ROLE_GATE) || (device && from->follows))
        return err_set(err, E_INVALID, "a door that is not its own");
    request_init(&req, front->core);
    if (from->follows)
        return start_upload(front, from, err);
    fill(&req, from);
    answer_now(front, &req);
    return 0;
}

/* --- bodies ----------------------------------------------------------------
 */

static size_t find_upload(const struct core_front *front, int64_t id)
{
    for (size_t i = 0; i < front->uploads.n; i++) {
        if (front->uploads.p[i]->req.front == (uint64_t)id)
            return i;
    }
    return SIZE_MAX;
}

static void drop_upload(struct core_front *front, size_t index)
{
    upload_free(front->uploads.p[index]);
    front->uploads.p[index] = front->uploads.p[--front->uploads.n];
}

static int spill(struct core_front *front, struct upload *upload, str bytes,
                 struct err *err)
{
    if (upload->file < 0) {
        upload->file =
            open(buf_c(&front->tmp), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (upload->file < 0)
            return err_errno(err, errno, "a temporary file");
        if (upload->body.n > 0 &&
            write(upload->file, upload->body.p, upload->body.n) !=
                (ssize_t)upload->body.n)
            return err_errno(err, errno, "a temporary file");
        buf_clear(&upload->body);
    }
    if (write(upload->file, bytes.p, bytes.n) != (ssize_t)bytes.n)
        return err_errno(err, errno, "a temporary file");
    return 0;
}

static int add_bytes(struct core_front *front, struct upload *upload, str bytes,
                     struct err *err)
{
    size_t max = upload->req.route->body_max;

    upload->size += (int64_t)bytes.n;
    if (upload->size > (int64_t)max)
        return refuse(&upload->req, 413, NULL, err, E_LIMIT,
                      "the body is larger than %zu bytes", max);
    if (upload->file < 0 && upload->size <= UPLOAD_MEMORY_MAX) {
        buf_add(&upload->body, bytes);
        return 0;
    }
    if (bytes.n > 0 && spill(front, upload, bytes, err) < 0)
        return refuse(&upload->req, 507, NULL, err, E_IO,
                      "the server has no room for this");
    return 0;
}

/* The file is mapped where a handler wants it in memory, handed over where it
 * is too large for that. */
static void finish_upload(struct core_front *front, struct upload *upload)
{
    AUTO(response_clear) struct response res;
    struct request *req = &upload->req;
    void *map = MAP_FAILED;

    response_init(&res);
    req->body_size = upload->size;
    if (upload->file < 0) {
        req->body = upload->size > 0 ? buf_str(&upload->body) : STR("");
    } else if (upload->size <= BODY_MEMORY_MAX) {
        map = mmap(NULL, (size_t)upload->size, PROT_READ, MAP_PRIVATE,
                   upload->file, 0);
        if (map == MAP_FAILED) {
            respond_problem(&res, 503, NULL, "the server is short of memory");
            res.retry_after_s = 1;
            answer(front, req->front, &res);
            return;
        }
        req->body = (str){ map, (size_t)upload->size };
    } else {
        lseek(upload->file, 0, SEEK_SET);
        req->body_file = upload->file;
        upload->file = -1;
    }
    answer_now(front, req);
    if (map != MAP_FAILED)
        munmap(map, (size_t)upload->size);
}

static int take_body(struct core_front *front, const struct message_body *from)
{
    AUTO(response_clear) struct response res;
    struct err err = { 0 };
    size_t index = find_upload(front, from->id);
    struct upload *upload;

    response_init(&res);
    if (index == SIZE_MAX)
        return 0; /* refused meanwhile */
    upload = front->uploads.p[index];
    if (add_bytes(front, upload, from->bytes, &err) < 0) {
        respond_problem(&res, upload->req.refusal.status, NULL, err_text(&err));
        response_finish(&upload->req, &res);
        answer(front, upload->req.front, &res);
        drop_upload(front, index);
        return 0;
    }
    if (from->last) {
        finish_upload(front, upload);
        drop_upload(front, find_upload(front, from->id));
    }
    return 0;
}

static void take_gone(struct core_front *front, int64_t id)
{
    size_t index = find_upload(front, id);

    if (index != SIZE_MAX)
        drop_upload(front, index);
    else
        frontier_gone(&front->frontier, (uint64_t)id);
}

int core_front_message(struct core_front *front, struct message *message,
                       struct err *err)
{
    switch (message->kind) {
    case MESSAGE_REQUEST:
        return take_request(front, message->value, err);
    case MESSAGE_BODY:
        return take_body(front, message->value);
    case MESSAGE_GONE:
        take_gone(front, ((const struct message_id *)message->value)->id);
        return 0;
    case MESSAGE_FRONT_STATE:
        metrics_front(front->core->metrics, message->value);
        return 0;
    default:
        return err_set(err, E_INVALID, "not for the core");
    }
}

void core_front_lost(struct core_front *front)
{
    while (front->uploads.n > 0)
        drop_upload(front, front->uploads.n - 1);
    frontier_gone_all(&front->frontier);
}

struct core_front *core_front_new(struct process *process, enum role role,
                                  struct core *core)
{
    struct core_front *front = mem_alloc(1, sizeof(*front));

    front->process = process;
    front->role = role;
    front->core = core;
    front->tmp = BUF_INIT(8192);
    buf_printf(&front->tmp, "%" PRIstr "/tmp", ARGstr(process->config->data));
    front->frontier = (struct frontier){ .ctx = front,
                                         .answer = answer,
                                         .stream = stream,
                                         .send = send_piece,
                                         .end = end };
    return front;
}

void core_front_free(struct core_front *front)
{
    if (front == NULL)
        return;
    core_front_lost(front);
    vec_clear(&front->uploads);
    buf_clear(&front->tmp);
    frontier_clear(&front->frontier);
    mem_free(front);
}

struct frontier *core_front_frontier(struct core_front *front)
{
    return &front->frontier;
}
