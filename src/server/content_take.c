/* SPDX-License-Identifier: Apache-2.0 */
#include "server/content_take.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/audit.h"
#include "fleet/policy.h"
#include "server/assessor.h"
#include "server/cluster.h"
#include "server/config.h"
#include "server/events.h"
#include "server/reader.h"

struct taking {
    struct core *core;
    struct arena arena;
    struct content_order order;
    content_taken_fn *done;
    void *ctx;
};

/* --- The pack's file ----------------------------------------------------- */

/* Makes the folder of packs unless it is there; appends its name. */
static int make_folder(const struct core *core, struct buf *out,
                       struct err *err)
{
    buf_printf(out, "%" PRIstr "/content", ARGstr(core->config->data));
    if (mkdir(buf_c(out), 0755) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", buf_c(out));
    return 0;
}

static int copy_pack(const struct core *core, str bytes, struct content *c,
                     struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(buf_clear) struct buf dir = BUF(8192);
    AUTO(buf_clear) struct buf path = BUF(8192);
    uint8_t digest[DIGEST_BYTES_MAX];
    struct digest running;
    int rc = make_folder(core, &dir, err);

    digest_init(&running, DIGEST_SHA256);
    digest_add(&running, bytes.p, bytes.n);
    digest_bytes(&running, digest);
    memcpy(c->digest, digest, JOB_DIGEST_BYTES);
    content_file(buf_str(&dir), c->digest, &path);
    if (rc == 0)
        rc = io_out_open(buf_c(&path), &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, bytes);
    return io_out_finish(out, err);
}

/* The pack came from a process that read a hostile document: its size is
 * what the kernel says, and it is copied before anything looks at it. */
static int keep_pack(const struct core *core, int fd, struct content *c,
                     struct err *err)
{
    str bytes;
    int rc = io_map_fd(fd, "the pack", 1, SIZE_MAX, &bytes, err);

    if (rc < 0)
        return rc;
    c->size = (int64_t)bytes.n;
    rc = copy_pack(core, bytes, c, err);
    io_unmap(bytes);
    return rc;
}

/* --- Bringing it into use ------------------------------------------------ */

static int choose_platform(struct taking *t,
                           const struct message_read_done *done,
                           struct content *c, struct err *err)
{
    str stated = t->order.platform;

    if (stated.n == 0 && done->os_id.n == 0)
        return err_set(err, E_INVALID,
                       "the content does not tell which system it is for; "
                       "name it: platform=ID:VERSION");
    if (stated.n == 0)
        stated = arena_printf(&t->arena, "%" PRIstr ":%" PRIstr,
                              ARGstr(done->os_id), ARGstr(done->os_version));
    if (stated.n >= sizeof(c->platform))
        return err_set(err, E_LIMIT, "the name of the platform is too long");
    memcpy(c->platform, stated.p, stated.n);
    return 0;
}

static int touch_policies(struct db *db, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT id FROM org", DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0)
        rc = policy_touch(db, db_col_i64(rows, 0), err);
    return rc;
}

static int audit(const struct taking *t, const struct content *c,
                 struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct audit_entry entry = {
        .org = t->order.scope.org,
        .at = clock_now(),
        .actor = t->order.scope.name,
        .peer = t->order.peer,
        .action = STR("content.activated"),
        .kind = STR("content"),
        .object = c->id,
    };

    jval_set_text(after, "platform", str_c(c->platform));
    jval_set_text(after, "source", str_c(c->source));
    jval_set_i64(after, "definitions", c->definitions);
    jval_print(after, &text);
    entry.after = buf_str(&text);
    return audit_add(t->core->db, &entry, err);
}

/* For the disks of other servers. */
static int share_pack(const struct core *core, const struct content *c,
                      struct err *err)
{
    AUTO(buf_clear) struct buf dir = BUF(8192);
    AUTO(buf_clear) struct buf path = BUF(8192);
    AUTO(buf_clear) struct buf bytes = BUF(DB_VALUE_MAX);
    char hex[CONTENT_HEX];
    int rc;

