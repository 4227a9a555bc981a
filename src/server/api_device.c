/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices: what they are, have and did. The list is in device_list.c.
 */
#include "server/agents.h"
#include "server/api_device_int.h"
#include "server/events.h"
#include "server/routes_int.h"

enum {
    DEVICE_BODY_MAX = 16384,
    CHANGED_PACKAGES_MAX = 500, /* of one change, in an answer */
};

static const struct field add_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = DEVICE_NAME_MAX },
    { "time_zone", FIELD_TEXT, .max = 128, .help = "IANA name" },
    { "notes", FIELD_TEXT, .max = DEVICE_NOTES_MAX },
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a manual label it gets; needed by who is limited to labels" },
    { NULL },
};
static const struct field change_body[] = {
    { "name", FIELD_TEXT, .min = 1, .max = DEVICE_NAME_MAX },
    { "time_zone", FIELD_TEXT, .max = 128,
      .help = "IANA name; empty: what its agent reports" },
    { "notes", FIELD_TEXT, .max = DEVICE_NOTES_MAX },
    { "retired", FIELD_BOOL,
      .help = "true: out of lists and targets, its certificates revoked" },
    { NULL },
};
static const struct field package_query[] = {
    { "q", FIELD_TEXT, .max = 200, .help = "in the name" },
    { NULL },
};
static const struct field package_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "version", FIELD_TEXT, .required = true },
    { "arch", FIELD_TEXT, .required = true },
    { "source", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field package_change_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "arch", FIELD_TEXT, .required = true },
    { "from", FIELD_TEXT, .help = "version; null: it was not there" },
    { "to", FIELD_TEXT, .help = "version; null: it is gone" },
    { NULL },
};
static const struct field history_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "added", FIELD_INTEGER, .required = true },
    { "removed", FIELD_INTEGER, .required = true },
    { "changed", FIELD_INTEGER, .required = true },
    { "facts", FIELD_TEXTS, .required = true,
      .help = "what else changed, such as \"os.build: 12.4 -> 12.5\"" },
    { "packages", FIELD_LIST, .required = true, .max = CHANGED_PACKAGES_MAX,
      .of = package_change_fields },
    { NULL },
};
static const struct field run_fields[] = {
    { "run", FIELD_INTEGER, .required = true },
    { "configuration", FIELD_TEXT, .required = true },
    { "cause", FIELD_TEXT, .required = true },
    { "state", FIELD_TEXT, .required = true },
    { "started", FIELD_TIME },
    { "due", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "text", FIELD_TEXT, .said = true, .required = true },
    { NULL },
};
static const struct field inventory_fields[] = {
    { "collected", FIELD_TIME, .required = true },
    { "digest", FIELD_TEXT, .required = true, .help = "SHA-256" },
    { "manager", FIELD_TEXT, .required = true },
    { "packages", FIELD_INTEGER, .required = true, .help = "how many" },
    { "errors", FIELD_TEXTS, .required = true,
      .help = "what could not be read" },
    { "device", FIELD_OBJECT, .required = true, .of = device_full_fields },
    { NULL },
};
static const struct field match_query[] = {
    { "filter", FIELD_TEXT, .required = true, .max = QUERY_TEXT_MAX },
    { NULL },
};
static const struct field reason_fields[] = {
    { "test", FIELD_TEXT, .required = true, .max = QUERY_TEXT_MAX },
    { "found", FIELD_TEXT, .required = true,
      .help = "empty: nothing is known" },
    { "result", FIELD_ENUM, .required = true, .words = "true|false|unknown" },
    { NULL },
};
static const struct field match_fields[] = {
    { "result", FIELD_ENUM, .required = true, .words = "true|false|unknown" },
    { "reasons", FIELD_LIST, .required = true, .max = QUERY_TESTS_MAX,
      .of = reason_fields },
    { NULL },
};

static int get(struct request *req, struct device *out, struct err *err)
{
    return device_get(req->core->db, &req->scope, req->params[0], &req->arena,
                      out, err);
}

static int answer_device(struct request *req, struct response *res, int64_t id,
                         struct err *err)
{
    struct device device;
    int rc =
        device_get(req->core->db, &req->scope, id, &req->arena, &device, err);

    if (rc < 0)
        return rc;
    res->json = device_full_json(req->core->db, &device, &req->arena, err);
    if (res->json == NULL)
        return err->code;
    respond_revision(req, res, device.revision);
    return 0;
}

