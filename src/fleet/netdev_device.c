/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_device.h"

#include "fleet/device.h"
#include "fleet/label.h"
#include "fleet/netdev_credential.h"
#include "fleet/netdev_fetch.h"
#include "fleet/netdev_type.h"
#include "netdev/vty.h"

#define COLUMNS                                                                \
    "n.device, n.org, d.name, n.family, n.version, n.model, n.serial,"         \
    " n.image, n.address, n.port, n.transport, n.allow_fallback,"              \
    " n.allow_clear, n.profile, n.credential, n.realm, n.connect_s,"           \
    " n.read_s, n.retries, n.total_s, n.server, n.identity,"                   \
    " n.license_failover, n.encryption, n.reach, n.reach_text,"                \
    " n.reach_transport, n.last_contact, n.last_discovery, n.last_address,"    \
    " n.config, n.facts, n.revision, d.notes, d.retired, d.created,"           \
    " d.hostname, n.confirmed, n.ssh_port"

void netdevs_clear(struct netdevs *list)
{
    vec_clear(&list->all);
}

/* --- Checking -------------------------------------------------------------
 */

static bool is_plain(str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
            return false;
    return true;
}

static int check_family(const struct netdev_terms *terms,
                        const char **out_field, struct err *err)
{
    const struct family *family = family_find(terms->family);
    struct os_version version;
    enum transport transport;
    int rc = 0;

    *out_field = "family";
    if (family == NULL)
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no family; expected %s",
                       ARGstr(terms->family), family_names());
    *out_field = "version";
    if (terms->version.n > 0)
        rc = os_version_parse(terms->version, &version, err);
    if (rc < 0)
        return rc;
    *out_field = "transport";
    if (terms->transport.n > 0)
        rc = transport_find(terms->transport, &transport, err);
    if (rc == 0 && terms->transport.n > 0)
        rc = family_check_transport(family,
                                    terms->version.n > 0 ? &version : NULL,
                                    terms->model, transport, err);
    if (rc == 0 && terms->transport.n > 0 && transport_is_clear(transport) &&
        transport != TRANSPORT_TMS && !terms->allow_clear)
        rc = err_set(err, E_INVALID,
                     "%s sends passwords in clear text: say so by allow_clear "
                     "(R-COM-14)",
                     transport_name(transport));
    return rc;
}

