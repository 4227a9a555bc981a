/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/draft.h"

#include <assert.h>

#include "advisory/draft_int.h"

void advisory_draft_free(struct advisory_draft *draft)
{
    if (draft == NULL)
        return;
    vec_clear(&draft->texts);
    map_clear(&draft->numbers);
    vec_clear(&draft->sources);
    vec_clear(&draft->documents);
    vec_clear(&draft->dead);
    map_clear(&draft->places);
    vec_clear(&draft->advisories);
    vec_clear(&draft->notices);
    vec_clear(&draft->vulns);
    vec_clear(&draft->items);
    vec_clear(&draft->refs);
    vec_clear(&draft->scores);
    vec_clear(&draft->supersedes);
    arena_clear(&draft->arena);
    mem_free(draft);
}

void advisory_draft_freep(struct advisory_draft **draft)
{
    advisory_draft_free(*draft);
    *draft = NULL;
}

/* --- Texts. --- */

static int intern(struct advisory_draft *draft, str text, uint32_t *out,
                  struct err *err)
{
    uint32_t have = map_get(&draft->numbers, text);

    if (have != MAP_NONE) {
        *out = have;
        return 0;
    }
    if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
        return err_set(err, E_PARSE, "a text has a NUL character");
    if (draft->texts.n >= ADV_TEXTS_MAX ||
        draft->text_bytes + text.n + 1 > ADV_TEXT_BYTES_MAX)
        return err_set(err, E_LIMIT,
                       "more than %d texts, or more than %llu bytes of them",
                       ADV_TEXTS_MAX, (unsigned long long)ADV_TEXT_BYTES_MAX);
    text = arena_str(&draft->arena, text);
    *out = (uint32_t)draft->texts.n;
    *vec_push(&draft->texts) = text;
    map_add(&draft->numbers, text, *out);
    draft->text_bytes += text.n + 1;
    return 0;
}

/* A name, which is never shortened: another name would be another thing. */
static int intern_name(struct advisory_draft *draft, str text, const char *what,
                       uint32_t *out, struct err *err)
{
    if (text.n > ADVISORY_NAME_MAX)
        return err_set(err, E_LIMIT, "%s is longer than %d bytes", what,
                       ADVISORY_NAME_MAX);
    return intern(draft, text, out, err);
}

