/* SPDX-License-Identifier: Apache-2.0
 *
 * Defaults of device types (R-COM-4).
 */
#include "fleet/netdev_type.h"
#include "server/api_netdev_int.h"
#include "server/api_people_int.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = NETDEV_RESPONSES_MAX + 4096
};

static const struct field response_fields[] = {
    { "kind", FIELD_ENUM, .required = true,
      .words = "ok|warning|error|question" },
    { "pattern", FIELD_TEXT, .required = true, .min = 1,
      .max = RESPONSE_PATTERN_MAX, .help = "PCRE, of a line of the answer" },
    { "command", FIELD_TEXT, .max = RESPONSE_ANSWER_MAX,
      .help = "only of commands that begin so" },
    { "answer", FIELD_TEXT, .max = RESPONSE_ANSWER_MAX,
      .help = "to a question" },
    { NULL },
};
static const struct field known_fields[] = {
    { "kind", FIELD_ENUM, .required = true,
      .words = "ok|warning|error|question" },
    { "text", FIELD_TEXT, .required = true,
      .help = "with which a line begins; of a question: that it has" },
    { "command", FIELD_TEXT },
    { "answer", FIELD_TEXT },
    { NULL },
};

#define TERMS                                                                  \
    { "family", FIELD_TEXT, .required = true, .min = 1, .max = 32 },           \
        { "band", FIELD_TEXT, .max = NETDEV_BAND_MAX,                          \
          .help = "for versions from it on, as 12.3; empty: for all" },        \
        { "transport", FIELD_TEXT, .max = 16,                                  \
          .help = "empty: by family and version (R-COM-7)" },                  \
        { "allow_fallback", FIELD_BOOL },                                      \
        { "profile", FIELD_TEXT, .max = 32 },                                  \
        { "connect_s", FIELD_INTEGER, .min = 1, .max = NETDEV_SECONDS_MAX },   \
        { "read_s", FIELD_INTEGER, .min = 1, .max = NETDEV_SECONDS_MAX },      \
        { "retries", FIELD_INTEGER, .min = 0, .max = NETDEV_RETRIES_MAX },     \
        { "total_s", FIELD_INTEGER, .min = 1, .max = NETDEV_SECONDS_MAX },     \
        { "at_once", FIELD_INTEGER, .min = 0, .max = NETDEV_AT_ONCE_MAX,       \
          .help = "devices of it at a time; 0: no limit of its own" },         \
    {                                                                          \
        "responses", FIELD_LIST,                                               \
            .of = response_fields, .max = RESPONSES_MAX,                       \
            .help = "what lines of answers mean; looked at before what the "   \
                    "family knows (R-DEP-3)"                                   \
    }

static const struct field put_body[] = { TERMS, { NULL } };
static const struct field answer_fields[] = {
    TERMS,
    { "built_in", FIELD_BOOL, .required = true },
    { "known", FIELD_LIST, .required = true, .of = known_fields,
      .help = "what the family knows of answers, in this order" },
    { NULL },
};
static const struct field reset_body[] = {
    { "family", FIELD_TEXT, .required = true, .min = 1, .max = 32 },
    { "band", FIELD_TEXT, .max = NETDEV_BAND_MAX },
    { NULL },
};

static void push_known(struct jval *list, enum response_kind kind, str text,
                       const struct dialog *dialog)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "kind", str_c(response_kind_name(kind)));
    jval_set_text(o, "text", text);
    if (dialog != NULL) {
        jval_set_text(o, "command", str_c(dialog->command));
        jval_set_text(o, "answer", str_c(dialog->answer));
    }
    jval_push(list, o);
}

static struct jval *known_json(const struct family *family)
{
    struct jval *list = jval_new_array();

    for (const struct response_row *r = family->responses; r->begins != NULL;
         r++)
        push_known(list, r->kind, str_c(r->begins), NULL);
    for (const struct dialog *d = family->dialogs; d->question != NULL; d++)
        push_known(list, RESPONSE_QUESTION, str_c(d->question), d);
    return list;
}

