/* SPDX-License-Identifier: Apache-2.0
 *
 * What the process netdev says, into the store: each report in one
 * transaction.
 */
#include "base/clock.h"
#include "base/log.h"
#include "fleet/audit.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_pin.h"
#include "netdev/change.h"
#include "netdev/show.h"
#include "server/assessor.h"
#include "server/cluster.h"
#include "server/events.h"
#include "server/netdevs_int.h"

enum {
    RESULTS_MAX = 64 << 20,
    STEPS_KEPT = 300, /* of one session; hostile devices make many */
};

void netdevs_publish(struct core *core, const struct running *running,
                     const char *what)
{
    struct jval *data;

    if (core->events == NULL)
        return;
    data = jval_new_object();
    jval_set_text(data, "event", str_c(what));
    jval_set_i64(data, "device", running->device);
    events_publish(core->events, running->org, "network", running->session,
                   running->device, data);
}

void netdevs_tell_ended(struct core *core, int64_t org, int64_t id)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdevs_core *n = core->netdevs;
    struct scope scope = scope_system(org);
    struct netdev_session session;

    if (n->ended_count == 0 ||
        netdev_session_get(core->db, &scope, id, &arena, &session, NULL) < 0)
        return;
    for (size_t i = 0; i < n->ended_count; i++)
        n->ended[i](core, &session);
}

/* --- Steps ------------------------------------------------------------------
 */

int netdevs_told(struct core *core, const struct netdev_told *told,
                 struct err *err UNUSED)
{
    struct running *running = running_find(core->netdevs, told->session);
    struct jval *step;

    if (running == NULL || jval_count(running->steps) >= STEPS_KEPT)
        return 0;
    step = jval_new_object();
    jval_set_text(step, "step", told->step);
    jval_set_bool(step, "ok", told->ok);
    jval_set_text(step, "detail", told->detail);
    jval_set_i64(step, "at_ms", told->at_ms);
    jval_push(running->steps, step);
    netdevs_publish(core, running, "step");
    return 0;
}

/* --- A change begins ---------------------------------------------------------
 */

static int audit(struct core *core, const struct running *running,
                 const char *action, const struct jval *after, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 16);
    str rest = str_c(action);
    struct audit_entry entry = {
        .org = running->org,
        .at = clock_now(),
        .actor = STR("system"),
        .peer = STR(""),
        .action = str_c(action),
        .kind = str_cut(&rest, '.'),
        .object = running->change != 0 ? running->change : running->device,
        .before = STR_NONE,
    };

    jval_print(after, &text);
    entry.after = buf_str(&text);
    return audit_add(core->db, &entry, err);
}

static int store_config(struct core *core, const struct running *running,
                        const struct report_config *config, const char *cause,
                        int64_t *out_number, struct err *err)
{
    char id[BOX_ID_MAX];
    struct netdev_config_new added = {
        .device = running->device,
        .session = running->session,
        .cause = str_c(cause),
        .masked = config->masked,
        .sealed = config->sealed,
        .secrets_changed = config->secrets_differ,
        .now = clock_now(),
    };

    box_sealed_id(config->sealed, id);
    added.key_id = str_c(id);
    return netdev_config_add(core->db, &added, out_number, err);
}

static int newest_config(struct core *core, int64_t device, int64_t *out,
                         struct err *err)
{
    int rc = db_one_i64(core->db, "SELECT config FROM netdev WHERE device = $1",
                        DB_ARGS(db_i64(device)), out, err);

    return rc == 1 ? err_set(err, E_ABSENT, "the device is gone") : rc;
}

/* An undo leads back to what the first life has noted. */
static int note_touched(struct core *core, struct running *running,
                        const struct netdev_touched *touched, struct err *err)
{
    struct report_config config = { touched->masked, touched->sealed,
                                    touched->secrets_differ };
    int64_t number = 0;
    int rc = running->undoes
                 ? 0
                 : newest_config(core, running->device, &number, err);

    if (rc == 0 && touched->differs && !running->undoes)
        rc =
            store_config(core, running, &config, "before change", &number, err);
    if (rc == 0 && running->change != 0)
        rc = netdev_change_note(core->db,
                                &(struct netdev_change_end){
                                    .change = running->change,
                                    .state = STR("running"),
                                    .before_config = number,
                                },
                                err);
    if (rc == 1)
        rc = err_set(err, E_INVALID, "the change is not to be made any more");
    return rc < 0 ? rc : netdev_session_touch(core->db, running->session, err);
}

int netdevs_touched(struct core *core, const struct netdev_touched *touched,
                    struct err *err UNUSED)
{
    struct netdevs_core *n = core->netdevs;
    struct running *running = running_find(n, touched->session);
    struct netdev_number number = { touched->session };
    struct err why = { 0 };
    int rc;

