/* SPDX-License-Identifier: Apache-2.0
 *
 * Packs: fetched into DATA/network/<digest>.part, which is kept when a
 * transfer breaks and gone on with. A complete one is given to the keeper,
 * which takes its digest; ours is only to know that it is complete.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/network_int.h"
#include "base/digest.h"

enum {
    URL_ROOM = JOB_URL_MAX + 256,
    HEX_SIZE = 2 * JOB_DIGEST_BYTES + 1,
    FETCH_TIMEOUT_MS = 6 * 3600 * 1000,
    FETCH_SLOW_MS = 60000,
    STATUS_PARTIAL = 206,
    STATUS_RANGE = 416,
    TRIES = 8,
};
#define FETCH_MAX ((size_t)512 << 20)

static void fetch(struct network *network);

static void hex_of(const struct network *network, char hex[HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < network->fetch_digest.n; i++) {
        hex[2 * i] = digits[(unsigned char)network->fetch_digest.p[i] >> 4];
        hex[2 * i + 1] = digits[network->fetch_digest.p[i] & 15];
    }
    hex[2 * network->fetch_digest.n] = '\0';
}

static void part_name(const struct network *network, struct buf *out)
{
    char hex[HEX_SIZE];

    hex_of(network, hex);
    buf_printf(out, "%s.part", hex);
}

static void close_part(struct network *network)
{
    fd_close(&network->fetch_fd);
    network->fetch_fd = -1;
}

static int drop_other(void *ctx, const char *name, struct err *err)
{
    const struct network *network = ctx;
    AUTO(buf_clear) struct buf part = BUF(128);

    part_name(network, &part);
    if (!str_ends(str_c(name), STR(".part")) || str_eq_c(buf_str(&part), name))
        return 0;
    return disk_remove(network->dir, name, err);
}

static int open_part(struct network *network, struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(128);
    struct stat st;
    int rc = disk_each(network->dir, drop_other, network, err);

    if (rc < 0)
        return rc;
    part_name(network, &name);
    network->fetch_fd = openat(network->dir, buf_c(&name),
                               O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (network->fetch_fd < 0 || fstat(network->fetch_fd, &st) < 0)
        return err_errno(err, errno, "the content");
    network->fetch_have = (uint64_t)st.st_size;
    return 0;
}

static void give_up(struct network *network, const char *why)
{
    AUTO(buf_clear) struct buf digest = BUF(JOB_DIGEST_BYTES);

    buf_add(&digest, buf_str(&network->fetch_digest));
    content_stop(network);
    network_say(network,
                &(struct message){ .type = MSG_NO_CONTENT,
                                   .id = buf_str(&digest),
                                   .text = str_sub(str_c(why), 0, 500) },
                -1);
}

static void remove_part(struct network *network)
{
    AUTO(buf_clear) struct buf name = BUF(128);

    part_name(network, &name);
    if (disk_remove(network->dir, buf_c(&name), NULL) < 0)
        log_debug("content.part_stays");
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
        remove_part(network);
        give_up(network, "what the server sent has another digest");
        return;
    }
    log_info("content.fetched", LOG_I64("bytes", (int64_t)network->fetch_have));
    network_say(network,
                &(struct message){ .type = MSG_CONTENT,
                                   .id = buf_str(&network->fetch_digest) },
                network->fetch_fd);
    remove_part(network);
    content_stop(network);
}

static int on_body(void *ctx, const struct http_answer *answer, str bytes,
                   struct err *err)
{
    struct network *network = ctx;

    if (!network->fetch_begun && answer->status != STATUS_PARTIAL) {
        network->fetch_have = 0; /* the server sends all of it again */
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

static void on_content(void *ctx, int rc, const struct http_answer *answer,
                       const struct err *err)
{
    struct network *network = ctx;
    AUTO(buf_clear) struct buf why = BUF(512);

    network->fetch.transfer = NULL;
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

static void fetch(struct network *network)
{
    AUTO(buf_clear) struct buf path = BUF(256);
    AUTO(buf_clear) struct buf url = BUF(URL_ROOM);
    char hex[HEX_SIZE];
    struct http_request request;
    struct err err = { 0 };

    hex_of(network, hex);
    buf_printf(&path, "/agent/v1/content/%s", hex);
    request = network_request(network, buf_c(&path), &url);
    request.from = network->fetch_have;
    request.timeout_ms = FETCH_TIMEOUT_MS;
    request.slow_ms = FETCH_SLOW_MS;
    request.answer_max = FETCH_MAX;
    request.on_body = on_body;
    request.ctx = network;
    network->fetch_begun = false;
    network->fetch.transfer =
        http_start(network->client, &request, on_content, network, &err);
    if (network->fetch.transfer == NULL)
        later(network, err.text);
}

void content_begin(struct network *network, str digest)
{
    struct err err = { 0 };

    content_stop(network);
    if (digest.n != JOB_DIGEST_BYTES)
        return;
    buf_add(&network->fetch_digest, digest);
    if (open_part(network, &err) < 0) {
        give_up(network, err.text);
        return;
    }
    if (network->fetch_have > 0 && is_complete(network))
        give(network);
    else
        fetch(network);
}

void content_stop(struct network *network)
{
    attempt_cancel(&network->fetch);
    close_part(network);
    buf_reset(&network->fetch_digest);
    network->fetch_have = 0;
    network->fetch_tries = 0;
}
