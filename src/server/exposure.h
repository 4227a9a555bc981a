/* SPDX-License-Identifier: Apache-2.0
 *
 * How much is open on the devices that somebody sees, and each day's number,
 * kept: findings are replaced by newer ones, what they summed up to is not.
 *
 * A finding is one definition (of a vulnerability or an update) that is true
 * on one device.
 */
#ifndef SERVER_EXPOSURE_H
#define SERVER_EXPOSURE_H

#include "server/reports.h"

enum {
    EXPOSURE_WORST = 10,
    EXPOSURE_EXPLOITED = 10,
    EXPOSURE_DAYS = 90,
    EXPOSURE_KEPT_DAYS = 800,
};

/* A CVE that is known to be exploited and that devices have. */
struct exposed_cve {
    str cve;
    uint16_t added;  /* to the list of the exploited; risk/cve.h */
    int64_t devices; /* at least: of the definition that has most */
    str definition;
    int64_t content;
    str title;
};

struct exposure {
    int64_t devices;  /* that were assessed */
    int64_t affected; /* of them, that have a finding */
    int64_t findings;
    int64_t exploited; /* findings with an exploited CVE */
    int64_t undecided; /* error and unknown, which are not clean */
    struct exposed_cve cves[EXPOSURE_EXPLOITED]; /* newest first */
    size_t cve_count;
    size_t cve_total; /* how many there are */
};

/* What is open now within the scope. Texts in the arena. */
int exposure_count(struct core *core, const struct scope *scope,
                   struct arena *arena, struct exposure *out,
                   struct err *err) MUST_CHECK;

/* The devices with most findings, worst first; an array of objects. */
int exposure_worst(struct core *core, const struct scope *scope,
                   struct jval *out, struct err *err) MUST_CHECK;

/* Keeps today's number of every organisation, unless it is there. */
int exposure_daily(struct core *core, int64_t now, struct err *err) MUST_CHECK;

#endif