    if (running == NULL)
        return 0;
    rc = db_begin(core->db, &why);
    if (rc == 0)
        rc = note_touched(core, running, touched, &why);
    if (rc == 0)
        rc = db_commit(core->db, &why);
    else
        db_rollback(core->db);
    if (rc == 0) {
        running->touched = true;
        rc = n->send(n->ctx, NETDEV_SEND_GO_ON, &number, &why);
    } else {
        (void)!n->send(n->ctx, NETDEV_SEND_STOP, &number, NULL);
    }
    if (rc < 0)
        log_error("netdev.not_noted", LOG_I64("session", touched->session),
                  LOG_TEXT("why", str_c(err_text(&why))));
    return 0;
}

/* --- Reports ----------------------------------------------------------------
 */

struct taking {
    struct core *core;
    struct running *running;
    const struct netdev_report *report;
    struct arena arena;
    int64_t now;
    bool pin_waits;
    bool again;
    int64_t config; /* that was added */
};

static struct jval *facts_json(const struct netdev_report *report)
{
    struct jval *json = jval_new_object();
    struct jval *licences = jval_new_array();
    struct jval *interfaces = jval_new_array();
    const struct report_licence *l = report->licences.p;
    const struct report_interface *f = report->interfaces.p;

    for (size_t i = 0; i < report->licences.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "feature", l[i].feature);
        jval_set_text(one, "value", l[i].value);
        jval_set_text(one, "state", l[i].state);
        jval_set_text(one, "expiry", l[i].expiry);
        jval_set_bool(one, "time_based", l[i].time_based);
        jval_push(licences, one);
    }
    for (size_t i = 0; i < report->interfaces.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "name", f[i].name);
        jval_set_text(one, "state", f[i].state);
        jval_set_text(one, "protocol", f[i].protocol);
        jval_set_text(one, "address", f[i].address);
        jval_set_text(one, "description", f[i].description);
        jval_push(interfaces, one);
    }
    jval_set_text(json, "family", report->family);
    jval_set_text(json, "license_mode", report->mode);
    jval_set(json, "licences", licences);
    jval_set(json, "interfaces", interfaces);
    return json;
}

static int64_t tristate(int64_t value)
{
    return value == TRISTATE_YES ? 1 : value == TRISTATE_NO ? 0 : -1;
}

/* R-LIC-7: the property was kept by a person, or said otherwise before. */
static int note_drift(struct taking *t, const struct netdev_found *found,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    int64_t before = -1;
    int rc = db_one_i64(t->core->db,
                        "SELECT license_failover FROM netdev"
                        " WHERE device = $1",
                        DB_ARGS(db_i64(t->running->device)), &before, err);

    if (rc < 0 || before < 0 || found->license_failover < 0 ||
        before == found->license_failover)
        return rc < 0 ? rc : 0;
    after = jval_new_object();
    jval_set_bool(after, "license_supports_failover",
                  found->license_failover != 0);
    return audit(t->core, t->running, "network_device.licence_changed", after,
                 err);
}

static int take_facts(struct taking *t, struct err *err)
{
    AUTO(jval_freep) struct jval *json = facts_json(t->report);
    AUTO(buf_clear) struct buf text = BUF(NETDEV_FACTS_MAX);
    const struct netdev_report *report = t->report;
    const struct report_interface *from = report->interfaces.p;
    struct device_interface *list =
        arena_alloc(&t->arena, report->interfaces.n + 1, sizeof(*list));
    struct netdev_found found = {
        .family = report->family,
        .version = report->version,
        .model = report->model,
        .serial = report->serial,
        .image = report->image,
        .hostname = report->hostname,
        .license_failover = show_failover_is_optional(report->model)
                                ? tristate(report->failover)
                                : -1,
        .encryption = tristate(report->encryption),
        .interfaces = list,
        .interface_count = report->interfaces.n,
    };
    int rc;

    for (size_t i = 0; i < report->interfaces.n; i++)
        list[i] = (struct device_interface){ from[i].name, from[i].state,
                                             from[i].protocol, from[i].address,
                                             from[i].description };
    jval_print(json, &text);
    rc = buf_finish(&text, "what was found", err);
    found.facts = buf_str(&text);
    if (rc == 0)
        rc = note_drift(t, &found, err);
    return rc < 0 ? rc
                  : netdev_found(t->core->db, t->running->device, &found,
                                 t->now, err);
}

