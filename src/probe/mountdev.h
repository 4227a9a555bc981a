/* SPDX-License-Identifier: Apache-2.0
 *
 * Which devices hold file systems that come from another machine, by
 * /proc/self/mountinfo. Read once a walk, when a search asks for it.
 */
#ifndef PROBE_MOUNTDEV_H
#define PROBE_MOUNTDEV_H

#include <sys/types.h>

#include "base/str.h"
#include "base/vec.h"

struct mountdev {
    VEC(dev_t) remote;
};

void mountdev_clear(struct mountdev *mounts);

/* Adds what the text of a mountinfo file names. E_PARSE when a line is not
 * one of mountinfo. */
int mountdev_parse(struct mountdev *mounts, str text,
                   struct err *err) MUST_CHECK;

/* This process's own mounts. */
int mountdev_read(struct mountdev *mounts, struct err *err) MUST_CHECK;

bool mountdev_is_remote(const struct mountdev *mounts, dev_t dev);

#endif
