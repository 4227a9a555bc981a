/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/network.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/network_int.h"
#include "agent/sandbox.h"
#include "base/clock.h"

enum {
    BODY_SMALL = 65536,
    UNENROLLED_MS = 1000,
    SKEW_S = 300,
    ANSWER_MS = 60000, /* within which the keeper answers, or is asked again */
    FAILURES_TURN = 3,
    URL_ROOM = JOB_URL_MAX + 256,
    ANSWER_SMALL = 65536,
};

static const struct wire_field identity_fields[] = {
    WIRE_FIELD_TEXT(link_identity, url, JOB_URL_MAX),
    WIRE_FIELD_TEXT(link_identity, authority, 4 * CERT_PEM_MAX),
    WIRE_FIELD_TEXT(link_identity, certificate, CERT_PEM_MAX),
    WIRE_FIELD_TEXT(link_identity, key, CERT_PEM_MAX),
};
const struct wire_shape shape_link_identity =
    WIRE_SHAPE_OF(link_identity, identity_fields);

void network_say(struct network *network, const struct message *message, int fd)
{
    struct err err = { 0 };

    if (channel_send(network->channel, message, fd, &err) < 0)
        log_warn("channel.full", LOG_TEXT("text", str_c(err.text)));
}

bool is_forbidden(int64_t status)
{
    return status == 401 || status == 403;
}

/* --- Trying again. --- */

void attempt_cancel(struct attempt *attempt)
{
    http_cancel(attempt->transfer);
    loop_remove(attempt->timer);
    *attempt = (struct attempt){ 0 };
}

/* Half of the delay is random, so that a fleet does not come back at once. */
void attempt_later(struct network *network, struct attempt *attempt,
                   int64_t min_ms, loop_timer_fn *fn)
{
    uint32_t random;
    int64_t wait;

    trust_random(&random, sizeof(random));
    attempt->delay_ms =
        attempt->delay_ms == 0 ? BACKOFF_FIRST_MS : attempt->delay_ms * 2;
    if (attempt->delay_ms > BACKOFF_MAX_MS)
        attempt->delay_ms = BACKOFF_MAX_MS;
    wait = attempt->delay_ms / 2 + random % (attempt->delay_ms / 2 + 1);
    if (wait < min_ms)
        wait = min_ms;
    loop_remove(attempt->timer);
    attempt->timer = loop_timer(network->loop, wait, fn, network);
}

struct http_request network_request(struct network *network, const char *path,
                                    struct buf *url)
{
    buf_reset(url);
    buf_add(url, buf_str(&network->url));
    buf_add_c(url, path);
    return (struct http_request){
        .url = buf_c(url),
        .content_type = "application/x-holdfast",
        .authority = network->identity.authority,
        .certificate = network->identity.certificate,
        .key = network->identity.key,
        .tls13 = true,
        .answer_max = ANSWER_SMALL,
    };
}

void network_link(struct network *network, bool up, str text)
{
    if (up == network->link_up && up)
        return;
    network->link_up = up;
    if (up)
        log_info("server.reached");
    else
        log_warn("server.not_reached", LOG_TEXT("text", text));
    network_say(network,
                &(struct message){ .type = MSG_LINK,
                                   .number = up,
                                   .text = str_sub(text, 0, 500) },
                -1);
}

/* --- Check-in. --- */

static void checkin_again(void *ctx)
{
    struct network *network = ctx;

    network->checkin.timer = NULL;
    network_checkin(network);
}

static void use_url(struct network *network, str url)
{
    buf_reset(&network->url);
    buf_add(&network->url, url);
    while (network->url.n > 0 && network->url.p[network->url.n - 1] == '/')
        network->url.n--;
}

/* A policy that names an address which does not work must not cut the device
 * off: now and then the one of the enrolment is tried. */
static void try_other_url(struct network *network)
{
    bool own;

    if (network->policy_url.n == 0 || ++network->failures % FAILURES_TURN != 0)
        return;
    own = network->failures / FAILURES_TURN % 2 == 1;
    use_url(network,
            own ? network->identity.url : buf_str(&network->policy_url));
}

static void checkin_failed(struct network *network, const char *why)
{
    try_other_url(network);
    network_link(network, false, str_c(why));
    attempt_later(network, &network->checkin, 0, checkin_again);
}

