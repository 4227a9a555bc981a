/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_credential.h"

#include "fleet/netdev_device.h"
#include "fleet/rows_int.h"

#define COLUMNS                                                                \
    "c.id, c.org, c.name, c.login, c.realm, c.label, c.vault, c.parts,"        \
    " c.sealed, c.key_id, c.previous, c.previous_until, c.created, c.changed," \
    " c.changed_by, c.revision, (SELECT COUNT(*) FROM netdev n JOIN device d"  \
    " ON d.id = n.device WHERE n.credential = c.id AND d.deleted = 0)"

const str netdev_credential_context = { "netdev credential", 17 };

static const struct wire_field secret_fields[] = {
    WIRE_FIELD_BYTES(netdev_secret, password, NETDEV_SECRET_MAX),
    WIRE_FIELD_BYTES(netdev_secret, enable_password, NETDEV_SECRET_MAX),
    WIRE_FIELD_BYTES(netdev_secret, private_key, NETDEV_SECRET_MAX),
};
const struct wire_shape shape_netdev_secret =
    WIRE_SHAPE_OF(netdev_secret, secret_fields);

void netdev_credentials_clear(struct netdev_credentials *list)
{
    vec_clear(&list->all);
}

int netdev_credential_seal(const struct box_public *key,
                           const struct netdev_secret *secret,
                           struct arena *arena, str *out, struct err *err)
{
    AUTO(buf_wipe) struct buf plain = BUF(NETDEV_SEALED_MAX);
    AUTO(buf_clear) struct buf sealed = BUF(NETDEV_SEALED_MAX + BOX_OVERHEAD);
    int rc = wire_write(&shape_netdev_secret, secret, &plain, err);

    if (rc == 0)
        rc = box_seal(key, netdev_credential_context, buf_str(&plain), &sealed,
                      err);
    if (rc == 0)
        *out = arena_str(arena, buf_str(&sealed));
    return rc;
}

/* --- Reading ----------------------------------------------------------------
 */

static void read_row(struct db_rows *rows, struct arena *arena, void *into)
{
    struct netdev_credential *out = into;

    *out = (struct netdev_credential){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .name = arena_str(arena, db_col_text(rows, 2)),
        .login = arena_str(arena, db_col_text(rows, 3)),
        .realm = arena_str(arena, db_col_text(rows, 4)),
        .label = db_col_i64(rows, 5),
        .vault = arena_str(arena, db_col_text(rows, 6)),
        .parts = db_col_i64(rows, 7),
        .sealed = arena_str(arena, db_col_blob(rows, 8)),
        .key_id = arena_str(arena, db_col_text(rows, 9)),
        .previous = arena_str(arena, db_col_blob(rows, 10)),
        .previous_until = db_col_i64(rows, 11),
        .created = db_col_i64(rows, 12),
        .changed = db_col_i64(rows, 13),
        .changed_by = arena_str(arena, db_col_text(rows, 14)),
        .revision = db_col_i64(rows, 15),
        .devices = db_col_i64(rows, 16),
    };
}

static const struct rows_plan plan = { read_row,
                                       sizeof(struct netdev_credential), 1,
                                       "credential" };

int netdev_credential_get(struct db *db, const struct scope *scope, int64_t id,
                          struct arena *arena, struct netdev_credential *out,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_credential c"
                      " WHERE c.org = $1 AND c.id = $2",
                      DB_ARGS(db_i64(scope->org), db_i64(id)), &rows, err);

    return rc < 0 ? rc : rows_one(rows, &plan, arena, out, err);
}

