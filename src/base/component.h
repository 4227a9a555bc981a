/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process is built on: libraries by name and the version that runs.
 * Each folder that knows a library adds its own.
 */
#ifndef BASE_COMPONENT_H
#define BASE_COMPONENT_H

#include "base/vec.h"

struct component {
    const char *name; /* as its project calls it: "openssl" */
    char version[64];
};
struct components {
    VEC(struct component) all;
};

/* text: a version, or words one of which begins with a digit. */
void component_add(struct components *components, const char *name,
                   const char *text);
/* Those that base uses. */
void base_components(struct components *components);

#endif
