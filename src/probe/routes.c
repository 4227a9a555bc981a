/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/routes.h"

#include "probe/hex.h"
#include "probe/word.h"

/* An IPv4 address is printed as a number in the machine's byte order: its
 * bytes in memory are in network order. */
static int parse_v4_address(str text, uint8_t *out, struct err *err)
{
    uint64_t value;
    uint32_t word;
    int rc = hex_parse(text, &value, err);

    if (rc < 0)
        return rc;
    if (value > UINT32_MAX)
        return err_set(err, E_PARSE, "'%" PRIstr "' is not an IPv4 address",
                       ARGstr(text));
    word = (uint32_t)value;
    memcpy(out, &word, sizeof(word));
    return 0;
}

int routes_parse_v4(str line, struct route *out, struct err *err)
{
    struct route route = { 0 };
    uint8_t mask[4] = { 0 };
    str destination;
    int rc;

    route.interface = word_take(&line);
    destination = word_take(&line);
    if (str_eq(destination, STR("Destination")) || route.interface.n == 0)
        return 1;
    rc = parse_v4_address(destination, route.destination, err);
    if (rc == 0)
        rc = parse_v4_address(word_take(&line), route.gateway, err);
    if (rc == 0)
        rc = hex_parse(word_take(&line), &route.flags, err);
    word_take(&line); /* reference count */
    word_take(&line); /* use */
    word_take(&line); /* metric */
    if (rc == 0)
        rc = parse_v4_address(word_take(&line), mask, err);
    if (rc < 0)
        return rc;
    while (route.prefix < 32 &&
           (mask[route.prefix / 8] >> (7 - route.prefix % 8) & 1) != 0)
        route.prefix++;
    *out = route;
    return 0;
}

int routes_parse_v6(str line, struct route *out, struct err *err)
{
    struct route route = { .v6 = true };
    str destination = word_take(&line);
    uint64_t prefix = 0;
    int rc;

    if (destination.n == 0)
        return 1;
    rc = hex_parse_bytes(destination, route.destination, 16, err);
    if (rc == 0)
        rc = hex_parse(word_take(&line), &prefix, err);
    word_take(&line); /* source */
    word_take(&line); /* length of its prefix */
    if (rc == 0)
        rc = hex_parse_bytes(word_take(&line), route.gateway, 16, err);
    word_take(&line); /* metric */
    word_take(&line); /* reference count */
    word_take(&line); /* use */
    if (rc == 0)
        rc = hex_parse(word_take(&line), &route.flags, err);
    if (rc < 0)
        return rc;
    route.interface = word_take(&line);
    if (prefix > 128 || route.interface.n == 0)
        return err_set(err, E_PARSE,
                       "expected a prefix of at most 128 bits, and an "
                       "interface at the end");
    route.prefix = (unsigned)prefix;
    *out = route;
    return 0;
}
