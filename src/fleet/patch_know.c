/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_know.h"

#include "advisory/facts.h"
#include "fleet/patch_store.h"
#include "risk/rating.h"

enum {
    CVES_MAX = PATCH_CVES_MAX,
};

void patch_knowns_clear(struct patch_knowns *knowns)
{
    vec_clear(&knowns->all);
}

/* --- Scores
 * --------------------------------------------------------------------- */

static void blank(struct patch_cve *cve, str id)
{
    *cve = (struct patch_cve){ .id = id, .vrr = PATCH_SCORE_NONE };
    for (size_t i = 0; i < COUNT(cve->cvss); i++)
        cve->cvss[i] = PATCH_SCORE_NONE;
}

static int by_risk_data(struct risk_data *data, struct patch_cve *out,
                        struct err *err)
{
    struct risk_rating rating;
    struct risk risk;
    int rc = risk_data_find(data, out->id, &risk, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (risk.version != CVSS_NONE)
        out->cvss[risk.version] = (int16_t)risk.score;
    out->exploited |= risk.exploited;
    risk_rate_facts(&risk, &rating);
    if (rating.rated)
        out->vrr = (int16_t)rating.tenths;
    return 0;
}

static void by_publisher(const struct advisory_data *data,
                         struct patch_cve *out)
{
    struct advisory_score score;

    for (size_t i = 0; advisory_data_score(data, out->id, i, &score); i++) {
        out->exploited |= score.exploited;
        if (score.version != CVSS_NONE &&
            out->cvss[score.version] == PATCH_SCORE_NONE)
            out->cvss[score.version] = (int16_t)score.tenths;
    }
}

int patch_know_cve(const struct patch_knowledge *knowledge, str cve,
                   struct patch_cve *out, struct err *err)
{
    int rc = 0;

    blank(out, cve);
    if (knowledge->risk != NULL)
        rc = by_risk_data(knowledge->risk, out, err);
    if (rc == 0 && knowledge->advisories != NULL)
        by_publisher(knowledge->advisories, out);
    return rc;
}

static void add_scores(struct patch_cve *cve, const struct patch_cve *more)
{
    for (size_t i = 0; i < COUNT(cve->cvss); i++)
        if (cve->cvss[i] == PATCH_SCORE_NONE)
            cve->cvss[i] = more->cvss[i];
    if (cve->vrr == PATCH_SCORE_NONE)
        cve->vrr = more->vrr;
    cve->exploited |= more->exploited;
}

/* By the rating of the newest version of each CVE, the worst of all. */
static enum patch_severity severity_by_scores(const struct patch *patch)
{
    static const enum patch_severity of[CVSS_RATINGS] = {
        [CVSS_RATED_NONE] = PATCH_UNASSIGNED,
        [CVSS_RATED_LOW] = PATCH_LOW,
        [CVSS_RATED_MEDIUM] = PATCH_MODERATE,
        [CVSS_RATED_HIGH] = PATCH_IMPORTANT,
        [CVSS_RATED_CRITICAL] = PATCH_CRITICAL,
    };
    enum patch_severity worst = PATCH_UNASSIGNED;

    for (size_t i = 0; i < patch->cve_count; i++) {
        const struct patch_cve *cve = &patch->cves[i];
        size_t v = CVSS_VERSIONS - 1;

        while (v > 0 && cve->cvss[v] == PATCH_SCORE_NONE)
            v--;
        if (v > 0) {
            enum patch_severity s = of[cvss_rating_of((enum cvss_version)v,
                                                      (unsigned)cve->cvss[v])];

            worst = s > worst ? s : worst;
        }
    }
    return worst;
}

int patch_know_scores(const struct patch_knowledge *knowledge, bool severity,
                      struct arena *arena, struct patch *patch, struct err *err)
{
    struct patch_cve *cves =
        arena_alloc(arena, patch->cve_count + 1, sizeof(*cves));

