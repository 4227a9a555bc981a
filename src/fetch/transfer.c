/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/transfer.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CONNECT_TIMEOUT_S = 20,
    SLOW_BYTES = 64, /* less than this a second for SLOW_S: broken off */
    SLOW_S = 30,
    STATUS_OK = 200,
    STATUS_PARTIAL = 206,
    STATUS_UNCHANGED = 304,
    STATUS_NOT_FOUND = 404,
    STATUS_GONE = 410,
    STATUS_RANGE = 416,
    STATE_MAX = 16 * 1024,
};

struct run {
    struct transfer *t;
    CURL *curl;
    struct curl_slist *headers;
    struct buf validator; /* of the bytes that are there already */
    struct buf range;     /* Content-Range of the answer */
    uint64_t start;       /* bytes that are there already */
    uint64_t at;          /* where the next byte goes */
    bool begun;           /* the body of the final answer has begun */
    struct err err;       /* of a callback */
    char message[CURL_ERROR_SIZE];
};

static int64_t status_of(const struct run *run)
{
    long status = 0; /* curl's own type */

    curl_easy_getinfo(run->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* --- The state file. --- */

static int state_read(struct run *run)
{
    AUTO(buf_clear) struct buf text = BUF(STATE_MAX);
    char *room = buf_grow(&text, STATE_MAX);
    struct stat st;
    ssize_t n;
    str rest;

    if (fstat(run->t->out_fd, &st) < 0)
        return err_errno(&run->err, errno, "the file");
    n = pread(run->t->state_fd, room, STATE_MAX, 0);
    if (n < 0)
        return err_errno(&run->err, errno, "the state file");
    rest = (str){ room, (size_t)n };
    if (st.st_size <= 0 || !str_eq_c(str_cut(&rest, '\n'), run->t->url))
        return 0;
    buf_add(&run->validator, str_cut(&rest, '\n'));
    if (run->validator.n > 0)
        run->start = (uint64_t)st.st_size;
    return 0;
}

/* A weak validator names a meaning, not bytes: it cannot be continued. */
static int state_write(struct run *run)
{
    AUTO(buf_clear) struct buf text = BUF(STATE_MAX);
    str validator = buf_str(&run->t->got_etag);

    if (validator.n == 0 || str_starts(validator, STR("W/")))
        validator = buf_str(&run->t->got_last_modified);
    buf_printf(&text, "%s\n", run->t->url);
    buf_add(&text, validator);
    buf_add_char(&text, '\n');
    if (ftruncate(run->t->state_fd, 0) < 0 ||
        pwrite(run->t->state_fd, text.p, text.n, 0) != (ssize_t)text.n)
        return err_errno(&run->err, errno, "the state file");
    return 0;
}

/* --- What arrives. --- */

static void keep_header(struct buf *out, str value)
{
    buf_reset(out);
    value = str_trim(value);
    for (size_t i = 0; i < value.n; i++) {
        if ((unsigned char)value.p[i] < ' ')
            return;
    }
    if (value.n <= TRANSFER_HEADER_MAX)
        buf_add(out, value);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *ctx)
{
    struct run *run = ctx;
    str line = { bytes, size * n };
    str name;

    if (str_starts(line, STR("HTTP/"))) { /* of the next answer */
        buf_reset(&run->t->got_etag);
        buf_reset(&run->t->got_last_modified);
        buf_reset(&run->range);
    }
    name = str_cut(&line, ':');
    if (str_eq_nocase(name, STR("etag")))
        keep_header(&run->t->got_etag, line);
    else if (str_eq_nocase(name, STR("last-modified")))
        keep_header(&run->t->got_last_modified, line);
    else if (str_eq_nocase(name, STR("content-range")))
        keep_header(&run->range, line);
    return size * n;
}

/* "bytes 100-199/200" must begin where our bytes end. */
static bool range_fits(const struct run *run)
{
    str range = buf_str(&run->range);
    int64_t first;

    if (!str_starts(range, STR("bytes ")))
        return false;
    range = str_sub(range, 6, SIZE_MAX);
    return str_to_i64(str_cut(&range, '-'), 0, INT64_MAX, &first, NULL) == 0 &&
           (uint64_t)first == run->start;
}

/* The first byte of a body: decides where it goes. */
static int begin_body(struct run *run)
{
    run->begun = true;
    if (status_of(run) == STATUS_PARTIAL) {
        run->at = run->start;
        if (!range_fits(run))
            return err_set(&run->err, E_INVALID,
                           "the server sent another part than was asked for");
        return 0;
    }
    run->at = 0;
    if (ftruncate(run->t->out_fd, 0) < 0)
        return err_errno(&run->err, errno, "the file");
    return state_write(run);
}

static int write_all(struct run *run, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = pwrite(run->t->out_fd, bytes, n, (int64_t)run->at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_errno(&run->err, errno, "the file");
        bytes += done;
        n -= (size_t)done;
        run->at += (uint64_t)done;
    }
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
    struct run *run = ctx;
    int64_t status = status_of(run);
    size_t all = size * n;

    if (status != STATUS_OK && status != STATUS_PARTIAL)
        return all; /* the text of an error: of no use */
    if (!run->begun && begin_body(run) < 0)
        return 0;
    if (all > run->t->bytes_max || run->at > run->t->bytes_max - all) {
        (void)err_set(&run->err, E_LIMIT,
                      "it is larger than the %llu bytes that are allowed",
                      (unsigned long long)run->t->bytes_max);
        return 0;
    }
    return write_all(run, bytes, all) < 0 ? 0 : all;
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now,
                       curl_off_t up_total UNUSED, curl_off_t up UNUSED)
{
    const struct run *run = ctx;
    uint64_t base = status_of(run) == STATUS_PARTIAL ? run->start : 0;

    if (total > 0)
        run->t->progress(base + (uint64_t)now, base + (uint64_t)total);
    return 0;
}

static bool is_loopback(const char *ip)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, ip, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, ip, &v6) == 1 &&
           memcmp(&v6, &in6addr_loopback, sizeof(v6)) == 0;
}

