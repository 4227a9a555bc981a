/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of a file of the machine: it is read once for all of them.
 */
#ifndef PROBE_FILEDIGEST_H
#define PROBE_FILEDIGEST_H

#include "base/digest.h"
#include "probe/machine.h"

struct filedigest {
    char text[DIGEST_KINDS][DIGEST_HEX_MAX];
};

/* Computes the kinds i whose bit 1 << i is set in `which`. E_ABSENT: not
 * there, or not a regular file. */
int filedigest_read(struct probe_machine *machine, const char *path,
                    unsigned which, struct filedigest *out,
                    struct err *err) MUST_CHECK;

#endif
