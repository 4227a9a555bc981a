/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netdev_run.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/clock.h"
#include "fleet/netdev_device.h"
#include "fleet/netdev_type.h"
#include "http/address.h"
#include "server/netdev_run_int.h"

enum {
    ORDER_BYTES_MAX = NETDEV_MESSAGE_MAX,
    PATIENCE_STEP_MS = 5000,
};

/* --- Where devices may stand ------------------------------------------------
 */

static bool is_never(const struct sockaddr *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;
    uint32_t host;

    if (address_is_loopback(address))
        return true;
    if (address->sa_family == AF_INET6 &&
        IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
        memcpy(&host, &v6->sin6_addr.s6_addr[12], sizeof(host));
        host = ntohl(host);
    } else if (address->sa_family == AF_INET) {
        host = ntohl(v4->sin_addr.s_addr);
    } else {
        return address->sa_family != AF_INET6 ||
               IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr) ||
               IN6_IS_ADDR_MULTICAST(&v6->sin6_addr) ||
               IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr);
    }
    return host >> 24 == 0 || host >> 24 == 127 || host >> 16 == 0xA9FE ||
           host >> 28 >= 0xE;
}

int netdev_may_reach(str allow, const struct sockaddr *address, struct err *err)
{
    if (allow.n > 0 && !address_in_list(address, allow))
        return err_set(err, E_PERM,
                       "the address lies in none of the networks that "
                       "netdev.allow names");
    if (allow.n == 0 && is_never(address))
        return err_set(err, E_PERM,
                       "no device stands at a loopback, link-local, multicast "
                       "or broadcast address; netdev.allow may say otherwise");
    return 0;
}

static int may_reach(const void *reach, const struct sockaddr *address,
                     struct err *err)
{
    const struct netdev_runner *runner = reach;

    return netdev_may_reach(runner->terms.allow, address, err);
}

/* --- The end ----------------------------------------------------------------
 */

static void wipe(struct work *work)
{
    for (size_t i = 0; i < COUNT(work->opened); i++)
        buf_wipe(&work->opened[i]);
    memset(work->secrets, 0, sizeof(work->secrets));
    buf_wipe(&work->known);
    buf_wipe(&work->expected);
    buf_wipe(&work->target);
    buf_wipe(&work->lines);
}

static void release(struct work *work)
{
    netdev_vault_cancel(work->question);
    contact_free(work->contact);
    loop_remove(work->timer);
    loop_remove(work->total);
    discovery_clear(&work->discovery);
    change_free(work->change);
    responses_free(work->responses);
    wipe(work);
    buf_wipe(&work->encoded);
    buf_clear(&work->transcript);
    vec_clear(&work->outputs);
    vec_clear(&work->pins);
    arena_clear(&work->arena);
    arena_clear(&work->order_arena);
    mem_free(work);
}

/* From the loop, because a work ends within its contact's events. */
static void on_sweep(void *ctx)
{
    struct netdev_runner *runner = ctx;
    struct work **at = &runner->works;

    runner->sweep = NULL;
    while (*at != NULL) {
        struct work *work = *at;

        if (work->over) {
            *at = work->next;
            release(work);
        } else {
            at = &work->next;
        }
    }
}

void work_end(struct work *work, const char *where, const struct err *err)
{
    struct netdev_runner *runner = work->runner;

    if (work->over)
        return;
    work->over = true;
    if (err != NULL) {
        work->report.code = err->code;
        work->report.where = report_plain(work, str_c(where), 64);
        work->report.text = report_masked(work, str_c(err_text(err)));
        work->report.again = !work->touched && err->code == E_IO;
    }
    contact_free(TAKE(work->contact));
    loop_remove(TAKE(work->timer));
    loop_remove(TAKE(work->total));
    report_fill(work);
    runner->terms.events->report(runner->terms.ctx, &work->report);
    if (runner->sweep == NULL)
        runner->sweep = loop_timer(runner->terms.loop, 0, on_sweep, runner);
}

