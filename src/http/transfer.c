/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/address.h"
#include "http/transfer_int.h"

enum {
    CONNECT_MS = 20000,
    TIMEOUT_MS = 60000,
    SLOW_BYTES = 64,
    RATE_BUFFER_MIN = 1024,
    RATE_BUFFER_MAX = 16384,
    ANSWER_MAX = 1 << 20,
    URL_MAX = 8192,
    HEADERS_MAX = 32,
};

static const char *const header_names[HTTP_HEADERS] = {
    "content-type",  "etag",     "last-modified",
    "content-range", "location", "retry-after",
};

static str *answer_value(struct http_answer *answer, size_t header)
{
    str *const values[HTTP_HEADERS] = {
        &answer->content_type,  &answer->etag,     &answer->last_modified,
        &answer->content_range, &answer->location, &answer->retry_after,
    };

    return values[header];
}

static void read_status(struct http_transfer *transfer)
{
    long status = 0; /* curl's own type */

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->answer.status = status;
}

/* --- What arrives. --- */

static void keep_header(struct http_transfer *transfer, size_t header,
                        str value)
{
    struct buf *out = &transfer->values[header];

    buf_reset(out);
    *answer_value(&transfer->answer, header) = STR_NONE;
    value = str_trim(value);
    for (size_t i = 0; i < value.n; i++) {
        if ((unsigned char)value.p[i] < ' ')
            return;
    }
    if (value.n > HTTP_HEADER_MAX)
        return;
    buf_add(out, value);
    *answer_value(&transfer->answer, header) = buf_str(out);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *ctx)
{
    struct http_transfer *transfer = ctx;
    str line = { bytes, size * n };
    str name;

    if (str_starts(line, STR("HTTP/"))) { /* of the next answer */
        for (size_t i = 0; i < HTTP_HEADERS; i++)
            keep_header(transfer, i, STR_NONE);
        buf_reset(&transfer->body);
        transfer->received = 0;
        return size * n;
    }
    name = str_cut(&line, ':');
    for (size_t i = 0; i < HTTP_HEADERS; i++) {
        if (str_eq_nocase(name, str_c(header_names[i])))
            keep_header(transfer, i, line);
    }
    return size * n;
}

static size_t on_bytes(char *bytes, size_t size, size_t n, void *ctx)
{
    struct http_transfer *transfer = ctx;
    const struct http_request *request = &transfer->request;
    str piece = { bytes, size * n };

    read_status(transfer);
    if (piece.n > request->answer_max - transfer->received) {
        (void)err_set(&transfer->err, E_LIMIT,
                      "it is larger than the %llu bytes that are allowed",
                      (unsigned long long)request->answer_max);
        return 0;
    }
    transfer->received += piece.n;
    if (request->on_body == NULL) {
        buf_add(&transfer->body, piece);
        return piece.n;
    }
    if (transfer->answer.status / 100 != 2)
        return piece.n; /* the text of an error: of no use */
    transfer->err.code = request->on_body(request->ctx, &transfer->answer,
                                          piece, &transfer->err);
    return transfer->err.code < 0 ? 0 : piece.n;
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now,
                       curl_off_t up_total UNUSED, curl_off_t up UNUSED)
{
    struct http_transfer *transfer = ctx;

    if (total > 0) {
        read_status(transfer);
        transfer->request.on_progress(transfer->request.ctx, &transfer->answer,
                                      (uint64_t)now, (uint64_t)total);
    }
    return 0;
}

/* --- Where it may go. --- */

