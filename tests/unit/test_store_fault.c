/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store does when processes die, disks fill, servers go away, files
 * are damaged, and many want the same row.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/check.h"
#include "store/db_int.h"
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

static int run(struct db *db, const char *sql)
{
    return db_run(db, sql, DB_NO_ARGS, &err);
}

static int64_t one(struct db *db, const char *sql)
{
    int64_t value = -1;

    OK(db_one_i64(db, sql, DB_NO_ARGS, &value, &err));
    return value;
}

static void say(void *ctx, const char *sentence)
{
    int *told = ctx;

    if (told == NULL)
        print_message("# problem: %s\n", sentence);
    else
        ++*told;
}

static void assert_whole(struct db *db)
{
    assert_int_equal(OK(store_check(db, NULL, 0, say, NULL, &err)), 0);
}

static struct db *again(const struct db *db)
{
    struct db *other = NULL;

    OK(db_open(test_db_url(db), &other, &err));
    return other;
}

static void assert_exit(pid_t pid, int code)
{
    int status = -1;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
}

/* --- processes that die -------------------------------------------------- */

/* One transaction: a row here and a row there. */
static int add_pair(struct db *db, int64_t i, str filler, struct err *why)
{
    int rc = db_begin(db, why);

    if (rc < 0)
        return rc;
    rc = db_run(db,
                "INSERT INTO audit_head (one, id, digest) VALUES ($1, 1, "
                "$2)",
                DB_ARGS(db_i64(i), db_blob(filler)), why);
    if (rc >= 0)
        rc = db_run(db,
                    "INSERT INTO setting (org, name, value, revision) VALUES "
                    "($1, 'x', 'y', 1)",
                    DB_ARGS(db_i64(i)), why);
    if (rc >= 0)
        return db_commit(db, why);
    db_rollback(db);
    return rc;
}

/* Pairs until killed; the number of each one that is done goes into fd. */
static void write_pairs(const char *url, int64_t from, int fd)
{
    char bytes[20000] = { 0 };
    str filler = { bytes, sizeof(bytes) };
    struct db *db = NULL;
    int rc = db_open(url, &db, &err);

    for (int64_t i = from; rc >= 0; i++) {
        rc = add_pair(db, i, filler, &err);
        if (rc >= 0 && write(fd, &i, sizeof(i)) != (ssize_t)sizeof(i))
            rc = -1;
    }
    fprintf(stderr, "# %s\n", err_text(&err));
    _exit(1);
}

static int64_t last_done(int fd, int64_t done)
{
    int64_t i;

    while (read(fd, &i, sizeof(i)) == (ssize_t)sizeof(i))
        done = i;
    close(fd);
    return done;
}

static void what_was_committed_outlives_a_kill(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t sure = 100;

    OK(run(db, "DELETE FROM audit_head"));
    for (unsigned round = 0; round < 8; round++) {
        struct db *other;
        int64_t done;
        int fds[2];
        pid_t pid;

        assert_int_equal(pipe(fds), 0);
        pid = fork();
        if (pid == 0)
            write_pairs(test_db_url(db), sure + 1, fds[1]);
        close(fds[1]);
        for (int i = 0; i < 3; i++)
            assert_int_equal(read(fds[0], &done, sizeof(done)), sizeof(done));
        usleep(round * 3000);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        done = last_done(fds[0], done);
        other = again(db);
        OK(db_begin(other, &err)); /* PostgreSQL may still be at the last */
        OK(run(other, "DELETE FROM audit_head WHERE one = 0"));
        OK(db_commit(other, &err));
        assert_int_equal(one(other, "SELECT count(*) FROM audit_head h WHERE "
                                    "NOT EXISTS (SELECT 1 FROM setting s "
                                    "WHERE s.org = h.one)"),
                         0);
        assert_int_equal(one(other, "SELECT count(*) FROM audit_head"),
                         one(other, "SELECT count(*) FROM setting"));
        sure = one(other, "SELECT coalesce(max(one), 100) FROM audit_head");
        assert_true(sure >= done);
        assert_int_equal(one(other, "SELECT count(*) FROM audit_head"),
                         sure - 100);
        assert_whole(other);
        db_close(other);
    }
    assert_true(sure >= 100 + 8 * 3);
    test_db_close(db);
}

