/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schedule/calendar.h"
#include "tests/unit/runs.h"

static void expect_same(const struct schedule *a, const struct schedule *b)
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    AUTO(buf_clear) struct buf other = BUF(SCHEDULE_TEXT_MAX);

    schedule_print(a, &text);
    schedule_print(b, &other);
    assert_string_equal(buf_c(&text), buf_c(&other));
    assert_int_equal(a->cron.minutes, b->cron.minutes);
    assert_int_equal(a->cron.hours, b->cron.hours);
    assert_int_equal(a->cron.dates, b->cron.dates);
    assert_int_equal(a->cron.months, b->cron.months);
    assert_int_equal(a->cron.weekdays, b->cron.weekdays);
    assert_int_equal(a->cron.any_date, b->cron.any_date);
    assert_int_equal(a->cron.any_weekday, b->cron.any_weekday);
}

static void cron_on_a_day_of_a_change_runs_once_a_time(void **state UNUSED)
{
    runs_expect("{\"type\":\"cron\",\"expression\":\"*/30 1-3 * * *\"}",
                "Europe/Amsterdam", "2026-03-29T00:00",
                "2026-03-29T01:00 2026-03-29T01:30 2026-03-29T03:00 "
                "2026-03-29T03:30 2026-03-30T01:00");
    runs_expect("{\"type\":\"cron\",\"expression\":\"*/30 1-3 * * *\"}",
                "Europe/Amsterdam", "2026-10-25T00:00",
                "2026-10-25T01:00 2026-10-25T01:30 2026-10-25T02:00 "
                "2026-10-25T02:30 2026-10-25T03:00 2026-10-25T03:30");
}

