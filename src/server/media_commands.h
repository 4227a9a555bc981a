/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders for USB media (netdev/media.h), signed, and encrypted when asked:
 *   NAME_full.cfg, NAME_delta.cfg  or the same with ".vault" (trust/vault.h)
 *   COPY.txt                       what the operator does
 *   MANIFEST                       "holdfast-media-1 SIGNATURE", then a line a
 *                                  file: SHA-256, size, name
 * The signature (Ed25519) covers all lines but the first. The key is
 * keys/media.key below the data directory.
 */
#ifndef SERVER_MEDIA_COMMANDS_H
#define SERVER_MEDIA_COMMANDS_H

#include "server/commands.h"

int command_media_write(struct server_terms *terms, struct err *err) MUST_CHECK;
int command_media_check(struct server_terms *terms, struct err *err) MUST_CHECK;

#endif
