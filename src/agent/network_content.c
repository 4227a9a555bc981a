/* SPDX-License-Identifier: Apache-2.0
 *
 * Files by name and digest: packs. The device's download points are asked
 * first, one try each, into DATA/network/<digest>.point; then the server,
 * into <digest>.part, which is kept when a transfer breaks and gone on with.
 * So nothing that a download point sent is ever part of what the server is
 * asked to complete. A complete file is given to the keeper, which takes its
 * digest; ours is only to know that it is complete, and whom to ask next.
 *
 * A download point never sees the device's certificate, and is not followed
 * anywhere else.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/network_int.h"
#include "base/digest.h"
#include "base/encode.h"

enum {
    URL_ROOM = JOB_URL_MAX + 256,
    HEX_SIZE = 2 * JOB_DIGEST_BYTES + 1,
    FETCH_TIMEOUT_MS = 6 * 3600 * 1000,
    FETCH_SLOW_MS = 60000,
    POINT_CONNECT_MS = 10000,
    POINT_TIMEOUT_MS = 1800 * 1000, /* it is to be near */
    POINT_SLOW_MS = 20000,
    POINT_URL_ROOM = DOWNLOAD_URL_MAX + 3 * AGENT_NAME_MAX + 2,
    STATUS_OK = 200,
    STATUS_PARTIAL = 206,
    STATUS_RANGE = 416,
    TRIES = 8,
};
#define FETCH_MAX ((size_t)512 << 20)

static void fetch(struct network *network);
static void next_source(struct network *network);

static void hex_of(const struct network *network, char hex[HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < network->fetch_digest.n; i++) {
        hex[2 * i] = digits[(unsigned char)network->fetch_digest.p[i] >> 4];
        hex[2 * i + 1] = digits[network->fetch_digest.p[i] & 15];
    }
    hex[2 * network->fetch_digest.n] = '\0';
}

static bool at_point(const struct network *network)
{
    return network->fetch_point < network->fetch_order.points.n;
}

static void file_name(const struct network *network, struct buf *out)
{
    char hex[HEX_SIZE];

    hex_of(network, hex);
    buf_printf(out, "%s.%s", hex, at_point(network) ? "point" : "part");
}

static void close_file(struct network *network)
{
    fd_close(&network->fetch_fd);
    network->fetch_fd = -1;
}

/* What is left of other files, and of any download point. */
static int drop_other(void *ctx, const char *name, struct err *err)
{
    const struct network *network = ctx;
    AUTO(buf_clear) struct buf own = BUF(128);
    char hex[HEX_SIZE];
    str file = str_c(name);

    hex_of(network, hex);
    buf_printf(&own, "%s.part", hex);
    if (str_eq(buf_str(&own), file) ||
        !(str_ends(file, STR(".part")) || str_ends(file, STR(".point"))))
        return 0;
    return disk_remove(network->dir, name, err);
}

static int open_file(struct network *network, struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(128);
    int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    struct stat st;
    int rc = disk_each(network->dir, drop_other, network, err);

    if (rc < 0)
        return rc;
    file_name(network, &name);
    network->fetch_fd =
        openat(network->dir, buf_c(&name),
               at_point(network) ? flags | O_TRUNC : flags, 0600);
    if (network->fetch_fd < 0 || fstat(network->fetch_fd, &st) < 0)
        return err_errno(err, errno, "the file");
    network->fetch_have = (uint64_t)st.st_size;
    return 0;
}

static void give_up(struct network *network, const char *why)
{
    AUTO(buf_clear) struct buf digest = BUF(JOB_DIGEST_BYTES);
    AUTO(buf_clear) struct buf text = BUF(AGENT_TEXT_MAX);

    buf_add(&digest, buf_str(&network->fetch_digest));
    buf_add(&text, str_sub(str_c(why), 0, 500));
    if (network->fetch_trouble.n > 0)
        buf_add_c(&text, "; ");
    buf_add(&text, buf_str(&network->fetch_trouble));
    content_stop(network);
    network_say(network,
                &(struct message){ .type = MSG_NO_CONTENT,
                                   .id = buf_str(&digest),
                                   .text = buf_str(&text) },
                -1);
}

