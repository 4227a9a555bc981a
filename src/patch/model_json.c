/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/fields_int.h"

#define NOISE 1e-9
#define AT(member) offsetof(struct patch, member)
#define CVE_AT(member) offsetof(struct patch_cve, member)

static const char *const reboots[] = { "unknown", "never", "suggested",
                                       "required", NULL };
static const char *const oses[] = { "windows", "macos", "linux", NULL };
static const char *const types[] = { "unknown", "security",    "nonsecurity",
                                     "bugfix",  "enhancement", NULL };
static const char *const severities[] = { "unassigned", "low",      "moderate",
                                          "important",  "critical", NULL };

/* Where struct patch has a pointer and a count, patch_texts has both. */
struct patch_lists {
    struct patch patch;
    struct patch_texts supersedes;
    struct patch_texts requires;
    struct patch_texts packages;
};
#define LIST_AT(member) offsetof(struct patch_lists, member)

/* clang-format off */
static const struct patch_field fields[] = {
    { "id", FIELD_TEXT, AT(id), 1, PATCH_ID_MAX },
    { "os", FIELD_NAME, AT(os), .names = oses },
    { "type", FIELD_NAME, AT(type), .names = types },
    { "severity", FIELD_NAME, AT(severity), .names = severities },
    { "vendor", FIELD_TEXT, AT(vendor), 0, PATCH_TEXT_MAX },
    { "product", FIELD_TEXT, AT(product), 0, PATCH_TEXT_MAX },
    { "version", FIELD_TEXT, AT(version), 0, PATCH_TEXT_MAX },
    { "title", FIELD_TEXT, AT(title), 0, PATCH_TEXT_MAX },
    { "published", FIELD_INSTANT, AT(published) },
    { "supersedes", FIELD_TEXTS, LIST_AT(supersedes), 0, PATCH_LINKS_MAX },
    { "requires", FIELD_TEXTS, LIST_AT(requires), 0, PATCH_LINKS_MAX },
    { "packages", FIELD_TEXTS, LIST_AT(packages), 0, PATCH_LINKS_MAX },
    { "preview", FIELD_BOOL, AT(preview) },
    { "enablement", FIELD_BOOL, AT(enablement) },
    { "os_update", FIELD_BOOL, AT(os_update) },
    { "reboot", FIELD_NAME, AT(reboot), .names = reboots },
    { "cves", FIELD_OTHER },
    { NULL },
};

static const struct patch_field cve_fields[] = {
    { "id", FIELD_TEXT, CVE_AT(id), 1, PATCH_ID_MAX },
    { "vrr", FIELD_SCORE, CVE_AT(vrr), 0, PATCH_SCORE_MAX },
    { "exploited", FIELD_BOOL, CVE_AT(exploited) },
    { "cvss", FIELD_OTHER },
    { NULL },
};
/* clang-format on */

/* P-RSK-6: tenths as integers. What others reckoned as 3 * 0.1 is 0.3; more
 * decimals that mean something are refused. */
int patch_score_from_jval(const struct jval *jval, int16_t *out_tenths,
                          struct err *err)
{
    enum jval_kind kind = jval_kind(jval);
    double score =
        kind == JVAL_INTEGER ? (double)jval_i64(jval, 0) : jval_real(jval, -1);
    double noise;
    int tenths;

    if (kind != JVAL_INTEGER && kind != JVAL_REAL)
        return err_set(err, E_INVALID, "expected a number, found %s",
                       jval_kind_name(kind));
    if (!(score > -NOISE && score < 10 + NOISE))
        return err_set(err, E_INVALID, "%.15g lies outside 0 to 10", score);
    tenths = (int)(score * 10 + 0.5);
    noise = score - (double)tenths / 10;
    if (noise > NOISE || noise < -NOISE)
        return err_set(err, E_INVALID, "%.15g is not in steps of 0.1", score);
    *out_tenths = (int16_t)tenths;
    return 0;
}

static void read_cvss(const struct patch_reading *r, const struct jval *object,
                      struct patch_cve *out)
{
    struct jval *value;
    void *at = NULL;
    str name;

    if (jval_kind(object) != JVAL_OBJECT) {
        patch_refuse_kind(r->refusals, "P-RSK-2",
                          "an object of versions and scores", object);
        return;
    }
    while (jval_next(object, &at, &name, &value)) {
        enum cvss_version version = cvss_version_of(name);
        size_t before = patch_path_enter_str(r->refusals, name);
        struct err err;

        if (version == CVSS_NONE)
            patch_refuse(r->refusals, "P-RSK-2",
                         "expected a version: 2.0, 3.0, 3.1 or 4.0");
        else if (jval_kind(value) != JVAL_NULL &&
                 patch_score_from_jval(value, &out->cvss[version], &err) < 0)
            patch_refuse(r->refusals, "P-RSK-6", "%s", err_text(&err));
        patch_path_leave(r->refusals, before);
    }
}

