/* SPDX-License-Identifier: Apache-2.0
 *
 * Stored results the other way round: for each definition the devices on
 * which it is true, and those on which it is not decided (unknown or error).
 * In memory, made from the blobs of all devices and kept up to date as they
 * change.
 */
#ifndef OVAL_VERDICT_SETS_H
#define OVAL_VERDICT_SETS_H

#include "base/idset.h"
#include "oval/verdicts.h"

struct oval_verdict_sets;

/* For content of this key and so many definitions. */
struct oval_verdict_sets *oval_verdict_sets_new(uint64_t key,
                                                uint32_t definitions);
void oval_verdict_sets_free(struct oval_verdict_sets *sets);
void oval_verdict_sets_freep(struct oval_verdict_sets **sets);

/* A device had the results `before` and has `after` now; n == 0: none. Errors
 * as oval_verdicts_walk(); nothing has changed then. */
int oval_verdict_sets_change(struct oval_verdict_sets *sets, uint32_t device,
                             str before, str after, struct err *err) MUST_CHECK;

/* Borrowed, until the next change. NULL: the empty set. */
const struct idset *oval_verdict_sets_true(const struct oval_verdict_sets *sets,
                                           uint32_t definition);
const struct idset *oval_verdict_sets_undecided(
    const struct oval_verdict_sets *sets, uint32_t definition);

/* Devices that have any results. */
const struct idset *oval_verdict_sets_devices(
    const struct oval_verdict_sets *sets);

uint64_t oval_verdict_sets_bytes(const struct oval_verdict_sets *sets);

#endif