static void remove_file(struct network *network)
{
    AUTO(buf_clear) struct buf name = BUF(128);

    file_name(network, &name);
    if (disk_remove(network->dir, buf_c(&name), NULL) < 0)
        log_debug("content.part_stays");
}

/* A download point was no good: it is told, and the next one asked. */
static void point_failed(struct network *network, const char *why)
{
    const struct download_point *points = network->fetch_order.points.p;
    str url = points[network->fetch_point].url;

    log_warn("content.point_failed", LOG_TEXT("point", url),
             LOG_TEXT("why", str_c(why)));
    if (network->fetch_trouble.n > 0)
        buf_add_c(&network->fetch_trouble, "; ");
    buf_printf(&network->fetch_trouble, "%" PRIstr ": %s",
               ARGstr(str_sub(url, 0, 200)), why);
    close_file(network);
    remove_file(network);
    network->fetch_point++;
    next_source(network);
}

static bool is_complete(const struct network *network)
{
    char want[HEX_SIZE];
    char hex[DIGEST_HEX_MAX];
    char bytes[65536];
    struct digest digest;
    int64_t at = 0;
    ssize_t n;

    digest_init(&digest, DIGEST_SHA256);
    while ((n = pread(network->fetch_fd, bytes, sizeof(bytes), at)) > 0) {
        digest_add(&digest, bytes, (size_t)n);
        at += n;
    }
    digest_finish(&digest, hex);
    hex_of(network, want);
    return n == 0 && strcmp(hex, want) == 0;
}

static void give(struct network *network)
{
    if (!is_complete(network)) {
        if (at_point(network)) {
            point_failed(network, "what it sent has another digest");
            return;
        }
        remove_file(network);
        give_up(network, "what the server sent has another digest");
        return;
    }
    log_info("content.fetched", LOG_I64("bytes", (int64_t)network->fetch_have),
             LOG_I64("from_point", at_point(network)));
    network_say(network,
                &(struct message){ .type = MSG_CONTENT,
                                   .id = buf_str(&network->fetch_digest),
                                   .text = buf_str(&network->fetch_trouble) },
                network->fetch_fd);
    remove_file(network);
    content_stop(network);
}

static int on_body(void *ctx, const struct http_answer *answer, str bytes,
                   struct err *err)
{
    struct network *network = ctx;

    if (!network->fetch_begun && answer->status != STATUS_PARTIAL) {
        network->fetch_have = 0; /* all of it is sent again */
        if (ftruncate(network->fetch_fd, 0) < 0)
            return err_errno(err, errno, "the content");
    }
    network->fetch_begun = true;
    if (network->fetch_have + bytes.n > FETCH_MAX)
        return err_set(err, E_LIMIT, "the content is too large");
    if (pwrite(network->fetch_fd, bytes.p, bytes.n,
               (int64_t)network->fetch_have) != (ssize_t)bytes.n)
        return err_errno(err, errno, "the content");
    network->fetch_have += bytes.n;
    return 0;
}

static void fetch_again(void *ctx)
{
    struct network *network = ctx;

    network->fetch.timer = NULL;
    fetch(network);
}

static void later(struct network *network, const char *why)
{
    log_warn("content.later", LOG_TEXT("text", str_c(why)));
    if (++network->fetch_tries >= TRIES) {
        give_up(network, why);
        return;
    }
    attempt_later(network, &network->fetch, 0, fetch_again);
}

static void on_point(struct network *network, int rc,
                     const struct http_answer *answer, const struct err *err)
{
    AUTO(buf_clear) struct buf why = BUF(512);

    if (rc == 0 && answer->status == STATUS_OK) {
        give(network);
        return;
    }
    if (rc < 0)
        buf_printf(&why, "%.300s", err_text(err));
    else
        buf_printf(&why, "status %lld", (long long)answer->status);
    point_failed(network, buf_c(&why));
}

