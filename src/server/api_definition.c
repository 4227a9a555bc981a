/* SPDX-License-Identifier: Apache-2.0
 *
 * The devices of one definition (K-CAT-6, K-AFF-1), why it came out as it did
 * on one of them, and the label for all that are affected (K-AFF-2, K-AFF-3).
 */
#include "base/mem.h"
#include "base/zpack.h"
#include "fleet/finding.h"
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/definition_tree.h"
#include "server/routes_int.h"

enum {
    DETAILS_OPEN_MAX = 64 << 20,
};

static const struct field devices_query[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = 1000 },
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "result", FIELD_ENUM, .words = "affected|all|" RESULT_WORDS,
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
    { "result", FIELD_ENUM, .required = true, .words = RESULT_WORDS },
    { "meaning", FIELD_TEXT, .required = true },
    { "disagree", FIELD_BOOL, .required = true,
      .help = "agent and server decided differently" },
    { NULL },
};
static const struct column device_columns[] = {
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "inventory_id",
      { { "Inventory ID", "ID d'inventaire", "Inventaris-ID" } },
      2 },
    { "os", { { "Operating system", "Système", "Besturingssysteem" } }, 4 },
    { "result", { { "Result", "Résultat", "Resultaat" } }, 2 },
    { "meaning", { { "Meaning", "Signification", "Betekenis" } }, 2 },
    { "disagree",
      { { "Agent and server disagree", "Agent et serveur en désaccord",
          "Agent en server oneens" } },
      2 },
    { NULL },
};

/* --- Devices ------------------------------------------------------------- */

/* On the heap: a long list outlives its request. */
struct found {
    struct request asker; /* who asks, and room for texts */
    struct library library;
    struct listing listing;
    enum oval_class class_;
    str want;
    bool by_name;
};

static void found_free(struct found *found)
{
    if (found == NULL)
        return;
    listing_clear(&found->listing);
    library_close(&found->library);
    request_clear(&found->asker);
    mem_free(found);
}

static void found_release(void *owner)
{
    found_free(owner);
}

static void found_let_go(struct found **found)
{
    if (*found != NULL && (*found)->listing.owner != NULL)
        found_free(*found);
}

static bool is_result(str want, enum oval_class class_, enum oval_result result)
{
    if (str_eq_c(want, "all"))
        return true;
    if (str_eq_c(want, "affected"))
        return oval_meaning_of(class_, result) == OVAL_MEANS_BAD;
    return oval_result_of(want) == result;
}

static int add_device(void *ctx, const struct device_result *result,
                      struct err *err)
{
    struct found *found = ctx;
    struct device_face face = { STR(""), STR("") };
    int rc = 0;

    if (!is_result(found->want, found->class_, result->result))
        return 0;
    if (found->by_name)
        rc = device_face(&found->asker, result->device, &face, err);
    if (rc < 0)
        return rc == E_ABSENT ? 0 : rc;
    listing_add(&found->listing, 0, face.name, result->device,
                result->result << 1 | result->disagree);
    return 0;
}

static struct jval *device_json(void *ctx, const struct listed *row,
                                struct err *err)
{
    struct found *found = ctx;
    enum oval_result result = (enum oval_result)(row->b >> 1);
    struct device_face face;
    struct jval *o;
    int rc = device_face(&found->asker, row->a, &face, err);

    if (rc < 0)
        return NULL;
    o = jval_new_object();
    jval_set_i64(o, "device", row->a);
    jval_set_text(o, "inventory_id", inventory_id(&found->asker.arena, row->a));
    jval_set_text(o, "name", face.name);
    jval_set_text(o, "os", face.os);
    jval_set_text(o, "result", str_c(oval_result_text(result)));
    jval_set_text(o, "meaning",
                  str_c(oval_meaning_text(found->class_, result)));
    jval_set_bool(o, "disagree", (row->b & 1) != 0);
    return o;
}

static struct found *found_new(struct request *req)
{
    struct found *found = mem_alloc(1, sizeof(*found));
    struct arena *arena = &found->asker.arena;

    request_init(&found->asker, req->core);
    found->asker.scope = req->scope;
    found->asker.scope.name = arena_str(arena, req->scope.name);
    found->want = jval_text(jval_get(req->query, "result"), STR("affected"));
    found->by_name = str_eq_c(
        jval_text(jval_get(req->query, "sort"), STR("device")), "name");
    found->listing = (struct listing){
        .title = { { "Devices of a definition", "Appareils d'une définition",
                     "Apparaten van een definitie" } },
        .columns = device_columns,
        .json = device_json,
        .ctx = found,
        .owner = found,
        .release = found_release,
        .note =
            arena_str(arena, jval_text(jval_get(req->query, "id"), STR(""))),
    };
    return found;
}

static int list_devices(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(found_let_go) struct found *found = found_new(req);
    const struct shelf *shelf;
    struct place place;
    int rc = library_open_one(req, &found->library, &place, err);

    if (rc < 0)
        return rc;
    shelf = &found->library.shelves.p[place.shelf];
    found->class_ =
        (enum oval_class)shelf->pack->definitions.p[place.definition].class_;
    if (shelf->assessed != NULL)
        rc = assessed_devices(shelf->assessed, found->library.visible,
                              place.definition, add_device, found, err);
    found->library.scope = NULL; /* of the request; nobody asks it any more */
    return rc < 0 ? rc : listing_answer(req, res, &found->listing, err);
}

/* --- Why ----------------------------------------------------------------- */

