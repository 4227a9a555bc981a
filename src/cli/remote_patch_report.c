/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a server how patching stands: compliance, days
 * allowed, the grid of groups, single patches; in the order in which help
 * lists them.
 */
#include "cli/remote_rows_int.h"

/* clang-format off */
static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option group_grid_options[] = {
    { "os", 0, "SYSTEM", "windows, macos or linux (required)" },
    { "task", 0, "TASK", "routine, priority or zero_day; routine" },
    JSON,
    { NULL },
};
static const struct cli_option group_status_options[] = {
    { "os", 0, "SYSTEM", "Only this platform" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option late_options[] = {
    { "state", 0, "STATE", "over, near, within or none" },
    { "q", 0, "TEXT", "In the name" },
    { "sort", 0, "ORDER", "deadline, over or name" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option report_devices_options[] = {
    { "state", 0, "STATE",
      "compliant, not compliant, pending reboot, no data" },
    { "q", 0, "TEXT", "In the name" },
    { "sort", 0, "ORDER", "name, missing or scanned" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option report_change_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "configurations", 0, "[N,...]", "Their devices are meant" },
    { "groups", 0, "[\"NAME\",...]", "Patch groups" },
    { "levels", 0, "[\"security critical\",...]", "Levels" },
    { "threshold", 0, "N", "Percent" },
    { "stale-days", 0, "N", "An older scan is no data" },
    { "within-sla", 0, "BOOL", "true: only what is late counts" },
    { "schedule", 0, "JSON", "When it runs (docs/schedules.md)" },
    { "zone", 0, "ZONE", "IANA name; the server's" },
    { "archived", 0, "BOOL", "true: it does not run; false: it does again" },
    DATA,
    JSON,
    { NULL },
};
#define TEMPLATE_OPTIONS                                                       \
    { "name", 0, "NAME", "What to call it" },                                  \
    { "source", 0, "SOURCE", "history or scan" },                              \
    { "columns", 0, "[\"COLUMN\",...]", "Which, in order" },                   \
    { "filter", 0, "JSON", "Which rows; docs/patch-reports.md" },              \
    DATA, JSON
static const struct cli_option template_options[] = {
    TEMPLATE_OPTIONS,
    { NULL },
};
static const struct cli_option detail_options[] = {
    { "kind", 0, "KIND", "missing or installed; missing" },
    { "device", 0, "NUMBER", "Only this device" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option file_options[] = {
    { "format", 0, "FORMAT", "csv, xlsx, html, pdf; a page of JSON" },
    { "lang", 0, "LANGUAGE", "en, fr or nl: of the headings" },
    { NULL },
};
static const struct cli_option vote_options[] = {
    { "down", 0, "BOOL", "true: vote against it; false: take it back" },
    DATA,
    JSON,
    { NULL },
};

const struct remote remote_patch_reports[] = {
    {
        COMMAND("patch affected",
                "List the devices that lack a patch", "PATCH",
                only_list, 1),
        "GET", "/api/v1/patches/{}/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|since SINCE|sla SLA|deadline "
                   "DEADLINE",
    },
    {
        COMMAND("patch charts",
                "Show what came lately and what of it matters", "",
                only_json, 0),
        "GET", "/api/v1/patches/charts",
    },
    {
        COMMAND("patch details",
                "List devices with the patches they lack or got", "",
                detail_options, 0),
        "GET", "/api/v1/patch-devices/details",
        .list = true,
        .columns = "device NUMBER|name DEVICE|patch PATCH|severity "
                   "SEVERITY|since SINCE|at AT|title TITLE",
    },
    {
        COMMAND("patch group-grid",
                "List all groups beside a configuration", "CONFIGURATION",
                group_grid_options, 1),
        "GET", "/api/v1/patch-configurations/{}/groups",
        .list = true,
        .columns = "group NUMBER|name GROUP|choice CHOICE|counts.windows "
                   "WINDOWS|counts.macos MACOS|counts.linux LINUX|counts.total "
                   "TOTAL",
    },
    {
        COMMAND("patch group-status",
                "List a group's patches and whether they act",
                "CONFIGURATION GROUP", group_status_options, 2),
        "GET", "/api/v1/patch-configurations/{}/groups/{}/patches",
        .list = true,
        .columns = "patch PATCH|platform PLATFORM|status STATUS|others "
                   "OTHERS|title TITLE",
    },
    {
        COMMAND("patch late",
                "List devices by how late their patches are", "",
                late_options, 0),
        "GET", "/api/v1/patch-sla/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|state STATE|over OVER|near "
                   "NEAR|patch PATCH|deadline DEADLINE",
    },
    {
        COMMAND("patch report-change",
                "Change, archive or bring back a report set", "SET",
                report_change_options, 1),
        "PUT", "/api/v1/patch-report-sets/{}",
        .keeps = "name configurations groups levels threshold stale_days "
                 "within_sla schedule zone archived",
    },
    {
        COMMAND("patch report-devices",
                "List the devices of a report set", "SET",
                report_devices_options, 1),
        "GET", "/api/v1/patch-report-sets/{}/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|state STATE|missing "
                   "MISSING|lacks ALL|installed INSTALLED|scanned SCANNED",
    },
    {
        COMMAND("patch report-show",
                "Show a report set", "SET",
                only_json, 1),
        "GET", "/api/v1/patch-report-sets/{}",
    },
    {
        COMMAND("patch show",
                "Show a patch: CVEs, chains, groups", "PATCH",
                only_json, 1),
        "GET", "/api/v1/patches/{}",
    },
    {
        COMMAND("patch sla",
                "Show how long patches may be missing", "",
                only_json, 0),
        "GET", "/api/v1/patch-sla",
    },
    {
        COMMAND("patch template-add",
                "Make a template of reports", "",
                template_options, 0),
        "POST", "/api/v1/patch-report-templates",
    },
    {
        COMMAND("patch template-change",
                "Change a template", "TEMPLATE",
                template_options, 1),
        "PUT", "/api/v1/patch-report-templates/{}",
        .keeps = "name source columns filter",
    },
    {
        COMMAND("patch template-list",
                "List the templates of reports", "",
                only_list, 0),
        "GET", "/api/v1/patch-report-templates",
        .list = true,
        .columns = "id NUMBER|name TEMPLATE|source SOURCE|owner OWNER",
    },
    {
        COMMAND("patch template-remove",
                "Remove a template", "TEMPLATE",
                only_json, 1),
        "DELETE", "/api/v1/patch-report-templates/{}",
    },
    {
        COMMAND("patch template-run",
                "Print what a template reports, as a file", "TEMPLATE",
                file_options, 1),
        "GET", "/api/v1/patch-report-templates/{}/rows",
        .raw = true,
    },
    {
        COMMAND("patch template-show",
                "Show a template", "TEMPLATE",
                only_json, 1),
        "GET", "/api/v1/patch-report-templates/{}",
    },
    {
        COMMAND("patch vote",
                "Vote against a patch, or take that back", "PATCH",
                vote_options, 1),
        "POST", "/api/v1/patches/{}/vote",
    },
};
/* clang-format on */
const size_t remote_patch_report_count = COUNT(remote_patch_reports);