static void compare_clocks(int64_t server_time)
{
    int64_t skew = server_time - clock_now();

    if (skew > SKEW_S || skew < -SKEW_S)
        log_warn("clock.differs", LOG_I64("seconds", skew));
}

static void take_answer(struct network *network, str body)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf bytes = BUF(BODY_SMALL);
    struct checked_in answer;
    struct err err = { 0 };

    if (message_unpack(&shape_checked_in, body, &arena, &answer, &err) < 0 ||
        wire_write(&shape_checked_in, &answer, &bytes, &err) < 0) {
        checkin_failed(network, err.text);
        return;
    }
    network->checkin.delay_ms = 0;
    network->failures = 0;
    network_link(network, true, STR("the server answers"));
    compare_clocks(answer.server_time);
    network_say(
        network,
        &(struct message){ .type = MSG_CHECKED_IN, .body = buf_str(&bytes) },
        -1);
    network->checkin.timer = loop_timer(network->loop, answer.interval_s * 1000,
                                        checkin_again, network);
    if (answer.renew)
        renew_begin(network);
    network->checked_in = true;
    jobs_begin(network);
}

static void on_checked_in(void *ctx, int rc, const struct http_answer *answer,
                          const struct err *err)
{
    struct network *network = ctx;
    AUTO(buf_clear) struct buf why = BUF(512);

    network->checkin.transfer = NULL;
    if (rc < 0) {
        checkin_failed(network, err_text(err));
        return;
    }
    if (answer->status == 200) {
        take_answer(network, answer->body);
        return;
    }
    buf_printf(&why, "the server answers a check-in with status %lld%s",
               (long long)answer->status,
               is_forbidden(answer->status) ? ": it does not know this device"
                                            : "");
    checkin_failed(network, buf_c(&why));
}

void network_checkin(struct network *network)
{
    if (!network->welcome || network->checkin.transfer != NULL)
        return;
    loop_remove(network->checkin.timer);
    network->checkin.timer =
        loop_timer(network->loop, ANSWER_MS, checkin_again, network);
    network_say(network, &(struct message){ .type = MSG_CHECKIN_WANTED }, -1);
}

/* The keeper's facts arrived: they are sent. */
static void send_checkin(struct network *network, str facts)
{
    AUTO(buf_clear) struct buf url = BUF(URL_ROOM);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct http_request request;
    struct checkin checkin;
    struct err err = { 0 };

    if (network->checkin.transfer != NULL)
        return;
    loop_remove(network->checkin.timer);
    network->checkin.timer = NULL;
    buf_reset(&network->checkin_body);
    request = network_request(network, "/agent/v1/checkin", &url);
    if (wire_read(&shape_checkin, facts, &arena, &checkin, &err) < 0 ||
        message_pack(&shape_checkin, &checkin, &network->checkin_body, &err) <
            0) {
        checkin_failed(network, err.text);
        return;
    }
    request.body = buf_str(&network->checkin_body);
    network->checkin.transfer =
        http_start(network->client, &request, on_checked_in, network, &err);
    if (network->checkin.transfer == NULL)
        checkin_failed(network, err.text);
}

/* --- The keeper. --- */

static void stop_all(struct network *network)
{
    attempt_cancel(&network->checkin);
    jobs_stop(network);
    send_stop(network);
    content_stop(network);
    renew_stop(network);
    network->welcome = false;
    network->checked_in = false;
}

static void say_hello(struct network *network)
{
    trust_random(network->nonce, sizeof(network->nonce));
    network_say(
        network,
        &(struct message){ .type = MSG_HELLO,
                           .id = { network->nonce, sizeof(network->nonce) } },
        -1);
}

static void take_welcome(struct network *network, const struct message *message)
{
    if (!str_eq(message->id, (str){ network->nonce, sizeof(network->nonce) }))
        return; /* of an earlier hello */
    network->welcome = true;
    network->after = message->number;
    buf_reset(&network->policy_url);
    if (str_starts(message->text, STR("https://")))
        buf_add(&network->policy_url, message->text);
    use_url(network, network->policy_url.n > 0 ? buf_str(&network->policy_url)
                                               : network->identity.url);
    network->link_up = false;
    network_checkin(network);
}

static void begin(void *ctx);

