/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db.h"

#include "base/mem.h"
#include "store/schema.h"
#include "tests/unit/tree.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <unistd.h>

enum {
    OPEN_MAX_ = 64,
    URL_MAX = 4096
};

static struct open_one {
    struct db *db;
    char *dir; /* NULL: on PostgreSQL */
    char *url;
    unsigned schema;
} open_ones[OPEN_MAX_];

static size_t find(const struct db *db)
{
    size_t i = 0;

    while (i < OPEN_MAX_ && open_ones[i].db != db)
        i++;
    assert_true(i < OPEN_MAX_);
    return i;
}

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err_text(err));
}

bool test_db_is_postgresql(void)
{
    const char *server = getenv("HOLDFAST_TEST_DB");

    return server != NULL && strncmp(server, "postgresql:", 11) == 0;
}

/* PostgreSQL: one schema a database, which search_path makes the only one. */
static void server_run(const char *sql)
{
    struct db *db = NULL;
    struct err err = { 0 };

    must(db_open(getenv("HOLDFAST_TEST_DB"), &db, &err), &err);
    must(db_run(db, sql, DB_NO_ARGS, &err), &err);
    db_close(db);
}

static void make_schema(struct open_one *one)
{
    const char *server = getenv("HOLDFAST_TEST_DB");
    static unsigned count;
    char sql[128];

    one->schema = ++count;
    snprintf(sql, sizeof(sql), "CREATE SCHEMA test_%d_%u", (int)getpid(),
             count);
    server_run(sql);
    assert_true((size_t)snprintf(one->url, URL_MAX,
                                 "%s%soptions=-csearch_path%%3Dtest_%d_%u",
                                 server, strchr(server, '?') ? "&" : "?",
                                 (int)getpid(), count) < URL_MAX);
}

struct db *test_db_empty(void)
{
    struct open_one *one = &open_ones[find(NULL)];
    struct err err = { 0 };

    one->url = mem_alloc(1, URL_MAX);
    if (test_db_is_postgresql()) {
        make_schema(one);
    } else {
        one->dir = mem_alloc(1, TREE_PATH_MAX);
        tree_make(one->dir);
        snprintf(one->url, URL_MAX, "sqlite:%s/test.db", one->dir);
    }
    must(db_open(one->url, &one->db, &err), &err);
    return one->db;
}

struct db *test_db_open(void)
{
    struct db *db = test_db_empty();
    struct err err = { 0 };

    must(schema_migrate(db, 0, 1, &err), &err);
    return db;
}

const char *test_db_url(const struct db *db)
{
    return open_ones[find(db)].url;
}

void test_db_close(struct db *db)
{
    struct open_one *one = &open_ones[find(db)];
    char sql[128];

    db_close(TAKE(one->db));
    if (one->dir != NULL) {
        tree_remove(one->dir);
    } else {
        snprintf(sql, sizeof(sql), "DROP SCHEMA test_%d_%u CASCADE",
                 (int)getpid(), one->schema);
        server_run(sql);
    }
    mem_free(TAKE(one->dir));
    mem_free(TAKE(one->url));
}

struct test_db_beside {
    pthread_t thread;
    const char *url;
    test_db_fn *fn;
    void *ctx;
    int rc;
};

static void *run_beside(void *ctx)
{
    struct test_db_beside *b = ctx;
    struct db *db = NULL;

    b->rc = db_open(b->url, &db, NULL);
    if (b->rc == 0)
        b->rc = db_begin(db, NULL);
    if (b->rc == 0)
        b->rc = b->fn(b->ctx, db);
    if (b->rc == 0)
        b->rc = db_commit(db, NULL);
    db_close(db);
    return NULL;
}

struct test_db_beside *test_db_beside(const struct db *db, test_db_fn *fn,
                                      void *ctx)
{
    struct test_db_beside *b = mem_alloc(1, sizeof(*b));

    *b =
        (struct test_db_beside){ .url = test_db_url(db), .fn = fn, .ctx = ctx };
    assert_int_equal(pthread_create(&b->thread, NULL, run_beside, b), 0);
    usleep(100000); /* what does not wait is through by then, mostly */
    return b;
}

int test_db_beside_end(struct test_db_beside *b)
{
    int rc;

    assert_int_equal(pthread_join(b->thread, NULL), 0);
    rc = b->rc;
    mem_free(b);
    return rc;
}
