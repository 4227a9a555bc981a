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

static str small_letters(struct arena *arena, str text)
{
    char *copy = arena_alloc(arena, text.n + 1, 1);

    for (size_t i = 0; i < text.n; i++) {
        bool big = text.p[i] >= 'A' && text.p[i] <= 'Z';

        copy[i] = big ? (char)(text.p[i] - 'A' + 'a') : text.p[i];
    }
    return (str){ copy, text.n };
}

/* "Hardware is X, address is 0012.d9a4.5e00 (bia ...)" or "MAC address
 * 0012.d9a4.5e00, MTU 1500"; empty: the line has no address. */
static str address_of(str line)
{
    size_t at = str_find(line, STR("address is "));

    if (at < line.n) {
        line = str_sub(line, at + 11, SIZE_MAX);
        return line_word(&line);
    }
    return line_take(&line, "MAC address") ? str_cut(&line, ',') : STR_NONE;
}

/* The first address below a line that begins with the name. */
static void read_hardware(struct network_source *s, str text)
{
    str name = STR_NONE;

    s->asked_hardware = true;
    s->has_hardware = text.p != NULL;
    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        str rest = line;
        str first = line_word(&rest);
        str address;

        if (line.n > 0 && line.p[0] != ' ' && line.p[0] != '\t') {
            if (str_eq_c(first, "Interface") || str_eq_c(first, "interface"))
                first = line_word(&rest);
            name = small_letters(&s->hardware.arena, first);
        }
        address = address_of(line);
        if (name.n > 0 && address.n > 0 &&
            index_find(&s->hardware, name) == NULL) {
            str *kept = arena_alloc(&s->hardware.arena, 1, sizeof(*kept));

            *kept = address;
            index_add(&s->hardware, name, kept);
        }
    }
}

static void give_hardware(struct network_source *s, struct oval_sink *sink,
                          const char *command, str name)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const str *address;

    if (!s->asked_hardware)
        read_hardware(s, network_text(s, command));
    if (!s->has_hardware) {
        network_give_unknown(sink, "hardware_addr", OVAL_STRING);
        return;
    }
    address = index_first(&s->hardware, small_letters(&arena, name));
    network_give(sink, "hardware_addr", address != NULL ? *address : STR_NONE);
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

/* A text made of several lines; too long, it is not known. */
static void give_text(struct oval_sink *sink, const char *fact,
                      const struct buf *text)
{
    if (text->over)
        network_give_unknown(sink, fact, OVAL_STRING);
    else
        network_give(sink, fact, buf_str(text));
}

/* "switchport trunk allowed vlan 1-5" and "... add 7", as one list. */
static void give_vlans(struct oval_sink *sink,
                       const struct config_node *section, const char *words,
                       const char *fact)
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
    give_text(sink, fact, &list);
}

static void give_lines(struct oval_sink *sink,
                       const struct config_node *section, const char *words,
                       const char *fact)
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
    give_text(sink, fact, &text);
}

static str first_of(str text)
{
    return line_word(&text);
}

static void give_switchport(struct oval_sink *sink, const struct config_node *n)
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
    give_vlans(sink, n, "switchport trunk allowed vlan",
               "switchport_trunked_vlans");
    give_vlans(sink, n, "switchport trunk pruning vlan",
               "switchport_pruned_vlans");
    give_lines(sink, n, "switchport port-security", "switchport_port_security");
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

static bool interface_ios(struct network_source *s, struct oval_sink *sink,
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
    give_switchport(sink, n);
    return network_item_end(s, sink);
}

void network_interface_ios(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    const struct config_node *n;
    str name;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "interface", &name))
        if (name.n > 0 && !interface_ios(s, sink, n, name))
            return;
}

/* --- ASA: much of an interface stands in commands that name it --- */

struct naming {
    struct index groups;  /* names of access lists (str *) */
    struct index crypto;  /* names of crypto maps (str *) */
    struct index reverse; /* "ip verify reverse-path interface", the node */
    struct index noproxy; /* "sysopt noproxyarp", the node */
    struct arena arena;
};

