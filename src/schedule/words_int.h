/* SPDX-License-Identifier: Apache-2.0
 *
 * The languages of words.h: a struct of texts each. In a phrase, {x} stands
 * for a part that is put in; every phrase says in its comment which it has.
 */
#ifndef SCHEDULE_WORDS_INT_H
#define SCHEDULE_WORDS_INT_H

#include "schedule/words.h"

struct words {
    const char *tag;
    const char *weekdays[7]; /* Sunday first */
    const char *months[12];
    const char *of_months[12]; /* with what a list puts before each */
    const char *of;            /* before the list */
    const char *ordinals[5];   /* last, first to fourth */
    const char *and_;          /* between the last two of a list */
    const char *range;         /* {a} to {b} */
    const char *of_every_month;

    const char *none;
    const char *daily;         /* {t} time */
    const char *weekly;        /* {w} weekdays, {t} */
    const char *workdays;      /* {t} */
    const char *on;            /* {x} what, {t} */
    const char *after;         /* {k} days, {x}, {t} */
    const char *date;          /* {n} number, {m} of months */
    const char *date_short;    /* the same, for 29 to 31 */
    const char *date_last;     /* {m} */
    const char *nth_weekday;   /* {o} ordinal, {w}, {m} */
    const char *workday;       /* {n}, {m} */
    const char *workday_last;  /* {m} */
    const char *patch_tuesday; /* {m} */
    const char *also;
    const char *also_after; /* {k} */
    const char *minute;     /* every minute */
    const char *minutes;    /* {n} */
    const char *hour;
    const char *hours;   /* {n} */
    const char *counted; /* {t} */
    const char *one_day;
    const char *days; /* {n} */
    const char *one_hour;
    const char *some_hours; /* {n} */
    const char *stage;      /* {k} hours */
    const char *stage_clip; /* {k} */
    const char *missed;

    const char *at_times;         /* {t} list of times */
    const char *at_minutes;       /* {n} minutes of every hour */
    const char *at_minutes_hours; /* {n}, {h} hours */
    const char *minutes_of_hours; /* every minute of {h} */
    const char *steps_of_hours;   /* {n}, {h} */
    const char *every_day;
    const char *on_weekdays; /* {w} */
    const char *on_workdays;
    const char *on_dates;  /* {n} */
    const char *on_either; /* {n}, {w} */
    const char *on_both;   /* {n}, {w} */
    const char *in_months; /* {m} list */

    const char *time;    /* {w} weekday, {d} day or {n} its
                            number, {m} month, {y} year, {t} */
    const char *staged;  /* {t} */
    const char *heading; /* {z} zone */
    const char *warn_days;
    const char *warn_release; /* {k} */

    void (*number)(int n, struct buf *out); /* "15th" */
};

extern const struct words words_languages[WORDS_LANGUAGES];

#endif
