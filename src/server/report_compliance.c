/* SPDX-License-Identifier: Apache-2.0
 *
 * The report by device; see server/report_rows.h.
 */
#include "server/core.h"
#include "server/report_rows.h"

static const struct column columns[] = {
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "inventory_id",
      { { "Inventory ID", "ID d'inventaire", "Inventaris-ID" } },
      2 },
    { "os", { { "Operating system", "Système", "Besturingssysteem" } }, 4 },
    { "last_run", { { "Last run", "Dernière exécution", "Laatste run" } }, 3 },
    { "content",
      { { "Content version", "Version du contenu", "Inhoudsversie" } },
      3 },
    { "tests", { { "Tests run", "Tests exécutés", "Uitgevoerde tests" } }, 1 },
    { "failed", { { "Failed", "Échecs", "Mislukt" } }, 1 },
    { "errors",
      { { "Errors, unknown", "Erreurs, inconnus", "Fouten, onbekend" } },
      1 },
    { "not_applicable",
      { { "Not applicable", "Non applicables", "Niet van toepassing" } },
      1 },
    { "duration_ms", { { "Duration (ms)", "Durée (ms)", "Duur (ms)" } }, 1 },
    { NULL },
};

/* One device's results by meaning. False when it has none of this content. */
static bool tally_device(struct compliance *c, const struct shelf *shelf,
                         int64_t device, struct tally *out, int64_t *disagree)
{
    const struct oval_content *pack = shelf->pack;
    uint32_t n = pack->definitions.n;

    *out = (struct tally){ 0 };
    *disagree = 0;
    if (shelf->assessed == NULL ||
        assessed_device(shelf->assessed, device, c->results.p, c->disagree.p) !=
            0)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        struct oval_fleet_counts one = { { 0 } };
        struct tally t;

        one.n[c->results.p[i]] = 1;
        t = tally_of((enum oval_class)pack->definitions.p[i].class_, &one);
        out->affected += t.affected;
        out->errors += t.errors;
        out->unknown += t.unknown;
        out->not_applicable += t.not_applicable;
        out->tested += t.tested;
        *disagree += c->disagree.p[i / 8] >> i % 8 & 1;
    }
    return true;
}

