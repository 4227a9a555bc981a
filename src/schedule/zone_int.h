/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of zone.h share: the rule that holds after the last
 * transition a file lists.
 */
#ifndef SCHEDULE_ZONE_INT_H
#define SCHEDULE_ZONE_INT_H

#include "base/str.h"

enum {
    ZONE_OFFSET_LOW_S = -89999, /* RFC 9636: -25 h to 26 h */
    ZONE_OFFSET_HIGH_S = 93599,
};

/* A stretch of time with one offset, start <= t < end. */
struct zone_span {
    int64_t start;
    int64_t end;
    int64_t offset_s; /* east of Greenwich */
};

enum zone_day_kind {
    ZONE_DAY_JULIAN, /* Jn: 1..365, 29 February is never counted */
    ZONE_DAY_COUNT,  /* n: 0..365, it is */
    ZONE_DAY_MONTH,  /* Mm.w.d */
};

struct zone_change {
    enum zone_day_kind kind;
    int month;
    int week; /* 5 is the last */
    int day;
    int64_t time_s; /* of the wall clock before the change */
};

struct zone_rule {
    bool has_dst;
    int64_t std_s;
    int64_t dst_s;
    struct zone_change start; /* of the time with offset dst_s */
    struct zone_change end;
};

int zone_rule_parse(str text, struct zone_rule *out_rule,
                    struct err *err) MUST_CHECK;

/* The span t lies in, t within the years of calendar.h. */
struct zone_span zone_rule_span(const struct zone_rule *rule, int64_t t);

#endif
