/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions in words.
 */
#include "patch/select_int.h"

static const char *const rules[PATCH_RULES] = {
    [PATCH_RULE_NONE] = "",
    [PATCH_BY_ALL] = "P-LNX-1",
    [PATCH_BY_SEVERITY] = "P-SEL-3",
    [PATCH_BY_GROUP] = "P-SEL-3",
    [PATCH_BY_VRR] = "P-RSK-1",
    [PATCH_BY_CVSS] = "P-RSK-2",
    [PATCH_BY_EXPLOITED] = "P-RSK-3",
    [PATCH_BY_ENABLEMENT] = "P-ENB-1",
    [PATCH_BY_NEWEST] = "P-LNX-2",
    [PATCH_BY_DEPENDENCY] = "P-LNX-3",
    [PATCH_NOT_MISSING] = "P-SEL-11",
    [PATCH_NOT_SCANNED] = "P-PRV-2",
    [PATCH_HELD] = "hold",
    [PATCH_SUPERSEDED] = "P-SEL-12",
    [PATCH_OLDER] = "P-SEL-13",
    [PATCH_REPLACED] = "P-LNX-2",
    [PATCH_EXCLUDED] = "P-SEL-5",
    [PATCH_PACKAGE_EXCLUDED] = "P-LNX-7",
    [PATCH_NEEDS_EXCLUDED] = "P-LNX-7",
    [PATCH_NOT_SELECTED] = "P-SEL-8",
    [PATCH_LEVEL_MISSING] = "P-SEV-8",
    [PATCH_NOTHING_ON] = "P-SEL-9",
    [PATCH_FILTER_ONLY] = "P-SEL-10",
    [PATCH_VENDOR] = "P-SEL-4",
    [PATCH_ENABLEMENT_OFF] = "P-ENB-1",
};

static const char *const type_words[PATCH_TYPES] = {
    [PATCH_TYPE_UNKNOWN] = "of no known type", [PATCH_SECURITY] = "Security",
    [PATCH_NONSECURITY] = "Non-security",      [PATCH_BUGFIX] = "a bug fix",
    [PATCH_ENHANCEMENT] = "an enhancement",
};

static const char *const severity_words[PATCH_SEVERITIES] = {
    [PATCH_UNASSIGNED] = "Unassigned", [PATCH_LOW] = "Low",
    [PATCH_MODERATE] = "Moderate",     [PATCH_IMPORTANT] = "Important",
    [PATCH_CRITICAL] = "Critical",
};

const char *patch_rule_text(enum patch_os os, enum patch_rule rule)
{
    if (rule == PATCH_NOTHING_ON && os == PATCH_LINUX)
        return "P-LNX-5";
    return rule < PATCH_RULES ? rules[rule] : "";
}

static void add_level(const struct patch *patch, struct buf *out)
{
    buf_add_c(out, type_words[patch->type]);
    if (patch->type == PATCH_SECURITY || patch->type == PATCH_NONSECURITY)
        buf_printf(out, " %s", severity_words[patch->severity]);
}

static void add_tenths(int tenths, struct buf *out)
{
    buf_printf(out, "%d.%d", tenths / 10, tenths % 10);
}

static str group_name(const struct patch_selector *s, uint32_t detail)
{
    return s->policy.groups[detail].name;
}

static str id_of(const struct patch_selector *s, uint32_t index)
{
    return s->catalogue->all.p[index].id;
}

/* What of the sources a patch lacks: "Security Important and in no Include
 * group". */
static void add_unselected(const struct patch_selector *s, uint32_t index,
                           struct buf *out)
{
    add_level(&s->catalogue->all.p[index], out);
    buf_add_c(out, " and in no Include group");
    if (s->policy.options->has_risk)
        buf_add_c(out, ", and its risk reaches no threshold");
}

/* Why a patch that displaces others is itself not deployed, as a clause. */
static void add_failing(const struct patch_selector *s, uint32_t index,
                        struct buf *out)
{
    const struct plain *plain = &s->plain[index];

    switch (plain->rule) {
    case PATCH_EXCLUDED:
        buf_printf(out, ", which Exclude group %" PRIstr " keeps back",
                   ARGstr(group_name(s, plain->detail)));
        break;
    case PATCH_HELD:
        buf_add_c(out, ", which is on hold");
        break;
    case PATCH_VENDOR:
        buf_add_c(out, ", which the choice of vendors and products leaves out");
        break;
    case PATCH_ENABLEMENT_OFF:
        buf_add_c(out, ", an enablement package that is not chosen");
        break;
    default:
        buf_add_c(out, ", which is ");
        add_unselected(s, index, out);
        break;
    }
}

/* The highest value of the CVEs that count. */
static int best_score(const struct patch_selector *s, const struct patch *patch,
                      bool is_vrr)
{
    int best = PATCH_SCORE_NONE;

    for (size_t i = 0; i < patch->cve_count; i++) {
        const struct patch one = { .cves = &patch->cves[i], .cve_count = 1 };
        int score = is_vrr ? patch_vrr(&one) : patch_cvss(&one);

        if (score > best &&
            map_get(&s->suppressed, patch->cves[i].id) == MAP_NONE)
            best = score;
    }
    return best;
}

static void add_risk(const struct patch_selector *s,
                     const struct patch_decision *d, struct buf *out)
{
    const struct patch_options *o = s->policy.options;
    const struct patch *patch = &s->catalogue->all.p[d->patch];
    bool is_vrr = d->rule == PATCH_BY_VRR;

    buf_add_c(out, is_vrr ? "VRR (open formula) " : "CVSS ");
    add_tenths(best_score(s, patch, is_vrr), out);
    buf_add_c(out, " is at least ");
    add_tenths(is_vrr ? o->min_vrr : o->min_cvss, out);
}

