/* SPDX-License-Identifier: Apache-2.0
 *
 * /etc/services: the ports of services.
 */
#ifndef PROBE_SERVICES_H
#define PROBE_SERVICES_H

#include "base/str.h"

/* The port of service (by name or alias) with protocol, or -1. */
int services_find_port(str text, str service, str protocol);

#endif
