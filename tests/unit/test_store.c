/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "store/schema.h"
#include "tests/unit/db.h"

static struct err err;

#define OK(call) ok((call), #call)

static int ok(int rc, const char *what)
{
    if (rc < 0)
        fail_msg("%s: %s", what, err_text(&err));
    return rc;
}

static void values_come_back_as_they_were(void **state UNUSED)
{
    struct db *db = test_db_empty();
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    static const int64_t numbers[] = { 0, 1, -1, INT64_MIN, INT64_MAX };
    static const char *const texts[] = { "", "a", "\xc3\xa4\n'\"\\" };
    size_t i = 0;

    OK(db_run(db, "CREATE TABLE v (n BIGINT, t TEXT)", DB_NO_ARGS, &err));
    for (i = 0; i < COUNT(numbers); i++)
        assert_int_equal(
            OK(db_run(db, "INSERT INTO v VALUES ($1, $2)",
                      DB_ARGS(db_i64(numbers[i]), db_text(str_c(texts[i % 3]))),
                      &err)),
            1);
    OK(db_query(db, "SELECT n, t FROM v", DB_NO_ARGS, &rows, &err));
    for (i = 0; OK(db_next(rows, &err)) == 1; i++) {
        assert_true(db_col_i64(rows, 0) == numbers[i]);
        assert_true(str_eq_c(db_col_text(rows, 1), texts[i % 3]));
    }
    assert_int_equal(i, COUNT(numbers));
    test_db_close(db);
}

static void parameters_are_bound_by_number(void **state UNUSED)
{
    struct db *db = test_db_empty();
    int64_t n = 0;

    OK(db_run(db, "CREATE TABLE v (a BIGINT, b BIGINT)", DB_NO_ARGS, &err));
    OK(db_run(db, "INSERT INTO v (b, a) VALUES ($2, $1)",
              DB_ARGS(db_i64(1), db_i64(2)), &err));
    OK(db_one_i64(db, "SELECT a * 10 + b FROM v WHERE b = $2 AND a = $1",
                  DB_ARGS(db_i64(1), db_i64(2)), &n, &err));
    assert_int_equal(n, 12);
    test_db_close(db);
}

static void the_schema_is_made_once(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t n = 0;

    OK(schema_version(db, &n, &err));
    assert_int_equal(n, (int64_t)migration_count);
    OK(schema_migrate(db, 0, 2, &err));
    OK(db_one_i64(db, "SELECT count(*) FROM org", DB_NO_ARGS, &n, &err));
    assert_int_equal(n, 1);
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_were),
        cmocka_unit_test(parameters_are_bound_by_number),
        cmocka_unit_test(the_schema_is_made_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
