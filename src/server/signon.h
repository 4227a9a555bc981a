/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in through another service: a held request, errands of the courier,
 * and at the end an account that is made or brought up to date from what the
 * service says (fleet/user.h, user_from_outside).
 *
 *   signon_hold ── errand ── answer ──┬── signon_accept   session, 201
 *                    └── errand ──    └── signon_refuse   401, 502, ...
 *
 * Each of the last two answers, and releases the struct. A client that goes
 * away releases it, too; its errand is forgotten.
 */
#ifndef SERVER_SIGNON_H
#define SERVER_SIGNON_H

#include "fleet/session.h"
#include "server/courier.h"
#include "server/helper.h"
#include "server/login.h"

struct signon {
    struct core *core;
    struct held *held;
    int64_t errand;           /* under way, or 0 */
    struct helper_work *work; /* the same */
    struct arena arena;
    int64_t org;
    int64_t now;
    str peer;
    str login; /* as typed; of LDAP */
    str code;  /* of a second factor */
    bool bearer;
    bool page;       /* the answer is a page of a browser, not JSON */
    bool shown;      /* a refusal, too: who asks shows pages */
    const char *why; /* of a refusal, a word of the console; or NULL */
    void *more;      /* the service's own, in the arena */
};

struct signon *signon_hold(struct request *req, struct response *res,
                           int64_t org);
void signon_refuse(struct signon *signon, int status, const char *field,
                   const char *detail);
void signon_answer(struct signon *signon, struct response *res);
/* E_PERM, E_INVALID: 403 with the sentence; other errors: 500, logged. */
void signon_accept(struct signon *signon, const struct outsider *outsider);

/* A log-in that goes on elsewhere comes back to the browser that it began
 * in, once, in SIGNON_TICKET_S: a ticket, and a cookie whose digest is kept
 * with it. So nobody is logged in to an account of somebody else. */
enum {
    SIGNON_TICKET_S = 600,
};
struct signon_way {
    const char *kind;  /* of the ticket */
    struct jval *data; /* what the way back needs; the digest is added */
    bool posted;       /* the way back is a POST from the other's site */
    str state;         /* out: the ticket's secret */
    str cookie;        /* out: Set-Cookie */
};
int signon_begin(struct signon *signon, struct signon_way *way,
                 struct err *err) MUST_CHECK;
/* What belongs to a state: *ticket and its data. 1: there is none, or it has
 * ended. E_PERM, refused, in another browser. Either way it is spent. */
int signon_resume(struct request *req, str state, struct ticket *ticket,
                  struct jval **out_data, struct err *err) MUST_CHECK;
/* A browser that came back and is refused must not end at an answer for
 * programs: it goes to the page where one signs in, which has a sentence for
 * `why`. The word is one of ours: nobody's text is shown in our name. */
void signon_page(struct response *res, int status, const char *why);
/* What the handler of the way back made of it: a refusal as such a page when
 * a browser asks. */
int signon_back(struct request *req, struct response *res, int rc,
                const struct err *err) MUST_CHECK;
/* In the arena. */
str signon_fresh(struct signon *signon);
str signon_digest(struct arena *arena, str text);
/* 403, and the log says why. */
void signon_fail(struct signon *signon, const char *event, const char *step,
                 str why);

/* server/directory.c: whether this attempt is the directory's: it is switched
 * on, and the login is not a local account's. */
int directory_wants(struct request *req, const struct attempt *attempt,
                    bool *out, struct err *err) MUST_CHECK;
/* Sends the errand and holds the request. */
int directory_login(struct request *req, struct response *res,
                    const struct attempt *attempt, bool bearer,
                    struct err *err) MUST_CHECK;
/* The directory of an organisation as an errand, without filter: also for
 * labels (K-LBL-2). Texts in the arena. E_INVALID when there is none. */
int directory_errand(struct core *core, int64_t org, struct arena *arena,
                     struct errand_ldap *out, struct err *err) MUST_CHECK;

#endif