/* --- disks ---------------------------------------------------------------- */

static void fill_disk(const char *url, size_t limit)
{
    struct rlimit most = { limit, limit };
    char bytes[20000] = { 0 };
    str filler = { bytes, sizeof(bytes) };
    struct db *db = NULL;
    int rc;

    signal(SIGXFSZ, SIG_IGN);
    if (db_open(url, &db, NULL) < 0 || setrlimit(RLIMIT_FSIZE, &most) != 0)
        _exit(10);
    for (int64_t i = 2; (rc = add_pair(db, i, filler, &err)) >= 0; i++)
        if (i > 10000)
            _exit(11);
    if (rc != E_IO)
        _exit(12);
    /* It goes on answering, and goes on saying so. */
    if (db_one_i64(db, "SELECT count(*) FROM setting", DB_NO_ARGS,
                   &(int64_t){ 0 }, NULL) != 0)
        _exit(13);
    if (add_pair(db, 20000, filler, &err) != E_IO)
        _exit(14);
    db_close(db);
    _exit(0);
}

static void a_full_disk_loses_nothing_and_is_said(void **state UNUSED)
{
    for (size_t limit = 600000; limit < 3000000; limit += 700000) {
        struct db *db = test_db_open();
        struct db *other;
        pid_t pid;

        pid = fork();
        if (pid == 0)
            fill_disk(test_db_url(db), limit);
        assert_exit(pid, 0);
        other = again(db);
        assert_whole(other);
        assert_int_equal(one(other, "SELECT count(*) FROM audit_head"),
                         1 + one(other, "SELECT count(*) FROM setting"));
        OK(add_pair(other, 30000, STR("x"), &err));
        db_close(other);
        test_db_close(db);
    }
}

static const char *file_of(const struct db *db)
{
    return test_db_url(db) + strlen("sqlite:");
}

/* Everything into the one file. */
static void close_whole(const struct db *db)
{
    struct db *other = again(db);

    OK(run(other, "PRAGMA wal_checkpoint(TRUNCATE)"));
    db_close(other);
}

static void a_file_that_may_not_be_written_is_refused(void **state UNUSED)
{
    struct db *db;
    pid_t pid;

    if (geteuid() != 0)
        return; /* nobody else can be had */
    db = test_db_open();
    close_whole(db);
    assert_int_equal(chmod(file_of(db), 0444), 0);
    pid = fork();
    if (pid == 0) {
        char dir[4096];
        struct db *other = NULL;

        snprintf(dir, sizeof(dir), "%s", file_of(db));
        *strrchr(dir, '/') = '\0';
        if (chmod(dir, 0555) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            _exit(10);
        if (db_open(test_db_url(db), &other, &err) != E_PERM)
            _exit(11);
        snprintf(dir + strlen(dir), 64, "/new.db");
        memmove(dir + 7, dir, strlen(dir) + 1);
        memcpy(dir, "sqlite:", 7);
        _exit(db_open(dir, &other, &err) == E_PERM ? 0 : 12);
    }
    assert_exit(pid, 0);
    test_db_close(db);
}

static void a_new_file_is_its_owners_alone(void **state UNUSED)
{
    char path[4096];
    struct stat st;
    struct db *db;

    umask(0);
    db = test_db_open();
    assert_int_equal(stat(file_of(db), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    snprintf(path, sizeof(path), "%s-wal", file_of(db));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    umask(022);
    test_db_close(db);
}

static void damage(const char *path, size_t at, size_t n, uint32_t seed)
{
    uint8_t bytes[512];
    int fd = open(path, O_RDWR);

    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(seed >> 24);
    }
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, n, (int)at), n);
    close(fd);
}

/* Found or not, nothing crashes, and what is found has a sentence. */
static bool is_found(const char *url)
{
    struct db *db = NULL;
    int told = 0;
    int rc;

    err.text[0] = '\0';
    rc = db_open(url, &db, &err);
    if (rc >= 0)
        rc = store_check(db, NULL, 0, say, &told, &err);
    db_close(db);
    if (rc < 0)
        assert_true(err.text[0] != '\0');
    else
        assert_int_equal(rc, told);
    return rc != 0;
}

