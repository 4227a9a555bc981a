/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/model.h"

static const char *const oses[PATCH_OSES] = {
    [PATCH_WINDOWS] = "windows",
    [PATCH_MACOS] = "macos",
    [PATCH_LINUX] = "linux",
};

static const char *const types[PATCH_TYPES] = {
    [PATCH_TYPE_UNKNOWN] = "unknown",    [PATCH_SECURITY] = "security",
    [PATCH_NONSECURITY] = "nonsecurity", [PATCH_BUGFIX] = "bugfix",
    [PATCH_ENHANCEMENT] = "enhancement",
};

static const char *const severities[PATCH_SEVERITIES] = {
    [PATCH_UNASSIGNED] = "unassigned", [PATCH_LOW] = "low",
    [PATCH_MODERATE] = "moderate",     [PATCH_IMPORTANT] = "important",
    [PATCH_CRITICAL] = "critical",
};

static unsigned find(const char *const *names, unsigned count, str name)
{
    unsigned i = 0;

    while (i < count && !str_eq_c(name, names[i]))
        i++;
    return i;
}

const char *patch_os_name(enum patch_os os)
{
    return os < PATCH_OSES ? oses[os] : "";
}

enum patch_os patch_os_of(str name)
{
    return (enum patch_os)find(oses, PATCH_OSES, name);
}

const char *patch_type_name(enum patch_type type)
{
    return type < PATCH_TYPES ? types[type] : "";
}

enum patch_type patch_type_of(str name)
{
    return (enum patch_type)find(types, PATCH_TYPES, name);
}

const char *patch_severity_name(enum patch_severity severity)
{
    return severity < PATCH_SEVERITIES ? severities[severity] : "";
}

enum patch_severity patch_severity_of(str name)
{
    return (enum patch_severity)find(severities, PATCH_SEVERITIES, name);
}

/* D-24: a newer version counts even where an older one is higher. */
static int cve_score(const struct patch_cve *cve)
{
    for (int version = CVSS_VERSIONS - 1; version > CVSS_NONE; version--) {
        if (cve->cvss[version] != PATCH_SCORE_NONE)
            return cve->cvss[version];
    }
    return PATCH_SCORE_NONE;
}

int patch_cvss(const struct patch *patch)
{
    int best = PATCH_SCORE_NONE;

    for (size_t i = 0; i < patch->cve_count; i++) {
        int score = cve_score(&patch->cves[i]);

        best = score > best ? score : best;
    }
    return best;
}

int patch_vrr(const struct patch *patch)
{
    int best = PATCH_SCORE_NONE;

    for (size_t i = 0; i < patch->cve_count; i++) {
        if (patch->cves[i].vrr > best)
            best = patch->cves[i].vrr;
    }
    return best;
}

bool patch_is_exploited(const struct patch *patch)
{
    for (size_t i = 0; i < patch->cve_count; i++) {
        if (patch->cves[i].exploited)
            return true;
    }
    return false;
}
