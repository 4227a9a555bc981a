/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling systemd (sd_notify(3)) how we are: "READY=1". Nothing happens
 * without NOTIFY_SOCKET.
 */
#ifndef SERVER_NOTIFY_H
#define SERVER_NOTIFY_H

#include "base/str.h"

void notify_state(str state);

#endif
