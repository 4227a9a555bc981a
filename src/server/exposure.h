/* SPDX-License-Identifier: Apache-2.0
 *
 * How much is open on the devices that somebody sees, and each day's number,
 * kept: findings are replaced by newer ones, what they summed up to is not.
 *
 * A finding is one definition (of a vulnerability or an update) that is true
 * on one device.
 *
 * Numbers are counted in slices on the loop (exposure_count.h) and kept by
 * organisation and, for who sees only some devices, by user: until findings,
 * content, risk data or what the user sees are other ones. A count that took
 * longer than a slice is not made again for a while; until then, and while it
 * is made, the numbers are those of `at`. When what a user sees has changed,
 * no older number is given.
 */
#ifndef SERVER_EXPOSURE_H
#define SERVER_EXPOSURE_H

#include "server/reports.h"

enum {
    EXPOSURE_WORST = 10,
    EXPOSURE_EXPLOITED = 10,
    EXPOSURE_DAYS = 90,
    EXPOSURE_KEPT_DAYS = 800,
    EXPOSURE_SLICE_MS = 10,
    EXPOSURE_PAUSE_MS = 30000, /* between counts that took longer than that */
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

struct exposed_device {
    int64_t device;
    int64_t findings;
};

struct exposure {
    int64_t at;       /* when it was counted */
    bool current;     /* nothing has changed since */
    bool whole;       /* no device waited to be assessed then */
    int64_t devices;  /* that were assessed */
    int64_t affected; /* of them, that have a finding */
    int64_t findings;
    int64_t exploited; /* findings with an exploited CVE */
    int64_t undecided; /* error and unknown, which are not clean */
    struct exposed_cve cves[EXPOSURE_EXPLOITED]; /* newest first */
    size_t cve_count;
    size_t cve_total;                            /* how many there are */
    struct exposed_device worst[EXPOSURE_WORST]; /* worst first */
    size_t worst_count;
};

struct exposures; /* those that are kept */
struct exposures *exposures_new(struct core *core);
void exposures_free(struct exposures *exposures);
/* Instead of EXPOSURE_SLICE_MS; for tests and benches. */
void exposures_set_slice(struct exposures *exposures, int64_t slice_ms);

/* What is open within the scope; borrowed until the next turn of the loop. 1:
 * it is being counted for the first time; ask again in a moment. */
int exposure_get(struct core *core, const struct scope *scope, int64_t now,
                 const struct exposure **out, struct err *err) MUST_CHECK;

/* The devices with most findings, worst first; an array of objects. Those that
 * the scope does not show any more are left out. */
int exposure_worst(struct core *core, const struct scope *scope,
                   const struct exposure *exposure, struct jval *out,
                   struct err *err) MUST_CHECK;

/* Keeps today's number of every organisation, unless it is there or not
 * counted yet. */
int exposure_daily(struct core *core, int64_t now, struct err *err) MUST_CHECK;

#endif
