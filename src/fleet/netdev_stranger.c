/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_fetch.h"

#define COLUMNS                                                                \
    "id, org, server, serial, product, hostname, version, platform, asked,"    \
    " address, first_seen, last_seen"

void strangers_clear(struct strangers *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct stranger *out)
{
    *out = (struct stranger){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .server = db_col_i64(rows, 2),
        .serial = arena_str(arena, db_col_text(rows, 3)),
        .product = arena_str(arena, db_col_text(rows, 4)),
        .hostname = arena_str(arena, db_col_text(rows, 5)),
        .version = arena_str(arena, db_col_text(rows, 6)),
        .platform = arena_str(arena, db_col_text(rows, 7)),
        .asked = arena_str(arena, db_col_text(rows, 8)),
        .address = arena_str(arena, db_col_text(rows, 9)),
        .first_seen = db_col_i64(rows, 10),
        .last_seen = db_col_i64(rows, 11),
    };
}

static int note(struct db *db, const struct stranger *s, struct err *err)
{
    return db_run(
        db,
        "UPDATE netdev_stranger SET server = $3, product = $4, asked = $5,"
        " address = $6, last_seen = $7,"
        " hostname = CASE WHEN $8 = '' THEN hostname ELSE $8 END,"
        " version = CASE WHEN $9 = '' THEN version ELSE $9 END,"
        " platform = CASE WHEN $10 = '' THEN platform ELSE $10 END"
        " WHERE org = $1 AND serial = $2",
        DB_ARGS(db_i64(s->org), db_text(s->serial), db_i64(s->server),
                db_text(s->product), db_text(s->asked), db_text(s->address),
                db_i64(s->last_seen), db_text(s->hostname), db_text(s->version),
                db_text(s->platform)),
        err);
}

int stranger_seen(struct db *db, const struct stranger *s, struct err *err)
{
    int64_t count = 0;
    int rc = note(db, s, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = db_one_i64(db, "SELECT count(*) FROM netdev_stranger WHERE org = $1",
                    DB_ARGS(db_i64(s->org)), &count, err);
    if (rc < 0)
        return rc;
    if (count >= FETCH_STRANGERS_MAX)
        return 1;
    rc = db_run(db,
                "INSERT INTO netdev_stranger (org, server, serial, product,"
                " hostname, version, platform, asked, address, first_seen,"
                " last_seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
                " $10) ON CONFLICT (org, serial) DO NOTHING",
                DB_ARGS(db_i64(s->org), db_i64(s->server), db_text(s->serial),
                        db_text(s->product), db_text(s->hostname),
                        db_text(s->version), db_text(s->platform),
                        db_text(s->asked), db_text(s->address),
                        db_i64(s->last_seen)),
                err);
    return rc < 0 ? rc : 0;
}

int stranger_find(struct db *db, int64_t org, str serial, struct arena *arena,
                  struct stranger *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_stranger WHERE org = $1"
                      " AND serial = $2",
                      DB_ARGS(db_i64(org), db_text(serial)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    read_row(rows, arena, out);
    return 0;
}

int stranger_get(struct db *db, const struct scope *scope, int64_t id,
                 struct arena *arena, struct stranger *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db,
                    "SELECT " COLUMNS " FROM netdev_stranger WHERE org = $1"
                    " AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)),
                    DB_WANTED("unclaimed device", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int stranger_list(struct db *db, const struct scope *scope,
                  const struct netdev_range *range, struct arena *arena,
                  struct strangers *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_stranger WHERE org = $1"
        " AND id > $2 ORDER BY id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(range->after), db_i64(range->limit)),
        &rows, err);

    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int stranger_remove(struct db *db, const struct scope *scope, int64_t id,
                    struct err *err)
{
    int rc =
        db_run(db, "DELETE FROM netdev_stranger WHERE org = $1 AND id = $2",
               DB_ARGS(db_i64(scope->org), db_i64(id)), err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no unclaimed device %lld",
                       (long long)id);
    return rc < 0 ? rc : 0;
}
