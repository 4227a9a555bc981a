/* SPDX-License-Identifier: Apache-2.0
 *
 * Which network addresses a request made on someone else's word may reach
 * (security claim 28): the public ones only. Everything else is refused,
 * also where an IPv6 address carries an IPv4 one (mapped, NAT64, 6to4,
 * Teredo).
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <sys/socket.h>

#include "base/buf.h"

/* False for loopback, private, link-local, shared, multicast, reserved and
 * documentation addresses, and for families other than IPv4 and IPv6. */
bool address_is_public(const struct sockaddr *address);
bool address_is_loopback(const struct sockaddr *address);

/* True when the address lies in one of the networks of `list`: "10.0.0.0/8
 * 2001:db8::/32 192.0.2.7", separated by blanks or commas. What is no network
 * in it matches nothing; address_list_check() finds it. */
bool address_in_list(const struct sockaddr *address, str list);
int address_list_check(str list, struct err *err) MUST_CHECK;
/* Whether an address may lie in both lists. */
bool address_lists_meet(str a, str b);

#endif
