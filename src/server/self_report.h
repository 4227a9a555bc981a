/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server says of itself, once a day (K-APP-1, K-APP-3): its version
 * and certificate, accounts, failed logins, agents, backup, and what is known
 * of the packages below it.
 *
 * Each check is {"name", "state": "good" | "attention" | "unknown", "text",
 * ...}; what cannot be told is unknown, never good.
 */
#ifndef SERVER_SELF_REPORT_H
#define SERVER_SELF_REPORT_H

#include "server/core.h"

enum {
    SELF_REPORT_S = 86400,
    SELF_REPORTS_KEPT = 400,
};

/* Makes today's unless it is there. */
int self_report_daily(struct core *core, int64_t now,
                      struct err *err) MUST_CHECK;
/* The checks of one organisation, now; the tree is the caller's. */
int self_report_make(struct core *core, int64_t now, struct jval **out,
                     struct err *err) MUST_CHECK;

#endif