static struct jval *to_json(const struct netdev_type *t)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "family", t->family);
    jval_set_text(o, "band", t->band);
    jval_set_text(o, "transport", t->transport);
    jval_set_bool(o, "allow_fallback", t->allow_fallback);
    jval_set_text(o, "profile", t->profile);
    jval_set_i64(o, "connect_s", t->connect_s);
    jval_set_i64(o, "read_s", t->read_s);
    jval_set_i64(o, "retries", t->retries);
    jval_set_i64(o, "total_s", t->total_s);
    jval_set_i64(o, "at_once", t->at_once);
    netdev_set_json(o, "responses", t->responses);
    jval_set_bool(o, "built_in", t->built_in);
    jval_set(o, "known", known_json(family_find(t->family)));
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_types_clear) struct netdev_types all = { 0 };
    struct jval *items;
    int rc =
        netdev_type_list(req->core->db, req->scope.org, &req->arena, &all, err);

    if (rc < 0)
        return rc;
    items = jval_new_array();
    for (size_t i = 0; i < all.all.n; i++)
        jval_push(items, to_json(&all.all.p[i]));
    respond_list(res, items, STR(""), (int64_t)all.all.n);
    return 0;
}

static void take_responses(struct request *req, struct netdev_type *t)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_RESPONSES_MAX);
    const struct jval *list = jval_get(req->json, "responses");

    if (list == NULL || jval_kind(list) == JVAL_NULL)
        return;
    jval_print(list, &text);
    t->responses = arena_str(&req->arena, buf_str(&text));
}

static void take_body(const struct jval *b, struct netdev_type *t)
{
    t->transport = jval_text(jval_get(b, "transport"), t->transport);
    t->allow_fallback =
        jval_bool(jval_get(b, "allow_fallback"), t->allow_fallback);
    t->profile = jval_text(jval_get(b, "profile"), t->profile);
    t->connect_s = jval_i64(jval_get(b, "connect_s"), t->connect_s);
    t->read_s = jval_i64(jval_get(b, "read_s"), t->read_s);
    t->retries = jval_i64(jval_get(b, "retries"), t->retries);
    t->total_s = jval_i64(jval_get(b, "total_s"), t->total_s);
    t->at_once = jval_i64(jval_get(b, "at_once"), t->at_once);
}

static int put(struct request *req, struct response *res, struct err *err)
{
    const struct jval *b = req->json;
    struct netdev_type_key key = {
        req->scope.org, family_find(jval_text(jval_get(b, "family"), STR(""))),
        jval_text(jval_get(b, "band"), STR(""))
    };
    struct netdev_type type = { .profile = STR("modern") };
    const char *field = NULL;
    struct err why = { 0 };
    int rc = need_all_devices(req, err);

    if (rc < 0)
        return rc;
    if (key.family == NULL)
        return refuse(req, 422, "family", err, E_INVALID, "expected %s",
                      family_names());
    rc = netdev_type_of(req->core->db, &key, &req->arena, &type, err);
    if (rc < 0)
        return rc;
    type.family = str_c(key.family->name);
    type.band = key.version;
    take_body(b, &type);
    take_responses(req, &type);
    if (netdev_type_check(&type, &field, &why) < 0)
        return refuse(req, 422, field, err, E_INVALID, "%s", err_text(&why));
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_type_set(req->core->db, &req->scope, &type, err);
    rc = netdev_done(req, "network_type.updated", 0, req->json, rc, err);
    return rc < 0 ? rc : list(req, res, err);
}

static int reset(struct request *req, struct response *res, struct err *err)
{
    const struct family *family =
        family_find(jval_text(jval_get(req->json, "family"), STR("")));
    int rc = need_all_devices(req, err);

    if (rc < 0)
        return rc;
    if (family == NULL)
        return refuse(req, 422, "family", err, E_INVALID, "expected %s",
                      family_names());
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_type_reset(req->core->db, &req->scope, str_c(family->name),
                               jval_text(jval_get(req->json, "band"), STR("")),
                               err);
    rc = netdev_done(req, "network_type.reset", 0, req->json, rc, err);
    return rc < 0 ? rc : list(req, res, err);
}

#define ALL "/api/v1/network/types"

static const struct route rows[] = {
    { METHOD_GET, ALL, DOOR_API, PERM_NETWORK_READ, 0, list,
      .answer = answer_fields, .list = true,
      .summary = "List the defaults of device types." },
    { METHOD_PUT, ALL, DOOR_API, PERM_NETWORK_WRITE, BODY_MAX, put,
      .body = put_body, .answer = answer_fields, .list = true,
      .summary = "Change the defaults of a device type; who inherits "
                 "follows." },
    { METHOD_POST, ALL "/reset", DOOR_API, PERM_NETWORK_WRITE, BODY_MAX, reset,
      .body = reset_body, .answer = answer_fields, .list = true,
      .summary = "Go back to what is built in." },
};
const struct route_table routes_netdev_type = { rows, COUNT(rows) };
