/* SPDX-License-Identifier: Apache-2.0
 *
 * Microsoft's CVRF 1.1: the security updates of a month, by vulnerability. A
 * remediation "Vendor Fix" with a number names an update (KB), the products
 * it is for, what it replaces and the build that has the fix. What is said of
 * a vulnerability as such (affected products, severity, exploited or not)
 * becomes scores, and statements without advisory for products without a fix.
 */
#include <stdlib.h>

#include "advisory/windows_int.h"

#define DOC "/cvrfdoc"
#define PRODUCT DOC "/ProductTree/Branch"
#define VULN DOC "/Vulnerability"
#define REMEDY VULN "/Remediations/Remediation"
#define THREAT VULN "/Threats/Threat"
#define SCORE VULN "/CVSSScoreSets/ScoreSet"

/* One vulnerability's update for one product. */
struct fix {
    uint32_t update; /* in cvrf.updates */
    str vulnerability;
    str product; /* id */
    str build;
    str severity;
    uint16_t day;
};

struct update {
    str id; /* "KB5030214" */
    str kind;
    str title;
    str url;
    bool restart;
    enum advisory_severity severity;
    str severity_text;
    uint16_t first;
    uint16_t last;
};

struct cvrf {
    struct advisory_reader *reader;
    struct arena *arena; /* of the document */
    str id;
    str title;
    str released; /* of the document */
    bool begun;
    struct map names; /* of products, by id: texts */
    VEC(str) texts;
    struct map ids; /* of updates */
    VEC(struct update) updates;
    VEC(struct fix) fixes;
    /* The vulnerability. */
    str cve;
    uint16_t first;
    uint16_t last;
    bool exploited;
    bool disclosed;
    VEC(str) affected;     /* product ids */
    struct map severities; /* by product id: texts */
    struct fix fix;        /* what is being read */
    str url;
    str kind;
    str restart;
    str type; /* of a threat, status or remedy */
    str text;
    str vector;
    str last_vector;
    str supersedes;
    VEC(str) products; /* of it */
    size_t vuln_fixes; /* fixes.n when the vulnerability began */
    VEC(struct advisory_score) scores;
};

static str keep(struct cvrf *c, str text)
{
    return arena_str(c->arena, text);
}

static str product_name(const struct cvrf *c, str id)
{
    uint32_t at = map_get(&c->names, id);

    return at != MAP_NONE ? c->texts.p[at] : id;
}

static str severity_of(const struct cvrf *c, str product)
{
    uint32_t at = map_get(&c->severities, product);

    return at != MAP_NONE ? c->texts.p[at] : STR("");
}

static void set_text(struct cvrf *c, struct map *map, str key, str text)
{
    map_set(map, keep(c, key), (uint32_t)c->texts.n);
    *vec_push(&c->texts) = keep(c, text);
}

/* --- Updates. --- */

