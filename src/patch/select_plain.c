/* SPDX-License-Identifier: Apache-2.0
 *
 * What is decided of a patch that nothing displaces.
 */
#include "patch/levels.h"
#include "patch/match_int.h"
#include "patch/select_int.h"

struct filling {
    struct patch_selector *s;
    const uint32_t *included; /* of each patch the group, or PATCH_NONE */
    const uint32_t *excluded;
    struct patch_vendor_filter *vendors;
    struct map enabled; /* ids of enablement packages */
    struct map held;    /* ids of patches: the hold */
    struct match_list held_packages;
    struct match_list excluded_packages;
    enum patch_rule nothing; /* when no source takes a patch */
};

struct risk {
    int cvss;
    int vrr;
    bool exploited;
};

/* Without the CVEs that somebody suppressed. */
static struct risk risk_of(const struct patch_selector *s,
                           const struct patch *patch)
{
    struct risk risk = { PATCH_SCORE_NONE, PATCH_SCORE_NONE, false };

    for (size_t i = 0; i < patch->cve_count; i++) {
        const struct patch_cve *cve = &patch->cves[i];
        const struct patch one = { .cves = cve, .cve_count = 1 };

        if (map_get(&s->suppressed, cve->id) != MAP_NONE)
            continue;
        if (patch_cvss(&one) > risk.cvss)
            risk.cvss = patch_cvss(&one);
        if (cve->vrr > risk.vrr)
            risk.vrr = cve->vrr;
        risk.exploited |= cve->exploited;
    }
    return risk;
}

/* P-RSK-4: any of the three. What has no value never matches (P-RSK-5). */
static enum patch_rule by_risk(const struct patch_options *o,
                               const struct risk *risk)
{
    if (!o->has_risk)
        return PATCH_RULE_NONE;
    if (o->min_vrr != PATCH_SCORE_NONE && risk->vrr >= o->min_vrr)
        return PATCH_BY_VRR;
    if (o->min_cvss != PATCH_SCORE_NONE && risk->cvss >= o->min_cvss)
        return PATCH_BY_CVSS;
    return o->exploited && risk->exploited ? PATCH_BY_EXPLOITED
                                           : PATCH_RULE_NONE;
}

/* PATCH_LEVEL_MISSING when the type is chosen, but the distribution has no
 * such thing. */
static enum patch_rule by_severity(const struct patch_policy *policy,
                                   const struct patch *patch)
{
    const struct patch_options *o = policy->options;
    enum patch_severity level = patch_type_is_switch(policy->os, patch->type)
                                    ? PATCH_UNASSIGNED
                                    : patch->severity;

    if (!o->has_severity || (o->severity[patch->type] >> level & 1) == 0)
        return PATCH_RULE_NONE;
    return policy->os == PATCH_LINUX &&
                   patch_level_missing(policy->distribution, policy->version_id,
                                       patch->type) != NULL
               ? PATCH_LEVEL_MISSING
               : PATCH_BY_SEVERITY;
}

static enum patch_rule source_of(const struct filling *f, uint32_t index,
                                 const struct risk *risk, uint32_t *out_detail)
{
    const struct patch_policy *policy = &f->s->policy;
    const struct patch *patch = &f->s->catalogue->all.p[index];
    enum patch_rule severity = by_severity(policy, patch);
    enum patch_rule rule = by_risk(policy->options, risk);

    if (policy->os == PATCH_LINUX && policy->options->all_missing)
        return PATCH_BY_ALL;
    if (severity == PATCH_BY_SEVERITY)
        return severity;
    if (f->included[index] != PATCH_NONE) {
        *out_detail = f->included[index];
        return PATCH_BY_GROUP;
    }
    if (rule != PATCH_RULE_NONE)
        return rule;
    return severity == PATCH_LEVEL_MISSING ? severity : f->nothing;
}

/* The hold on a patch or on a package of it. */
static uint32_t hold_of(const struct filling *f, const struct patch *patch)
{
    uint32_t hold = map_get(&f->held, patch->id);

    return hold != MAP_NONE ? hold : match_packages(&f->held_packages, patch);
}

static bool is_barred(const struct filling *f, uint32_t index,
                      struct plain *out)
{
    const struct patch *patch = &f->s->catalogue->all.p[index];
    uint32_t hold = hold_of(f, patch);
    uint32_t package = match_packages(&f->excluded_packages, patch);

