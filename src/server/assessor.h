/* SPDX-License-Identifier: Apache-2.0
 *
 * The fleet in memory, in the core process: for each active content its pack,
 * the inventories of the devices it is for, and the newest results of each
 * device as a small blob. New content or a new inventory is evaluated at
 * once, in slices, so that others are answered in between; no device is
 * touched. What was found goes to the store (fleet/finding.h), from which
 * everything here is built again at a start.
 *
 * The catalogue and the reports ask here: counts by definition, devices of a
 * definition, results of a device, always within a scope (claim 24).
 */
#ifndef SERVER_ASSESSOR_H
#define SERVER_ASSESSOR_H

#include "fleet/content.h"
#include "fleet/merge.h"
#include "fleet/scope.h"
#include "oval/content.h"
#include "oval/fleet.h"
#include "oval/verdicts.h"
#include "server/core.h"

/* Reads packs from content_dir ("DIGEST.pack"). Loading goes on in slices
 * after this returns; core->db and core->loop are set. */
struct assessor *assessor_new(struct core *core, const char *content_dir);
void assessor_free(struct assessor *assessor);

/* The table of content changed: packs are opened and closed, devices of new
 * content are evaluated. A pack that cannot be opened is logged and has no
 * results; the others go on. */
void assessor_content_changed(struct core *core);
/* A device's inventory, system or agent's results changed, or it was retired:
 * it is looked at again. */
void assessor_device_changed(struct core *core, int64_t device);

/* Grows whenever what assessor_at() and assessor_find() gave is gone: who
 * keeps one over more than one turn of the loop asks before using it. */
uint64_t assessor_changes(const struct core *core);
/* Grows whenever a device has other results than before, or none any more. */
uint64_t assessor_findings(const struct core *core);
/* How many devices wait to be looked at. */
size_t assessor_waiting(const struct core *core);
/* Works until nothing waits: for tests and a stop. */
int assessor_finish(struct core *core, struct err *err) MUST_CHECK;

/* --- Questions ----------------------------------------------------------- */

struct assessed; /* one active content */
size_t assessor_count(const struct core *core);
const struct assessed *assessor_at(const struct core *core, size_t index);
/* By the id of the content, or NULL. */
const struct assessed *assessor_find(const struct core *core, int64_t content);
const struct content *assessed_content(const struct assessed *assessed);
const struct oval_content *assessed_pack(const struct assessed *assessed);

/* Who asks, as a set of devices; one request makes it once. */
struct visible;
int visible_new(struct core *core, const struct scope *scope,
                struct visible **out, struct err *err) MUST_CHECK;
/* The same in pieces: begins with nobody; each call adds those of the next
 * `max` ids. 1: there are more. */
struct visible *visible_begin(void);
int visible_more(struct visible *visible, struct core *core,
                 const struct scope *scope, int64_t max,
                 struct err *err) MUST_CHECK;
void visible_free(struct visible *visible);
void visible_freep(struct visible **visible);
bool visible_has(const struct visible *visible, int64_t device);

/* Adds, for each definition of the pack, how many visible devices have each
 * result; counts has as many elements. Returns the number of devices. */
size_t assessed_counts(const struct assessed *assessed,
                       const struct visible *visible,
                       struct oval_fleet_counts *counts);

/* Calls each for every visible device, ascending, with its result of one
 * definition. Negative ends it. */
struct device_result {
    int64_t device;
    enum oval_result result;
    bool disagree; /* agent and server decided differently */
};
typedef int device_result_fn(void *ctx, const struct device_result *result,
                             struct err *err);
int assessed_devices(const struct assessed *assessed,
                     const struct visible *visible, uint32_t definition,
                     device_result_fn *each, void *ctx,
                     struct err *err) MUST_CHECK;

/* The first visible device after that one that has results; or 0. For going
 * through all of them in pieces: nothing is kept from one call to the next. */
int64_t assessed_next(const struct assessed *assessed,
                      const struct visible *visible, int64_t after);
/* The results of one device, as runs; see oval/verdicts.h. 1: it has none. */
int assessed_runs(const struct assessed *assessed, int64_t device,
                  oval_verdicts_fn *fn, void *ctx, struct err *err) MUST_CHECK;

/* The results of one device: results has an element a definition, disagree
 * (may be NULL) a bit a definition. 1: it has none. */
int assessed_device(const struct assessed *assessed, int64_t device,
                    uint8_t *results, uint8_t *disagree);

#endif
