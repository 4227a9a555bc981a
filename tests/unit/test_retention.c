/* SPDX-License-Identifier: Apache-2.0
 *
 * What history is removed, and what never is.
 */
#include "fleet/retention.h"

#include "base/buf.h"
#include "fleet/setting.h"
#include "tests/unit/estate.h"
#include "tests/unit/unit.h"

#define DAY INT64_C(86400)
#define NOW (1000 * DAY)
#define LIMIT 100

static void sql(struct db *db, const char *text)
{
    struct err err = { 0 };

    if (db_run(db, text, DB_NO_ARGS, &err) < 0)
        fail_msg("%s: %s", text, err.text);
}

static int64_t number(struct db *db, const char *text)
{
    int64_t value = -1;
    struct err err = { 0 };

    if (db_one_i64(db, text, DB_NO_ARGS, &value, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    return value;
}

static int64_t prune(struct db *db, int64_t limit)
{
    struct err err = { 0 };
    int64_t gone = -1;

    assert_int_equal(db_begin(db, &err), 0);
    if (retention_prune(db, NOW, limit, &gone, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(db_commit(db, &err), 0);
    return gone;
}

static void history(struct db *db, int64_t device, int64_t at)
{
    struct err err = { 0 };

    if (db_run(db,
               "INSERT INTO finding_history (device, content, origin, at, run,"
               " n_true, n_error, n_unknown, verdicts) VALUES ($1, 1, 'agent',"
               " $2, 0, 0, 0, 0, $3)",
               DB_ARGS(db_i64(device), db_i64(at), db_blob(STR("x"))),
               &err) < 0)
        fail_msg("%s", err.text);
}

static int64_t configuration(struct db *db, const char *name)
{
    struct err err = { 0 };
    int64_t id = 0;

    if (db_one_i64(db,
                   "INSERT INTO configuration (org, kind, name, enabled,"
                   " while_logged_off, targets, schedule, scheduled, zone,"
                   " nice, memory_mb, limit_s, enabled_at, last_due, created,"
                   " revision) VALUES (1, 'oval', $1, 1, 1, '{}', '{}', 0, '',"
                   " 0, 0, 0, 1, 0, 1, 1) RETURNING id",
                   DB_ARGS(db_text(str_c(name))), &id, &err) < 0)
        fail_msg("%s", err.text);
    return id;
}

/* ended 0: it goes on. */
static int64_t run(struct db *db, int64_t configuration_id, const char *cause,
                   int64_t ended, int64_t device)
{
    struct err err = { 0 };
    int64_t id = 0;

    if (db_one_i64(db,
                   "INSERT INTO run (org, configuration,"
                   " configuration_revision, cause, started_by, due, started,"
                   " ended, targets, devices) VALUES (1, $1, 1, $2, 'ann', '',"
                   " 1, $3, '', 1) RETURNING id",
                   DB_ARGS(db_i64(configuration_id), db_text(str_c(cause)),
                           db_i64(ended)),
                   &id, &err) < 0 ||
        db_run(db,
               "INSERT INTO run_device (run, device, state, final, content,"
               " due, started, ended, text) VALUES ($1, $2, 'done', 1, 0, 0, 0,"
               " 0, '')",
               DB_ARGS(db_i64(id), db_i64(device)), &err) < 0)
        fail_msg("%s", err.text);
    return id;
}

static void findings_are_kept_400_days_unless_set_D_35(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t device = estate_device(db, "a");
    const struct setting_row *row = setting_find(STR("keep.findings_days"));
    struct err err = { 0 };

    history(db, device, NOW - 401 * DAY);
    history(db, device, NOW - 399 * DAY);
    history(db, device, NOW - 20 * DAY);
    assert_int_equal(prune(db, LIMIT), 1);
    assert_int_equal(number(db, "SELECT COUNT(*) FROM finding_history"), 2);
    assert_int_equal(prune(db, LIMIT), 0);
    assert_int_equal(setting_put(db, 1, row, STR("30"), NULL, &err), 0);
    assert_int_equal(prune(db, LIMIT), 1);
    assert_int_equal(number(db, "SELECT COUNT(*) FROM finding_history"), 1);
    assert_true(setting_put(db, 1, row, STR("0"), NULL, &err) < 0);
    test_db_close(db);
}

static void each_organisation_keeps_as_long_as_it_says(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t org = estate_org(db, "other");
    int64_t a = estate_device(db, "a");
    int64_t b = estate_device_of(db, org, "b");
    const struct setting_row *row = setting_find(STR("keep.findings_days"));
    struct err err = { 0 };

    history(db, a, NOW - 500 * DAY);
    history(db, b, NOW - 500 * DAY);
    assert_int_equal(setting_put(db, org, row, STR("600"), NULL, &err), 0);
    assert_int_equal(prune(db, LIMIT), 1);
    assert_int_equal(number(db, "SELECT COUNT(*) FROM finding_history h JOIN"
                                " device d ON d.id = h.device WHERE d.name ="
                                " 'b'"),
                     1);
    test_db_close(db);
}

static void little_is_removed_at_a_time_until_all_of_it_is(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t device = estate_device(db, "a");
    int64_t c = configuration(db, "c");
    int64_t gone;
    int64_t all = 0;

    for (int i = 0; i < 25; i++)
        history(db, device, 1000 + i);
    for (int i = 0; i < 9; i++)
        run(db, c, "schedule", 1000, device);
    run(db, c, "schedule", NOW, device);
    while ((gone = prune(db, 7)) > 0) {
        assert_true(gone <= 8);
        all += gone;
    }
    assert_int_equal(all, 25 + 2 * 9); /* each run with its device */
    assert_int_equal(number(db, "SELECT COUNT(*) FROM finding_history"), 0);
    assert_int_equal(number(db, "SELECT COUNT(*) FROM run"), 1);
    assert_int_equal(number(db, "SELECT COUNT(*) FROM run_device"), 1);
    test_db_close(db);
}

static void runs_that_go_on_or_decide_something_stay_D_40(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t device = estate_device(db, "a");
    int64_t c = configuration(db, "c");
    int64_t by_hand = run(db, c, "now", 1000, device);
    int64_t goes_on = run(db, c, "schedule", 0, device);
    int64_t old = run(db, c, "schedule", 1000, device);
    int64_t newest = run(db, c, "schedule", 1000, device);
    struct err err = { 0 };

    assert_true(prune(db, LIMIT) > 0);
    assert_int_equal(number(db, "SELECT COUNT(*) FROM run"), 3);
    assert_int_equal(
        db_run(db, "UPDATE run SET targets = 'x' WHERE id IN ($1, $2, $3)",
               DB_ARGS(db_i64(by_hand), db_i64(goes_on), db_i64(newest)), &err),
        3);
    assert_int_equal(
        db_run(db, "DELETE FROM run WHERE id = $1", DB_ARGS(db_i64(old)), &err),
        0);
    test_db_close(db);
}

static void jobs_that_ended_are_forgotten_and_no_others(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t device = estate_device(db, "a");
    struct err err = { 0 };

    for (int64_t job_state = 0; job_state < 10; job_state++)
        assert_int_equal(
            db_run(
                db,
                "INSERT INTO job (org, device, type, run, body, signature,"
                " created, expires, state, state_at, text) VALUES (1, $1,"
                " 1, 0, $2, $2, 1, 2, $3, 2, '')",
                DB_ARGS(db_i64(device), db_blob(STR("x")), db_i64(job_state)),
                &err),
            1);
    assert_int_equal(prune(db, LIMIT), 6);
    assert_int_equal(
        number(db, "SELECT COUNT(*) FROM job WHERE state IN (0, 1, 2, 6)"), 4);
    sql(db, "UPDATE job SET state = 3, state_at = 86400 * 999");
    assert_int_equal(prune(db, LIMIT), 0); /* they ended yesterday */
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_kept_400_days_unless_set_D_35),
        cmocka_unit_test(each_organisation_keeps_as_long_as_it_says),
        cmocka_unit_test(little_is_removed_at_a_time_until_all_of_it_is),
        cmocka_unit_test(runs_that_go_on_or_decide_something_stay_D_40),
        cmocka_unit_test(jobs_that_ended_are_forgotten_and_no_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
