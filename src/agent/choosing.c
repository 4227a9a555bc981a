/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/choosing.h"

#include "base/map.h"
#include "base/mem.h"
#include "version/dpkg.h"
#include "version/rpm.h"

enum {
    UPDATES_MAX = 4096 /* of one patch */
};

/* A patch that is missing, while it is put together. */
struct entry {
    str id;
    const struct patching_fact *fact;        /* what the server knows, */
    const struct install_advisory *advisory; /* or the repository; or NULL */
    VEC(const struct install_update *) updates;
};
struct choosing {
    const struct patching_policy *policy;
    const struct install_scan *scan;
    struct arena *arena;
    int64_t now;
    VEC(struct entry) entries;
    struct patch_catalogue *catalogue;
    VEC(uint32_t) missing;
};

static struct entry *entry_of(struct choosing *c, str id)
{
    struct entry *entry;

    for (size_t i = 0; i < c->entries.n; i++) {
        if (str_eq(c->entries.p[i].id, id))
            return &c->entries.p[i];
    }
    entry = vec_push(&c->entries);
    entry->id = id;
    return entry;
}

static void add_update(struct choosing *c, str id,
                       const struct install_update *update)
{
    struct entry *entry = entry_of(c, id);

    for (size_t i = 0; i < entry->updates.n; i++) {
        if (entry->updates.p[i] == update)
            return;
    }
    if (entry->updates.n < UPDATES_MAX)
        *vec_push(&entry->updates) = update;
}

static int order_of(const struct choosing *c, str a, str b)
{
    int order = 0;
    int rc = str_eq(c->scan->manager, STR("apt"))
                 ? dpkg_version_compare(a, b, &order, NULL)
                 : rpm_version_compare(a, b, &order, NULL);

    return rc < 0 ? 0 : order;
}

/* The update brings the package to this version, or past it. */
static bool brings(const struct choosing *c,
                   const struct install_update *update,
                   const struct patching_package_fact *fact)
{
    return str_eq(fact->name, update->name) &&
           (fact->arch.n == 0 || str_eq(fact->arch, update->arch)) &&
           order_of(c, fact->version, update->installed) > 0 &&
           order_of(c, fact->version, update->candidate) <= 0;
}

static void place(struct choosing *c, const struct install_update *update)
{
    const struct patching_package_fact *facts = c->policy->packages.p;
    bool found = update->advisories.n > 0;

    for (size_t i = 0; i < update->advisories.n; i++)
        add_update(c, update->advisories.p[i], update);
    for (size_t i = 0; i < c->policy->packages.n; i++) {
        if (!brings(c, update, &facts[i]))
            continue;
        add_update(c, facts[i].patch, update);
        found = true;
    }
    if (!found)
        add_update(c,
                   arena_printf(c->arena, "%" PRIstr "=%" PRIstr,
                                ARGstr(update->name),
                                ARGstr(update->candidate)),
                   update);
}

static void find_facts(struct choosing *c)
{
    const struct patching_fact *facts = c->policy->patches.p;

    for (size_t i = 0; i < c->entries.n; i++) {
        struct entry *entry = &c->entries.p[i];

        for (size_t k = 0; k < c->policy->patches.n; k++) {
            if (str_eq(facts[k].id, entry->id))
                entry->fact = &facts[k];
        }
        for (size_t k = 0; k < c->scan->advisory_count; k++) {
            if (str_eq(c->scan->advisories[k].id, entry->id))
                entry->advisory = &c->scan->advisories[k];
        }
    }
}

/* --- As the catalogue wants it. --- */

static int16_t tenths(int64_t value)
{
    return value < 0 || value > PATCH_SCORE_MAX ? PATCH_SCORE_NONE
                                                : (int16_t)value;
}

static void fill_from_fact(struct choosing *c, const struct patching_fact *fact,
                           struct patch *out)
{
    const struct patching_cve_fact *from = fact->cves.p;
    const struct patching_text *supersedes = fact->supersedes.p;
    const struct patching_text *requires = fact->requires.p;
    str *needs = arena_alloc(c->arena, fact->requires.n + 1, sizeof(*needs));
    struct patch_cve *cves =
        arena_alloc(c->arena, fact->cves.n + 1, sizeof(*cves));
    str *ids = arena_alloc(c->arena, fact->supersedes.n + 1, sizeof(*ids));

