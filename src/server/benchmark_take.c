/* SPDX-License-Identifier: Apache-2.0 */
#include "server/benchmark_take.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/audit.h"
#include "fleet/content.h"
#include "server/reader.h"

enum {
    FILE_MAX = 2 * SCAP_DOCUMENT_MAX + (1 << 20),
    AUDIT_MAX = 4096,
};

struct taking {
    struct core *core;
    struct arena arena;
    struct benchmark_order order;
    benchmark_taken_fn *done;
    void *ctx;
};

static int audit(const struct taking *t, const struct benchmark *b,
                 struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(AUDIT_MAX);
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct audit_entry entry = {
        .org = t->order.scope.org,
        .at = b->uploaded,
        .actor = t->order.scope.name,
        .peer = t->order.peer,
        .action = STR("benchmark.uploaded"),
        .kind = STR("benchmark"),
        .object = b->id,
    };

    jval_set_text(after, "name", b->name);
    jval_set_text(after, "kind", b->kind);
    jval_print(after, &text);
    entry.after = buf_str(&text);
    return audit_add(t->core->db, &entry, err);
}

static int store(const struct taking *t, str bytes, struct arena *arena,
                 struct benchmark *b, struct err *err)
{
    struct db *db = t->core->db;
    struct read_benchmark made;
    int rc = wire_read(&shape_read_benchmark, bytes, arena, &made, err);

    if (rc < 0)
        return rc;
    *b = (struct benchmark){ .kind = made.kind,
                             .name = t->order.name,
                             .size = t->order.size,
                             .description = made.description,
                             .uploaded = clock_now(),
                             .uploaded_by = t->order.scope.name };
    memcpy(b->sha256, t->order.sha256, sizeof(b->sha256));
    rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    rc = benchmark_add(db, &t->order.scope, b, made.document, err);
    if (rc == 0)
        rc = audit(t, b, err);
    if (rc == 0)
        return db_commit(db, err);
    db_rollback(db);
    return rc;
}

/* What the reader left is mapped, not trusted: it read a hostile document. */
static int take(const struct taking *t, const struct message_read_done *done,
                int fd, struct arena *arena, struct benchmark *b,
                struct err *err)
{
    str bytes;
    int rc;

    if (done->code < 0)
        return err_set(err, (int)done->code, "%" PRIstr, ARGstr(done->text));
    rc = io_map_fd(fd, "the reader's answer", 1, FILE_MAX, &bytes, err);
    if (rc < 0)
        return rc;
    rc = store(t, bytes, arena, b, err);
    if (rc == 0) { /* its texts lie in what is unmapped now */
        b->kind = arena_str(arena, b->kind);
        b->description = arena_str(arena, b->description);
    }
    io_unmap(bytes);
    return rc;
}

static void done(void *ctx, const struct message_read_done *answer, int *fd)
{
    struct taking *t = ctx;
    struct benchmark b = { 0 };
    struct err err = { 0 };
    int rc = take(t, answer, *fd, &t->arena, &b, &err);

    if (rc < 0)
        log_warn("benchmark.refused", LOG_TEXT("name", t->order.name),
                 LOG_TEXT("why", str_c(err_text(&err))));
    else
        log_info("benchmark.uploaded", LOG_I64("benchmark", b.id),
                 LOG_TEXT("name", b.name));
    t->done(t->ctx, rc, &b, rc < 0 ? err_text(&err) : "");
    arena_clear(&t->arena);
    mem_free(t);
}

int benchmark_take(struct core *core, const struct benchmark_order *order,
                   int fd, benchmark_taken_fn *fn, void *ctx, struct err *err)
{
    struct taking *t = mem_alloc(1, sizeof(*t));
    int rc;

    t->core = core;
    t->order = *order;
    t->order.name = arena_str(&t->arena, order->name);
    t->order.peer = arena_str(&t->arena, order->peer);
    t->order.scope.name = arena_str(&t->arena, order->scope.name);
    t->done = fn;
    t->ctx = ctx;
    rc = reader_add(core->reader,
                    &(struct reader_order){ t->order.name.p, READ_SCAP, fd },
                    done, t, err);
    if (rc < 0) {
        arena_clear(&t->arena);
        mem_free(t);
    }
    return rc;
}

/* --- files of packs --- */

static int write_file(str folder, const struct benchmark_pack *pack, str bytes,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(buf_clear) struct buf path = BUF(8192);
    int rc;

    buf_add(&path, folder);
    if (mkdir(buf_c(&path), 0755) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", buf_c(&path));
    buf_reset(&path);
    content_file(folder, pack->digest, &path);
    rc = io_out_open(buf_c(&path), &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, bytes);
    return io_out_finish(out, err);
}

int benchmark_file(struct db *db, str folder, int64_t device, str digest,
                   struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct benchmark_pack pack;
    int64_t org = 0;
    int rc = db_one_i64(db, "SELECT org FROM device WHERE id = $1",
                        DB_ARGS(db_i64(device)), &org, err);

    if (rc == 0)
        rc = benchmark_pack_find(db, org, digest, &arena, &pack, err);
    if (rc == 0)
        rc = benchmark_pack_bytes(db, &pack, &bytes, err);
    return rc != 0 ? rc : write_file(folder, &pack, buf_str(&bytes), err);
}
