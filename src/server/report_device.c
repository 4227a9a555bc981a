/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found on one device; see server/report_rows.h. Fixes are read off
 * its inventory, evaluated once more for the definitions that are shown.
 */
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/report_rows.h"

static const struct column columns[] = {
    { "severity", { { "Severity", "Gravité", "Ernst" } }, 3 },
    { "id", { { "OVAL-ID", "OVAL-ID", "OVAL-ID" } }, 4 },
    { "title", { { "Title", "Titre", "Titel" } }, 6 },
    { "cves", { { "CVEs", "CVE", "CVE's" } }, 4 },
    { "meaning", { { "Result", "Résultat", "Resultaat" } }, 2 },
    { "fixes", { { "Fix", "Correctif", "Oplossing" } }, 5 },
    { "disagree",
      { { "Agent and server disagree", "Agent et serveur en désaccord",
          "Agent en server oneens" } },
      2 },
    { NULL },
};

static bool disagrees(const struct on_device *d, uint32_t definition)
{
    return (d->disagree[definition / 8] >> definition % 8 & 1) != 0;
}

/* The finding, from the device's own facts where they are known. */
static int read_finding(struct on_device *d, uint32_t definition,
                        struct err *err)
{
    const struct oval_finding *plain;
    enum oval_result result;
    int rc;

    d->finding.rater = d->library.finding.rater;
    if (d->bench != NULL && d->bench->eval != NULL) {
        rc = oval_eval_definition(d->bench->eval, definition, &result, err);
        if (rc < 0)
            return rc;
        oval_finding_fill(&d->finding, d->bench->eval, definition);
        return 0;
    }
    plain = library_read(&d->library, d->shelf, definition, err);
    if (plain == NULL)
        return err->code;
    oval_finding_fill(&d->finding, d->library.shelves.p[d->shelf].eval,
                      definition);
    return 0;
}

static struct jval *row_json(void *ctx, const struct listed *row,
                             struct err *err)
{
    struct on_device *d = ctx;
    uint32_t definition = (uint32_t)row->b;
    enum oval_result result = (enum oval_result)d->results[definition];
    const struct oval_finding *f = &d->finding;
    struct jval *o;

    if (read_finding(d, definition, err) < 0)
        return NULL;
    o = jval_new_object();
    jval_set_text(o, "id", f->id);
    jval_set_i64(o, "content", d->library.shelves.p[d->shelf].content.id);
    jval_set_text(o, "class", str_c(oval_class_text(f->class_)));
    jval_set_text(o, "title", f->title.n > 0 ? f->title : STR(""));
    jval_set_text(o, "result", str_c(oval_result_text(result)));
    jval_set_text(o, "meaning", str_c(oval_meaning_text(f->class_, result)));
    jval_set(o, "severity", severity_json(f));
    jval_set_bool(o, "exploited", f->exploited);
    jval_set(o, "cves", cves_json(f));
    jval_set(o, "fixes", fixes_json(f));
    jval_set_bool(o, "disagree", disagrees(d, definition));
    return o;
}

static bool is_wanted(const struct on_device *d, str show, uint32_t definition,
                      enum oval_class class_)
{
    enum oval_result result = (enum oval_result)d->results[definition];
    bool bad = oval_meaning_of(class_, result) == OVAL_MEANS_BAD;
    bool open = result == OVAL_ERROR || result == OVAL_UNKNOWN;

    if (str_eq_c(show, "errors"))
        return open;
    if (str_eq_c(show, "disagree"))
        return disagrees(d, definition);
    if (str_eq_c(show, "all"))
        return bad || open || disagrees(d, definition);
    return bad;
}

/* Worst first: by rank, then what is exploited, then the score. */
static int64_t rank_of(const struct oval_finding *f)
{
    struct oval_weight w = oval_finding_weight(f);

    return -(((int64_t)w.rank * 2 + w.exploited) * 1000 + w.score);
}

static int find_rows(struct on_device *d, str show, struct err *err)
{
    const struct oval_content *c = d->library.shelves.p[d->shelf].pack;

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        const struct oval_finding *f;

        if (!is_wanted(d, show, i, (enum oval_class)c->definitions.p[i].class_))
            continue;
        f = library_read(&d->library, d->shelf, i, err);
        if (f == NULL)
            return err->code;
        listing_add(&d->listing, rank_of(f),
                    oval_name_text(c, c->definitions.p[i].id),
                    (int64_t)d->shelf, i);
    }
    return 0;
}

/* The content that has results of the device. */
static bool find_shelf(struct on_device *d, struct arena *arena)
{
    for (d->shelf = 0; d->shelf < d->library.shelves.n; d->shelf++) {
        const struct shelf *shelf = &d->library.shelves.p[d->shelf];
        uint32_t n = shelf->pack->definitions.n;

        d->results = arena_alloc(arena, n + 1, 1);
        d->disagree = arena_alloc(arena, n / 8 + 1, 1);
        if (assessed_device(shelf->assessed, d->device, d->results,
                            d->disagree) == 0)
            return true;
    }
    return false;
}

int on_device_open(struct request *req, int64_t device, struct on_device *out,
                   struct err *err)
{
    str show = jval_text(jval_get(req->query, "show"), STR("affected"));
    int rc = library_open(req->core, &req->scope, &out->library, err);

    if (rc < 0)
        return rc;
    out->device = device;
    out->listing = (struct listing){
        .title = { { "Findings of a device", "Constats d'un appareil",
                     "Bevindingen van een apparaat" } },
        .columns = columns,
        .json = row_json,
        .ctx = out,
    };
    out->known = visible_has(out->library.visible, device) &&
                 find_shelf(out, &req->arena);
    if (!out->known)
        return 0;
    out->bench = mem_alloc(1, sizeof(*out->bench));
    rc = bench_open(req, out->library.shelves.p[out->shelf].pack, device,
                    out->bench, err);
    return rc < 0 ? rc : find_rows(out, show, err);
}

void on_device_clear(struct on_device *d)
{
    if (d->bench != NULL)
        bench_close(d->bench);
    mem_free(d->bench);
    d->bench = NULL;
    listing_clear(&d->listing);
    library_close(&d->library);
    oval_finding_clear(&d->finding);
}
