/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's end of the reader process (reader_main.c): documents in, packs
 * out, one after the other.
 */
#ifndef SERVER_READER_H
#define SERVER_READER_H

#include "server/message.h"

struct reader;

/* What became of a document. On code 0 fd is the pack, taken by setting it
 * to -1; otherwise *done says what is wrong. Called exactly once. */
typedef void reader_done_fn(void *ctx, const struct message_read_done *done,
                            int *fd);

enum {
    READER_WAITING_MAX = 100,
};

/* send hands an order and the document, which it takes over, to the
 * process. */
typedef int reader_send_fn(void *ctx, const struct message_read *order, int fd,
                           struct err *err);
struct reader *reader_new(reader_send_fn *send, void *ctx);
void reader_free(struct reader *reader);

/* The descriptor is taken over. E_LIMIT when too many wait. */
struct reader_order {
    const char *name;
    enum read_kind kind;
    int fd;
};
int reader_add(struct reader *reader, const struct reader_order *order,
               reader_done_fn *done, void *ctx, struct err *err) MUST_CHECK;

/* The process answered, came up, or went away: the document it was at is then
 * refused (it does not get a second try), the others go on. */
int reader_answer(struct reader *reader, const struct message_read_done *done,
                  int *fd, struct err *err) MUST_CHECK;
void reader_up(struct reader *reader);
void reader_lost(struct reader *reader);

#endif
