/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_table.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fleet/patch_history.h"
#include "fleet/patch_state.h"
#include "server/core.h"
#include "server/patch_summary.h"
#include "server/patcher.h"

enum {
    DAY_S = 86400,
    DAYS_MAX = 36500,
};

#define SEVERITIES "unassigned|low|moderate|important|critical"
#define TYPES "unknown|security|nonsecurity|bugfix|enhancement"
#define DEVICE_STATES "patched|missing|pending reboot|no data"

/* --- What may be chosen --------------------------------------------------- */

static const struct column history_columns[] = {
    { "at", { { "Time", "Heure", "Tijd" } }, 3 },
    { "device", { { "Number", "Numéro", "Nummer" } }, 1 },
    { "name", { { "Device", "Appareil", "Apparaat" } }, 3 },
    { "patch", { { "Patch", "Correctif", "Patch" } }, 3 },
    { "package", { { "Package", "Paquet", "Pakket" } }, 3 },
    { "from", { { "From", "De", "Van" } }, 2 },
    { "to", { { "To", "À", "Naar" } }, 2 },
    { "state", { { "State", "État", "Status" } }, 2 },
    { "code", { { "Code", "Code", "Code" } }, 1 },
    { "text", { { "Reason", "Motif", "Reden" } }, 5 },
    { "deployment", { { "Deployment", "Déploiement", "Implementatie" } }, 2 },
    { "configuration",
      { { "Configuration", "Configuration", "Configuratie" } },
      3 },
    { "version", { { "Version", "Version", "Versie" } }, 1 },
    { "task", { { "Task", "Tâche", "Taak" } }, 2 },
    { "run", { { "Run", "Exécution", "Uitvoering" } }, 1 },
    { NULL, { { NULL } }, 0 },
};
static const struct field history_filter[] = {
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "deployment", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "patch", FIELD_TEXT, .max = 255 },
    { "state", FIELD_ENUM,
      .words = "queued|staged|downloading|waiting for reboot|installing|"
               "installed|pending reboot|failed|skipped|superseded|cancelled|"
               "missed" },
    { "since", FIELD_TIME },
    { "until", FIELD_TIME },
    { "days", FIELD_INTEGER, .min = 1, .max = DAYS_MAX,
      .help = "only the last so many" },
    { NULL },
};

/* Those of a device first. */
static const struct column scan_columns[] = {
    { "device", { { "Number", "Numéro", "Nummer" } }, 1 },
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "system", { { "System", "Système", "Systeem" } }, 4 },
    { "state", { { "State", "État", "Status" } }, 2 },
    { "missing", { { "Missing", "Manquants", "Ontbrekend" } }, 2 },
    { "installed", { { "Installed", "Installés", "Geïnstalleerd" } }, 2 },
    { "scanned", { { "Scanned", "Analysé", "Gescand" } }, 3 },
    { "origin", { { "Origin", "Origine", "Herkomst" } }, 2 },
    { "errors", { { "Errors", "Erreurs", "Fouten" } }, 4 },
    { "configuration",
      { { "Configuration", "Configuration", "Configuratie" } },
      3 },
    { "version", { { "Version", "Version", "Versie" } }, 1 },
    { "reboot", { { "Reboot", "Redémarrage", "Herstart" } }, 1 },
    { "reboot_since",
      { { "Reboot since", "Redémarrage depuis", "Herstart sinds" } },
      3 },
    { "reboot_reason",
      { { "Reboot reason", "Motif du redémarrage", "Reden van herstart" } },
      5 },
    { "scan_failure",
      { { "Failed scan", "Analyse échouée", "Mislukte scan" } },
      5 },
    { "patch", { { "Patch", "Correctif", "Patch" } }, 3 },
    { "title", { { "Title", "Titre", "Titel" } }, 6 },
    { "vendor", { { "Vendor", "Éditeur", "Leverancier" } }, 2 },
    { "product", { { "Product", "Produit", "Product" } }, 2 },
    { "type", { { "Type", "Type", "Type" } }, 2 },
    { "severity", { { "Severity", "Gravité", "Ernst" } }, 2 },
    { "released", { { "Released", "Publié", "Uitgebracht" } }, 3 },
    { "cves", { { "CVEs", "CVE", "CVE's" } }, 4 },
    { "exploited", { { "Exploited", "Exploité", "Misbruikt" } }, 1 },
    { "since", { { "Missing since", "Manque depuis", "Ontbreekt sinds" } }, 3 },
    { "packages", { { "Packages", "Paquets", "Pakketten" } }, 5 },
    { "size", { { "Bytes", "Octets", "Bytes" } }, 2 },
    { "held", { { "Held back", "Retenu", "Vastgehouden" } }, 1 },
    { "problem", { { "Problem", "Problème", "Probleem" } }, 4 },
    { NULL, { { NULL } }, 0 },
};
static const struct field scan_filter[] = {
    { "device", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "q", FIELD_TEXT, .max = 200, .help = "in the name of the device" },
    { "state", FIELD_ENUM, .words = DEVICE_STATES },
    { "os", FIELD_ENUM, .words = "windows|macos|linux" },
    { "type", FIELD_ENUM, .words = TYPES },
    { "severity", FIELD_ENUM, .words = SEVERITIES },
    { "patch", FIELD_TEXT, .max = 255 },
    { NULL },
};

