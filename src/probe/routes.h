/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of /proc/net/route and /proc/net/ipv6_route.
 */
#ifndef PROBE_ROUTES_H
#define PROBE_ROUTES_H

#include "base/str.h"

struct route {
    bool v6;
    uint8_t destination[16]; /* 4 bytes for IPv4, network order */
    uint8_t gateway[16];
    unsigned prefix; /* length in bits */
    uint64_t flags;  /* RTF_ of net/route.h */
    str interface;
};

/* 0; 1: the header line; E_PARSE. */
int routes_parse_v4(str line, struct route *out, struct err *err) MUST_CHECK;
int routes_parse_v6(str line, struct route *out, struct err *err) MUST_CHECK;

#endif
