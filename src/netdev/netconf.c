/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "netdev/netconf_int.h"

#define BASE "urn:ietf:params:netconf:base:"
#define NS "urn:ietf:params:xml:ns:netconf:base:1.0"

static const char greeting[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<hello xmlns=\"" NS "\"><capabilities><capability>" BASE
    "1.0</capability><capability>" BASE
    "1.1</capability></capabilities></hello>";

enum {
    WAIT_MS = 100, /* between greeting and first request */
    WAIT_AGAIN_MS = 2000,
};

enum state {
    HELLO,
    READY,
    WAITING, /* with a first request, until it may be sent */
    COMMAND,
    OVER,
};

struct netconf {
    struct netconf_options options;
    enum state state;
    struct netconf_frame frame;
    struct netconf_hello hello;
    struct buf title;
    struct buf command;
    uint64_t id;      /* of the newest request */
    bool is_heard;    /* a byte came since it was sent */
    bool is_again;    /* the second session: the first one lost its request */
    int64_t hello_ms; /* when the device's greeting was there */
    int64_t seen_ms;
    int64_t last_ms;
    int64_t began_ms;
};

static void send_message(struct netconf *n, str message)
{
    AUTO(buf_clear) struct buf out = BUF(2 * NETCONF_COMMAND_MAX);

    netconf_frame_add(n->frame.is_chunked, message, &out);
    n->options.send(n->options.ctx, buf_str(&out));
}

struct netconf *netconf_new(const struct netconf_options *options,
                            int64_t now_ms)
{
    struct netconf *n = mem_alloc(1, sizeof(*n));
    size_t most = options->answer_max > 0 ? options->answer_max
                                          : (size_t)SESSION_ANSWER_MAX;

    *n = (struct netconf){
        .options = *options,
        .hello = { .capabilities = BUF(NETCONF_HELLO_MAX),
                   .session_id = BUF(64) },
        .title = BUF(256),
        .command = BUF(NETCONF_COMMAND_MAX),
        .seen_ms = now_ms,
        .last_ms = now_ms,
        .began_ms = now_ms,
    };
    if (n->options.silence_ms <= 0)
        n->options.silence_ms = 60000;
    if (n->options.command_ms <= 0)
        n->options.command_ms = 600000;
    netconf_frame_init(&n->frame, most);
    send_message(n, str_c(greeting));
    return n;
}

void netconf_free(struct netconf *n)
{
    if (n == NULL)
        return;
    netconf_frame_clear(&n->frame);
    buf_clear(&n->hello.capabilities);
    buf_clear(&n->hello.session_id);
    buf_clear(&n->title);
    if (n->command.p != NULL) /* configurations hold secrets */
        explicit_bzero(n->command.p, n->command.cap);
    buf_clear(&n->command);
    mem_free(n);
}

bool netconf_is_ready(const struct netconf *n)
{
    return n->state == READY;
}

str netconf_title(const struct netconf *n)
{
    return buf_str(&n->title);
}

bool netconf_can(const struct netconf *n, str capability)
{
    str rest = buf_str(&n->hello.capabilities);

    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');

        if (str_eq(str_cut(&line, '?'), capability))
            return true;
    }
    return false;
}

static void fail(struct netconf *n, struct err *err)
{
    if (n->state == OVER)
        return;
    if (n->state == COMMAND || n->state == WAITING)
        (void)err_wrap(err, err->code, "request '%" PRIstr "'%s",
                       ARGstr(str_sub(buf_str(&n->command), 0, 64)),
                       n->is_again && n->id == 1 ? ", asked in two sessions"
                                                 : "");
    else if (n->state == HELLO)
        (void)err_wrap(err, err->code, "no NETCONF greeting%s",
                       n->is_again ? " of a second session, after the first "
                                     "one left its request unanswered"
                                   : "");
    n->state = OVER;
    n->options.event(n->options.ctx, NULL, err);
}

/* --- Requests --------------------------------------------------------------
 */

static int write_request(const struct netconf *n, uint64_t id, str command,
                         struct buf *out, struct err *err)
{
    int rc;