static void on_message(void *ctx, const struct message *message, int fd)
{
    struct network *network = ctx;

    if (message->type == MSG_BEGIN) {
        stop_all(network);
        http_client_reset(network->client);
        begin(network); /* it may have been enrolled anew */
    } else if (message->type == MSG_WELCOME && !network->welcome) {
        take_welcome(network, message);
    } else if (!network->welcome) {
        fd_close(&fd); /* meant for one before us */
    } else if (message->type == MSG_CHECKIN) {
        send_checkin(network, message->body);
    } else if (message->type == MSG_SEND) {
        send_begin(network, message, fd);
    } else if (message->type == MSG_JOB_NOTED) {
        jobs_noted(network, message->number);
    } else if (message->type == MSG_FETCH) {
        content_begin(network, message);
    } else if (message->type == MSG_RENEW) {
        renew_begin(network);
    }
}

/* --- Beginning. --- */

static int load_identity(struct network *network, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(8 * CERT_PEM_MAX);
    int rc = disk_read(network->dir, "identity", &bytes, err);

    if (rc == 0)
        rc = wire_read(&shape_link_identity,
                       arena_str(&network->arena, buf_str(&bytes)),
                       &network->arena, &network->identity, err);
    if (rc == 0 && !str_starts(network->identity.url, STR("https://")))
        rc = err_set(err, E_CORRUPT, "the server's address is not https");
    return rc;
}

static void begin(void *ctx)
{
    struct network *network = ctx;
    struct err err = { 0 };
    int rc;

    loop_remove(network->beginning); /* when the keeper asked meanwhile */
    network->beginning = NULL;
    arena_clear(&network->arena);
    network->identity = (struct link_identity){ 0 };
    rc = load_identity(network, &err);
    if (rc == 0) {
        say_hello(network);
        return;
    }
    if (rc != E_ABSENT)
        log_error("network.cannot_begin", LOG_TEXT("text", str_c(err.text)));
    network->beginning =
        loop_timer(network->loop, UNENROLLED_MS, begin, network);
}

static void on_channel_end(void *ctx, const struct err *why)
{
    struct network *network = ctx;

    log_error("channel.ended", LOG_TEXT("text", str_c(err_text(why))));
    loop_stop(network->loop, 1);
}

static void on_signal(void *ctx, int signal UNUSED)
{
    struct network *network = ctx;

    loop_stop(network->loop, 0);
}

static void network_init(struct network *network, const struct options *options)
{
    *network = (struct network){
        .options = options,
        .loop = loop_new(),
        .dir = -1,
        .fetch_fd = -1,
        .url = BUF(URL_ROOM),
        .policy_url = BUF(URL_ROOM),
        .poll_url = BUF(URL_ROOM),
        .checkin_body = BUF(BODY_SMALL),
        .fetch_digest = BUF(BODY_SMALL),
        .fetch_trouble = BUF(DOWNLOAD_TEXT_MAX),
        .renew_key = BUF(CERT_PEM_MAX),
        .renew_body = BUF(BODY_SMALL),
    };
    for (int kind = 0; kind < SEND_KINDS; kind++) {
        network->sending[kind].body = BUF_INIT(AGENT_BODY_MAX);
        network->sending[kind].id = BUF_INIT(BODY_SMALL);
    }
}

static int open_dir(struct network *network, struct err *err)
{
    AUTO(fd_close)
    int data = open(network->options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (data < 0)
        return err_set(err, E_ABSENT, "there is no %s", network->options->data);
    return disk_open(data, "network", &network->dir, err);
}

int network_main(const struct options *options)
{
    struct network network;
    struct err err = { 0 };
    int rc;

    network_init(&network, options);
    rc = trust_init(&err);
    if (rc == 0)
        rc = open_dir(&network, &err);
    if (rc == 0)
        rc = sandbox_enter(SANDBOX_NETWORK, options, &err);
    if (rc < 0) {
        log_error("network.cannot_begin", LOG_TEXT("text", str_c(err.text)));
        return 1;
    }
    network.client = http_client_new(network.loop);
    network.channel =
        channel_new(network.loop, NETWORK_FD_CHANNEL, SIDE_NETWORK, on_message,
                    on_channel_end, &network);
    loop_signal(network.loop, SIGTERM, on_signal, &network);
    loop_signal(network.loop, SIGINT, on_signal, &network);
    begin(&network);
    rc = loop_run(network.loop);
    stop_all(&network); /* a request that is cut off is seen as cut off */
    http_client_free(network.client);
    return rc;
}
