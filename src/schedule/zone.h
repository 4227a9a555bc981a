/* SPDX-License-Identifier: Apache-2.0
 *
 * Time zones, read from the machine's zoneinfo (TZif, RFC 9636) by us: no
 * process-wide state, no TZ variable, and a damaged or hostile file gives an
 * error. A zone is not changed after it was made; many may be in use at once.
 *
 * A local time is what a wall clock in the zone shows, in seconds from
 * 1970-01-01 00:00 of that clock. Times lie in the years 1 to 9999; others
 * are moved to the nearest end.
 */
#ifndef SCHEDULE_ZONE_H
#define SCHEDULE_ZONE_H

#include "base/arena.h"

#define ZONE_DIR "/usr/share/zoneinfo"
#define ZONE_LOCAL_FILE "/etc/localtime"

enum {
    ZONE_NAME_MAX = 128,
    ZONE_FILE_MAX = 1 << 17,
    ZONE_LIST_MAX = 4096,
};

struct zone;

/* UTC, which needs no file and is not released. */
const struct zone *zone_utc(void);

/* The zone called name ("Europe/Amsterdam") below dir (NULL: ZONE_DIR).
 * E_INVALID when name is no zone's, E_IO when no zones are installed,
 * E_CORRUPT when its file is damaged. "UTC" works without a file. The zone
 * is the caller's; zone_free() releases it. */
int zone_load(const char *dir, str name, struct zone **out_zone,
              struct err *err) MUST_CHECK;

/* The machine's own zone, from a file such as ZONE_LOCAL_FILE; without the
 * file it is UTC. Its name is what a link of that file into a folder
 * "zoneinfo" says; or what the file "timezone" beside it says, when the zone
 * of that name below ZONE_DIR has the same bytes; otherwise "local". */
int zone_load_local(const char *path, struct zone **out_zone,
                    struct err *err) MUST_CHECK;

/* The zone of that name; with none (n 0) the machine's own. */
int zone_load_named(str name, struct zone **out_zone,
                    struct err *err) MUST_CHECK;

/* A zone of the bytes of a TZif file, or of a rule such as
 * "CET-1CEST,M3.5.0,M10.5.0/3" (the POSIX TZ form with its dates). */
int zone_parse(str bytes, str name, struct zone **out_zone,
               struct err *err) MUST_CHECK;
int zone_parse_rule(str rule, str name, struct zone **out_zone,
                    struct err *err) MUST_CHECK;

/* The names below dir (NULL: ZONE_DIR) for a person to choose from, ascending,
 * UTC among them: those of zone.tab, which leaves out what is only kept for
 * old configurations. They live in arena. Without zones: UTC alone. */
int zone_list(const char *dir, struct arena *arena, str **out_names,
              size_t *out_count, struct err *err) MUST_CHECK;

void zone_free(struct zone *zone);
void zone_freep(struct zone **zone);

const char *zone_name(const struct zone *zone);

/* Whether a text can be a zone's name: letters, digits, '_', '+', '-' and
 * single slashes, no way out of a folder. It need not exist. */
bool zone_name_is_valid(str name);

/* What the wall clock shows at utc. */
int64_t zone_utc_to_local(const struct zone *zone, int64_t utc);

/* When the wall clock shows local, or has passed it for the first time: a
 * time that exists twice is its first occurrence, one that does not exist is
 * the first instant after the gap (P-SCH-10). Never decreases as local
 * grows. */
int64_t zone_local_to_utc(const struct zone *zone, int64_t local);

/* Whether the wall clock ever shows local: false inside a gap. */
bool zone_has_local(const struct zone *zone, int64_t local);

#endif