static void a_damaged_file_is_found_and_crashes_nothing(void **state UNUSED)
{
    struct db *db;
    struct stat st;
    unsigned found = 0;

    for (uint32_t i = 0; i < 40; i++) {
        db = test_db_open();
        store_fill(db, 60);
        close_whole(db);
        assert_int_equal(stat(file_of(db), &st), 0);
        damage(file_of(db), (size_t)st.st_size * i / 41, 512, i);
        found += is_found(test_db_url(db));
        test_db_close(db);
    }
    print_message("# %u of 40 were found\n", found);
    assert_true(found > 10);
}

static void a_file_cut_or_foreign_is_refused(void **state UNUSED)
{
    struct db *db;
    struct stat st;

    db = test_db_open();
    store_fill(db, 60);
    close_whole(db);
    assert_int_equal(stat(file_of(db), &st), 0);
    assert_int_equal(truncate(file_of(db), st.st_size / 2), 0);
    assert_true(is_found(test_db_url(db)));
    assert_int_equal(truncate(file_of(db), 0), 0);
    damage(file_of(db), 0, 512, 1);
    damage(file_of(db), 512, 512, 1);
    {
        struct db *other = NULL;

        assert_int_equal(db_open(test_db_url(db), &other, &err), E_CORRUPT);
    }
    test_db_close(db);
}

static void a_reference_to_nothing_is_a_problem(void **state UNUSED)
{
    static const struct store_rule rules[] = {
        { "a setting", "SELECT name FROM setting WHERE revision = 7", NULL,
          NULL },
    };
    struct db *db = test_db_open();
    int told = 0;

    store_fill(db, 3);
    OK(run(db, "UPDATE setting SET revision = 7 WHERE revision = 2"));
    assert_int_equal(OK(store_check(db, rules, 1, say, &told, &err)), 1);
    if (!test_db_is_postgresql()) {
        OK(db_script(db, "PRAGMA foreign_keys = OFF", &err));
        OK(run(db, "UPDATE user_role SET role = 99 WHERE role = 2"));
        assert_int_equal(OK(store_check(db, rules, 1, say, &told, &err)), 2);
    }
    OK(run(db, "INSERT INTO schema_version VALUES (1000, 'x', 1)"));
    assert_true(OK(store_check(db, NULL, 0, say, &told, &err)) >= 1);
    test_db_close(db);
}

/* --- servers -------------------------------------------------------------- */

static int64_t backend(struct db *db)
{
    return one(db, "SELECT pg_backend_pid()");
}

/* Ends the server's process for `other`, by `db`. */
static void end_backend(struct db *db, struct db *other)
{
    struct pollfd fd = { .fd = db_listen_fd(other), .events = POLLRDHUP };

    OK(db_run(db, "SELECT pg_terminate_backend($1::bigint::int)",
              DB_ARGS(db_i64(backend(other))), &err));
    assert_int_equal(poll(&fd, 1, 120000), 1);
}

static void a_lost_server_is_connected_again(void **state UNUSED)
{
    struct db *db, *other;

    db = test_db_open();
    other = again(db);
    /* While nobody asks: not even noticed. */
    end_backend(db, other);
    assert_int_equal(one(other, "SELECT count(*) FROM org"), 1);
    end_backend(db, other);
    OK(db_begin(other, &err));
    OK(run(other, "INSERT INTO org (name, created) VALUES ('lost', 1)"));
    /* In a transaction: it is over, and only that. */
    end_backend(db, other);
    assert_int_equal(run(other, "DELETE FROM org"), E_IO);
    assert_true(db_in_transaction(other));
    assert_true(run(other, "DELETE FROM org") < 0);
    db_rollback(other);
    assert_int_equal(one(other, "SELECT count(*) FROM org"), 1);
    OK(db_begin(other, &err));
    end_backend(db, other);
    assert_int_equal(db_commit(other, &err), E_IO);
    assert_int_equal(one(other, "SELECT count(*) FROM org"), 1);
    db_close(other);
    test_db_close(db);
}

static int count_rows(void *ctx, struct db_rows *row UNUSED, struct err *why)
{
    int *n = ctx;

    if (++*n == 5)
        return err_set(why, E_LIMIT, "enough");
    return 0;
}

