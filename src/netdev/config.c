/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/config.h"

#include "base/map.h"
#include "base/regex.h"
#include "base/vec.h"
#include "netdev/config_tree.h"

enum {
    NOISE_MAX = 16
};

static void free_patterns(struct regex *(*patterns)[NOISE_MAX])
{
    for (size_t i = 0; i < NOISE_MAX; i++)
        regex_free((*patterns)[i]);
}

static bool is_noise(struct regex *const *patterns, str line)
{
    for (size_t i = 0; i < NOISE_MAX && patterns[i] != NULL; i++) {
        if (regex_match(patterns[i], line, 0, NULL, NULL) > 0)
            return true;
    }
    return false;
}

int config_clean(const struct family *family, str text, struct buf *out,
                 struct err *err)
{
    AUTO(free_patterns) struct regex *patterns[NOISE_MAX] = { NULL };
    size_t kept = out->n;
    size_t begun = out->n;
    int rc;

    for (size_t i = 0; family->noise[i] != NULL && i < NOISE_MAX; i++) {
        rc = regex_compile(str_c(family->noise[i]), 0, &patterns[i], err);
        if (rc < 0)
            return rc;
    }
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        while (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (is_noise(patterns, line) ||
            (out->n == begun && str_trim(line).n == 0))
            continue;
        buf_add(out, line);
        buf_add_char(out, '\n');
        if (str_trim(line).n > 0)
            kept = out->n;
    }
    if (!out->over)
        out->n = kept;
    return buf_finish(out, "the configuration", err);
}

bool config_is_whole(const struct family *family, str text)
{
    text = str_trim(text);
    switch (family->syntax) {
    case SYNTAX_IOS:
    case SYNTAX_FRR:
        return str_ends(text, STR("\nend"));
    case SYNTAX_ASA:
        return str_ends(text, STR(": end"));
    case SYNTAX_CATOS:
        return str_ends(text, STR("end"));
    case SYNTAX_NETCONF: /* its framing has said so */
        return true;
    default:
        return text.n > 0;
    }
}

/* The children of a node by line. */
struct index {
    struct map map;
    VEC(const struct config_node *) nodes;
};

static void index_clear(struct index *index)
{
    map_clear(&index->map);
    vec_clear(&index->nodes);
}

static void index_read(const struct config_node *parent, struct index *index)
{
    for (const struct config_node *n = parent->first; n != NULL; n = n->next) {
        if (map_add(&index->map, n->line, (uint32_t)index->nodes.n) ==
            index->nodes.n)
            *vec_push(&index->nodes) = n;
    }
}

static const struct config_node *index_find(const struct index *index, str line)
{
    uint32_t at = map_get(&index->map, line);

    return at == MAP_NONE ? NULL : index->nodes.p[at];
}

struct delta {
    const struct family *family;
    struct buf *out;
    unsigned depth;
    bool has_block; /* a banner for which there is no delimiter */
};

/* "banner motd ^C...^C", with a delimiter that can be typed. */
static void emit_banner(struct delta *d, str block)
{
    const char *by = "~|@#%&$*";
    str rest = block;
    str verb = str_cut(&rest, ' ');
    str kind = str_cut(&rest, ' ');
    str mark = config_banner_mark(block);

    rest = str_sub(rest, mark.n, SIZE_MAX);
    rest = str_sub(rest, 0, str_find(rest, mark));
    while (*by != '\0' && str_find_char(rest, *by) < rest.n)
        by++;
    d->has_block |= *by == '\0';
    buf_add(d->out, verb);
    buf_add_char(d->out, ' ');
    buf_add(d->out, kind);
    buf_add_char(d->out, ' ');
    buf_add_char(d->out, *by);
    buf_add(d->out, rest);
    buf_add_char(d->out, *by);
    buf_add_char(d->out, '\n');
}

static void emit(struct delta *d, str line)
{
    if (str_find_char(line, '\n') < line.n) {
        emit_banner(d, line);
        return;
    }
    buf_add(d->out, line);
    buf_add_char(d->out, '\n');
}