/* Prose is shortened, between two characters. */
static int intern_prose(struct advisory_draft *draft, str text, size_t max,
                        uint32_t *out, struct err *err)
{
    text = str_trim(text);
    if (text.n > max) {
        text.n = max;
        while (text.n > 0 && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
            text.n--;
    }
    return intern(draft, text, out, err);
}

static int full(size_t n, size_t max, const char *what, struct err *err)
{
    return n < max ? 0 : err_set(err, E_LIMIT, "more than %zu %s", max, what);
}

/* --- Beginning with what a file holds. --- */

static const void *take(const struct advisory_data *data,
                        enum adv_section section, size_t *out_n)
{
    return advisory_data_section(data, section, out_n);
}

#define TAKE_SECTION(draft, data, member, section)                             \
    do {                                                                       \
        size_t n_;                                                             \
        const void *p_ = take(data, section, &n_);                             \
                                                                               \
        (draft)->member.p = mem_alloc(n_ + 8, sizeof(*(draft)->member.p));     \
        memcpy((draft)->member.p, p_, n_ * sizeof(*(draft)->member.p));        \
        (draft)->member.n = n_;                                                \
        (draft)->member.cap = n_ + 8;                                          \
    } while (0)

static str document_key(const struct adv_document *document)
{
    return (str){ (const char *)document, sizeof(*document) };
}

static void place_document(struct advisory_draft *draft, uint32_t at)
{
    str key = document_key(&draft->documents.p[at]);
    uint32_t have = map_get(&draft->places, key);

    if (have == MAP_NONE)
        map_add(&draft->places, arena_str(&draft->arena, key), at);
    else
        map_set(&draft->places, key, at);
}

static int take_texts(struct advisory_draft *draft,
                      const struct advisory_data *data, struct err *err)
{
    size_t n;

    take(data, ADV_OFFSETS, &n);
    map_reserve(&draft->numbers, (uint32_t)n);
    for (uint32_t i = 0; i + 1 < n; i++) {
        str text = advisory_data_text(data, i);

        if (map_add(&draft->numbers, text, i) != i || (i == 0 && text.n > 0))
            return err_set(err, E_CORRUPT,
                           "its texts are damaged; import the "
                           "advisories again");
        *vec_push(&draft->texts) = text;
        draft->text_bytes += text.n + 1;
    }
    return 0;
}

static bool fits(uint64_t first, uint64_t count, size_t n)
{
    return first + count <= n;
}

static bool texts_fit(const uint32_t *texts, size_t n, size_t end)
{
    for (size_t i = 0; i < n; i++) {
        if (texts[i] >= end)
            return false;
    }
    return true;
}

static bool advisories_fit(const struct advisory_draft *d)
{
    uint64_t refs = 0;

    for (size_t i = 0; i < d->advisories.n; i++) {
        const struct adv_advisory *a = &d->advisories.p[i];

        if (a->document >= d->documents.n ||
            !texts_fit(&a->id, 5, d->texts.n) ||
            !fits(a->ref_first, a->ref_count, d->refs.n) ||
            !fits(a->notice_first, a->notice_count, d->notices.n))
            return false;
        refs += a->ref_count;
    }
    return refs <= d->refs.n;
}

/* Notices, vulnerabilities and items stand one behind the other: the writer
 * moves them towards the front. */
static bool notices_fit(const struct advisory_draft *d)
{
    uint64_t vulns = 0;
    uint64_t items = 0;

    for (size_t i = 0; i < d->notices.n; i++) {
        const struct adv_notice *n = &d->notices.p[i];

        if (n->document >= d->documents.n || n->vuln_first != vulns ||
            n->item_first != items ||
            (n->advisory != ADVISORY_NONE &&
             (n->advisory >= d->advisories.n ||
              d->advisories.p[n->advisory].document != n->document)))
            return false;
        vulns += n->vuln_count;
        items += n->item_count;
    }
    return vulns == d->vulns.n && items == d->items.n;
}

static bool others_fit(const struct advisory_draft *d)
{
    for (size_t i = 0; i < d->items.n; i++) {
        if (d->items.p[i].notice >= d->notices.n ||
            !texts_fit(&d->items.p[i].package, 7, d->texts.n))
            return false;
    }
    for (size_t i = 0; i < d->scores.n; i++) {
        if (d->scores.p[i].document >= d->documents.n ||
            !texts_fit(&d->scores.p[i].vuln, 3, d->texts.n))
            return false;
    }
    for (size_t i = 0; i < d->supersedes.n; i++) {
        if (d->supersedes.p[i].document >= d->documents.n ||
            !texts_fit(&d->supersedes.p[i].id, 3, d->texts.n))
            return false;
    }
    return true;
}

/* A file may have been made to be wrong, checksums and all. */
static int check_all(const struct advisory_draft *d, struct err *err)
{
    bool good = texts_fit(d->vulns.p, d->vulns.n, d->texts.n) &&
                texts_fit(d->refs.p, d->refs.n, d->texts.n) &&
                advisories_fit(d) && notices_fit(d) && others_fit(d);

    for (size_t i = 0; i < d->sources.n; i++)
        good = good && texts_fit(&d->sources.p[i].name, 3, d->texts.n);
    for (size_t i = 0; i < d->documents.n; i++)
        good = good && d->documents.p[i].source < d->sources.n &&
               d->documents.p[i].id < d->texts.n;
    return good ? 0
                : err_set(err, E_CORRUPT,
                          "the advisories are damaged; import "
                          "them again");
}

static int take_all(struct advisory_draft *draft,
                    const struct advisory_data *data, struct err *err)
{
    int rc = take_texts(draft, data, err);

    TAKE_SECTION(draft, data, sources, ADV_SOURCES);
    TAKE_SECTION(draft, data, documents, ADV_DOCUMENTS);
    TAKE_SECTION(draft, data, advisories, ADV_ADVISORIES);
    TAKE_SECTION(draft, data, notices, ADV_NOTICES);
    TAKE_SECTION(draft, data, vulns, ADV_VULNS);
    TAKE_SECTION(draft, data, items, ADV_ITEMS);
    TAKE_SECTION(draft, data, refs, ADV_REFS);
    TAKE_SECTION(draft, data, scores, ADV_SCORES);
    TAKE_SECTION(draft, data, supersedes, ADV_SUPERSEDES);
    for (uint32_t i = 0; i < draft->documents.n; i++) {
        *vec_push(&draft->dead) = 0;
        place_document(draft, i);
    }
    return rc < 0 ? rc : check_all(draft, err);
}

/* --- A file. --- */

static void note_begin(struct advisory_draft *draft)
{
    draft->begun.documents = draft->documents.n;
    draft->begun.advisories = draft->advisories.n;
    draft->begun.notices = draft->notices.n;
    draft->begun.vulns = draft->vulns.n;
    draft->begun.items = draft->items.n;
    draft->begun.refs = draft->refs.n;
    draft->begun.scores = draft->scores.n;
    draft->begun.supersedes = draft->supersedes.n;
    draft->advisory = ADVISORY_NONE;
}

int advisory_draft_new(const struct advisory_data *data,
                       struct advisory_draft **out, struct err *err)
{
    AUTO(advisory_draft_freep)
    struct advisory_draft *draft = mem_alloc(1, sizeof(*draft));
    uint32_t empty;
    int rc;

    if (data != NULL)
        rc = take_all(draft, data, err);
    else
        rc = intern(draft, STR(""), &empty, err);
    if (rc < 0)
        return rc;
    note_begin(draft);
    *out = TAKE(draft);
    return 0;
}

/* Texts of what is forgotten stay; they are not written. */
static void forget(struct advisory_draft *draft)
{
    draft->documents.n = draft->dead.n = draft->begun.documents;
    draft->advisories.n = draft->begun.advisories;
    draft->notices.n = draft->begun.notices;
    draft->vulns.n = draft->begun.vulns;
    draft->items.n = draft->begun.items;
    draft->refs.n = draft->begun.refs;
    draft->scores.n = draft->begun.scores;
    draft->supersedes.n = draft->begun.supersedes;
    draft->advisory = ADVISORY_NONE;
}

void advisory_draft_begin(struct advisory_draft *draft)
{
    forget(draft);
}

static uint32_t document_now(const struct advisory_draft *draft)
{
    assert(draft->documents.n > draft->begun.documents);
    return (uint32_t)draft->documents.n - 1;
}

int advisory_draft_document(struct advisory_draft *draft, str id,
                            struct err *err)
{
    uint32_t text;
    int rc = intern_name(draft, id, "the id of a document", &text, err);

    if (rc == 0)
        rc = full(draft->documents.n, ADV_DOCUMENTS_MAX, "documents", err);
    if (rc < 0)
        return rc;
    *vec_push(&draft->documents) = (struct adv_document){ ADVISORY_NONE, text };
    *vec_push(&draft->dead) = 0;
    draft->advisory = ADVISORY_NONE;
    return 0;
}

static int fill_advisory(struct advisory_draft *draft,
                         const struct advisory *from, struct adv_advisory *to,
                         struct err *err)
{
    int rc =
        intern_name(draft, from->id, "the id of an advisory", &to->id, err);

    if (rc == 0 && from->id.n == 0)
        rc = err_set(err, E_PARSE, "an advisory has no id");
    if (rc == 0)
        rc = intern_prose(draft, from->title, ADVISORY_NAME_MAX, &to->title,
                          err);
    if (rc == 0)
        rc = intern_prose(draft, from->text, ADVISORY_TEXT_MAX, &to->text, err);
    if (rc == 0)
        rc = intern_prose(draft, from->url, ADVISORY_TEXT_MAX, &to->url, err);
    if (rc == 0)
        rc = intern_prose(draft, from->severity_text, ADVISORY_NAME_MAX,
                          &to->severity_text, err);
    return rc;
}

int advisory_draft_advisory(struct advisory_draft *draft,
                            const struct advisory *advisory, struct err *err)
{
    struct adv_advisory to = { 0 };
    int rc;

    draft->advisory = ADVISORY_NONE;
    if (advisory == NULL)
        return 0;
    rc = fill_advisory(draft, advisory, &to, err);
    if (rc == 0)
        rc = full(draft->advisories.n, ADV_ADVISORIES_MAX, "advisories", err);
    if (rc < 0)
        return rc;
    to.document = document_now(draft);
    to.ref_first = (uint32_t)draft->refs.n;
    to.notice_first = (uint32_t)draft->notices.n;
    to.issued = advisory->issued;
    to.updated = advisory->updated;
    to.type = (uint8_t)advisory->type;
    to.severity = (uint8_t)advisory->severity;
    to.flags = (uint8_t)((advisory->reboot ? ADV_REBOOT : 0) |
                         (advisory->restart ? ADV_RESTART : 0) |
                         (advisory->preview ? ADV_PREVIEW : 0));
    draft->advisory = (uint32_t)draft->advisories.n;
    *vec_push(&draft->advisories) = to;
    return 0;
}

int advisory_draft_reference(struct advisory_draft *draft, str url,
                             struct err *err)
{
    uint32_t text;
    int rc = intern_prose(draft, url, ADVISORY_TEXT_MAX, &text, err);

    if (rc == 0)
        rc = full(draft->refs.n, ADV_REFS_MAX, "references", err);
    if (rc < 0 || draft->advisory == ADVISORY_NONE)
        return rc;
    *vec_push(&draft->refs) = text;
    draft->advisories.p[draft->advisory].ref_count++;
    return 0;
}

int advisory_draft_supersedes(struct advisory_draft *draft, str id, str old,
                              str release, struct err *err)
{
    struct adv_supersede to = { .document = document_now(draft) };
    int rc = intern_name(draft, id, "the id of a patch", &to.id, err);

    if (rc == 0)
        rc = intern_name(draft, old, "the id of a patch", &to.old, err);
    if (rc == 0)
        rc = intern_name(draft, release, "a product", &to.release, err);
    if (rc == 0)
        rc =
            full(draft->supersedes.n, ADV_SUPERSEDES_MAX, "supersedences", err);
    if (rc < 0 || id.n == 0 || old.n == 0)
        return rc;
    *vec_push(&draft->supersedes) = to;
    return 0;
}

int advisory_draft_notice(struct advisory_draft *draft, struct err *err)
{
    int rc = full(draft->notices.n, ADV_NOTICES_MAX, "notices", err);

    if (rc < 0)
        return rc;
    if (draft->advisory != ADVISORY_NONE)
        draft->advisories.p[draft->advisory].notice_count++;
    *vec_push(&draft->notices) = (struct adv_notice){
        .document = document_now(draft),
        .advisory = draft->advisory,
        .vuln_first = (uint32_t)draft->vulns.n,
        .item_first = (uint32_t)draft->items.n,
    };
    return 0;
}

/* A notice names a vulnerability once. */
static bool is_named(const struct advisory_draft *draft,
                     const struct adv_notice *notice, uint32_t text)
{
    for (uint32_t i = 0; i < notice->vuln_count; i++) {
        if (draft->vulns.p[notice->vuln_first + i] == text)
            return true;
    }
    return false;
}

int advisory_draft_vulnerability(struct advisory_draft *draft, str name,
                                 struct err *err)
{
    struct adv_notice *notice = &draft->notices.p[draft->notices.n - 1];
    uint32_t text;
    int rc =
        intern_name(draft, name, "the name of a vulnerability", &text, err);

    if (rc == 0)
        rc = full(draft->vulns.n, ADV_VULNS_MAX, "vulnerabilities", err);
    if (rc == 0)
        rc = full(notice->vuln_count, ADVISORY_VULNS_MAX,
                  "vulnerabilities in one notice", err);
    if (rc < 0 || name.n == 0 || is_named(draft, notice, text))
        return rc;
    *vec_push(&draft->vulns) = text;
    notice->vuln_count++;
    return 0;
}

static int fill_item(struct advisory_draft *draft,
                     const struct advisory_item *from, struct adv_item *to,
                     struct err *err)
{
    int rc = intern_name(draft, from->package, "the name of a package",
                         &to->package, err);

    if (rc == 0)
        rc = intern_name(draft, from->release, "the name of a release",
                         &to->release, err);
    if (rc == 0)
        rc = intern_name(draft, from->arch, "an architecture", &to->arch, err);
    if (rc == 0)
        rc = intern_name(draft, from->version, "a version", &to->version, err);
    if (rc == 0)
        rc = intern_name(draft, from->from, "a version", &to->from, err);
    if (rc == 0)
        rc = intern_prose(draft, from->note, ADVISORY_NAME_MAX, &to->note, err);
    if (rc == 0)
        rc = intern_prose(draft, from->severity_text, ADVISORY_NAME_MAX,
                          &to->severity_text, err);
    return rc;
}

int advisory_draft_item(struct advisory_draft *draft,
                        const struct advisory_item *item, struct err *err)
{
    struct adv_item to = { .notice = (uint32_t)draft->notices.n - 1 };
    int rc = fill_item(draft, item, &to, err);

    if (rc == 0)
        rc = full(draft->items.n, ADV_ITEMS_MAX, "packages", err);
    if (rc < 0)
        return rc;
    to.day = item->day;
    to.status = (uint8_t)item->status;
    to.severity = (uint8_t)item->severity;
    to.flags = (uint8_t)((item->source_package ? ADV_SOURCE_PACKAGE : 0) |
                         (item->last_affected ? ADV_LAST_AFFECTED : 0));
    *vec_push(&draft->items) = to;
    draft->notices.p[to.notice].item_count++;
    return 0;
}

int advisory_draft_score(struct advisory_draft *draft,
                         const struct advisory_score *score, struct err *err)
{
    struct adv_score to = {
        .document = document_now(draft),
        .version = (uint8_t)score->version,
        .tenths = (uint8_t)score->tenths,
        .severity = (uint8_t)score->severity,
        .flags = (uint8_t)((score->exploited ? ADV_EXPLOITED : 0) |
                           (score->disclosed ? ADV_DISCLOSED : 0)),
    };
    int rc = intern_name(draft, score->vulnerability,
                         "the name of a vulnerability", &to.vuln, err);

    if (rc == 0)
        rc = intern_name(draft, score->vector, "a vector", &to.vector, err);
    if (rc == 0)
        rc = intern_prose(draft, score->severity_text, ADVISORY_NAME_MAX,
                          &to.severity_text, err);
    if (rc == 0)
        rc = full(draft->scores.n, ADV_SCORES_MAX, "scores", err);
    if (rc < 0 || score->vulnerability.n == 0)
        return rc;
    *vec_push(&draft->scores) = to;
    return 0;
}

/* --- Taking a file in. --- */

static int place_source(struct advisory_draft *draft,
                        const struct advisory_source *from, uint32_t *out,
                        struct err *err)
{
    struct adv_source to = { .rank = (uint32_t)from->rank,
                             .imported_s = from->imported_s };
    uint32_t at = 0;
    int rc =
        intern_name(draft, from->name, "the name of a source", &to.name, err);

    if (rc == 0)
        rc = intern_name(draft, from->format, "a format", &to.format, err);
    if (rc == 0)
        rc = intern_name(draft, from->date, "a date", &to.date, err);
    while (rc == 0 && at < draft->sources.n &&
           draft->sources.p[at].name != to.name)
        at++;
    if (rc == 0 && at == draft->sources.n)
        rc = full(at, ADV_SOURCES_MAX, "sources", err);
    if (rc < 0)
        return rc;
    if (at == draft->sources.n)
        (void)vec_push(&draft->sources);
    else if (str_cmp(draft->texts.p[draft->sources.p[at].date], from->date) > 0)
        to.date = draft->sources.p[at].date; /* one of several files */
    draft->sources.p[at] = to;
    *out = at;
    return 0;
}

int advisory_draft_accept(struct advisory_draft *draft,
                          const struct advisory_source *source, bool whole,
                          struct advisory_added *out, struct err *err)
{
    uint32_t at;
    int rc = place_source(draft, source, &at, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; whole && i < draft->begun.documents; i++) {
        if (draft->documents.p[i].source == at)
            draft->dead.p[i] = 1;
    }
    for (size_t i = draft->begun.documents; i < draft->documents.n; i++) {
        uint32_t before;

        draft->documents.p[i].source = at;
        before = map_get(&draft->places, document_key(&draft->documents.p[i]));
        if (before != MAP_NONE)
            draft->dead.p[before] = 1;
        place_document(draft, (uint32_t)i);
    }
    *out = (struct advisory_added){
        .source = draft->texts.p[draft->sources.p[at].name],
        .date = draft->texts.p[draft->sources.p[at].date],
        .advisories = draft->advisories.n - draft->begun.advisories,
        .notices = draft->notices.n - draft->begun.notices,
        .items = draft->items.n - draft->begun.items,
    };
    note_begin(draft);
    return 0;
}

int advisory_draft_remove(struct advisory_draft *draft, str source)
{
    uint32_t name = map_get(&draft->numbers, source);
    int rc = 1;

    for (uint32_t at = 0; at < draft->sources.n; at++) {
        if (draft->sources.p[at].name != name || name == MAP_NONE)
            continue;
        for (size_t i = 0; i < draft->documents.n; i++) {
            if (draft->documents.p[i].source == at)
                draft->dead.p[i] = 1;
        }
        rc = 0;
    }
    return rc;
}
