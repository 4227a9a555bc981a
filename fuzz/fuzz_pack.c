/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a pack: opening refuses them, or everything that can be read
 * of the content lies within it.
 */
#include "base/mem.h"
#include "oval/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

static void read_all(const struct oval_content *c)
{
    for (uint32_t i = 0; i < c->definitions.n; i++) {
        seen += oval_name_text(c, c->definitions.p[i].id).n;
        seen += oval_prose_text(c, c->definitions.p[i].title).n;
    }
    for (uint32_t i = 0; i < c->entities.n; i++)
        seen += oval_name_text(c, c->entities.p[i].value).n;
    for (uint32_t i = 0; i < c->nodes.n; i++)
        seen += oval_prose_text(c, c->nodes.p[i].text).n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t *copy = mem_alloc(size / 8 + 1, 8);
    struct oval_content *content = NULL;
    struct err err = { 0 };

    memcpy(copy, data, size);
    if (oval_pack_open_memory((str){ (const char *)copy, size }, "fuzz",
                              &content, &err) == 0)
        read_all(content);
    oval_content_free(content);
    mem_free(copy);
    return 0;
}
