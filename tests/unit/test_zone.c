/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "schedule/calendar.h"
#include "schedule/zone.h"
#include "schedule/zones.h"

static int64_t time_of(const char *text)
{
    int64_t time = 0;

    assert_int_equal(calendar_parse(str_c(text), true, &time, NULL), 0);
    return time;
}

static struct zone *zone_named(const char *name)
{
    struct zone *zone = NULL;
    struct err err = { 0 };

    if (zone_load(NULL, str_c(name), &zone, &err) < 0)
        fail_msg("%s", err_text(&err));
    return zone;
}

/* P-SCH-10, D-04 and T-DST. */
static void local_times_become_utc_as_the_table_says(void **state UNUSED)
{
    static const struct {
        const char *zone;
        const char *local;
        const char *utc;
        bool exists;
    } cases[] = {
        { "Europe/Amsterdam", "2026-03-29T02:30", "2026-03-29T01:00Z", false },
        { "Europe/Amsterdam", "2026-03-29T03:00", "2026-03-29T01:00Z", true },
        { "Europe/Amsterdam", "2026-10-25T02:30", "2026-10-25T00:30Z", true },
        { "Europe/Amsterdam", "2026-10-25T03:00", "2026-10-25T02:00Z", true },
        { "America/New_York", "2026-03-08T02:00", "2026-03-08T07:00Z", false },
        { "America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z", true },
        { "Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z",
          false },
        { "Asia/Kolkata", "2026-05-12T09:00", "2026-05-12T03:30Z", true },
        { "Pacific/Kiritimati", "2026-05-12T09:00", "2026-05-11T19:00Z", true },
        { "UTC", "2026-05-12T09:00", "2026-05-12T09:00Z", true },
        /* A whole day that Samoa left out. */
        { "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z", false },
        /* Midnight does not exist, or is the second one of its day. */
        { "Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00Z", false },
        { "America/Sao_Paulo", "2018-02-18T00:00", "2018-02-18T03:00Z", true },
        /* Negative summer time. */
        { "Europe/Dublin", "2026-07-01T12:00", "2026-07-01T11:00Z", true },
        { "Europe/Dublin", "2026-12-01T12:00", "2026-12-01T12:00Z", true },
        /* Before the first change, and long after the last. */
        { "Europe/London", "1800-01-01T00:00", "1800-01-01T00:01:15Z", true },
        { "Europe/Amsterdam", "9999-07-01T12:00", "9999-07-01T10:00Z", true },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(zone_freep) struct zone *zone = zone_named(cases[i].zone);
        char text[CALENDAR_TEXT_MAX];
        int64_t local = time_of(cases[i].local);
        int64_t utc = zone_local_to_utc(zone, local);

        if (utc != time_of(cases[i].utc))
            fail_msg("%s %s: %s", cases[i].zone, cases[i].local,
                     calendar_format(utc, "Z", text));
        assert_int_equal(zone_has_local(zone, local), cases[i].exists);
        if (cases[i].exists)
            assert_int_equal(zone_utc_to_local(zone, utc), local);
    }
}

static void rules_without_a_file_follow_posix(void **state UNUSED)
{
    static const struct {
        const char *rule;
        const char *utc;
        const char *local;
    } cases[] = {
        { "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59Z",
          "2026-03-29T01:59" },
        { "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00Z",
          "2026-03-29T03:00" },
        { "PST8PDT,M3.2.0,M11.1.0", "2026-05-12T17:00Z", "2026-05-12T10:00" },
        { "<-03>3", "2026-01-01T00:00Z", "2025-12-31T21:00" },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T12:00Z",
          "2026-07-01T13:00" },
        /* Summer time all the year. */
        { "EST5EDT,0/0,J365/25", "2026-01-01T04:30Z", "2026-01-01T00:30" },
        { "EST5EDT,0/0,J365/25", "2026-07-01T04:30Z", "2026-07-01T00:30" },
        /* J60 is 1 March in every year, 59 is 29 February or 1 March. */
        { "AAA0BBB,J60/0,J300/0", "2028-02-29T23:00Z", "2028-02-29T23:00" },
        { "AAA0BBB,J60/0,J300/0", "2028-03-01T00:00Z", "2028-03-01T01:00" },
        { "AAA0BBB,59/0,J300/0", "2028-02-29T00:00Z", "2028-02-29T01:00" },
        { "AAA0BBB,59/0,J300/0", "2027-02-28T12:00Z", "2027-02-28T12:00" },
        /* Hours beyond the day, and before it. */
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59Z",
          "2026-03-28T22:59" },
        { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00Z",
          "2026-03-29T00:00" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(zone_freep) struct zone *zone = NULL;
        char text[CALENDAR_TEXT_MAX];

        assert_int_equal(
            zone_parse_rule(str_c(cases[i].rule), STR("test"), &zone, NULL), 0);
        assert_string_equal(
            calendar_format(zone_utc_to_local(zone, time_of(cases[i].utc)), "",
                            text),
            cases[i].local);
    }
}

