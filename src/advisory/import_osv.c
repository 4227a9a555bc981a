/* SPDX-License-Identifier: Apache-2.0
 *
 * Open Source Vulnerabilities (OSV schema 1.x): one object, or an array of
 * them. What is itself a CVE ("CVE-2024-1", "UBUNTU-CVE-2024-1") is a
 * statement; everything else is an advisory. The CVEs of an advisory are its
 * aliases and what it calls upstream; distributions put them into "related".
 */
#include "advisory/import_int.h"

struct osv {
    struct advisory_reader *reader;
    const struct jval *o; /* the object */
    str id;
    uint16_t day;
    bool is_cve;
};

static str text_of(const struct jval *o, const char *key)
{
    return jval_text(jval_get(o, key), STR(""));
}

/* --- Vulnerabilities. --- */

static int add_cves(struct osv *osv, const char *key, size_t *n,
                    struct err *err)
{
    const struct jval *list = jval_get(osv->o, key);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        str text = jval_text(jval_at(list, i), STR(""));
        str cve = reader_cut_cve(&text);

        if (cve.n == 0)
            continue;
        rc = advisory_draft_vulnerability(osv->reader->draft, cve, err);
        (*n)++;
    }
    return rc;
}

static int add_vulns(struct osv *osv, struct err *err)
{
    str rest = osv->id;
    str own = reader_cut_cve(&rest);
    size_t n = own.n > 0;
    int rc = 0;

    if (own.n > 0)
        rc = advisory_draft_vulnerability(osv->reader->draft, own, err);
    if (rc == 0)
        rc = add_cves(osv, "aliases", &n, err);
    if (rc == 0)
        rc = add_cves(osv, "upstream", &n, err);
    if (rc == 0 && n == 0)
        rc = add_cves(osv, "related", &n, err);
    if (rc == 0 && n == 0)
        rc = advisory_draft_vulnerability(osv->reader->draft, osv->id, err);
    return rc;
}

/* --- What is affected. --- */

static str severity_word(const struct jval *affected)
{
    const struct jval *specific = jval_get(affected, "ecosystem_specific");
    str word = text_of(specific, "severity");

    if (word.n == 0)
        word = text_of(specific, "urgency");
    if (word.n == 0)
        word = text_of(jval_get(affected, "database_specific"), "severity");
    return word;
}

static int add_item(struct osv *osv, struct advisory_item *item,
                    struct err *err)
{
    item->day = osv->day;
    return advisory_draft_item(osv->reader->draft, item, err);
}

/* Events come in pairs: introduced, and fixed or last affected. */
static int add_range(struct osv *osv, const struct jval *range,
                     struct advisory_item item, struct err *err)
{
    const struct jval *events = jval_get(range, "events");
    bool open = false;
    int rc = 0;

    if (str_eq(text_of(range, "type"), STR("GIT")))
        return 0;
    for (size_t i = 0; rc == 0 && i < jval_count(events); i++) {
        const struct jval *event = jval_at(events, i);
        str introduced = text_of(event, "introduced");
        str fixed = text_of(event, "fixed");
        str last = text_of(event, "last_affected");

        if (introduced.n > 0) {
            item.from = str_eq(introduced, STR("0")) ? STR("") : introduced;
            open = true;
        }
        if (fixed.n == 0 && last.n == 0)
            continue;
        item.status = fixed.n > 0 ? ADVISORY_FIXED : ADVISORY_AFFECTED;
        item.version = fixed.n > 0 ? fixed : last;
        item.last_affected = fixed.n == 0;
        rc = add_item(osv, &item, err);
        item.version = item.from = STR("");
        item.last_affected = open = false;
    }
    if (rc == 0 && open) {
        item.status = ADVISORY_AFFECTED;
        rc = add_item(osv, &item, err);
    }
    return rc;
}

/* Only single versions are named. */
static int add_versions(struct osv *osv, const struct jval *versions,
                        struct advisory_item *item, struct err *err)
{
    AUTO(buf_clear) struct buf note = BUF(ADVISORY_NAME_MAX);

    buf_add_c(&note, "versions");
    for (size_t i = 0; i < jval_count(versions); i++) {
        str version = jval_text(jval_at(versions, i), STR(""));

        if (note.n + version.n + 8 > ADVISORY_NAME_MAX) {
            buf_add_c(&note, " ...");
            break;
        }
        buf_add_char(&note, ' ');
        buf_add(&note, version);
    }
    item->status = ADVISORY_AFFECTED;
    item->note = buf_str(&note);
    return add_item(osv, item, err);
}

static int add_affected(struct osv *osv, const struct jval *affected,
                        struct err *err)
{
    const struct jval *package = jval_get(affected, "package");
    const struct jval *ranges = jval_get(affected, "ranges");
    const struct jval *versions = jval_get(affected, "versions");
    str ecosystem = text_of(package, "ecosystem");
    str word = severity_word(affected);
    AUTO(buf_clear) struct buf release = BUF(ADVISORY_NAME_MAX * 2);
    struct advisory_item item = {
        .package = text_of(package, "name"),
        .severity = advisory_severity_of(word),
        .severity_text = word,
    };
    bool ranged = false;
    int rc = 0;