int netdev_credential_list(struct db *db, const struct scope *scope,
                           const struct netdev_credential_find *find,
                           struct arena *arena, struct netdev_credentials *out,
                           struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_credential c"
        " WHERE c.org = $1 AND c.id > $2 ORDER BY c.id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(find->after), db_i64(find->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int netdev_credential_of(struct db *db, const struct netdev *netdev,
                         struct arena *arena, struct netdev_credential *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    const struct netdev_terms *t = &netdev->terms;
    int rc;

    if (!netdev->confirmed)
        return 1;
    rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_credential c WHERE c.org = $1"
        " AND (c.id = $2 OR ($2 = 0 AND ((c.realm <> '' AND c.realm = $3)"
        " OR (c.label <> 0 AND EXISTS (SELECT 1 FROM device_label dl WHERE"
        " dl.label = c.label AND dl.device = $4)))))"
        " ORDER BY CASE WHEN c.realm <> '' AND c.realm = $3 THEN 0 ELSE 1 END,"
        " c.id LIMIT 1",
        DB_ARGS(db_i64(netdev->org), db_i64(t->credential), db_text(t->realm),
                db_i64(netdev->device)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return 1;
    read_row(rows, arena, out);
    return 0;
}

/* --- Writing ----------------------------------------------------------------
 */

static int check(struct db *db, const struct scope *scope,
                 const struct netdev_credential *c, struct err *err)
{
    int64_t taken = 0;
    int64_t all = 0;
    int64_t label = 1;
    int rc;

    if (c->name.n == 0 || c->name.n > NETDEV_CREDENTIAL_NAME_MAX)
        return err_set(err, E_INVALID, "a name has 1 to %d bytes",
                       NETDEV_CREDENTIAL_NAME_MAX);
    rc =
        db_one_i64(db,
                   "SELECT COUNT(*) FROM netdev_credential WHERE org = $1 AND"
                   " name = $2 AND id <> $3",
                   DB_ARGS(db_i64(scope->org), db_text(c->name), db_i64(c->id)),
                   &taken, err);
    if (rc == 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev_credential WHERE org = $1",
                        DB_ARGS(db_i64(scope->org)), &all, err);
    if (rc == 0 && c->label != 0)
        rc = db_one_i64(
            db, "SELECT COUNT(*) FROM label WHERE org = $1 AND id = $2",
            DB_ARGS(db_i64(scope->org), db_i64(c->label)), &label, err);
    if (rc < 0)
        return rc;
    if (taken > 0)
        return err_set(err, E_INVALID,
                       "there is a credential called '%" PRIstr "' already",
                       ARGstr(c->name));
    if (label == 0)
        return err_set(err, E_INVALID, "there is no label %lld",
                       (long long)c->label);
    if (c->id == 0 && all >= NETDEV_CREDENTIALS_MAX)
        return err_set(err, E_LIMIT, "there are %d credentials already",
                       NETDEV_CREDENTIALS_MAX);
    return 0;
}

int netdev_credential_add(struct db *db, const struct scope *scope,
                          struct netdev_credential *c, int64_t now,
                          struct err *err)
{
    int rc;

    c->id = 0;
    rc = check(db, scope, c, err);
    if (rc < 0)
        return rc;
    return db_one_i64(
        db,
        "INSERT INTO netdev_credential (org, name, login, realm, label, vault,"
        " parts, sealed, key_id, previous, previous_until, created, changed,"
        " changed_by, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
        " $10, 0, $11, $11, $12, 1) RETURNING id",
        DB_ARGS(
            db_i64(scope->org), db_text(c->name),
            db_text(str_or_empty(c->login)), db_text(str_or_empty(c->realm)),
            db_i64(c->label), db_text(str_or_empty(c->vault)), db_i64(c->parts),
            db_blob(str_or_empty(c->sealed)), db_text(str_or_empty(c->key_id)),
            db_blob(STR("")), db_i64(now), db_text(scope->name)),
        &c->id, err);
}

int netdev_credential_change(struct db *db, const struct scope *scope,
                             const struct netdev_credential *c, struct err *err)
{
    int rc = check(db, scope, c, err);

    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_credential SET name = $3, login = $4,"
                    " realm = $5, label = $6, revision = revision + 1"
                    " WHERE org = $1 AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(c->id), db_text(c->name),
                            db_text(str_or_empty(c->login)),
                            db_text(str_or_empty(c->realm)), db_i64(c->label)),
                    err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such credential");
    return rc < 0 ? rc : 0;
}

int netdev_credential_rotate(struct db *db, const struct scope *scope,
                             int64_t id, const struct netdev_rotation *r,
                             struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_credential SET previous = CASE WHEN $8 > 0 THEN sealed"
        " ELSE $9 END, previous_key = CASE WHEN $8 > 0 THEN key_id ELSE ''"
        " END, previous_until = $8, vault = $3, sealed = $4, key_id ="
        " $5, parts = $6, changed = $7, changed_by = $10, revision ="
        " revision + 1 WHERE org = $1 AND id = $2",
        DB_ARGS(db_i64(scope->org), db_i64(id), db_text(str_or_empty(r->vault)),
                db_blob(str_or_empty(r->sealed)),
                db_text(str_or_empty(r->key_id)), db_i64(r->parts),
                db_i64(r->now), db_i64(r->until), db_blob(STR("")),
                db_text(scope->name)),
        err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such credential");
    return rc < 0 ? rc : 0;
}

int netdev_credential_remove(struct db *db, const struct scope *scope,
                             int64_t id, struct err *err)
{
    int64_t users = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev n JOIN device d ON d.id ="
                        " n.device WHERE n.org = $1 AND n.credential = $2"
                        " AND d.deleted = 0",
                        DB_ARGS(db_i64(scope->org), db_i64(id)), &users, err);

    if (rc == 0 && users > 0)
        return err_set(err, E_INVALID, "%lld devices name it",
                       (long long)users);
    if (rc == 0)
        rc = db_run(db,
                    "DELETE FROM netdev_credential WHERE org = $1 AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)), err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such credential");
    return rc < 0 ? rc : 0;
}
