/* SPDX-License-Identifier: Apache-2.0
 *
 * Enrolment: tokens for people, and the one question of a device that has no
 * certificate yet (claim 10).
 */
#include "base/clock.h"
#include "base/log.h"
#include "fleet/audit.h"
#include "fleet/enrol.h"
#include "server/agents.h"
#include "server/routes_int.h"

enum {
    ENROL_BODY_MAX = 32768,
    LIFE_DEFAULT_S = 86400,
};

/* --- tokens ----------------------------------------------------------- */

static const struct field token_answer[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "label", FIELD_INTEGER, .help = "the label its device gets" },
    { "created", FIELD_TIME, .required = true },
    { "created_by", FIELD_TEXT, .required = true },
    { "expires", FIELD_TIME, .required = true },
    { "state", FIELD_ENUM, .required = true, .words = "open|used|expired" },
    { "used_at", FIELD_TIME },
    { "device", FIELD_INTEGER, .help = "who used it" },
    { NULL },
};
static const struct field made_answer[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "token", FIELD_TEXT, .required = true,
      .help = "shown this once; the server keeps a digest" },
    { "expires", FIELD_TIME, .required = true },
    { "fingerprint", FIELD_TEXT,
      .help = "SHA-256 of the server's authority; a device takes it with "
              "--fingerprint, or behind the token: TOKEN.FINGERPRINT" },
    { "server", FIELD_TEXT, .help = "where devices enrol: --server" },
    { NULL },
};
static const struct field token_body[] = {
    { "label", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "a manual label for the device" },
    { "life_s", FIELD_INTEGER, .min = ENROL_LIFE_MIN_S, .max = ENROL_LIFE_MAX_S,
      .help = "seconds until it ends; a day if left"
              " out" },
    { NULL },
};

static struct jval *token_json(const struct enrol_token *token, int64_t now)
{
    struct jval *out = jval_new_object();

    jval_set_i64(out, "id", token->id);
    if (token->label != 0)
        jval_set_i64(out, "label", token->label);
    json_time(out, "created", token->created);
    jval_set_text(out, "created_by", token->created_by);
    json_time(out, "expires", token->expires);
    jval_set_text(out, "state",
                  token->used_at != 0     ? STR("used")
                  : now >= token->expires ? STR("expired")
                                          : STR("open"));
    json_time(out, "used_at", token->used_at);
    if (token->used_by != 0)
        jval_set_i64(out, "device", token->used_by);
    return out;
}

static int list_tokens(struct request *req, struct response *res,
                       struct err *err)
{
    struct enrol_tokens list = { 0 };
    struct page page;
    int rc = request_page_id(req, &page, &list.before, err);

    if (rc < 0)
        return rc;
    list.limit = page.limit;
    rc = enrol_token_list(req->core->db, &req->scope, &req->arena, &list, err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, list.all, id, token_json(row, req->now));
    vec_clear(&list.all);
    return rc;
}

/* Where a device finds us, if that is known (not in a unit test). */
static void set_server(struct jval *out, const struct agents_terms *terms)
{
    AUTO(buf_clear) struct buf url = BUF(512);

    if (terms->enrol_url == NULL)
        return;
    terms->enrol_url(terms->url_ctx, &url);
    jval_set_text(out, "server", buf_str(&url));
}

/* The token, a dot, and the SHA-256 of our authority, so that the device
 * knows whom it gives the token to. */
static str known_token(struct request *req, const char *text)
{
    const struct agents_terms *terms =
        req->core->agents != NULL ? agents_terms(req->core->agents) : NULL;
    struct cert_facts facts;

    if (terms == NULL || terms->authority.n == 0 ||
        cert_read(terms->authority, &facts, NULL) < 0)
        return str_c(text);
    return arena_printf(&req->arena, "%s.%s", text, facts.fingerprint);
}

