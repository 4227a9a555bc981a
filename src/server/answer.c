/* SPDX-License-Identifier: Apache-2.0
 *
 * What handlers build answers with: refusals, pages of lists, revisions.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/answer_int.h"
#include "server/core.h"

void request_init(struct request *req, struct core *core)
{
    *req = (struct request){ .core = core, .arena = ARENA, .body_file = -1 };
}

void request_clear(struct request *req)
{
    jval_free(req->query);
    jval_free(req->json);
    jval_free(req->refusal.errors);
    if (req->body_file >= 0)
        close(req->body_file);
    arena_clear(&req->arena);
    request_init(req, NULL);
}

void response_init(struct response *res)
{
    *res = (struct response){ .body = BUF(RESPONSE_BODY_MAX), .file = -1 };
}

void response_clear(struct response *res)
{
    jval_free(res->json);
    buf_clear(&res->body);
    if (res->file >= 0)
        close(res->file);
    response_init(res);
}

int refuse(struct request *req, int status, const char *field, struct err *err,
           int code, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    req->refusal.status = status;
    req->refusal.field =
        field != NULL ? arena_str(&req->arena, str_c(field)) : STR_NONE;
    return err_set(err, code, "%s", text);
}

static const struct {
    int status;
    const char *title;
} titles[] = {
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 410, "Gone" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 415, "Unsupported Media Type" },
    { 416, "Range Not Satisfiable" },
    { 422, "Unprocessable Content" },
    { 428, "Precondition Required" },
    { 429, "Too Many Requests" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 507, "Insufficient Storage" },
};

const char *status_title(int status)
{
    for (size_t i = 0; i < COUNT(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Error";
}

/* Everything a failed handler may have set is dropped. */
void respond_errors(struct response *res, int status, str detail,
                    struct jval *errors)
{
    struct jval *problem = jval_new_object();
    int64_t retry_after_s = res->retry_after_s;

    response_clear(res);
    res->status = status;
    res->retry_after_s = retry_after_s;
    res->content_type = "application/problem+json";
    jval_set_text(problem, "type", STR("about:blank"));
    jval_set_text(problem, "title", str_c(status_title(status)));
    jval_set_i64(problem, "status", status);
    jval_set_text(problem, "detail", detail);
    if (errors != NULL)
        jval_set(problem, "errors", errors);
    res->json = problem;
}

void respond_problem(struct response *res, int status, const char *field,
                     const char *detail)
{
    struct jval *errors = NULL;

    if (field != NULL) {
        struct jval *error = jval_new_object();

        errors = jval_new_array();
        jval_set_text(error, "field", str_c(field));
        jval_set_text(error, "reason", str_c(detail));
        jval_push(errors, error);
    }
    respond_errors(res, status, str_c(detail), errors);
}

int64_t request_time(const struct jval *jval, int64_t otherwise)
{
    int64_t at;

    return clock_parse(jval_text(jval, STR("")), &at, NULL) == 0 ? at
                                                                 : otherwise;
}

int request_body_file(struct request *req, const char *expected,
                      struct err *err)
{
    int fd;

    if (req->body_file >= 0)
        return dup(req->body_file);
    if (req->body.n == 0)
        return refuse(req, 422, NULL, err, E_INVALID, "%s", expected);
    fd = memfd_create("body", MFD_CLOEXEC);
    for (size_t done = 0; fd >= 0 && done < req->body.n;) {
        ssize_t n = write(fd, req->body.p + done, req->body.n - done);

        if (n <= 0) {
            int number = errno;

            close(fd);
            return err_errno(err, number, "the body");
        }
        done += (size_t)n;
    }
    return fd < 0 ? err_errno(err, errno, "the body") : fd;
}

/* --- paging ------------------------------------------------------------ */

/* A cursor is base64url (RFC 4648 5) of a check byte and the text. It is no
 * secret and no authority: the scope is asked again for every page. The
 * check only tells a damaged one. */
static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789-_";

static char check_of(str text)
{
    return (char)(str_hash(text) & 0x7f);
}

static void cursor_encode(str text, struct buf *out)
{
    AUTO(buf_clear) struct buf whole = BUF(CURSOR_MAX + 1);
    uint32_t bits = 0;
    unsigned n = 0;

    buf_add_char(&whole, check_of(text));
    buf_add(&whole, text);
    for (size_t i = 0; i < whole.n; i++) {
        bits = bits << 8 | (uint8_t)whole.p[i];
        for (n += 8; n >= 6; n -= 6)
            buf_add_char(out, digits64[bits >> (n - 6) & 63]);
    }
    if (n > 0)
        buf_add_char(out, digits64[bits << (6 - n) & 63]);
}

