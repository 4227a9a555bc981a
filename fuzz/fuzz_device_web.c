/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversations with hostile web servers of devices. The first byte chooses
 * the family; then pieces: a byte says what happens, a byte how many bytes the
 * device sends. The conversation never speaks after its end, never without a
 * line, and tells each line of a batch at most once.
 */
#include <stdlib.h>

#include "netdev/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    LINES = 4,
    COMMAND = 250,
    BATCH,
    SHOW,
    WAIT,
    HANG_UP,
};

struct stage {
    struct web *web;
    bool over;
    bool has_line;
    bool wants_line;
    unsigned answers;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void on_login(void *ctx, str detail UNUSED)
{
    require(!((struct stage *)ctx)->over);
}

static void on_ready(void *ctx)
{
    require(!((struct stage *)ctx)->over);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct stage *stage = ctx;

    require(!stage->over);
    require(answer->refused == (answer->refusal.p != NULL));
    stage->answers++;
    require(stage->answers <= LINES);
    if (!answer->more)
        stage->answers = 0;
}

static void on_failed(void *ctx, const char *where, const struct err *err)
{
    struct stage *stage = ctx;

    require(!stage->over && where != NULL);
    require(err->code < 0 && err->text[0] != '\0');
    stage->over = true;
}

static void on_finding(void *ctx UNUSED, const char *rule, str text)
{
    require(rule != NULL && text.n > 0);
}

static void on_wants_line(void *ctx)
{
    struct stage *stage = ctx;

    require(!stage->over);
    stage->wants_line = true;
    stage->has_line = false;
}

static void on_send(void *ctx, str bytes)
{
    struct stage *stage = ctx;

    require(!stage->over && stage->has_line);
    require(str_find(bytes, STR("Authorization: Basic ")) < bytes.n);
}

static const struct web_events events = {
    on_login,   on_ready,      on_answer, on_failed,
    on_finding, on_wants_line, on_send,
};

static void act(struct stage *stage, unsigned what, int64_t *now)
{
    static const struct err gone = { E_IO, "gone" };

    if (what == COMMAND)
        (void)!web_command(stage->web, STR("configure terminal"), *now, NULL);
    else if (what == BATCH)
        (void)!web_batch(stage->web, STR("a\nb\n!c\nd <&>\n"), *now, NULL);
    else if (what == SHOW)
        (void)!web_command(stage->web, STR("show events"), *now, NULL);
    else if (what == WAIT)
        web_tick(stage->web, *now += 20000);
    else if (what == HANG_UP && stage->has_line) {
        stage->has_line = false;
        web_line_ended(stage->web, &gone, *now);
    }
    if (stage->wants_line && !stage->over) {
        stage->wants_line = false;
        stage->has_line = true;
        web_line_open(stage->web, *now);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "asa", "ios", "ips" };
    struct stage stage = { .has_line = true };
    struct web_options options = {
        .session = { .user = STR("admin"),
                     .password = STR("secret"),
                     .answer_max = 65536 },
        .transport = TRANSPORT_SSL,
        .host = STR("192.0.2.1"),
        .events = &events,
        .ctx = &stage,
    };
    int64_t now = 0;
    size_t at = 1;

    if (size == 0)
        return 0;
    options.session.family = family_find(str_c(names[data[0] % COUNT(names)]));
    require(web_new(&options, now, &stage.web, NULL) == 0);
    web_line_open(stage.web, now);
    while (at + 1 < size && !stage.over) {
        unsigned what = data[at];
        size_t n = data[at + 1];

        at += 2;
        if (n > size - at)
            n = size - at;
        if (stage.has_line)
            web_receive(stage.web, (str){ (const char *)data + at, n }, now);
        at += n;
        act(&stage, what, &now);
    }
    web_free(stage.web);
    return 0;
}
