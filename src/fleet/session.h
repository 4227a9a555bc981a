/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is logged in: sessions of people (a cookie of the console, or a bearer
 * of the command line) and API tokens of programs. Both are secrets of 256
 * random bits that are shown once and kept as digests.
 *
 * A session ends when it was idle, at its end in any case, when its user is
 * disabled, and when the user has more than allowed (the oldest goes). An API
 * token has a part of its user's permissions, never more than the user has at
 * that moment.
 */
#ifndef FLEET_SESSION_H
#define FLEET_SESSION_H

#include "base/arena.h"
#include "fleet/scope.h"
#include "store/db.h"
#include "trust/password.h"

#define SESSION_PREFIX "hfs_"
#define TOKEN_PREFIX "hft_"

enum {
    SESSION_TOUCH_S = 60, /* how exact last_used is */
    TOKENS_MAX = 100,     /* of a user */
    TOKEN_NAME_MAX = 100,
    SESSIONS_SHOWN = 1000,
};

struct session_rules {
    int64_t idle_s;
    int64_t absolute_s;
    int64_t most; /* sessions of one user */
};

struct session {
    int64_t id;
    int64_t user;
    int64_t home; /* who logged in; == user unless switched */
    str login;
    str method; /* "password", "ldap", "oidc", "saml", "setup" */
    str peer;
    int64_t created;
    int64_t last_used;
    int64_t expires;
};

/* Starts one at session->created and writes its secret; ends what is over the
 * limit. */
int session_start(struct db *db, const struct session *session,
                  const struct session_rules *rules,
                  char out_secret[SECRET_TEXT_MAX], int64_t *out_id,
                  struct err *err) MUST_CHECK;

/* Who a secret stands for. permissions of a token: what it was given; of a
 * session: all bits. */
struct bearer {
    int64_t session;
    int64_t token;
    int64_t org;
    int64_t user;
    int64_t home;
    str login;
    bool totp; /* the account that logged in has a second factor */
    bool local;
    uint64_t permissions;
    int64_t created;
    int64_t last_used;
    int64_t expires;
};
/* 1: nobody, or no longer: ended, idle, disabled. */
int bearer_find(struct db *db, str secret, int64_t now, struct arena *arena,
                struct bearer *out, struct err *err) MUST_CHECK;
/* Remembers the use, at most once in SESSION_TOUCH_S. */
int bearer_touch(struct db *db, const struct bearer *bearer, int64_t now,
                 struct err *err) MUST_CHECK;

/* The user that a session acts as becomes another (fleet/org.h). */
int session_switch(struct db *db, int64_t session, int64_t user,
                   struct err *err) MUST_CHECK;
struct session_pick {
    int64_t user; /* 0: of everyone */
    int64_t now;
};
struct session_list {
    struct session *p;
    size_t n;
};
/* What must be the user's, when user is not 0. */
struct owned {
    int64_t id;
    int64_t user;
};
/* The sessions of a user (0: of everyone in the organisation) that have not
 * ended, newest first. */
int session_list(struct db *db, const struct scope *scope,
                 const struct session_pick *pick, struct arena *arena,
                 struct session_list *out, struct err *err) MUST_CHECK;
/* E_ABSENT when there is no such session of the organisation (of `user`, when
 * that is not 0). */
int session_get(struct db *db, const struct scope *scope, struct owned owned,
                struct arena *arena, struct session *out,
                struct err *err) MUST_CHECK;
int session_end(struct db *db, int64_t id, struct err *err) MUST_CHECK;
/* All of a user, but not `except`. */
int session_end_all(struct db *db, int64_t user, int64_t except,
                    struct err *err) MUST_CHECK;
/* Removes what has ended, tokens and tickets too. */
int session_sweep(struct db *db, int64_t now, struct err *err) MUST_CHECK;

struct api_token {
    int64_t id;
    int64_t user;
    str login;
    str name;
    uint64_t permissions;
    int64_t created;
    int64_t expires;
    int64_t last_used;
};
struct token_list {
    struct api_token *p;
    size_t n;
};
/* Made at token->created. E_PERM when it would have what the scope does not. */
int token_add(struct db *db, const struct scope *scope,
              const struct api_token *token, char out_secret[SECRET_TEXT_MAX],
              int64_t *out_id, struct err *err) MUST_CHECK;
/* Of a user (0: of everyone in the organisation). */
int token_list(struct db *db, const struct scope *scope, int64_t user,
               struct arena *arena, struct token_list *out,
               struct err *err) MUST_CHECK;
int token_get(struct db *db, const struct scope *scope, struct owned owned,
              struct arena *arena, struct api_token *out,
              struct err *err) MUST_CHECK;
int token_remove(struct db *db, int64_t id, struct err *err) MUST_CHECK;

/* Tickets: secrets that are good once and soon end: the first start, a
 * log-in at another service under way. `data` is the caller's. */
struct ticket {
    str kind;
    int64_t org;
    str data;
    int64_t expires;
};
int ticket_add(struct db *db, const struct ticket *ticket,
               char out_secret[SECRET_TEXT_MAX], struct err *err) MUST_CHECK;
/* Takes the one of ticket->kind away, whatever comes of it, and fills the
 * rest of *ticket. 1: there is none, or it has ended. */
int ticket_take(struct db *db, str secret, int64_t now, struct arena *arena,
                struct ticket *ticket, struct err *err) MUST_CHECK;
/* Notes that a name that somebody else made (ticket->data, within kind and
 * org) was used; kept until ticket->expires. 1: it was used before. */
int ticket_spend(struct db *db, const struct ticket *ticket,
                 struct err *err) MUST_CHECK;
int ticket_count(struct db *db, str kind, int64_t now, int64_t *out,
                 struct err *err) MUST_CHECK;
int ticket_drop_all(struct db *db, str kind, struct err *err) MUST_CHECK;

#endif
