/* SPDX-License-Identifier: Apache-2.0
 *
 * The pack: struct oval_content as one file, mapped read-only and used in
 * place. Little-endian, position independent; a header with magic, format
 * version, digest of the source and, for each section, place, size and XXH3
 * checksum. docs/pack.md describes every byte.
 *
 * A pack is hostile until opened: oval_pack_open() checks checksums, bounds,
 * every index and every tree before anything is used. The prose section is
 * checked when it is first needed (oval_pack_check_prose()), because most
 * runs never read it; its offsets are checked at opening.
 */
#ifndef OVAL_PACK_H
#define OVAL_PACK_H

#include "base/io.h"
#include "oval/content.h"

#define OVAL_PACK_MAGIC "HFPACK\r\n"
enum { OVAL_PACK_VERSION = 1 };

/* True when the bytes begin as a pack does. */
bool oval_pack_is(str bytes);

/* Writes content; the same content gives the same bytes. */
int oval_pack_write(const struct oval_content *content, struct io_out *out,
                    struct err *err) MUST_CHECK;

/* E_CORRUPT: truncated, damaged or inconsistent; E_UNSUPPORTED: written by a
 * newer Holdfast, or for another byte order. Errors name path. */
int oval_pack_open(const char *path, struct oval_content **out,
                   struct err *err) MUST_CHECK;

/* The same for bytes in memory, which must outlive the content. */
int oval_pack_open_memory(str bytes, const char *name,
                          struct oval_content **out,
                          struct err *err) MUST_CHECK;

#endif
