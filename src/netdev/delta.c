/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/delta_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/map.h"
#include "netdev/netconf_int.h"

/* --- Writing ----------------------------------------------------------------
 */

void delta_fail(struct delta *d, const char *format, ...)
{
    char text[512];
    va_list args;

    if (d->rc < 0)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    d->rc = err_set(d->err, E_UNSUPPORTED, "%s", text);
}

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
    if (*by == '\0') {
        delta_fail(d, "a banner of several lines changes, and holds every "
                      "character that could end it");
        return;
    }
    buf_add(d->out, verb);
    buf_add_char(d->out, ' ');
    buf_add(d->out, kind);
    buf_add_char(d->out, ' ');
    buf_add_char(d->out, *by);
    buf_add(d->out, rest);
    buf_add_char(d->out, *by);
    buf_add_char(d->out, '\n');
}

void delta_emit(struct delta *d, str line)
{
    if (str_find_char(line, '\n') < line.n) {
        emit_banner(d, line);
        return;
    }
    buf_add(d->out, line);
    buf_add_char(d->out, '\n');
}

void delta_say(struct delta *d, const char *format, ...)
{
    char text[1024];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof(text)) {
        delta_fail(d, "a command would be longer than %zu bytes",
                   sizeof(text) - 1);
        return;
    }
    delta_emit(d, str_c(text));
}

/* --- What differs -----------------------------------------------------------
 */

/* The lines of one key: which only one side has, and which both. */
struct slot {
    const struct delta_rule *rule;
    str key;
    const struct config_node *old; /* the first that is gone */
    size_t gone;
    size_t new;
    size_t kept;
    bool is_done;
};

enum again {
    AGAIN_NONE,
    AGAIN_HOME, /* lines that both have are sent again: the addresses */
    AGAIN_ALL,
};

/* A section of both. */
struct level {
    str section;
    const struct config_node *from;
    const struct config_node *to;
    struct map in_from;
    struct map in_to;
    struct map keys;
    VEC(const struct config_node *) olds;
    VEC(const struct config_node *) news;
    VEC(struct slot) slots;
    enum again again;
};

static void level_clear(struct level *l)
{
    map_clear(&l->in_from);
    map_clear(&l->in_to);
    map_clear(&l->keys);
    vec_clear(&l->olds);
    vec_clear(&l->news);
    vec_clear(&l->slots);
}

static struct slot *slot_of(struct level *l, const struct config_node *node)
{
    return node->mark == 0 ? NULL : &l->slots.p[node->mark - 1];
}

static const struct config_node *in_from(const struct level *l, str line)
{
    uint32_t at = map_get(&l->in_from, line);

    return at == MAP_NONE ? NULL : l->olds.p[at];
}

static const struct config_node *in_to(const struct level *l, str line)
{
    uint32_t at = map_get(&l->in_to, line);

    return at == MAP_NONE ? NULL : l->news.p[at];
}

/* A line of the text that means nothing to the device. */
static bool is_remark(const struct delta *d, str line)
{
    return d->family->syntax == SYNTAX_CATOS &&
           (str_starts(line, STR("#")) || str_eq_c(line, "begin"));
}

static void mark(struct delta *d, struct level *l, struct config_node *node)
{
    const struct delta_rule *rule;
    str key = STR_NONE;
    uint32_t at;

    node->mark = 0;
    rule = delta_rule_find(d, l->section, node->line, &key);
    if (rule == NULL)
        return;
    at = map_add(&l->keys, key, (uint32_t)l->slots.n);
    if (at == l->slots.n)
        *vec_push(&l->slots) = (struct slot){ .rule = rule, .key = key };
    node->mark = at + 1;
}

static void count(struct level *l)
{
    for (size_t i = 0; i < l->olds.n; i++) {
        struct slot *slot = slot_of(l, l->olds.p[i]);

        if (slot == NULL)
            continue;
        if (in_to(l, l->olds.p[i]->line) != NULL) {
            slot->kept++;
            continue;
        }
        slot->old = slot->gone++ == 0 ? l->olds.p[i] : slot->old;
    }
    for (size_t i = 0; i < l->news.n; i++) {
        struct slot *slot = slot_of(l, l->news.p[i]);

        if (slot != NULL && in_from(l, l->news.p[i]->line) == NULL)
            slot->new ++;
    }
}

static void level_read(struct delta *d, struct level *l)
{
    for (struct config_node *n = l->from->first; n != NULL; n = n->next) {
        if (n->mark == DELTA_DONE || is_remark(d, n->line))
            continue;
        mark(d, l, n);
        if (map_add(&l->in_from, n->line, (uint32_t)l->olds.n) == l->olds.n)
            *vec_push(&l->olds) = n;
    }
    for (struct config_node *n = l->to->first; n != NULL; n = n->next) {
        if (n->mark == DELTA_DONE || is_remark(d, n->line))
            continue;
        mark(d, l, n);
        if (map_add(&l->in_to, n->line, (uint32_t)l->news.n) == l->news.n)
            *vec_push(&l->news) = n;
    }
    count(l);
}

