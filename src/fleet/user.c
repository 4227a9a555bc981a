/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/user.h"

#include "fleet/rows_int.h"

enum {
    LIST_MAX = 1000
};

#define USER_COLUMNS                                                           \
    "SELECT id, org, login, name, email, source, subject, home, disabled, "    \
    "totp, failures, locked_until, created, last_login, password_set, "        \
    "revision FROM app_user "

static void read_user(struct db_rows *rows, struct arena *arena, void *ctx)
{
    struct user *out = ctx;

    *out = (struct user){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .login = arena_str(arena, db_col_text(rows, 2)),
        .name = arena_str(arena, db_col_text(rows, 3)),
        .email = arena_str(arena, db_col_text(rows, 4)),
        .source = arena_str(arena, db_col_text(rows, 5)),
        .subject = arena_str(arena, db_col_text(rows, 6)),
        .home = db_col_i64(rows, 7),
        .disabled = db_col_i64(rows, 8) != 0,
        .totp = !db_col_null(rows, 9),
        .failures = db_col_i64(rows, 10),
        .locked_until = db_col_i64(rows, 11),
        .created = db_col_i64(rows, 12),
        .last_login = db_col_i64(rows, 13),
        .password_set = db_col_i64(rows, 14),
        .revision = db_col_i64(rows, 15),
    };
}

static const struct rows_plan user_rows = { read_user, sizeof(struct user),
                                            LIST_MAX, "user" };

static int load_roles(struct db *db, struct arena *arena, struct user *user,
                      struct err *err)
{
    static const struct rows_plan ids = { rows_read_id, sizeof(int64_t),
                                          USER_ROLES_MAX, "role" };
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct rows_found found;
    int rc = db_query(db,
                      "SELECT role FROM user_role WHERE app_user = $1 ORDER BY "
                      "role LIMIT 50",
                      DB_ARGS(db_i64(user->id)), &rows, err);

    if (rc >= 0)
        rc = rows_all(rows, &ids, arena, &found, err);
    if (rc < 0)
        return rc;
    user->roles = found.p;
    user->role_count = found.n;
    return 0;
}

int user_get(struct db *db, const struct scope *scope, int64_t id,
             struct arena *arena, struct user *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, USER_COLUMNS "WHERE org = $1 AND id = $2",
                      DB_ARGS(db_i64(scope->org), db_i64(id)), &rows, err);

    if (rc >= 0)
        rc = rows_one(rows, &user_rows, arena, out, err);
    return rc < 0 ? rc : load_roles(db, arena, out, err);
}

/* The text as a pattern of LIKE: %text%, its own signs escaped. */
static str like_pattern(struct arena *arena, str text)
{
    char *out = arena_alloc(arena, 2 * text.n + 3, 1);
    size_t n = 0;

    if (text.n == 0)
        return STR("");
    out[n++] = '%';
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '%' || c == '_' || c == '\\')
            out[n++] = '\\';
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[n++] = '%';
    return (str){ out, n };
}

#define USER_FILTER                                                            \
    "WHERE org = $1 AND ($2 = '' OR LOWER(login) LIKE $2 ESCAPE '\\' OR "      \
    "LOWER(name) LIKE $2 ESCAPE '\\' OR LOWER(email) LIKE $2 ESCAPE '\\')"

int user_list(struct db *db, const struct scope *scope,
              const struct user_filter *filter, struct arena *arena,
              struct user_list *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct rows_plan plan = user_rows;
    struct rows_found found = { 0 };
    str after = str_or_empty(filter->after);
    struct user *users;
    int rc;

    if (filter->limit > 0 && filter->limit <= LIST_MAX)
        plan.max = (size_t)filter->limit;
    rc = db_query(
        db, USER_COLUMNS USER_FILTER " AND login > $3 ORDER BY login LIMIT $4",
        DB_ARGS(db_i64(scope->org), db_text(like_pattern(arena, filter->text)),
                db_text(after), db_i64((int64_t)plan.max)),
        &rows, err);
    if (rc >= 0)
        rc = rows_all(rows, &plan, arena, &found, err);
    users = found.p;
    for (size_t i = 0; rc >= 0 && i < found.n; i++)
        rc = load_roles(db, arena, &users[i], err);
    if (rc < 0)
        return rc;
    *out = (struct user_list){ users, found.n };
    return 0;
}

