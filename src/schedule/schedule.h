/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules: when something is to run. Pure functions: the schedule, the
 * zone and the time it is asked from are parameters; nothing here reads a
 * clock, waits or keeps state. Server, agent, web pages and command line use
 * the same functions, so a preview is what will happen.
 *
 * struct schedule is a plain value: copy it, put it into a struct, compare
 * the JSON that schedule_print() makes of it. It holds no zone (K-SCH-10):
 * the same schedule runs at 23:00 of each device.
 *
 * Times that a zone does not have, or has twice, follow P-SCH-10: the first
 * instant after the gap, and once, at the first occurrence.
 */
#ifndef SCHEDULE_SCHEDULE_H
#define SCHEDULE_SCHEDULE_H

#include "base/buf.h"
#include "base/jval.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

enum schedule_type {
    SCHEDULE_NONE, /* only by an event: now, a chain, a first check-in */
    SCHEDULE_DAILY,
    SCHEDULE_WEEKLY,
    SCHEDULE_MONTHLY_DATE,
    SCHEDULE_MONTHLY_WEEKDAY,
    SCHEDULE_MONTHLY_WORKDAY, /* Monday to Friday (D-29) */
    SCHEDULE_PATCH_TUESDAY,   /* second Tuesday, and days after it */
    SCHEDULE_EVERY,
    SCHEDULE_CRON,
    SCHEDULE_TYPES
};

enum {
    SCHEDULE_LAST = -1,      /* of date and nth */
    SCHEDULE_NO_DAYS = -1,   /* of after_patch_tuesday_days */
    SCHEDULE_ALL_MONTHS = 0, /* of months */
    SCHEDULE_TEXT_MAX = 1 << 14,
};

/* Fields that do not belong to the type are 0 (after_patch_tuesday_days:
 * SCHEDULE_NO_DAYS). A zeroed struct with that is a valid SCHEDULE_NONE;
 * SCHEDULE gives it. */
struct schedule {
    enum schedule_type type;
    int minute;       /* of the day: 0..1439; daily to Patch Tuesday */
    uint8_t weekdays; /* bit 0 is Sunday; weekly */
    int date;         /* 1..31 or SCHEDULE_LAST; monthly_date. Shorter months
                         use their last day (P-SCH-9). */
    int nth;          /* 1..4 or SCHEDULE_LAST; monthly_workday: 1..20 */
    int weekday;      /* 0 is Sunday; monthly_weekday */
    uint16_t months;  /* bit 1 is January; the months whose rule (and Patch
                         Tuesday) counts; SCHEDULE_ALL_MONTHS */
    int delay_days;   /* 0..30 after the monthly rule; may leave the month */
    int after_patch_tuesday_days; /* 0..27; with a monthly rule one more run
                                     (D-01), with patch_tuesday the run */
    int every_minutes;            /* 1..1440, or whole hours up to 168 */
    bool is_anchored; /* anchor is set: every counts from it (K-SCH-9) */
    int64_t anchor;   /* seconds since the epoch: when it was enabled */
    char expression[CRON_TEXT_MAX + 1]; /* normalised; cron */
    struct cron cron;                   /* the same, read */
    int stage_hours;                    /* 1..23 before the run; 0: none */
    bool run_if_missed;
};

#define SCHEDULE                                                               \
    {                                                                          \
        .after_patch_tuesday_days = SCHEDULE_NO_DAYS                           \
    }
#define SCHEDULE_INIT ((struct schedule)SCHEDULE)

/* "monthly_date"; schedule_type_of() gives SCHEDULE_TYPES for no type. */
const char *schedule_type_name(enum schedule_type type);
enum schedule_type schedule_type_of(str name);

/* Reads the JSON object of INTERFACES.md, and "anchor" (a UTC time such as
 * "2026-01-01T00:00Z"), and checks the fields, but not that a cron expression
 * ever runs: schedule_check() does. Every refusal is E_INVALID, E_PARSE or
 * E_LIMIT and names the field, behind the line where there is one: "line 3:
 * date: …". A field that is null is as if it were absent; one that does not
 * belong to the type is refused, so that nothing asked for is silently not
 * done. */
int schedule_parse(str json, struct schedule *out_schedule,
                   struct err *err) MUST_CHECK;

/* The same of a part of a document that was read already; without lines. */
int schedule_from_jval(const struct jval *jval, struct schedule *out_schedule,
                       struct err *err) MUST_CHECK;

/* Refuses what cannot be: E_INVALID, and a sentence that begins with the
 * field ("date: 32 lies outside 1 to 31"; a cron field is named behind
 * "expression: "). from is the time it is saved at: a cron expression must
 * run within nine years of it (K-CRN-9). */
int schedule_check(const struct schedule *schedule, int64_t from,
                   struct err *err) MUST_CHECK;

/* Sets type and expression, which is checked and normalised. */
int schedule_set_cron(struct schedule *schedule, str expression,
                      struct err *err) MUST_CHECK;

/* The normalised JSON: members in one order, only those of the type.
 * schedule_parse() of it gives the same schedule. The tree is the caller's;
 * schedule_print() appends its text, which is shorter than
 * SCHEDULE_TEXT_MAX. */
struct jval *schedule_to_jval(const struct schedule *schedule);
void schedule_print(const struct schedule *schedule, struct buf *out);

struct occurrence {
    int64_t utc;
    int64_t local;           /* what the zone's clock shows then */
    enum schedule_type rule; /* PATCH_TUESDAY for the run of D-01 */
    bool has_stage;
    bool is_clipped; /* staging starts later than asked (P-STG-5) */
    int64_t stage_utc;
    int64_t stage_local;
};

/* The next `count` runs strictly after `from`, in order, at most one an
 * instant and a date of a rule. Returns how many there are: fewer only for
 * SCHEDULE_NONE and at the end of the year 9999. The schedule has been
 * checked. An `every` without an anchor counts from `from`. */
size_t schedule_next(const struct schedule *schedule, const struct zone *zone,
                     int64_t from, struct occurrence *out, size_t count);

/* The newest run in (after, now]: what a server or agent that looked last at
 * `after` has to start now, however many runs lie between. Nothing is due
 * while `after` lies in the future: who keeps it puts it back to now when the
 * clock was set back, or nothing runs until then. */
bool schedule_due(const struct schedule *schedule, const struct zone *zone,
                  int64_t after, int64_t now, struct occurrence *out);

/* The longest staging that may be asked for: 23; less when the run is always
 * on the first of a month (P-STG-4), 0 when there is no staging then. */
int schedule_stage_hours_max(const struct schedule *schedule);

#endif
