/* SPDX-License-Identifier: Apache-2.0
 *
 * Images that network devices fetch: uploaded, listed, staged (R-AUS-10).
 */
#include <unistd.h>

#include "fleet/audit.h"
#include "fleet/netdev_image.h"
#include "server/api_people_int.h"
#include "server/cluster.h"
#include "server/fetching.h"
#include "server/images.h"
#include "server/routes_int.h"

static const struct field image_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "kind", FIELD_ENUM, .required = true, .words = "image|asdm" },
    { "name", FIELD_TEXT, .required = true },
    { "version", FIELD_TEXT, .required = true },
    { "md5", FIELD_TEXT, .required = true },
    { "sha256", FIELD_TEXT, .required = true },
    { "size", FIELD_INTEGER, .required = true },
    { "author", FIELD_TEXT },
    { "created", FIELD_TIME, .required = true },
    { "uses", FIELD_INTEGER, .required = true,
      .help = "things staged that need it" },
    { NULL },
};
static const struct field add_query[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1,
      .max = NETDEV_IMAGE_NAME_MAX, .help = "of the file on the device" },
    { "kind", FIELD_ENUM, .words = "image|asdm",
      .help = "image unless told; asdm is PDM on a PIX, too" },
    { "version", FIELD_TEXT, .max = NETDEV_IMAGE_VERSION_MAX,
      .help = "that the device tells when it runs it" },
    { "md5", FIELD_TEXT, .max = ASK_SUM_MAX,
      .help = "that its maker tells: what differs is refused" },
    { NULL },
};

static struct jval *to_json(const struct netdev_image *image)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", image->id);
    jval_set_text(o, "kind", str_c(stage_kind_name(image->kind)));
    jval_set_text(o, "name", image->name);
    jval_set_text(o, "version", image->version);
    jval_set_text(o, "md5", image->md5);
    jval_set_text(o, "sha256", image->sha256);
    jval_set_i64(o, "size", image->size);
    jval_set_text(o, "author", image->author);
    json_time(o, "created", image->created);
    jval_set_i64(o, "uses", image->uses);
    return o;
}

/* --- taking one ------------------------------------------------------------
 */

struct upload {
    struct core *core;
    struct held *held; /* NULL: the client went away */
    struct scope scope;
    struct arena arena;
    struct netdev_image image;
    str expected; /* MD5, or empty */
    str peer;
    int64_t now;
};

static void gone(void *ctx)
{
    struct upload *upload = ctx;

    upload->held = NULL; /* it is taken all the same */
}

static int note(struct upload *upload, struct err *err)
{
    AUTO(jval_freep) struct jval *after = to_json(&upload->image);
    AUTO(buf_clear) struct buf text = BUF(16384);
    struct audit_entry entry = {
        .org = upload->scope.org,
        .at = upload->now,
        .actor = upload->scope.name.n > 0 ? upload->scope.name : STR("system"),
        .peer = upload->peer,
        .action = STR("device-image.created"),
        .kind = STR("device-image"),
        .object = upload->image.id,
        .before = STR_NONE,
    };

    jval_print(after, &text);
    entry.after = buf_str(&text);
    return audit_add(upload->core->db, &entry, err);
}

