/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_server.h"

#include "base/jval.h"
#include "netdev/family.h"

enum {
    ADDRESS_MAX = 255,
    SETTINGS_MAX = 16384,
};

#define COLUMNS                                                                \
    "s.id, s.org, s.kind, s.name, s.address, s.port, s.settings, s.revision,"  \
    " (SELECT count(*) FROM netdev n JOIN device d ON d.id = n.device"         \
    " WHERE n.server = s.id AND d.deleted = 0)"

const char *const netdev_server_kinds[NETDEV_SERVER_KINDS] = { "aus", "ce",
                                                               "pnp" };

int64_t netdev_server_kind_find(str name)
{
    for (int64_t i = 0; i < NETDEV_SERVER_KINDS; i++) {
        if (str_eq_c(name, netdev_server_kinds[i]))
            return i;
    }
    return NETDEV_SERVER_KINDS;
}

bool netdev_server_fits(int64_t kind, str family)
{
    static const unsigned spoken[NETDEV_SERVER_KINDS] = {
        [NETDEV_SERVER_AUS] = FETCH_AUS,
        [NETDEV_SERVER_CE] = FETCH_AUS | FETCH_CNS,
        [NETDEV_SERVER_PNP] = FETCH_PNP,
    };
    const struct family *row = family_find(family);

    return row != NULL && kind >= 0 && kind < NETDEV_SERVER_KINDS &&
           (row->fetches & spoken[kind]) != 0;
}

void netdev_servers_clear(struct netdev_servers *list)
{
    vec_clear(&list->all);
}

static void read_settings(str text, struct arena *arena,
                          struct netdev_server *out)
{
    AUTO(jval_freep) struct jval *settings = NULL;

    if (text.n == 0 || jval_parse(text, SETTINGS_MAX, &settings, NULL) < 0)
        return;
    out->tls = jval_bool(jval_get(settings, "tls"), false);
    out->xml = jval_bool(jval_get(settings, "xml"), false);
    out->networks =
        arena_str(arena, jval_text(jval_get(settings, "networks"), STR("")));
}

static void write_settings(const struct netdev_server *server, struct buf *out)
{
    AUTO(jval_freep) struct jval *settings = jval_new_object();

    jval_set_bool(settings, "tls", server->tls);
    jval_set_bool(settings, "xml", server->xml);
    jval_set_text(settings, "networks",
                  server->networks.n > 0 ? server->networks : STR(""));
    jval_print(settings, out);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_server *out)
{
    *out = (struct netdev_server){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .kind = netdev_server_kind_find(db_col_text(rows, 2)),
        .name = arena_str(arena, db_col_text(rows, 3)),
        .address = arena_str(arena, db_col_text(rows, 4)),
        .port = db_col_i64(rows, 5),
        .networks = STR(""),
        .revision = db_col_i64(rows, 7),
        .users = db_col_i64(rows, 8),
    };
    read_settings(db_col_text(rows, 6), arena, out);
}

static int bad(const char **out_field, const char *field, const char *why,
               struct err *err)
{
    *out_field = field;
    return err_set(err, E_INVALID, "%s", why);
}

static bool is_host(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || c == '.' || c == '-'))
            return false;
    }
    return text.n > 0 && text.n <= ADDRESS_MAX;
}

static int check(struct db *db, const struct netdev_server *server,
                 const char **out_field, struct err *err)
{
    int64_t found = 0;
    int rc;

    if (server->name.n == 0 || server->name.n > NETDEV_SERVER_NAME_MAX)
        return bad(out_field, "name", "a name has 1 to 200 bytes", err);
    if (!is_host(server->address))
        return bad(out_field, "address",
                   "expected the IPv4 address or the name that devices know "
                   "this server by",
                   err);
    if (server->port < 1 || server->port > 65535)
        return bad(out_field, "port", "expected 1 to 65535", err);
    if (server->networks.n > NETDEV_SERVER_NETWORKS_MAX)
        return bad(out_field, "networks", "too many networks", err);
    rc = db_one_i64(
        db,
        "SELECT id FROM netdev_server WHERE org = $1 AND name = $2"
        " AND id <> $3",
        DB_ARGS(db_i64(server->org), db_text(server->name), db_i64(server->id)),
        &found, err);
    if (rc < 0)
        return rc;
    return rc == 1
               ? 0
               : bad(out_field, "name", "another server has this name", err);
}

