/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/checkin.h"
#include "fleet/inventory.h"

enum {
    ALREADY = 2
};

/* 0; 1 when we do not have the base; or ALREADY when this difference was
 * taken before. */
static int complete(struct db *db, int64_t device,
                    const struct inventory *inventory, struct arena *arena,
                    struct inventory *out, struct err *err)
{
    struct inventory base;
    int rc;

    if (inventory->base_digest.n == 0) {
        *out = *inventory;
        if (inventory->removed.n > 0)
            return err_set(err, E_INVALID, "a whole inventory removes nothing");
        return 0;
    }
    rc = inventory_load(db, device, arena, &base, err);
    if (rc != 0)
        return rc;
    if (str_eq(base.digest, inventory->digest))
        return ALREADY;
    if (!str_eq(base.digest, inventory->base_digest))
        return 1;
    return inventory_merge(&base, inventory, arena, out, err);
}

int inventory_receive(struct db *db, int64_t device,
                      const struct inventory *inventory, int64_t now,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory whole;
    int rc = complete(db, device, inventory, &arena, &whole, err);

    if (rc != 0)
        return rc == ALREADY ? 0 : rc;
    inventory_digest(&whole, digest);
    if (!str_eq((str){ (char *)digest, sizeof(digest) }, whole.digest)) {
        /* A delta that went wrong is made good by a whole one. */
        if (inventory->base_digest.n > 0)
            return 1;
        return err_set(err, E_INVALID,
                       "the inventory does not have the digest it says");
    }
    if (whole.collected > now)
        whole.collected = now;
    return inventory_store(db, device, &whole, now, err);
}
