/* SPDX-License-Identifier: Apache-2.0
 *
 * Credentials of network devices. Secrets come in and never go out: what is
 * shown is which parts there are.
 */
#include "fleet/netdev_credential.h"
#include "server/api_netdev_int.h"
#include "server/api_people_int.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 200 << 10,
    KEEP_MAX_S = 30 * 86400,
};

#define SECRETS                                                                \
    { "password", FIELD_TEXT, .max = NETDEV_SECRET_MAX,                        \
      .help = "never shown again" },                                           \
        { "enable_password", FIELD_TEXT, .max = NETDEV_SECRET_MAX,             \
          .help = "of the privileged level; empty: the password" },            \
        { "private_key", FIELD_TEXT, .max = NETDEV_SECRET_MAX,                 \
          .help = "OpenSSH or PEM text" },                                     \
    {                                                                          \
        "vault", FIELD_TEXT,                                                   \
            .max = NETDEV_VAULT_MAX,                                           \
            .help = "instead of secrets: the name of an entry that the "       \
                    "command netdev.vault is asked for"                        \
    }

#define PLAIN(needed)                                                          \
    { "name", FIELD_TEXT, .required = needed, .min = 1,                        \
      .max = NETDEV_CREDENTIAL_NAME_MAX },                                     \
        { "login", FIELD_TEXT, .max = 255, .help = "the user on devices" },    \
        { "realm", FIELD_TEXT, .max = NETDEV_TEXT_MAX,                         \
          .help = "of AAA: for devices of this realm" },                       \
    {                                                                          \
        "label", FIELD_INTEGER, .min = 0, .max = INT64_MAX,                    \
                                .help = "for devices with this label; 0: none" \
    }

static const struct field post_body[] = { PLAIN(true), SECRETS, { NULL } };
static const struct field patch_body[] = { PLAIN(false), { NULL } };
static const struct field rotate_body[] = {
    SECRETS,
    { "keep_previous_s", FIELD_INTEGER, .min = 0, .max = KEEP_MAX_S,
      .help = "so long the old secrets are tried when the new ones are "
              "refused" },
    { NULL },
};
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    PLAIN(true),
    { "vault", FIELD_TEXT, .required = true },
    { "has_password", FIELD_BOOL, .required = true },
    { "has_enable_password", FIELD_BOOL, .required = true },
    { "has_private_key", FIELD_BOOL, .required = true },
    { "key", FIELD_TEXT, .required = true,
      .help = "id of the key it is sealed with" },
    { "previous_until", FIELD_TIME },
    { "created", FIELD_TIME, .required = true },
    { "changed", FIELD_TIME, .required = true, .help = "its secrets" },
    { "changed_by", FIELD_TEXT, .required = true },
    { "devices", FIELD_INTEGER, .required = true, .help = "that name it" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

static struct jval *to_json(const struct netdev_credential *c)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", c->id);
    jval_set_text(o, "name", c->name);
    jval_set_text(o, "login", c->login);
    jval_set_text(o, "realm", c->realm);
    jval_set_i64(o, "label", c->label);
    jval_set_text(o, "vault", c->vault);
    jval_set_bool(o, "has_password", (c->parts & NETDEV_PASSWORD) != 0);
    jval_set_bool(o, "has_enable_password", (c->parts & NETDEV_ENABLE) != 0);
    jval_set_bool(o, "has_private_key", (c->parts & NETDEV_KEY) != 0);
    jval_set_text(o, "key", c->key_id);
    json_time(o, "previous_until", c->previous_until);
    json_time(o, "created", c->created);
    json_time(o, "changed", c->changed);
    jval_set_text(o, "changed_by", c->changed_by);
    jval_set_i64(o, "devices", c->devices);
    jval_set_i64(o, "revision", c->revision);
    return o;
}

/* For the audit log: nothing of what the body says but who it is for. */
static struct jval *audit_json(const struct netdev_credential *c)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "name", c->name);
    jval_set_text(o, "login", c->login);
    jval_set_text(o, "realm", c->realm);
    jval_set_i64(o, "label", c->label);
    jval_set_bool(o, "vault", c->vault.n > 0);
    return o;
}

static int answer(struct request *req, struct response *res, int64_t id,
                  struct err *err)
{
    struct netdev_credential c;
    int rc = netdev_credential_get(req->core->db, &req->scope, id, &req->arena,
                                   &c, err);

    if (rc < 0)
        return rc;
    res->json = to_json(&c);
    respond_revision(req, res, c.revision);
    return 0;
}

/* Seals what the body has; nothing of it is kept in plain. */
static int seal(struct request *req, struct netdev_credential *out,
                struct err *err)
{
    const struct jval *b = req->json;
    struct netdev_secret secret = {
        .password = jval_text(jval_get(b, "password"), STR("")),
        .enable_password = jval_text(jval_get(b, "enable_password"), STR("")),
        .private_key = jval_text(jval_get(b, "private_key"), STR("")),
    };
    struct box_public key;
    char id[BOX_ID_MAX];
    int rc;

