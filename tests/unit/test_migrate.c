/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/check.h"
#include "store/schema_int.h"
#include "tests/unit/db.h"
#include "tests/unit/store_fill.h"

static struct err err;

#define OK(call) ok((call), #call)

static int ok(int rc, const char *what)
{
    if (rc < 0)
        fail_msg("%s: %s", what, err_text(&err));
    return rc;
}

static int64_t one(struct db *db, const char *sql)
{
    int64_t value = -1;

    OK(db_one_i64(db, sql, DB_NO_ARGS, &value, &err));
    return value;
}

static int64_t version(struct db *db)
{
    int64_t value = -1;

    OK(schema_version(db, &value, &err));
    return value;
}

static void say(void *ctx UNUSED, const char *sentence)
{
    print_message("# problem: %s\n", sentence);
}

static void assert_whole(struct db *db)
{
    assert_int_equal(OK(store_check(db, NULL, 0, say, NULL, &err)), 0);
}

/* The first lines of each table, which name its columns. */
static void print_columns(struct db *db, struct buf *out)
{
    store_fill(db, 0);
    store_print(db, out);
}

static void data_of_every_earlier_version_is_carried_forward(
    void **state UNUSED)
{
    AUTO(buf_clear) struct buf fresh = BUF(1 << 20);
    struct db *db = test_db_open();

    print_columns(db, &fresh);
    test_db_close(db);
    for (int64_t from = 1; from < (int64_t)migration_count; from++) {
        AUTO(buf_clear) struct buf columns = BUF(1 << 20);

        db = test_db_empty();
        OK(schema_migrate(db, from, 1, &err));
        assert_int_equal(version(db), from);
        store_fill(db, 7);
        OK(schema_migrate(db, 0, 2, &err));
        assert_int_equal(version(db), (int64_t)migration_count);
        assert_int_equal(one(db, "SELECT count(*) FROM org"), 7);
        assert_int_equal(one(db, "SELECT sum(id) FROM org"), 28);
        assert_int_equal(
            one(db, "SELECT count(*) FROM schema_version WHERE applied = 1"),
            from);
        assert_whole(db);
        print_columns(db, &columns);
        assert_true(str_eq(buf_str(&fresh), buf_str(&columns)));
        test_db_close(db);
    }
}

static void a_newer_database_is_refused(void **state UNUSED)
{
    struct db *db = test_db_open();

    OK(db_run(db, "INSERT INTO schema_version VALUES ($1, 'later', 9)",
              DB_ARGS(db_i64((int64_t)migration_count + 1)), &err));
    assert_int_equal(schema_migrate(db, 0, 2, &err), E_UNSUPPORTED);
    assert_non_null(strstr(err_text(&err), "newer"));
    assert_int_equal(version(db), (int64_t)migration_count + 1);
    assert_false(db_in_transaction(db));
    test_db_close(db);
}

static void a_database_of_someone_else_is_refused(void **state UNUSED)
{
    struct db *db = test_db_empty();

    OK(db_run(db, "CREATE TABLE theirs (a BIGINT)", DB_NO_ARGS, &err));
    assert_int_equal(schema_migrate(db, 0, 2, &err), E_INVALID);
    assert_int_equal(one(db, "SELECT count(*) FROM theirs"), 0);
    test_db_close(db);
}

static const char *const good_sql[] = {
    "CREATE TABLE a (id @ID, t TEXT NOT NULL)",
    "INSERT INTO a (t) VALUES ('TEXT @ID')", NULL
};
static const char *const bad_sql[] = { "CREATE TABLE b (id @ID, b @BLOB)",
                                       "INSERT INTO a (t) VALUES ('b')",
                                       "INSERT INTO nothing (t) VALUES ('b')",
                                       NULL };
static const char *const mended_sql[] = { "CREATE TABLE b (id @ID, b @BLOB)",
                                          "UPDATE a SET t = 'b'", NULL };

static void a_migration_that_fails_leaves_the_old_state(void **state UNUSED)
{
    static const struct migration broken[] = { { 1, "good", good_sql },
                                               { 2, "bad", bad_sql } };
    static const struct migration mended[] = { { 1, "good", good_sql },
                                               { 2, "mended", mended_sql } };
    const struct schema first = { broken, 2 };
    const struct schema second = { mended, 2 };
    struct db *db = test_db_empty();

    assert_true(schema_apply(db, &first, 0, 1, &err) < 0);
    assert_non_null(strstr(err_text(&err), "migration 2 (bad)"));
    assert_int_equal(version(db), 1);
    assert_int_equal(one(db, "SELECT count(*) FROM a WHERE t = 'TEXT @ID'"), 1);
    assert_true(db_run(db, "SELECT b FROM b", DB_NO_ARGS, &err) < 0);
    OK(schema_apply(db, &second, 0, 1, &err));
    assert_int_equal(version(db), 2);
    assert_int_equal(one(db, "SELECT count(*) FROM a WHERE t = 'b'"), 1);
    test_db_close(db);
}

static pid_t start_migrating(const char *url)
{
    pid_t pid = fork();
    struct db *db = NULL;

    if (pid != 0)
        return pid;
    if (db_open(url, &db, &err) < 0 || schema_migrate(db, 0, 1, &err) < 0) {
        fprintf(stderr, "# %s\n", err_text(&err));
        _exit(1);
    }
    db_close(db);
    _exit(0);
}

static void several_processes_migrate_at_once(void **state UNUSED)
{
    struct db *db = test_db_empty();
    pid_t pids[6];

    for (size_t i = 0; i < COUNT(pids); i++)
        pids[i] = start_migrating(test_db_url(db));
    for (size_t i = 0; i < COUNT(pids); i++) {
        int status = -1;

        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(version(db), (int64_t)migration_count);
    assert_int_equal(one(db, "SELECT count(*) FROM schema_version"),
                     (int64_t)migration_count);
    assert_int_equal(one(db, "SELECT count(*) FROM org"), 1);
    assert_whole(db);
    test_db_close(db);
}

static void a_migration_killed_anywhere_is_finished_later(void **state UNUSED)
{
    AUTO(buf_clear) struct buf fresh = BUF(1 << 20);
    struct db *db = test_db_open();
    const unsigned rounds = test_db_is_postgresql() ? 8 : 25;
    unsigned in_the_middle = 0;

    print_columns(db, &fresh);
    test_db_close(db);
    for (unsigned i = 0; i < rounds; i++) {
        AUTO(buf_clear) struct buf columns = BUF(1 << 20);
        int64_t reached;
        pid_t pid;

        db = test_db_empty();
        pid = start_migrating(test_db_url(db));
        usleep(500 + i * (test_db_is_postgresql() ? 20000 : 800));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        reached = version(db);
        in_the_middle += reached > 0 && reached < (int64_t)migration_count;
        OK(schema_migrate(db, 0, 2, &err));
        assert_whole(db);
        assert_int_equal(one(db, "SELECT count(*) FROM org"), 1);
        print_columns(db, &columns);
        assert_true(str_eq(buf_str(&fresh), buf_str(&columns)));
        test_db_close(db);
    }
    print_message("# %u of %u were in the middle\n", in_the_middle, rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_of_every_earlier_version_is_carried_forward),
        cmocka_unit_test(a_newer_database_is_refused),
        cmocka_unit_test(a_database_of_someone_else_is_refused),
        cmocka_unit_test(a_migration_that_fails_leaves_the_old_state),
        cmocka_unit_test(several_processes_migrate_at_once),
        cmocka_unit_test(a_migration_killed_anywhere_is_finished_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
