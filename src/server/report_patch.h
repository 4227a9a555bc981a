/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports about patches as listings, for the API and for deliveries: devices
 * with the patches they lack or got, a template of somebody's own (P-RPT-6),
 * and the devices of a report set (P-RPT-1). Only devices that the scope sees
 * are in them (claim 24).
 */
#ifndef SERVER_REPORT_PATCH_H
#define SERVER_REPORT_PATCH_H

#include "fleet/patch_template.h"
#include "server/listing.h"
#include "server/patch_report.h"
#include "server/patch_table.h"

/* The names of the reports that can be sent by a schedule. */
#define PATCH_REPORTS "patch_missing|patch_installed|patch_template|patch_set"

struct report_patch_ask {
    struct core *core;
    const struct scope *scope;
    int64_t now;
    str report;               /* one of PATCH_REPORTS */
    const struct jval *query; /* device; template; set, state, q, sort */
};
/* *out has an owner. E_ABSENT: there is no such template or set. E_PERM: the
 * scope may not read patches. */
int report_patch_open(const struct report_patch_ask *ask, struct listing **out,
                      struct err *err) MUST_CHECK;
/* Whether it could be made: what the query names is there, and in sight. A
 * report of another kind is fine. E_INVALID, *out_field is a member. */
int report_patch_check(const struct report_patch_ask *ask,
                       const char **out_field, struct err *err) MUST_CHECK;

/* What patch_table is asked for: the rows of a template, and devices with what
 * they lack or got. The lists are the caller's to free. */
struct report_table {
    struct patch_table_order order;
    struct jval *columns;
    struct jval *filter;
};
void report_table_clear(struct report_table *table);
void report_template_table(const struct report_patch_ask *ask,
                           const struct patch_template *t, struct arena *arena,
                           struct report_table *out);
void report_details_table(const struct report_patch_ask *ask,
                          struct report_table *out);

/* The devices of a set, as they are now. */
int report_set_open(const struct report_patch_ask *ask,
                    const struct patch_report_set *set, struct listing **out,
                    struct err *err) MUST_CHECK;

#endif
