/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device is and has: collected by the evaluator process, live or below
 * a root directory, by the readers of src/probe. What could not be read is
 * told in `errors`, a line each; it is never silently empty.
 *
 * Texts of *out live in the arena.
 */
#ifndef AGENT_INVENTORY_H
#define AGENT_INVENTORY_H

#include "probe/machine.h"
#include "proto/agent.h"

struct inventory_sources {
    const char *utmp;    /* who is logged in */
    struct err err;      /* of the last part that could not be read */
    struct buf problems; /* the lines of `errors` */
    struct arena *arena; /* of the texts */
    struct probe_machine *machine;
};

/* The digest is set, too. */
void inventory_collect(struct probe_machine *machine, const char *utmp,
                       int64_t now, struct arena *arena, struct inventory *out);

/* From an older whole inventory to a newer one: in *out, which borrows from
 * `newer`. Both have sorted packages, as inventory_collect() gives them. */
void inventory_delta(const struct inventory *older,
                     const struct inventory *newer, struct arena *arena,
                     struct inventory *out);

/* The parts, each a file: facts_NAME.c. */
void facts_os(struct inventory_sources *from, struct inventory *out);
void facts_hardware(struct inventory_sources *from, struct inventory *out);
void facts_packages(struct inventory_sources *from, struct inventory *out);
void facts_interfaces(struct inventory_sources *from, struct inventory *out);
void facts_users(struct inventory_sources *from, struct inventory *out);

/* A text that a message may hold: valid UTF-8 without control characters, at
 * most AGENT_NAME_MAX bytes. */
str facts_clean(struct arena *arena, str text);
void facts_problem(struct inventory_sources *from, const char *what);
/* A file without its last newline; empty when it cannot be read. */
str facts_line(struct inventory_sources *from, const char *path);

#endif