    if (item.package.n == 0)
        return 0;
    release_name(ecosystem, &release);
    item.release = buf_str(&release);
    item.source_package = release_family_of(item.release) == RELEASE_DPKG;
    for (size_t i = 0; rc == 0 && i < jval_count(ranges); i++) {
        const struct jval *range = jval_at(ranges, i);

        ranged |= !str_eq(text_of(range, "type"), STR("GIT"));
        rc = add_range(osv, range, item, err);
    }
    if (rc == 0 && !ranged && jval_count(versions) > 0)
        rc = add_versions(osv, versions, &item, err);
    return rc;
}

/* --- The object. --- */

static enum advisory_type type_of(str id)
{
    static const struct {
        const char *prefix;
        enum advisory_type type;
    } types[] = {
        { "ALBA-", ADVISORY_BUGFIX },      { "RLBA-", ADVISORY_BUGFIX },
        { "RHBA-", ADVISORY_BUGFIX },      { "ALEA-", ADVISORY_ENHANCEMENT },
        { "RLEA-", ADVISORY_ENHANCEMENT }, { "RHEA-", ADVISORY_ENHANCEMENT },
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        if (str_starts(id, str_c(types[i].prefix)))
            return types[i].type;
    }
    return ADVISORY_SECURITY;
}

static int add_advisory(struct osv *osv, struct err *err)
{
    const struct jval *references = jval_get(osv->o, "references");
    str title = text_of(osv->o, "summary");
    str word = text_of(jval_get(osv->o, "database_specific"), "severity");
    struct advisory advisory = {
        .id = osv->id,
        .title = title,
        .text = text_of(osv->o, "details"),
        .type = type_of(osv->id),
        .issued = reader_time(text_of(osv->o, "published")),
        .updated = reader_time(text_of(osv->o, "modified")),
    };
    int rc;

    /* "Important: bcel security update" */
    if (word.n == 0 && str_find_char(title, ':') < title.n)
        word = str_sub(title, 0, str_find_char(title, ':'));
    advisory.severity = advisory_severity_of(word);
    if (advisory.severity != ADVISORY_UNASSIGNED)
        advisory.severity_text = word;
    rc = advisory_draft_advisory(osv->reader->draft, &advisory, err);
    for (size_t i = 0; rc == 0 && i < jval_count(references); i++)
        rc = advisory_draft_reference(
            osv->reader->draft, text_of(jval_at(references, i), "url"), err);
    return rc;
}

/* The vectors are of the object, so of all vulnerabilities it names; only
 * that of a single one is certain. */
static int add_scores(struct osv *osv, struct err *err)
{
    const struct jval *list = jval_get(osv->o, "severity");
    str rest = osv->id;
    struct advisory_score score = { .vulnerability = reader_cut_cve(&rest) };
    int rc = 0;

    if (score.vulnerability.n == 0) {
        rest = jval_text(jval_at(jval_get(osv->o, "aliases"), 0), STR(""));
        score.vulnerability = reader_cut_cve(&rest);
    }
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        score.vector = text_of(jval_at(list, i), "score");
        score.version = reader_score(score.vector, &score.tenths);
        if (score.version != CVSS_NONE)
            rc = advisory_draft_score(osv->reader->draft, &score, err);
    }
    return rc;
}

static void name_source(struct osv *osv)
{
    const struct jval *affected = jval_get(osv->o, "affected");
    str name = text_of(jval_get(jval_at(affected, 0), "package"), "ecosystem");

    if (osv->reader->source.n > 0)
        return;
    name = str_sub(str_cut(&name, ':'), 0, 64);
    osv->reader->source = arena_printf(&osv->reader->kept, "OSV%s%" PRIstr,
                                       name.n > 0 ? " " : "", ARGstr(name));
}

static int add_object(struct advisory_reader *reader, const struct jval *o,
                      struct err *err)
{
    struct osv osv = { .reader = reader, .o = o, .id = text_of(o, "id") };
    const struct jval *affected = jval_get(o, "affected");
    int rc = osv.id.n > 0 ? advisory_draft_document(reader->draft, osv.id, err)
                          : err_set(err, E_PARSE, "an entry has no id");

    if (rc < 0)
        return rc;
    reader->documents++;
    name_source(&osv);
    reader_date(reader, text_of(o, "modified"));
    if (jval_get(o, "withdrawn") != NULL) {
        reader->skipped++;
        return 0;
    }
    osv.is_cve = str_find(osv.id, STR("CVE-")) < osv.id.n;
    osv.day = reader_day(text_of(o, "published"));
    if (!osv.is_cve)
        rc = add_advisory(&osv, err);
    if (rc == 0)
        rc = advisory_draft_notice(reader->draft, err);
    if (rc == 0)
        rc = add_vulns(&osv, err);
    for (size_t i = 0; rc == 0 && i < jval_count(affected); i++)
        rc = add_affected(&osv, jval_at(affected, i), err);
    return rc < 0 ? rc : add_scores(&osv, err);
}

static bool deeper(const str *keys, unsigned depth)
{
    (void)keys;
    return depth == 0;
}

static int on_part(void *ctx, const struct reader_part *part, struct err *err)
{
    return add_object(ctx, part->value, err);
}

int import_osv(struct advisory_reader *reader, struct err *err)
{
    AUTO(jval_freep) struct jval *o = NULL;
    struct reader_split split = { deeper, on_part, reader };
    str head;
    int rc = stream_peek(reader->stream, &head, err);

    if (rc < 0)
        return rc;
    if (str_starts(str_trim(head), STR("[")))
        return reader_split(reader, &split, err);
    rc = reader_json(reader, &o, err);
    return rc < 0 ? rc : add_object(reader, o, err);
}
