/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/verdict_sets.h"

#include "base/mem.h"

struct sets { /* of one definition */
    struct idset *is_true;
    struct idset *undecided;
};

struct oval_verdict_sets {
    uint64_t key;
    uint32_t n;
    struct idset *devices;
    struct sets *of; /* by definition */
};

struct oval_verdict_sets *oval_verdict_sets_new(uint64_t key,
                                                uint32_t definitions)
{
    struct oval_verdict_sets *sets = mem_alloc(1, sizeof(*sets));

    sets->key = key;
    sets->n = definitions;
    sets->of = mem_alloc(definitions, sizeof(*sets->of));
    return sets;
}

void oval_verdict_sets_free(struct oval_verdict_sets *sets)
{
    if (sets == NULL)
        return;
    for (uint32_t i = 0; i < sets->n; i++) {
        idset_free(sets->of[i].is_true);
        idset_free(sets->of[i].undecided);
    }
    idset_free(sets->devices);
    mem_free(sets->of);
    mem_free(sets);
}

void oval_verdict_sets_freep(struct oval_verdict_sets **sets)
{
    oval_verdict_sets_free(*sets);
    *sets = NULL;
}

struct change {
    struct oval_verdict_sets *sets;
    uint32_t device;
    bool add;
};

static struct idset **set_of(struct sets *sets, enum oval_result result)
{
    if (result == OVAL_TRUE)
        return &sets->is_true;
    return result == OVAL_UNKNOWN || result == OVAL_ERROR ? &sets->undecided
                                                          : NULL;
}

static int change(void *ctx, uint32_t first, uint32_t count,
                  enum oval_result result, struct err *err UNUSED)
{
    const struct change *c = ctx;

    for (uint32_t i = first; i < first + count; i++) {
        struct idset **set = set_of(&c->sets->of[i], result);

        if (set == NULL)
            return 0;
        if (c->add)
            idset_add(set, c->device);
        else
            idset_remove(*set, c->device);
    }
    return 0;
}

static int check(const struct oval_verdict_sets *sets, str blob,
                 struct err *err)
{
    uint32_t counts[OVAL_RESULTS];

    return blob.n == 0
               ? 0
               : oval_verdicts_count(blob, sets->key, sets->n, counts, err);
}

int oval_verdict_sets_change(struct oval_verdict_sets *sets, uint32_t device,
                             str before, str after, struct err *err)
{
    struct change out = { sets, device, false };
    struct change in = { sets, device, true };
    int rc = check(sets, before, err);

    if (rc == 0)
        rc = check(sets, after, err);
    if (rc == 0 && before.n > 0)
        rc = oval_verdicts_walk(before, sets->key, sets->n, change, &out, err);
    if (rc == 0 && after.n > 0)
        rc = oval_verdicts_walk(after, sets->key, sets->n, change, &in, err);
    if (rc < 0)
        return rc;
    if (after.n > 0)
        idset_add(&sets->devices, device);
    else
        idset_remove(sets->devices, device);
    return 0;
}

const struct idset *oval_verdict_sets_true(const struct oval_verdict_sets *sets,
                                           uint32_t definition)
{
    return definition < sets->n ? sets->of[definition].is_true : NULL;
}

const struct idset *oval_verdict_sets_undecided(
    const struct oval_verdict_sets *sets, uint32_t definition)
{
    return definition < sets->n ? sets->of[definition].undecided : NULL;
}

const struct idset *oval_verdict_sets_devices(
    const struct oval_verdict_sets *sets)
{
    return sets->devices;
}

uint64_t oval_verdict_sets_bytes(const struct oval_verdict_sets *sets)
{
    uint64_t bytes = sizeof(*sets) + sets->n * sizeof(*sets->of);

    for (uint32_t i = 0; i < sets->n; i++)
        bytes += idset_bytes(sets->of[i].is_true) +
                 idset_bytes(sets->of[i].undecided);
    return bytes + idset_bytes(sets->devices);
}
