/* SPDX-License-Identifier: Apache-2.0
 *
 * One end of a socket pair between two of our processes: typed messages out
 * of the table in server/message.h, in order, some with a descriptor.
 *
 * A frame is 8 bytes (u32 length, u8 kind, u8 1 when a descriptor comes with
 * it, u16 zero; the machine's byte order, as both ends are this program) and
 * the encoded message. What is not read yet by the other side waits here;
 * who can send much asks channel_waiting() first.
 */
#ifndef SERVER_CHANNEL_H
#define SERVER_CHANNEL_H

#include "base/loop.h"
#include "server/message.h"

struct channel;

enum {
    /* More than this waiting: the other side does not keep up. */
    CHANNEL_BUSY = 4 << 20,
    /* More than this: it is ended. */
    CHANNEL_WAITING_MAX = 512 << 20,
};

struct channel_events {
    /* One message, checked. Negative: the sender broke a rule. */
    int (*message)(void *ctx, struct message *message, struct err *err);
    /* Once: the other side is gone (reason NULL) or broke a rule. The owner
     * calls channel_free(), now or later. */
    void (*closed)(void *ctx, const char *reason);
    /* What waited has been written, after it was CHANNEL_BUSY; or NULL. */
    void (*drained)(void *ctx);
};

/* Takes the descriptor over. */
struct channel *channel_new(struct loop *loop, int fd, enum role self,
                            enum role other,
                            const struct channel_events *events, void *ctx);
/* May be called from within an event; what waited is written as far as the
 * socket takes it now. */
void channel_free(struct channel *channel);

/* The descriptor is taken over, also when it fails; -1: none. E_LIMIT when
 * the other side stopped reading; E_IO when it is gone. */
int channel_send(struct channel *channel, enum message_kind kind,
                 const void *value, int fd, struct err *err) MUST_CHECK;
size_t channel_waiting(const struct channel *channel);
/* Waits for the other side and delivers what it sent, as the loop would: for
 * a question whose answer cannot be waited for in the loop (the signer's).
 * E_IO when nothing came in time or the other side is gone; the channel may
 * be freed by its owner's event then. */
int channel_wait(struct channel *channel, int64_t timeout_ms,
                 struct err *err) MUST_CHECK;
/* Stops or goes on reading: the other side then waits. */
void channel_pause(struct channel *channel, bool paused);

#endif
