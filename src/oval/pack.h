/* SPDX-License-Identifier: Apache-2.0
 *
 * The pack: struct oval_content as one file, mapped read-only and used in
 * place. Little-endian, position independent; a header with magic, format
 * version, digest of the source and, for each section, place, size and XXH3
 * checksum. docs/pack.md describes every byte.
 *
 * A pack is hostile until opened: oval_pack_open() checks checksums, bounds,
 * every index and every tree before anything is used. Notes and prose are
 * the exception: most runs never read them, so their checksums are left to
 * oval_pack_check_prose(); a text that would lead out of its section reads as
 * "", and a note of unknown kind is passed over.
 */
#ifndef OVAL_PACK_H
#define OVAL_PACK_H

#include "base/io.h"
#include "oval/content.h"

#define OVAL_PACK_MAGIC "HFPACK\r\n"
enum {
    OVAL_PACK_VERSION = 1
};

/* 1: the file begins as a pack does; 0: it does not, or cannot be read twice
 * ("-", a pipe). Errors only when it cannot be opened. */
int oval_pack_is_file(const char *path, struct err *err) MUST_CHECK;

/* Writes content; the same content gives the same bytes. Errors appear in
 * io_out_finish(). */
void oval_pack_write(const struct oval_content *content, struct io_out *out);

/* E_CORRUPT: truncated, damaged or inconsistent; E_UNSUPPORTED: written by a
 * newer Holdfast, or for another byte order. Errors name path. */
int oval_pack_open(const char *path, struct oval_content **out,
                   struct err *err) MUST_CHECK;

/* The same for bytes in memory, aligned to 8, which must outlive the
 * content. */
int oval_pack_open_memory(str bytes, const char *name,
                          struct oval_content **out,
                          struct err *err) MUST_CHECK;

/* Checks what opening left out. E_CORRUPT: the prose is damaged. Content that
 * was loaded from XML passes. */
int oval_pack_check_prose(const struct oval_content *content,
                          struct err *err) MUST_CHECK;

#endif