void work_tell(struct work *work, const char *step, bool ok, str detail)
{
    struct netdev_runner *runner = work->runner;
    struct netdev_told told = {
        .session = work->order.session,
        .step = str_c(step),
        .ok = ok,
        .detail = str_sub(report_masked(work, str_sub(detail, 0, 1000)), 0,
                          ORDER_TEXT_MAX),
        .at_ms = clock_monotonic_ms() - work->began_ms,
    };

    if (!work->over)
        runner->terms.events->told(runner->terms.ctx, &told);
}

/* --- Contact ----------------------------------------------------------------
 */

static void reach(struct work *work);

static void on_timer(void *ctx)
{
    struct work *work = ctx;

    work->timer = NULL;
    reach(work);
}

/* From the loop: the contact before is told of its end just now. */
static void reach_soon(struct work *work, int64_t delay_ms)
{
    contact_free(TAKE(work->contact));
    work->ready = false;
    loop_remove(work->timer);
    work->timer =
        loop_timer(work->runner->terms.loop, delay_ms, on_timer, work);
}

/* The contact ended within a change: others are tried, for as long as the
 * device may need to go back by itself, to see what became of it and to undo
 * it. */
static void interrupted(struct work *work, const char *where,
                        const struct err *err)
{
    int64_t now = clock_monotonic_ms();

    if (!work->resumed || work->ready) {
        change_interrupted(work->change, err);
        work->patience_ms =
            now + 1000 * (int64_t)change_patience_s(work->change);
    } else if (now >= work->patience_ms) {
        change_given_up(work->change);
    }
    if (change_next(work->change).n == 0) {
        work_end(work, where,
                 change_result(work->change) == CHANGE_PENDING ? err : NULL);
        return;
    }
    reach_soon(work, work->resumed ? PATIENCE_STEP_MS : 0);
    work->resumed = true;
}

static const struct order_way *way_of(const struct work *work)
{
    return (const struct order_way *)work->order.ways.p + work->way;
}

static bool is_login(const char *where)
{
    return strcmp(where, "login") == 0 || strcmp(where, "session") == 0;
}

/* What is refused because of who we are is not tried by another transport:
 * that would only show the password to more listeners (R-COM-14). */
static void unreached(struct work *work, const char *where,
                      const struct err *err)
{
    bool refused = err->code == E_PERM && is_login(where);

    if (refused && work->has_previous && !work->on_previous) {
        work->on_previous = true;
        work->report.used_previous = true;
        work_tell(work, "credential", true,
                  STR("the credential is refused; the one before it is tried"));
        reach_soon(work, 0);
    } else if (err->code != E_PERM && work->way + 1 < work->order.ways.n) {
        work->way++;
        work_tell(
            work, "transport", true,
            str_c(transport_name((enum transport)way_of(work)->transport)));
        reach_soon(work, 0);
    } else {
        work_end(work, where, err);
    }
}

static void on_step(void *ctx, enum vty_step step, str detail)
{
    struct work *work = ctx;

    if (step == VTY_LEG)
        work->used |= 1u << TRANSPORT_SSH;
    work_tell(work, vty_step_name(step), true, detail);
}

static void on_ready(void *ctx)
{
    struct work *work = ctx;

    work->ready = true;
    work->used |= 1u << way_of(work)->transport;
    work_tell(work, "session", true, contact_prompt(work->contact));
    act_ready(work);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct work *work = ctx;

    if (work->over)
        return;
    report_transcript(work, answer);
    act_answer(work, answer);
}

static void on_failed(void *ctx, const char *where, const struct err *err)
{
    struct work *work = ctx;

    work_tell(work, where, false, str_c(err_text(err)));
    if (work->over)
        return;
    if (work->change != NULL && (work->ready || work->resumed))
        interrupted(work, where, err);
    else if (!work->ready)
        unreached(work, where, err);
    else
        work_end(work, where, err);
}

static void on_key(void *ctx, const struct vty_key *key)
{
    struct work *work = ctx;
    bool web = key->transport == TRANSPORT_SSL;

    if (work->pins.n >= ORDER_PINS_MAX)
        return;
    *vec_push(&work->pins) =
        (struct order_pin){ web ? STR("tls") : STR("ssh"),
                            report_plain(work, key->fingerprint, 128) };
    if (key->state != KEY_APPROVED)
        work_tell(work, "key", key->state == KEY_TRUSTED,
                  str_c(key_state_name(key->state)));
}

