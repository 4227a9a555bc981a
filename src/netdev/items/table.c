/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/items/items_int.h"

/* clang-format off */
#define IOS_AND_XE(name, collect, command) \
    { "ios", name, NULL, collect, command }, \
    { "iosxe", name, NULL, collect, command }

const struct network_kind network_kinds[] = {
    { "asa", "acl", NULL, network_acl_asa, NULL },
    { "asa", "class_map", NULL, network_class_map, NULL },
    { "asa", "interface", NULL, network_interface_asa, "show interface" },
    { "asa", "line", NULL, network_line, NULL },
    { "asa", "policy_map", NULL, network_policy_map, NULL },
    { "asa", "service_policy", NULL, network_service_policy, NULL },
    { "asa", "snmp_group", NULL, network_snmp_group_asa, NULL },
    { "asa", "snmp_host", NULL, network_snmp_host_asa, NULL },
    { "asa", "snmp_user", NULL, network_snmp_user_asa, NULL },
    { "asa", "tcp_map", NULL, network_tcp_map, NULL },
    { "asa", "version", NULL, network_version_asa, "show version" },
    { "catos", "line", NULL, network_line, NULL },
    { "catos", "module", NULL, network_module, "show module" },
    { "catos", "version", NULL, network_version_catos, "show version" },
    { "catos", "version55", "version", network_version_catos55,
      "show version" },
    { "independent", "family", NULL, network_family, NULL },
    IOS_AND_XE("acl", network_acl_ios, NULL),
    IOS_AND_XE("bgpneighbor", network_bgp_neighbor, NULL),
    IOS_AND_XE("global", network_global, NULL),
    IOS_AND_XE("interface", network_interface_ios, "show interfaces"),
    IOS_AND_XE("line", network_line, NULL),
    IOS_AND_XE("router", network_router, NULL),
    IOS_AND_XE("routingprotocolauthintf", network_routing_auth, NULL),
    IOS_AND_XE("section", network_section, NULL),
    IOS_AND_XE("snmpcommunity", network_snmp_community, NULL),
    IOS_AND_XE("snmpgroup", network_snmp_group, NULL),
    IOS_AND_XE("snmphost", network_snmp_host, NULL),
    IOS_AND_XE("snmpuser", network_snmp_user, "show snmp user"),
    IOS_AND_XE("snmpview", network_snmp_view, NULL),
    { "ios", "snmp", NULL, network_snmp, NULL },
    { "ios", "tclsh", NULL, network_tclsh, NULL },
    { "ios", "version", NULL, network_version_ios, "show version" },
    { "ios", "version55", "version", network_version_ios, "show version" },
    { "iosxe", "version", NULL, network_version_iosxe, "show version" },
    { "pixos", "line", NULL, network_line, NULL },
    { "pixos", "version", NULL, network_version_pix, "show version" },
};
/* clang-format on */
const size_t network_kind_count = COUNT(network_kinds);
