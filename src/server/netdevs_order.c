/* SPDX-License-Identifier: Apache-2.0
 *
 * An order of a session: how the device is reached, by which credential, and
 * what is done there.
 */
#include "base/clock.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_credential.h"
#include "fleet/netdev_pin.h"
#include "fleet/netdev_type.h"
#include "server/netassess.h"
#include "server/netdevs_int.h"

struct making {
    struct db *db;
    const struct netdev_session *session;
    struct scope scope;
    struct arena *arena;
    struct netdev device;
    struct netdev_order *order;
};

static int fill_ways(struct making *m, struct running *running,
                     int64_t *out_at_once, struct err *err)
{
    struct netdev_order *order = m->order;
    struct netdev_ways ways;
    struct order_way *list;
    int rc = netdev_ways(m->db, &m->device, &ways, err);

    if (rc < 0)
        return rc;
    list = arena_alloc(m->arena, ways.n, sizeof(*list));
    for (size_t i = 0; i < ways.n; i++)
        list[i] = (struct order_way){ ways.all[i].transport, ways.all[i].port };
    order->ways = (struct wire_list){ list, ways.n };
    order->ssh_port = m->device.terms.ssh_port;
    order->profile = str_c(ways.profile);
    order->connect_s = ways.connect_s;
    order->read_s = ways.read_s;
    order->total_s = ways.total_s;
    order->family = str_c(ways.family->name);
    order->host = m->device.terms.address;
    order->name = m->device.terms.name;
    running->family = ways.family;
    running->retries = ways.retries;
    *out_at_once = ways.at_once;
    return 0;
}

/* R-DEP-3: what the device's type says of answers. */
static int fill_responses(struct making *m, struct err *err)
{
    struct netdev_type_key key = { m->device.org,
                                   family_find(m->device.terms.family),
                                   m->device.terms.version };
    struct response_rule *rules = NULL;
    struct order_response *list;
    struct netdev_type type;
    size_t n = 0;
    int rc = netdev_type_of(m->db, &key, m->arena, &type, err);

    if (rc == 0)
        rc = netdev_type_responses(type.responses, m->arena, &rules, &n, err);
    if (rc < 0)
        return rc;
    list = arena_alloc(m->arena, n + 1, sizeof(*list));
    for (size_t i = 0; i < n; i++)
        list[i] = (struct order_response){ rules[i].kind, rules[i].pattern,
                                           rules[i].command, rules[i].answer };
    m->order->responses = (struct wire_list){ list, n };
    return 0;
}

static int fill_credential(struct making *m, struct err *err)
{
    struct netdev_order *order = m->order;
    struct netdev_credential credential;
    int rc =
        netdev_credential_of(m->db, &m->device, m->arena, &credential, err);

    order->login = order->vault = order->sealed = order->previous = STR("");
    if (rc == 1 && !m->device.confirmed)
        return err_set(err, E_INVALID, NETDEV_UNCONFIRMED);
    if (rc == 1)
        return err_set(err, E_INVALID,
                       "there is no credential for the device: give it one, "
                       "or one to its realm or to a label it has");
    if (rc < 0)
        return rc;
    order->login = credential.login;
    order->vault = credential.vault;
    order->sealed = credential.vault.n > 0 ? STR("") : credential.sealed;
    if (credential.previous_until >= clock_now())
        order->previous = str_or_empty(credential.previous);
    return 0;
}

static int fill_pins(struct making *m, struct running *running, struct err *err)
{
    AUTO(netdev_pins_clear) struct netdev_pins pins = { 0 };
    struct order_pin *list;
    size_t n = 0;
    int rc =
        netdev_pin_list(m->db, m->device.device, STR(""), m->arena, &pins, err);

    if (rc < 0)
        return rc;
    list = arena_alloc(m->arena, pins.all.n + 1, sizeof(*list));
    for (size_t i = 0; i < pins.all.n && n < ORDER_PINS_MAX; i++)
        if (str_eq_c(pins.all.p[i].state, "approved"))
            list[n++] = (struct order_pin){ pins.all.p[i].kind,
                                            pins.all.p[i].fingerprint };
    m->order->pins = (struct wire_list){ list, n };
    if (!running->trusts)
        return 0;
    rc = netdev_pin_is_first(m->db, m->device.device, NETDEV_PIN_SSH,
                             &m->order->trust_ssh, err);
    return rc < 0 ? rc
                  : netdev_pin_is_first(m->db, m->device.device, NETDEV_PIN_TLS,
                                        &m->order->trust_tls, err);
}

static int fill_known(struct making *m, struct err *err)
{
    struct netdev_config newest;
    int rc =
        netdev_config_get(m->db, m->device.device, 0, m->arena, &newest, NULL);

    m->order->known = m->order->expected = m->order->target = m->order->lines =
        STR("");
    if (rc < 0)
        return 0;
    return netdev_config_sealed(m->db, newest.id, m->arena, &m->order->known,
                                err);
}

