/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/contact.h"

#include "base/clock.h"
#include "base/mem.h"
#include "netdev/contact_int.h"

static void set_timer(struct contact *c);

static void release(struct contact *c)
{
    vty_free(c->vty);
    session_free(c->session);
    netconf_free(c->netconf);
    contact_web_free(c);
    mem_free(c);
}

void contact_enter(struct contact *c)
{
    c->depth++;
}

void contact_leave(struct contact *c)
{
    c->depth--;
    if (c->released) {
        if (c->depth == 0)
            release(c);
    } else if (!c->over) {
        set_timer(c);
    }
}

void contact_fail(struct contact *c, const char *where, const struct err *err)
{
    if (c->over)
        return;
    c->over = true;
    loop_remove(c->timer);
    c->timer = NULL;
    c->options.events->failed(c->options.ctx, where, err);
}

/* --- The session's side ------------------------------------------------------
 */

static void on_send(void *ctx, str bytes)
{
    struct contact *c = ctx;

    if (!c->over)
        vty_send(c->vty, bytes);
}

static bool on_again(void *ctx)
{
    struct contact *c = ctx;

    return !c->over && vty_again(c->vty);
}

/* session_state_name() of a session that is over says nothing: what failed
 * is in the sentence. */
static void on_event(void *ctx, const struct session_answer *answer,
                     const struct err *err)
{
    struct contact *c = ctx;
    struct session_answer told;

    if (c->over)
        return;
    if (err != NULL) {
        contact_fail(c, "session", err);
    } else if (answer != NULL) {
        told = *answer;
        told.via = c->options.vty.transport;
        c->options.events->answer(c->options.ctx, &told);
    } else {
        c->options.events->ready(c->options.ctx);
    }
}

static void on_time(void *ctx)
{
    struct contact *c = ctx;
    int64_t now = clock_monotonic_ms();

    contact_enter(c);
    c->timer = NULL;
    if (c->session != NULL)
        session_tick(c->session, now);
    if (c->netconf != NULL)
        netconf_tick(c->netconf, now);
    if (c->web != NULL)
        web_tick(c->web, now);
    contact_leave(c);
}

static int64_t due_ms(const struct contact *c)
{
    if (c->session != NULL)
        return session_due_ms(c->session);
    if (c->netconf != NULL)
        return netconf_due_ms(c->netconf);
    return c->web != NULL ? web_due_ms(c->web) : INT64_MAX;
}

static void set_timer(struct contact *c)
{
    int64_t due = due_ms(c);
    int64_t now = clock_monotonic_ms();

    loop_remove(c->timer);
    c->timer = NULL;
    if (due != INT64_MAX)
        c->timer = loop_timer(c->options.vty.loop, due > now ? due - now : 0,
                              on_time, c);
}

/* --- The vty's side -------------------------------------------------------
 */

static void begin(struct contact *c)
{
    const struct session_options *session = &c->options.session;
    struct netconf_options options = {
        .answer_max = session->answer_max,
        .silence_ms = session->silence_ms,
        .command_ms = session->command_ms,
        .send = on_send,
        .event = on_event,
        .again = on_again,
        .ctx = c,
    };

    if (c->web != NULL)
        web_line_open(c->web, clock_monotonic_ms());
    else if (c->netconf != NULL)
        netconf_reopened(c->netconf, clock_monotonic_ms());
    else if (c->options.vty.transport == TRANSPORT_NETCONF)
        c->netconf = netconf_new(&options, clock_monotonic_ms());
    else
        c->session = session_new(session, clock_monotonic_ms());
}

/* Of a web server's lines only the first is told, and its user by web.h. */
static bool is_told(const struct contact *c, enum vty_step step)
{
    return c->web == NULL ||
           (!c->is_opened &&
            (step == VTY_NAME || step == VTY_TCP || step == VTY_KEYS));
}

static void on_step(void *ctx, enum vty_step step, str detail)
{
    struct contact *c = ctx;

    contact_enter(c);
    if (c->netconf != NULL)
        detail = STR("another session: the first one left a request "
                     "unanswered");
    if (is_told(c, step) && c->options.events->step != NULL)
        c->options.events->step(c->options.ctx, step, detail);
    c->is_opened |= step == VTY_SHELL;
    if (step == VTY_SHELL && !c->over)
        begin(c);
    contact_leave(c);
}

static void on_data(void *ctx, str bytes)
{
    struct contact *c = ctx;
    int64_t now = clock_monotonic_ms();

    contact_enter(c);
    if (!c->over && c->session != NULL)
        session_receive(c->session, bytes, now);
    else if (!c->over && c->netconf != NULL)
        netconf_receive(c->netconf, bytes, now);
    else if (!c->over && c->web != NULL)
        web_receive(c->web, bytes, now);
    contact_leave(c);
}

