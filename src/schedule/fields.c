/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/fields_int.h"

#include <stddef.h>

#include "schedule/schedule_int.h"

#define BIT(type) (1u << SCHEDULE_##type)
#define MONTHLY                                                                \
    (BIT(MONTHLY_DATE) | BIT(MONTHLY_WEEKDAY) | BIT(MONTHLY_WORKDAY) |         \
     BIT(PATCH_TUESDAY))
#define DATED (BIT(DAILY) | BIT(WEEKLY) | MONTHLY)
#define NTH (BIT(MONTHLY_WEEKDAY) | BIT(MONTHLY_WORKDAY))
#define AT(member) offsetof(struct schedule, member)

/* clang-format off */
const struct schedule_field schedule_fields[] = {
    { "time", FIELD_TIME, AT(minute), 0, 1439, DATED, DATED },
    { "weekdays", FIELD_WEEKDAYS, AT(weekdays), 0, 6,
      BIT(WEEKLY), BIT(WEEKLY) },
    { "date", FIELD_NUMBER_OR_LAST, AT(date), 1, 31,
      BIT(MONTHLY_DATE), BIT(MONTHLY_DATE) },
    { "nth", FIELD_NUMBER_OR_LAST, AT(nth), 1, SCHEDULE_WORKDAY_MAX,
      NTH, NTH },
    { "weekday", FIELD_WEEKDAY, AT(weekday), 0, 6,
      BIT(MONTHLY_WEEKDAY), BIT(MONTHLY_WEEKDAY) },
    { "months", FIELD_MONTHS, AT(months), 1, 12, MONTHLY, 0 },
    { "every_minutes", FIELD_NUMBER, AT(every_minutes),
      1, SCHEDULE_EVERY_HOURS_MAX * 60, BIT(EVERY), BIT(EVERY) },
    { "anchor", FIELD_INSTANT, AT(anchor), 0, 0, BIT(EVERY), 0 },
    { "expression", FIELD_CRON, AT(expression), 0, 0, BIT(CRON), BIT(CRON) },
    { "delay_days", FIELD_NUMBER, AT(delay_days), 0, SCHEDULE_DELAY_MAX,
      MONTHLY, 0 },
    { "after_patch_tuesday_days", FIELD_NUMBER, AT(after_patch_tuesday_days),
      0, SCHEDULE_AFTER_MAX, MONTHLY, 0 },
    { "stage_hours", FIELD_NUMBER, AT(stage_hours), 1, SCHEDULE_STAGE_MAX,
      DATED | BIT(CRON), 0 },
    { "run_if_missed", FIELD_BOOL, AT(run_if_missed), 0, 1, ~0u, 0 },
    { NULL },
};
/* clang-format on */

const char *const schedule_weekday_names[7] = { "sun", "mon", "tue", "wed",
                                                "thu", "fri", "sat" };

static const char *const types[SCHEDULE_TYPES] = {
    [SCHEDULE_NONE] = "none",
    [SCHEDULE_DAILY] = "daily",
    [SCHEDULE_WEEKLY] = "weekly",
    [SCHEDULE_MONTHLY_DATE] = "monthly_date",
    [SCHEDULE_MONTHLY_WEEKDAY] = "monthly_weekday",
    [SCHEDULE_MONTHLY_WORKDAY] = "monthly_workday",
    [SCHEDULE_PATCH_TUESDAY] = "patch_tuesday",
    [SCHEDULE_EVERY] = "every",
    [SCHEDULE_CRON] = "cron",
};

const char *schedule_type_name(enum schedule_type type)
{
    return type < SCHEDULE_TYPES ? types[type] : "";
}

enum schedule_type schedule_type_of(str name)
{
    unsigned i = 0;

    while (i < SCHEDULE_TYPES && !str_eq_c(name, types[i]))
        i++;
    return (enum schedule_type)i;
}

int schedule_outside(const struct schedule_field *field, str value,
                     struct err *err)
{
    return err_set(
        err, E_INVALID, "%s: %" PRIstr " lies outside %d to %d%s", field->name,
        ARGstr(str_sub(value, 0, 32)), field->min, field->max,
        field->kind == FIELD_NUMBER_OR_LAST ? ", and is not \"last\"" : "");
}
