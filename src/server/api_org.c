/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations and their settings.
 */
#include "fleet/org.h"
#include "fleet/setting.h"
#include "server/api_people_int.h"
#include "server/routes_int.h"

static const struct field org_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field org_body[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = ORG_NAME_MAX },
    { NULL },
};

static struct jval *org_json(int64_t id, str name)
{
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", id);
    jval_set_text(json, "name", name);
    return json;
}

static str member_name(struct request *req)
{
    return jval_text(jval_get(req->json, "name"), STR(""));
}

static int add_org(struct request *req, struct response *res, struct err *err)
{
    int64_t id = 0;
    int rc = need_own_session(req, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = org_add(req->core->db, &req->scope, member_name(req), req->now,
                     &id, err);
    if (rc < 0)
        return blame(req, rc == E_INVALID ? "name" : NULL, rc);
    res->status = 201;
    res->json = org_json(id, member_name(req));
    rc = request_audit(req, "organisation.created", id, NULL, res->json, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int rename_org(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct org org;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = org_get(req->core->db, req->scope.org, &req->arena, &org, err);
    if (rc < 0)
        return rc;
    before = org_json(org.id, org.name);
    rc = org_rename(req->core->db, &req->scope, member_name(req), err);
    if (rc < 0)
        return blame(req, "name", rc);
    res->json = org_json(org.id, member_name(req));
    rc = request_audit(req, "organisation.renamed", org.id, before, res->json,
                       err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

/* --- settings ---------------------------------------------------------- */

static const struct field setting_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "type", FIELD_ENUM, .required = true,
      .words = "integer|boolean|text|enum|secret" },
    { "value", FIELD_TEXT, .max = 131072,
      .help = "as text; of a secret null: it is never shown" },
    { "set", FIELD_BOOL, .required = true,
      .help = "something else than the default is stored" },
    { "default", FIELD_TEXT, .required = true },
    { "help", FIELD_TEXT, .said = true, .required = true },
    { "words", FIELD_TEXTS, .max = 16, .help = "of an enum" },
    { NULL },
};

static const char *type_name(enum setting_type type)
{
    static const char *const names[] = { "integer", "boolean", "text", "enum",
                                         "secret" };

    return names[type];
}

/* The value as it is shown: true and false instead of 1 and 0. */
static int shown(struct request *req, const struct setting_row *row, str *out,
                 struct err *err)
{
    int64_t number = 0;
    int rc;

    *out = STR_NONE;
    switch (row->type) {
    case SETTING_SECRET:
        return 0;
    case SETTING_TEXT:
    case SETTING_ENUM:
        return setting_text(&(struct setting_reader){ .db = req->core->db,
                                                      .org = req->scope.org,
                                                      .arena = &req->arena },
                            row->name, out, err);
    case SETTING_INTEGER:
    case SETTING_BOOL:
        break;
    }
    rc = setting_i64(req->core->db, req->scope.org, row->name, &number, err);
    if (rc < 0)
        return rc;
    *out = row->type == SETTING_BOOL
               ? str_c(number != 0 ? "true" : "false")
               : arena_printf(&req->arena, "%lld", (long long)number);
    return 0;
}

static struct jval *words_json(const char *words)
{
    struct jval *list = jval_new_array();
    str left = str_c(words);

    while (left.n > 0)
        jval_push(list, jval_new_text(str_cut(&left, '|')));
    return list;
}

static int setting_json(struct request *req, const struct setting_row *row,
                        struct jval **out, struct err *err)
{
    struct jval *json;
    bool set = false;
    str value;
    int rc = shown(req, row, &value, err);

    if (rc == 0)
        rc =
            setting_is_set(req->core->db, req->scope.org, row->name, &set, err);
    if (rc < 0)
        return rc;
    json = jval_new_object();
    jval_set_text(json, "name", str_c(row->name));
    jval_set_text(json, "type", str_c(type_name(row->type)));
    jval_set_text(json, "value", value);
    jval_set_bool(json, "set", set);
    jval_set_text(json, "default",
                  row->type == SETTING_BOOL
                      ? str_c(row->otherwise[0] == '1' ? "true" : "false")
                      : str_c(row->otherwise));
    jval_set_text(json, "help", str_c(row->help));
    if (row->words != NULL)
        jval_set(json, "words", words_json(row->words));
    *out = json;
    return 0;
}

static int list_settings(struct request *req, struct response *res,
                         struct err *err)
{
    struct jval *items = jval_new_array();
    int64_t revision = 0;
    int rc = setting_revision(req->core->db, req->scope.org, &revision, err);

    for (size_t i = 0; rc == 0 && i < setting_row_count; i++) {
        struct jval *item = NULL;

        rc = setting_json(req, &setting_rows[i], &item, err);
        if (rc == 0)
            jval_push(items, item);
    }
    if (rc < 0) {
        jval_free(items);
        return rc;
    }
    respond_list(res, items, STR(""), (int64_t)setting_row_count);
    respond_revision(req, res, revision);
    return 0;
}

static const struct field settings_body[] = {
    { "values", FIELD_OBJECT, .required = true,
      .help = "name: value; null goes back to the default" },
    { NULL },
};

/* What a member of the body stands for, as the store keeps it. */
static int value_text(struct request *req, const struct jval *value, str *out,
                      struct err *err)
{
    switch (jval_kind(value)) {
    case JVAL_NULL:
        *out = STR_NONE;
        return 0;
    case JVAL_BOOL:
        *out = str_c(jval_bool(value, false) ? "1" : "0");
        return 0;
    case JVAL_INTEGER:
        *out = arena_printf(&req->arena, "%lld", (long long)jval_i64(value, 0));
        return 0;
    case JVAL_TEXT:
        *out = jval_text(value, STR(""));
        return 0;
    default:
        return err_set(err, E_INVALID,
                       "expected a text, a number, true, false or null");
    }
}

/* Before and after of one setting, for the audit log: secrets as "(set)". */
static int note(struct request *req, const struct setting_row *row,
                struct jval *out, struct err *err)
{
    bool set = false;
    str value;
    int rc = shown(req, row, &value, err);

    if (rc == 0)
        rc =
            setting_is_set(req->core->db, req->scope.org, row->name, &set, err);
    if (row->type == SETTING_SECRET)
        value = set ? STR("(set)") : STR_NONE;
    if (rc == 0)
        jval_set_text(out, row->name, value);
    return rc;
}

static int put_one(struct request *req, str name, const struct jval *value,
                   struct jval *before, struct jval *after, struct err *err)
{
    const struct setting_row *row = setting_find(name);
    str text = STR_NONE;
    int rc;

    if (row == NULL)
        return err_set(err, E_INVALID, "there is no such setting");
    if (row->type == SETTING_BOOL && jval_kind(value) == JVAL_TEXT)
        return err_set(err, E_INVALID, "expected true or false");
    rc = note(req, row, before, err);
    if (rc == 0)
        rc = value_text(req, value, &text, err);
    if (rc == 0)
        rc = setting_put(req->core->db, req->scope.org, row, text,
                         &req->core->people->key, err);
    return rc < 0 ? rc : note(req, row, after, err);
}

static int put_all(struct request *req, struct jval *before, struct jval *after,
                   struct err *err)
{
    const struct jval *values = jval_get(req->json, "values");
    struct jval *value;
    str name;

    for (size_t i = 0; jval_member(values, i, &name, &value); i++) {
        int rc = put_one(req, name, value, before, after, err);

        if (rc < 0)
            return blame(
                req,
                arena_printf(&req->arena, "values.%" PRIstr, ARGstr(name)).p,
                rc);
    }
    return 0;
}

static int change_settings(struct request *req, struct response *res,
                           struct err *err)
{
    AUTO(jval_freep) struct jval *before = jval_new_object();
    AUTO(jval_freep) struct jval *after = jval_new_object();
    int64_t revision = 0;
    int rc = need_all_devices(req, err);

    (void)res;
    if (rc == 0)
        rc = setting_revision(req->core->db, req->scope.org, &revision, err);
    if (rc == 0)
        rc = request_match(req, revision, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = put_all(req, before, after, err);
    if (rc == 0)
        rc = request_audit(req, "settings.changed", 0, before, after, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/organisations", DOOR_API, PERM_USER_WRITE, 4096,
      .handler = add_org, .body = org_body, .answer = org_fields,
      .summary = "Add an organisation, with oneself as administrator." },
    { METHOD_PATCH, "/api/v1/organisation", DOOR_API, PERM_SETTING_WRITE, 4096,
      .handler = rename_org, .body = org_body, .answer = org_fields,
      .summary = "Rename one's organisation." },
    { METHOD_GET, "/api/v1/settings", DOOR_API, PERM_SETTING_READ,
      .handler = list_settings, .answer = setting_fields, .list = true,
      .summary = "List the settings, with values in force and defaults." },
    { METHOD_PATCH, "/api/v1/settings", DOOR_API, PERM_SETTING_WRITE, 1 << 18,
      .handler = change_settings, .body = settings_body,
      .summary = "Change settings." },
};
const struct route_table routes_org = { rows, COUNT(rows) };
