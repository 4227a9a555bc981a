/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/saved_filter.h"

void saved_filters_clear(struct saved_filters *out)
{
    vec_clear(&out->all);
}

int saved_filter_list(struct db *db, const struct scope *scope, str list,
                      struct arena *arena, struct saved_filters *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT id, list, name, query FROM saved_filter WHERE"
                      " app_user = $1 AND ($2 = '' OR list = $2)"
                      " ORDER BY list, name, id",
                      DB_ARGS(db_i64(scope->user), db_text(list)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) = (struct saved_filter){
            .id = db_col_i64(rows, 0),
            .list = arena_str(arena, db_col_text(rows, 1)),
            .name = arena_str(arena, db_col_text(rows, 2)),
            .query = arena_str(arena, db_col_text(rows, 3)),
        };
        rc = 0;
    }
    return rc;
}

int saved_filter_put(struct db *db, const struct scope *scope,
                     struct saved_filter *filter, int64_t now, struct err *err)
{
    int64_t others = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM saved_filter WHERE app_user = $1"
                        " AND NOT (list = $2 AND name = $3)",
                        DB_ARGS(db_i64(scope->user), db_text(filter->list),
                                db_text(filter->name)),
                        &others, err);

    if (rc < 0)
        return rc;
    if (others >= SAVED_FILTERS_MAX)
        return err_set(err, E_LIMIT, "you have %d saved filters: remove one",
                       SAVED_FILTERS_MAX);
    rc = db_one_i64(
        db,
        "INSERT INTO saved_filter (app_user, list, name, query, changed)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (app_user, list, name)"
        " DO UPDATE SET query = excluded.query, changed = excluded.changed"
        " RETURNING id",
        DB_ARGS(db_i64(scope->user), db_text(filter->list),
                db_text(filter->name), db_text(filter->query), db_i64(now)),
        &filter->id, err);
    return rc < 0 ? rc : 0;
}

int saved_filter_remove(struct db *db, const struct scope *scope, int64_t id,
                        struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM saved_filter WHERE app_user = $1"
                    " AND id = $2",
                    DB_ARGS(db_i64(scope->user), db_i64(id)), err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such filter");
    return rc < 0 ? rc : 0;
}
