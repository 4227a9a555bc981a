/* SPDX-License-Identifier: Apache-2.0
 *
 * Who lacks what, in memory: a set of devices for each patch, brought up to
 * date from the scans that came since (fleet/patch_state.h counts them).
 */
#include "base/map.h"
#include "fleet/patch_state.h"
#include "server/patcher.h"

struct lacks {
    int64_t device;
    uint32_t *patches; /* of sets */
    uint32_t *since;
    size_t n;
};
struct patch_fleet {
    int64_t org;
    int64_t newest; /* scan that was read */
    struct map by_patch;
    VEC(struct idset *) sets;
    VEC(int64_t) patches; /* the row of each set */
    struct map by_device;
    VEC(struct lacks) devices;
    struct idset *scanned;
    struct patch_fleet *next;
};

static str key_of(const int64_t *id)
{
    return (str){ (const char *)id, sizeof(*id) };
}

void patch_fleet_free(struct patch_fleet *f)
{
    while (f != NULL) {
        struct patch_fleet *next = f->next;

        for (size_t i = 0; i < f->sets.n; i++)
            idset_free(f->sets.p[i]);
        for (size_t i = 0; i < f->devices.n; i++) {
            mem_free(f->devices.p[i].patches);
            mem_free(f->devices.p[i].since);
        }
        vec_clear(&f->sets);
        vec_clear(&f->patches);
        vec_clear(&f->devices);
        map_clear(&f->by_patch);
        map_clear(&f->by_device);
        idset_free(f->scanned);
        mem_free(f);
        f = next;
    }
}

static struct lacks *device_of(struct patch_fleet *f, struct arena *arena,
                               int64_t device)
{
    uint32_t at = map_get(&f->by_device, key_of(&device));

    if (at == MAP_NONE) {
        at = (uint32_t)f->devices.n;
        vec_push(&f->devices)->device = device;
        map_add(&f->by_device, arena_str(arena, key_of(&device)), at);
    }
    return &f->devices.p[at];
}

static uint32_t set_of(struct patch_fleet *f, struct arena *arena,
                       int64_t patch)
{
    uint32_t at = map_get(&f->by_patch, key_of(&patch));

    if (at == MAP_NONE) {
        at = (uint32_t)f->sets.n;
        *vec_push(&f->sets) = NULL;
        *vec_push(&f->patches) = patch;
        map_add(&f->by_patch, arena_str(arena, key_of(&patch)), at);
    }
    return at;
}

struct reading {
    struct patch_fleet *fleet;
    struct arena *arena;
};

/* Devices' clocks say anything; unsigned seconds last until 2106. */
static uint32_t second_of(int64_t at)
{
    return at < 0 ? 0 : at > UINT32_MAX ? UINT32_MAX : (uint32_t)at;
}

static int take(void *ctx, const struct patch_state *state,
                struct err *err UNUSED)
{
    struct reading *r = ctx;
    struct patch_fleet *f = r->fleet;
    struct lacks *device = device_of(f, r->arena, state->device);
    const struct patch_lack *lacks = state->lacks.p;
    uint32_t id = (uint32_t)state->device;

    for (size_t i = 0; i < device->n; i++)
        idset_remove(f->sets.p[device->patches[i]], id);
    mem_free(device->patches);
    mem_free(device->since);
    device->patches = mem_alloc(state->lacks.n + 1, sizeof(*device->patches));
    device->since = mem_alloc(state->lacks.n + 1, sizeof(*device->since));
    device->n = 0;
    for (size_t i = 0; i < state->lacks.n; i++) {
        uint32_t at;

        if (i > 0 && lacks[i].patch == lacks[i - 1].patch)
            continue;
        at = set_of(f, r->arena, lacks[i].patch);
        idset_add(&f->sets.p[at], id);
        device->since[device->n] = second_of(lacks[i].since);
        device->patches[device->n++] = at;
    }
    idset_add(&f->scanned, id);
    f->newest = state->id;
    return 0;
}

int patch_fleet_update(struct db *db, struct patch_fleet **list,
                       struct arena *arena, int64_t org,
                       struct patch_fleet **out, struct err *err)
{
    struct reading r = { .arena = arena };
    struct patch_fleet *f = *list;
    int rc;

    while (f != NULL && f->org != org)
        f = f->next;
    if (f == NULL) {
        f = mem_alloc(1, sizeof(*f));
        f->org = org;
        f->next = *list;
        *list = f;
    }
    r.fleet = f;
    rc = patch_state_each(db, org, f->newest, take, &r, err);
    if (rc == 0)
        *out = f;
    return rc;
}

const struct idset *patch_fleet_lacking(const struct patch_fleet *f,
                                        int64_t patch)
{
    uint32_t at = map_get(&f->by_patch, key_of(&patch));

    return at == MAP_NONE ? NULL : f->sets.p[at];
}

uint32_t patch_fleet_patches(const struct patch_fleet *f)
{
    return (uint32_t)f->patches.n;
}

int64_t patch_fleet_patch(const struct patch_fleet *f, uint32_t number)
{
    return f->patches.p[number];
}

struct patch_fleet_lacks patch_fleet_of(const struct patch_fleet *f,
                                        int64_t device)
{
    uint32_t at = map_get(&f->by_device, key_of(&device));

    if (at == MAP_NONE)
        return (struct patch_fleet_lacks){ 0 };
    return (struct patch_fleet_lacks){ f->devices.p[at].patches,
                                       f->devices.p[at].since,
                                       f->devices.p[at].n };
}

const struct idset *patch_fleet_scanned(const struct patch_fleet *f)
{
    return f->scanned;
}

int patch_fleet_visible(struct core *core, const struct scope *scope,
                        struct idset **out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct idset *set = NULL;
    int rc = db_query(core->db,
                      "SELECT d.id FROM device d WHERE d.org = $1 AND"
                      " " SCOPE_SQL " AND d.retired = 0 AND d.deleted = 0",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope))),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        idset_add(&set, (uint32_t)db_col_i64(rows, 0));
        rc = 0;
    }
    if (rc < 0)
        idset_free(set);
    else
        *out = set;
    return rc;
}
