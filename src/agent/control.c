/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person on the device may ask the keeper, over a socket in the data
 * directory: {"do":"status"}, which anyone may, and {"do":"run"}, which needs
 * an administrator (K-RUN-4): root, or the user the agent runs as. The kernel
 * says who asks. Each question and each answer is one line of JSON.
 */
#include <errno.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/keeper_int.h"
#include "agent/keeper_reboot.h"
#include "agent/sessions.h"
#include "base/clock.h"
#include "base/jval.h"
#include "base/mem.h"

enum {
    CLIENTS_MAX = 16,
    LINE_MAX = 4096,
    ANSWER_MAX = 1 << 20,
    CLIENT_MS = 10000, /* to ask */
};

struct client {
    struct control *control;
    int fd; /* -1: free */
    struct loop_watch *watch;
    struct loop_watch *timer;
    struct buf line;
    bool is_admin;
    uid_t uid;
    bool waits; /* for the run with this nonce */
    char nonce[JOB_NONCE_BYTES];
};

struct control {
    struct keeper *keeper;
    int listener;
    struct loop_watch *watch;
    struct client clients[CLIENTS_MAX];
};

static void hang_up(struct client *client)
{
    loop_remove(client->watch);
    loop_remove(client->timer);
    close(client->fd);
    buf_clear(&client->line);
    *client = (struct client){ .control = client->control, .fd = -1 };
}

/* jval is taken over. One that does not read loses its answer. */
static void answer(struct client *client, struct jval *jval)
{
    AUTO(buf_clear) struct buf text = BUF(ANSWER_MAX);

    jval_print(jval, &text);
    jval_free(jval);
    buf_add_char(&text, '\n');
    if (send(client->fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT) !=
        (ssize_t)text.n)
        log_debug("control.answer_lost");
}

static void refuse(struct client *client, const char *why)
{
    struct jval *jval = jval_new_object();

    jval_set_text(jval, "error", str_c(why));
    answer(client, jval);
    hang_up(client);
}

/* --- status --- */

static void set_time(struct jval *jval, const char *name, int64_t at)
{
    char text[CLOCK_TEXT_MAX];

    if (at <= 0) {
        jval_set(jval, name, jval_new_null());
        return;
    }
    clock_text(at, text);
    jval_set_text(jval, name, str_c(text));
}

static void set_hex(struct jval *jval, const char *name, str bytes)
{
    char hex[2 * JOB_DIGEST_BYTES + 1];

    if (bytes.n > JOB_DIGEST_BYTES)
        return;
    jval_set_text(jval, name, keeper_hex(hex, bytes));
}

static struct jval *runs_of(const struct state *state)
{
    static const char *const stages[] = {
        [STAGE_QUEUED] = "queued",
        [STAGE_WAITING] = "waiting for a user session",
        [STAGE_RUNNING] = "running",
    };
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < state->runs.n; i++) {
        const struct kept_run *run = &state->runs.p[i];
        struct jval *one = jval_new_object();

        jval_set_i64(one, "job", run->job);
        jval_set_i64(one, "configuration", run->terms.configuration);
        jval_set_text(one, "stage", str_c(stages[run->stage]));
        set_time(one, "due", run->due);
        jval_push(list, one);
    }
    return list;
}

static int count_file(void *ctx, const char *name UNUSED,
                      struct err *err UNUSED)
{
    (*(int64_t *)ctx)++;
    return 0;
}

static struct jval *status_of(struct keeper *keeper)
{
    const struct state *state = &keeper->state;
    struct jval *jval = jval_new_object();
    int64_t unsent = 0;
    int64_t packs = 0;

