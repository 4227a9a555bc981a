/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/pgp.h"

enum {
    PACKET_SIGNATURE = 2,
    SUBPACKET_ISSUER = 16,
    SUBPACKET_ISSUER_FINGERPRINT = 33,
    KEY_ID_SIZE = 8,
    FINGERPRINT_SIZE = 20, /* the shortest */
};

/* Takes n bytes of *s as a big-endian number; false when they are not there. */
static bool take_number(str *s, size_t n, size_t *out)
{
    size_t number = 0;

    if (s->n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        number = number << 8 | (unsigned char)s->p[i];
    *s = str_sub(*s, n, SIZE_MAX);
    *out = number;
    return true;
}

static bool take_bytes(str *s, size_t n, str *out)
{
    if (s->n < n)
        return false;
    *out = str_sub(*s, 0, n);
    *s = str_sub(*s, n, SIZE_MAX);
    return true;
}

/* Lengths of new packets and of subpackets (sections 4.2.2 and 5.2.3.1). */
static bool take_length(str *s, size_t *out)
{
    size_t first;
    size_t second;

    if (!take_number(s, 1, &first))
        return false;
    if (first < 192) {
        *out = first;
        return true;
    }
    if (first == 255)
        return take_number(s, 4, out);
    if (!take_number(s, 1, &second))
        return false;
    *out = ((first - 192) << 8) + second + 192;
    return true;
}

/* The body of the first packet, when it is a signature (section 4.2). */
static bool take_signature(str s, str *out)
{
    size_t head;
    size_t length;
    size_t kind;

    if (!take_number(&s, 1, &head) || (head & 0x80) == 0)
        return false;
    if ((head & 0x40) != 0) {
        kind = head & 0x3f;
        if (!take_length(&s, &length))
            return false;
    } else {
        kind = head >> 2 & 0x0f;
        if ((head & 3) == 3)
            length = s.n;
        else if (!take_number(&s, (size_t)1 << (head & 3), &length))
            return false;
    }
    return kind == PACKET_SIGNATURE && take_bytes(&s, length, out);
}

static void show(str id, char out[17])
{
    for (size_t i = 0; i < KEY_ID_SIZE; i++) {
        unsigned c = (unsigned char)id.p[i];

        out[2 * i] = "0123456789abcdef"[c >> 4];
        out[2 * i + 1] = "0123456789abcdef"[c & 15];
    }
    out[2 * KEY_ID_SIZE] = '\0';
}

/* A key's version and fingerprint: the id is its end in version 4, and its
 * beginning later. */
static bool key_id_of(str fingerprint, str *out)
{
    size_t from = fingerprint.p[0] == 4 ? fingerprint.n - KEY_ID_SIZE : 1;

    *out = str_sub(fingerprint, from, KEY_ID_SIZE);
    return true;
}

/* An area of subpackets: the issuer, or the end of its fingerprint. */
static bool find_issuer(str area, str *out)
{
    str part;
    size_t n;
    size_t kind;

    while (area.n > 0) {
        if (!take_length(&area, &n) || !take_bytes(&area, n, &part) ||
            !take_number(&part, 1, &kind))
            return false;
        kind &= 0x7f; /* without the bit "critical" */
        if (kind == SUBPACKET_ISSUER && part.n == KEY_ID_SIZE) {
            *out = part;
            return true;
        }
        if (kind == SUBPACKET_ISSUER_FINGERPRINT && part.n > FINGERPRINT_SIZE)
            return key_id_of(part, out);
    }
    return false;
}

bool pgp_signature_key_id(str bytes, char out[17])
{
    size_t version;
    size_t number;
    str body;
    str id;

    if (!take_signature(bytes, &body) || !take_number(&body, 1, &version))
        return false;
    if (version == 2 || version == 3) {
        /* length of what is hashed, type, time; then the key */
        if (!take_bytes(&body, 6, &id) || !take_bytes(&body, KEY_ID_SIZE, &id))
            return false;
        show(id, out);
        return true;
    }
    if (version < 4 || version > 6 || !take_bytes(&body, 3, &id))
        return false;
    for (int hashed = 1; hashed >= 0; hashed--) {
        str area;

        if (!take_number(&body, version == 6 ? 4 : 2, &number) ||
            !take_bytes(&body, number, &area))
            return false;
        if (find_issuer(area, &id)) {
            show(id, out);
            return true;
        }
    }
    return false;
}
