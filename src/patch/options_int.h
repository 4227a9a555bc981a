/* SPDX-License-Identifier: Apache-2.0
 *
 * Which deployment option which operating system offers.
 */
#ifndef PATCH_OPTIONS_INT_H
#define PATCH_OPTIONS_INT_H

#include "patch/options.h"

struct patch_option {
    const char *name;
    unsigned oses; /* a bit each that offers it */
    const char *rule;
};

extern const struct patch_option patch_option_table[]; /* last: no name */

static inline bool patch_option_is_offered(const struct patch_option *option,
                                           enum patch_os os)
{
    return (option->oses >> os & 1) != 0;
}

#endif