/* The address is the one that is connected to, after resolution, and this is
 * asked at every redirect: a name cannot change its mind in between. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose,
                               struct curl_sockaddr *address)
{
    struct http_transfer *transfer = ctx;
    const struct http_request *request = &transfer->request;

    if (purpose != CURLSOCKTYPE_IPCXN)
        return CURL_SOCKET_BAD;
    if (request->forbid_private && !address_is_public(&address->addr) &&
        !address_in_list(&address->addr, request->allow)) {
        (void)err_set(&transfer->err, E_INVALID,
                      "its address is not a public one, and not among the "
                      "networks that are allowed");
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

static bool text_is_loopback(const char *ip)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, ip, &v4.sin_addr) == 1)
        return address_is_loopback((const void *)&v4);
    return inet_pton(AF_INET6, ip, &v6.sin6_addr) == 1 &&
           address_is_loopback((const void *)&v6);
}

/* Before a request goes out. */
static int on_request(void *ctx, char *ip, char *local_ip UNUSED,
                      int port UNUSED, int local_port UNUSED)
{
    struct http_transfer *transfer = ctx;
    const char *scheme = NULL;

    curl_easy_getinfo(transfer->easy, CURLINFO_SCHEME, &scheme);
    if (scheme != NULL && strcasecmp(scheme, "https") == 0)
        return CURL_PREREQFUNC_OK;
    if (transfer->request.plain || text_is_loopback(ip))
        return CURL_PREREQFUNC_OK;
    (void)err_set(&transfer->err, E_INVALID,
                  "plain http is allowed on the loopback interface only");
    return CURL_PREREQFUNC_ABORT;
}

/* --- The request. --- */

static struct curl_blob blob_of(str bytes)
{
    return (struct curl_blob){ (void *)(uintptr_t)bytes.p, bytes.n,
                               CURL_BLOB_COPY };
}

static void set_tls(CURL *curl, const struct http_request *request)
{
    struct curl_blob authority = blob_of(request->authority);
    struct curl_blob certificate = blob_of(request->certificate);
    struct curl_blob key = blob_of(request->key);

    curl_easy_setopt(curl, CURLOPT_SSLVERSION,
                     request->tls13 ? (long)CURL_SSLVERSION_TLSv1_3
                                    : (long)CURL_SSLVERSION_TLSv1_2);
    if (request->authority.n > 0) {
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &authority);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (request->certificate.n > 0) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(curl, CURLOPT_SSLCERTTYPE, "PEM");
        curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &key);
        curl_easy_setopt(curl, CURLOPT_SSLKEYTYPE, "PEM");
    }
}

/* libcurl looks at the rate only every hundred buffers: small ones keep it
 * from taking much more than that at once. */
static void set_rate(CURL *curl, int64_t rate)
{
    int64_t bytes = rate / 100;

    if (bytes < RATE_BUFFER_MIN)
        bytes = RATE_BUFFER_MIN;
    if (bytes < RATE_BUFFER_MAX)
        curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, (long)bytes);
    curl_easy_setopt(curl, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)rate);
}

static void set_limits(CURL *curl, const struct http_request *request)
{
    bool plain = request->plain || request->plain_loopback;
    const char *protocols = plain ? "http,https" : "https";

    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION,
                     request->redirects > 0 ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)request->redirects);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)request->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    if (request->slow_ms > 0) {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                         (long)((request->slow_ms + 999) / 1000));
    }
    if (!request->system_proxy)
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (request->rate > 0)
        set_rate(curl, request->rate);
}

static void set_callbacks(struct http_transfer *transfer)
{
    CURL *curl = transfer->easy;

    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->message);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, transfer);
    if (transfer->request.on_progress == NULL)
        return;
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static void add_header(struct http_transfer *transfer, const char *line)
{
    transfer->headers = curl_slist_append(transfer->headers, line);
}

static void set_body(struct http_transfer *transfer)
{
    const struct http_request *request = &transfer->request;
    AUTO(buf_clear) struct buf line = BUF(HTTP_HEADER_MAX);
    CURL *curl = transfer->easy;

    if (request->body.p != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.p);
        buf_printf(&line, "Content-Type: %s",
                   request->content_type != NULL ? request->content_type
                                                 : "application/octet-stream");
        add_header(transfer, buf_c(&line));
        add_header(transfer, "Expect:"); /* no waiting for a 100 */
    }
    if (request->method != NULL)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    if (request->from > 0) {
        buf_reset(&line);
        buf_printf(&line, "%llu-", (unsigned long long)request->from);
        curl_easy_setopt(curl, CURLOPT_RANGE, buf_c(&line));
    }
}