    out->vault = jval_text(jval_get(b, "vault"), STR(""));
    out->parts = (secret.password.n > 0 ? NETDEV_PASSWORD : 0) |
                 (secret.enable_password.n > 0 ? NETDEV_ENABLE : 0) |
                 (secret.private_key.n > 0 ? NETDEV_KEY : 0);
    if (out->vault.n > 0 && out->parts != 0)
        return refuse(req, 422, "vault", err, E_INVALID,
                      "secrets, or an entry of the vault, not both");
    if (out->vault.n > 0 && out->vault.p[0] == '-')
        return refuse(req, 422, "vault", err, E_INVALID,
                      "an entry's name does not begin with '-'");
    if (out->vault.n == 0 && out->parts == 0)
        return refuse(req, 422, "password", err, E_INVALID,
                      "give a password, a private key or an entry of the "
                      "vault");
    if (out->vault.n > 0)
        return 0;
    rc = netdevs_key(req->core, &key, err);
    if (rc < 0)
        return refuse(req, 503, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    box_id(&key, id);
    out->key_id = arena_str(&req->arena, str_c(id));
    return netdev_credential_seal(&key, &secret, &req->arena, &out->sealed,
                                  err);
}

static void take_plain(const struct jval *b, struct netdev_credential *c)
{
    c->name = str_trim(jval_text(jval_get(b, "name"), c->name));
    c->login = jval_text(jval_get(b, "login"), c->login);
    c->realm = jval_text(jval_get(b, "realm"), c->realm);
    c->label = jval_i64(jval_get(b, "label"), c->label);
}

/* --- Handlers ---------------------------------------------------------------
 */

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_credentials_clear) struct netdev_credentials all = { 0 };
    struct netdev_credential_find find = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &find.after, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = netdev_credential_list(req->core->db, &req->scope, &find,
                                    &req->arena, &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    return 0;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, res, req->params[0], err);
}

static int post(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct netdev_credential c = { 0 };
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = seal(req, &c, err);
    if (rc < 0)
        return rc;
    take_plain(req->json, &c);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_credential_add(req->core->db, &req->scope, &c, req->now,
                                   err);
    if (rc == E_INVALID)
        return refuse(req, 409, "name", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    after = audit_json(&c);
    rc = netdev_done(req, "credential.created", c.id, after, rc, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(
        &req->arena, "/api/v1/network/credentials/%lld", (long long)c.id);
    return answer(req, res, c.id, err);
}

static int patch(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    struct netdev_credential c;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = netdev_credential_get(req->core->db, &req->scope, req->params[0],
                                   &req->arena, &c, err);
    if (rc == 0)
        rc = request_match(req, c.revision, err);
    if (rc < 0)
        return rc;
    take_plain(req->json, &c);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_credential_change(req->core->db, &req->scope, &c, err);
    if (rc == E_INVALID)
        return refuse(req, 409, "name", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    after = audit_json(&c);
    rc = netdev_done(req, "credential.updated", c.id, after, rc, err);
    return rc < 0 ? rc : answer(req, res, c.id, err);
}

static int rotate(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *after = NULL;
    int64_t keep = jval_i64(jval_get(req->json, "keep_previous_s"), 0);
    struct netdev_credential c;
    struct netdev_rotation rotation;
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = netdev_credential_get(req->core->db, &req->scope, req->params[0],
                                   &req->arena, &c, err);
    if (rc == 0)
        rc = seal(req, &c, err);
    if (rc < 0)
        return rc;
    rotation = (struct netdev_rotation){
        .vault = c.vault,
        .sealed = c.vault.n > 0 ? STR("") : c.sealed,
        .key_id = c.vault.n > 0 ? STR("") : c.key_id,
        .parts = c.parts,
        .until = keep > 0 ? req->now + keep : 0,
        .now = req->now,
    };
    after = audit_json(&c);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_credential_rotate(req->core->db, &req->scope, c.id,
                                      &rotation, err);
    rc = netdev_done(req, "credential.rotated", c.id, after, rc, err);
    return rc < 0 ? rc : answer(req, res, c.id, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    int rc = need_all_devices(req, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_credential_remove(req->core->db, &req->scope,
                                      req->params[0], err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    return netdev_done(req, "credential.deleted", req->params[0], NULL, rc,
                       err);
}

#define ALL "/api/v1/network/credentials"
#define ONE ALL "/{credential}"

static const struct route rows[] = {
    { METHOD_GET, ALL, DOOR_API, PERM_NETWORK_READ, 0, list,
      .answer = answer_fields, .list = true,
      .summary = "List credentials of network devices, without secrets." },
    { METHOD_POST, ALL, DOOR_API, PERM_CREDENTIAL_WRITE, BODY_MAX, post,
      .body = post_body, .answer = answer_fields,
      .summary = "Add a credential; its secrets are never shown again." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, 0, show,
      .answer = answer_fields, .summary = "Show a credential." },
    { METHOD_PATCH, ONE, DOOR_API, PERM_CREDENTIAL_WRITE, BODY_MAX, patch,
      .body = patch_body, .answer = answer_fields,
      .summary = "Change for whom a credential holds." },
    { METHOD_POST, ONE "/rotate", DOOR_API, PERM_CREDENTIAL_WRITE, BODY_MAX,
      rotate, .body = rotate_body, .answer = answer_fields,
      .summary = "Replace the secrets of a credential." },
    { METHOD_DELETE, ONE, DOOR_API, PERM_CREDENTIAL_WRITE, 0, remove_one,
      .summary = "Delete a credential that no device names." },
};
const struct route_table routes_netdev_credential = { rows, COUNT(rows) };