int user_count(struct db *db, const struct scope *scope, str text, int64_t *out,
               struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc = db_one_i64(
        db, "SELECT COUNT(*) FROM app_user " USER_FILTER,
        DB_ARGS(db_i64(scope->org), db_text(like_pattern(&arena, text))), out,
        err);

    return rc < 0 ? rc : 0;
}

int user_total(struct db *db, int64_t *out, struct err *err)
{
    int rc =
        db_one_i64(db, "SELECT COUNT(*) FROM app_user", DB_NO_ARGS, out, err);

    return rc < 0 ? rc : 0;
}

static bool login_char(char c, bool local)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return true;
    if (local)
        return c == '.' || c == '_' || c == '-' || c == '@' || c == '+';
    return (unsigned char)c > ' ' && c != 0x7f;
}

int login_form(str login, bool local, struct arena *arena, str *out,
               struct err *err)
{
    char *text;

    if (login.n == 0 || login.n > LOGIN_MAX)
        return err_set(err, E_INVALID, "a login has 1 to %d bytes", LOGIN_MAX);
    text = arena_alloc(arena, login.n + 1, 1);
    for (size_t i = 0; i < login.n; i++) {
        char c = login.p[i];

        text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (!login_char(text[i], local))
            return err_set(err, E_INVALID,
                           "a login is made of letters, digits and . _ - @ +");
    }
    *out = (str){ text, login.n };
    /* The audit log writes these for what is no person. */
    if (str_eq(*out, STR("system")) || str_starts(*out, STR("device-")))
        return err_set(err, E_INVALID, "the login '%" PRIstr "' is reserved",
                       ARGstr(*out));
    return 0;
}

/* Enabled administrators of the organisation who need no other service,
 * without `except`. */
static int others_administer(struct db *db, int64_t org, int64_t except,
                             struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM app_user u JOIN user_role ur ON ur.app_user = "
        "u.id JOIN role r ON r.id = ur.role WHERE u.org = $1 AND u.id <> $2 "
        "AND u.disabled = 0 AND u.source IN ('local', 'member') AND "
        "r.built_in = 1 AND r.name = 'administrator'",
        DB_ARGS(db_i64(org), db_i64(except)), &n, err);

    if (rc < 0)
        return rc;
    return n > 0 ? 0
                 : err_set(err, E_INVALID,
                           "the organisation would have no administrator who "
                           "can log in without another service");
}

/* Whether the account is one of those that others_administer counts. */
static int administers(struct db *db, int64_t user, bool *out, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM app_user u JOIN user_role ur ON ur.app_user = "
        "u.id JOIN role r ON r.id = ur.role WHERE u.id = $1 AND u.disabled = "
        "0 AND u.source IN ('local', 'member') AND r.built_in = 1 AND r.name "
        "= 'administrator'",
        DB_ARGS(db_i64(user)), &n, err);

    *out = n > 0;
    return rc < 0 ? rc : 0;
}

int user_may_manage(struct db *db, const struct scope *scope, int64_t id,
                    struct err *err)
{
    struct access access;
    int rc = access_of(db, id, &access, err);

    return rc < 0 ? rc : role_may_grant(scope, access.permissions, err);
}

static int put_roles(struct db *db, const struct scope *scope,
                     const struct user *user, struct err *err)
{
    int rc;

    if (user->role_count > USER_ROLES_MAX)
        return err_set(err, E_INVALID, "a user has at most %d roles",
                       USER_ROLES_MAX);
    rc = db_run(db, "DELETE FROM user_role WHERE app_user = $1",
                DB_ARGS(db_i64(user->id)), err);
    for (size_t i = 0; rc >= 0 && i < user->role_count; i++) {
        rc = db_run(db,
                    "INSERT INTO user_role (app_user, role) SELECT $1, id FROM "
                    "role WHERE id = $2 AND org = $3 ON CONFLICT (app_user, "
                    "role) DO NOTHING",
                    DB_ARGS(db_i64(user->id), db_i64(user->roles[i]),
                            db_i64(scope->org)),
                    err);
        if (rc == 0)
            return err_set(err, E_INVALID,
                           "there is no role %lld, or it is named twice",
                           (long long)user->roles[i]);
    }
    if (rc < 0)
        return rc;
    /* What they have now must be the caller's to give. */
    return user_may_manage(db, scope, user->id, err);
}