static const struct field package_fields[] = {
    { "package", FIELD_TEXT, .required = true },
    { "installed", FIELD_TEXT, .required = true },
    { "fixed", FIELD_TEXT, .required = true },
    { NULL },
};
const struct field patch_table_fields[] = {
    { "at", FIELD_TIME },
    { "device", FIELD_INTEGER },
    { "name", FIELD_TEXT },
    { "patch", FIELD_TEXT },
    { "package", FIELD_TEXT },
    { "from", FIELD_TEXT },
    { "to", FIELD_TEXT },
    { "state", FIELD_TEXT },
    { "code", FIELD_INTEGER },
    { "text", FIELD_TEXT, .max = 8192 },
    { "deployment", FIELD_INTEGER },
    { "configuration", FIELD_TEXT },
    { "version", FIELD_INTEGER },
    { "task", FIELD_TEXT },
    { "run", FIELD_INTEGER },
    { "system", FIELD_TEXT },
    { "missing", FIELD_INTEGER, .help = "null: never scanned" },
    { "installed", FIELD_INTEGER },
    { "scanned", FIELD_TIME },
    { "origin", FIELD_TEXT },
    { "errors", FIELD_TEXT, .max = 8192 },
    { "reboot", FIELD_BOOL },
    { "reboot_since", FIELD_TIME },
    { "reboot_reason", FIELD_TEXT, .max = 8192 },
    { "scan_failure", FIELD_TEXT, .max = 8192 },
    { "title", FIELD_TEXT, .max = 4 * PATCH_TEXT_MAX },
    { "vendor", FIELD_TEXT, .max = PATCH_TEXT_MAX },
    { "product", FIELD_TEXT, .max = PATCH_TEXT_MAX },
    { "type", FIELD_ENUM, .words = TYPES },
    { "severity", FIELD_ENUM, .words = SEVERITIES },
    { "released", FIELD_TIME },
    { "cves", FIELD_TEXTS, .max = PATCH_CVES_MAX },
    { "exploited", FIELD_BOOL },
    { "since", FIELD_TIME },
    { "packages", FIELD_LIST, .of = package_fields, .max = 100000 },
    { "size", FIELD_INTEGER },
    { "held", FIELD_BOOL },
    { "problem", FIELD_TEXT, .max = 8192 },
    { NULL },
};

/* What is known of a patch that some device lacks. */
struct fact {
    int64_t id;
    struct patch patch; /* without links and packages */
};

struct patch_table {
    struct listing listing;
    struct core *core;
    struct scope scope;
    int64_t now;
    struct arena arena;
    const struct column *columns; /* that are chosen */
    struct patch_events events;
    struct patch_summaries devices; /* by id */
    VEC(struct fact) facts;         /* by id */
    bool by_device;
    struct patch_state state; /* of the device that was shown last */
    struct arena state_arena;
};

typedef int fill_fn(struct patch_table *t, const struct jval *filter,
                    struct err *err);