/* R-SSH-16, R-IOSSSL-8: a key that nobody approved is an alert. */
static int take_pins(struct taking *t, struct err *err)
{
    const struct order_pin *pins = t->report->pins.p;
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < t->report->pins.n; i++) {
        AUTO(jval_freep) struct jval *after = NULL;
        struct netdev_shown shown = { pins[i].kind, pins[i].fingerprint,
                                      t->running->trusts, t->now };

        rc = netdev_pin_shown(t->core->db, t->running->device, &shown, err);
        if (rc != 1)
            continue;
        t->pin_waits = true;
        after = jval_new_object();
        jval_set_text(after, "kind", pins[i].kind);
        jval_set_text(after, "fingerprint", pins[i].fingerprint);
        rc = audit(t->core, t->running, "network_device.key_shown", after, err);
    }
    return rc < 0 ? rc : 0;
}

static int take_reading(struct taking *t, struct err *err)
{
    const struct netdev_report *report = t->report;
    const struct report_output *outputs = report->outputs.p;
    bool change = t->running->change != 0;
    int rc = 0;

    if (report->has_facts && report->has_interfaces)
        rc = take_facts(t, err);
    if (rc == 0 && report->config.sealed.n > 0)
        rc = store_config(t->core, t->running, &report->config,
                          change              ? "after change"
                          : report->has_facts ? "discovery"
                                              : "archive",
                          &t->config, err);
    for (size_t i = 0; rc == 0 && i < report->outputs.n; i++)
        rc =
            netdev_output_put(t->core->db, t->running->device,
                              outputs[i].command, outputs[i].text, t->now, err);
    return rc;
}

static int take_reach(struct taking *t, struct err *err)
{
    struct netdev_reached reached = {
        .ok = t->report->code == 0 || t->report->transports.n > 0,
        .transport = t->report->transports,
    };

    reached.text = reached.ok ? STR("")
                              : arena_printf(&t->arena, "%" PRIstr ": %" PRIstr,
                                             ARGstr(t->report->where),
                                             ARGstr(t->report->text));
    return netdev_reached(t->core->db, t->running->device, &reached, t->now,
                          err);
}

/* --- Ends -------------------------------------------------------------------
 */

static str lines_json(const struct netdev_report *report, struct buf *out)
{
    AUTO(jval_freep) struct jval *list = jval_new_array();
    const struct report_line *lines = report->lines.p;

    for (size_t i = 0; i < report->lines.n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "line", lines[i].text);
        jval_set_text(
            one, "result",
            str_c(line_result_name((enum line_result)lines[i].result)));
        jval_set_text(one, "reason", lines[i].reason);
        jval_push(list, one);
    }
    jval_print(list, out);
    return out->over ? STR("[]") : buf_str(out);
}

/* What a change came to. One that was lost and is made as before is undone. */
static str change_result_of(const struct taking *t)
{
    enum change_result result = (enum change_result)t->report->change;

    if (t->running->undoes)
        return result == CHANGE_APPLIED ? STR("undone") : STR("broken");
    if (result == CHANGE_PENDING)
        return t->running->touched ? STR("broken") : STR("cancelled");
    return str_c(change_result_name(result));
}

static str text_of(struct taking *t)
{
    const struct netdev_report *report = t->report;

    if (t->running->undoes && report->change == CHANGE_APPLIED)
        return STR("the session was lost half-way; the configuration is as it "
                   "was before");
    if (report->where.n > 0 && report->code < 0)
        return arena_printf(&t->arena, "%" PRIstr ": %" PRIstr,
                            ARGstr(report->where), ARGstr(report->text));
    if (report->used_previous && report->code == 0)
        return STR("the credential was refused, the one before it was taken");
    return report->text;
}

static int end_change(struct taking *t, str result, str text, struct err *err)
{
    AUTO(buf_clear) struct buf lines = BUF(RESULTS_MAX);
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct netdev_change_end end = {
        .change = t->running->change,
        .state = result,
        .text = text,
        .results = lines_json(t->report, &lines),
        .after_config = t->config,
        .now = t->now,
    };
    int rc = netdev_change_note(t->core->db, &end, err);

    if (rc == 1) /* another server has ended it */
        return 0;
    jval_set_text(after, "result", result);
    jval_set_text(after, "text", text);
    jval_set_i64(after, "session", t->running->session);
    return rc < 0
               ? rc
               : audit(t->core, t->running, "network_change.ended", after, err);
}

/* R-COM-15; what may have changed a device is tried on and on, to undo it. */
static bool goes_again(const struct taking *t)
{
    const struct running *running = t->running;

    if (running->undoes)
        return t->report->code == E_IO && running->tries < NETDEV_TOUCHED_MAX;
    return t->report->again && running->tries <= running->retries;
}