static bool has_flag(struct level *l, const struct config_node *node,
                     unsigned flag)
{
    const struct slot *slot = slot_of(l, node);

    return slot != NULL && (slot->rule->flags & flag) != 0;
}

/* One line for one line: the new one is enough. */
static bool is_replaced(const struct slot *slot)
{
    if (slot->rule->kind == DELTA_RANGE)
        return slot->gone > 0 && slot->new > 0;
    return (slot->rule->kind == DELTA_ONE || slot->rule->kind == DELTA_PAIR) &&
           slot->gone == 1 && slot->new == 1 && slot->kept == 0;
}

/* Lines that only go and come together. */
static bool is_group(const struct slot *slot)
{
    bool is_many = slot->gone + slot->kept > 1 || slot->new + slot->kept > 1;

    switch (slot->rule->kind) {
    case DELTA_GROUP:
    case DELTA_LINES:
        return slot->new + slot->kept > 0;
    case DELTA_ONE:
        return is_many && slot->new + slot->kept > 0 &&
               (slot->rule->flags & DELTA_BARE) != 0;
    default:
        return false;
    }
}

/* --- Taking back ------------------------------------------------------------
 */

static void take_back(struct delta *d, struct level *l,
                      const struct config_node *node);

/* A section that stays: each of its lines goes. */
static void empty_section(struct delta *d, const struct config_node *node)
{
    struct config_node nothing = { 0 };
    AUTO(level_clear)
    struct level l = { .section = node->line, .from = node, .to = &nothing };
    size_t before = d->out->n;
    size_t inner;

    delta_emit(d, node->line);
    inner = d->out->n;
    level_read(d, &l);
    for (size_t i = l.olds.n; i-- > 0;)
        take_back(d, &l, l.olds.p[i]);
    if (d->out->n == inner)
        d->out->n = before;
    else
        delta_emit(d, STR("exit"));
}

/* "set x" of CatOS is cleared by the same words for few x only. */
static void take_back_catos(struct delta *d, const struct slot *slot, str line)
{
    if (slot != NULL && (slot->rule->flags & DELTA_BARE) != 0)
        delta_emit(d, slot->key);
    else if (slot != NULL && slot->rule->kind == DELTA_PLAIN)
        delta_say(d, "clear %" PRIstr, ARGstr(str_sub(line, 4, SIZE_MAX)));
    else
        delta_fail(d, "no command is known that takes back '%" PRIstr "...'",
                   ARGstr(slot != NULL ? slot->key : str_sub(line, 0, 16)));
}

static void negate(struct delta *d, const struct slot *slot, str line)
{
    bool is_block = str_find_char(line, '\n') < line.n;

    buf_add(d->out, STR("no "));
    if (slot != NULL && (is_block || (slot->rule->flags & DELTA_BARE) != 0))
        line = slot->key;
    delta_emit(d, line);
}

static void take_back(struct delta *d, struct level *l,
                      const struct config_node *node)
{
    const struct slot *slot = slot_of(l, node);
    str line = node->line;

    if (slot != NULL && (slot->rule->flags & DELTA_HOMELESS) != 0)
        l->again = AGAIN_HOME;
    if (d->family->syntax == SYNTAX_CATOS) {
        take_back_catos(d, slot, line);
    } else if (slot != NULL && slot->rule->kind == DELTA_KEPT) {
        return;
    } else if (str_starts(line, STR("no "))) {
        line = str_sub(line, 3, SIZE_MAX);
        if (slot == NULL || !str_eq(line, slot->key)) /* it wants a value */
            delta_emit(d, line);
    } else if (slot != NULL && slot->rule->kind == DELTA_FIXED) {
        empty_section(d, node);
    } else if (slot != NULL && slot->rule->kind == DELTA_RANGE) {
        if (str_starts(line, STR("line vty ")) &&
            !str_starts(line, STR("line vty 0")))
            negate(d, NULL, line);
    } else if (slot != NULL && slot->rule->back != NULL) {
        delta_emit(d, str_c(slot->rule->back));
    } else {
        negate(d, slot, line);
    }
}

/* Whether what comes takes the place of this, or it is there as its opposite.
 */
static bool is_superseded(struct level *l, const struct config_node *node)
{
    AUTO(buf_clear) struct buf no = BUF(1 << 20);
    const struct slot *slot = slot_of(l, node);

    if (slot != NULL && (is_replaced(slot) || is_group(slot)))
        return true;
    if (str_starts(node->line, STR("no ")))
        return in_to(l, str_sub(node->line, 3, SIZE_MAX)) != NULL;
    buf_add_c(&no, "no ");
    buf_add(&no, node->line);
    return in_to(l, buf_str(&no)) != NULL;
}

static void remove_gone(struct delta *d, struct level *l, bool is_late)
{
    for (size_t i = l->olds.n; i-- > 0;) {
        const struct config_node *node = l->olds.p[i];

        if (in_to(l, node->line) == NULL &&
            has_flag(l, node, DELTA_EARLY | DELTA_LATE) == is_late &&
            !is_superseded(l, node))
            take_back(d, l, node);
    }
}

/* --- Bringing ---------------------------------------------------------------
 */

static void diff_level(struct delta *d, struct level *l);