static int check_texts(const struct user *user, struct err *err)
{
    if (user->name.n > USER_TEXT_MAX || user->email.n > USER_TEXT_MAX)
        return err_set(err, E_INVALID,
                       "name and e-mail address have at most %d bytes",
                       USER_TEXT_MAX);
    return 0;
}

static int insert_user(struct db *db, int64_t org, const struct user *user,
                       int64_t *out_id, struct err *err)
{
    int64_t taken = 0;
    int rc;

    rc = db_one_i64(db,
                    "SELECT COUNT(*) FROM app_user WHERE org = $1 AND login = "
                    "$2",
                    DB_ARGS(db_i64(org), db_text(user->login)), &taken, err);
    if (rc < 0)
        return rc;
    if (taken != 0)
        return err_set(err, E_INVALID,
                       "there is a user with the login '%" PRIstr "' already",
                       ARGstr(user->login));
    rc = db_one_i64(
        db,
        "INSERT INTO app_user (org, login, name, email, source, subject, home, "
        "password, password_set, totp_last, disabled, failures, locked_until, "
        "created, last_login, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "$8, $9, 0, $10, 0, 0, $9, 0, 1) RETURNING id",
        DB_ARGS(db_i64(org), db_text(user->login),
                db_text(str_or_empty(user->name)),
                db_text(str_or_empty(user->email)), db_text(user->source),
                db_text(user->subject.n > 0 ? user->subject : STR_NONE),
                user->home != 0 ? db_i64(user->home) : db_null(),
                db_text(user->hash), db_i64(user->created),
                db_i64(user->disabled)),
        out_id, err);
    return rc < 0 ? rc : 0;
}

int user_add(struct db *db, const struct scope *scope, const struct user *user,
             int64_t *out_id, struct err *err)
{
    struct user fresh = *user;
    int rc = check_texts(user, err);

    if (rc < 0)
        return rc;
    rc = insert_user(db, scope->org, user, &fresh.id, err);
    if (rc < 0)
        return rc;
    rc = put_roles(db, scope, &fresh, err);
    if (rc < 0)
        return rc;
    *out_id = fresh.id;
    return 0;
}

/* Before a change: the caller may act on the account; *out_last tells
 * whether another administrator must be there afterwards. */
static int check_change(struct db *db, const struct scope *scope, int64_t id,
                        bool *out_administers, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct user old;
    int rc = user_get(db, scope, id, &arena, &old, err);

    if (rc < 0)
        return rc;
    rc = user_may_manage(db, scope, id, err);
    return rc < 0 ? rc : administers(db, id, out_administers, err);
}

int user_change(struct db *db, const struct scope *scope,
                const struct user *user, struct err *err)
{
    bool before = false;
    bool after = false;
    int rc = check_texts(user, err);

    if (rc < 0)
        return rc;
    rc = check_change(db, scope, user->id, &before, err);
    if (rc < 0)
        return rc;
    rc = db_run(db,
                "UPDATE app_user SET name = $1, email = $2, disabled = $3, "
                "revision = revision + 1 WHERE id = $4 AND org = $5 AND "
                "revision = $6",
                DB_ARGS(db_text(str_or_empty(user->name)),
                        db_text(str_or_empty(user->email)),
                        db_i64(user->disabled), db_i64(user->id),
                        db_i64(scope->org), db_i64(user->revision)),
                err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_INVALID, "the user was changed meanwhile");
    rc = put_roles(db, scope, user, err);
    if (rc < 0)
        return rc;
    rc = administers(db, user->id, &after, err);
    if (rc < 0)
        return rc;
    return before && !after ? others_administer(db, scope->org, user->id, err)
                            : 0;
}

