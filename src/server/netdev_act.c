/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done on a device that is reached: it is read, asked, changed, or
 * made as it was.
 */
#include "fleet/netdev_change.h"
#include "fleet/netdev_config.h"
#include "netdev/config.h"
#include "server/netdev_run_int.h"

static int open_text(struct work *work, str context, str sealed,
                     struct buf *out, struct err *err)
{
    int rc = box_open(work->runner->terms.ring, context, sealed, out, err);

    return rc < 0 ? err_wrap(err, rc, "what was sealed") : 0;
}

static unsigned wanted(enum order_action action)
{
    switch (action) {
    case ORDER_TEST:
        return DISCOVER_FACTS;
    case ORDER_DISCOVER:
        return DISCOVER_ALL;
    case ORDER_ARCHIVE:
    case ORDER_RESTORE:
        return DISCOVER_CONFIG;
    default:
        return 0;
    }
}

/* R-SSH-14: in this very session; what was tried before proves nothing. */
static bool has_used_ssh(const struct work *work)
{
    return (work->used >> TRANSPORT_SSH & 1) != 0;
}

/* What is planned before there is a session is judged again in act_ready(). */
static int make_change(struct work *work, str lines, str expected,
                       struct err *err)
{
    const struct netdev_order *order = &work->order;
    const struct order_text *patterns = order->tolerate.p;
    str *tolerate = arena_alloc(&work->order_arena, order->tolerate.n + 1,
                                sizeof(*tolerate));
    struct change_options options = {
        .family = work->family,
        .lines = lines,
        .expected = expected,
        .overwrite = order->overwrite,
        .no_save = order->no_save,
        .no_verify = order->no_verify,
        .go_on = order->go_on,
        .may_cut_access = order->may_cut_access,
        .tolerate = tolerate,
        .tolerate_count = order->tolerate.n,
        .revert_s = (unsigned)order->revert_s,
        .is_ssh_proven = !work->ready || has_used_ssh(work),
    };

    for (size_t i = 0; i < order->tolerate.n; i++)
        tolerate[i] = patterns[i].text;
    return change_new(&options, &work->change, err);
}

/* Who we are to the device now. */
static void tell_access(struct work *work)
{
    const struct order_way *ways = work->order.ways.p;

    change_reached(
        work->change,
        &(struct change_access){
            .is_known = true,
            .user = work->order.login,
            .address = work->order.host,
            .transport = (enum transport)ways[work->way].transport });
}

static int make_responses(struct work *work, struct err *err)
{
    const struct netdev_order *order = &work->order;
    const struct order_response *from = order->responses.p;
    struct response_rule *rules =
        arena_alloc(&work->order_arena, order->responses.n + 1, sizeof(*rules));

    for (size_t i = 0; i < order->responses.n; i++)
        rules[i] = (struct response_rule){ (enum response_kind)from[i].kind,
                                           from[i].pattern, from[i].command,
                                           from[i].answer };
    return responses_new(rules, order->responses.n, &work->responses, err);
}

int act_prepare(struct work *work, struct err *err)
{
    const struct netdev_order *order = &work->order;
    int rc = make_responses(work, err);

    work->discovery = (struct discovery)DISCOVERY(
        work->family, wanted((enum order_action)order->action));
    work->discovers = work->discovery.what != 0;
    /* What cannot be compared is a new version. */
    if (order->known.n > 0 && open_text(work, netdev_config_context,
                                        order->known, &work->known, NULL) < 0)
        buf_reset(&work->known);
    if (rc == 0 && order->expected.n > 0)
        rc = open_text(work, netdev_config_context, order->expected,
                       &work->expected, err);
    if (rc == 0 && order->target.n > 0)
        rc = open_text(work, netdev_config_context, order->target,
                       &work->target, err);
    if (rc == 0 && order->action == ORDER_CHANGE)
        rc = open_text(work, netdev_change_context, order->lines, &work->lines,
                       err);
    if (rc == 0 && order->action == ORDER_CHANGE)
        rc = make_change(work, buf_str(&work->lines), buf_str(&work->expected),
                         err);
    return rc;
}

