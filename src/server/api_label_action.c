/* SPDX-License-Identifier: Apache-2.0
 *
 * A label for all devices that one definition affects (K-AFF-2, K-AFF-3), and
 * the way back.
 */
#include "fleet/label_action.h"
#include "server/catalogue_int.h"
#include "server/core.h"
#include "server/label_worker.h"
#include "server/patch_label_int.h"
#include "server/routes_int.h"

static const struct field body_fields[] = {
    { "id", FIELD_TEXT, .required = true, .min = 1, .max = 1000,
      .help = "the definition" },
    { "content", FIELD_INTEGER, .min = 1, .max = INT64_MAX },
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a manual label" },
    { "new_label", FIELD_TEXT, .min = 1, .max = LABEL_NAME_MAX,
      .help = "or the name of one that is made for it" },
    { NULL },
};
static const struct field answer_fields[] = {
    { "action", FIELD_INTEGER, .help = "to undo it; null: nothing changed" },
    { "label", FIELD_INTEGER, .required = true },
    { "affected", FIELD_INTEGER, .required = true },
    { "labelled", FIELD_INTEGER, .required = true },
    { "already", FIELD_INTEGER, .required = true },
    { NULL },
};

struct devices {
    VEC(int64_t) ids;
    enum oval_class class_;
};

static int add_device(void *ctx, const struct device_result *result,
                      struct err *err)
{
    struct devices *devices = ctx;

    (void)err;
    if (oval_meaning_of(devices->class_, result->result) == OVAL_MEANS_BAD)
        *vec_push(&devices->ids) = result->device;
    return 0;
}

/* All that are affected, not only a page of them. */
static int find_devices(struct request *req, struct devices *out,
                        struct err *err)
{
    AUTO(library_close) struct library library = { 0 };
    int64_t content = jval_i64(jval_get(req->json, "content"), 0);
    const struct shelf *shelf;
    struct place place;
    int rc;

    if (content != 0)
        rc = library_open_content(req->core, &req->scope, content, &library,
                                  err);
    else
        rc = library_open(req->core, &req->scope, &library, err);
    if (rc == 0)
        rc = library_find(req, &library,
                          jval_text(jval_get(req->json, "id"), STR("")), &place,
                          err);
    if (rc < 0)
        return rc;
    shelf = &library.shelves.p[place.shelf];
    out->class_ =
        (enum oval_class)shelf->pack->definitions.p[place.definition].class_;
    if (shelf->assessed == NULL)
        return refuse(req, 422, "content", err, E_INVALID,
                      "this content is not active any more");
    return assessed_devices(shelf->assessed, library.visible, place.definition,
                            add_device, out, err);
}

static int new_label(struct request *req, str name, int64_t *out,
                     struct err *err)
{
    struct label label = { .name = name,
                           .kind = STR("manual"),
                           .query = STR(""),
                           .notes = STR(""),
                           .download_url = STR("") };
    const char *field = NULL;
    int rc = label_check(req->core->db, &req->scope, &label, &field, err);

