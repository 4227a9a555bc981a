/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_label.h"

#include "fleet/patch_setup.h"
#include "fleet/rollout.h"
#include "fleet/target.h"

enum {
    DEPTH_MAX = 64
};

static int in_rings(struct db *db, int64_t configuration, int64_t label,
                    struct arena *arena, struct err *err)
{
    struct rollout rollout;
    int rc = rollout_get(db, configuration, arena, &rollout, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    for (size_t i = 0; i < rollout.rings.n; i++)
        if (rollout.rings.ring[i].label == label)
            return 1;
    return 0;
}

static int in_setups(struct db *db, int64_t label,
                     const struct patch_setups *all, struct arena *arena,
                     struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < all->all.n; i++) {
        const struct patch_setup *setup = &all->all.p[i];

        if (setup->deployed == 0 && setup->asked == 0)
            continue;
        if (target_names_label(setup->targets, label))
            return 1;
        rc = in_rings(db, setup->id, label, arena, err);
    }
    return rc;
}

static int in_freezes(struct db *db, int64_t label, int64_t now,
                      struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM patch_freeze WHERE label = $1"
                        " AND lifted = 0 AND ends > $2",
                        DB_ARGS(db_i64(label), db_i64(now)), &n, err);

    return rc < 0 ? rc : n > 0;
}

int patch_label_acts(struct db *db, int64_t org, int64_t label, int64_t now,
                     struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    struct scope scope = scope_system(org);
    int rc = patch_setup_list(db, &scope, false, &arena, &all, err);

    for (int depth = 0; rc == 0 && label != 0 && depth < DEPTH_MAX; depth++) {
        int64_t parent = 0;

        rc = in_setups(db, label, &all, &arena, err);
        if (rc == 0)
            rc = in_freezes(db, label, now, err);
        if (rc != 0)
            return rc;
        rc = db_one_i64(db, "SELECT parent FROM label WHERE id = $1",
                        DB_ARGS(db_i64(label)), &parent, err);
        rc = rc > 0 ? 0 : rc; /* it is gone */
        label = parent;
    }
    return rc;
}