/* Before a request goes out: plain http only to this machine. */
static int on_request(void *ctx, char *ip, char *local_ip UNUSED,
                      int port UNUSED, int local_port UNUSED)
{
    struct run *run = ctx;
    const char *scheme = NULL;

    curl_easy_getinfo(run->curl, CURLINFO_SCHEME, &scheme);
    if (scheme != NULL && strcasecmp(scheme, "https") == 0)
        return CURL_PREREQFUNC_OK;
    if (is_loopback(ip))
        return CURL_PREREQFUNC_OK;
    (void)err_set(&run->err, E_INVALID,
                  "plain http is allowed on the loopback interface only");
    return CURL_PREREQFUNC_ABORT;
}

/* --- The request. --- */

static void add_header(struct run *run, const char *name, const char *value)
{
    AUTO(buf_clear) struct buf line = BUF(STATE_MAX);

    if (value == NULL || value[0] == '\0')
        return;
    buf_printf(&line, "%s: %s", name, value);
    run->headers = curl_slist_append(run->headers, buf_c(&line));
}

static void set_limits(const struct run *run)
{
    CURL *curl = run->curl;
    const struct transfer *t = run->t;
    const char *protocols = t->insecure_http ? "http,https" : "https";

    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)TRANSFER_REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)t->timeout_s);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void set_callbacks(struct run *run)
{
    CURL *curl = run->curl;

    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, run->message);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, run);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, run);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, run);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, run);
}

