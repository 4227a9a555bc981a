/* SPDX-License-Identifier: Apache-2.0
 *
 * CSAF 2.0: a security advisory, or a VEX document, which says what holds for
 * one vulnerability in many products and is no advisory. Vulnerabilities of a
 * document of which the same is said are one notice.
 */
#include "advisory/csaf_int.h"

struct remedy {
    str note;
    bool none_planned;
};

struct csaf {
    struct advisory_reader *reader;
    struct csaf_tree tree;
    bool vex;
    uint16_t day;
    VEC(struct advisory_item) items; /* of the vulnerability */
    VEC(struct advisory_item) last;  /* of the notice before */
    bool has_last;
    struct map remedies; /* of the vulnerability, by product: its notes */
    VEC(struct remedy) notes;
};

static const struct {
    const char *name;
    enum advisory_status status;
} statuses[] = {
    { "fixed", ADVISORY_FIXED },
    { "first_fixed", ADVISORY_FIXED },
    { "recommended", ADVISORY_FIXED },
    { "known_affected", ADVISORY_AFFECTED },
    { "first_affected", ADVISORY_AFFECTED },
    { "last_affected", ADVISORY_AFFECTED },
    { "known_not_affected", ADVISORY_NOT_AFFECTED },
    { "under_investigation", ADVISORY_INVESTIGATED },
};

/* --- What the vulnerability says of single products. --- */

static void set_remedies(struct csaf *csaf, const struct jval *products,
                         struct remedy remedy)
{
    for (size_t i = 0; i < jval_count(products); i++)
        map_set(&csaf->remedies, jval_text(jval_at(products, i), STR("")),
                (uint32_t)csaf->notes.n);
    *vec_push(&csaf->notes) = remedy;
}

/* ".../errata/RHSA-2023:7025" */
static str last_part(str url)
{
    while (str_find_char(url, '/') < url.n)
        (void)str_cut(&url, '/');
    return url;
}

/* A fix is noted by the advisory it came in, no fix by the reason. */
static void read_remedies(struct csaf *csaf, const struct jval *o)
{
    const struct jval *remedies = jval_get(o, "remediations");
    const struct jval *flags = jval_get(o, "flags");

    map_clear(&csaf->remedies);
    csaf->notes.n = 0;
    for (size_t i = 0; i < jval_count(flags); i++) {
        const struct jval *flag = jval_at(flags, i);

        set_remedies(csaf, jval_get(flag, "product_ids"),
                     (struct remedy){ csaf_text(flag, "label"), false });
    }
    for (size_t i = 0; i < jval_count(remedies); i++) {
        const struct jval *r = jval_at(remedies, i);
        str category = csaf_text(r, "category");
        struct remedy remedy = { STR(""), false };

        if (str_eq(category, STR("vendor_fix")) && csaf->vex)
            remedy.note = last_part(csaf_text(r, "url"));
        else if (str_eq(category, STR("no_fix_planned")))
            remedy = (struct remedy){ csaf_text(r, "details"), true };
        else if (str_eq(category, STR("none_available")))
            remedy.note = csaf_text(r, "details");
        if (remedy.note.n > 0 || remedy.none_planned)
            set_remedies(csaf, jval_get(r, "product_ids"), remedy);
    }
}

static void push_item(struct csaf *csaf, str id, enum advisory_status status)
{
    const struct csaf_product *product = csaf_tree_find(&csaf->tree, id);
    uint32_t at = map_get(&csaf->remedies, id);
    struct advisory_item item = { .package = id, .status = status };

    if (product != NULL)
        item = (struct advisory_item){
            .package = product->package,
            .release = product->release,
            .arch = product->arch,
            .status = status,
            .source_package = product->source_package,
        };
    if (product != NULL && product->range) {
        item.note = product->version;
    } else if (product != NULL && status == ADVISORY_FIXED) {
        item.version = product->version;
    } else if (product != NULL && status == ADVISORY_AFFECTED) {
        item.from = item.version = product->version;
        item.last_affected = product->version.n > 0;
    }
    if (at != MAP_NONE && csaf->notes.p[at].note.n > 0)
        item.note = csaf->notes.p[at].note;
    if (at != MAP_NONE && csaf->notes.p[at].none_planned &&
        status == ADVISORY_AFFECTED)
        item.status = ADVISORY_WONT_FIX;
    item.day = csaf->day;
    *vec_push(&csaf->items) = item;
}

/* The words of the impact threats, where a product has its own. */
static void set_severities(struct csaf *csaf, const struct jval *o,
                           struct advisory_score *score)
{
    const struct jval *threats = jval_get(o, "threats");