    if (core->cluster == NULL)
        return 0;
    content_hex(c->digest, hex);
    buf_printf(&dir, "%" PRIstr "/content", ARGstr(core->config->data));
    content_file(buf_str(&dir), c->digest, &path);
    rc = io_read_file(AT_FDCWD, buf_c(&path), &bytes, err);
    return rc < 0 ? rc
                  : cluster_keep_pack(core, str_c(hex), buf_str(&bytes), err);
}

/* 1: it was the active one already. */
static int activate(const struct taking *t, struct content *c, struct err *err)
{
    struct db *db = t->core->db;
    int rc = db_begin(db, err);
    int was = 0;

    if (rc < 0)
        return rc;
    was = rc = content_activate(db, c, t->order.allow_older, clock_now(), err);
    if (rc == 0)
        rc = share_pack(t->core, c, err);
    if (rc == 0)
        rc = touch_policies(db, err);
    if (rc == 0)
        rc = audit(t, c, err);
    if (rc >= 0)
        rc = db_commit(db, err);
    else
        db_rollback(db);
    return rc < 0 ? rc : was;
}

static void tell(const struct taking *t, const struct content *c)
{
    struct jval *data = jval_new_object();

    jval_set_text(data, "platform", str_c(c->platform));
    jval_set_i64(data, "definitions", c->definitions);
    log_info("content.active", LOG_I64("content", c->id),
             LOG_TEXT("platform", str_c(c->platform)),
             LOG_TEXT("source", str_c(c->source)),
             LOG_I64("definitions", c->definitions));
    events_publish(t->core->events, 0, "content", c->id, 0, data);
    assessor_content_changed(t->core);
    cluster_tell(t->core, CLUSTER_CONTENT, 0);
}

/* What was refused leaves no file, unless it is a pack we have. */
static void drop_pack(const struct core *core, const struct content *c)
{
    AUTO(buf_clear) struct buf dir = BUF(8192);
    AUTO(buf_clear) struct buf path = BUF(8192);
    str digest = { (const char *)c->digest, sizeof(c->digest) };
    struct content there;

    if (content_by_digest(core->db, digest, &there, NULL) != E_ABSENT ||
        make_folder(core, &dir, NULL) < 0)
        return;
    content_file(buf_str(&dir), c->digest, &path);
    if (unlink(buf_c(&path)) < 0)
        log_debug("content.file_stays", LOG_TEXT("file", buf_str(&path)));
}

static int take(struct taking *t, const struct message_read_done *done, int fd,
                struct content *c, struct err *err)
{
    int rc;

    if (done->code < 0)
        return err_set(err, (int)done->code, "%" PRIstr, ARGstr(done->text));
    c->definitions = done->definitions;
    c->feed_time = done->feed_time;
    snprintf(c->source, sizeof(c->source), "%" PRIstr, ARGstr(t->order.source));
    rc = choose_platform(t, done, c, err);
    if (rc == 0)
        rc = keep_pack(t->core, fd, c, err);
    if (rc < 0)
        return rc;
    rc = activate(t, c, err);
    if (rc < 0)
        drop_pack(t->core, c);
    if (rc == 0)
        tell(t, c);
    return rc;
}

static void done(void *ctx, const struct message_read_done *done_message,
                 int *fd)
{
    struct taking *t = ctx;
    struct content c = { 0 };
    struct err err = { 0 };
    int rc = take(t, done_message, *fd, &c, &err);

    if (rc < 0)
        log_warn("content.refused", LOG_TEXT("source", t->order.source),
                 LOG_TEXT("why", str_c(err_text(&err))));
    if (t->done != NULL)
        t->done(t->ctx, rc, rc < 0 ? NULL : &c, rc < 0 ? err_text(&err) : "");
    arena_clear(&t->arena);
    mem_free(t);
}

int content_take(struct core *core, const struct content_order *order, int fd,
                 content_taken_fn *fn, void *ctx, struct err *err)
{
    struct taking *t = mem_alloc(1, sizeof(*t));
    int rc;

    t->core = core;
    t->order = *order;
    t->order.source = arena_str(&t->arena, order->source);
    t->order.platform = arena_str(&t->arena, order->platform);
    t->order.peer = arena_str(&t->arena, order->peer);
    t->order.scope.name = arena_str(&t->arena, order->scope.name);
    t->done = fn;
    t->ctx = ctx;
    rc = reader_add(core->reader,
                    &(struct reader_order){ t->order.source.p, READ_OVAL, fd },
                    done, t, err);
    if (rc < 0) {
        arena_clear(&t->arena);
        mem_free(t);
    }
    return rc;
}