static void naming_clear(struct naming *naming)
{
    index_clear(&naming->groups);
    index_clear(&naming->crypto);
    index_clear(&naming->reverse);
    index_clear(&naming->noproxy);
    arena_clear(&naming->arena);
}

static void add_name(struct naming *naming, struct index *index, str nameif,
                     str name)
{
    str *kept = arena_alloc(&naming->arena, 1, sizeof(*kept));

    *kept = name;
    index_add(index, nameif, kept);
}

/* "access-group NAME in interface outside", "crypto map NAME interface
 * outside" */
static void read_naming(struct network_source *s, struct naming *naming)
{
    const struct config_node *n;
    str rest;

    for (EACH_LINE(n, s, "access-group", &rest)) {
        str name = line_word(&rest);

        (void)line_word(&rest);
        if (line_take(&rest, "interface"))
            add_name(naming, &naming->groups, line_word(&rest), name);
    }
    for (EACH_LINE(n, s, "crypto map", &rest)) {
        str name = line_word(&rest);

        if (line_take(&rest, "interface"))
            add_name(naming, &naming->crypto, rest, name);
    }
    for (EACH_LINE(n, s, "ip verify reverse-path interface", &rest))
        index_add(&naming->reverse, rest, n);
    for (EACH_LINE(n, s, "sysopt noproxyarp", &rest))
        index_add(&naming->noproxy, rest, n);
}

static void give_groups(struct oval_sink *sink, const struct naming *naming,
                        str nameif, const char *fact)
{
    const struct index_link *link = index_find(&naming->groups, nameif);

    if (nameif.n == 0 || link == NULL) {
        network_give(sink, fact, STR_NONE);
        return;
    }
    for (; link != NULL; link = link->next)
        oval_item_str(sink, fact, *(const str *)link->what);
}

static str crypto_map_of(const struct naming *naming, str nameif)
{
    const str *name =
        nameif.n > 0 ? index_first(&naming->crypto, nameif) : NULL;

    return name != NULL ? *name : STR_NONE;
}

static str line_for(const struct index *index, str nameif)
{
    const struct config_node *n =
        nameif.n > 0 ? index_first(index, nameif) : NULL;

    return n != NULL ? n->line : STR_NONE;
}

/* Since 9.0 a list is of both versions of IP. */
static bool has_unified_lists(const struct network_source *s)
{
    struct os_version version;

    return s->facts.version.n > 0 &&
           os_version_parse(s->facts.version, &version, NULL) == 0 &&
           version.major >= 9;
}

static void give_lists(struct network_source *s, struct oval_sink *sink,
                       const struct naming *naming, str nameif)
{
    give_groups(sink, naming, nameif, "ipv4_access_list");
    network_give(sink, "ipv6_access_list", STR_NONE);
    if (has_unified_lists(s))
        give_groups(sink, naming, nameif, "ipv4_v6_access_list");
    else
        network_give(sink, "ipv4_v6_access_list", STR_NONE);
}

static bool interface_asa(struct network_source *s, struct oval_sink *sink,
                          const struct naming *naming,
                          const struct config_node *n, str name)
{
    str nameif = first_of(section_value(n, "nameif"));
    str check = line_for(&naming->reverse, nameif);

    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", name);
    oval_item_bool(sink, "proxy_arp",
                   line_for(&naming->noproxy, nameif).n == 0);
    oval_item_bool(sink, "shutdown", section_find(n, "shutdown") != NULL);
    give_hardware(s, sink, "show interface", name);
    give_ipv4(s, sink, n);
    give_ipv6(sink, n);
    give_lists(s, sink, naming, nameif);
    network_give(sink, "crypto_map", crypto_map_of(naming, nameif));
    network_give(sink, "ipv4_urpf_command", check);
    network_give(sink, "ipv6_urpf_command", STR_NONE);
    network_give(sink, "urpf_command", check);
    return network_item_end(s, sink);
}

void network_interface_asa(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    AUTO(naming_clear) struct naming naming = { 0 };
    const struct config_node *n;
    str name;

    if (!network_has_config(s, sink))
        return;
    read_naming(s, &naming);
    for (EACH_LINE(n, s, "interface", &name))
        if (name.n > 0 && !interface_asa(s, sink, &naming, n, name))
            return;
}
