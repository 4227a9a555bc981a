/* SPDX-License-Identifier: Apache-2.0
 *
 * Patching in the core process: the files with what is known of patches and
 * vulnerabilities, who lacks what (a cache), and what is due: deployments by
 * schedule are noted, orders become jobs, rings go on or stop, dynamic groups
 * and report sets are worked out. All of it is in the store; a restart goes on
 * where it was.
 */
#ifndef SERVER_PATCHER_H
#define SERVER_PATCHER_H

#include "base/arena.h"
#include "base/idset.h"
#include "fleet/patch_know.h"
#include "fleet/patch_setup.h"
#include "fleet/patch_store.h"
#include "server/core.h"

enum {
    PATCHER_TICK_MS = 5000,
    PATCHER_SLICE = 250, /* jobs made at once */
    PATCHER_POLICIES = 20,
    PATCHER_DAY_S = 86400,
};

struct patcher;

/* core->db is set; core->loop may be NULL (tests call patcher_tick()). dir has
 * advisory.data and risk.data, or not. */
struct patcher *patcher_new(struct core *core, str dir);
void patcher_free(struct patcher *patcher);

/* What is known now; files that were replaced are opened again. */
struct patch_knowledge patcher_knowledge(struct patcher *patcher);

/* One look at the clock: what tests call instead of waiting. */
int patcher_tick(struct core *core, int64_t now, struct err *err) MUST_CHECK;
/* There is an order: its jobs are made as soon as the loop is free. */
void patcher_kick(struct core *core);
/* A device that should have another policy of patching gets it, in a
 * transaction of its own. One that cannot be made (too large) is logged: the
 * device keeps the one it has. */
int patcher_policy(struct core *core, int64_t device, int64_t now,
                   struct err *err) MUST_CHECK;
/* After the commit of what policies are made of: the devices that are here get
 * theirs as soon as the loop is free, PATCHER_POLICIES at a time. The others
 * get theirs when they check in. */
void patcher_changed(struct core *core);

/* An inventory came: agents.h's listener. */
void patcher_inventory(struct core *core, int64_t device);

/* --- What an organisation knows (patch_stock.c) ----------------------------
 */

struct patch_stock;
void patch_stock_free(struct patch_stock *stock);

/* The one of an organisation, made when it is not in the list. Not in a
 * transaction that wrote patches: it may be rolled back. */
int patch_stock_update(struct db *db, struct patch_stock **list, int64_t org,
                       const struct patch_stock **out,
                       struct err *err) MUST_CHECK;

/* Up to date with the store. Valid until the next call. */
int patcher_stock(struct core *core, int64_t org,
                  const struct patch_stock **out, struct err *err) MUST_CHECK;
/* By id; the patch of the i-th row is the i-th of the catalogue, which is
 * sealed. */
const struct patch_rows *patch_stock_rows(const struct patch_stock *stock);
const struct patch_catalogue *patch_stock_catalogue(
    const struct patch_stock *stock);
/* The index of a row; PATCH_NONE. */
uint32_t patch_stock_find(const struct patch_stock *stock, int64_t id);
/* By a patch that is known. */
bool patch_stock_is_superseded(const struct patch_stock *stock, uint32_t index);

/* --- Who lacks what (patch_fleet.c) ----------------------------------------
 */

struct patch_fleet;
void patch_fleet_free(struct patch_fleet *fleet);

/* The one of an organisation, made when it is not in the list; keys live in
 * the arena. */
int patch_fleet_update(struct db *db, struct patch_fleet **list,
                       struct arena *arena, int64_t org,
                       struct patch_fleet **out, struct err *err) MUST_CHECK;

/* Up to date with the store. Valid until the next call. */
int patcher_fleet(struct core *core, int64_t org, struct patch_fleet **out,
                  struct err *err) MUST_CHECK;
/* The devices that lack a patch (by its row); NULL: none does. */
const struct idset *patch_fleet_lacking(const struct patch_fleet *fleet,
                                        int64_t patch);
/* What one device lacks: numbers of patches, each once, and when each was first
 * seen. Numbers are of this cache: patch_fleet_patch() has their rows. */
struct patch_fleet_lacks {
    const uint32_t *patches;
    const uint32_t *since;
    size_t n;
};
struct patch_fleet_lacks patch_fleet_of(const struct patch_fleet *fleet,
                                        int64_t device);
uint32_t patch_fleet_patches(const struct patch_fleet *fleet);
int64_t patch_fleet_patch(const struct patch_fleet *fleet, uint32_t number);
/* The devices that were ever scanned. */
const struct idset *patch_fleet_scanned(const struct patch_fleet *fleet);
/* The devices that a scope sees and that are in use; the caller's. */
int patch_fleet_visible(struct core *core, const struct scope *scope,
                        struct idset **out, struct err *err) MUST_CHECK;

#endif
