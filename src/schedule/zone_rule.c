/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/calendar.h"
#include "schedule/zone_int.h"

enum {
    YEARS_AROUND = 2, /* a change may lie a week outside its year */
    CHANGES = 2 * (2 * YEARS_AROUND + 1),
    HOURS_MAX = 24,
    CHANGE_HOURS_MAX = 167, /* RFC 9636: -167 to 167 */
    DEFAULT_CHANGE_S = 2 * 3600,
};

static bool take(str *text, char c)
{
    if (text->n == 0 || text->p[0] != c)
        return false;
    *text = str_sub(*text, 1, SIZE_MAX);
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "CET" or "<+03>". */
static bool take_name(str *text)
{
    size_t n = 0;

    if (take(text, '<')) {
        n = str_find_char(*text, '>');
        if (n == 0 || n == text->n)
            return false;
        *text = str_sub(*text, n + 1, SIZE_MAX);
        return true;
    }
    while (n < text->n && is_letter(text->p[n]))
        n++;
    *text = str_sub(*text, n, SIZE_MAX);
    return n >= 3;
}

/* A number of one to three digits. */
static bool take_number(str *text, int min, int max, int *out)
{
    int value = 0;
    size_t n = 0;

    while (n < text->n && n < 3 && text->p[n] >= '0' && text->p[n] <= '9')
        value = value * 10 + (text->p[n++] - '0');
    *text = str_sub(*text, n, SIZE_MAX);
    *out = value;
    return n > 0 && value >= min && value <= max;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(str *text, int hours_max, int64_t *out_s)
{
    bool is_negative = take(text, '-');
    int hours;
    int minutes = 0;
    int seconds = 0;

    if (!is_negative)
        (void)take(text, '+');
    if (!take_number(text, 0, hours_max, &hours))
        return false;
    if (take(text, ':') && !take_number(text, 0, 59, &minutes))
        return false;
    if (take(text, ':') && !take_number(text, 0, 59, &seconds))
        return false;
    *out_s = (int64_t)hours * 3600 + minutes * 60 + seconds;
    if (is_negative)
        *out_s = -*out_s;
    return true;
}

static bool take_day(str *text, struct zone_change *out)
{
    if (take(text, 'J')) {
        out->kind = ZONE_DAY_JULIAN;
        return take_number(text, 1, 365, &out->day);
    }
    if (take(text, 'M')) {
        out->kind = ZONE_DAY_MONTH;
        return take_number(text, 1, 12, &out->month) && take(text, '.') &&
               take_number(text, 1, 5, &out->week) && take(text, '.') &&
               take_number(text, 0, 6, &out->day);
    }
    out->kind = ZONE_DAY_COUNT;
    return take_number(text, 0, 365, &out->day);
}

static bool take_change(str *text, struct zone_change *out)
{
    out->time_s = DEFAULT_CHANGE_S;
    if (!take(text, ',') || !take_day(text, out))
        return false;
    return !take(text, '/') || take_time(text, CHANGE_HOURS_MAX, &out->time_s);
}

static bool take_rule(str *text, struct zone_rule *rule)
{
    if (!take_name(text) || !take_time(text, HOURS_MAX, &rule->std_s))
        return false;
    rule->std_s = -rule->std_s; /* the form counts west of Greenwich */
    if (text->n == 0)
        return true;
    rule->has_dst = true;
    rule->dst_s = rule->std_s + 3600;
    if (!take_name(text))
        return false;
    if (text->n > 0 && text->p[0] != ',') {
        if (!take_time(text, HOURS_MAX, &rule->dst_s))
            return false;
        rule->dst_s = -rule->dst_s;
    }
    return take_change(text, &rule->start) && take_change(text, &rule->end) &&
           text->n == 0;
}

int zone_rule_parse(str text, struct zone_rule *out_rule, struct err *err)
{
    struct zone_rule rule = { 0 };
    str rest = text;

    if (!take_rule(&rest, &rule))
        return err_set(err, E_PARSE, "'%" PRIstr "' is no rule of a time zone",
                       ARGstr(str_sub(text, 0, 64)));
    *out_rule = rule;
    return 0;
}

static int64_t day_in(const struct zone_change *change, int year)
{
    bool is_leap = calendar_month_days(year, 2) == 29;

    switch (change->kind) {
    case ZONE_DAY_JULIAN:
        return calendar_day(year, 1, 1) + change->day - 1 +
               (is_leap && change->day >= 60);
    case ZONE_DAY_COUNT:
        return calendar_day(year, 1, 1) + change->day;
    case ZONE_DAY_MONTH:
    default:
        return calendar_nth_weekday(year, change->month,
                                    change->week == 5 ? -1 : change->week,
                                    change->day);
    }
}

struct moment {
    int64_t at;
    bool is_dst;
};

/* At one instant, summer time wins: so a rule may say that it never ends. */
static bool is_before(const struct moment *a, const struct moment *b)
{
    return a->at != b->at ? a->at < b->at : !a->is_dst && b->is_dst;
}

static void insert(struct moment *moments, size_t n, struct moment moment)
{
    while (n > 0 && is_before(&moment, &moments[n - 1])) {
        moments[n] = moments[n - 1];
        n--;
    }
    moments[n] = moment;
}

struct zone_span zone_rule_span(const struct zone_rule *rule, int64_t t)
{
    struct zone_span span = { INT64_MIN, INT64_MAX, rule->std_s };
    struct moment moments[CHANGES];
    int year = calendar_date(calendar_day_of(t)).year;
    size_t n = 0;

    if (!rule->has_dst)
        return span;
    for (int y = year - YEARS_AROUND; y <= year + YEARS_AROUND; y++) {
        struct moment start = { day_in(&rule->start, y) * CALENDAR_DAY_S +
                                    rule->start.time_s - rule->std_s,
                                true };
        struct moment end = { day_in(&rule->end, y) * CALENDAR_DAY_S +
                                  rule->end.time_s - rule->dst_s,
                              false };

        insert(moments, n++, start);
        insert(moments, n++, end);
    }
    for (size_t i = 0; i < n; i++) {
        if (moments[i].at > t) {
            span.end = moments[i].at;
            break;
        }
        span.start = moments[i].at;
        span.offset_s = moments[i].is_dst ? rule->dst_s : rule->std_s;
    }
    return span;
}
