/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/walk_int.h"

struct walk *walk_new(size_t searches, size_t threads)
{
    struct walk *walk = mem_alloc(1, sizeof(*walk));

    walk->count = searches;
    walk->hits = mem_alloc(searches, sizeof(*walk->hits));
    walk->problems = mem_alloc(searches, sizeof(*walk->problems));
    walk->arenas = mem_alloc(threads, sizeof(*walk->arenas));
    pthread_mutex_init(&walk->lock, NULL);
    return walk;
}

void walk_free(struct walk *walk)
{
    if (walk == NULL)
        return;
    for (size_t i = 0; i < walk->count; i++) {
        vec_clear(&walk->hits[i].v);
        vec_clear(&walk->problems[i].texts);
    }
    for (size_t i = 0; i < walk->arena_count; i++)
        arena_clear(&walk->arenas[i]);
    arena_clear(&walk->arena);
    pthread_mutex_destroy(&walk->lock);
    mem_free(walk->hits);
    mem_free(walk->problems);
    mem_free(walk->arenas);
    mem_free(walk);
}

/* --- while walking --- */

void found_init(struct found *found, size_t searches)
{
    memset(found, 0, sizeof(*found));
    found->searches = searches;
    found->hits = mem_alloc(searches, sizeof(*found->hits));
}

bool found_add(struct found *found, size_t search, struct found_dir **dir,
               str path, const char **name, str entry)
{
    struct hit *hit;

    if (found->hits[search].v.n >= WALK_HITS_MAX)
        return false;
    if (*dir == NULL) {
        *dir = arena_alloc(&found->arena, 1, sizeof(**dir));
        (*dir)->path = arena_str(&found->arena, path);
        *vec_push(&found->dirs) = *dir;
    }
    if (*name == NULL && entry.p != NULL)
        *name = arena_c(&found->arena, entry);
    hit = vec_push(&found->hits[search].v);
    hit->dir = *dir;
    hit->name = *name;
    return true;
}

void walk_problem(struct walk *walk, size_t search, const char *path,
                  const char *why)
{
    struct search_problems *p = &walk->problems[search];

    pthread_mutex_lock(&walk->lock);
    p->count++;
    if (p->texts.n < WALK_PROBLEMS_MAX)
        *vec_push(&p->texts) =
            arena_printf(&walk->arena, "%.*s: %s", 1000, path, why);
    pthread_mutex_unlock(&walk->lock);
}

void walk_fail(struct walk *walk, size_t search, const char *why)
{
    struct search_problems *p = &walk->problems[search];

    pthread_mutex_lock(&walk->lock);
    if (p->failure.p == NULL)
        p->failure = arena_str(&walk->arena, str_c(why));
    pthread_mutex_unlock(&walk->lock);
}

/* --- afterwards --- */

static int compare_dirs(const void *a, const void *b)
{
    const struct found_dir *const *x = a;
    const struct found_dir *const *y = b;

    return str_cmp((*x)->path, (*y)->path);
}

/* Directories of one path get one rank: a path may have been walked from two
 * starts. */
static void rank_dirs(struct found *found, size_t n)
{
    VEC(struct found_dir *) all = { 0 };

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < found[i].dirs.n; k++)
            *vec_push(&all) = found[i].dirs.p[k];
    if (all.n > 0)
        qsort(all.p, all.n, sizeof(struct found_dir *), compare_dirs);
    for (size_t i = 1; i < all.n; i++)
        all.p[i]->rank =
            all.p[i - 1]->rank + !str_eq(all.p[i]->path, all.p[i - 1]->path);
    vec_clear(&all);
}

static int compare_hits(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;

    if (x->dir->rank != y->dir->rank)
        return x->dir->rank < y->dir->rank ? -1 : 1;
    if (x->name == NULL || y->name == NULL)
        return (x->name != NULL) - (y->name != NULL);
    return strcmp(x->name, y->name);
}

static void sort_hits(struct hits *hits)
{
    size_t n = 0;

    if (hits->v.n == 0)
        return;
    qsort(hits->v.p, hits->v.n, sizeof(struct hit), compare_hits);
    for (size_t i = 0; i < hits->v.n; i++)
        if (n == 0 || compare_hits(&hits->v.p[n - 1], &hits->v.p[i]) != 0)
            hits->v.p[n++] = hits->v.p[i];
    hits->v.n = n;
}

static int compare_texts(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

void walk_take(struct walk *walk, struct found *found, size_t n)
{
    rank_dirs(found, n);
    for (size_t s = 0; s < walk->count; s++) {
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < found[i].hits[s].v.n; k++)
                *vec_push(&walk->hits[s].v) = found[i].hits[s].v.p[k];
            vec_clear(&found[i].hits[s].v);
        }
        sort_hits(&walk->hits[s]);
        if (walk->problems[s].texts.n > 1)
            qsort(walk->problems[s].texts.p, walk->problems[s].texts.n,
                  sizeof(str), compare_texts);
    }
    for (size_t i = 0; i < n; i++) {
        walk->arenas[walk->arena_count++] = found[i].arena;
        vec_clear(&found[i].dirs);
        mem_free(found[i].hits);
    }
}

size_t walk_hit_count(const struct walk *walk, size_t search)
{
    return walk->hits[search].v.n;
}

struct walk_hit walk_hit(const struct walk *walk, size_t search, size_t i)
{
    const struct hit *hit = &walk->hits[search].v.p[i];

    return (struct walk_hit){
        .dir = hit->dir->path,
        .name = hit->name == NULL ? STR_NONE : str_c(hit->name),
    };
}

struct walk_problems walk_problems(const struct walk *walk, size_t search)
{
    const struct search_problems *p = &walk->problems[search];

    return (struct walk_problems){ .count = p->count,
                                   .text_count = p->texts.n,
                                   .texts = p->texts.p,
                                   .failure = p->failure };
}