static void bad_rules_are_refused(void **state UNUSED)
{
    static const char *const rules[] = {
        "",          "CE",
        "CET",       "CET-1CEST",
        "CET-25",    "CET-1CEST,M3.5.0",
        "CET-1:60",  "CET-1CEST,M13.5.0,M10.5.0",
        "<+03-3",    "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1x",    "CET-1CEST,M3.5.7,M10.5.0",
        "<>1",       "CET-1CEST,J0,J1",
        ":UTC",      "CET-1CEST,J1,J366",
        "CET-1CEST", "CET-1CEST,M3.5.0/168,M10.5.0",
        "1",         "CET-1CEST,M3.5.0,M10.5.0,",
    };

    for (size_t i = 0; i < COUNT(rules); i++) {
        struct zone *zone = NULL;

        assert_int_equal(
            zone_parse_rule(str_c(rules[i]), STR("test"), &zone, NULL),
            E_PARSE);
        assert_null(zone);
    }
}

static void names_that_leave_the_folder_are_refused(void **state UNUSED)
{
    static const char *const names[] = {
        "",         "/etc/passwd",     "../zoneinfo/UTC", "Europe/../UTC",
        ".",        "Europe/",         "Europe//Paris",   "Europe/Paris\n",
        "Europe",   "Europe/Atlantis", "tzdata.zi",       "Europe/Par is",
        "zone.tab", "leapseconds",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct zone *zone = NULL;
        struct err err = { 0 };
        int rc = zone_load(NULL, str_c(names[i]), &zone, &err);

        assert_true(rc == E_INVALID || rc == E_CORRUPT);
        assert_null(zone);
    }
}

static void without_zone_files_utc_still_works(void **state UNUSED)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    AUTO(zone_freep) struct zone *local = NULL;
    struct err err = { 0 };

    assert_int_equal(
        zone_load("/nonexistent", STR("Europe/Paris"), &zone, &err), E_IO);
    assert_non_null(strstr(err_text(&err), "install the package tzdata"));
    assert_int_equal(zone_load("/nonexistent", STR("UTC"), &zone, &err), 0);
    assert_string_equal(zone_name(zone), "UTC");
    assert_int_equal(zone_utc_to_local(zone, 12345), 12345);
    assert_int_equal(zone_load_local("/nonexistent/localtime", &local, &err),
                     0);
    assert_string_equal(zone_name(local), "UTC");
}

static void the_machines_zone_has_the_name_its_link_says(void **state UNUSED)
{
    char dir[] = "/tmp/holdfast-zone-XXXXXX";
    char path[64];
    AUTO(zone_freep) struct zone *zone = NULL;

    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/localtime", dir);
    assert_int_equal(symlink("/usr/share/zoneinfo/Asia/Tokyo", path), 0);
    assert_int_equal(zone_load_local(path, &zone, NULL), 0);
    assert_string_equal(zone_name(zone), "Asia/Tokyo");
    assert_int_equal(zone_utc_to_local(zone, 0), 9 * 3600);
    unlink(path);
    rmdir(dir);
}

static void write_file(const char *dir, const char *name, str bytes)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    assert_int_equal(io_out_open(path, &out, NULL), 0);
    io_out_write(out, bytes);
    assert_int_equal(io_out_finish(out, NULL), 0);
}

static void remove_file(const char *dir, const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    unlink(path);
}

static void expect_name(const char *dir, const char *name)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/localtime", dir);
    assert_int_equal(zone_load_local(path, &zone, NULL), 0);
    assert_string_equal(zone_name(zone), name);
}

static void a_copied_zone_has_the_name_beside_it_if_it_is_the_same(
    void **state UNUSED)
{
    AUTO(buf_clear) struct buf bytes = BUF(ZONE_FILE_MAX);
    char dir[] = "/tmp/holdfast-zone-XXXXXX";

    assert_non_null(mkdtemp(dir));
    assert_int_equal(
        io_read_file(AT_FDCWD, ZONE_DIR "/Asia/Tokyo", &bytes, NULL), 0);
    write_file(dir, "localtime", buf_str(&bytes));
    expect_name(dir, "local");
    write_file(dir, "timezone", STR("Asia/Tokyo\n"));
    expect_name(dir, "Asia/Tokyo");
    write_file(dir, "timezone", STR("Asia/Kolkata\n"));
    expect_name(dir, "local");
    write_file(dir, "timezone", STR("../zoneinfo/Asia/Tokyo\n"));
    expect_name(dir, "local");
    remove_file(dir, "timezone");
    remove_file(dir, "localtime");
    rmdir(dir);
}