static void tell(struct request *req, int64_t device, const char *what)
{
    struct jval *data = jval_new_object();

    jval_set_text(data, "event", str_c(what));
    if (req->core->events != NULL)
        events_publish(req->core->events, req->scope.org, "device", device,
                       device, data);
    else
        jval_free(data);
}

/* --- one ---------------------------------------------------------------- */
static int device_show(struct request *req, struct response *res,
                       struct err *err)
{
    return answer_device(req, res, req->params[0], err);
}

static int device_post(struct request *req, struct response *res,
                       struct err *err)
{
    struct device_terms terms = {
        .name = jval_text(jval_get(req->json, "name"), STR("")),
        .zone_set = jval_text(jval_get(req->json, "time_zone"), STR("")),
        .notes = jval_text(jval_get(req->json, "notes"), STR("")),
        .label = jval_i64(jval_get(req->json, "label"), 0),
    };
    struct db *db = req->core->db;
    const char *field = NULL;
    int64_t id = 0;
    int rc = device_check(&terms, &field, err);

    if (rc < 0)
        return blame(req, field, rc);
    rc = db_begin(db, err);
    if (rc == 0)
        rc = blame(req, "label",
                   device_add(db, &req->scope, &terms, req->now, &id, err));
    if (rc == 0)
        rc = request_audit(req, "device.created", id, NULL, req->json, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    tell(req, id, "created");
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/devices/%lld", (long long)id);
    return answer_device(req, res, id, err);
}

static void read_change(struct request *req, const struct device *device,
                        struct device_terms *out)
{
    const struct jval *json = req->json;

    *out = (struct device_terms){
        .name = jval_text(jval_get(json, "name"), device->q.name),
        .zone_set = jval_text(jval_get(json, "time_zone"), device->zone_set),
        .notes = jval_text(jval_get(json, "notes"), device->notes),
        .retired = jval_bool(jval_get(json, "retired"), device->retired != 0),
    };
}

static int device_patch(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    AUTO(jval_freep) struct jval *after = NULL;
    struct db *db = req->core->db;
    struct device_terms terms;
    struct device device;
    const char *field = NULL;
    int rc = get(req, &device, err);

    if (rc == 0)
        rc = request_match(req, device.revision, err);
    if (rc < 0)
        return rc;
    before = device_audit_json(&device);
    read_change(req, &device, &terms);
    rc = device_check(&terms, &field, err);
    if (rc < 0)
        return blame(req, field, rc);
    rc = db_begin(db, err);
    if (rc == 0)
        rc = device_change(db, &req->scope, device.q.id, &terms, req->now, err);
    if (rc == 0)
        rc = get(req, &device, err);
    if (rc == 0) {
        after = device_audit_json(&device);
        rc = request_audit(req, "device.updated", device.q.id, before, after,
                           err);
    }
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    if (terms.retired)
        agents_forget(req->core, device.q.id);
    tell(req, device.q.id, "updated");
    return answer_device(req, res, device.q.id, err);
}

static int device_remove(struct request *req, struct response *res UNUSED,
                         struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct db *db = req->core->db;
    struct device device;
    int rc = get(req, &device, err);

    if (rc < 0)
        return rc;
    before = device_audit_json(&device);
    rc = db_begin(db, err);
    if (rc == 0)
        rc = device_delete(db, &req->scope, device.q.id, req->now, err);
    if (rc == 0)
        rc = request_audit(req, "device.deleted", device.q.id, before, NULL,
                           err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    agents_forget(req->core, device.q.id);
    tell(req, device.q.id, "deleted");
    return 0;
}

/* --- what it has --------------------------------------------------------- */
static struct jval *lines_json(str text)
{
    struct jval *list = jval_new_array();

    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        if (line.n > 0)
            jval_push(list, jval_new_text(line));
    }
    return list;
}

static str hex_of(struct arena *arena, str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *p = arena_alloc(arena, 2 * bytes.n + 1, 1);

    for (size_t i = 0; i < bytes.n; i++) {
        p[2 * i] = digits[(uint8_t)bytes.p[i] >> 4];
        p[2 * i + 1] = digits[(uint8_t)bytes.p[i] & 15];
    }
    return (str){ p, 2 * bytes.n };
}

static int load_whole(struct request *req, struct device *device,
                      struct inventory *out, struct err *err)
{
    int rc = get(req, device, err);

    if (rc == 0)
        rc = inventory_load(req->core->db, device->q.id, &req->arena, out, err);
    if (rc == 1)
        return refuse(req, 404, NULL, err, E_ABSENT,
                      "no inventory of this device was received yet");
    return rc;
}

static int device_inventory(struct request *req, struct response *res,
                            struct err *err)
{
    struct inventory whole = { 0 };
    struct device device;
    struct jval *json;
    int rc = load_whole(req, &device, &whole, err);

