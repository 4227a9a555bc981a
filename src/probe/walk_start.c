/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/walk_start.h"

#include "probe/canonical.h"

static int compare_starts(const void *a, const void *b)
{
    const struct start *x = a;
    const struct start *y = b;
    int rc = str_cmp(x->path, y->path);

    return rc != 0 ? rc : (x->search > y->search) - (x->search < y->search);
}

static int32_t depth_of(int64_t depth)
{
    return depth < 0 || depth > INT32_MAX ? -1 : (int32_t)depth;
}

static bool is_below(str path, str dir)
{
    return path.n > dir.n && path.p[dir.n] == '/' && str_starts(path, dir);
}

bool start_is_real(const struct start *start, str path)
{
    return start->real.p != NULL &&
           (str_eq(path, start->real) || is_below(path, start->real));
}

/* Only what does not look at paths can be asked under another name. */
static str real_of(struct starts *starts, struct probe_machine *machine,
                   const struct walk_rule *rule, str path)
{
    AUTO(buf_clear) struct buf real = BUF(CANONICAL_MAX);

    if (rule->asks_paths || rule->search->links || rule->search->depth == 0 ||
        canonical_path(machine, path.p, &real) < 0 || real.n <= 1 ||
        str_eq(buf_str(&real), path) || is_below(path, buf_str(&real)))
        return STR_NONE;
    return arena_str(&starts->arena, buf_str(&real));
}

static void index_starts(struct starts *starts)
{
    for (uint32_t i = starts->n; i-- > 0;) {
        struct start *start = &starts->v[i];

        start->next = map_get(&starts->by_path, start->path);
        map_set(&starts->by_path, start->path, i);
        start->next_real = UINT32_MAX;
        if (start->real.p == NULL)
            continue;
        start->next_real = map_get(&starts->by_real, start->real);
        map_set(&starts->by_real, start->real, i);
    }
}

void starts_init(struct starts *starts, struct probe_machine *machine,
                 const struct walk_rules *rules)
{
    size_t count = 0;

    memset(starts, 0, sizeof(*starts));
    for (size_t i = 0; i < rules->count; i++)
        count += rules->rules[i].search->start_count;
    starts->v = mem_alloc(count, sizeof(*starts->v));
    for (size_t i = 0; i < rules->count; i++) {
        const struct walk_rule *rule = &rules->rules[i];

        for (size_t k = 0; k < rule->search->start_count; k++) {
            struct start *start = &starts->v[starts->n++];

            start->search = (uint32_t)i;
            start->path = arena_str(&starts->arena, rule->search->starts[k]);
            start->depth = depth_of(rule->search->depth);
            start->real = real_of(starts, machine, rule, start->path);
        }
    }
    qsort(starts->v, count, sizeof(*starts->v), compare_starts);
    index_starts(starts);
}

void starts_clear(struct starts *starts)
{
    map_clear(&starts->by_path);
    map_clear(&starts->by_real);
    arena_clear(&starts->arena);
    mem_free(starts->v);
}
