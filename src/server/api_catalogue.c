/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: every definition that the server holds, and one of them
 * with its devices and its reasons (K-CAT, K-OV-4..12). The organisation
 * (K-CAT-7) is that of the asker's scope.
 */
#include "base/mem.h"
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/definition_tree.h"
#include "server/routes_int.h"

static const struct field list_query[] = {
    { "view", FIELD_ENUM, .words = "all|affected|errors|deprecated",
      .help = "K-CAT-3" },
    { "id", FIELD_TEXT, .help = "part of the OVAL-ID" },
    { "cve", FIELD_TEXT, .help = "a CVE number" },
    { "platform", FIELD_TEXT,
      .help = "part of a family, platform or product, or of debian:12" },
    { "class", FIELD_ENUM, .words = CLASS_WORDS },
    { "status", FIELD_TEXT, .help = "verbatim, or 'not stated'" },
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "q", FIELD_TEXT, .help = "anywhere in ids, platforms and texts" },
    { "sort", FIELD_ENUM, .words = "id|title|affected" },
    LISTING_QUERY,
    { NULL },
};
static const struct field item_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "content", FIELD_OBJECT, .required = true, .of = content_ref_fields },
    { "class", FIELD_TEXT, .required = true },
    { "status", FIELD_TEXT, .required = true },
    { "deprecated", FIELD_BOOL, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 1 << 20 },
    { "cves", FIELD_TEXTS, .required = true },
    { "refs", FIELD_LIST, .required = true, .of = reference_fields },
    { "severity", FIELD_OBJECT, .required = true, .of = severity_fields },
    { "exploited", FIELD_BOOL, .required = true },
    { "affected", FIELD_INTEGER, .required = true },
    { "tested", FIELD_INTEGER, .required = true },
    { "errors", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct column columns[] = {
    { "id", { { "OVAL-ID", "OVAL-ID", "OVAL-ID" } }, 4 },
    { "title", { { "Title", "Titre", "Titel" } }, 6 },
    { "class", { { "Class", "Classe", "Klasse" } }, 2 },
    { "status", { { "Status", "Statut", "Status" } }, 2 },
    { "cves", { { "CVEs", "CVE", "CVE's" } }, 4 },
    { "severity", { { "Severity", "Gravité", "Ernst" } }, 3 },
    { "affected", { { "Affected", "Touchés", "Getroffen" } }, 1 },
    { "tested", { { "Tested", "Testés", "Getest" } }, 1 },
    { "errors", { { "Errors", "Erreurs", "Fouten" } }, 1 },
    { "unknown", { { "Unknown", "Inconnus", "Onbekend" } }, 1 },
    { NULL },
};

/* --- Filters ------------------------------------------------------------- */

struct filter {
    str view;
    str id;
    str cve;
    str platform;
    str status;
    str text;
    enum oval_class class_; /* OVAL_CLASS_BAD: any */
};

static void read_filter(const struct jval *query, struct filter *out)
{
    *out = (struct filter){
        .view = jval_text(jval_get(query, "view"), STR("all")),
        .id = jval_text(jval_get(query, "id"), STR("")),
        .cve = str_trim(jval_text(jval_get(query, "cve"), STR(""))),
        .platform = jval_text(jval_get(query, "platform"), STR("")),
        .status = jval_text(jval_get(query, "status"), STR("")),
        .text = jval_text(jval_get(query, "q"), STR("")),
        .class_ =
            oval_class_of(jval_text(jval_get(query, "class"), STR("any"))),
    };
}

bool definition_names(const struct oval_content *c,
                      const struct oval_definition *d, str id)
{
    for (uint32_t i = 0; i < d->note_count; i++) {
        const struct oval_note *note = &c->notes.p[d->note_first + i];

        if ((note->kind == OVAL_NOTE_REFERENCE &&
             str_eq_nocase(oval_prose_text(c, note->b), id)) ||
            (note->kind == OVAL_NOTE_CVE &&
             str_eq_nocase(oval_prose_text(c, note->a), id)))
            return true;
    }
    return false;
}

/* What the notes of a definition say of a filter. */
struct noted {
    bool platform;
    bool text;
    str status;
};

static void look_at_note(const struct filter *f, const struct oval_content *c,
                         const struct oval_note *note, struct noted *out)
{
    str a = oval_prose_text(c, note->a);
    str b = oval_prose_text(c, note->b);
    bool place = note->kind <= OVAL_NOTE_PRODUCT;

    if (note->kind == OVAL_NOTE_STATUS)
        out->status = a;
    if (place && f->platform.n > 0 && has_nocase(a, f->platform))
        out->platform = true;
    if (f->text.n == 0 || out->text)
        return;
    if (place || note->kind == OVAL_NOTE_CVE ||
        note->kind == OVAL_NOTE_REFERENCE || note->kind == OVAL_NOTE_STATUS)
        out->text =
            has_nocase(a, f->text) ||
            (note->kind == OVAL_NOTE_REFERENCE && has_nocase(b, f->text));
}

static bool is_class(const struct filter *f, const struct oval_definition *d)
{
    if (f->class_ == OVAL_CLASS_BAD || f->class_ == d->class_)
        return true;
    return f->class_ == OVAL_CLASS_DEPRECATED &&
           (d->flags & OVAL_DEPRECATED) != 0;
}

static bool is_wanted(const struct filter *f, const struct shelf *shelf,
                      uint32_t index)
{
    const struct oval_content *c = shelf->pack;
    const struct oval_definition *d = &c->definitions.p[index];
    str id = oval_name_text(c, d->id);
    struct noted noted = { 0 };

    if (!is_class(f, d) || (f->id.n > 0 && !has_nocase(id, f->id)) ||
        (f->cve.n > 0 && !definition_names(c, d, f->cve)))
        return false;
    if (f->platform.n > 0)
        noted.platform =
            has_nocase(str_c(shelf->content.platform), f->platform);
    if (f->text.n > 0)
        noted.text = has_nocase(id, f->text) ||
                     has_nocase(oval_prose_text(c, d->title), f->text) ||
                     has_nocase(oval_prose_text(c, d->description), f->text);
    for (uint32_t i = 0; i < d->note_count; i++)
        look_at_note(f, c, &c->notes.p[d->note_first + i], &noted);
    return (f->platform.n == 0 || noted.platform) &&
           (f->text.n == 0 || noted.text) &&
           (f->status.n == 0 || str_eq_nocase(stated(noted.status), f->status));
}

static bool is_in_view(str view, const struct oval_definition *d,
                       const struct tally *t)
{
    if (str_eq_c(view, "affected"))
        return t->affected > 0;
    if (str_eq_c(view, "errors"))
        return t->errors > 0 || t->unknown > 0;
    if (str_eq_c(view, "deprecated"))
        return (d->flags & OVAL_DEPRECATED) != 0 ||
               d->class_ == OVAL_CLASS_DEPRECATED;
    return true;
}

/* --- List ---------------------------------------------------------------- */

static struct jval *item_json(void *ctx, const struct listed *row,
                              struct err *err)
{
    struct library *library = ctx;
    const struct shelf *shelf = &library->shelves.p[row->a];
    const struct oval_finding *f =
        library_read(library, (size_t)row->a, (uint32_t)row->b, err);
    struct tally t;
    struct jval *o;

    if (f == NULL)
        return NULL;
    t = tally_of(f->class_, &shelf->counts[row->b]);
    o = jval_new_object();
    jval_set_text(o, "id", f->id);
    jval_set(o, "content", content_json(&shelf->content));
    jval_set_text(o, "class", str_c(oval_class_text(f->class_)));
    jval_set_text(o, "status", stated(f->status));
    jval_set_bool(o, "deprecated", f->deprecated);
    jval_set_text(o, "title", f->title.n > 0 ? f->title : STR(""));
    jval_set(o, "cves", cves_json(f));
    jval_set(o, "refs", references_json(f));
    jval_set(o, "severity", severity_json(f));
    jval_set_bool(o, "exploited", f->exploited);
    jval_set_i64(o, "affected", t.affected);
    jval_set_i64(o, "tested", t.tested);
    jval_set_i64(o, "errors", t.errors);
    jval_set_i64(o, "unknown", t.unknown);
    return o;
}

static void find_rows(const struct library *library, const struct filter *f,
                      str sort, struct listing *out)
{
    for (size_t s = 0; s < library->shelves.n; s++) {
        const struct shelf *shelf = &library->shelves.p[s];
        const struct oval_content *c = shelf->pack;

        for (uint32_t i = 0; i < c->definitions.n; i++) {
            const struct oval_definition *d = &c->definitions.p[i];
            struct tally t = tally_of(d->class_, &shelf->counts[i]);
            str key = oval_name_text(c, d->id);

            if (!is_in_view(f->view, d, &t) || !is_wanted(f, shelf, i))
                continue;
            if (str_eq_c(sort, "title"))
                key = str_trim(oval_prose_text(c, d->title));
            listing_add(out, str_eq_c(sort, "affected") ? -t.affected : 0, key,
                        (int64_t)s, i);
        }
    }
}

static int open_library(struct request *req, struct library *library,
                        struct err *err)
{
    int64_t content = jval_i64(jval_get(req->query, "content"), 0);

    if (content != 0)
        return library_open_content(req->core, &req->scope, content, library,
                                    err);
    return library_open(req->core, &req->scope, library, err);
}

/* On the heap: a long list outlives its request. */
struct catalogue {
    struct library library;
    struct listing listing;
};

static void catalogue_free(void *owner)
{
    struct catalogue *c = owner;

    listing_clear(&c->listing);
    library_close(&c->library);
    mem_free(c);
}

static void catalogue_let_go(struct catalogue **catalogue)
{
    if (*catalogue != NULL && (*catalogue)->listing.owner != NULL)
        catalogue_free(*catalogue);
}

static struct catalogue *catalogue_new(void)
{
    struct catalogue *c = mem_alloc(1, sizeof(*c));

    c->listing = (struct listing){
        .title = { { "OVAL catalogue", "Catalogue OVAL", "OVAL-catalogus" } },
        .columns = columns,
        .json = item_json,
        .ctx = &c->library,
        .owner = c,
        .release = catalogue_free,
    };
    return c;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(catalogue_let_go) struct catalogue *c = catalogue_new();
    struct filter filter;
    int rc = open_library(req, &c->library, err);

    if (rc == 0)
        rc = library_count(&c->library, err);
    if (rc < 0)
        return rc;
    c->library.scope = NULL; /* of the request; nobody asks it any more */
    read_filter(req->query, &filter);
    find_rows(&c->library, &filter,
              jval_text(jval_get(req->query, "sort"), STR("id")), &c->listing);
    return listing_answer(req, res, &c->listing, err);
}

/* --- One definition ------------------------------------------------------ */

static const struct field one_query[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = 1000 },
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { NULL },
};
static const struct field one_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "version", FIELD_INTEGER, .required = true },
    { "content", FIELD_OBJECT, .required = true, .of = content_ref_fields },
    { "contents", FIELD_IDS, .required = true,
      .help = "active contents that have it" },
    { "status", FIELD_TEXT, .required = true },
    { "class", FIELD_TEXT, .required = true },
    { "deprecated", FIELD_BOOL, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 1 << 20 },
    { "description", FIELD_TEXT, .required = true, .max = 1 << 24 },
    { "issued", FIELD_TEXT },
    { "refs", FIELD_LIST, .required = true, .of = reference_fields },
    { "cves", FIELD_TEXTS, .required = true },
    { "platforms", FIELD_TEXTS, .required = true },
    { "severity", FIELD_OBJECT, .required = true, .of = severity_fields },
    { "exploited", FIELD_BOOL, .required = true },
    { "risk", FIELD_LIST, .required = true,
      .help = "what risk data say of its CVEs" },
    { "criteria", FIELD_OBJECT, .help = "the tree that decides (K-CAT-5)" },
    { "affected", FIELD_INTEGER, .required = true },
    { "tested", FIELD_INTEGER, .required = true },
    { "errors", FIELD_INTEGER, .required = true },
    { "unknown", FIELD_INTEGER, .required = true },
    { "not_applicable", FIELD_INTEGER, .required = true },
    { NULL },
};