    if (rc < 0)
        return rc;
    json = device_full_json(req->core->db, &device, &req->arena, err);
    if (json == NULL)
        return err->code;
    res->json = jval_new_object();
    json_time(res->json, "collected", whole.collected);
    jval_set_text(res->json, "digest", hex_of(&req->arena, whole.digest));
    jval_set_text(res->json, "manager", whole.manager);
    jval_set_i64(res->json, "packages", (int64_t)whole.packages.n);
    jval_set(res->json, "errors", lines_json(whole.errors));
    jval_set(res->json, "device", json);
    return 0;
}

static struct jval *package_json(const struct fact_package *package)
{
    struct jval *json = jval_new_object();

    jval_set_text(json, "name", package->name);
    jval_set_text(json, "version", package->evr);
    jval_set_text(json, "arch", package->arch);
    jval_set_text(json, "source", package->source);
    return json;
}

/* The cursor is the package itself: name, architecture, version and source,
 * each ended by a line end; names hold none. */
static void read_cursor(str cursor, struct fact_package *out)
{
    out->name = str_cut(&cursor, '\n');
    out->arch = str_cut(&cursor, '\n');
    out->evr = str_cut(&cursor, '\n');
    out->source = cursor;
}

static int device_packages(struct request *req, struct response *res,
                           struct err *err)
{
    str needle = jval_text(jval_get(req->query, "q"), STR(""));
    struct inventory whole = { 0 };
    struct fact_package after = { 0 };
    struct fact_package last = { 0 };
    struct jval *items;
    struct device device;
    struct page page;
    str next = STR("");
    int64_t total = 0;
    int rc = request_page(req, &page, err);

    if (rc == 0)
        rc = load_whole(req, &device, &whole, err);
    if (rc < 0)
        return rc;
    read_cursor(page.after, &after);
    items = jval_new_array();
    for (size_t i = 0; i < whole.packages.n; i++) {
        const struct fact_package *p = whole.packages.p;

        if (needle.n > 0 && str_find(p[i].name, needle) == p[i].name.n)
            continue;
        total++;
        if (page.after.n > 0 && package_cmp(&p[i], &after) <= 0)
            continue;
        if ((int64_t)jval_count(items) < page.limit) {
            jval_push(items, package_json(&p[i]));
            last = p[i];
        } else if (next.n == 0) {
            next = arena_printf(
                &req->arena, "%" PRIstr "\n%" PRIstr "\n%" PRIstr "\n%" PRIstr,
                ARGstr(last.name), ARGstr(last.arch), ARGstr(last.evr),
                ARGstr(last.source));
        }
    }
    respond_list(res, items, next, total);
    return 0;
}

/* --- what it did --------------------------------------------------------- */
static struct jval *change_json(const struct inventory_change *change)
{
    struct jval *json = jval_new_object();
    struct jval *list = jval_new_array();

    jval_set_i64(json, "id", change->id);
    json_time(json, "at", change->at);
    jval_set_i64(json, "added", change->added);
    jval_set_i64(json, "removed", change->removed);
    jval_set_i64(json, "changed", change->changed);
    jval_set(json, "facts", lines_json(change->facts));
    for (size_t i = 0; i < change->packages.all.n && i < CHANGED_PACKAGES_MAX;
         i++) {
        const struct package_change *one = &change->packages.all.p[i];
        struct jval *item = jval_new_object();

        jval_set_text(item, "name", one->name);
        jval_set_text(item, "arch", one->arch);
        jval_set_text(item, "from", one->from.n > 0 ? one->from : STR_NONE);
        jval_set_text(item, "to", one->to.n > 0 ? one->to : STR_NONE);
        jval_push(list, item);
    }
    jval_set(json, "packages", list);
    return json;
}

static int device_history(struct request *req, struct response *res,
                          struct err *err)
{
    AUTO(inventory_changes_clear) struct inventory_changes list = { 0 };
    struct inventory_change_find find = { .device = req->params[0] };
    struct device device;
    struct page page;
    int rc = get(req, &device, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &find.before, err);
    if (rc < 0)
        return rc;
    find.limit = page.limit;
    rc = inventory_change_list(req->core->db, &find, &req->arena, &list, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, list.all, id, change_json(row));
    return 0;
}

static struct jval *run_json(const struct device_run *run)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "run", run->run);
    jval_set_text(json, "configuration", run->configuration);
    jval_set_text(json, "cause", run->cause);
    jval_set_text(json, "state", run->state);
    json_time(json, "started", run->started);
    json_time(json, "due", run->due);
    json_time(json, "ended", run->ended);
    jval_set_text(json, "text", run->text);
    return json;
}

