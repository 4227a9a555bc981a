/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/words.h"

#include "schedule/calendar.h"
#include "schedule/schedule_int.h"
#include "schedule/words_int.h"

enum {
    PART_MAX = 4096,
    TIMES_MAX = 8,  /* of a day that are listed one by one */
    RANGE_FROM = 3, /* so many neighbours are a range */
    ALL_HOURS = 0xffffff,
};

#define ALL_MINUTES ((UINT64_C(1) << 60) - 1)
#define WORKDAYS 0x3e

/* The parts that are put into a phrase, by their letter. */
struct parts {
    struct buf part[26];
};

#define PART(parts, letter) (&(parts)->part[(letter) - 'a'])

static void parts_init(struct parts *parts)
{
    for (size_t i = 0; i < COUNT(parts->part); i++)
        parts->part[i] = BUF_INIT(PART_MAX);
}

static void parts_clear(struct parts *parts)
{
    for (size_t i = 0; i < COUNT(parts->part); i++)
        buf_clear(&parts->part[i]);
}

static void expand(const char *phrase, const struct parts *parts,
                   struct buf *out)
{
    for (const char *p = phrase; *p != '\0'; p++) {
        if (*p != '{') {
            buf_add_char(out, *p);
            continue;
        }
        buf_add(out, buf_str(&parts->part[p[1] - 'a']));
        p += 2;
    }
}

static void add_minute(int minute, struct buf *out)
{
    buf_printf(out, "%02d:%02d", minute / 60, minute % 60);
}

static void add_count(int n, const char *one, const char *many, struct buf *out)
{
    struct parts parts;

    parts_init(&parts);
    buf_printf(PART(&parts, 'n'), "%d", n);
    expand(n == 1 ? one : many, &parts, out);
    parts_clear(&parts);
}

/* What a list is of: numbers from 0, or names. */
struct list {
    const struct words *words;
    const char *const *names; /* NULL: the numbers themselves */
    int first;                /* what the first name is for */
    bool has_ranges;
};

static void add_item(const struct list *list, int value, struct buf *out)
{
    if (list->names != NULL)
        buf_add_c(out, list->names[value - list->first]);
    else
        buf_printf(out, "%d", value);
}

/* The end of the neighbours that begin with a value. */
static int end_of_range(const struct list *list, const int *values, size_t n,
                        size_t at)
{
    size_t end = at;

    while (end + 1 < n && values[end + 1] == values[end] + 1)
        end++;
    return list->has_ranges && end - at + 1 >= RANGE_FROM ? (int)end : (int)at;
}

static void add_range(const struct list *list, int from, int to,
                      struct buf *out)
{
    struct parts parts;

    if (from == to) {
        add_item(list, from, out);
        return;
    }
    parts_init(&parts);
    add_item(list, from, PART(&parts, 'a'));
    add_item(list, to, PART(&parts, 'b'));
    expand(list->words->range, &parts, out);
    parts_clear(&parts);
}

static void add_list(const struct list *list, const int *values, size_t n,
                     struct buf *out)
{
    for (size_t i = 0; i < n;) {
        size_t end = (size_t)end_of_range(list, values, n, i);

        if (i > 0)
            buf_add_c(out, end + 1 == n ? list->words->and_ : ", ");
        add_range(list, values[i], values[end], out);
        i = end + 1;
    }
}

static void add_numbers(const struct words *w, uint64_t bits, struct buf *out)
{
    struct list list = { w, NULL, 0, true };
    int values[64];
    size_t n = 0;

    for (int i = 0; i < 64; i++) {
        if ((bits >> i & 1) != 0)
            values[n++] = i;
    }
    add_list(&list, values, n, out);
}

/* Weeks begin on Monday. */
static void add_weekdays(const struct words *w, unsigned bits, struct buf *out)
{
    const char *names[7];
    struct list list = { w, names, 1, false };
    int values[7];
    size_t n = 0;

    for (int i = 1; i <= 7; i++) {
        names[i - 1] = w->weekdays[i % 7];
        if ((bits >> i % 7 & 1) != 0)
            values[n++] = i;
    }
    add_list(&list, values, n, out);
}