static int make_token(struct request *req, struct response *res,
                      struct err *err)
{
    struct enrol_order order = {
        .label = jval_i64(jval_get(req->json, "label"), 0),
        .life_s = jval_i64(jval_get(req->json, "life_s"), LIFE_DEFAULT_S),
    };
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct enrol_made made = { 0 };
    struct db *db = req->core->db;
    struct cert_facts authority;
    int rc;

    /* A label gives its members to whoever may see it: a token for all of
     * the organisation is not for who sees a part of it (D-34). */
    if (order.label == 0 && !req->scope.all_devices)
        return refuse(req, 422, "label", err, E_INVALID,
                      "your roles see labelled devices only: name a label");
    rc = db_begin(db, err);
    if (rc == 0)
        rc = enrol_token_make(db, &req->scope, &order, req->now, &made, err);
    if (rc == E_INVALID)
        return refuse(req, 422, order.label != 0 ? "label" : "life_s",
                      &(struct err){ 0 }, rc, "%s", err_text(err));
    if (rc == 0) {
        json_time(after, "expires", req->now + order.life_s);
        if (order.label != 0)
            jval_set_i64(after, "label", order.label);
        rc = request_audit(req, "enrol_token.created", made.id, NULL, after,
                           err);
    }
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->json = jval_new_object();
    res->private_page = true;
    jval_set_i64(res->json, "id", made.id);
    jval_set_text(res->json, "token", known_token(req, made.text));
    json_time(res->json, "expires", req->now + order.life_s);
    if (cert_read(agents_terms(req->core->agents)->authority, &authority,
                  NULL) == 0)
        jval_set_text(res->json, "fingerprint", str_c(authority.fingerprint));
    set_server(res->json, agents_terms(req->core->agents));
    trust_wipe(&made, sizeof(made));
    return 0;
}

static int remove_token(struct request *req, struct response *res,
                        struct err *err)
{
    struct db *db = req->core->db;
    int rc = db_begin(db, err);

    if (rc == 0)
        rc = enrol_token_remove(db, &req->scope, req->params[0], err);
    if (rc == 1)
        return refuse(req, 404, NULL, err, E_ABSENT, "there is no such token");
    if (rc == 0)
        rc = request_audit(req, "enrol_token.removed", req->params[0], NULL,
                           NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    res->status = 204;
    return rc;
}

/* --- a device enrols -------------------------------------------------- */

static int audit_enrol(struct request *req, const struct enrolment *done,
                       const char *action, struct jval *after, struct err *err)
{
    AUTO(jval_freep) struct jval *tree = after;
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct audit_entry entry = {
        .org = done->org != 0 ? done->org : 1,
        .at = req->now,
        .actor = STR("enrolment"),
        .peer = req->peer,
        .action = str_c(action),
        .kind = STR("device"),
        .object = done->device,
    };

    jval_print(tree, &text);
    entry.after = buf_str(&text);
    return audit_add(req->core->db, &entry, err);
}

/* The same answer whatever is wrong with the token. How often is told in the
 * log, but not without end. */
static int refuse_token(struct request *req, const struct enrolment *done,
                        struct err *err)
{
    struct db *db = req->core->db;
    struct jval *after = jval_new_object();
    int64_t unlogged = 0;
    int rc = 0;

    db_rollback(db);
    if (agents_enrol_failed(req->core->agents, req->peer, req->now,
                            &unlogged)) {
        jval_set_text(after, "token",
                      done->token != 0 ? STR("used or expired")
                                       : STR("unknown"));
        if (done->token != 0)
            jval_set_i64(after, "id", done->token);
        if (unlogged > 0)
            jval_set_i64(after, "not_logged_before", unlogged);
        rc = db_begin(db, err);
        if (rc == 0)
            rc = audit_enrol(req, done, "device.enrol_refused", TAKE(after),
                             err);
        if (rc == 0)
            rc = db_commit(db, err);
        log_warn("enrol.refused", LOG_TEXT("peer", req->peer));
    }
    jval_free(after);
    return rc < 0
               ? rc
               : refuse(req, 403, NULL, err, E_PERM, "the token is not valid");
}

static int audit_done(struct request *req, const struct enrolment *done,
                      struct err *err)
{
    struct jval *after = jval_new_object();
    int rc;

