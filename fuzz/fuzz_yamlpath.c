/* SPDX-License-Identifier: Apache-2.0
 *
 * Any text is a YAML Path or is refused; what is read has steps with choices.
 */
#include "probe/yamlpath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = { (const char *)data, size };
    struct arena arena = ARENA;
    struct yamlpath path;

    if (yamlpath_parse(text, &arena, &path, NULL) == 0)
        for (size_t i = 0; i < path.count; i++)
            if ((path.steps[i].count == 0) !=
                (path.steps[i].kind == YAMLPATH_ALL))
                abort();
    arena_clear(&arena);
    return 0;
}
