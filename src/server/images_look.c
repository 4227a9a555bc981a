/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "fleet/netdev_image.h"
#include "server/images_int.h"

enum {
    SWEEP_PIECES = 16, /* in one go */
};

/* One image after the other, piece by piece; then what is of no use. */
struct images {
    struct core *core;
    struct loop_watch *timer; /* NULL: nothing is to be done */
    bool again;               /* something changed meanwhile */
    struct arena arena;
    struct netdev_images all;
    size_t next;

    /* Of the one that is brought or kept. */
    int64_t file;
    int64_t at;
    int fd;             /* it is kept; -1 */
    struct io_out *out; /* it is brought; NULL */
    struct buf path;
    struct digest sha256;
};

static void leave_file(struct images *images)
{
    if (images->fd >= 0)
        close(images->fd);
    images->fd = -1;
    if (images->out != NULL)
        io_out_free(images->out);
    images->out = NULL;
    if (images->path.n > 0)
        (void)!unlink(buf_c(&images->path));
    buf_reset(&images->path);
}

/* --- One image -------------------------------------------------------------
 */

static int begin(struct images *images, const struct netdev_image *image,
                 struct err *err)
{
    struct core *core = images->core;
    int fd = image_open(core, image->org, image->sha256, err);
    int rc;

    if (fd < 0 && fd != E_ABSENT)
        return fd;
    if (fd >= 0 && image->is_kept) {
        close(fd);
        return 0;
    }
    images->fd = fd < 0 ? -1 : fd;
    images->at = 0;
    if (fd < 0 && !image->is_kept)
        return err_set(err, E_ABSENT, "no server has this file any more");
    rc = netdev_image_file(core->db, image->org, image->sha256, clock_now(),
                           &images->file, err);
    if (rc < 0 || fd >= 0)
        return rc < 0 ? rc : 1;
    digest_init(&images->sha256, DIGEST_SHA256);
    rc = image_new_path(core, &images->path, err);
    if (rc == 0)
        rc = io_out_open(buf_c(&images->path), &images->out, err);
    return rc < 0 ? rc : 1;
}

static int settle(struct images *images, const struct netdev_image *image,
                  struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(IMAGE_PATH_MAX);
    char found[DIGEST_HEX_MAX];
    int rc = io_out_finish(images->out, err);

    digest_finish(&images->sha256, found);
    if (rc == 0 && !str_eq_c(image->sha256, found))
        rc = err_set(err, E_CORRUPT, "its pieces have another digest");
    image_path(images->core, image->org, image->sha256, &path);
    if (rc == 0 && rename(buf_c(&images->path), buf_c(&path)) < 0)
        rc = err_errno(err, errno, "%s", buf_c(&path));
    if (rc == 0)
        buf_reset(&images->path);
    return rc;
}

static int bring(struct images *images, const struct netdev_image *image,
                 struct err *err)
{
    AUTO(buf_clear) struct buf piece = BUF(NETDEV_IMAGE_PIECE);
    int rc = 0;

    for (int i = 0; i < IMAGE_PIECES && images->at < image->size; i++) {
        buf_reset(&piece);
        rc = netdev_image_piece(images->core->db, images->file,
                                images->at / NETDEV_IMAGE_PIECE, &piece, err);
        if (rc == 1 || (rc == 0 && piece.n == 0))
            return err_set(err, E_ABSENT, "a piece of it is missing");
        if (rc < 0)
            return rc;
        digest_add(&images->sha256, piece.p, piece.n);
        io_out_write(images->out, buf_str(&piece));
        images->at += (int64_t)piece.n;
    }
    return images->at < image->size ? 1 : settle(images, image, err);
}

/* 1: there is more of it. */
static int work(struct images *images, const struct netdev_image *image,
                struct err *err)
{
    int rc;

    if (images->out == NULL && images->fd < 0)
        return begin(images, image, err);
    if (images->fd >= 0)
        rc = image_keep(images->core, images->file, images->fd, &images->at,
                        err);
    else
        rc = bring(images, image, err);
    if (rc == 0)
        log_info("image.here", LOG_I64("image", image->id),
                 LOG_TEXT("name", image->name));
    return rc;
}