static int check_line(const char *line, struct err *err)
{
    for (const char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ')
            return err_set(err, E_INVALID,
                           "a header or URL has a control character");
    }
    return 0;
}

static int check_request(const struct http_request *request, struct err *err)
{
    size_t n = 0;
    int rc = check_line(request->url, err);

    if (strlen(request->url) > URL_MAX)
        return err_set(err, E_LIMIT, "a URL has at most %d bytes", URL_MAX);
    for (; rc == 0 && request->headers != NULL && request->headers[n] != NULL;
         n++)
        rc = check_line(request->headers[n], err);
    if (rc == 0 && n > HEADERS_MAX)
        rc = err_set(err, E_LIMIT, "at most %d headers", HEADERS_MAX);
    return rc;
}

static void fill_in(struct http_request *request)
{
    if (request->connect_ms == 0)
        request->connect_ms = CONNECT_MS;
    if (request->timeout_ms == 0)
        request->timeout_ms = TIMEOUT_MS;
    if (request->answer_max == 0)
        request->answer_max = ANSWER_MAX;
}

int transfer_new(struct http_client *client, CURL *easy,
                 const struct http_request *request, struct http_transfer **out,
                 struct err *err)
{
    struct http_transfer *transfer;
    int rc = check_request(request, err);

    if (rc < 0)
        return rc;
    transfer = mem_alloc(1, sizeof(*transfer));
    transfer->client = client;
    transfer->easy = easy;
    transfer->request = *request;
    fill_in(&transfer->request);
    for (size_t i = 0; i < HTTP_HEADERS; i++)
        transfer->values[i] = BUF_INIT(HTTP_HEADER_MAX);
    transfer->body = BUF_INIT(transfer->request.answer_max);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "holdfast/" HOLDFAST_VERSION);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    set_tls(easy, &transfer->request);
    set_limits(easy, &transfer->request);
    set_callbacks(transfer);
    for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL;
         i++)
        add_header(transfer, request->headers[i]);
    set_body(transfer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    *out = transfer;
    return 0;
}

void transfer_free(struct http_transfer *transfer)
{
    if (transfer == NULL)
        return;
    if (transfer->owns_easy)
        curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    for (size_t i = 0; i < HTTP_HEADERS; i++)
        buf_clear(&transfer->values[i]);
    buf_clear(&transfer->body);
    mem_free(transfer);
}

/* --- What came of it. --- */

static int no_answer(const struct http_transfer *transfer, CURLcode code,
                     struct err *err)
{
    const char *sentence = transfer->message;
    bool moved = transfer->answer.status / 100 == 3;

    if (sentence[0] == '\0')
        sentence = curl_easy_strerror(code);
    switch (code) {
    case CURLE_TOO_MANY_REDIRECTS:
        return err_set(err, E_INVALID, "it redirects more than %lld times",
                       (long long)transfer->request.redirects);
    case CURLE_UNSUPPORTED_PROTOCOL:
        return err_set(err, E_INVALID,
                       moved ? "it redirects to something else than https"
                             : "only https is allowed");
    case CURLE_URL_MALFORMAT:
        return err_set(err, E_INVALID, "it is not a URL");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
        return err_set(err, E_PERM, "%s", sentence);
    default:
        return err_set(err, E_IO, "%s", sentence);
    }
}

int transfer_end(struct http_transfer *transfer, CURLcode code, struct err *err)
{
    read_status(transfer);
    transfer->answer.body = buf_str(&transfer->body);
    if (transfer->err.code < 0) {
        if (err != NULL)
            *err = transfer->err;
        return transfer->err.code;
    }
    if (code != CURLE_OK)
        return no_answer(transfer, code, err);
    return 0;
}
