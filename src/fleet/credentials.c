/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of fleet/user.h that logging in needs.
 */
#include "fleet/user.h"

#define COLUMNS                                                                \
    "SELECT id, password, totp, totp_new, totp_last, failures, locked_until, " \
    "disabled, source, login FROM app_user "

static str kept(struct arena *arena, str text)
{
    return text.p != NULL ? arena_str(arena, text) : STR_NONE;
}

static int read_one(struct db_rows *rows, struct arena *arena,
                    struct credentials *out, struct err *err)
{
    int rc = db_next(rows, err);

    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = (struct credentials){
        .user = db_col_i64(rows, 0),
        .password = kept(arena, db_col_text(rows, 1)),
        .totp = kept(arena, db_col_blob(rows, 2)),
        .totp_new = kept(arena, db_col_blob(rows, 3)),
        .totp_last = db_col_i64(rows, 4),
        .failures = db_col_i64(rows, 5),
        .locked_until = db_col_i64(rows, 6),
        .disabled = db_col_i64(rows, 7) != 0,
        .source = arena_str(arena, db_col_text(rows, 8)),
        .login = arena_str(arena, db_col_text(rows, 9)),
    };
    return 0;
}

int credentials_find(struct db *db, int64_t org, str login, struct arena *arena,
                     struct credentials *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, COLUMNS "WHERE org = $1 AND login = $2",
                      DB_ARGS(db_i64(org), db_text(login)), &rows, err);

    return rc < 0 ? rc : read_one(rows, arena, out, err);
}

int credentials_get(struct db *db, int64_t user, struct arena *arena,
                    struct credentials *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, COLUMNS "WHERE id = $1", DB_ARGS(db_i64(user)), &rows,
                      err);

    return rc < 0 ? rc : read_one(rows, arena, out, err);
}

int64_t lock_delay(int64_t failures)
{
    enum {
        FREE = 4,
        LONGEST = 900
    };

    if (failures <= FREE)
        return 0;
    if (failures - FREE >= 10)
        return LONGEST;
    return (int64_t)1 << (failures - FREE);
}

int user_failed(struct db *db, int64_t user, int64_t now, struct err *err)
{
    int64_t failures = 0;
    int rc = db_one_i64(db,
                        "UPDATE app_user SET failures = failures + 1 WHERE id "
                        "= $1 RETURNING failures",
                        DB_ARGS(db_i64(user)), &failures, err);

    if (rc < 0)
        return rc;
    rc = db_run(db, "UPDATE app_user SET locked_until = $1 WHERE id = $2",
                DB_ARGS(db_i64(now + lock_delay(failures)), db_i64(user)), err);
    return rc < 0 ? rc : 0;
}

int user_logged_in(struct db *db, int64_t user, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE app_user SET failures = 0, locked_until = 0, "
                    "last_login = $1 WHERE id = $2",
                    DB_ARGS(db_i64(now), db_i64(user)), err);

    return rc < 0 ? rc : 0;
}

int user_set_password(struct db *db, int64_t user, str hash, int64_t now,
                      struct err *err)
{
    int rc = db_run(db,
                    "UPDATE app_user SET password = $1, password_set = $2, "
                    "failures = 0, locked_until = 0 WHERE id = $3",
                    DB_ARGS(db_text(hash), db_i64(now), db_i64(user)), err);

    return rc < 0 ? rc : 0;
}

int user_set_totp(struct db *db, int64_t user, str sealed, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE app_user SET totp = $1, totp_new = NULL, revision "
                    "= revision + 1 WHERE id = $2",
                    DB_ARGS(db_blob(sealed), db_i64(user)), err);

    if (rc >= 0 && sealed.p == NULL)
        rc = recovery_set(db, user, NULL, 0, err);
    return rc < 0 ? rc : 0;
}

int user_set_totp_new(struct db *db, int64_t user, str sealed, struct err *err)
{
    int rc = db_run(db, "UPDATE app_user SET totp_new = $1 WHERE id = $2",
                    DB_ARGS(db_blob(sealed), db_i64(user)), err);

    return rc < 0 ? rc : 0;
}

int user_spend_totp(struct db *db, int64_t user, int64_t step, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE app_user SET totp_last = $1 WHERE id = $2 AND "
                    "totp_last < $1",
                    DB_ARGS(db_i64(step), db_i64(user)), err);

    if (rc < 0)
        return rc;
    return rc == 0 ? 1 : 0;
}

int recovery_set(struct db *db, int64_t user, const uint8_t (*digests)[32],
                 size_t n, struct err *err)
{
    int rc = db_run(db, "DELETE FROM recovery_code WHERE app_user = $1",
                    DB_ARGS(db_i64(user)), err);

    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = db_run(db,
                    "INSERT INTO recovery_code (app_user, digest) VALUES ($1, "
                    "$2)",
                    DB_ARGS(db_i64(user),
                            db_blob((str){ (const char *)digests[i], 32 })),
                    err);
    return rc < 0 ? rc : 0;
}

int recovery_take(struct db *db, int64_t user, const uint8_t digest[32],
                  struct err *err)
{
    int rc = db_run(
        db,
        "DELETE FROM recovery_code WHERE app_user = $1 AND digest "
        "= $2",
        DB_ARGS(db_i64(user), db_blob((str){ (const char *)digest, 32 })), err);

    if (rc < 0)
        return rc;
    return rc == 0 ? 1 : 0;
}
