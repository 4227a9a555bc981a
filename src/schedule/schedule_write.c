/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/calendar.h"
#include "schedule/fields_int.h"
#include "schedule/schedule_int.h"

static void write_set(unsigned bits, bool is_weekdays, struct json_writer *w)
{
    json_write_array(w);
    for (int i = 1; i <= (is_weekdays ? 7 : 12); i++) {
        int value = is_weekdays ? i % 7 : i; /* weeks begin on Monday */

        if ((bits >> value & 1) == 0)
            continue;
        if (is_weekdays)
            json_write_str(w, str_c(schedule_weekday_names[value]));
        else
            json_write_i64(w, value);
    }
    json_write_array_end(w);
}

static void write_number(const struct schedule_field *field, int value,
                         struct json_writer *w)
{
    char text[CALENDAR_TEXT_MAX];

    if (field->kind == FIELD_TIME) {
        (void)snprintf(text, sizeof(text), "%02d:%02d", value / 60, value % 60);
        json_write_str(w, str_c(text));
    } else if (field->kind == FIELD_WEEKDAY) {
        json_write_str(w, str_c(schedule_weekday_names[value]));
    } else if (field->kind == FIELD_NUMBER_OR_LAST && value == SCHEDULE_LAST) {
        json_write_str(w, STR("last"));
    } else {
        json_write_i64(w, value);
    }
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

static void write_field(const struct schedule *s,
                        const struct schedule_field *field,
                        struct json_writer *w)
{
    char text[CALENDAR_TEXT_MAX];
    int value;

    json_write_key(w, field->name);
    switch (field->kind) {
    case FIELD_WEEKDAYS:
        write_set(s->weekdays, true, w);
        break;
    case FIELD_MONTHS:
        write_set(s->months, false, w);
        break;
    case FIELD_INSTANT:
        json_write_str(w, str_c(calendar_format(s->anchor, "Z", text)));
        break;
    case FIELD_CRON:
        json_write_str(w, str_c(s->expression));
        break;
    case FIELD_BOOL:
        json_write_bool(w, s->run_if_missed);
        break;
    default:
        memcpy(&value, (const char *)s + field->at, sizeof(value));
        write_number(field, value, w);
        break;
    }
}

void schedule_write(const struct schedule *schedule, struct json_writer *w)
{
    json_write_object(w);
    json_write_member(w, "type", str_c(schedule_type_name(schedule->type)));
    for (const struct schedule_field *f = schedule_fields; f->name != NULL;
         f++) {
        if (schedule_field_is_of(f, schedule->type) && !is_absent(schedule, f))
            write_field(schedule, f, w);
    }
    json_write_object_end(w);
}
