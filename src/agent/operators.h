/* SPDX-License-Identifier: Apache-2.0
 *
 * The operators whose approval a deployment on this machine needs (claim 3):
 * a file that only root writes, "threshold 2" and a public key in hexadecimal
 * a line.
 */
#ifndef AGENT_OPERATORS_H
#define AGENT_OPERATORS_H

#include "base/str.h"
#include "trust/sign.h"

enum {
    OPERATORS_MAX = 64
};

struct operators {
    int64_t threshold;
    uint8_t keys[OPERATORS_MAX][SIGN_PUBLIC_BYTES];
    size_t n;
};

/* No file: nobody needs to approve. One that cannot be read is an error, so
 * that nothing is deployed. *out is zeroed before. */
int operators_read(const char *path, struct operators *out,
                   struct err *err) MUST_CHECK;

#endif
