/* SPDX-License-Identifier: Apache-2.0
 *
 * How a network device is reached, what was found there, and what stands in
 * the way.
 */
#include "base/jval.h"
#include "fleet/inventory.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_credential.h"
#include "fleet/netdev_device.h"
#include "fleet/netdev_lint.h"
#include "fleet/netdev_pin.h"
#include "fleet/netdev_type.h"
#include "netdev/show.h"
#include "netdev/vty.h"

enum {
    FACT_INTERFACES = 4096, /* of an inventory */
    SESSIONS_LOOKED_AT = 20,
    STEPS_TEXT_MAX = 1 << 20,
};

void netdev_remarks_clear(struct netdev_remarks *list)
{
    vec_clear(&list->all);
}

/* --- Ways -------------------------------------------------------------------
 */

struct choice {
    const struct netdev *netdev;
    const struct family *family;
    struct netdev_type type;
    unsigned allowed;
    enum transport first;
    bool fallback;
    bool replaced; /* what the type says is not for this version */
};

/* R-COM-7: what a type says for all versions may be forbidden for this one;
 * what the device itself has is refused. */
static int choose_transport(const struct netdev_terms *t,
                            const struct os_version *version,
                            struct choice *out, struct err *err)
{
    enum transport by_default = out->first;
    str name = t->transport.n > 0 ? t->transport : out->type.transport;
    int rc = 0;

    if (name.n > 0)
        rc = transport_find(name, &out->first, err);
    if (rc < 0)
        return rc;
    out->replaced =
        t->transport.n == 0 && (out->allowed >> out->first & 1) == 0;
    if (out->replaced)
        out->first = by_default;
    return family_check_transport(out->family, version, t->model, out->first,
                                  err);
}

static int choose(struct db *db, const struct netdev *netdev,
                  struct arena *arena, struct choice *out, struct err *err)
{
    const struct netdev_terms *t = &netdev->terms;
    struct netdev_type_key key;
    struct os_version version;
    bool known;
    int rc;

    out->netdev = netdev;
    out->family = family_find(t->family);
    if (out->family == NULL)
        return err_set(err, E_INVALID, "'%" PRIstr "' is no family",
                       ARGstr(t->family));
    key = (struct netdev_type_key){ netdev->org, out->family, t->version };
    known = os_version_parse(t->version, &version, NULL) == 0;
    rc = netdev_type_of(db, &key, arena, &out->type, err);
    if (rc == 0)
        rc = family_transports(out->family, known ? &version : NULL,
                               &out->allowed, &out->first, err);
    if (rc == 0)
        rc = choose_transport(t, known ? &version : NULL, out, err);
    out->fallback = t->allow_fallback == NETDEV_INHERIT
                        ? out->type.allow_fallback
                        : t->allow_fallback != 0;
    return rc;
}

/* The port that a person named is the first one's; SSH has one of its own. */
static int64_t port_of(const struct choice *c, enum transport transport,
                       bool is_first)
{
    const struct netdev_terms *terms = &c->netdev->terms;

    if (is_first && (terms->port != 0 || transport != TRANSPORT_SSH))
        return terms->port;
    return transport == TRANSPORT_SSH ? terms->ssh_port : 0;
}

/* R-COM-14: nothing in clear without consent. */
static int add_way(const struct choice *c, enum transport transport,
                   struct netdev_ways *out, struct err *err)
{
    if (transport_is_clear(transport) && !c->netdev->terms.allow_clear)
        return err_set(err, E_INVALID,
                       "%s sends passwords in clear text, and nobody allowed "
                       "that for this device (R-COM-14)",
                       transport_name(transport));
    out->all[out->n] =
        (struct netdev_way){ transport, port_of(c, transport, out->n == 0) };
    out->n++;
    return 0;
}

static int add_ways(const struct choice *c, struct netdev_ways *out,
                    struct err *err)
{
    static const enum transport order[] = { TRANSPORT_SSL, TRANSPORT_SSH,
                                            TRANSPORT_TELNET };
    int rc = add_way(c, c->first, out, err);

    /* What NETCONF reads and takes is no text of a command line. */
    if (c->first == TRANSPORT_NETCONF)
        return rc;
    for (size_t i = 0; rc == 0 && c->fallback && i < COUNT(order); i++) {
        if (order[i] == c->first || (c->allowed >> order[i] & 1) == 0 ||
            (transport_is_clear(order[i]) && !c->netdev->terms.allow_clear))
            continue;
        rc = add_way(c, order[i], out, err);
    }
    return rc;
}

