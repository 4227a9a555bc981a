/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/backup.h"

#define COLUMNS                                                                \
    "id, file, state, author, started, ended, tables, records, bytes,"         \
    " checking, checked, text"

static void read_row(struct db_rows *row, struct arena *arena,
                     struct backup *out)
{
    *out = (struct backup){
        .id = db_col_i64(row, 0),
        .file = arena_str(arena, db_col_text(row, 1)),
        .state = arena_str(arena, db_col_text(row, 2)),
        .author = arena_str(arena, db_col_text(row, 3)),
        .started = db_col_i64(row, 4),
        .ended = db_col_i64(row, 5),
        .tables = db_col_i64(row, 6),
        .records = db_col_i64(row, 7),
        .bytes = db_col_i64(row, 8),
        .checking = db_col_i64(row, 9) != 0,
        .checked = db_col_i64(row, 10),
        .text = arena_str(arena, db_col_text(row, 11)),
    };
}

void backups_clear(struct backups *all)
{
    vec_clear(&all->all);
}

/* One at a time: each reads the whole store, or a whole file. */
static int need_idle(struct db *db, struct err *err)
{
    int64_t busy = 0;
    int rc = db_lock(db, "backup", err);

    if (rc == 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM backup WHERE state = 'making'"
                        " OR checking <> 0",
                        DB_NO_ARGS, &busy, err);
    if (rc < 0)
        return rc;
    return busy > 0 ? err_set(err, E_LIMIT,
                              "a backup is made or read back already: wait "
                              "for its end")
                    : 0;
}

int backup_add(struct db *db, struct backup *backup, struct err *err)
{
    int rc = need_idle(db, err);

    if (rc < 0)
        return rc;
    rc = db_one_i64(db,
                    "INSERT INTO backup (file, state, author, started, ended,"
                    " tables, records, bytes, checking, checked, text)"
                    " VALUES ($1, 'making', $2, $3, 0, 0, 0, 0, 0, 0, '')"
                    " RETURNING id",
                    DB_ARGS(db_text(backup->file), db_text(backup->author),
                            db_i64(backup->started)),
                    &backup->id, err);
    return rc < 0 ? rc : 0;
}

int backup_end(struct db *db, const struct backup *backup, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE backup SET state = $1, ended = $2, tables = $3,"
                    " records = $4, bytes = $5, checked = $6, text = $7"
                    " WHERE id = $8 AND state = 'making'",
                    DB_ARGS(db_text(backup->state), db_i64(backup->ended),
                            db_i64(backup->tables), db_i64(backup->records),
                            db_i64(backup->bytes), db_i64(backup->checked),
                            db_text(backup->text), db_i64(backup->id)),
                    err);

    return rc < 0 ? rc : 0;
}

int backup_check_begin(struct db *db, int64_t id, struct err *err)
{
    int rc = need_idle(db, err);

    if (rc == 0)
        rc = db_run(db,
                    "UPDATE backup SET checking = 1, text = '' WHERE id = $1"
                    " AND state = 'done'",
                    DB_ARGS(db_i64(id)), err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no backup %lld that was made",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

int backup_check_end(struct db *db, int64_t id, int64_t checked, str text,
                     struct err *err)
{
    int rc = db_run(db,
                    "UPDATE backup SET checking = 0, text = $1,"
                    " checked = CASE WHEN $2 > 0 THEN $2 ELSE checked END"
                    " WHERE id = $3 AND checking <> 0",
                    DB_ARGS(db_text(text), db_i64(checked), db_i64(id)), err);

    return rc < 0 ? rc : 0;
}

int backup_lost(struct db *db, str text, int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE backup SET state = 'failed', ended = $1, text = $2"
                    " WHERE state = 'making'",
                    DB_ARGS(db_i64(now), db_text(text)), err);

    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE backup SET checking = 0, text = $1"
                    " WHERE checking <> 0",
                    DB_ARGS(db_text(text)), err);
    return rc < 0 ? rc : 0;
}

int backup_list(struct db *db, int64_t before, int64_t limit,
                struct arena *arena, struct backups *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM backup WHERE id < $1"
        " ORDER BY id DESC LIMIT $2",
        DB_ARGS(db_i64(before > 0 ? before : INT64_MAX), db_i64(limit)), &rows,
        err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int backup_get(struct db *db, int64_t id, struct arena *arena,
               struct backup *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db, "SELECT " COLUMNS " FROM backup WHERE id = $1",
                    DB_ARGS(db_i64(id)), DB_WANTED("backup", id), &rows, err);

    if (rc == 0)
        read_row(rows, arena, out);
    return rc;
}

int backup_remove(struct db *db, int64_t id, struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM backup WHERE id = $1 AND state <> 'making'"
                    " AND checking = 0",
                    DB_ARGS(db_i64(id)), err);

    if (rc == 0)
        return err_set(err, E_INVALID,
                       "it is being made or read back: wait for its end");
    return rc < 0 ? rc : 0;
}