static int keep(struct upload *upload, struct err *err)
{
    struct db *db = upload->core->db;
    const char *field = NULL;
    int rc = db_begin(db, err);

    if (rc < 0)
        return rc;
    rc = netdev_image_add(db, &upload->scope, &upload->image, upload->now,
                          &field, err);
    if (rc == 0)
        rc = note(upload, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        db_rollback(db);
    return rc;
}

static void answer(struct upload *upload, int rc, const struct err *err)
{
    struct response res;

    if (upload->held == NULL)
        return;
    response_init(&res);
    if (rc < 0) {
        respond_problem(&res,
                        rc == E_INVALID ? 422
                        : rc == E_LIMIT ? 409
                                        : 500,
                        NULL, err_text(err));
    } else {
        res.status = 201;
        res.json = to_json(&upload->image);
    }
    held_answer(upload->held, &res);
    response_clear(&res);
}

static void taken(void *ctx, int rc, const struct image_taken *file,
                  const struct err *why)
{
    struct upload *upload = ctx;
    struct err err = *why;

    if (rc == 0) {
        upload->image.md5 = file->md5;
        upload->image.sha256 = file->sha256;
        upload->image.size = file->size;
        rc = keep(upload, &err);
    }
    answer(upload, rc, &err);
    arena_clear(&upload->arena);
    mem_free(upload);
}

static struct upload *begin(struct request *req, int64_t kind)
{
    struct upload *u = mem_alloc(1, sizeof(*u));
    struct arena *arena = &u->arena;

    u->core = req->core;
    u->scope = req->scope;
    u->scope.name = arena_str(arena, req->scope.name);
    u->peer = arena_str(arena, req->peer);
    u->now = req->now;
    u->expected =
        arena_str(arena, jval_text(jval_get(req->query, "md5"), STR("")));
    u->image = (struct netdev_image){
        .kind = (enum stage_kind)kind,
        .name =
            arena_str(arena, jval_text(jval_get(req->query, "name"), STR(""))),
        .version = arena_str(
            arena,
            str_trim(jval_text(jval_get(req->query, "version"), STR("")))),
    };
    return u;
}

static int add(struct request *req, struct response *res, struct err *err)
{
    str kind = jval_text(jval_get(req->query, "kind"), STR("image"));
    struct image_order order = { .org = req->scope.org, .done = taken };
    struct upload *upload;
    const char *field = NULL;
    struct err why = { 0 };
    int rc = need_all_devices(req, err);

    if (rc < 0)
        return rc;
    order.fd = request_body_file(req, "the body is the image", err);
    if (order.fd < 0)
        return order.fd;
    upload = begin(req, str_eq_c(kind, "asdm") ? STAGE_ASDM : STAGE_IMAGE);
    rc = netdev_image_check(&upload->image, &field, &why);
    if (rc < 0) {
        rc = refuse(req, 422, field, err, E_INVALID, "%s", err_text(&why));
        close(order.fd);
    }
    order.md5 = upload->expected;
    order.ctx = upload;
    if (rc == 0)
        rc = image_take(req->core, &order, err);
    if (rc < 0) {
        arena_clear(&upload->arena);
        mem_free(upload);
        return rc;
    }
    upload->held = request_hold(req, gone, upload);
    res->held = true;
    return 0;
}

/* --- the others ------------------------------------------------------------
 */

static int list(struct request *req, struct response *res, struct err *err)
{
    struct netdev_images all = { 0 };
    struct netdev_range range = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &range.after, err);

    range.limit = page.limit;
    if (rc == 0)
        rc = netdev_image_list(req->core->db, &req->scope, &range, &req->arena,
                               &all, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    netdev_images_clear(&all);
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct netdev_image image;
    int rc = netdev_image_get(req->core->db, &req->scope, req->params[0],
                              &req->arena, &image, err);

    if (rc == 0)
        res->json = to_json(&image);
    return rc;
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct db *db = req->core->db;
    struct netdev_image image;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = netdev_image_get(db, &req->scope, req->params[0], &req->arena,
                              &image, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    before = to_json(&image);
    rc = netdev_image_remove(db, &req->scope, image.id, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = request_audit(req, "device-image.deleted", image.id, before, NULL,
                           err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    images_look(req->core);
    cluster_tell(req->core, CLUSTER_IMAGES, 0);
    return 0;
}

#define ONE "/api/v1/device-images/{image}"
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/device-images", DOOR_API, PERM_NETWORK_READ,
      .handler = list, .answer = image_fields, .list = true,
      .summary = "List the images that network devices fetch." },
    { METHOD_POST, "/api/v1/device-images", DOOR_API, PERM_NETWORK_CHANGE,
      (size_t)IMAGE_MAX, add, .query = add_query, .answer = image_fields,
      .summary = "Bring an image, the body, for network devices to fetch." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, .handler = get,
      .answer = image_fields, .summary = "One image." },
    { METHOD_DELETE, ONE, DOOR_API, PERM_NETWORK_CHANGE, .handler = remove_one,
      .summary = "Remove an image that nothing staged needs." },
};
const struct route_table routes_netdev_image = { rows, COUNT(rows) };
