/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/contact.h"

#include "base/clock.h"
#include "base/mem.h"

struct contact {
    struct contact_options options;
    struct vty *vty;
    struct session *session;
    struct loop_watch *timer;
    bool over;     /* failed was told, or it is to be released */
    bool released; /* when the outermost event has returned */
    unsigned depth;
};

static void set_timer(struct contact *c);

static void release(struct contact *c)
{
    vty_free(c->vty);
    session_free(c->session);
    mem_free(c);
}

static void leave(struct contact *c)
{
    c->depth--;
    if (c->released) {
        if (c->depth == 0)
            release(c);
    } else if (!c->over) {
        set_timer(c);
    }
}

static void fail(struct contact *c, const char *where, const struct err *err)
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

/* session_state_name() of a session that is over says nothing: what failed
 * is in the sentence. */
static void on_event(void *ctx, const struct session_answer *answer,
                     const struct err *err)
{
    struct contact *c = ctx;

    if (c->over)
        return;
    if (err != NULL)
        fail(c, "session", err);
    else if (answer != NULL)
        c->options.events->answer(c->options.ctx, answer);
    else
        c->options.events->ready(c->options.ctx);
}

static void on_time(void *ctx)
{
    struct contact *c = ctx;

    c->depth++;
    c->timer = NULL;
    session_tick(c->session, clock_monotonic_ms());
    leave(c);
}

static void set_timer(struct contact *c)
{
    int64_t due = c->session == NULL ? INT64_MAX : session_due_ms(c->session);
    int64_t now = clock_monotonic_ms();

    loop_remove(c->timer);
    c->timer = NULL;
    if (due != INT64_MAX)
        c->timer = loop_timer(c->options.vty.loop, due > now ? due - now : 0,
                              on_time, c);
}

/* --- The vty's side -------------------------------------------------------
 */

static void on_step(void *ctx, enum vty_step step, str detail)
{
    struct contact *c = ctx;

    c->depth++;
    if (c->options.events->step != NULL)
        c->options.events->step(c->options.ctx, step, detail);
    if (step == VTY_SHELL && !c->over)
        c->session = session_new(&c->options.session, clock_monotonic_ms());
    leave(c);
}

static void on_data(void *ctx, str bytes)
{
    struct contact *c = ctx;

    c->depth++;
    if (!c->over && c->session != NULL)
        session_receive(c->session, bytes, clock_monotonic_ms());
    leave(c);
}

static void on_ended(void *ctx, enum vty_step failed, const struct err *err)
{
    struct contact *c = ctx;

    c->depth++;
    if (c->session != NULL && session_state(c->session) != SESSION_READY)
        session_ended(c->session);
    fail(c, vty_step_name(failed), err);
    leave(c);
}

static const struct vty_events vty_events = { on_step, on_data, on_ended };

/* --- The contact -------------------------------------------------------------
 */

int contact_new(const struct contact_options *options, struct contact **out,
                struct err *err)
{
    struct contact *c = mem_alloc(1, sizeof(*c));
    int rc;

    *c = (struct contact){ .options = *options };
    c->options.vty.events = &vty_events;
    c->options.vty.ctx = c;
    c->options.session.send = on_send;
    c->options.session.event = on_event;
    c->options.session.ctx = c;
    if (options->vty.transport == TRANSPORT_TELNET)
        c->options.session.asks_login = true;
    rc = vty_new(&c->options.vty, &c->vty, err);
    if (rc < 0) {
        mem_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void contact_free(struct contact *c)
{
    const char *quit;

    if (c == NULL)
        return;
    loop_remove(c->timer);
    c->timer = NULL;
    quit = c->options.session.family->quit;
    if (!c->over && c->session != NULL && quit != NULL &&
        session_state(c->session) == SESSION_READY) {
        vty_send(c->vty, str_c(quit));
        vty_send(c->vty, STR("\r"));
    }
    c->over = true;
    c->released = true;
    if (c->depth == 0)
        release(c);
}

void contact_freep(struct contact **contact)
{
    contact_free(*contact);
}

int contact_command(struct contact *c, str command, struct err *err)
{
    int rc;

    if (c->session == NULL || c->over)
        return err_set(err, E_INVALID, "the device is not reached yet");
    c->depth++;
    rc = session_command(c->session, command, clock_monotonic_ms(), err);
    leave(c);
    return rc;
}

const struct session *contact_session(const struct contact *contact)
{
    return contact->session;
}
