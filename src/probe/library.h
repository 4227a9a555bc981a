/* SPDX-License-Identifier: Apache-2.0
 *
 * Libraries that few objects need are opened when the first of them is
 * collected, so that every other run starts without them and a machine may
 * lack them. Their types come from their headers; their functions are members
 * of a struct that library_load() fills.
 */
#ifndef PROBE_LIBRARY_H
#define PROBE_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

struct library_symbol {
    const char *name;
    size_t offset; /* of the function pointer in the struct */
};

struct library {
    const char *const *sonames; /* tried in order; ends with NULL */
    const char *package;        /* what to install, for the message */
    const struct library_symbol *symbols;
    size_t symbol_count;
};

/* Loads the library, which then stays loaded, and fills *functions.
 * E_UNSUPPORTED: it is not installed, or lacks a function. */
int library_load(const struct library *library, void *functions,
                 struct err *err) MUST_CHECK;

#endif
