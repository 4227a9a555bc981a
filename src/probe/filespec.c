/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/filespec.h"

#include <errno.h>

#include "base/map.h"
#include "base/vec.h"
#include "probe/filespec_int.h"
#include "probe/regular.h"

enum {
    KEY_MAX = 64 << 20
};

struct answer {
    const struct walk *walk;
    size_t search;
};

struct cache { /* PROBE_CACHE_WALK */
    struct arena keys;
    struct map by_key;
    VEC(struct answer) answers;
    VEC(struct walk *) walks;
};

static void cache_free(void *p)
{
    struct cache *cache = p;

    for (size_t i = 0; i < cache->walks.n; i++)
        walk_free(cache->walks.p[i]);
    vec_clear(&cache->walks);
    vec_clear(&cache->answers);
    map_clear(&cache->by_key);
    arena_clear(&cache->keys);
    mem_free(cache);
}

static struct cache *cache_of(struct probe_machine *machine)
{
    if (machine->caches[PROBE_CACHE_WALK].p == NULL) {
        machine->caches[PROBE_CACHE_WALK].p =
            mem_alloc(1, sizeof(struct cache));
        machine->caches[PROBE_CACHE_WALK].free = cache_free;
    }
    return machine->caches[PROBE_CACHE_WALK].p;
}

bool filespec_is_batch(const struct oval_query *query)
{
    struct filespec spec;
    bool walks =
        filespec_parse(query, NULL, &spec, NULL) == 0 && filespec_walks(&spec);

    filespec_clear(&spec);
    return walks;
}

/* --- walking for many --- */

/* Walks for the specs that are not answered yet. */
static void walk_for(struct probe_machine *machine,
                     const struct filespec *specs, size_t n)
{
    AUTO(buf_clear) struct buf key = BUF(KEY_MAX);
    struct cache *cache = cache_of(machine);
    VEC(struct walk_search) searches = { 0 };
    struct walk *walk;
    size_t before = cache->answers.n;

    for (size_t i = 0; i < n; i++) {
        uint32_t at = (uint32_t)cache->answers.n;

        if (!filespec_walks(&specs[i]))
            continue;
        buf_reset(&key);
        filespec_key(&specs[i], &key);
        if (map_get(&cache->by_key, buf_str(&key)) != MAP_NONE)
            continue;
        map_add(&cache->by_key, arena_str(&cache->keys, buf_str(&key)), at);
        vec_push(&cache->answers)->search = searches.n;
        *vec_push(&searches) = specs[i].search;
    }
    if (searches.n > 0) {
        walk =
            walk_run(machine, searches.p, searches.n, machine->options.threads);
        *vec_push(&cache->walks) = walk;
        for (size_t i = before; i < cache->answers.n; i++)
            cache->answers.p[i].walk = walk;
    }
    vec_clear(&searches);
}

int filespec_prepare(struct probe_machine *machine,
                     const struct oval_query *const *queries, size_t n,
                     struct err *err UNUSED)
{
    struct filespec *specs = mem_alloc(n, sizeof(*specs));
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        /* What makes no sense says so when it is collected. */
        if (filespec_parse(queries[i], machine->regexes, &specs[count], NULL) ==
            0)
            count++;
        else
            filespec_clear(&specs[count]);
    }
    walk_for(machine, specs, count);
    for (size_t i = 0; i < count; i++)
        filespec_clear(&specs[i]);
    mem_free(specs);
    return 0;
}

/* --- one query --- */

static void give_hit(const struct walk_hit *hit, struct buf *filepath,
                     filespec_fn *each, void *ctx)
{
    struct filespec_file file = { .path = hit->dir, .filename = hit->name };

    buf_reset(filepath);
    if (hit->dir.n > 1 || hit->name.p == NULL)
        buf_add(filepath, hit->dir);
    if (hit->name.p != NULL) {
        buf_add_char(filepath, '/');
        buf_add(filepath, hit->name);
    }
    file.filepath = buf_c(filepath);
    each(ctx, &file);
}

