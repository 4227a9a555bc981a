/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device that fetches said (netdev/servers/ask.h), as the gate tells
 * the core: the body of a request to GATE_PATH.
 */
#ifndef SERVER_ASK_WIRE_H
#define SERVER_ASK_WIRE_H

#include "netdev/servers/ask.h"
#include "proto/wire.h"

#define GATE_PATH "/gate/v1/ask"

extern const struct wire_shape shape_ask;

#endif
