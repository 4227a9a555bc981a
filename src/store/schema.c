/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema_int.h"

#include <assert.h>

#include "base/buf.h"
#include "store/db_int.h"

const struct migration migrations[] = {
    { 1, "organisations, settings, audit", schema_base },
    { 2, "users, roles, sessions, tokens", schema_people },
    { 3, "devices, inventories, labels", schema_device },
    { 4, "enrolment, certificates, jobs", schema_trust },
    { 5, "configurations and runs", schema_run },
    { 6, "content, findings, reports", schema_finding },
    { 7, "patching", schema_patch },
    { 8, "benchmarks", schema_scap },
    { 9, "network devices", schema_netdev },
    { 10, "patching: changes, report schedules", schema_patch_more },
    { 11, "overview", schema_overview },
    { 12, "network devices that fetch", schema_netdev_fetch },
    { 13, "patching: scans that failed", schema_patch_failed },
    { 14, "deployments to network devices", schema_netdev_deploy },
    { 15, "schedules of network devices", schema_netdev_schedule },
    { 16, "templates of patch reports", schema_patch_template },
    { 17, "answers of network devices", schema_netdev_more },
    { 18, "what is staged waits for a second person", schema_netdev_decide },
    { 19, "versions that are put back", schema_netdev_restore },
    { 20, "credentials go to confirmed addresses", schema_netdev_confirm },
    { 21, "saved filters", schema_saved_filter },
    { 22, "images of network devices", schema_netdev_image },
    { 23, "files of these images", schema_netdev_image_file },
    { 24, "sessions of network devices are stopped", schema_netdev_stop },
    { 25, "SSH beside HTTPS has a port", schema_netdev_ssh_port },
    { 26, "backups", schema_backup },
};
const size_t migration_count = COUNT(migrations);

enum {
    SQL_MAX = 1 << 20,
    MIGRATION_PATIENCE_MS = 600000
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '@';
}

/* The SQL with @ID, @BLOB and TEXT as the engine calls them; what stands in
 * quotes is left alone. */
static void translate(const struct db_ops *ops, str sql, struct buf *out)
{
    const struct {
        str from;
        const char *to;
    } words[] = {
        { STR("@ID"), ops->id },
        { STR("@BLOB"), ops->blob },
        { STR("TEXT"), ops->text },
    };
    bool quoted = false;

    while (sql.n > 0) {
        const char *to = NULL;
        str word = { sql.p, 0 };

        while (word.n < sql.n && is_word(sql.p[word.n]))
            word.n++;
        for (size_t i = 0; !quoted && i < COUNT(words); i++)
            if (str_eq(word, words[i].from))
                to = words[i].to;
        if (word.n == 0) {
            quoted ^= sql.p[0] == '\'';
            word.n = 1;
        }
        buf_add(out, to == NULL ? word : str_c(to));
        sql = str_sub(sql, word.n, sql.n);
    }
}

static int run_statement(struct db *db, const char *sql, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SQL_MAX);
    int rc;

    translate(db->ops, str_c(sql), &text);
    rc = buf_finish(&text, "a migration", err);
    if (rc < 0)
        return rc;
    return db_script(db, buf_c(&text), err);
}

/* How many tables there are, and whether schema_version is one of them: in one
 * statement, because another process may be migrating (on PostgreSQL also one
 * that was killed: its server process still ends what it was told). */
static int count_tables(struct db *db, int64_t *out_all, bool *out_ours,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    const char *sql =
        db_engine(db) == DB_SQLITE
            ? "SELECT count(*), count(CASE name WHEN 'schema_version' THEN 1 "
              "END) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
              "'sqlite\\_%' ESCAPE '\\'"
            : "SELECT count(*), count(CASE tablename WHEN 'schema_version' "
              "THEN 1 END) FROM pg_tables WHERE schemaname = "
              "current_schema()";
    int rc = db_query(db, sql, DB_NO_ARGS, &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    *out_all = db_col_i64(rows, 0);
    *out_ours = db_col_i64(rows, 1) > 0;
    return 0;
}

int schema_version(struct db *db, int64_t *out, struct err *err)
{
    bool ours = false;
    int64_t n = 0;
    int rc = count_tables(db, &n, &ours, err);

    if (rc < 0)
        return rc;
    if (ours)
        return db_one_i64(db, "SELECT max(version) FROM schema_version",
                          DB_NO_ARGS, out, err);
    if (n > 0)
        return err_set(err, E_INVALID,
                       "the database has tables that are not Holdfast's");
    *out = 0;
    return 0;
}

/* Inside a transaction. Returns 1 when it applied one, 0 when `target` is
 * reached. */
static int apply_next(struct db *db, const struct schema *schema,
                      int64_t target, int64_t now, struct err *err)
{
    const struct migration *next;
    int64_t version = 0;
    int rc = schema_version(db, &version, err);

    if (rc < 0)
        return rc;
    if (version > (int64_t)schema->count)
        return err_set(err, E_UNSUPPORTED,
                       "the database has version %lld, this program knows %zu: "
                       "it was used by a newer one",
                       (long long)version, schema->count);
    if (version >= target)
        return 0;
    next = &schema->migrations[version];
    assert(next->version == version + 1);
    if (version == 0)
        rc = run_statement(db,
                           "CREATE TABLE schema_version (version BIGINT "
                           "PRIMARY KEY, name TEXT NOT NULL, applied BIGINT "
                           "NOT NULL)",
                           err);
    for (size_t i = 0; rc == 0 && next->sql[i] != NULL; i++)
        rc = run_statement(db, next->sql[i], err);
    if (rc == 0)
        rc = db_run(db, "INSERT INTO schema_version VALUES ($1, $2, $3)",
                    DB_ARGS(db_i64(next->version), db_text(str_c(next->name)),
                            db_i64(now)),
                    err);
    if (rc < 0)
        return err_wrap(err, rc, "migration %lld (%s)",
                        (long long)next->version, next->name);
    return 1;
}

int schema_apply_inside(struct db *db, const struct schema *schema,
                        int64_t version, int64_t now, struct err *err)
{
    int64_t target = version == 0 ? (int64_t)schema->count : version;
    int rc;

    assert(db_in_transaction(db));
    do
        rc = apply_next(db, schema, target, now, err);
    while (rc == 1);
    return rc;
}

static int apply_one(struct db *db, const struct schema *schema, int64_t target,
                     int64_t now, struct err *err)
{
    int rc = db_begin(db, err);
    int more;

    if (rc < 0)
        return rc;
    rc = db_lock(db, "schema", err);
    if (rc == 0)
        rc = apply_next(db, schema, target, now, err);
    if (rc < 0) {
        db_rollback(db);
        return rc;
    }
    more = rc;
    rc = db_commit(db, err);
    return rc < 0 ? rc : more;
}

int schema_apply(struct db *db, const struct schema *schema, int64_t version,
                 int64_t now, struct err *err)
{
    int64_t target = version == 0 ? (int64_t)schema->count : version;
    int rc = db_patience(db, MIGRATION_PATIENCE_MS, err);
    int last;

    if (rc < 0)
        return rc;
    do
        rc = apply_one(db, schema, target, now, err);
    while (rc == 1);
    db_forget(db);
    last = db_patience(db, DB_PATIENCE_MS, rc < 0 ? NULL : err);
    return rc < 0 ? rc : last;
}

int schema_migrate(struct db *db, int64_t version, int64_t now, struct err *err)
{
    const struct schema schema = { migrations, migration_count };

    return schema_apply(db, &schema, version, now, err);
}
