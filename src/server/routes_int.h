/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the areas; each is in api_AREA.c.
 */
#ifndef SERVER_ROUTES_INT_H
#define SERVER_ROUTES_INT_H

#include "server/route.h"

extern const struct route_table routes_server;

#endif
