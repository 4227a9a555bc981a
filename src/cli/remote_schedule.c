/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands for the schedules by which a server looks at network devices.
 */
#include "cli/remote_rows_int.h"

#define SCHEDULES "/api/v1/network/schedules"

/* clang-format off */
#define SETTINGS(needed) \
    { "name", 0, "NAME", "What to call it" needed }, \
    { "action", 0, "WORD", "discover or archive" needed }, \
    { "targets", 0, "JSON", "{\"labels\": [3]} or {\"devices\": [17]}" \
                    needed }, \
    { "schedule", 0, "JSON", "{\"type\": \"daily\", \"time\": \"02:00\"}" \
                     needed }, \
    { "zone", 0, "ZONE", "IANA name; the server's" }, \
    { "enabled", 0, "BOOL", "false: it does not run by itself" }, \
    { "confirm-all", 0, NULL, "Yes, every network device" }, \
    DATA, \
    JSON, \
    { NULL }

static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option add_options[] = { SETTINGS(" (required)") };
static const struct cli_option change_options[] = { SETTINGS("") };

const struct remote remote_schedules[] = {
    { COMMAND("network schedule-add",
              "Discover or archive network devices by a schedule", "",
              add_options, 0),
      "POST", SCHEDULES },
    { COMMAND("network schedule-change", "Change a schedule", "SCHEDULE",
              change_options, 1),
      "PATCH", SCHEDULES "/{}", .keeps = "" },
    { COMMAND("network schedule-list", "List schedules of network devices", "",
              only_list, 0),
      "GET", SCHEDULES, .list = true,
      .columns = "id NUMBER|name SCHEDULE|action ACTION|enabled ENABLED|next "
                 "NEXT|last_run LAST|last_result RESULT" },
    { COMMAND("network schedule-remove", "Remove a schedule", "SCHEDULE",
              only_json, 1),
      "DELETE", SCHEDULES "/{}" },
    { COMMAND("network schedule-run", "Run a schedule now", "SCHEDULE",
              only_json, 1),
      "POST", SCHEDULES "/{}/run" },
    { COMMAND("network schedule-show", "Show a schedule", "SCHEDULE",
              only_json, 1),
      "GET", SCHEDULES "/{}" },
};
/* clang-format on */
const size_t remote_schedule_count = COUNT(remote_schedules);
