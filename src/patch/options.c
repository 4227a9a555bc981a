/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/options.h"

#include "patch/options_int.h"

#define BIT(severity) (uint8_t)(1u << (severity))
#define ON(os) (1u << PATCH_##os)

/* P-SEL-1, P-GRP-1, P-LNX-7; Exclude on macOS is T-EX5's 5j and 5k. */
const struct patch_option patch_option_table[] = {
    { "all_missing", ON(LINUX), "P-SEL-1" },
    { "risk", ON(WINDOWS), "P-SEL-1" },
    { "severity", ON(WINDOWS) | ON(MACOS) | ON(LINUX), "P-SEL-1" },
    { "include", ON(WINDOWS) | ON(MACOS) | ON(LINUX), "P-GRP-1" },
    { "exclude", ON(WINDOWS) | ON(MACOS), "P-GRP-1" },
    { "exclude_packages", ON(LINUX), "P-LNX-7" },
    { "vendors", ON(WINDOWS), "P-SEL-1" },
    { "vendors_all_except", ON(WINDOWS), "P-SEL-1" },
    { "enablement", ON(WINDOWS), "P-ENB-3" },
    { NULL },
};

struct patch_options patch_options_default(enum patch_os os)
{
    struct patch_options options = PATCH_OPTIONS_OFF;

    if (os == PATCH_WINDOWS) {
        options.has_severity = true;
        options.severity[PATCH_SECURITY] = BIT(PATCH_CRITICAL);
    }
    return options;
}

bool patch_type_is_switch(enum patch_os os, enum patch_type type)
{
    if (type == PATCH_NONSECURITY)
        return os == PATCH_MACOS;
    return os == PATCH_LINUX &&
           (type == PATCH_BUGFIX || type == PATCH_ENHANCEMENT);
}

bool patch_severity_is_offered(enum patch_os os, enum patch_type type,
                               enum patch_severity severity)
{
    if (patch_type_is_switch(os, type))
        return severity == PATCH_UNASSIGNED;
    if (type == PATCH_SECURITY)
        return os != PATCH_LINUX || severity != PATCH_UNASSIGNED;
    return type == PATCH_NONSECURITY && os == PATCH_WINDOWS;
}

/* Whether a source of the formula (P-SEL-7) is on. */
static bool has_source(const struct patch_options *o, enum patch_os os)
{
    bool is_on = o->include.n > 0 || (os == PATCH_LINUX && o->all_missing);

    if (o->has_risk)
        is_on |= o->min_vrr != PATCH_SCORE_NONE ||
                 o->min_cvss != PATCH_SCORE_NONE || o->exploited;
    for (unsigned t = 0; t < PATCH_TYPES && o->has_severity; t++)
        is_on |= o->severity[t] != 0;
    return is_on;
}

bool patch_options_deploy(const struct patch_options *o, enum patch_os os)
{
    bool passes = !o->has_vendors || o->all_except || o->vendor_count > 0;

    return (has_source(o, os) && passes) ||
           (o->has_enablement && o->enablement.n > 0);
}