static void on_finding(void *ctx, const char *rule, str text)
{
    struct work *work = ctx;
    AUTO(buf_clear) struct buf line = BUF(2048);

    buf_printf(&line, "%s: %" PRIstr, rule, ARGstr(str_sub(text, 0, 1000)));
    work_tell(work, "finding", true, buf_str(&line));
}

static const struct contact_events contact_events = { on_step,   on_ready,
                                                      on_answer, on_failed,
                                                      on_key,    on_finding };

/* The pins of a kind, with blanks between. */
static str pins_of(struct work *work, str kind)
{
    AUTO(buf_clear) struct buf out = BUF(8192);
    const struct order_pin *pins = work->order.pins.p;

    for (size_t i = 0; i < work->order.pins.n; i++) {
        if (!str_eq(pins[i].kind, kind))
            continue;
        if (out.n > 0)
            buf_add_char(&out, ' ');
        buf_add(&out, pins[i].fingerprint);
    }
    return arena_str(&work->order_arena, buf_str(&out));
}

/* R-SSH-15: one word for the algorithms of both. */
static int profiles_of(str name, struct vty_options *vty, struct err *err)
{
    int rc = netdev_profile_find(name, &vty->profile, err);

    if (rc == 0 && tls_profile_find(name, &vty->tls_profile, NULL) < 0)
        vty->tls_profile = TLS_LEGACY_2;
    return rc;
}

static void fill_session(struct work *work, struct contact_options *options)
{
    const struct netdev_order *order = &work->order;
    const struct netdev_secret *secret = &work->secrets[work->on_previous];

    options->session.family = work->family;
    options->session.responses = work->responses;
    options->session.user = order->login;
    options->session.password = secret->password;
    options->session.enable_password = secret->enable_password;
    options->session.silence_ms = order->read_s * 1000;
    options->session.command_ms = order->total_s * 1000;
    options->session.answer_max = WORK_TEXT_MAX;
}

static int fill_options(struct work *work, struct contact_options *options,
                        struct err *err)
{
    const struct netdev_order *order = &work->order;
    const struct netdev_secret *secret = &work->secrets[work->on_previous];
    struct vty_options *vty = &options->vty;
    enum transport transport = (enum transport)way_of(work)->transport;
    bool web = transport == TRANSPORT_SSL;
    bool routes = work->family->syntax == SYNTAX_IOS;

    vty->loop = work->runner->terms.loop;
    vty->transport = transport;
    vty->host = order->host;
    vty->port = (uint16_t)way_of(work)->port;
    vty->user = order->login;
    vty->password = secret->password;
    /* R-IOSSSL-4: without a user, it is the enable password that counts. */
    if (web && order->login.n == 0 && secret->enable_password.n > 0)
        vty->password = secret->enable_password;
    vty->private_key = secret->private_key;
    vty->host_key = pins_of(work, web ? STR("tls") : STR("ssh"));
    vty->trust_first = web ? order->trust_tls : order->trust_ssh;
    vty->is_firewall = work->family->syntax == SYNTAX_ASA;
    vty->connect_ms = order->connect_s * 1000;
    vty->may_reach = may_reach;
    vty->reach = work->runner;
    options->wants_ssh =
        web && routes &&
        (order->action == ORDER_TEST || order->action >= ORDER_CHANGE);
    options->ssh_port = (uint16_t)order->ssh_port;
    options->ssh_host_key = pins_of(work, STR("ssh"));
    options->ssh_trust_first = order->trust_ssh;
    options->events = &contact_events;
    options->ctx = work;
    fill_session(work, options);
    return profiles_of(order->profile, vty, err);
}

