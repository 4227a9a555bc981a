/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers as MHD sends them: headers, files and their ranges, streams.
 */
#include <unistd.h>

#include "base/jval.h"
#include "server/front_int.h"

/* Pictures that a page makes itself are data: and blob:. */
#define CSP_CONSOLE                                                            \
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "      \
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
/* A report is one file with its style in it and nothing else. */
#define CSP_REPORT                                                             \
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "         \
    "form-action 'none'; frame-ancestors 'none'"

/* What every answer says; see also "Security headers" in ARCHITECTURE.md. */
static const struct {
    const char *name;
    const char *value;
} every[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Strict-Transport-Security", "max-age=31536000" },
};

/* A header with a character that would end it is left out: the core made it,
 * and a mistake there must not become another answer. */
static void add_header(struct MHD_Response *response, const char *name,
                       str value)
{
    AUTO(buf_clear) struct buf text = BUF(REQUEST_HEADER_MAX + 64);

    if (value.n == 0)
        return;
    for (size_t i = 0; i < value.n; i++) {
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return;
    }
    buf_add(&text, value);
    MHD_add_response_header(response, name, buf_c(&text));
}

void answer_etag(struct MHD_Response *response, str etag)
{
    AUTO(buf_clear) struct buf text = BUF(REQUEST_HEADER_MAX);

    if (etag.n == 0)
        return;
    buf_printf(&text, "\"%" PRIstr "\"", ARGstr(etag));
    add_header(response, "ETag", buf_str(&text));
}

/* A name is written for every reader: other characters become "_". */
static void add_disposition(struct MHD_Response *response, str name)
{
    AUTO(buf_clear) struct buf text = BUF(512);

    if (name.n == 0)
        return;
    buf_add_c(&text, "attachment; filename=\"");
    for (size_t i = 0; i < name.n && i < 200; i++) {
        char c = name.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || c == '-' || c == '.';

        buf_add_char(&text, plain ? c : '_');
    }
    buf_add_c(&text, "\"");
    add_header(response, "Content-Disposition", buf_str(&text));
}

void answer_security(const struct asking *asking, struct MHD_Response *response,
                     enum answer_page page)
{
    if (asking->client->listener->door != DOOR_API)
        return;
    MHD_add_response_header(response, "Content-Security-Policy",
                            page == PAGE_REPORT ? CSP_REPORT : CSP_CONSOLE);
    for (size_t i = 0; i < COUNT(every); i++)
        MHD_add_response_header(response, every[i].name, every[i].value);
}

static void add_number(struct MHD_Response *response, const char *name,
                       int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)value);
    MHD_add_response_header(response, name, text);
}

/* All HTML that the core makes is a report, or as plain as one. */
static enum answer_page page_of(str content_type)
{
    return str_starts(content_type, STR("text/html")) ? PAGE_REPORT
                                                      : PAGE_CONSOLE;
}

static void add_headers(struct asking *asking, struct MHD_Response *response,
                        const struct message_answer *answer)
{
    answer_security(asking, response, page_of(answer->content_type));
    add_header(response, "Content-Type", answer->content_type);
    add_header(response, "Location", answer->location);
    add_header(response, "Set-Cookie", answer->set_cookie);
    add_header(response, "Set-Cookie", answer->set_cookie2);
    add_header(response, "Allow", answer->allow);
    add_header(response, "WWW-Authenticate", answer->login);
    add_header(response, "Vary", STR("Accept-Language"));
    answer_etag(response, answer->etag);
    add_disposition(response, answer->disposition);
    if (answer->ranges)
        add_header(response, "Accept-Ranges", STR("bytes"));
    if (answer->retry_after_s > 0)
        add_number(response, "Retry-After", answer->retry_after_s);
    if (asking->client->listener->door == DOOR_API)
        add_header(response, "Cache-Control",
                   answer->cacheable || answer->etag.n > 0
                       ? STR("private, no-cache")
                       : STR("no-store"));
}

/* "bytes=FIRST-LAST", "bytes=FIRST-", "bytes=-COUNT"; anything else, several
 * ranges among it, is no range (RFC 9110 14.2). False: not satisfiable. */
static bool cut_range(str range, int64_t size, int64_t *from, int64_t *n,
                      bool *cut)
{
    int64_t first = -1;
    int64_t last = -1;
    str text;

    *from = 0;
    *n = size;
    *cut = false;
    if (!str_starts(range, STR("bytes=")))
        return true;
    range = str_sub(range, 6, range.n);
    text = str_cut(&range, '-');
    if ((text.n > 0 && str_to_i64(text, 0, INT64_MAX, &first, NULL) < 0) ||
        (range.n > 0 && str_to_i64(range, 0, INT64_MAX, &last, NULL) < 0) ||
        (first < 0 && last < 0) || (last >= 0 && first > last))
        return true;
    if (first < 0) {
        first = last < size ? size - last : 0;
        last = size - 1;
    }
    if (first >= size)
        return false;
    if (last < 0 || last >= size)
        last = size - 1;
    *from = first;
    *n = last - first + 1;
    *cut = true;
    return true;
}

static struct MHD_Response *empty(void)
{
    return MHD_create_response_from_buffer(0, (void *)(uintptr_t) "",
                                           MHD_RESPMEM_PERSISTENT);
}

