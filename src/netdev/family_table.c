/* SPDX-License-Identifier: Apache-2.0 */
#include "base/attr.h"
#include "netdev/family.h"

#define BIT(transport) (1u << TRANSPORT_##transport)

/* clang-format off */

/* R-COM-7 */
static const struct transport_band only_ssl[] = {
    { 0, 0, BIT(SSL), TRANSPORT_SSL },
};
static const struct transport_band sensor[] = {
    { 0, 0, BIT(SSL) | BIT(HTTP), TRANSPORT_SSL },
};
static const struct transport_band router[] = {
    { 12, 3, BIT(SSL) | BIT(SSH) | BIT(TELNET) | BIT(TMS), TRANSPORT_SSL },
    { 12, 1, BIT(SSH) | BIT(TELNET), TRANSPORT_TELNET },
};
static const struct transport_band router_xe[] = {
    { 0, 0, BIT(SSL) | BIT(SSH) | BIT(TELNET) | BIT(NETCONF), TRANSPORT_SSL },
};
static const struct transport_band only_netconf[] = {
    { 0, 0, BIT(NETCONF), TRANSPORT_NETCONF },
};
static const struct transport_band switch_or_host[] = {
    { 0, 0, BIT(SSH) | BIT(TELNET), TRANSPORT_SSH },
};

static const char *const ios_pagers[] = { "--More--", "-- More --", NULL };
static const char *const asa_pagers[] = { "<--- More --->", NULL };
static const char *const catos_pagers[] = { "--More--", NULL };
static const char *const frr_pagers[] = { "--More--", "(END)", NULL };

/* R-DEP-3. The first that a line begins with. */
static const struct response_row ios_responses[] = {
    { RESPONSE_OK, "% Generating " },
    { RESPONSE_OK, "% The key modulus size is " },
    { RESPONSE_OK, "% Key pair was generated" },
    { RESPONSE_OK, "% Please answer " },
    { RESPONSE_OK, "% Info" },
    { RESPONSE_WARNING, "% Please define a " },
    { RESPONSE_WARNING, "% You already have RSA keys" },
    { RESPONSE_WARNING, "% Warning" },
    { RESPONSE_WARNING, "% WARNING" },
    { RESPONSE_WARNING, "%Warning" },
    { RESPONSE_WARNING, "Warning:" },
    { RESPONSE_WARNING, "WARNING:" },
    { RESPONSE_ERROR, "% " },
    { RESPONSE_ERROR, "%Error" },
    { RESPONSE_ERROR, "Command authorization failed" },
    { RESPONSE_ERROR, "Command rejected" },
    { RESPONSE_OK, NULL },
};
static const struct response_row asa_responses[] = {
    { RESPONSE_OK, "INFO:" },
    { RESPONSE_WARNING, "WARNING:" },
    { RESPONSE_WARNING, "Warning:" },
    { RESPONSE_ERROR, "ERROR:" },
    { RESPONSE_ERROR, "% " },
    { RESPONSE_ERROR, "Command authorization failed" },
    { RESPONSE_ERROR, "Usage:" },
    { RESPONSE_OK, NULL },
};
static const struct response_row catos_responses[] = {
    { RESPONSE_WARNING, "Warning:" },
    { RESPONSE_ERROR, "Unknown command" },
    { RESPONSE_ERROR, "Usage:" },
    { RESPONSE_ERROR, "Invalid " },
    { RESPONSE_ERROR, "Failed to " },
    { RESPONSE_OK, NULL },
};
static const struct response_row ips_responses[] = {
    { RESPONSE_WARNING, "Warning:" },
    { RESPONSE_ERROR, "Error:" },
    { RESPONSE_ERROR, "% " },
    { RESPONSE_OK, NULL },
};
static const struct response_row frr_responses[] = {
    { RESPONSE_WARNING, "% Warning" },
    { RESPONSE_ERROR, "% " },
    { RESPONSE_OK, NULL },
};
static const struct response_row tcli_responses[] = {
    { RESPONSE_OK, "% Candidate configuration validated successfully" },
    { RESPONSE_OK, "% Configuration committed successfully" },
    { RESPONSE_OK, "% No configuration changes to commit" },
    { RESPONSE_OK, "% Commit complete" },
    { RESPONSE_WARNING, "% Warning" },
    { RESPONSE_ERROR, "% " },
    { RESPONSE_OK, NULL },
};
static const struct response_row no_responses[] = { { RESPONSE_OK, NULL } };
static const char *const no_texts[] = { NULL };