    for (size_t i = 0; i < patch->cve_count; i++) {
        struct patch_cve more;
        int rc = patch_know_cve(knowledge, patch->cves[i].id, &more, err);

        if (rc < 0)
            return rc;
        cves[i] = patch->cves[i];
        add_scores(&cves[i], &more);
    }
    patch->cves = cves;
    if (severity && patch->severity == PATCH_UNASSIGNED &&
        patch->type == PATCH_SECURITY)
        patch->severity = severity_by_scores(patch);
    return 0;
}

/* --- What the package manager says
 * ------------------------------------------------ */

static void set_cves(struct patch *patch, struct arena *arena, const str *ids,
                     size_t n)
{
    struct patch_cve *cves;

    if (n > CVES_MAX)
        n = CVES_MAX;
    cves = arena_alloc(arena, n + 1, sizeof(*cves));
    for (size_t i = 0; i < n; i++)
        blank(&cves[i], ids[i]);
    patch->cves = cves;
    patch->cve_count = n;
}

static void set_package(struct patch *patch, struct arena *arena, str name)
{
    str *names = arena_alloc(arena, 1, sizeof(*names));

    names[0] = name;
    patch->packages = names;
    patch->package_count = 1;
}

static enum patch_type word_type(const struct patching_missing *m)
{
    enum patch_type type = patch_type_of(m->type);

    if (type != PATCH_TYPES && type != PATCH_TYPE_UNKNOWN)
        return type;
    return m->security ? PATCH_SECURITY : PATCH_BUGFIX;
}

static struct patch by_manager(const struct patch_subject *subject, str id,
                               struct arena *arena)
{
    const struct patching_missing *m = subject->missing;
    const struct patching_text *texts = m->cves.p;
    enum patch_severity severity = patch_severity_of(m->severity);
    struct patch patch = {
        .id = id,
        .os = PATCH_LINUX,
        .type = word_type(m),
        .severity = severity == PATCH_SEVERITIES ? PATCH_UNASSIGNED : severity,
        .vendor = subject->vendor,
        .product = m->name,
        .version = STR(""),
        .title = m->title,
    };
    str *ids = arena_alloc(arena, m->cves.n + 1, sizeof(*ids));

    for (size_t i = 0; i < m->cves.n; i++)
        ids[i] = texts[i].text;
    set_cves(&patch, arena, ids, m->cves.n);
    set_package(&patch, arena, m->name);
    return patch;
}

/* --- What advisories say
 * ------------------------------------------------------------ */

static enum patch_type advisory_kind(enum advisory_type type)
{
    switch (type) {
    case ADVISORY_SECURITY:
        return PATCH_SECURITY;
    case ADVISORY_BUGFIX:
        return PATCH_BUGFIX;
    case ADVISORY_ENHANCEMENT:
        return PATCH_ENHANCEMENT;
    default:
        return PATCH_TYPE_UNKNOWN;
    }
}

struct finding_patches {
    const struct patch_knowledge *knowledge;
    const struct patch_subject *subject;
    struct arena *arena;
    struct patch_knowns *out;
};

/* Both count up from unassigned to critical. */
static enum patch_severity advisory_level(enum advisory_severity severity)
{
    static const enum patch_severity of[ADVISORY_SEVERITIES] = {
        [ADVISORY_UNASSIGNED] = PATCH_UNASSIGNED,
        [ADVISORY_LOW] = PATCH_LOW,
        [ADVISORY_MODERATE] = PATCH_MODERATE,
        [ADVISORY_IMPORTANT] = PATCH_IMPORTANT,
        [ADVISORY_CRITICAL] = PATCH_CRITICAL,
    };

