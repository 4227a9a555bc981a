/* SPDX-License-Identifier: Apache-2.0
 *
 * The report by test; see server/report_rows.h.
 */
#include "base/clock.h"
#include "server/core.h"
#include "server/report_rows.h"

static const struct column columns[] = {
    { "id", { { "OVAL-ID", "OVAL-ID", "OVAL-ID" } }, 4 },
    { "title", { { "Title", "Titre", "Titel" } }, 6 },
    { "cves", { { "CVEs", "CVE", "CVE's" } }, 4 },
    { "class", { { "Class", "Classe", "Klasse" } }, 2 },
    { "status", { { "Status", "Statut", "Status" } }, 2 },
    { "tested", { { "Tested", "Testés", "Getest" } }, 1 },
    { "failed", { { "Failed", "Échecs", "Mislukt" } }, 1 },
    { "errors", { { "Errors", "Erreurs", "Fouten" } }, 1 },
    { "last_run", { { "Last run", "Dernière exécution", "Laatste run" } }, 3 },
    { NULL },
};

static struct jval *row_json(void *ctx, const struct listed *row,
                             struct err *err)
{
    struct summary *s = ctx;
    const struct shelf *shelf = &s->library.shelves.p[row->a];
    const struct oval_finding *f =
        library_read(&s->library, (size_t)row->a, (uint32_t)row->b, err);
    struct tally t;
    struct jval *o;

    if (f == NULL)
        return NULL;
    t = tally_of(f->class_, &shelf->counts[row->b]);
    o = jval_new_object();
    jval_set_text(o, "id", f->id);
    jval_set_i64(o, "content", shelf->content.id);
    jval_set_text(o, "title", f->title.n > 0 ? f->title : STR(""));
    jval_set(o, "cves", cves_json(f));
    jval_set_text(o, "class", str_c(oval_class_text(f->class_)));
    jval_set_text(o, "status", stated(f->status));
    jval_set(o, "severity", severity_json(f));
    jval_set_i64(o, "tested", t.tested);
    jval_set_i64(o, "failed", t.affected);
    jval_set_i64(o, "errors", t.errors + t.unknown);
    json_time(o, "last_run", shelf->last);
    return o;
}

struct filter {
    enum oval_class class_;
    str show;
    str text;
    str sort;
};

static bool has_text(const struct oval_content *c,
                     const struct oval_definition *d, str text)
{
    if (text.n == 0 || has_nocase(oval_name_text(c, d->id), text) ||
        has_nocase(oval_prose_text(c, d->title), text))
        return true;
    for (uint32_t i = 0; i < d->note_count; i++) {
        const struct oval_note *note = &c->notes.p[d->note_first + i];

        if ((note->kind == OVAL_NOTE_REFERENCE &&
             has_nocase(oval_prose_text(c, note->b), text)) ||
            (note->kind == OVAL_NOTE_CVE &&
             has_nocase(oval_prose_text(c, note->a), text)))
            return true;
    }
    return false;
}

static bool is_wanted(const struct filter *f, const struct oval_content *c,
                      const struct oval_definition *d, const struct tally *t)
{
    if (t->tested + t->not_applicable == 0) /* it was not run */
        return false;
    if (f->class_ != OVAL_CLASS_BAD && f->class_ != d->class_ &&
        !(f->class_ == OVAL_CLASS_DEPRECATED &&
          (d->flags & OVAL_DEPRECATED) != 0))
        return false;
    if (str_eq_c(f->show, "failed") && t->affected == 0)
        return false;
    if (str_eq_c(f->show, "errors") && t->errors + t->unknown == 0)
        return false;
    return has_text(c, d, f->text);
}

static void find_rows(struct summary *s, const struct filter *f)
{
    for (size_t i = 0; i < s->library.shelves.n; i++) {
        const struct shelf *shelf = &s->library.shelves.p[i];
        const struct oval_content *c = shelf->pack;

        for (uint32_t k = 0; k < c->definitions.n; k++) {
            const struct oval_definition *d = &c->definitions.p[k];
            struct tally t = tally_of(d->class_, &shelf->counts[k]);
            str key = str_eq_c(f->sort, "title")
                          ? str_trim(oval_prose_text(c, d->title))
                          : oval_name_text(c, d->id);

            if (is_wanted(f, c, d, &t))
                listing_add(&s->listing,
                            str_eq_c(f->sort, "failed") ? -t.affected : 0, key,
                            (int64_t)i, k);
        }
    }
}

/* "since content version X of DATE" (D-35), of each content. */
static str note_of(const struct library *library, struct arena *arena)
{
    AUTO(buf_clear) struct buf text = BUF(16384);

    for (size_t i = 0; i < library->shelves.n; i++) {
        const struct content *c = &library->shelves.p[i].content;
        char version[CLOCK_TEXT_MAX];
        char date[CLOCK_TEXT_MAX];

        clock_text(c->feed_time, version);
        clock_text(c->imported, date);
        buf_printf(&text, "%ssince content version %s of %s (%s)",
                   i > 0 ? "; " : "", version, date, c->platform);
    }
    if (library->run != 0)
        buf_printf(&text, "; run %lld", (long long)library->run);
    return arena_str(arena, buf_str(&text));
}

static int open_library(struct core *core, const struct scope *scope,
                        const struct jval *query, struct library *out,
                        struct err *err)
{
    int64_t content = jval_i64(jval_get(query, "content"), 0);
    int64_t run = jval_i64(jval_get(query, "run"), 0);

    if (run != 0)
        return library_open_run(core, scope, run, out, err);
    if (content != 0)
        return library_open_content(core, scope, content, out, err);
    return library_open(core, scope, out, err);
}

static void release(void *owner)
{
    summary_free(owner);
}

static int fill(struct summary *s, struct core *core, const struct jval *query,
                struct err *err)
{
    struct filter filter = {
        .class_ =
            oval_class_of(jval_text(jval_get(query, "class"), STR("any"))),
        .show = jval_text(jval_get(query, "show"), STR("all")),
        .text = jval_text(jval_get(query, "q"), STR("")),
        .sort = jval_text(jval_get(query, "sort"), STR("id")),
    };
    int rc = open_library(core, &s->scope, query, &s->library, err);

    if (rc == 0)
        rc = library_count(&s->library, err);
    if (rc < 0)
        return rc;
    s->listing = (struct listing){
        .title = { { "OVAL report: summary by test",
                     "Rapport OVAL : résumé par test",
                     "OVAL-rapport: overzicht per test" } },
        .columns = columns,
        .note = note_of(&s->library, &s->arena),
        .json = row_json,
        .ctx = s,
        .owner = s,
        .release = release,
    };
    find_rows(s, &filter);
    return 0;
}

int summary_new(struct core *core, const struct scope *scope,
                const struct jval *query, struct summary **out, struct err *err)
{
    struct summary *s = mem_alloc(1, sizeof(*s));
    int rc;

    s->scope = *scope;
    s->scope.name = arena_str(&s->arena, scope->name);
    rc = fill(s, core, query, err);
    if (rc < 0)
        summary_free(s);
    else
        *out = s;
    return rc;
}

struct jval *summary_since(const struct summary *s)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < s->library.shelves.n; i++)
        jval_push(list, content_json(&s->library.shelves.p[i].content));
    return list;
}

void summary_free(struct summary *s)
{
    if (s == NULL)
        return;
    listing_clear(&s->listing);
    library_close(&s->library);
    arena_clear(&s->arena);
    mem_free(s);
}

void summary_let_go(struct summary **summary)
{
    if (*summary != NULL && (*summary)->listing.owner != NULL)
        summary_free(*summary);
}