static const char *const ios_noise[] = {
    "^! Last configuration change at ",
    "^! NVRAM config last updated at ",
    "^! No configuration change since last restart",
    "^ntp clock-period ",
    "^Current configuration : [0-9]+ bytes",
    "^Building configuration",
    "^kron occurrence .* oneshot$", /* removes itself (R-CNC-5) */
    "^Load for five secs: ",
    "^Time source is ",
    NULL,
};
static const char *const asa_noise[] = {
    "^: Written by ",
    "^: Saved$",
    "^: Hardware: ",
    "^Cryptochecksum:",
    "^ASA Version .* <context>",
    "^: Call-home enabled from prompt by ",
    NULL,
};
static const char *const catos_noise[] = {
    "^This command shows non-default configurations only",
    "^#time: ",
    "^[.]+$",
    NULL,
};
static const char *const ips_noise[] = {
    "^! Current configuration last modified ",
    NULL,
};
static const char *const frr_noise[] = {
    "^Building configuration",
    "^Current configuration:",
    NULL,
};

/* R-DEP-6. What overwrites, erases or restarts is answered only where the
 * command itself already says so. */
static const struct dialog ios_dialogs[] = {
    { "crypto key generate rsa", "How many bits in the modulus", "2048" },
    { "crypto key generate rsa", "replace them? [yes/no]", "no" },
    { "copy running-config startup-config", "Destination filename", "" },
    { "copy ", "Address or name of remote host", "" },
    { "copy ", "Source filename", "" },
    { "copy ", "Destination filename", "" },
    { "write memory", "Overwrite the previous NVRAM configuration?", "" },
    { "no username ", "Do you want to continue? [confirm]", "" },
    { "configure replace ", "Enter Y if you are sure", "Y" },
    { "reload in ", "Save? [yes/no]", "no" },
    { "reload in ", "Proceed with reload? [confirm]", "" },
    { "reload cancel", "[confirm]", "" },
    { "license install ", "ACCEPT? [y/n]", "y" },
    { "license boot ", "ACCEPT? [yes/no]", "yes" },
    { "delete ", "Delete filename", "" },
    { "delete ", "[confirm]", "" },
    { NULL },
};
static const struct dialog asa_dialogs[] = {
    { "crypto key generate rsa", "replace them? [yes/no]", "no" },
    { "copy ", "Source filename", "" },
    { "copy ", "Destination filename", "" },
    { "copy ", "Do you want to over write? [confirm]", "" },
    { "reload in ", "Proceed with reload? [confirm]", "" },
    { "reload in ", "Save? [Y]es/[N]o", "n" },
    { "configure terminal", "enable anonymous error reporting", "N" },
    { NULL },
};
static const struct dialog catos_dialogs[] = { { NULL } };
static const struct dialog ips_dialogs[] = {
    { "exit", "Apply Changes?[yes]", "yes" },
    { NULL },
};
static const struct dialog frr_dialogs[] = { { NULL } };

/* R-DEP-5. IOS keeps what it goes back to itself, where 'archive' says. */
static const struct timed_revert ios_revert = {
    .unit_s = 60, .most = 120, .enter = "configure terminal revert timer %u",
    .confirm = "configure confirm", .back = "configure revert now",
    .disarm = "configure confirm",
    .needs = "'archive' with a 'path' in its configuration",
};
/* A firewall restarts into what was saved: so what runs is saved first. */
static const struct timed_revert asa_revert = {
    .unit_s = 60, .most = 600, .restart_s = 900,
    .prepare = { "copy /noconfirm running-config disk0:/holdfast-before.cfg",
                 "write memory" },
    .arm = "reload in %u noconfirm", .confirm = "reload cancel",
    .disarm = "reload cancel", .needs = "a disk0: with room",
};
/* The daemons of FRR with --tcli; a private candidate ends with the session. */
static const struct timed_revert tcli_revert = {
    .is_transaction = true, .is_inside = true, .unit_s = 60, .most = 60,
    .enter = "configure private", .validate = "commit check",
    .commit = "commit confirmed %u", .check = "do show running-config",
    .confirm = "commit", .needs = "a daemon that runs with --tcli",
};
/* A commit validates by itself (RFC 6241 8.3.4.1); asked to validate first,
 * yuma's netconfd commits nothing. */
static const struct timed_revert netconf_revert = {
    .is_transaction = true, .is_inside = true, .unit_s = 1, .most = 86400,
    .enter = "lock candidate",
    .commit = "commit confirmed %u", .confirm = "commit",
    .drop = "discard-changes", .back = "cancel-commit",
    .needs = "the capabilities candidate and confirmed-commit",
};

#define IOS_SPEECH \
    .syntax = SYNTAX_IOS, .enable = "enable", .enabled_ends = "#", \
    .user_ends = ">", .no_pager = { "terminal length 0", \
                                    "terminal width 0" }, \
    .show_version = "show version", .show_running = "show running-config", \
    .show_interfaces = "show interfaces", \
    .show_licences = "show license all", \
    .show_https = "show ip http server secure status", \
    .configure = "configure terminal", .leave = "end", \
    .save = "write memory", .quit = "exit", .pagers = ios_pagers, \
    .dialogs = ios_dialogs, .responses = ios_responses, \
    .noise = ios_noise, .revert = &ios_revert
#define ASA_SPEECH \
    .syntax = SYNTAX_ASA, .enable = "enable", .enabled_ends = "#", \
    .user_ends = ">", .show_version = "show version", \
    .show_running = "show running-config", \
    .show_interfaces = "show interface", \
    .show_licences = "show activation-key", \
    .configure = "configure terminal", .leave = "end", \
    .save = "write memory", .quit = "exit", .pagers = asa_pagers, \
    .dialogs = asa_dialogs, .responses = asa_responses, .noise = asa_noise, \
    .revert = &asa_revert
#define BANDS(table) .bands = (table), .band_count = COUNT(table)

const struct family families[] = {
    { .name = "pix", .title = "PIX firewall", .aliases = "cisco-pix|pixos",
      .fetches = FETCH_AUS, BANDS(only_ssl), ASA_SPEECH,
      .no_pager = { "no pager" } },
    { .name = "asa", .title = "ASA firewall",
      .aliases = "cisco-asa|asav|adaptive-security-appliance",
      .fetches = FETCH_AUS, BANDS(only_ssl), ASA_SPEECH,
      .no_pager = { "terminal pager 0" } },
    { .name = "fwsm", .title = "FWSM", .aliases = "firewall-services-module",
      BANDS(only_ssl), ASA_SPEECH, .no_pager = { "terminal pager 0" } },
    { .name = "ips", .title = "IPS sensor", .aliases = "sensor|cisco-ips|ids",
      BANDS(sensor), .syntax = SYNTAX_IPS, .enabled_ends = "#",
      .no_pager = { "terminal length 0" }, .show_version = "show version",
      .show_running = "show configuration",
      .show_interfaces = "show interfaces",
      .configure = "configure terminal", .leave = "exit", .quit = "exit",
      .pagers = ios_pagers, .dialogs = ips_dialogs, .responses = ips_responses,
      .noise = ips_noise },
    { .name = "ios", .title = "IOS router",
      .aliases = "router|cisco-ios|ios-router",
      .fetches = FETCH_CNS | FETCH_PNP, BANDS(router), IOS_SPEECH },
    { .name = "ios-xe", .title = "IOS-XE router",
      .aliases = "iosxe|xe|cisco-xe|cisco-ios-xe",
      .fetches = FETCH_CNS | FETCH_PNP, BANDS(router_xe), IOS_SPEECH },
    { .name = "catalyst", .title = "Catalyst switch",
      .aliases = "switch|catalyst-ios|catalyst-6500/7600|catalyst-6500|"
                 "catalyst-7600|cat6500|cat6k|6500|7600",
      .fetches = FETCH_PNP, BANDS(switch_or_host), IOS_SPEECH },
    { .name = "catos", .title = "Catalyst switch (CatOS)",
      .aliases = "catalyst-os|cisco-catos",
      BANDS(switch_or_host), .syntax = SYNTAX_CATOS, .enable = "enable",
      .enabled_ends = "(enable)", .user_ends = ">",
      .no_pager = { "set length 0" }, .show_version = "show version",
      .show_running = "show config", .show_interfaces = "show port",
      .quit = "exit", .pagers = catos_pagers, .dialogs = catos_dialogs,
      .responses = catos_responses, .noise = catos_noise },
    { .name = "frr", .title = "FRR router", .aliases = "frrouting|vtysh",
      BANDS(switch_or_host), .syntax = SYNTAX_FRR, .enable = "enable",
      .enabled_ends = "#", .user_ends = ">",
      .no_pager = { "terminal length 0" }, .show_version = "show version",
      .show_running = "show running-config",
      .show_interfaces = "show interface", .configure = "configure terminal",
      .leave = "end", .save = "write memory", .quit = "exit",
      .pagers = frr_pagers, .dialogs = frr_dialogs, .responses = frr_responses,
      .noise = frr_noise },
    { .name = "frr-tcli", .title = "FRR daemon with candidates",
      .aliases = "tcli", BANDS(switch_or_host), .syntax = SYNTAX_FRR,
      .enable = "enable", .enabled_ends = "#", .user_ends = ">",
      .no_pager = { "terminal length 0" }, .show_version = "show version",
      .show_running = "show running-config", .configure = "configure private",
      .leave = "end", .save = "write memory", .quit = "exit",
      .pagers = frr_pagers, .dialogs = frr_dialogs, .responses = tcli_responses,
      .noise = frr_noise, .revert = &tcli_revert },
    { .name = "netconf", .title = "NETCONF device",
      .aliases = "rfc6241|yang", BANDS(only_netconf), .syntax = SYNTAX_NETCONF,
      .show_version = "capabilities", .show_running = "get-config running",
      .configure = "lock candidate", .leave = "unlock candidate",
      .dialogs = frr_dialogs, .responses = no_responses,
      .noise = no_texts,
      .revert = &netconf_revert },
};
/* clang-format on */

const size_t family_count = COUNT(families);

const char *family_names(void)
{
    return "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos, frr, frr-tcli "
           "or netconf";
}
