/* SPDX-License-Identifier: Apache-2.0
 *
 * Compliance of devices with a measure, the score of a set of them, and how
 * long a patch may be missing (P-RPT, P-INT-7, P-RSK-7). Pure.
 */
#ifndef PATCH_COMPLY_H
#define PATCH_COMPLY_H

#include "patch/select.h"

enum {
    PATCH_SCAN_DAYS = 7, /* P-RPT-4's default */
    PATCH_SLA_DAYS_MAX = 3650,
};

/* P-RSK-7: by tenths; PATCH_SCORE_NONE has none. */
enum patch_risk_group {
    PATCH_RISK_NONE,
    PATCH_RISK_INFO,
    PATCH_RISK_LOW,
    PATCH_RISK_MEDIUM,
    PATCH_RISK_HIGH,
    PATCH_RISK_CRITICAL,
    PATCH_RISK_GROUPS
};
enum patch_risk_group patch_risk_group_of(int tenths);
const char *patch_risk_group_name(enum patch_risk_group group);

/* Days allowed, 0: no limit. Of a severity (security patches) and a risk
 * group, the shorter counts. */
struct patch_sla {
    int severity_days[PATCH_SEVERITIES];
    int risk_days[PATCH_RISK_GROUPS];
    int near_days; /* so long before the end it is near */
    /* Days count from the day a patch was released, where that is known, not
     * from when it was first seen missing. */
    bool from_release;
};

enum patch_sla_state {
    PATCH_SLA_NO_LIMIT,
    PATCH_SLA_WITHIN,
    PATCH_SLA_NEAR,
    PATCH_SLA_OVER,
    PATCH_SLA_STATES
};
/* "none", "within", "near", "over"; PATCH_SLA_STATES for a text that is none */
const char *patch_sla_name(enum patch_sla_state state);
enum patch_sla_state patch_sla_state_of(str name);

/* Whether it limits anything. */
bool patch_sla_is_set(const struct patch_sla *sla);
/* 0: no limit. */
int patch_sla_days(const struct patch_sla *sla, const struct patch *patch);
/* A patch that a device was first seen to lack at `since`. out_deadline (or
 * NULL): when it is over; 0 without a limit. */
enum patch_sla_state patch_sla_of(const struct patch_sla *sla,
                                  const struct patch *patch, int64_t since,
                                  int64_t now, int64_t *out_deadline);

enum patch_compliance {
    PATCH_COMPLIANT,
    PATCH_NOT_COMPLIANT,
    PATCH_PENDING_REBOOT, /* counts as not compliant (P-RPT-4) */
    PATCH_NO_DATA,        /* so does this */
    PATCH_COMPLIANCES
};

struct patch_device_state {
    int64_t last_scan; /* 0: never */
    bool is_reboot_pending;
    const uint32_t *missing; /* indices in the catalogue */
    const uint32_t *since;   /* when each was first seen; NULL: not asked */
    size_t missing_count;
};

/* What a report set measures: levels and groups (P-RPT-1). */
struct patch_measure {
    uint8_t severity[PATCH_TYPES]; /* bits as in struct patch_options */
    const struct patch_group *groups;
    size_t group_count;
    int scan_days; /* 1..; a scan that is older is no data */
    /* NULL: what is missing counts at once; otherwise once its time is over */
    const struct patch_sla *sla;
};

/* A measure made for many devices. The catalogue and the measure outlive
 * it. */
struct patch_scale;
struct patch_scale *patch_scale_new(const struct patch_catalogue *catalogue,
                                    const struct patch_measure *measure);
void patch_scale_free(struct patch_scale *scale);
void patch_scale_freep(struct patch_scale **scale);

/* out_missing (or NULL): how many patches of the measure are missing. */
enum patch_compliance patch_compliance_of(
    const struct patch_scale *scale, const struct patch_device_state *device,
    int64_t now, size_t *out_missing);
const char *patch_compliance_name(enum patch_compliance compliance);

/* P-RPT-2, 5: compliant devices in tenths of a percent, rounded down, so that
 * 100 % means all; -1 of an empty set, to be shown as "–". */
int patch_compliance_score(const uint64_t counts[PATCH_COMPLIANCES]);

#endif
