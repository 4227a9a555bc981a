/* SPDX-License-Identifier: Apache-2.0
 *
 * What is staged for a device that fetches, and the steps it takes (R-AUS-1).
 * Pure.
 *
 *   WAITING ──approved──► STAGED      for a second person, unseen by devices
 *      └── refused ──► REFUSED
 *
 *   STAGED ──fetches──► FETCHED ──says it has it──► CONFIRMED
 *     │                    ├── some lines ────────► PARTIAL   (R-CNE-7)
 *     │                    └── refuses, or fetches
 *     │                        and never has it ──► FAILED
 *     ├── too old ─► EXPIRED        └ something newer ─► REPLACED
 */
#ifndef NETDEV_SERVERS_STAGE_H
#define NETDEV_SERVERS_STAGE_H

#include "netdev/servers/ask.h"

enum stage_kind {
    STAGE_IMAGE, /* in the order in which devices take them (R-AUS-10) */
    STAGE_ASDM,
    STAGE_CONFIG,
    STAGE_KINDS,
};

enum stage_state {
    STAGE_STAGED,
    STAGE_FETCHED,
    STAGE_CONFIRMED,
    STAGE_PARTIAL,
    STAGE_FAILED,
    STAGE_EXPIRED,
    STAGE_REPLACED,
    STAGE_WAITING,
    STAGE_REFUSED,
    STAGE_STATES,
};

enum {
    /* A device that fetched something so often and still does not have it is
     * in a loop (R-AUS-10). */
    STAGE_FETCHES_MAX = 5,
    STAGE_TOLD_MAX = 300,
};

/* At most one of a kind is open (STAGED or FETCHED). */
struct stage_item {
    int64_t id; /* 0: there is none of this kind */
    enum stage_kind kind;
    enum stage_state state;
    str sum;       /* MD5, hexadecimal */
    str url;       /* where the device gets it */
    str version;   /* of an image: what `show version` says then; or empty */
    str name;      /* of the file */
    str offered;   /* PnP: the correlator it was offered under; or empty */
    int64_t lines; /* of a configuration */
    int64_t fetches;
    int64_t expires;
};

struct stage {
    struct stage_item items[STAGE_KINDS];
};

/* What becomes of one item. */
struct stage_change {
    int64_t id;
    enum stage_state state;
    int64_t applied; /* lines, of PARTIAL; -1: not known */
    str told;        /* why, for people */
};
struct stage_changes {
    struct stage_change p[2 * STAGE_KINDS];
    size_t n;
};

const char *stage_kind_name(enum stage_kind kind);
const char *stage_state_name(enum stage_state state);
bool stage_is_open(enum stage_state state);

/* What is too old is not offered any more: changes for it, and its items are
 * gone from the stage. */
void stage_expire(struct stage *stage, int64_t now,
                  struct stage_changes *changes);
void stage_change(struct stage *stage, enum stage_kind kind,
                  enum stage_state state, str told,
                  struct stage_changes *changes);

/* When a device must have been heard of, and whether it is overdue
 * (R-AUS-12). All in minutes but the times. */
struct stage_poll {
    int64_t period;
    int64_t retries;
    int64_t retry_period;
};
int64_t stage_next_poll(const struct stage_poll *poll, int64_t last_seen);
bool stage_is_overdue(const struct stage_poll *poll, int64_t last_seen,
                      int64_t now);

#endif
