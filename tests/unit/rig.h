/* SPDX-License-Identifier: Apache-2.0
 *
 * A rig to test probes as the engine uses them: a root directory made for the
 * test, and one object at a time collected from it. What was collected is
 * read as text: the flag, then a line an item, "KIND fact=value fact=value",
 * then a line a message, "! sentence". A fact without value is "fact:status".
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "probe/probe.h"

struct rig_entity {
    const char *name;
    const char *value;
    enum oval_operation operation; /* OVAL_EQUALS unless set */
    enum oval_datatype datatype;   /* OVAL_STRING unless set */
};

struct rig_behavior {
    const char *name;
    const char *value;
};

struct rig_object {
    const char *kind; /* "linux:dpkginfo" */
    struct rig_entity entities[8];
    struct rig_behavior behaviors[8];
};

struct rig;

/* An empty root directory and no source yet. */
struct rig *rig_new(void);
void rig_free(struct rig *rig);
const char *rig_root(const struct rig *rig);

/* Setup and teardown of a test whose state is a rig. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* Files of the root; directories on the way are made. */
void rig_file(struct rig *rig, const char *path, str text);
void rig_file_c(struct rig *rig, const char *path, const char *text);
void rig_link(struct rig *rig, const char *path, const char *target);
void rig_remove(struct rig *rig, const char *path);

/* Collects the object below the root, with a new source each time. The text
 * lives until the next call. */
const char *rig_collect(struct rig *rig, const struct rig_object *object);
const char *rig_collect_with(struct rig *rig,
                             const struct probe_options *options,
                             const struct rig_object *object);

#endif