static int check_numbers(const struct netdev_terms *terms,
                         const char **out_field, struct err *err)
{
    const struct {
        const char *field;
        int64_t number;
        int64_t min;
        int64_t max;
    } rows[] = {
        { "port", terms->port, 0, 65535 },
        { "ssh_port", terms->ssh_port, 0, 65535 },
        { "allow_fallback", terms->allow_fallback, NETDEV_INHERIT, 1 },
        { "connect_s", terms->connect_s, 0, NETDEV_SECONDS_MAX },
        { "read_s", terms->read_s, 0, NETDEV_SECONDS_MAX },
        { "retries", terms->retries, NETDEV_INHERIT, NETDEV_RETRIES_MAX },
        { "total_s", terms->total_s, 0, NETDEV_SECONDS_MAX },
        { "license_failover", terms->license_failover, -1, 1 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        *out_field = rows[i].field;
        if (rows[i].number < rows[i].min || rows[i].number > rows[i].max)
            return err_set(err, E_INVALID, "%lld is not %lld to %lld",
                           (long long)rows[i].number, (long long)rows[i].min,
                           (long long)rows[i].max);
    }
    return 0;
}

static int check_texts(const struct netdev_terms *terms, const char **out_field,
                       struct err *err)
{
    const struct {
        const char *field;
        str text;
        size_t max;
    } rows[] = {
        { "address", terms->address, NETDEV_ADDRESS_MAX },
        { "version", terms->version, NETDEV_TEXT_MAX },
        { "model", terms->model, NETDEV_TEXT_MAX },
        { "realm", terms->realm, NETDEV_TEXT_MAX },
        { "identity", terms->identity, NETDEV_TEXT_MAX },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        *out_field = rows[i].field;
        if (rows[i].text.n > rows[i].max)
            return err_set(err, E_INVALID, "at most %zu bytes", rows[i].max);
    }
    *out_field = "address";
    if (!is_plain(terms->address))
        return err_set(err, E_INVALID,
                       "an address or a name, without blanks and port");
    return 0;
}

static int check_server(const struct netdev_terms *terms,
                        const char **out_field, struct err *err)
{
    *out_field = "server";
    if (terms->server != 0 && family_find(terms->family)->fetches == 0)
        return err_set(err, E_INVALID,
                       "Auto Update is for PIX and ASA, a Configuration Engine "
                       "for these and IOS routers (R-COM-10)");
    return 0;
}

int netdev_check(const struct netdev_terms *terms, const char **out_field,
                 struct err *err)
{
    enum ssh_profile profile;
    int rc = check_texts(terms, out_field, err);

    if (rc == 0)
        rc = check_family(terms, out_field, err);
    if (rc == 0)
        rc = check_numbers(terms, out_field, err);
    if (rc == 0)
        rc = check_server(terms, out_field, err);
    if (rc == 0 && terms->profile.n > 0) {
        *out_field = "profile";
        rc = netdev_profile_find(terms->profile, &profile, err);
    }
    if (rc == 0 && terms->license_failover >= 0 &&
        !show_failover_is_optional(terms->model)) {
        *out_field = "license_failover";
        rc = err_set(err, E_INVALID,
                     "only the ASA 5505 and 5510 need a licence for failover "
                     "(R-LIC-4)");
    }
    return rc;
}

/* --- Writing ----------------------------------------------------------------
 */

/* R-COM-10 */
static int check_server_kind(struct db *db, const struct netdev_terms *terms,
                             struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db, "SELECT kind FROM netdev_server WHERE id = $1",
                    DB_ARGS(db_i64(terms->server)),
                    DB_WANTED("server", terms->server), &rows, err);

    if (rc < 0 ||
        netdev_server_fits(netdev_server_kind_find(db_col_text(rows, 0)),
                           terms->family))
        return rc;
    return err_set(err, E_INVALID,
                   "the family %" PRIstr " does not speak the protocol of this "
                   "server: Auto Update is for PIX and ASA, a Configuration "
                   "Engine for these and IOS routers, Plug-n-Play for IOS "
                   "(R-COM-10)",
                   ARGstr(terms->family));
}

static int not_theirs(struct err *err)
{
    return err_set(err, E_PERM,
                   "your roles are limited to labels: of the credentials only "
                   "those of these labels are yours to use (X-2)");
}

/* who is limited to labels has others' passwords sent nowhere. `label` is
 * that of a credential. */
static int check_label(struct db *db, const struct scope *scope, int64_t label,
                       struct err *err)
{
    int64_t n = 1;
    int rc = 0;

    if (scope_limit(scope) != 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM user_role ur JOIN role_label rl"
                        " ON rl.role = ur.role WHERE ur.app_user = $1"
                        " AND rl.label = $2",
                        DB_ARGS(db_i64(scope->user), db_i64(label)), &n, err);
    return rc == 0 && n == 0 ? not_theirs(err) : rc;
}

/* a credential and a realm that are newly named. */
static int check_secrets(struct db *db, const struct scope *scope,
                         const struct netdev_terms *old,
                         const struct netdev_terms *terms, struct err *err)
{
    int64_t label = 0;
    int64_t n = 0;
    int rc = 0;

    if (scope_limit(scope) == 0)
        return 0;
    if (terms->credential != 0 &&
        (old == NULL || old->credential != terms->credential)) {
        rc = db_one_i64(db, "SELECT label FROM netdev_credential WHERE id = $1",
                        DB_ARGS(db_i64(terms->credential)), &label, err);
        if (rc == 0)
            rc = check_label(db, scope, label, err);
    }
    if (rc == 0 && terms->realm.n > 0 &&
        (old == NULL || !str_eq(old->realm, terms->realm)))
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev_credential WHERE org = $1"
                        " AND realm = $2",
                        DB_ARGS(db_i64(scope->org), db_text(terms->realm)), &n,
                        err);
    return rc == 0 && n > 0 ? not_theirs(err) : rc;
}