static fill_fn fill_history;
static fill_fn fill_scan;

struct patch_source {
    const char *name;
    const struct column *columns;
    const struct field *filter;
    fill_fn *fill;
};
static const struct patch_source sources[] = {
    { "history", history_columns, history_filter, fill_history },
    { "scan", scan_columns, scan_filter, fill_scan },
};

const struct patch_source *patch_source_of(str name)
{
    for (size_t i = 0; i < COUNT(sources); i++)
        if (str_eq_c(name, sources[i].name))
            return &sources[i];
    return NULL;
}

const struct field *patch_source_filter(const struct patch_source *source)
{
    return source->filter;
}

const struct column *patch_source_column(const struct patch_source *source,
                                         str name)
{
    for (const struct column *c = source->columns; c->key != NULL; c++)
        if (str_eq_c(name, c->key))
            return c;
    return NULL;
}

/* Only what is chosen; takes the whole row over. */
static struct jval *pick(const struct patch_table *t, struct jval *whole)
{
    struct jval *o = jval_new_object();

    for (const struct column *c = t->columns; c->key != NULL; c++) {
        const struct jval *value = jval_get(whole, c->key);

        jval_set(o, c->key, value != NULL ? jval_copy(value) : jval_new_null());
    }
    jval_free(whole);
    return o;
}

static bool is_chosen(const struct patch_table *t, const char *key)
{
    for (const struct column *c = t->columns; c->key != NULL; c++)
        if (str_eq_c(str_c(key), c->key))
            return true;
    return false;
}

static int too_many(struct err *err)
{
    return err_set(err, E_INVALID,
                   "a report has at most %d rows: narrow its filter",
                   PATCH_TABLE_ROWS_MAX);
}

/* --- The history ---------------------------------------------------------- */

static struct jval *event_json(const struct patch_table *t,
                               const struct patch_event *e)
{
    const char *state = patching_state_name(e->state);
    struct jval *o = jval_new_object();

    json_time(o, "at", e->at);
    jval_set_i64(o, "device", e->device);
    jval_set_text(o, "name", e->device_name);
    jval_set_text(o, "patch", e->patch);
    jval_set_text(o, "package", e->package);
    jval_set_text(o, "from", e->from);
    jval_set_text(o, "to", e->to);
    jval_set_text(o, "state", str_c(state != NULL ? state : ""));
    jval_set_i64(o, "code", e->code);
    jval_set_text(o, "text", e->text);
    jval_set_i64(o, "deployment", e->deployment);
    jval_set_text(o, "configuration", e->configuration);
    jval_set_i64(o, "version", e->version);
    jval_set_text(o, "task", e->task);
    jval_set_i64(o, "run", e->run);
    return pick(t, o);
}

static struct jval *listed_event(void *ctx, const struct listed *row,
                                 struct err *err UNUSED)
{
    const struct patch_table *t = ctx;

    return event_json(t, &t->events.all.p[row->b]);
}

static struct patch_history_query history_query(int64_t now,
                                                const struct jval *filter)
{
    int64_t days = jval_i64(jval_get(filter, "days"), 0);
    struct patch_history_query query = {
        .device = jval_i64(jval_get(filter, "device"), 0),
        .deployment = jval_i64(jval_get(filter, "deployment"), 0),
        .patch = jval_text(jval_get(filter, "patch"), STR("")),
        .state =
            patching_state_find(jval_text(jval_get(filter, "state"), STR("-"))),
        .since = request_time(jval_get(filter, "since"), 0),
        .until = request_time(jval_get(filter, "until"), 0),
        .limit = PATCH_TABLE_ROWS_MAX + 1,
    };

    if (days > 0 && query.since < now - days * DAY_S)
        query.since = now - days * DAY_S;
    return query;
}

static int fill_history(struct patch_table *t, const struct jval *filter,
                        struct err *err)
{
    struct patch_history_query query = history_query(t->now, filter);
    int rc = patch_event_list(t->core->db, &t->scope, &query, &t->arena,
                              &t->events, err);

