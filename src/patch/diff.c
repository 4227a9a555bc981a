/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/diff.h"

#include "patch/refusal.h"

enum {
    DEPTH_MAX = 64,
    TEXT_MAX = 1 << 26,
};

struct diffing {
    struct jval *out;
    struct patch_refusals path; /* for its path alone */
    unsigned depth;
};

static bool is_same(const struct jval *a, const struct jval *b)
{
    AUTO(buf_clear) struct buf x = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf y = BUF(TEXT_MAX);

    if (a == NULL || b == NULL)
        return jval_kind(a) <= JVAL_NULL && jval_kind(b) <= JVAL_NULL;
    jval_print(a, &x);
    jval_print(b, &y);
    return str_eq(buf_str(&x), buf_str(&y));
}

static void add(struct diffing *d, const struct jval *before,
                const struct jval *after)
{
    struct jval *row = jval_new_object();

    jval_set_text(row, "field",
                  d->path.path.n > 0 ? buf_str(&d->path.path) : STR(""));
    jval_set(row, "before",
             before != NULL ? jval_copy(before) : jval_new_null());
    jval_set(row, "after", after != NULL ? jval_copy(after) : jval_new_null());
    jval_push(d->out, row);
}

static void compare(struct diffing *d, const struct jval *before,
                    const struct jval *after);

static void compare_members(struct diffing *d, const struct jval *before,
                            const struct jval *after)
{
    struct jval *value;
    void *at = NULL;
    str name;

    while (jval_next(before, &at, &name, &value)) {
        size_t length = patch_path_enter_str(&d->path, name);

        compare(d, value, jval_get(after, name.p));
        patch_path_leave(&d->path, length);
    }
    at = NULL;
    while (jval_next(after, &at, &name, &value)) {
        size_t length = patch_path_enter_str(&d->path, name);

        if (jval_get(before, name.p) == NULL)
            compare(d, NULL, value);
        patch_path_leave(&d->path, length);
    }
}

static void compare(struct diffing *d, const struct jval *before,
                    const struct jval *after)
{
    if (jval_kind(before) == JVAL_OBJECT && jval_kind(after) == JVAL_OBJECT &&
        d->depth < DEPTH_MAX) {
        d->depth++;
        compare_members(d, before, after);
        d->depth--;
    } else if (!is_same(before, after)) {
        add(d, before, after);
    }
}

struct jval *patch_diff(const struct jval *before, const struct jval *after)
{
    struct diffing d = { .out = jval_new_array(), .path = PATCH_REFUSALS };

    compare(&d, before, after);
    patch_refusals_clear(&d.path);
    return d.out;
}