static bool is_number(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

static uint32_t update_of(struct cvrf *c, str number)
{
    str id = arena_printf(c->arena, "KB%" PRIstr, ARGstr(number));
    uint32_t at = map_get(&c->ids, id);

    if (at == MAP_NONE) {
        at = (uint32_t)c->updates.n;
        map_add(&c->ids, id, at);
        *vec_push(&c->updates) = (struct update){ .id = id };
    }
    return at;
}

static int begin_document(struct cvrf *c, struct err *err)
{
    if (c->begun)
        return 0;
    c->begun = true;
    if (c->id.n == 0)
        return err_set(err, E_PARSE, "the document has no ID");
    return advisory_draft_document(c->reader->draft, c->id, err);
}

static int add_supersedes(struct cvrf *c, str id, struct err *err)
{
    AUTO(buf_clear) struct buf old = BUF(ADVISORY_NAME_MAX * 2);
    str list = c->supersedes;
    int rc = begin_document(c, err);

    while (rc == 0 && list.n > 0) {
        str name = str_trim(str_cut(&list, ';'));

        windows_patch_id(name, &old);
        for (size_t i = 0; rc == 0 && name.n > 0 && i < c->products.n; i++)
            rc = advisory_draft_supersedes(c->reader->draft, id, buf_str(&old),
                                           product_name(c, c->products.p[i]),
                                           err);
    }
    return rc;
}

static int end_remedy(struct cvrf *c, struct err *err)
{
    struct update *update;
    uint32_t at;

    if (!str_eq(c->type, STR("Vendor Fix")) || !is_number(c->text))
        return 0;
    at = update_of(c, c->text);
    update = &c->updates.p[at];
    if (c->kind.n > 0)
        update->kind = c->kind;
    if (c->url.n > 0)
        update->url = c->url;
    update->restart |= str_eq_nocase(c->restart, STR("Yes"));
    if (c->fixes.n + c->products.n > WINDOWS_ROWS_MAX)
        return err_set(err, E_LIMIT, "more than %d fixes", WINDOWS_ROWS_MAX);
    for (size_t i = 0; i < c->products.n; i++)
        *vec_push(&c->fixes) = (struct fix){ .update = at,
                                             .product = c->products.p[i],
                                             .build = c->fix.build };
    return add_supersedes(c, update->id, err);
}

/* --- The vulnerability. --- */

/* "Publicly Disclosed:No;Exploited:Yes;Latest Software Release:..." */
static void end_threat(struct cvrf *c)
{
    if (str_eq(c->type, STR("Exploit Status"))) {
        c->exploited |= str_find(c->text, STR("Exploited:Yes")) < c->text.n;
        c->disclosed |=
            str_find(c->text, STR("Publicly Disclosed:Yes")) < c->text.n;
    }
    if (!str_eq(c->type, STR("Severity")) || c->text.n == 0)
        return;
    for (size_t i = 0; i < c->products.n; i++)
        set_text(c, &c->severities, c->products.p[i], c->text);
}

static void end_score(struct cvrf *c)
{
    struct advisory_score score = { .vector = c->vector };

    if (str_eq(c->vector, c->last_vector))
        return;
    c->last_vector = c->vector;
    score.version = reader_score(c->vector, &score.tenths);
    if (score.version != CVSS_NONE)
        *vec_push(&c->scores) = score;
}

static int add_scores(struct cvrf *c, str word, struct err *err)
{
    struct advisory_score rest = { 0 };
    int rc = 0;

    if (c->scores.n == 0 && (c->exploited || c->disclosed || word.n > 0))
        *vec_push(&c->scores) = rest;
    for (size_t i = 0; rc == 0 && i < c->scores.n; i++) {
        struct advisory_score *score = &c->scores.p[i];

        score->vulnerability = c->cve;
        score->severity = advisory_severity_of(word);
        score->severity_text = word;
        score->exploited = c->exploited;
        score->disclosed = c->disclosed;
        rc = advisory_draft_score(c->reader->draft, score, err);
    }
    return rc;
}

static bool has_fix(const struct cvrf *c, str product)
{
    for (size_t i = c->vuln_fixes; i < c->fixes.n; i++) {
        if (str_eq(c->fixes.p[i].product, product))
            return true;
    }
    return false;
}

/* Products that no update fixes; the others are those of the updates. */
static int add_affected(struct cvrf *c, struct err *err)
{
    struct advisory_draft *draft = c->reader->draft;
    int rc = advisory_draft_advisory(draft, NULL, err);

    if (rc == 0)
        rc = advisory_draft_notice(draft, err);
    if (rc == 0)
        rc = advisory_draft_vulnerability(draft, c->cve, err);
    for (size_t i = 0; rc == 0 && i < c->affected.n; i++) {
        str word = severity_of(c, c->affected.p[i]);
        struct advisory_item item = {
            .release = product_name(c, c->affected.p[i]),
            .status = ADVISORY_AFFECTED,
            .severity = advisory_severity_of(word),
            .severity_text = word,
            .day = c->last,
        };

        if (!has_fix(c, c->affected.p[i]))
            rc = advisory_draft_item(draft, &item, err);
    }
    return rc;
}

/* The severity of its most severe product, and what is known only now of its
 * fixes. */
static str finish_fixes(struct cvrf *c)
{
    str worst = STR("");

    for (size_t i = 0; i < c->affected.n; i++) {
        str word = severity_of(c, c->affected.p[i]);

        if (worst.n == 0 ||
            advisory_severity_of(word) > advisory_severity_of(worst))
            worst = word;
    }
    for (size_t i = c->vuln_fixes; i < c->fixes.n; i++) {
        struct fix *fix = &c->fixes.p[i];
        struct update *update = &c->updates.p[fix->update];

        fix->vulnerability = c->cve;
        fix->severity = severity_of(c, fix->product);
        fix->day = c->last;
        if (advisory_severity_of(fix->severity) > update->severity) {
            update->severity = advisory_severity_of(fix->severity);
            update->severity_text = fix->severity;
        }
        if (update->first == 0 || (c->first != 0 && c->first < update->first))
            update->first = c->first;
        if (c->last > update->last)
            update->last = c->last;
    }
    return worst;
}

static int end_vulnerability(struct cvrf *c, struct err *err)
{
    str worst;
    int rc = begin_document(c, err);

    if (c->cve.n == 0) {
        c->fixes.n = c->vuln_fixes;
        c->reader->skipped++;
    } else {
        worst = finish_fixes(c);
        if (rc == 0)
            rc = add_affected(c, err);
        if (rc == 0)
            rc = add_scores(c, worst, err);
    }
    c->cve = c->last_vector = STR("");
    c->first = c->last = 0;
    c->exploited = c->disclosed = false;
    c->affected.n = c->scores.n = 0;
    c->vuln_fixes = c->fixes.n;
    map_clear(&c->severities);
    return rc;
}

/* --- Updates as advisories. --- */

static int by_update(const void *a, const void *b)
{
    const struct fix *x = a;
    const struct fix *y = b;
    int order;

    if (x->update != y->update)
        return x->update < y->update ? -1 : 1;
    order = str_cmp(x->vulnerability, y->vulnerability);
    return order != 0 ? order : str_cmp(x->product, y->product);
}

static int add_fixes(struct cvrf *c, const struct fix *fixes, size_t n,
                     struct err *err)
{
    struct advisory_draft *draft = c->reader->draft;
    int rc = advisory_draft_notice(draft, err);

    if (rc == 0)
        rc = advisory_draft_vulnerability(draft, fixes->vulnerability, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct advisory_item item = {
            .release = product_name(c, fixes[i].product),
            .version = fixes[i].build,
            .status = ADVISORY_FIXED,
            .severity = advisory_severity_of(fixes[i].severity),
            .severity_text = fixes[i].severity,
            .day = fixes[i].day,
        };

        rc = advisory_draft_item(draft, &item, err);
    }
    return rc;
}

static int add_update(struct cvrf *c, const struct update *update,
                      struct err *err)
{
    struct advisory advisory = {
        .id = update->id,
        .title =
            arena_printf(c->arena, "%" PRIstr "%s%" PRIstr, ARGstr(c->title),
                         update->kind.n > 0 ? ": " : "", ARGstr(update->kind)),
        .url = update->url,
        .type = ADVISORY_SECURITY,
        .severity = update->severity,
        .severity_text = update->severity_text,
        .issued = (int64_t)update->first * 86400,
        .updated = (int64_t)update->last * 86400,
        .reboot = update->restart,
    };

    return advisory_draft_advisory(c->reader->draft, &advisory, err);
}

static int finish(struct cvrf *c, struct err *err)
{
    int rc = begin_document(c, err);

    if (c->fixes.n > 0)
        qsort(c->fixes.p, c->fixes.n, sizeof(*c->fixes.p), by_update);
    for (size_t i = 0; rc == 0 && i < c->fixes.n;) {
        const struct fix *first = &c->fixes.p[i];
        size_t n = 0;

        if (i == 0 || first->update != first[-1].update)
            rc = add_update(c, &c->updates.p[first->update], err);
        while (i + n < c->fixes.n && first[n].update == first->update &&
               str_eq(first[n].vulnerability, first->vulnerability))
            n++;
        if (rc == 0)
            rc = add_fixes(c, first, n, err);
        i += n;
    }
    return rc;
}

/* --- Elements. --- */

static int on_start(void *ctx, str path, const struct xml_element *element,
                    struct err *err)
{
    struct cvrf *c = ctx;

    (void)err;
    if (str_eq(path, STR(REMEDY)) || str_eq(path, STR(THREAT)) ||
        str_eq(path, STR(SCORE)) ||
        str_eq(path, STR(VULN "/ProductStatuses/Status"))) {
        c->products.n = 0;
        c->type = keep(c, xml_attr(element, STR("Type")));
        c->text = c->vector = c->kind = c->url = c->restart = c->supersedes =
            c->fix.build = STR("");
    }
    if (str_starts(path, STR(DOC "/ProductTree/")) &&
        str_eq(element->name, STR("FullProductName")))
        c->type = keep(c, xml_attr(element, STR("ProductID")));
    return 0;
}

static void on_vuln_leaf(struct cvrf *c, str path, str text)
{
    if (str_eq(path, STR("/CVE")))
        c->cve = keep(c, text);
    else if (str_ends(path, STR("/ProductID")))
        *vec_push(&c->products) = keep(c, text);
    else if (str_eq(path, STR("/Remediations/Remediation/Description")) ||
             str_eq(path, STR("/Threats/Threat/Description")))
        c->text = keep(c, text);
    else if (str_ends(path, STR("/Supercedence")))
        c->supersedes = keep(c, text);
    else if (str_ends(path, STR("/RestartRequired")))
        c->restart = keep(c, text);
    else if (str_ends(path, STR("/SubType")))
        c->kind = keep(c, text);
    else if (str_ends(path, STR("/FixedBuild")))
        c->fix.build = keep(c, text);
    else if (str_eq(path, STR("/Remediations/Remediation/URL")))
        c->url = keep(c, text);
    else if (str_ends(path, STR("/ScoreSet/Vector")))
        c->vector = keep(c, text);
    else if (str_eq(path, STR("/RevisionHistory/Revision/Date"))) {
        uint16_t day = reader_day(text);

        c->first =
            c->first == 0 || (day > 0 && day < c->first) ? day : c->first;
        c->last = day > c->last ? day : c->last;
    }
}

static int on_vuln_end(struct cvrf *c, str path, str text, struct err *err)
{
    if (path.n == 0)
        return end_vulnerability(c, err);
    if (str_eq(path, STR("/Remediations/Remediation")))
        return end_remedy(c, err);
    if (str_eq(path, STR("/Threats/Threat")))
        end_threat(c);
    else if (str_eq(path, STR("/CVSSScoreSets/ScoreSet")))
        end_score(c);
    else if (str_eq(path, STR("/ProductStatuses/Status"))) {
        for (size_t i = 0; i < c->products.n; i++)
            *vec_push(&c->affected) = c->products.p[i];
    } else
        on_vuln_leaf(c, path, text);
    return 0;
}

static int on_end(void *ctx, str path, str text, struct err *err)
{
    struct cvrf *c = ctx;

    if (str_starts(path, STR(VULN)))
        return on_vuln_end(c, str_sub(path, sizeof(VULN) - 1, SIZE_MAX), text,
                           err);
    if (str_starts(path, STR(DOC "/ProductTree/")) &&
        str_ends(path, STR("/FullProductName")))
        set_text(c, &c->names, c->type, text);
    else if (str_eq(path, STR(DOC "/DocumentTitle")))
        c->title = keep(c, text);
    else if (str_eq(path, STR(DOC "/DocumentTracking/Identification/ID")))
        c->id = keep(c, text);
    else if (str_eq(path, STR(DOC "/DocumentTracking/CurrentReleaseDate")))
        reader_date(c->reader, text);
    return 0;
}

int import_cvrf(struct advisory_reader *reader, struct err *err)
{
    struct cvrf c = { .reader = reader, .arena = &reader->arena };
    struct reader_xml xml = { on_start, on_end, &c };
    int rc = reader_xml(reader, &xml, err);

    reader->documents = 1;
    if (rc == 0)
        rc = finish(&c, err);
    map_clear(&c.names);
    map_clear(&c.ids);
    map_clear(&c.severities);
    vec_clear(&c.texts);
    vec_clear(&c.updates);
    vec_clear(&c.fixes);
    vec_clear(&c.affected);
    vec_clear(&c.products);
    vec_clear(&c.scores);
    return rc;
}
