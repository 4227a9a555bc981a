/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/configuration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted is written, read and written the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(buf_clear) struct buf first = BUF(PATCH_CONFIGURATION_MAX);
    AUTO(buf_clear) struct buf again = BUF(PATCH_CONFIGURATION_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_advices advices = { 0 };
    struct patch_configuration c;
    int64_t now = 1767225600;

    if (patch_configuration_parse((str){ (const char *)data, size }, now,
                                  &arena, &c, NULL) < 0)
        return 0;
    patch_configuration_advise(&c, zone_utc(), now, &arena, &advices);
    vec_clear(&advices.all);
    patch_configuration_print(&c, &first);
    if (patch_configuration_parse(buf_str(&first), now, &arena, &c, NULL) < 0)
        __builtin_trap();
    patch_configuration_print(&c, &again);
    if (!str_eq(buf_str(&first), buf_str(&again)))
        __builtin_trap();
    return 0;
}