static int64_t or_type(int64_t own, int64_t none, int64_t of_type)
{
    return own == none ? of_type : own;
}

int netdev_ways(struct db *db, const struct netdev *netdev,
                struct netdev_ways *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct netdev_terms *t = &netdev->terms;
    struct choice choice = { 0 };
    struct netdev_ways ways = { 0 };
    enum ssh_profile profile;
    int rc = choose(db, netdev, &arena, &choice, err);

    if (rc < 0)
        return rc;
    if (t->address.n == 0)
        return err_set(err, E_INVALID,
                       "the device is off-line: it has no address (R-COM-2)");
    if (choice.first == TRANSPORT_TMS)
        return err_set(err, E_INVALID,
                       "with tms no session is opened: an operator carries the "
                       "files (R-TMS-1)");
    if (str_eq(t->address, NETDEV_CALLS) && choice.first != TRANSPORT_NETCONF)
        return err_set(err, E_INVALID,
                       "devices call by NETCONF only (RFC 8071), and its "
                       "transport is %s",
                       transport_name(choice.first));
    rc = add_ways(&choice, &ways, err);
    if (rc == 0)
        rc = ssh_profile_find(
            t->profile.n > 0 ? t->profile : choice.type.profile, &profile, err);
    if (rc < 0)
        return rc;
    ways.family = choice.family;
    ways.profile = ssh_profile_name(profile);
    ways.connect_s = or_type(t->connect_s, 0, choice.type.connect_s);
    ways.read_s = or_type(t->read_s, 0, choice.type.read_s);
    ways.retries = or_type(t->retries, NETDEV_INHERIT, choice.type.retries);
    ways.total_s = or_type(t->total_s, 0, choice.type.total_s);
    ways.at_once = choice.type.at_once;
    ways.inherited = t->transport.n == 0;
    ways.replaced = choice.replaced;
    *out = ways;
    return 0;
}

/* --- What was found ----------------------------------------------------------
 */

static str cut(str text, size_t max)
{
    while (text.n > max && max > 0 && ((uint8_t)text.p[max] & 0xC0) == 0x80)
        max--;
    return text.n > max ? str_sub(text, 0, max) : text;
}

static void fill_interfaces(const struct netdev_found *found,
                            struct arena *arena, struct wire_list *out)
{
    size_t n = found->interface_count > FACT_INTERFACES
                   ? FACT_INTERFACES
                   : found->interface_count;
    struct fact_interface *list = arena_alloc(arena, n + 1, sizeof(*list));

    for (size_t i = 0; i < n; i++) {
        str address = found->interfaces[i].address;
        struct fact_text *text = arena_alloc(arena, 1, sizeof(*text));

        list[i].name = cut(found->interfaces[i].name, 64);
        list[i].mac = STR("");
        text->text = cut(str_cut(&address, ' '), 64);
        if (text->text.n > 0)
            list[i].addresses = (struct wire_list){ text, 1 };
    }
    *out = (struct wire_list){ list, n };
}

static str vendor_of(const struct family *family)
{
    return family->syntax == SYNTAX_FRR ? STR("FRRouting") : STR("Cisco");
}

/* The inventory that an agent of the device would send. */
static int store_inventory(struct db *db, int64_t device,
                           const struct netdev_found *found, int64_t now,
                           struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct family *family = family_find(found->family);
    uint8_t digest[32];
    struct inventory whole = {
        .collected = now,
        .hostname = cut(found->hostname, AGENT_NAME_MAX),
        .manager = STR(""),
        .base_digest = STR(""),
        .errors = STR(""),
        .os = { .id = str_c(family->name),
                .version_id = cut(found->version, 62),
                .codename = STR(""),
                .arch = STR(""),
                .kernel = STR(""),
                .family = STR("network"),
                .build = STR("") },
        .hardware = { .vendor = vendor_of(family),
                      .model = cut(found->model, 255),
                      .serial = cut(found->serial, 255),
                      .cpu = STR(""),
                      .virtualisation = STR("") },
    };

    whole.os.name = cut(arena_printf(&arena, "%s %" PRIstr, family->title,
                                     ARGstr(found->version)),
                        255);
    fill_interfaces(found, &arena, &whole.interfaces);
    inventory_digest(&whole, digest);
    whole.digest = (str){ (const char *)digest, sizeof(digest) };
    return inventory_store(db, device, &whole, now, err);
}