int library_find(struct request *req, const struct library *library, str id,
                 struct place *out, struct err *err)
{
    for (size_t i = 0; i < library->shelves.n; i++) {
        uint32_t index = oval_content_find(library->shelves.p[i].pack, id);

        if (index != OVAL_NONE) {
            *out = (struct place){ i, index };
            return 0;
        }
    }
    return refuse(req, 404, "id", err, E_ABSENT, "there is no definition %.*s",
                  (int)(id.n > 200 ? 200 : id.n), id.p);
}

int library_open_one(struct request *req, struct library *library,
                     struct place *out, struct err *err)
{
    int rc = open_library(req, library, err);

    if (rc == 0)
        rc = library_find(req, library,
                          jval_text(jval_get(req->query, "id"), STR("")), out,
                          err);
    return rc;
}

static struct jval *platforms_json(const struct oval_content *c,
                                   const struct oval_definition *d)
{
    struct jval *list = jval_new_array();

    for (uint32_t i = 0; i < d->note_count; i++) {
        const struct oval_note *note = &c->notes.p[d->note_first + i];

        if ((note->kind == OVAL_NOTE_PLATFORM ||
             note->kind == OVAL_NOTE_PRODUCT) &&
            jval_count(list) < FIELD_LIST_MAX)
            jval_push(list, jval_new_text(
                                str_sub(oval_prose_text(c, note->a), 0, 300)));
    }
    return list;
}