static const struct field explain_query[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = 1000 },
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "device", FIELD_INTEGER, .required = true, .min = 1, .max = INT64_MAX },
    { NULL },
};
static const struct field explain_fields[] = {
    { "id", FIELD_TEXT, .required = true },
    { "device", FIELD_INTEGER, .required = true },
    { "result", FIELD_TEXT, .required = true,
      .help = "what counts; or 'not evaluated'" },
    { "meaning", FIELD_TEXT, .required = true },
    { "disagree", FIELD_BOOL, .required = true },
    { "server", FIELD_OBJECT, .help = "by the inventory: result and reasons" },
    { "agent", FIELD_OBJECT, .help = "what the agent reported of it" },
    { NULL },
};

/* What the device's inventory decides, now. */
static int by_inventory(struct request *req, const struct shelf *shelf,
                        uint32_t definition, int64_t device, struct jval **out,
                        struct err *err)
{
    enum oval_result result;
    struct bench bench;
    struct jval *o;
    int rc = bench_open(req, shelf->pack, device, &bench, err);

    if (rc > 0) {
        *out = jval_new_null();
        return 0;
    }
    if (rc < 0)
        return rc;
    rc = oval_eval_definition(bench.eval, definition, &result, err);
    if (rc == 0) {
        o = jval_new_object();
        jval_set_text(o, "result", str_c(oval_result_text(result)));
        jval_set(o, "reasons", explain_json(bench.eval, definition));
        *out = o;
    }
    bench_close(&bench);
    return rc;
}

/* The part of an agent's details (docs/json.md) that is of one definition. */
static struct jval *from_details(str details, str id)
{
    AUTO(buf_clear) struct buf text = BUF(DETAILS_OPEN_MAX);
    AUTO(jval_freep) struct jval *document = NULL;
    const struct jval *all;

    if (details.n == 0 || zpack_open(details, &text, NULL) < 0 ||
        jval_parse(buf_str(&text), DETAILS_OPEN_MAX, &document, NULL) < 0)
        return jval_new_null();
    all = jval_get(document, "definitions");
    for (size_t i = 0; i < jval_count(all); i++) {
        if (str_eq(jval_text(jval_get(jval_at(all, i), "id"), STR("")), id))
            return jval_copy(jval_at(all, i));
    }
    return jval_new_null();
}

static int by_agent(struct request *req, const struct shelf *shelf, str id,
                    int64_t device, struct jval **out, struct err *err)
{
    struct finding finding = { .device = device,
                               .content = shelf->content.id,
                               .origin = FINDING_AGENT };
    int rc = finding_get(req->core->db, &req->arena, &finding, err);
    struct jval *o;

    if (rc < 0)
        return rc;
    if (rc > 0) {
        *out = jval_new_null();
        return 0;
    }
    o = jval_new_object();
    json_time(o, "at", finding.at);
    jval_set(o, "definition", from_details(finding.details, id));
    *out = o;
    return 0;
}

/* What counts for the device: as every list says it. */
static void add_result(const struct shelf *shelf, uint32_t definition,
                       int64_t device, struct arena *arena, struct jval *out)
{
    uint32_t n = shelf->pack->definitions.n;
    uint8_t *results = arena_alloc(arena, n, 1);
    uint8_t *disagree = arena_alloc(arena, n / 8 + 1, 1);
    enum oval_result result = OVAL_NOT_EVALUATED;

    if (shelf->assessed != NULL &&
        assessed_device(shelf->assessed, device, results, disagree) == 0)
        result = (enum oval_result)results[definition];
    jval_set_text(out, "result", str_c(oval_result_text(result)));
    jval_set_text(
        out, "meaning",
        str_c(oval_meaning_text(
            (enum oval_class)shelf->pack->definitions.p[definition].class_,
            result)));
    jval_set_bool(out, "disagree",
                  (disagree[definition / 8] >> definition % 8 & 1) != 0);
}

static int explain(struct request *req, struct response *res, struct err *err)
{
    AUTO(library_close) struct library library = { 0 };
    AUTO(jval_freep) struct jval *server = NULL;
    AUTO(jval_freep) struct jval *agent = NULL;
    int64_t device = jval_i64(jval_get(req->query, "device"), 0);
    str id = jval_text(jval_get(req->query, "id"), STR(""));
    const struct shelf *shelf;
    struct place place;
    int rc = library_open_one(req, &library, &place, err);

    if (rc == 0 && !visible_has(library.visible, device))
        rc = refuse(req, 404, "device", err, E_ABSENT,
                    "there is no device %lld", (long long)device);
    if (rc < 0)
        return rc;
    shelf = &library.shelves.p[place.shelf];
    rc = by_inventory(req, shelf, place.definition, device, &server, err);
    if (rc == 0)
        rc = by_agent(req, shelf, id, device, &agent, err);
    if (rc < 0)
        return rc;
    res->json = jval_new_object();
    jval_set_text(res->json, "id", id);
    jval_set_i64(res->json, "device", device);
    add_result(shelf, place.definition, device, &req->arena, res->json);
    jval_set(res->json, "server", TAKE(server));
    jval_set(res->json, "agent", TAKE(agent));
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/definition/devices", DOOR_API, PERM_REPORT_READ,
      .handler = list_devices, .query = devices_query, .answer = device_fields,
      .list = true,
      .summary = "List the devices with a result of one "
                 "definition." },
    { METHOD_GET, "/api/v1/definition/explain", DOOR_API, PERM_REPORT_READ,
      .handler = explain, .query = explain_query, .answer = explain_fields,
      .summary = "Why a definition came out as it did on one device." },
};
const struct route_table routes_definition = { rows, COUNT(rows) };
