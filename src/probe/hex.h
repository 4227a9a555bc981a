/* SPDX-License-Identifier: Apache-2.0
 *
 * Hexadecimal numbers, as /proc writes them, and as OVAL writes
 * binary values.
 */
#ifndef PROBE_HEX_H
#define PROBE_HEX_H

#include "base/arena.h"

/* A whole hexadecimal number of 1 to 16 digits. */
int hex_parse(str text, uint64_t *out, struct err *err) MUST_CHECK;

/* n bytes from 2 * n digits. */
int hex_parse_bytes(str text, uint8_t *out, size_t n,
                    struct err *err) MUST_CHECK;

/* Two lower-case digits for each byte. */
str hex_text(struct arena *arena, str bytes);

#endif
