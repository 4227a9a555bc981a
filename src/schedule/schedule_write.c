/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/calendar.h"
#include "schedule/fields_int.h"
#include "schedule/schedule_int.h"

static struct jval *set_value(unsigned bits, bool is_weekdays)
{
    struct jval *list = jval_new_array();

    for (int i = 1; i <= (is_weekdays ? 7 : 12); i++) {
        int value = is_weekdays ? i % 7 : i; /* weeks begin on Monday */

        if ((bits >> value & 1) == 0)
            continue;
        jval_push(list, is_weekdays ? jval_new_text(
                                          str_c(schedule_weekday_names[value]))
                                    : jval_new_i64(value));
    }
    return list;
}

static struct jval *number_value(const struct schedule_field *field, int value)
{
    char text[CALENDAR_TEXT_MAX];

    if (field->kind == FIELD_TIME) {
        (void)snprintf(text, sizeof(text), "%02d:%02d", value / 60, value % 60);
        return jval_new_text(str_c(text));
    }
    if (field->kind == FIELD_WEEKDAY)
        return jval_new_text(str_c(schedule_weekday_names[value]));
    if (field->kind == FIELD_NUMBER_OR_LAST && value == SCHEDULE_LAST)
        return jval_new_text(STR("last"));
    return jval_new_i64(value);
}

/* Whether a field that may be left out is. */
static bool is_absent(const struct schedule *s,
                      const struct schedule_field *field)
{
    switch (field->at) {
    case offsetof(struct schedule, months):
        return s->months == SCHEDULE_ALL_MONTHS;
    case offsetof(struct schedule, anchor):
        return !s->is_anchored;
    case offsetof(struct schedule, delay_days):
        return s->delay_days == 0;
    case offsetof(struct schedule, after_patch_tuesday_days):
        return s->after_patch_tuesday_days == SCHEDULE_NO_DAYS;
    case offsetof(struct schedule, stage_hours):
        return s->stage_hours == 0;
    default:
        return false;
    }
}

static struct jval *value_of(const struct schedule *s,
                             const struct schedule_field *field)
{
    char text[CALENDAR_TEXT_MAX];
    int value;

    switch (field->kind) {
    case FIELD_WEEKDAYS:
        return set_value(s->weekdays, true);
    case FIELD_MONTHS:
        return set_value(s->months, false);
    case FIELD_INSTANT:
        return jval_new_text(str_c(calendar_format(s->anchor, "Z", text)));
    case FIELD_CRON:
        return jval_new_text(str_c(s->expression));
    case FIELD_BOOL:
        return jval_new_bool(s->run_if_missed);
    default:
        memcpy(&value, (const char *)s + field->at, sizeof(value));
        return number_value(field, value);
    }
}

struct jval *schedule_to_jval(const struct schedule *schedule)
{
    struct jval *object = jval_new_object();

    jval_set_text(object, "type", str_c(schedule_type_name(schedule->type)));
    for (const struct schedule_field *f = schedule_fields; f->name != NULL;
         f++) {
        if (schedule_field_is_of(f, schedule->type) && !is_absent(schedule, f))
            jval_set(object, f->name, value_of(schedule, f));
    }
    return object;
}

void schedule_print(const struct schedule *schedule, struct buf *out)
{
    AUTO(jval_freep) struct jval *object = schedule_to_jval(schedule);

    jval_print(object, out);
}