static void on_server(struct network *network, int rc,
                      const struct http_answer *answer, const struct err *err)
{
    AUTO(buf_clear) struct buf why = BUF(512);

    if (rc == 0 &&
        (answer->status / 100 == 2 || answer->status == STATUS_RANGE)) {
        give(network); /* 416: all of it was there */
        return;
    }
    if (rc < 0) {
        later(network, err_text(err));
        return;
    }
    buf_printf(&why, "the server answers for the content with status %lld",
               (long long)answer->status);
    if (answer->status == 404 || is_forbidden(answer->status))
        give_up(network, buf_c(&why));
    else
        later(network, buf_c(&why));
}

static void on_content(void *ctx, int rc, const struct http_answer *answer,
                       const struct err *err)
{
    struct network *network = ctx;

    network->fetch.transfer = NULL;
    if (at_point(network))
        on_point(network, rc, answer, err);
    else
        on_server(network, rc, answer, err);
}

static struct http_request server_request(struct network *network,
                                          struct buf *url)
{
    AUTO(buf_clear) struct buf path = BUF(JOB_URL_MAX + 1);
    struct http_request request;

    buf_add(&path, network->fetch_order.path);
    request = network_request(network, buf_c(&path), url);
    request.from = network->fetch_have;
    request.timeout_ms = FETCH_TIMEOUT_MS;
    request.slow_ms = FETCH_SLOW_MS;
    return request;
}

/* A plain directory: no certificate of ours, no redirect. */
static struct http_request point_request(const struct network *network,
                                         struct buf *url)
{
    const struct download_point *points = network->fetch_order.points.p;
    str base = points[network->fetch_point].url;

    while (base.n > 0 && base.p[base.n - 1] == '/')
        base.n--;
    buf_add(url, base);
    buf_add_char(url, '/');
    url_escape(url, network->fetch_order.name);
    return (struct http_request){ .url = buf_c(url),
                                  .plain = true,
                                  .connect_ms = POINT_CONNECT_MS,
                                  .timeout_ms = POINT_TIMEOUT_MS,
                                  .slow_ms = POINT_SLOW_MS };
}

static void fetch(struct network *network)
{
    AUTO(buf_clear) struct buf url = BUF(POINT_URL_ROOM);
    struct http_request request = at_point(network)
                                      ? point_request(network, &url)
                                      : server_request(network, &url);
    struct err err = { 0 };

    request.answer_max = FETCH_MAX;
    request.on_body = on_body;
    request.ctx = network;
    network->fetch_begun = false;
    network->fetch.transfer =
        http_start(network->client, &request, on_content, network, &err);
    if (network->fetch.transfer != NULL)
        return;
    if (at_point(network))
        point_failed(network, err.text);
    else
        later(network, err.text);
}

static void next_source(struct network *network)
{
    struct err err = { 0 };

    if (open_file(network, &err) < 0)
        give_up(network, err.text);
    else if (network->fetch_have > 0 && is_complete(network))
        give(network);
    else
        fetch(network);
}

void content_begin(struct network *network, const struct message *message)
{
    struct err err = { 0 };

    content_stop(network);
    if (message->id.n != JOB_DIGEST_BYTES)
        return;
    buf_add(&network->fetch_digest, message->id);
    if (wire_read(&shape_fetch, arena_str(&network->fetch_arena, message->body),
                  &network->fetch_arena, &network->fetch_order, &err) < 0)
        give_up(network, err.text);
    else
        next_source(network);
}

void content_stop(struct network *network)
{
    attempt_cancel(&network->fetch);
    close_file(network);
    buf_reset(&network->fetch_digest);
    buf_reset(&network->fetch_trouble);
    arena_clear(&network->fetch_arena);
    network->fetch_order = (struct fetch){ 0 };
    network->fetch_point = 0;
    network->fetch_have = 0;
    network->fetch_tries = 0;
}
