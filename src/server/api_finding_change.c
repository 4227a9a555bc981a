/* SPDX-License-Identifier: Apache-2.0
 *
 * When a finding of a device opened and when it closed (D-35): what is kept of
 * its results, one after the other, by the names of definitions, so that a new
 * content version is compared with the one before. A finding that cannot be
 * decided any more is undecided, not closed (K-OV-12).
 */
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "fleet/finding.h"
#include "fleet/merge.h"
#include "oval/verdicts.h"
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/routes_int.h"

enum {
    RESULTS_MAX = 200, /* the newest of a device that are compared */
    CONTENTS_MAX = 8,  /* the newest contents that they are of */
    CHANGES_MAX = 50000,
};

enum change_kind {
    CHANGE_OPENED,
    CHANGE_CLOSED,
    CHANGE_UNDECIDED,
};
#define CHANGE_WORDS "opened|closed|undecided"
static const char *const kinds[] = { "opened", "closed", "undecided" };

static const struct field changes_query[] = {
    { "change", FIELD_ENUM, .words = CHANGE_WORDS },
    LISTING_QUERY,
    { NULL },
};
static const struct field change_fields[] = {
    { "at", FIELD_TIME, .required = true },
    { "change", FIELD_ENUM, .required = true, .words = CHANGE_WORDS },
    { "withdrawn", FIELD_BOOL, .required = true,
      .help = "closed because the content does not have it any more" },
    { "origin", FIELD_ENUM, .required = true, .words = "agent|server" },
    { "run", FIELD_INTEGER, .help = "null: of none" },
    { "id", FIELD_TEXT, .required = true },
    { "content", FIELD_INTEGER, .required = true },
    { "class", FIELD_TEXT, .required = true },
    { "title", FIELD_TEXT, .required = true, .max = 1 << 20 },
    { "severity", FIELD_OBJECT, .required = true, .of = severity_fields },
    { "exploited", FIELD_BOOL, .required = true },
    { "cves", FIELD_TEXTS, .required = true },
    { NULL },
};
static const struct column columns[] = {
    { "at", { { "When", "Quand", "Wanneer" } }, 3 },
    { "change", { { "Change", "Changement", "Wijziging" } }, 2 },
    { "id", { { "OVAL-ID", "OVAL-ID", "OVAL-ID" } }, 4 },
    { "title", { { "Title", "Titre", "Titel" } }, 6 },
    { "cves", { { "CVEs", "CVE", "CVE's" } }, 4 },
    { "severity", { { "Severity", "Gravité", "Ernst" } }, 3 },
    { NULL },
};

struct change {
    enum change_kind kind;
    bool withdrawn;
    enum finding_origin origin;
    int64_t at;
    int64_t run;
    size_t shelf;
    uint32_t definition;
};

struct open_finding {
    size_t shelf;
    uint32_t definition;
    bool undecided;
    bool seen; /* by the result that is looked at */
};

struct origin {
    bool has;
    size_t shelf;
    uint8_t *results;
};

struct walk {
    struct library library;
    struct listing listing;
    VEC(struct change) changes;
    VEC(struct open_finding) open;
    struct map names;         /* of what is open, to its index */
    struct origin origins[2]; /* by enum finding_origin */
    bool whole;               /* nothing older was left out */
    int64_t since;            /* of the first result that is compared; or 0 */
};

static void walk_clear(struct walk *w)
{
    mem_free(w->origins[0].results);
    mem_free(w->origins[1].results);
    map_clear(&w->names);
    vec_clear(&w->open);
    vec_clear(&w->changes);
    listing_clear(&w->listing);
    library_close(&w->library);
}

static str name_of(const struct walk *w, size_t shelf, uint32_t definition)
{
    const struct oval_content *c = w->library.shelves.p[shelf].pack;

    return oval_name_text(c, c->definitions.p[definition].id);
}

/* --- One result after the other ------------------------------------------ */

/* What a stored result is told of: where, and whether it is told at all. */
struct step {
    struct change as; /* kind and definition are set by each change */
    bool silent;
};

static void tell(struct walk *w, const struct step *step, enum change_kind kind,
                 size_t shelf, uint32_t definition)
{
    struct change change = step->as;

    if (step->silent || w->changes.n >= CHANGES_MAX)
        return;
    change.kind = kind;
    change.shelf = shelf;
    change.definition = definition;
    if (kind == CHANGE_CLOSED)
        change.withdrawn =
            oval_content_find(w->library.shelves.p[step->as.shelf].pack,
                              name_of(w, shelf, definition)) == OVAL_NONE;
    *vec_push(&w->changes) = change;
}

