/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signon.h"

#include "base/encode.h"
#include "base/log.h"
#include "base/mem.h"
#include "trust/sign.h"

static void signon_free(struct signon *signon)
{
    arena_clear(&signon->arena);
    mem_free(signon);
}

static void gone(void *ctx)
{
    struct signon *signon = ctx;

    if (signon->errand != 0)
        courier_forget(signon->core->courier, signon->errand);
    helper_cancel(signon->work);
    signon_free(signon);
}

struct signon *signon_hold(struct request *req, struct response *res,
                           int64_t org)
{
    struct signon *signon = mem_alloc(1, sizeof(*signon));

    signon->core = req->core;
    signon->org = org;
    signon->now = req->now;
    signon->peer = arena_str(&signon->arena, str_or_empty(req->peer));
    signon->shown = str_find(req->accept, STR("text/html")) < req->accept.n;
    signon->held = request_hold(req, gone, signon);
    res->held = true;
    return signon;
}

void signon_refuse(struct signon *signon, int status, const char *field,
                   const char *detail)
{
    AUTO(response_clear) struct response res;

    response_init(&res);
    if (signon->page && signon->shown)
        signon_page(&res, status,
                    signon->why != NULL ? signon->why : "provider");
    else
        respond_problem(&res, status, field, detail);
    if (status == 401)
        res.login = STR("Bearer realm=\"holdfast\"");
    held_answer(signon->held, &res);
    signon_free(signon);
}

void signon_answer(struct signon *signon, struct response *res)
{
    held_answer(signon->held, res);
    signon_free(signon);
}

void signon_fail(struct signon *signon, const char *event, const char *step,
                 str why)
{
    log_warn(event, LOG_TEXT("step", str_c(step)), LOG_TEXT("error", why),
             LOG_TEXT("peer", signon->peer));
    signon_refuse(signon, 403, NULL,
                  "the log-in through the provider failed; the server's log "
                  "says why");
}

/* --- there and back ------------------------------------------------------ */

static const char cookie_name[] = "__Host-holdfast-signon";

str signon_fresh(struct signon *signon)
{
    char secret[SECRET_TEXT_MAX];

    secret_make("", secret);
    return arena_str(&signon->arena, str_c(secret));
}

str signon_digest(struct arena *arena, str text)
{
    AUTO(buf_clear) struct buf out = BUF(100);
    uint8_t digest[SECRET_DIGEST_BYTES];

    secret_digest(text, digest);
    base64url_add(&out, (str){ (const char *)digest, sizeof(digest) });
    return arena_str(arena, buf_str(&out));
}

int signon_begin(struct signon *signon, struct signon_way *way, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct ticket ticket = { .kind = str_c(way->kind),
                             .org = signon->org,
                             .expires = signon->now + SIGNON_TICKET_S };
    str binding = signon_fresh(signon);
    char state[SECRET_TEXT_MAX];
    int rc;

    jval_set_text(way->data, "binding", signon_digest(&signon->arena, binding));
    jval_print(way->data, &text);
    ticket.data = buf_str(&text);
    rc = ticket_add(signon->core->db, &ticket, state, err);
    if (rc < 0)
        return rc;
    way->state = arena_str(&signon->arena, str_c(state));
    way->cookie = arena_printf(
        &signon->arena,
        "%s=%s; Path=/; Secure; HttpOnly; SameSite=%s; Max-Age=%d", cookie_name,
        binding.p, way->posted ? "None" : "Lax", SIGNON_TICKET_S);
    return 0;
}

static str binding_cookie(str cookie)
{
    while (cookie.n > 0) {
        str value = str_trim(str_cut(&cookie, ';'));

        if (str_eq_c(str_cut(&value, '='), cookie_name))
            return value;
    }
    return STR("");
}

int signon_resume(struct request *req, str state, struct ticket *ticket,
                  struct jval **out_data, struct err *err)
{
    str seen = signon_digest(&req->arena, binding_cookie(req->cookie));
    int rc =
        ticket_take(req->core->db, state, req->now, &req->arena, ticket, err);

    if (rc == 0)
        rc = jval_parse(ticket->data, 4096, out_data, err);
    if (rc != 0)
        return rc;
    if (!trust_equal(seen, jval_text(jval_get(*out_data, "binding"), STR(""))))
        return refuse(req, 403, NULL, err, E_PERM,
                      "the log-in began in another browser");
    return 0;
}

/* --- the end ------------------------------------------------------------- */

/* The browser follows a link of our own page: a redirect would still count
 * as coming from the provider's site, and a strict cookie would stay away. */
