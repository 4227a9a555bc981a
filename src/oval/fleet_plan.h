/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a content depends on what, found out once: which tests look at
 * which packages, and which definitions at which tests.
 *
 *     PLAN_ENV    the same on all devices of one env
 *     PLAN_FAST   about packages of known names, and nothing else: the
 *                 result follows from those packages
 *     PLAN_SLOW   about packages of known names and the env, in a way that
 *                 takes the ordinary evaluator (sets, filters, patterns)
 *     PLAN_WHOLE  about any package: the ordinary evaluator, device by device
 *
 * Tests of one footprint, that is, of the same names, are looked at together.
 */
#ifndef OVAL_FLEET_PLAN_H
#define OVAL_FLEET_PLAN_H

#include "base/map.h"
#include "base/vec.h"
#include "oval/eval_int.h"
#include "oval/fleet_int.h"

enum plan_kind {
    PLAN_UNUSED, /* no definition asks for the test */
    PLAN_ENV,
    PLAN_FAST,
    PLAN_SLOW,
    PLAN_WHOLE
};

struct plan_test {
    uint8_t kind;    /* enum plan_kind */
    uint8_t manager; /* of PLAN_FAST: enum oval_manager */
    uint32_t footprint;
    uint32_t env; /* of PLAN_ENV and PLAN_SLOW: place in plan.envs */
};

struct plan_footprint {
    uint8_t kind;     /* PLAN_FAST or PLAN_SLOW */
    uint8_t manager;  /* of PLAN_FAST */
    bool one_name;    /* a device has at most one group of it */
    uint32_t wanting; /* of PLAN_SLOW: first of the objects whose names are
                         looked at, in plan.wanting */
    uint32_t wanting_count;
    VEC(uint32_t) tests;
};

struct plan_link { /* a name is in a footprint */
    uint32_t footprint;
    uint32_t next; /* OVAL_NONE: the last */
};

struct fleet_plan {
    const struct oval_content *content;
    bool *only;   /* by definition: is asked for; NULL: all are */
    bool *needed; /* ... or extended by one that is; NULL: all are */
    bool awkward; /* definitions or objects go round, or very deep: no
                     shortcuts */
    struct plan_test *tests;
    VEC(struct plan_footprint) footprints;
    struct map by_name; /* of PLAN_FAST: the first link */
    VEC(struct plan_link) links;
    VEC(uint32_t) slow;    /* footprints of PLAN_SLOW */
    VEC(uint32_t) wanting; /* objects */
    VEC(uint32_t) envs;    /* tests of PLAN_ENV and PLAN_SLOW */
    VEC(uint32_t) fasts;   /* tests of PLAN_FAST */
    VEC(uint32_t) wholes;  /* tests of PLAN_WHOLE */
    /* Definitions by test, and definitions by what they extend: those of i
     * are list[first[i] .. first[i + 1]). */
    uint32_t *test_first;
    uint32_t *test_list;
    uint32_t *extend_first;
    uint32_t *extend_list;
};

/* eval serves to find out the values of variables that are the same on every
 * device. only may be NULL; it is copied. */
void fleet_plan_init(struct fleet_plan *plan, struct oval_eval *eval,
                     const bool *only, bool source_packages);
void fleet_plan_clear(struct fleet_plan *plan);
uint64_t fleet_plan_bytes(const struct fleet_plan *plan);

/* Is a package of this name one that a footprint of PLAN_SLOW looks at? */
bool fleet_plan_wants(const struct fleet_plan *plan, struct oval_eval *eval,
                      const struct plan_footprint *footprint, str name);

static inline bool plan_has(const struct fleet_plan *plan, uint32_t definition)
{
    return plan->only == NULL || plan->only[definition];
}

static inline bool plan_needs(const struct fleet_plan *plan,
                              uint32_t definition)
{
    return plan->needed == NULL || plan->needed[definition];
}

static inline bool plan_is_extended(const struct fleet_plan *plan,
                                    uint32_t definition)
{
    return plan->extend_first[definition] < plan->extend_first[definition + 1];
}

#endif
