/* SPDX-License-Identifier: Apache-2.0
 *
 * A pack evaluated on a whole fleet, from inventories (ARCHITECTURE.md, "One
 * pack, a whole fleet"). The results are exactly those of oval/eval.h on the
 * inventory of each device, only sooner: packages are interned, each distinct
 * one is compared with its tests once, and criteria are evaluated for many
 * devices at a time.
 *
 *     fleet        what is installed where; no content
 *     assessment   one content on one fleet: what was found out so far
 *
 * A fleet belongs to one thread at a time; oval_assess_all() starts threads of
 * its own and ends them. A content is borrowed and must outlive its
 * assessments, a fleet too. Devices may change while assessments of the fleet
 * exist: the next assessment of a device sees them.
 *
 * Nothing here fails because of content or inventories that were accepted:
 * what cannot be decided is unknown or error in the results.
 */
#ifndef OVAL_FLEET_H
#define OVAL_FLEET_H

#include "oval/content.h"
#include "oval/inventory.h"
#include "oval/verdicts.h"

enum {
    OVAL_FLEET_DEVICES_MAX = 4000000,
};

struct oval_fleet;

/* --- What is installed where --- */

/* NULL options: none of them. */
struct oval_fleet *oval_fleet_new(const struct oval_inventory_options *options);
void oval_fleet_free(struct oval_fleet *fleet);
void oval_fleet_freep(struct oval_fleet **fleet);

/* Takes a device in, or replaces what was known of it. 0: new, 1: replaced.
 * The texts are copied. Errors as oval_inventory_check(); the fleet is then
 * as it was. *out_index (may be NULL) numbers the device from 0; a number
 * stays the device's until it is removed, and is then given again. */
int oval_fleet_put(struct oval_fleet *fleet,
                   const struct oval_inventory *inventory, uint32_t *out_index,
                   struct err *err) MUST_CHECK;

/* Takes in every line of a stream (oval/inventory.h). A device that is there
 * already, or on two lines, is E_INVALID. Errors name file and line. */
int oval_fleet_read(struct oval_fleet *fleet, struct stream *stream,
                    struct err *err) MUST_CHECK;

/* The same devices with the same numbers, without what no device has any
 * more: a fleet remembers every package that it ever met. For assessments of
 * its own. */
struct oval_fleet *oval_fleet_copy(const struct oval_fleet *fleet);

/* The number of a device, or OVAL_NONE. */
uint32_t oval_fleet_find(const struct oval_fleet *fleet, str device);

/* False when there is none of that number. */
bool oval_fleet_remove(struct oval_fleet *fleet, uint32_t index);

/* All numbers are below this. */
uint32_t oval_fleet_size(const struct oval_fleet *fleet);

/* The name of a device; p == NULL: no device has this number now. */
str oval_fleet_device(const struct oval_fleet *fleet, uint32_t index);

/* What a device was put in with, for evaluating it by itself (oval/eval.h).
 * Packages are in the order of name, version and architecture, each once.
 * Everything lives in the arena. */
void oval_fleet_inventory(const struct oval_fleet *fleet, uint32_t index,
                          struct arena *arena, struct oval_inventory *out);

struct oval_fleet_stats {
    uint32_t devices;
    uint32_t packages;  /* distinct name, version, architecture ... */
    uint64_t installed; /* over all devices */
    uint64_t bytes;     /* memory of the fleet */
};
struct oval_fleet_stats oval_fleet_stats(const struct oval_fleet *fleet);

/* --- One content on the fleet --- */

struct oval_assess;

int oval_assess_new(const struct oval_fleet *fleet,
                    const struct oval_content *content,
                    struct oval_assess **out, struct err *err) MUST_CHECK;

/* The same for some of the definitions: those that only[] is true for. In
 * blobs and counts all others are left out. */
int oval_assess_new_only(const struct oval_fleet *fleet,
                         const struct oval_content *content, const bool *only,
                         struct oval_assess **out, struct err *err) MUST_CHECK;
void oval_assess_free(struct oval_assess *assess);
void oval_assess_freep(struct oval_assess **assess);

/* Evaluates one device; appends its blob (oval/verdicts.h) to *blob. */
int oval_assess_device(struct oval_assess *assess, uint32_t device,
                       struct buf *blob, struct err *err) MUST_CHECK;

struct oval_fleet_counts { /* devices, by the result of one definition */
    uint32_t n[OVAL_RESULTS];
};

struct oval_assess_options {
    unsigned threads; /* 0: as many as there are processors, at most 8 */

    /* May be NULL. Called by one thread at a time, with devices done so
     * far. */
    void (*progress)(void *ctx, uint32_t done, uint32_t total);

    /* May be NULL. Called for each device, in ascending order, by one thread
     * at a time. A negative result ends the assessment. */
    int (*device)(void *ctx, uint32_t device, str blob, struct err *err);
    void *ctx;
};

/* Evaluates every device. counts, of as many as the content has definitions,
 * may be NULL; it is added to. */
int oval_assess_all(struct oval_assess *assess,
                    const struct oval_assess_options *options,
                    struct oval_fleet_counts *counts,
                    struct err *err) MUST_CHECK;

/* Memory of the assessment, between calls. */
uint64_t oval_assess_bytes(const struct oval_assess *assess);

/* --- A feed that has changed --- */

/* For each definition of `now` the index of the definition of `before` that
 * has the same id and evaluates in the same way on every device, or
 * OVAL_NONE. map has now->definitions.n elements. */
void oval_content_unchanged(const struct oval_content *before,
                            const struct oval_content *now, uint32_t *map);

/* Carries results over to a changed feed: what is unchanged is taken from the
 * blobs of the feed before, all else from an assessment of what changed. */
struct oval_carry;

/* map as from oval_content_unchanged(); it is copied. */
struct oval_carry *oval_carry_new(const struct oval_content *before,
                                  const struct oval_content *now,
                                  const uint32_t *map);
void oval_carry_free(struct oval_carry *carry);
void oval_carry_freep(struct oval_carry **carry);

/* What is left to evaluate, by definition of `now`. */
const bool *oval_carry_changed(const struct oval_carry *carry);

/* Appends the blob of a device. `old` is of the feed before, `changed` of an
 * assessment of oval_carry_changed(). Errors as oval_verdicts_walk(). */
int oval_carry_blob(struct oval_carry *carry, str old, str changed,
                    struct buf *out, struct err *err) MUST_CHECK;

#endif
