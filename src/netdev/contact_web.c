/* SPDX-License-Identifier: Apache-2.0
 *
 * A contact over HTTPS. Commands of IOS that may ask go over SSH beside it
 * (R-COM-12), also from the middle of a batch, which is cut there: such
 * commands stand at the top of a configuration, so nothing of a section is
 * torn. Firewalls have no such need: their commands take `noconfirm`.
 */
#include "base/clock.h"
#include "netdev/contact_int.h"
#include "netdev/session_int.h"

static void run_batch(struct contact *c);

static bool is_ios(const struct contact *c)
{
    return c->options.session.family->syntax == SYNTAX_IOS;
}

static bool may_ask(const struct contact *c, str command)
{
    return is_ios(c) && response_may_ask(c->options.session.family,
                                         c->options.session.responses, command);
}

/* --- Answers ---------------------------------------------------------------
 */

static void answer(struct contact *c, const struct session_answer *from)
{
    struct session_answer told = *from;
    bool is_last = !told.more;

    if (c->over)
        return;
    if (is_last && c->is_batch) {
        bool ends =
            c->batch_at >= c->batch.n || (told.refused && c->is_stopping);

        told.more = !ends;
        c->is_batch = !ends;
    }
    c->options.events->answer(c->options.ctx, &told);
    if (is_last && told.more && !c->over)
        run_batch(c);
}

/* --- The SSH beside it -----------------------------------------------------
 */

static void leg_failed(struct contact *c, const struct err *why)
{
    struct err err = *why;

    (void)err_wrap(&err, err.code,
                   "SSH does not work, over which goes what asks questions "
                   "(R-COM-12)");
    contact_fail(c, vty_step_name(VTY_LEG), &err);
}

static void leg_next(struct contact *c)
{
    const struct family *family = c->options.session.family;
    struct leg *leg = &c->leg;
    str command = buf_str(&leg->command);
    struct err err = { 0 };

    if (leg->step == 0)
        command = str_c(family->configure);
    else if (leg->step == 2)
        command = str_c(family->leave);
    if (contact_command(leg->contact, command, &err) < 0)
        leg_failed(c, &err);
}

static void leg_done(struct contact *c)
{
    AUTO(buf_clear) struct buf command = BUF(SESSION_COMMAND_MAX);
    struct leg *leg = &c->leg;
    struct session_answer told = {
        .text = buf_str(&leg->text),
        .refused = leg->refusal.n > 0,
        .refusal = leg->refusal.n > 0 ? buf_str(&leg->refusal) : STR_NONE,
        .questions = leg->questions,
        .via = TRANSPORT_SSH,
    };

    buf_add(&command, buf_str(&leg->command));
    told.command = buf_str(&command);
    buf_reset(&leg->command);
    answer(c, &told);
}

static void on_leg_answer(void *ctx, const struct session_answer *from)
{
    struct contact *c = ctx;
    struct leg *leg = &c->leg;

    contact_enter(c);
    if (leg->step == 1) {
        buf_reset(&leg->text);
        buf_add(&leg->text, from->text);
        leg->questions = from->questions;
    }
    if (from->refused && leg->refusal.n == 0)
        buf_add(&leg->refusal, from->refusal);
    leg->step++;
    if (leg->step == 1 && leg->refusal.n > 0)
        leg_done(c);
    else if (leg->step == 3 || (leg->step == 2 && !leg->in_config))
        leg_done(c);
    else
        leg_next(c);
    contact_leave(c);
}

static void on_leg_ready(void *ctx)
{
    struct contact *c = ctx;
    struct leg *leg = &c->leg;

    contact_enter(c);
    leg->is_ready = true;
    if (c->options.events->step != NULL)
        c->options.events->step(c->options.ctx, VTY_LEG,
                                contact_prompt(leg->contact));
    if (!c->over && leg->command.n > 0)
        leg_next(c);
    else if (!c->over)
        c->options.events->ready(c->options.ctx);
    contact_leave(c);
}

static void on_leg_failed(void *ctx, const char *where, const struct err *why)
{
    struct contact *c = ctx;
    struct err err = *why;

    contact_enter(c);
    c->leg.is_ready = false;
    (void)err_wrap(&err, err.code, "%s", where);
    leg_failed(c, &err);
    contact_leave(c);
}

static void on_leg_key(void *ctx, const struct vty_key *key)
{
    struct contact *c = ctx;

    contact_enter(c);
    if (!c->over && c->options.events->key != NULL)
        c->options.events->key(c->options.ctx, key);
    contact_leave(c);
}

static void on_leg_finding(void *ctx, const char *rule, str text)
{
    struct contact *c = ctx;

    contact_enter(c);
    if (!c->over && c->options.events->finding != NULL)
        c->options.events->finding(c->options.ctx, rule, text);
    contact_leave(c);
}

static const struct contact_events leg_events = {
    .ready = on_leg_ready,
    .answer = on_leg_answer,
    .failed = on_leg_failed,
    .key = on_leg_key,
    .finding = on_leg_finding,
};

static int leg_open(struct contact *c, struct err *err)
{
    struct contact_options options = c->options;

    options.vty.transport = TRANSPORT_SSH;
    options.vty.port = c->options.ssh_port;
    options.vty.host_key = c->options.ssh_host_key;
    options.vty.trust_first = c->options.ssh_trust_first;
    options.events = &leg_events;
    options.ctx = c;
    return contact_new(&options, &c->leg.contact, err);
}

static int leg_command(struct contact *c, str command, bool in_config,
                       struct err *err)
{
    struct leg *leg = &c->leg;