static void set_options(struct run *run)
{
    CURL *curl = run->curl;
    struct transfer *t = run->t;
    struct curl_blob ca = { (void *)(uintptr_t)t->ca.p, t->ca.n,
                            CURL_BLOB_COPY };

    curl_easy_setopt(curl, CURLOPT_URL, t->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "holdfast/" HOLDFAST_VERSION);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (t->ca.n > 0) {
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    set_callbacks(run);
    set_limits(run);
    if (run->start > 0) {
        AUTO(buf_clear) struct buf range = BUF(64);

        buf_printf(&range, "%llu-", (unsigned long long)run->start);
        curl_easy_setopt(curl, CURLOPT_RANGE, buf_c(&range));
        add_header(run, "If-Range", buf_c(&run->validator));
    } else {
        add_header(run, "If-None-Match", t->etag);
        add_header(run, "If-Modified-Since", t->last_modified);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, run->headers);
}

static int curl_error(const struct run *run, CURLcode code, struct err *err)
{
    int64_t status = status_of(run);
    const char *sentence = run->message;

    if (code == CURLE_TOO_MANY_REDIRECTS)
        return err_set(err, E_INVALID, "it redirects more than %d times",
                       TRANSFER_REDIRECTS_MAX);
    if (code == CURLE_UNSUPPORTED_PROTOCOL && status >= 300 && status < 400)
        return err_set(err, E_INVALID,
                       "it redirects to something else than https");
    if (code == CURLE_UNSUPPORTED_PROTOCOL)
        return err_set(err, E_INVALID, "only https is allowed");
    if (code == CURLE_URL_MALFORMAT)
        return err_set(err, E_INVALID, "it is not a URL");
    if (sentence[0] == '\0')
        sentence = curl_easy_strerror(code);
    return err_set(err, E_IO, "%s", sentence);
}

static int outcome(const struct run *run, CURLcode code, struct err *err)
{
    int64_t status = status_of(run);

    if (run->err.code < 0) {
        *err = run->err;
        return err->code;
    }
    if (code != CURLE_OK)
        return curl_error(run, code, err);
    if (status == STATUS_UNCHANGED && run->start == 0)
        return TRANSFER_UNCHANGED;
    if (status == STATUS_NOT_FOUND || status == STATUS_GONE)
        return err_set(err, E_ABSENT, "the server has no such file (%lld)",
                       (long long)status);
    if (status != STATUS_OK && status != STATUS_PARTIAL)
        return err_set(err, E_IO, "the server answers with status %lld",
                       (long long)status);
    if (!run->begun)
        return err_set(err, E_INVALID, "the server sent nothing");
    return 0;
}

static int run_once(struct run *run, struct err *err)
{
    CURLcode code;

    if (state_read(run) < 0) {
        *err = run->err;
        return err->code;
    }
    run->curl = curl_easy_init();
    if (run->curl == NULL)
        return err_set(err, E_IO, "libcurl does not start");
    set_options(run);
    code = curl_easy_perform(run->curl);
    return outcome(run, code, err);
}

static void run_init(struct run *run, struct transfer *transfer)
{
    *run = (struct run){ .t = transfer,
                         .validator = BUF(STATE_MAX),
                         .range = BUF(STATE_MAX) };
}

static void run_clear(struct run *run)
{
    curl_slist_free_all(run->headers);
    if (run->curl != NULL)
        curl_easy_cleanup(run->curl);
    buf_clear(&run->validator);
    buf_clear(&run->range);
}

static int forget(struct transfer *transfer, struct err *err)
{
    if (ftruncate(transfer->out_fd, 0) < 0 ||
        ftruncate(transfer->state_fd, 0) < 0)
        return err_errno(err, errno, "the file");
    return 0;
}

/* True when the part that we have is no part of what is there now, or all of
 * it: then one begins again. */
static bool part_is_useless(const struct run *run)
{
    int64_t status = run->curl == NULL ? 0 : status_of(run);

    return run->start > 0 &&
           (status == STATUS_RANGE || status == STATUS_UNCHANGED);
}

int transfer_run(struct transfer *transfer, struct err *err)
{
    AUTO(run_clear) struct run run;
    int rc;

    run_init(&run, transfer);
    rc = run_once(&run, err);
    if (rc == E_IO && part_is_useless(&run)) {
        rc = forget(transfer, err);
        if (rc < 0)
            return rc;
        run_clear(&run);
        run_init(&run, transfer);
        rc = run_once(&run, err);
    }
    if ((rc == E_LIMIT || rc == E_INVALID) && forget(transfer, NULL) < 0)
        return rc; /* nothing more can be done about it */
    return rc;
}