/* K-SCH-10: what an editor offers. */
static void every_zone_that_is_listed_can_be_loaded(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str *names = NULL;
    size_t n = 0;

    assert_int_equal(zone_list("/nonexistent", &arena, &names, &n, NULL), 0);
    assert_int_equal(n, 1);
    assert_true(str_eq_c(names[0], "UTC"));
    assert_int_equal(zone_list(NULL, &arena, &names, &n, NULL), 0);
    assert_true(n > 300);
    for (size_t i = 0; i < n; i++) {
        AUTO(zone_freep) struct zone *zone = NULL;

        assert_true(i == 0 || str_cmp(names[i - 1], names[i]) < 0);
        assert_int_equal(zone_load(NULL, names[i], &zone, NULL), 0);
    }
}

/* One block of a TZif file with `changes` times of 8 (or 4) bytes. */
static void add_block(struct buf *out, const char *version, unsigned changes,
                      unsigned leaps, int64_t step)
{
    unsigned char counts[24] = { 0 };

    counts[11] = (unsigned char)leaps;
    counts[15] = (unsigned char)changes;
    counts[19] = 1; /* types */
    counts[23] = 4; /* chars */
    buf_add_c(out, "TZif");
    buf_add(out, (str){ version, 1 });
    for (int i = 0; i < 15; i++)
        buf_add_char(out, '\0');
    buf_add(out, (str){ (const char *)counts, sizeof(counts) });
    for (unsigned i = 0; i < changes; i++) {
        int64_t at = (int64_t)i * step;

        for (int shift = 56; shift >= 0; shift -= 8)
            buf_add_char(out, (char)(at >> shift));
    }
    for (unsigned i = 0; i < changes; i++)
        buf_add_char(out, '\0');
    buf_add(out, (str){ "\0\0\x0e\x10\0\0", 6 });
    buf_add(out, (str){ "CET\0", 4 });
    for (unsigned i = 0; i < leaps * 12; i++)
        buf_add_char(out, '\0');
}

static int parse_blocks(const char *version, unsigned leaps, int64_t step,
                        const char *footer)
{
    AUTO(buf_clear) struct buf bytes = BUF(4096);
    AUTO(zone_freep) struct zone *zone = NULL;

    add_block(&bytes, version, 0, 0, 0);
    add_block(&bytes, version, 2, leaps, step);
    buf_add_c(&bytes, footer);
    return zone_parse(buf_str(&bytes), STR("test"), &zone, NULL);
}

static void damaged_files_are_refused(void **state UNUSED)
{
    assert_int_equal(parse_blocks("2", 0, 100, "\nCET-1\n"), 0);
    assert_int_equal(parse_blocks("3", 0, 100, "\n\n"), 0);
    assert_int_equal(parse_blocks("\0", 0, 100, "\nCET-1\n"), E_UNSUPPORTED);
    assert_int_equal(parse_blocks("2", 1, 100, "\nCET-1\n"), E_UNSUPPORTED);
    assert_int_equal(parse_blocks("2", 0, 0, "\nCET-1\n"), E_CORRUPT);
    assert_int_equal(parse_blocks("2", 0, -5, "\nCET-1\n"), E_CORRUPT);
    assert_int_equal(parse_blocks("2", 0, 100, "\nCET-1"), E_CORRUPT);
    assert_int_equal(parse_blocks("2", 0, 100, ""), E_CORRUPT);
    assert_int_equal(parse_blocks("2", 0, 100, "\nwhat\n"), E_PARSE);
}

static void cut_off_files_are_refused_at_every_byte(void **state UNUSED)
{
    AUTO(buf_clear) struct buf bytes = BUF(4096);

    add_block(&bytes, "2", 0, 0, 0);
    add_block(&bytes, "2", 3, 0, 1000);
    buf_add_c(&bytes, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
    for (size_t n = 0; n < bytes.n; n++) {
        struct zone *zone = NULL;

        assert_true(zone_parse(str_sub(buf_str(&bytes), 0, n), STR("test"),
                               &zone, NULL) < 0);
        assert_null(zone);
    }
}

static void conversion_never_goes_back(void **state UNUSED)
{
    static const char *const names[] = { "Europe/Amsterdam", "Pacific/Apia",
                                         "Africa/Casablanca",
                                         "Antarctica/Troll" };

    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(zone_freep) struct zone *zone = zone_named(names[i]);
        int64_t before = INT64_MIN;
        int64_t begin = time_of("2010-01-01T00:00Z");

        for (int64_t t = begin; t < begin + 6 * 366 * 86400; t += 900) {
            int64_t utc = zone_local_to_utc(zone, t);

            assert_true(utc >= before);
            assert_true(!zone_has_local(zone, t) ||
                        zone_utc_to_local(zone, utc) == t);
            before = utc;
        }
    }
}

