/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a server for deployments to network devices, in the
 * order in which help lists them.
 */
#include "cli/remote_rows_int.h"

/* clang-format off */
static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option add_options[] = {
    { "title", 0, "TEXT", "What it is about" },
    { "lines", 0, "TEXT", "Commands of configuration mode" },
    { "restore-at", 0, "TIME", "Or each device gets back what it had then" },
    { "targets", 0, "JSON", "{\"labels\": [3]} or {\"devices\": [17]} "
                    "(required)" },
    { "out-of-band", 0, "WORD", "A device that was changed meanwhile: "
                        "cancel, warn or overwrite" },
    { "rings", 0, "JSON", "[{\"name\": \"lab\", \"label\": 3, ...}, ...]" },
    { "schedule", 0, "JSON", "When rings begin; at once unless told" },
    { "zone", 0, "ZONE", "IANA name; the server's" },
    { "tolerate", 0, "[\"PATTERN\",...]", "Refusals that are none" },
    { "revert-s", 0, "N", "Devices go back unless it is confirmed so soon" },
    { "go-on", 0, "BOOL", "true: behind a line that is refused" },
    { "may-cut-access", 0, "BOOL", "true: also lines that could cut us off" },
    { "no-save", 0, "BOOL", "true: a restart undoes it" },
    { "no-verify", 0, "BOOL", "true: lines need not be seen again" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option decide_options[] = {
    { "approved", 0, "BOOL", "true or false (required)" },
    { "text", 0, "TEXT", "Why" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option file_options[] = {
    { "form", 0, "FORM", "delta or full" },
    { NULL },
};
static const struct cli_option secret_file_options[] = {
    { "form", 0, "FORM", "delta or full" },
    { "reason", 0, "TEXT", "For the audit log" },
    DATA,
    { NULL },
};
static const struct cli_option list_options[] = {
    { "state", 0, "STATE", "waiting, running, stopped, done, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option move_options[] = {
    { "action", 0, "WORD", "pause, resume, promote or cancel (required)" },
    { "ring", 0, "N", "To promote from; refused when another goes on by now" },
    DATA,
    JSON,
    { NULL },
};

const struct remote remote_deploys[] = {
    {
        COMMAND("network deployment-add",
                "Plan the same commands for many network devices", "",
                add_options, 0),
        "POST", "/api/v1/network/deployments",
    },
    {
        COMMAND("network deployment-decide",
                "Approve a planned deployment, or refuse it", "DEPLOYMENT",
                decide_options, 1),
        "POST", "/api/v1/network/deployments/{}/decide",
    },
    {
        COMMAND("network deployment-devices",
                "List what became of each device", "DEPLOYMENT",
                only_list, 1),
        "GET", "/api/v1/network/deployments/{}/devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|ring RING|state "
                   "STATE|changed_behind CHANGED|text TEXT",
    },
    {
        COMMAND("network deployment-file",
                "Print what a device gets", "DEPLOYMENT DEVICE",
                file_options, 2),
        "GET", "/api/v1/network/deployments/{}/devices/{}/file",
        .raw = true,
    },
    {
        COMMAND("network deployment-file-secrets",
                "The same with its secrets, to be loaded", "DEPLOYMENT DEVICE",
                secret_file_options, 2),
        "POST",
        "/api/v1/network/deployments/{}/devices/{}/file-with-secrets",
        .raw = true,
    },
    {
        COMMAND("network deployment-list",
                "List deployments to network devices", "",
                list_options, 0),
        "GET", "/api/v1/network/deployments",
        .list = true,
        .columns = "id NUMBER|title TITLE|state STATE|ring RING|devices "
                   "DEVICES|applied APPLIED|failed FAILED|text TEXT",
    },
    {
        COMMAND("network deployment-move",
                "Pause, resume, promote or cancel one", "DEPLOYMENT",
                move_options, 1),
        "POST", "/api/v1/network/deployments/{}/move",
    },
    {
        COMMAND("network deployment-show",
                "Show a deployment", "DEPLOYMENT",
                only_json, 1),
        "GET", "/api/v1/network/deployments/{}",
    },
};
/* clang-format on */
const size_t remote_deploy_count = COUNT(remote_deploys);