/* --- Changes ----------------------------------------------------------------
 */

/* Before the first line is entered the core notes what there was, so that a
 * change is undone by whoever comes after us. */
static bool must_tell(const struct work *work)
{
    return work->change != NULL && !work->touched &&
           change_before(work->change).n > 0 && change_next(work->change).n > 0;
}

static void tell_touched(struct work *work)
{
    struct netdev_runner *runner = work->runner;
    struct report_config config = { 0 };
    struct err err = { 0 };

    if (report_config_of(work, change_before(work->change), &config, &err) <
        0) {
        work_end(work, "before", &err);
        return;
    }
    work->touched = work->waits = true;
    runner->terms.events->touched(
        runner->terms.ctx,
        &(struct netdev_touched){ .session = work->order.session,
                                  .masked = config.masked,
                                  .sealed = config.sealed,
                                  .differs = config.sealed.n > 0,
                                  .secrets_differ = config.secrets_differ });
    /* What comes after is compared with that. */
    buf_reset(&work->known);
    buf_add(&work->known, change_before(work->change));
}

/* R-DEP-4 */
static bool is_changed_behind(const struct work *work)
{
    return work->expected.n > 0 && !work->order.overwrite &&
           !str_eq(buf_str(&work->expected), buf_str(&work->discovery.running));
}

/* R-DEP-5: back to a version by the commands that lead there. */
static void begin_restore(struct work *work)
{
    struct err err = { 0 };
    int rc;

    if (is_changed_behind(work)) {
        work->report.change = CHANGE_CANCELLED;
        work->report.text = STR(CHANGED_BEHIND);
        work_end(work, "", NULL);
        return;
    }
    rc = config_delta(work->family, buf_str(&work->discovery.running),
                      buf_str(&work->target), &work->lines, &err);
    if (rc == 0 && work->lines.n == 0) {
        work->report.change = CHANGE_APPLIED;
        work->report.text = STR("it is as it should be already");
        work_end(work, "", NULL);
        return;
    }
    if (rc == 0)
        rc = make_change(work, buf_str(&work->lines), STR_NONE, &err);
    if (rc < 0) {
        work_end(work, "restore", &err);
        return;
    }
    tell_access(work);
    work->discovers = false;
    act_next(work);
}

/* Over HTTPS what is entered goes together. */
static void send_change(struct work *work)
{
    struct err err = { 0 };
    str batch = contact_is_batched(work->contact) ? change_batch(work->change)
                                                  : STR_NONE;
    int rc;

    if (batch.n > 0)
        rc = contact_batch(work->contact, batch,
                           change_is_stopping(work->change), &err);
    else
        rc = contact_command(work->contact, change_next(work->change), &err);
    if (rc < 0)
        work_end(work, "change", &err);
}

/* --- Reading ----------------------------------------------------------------
 */

static void ask(struct work *work, str command)
{
    struct err err = { 0 };

    if (contact_command(work->contact, command, &err) < 0)
        work_end(work, "command", &err);
}

static void next_command(struct work *work)
{
    const struct order_text *commands = work->order.commands.p;

    if (work->command >= work->order.commands.n)
        work_end(work, "", NULL);
    else
        ask(work, commands[work->command++].text);
}

static void next_reading(struct work *work)
{
    str command = discovery_next(&work->discovery);

    if (command.n > 0)
        ask(work, command);
    else if (work->order.action == ORDER_RESTORE)
        begin_restore(work);
    else {
        work->discovers = false;
        next_command(work);
    }
}

