/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/levels.h"

static const struct {
    const char *id;      /* of os-release */
    const char *version; /* its beginning, up to a dot; "" is every one */
    enum patch_type type;
    const char *rule;
    const char *name;
} lacking[] = {
    { "debian", "", PATCH_ENHANCEMENT, "P-SEV-8", "Debian" },
    { "ol", "7", PATCH_ENHANCEMENT, "P-SEV-7", "Oracle Linux 7" },
    { "rhel", "7", PATCH_ENHANCEMENT, "P-SEV-7", "Red Hat Enterprise Linux 7" },
    { "ubuntu", "", PATCH_ENHANCEMENT, "P-SEV-8", "Ubuntu" },
};

static bool is_of(str version_id, const char *version)
{
    str start = str_cut(&version_id, '.');

    return *version == '\0' || str_eq_c(start, version);
}

const char *patch_level_missing(str distribution, str version_id,
                                enum patch_type type)
{
    for (size_t i = 0; i < COUNT(lacking); i++) {
        if (lacking[i].type == type && str_eq_c(distribution, lacking[i].id) &&
            is_of(version_id, lacking[i].version))
            return lacking[i].rule;
    }
    return NULL;
}

const char *patch_level_lacking(enum patch_type type, size_t index)
{
    for (size_t i = 0; i < COUNT(lacking); i++) {
        if (lacking[i].type == type && index-- == 0)
            return lacking[i].name;
    }
    return NULL;
}
