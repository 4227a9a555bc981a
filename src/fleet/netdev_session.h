/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions with network devices (R-COM-1): one row for each time that one is
 * contacted, from the wish to the result, with who or what wanted it, the
 * transport, the steps (R-INV-4) and the masked transcript (R-DEP-8).
 *
 *   planned ──► running ──► ended
 *      ▲           │ the process or the server went away
 *      └───────────┘ (tries + 1; a change is looked at and undone first)
 *
 * One that runs is stopped by a mark in its row: it may run at another server
 * than the one that a person asks.
 *
 * A planned session is in the store before anything happens, so that none is
 * lost. One device has one running session at a time.
 */
#ifndef FLEET_NETDEV_SESSION_H
#define FLEET_NETDEV_SESSION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "fleet/target.h"
#include "store/db.h"

/* Actions. */
#define NETDEV_TEST STR("test")         /* every layer, show version */
#define NETDEV_DISCOVER STR("discover") /* facts, interfaces, configuration */
#define NETDEV_ARCHIVE STR("archive")   /* the configuration */
#define NETDEV_RUN STR("run")           /* `show` commands, answers kept */
#define NETDEV_CHANGE STR("change")     /* netdev_change.h */

/* Results of an ended session; a change has those of change.h. */
#define NETDEV_OK STR("ok")
#define NETDEV_FAILED STR("failed")
#define NETDEV_CANCELLED STR("cancelled")

enum {
    NETDEV_TRANSCRIPT_MAX = 64 << 20,
    NETDEV_STEPS_MAX = 64 << 10,
    NETDEV_LOST_MAX = 3,     /* times that a session is taken up again */
    NETDEV_TOUCHED_MAX = 20, /* one that may have changed a device */
};

struct netdev_session {
    int64_t id;
    int64_t org;
    int64_t device;
    str name; /* of the device */
    str action;
    str cause;      /* "user", "schedule NAME", "deployment 3", ... */
    str started_by; /* login */
    str state;
    str result;
    str text;       /* a sentence */
    str transports; /* used: "ssl, ssh" */
    str options;    /* JSON: of "run" {"commands": [...]}; or "{}" */
    int64_t change; /* 0: none */
    int64_t planned;
    int64_t begins; /* not before */
    int64_t started;
    int64_t ended;
    int64_t tries;
    bool touched; /* the device may have been changed: what is lost now is
                     undone, not repeated */
    str steps;    /* JSON: [{"step", "ok", "detail", "at_ms"}] */
};
struct netdev_sessions {
    VEC(struct netdev_session) all;
};
void netdev_sessions_clear(struct netdev_sessions *list);

/* In the caller's transaction, as all that write. order: device, action,
 * cause, options, change, begins. The device is one that the scope sees. */
int netdev_session_add(struct db *db, const struct scope *scope,
                       const struct netdev_session *order, int64_t now,
                       int64_t *out_id, struct err *err) MUST_CHECK;
/* One for each device of the set that is a network device with an address;
 * those that have one of that action planned already are left out. Returns how
 * many. */
int netdev_session_add_all(struct db *db, const struct scope *scope,
                           const struct target_set *devices,
                           const struct netdev_session *order, int64_t now,
                           struct err *err) MUST_CHECK;
/* A planned one is ended; a running one is to stop, which the server that has
 * it sees (netdev_session_stopping). E_INVALID when it has ended. */
int netdev_session_cancel(struct db *db, const struct scope *scope, int64_t id,
                          int64_t now, struct err *err) MUST_CHECK;

/* The same of all sessions of a change. */
int netdev_session_cancel_change(struct db *db, int64_t change, int64_t now,
                                 struct err *err) MUST_CHECK;

int netdev_session_get(struct db *db, const struct scope *scope, int64_t id,
                       struct arena *arena, struct netdev_session *out,
                       struct err *err) MUST_CHECK;
struct netdev_session_find {
    int64_t device; /* 0: any */
    int64_t change; /* 0: any */
    str action;     /* empty: any */
    str state;
    int64_t before; /* 0: all */
    int64_t limit;
};
/* Newest first. */
int netdev_session_list(struct db *db, const struct scope *scope,
                        const struct netdev_session_find *find,
                        struct arena *arena, struct netdev_sessions *out,
                        struct err *err) MUST_CHECK;
/* Appends the transcript; nothing while there is none. */
int netdev_session_transcript(struct db *db, int64_t id, struct buf *out,
                              struct err *err) MUST_CHECK;

/* --- The server's own --------------------------------------------------- */

/* Takes planned sessions of devices that have none running, oldest first: they
 * are running, in the name of this node. */
struct netdev_claim {
    str node;
    int64_t now;
    int64_t limit;
};
int netdev_session_claim(struct db *db, const struct netdev_claim *claim,
                         struct arena *arena, struct netdev_sessions *out,
                         struct err *err) MUST_CHECK;
/* The running sessions of a node are planned again (from `now` on), or ended
 * as failed after NETDEV_LOST_MAX times. id 0: all of them. */
struct netdev_lost {
    str node;
    int64_t id;
    str why;
    int64_t now;
};
int netdev_session_lost(struct db *db, const struct netdev_lost *lost,
                        struct err *err) MUST_CHECK;
/* Those that run and are to stop. */
typedef void netdev_session_fn(void *ctx, int64_t session);
int netdev_session_stopping(struct db *db, netdev_session_fn *fn, void *ctx,
                            struct err *err) MUST_CHECK;
/* Ends those that are to stop and were planned again meanwhile; not what may
 * have changed a device: that is undone first. Returns how many. */
int netdev_session_stopped(struct db *db, int64_t now,
                           struct err *err) MUST_CHECK;
/* It waits on, as if it had not been taken. */
int netdev_session_defer(struct db *db, int64_t id, int64_t begins,
                         struct err *err) MUST_CHECK;
/* Those so far, of one that runs. */
int netdev_session_steps(struct db *db, int64_t id, str steps,
                         struct err *err) MUST_CHECK;
int netdev_session_touch(struct db *db, int64_t id, struct err *err) MUST_CHECK;
/* It is over. session: id, result, text, transports, steps. */
int netdev_session_end(struct db *db, const struct netdev_session *session,
                       str transcript, int64_t now, struct err *err) MUST_CHECK;
/* It did not come about and is tried again from `begins` on. */
int netdev_session_again(struct db *db, const struct netdev_session *session,
                         int64_t begins, struct err *err) MUST_CHECK;

#endif