static void add_months(const struct words *w, unsigned bits,
                       const char *const names[12], struct buf *out)
{
    struct list list = { w, names, 1, false };
    int values[12];
    size_t n = 0;

    for (int i = 1; i <= 12; i++) {
        if ((bits >> i & 1) != 0)
            values[n++] = i;
    }
    add_list(&list, values, n, out);
}

static void add_of_months(const struct words *w, unsigned bits, struct buf *out)
{
    if (bits == SCHEDULE_ALL_MONTHS || bits == SCHEDULE_MONTHS_MASK) {
        buf_add_c(out, w->of_every_month);
        return;
    }
    buf_add_c(out, w->of);
    add_months(w, bits, w->of_months, out);
}

/* What a monthly rule is about: "the first Wednesday of every month". */
static void add_rule(const struct schedule *s, const struct words *w,
                     struct buf *out)
{
    const char *phrase = w->patch_tuesday;
    struct parts parts;

    parts_init(&parts);
    add_of_months(w, s->months, PART(&parts, 'm'));
    if (s->type == SCHEDULE_MONTHLY_WEEKDAY) {
        phrase = w->nth_weekday;
        buf_add_c(PART(&parts, 'o'), w->ordinals[s->nth < 0 ? 0 : s->nth]);
        buf_add_c(PART(&parts, 'w'), w->weekdays[s->weekday]);
    } else if (s->type == SCHEDULE_MONTHLY_WORKDAY) {
        phrase = s->nth < 0 ? w->workday_last : w->workday;
        w->number(s->nth, PART(&parts, 'n'));
    } else if (s->type == SCHEDULE_MONTHLY_DATE) {
        phrase = s->date < 0    ? w->date_last
                 : s->date > 28 ? w->date_short
                                : w->date;
        w->number(s->date, PART(&parts, 'n'));
    }
    expand(phrase, &parts, out);
    parts_clear(&parts);
}

static void add_monthly(const struct schedule *s, const struct words *w,
                        struct buf *out)
{
    bool is_patch_tuesday = s->type == SCHEDULE_PATCH_TUESDAY;
    int after = s->after_patch_tuesday_days;
    int days = s->delay_days + (is_patch_tuesday && after > 0 ? after : 0);
    struct parts parts;

    parts_init(&parts);
    add_rule(s, w, PART(&parts, 'x'));
    add_minute(s->minute, PART(&parts, 't'));
    add_count(days, w->one_day, w->days, PART(&parts, 'k'));
    expand(days > 0 ? w->after : w->on, &parts, out);
    buf_reset(PART(&parts, 'k'));
    if (!is_patch_tuesday && after >= 0) {
        add_count(after, w->one_day, w->days, PART(&parts, 'k'));
        expand(after > 0 ? w->also_after : w->also, &parts, out);
    }
    parts_clear(&parts);
}

static void add_daily(const struct schedule *s, const struct words *w,
                      struct buf *out)
{
    const char *phrase = w->weekly;
    struct parts parts;

    if (s->type == SCHEDULE_DAILY || s->weekdays == SCHEDULE_WEEKDAYS_MASK)
        phrase = w->daily;
    else if (s->weekdays == WORKDAYS)
        phrase = w->workdays;
    parts_init(&parts);
    add_minute(s->minute, PART(&parts, 't'));
    add_weekdays(w, s->weekdays, PART(&parts, 'w'));
    expand(phrase, &parts, out);
    parts_clear(&parts);
}

/* "2026-01-31 08:30", which is read alike in every language. */
static void add_instant(int64_t utc, struct buf *out)
{
    char text[CALENDAR_TEXT_MAX];

    calendar_format(utc - ((utc % 60) + 60) % 60, "", text);
    text[10] = ' ';
    buf_add_c(out, text);
}

static void add_every(const struct schedule *s, const struct words *w,
                      struct buf *out)
{
    struct parts parts;

    if (s->every_minutes % 60 == 0)
        add_count(s->every_minutes / 60, w->hour, w->hours, out);
    else
        add_count(s->every_minutes, w->minute, w->minutes, out);
    if (!s->is_anchored)
        return;
    parts_init(&parts);
    add_instant(s->anchor, PART(&parts, 't'));
    expand(w->counted, &parts, out);
    parts_clear(&parts);
}

