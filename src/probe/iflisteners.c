/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:iflisteners: programs that read an ethernet interface itself, past
 * the IP layer: the AF_PACKET sockets of /proc/net/packet. One that is bound
 * to no interface reads them all, and is an item for each.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>

#include "probe/lines.h"
#include "probe/sockets.h"

enum {
    TABLE_MAX = 64 * 1024 * 1024
};

struct job {
    struct oval_sink *sink;
    const struct socket_holders *holders;
    const struct ifaddrs *interfaces;
    bool told; /* that some holders are unknown */
};

/* linux/if_ether.h; the names are those that OVAL lists. */
static const struct {
    unsigned number;
    const char *name;
} protocols[] = {
    { 0x0001, "ETH_P_802_3" },     { 0x0002, "ETH_P_AX25" },
    { 0x0003, "ETH_P_ALL" },       { 0x0004, "ETH_P_802_2" },
    { 0x0005, "ETH_P_SNAP" },      { 0x0006, "ETH_P_DDCMP" },
    { 0x0007, "ETH_P_WAN_PPP" },   { 0x0008, "ETH_P_PPP_MP" },
    { 0x0009, "ETH_P_LOCALTALK" }, { 0x0010, "ETH_P_PPPTALK" },
    { 0x0011, "ETH_P_TR_802_2" },  { 0x0015, "ETH_P_MOBITEX" },
    { 0x0016, "ETH_P_CONTROL" },   { 0x0017, "ETH_P_IRDA" },
    { 0x0018, "ETH_P_ECONET" },    { 0x0019, "ETH_P_HDLC" },
    { 0x001a, "ETH_P_ARCNET" },    { 0x0060, "ETH_P_LOOP" },
    { 0x0200, "ETH_P_PUP" },       { 0x0201, "ETH_P_PUPAT" },
    { 0x0800, "ETH_P_IP" },        { 0x0805, "ETH_P_X25" },
    { 0x0806, "ETH_P_ARP" },       { 0x08ff, "ETH_P_BPQ" },
    { 0x0a00, "ETH_P_IEEEPUP" },   { 0x0a01, "ETH_P_IEEEPUPAT" },
    { 0x6000, "ETH_P_DEC" },       { 0x6001, "ETH_P_DNA_DL" },
    { 0x6002, "ETH_P_DNA_RC" },    { 0x6003, "ETH_P_DNA_RT" },
    { 0x6004, "ETH_P_LAT" },       { 0x6005, "ETH_P_DIAG" },
    { 0x6006, "ETH_P_CUST" },      { 0x6007, "ETH_P_SCA" },
    { 0x8035, "ETH_P_RARP" },      { 0x809b, "ETH_P_ATALK" },
    { 0x80f3, "ETH_P_AARP" },      { 0x8100, "ETH_P_8021Q" },
    { 0x8137, "ETH_P_IPX" },       { 0x86dd, "ETH_P_IPV6" },
    { 0x8809, "ETH_P_SLOW" },      { 0x883e, "ETH_P_WCCP" },
    { 0x8847, "ETH_P_MPLS_UC" },   { 0x8848, "ETH_P_MPLS_MC" },
    { 0x884c, "ETH_P_ATMMPOA" },   { 0x8863, "ETH_P_PPP_DISC" },
    { 0x8864, "ETH_P_PPP_SES" },   { 0x8884, "ETH_P_ATMFATE" },
    { 0x88a2, "ETH_P_AOE" },       { 0x88ca, "ETH_P_TIPC" },
};

static void give_protocol(struct oval_sink *sink, unsigned number)
{
    for (size_t i = 0; i < COUNT(protocols); i++)
        if (protocols[i].number == number) {
            oval_item_str(sink, "protocol", str_c(protocols[i].name));
            return;
        }
    oval_sink_message(sink, OVAL_LEVEL_INFO,
                      "OVAL has no name for the protocol 0x%04x", number);
    oval_item_status(sink, "protocol", OVAL_STRING, OVAL_NOT_COLLECTED);
}

static void give(struct job *job, const struct socket_packet *socket,
                 const struct ifaddrs *interface,
                 const struct socket_holder *holder)
{
    struct oval_sink *sink = job->sink;
    struct sockaddr_ll link;
    const unsigned char *a = link.sll_addr;

    memcpy(&link, interface->ifa_addr, sizeof(link));
    oval_item_begin(sink, "linux:iflisteners");
    oval_item_str(sink, "interface_name", str_c(interface->ifa_name));
    give_protocol(sink, socket->protocol);
    oval_item_str(sink, "hw_address",
                  arena_printf(oval_sink_arena(sink),
                               "%02X-%02X-%02X-%02X-%02X-%02X", a[0], a[1],
                               a[2], a[3], a[4], a[5]));
    sockets_give_program(sink, job->holders, holder);
    sockets_give_pid(sink, job->holders, holder);
    oval_item_int(sink, "user_id", socket->uid);
    oval_item_end(sink);
    if (holder == NULL && !job->told) {
        job->told = true;
        sockets_give_message(sink, job->holders);
    }
}

static bool is_read(const struct ifaddrs *interface,
                    const struct socket_packet *socket)
{
    struct sockaddr_ll link;

    if (interface->ifa_addr == NULL ||
        interface->ifa_addr->sa_family != AF_PACKET)
        return false;
    memcpy(&link, interface->ifa_addr, sizeof(link));
    return link.sll_hatype == ARPHRD_ETHER && link.sll_halen == 6 &&
           (socket->interface == 0 ||
            socket->interface == (unsigned)link.sll_ifindex);
}

static void give_holders(struct job *job, const struct socket_packet *socket,
                         const struct ifaddrs *interface)
{
    const struct socket_holder *holder;
    size_t cursor = 0;

    while (sockets_next_program(job->holders, socket->inode, &cursor, &holder))
        give(job, socket, interface, holder);
}

static int on_line(void *ctx, str line, struct err *err)
{
    struct job *job = ctx;
    struct socket_packet socket;
    int rc = sockets_parse_packet(line, &socket, err);

    if (rc != 0)
        return rc;
    for (const struct ifaddrs *at = job->interfaces; at != NULL;
         at = at->ifa_next)
        if (is_read(at, &socket))
            give_holders(job, &socket, at);
    return 0;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    struct job job = { .sink = sink };
    struct ifaddrs *interfaces = NULL;
    struct err why = { 0 };

    if (sockets_holders(machine, &job.holders, &why) < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
        return 0;
    }
    if (getifaddrs(&interfaces) < 0) {
        oval_sink_error(sink, "network interfaces: %s", strerror(errno));
        return 0;
    }
    job.interfaces = interfaces;
    lines_each(machine, sink, "/proc/net/packet", TABLE_MAX, on_line, &job);
    freeifaddrs(interfaces);
    return 0;
}

const struct probe probe_iflisteners = {
    .object = "linux:iflisteners",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