void act_next(struct work *work)
{
    if (work->over || work->waits)
        return;
    if (must_tell(work))
        tell_touched(work);
    else if (work->change != NULL && change_next(work->change).n > 0)
        send_change(work);
    else if (work->change != NULL)
        work_end(work, "", NULL);
    else if (work->discovers)
        next_reading(work);
    else
        next_command(work);
}

void act_ready(struct work *work)
{
    const struct session *session = contact_session(work->contact);
    struct err err = { 0 };

    if (work->change != NULL && !work->touched && !has_used_ssh(work) &&
        change_needs_ssh(buf_str(&work->lines))) {
        (void)err_set(&err, E_PERM,
                      "'transport input ssh' leaves nothing but SSH, and this "
                      "session is not over SSH: it could lock everybody out "
                      "(R-SSH-14)");
        work_end(work, "change", &err);
        return;
    }
    if (work->change != NULL)
        tell_access(work);
    if ((work->discovery.what & DISCOVER_FACTS) != 0 &&
        (work->used >> TRANSPORT_SSL & 1) != 0)
        work->discovery.what |= DISCOVER_HTTPS;
    if (session != NULL)
        work_tell(work, "privilege", session_is_privileged(session),
                  session_is_privileged(session)
                      ? STR("")
                      : STR("the privileged level was not reached"));
    act_next(work);
}

/* That a device has no such command is an answer, too. */
static void keep_output(struct work *work, const struct session_answer *answer)
{
    if (work->outputs.n >= REPORT_OUTPUTS_MAX)
        return;
    *vec_push(&work->outputs) =
        (struct report_output){ report_masked(work, answer->command),
                                report_masked(work, answer->text) };
}

/* R-COM-13 is a layer of its own in a test. */
static void tell_facts(struct work *work)
{
    const struct device_facts *facts = &work->discovery.facts;

    work_tell(work, "version", true, facts->version);
    if (facts->encryption != TRISTATE_UNKNOWN)
        work_tell(work, "licence", facts->encryption == TRISTATE_YES,
                  facts->encryption == TRISTATE_YES
                      ? STR("VPN-3DES-AES is enabled")
                      : STR("VPN-3DES-AES is disabled (R-COM-13)"));
}

/* R-IOSSSL-6 */
static void tell_https(struct work *work)
{
    enum tristate state = work->discovery.https;

    if (state != TRISTATE_UNKNOWN)
        work_tell(work, "https", state == TRISTATE_YES,
                  state == TRISTATE_YES
                      ? STR("the HTTPS server is enabled")
                      : STR("the HTTPS server says that it is disabled: 'ip "
                            "http secure-server' (R-IOSSSL-6)"));
}

static void take_reading(struct work *work, const struct session_answer *answer)
{
    unsigned before = work->discovery.done;
    struct err err = { 0 };
    int rc = discovery_take(&work->discovery, answer, &err);
    unsigned what = work->discovery.done & ~before;

    /* Not every family answers for its interfaces. */
    if (rc == E_INVALID && (work->discovery.done & DISCOVER_INTERFACES) != 0 &&
        (work->discovery.done & DISCOVER_CONFIG) == 0) {
        work_tell(work, "interfaces", false, str_c(err_text(&err)));
        rc = 0;
    }
    if (rc < 0) {
        work_tell(work, "read", false, str_c(err_text(&err)));
        work_end(work, "read", &err);
        return;
    }
    if (what == DISCOVER_FACTS)
        tell_facts(work);
    if (what == DISCOVER_HTTPS)
        tell_https(work);
    /* The configuration is kept in the archive. */
    if (what != DISCOVER_CONFIG)
        keep_output(work, answer);
}

void act_answer(struct work *work, const struct session_answer *answer)
{
    if (work->change != NULL) {
        change_take(work->change, answer);
        if (answer->more)
            return;
    } else if (work->discovers) {
        take_reading(work, answer);
    } else {
        if (answer->refused)
            work_tell(work, "command", false, answer->refusal);
        keep_output(work, answer);
    }
    act_next(work);
}
