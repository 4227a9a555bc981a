/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a server, in the order in which help lists them.
 */
#include "cli/remote_rows_int.h"

/* clang-format off */
static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option configuration_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "enabled", 0, "BOOL", "true: it can run (K-SET-2)" },
    { "while-logged-off", 0, "BOOL", "true: also without a user session" },
    { "wake", 0, "BOOL", "true: devices that sleep are woken before a run" },
    { "targets", 0, "JSON", "{\"labels\": [3], \"devices\": [17], "
                    "\"systems\": [\"debian/12\"]}" },
    { "schedule", 0, "JSON", "{\"type\": \"daily\", \"time\": \"03:00\"}, as "
                    "of 'holdfast schedule next'" },
    { "zone", 0, "ZONE", "IANA name, server, or empty: each device's own" },
    { "nice", 0, "N", "0 to 19" },
    { "memory-mb", 0, "N", "Ceiling of memory, 0 for none" },
    { "limit-s", 0, "N", "Limit of time, 0 for none" },
    { "scap", 0, "JSON", "Test a benchmark instead of OVAL: {\"content\": 3, "
                    "\"profile\": \"xccdf_...\", \"tailoring\": 4}" },
    { "confirm-all", 0, "BOOL", "true: yes, every device" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option audit_list_options[] = {
    { "actor", 0, "LOGIN", "Only what this user did" },
    { "action", 0, "NAME", "Only this action, or a prefix that ends with a "
                    "dot" },
    { "kind", 0, "KIND", "Only objects of this kind" },
    { "since", 0, "TIME", "Only from this time on (2026-01-01T00:00:00Z)" },
    { "until", 0, "TIME", "Only until this time" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option audit_verify_options[] = {
    { "head", 0, "HEAD", "A head that was noted earlier: the log must contain "
                    "it" },
    JSON,
    { NULL },
};
static const struct cli_option catalogue_devices_options[] = {
    { "id", 0, "OVAL-ID", "The definition (required)" },
    { "content", 0, "N", "Of this content" },
    { "result", 0, "RESULT", "true, false, unknown, error, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option catalogue_explain_options[] = {
    { "id", 0, "OVAL-ID", "The definition (required)" },
    { "device", 0, "N", "The device (required)" },
    { "content", 0, "N", "Of this content" },
    JSON,
    { NULL },
};
static const struct cli_option catalogue_label_options[] = {
    { "id", 0, "OVAL-ID", "The definition (required)" },
    { "content", 0, "N", "Of this content" },
    { "label", 0, "N", "The label" },
    { "new-label", 0, "NAME", "A label to make" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option catalogue_list_options[] = {
    { "view", 0, "VIEW", "all, affected, errors or deprecated" },
    { "q", 0, "TEXT", "Free text" },
    { "id", 0, "OVAL-ID", "By id" },
    { "cve", 0, "CVE", "By CVE" },
    { "platform", 0, "NAME", "By operating system" },
    { "class", 0, "CLASS", "By class" },
    { "status", 0, "STATUS", "By status" },
    { "content", 0, "N", "Of this content" },
    { "sort", 0, "ORDER", "id, title or affected" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option catalogue_show_options[] = {
    { "id", 0, "OVAL-ID", "The definition (required)" },
    { "content", 0, "N", "Of this content" },
    JSON,
    { NULL },
};
static const struct cli_option device_add_options[] = {
    { "name", 0, "NAME", "What to call it (required)" },
    { "time-zone", 0, "ZONE", "Its time zone" },
    { "notes", 0, "TEXT", "Notes" },
    { "label", 0, "N", "A label it gets" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option device_change_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "time-zone", 0, "ZONE", "Its time zone" },
    { "notes", 0, "TEXT", "Notes" },
    { "retired", 0, "BOOL", "true: it takes part in nothing any more" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option device_findings_options[] = {
    { "show", 0, "WHAT", "affected, errors or all" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option device_jobs_options[] = {
    { "run", 0, "N", "Only those of this run" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option device_list_options[] = {
    { "q", 0, "TEXT", "Free text" },
    { "filter", 0, "QUERY", "As docs/query.md says: os.id = \"debian\" "
                    "and not label(\"test\")" },
    { "label", 0, "N", "Members of this label" },
    { "state", 0, "STATE", "active or retired" },
    { "sort", 0, "ORDER", "name, last_seen, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option device_match_options[] = {
    { "filter", 0, "QUERY", "The query (required)" },
    JSON,
    { NULL },
};
static const struct cli_option device_packages_options[] = {
    { "q", 0, "TEXT", "Part of the name" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option device_revoke_options[] = {
    { "reason", 0, "TEXT", "Why (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option enrol_add_options[] = {
    { "label", 0, "N", "A label the device gets" },
    { "life-s", 0, "SECONDS", "How long it can be used" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option feed_add_options[] = {
    { "source", 0, "NAME", "What to call it; the name of the file unless "
                    "told" },
    { "platform", 0, "ID:VERSION", "The system it is for, when it does not "
                    "tell" },
    { "allow-older", 0, NULL, "Take it although newer content is in use" },
    JSON,
    { NULL },
};
static const struct cli_option feed_list_options[] = {
    { "active", 0, NULL, "Only what is in use" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option label_add_options[] = {
    { "name", 0, "NAME", "What to call it (required)" },
    { "kind", 0, "KIND", "manual, smart, ldap or group (required)" },
    { "query", 0, "QUERY", "Of a smart label, as docs/query.md says; of "
                    "an LDAP label the URL" },
    { "notes", 0, "TEXT", "Notes" },
    { "download-url", 0, "URL", "Where its devices fetch content from first" },
    { "parent", 0, "N", "The group it is in" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option label_change_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "query", 0, "QUERY", "Its query" },
    { "notes", 0, "TEXT", "Notes" },
    { "download-url", 0, "URL", "Where its devices fetch content from first" },
    { "parent", 0, "N", "The group it is in" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option label_edit_options[] = {
    { "add", 0, "[N,...]", "Devices to put in" },
    { "remove", 0, "[N,...]", "Devices to take out" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option label_list_options[] = {
    { "q", 0, "TEXT", "Part of the name" },
    { "kind", 0, "KIND", "Only this kind" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option label_preview_options[] = {
    { "query", 0, "QUERY", "The query (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option label_remove_options[] = {
    { "disable-schedules", 0, NULL, "Also when configurations name it: they "
                    "are turned off" },
    JSON,
    { NULL },
};
static const struct cli_option report_compliance_options[] = {
    { "content", 0, "N", "Of this content" },
    { "q", 0, "TEXT", "Free text" },
    { "sort", 0, "ORDER", "failed, device, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option report_summary_options[] = {
    { "content", 0, "N", "Of this content" },
    { "run", 0, "N", "Of this run" },
    { "class", 0, "CLASS", "Only this class" },
    { "show", 0, "WHAT", "all, failed or errors" },
    { "q", 0, "TEXT", "Free text" },
    { "sort", 0, "ORDER", "failed, id, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option role_add_options[] = {
    { "name", 0, "NAME", "What to call it (required)" },
    { "permissions", 0, "[\"P\",...]", "What it may do (required)" },
    { "labels", 0, "[N,...]", "Limits it to devices with these labels" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option run_devices_options[] = {
    { "state", 0, "STATE", "Only devices in this state" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option run_list_options[] = {
    { "configuration", 0, "N", "Only runs of this configuration" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option setting_change_options[] = {
    { "values", 0, "JSON", "{\"NAME\": VALUE, ...} (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option task_list_options[] = {
    { "days", 0, "N", "How far ahead; 7 unless told" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option token_add_options[] = {
    { "name", 0, "NAME", "What it is for (required)" },
    { "permissions", 0, "[\"P\",...]", "What it may do (required)" },
    { "expires", 0, "TIME", "When it ends (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option token_list_options[] = {
    { "everyone", 0, NULL, "Also other users'" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option user_add_options[] = {
    { "login", 0, "NAME", "The login (required)" },
    { "name", 0, "TEXT", "The name" },
    { "email", 0, "ADDRESS", "The address" },
    { "roles", 0, "[N,...]", "The roles" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option user_change_options[] = {
    { "name", 0, "TEXT", "The name" },
    { "email", 0, "ADDRESS", "The address" },
    { "disabled", 0, "BOOL", "true: may not log in" },
    { "roles", 0, "[N,...]", "The roles" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option user_list_options[] = {
    { "text", 0, "TEXT", "Part of the name" },
    LIMIT,
    JSON,
    { NULL },
};

const struct remote remote_commands[] = {
    {
        COMMAND("audit list",
                "Show who changed what", "",
                audit_list_options, 0),
        "GET", "/api/v1/audit",
        .list = true,
        .columns = "at WHEN|actor WHO|action WHAT|object NUMBER|peer FROM",
    },
    {
        COMMAND("audit verify",
                "Check that nobody changed the audit log", "",
                audit_verify_options, 0),
        "GET", "/api/v1/audit/verify",
    },
    {
        COMMAND("catalogue devices",
                "List the devices with a result of a definition", "",
                catalogue_devices_options, 0),
        "GET", "/api/v1/definition/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|system SYSTEM|result RESULT",
    },
    {
        COMMAND("catalogue explain",
                "Show the facts that decided a definition on a device", "",
                catalogue_explain_options, 0),
        "GET", "/api/v1/definition/explain",
    },
    {
        COMMAND("catalogue label",
                "Give a label to all devices a definition affects", "",
                catalogue_label_options, 0),
        "POST", "/api/v1/definition/label",
    },
    {
        COMMAND("catalogue list",
                "List the definitions", "",
                catalogue_list_options, 0),
        "GET", "/api/v1/catalogue",
        .list = true,
        .columns = "id DEFINITION|class CLASS|severity.value "
                   "SEVERITY|affected AFFECTED|cves CVES|title TITLE",
    },
    {
        COMMAND("catalogue show",
                "Show one definition", "",
                catalogue_show_options, 0),
        "GET", "/api/v1/definition",
    },
    {
        COMMAND("catalogue undo",
                "Take back the labels that one action gave", "ACTION",
                only_json, 1),
        "POST", "/api/v1/label-actions/{}/undo",
    },
    {
        COMMAND("configuration add",
                "Make an OVAL configuration", "",
                configuration_options, 0),
        "POST", "/api/v1/configurations",
    },
    {
        COMMAND("configuration change",
                "Change an OVAL configuration", "CONFIGURATION",
                configuration_options, 1),
        "PUT", "/api/v1/configurations/{}",
        .keeps = "name enabled while_logged_off wake targets schedule zone nice "
                 "memory_mb limit_s",
    },
    {
        COMMAND("configuration list",
                "List the OVAL configurations", "",
                only_list, 0),
        "GET", "/api/v1/configurations",
        .list = true,
        .columns = "id NUMBER|name CONFIGURATION|enabled "
                   "ENABLED|schedule.type SCHEDULE|zone ZONE",
    },
    {
        COMMAND("configuration remove",
                "Remove an OVAL configuration", "CONFIGURATION",
                only_json, 1),
        "DELETE", "/api/v1/configurations/{}",
    },
    {
        COMMAND("configuration run",
                "Run an OVAL configuration now", "CONFIGURATION",
                only_json, 1),
        "POST", "/api/v1/configurations/{}/run",
    },
    {
        COMMAND("configuration show",
                "Show an OVAL configuration", "CONFIGURATION",
                only_json, 1),
        "GET", "/api/v1/configurations/{}",
    },
    {
        COMMAND("device add",
                "Make a device without an agent known", "",
                device_add_options, 0),
        "POST", "/api/v1/devices",
    },
    {
        COMMAND("device change",
                "Change a device", "DEVICE",
                device_change_options, 1),
        "PATCH", "/api/v1/devices/{}",
        .keeps = "",
    },
    {
        COMMAND("device findings",
                "Show what is vulnerable on a device, and what fixes it",
                "DEVICE",
                device_findings_options, 1),
        "GET", "/api/v1/devices/{}/findings",
        .list = true,
        .columns = "severity.value SEVERITY|id DEFINITION|result RESULT|cves "
                   "CVES|title TITLE",
    },
    {
        COMMAND("device history",
                "Show how the inventory of a device changed", "DEVICE",
                only_list, 1),
        "GET", "/api/v1/devices/{}/history",
        .list = true,
        .columns = "at WHEN|added ADDED|removed REMOVED|changed CHANGED|facts "
                   "FACTS",
    },
    {
        COMMAND("device jobs",
                "List the jobs of a device", "DEVICE",
                device_jobs_options, 1),
        "GET", "/api/v1/devices/{}/jobs",
        .list = true,
        .columns = "id NUMBER|type TYPE|state STATE|created CREATED|text TEXT",
    },
    {
        COMMAND("device list",
                "List the devices", "",
                device_list_options, 0),
        "GET", "/api/v1/devices",
        .list = true,
        .columns = "id NUMBER|name DEVICE|os.name SYSTEM|labels "
                   "LABELS|last_seen SEEN",
    },
    {
        COMMAND("device match",
                "Explain why a device matches a query, or not", "DEVICE",
                device_match_options, 1),
        "GET", "/api/v1/devices/{}/match",
    },
    {
        COMMAND("device packages",
                "List the packages of a device", "DEVICE",
                device_packages_options, 1),
        "GET", "/api/v1/devices/{}/packages",
        .list = true,
        .columns = "name PACKAGE|evr VERSION|arch ARCHITECTURE|source SOURCE",
    },
    {
        COMMAND("device remove",
                "Remove a device; its history stays", "DEVICE",
                only_json, 1),
        "DELETE", "/api/v1/devices/{}",
    },
    {
        COMMAND("device revoke",
                "Revoke the certificates of a device", "DEVICE",
                device_revoke_options, 1),
        "POST", "/api/v1/devices/{}/revoke",
    },
    {
        COMMAND("device show",
                "Show a device", "DEVICE",
                only_json, 1),
        "GET", "/api/v1/devices/{}",
    },
    {
        COMMAND("enrol add",
                "Make a one-time token for one device", "",
                enrol_add_options, 0),
        "POST", "/api/v1/enrol-tokens",
    },
    {
        COMMAND("enrol list",
                "List the tokens for enrolment", "",
                only_list, 0),
        "GET", "/api/v1/enrol-tokens",
        .list = true,
        .columns = "id NUMBER|state STATE|created CREATED|expires "
                   "EXPIRES|device DEVICE",
    },
    {
        COMMAND("enrol remove",
                "Withdraw a token", "TOKEN",
                only_json, 1),
        "DELETE", "/api/v1/enrol-tokens/{}",
    },
    {
        COMMAND("feed add",
                "Bring new content into use on the server", "FILE",
                feed_add_options, 1),
        "POST", "/api/v1/contents",
        .upload = "source",
    },
    {
        COMMAND("feed list",
                "List the content of the server", "",
                feed_list_options, 0),
        "GET", "/api/v1/contents",
        .list = true,
        .columns = "id NUMBER|platform SYSTEM|source SOURCE|definitions "
                   "DEFINITIONS|size BYTES|feed_time DATED|active ACTIVE",
    },
    {
        COMMAND("label add",
                "Make a label", "",
                label_add_options, 0),
        "POST", "/api/v1/labels",
    },
    {
        COMMAND("label change",
                "Change a label", "LABEL",
                label_change_options, 1),
        "PATCH", "/api/v1/labels/{}",
        .keeps = "",
    },
    {
        COMMAND("label edit",
                "Put devices into a manual label, or take them out", "LABEL",
                label_edit_options, 1),
        "POST", "/api/v1/labels/{}/members",
    },
    {
        COMMAND("label list",
                "List the labels", "",
                label_list_options, 0),
        "GET", "/api/v1/labels",
        .list = true,
        .columns = "id NUMBER|name LABEL|kind KIND|members DEVICES|query QUERY",
    },
    {
        COMMAND("label members",
                "List the devices of a label", "LABEL",
                only_list, 1),
        "GET", "/api/v1/labels/{}/members",
        .list = true,
        .columns = "id NUMBER|name DEVICE|since SINCE",
    },
    {
        COMMAND("label preview",
                "Count what a query matches, before it is a label", "",
                label_preview_options, 0),
        "POST", "/api/v1/labels/preview",
    },
    {
        COMMAND("label remove",
                "Remove a label", "LABEL",
                label_remove_options, 1),
        "DELETE", "/api/v1/labels/{}",
    },
    {
        COMMAND("label show",
                "Show a label", "LABEL",
                only_json, 1),
        "GET", "/api/v1/labels/{}",
    },
    {
        COMMAND("release import",
                "Tell the server of new versions by a signed file", "FILE",
                only_json, 1),
        "POST", "/api/v1/release",
        .upload = "",
    },
    {
        COMMAND("release show",
                "Show the server's version, the newest one, and known flaws",
                "", only_json, 0),
        "GET", "/api/v1/release",
    },
    {
        COMMAND("report compliance",
                "Show what each device was tested for", "",
                report_compliance_options, 0),
        "GET", "/api/v1/reports/compliance",
        .list = true,
        .columns = "inventory_id NUMBER|device DEVICE|system SYSTEM|failed "
                   "FAILED|tests TESTS|errors ERRORS|last_run RUN",
    },
    {
        COMMAND("report summary",
                "Show what was found, by test", "",
                report_summary_options, 0),
        "GET", "/api/v1/reports/summary",
        .list = true,
        .columns = "id DEFINITION|class CLASS|tested TESTED|failed "
                   "FAILED|errors ERRORS|cves CVES|title TITLE",
    },
    {
        COMMAND("role add",
                "Make a role", "",
                role_add_options, 0),
        "POST", "/api/v1/roles",
    },
    {
        COMMAND("role list",
                "List the roles", "",
                only_list, 0),
        "GET", "/api/v1/roles",
        .list = true,
        .columns = "id NUMBER|name ROLE|permissions PERMISSIONS|labels LABELS",
    },
    {
        COMMAND("role remove",
                "Remove a role", "ROLE",
                only_json, 1),
        "DELETE", "/api/v1/roles/{}",
    },
    {
        COMMAND("run cancel",
                "End a run; what is done stays", "RUN",
                only_json, 1),
        "POST", "/api/v1/runs/{}/cancel",
    },
    {
        COMMAND("run devices",
                "Show what became of each device of a run", "RUN",
                run_devices_options, 1),
        "GET", "/api/v1/runs/{}/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|state STATE|ended ENDED|text WHY",
    },
    {
        COMMAND("run list",
                "List the runs, newest first", "",
                run_list_options, 0),
        "GET", "/api/v1/runs",
        .list = true,
        .columns = "id NUMBER|configuration_name CONFIGURATION|cause "
                   "CAUSE|started STARTED|ended ENDED|devices DEVICES",
    },
    {
        COMMAND("run show",
                "Show a run, with its devices by state", "RUN",
                only_json, 1),
        "GET", "/api/v1/runs/{}",
    },
    {
        COMMAND("setting change",
                "Change settings", "",
                setting_change_options, 0),
        "PATCH", "/api/v1/settings",
    },
    {
        COMMAND("setting list",
                "List the settings", "",
                only_list, 0),
        "GET", "/api/v1/settings",
        .list = true,
        .columns = "name SETTING|value VALUE|help MEANING",
    },
    {
        COMMAND("task list",
                "Show what is planned, soonest first", "",
                task_list_options, 0),
        "GET", "/api/v1/tasks",
        .list = true,
        .columns = "local WHEN|zone ZONE|kind KIND|id NUMBER|name NAME",
    },
    {
        COMMAND("token add",
                "Make a token for a program", "",
                token_add_options, 0),
        "POST", "/api/v1/tokens",
    },
    {
        COMMAND("token list",
                "List the tokens", "",
                token_list_options, 0),
        "GET", "/api/v1/tokens",
        .list = true,
        .columns = "id NUMBER|name TOKEN|permissions PERMISSIONS|expires "
                   "EXPIRES|last_used USED",
    },
    {
        COMMAND("token remove",
                "Withdraw a token", "TOKEN",
                only_json, 1),
        "DELETE", "/api/v1/tokens/{}",
    },
    {
        COMMAND("user add",
                "Make a user", "",
                user_add_options, 0),
        "POST", "/api/v1/users",
    },
    {
        COMMAND("user change",
                "Change a user", "USER",
                user_change_options, 1),
        "PATCH", "/api/v1/users/{}",
        .keeps = "",
    },
    {
        COMMAND("user list",
                "List the users", "",
                user_list_options, 0),
        "GET", "/api/v1/users",
        .list = true,
        .columns = "id NUMBER|login USER|name NAME|roles ROLES|last_login "
                   "LOGIN|disabled DISABLED",
    },
    {
        COMMAND("user remove",
                "Remove a user", "USER",
                only_json, 1),
        "DELETE", "/api/v1/users/{}",
    },
    {
        COMMAND("user unlock",
                "Let a user try to log in again", "USER",
                only_json, 1),
        "POST", "/api/v1/users/{}/unlock",
    },
};
/* clang-format on */
const size_t remote_command_count =
    sizeof(remote_commands) / sizeof(remote_commands[0]);
