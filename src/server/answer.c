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
    const char *code; /* for programs */
    const char *title;
} titles[] = {
    { 400, "malformed", "Bad Request" },
    { 401, "login", "Unauthorized" },
    { 403, "forbidden", "Forbidden" },
    { 404, "absent", "Not Found" },
    { 405, "method", "Method Not Allowed" },
    { 408, "slow", "Request Timeout" },
    { 409, "conflict", "Conflict" },
    { 410, "absent", "Gone" },
    { 412, "changed", "Precondition Failed" },
    { 413, "large", "Content Too Large" },
    { 414, "large", "URI Too Long" },
    { 415, "media", "Unsupported Media Type" },
    { 416, "range", "Range Not Satisfiable" },
    { 422, "invalid", "Unprocessable Content" },
    { 428, "revision", "Precondition Required" },
    { 429, "busy", "Too Many Requests" },
    { 500, "failed", "Internal Server Error" },
    { 501, "unsupported", "Not Implemented" },
    { 502, "gateway", "Bad Gateway" },
    { 503, "unavailable", "Service Unavailable" },
    { 507, "full", "Insufficient Storage" },
};

const char *status_title(int status)
{
    for (size_t i = 0; i < COUNT(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Error";
}

const char *status_code(int status)
{
    for (size_t i = 0; i < COUNT(titles); i++) {
        if (titles[i].status == status)
            return titles[i].code;
    }
    return "failed";
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
    jval_set_text(problem, "code", str_c(status_code(status)));
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
        jval_set_text(error, "code", str_c(status_code(status)));
        jval_set_text(error, "reason", str_c(detail));
        jval_push(errors, error);
    }
    respond_errors(res, status, str_c(detail), errors);
}

/* --- languages ---------------------------------------------------------- */

enum words_language request_language(const struct request *req)
{
    str asked = jval_text(jval_get(req->query, "lang"), STR(""));

    return asked.n > 0 ? language_of(asked)
                       : language_accepted(req->accept_language);
}

static void set_sentence(struct jval *object, const char *key, str english,
                         enum words_language language)
{
    AUTO(buf_clear) struct buf text = BUF(SENTENCE_MAX * 2);

    sentence_add(english, language, &text);
    jval_set_text(object, key, buf_str(&text));
}

/* A detail is a sentence; or "FIELD REASON" or "FIELD: REASON", of the first
 * error, with perhaps more behind it. */
static void translate_detail(struct jval *problem, enum words_language language)
{
    AUTO(buf_clear) struct buf text = BUF(SENTENCE_MAX * 2);
    const struct jval *first = jval_at(jval_get(problem, "errors"), 0);
    str detail = jval_text(jval_get(problem, "detail"), STR(""));
    str field = jval_text(jval_get(first, "field"), STR(""));
    str reason = jval_text(jval_get(first, "reason"), STR(""));

    if (field.n > 0 && reason.n > 0 && str_starts(detail, field)) {
        str behind = str_sub(detail, field.n, detail.n);
        size_t between = str_starts(behind, STR(":")) ? 2 : 1;

        behind = str_sub(behind, between, behind.n);
        if (str_starts(behind, reason)) {
            buf_add(&text, str_sub(detail, 0, field.n + between));
            sentence_add(reason, language, &text);
            detail = str_sub(behind, reason.n, behind.n);
        }
    }
    sentence_add(detail, language, &text);
    jval_set_text(problem, "detail", buf_str(&text));
}

static void translate_texts(struct jval *object, const char *key,
                            enum words_language language)
{
    const struct jval *texts = jval_get(object, key);
    struct jval *said = jval_new_array();

    for (size_t i = 0; i < jval_count(texts); i++) {
        AUTO(buf_clear) struct buf text = BUF(SENTENCE_MAX * 2);

        sentence_add(jval_text(jval_at(texts, i), STR("")), language, &text);
        jval_push(said, jval_new_text(buf_str(&text)));
    }
    jval_set(object, key, said);
}

/* As deep as the table of a route is. */
static void translate_object(const struct field *fields, struct jval *object,
                             enum words_language language)
{
    for (; fields != NULL && fields->name != NULL; fields++) {
        struct jval *value = fields->said || fields->of != NULL
                                 ? jval_get(object, fields->name)
                                 : NULL;

        if (fields->of != NULL && fields->type == FIELD_OBJECT)
            translate_object(fields->of, value, language);
        for (size_t i = 0; fields->type == FIELD_LIST && i < jval_count(value);
             i++)
            translate_object(fields->of, jval_at(value, i), language);
        if (!fields->said)
            continue;
        if (jval_kind(value) == JVAL_TEXT)
            set_sentence(object, fields->name, jval_text(value, STR("")),
                         language);
        else if (jval_kind(value) == JVAL_ARRAY)
            translate_texts(object, fields->name, language);
    }
}

static void translate_answer(const struct route *route, struct jval *answer,
                             enum words_language language)
{
    struct jval *items = jval_get(answer, "items");

    if (!route->list)
        translate_object(route->answer, answer, language);
    for (size_t i = 0; route->list && i < jval_count(items); i++)
        translate_object(route->answer, jval_at(items, i), language);
}

static void translate_problem(struct response *res,
                              enum words_language language)
{
    struct jval *errors = jval_get(res->json, "errors");

    translate_detail(res->json, language);
    set_sentence(res->json, "title",
                 jval_text(jval_get(res->json, "title"), STR("")), language);
    for (size_t i = 0; i < jval_count(errors); i++) {
        struct jval *error = jval_at(errors, i);

        set_sentence(error, "reason",
                     jval_text(jval_get(error, "reason"), STR("")), language);
    }
}

void response_translate(const struct route *route, struct response *res,
                        enum words_language language)
{
    if (language == WORDS_EN || res->json == NULL)
        return;
    if (res->status >= 400)
        translate_problem(res, language);
    else if (route != NULL)
        translate_answer(route, res->json, language);
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