    out->type = patch_type_of(fact->type);
    out->severity = patch_severity_of(fact->severity);
    out->vendor = fact->vendor;
    out->product = fact->product;
    out->version = fact->product_version;
    out->title = fact->title;
    out->published = fact->released;
    if (fact->reboot)
        out->reboot = PATCH_REBOOT_SUGGESTED;
    for (size_t i = 0; i < fact->cves.n; i++) {
        cves[i].id = from[i].id;
        cves[i].vrr = tenths(from[i].rating);
        cves[i].exploited = from[i].exploited;
        cves[i].cvss[CVSS_NONE] = PATCH_SCORE_NONE;
        cves[i].cvss[CVSS_2_0] = tenths(from[i].cvss20);
        cves[i].cvss[CVSS_3_0] = tenths(from[i].cvss30);
        cves[i].cvss[CVSS_3_1] = tenths(from[i].cvss31);
        cves[i].cvss[CVSS_4_0] = tenths(from[i].cvss40);
    }
    for (size_t i = 0; i < fact->supersedes.n; i++)
        ids[i] = supersedes[i].text;
    for (size_t i = 0; i < fact->requires.n; i++)
    needs[i] = requires[i].text;
    out->requires = needs;
    out->require_count = fact->requires.n;
    out->cves = cves;
    out->cve_count = fact->cves.n;
    out->supersedes = ids;
    out->supersede_count = fact->supersedes.n;
}

static void fill_from_advisory(struct choosing *c,
                               const struct install_advisory *advisory,
                               struct patch *out)
{
    struct patch_cve *cves =
        arena_alloc(c->arena, advisory->cves.n + 1, sizeof(*cves));

    out->type = patch_type_of(advisory->type);
    out->severity = patch_severity_of(advisory->severity);
    out->title = advisory->title;
    out->published = advisory->issued;
    if (advisory->reboot_suggested)
        out->reboot = PATCH_REBOOT_SUGGESTED;
    for (size_t i = 0; i < advisory->cves.n; i++) {
        cves[i].id = advisory->cves.p[i];
        cves[i].vrr = PATCH_SCORE_NONE;
        for (int k = 0; k < CVSS_VERSIONS; k++)
            cves[i].cvss[k] = PATCH_SCORE_NONE;
    }
    out->cves = cves;
    out->cve_count = advisory->cves.n;
}

/* The order of types: the worst is the highest. */
static int badness(enum patch_type type)
{
    switch (type) {
    case PATCH_SECURITY:
        return 3;
    case PATCH_BUGFIX:
        return 2;
    case PATCH_ENHANCEMENT:
        return 1;
    default:
        return 0;
    }
}

/* What the repository itself says, signed by its publisher, is not made less
 * of by the policy: the worse of both counts. */
static void take_worse(const struct install_advisory *advisory,
                       struct patch *patch)
{
    enum patch_type type = patch_type_of(advisory->type);
    enum patch_severity severity = patch_severity_of(advisory->severity);

    if (badness(type) > badness(patch->type))
        patch->type = type;
    if (severity < PATCH_SEVERITIES &&
        (severity > patch->severity || patch->severity >= PATCH_SEVERITIES))
        patch->severity = severity;
    if (advisory->reboot_suggested && patch->reboot < PATCH_REBOOT_SUGGESTED)
        patch->reboot = PATCH_REBOOT_SUGGESTED;
}

static bool any_security(const struct entry *entry)
{
    for (size_t i = 0; i < entry->updates.n; i++) {
        if (entry->updates.p[i]->security)
            return true;
    }
    return false;
}

static int add_patch(struct choosing *c, const struct entry *entry,
                     struct err *err)
{
    struct patch patch = { .id = entry->id, .os = PATCH_LINUX };
    str *packages =
        arena_alloc(c->arena, entry->updates.n + 1, sizeof(*packages));

    if (entry->fact != NULL)
        fill_from_fact(c, entry->fact, &patch);
    else if (entry->advisory != NULL)
        fill_from_advisory(c, entry->advisory, &patch);
    else
        patch.type = any_security(entry) ? PATCH_SECURITY : PATCH_BUGFIX;
    if (entry->fact != NULL && entry->advisory != NULL)
        take_worse(entry->advisory, &patch);
    if (patch.type >= PATCH_TYPES)
        patch.type = PATCH_TYPE_UNKNOWN;
    if (patch.severity >= PATCH_SEVERITIES)
        patch.severity = PATCH_UNASSIGNED;
    for (size_t i = 0; i < entry->updates.n; i++)
        packages[i] = entry->updates.p[i]->name;
    patch.packages = packages;
    patch.package_count = entry->updates.n;
    return patch_catalogue_add(c->catalogue, &patch, err);
}

static int make_catalogue(struct choosing *c, struct err *err)
{
    int rc = 0;

    c->catalogue = patch_catalogue_new();
    for (size_t i = 0; rc == 0 && i < c->entries.n; i++)
        rc = add_patch(c, &c->entries.p[i], err);
    if (rc < 0)
        return rc;
    patch_catalogue_seal(c->catalogue);
    for (size_t i = 0; i < c->entries.n; i++)
        *vec_push(&c->missing) =
            patch_catalogue_find(c->catalogue, c->entries.p[i].id);
    return 0;
}

/* --- As the selector wants it. --- */