/* Which of the two families a device has from now on: see the header. */
static bool takes_family(str given, const struct netdev_found *found,
                         str transport)
{
    const struct family *own = family_find(given);
    const struct family *other = family_find(found->family);
    struct os_version version;
    bool known = os_version_parse(found->version, &version, NULL) == 0;
    enum transport wanted;

    if (own == NULL || other == NULL || own->syntax == other->syntax)
        return own == NULL;
    return transport.n == 0 ||
           (transport_find(transport, &wanted, NULL) == 0 &&
            family_check_transport(other, known ? &version : NULL, found->model,
                                   wanted, NULL) == 0);
}

/* E_ABSENT */
static int choose_family(struct db *db, int64_t device,
                         const struct netdev_found *found, struct arena *arena,
                         str *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db, "SELECT family, transport FROM netdev WHERE device = $1",
                 DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no network device %lld",
                       (long long)device);
    if (rc < 0)
        return rc;
    *out = takes_family(db_col_text(rows, 0), found, db_col_text(rows, 1))
               ? found->family
               : arena_str(arena, db_col_text(rows, 0));
    return 0;
}

int netdev_found(struct db *db, int64_t device,
                 const struct netdev_found *found, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str family = STR_NONE;
    int rc = choose_family(db, device, found, &arena, &family, err);

    if (rc < 0)
        return rc;
    rc = db_run(
        db,
        "UPDATE netdev SET family = $2, version = CASE WHEN $3 = '' THEN"
        " version ELSE $3 END, model = CASE WHEN $4 = '' THEN model ELSE $4"
        " END, serial = CASE WHEN $5 = '' THEN serial ELSE $5 END, image = $6,"
        " license_failover = CASE WHEN $7 < 0 AND $11 = 0 THEN"
        " license_failover ELSE $7"
        " END, encryption = CASE WHEN $8 < 0 THEN encryption ELSE $8 END,"
        " facts = $9, last_discovery = $10, revision = revision + 1"
        " WHERE device = $1",
        DB_ARGS(db_i64(device), db_text(family), db_text(found->version),
                db_text(cut(found->model, NETDEV_TEXT_MAX)),
                db_text(cut(found->serial, NETDEV_TEXT_MAX)),
                db_text(cut(found->image, NETDEV_TEXT_MAX)),
                db_i64(found->license_failover), db_i64(found->encryption),
                db_text(found->facts), db_i64(now),
                /* R-LIC-4: other models have no such property */
                db_i64(found->model.n > 0 &&
                       !show_failover_is_optional(found->model))),
        err);

    return rc < 0 ? rc : store_inventory(db, device, found, now, err);
}