    jval_set_text(jval, "version", STR(HOLDFAST_VERSION));
    jval_set_bool(jval, "enrolled", keeper->enrolled);
    if (!keeper->enrolled)
        return jval;
    if (disk_each(keeper->results, count_file, &unsent, NULL) < 0 ||
        disk_each(keeper->packs, count_file, &packs, NULL) < 0)
        unsent = packs = -1;
    jval_set_text(jval, "device", keeper->identity.device);
    jval_set_bool(jval, "connected", keeper->link_up);
    jval_set_text(jval, "connection", buf_str(&keeper->link_text));
    set_time(jval, "last_checkin", state->last_checkin);
    set_time(jval, "last_inventory", state->last_inventory);
    /* Nothing collected yet is nothing sent. */
    jval_set_bool(
        jval, "inventory_sent",
        state->acknowledged.n > 0 &&
            str_eq(state->acknowledged, buf_str(&keeper->inventory_digest)));
    jval_set_i64(jval, "policy_revision", keeper->policy.revision);
    jval_set_i64(jval, "schedules", (int64_t)keeper->tasks.n);
    set_time(jval, "next_run", plan_next(keeper, keeper_now()));
    jval_set_text(jval, "time_zone", str_c(zone_name(plan_zone(keeper, NULL))));
    set_hex(jval, "content", state->newest_pack);
    jval_set_i64(jval, "contents", packs);
    patch_status(keeper, jval);
    jval_set_text(jval, "download", buf_str(&keeper->download));
    jval_set(jval, "runs", runs_of(state));
    jval_set_i64(jval, "unsent_results", unsent);
    jval_set_i64(jval, "unsent_events", (int64_t)state->events.n);
    set_time(jval, "last_run_at", state->last_run_at);
    jval_set_text(jval, "last_run", state->last_run);
    return jval;
}

/* --- run --- */

/* The content a run by hand uses: that of the policy, else the newest. */
static str content_of(const struct keeper *keeper,
                      const struct run_terms **out_terms)
{
    for (size_t i = 0; i < keeper->tasks.n; i++) {
        const struct policy_schedule *row = keeper->tasks.p[i].row;

        if (pack_is_held(keeper, row->content_digest)) {
            *out_terms = &row->terms;
            return row->content_digest;
        }
    }
    if (pack_is_held(keeper, keeper->state.newest_pack))
        return keeper->state.newest_pack;
    return STR("");
}

static void do_run(struct client *client)
{
    struct keeper *keeper = client->control->keeper;
    const struct run_terms none = { 0 };
    const struct run_terms *terms = &none;
    struct run_order order = { .cause = CAUSE_LOCAL };
    struct jval *jval;
    enum run_ordered ordered;
    str nonce;

    order.content = content_of(keeper, &terms);
    if (order.content.n == 0) {
        refuse(client, "there is no content on this device yet: the server "
                       "sends it when a configuration needs it");
        return;
    }
    order.terms = (struct run_terms){ .while_logged_off = true,
                                      .nice = terms->nice,
                                      .memory_mb = terms->memory_mb,
                                      .limit_s = terms->limit_s };
    order.due = keeper_now();
    ordered = runs_order(keeper, &order, order.due, &nonce);
    if (ordered == RUN_TOO_MANY) {
        refuse(client, "too many runs are queued");
        return;
    }
    log_info("run.by_hand");
    client->waits = true;
    memcpy(client->nonce, nonce.p, JOB_NONCE_BYTES);
    jval = jval_new_object();
    jval_set_text(jval, "state",
                  ordered == RUN_COALESCED ? STR("coalesced") : STR("queued"));
    answer(client, jval);
    keeper_save(keeper);
    keeper_step(keeper);
}

static const char *name_of(int64_t outcome)
{
    return outcome == RUN_DONE    ? "done"
           : outcome == RUN_ERROR ? "error"
                                  : "skipped";
}

void control_run_ended(struct control *control, const struct results *results,
                       const struct evaluated *evaluated)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];
        struct jval *jval;

        if (client->fd < 0 || !client->waits ||
            !str_eq((str){ client->nonce, JOB_NONCE_BYTES }, results->nonce))
            continue;
        jval = jval_new_object();
        jval_set_text(jval, "state", str_c(name_of(results->outcome)));
        jval_set_text(jval, "text", results->text);
        jval_set_i64(jval, "seconds", results->ended - results->started);
        if (evaluated != NULL) {
            jval_set_i64(jval, "definitions", evaluated->definitions);
            jval_set_i64(jval, "bad", evaluated->bad);
            jval_set_i64(jval, "undecided", evaluated->undecided);
        }
        answer(client, jval);
        hang_up(client);
    }
}

/* --- Restarts. --- */

struct looking {
    str name;
    bool found;
};

static void look(void *ctx, const struct session *session)
{
    struct looking *looking = ctx;

    looking->found |= str_eq(session->name, looking->name);
}

