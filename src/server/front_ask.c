/* SPDX-License-Identifier: Apache-2.0
 *
 * A request from its first byte to its answer; the states are in front_int.h.
 */
#include "base/clock.h"
#include "base/utf8.h"
#include "server/channel.h"
#include "server/front_int.h"

enum {
    SLOT_BITS = 20,
    CORE_WAIT_MS = 5000,
};

/* --- the table of requests
 * --------------------------------------------------*/

static void add(struct front *front, struct asking *asking)
{
    uint32_t slot;

    if (front->free_slots.n > 0) {
        slot = front->free_slots.p[--front->free_slots.n];
    } else {
        slot = (uint32_t)front->askings.n;
        vec_push(&front->askings);
    }
    front->askings.p[slot] = asking;
    asking->id = ++front->lives << SLOT_BITS | slot;
    front->counts.waiting++;
}

static void forget(struct front *front, struct asking *asking)
{
    uint32_t slot = asking->id & ((1U << SLOT_BITS) - 1);

    front->askings.p[slot] = NULL;
    *vec_push(&front->free_slots) = slot;
    front->counts.waiting--;
}

struct asking *asking_find(struct front *front, int64_t id)
{
    uint64_t slot = (uint64_t)id & ((1U << SLOT_BITS) - 1);
    struct asking *asking =
        slot < front->askings.n ? front->askings.p[slot] : NULL;

    return asking != NULL && asking->id == (uint64_t)id ? asking : NULL;
}

/* --- waiting ----------------------------------------------------------------
 */

static void suspend(struct asking *asking)
{
    if (asking->suspended)
        return;
    MHD_suspend_connection(asking->connection);
    asking->suspended = true;
    *vec_push(&asking->front->unwatched) = asking->id;
}

void answer_suspend(struct asking *asking)
{
    suspend(asking);
}

void asking_resume(struct asking *asking)
{
    if (!asking->suspended)
        return;
    loop_remove(asking->hangup);
    asking->hangup = NULL;
    asking->suspended = asking->blocked = false;
    MHD_resume_connection(asking->connection);
    shard_soon(asking->client->shard);
}

/* The client hung up while we waited: MHD does not look at a suspended
 * connection. */
static void on_hangup(void *ctx, int events)
{
    struct asking *asking = ctx;

    (void)events;
    asking->lost = true;
    asking_resume(asking);
}

static void give_up(struct front *front, int64_t now_ms);

void askings_watch(struct front *front)
{
    for (size_t i = 0; i < front->unwatched.n; i++) {
        struct asking *asking =
            asking_find(front, (int64_t)front->unwatched.p[i]);

        if (asking != NULL && asking->suspended && asking->hangup == NULL)
            asking->hangup = loop_fd(front->process->loop, asking->client->fd,
                                     LOOP_HANGUP, on_hangup, asking);
    }
    front->unwatched.n = 0;
    give_up(front, clock_monotonic_ms());
}

void askings_unblock(struct front *front)
{
    for (size_t i = 0; i < front->askings.n; i++) {
        if (front->askings.p[i] != NULL && front->askings.p[i]->blocked)
            asking_resume(front->askings.p[i]);
    }
}

/* A core that is starting again is waited for a little. */
static void give_up(struct front *front, int64_t now_ms)
{
    if (front->process->links[ROLE_CORE] != NULL)
        return;
    for (size_t i = 0; i < front->askings.n; i++) {
        struct asking *asking = front->askings.p[i];

        if (asking != NULL && asking->blocked && !asking->told_core &&
            now_ms - asking->started_ms > CORE_WAIT_MS)
            answer_refuse(asking, 503, "the server is starting", 1);
    }
}

void askings_lose_core(struct front *front)
{
    for (size_t i = 0; i < front->askings.n; i++) {
        struct asking *asking = front->askings.p[i];

        if (asking == NULL || !asking->told_core)
            continue;
        asking->told_core = false;
        if (asking->state == ASKING_STREAMING) {
            asking->ended = true;
            asking_resume(asking);
        } else if (asking->state != ASKING_ANSWERED &&
                   asking->state != ASKING_DROPPING) {
            answer_refuse(asking, 503, "the server is starting again", 1);
        }
    }
}

/* --- to the core
 * -------------------------------------------------------------*/

static void fill(struct asking *asking, struct message_request *to)
{
    struct MHD_Connection *connection = asking->connection;
    str uri = buf_str(&asking->client->uri);

    to->id = (int64_t)asking->id;
    to->door = asking->client->listener->door;
    to->method = asking->method;
    to->path = str_cut(&uri, '?');
    to->query = uri;
    to->content_type = form_header(connection, "Content-Type");
    to->if_match = form_header(connection, "If-Match");
    to->if_none_match = form_header(connection, "If-None-Match");
    to->range = form_header(connection, "Range");
    to->accept = form_header(connection, "Accept");
    to->accept_language = form_header(connection, "Accept-Language");
    to->authorization = form_header(connection, "Authorization");
    to->cookie = form_header(connection, "Cookie");
    to->host = form_header(connection, "Host");
    to->origin = form_header(connection, "Origin");
    to->fetch_site = form_header(connection, "Sec-Fetch-Site");
    to->mark = form_header(connection, "X-Holdfast");
    to->last_event = form_header(connection, "Last-Event-ID");
    to->user_agent = form_header(connection, "User-Agent");
    to->peer = str_c(asking->client->peer);
    if (asking->client->listener->door == DOOR_AGENT)
        to->fingerprint = client_fingerprint(asking->client);
    to->body_size = asking->expected;
}

