/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:yamlfilecontent: what a YAML Path gives for a file or a text
 * (independent-definitions-schema 5.12.2; yamlpath.h has the grammar).
 *
 * What is found becomes records. Scalars, alone or in sequences, are fields
 * called "#" of one record; every mapping is a record of its own, whose
 * fields are its keys in lower case: an upper case letter is written as '^'
 * and the letter, '^' as "^^". A sequence of scalars in a mapping gives a
 * field each. What is nested deeper cannot be told by a record: an error.
 *
 * Plain scalars have the datatype of YAML's core schema: int, float, boolean
 * or string; null is the string "(null)".
 */
#include <math.h>

#include "base/mem.h"
#include "probe/filespec.h"
#include "probe/yamlpath.h"
#include "probe/yamltree.h"

enum {
    FILE_MAX = 8 << 20,
    FOUND_MAX = 100 * 1000, /* nodes that one path finds, fields of an item */
};

struct found {
    const struct yamlnode *node;
    const struct yamlpath_step *keys; /* only these keys of the mapping */
};

struct nodes {
    VEC(struct found) v;
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *path;
    struct buf text;
};

/* --- finding --- */

static const struct yamlnode *value_of(const struct yamlnode *mapping, str key)
{
    for (size_t i = 0; i + 1 < mapping->children.n; i += 2) {
        const struct yamlnode *k = mapping->children.p[i];

        if (k->kind == YAMLNODE_SCALAR && str_eq(k->text, key))
            return mapping->children.p[i + 1];
    }
    return NULL;
}

static void add(struct nodes *out, const struct yamlnode *node)
{
    if (node != NULL && out->v.n <= FOUND_MAX)
        vec_push(&out->v)->node = node;
}

static void take_step(const struct yamlnode *node,
                      const struct yamlpath_step *step, bool last,
                      struct nodes *out)
{
    if (step->kind == YAMLPATH_KEYS && node->kind == YAMLNODE_MAPPING) {
        if (step->count > 1 && last) {
            *vec_push(&out->v) = (struct found){ node, step };
            return;
        }
        for (size_t i = 0; i < step->count; i++)
            add(out, value_of(node, step->keys[i]));
    }
    if (node->kind != YAMLNODE_SEQUENCE || step->kind == YAMLPATH_KEYS)
        return;
    if (step->kind == YAMLPATH_ALL)
        for (size_t i = 0; i < node->children.n; i++)
            add(out, node->children.p[i]);
    for (size_t i = 0; step->kind == YAMLPATH_INDEXES && i < step->count; i++)
        if ((uint64_t)step->indexes[i] < node->children.n)
            add(out, node->children.p[step->indexes[i]]);
}

/* All nodes that the path leads to; false: too many. */
static bool find(const struct yamltree *tree, const struct yamlpath *path,
                 struct nodes *out)
{
    struct nodes next = { 0 };

    for (size_t i = 0; i < tree->documents.n; i++)
        add(out, tree->documents.p[i]);
    for (size_t s = 0; s < path->count; s++) {
        struct nodes swap = *out;

        for (size_t i = 0; i < out->v.n; i++)
            take_step(out->v.p[i].node, &path->steps[s], s + 1 == path->count,
                      &next);
        *out = next;
        next = swap;
        next.v.n = 0;
    }
    vec_clear(&next.v);
    return out->v.n <= FOUND_MAX;
}

/* --- scalars --- */

static bool is_one_of(str text, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (str_eq_c(text, words[i]))
            return true;
    return false;
}

