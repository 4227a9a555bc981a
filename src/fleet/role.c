/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/role.h"

#include "fleet/rows_int.h"

#define BIT(p) ((uint64_t)1 << (p))
#define READ_BITS                                                              \
    (BIT(PERM_DEVICE_READ) | BIT(PERM_LABEL_READ) | BIT(PERM_SCHEDULE_READ) |  \
     BIT(PERM_RUN_READ) | BIT(PERM_REPORT_READ) | BIT(PERM_CONTENT_READ) |     \
     BIT(PERM_PATCH_READ) | BIT(PERM_NETWORK_READ))

/* What the built-in roles may do is written here only: a permission that is
 * new in a release reaches the administrators of old databases. */
static const struct {
    const char *name;
    uint64_t permissions;
} built_in[] = {
    { ROLE_ADMINISTRATOR, BIT(PERM_COUNT) - 1 - BIT(PERM_NONE) },
    { "auditor", READ_BITS | BIT(PERM_USER_READ) | BIT(PERM_AUDIT_READ) |
                     BIT(PERM_SETTING_READ) },
    { "operator", READ_BITS | BIT(PERM_DEVICE_WRITE) | BIT(PERM_LABEL_WRITE) |
                      BIT(PERM_SCHEDULE_WRITE) | BIT(PERM_RUN_START) |
                      BIT(PERM_REPORT_WRITE) | BIT(PERM_CONTENT_WRITE) |
                      BIT(PERM_ENROL) | BIT(PERM_SETTING_READ) |
                      BIT(PERM_METRICS) | BIT(PERM_PATCH_WRITE) |
                      BIT(PERM_PATCH_DEPLOY) | BIT(PERM_PATCH_APPROVE) |
                      BIT(PERM_NETWORK_WRITE) | BIT(PERM_NETWORK_CONNECT) |
                      BIT(PERM_NETWORK_CHANGE) | BIT(PERM_NETWORK_APPROVE) },
    { "reader", READ_BITS },
};

static uint64_t permissions_of(bool is_built_in, str name, int64_t stored)
{
    for (size_t i = 0; is_built_in && i < COUNT(built_in); i++) {
        if (str_eq_c(name, built_in[i].name))
            return built_in[i].permissions;
    }
    return (uint64_t)stored & (BIT(PERM_COUNT) - 1 - BIT(PERM_NONE));
}

int access_of(struct db *db, int64_t user, struct access *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct access access = { 0 };
    int rc;

    rc = db_query(db,
                  "SELECT r.name, r.permissions, r.built_in, (SELECT COUNT(*) "
                  "FROM role_label rl WHERE rl.role = r.id) FROM user_role ur "
                  "JOIN role r ON r.id = ur.role WHERE ur.app_user = $1",
                  DB_ARGS(db_i64(user)), &rows, err);
    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) == 1) {
        access.permissions |=
            permissions_of(db_col_i64(rows, 2) != 0, db_col_text(rows, 0),
                           db_col_i64(rows, 1));
        if (db_col_i64(rows, 3) == 0)
            access.all_devices = true;
    }
    if (rc < 0)
        return rc;
    *out = access;
    return 0;
}