static void fill_groups(struct choosing *c, struct patch_policy *out)
{
    const struct patching_policy_group *from = c->policy->groups.p;
    size_t n = c->policy->groups.n;
    struct patch_group *groups = arena_alloc(c->arena, n + 1, sizeof(*groups));

    for (size_t i = 0; i < n; i++) {
        const struct patching_text *texts = from[i].patches.p;
        str *ids = arena_alloc(c->arena, from[i].patches.n + 1, sizeof(*ids));

        for (size_t k = 0; k < from[i].patches.n; k++)
            ids[k] = texts[k].text;
        groups[i] =
            (struct patch_group){ from[i].name, ids, from[i].patches.n };
    }
    out->groups = groups;
    out->group_count = n;
}

static void fill_holds(struct choosing *c, struct patch_policy *out)
{
    const struct patching_hold *from = c->policy->holds.p;
    const struct patching_suppression *less = c->policy->suppressions.p;
    size_t n = c->policy->holds.n;
    size_t m = c->policy->suppressions.n;
    struct patch_hold *holds = arena_alloc(c->arena, n + 1, sizeof(*holds));
    struct patch_suppression *suppressions =
        arena_alloc(c->arena, m + 1, sizeof(*suppressions));

    for (size_t i = 0; i < n; i++)
        holds[i] = (struct patch_hold){ .target = from[i].target,
                                        .is_package = from[i].is_package,
                                        .reason = from[i].reason,
                                        .author = from[i].author,
                                        .until = from[i].until };
    for (size_t i = 0; i < m; i++)
        suppressions[i] = (struct patch_suppression){
            .cve = less[i].cve,
            .reason = less[i].reason,
            .author = less[i].author,
            .until = less[i].until,
        };
    out->holds = holds;
    out->hold_count = n;
    out->suppressions = suppressions;
    out->suppression_count = m;
}

static bool is_named(const struct wire_list *only, str id)
{
    const struct patching_text *texts = only->p;

    for (size_t i = 0; i < only->n; i++) {
        if (str_eq(texts[i].text, id))
            return true;
    }
    return only->n == 0;
}

static void take_decision(struct choosing *c,
                          const struct patch_selector *selector,
                          const struct patch_decision *decision,
                          const struct wire_list *only, struct choice *out)
{
    AUTO(buf_clear) struct buf because = BUF(PATCHING_TEXT_MAX - 100);
    const struct entry *entry = NULL;
    const struct patch *patch =
        patch_catalogue_at(c->catalogue, decision->patch);

    for (size_t i = 0; entry == NULL && i < c->entries.n; i++) {
        if (str_eq(c->entries.p[i].id, patch->id))
            entry = &c->entries.p[i];
    }
    patch_decision_because(selector, decision, WORDS_EN, &because);
    out->patch = arena_str(c->arena, patch->id);
    out->deploy = decision->deploy && is_named(only, patch->id);
    out->because = decision->deploy && !out->deploy
                       ? STR("was not named in the order")
                       : arena_str(c->arena, buf_str(&because));
    if (entry == NULL)
        return;
    out->update_count = entry->updates.n;
    out->updates = memcpy(
        arena_alloc(c->arena, entry->updates.n + 1, sizeof(*out->updates)),
        entry->updates.p, entry->updates.n * sizeof(*out->updates));
}

static int decide(struct choosing *c,
                  const struct patch_configuration *configuration,
                  const struct wire_list *only, struct choices *out,
                  struct err *err)
{
    AUTO(patch_selector_freep) struct patch_selector *selector = NULL;
    AUTO(patch_work_freep) struct patch_work *work = NULL;
    const struct patch_decision *decisions = NULL;
    struct patch_policy policy = {
        .os = PATCH_LINUX,
        .options = &configuration->task[PATCH_LINUX][PATCH_ROUTINE].deploy,
        .now = c->now,
    };
    int rc;

    fill_groups(c, &policy);
    fill_holds(c, &policy);
    rc = patch_selector_new(c->catalogue, &policy, &selector, err);
    if (rc < 0)
        return rc;
    work = patch_work_new(c->catalogue);
    patch_select(selector, work, c->missing.p, c->missing.n, &decisions,
                 &out->n);
    out->p = arena_alloc(c->arena, out->n + 1, sizeof(*out->p));
    for (size_t i = 0; i < out->n; i++)
        take_decision(c, selector, &decisions[i], only, &out->p[i]);
    return 0;
}

int choose(const struct choosing_by *by, const struct install_scan *scan,
           struct arena *arena, struct choices *out, struct err *err)
{
    struct choosing c = {
        .policy = by->policy, .scan = scan, .arena = arena, .now = by->now
    };
    int rc;

    *out = (struct choices){ 0 };
    for (size_t i = 0; i < scan->update_count; i++)
        place(&c, &scan->updates[i]);
    find_facts(&c);
    rc = make_catalogue(&c, err);
    if (rc == 0)
        rc = decide(&c, by->configuration, by->only, out, err);
    for (size_t i = 0; i < c.entries.n; i++)
        vec_clear(&c.entries.p[i].updates);
    vec_clear(&c.entries);
    vec_clear(&c.missing);
    patch_catalogue_free(c.catalogue);
    return rc;
}
