/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: firewalls.
 */
#include "netdev/policies_int.h"

#define A (1u << SYNTAX_ASA)

/* clang-format off */
const struct policy_row policy_rows_asa[] = {
    /* The device itself */
    { A, "device", NULL, "{kind:ASA|PIX|FWSM} Version {release*}", NULL },
    { A, "device", NULL, "hostname {name}", NULL },
    { A, "device", NULL, "domain-name {name}", NULL },
    { A, "device", NULL, "names", NULL },
    { A, "device", NULL,
      "name {address:ip} {name} [description {text*}]", NULL },
    { A, "device", NULL, "boot system {image*}", NULL },
    { A, "device", NULL,
      ("{setting:asdm|pager|terminal|prompt|mtu|arp|mac-address|firewall|f"
       "tp|banner-delay|checkheaps|hw-module|resource|license|pdm|timeout|"
       "sysopt|floodguard|fragment|dhcpd|dhcprelay|vpdn|url-server|url-cac"
       "he|filter|fixup|established|virtual|service|snmp|jumbo-frame|clust"
       "er|monitor-interface|icmp|auth-prompt|threat-detection|dynamic-fil"
       "ter|dynamic-access-policy-record|webvpn|call-home|privilege|compre"
       "ssion|quota|ip|ipv6|xlate|asp|management-access|pim|multicast-rout"
       "ing|igmp|sla|track|scansafe|tls-proxy|smtp-server|user-identity|no"
       "-service-password|mode|zone|app-agent|configure|interface-policy|f"
       "ailover-group|same-security-traffic|console|gdb|interface-id|http-"
       "map} [{value*}]"),
      NULL },
    { A, "users", NULL,
      ("enable password {secret} [level {level:n}] "
       "[{form:encrypted|pbkdf2}]"),
      NULL },
    { A, "users", NULL, "passwd {secret} [{form:encrypted|pbkdf2}]", NULL },
    { A, "users", NULL,
      ("username {name} password {secret} "
       "[{form:encrypted|pbkdf2|nt-encrypted|mschap}] [privilege "
       "{level:n}]"),
      NULL },
    { A, "users", NULL,
      "username {name} nopassword [privilege {level:n}]", NULL },
    { A, "users", NULL, "username {name} attributes", "username" },
    { A, "users", "username",
      ("{setting:vpn-group-policy|service-type|vpn-framed-ip-address|vpn-f"
       "ilter|group-lock|vpn-tunnel-protocol|memberof|password-storage|ssh"
       "} [{value*}]"),
      NULL },
    { A, "users", NULL, "password-policy {setting*}", NULL },
    { A, "aaa", NULL, "aaa-server {name} protocol {protocol}", "aaa-server" },
    { A, "aaa", NULL,
      "aaa-server {name} {interface} host {address} [{options*}]",
      "aaa-server" },
    { A, "aaa", NULL, "aaa-server {name} {what*}", "aaa-server" },
    { A, "aaa", "aaa-server",
      ("{setting:key|timeout|server-port|authentication-port|accounting-po"
       "rt|reactivation-mode|max-failed-attempts|ldap-base-dn|ldap-scope|l"
       "dap-naming-attribute|ldap-login-password|ldap-login-dn|server-type"
       "|retry-interval|accounting-mode|radius-common-pw|merge-dacl|interi"
       "m-accounting-update|dynamic-authorization|ldap-over-ssl|ldap-attri"
       "bute-map|sasl-mechanism|authorize-only} [{value*}]"),
      NULL },
    { A, "aaa", NULL,
      "aaa {what:authentication|authorization|accounting} {service*}", NULL },
    { A, "aaa", NULL, "aaa {setting*}", NULL },
    { A, "aaa", NULL, "ldap attribute-map {name}", "ldap-map" },
    { A, "aaa", "ldap-map", "{what:map-name|map-value} {value*}", NULL },
    /* How it is managed */
    { A, "management", NULL, "http server enable [{port:n}]", NULL },
    { A, "management", NULL, "http server {setting*}", NULL },
    { A, "management", NULL, "http {address:ip} {mask:ip} {interface}", NULL },
    { A, "management", NULL, "http {setting*}", NULL },
    { A, "management", NULL, "ssh {address:ip} {mask:ip} {interface}", NULL },
    { A, "management", NULL, "ssh {address:net} {interface}", NULL },
    { A, "management", NULL, "ssh timeout {minutes:n}", NULL },
    { A, "management", NULL, "ssh version {version*}", NULL },
    { A, "management", NULL, "ssh {setting*}", NULL },
    { A, "management", NULL,
      "telnet {address:ip} {mask:ip} {interface}", NULL },
    { A, "management", NULL, "telnet timeout {minutes:n}", NULL },
    { A, "management", NULL, "auto-update server {url} [{options*}]", NULL },
    { A, "management", NULL,
      "auto-update poll-period {minutes:n} [{retries:n}] [{period:n}]", NULL },
    { A, "management", NULL, "auto-update device-id {identity*}", NULL },
    { A, "management", NULL, "auto-update {setting*}", NULL },
    { A, "management", NULL, "crypto key {what*}", NULL },
    { A, "management", NULL, "dns {setting*}", "dns" },
    { A, "management", "dns",
      ("{setting:name-server|domain-name|timeout|retries|poll-timer|expire"
       "-entry-timer} {value*}"),
      NULL },
    { A, "management", NULL, "ssl {setting*}", NULL },
    { A, "banners", NULL, "banner {kind:motd|login|exec|asdm} {text*}", NULL },
    { A, "banners", NULL, "banner {kind:motd|login|exec|asdm}", NULL },
    { A, "logging", NULL,
      "logging host {interface} {address} [{options*}]", NULL },
    { A, "logging", NULL, "logging {setting} [{value*}]", NULL },
    { A, "time", NULL, "ntp server {server} [{options*}]", NULL },
    { A, "time", NULL, "ntp {setting} [{value*}]", NULL },
    { A, "time", NULL, "clock {setting*}", NULL },
    { A, "snmp", NULL, "snmp-server community [{type:0|8}] {secret}", NULL },
    { A, "snmp", NULL,
      "snmp-server host {interface} {address} [{options*}]", NULL },
    { A, "snmp", NULL, "snmp-server {setting:location|contact} {text*}", NULL },
    { A, "snmp", NULL, "snmp-server {setting} [{value*}]", NULL },
    /* Interfaces */
    { A, "interfaces", NULL, "interface {name*}", "interface" },
    { A, "interfaces", NULL, "nameif {hardware} {name} {level}", NULL },
    { A, "interfaces", "interface", "nameif {name}", NULL },
    { A, "interfaces", "interface", "security-level {level:n}", NULL },
    { A, "interfaces", "interface",
      "ip address {address:ip} {mask:ip} [standby {standby:ip}]", NULL },
    { A, "interfaces", "interface", "ip address {how*}", NULL },
    { A, "interfaces", "interface", "ip address", NULL },
    { A, "interfaces", "interface", "ipv6 {setting*}", NULL },
    { A, "interfaces", "interface", "description {text*}", NULL },
    { A, "interfaces", "interface", "shutdown", NULL },
    { A, "interfaces", "interface", "management-only [{options*}]", NULL },
    { A, "interfaces", "interface",
      ("{setting:speed|duplex|vlan|mac-address|switchport|channel-group|po"
       "rt-channel|lacp|delay|bridge-group|member-interface|redundant-inte"
       "rface|allocate-interface|flowcontrol|ospf|rip|authentication|nve-o"
       "nly|pim|igmp|zone-member|policy-route|hello-interval|tunnel|allow-"
       "ssc-mgmt} [{value*}]"),
      NULL },
    { A, "redundancy", NULL, "failover [lan {lan*}]", NULL },
    { A, "redundancy", NULL, "failover {setting*}", NULL },
    { A, "routing", NULL,
      ("route {interface} {network:ip} {mask:ip} {gateway:ip} "
       "[{metric:n}] [track {track:n}]"),
      NULL },
    { A, "routing", NULL, "route {interface} {what*}", NULL },
    { A, "routing", NULL, "router {protocol} [{process*}]", "igp" },
    { A, "routing", "igp",
      "network {network:ip} {mask:ip} [area {area}]", NULL },
    { A, "routing", "igp",
      ("{setting:router-id|redistribute|log-adj-changes|log-adjacency-chan"
       "ges|passive-interface|default-information|area|version|auto-summar"
       "y|neighbor|bgp|timers|distance|distribute-list|eigrp|network|auto-"
       "cost|summary-address} [{value*}]"),
      NULL },
    { A, "routing", "igp", "address-family {family*}", "igp-family" },
    { A, "routing", "igp-family",
      ("{setting:neighbor|network|redistribute|auto-summary|synchronizatio"
       "n|aggregate-address|bgp} [{value*}]"),
      NULL },
    /* Objects and filters */
    { A, "filters", NULL, "access-list {name} remark {text*}", NULL },
    { A, "filters", NULL, "access-list {name} line {line:n} {rule*}", NULL },
    { A, "filters", NULL,
      ("access-list {name} {kind:extended|standard|webtype|ethertype} "
       "{action:permit|deny} {rule*}"),
      NULL },
    { A, "filters", NULL,
      "access-list {name} {action:permit|deny} {rule*}", NULL },
    { A, "filters", NULL, "access-list {name} {rule*}", NULL },
    { A, "filters", NULL,
      "access-list {setting:alert-interval|deny-flow-max|mode} {value*}",
      NULL },
    { A, "filters", NULL,
      ("access-group {list} {direction:in|out} interface {interface} "
       "[{options*}]"),
      NULL },
    { A, "filters", NULL, "access-group {list} global", NULL },
    { A, "filters", NULL, "object {kind:network|service} {name}", "object" },
    { A, "filters", "object", "{kind:host|fqdn} {value*}", NULL },
    { A, "filters", "object", "subnet {network:ip} {mask:ip}", NULL },
    { A, "filters", "object", "subnet {net:net}", NULL },
    { A, "filters", "object", "range {first:ip} {last:ip}", NULL },
    { A, "filters", "object", "service {protocol} [{ports*}]", NULL },
    { A, "filters", "object|object-group", "description {text*}", NULL },
    { A, "nat", "object", "nat {interfaces} {rule*}", NULL },
    { A, "nat", "object", "nat {rule*}", NULL },
    { A, "filters", NULL,
      "object-group {kind} {name} [{protocol}]", "object-group" },
    { A, "filters", "object-group", "network-object host {address}", NULL },
    { A, "filters", "object-group", "network-object object {name}", NULL },
    { A, "filters", "object-group",
      "network-object {network:ip} {mask:ip}", NULL },
    { A, "filters", "object-group",
      ("{member:network-object|service-object|port-object|group-object|pro"
       "tocol-object|icmp-object|user|user-group|security-group} {value*}"),
      NULL },
    { A, "filters", NULL, "time-range {name}", "time-range" },
    { A, "filters", "time-range", "{kind:absolute|periodic} {value*}", NULL },
    { A, "nat", NULL, "nat {interfaces} {rule*}", NULL },
    { A, "nat", NULL, "global {interface} {rule*}", NULL },
    { A, "nat", NULL, "static {interfaces} {rule*}", NULL },
    { A, "nat", NULL, "nat-control", NULL },
    { A, "nat", NULL, "alias {interface} {rule*}", NULL },
    { A, "nat", NULL, "nat {rule*}", NULL },
    { A, "filters", NULL,
      "route-map {name} [{action:permit|deny}] [{sequence:n}]", "route-map" },
    { A, "filters", "route-map", "{what:match|set} {value*}", NULL },
    { A, "filters", NULL, "community-list {rule*}", NULL },
    { A, "filters", NULL, "prefix-list {rule*}", NULL },
    { A, "filters", NULL, "as-path {rule*}", NULL },
    { A, "routing", "interface", "ip ospf {setting*}", NULL },
    /* Classes of traffic */
    { A, "inspection", NULL, "class-map {name}", "class-map" },
    { A, "inspection", NULL, "class-map type {type*}", "class-map" },
    { A, "inspection", "class-map", "{what:match|description} {value*}", NULL },
    { A, "inspection", NULL, "policy-map {name}", "policy-map" },
    { A, "inspection", NULL, "policy-map type {type*}", "policy-map" },
    { A, "inspection", "policy-map", "class {name}", "policy-class" },
    { A, "inspection", "policy-map", "parameters", "parameters" },
    { A, "inspection", "policy-map",
      "{what:match|description} {value*}", NULL },
    { A, "inspection", "parameters", "{setting} [{value*}]", NULL },
    { A, "inspection", "policy-class",
      "inspect {protocol} [{options*}]", NULL },
    { A, "inspection", "policy-class",
      ("{action:set|police|priority|ips|csc|service-policy|user-statistics"
       "|flow-export|sfr|shape|drop|log|reset} [{value*}]"),
      NULL },
    { A, "inspection", NULL, "service-policy {name} {where*}", NULL },
    { A, "inspection", NULL, "tcp-map {name}", "tcp-map" },
    { A, "inspection", "tcp-map", "{setting} [{value*}]", NULL },
    /* Keys and tunnels */
    { A, "vpn", NULL,
      "crypto map {name} {sequence:n} match address {list}", NULL },
    { A, "vpn", NULL,
      "crypto map {name} {sequence:n} set {setting} [{value*}]", NULL },
    { A, "vpn", NULL, "crypto map {name} {what*}", NULL },
    { A, "vpn", NULL, "crypto dynamic-map {name} {sequence:n} {what*}", NULL },
    { A, "vpn", NULL,
      "crypto {protocol:ikev1|isakmp|ikev2} policy {number:n}", "ike-policy" },
    { A, "vpn", NULL, "crypto {protocol:ikev1|isakmp|ikev2} {setting*}", NULL },
    { A, "vpn", "ike-policy",
      ("{setting:authentication|encryption|hash|group|lifetime|integrity|p"
       "rf} {value*}"),
      NULL },
    { A, "vpn", NULL, "crypto ipsec ikev2 ipsec-proposal {name}", "proposal" },
    { A, "vpn", "proposal",
      "protocol esp {kind:encryption|integrity} {value*}", NULL },
    { A, "vpn", NULL,
      "crypto ipsec ikev1 transform-set {name} {transforms*}", NULL },
    { A, "vpn", NULL, "crypto ipsec profile {name}", "ipsec-profile" },
    { A, "vpn", "ipsec-profile", "set {what*}", NULL },
    { A, "vpn", NULL, "crypto ipsec {setting*}", NULL },
    { A, "vpn", NULL, "isakmp {what*}", NULL },
    { A, "vpn", NULL, "group-policy {name} attributes", "group-policy" },
    { A, "vpn", NULL, "group-policy {name} {what*}", NULL },
    { A, "vpn", "group-policy", "{setting} [{value*}]", NULL },
    { A, "vpn", NULL, "tunnel-group {name} type {type}", NULL },
    { A, "vpn", NULL,
      ("tunnel-group {name} "
       "{kind:general-attributes|ipsec-attributes|webvpn-attributes|ppp-at"
       "tributes}"),
      "tunnel-group" },
    { A, "vpn", NULL, "tunnel-group {name} {what*}", "tunnel-group" },
    { A, "vpn", "tunnel-group", "ikev1 pre-shared-key {secret}", NULL },
    { A, "vpn", "tunnel-group", "{setting} [{value*}]", NULL },
    { A, "vpn", NULL, "tunnel-group-map {what*}", NULL },
    { A, "vpn", NULL, "ip local pool {name} {range} [mask {mask:ip}]", NULL },
    { A, "vpn", NULL, "vpngroup {what*}", NULL },
    { A, "vpn", NULL, "vpn-sessiondb {what*}", NULL },
    { A, "vpn", NULL, "vpn-addr-assign {what*}", NULL },
    { A, "certificates", NULL, "crypto ca trustpoint {name}", "trustpoint" },
    { A, "certificates", "trustpoint",
      ("{setting:enrollment|subject-name|keypair|crl|fqdn|revocation-check"
       "|proxy-ldc-issuer|id-usage|ip-address|validation-usage|serial-numb"
       "er|email} [{value*}]"),
      NULL },
    { A, "certificates", NULL,
      "crypto ca certificate chain {name}", "certificate-chain" },
    { A, "certificates", "certificate-chain",
      "certificate {what*}", "certificate" },
    { A, "certificates", "certificate", "{digits*}", NULL },
    { A, "certificates", NULL, "crypto ca {setting*}", NULL },
    { 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */
