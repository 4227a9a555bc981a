/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_image.h"

int netdev_image_file(struct db *db, int64_t org, str sha256, int64_t now,
                      int64_t *out, struct err *err)
{
    return db_one_i64(db,
                      "INSERT INTO netdev_image_file (org, sha256, taken)"
                      " VALUES ($1, $2, $3) ON CONFLICT (org, sha256)"
                      " DO UPDATE SET taken = $3 RETURNING id",
                      DB_ARGS(db_i64(org), db_text(sha256), db_i64(now)), out,
                      err);
}

int netdev_image_put(struct db *db, int64_t file, int64_t number, str bytes,
                     struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO netdev_image_piece (file, number, body)"
                    " VALUES ($1, $2, $3) ON CONFLICT (file, number)"
                    " DO NOTHING",
                    DB_ARGS(db_i64(file), db_i64(number), db_blob(bytes)), err);

    return rc < 0 ? rc : 0;
}

int netdev_image_piece(struct db *db, int64_t file, int64_t number,
                       struct buf *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT body FROM netdev_image_piece WHERE file = $1"
                      " AND number = $2",
                      DB_ARGS(db_i64(file), db_i64(number)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    buf_add(out, db_col_blob(rows, 0));
    return buf_finish(out, "a piece of an image", err);
}

/* A file that nothing needs; 1: there is none. */
static int find_stray(struct db *db, int64_t now, int64_t *out, struct err *err)
{
    return db_one_i64(db,
                      "SELECT f.id FROM netdev_image_file f WHERE f.taken < $1"
                      " AND NOT EXISTS (SELECT 1 FROM netdev_image i WHERE"
                      " i.org = f.org AND i.sha256 = f.sha256)"
                      " ORDER BY f.id LIMIT 1",
                      DB_ARGS(db_i64(now - NETDEV_IMAGE_STRAY_S)), out, err);
}

static int sweep(struct db *db, int64_t now, int64_t limit, struct err *err)
{
    int64_t file = 0;
    int gone;
    int rc = find_stray(db, now, &file, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    gone = db_run(db,
                  "DELETE FROM netdev_image_piece WHERE file = $1 AND number"
                  " IN (SELECT number FROM netdev_image_piece WHERE file = $1"
                  " ORDER BY number LIMIT $2)",
                  DB_ARGS(db_i64(file), db_i64(limit)), err);
    if (gone < 0 || gone == limit)
        return gone;
    rc =
        db_run(db, "DELETE FROM netdev_image_file WHERE id = $1 AND taken < $2",
               DB_ARGS(db_i64(file), db_i64(now - NETDEV_IMAGE_STRAY_S)), err);
    return rc < 0 ? rc : gone + rc;
}

int netdev_image_sweep(struct db *db, int64_t now, int64_t limit,
                       struct err *err)
{
    int rc = db_begin(db, err);
    int gone;

    if (rc < 0)
        return rc;
    gone = sweep(db, now, limit, err);
    rc = gone < 0 ? gone : db_commit(db, err);
    if (rc < 0)
        db_rollback(db);
    return rc < 0 ? rc : gone;
}
