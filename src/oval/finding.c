/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/finding.h"

#include "oval/compare.h"

enum {
    DEPTH_MAX = 256,   /* of criteria and extended definitions together */
    NODES_MAX = 20000, /* looked at for one finding */
    FIXES_MAX = 200,
};

static const struct {
    const char *word;
    enum oval_rank rank;
} ranks[] = {
    { "critical", OVAL_RANK_CRITICAL },
    { "important", OVAL_RANK_HIGH },
    { "high", OVAL_RANK_HIGH },
    { "moderate", OVAL_RANK_MEDIUM },
    { "medium", OVAL_RANK_MEDIUM },
    { "low", OVAL_RANK_LOW },
    { "minor", OVAL_RANK_LOW },
    { "negligible", OVAL_RANK_NEGLIGIBLE },
    { "unimportant", OVAL_RANK_NEGLIGIBLE },
    { "none", OVAL_RANK_NEGLIGIBLE },
};

enum oval_rank oval_rank_of(str severity)
{
    severity = str_trim(severity);
    for (size_t i = 0; i < COUNT(ranks); i++)
        if (str_eq_nocase(severity, str_c(ranks[i].word)))
            return ranks[i].rank;
    return OVAL_RANK_NOT_STATED;
}

static struct oval_cve *find_cve(struct oval_finding *f, str id)
{
    struct oval_cve *cve;

    for (size_t i = 0; i < f->cves.n; i++)
        if (str_eq_nocase(f->cves.p[i].id, id))
            return &f->cves.p[i];
    cve = vec_push(&f->cves);
    cve->id = id;
    return cve;
}

static void add_reference(struct oval_finding *f, str source, str id, str url)
{
    if (str_eq_nocase(source, STR("CVE"))) {
        struct oval_cve *cve = find_cve(f, id);

        if (cve->url.n == 0)
            cve->url = url;
    } else {
        *vec_push(&f->references) = (struct oval_reference){ source, id, url };
    }
}

static void add_note(struct oval_finding *f, const struct oval_content *c,
                     const struct oval_note *note)
{
    str a = oval_prose_text(c, note->a);
    str b = oval_prose_text(c, note->b);
    str text = oval_prose_text(c, note->c);

    switch (note->kind) {
    case OVAL_NOTE_REFERENCE:
        add_reference(f, a, b, text);
        break;
    case OVAL_NOTE_CVE: {
        struct oval_cve *cve = find_cve(f, a);

        if (cve->severity.n == 0)
            cve->severity = b;
        if (cve->url.n == 0)
            cve->url = text;
        break;
    }
    case OVAL_NOTE_SEVERITY:
        if (f->severity.n == 0 && a.n > 0) {
            f->severity = a;
            f->severity_source = b;
        }
        break;
    case OVAL_NOTE_CVSS:
        *vec_push(&f->cvss) = (struct oval_cvss){ a, text, b };
        break;
    case OVAL_NOTE_STATUS:
        f->status = a;
        break;
    case OVAL_NOTE_ISSUED:
        f->issued = a;
        break;
    default:
        break;
    }
}

/* Where only the CVEs have a severity, the worst of them is the definition's,
 * and the source says so. */
static void take_cve_severity(struct oval_finding *f)
{
    for (size_t i = 0; i < f->cves.n && f->severity_source.n == 0; i++) {
        const struct oval_cve *cve = &f->cves.p[i];

        if (cve->severity.n > 0 &&
            (f->severity.n == 0 || oval_rank_of(cve->severity) > f->rank)) {
            f->severity = cve->severity;
            f->rank = oval_rank_of(cve->severity);
        }
    }
}

/* What risk data say of its CVEs. The highest score is its severity, where
 * the content states none. */
static void add_ratings(struct oval_finding *f)
{
    const struct oval_rating *top = NULL;

    for (size_t i = 0; f->rater != NULL && i < f->cves.n; i++) {
        struct oval_rating rating = { 0 };

        if (!f->rater->rate(f->rater, f->cves.p[i].id, &rating))
            continue;
        rating.cve = f->cves.p[i].id;
        f->exploited |= rating.exploited;
        *vec_push(&f->ratings) = rating;
    }
    for (size_t i = 0; i < f->ratings.n; i++) {
        const struct oval_rating *rating = &f->ratings.p[i];

        if (rating->source.n > 0 && (top == NULL || rating->score > top->score))
            top = rating;
    }
    if (top == NULL)
        return;
    f->score = top->score;
    if (f->severity.n > 0)
        return;
    f->severity = top->severity;
    f->severity_source = top->source;
    f->severity_rated = true;
}

