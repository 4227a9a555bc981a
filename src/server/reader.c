/* SPDX-License-Identifier: Apache-2.0 */
#include "server/reader.h"

#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"

struct waiting {
    int64_t id;
    char name[256];
    enum read_kind kind;
    int fd;
    reader_done_fn *done;
    void *ctx;
};
struct reader {
    reader_send_fn *send;
    void *send_ctx;
    int64_t newest;
    bool busy; /* the first one is with the process */
    VEC(struct waiting) all;
};

struct reader *reader_new(reader_send_fn *send, void *ctx)
{
    struct reader *reader = mem_alloc(1, sizeof(*reader));

    reader->send = send;
    reader->send_ctx = ctx;
    return reader;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    for (size_t i = 0; i < reader->all.n; i++) {
        if (reader->all.p[i].fd >= 0)
            close(reader->all.p[i].fd);
    }
    vec_clear(&reader->all);
    mem_free(reader);
}

static struct waiting take_first(struct reader *reader)
{
    struct waiting first = reader->all.p[0];

    reader->all.n--;
    memmove(&reader->all.p[0], &reader->all.p[1],
            reader->all.n * sizeof(first));
    return first;
}

/* The process that is away is started again, and reader_up() goes on. */
static void next(struct reader *reader)
{
    struct waiting *first = &reader->all.p[0];
    struct message_read order;
    int fd;

    if (reader->busy || reader->all.n == 0)
        return;
    fd = dup(first->fd);
    order = (struct message_read){ .id = first->id,
                                   .name = str_c(first->name),
                                   .kind = first->kind };
    reader->busy =
        fd >= 0 && reader->send(reader->send_ctx, &order, fd, NULL) == 0;
}

int reader_add(struct reader *reader, const struct reader_order *order,
               reader_done_fn *done, void *ctx, struct err *err)
{
    struct waiting *new;

    if (reader->all.n >= READER_WAITING_MAX) {
        close(order->fd);
        return err_set(err, E_LIMIT, "%d documents wait to be read already",
                       READER_WAITING_MAX);
    }
    new = vec_push(&reader->all);
    *new = (struct waiting){
        .id = ++reader->newest,
        .kind = order->kind,
        .fd = order->fd,
        .done = done,
        .ctx = ctx,
    };
    snprintf(new->name, sizeof(new->name), "%s", order->name);
    next(reader);
    return 0;
}

static void end_first(struct reader *reader,
                      const struct message_read_done *done, int *fd)
{
    struct waiting first = take_first(reader);

    reader->busy = false;
    close(first.fd);
    first.done(first.ctx, done, fd);
    next(reader);
}

int reader_answer(struct reader *reader, const struct message_read_done *done,
                  int *fd, struct err *err)
{
    if (!reader->busy || reader->all.p[0].id != done->id)
        return err_set(err, E_INVALID, "an answer to no question");
    if (done->code == 0 && *fd < 0)
        return err_set(err, E_INVALID, "an answer without a pack");
    end_first(reader, done, fd);
    return 0;
}

void reader_up(struct reader *reader)
{
    next(reader);
}

void reader_lost(struct reader *reader)
{
    struct message_read_done done = {
        .code = E_LIMIT,
        .text = STR("the process that read the document ended; it takes more "
                    "time or memory than is allowed, or is made to do harm"),
    };
    int fd = -1;

    if (reader->busy)
        end_first(reader, &done, &fd);
}
