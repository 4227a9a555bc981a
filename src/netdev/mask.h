/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets out of text that is kept: those that are known, and what stands in
 * configurations where passwords, keys and communities stand. Pure.
 */
#ifndef NETDEV_MASK_H
#define NETDEV_MASK_H

#include "base/buf.h"

#define MASKED "********"

/* Appends text with every occurrence of the secrets (of 3 bytes or more), and
 * every word behind "password", "secret", "key", "community" and kin,
 * replaced. */
void mask_text(str text, const str *secrets, size_t count, struct buf *out);

#endif
