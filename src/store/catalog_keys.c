/* SPDX-License-Identifier: Apache-2.0
 *
 * Foreign keys: as they are, put off while rows come in any order, and looked
 * through. Of several columns there are none in our schema.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "store/catalog_int.h"

enum {
    SQL_MAX = 4096,
    ORPHANS_MAX = 100 /* for each key */
};

static const char keys_sql[] =
    "SELECT k.conname, c.relname, a.attname, f.relname, b.attname "
    "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
    "JOIN pg_class f ON f.oid = k.confrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] "
    "JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = "
    "k.confkey[1] WHERE k.contype = 'f' AND n.nspname = current_schema() "
    "AND array_length(k.conkey, 1) = 1 ORDER BY c.relname, k.conname";

/* Runs `format` with the table's and the key's name for each key. */
static int alter_keys(struct db *db, const char *how, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, keys_sql, DB_NO_ARGS, &rows, err);

    while (rc == 0 && db_next(rows, err) == 1) {
        AUTO(buf_clear) struct buf sql = BUF(SQL_MAX);
        str key = db_col_text(rows, 0);
        str table = db_col_text(rows, 1);

        buf_printf(&sql,
                   "ALTER TABLE \"%" PRIstr "\" ALTER CONSTRAINT \"%" PRIstr
                   "\" %s",
                   ARGstr(table), ARGstr(key), how);
        rc = db_script(db, buf_c(&sql), err);
    }
    return rc;
}

int catalog_keys_off(struct db *db, struct err *err)
{
    return db_engine(db) == DB_SQLITE
               ? db_script(db, "PRAGMA foreign_keys = OFF", err)
               : 0;
}

int catalog_keys_on(struct db *db, struct err *err)
{
    return db_engine(db) == DB_SQLITE
               ? db_script(db, "PRAGMA foreign_keys = ON", err)
               : 0;
}

int catalog_keys_late(struct db *db, struct err *err)
{
    return db_engine(db) == DB_SQLITE
               ? 0
               : alter_keys(db, "DEFERRABLE INITIALLY DEFERRED", err);
}

static void first_orphan(void *ctx, str sentence)
{
    struct buf *first = ctx;

    if (first->n == 0)
        buf_add(first, sentence);
}

int catalog_keys_check(struct db *db, struct err *err)
{
    AUTO(buf_clear) struct buf first = BUF(SQL_MAX);
    int rc;

    if (db_engine(db) == DB_POSTGRESQL) {
        rc = db_script(db, "SET CONSTRAINTS ALL IMMEDIATE", err);
        return rc < 0 ? rc : alter_keys(db, "NOT DEFERRABLE", err);
    }
    rc = catalog_orphans(db, first_orphan, &first, err);
    if (rc == 0 && first.n > 0)
        rc = err_set(err, E_CORRUPT, "%s", buf_c(&first));
    return rc;
}

static int lite_orphans(struct db *db, catalog_found_fn *fn, void *ctx,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT \"table\", rowid, parent FROM "
                      "pragma_foreign_key_check LIMIT $1",
                      DB_ARGS(db_i64(ORPHANS_MAX)), &rows, err);

    while (rc == 0 && db_next(rows, err) == 1) {
        AUTO(buf_clear) struct buf text = BUF(SQL_MAX);
        str table = db_col_text(rows, 0);
        str parent = db_col_text(rows, 2);

        buf_printf(&text,
                   "%" PRIstr ": row %" PRId64 " refers to a %" PRIstr
                   " that is not there",
                   ARGstr(table), db_col_i64(rows, 1), ARGstr(parent));
        fn(ctx, buf_str(&text));
    }
    return rc;
}

struct key {
    str table, column, parent, parent_column;
};

static int key_orphans(struct db *db, const struct key *key,
                       catalog_found_fn *fn, void *ctx, struct err *err)
{
    AUTO(buf_clear) struct buf sql = BUF(SQL_MAX);
    AUTO(buf_clear) struct buf text = BUF(SQL_MAX);
    int64_t n = 0;
    int rc;

    buf_printf(&sql,
               "SELECT count(*) FROM \"%" PRIstr "\" c WHERE c.\"%" PRIstr
               "\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \"%" PRIstr
               "\" p WHERE p.\"%" PRIstr "\" = c.\"%" PRIstr "\")",
               ARGstr(key->table), ARGstr(key->column), ARGstr(key->parent),
               ARGstr(key->parent_column), ARGstr(key->column));
    rc = db_one_i64(db, buf_c(&sql), DB_NO_ARGS, &n, err);
    if (rc < 0 || n == 0)
        return rc;
    buf_printf(&text,
               "%" PRIstr ": %" PRId64 " rows refer to a %" PRIstr
               " that is not there",
               ARGstr(key->table), n, ARGstr(key->parent));
    fn(ctx, buf_str(&text));
    return 0;
}

int catalog_orphans(struct db *db, catalog_found_fn *fn, void *ctx,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    if (db_engine(db) == DB_SQLITE)
        return lite_orphans(db, fn, ctx, err);
    rc = db_query(db, keys_sql, DB_NO_ARGS, &rows, err);
    while (rc == 0 && db_next(rows, err) == 1) {
        struct key key = { db_col_text(rows, 1), db_col_text(rows, 2),
                           db_col_text(rows, 3), db_col_text(rows, 4) };

        rc = key_orphans(db, &key, fn, ctx, err);
    }
    return rc;
}