static const char *const removals[] = {
    "DELETE FROM session WHERE app_user = $1 OR home = $1",
    "DELETE FROM session WHERE app_user IN (SELECT id FROM app_user WHERE home "
    "= $1)",
    "DELETE FROM api_token WHERE app_user = $1",
    "DELETE FROM api_token WHERE app_user IN (SELECT id FROM app_user WHERE "
    "home = $1)",
    "DELETE FROM recovery_code WHERE app_user = $1",
    "DELETE FROM saved_filter WHERE app_user = $1",
    "DELETE FROM saved_filter WHERE app_user IN (SELECT id FROM app_user "
    "WHERE home = $1)",
    "DELETE FROM user_role WHERE app_user = $1",
    "DELETE FROM user_role WHERE app_user IN (SELECT id FROM app_user WHERE "
    "home = $1)",
    "DELETE FROM app_user WHERE home = $1",
    "DELETE FROM app_user WHERE id = $1",
};

/* Accounts elsewhere that live by this one must not be the last either. */
static int check_members(struct db *db, int64_t id, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT id, org FROM app_user WHERE home = $1",
                      DB_ARGS(db_i64(id)), &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) == 1) {
        bool needed = false;

        rc = administers(db, db_col_i64(rows, 0), &needed, err);
        if (rc >= 0 && needed)
            rc = others_administer(db, db_col_i64(rows, 1), db_col_i64(rows, 0),
                                   err);
    }
    return rc < 0 ? rc : 0;
}

int user_remove(struct db *db, const struct scope *scope, int64_t id,
                struct err *err)
{
    bool before = false;
    int rc = check_change(db, scope, id, &before, err);

    if (rc < 0)
        return rc;
    if (before) {
        rc = others_administer(db, scope->org, id, err);
        if (rc < 0)
            return rc;
    }
    rc = check_members(db, id, err);
    for (size_t i = 0; rc >= 0 && i < COUNT(removals); i++)
        rc = db_run(db, removals[i], DB_ARGS(db_i64(id)), err);
    return rc < 0 ? rc : 0;
}

/* --- accounts of directories and providers ----------------------------- */

static int grant_groups(struct db *db, int64_t org, int64_t user,
                        const struct outsider *outsider, struct err *err)
{
    int rc = db_run(db, "DELETE FROM user_role WHERE app_user = $1",
                    DB_ARGS(db_i64(user)), err);
    int64_t n = 0;

    for (size_t i = 0; rc >= 0 && i < outsider->group_count; i++)
        rc =
            db_run(db,
                   "INSERT INTO user_role (app_user, role) SELECT $1, role "
                   "FROM group_role WHERE org = $2 AND source = $3 AND "
                   "LOWER(name) = LOWER($4) ON CONFLICT (app_user, role) DO "
                   "NOTHING",
                   DB_ARGS(db_i64(user), db_i64(org), db_text(outsider->source),
                           db_text(outsider->groups[i])),
                   err);
    if (rc >= 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM user_role WHERE app_user = "
                        "$1",
                        DB_ARGS(db_i64(user)), &n, err);
    if (rc < 0)
        return rc;
    return n > 0 ? 0
                 : err_set(err, E_PERM,
                           "none of the account's groups has a role here");
}

int user_from_outside(struct db *db, int64_t org,
                      const struct outsider *outsider, int64_t now,
                      int64_t *out_id, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct user user = { .name = str_sub(outsider->name, 0, USER_TEXT_MAX),
                         .email = str_sub(outsider->email, 0, USER_TEXT_MAX),
                         .source = outsider->source,
                         .subject = outsider->subject,
                         .created = now };
    int rc;

    if (outsider->subject.n == 0 || outsider->subject.n > 1000)
        return err_set(err, E_INVALID, "the account has no name of its own");
    rc = db_one_i64(db,
                    "SELECT id FROM app_user WHERE org = $1 AND source = $2 "
                    "AND subject = $3",
                    DB_ARGS(db_i64(org), db_text(outsider->source),
                            db_text(outsider->subject)),
                    &user.id, err);
    if (rc < 0)
        return rc;
    if (rc == 1) {
        rc = login_form(outsider->login, false, &arena, &user.login, err);
        if (rc >= 0)
            rc = insert_user(db, org, &user, &user.id, err);
    } else {
        rc = db_run(db,
                    "UPDATE app_user SET name = $1, email = $2 WHERE id = $3",
                    DB_ARGS(db_text(str_or_empty(user.name)),
                            db_text(str_or_empty(user.email)), db_i64(user.id)),
                    err);
    }
    if (rc >= 0)
        rc = grant_groups(db, org, user.id, outsider, err);
    if (rc < 0)
        return rc;
    *out_id = user.id;
    return 0;
}
