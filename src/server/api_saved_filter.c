/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of lists that a person saved: one's own, whatever the role.
 * They are no settings of the organisation, so the audit log has none of it.
 */
#include "fleet/saved_filter.h"
#include "server/core.h"
#include "server/routes_int.h"

enum {
    FILTER_BODY_MAX = 1 << 14,
};

static const struct field filter_body[] = {
    { "list", FIELD_TEXT, .required = true, .min = 1,
      .max = SAVED_FILTER_LIST_MAX, .help = "whose filter it is: \"devices\"" },
    { "name", FIELD_TEXT, .required = true, .min = 1,
      .max = SAVED_FILTER_NAME_MAX },
    { "query", FIELD_TEXT, .required = true, .max = SAVED_FILTER_QUERY_MAX,
      .help = "as in the address of the list: \"q=web&state=open\"" },
    { NULL },
};
static const struct field filter_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "list", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "query", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field filter_query[] = {
    { "list", FIELD_TEXT, .max = SAVED_FILTER_LIST_MAX },
    { NULL },
};

static struct jval *filter_json(const struct saved_filter *filter)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", filter->id);
    jval_set_text(json, "list", filter->list);
    jval_set_text(json, "name", filter->name);
    jval_set_text(json, "query", filter->query);
    return json;
}

/* The system's own scope is no person. */
static int need_person(struct request *req, struct err *err)
{
    if (req->scope.user > 0)
        return 0;
    return refuse(req, 403, NULL, err, E_PERM,
                  "only a person has saved filters");
}

static int list_filters(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(saved_filters_clear) struct saved_filters list = { 0 };
    struct jval *items;
    int rc = need_person(req, err);

    if (rc == 0)
        rc = saved_filter_list(req->core->db, &req->scope,
                               jval_text(jval_get(req->query, "list"), STR("")),
                               &req->arena, &list, err);
    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < list.all.n; i++)
        jval_push(items, filter_json(&list.all.p[i]));
    respond_list(res, items, STR(""), (int64_t)list.all.n);
    return 0;
}

static int put_filter(struct request *req, struct response *res,
                      struct err *err)
{
    struct saved_filter filter = {
        .list = jval_text(jval_get(req->json, "list"), STR("")),
        .name = str_trim(jval_text(jval_get(req->json, "name"), STR(""))),
        .query = jval_text(jval_get(req->json, "query"), STR("")),
    };
    int rc = need_person(req, err);

    if (rc == 0 && filter.name.n == 0)
        rc = refuse(req, 422, "name", err, E_INVALID, "it has no name");
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = saved_filter_put(req->core->db, &req->scope, &filter, req->now,
                              err);
    if (rc == E_LIMIT)
        return refuse(req, 409, "name", err, rc, "%s", err_text(err));
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->json = filter_json(&filter);
    return 0;
}

static int delete_filter(struct request *req, struct response *res,
                         struct err *err)
{
    int rc = need_person(req, err);

    (void)res;
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = saved_filter_remove(req->core->db, &req->scope, req->params[0],
                                 err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/account/filters", DOOR_API, .list = true,
      .handler = list_filters, .query = filter_query, .answer = filter_fields,
      .summary = "List the filters that one saved." },
    { METHOD_POST, "/api/v1/account/filters", DOOR_API,
      .body_max = FILTER_BODY_MAX, .handler = put_filter, .body = filter_body,
      .answer = filter_fields,
      .summary = "Save a filter; one of that list and name is replaced." },
    { METHOD_DELETE, "/api/v1/account/filters/{filter}", DOOR_API,
      .handler = delete_filter, .summary = "Forget a filter that one saved." },
};
const struct route_table routes_saved_filter = { rows, COUNT(rows) };
