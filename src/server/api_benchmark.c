/* SPDX-License-Identifier: Apache-2.0
 *
 * Benchmarks: what was uploaded and what is in it (K-SCAP-3 to 6).
 */
#include <errno.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"
#include "base/mem.h"
#include "server/benchmark_take.h"
#include "server/routes_int.h"

enum {
    UPLOAD_MAX = 256 << 20,
    HEX_MAX = 2 * JOB_DIGEST_BYTES,
};

static const struct field benchmark_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = "benchmark|tailoring" },
    { "name", FIELD_TEXT, .required = true },
    { "sha256", FIELD_TEXT, .required = true,
      .help = "of the file as it was uploaded" },
    { "size", FIELD_INTEGER, .required = true },
    { "uploaded", FIELD_TIME },
    { "uploaded_by", FIELD_TEXT },
    { "content", FIELD_OBJECT, .required = true,
      .help = "streams with their benchmarks (title, version, status, "
              "platforms, profiles), components, problems" },
    { NULL },
};

static void hex_of(const uint8_t *bytes, char out[HEX_MAX + 1])
{
    for (size_t i = 0; i < JOB_DIGEST_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static struct jval *to_json(const struct benchmark *b)
{
    struct jval *o = jval_new_object();
    struct jval *content = NULL;
    char hex[HEX_MAX + 1];

    hex_of(b->sha256, hex);
    if (jval_parse(b->description, BENCHMARK_DESCRIPTION_MAX, &content, NULL) <
        0)
        content = jval_new_object();
    jval_set_i64(o, "id", b->id);
    jval_set_text(o, "kind", b->kind);
    jval_set_text(o, "name", b->name);
    jval_set_text(o, "sha256", str_c(hex));
    jval_set_i64(o, "size", b->size);
    json_time(o, "uploaded", b->uploaded);
    jval_set_text(o, "uploaded_by", b->uploaded_by);
    jval_set(o, "content", content);
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    struct benchmarks all = { 0 };
    struct page page;
    struct benchmark_range range = { 0 };
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = benchmark_list(req->core->db, &req->scope, &range, &req->arena,
                            &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    benchmarks_clear(&all);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct benchmark b;
    int rc = benchmark_get(req->core->db, &req->scope, req->params[0],
                           &req->arena, &b, err);

    if (rc == 0)
        res->json = to_json(&b);
    return rc;
}

static int remove_one(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = jval_new_object();
    struct db *db = req->core->db;
    struct benchmark b;
    int rc =
        benchmark_get(db, &req->scope, req->params[0], &req->arena, &b, err);

    (void)res;
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    jval_set_text(before, "name", b.name);
    rc = benchmark_remove(db, &req->scope, b.id, req->now, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = request_audit(req, "benchmark.deleted", b.id, before, NULL, err);
    return rc < 0 ? rc : db_commit(db, err);
}

/* --- upload -------------------------------------------------------------- */

static const struct field add_query[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = BENCHMARK_NAME_MAX,
      .help = "the file's name" },
    { "sha256", FIELD_TEXT, .max = HEX_MAX,
      .help = "what its publisher states; another file is refused" },
    { NULL },
};

struct upload {
    struct held *held; /* NULL: the client went away */
};

static void gone(void *ctx)
{
    struct upload *upload = ctx;

    upload->held = NULL;
}

static void taken(void *ctx, int rc, const struct benchmark *b, const char *why)
{
    struct upload *upload = ctx;
    struct response res;

    response_init(&res);
    if (rc < 0) {
        respond_problem(&res, rc == E_IO || rc == E_PERM ? 500 : 422, NULL,
                        why);
    } else {
        res.status = 201;
        res.json = to_json(b);
    }
    if (upload->held != NULL)
        held_answer(upload->held, &res);
    response_clear(&res);
    mem_free(upload);
}

static int digest_file(int fd, struct benchmark_order *order, struct err *err)
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;
    char piece[1 << 14];
    ssize_t n;

    digest_init(&digest, DIGEST_SHA256);
    while ((n = pread(fd, piece, sizeof(piece), order->size)) > 0) {
        digest_add(&digest, piece, (size_t)n);
        order->size += n;
    }
    if (n < 0)
        return err_errno(err, errno, "the benchmark");
    digest_bytes(&digest, bytes);
    memcpy(order->sha256, bytes, sizeof(order->sha256));
    return 0;
}

static int check_digest(struct request *req,
                        const struct benchmark_order *order, struct err *err)
{
    str wanted = jval_text(jval_get(req->query, "sha256"), STR(""));
    char hex[HEX_MAX + 1];

    hex_of(order->sha256, hex);
    if (wanted.n == 0 || str_eq_nocase(wanted, str_c(hex)))
        return 0;
    return refuse(req, 422, "sha256", err, E_INVALID,
                  "the file has the SHA-256 %s: it is not the one that was "
                  "stated",
                  hex);
}

static int add(struct request *req, struct response *res, struct err *err)
{
    struct benchmark_order order = {
        .name = jval_text(jval_get(req->query, "name"), STR("")),
        .scope = req->scope,
        .peer = req->peer,
    };
    struct upload *upload;
    int fd;
    int rc;

    if (req->core->reader == NULL)
        return err_set(err, E_UNSUPPORTED, "this server has no reader");
    fd = request_body_file(req,
                           "the body is the content: a data stream, a "
                           "ZIP, or a tailoring",
                           err);
    if (fd < 0)
        return fd;
    rc = digest_file(fd, &order, err);
    if (rc == 0)
        rc = check_digest(req, &order, err);
    if (rc < 0) {
        close(fd);
        return rc;
    }
    upload = mem_alloc(1, sizeof(*upload));
    upload->held = request_hold(req, gone, upload);
    res->held = true;
    rc = benchmark_take(req->core, &order, fd, taken, upload, err);
    if (rc < 0)
        taken(upload, rc, NULL, err_text(err));
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/benchmarks", DOOR_API, PERM_CONTENT_READ,
      .handler = list, .answer = benchmark_fields, .list = true,
      .summary = "List the SCAP content that was uploaded." },
    { METHOD_POST, "/api/v1/benchmarks", DOOR_API, PERM_CONTENT_WRITE,
      UPLOAD_MAX, add, .query = add_query, .answer = benchmark_fields,
      .summary = "Upload SCAP content or a tailoring; it is validated." },
    { METHOD_GET, "/api/v1/benchmarks/{benchmark}", DOOR_API, PERM_CONTENT_READ,
      .handler = get, .answer = benchmark_fields,
      .summary = "One upload with its benchmarks and profiles." },
    { METHOD_DELETE, "/api/v1/benchmarks/{benchmark}", DOOR_API,
      PERM_CONTENT_WRITE, .handler = remove_one,
      .summary = "Remove an upload that no configuration uses." },
};
const struct route_table routes_benchmark = { rows, COUNT(rows) };