static void send_request(struct asking *asking, bool follows)
{
    AUTO(buf_clear) struct buf encoded = BUF(REQUEST_INLINE_MAX);
    struct message_request request = { 0 };
    struct arena arena = ARENA;
    struct err err = { 0 };
    int rc = 0;

    fill(asking, &request);
    request.follows = follows;
    request.body = buf_str(&asking->body);
    if (door_is_gate(asking->client->listener->door))
        rc = gate_fill(asking, &request, &arena, &encoded, &err);
    if (rc == 0)
        rc = process_send(asking->front->process, ROLE_CORE, MESSAGE_REQUEST,
                          &request, -1, &err);
    arena_clear(&arena);
    if (rc == E_ABSENT && !follows) {
        asking->blocked = true;
        suspend(asking);
        return;
    }
    buf_clear(&asking->body);
    if (rc == E_INVALID)
        answer_refuse(asking, 400, "a header is not UTF-8", 0);
    else if (rc < 0)
        answer_refuse(asking, 503, "the server is busy", 1);
    if (rc < 0)
        return;
    asking->told_core = true;
    asking->state = follows ? ASKING_KNOCKING : ASKING_WAITING;
    suspend(asking);
}

static bool core_is_busy(const struct front *front)
{
    const struct channel *core = front->process->links[ROLE_CORE];

    return core != NULL && channel_waiting(core) > CHANNEL_BUSY;
}

static enum MHD_Result pass(struct asking *asking, const char *upload,
                            size_t *upload_size)
{
    struct message_body body = { .id = (int64_t)asking->id,
                                 .last = *upload_size == 0 };
    int rc;

    if (core_is_busy(asking->front)) {
        asking->blocked = true;
        suspend(asking);
        return MHD_YES;
    }
    body.bytes = str_sub((str){ upload, *upload_size }, 0, PIECE_MAX);
    rc = process_send(asking->front->process, ROLE_CORE, MESSAGE_BODY, &body,
                      -1, NULL);
    if (rc < 0)
        return MHD_NO;
    asking->received += (int64_t)body.bytes.n;
    *upload_size -= body.bytes.n;
    if (body.last) {
        asking->state = ASKING_WAITING;
        client_phase(asking->client, PHASE_BUSY);
        suspend(asking);
    }
    return MHD_YES;
}

/* --- from MHD ----------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum method method;
} methods[] = {
    { "GET", METHOD_GET },     { "HEAD", METHOD_GET },
    { "POST", METHOD_POST },   { "PUT", METHOD_PUT },
    { "PATCH", METHOD_PATCH }, { "DELETE", METHOD_DELETE },
};

static bool find_method(struct asking *asking, const char *name)
{
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (strcmp(methods[i].name, name) == 0) {
            asking->method = methods[i].method;
            asking->is_head = strcmp(name, "HEAD") == 0;
            return true;
        }
    }
    return false;
}

/* What goes to the core is text. The console is answered without the core, by
 * the same rule. */
static bool is_text(struct asking *asking)
{
    struct message_request r = { 0 };

    fill(asking, &r);
    const str texts[] = {
        r.path,          r.query,  r.content_type, r.if_match,
        r.if_none_match, r.range,  r.accept,       r.accept_language,
        r.authorization, r.cookie, r.host,         r.origin,
        r.fetch_site,    r.mark,   r.last_event,   r.user_agent,
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (utf8_valid(texts[i]) < texts[i].n)
            return false;
    }
    return true;
}

/* The reasons to refuse before anything of it reaches the core. */
static bool refused(struct asking *asking, const struct form_line *line)
{
    struct front *front = asking->front;
    struct client *client = asking->client;
    const char *problem = form_problem(asking->connection, line);
    int64_t later_s;

    if (client->uri.over || problem != NULL) {
        front->counts.refused_form++;
        answer_refuse(asking, client->uri.over ? 414 : 400,
                      problem != NULL ? problem : "the target is too long", 0);
        return true;
    }
    if (!find_method(asking, line->method)) {
        answer_refuse(asking, 501, "the method is not known", 0);
        return true;
    }
    if (!door_is_gate(client->listener->door) && !is_text(asking)) {
        front->counts.refused_form++;
        answer_refuse(asking, 400, "a header is not UTF-8", 0);
        return true;
    }
    later_s = client->listener->door == DOOR_AGENT
                  ? 0
                  : limits_take(front->addresses, str_c(client->peer),
                                clock_monotonic_ms());
    if (later_s > 0) {
        front->counts.refused_rate++;
        answer_refuse(asking, 429, "too many requests from this address",
                      later_s);
        return true;
    }
    if (core_is_busy(front)) {
        answer_refuse(asking, 503, "the server is busy", 1);
        return true;
    }
    return false;
}

