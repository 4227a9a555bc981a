/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules by which the server looks at network devices by itself (R-COM-1):
 * discovery, or the archive of their configurations, of the devices that
 * labels or names mean at that time (K-LBL-3), with the schedules of
 * assessments and patching (schedule/schedule.h). Each time one session is
 * planned for each device; what becomes of it is the session's.
 *
 * What came due while the server was off was missed: there is one run then if
 * the schedule says run_if_missed, and a regular one within the hour is that
 * one (P-MIS-4); else `last_result` says that it was missed (P-MIS-5).
 */
#ifndef FLEET_NETDEV_SCHEDULE_H
#define FLEET_NETDEV_SCHEDULE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    NETDEV_SCHEDULE_NAME_MAX = 200,
    NETDEV_SCHEDULES_MAX = 1000,   /* of an organisation */
    NETDEV_SCHEDULE_LATE_S = 300,  /* later than this it was missed */
    NETDEV_SCHEDULE_STORE_S = 900, /* how often it is noted that none was due */
};

struct netdev_schedule {
    int64_t id;
    int64_t org;
    str name;
    str action;   /* NETDEV_DISCOVER or NETDEV_ARCHIVE */
    str targets;  /* JSON, fleet/target.h */
    str schedule; /* JSON, schedule/schedule.h */
    str zone;     /* IANA name; empty or "server": the server's */
    bool enabled;
    int64_t looked_at;     /* all until then was started, or is covered */
    int64_t last_run;      /* 0: never */
    int64_t last_sessions; /* that were planned then */
    str last_result;       /* a sentence; empty: nothing yet */
    int64_t created;
    int64_t revision;
};
struct netdev_schedules {
    VEC(struct netdev_schedule) all;
};
void netdev_schedules_clear(struct netdev_schedules *list);

/* Checks and normalises; *out_field names what is refused. Whether labels and
 * devices exist is target_check_exists()'s. */
int netdev_schedule_check(struct netdev_schedule *s, struct arena *arena,
                          int64_t now, const char **out_field,
                          struct err *err) MUST_CHECK;

/* In the caller's transaction, as all that write. E_INVALID for a name that is
 * taken. Changing it makes up for nothing that came due before. */
int netdev_schedule_add(struct db *db, const struct scope *scope,
                        struct netdev_schedule *s, int64_t now,
                        struct err *err) MUST_CHECK;
int netdev_schedule_change(struct db *db, const struct scope *scope,
                           struct netdev_schedule *s, int64_t now,
                           struct err *err) MUST_CHECK;
int netdev_schedule_remove(struct db *db, const struct scope *scope, int64_t id,
                           struct err *err) MUST_CHECK;

int netdev_schedule_get(struct db *db, const struct scope *scope, int64_t id,
                        struct arena *arena, struct netdev_schedule *out,
                        struct err *err) MUST_CHECK;
struct netdev_schedule_find {
    int64_t after; /* ids above it */
    int64_t limit;
};
int netdev_schedule_list(struct db *db, const struct scope *scope,
                         const struct netdev_schedule_find *find,
                         struct arena *arena, struct netdev_schedules *out,
                         struct err *err) MUST_CHECK;

/* When it runs next; 0: never, as it is. */
int64_t netdev_schedule_next(const struct netdev_schedule *s, int64_t now);

/* Runs it now, for what the scope sees of its devices. Returns how many
 * sessions were planned. */
int netdev_schedule_run(struct db *db, const struct scope *scope,
                        const struct netdev_schedule *s, int64_t now,
                        struct err *err) MUST_CHECK;

/* --- The server's own, on the node that leads ----------------------------- */

/* Plans the sessions of what came due, each schedule in a transaction of its
 * own: one that cannot be run says why in last_result and holds up no other.
 * Returns how many sessions were planned. */
int netdev_schedules_look(struct db *db, int64_t now,
                          struct err *err) MUST_CHECK;

#endif