static void add_hold(const struct patch_hold *hold, struct buf *out)
{
    if (hold->is_package)
        buf_printf(out, "the package %" PRIstr " is on hold",
                   ARGstr(hold->target));
    else
        buf_add_c(out, "it is on hold");
    if (hold->author.n > 0)
        buf_printf(out, " by %" PRIstr, ARGstr(hold->author));
    if (hold->reason.n > 0)
        buf_printf(out, ": %" PRIstr, ARGstr(hold->reason));
}

static void add_deployed(const struct patch_selector *s,
                         const struct patch_decision *d, struct buf *out)
{
    switch (d->rule) {
    case PATCH_BY_ALL:
        buf_add_c(out, "all missing patches are deployed");
        break;
    case PATCH_BY_SEVERITY:
        add_level(&s->catalogue->all.p[d->patch], out);
        buf_add_c(out, " is chosen");
        break;
    case PATCH_BY_GROUP:
        buf_printf(out, "in Include group %" PRIstr,
                   ARGstr(group_name(s, d->detail)));
        break;
    case PATCH_BY_VRR:
    case PATCH_BY_CVSS:
        add_risk(s, d, out);
        break;
    case PATCH_BY_EXPLOITED:
        buf_add_c(out, "closes a vulnerability that is reported as exploited");
        break;
    case PATCH_BY_ENABLEMENT:
        buf_add_c(out, "the enablement package is chosen");
        break;
    case PATCH_BY_NEWEST:
        buf_printf(out, "the newest that replaces %" PRIstr,
                   ARGstr(id_of(s, d->by)));
        break;
    default:
        buf_printf(out, "%" PRIstr " requires it", ARGstr(id_of(s, d->by)));
        break;
    }
}

static void add_other(const struct patch_selector *s,
                      const struct patch_decision *d, struct buf *out)
{
    const struct patch *patch = &s->catalogue->all.p[d->patch];

    switch (d->rule) {
    case PATCH_NOT_MISSING:
        buf_printf(out, "a patch for %s does not apply to a device with %s",
                   patch_os_name(patch->os), patch_os_name(s->policy.os));
        break;
    case PATCH_NOT_SCANNED:
        buf_add_c(out, "preview patches are not scanned for");
        break;
    case PATCH_NOT_SELECTED:
        buf_add_c(out, "no option selects it: it is ");
        add_unselected(s, d->patch, out);
        break;
    case PATCH_LEVEL_MISSING:
        buf_printf(out, "%" PRIstr " %" PRIstr " has no level for %s",
                   ARGstr(s->policy.distribution), ARGstr(s->policy.version_id),
                   type_words[patch->type]);
        break;
    case PATCH_NOTHING_ON:
        buf_add_c(out, "no option that selects patches is on");
        break;
    case PATCH_FILTER_ONLY:
        buf_add_c(out, "only options that leave patches out are on");
        break;
    case PATCH_VENDOR:
        buf_printf(out,
                   "%" PRIstr " %" PRIstr " is not among the chosen "
                   "vendors and products",
                   ARGstr(patch->vendor), ARGstr(patch->product));
        break;
    default:
        buf_add_c(out, "enablement packages are deployed only when chosen");
        break;
    }
}

void patch_decision_because(const struct patch_selector *s,
                            const struct patch_decision *d, struct buf *out)
{
    if (d->deploy) {
        add_deployed(s, d, out);
        return;
    }
    switch (d->rule) {
    case PATCH_SUPERSEDED:
    case PATCH_OLDER:
        buf_printf(out, "superseded by %" PRIstr, ARGstr(id_of(s, d->by)));
        if (!s->plain[d->by].is_deployed)
            add_failing(s, d->by, out);
        break;
    case PATCH_REPLACED:
        buf_printf(out, "replaced by %" PRIstr ", the newest",
                   ARGstr(id_of(s, d->by)));
        break;
    case PATCH_EXCLUDED:
        buf_printf(out, "in Exclude group %" PRIstr,
                   ARGstr(group_name(s, d->detail)));
        break;
    case PATCH_PACKAGE_EXCLUDED:
        buf_printf(out, "the package %" PRIstr " is excluded",
                   ARGstr(s->policy.options->exclude_packages.p[d->detail]));
        break;
    case PATCH_NEEDS_EXCLUDED:
        buf_printf(out, "needs %" PRIstr ", which is kept back",
                   ARGstr(id_of(s, d->by)));
        break;
    case PATCH_HELD:
        add_hold(&s->policy.holds[d->detail], out);
        break;
    default:
        add_other(s, d, out);
        break;
    }
}

bool patch_decision_warning(const struct patch_selector *s,
                            const struct patch_decision *d, struct buf *out)
{
    const struct patch *patch = &s->catalogue->all.p[d->patch];

    if (d->held_back) {
        bool is_critical =
            patch->type == PATCH_SECURITY && patch->severity == PATCH_CRITICAL;

        buf_printf(out, "%" PRIstr " is %s, but held back: ", ARGstr(patch->id),
                   is_critical ? "Security Critical" : "exploited");
        patch_decision_because(s, d, out);
    } else if (d->past_vendors) {
        buf_printf(out,
                   "%" PRIstr " is deployed although %" PRIstr " %" PRIstr
                   " is not among the chosen vendors and products: "
                   "enablement packages are not filtered",
                   ARGstr(patch->id), ARGstr(patch->vendor),
                   ARGstr(patch->product));
    }
    return d->held_back || d->past_vendors;
}