static void read_cve(const struct patch_reading *r, const struct jval *object,
                     struct patch_cve *out)
{
    struct jval *cvss = jval_get(object, "cvss");
    size_t before;

    out->id = STR("");
    out->vrr = PATCH_SCORE_NONE;
    for (size_t i = 0; i < CVSS_VERSIONS; i++)
        out->cvss[i] = PATCH_SCORE_NONE;
    patch_fields_read_known(r, cve_fields, object, out);
    if (cvss == NULL || jval_kind(cvss) == JVAL_NULL)
        return;
    before = patch_path_enter(r->refusals, "cvss");
    read_cvss(r, cvss, out);
    patch_path_leave(r->refusals, before);
}

static void read_cves(const struct patch_reading *r, const struct jval *array,
                      struct patch *out)
{
    size_t count = jval_count(array);
    struct patch_cve *cves;

    if (jval_kind(array) != JVAL_ARRAY) {
        patch_refuse_kind(r->refusals, "", "a list of CVEs", array);
        return;
    }
    if (count > PATCH_CVES_MAX) {
        patch_refuse(r->refusals, "", "%zu CVEs are more than %d", count,
                     PATCH_CVES_MAX);
        return;
    }
    cves = arena_alloc(r->arena, count, sizeof(*cves));
    for (size_t i = 0; i < count; i++) {
        size_t before = patch_path_index(r->refusals, i);

        read_cve(r, jval_at(array, i), &cves[i]);
        patch_path_leave(r->refusals, before);
    }
    out->cves = cves;
    out->cve_count = count;
}

static void refuse_member(const struct patch_reading *r, const char *name,
                          const char *rule, const char *reason)
{
    size_t before = patch_path_enter(r->refusals, name);

    patch_refuse(r->refusals, rule, "%s", reason);
    patch_path_leave(r->refusals, before);
}

static void finish(const struct patch_reading *r, const struct jval *jval,
                   struct patch_lists *lists)
{
    struct patch *out = &lists->patch;
    struct jval *cves = jval_get(jval, "cves");
    size_t before;

    if (out->id.n == 0 && jval_kind(jval_get(jval, "id")) <= JVAL_NULL)
        refuse_member(r, "id", "", "is missing");
    out->supersedes = lists->supersedes.p;
    out->supersede_count = lists->supersedes.n;
    out->requires = lists->requires.p;
    out->require_count = lists->requires.n;
    out->packages = lists->packages.p;
    out->package_count = lists->packages.n;
    if (cves == NULL || jval_kind(cves) == JVAL_NULL)
        return;
    before = patch_path_enter(r->refusals, "cves");
    read_cves(r, cves, out);
    patch_path_leave(r->refusals, before);
}

bool patch_from_jval(const struct jval *jval, enum patch_os os,
                     struct arena *arena, struct patch_refusals *refusals,
                     struct patch *out)
{
    const struct patch_reading r = { arena, refusals };
    struct patch_lists lists = { .patch = { .os = os } };
    size_t refused = refusals->all.n + refusals->more;

    lists.patch.id = lists.patch.vendor = lists.patch.product = STR("");
    lists.patch.version = lists.patch.title = STR("");
    if (patch_fields_read_known(&r, fields, jval, &lists))
        finish(&r, jval, &lists);
    *out = lists.patch;
    return refusals->all.n + refusals->more == refused;
}

static struct jval *write_cve(const struct patch_cve *cve)
{
    struct jval *object = jval_new_object();
    struct jval *cvss = jval_new_object();

    patch_fields_write(cve_fields, cve, object);
    for (unsigned v = CVSS_VERSIONS - 1; v > CVSS_NONE; v--) {
        if (cve->cvss[v] != PATCH_SCORE_NONE)
            jval_set(cvss, cvss_version_text((enum cvss_version)v),
                     jval_new_real(cve->cvss[v] / 10.0));
    }
    jval_set(object, "cvss", cvss);
    return object;
}

struct jval *patch_to_jval(const struct patch *patch)
{
    struct patch_lists lists = {
        .patch = *patch,
        .supersedes = { patch->supersedes, patch->supersede_count },
        .requires = { patch->requires, patch->require_count },
        .packages = { patch->packages, patch->package_count },
    };
    struct jval *object = jval_new_object();
    struct jval *cves = jval_new_array();

    patch_fields_write(fields, &lists, object);
    for (size_t i = 0; i < patch->cve_count; i++)
        jval_push(cves, write_cve(&patch->cves[i]));
    jval_set(object, "cves", cves);
    return object;
}
