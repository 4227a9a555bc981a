/* SPDX-License-Identifier: Apache-2.0
 *
 * New definitions are looked for every night (K-UPD-1): the supervisor runs
 * `holdfast content update` for the feeds that the devices' systems call for
 * (DATA/feeds.wanted), into DATA/feeds. That program fetches, checks and
 * compiles in processes of its own, and leaves what was there untouched when
 * anything fails (K-UPD-7); the core takes in what is new
 * (server/content_ship.h).
 *
 * Then `holdfast risk update` and `holdfast advisory update` renew what is
 * known of vulnerabilities, for the publishers of the same systems: into
 * DATA/feeds, which is all that these may write to, and from there to
 * DATA/risk.data and DATA/advisory.data, where they appear whole. What an
 * administrator imported into DATA since is what the night builds upon.
 */
#ifndef SERVER_UPDATE_H
#define SERVER_UPDATE_H

#include "base/loop.h"
#include "server/config.h"

struct update;

/* NULL when content.update is empty. The config outlives it. */
struct update *update_new(struct loop *loop, struct config *config);
void update_free(struct update *update);

/* The feeds that a text of DATA/feeds.wanted names, at most `max`; what is no
 * id is left out. Texts are in the arena. */
size_t update_wanted(str text, struct arena *arena, const char **out,
                     size_t max);

#endif
