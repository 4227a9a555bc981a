/* SPDX-License-Identifier: Apache-2.0
 *
 * Interfaces: their sections of the configuration, and hardware addresses
 * from `show interfaces`. What a section does not say has the default of the
 * software.
 */
#include "netdev/items/items_int.h"

#include "netdev/family.h"

enum {
    LINES_MAX = 1 << 20
};

/* "Hardware is X, address is 0012.d9a4.5e00 (bia ...)" or "MAC address
 * 0012.d9a4.5e00, MTU 1500", below the line that begins with the name. */
static str hardware_address(str text, str name)
{
    bool inside = false;

    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        str rest = line;
        str first = line_word(&rest);
        size_t at;

        if (line.n > 0 && line.p[0] != ' ' && line.p[0] != '\t') {
            if (str_eq_c(first, "Interface") || str_eq_c(first, "interface"))
                first = line_word(&rest);
            inside = str_eq_nocase(first, name);
        }
        if (!inside)
            continue;
        at = str_find(line, STR("address is "));
        if (at < line.n) {
            rest = str_sub(line, at + 11, SIZE_MAX);
            return line_word(&rest);
        }
        rest = line;
        if (line_take(&rest, "MAC address"))
            return str_cut(&rest, ',');
    }
    return STR_NONE;
}

static void give_hardware(struct network_source *s, struct oval_sink *sink,
                          const char *command, str name)
{
    str text = network_text(s, command);

    if (text.p == NULL)
        network_give_unknown(sink, "hardware_addr", OVAL_STRING);
    else
        network_give(sink, "hardware_addr", hardware_address(text, name));
}

/* Each line of the section that begins with words: its `at`-th further
 * word. */
static void give_each(struct oval_sink *sink, const struct config_node *section,
                      const char *words, const char *fact)
{
    bool any = false;

    for (const struct config_node *n = section->first; n != NULL; n = n->next) {
        str rest = n->line;

        if (!line_take(&rest, words) || rest.n == 0)
            continue;
        oval_item_str(sink, fact, line_word(&rest));
        any = true;
    }
    if (!any)
        network_give(sink, fact, STR_NONE);
}

static void give_ipv6(struct oval_sink *sink, const struct config_node *section)
{
    bool any = false;

    for (const struct config_node *n = section->first; n != NULL; n = n->next) {
        str rest = n->line;
        str address;

        if (!line_take(&rest, "ipv6 address"))
            continue;
        address = line_word(&rest);
        if (str_find_char(address, ':') == address.n)
            continue; /* autoconfig, dhcp */
        oval_item_typed(sink, "ipv6_address", OVAL_IPV6_ADDRESS, address);
        any = true;
    }
    if (!any)
        network_give_typed(sink, "ipv6_address", OVAL_IPV6_ADDRESS, STR_NONE);
}

/* The address that is not a secondary one; by DHCP it is not known. */
static void give_ipv4(struct network_source *s, struct oval_sink *sink,
                      const struct config_node *section)
{
    str value = STR_NONE;

    for (const struct config_node *n = section->first; n != NULL; n = n->next) {
        str rest = n->line;
        str address;
        str mask;

        if (!line_take(&rest, "ip address"))
            continue;
        address = line_word(&rest);
        mask = line_word(&rest);
        if (str_eq_c(address, "dhcp") || str_eq_c(address, "negotiated") ||
            str_eq_c(address, "pppoe")) {
            network_give_unknown(sink, "ipv4_address", OVAL_IPV4_ADDRESS);
            return;
        }
        if (!str_eq_c(str_sub(rest, 0, 9), "secondary"))
            value = network_cidr(s, address, mask);
    }
    network_give_typed(sink, "ipv4_address", OVAL_IPV4_ADDRESS, value);
}

/* The whole line that begins with words. */
static str whole_line(const struct config_node *section, const char *words)
{
    const struct config_node *node = section_find(section, words);

    return node != NULL ? node->line : STR_NONE;
}

/* --- IOS --- */

static bool is_before_12(const struct network_source *s)
{
    struct os_version version;

    return s->facts.version.n > 0 &&
           os_version_parse(s->facts.version, &version, NULL) == 0 &&
           version.major < 12;
}

/* "switchport trunk allowed vlan 1-5" and "... add 7", as one list. */
static str vlans(struct network_source *s, const struct config_node *section,
                 const char *words)
{
    AUTO(buf_clear) struct buf list = BUF(64 << 10);

    for (const struct config_node *n = section->first; n != NULL; n = n->next) {
        str rest = n->line;

        if (!line_take(&rest, words))
            continue;
        (void)line_take(&rest, "add");
        if (list.n > 0)
            buf_add_char(&list, ',');
        buf_add(&list, rest);
    }
    return arena_str(&s->arena, buf_str(&list));
}

static str lines_of(struct network_source *s, const struct config_node *section,
                    const char *words)
{
    AUTO(buf_clear) struct buf text = BUF(LINES_MAX);

    for (const struct config_node *n = section->first; n != NULL; n = n->next) {
        str rest = n->line;

        if (!line_take(&rest, words))
            continue;
        if (text.n > 0)
            buf_add_char(&text, '\n');
        buf_add(&text, n->line);
    }
    return arena_str(&s->arena, buf_str(&text));
}

static str first_of(str text)
{
    return line_word(&text);
}