int netdev_server_hold(struct db *db, struct err *err)
{
    return db_lock(db, "netdev_server", err);
}

int netdev_server_add(struct db *db, const struct scope *scope,
                      struct netdev_server *server, const char **out_field,
                      struct err *err)
{
    AUTO(buf_clear) struct buf settings = BUF(SETTINGS_MAX);
    int64_t there = 0;
    int rc;

    server->org = scope->org;
    server->id = 0;
    server->revision = 1;
    rc = netdev_server_hold(db, err);
    if (rc == 0)
        rc = check(db, server, out_field, err);
    if (rc == 0)
        rc = db_one_i64(db, "SELECT count(*) FROM netdev_server WHERE org = $1",
                        DB_ARGS(db_i64(scope->org)), &there, err);
    if (rc == 0 && there >= NETDEV_SERVERS_MAX)
        return bad(out_field, "name", "there are 100 servers already", err);
    if (rc < 0)
        return rc;
    write_settings(server, &settings);
    return db_one_i64(
        db,
        "INSERT INTO netdev_server (org, name, kind, address, port, settings,"
        " revision) VALUES ($1, $2, $3, $4, $5, $6, 1) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(server->name),
                db_text(str_c(netdev_server_kinds[server->kind])),
                db_text(server->address), db_i64(server->port),
                db_text(buf_str(&settings))),
        &server->id, err);
}

int netdev_server_change(struct db *db, const struct scope *scope,
                         struct netdev_server *server, const char **out_field,
                         struct err *err)
{
    AUTO(buf_clear) struct buf settings = BUF(SETTINGS_MAX);
    int rc;

    server->org = scope->org;
    rc = netdev_server_hold(db, err);
    if (rc == 0)
        rc = check(db, server, out_field, err);
    if (rc < 0)
        return rc;
    write_settings(server, &settings);
    rc = db_run(db,
                "UPDATE netdev_server SET name = $3, address = $4, port = $5,"
                " settings = $6, revision = revision + 1"
                " WHERE org = $1 AND id = $2",
                DB_ARGS(db_i64(scope->org), db_i64(server->id),
                        db_text(server->name), db_text(server->address),
                        db_i64(server->port), db_text(buf_str(&settings))),
                err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no server %lld",
                       (long long)server->id);
    return rc < 0 ? rc : 0;
}

int netdev_server_remove(struct db *db, const struct scope *scope, int64_t id,
                         struct err *err)
{
    int64_t users = 0;
    int rc = netdev_server_hold(db, err);

    if (rc == 0)
        rc = db_one_i64(db,
                        "SELECT count(*) FROM netdev n JOIN device d ON"
                        " d.id = n.device WHERE n.server = $1 AND"
                        " d.deleted = 0",
                        DB_ARGS(db_i64(id)), &users, err);

    if (rc < 0)
        return rc;
    if (users > 0)
        return err_set(err, E_INVALID, "%lld devices use this server (R-INV-2)",
                       (long long)users);
    rc = db_run(db, "DELETE FROM netdev_server WHERE org = $1 AND id = $2",
                DB_ARGS(db_i64(scope->org), db_i64(id)), err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no server %lld", (long long)id);
    return rc < 0 ? rc : 0;
}

int netdev_server_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct netdev_server *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db,
                    "SELECT " COLUMNS " FROM netdev_server s"
                    " WHERE s.org = $1 AND s.id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)),
                    DB_WANTED("server", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct netdev_servers *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int netdev_server_list(struct db *db, const struct scope *scope,
                       const struct netdev_range *range, struct arena *arena,
                       struct netdev_servers *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_server s WHERE s.org = $1"
        " AND s.id > $2 ORDER BY s.id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(range->after), db_i64(range->limit)),
        &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int netdev_server_of_kind(struct db *db, enum netdev_server_kind kind,
                          struct arena *arena, struct netdev_servers *out,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_server s"
                      " WHERE s.kind = $1 ORDER BY s.id",
                      DB_ARGS(db_text(str_c(netdev_server_kinds[kind]))), &rows,
                      err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}
