/* SPDX-License-Identifier: Apache-2.0
 *
 * The members of a schedule's JSON: the table that reading, writing and
 * checking go by.
 */
#ifndef SCHEDULE_FIELDS_INT_H
#define SCHEDULE_FIELDS_INT_H

#include "schedule/schedule.h"

enum schedule_field_kind {
    FIELD_TIME,
    FIELD_WEEKDAYS,
    FIELD_WEEKDAY,
    FIELD_MONTHS,
    FIELD_NUMBER,
    FIELD_NUMBER_OR_LAST,
    FIELD_INSTANT,
    FIELD_CRON,
    FIELD_BOOL,
};

struct schedule_field {
    const char *name;
    enum schedule_field_kind kind;
    size_t at; /* in struct schedule */
    int min;
    int max;
    unsigned types;    /* a bit a type it belongs to */
    unsigned required; /* and those that need it */
};

extern const struct schedule_field schedule_fields[]; /* the last has no name */
extern const char *const schedule_weekday_names[7];

/* E_INVALID: "FIELD: VALUE lies outside …". */
int schedule_outside(const struct schedule_field *field, str value,
                     struct err *err) MUST_CHECK;

static inline bool schedule_field_is_of(const struct schedule_field *field,
                                        enum schedule_type type)
{
    return (field->types >> type & 1) != 0;
}

#endif
