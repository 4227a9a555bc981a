/* SPDX-License-Identifier: Apache-2.0
 *
 * What an assessment of a fleet comes to: counts per definition and per
 * device, as JSON and as a table for people.
 */
#ifndef CLI_FLEET_REPORT_H
#define CLI_FLEET_REPORT_H

#include "base/vec.h"
#include "oval/fleet.h"

struct fleet_report_device {
    str name;
    uint32_t n[OVAL_RESULTS];
};

struct fleet_report {
    const struct oval_content *content;
    const struct oval_fleet *fleet;
    struct oval_fleet_counts *definitions; /* one a definition */
    VEC(struct fleet_report_device) devices;
    uint64_t total[OVAL_RESULTS];
};

/* Content and fleet are borrowed. */
void fleet_report_init(struct fleet_report *report,
                       const struct oval_content *content,
                       const struct oval_fleet *fleet);
void fleet_report_clear(struct fleet_report *report);

void fleet_report_add(struct fleet_report *report, str device,
                      const uint32_t counts[OVAL_RESULTS]);

/* True when something is bad on a device or could not be decided. */
bool fleet_report_found(const struct fleet_report *report);

int fleet_report_json(const struct fleet_report *report, const char *path,
                      struct err *err) MUST_CHECK;

/* The summary, on standard output. */
int fleet_report_show(const struct fleet_report *report,
                      struct err *err) MUST_CHECK;

#endif