static void every_day_is_counted_and_named_alike(void **state UNUSED)
{
    struct calendar_date before = { 0, 12, 31 };

    for (int64_t day = CALENDAR_FIRST_DAY; day <= CALENDAR_LAST_DAY; day++) {
        struct calendar_date date = calendar_date(day);
        bool is_next =
            (date.day == before.day + 1 && date.month == before.month) ||
            (date.day == 1 && date.month == before.month + 1) ||
            (date.day == 1 && date.month == 1 && date.year == before.year + 1);

        assert_true(is_next);
        assert_int_equal(calendar_day(date.year, date.month, date.day), day);
        before = date;
    }
    assert_int_equal(before.year, 9999);
    assert_int_equal(calendar_weekday(calendar_day(2026, 1, 1)), 4);
    assert_int_equal(calendar_weekday(CALENDAR_FIRST_DAY), 1);
}

static void times_are_read_exactly_or_refused(void **state UNUSED)
{
    static const char *const bad[] = {
        "",
        "2026-01-01",
        "2026-01-01 00:00",
        "2026-1-1T00:00",
        "2026-02-29T00:00",
        "2026-00-01T00:00",
        "2026-13-01T00:00",
        "2026-01-01T24:00",
        "2026-01-01T00:60",
        "2026-01-01T00:00:60",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00+01:00",
        "0000-01-01T00:00",
        "12026-01-01T00:00",
        "2026-01-01T0:00",
        "2026-01-01T00:00 ",
    };
    int64_t time = 7;

    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(calendar_parse(str_c(bad[i]), false, &time, NULL),
                         E_PARSE);
    assert_int_equal(time, 7);
    assert_int_equal(
        calendar_parse(STR("1970-01-01T00:01:02"), false, &time, NULL), 0);
    assert_int_equal(time, 62);
}

static void a_zone_is_read_once_a_minute_and_kept_when_it_goes(
    void **state UNUSED)
{
    struct zones zones = { 0 };
    const struct zone *zone = NULL;
    struct err err = { 0 };

    for (int64_t ms = 0; ms < ZONES_AGE_MS; ms += 5000)
        assert_int_equal(
            zones_find(&zones, STR("Europe/Amsterdam"), ms, &zone, &err), 0);
    assert_int_equal(zones.reads, 1);
    assert_string_equal(zone_name(zone), "Europe/Amsterdam");
    for (int64_t ms = 0; ms < ZONES_AGE_MS; ms += 5000)
        assert_true(zones_find(&zones, STR("No/Where"), ms, &zone, &err) < 0);
    assert_int_equal(zones.reads, 2); /* that it is not there is kept, too */
    assert_true(zones_find(&zones, STR("../x"), 0, &zone, &err) < 0);
    assert_int_equal(zones_find(&zones, STR(""), 0, &zone, &err), 0);
    assert_int_equal(
        zones_find(&zones, STR("Europe/Amsterdam"), ZONES_AGE_MS, &zone, &err),
        0);
    assert_int_equal(zones.reads, 5);
    zones_clear(&zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_times_become_utc_as_the_table_says),
        cmocka_unit_test(rules_without_a_file_follow_posix),
        cmocka_unit_test(bad_rules_are_refused),
        cmocka_unit_test(names_that_leave_the_folder_are_refused),
        cmocka_unit_test(without_zone_files_utc_still_works),
        cmocka_unit_test(the_machines_zone_has_the_name_its_link_says),
        cmocka_unit_test(
            a_copied_zone_has_the_name_beside_it_if_it_is_the_same),
        cmocka_unit_test(every_zone_that_is_listed_can_be_loaded),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(cut_off_files_are_refused_at_every_byte),
        cmocka_unit_test(conversion_never_goes_back),
        cmocka_unit_test(every_day_is_counted_and_named_alike),
        cmocka_unit_test(times_are_read_exactly_or_refused),
        cmocka_unit_test(a_zone_is_read_once_a_minute_and_kept_when_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
