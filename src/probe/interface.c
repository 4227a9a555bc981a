/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:interface: network interfaces, from netlink by getifaddrs(3). An item
 * has one address, so an interface gives an item for each of its addresses,
 * and one without any when it has none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>

#include "probe/machine.h"

struct link {
    bool known;
    struct sockaddr_ll address;
};

static struct link link_of(const struct ifaddrs *all, const char *name)
{
    struct link link = { 0 };

    for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next) {
        if (at->ifa_addr == NULL || at->ifa_addr->sa_family != AF_PACKET ||
            strcmp(at->ifa_name, name) != 0)
            continue;
        memcpy(&link.address, at->ifa_addr, sizeof(link.address));
        link.known = true;
        break;
    }
    return link;
}

static void give_type(struct oval_sink *sink, const struct link *link)
{
    static const struct {
        unsigned type;
        const char *name;
    } types[] = {
        { ARPHRD_ETHER, "ARPHRD_ETHER" },
        { ARPHRD_FDDI, "ARPHRD_FDDI" },
        { ARPHRD_PPP, "ARPHRD_PPP" },
        { ARPHRD_SLIP, "ARPHRD_SLIP" },
        { ARPHRD_PRONET, "ARPHRD_PRONET" },
        { ARPHRD_LOOPBACK, "ARPHRD_LOOPBACK" },
    };
    const char *name = "ARPHRD_VOID"; /* OVAL: an unknown interface */

    for (size_t i = 0; i < COUNT(types); i++)
        if (link->known && link->address.sll_hatype == types[i].type)
            name = types[i].name;
    oval_item_str(sink, "type", str_c(name));
}

static void give_hardware(struct oval_sink *sink, const struct link *link)
{
    const unsigned char *a = link->address.sll_addr;

    if (!link->known || link->address.sll_halen != 6)
        oval_item_status(sink, "hardware_addr", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, "hardware_addr",
                      arena_printf(oval_sink_arena(sink),
                                   "%02X-%02X-%02X-%02X-%02X-%02X", a[0], a[1],
                                   a[2], a[3], a[4], a[5]));
}

static void give_v4(struct oval_sink *sink, const char *name,
                    const struct sockaddr *address)
{
    char text[INET_ADDRSTRLEN] = "";
    struct sockaddr_in in;

    if (address == NULL || address->sa_family != AF_INET) {
        oval_item_status(sink, name, OVAL_IPV4_ADDRESS, OVAL_DOES_NOT_EXIST);
        return;
    }
    memcpy(&in, address, sizeof(in));
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
    oval_item_typed(sink, name, OVAL_IPV4_ADDRESS, str_c(text));
}

static unsigned prefix_length(const struct sockaddr *mask)
{
    struct sockaddr_in6 in6 = { 0 };
    unsigned n = 0;

    if (mask == NULL)
        return 128;
    memcpy(&in6, mask, sizeof(in6));
    while (n < 128 && (in6.sin6_addr.s6_addr[n / 8] >> (7 - n % 8) & 1) != 0)
        n++;
    return n;
}

static void give_v6(struct oval_sink *sink, const struct ifaddrs *at)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in6 in6;

    memcpy(&in6, at->ifa_addr, sizeof(in6));
    inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text));
    oval_item_typed(sink, "inet_addr", OVAL_IPV6_ADDRESS,
                    arena_printf(oval_sink_arena(sink), "%s/%u", text,
                                 prefix_length(at->ifa_netmask)));
}

/* The names that ifconfig(8) shows. */
static void give_flags(struct oval_sink *sink, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {
        { IFF_UP, "UP" },
        { IFF_BROADCAST, "BROADCAST" },
        { IFF_DEBUG, "DEBUG" },
        { IFF_LOOPBACK, "LOOPBACK" },
        { IFF_POINTOPOINT, "POINTOPOINT" },
        { IFF_NOTRAILERS, "NOTRAILERS" },
        { IFF_RUNNING, "RUNNING" },
        { IFF_NOARP, "NOARP" },
        { IFF_PROMISC, "PROMISC" },
        { IFF_ALLMULTI, "ALLMULTI" },
        { IFF_MASTER, "MASTER" },
        { IFF_SLAVE, "SLAVE" },
        { IFF_MULTICAST, "MULTICAST" },
        { IFF_PORTSEL, "PORTSEL" },
        { IFF_AUTOMEDIA, "AUTOMEDIA" },
        { IFF_DYNAMIC, "DYNAMIC" },
    };
    bool given = false;

    for (size_t i = 0; i < COUNT(names); i++)
        if ((flags & names[i].flag) != 0) {
            oval_item_str(sink, "flag", str_c(names[i].name));
            given = true;
        }
    if (!given)
        oval_item_status(sink, "flag", OVAL_STRING, OVAL_DOES_NOT_EXIST);
}

static void give(struct oval_sink *sink, const struct ifaddrs *all,
                 const struct ifaddrs *at)
{
    struct link link = link_of(all, at->ifa_name);
    int family = at->ifa_addr == NULL ? AF_UNSPEC : at->ifa_addr->sa_family;
    bool v4 = family == AF_INET;
    bool broadcast = v4 && (at->ifa_flags & IFF_BROADCAST) != 0;

    oval_item_begin(sink, "unix:interface");
    oval_item_str(sink, "name", str_c(at->ifa_name));
    give_type(sink, &link);
    give_hardware(sink, &link);
    if (family == AF_INET6)
        give_v6(sink, at);
    else
        give_v4(sink, "inet_addr", at->ifa_addr);
    give_v4(sink, "broadcast_addr", broadcast ? at->ifa_broadaddr : NULL);
    give_v4(sink, "netmask", v4 ? at->ifa_netmask : NULL);
    give_flags(sink, at->ifa_flags);
    oval_item_end(sink);
}

static bool has_ip(const struct ifaddrs *at)
{
    return at->ifa_addr != NULL && (at->ifa_addr->sa_family == AF_INET ||
                                    at->ifa_addr->sa_family == AF_INET6);
}

/* An interface without addresses is there once, by its link. */
static bool is_bare(const struct ifaddrs *all, const struct ifaddrs *at)
{
    if (has_ip(at))
        return false;
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
        if (i != at && has_ip(i) && strcmp(i->ifa_name, at->ifa_name) == 0)
            return false;
    return true;
}

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct ifaddrs *all = NULL;
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "name", &wanted);

    if (getifaddrs(&all) < 0) {
        oval_sink_error(sink, "network interfaces: %s", strerror(errno));
        return 0;
    }
    for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next) {
        if (one && !str_eq_c(wanted, at->ifa_name))
            continue;
        if (has_ip(at) || is_bare(all, at))
            give(sink, all, at);
    }
    freeifaddrs(all);
    return 0;
}

const struct probe probe_interface = {
    .object = "unix:interface",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