static struct jval *contents_json(const struct library *library, str id)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < library->shelves.n; i++) {
        if (oval_content_find(library->shelves.p[i].pack, id) != OVAL_NONE)
            jval_push(list, jval_new_i64(library->shelves.p[i].content.id));
    }
    return list;
}

static struct jval *one_json(const struct library *library,
                             const struct place *place,
                             const struct oval_finding *f)
{
    const struct shelf *shelf = &library->shelves.p[place->shelf];
    const struct oval_definition *d =
        &shelf->pack->definitions.p[place->definition];
    struct tally t = tally_of(f->class_, &shelf->counts[place->definition]);
    struct jval *o = jval_new_object();

    jval_set_text(o, "id", f->id);
    jval_set_i64(o, "version", f->version);
    jval_set(o, "content", content_json(&shelf->content));
    jval_set(o, "contents", contents_json(library, f->id));
    jval_set_text(o, "status", stated(f->status));
    jval_set_text(o, "class", str_c(oval_class_text(f->class_)));
    jval_set_bool(o, "deprecated", f->deprecated);
    jval_set_text(o, "title", f->title.n > 0 ? f->title : STR(""));
    jval_set_text(o, "description",
                  f->description.n > 0 ? f->description : STR(""));
    jval_set_text(o, "issued", f->issued.n > 0 ? f->issued : STR_NONE);
    jval_set(o, "refs", references_json(f));
    jval_set(o, "cves", cves_json(f));
    jval_set(o, "platforms", platforms_json(shelf->pack, d));
    jval_set(o, "severity", severity_json(f));
    jval_set_bool(o, "exploited", f->exploited);
    jval_set(o, "risk", ratings_json(f));
    jval_set(o, "criteria",
             definition_tree_json(shelf->pack, place->definition));
    jval_set_i64(o, "affected", t.affected);
    jval_set_i64(o, "tested", t.tested);
    jval_set_i64(o, "errors", t.errors);
    jval_set_i64(o, "unknown", t.unknown);
    jval_set_i64(o, "not_applicable", t.not_applicable);
    return o;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    AUTO(library_close) struct library library = { 0 };
    const struct oval_finding *f;
    struct place place;
    int rc = library_open_one(req, &library, &place, err);

    if (rc == 0)
        rc = library_count(&library, err);
    if (rc < 0)
        return rc;
    f = library_read(&library, place.shelf, place.definition, err);
    if (f == NULL)
        return err->code;
    res->json = one_json(&library, &place, f);
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/catalogue", DOOR_API, PERM_REPORT_READ,
      .handler = list, .query = list_query, .answer = item_fields, .list = true,
      .summary = "List the definitions that the server holds." },
    { METHOD_GET, "/api/v1/definition", DOOR_API, PERM_REPORT_READ,
      .handler = get, .query = one_query, .answer = one_fields,
      .summary = "One definition with its criteria and references." },
};
const struct route_table routes_catalogue = { rows, COUNT(rows) };