static void is_bad(struct walk *w, const struct step *step, uint32_t definition)
{
    str name = name_of(w, step->as.shelf, definition);
    uint32_t at = map_get(&w->names, name);
    struct open_finding *f;

    if (at == MAP_NONE) {
        at = (uint32_t)w->open.n;
        *vec_push(&w->open) = (struct open_finding){ .undecided = true };
        map_add(&w->names, name, at);
    }
    f = &w->open.p[at];
    if (f->undecided)
        tell(w, step, CHANGE_OPENED, step->as.shelf, definition);
    *f = (struct open_finding){ step->as.shelf, definition, false, true };
}

static void is_undecided(struct walk *w, const struct step *step,
                         uint32_t definition)
{
    uint32_t at = map_get(&w->names, name_of(w, step->as.shelf, definition));
    struct open_finding *f;

    if (at == MAP_NONE)
        return;
    f = &w->open.p[at];
    if (!f->undecided)
        tell(w, step, CHANGE_UNDECIDED, step->as.shelf, definition);
    *f = (struct open_finding){ step->as.shelf, definition, true, true };
}

/* What the result does not have open any more. */
static void close_rest(struct walk *w, const struct step *step)
{
    size_t n = 0;

    for (size_t i = 0; i < w->open.n; i++) {
        struct open_finding *f = &w->open.p[i];

        if (!f->seen) {
            tell(w, step, CHANGE_CLOSED, f->shelf, f->definition);
            continue;
        }
        f->seen = false;
        w->open.p[n++] = *f;
    }
    if (n == w->open.n)
        return;
    w->open.n = n;
    map_clear(&w->names);
    for (size_t i = 0; i < n; i++)
        map_add(&w->names,
                name_of(w, w->open.p[i].shelf, w->open.p[i].definition),
                (uint32_t)i);
}

static enum oval_result result_of(const struct walk *w, size_t shelf,
                                  int origin, uint32_t definition)
{
    const struct origin *o = &w->origins[origin];

    return o->has && o->shelf == shelf
               ? (enum oval_result)o->results[definition]
               : OVAL_UNKNOWN;
}

static void compare(struct walk *w, const struct step *step)
{
    size_t shelf = step->as.shelf;
    const struct oval_content *c = w->library.shelves.p[shelf].pack;

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        struct merged m =
            finding_merge(result_of(w, shelf, FINDING_AGENT, i),
                          result_of(w, shelf, FINDING_SERVER, i), false);
        enum oval_class class_ = (enum oval_class)c->definitions.p[i].class_;

        if (oval_meaning_of(class_, m.result) == OVAL_MEANS_BAD)
            is_bad(w, step, i);
        else if (m.result == OVAL_ERROR || m.result == OVAL_UNKNOWN)
            is_undecided(w, step, i);
    }
    close_rest(w, step);
}

static bool find_shelf(const struct walk *w, int64_t content, size_t *out)
{
    for (*out = 0; *out < w->library.shelves.n; (*out)++) {
        if (w->library.shelves.p[*out].content.id == content)
            return true;
    }
    return false;
}

/* An agent that had not heard of the newer content yet. */
static bool is_late(const struct walk *w, const struct step *step)
{
    const struct origin *server = &w->origins[FINDING_SERVER];
    const struct shelf *shelves = w->library.shelves.p;

    return step->as.origin == FINDING_AGENT && server->has &&
           shelves[step->as.shelf].content.id <
               shelves[server->shelf].content.id;
}

static int on_row(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct walk *w = ctx;
    struct step step = { .as = {
                             .origin = str_eq_c(db_col_text(row, 1), "agent")
                                           ? FINDING_AGENT
                                           : FINDING_SERVER,
                             .at = db_col_i64(row, 2),
                             .run = db_col_i64(row, 3),
                         } };
    struct origin *o = &w->origins[step.as.origin];
    const struct oval_content *c;

    if (!find_shelf(w, db_col_i64(row, 0), &step.as.shelf) || is_late(w, &step))
        return 0;
    c = w->library.shelves.p[step.as.shelf].pack;
    mem_free(o->results);
    o->results = mem_alloc(c->definitions.n + 1, 1);
    step.silent = !w->whole && !o->has;
    o->has = oval_verdicts_decode(db_col_blob(row, 4), oval_verdicts_key(c),
                                  c->definitions.n, o->results, NULL) == 0;
    o->shelf = step.as.shelf;
    if (!o->has)
        return 0;
    if (w->since == 0)
        w->since = step.as.at;
    compare(w, &step);
    return 0;
}

/* --- What is looked at --------------------------------------------------- */

