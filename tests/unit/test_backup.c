/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <signal.h>

#include "base/io.h"
#include "store/backup.h"
#include "store/check.h"
#include "store/schema_int.h"
#include "tests/unit/db.h"
#include "tests/unit/store_fill.h"
#include "tests/unit/tree.h"
#include "trust/sign.h"

static struct err err;
static char root[TREE_PATH_MAX];
static char path[2 * TREE_PATH_MAX];
static struct seal_key key = { { 1, 2, 3 } };

#define OK(call) ok((call), #call)

static int ok(int rc, const char *what)
{
    if (rc < 0)
        fail_msg("%s: %s", what, err_text(&err));
    return rc;
}

static int set_up(void **state UNUSED)
{
    tree_make(root);
    snprintf(path, sizeof(path), "%s/backup", root);
    return trust_init(NULL);
}

static int tear_down(void **state UNUSED)
{
    tree_remove(root);
    return 0;
}

static const struct vault_secret by_key = { { NULL, 0 }, &key };

static struct restore_terms terms(bool replace)
{
    return (struct restore_terms){ path, by_key, replace, 5 };
}

static int restore(struct db *db, bool replace)
{
    struct restore_terms how = terms(replace);

    return store_restore(db, &how, NULL, &err);
}

static struct db *filled(int64_t rows)
{
    struct db *db = test_db_open();

    store_fill(db, rows);
    return db;
}

static void say(void *ctx UNUSED, const char *sentence)
{
    print_message("# problem: %s\n", sentence);
}

static int problems(struct db *db)
{
    return OK(store_check(db, NULL, 0, say, NULL, &err));
}

static void assert_same(struct db *a, struct db *b)
{
    AUTO(buf_clear) struct buf one = BUF(64 << 20);
    AUTO(buf_clear) struct buf other = BUF(64 << 20);

    store_print(a, &one);
    store_print(b, &other);
    assert_true(one.n > 0 && str_eq(buf_str(&one), buf_str(&other)));
}

static void what_was_backed_up_is_restored(void **state UNUSED)
{
    struct backup_facts facts = { 0 };
    struct db *db = filled(300);
    struct db *copy = test_db_empty();
    int64_t id = 0;

    OK(store_backup(db, path, &by_key, 4, &facts, &err));
    assert_int_equal(facts.version, migration_count);
    assert_int_equal(facts.created, 4);
    assert_int_equal(facts.rows, facts.tables * 300);
    OK(restore(copy, false));
    assert_same(db, copy);
    assert_int_equal(problems(copy), 0);
    OK(db_one_i64(copy,
                  "INSERT INTO org (name, created) VALUES ('new', 1) RETURNING "
                  "id",
                  DB_NO_ARGS, &id, &err));
    assert_int_equal(id, 311);
    /* Keys hold again. */
    assert_int_equal(db_run(copy,
                            "INSERT INTO user_role (app_user, role) VALUES "
                            "(999, 999)",
                            DB_NO_ARGS, &err),
                     E_INVALID);
    test_db_close(copy);
    test_db_close(db);
}

static void a_backup_moves_from_one_engine_to_the_other(void **state UNUSED)
{
    char url[2 * TREE_PATH_MAX];
    struct db *lite = NULL;
    struct db *db = filled(20);
    struct db *copy = test_db_empty();

    snprintf(url, sizeof(url), "sqlite:%s/lite.db", root);
    OK(db_open(url, &lite, &err));
    OK(store_backup(db, path, &by_key, 4, NULL, &err));
    OK(restore(lite, false));
    assert_same(db, lite);
    OK(store_backup(lite, path, &by_key, 4, NULL, &err));
    OK(restore(copy, false));
    assert_same(db, copy);
    db_close(lite);
    test_db_close(copy);
    test_db_close(db);
}