    return of[severity];
}

/* What is said of an advisory that is known comes from who published it: an
 * agent's word of its severity and CVEs would count for every device. */
static void describe(const struct finding_patches *f,
                     const struct advisory *advisory,
                     const struct advisory_item *item, struct patch *patch)
{
    const struct advisory_data *data = f->knowledge->advisories;
    str *ids = arena_alloc(f->arena, CVES_MAX, sizeof(*ids));
    size_t n = 0;

    while (n < CVES_MAX &&
           (ids[n] = advisory_data_vuln(data, advisory->at, n)).p != NULL)
        n++;
    set_cves(patch, f->arena, ids, n);
    patch->severity = PATCH_UNASSIGNED;
    if (advisory->type != ADVISORY_UNTYPED)
        patch->type = advisory_kind(advisory->type);
    else if (n > 0)
        patch->type = PATCH_SECURITY;
    if (advisory->severity != ADVISORY_UNASSIGNED)
        patch->severity = advisory_level(advisory->severity);
    else if (item != NULL && item->severity != ADVISORY_UNASSIGNED)
        patch->severity = advisory_level(item->severity);
    if (advisory->title.n > 0)
        patch->title = advisory->title;
    patch->published = advisory->issued;
    if (advisory->reboot)
        patch->reboot = PATCH_REBOOT_SUGGESTED;
}

static int found(void *ctx, const struct advisory *advisory,
                 const struct advisory_item *item, struct err *err UNUSED)
{
    struct finding_patches *f = ctx;
    struct patch_known *known;

    if (advisory->id.n == 0 || advisory->id.n > PATCHING_ID_MAX)
        return 0;
    known = vec_push(&f->out->all);
    known->patch = by_manager(f->subject, advisory->id, f->arena);
    known->source = PATCH_FROM_ADVISORY;
    describe(f, advisory, item, &known->patch);
    return 0;
}

static int by_advisories(struct finding_patches *f, struct err *err)
{
    const struct patch_subject *s = f->subject;
    const struct patching_missing *m = s->missing;
    struct advisory_update update = {
        .release = s->release,
        .package = m->name,
        .source = s->source,
        .arch = m->arch,
        .installed = m->installed,
        .candidate = m->candidate,
        .source_installed = s->source_installed,
        .source_candidate = s->source_candidate,
    };

    return advisory_facts(f->knowledge->advisories, &update, found, f, err);
}

/* The package manager named the advisory (updateinfo). */
static void by_name(struct finding_patches *f)
{
    const struct patching_missing *m = f->subject->missing;
    const struct advisory_data *data = f->knowledge->advisories;
    struct patch_known *known = vec_push(&f->out->all);
    struct advisory advisory;
    uint32_t at =
        data != NULL ? advisory_data_find(data, m->advisory) : ADVISORY_NONE;

    known->patch = by_manager(f->subject, m->advisory, f->arena);
    known->source = PATCH_FROM_AGENT;
    if (at != ADVISORY_NONE && advisory_data_at(data, at, &advisory)) {
        known->source = PATCH_FROM_ADVISORY;
        describe(f, &advisory, NULL, &known->patch);
    }
}

int patch_know(const struct patch_knowledge *knowledge,
               const struct patch_subject *subject, struct arena *arena,
               struct patch_knowns *out, struct err *err)
{
    struct finding_patches f = { knowledge, subject, arena, out };
    const struct patching_missing *m = subject->missing;
    size_t before = out->all.n;
    int rc = 0;

    if (m->advisory.n > 0)
        by_name(&f);
    else if (knowledge->advisories != NULL)
        rc = by_advisories(&f, err);
    if (rc == 0 && out->all.n == before) {
        struct patch_known *known = vec_push(&out->all);

        known->patch =
            by_manager(subject,
                       arena_printf(arena, "%" PRIstr "=%" PRIstr,
                                    ARGstr(m->name), ARGstr(m->candidate)),
                       arena);
        known->source = PATCH_FROM_AGENT;
    }
    for (size_t i = before; rc == 0 && i < out->all.n; i++)
        rc = patch_know_scores(knowledge, true, arena, &out->all.p[i].patch,
                               err);
    return rc;
}
