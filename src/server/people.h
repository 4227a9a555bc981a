/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core keeps for logging people in: the key that secrets in the
 * store are sealed with, the first start, and the head of the audit log
 * outside the store.
 *
 * In the state directory:
 *   secret.key    made at the first start; without it second factors and
 *                 passwords of other services must be given again
 *   setup-secret  only while there is no user: the one-time secret that the
 *                 first administrator is made with. Mode 0600; a new one at
 *                 each start; good for a day; the store has its digest only
 *   audit.head    number and digest of the audit log's last row, written
 *                 when it changed; the program's log has them too
 */
#ifndef SERVER_PEOPLE_H
#define SERVER_PEOPLE_H

#include "fleet/audit.h"
#include "fleet/session.h"
#include "server/core.h"
#include "server/route.h"
#include "trust/seal.h"

enum {
    SETUP_SECRET_S = 86400,
    HASHES_A_SECOND = 20, /* passwords checked at most: each takes 20 ms */
};

struct people {
    struct seal_key key;
    struct buf directory;
    struct audit_head head;  /* as in the file */
    struct audit_head known; /* as the file was at the start */
    int64_t hash_second;
    int64_t hashes;
    struct loop_watch *timer;
    struct core *core;
};

/* After the store is migrated. Makes built-in roles and the setup secret when
 * they are missing. */
int people_start(struct core *core, str state_directory, int64_t now,
                 struct err *err) MUST_CHECK;
void people_stop(struct core *core);
/* The file is brought up to date; also done every ten seconds. */
int people_write_head(struct core *core, struct err *err) MUST_CHECK;
/* The first user is there: the secret's file goes. */
void people_set_up(struct core *core);

/* One more password may be checked now, or 429. */
int people_may_hash(struct request *req, struct response *res,
                    struct err *err) MUST_CHECK;

int session_rules_of(struct db *db, int64_t org, struct session_rules *out,
                     struct err *err) MUST_CHECK;
/* Starts a session for a user who has proved who they are: row, audit, and
 * the cookie, or with `bearer` the secret in the body. In the caller's
 * transaction. */
struct logged_in {
    int64_t org;
    int64_t user;
    str login;
    str method;
    bool bearer;
};
int login_finish(struct request *req, struct response *res,
                 const struct logged_in *who, struct err *err) MUST_CHECK;

#endif