/* {"commands": [...], "trust_first": true} */
static int fill_options(struct making *m, struct running *running,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *options = NULL;
    const struct jval *commands;
    struct order_text *list;
    size_t n;
    int rc = jval_parse(m->session->options, 1 << 20, &options, err);

    if (rc < 0)
        return rc;
    commands = jval_get(options, "commands");
    n = jval_count(commands);
    if (n > ORDER_COMMANDS_MAX)
        n = ORDER_COMMANDS_MAX;
    list = arena_alloc(m->arena, n + 1, sizeof(*list));
    for (size_t i = 0; i < n; i++)
        list[i].text =
            arena_str(m->arena, jval_text(jval_at(commands, i), STR("")));
    m->order->commands = (struct wire_list){ list, n };
    running->trusts = jval_bool(jval_get(options, "trust_first"), false);
    return 0;
}

/* --- Changes ----------------------------------------------------------------
 */

static int version_sealed(struct making *m, int64_t number, str *out,
                          struct err *err)
{
    struct netdev_config config;
    int rc = netdev_config_get(m->db, m->device.device, number, m->arena,
                               &config, err);

    return rc < 0 ? rc
                  : netdev_config_sealed(m->db, config.id, m->arena, out, err);
}

static int read_options(struct making *m, const struct netdev_change *change,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *options = NULL;
    struct netdev_order *order = m->order;
    const struct jval *tolerate;
    struct order_text *list;
    int rc =
        jval_parse(change->options, NETDEV_CHANGE_OPTIONS_MAX, &options, err);

    if (rc < 0)
        return rc;
    order->overwrite = jval_bool(jval_get(options, "overwrite"), false);
    order->no_save = jval_bool(jval_get(options, "no_save"), false);
    order->no_verify = jval_bool(jval_get(options, "no_verify"), false);
    order->go_on = jval_bool(jval_get(options, "go_on"), false);
    order->may_cut_access =
        jval_bool(jval_get(options, "may_cut_access"), false);
    order->revert_s = jval_i64(jval_get(options, "revert_s"), 0);
    tolerate = jval_get(options, "tolerate");
    list = arena_alloc(m->arena, jval_count(tolerate) + 1, sizeof(*list));
    for (size_t i = 0; i < jval_count(tolerate) && i < ORDER_TOLERATE_MAX; i++)
        list[order->tolerate.n++].text =
            arena_str(m->arena, jval_text(jval_at(tolerate, i), STR("")));
    order->tolerate.p = list;
    return 0;
}

/* One that was lost half-way is undone: what was there before is archived. */
static int fill_change(struct making *m, struct running *running,
                       struct err *err)
{
    struct netdev_change change;
    struct netdev_order *order = m->order;
    int rc = netdev_change_get(m->db, &m->scope, m->session->change, m->arena,
                               &change, err);

    if (rc == 0)
        rc = read_options(m, &change, err);
    if (rc < 0)
        return rc;
    if (m->session->touched) {
        running->undoes = true;
        order->action = ORDER_RESTORE;
        order->overwrite = true;
        order->revert_s = 0;
        return version_sealed(m, change.before_config, &order->target, err);
    }
    order->action = ORDER_CHANGE;
    order->lines = change.sealed;
    if (str_eq(change.kind, NETDEV_CHANGE_RESTORE)) {
        order->action = ORDER_RESTORE;
        order->lines = STR("");
        rc = version_sealed(m, change.restores, &order->target, err);
    }
    if (rc == 0 && change.planned_on > 0)
        rc = version_sealed(m, change.planned_on, &order->expected, err);
    return rc;
}

static enum order_action action_of(str name)
{
    static const struct {
        str name;
        enum order_action action;
    } rows[] = {
        { STR("test"), ORDER_TEST },       { STR("discover"), ORDER_DISCOVER },
        { STR("archive"), ORDER_ARCHIVE }, { STR("run"), ORDER_RUN },
        { STR("change"), ORDER_CHANGE },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eq(rows[i].name, name))
            return rows[i].action;
    return ORDER_TEST;
}

int order_make(struct core *core, const struct netdev_session *session,
               struct arena *arena, struct netdev_order *out,
               struct running *running, struct err *err)
{
    struct making m = { .db = core->db,
                        .session = session,
                        .scope = scope_system(session->org),
                        .arena = arena,
                        .order = out };
    int64_t at_once = 0;
    int rc =
        netdev_get(core->db, &m.scope, session->device, arena, &m.device, err);

    out->session = session->id;
    out->action = action_of(session->action);
    if (rc == 0 && m.device.retired != 0)
        rc = err_set(err, E_INVALID, "the device is retired");
    if (rc == 0)
        rc = fill_ways(&m, running, &at_once, err);
    if (rc == 0)
        rc = fill_responses(&m, err);
    if (rc == 0)
        rc = fill_credential(&m, err);
    if (rc == 0)
        rc = fill_options(&m, running, err);
    if (rc == 0 && out->action == ORDER_DISCOVER)
        rc = netassess_commands(core, &m.device, arena, &out->commands, err);
    if (rc == 0)
        rc = fill_pins(&m, running, err);
    if (rc == 0)
        rc = fill_known(&m, err);
    if (rc == 0 && session->change != 0)
        rc = fill_change(&m, running, err);
    return rc < 0 ? rc : (int)at_once;
}
