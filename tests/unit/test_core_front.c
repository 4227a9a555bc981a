/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's side of the channel, with the front at the other end of a socket
 * pair: what arrives there is what clients would be answered.
 */
#include "server/core_front.h"

#include <sys/socket.h>

#include "base/mem.h"
#include "server/channel.h"
#include "server/config.h"
#include "tests/unit/people_rig.h"
#include "tests/unit/unit.h"

enum {
    BODY = 100000, /* more than comes with the request itself */
    MANY = 10000,
};

/* The front's end. */
struct heard {
    int64_t go_on;
    int64_t answers;
    int64_t status; /* of the newest answer */
    int64_t retry_after_s;
};

struct rig {
    struct people_rig *people;
    struct process process;
    struct config config;
    struct core_front *front;
    struct channel *other;
    struct heard heard;
};

static int hear(void *ctx, struct message *message, struct err *err UNUSED)
{
    struct heard *heard = ctx;
    const struct message_answer *answer = message->value;

    if (message->kind == MESSAGE_GO_ON)
        heard->go_on++;
    if (message->kind != MESSAGE_ANSWER)
        return 0;
    heard->answers++;
    heard->status = answer->status;
    heard->retry_after_s = answer->retry_after_s;
    return 0;
}

static int ignore(void *ctx UNUSED, struct message *message UNUSED,
                  struct err *err UNUSED)
{
    return 0;
}

static void closed(void *ctx UNUSED, const char *reason UNUSED)
{
}

static const struct channel_events hears = { .message = hear,
                                             .closed = closed };
static const struct channel_events ignores = { .message = ignore,
                                               .closed = closed };

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    void *people = NULL;
    struct core *core;
    int pair[2];

    assert_int_equal(people_rig_admin(&people), 0);
    rig->people = people;
    core = &rig->people->core->core;
    /* These requests come at the machine's time. */
    core_rig_sql(rig->people->core, "UPDATE session SET last_used ="
                                    " 99999999999, expires = 99999999999");
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
                     0);
    rig->config.data = str_c(rig->people->core->directory);
    rig->process = (struct process){ .role = ROLE_CORE,
                                     .loop = core->loop,
                                     .config = &rig->config };
    rig->process.links[ROLE_FRONT] =
        channel_new(core->loop, pair[0], ROLE_CORE, ROLE_FRONT, &ignores, rig);
    rig->other = channel_new(core->loop, pair[1], ROLE_FRONT, ROLE_CORE, &hears,
                             &rig->heard);
    rig->front = core_front_new(&rig->process, ROLE_FRONT, core);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    void *people = rig->people;

    core_front_free(rig->front);
    channel_free(rig->process.links[ROLE_FRONT]);
    channel_free(rig->other);
    mem_free(rig);
    return people_rig_teardown(&people);
}

static void deliver(struct rig *rig, enum message_kind kind, const void *value)
{
    struct message message = { .kind = kind, .value = value, .fd = -1 };
    struct err err = { 0 };

    if (core_front_message(rig->front, &message, &err) < 0)
        fail_msg("%s", err.text);
}

static void wait_for(struct rig *rig, const int64_t *count, int64_t n)
{
    struct loop *loop = rig->people->core->core.loop;

    for (int i = 0; *count < n && i < 1000; i++)
        loop_once(loop, 10);
    assert_int_equal(*count, n);
}

static void ask(struct rig *rig, int64_t id)
{
    struct message_request request = {
        .id = id,
        .door = DOOR_API,
        .method = METHOD_POST,
        .path = STR("/api/v1/contents"),
        .query = STR("platform=debian:12&source=test"),
        .content_type = STR("application/octet-stream"),
        .authorization = str_c(rig->people->ann),
        .mark = STR("1"),
        .peer = STR("192.0.2.1"),
        .follows = true,
        .body_size = BODY,
    };

    deliver(rig, MESSAGE_REQUEST, &request);
}

static void bodies_are_let_in_until_the_house_is_full(void **state)
{
    struct rig *rig = *state;
    int64_t n = 0;

    while (rig->heard.answers == 0 && n < MANY) {
        ask(rig, ++n);
        for (int i = 0; i < 100 && rig->heard.go_on + rig->heard.answers < n;
             i++)
            loop_once(rig->people->core->core.loop, 10);
    }
    assert_int_equal(rig->heard.answers, 1);
    assert_int_equal(rig->heard.go_on, n - 1);
    assert_int_equal(rig->heard.status, 503);
    assert_true(rig->heard.retry_after_s > 0);
    /* One that goes makes room for one. */
    deliver(rig, MESSAGE_GONE, &(struct message_id){ 7 });
    ask(rig, n + 1);
    wait_for(rig, &rig->heard.go_on, n);
    ask(rig, n + 2);
    wait_for(rig, &rig->heard.answers, 2);
    assert_int_equal(rig->heard.status, 503);
}

static void a_body_that_grows_too_large_is_refused_and_forgotten(void **state)
{
    struct rig *rig = *state;
    static char bytes[PIECE_MAX];
    struct message_body body = { 1, { bytes, sizeof(bytes) }, false };
    struct message_request request = {
        .id = 1,
        .door = DOOR_API,
        .method = METHOD_POST,
        .path = STR("/api/v1/labels"),
        .query = STR(""),
        .content_type = STR("application/json"),
        .authorization = str_c(rig->people->ann),
        .mark = STR("1"),
        .peer = STR("192.0.2.1"),
        .follows = true,
        .body_size = -1, /* not told before */
    };

    deliver(rig, MESSAGE_REQUEST, &request);
    wait_for(rig, &rig->heard.go_on, 1);
    for (int i = 0; i < 1000; i++)
        deliver(rig, MESSAGE_BODY, &body);
    wait_for(rig, &rig->heard.answers, 1);
    assert_int_equal(rig->heard.status, 413);
}

int main(void)
{
#define ROW(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROW(bodies_are_let_in_until_the_house_is_full),
        ROW(a_body_that_grows_too_large_is_refused_and_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