    if (rc == 0 && t->events.all.n > PATCH_TABLE_ROWS_MAX)
        return too_many(err);
    for (size_t i = 0; rc == 0 && i < t->events.all.n; i++)
        listing_add(&t->listing, -t->events.all.p[i].id, STR(""),
                    t->events.all.p[i].id, (int64_t)i);
    t->listing.json = listed_event;
    return rc;
}

/* A page is read as a page: the history may be long. */
static int history_page(struct request *req, struct response *res,
                        const struct jval *filter, struct patch_table *t,
                        struct err *err)
{
    struct patch_history_query query = history_query(req->now, filter);
    struct page page;
    int rc = request_page_id(req, &page, &query.before, err);

    query.limit = page.limit;
    if (rc == 0)
        rc = patch_event_list(req->core->db, &req->scope, &query, &t->arena,
                              &t->events, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, t->events.all, id, event_json(t, row));
    return 0;
}

/* --- Scans: a row --------------------------------------------------------- */

static const struct patch_summary *device_of(const struct patch_table *t,
                                             int64_t id)
{
    size_t low = 0;
    size_t high = t->devices.all.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->devices.all.p[middle].device < id)
            low = middle + 1;
        else
            high = middle;
    }
    return &t->devices.all.p[low];
}

static int compare_facts(const void *a, const void *b)
{
    const struct fact *left = a;
    const struct fact *right = b;

    return left->id < right->id ? -1 : left->id > right->id;
}

/* The scan of a device is read once for all its rows. */
static int use_state(struct patch_table *t, int64_t device, struct err *err)
{
    int rc;

    if (t->state.device == device)
        return 0;
    arena_clear(&t->state_arena);
    t->state = (struct patch_state){ 0 };
    rc = patch_state_get(t->core->db, device, &t->state_arena, &t->state, err);
    t->state.device = rc < 0 ? 0 : device;
    return rc < 0 ? rc : 0;
}

static struct jval *package_json(const struct patch_lack *lack)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "package", lack->package);
    jval_set_text(o, "installed", lack->installed);
    jval_set_text(o, "fixed", lack->candidate);
    return o;
}

/* How this device lacks it. */
static void set_lacks(const struct patch_table *t, int64_t patch,
                      struct jval *o)
{
    const struct patch_lack *all = t->state.lacks.p;
    struct jval *packages = jval_new_array();
    int64_t size = 0;

    for (size_t i = 0; i < t->state.lacks.n; i++) {
        if (all[i].patch != patch)
            continue;
        json_time(o, "since", all[i].since);
        size += all[i].size;
        if (all[i].package.n > 0)
            jval_push(packages, package_json(&all[i]));
        if (all[i].held || jval_get(o, "held") == NULL)
            jval_set_bool(o, "held", all[i].held);
        if (all[i].problem.n > 0)
            jval_set_text(o, "problem", all[i].problem);
    }
    jval_set(o, "packages", packages);
    jval_set_i64(o, "size", size);
}

static void set_fact(const struct patch *p, struct jval *o)
{
    struct jval *cves = jval_new_array();

    for (size_t i = 0; i < p->cve_count; i++)
        jval_push(cves, jval_new_text(p->cves[i].id));
    jval_set(o, "cves", cves);
    jval_set_text(o, "patch", p->id);
    jval_set_text(o, "title", p->title);
    jval_set_text(o, "vendor", p->vendor);
    jval_set_text(o, "product", p->product);
    jval_set_text(o, "type", str_c(patch_type_name(p->type)));
    jval_set_text(o, "severity", str_c(patch_severity_name(p->severity)));
    json_time(o, "released", p->published);
    jval_set_bool(o, "exploited", patch_is_exploited(p));
}

static struct jval *listed_scan(void *ctx, const struct listed *row,
                                struct err *err)
{
    struct patch_table *t = ctx;
    struct fact wanted = { .id = row->b };
    struct jval *o = patch_summary_json(device_of(t, row->a));
    const struct fact *fact;

    if (t->by_device)
        return pick(t, o);
    if (use_state(t, row->a, err) < 0) {
        jval_free(o);
        return NULL;
    }
    fact =
        bsearch(&wanted, t->facts.p, t->facts.n, sizeof(*fact), compare_facts);
    set_fact(&fact->patch, o);
    set_lacks(t, row->b, o);
    return pick(t, o);
}