static bool cursor_decode(str text, struct arena *arena, str *out)
{
    char *to = arena_alloc(arena, text.n + 1, 1);
    uint32_t bits = 0;
    unsigned n = 0;
    size_t length = 0;

    if (text.n > CURSOR_MAX * 2)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] != '\0' ? strchr(digits64, text.p[i]) : NULL;

        if (at == NULL)
            return false;
        bits = bits << 6 | (uint32_t)(at - digits64);
        n += 6;
        if (n >= 8) {
            n -= 8;
            to[length++] = (char)(bits >> n & 0xff);
        }
    }
    if (length < 1)
        return false;
    *out = (str){ to + 1, length - 1 };
    return to[0] == check_of(*out);
}

int request_page(struct request *req, struct page *out, struct err *err)
{
    str after = jval_text(jval_get(req->query, "after"), STR(""));
    str decoded = STR("");

    if (after.n > 0 && !cursor_decode(after, &req->arena, &decoded))
        return refuse(req, 422, "after", err, E_INVALID,
                      "after is no `next` of a page");
    out->limit = jval_i64(jval_get(req->query, "limit"), PAGE_LIMIT_DEFAULT);
    out->after = decoded;
    return 0;
}

void json_time(struct jval *object, const char *key, int64_t at)
{
    char text[CLOCK_TEXT_MAX];

    if (at != 0)
        clock_text(at, text);
    jval_set_text(object, key, at != 0 ? str_c(text) : STR_NONE);
}

int request_page_id(struct request *req, struct page *out, int64_t *from,
                    struct err *err)
{
    int rc = request_page(req, out, err);

    *from = 0;
    if (rc < 0 || out->after.n == 0)
        return rc;
    if (str_to_i64(out->after, 1, INT64_MAX, from, NULL) < 0)
        return refuse(req, 422, "after", err, E_INVALID,
                      "after is not a cursor of this list");
    return 0;
}

void respond_list(struct response *res, struct jval *items, str next,
                  int64_t total)
{
    AUTO(buf_clear) struct buf cursor = BUF(CURSOR_MAX * 2);
    struct jval *list = jval_new_object();

    jval_set(list, "items", items);
    if (next.n > 0)
        cursor_encode(next, &cursor);
    jval_set_text(list, "next", next.n > 0 ? buf_str(&cursor) : STR_NONE);
    if (total >= 0)
        jval_set_i64(list, "total", total);
    jval_free(res->json);
    res->json = list;
}

void respond_page(struct request *req, struct response *res,
                  const struct page *page, struct jval *items, int64_t last,
                  int64_t total)
{
    str next = STR("");

    if (jval_count(items) >= (size_t)page->limit)
        next = arena_printf(&req->arena, "%lld", (long long)last);
    respond_list(res, items, next, total);
}

/* --- revisions --------------------------------------------------------- */

/* One entity tag of a list: its text without quotes and W/. */
static bool next_tag(str *list, str *out)
{
    *list = str_trim(*list);
    if (str_starts(*list, STR("W/")))
        *list = str_sub(*list, 2, list->n);
    if (list->n < 2 || list->p[0] != '"')
        return false;
    *list = str_sub(*list, 1, list->n);
    *out = str_cut(list, '"');
    *list = str_trim(*list);
    if (list->n > 0 && list->p[0] == ',')
        *list = str_sub(*list, 1, list->n);
    return true;
}

bool tag_matches(str list, str tag)
{
    str one;

    if (str_eq(str_trim(list), STR("*")))
        return true;
    while (next_tag(&list, &one)) {
        if (str_eq(one, tag))
            return true;
    }
    return false;
}

/* A tag of an object is REVISION or REVISION-HASH. */
int request_match(struct request *req, int64_t revision, struct err *err)
{
    str list = req->if_match;
    str tag;
    int64_t number;

    if (list.n == 0)
        return refuse(req, 428, NULL, err, E_INVALID,
                      "If-Match with the ETag of the object is needed");
    if (str_eq(str_trim(list), STR("*")))
        return 0;
    while (next_tag(&list, &tag)) {
        str text = str_cut(&tag, '-');

        if (str_to_i64(text, 0, INT64_MAX, &number, NULL) == 0 &&
            number == revision)
            return 0;
    }
    return refuse(req, 412, NULL, err, E_INVALID,
                  "the object was changed meanwhile; read it again");
}

void respond_revision(struct request *req, struct response *res,
                      int64_t revision)
{
    res->revision = revision;
    res->etag = arena_printf(&req->arena, "%lld", (long long)revision);
}