static void give_switchport(struct network_source *s, struct oval_sink *sink,
                            const struct config_node *n)
{
    network_give_one(sink, "switchport_trunk_encapsulation",
                     first_of(section_value(n, "switchport trunk "
                                               "encapsulation")),
                     "DOT1Q|ISL|NEGOTIATE");
    network_give_one(sink, "switchport_mode",
                     first_of(section_value(n, "switchport mode")),
                     "DYNAMIC|TRUNK|ACCESS");
    network_give_int(sink, "switchport_native_vlan",
                     section_value(n, "switchport trunk native vlan"));
    network_give_int(sink, "switchport_access_vlan",
                     section_value(n, "switchport access vlan"));
    network_give(sink, "switchport_trunked_vlans",
                 vlans(s, n, "switchport trunk allowed vlan"));
    network_give(sink, "switchport_pruned_vlans",
                 vlans(s, n, "switchport trunk pruning vlan"));
    network_give(sink, "switchport_port_security",
                 lines_of(s, n, "switchport port-security"));
}

static void give_flags(struct network_source *s, struct oval_sink *sink,
                       const struct config_node *n, bool xe)
{
    bool no_broadcast = section_find(n, "no ip directed-broadcast") != NULL;
    bool broadcast = section_find(n, "ip directed-broadcast") != NULL ||
                     (is_before_12(s) && !no_broadcast);

    oval_item_bool(
        sink, xe ? "ip_directed_broadcast" : "ip_directed_broadcast_command",
        broadcast);
    if (!xe)
        network_give(sink, "no_ip_directed_broadcast_command",
                     whole_line(n, "no ip directed-broadcast"));
    oval_item_bool(sink, xe ? "proxy_arp" : "proxy_arp_command",
                   section_find(n, "no ip proxy-arp") == NULL);
    oval_item_bool(sink, xe ? "shutdown" : "shutdown_command",
                   section_find(n, "shutdown") != NULL);
}

static void interface_ios(struct network_source *s, struct oval_sink *sink,
                          const struct config_node *n, str name)
{
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", name);
    give_flags(s, sink, n, str_starts(str_c(s->kind), STR("iosxe")));
    give_hardware(s, sink, "show interfaces", name);
    give_ipv4(s, sink, n);
    give_ipv6(sink, n);
    give_each(sink, n, "ip access-group", "ipv4_access_list");
    give_each(sink, n, "ipv6 traffic-filter", "ipv6_access_list");
    network_give(sink, "crypto_map", first_of(section_value(n, "crypto map")));
    network_give(sink, "ipv4_urpf_command", whole_line(n, "ip verify unicast"));
    network_give(sink, "ipv6_urpf_command",
                 whole_line(n, "ipv6 verify unicast"));
    network_give(sink, "urpf_command", whole_line(n, "ip verify unicast"));
    give_switchport(s, sink, n);
    oval_item_end(sink);
}

void network_interface_ios(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str name = n->line;

        if (line_take(&name, "interface") && name.n > 0)
            interface_ios(s, sink, n, name);
    }
}

/* --- ASA: much of an interface stands in commands that name it --- */

/* "access-group NAME in interface outside": the names of the lists. */
static void give_groups(struct network_source *s, struct oval_sink *sink,
                        str nameif, const char *fact)
{
    bool any = false;

    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str rest = n->line;
        str name;

        if (!line_take(&rest, "access-group"))
            continue;
        name = line_word(&rest);
        (void)line_word(&rest);
        if (!line_take(&rest, "interface") || nameif.n == 0 ||
            !str_eq(line_word(&rest), nameif))
            continue;
        oval_item_str(sink, fact, name);
        any = true;
    }
    if (!any)
        network_give(sink, fact, STR_NONE);
}

/* "crypto map NAME interface outside" */
static str crypto_map_of(struct network_source *s, str nameif)
{
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str rest = n->line;
        str name;

        if (!line_take(&rest, "crypto map"))
            continue;
        name = line_word(&rest);
        if (line_take(&rest, "interface") && str_eq(rest, nameif))
            return name;
    }
    return STR_NONE;
}

/* The top line "WORDS NAMEIF". */
static str line_for(struct network_source *s, const char *words, str nameif)
{
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str rest = n->line;

        if (line_take(&rest, words) && nameif.n > 0 && str_eq(rest, nameif))
            return n->line;
    }
    return STR_NONE;
}

/* Since 9.0 a list is of both versions of IP. */
static bool has_unified_lists(const struct network_source *s)
{
    struct os_version version;

    return s->facts.version.n > 0 &&
           os_version_parse(s->facts.version, &version, NULL) == 0 &&
           version.major >= 9;
}

static void interface_asa(struct network_source *s, struct oval_sink *sink,
                          const struct config_node *n, str name)
{
    str nameif = first_of(section_value(n, "nameif"));
    str check = line_for(s, "ip verify reverse-path interface", nameif);

    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", name);
    oval_item_bool(sink, "proxy_arp",
                   line_for(s, "sysopt noproxyarp", nameif).n == 0);
    oval_item_bool(sink, "shutdown", section_find(n, "shutdown") != NULL);
    give_hardware(s, sink, "show interface", name);
    give_ipv4(s, sink, n);
    give_ipv6(sink, n);
    give_groups(s, sink, nameif, "ipv4_access_list");
    network_give(sink, "ipv6_access_list", STR_NONE);
    if (has_unified_lists(s))
        give_groups(s, sink, nameif, "ipv4_v6_access_list");
    else
        network_give(sink, "ipv4_v6_access_list", STR_NONE);
    network_give(sink, "crypto_map",
                 nameif.n > 0 ? crypto_map_of(s, nameif) : STR_NONE);
    network_give(sink, "ipv4_urpf_command", check);
    network_give(sink, "ipv6_urpf_command", STR_NONE);
    network_give(sink, "urpf_command", check);
    oval_item_end(sink);
}

void network_interface_asa(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str name = n->line;

        if (line_take(&name, "interface") && name.n > 0)
            interface_asa(s, sink, n, name);
    }
}