/* --- Scans: which rows ---------------------------------------------------- */

enum {
    UNSEEN,
    UNWANTED,
    WANTED,
};

struct choice {
    struct patch_table *t;
    const struct jval *filter;
    const struct patch_stock *stock;
    const struct patch_fleet *fleet;
    uint8_t *seen; /* a patch of the fleet each: UNSEEN … */
};

static bool has_text(const struct jval *filter, const char *key,
                     const char *value)
{
    str wanted = jval_text(jval_get(filter, key), STR(""));

    return wanted.n == 0 || str_eq_c(wanted, value);
}

static bool is_wanted_device(const struct jval *filter,
                             const struct patch_summary *s)
{
    int64_t device = jval_i64(jval_get(filter, "device"), 0);
    str state = jval_text(jval_get(filter, "state"), STR(""));

    return (device == 0 || device == s->device) &&
           (state.n == 0 || str_eq(state, patch_summary_state(s))) &&
           has_nocase(s->name, jval_text(jval_get(filter, "q"), STR("")));
}

static bool is_wanted_patch(const struct jval *filter, const struct patch *p)
{
    str patch = jval_text(jval_get(filter, "patch"), STR(""));

    return (patch.n == 0 || str_eq(patch, p->id)) &&
           has_text(filter, "os", patch_os_name(p->os)) &&
           has_text(filter, "type", patch_type_name(p->type)) &&
           has_text(filter, "severity", patch_severity_name(p->severity));
}

/* The stock changes while a long file is written. */
static void keep_fact(struct patch_table *t, int64_t id, const struct patch *p)
{
    struct patch_cve *cves =
        arena_alloc(&t->arena, p->cve_count + 1, sizeof(*cves));
    struct fact *fact = vec_push(&t->facts);

    for (size_t i = 0; i < p->cve_count; i++) {
        cves[i] = p->cves[i];
        cves[i].id = arena_str(&t->arena, p->cves[i].id);
    }
    *fact = (struct fact){
        .id = id,
        .patch = { .id = arena_str(&t->arena, p->id),
                   .type = p->type,
                   .severity = p->severity,
                   .title = arena_str(&t->arena, p->title),
                   .vendor = arena_str(&t->arena, p->vendor),
                   .product = arena_str(&t->arena, p->product),
                   .published = p->published,
                   .cves = cves,
                   .cve_count = p->cve_count },
    };
}

static bool choose(struct choice *c, uint32_t number)
{
    int64_t id = patch_fleet_patch(c->fleet, number);
    uint32_t index;

    if (c->seen[number] != UNSEEN)
        return c->seen[number] == WANTED;
    c->seen[number] = UNWANTED;
    index = patch_stock_find(c->stock, id);
    if (index != PATCH_NONE) {
        const struct patch *p = &patch_stock_rows(c->stock)->all.p[index].patch;

        if (is_wanted_patch(c->filter, p)) {
            keep_fact(c->t, id, p);
            c->seen[number] = WANTED;
        }
    }
    return c->seen[number] == WANTED;
}

static void add_lacks(struct choice *c, const struct patch_summary *s)
{
    struct patch_fleet_lacks lacks = patch_fleet_of(c->fleet, s->device);

    for (size_t i = 0; i < lacks.n; i++)
        if (c->t->listing.rows.n <= PATCH_TABLE_ROWS_MAX &&
            choose(c, lacks.patches[i]))
            listing_add(&c->t->listing, 0, s->name, s->device,
                        patch_fleet_patch(c->fleet, lacks.patches[i]));
}

/* Without a column of patches a row is a device. */
static bool is_by_device(const struct patch_table *t)
{
    const struct column *c = scan_columns;

    while (!str_eq_c(str_c(c->key), "patch"))
        c++;
    for (; c->key != NULL; c++)
        if (is_chosen(t, c->key))
            return false;
    return true;
}