int netdev_reached(struct db *db, int64_t device,
                   const struct netdev_reached *reached, int64_t now,
                   struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev SET reach = $2, reach_text = $3, reach_transport ="
        " CASE WHEN $4 = '' THEN reach_transport ELSE $4 END, last_contact ="
        " CASE WHEN $5 = 1 THEN $6 ELSE last_contact END WHERE device = $1",
        DB_ARGS(db_i64(device),
                db_text(reached->ok ? STR("ok") : STR("failed")),
                db_text(reached->text), db_text(reached->transport),
                db_i64(reached->ok), db_i64(now)),
        err);

    if (rc >= 0 && reached->ok)
        rc = db_run(db, "UPDATE device SET last_seen = $2 WHERE id = $1",
                    DB_ARGS(db_i64(device), db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

/* --- Readiness --------------------------------------------------------------
 */

static void remark(struct netdev_remarks *out, const char *rule, bool blocks,
                   str text)
{
    *vec_push(&out->all) = (struct netdev_remark){ rule, blocks, text };
}

/* R-COM-7: a person said one thing, and the device another. */
static void remark_family(const struct netdev *netdev, struct arena *arena,
                          struct netdev_remarks *out)
{
    AUTO(jval_freep) struct jval *facts = NULL;
    const struct family *own = family_find(netdev->terms.family);
    const struct family *seen;

    if (netdev->facts.n == 0 ||
        jval_parse(netdev->facts, NETDEV_FACTS_MAX, &facts, NULL) < 0)
        return;
    seen = family_find(jval_text(jval_get(facts, "family"), STR("")));
    if (seen == NULL || own == NULL || seen == own)
        return;
    remark(out, "R-COM-7", false,
           arena_printf(arena,
                        "it was added as %s (%s) and shows itself as %s (%s): "
                        "it is managed as the first",
                        own->name, own->title, seen->name, seen->title));
}

static void remark_way(const struct netdev *netdev,
                       const struct netdev_ways *ways, struct arena *arena,
                       struct netdev_remarks *out)
{
    if (ways->replaced)
        remark(out, "R-COM-7", false,
               arena_printf(arena,
                            "the transport of its type is not for version "
                            "%" PRIstr ": it is reached by %s",
                            ARGstr(netdev->terms.version),
                            transport_name(ways->all[0].transport)));
    if (transport_is_clear(ways->all[0].transport))
        remark(out, "R-TEL-4", false,
               arena_printf(arena,
                            "insecure transport: %s sends passwords and "
                            "configurations in clear text",
                            transport_name(ways->all[0].transport)));
    if (strcmp(ways->profile, ssh_profile_name(SSH_MODERN)) != 0)
        remark(out, "R-SSH-15", false,
               arena_printf(arena, "outdated algorithms are allowed (%s)",
                            ways->profile));
    if (netdev->encryption == 0)
        remark(out, "R-COM-13", true,
               STR("the 3DES/AES licence is missing (VPN-3DES-AES: see `show "
                   "version`), so no TLS connection comes about"));
}

/* What sessions say of SSH; an approved key only says that it once was there.
 */
struct ssh_seen {
    bool works;
    bool fails;
    str why;
};

/* The layer of SSH beside HTTPS, or a session that was over SSH. */
static void look_for_ssh(struct db_rows *row, struct arena *arena,
                         struct ssh_seen *out)
{
    AUTO(jval_freep) struct jval *steps = NULL;
    bool ok = str_eq_c(db_col_text(row, 2), "ok");

    if (jval_parse(db_col_text(row, 0), STEPS_TEXT_MAX, &steps, NULL) < 0)
        return;
    out->works = ok && str_eq_c(db_col_text(row, 1), "ssh");
    for (size_t i = 0; i < jval_count(steps); i++) {
        const struct jval *step = jval_at(steps, i);

        if (!str_eq_c(jval_text(jval_get(step, "step"), STR("")),
                      vty_step_name(VTY_LEG)))
            continue;
        out->works = jval_bool(jval_get(step, "ok"), false);
        out->fails = !out->works;
        out->why =
            arena_str(arena, jval_text(jval_get(step, "detail"), STR("")));
    }
}

/* The newest session that tried it decides. */
static int see_ssh(struct db *db, int64_t device, struct arena *arena,
                   struct ssh_seen *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT steps, transports, result FROM netdev_session"
                      " WHERE device = $1 AND ended > 0 ORDER BY id DESC"
                      " LIMIT $2",
                      DB_ARGS(db_i64(device), db_i64(SESSIONS_LOOKED_AT)),
                      &rows, err);

    while (rc == 0 && !out->works && !out->fails &&
           (rc = db_next(rows, err)) > 0) {
        look_for_ssh(rows, arena, out);
        rc = 0;
    }
    return rc;
}

static int remark_ssh(struct db *db, const struct netdev *netdev,
                      bool has_ssh_pin, struct arena *arena,
                      struct netdev_remarks *out, struct err *err)
{
    struct ssh_seen seen = { 0 };
    int rc = see_ssh(db, netdev->device, arena, &seen, err);

    if (rc < 0)
        return rc;
    if (seen.fails)
        remark(out, "R-COM-12", true,
               arena_printf(arena,
                            "not ready: SSH needed; the newest session that "
                            "tried it failed: %" PRIstr,
                            ARGstr(seen.why)));
    else if (!seen.works && !has_ssh_pin)
        remark(out, "R-COM-12", true,
               STR("not ready: SSH needed; interactive commands of a "
                   "deployment go over SSH, and none was seen on this device "
                   "yet"));
    return 0;
}

static void remark_reach(const struct netdev *netdev,
                         struct netdev_remarks *out)
{
    if (str_eq(netdev->reach, STR("failed")))
        remark(out, "R-INV-4", true, netdev->reach_text);
    if (str_eq(netdev->reach, STR("never")))
        remark(out, "R-INV-4", true,
               STR("it was never reached: test the connection"));
}

static int remark_pins(struct db *db, const struct netdev *netdev,
                       const struct netdev_ways *ways, struct arena *arena,
                       struct netdev_remarks *out, struct err *err)
{
    AUTO(netdev_pins_clear) struct netdev_pins pins = { 0 };
    bool ssh = false;
    bool router = ways->family->syntax == SYNTAX_IOS &&
                  ways->all[0].transport == TRANSPORT_SSL;
    int rc = netdev_pin_list(db, netdev->device, STR(""), arena, &pins, err);

    for (size_t i = 0; rc == 0 && i < pins.all.n; i++) {
        const struct netdev_pin *pin = &pins.all.p[i];

        ssh |= str_eq(pin->kind, NETDEV_PIN_SSH) &&
               str_eq_c(pin->state, "approved");
        if (str_eq_c(pin->state, "pending"))
            remark(out,
                   str_eq(pin->kind, NETDEV_PIN_SSH) ? "R-SSH-16"
                                                     : "R-IOSSSL-8",
                   true,
                   arena_printf(arena, "%" PRIstr " waits to be approved",
                                ARGstr(pin->fingerprint)));
    }
    if (rc == 0 && router)
        rc = remark_ssh(db, netdev, ssh, arena, out, err);
    if (rc == 0)
        remark_reach(netdev, out);
    return rc;
}

/* R-IOSSSL-6: what the device answered last of its HTTPS server. */
static int remark_https(struct db *db, const struct netdev *netdev,
                        const struct netdev_ways *ways,
                        struct netdev_remarks *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_OUTPUT_MAX);
    int rc;

    if (ways->family->show_https == NULL ||
        ways->all[0].transport != TRANSPORT_SSL)
        return 0;
    rc = netdev_output_text(db, netdev->device, str_c(ways->family->show_https),
                            &text, err);
    if (rc == 0 && show_https_state(buf_str(&text)) == TRISTATE_NO)
        remark(out, "R-IOSSSL-6", true,
               STR("its HTTPS server is not enabled ('ip http "
                   "secure-server'), says `show ip http server secure "
                   "status`"));
    return rc < 0 ? rc : 0;
}

