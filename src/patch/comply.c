/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/comply.h"

#include "base/mem.h"

enum {
    DAY_S = 86400
};

struct patch_scale {
    const struct patch_catalogue *catalogue;
    const struct patch_measure *measure;
    bool *counts; /* of each patch: the measure asks for it */
};

struct patch_scale *patch_scale_new(const struct patch_catalogue *catalogue,
                                    const struct patch_measure *measure)
{
    struct patch_scale *scale = mem_alloc(1, sizeof(*scale));
    uint32_t count = patch_catalogue_count(catalogue);

    scale->catalogue = catalogue;
    scale->measure = measure;
    scale->counts = mem_alloc((size_t)count + 1, sizeof(bool));
    for (uint32_t i = 0; i < count; i++) {
        const struct patch *p = patch_catalogue_at(catalogue, i);
        bool is_switch = patch_type_is_switch(p->os, p->type);
        unsigned level = is_switch ? PATCH_UNASSIGNED : p->severity;

        scale->counts[i] = (measure->severity[p->type] >> level & 1) != 0;
    }
    for (size_t g = 0; g < measure->group_count; g++) {
        for (size_t k = 0; k < measure->groups[g].id_count; k++) {
            uint32_t index =
                patch_catalogue_find(catalogue, measure->groups[g].ids[k]);

            if (index != PATCH_NONE)
                scale->counts[index] = true;
        }
    }
    return scale;
}

void patch_scale_free(struct patch_scale *scale)
{
    if (scale == NULL)
        return;
    mem_free(scale->counts);
    mem_free(scale);
}

void patch_scale_freep(struct patch_scale **scale)
{
    patch_scale_free(*scale);
    *scale = NULL;
}

static bool is_over(const struct patch_scale *scale,
                    const struct patch_device_state *device, size_t i,
                    int64_t now)
{
    const struct patch_sla *sla = scale->measure->sla;
    const struct patch *patch;

    if (sla == NULL)
        return true;
    patch = patch_catalogue_at(scale->catalogue, device->missing[i]);
    return patch_sla_of(sla, patch, device->since[i], now, NULL) ==
           PATCH_SLA_OVER;
}

enum patch_compliance patch_compliance_of(
    const struct patch_scale *scale, const struct patch_device_state *device,
    int64_t now, size_t *out_missing)
{
    int64_t oldest = now - (int64_t)scale->measure->scan_days * DAY_S;
    size_t missing = 0;
    size_t late = 0;

    for (size_t i = 0; i < device->missing_count; i++) {
        if (!scale->counts[device->missing[i]])
            continue;
        missing++;
        late += is_over(scale, device, i, now);
    }
    if (out_missing != NULL)
        *out_missing = missing;
    if (device->last_scan == 0 || device->last_scan < oldest)
        return PATCH_NO_DATA;
    if (late > 0)
        return PATCH_NOT_COMPLIANT;
    return device->is_reboot_pending ? PATCH_PENDING_REBOOT : PATCH_COMPLIANT;
}

const char *patch_compliance_name(enum patch_compliance compliance)
{
    static const char *const names[PATCH_COMPLIANCES] = {
        [PATCH_COMPLIANT] = "compliant",
        [PATCH_NOT_COMPLIANT] = "not compliant",
        [PATCH_PENDING_REBOOT] = "pending reboot",
        [PATCH_NO_DATA] = "no data",
    };

    return compliance < PATCH_COMPLIANCES ? names[compliance] : "";
}

int patch_compliance_score(const uint64_t counts[PATCH_COMPLIANCES])
{
    unsigned __int128 total = 0;

    for (unsigned i = 0; i < PATCH_COMPLIANCES; i++)
        total += counts[i];
    if (total == 0)
        return -1;
    return (int)((unsigned __int128)counts[PATCH_COMPLIANT] * 1000 / total);
}

enum patch_risk_group patch_risk_group_of(int tenths)
{
    if (tenths < 0)
        return PATCH_RISK_NONE;
    if (tenths >= 90)
        return PATCH_RISK_CRITICAL;
    if (tenths >= 70)
        return PATCH_RISK_HIGH;
    if (tenths >= 40)
        return PATCH_RISK_MEDIUM;
    return tenths > 0 ? PATCH_RISK_LOW : PATCH_RISK_INFO;
}

const char *patch_risk_group_name(enum patch_risk_group group)
{
    static const char *const names[PATCH_RISK_GROUPS] = { "none", "info",
                                                          "low",  "medium",
                                                          "high", "critical" };

    return group < PATCH_RISK_GROUPS ? names[group] : "";
}

int patch_sla_days(const struct patch_sla *sla, const struct patch *patch)
{
    int risk = sla->risk_days[patch_risk_group_of(patch_vrr(patch))];
    int severity =
        patch->type == PATCH_SECURITY ? sla->severity_days[patch->severity] : 0;

    if (risk == 0 || severity == 0)
        return risk + severity;
    return risk < severity ? risk : severity;
}

static const char *const sla_names[PATCH_SLA_STATES] = { "none", "within",
                                                         "near", "over" };

const char *patch_sla_name(enum patch_sla_state state)
{
    return state < PATCH_SLA_STATES ? sla_names[state] : "";
}

enum patch_sla_state patch_sla_state_of(str name)
{
    unsigned i = 0;

    while (i < PATCH_SLA_STATES && !str_eq_c(name, sla_names[i]))
        i++;
    return (enum patch_sla_state)i;
}

bool patch_sla_is_set(const struct patch_sla *sla)
{
    int days = 0;

    for (unsigned i = 0; i < PATCH_SEVERITIES; i++)
        days += sla->severity_days[i];
    for (unsigned i = 0; i < PATCH_RISK_GROUPS; i++)
        days += sla->risk_days[i];
    return days > 0;
}

enum patch_sla_state patch_sla_of(const struct patch_sla *sla,
                                  const struct patch *patch, int64_t since,
                                  int64_t now, int64_t *out_deadline)
{
    bool released = sla->from_release && patch->published > 0;
    int days = patch_sla_days(sla, patch);
    int64_t deadline =
        (released ? patch->published : since) + (int64_t)days * DAY_S;

    if (out_deadline != NULL)
        *out_deadline = days == 0 ? 0 : deadline;
    if (days == 0)
        return PATCH_SLA_NO_LIMIT;
    if (now > deadline)
        return PATCH_SLA_OVER;
    return now > deadline - (int64_t)sla->near_days * DAY_S ? PATCH_SLA_NEAR
                                                            : PATCH_SLA_WITHIN;
}