static void add_fix(struct oval_finding *f, struct oval_fix fix)
{
    for (size_t i = 0; i < f->fixes.n; i++) {
        struct oval_fix *have = &f->fixes.p[i];

        if (!str_eq(have->package, fix.package) ||
            !str_eq(have->installed, fix.installed))
            continue;
        if (fix.fixed.n == 0 || str_eq(have->fixed, fix.fixed))
            return;
        if (have->fixed.n == 0) {
            have->fixed = fix.fixed;
            return;
        }
    }
    if (f->fixes.n < FIXES_MAX)
        *vec_push(&f->fixes) = fix;
}

static const struct oval_fact *find_fact(const struct oval_item *item, str name)
{
    for (uint32_t i = 0; i < item->fact_count; i++)
        if (str_eq(item->facts[i].name, name) &&
            item->facts[i].status == OVAL_EXISTS && !item->facts[i].mask)
            return &item->facts[i];
    return NULL;
}

static str item_title(const struct oval_item *item)
{
    static const char *const names[] = { "name", "filepath", "filename",
                                         "display_name" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct oval_fact *fact = find_fact(item, str_c(names[i]));

        if (fact != NULL && fact->value.n > 0)
            return fact->value;
    }
    return STR_NONE;
}

/* The version that a state wants an item to be below, or STR_NONE. */
static str fixed_by(const struct oval_eval *eval,
                    const struct oval_state *state,
                    const struct oval_item *item, str *out_installed)
{
    const struct oval_content *c = oval_eval_content(eval);

    for (uint32_t i = 0; i < state->entity_count; i++) {
        const struct oval_entity *e = &c->entities.p[state->entity_first + i];
        const struct oval_fact *fact;
        str wanted;

        if (e->operation != OVAL_LESS_THAN || e->datatype == OVAL_INT ||
            e->datatype == OVAL_FLOAT)
            continue;
        fact = find_fact(item, oval_name_text(c, e->name));
        wanted = oval_entity_value(eval, e);
        if (fact == NULL || wanted.p == NULL ||
            oval_compare(NULL, e->datatype, OVAL_LESS_THAN, wanted, fact->value,
                         NULL) != OVAL_TRUE)
            continue;
        *out_installed = fact->value;
        return wanted;
    }
    return STR_NONE;
}

static bool is_package(const struct oval_content *c, uint32_t kind)
{
    str name = oval_name_text(c, c->kinds.p[kind].name);

    return str_eq_c(name, "dpkginfo") || str_eq_c(name, "rpminfo");
}

static void fix_of_item(struct oval_finding *f, const struct oval_eval *eval,
                        const struct oval_test *test,
                        const struct oval_item *item)
{
    const struct oval_content *c = oval_eval_content(eval);
    struct oval_fix fix = { .package = item_title(item) };

    if (fix.package.n == 0 || item->status != OVAL_EXISTS)
        return;
    for (uint32_t i = 0; i < test->state_count; i++) {
        uint32_t state = c->state_refs.p[test->state_first + i];

        if (state == OVAL_NONE)
            continue;
        fix.fixed = fixed_by(eval, &c->states.p[state], item, &fix.installed);
        if (fix.fixed.p != NULL) {
            add_fix(f, fix);
            return;
        }
    }
    if (test->state_count == 0 && is_package(c, test->kind)) {
        const struct oval_fact *evr = find_fact(item, STR("evr"));

        fix.installed = evr == NULL ? STR_NONE : evr->value;
        fix.fixed = STR_NONE;
        add_fix(f, fix);
    }
}

static void fixes_of_test(struct oval_finding *f, const struct oval_eval *eval,
                          uint32_t index)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_test *test = &c->tests.p[index];
    struct oval_test_result result = oval_eval_test(eval, index);
    struct oval_collected found;

    if (!result.evaluated || result.result != OVAL_TRUE)
        return;
    if (result.items != NULL) {
        for (uint32_t i = 0; i < result.item_count; i++)
            if (result.items[i].result == OVAL_TRUE ||
                result.items[i].result == OVAL_NOT_EVALUATED)
                fix_of_item(f, eval, test, result.items[i].item);
        return;
    }
    if (test->object == OVAL_NONE)
        return;
    found = oval_eval_object(eval, test->object);
    for (uint32_t i = 0; found.collected && i < found.item_count; i++)
        fix_of_item(f, eval, test, found.items[i]);
}

/* Follows what made a criteria tree true. What is negated is not followed: a
 * package that is not older than a version is not what a fix is for. */