/* What is stored of a device besides results. */
static int read_row(struct compliance *c, const struct shelf *shelf,
                    int64_t device, struct jval *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        c->library.core->db,
        "SELECT d.name, d.os_name, COALESCE(MAX(f.at), 0),"
        " COALESCE(MAX(CASE WHEN f.origin = 'agent' THEN f.duration_ms END),"
        " MAX(f.duration_ms), 0) FROM device d LEFT JOIN finding f"
        " ON f.device = d.id AND f.content = $2 WHERE d.id = $1"
        " GROUP BY d.name, d.os_name",
        DB_ARGS(db_i64(device), db_i64(shelf->content.id)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : err_set(err, E_ABSENT, "a device is gone");
    jval_set_text(out, "name", db_col_text(rows, 0));
    jval_set_text(out, "os", db_col_text(rows, 1));
    json_time(out, "last_run", db_col_i64(rows, 2));
    jval_set_i64(out, "duration_ms", db_col_i64(rows, 3));
    return 0;
}

static struct jval *row_json(void *ctx, const struct listed *row,
                             struct err *err)
{
    struct compliance *c = ctx;
    const struct shelf *shelf = &c->library.shelves.p[row->b];
    AUTO(jval_freep) struct jval *o = jval_new_object();
    struct tally t;
    int64_t disagree;

    jval_set_i64(o, "device", row->a);
    jval_set_text(o, "inventory_id", inventory_id(&c->arena, row->a));
    if (read_row(c, shelf, row->a, o, err) < 0)
        return NULL;
    tally_device(c, shelf, row->a, &t, &disagree);
    jval_set(o, "content", content_json(&shelf->content));
    jval_set_i64(o, "tests", t.tested);
    jval_set_i64(o, "failed", t.affected);
    jval_set_i64(o, "errors", t.errors + t.unknown);
    jval_set_i64(o, "not_applicable", t.not_applicable);
    jval_set_i64(o, "disagree", disagree);
    return TAKE(o);
}

struct named {
    int64_t device;
    str name;
    bool wanted;
};

/* The first definition's devices are all that have results. */
struct finding_rows {
    struct compliance *c;
    size_t shelf;
    str text;
    str sort;
    VEC(struct named) named; /* ascending */
    size_t at;
};

static int keep_name(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct finding_rows *f = ctx;
    struct named *named = vec_push(&f->named);

    named->device = db_col_i64(row, 0);
    named->name = arena_str(&f->c->arena, db_col_text(row, 1));
    named->wanted = has_nocase(named->name, f->text) ||
                    has_nocase(db_col_text(row, 2), f->text);
    return 0;
}

/* All devices of the organisation at once: a question a device would hold up
 * everybody else. */
static int read_names(struct finding_rows *f, struct err *err)
{
    struct compliance *c = f->c;

    return db_each(c->library.core->db,
                   "SELECT id, name, os_name FROM device WHERE org = $1"
                   " ORDER BY id",
                   DB_ARGS(db_i64(c->scope.org)), keep_name, f, err);
}

/* Devices come in ascending order. NULL: it is gone. */
static const struct named *find_named(struct finding_rows *f, int64_t device)
{
    while (f->at < f->named.n && f->named.p[f->at].device < device)
        f->at++;
    return f->at < f->named.n && f->named.p[f->at].device == device
               ? &f->named.p[f->at]
               : NULL;
}

static int add_row(void *ctx, const struct device_result *result,
                   struct err *err UNUSED)
{
    struct finding_rows *f = ctx;
    const struct named *named = find_named(f, result->device);
    bool by_name = !str_eq_c(f->sort, "device");
    int64_t rank = 0;

    if (named == NULL || !named->wanted)
        return 0;
    if (str_eq_c(f->sort, "failed")) {
        struct tally t;
        int64_t disagree;

        tally_device(f->c, &f->c->library.shelves.p[f->shelf], result->device,
                     &t, &disagree);
        rank = -t.affected;
    }
    listing_add(&f->c->listing, rank, by_name ? named->name : STR(""),
                result->device, (int64_t)f->shelf);
    return 0;
}

static int find_rows(struct compliance *c, const struct jval *query,
                     struct err *err)
{
    struct finding_rows f = {
        .c = c,
        .text = jval_text(jval_get(query, "q"), STR("")),
        .sort = jval_text(jval_get(query, "sort"), STR("name")),
    };
    int rc = read_names(&f, err);

    for (; rc == 0 && f.shelf < c->library.shelves.n; f.shelf++) {
        const struct shelf *shelf = &c->library.shelves.p[f.shelf];

        f.at = 0;
        if (shelf->assessed != NULL && shelf->pack->definitions.n > 0)
            rc = assessed_devices(shelf->assessed, c->library.visible, 0,
                                  add_row, &f, err);
    }
    vec_clear(&f.named);
    return rc;
}

/* Scratch for the largest content. */
static void make_room(struct compliance *c)
{
    size_t most = 0;

    for (size_t i = 0; i < c->library.shelves.n; i++) {
        size_t n = c->library.shelves.p[i].pack->definitions.n;

        most = n > most ? n : most;
    }
    c->results.p = mem_alloc(most + 1, 1);
    c->disagree.p = mem_alloc(most / 8 + 1, 1);
}

static void release(void *owner)
{
    compliance_free(owner);
}

static int fill(struct compliance *c, struct core *core,
                const struct jval *query, struct err *err)
{
    int64_t content = jval_i64(jval_get(query, "content"), 0);
    int rc;

    if (content != 0)
        rc = library_open_content(core, &c->scope, content, &c->library, err);
    else
        rc = library_open(core, &c->scope, &c->library, err);
    if (rc < 0)
        return rc;
    make_room(c);
    c->listing = (struct listing){
        .title = { { "OVAL device compliance", "Conformité OVAL des appareils",
                     "OVAL-conformiteit van apparaten" } },
        .columns = columns,
        .json = row_json,
        .ctx = c,
        .owner = c,
        .release = release,
    };
    return find_rows(c, query, err);
}

int compliance_new(struct core *core, const struct scope *scope,
                   const struct jval *query, struct compliance **out,
                   struct err *err)
{
    struct compliance *c = mem_alloc(1, sizeof(*c));
    int rc;

    c->scope = *scope;
    c->scope.name = arena_str(&c->arena, scope->name);
    rc = fill(c, core, query, err);
    if (rc < 0)
        compliance_free(c);
    else
        *out = c;
    return rc;
}

void compliance_free(struct compliance *c)
{
    if (c == NULL)
        return;
    listing_clear(&c->listing);
    library_close(&c->library);
    mem_free(c->results.p);
    mem_free(c->disagree.p);
    arena_clear(&c->arena);
    mem_free(c);
}

void compliance_let_go(struct compliance **compliance)
{
    if (*compliance != NULL && (*compliance)->listing.owner != NULL)
        compliance_free(*compliance);
}
