/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/policies_report.h"

enum {
    AREAS_MAX = 64,
    TEXT_MAX = 4096, /* of a line that is shown */
};

static struct jval *values_json(const struct config_policy *policy)
{
    struct jval *o = jval_new_object();
    char name[64];

    for (size_t i = 0; i < policy_slots(policy); i++) {
        str slot = policy_slot_name(policy, i);

        if (policy->values[i].n == 0)
            continue;
        (void)snprintf(name, sizeof(name), "%" PRIstr, ARGstr(slot));
        jval_set_text(o, name, str_sub(policy->values[i], 0, TEXT_MAX));
    }
    return o;
}

static struct jval *policy_json(const struct policies *policies,
                                const struct config_policy *policy)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "line", policy->line);
    jval_set_text(o, "area", str_c(policy_area(policy)));
    jval_set_text(o, "form", str_c(policy_form(policy)));
    jval_set(o, "section",
             policy->section > 0
                 ? jval_new_i64(policies->all.p[policy->section - 1].line)
                 : jval_new_null());
    jval_set_bool(o, "no", policy->is_no);
    jval_set(o, "values", values_json(policy));
    return o;
}

static struct jval *kept_json(const struct config_policy *policy)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "line", policy->line);
    jval_set_text(o, "text", str_sub(policy->text, 0, TEXT_MAX));
    return o;
}

static struct jval *areas_json(const struct policies *policies)
{
    struct policy_area_count areas[AREAS_MAX];
    size_t n = policies_areas(policies, areas, AREAS_MAX);
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < n; i++) {
        struct jval *one = jval_new_object();

        jval_set_text(one, "area", str_c(areas[i].area));
        jval_set_i64(one, "policies", (int64_t)areas[i].n);
        jval_push(list, one);
    }
    return list;
}

struct jval *policies_report(const struct family *family,
                             const struct policies *policies)
{
    struct jval *o = jval_new_object();
    struct jval *known = jval_new_array();
    struct jval *unknown = jval_new_array();

    for (size_t i = 0; i < policies->all.n; i++) {
        const struct config_policy *policy = &policies->all.p[i];

        if (policy->kind == POLICY_KNOWN &&
            jval_count(known) < POLICIES_LISTED_MAX)
            jval_push(known, policy_json(policies, policy));
        if (policy->kind == POLICY_KEPT &&
            jval_count(unknown) < POLICIES_LISTED_MAX)
            jval_push(unknown, kept_json(policy));
    }
    jval_set_text(o, "family", str_c(family->name));
    jval_set_i64(o, "understood", (int64_t)policies->counts[POLICY_KNOWN]);
    jval_set_i64(o, "kept", (int64_t)policies->counts[POLICY_KEPT]);
    jval_set_i64(o, "notes", (int64_t)policies->counts[POLICY_NOTE]);
    jval_set(o, "areas", areas_json(policies));
    jval_set(o, "policies", known);
    jval_set(o, "unknown", unknown);
    return o;
}
