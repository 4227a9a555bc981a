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

enum state {
    HELLO,
    READY,
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
    uint64_t id; /* of the newest request */
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
    if (n->state == COMMAND)
        (void)err_wrap(err, err->code, "request '%" PRIstr "'",
                       ARGstr(str_sub(buf_str(&n->command), 0, 64)));
    else if (n->state == HELLO)
        (void)err_wrap(err, err->code, "no NETCONF greeting");
    n->state = OVER;
    n->options.event(n->options.ctx, NULL, err);
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
    n->state = READY;
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

void netconf_tick(struct netconf *n, int64_t now_ms)
{
    struct err err = { 0 };

    n->seen_ms = now_ms;
    if (n->state == OVER || n->state == READY)
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
    return silent < late ? silent : late;
}

/* --- Requests --------------------------------------------------------------
 */

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
    buf_printf(&message, "<rpc xmlns=\"" NS "\" message-id=\"%llu\">",
               (unsigned long long)n->id + 1);
    rc = netconf_write_request(n, command, &message, err);
    if (rc < 0)
        return rc;
    buf_add_c(&message, "</rpc>");
    rc = buf_finish(&message, "the request", err);
    if (rc < 0)
        return rc;
    n->id++;
    buf_reset(&n->command);
    buf_add(&n->command, command);
    n->state = COMMAND;
    send_message(n, buf_str(&message));
    return 0;
}

void netconf_bye(struct netconf *n)
{
    if (n->state == READY)
        send_message(n, STR("<rpc xmlns=\"" NS "\" message-id=\"bye\">"
                            "<close-session/></rpc>"));
}
