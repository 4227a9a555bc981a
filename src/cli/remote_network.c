/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a server for the network devices it reaches. Those of
 * `holdfast device` that name a host reach it from here, without a server.
 */
#include "cli/remote_rows_int.h"

/* clang-format off */
static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option nothing[] = { { NULL } };

#define TERMS \
    { "name", 0, "NAME", "What to call it" }, \
    { "family", 0, "FAMILY", "pix, asa, fwsm, ips, ios, ios-xe, catalyst, " \
                    "catos or frr" }, \
    { "version", 0, "VERSION", "Of its system, when it is known already" }, \
    { "model", 0, "MODEL", "The model" }, \
    { "address", 0, "ADDRESS", "A name or an address; none: off-line" }, \
    { "port", 0, "N", "Another port than the transport's own" }, \
    { "ssh-port", 0, "N", "Of SSH beside or behind another transport" }, \
    { "transport", 0, "NAME", "ssl, ssh, telnet, http or tms; '' as its type" }, \
    { "allow-fallback", 0, "BOOL", "true: another transport when that fails" }, \
    { "allow-clear", 0, "BOOL", "true: transports in clear text, too" }, \
    { "profile", 0, "NAME", "modern, legacy-1 or legacy-2" }, \
    { "credential", 0, "N", "Its credential; 0: by realm or label" }, \
    { "confirmed", 0, "BOOL", "true: its credential may be used there" }, \
    { "realm", 0, "NAME", "Its realm of AAA" }, \
    { "connect-s", 0, "N", "Seconds to connect" }, \
    { "read-s", 0, "N", "Seconds to wait for an answer" }, \
    { "retries", 0, "N", "How often it is tried again" }, \
    { "total-s", 0, "N", "Seconds of a whole session" }, \
    { "server", 0, "N", "The server it fetches from" }, \
    { "identity", 0, "ID", "Under which it fetches" }, \
    { "notes", 0, "TEXT", "Notes" }

static const struct cli_option add_options[] = {
    TERMS,
    { "label", 0, "N", "A label it gets" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option change_options[] = {
    TERMS,
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option list_options[] = {
    { "family", 0, "FAMILY", "Only this family" },
    { "reach", 0, "STATE", "never, ok or failed" },
    { "credential", 0, "N", "Those that name this credential" },
    { "q", 0, "TEXT", "In name, address, host name, serial number, model" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option reach_options[] = {
    { "trust-first", 0, NULL, "Approve the key it shows, if it never showed "
                    "one (needs network.write)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option run_options[] = {
    { "commands", 0, "JSON", "[\"show version\", ...] (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option secrets_options[] = {
    { "reason", 0, "TEXT", "For the audit log" },
    DATA,
    { NULL },
};
static const struct cli_option diff_options[] = {
    { "from", 0, "N", "Against this version; the one before unless told" },
    { NULL },
};
static const struct cli_option output_options[] = {
    { "command", 0, "COMMAND", "The command (required)" },
    { NULL },
};
static const struct cli_option key_add_options[] = {
    { "kind", 0, "KIND", "ssh or tls (required)" },
    { "fingerprint", 0, "SHA256:...", "The key (required)" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option key_decide_options[] = {
    { "approved", 0, "BOOL", "true or false (required)" },
    { "beside", 0, NULL, "The one approved so far stays so, too" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option plan_options[] = {
    { "title", 0, "TEXT", "What it is for" },
    { "lines", 0, "TEXT", "Commands of configuration mode; several lines "
                    "and secrets by --data" },
    { "restore", 0, "N", "Or the archived version to put back" },
    { "planned-on", 0, "N", "The version it was planned on; the newest unless "
                    "told" },
    { "begins", 0, "TIME", "Not before" },
    { "overwrite", 0, NULL, "Also when the configuration is another one" },
    { "may-cut-access", 0, NULL, "Also lines that could cut us off" },
    { "no-save", 0, NULL, "Do not save: a restart undoes it" },
    { "no-verify", 0, NULL, "Lines need not be seen again" },
    { "go-on", 0, NULL, "Behind a line that is refused" },
    { "revert-s", 0, "N", "The device goes back by itself unless confirmed" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option decide_options[] = {
    { "approved", 0, "BOOL", "true: it begins; false: it never does "
                    "(required)" },
    { "text", 0, "TEXT", "Why" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option change_list_options[] = {
    { "device", 0, "N", "Of this device" },
    { "state", 0, "STATE", "waiting, applied, undone, broken, ..." },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option session_options[] = {
    { "device", 0, "N", "Of this device" },
    { "action", 0, "ACTION", "test, discover, archive, run or change" },
    { "state", 0, "STATE", "planned, running or ended" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option credential_add_options[] = {
    { "name", 0, "NAME", "What to call it (required)" },
    { "login", 0, "NAME", "The user on devices" },
    { "realm", 0, "NAME", "For devices of this realm of AAA" },
    { "label", 0, "N", "For devices with this label" },
    { "vault", 0, "ENTRY", "An entry of the vault instead of secrets" },
    { "data", 0, "JSON", "With \"password\", \"enable_password\", "
                    "\"private_key\": @FILE or '-'" },
    JSON,
    { NULL },
};
static const struct cli_option credential_change_options[] = {
    { "name", 0, "NAME", "What to call it" },
    { "login", 0, "NAME", "The user on devices" },
    { "realm", 0, "NAME", "For devices of this realm of AAA" },
    { "label", 0, "N", "For devices with this label" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option credential_rotate_options[] = {
    { "vault", 0, "ENTRY", "An entry of the vault instead of secrets" },
    { "keep-previous-s", 0, "N", "So long the old ones are tried, too" },
    { "data", 0, "JSON", "With the new secrets: @FILE or '-'" },
    JSON,
    { NULL },
};
static const struct cli_option type_options[] = {
    { "family", 0, "FAMILY", "The family (required)" },
    { "band", 0, "VERSION", "For versions from it on" },
    { "transport", 0, "NAME", "'' as the family has it" },
    { "allow-fallback", 0, "BOOL", "true: another one when that fails" },
    { "profile", 0, "NAME", "modern, legacy-1 or legacy-2" },
    { "connect-s", 0, "N", "Seconds to connect" },
    { "read-s", 0, "N", "Seconds to wait for an answer" },
    { "retries", 0, "N", "How often it is tried again" },
    { "total-s", 0, "N", "Seconds of a whole session" },
    { "at-once", 0, "N", "Devices of it at a time; 0: no limit" },
    { "responses", 0, "JSON", "What lines of answers mean: [{\"kind\": "
                    "\"warning\", \"pattern\": \"^% NTP\"}, ...]" },
    DATA,
    JSON,
    { NULL },
};
static const struct cli_option type_reset_options[] = {
    { "family", 0, "FAMILY", "The family (required)" },
    { "band", 0, "VERSION", "The version" },
    DATA,
    JSON,
    { NULL },
};

#define ONE "/api/v1/network/devices/{}"
#define CHANGES "/api/v1/network/changes"
#define SESSIONS "/api/v1/network/sessions"
#define CREDENTIALS "/api/v1/network/credentials"
#define TYPES "/api/v1/network/types"
#define TYPE_COLUMNS "family FAMILY|band FROM|transport TRANSPORT|profile " \
                     "PROFILE|connect_s CONNECT|read_s READ|retries RETRIES"

const struct remote remote_network[] = {
    { COMMAND("network add", "Add a network device", "", add_options, 0),
      "POST", "/api/v1/network/devices" },
    { COMMAND("network archive", "Read its configuration into the archive",
              "DEVICE", reach_options, 1),
      "POST", ONE "/archive" },
    { COMMAND("network change", "Change how a network device is reached",
              "DEVICE", change_options, 1),
      "PATCH", ONE, .keeps = "" },
    { COMMAND("network change-cancel", "Take a change back, or have it undone",
              "CHANGE", only_json, 1),
      "POST", CHANGES "/{}/cancel" },
    { COMMAND("network change-decide", "Approve a planned change, or refuse it",
              "CHANGE", decide_options, 1),
      "POST", CHANGES "/{}/decide" },
    { COMMAND("network change-list", "List changes", "", change_list_options,
              0),
      "GET", CHANGES, .list = true,
      .columns = "id NUMBER|name DEVICE|state STATE|title TITLE|author "
                 "AUTHOR|approver APPROVER|text WHY" },
    { COMMAND("network change-plan", "Plan a change of its configuration",
              "DEVICE", plan_options, 1),
      "POST", ONE "/changes" },
    { COMMAND("network change-show", "Show a change and its result", "CHANGE",
              only_json, 1),
      "GET", CHANGES "/{}" },
    { COMMAND("network configuration", "Print its archived configuration",
              "DEVICE", nothing, 1),
      "GET", ONE "/configuration", .raw = true },
    { COMMAND("network configuration-list", "List the archived versions",
              "DEVICE", only_list, 1),
      "GET", ONE "/configurations", .list = true,
      .columns = "number NUMBER|at WHEN|cause CAUSE|lines LINES|added "
                 "ADDED|removed REMOVED|secrets_changed SECRETS" },
    { COMMAND("network configuration-secrets",
              "Print an archived version with its secrets",
              "DEVICE VERSION", secrets_options, 2),
      "POST", ONE "/configurations/{}/with-secrets", .raw = true },
    { COMMAND("network configuration-show", "Print an archived version",
              "DEVICE VERSION", nothing, 2),
      "GET", ONE "/configurations/{}", .raw = true },
    { COMMAND("network credential-add",
              "Add a credential; its secrets are never shown", "",
              credential_add_options, 0),
      "POST", CREDENTIALS },
    { COMMAND("network credential-change", "Change for whom a credential holds",
              "CREDENTIAL", credential_change_options, 1),
      "PATCH", CREDENTIALS "/{}", .keeps = "" },
    { COMMAND("network credential-list", "List credentials", "", only_list, 0),
      "GET", CREDENTIALS, .list = true,
      .columns = "id NUMBER|name CREDENTIAL|login LOGIN|realm REALM|label "
                 "LABEL|devices DEVICES|changed CHANGED" },
    { COMMAND("network credential-remove", "Remove a credential", "CREDENTIAL",
              only_json, 1),
      "DELETE", CREDENTIALS "/{}" },
    { COMMAND("network credential-rotate", "Replace its secrets", "CREDENTIAL",
              credential_rotate_options, 1),
      "POST", CREDENTIALS "/{}/rotate" },
    { COMMAND("network diff", "Print what an archived version changed",
              "DEVICE VERSION", diff_options, 2),
      "GET", ONE "/configurations/{}/diff", .raw = true },
    { COMMAND("network discover",
              "Read version, licences, interfaces and configuration", "DEVICE",
              reach_options, 1),
      "POST", ONE "/discover" },
    { COMMAND("network key-add", "Approve a key that is known beforehand",
              "DEVICE", key_add_options, 1),
      "POST", ONE "/pins" },
    { COMMAND("network key-decide", "Approve or refuse a key it showed",
              "DEVICE KEY", key_decide_options, 2),
      "POST", ONE "/pins/{}" },
    { COMMAND("network key-list", "List the keys it showed", "DEVICE",
              only_list, 1),
      "GET", ONE "/pins", .list = true,
      .columns = "id NUMBER|kind KIND|fingerprint KEY|state STATE|last_seen "
                 "SEEN|decided_by BY" },
    { COMMAND("network lint",
              "Show what in an archived version would break management",
              "DEVICE VERSION", only_list, 2),
      "GET", ONE "/configurations/{}/lint", .list = true,
      .columns = "line LINE|rule RULE|message MESSAGE" },
    { COMMAND("network list", "List the network devices", "", list_options, 0),
      "GET", "/api/v1/network/devices", .list = true,
      .columns = "id NUMBER|name DEVICE|family FAMILY|version VERSION|model "
                 "MODEL|address ADDRESS|reach REACHED|config VERSIONS" },
    { COMMAND("network output", "Print its newest answer to a command",
              "DEVICE", output_options, 1),
      "GET", ONE "/output", .raw = true },
    { COMMAND("network policies",
              "Show what is understood of an archived version", "DEVICE "
              "VERSION", only_json, 2),
      "GET", ONE "/configurations/{}/policies" },
    { COMMAND("network ready", "Show what stands in the way of managing it",
              "DEVICE", only_json, 1),
      "GET", ONE "/readiness" },
    { COMMAND("network remove", "Delete a network device and its archive",
              "DEVICE", only_json, 1),
      "DELETE", ONE },
    { COMMAND("network run", "Ask it something by `show` commands", "DEVICE",
              run_options, 1),
      "POST", ONE "/run" },
    { COMMAND("network session-cancel", "Give a session up", "SESSION",
              only_json, 1),
      "POST", SESSIONS "/{}/cancel" },
    { COMMAND("network session-list", "List sessions with network devices", "",
              session_options, 0),
      "GET", SESSIONS, .list = true,
      .columns = "id NUMBER|name DEVICE|action ACTION|state STATE|result "
                 "RESULT|transports BY|started_by WHO|text WHY" },
    { COMMAND("network session-show", "Show a session and its steps",
              "SESSION", only_json, 1),
      "GET", SESSIONS "/{}" },
    { COMMAND("network show", "Show a network device", "DEVICE", only_json, 1),
      "GET", ONE },
    { COMMAND("network test", "Test the connection, layer by layer", "DEVICE",
              reach_options, 1),
      "POST", ONE "/test" },
    { COMMAND("network transcript", "Print what was said in a session",
              "SESSION", nothing, 1),
      "GET", SESSIONS "/{}/transcript", .raw = true },
    { COMMAND("network type-change", "Change the defaults of a device type", "",
              type_options, 0),
      "PUT", TYPES },
    { COMMAND("network type-list", "List the defaults of device types", "",
              only_list, 0),
      "GET", TYPES, .list = true, .columns = TYPE_COLUMNS },
    { COMMAND("network type-reset", "Go back to what is built in", "",
              type_reset_options, 0),
      "POST", TYPES "/reset" },
};
/* clang-format on */
const size_t remote_network_count = COUNT(remote_network);
