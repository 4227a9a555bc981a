/* SPDX-License-Identifier: Apache-2.0
 *
 * The people of an organisation. A login is kept in lower case and is
 * unique within its organisation. `source` says where the account comes from:
 *   local   a password here, perhaps a second factor
 *   ldap, oidc, saml   made and updated at each log-in through that service;
 *           `subject` is the service's own name for the person
 *   member  belongs to an account of another organisation (`home`); one gets
 *           here by switching, never by logging in
 *
 * An organisation always keeps one enabled administrator who can log in
 * without another service (E_INVALID for what would take the last one away).
 */
#ifndef FLEET_USER_H
#define FLEET_USER_H

#include "base/arena.h"
#include "fleet/role.h"

enum {
    LOGIN_MAX = 128,
    USER_TEXT_MAX = 255,
    USER_ROLES_MAX = 50,
};

struct user {
    int64_t id;
    int64_t org;
    str login;
    str name;
    str email;
    str source;
    str subject;
    int64_t home;
    bool disabled;
    str hash;  /* of the password, for user_add; p NULL: none */
    bool totp; /* has a second factor */
    int64_t failures;
    int64_t locked_until;
    int64_t created;
    int64_t last_login;
    int64_t password_set;
    int64_t revision;
    const int64_t *roles;
    size_t role_count;
};

/* Functions with a scope keep to its organisation; E_ABSENT for what is not
 * there; changes are made in the caller's transaction. Texts live in the
 * arena. Who acts on an account must hold all permissions that it has
 * (role_may_grant). */
int user_get(struct db *db, const struct scope *scope, int64_t id,
             struct arena *arena, struct user *out, struct err *err) MUST_CHECK;
struct user_filter {
    str after; /* login */
    str text;  /* part of login, name or e-mail address */
    int64_t limit;
};
struct user_list {
    struct user *p;
    size_t n;
};
int user_list(struct db *db, const struct scope *scope,
              const struct user_filter *filter, struct arena *arena,
              struct user_list *out, struct err *err) MUST_CHECK;
int user_count(struct db *db, const struct scope *scope, str text, int64_t *out,
               struct err *err) MUST_CHECK;

/* E_INVALID for a login that is taken or not allowed. Looks at login, name,
 * email, source, subject, home, hash, disabled, created and roles. */
int user_add(struct db *db, const struct scope *scope, const struct user *user,
             int64_t *out_id, struct err *err) MUST_CHECK;
/* Name, e-mail address, disabled and roles; revision is the one seen. */
int user_change(struct db *db, const struct scope *scope,
                const struct user *user, struct err *err) MUST_CHECK;
/* With sessions, tokens and everything else of theirs; the audit log keeps
 * the name. */
int user_remove(struct db *db, const struct scope *scope, int64_t id,
                struct err *err) MUST_CHECK;
/* Whether the caller may act on this account. */
int user_may_manage(struct db *db, const struct scope *scope, int64_t id,
                    struct err *err) MUST_CHECK;
/* The login in the form it is kept in; E_INVALID with the reason. */
int login_form(str login, bool local, struct arena *arena, str *out,
               struct err *err) MUST_CHECK;
/* Of all organisations; 0 on the first start. */
int user_total(struct db *db, int64_t *out, struct err *err) MUST_CHECK;

/* --- what logging in needs: asked by the server itself, without scope --- */
struct credentials {
    int64_t user;
    str password; /* hash; p NULL: none */
    str totp;     /* sealed; p NULL: none */
    str totp_new; /* not confirmed yet */
    int64_t totp_last;
    int64_t failures;
    int64_t locked_until;
    bool disabled;
    str source;
    str login;
};
/* 1 when there is no such account. */
int credentials_find(struct db *db, int64_t org, str login, struct arena *arena,
                     struct credentials *out, struct err *err) MUST_CHECK;
int credentials_get(struct db *db, int64_t user, struct arena *arena,
                    struct credentials *out, struct err *err) MUST_CHECK;
/* Seconds an account is closed after so many failures in a row: from the
 * fifth on it doubles, up to 15 minutes. */
int64_t lock_delay(int64_t failures);
int user_failed(struct db *db, int64_t user, int64_t now,
                struct err *err) MUST_CHECK;
int user_logged_in(struct db *db, int64_t user, int64_t now,
                   struct err *err) MUST_CHECK;
int user_set_password(struct db *db, int64_t user, str hash, int64_t now,
                      struct err *err) MUST_CHECK;
/* sealed p NULL takes the second factor away, recovery codes too. */
int user_set_totp(struct db *db, int64_t user, str sealed,
                  struct err *err) MUST_CHECK;
int user_set_totp_new(struct db *db, int64_t user, str sealed,
                      struct err *err) MUST_CHECK;
/* 1 when that step or a later one was used already. */
int user_spend_totp(struct db *db, int64_t user, int64_t step,
                    struct err *err) MUST_CHECK;
int recovery_set(struct db *db, int64_t user, const uint8_t (*digests)[32],
                 size_t n, struct err *err) MUST_CHECK;
/* 1 when there is no such code (any more). */
int recovery_take(struct db *db, int64_t user, const uint8_t digest[32],
                  struct err *err) MUST_CHECK;

/* An account of a directory or provider: found by source and subject, made or
 * brought up to date; its roles become those that its groups give. E_PERM
 * when no group of theirs has a role here. The login is taken by another
 * account: E_INVALID. */
struct outsider {
    str source;
    str subject;
    str login;
    str name;
    str email;
    const str *groups;
    size_t group_count;
};
int user_from_outside(struct db *db, int64_t org,
                      const struct outsider *outsider, int64_t now,
                      int64_t *out_id, struct err *err) MUST_CHECK;

#endif
