/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/advisory.h"

const char *advisory_status_text(enum advisory_status status)
{
    static const char *const texts[ADVISORY_STATUSES] = {
        "affected",     "fixed", "not affected", "under investigation",
        "will not fix",
    };

    return texts[status];
}

const char *advisory_type_text(enum advisory_type type)
{
    static const char *const texts[ADVISORY_TYPES] = {
        "not stated",
        "security",
        "bugfix",
        "enhancement",
    };

    return texts[type];
}

const char *advisory_severity_text(enum advisory_severity severity)
{
    static const char *const texts[ADVISORY_SEVERITIES] = {
        "unassigned", "low", "moderate", "important", "critical",
    };

    return texts[severity];
}

/* The words of Red Hat, SUSE, Microsoft, Debian, Ubuntu and CVSS. */
static const struct {
    const char *word;
    enum advisory_severity severity;
} severities[] = {
    { "critical", ADVISORY_CRITICAL }, { "important", ADVISORY_IMPORTANT },
    { "high", ADVISORY_IMPORTANT },    { "urgent", ADVISORY_CRITICAL },
    { "moderate", ADVISORY_MODERATE }, { "medium", ADVISORY_MODERATE },
    { "low", ADVISORY_LOW },           { "negligible", ADVISORY_LOW },
    { "unimportant", ADVISORY_LOW },   { "minor", ADVISORY_LOW },
};

enum advisory_severity advisory_severity_of(str text)
{
    for (size_t i = 0; i < COUNT(severities); i++) {
        if (str_eq_nocase(text, str_c(severities[i].word)))
            return severities[i].severity;
    }
    return ADVISORY_UNASSIGNED;
}

static const struct {
    const char *word;
    enum advisory_type type;
} types[] = {
    { "security", ADVISORY_SECURITY },
    { "bugfix", ADVISORY_BUGFIX },
    { "recommended", ADVISORY_BUGFIX }, /* SUSE */
    { "enhancement", ADVISORY_ENHANCEMENT },
    { "newpackage", ADVISORY_ENHANCEMENT }, /* Fedora */
    { "feature", ADVISORY_ENHANCEMENT },    /* SUSE */
    { "optional", ADVISORY_ENHANCEMENT },
};

enum advisory_type advisory_type_of(str text)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        if (str_eq_nocase(text, str_c(types[i].word)))
            return types[i].type;
    }
    return ADVISORY_UNTYPED;
}
