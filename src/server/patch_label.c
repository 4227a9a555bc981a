/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_label_int.h"

#include "fleet/patch_label.h"
#include "server/api_patch_int.h"

void patch_small_clear(struct patch_small *small)
{
    vec_clear(&small->setups);
}

static int is_large(struct request *req, const struct patch_setup *setup,
                    bool *out, struct err *err)
{
    AUTO(target_set_clear) struct target_set set = { 0 };
    struct scope system = scope_system(req->scope.org);
    int rc =
        patch_setup_reach(req->core->db, &system, setup, req->now, &set, err);

    return rc < 0 ? rc
                  : patch_needs_approval(req, (int64_t)set.devices.n, out, err);
}

static int find_small(struct request *req, struct patch_small *out,
                      struct err *err)
{
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    bool asks = false;
    int rc = patch_needs_approval(req, INT64_MAX, &asks, err);

    if (rc < 0 || !asks)
        return rc;
    rc = patch_setup_in_force(req->core->db, req->scope.org, &req->arena, &all,
                              err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        bool large = false;

        rc = is_large(req, &all.all.p[i], &large, err);
        if (rc == 0 && !large)
            *vec_push(&out->setups) = all.all.p[i].id;
    }
    return rc;
}

int patch_label_may(struct request *req, int64_t label, struct err *err)
{
    int rc =
        patch_label_acts(req->core->db, req->scope.org, label, req->now, err);

    if (rc > 0 && !scope_may(&req->scope, PERM_PATCH_DEPLOY))
        return refuse(req, 403, NULL, err, E_PERM,
                      "patching goes by this label: changing whose it is takes "
                      "the permission %s",
                      permission_name(PERM_PATCH_DEPLOY));
    return rc < 0 ? rc : 0;
}

int patch_label_open(struct request *req, int64_t label,
                     struct patch_small *out, struct err *err)
{
    int rc = patch_label_may(req, label, err);

    return rc < 0 ? rc : find_small(req, out, err);
}

int patch_label_check(struct request *req, const struct patch_small *small,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < small->setups.n; i++) {
        struct patch_setup setup;
        bool large = false;

        rc = patch_setup_get(req->core->db, &req->scope, small->setups.p[i],
                             &req->arena, &setup, err);
        if (rc == 0)
            rc = is_large(req, &setup, &large, err);
        if (rc == 0 && large)
            return refuse(req, 409, NULL, err, E_INVALID,
                          "'%" PRIstr "' is in force and would be for so many "
                          "devices that another person has to agree: take it "
                          "out of force, change the label, and deploy it again",
                          ARGstr(setup.name));
    }
    return rc;
}