int role_seed(struct db *db, int64_t org, struct err *err)
{
    for (size_t i = 0; i < COUNT(built_in); i++) {
        int rc =
            db_run(db,
                   "INSERT INTO role (org, name, permissions, built_in, "
                   "revision) VALUES ($1, $2, 0, 1, 1) ON CONFLICT (org, "
                   "name) DO NOTHING",
                   DB_ARGS(db_i64(org), db_text(str_c(built_in[i].name))), err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int role_may_grant(const struct scope *scope, uint64_t permissions,
                   struct err *err)
{
    if (!scope->all_devices)
        return err_set(err, E_PERM,
                       "your roles are limited to labels, so you cannot "
                       "manage people");
    for (int i = PERM_NONE + 1; i < PERM_COUNT; i++) {
        if ((permissions >> i & 1) != 0 && !scope_may(scope, i))
            return err_set(err, E_PERM,
                           "it needs '%s', which you do not have yourself",
                           permission_name(i));
    }
    return 0;
}

static int load_labels(struct db *db, struct arena *arena, struct role *role,
                       struct err *err)
{
    static const struct rows_plan ids = { rows_read_id, sizeof(int64_t),
                                          ROLE_LABELS_MAX, "label" };
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct rows_found found;
    int rc = db_query(db,
                      "SELECT label FROM role_label WHERE role = $1 ORDER BY "
                      "label LIMIT 100",
                      DB_ARGS(db_i64(role->id)), &rows, err);

    if (rc >= 0)
        rc = rows_all(rows, &ids, arena, &found, err);
    if (rc < 0)
        return rc;
    role->labels = found.p;
    role->label_count = found.n;
    return 0;
}

#define ROLE_COLUMNS                                                           \
    "SELECT r.id, r.name, r.permissions, r.built_in, r.revision, (SELECT "     \
    "COUNT(*) FROM user_role ur WHERE ur.role = r.id) FROM role r "

static void read_role(struct db_rows *rows, struct arena *arena, void *ctx)
{
    struct role *out = ctx;

    *out = (struct role){
        .id = db_col_i64(rows, 0),
        .name = arena_str(arena, db_col_text(rows, 1)),
        .built_in = db_col_i64(rows, 3) != 0,
        .revision = db_col_i64(rows, 4),
        .users = db_col_i64(rows, 5),
    };
    out->permissions =
        permissions_of(out->built_in, out->name, db_col_i64(rows, 2));
}

static const struct rows_plan role_rows = { read_role, sizeof(struct role),
                                            ROLES_MAX, "role" };

static int find_role(struct db *db, int64_t org, int64_t id,
                     struct arena *arena, struct role *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, ROLE_COLUMNS "WHERE r.org = $1 AND r.id = $2",
                      DB_ARGS(db_i64(org), db_i64(id)), &rows, err);

    return rc < 0 ? rc : rows_one(rows, &role_rows, arena, out, err);
}

int role_get(struct db *db, const struct scope *scope, int64_t id,
             struct arena *arena, struct role *out, struct err *err)
{
    int rc = find_role(db, scope->org, id, arena, out, err);

    return rc < 0 ? rc : load_labels(db, arena, out, err);
}

int role_find(struct db *db, int64_t org, str name, int64_t *out,
              struct err *err)
{
    int rc;

    *out = 0;
    rc = db_one_i64(db, "SELECT id FROM role WHERE org = $1 AND name = $2",
                    DB_ARGS(db_i64(org), db_text(name)), out, err);
    return rc < 0 ? rc : 0;
}

int role_list(struct db *db, const struct scope *scope, struct arena *arena,
              struct role **out, size_t *out_n, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct rows_found found = { 0 };
    struct role *roles;
    int rc =
        db_query(db, ROLE_COLUMNS "WHERE r.org = $1 ORDER BY r.name LIMIT 1000",
                 DB_ARGS(db_i64(scope->org)), &rows, err);

    if (rc >= 0)
        rc = rows_all(rows, &role_rows, arena, &found, err);
    roles = found.p;
    for (size_t i = 0; rc >= 0 && i < found.n; i++)
        rc = load_labels(db, arena, &roles[i], err);
    if (rc < 0)
        return rc;
    *out = roles;
    *out_n = found.n;
    return 0;
}

static int put_labels(struct db *db, const struct scope *scope, int64_t id,
                      const struct role *role, struct err *err)
{
    int rc = db_run(db, "DELETE FROM role_label WHERE role = $1",
                    DB_ARGS(db_i64(id)), err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < role->label_count; i++) {
        rc = db_run(
            db,
            "INSERT INTO role_label (role, label) SELECT $1, id FROM "
            "label WHERE id = $2 AND org = $3 ON CONFLICT (role, "
            "label) DO NOTHING",
            DB_ARGS(db_i64(id), db_i64(role->labels[i]), db_i64(scope->org)),
            err);
        if (rc < 0)
            return rc;
        if (rc == 0)
            return err_set(err, E_INVALID,
                           "there is no label %lld, or it is named twice",
                           (long long)role->labels[i]);
    }
    return 0;
}

static int check_role(struct db *db, const struct scope *scope,
                      const struct role *role, struct err *err)
{
    int64_t taken = 0;
    int rc = role_may_grant(scope, role->permissions, err);

    if (rc < 0)
        return rc;
    if (str_trim(role->name).n == 0 || role->name.n > ROLE_NAME_MAX)
        return err_set(err, E_INVALID, "a role has a name of 1 to %d bytes",
                       ROLE_NAME_MAX);
    if (role->label_count > ROLE_LABELS_MAX)
        return err_set(err, E_INVALID, "a role has at most %d labels",
                       ROLE_LABELS_MAX);
    rc = role_find(db, scope->org, role->name, &taken, err);
    if (rc < 0)
        return rc;
    if (taken != 0 && taken != role->id)
        return err_set(err, E_INVALID, "there is a role of this name already");
    return 0;
}

int role_add(struct db *db, const struct scope *scope, const struct role *role,
             int64_t *out_id, struct err *err)
{
    struct role fresh = *role;
    int64_t count = 0;
    int64_t id = 0;
    int rc;

    fresh.id = 0;
    rc = check_role(db, scope, &fresh, err);
    if (rc < 0)
        return rc;
    rc = db_one_i64(db, "SELECT COUNT(*) FROM role WHERE org = $1",
                    DB_ARGS(db_i64(scope->org)), &count, err);
    if (rc < 0)
        return rc;
    if (count >= ROLES_MAX)
        return err_set(err, E_INVALID, "an organisation has at most %d roles",
                       ROLES_MAX);
    rc = db_one_i64(db,
                    "INSERT INTO role (org, name, permissions, built_in, "
                    "revision) VALUES ($1, $2, $3, 0, 1) RETURNING id",
                    DB_ARGS(db_i64(scope->org), db_text(role->name),
                            db_i64((int64_t)role->permissions)),
                    &id, err);
    if (rc < 0)
        return rc;
    rc = put_labels(db, scope, id, role, err);
    if (rc < 0)
        return rc;
    *out_id = id;
    return 0;
}

/* Of the role as it is: who changes or removes it must hold that, too. */
static int check_old(struct db *db, const struct scope *scope, int64_t id,
                     struct arena *arena, struct role *old, struct err *err)
{
    int rc = find_role(db, scope->org, id, arena, old, err);

    if (rc < 0)
        return rc;
    if (old->built_in)
        return err_set(err, E_PERM,
                       "a built-in role cannot be changed: make one of your "
                       "own");
    return role_may_grant(scope, old->permissions, err);
}

int role_change(struct db *db, const struct scope *scope,
                const struct role *role, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct role old;
    int rc = check_old(db, scope, role->id, &arena, &old, err);

    if (rc < 0)
        return rc;
    rc = check_role(db, scope, role, err);
    if (rc < 0)
        return rc;
    rc = db_run(db,
                "UPDATE role SET name = $1, permissions = $2, revision = "
                "revision + 1 WHERE id = $3 AND org = $4 AND revision = $5",
                DB_ARGS(db_text(role->name), db_i64((int64_t)role->permissions),
                        db_i64(role->id), db_i64(scope->org),
                        db_i64(role->revision)),
                err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_INVALID, "the role was changed meanwhile");
    return put_labels(db, scope, role->id, role, err);
}

int role_remove(struct db *db, const struct scope *scope, int64_t id,
                struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct role old;
    int rc = check_old(db, scope, id, &arena, &old, err);

    if (rc < 0)
        return rc;
    if (old.users > 0)
        return err_set(err, E_INVALID,
                       "%lld users have the role: take it from them first",
                       (long long)old.users);
    rc = db_run(db, "DELETE FROM role_label WHERE role = $1",
                DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM group_role WHERE role = $1",
                    DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM role WHERE id = $1 AND org = $2",
                    DB_ARGS(db_i64(id), db_i64(scope->org)), err);
    return rc < 0 ? rc : 0;
}

int group_role_list(struct db *db, const struct scope *scope,
                    struct arena *arena, struct group_role **out, size_t *out_n,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct group_role *list = arena_alloc(arena, ROLES_MAX, sizeof(*list));
    size_t n = 0;
    int rc;

    rc = db_query(db,
                  "SELECT source, name, role FROM group_role WHERE org = $1 "
                  "ORDER BY source, name, role LIMIT 1000",
                  DB_ARGS(db_i64(scope->org)), &rows, err);
    if (rc < 0)
        return rc;
    for (; (rc = db_next(rows, err)) == 1 && n < ROLES_MAX; n++)
        list[n] = (struct group_role){
            .source = arena_str(arena, db_col_text(rows, 0)),
            .name = arena_str(arena, db_col_text(rows, 1)),
            .role = db_col_i64(rows, 2),
        };
    if (rc < 0)
        return rc;
    *out = list;
    *out_n = n;
    return 0;
}

int group_role_set(struct db *db, const struct scope *scope,
                   const struct group_role *rows, size_t n, struct err *err)
{
    int rc;

    if (n > ROLES_MAX)
        return err_set(err, E_INVALID, "at most %d groups", ROLES_MAX);
    rc = db_run(db, "DELETE FROM group_role WHERE org = $1",
                DB_ARGS(db_i64(scope->org)), err);
    for (size_t i = 0; rc >= 0 && i < n; i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct role role;

        rc = find_role(db, scope->org, rows[i].role, &arena, &role, err);
        if (rc < 0)
            return rc == E_ABSENT
                       ? err_set(err, E_INVALID, "there is no role %lld",
                                 (long long)rows[i].role)
                       : rc;
        rc = role_may_grant(scope, role.permissions, err);
        if (rc < 0)
            return rc;
        rc = db_run(db,
                    "INSERT INTO group_role (org, source, name, role) VALUES "
                    "($1, $2, $3, $4) ON CONFLICT (org, source, name, role) "
                    "DO NOTHING",
                    DB_ARGS(db_i64(scope->org), db_text(rows[i].source),
                            db_text(rows[i].name), db_i64(rows[i].role)),
                    err);
    }
    return rc < 0 ? rc : 0;
}
