/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports that are sent by a schedule (K-REP-2, K-CMP-5). A schedule belongs
 * to the person who made or last changed it, and what is sent is what that
 * person may see at that moment (claim 24); a person who is disabled or may
 * not read reports any more is sent nothing, and the schedule says so.
 *
 * A delivery is due when next_try lies in the past. What fails is tried again
 * after 1, 2, 4 ... minutes, REPORT_TRIES times; then it waits for the next
 * time it comes due. It is in the store before it is sent, so a restart loses
 * none; one that was sent but not noted is sent again.
 */
#ifndef FLEET_REPORT_H
#define FLEET_REPORT_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    REPORT_NAME_MAX = 200,
    REPORT_MAIL_MAX = 2000, /* addresses with commas */
    REPORT_RECIPIENTS_MAX = 20,
    REPORT_QUERY_MAX = 8192,
    REPORT_TRIES = 6,
    REPORT_RESULT_MAX = 500,
    REPORT_SCHEDULES_MAX = 1000, /* of an organisation */
};

struct report_schedule {
    int64_t id;
    int64_t org;
    str name;
    str report;   /* "summary", "compliance" */
    str query;    /* JSON, as the API's report takes it */
    str format;   /* csv, html, pdf, json */
    str language; /* en, fr, nl */
    str schedule; /* JSON, schedule/schedule.h */
    str zone;     /* IANA name; empty: the server's */
    str mail_to;  /* addresses, with commas; or empty */
    str webhook;  /* https://...; or empty */
    str secret;   /* sealed; of the webhook's signature; or empty */
    int64_t owner;
    bool enabled;
    int64_t last_due; /* looked at up to this time */
    int64_t next_try; /* 0: nothing waits */
    int64_t tries;
    bool hooked; /* the webhook took what is being sent */
    int64_t last_sent;
    str last_result;
    int64_t revision;
};
struct report_schedules {
    VEC(struct report_schedule) all;
};
void report_schedules_clear(struct report_schedules *list);

/* Checks and normalises; *out_field names what is refused. */
int report_check(struct report_schedule *r, struct arena *arena, int64_t now,
                 const char **out_field, struct err *err) MUST_CHECK;
/* In the caller's transaction; the scope's user becomes the owner. E_INVALID
 * for a name that is taken. */
int report_add(struct db *db, const struct scope *scope,
               struct report_schedule *r, int64_t now,
               struct err *err) MUST_CHECK;
int report_change(struct db *db, const struct scope *scope,
                  struct report_schedule *r, int64_t now,
                  struct err *err) MUST_CHECK;
int report_remove(struct db *db, const struct scope *scope, int64_t id,
                  struct err *err) MUST_CHECK;
/* A limited scope has its own only. E_ABSENT. */
int report_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct report_schedule *out,
               struct err *err) MUST_CHECK;
struct report_find {
    int64_t after; /* ids above it */
    int64_t limit;
};
int report_list(struct db *db, const struct scope *scope,
                const struct report_find *find, struct arena *arena,
                struct report_schedules *out, struct err *err) MUST_CHECK;

/* --- Deliveries: of all organisations, by the server itself -------------- */

/* What has come due is noted as to be sent now. */
int report_come_due(struct db *db, int64_t now, struct err *err) MUST_CHECK;
/* Those to be sent now. */
int report_waiting(struct db *db, int64_t now, struct arena *arena,
                   struct report_schedules *out, struct err *err) MUST_CHECK;
/* This process sends it: nobody else does for a while. 1: another one does. */
int report_claim(struct db *db, const struct report_schedule *r, int64_t now,
                 struct err *err) MUST_CHECK;
/* The webhook took it: when the mail after it fails, only that is repeated. */
int report_hooked(struct db *db, struct report_schedule *r,
                  struct err *err) MUST_CHECK;
/* How it went. `again`: a failure that may pass. */
struct report_outcome {
    str text;
    bool sent;
    bool again;
};
int report_done(struct db *db, const struct report_schedule *r,
                const struct report_outcome *outcome, int64_t now,
                struct err *err) MUST_CHECK;
/* To be sent as soon as possible. */
int report_now(struct db *db, const struct scope *scope, int64_t id,
               int64_t now, struct err *err) MUST_CHECK;
/* The owner's scope. 1: they may not be sent reports; *out_why says why. */
int report_scope(struct db *db, const struct report_schedule *r,
                 struct arena *arena, struct scope *out, const char **out_why,
                 struct err *err) MUST_CHECK;

#endif