/* The contents of the newest results whose packs are there. */
static int open_contents(struct walk *w, int64_t device, int64_t first,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(w->library.core->db,
                      "SELECT content, MAX(id) FROM finding_history"
                      " WHERE device = $1 AND id >= $2 GROUP BY content"
                      " ORDER BY MAX(id) DESC",
                      DB_ARGS(db_i64(device), db_i64(first)), &rows, err);

    for (int n = 0; rc == 0 && (rc = db_next(rows, err)) > 0; n++) {
        rc = n < CONTENTS_MAX
                 ? library_add_content(&w->library, db_col_i64(rows, 0), err)
                 : E_ABSENT;
        if (rc == E_ABSENT) {
            w->whole = false;
            rc = 0;
        }
    }
    return rc;
}

static int look(struct walk *w, int64_t device, struct err *err)
{
    struct db *db = w->library.core->db;
    int64_t first = 0;
    int64_t older = 0;
    int rc =
        db_one_i64(db,
                   "SELECT COALESCE(MIN(x.id), 0) FROM (SELECT id FROM"
                   " finding_history WHERE device = $1 ORDER BY id DESC"
                   " LIMIT $2) x",
                   DB_ARGS(db_i64(device), db_i64(RESULTS_MAX)), &first, err);

    if (rc >= 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM finding_history WHERE device = $1"
                        " AND id < $2",
                        DB_ARGS(db_i64(device), db_i64(first)), &older, err);
    if (rc < 0)
        return rc;
    w->whole = older == 0;
    rc = open_contents(w, device, first, err);
    if (rc < 0)
        return rc;
    rc = db_each(db,
                 "SELECT content, origin, at, run, verdicts FROM"
                 " finding_history WHERE device = $1 AND id >= $2 ORDER BY id",
                 DB_ARGS(db_i64(device), db_i64(first)), on_row, w, err);
    return rc < 0 ? rc : 0;
}

/* --- The list ------------------------------------------------------------ */

static struct jval *change_json(void *ctx, const struct listed *row,
                                struct err *err)
{
    struct walk *w = ctx;
    const struct change *change = &w->changes.p[row->a];
    const struct oval_finding *f =
        library_read(&w->library, change->shelf, change->definition, err);
    struct jval *o;

    if (f == NULL)
        return NULL;
    o = jval_new_object();
    json_time(o, "at", change->at);
    jval_set_text(o, "change", str_c(kinds[change->kind]));
    jval_set_bool(o, "withdrawn", change->withdrawn);
    jval_set_text(o, "origin", str_c(finding_origin_name(change->origin)));
    if (change->run != 0)
        jval_set_i64(o, "run", change->run);
    else
        jval_set_text(o, "run", STR_NONE);
    jval_set_text(o, "id", f->id);
    jval_set_i64(o, "content", w->library.shelves.p[change->shelf].content.id);
    jval_set_text(o, "class", str_c(oval_class_text(f->class_)));
    jval_set_text(o, "title", f->title.n > 0 ? f->title : STR(""));
    jval_set(o, "severity", severity_json(f));
    jval_set_bool(o, "exploited", f->exploited);
    jval_set(o, "cves", cves_json(f));
    return o;
}

static int list_changes(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(walk_clear) struct walk w = { .names = MAP };
    str want = jval_text(jval_get(req->query, "change"), STR(""));
    struct device_face face;
    int rc = device_face(req, req->params[0], &face, err);

    if (rc == 0)
        rc = library_open(req->core, &req->scope, &w.library, err);
    if (rc == 0)
        rc = look(&w, req->params[0], err);
    if (rc < 0)
        return rc;
    w.listing = (struct listing){
        .title = { { "History of findings", "Historique des constats",
                     "Geschiedenis van bevindingen" } },
        .columns = columns,
        .note = face.name,
        .json = change_json,
        .ctx = &w,
    };
    for (size_t i = 0; i < w.changes.n; i++) {
        const struct change *change = &w.changes.p[i];

        if (want.n == 0 || str_eq_c(want, kinds[change->kind]))
            listing_add(&w.listing, -change->at,
                        name_of(&w, change->shelf, change->definition),
                        (int64_t)i, 0);
    }
    rc = listing_answer(req, res, &w.listing, err);
    if (rc == 0 && res->json != NULL) {
        json_time(res->json, "since", w.since);
        jval_set_bool(res->json, "whole", w.whole);
    }
    return rc;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/devices/{device}/findings/changes", DOOR_API,
      PERM_REPORT_READ, .handler = list_changes, .query = changes_query,
      .answer = change_fields, .list = true,
      .summary = "When findings of a device opened and closed, newest first." },
};
const struct route_table routes_finding_change = { rows, COUNT(rows) };
