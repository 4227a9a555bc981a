/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversations with hostile devices. The first byte chooses the family and
 * whether the line asks for a login; then pieces: a byte says how long
 * nothing comes, or that a command is given, or that the line ends; a byte
 * says how many bytes the device sends. The session never waits in the past,
 * never speaks after its end, and sends only what it was told to.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "netdev/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    PAUSES = 200,
    COMMAND = 254,
    HANG_UP = 255,
};

struct stage {
    struct session *session;
    bool over;
    unsigned sent;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void on_send(void *ctx, str bytes)
{
    struct stage *stage = ctx;

    require(!stage->over);
    require(bytes.n <= SESSION_COMMAND_MAX);
    stage->sent++;
}

static void on_event(void *ctx, const struct session_answer *answer,
                     const struct err *err)
{
    struct stage *stage = ctx;

    require(!stage->over);
    stage->over = err != NULL;
    if (answer != NULL)
        require(answer->refusal.n <= answer->text.n);
    if (err != NULL)
        require(err->code < 0 && err->text[0] != '\0');
}

static int64_t pass(struct stage *stage, int64_t now, int64_t ms)
{
    int64_t until = now + ms;

    for (;;) {
        int64_t due = session_due_ms(stage->session);

        if (due > until)
            break;
        require(due > now);
        now = due;
        session_tick(stage->session, now);
    }
    return until;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stage stage = { 0 };
    struct session_options options = {
        .user = STR("admin"),
        .password = STR("secret"),
        .answer_max = 4096,
        .send = on_send,
        .event = on_event,
        .ctx = &stage,
    };
    int64_t now = 0;
    size_t at = 1;

    if (size == 0)
        return 0;
    options.family = &families[data[0] % family_count];
    options.asks_login = data[0] >= 128;
    stage.session = session_new(&options, now);
    while (at + 1 < size) {
        unsigned what = data[at];
        size_t n = data[at + 1];

        at += 2;
        if (n > size - at)
            n = size - at;
        session_receive(stage.session, (str){ (const char *)data + at, n },
                        now);
        at += n;
        if (what == COMMAND)
            (void)!session_command(stage.session, STR("show version"), now,
                                   NULL);
        else if (what == HANG_UP)
            session_ended(stage.session);
        else
            now = pass(&stage, now, (int64_t)(what % PAUSES) * 40);
    }
    (void)pass(&stage, now, 10000000);
    session_free(stage.session);
    return 0;
}
