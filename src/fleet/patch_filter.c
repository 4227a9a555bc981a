/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_filter.h"

enum {
    DAYS_MAX = 36500,
    DAY_S = 86400,
    EITHER = -1,
};

/* --- Reading ----------------------------------------------------------------
 */

struct reading {
    struct patch_filter *filter;
    struct arena *arena;
};
typedef int take_fn(struct reading *r, const struct jval *value,
                    struct err *err);

/* One text or a list of them, each to be a name of the list that `of` knows;
 * the bits of those named. */
static int read_names(const struct jval *value, int (*of)(str), int count,
                      unsigned *out, struct err *err)
{
    size_t n = jval_kind(value) == JVAL_ARRAY ? jval_count(value) : 1;

    for (size_t i = 0; i < n; i++) {
        const struct jval *one =
            jval_kind(value) == JVAL_ARRAY ? jval_at(value, i) : value;
        str text = jval_text(one, STR(""));
        int found = of(text);

        if (found >= count)
            return err_set(err, E_INVALID,
                           "'%" PRIstr "' is not one of its"
                           " values",
                           ARGstr(text));
        *out |= 1U << found;
    }
    return 0;
}

static int os_of(str name)
{
    return (int)patch_os_of(name);
}

static int type_of(str name)
{
    return (int)patch_type_of(name);
}

static int severity_of(str name)
{
    return (int)patch_severity_of(name);
}

static int take_os(struct reading *r, const struct jval *v, struct err *err)
{
    return read_names(v, os_of, PATCH_OSES, &r->filter->os, err);
}

static int take_type(struct reading *r, const struct jval *v, struct err *err)
{
    return read_names(v, type_of, PATCH_TYPES, &r->filter->type, err);
}

static int take_severity(struct reading *r, const struct jval *v,
                         struct err *err)
{
    return read_names(v, severity_of, PATCH_SEVERITIES, &r->filter->severity,
                      err);
}

static int take_text(struct reading *r, const struct jval *v, str *out,
                     struct err *err)
{
    if (jval_kind(v) != JVAL_TEXT)
        return err_set(err, E_INVALID, "must be a text");
    *out = arena_str(r->arena, jval_text(v, STR("")));
    return 0;
}

static int take_vendor(struct reading *r, const struct jval *v, struct err *err)
{
    return take_text(r, v, &r->filter->vendor, err);
}

static int take_product(struct reading *r, const struct jval *v,
                        struct err *err)
{
    return take_text(r, v, &r->filter->product, err);
}

static int take_free(struct reading *r, const struct jval *v, struct err *err)
{
    return take_text(r, v, &r->filter->text, err);
}

static int take_cve(struct reading *r, const struct jval *v, struct err *err)
{
    return take_text(r, v, &r->filter->cve, err);
}

static int take_cvss(struct reading *r, const struct jval *v, struct err *err)
{
    return patch_score_from_jval(v, &r->filter->cvss_min, err);
}

static int take_rating(struct reading *r, const struct jval *v, struct err *err)
{
    return patch_score_from_jval(v, &r->filter->rating_min, err);
}

static int take_bool(const struct jval *v, int *out, struct err *err)
{
    if (jval_kind(v) != JVAL_BOOL)
        return err_set(err, E_INVALID, "must be true or false");
    *out = jval_bool(v, false);
    return 0;
}

static int take_exploited(struct reading *r, const struct jval *v,
                          struct err *err)
{
    return take_bool(v, &r->filter->exploited, err);
}

static int take_preview(struct reading *r, const struct jval *v,
                        struct err *err)
{
    return take_bool(v, &r->filter->preview, err);
}

static int take_enablement(struct reading *r, const struct jval *v,
                           struct err *err)
{
    return take_bool(v, &r->filter->enablement, err);
}

static int take_days(struct reading *r, const struct jval *v, struct err *err)
{
    int64_t days = jval_i64(v, -1);

    if (days < 1 || days > DAYS_MAX)
        return err_set(err, E_INVALID, "must be 1 to %d", DAYS_MAX);
    r->filter->released_days = days;
    return 0;
}

static const struct {
    const char *name;
    take_fn *take;
} members[] = {
    { "os", take_os },
    { "type", take_type },
    { "severity", take_severity },
    { "vendor", take_vendor },
    { "product", take_product },
    { "text", take_free },
    { "cve", take_cve },
    { "cvss_min", take_cvss },
    { "rating_min", take_rating },
    { "exploited", take_exploited },
    { "preview", take_preview },
    { "enablement", take_enablement },
    { "released_days", take_days },
};

