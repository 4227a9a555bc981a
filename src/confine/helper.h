/* SPDX-License-Identifier: Apache-2.0
 *
 * A helper program: it reads foreign input on standard input and writes what
 * it makes of it to standard output, and holds nothing else: not root, no
 * network, no other program, no file to write, and only its share of memory
 * and time.
 *
 * With --serve it gets such work over the socket on descriptor 3, as three
 * descriptors: input, output, and where to write one byte when the output is
 * whole. Each is done by a process of its own, so one that crashes takes
 * nothing with it. The server starts it so before it gives up starting
 * programs (server/helper.h).
 */
#ifndef CONFINE_HELPER_H
#define CONFINE_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct helper_program {
    const char *name;
    /* What needs files or more calls; reads no input. Or NULL. */
    int (*prepare)(struct err *err);
    int (*run)(struct err *err); /* standard input to standard output */
    bool reads;                  /* files of the machine may be read: fonts */
    uint64_t memory_max;
    uint64_t output_max;
    unsigned time_s;
};

/* What main() returns. A failure is said on standard error. */
int helper_main(const struct helper_program *program, int argc, char **argv);

#endif