static struct asking *begin(struct listener *listener,
                            struct MHD_Connection *connection)
{
    struct asking *asking = mem_alloc(1, sizeof(*asking));

    asking->front = listener->front;
    asking->client = client_of(connection);
    asking->client->asking = asking;
    asking->connection = connection;
    asking->started_ms = clock_monotonic_ms();
    asking->body = BUF_INIT(REQUEST_INLINE_MAX);
    add(listener->front, asking);
    return asking;
}

static enum MHD_Result first_call(struct asking *asking, struct form_line *line)
{
    line->uri = buf_str(&asking->client->uri);
    client_phase(asking->client, PHASE_BUSY);
    asking->expected = form_body_size(asking->connection);
    if (refused(asking, line))
        return answer_queue(asking);
    /* An answer queued now would end the connection after it. */
    if (asking_console(asking))
        return MHD_YES;
    if (door_is_gate(asking->client->listener->door)) {
        if (gate_too_large(asking))
            return answer_queue(asking);
    } else if (asking->expected < 0 || asking->expected > REQUEST_INLINE_MAX) {
        send_request(asking, true);
    }
    if (asking->state == ASKING_ANSWERED)
        return answer_queue(asking);
    if (asking->expected != 0)
        client_phase(asking->client, PHASE_BODY);
    return MHD_YES;
}

static enum MHD_Result collect(struct asking *asking, const char *upload,
                               size_t *upload_size)
{
    if (*upload_size > 0) {
        buf_add(&asking->body, (str){ upload, *upload_size });
        asking->received += (int64_t)*upload_size;
        *upload_size = 0;
        return MHD_YES;
    }
    client_phase(asking->client, PHASE_BUSY);
    if (door_is_gate(asking->client->listener->door) && gate_too_large(asking))
        return answer_queue(asking);
    send_request(asking, false);
    return asking->state == ASKING_ANSWERED ? answer_queue(asking) : MHD_YES;
}

static enum MHD_Result drop_body(struct asking *asking, size_t *upload_size)
{
    if (*upload_size == 0) {
        asking->state = ASKING_ANSWERED;
        return answer_queue(asking);
    }
    asking->received += (int64_t)*upload_size;
    *upload_size = 0;
    return asking->received > DROP_MAX ? MHD_NO : MHD_YES;
}

/* A connection that was held in its first call is called a second time
 * without a body before its body is read: that is not the end. Who waits for
 * "100 Continue" sends none when refused, and is answered at once. */
static bool between_calls(struct asking *asking, size_t upload_size)
{
    bool first = !asking->called_again && asking->expected != 0;

    if (asking->state != ASKING_PASSING && asking->state != ASKING_DROPPING)
        return false;
    asking->called_again = true;
    return first && upload_size == 0 &&
           (asking->state == ASKING_PASSING ||
            form_header(asking->connection, "Expect").n == 0);
}

enum MHD_Result asking_handle(void *cls, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *upload,
                              size_t *upload_size, void **context)
{
    struct asking *asking = *context;

    if (asking == NULL) {
        struct form_line line = { method, url, version, STR_NONE };

        if (client_of(connection) == NULL)
            return MHD_NO;
        asking = begin(cls, connection);
        *context = asking;
        return first_call(asking, &line);
    }
    if (asking->lost)
        return MHD_NO;
    if (between_calls(asking, *upload_size))
        return MHD_YES;
    switch (asking->state) {
    case ASKING_READING:
        return collect(asking, upload, upload_size);
    case ASKING_PASSING:
        return pass(asking, upload, upload_size);
    case ASKING_DROPPING:
    case ASKING_ANSWERED:
        return drop_body(asking, upload_size);
    case ASKING_STREAMING:
        return answer_queue(asking);
    case ASKING_KNOCKING:
    case ASKING_WAITING:
        break;
    }
    suspend(asking);
    return MHD_YES;
}

void asking_completed(void *cls, struct MHD_Connection *connection,
                      void **context, enum MHD_RequestTerminationCode code)
{
    struct asking *asking = *context;
    struct listener *listener = cls;

    (void)connection;
    (void)code;
    if (asking == NULL)
        return;
    *context = NULL;
    loop_remove(asking->hangup);
    if (asking->told_core && asking->state != ASKING_ANSWERED &&
        asking->state != ASKING_DROPPING && !asking->ended)
        (void)!process_send(listener->front->process, ROLE_CORE, MESSAGE_GONE,
                            &(struct message_id){ (int64_t)asking->id }, -1,
                            NULL);
    if (asking->response != NULL)
        MHD_destroy_response(asking->response);
    asking->client->asking = NULL;
    client_phase(asking->client, PHASE_IDLE);
    buf_clear(&asking->body);
    buf_clear(&asking->out);
    forget(listener->front, asking);
    mem_free(asking);
}
