/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/core_rig.h"

#include "tests/unit/unit.h"

#include <ftw.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/db.h"

static void keep(char *to, size_t size, str text)
{
    snprintf(to, size, "%" PRIstr, ARGstr(text));
}

/* The front sends a descriptor as the body. */
static void take_file(struct core_rig *rig, int fd)
{
    char bytes[4096];
    ssize_t n;

    while ((n = read(fd, bytes, sizeof(bytes))) > 0)
        buf_add(&rig->body, (str){ bytes, (size_t)n });
}

static void take(struct core_rig *rig, struct response *res)
{
    rig->status = res->status;
    jval_free(rig->json);
    rig->json = res->status == 304 ? NULL : TAKE(res->json);
    buf_reset(&rig->body);
    buf_add(&rig->body, buf_str(&res->body));
    if (res->file >= 0)
        take_file(rig, res->file);
    keep(rig->etag, sizeof(rig->etag), res->etag);
    keep(rig->location, sizeof(rig->location), res->location);
    keep(rig->set_cookie, sizeof(rig->set_cookie), res->set_cookie);
    rig->retry_after_s = res->retry_after_s;
}

static void front_answer(void *ctx, uint64_t request, struct response *res)
{
    struct core_rig *rig = ctx;

    assert_true(request != 0);
    rig->held = false;
    take(rig, res);
}

static void front_stream(void *ctx, uint64_t request, const char *content_type)
{
    struct core_rig *rig = ctx;

    assert_true(request != 0 && content_type != NULL);
    rig->ended = false;
    rig->status = 200;
}

static void front_send(void *ctx, uint64_t request, str piece)
{
    struct core_rig *rig = ctx;

    assert_true(request != 0);
    buf_add(&rig->stream, piece);
}

static void front_end(void *ctx, uint64_t request)
{
    struct core_rig *rig = ctx;

    assert_true(request != 0);
    rig->ended = true;
}

int core_rig_setup(void **state)
{
    struct core_rig *rig = mem_alloc(1, sizeof(*rig));

    snprintf(rig->directory, sizeof(rig->directory), "/tmp/core-rig-XXXXXX");
    if (mkdtemp(rig->directory) == NULL)
        return -1;
    rig->now = 1767225600;
    rig->scope = scope_system(1);
    rig->core.loop = loop_new();
    rig->core.check_answers = true;
    rig->front = (struct frontier){ .ctx = rig,
                                    .answer = front_answer,
                                    .stream = front_stream,
                                    .send = front_send,
                                    .end = front_end };
    rig->core.front = &rig->front;
    rig->body = rig->stream = BUF_INIT(256 << 20);
    rig->core.db = test_db_open();
    *state = rig;
    return 0;
}

static int remove_one(const char *path, const struct stat *st UNUSED,
                      int type UNUSED, struct FTW *ftw UNUSED)
{
    return remove(path);
}

int core_rig_teardown(void **state)
{
    struct core_rig *rig = *state;

    frontier_clear(&rig->front);
    jval_free(rig->json);
    buf_clear(&rig->body);
    buf_clear(&rig->stream);
    test_db_close(rig->core.db);
    loop_free(rig->core.loop);
    nftw(rig->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    mem_free(rig);
    return 0;
}

static enum method method_of(const char *name)
{
    for (enum method method = METHOD_GET; method <= METHOD_DELETE; method++) {
        if (strcmp(method_name(method), name) == 0)
            return method;
    }
    fail_msg("no method '%s'", name);
    return METHOD_GET;
}

static void fill(struct core_rig *rig, struct request *req, const char *path,
                 str body)
{
    req->door = rig->door;
    req->now = rig->now;
    req->query_text = str_c(path);
    req->path = str_cut(&req->query_text, '?');
    req->body = body;
    req->body_size = (int64_t)body.n;
    req->if_match = str_c(rig->if_match);
    req->if_none_match = str_c(rig->if_none_match);
    req->content_type = rig->content_type != NULL ? str_c(rig->content_type)
                        : body.p != NULL          ? STR("application/json")
                                                  : STR_NONE;
    req->authorization = str_c(rig->authorization);
    req->cookie = str_c(rig->cookie);
    req->mark = str_c(rig->mark);
    req->accept_language = str_c(rig->accept_language);
    req->fingerprint = str_c(rig->fingerprint);
    req->peer = STR("192.0.2.1");
    req->scope = rig->scope;
    req->front = ++rig->requests;
}

const struct jval *core_rig_send(struct core_rig *rig, int status,
                                 const char *method, const char *path, str body)
{
    AUTO(request_clear) struct request req;
    AUTO(response_clear) struct response res;

    request_init(&req, &rig->core);
    response_init(&res);
    req.method = method_of(method);
    fill(rig, &req, path, body);
    if (rig->authenticate) {
        req.scope = (struct scope){ 0 };
        core_answer(&rig->core, &req, &res);
    } else {
        core_answer_as(&rig->core, &req, &res);
    }
    rig->held = res.held;
    if (!res.held)
        take(rig, &res);
    if (status != 0 && !res.held && rig->status != status)
        fail_msg("%s %s: %d, expected %d: %" PRIstr, method, path, rig->status,
                 status, ARGstr(buf_str(&rig->body)));
    return res.held ? NULL : rig->json;
}

const struct jval *core_rig_ask(struct core_rig *rig, int status,
                                const char *method, const char *path,
                                const char *body)
{
    return core_rig_send(rig, status, method, path, str_c(body));
}

void core_rig_sql(struct core_rig *rig, const char *sql)
{
    struct err err = { 0 };

    if (db_run(rig->core.db, sql, DB_NO_ARGS, &err) < 0)
        fail_msg("%s: %s", sql, err_text(&err));
}
