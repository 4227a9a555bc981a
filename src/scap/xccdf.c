/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/xccdf.h"

static const char *const results[] = {
    [XCCDF_PASS] = "pass",
    [XCCDF_FAIL] = "fail",
    [XCCDF_ERROR] = "error",
    [XCCDF_UNKNOWN] = "unknown",
    [XCCDF_NOTAPPLICABLE] = "notapplicable",
    [XCCDF_NOTCHECKED] = "notchecked",
    [XCCDF_NOTSELECTED] = "notselected",
    [XCCDF_INFORMATIONAL] = "informational",
    [XCCDF_FIXED] = "fixed",
};

static const char *const severities[] = {
    [XCCDF_SEVERITY_UNKNOWN] = "unknown", [XCCDF_SEVERITY_INFO] = "info",
    [XCCDF_SEVERITY_LOW] = "low",         [XCCDF_SEVERITY_MEDIUM] = "medium",
    [XCCDF_SEVERITY_HIGH] = "high",
};

static const char *const roles[] = {
    [XCCDF_ROLE_FULL] = "full",
    [XCCDF_ROLE_UNSCORED] = "unscored",
    [XCCDF_ROLE_UNCHECKED] = "unchecked",
};

static const char *text_of(const char *const *names, size_t n, unsigned value)
{
    return value < n ? names[value] : "";
}

static unsigned value_of(const char *const *names, size_t n, str text)
{
    unsigned i = 0;

    text = str_trim(text);
    while (i < n && !str_eq_c(text, names[i]))
        i++;
    return i;
}

const char *xccdf_result_text(enum xccdf_result value)
{
    return text_of(results, COUNT(results), value);
}

enum xccdf_result xccdf_result_of(str text)
{
    return value_of(results, COUNT(results), text);
}

const char *xccdf_severity_text(enum xccdf_severity value)
{
    return text_of(severities, COUNT(severities), value);
}

enum xccdf_severity xccdf_severity_of(str text)
{
    return value_of(severities, COUNT(severities), text);
}

const char *xccdf_role_text(enum xccdf_role value)
{
    return text_of(roles, COUNT(roles), value);
}

enum xccdf_role xccdf_role_of(str text)
{
    return value_of(roles, COUNT(roles), text);
}

uint32_t xccdf_find_item(const struct xccdf_benchmark *b, str id)
{
    return map_get(&b->item_ids, id);
}

uint32_t xccdf_find_value(const struct xccdf_benchmark *b, str id)
{
    return map_get(&b->value_ids, id);
}

static bool is_short_name(str id, str name)
{
    size_t at = str_find(id, STR("_profile_"));

    return at < id.n &&
           str_eq(str_sub(id, at + sizeof("_profile_") - 1, id.n), name);
}

const struct xccdf_profile *xccdf_find_profile(
    const struct xccdf_profile *profiles, str id)
{
    const struct xccdf_profile *p;

    for (p = profiles; p != NULL; p = p->next)
        if (str_eq(p->id, id))
            return p;
    for (p = profiles; p != NULL; p = p->next)
        if (is_short_name(p->id, id))
            return p;
    return NULL;
}

str xccdf_status(const struct xccdf_benchmark *b)
{
    str last = STR_NONE;

    for (const struct xccdf_note *n = b->statuses; n != NULL; n = n->next)
        last = n->text;
    return last;
}