static void a_copy_given_up_leaves_nothing(void **state UNUSED)
{
    struct db_column columns[] = { { STR("one"), DB_I64 },
                                   { STR("id"), DB_I64 } };
    const struct db_table table = { STR("audit_head"), columns, 2 };
    struct db_cell cells[2] = { { DB_I64, 5, STR_NONE },
                                { DB_I64, 6, STR_NONE } };
    struct db *db = test_db_open();
    int n = 0;
    int rc;

    OK(db_begin(db, &err));
    OK(db_copy_begin(db, &table, &err));
    OK(db_copy_row(db, cells, &err));
    db_rollback(db);
    assert_int_equal(one(db, "SELECT count(*) FROM audit_head"), 1);
    /* The same key twice: told at the row, or at the end. */
    OK(db_begin(db, &err));
    OK(db_copy_begin(db, &table, &err));
    OK(db_copy_row(db, cells, &err));
    rc = db_copy_row(db, cells, &err);
    if (rc >= 0)
        rc = db_copy_end(db, &err);
    assert_int_equal(rc, E_INVALID);
    assert_true(db_is_conflict(db));
    db_rollback(db);
    assert_int_equal(one(db, "SELECT count(*) FROM audit_head"), 1);
    OK(db_begin(db, &err));
    OK(db_copy_begin(db, &table, &err));
    for (cells[0].number = 2; cells[0].number < 40000; cells[0].number++)
        OK(db_copy_row(db, cells, &err));
    OK(db_copy_end(db, &err));
    OK(db_commit(db, &err));
    assert_int_equal(db_each(db, "SELECT one FROM audit_head", DB_NO_ARGS,
                             count_rows, &n, &err),
                     E_LIMIT);
    assert_int_equal(one(db, "SELECT count(*) FROM audit_head"), 39999);
    test_db_close(db);
}

struct heard {
    int n;
    char last[64];
};

static void hear(void *ctx, const char *channel, str text)
{
    struct heard *heard = ctx;

    heard->n++;
    snprintf(heard->last, sizeof(heard->last), "%s %.*s", channel, (int)text.n,
             text.p);
}

static void servers_wake_each_other(void **state UNUSED)
{
    struct db *db = test_db_open();
    struct db *ear = again(db);
    struct heard heard = { 0, "" };
    struct pollfd fd = { .events = POLLIN };

    OK(db_listen(ear, "jobs", &err));
    OK(db_notify(db, "jobs", STR("42"), &err));
    OK(db_notify(db, "other", STR("43"), &err));
    fd.fd = db_listen_fd(ear);
    if (!test_db_is_postgresql()) {
        assert_int_equal(fd.fd, -1);
        OK(db_heard(ear, hear, &heard, &err));
        db_close(ear);
        test_db_close(db);
        return;
    }
    assert_int_equal(poll(&fd, 1, 120000), 1);
    OK(db_heard(ear, hear, &heard, &err));
    assert_int_equal(heard.n, 1);
    assert_string_equal(heard.last, "jobs 42");
    OK(db_begin(db, &err));
    OK(db_notify(db, "jobs", STR_NONE, &err));
    assert_int_equal(poll(&fd, 1, 50), 0);
    OK(db_commit(db, &err));
    assert_int_equal(poll(&fd, 1, 120000), 1);
    OK(db_heard(ear, hear, &heard, &err));
    assert_string_equal(heard.last, "jobs ");
    assert_int_equal(db_notify(db, "jobs", (str){ "", DB_NOTE_MAX + 1 }, &err),
                     E_LIMIT);
    end_backend(db, ear);
    assert_int_equal(poll(&fd, 1, 120000), 1);
    assert_int_equal(db_heard(ear, hear, &heard, &err), E_IO);
    db_close(ear);
    test_db_close(db);
}

/* --- many at once ----------------------------------------------------------
 */

typedef int work_fn(struct db *db);

static void all_do(const struct db *db, work_fn *work)
{
    pid_t pids[4];

    for (size_t i = 0; i < COUNT(pids); i++) {
        struct db *mine = NULL;
        int rc;

        pids[i] = fork();
        if (pids[i] != 0)
            continue;
        rc = db_open(test_db_url(db), &mine, &err);
        if (rc >= 0)
            rc = work(mine);
        if (rc < 0)
            fprintf(stderr, "# %s\n", err_text(&err));
        db_close(mine);
        _exit(rc < 0);
    }
    for (size_t i = 0; i < COUNT(pids); i++)
        assert_exit(pids[i], 0);
}