/* The few times of a day, one by one: "08:30 and 12:30". */
static void add_times(const struct cron *cron, const struct words *w,
                      struct buf *out)
{
    char texts[TIMES_MAX][8];
    const char *names[TIMES_MAX];
    struct list list = { w, names, 0, false };
    int values[TIMES_MAX];
    size_t n = 0;

    for (int i = 0; i < 1440 && n < TIMES_MAX; i++) {
        if ((cron->hours >> i / 60 & 1) == 0 ||
            (cron->minutes >> i % 60 & 1) == 0)
            continue;
        (void)snprintf(texts[n], sizeof(texts[n]), "%02d:%02d", i / 60 % 24,
                       i % 60);
        names[n] = texts[n];
        values[n] = (int)n;
        n++;
    }
    add_list(&list, values, n, out);
}

/* n where the minutes are every n of an hour that n divides; otherwise 0. */
static int step_of(uint64_t minutes)
{
    for (int step = 2; step <= 30; step++) {
        uint64_t bits = 0;

        for (int i = 0; i < 60; i += step)
            bits |= UINT64_C(1) << i;
        if (60 % step == 0 && bits == minutes)
            return step;
    }
    return 0;
}

static void add_cron_times(const struct cron *cron, const struct words *w,
                           struct buf *out)
{
    int times =
        __builtin_popcountll(cron->minutes) * __builtin_popcount(cron->hours);
    int step = step_of(cron->minutes);
    const char *phrase = w->at_minutes_hours;
    struct parts parts;

    parts_init(&parts);
    if (step == 0)
        add_numbers(w, cron->minutes, PART(&parts, 'n'));
    else
        buf_printf(PART(&parts, 'n'), "%d", step);
    add_numbers(w, cron->hours, PART(&parts, 'h'));
    if (times <= TIMES_MAX) {
        phrase = w->at_times;
        add_times(cron, w, PART(&parts, 't'));
    } else if (cron->hours == ALL_HOURS) {
        phrase = cron->minutes == ALL_MINUTES ? w->minute
                 : step > 0                   ? w->minutes
                                              : w->at_minutes;
    } else if (cron->minutes == ALL_MINUTES) {
        phrase = w->minutes_of_hours;
    } else if (step > 0) {
        phrase = w->steps_of_hours;
    }
    expand(phrase, &parts, out);
    parts_clear(&parts);
}

static void add_cron_days(const struct cron *cron, const struct words *w,
                          struct buf *out)
{
    bool has_date = cron->dates != 0xfffffffe;
    bool has_weekday = cron->weekdays != SCHEDULE_WEEKDAYS_MASK;
    bool is_either = !cron->any_date && !cron->any_weekday;
    const char *phrase = w->every_day;
    struct parts parts;

    if (has_date && has_weekday)
        phrase = is_either ? w->on_either : w->on_both;
    else if (has_date && !is_either)
        phrase = w->on_dates;
    else if (has_weekday && !is_either)
        phrase = cron->weekdays == WORKDAYS ? w->on_workdays : w->on_weekdays;
    parts_init(&parts);
    add_numbers(w, cron->dates, PART(&parts, 'n'));
    add_weekdays(w, cron->weekdays, PART(&parts, 'w'));
    expand(phrase, &parts, out);
    parts_clear(&parts);
}

static void add_cron(const struct cron *cron, const struct words *w,
                     struct buf *out)
{
    struct parts parts;

    add_cron_times(cron, w, out);
    buf_add_c(out, ", ");
    add_cron_days(cron, w, out);
    if (cron->months == SCHEDULE_MONTHS_MASK)
        return;
    parts_init(&parts);
    add_months(w, cron->months, w->months, PART(&parts, 'm'));
    buf_add_c(out, ", ");
    expand(w->in_months, &parts, out);
    parts_clear(&parts);
}

/* Whether staging can be cut off by the first of a month. */
static bool may_clip(const struct schedule *s)
{
    int first = s->type == SCHEDULE_CRON ? __builtin_ctz(s->cron.hours) * 60
                                         : s->minute;

    return s->stage_hours * 60 > first;
}

static void add_options(const struct schedule *s, const struct words *w,
                        struct buf *out)
{
    struct parts parts;