/* RFC 8071: who it is, its key says. */
static void wait_for_call(struct work *work)
{
    struct err err = { 0 };

    if (!work->runner->has_calls)
        (void)err_set(&err, E_UNSUPPORTED,
                      "the device calls, but there is no port for that "
                      "(calls.listen)");
    else if (pins_of(work, STR("ssh")).n == 0)
        (void)err_set(&err, E_PERM,
                      "no fingerprint of the device is approved, by which it "
                      "would be known when it calls (R-SSH-16)");
    if (err.code != 0) {
        on_failed(work, "call", &err);
        return;
    }
    work->waits_call = true;
    work_tell(work, "call", true, STR("it is waited for"));
}

void work_take_call(struct work *work, struct contact *contact, str address,
                    const struct vty_key *key)
{
    const struct netdev_secret *secret = &work->secrets[work->on_previous];
    struct contact_owner owner = {
        .events = &contact_events,
        .ctx = work,
        .login = { work->order.login, secret->password, secret->private_key },
        .silence_ms = work->order.read_s * 1000,
        .command_ms = work->order.total_s * 1000,
    };

    work->waits_call = false;
    work->contact = contact;
    work_tell(work, "call", true, address);
    on_key(work, key);
    contact_hand_over(contact, &owner);
}

static void reach(struct work *work)
{
    struct contact_options options = { 0 };
    struct err err = { 0 };
    int rc;

    if (work->over)
        return;
    if (str_eq(work->order.host, NETDEV_CALLS)) {
        wait_for_call(work);
        return;
    }
    rc = fill_options(work, &options, &err);
    if (rc == 0)
        rc = contact_new(&options, &work->contact, &err);
    if (rc < 0)
        on_failed(work, "contact", &err);
}

/* --- Secrets ----------------------------------------------------------------
 */

static int open_secret(struct work *work, size_t i, str sealed, struct err *err)
{
    int rc = box_open(work->runner->terms.ring, netdev_credential_context,
                      sealed, &work->opened[i], err);

    if (rc == 0)
        rc = wire_read(&shape_netdev_secret, buf_str(&work->opened[i]),
                       &work->order_arena, &work->secrets[i], err);
    return rc < 0 ? err_wrap(err, rc, "the credential") : 0;
}

static str keep_secret(struct buf *out, str text)
{
    size_t at = out->n;

    buf_add(out, text);
    return (str){ out->p + at, text.n };
}

static void on_vault(void *ctx, const struct netdev_secret *secret,
                     const struct err *err)
{
    struct work *work = ctx;
    struct buf *out = &work->opened[0];

    work->question = NULL;
    if (secret == NULL) {
        work_tell(work, "vault", false, str_c(err_text(err)));
        work_end(work, "vault", err);
        return;
    }
    /* Grown once, so that the views stay. */
    if (buf_grow(out, secret->password.n + secret->enable_password.n +
                          secret->private_key.n + 1) != NULL)
        buf_reset(out);
    work->secrets[0].password = keep_secret(out, secret->password);
    work->secrets[0].enable_password =
        keep_secret(out, secret->enable_password);
    work->secrets[0].private_key = keep_secret(out, secret->private_key);
    work_tell(work, "vault", true, STR(""));
    reach(work);
}

static int get_secrets(struct work *work, struct err *err)
{
    const struct netdev_order *order = &work->order;
    int rc = 0;

    if (order->vault.n > 0) {
        if (work->runner->terms.vault == NULL)
            return err_set(err, E_UNSUPPORTED,
                           "the credential is an entry of a vault, but no "
                           "command is set up (netdev.vault)");
        work->question = netdev_vault_ask(work->runner->terms.vault,
                                          work->runner->terms.loop,
                                          order->vault, on_vault, work, err);
        return work->question == NULL ? err->code : 1;
    }
    if (order->sealed.n > 0)
        rc = open_secret(work, 0, order->sealed, err);
    if (rc == 0 && order->previous.n > 0) {
        rc = open_secret(work, 1, order->previous, err);
        work->has_previous = rc == 0;
    }
    return rc;
}

/* --- Orders -----------------------------------------------------------------
 */

