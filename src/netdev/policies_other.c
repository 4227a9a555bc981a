/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: CatOS and sensors.
 */
#include "netdev/policies_int.h"

#define C (1u << SYNTAX_CATOS)
#define S (1u << SYNTAX_IPS)

/* clang-format off */
const struct policy_row policy_rows_other[] = {
    /* CatOS: all commands are "set ..." */
    { C, "device", NULL, "begin", NULL },
    { C, "device", NULL, "set system name {name*}", NULL },
    { C, "device", NULL, "set system {setting} [{value*}]", NULL },
    { C, "device", NULL, "set prompt {text*}", NULL },
    { C, "device", NULL, "set boot {setting*}", NULL },
    { C, "device", NULL, "set module {what*}", NULL },
    { C, "device", NULL, "set length {lines:n}", NULL },
    { C, "device", NULL,
      ("set "
       "{setting:option|config|test|power|errdetection|errordetection|defa"
       "ult} {value*}"),
      NULL },
    { C, "users", NULL, "set {kind:password|enablepass} {secret}", NULL },
    { C, "users", NULL, "set localuser {what*}", NULL },
    { C, "aaa", NULL,
      "set {what:authentication|authorization|accounting} {service*}", NULL },
    { C, "aaa", NULL,
      "set {protocol:tacacs|radius|kerberos} {setting*}", NULL },
    { C, "management", NULL, "set ip dns {setting*}", NULL },
    { C, "management", NULL, "set ip permit {what*}", NULL },
    { C, "management", NULL, "set ip http {setting*}", NULL },
    { C, "management", NULL, "set crypto key rsa {bits:n}", NULL },
    { C, "management", NULL, "set logout {minutes:n}", NULL },
    { C, "management", NULL, "set ssh {setting*}", NULL },
    { C, "management", NULL, "set telnet {setting*}", NULL },
    { C, "banners", NULL, "set banner {kind:motd|lcd|telnet} {text*}", NULL },
    { C, "logging", NULL, "set logging server {address:ip}", NULL },
    { C, "logging", NULL, "set logging {setting} [{value*}]", NULL },
    { C, "time", NULL, "set ntp {setting} [{value*}]", NULL },
    { C, "time", NULL,
      "set {setting:timezone|summertime|time} {value*}", NULL },
    { C, "snmp", NULL,
      ("set snmp community {access:read-only|read-write|read-write-all} "
       "[{secret}]"),
      NULL },
    { C, "snmp", NULL,
      "set snmp trap {address:ip} {secret} [{options*}]", NULL },
    { C, "snmp", NULL, "set snmp {setting} [{value*}]", NULL },
    { C, "snmp", NULL, "set rmon {setting*}", NULL },
    { C, "interfaces", NULL,
      "set interface {name} {vlan:n} {net} [{broadcast:ip}]", NULL },
    { C, "interfaces", NULL, "set interface {name} {what*}", NULL },
    { C, "interfaces", NULL, "set port {setting} {ports} [{value*}]", NULL },
    { C, "routing", NULL,
      "set ip route {destination} {gateway} [{metric*}]", NULL },
    { C, "routing", NULL, "set ip {setting} [{value*}]", NULL },
    { C, "routing", NULL,
      ("set {protocol:igmp|gmrp|gvrp|cgmp|mls|multicast|rgmp|arp} "
       "{setting*}"),
      NULL },
    { C, "switching", NULL, "set vlan {vlans} [{options*}]", NULL },
    { C, "switching", NULL, "set vtp {setting*}", NULL },
    { C, "switching", NULL, "set trunk {port} {options*}", NULL },
    { C, "switching", NULL, "set spantree {setting*}", NULL },
    { C, "switching", NULL,
      ("set "
       "{setting:channel|channelprotocol|cam|bridge|ipx|fddi|uplinkfast|do"
       "t1q-all-tagged|udld|garp|vmps|port-channel|span|rspan|tokenring|pr"
       "otocolfilter|errdisable-timeout|lane|station} {value*}"),
      NULL },
    { C, "services", NULL, "set cdp {setting*}", NULL },
    { C, "qos", NULL, "set qos {setting*}", NULL },
    { C, "filters", NULL, "set security {what*}", NULL },
    { C, "filters", NULL, "commit {what*}", NULL },
    /* Sensors: sections end with "exit" */
    { S, "device", NULL, "service {name} [{instance}]", "service" },
    { S, "interfaces", "service", "network-settings", "network" },
    { S, "interfaces", "network", "host-ip {address}", NULL },
    { S, "device", "network", "host-name {name}", NULL },
    { S, "management", "network",
      "telnet-option {state:enabled|disabled}", NULL },
    { S, "management", "network", "access-list {net:net}", NULL },
    { S, "management", "network",
      ("{setting:ftp-timeout|dns-primary-server|dns-secondary-server|dns-t"
       "ertiary-server|http-proxy|ssh-fallback} {value*}"),
      NULL },
    { S, "banners", "network", "login-banner-text {text*}", NULL },
    { S, "time", "service", "time-zone-settings", "time-zone" },
    { S, "time", "time-zone", "offset {minutes}", NULL },
    { S, "time", "time-zone", "standard-time-zone-name {name}", NULL },
    { S, "time", "service",
      "{what:ntp-option|summertime-option} {value*}", "time-option" },
    { S, "time", "time-option",
      ("{setting:ntp-server|ntp-keys|offset|summertime-zone-name|start-sum"
       "mertime|end-summertime} [{value*}]"),
      NULL },
    { S, "management", "service", "enable-tls {state:true|false}", NULL },
    { S, "management", "service", "port {port:n}", NULL },
    { S, "management", "service", "server-id {name*}", NULL },
    { S, "logging", "service",
      ("{setting:enable-acl-logging|error-filter|enable-notifications|trap"
       "-destinations} {value*}"),
      NULL },
    { S, "services", "service",
      ("{setting:summer-time|auto-upgrade|nac|global-correlation|network-p"
       "articipation} [{value*}]"),
      NULL },
    { S, "snmp", "service",
      ("{setting:read-only-community|read-write-community|snmp-agent-port|"
       "snmp-agent-protocol|system-location|system-contact|enable-set-get}"
       " {value*}"),
      NULL },
    { S, "interfaces", "service", "physical-interfaces {name}", "physical" },
    { S, "interfaces", "physical",
      ("{setting:admin-state|description|duplex|speed|subinterface-type|al"
       "t-tcp-reset-interface|default-vlan} [{value*}]"),
      NULL },
    { S, "interfaces", "service",
      ("{what:inline-interfaces|bypass-mode|bypass-option|interface-notifi"
       "cations|cdp-mode} [{value*}]"),
      NULL },
    { S, "inspection", "service",
      "signatures {number:n} {sub:n}", "signature" },
    { S, "inspection", "signature",
      ("{setting:alert-severity|sig-fidelity-rating|promisc-delta} "
       "{value*}"),
      NULL },
    { S, "inspection", "signature", "status", "signature-status" },
    { S, "inspection", "signature-status",
      "{setting:enabled|retired} {value}", NULL },
    { S, "inspection", "service",
      ("{setting:variables|overrides|filters|general|target-value|os-ident"
       "ification} [{value*}]"),
      NULL },
    { 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */
