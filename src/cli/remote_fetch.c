/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a server for network devices that fetch.
 */
#include "cli/remote_rows_int.h"

/* clang-format off */
static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option nothing[] = { { NULL } };
static const struct cli_option server_add_options[] = {
    { "kind", 0, "KIND", "aus (Auto Update), ce (Configuration Engine) or pnp "
                    "(required)" },
    { "name", 0, "NAME", "What to call it (required)" },
    { "address", 0, "ADDRESS", "As devices know it (required)" },
    { "port", 0, "N", "443 with --tls true, 80 without" },
    { "tls", 0, "BOOL", "true: by HTTPS" },
    { "xml", 0, "BOOL", "true: configurations are given as XML" },
    { "networks", 0, "LIST", "Serve devices from these networks only; needed "
                    "where they do not log in" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option server_change_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "address", 0, "ADDRESS", "As devices know it" },
    { "port", 0, "N", "The port" },
    { "tls", 0, "BOOL", "true: by HTTPS" },
    { "xml", 0, "BOOL", "true: configurations are given as XML" },
    { "networks", 0, "LIST", "Serve devices from these networks only" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option change_options[] = {
    { "event-id", 0, "ID", "DeviceID of the event bus (R-CNE-8)" },
    { "poll-minutes", 0, "N", "How often it polls" },
    { "retry-count", 0, "N", "How often it tries again" },
    { "retry-minutes", 0, "N", "After how long it tries again" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option image_add_options[] = {
    { "name", 0, "NAME", "Of the file on the device; as FILE unless told" },
    { "kind", 0, "KIND", "image or asdm (PDM, too); image unless told" },
    { "version", 0, "TEXT", "What the device tells when it runs it" },
    { "md5", 0, "SUM", "What its maker tells; a file that differs is refused" },
    JSON,
    { NULL },
};
static const struct cli_option stage_image_options[] = {
    { "image", 0, "N", "The image (required)" },
    { "title", 0, "TEXT", "What it is for" },
    { "hours", 0, "N", "How long it may wait; a week unless told" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option stage_options[] = {
    { "title", 0, "TEXT", "What it is for" },
    { "hours", 0, "N", "How long it may wait; a week unless told" },
    JSON,
    { NULL },
};
static const struct cli_option staged_options[] = {
    { "device", 0, "N", "Of this device" },
    { "open", 0, "BOOL", "true: only what waits, for a person or the device" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option decide_options[] = {
    { "approved", 0, "BOOL", "true: the device may fetch it; false: it never "
                    "will (required)" },
    { "text", 0, "TEXT", "Why" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option claim_options[] = {
    { "name", 0, "NAME", "What to call the device (required)" },
    { "family", 0, "FAMILY", "ios-xe unless told" },
    { "label", 0, "N", "A label it becomes a member of" },
    JSON,
    { NULL },
};

const struct remote remote_fetches[] = {
    {
        COMMAND("device-image add",
                "Bring an image for network devices to fetch", "FILE",
                image_add_options, 1),
        "POST", "/api/v1/device-images",
        .upload = "name",
    },
    {
        COMMAND("device-image list",
                "List the images that network devices fetch", "",
                only_list, 0),
        "GET", "/api/v1/device-images",
        .list = true,
        .columns = "id NUMBER|name FILE|kind KIND|version VERSION|size "
                   "SIZE|md5 MD5|uses STAGED",
    },
    {
        COMMAND("device-image remove",
                "Remove an image that nothing staged needs", "IMAGE",
                only_json, 1),
        "DELETE", "/api/v1/device-images/{}",
    },
    {
        COMMAND("device-image show", "Show an image", "IMAGE", only_json, 1),
        "GET", "/api/v1/device-images/{}",
    },
    {
        COMMAND("device-server add",
                "Describe a server that network devices fetch from", "",
                server_add_options, 0),
        "POST", "/api/v1/device-servers",
    },
    {
        COMMAND("device-server change",
                "Change how network devices reach a server", "SERVER",
                server_change_options, 1),
        "PUT", "/api/v1/device-servers/{}",
        .keeps = "name address port tls xml networks",
    },
    {
        COMMAND("device-server list",
                "List the servers that network devices fetch from", "",
                only_list, 0),
        "GET", "/api/v1/device-servers",
        .list = true,
        .columns = "id NUMBER|name SERVER|kind KIND|address ADDRESS|port "
                   "PORT|tls TLS|networks NETWORKS|devices DEVICES",
    },
    {
        COMMAND("device-server remove",
                "Remove a server that no device uses", "SERVER",
                only_json, 1),
        "DELETE", "/api/v1/device-servers/{}",
    },
    {
        COMMAND("device-server show",
                "Show a server, and the DHCP option that leads to it",
                "SERVER", only_json, 1),
        "GET", "/api/v1/device-servers/{}",
    },
    {
        COMMAND("fetching change",
                "Say how often a device polls", "DEVICE",
                change_options, 1),
        "PATCH", "/api/v1/fetching-devices/{}",
        .keeps = "poll_minutes",
    },
    {
        COMMAND("fetching list",
                "List the network devices that fetch from a server", "",
                only_list, 0),
        "GET", "/api/v1/fetching-devices",
        .list = true,
        .columns = "device NUMBER|name DEVICE|protocol PROTOCOL|identity "
                   "IDENTITY|last_seen SEEN|last_address ADDRESS|overdue "
                   "OVERDUE|next_poll NEXT",
    },
    {
        COMMAND("fetching password",
                "Make the password a device logs in with; it is told once",
                "DEVICE", only_json, 1),
        "POST", "/api/v1/fetching-devices/{}/password",
    },
    {
        COMMAND("fetching policy",
                "Show what makes a firewall ask as is said here", "DEVICE",
                only_json, 1),
        "GET", "/api/v1/fetching-devices/{}/policy",
    },
    {
        COMMAND("fetching requests",
                "List the newest requests of a device, secrets masked",
                "DEVICE", only_list, 1),
        "GET", "/api/v1/fetching-devices/{}/requests",
        .list = true,
        .columns = "id NUMBER|at TIME|address ADDRESS|kind KIND|outcome "
                   "OUTCOME|unknown UNKNOWN",
    },
    {
        COMMAND("fetching show",
                "Show a network device that fetches", "DEVICE",
                only_json, 1),
        "GET", "/api/v1/fetching-devices/{}",
    },
    {
        COMMAND("fetching stage",
                "Stage a configuration for a device to fetch", "DEVICE FILE",
                stage_options, 2),
        "POST", "/api/v1/fetching-devices/{}/staged",
        .upload = "",
    },
    {
        COMMAND("fetching stage-image",
                "Stage an image for a device to fetch", "DEVICE",
                stage_image_options, 1),
        "POST", "/api/v1/fetching-devices/{}/images",
    },
    {
        COMMAND("fetching strangers",
                "List the newest requests of devices nobody knows", "",
                only_list, 0),
        "GET", "/api/v1/fetch-requests",
        .list = true,
        .columns = "id NUMBER|at TIME|address ADDRESS|kind KIND|identity "
                   "IDENTITY|outcome OUTCOME",
    },
    {
        COMMAND("staged cancel",
                "Take back what a device has not confirmed", "STAGED",
                only_json, 1),
        "DELETE", "/api/v1/staged/{}",
    },
    {
        COMMAND("staged decide",
                "Approve what another person staged, or refuse it", "STAGED",
                decide_options, 1),
        "POST", "/api/v1/staged/{}/decide",
    },
    {
        COMMAND("staged export",
                "Print the masked text of what was staged", "STAGED",
                nothing, 1),
        "GET", "/api/v1/staged/{}/text",
        .raw = true,
    },
    {
        COMMAND("staged list",
                "List what is staged, fetched, confirmed", "",
                staged_options, 0),
        "GET", "/api/v1/staged",
        .list = true,
        .columns = "id NUMBER|device_name DEVICE|file FILE|state STATE|title "
                   "TITLE|author AUTHOR|decider DECIDER|fetches FETCHES|created CREATED|ended ENDED|told "
                   "TOLD",
    },
    {
        COMMAND("staged show",
                "Show one of them, secrets masked", "STAGED",
                only_json, 1),
        "GET", "/api/v1/staged/{}",
    },
    {
        COMMAND("unclaimed claim",
                "Make a Plug-n-Play device one of the fleet", "UNCLAIMED",
                claim_options, 1),
        "POST", "/api/v1/unclaimed-devices/{}/claim",
    },
    {
        COMMAND("unclaimed list",
                "List Plug-n-Play devices that nobody has claimed", "",
                only_list, 0),
        "GET", "/api/v1/unclaimed-devices",
        .list = true,
        .columns = "id NUMBER|serial SERIAL|product PRODUCT|version "
                   "VERSION|address ADDRESS|first_seen FIRST|last_seen LAST",
    },
    {
        COMMAND("unclaimed remove",
                "Forget an unclaimed device until it comes again",
                "UNCLAIMED", only_json, 1),
        "DELETE", "/api/v1/unclaimed-devices/{}",
    },
};
/* clang-format on */
const size_t remote_fetch_count = COUNT(remote_fetches);
