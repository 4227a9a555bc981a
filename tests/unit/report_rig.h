/* SPDX-License-Identifier: Apache-2.0
 *
 * A core rig with a small fleet that was assessed: content of seven
 * definitions (tests/data/report/content.xml), devices with inventories in
 * two organisations, and a user who sees one label only.
 *
 *   1 web-1   openssl 3.0.1, curl    affected by 1 and 2
 *   2 web-2   openssl 3.0.9, curl    affected by 2
 *   3 db-1    openssl 3.0.1          not compliant with 3
 *   4 other   openssl 3.0.1, curl    of organisation 2
 *   5 printer                        agentless, no inventory
 */
#ifndef TESTS_REPORT_RIG_H
#define TESTS_REPORT_RIG_H

#include "proto/agent.h"
#include "server/assessor.h"
#include "server/reports.h"
#include "tests/unit/core_rig.h"

struct report_rig {
    struct core_rig *rig;
    int64_t content;
    struct scope limited; /* sees web-2 and db-1, by a label */
    struct scope other;   /* organisation 2 */
};

int report_rig_setup(void **state);
int report_rig_teardown(void **state);

/* Compiles the content with its feed's time and makes it active. `from` in
 * the document is replaced by `to` (both may be NULL). */
int64_t report_rig_content(struct report_rig *r, const char *from,
                           const char *to, int64_t feed_time);
/* The same for another platform, without telling the assessor. */
int64_t report_rig_activate(struct report_rig *r, const char *platform,
                            const char *from, const char *to,
                            int64_t feed_time);
/* A device's inventory. */
void report_rig_packages(struct report_rig *r, int64_t device,
                         struct fact_package *packages, size_t n);
/* A device's inventory; openssl NULL: not installed. */
void report_rig_inventory(struct report_rig *r, int64_t device,
                          const char *openssl, bool curl);
/* Whoever is asked now, until the next call; NULL: the system of org 1. */
void report_rig_as(struct report_rig *r, const struct scope *scope);

#endif
