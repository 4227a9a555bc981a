/* SPDX-License-Identifier: Apache-2.0
 *
 * The devices that a CVE or an advisory is about: what all definitions that
 * name it say of a device, taken together. Affected by one is affected; what
 * one could not decide and no other found is undecided, never clean (K-OV-12).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/routes_int.h"

static const struct field devices_query[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = 200,
      .help = "CVE-2024-3094, or an advisory's id" },
    { "result", FIELD_ENUM, .words = "affected|undecided|all",
      .help = "affected unless told" },
    { "sort", FIELD_ENUM, .words = "name|device" },
    LISTING_QUERY,
    { NULL },
};
static const struct field device_fields[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "inventory_id", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "os", FIELD_TEXT, .required = true },
    { "result", FIELD_ENUM, .required = true, .words = "affected|undecided" },
    { "definitions", FIELD_INTEGER, .required = true,
      .help = "that come to this result" },
    { "definition", FIELD_TEXT, .required = true, .help = "one of them" },
    { "content", FIELD_INTEGER, .required = true, .help = "that it is of" },
    { NULL },
};
static const struct column device_columns[] = {
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "inventory_id",
      { { "Inventory ID", "ID d'inventaire", "Inventaris-ID" } },
      2 },
    { "os", { { "Operating system", "Système", "Besturingssysteem" } }, 4 },
    { "result", { { "Result", "Résultat", "Resultaat" } }, 2 },
    { "definitions", { { "Definitions", "Définitions", "Definities" } }, 1 },
    { NULL },
};

/* A result of one device; then, of each device one. */
struct hit {
    int64_t device;
    bool affected;
    uint32_t shelf;
    uint32_t definition;
    uint32_t count; /* of definitions with this result */
};

/* On the heap: a long list outlives its request. */
struct hits {
    struct request asker; /* who asks, and room for texts */
    struct library library;
    struct listing listing;
    VEC(struct hit) all;
    uint32_t shelf; /* that is walked now */
    uint32_t definition;
};

static void hits_free(void *owner)
{
    struct hits *hits = owner;

    listing_clear(&hits->listing);
    vec_clear(&hits->all);
    library_close(&hits->library);
    request_clear(&hits->asker);
    mem_free(hits);
}

static void hits_let_go(struct hits **hits)
{
    if (*hits != NULL && (*hits)->listing.owner != NULL)
        hits_free(*hits);
}

static int add_result(void *ctx, const struct device_result *result,
                      struct err *err UNUSED)
{
    struct hits *hits = ctx;
    const struct shelf *shelf = &hits->library.shelves.p[hits->shelf];
    enum oval_class class_ =
        (enum oval_class)shelf->pack->definitions.p[hits->definition].class_;
    bool affected = oval_meaning_of(class_, result->result) == OVAL_MEANS_BAD;

    if (affected || result->result == OVAL_ERROR ||
        result->result == OVAL_UNKNOWN)
        *vec_push(&hits->all) = (struct hit){
            .device = result->device,
            .affected = affected,
            .shelf = hits->shelf,
            .definition = hits->definition,
            .count = 1,
        };
    return 0;
}

