/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/content.h"

#include "base/mem.h"
#include "oval/pack.h"

void oval_content_free(struct oval_content *content)
{
    if (content == NULL)
        return;
    if (content->release != NULL)
        content->release(content);
    mem_free(content);
}

void oval_content_freep(struct oval_content **content)
{
    oval_content_free(*content);
    *content = NULL;
}

#define BIT(type) (1U << OVAL_NODE_##type)

/* clang-format off */
static const uint32_t functions =
    BIT(BEGIN) | BIT(END) | BIT(CONCAT) | BIT(ESCAPE_REGEX) | BIT(SPLIT) |
    BIT(SUBSTRING) | BIT(TIME_DIFFERENCE) | BIT(REGEX_CAPTURE) |
    BIT(ARITHMETIC) | BIT(COUNT) | BIT(UNIQUE) | BIT(GLOB_TO_REGEX) |
    BIT(MERGE);
/* clang-format on */

static const uint32_t components =
    functions | BIT(LITERAL) | BIT(OBJECT) | BIT(VARIABLE) | BIT(BAD);

uint32_t oval_node_children(uint8_t node_type)
{
    switch ((enum oval_node_type)node_type) {
    case OVAL_NODE_CRITERIA:
        return BIT(CRITERIA) | BIT(CRITERION) | BIT(EXTEND) | BIT(BAD);
    case OVAL_NODE_SET:
        return BIT(SET) | BIT(SET_OBJECT) | BIT(FILTER);
    case OVAL_NODE_POSSIBLE_RESTRICTION:
        return BIT(RESTRICTION) | BIT(BAD);
    default:
        return (1U << node_type & functions) != 0 ? components : 0;
    }
}

uint32_t oval_variable_children(uint8_t variable_type)
{
    switch ((enum oval_variable_type)variable_type) {
    case OVAL_VAR_CONSTANT:
        return BIT(LITERAL) | BIT(BAD);
    case OVAL_VAR_EXTERNAL:
        return BIT(POSSIBLE_VALUE) | BIT(POSSIBLE_RESTRICTION) | BIT(BAD);
    case OVAL_VAR_LOCAL:
        return components;
    }
    return 0;
}

str oval_prose_text(const struct oval_content *c, oval_prose at)
{
    uint32_t n = 0;

    if (at > c->prose.n || c->prose.n - at < sizeof(n) + 1)
        return STR("");
    memcpy(&n, c->prose.p + at, sizeof(n));
    if (n > c->prose.n - at - sizeof(n) - 1 ||
        c->prose.p[at + sizeof(n) + n] != '\0')
        return STR("");
    return (str){ c->prose.p + at + sizeof(n), n };
}

uint32_t oval_content_find(const struct oval_content *content, str id)
{
    for (uint32_t i = 0; i < content->definitions.n; i++)
        if (str_eq(oval_name_text(content, content->definitions.p[i].id), id))
            return i;
    return OVAL_NONE;
}

int oval_content_open(const char *path, oval_warn_fn *warn, void *warn_ctx,
                      struct oval_content **out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc;

    rc = oval_pack_is_file(path, err);
    if (rc < 0)
        return rc;
    if (rc > 0)
        return oval_pack_open(path, out, err);
    rc = stream_open(path, NULL, &stream, err);
    if (rc < 0)
        return rc;
    stream_digest(stream);
    return oval_load(stream, warn, warn_ctx, out, err);
}
