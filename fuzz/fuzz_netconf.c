/* SPDX-License-Identifier: Apache-2.0
 *
 * NETCONF sessions with hostile servers: pieces of bytes, between them
 * requests. The first byte of a piece says which, the second its length. A
 * session never speaks after its end; what is printed can be read again.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "netdev/netconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stage {
    struct netconf *session;
    bool over;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void on_send(void *ctx, str bytes)
{
    require(!((struct stage *)ctx)->over && bytes.n > 0);
}

static void on_event(void *ctx, const struct session_answer *answer,
                     const struct err *err)
{
    struct stage *stage = ctx;

    require(!stage->over);
    if (answer != NULL)
        require(answer->refused == (answer->refusal.p != NULL));
    if (err != NULL)
        require(err->code < 0 && err->text[0] != '\0');
    stage->over = err != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const requests[] = {
        "get-config running",     "edit-config candidate <a/>",
        "commit confirmed 60",    "edit-config running </config><b/>",
        "copy-config running up", "<get/>",
        "capabilities",           "",
    };
    struct stage stage = { 0 };
    struct netconf_options options = {
        .answer_max = 65536, .send = on_send, .event = on_event, .ctx = &stage
    };
    int64_t now = 0;
    size_t at = 0;

    stage.session = netconf_new(&options, now);
    while (at + 1 < size && !stage.over) {
        unsigned what = data[at];
        size_t n = data[at + 1];

        at += 2;
        if (n > size - at)
            n = size - at;
        netconf_receive(stage.session, (str){ (const char *)data + at, n },
                        now);
        at += n;
        if (what < COUNT(requests))
            (void)!netconf_command(stage.session, str_c(requests[what]),
                                   now += 200, NULL);
        else if (what == 255 && !stage.over)
            netconf_tick(stage.session, now += 30000);
    }
    netconf_free(stage.session);
    return 0;
}
