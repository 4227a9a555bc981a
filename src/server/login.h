/* SPDX-License-Identifier: Apache-2.0
 *
 * The decision whether a login, a password and perhaps a code are right.
 *
 * An unknown login, a wrong password, a disabled and a closed account have
 * one answer, in one time: 401, after one password hash. Only who knows the
 * password learns that a code is missing. From the fifth failure on the
 * account is closed for a while that doubles, up to 15 minutes
 * (fleet/user.h); attempts in that time are not counted, so that it ends.
 */
#ifndef SERVER_LOGIN_H
#define SERVER_LOGIN_H

#include "fleet/user.h"
#include "server/people.h"

/* The one answer to all that is wrong. */
extern const char login_wrong[];

struct attempt {
    int64_t org; /* 0: there is no such organisation */
    str login;
    str password;
    str code; /* empty: none was given */
};
/* 0: right, *out is the account. Otherwise refused, and a failure counted, in
 * transactions of its own (so not in one of the caller's). */
int login_check(struct request *req, struct response *res,
                const struct attempt *attempt, struct credentials *out,
                struct err *err) MUST_CHECK;
/* The same for somebody who is logged in already and must show the password
 * again, for changes of what they log in with. */
int login_confirm(struct request *req, struct response *res, str password,
                  struct credentials *out, struct err *err) MUST_CHECK;
/* The code of a second factor, or a recovery code, which is then spent. 1:
 * wrong, or spent. In the caller's transaction. */
int login_code(struct request *req, const struct credentials *credentials,
               str code, struct err *err) MUST_CHECK;
/* Counts a failure and logs it in the audit log. */
int login_failed(struct request *req, int64_t org,
                 const struct credentials *credentials,
                 struct err *err) MUST_CHECK;
/* What totp secrets are sealed for. */
str login_totp_context(struct request *req, int64_t user);

#endif
