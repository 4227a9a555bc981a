/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalog_int.h"

#include "base/buf.h"

enum {
    TABLES_MAX = 1000,
    COLUMNS_MAX = 200,
    NAME_BYTES_MAX = 63,
    SQL_MAX = 4096,
};

void catalog_clear(struct catalog *catalog)
{
    vec_clear(&catalog->tables);
    arena_clear(&catalog->arena);
}

static bool is_plain(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return name.n > 0 && name.n <= NAME_BYTES_MAX;
}

static bool type_of(str name, enum db_type *out)
{
    static const struct {
        const char *name;
        enum db_type type;
    } types[] = {
        { "BIGINT", DB_I64 }, { "INT8", DB_I64 },  { "INTEGER", DB_I64 },
        { "TEXT", DB_TEXT },  { "BLOB", DB_BLOB }, { "BYTEA", DB_BLOB },
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq_nocase(name, str_c(types[i].name))) {
            *out = types[i].type;
            return true;
        }
    return false;
}

struct reading {
    struct catalog *catalog;
    struct db_column columns[COLUMNS_MAX];
    struct db_table table; /* the one whose columns come */
};

static void end_table(struct reading *reading)
{
    struct catalog *catalog = reading->catalog;
    size_t n = reading->table.n;
    struct db_column *columns;

    if (reading->table.name.n == 0)
        return;
    columns = arena_alloc(&catalog->arena, n, sizeof(*columns));
    memcpy(columns, reading->columns, n * sizeof(*columns));
    reading->table.columns = columns;
    *vec_push(&catalog->tables) = reading->table;
}

static int add_column(struct reading *reading, struct db_rows *row,
                      struct err *err)
{
    struct arena *arena = &reading->catalog->arena;
    str table = db_col_text(row, 0);
    str column = db_col_text(row, 1);
    str type = db_col_text(row, 2);
    struct db_column *at;

    if (!is_plain(table) || !is_plain(column))
        return err_set(err, E_INVALID,
                       "%" PRIstr ".%" PRIstr ": is not a name of Holdfast's",
                       ARGstr(table), ARGstr(column));
    if (!str_eq(table, reading->table.name)) {
        end_table(reading);
        reading->table = (struct db_table){ .name = arena_str(arena, table) };
    }
    if (reading->table.n >= COLUMNS_MAX ||
        reading->catalog->tables.n >= TABLES_MAX)
        return err_set(err, E_LIMIT, "too many tables or columns");
    at = &reading->columns[reading->table.n++];
    at->name = arena_str(arena, column);
    if (!type_of(type, &at->type))
        return err_set(err, E_INVALID,
                       "%" PRIstr ".%" PRIstr ": %" PRIstr
                       " is not a type of Holdfast's",
                       ARGstr(table), ARGstr(column), ARGstr(type));
    return 0;
}

int catalog_read(struct db *db, struct catalog *out, struct err *err)
{
    const char *sql =
        db_engine(db) == DB_SQLITE
            ? "SELECT m.name, p.name, p.type FROM sqlite_schema m, "
              "pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name "
              "NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> "
              "'schema_version' "
              "ORDER BY m.name, p.cid"
            : "SELECT c.relname, a.attname, t.typname FROM pg_class c JOIN "
              "pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON "
              "a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid WHERE "
              "n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > "
              "0 "
              "AND NOT a.attisdropped AND c.relname <> 'schema_version' ORDER "
              "BY c.relname, a.attnum";
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(catalog_clear) struct catalog catalog = { ARENA, { 0 } };
    struct reading reading = { .catalog = &catalog };
    int rc = db_query(db, sql, DB_NO_ARGS, &rows, err);

    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) == 1) {
        rc = add_column(&reading, rows, err);
        if (rc < 0)
            return rc;
    }
    end_table(&reading);
    *out = catalog;
    catalog = (struct catalog){ ARENA, { 0 } };
    return 0;
}

const struct db_table *catalog_find(const struct catalog *catalog, str name)
{
    for (size_t i = 0; i < catalog->tables.n; i++)
        if (str_eq(catalog->tables.p[i].name, name))
            return &catalog->tables.p[i];
    return NULL;
}

size_t catalog_column(const struct db_table *table, str name)
{
    size_t i = 0;

    while (i < table->n && !str_eq(table->columns[i].name, name))
        i++;
    return i;
}

/* SQLite makes the table of counters with the first table that has one. */
static int has_counters(struct db *db, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT count(*) FROM sqlite_schema WHERE name = "
                        "'sqlite_sequence'",
                        DB_NO_ARGS, &n, err);

    return rc < 0 ? rc : n > 0;
}

int catalog_counter(struct db *db, str table, int64_t *out, struct err *err)
{
    bool lite = db_engine(db) == DB_SQLITE;
    const char *sql =
        lite ? "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = "
               "$1"
             : "SELECT coalesce(max(last_value), 0) FROM pg_sequences WHERE "
               "schemaname = current_schema() AND sequencename = $1 || "
               "'_id_seq'";
    int rc = lite ? has_counters(db, err) : 1;

    *out = 0;
    if (rc <= 0)
        return rc;
    rc = db_one_i64(db, sql, DB_ARGS(db_text(table)), out, err);
    return rc < 0 ? rc : 0;
}

int catalog_set_counter(struct db *db, str table, int64_t last, struct err *err)
{
    struct db_args args = DB_ARGS(db_text(table), db_i64(last));
    int64_t value;
    int rc;

    if (last <= 0)
        return 0;
    if (db_engine(db) == DB_POSTGRESQL)
        rc = db_one_i64(db,
                        "SELECT setval(format('%I.%I', schemaname, "
                        "sequencename)::regclass, $2, true) FROM pg_sequences "
                        "WHERE schemaname = current_schema() AND sequencename "
                        "= $1 || '_id_seq'",
                        args, &value, err);
    else {
        rc = db_run(db, "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1",
                    args, err);
        if (rc == 0)
            rc = db_run(db,
                        "INSERT INTO sqlite_sequence (name, seq) VALUES "
                        "($1, $2)",
                        args, err);
    }
    return rc < 0 ? rc : 0;
}
