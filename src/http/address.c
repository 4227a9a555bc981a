/* SPDX-License-Identifier: Apache-2.0 */
#include "http/address.h"

#include <arpa/inet.h>

#include "base/vec.h"

enum {
    ADDRESS_BYTES = 16,
    ADDRESS_BITS = 128,
    MAPPED_BITS = 96, /* the bits before the IPv4 address in ::ffff:a.b.c.d */
};

/* Every address as 16 bytes: an IPv4 one as it is mapped into IPv6. */
struct address {
    uint8_t bytes[ADDRESS_BYTES];
};

struct network {
    struct address address;
    unsigned bits;
};

/* Not public, IPv4 (IANA special-purpose registry). */
static const char forbidden_v4[] =
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 "
    "172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 "
    "198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3";
/* IPv6: global unicast is 2000::/3; these are not public within it. */
static const char forbidden_v6[] =
    "2001::/23 2001:db8::/32 2002::/16 3fff::/20 3ffe::/16";

static const uint8_t mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool address_of(const struct sockaddr *from, struct address *out)
{
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)from;

        memcpy(out->bytes, mapped, sizeof(mapped));
        memcpy(out->bytes + sizeof(mapped), &v4->sin_addr, 4);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)from;

        memcpy(out->bytes, &v6->sin6_addr, ADDRESS_BYTES);
        return true;
    }
    return false;
}

static bool is_v4(const struct address *address)
{
    return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

static bool within(const struct address *address, const struct network *network)
{
    unsigned whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    unsigned mask = 0xffU << (8 - rest) & 0xffU;

    if (memcmp(address->bytes, network->address.bytes, whole) != 0)
        return false;
    return rest == 0 ||
           ((address->bytes[whole] ^ network->address.bytes[whole]) & mask) ==
               0;
}

static bool meet(const struct network *a, const struct network *b)
{
    return a->bits < b->bits ? within(&b->address, a) : within(&a->address, b);
}

static int network_read(str text, struct network *out, struct err *err)
{
    AUTO(buf_clear) struct buf copy = BUF(INET6_ADDRSTRLEN);
    str whole = text;
    str host = str_cut(&text, '/');
    int64_t bits = ADDRESS_BITS;
    bool v4 = str_find_char(host, ':') == host.n;
    int rc = 0;

    buf_add(&copy, host);
    memcpy(out->address.bytes, mapped, sizeof(mapped));
    if (v4 ? inet_pton(AF_INET, buf_c(&copy),
                       out->address.bytes + sizeof(mapped)) != 1
           : inet_pton(AF_INET6, buf_c(&copy), out->address.bytes) != 1)
        rc = E_PARSE;
    if (rc == 0 && host.n < whole.n)
        rc = str_to_i64(text, 0, v4 ? ADDRESS_BITS - MAPPED_BITS : ADDRESS_BITS,
                        &bits, NULL);
    if (rc < 0)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no address or network "
                       "(192.0.2.0/24, 2001:db8::/32)",
                       ARGstr(whole));
    if (v4 && host.n < whole.n)
        bits += MAPPED_BITS;
    out->bits = (unsigned)bits;
    return 0;
}

/* The next word of the list; empty at the end. */
static str next_word(str *list)
{
    size_t at = 0;
    str word;

    *list = str_trim(*list);
    while (list->n > 0 && list->p[0] == ',')
        *list = str_trim(str_sub(*list, 1, SIZE_MAX));
    while (at < list->n && strchr(" \t\r\n,", list->p[at]) == NULL)
        at++;
    word = str_sub(*list, 0, at);
    *list = str_sub(*list, at, SIZE_MAX);
    return word;
}

static bool in_list(const struct address *address, str list)
{
    for (str word = next_word(&list); word.n > 0; word = next_word(&list)) {
        struct network network;

        if (network_read(word, &network, NULL) == 0 &&
            within(address, &network))
            return true;
    }
    return false;
}

bool address_in_list(const struct sockaddr *from, str list)
{
    struct address address;

    return address_of(from, &address) && in_list(&address, list);
}

int address_list_check(str list, struct err *err)
{
    int rc = 0;

    for (str word = next_word(&list); rc == 0 && word.n > 0;
         word = next_word(&list)) {
        struct network network;

        rc = network_read(word, &network, err);
    }
    return rc;
}

bool address_lists_meet(str a, str b)
{
    VEC(struct network) all = { 0 };
    struct network network;
    bool found = false;

    for (str word = next_word(&a); word.n > 0; word = next_word(&a)) {
        if (network_read(word, &network, NULL) == 0)
            *vec_push(&all) = network;
    }
    for (str word = next_word(&b); !found && word.n > 0; word = next_word(&b)) {
        if (network_read(word, &network, NULL) < 0)
            continue;
        for (size_t i = 0; !found && i < all.n; i++)
            found = meet(&all.p[i], &network);
    }
    vec_clear(&all);
    return found;
}

/* 64:ff9b::/96, by which a NAT64 reaches any IPv4 address, lies outside of
 * 2000::/3, and so do local, mapped and multicast addresses. */
bool address_is_public(const struct sockaddr *from)
{
    struct address address;

    if (!address_of(from, &address))
        return false;
    if (is_v4(&address))
        return !in_list(&address, str_c(forbidden_v4));
    return address.bytes[0] >> 5 == 1 &&
           !in_list(&address, str_c(forbidden_v6));
}

bool address_is_loopback(const struct sockaddr *from)
{
    return address_in_list(from, STR("127.0.0.0/8 ::1"));
}
