/* SPDX-License-Identifier: Apache-2.0 */
#include "server/advisory_take.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/import.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/jval.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/audit.h"
#include "server/config.h"
#include "server/reader.h"

struct taking {
    struct core *core;
    struct arena arena;
    struct advisory_order order;
    advisory_taken_fn *done;
    void *ctx;
};

/* --- The parcel ----------------------------------------------------------- */

static uint64_t padded(uint64_t n)
{
    return (n + ADVISORY_PARCEL_ALIGN - 1) / ADVISORY_PARCEL_ALIGN *
           ADVISORY_PARCEL_ALIGN;
}

static int append_file(int to, int from, uint64_t at, uint64_t n,
                       struct err *err)
{
    char piece[1 << 16];
    uint64_t done = 0;

    while (done < n) {
        ssize_t got = pread(from, piece, sizeof(piece), (off_t)done);

        if (got <= 0 || (uint64_t)got > n - done)
            return err_set(err, E_IO, "the upload changed while it was read");
        if (pwrite(to, piece, (size_t)got, (off_t)(at + done)) != got)
            return err_errno(err, errno, "memory for the upload");
        done += (uint64_t)got;
    }
    return 0;
}

static const char *data_path(struct taking *t)
{
    return arena_c(&t->arena,
                   arena_printf(&t->arena, "%" PRIstr "/advisory.data",
                                ARGstr(t->core->config->data)));
}

static int size_of(int fd, uint64_t *out, struct err *err)
{
    struct stat facts;

    if (fstat(fd, &facts) < 0)
        return err_errno(err, errno, "the upload");
    if (facts.st_size < 0 || facts.st_size > ADVISORY_FILE_MAX)
        return err_set(err, E_LIMIT, "the upload is larger than %d bytes",
                       ADVISORY_FILE_MAX);
    *out = (uint64_t)facts.st_size;
    return 0;
}

static int fill_parcel(struct taking *t, int parcel, int data, int document,
                       struct err *err)
{
    struct advisory_parcel head = { .now_s = clock_now() };
    int rc = data < 0 ? 0 : size_of(data, &head.data, err);

    memcpy(head.source, t->order.source.p, t->order.source.n);
    memcpy(head.release, t->order.release.p, t->order.release.n);
    if (rc == 0)
        rc = size_of(document, &head.document, err);
    if (rc == 0 && pwrite(parcel, &head, sizeof(head), 0) != sizeof(head))
        rc = err_errno(err, errno, "memory for the upload");
    if (rc == 0 && data >= 0)
        rc = append_file(parcel, data, padded(sizeof(head)), head.data, err);
    if (rc == 0)
        rc = append_file(parcel, document,
                         padded(sizeof(head)) + padded(head.data),
                         head.document, err);
    return rc;
}

/* Takes over fd. */
static int make_parcel(struct taking *t, int fd, int *out, struct err *err)
{
    int data = open(data_path(t), O_RDONLY | O_CLOEXEC);
    int parcel = memfd_create("advisories", MFD_CLOEXEC);
    int rc = parcel < 0 ? err_errno(err, errno, "memory for the upload")
                        : fill_parcel(t, parcel, data, fd, err);

    if (data >= 0)
        close(data);
    close(fd);
    if (rc == 0)
        *out = parcel;
    else if (parcel >= 0)
        close(parcel);
    return rc;
}

/* --- In the reader -------------------------------------------------------- */

static int import_into(const struct advisory_data *data, str document,
                       const struct advisory_import *how,
                       struct advisory_unpacked *out, struct err *err)
{
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    AUTO(io_out_freep)
    struct io_out *file = io_out_fd(out->to_fd, "the answer");
    struct advisory_imported imported = { 0 };
    int rc = advisory_draft_new(data, &draft, err);

    if (rc == 0)
        rc = advisory_import_memory(draft, document, how, &imported, err);
    if (rc == 0)
        rc = advisory_draft_write(draft, file, err);
    if (rc == 0)
        rc = io_out_finish(file, err);
    if (rc < 0)
        return rc;
    out->text = arena_printf(out->arena, "%s %" PRIstr, imported.format,
                             ARGstr(str_sub(imported.source, 0, 500)));
    out->advisories = (int64_t)imported.advisories;
    return 0;
}

int advisory_parcel_import(str bytes, const char *name,
                           struct advisory_unpacked *out, struct err *err)
{
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    const struct advisory_parcel *head = (const void *)bytes.p;
    size_t at = padded(sizeof(*head));
    struct advisory_import how = { .path = name };
    int rc = 0;

