/* SPDX-License-Identifier: Apache-2.0
 *
 * Hexadecimal numbers, as /proc writes them.
 */
#ifndef PROBE_HEX_H
#define PROBE_HEX_H

#include "base/str.h"

/* A whole hexadecimal number of 1 to 16 digits. */
int hex_parse(str text, uint64_t *out, struct err *err) MUST_CHECK;

/* n bytes from 2 * n digits. */
int hex_parse_bytes(str text, uint8_t *out, size_t n,
                    struct err *err) MUST_CHECK;

#endif
