/* SPDX-License-Identifier: Apache-2.0
 *
 * The first byte chooses a function and its variant; newlines part its
 * parameter and the values, the second half of which are the second
 * component's. Whatever they are: an error with a reason, or values within
 * the bounds.
 */
#include "base/buf.h"
#include "base/vec.h"
#include "oval/function.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The names of content that has two: "" and text. */
static oval_name make_names(struct buf *names, str text)
{
    uint32_t n = 0;
    oval_name at;

    buf_add(names, (str){ (const char *)&n, sizeof(n) });
    buf_add_char(names, '\0');
    at = (oval_name)names->n;
    n = (uint32_t)text.n;
    buf_add(names, (str){ (const char *)&n, sizeof(n) });
    buf_add(names, text);
    buf_add_char(names, '\0');
    return at;
}

static void check(const struct oval_list *out)
{
    size_t bytes = 0;

    require(out->n <= OVAL_FUNCTION_VALUES_MAX);
    for (size_t i = 0; i < out->n; i++)
        bytes += out->p[i].n;
    require(bytes <= OVAL_FUNCTION_BYTES_MAX);
}

static void apply(uint8_t choice, str parameter, const str *values, size_t n)
{
    AUTO(buf_clear) struct buf names = BUF(1 << 24);
    struct arena arena = ARENA;
    struct regex_cache *cache = regex_cache_new();
    oval_name at = make_names(&names, parameter);
    struct oval_content content = { .names = { names.p, (uint32_t)names.n } };
    uint8_t types = OVAL_NODE_MERGE - OVAL_NODE_BEGIN + 1;
    struct oval_node node = {
        .type = (uint8_t)(OVAL_NODE_BEGIN + choice % types),
        .op = choice / types % OVAL_SORT_BAD,
        .a = at,
        .b = at,
    };
    size_t first = n / 2 + n % 2;
    struct oval_list args[] = {
        { values, first, OVAL_STRING },
        { n < 2 ? NULL : values + first, n - first, OVAL_STRING },
    };
    struct oval_function function = { &content, &node, args, n < 2 ? 1 : 2 };
    struct oval_function_env env = { &arena, cache, 0, NULL };
    struct oval_list out = { NULL, 0, 0 };
    struct err err = { 0 };

    if (node.type == OVAL_NODE_SUBSTRING) {
        node.a = parameter.n > 0 ? (uint8_t)parameter.p[0] : 0;
        node.b = parameter.n > 1 ? (uint8_t)parameter.p[1] : 0;
    }
    if (node.type == OVAL_NODE_MERGE)
        node.b = choice & 1;
    if (oval_function_apply(&function, &env, &out, &err) < 0)
        require(err.text[0] != '\0');
    else
        check(&out);
    regex_cache_free(cache);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    VEC(str) values = { 0 };
    str parameter;
    str rest;

    if (size < 1)
        return 0;
    rest = (str){ (const char *)data + 1, size - 1 };
    parameter = str_cut(&rest, '\n');
    while (rest.n > 0 && values.n < 256)
        *vec_push(&values) = str_cut(&rest, '\n');
    apply(data[0], parameter, values.p, values.n);
    vec_clear(&values);
    return 0;
}
