/* SPDX-License-Identifier: Apache-2.0 */
#include "server/auth.h"

#include "fleet/role.h"
#include "fleet/session.h"
#include "fleet/setting.h"

/* The value of our cookie; two of them are none: one may be another's. */
static str cookie_value(str cookie)
{
    str found = STR_NONE;

    while (cookie.n > 0) {
        str value = str_trim(str_cut(&cookie, ';'));
        str name = str_cut(&value, '=');

        if (!str_eq(name, STR("__Host-holdfast")))
            continue;
        if (found.p != NULL)
            return STR_NONE;
        found = value;
    }
    return found;
}

static str bearer_value(str authorization)
{
    str scheme = str_cut(&authorization, ' ');

    return str_eq_nocase(scheme, STR("Bearer")) ? str_trim(authorization)
                                                : STR_NONE;
}

/* Where a second factor is required, a local user without one may do only
 * what needs no permission: make one. */
static int check_factor(struct core *core, const struct bearer *bearer,
                        struct access *access, struct err *err)
{
    int64_t required = 0;
    int rc;

    if (!bearer->local || bearer->totp)
        return 0;
    rc = setting_i64(core->db, bearer->org, "totp.required", &required, err);
    if (rc == 0 && required != 0)
        access->permissions = 0;
    return rc;
}

static int fill(struct core *core, struct request *req,
                const struct bearer *bearer, struct err *err)
{
    struct access access;
    int rc = access_of(core->db, bearer->user, &access, err);

    if (rc == 0)
        rc = check_factor(core, bearer, &access, err);
    if (rc == 0)
        rc = bearer_touch(core->db, bearer, req->now, err);
    if (rc < 0)
        return rc;
    req->scope = (struct scope){
        .org = bearer->org,
        .user = bearer->user,
        .session = bearer->session,
        .token = bearer->token,
        .permissions = access.permissions & bearer->permissions,
        .all_devices = access.all_devices,
        .name = bearer->login,
    };
    return 0;
}

int auth_request(struct core *core, struct request *req, str authorization,
                 str cookie, struct err *err)
{
    str secret = authorization.n > 0 ? bearer_value(authorization)
                                     : cookie_value(cookie);
    struct bearer bearer;
    int rc = 1;

    if (secret.n > 0)
        rc = bearer_find(core->db, secret, req->now, &req->arena, &bearer, err);
    if (rc < 0)
        return rc;
    if (rc == 1)
        return refuse(req, 401, NULL, err, E_PERM,
                      secret.n > 0 ? "the session or token has ended"
                                   : "log in first");
    return fill(core, req, &bearer, err);
}
