/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>

#include "base/vec.h"
#include "oval/truth.h"
#include "probe/filespec_int.h"

enum direction {
    DIRECTION_NONE,
    DIRECTION_UP,
    DIRECTION_DOWN
};

struct behaviors {
    int64_t max_depth;
    bool subdirs;
    bool links;
    enum direction direction;
    enum walk_fs fs;
};

/* --- behaviours --- */

struct word {
    const char *text;
    int value;
};

static int read_word(const struct oval_query *query, const char *name,
                     const struct word *words, int *out, struct err *err)
{
    str text = oval_query_behavior(query, name, STR_NONE);

    if (text.p == NULL)
        text = str_c(words[0].text);
    for (size_t i = 0; words[i].text != NULL; i++)
        if (str_eq_c(text, words[i].text)) {
            *out = words[i].value;
            return 0;
        }
    return err_set(err, E_INVALID, "behavior %s: '%" PRIstr "' is not known",
                   name, ARGstr(text));
}

/* The first word of each is the default. Files cannot be gone into. */
static int read_behaviors(const struct oval_query *query, struct behaviors *out,
                          struct err *err)
{
    static const struct word recurse[] = {
        { "symlinks and directories", 3 },
        { "directories", 1 },
        { "symlinks", 2 },
        { "files and directories", 1 },
        { "files", 0 },
        { "none", 0 },
        { NULL, 0 },
    };
    static const struct word directions[] = {
        { "none", DIRECTION_NONE },
        { "up", DIRECTION_UP },
        { "down", DIRECTION_DOWN },
        { NULL, 0 },
    };
    static const struct word systems[] = {
        { "all", WALK_FS_ALL },
        { "local", WALK_FS_LOCAL },
        { "defined", WALK_FS_DEFINED },
        { NULL, 0 },
    };
    str depth = oval_query_behavior(query, "max_depth", STR("-1"));
    int into = 0;
    int direction = 0;
    int fs = 0;
    int rc = read_word(query, "recurse", recurse, &into, err);

    if (rc == 0)
        rc = read_word(query, "recurse_direction", directions, &direction, err);
    if (rc == 0)
        rc = read_word(query, "recurse_file_system", systems, &fs, err);
    if (rc == 0)
        rc = str_to_i64(depth, -1, INT64_MAX, &out->max_depth, err);
    if (rc < 0)
        return rc;
    out->subdirs = (into & 1) != 0;
    out->links = (into & 2) != 0;
    out->direction = (enum direction)direction;
    out->fs = (enum walk_fs)fs;
    return 0;
}

/* --- values --- */

/* Does the want name its values, rather than describe them? */
static bool names_values(const struct oval_want *want)
{
    return want->operation == OVAL_EQUALS &&
           (!want->is_var || want->var_check != OVAL_CHECK_NONE_SATISFY);
}

/* Can the i-th value satisfy the want, and was it not named before? */
static bool is_candidate(const struct oval_want *want, size_t i)
{
    struct oval_tally tally = { 0 };

    for (size_t k = 0; k < want->value_count; k++) {
        bool same = str_eq(want->values[i], want->values[k]);

        if (same && k < i)
            return false;
        tally.n[same ? OVAL_TRUE : OVAL_FALSE]++;
    }
    return !want->is_var ||
           oval_check_result(want->var_check, &tally) == OVAL_TRUE;
}

/* An absolute path without double slashes, and without one at the end;
 * STR_NONE for what is not a path. */
static str clean_path(struct arena *arena, str path)
{
    char *out;
    size_t n = 0;

    if (path.n == 0 || path.p[0] != '/' || path.n > WALK_PATH_MAX ||
        memchr(path.p, '\0', path.n) != NULL)
        return STR_NONE;
    out = arena_alloc(arena, path.n + 1, 1);
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] != '/' || n == 0 || out[n - 1] != '/')
            out[n++] = path.p[i];
    if (n > 1 && out[n - 1] == '/')
        n--;
    out[n] = '\0';
    return (str){ out, n };
}

static bool is_filename(str name)
{
    return name.n > 0 && name.n <= NAME_MAX && !str_eq_c(name, ".") &&
           !str_eq_c(name, "..") && str_find_char(name, '/') == name.n &&
           memchr(name.p, '\0', name.n) == NULL;
}

/* Does an expression, or each of several, say how a path begins? No path
 * begins with this byte, so one that is not tied allows it. */
