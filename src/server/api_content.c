/* SPDX-License-Identifier: Apache-2.0
 *
 * Content: what there is, what is in use, and new content (K-UPD, K-UPD-8).
 */
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "server/content_take.h"
#include "server/routes_int.h"
#include "server/run_json_int.h"

static const struct field content_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "platform", FIELD_TEXT, .required = true,
      .help = "ID:VERSION of os-release" },
    { "source", FIELD_TEXT, .required = true },
    { "digest", FIELD_TEXT, .required = true, .help = "SHA-256 of the pack" },
    { "size", FIELD_INTEGER, .required = true,
      .help = "bytes an agent fetches (K-UPD-4)" },
    { "definitions", FIELD_INTEGER, .required = true },
    { "feed_time", FIELD_TIME, .help = "as its generator states it" },
    { "imported", FIELD_TIME },
    { "active", FIELD_BOOL, .required = true },
    { "unchanged", FIELD_BOOL, .help = "it was in use already" },
    { NULL },
};

static struct jval *content_json(const struct content *c)
{
    struct jval *o = jval_new_object();
    char hex[2 * JOB_DIGEST_BYTES + 1];

    for (size_t i = 0; i < JOB_DIGEST_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", c->digest[i]);
    jval_set_i64(o, "id", c->id);
    jval_set_text(o, "platform", str_c(c->platform));
    jval_set_text(o, "source", str_c(c->source));
    jval_set_text(o, "digest", str_c(hex));
    jval_set_i64(o, "size", c->size);
    jval_set_i64(o, "definitions", c->definitions);
    json_time(o, "feed_time", c->feed_time);
    json_time(o, "imported", c->imported);
    jval_set_bool(o, "active", c->active);
    return o;
}

/* --- Lists --------------------------------------------------------------- */

static const struct field list_query[] = {
    { "active", FIELD_BOOL, .help = "only what is in use" },
    { NULL },
};

static int list(struct request *req, struct response *res, struct err *err)
{
    struct contents all = { 0 };
    struct jval *items;
    int rc = content_list(req->core->db,
                          jval_bool(jval_get(req->query, "active"), false),
                          &all, err);

    if (rc < 0) {
        contents_clear(&all);
        return rc;
    }
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n; i++)
        jval_push(items, content_json(&all.all.p[i]));
    respond_list(res, items, STR(""), (int64_t)all.all.n);
    contents_clear(&all);
    return 0;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct content c;
    int rc = content_get(req->core->db, req->params[0], &c, err);

    if (rc == 0)
        res->json = content_json(&c);
    return rc;
}

/* --- New content --------------------------------------------------------- */

static const struct field add_query[] = {
    { "source", FIELD_TEXT, .required = true, .min = 1,
      .max = CONTENT_SOURCE_MAX, .help = "what to call it" },
    { "platform", FIELD_TEXT, .max = PLATFORM_MAX - 1,
      .help = "ID:VERSION, when the content does not tell" },
    { "allow_older", FIELD_BOOL,
      .help = "take it although newer content is in use" },
    { NULL },
};

struct upload {
    struct held *held; /* NULL: the client went away */
};

static void gone(void *ctx)
{
    struct upload *upload = ctx;

    upload->held = NULL; /* the content is taken all the same */
}

static void taken(void *ctx, int rc, const struct content *content,
                  const char *why)
{
    struct upload *upload = ctx;
    struct response res;

    response_init(&res);
    if (rc < 0) {
        respond_problem(&res, rc == E_IO || rc == E_PERM ? 500 : 422, NULL,
                        why);
    } else {
        res.status = rc == 0 ? 201 : 200;
        res.json = content_json(content);
        jval_set_bool(res.json, "unchanged", rc == 1);
    }
    if (upload->held != NULL)
        held_answer(upload->held, &res);
    response_clear(&res);
    mem_free(upload);
}

static int add(struct request *req, struct response *res, struct err *err)
{
    struct content_order order = {
        .source = jval_text(jval_get(req->query, "source"), STR("")),
        .platform = jval_text(jval_get(req->query, "platform"), STR("")),
        .allow_older = jval_bool(jval_get(req->query, "allow_older"), false),
        .scope = req->scope,
        .peer = req->peer,
    };
    struct upload *upload;
    int fd;
    int rc;

    if (req->scope.org != 1 || !req->scope.all_devices)
        return refuse(req, 403, NULL, err, E_PERM,
                      "content is of the whole server: it is for the first "
                      "organisation, without a label scope");
    if (req->core->reader == NULL)
        return err_set(err, E_UNSUPPORTED, "this server has no reader");
    if (order.platform.n > 0 &&
        str_find_char(order.platform, ':') == order.platform.n)
        return refuse(req, 422, "platform", err, E_INVALID,
                      "platform is ID:VERSION, as in debian:12");
    fd = request_body_file(req,
                           "the body is the content: OVAL definitions, "
                           "plain or compressed, or a pack",
                           err);
    if (fd < 0)
        return fd;
    upload = mem_alloc(1, sizeof(*upload));
    upload->held = request_hold(req, gone, upload);
    res->held = true;
    rc = content_take(req->core, &order, fd, taken, upload, err);
    if (rc < 0)
        taken(upload, rc, NULL, err_text(err));
    return 0;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/contents", DOOR_API, PERM_CONTENT_READ,
      .handler = list, .query = list_query, .answer = content_fields,
      .list = true, .summary = "List the content, newest first." },
    { METHOD_POST, "/api/v1/contents", DOOR_API, PERM_CONTENT_WRITE,
      (size_t)1 << 30, add, .query = add_query, .answer = content_fields,
      .summary = "Bring new content into use." },
    { METHOD_GET, "/api/v1/contents/{content}", DOOR_API, PERM_CONTENT_READ,
      .handler = get, .answer = content_fields, .summary = "One content." },
};
const struct route_table routes_content = { rows, COUNT(rows) };