static int count_up(struct db *db)
{
    int rc = 0;

    for (int i = 0; rc >= 0 && i < 150; i++)
        rc = run(db, "UPDATE audit_head SET id = id + 1 WHERE one = 1");
    return rc;
}

/* Reads first, writes what it read plus one: right only under the lock. */
static int count_up_slowly(struct db *db)
{
    int rc = 0;

    for (int i = 0; rc >= 0 && i < 50; i++) {
        int64_t n = 0;

        rc = db_begin(db, &err);
        if (rc >= 0)
            rc = db_lock(db, "count", &err);
        if (rc >= 0)
            rc = db_one_i64(db, "SELECT id FROM audit_head WHERE one = 1",
                            DB_NO_ARGS, &n, &err);
        if (rc >= 0)
            rc = db_run(db, "UPDATE audit_head SET id = $1 WHERE one = 1",
                        DB_ARGS(db_i64(n + 1)), &err);
        if (rc >= 0)
            rc = db_commit(db, &err);
    }
    return rc;
}

static void no_change_of_several_writers_is_lost(void **state UNUSED)
{
    struct db *db = test_db_open();

    all_do(db, count_up);
    assert_int_equal(one(db, "SELECT id FROM audit_head"), 600);
    all_do(db, count_up_slowly);
    assert_int_equal(one(db, "SELECT id FROM audit_head"), 800);
    test_db_close(db);
}

/* Five at a time, noting each in a table that takes it once. */
static int claim(struct db *db)
{
    for (;;) {
        AUTO(db_rows_closep) struct db_rows *rows = NULL;
        int taken = 0;
        int rc = db_begin(db, &err);

        if (rc >= 0)
            rc = db_query(db,
                          "UPDATE audit_head SET id = 1 WHERE one IN (SELECT "
                          "one FROM audit_head WHERE id = 0 ORDER BY one "
                          "LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING one",
                          DB_ARGS(db_i64(5)), &rows, &err);
        while (rc >= 0 && (rc = db_next(rows, &err)) == 1) {
            taken++;
            rc = db_run(db,
                        "INSERT INTO setting (org, name, value, revision) "
                        "VALUES ($1, 'x', 'y', 1)",
                        DB_ARGS(db_i64(db_col_i64(rows, 0))), &err);
        }
        if (rc >= 0)
            rc = db_commit(db, &err);
        if (rc < 0 || taken == 0)
            return rc;
    }
}

static void work_is_claimed_once(void **state UNUSED)
{
    struct db *db = test_db_open();

    OK(run(db, "DELETE FROM audit_head"));
    OK(db_begin(db, &err));
    for (int64_t i = 0; i < 600; i++)
        OK(db_run(db, "INSERT INTO audit_head (one, id) VALUES ($1, 0)",
                  DB_ARGS(db_i64(i)), &err));
    OK(db_commit(db, &err));
    all_do(db, claim);
    assert_int_equal(one(db, "SELECT count(*) FROM setting"), 600);
    assert_int_equal(one(db, "SELECT count(*) FROM audit_head WHERE id = 0"),
                     0);
    test_db_close(db);
}

static void a_restore_has_the_database_alone(void **state UNUSED)
{
    struct db *db = test_db_open();
    struct db *second = again(db);
    struct db *alone = again(db);

    OK(db_use(db, false, &err));
    OK(db_use(second, false, &err));
    assert_int_equal(db_use(alone, true, &err), E_LIMIT);
    db_close(second);
    if (test_db_is_postgresql()) { /* lost and connected again: still used */
        end_backend(alone, db);
        assert_int_equal(one(db, "SELECT count(*) FROM org"), 1);
    }
    assert_int_equal(db_use(alone, true, &err), E_LIMIT);
    db_close(alone);
    test_db_close(db);
    db = test_db_open();
    alone = again(db);
    OK(db_use(alone, true, &err));
    assert_int_equal(db_use(db, false, &err), E_LIMIT);
    db_close(alone);
    OK(db_use(db, false, &err));
    test_db_close(db);
}

/* --- much ------------------------------------------------------------------
 */

