/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log: who changed what, when, from where, before and after.
 * Rows are numbered without gaps and chained: the digest of each covers all
 * its fields and the digest of the row before it, so that a row that was
 * changed, removed, moved or put in between is found by audit_verify().
 *
 * Cutting off the end leaves a whole chain. Against that the head (number and
 * digest of the last row) is also kept outside the store, in a file and in
 * the program's log (server/people.h), and audit_verify() is told it.
 *
 * One chain for all organisations; a list shows one organisation's rows.
 * Nobody edits or deletes rows: there is no function for it.
 */
#ifndef FLEET_AUDIT_H
#define FLEET_AUDIT_H

#include "fleet/scope.h"
#include "store/db.h"

enum {
    AUDIT_DIGEST_BYTES = 32,
    AUDIT_HEAD_TEXT_MAX = 96,
};

struct audit_entry {
    int64_t id; /* set by audit_add and by lists */
    int64_t org;
    int64_t at;
    str actor;  /* login, "device-17" or "system" */
    str peer;   /* address text; empty for the system itself */
    str action; /* "user.created" */
    str kind;   /* "user" */
    int64_t object;
    str before; /* JSON without secrets; p NULL: none */
    str after;
};

/* Appends one row, in the caller's transaction (asserted), so that a change
 * and its row are there together or not at all. */
int audit_add(struct db *db, const struct audit_entry *entry,
              struct err *err) MUST_CHECK;

struct audit_head {
    int64_t id; /* 0: nothing was ever written */
    uint8_t digest[AUDIT_DIGEST_BYTES];
};
int audit_head(struct db *db, struct audit_head *out,
               struct err *err) MUST_CHECK;
/* "17 9f86d0...", as it is kept in the file. */
void audit_head_text(const struct audit_head *head,
                     char out[AUDIT_HEAD_TEXT_MAX]);
int audit_head_parse(str text, struct audit_head *out,
                     struct err *err) MUST_CHECK;

/* A walk along the chain. `known` is a head that was seen earlier (NULL:
 * none): a log that does not contain it was cut or rewritten. A broken chain
 * is an answer (first_bad), not an error. Rows with a number below 1 are not
 * part of the log. */
struct audit_walk {
    int64_t rows;           /* found to be right so far */
    int64_t first_bad;      /* number of the first row that is wrong; 0: none */
    char reason[120];       /* what is wrong with it */
    struct audit_head head; /* as it was at the start */
    struct audit_head known;
    struct audit_head also; /* a second one, for the caller to set */
    uint8_t last[AUDIT_DIGEST_BYTES];
};
int audit_walk_start(struct db *db, const struct audit_head *known,
                     struct audit_walk *out, struct err *err) MUST_CHECK;
/* At most `max` rows further; 1: there are more, 0: done. A server does it in
 * pieces and answers others in between. */
int audit_walk_step(struct db *db, struct audit_walk *walk, int64_t max,
                    struct err *err) MUST_CHECK;
/* The whole walk. */
int audit_verify(struct db *db, const struct audit_head *known,
                 struct audit_walk *out, struct err *err) MUST_CHECK;

/* The rows of scope's organisation, newest first, below `before_id` (0: from
 * the newest), at most `limit`. Filters with p NULL or 0 are open. Whoever is
 * limited to labels sees only what they did themselves. Texts of the
 * entry are valid during the call of `each`. */
struct audit_filter {
    int64_t before_id;
    int64_t limit;
    str actor;
    str action; /* whole, or a prefix that ends with '.' */
    str kind;
    int64_t object;
    int64_t since;
    int64_t until;
};
typedef int audit_each(const struct audit_entry *entry, void *ctx,
                       struct err *err);
int audit_list(struct db *db, const struct scope *scope,
               const struct audit_filter *filter, audit_each *each, void *ctx,
               struct err *err) MUST_CHECK;
/* How many there are, regardless of before_id and limit. */
int audit_count(struct db *db, const struct scope *scope,
                const struct audit_filter *filter, int64_t *out,
                struct err *err) MUST_CHECK;

#endif
