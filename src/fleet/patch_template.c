/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_template.h"

#define COLUMNS "id, name, source, chosen, conditions, owner, created, revision"

void patch_templates_clear(struct patch_templates *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct patch_template *out)
{
    *out = (struct patch_template){
        .id = db_col_i64(rows, 0),
        .name = arena_str(arena, db_col_text(rows, 1)),
        .source = arena_str(arena, db_col_text(rows, 2)),
        .columns = arena_str(arena, db_col_text(rows, 3)),
        .filter = arena_str(arena, db_col_text(rows, 4)),
        .owner = arena_str(arena, db_col_text(rows, 5)),
        .created = db_col_i64(rows, 6),
        .revision = db_col_i64(rows, 7),
    };
}

int patch_template_list(struct db *db, const struct scope *scope,
                        const struct patch_template_range *range,
                        struct arena *arena, struct patch_templates *out,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM patch_template WHERE org = $1"
        " AND id > $2 ORDER BY id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(range->after), db_i64(range->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int patch_template_get(struct db *db, const struct scope *scope, int64_t id,
                       struct arena *arena, struct patch_template *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db,
                    "SELECT " COLUMNS " FROM patch_template WHERE org = $1"
                    " AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)),
                    DB_WANTED("template", id), &rows, err);

    if (rc == 0)
        read_row(rows, arena, out);
    return rc;
}

int patch_template_add(struct db *db, const struct scope *scope,
                       struct patch_template *t, int64_t now, struct err *err)
{
    return db_one_i64(
        db,
        "INSERT INTO patch_template (org, name, source, chosen,"
        " conditions, owner, created, revision) VALUES ($1, $2, $3,"
        " $4, $5, $6, $7, 1) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(t->name), db_text(t->source),
                db_text(t->columns), db_text(t->filter), db_text(scope->name),
                db_i64(now)),
        &t->id, err);
}

int patch_template_change(struct db *db, const struct scope *scope,
                          const struct patch_template *t, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_template SET name = $3, source = $4,"
                    " chosen = $5, conditions = $6, revision = revision + 1"
                    " WHERE org = $1 AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(t->id), db_text(t->name),
                            db_text(t->source), db_text(t->columns),
                            db_text(t->filter)),
                    err);

    return rc < 0 ? rc : 0;
}

int patch_template_remove(struct db *db, const struct scope *scope, int64_t id,
                          struct err *err)
{
    int rc = db_run(db, "DELETE FROM patch_template WHERE org = $1 AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)), err);

    return rc < 0 ? rc : 0;
}