/* Whoever is logged in may do what the configuration lets users do. */
static bool may_ask(const struct client *client, str name)
{
    struct looking looking = { .name = name };
    int64_t count;

    if (client->is_admin)
        return true;
    return name.n > 0 &&
           sessions_each(client->control->keeper->options->utmp, look, &looking,
                         &count, NULL) == 0 &&
           looking.found;
}

static void do_reboot(struct client *client, str what)
{
    static const char *const names[] = {
        [PATCH_USER_EXTEND] = "reboot-extend",
        [PATCH_USER_CANCEL_TIMEOUT] = "reboot-later",
        [PATCH_USER_CANCEL_REBOOT] = "reboot-cancel",
    };
    const struct passwd *user = getpwuid(client->uid);
    str name = str_c(user != NULL ? user->pw_name : "");
    struct err err = { 0 };
    size_t i = 0;

    while (i < COUNT(names) && !str_eq_c(what, names[i]))
        i++;
    if (i == COUNT(names)) {
        refuse(client, "there is no such thing to do");
    } else if (!may_ask(client, name)) {
        refuse(client, "only who is logged in here may do that");
    } else if (reboot_user(client->control->keeper, (enum patch_user_action)i,
                           name, &err) < 0) {
        refuse(client, err.text);
    } else {
        struct jval *jval = jval_new_object();

        jval_set_text(jval, "state", STR("done"));
        answer(client, jval);
        hang_up(client);
    }
}

/* --- The socket. --- */

static void serve(struct client *client, str line)
{
    struct keeper *keeper = client->control->keeper;
    struct jval *asked = NULL;
    str what;

    if (jval_parse(line, LINE_MAX, &asked, NULL) < 0) {
        refuse(client, "the question is no JSON object");
        return;
    }
    what = jval_text(jval_get(asked, "do"), STR(""));
    if (str_eq(what, STR("status"))) {
        answer(client, status_of(keeper));
        hang_up(client);
    } else if (str_starts(what, STR("reboot-"))) {
        do_reboot(client, what);
    } else if (!str_eq(what, STR("run"))) {
        refuse(client, "there is no such thing to do");
    } else if (!client->is_admin) {
        log_warn("control.refused");
        refuse(client, "only an administrator of this device may run the "
                       "tests by hand: try it as root");
    } else if (!keeper->enrolled) {
        refuse(client, "this device is not enrolled");
    } else {
        do_run(client);
    }
    jval_free(asked);
}

static void on_client(void *ctx, int events UNUSED)
{
    struct client *client = ctx;
    char bytes[1024];
    ssize_t n = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    size_t end;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || client->waits) {
        hang_up(client); /* a run that was ordered goes on */
        return;
    }
    buf_add(&client->line, (str){ bytes, (size_t)n });
    end = str_find_char(buf_str(&client->line), '\n');
    if (client->line.over)
        refuse(client, "the question is too long");
    else if (end < client->line.n) {
        loop_remove(client->timer);
        client->timer = NULL;
        serve(client, str_sub(buf_str(&client->line), 0, end));
    }
}

static void on_late(void *ctx)
{
    struct client *client = ctx;

    client->timer = NULL;
    hang_up(client);
}

static void on_connection(void *ctx, int events UNUSED)
{
    struct control *control = ctx;
    int fd =
        accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct loop *loop = control->keeper->loop;
    struct ucred who;
    socklen_t size = sizeof(who);

    if (fd < 0)
        return;
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];

        if (client->fd >= 0 ||
            getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0)
            continue;
        client->fd = fd;
        client->line = BUF_INIT(LINE_MAX);
        client->uid = who.uid;
        client->is_admin = who.uid == 0 || who.uid == geteuid();
        client->watch = loop_fd(loop, fd, LOOP_READ, on_client, client);
        client->timer = loop_timer(loop, CLIENT_MS, on_late, client);
        return;
    }
    close(fd); /* too many at once */
}

struct control *control_new(struct keeper *keeper, int listener)
{
    struct control *control = mem_alloc(1, sizeof(*control));

    control->keeper = keeper;
    control->listener = listener;
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        control->clients[i] = (struct client){ .control = control, .fd = -1 };
    control->watch =
        loop_fd(keeper->loop, listener, LOOP_READ, on_connection, control);
    return control;
}
