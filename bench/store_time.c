/* SPDX-License-Identifier: Apache-2.0
 *
 * store_time URL DIR [DEVICES] - measures the store at URL, which must be
 * empty; a backup goes to DIR. Prints "what<TAB>count<TAB>seconds" lines.
 */
#include <inttypes.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/backup.h"
#include "store/db_int.h"
#include "store/schema.h"
#include "trust/sign.h"

enum {
    BLOB_BYTES = 340, /* the Debian feed's results of one device */
    CLAIMERS = 4,
    CLAIM_AT_ONCE = 10,
};

static struct err err;

static int must(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "store_time: %s\n", err_text(&err));
        exit(1);
    }
    return rc;
}

static double now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void tell(const char *what, int64_t count, double since)
{
    printf("%s\t%" PRId64 "\t%.4f\n", what, count, now() - since);
    fflush(stdout);
}

static void run(struct db *db, const char *sql, struct db_args args)
{
    must(db_run(db, sql, args, &err));
}

/* Rows of their own transaction, and many in one: what group commit gives. */
static void inserts(struct db *db, int64_t count, int64_t together,
                    const char *what)
{
    double since = now();

    for (int64_t i = 0; i < count; i++) {
        if (together > 1 && i % together == 0)
            must(db_begin(db, &err));
        run(db,
            "INSERT INTO org (name, created) VALUES ($1, $2) ON CONFLICT "
            "(name) DO UPDATE SET created = excluded.created",
            DB_ARGS(db_text((str){ (const char[]){ 'n', (char)('a' + i % 26),
                                                   (char)('a' + i / 26 % 26),
                                                   (char)('a' + i / 676 % 26) },
                                   4 }),
                    db_i64(i)));
        if (together > 1 && (i + 1) % together == 0)
            must(db_commit(db, &err));
    }
    tell(what, count, since);
}

/* A device row per number, whatever columns the schema has. */
static void devices(struct db *db, const char *table, int64_t count)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct db_cell cells[100];
    struct db_column columns[100];
    struct db_table to = { str_c(table), columns, 0 };

    must(db_query(db,
                  db_engine(db) == DB_SQLITE
                      ? "SELECT name, type FROM pragma_table_info($1)"
                      : "SELECT column_name, data_type FROM "
                        "information_schema.columns WHERE table_name = $1 AND "
                        "table_schema = current_schema() ORDER BY "
                        "ordinal_position",
                  DB_ARGS(db_text(to.name)), &rows, &err));
    while (db_next(rows, &err) == 1) {
        str type = db_col_text(rows, 1);

        columns[to.n].name = db_col_text(rows, 0);
        columns[to.n].type = str_eq_nocase(type, STR("text")) ? DB_TEXT
                             : str_eq_nocase(type, STR("blob")) ||
                                     str_eq_nocase(type, STR("bytea"))
                                 ? DB_BLOB
                                 : DB_I64;
        to.n++;
    }
    must(db_begin(db, &err));
    must(db_copy_begin(db, &to, &err));
    for (int64_t i = 1; i <= count; i++) {
        char text[32];
        int n = snprintf(text, sizeof(text), "device-%" PRId64, i);

        for (size_t c = 0; c < to.n; c++) {
            bool id = str_eq(columns[c].name, STR("id"));

            cells[c] = (struct db_cell){ columns[c].type,
                                         id ? i : 1,
                                         { text, (size_t)n } };
        }
        must(db_copy_row(db, cells, &err));
    }
    must(db_copy_end(db, &err));
    must(db_commit(db, &err));
}

/* Every device reports once; 500 reports a transaction. */
static void reports(struct db *db, int64_t count, uint32_t seed,
                    const char *what)
{
    char blob[BLOB_BYTES];
    double since = now();

    for (int64_t i = 0; i < count; i++) {
        /* In no order, as devices report. */
        int64_t device = i * 7919 % count + 1;

        for (size_t b = 0; b < sizeof(blob); b++) {
            seed = seed * 1664525 + 1013904223;
            blob[b] = (char)(seed >> 24);
        }
        if (i % 500 == 0)
            must(db_begin(db, &err));
        run(db,
            "INSERT INTO finding (device, content, origin, at, run, "
            "duration_ms, n_true, n_false, n_unknown, n_error, "
            "n_not_evaluated, n_not_applicable, verdicts) VALUES ($1, 1, "
            "'agent', $2, 0, 5, 1, 2, 3, 4, 5, 6, $3) ON CONFLICT (device, "
            "content, origin) DO UPDATE SET at = excluded.at, n_true = "
            "excluded.n_true, verdicts = excluded.verdicts",
            DB_ARGS(db_i64(device), db_i64(i),
                    db_blob((str){ blob, sizeof(blob) })));
        if (i % 500 == 499 || i == count - 1)
            must(db_commit(db, &err));
    }
    tell(what, count, since);
}