    buf_printf(out, "<rpc xmlns=\"" NS "\" message-id=\"%llu\">",
               (unsigned long long)id);
    rc = netconf_write_request(n, command, out, err);
    if (rc < 0)
        return rc;
    buf_add_c(out, "</rpc>");
    return buf_finish(out, "the request", err);
}

static void send_request(struct netconf *n, str message, int64_t now_ms)
{
    n->last_ms = n->began_ms = now_ms;
    n->is_heard = false;
    n->state = COMMAND;
    send_message(n, message);
}

static int64_t first_ms(const struct netconf *n)
{
    return n->hello_ms + (n->is_again ? WAIT_AGAIN_MS : WAIT_MS);
}

/* The first request, in its time; also one that the session before has lost.
 */
static void ask_first(struct netconf *n, int64_t now_ms)
{
    AUTO(buf_clear) struct buf message = BUF(2 * NETCONF_COMMAND_MAX);
    struct err err = { 0 };

    if (write_request(n, n->id, buf_str(&n->command), &message, &err) < 0)
        fail(n, &err);
    else
        send_request(n, buf_str(&message), now_ms);
}

/* --- Messages --------------------------------------------------------------
 */

static void take_hello(struct netconf *n)
{
    struct err err = { 0 };

    if (netconf_read_hello(buf_str(&n->frame.message), &n->hello, &err) < 0) {
        fail(n, &err);
        return;
    }
    n->frame.is_chunked = netconf_can(n, STR(BASE "1.1"));
    buf_printf(&n->title, "session %" PRIstr ", NETCONF %s",
               ARGstr(buf_str(&n->hello.session_id)),
               n->frame.is_chunked ? "1.1" : "1.0");
    n->hello_ms = n->last_ms;
    n->state = n->is_again ? WAITING : READY;
    if (!n->is_again)
        n->options.event(n->options.ctx, NULL, NULL);
}

static void tell(struct netconf *n, str text, str refusal)
{
    struct session_answer answer = {
        .command = buf_str(&n->command),
        .text = text,
        .refused = refusal.n > 0,
        .refusal = refusal.n > 0 ? refusal : STR_NONE,
        .via = TRANSPORT_NETCONF,
    };

    n->state = READY;
    n->options.event(n->options.ctx, &answer, NULL);
}

/* True when the reply is that of the request. Some devices leave the number
 * out of an error. */
static bool is_ours(const struct netconf *n, const struct netconf_reply *reply)
{
    int64_t id;

    if (reply->kind != NETCONF_REPLY)
        return false;
    return reply->id.n == 0 ||
           (str_to_i64(buf_str(&reply->id), 0, INT64_MAX, &id, NULL) == 0 &&
            (uint64_t)id == n->id);
}

static void take_reply(struct netconf *n)
{
    struct netconf_reply reply = { .id = BUF(64),
                                   .text = BUF(2 * n->frame.message.limit),
                                   .refusal = BUF(16384) };
    struct err err = { 0 };
    int rc = netconf_read_reply(buf_str(&n->frame.message), &reply, &err);

    if (rc < 0)
        fail(n, &err);
    else if (n->state == COMMAND && is_ours(n, &reply))
        tell(n, buf_str(&reply.text), buf_str(&reply.refusal));
    buf_clear(&reply.id);
    buf_clear(&reply.text);
    buf_clear(&reply.refusal);
}

void netconf_receive(struct netconf *n, str bytes, int64_t now_ms)
{
    n->seen_ms = n->last_ms = now_ms;
    n->is_heard = true;
    while (bytes.n > 0 && n->state != OVER) {
        struct err err = { 0 };
        size_t used = 0;
        int rc = netconf_frame_feed(&n->frame, bytes, &used, &err);

        if (rc < 0) {
            fail(n, &err);
            return;
        }
        bytes = str_sub(bytes, used, SIZE_MAX);
        if (rc == 0)
            continue;
        if (n->state == HELLO)
            take_hello(n);
        else
            take_reply(n);
        buf_reset(&n->frame.message);
    }
}

