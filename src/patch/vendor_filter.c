/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "patch/options.h"

enum {
    KEY_MAX = 3 * (PATCH_TEXT_MAX + 1)
};

struct patch_vendor_filter {
    const struct patch_options *options;
    struct map rows; /* by vendor, or vendor NUL product, and so on */
    struct arena arena;
    bool has_all; /* a row of every vendor */
};

/* A name without NUL between NULs has one meaning. */
static str key_of(struct buf *buf, const str *levels, size_t count)
{
    buf_reset(buf);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(buf, '\0');
        buf_add(buf, levels[i]);
    }
    return buf_str(buf);
}

struct patch_vendor_filter *patch_vendor_filter_new(
    const struct patch_options *options)
{
    AUTO(buf_clear) struct buf key = BUF(KEY_MAX);
    struct patch_vendor_filter *filter;

    if (!options->has_vendors)
        return NULL;
    filter = mem_alloc(1, sizeof(*filter));
    filter->options = options;
    for (size_t i = 0; i < options->vendor_count; i++) {
        const struct patch_vendor *row = &options->vendors[i];
        const str levels[] = { row->vendor, row->product, row->version };
        size_t depth = 0;

        while (depth < COUNT(levels) && levels[depth].n > 0)
            depth++;
        filter->has_all |= depth == 0;
        (void)map_add(&filter->rows,
                      arena_str(&filter->arena, key_of(&key, levels, depth)),
                      1);
    }
    return filter;
}

void patch_vendor_filter_free(struct patch_vendor_filter *filter)
{
    if (filter == NULL)
        return;
    map_clear(&filter->rows);
    arena_clear(&filter->arena);
    mem_free(filter);
}

static bool has_row(const struct patch_vendor_filter *filter,
                    const struct patch *patch)
{
    const str levels[] = { patch->vendor, patch->product, patch->version };
    AUTO(buf_clear) struct buf key = BUF(KEY_MAX);

    if (filter->has_all)
        return true;
    for (size_t depth = 1; depth <= COUNT(levels); depth++) {
        if (levels[depth - 1].n == 0)
            return false;
        if (map_get(&filter->rows, key_of(&key, levels, depth)) != MAP_NONE)
            return true;
    }
    return false;
}

bool patch_vendor_passes(const struct patch_vendor_filter *filter,
                         const struct patch *patch)
{
    return filter == NULL ||
           has_row(filter, patch) != filter->options->all_except;
}
