/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of patching that ask a server, in the order in which help lists
 * them.
 */
#include "cli/remote.h"

/* clang-format off */
#define JSON { "json", 0, NULL, "Print the answer as JSON" }
#define LIMIT { "limit", 0, "N", "Show at most N rows; 1000 unless told" }
#define DATA { "data", 0, "JSON", "The whole body: JSON, @FILE, or '-'" }
#define COMMAND(its_name, its_summary, its_arguments, its_options, count) \
    { .name = (its_name), .summary = (its_summary), \
      .arguments = (its_arguments), .about = about, \
      .options = (its_options), .args_min = (count), .args_max = (count), \
      .run = remote_run }

static const char about[] =
    "Asks the server that 'holdfast login' made known. What may be done "
    "there, the server decides by the user's roles. In a command that "
    "changes something, options become members of the request; lists and "
    "objects are written as JSON. Lists that the server gives as CSV, too, "
    "come so by 'holdfast api GET /api/v1/...?format=csv'.";

static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option approve_options[] = {
    { "version", 0, "N", "The version (required)" },
    { "verdict", 0, "WORD", "approved or refused (required)" },
    { "comment", 0, "TEXT", "Why" },
    { "key", 0, "HEX", "An operator's public key" },
    { "signature", 0, "HEX", "Its signature over the statement" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option configuration_add_options[] = {
    { "settings", 0, "JSON", "What, when and how (docs/patching.md)" },
    { "targets", 0, "JSON", "{\"labels\": [3], \"systems\": [\"\"]}" },
    { "place", 0, "N", "Where several fit a device, the smallest wins" },
    { "confirm", 0, "BOOL", "true: also where the server asks back" },
    { "confirm-all", 0, "BOOL", "true: yes, every device" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option configuration_archive_options[] = {
    { "archived", 0, "BOOL", "false: bring it back" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option configuration_deploy_options[] = {
    { "version", 0, "N", "The newest unless told" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option configuration_diff_options[] = {
    { "from", 0, "N", "A version" },
    { "to", 0, "N", "A version" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option configuration_list_options[] = {
    { "archived", 0, NULL, "Also archived ones" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option configuration_preview_options[] = {
    { "zone", 0, "ZONE", "IANA name; the server's" },
    { "count", 0, "N", "12 unless told" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option configuration_restore_options[] = {
    { "version", 0, "N", "The version (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option configuration_save_options[] = {
    { "settings", 0, "JSON", "What, when and how" },
    { "targets", 0, "JSON", "Whom it is for" },
    { "place", 0, "N", "The smallest wins" },
    { "confirm", 0, "BOOL", "true: also where the server asks back" },
    { "confirm-all", 0, "BOOL", "true: yes, every device" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option deployments_options[] = {
    { "device", 0, "N", "Of this device" },
    { "configuration", 0, "N", "Of this configuration" },
    { "run", 0, "N", "Of this run" },
    { "since", 0, "TIME", "From this time on" },
    { "until", 0, "TIME", "Until this time" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option devices_options[] = {
    { "state", 0, "STATE", "patched, missing, pending reboot, no data" },
    { "q", 0, "TEXT", "In the name" },
    { "sort", 0, "ORDER", "name, missing, scanned" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option dry_run_options[] = {
    { "configuration", 0, "N", "As if this one were in force" },
    JSON,
    { NULL },
};
static const struct cli_option explain_options[] = {
    { "configuration", 0, "N", "As if this one were in force" },
    { "patch", 0, "ID", "Only this patch" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option freeze_add_options[] = {
    { "reason", 0, "TEXT", "Why (required)" },
    { "begins", 0, "TIME", "Now unless told" },
    { "ends", 0, "TIME", "The end (required)" },
    { "label", 0, "N", "Only devices with it" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option freeze_list_options[] = {
    { "active", 0, NULL, "Only those that have not ended" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option group_add_options[] = {
    { "name", 0, "NAME", "What to call it (required)" },
    { "description", 0, "TEXT", "What it is for" },
    { "patches", 0, "[\"ID\",...]", "What is in it" },
    { "filter", 0, "JSON",
      "Makes it dynamic: {\"severity\": [\"critical\"]}" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option group_change_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "description", 0, "TEXT", "What it is for" },
    { "filter", 0, "JSON", "Of a dynamic one" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option group_edit_options[] = {
    { "add", 0, "[\"ID\",...]", "Patches to put in" },
    { "remove", 0, "[\"ID\",...]", "Patches to take out" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option group_patches_options[] = {
    { "revision", 0, "N", "As it was then" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option history_options[] = {
    { "device", 0, "N", "Of this device" },
    { "patch", 0, "ID", "Of this patch" },
    { "deployment", 0, "N", "Of this try" },
    { "state", 0, "STATE", "installed, failed, ... (P-HIS-3)" },
    { "since", 0, "TIME", "From this time on" },
    { "until", 0, "TIME", "Until this time" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option hold_add_options[] = {
    { "kind", 0, "KIND", "patch, package or cve (required)" },
    { "target", 0, "TEXT", "Which (required)" },
    { "reason", 0, "TEXT", "Why (required)" },
    { "until", 0, "TIME", "Without end unless told" },
    { "label", 0, "N", "Only devices with it" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option hold_list_options[] = {
    { "active", 0, NULL, "Only those that count now" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option import_options[] = {
    { "os", 0, "SYSTEM", "windows, macos or linux" },
    { "patches", 0, "JSON", "{\"catalogue\": [...]}" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option list_options[] = {
    { "q", 0, "TEXT", "In id, title, vendor, product" },
    { "filter", 0, "JSON", "As of a dynamic group" },
    { "affects", 0, NULL, "Only what a device lacks" },
    { "superseded", 0, NULL, "Also what is superseded" },
    { "sla", 0, "WORD", "over or near: what some device lacks so long" },
    { "sort", 0, "ORDER",
      "released, severity, unpatched, cvss, rating, vendor, patch, over" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option report_add_options[] = {
    { "name", 0, "NAME", "What to call it (required)" },
    { "configurations", 0, "[N,...]", "Their devices are meant (required)" },
    { "groups", 0, "[\"NAME\",...]", "Patch groups" },
    { "levels", 0, "[\"security critical\",...]", "Levels" },
    { "threshold", 0, "N", "Percent; 95 unless told" },
    { "stale-days", 0, "N", "An older scan is no data; 7" },
    { "within-sla", 0, "BOOL", "true: only what is late counts" },
    { "schedule", 0, "JSON", "When it runs; daily at 06:00" },
    { "zone", 0, "ZONE", "IANA name; the server's" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option report_device_options[] = {
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option report_list_options[] = {
    { "archived", 0, NULL, "Also archived ones" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option result_options[] = {
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option ring_move_options[] = {
    { "action", 0, "WORD", "pause, resume, promote or restart (required)" },
    { "ring", 0, "N", "To promote from; refused when another goes on by now" },
    { "reason", 0, "TEXT", "Why" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option ring_set_options[] = {
    { "rings", 0, "JSON", "[{\"name\": \"test\", \"label\": 3, ...}, ...]" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option run_approve_options[] = {
    { "verdict", 0, "WORD", "approved or refused (required)" },
    { "comment", 0, "TEXT", "Why" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option run_devices_options[] = {
    { "state", 0, "STATE", "Only in this state" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option run_list_options[] = {
    { "configuration", 0, "N", "Of this configuration" },
    { "state", 0, "STATE", "approval, running, ended, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option run_order_options[] = {
    { "kind", 0, "KIND", "deploy, stage, scan or reboot (required)" },
    { "configuration", 0, "N", "Of deploy and stage" },
    { "task", 0, "TASK", "routine, priority or zero_day" },
    { "targets", 0, "JSON", "Only these devices" },
    { "patches", 0, "[\"ID\",...]", "Only these of what is selected" },
    { "begins", 0, "TIME", "Not before" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option totals_options[] = {
    { "device", 0, "N", "Of this device" },
    { "since", 0, "TIME", "From this time on" },
    { "until", 0, "TIME", "Until this time" },
    JSON,
    { NULL },
};

const struct remote remote_patch_commands[] = {
    {
        COMMAND("patch approve",
                "Agree to a version, or refuse it", "CONFIGURATION",
                approve_options, 1),
        "POST", "/api/v1/patch-configurations/{}/approve",
    },
    {
        COMMAND("patch configuration-add",
                "Make a patch configuration", "",
                configuration_add_options, 0),
        "POST", "/api/v1/patch-configurations",
    },
    {
        COMMAND("patch configuration-archive",
                "Take it out of force and lists", "CONFIGURATION",
                configuration_archive_options, 1),
        "POST", "/api/v1/patch-configurations/{}/archive",
    },
    {
        COMMAND("patch configuration-deploy",
                "Put a version into force, or ask a second "
                "person", "CONFIGURATION",
                configuration_deploy_options, 1),
        "POST", "/api/v1/patch-configurations/{}/deploy",
    },
    {
        COMMAND("patch configuration-diff",
                "Show what differs between two versions", "CONFIGURATION",
                configuration_diff_options, 1),
        "GET", "/api/v1/patch-configurations/{}/diff",
        .list = true,
        .columns = "field FIELD|before BEFORE|after AFTER",
    },
    {
        COMMAND("patch configuration-list",
                "List the patch configurations", "",
                configuration_list_options, 0),
        "GET", "/api/v1/patch-configurations",
        .list = true,
        .columns = "id NUMBER|name CONFIGURATION|version "
                   "VERSION|availability STATE|deployed DEPLOYED|saved "
                   "SAVED|saved_by BY",
    },
    {
        COMMAND("patch configuration-preview",
                "Show the next runs of each task", "CONFIGURATION",
                configuration_preview_options, 1),
        "GET", "/api/v1/patch-configurations/{}/preview",
        .list = true,
        .columns = "os SYSTEM|task TASK|local WHEN|stage_local STAGING|rule "
                   "RULE",
    },
    {
        COMMAND("patch configuration-remove",
                "Remove one that was never in force", "CONFIGURATION",
                only_json, 1),
        "DELETE", "/api/v1/patch-configurations/{}",
    },
    {
        COMMAND("patch configuration-restore",
                "Save an older version as the newest", "CONFIGURATION",
                configuration_restore_options, 1),
        "POST", "/api/v1/patch-configurations/{}/restore",
    },
    {
        COMMAND("patch configuration-save",
                "Save it: a new version when settings "
                "differ", "CONFIGURATION",
                configuration_save_options, 1),
        "PUT", "/api/v1/patch-configurations/{}",
        .keeps = "settings targets place",
    },
    {
        COMMAND("patch configuration-show",
                "Show a patch configuration", "CONFIGURATION",
                only_json, 1),
        "GET", "/api/v1/patch-configurations/{}",
    },
    {
        COMMAND("patch configuration-statement",
                "Show what an operator signs to "
                "approve a version", "CONFIGURATION VERSION",
                only_json, 2),
        "GET", "/api/v1/patch-configurations/{}/versions/{}/statement",
    },
    {
        COMMAND("patch configuration-summary",
                "Say in words what it does, by system", "CONFIGURATION",
                only_json, 1),
        "GET", "/api/v1/patch-configurations/{}/summary",
    },
    {
        COMMAND("patch configuration-versions",
                "List its versions", "CONFIGURATION",
                only_list, 1),
        "GET", "/api/v1/patch-configurations/{}/versions",
        .list = true,
        .columns = "version VERSION|at SAVED|author BY|in_force DEPLOYED",
    },
    {
        COMMAND("patch configuration-withdraw",
                "Take it out of force", "CONFIGURATION",
                only_json, 1),
        "POST", "/api/v1/patch-configurations/{}/withdraw",
    },
    {
        COMMAND("patch deployments",
                "List the tries of deploying on devices", "",
                deployments_options, 0),
        "GET", "/api/v1/patch-deployments",
        .list = true,
        .columns = "id NUMBER|name DEVICE|task TASK|started STARTED|outcome "
                   "OUTCOME|ok OK|failed FAILED|text TEXT",
    },
    {
        COMMAND("patch devices",
                "List devices by what they lack", "",
                devices_options, 0),
        "GET", "/api/v1/patch-devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|state STATE|missing "
                   "MISSING|scanned SCANNED|configuration "
                   "CONFIGURATION|reboot_reason REBOOT|scan_failure FAILED "
                   "SCAN",
    },
    {
        COMMAND("patch dry-run",
                "Show what the next runs would deploy on a device", "DEVICE",
                dry_run_options, 1),
        "GET", "/api/v1/devices/{}/patch-dry-run",
    },
    {
        COMMAND("patch explain",
                "Explain why missing patches are deployed or not", "DEVICE",
                explain_options, 1),
        "GET", "/api/v1/devices/{}/patch-explain",
        .list = true,
        .columns = "patch PATCH|severity SEVERITY|deploy DEPLOY|rule "
                   "RULE|because BECAUSE|warning WARNING",
    },
    {
        COMMAND("patch freeze-add",
                "Deploy nothing for a time", "",
                freeze_add_options, 0),
        "POST", "/api/v1/patch-freezes",
    },
    {
        COMMAND("patch freeze-lift",
                "Lift a freeze", "FREEZE",
                only_json, 1),
        "DELETE", "/api/v1/patch-freezes/{}",
    },
    {
        COMMAND("patch freeze-list",
                "List times in which nothing is deployed", "",
                freeze_list_options, 0),
        "GET", "/api/v1/patch-freezes",
        .list = true,
        .columns = "id NUMBER|begins FROM|ends UNTIL|active ACTIVE|author "
                   "BY|reason REASON",
    },
    {
        COMMAND("patch group-add",
                "Make a patch group", "",
                group_add_options, 0),
        "POST", "/api/v1/patch-groups",
    },
    {
        COMMAND("patch group-change",
                "Change a patch group", "GROUP",
                group_change_options, 1),
        "PATCH", "/api/v1/patch-groups/{}",
        .keeps = "",
    },
    {
        COMMAND("patch group-edit",
                "Put patches into a group, or take some out", "GROUP",
                group_edit_options, 1),
        "POST", "/api/v1/patch-groups/{}/patches",
    },
    {
        COMMAND("patch group-list",
                "List the patch groups", "",
                only_list, 0),
        "GET", "/api/v1/patch-groups",
        .list = true,
        .columns = "id NUMBER|name GROUP|patches PATCHES|dynamic "
                   "DYNAMIC|revision REVISION|owner OWNER",
    },
    {
        COMMAND("patch group-patches",
                "List the patches of a group", "GROUP",
                group_patches_options, 1),
        "GET", "/api/v1/patch-groups/{}/patches",
        .list = true,
        .columns = "patch PATCH|os SYSTEM|severity SEVERITY|title TITLE",
    },
    {
        COMMAND("patch group-remove",
                "Remove a group that no configuration names", "GROUP",
                only_json, 1),
        "DELETE", "/api/v1/patch-groups/{}",
    },
    {
        COMMAND("patch group-revisions",
                "Show who changed a group when", "GROUP",
                only_list, 1),
        "GET", "/api/v1/patch-groups/{}/revisions",
        .list = true,
        .columns = "revision REVISION|at WHEN|author WHO",
    },
    {
        COMMAND("patch history",
                "Show every state that patches came into", "",
                history_options, 0),
        "GET", "/api/v1/patch-history",
        .list = true,
        .columns = "at WHEN|name DEVICE|patch PATCH|package PACKAGE|state "
                   "STATE|text TEXT",
    },
    {
        COMMAND("patch hold-add",
                "Hold a patch or package back, or suppress a CVE", "",
                hold_add_options, 0),
        "POST", "/api/v1/patch-holds",
    },
    {
        COMMAND("patch hold-lift",
                "Lift a hold", "HOLD",
                only_json, 1),
        "DELETE", "/api/v1/patch-holds/{}",
    },
    {
        COMMAND("patch hold-list",
                "List what is held back", "",
                hold_list_options, 0),
        "GET", "/api/v1/patch-holds",
        .list = true,
        .columns = "id NUMBER|kind KIND|target TARGET|until UNTIL|active "
                   "ACTIVE|author BY|reason REASON",
    },
    {
        COMMAND("patch import",
                "Import patches, as of Windows or macOS", "",
                import_options, 0),
        "POST", "/api/v1/patches",
    },
    {
        COMMAND("patch jobs",
                "List decided jobs that are handed over", "DEVICE",
                only_list, 1),
        "GET", "/api/v1/devices/{}/patch-jobs",
        .list = true,
        .columns = "run RUN|task TASK|due DUE|patches PATCHES|reboot_after "
                   "REBOOT",
    },
    {
        COMMAND("patch list",
                "List the patches that are known", "",
                list_options, 0),
        "GET", "/api/v1/patches",
        .list = true,
        .columns = "id NUMBER|patch PATCH|os SYSTEM|severity SEVERITY|cvss "
                   "CVSS|rating RATING|unpatched UNPATCHED|title TITLE",
    },
    {
        COMMAND("patch missing",
                "List what a device lacks", "DEVICE",
                only_list, 1),
        "GET", "/api/v1/devices/{}/patches",
        .list = true,
        .columns = "patch.patch PATCH|patch.severity SEVERITY|cves "
                   "CVES|since SINCE|patch.title TITLE",
    },
    {
        COMMAND("patch report-add",
                "Make a compliance report set", "",
                report_add_options, 0),
        "POST", "/api/v1/patch-report-sets",
    },
    {
        COMMAND("patch report-device",
                "Hand in what a Windows or macOS device lacks", "DEVICE",
                report_device_options, 1),
        "POST", "/api/v1/devices/{}/patch-report",
    },
    {
        COMMAND("patch report-list",
                "List the compliance report sets", "",
                report_list_options, 0),
        "GET", "/api/v1/patch-report-sets",
        .list = true,
        .columns = "id NUMBER|name SET|score SCORE|threshold "
                   "THRESHOLD|endpoints ENDPOINTS|last_run RUN",
    },
    {
        COMMAND("patch report-run",
                "Work out the score of a report set now", "SET",
                only_json, 1),
        "POST", "/api/v1/patch-report-sets/{}/run",
    },
    {
        COMMAND("patch report-scores",
                "Show how a score developed", "SET",
                only_list, 1),
        "GET", "/api/v1/patch-report-sets/{}/scores",
        .list = true,
        .columns = "at WHEN|score SCORE|endpoints ENDPOINTS|compliant "
                   "COMPLIANT|no_data NO-DATA|pending PENDING",
    },
    {
        COMMAND("patch result",
                "Tell what became of such a job", "DEVICE",
                result_options, 1),
        "POST", "/api/v1/devices/{}/patch-results",
    },
    {
        COMMAND("patch ring-list",
                "List how far rings of configurations are", "",
                only_list, 0),
        "GET", "/api/v1/patch-rollouts",
        .list = true,
        .columns = "configuration NUMBER|name CONFIGURATION|version "
                   "VERSION|state STATE|ring RING|updated UPDATED|reason "
                   "REASON",
    },
    {
        COMMAND("patch ring-move",
                "Pause, resume, promote or restart the "
                "rings", "CONFIGURATION",
                ring_move_options, 1),
        "POST", "/api/v1/patch-configurations/{}/rings/move",
    },
    {
        COMMAND("patch ring-set",
                "Set the rings of a configuration", "CONFIGURATION",
                ring_set_options, 1),
        "PUT", "/api/v1/patch-configurations/{}/rings",
    },
    {
        COMMAND("patch ring-show",
                "Show the rings of a configuration", "CONFIGURATION",
                only_json, 1),
        "GET", "/api/v1/patch-configurations/{}/rings",
    },
    {
        COMMAND("patch run-approve",
                "Agree to a run that another person ordered", "RUN",
                run_approve_options, 1),
        "POST", "/api/v1/patch-runs/{}/approve",
    },
    {
        COMMAND("patch run-cancel",
                "End a run where it has not happened yet", "RUN",
                only_json, 1),
        "POST", "/api/v1/patch-runs/{}/cancel",
    },
    {
        COMMAND("patch run-devices",
                "Show what became of each device of a run", "RUN",
                run_devices_options, 1),
        "GET", "/api/v1/patch-runs/{}/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|state STATE|ended ENDED|text "
                   "TEXT",
    },
    {
        COMMAND("patch run-list",
                "List the runs of patching", "",
                run_list_options, 0),
        "GET", "/api/v1/patch-runs",
        .list = true,
        .columns = "id NUMBER|kind KIND|task TASK|cause CAUSE|state "
                   "STATE|devices DEVICES|started STARTED|started_by BY",
    },
    {
        COMMAND("patch run-order",
                "Order a deployment, staging, scan or reboot", "",
                run_order_options, 0),
        "POST", "/api/v1/patch-runs",
    },
    {
        COMMAND("patch show",
                "Show one patch: CVEs, chains, groups", "PATCH",
                only_json, 1),
        "GET", "/api/v1/patches/{}",
    },
    {
        COMMAND("patch totals",
                "Show deployments over time, and top failures", "",
                totals_options, 0),
        "GET", "/api/v1/patch-history/totals",
    },
    {
        COMMAND("patch unpatched",
                "List the devices that lack a patch", "PATCH",
                only_list, 1),
        "GET", "/api/v1/patches/{}/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE",
    },
};
/* clang-format on */
const size_t remote_patch_command_count =
    sizeof(remote_patch_commands) / sizeof(remote_patch_commands[0]);
