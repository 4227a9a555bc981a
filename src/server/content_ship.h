/* SPDX-License-Identifier: Apache-2.0
 *
 * The content that came with Holdfast, or that root installed on this
 * machine with `holdfast content`, comes into use at a start for every
 * platform that has none yet: a new server can answer at once.
 */
#ifndef SERVER_CONTENT_SHIP_H
#define SERVER_CONTENT_SHIP_H

#include "server/core.h"

/* What cannot be read is logged. core->reader is set. */
void content_ship(struct core *core);

#endif
