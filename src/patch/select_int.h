/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of select.h share.
 *
 * A selector knows of every patch what would be decided if nothing displaced
 * it: its plain decision. What is left for a device is which of its patches
 * displace which: walks along the links of the catalogue, each patch once.
 */
#ifndef PATCH_SELECT_INT_H
#define PATCH_SELECT_INT_H

#include "patch/catalogue_int.h"
#include "patch/select.h"

struct plain {
    enum patch_rule rule : 8;
    bool is_active;    /* of this system, and scanned for */
    bool is_deployed;  /* by rule */
    bool is_blocked;   /* held, or its package is excluded */
    bool past_vendors; /* P-ENB-4 */
    bool is_excluded;  /* in an Exclude group, whatever rule says */
    bool is_urgent;    /* Security Critical or exploited */
    uint32_t detail;
};

struct patch_selector {
    const struct patch_catalogue *catalogue;
    struct patch_policy policy;
    struct plain *plain;   /* of each patch */
    struct map suppressed; /* CVEs */
};

/* Marks of walks along supersedence: mark[i] == pass means that this walk was
 * at the knot i (catalogue_int.h). */
struct patch_work {
    uint32_t *seen; /* == call: missing on this device */
    uint32_t *mark;
    uint32_t *owner; /* of what is marked: which patch it was reached from */
    uint32_t *stack;
    uint32_t *tops;   /* those that nothing displaces */
    uint32_t *cause;  /* why a patch cannot be, on Linux */
    uint32_t *reason; /* why it is wanted, on Linux */
    uint8_t *state;
    uint32_t stack_n;
    uint32_t top_n;
    uint32_t call;
    uint32_t pass;
    uint32_t size;
    struct patch_decision *decisions;
    size_t decision_n;
    size_t decision_cap;
};

/* Fills selector->plain. */
void select_plain(struct patch_selector *selector, const uint32_t *included,
                  const uint32_t *excluded);

/* Begins a walk: nothing is marked. */
void select_pass(struct patch_work *work);
static inline bool select_is_marked(const struct patch_work *work,
                                    uint32_t knot)
{
    return work->mark[knot] == work->pass;
}
static inline bool select_is_missing(const struct patch_work *work, uint32_t i)
{
    return work->seen[i] == work->call;
}

/* Marks everything below a patch, not its own knot, that was not marked, with
 * the patch as owner. */
void select_spread(const struct patch_selector *selector,
                   struct patch_work *work, uint32_t patch);
/* Whether a patch is below one that select_spread() was given. */
static inline bool select_is_below(const struct patch_selector *selector,
                                   const struct patch_work *work, uint32_t i)
{
    return select_is_marked(work, selector->catalogue->knot[i]);
}

/* The decisions stand there, with plain rules; these change them. */
void select_by_chains(const struct patch_selector *selector,
                      struct patch_work *work); /* Windows, macOS */
void select_linux(const struct patch_selector *selector,
                  struct patch_work *work);

/* work->tops in the order in which they own what they displace: those that
 * are deployed first, each by id. */
void select_sort_tops(const struct patch_selector *selector,
                      struct patch_work *work);

#endif