/* A section that both have: entered only when something in it differs. */
static void diff_section(struct delta *d, const struct config_node *from,
                         const struct config_node *to, enum again again)
{
    AUTO(level_clear)
    struct level l = {
        .section = to->line, .from = from, .to = to, .again = again
    };
    size_t before = d->out->n;
    size_t inner;

    if ((from->first == NULL && to->first == NULL) ||
        d->depth >= CONFIG_DEPTH_MAX)
        return;
    delta_emit(d, to->line);
    inner = d->out->n;
    d->depth++;
    diff_level(d, &l);
    d->depth--;
    if (d->out->n == inner)
        d->out->n = before;
    else
        delta_emit(d, STR("exit"));
}

static void emit_added(struct delta *d, const struct config_node *node)
{
    delta_emit(d, node->line);
    if (node->first == NULL || ++d->depth > CONFIG_DEPTH_MAX)
        return;
    for (const struct config_node *n = node->first; n != NULL; n = n->next)
        emit_added(d, n);
    delta_emit(d, STR("exit"));
    d->depth--;
}

static void put_group(struct delta *d, struct level *l, struct slot *slot)
{
    if (slot->is_done || slot->gone + slot->new == 0)
        return;
    slot->is_done = true;
    if ((slot->rule->kind == DELTA_LINES && slot->gone + slot->kept > 0) ||
        (slot->rule->kind == DELTA_ONE && slot->gone > slot->new))
        delta_say(d, "no %" PRIstr, ARGstr(slot->key));
    for (size_t i = 0; i < l->news.n; i++) {
        if (slot_of(l, l->news.p[i]) == slot)
            emit_added(d, l->news.p[i]);
    }
}

static void put_new(struct delta *d, struct level *l,
                    const struct config_node *node)
{
    struct slot *slot = slot_of(l, node);

    if (slot != NULL && slot->rule->kind == DELTA_KEPT)
        return;
    if (slot != NULL && (slot->rule->flags & DELTA_HOMELESS) != 0)
        l->again = AGAIN_HOME;
    if (slot != NULL && is_replaced(slot)) {
        if (slot->rule->kind == DELTA_RANGE) {
            diff_section(d, slot->old, node, AGAIN_ALL);
            return;
        }
        if (slot->rule->kind == DELTA_PAIR)
            take_back(d, l, slot->old);
    }
    emit_added(d, node);
}

static void put(struct delta *d, struct level *l,
                const struct config_node *node)
{
    const struct config_node *old = in_from(l, node->line);
    struct slot *slot = slot_of(l, node);

    if (slot != NULL && is_group(slot))
        put_group(d, l, slot);
    else if (old == NULL)
        put_new(d, l, node);
    else if (l->again == AGAIN_ALL && node->first == NULL)
        delta_emit(d, node->line);
    else if (l->again == AGAIN_HOME && has_flag(l, node, DELTA_HOME))
        delta_emit(d, node->line);
    else if (slot == NULL || slot->rule->kind != DELTA_KEPT)
        diff_section(d, old, node, AGAIN_NONE);
}

static void diff_level(struct delta *d, struct level *l)
{
    level_read(d, l);
    for (size_t i = 0; i < l->news.n; i++) {
        if (has_flag(l, l->news.p[i], DELTA_EARLY))
            put(d, l, l->news.p[i]);
    }
    remove_gone(d, l, false);
    for (size_t i = 0; i < l->news.n; i++) {
        if (!has_flag(l, l->news.p[i], DELTA_EARLY))
            put(d, l, l->news.p[i]);
    }
    remove_gone(d, l, true);
}

/* --- The whole --------------------------------------------------------------
 */

static void delta_clear(struct delta *d)
{
    arena_clear(&d->arena);
}

static void diff_all(struct delta *d, struct config_tree *from,
                     struct config_tree *to)
{
    AUTO(delta_lists_clear) struct delta_lists lists = { 0 };
    AUTO(level_clear)
    struct level top = { .section = STR(""),
                         .from = &from->root,
                         .to = &to->root };

    delta_lists_read(d, &from->root, &to->root, &lists);
    delta_lists_edit(d, &lists);
    diff_level(d, &top);
    delta_lists_remove(d, &lists);
}

int config_delta(const struct family *family, str from, str to, struct buf *out,
                 struct err *err)
{
    AUTO(config_tree_clear) struct config_tree a = { 0 };
    AUTO(config_tree_clear) struct config_tree b = { 0 };
    AUTO(delta_clear)
    struct delta d = { .family = family, .out = out, .err = err };
    int rc;

    /* Families that have a command line may speak it, too. */
    if (family->syntax == SYNTAX_NETCONF || str_starts(to, STR("<")))
        return netconf_delta(from, to, out, err);
    rc = config_tree_read(from, &a, err);
    if (rc == 0)
        rc = config_tree_read(to, &b, err);
    if (rc < 0)
        return rc;
    /* A text may have a section twice, with other lines in it; it is not
     * different from itself for that. */
    if (!str_eq(from, to))
        diff_all(&d, &a, &b);
    return d.rc < 0 ? d.rc : buf_finish(out, "the change", err);
}
