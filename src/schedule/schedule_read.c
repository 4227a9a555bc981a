/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdint.h>

#include "base/json_read.h"
#include "schedule/calendar.h"
#include "schedule/fields_int.h"
#include "schedule/schedule_int.h"

struct reading {
    struct schedule schedule;
    bool has_type;
    bool is_begun;
    unsigned seen;                     /* a bit a field: it stood there */
    unsigned filled;                   /* and was not null */
    const struct schedule_field *list; /* the array that is open */
};

static unsigned bit(const struct schedule_field *field)
{
    return 1u << (field - schedule_fields);
}

static void *member(struct schedule *s, const struct schedule_field *field)
{
    return (char *)s + field->at;
}

static const char *expected(const struct schedule_field *field)
{
    static const char *const texts[] = {
        [FIELD_TIME] = "a text \"HH:MM\"",
        [FIELD_WEEKDAYS] = "a list of \"mon\" to \"sun\"",
        [FIELD_WEEKDAY] = "one of \"mon\" to \"sun\"",
        [FIELD_MONTHS] = "a list of numbers from 1 to 12, or null",
        [FIELD_NUMBER] = "a whole number",
        [FIELD_NUMBER_OR_LAST] = "a whole number or \"last\"",
        [FIELD_INSTANT] = "a text such as \"2026-01-31T08:30Z\"",
        [FIELD_CRON] = "a text of five fields",
        [FIELD_BOOL] = "true or false",
    };

    return texts[field->kind];
}

static int wrong_kind(const struct schedule_field *field, struct err *err)
{
    return err_set(err, E_INVALID, "%s: expected %s", field->name,
                   expected(field));
}

static int read_weekday(const struct schedule_field *field, str text, int *out,
                        struct err *err)
{
    for (int i = 0; i < 7; i++) {
        if (str_eq_c(text, schedule_weekday_names[i])) {
            *out = i;
            return 0;
        }
    }
    return err_set(err, E_INVALID,
                   "%s: '%" PRIstr "' is no day of the week; expected \"mon\", "
                   "\"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\"",
                   field->name, ARGstr(str_sub(text, 0, 32)));
}

static int read_number(const struct schedule_field *field, str text, int *out,
                       struct err *err)
{
    int64_t value;
    int rc = str_to_i64(text, field->min, field->max, &value, NULL);

    if (rc == E_LIMIT)
        return schedule_outside(field, text, err);
    if (rc < 0)
        return err_set(err, E_INVALID, "%s: %" PRIstr " is no whole number",
                       field->name, ARGstr(str_sub(text, 0, 32)));
    *out = (int)value;
    return 0;
}

static int read_text(struct schedule *s, const struct schedule_field *field,
                     str text, struct err *err)
{
    enum schedule_type type = s->type;
    int rc = E_INVALID;

    switch (field->kind) {
    case FIELD_TIME:
        rc = calendar_parse_minute(text, member(s, field), err);
        break;
    case FIELD_WEEKDAY:
        return read_weekday(field, text, member(s, field), err);
    case FIELD_INSTANT:
        s->is_anchored = true;
        rc = calendar_parse(text, true, member(s, field), err);
        break;
    case FIELD_CRON:
        rc = schedule_set_cron(s, text, err);
        s->type = type; /* which "type" alone says */
        return rc;
    case FIELD_NUMBER_OR_LAST:
        if (!str_eq_c(text, "last"))
            return wrong_kind(field, err);
        *(int *)member(s, field) = SCHEDULE_LAST;
        return 0;
    default:
        return wrong_kind(field, err);
    }
    return rc < 0 ? err_wrap(err, E_INVALID, "%s", field->name) : 0;
}

static int read_item(struct schedule *s, const struct schedule_field *field,
                     const struct json_event *event, struct err *err)
{
    int value = 0;
    int rc;

    if (field->kind == FIELD_WEEKDAYS && event->type == JSON_STRING) {
        rc = read_weekday(field, event->text, &value, err);
        s->weekdays |= (uint8_t)(rc == 0 ? 1u << value : 0);
        return rc;
    }
    if (field->kind == FIELD_MONTHS && event->type == JSON_NUMBER) {
        rc = read_number(field, event->text, &value, err);
        s->months |= (uint16_t)(rc == 0 ? 1u << value : 0);
        return rc;
    }
    return wrong_kind(field, err);
}

