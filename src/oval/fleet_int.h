/* SPDX-License-Identifier: Apache-2.0
 *
 * A fleet from within.
 *
 *     name      of packages, a number each
 *     package   name, version, architecture ..., a number each distinct one
 *     group     the packages of one name on one device, a number each
 *               distinct set: nearly always one package
 *     env       operating system, kernel and package manager
 *     device    an env and the numbers of its groups, as deltas
 *
 * Names, packages, groups and envs are only ever added. What of a test
 * depends on packages depends on few names, so on few groups, and devices
 * share them: that is what makes a fleet quick.
 *
 * With source packages, content finds a package by the name of its source
 * too. Such a package is entered a second time, under that name, as `pseudo`.
 */
#ifndef OVAL_FLEET_INT_H
#define OVAL_FLEET_INT_H

#include "base/map.h"
#include "base/vec.h"
#include "oval/fleet.h"
#include "oval/inventory_int.h"

struct fleet_package {
    struct oval_installed text;
    uint32_t name;
    uint32_t single; /* the group of it alone; OVAL_NONE: not made yet */
    uint32_t source; /* its pseudo package; OVAL_NONE: not made yet */
    bool pseudo;
};

struct fleet_group {
    uint32_t name;
    uint32_t first; /* into members */
    uint32_t count;
};

struct fleet_env {
    struct oval_os os;
    enum oval_manager manager;
    uint32_t devices;
};

struct fleet_device {
    str name;       /* p == NULL: free */
    uint8_t *bytes; /* its groups: varints of zigzag deltas */
    uint32_t size;
    uint32_t groups;
    uint32_t packages; /* without pseudo */
    uint32_t env;
};

/* Numbers by hash; what is compared is the owner's business. */
struct fleet_slot {
    uint32_t tag;    /* of the hash */
    uint32_t number; /* OVAL_NONE: free */
};
struct fleet_index {
    struct fleet_slot *slots;
    uint32_t cap;
    uint32_t n;
};

struct fleet_pending { /* a package of the device being put in */
    uint32_t package;
    uint32_t next; /* of the same name; OVAL_NONE: the last */
};

struct oval_fleet {
    struct oval_inventory_options options;
    struct arena texts;
    struct map names;
    VEC(struct fleet_package) packages;
    VEC(struct fleet_group) groups;
    VEC(uint32_t) members;
    VEC(struct fleet_env) envs;
    VEC(struct fleet_device) devices;
    VEC(uint32_t) free_devices;
    struct map device_names;
    struct fleet_index package_index;
    struct fleet_index group_index;
    struct fleet_index env_index;
    uint32_t device_count;
    uint64_t installed;
    uint64_t list_bytes;

    /* scratch of one put */
    uint32_t stamp;
    VEC(uint32_t) name_stamp; /* by name: stamp of the last device with it */
    VEC(uint32_t) name_first; /* by name: its first pending */
    VEC(struct fleet_pending) pending;
    VEC(uint32_t) firsts; /* pending: one of each name */
    VEC(uint32_t) ids;
    VEC(uint8_t) bytes;
};

/* Goes over the groups of a device. */
struct fleet_walk {
    const uint8_t *p;
    const uint8_t *end;
    uint32_t group;
};

static inline struct fleet_walk fleet_walk(const struct fleet_device *device)
{
    return (struct fleet_walk){ device->bytes, device->bytes + device->size,
                                0 };
}

static inline bool fleet_walk_next(struct fleet_walk *walk)
{
    uint32_t value = 0;
    unsigned shift = 0;

    if (walk->p == walk->end)
        return false;
    for (; (*walk->p & 0x80) != 0; shift += 7)
        value |= (uint32_t)(*walk->p++ & 0x7f) << shift;
    value |= (uint32_t)*walk->p++ << shift;
    walk->group += (value >> 1) ^ (0U - (value & 1));
    return true;
}

/* --- fleet_intern.c --- */

void fleet_index_clear(struct fleet_index *index);
/* The number that was added with this hash and that same() says yes to, or
 * OVAL_NONE. */
typedef bool fleet_same_fn(const void *ctx, uint32_t number);
uint32_t fleet_index_find(const struct fleet_index *index, uint64_t hash,
                          fleet_same_fn *same, const void *ctx);
void fleet_index_add(struct fleet_index *index, uint64_t hash, uint32_t number);

uint32_t fleet_package_of(struct oval_fleet *fleet,
                          const struct oval_installed *text, bool pseudo);
uint32_t fleet_env_of(struct oval_fleet *fleet, const struct oval_os *os,
                      enum oval_manager manager);
/* ids: packages of one name, ascending, each once. */
uint32_t fleet_group_of(struct oval_fleet *fleet, const uint32_t *ids,
                        uint32_t n);

/* --- fleet.c --- */

/* Putting in a device whose packages are numbers already. */
void fleet_begin(struct oval_fleet *fleet);
void fleet_add_package(struct oval_fleet *fleet, uint32_t package);
int fleet_end(struct oval_fleet *fleet, const struct oval_inventory *inventory,
              uint32_t *out_index, struct err *err) MUST_CHECK;

#endif
