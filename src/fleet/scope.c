/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/scope.h"

_Static_assert(PERM_COUNT <= 63, "a scope keeps permissions in 63 bits");

struct scope scope_system(int64_t org)
{
    return (struct scope){
        .org = org,
        .permissions = ((uint64_t)1 << PERM_COUNT) - 1,
        .all_devices = true,
        .name = STR("system"),
    };
}

bool scope_may(const struct scope *scope, enum permission permission)
{
    return permission == PERM_NONE ||
           (scope->permissions >> permission & 1) != 0;
}

int64_t scope_limit(const struct scope *scope)
{
    return scope->all_devices ? 0 : scope->user;
}