static int read_value(struct schedule *s, const struct schedule_field *field,
                      const struct json_event *event, struct err *err)
{
    bool is_number =
        field->kind == FIELD_NUMBER || field->kind == FIELD_NUMBER_OR_LAST;

    if (event->type == JSON_STRING)
        return read_text(s, field, event->text, err);
    if (event->type == JSON_NUMBER && is_number)
        return read_number(field, event->text, member(s, field), err);
    if (event->type == JSON_BOOL && field->kind == FIELD_BOOL) {
        *(bool *)member(s, field) = str_eq_c(event->text, "true");
        return 0;
    }
    return wrong_kind(field, err);
}

static int read_type(struct reading *r, const struct json_event *event,
                     struct err *err)
{
    if (r->has_type)
        return err_set(err, E_INVALID, "type: is given twice");
    r->has_type = true;
    if (event->type == JSON_STRING)
        r->schedule.type = schedule_type_of(event->text);
    if (event->type != JSON_STRING || r->schedule.type == SCHEDULE_TYPES)
        return err_set(err, E_INVALID,
                       "type: expected \"daily\", \"weekly\", "
                       "\"monthly_date\", \"monthly_weekday\", "
                       "\"monthly_workday\", \"patch_tuesday\", \"every\", "
                       "\"cron\" or \"none\"");
    return 0;
}

static const struct schedule_field *find_field(str name)
{
    const struct schedule_field *field = schedule_fields;

    while (field->name != NULL && !str_eq_c(name, field->name))
        field++;
    return field->name != NULL ? field : NULL;
}

static int on_member(struct reading *r, str name,
                     const struct json_event *event, struct err *err)
{
    const struct schedule_field *field = find_field(name);
    bool is_list;

    if (str_eq_c(name, "type"))
        return read_type(r, event, err);
    if (field == NULL)
        return err_set(err, E_INVALID,
                       "%" PRIstr ": a schedule has no such field",
                       ARGstr(str_sub(name, 0, 64)));
    if (r->seen & bit(field))
        return err_set(err, E_INVALID, "%s: is given twice", field->name);
    r->seen |= bit(field);
    if (event->type == JSON_NULL)
        return 0;
    r->filled |= bit(field);
    is_list = field->kind == FIELD_WEEKDAYS || field->kind == FIELD_MONTHS;
    if (is_list != (event->type == JSON_ARRAY))
        return wrong_kind(field, err);
    if (!is_list)
        return read_value(&r->schedule, field, event, err);
    r->list = field;
    return 0;
}

static int end_list(struct reading *r, struct err *err)
{
    const struct schedule_field *field = r->list;
    bool is_empty = field->kind == FIELD_WEEKDAYS ? r->schedule.weekdays == 0
                                                  : r->schedule.months == 0;

    r->list = NULL;
    return is_empty
               ? err_set(err, E_INVALID, "%s: the list is empty", field->name)
               : 0;
}

static int no_object(struct err *err)
{
    return err_set(err, E_INVALID, "a schedule is an object: {…}");
}

static int on_event(void *ctx, const struct json_event *event, struct err *err)
{
    struct reading *r = ctx;

    if (!r->is_begun && event->type != JSON_OBJECT)
        return no_object(err);
    if (!r->is_begun) {
        r->is_begun = true;
        return 0;
    }
    if (r->list != NULL && event->type == JSON_ARRAY_END)
        return end_list(r, err);
    if (r->list != NULL)
        return read_item(&r->schedule, r->list, event, err);
    if (event->path.n == 0)
        return 0; /* its end */
    return on_member(r, str_sub(event->path, 1, SIZE_MAX), event, err);
}

/* Whether what was given says no more than the default does. */
static bool is_default(struct schedule *s, const struct schedule_field *field)
{
    return field->kind == FIELD_NUMBER && field->min == 0 &&
           field->at != offsetof(struct schedule, after_patch_tuesday_days) &&
           *(int *)member(s, field) == 0;
}

