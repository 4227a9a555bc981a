/* SPDX-License-Identifier: Apache-2.0 */
#include "server/login.h"

#include "base/log.h"
#include "trust/sign.h"
#include "trust/totp.h"

const char login_wrong[] =
    "login, password or code is wrong, or the account is closed for a while";

str login_totp_context(struct request *req, int64_t user)
{
    return arena_printf(&req->arena, "totp %lld", (long long)user);
}

int login_failed(struct request *req, int64_t org,
                 const struct credentials *credentials, struct err *err)
{
    struct scope before = req->scope;
    int rc = db_begin(req->core->db, err);

    if (rc < 0)
        return rc;
    rc = user_failed(req->core->db, credentials->user, req->now, err);
    req->scope.org = org;
    req->scope.name = credentials->login;
    if (rc == 0)
        rc = request_audit(req, "session.refused", credentials->user, NULL,
                           NULL, err);
    req->scope = before;
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc < 0)
        db_rollback(req->core->db);
    return rc;
}

static int spend_code(struct request *req,
                      const struct credentials *credentials, str code,
                      struct err *err)
{
    AUTO(buf_clear) struct buf secret = BUF(64);
    int64_t step = 0;
    int rc = seal_open(&req->core->people->key,
                       login_totp_context(req, credentials->user),
                       credentials->totp, &secret, err);

    if (rc < 0)
        return rc;
    if (secret.n != TOTP_SECRET_BYTES)
        return err_set(err, E_CORRUPT, "a second factor is damaged");
    if (!totp_check((const uint8_t *)secret.p, code, req->now,
                    credentials->totp_last, &step))
        rc = 1;
    else
        rc = user_spend_totp(req->core->db, credentials->user, step, err);
    memset(secret.p, 0, secret.n);
    return rc;
}

int login_code(struct request *req, const struct credentials *credentials,
               str code, struct err *err)
{
    uint8_t digest[32];

    if (code.n == TOTP_DIGITS)
        return spend_code(req, credentials, code, err);
    recovery_digest(code, digest);
    return recovery_take(req->core->db, credentials->user, digest, err);
}

/* In a transaction of its own: a code is spent whatever comes after. */
static int check_code(struct request *req, const struct credentials *found,
                      str code, struct err *err)
{
    int rc = db_begin(req->core->db, err);

    if (rc < 0)
        return rc;
    rc = login_code(req, found, code, err);
    if (rc == 0)
        return db_commit(req->core->db, err);
    db_rollback(req->core->db);
    return rc;
}

/* 1: no such account, one that cannot log in here, or closed. */
static int find_account(struct request *req, const struct attempt *attempt,
                        struct credentials *out, struct err *err)
{
    str login;
    int rc;

    *out = (struct credentials){ .password = STR_NONE };
    if (attempt->org == 0 ||
        login_form(attempt->login, false, &req->arena, &login, err) < 0)
        return 1;
    rc = credentials_find(req->core->db, attempt->org, login, &req->arena, out,
                          err);
    if (rc != 0)
        return rc;
    return out->disabled || out->password.p == NULL ||
                   out->locked_until > req->now
               ? 1
               : 0;
}

static int check_password(struct request *req, struct response *res,
                          const struct attempt *attempt,
                          struct credentials *out, struct err *err)
{
    int found = find_account(req, attempt, out, err);
    const char *hash = found == 0 ? arena_c(&req->arena, out->password) : NULL;
    bool right;
    int rc;

    if (found < 0)
        return found;
    rc = people_may_hash(req, res, err);
    if (rc < 0)
        return rc;
    right = password_check(hash, attempt->password);
    if (found == 0 && !right) {
        rc = login_failed(req, attempt->org, out, err);
        if (rc < 0)
            return rc;
    }
    if (!right)
        log_warn("login.refused", LOG_TEXT("peer", req->peer));
    return right ? 0 : refuse(req, 401, NULL, err, E_PERM, "%s", login_wrong);
}

int login_check(struct request *req, struct response *res,
                const struct attempt *attempt, struct credentials *out,
                struct err *err)
{
    int rc = check_password(req, res, attempt, out, err);

    if (rc < 0 || out->totp.p == NULL)
        return rc;
    if (attempt->code.n == 0)
        return refuse(req, 401, "code", err, E_PERM,
                      "the account has a second factor: its code is missing");
    rc = check_code(req, out, attempt->code, err);
    if (rc <= 0)
        return rc;
    rc = login_failed(req, attempt->org, out, err);
    if (rc < 0)
        return rc;
    return refuse(req, 401, NULL, err, E_PERM, "%s", login_wrong);
}

int login_confirm(struct request *req, struct response *res, str password,
                  struct credentials *out, struct err *err)
{
    struct attempt attempt = { .org = req->scope.org,
                               .login = req->scope.name,
                               .password = password };

    return check_password(req, res, &attempt, out, err);
}
