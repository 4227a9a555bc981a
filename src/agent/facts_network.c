/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netpacket/packet.h>

#include "agent/inventory.h"

enum {
    INTERFACES_KEPT = 1024, /* as many as the message holds is more */
    ADDRESSES_KEPT = 64,
};

static unsigned bits_of(const uint8_t *mask, size_t n)
{
    unsigned bits = 0;

    while (bits < n * 8 && (mask[bits / 8] >> (7 - bits % 8) & 1) != 0)
        bits++;
    return bits;
}

/* "192.0.2.1/24" */
static str address_text(const struct ifaddrs *at, struct arena *arena)
{
    char text[INET6_ADDRSTRLEN] = "";
    unsigned bits = 0;

    if (at->ifa_addr->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)at->ifa_addr;
        const struct sockaddr_in *mask = (const void *)at->ifa_netmask;

        inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
        if (mask != NULL)
            bits = bits_of((const uint8_t *)&mask->sin_addr, 4);
    } else {
        const struct sockaddr_in6 *in6 = (const void *)at->ifa_addr;
        const struct sockaddr_in6 *mask = (const void *)at->ifa_netmask;

        inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
        if (mask != NULL)
            bits = bits_of((const uint8_t *)&mask->sin6_addr, 16);
    }
    return arena_printf(arena, "%s/%u", text, bits);
}

static void set_mac(const struct ifaddrs *at, struct arena *arena,
                    struct fact_interface *out)
{
    const struct sockaddr_ll *link = (const void *)at->ifa_addr;
    const unsigned char *a = link->sll_addr;

    if (link->sll_halen == 6)
        out->mac = arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", a[0],
                                a[1], a[2], a[3], a[4], a[5]);
}

static struct fact_interface *find(struct wire_list *list, str name)
{
    struct fact_interface *all = list->p;

    for (size_t i = 0; i < list->n; i++) {
        if (str_eq(all[i].name, name))
            return &all[i];
    }
    if (list->n == INTERFACES_KEPT)
        return NULL;
    all[list->n].name = name;
    return &all[list->n++];
}

static void add(struct inventory_sources *from, const struct ifaddrs *at,
                struct wire_list *list)
{
    struct fact_interface *interface =
        find(list, facts_clean(from->arena, str_c(at->ifa_name)));
    struct fact_text *texts;

    if (interface == NULL || at->ifa_addr == NULL)
        return;
    if (at->ifa_addr->sa_family == AF_PACKET) {
        set_mac(at, from->arena, interface);
        return;
    }
    if (at->ifa_addr->sa_family != AF_INET &&
        at->ifa_addr->sa_family != AF_INET6)
        return;
    if (interface->addresses.p == NULL)
        interface->addresses.p =
            arena_alloc(from->arena, ADDRESSES_KEPT, sizeof(*texts));
    texts = interface->addresses.p;
    if (interface->addresses.n < ADDRESSES_KEPT)
        texts[interface->addresses.n++].text = address_text(at, from->arena);
}

void facts_interfaces(struct inventory_sources *from, struct inventory *out)
{
    struct ifaddrs *all = NULL;

    if (!from->machine->live)
        return;
    if (getifaddrs(&all) < 0) {
        (void)err_errno(&from->err, errno, "the network interfaces");
        facts_problem(from, "interfaces");
        return;
    }
    out->interfaces.p = arena_alloc(from->arena, INTERFACES_KEPT,
                                    sizeof(struct fact_interface));
    for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next)
        add(from, at, &out->interfaces);
    freeifaddrs(all);
}