static int add_bytes(void *ctx, struct db_rows *row, struct err *why UNUSED)
{
    *(size_t *)ctx += db_col_blob(row, 0).n;
    return 0;
}

static void reading(struct db *db, int64_t count)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    double since = now();
    size_t bytes = 0;
    int64_t n = 0;

    must(db_each(db, "SELECT verdicts FROM finding", DB_NO_ARGS, add_bytes,
                 &bytes, &err));
    tell("read all findings", count, since);
    since = now();
    for (int64_t i = 0; i < 20000; i++)
        must(db_one_i64(db, "SELECT at FROM finding WHERE device = $1",
                        DB_ARGS(db_i64(i * 7919 % count + 1)), &n, &err));
    tell("read one finding", 20000, since);
}

static void claim_all(const char *url)
{
    struct db *db = NULL;
    int n = 1;

    must(db_open(url, &db, &err));
    while (n > 0)
        n = must(db_run(db,
                        "UPDATE audit_head SET id = 1 WHERE one IN (SELECT "
                        "one FROM audit_head WHERE id = 0 ORDER BY one LIMIT "
                        "$1 FOR UPDATE SKIP LOCKED)",
                        DB_ARGS(db_i64(CLAIM_AT_ONCE)), &err));
    db_close(db);
    _exit(0);
}

static void claims(struct db *db, const char *url)
{
    const int64_t count = 20000;
    double since;

    run(db, "CREATE INDEX audit_head_id ON audit_head (id, one)", DB_NO_ARGS);
    must(db_begin(db, &err));
    for (int64_t i = 2; i < count; i++)
        run(db, "INSERT INTO audit_head (one, id) VALUES ($1, 0)",
            DB_ARGS(db_i64(i)));
    must(db_commit(db, &err));
    since = now();
    for (int i = 0; i < CLAIMERS; i++)
        if (fork() == 0)
            claim_all(url);
    while (wait(NULL) > 0)
        ;
    tell("claim jobs, 4 processes, 10 at once", count, since);
}

static void backups(struct db *db, const char *dir)
{
    static const struct seal_key key = { { 1 } };
    struct restore_terms how = { .secret = { STR_NONE, &key },
                                 .replace = true };
    struct backup_facts facts;
    char path[4096];
    double since = now();

    snprintf(path, sizeof(path), "%s/backup", dir);
    how.path = path;
    must(store_backup(db, path, &how.secret, 1, &facts, &err));
    tell("back up", facts.rows, since);
    since = now();
    must(store_restore(db, &how, &facts, &err));
    tell("restore", facts.rows, since);
}

int main(int argc, char **argv)
{
    struct db *db = NULL;
    int64_t count = 100000;

    if (argc < 3) {
        fprintf(stderr, "usage: store_time URL DIR [DEVICES]\n");
        return 2;
    }
    if (argc > 3)
        must(str_to_i64(str_c(argv[3]), 1000, 10000000, &count, &err));
    must(trust_init(&err));
    must(db_open(argv[1], &db, &err));
    must(schema_migrate(db, 0, 1, &err));
    inserts(db, 2000, 1, "upsert, a transaction each");
    inserts(db, 20000, 10, "upsert, 10 a transaction");
    inserts(db, 100000, 1000, "upsert, 1000 a transaction");
    devices(db, "content", 1);
    devices(db, "device", count);
    reports(db, count, 1, "first report of each device");
    reports(db, count, 2, "re-report of each device");
    reading(db, count);
    claims(db, argv[1]);
    run(db, "DROP INDEX audit_head_id", DB_NO_ARGS);
    backups(db, argv[2]);
    db_close(db);
    return 0;
}