    for (size_t i = 0; i < jval_count(threats); i++) {
        const struct jval *threat = jval_at(threats, i);
        str category = csaf_text(threat, "category");
        str details = csaf_text(threat, "details");

        if (str_eq(category, STR("exploit_status")) &&
            str_find(details, STR("Exploited:Yes")) < details.n)
            score->exploited = true;
        if (!str_eq(category, STR("impact")) ||
            advisory_severity_of(details) <= score->severity)
            continue;
        score->severity = advisory_severity_of(details);
        score->severity_text = details;
    }
    for (size_t i = 0; csaf->vex && i < csaf->items.n; i++) {
        csaf->items.p[i].severity = score->severity;
        csaf->items.p[i].severity_text = score->severity_text;
    }
}

static int add_scores(struct csaf *csaf, const struct jval *o,
                      struct advisory_score *score, struct err *err)
{
    static const char *const kinds[] = { "cvss_v4", "cvss_v3", "cvss_v2" };
    const struct jval *list = jval_get(o, "scores");
    str seen = STR("");
    size_t n = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(list) * COUNT(kinds); i++) {
        const struct jval *cvss =
            jval_get(jval_at(list, i / COUNT(kinds)), kinds[i % COUNT(kinds)]);
        str vector = csaf_text(cvss, "vectorString");

        if (cvss == NULL || str_eq(vector, seen))
            continue;
        score->version = reader_score(vector, &score->tenths);
        score->vector = vector;
        seen = vector;
        if (score->version != CVSS_NONE) {
            rc = advisory_draft_score(csaf->reader->draft, score, err);
            n++;
        }
    }
    score->version = CVSS_NONE;
    score->vector = STR("");
    if (rc == 0 && n == 0 &&
        (score->exploited || score->severity != ADVISORY_UNASSIGNED))
        rc = advisory_draft_score(csaf->reader->draft, score, err);
    return rc;
}

/* --- Vulnerabilities. --- */

static bool same_item(const struct advisory_item *a,
                      const struct advisory_item *b)
{
    return a->status == b->status && str_eq(a->package, b->package) &&
           str_eq(a->release, b->release) && str_eq(a->version, b->version) &&
           str_eq(a->arch, b->arch) && str_eq(a->note, b->note) &&
           str_eq(a->from, b->from) &&
           str_eq(a->severity_text, b->severity_text);
}

static bool same_as_last(const struct csaf *csaf)
{
    if (!csaf->has_last || csaf->items.n != csaf->last.n)
        return false;
    for (size_t i = 0; i < csaf->items.n; i++) {
        if (!same_item(&csaf->items.p[i], &csaf->last.p[i]))
            return false;
    }
    return true;
}

static int add_notice(struct csaf *csaf, str name, struct err *err)
{
    struct advisory_draft *draft = csaf->reader->draft;
    int rc = 0;

    if (same_as_last(csaf))
        return advisory_draft_vulnerability(draft, name, err);
    rc = advisory_draft_notice(draft, err);
    if (rc == 0)
        rc = advisory_draft_vulnerability(draft, name, err);
    for (size_t i = 0; rc == 0 && i < csaf->items.n; i++)
        rc = advisory_draft_item(draft, &csaf->items.p[i], err);
    csaf->last.n = 0;
    for (size_t i = 0; i < csaf->items.n; i++)
        *vec_push(&csaf->last) = csaf->items.p[i];
    csaf->has_last = true;
    return rc;
}

static void push_items(struct csaf *csaf, const struct jval *status)
{
    csaf->items.n = 0;
    for (size_t i = 0; i < COUNT(statuses); i++) {
        const struct jval *list = jval_get(status, statuses[i].name);

        for (size_t k = 0; k < jval_count(list); k++)
            push_item(csaf, jval_text(jval_at(list, k), STR("")),
                      statuses[i].status);
    }
}

static int add_vulnerability(struct csaf *csaf, const struct jval *o,
                             struct err *err)
{
    struct advisory_score score = { .vulnerability = csaf_text(o, "cve") };
    int rc;

    if (score.vulnerability.n == 0)
        score.vulnerability = csaf_text(jval_at(jval_get(o, "ids"), 0), "text");
    if (score.vulnerability.n == 0) {
        csaf->reader->skipped++;
        return 0;
    }
    read_remedies(csaf, o);
    push_items(csaf, jval_get(o, "product_status"));
    set_severities(csaf, o, &score);
    rc = add_notice(csaf, score.vulnerability, err);
    return rc < 0 ? rc : add_scores(csaf, o, &score, err);
}

/* --- The document. --- */

