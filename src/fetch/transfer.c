/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/transfer.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/client.h"

enum {
    SLOW_MS = 30000,
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
    struct http_client *client;
    struct buf validator; /* of the bytes that are there already */
    uint64_t start;       /* bytes that are there already */
    uint64_t at;          /* where the next byte goes */
    bool begun;           /* the body of the final answer has begun */
    int64_t status;       /* of the answer; 0: none */
};

/* --- The state file. --- */

static int state_read(struct run *run, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(STATE_MAX);
    char *room = buf_grow(&text, STATE_MAX);
    struct stat st;
    ssize_t n;
    str rest;

    if (fstat(run->t->out_fd, &st) < 0)
        return err_errno(err, errno, "the file");
    n = pread(run->t->state_fd, room, STATE_MAX, 0);
    if (n < 0)
        return err_errno(err, errno, "the state file");
    rest = (str){ room, (size_t)n };
    if (st.st_size <= 0 || !str_eq_c(str_cut(&rest, '\n'), run->t->url))
        return 0;
    buf_add(&run->validator, str_cut(&rest, '\n'));
    if (run->validator.n > 0)
        run->start = (uint64_t)st.st_size;
    return 0;
}

/* A weak validator names a meaning, not bytes: it cannot be continued. */
static int state_write(struct run *run, struct err *err)
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
        return err_errno(err, errno, "the state file");
    return 0;
}

/* --- What arrives. --- */

static void keep(struct transfer *t, const struct http_answer *answer)
{
    buf_reset(&t->got_etag);
    buf_reset(&t->got_last_modified);
    buf_add(&t->got_etag, answer->etag);
    buf_add(&t->got_last_modified, answer->last_modified);
}

/* "bytes 100-199/200" must begin where our bytes end. */
static bool range_fits(const struct run *run, str range)
{
    int64_t first;

    if (!str_starts(range, STR("bytes ")))
        return false;
    range = str_sub(range, 6, SIZE_MAX);
    return str_to_i64(str_cut(&range, '-'), 0, INT64_MAX, &first, NULL) == 0 &&
           (uint64_t)first == run->start;
}

/* The first byte of a body: decides where it goes. */
static int begin_body(struct run *run, const struct http_answer *answer,
                      struct err *err)
{
    run->begun = true;
    if (answer->status == STATUS_PARTIAL) {
        run->at = run->start;
        if (!range_fits(run, answer->content_range))
            return err_set(err, E_INVALID,
                           "the server sent another part than was asked for");
        return 0;
    }
    run->at = 0;
    if (ftruncate(run->t->out_fd, 0) < 0)
        return err_errno(err, errno, "the file");
    keep(run->t, answer);
    return state_write(run, err);
}

static int write_all(struct run *run, str bytes, struct err *err)
{
    while (bytes.n > 0) {
        ssize_t done =
            pwrite(run->t->out_fd, bytes.p, bytes.n, (int64_t)run->at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_errno(err, errno, "the file");
        bytes = str_sub(bytes, (size_t)done, SIZE_MAX);
        run->at += (uint64_t)done;
    }
    return 0;
}

static int on_body(void *ctx, const struct http_answer *answer, str bytes,
                   struct err *err)
{
    struct run *run = ctx;
    int rc = 0;

    if (answer->status != STATUS_OK && answer->status != STATUS_PARTIAL)
        return 0;
    if (!run->begun)
        rc = begin_body(run, answer, err);
    if (rc < 0)
        return rc;
    if (bytes.n > run->t->bytes_max || run->at > run->t->bytes_max - bytes.n)
        return err_set(err, E_LIMIT,
                       "it is larger than the %llu bytes that are allowed",
                       (unsigned long long)run->t->bytes_max);
    return write_all(run, bytes, err);
}

static void on_progress(void *ctx, const struct http_answer *answer,
                        uint64_t done, uint64_t total)
{
    const struct run *run = ctx;
    uint64_t base = answer->status == STATUS_PARTIAL ? run->start : 0;

    run->t->progress(base + done, base + total);
}

/* --- The request. --- */

static void add_header(struct buf *line, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0')
        buf_printf(line, "%s: %s", name, value);
}

static int outcome(struct run *run, const struct http_answer *answer,
                   struct err *err)
{
    keep(run->t, answer);
    switch (answer->status) {
    case STATUS_OK:
    case STATUS_PARTIAL:
        if (run->begun)
            return 0;
        return err_set(err, E_INVALID, "the server sent nothing");
    case STATUS_NOT_FOUND:
    case STATUS_GONE:
        return err_set(err, E_ABSENT, "the server has no such file (%lld)",
                       (long long)answer->status);
    default:
        if (answer->status == STATUS_UNCHANGED && run->start == 0)
            return TRANSFER_UNCHANGED;
        return err_set(err, E_IO, "the server answers with status %lld",
                       (long long)answer->status);
    }
}

static int ask(struct run *run, const char *first, const char *second,
               struct err *err)
{
    const struct transfer *t = run->t;
    const char *headers[3] = { NULL };
    size_t n = 0;
    struct http_request request = {
        .url = t->url,
        .headers = headers,
        .authority = t->ca,
        .plain_loopback = t->insecure_http,
        .plain = t->share,
        .system_proxy = !t->share,
        .redirects = t->share ? 0 : TRANSFER_REDIRECTS_MAX,
        .rate = t->rate,
        .timeout_ms = (int64_t)t->timeout_s * 1000,
        .slow_ms = SLOW_MS,
        .answer_max = SIZE_MAX / 2, /* on_body() counts */
        .from = run->start,
        .on_body = on_body,
        .on_progress = on_progress,
        .ctx = run,
    };
    struct http_answer answer;
    int rc;

    if (first[0] != '\0')
        headers[n++] = first;
    if (second[0] != '\0')
        headers[n++] = second;
    rc = http_run(run->client, &request, &answer, err);
    if (rc < 0)
        return rc == E_PERM ? E_IO : rc;
    run->status = answer.status;
    return outcome(run, &answer, err);
}

static int run_once(struct run *run, struct err *err)
{
    AUTO(buf_clear) struct buf first = BUF(STATE_MAX);
    AUTO(buf_clear) struct buf second = BUF(STATE_MAX);
    int rc = state_read(run, err);

    if (rc < 0)
        return rc;
    if (run->start > 0) {
        add_header(&first, "If-Range", buf_c(&run->validator));
    } else {
        add_header(&first, "If-None-Match", run->t->etag);
        add_header(&second, "If-Modified-Since", run->t->last_modified);
    }
    return ask(run, buf_c(&first), buf_c(&second), err);
}

static void run_init(struct run *run, struct transfer *transfer)
{
    *run = (struct run){ .t = transfer,
                         .client = http_client_new(NULL),
                         .validator = BUF(STATE_MAX) };
}

static void run_clear(struct run *run)
{
    http_client_free(run->client);
    buf_clear(&run->validator);
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
    return run->start > 0 &&
           (run->status == STATUS_RANGE || run->status == STATUS_UNCHANGED);
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