static bool moves(const struct netdev_terms *old,
                  const struct netdev_terms *terms)
{
    return !str_eq(old->address, terms->address) || old->port != terms->port ||
           old->ssh_port != terms->ssh_port ||
           !str_eq(old->transport, terms->transport) ||
           old->allow_clear != terms->allow_clear ||
           old->credential != terms->credential ||
           !str_eq(old->realm, terms->realm);
}

/* Where a device is and how it is reached is where its password goes: who may
 * not write credentials does not say that of a device that has one. */
static int check_move(struct db *db, const struct scope *scope,
                      const struct netdev *old,
                      const struct netdev_terms *terms, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_credential credential;
    int rc;

    if (!moves(&old->terms, terms))
        return 0;
    rc = netdev_credential_of(db, old, &arena, &credential, err);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (!scope_may(scope, PERM_CREDENTIAL_WRITE))
        return err_set(err, E_PERM,
                       "its password would go elsewhere: to change address, "
                       "port, transport, allow_clear, realm or credential of a "
                       "device that has a credential, credential.write is "
                       "needed");
    return check_label(db, scope, credential.label, err);
}

static int check_refers(struct db *db, const struct scope *scope,
                        const struct netdev_terms *terms, struct err *err)
{
    int64_t n = 1;
    int rc = 0;

    if (terms->credential != 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev_credential WHERE org = $1"
                        " AND id = $2",
                        DB_ARGS(db_i64(scope->org), db_i64(terms->credential)),
                        &n, err);
    if (rc == 0 && n == 0)
        return err_set(err, E_ABSENT, "there is no credential %lld",
                       (long long)terms->credential);
    if (rc == 0 && terms->server != 0)
        rc = netdev_server_hold(db, err);
    if (rc == 0 && terms->server != 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev_server WHERE org = $1"
                        " AND id = $2",
                        DB_ARGS(db_i64(scope->org), db_i64(terms->server)), &n,
                        err);
    if (rc == 0 && n == 0)
        return err_set(err, E_ABSENT, "there is no server %lld",
                       (long long)terms->server);
    return rc == 0 && terms->server != 0 ? check_server_kind(db, terms, err)
                                         : rc;
}

/* R-AUS-7, R-CNE-8: no two devices fetch under one name. */
static int check_identity(struct db *db, const struct scope *scope,
                          const struct netdev_terms *terms, int64_t device,
                          struct err *err)
{
    int64_t others = 0;
    int rc = 0;

    if (terms->identity.n > 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev n JOIN device d ON d.id ="
                        " n.device WHERE n.org = $1 AND n.identity = $2"
                        " AND n.device <> $3 AND d.deleted = 0",
                        DB_ARGS(db_i64(scope->org), db_text(terms->identity),
                                db_i64(device)),
                        &others, err);
    if (rc == 0 && others > 0)
        return err_set(err, E_INVALID,
                       "another device fetches as '%" PRIstr "' (R-AUS-7)",
                       ARGstr(terms->identity));
    return rc;
}

/* What lists, labels and searches look at. */
static int set_columns(struct db *db, int64_t device,
                       const struct netdev_terms *terms, struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(1024);
    const struct family *family = family_find(terms->family);
    int rc;

    buf_add_c(&name, family->title);
    if (terms->version.n > 0)
        buf_printf(&name, " %" PRIstr, ARGstr(terms->version));
    rc = db_run(db,
                "UPDATE device SET kind = 'network', os_family = 'network',"
                " os_id = $2, os_version = $3, os_name = $4 WHERE id = $1",
                DB_ARGS(db_i64(device), db_text(str_c(family->name)),
                        db_text(str_or_empty(terms->version)),
                        db_text(buf_str(&name))),
                err);
    return rc < 0 ? rc : 0;
}

