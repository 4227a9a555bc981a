/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything happens in one transaction: the old tables go, those of the
 * backup's version are made, filled and migrated, and only then is anything
 * of it to be seen.
 */
#include "store/backup_int.h"
#include "store/schema_int.h"

struct restore {
    struct db *db;
    const struct restore_terms *terms;
    struct catalog catalog;    /* of the tables just made */
    const struct db_table *to; /* the one that is filled */
    struct db_table from;      /* its columns in the backup's order */
    struct db_column columns[BACKUP_COLUMNS_MAX];
    bool copying;
    struct backup_reader reader;
};

static int drop_tables(struct db *db, struct err *err)
{
    AUTO(catalog_clear) struct catalog old = { ARENA, { 0 } };
    int rc = catalog_read(db, &old, err);

    for (size_t i = 0; rc == 0 && i < old.tables.n; i++) {
        AUTO(buf_clear) struct buf sql = BUF(4096);

        buf_printf(&sql, "DROP TABLE \"%" PRIstr "\"%s",
                   ARGstr(old.tables.p[i].name),
                   db_engine(db) == DB_POSTGRESQL ? " CASCADE" : "");
        rc = db_script(db, buf_c(&sql), err);
    }
    return rc < 0 ? rc : db_script(db, "DROP TABLE schema_version", err);
}

/* The migrations have put rows of their own into their tables. */
static int empty_tables(struct restore *restore, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < restore->catalog.tables.n; i++) {
        AUTO(buf_clear) struct buf sql = BUF(4096);

        buf_printf(&sql, "DELETE FROM \"%" PRIstr "\"",
                   ARGstr(restore->catalog.tables.p[i].name));
        rc = db_script(restore->db, buf_c(&sql), err);
    }
    return rc;
}

static int on_head(void *ctx, const struct backup_facts *facts, struct err *err)
{
    const struct schema schema = { migrations, migration_count };
    struct restore *restore = ctx;
    struct db *db = restore->db;
    int64_t version = 0;
    int rc;

    if (facts->version < 1 || facts->version > (int64_t)migration_count)
        return err_set(err, E_UNSUPPORTED,
                       "has schema version %lld, this program knows %zu",
                       (long long)facts->version, migration_count);
    rc = schema_version(db, &version, err);
    if (rc == 0 && version != 0 && !restore->terms->replace)
        rc = err_set(err, E_INVALID,
                     "the database is not empty; nothing was restored");
    if (rc == 0 && version != 0)
        rc = drop_tables(db, err);
    if (rc == 0)
        rc = schema_apply_inside(db, &schema, facts->version,
                                 restore->terms->now, err);
    if (rc == 0)
        rc = catalog_read(db, &restore->catalog, err);
    if (rc == 0)
        rc = catalog_keys_late(db, err);
    return rc < 0 ? rc : empty_tables(restore, err);
}

static int on_table(void *ctx, str name, const str *columns, size_t n,
                    struct err *err)
{
    struct restore *restore = ctx;
    const struct db_table *to = catalog_find(&restore->catalog, name);

    if (to == NULL)
        return err_set(err, E_INVALID,
                       "has a table %" PRIstr " that its version does not have",
                       ARGstr(name));
    if (n != to->n)
        return err_set(err, E_INVALID,
                       "its table %" PRIstr " has %zu columns, expected %zu",
                       ARGstr(name), n, to->n);
    for (size_t i = 0; i < n; i++) {
        size_t at = catalog_column(to, columns[i]);

        if (at == to->n)
            return err_set(err, E_INVALID,
                           "its table %" PRIstr " has an unknown column",
                           ARGstr(name));
        restore->columns[i] = to->columns[at];
    }
    restore->to = to;
    restore->from = (struct db_table){ to->name, restore->columns, n };
    return db_copy_begin(restore->db, &restore->from, err);
}

static int on_row(void *ctx, const struct db_cell *cells, struct err *err)
{
    struct restore *restore = ctx;

    for (size_t i = 0; i < restore->from.n; i++)
        if (cells[i].type != DB_NULL &&
            cells[i].type != restore->columns[i].type)
            return err_set(
                err, E_INVALID,
                "%" PRIstr ".%" PRIstr ": a value is not of its column's type",
                ARGstr(restore->from.name), ARGstr(restore->columns[i].name));
    return db_copy_row(restore->db, cells, err);
}

static int on_end(void *ctx, int64_t counter, struct err *err)
{
    struct restore *restore = ctx;
    int rc = db_copy_end(restore->db, err);

    if (rc == 0)
        rc = catalog_set_counter(restore->db, restore->to->name, counter, err);
    return rc < 0 ? err_wrap(err, rc, "%" PRIstr, ARGstr(restore->to->name))
                  : 0;
}

static int fill(struct restore *restore, struct backup_facts *out,
                struct err *err)
{
    static const struct backup_sink template = { NULL, on_head, on_table,
                                                 on_row, on_end };
    const struct schema schema = { migrations, migration_count };
    struct backup_sink sink = template;
    struct db *db = restore->db;
    int rc = db_begin(db, err);

    if (rc < 0)
        return rc;
    sink.ctx = restore;
    rc = db_lock(db, "schema", err);
    if (rc == 0)
        rc = backup_parse(backup_next_block, &restore->reader, &sink, out, err);
    if (rc == 0)
        rc = catalog_keys_check(db, err);
    if (rc == 0)
        rc = schema_apply_inside(db, &schema, 0, restore->terms->now, err);
    if (rc == 0)
        return db_commit(db, err);
    db_rollback(db);
    return rc;
}

int store_restore(struct db *db, const struct restore_terms *terms,
                  struct backup_facts *out, struct err *err)
{
    struct restore restore = { .db = db,
                               .terms = terms,
                               .reader = { .packed = BUF(VAULT_CHUNK_MAX) } };
    struct backup_facts facts = { 0 };
    int on;
    int rc =
        vault_open(terms->path, &terms->secret, &restore.reader.vault, err);

    if (rc < 0)
        return rc;
    rc = catalog_keys_off(db, err);
    if (rc == 0)
        rc = fill(&restore, &facts, err);
    on = catalog_keys_on(db, rc < 0 ? NULL : err);
    db_forget(db);
    catalog_clear(&restore.catalog);
    buf_clear(&restore.reader.packed);
    vault_in_free(restore.reader.vault);
    if (rc < 0)
        return err_wrap(err, rc, "%s", terms->path);
    if (on == 0 && out != NULL)
        *out = facts;
    return on;
}