static void on_ended(void *ctx, enum vty_step failed, const struct err *err)
{
    struct contact *c = ctx;

    contact_enter(c);
    if (c->session != NULL && session_state(c->session) != SESSION_READY)
        session_ended(c->session);
    if (c->netconf != NULL && !netconf_is_ready(c->netconf))
        netconf_ended(c->netconf);
    if (c->web != NULL && failed == VTY_SHELL)
        web_line_ended(c->web, err, clock_monotonic_ms());
    else
        contact_fail(c, vty_step_name(failed), err);
    contact_leave(c);
}

/* What was taken once counts for all lines of this contact. */
static void on_key(void *ctx, const struct vty_key *key)
{
    struct contact *c = ctx;

    contact_enter(c);
    if (key->state == KEY_APPROVED || key->state == KEY_TRUSTED) {
        size_t n = key->fingerprint.n < VTY_KEY_TEXT_MAX ? key->fingerprint.n
                                                         : VTY_KEY_TEXT_MAX - 1;

        memcpy(c->pin, key->fingerprint.p, n);
        c->pin[n] = '\0';
    }
    if (c->options.events->key != NULL &&
        (!c->is_opened || key->state == KEY_CHANGED))
        c->options.events->key(c->options.ctx, key);
    contact_leave(c);
}

static void on_finding(void *ctx, const char *rule, str text)
{
    struct contact *c = ctx;

    contact_enter(c);
    if (c->options.events->finding != NULL && !c->is_opened)
        c->options.events->finding(c->options.ctx, rule, text);
    contact_leave(c);
}

static const struct vty_events vty_events = { on_step, on_data, on_ended,
                                              on_key, on_finding };

/* --- The contact -------------------------------------------------------------
 */

int contact_open(struct contact *c, struct err *err)
{
    struct vty_options options = c->options.vty;

    vty_free(c->vty);
    c->vty = NULL;
    options.events = &vty_events;
    options.ctx = c;
    options.is_firewall = c->options.session.family->syntax == SYNTAX_ASA;
    if (c->pin[0] != '\0')
        options.host_key = str_c(c->pin);
    return vty_new(&options, &c->vty, err);
}

int contact_new(const struct contact_options *options, struct contact **out,
                struct err *err)
{
    AUTO(contact_freep) struct contact *c = mem_alloc(1, sizeof(*c));
    enum transport transport = options->vty.transport;
    int rc = 0;

    *c = (struct contact){ .options = *options };
    c->options.session.send = on_send;
    c->options.session.event = on_event;
    c->options.session.ctx = c;
    if (transport == TRANSPORT_TELNET)
        c->options.session.asks_login = true;
    if (transport == TRANSPORT_SSL || transport == TRANSPORT_HTTP)
        rc = contact_web_new(c, err);
    if (rc == 0)
        rc = contact_open(c, err);
    if (rc < 0)
        return rc;
    *out = TAKE(c);
    return 0;
}

static void say_goodbye(struct contact *c)
{
    const char *quit = c->options.session.family->quit;

    if (c->netconf != NULL && netconf_is_ready(c->netconf))
        netconf_bye(c->netconf);
    if (quit == NULL || c->session == NULL ||
        session_state(c->session) != SESSION_READY)
        return;
    vty_send(c->vty, str_c(quit));
    vty_send(c->vty, STR("\r"));
}

void contact_free(struct contact *c)
{
    if (c == NULL)
        return;
    loop_remove(c->timer);
    c->timer = NULL;
    if (!c->over)
        say_goodbye(c);
    c->over = true;
    c->released = true;
    if (c->depth == 0)
        release(c);
}

void contact_freep(struct contact **contact)
{
    contact_free(*contact);
}

void contact_hand_over(struct contact *c, const struct contact_owner *owner)
{
    c->options.events = owner->events;
    c->options.ctx = owner->ctx;
    c->options.session.silence_ms = owner->silence_ms;
    c->options.session.command_ms = owner->command_ms;
    vty_login_as(c->vty, &owner->login);
}

int contact_command(struct contact *c, str command, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    int rc;

    if (c->over || (c->session == NULL && c->netconf == NULL && c->web == NULL))
        return err_set(err, E_INVALID, "the device is not reached yet");
    contact_enter(c);
    if (c->web != NULL)
        rc = contact_web_command(c, command, err);
    else if (c->netconf != NULL)
        rc = netconf_command(c->netconf, command, now, err);
    else
        rc = session_command(c->session, command, now, err);
    contact_leave(c);
    return rc;
}

bool contact_is_batched(const struct contact *c)
{
    return c->web != NULL;
}

int contact_batch(struct contact *c, str lines, bool is_stopping,
                  struct err *err)
{
    int rc;

    if (c->over || c->web == NULL)
        return err_set(err, E_INVALID, "commands do not go together here");
    contact_enter(c);
    rc = contact_web_batch(c, lines, is_stopping, err);
    contact_leave(c);
    return rc;
}

str contact_prompt(const struct contact *c)
{
    if (c->session != NULL)
        return session_prompt(c->session);
    if (c->netconf != NULL)
        return netconf_title(c->netconf);
    return c->web != NULL ? web_server(c->web) : STR("");
}

const struct session *contact_session(const struct contact *contact)
{
    return contact->session;
}