    if (bytes.n < at || head->data > bytes.n - at ||
        padded(head->data) > bytes.n - at ||
        head->document > bytes.n - at - padded(head->data))
        return err_set(err, E_INVALID, "the parcel is not whole");
    how.now_s = head->now_s;
    how.source = head->source[0] != '\0' ? head->source : NULL;
    how.release = head->release[0] != '\0' ? head->release : NULL;
    if (head->data > 0)
        rc = advisory_data_open_memory(str_sub(bytes, at, head->data),
                                       "advisory.data", &data, err);
    at += padded(head->data);
    return rc < 0 ? rc
                  : import_into(data, str_sub(bytes, at, head->document), &how,
                                out, err);
}

/* --- Bringing it into use ------------------------------------------------- */

static int audit(const struct taking *t, const struct advisory_taken *taken,
                 struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct audit_entry entry = {
        .org = t->order.scope.org,
        .at = clock_now(),
        .actor = t->order.scope.name,
        .peer = t->order.peer,
        .action = STR("advisories.uploaded"),
        .kind = STR("advisory"),
    };
    int rc = db_begin(t->core->db, err);

    jval_set_text(after, "file", t->order.name);
    jval_set_text(after, "source", taken->source);
    jval_set_i64(after, "advisories", taken->advisories);
    jval_print(after, &text);
    entry.after = buf_str(&text);
    if (rc == 0)
        rc = audit_add(t->core->db, &entry, err);
    if (rc == 0)
        return db_commit(t->core->db, err);
    db_rollback(t->core->db);
    return rc;
}

static int write_data(struct taking *t, str bytes, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    int rc =
        advisory_data_open_memory(bytes, "the reader's answer", &data, err);

    if (rc == 0)
        rc = io_out_open(data_path(t), &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, bytes);
    return io_out_finish(out, err);
}

/* What the reader left is checked as any file is: it read a hostile
 * document. */
static int take(struct taking *t, const struct message_read_done *answer,
                int fd, struct advisory_taken *taken, struct err *err)
{
    str text = answer->text;
    str bytes;
    int rc;

    if (answer->code < 0)
        return err_set(err, (int)answer->code, "%" PRIstr,
                       ARGstr(answer->text));
    rc =
        io_map_fd(fd, "the reader's answer", 1, ADVISORY_FILE_MAX, &bytes, err);
    if (rc < 0)
        return rc;
    *taken = (struct advisory_taken){ .format = str_cut(&text, ' '),
                                      .source = text,
                                      .advisories = answer->definitions };
    rc = write_data(t, bytes, err);
    io_unmap(bytes);
    return rc < 0 ? rc : audit(t, taken, err);
}

static void done(void *ctx, const struct message_read_done *answer, int *fd)
{
    struct taking *t = ctx;
    struct advisory_taken taken = { 0 };
    struct err err = { 0 };
    int rc = take(t, answer, *fd, &taken, &err);

    if (rc < 0)
        log_warn("advisories.refused", LOG_TEXT("name", t->order.name),
                 LOG_TEXT("why", str_c(err_text(&err))));
    else
        log_info("advisories.uploaded", LOG_TEXT("name", t->order.name),
                 LOG_TEXT("source", taken.source));
    t->done(t->ctx, rc, &taken, rc < 0 ? err_text(&err) : "");
    arena_clear(&t->arena);
    mem_free(t);
}

int advisory_take(struct core *core, const struct advisory_order *order, int fd,
                  advisory_taken_fn *fn, void *ctx, struct err *err)
{
    struct taking *t = mem_alloc(1, sizeof(*t));
    int parcel = -1;
    int rc;

    t->core = core;
    t->order = *order;
    t->order.name = arena_str(&t->arena, order->name);
    t->order.source = str_sub(arena_str(&t->arena, order->source), 0,
                              ADVISORY_PARCEL_TEXT - 1);
    t->order.release = str_sub(arena_str(&t->arena, order->release), 0,
                               ADVISORY_PARCEL_TEXT - 1);
    t->order.peer = arena_str(&t->arena, order->peer);
    t->order.scope.name = arena_str(&t->arena, order->scope.name);
    t->done = fn;
    t->ctx = ctx;
    rc = make_parcel(t, fd, &parcel, err);
    if (rc == 0)
        rc = reader_add(
            core->reader,
            &(struct reader_order){ arena_c(&t->arena, t->order.name),
                                    READ_ADVISORY, parcel },
            done, t, err);
    if (rc < 0) {
        arena_clear(&t->arena);
        mem_free(t);
    }
    return rc;
}
