/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/calendar.h"
#include "schedule/fields_int.h"
#include "schedule/schedule_int.h"

static int check_number(const struct schedule_field *field, int value,
                        struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(32);

    if (value >= field->min && value <= field->max)
        return 0;
    if (field->kind == FIELD_NUMBER_OR_LAST && value == SCHEDULE_LAST)
        return 0;
    buf_printf(&text, "%d", value);
    return schedule_outside(field, buf_str(&text), err);
}

/* The value of a field that may be left out, and is. */
static bool is_unset(const struct schedule_field *field, int value)
{
    if (field->at == offsetof(struct schedule, after_patch_tuesday_days))
        return value == SCHEDULE_NO_DAYS;
    return field->at == offsetof(struct schedule, stage_hours) && value == 0;
}

static int check_ranges(const struct schedule *s, struct err *err)
{
    int rc = 0;

    for (const struct schedule_field *f = schedule_fields;
         f->name != NULL && rc == 0; f++) {
        bool is_number = f->kind == FIELD_NUMBER || f->kind == FIELD_TIME ||
                         f->kind == FIELD_NUMBER_OR_LAST ||
                         f->kind == FIELD_WEEKDAY;
        int value;

        if (!is_number || !schedule_field_is_of(f, s->type))
            continue;
        memcpy(&value, (const char *)s + f->at, sizeof(value));
        if (!is_unset(f, value))
            rc = check_number(f, value, err);
    }
    return rc;
}

static int check_sets(const struct schedule *s, struct err *err)
{
    if (s->type == SCHEDULE_WEEKLY && s->weekdays == 0)
        return err_set(err, E_INVALID, "weekdays: none is given");
    if ((s->weekdays & ~SCHEDULE_WEEKDAYS_MASK) != 0)
        return err_set(err, E_INVALID, "weekdays: there are seven");
    if ((s->months & ~SCHEDULE_MONTHS_MASK) != 0)
        return err_set(err, E_INVALID, "months: expected 1 to 12");
    if (s->type == SCHEDULE_MONTHLY_WEEKDAY && s->nth > SCHEDULE_NTH_MAX)
        return err_set(err, E_INVALID,
                       "nth: %d lies outside 1 to %d, and is not \"last\"",
                       s->nth, SCHEDULE_NTH_MAX);
    if (s->type == SCHEDULE_EVERY && s->every_minutes > SCHEDULE_EVERY_MAX &&
        s->every_minutes % 60 != 0)
        return err_set(err, E_INVALID,
                       "every_minutes: %d is more than %d, and no number of "
                       "whole hours",
                       s->every_minutes, SCHEDULE_EVERY_MAX);
    return 0;
}

static int check_stage(const struct schedule *s, struct err *err)
{
    int max = schedule_stage_hours_max(s);

    if (s->stage_hours <= max)
        return 0;
    if (max == 0)
        return err_set(err, E_INVALID,
                       "stage_hours: there is no hour before the run on the "
                       "first of a month; nothing is staged on the day before");
    return err_set(err, E_INVALID,
                   "stage_hours: %d lies outside 1 to %d: nothing is staged "
                   "on the day before the first of a month",
                   s->stage_hours, max);
}

static int check_cron(const struct schedule *s, struct err *err)
{
    struct cron cron;
    int rc = cron_parse(str_c(s->expression), &cron, err);

    if (rc < 0)
        return err_wrap(err, E_INVALID, "expression");
    if (cron.minutes != s->cron.minutes || cron.hours != s->cron.hours ||
        cron.dates != s->cron.dates || cron.months != s->cron.months ||
        cron.weekdays != s->cron.weekdays ||
        cron.any_date != s->cron.any_date ||
        cron.any_weekday != s->cron.any_weekday)
        return err_set(err, E_INVALID, "expression: is not what was read");
    return 0;
}

int schedule_check_fields(const struct schedule *s, struct err *err)
{
    int rc;

    if (s->type >= SCHEDULE_TYPES)
        return err_set(err, E_INVALID, "type: there is no type %d", s->type);
    rc = check_ranges(s, err);
    if (rc == 0)
        rc = check_sets(s, err);
    if (rc == 0 && s->type == SCHEDULE_CRON)
        rc = check_cron(s, err);
    return rc == 0 && s->stage_hours > 0 ? check_stage(s, err) : rc;
}

int schedule_check(const struct schedule *s, int64_t from, struct err *err)
{
    int rc = schedule_check_fields(s, err);

    if (rc < 0 || s->type != SCHEDULE_CRON)
        return rc;
    if (!cron_runs(&s->cron, calendar_day_of(from)))
        return err_set(err, E_INVALID,
                       "expression: day of month: '%s' has no run in the next "
                       "%d years",
                       s->expression, CRON_YEARS);
    return 0;
}

int schedule_set_cron(struct schedule *schedule, str expression,
                      struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CRON_TEXT_MAX);
    struct cron cron;
    int rc = cron_parse(expression, &cron, err);

    if (rc == 0) {
        cron_normalise(expression, &text);
        rc = buf_finish(&text, "it", err);
    }
    if (rc < 0)
        return err_wrap(err, E_INVALID, "expression");
    schedule->type = SCHEDULE_CRON;
    schedule->cron = cron;
    memset(schedule->expression, 0, sizeof(schedule->expression));
    memcpy(schedule->expression, text.p, text.n);
    return 0;
}