/* The first note of the best kind. */
static str description_of(const struct jval *document)
{
    static const char *const kinds[] = { "description", "summary", "general",
                                         "details" };
    const struct jval *notes = jval_get(document, "notes");

    for (size_t k = 0; k < COUNT(kinds); k++) {
        for (size_t i = 0; i < jval_count(notes); i++) {
            const struct jval *note = jval_at(notes, i);

            if (str_eq_c(csaf_text(note, "category"), kinds[k]))
                return csaf_text(note, "text");
        }
    }
    return STR("");
}

/* Red Hat: RHSA, RHBA, RHEA; SUSE: SUSE-SU, SUSE-RU, SUSE-FU. */
static enum advisory_type type_of(str id)
{
    if (str_starts(id, STR("RHBA-")) || str_find(id, STR("-RU-")) < id.n)
        return ADVISORY_BUGFIX;
    if (str_starts(id, STR("RHEA-")) || str_find(id, STR("-FU-")) < id.n)
        return ADVISORY_ENHANCEMENT;
    return ADVISORY_SECURITY;
}

static int add_advisory(struct csaf *csaf, const struct jval *document,
                        struct err *err)
{
    const struct jval *tracking = jval_get(document, "tracking");
    const struct jval *references = jval_get(document, "references");
    str word = csaf_text(jval_get(document, "aggregate_severity"), "text");
    struct advisory advisory = {
        .id = csaf_text(tracking, "id"),
        .title = csaf_text(document, "title"),
        .text = description_of(document),
        .severity = advisory_severity_of(word),
        .severity_text = word,
        .issued = reader_time(csaf_text(tracking, "initial_release_date")),
        .updated = reader_time(csaf_text(tracking, "current_release_date")),
    };
    int rc;

    advisory.type = type_of(advisory.id);
    for (size_t i = 0; i < jval_count(references); i++) {
        const struct jval *r = jval_at(references, i);

        if (str_eq(csaf_text(r, "category"), STR("self")) &&
            advisory.url.n == 0)
            advisory.url = csaf_text(r, "url");
    }
    rc = advisory_draft_advisory(csaf->reader->draft, &advisory, err);
    for (size_t i = 0; rc == 0 && i < jval_count(references); i++)
        rc = advisory_draft_reference(
            csaf->reader->draft, csaf_text(jval_at(references, i), "url"), err);
    return rc;
}

static int add_document(struct csaf *csaf, const struct jval *o,
                        struct err *err)
{
    const struct jval *document = jval_get(o, "document");
    const struct jval *tracking = jval_get(document, "tracking");
    const struct jval *list = jval_get(o, "vulnerabilities");
    str id = csaf_text(tracking, "id");
    str current = csaf_text(tracking, "current_release_date");
    str publisher = csaf_text(jval_get(document, "publisher"), "name");
    int rc;

    if (id.n == 0)
        return err_set(err, E_PARSE, "/document/tracking/id is missing");
    if (!str_starts(csaf_text(document, "csaf_version"), STR("2.")))
        return err_set(err, E_UNSUPPORTED, "is not of CSAF 2");
    csaf->vex = str_eq(csaf_text(document, "category"), STR("csaf_vex"));
    csaf->day = reader_day(current);
    csaf->reader->rank = csaf->vex ? ADVISORY_BY_VENDOR : ADVISORY_BY_UPDATE;
    csaf->reader->source = arena_printf(&csaf->reader->kept, "%" PRIstr " %s",
                                        ARGstr(str_sub(publisher, 0, 128)),
                                        csaf->vex ? "VEX" : "CSAF");
    reader_date(csaf->reader, current);
    rc = advisory_draft_document(csaf->reader->draft, id, err);
    if (rc == 0)
        rc = csaf_tree_read(&csaf->tree, jval_get(o, "product_tree"), err);
    if (rc == 0 && !csaf->vex)
        rc = add_advisory(csaf, document, err);
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        rc = add_vulnerability(csaf, jval_at(list, i), err);
    return rc;
}

int import_csaf(struct advisory_reader *reader, struct err *err)
{
    AUTO(jval_freep) struct jval *o = NULL;
    struct csaf csaf = { .reader = reader,
                         .tree = { .arena = &reader->arena } };
    int rc = reader_json(reader, &o, err);

    if (rc == 0)
        rc = add_document(&csaf, o, err);
    reader->documents = 1;
    csaf_tree_clear(&csaf.tree);
    map_clear(&csaf.remedies);
    vec_clear(&csaf.notes);
    vec_clear(&csaf.items);
    vec_clear(&csaf.last);
    return rc;
}