void netconf_ended(struct netconf *n)
{
    struct err err = { 0 };

    (void)err_set(&err, E_IO, "the device ended the connection");
    fail(n, &err);
}

/* When the first request counts as lost. */
static int64_t lost_ms(const struct netconf *n)
{
    bool may_be = n->state == COMMAND && n->id == 1 && !n->is_heard &&
                  !n->is_again && n->options.again != NULL &&
                  str_starts(buf_str(&n->command), STR("get"));

    return may_be ? n->began_ms + n->options.silence_ms / 3 : INT64_MAX;
}

static bool begin_again(struct netconf *n, int64_t now_ms)
{
    if (!n->options.again(n->options.ctx))
        return false;
    n->is_again = true;
    n->state = HELLO;
    n->last_ms = n->began_ms = now_ms;
    netconf_frame_reset(&n->frame);
    buf_reset(&n->hello.capabilities);
    buf_reset(&n->hello.session_id);
    n->hello.count = 0;
    buf_reset(&n->title);
    return true;
}

void netconf_reopened(struct netconf *n, int64_t now_ms)
{
    n->last_ms = n->began_ms = now_ms;
    if (n->state == HELLO)
        send_message(n, str_c(greeting));
}

void netconf_tick(struct netconf *n, int64_t now_ms)
{
    struct err err = { 0 };

    n->seen_ms = now_ms;
    if (n->state == WAITING && now_ms >= first_ms(n))
        ask_first(n, now_ms);
    if (n->state == OVER || n->state == READY || n->state == WAITING ||
        (now_ms >= lost_ms(n) && begin_again(n, now_ms)))
        return;
    if (now_ms - n->last_ms >= n->options.silence_ms)
        (void)err_set(&err, E_IO, "nothing came for %lld seconds",
                      (long long)n->options.silence_ms / 1000);
    else if (now_ms - n->began_ms >= n->options.command_ms)
        (void)err_set(&err, E_IO, "it did not end within %lld seconds",
                      (long long)n->options.command_ms / 1000);
    if (err.code != 0)
        fail(n, &err);
}

int64_t netconf_due_ms(const struct netconf *n)
{
    int64_t silent = n->last_ms + n->options.silence_ms;
    int64_t late = n->began_ms + n->options.command_ms;

    if (n->state == OVER || n->state == READY)
        return INT64_MAX;
    if (n->state == WAITING)
        return first_ms(n);
    if (lost_ms(n) > n->seen_ms && lost_ms(n) < silent)
        silent = lost_ms(n);
    return silent < late ? silent : late;
}

int netconf_command(struct netconf *n, str command, int64_t now_ms,
                    struct err *err)
{
    AUTO(buf_clear) struct buf message = BUF(2 * NETCONF_COMMAND_MAX);
    int rc;

    if (n->state != READY)
        return err_set(err, E_INVALID, "the device cannot take a request now");
    if (command.n == 0 || command.n > NETCONF_COMMAND_MAX)
        return err_set(err, E_INVALID, "a request has 1 to %d bytes",
                       NETCONF_COMMAND_MAX);
    n->seen_ms = n->last_ms = n->began_ms = now_ms;
    if (str_eq_c(command, "capabilities")) {
        buf_reset(&n->command);
        buf_add(&n->command, command);
        tell(n, buf_str(&n->hello.capabilities), STR_NONE);
        return 0;
    }
    rc = write_request(n, n->id + 1, command, &message, err);
    if (rc < 0)
        return rc;
    n->id++;
    buf_reset(&n->command);
    buf_add(&n->command, command);
    if (n->id == 1 && now_ms < first_ms(n))
        n->state = WAITING;
    else
        send_request(n, buf_str(&message), now_ms);
    return 0;
}

void netconf_bye(struct netconf *n)
{
    if (n->state == READY)
        send_message(n, STR("<rpc xmlns=\"" NS "\" message-id=\"bye\">"
                            "<close-session/></rpc>"));
}
