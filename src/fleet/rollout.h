/* SPDX-License-Identifier: Apache-2.0
 *
 * Rings of a configuration (P-RNG): its routine deployment reaches the devices
 * of the first ring by schedule; each further ring is deployed by the server
 * once the one before it succeeded on enough devices, by itself or when a
 * person says so.
 *
 *   waiting ──(ring 1 is due)──► running, ring 1 ──(enough succeeded; the
 *   soak time is over)──► running, ring 2 ──► … ──(last ring)──► waiting
 *      │                        │
 *      └──── paused ◄───────────┤ (a person)
 *                               └──► stopped (too many failed; claim 29)
 *
 * Paused and stopped: no ring deploys anything until a person goes on. When
 * another version of the configuration comes into force, it begins again with
 * the first ring.
 *
 * A device is in the first ring that has one of its labels; in the last one
 * when it is in none. Rings as JSON: [{"name": "test", "label": 3,
 * "min_success": 95, "min_finished": 5, "stop_failed": 5, "promotion":
 * "automatic", "soak_hours": 24}, …]; the last one has no label.
 */
#ifndef FLEET_ROLLOUT_H
#define FLEET_ROLLOUT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "patch/ring.h"
#include "store/db.h"

enum {
    ROLLOUT_RING_MAX = 20,
    ROLLOUT_RING_NAME_MAX = 100,
    ROLLOUT_RING_JSON_MAX = 16384,
};

struct rollout_ring {
    str name;
    int64_t label;        /* 0: everybody who is left; of the last one */
    int64_t min_success;  /* percent, 0..100 */
    int64_t min_finished; /* devices; P-RNG-4 */
    int64_t stop_failed;  /* percent: more failures stop it all */
    bool automatic;
    int64_t soak_hours; /* after the ring finished enough devices */
};
struct rollout_rings {
    struct rollout_ring ring[ROLLOUT_RING_MAX];
    size_t n;
};

/* *out_field is "rings[1].label". Texts are in the arena. */
int rollout_rings_parse(str json, struct arena *arena,
                        struct rollout_rings *out, const char **out_field,
                        struct err *err) MUST_CHECK;
void rollout_rings_print(const struct rollout_rings *rings, struct buf *out);

#define ROLLOUT_WAITING STR("waiting")
#define ROLLOUT_RUNNING STR("running")
#define ROLLOUT_PAUSED STR("paused")
#define ROLLOUT_STOPPED STR("stopped")

struct rollout {
    int64_t configuration;
    struct rollout_rings rings;
    str rings_json;
    str state;
    int64_t version; /* of the configuration it goes on with */
    int64_t ring;    /* 1..n: the newest that was deployed */
    int64_t since;   /* that ring began */
    str reason;      /* of paused and stopped */
    int64_t revision;
    int64_t changed;
};

/* 0; 1: the configuration has no rings. */
int rollout_get(struct db *db, int64_t configuration, struct arena *arena,
                struct rollout *out, struct err *err) MUST_CHECK;
/* The same, and until the transaction ends nobody else moves it. */
int rollout_get_to_move(struct db *db, int64_t configuration,
                        struct arena *arena, struct rollout *out,
                        struct err *err) MUST_CHECK;
/* Paused or stopped: nothing is deployed until a person goes on. */
bool rollout_is_held(const struct rollout *rollout);
/* Sets the rings; none (n 0) takes them away. It begins again. */
int rollout_set(struct db *db, int64_t configuration,
                const struct rollout_rings *rings, int64_t now,
                struct err *err) MUST_CHECK;
int rollout_move(struct db *db, int64_t configuration, str state, str reason,
                 int64_t now, struct err *err) MUST_CHECK;
/* The ring is the one that goes on from now. */
int rollout_step(struct db *db, const struct rollout *rollout, int64_t ring,
                 int64_t version, int64_t now, struct err *err) MUST_CHECK;

/* The ring of a device, 1..n. */
int rollout_ring_of_device(struct db *db, const struct rollout *rollout,
                           int64_t device, int64_t *out_ring,
                           struct err *err) MUST_CHECK;

/* How the devices of a ring that the scope sees did since it began
 * (P-RNG-4). */
struct rollout_ring_score {
    int64_t devices;
    int64_t succeeded;
    int64_t failed;
    int64_t going_on;
    int64_t percent; /* of those that finished; -1: none did */
};
int rollout_ring_score(struct db *db, const struct scope *scope,
                       const struct rollout *rollout, int64_t ring,
                       struct rollout_ring_score *out,
                       struct err *err) MUST_CHECK;

/* The step at `now`; *out_text says why. */
enum patch_ring_action rollout_ring_judge(
    const struct rollout *rollout, const struct rollout_ring_score *score,
    int64_t now, struct buf *out_text);

#endif