static int insert(struct db *db, const struct scope *scope, int64_t device,
                  const struct netdev_terms *t, struct err *err)
{
    int rc = db_run(
        db,
        "INSERT INTO netdev (device, org, family, version, model, serial,"
        " image, address, port, transport, allow_fallback, allow_clear,"
        " profile, credential, realm, connect_s, read_s, retries, total_s,"
        " server, identity, license_failover, encryption, reach, reach_text,"
        " reach_transport, last_contact, last_discovery, last_address, config,"
        " facts, revision, ssh_port) VALUES ($1, $2, $3, $4, $5, '', '', $6, "
        "$7, $8, $9,"
        " $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, -1, 'never',"
        " '', '', 0, 0, '', 0, '', 1, $21)",
        DB_ARGS(db_i64(device), db_i64(scope->org),
                db_text(str_c(family_find(t->family)->name)),
                db_text(str_or_empty(t->version)),
                db_text(str_or_empty(t->model)),
                db_text(str_or_empty(t->address)), db_i64(t->port),
                db_text(str_or_empty(t->transport)), db_i64(t->allow_fallback),
                db_i64(t->allow_clear), db_text(str_or_empty(t->profile)),
                db_i64(t->credential), db_text(str_or_empty(t->realm)),
                db_i64(t->connect_s), db_i64(t->read_s), db_i64(t->retries),
                db_i64(t->total_s), db_i64(t->server),
                db_text(str_or_empty(t->identity)), db_i64(t->license_failover),
                db_i64(t->ssh_port)),
        err);

    return rc < 0 ? rc : 0;
}

/* Whether what the scope says of the device may be used with its credential.
 * Who is limited to labels says so only of those of these labels. */
static int confirms(struct db *db, const struct scope *scope, int64_t device,
                    bool *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_credential credential;
    struct netdev netdev;
    int rc;

    *out = scope_may(scope, PERM_CREDENTIAL_WRITE);
    if (!*out || scope_limit(scope) == 0)
        return 0;
    *out = false;
    rc = netdev_get(db, scope, device, &arena, &netdev, err);
    netdev.confirmed = true;
    if (rc == 0)
        rc = netdev_credential_of(db, &netdev, &arena, &credential, err);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = check_label(db, scope, credential.label, err);
    *out = rc == 0;
    return rc == E_PERM ? 0 : rc;
}

static int confirm(struct db *db, const struct scope *scope, int64_t device,
                   const struct netdev_terms *terms, struct err *err)
{
    bool confirmed = false;
    int rc = confirms(db, scope, device, &confirmed, err);

    if (rc == 0 && terms->confirm && !confirmed)
        return err_set(err, E_PERM,
                       "to let its credential be used there, credential.write "
                       "is needed");
    if (rc == 0)
        rc = db_run(db, "UPDATE netdev SET confirmed = $2 WHERE device = $1",
                    DB_ARGS(db_i64(device), db_i64(confirmed)), err);
    return rc < 0 ? rc : 0;
}

int netdev_add(struct db *db, const struct scope *scope,
               const struct netdev_terms *terms, int64_t now, int64_t *out_id,
               struct err *err)
{
    struct device_terms device = { .name = terms->name,
                                   .zone_set = STR(""),
                                   .notes = str_or_empty(terms->notes),
                                   .label = terms->label };
    const char *field;
    int64_t id = 0;
    int rc = netdev_check(terms, &field, err);

    if (rc == 0)
        rc = check_refers(db, scope, terms, err);
    if (rc == 0)
        rc = check_secrets(db, scope, NULL, terms, err);
    if (rc == 0)
        rc = check_identity(db, scope, terms, 0, err);
    if (rc == 0)
        rc = device_add(db, scope, &device, now, &id, err);
    if (rc == 0)
        rc = insert(db, scope, id, terms, err);
    if (rc == 0)
        rc = set_columns(db, id, terms, err);
    if (rc == 0)
        rc = label_refresh_device(db, id, now, err);
    if (rc == 0)
        rc = confirm(db, scope, id, terms, err);
    if (rc == 0)
        *out_id = id;
    return rc;
}