static void follow(struct oval_finding *f, struct oval_eval *eval, uint32_t at,
                   unsigned depth, uint32_t *budget)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_node *node = &c->nodes.p[at];

    if (depth > DEPTH_MAX || *budget == 0)
        return;
    --*budget;
    if ((node->flags & OVAL_NODE_NEGATE) != 0)
        return;
    switch (node->type) {
    case OVAL_NODE_CRITERION:
        if (node->a != OVAL_NONE)
            fixes_of_test(f, eval, node->a);
        return;
    case OVAL_NODE_EXTEND:
        if (node->a == OVAL_NONE ||
            c->definitions.p[node->a].criteria == OVAL_NONE ||
            oval_eval_node_result(eval, at) != OVAL_TRUE)
            return;
        follow(f, eval, c->definitions.p[node->a].criteria, depth + 1, budget);
        return;
    case OVAL_NODE_CRITERIA:
        if (oval_eval_node_result(eval, at) != OVAL_TRUE)
            return;
        for (uint32_t i = at + 1; i < node->end; i = c->nodes.p[i].end)
            follow(f, eval, i, depth + 1, budget);
        return;
    default:
        return;
    }
}

static void reset(struct oval_finding *f)
{
    struct oval_finding kept = *f;

    memset(f, 0, sizeof(*f));
    f->rater = kept.rater;
    f->ratings.p = kept.ratings.p;
    f->ratings.cap = kept.ratings.cap;
    f->cves.p = kept.cves.p;
    f->cves.cap = kept.cves.cap;
    f->cvss.p = kept.cvss.p;
    f->cvss.cap = kept.cvss.cap;
    f->references.p = kept.references.p;
    f->references.cap = kept.references.cap;
    f->fixes.p = kept.fixes.p;
    f->fixes.cap = kept.fixes.cap;
}

void oval_finding_fill(struct oval_finding *f, struct oval_eval *eval,
                       uint32_t index)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_definition *d = &c->definitions.p[index];
    uint32_t budget = NODES_MAX;

    reset(f);
    f->definition = index;
    if (!oval_eval_result(eval, index, &f->result))
        f->result = OVAL_NOT_EVALUATED;
    f->class_ = d->class_;
    f->meaning = oval_meaning_of(f->class_, f->result);
    f->deprecated = (d->flags & OVAL_DEPRECATED) != 0;
    f->version = d->version;
    f->id = oval_name_text(c, d->id);
    f->title = str_trim(oval_prose_text(c, d->title));
    f->description = str_trim(oval_prose_text(c, d->description));
    for (uint32_t i = 0; i < d->note_count; i++)
        add_note(f, c, &c->notes.p[d->note_first + i]);
    if (f->severity.n == 0) {
        take_cve_severity(f);
        if (f->severity.n > 0)
            f->severity_source = STR("the content, worst of its CVEs");
    }
    add_ratings(f);
    f->rank = oval_rank_of(f->severity);
    if (f->meaning == OVAL_MEANS_BAD && f->class_ != OVAL_CLASS_COMPLIANCE &&
        d->criteria != OVAL_NONE)
        follow(f, eval, d->criteria, 0, &budget);
}

void oval_finding_clear(struct oval_finding *f)
{
    vec_clear(&f->cves);
    vec_clear(&f->cvss);
    vec_clear(&f->references);
    vec_clear(&f->fixes);
    vec_clear(&f->ratings);
    memset(f, 0, sizeof(*f));
}

str oval_finding_severity(const struct oval_finding *f)
{
    static const char *const words[OVAL_RANKS] = {
        "", "None", "Low", "Medium", "High", "Critical",
    };

    return f->severity_rated ? str_c(words[f->rank]) : f->severity;
}

struct oval_weight oval_finding_weight(const struct oval_finding *f)
{
    return (struct oval_weight){ f->rank, f->exploited, f->score };
}

int oval_weight_compare(struct oval_weight a, struct oval_weight b)
{
    if (a.rank != b.rank)
        return a.rank > b.rank ? -1 : 1;
    if (a.exploited != b.exploited)
        return a.exploited ? -1 : 1;
    return a.score != b.score ? (a.score > b.score ? -1 : 1) : 0;
}

str oval_version_shown(str version)
{
    return str_starts(version, STR("0:")) ? str_sub(version, 2, version.n)
                                          : version;
}

void oval_finding_fixes_text(const struct oval_finding *f, struct buf *buf,
                             size_t at_most)
{
    for (size_t i = 0; i < f->fixes.n && i < at_most; i++) {
        const struct oval_fix *fix = &f->fixes.p[i];

        if (i > 0)
            buf_add_c(buf, ", ");
        buf_add(buf, fix->package);
        if (fix->installed.n > 0) {
            buf_add_char(buf, ' ');
            buf_add(buf, oval_version_shown(fix->installed));
        }
        buf_add_c(buf, " \xe2\x86\x92 ");
        if (fix->fixed.n > 0)
            buf_add(buf, oval_version_shown(fix->fixed));
        else
            buf_add_c(buf, "no fix stated");
    }
    if (f->fixes.n > at_most)
        buf_printf(buf, ", and %zu more", f->fixes.n - at_most);
}