    parts_init(&parts);
    if (s->stage_hours > 0) {
        buf_add_char(out, ' ');
        add_count(s->stage_hours, w->one_hour, w->some_hours,
                  PART(&parts, 'k'));
        expand(may_clip(s) ? w->stage_clip : w->stage, &parts, out);
    }
    if (s->run_if_missed) {
        buf_add_char(out, ' ');
        buf_add_c(out, w->missed);
    }
    parts_clear(&parts);
}

/* A sentence begins with a letter of ASCII or Latin-1: 'à' becomes 'À'. */
static void make_capital(struct buf *out, size_t at)
{
    if (at + 1 >= out->n)
        return;
    if (out->p[at] >= 'a' && out->p[at] <= 'z')
        out->p[at] = (char)(out->p[at] - 'a' + 'A');
    else if ((uint8_t)out->p[at] == 0xc3 && (uint8_t)out->p[at + 1] >= 0xa0)
        out->p[at + 1] = (char)(out->p[at + 1] - 0x20);
}

void words_schedule(const struct schedule *schedule,
                    enum words_language language, struct buf *out)
{
    const struct words *w = &words_languages[language];
    size_t begin = out->n;

    if (schedule->type == SCHEDULE_NONE)
        buf_add_c(out, w->none);
    else if (schedule->type == SCHEDULE_EVERY)
        add_every(schedule, w, out);
    else if (schedule->type == SCHEDULE_CRON)
        add_cron(&schedule->cron, w, out);
    else if (schedule_is_monthly(schedule->type))
        add_monthly(schedule, w, out);
    else
        add_daily(schedule, w, out);
    make_capital(out, begin);
    buf_add_char(out, '.');
    add_options(schedule, w, out);
}

void words_time(int64_t local, enum words_language language, struct buf *out)
{
    const struct words *w = &words_languages[language];
    int64_t day = calendar_day_of(local);
    struct calendar_date date = calendar_date(day);
    struct parts parts;

    parts_init(&parts);
    buf_add_c(PART(&parts, 'w'), w->weekdays[calendar_weekday(day)]);
    buf_printf(PART(&parts, 'd'), "%d", date.day);
    w->number(date.day, PART(&parts, 'n'));
    buf_add_c(PART(&parts, 'm'), w->months[date.month - 1]);
    buf_printf(PART(&parts, 'y'), "%d", date.year);
    add_minute((int)((local - day * CALENDAR_DAY_S) / 60), PART(&parts, 't'));
    expand(w->time, &parts, out);
    parts_clear(&parts);
}

void words_run(const struct occurrence *run, enum words_language language,
               struct buf *out)
{
    struct parts parts;

    words_time(run->local, language, out);
    if (!run->has_stage)
        return;
    parts_init(&parts);
    words_time(run->stage_local, language, PART(&parts, 't'));
    buf_add_c(out, " (");
    expand(words_languages[language].staged, &parts, out);
    buf_add_char(out, ')');
    parts_clear(&parts);
}

void words_warnings(const struct schedule_warnings *warnings,
                    enum words_language language, struct buf *out)
{
    const struct words *w = &words_languages[language];
    struct parts parts;

    if (warnings->both_day_fields)
        buf_printf(out, "%s\n", w->warn_days);
    if (!warnings->before_release)
        return;
    parts_init(&parts);
    add_count(warnings->suggested_days, w->one_day, w->days, PART(&parts, 'k'));
    expand(w->warn_release, &parts, out);
    buf_add_char(out, '\n');
    parts_clear(&parts);
}

void words_heading(const struct zone *zone, enum words_language language,
                   struct buf *out)
{
    struct parts parts;

    parts_init(&parts);
    buf_add_c(PART(&parts, 'z'), zone_name(zone));
    expand(words_languages[language].heading, &parts, out);
    parts_clear(&parts);
}

enum words_language words_language_of(str tag)
{
    unsigned i = 0;

    while (i < WORDS_LANGUAGES) {
        str known = str_c(words_languages[i].tag);
        bool ends =
            tag.n == known.n ||
            (tag.n > known.n && memchr("-_.@", tag.p[known.n], 4) != NULL);

        if (ends && str_eq_nocase(str_sub(tag, 0, known.n), known))
            break;
        i++;
    }
    return (enum words_language)i;
}