static int update(struct db *db, int64_t device, const struct netdev_terms *t,
                  struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev SET family = $2, version = $3, model = $4, address ="
        " $5, port = $6, transport = $7, allow_fallback = $8, allow_clear ="
        " $9, profile = $10, credential = $11, realm = $12, connect_s = $13,"
        " read_s = $14, retries = $15, total_s = $16, server = $17, identity ="
        " $18, license_failover = $19, ssh_port = $20, revision = revision + 1"
        " WHERE device = $1",
        DB_ARGS(db_i64(device), db_text(str_c(family_find(t->family)->name)),
                db_text(str_or_empty(t->version)),
                db_text(str_or_empty(t->model)),
                db_text(str_or_empty(t->address)), db_i64(t->port),
                db_text(str_or_empty(t->transport)), db_i64(t->allow_fallback),
                db_i64(t->allow_clear), db_text(str_or_empty(t->profile)),
                db_i64(t->credential), db_text(str_or_empty(t->realm)),
                db_i64(t->connect_s), db_i64(t->read_s), db_i64(t->retries),
                db_i64(t->total_s), db_i64(t->server),
                db_text(str_or_empty(t->identity)), db_i64(t->license_failover),
                db_i64(t->ssh_port)),
        err);

    return rc < 0 ? rc : 0;
}

int netdev_change_terms(struct db *db, const struct scope *scope,
                        int64_t device, const struct netdev_terms *terms,
                        int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct device old;
    struct netdev before;
    struct device_terms plain;
    const char *field;
    int rc = device_get(db, scope, device, &arena, &old, err);

    if (rc == 0)
        rc = netdev_get(db, scope, device, &arena, &before, err);
    if (rc == 0)
        rc = netdev_check(terms, &field, err);
    if (rc == 0)
        rc = check_refers(db, scope, terms, err);
    if (rc == 0)
        rc = check_secrets(db, scope, &before.terms, terms, err);
    if (rc == 0)
        rc = check_move(db, scope, &before, terms, err);
    if (rc == 0)
        rc = check_identity(db, scope, terms, device, err);
    if (rc == 0)
        rc = fetcher_may_move(db, device, terms->server, err);
    if (rc < 0)
        return rc;
    plain = (struct device_terms){ .name = terms->name,
                                   .zone_set = old.zone_set,
                                   .notes = str_or_empty(terms->notes),
                                   .retired = old.retired != 0 };
    rc = update(db, device, terms, err);
    if (rc == 0)
        rc = set_columns(db, device, terms, err);
    if (rc == 0)
        rc = device_change(db, scope, device, &plain, now, err);
    if (rc == 0 && (terms->confirm || moves(&before.terms, terms)))
        rc = confirm(db, scope, device, terms, err);
    return rc;
}

int netdev_forget(struct db *db, int64_t device, struct err *err)
{
    static const char *const sql[] = {
        "DELETE FROM netdev_pin WHERE device = $1",
        "DELETE FROM netdev_output WHERE device = $1",
        "DELETE FROM netdev_config WHERE device = $1",
        "DELETE FROM netdev WHERE device = $1",
        /* What is planned ends; what was said stays: it was audited. */
        "UPDATE netdev_change SET state = 'cancelled', text = 'the device was"
        " deleted' WHERE device = $1 AND state IN ('waiting', 'approved')",
        "UPDATE netdev_session SET state = 'ended', result = 'cancelled',"
        " text = 'the device was deleted', ended = planned WHERE device = $1"
        " AND state = 'planned'",
    };
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < COUNT(sql); i++)
        rc = db_run(db, sql[i], DB_ARGS(db_i64(device)), err);
    return rc < 0 ? rc : 0;
}

/* --- Reading ----------------------------------------------------------------
 */