    buf_reset(&leg->command);
    buf_add(&leg->command, command);
    buf_reset(&leg->text);
    buf_reset(&leg->refusal);
    leg->in_config = in_config;
    leg->step = in_config ? 0 : 1;
    leg->questions = 0;
    if (leg->contact == NULL)
        return leg_open(c, err);
    if (leg->is_ready)
        leg_next(c);
    return 0;
}

/* --- The web server --------------------------------------------------------
 */

static void on_login(void *ctx, str detail)
{
    struct contact *c = ctx;

    if (!c->over && c->options.events->step != NULL)
        c->options.events->step(c->options.ctx, VTY_LOGIN, detail);
    if (!c->over && c->options.events->step != NULL)
        c->options.events->step(c->options.ctx, VTY_SHELL, web_server(c->web));
}

static void on_ready(void *ctx)
{
    struct contact *c = ctx;
    struct err err = { 0 };

    if (c->over)
        return;
    if (!c->options.wants_ssh || !is_ios(c))
        c->options.events->ready(c->options.ctx);
    else if (leg_open(c, &err) < 0)
        leg_failed(c, &err);
}

static void on_answer(void *ctx, const struct session_answer *from)
{
    answer(ctx, from);
}

static void on_failed(void *ctx, const char *where, const struct err *err)
{
    contact_fail(ctx, where, err);
}

static void on_finding(void *ctx, const char *rule, str text)
{
    struct contact *c = ctx;

    if (!c->over && c->options.events->finding != NULL)
        c->options.events->finding(c->options.ctx, rule, text);
}

static void on_wants_line(void *ctx)
{
    struct contact *c = ctx;
    struct err err = { 0 };

    if (!c->over && contact_open(c, &err) < 0)
        contact_fail(c, "session", &err);
}

static void on_send(void *ctx, str bytes)
{
    struct contact *c = ctx;

    if (!c->over)
        vty_send(c->vty, bytes);
}

static const struct web_events web_events = {
    .login = on_login,
    .ready = on_ready,
    .answer = on_answer,
    .failed = on_failed,
    .finding = on_finding,
    .wants_line = on_wants_line,
    .send = on_send,
};

int contact_web_new(struct contact *c, struct err *err)
{
    struct web_options options = {
        .session = c->options.session,
        .transport = c->options.vty.transport,
        .host = c->options.vty.host,
        .user_agent = c->options.user_agent,
        .events = &web_events,
        .ctx = c,
    };

    c->leg.command = BUF_INIT(SESSION_COMMAND_MAX);
    c->leg.text = BUF_INIT(SESSION_ANSWER_MAX);
    c->leg.refusal = BUF_INIT(SESSION_COMMAND_MAX);
    c->batch = BUF_INIT(WEB_BATCH_MAX);
    return web_new(&options, clock_monotonic_ms(), &c->web, err);
}

void contact_web_free(struct contact *c)
{
    contact_free(c->leg.contact);
    web_free(c->web);
    buf_clear(&c->leg.command);
    buf_clear(&c->leg.text);
    buf_clear(&c->leg.refusal);
    buf_clear(&c->batch);
}

/* --- Commands --------------------------------------------------------------
 */

int contact_web_command(struct contact *c, str command, struct err *err)
{
    if (!web_is_ready(c->web) || c->leg.command.n > 0)
        return err_set(err, E_INVALID, "the device cannot take a command now");
    if (may_ask(c, command))
        return leg_command(c, command, false, err);
    return web_command(c->web, command, clock_monotonic_ms(), err);
}

/* Lines up to the next that may ask; or that one. */
static str batch_piece(struct contact *c, bool *out_asks)
{
    str rest = str_sub(buf_str(&c->batch), c->batch_at, SIZE_MAX);
    size_t n = 0;

    *out_asks = false;
    while (n < rest.n) {
        str tail = str_sub(rest, n, SIZE_MAX);
        str line = tail;

        line = str_cut(&line, '\n');
        if (may_ask(c, line)) {
            *out_asks = n == 0;
            return *out_asks ? line : str_sub(rest, 0, n);
        }
        n += line.n < tail.n ? line.n + 1 : line.n;
    }
    return str_sub(rest, 0, n);
}

static int run_piece(struct contact *c, struct err *err)
{
    bool asks;
    str piece = batch_piece(c, &asks);

    c->batch_at += piece.n;
    if (c->batch_at < c->batch.n && c->batch.p[c->batch_at] == '\n')
        c->batch_at++;
    return asks ? leg_command(c, piece, true, err)
                : web_batch(c->web, piece, clock_monotonic_ms(), err);
}

static void run_batch(struct contact *c)
{
    struct err err = { 0 };

    if (run_piece(c, &err) < 0)
        contact_fail(c, "session", &err);
}

int contact_web_batch(struct contact *c, str lines, bool is_stopping,
                      struct err *err)
{
    str line;
    int rc;

    if (!web_is_ready(c->web) || c->leg.command.n > 0)
        return err_set(err, E_INVALID, "the device cannot take a command now");
    buf_reset(&c->batch);
    while (lines.n > 0) {
        line = str_trim(str_cut(&lines, '\n'));
        if (line.n == 0 || line.p[0] == '!')
            continue;
        buf_add(&c->batch, line);
        buf_add_char(&c->batch, '\n');
    }
    rc = buf_finish(&c->batch, "the commands", err);
    if (rc < 0)
        return rc;
    c->batch_at = 0;
    c->is_batch = true;
    c->is_stopping = is_stopping;
    rc = run_piece(c, err);
    c->is_batch &= rc == 0;
    return rc;
}