static int64_t backoff(int64_t tries)
{
    int64_t s = NETDEVS_BACKOFF_S;

    while (--tries > 0 && s < NETDEVS_BACKOFF_MAX_S)
        s *= 2;
    return s < NETDEVS_BACKOFF_MAX_S ? s : NETDEVS_BACKOFF_MAX_S;
}

static int end_session(struct taking *t, struct err *err)
{
    AUTO(buf_clear) struct buf steps = BUF(1 << 20);
    struct db *db = t->core->db;
    struct netdev_session session = {
        .id = t->running->session,
        .text = text_of(t),
        .transports = t->report->transports,
    };
    bool change = t->running->change != 0;
    int rc = 0;

    jval_print(t->running->steps, &steps);
    session.steps = steps.over ? STR("[]") : buf_str(&steps);
    t->again = goes_again(t);
    if (t->again)
        return netdev_session_again(db, &session,
                                    t->now + backoff(t->running->tries), err);
    session.result = change                 ? change_result_of(t)
                     : t->report->code == 0 ? NETDEV_OK
                                            : NETDEV_FAILED;
    if (str_eq_c(t->report->where, "stop") && !change)
        session.result = NETDEV_CANCELLED;
    if (change)
        rc = end_change(t, session.result, session.text, err);
    return rc < 0 ? rc
                  : netdev_session_end(db, &session, t->report->transcript,
                                       t->now, err);
}

static int take(struct taking *t, struct err *err)
{
    int rc = db_begin(t->core->db, err);

    if (rc < 0)
        return rc;
    rc = take_pins(t, err);
    if (rc == 0)
        rc = take_reading(t, err);
    if (rc == 0)
        rc = take_reach(t, err);
    if (rc == 0)
        rc = end_session(t, err);
    if (rc == 0)
        return db_commit(t->core->db, err);
    db_rollback(t->core->db);
    return rc;
}

static int give_up(struct core *core, struct running *running, str why,
                   struct err *err)
{
    struct netdev_session session = { .id = running->session,
                                      .result = NETDEV_FAILED,
                                      .text = why };
    int rc = db_begin(core->db, err);

    if (rc < 0)
        return rc;
    rc = netdev_session_end(core->db, &session, STR(""), clock_now(), err);
    if (rc == 0)
        rc = netdev_change_sweep(core->db, clock_now(), err);
    if (rc == 0)
        return db_commit(core->db, err);
    db_rollback(core->db);
    return rc;
}

static void log_end(const struct taking *t)
{
    const struct netdev_report *report = t->report;

    if (t->pin_waits)
        log_warn("netdev.key_not_approved",
                 LOG_I64("device", t->running->device));
    if (report->code < 0)
        log_info("netdev.failed", LOG_I64("device", t->running->device),
                 LOG_I64("session", report->session),
                 LOG_TEXT("why", report->text));
}

int netdevs_report(struct core *core, const struct netdev_report *report,
                   struct err *err UNUSED)
{
    struct netdevs_core *n = core->netdevs;
    struct taking t = { .core = core,
                        .running = running_find(n, report->session),
                        .report = report,
                        .arena = ARENA,
                        .now = clock_now() };
    struct err why = { 0 };
    int64_t org;
    int64_t device;

    if (t.running == NULL) /* of a life before */
        return 0;
    org = t.running->org;
    device = t.running->device;
    if (take(&t, &why) < 0) {
        log_error("netdev.not_stored", LOG_I64("session", report->session),
                  LOG_TEXT("why", str_c(err_text(&why))));
        if (give_up(core, t.running, str_c(err_text(&why)), &why) < 0)
            n->leads = false; /* planned again by the next tick */
    }
    log_end(&t);
    netdevs_publish(core, t.running, t.again ? "again" : "ended");
    running_drop(n, t.running);
    arena_clear(&t.arena);
    if (report->has_facts && report->code == 0 && core->assessor != NULL) {
        assessor_device_changed(core, device);
        cluster_tell(core, CLUSTER_DEVICE, device);
    }
    if (!t.again)
        netdevs_tell_ended(core, org, report->session);
    netdevs_kick(core);
    return 0;
}

/* It could not even begin. */
void netdevs_fail(struct core *core, const struct netdev_session *session,
                  const struct err *why)
{
    struct running running = { .session = session->id,
                               .org = session->org,
                               .device = session->device,
                               .change = session->change };
    struct err err = { 0 };

    log_info("netdev.not_begun", LOG_I64("session", session->id),
             LOG_TEXT("why", str_c(err_text(why))));
    if (give_up(core, &running, str_c(err_text(why)), &err) < 0)
        log_error("netdev.not_stored", LOG_I64("session", session->id),
                  LOG_TEXT("why", str_c(err_text(&err))));
    netdevs_publish(core, &running, "ended");
    netdevs_tell_ended(core, session->org, session->id);
}