/* R-SSH-4: of the newest configuration what would break the management. */
static int remark_config(struct db *db, const struct netdev *netdev,
                         struct arena *arena, struct netdev_remarks *out,
                         struct err *err)
{
    AUTO(netdev_sentences_clear) struct netdev_sentences found = { 0 };
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CONFIG_MAX);
    struct netdev_lint_what what = { .family = netdev->terms.family };
    struct netdev_config config;
    int rc = netdev_config_get(db, netdev->device, 0, arena, &config, err);

    if (rc == 0)
        rc = netdev_config_text(db, config.id, &text, err);
    if (rc == 0)
        rc = netdev_manager(db, netdev->org, arena, &what.manager, err);
    if (rc < 0)
        return rc == E_ABSENT ? 0 : rc;
    what.config = buf_str(&text);
    netdev_lint(&what, arena, &found);
    for (size_t i = 0; i < found.all.n; i++)
        remark(out, "R-SSH-4", false,
               arena_printf(arena, "its newest configuration, %" PRIstr,
                            ARGstr(found.all.p[i])));
    return 0;
}

int netdev_readiness(struct db *db, const struct netdev *netdev,
                     struct arena *arena, struct netdev_remarks *out,
                     struct err *err)
{
    struct netdev_credential credential;
    struct netdev_ways ways;
    struct err why = { 0 };
    int rc = netdev_ways(db, netdev, &ways, &why);

    remark_family(netdev, arena, out);
    if (rc == E_INVALID) {
        remark(out, "R-COM-7", true, arena_str(arena, str_c(err_text(&why))));
        return 0;
    }
    if (rc < 0)
        return err_set(err, rc, "%s", err_text(&why));
    remark_way(netdev, &ways, arena, out);
    rc = netdev_credential_of(db, netdev, arena, &credential, err);
    if (rc == 1 && !netdev->confirmed)
        remark(out, "R-SSH-9", true, STR(NETDEV_UNCONFIRMED));
    else if (rc == 1)
        remark(out, "R-SSH-9", true,
               STR("no credential: neither its own nor one of its realm or of "
                   "a label it has"));
    if (rc >= 0)
        rc = remark_pins(db, netdev, &ways, arena, out, err);
    if (rc >= 0)
        rc = remark_https(db, netdev, &ways, out, err);
    return rc < 0 ? rc : remark_config(db, netdev, arena, out, err);
}
