/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/fleet.h"

#include "oval/fleet_int.h"
#include "oval/inventory_package.h"

enum {
    DICTIONARY_MAX = 32 * 1000 * 1000, /* distinct packages and groups */
};
#define TEXTS_MAX ((size_t)4 << 30)

struct oval_fleet *oval_fleet_new(const struct oval_inventory_options *options)
{
    struct oval_fleet *fleet = mem_alloc(1, sizeof(*fleet));

    if (options != NULL)
        fleet->options = *options;
    return fleet;
}

void oval_fleet_free(struct oval_fleet *fleet)
{
    if (fleet == NULL)
        return;
    for (size_t i = 0; i < fleet->devices.n; i++)
        mem_free(fleet->devices.p[i].bytes);
    arena_clear(&fleet->texts);
    map_clear(&fleet->names);
    map_clear(&fleet->device_names);
    vec_clear(&fleet->packages);
    vec_clear(&fleet->groups);
    vec_clear(&fleet->members);
    vec_clear(&fleet->envs);
    vec_clear(&fleet->devices);
    vec_clear(&fleet->free_devices);
    fleet_index_clear(&fleet->package_index);
    fleet_index_clear(&fleet->group_index);
    fleet_index_clear(&fleet->env_index);
    vec_clear(&fleet->name_stamp);
    vec_clear(&fleet->name_first);
    vec_clear(&fleet->pending);
    vec_clear(&fleet->firsts);
    vec_clear(&fleet->ids);
    vec_clear(&fleet->bytes);
    mem_free(fleet);
}

void oval_fleet_freep(struct oval_fleet **fleet)
{
    oval_fleet_free(*fleet);
    *fleet = NULL;
}

/* --- putting in --- */

void fleet_begin(struct oval_fleet *fleet)
{
    if (fleet->stamp == UINT32_MAX) {
        fleet->stamp = 0;
        memset(fleet->name_stamp.p, 0,
               fleet->name_stamp.n * sizeof(*fleet->name_stamp.p));
    }
    fleet->stamp++;
    fleet->pending.n = 0;
    fleet->firsts.n = 0;
}

void fleet_add_package(struct oval_fleet *fleet, uint32_t package)
{
    uint32_t name = fleet->packages.p[package].name;
    uint32_t at = (uint32_t)fleet->pending.n;
    struct fleet_pending *pending = vec_push(&fleet->pending);

    pending->package = package;
    pending->next = OVAL_NONE;
    if (fleet->name_stamp.p[name] == fleet->stamp) {
        uint32_t first = fleet->name_first.p[name];

        pending->next = fleet->pending.p[first].next;
        fleet->pending.p[first].next = at;
        return;
    }
    fleet->name_stamp.p[name] = fleet->stamp;
    fleet->name_first.p[name] = at;
    *vec_push(&fleet->firsts) = at;
}

static uint32_t pseudo_of(struct oval_fleet *fleet, uint32_t package)
{
    uint32_t pseudo = fleet->packages.p[package].source;
    struct oval_installed as;

    if (pseudo != OVAL_NONE)
        return pseudo;
    as = inventory_as_source(&fleet->packages.p[package].text);
    as.source = STR("");
    as.source_evr = STR("");
    pseudo = fleet_package_of(fleet, &as, true);
    fleet->packages.p[package].source = pseudo;
    return pseudo;
}

