/* SPDX-License-Identifier: Apache-2.0
 *
 * Who asks, and what they may see: passed to every function of src/fleet that
 * reads or changes what belongs to an organisation, so that pages,
 * exports, counts and the API can only agree (X-2, K-DEP-4, claim 24).
 *
 * A role may carry labels; a user all of whose roles carry some sees only
 * devices that have one of them (D-34). The SQL of a list of devices joins
 *   device d ... WHERE d.org = $1 AND <SCOPE_SQL>
 * with the scope's user as parameter; see scope_sql below.
 */
#ifndef FLEET_SCOPE_H
#define FLEET_SCOPE_H

#include <stdint.h>

#include "base/str.h"

enum permission {
    PERM_NONE, /* logged in is enough */
    PERM_DEVICE_READ,
    PERM_DEVICE_WRITE,
    PERM_LABEL_READ,
    PERM_LABEL_WRITE,
    PERM_SCHEDULE_READ, /* OVAL configurations and schedules */
    PERM_SCHEDULE_WRITE,
    PERM_RUN_READ,
    PERM_RUN_START,
    PERM_REPORT_READ, /* catalogue, findings, reports */
    PERM_REPORT_WRITE,
    PERM_CONTENT_READ,
    PERM_CONTENT_WRITE,
    PERM_ENROL, /* tokens, revocation of devices */
    PERM_USER_READ,
    PERM_USER_WRITE, /* users, roles, sign-on settings */
    PERM_AUDIT_READ,
    PERM_SETTING_READ,
    PERM_SETTING_WRITE,
    PERM_METRICS,
    PERM_PATCH_READ,
    PERM_PATCH_WRITE,  /* configurations, groups, holds, rings */
    PERM_PATCH_DEPLOY, /* puts configurations into force, starts runs */
    PERM_PATCH_APPROVE,
    PERM_NETWORK_READ,    /* network devices, sessions, masked texts */
    PERM_NETWORK_WRITE,   /* adds and edits them; types, pins, schedules */
    PERM_NETWORK_CONNECT, /* tests, discovers, archives */
    PERM_NETWORK_CHANGE,  /* plans changes of their configuration */
    PERM_NETWORK_APPROVE, /* lets a planned change happen */
    PERM_CREDENTIAL_WRITE,
    PERM_NETWORK_SECRETS, /* files for devices with the secrets in them */
    PERM_COUNT,
};

struct scope {
    int64_t org;
    int64_t user;    /* 0: the system itself, or a device */
    int64_t session; /* 0: an API token or none */
    int64_t token;
    int64_t device;       /* of DOOR_AGENT; 0 otherwise */
    uint64_t permissions; /* bit PERM_x */
    bool all_devices;     /* no label scope */
    str name;             /* login, for the audit log */
};

/* The system acting for an organisation: sees everything there. */
struct scope scope_system(int64_t org);
bool scope_may(const struct scope *scope, enum permission permission);

/* "device.read", as the API and the command line write it; "" for PERM_NONE.
 * permission_find: PERM_COUNT for a text that is none. */
const char *permission_name(enum permission permission);
enum permission permission_find(str name);

/* A condition on device d for SQL texts: true when the scope's user (which is
 * bound to $2 as BIGINT, 0: no limit) may see it. The constant is pasted at
 * compile time; nothing of a request ever is. */
#define SCOPE_SQL                                                              \
    "($2 = 0 OR EXISTS (SELECT 1 FROM user_role ur"                            \
    " JOIN role_label rl ON rl.role = ur.role"                                 \
    " JOIN device_label dl ON dl.label = rl.label"                             \
    " WHERE ur.app_user = $2 AND dl.device = d.id))"
/* The same of the label in the column `label`, named with its table: true when
 * a role of the scope's user names it. */
#define SCOPE_LABEL_SQL(label)                                                 \
    "($2 = 0 OR EXISTS (SELECT 1 FROM user_role ur"                            \
    " JOIN role_label rl ON rl.role = ur.role"                                 \
    " WHERE ur.app_user = $2 AND rl.label = " label "))"
/* What is bound to $2. */
int64_t scope_limit(const struct scope *scope);

#endif
