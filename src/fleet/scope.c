/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/scope.h"

#include <assert.h>

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

static const char *const names[PERM_COUNT] = {
    [PERM_NONE] = "",
    [PERM_DEVICE_READ] = "device.read",
    [PERM_DEVICE_WRITE] = "device.write",
    [PERM_LABEL_READ] = "label.read",
    [PERM_LABEL_WRITE] = "label.write",
    [PERM_SCHEDULE_READ] = "schedule.read",
    [PERM_SCHEDULE_WRITE] = "schedule.write",
    [PERM_RUN_READ] = "run.read",
    [PERM_RUN_START] = "run.start",
    [PERM_REPORT_READ] = "report.read",
    [PERM_REPORT_WRITE] = "report.write",
    [PERM_CONTENT_READ] = "content.read",
    [PERM_CONTENT_WRITE] = "content.write",
    [PERM_ENROL] = "enrol",
    [PERM_USER_READ] = "user.read",
    [PERM_USER_WRITE] = "user.write",
    [PERM_AUDIT_READ] = "audit.read",
    [PERM_SETTING_READ] = "setting.read",
    [PERM_SETTING_WRITE] = "setting.write",
    [PERM_METRICS] = "metrics",
    [PERM_PATCH_READ] = "patch.read",
    [PERM_PATCH_WRITE] = "patch.write",
    [PERM_PATCH_DEPLOY] = "patch.deploy",
    [PERM_PATCH_APPROVE] = "patch.approve",
    [PERM_NETWORK_READ] = "network.read",
    [PERM_NETWORK_WRITE] = "network.write",
    [PERM_NETWORK_CONNECT] = "network.connect",
    [PERM_NETWORK_CHANGE] = "network.change",
    [PERM_NETWORK_APPROVE] = "network.approve",
    [PERM_CREDENTIAL_WRITE] = "credential.write",
    [PERM_NETWORK_SECRETS] = "network.secrets",
};

const char *permission_name(enum permission permission)
{
    assert(permission < PERM_COUNT && names[permission] != NULL);
    return names[permission];
}

enum permission permission_find(str name)
{
    for (int i = PERM_NONE + 1; i < PERM_COUNT; i++) {
        if (str_eq_c(name, names[i]))
            return (enum permission)i;
    }
    return PERM_COUNT;
}
