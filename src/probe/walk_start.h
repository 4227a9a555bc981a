/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the searches of a walk start. A start below a symbolic link, such as
 * /lib, has a real path too; a walk that comes by there serves it, and what
 * it finds is called by the name of the start.
 */
#ifndef PROBE_WALK_START_H
#define PROBE_WALK_START_H

#include <stdatomic.h>

#include "base/map.h"
#include "probe/walk_match.h"

struct start {
    uint32_t search;
    int32_t depth;
    str path;
    str real;           /* p == NULL: it has to be walked by its own name */
    uint32_t next;      /* start with the same path, or UINT32_MAX */
    uint32_t next_real; /* with the same real path */
    dev_t dev;          /* known when reached */
    atomic_bool reached;
};

struct starts {
    struct start *v; /* sorted by path: a directory is before what is in it */
    uint32_t n;
    struct map by_path; /* the first start of each */
    struct map by_real;
    struct arena arena;
};

void starts_init(struct starts *starts, struct probe_machine *machine,
                 const struct walk_rules *rules);
void starts_clear(struct starts *starts);

/* Is the directory `path` seen by its real name, not by that of the start? */
bool start_is_real(const struct start *start, str path);

#endif