static void values_may_be_large_but_not_endless(void **state UNUSED)
{
    const size_t n = (test_db_is_postgresql() ? 30 : 100) << 20;
    char *bytes = mem_alloc(n, 1);
    struct db *db = test_db_open();
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str blob;

    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(i * 7 + (i >> 12));
    OK(db_run(db, "UPDATE audit_head SET digest = $1",
              DB_ARGS(db_blob((str){ bytes, n })), &err));
    OK(db_query(db, "SELECT digest FROM audit_head", DB_NO_ARGS, &rows, &err));
    assert_int_equal(OK(db_next(rows, &err)), 1);
    blob = db_col_blob(rows, 0);
    assert_true(blob.n == n && memcmp(blob.p, bytes, n) == 0);
    assert_int_equal(db_run(db, "UPDATE audit_head SET digest = $1",
                            DB_ARGS(db_blob((str){ bytes, DB_VALUE_MAX + 1 })),
                            &err),
                     E_LIMIT);
    mem_free(bytes);
    test_db_close(db);
}

static int add_row(void *ctx, struct db_rows *row, struct err *why UNUSED)
{
    *(int64_t *)ctx += db_col_i64(row, 0);
    return 0;
}

static void many_rows_are_written_and_read(void **state UNUSED)
{
    /* All of them only when there is time: others wait for this test. */
    const int64_t n = getenv("HOLDFAST_TEST_LONG") == NULL ? 100000 : 1000000;
    struct db_column columns[] = { { STR("one"), DB_I64 },
                                   { STR("id"), DB_I64 } };
    const struct db_table table = { STR("audit_head"), columns, 2 };
    struct db_cell cells[2] = { { DB_I64, 1, STR_NONE },
                                { DB_I64, 6, STR_NONE } };
    struct db *db = test_db_open();
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int64_t sum = 0;

    OK(run(db, "DELETE FROM audit_head"));
    OK(db_begin(db, &err));
    OK(db_copy_begin(db, &table, &err));
    for (; cells[0].number <= n; cells[0].number++)
        OK(db_copy_row(db, cells, &err));
    OK(db_copy_end(db, &err));
    OK(db_commit(db, &err));
    OK(db_each(db, "SELECT one FROM audit_head", DB_NO_ARGS, add_row, &sum,
               &err));
    assert_true(sum == n * (n + 1) / 2);
    OK(db_query(db, "SELECT one FROM audit_head", DB_NO_ARGS, &rows, &err));
    while (OK(db_next(rows, &err)) == 1)
        sum -= db_col_i64(rows, 0);
    assert_int_equal(sum, 0);
    assert_int_equal(run(db, "UPDATE audit_head SET id = 7"), n);
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest both[] = {
        cmocka_unit_test(what_was_committed_outlives_a_kill),
        cmocka_unit_test(a_reference_to_nothing_is_a_problem),
        cmocka_unit_test(a_copy_given_up_leaves_nothing),
        cmocka_unit_test(servers_wake_each_other),
        cmocka_unit_test(no_change_of_several_writers_is_lost),
        cmocka_unit_test(work_is_claimed_once),
        cmocka_unit_test(a_restore_has_the_database_alone),
        cmocka_unit_test(values_may_be_large_but_not_endless),
        cmocka_unit_test(many_rows_are_written_and_read),
    };
    const struct CMUnitTest files[] = {
        cmocka_unit_test(a_full_disk_loses_nothing_and_is_said),
        cmocka_unit_test(a_file_that_may_not_be_written_is_refused),
        cmocka_unit_test(a_new_file_is_its_owners_alone),
        cmocka_unit_test(a_damaged_file_is_found_and_crashes_nothing),
        cmocka_unit_test(a_file_cut_or_foreign_is_refused),
    };
    const struct CMUnitTest servers[] = {
        cmocka_unit_test(a_lost_server_is_connected_again),
    };
    struct CMUnitTest tests[COUNT(both) + COUNT(files)];
    size_t n = COUNT(both);

    memcpy(tests, both, sizeof(both));
    if (test_db_is_postgresql()) {
        memcpy(tests + n, servers, sizeof(servers));
        n += COUNT(servers);
    } else {
        memcpy(tests + n, files, sizeof(files));
        n += COUNT(files);
    }
    return _cmocka_run_group_tests("store_fault", tests, n, NULL, NULL);
}
