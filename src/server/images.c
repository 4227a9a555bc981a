/* SPDX-License-Identifier: Apache-2.0 */
#include "server/images.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/encode.h"
#include "base/io.h"
#include "base/loop.h"
#include "base/mem.h"
#include "server/people.h"
#include "trust/sign.h"

enum {
    PATH_SIZE = 4096,
    PIECE = 1 << 20,
    PIECES = 4, /* in one go: some milliseconds */
    NAME_BYTES = 12,
};

struct taking {
    struct core *core;
    int64_t org;
    int fd;
    int64_t at;
    struct io_out *out;
    struct buf path; /* until its digest is known */
    struct digest md5;
    struct digest sha256;
    image_done *done;
    void *ctx;
};

static void folder(const struct core *core, struct buf *out)
{
    buf_printf(out, "%" PRIstr "/images",
               ARGstr(buf_str(&core->people->directory)));
}

void image_path(const struct core *core, int64_t org, str sha256,
                struct buf *out)
{
    folder(core, out);
    buf_printf(out, "/%lld-%" PRIstr, (long long)org, ARGstr(sha256));
}

int image_open(const struct core *core, int64_t org, str sha256,
               struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_SIZE);
    int fd;

    image_path(core, org, sha256, &path);
    fd = open(buf_c(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? err_errno(err, errno, "%s", buf_c(&path)) : fd;
}

void image_remove(const struct core *core, int64_t org, str sha256)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_SIZE);

    image_path(core, org, sha256, &path);
    (void)!unlink(buf_c(&path));
}

static void taking_free(struct taking *t)
{
    close(t->fd);
    io_out_free(t->out);
    buf_clear(&t->path);
    mem_free(t);
}

/* The file gets the name that its digest is. */
static int settle(struct taking *t, const struct image_taken *taken,
                  struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_SIZE);
    int rc = io_out_finish(t->out, err);

    if (rc < 0)
        return rc;
    image_path(t->core, t->org, taken->sha256, &path);
    if (rename(buf_c(&t->path), buf_c(&path)) < 0) {
        rc = err_errno(err, errno, "%s", buf_c(&path));
        (void)!unlink(buf_c(&t->path));
    }
    return rc;
}

static void end(struct taking *t, int rc, struct err *err)
{
    char md5[DIGEST_HEX_MAX];
    char sha256[DIGEST_HEX_MAX];
    struct image_taken taken = { .size = t->at };

    digest_finish(&t->md5, md5);
    digest_finish(&t->sha256, sha256);
    taken.md5 = str_c(md5);
    taken.sha256 = str_c(sha256);
    if (rc == 0)
        rc = settle(t, &taken, err);
    t->done(t->ctx, rc, &taken, err);
    taking_free(t);
}

/* 1: there is more. */
static int take_piece(struct taking *t, char *bytes, struct err *err)
{
    ssize_t n = pread(t->fd, bytes, PIECE, t->at);

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

static void go_on(void *ctx)
{
    struct taking *t = ctx;
    char *bytes = mem_alloc(PIECE, 1);
    struct err err = { 0 };
    int rc = 1;

    for (int i = 0; rc == 1 && i < PIECES; i++)
        rc = take_piece(t, bytes, &err);
    mem_free(bytes);
    if (rc == 1)
        (void)loop_timer(t->core->loop, 0, go_on, t);
    else
        end(t, rc, &err);
}

int image_take(struct core *core, int64_t org, int fd, image_done *done,
               void *ctx, struct err *err)
{
    AUTO(buf_clear) struct buf dir = BUF(PATH_SIZE);
    struct taking *t = mem_alloc(1, sizeof(*t));
    uint8_t bytes[NAME_BYTES];
    int rc = 0;

    *t = (struct taking){
        .core = core,
        .org = org,
        .fd = fd,
        .path = BUF_INIT(PATH_SIZE),
        .done = done,
        .ctx = ctx,
    };
    digest_init(&t->md5, DIGEST_MD5);
    digest_init(&t->sha256, DIGEST_SHA256);
    trust_random(bytes, sizeof(bytes));
    folder(core, &dir);
    buf_add(&t->path, buf_str(&dir));
    buf_add_c(&t->path, "/new-");
    base64url_add(&t->path, (str){ (const char *)bytes, sizeof(bytes) });
    if (mkdir(buf_c(&dir), 0700) < 0 && errno != EEXIST)
        rc = err_errno(err, errno, "%s", buf_c(&dir));
    if (rc == 0)
        rc = io_out_open(buf_c(&t->path), &t->out, err);
    if (rc < 0) {
        taking_free(t);
        return rc;
    }
    (void)loop_timer(core->loop, 0, go_on, t);
    return 0;
}