static void tell_problems(const struct walk_problems *p, struct oval_sink *sink)
{
    if (p->failure.p != NULL)
        oval_sink_error(sink, "%" PRIstr, ARGstr(p->failure));
    if (p->count == 0)
        return;
    oval_sink_flag(sink, OVAL_FLAG_INCOMPLETE);
    for (size_t i = 0; i < p->text_count; i++)
        oval_sink_message(sink, OVAL_LEVEL_WARNING, "not looked at: %" PRIstr,
                          ARGstr(p->texts[i]));
    if (p->count > p->text_count)
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "not looked at: %zu places more",
                          p->count - p->text_count);
}

static void give_walk(const struct walk *walk, size_t search,
                      struct oval_sink *sink, filespec_fn *each, void *ctx)
{
    AUTO(buf_clear) struct buf filepath = BUF(2 * WALK_PATH_MAX);
    struct walk_problems problems = walk_problems(walk, search);
    size_t n = walk_hit_count(walk, search);

    tell_problems(&problems, sink);
    for (size_t i = 0; i < n; i++) {
        struct walk_hit hit = walk_hit(walk, search, i);

        give_hit(&hit, &filepath, each, ctx);
    }
}

static void give_direct(struct probe_machine *machine,
                        const struct filespec *spec, struct oval_sink *sink,
                        filespec_fn *each, void *ctx)
{
    for (size_t i = 0; i < spec->file_count; i++) {
        const struct filespec_file *file = &spec->files[i];
        struct err err = { 0 };
        struct stat st;
        int rc = regular_stat(machine, file->filepath, &st, &err);

        if (rc < 0 && rc != E_ABSENT) {
            oval_sink_flag(sink, OVAL_FLAG_INCOMPLETE);
            oval_sink_message(sink, OVAL_LEVEL_WARNING, "not looked at: %s",
                              err_text(&err));
        }
        if (rc == 0 && !S_ISDIR(st.st_mode))
            each(ctx, file);
    }
}

/* A walk that was not prepared, because its query became known late, is made
 * now and kept too. */
static void give_cached(struct probe_machine *machine,
                        const struct filespec *spec, struct oval_sink *sink,
                        filespec_fn *each, void *ctx)
{
    AUTO(buf_clear) struct buf key = BUF(KEY_MAX);
    struct cache *cache = cache_of(machine);
    const struct answer *answer;
    uint32_t at;

    filespec_key(spec, &key);
    at = map_get(&cache->by_key, buf_str(&key));
    if (at == MAP_NONE) {
        walk_for(machine, spec, 1);
        at = map_get(&cache->by_key, buf_str(&key));
    }
    if (at == MAP_NONE) {
        oval_sink_error(sink, "the object is too large");
        return;
    }
    answer = &cache->answers.p[at];
    give_walk(answer->walk, answer->search, sink, each, ctx);
}

void filespec_each(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   filespec_fn *each, void *ctx)
{
    struct filespec spec;
    struct err err = { 0 };
    struct walk *walk;

    if (filespec_parse(query, machine->regexes, &spec, &err) < 0) {
        oval_sink_error(sink, "%s", err_text(&err));
    } else if (spec.direct) {
        give_direct(machine, &spec, sink, each, ctx);
    } else if (filespec_walks(&spec)) {
        give_cached(machine, &spec, sink, each, ctx);
    } else if (spec.search.start_count > 0) {
        walk = walk_run(machine, &spec.search, 1, 1);
        give_walk(walk, 0, sink, each, ctx);
        walk_free(walk);
    }
    filespec_clear(&spec);
}

bool filespec_read(struct probe_machine *machine, struct oval_sink *sink,
                   const struct filespec_file *file, struct buf *text)
{
    struct err err = { 0 };
    int rc;

    buf_reset(text);
    rc = regular_read(machine, file->filepath, text, &err);
    if (rc < 0 && rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&err));
    return rc == 0;
}

void filespec_facts(struct oval_sink *sink, const struct filespec_file *file)
{
    if (file->filename.p == NULL) {
        oval_item_status(sink, "filepath", OVAL_STRING, OVAL_DOES_NOT_EXIST);
        oval_item_str(sink, "path", file->path);
        oval_item_status(sink, "filename", OVAL_STRING, OVAL_DOES_NOT_EXIST);
        return;
    }
    oval_item_str(sink, "filepath", str_c(file->filepath));
    oval_item_str(sink, "path", file->path);
    oval_item_str(sink, "filename", file->filename);
}
