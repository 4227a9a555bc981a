/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/org.h"

#include "fleet/user.h"

static void read_org(struct db_rows *rows, struct arena *arena, struct org *out)
{
    *out = (struct org){
        .id = db_col_i64(rows, 0),
        .name = arena_str(arena, db_col_text(rows, 1)),
        .created = db_col_i64(rows, 2),
        .user = db_col_i64(rows, 3),
    };
}

int org_get(struct db *db, int64_t id, struct arena *arena, struct org *out,
            struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT id, name, created, 0 FROM org WHERE id = $1",
                      DB_ARGS(db_i64(id)), &rows, err);

    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such organisation");
    read_org(rows, arena, out);
    return 0;
}

int org_find(struct db *db, str name, int64_t *out, struct err *err)
{
    int rc;

    *out = 0;
    rc = db_one_i64(db, "SELECT id FROM org WHERE name = $1",
                    DB_ARGS(db_text(name)), out, err);
    return rc < 0 ? rc : 0;
}

int org_list(struct db *db, int64_t home, struct arena *arena, struct org **out,
             size_t *out_n, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct org *list = arena_alloc(arena, ORGS_SHOWN, sizeof(*list));
    size_t n = 0;
    int rc;

    rc = db_query(db,
                  "SELECT o.id, o.name, o.created, u.id FROM app_user u JOIN "
                  "org o ON o.id = u.org WHERE (u.id = $1 OR u.home = $1) AND "
                  "u.disabled = 0 ORDER BY u.id <> $1, o.name LIMIT 1000",
                  DB_ARGS(db_i64(home)), &rows, err);
    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) == 1 && n < ORGS_SHOWN)
        read_org(rows, arena, &list[n++]);
    if (rc < 0)
        return rc;
    *out = list;
    *out_n = n;
    return 0;
}

static int check_name(struct db *db, str name, int64_t own, struct err *err)
{
    int64_t taken = 0;
    int rc;

    if (str_trim(name).n == 0 || name.n > ORG_NAME_MAX)
        return err_set(err, E_INVALID,
                       "an organisation has a name of 1 to %d bytes",
                       ORG_NAME_MAX);
    rc = org_find(db, name, &taken, err);
    if (rc < 0)
        return rc;
    if (taken != 0 && taken != own)
        return err_set(err, E_INVALID,
                       "there is an organisation of this name already");
    return 0;
}

/* The maker's account there: the system gives it, for its own roles are of
 * another organisation. */
static int add_maker(struct db *db, int64_t org, int64_t home, int64_t now,
                     struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope system = scope_system(org);
    struct credentials maker;
    int64_t role = 0;
    int64_t id = 0;
    int rc = credentials_get(db, home, &arena, &maker, err);

    if (rc != 0)
        return rc < 0 ? rc : err_set(err, E_ABSENT, "there is no such user");
    rc = role_find(db, org, STR(ROLE_ADMINISTRATOR), &role, err);
    if (rc < 0)
        return rc;
    return user_add(db, &system,
                    &(struct user){ .login = maker.login,
                                    .source = STR("member"),
                                    .home = home,
                                    .roles = &role,
                                    .role_count = 1,
                                    .created = now },
                    &id, err);
}

int org_add(struct db *db, const struct scope *scope, str name, int64_t now,
            int64_t *out_id, struct err *err)
{
    int64_t id = 0;
    int rc;

    if (scope->org != ORG_FIRST || !scope->all_devices ||
        !scope_may(scope, PERM_USER_WRITE) ||
        !scope_may(scope, PERM_SETTING_WRITE))
        return err_set(err, E_PERM,
                       "only administrators of the first organisation make "
                       "others");
    rc = check_name(db, name, 0, err);
    if (rc < 0)
        return rc;
    rc = db_one_i64(db,
                    "INSERT INTO org (name, created) VALUES ($1, $2) "
                    "RETURNING id",
                    DB_ARGS(db_text(name), db_i64(now)), &id, err);
    if (rc < 0)
        return rc;
    rc = role_seed(db, id, err);
    if (rc >= 0)
        rc = add_maker(db, id, scope->user, now, err);
    if (rc < 0)
        return rc;
    *out_id = id;
    return 0;
}

int org_rename(struct db *db, const struct scope *scope, str name,
               struct err *err)
{
    int rc = check_name(db, name, scope->org, err);

    if (rc < 0)
        return rc;
    rc = db_run(db, "UPDATE org SET name = $1 WHERE id = $2",
                DB_ARGS(db_text(name), db_i64(scope->org)), err);
    return rc < 0 ? rc : 0;
}

int org_account(struct db *db, int64_t home, int64_t org, int64_t *out,
                struct err *err)
{
    int rc = db_one_i64(db,
                        "SELECT id FROM app_user WHERE org = $1 AND (id = $2 "
                        "OR home = $2) AND disabled = 0",
                        DB_ARGS(db_i64(org), db_i64(home)), out, err);

    if (rc < 0)
        return rc;
    return rc == 0 ? 0
                   : err_set(err, E_PERM,
                             "you have no account in that organisation");
}

int org_all(struct db *db, struct arena *arena, int64_t **out, size_t *out_n,
            struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int64_t *list;
    int64_t count = 0;
    size_t n = 0;
    int rc =
        db_one_i64(db, "SELECT COUNT(*) FROM org", DB_NO_ARGS, &count, err);

    if (rc < 0)
        return rc;
    list = arena_alloc(arena, (size_t)count + 1, sizeof(*list));
    rc = db_query(db, "SELECT id FROM org ORDER BY id", DB_NO_ARGS, &rows, err);
    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) == 1 && n < (size_t)count)
        list[n++] = db_col_i64(rows, 0);
    if (rc < 0)
        return rc;
    *out = list;
    *out_n = n;
    return 0;
}