static void emit_removed(struct delta *d, str line)
{
    bool is_catos = d->family->syntax == SYNTAX_CATOS;
    str no = is_catos ? STR("clear ") : STR("no ");

    if (str_starts(line, no)) {
        emit(d, str_sub(line, no.n, SIZE_MAX));
        return;
    }
    if (is_catos && str_starts(line, STR("set ")))
        line = str_sub(line, 4, SIZE_MAX);
    buf_add(d->out, no);
    if (str_find_char(line, '\n') < line.n) { /* "no banner motd" is enough */
        str rest = line;

        (void)str_cut(&rest, ' ');
        (void)str_cut(&rest, ' ');
        line = str_trim(str_sub(line, 0, line.n - rest.n));
    }
    emit(d, line);
}

static void emit_added(struct delta *d, const struct config_node *node)
{
    emit(d, node->line);
    if (node->first == NULL || ++d->depth > CONFIG_DEPTH_MAX)
        return;
    for (const struct config_node *n = node->first; n != NULL; n = n->next)
        emit_added(d, n);
    emit(d, STR("exit"));
    d->depth--;
}

static void diff_children(struct delta *d, const struct config_node *from,
                          const struct config_node *to);

/* A section that both have: entered only when something in it differs. */
static void diff_section(struct delta *d, const struct config_node *from,
                         const struct config_node *to)
{
    size_t before = d->out->n;
    size_t inner;

    if ((from->first == NULL && to->first == NULL) ||
        d->depth >= CONFIG_DEPTH_MAX)
        return;
    emit(d, to->line);
    inner = d->out->n;
    d->depth++;
    diff_children(d, from, to);
    d->depth--;
    if (d->out->n == inner)
        d->out->n = before;
    else
        emit(d, STR("exit"));
}

static void diff_children(struct delta *d, const struct config_node *from,
                          const struct config_node *to)
{
    AUTO(index_clear) struct index in_from = { 0 };
    AUTO(index_clear) struct index in_to = { 0 };

    index_read(from, &in_from);
    index_read(to, &in_to);
    for (const struct config_node *n = from->first; n != NULL; n = n->next) {
        if (index_find(&in_to, n->line) == NULL)
            emit_removed(d, n->line);
    }
    for (const struct config_node *n = to->first; n != NULL; n = n->next) {
        const struct config_node *old = index_find(&in_from, n->line);

        if (old == NULL)
            emit_added(d, n);
        else
            diff_section(d, old, n);
    }
}

int config_delta(const struct family *family, str from, str to, struct buf *out,
                 struct err *err)
{
    AUTO(config_tree_clear) struct config_tree a = { 0 };
    AUTO(config_tree_clear) struct config_tree b = { 0 };
    struct delta delta = { .family = family, .out = out };
    int rc = config_tree_read(from, &a, err);

    if (rc == 0)
        rc = config_tree_read(to, &b, err);
    if (rc < 0)
        return rc;
    /* A text may have a section twice, with other lines in it; it is not
     * different from itself for that. */
    if (str_eq(from, to))
        return buf_finish(out, "the change", err);
    diff_children(&delta, &a.root, &b.root);
    if (delta.has_block)
        return err_set(err, E_UNSUPPORTED,
                       "a banner of several lines changes, and holds every "
                       "character that could end it");
    return buf_finish(out, "the change", err);
}

str config_take_command(str *text)
{
    str line = str_trim(str_cut(text, '\n'));
    str mark = config_banner_mark(line);
    str whole = *text;
    str rest = str_sub(line, str_find(line, mark) + mark.n, SIZE_MAX);

    if (mark.n == 0 || str_find(rest, mark) < rest.n)
        return line;
    while (text->n > 0) {
        str next = str_cut(text, '\n');

        if (str_find(next, mark) < next.n)
            return str_trim(
                (str){ line.p, (size_t)(next.p + next.n - line.p) });
    }
    *text = whole; /* it has no end: then it is no banner */
    return line;
}

size_t config_count(str config, str line)
{
    size_t n = 0;

    line = str_trim(line);
    while (config.n > 0)
        n += str_eq(str_trim(str_cut(&config, '\n')), line);
    return n;
}