static bool is_tied(const struct oval_want *want, struct regex_cache *regexes)
{
    struct regex *regex;

    if (want->operation != OVAL_PATTERN_MATCH || regexes == NULL ||
        (want->is_var && want->var_check == OVAL_CHECK_NONE_SATISFY))
        return false;
    for (size_t i = 0; i < want->value_count; i++)
        if (regex_cache_get(regexes, want->values[i], 0, &regex, NULL) < 0 ||
            regex_can_begin(regex, STR("\x01")))
            return false;
    return true;
}

/* --- starts and files --- */

struct strs {
    VEC(str) v;
};

/* The path, and its parents up to `levels` of them (-1: all). */
static void add_upwards(struct filespec *spec, struct strs *starts, str path,
                        int64_t levels)
{
    for (;;) {
        *vec_push(&starts->v) = path;
        if (path.n <= 1 || levels == 0)
            return;
        while (path.n > 1 && path.p[path.n - 1] != '/')
            path.n--;
        path = clean_path(&spec->arena, path);
        levels -= levels > 0;
    }
}

static void set_starts(struct filespec *spec, const struct strs *starts)
{
    str *copy = arena_alloc(&spec->arena, starts->v.n, sizeof(*copy));

    if (starts->v.n > 0)
        memcpy(copy, starts->v.p, starts->v.n * sizeof(*copy));
    spec->search.starts = copy;
    spec->search.start_count = starts->v.n;
}

static void start_at_paths(struct filespec *spec, const struct oval_want *path,
                           const struct behaviors *b)
{
    struct strs starts = { 0 };

    for (size_t i = 0; i < path->value_count; i++) {
        str start;

        if (!is_candidate(path, i))
            continue;
        start = clean_path(&spec->arena, path->values[i]);
        if (start.p == NULL)
            continue;
        if (b->direction == DIRECTION_UP)
            add_upwards(spec, &starts, start, b->max_depth);
        else
            *vec_push(&starts.v) = start;
    }
    set_starts(spec, &starts);
    vec_clear(&starts.v);
    spec->search.depth = b->direction == DIRECTION_DOWN ? b->max_depth : 0;
    spec->search.subdirs = b->subdirs;
    spec->search.links = b->links;
    spec->search.fs = b->fs;
    if (!b->subdirs && !b->links)
        spec->search.depth = 0;
}

static void start_everywhere(struct filespec *spec,
                             const struct oval_want *want,
                             const struct behaviors *b,
                             struct regex_cache *regexes)
{
    static const str root = { "/", 1 };

    spec->search.starts = &root;
    spec->search.start_count = want->value_count > 0 ? 1 : 0;
    spec->search.depth = -1;
    spec->search.subdirs = true;
    spec->search.links = b->links && is_tied(want, regexes);
    spec->search.fs = b->fs == WALK_FS_DEFINED ? WALK_FS_ALL : b->fs;
}

static void add_file(struct filespec *spec, str path, str name)
{
    struct filespec_file *files =
        (struct filespec_file *)spec->files + spec->file_count++;

    files->path = path;
    files->filename = name;
    files->filepath =
        arena_printf(&spec->arena, "%s/%s", path.n > 1 ? path.p : "",
                     arena_c(&spec->arena, name))
            .p;
}

static void name_filepaths(struct filespec *spec,
                           const struct oval_want *filepath)
{
    spec->direct = true;
    spec->files =
        arena_alloc(&spec->arena, filepath->value_count, sizeof(*spec->files));
    for (size_t i = 0; i < filepath->value_count; i++) {
        str value = filepath->values[i];
        str path;
        size_t n;

        if (!is_candidate(filepath, i) || str_ends(value, STR("/")))
            continue;
        value = clean_path(&spec->arena, value);
        if (value.p == NULL)
            continue;
        n = value.n;
        while (value.p[n - 1] != '/')
            n--;
        path = clean_path(&spec->arena, str_sub(value, 0, n));
        if (is_filename(str_sub(value, n, SIZE_MAX)))
            add_file(spec, path, str_sub(value, n, SIZE_MAX));
    }
}

/* path and filename are both named: no directory need be read. */
static void name_files(struct filespec *spec, const struct oval_want *filename)
{
    size_t most = 0;

    if (__builtin_mul_overflow(spec->search.start_count, filename->value_count,
                               &most) ||
        most > 10000)
        return;
    spec->direct = true;
    spec->files = arena_alloc(&spec->arena, most, sizeof(*spec->files));
    for (size_t i = 0; i < spec->search.start_count; i++)
        for (size_t k = 0; k < filename->value_count; k++)
            if (is_candidate(filename, k) && is_filename(filename->values[k]))
                add_file(spec, spec->search.starts[i], filename->values[k]);
}