static int device_run_history(struct request *req, struct response *res,
                              struct err *err)
{
    AUTO(device_runs_clear) struct device_runs list = { 0 };
    struct device_run_find find = { .device = req->params[0] };
    struct device device;
    struct page page;
    int rc = get(req, &device, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &find.before, err);
    if (rc < 0)
        return rc;
    find.limit = page.limit;
    rc = device_run_list(req->core->db, &find, &req->arena, &list, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, list.all, run, run_json(row));
    return 0;
}

/* --- why a query matches it, or not -------------------------------------- */
static int load_subject(struct request *req, const struct device *device,
                        struct search_row *row, struct err *err)
{
    int rc;

    row->device = device->q;
    rc = inventory_load(req->core->db, device->q.id, &row->arena,
                        &row->inventory, err);
    if (rc < 0)
        return rc;
    row->has_whole = rc == 0;
    return search_row_labels(req->core->db, row, err);
}

static int device_match(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(search_freep) struct search *search = NULL;
    AUTO(search_row_clear) struct search_row row = { 0 };
    struct query_subject subject = { .now = req->now };
    struct device device;
    str filter = jval_text(jval_get(req->query, "filter"), STR(""));
    int rc = get(req, &device, err);

    if (rc == 0)
        rc = blame(
            req, "filter",
            search_new(req->core->db, req->scope.org, filter, &search, err));
    if (rc == 0)
        rc = load_subject(req, &device, &row, err);
    if (rc < 0)
        return rc;
    subject.device = &row.device;
    subject.inventory = row.has_whole ? &row.inventory : NULL;
    subject.labels = row.labels.p;
    subject.label_count = row.labels.n;
    res->json = jval_new_object();
    jval_set_text(
        res->json, "result",
        str_c(query_truth_name(query_match(search_query(search), &subject))));
    jval_set(res->json, "reasons",
             reasons_json(search_query(search), &subject, &req->arena));
    return 0;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/devices", DOOR_API, PERM_DEVICE_READ,
      .handler = device_list, .query = device_list_query,
      .answer = device_fields, .list = true,
      .summary = "Devices, found, filtered and sorted; also as CSV." },
    { METHOD_POST, "/api/v1/devices", DOOR_API, PERM_DEVICE_WRITE,
      DEVICE_BODY_MAX, device_post, .body = add_body,
      .answer = device_full_fields,
      .summary = "Add a device that has no agent." },
    { METHOD_GET, "/api/v1/devices/{device}", DOOR_API, PERM_DEVICE_READ,
      .handler = device_show, .answer = device_full_fields,
      .summary = "One device." },
    { METHOD_PATCH, "/api/v1/devices/{device}", DOOR_API, PERM_DEVICE_WRITE,
      DEVICE_BODY_MAX, device_patch, .body = change_body,
      .answer = device_full_fields,
      .summary = "Rename, annotate, retire a device; set its time zone." },
    { METHOD_DELETE, "/api/v1/devices/{device}", DOOR_API, PERM_DEVICE_WRITE,
      .handler = device_remove,
      .summary = "Forget a device; its history stays." },
    { METHOD_GET, "/api/v1/devices/{device}/inventory", DOOR_API,
      PERM_DEVICE_READ, .handler = device_inventory,
      .answer = inventory_fields,
      .summary = "The newest inventory of a device." },
    { METHOD_GET, "/api/v1/devices/{device}/packages", DOOR_API,
      PERM_DEVICE_READ, .handler = device_packages, .query = package_query,
      .answer = package_fields, .list = true,
      .summary = "The packages of a device." },
    { METHOD_GET, "/api/v1/devices/{device}/history", DOOR_API,
      PERM_DEVICE_READ, .handler = device_history, .answer = history_fields,
      .list = true,
      .summary = "What changed from inventory to inventory, newest first." },
    { METHOD_GET, "/api/v1/devices/{device}/runs", DOOR_API, PERM_RUN_READ,
      .handler = device_run_history, .answer = run_fields, .list = true,
      .summary = "The runs a device took part in, newest first." },
    { METHOD_GET, "/api/v1/devices/{device}/match", DOOR_API,
      PERM_DEVICE_READ, .handler = device_match, .query = match_query,
      .answer = match_fields,
      .summary = "Whether a query matches a device, and why." },
};
/* clang-format on */
const struct route_table routes_device = { rows, COUNT(rows) };
