/* SPDX-License-Identifier: Apache-2.0 */
#include "server/images.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/encode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "fleet/netdev_image.h"
#include "netdev/servers/ask.h"
#include "server/cluster.h"
#include "server/images_int.h"
#include "server/people.h"
#include "trust/sign.h"

#define NEW "new-"

enum {
    NAME_BYTES = 12,
};

enum state {
    READING, /* its digests, and the file */
    KEEPING, /* its pieces, in the store */
};

struct taking {
    struct core *core;
    struct image_order order;
    enum state state;
    int64_t at;
    int64_t size;
    int64_t file; /* in the store */
    struct io_out *out;
    struct buf path; /* until its image is noted */
    struct digest md5;
    struct digest sha256;
    char md5_text[DIGEST_HEX_MAX];
    char sha256_text[DIGEST_HEX_MAX];
};

/* --- Names -----------------------------------------------------------------
 */

int image_folder(const struct core *core, struct buf *out, struct err *err)
{
    buf_printf(out, "%" PRIstr "/images",
               ARGstr(buf_str(&core->people->directory)));
    if (mkdir(buf_c(out), 0700) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", buf_c(out));
    return 0;
}

int image_new_path(const struct core *core, struct buf *out, struct err *err)
{
    uint8_t bytes[NAME_BYTES];
    int rc = image_folder(core, out, err);

    trust_random(bytes, sizeof(bytes));
    buf_add_c(out, "/" NEW);
    base64url_add(out, (str){ (const char *)bytes, sizeof(bytes) });
    return rc;
}

bool image_is_new(const char *name)
{
    return str_starts(str_c(name), STR(NEW));
}

void image_path(const struct core *core, int64_t org, str sha256,
                struct buf *out)
{
    buf_printf(out, "%" PRIstr "/images/%lld-%" PRIstr,
               ARGstr(buf_str(&core->people->directory)), (long long)org,
               ARGstr(sha256));
}

int image_open(const struct core *core, int64_t org, str sha256,
               struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(IMAGE_PATH_MAX);
    int fd;

    image_path(core, org, sha256, &path);
    fd = open(buf_c(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? err_errno(err, errno, "%s", buf_c(&path)) : fd;
}

/* --- Taking one ------------------------------------------------------------
 */

static void taking_free(struct taking *t)
{
    close(t->order.fd);
    io_out_free(t->out);
    buf_clear(&t->path);
    mem_free(t);
}

/* The file gets its name when there is an image that says so. */
static int settle(struct taking *t, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(IMAGE_PATH_MAX);
    bool is_noted = false;
    int rc = netdev_image_has(t->core->db, t->order.org, str_c(t->sha256_text),
                              &is_noted, err);

    image_path(t->core, t->order.org, str_c(t->sha256_text), &path);
    if (rc == 0 && is_noted && rename(buf_c(&t->path), buf_c(&path)) < 0)
        rc = err_errno(err, errno, "%s", buf_c(&path));
    if (rc < 0 || !is_noted)
        (void)!unlink(buf_c(&t->path));
    if (rc == 0 && is_noted)
        cluster_tell(t->core, CLUSTER_IMAGES, 0);
    return rc;
}

static void end(struct taking *t, int rc, struct err *err)
{
    struct image_taken taken = { .md5 = str_c(t->md5_text),
                                 .sha256 = str_c(t->sha256_text),
                                 .size = t->size };
    struct err why = { 0 };

    t->order.done(t->order.ctx, rc, &taken, err);
    if (settle(t, &why) < 0)
        log_error("image.not_here", LOG_TEXT("why", str_c(err_text(&why))));
    taking_free(t);
}

/* 1: there is more. */
static int take_piece(struct taking *t, char *bytes, struct err *err)
{
    ssize_t n = pread(t->order.fd, bytes, NETDEV_IMAGE_PIECE, t->at);

    if (n < 0)
        return err_errno(err, errno, "the image");
    if (n == 0)
        return 0;
    t->at += n;
    if (t->at > IMAGE_MAX)
        return err_set(err, E_LIMIT, "an image has at most %d bytes",
                       IMAGE_MAX);
    digest_add(&t->md5, bytes, (size_t)n);
    digest_add(&t->sha256, bytes, (size_t)n);
    io_out_write(t->out, (str){ bytes, (size_t)n });
    return 1;
}

/* It is whole: is it the one that was meant? Then its pieces follow. */
static int begin_keeping(struct taking *t, struct err *err)
{
    int rc = io_out_finish(t->out, err);

    if (rc < 0)
        return rc;
    digest_finish(&t->md5, t->md5_text);
    digest_finish(&t->sha256, t->sha256_text);
    t->size = t->at;
    t->at = 0;
    t->state = KEEPING;
    if (t->order.md5.n > 0 && !ask_sum_eq(t->order.md5, str_c(t->md5_text)))
        return err_set(err, E_INVALID,
                       "the file's MD5 is %s: it is damaged, or not the one "
                       "that was meant",
                       t->md5_text);
    rc = netdev_image_file(t->core->db, t->order.org, str_c(t->sha256_text),
                           clock_now(), &t->file, err);
    return rc < 0 ? rc : 1;
}

static int read_on(struct taking *t, struct err *err)
{
    char *bytes = mem_alloc(NETDEV_IMAGE_PIECE, 1);
    int rc = 1;

    for (int i = 0; rc == 1 && i < IMAGE_PIECES; i++)
        rc = take_piece(t, bytes, err);
    mem_free(bytes);
    return rc == 0 ? begin_keeping(t, err) : rc;
}

static void go_on(void *ctx)
{
    struct taking *t = ctx;
    struct err err = { 0 };
    int rc = t->state == READING
                 ? read_on(t, &err)
                 : image_keep(t->core, t->file, t->order.fd, &t->at, &err);

    if (rc == 1)
        (void)loop_timer(t->core->loop, 0, go_on, t);
    else
        end(t, rc, &err);
}

/* Pieces but the last one are whole, however read() gives the bytes. */
static int read_piece(int fd, char *bytes, int64_t at, struct err *err)
{
    size_t n = 0;

    while (n < NETDEV_IMAGE_PIECE) {
        ssize_t got =
            pread(fd, bytes + n, NETDEV_IMAGE_PIECE - n, at + (int64_t)n);

        if (got < 0)
            return err_errno(err, errno, "the image");
        if (got == 0)
            break;
        n += (size_t)got;
    }
    return (int)n;
}

int image_keep(struct core *core, int64_t file, int fd, int64_t *at,
               struct err *err)
{
    char *bytes = mem_alloc(NETDEV_IMAGE_PIECE, 1);
    int rc = 1;

    for (int i = 0; rc == 1 && i < IMAGE_PIECES; i++) {
        int n = read_piece(fd, bytes, *at, err);

        rc = n < 0 ? n : n > 0;
        if (rc == 1 &&
            netdev_image_put(core->db, file, *at / NETDEV_IMAGE_PIECE,
                             (str){ bytes, (size_t)n }, err) < 0)
            rc = err->code;
        *at += n > 0 ? n : 0;
    }
    mem_free(bytes);
    return rc;
}

int image_take(struct core *core, const struct image_order *order,
               struct err *err)
{
    struct taking *t = mem_alloc(1, sizeof(*t));
    int rc;

    *t = (struct taking){ .core = core,
                          .order = *order,
                          .path = BUF_INIT(IMAGE_PATH_MAX) };
    digest_init(&t->md5, DIGEST_MD5);
    digest_init(&t->sha256, DIGEST_SHA256);
    rc = image_new_path(core, &t->path, err);
    if (rc == 0)
        rc = io_out_open(buf_c(&t->path), &t->out, err);
    if (rc < 0) {
        taking_free(t);
        return rc;
    }
    (void)loop_timer(core->loop, 0, go_on, t);
    return 0;
}
