/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the assessor share.
 */
#ifndef SERVER_ASSESSOR_INT_H
#define SERVER_ASSESSOR_INT_H

#include "base/vec.h"
#include "server/assessor.h"

struct entry { /* one device of one content */
    int64_t device;
    uint32_t index; /* in the fleet; OVAL_NONE: not put in yet */
    uint8_t inventory[JOB_DIGEST_BYTES]; /* what it was put in with */
    str verdicts;     /* the merged blob, ours; n == 0: none yet */
    uint32_t *differ; /* definitions on which the origins disagree, ours */
    uint32_t differ_n;
};

struct assessed {
    struct content content;
    struct oval_content *pack;
    struct oval_fleet *fleet;
    struct oval_assess *assess;
    uint64_t key;
    bool sources; /* of the fleet: names also mean source packages */
    bool fresh;   /* its devices are still to be queued */
    VEC(struct entry) entries; /* ascending by device */
    uint8_t *agent; /* results of one device, while it is looked at */
    uint8_t *server;
};

struct assessor {
    struct core *core;
    const char *content_dir;
    VEC(struct assessed *) all;
    VEC(int64_t) waiting; /* devices, taken from the front */
    size_t taken;
    struct loop_watch *slice;
    uint64_t changes;
    uint64_t findings;
};

/* The entry of a device, or NULL. */
struct entry *assessed_entry(const struct assessed *assessed, int64_t device);
/* The same; made when there is none. */
struct entry *assessed_entry_add(struct assessed *assessed, int64_t device);
/* False: there was none. */
bool assessed_entry_remove(struct assessed *assessed, int64_t device);
/* Where the first device is that is not before this one. */
size_t assessed_place(const struct assessed *assessed, int64_t device);

/* Evaluates one device with the content that fits it, in a transaction. */
int assessor_look(struct assessor *assessor, int64_t device,
                  struct err *err) MUST_CHECK;

#endif