static void a_database_with_tables_is_replaced_only_when_told(
    void **state UNUSED)
{
    struct db *db = filled(5);
    struct db *other = filled(9);
    AUTO(buf_clear) struct buf before = BUF(1 << 20);
    AUTO(buf_clear) struct buf after = BUF(1 << 20);

    store_print(other, &before);
    OK(store_backup(db, path, &by_key, 4, NULL, &err));
    assert_int_equal(restore(other, false), E_INVALID);
    store_print(other, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    OK(restore(other, true));
    assert_same(db, other);
    assert_int_equal(problems(other), 0);
    test_db_close(other);
    test_db_close(db);
}

static void read_backup(struct buf *bytes)
{
    OK(io_read_file(AT_FDCWD, path, bytes, &err));
}

/* Every how many bytes: the form is the same, PostgreSQL takes longer. */
static size_t step(size_t n)
{
    return 1 + n / (test_db_is_postgresql() ? 3 : 12);
}

/* Whatever is wrong with the file, what the database held is still there. */
static void assert_refused(struct db *db, str bytes, const char *what)
{
    AUTO(buf_clear) struct buf before = BUF(1 << 20);
    AUTO(buf_clear) struct buf after = BUF(1 << 20);

    store_print(db, &before);
    tree_bytes(root, "backup", bytes.p, bytes.n);
    if (restore(db, true) >= 0)
        fail_msg("%s was restored", what);
    store_print(db, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
}

static void a_backup_cut_anywhere_is_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf bytes = BUF(8 << 20);
    struct db *db = filled(2);
    char what[64];

    OK(store_backup(db, path, &by_key, 4, NULL, &err));
    read_backup(&bytes);
    for (size_t n = 0; n < bytes.n; n += step(bytes.n)) {
        snprintf(what, sizeof(what), "the first %zu bytes", n);
        assert_refused(db, (str){ bytes.p, n }, what);
    }
    assert_refused(db, (str){ bytes.p, bytes.n - 1 }, "all but one byte");
    assert_refused(db, (str){ bytes.p, bytes.n - 21 }, "all but the end");
    buf_add_char(&bytes, 0);
    assert_refused(db, buf_str(&bytes), "one byte more");
    test_db_close(db);
}

static void a_backup_changed_anywhere_is_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf bytes = BUF(8 << 20);
    struct db *db = filled(2);
    char what[64];

    OK(store_backup(db, path, &by_key, 4, NULL, &err));
    read_backup(&bytes);
    for (size_t i = 0; i < bytes.n;
         i += i < 64 && !test_db_is_postgresql() ? 5 : step(bytes.n)) {
        if (i >= 17 && i < 41)
            continue; /* Argon2id's, which a key file has no use for */
        bytes.p[i] ^= 0x20;
        snprintf(what, sizeof(what), "byte %zu changed", i);
        assert_refused(db, buf_str(&bytes), what);
        bytes.p[i] ^= 0x20;
    }
    test_db_close(db);
}

static void a_file_of_another_kind_is_refused(void **state UNUSED)
{
    struct db *db = filled(2);
    struct restore_terms how = terms(true);

    assert_refused(db, STR(""), "an empty file");
    assert_refused(db, STR("SQLite format 3\0and so on, and so on, and on"),
                   "a database");
    assert_int_equal(restore(db, true), E_PARSE);
    how.path = root;
    assert_int_equal(store_restore(db, &how, NULL, &err), E_INVALID);
    how.path = "/nonexistent";
    assert_int_equal(store_restore(db, &how, NULL, &err), E_ABSENT);
    test_db_close(db);
}

static void another_secret_opens_nothing(void **state UNUSED)
{
    struct seal_key wrong = { { 3, 2, 1 } };
    struct db *db = filled(2);
    struct restore_terms how = terms(true);

    OK(store_backup(db, path, &by_key, 4, NULL, &err));
    how.secret.key = &wrong;
    assert_int_equal(store_restore(db, &how, NULL, &err), E_PERM);
    how.secret = (struct vault_secret){ STR("a passphrase it is"), NULL };
    assert_int_equal(store_restore(db, &how, NULL, &err), E_PERM);
    test_db_close(db);
}

static void a_passphrase_seals_as_a_key_does(void **state UNUSED)
{
    struct vault_secret phrase = { STR("correct horse battery"), NULL };
    struct vault_secret wrong = { STR("correct horse batterz"), NULL };
    struct vault_secret tiny = { STR("short"), NULL };
    struct db *db = filled(2);
    struct db *copy = test_db_empty();
    struct restore_terms how = { path, wrong, false, 5 };

    assert_int_equal(store_backup(db, path, &tiny, 4, NULL, &err), E_INVALID);
    OK(store_backup(db, path, &phrase, 4, NULL, &err));
    assert_int_equal(store_restore(copy, &how, NULL, &err), E_PERM);
    how.secret = phrase;
    OK(store_restore(copy, &how, NULL, &err));
    assert_same(db, copy);
    test_db_close(copy);
    test_db_close(db);
}

