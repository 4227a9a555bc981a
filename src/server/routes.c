/* SPDX-License-Identifier: Apache-2.0 */
#include "server/routes_int.h"

const struct route_table *const route_tables[] = {
    &routes_server,
};
const size_t route_table_count = COUNT(route_tables);
