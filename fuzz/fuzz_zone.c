/* SPDX-License-Identifier: Apache-2.0
 *
 * TZif files and rules of zones: a zone that was accepted converts every time,
 * and never goes back.
 */
#include <stdlib.h>

#include "schedule/calendar.h"
#include "schedule/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void convert(const struct zone *zone)
{
    int64_t first = CALENDAR_FIRST_DAY * CALENDAR_DAY_S;
    int64_t last = CALENDAR_LAST_DAY * CALENDAR_DAY_S;
    int64_t before = INT64_MIN;

    for (int64_t local = first; local < last; local += INT64_C(123456789) * 7) {
        int64_t utc = zone_local_to_utc(zone, local);

        require(utc >= before);
        before = utc;
    }
    for (int64_t local = 0; local < 400 * CALENDAR_DAY_S; local += 4321) {
        int64_t utc = zone_local_to_utc(zone, local);

        if (zone_has_local(zone, local))
            require(zone_utc_to_local(zone, utc) == local);
    }
    (void)zone_utc_to_local(zone, INT64_MIN);
    (void)zone_utc_to_local(zone, INT64_MAX);
    (void)zone_local_to_utc(zone, INT64_MIN);
    (void)zone_local_to_utc(zone, INT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(zone_freep) struct zone *file = NULL;
    AUTO(zone_freep) struct zone *rule = NULL;
    str bytes = { (const char *)data, size };
    int64_t time = 0;

    if (zone_parse(bytes, STR("fuzz"), &file, NULL) == 0)
        convert(file);
    if (zone_parse_rule(bytes, STR("fuzz"), &rule, NULL) == 0)
        convert(rule);
    (void)zone_name_is_valid(bytes);
    if (calendar_parse(bytes, true, &time, NULL) == 0)
        require(calendar_date(calendar_day_of(time)).year > 0);
    return 0;
}
