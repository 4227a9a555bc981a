/* SPDX-License-Identifier: Apache-2.0
 *
 * The first process: it opens the ports, gives up root, starts a child for
 * each role, hands out sockets and settings, and starts again what ends, with
 * growing pauses. It reads nothing but typed messages of its children.
 *
 * A child that ends before it was ever ready and says that its input is bad
 * (exit 3) ends the whole: starting it again would not help.
 */
#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include "server/config.h"

struct supervisor_terms {
    struct config *config;
    const char *clock;   /* file of --clock, or NULL */
    const char *program; /* this program's path */
};

/* Runs until it is told to stop; the exit code. */
int supervisor_run(const struct supervisor_terms *terms);

#endif