    if (done->again) {
        jval_free(after);
        return 0;
    }
    jval_set_i64(after, "token", done->token);
    if (done->label != 0)
        jval_set_i64(after, "label", done->label);
    rc = audit_enrol(req, done, "device.enrolled", after, err);
    if (rc < 0 || done->clone_of == 0)
        return rc;
    after = jval_new_object();
    jval_set_i64(after, "same_machine_as", done->clone_of);
    log_warn("enrol.clone", LOG_I64("device", done->device),
             LOG_I64("same_machine_as", done->clone_of));
    return audit_enrol(req, done, "device.cloned", after, err);
}

static int answer_enrol(struct request *req, struct response *res,
                        const struct enrolment *done, struct err *err)
{
    const struct agents_terms *terms = agents_terms(req->core->agents);
    AUTO(buf_clear) struct buf url = BUF(JOB_URL_MAX);
    char device[DEVICE_TEXT_MAX];
    struct enrolled answer = {
        .certificate = buf_str(&done->pem),
        .authority = terms->authority,
        .keys = { (void *)terms->keys, terms->key_count },
        .server_time = req->now,
    };

    agents_told_enrolled(req->core, done->device, done->org);
    device_text(done->device, device);
    answer.device = str_c(device);
    terms->agent_url(terms->url_ctx, &url);
    answer.agent_url = buf_str(&url);
    log_info("enrol.done", LOG_I64("device", done->device),
             LOG_TEXT("peer", req->peer));
    return respond_message(res, &shape_enrolled, &answer, err);
}

static int take_enrol(struct request *req, const struct enrol *enrol,
                      struct enrolment *done, struct err *err)
{
    struct db *db = req->core->db;
    int rc = db_begin(db, err);

    if (rc == 0)
        rc = enrol_take(db, &agents_terms(req->core->agents)->issuer, enrol,
                        req->now, done, err);
    if (rc == 0)
        rc = audit_done(req, done, err);
    return rc == 0 ? db_commit(db, err) : rc;
}

static int post_enrol(struct request *req, struct response *res,
                      struct err *err)
{
    struct enrolment done = { .pem = BUF(CERT_PEM_MAX) };
    struct enrol enrol;
    int rc;

    if (!agents_may_enrol(req->core->agents, req->peer, req->now)) {
        res->retry_after_s = ENROL_RETRY_AFTER_S;
        return refuse(req, 429, NULL, err, E_LIMIT,
                      "too many attempts failed: try again later");
    }
    rc = agents_ready(req, err);
    if (rc < 0)
        return rc;
    rc = message_unpack(&shape_enrol, req->body, &req->arena, &enrol, err);
    if (rc < 0) {
        int64_t unlogged;

        (void)agents_enrol_failed(req->core->agents, req->peer, req->now,
                                  &unlogged);
        return refuse(req, 400, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    }
    rc = take_enrol(req, &enrol, &done, err);
    if (rc == 1)
        rc = refuse_token(req, &done, err);
    else if (rc == 0)
        rc = answer_enrol(req, res, &done, err);
    buf_clear(&done.pem);
    return rc;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/enrol-tokens", DOOR_API, PERM_ENROL,
      .handler = list_tokens, .answer = token_answer, .list = true,
      .summary = "Tokens that devices enrol with, newest first." },
    { METHOD_POST, "/api/v1/enrol-tokens", DOOR_API, PERM_ENROL, 4096,
      make_token, .body = token_body, .answer = made_answer,
      .summary = "Make a token for one device." },
    { METHOD_DELETE, "/api/v1/enrol-tokens/{token}", DOOR_API, PERM_ENROL,
      .handler = remove_token, .summary = "Withdraw a token." },
    { METHOD_POST, "/agent/v1/enrol", DOOR_ENROL, .body_max = ENROL_BODY_MAX,
      .handler = post_enrol, .summary = "Become a device, with a token." },
};
const struct route_table routes_enrol = { rows, COUNT(rows) };
