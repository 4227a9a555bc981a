/* SPDX-License-Identifier: Apache-2.0
 *
 * The running configurations of many devices, several at a time on one loop,
 * into the archive. Memory is bounded by how many are read at a time.
 */
#ifndef CLI_DEVICE_MANY_H
#define CLI_DEVICE_MANY_H

#include "cli/device_reach.h"
#include "netdev/roster.h"

enum {
    MANY_AT_ONCE = 20,
    MANY_AT_ONCE_MAX = 1000,
};

struct many_result {
    size_t read;
    size_t changed;
    size_t failed;
    size_t passed_over; /* the list says they are down */
};

/* `common` holds what the options say for all; a device's own row goes before
 * it. A device that cannot be read is told on standard error and counted. */
int many_fetch(struct cli *cli, const struct reach *common,
               const struct roster *roster, struct many_result *out,
               struct err *err) MUST_CHECK;

#endif