static void a_header_that_asks_for_much_memory_is_refused(void **state UNUSED)
{
    struct vault_secret phrase = { STR("correct horse battery"), NULL };
    AUTO(buf_clear) struct buf bytes = BUF(8 << 20);
    struct db *db = filled(1);
    struct restore_terms how = { path, phrase, true, 5 };

    OK(store_backup(db, path, &phrase, 4, NULL, &err));
    read_backup(&bytes);
    memset(bytes.p + 21, 0xff, 4);
    tree_bytes(root, "backup", bytes.p, bytes.n);
    assert_int_equal(store_restore(db, &how, NULL, &err), E_LIMIT);
    test_db_close(db);
}

static void a_backup_that_fails_leaves_the_last_one(void **state UNUSED)
{
    struct db *db = test_db_empty();

    tree_file(root, "backup", "the last one");
    assert_int_equal(store_backup(db, path, &by_key, 4, NULL, &err), E_ABSENT);
    {
        AUTO(buf_clear) struct buf bytes = BUF(100);

        read_backup(&bytes);
        assert_true(str_eq_c(buf_str(&bytes), "the last one"));
    }
    test_db_close(db);
}

static void a_backup_is_readable_by_its_owner_alone(void **state UNUSED)
{
    struct db *db = filled(1);
    struct stat st;

    OK(store_backup(db, path, &by_key, 4, NULL, &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    test_db_close(db);
}

/* Rows of two tables, always together, until it is killed. */
static void write_pairs(const char *url)
{
    struct db *db = NULL;
    int rc = db_open(url, &db, NULL);

    for (int64_t i = 100; rc >= 0; i++) {
        rc = db_begin(db, NULL);
        if (rc >= 0)
            rc = db_run(db, "INSERT INTO audit_head (one, id) VALUES ($1, 1)",
                        DB_ARGS(db_i64(i)), NULL);
        if (rc >= 0)
            rc = db_run(db,
                        "INSERT INTO setting (org, name, value, revision) "
                        "VALUES ($1, 'x', 'y', 1)",
                        DB_ARGS(db_i64(i)), NULL);
        if (rc >= 0)
            rc = db_commit(db, NULL);
    }
    _exit(1);
}

static void a_backup_shows_one_moment(void **state UNUSED)
{
    struct db *db = filled(3);
    struct db *copy = test_db_empty();
    pid_t writer;
    int64_t a = 0, b = 0;

    writer = fork();
    if (writer == 0)
        write_pairs(test_db_url(db));
    for (int round = 0; round < 5; round++) {
        OK(store_backup(db, path, &by_key, 4, NULL, &err));
        OK(restore(copy, true));
        OK(db_one_i64(copy, "SELECT count(*) FROM audit_head", DB_NO_ARGS, &a,
                      &err));
        OK(db_one_i64(copy, "SELECT count(*) FROM setting", DB_NO_ARGS, &b,
                      &err));
        assert_int_equal(a, b);
    }
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    assert_true(a > 3);
    test_db_close(copy);
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_backed_up_is_restored),
        cmocka_unit_test(a_backup_moves_from_one_engine_to_the_other),
        cmocka_unit_test(a_database_with_tables_is_replaced_only_when_told),
        cmocka_unit_test(a_backup_cut_anywhere_is_refused),
        cmocka_unit_test(a_backup_changed_anywhere_is_refused),
        cmocka_unit_test(a_file_of_another_kind_is_refused),
        cmocka_unit_test(another_secret_opens_nothing),
        cmocka_unit_test(a_passphrase_seals_as_a_key_does),
        cmocka_unit_test(a_header_that_asks_for_much_memory_is_refused),
        cmocka_unit_test(a_backup_that_fails_leaves_the_last_one),
        cmocka_unit_test(a_backup_is_readable_by_its_owner_alone),
        cmocka_unit_test(a_backup_shows_one_moment),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
