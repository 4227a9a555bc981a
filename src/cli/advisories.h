/* SPDX-License-Identifier: Apache-2.0
 *
 * The advisories of a command: where they lie (advisory.data beside risk.data
 * in the directory of installed content), and how statements are shown.
 */
#ifndef CLI_ADVISORIES_H
#define CLI_ADVISORIES_H

#include "advisory/data.h"
#include "base/arena.h"
#include "base/json_write.h"
#include "cli/cli.h"

const char *advisories_path(struct arena *arena, const char *dir);

/* Opens the file below dir; NULL: below the default directory, or else the
 * system's. E_ABSENT when there is none. */
int advisories_open(struct arena *arena, const char *dir,
                    struct advisory_data **out, struct err *err) MUST_CHECK;

/* "fixed in 1.2-3", "affected from 1.0", "will not fix"; in arena. */
str advisories_status(struct arena *arena, const struct advisory_item *item);

/* "2023-10-11"; empty for 0. */
str advisories_day(struct arena *arena, int64_t at);
str advisories_source(const struct advisory_data *data, uint32_t source);

/* Members of the object that is open. */
void advisories_json_item(struct json_writer *w, struct arena *arena,
                          const struct advisory_item *item);

#endif