/* Takes the descriptor over. */
static struct MHD_Response *from_file(struct asking *asking,
                                      const struct message_answer *answer,
                                      int fd)
{
    struct MHD_Response *response;
    int64_t size = answer->file_size;
    int64_t from;
    int64_t n;
    bool cut;
    char text[80];

    asking->status = (unsigned)answer->status;
    if (!cut_range(answer->ranges && answer->status == 200
                       ? form_header(asking->connection, "Range")
                       : STR_NONE,
                   size, &from, &n, &cut)) {
        close(fd);
        response = empty();
        asking->status = 416;
        snprintf(text, sizeof(text), "bytes */%lld", (long long)size);
        MHD_add_response_header(response, "Content-Range", text);
        return response;
    }
    response = MHD_create_response_from_fd_at_offset64((uint64_t)n, fd,
                                                       (uint64_t)from);
    if (response == NULL) {
        close(fd);
        return NULL;
    }
    if (cut) {
        asking->status = 206;
        snprintf(text, sizeof(text), "bytes %lld-%lld/%lld", (long long)from,
                 (long long)(from + n - 1), (long long)size);
        MHD_add_response_header(response, "Content-Range", text);
    }
    return response;
}

static struct MHD_Response *from_bytes(str bytes)
{
    return MHD_create_response_from_buffer(
        bytes.n, (void *)(uintptr_t)(bytes.p != NULL ? bytes.p : ""),
        MHD_RESPMEM_MUST_COPY);
}

void answer_set(struct asking *asking, struct MHD_Response *response,
                unsigned status)
{
    asking->response = response;
    asking->status = status;
    asking->state =
        asking->state == ASKING_KNOCKING || asking->state == ASKING_PASSING
            ? ASKING_DROPPING
            : ASKING_ANSWERED;
    asking_resume(asking);
}

void answer_take(struct front *front, const struct message_answer *answer,
                 int fd)
{
    struct asking *asking = asking_find(front, answer->id);
    struct MHD_Response *response;

    if (asking == NULL || asking->response != NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    asking->status = (unsigned)answer->status;
    response =
        fd >= 0 ? from_file(asking, answer, fd) : from_bytes(answer->body);
    if (response == NULL) {
        answer_refuse(asking, 500, "the answer cannot be sent", 0);
        return;
    }
    add_headers(asking, response, answer);
    answer_set(asking, response, asking->status);
}

void answer_refuse(struct asking *asking, unsigned status, const char *detail,
                   int64_t retry_after_s)
{
    AUTO(jval_freep) struct jval *problem = jval_new_object();
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct message_answer answer = {
        .content_type = STR("application/problem+json"),
        .retry_after_s = retry_after_s,
    };
    struct MHD_Response *response;

    AUTO(buf_clear) struct buf title = BUF(256);
    AUTO(buf_clear) struct buf said = BUF(2048);
    enum words_language language =
        language_accepted(form_header(asking->connection, "Accept-Language"));

    sentence_add(str_c(status_title((int)status)), language, &title);
    sentence_add(str_c(detail), language, &said);
    jval_set_text(problem, "type", STR("about:blank"));
    jval_set_text(problem, "title", buf_str(&title));
    jval_set_i64(problem, "status", status);
    jval_set_text(problem, "code", str_c(status_code((int)status)));
    jval_set_text(problem, "detail", buf_str(&said));
    jval_print(problem, &text);
    response = from_bytes(buf_str(&text));
    add_headers(asking, response, &answer);
    answer_set(asking, response, status);
}

enum MHD_Result answer_queue(struct asking *asking)
{
    if (asking->response == NULL)
        return MHD_NO;
    asking->queued = true;
    return MHD_queue_response(asking->connection, asking->status,
                              asking->response);
}

/* --- streams
 * ------------------------------------------------------------------ */

static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t max)
{
    struct asking *asking = cls;
    size_t n = asking->out.n < max ? asking->out.n : max;

    (void)position;
    if (asking->lost)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (n > 0) {
        memcpy(out, asking->out.p, n);
        memmove(asking->out.p, asking->out.p + n, asking->out.n - n);
        asking->out.n -= n;
        return (ssize_t)n;
    }
    if (asking->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    answer_suspend(asking);
    return 0;
}

void answer_stream(struct front *front, const struct message_stream *stream)
{
    struct asking *asking = asking_find(front, stream->id);
    struct MHD_Response *response;

    if (asking == NULL || asking->state != ASKING_WAITING)
        return;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096,
                                                 read_stream, asking, NULL);
    answer_security(asking, response, page_of(stream->content_type));
    add_header(response, "Content-Type", stream->content_type);
    add_header(response, "Cache-Control", STR("no-store"));
    asking->out = BUF_INIT(STREAM_WAITING_MAX);
    asking->status = 200;
    asking->response = response;
    asking->state = ASKING_STREAMING;
    asking_resume(asking);
}

/* A reader that is too slow is cut off; it comes again and says what it saw
 * last. */
void answer_piece(struct front *front, const struct message_piece *piece)
{
    struct asking *asking = asking_find(front, piece->id);

    if (asking == NULL || asking->state != ASKING_STREAMING)
        return;
    buf_add(&asking->out, piece->bytes);
    if (asking->out.over) {
        asking->lost = true;
        buf_reset(&asking->out);
    }
    asking_resume(asking);
}

void answer_end(struct front *front, int64_t id)
{
    struct asking *asking = asking_find(front, id);

    if (asking == NULL || asking->state != ASKING_STREAMING)
        return;
    asking->ended = true;
    asking_resume(asking);
}
