/* SPDX-License-Identifier: Apache-2.0
 *
 * What is staged for devices that fetch, and the three steps it takes:
 * staged, fetched, confirmed (netdev/servers/stage.h). A configuration is
 * kept masked, to be shown, and sealed with a key that is not in the database
 * (a file of the server); what is sealed is dropped when the item has ended.
 * Images are files below the data directory, known by their SHA-256.
 *
 * What a second person has not approved is WAITING: devices do not see it.
 *
 * A file is fetched under a token that nobody can guess and that ends with
 * the item.
 */
#ifndef FLEET_NETDEV_STAGE_H
#define FLEET_NETDEV_STAGE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "netdev/servers/stage.h"
#include "store/db.h"

enum {
    STAGE_CONFIG_MAX = 8 << 20,
    STAGE_NAME_MAX = 200,
    STAGE_HOURS_DEFAULT = 7 * 24,
    STAGE_HOURS_MAX = 365 * 24,
    STAGE_TOKEN_BYTES = 24,
};

struct staged {
    int64_t id;
    int64_t org;
    int64_t device;
    str device_name;
    struct stage_item item; /* url is empty: who serves makes it of token */
    bool is_delta;          /* else the whole configuration (R-AUS-9) */
    str title;
    str masked; /* of a configuration */
    str sealed;
    str sha256; /* of an image, hex */
    int64_t size;
    str token;
    int64_t applied; /* lines, of PARTIAL; -1: not known */
    str told;        /* how it ended, or what was heard last */
    int64_t author_id;
    str author;
    str decider; /* the second person, or empty */
    str decision;
    int64_t created;
    int64_t decided;
    int64_t fetched;
    int64_t ended;
};
struct stageds {
    VEC(struct staged) all;
};
void stageds_clear(struct stageds *list);

/* A token for an item that is to be added: what is sealed is bound to it. */
str staged_token(struct arena *arena);
/* In the caller's transaction, as all that write. STAGED or WAITING, as
 * item.state says; what was open of the same kind is REPLACED, by what waits
 * only what waits. Fills id; token and item.offered are the caller's. */
int staged_add(struct db *db, const struct scope *scope, struct staged *staged,
               int64_t now, struct err *err) MUST_CHECK;
/* A second person approves what waits, and it is STAGED for as long as its
 * author said, or refuses it. E_PERM for the author unless `alone`, E_INVALID
 * when it does not wait. */
struct staged_verdict {
    int64_t id;
    bool approved;
    bool alone; /* authors may approve what is theirs */
    str text;
    int64_t now;
};
int staged_decide(struct db *db, const struct scope *scope,
                  const struct staged_verdict *verdict,
                  struct err *err) MUST_CHECK;
/* Not to be fetched any more. E_ABSENT, E_INVALID when it has ended. */
int staged_cancel(struct db *db, const struct scope *scope, int64_t id,
                  int64_t now, struct err *err) MUST_CHECK;
int staged_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct staged *out,
               struct err *err) MUST_CHECK;
/* Newest first, without what is sealed. device 0: of all. */
struct staged_find {
    int64_t device;
    bool open; /* only WAITING, STAGED and FETCHED */
    int64_t before;
    int64_t limit;
};
int staged_list(struct db *db, const struct scope *scope,
                const struct staged_find *find, struct arena *arena,
                struct stageds *out, struct err *err) MUST_CHECK;

/* --- The server's own ----------------------------------------------------- */
/* The open items of a device, one a kind at most. */
int staged_open(struct db *db, int64_t device, struct arena *arena,
                struct staged out[STAGE_KINDS], struct err *err) MUST_CHECK;
/* 1: no open item has that token. */
int staged_by_token(struct db *db, str token, struct arena *arena,
                    struct staged *out, struct err *err) MUST_CHECK;
int staged_fetched(struct db *db, int64_t id, int64_t now,
                   struct err *err) MUST_CHECK;
/* PnP: the correlator it was offered under. */
int staged_offered(struct db *db, int64_t id, str correlator,
                   struct err *err) MUST_CHECK;
int staged_change(struct db *db, const struct stage_change *change, int64_t now,
                  struct err *err) MUST_CHECK;
/* Expires what is too old, at most `limit`. Returns how many. */
int staged_expire(struct db *db, int64_t now, int64_t limit,
                  struct err *err) MUST_CHECK;

#endif
