/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "schedule/calendar.h"
#include "schedule/words.h"
#include "tests/unit/runs.h"

#define DAILY "{\"type\":\"daily\",\"time\":\"23:00\"}"
#define DELAYED                                                                \
    "{\"type\":\"monthly_weekday\",\"time\":\"08:00\",\"nth\":1,"              \
    "\"weekday\":\"wed\",\"delay_days\":3,\"after_patch_tuesday_days\":1}"
#define PATCH(time) "{\"type\":\"patch_tuesday\",\"time\":\"" time "\"}"
#define CRON(expression) "{\"type\":\"cron\",\"expression\":\"" expression "\"}"

static const struct {
    const char *json;
    const char *words[WORDS_LANGUAGES];
} sentences[] = {
    { "{\"type\":\"none\"}",
      { "Only when an event starts it.",
        "Seulement quand un événement lance la tâche.",
        "Alleen wanneer een gebeurtenis de taak start." } },
    { DAILY,
      { "Every day at 23:00.", "Tous les jours à 23:00.",
        "Elke dag om 23:00." } },
    { "{\"type\":\"weekly\",\"time\":\"21:00\",\"weekdays\":[\"sat\","
      "\"mon\",\"sun\"]}",
      { "Every Monday, Saturday and Sunday at 21:00.",
        "Chaque lundi, samedi et dimanche à 21:00.",
        "Elke maandag, zaterdag en zondag om 21:00." } },
    { "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":31,"
      "\"months\":[4,10]}",
      { "On the 31st of April and October (the last day of a shorter month) "
        "at 08:00.",
        "Le 31 d’avril et d’octobre (le dernier jour d’un mois plus court) à "
        "08:00.",
        "Op de 31e van april en oktober (de laatste dag van een kortere "
        "maand) om 08:00." } },
    { DELAYED,
      { "3 days after the first Wednesday of every month at 08:00, and also "
        "1 day after Patch Tuesday.",
        "3 jours après le premier mercredi de chaque mois à 08:00, et aussi "
        "1 jour après le Patch Tuesday.",
        "3 dagen na de eerste woensdag van elke maand om 08:00, en ook 1 dag "
        "na Patch Tuesday." } },
    { "{\"type\":\"monthly_workday\",\"time\":\"08:00\",\"nth\":\"last\"}",
      { "On the last working day (Monday to Friday) of every month at 08:00.",
        "Le dernier jour ouvré (du lundi au vendredi) de chaque mois à 08:00.",
        "Op de laatste werkdag (maandag tot en met vrijdag) van elke maand om "
        "08:00." } },
    { "{\"type\":\"every\",\"every_minutes\":120,"
      "\"anchor\":\"2026-01-01T08:10Z\"}",
      { "Every 2 hours, counted from 2026-01-01 08:10 UTC.",
        "Toutes les 2 heures, à compter du 2026-01-01 08:10 UTC.",
        "Elke 2 uur, geteld vanaf 2026-01-01 08:10 UTC." } },
    { CRON("30 8,12 * * 1-5"),
      { "At 08:30 and 12:30, Monday to Friday.",
        "À 08:30 et 12:30, du lundi au vendredi.",
        "Om 08:30 en 12:30, van maandag tot en met vrijdag." } },
    { CRON("*/5 8-17 13 6 5"),
      { "Every 5 minutes of hour 8 to 17, on day 13 of the month, and on "
        "every Friday, in June.",
        "Toutes les 5 minutes de l’heure 8 à 17, le jour 13 du mois, et "
        "chaque vendredi, en juin.",
        "Elke 5 minuten van uur 8 tot en met 17, op dag 13 van de maand, en "
        "elke vrijdag, in juni." } },
};

/* K-SCH-8, X-9. */
static void schedules_are_said_in_three_languages(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(sentences); i++) {
        struct schedule schedule = runs_schedule(sentences[i].json);

        for (unsigned k = 0; k < WORDS_LANGUAGES; k++) {
            AUTO(buf_clear) struct buf text = BUF(4096);

            words_schedule(&schedule, k, &text);
            assert_string_equal(buf_c(&text), sentences[i].words[k]);
        }
    }
}

static void staging_and_missed_runs_are_said_too(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct schedule schedule = runs_schedule(
        "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":1,"
        "\"stage_hours\":8,\"run_if_missed\":true}");

    words_schedule(&schedule, WORDS_EN, &text);
    assert_string_equal(
        buf_c(&text),
        "On the 1st of every month at 08:00. Downloads start 8 hours "
        "earlier. A run that was missed because the device was off is made "
        "within the hour after it is on again.");
    buf_reset(&text);
    schedule.date = 15;
    schedule.stage_hours = 9;
    schedule.run_if_missed = false;
    words_schedule(&schedule, WORDS_EN, &text);
    assert_string_equal(
        buf_c(&text),
        "On the 15th of every month at 08:00. Downloads start 9 hours "
        "earlier, but never on the day before a run on the first of a "
        "month.");
}

