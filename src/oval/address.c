/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/address.h"

#include <arpa/inet.h>

/* A decimal number up to max, cut off the front of *s. */
static bool take_number(str *s, unsigned max, unsigned *out)
{
    unsigned value = 0;
    size_t n = 0;

    for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
        value = value * 10 + (unsigned)(s->p[n] - '0');
        if (value > max)
            return false;
    }
    if (n == 0)
        return false;
    *s = str_sub(*s, n, s->n);
    *out = value;
    return true;
}

static bool take_char(str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

static bool parse_quad(str text, uint8_t out[16])
{
    memset(out, 0, 16);
    for (unsigned i = 0; i < 4; i++) {
        unsigned number = 0;

        if ((i > 0 && !take_char(&text, '.')) ||
            !take_number(&text, 255, &number))
            return false;
        out[i] = (uint8_t)number;
    }
    return text.n == 0;
}

static bool parse_colons(str text, uint8_t out[16])
{
    char copy[INET6_ADDRSTRLEN];

    if (text.n == 0 || text.n >= sizeof(copy) ||
        memchr(text.p, '\0', text.n) != NULL)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return inet_pton(AF_INET6, copy, out) == 1;
}

/* The length of the prefix that the netmask stands for. */
static bool parse_mask(str text, unsigned *out)
{
    uint8_t bytes[16];
    uint32_t mask;

    if (!parse_quad(text, bytes))
        return false;
    mask = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
    *out = mask == 0 ? 0 : 32 - (unsigned)__builtin_ctz(mask);
    return mask == 0 || (~mask & (~mask + 1)) == 0;
}

static void set_prefix(struct oval_address *address, unsigned prefix,
                       unsigned bytes)
{
    address->prefix = (uint8_t)prefix;
    memcpy(address->high, address->low, 16);
    for (unsigned i = 0; i < bytes; i++) {
        unsigned kept = prefix >= 8 * (i + 1) ? 8
                        : prefix > 8 * i      ? prefix - 8 * i
                                              : 0;
        uint8_t host = (uint8_t)(0xff >> kept);

        address->low[i] &= (uint8_t)~host;
        address->high[i] |= host;
    }
}

static bool parse(str text, bool six, struct oval_address *out)
{
    bool (*one)(str, uint8_t[16]) = six ? parse_colons : parse_quad;
    unsigned prefix = six ? 128 : 32;
    size_t slash = str_find_char(text, '/');
    size_t dash = str_find_char(text, '-');

    if (dash < text.n) {
        out->prefix = OVAL_ADDRESS_RANGE;
        return one(str_trim(str_sub(text, 0, dash)), out->low) &&
               one(str_trim(str_sub(text, dash + 1, text.n)), out->high) &&
               memcmp(out->low, out->high, 16) <= 0;
    }
    if (!one(str_sub(text, 0, slash), out->low))
        return false;
    if (slash < text.n) {
        str rest = str_sub(text, slash + 1, text.n);

        if (!six && str_find_char(rest, '.') < rest.n) {
            if (!parse_mask(rest, &prefix))
                return false;
        } else if (!take_number(&rest, prefix, &prefix) || rest.n > 0) {
            return false;
        }
    }
    set_prefix(out, prefix, six ? 16 : 4);
    return true;
}

int oval_ipv4_parse(str text, struct oval_address *out, struct err *err)
{
    struct oval_address address = { { 0 }, { 0 }, 0 };

    if (!parse(str_trim(text), false, &address))
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is not an IPv4 address or prefix",
                       ARGstr(text));
    *out = address;
    return 0;
}

int oval_ipv6_parse(str text, struct oval_address *out, struct err *err)
{
    struct oval_address address = { { 0 }, { 0 }, 0 };

    if (!parse(str_trim(text), true, &address))
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is not an IPv6 address or prefix",
                       ARGstr(text));
    *out = address;
    return 0;
}

bool oval_address_equal(const struct oval_address *a,
                        const struct oval_address *b)
{
    return memcmp(a->low, b->low, 16) == 0 && memcmp(a->high, b->high, 16) == 0;
}

bool oval_address_subset(const struct oval_address *a,
                         const struct oval_address *b)
{
    return memcmp(a->low, b->low, 16) >= 0 && memcmp(a->high, b->high, 16) <= 0;
}

int oval_address_order(const struct oval_address *a,
                       const struct oval_address *b, int *out_order,
                       struct err *err)
{
    if (a->prefix == OVAL_ADDRESS_RANGE || a->prefix != b->prefix)
        return err_set(err, E_INVALID,
                       "addresses of different prefix lengths have no order");
    *out_order = memcmp(a->low, b->low, 16);
    return 0;
}