/* T-CRON, accepted; K-CRN-1 to 7, 10, 11; D-36, D-37. */
static void cron_expressions_run_when_the_table_says(void **state UNUSED)
{
    static const struct {
        const char *expression;
        const char *runs;
    } cases[] = {
        { "15 * * * *", "2026-01-01T00:15 2026-01-01T01:15 2026-01-01T02:15" },
        { "0 22 * * *", "2026-01-01T22:00 2026-01-02T22:00 2026-01-03T22:00" },
        { "0 0 1 1,6 *", "2026-06-01T00:00 2027-01-01T00:00" },
        { "30 8,12 * * 1-5",
          "2026-01-01T08:30 2026-01-01T12:30 2026-01-02T08:30" },
        { "0 */3 * * *", "2026-01-01T03:00 2026-01-01T06:00 2026-01-01T09:00 "
                         "2026-01-01T12:00 2026-01-01T15:00 2026-01-01T18:00 "
                         "2026-01-01T21:00 2026-01-02T00:00" },
        { "0 2 * * 0,6", "2026-01-03T02:00 2026-01-04T02:00 2026-01-10T02:00 "
                         "2026-01-11T02:00" },
        { "5 4 * * 7", "2026-01-04T04:05 2026-01-11T04:05 2026-01-18T04:05" },
        { "0 3 29 2 *", "2028-02-29T03:00 2032-02-29T03:00" },
        { "0 0 13 * 5", "2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00 "
                        "2026-01-16T00:00" },
        { "0 1 8-14 * 2", "2026-01-06T01:00 2026-01-08T01:00 2026-01-09T01:00 "
                          "2026-01-10T01:00" },
        { "10-20/5 6 1 * *",
          "2026-01-01T06:10 2026-01-01T06:15 2026-01-01T06:20" },
        { "0  0 * *  *", "2026-01-02T00:00" },
        { "0 */2 * * *", "2026-01-01T02:00 2026-01-01T04:00" },
        { "0 0 1-31 * 1-5", "2026-01-02T00:00 2026-01-03T00:00" },
        { "0 0 * 1 6-7", "2026-01-03T00:00 2026-01-04T00:00" },
        { "59 23 31 12 *", "2026-12-31T23:59 2027-12-31T23:59" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf json = BUF(256);

        buf_printf(&json, "{\"type\":\"cron\",\"expression\":\"%s\"}",
                   cases[i].expression);
        runs_expect(buf_c(&json), "UTC", "2026-01-01T00:00", cases[i].runs);
    }
}

/* T-CRON, rejected; K-CRN-8, 9; D-38. */
static void bad_cron_expressions_are_refused_by_field(void **state UNUSED)
{
    static const struct {
        const char *expression;
        const char *field;
    } cases[] = {
        { "* * * *", "day of week is missing" },
        { "* * * * * *", "1 fields follow day of week" },
        { "@daily", "minute: " },
        { "0 0 L * *", "day of month: 'L'" },
        { "0 0 15W * *", "day of month: '15W'" },
        { "0 0 * * 5#2", "day of week: '5#2'" },
        { "0 0 ? * 1", "day of month: '?'" },
        { "60 * * * *", "minute: '60' lies outside 0 to 59" },
        { "0 24 * * *", "hour: '24' lies outside 0 to 23" },
        { "0 0 0 * *", "day of month: '0' lies outside 1 to 31" },
        { "0 0 32 * *", "day of month: '32' lies outside 1 to 31" },
        { "0 0 * 13 *", "month: '13' lies outside 1 to 12" },
        { "0 0 * * 8", "day of week: '8' lies outside 0 to 7" },
        { "*/0 * * * *", "minute: the step '0'" },
        { "5-1 * * * *", "minute: the range '5-1' descends" },
        { "5/10 * * * *", "minute: '5/10' has a step after a single number" },
        { ", * * * *", "minute: an item of the list is empty" },
        { "0 0 * JAN *", "month: 'JAN'" },
        { "0 0 * * MON", "day of week: 'MON'" },
        { "0 0 31 2 *", "day of month: '0 0 31 2 *' has no run in the next 9" },
        { "0 0 30,31 2 *", "day of month: " },
        { "0 0 31 4,6,9,11 *", "day of month: " },
        { "", "minute is missing" },
        { "   ", "minute is missing" },
        { "* * * * *,", "day of week: an item of the list is empty" },
        { "1-2-3 * * * *", "minute: '1-2-3'" },
        { "1- * * * *", "minute: '1-'" },
        { "-1 * * * *", "minute: '-1'" },
        { "+1 * * * *", "minute: '+1'" },
        { "*/ * * * *", "minute: '*/'" },
        { "*/2/3 * * * *", "minute: '*/2/3'" },
        { "*-5 * * * *", "minute: '*-5'" },
        { "** * * * *", "minute: '**'" },
        { "*/60 * * * *", "minute: the step '60'" },
        { "99999999999999999999 * * * *", "minute: '99999999999999999999'" },
        { "0 0 * * 1-5/0", "day of week: the step '0'" },
        { "0x1 * * * *", "minute: '0x1'" },
        { "1.5 * * * *", "minute: '1.5'" },
        { "H * * * *", "minute: 'H'" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule schedule = SCHEDULE;
        AUTO(buf_clear) struct buf expected = BUF(256);
        struct err err = { 0 };
        int rc = schedule_set_cron(&schedule, str_c(cases[i].expression), &err);

        if (rc == 0)
            rc = schedule_check(&schedule, runs_time("2026-01-01T00:00"), &err);
        assert_int_equal(rc, E_INVALID);
        buf_printf(&expected, "expression: %s", cases[i].field);
        if (!str_starts(str_c(err_text(&err)), buf_str(&expected)))
            fail_msg("%s: %s", cases[i].expression, err_text(&err));
    }
}

/* D-38: 2096 to 2104 is the longest that 29 February stays away. */
static void a_leap_day_is_accepted_across_a_century(void **state UNUSED)
{
    struct schedule schedule =
        runs_schedule("{\"type\":\"cron\",\"expression\":\"0 3 29 2 *\"}");

    assert_int_equal(
        schedule_check(&schedule, runs_time("2096-03-01T00:00"), NULL), 0);
    runs_expect("{\"type\":\"cron\",\"expression\":\"0 3 29 2 *\"}", "UTC",
                "2096-02-29T03:00", "2104-02-29T03:00 2108-02-29T03:00");
}

/* D-37. */
static void cron_expressions_are_stored_in_one_form(void **state UNUSED)
{
    static const struct {
        const char *given;
        const char *stored;
    } cases[] = {
        { "0  0 * *  *", "0 0 * * *" },
        { "\t0 0\t* * * ", "0 0 * * *" },
        { "5 4 * * 7", "5 4 * * 0" },
        { "05 04 01 002 *", "5 4 1 2 *" },
        { "0 0 * * 5-7", "0 0 * * 5-6,0" },
        { "0 0 * * 6-7", "0 0 * * 6,0" },
        { "0 0 * * 0-7", "0 0 * * 0-6" },
        { "0 0 * * 7-7", "0 0 * * 0" },
        { "0 0 * * 1-7/2", "0 0 * * 1,3,5,0" },
        { "0 0 * * 0-7/7", "0 0 * * 0" },
        { "0 0 * * 1,7", "0 0 * * 1,0" },
        { "*/15,3 1-5/2 * */3 */2", "*/15,3 1-5/2 * */3 */2" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule given = SCHEDULE;
        struct schedule stored = SCHEDULE;

        assert_int_equal(schedule_set_cron(&given, str_c(cases[i].given), NULL),
                         0);
        assert_string_equal(given.expression, cases[i].stored);
        assert_int_equal(
            schedule_set_cron(&stored, str_c(cases[i].stored), NULL), 0);
        expect_same(&given, &stored);
        assert_int_equal(schedule_check(&stored, 0, NULL), 0);
    }
}

static void long_expressions_end_at_a_limit(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct schedule schedule = SCHEDULE;
    struct err err = { 0 };

    buf_add_c(&text, "0 0 * * 1-7/2");
    while (text.n < 505)
        buf_add_c(&text, ",1-7/2");
    assert_int_equal(schedule_set_cron(&schedule, buf_str(&text), &err),
                     E_INVALID);
    assert_non_null(strstr(err_text(&err), "expression: "));
    while (text.n < 600)
        buf_add_c(&text, ",1");
    assert_int_equal(schedule_set_cron(&schedule, buf_str(&text), &err),
                     E_INVALID);
}

#define TIME "\"time\":\"08:00\""
static const struct {
    const char *json;
    const char *error;
} refused[] = {
    { "", "line 1: " },
    { "{", "line 1: " },
    { "[]", "line 1: a schedule is an object" },
    { "7", "a schedule is an object" },
    { "{}", "type: is missing" },
    { "{\"type\":\"hourly\"}", "line 1: type: expected" },
    { "{\"type\":7}", "line 1: type: expected" },
    { "{\"type\":\"none\",\"type\":\"none\"}", "type: is given twice" },
    { "{\"type\":\"none\",\n\"tme\":1}", "line 2: tme: a schedule has no" },
    { "{\"type\":\"daily\"}", "time: is missing" },
    { "{\"type\":\"daily\",\"time\":null}", "time: is missing" },
    { "{\"type\":\"daily\",\"time\":\"8:00\"}", "time: '8:00'" },
    { "{\"type\":\"daily\",\"time\":\"24:00\"}", "time: '24:00'" },
    { "{\"type\":\"daily\",\"time\":\"12:60\"}", "time: '12:60'" },
    { "{\"type\":\"daily\",\"time\":\"12:30:00\"}", "time: '12:30:00'" },
    { "{\"type\":\"daily\",\"time\":800}", "time: expected a text" },
    { "{\"type\":\"daily\",\"time\":[]}", "time: expected a text" },
    { "{\"type\":\"daily\",\"time\":{}}", "time: expected a text" },
    { "{\"type\":\"daily\"," TIME "," TIME "}", "time: is given twice" },
    { "{\"type\":\"daily\"," TIME ",\"date\":1}", "date: does not belong" },
    { "{\"type\":\"daily\"," TIME ",\"delay_days\":1}",
      "delay_days: does not belong" },
    { "{\"type\":\"daily\"," TIME ",\"expression\":\"0 0 * * *\"}",
      "expression: does not belong" },
    { "{\"type\":\"weekly\"," TIME "}", "weekdays: is missing" },
    { "{\"type\":\"weekly\"," TIME ",\"weekdays\":[]}",
      "weekdays: the list is empty" },
    { "{\"type\":\"weekly\"," TIME ",\"weekdays\":\"mon\"}",
      "weekdays: expected a list" },
    { "{\"type\":\"weekly\"," TIME ",\"weekdays\":[1]}",
      "weekdays: expected a list" },
    { "{\"type\":\"weekly\"," TIME ",\"weekdays\":[[\"mon\"]]}",
      "weekdays: expected a list" },
    { "{\"type\":\"weekly\"," TIME ",\"weekdays\":[\"monday\"]}",
      "weekdays: 'monday' is no day" },
    { "{\"type\":\"weekly\"," TIME
      ",\"weekdays\":[\"mon\"],\"weekdays\":[\"tue\"]}",
      "weekdays: is given twice" },
    { "{\"type\":\"monthly_date\"," TIME "}", "date: is missing" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":0}",
      "date: 0 lies outside 1 to 31" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":-1}",
      "date: -1 lies outside" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":32}",
      "date: 32 lies outside" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1.5}",
      "date: 1.5 is no whole number" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":\"first\"}",
      "date: expected a whole number or" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":\"1\"}",
      "date: expected a whole number or" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1,\"months\":[]}",
      "months: the list is empty" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1,\"months\":[0]}",
      "months: 0 lies outside" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1,\"months\":[13]}",
      "months: 13 lies outside" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1,\"months\":[\"1\"]}",
      "months: expected a list" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1,\"delay_days\":31}",
      "delay_days: 31 lies outside 0 to 30" },
    { "{\"type\":\"monthly_date\"," TIME ",\"date\":1,\"delay_days\":-1}",
      "delay_days: -1 lies outside" },
    { "{\"type\":\"monthly_date\"," TIME
      ",\"date\":1,\"after_patch_tuesday_days\":28}",
      "after_patch_tuesday_days: 28 lies outside 0 to 27" },
    { "{\"type\":\"monthly_date\"," TIME
      ",\"date\":1,\"after_patch_tuesday_days\":-1}",
      "after_patch_tuesday_days: -1 lies outside" },
    { "{\"type\":\"monthly_weekday\"," TIME ",\"weekday\":\"tue\"}",
      "nth: is missing" },
    { "{\"type\":\"monthly_weekday\"," TIME ",\"nth\":1}",
      "weekday: is missing" },
    { "{\"type\":\"monthly_weekday\"," TIME ",\"nth\":5,\"weekday\":\"tue\"}",
      "nth: 5 lies outside 1 to 4" },
    { "{\"type\":\"monthly_weekday\"," TIME ",\"nth\":0,\"weekday\":\"tue\"}",
      "nth: 0 lies outside" },
    { "{\"type\":\"monthly_weekday\"," TIME ",\"nth\":1,\"weekday\":[\"tue\"]}",
      "weekday: expected one of" },
    { "{\"type\":\"monthly_workday\"," TIME ",\"nth\":21}",
      "nth: 21 lies outside 1 to 20" },
    { "{\"type\":\"every\"}", "every_minutes: is missing" },
    { "{\"type\":\"every\",\"every_minutes\":0}",
      "every_minutes: 0 lies outside 1 to 10080" },
    { "{\"type\":\"every\",\"every_minutes\":1441}",
      "every_minutes: 1441 is more than 1440, and no number of whole" },
    { "{\"type\":\"every\",\"every_minutes\":10140}",
      "every_minutes: 10140 lies outside" },
    { "{\"type\":\"every\",\"every_minutes\":1e3}",
      "every_minutes: 1e3 is no whole number" },
    { "{\"type\":\"every\",\"every_minutes\":60,\"stage_hours\":1}",
      "stage_hours: does not belong" },
    { "{\"type\":\"every\",\"every_minutes\":60,\"anchor\":7}",
      "anchor: expected" },
    { "{\"type\":\"every\",\"every_minutes\":60,\"anchor\":\"now\"}",
      "anchor: 'now' is no time" },
    { "{\"type\":\"cron\"}", "expression: is missing" },
    { "{\"type\":\"cron\",\"expression\":\"* * * *\"}",
      "expression: day of week is missing" },
    { "{\"type\":\"daily\"," TIME ",\"stage_hours\":0}",
      "stage_hours: 0 lies outside 1 to 23" },
    { "{\"type\":\"daily\"," TIME ",\"stage_hours\":24}",
      "stage_hours: 24 lies outside 1 to 23" },
    { "{\"type\":\"daily\"," TIME ",\"stage_hours\":1.5}",
      "stage_hours: 1.5 is no whole number" },
    { "{\"type\":\"daily\"," TIME ",\"stage_hours\":[]}",
      "stage_hours: expected a whole number" },
    { "{\"type\":\"daily\"," TIME ",\"run_if_missed\":1}",
      "run_if_missed: expected true or false" },
    { "{\"type\":\"daily\"," TIME "} {}", "line 1: " },
};

static void bad_schedules_are_refused_by_field(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct schedule schedule = SCHEDULE;
        AUTO(jval_freep) struct jval *tree = NULL;
        struct err err = { 0 };

        assert_true(schedule_parse(str_c(refused[i].json), &schedule, &err) <
                    0);
        if (strstr(err_text(&err), refused[i].error) == NULL)
            fail_msg("%s: %s", refused[i].json, err_text(&err));
        if (jval_parse(str_c(refused[i].json), 4096, &tree, NULL) < 0)
            continue;
        /* The tree is refused for the same field; numbers print anew. */
        assert_true(schedule_from_jval(tree, &schedule, &err) < 0);
        if (strncmp(refused[i].error, "line", 4) != 0 &&
            strncmp(err_text(&err), refused[i].error, 4) != 0)
            fail_msg("%s: %s", refused[i].json, err_text(&err));
    }
}

static void schedules_are_written_in_one_form(void **state UNUSED)
{
    static const struct {
        const char *given;
        const char *written;
    } cases[] = {
        { "{\"run_if_missed\":true,\"time\":\"23:00\",\"type\":\"daily\","
          "\"date\":null,\"months\":null,\"stage_hours\":null,"
          "\"after_patch_tuesday_days\":null,\"delay_days\":0}",
          "{\"type\":\"daily\",\"time\":\"23:00\",\"run_if_missed\":true}" },
        { "{\"type\":\"weekly\",\"time\":\"23:00\",\"weekdays\":[\"sun\","
          "\"tue\",\"mon\",\"mon\"],\"stage_hours\":3}",
          "{\"type\":\"weekly\",\"time\":\"23:00\",\"weekdays\":[\"mon\","
          "\"tue\",\"sun\"],\"stage_hours\":3,\"run_if_missed\":false}" },
        { "{\"type\":\"monthly_date\",\"time\":\"00:05\",\"date\":\"last\","
          "\"months\":[12,1],\"delay_days\":30,"
          "\"after_patch_tuesday_days\":0}",
          "{\"type\":\"monthly_date\",\"time\":\"00:05\",\"date\":\"last\","
          "\"months\":[1,12],\"delay_days\":30,"
          "\"after_patch_tuesday_days\":0,\"run_if_missed\":false}" },
        { "{\"type\":\"monthly_weekday\",\"time\":\"00:05\",\"nth\":4,"
          "\"weekday\":\"sun\"}",
          "{\"type\":\"monthly_weekday\",\"time\":\"00:05\",\"nth\":4,"
          "\"weekday\":\"sun\",\"run_if_missed\":false}" },
        { "{\"type\":\"monthly_workday\",\"time\":\"00:05\",\"nth\":\"last\"}",
          "{\"type\":\"monthly_workday\",\"time\":\"00:05\","
          "\"nth\":\"last\",\"run_if_missed\":false}" },
        { "{\"type\":\"patch_tuesday\",\"time\":\"19:00\","
          "\"after_patch_tuesday_days\":1}",
          "{\"type\":\"patch_tuesday\",\"time\":\"19:00\","
          "\"after_patch_tuesday_days\":1,\"run_if_missed\":false}" },
        { "{\"type\":\"every\",\"every_minutes\":15,"
          "\"anchor\":\"2026-01-01T00:00:30\"}",
          "{\"type\":\"every\",\"every_minutes\":15,"
          "\"anchor\":\"2026-01-01T00:00:30Z\",\"run_if_missed\":false}" },
        { "{\"type\":\"cron\",\"expression\":\" 0  3 * * 7\"}",
          "{\"type\":\"cron\",\"expression\":\"0 3 * * 0\","
          "\"run_if_missed\":false}" },
        { "{\"type\":\"none\"}",
          "{\"type\":\"none\",\"run_if_missed\":false}" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
        AUTO(jval_freep) struct jval *tree = NULL;
        struct schedule schedule = runs_schedule(cases[i].given);
        struct schedule again;

        schedule_print(&schedule, &text);
        assert_string_equal(buf_c(&text), cases[i].written);
        again = runs_schedule(cases[i].written);
        expect_same(&again, &schedule);
        assert_int_equal(jval_parse(buf_str(&text), text.n, &tree, NULL), 0);
        again = SCHEDULE_INIT;
        assert_int_equal(schedule_from_jval(tree, &again, NULL), 0);
        expect_same(&again, &schedule);
    }
}

/* What code sets by hand is checked as what is read. */
static void values_set_by_hand_are_checked(void **state UNUSED)
{
    struct schedule s = runs_schedule(
        "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":1}");

    assert_int_equal(schedule_check(&s, 0, NULL), 0);
    s.minute = 1440;
    assert_int_equal(schedule_check(&s, 0, NULL), E_INVALID);
    s.minute = 0;
    s.date = -2;
    assert_int_equal(schedule_check(&s, 0, NULL), E_INVALID);
    s.date = SCHEDULE_LAST;
    assert_int_equal(schedule_check(&s, 0, NULL), 0);
    s.stage_hours = -1;
    assert_int_equal(schedule_check(&s, 0, NULL), E_INVALID);
    s.stage_hours = 0;
    s.months = 1;
    assert_int_equal(schedule_check(&s, 0, NULL), E_INVALID);
    s = runs_schedule("{\"type\":\"cron\",\"expression\":\"0 0 * * *\"}");
    s.cron.hours = 0;
    assert_int_equal(schedule_check(&s, 0, NULL), E_INVALID);
    s.type = SCHEDULE_TYPES;
    assert_int_equal(schedule_check(&s, 0, NULL), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cron_on_a_day_of_a_change_runs_once_a_time),
        cmocka_unit_test(cron_expressions_run_when_the_table_says),
        cmocka_unit_test(bad_cron_expressions_are_refused_by_field),
        cmocka_unit_test(a_leap_day_is_accepted_across_a_century),
        cmocka_unit_test(cron_expressions_are_stored_in_one_form),
        cmocka_unit_test(long_expressions_end_at_a_limit),
        cmocka_unit_test(bad_schedules_are_refused_by_field),
        cmocka_unit_test(schedules_are_written_in_one_form),
        cmocka_unit_test(values_set_by_hand_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