/* --- the query --- */

static int parse_filepath(const struct oval_want *filepath,
                          const struct behaviors *b,
                          struct regex_cache *regexes, struct filespec *spec)
{
    if (names_values(filepath)) {
        name_filepaths(spec, filepath);
        return 0;
    }
    spec->search.filepath = filepath;
    start_everywhere(spec, filepath, b, regexes);
    return 0;
}

static int parse_path(const struct oval_query *query,
                      const struct oval_want *path, const struct behaviors *b,
                      struct regex_cache *regexes, struct filespec *spec,
                      struct err *err)
{
    const struct oval_want *filename = oval_query_want(query, "filename");

    if (filename == NULL)
        return err_set(err, E_INVALID, "the object has a path and no filename");
    spec->search.directories = filename->nil;
    spec->search.filename = filename->nil ? NULL : filename;
    if (!names_values(path)) {
        spec->search.path = path;
        start_everywhere(spec, path, b, regexes);
        return 0;
    }
    start_at_paths(spec, path, b);
    if (!filename->nil && names_values(filename) && spec->search.depth == 0)
        name_files(spec, filename);
    return 0;
}

int filespec_parse(const struct oval_query *query, struct regex_cache *regexes,
                   struct filespec *out, struct err *err)
{
    const struct oval_want *filepath = oval_query_want(query, "filepath");
    const struct oval_want *path = oval_query_want(query, "path");
    struct behaviors b = { 0 };
    int rc = read_behaviors(query, &b, err);

    memset(out, 0, sizeof(*out));
    if (rc < 0)
        return rc;
    out->search.filters = query->filters;
    out->search.filter_count = query->filter_count;
    if (filepath != NULL && !filepath->nil)
        return parse_filepath(filepath, &b, regexes, out);
    if (path != NULL && !path->nil)
        return parse_path(query, path, &b, regexes, out, err);
    return err_set(err, E_INVALID,
                   "the object has neither a filepath nor a path");
}

void filespec_clear(struct filespec *spec)
{
    arena_clear(&spec->arena);
}

bool filespec_walks(const struct filespec *spec)
{
    return !spec->direct && spec->search.start_count > 0 &&
           spec->search.depth != 0;
}

/* --- the key --- */

static void add_bytes(struct buf *key, const void *p, size_t n)
{
    buf_add(key, (str){ p, n });
}

static void add_text(struct buf *key, str text)
{
    add_bytes(key, &text.n, sizeof(text.n));
    buf_add(key, text);
}

static void add_want(struct buf *key, const struct oval_want *want)
{
    uint8_t bits[] = { want != NULL, 0, 0, 0, 0, 0, 0, 0 };

    if (want == NULL) {
        add_bytes(key, bits, sizeof(bits));
        return;
    }
    bits[1] = want->datatype;
    bits[2] = want->operation;
    bits[3] = want->entity_check;
    bits[4] = want->existence;
    bits[5] = want->var_check;
    bits[6] = want->nil;
    bits[7] = want->is_var;
    add_bytes(key, bits, sizeof(bits));
    add_text(key, want->name);
    add_bytes(key, &want->value_count, sizeof(want->value_count));
    for (size_t i = 0; i < want->value_count; i++)
        add_text(key, want->values[i]);
}

void filespec_key(const struct filespec *spec, struct buf *key)
{
    const struct walk_search *s = &spec->search;
    uint8_t bits[] = { s->directories, s->subdirs, s->links, (uint8_t)s->fs };

    add_bytes(key, bits, sizeof(bits));
    add_bytes(key, &s->depth, sizeof(s->depth));
    add_want(key, s->path);
    add_want(key, s->filename);
    add_want(key, s->filepath);
    add_bytes(key, &s->start_count, sizeof(s->start_count));
    for (size_t i = 0; i < s->start_count; i++)
        add_text(key, s->starts[i]);
    for (size_t i = 0; i < s->filter_count; i++) {
        const struct oval_condition *filter = &s->filters[i];
        uint8_t how[] = { filter->include, filter->op };

        add_bytes(key, how, sizeof(how));
        add_bytes(key, &filter->want_count, sizeof(filter->want_count));
        for (size_t k = 0; k < filter->want_count; k++)
            add_want(key, &filter->wants[k]);
    }
}