/* The core schema's int: decimal, 0o7, 0x1f. False: not one, or too large. */
static bool read_int(str text, int64_t *out)
{
    int base = str_starts(text, STR("0x"))   ? 16
               : str_starts(text, STR("0o")) ? 8
                                             : 10;
    int64_t value = 0;

    if (base == 10)
        return str_to_i64(text, INT64_MIN, INT64_MAX, out, NULL) == 0;
    if (text.n == 2)
        return false;
    for (size_t i = 2; i < text.n; i++) {
        char c = text.p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : 99;

        if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out = value;
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(str text)
{
    size_t i = 0;
    size_t digits = 0;
    size_t from;

    if (i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
        i++;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
        digits++;
    if (i < text.n && text.p[i] == '.')
        for (i++; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
            digits++;
    if (digits == 0 || i == text.n || (text.p[i] != 'e' && text.p[i] != 'E'))
        return digits > 0 && i == text.n;
    i++;
    if (i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
        i++;
    for (from = i; i < text.n && text.p[i] >= '0' && text.p[i] <= '9';)
        i++;
    return i == text.n && i > from;
}

static void give_scalar(struct oval_sink *sink, const char *name,
                        const struct yamlnode *node)
{
    static const char *const yes[] = { "true", "True", "TRUE", NULL };
    static const char *const no[] = { "false", "False", "FALSE", NULL };
    static const char *const null[] = { "", "~", "null", "Null", "NULL", NULL };
    bool typed = node->plain || str_ends(node->tag, STR(",2002:int")) ||
                 str_ends(node->tag, STR(",2002:float")) ||
                 str_ends(node->tag, STR(",2002:bool"));
    int64_t number;

    if (!typed)
        oval_item_str(sink, name, node->text);
    else if (is_one_of(node->text, null))
        oval_item_str(sink, name, STR("(null)"));
    else if (is_one_of(node->text, yes) || is_one_of(node->text, no))
        oval_item_bool(sink, name, is_one_of(node->text, yes));
    else if (read_int(node->text, &number))
        oval_item_int(sink, name, number);
    else if (is_float(node->text))
        oval_item_typed(sink, name, OVAL_FLOAT, node->text);
    else
        oval_item_str(sink, name, node->text);
}

/* --- records --- */

/* Scalars of a node, below sequences; *left bounds them. False: there is a
 * mapping, or too much. */
static bool give_scalars(struct oval_sink *sink, const char *name,
                         const struct yamlnode *node, size_t *left)
{
    if (node->kind == YAMLNODE_MAPPING || *left == 0)
        return false;
    --*left;
    if (node->kind == YAMLNODE_SCALAR) {
        give_scalar(sink, name, node);
        return true;
    }
    for (size_t i = 0; i < node->children.n; i++)
        if (!give_scalars(sink, name, node->children.p[i], left))
            return false;
    return true;
}

static const char *field_name(struct arena *arena, str key)
{
    char *name = arena_alloc(arena, 2 * key.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        bool upper = c >= 'A' && c <= 'Z';

        if (upper || c == '^')
            name[n++] = '^';
        name[n++] = upper ? (char)(c - 'A' + 'a') : c;
    }
    return name;
}

static bool is_chosen(const struct found *found, str key)
{
    for (size_t i = 0; found->keys != NULL && i < found->keys->count; i++)
        if (str_eq(found->keys->keys[i], key))
            return true;
    return found->keys == NULL;
}

static bool give_mapping(struct oval_sink *sink, const struct found *found,
                         size_t *left)
{
    const struct yamlnode *node = found->node;
    bool ok = true;

    oval_item_record(sink, "value");
    for (size_t i = 0; ok && i + 1 < node->children.n; i += 2) {
        const struct yamlnode *key = node->children.p[i];

        ok = key->kind == YAMLNODE_SCALAR;
        if (ok && is_chosen(found, key->text))
            ok =
                give_scalars(sink, field_name(oval_sink_arena(sink), key->text),
                             node->children.p[i + 1], left);
    }
    oval_item_record_end(sink);
    return ok;
}

static bool holds_mapping(const struct yamlnode *node)
{
    return node->kind == YAMLNODE_MAPPING ||
           (node->kind == YAMLNODE_SEQUENCE && node->children.n > 0 &&
            node->children.p[0]->kind == YAMLNODE_MAPPING);
}

static bool give_mappings(struct oval_sink *sink, const struct found *found,
                          size_t *left)
{
    bool ok = true;

    if (found->node->kind == YAMLNODE_MAPPING)
        return give_mapping(sink, found, left);
    for (size_t i = 0; ok && i < found->node->children.n; i++) {
        struct found child = { found->node->children.p[i], NULL };

        ok = child.node->kind == YAMLNODE_MAPPING &&
             give_mapping(sink, &child, left);
    }
    return ok;
}

/* The facts called value. False: they cannot be told by records. */
static bool give_values(struct oval_sink *sink, const struct nodes *nodes)
{
    size_t left = FOUND_MAX;
    bool scalars = false;
    bool ok = true;

    for (size_t i = 0; i < nodes->v.n; i++)
        scalars |= !holds_mapping(nodes->v.p[i].node);
    if (scalars)
        oval_item_record(sink, "value");
    for (size_t i = 0; ok && i < nodes->v.n; i++)
        if (!holds_mapping(nodes->v.p[i].node))
            ok = give_scalars(sink, "#", nodes->v.p[i].node, &left);
    if (scalars)
        oval_item_record_end(sink);
    for (size_t i = 0; ok && i < nodes->v.n; i++)
        if (holds_mapping(nodes->v.p[i].node))
            ok = give_mappings(sink, &nodes->v.p[i], &left);
    return ok;
}

static void give(struct job *job, const struct filespec_file *file, str content,
                 str path, const struct nodes *nodes)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, "independent:yamlfilecontent");
    if (file != NULL)
        filespec_facts(sink, file);
    else
        oval_item_str(sink, "content", content);
    oval_item_str(sink, "yamlpath", path);
    if (!give_values(sink, nodes)) {
        oval_item_set_status(sink, OVAL_STATUS_ERROR);
        oval_sink_message(sink, OVAL_LEVEL_ERROR,
                          "%.*s: yamlpath '%" PRIstr
                          "' leads to more than scalars, or to too many",
                          1000, file == NULL ? "content" : file->filepath,
                          ARGstr(path));
    }
    oval_item_end(sink);
}

/* --- the object --- */

static void ask(struct job *job, const struct filespec_file *file, str content,
                const struct yamltree *tree)
{
    struct yamlpath *path = mem_alloc(1, sizeof(*path));

    for (size_t i = 0; i < job->path->value_count; i++) {
        struct arena arena = ARENA;
        struct nodes nodes = { 0 };
        struct err err = { 0 };
        str text = job->path->values[i];

        if (yamlpath_parse(text, &arena, path, &err) < 0)
            oval_sink_error(job->sink, "%s", err_text(&err));
        else if (!find(tree, path, &nodes))
            oval_sink_error(job->sink,
                            "yamlpath '%" PRIstr "' leads to more "
                            "than %d nodes",
                            ARGstr(text), FOUND_MAX);
        else if (nodes.v.n > 0)
            give(job, file, content, text, &nodes);
        vec_clear(&nodes.v);
        arena_clear(&arena);
    }
    mem_free(path);
}

static void ask_text(struct job *job, const struct filespec_file *file,
                     str text)
{
    struct yamltree tree;
    struct err err = { 0 };

    if (yamltree_read(&tree, text, file == NULL ? "content" : file->filepath,
                      &err) < 0)
        oval_sink_error(job->sink, "%s", err_text(&err));
    else
        ask(job, file, text, &tree);
    yamltree_clear(&tree);
}

static void each(void *ctx, const struct filespec_file *file)
{
    struct job *job = ctx;

    if (filespec_read(job->machine, job->sink, file, &job->text))
        ask_text(job, file, buf_str(&job->text));
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *content = oval_query_want(query, "content");
    struct job job = { .machine = machine,
                       .sink = sink,
                       .path = oval_query_want(query, "yamlpath") };

    job.text = BUF_INIT(FILE_MAX);
    if (job.path == NULL || job.path->operation != OVAL_EQUALS)
        oval_sink_error(sink, "yamlpath: only 'equals' has a meaning");
    else if (content == NULL)
        filespec_each(machine, query, sink, each, &job);
    else if (content->operation != OVAL_EQUALS)
        oval_sink_error(sink, "content: only 'equals' has a meaning");
    for (size_t i = 0;
         content != NULL && job.path != NULL &&
         content->operation == OVAL_EQUALS && i < content->value_count;
         i++)
        ask_text(&job, NULL, content->values[i]);
    buf_clear(&job.text);
    return 0;
}

static bool is_batch(const struct oval_query *query)
{
    return oval_query_want(query, "content") == NULL &&
           filespec_is_batch(query);
}

const struct probe probe_yamlfilecontent = {
    .object = "independent:yamlfilecontent",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = is_batch,
    .prepare = filespec_prepare,
};