/* What content that names sources finds under another name. */
static void add_pseudo(struct oval_fleet *fleet)
{
    size_t n = fleet->pending.n;

    for (size_t i = 0; i < n; i++) {
        uint32_t package = fleet->pending.p[i].package;
        const struct oval_installed *text = &fleet->packages.p[package].text;

        if (text->source.n > 0 && !str_eq(text->source, text->name))
            fleet_add_package(fleet, pseudo_of(fleet, package));
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* The group of the packages of one name, each once. */
static int group_at(struct oval_fleet *fleet, uint32_t first, uint32_t *out,
                    struct err *err)
{
    size_t n = 0;

    if (fleet->pending.p[first].next == OVAL_NONE) {
        *out = fleet_group_of(fleet, &fleet->pending.p[first].package, 1);
        return 0;
    }
    fleet->ids.n = 0;
    for (uint32_t i = first; i != OVAL_NONE; i = fleet->pending.p[i].next)
        *vec_push(&fleet->ids) = fleet->pending.p[i].package;
    qsort(fleet->ids.p, fleet->ids.n, sizeof(*fleet->ids.p), by_number);
    for (size_t i = 0; i < fleet->ids.n; i++)
        if (i == 0 || fleet->ids.p[i] != fleet->ids.p[i - 1])
            fleet->ids.p[n++] = fleet->ids.p[i];
    if (n > OVAL_INVENTORY_SAME_MAX)
        return err_set(err, E_LIMIT,
                       "more than %d packages called '%" PRIstr "'",
                       OVAL_INVENTORY_SAME_MAX,
                       ARGstr(fleet->packages.p[fleet->ids.p[0]].text.name));
    *out = fleet_group_of(fleet, fleet->ids.p, (uint32_t)n);
    return 0;
}

static void add_number(struct oval_fleet *fleet, uint32_t value)
{
    while (value >= 0x80) {
        *vec_push(&fleet->bytes) = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *vec_push(&fleet->bytes) = (uint8_t)value;
}

/* Fills fleet->bytes with the groups; counts the packages that stand on the
 * device itself. */
static int list_groups(struct oval_fleet *fleet, uint32_t *out_packages,
                       struct err *err)
{
    uint32_t before = 0;
    uint32_t packages = 0;

    fleet->bytes.n = 0;
    for (size_t i = 0; i < fleet->firsts.n; i++) {
        const struct fleet_group *g;
        uint32_t group = 0;
        uint32_t delta;

        if (group_at(fleet, fleet->firsts.p[i], &group, err) < 0)
            return E_LIMIT;
        g = &fleet->groups.p[group];
        delta = group - before;
        add_number(fleet, (delta << 1) ^ (0U - (delta >> 31)));
        before = group;
        for (uint32_t k = 0; k < g->count; k++)
            packages +=
                !fleet->packages.p[fleet->members.p[g->first + k]].pseudo;
    }
    *out_packages = packages;
    return 0;
}

static void drop_list(struct oval_fleet *fleet, struct fleet_device *device)
{
    fleet->list_bytes -= device->size;
    fleet->installed -= device->packages;
    fleet->envs.p[device->env].devices--;
    mem_free(device->bytes);
    device->bytes = NULL;
    device->size = 0;
}

static int find_place(struct oval_fleet *fleet, str name, uint32_t *out_index,
                      struct err *err)
{
    uint32_t index = map_get(&fleet->device_names, name);

    if (index != MAP_NONE) {
        drop_list(fleet, &fleet->devices.p[index]);
        *out_index = index;
        return 1;
    }
    if (fleet->free_devices.n > 0) {
        index = fleet->free_devices.p[--fleet->free_devices.n];
    } else {
        if (fleet->devices.n >= OVAL_FLEET_DEVICES_MAX)
            return err_set(err, E_LIMIT, "more than %d devices",
                           OVAL_FLEET_DEVICES_MAX);
        index = (uint32_t)fleet->devices.n;
        (void)vec_push(&fleet->devices);
    }
    fleet->devices.p[index].name = arena_str(&fleet->texts, name);
    map_set(&fleet->device_names, fleet->devices.p[index].name, index);
    fleet->device_count++;
    *out_index = index;
    return 0;
}

int fleet_end(struct oval_fleet *fleet, const struct oval_inventory *inventory,
              uint32_t *out_index, struct err *err)
{
    struct fleet_device *device;
    uint32_t index = 0;
    uint32_t packages;
    int rc;

    if (fleet->packages.n > DICTIONARY_MAX ||
        fleet->members.n > DICTIONARY_MAX || fleet->texts.used > TEXTS_MAX)
        return err_set(err, E_LIMIT,
                       "the fleet has more than %d different packages",
                       DICTIONARY_MAX);
    if (fleet->options.source_packages &&
        inventory->manager == OVAL_MANAGER_DPKG)
        add_pseudo(fleet);
    rc = list_groups(fleet, &packages, err);
    if (rc == 0)
        rc = find_place(fleet, inventory->device, &index, err);
    if (rc < 0)
        return rc;
    device = &fleet->devices.p[index];
    device->size = (uint32_t)fleet->bytes.n;
    device->bytes = mem_alloc(device->size, 1);
    if (device->size > 0)
        memcpy(device->bytes, fleet->bytes.p, device->size);
    device->groups = (uint32_t)fleet->firsts.n;
    device->packages = packages;
    device->env = fleet_env_of(fleet, &inventory->os, inventory->manager);
    fleet->envs.p[device->env].devices++;
    fleet->list_bytes += device->size;
    fleet->installed += packages;
    if (out_index != NULL)
        *out_index = index;
    return rc;
}

int oval_fleet_put(struct oval_fleet *fleet,
                   const struct oval_inventory *inventory, uint32_t *out_index,
                   struct err *err)
{
    int rc = oval_inventory_check(inventory, err);

    if (rc < 0)
        return rc;
    fleet_begin(fleet);
    for (size_t i = 0; i < inventory->package_count; i++)
        fleet_add_package(
            fleet, fleet_package_of(fleet, &inventory->packages[i], false));
    return fleet_end(fleet, inventory, out_index, err);
}

bool oval_fleet_remove(struct oval_fleet *fleet, uint32_t index)
{
    struct fleet_device *device;

    if (index >= fleet->devices.n || fleet->devices.p[index].name.p == NULL)
        return false;
    device = &fleet->devices.p[index];
    drop_list(fleet, device);
    map_set(&fleet->device_names, device->name, MAP_NONE);
    device->name = STR_NONE;
    fleet->device_count--;
    *vec_push(&fleet->free_devices) = index;
    return true;
}

struct oval_fleet *oval_fleet_copy(const struct oval_fleet *fleet)
{
    struct oval_fleet *copy = oval_fleet_new(&fleet->options);
    VEC(uint32_t) free_devices = { 0 };
    struct err err;

    for (uint32_t d = 0; d < fleet->devices.n; d++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct oval_inventory inventory;

        if (fleet->devices.p[d].name.p == NULL) {
            (void)vec_push(&copy->devices);
            *vec_push(&free_devices) = d;
            continue;
        }
        oval_fleet_inventory(fleet, d, &arena, &inventory);
        if (oval_fleet_put(copy, &inventory, NULL, &err) < 0)
            abort(); /* it was put in before */
    }
    for (size_t i = 0; i < free_devices.n; i++)
        *vec_push(&copy->free_devices) = free_devices.p[i];
    vec_clear(&free_devices);
    return copy;
}

/* --- looking --- */

uint32_t oval_fleet_find(const struct oval_fleet *fleet, str device)
{
    return map_get(&fleet->device_names, device);
}

uint32_t oval_fleet_size(const struct oval_fleet *fleet)
{
    return (uint32_t)fleet->devices.n;
}

str oval_fleet_device(const struct oval_fleet *fleet, uint32_t index)
{
    return index < fleet->devices.n ? fleet->devices.p[index].name : STR_NONE;
}

static int by_package(const void *a, const void *b)
{
    return inventory_package_order(a, b);
}

void oval_fleet_inventory(const struct oval_fleet *fleet, uint32_t index,
                          struct arena *arena, struct oval_inventory *out)
{
    const struct fleet_device *device = &fleet->devices.p[index];
    const struct fleet_env *env = &fleet->envs.p[device->env];
    struct fleet_walk walk = fleet_walk(device);
    struct oval_installed *list =
        arena_alloc(arena, device->packages + 1, sizeof(*list));
    size_t n = 0;

    while (fleet_walk_next(&walk)) {
        const struct fleet_group *g = &fleet->groups.p[walk.group];

        for (uint32_t i = 0; i < g->count; i++) {
            const struct fleet_package *p =
                &fleet->packages.p[fleet->members.p[g->first + i]];

            if (!p->pseudo)
                list[n++] = p->text;
        }
    }
    qsort(list, n, sizeof(*list), by_package);
    *out = (struct oval_inventory){ .device = device->name,
                                    .os = env->os,
                                    .manager = env->manager,
                                    .packages = list,
                                    .package_count = n };
}

struct oval_fleet_stats oval_fleet_stats(const struct oval_fleet *fleet)
{
    struct oval_fleet_stats stats = { .devices = fleet->device_count,
                                      .packages = (uint32_t)fleet->packages.n,
                                      .installed = fleet->installed };

    stats.bytes =
        fleet->texts.used + fleet->list_bytes +
        fleet->packages.cap * sizeof(*fleet->packages.p) +
        fleet->groups.cap * sizeof(*fleet->groups.p) +
        fleet->members.cap * sizeof(*fleet->members.p) +
        fleet->devices.cap * (sizeof(*fleet->devices.p) + 16) +
        fleet->names.cap * 24 + fleet->device_names.cap * 24 +
        fleet->names.n * 8 +
        ((uint64_t)fleet->package_index.cap + fleet->group_index.cap) *
            sizeof(struct fleet_slot);
    return stats;
}