static void on_total(void *ctx)
{
    struct work *work = ctx;
    struct err err = { 0 };

    work->total = NULL;
    (void)err_set(&err, E_IO, "it was not done within %lld s",
                  (long long)work->order.total_s);
    work_tell(work, "time", false, str_c(err_text(&err)));
    if (work->change != NULL && work->ready && work->touched &&
        !work->expired) {
        /* The same time again, to undo. */
        work->expired = true;
        work->total = loop_timer(work->runner->terms.loop,
                                 work->order.total_s * 1000, on_total, work);
        interrupted(work, "time", &err);
        return;
    }
    work_end(work, "time", &err);
}

/* The order outlives its message. */
static int keep_order(struct work *work, const struct netdev_order *order,
                      struct err *err)
{
    int rc = wire_write(&shape_netdev_order, order, &work->encoded, err);

    if (rc == 0)
        rc = wire_read(&shape_netdev_order, buf_str(&work->encoded),
                       &work->order_arena, &work->order, err);
    if (rc < 0)
        return rc;
    work->family = family_find(work->order.family);
    if (work->family == NULL || work->order.ways.n == 0)
        return err_set(err, E_INVALID, "an order without family or way");
    work->told_family = work->family->name;
    if (way_of(work)->transport == TRANSPORT_NETCONF)
        work->family = family_find(STR("netconf"));
    return act_prepare(work, err);
}

static struct work *find(struct netdev_runner *runner, int64_t session)
{
    for (struct work *work = runner->works; work != NULL; work = work->next)
        if (work->order.session == session && !work->over)
            return work;
    return NULL;
}

void netdev_run(struct netdev_runner *runner, const struct netdev_order *order)
{
    struct work *work = mem_alloc(1, sizeof(*work));
    struct err err = { 0 };
    int rc;

    work->runner = runner;
    work->began_ms = clock_monotonic_ms();
    work->encoded = BUF_INIT(ORDER_BYTES_MAX);
    for (size_t i = 0; i < COUNT(work->opened); i++)
        work->opened[i] = BUF_INIT(NETDEV_SEALED_MAX + 8);
    work->known = work->expected = work->target = BUF_INIT(WORK_TEXT_MAX);
    work->lines = BUF_INIT(ORDER_LINES_MAX);
    work->transcript = BUF_INIT(WORK_TRANSCRIPT_MAX);
    work->order.session = work->report.session = order->session;
    work->next = runner->works;
    runner->works = work;
    rc = keep_order(work, order, &err);
    if (rc == 0) {
        work->total = loop_timer(runner->terms.loop, work->order.total_s * 1000,
                                 on_total, work);
        rc = get_secrets(work, &err);
    }
    if (rc < 0)
        work_end(work, "order", &err);
    else if (rc == 0)
        reach(work);
}

int netdev_run_go_on(struct netdev_runner *runner, int64_t session,
                     struct err *err)
{
    struct work *work = find(runner, session);

    if (work == NULL)
        return 0; /* it ended meanwhile */
    if (!work->waits)
        return err_set(err, E_INVALID, "the session does not wait");
    work->waits = false;
    act_next(work);
    return 0;
}

void netdev_run_stop(struct netdev_runner *runner, int64_t session)
{
    struct work *work = find(runner, session);
    struct err err = { 0 };

    if (work == NULL)
        return;
    (void)err_set(&err, E_PERM, "a person stopped it");
    work->waits = false;
    if (work->change != NULL && work->touched && work->ready)
        interrupted(work, "stop", &err);
    else if (!work->resumed)
        work_end(work, "stop", &err);
}

struct netdev_runner *netdev_runner_new(const struct netdev_runner_terms *terms)
{
    struct netdev_runner *runner = mem_alloc(1, sizeof(*runner));

    runner->terms = *terms;
    return runner;
}

void netdev_runner_has_calls(struct netdev_runner *runner)
{
    runner->has_calls = true;
}

void netdev_runner_free(struct netdev_runner *runner)
{
    if (runner == NULL)
        return;
    netdev_runner_drop(runner);
    mem_free(runner);
}

void netdev_runner_drop(struct netdev_runner *runner)
{
    loop_remove(TAKE(runner->sweep));
    while (runner->works != NULL) {
        struct work *work = runner->works;

        runner->works = work->next;
        release(work);
    }
}
