/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_sla.h"

#include "fleet/setting.h"

static int load_days(struct db *db, int64_t org, const char *name, int *out,
                     struct err *err)
{
    int64_t days = 0;
    int rc = setting_i64(db, org, name, &days, err);

    *out = (int)days;
    return rc;
}

int patch_sla_load(struct db *db, int64_t org, struct patch_sla *out,
                   struct err *err)
{
    static const char *const severities[PATCH_SEVERITIES] = {
        [PATCH_UNASSIGNED] = "patching.sla_unassigned_days",
        [PATCH_LOW] = "patching.sla_low_days",
        [PATCH_MODERATE] = "patching.sla_moderate_days",
        [PATCH_IMPORTANT] = "patching.sla_important_days",
        [PATCH_CRITICAL] = "patching.sla_critical_days",
    };
    static const char *const risks[PATCH_RISK_GROUPS] = {
        [PATCH_RISK_INFO] = "patching.sla_risk_info_days",
        [PATCH_RISK_LOW] = "patching.sla_risk_low_days",
        [PATCH_RISK_MEDIUM] = "patching.sla_risk_medium_days",
        [PATCH_RISK_HIGH] = "patching.sla_risk_high_days",
        [PATCH_RISK_CRITICAL] = "patching.sla_risk_critical_days",
    };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct setting_reader from = { .db = db, .org = org, .arena = &arena };
    str start = STR("");
    int rc = load_days(db, org, "patching.sla_near_days", &out->near_days, err);

    for (size_t i = 0; rc == 0 && i < PATCH_SEVERITIES; i++)
        rc = load_days(db, org, severities[i], &out->severity_days[i], err);
    out->risk_days[PATCH_RISK_NONE] = 0;
    for (size_t i = PATCH_RISK_INFO; rc == 0 && i < PATCH_RISK_GROUPS; i++)
        rc = load_days(db, org, risks[i], &out->risk_days[i], err);
    if (rc == 0)
        rc = setting_text(&from, "patching.sla_from", &start, err);
    out->from_release = str_eq_c(start, "released");
    return rc;
}
