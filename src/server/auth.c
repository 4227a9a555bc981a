/* SPDX-License-Identifier: Apache-2.0 */
#include "server/auth.h"

int auth_request(struct core *core, struct request *req, str authorization,
                 str cookie, struct err *err)
{
    (void)core;
    (void)authorization;
    (void)cookie;
    return refuse(req, 401, NULL, err, E_PERM, "log in first");
}

int agents_identify(struct core *core, str fingerprint, struct scope *out,
                    struct err *err)
{
    (void)core;
    (void)fingerprint;
    (void)out;
    return err_set(err, E_PERM, "the certificate is of no device");
}
