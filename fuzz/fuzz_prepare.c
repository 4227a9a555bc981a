/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts for a bootstrap text: what is accepted gives lines of printable
 * characters, so that no member can smuggle in a command of its own.
 */
#include <stdlib.h>

#include "netdev/prepare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(prepare_clear) struct prepare prepare = PREPARE;
    struct err err = { 0 };
    str json = { (const char *)data, size };
    int rc = prepare_device(json, &prepare, &err);

    require(rc <= 0 && (rc == 0) == (err.code == 0));
    for (size_t i = 0; rc == 0 && i < prepare.text.n; i++)
        require(prepare.text.p[i] == '\n' ||
                (prepare.text.p[i] >= 0x20 && prepare.text.p[i] < 0x7f));
    require(rc < 0 || prepare.text.n == 0 ||
            prepare.text.p[prepare.text.n - 1] == '\n');
    return 0;
}