    if (rc < 0)
        return refuse(req, 0, "new_label", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = label_add(req->core->db, &req->scope, &label, req->now, err);
    if (rc == 0)
        rc = request_audit(req, "label.created", label.id, NULL, NULL, err);
    *out = label.id;
    return rc;
}

/* Exactly one of label and new_label. */
static int choose_label(struct request *req, int64_t *out, struct err *err)
{
    int64_t id = jval_i64(jval_get(req->json, "label"), 0);
    str name = jval_text(jval_get(req->json, "new_label"), STR(""));
    struct label label;
    int rc;

    if ((id != 0) == (name.n > 0))
        return refuse(req, 422, "label", err, E_INVALID,
                      "name a label, or a new one");
    if (name.n > 0)
        return new_label(req, name, out, err);
    *out = id;
    rc = label_get(req->core->db, &req->scope, id, &req->arena, &label, err);
    if (rc == E_ABSENT)
        return refuse(req, 404, "label", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    return rc;
}

static int apply_all(struct request *req, struct label_change *change,
                     struct label_count *count, int64_t *action,
                     struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    AUTO(patch_small_clear) struct patch_small small = { 0 };
    int rc = db_begin(req->core->db, err);

    if (rc == 0)
        rc = choose_label(req, &change->label, err);
    if (rc == 0)
        rc = patch_label_open(req, change->label, &small, err);
    if (rc == 0)
        rc = label_action_apply(req->core->db, &req->scope, change, count,
                                action, err);
    if (rc == 0)
        rc = patch_label_check(req, &small, err);
    if (rc == E_INVALID)
        return refuse(req, req->refusal.status, "label", &(struct err){ 0 }, rc,
                      "%s", err_text(err));
    if (rc < 0)
        return rc;
    after = jval_new_object();
    jval_set_text(after, "definition",
                  jval_text(jval_get(req->json, "id"), STR("")));
    jval_set_i64(after, "labelled", count->changed);
    jval_set_i64(after, "action", *action);
    rc = request_audit(req, "label.applied", change->label, NULL, after, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int apply(struct request *req, struct response *res, struct err *err)
{
    struct label_change change = { .now = req->now };
    struct label_count count = { 0 };
    struct devices devices = { 0 };
    int64_t action = 0;
    int rc;

    if (!scope_may(&req->scope, PERM_REPORT_READ))
        return refuse(req, 403, NULL, err, E_PERM, "you may not read reports");
    rc = find_devices(req, &devices, err);
    change.devices = devices.ids.p;
    change.n = devices.ids.n;
    if (rc == 0)
        rc = apply_all(req, &change, &count, &action, err);
    if (rc == 0) {
        label_worker_wake(req->core->labels);
        res->json = jval_new_object();
        if (action != 0)
            jval_set_i64(res->json, "action", action);
        else
            jval_set_text(res->json, "action", STR_NONE);
        jval_set_i64(res->json, "label", change.label);
        jval_set_i64(res->json, "affected", (int64_t)change.n);
        jval_set_i64(res->json, "labelled", count.changed);
        jval_set_i64(res->json, "already", count.same);
    }
    vec_clear(&devices.ids);
    return rc;
}

/* --- The way back -------------------------------------------------------- */

static const struct field undo_fields[] = {
    { "removed", FIELD_INTEGER, .required = true },
    { "gone", FIELD_INTEGER, .required = true,
      .help = "devices that did not have it any more, or are not seen" },
    { NULL },
};

static int undo(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_small_clear) struct patch_small small = { 0 };
    struct label_count count = { 0 };
    int64_t label = 0;
    int rc = db_one_i64(req->core->db,
                        "SELECT label FROM label_action WHERE org = $1"
                        " AND id = $2",
                        DB_ARGS(db_i64(req->scope.org), db_i64(req->params[0])),
                        &label, err);

    if (rc == 0)
        rc = patch_label_open(req, label, &small, err);
    rc = rc > 0 ? 0 : rc; /* there is none: said below */
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = label_action_undo(req->core->db, &req->scope, req->params[0],
                               req->now, &count, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    if (rc == 0)
        rc =
            request_audit(req, "label.undone", req->params[0], NULL, NULL, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    label_worker_wake(req->core->labels);
    res->json = jval_new_object();
    jval_set_i64(res->json, "removed", count.changed);
    jval_set_i64(res->json, "gone", count.same + count.unknown);
    return 0;
}

static const struct field action_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "label", FIELD_INTEGER, .required = true },
    { "label_name", FIELD_TEXT, .required = true },
    { "at", FIELD_TIME, .required = true },
    { "actor", FIELD_TEXT, .required = true },
    { "devices", FIELD_INTEGER, .required = true },
    { "undone", FIELD_TIME },
    { NULL },
};

static struct jval *action_json(const struct label_action *a)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", a->id);
    jval_set_i64(o, "label", a->label);
    jval_set_text(o, "label_name", a->label_name);
    json_time(o, "at", a->at);
    jval_set_text(o, "actor", a->actor);
    jval_set_i64(o, "devices", a->devices);
    json_time(o, "undone", a->undone);
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(label_actions_clear) struct label_actions actions = { 0 };
    struct label_action_find find = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &find.before, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = label_action_list(req->core->db, &req->scope, &find, &req->arena,
                               &actions, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, actions.all, id, action_json(row));
    return 0;
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/definition/label", DOOR_API, PERM_LABEL_WRITE,
      65536, apply, .body = body_fields, .answer = answer_fields,
      .summary = "Give a label to all devices that a definition affects." },
    { METHOD_GET, "/api/v1/label-actions", DOOR_API, PERM_LABEL_READ,
      .handler = list, .answer = action_fields, .list = true,
      .summary = "List the labels that were given to many devices at once." },
    { METHOD_POST, "/api/v1/label-actions/{action}/undo", DOOR_API,
      PERM_LABEL_WRITE, .handler = undo, .answer = undo_fields,
      .summary = "Take a label from the devices that had got it so." },
};
const struct route_table routes_label_action = { rows, COUNT(rows) };