static int take_member(struct reading *r, str key, const struct jval *value,
                       struct err *err)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        int rc;

        if (!str_eq_c(key, members[i].name))
            continue;
        if (jval_kind(value) == JVAL_NULL)
            return 0;
        rc = members[i].take(r, value, err);
        return rc < 0 ? err_wrap(err, rc, "%s", members[i].name) : 0;
    }
    return err_set(err, E_INVALID, "there is no member '%" PRIstr "'",
                   ARGstr(key));
}

int patch_filter_read(const struct jval *json, struct arena *arena,
                      struct patch_filter *out, struct err *err)
{
    struct reading r = { .filter = out, .arena = arena };
    struct jval *value;
    str key;
    int rc = 0;

    *out = (struct patch_filter){
        .vendor = STR(""),
        .product = STR(""),
        .text = STR(""),
        .cve = STR(""),
        .cvss_min = PATCH_SCORE_NONE,
        .rating_min = PATCH_SCORE_NONE,
        .exploited = EITHER,
        .preview = EITHER,
        .enablement = EITHER,
    };
    if (json == NULL)
        return 0;
    if (jval_kind(json) != JVAL_OBJECT)
        return err_set(err, E_INVALID, "a filter is an object");
    for (size_t i = 0; rc == 0 && jval_member(json, i, &key, &value); i++)
        rc = take_member(&r, key, value, err);
    return rc;
}

int patch_filter_parse(str json, struct arena *arena, struct patch_filter *out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *tree = NULL;
    int rc = jval_parse(json, PATCH_FILTER_MAX, &tree, err);

    return rc < 0 ? rc : patch_filter_read(tree, arena, out, err);
}

/* --- Asking
 * ------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins_with(str hay, str needle)
{
    if (hay.n < needle.n)
        return false;
    for (size_t i = 0; i < needle.n; i++)
        if (lower(hay.p[i]) != lower(needle.p[i]))
            return false;
    return true;
}

static bool contains(str hay, str needle)
{
    for (size_t i = 0; i + needle.n <= hay.n; i++)
        if (begins_with(str_sub(hay, i, SIZE_MAX), needle))
            return true;
    return needle.n == 0;
}

static bool has_text(const struct patch *p, str text)
{
    if (contains(p->id, text) || contains(p->title, text) ||
        contains(p->vendor, text) || contains(p->product, text))
        return true;
    for (size_t i = 0; i < p->package_count; i++)
        if (contains(p->packages[i], text))
            return true;
    return false;
}

static bool has_cve(const struct patch *p, str cve)
{
    for (size_t i = 0; i < p->cve_count; i++)
        if (str_eq_nocase(p->cves[i].id, cve))
            return true;
    return false;
}

static bool has_scores(const struct patch_filter *f, const struct patch *p)
{
    if (f->cvss_min != PATCH_SCORE_NONE && patch_cvss(p) < f->cvss_min)
        return false;
    if (f->rating_min != PATCH_SCORE_NONE && patch_vrr(p) < f->rating_min)
        return false;
    return f->exploited == EITHER ||
           patch_is_exploited(p) == (f->exploited != 0);
}

bool patch_filter_passes(const struct patch_filter *f, const struct patch *p,
                         int64_t now)
{
    if (f->os != 0 && (f->os >> p->os & 1) == 0)
        return false;
    if (f->type != 0 && (f->type >> p->type & 1) == 0)
        return false;
    if (f->severity != 0 && (f->severity >> p->severity & 1) == 0)
        return false;
    if (f->vendor.n > 0 && !str_eq_nocase(f->vendor, p->vendor))
        return false;
    if (f->product.n > 0 && !str_eq_nocase(f->product, p->product))
        return false;
    if (f->preview != EITHER && p->preview != (f->preview != 0))
        return false;
    if (f->enablement != EITHER && p->enablement != (f->enablement != 0))
        return false;
    if (f->released_days > 0 &&
        (p->published == 0 || p->published < now - f->released_days * DAY_S))
        return false;
    return (f->cve.n == 0 || has_cve(p, f->cve)) && has_text(p, f->text) &&
           has_scores(f, p);
}