static void read_terms(struct db_rows *rows, struct arena *arena,
                       struct netdev_terms *t)
{
    const struct {
        str *text;
        int column;
    } texts[] = {
        { &t->name, 2 },     { &t->family, 3 },  { &t->version, 4 },
        { &t->model, 5 },    { &t->address, 8 }, { &t->transport, 10 },
        { &t->profile, 13 }, { &t->realm, 15 },  { &t->identity, 21 },
        { &t->notes, 33 },
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text = arena_str(arena, db_col_text(rows, texts[i].column));
    t->port = db_col_i64(rows, 9);
    t->allow_fallback = db_col_i64(rows, 11);
    t->allow_clear = db_col_i64(rows, 12) != 0;
    t->credential = db_col_i64(rows, 14);
    t->connect_s = db_col_i64(rows, 16);
    t->read_s = db_col_i64(rows, 17);
    t->retries = db_col_i64(rows, 18);
    t->total_s = db_col_i64(rows, 19);
    t->server = db_col_i64(rows, 20);
    t->license_failover = db_col_i64(rows, 22);
    t->ssh_port = db_col_i64(rows, 38);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev *out)
{
    const struct {
        str *text;
        int column;
    } texts[] = {
        { &out->serial, 6 },           { &out->image, 7 },
        { &out->reach, 24 },           { &out->reach_text, 25 },
        { &out->reach_transport, 26 }, { &out->last_address, 29 },
        { &out->facts, 31 },           { &out->hostname, 36 },
    };

    read_terms(rows, arena, &out->terms);
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text = arena_str(arena, db_col_text(rows, texts[i].column));
    out->device = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->encryption = db_col_i64(rows, 23);
    out->last_contact = db_col_i64(rows, 27);
    out->last_discovery = db_col_i64(rows, 28);
    out->config = db_col_i64(rows, 30);
    out->revision = db_col_i64(rows, 32);
    out->retired = db_col_i64(rows, 34);
    out->created = db_col_i64(rows, 35);
    out->confirmed = db_col_i64(rows, 37) != 0;
}

int netdev_get(struct db *db, const struct scope *scope, int64_t device,
               struct arena *arena, struct netdev *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev n JOIN device d ON d.id"
        " = n.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND d.id = $3 AND d.deleted = 0",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(device)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no network device %lld",
                       (long long)device);
    read_row(rows, arena, out);
    return 0;
}

/* "%text%" with what LIKE would take for a pattern escaped. */
static str like_of(struct arena *arena, str text)
{
    AUTO(buf_clear) struct buf out = BUF(2048);

    buf_add_char(&out, '%');
    for (size_t i = 0; i < text.n; i++) {
        if (strchr("%_\\", text.p[i]) != NULL)
            buf_add_char(&out, '\\');
        buf_add_char(&out, text.p[i]);
    }
    buf_add_char(&out, '%');
    return arena_str(arena, buf_str(&out));
}

int netdev_list(struct db *db, const struct scope *scope,
                const struct netdev_find *find, struct arena *arena,
                struct netdevs *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str like = like_of(arena, find->search);
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev n JOIN device d ON d.id = n.device"
        " WHERE d.org = $1 AND " SCOPE_SQL
        " AND d.deleted = 0 AND d.retired = 0 AND d.id > $3"
        " AND ($4 = '' OR n.family = $4) AND ($5 = '' OR n.reach = $5)"
        " AND ($6 = 0 OR n.credential = $6) AND ($7 = '%%'"
        " OR lower(d.name) LIKE lower($7) ESCAPE '\\'"
        " OR lower(n.address) LIKE lower($7) ESCAPE '\\'"
        " OR lower(d.hostname) LIKE lower($7) ESCAPE '\\'"
        " OR lower(n.serial) LIKE lower($7) ESCAPE '\\'"
        " OR lower(n.model) LIKE lower($7) ESCAPE '\\')"
        " ORDER BY d.id LIMIT $8",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(find->after), db_text(str_or_empty(find->family)),
                db_text(str_or_empty(find->reach)), db_i64(find->credential),
                db_text(like), db_i64(find->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}
