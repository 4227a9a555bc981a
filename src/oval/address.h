/* SPDX-License-Identifier: Apache-2.0
 *
 * IP addresses as sets: ipv4_address and ipv6_address of
 * oval-common-schema.xsd. An address is a set of one; a prefix is the set of
 * all it covers, bits outside of it do not count. Beyond the schema, two
 * addresses with '-' between them are accepted as the range they are, because
 * older content writes it.
 */
#ifndef OVAL_ADDRESS_H
#define OVAL_ADDRESS_H

#include "base/str.h"

enum {
    OVAL_ADDRESS_RANGE = 255
};

struct oval_address {
    uint8_t low[16];  /* the first of the set; IPv4 uses 4 bytes */
    uint8_t high[16]; /* the last */
    uint8_t prefix;   /* its length, or OVAL_ADDRESS_RANGE */
};

/* "192.0.2.1", "192.0.2.0/24", "192.0.2.0/255.255.255.0"; leading zeros of a
 * number are allowed and it stays decimal. E_PARSE otherwise. */
int oval_ipv4_parse(str text, struct oval_address *out,
                    struct err *err) MUST_CHECK;

/* Every form of RFC 4291, sections 2.2 and 2.3. E_PARSE otherwise. */
int oval_ipv6_parse(str text, struct oval_address *out,
                    struct err *err) MUST_CHECK;

bool oval_address_equal(const struct oval_address *a,
                        const struct oval_address *b);

/* Every address of a is in b. */
bool oval_address_subset(const struct oval_address *a,
                         const struct oval_address *b);

/* E_INVALID unless both are prefixes of one length. */
int oval_address_order(const struct oval_address *a,
                       const struct oval_address *b, int *out_order,
                       struct err *err) MUST_CHECK;

#endif
