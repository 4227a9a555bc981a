/* SPDX-License-Identifier: Apache-2.0
 *
 * Which levels of patches a Linux distribution knows (P-SEV-2, 7, 8). A level
 * that a distribution does not know selects nothing there, and that is shown.
 */
#ifndef PATCH_LEVELS_H
#define PATCH_LEVELS_H

#include "patch/model.h"

/* The rule by which a distribution ("rhel", "7.9") lacks a type of patches, or
 * NULL: it has it, or nothing is known of the distribution. */
const char *patch_level_missing(str distribution, str version_id,
                                enum patch_type type);

/* The distributions that lack a type, for a person: "Oracle Linux 7"; NULL
 * past the end. */
const char *patch_level_lacking(enum patch_type type, size_t index);

#endif