    out->is_excluded = f->excluded[index] != PATCH_NONE;
    out->is_blocked = hold != PATCH_NONE || package != PATCH_NONE;
    if (hold != PATCH_NONE) {
        out->rule = PATCH_HELD;
        out->detail = hold;
    } else if (package != PATCH_NONE) {
        out->rule = PATCH_PACKAGE_EXCLUDED;
        out->detail = package;
    } else if (out->is_excluded) {
        out->rule = PATCH_EXCLUDED;
        out->detail = f->excluded[index];
    }
    return out->is_blocked || out->is_excluded;
}

/* P-ENB-1, 4: only by their own option, past the vendors. */
static void decide_enablement(const struct filling *f,
                              const struct patch *patch, struct plain *out)
{
    out->is_deployed = map_get(&f->enabled, patch->id) != MAP_NONE;
    out->rule = out->is_deployed ? PATCH_BY_ENABLEMENT : PATCH_ENABLEMENT_OFF;
    out->past_vendors =
        out->is_deployed && !patch_vendor_passes(f->vendors, patch);
}

static void decide(const struct filling *f, uint32_t index, struct plain *out)
{
    const struct patch_policy *policy = &f->s->policy;
    const struct patch *patch = &f->s->catalogue->all.p[index];
    struct risk risk = risk_of(f->s, patch);

    out->detail = PATCH_NONE;
    out->is_active = patch->os == policy->os;
    out->rule = out->is_active ? PATCH_RULE_NONE : PATCH_NOT_MISSING;
    out->is_urgent = risk.exploited || (patch->type == PATCH_SECURITY &&
                                        patch->severity == PATCH_CRITICAL);
    if (out->is_active && patch->preview && policy->os == PATCH_WINDOWS &&
        !policy->scan_preview) {
        out->is_active = false;
        out->rule = PATCH_NOT_SCANNED;
    }
    if (!out->is_active || is_barred(f, index, out))
        return;
    if (policy->os == PATCH_WINDOWS && patch->enablement) {
        decide_enablement(f, patch, out);
        return;
    }
    out->rule = source_of(f, index, &risk, &out->detail);
    out->is_deployed = out->rule <= PATCH_BY_DEPENDENCY;
    if (out->is_deployed && !patch_vendor_passes(f->vendors, patch)) {
        out->is_deployed = false;
        out->rule = PATCH_VENDOR;
        out->detail = PATCH_NONE;
    }
}

/* Why a patch is left that nothing takes. */
static enum patch_rule nothing_of(const struct patch_policy *policy)
{
    const struct patch_options *o = policy->options;
    struct patch_options sources = *o;

    sources.has_vendors = false;
    sources.has_enablement = false;
    if (patch_options_deploy(&sources, policy->os))
        return PATCH_NOT_SELECTED;
    return o->has_vendors || o->exclude.n > 0 || o->exclude_packages.n > 0
               ? PATCH_FILTER_ONLY
               : PATCH_NOTHING_ON;
}

static void add_names(struct filling *f)
{
    const struct patch_policy *policy = &f->s->policy;
    const struct patch_options *o = policy->options;

    for (size_t i = 0; o->has_enablement && i < o->enablement.n; i++)
        (void)map_add(&f->enabled, o->enablement.p[i], 1);
    for (size_t i = 0; policy->os == PATCH_LINUX && i < o->exclude_packages.n;
         i++)
        match_list_add(&f->excluded_packages, o->exclude_packages.p[i],
                       (uint32_t)i);
    for (size_t i = 0; i < policy->hold_count; i++) {
        const struct patch_hold *hold = &policy->holds[i];

        if (hold->until != 0 && hold->until <= policy->now)
            continue;
        if (hold->is_package)
            match_list_add(&f->held_packages, hold->target, (uint32_t)i);
        else
            (void)map_add(&f->held, hold->target, (uint32_t)i);
    }
}

void select_plain(struct patch_selector *s, const uint32_t *included,
                  const uint32_t *excluded)
{
    struct filling f = {
        .s = s,
        .included = included,
        .excluded = excluded,
        .vendors = patch_vendor_filter_new(s->policy.options),
        .nothing = nothing_of(&s->policy),
    };

    add_names(&f);
    for (uint32_t i = 0; i < s->catalogue->all.n; i++)
        decide(&f, i, &s->plain[i]);
    patch_vendor_filter_free(f.vendors);
    map_clear(&f.enabled);
    map_clear(&f.held);
    match_list_clear(&f.held_packages);
    match_list_clear(&f.excluded_packages);
}