static void every_phrase_is_filled_in(void **state UNUSED)
{
    static const char *const more[] = {
        CRON("* * * * *"),
        CRON("7 * * * *"),
        CRON("* 3 * * 2"),
        CRON("1-9 1,3,5 */2 * 1"),
        CRON("0 0 1 1,6 *"),
        CRON("0 0 1-31 * 1-5"),
        CRON("0,7 */4 * * 6,0"),
        PATCH("20:00"),
        "{\"type\":\"every\",\"every_minutes\":1}",
        "{\"type\":\"every\",\"every_minutes\":60}",
        "{\"type\":\"every\",\"every_minutes\":7}",
        "{\"type\":\"monthly_date\",\"time\":\"08:00\",\"date\":\"last\","
        "\"delay_days\":1,\"after_patch_tuesday_days\":0}",
        "{\"type\":\"monthly_workday\",\"time\":\"08:00\",\"nth\":2}",
        "{\"type\":\"weekly\",\"time\":\"08:00\",\"stage_hours\":1,"
        "\"weekdays\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"]}",
    };

    for (size_t i = 0; i < COUNT(more); i++) {
        struct schedule schedule = runs_schedule(more[i]);

        for (unsigned k = 0; k < WORDS_LANGUAGES; k++) {
            AUTO(buf_clear) struct buf text = BUF(4096);

            words_schedule(&schedule, k, &text);
            assert_true(text.n > 5);
            assert_null(strpbrk(buf_c(&text), "{}"));
            assert_null(strstr(buf_c(&text), "  "));
        }
    }
}

static void runs_are_said_with_date_and_zone(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    AUTO(zone_freep) struct zone *zone = runs_zone("Europe/Amsterdam");
    struct schedule schedule = runs_schedule(
        "{\"type\":\"daily\",\"time\":\"02:30\",\"stage_hours\":2}");
    struct occurrence run;

    assert_int_equal(
        schedule_next(&schedule, zone, runs_time("2026-03-28T12:00"), &run, 1),
        1);
    words_heading(zone, WORDS_NL, &text);
    assert_string_equal(buf_c(&text),
                        "Volgende uitvoeringen (Europe/Amsterdam):");
    buf_reset(&text);
    words_run(&run, WORDS_EN, &text);
    assert_string_equal(buf_c(&text),
                        "Sunday 29 March 2026, 03:00 (downloads start Sunday "
                        "29 March 2026, 00:00)");
    buf_reset(&text);
    words_time(runs_time("2026-01-01T00:15"), WORDS_FR, &text);
    assert_string_equal(buf_c(&text), "jeudi 1er janvier 2026, 00:15");
}

/* D-05: the release in May 2026 is 19:00 in Amsterdam, 02:00 on the 13th in
 * Tokyo and 03:00 in Sydney. */
static void a_run_before_the_release_is_warned_of(void **state UNUSED)
{
    static const struct {
        const char *zone;
        const char *json;
        bool warns;
        int days;
    } cases[] = {
        { "Europe/Amsterdam", PATCH("18:59"), true, 1 },
        { "Europe/Amsterdam", PATCH("20:00"), false, 0 },
        { "America/Los_Angeles", PATCH("10:00"), false, 0 },
        { "America/Los_Angeles", PATCH("09:59"), true, 1 },
        { "Asia/Tokyo", PATCH("23:59"), true, 1 },
        { "Asia/Tokyo",
          "{\"type\":\"patch_tuesday\",\"time\":\"00:30\","
          "\"after_patch_tuesday_days\":1}",
          true, 2 },
        { "Australia/Sydney",
          "{\"type\":\"patch_tuesday\",\"time\":\"05:30\","
          "\"after_patch_tuesday_days\":1}",
          false, 1 },
        { "Asia/Tokyo",
          "{\"type\":\"monthly_date\",\"date\":1,\"time\":\"08:00\","
          "\"after_patch_tuesday_days\":0}",
          true, 1 },
        { "Asia/Tokyo",
          "{\"type\":\"monthly_date\",\"date\":1,\"time\":\"08:00\"}", false,
          0 },
        { "Asia/Tokyo", DAILY, false, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(zone_freep) struct zone *zone = runs_zone(cases[i].zone);
        struct schedule schedule = runs_schedule(cases[i].json);
        struct schedule_warnings w =
            schedule_warn(&schedule, zone, runs_time("2026-01-01T00:00"));

        assert_int_equal(w.before_release, cases[i].warns);
        assert_int_equal(w.suggested_days, cases[i].days);
        assert_false(w.both_day_fields);
    }
}

/* K-CRN-11. */
static void two_day_fields_are_warned_of(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct schedule both = runs_schedule(CRON("0 1 8-14 * 2"));
    struct schedule one = runs_schedule(CRON("0 1 8-14 * *"));
    struct schedule_warnings w = schedule_warn(&one, zone_utc(), 0);

    assert_false(w.both_day_fields);
    w = schedule_warn(&both, zone_utc(), 0);
    assert_true(w.both_day_fields);
    words_warnings(&w, WORDS_EN, &text);
    assert_non_null(strstr(buf_c(&text), "Both day fields are set"));
}

static void languages_are_known_by_their_tags(void **state UNUSED)
{
    assert_int_equal(words_language_of(STR("en")), WORDS_EN);
    assert_int_equal(words_language_of(STR("FR")), WORDS_FR);
    assert_int_equal(words_language_of(STR("fr-CA")), WORDS_FR);
    assert_int_equal(words_language_of(STR("nl_BE.UTF-8")), WORDS_NL);
    assert_int_equal(words_language_of(STR("nlx")), WORDS_LANGUAGES);
    assert_int_equal(words_language_of(STR("de")), WORDS_LANGUAGES);
    assert_int_equal(words_language_of(STR("")), WORDS_LANGUAGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedules_are_said_in_three_languages),
        cmocka_unit_test(staging_and_missed_runs_are_said_too),
        cmocka_unit_test(every_phrase_is_filled_in),
        cmocka_unit_test(runs_are_said_with_date_and_zone),
        cmocka_unit_test(a_run_before_the_release_is_warned_of),
        cmocka_unit_test(two_day_fields_are_warned_of),
        cmocka_unit_test(languages_are_known_by_their_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