static int gather(struct hits *hits, str id, struct err *err)
{
    for (size_t s = 0; s < hits->library.shelves.n; s++) {
        const struct shelf *shelf = &hits->library.shelves.p[s];

        hits->shelf = (uint32_t)s;
        for (uint32_t i = 0;
             shelf->assessed != NULL && i < shelf->pack->definitions.n; i++) {
            int rc;

            if (!definition_names(shelf->pack, &shelf->pack->definitions.p[i],
                                  id))
                continue;
            hits->definition = i;
            rc = assessed_devices(shelf->assessed, hits->library.visible, i,
                                  add_result, hits, err);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

/* By device, what affects it first. */
static int compare_hits(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;

    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->affected != y->affected)
        return x->affected ? -1 : 1;
    if (x->shelf != y->shelf)
        return x->shelf < y->shelf ? -1 : 1;
    return x->definition < y->definition ? -1 : x->definition > y->definition;
}

/* One a device. */
static void merge(struct hits *hits)
{
    size_t n = 0;

    if (hits->all.n == 0)
        return;
    qsort(hits->all.p, hits->all.n, sizeof(*hits->all.p), compare_hits);
    for (size_t i = 1; i < hits->all.n; i++) {
        const struct hit *hit = &hits->all.p[i];

        if (hit->device != hits->all.p[n].device)
            hits->all.p[++n] = *hit;
        else if (hit->affected == hits->all.p[n].affected)
            hits->all.p[n].count++;
    }
    hits->all.n = n + 1;
}

static int compare_device(const void *key, const void *hit)
{
    int64_t device = *(const int64_t *)key;
    int64_t other = ((const struct hit *)hit)->device;

    return device < other ? -1 : device > other;
}

static struct jval *device_json(void *ctx, const struct listed *row,
                                struct err *err)
{
    struct hits *hits = ctx;
    const struct hit *hit = bsearch(&row->a, hits->all.p, hits->all.n,
                                    sizeof(*hits->all.p), compare_device);
    const struct shelf *shelf = &hits->library.shelves.p[hit->shelf];
    struct device_face face;
    struct jval *o;

    if (device_face(&hits->asker, row->a, &face, err) < 0)
        return NULL;
    o = jval_new_object();
    jval_set_i64(o, "device", row->a);
    jval_set_text(o, "inventory_id", inventory_id(&hits->asker.arena, row->a));
    jval_set_text(o, "name", face.name);
    jval_set_text(o, "os", face.os);
    jval_set_text(o, "result", str_c(hit->affected ? "affected" : "undecided"));
    jval_set_i64(o, "definitions", hit->count);
    jval_set_text(
        o, "definition",
        oval_name_text(shelf->pack,
                       shelf->pack->definitions.p[hit->definition].id));
    jval_set_i64(o, "content", shelf->content.id);
    return o;
}

static struct hits *hits_new(struct request *req)
{
    struct hits *hits = mem_alloc(1, sizeof(*hits));
    struct arena *arena = &hits->asker.arena;

    request_init(&hits->asker, req->core);
    hits->asker.scope = req->scope;
    hits->asker.scope.name = arena_str(arena, req->scope.name);
    hits->listing = (struct listing){
        .title = { { "Affected devices", "Appareils touchés",
                     "Getroffen apparaten" } },
        .columns = device_columns,
        .json = device_json,
        .ctx = hits,
        .owner = hits,
        .release = hits_free,
        .note =
            arena_str(arena, jval_text(jval_get(req->query, "id"), STR(""))),
    };
    return hits;
}

static int add_rows(struct hits *hits, const struct jval *query,
                    struct err *err)
{
    str want = jval_text(jval_get(query, "result"), STR("affected"));
    bool by_name =
        str_eq_c(jval_text(jval_get(query, "sort"), STR("device")), "name");

    for (size_t i = 0; i < hits->all.n; i++) {
        const struct hit *hit = &hits->all.p[i];
        struct device_face face = { STR(""), STR("") };
        int rc = 0;

        if (!str_eq_c(want, "all") &&
            hit->affected != str_eq_c(want, "affected"))
            continue;
        if (by_name)
            rc = device_face(&hits->asker, hit->device, &face, err);
        if (rc == E_ABSENT)
            continue;
        if (rc < 0)
            return rc;
        listing_add(&hits->listing, 0, face.name, hit->device, 0);
    }
    return 0;
}

static int list_devices(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(hits_let_go) struct hits *hits = hits_new(req);
    str id = str_trim(jval_text(jval_get(req->query, "id"), STR("")));
    int rc = library_open(req->core, &req->scope, &hits->library, err);

    if (rc == 0)
        rc = gather(hits, id, err);
    if (rc < 0)
        return rc;
    hits->library.scope = NULL; /* of the request; nobody asks it any more */
    merge(hits);
    rc = add_rows(hits, req->query, err);
    return rc < 0 ? rc : listing_answer(req, res, &hits->listing, err);
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/cve/devices", DOOR_API, PERM_REPORT_READ,
      .handler = list_devices, .query = devices_query, .answer = device_fields,
      .list = true,
      .summary = "The devices that a CVE or an advisory is about, over all "
                 "definitions that name it." },
};
const struct route_table routes_cve_device = { rows, COUNT(rows) };