/* --- The folder ------------------------------------------------------------
 */

static bool is_wanted(const struct images *images, const char *name)
{
    for (size_t i = 0; i < images->all.all.n; i++) {
        const struct netdev_image *image = &images->all.all.p[i];
        AUTO(buf_clear) struct buf own = BUF(256);

        buf_printf(&own, "%lld-%" PRIstr, (long long)image->org,
                   ARGstr(image->sha256));
        if (str_eq_c(buf_str(&own), name))
            return true;
    }
    return false;
}

/* What is being taken has a new name until it is an image. */
static void clean(struct images *images, bool is_start)
{
    AUTO(buf_clear) struct buf folder = BUF(IMAGE_PATH_MAX);
    const struct dirent *entry;
    DIR *dir = NULL;

    if (image_folder(images->core, &folder, NULL) == 0)
        dir = opendir(buf_c(&folder));
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        bool is_new = image_is_new(entry->d_name);

        if (entry->d_name[0] == '.' || (is_new && !is_start) ||
            (!is_new && is_wanted(images, entry->d_name)))
            continue;
        if (unlinkat(dirfd(dir), entry->d_name, 0) == 0)
            log_info("image.removed", LOG_TEXT("file", str_c(entry->d_name)));
    }
    if (dir != NULL)
        closedir(dir);
}

static int list(struct images *images, bool is_start, struct err *err)
{
    int rc;

    netdev_images_clear(&images->all);
    arena_clear(&images->arena);
    images->next = 0;
    rc = netdev_image_all(images->core->db, &images->arena, &images->all, err);
    if (rc == 0)
        clean(images, is_start);
    else
        netdev_images_clear(&images->all);
    return rc;
}

/* --- Going on --------------------------------------------------------------
 */

static int go_on(struct images *images, struct err *err)
{
    const struct netdev_image *image;
    int rc;

    if (images->next >= images->all.all.n) {
        rc = netdev_image_sweep(images->core->db, clock_now(), SWEEP_PIECES,
                                err);
        return rc > 0 ? 1 : rc;
    }
    image = &images->all.all.p[images->next];
    rc = work(images, image, err);
    if (rc == 1)
        return 1;
    if (rc < 0)
        log_error("image.not_here", LOG_I64("image", image->id),
                  LOG_TEXT("name", image->name),
                  LOG_TEXT("why", str_c(err_text(err))));
    leave_file(images);
    images->next++;
    return 1;
}

static void on_time(void *ctx)
{
    struct images *images = ctx;
    struct err err = { 0 };
    int rc;

    images->timer = NULL;
    rc = go_on(images, &err);
    if (rc == 0 && images->again) {
        images->again = false;
        rc = list(images, false, &err) < 0 ? err.code : 1;
    }
    if (rc < 0)
        log_error("images.stopped", LOG_TEXT("why", str_c(err_text(&err))));
    if (rc == 1)
        images->timer = loop_timer(images->core->loop, 0, on_time, images);
}

static void begin_look(struct images *images, bool is_start)
{
    struct err err = { 0 };

    if (list(images, is_start, &err) < 0)
        log_error("images.stopped", LOG_TEXT("why", str_c(err_text(&err))));
    else
        images->timer = loop_timer(images->core->loop, 0, on_time, images);
}

void images_look(struct core *core)
{
    struct images *images = core->images;

    if (images == NULL)
        return;
    images->again = images->timer != NULL;
    if (!images->again)
        begin_look(images, false);
}

struct images *images_new(struct core *core)
{
    struct images *images = mem_alloc(1, sizeof(*images));

    *images = (struct images){ .core = core,
                               .fd = -1,
                               .path = BUF_INIT(IMAGE_PATH_MAX) };
    begin_look(images, true);
    return images;
}

void images_free(struct images *images)
{
    if (images == NULL)
        return;
    loop_remove(images->timer);
    leave_file(images);
    netdev_images_clear(&images->all);
    arena_clear(&images->arena);
    buf_clear(&images->path);
    mem_free(images);
}