static int finish(struct reading *r, struct err *err)
{
    struct schedule *s = &r->schedule;

    if (!r->has_type)
        return err_set(err, E_INVALID, "type: is missing");
    for (const struct schedule_field *f = schedule_fields; f->name != NULL;
         f++) {
        bool is_filled = (r->filled & bit(f)) != 0;

        if (!is_filled && (f->required >> s->type & 1) != 0)
            return err_set(err, E_INVALID,
                           "%s: is missing; a schedule of type %s needs it",
                           f->name, schedule_type_name(s->type));
        if (is_filled && !schedule_field_is_of(f, s->type) && !is_default(s, f))
            return err_set(err, E_INVALID,
                           "%s: does not belong to a schedule of type %s",
                           f->name, schedule_type_name(s->type));
    }
    return 0;
}

static int finish_reading(struct reading *r, struct schedule *out_schedule,
                          struct err *err)
{
    int rc = finish(r, err);

    if (rc == 0)
        rc = schedule_check_fields(&r->schedule, err);
    if (rc == 0)
        *out_schedule = r->schedule;
    return rc;
}

int schedule_parse(str json, struct schedule *out_schedule, struct err *err)
{
    struct reading r = { .schedule = SCHEDULE };
    AUTO(json_read_freep)
    struct json_reader *reader = json_read_new(on_event, &r);
    int rc;

    if (json.n > SCHEDULE_TEXT_MAX)
        return err_set(err, E_LIMIT, "a schedule is longer than %d bytes",
                       SCHEDULE_TEXT_MAX);
    json_read_arrays(reader);
    rc = json_read_add(reader, json, err);
    if (rc == 0)
        rc = json_read_finish(reader, err);
    return rc < 0 ? rc : finish_reading(&r, out_schedule, err);
}

/* A value of the tree as the event that the same text would give. */
static void to_event(const struct jval *value, struct buf *number,
                     struct json_event *event)
{
    static const enum json_type types[] = {
        [JVAL_ABSENT] = JSON_NULL, [JVAL_NULL] = JSON_NULL,
        [JVAL_BOOL] = JSON_BOOL,   [JVAL_INTEGER] = JSON_NUMBER,
        [JVAL_REAL] = JSON_NUMBER, [JVAL_TEXT] = JSON_STRING,
        [JVAL_ARRAY] = JSON_ARRAY, [JVAL_OBJECT] = JSON_OBJECT,
    };
    enum jval_kind kind = jval_kind(value);

    buf_reset(number);
    event->type = types[kind];
    event->text = STR("");
    if (kind == JVAL_TEXT)
        event->text = jval_text(value, STR(""));
    else if (kind == JVAL_BOOL)
        event->text = jval_bool(value, false) ? STR("true") : STR("false");
    if (event->type != JSON_NUMBER)
        return;
    jval_print(value, number);
    event->text = buf_str(number);
}

static int on_tree_member(struct reading *r, str name, const struct jval *value,
                          struct err *err)
{
    AUTO(buf_clear) struct buf number = BUF(512);
    struct json_event event = { 0 };
    int rc;

    to_event(value, &number, &event);
    rc = on_member(r, name, &event, err);
    if (rc < 0 || r->list == NULL)
        return rc;
    for (size_t i = 0; rc == 0 && i < jval_count(value); i++) {
        to_event(jval_at(value, i), &number, &event);
        rc = read_item(&r->schedule, r->list, &event, err);
    }
    return rc < 0 ? rc : end_list(r, err);
}

int schedule_from_jval(const struct jval *jval, struct schedule *out_schedule,
                       struct err *err)
{
    struct reading r = { .schedule = SCHEDULE };
    struct jval *value;
    str name;
    int rc = 0;

    if (jval_kind(jval) != JVAL_OBJECT)
        return no_object(err);
    for (size_t i = 0; rc == 0 && jval_member(jval, i, &name, &value); i++)
        rc = on_tree_member(&r, name, value, err);
    return rc < 0 ? rc : finish_reading(&r, out_schedule, err);
}