/* A filter of patches keeps the devices that lack one of them. */
static bool lacks_one(struct choice *c, int64_t device)
{
    static const char *const keys[] = { "os", "type", "severity", "patch" };
    struct patch_fleet_lacks lacks = patch_fleet_of(c->fleet, device);
    bool any = true;

    for (size_t i = 0; i < COUNT(keys); i++)
        any = any && jval_text(jval_get(c->filter, keys[i]), STR("")).n == 0;
    for (size_t i = 0; !any && i < lacks.n; i++)
        any = choose(c, lacks.patches[i]);
    return any;
}

static int fill_scan(struct patch_table *t, const struct jval *filter,
                     struct err *err)
{
    struct choice c = { .t = t, .filter = filter };
    struct patch_fleet *fleet = NULL;
    int rc = patch_summaries_read(t->core->db, &t->scope, &t->arena,
                                  &t->devices, err);

    if (rc == 0)
        rc = patcher_fleet(t->core, t->scope.org, &fleet, err);
    if (rc == 0)
        rc = patcher_stock(t->core, t->scope.org, &c.stock, err);
    if (rc < 0)
        return rc;
    c.fleet = fleet;
    c.seen = arena_alloc(&t->arena, patch_fleet_patches(fleet) + 1, 1);
    t->by_device = is_by_device(t);
    for (size_t i = 0; i < t->devices.all.n; i++) {
        const struct patch_summary *s = &t->devices.all.p[i];

        if (!is_wanted_device(filter, s))
            continue;
        if (!t->by_device)
            add_lacks(&c, s);
        else if (lacks_one(&c, s->device))
            listing_add(&t->listing, 0, s->name, s->device, 0);
    }
    if (t->listing.rows.n > PATCH_TABLE_ROWS_MAX)
        return too_many(err);
    if (t->facts.n > 1)
        qsort(t->facts.p, t->facts.n, sizeof(*t->facts.p), compare_facts);
    t->listing.json = listed_scan;
    return 0;
}

/* --- The answer ----------------------------------------------------------- */

static void table_gone(void *owner)
{
    struct patch_table *t = owner;

    listing_clear(&t->listing);
    patch_events_clear(&t->events);
    patch_summaries_clear(&t->devices);
    vec_clear(&t->facts);
    arena_clear(&t->arena);
    arena_clear(&t->state_arena);
    mem_free(t);
}

static struct patch_table *begin(const struct patch_table_order *order)
{
    struct patch_table *t = mem_alloc(1, sizeof(*t));
    size_t n = jval_count(order->columns);
    struct column *columns;

    columns = arena_alloc(&t->arena, n + 1, sizeof(*columns));
    for (size_t i = 0; i < n; i++)
        columns[i] = *patch_source_column(
            order->source, jval_text(jval_at(order->columns, i), STR("")));
    columns[n] = (struct column){ .key = NULL };
    t->core = order->core;
    t->scope = *order->scope;
    t->now = order->now;
    t->columns = columns;
    t->listing.columns = columns;
    for (size_t i = 0; i < WORDS_LANGUAGES; i++)
        t->listing.title.in[i] = arena_c(&t->arena, str_c(order->title[i]));
    t->listing.ctx = t;
    t->listing.owner = t;
    t->listing.release = table_gone;
    return t;
}

int patch_table_open(const struct patch_table_order *order,
                     struct listing **out, struct err *err)
{
    struct patch_table *t = begin(order);
    int rc = order->source->fill(t, order->filter, err);

    *out = NULL;
    if (rc < 0)
        table_gone(t);
    else
        *out = &t->listing;
    return rc;
}

int patch_table_answer(struct request *req, struct response *res,
                       const struct patch_table_order *order, struct err *err)
{
    str format = jval_text(jval_get(req->query, "format"), STR("json"));
    struct listing *listing;
    int rc;

    if (str_eq_c(format, "json") && order->source->fill == fill_history) {
        struct patch_table *t = begin(order);

        rc = history_page(req, res, order->filter, t, err);
        table_gone(t);
        return rc;
    }
    rc = patch_table_open(order, &listing, err);
    if (rc == E_INVALID)
        return refuse(req, 422, "filter", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    if (rc == 0)
        rc = listing_answer(req, res, listing, err);
    listing_let_go(listing);
    return rc;
}
