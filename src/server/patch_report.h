/* SPDX-License-Identifier: Apache-2.0
 *
 * Compliance report sets (P-RPT): the devices of some configurations, judged
 * by groups and levels; kept in the store, worked out for people and by
 * schedule. A score that is kept tells of all devices of the set.
 */
#ifndef SERVER_PATCH_REPORT_H
#define SERVER_PATCH_REPORT_H

#include "base/arena.h"
#include "base/vec.h"
#include "patch/comply.h"
#include "server/core.h"

struct patch_report_set {
    int64_t id;
    int64_t org;
    str name;
    str configurations; /* JSON: ids */
    str groups;         /* JSON: names */
    str levels;         /* JSON: "security critical" */
    int64_t threshold;
    int64_t stale_days;
    bool within_sla; /* only what is missing for too long counts (P-INT-7) */
    str schedule;    /* JSON, schedule/schedule.h */
    str zone;        /* IANA name; empty: the server's */
    int64_t looked_at;
    bool archived;
    str owner;
    int64_t last_run;
    int64_t revision;
    bool ran;
    uint64_t counts[PATCH_COMPLIANCES];
};
struct patch_report_sets {
    VEC(struct patch_report_set) all;
};

/* By id. id 0: all; org 0: of all organisations. */
int patch_report_read(struct db *db, int64_t org, int64_t id,
                      struct arena *arena, struct patch_report_sets *out,
                      struct err *err) MUST_CHECK;

/* From four columns: devices, compliant, without data, pending a reboot. */
void patch_report_counts(struct db_rows *rows, int at,
                         uint64_t out[PATCH_COMPLIANCES]);

/* What the set measures by, without `sla`. What is wrong (a level, a group
 * that is not there): E_INVALID, *out_field is its member. */
int patch_report_measure(struct db *db, const struct patch_report_set *set,
                         struct arena *arena, struct patch_measure *out,
                         const char **out_field, struct err *err) MUST_CHECK;

/* One device as it was judged; texts last during the call. */
struct patch_judged {
    int64_t device;
    str name;
    str system;
    enum patch_compliance compliance;
    size_t missing; /* of what is measured */
    int64_t lacks;  /* of anything */
    int64_t installed;
    int64_t scanned; /* 0: never */
    bool reboot;
};
typedef int patch_judged_fn(void *ctx, const struct patch_judged *device,
                            struct err *err);
/* The devices of the set that the scope sees. fn may be NULL. */
struct patch_judgement {
    const struct scope *scope;
    const struct patch_report_set *set;
    int64_t now;
    patch_judged_fn *fn;
    void *ctx;
};
int patch_report_judge(struct core *core, const struct patch_judgement *what,
                       uint64_t counts[PATCH_COMPLIANCES],
                       struct err *err) MUST_CHECK;

/* Judges all its devices and keeps the score, in a transaction of its own. */
int patch_report_run(struct core *core, const struct patch_report_set *set,
                     int64_t now, struct err *err) MUST_CHECK;
/* Runs the first set that came due; 1 when there was one. One whose schedule
 * or measure cannot be read holds up no other. */
int patch_report_look(struct core *core, int64_t now,
                      struct err *err) MUST_CHECK;

#endif