static void make_page(struct response *res, int status, const char *place)
{
    jval_free(TAKE(res->json));
    res->status = status;
    res->content_type = "text/html; charset=utf-8";
    buf_printf(&res->body,
               "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">"
               "<meta http-equiv=\"refresh\" content=\"0;url=/%s\">"
               "<link rel=\"icon\" href=\"/favicon.svg\">"
               "<title>Holdfast</title><a href=\"/%s\">Holdfast</a>",
               place, place);
    res->set_cookie2 = STR("__Host-holdfast-signon=; Path=/; Secure; "
                           "HttpOnly; Max-Age=0");
}

void signon_page(struct response *res, int status, const char *why)
{
    char place[64];

    snprintf(place, sizeof(place), "#sign-on=%s", why);
    make_page(res, status, place);
}

int signon_back(struct request *req, struct response *res, int rc,
                const struct err *err)
{
    int status = req->refusal.status != 0 ? req->refusal.status : 500;

    if (rc >= 0 || str_find(req->accept, STR("text/html")) >= req->accept.n)
        return rc;
    log_warn("login.refused", LOG_TEXT("peer", req->peer),
             LOG_TEXT("error", str_c(err_text(err))));
    jval_free(TAKE(req->refusal.errors));
    signon_page(res, status,
                status == 403  ? "late"
                : status < 500 ? "provider"
                               : "broken");
    return 0;
}

enum outcome {
    ACCEPTED,
    CODE_MISSING,
    CODE_WRONG,
    DISABLED,
};

/* In a transaction. Positive: an outcome. */
static int accept(struct signon *signon, struct request *req,
                  struct response *res, const struct outsider *outsider,
                  struct err *err)
{
    struct db *db = signon->core->db;
    struct credentials found;
    int64_t user = 0;
    int rc =
        user_from_outside(db, signon->org, outsider, signon->now, &user, err);

    if (rc == 0)
        rc = credentials_get(db, user, &req->arena, &found, err);
    if (rc != 0)
        return rc < 0 ? rc : E_ABSENT;
    if (found.disabled || found.locked_until > signon->now)
        return DISABLED;
    if (found.totp.p != NULL && signon->code.n == 0)
        return CODE_MISSING;
    if (found.totp.p != NULL) {
        rc = login_code(req, &found, signon->code, err);
        if (rc != 0)
            return rc < 0 ? rc : CODE_WRONG;
    }
    return login_finish(req, res,
                        &(struct logged_in){ .org = signon->org,
                                             .user = user,
                                             .login = found.login,
                                             .method = outsider->source,
                                             .bearer = signon->bearer },
                        err);
}

static int commit_or_not(struct signon *signon, struct request *req,
                         struct response *res, const struct outsider *outsider,
                         struct err *err)
{
    struct db *db = signon->core->db;
    int rc = db_begin(db, err);

    if (rc < 0)
        return rc;
    rc = accept(signon, req, res, outsider, err);
    if (rc == ACCEPTED)
        return db_commit(db, err);
    db_rollback(db);
    return rc;
}

static void refuse_outcome(struct signon *signon, int rc, const struct err *err)
{
    log_warn("login.refused", LOG_TEXT("peer", signon->peer));
    signon->why = rc == CODE_MISSING                   ? "code"
                  : rc == CODE_WRONG || rc == DISABLED ? "closed"
                  : rc == E_PERM || rc == E_INVALID    ? "account"
                                                       : "broken";
    if (rc == CODE_MISSING)
        signon_refuse(signon, 401, "code",
                      "the account has a second factor: its code is missing");
    else if (rc == CODE_WRONG || rc == DISABLED)
        signon_refuse(signon, 401, NULL, login_wrong);
    else if (rc == E_PERM || rc == E_INVALID)
        signon_refuse(signon, 403, NULL, err_text(err));
    else {
        log_error("login.failed", LOG_TEXT("error", str_c(err_text(err))));
        signon_refuse(signon, 500, NULL, "the server failed; its log says why");
    }
}

void signon_accept(struct signon *signon, const struct outsider *outsider)
{
    AUTO(request_clear) struct request req;
    AUTO(response_clear) struct response res;
    struct err err = { 0 };
    int rc;

    request_init(&req, signon->core);
    response_init(&res);
    req.now = signon->now;
    req.peer = signon->peer;
    rc = commit_or_not(signon, &req, &res, outsider, &err);
    if (rc != ACCEPTED) {
        refuse_outcome(signon, rc, &err);
        return;
    }
    if (signon->page)
        make_page(&res, 200, "");
    held_answer(signon->held, &res);
    signon_free(signon);
}
