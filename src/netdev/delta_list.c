/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of filters of IOS. The first line that fits decides, behind the last
 * one all is denied, and a list that is not there permits all. "no access-list
 * 101 permit ..." removes all of list 101. So (R-DEP-5):
 *
 *   - a list that nothing uses is made anew;
 *   - lines that only go, or come behind all that stay, are edited one by one:
 *     those that come first, from the top, then those that go, from the bottom.
 *     What passes before and after then passes at every moment between;
 *   - in other cases its users are given a copy of the old list in one command
 *     each, the list is made anew, and they are given it back;
 *   - a user that takes another list in the end keeps the copy until then, and
 *     one that takes none is without one before the list changes;
 *   - where a user is not of those that take another list in one command, it
 *     is E_UNSUPPORTED: a person must do it.
 */
#include "netdev/delta_int.h"

#include "base/map.h"

/* --- Reading ----------------------------------------------------------------
 */

static bool is_number(str word)
{
    int64_t n;

    return str_to_i64(word, 1, 9999, &n, NULL) == 0;
}

/* The head of the list that the line belongs to, or begins; and the rest. */
static str head_of(const struct delta *d, const struct config_node *node,
                   str *out_name, str *out_rest)
{
    static const char *const sections[] = { "ip access-list standard @",
                                            "ip access-list extended @",
                                            "ipv6 access-list @",
                                            "mac access-list extended @" };
    str rest = node->line;
    str verb = delta_word(&rest);

    *out_rest = STR_NONE;
    if (str_eq_c(verb, "access-list") && rest.n > 0 &&
        (d->family->syntax == SYNTAX_IOS || d->family->syntax == SYNTAX_ASA)) {
        *out_name = delta_word(&rest);
        *out_rest = rest;
        if (rest.n == 0 ||
            (d->family->syntax == SYNTAX_IOS && !is_number(*out_name)))
            return STR_NONE;
        return str_sub(node->line, 0,
                       (size_t)(out_name->p + out_name->n - node->line.p));
    }
    for (size_t i = 0; i < COUNT(sections) && d->family->syntax == SYNTAX_IOS;
         i++) {
        if (delta_matches(node->line, sections[i], out_name))
            return node->line;
    }
    return STR_NONE;
}

static struct delta_list *list_of(struct delta_lists *lists, struct map *map,
                                  str head, str name, bool is_section)
{
    uint32_t at = map_add(map, head, (uint32_t)lists->list.n);

    if (at == lists->list.n)
        *vec_push(&lists->list) = (struct delta_list){
            .head = head, .name = name, .is_section = is_section
        };
    return &lists->list.p[at];
}

static void read_side(struct delta *d, struct config_node *root,
                      struct delta_lists *lists, struct map *map, bool is_new)
{
    for (struct config_node *n = root->first; n != NULL; n = n->next) {
        struct delta_list *list;
        str name = STR_NONE;
        str rest;
        str head = head_of(d, n, &name, &rest);

        if (head.n == 0)
            continue;
        n->mark = DELTA_DONE;
        list = list_of(lists, map, head, name, rest.n == 0);
        list->in_from |= !is_new;
        list->in_to |= is_new;
        if (rest.n > 0 && is_new)
            *vec_push(&list->new) = rest;
        else if (rest.n > 0)
            *vec_push(&list->old) = rest;
        for (const struct config_node *c = n->first; c != NULL; c = c->next) {
            if (is_new)
                *vec_push(&list->new) = c->line;
            else
                *vec_push(&list->old) = c->line;
        }
    }
}

void delta_lists_read(struct delta *d, struct config_node *from,
                      struct config_node *to, struct delta_lists *out)
{
    AUTO(map_clear) struct map map = MAP;

    out->from = from;
    out->to = to;
    read_side(d, from, out, &map, false);
    read_side(d, to, out, &map, true);
}

void delta_lists_clear(struct delta_lists *lists)
{
    for (size_t i = 0; i < lists->list.n; i++) {
        vec_clear(&lists->list.p[i].old);
        vec_clear(&lists->list.p[i].new);
    }
    vec_clear(&lists->list);
    vec_clear(&lists->copies);
    vec_clear(&lists->spares);
}

static bool is_same(const struct delta_list *list)
{
    if (list->in_from != list->in_to || list->old.n != list->new.n)
        return false;
    for (size_t i = 0; i < list->old.n; i++) {
        if (!str_eq(list->old.p[i], list->new.p[i]))
            return false;
    }
    return true;
}

/* --- Its users --------------------------------------------------------------
 */

/* Commands that take another list in one step. */
static const char *const switches[] = {
    "ip access-group @",
    "ipv6 traffic-filter @",
    "access-class @",
    "ipv6 access-class @",
    "ip http access-class ipv4 @",
    "ip http access-class ipv6 @",
    "ip http access-class @",
    "snmp-server community * RO @",
    "snmp-server community * RW @",
    "ntp access-group * @",
};

/* Words that a list may follow: a number alone says nothing. */
static const char *const refers[] = {
    "access-group",   "access-class",    "access-list", "list",
    "address",        "match",           "snmp-server", "ntp",
    "http",           "distance",        "filter",      "acl",
    "offset-list",    "dialer-list",     "logging",     "tftp-server",
    "rp-candidate",   "rp-address",      "group-list",  "multicast",
    "traffic-filter", "distribute-list", "queue-list",  "priority-list",
};

enum stay {
    USE_STAYS,
    USE_TURNS, /* takes another list in the end */
    USE_GOES,
};

struct use {
    const struct config_node *parent; /* NULL: none */
    struct config_node *node;
    str at;
    const char *pattern;
    enum stay stay;
};

struct uses {
    VEC(struct use) list;
    const struct config_node *other; /* one that is not switched in one step */
};

static void uses_clear(struct uses *uses)
{
    vec_clear(&uses->list);
}

static bool is_reference(const struct delta_list *list, str line)
{
    if (!delta_has_word(line, list->name))
        return false;
    for (size_t i = 0; i < COUNT(refers) && is_number(list->name); i++) {
        if (delta_has_word(line, str_c(refers[i])))
            return true;
    }
    return !is_number(list->name);
}

static void find_use(const struct delta_list *list,
                     const struct config_node *parent, struct config_node *node,
                     struct uses *uses)
{
    struct use use = { .parent = parent, .node = node };

    if (!is_reference(list, node->line))
        return;
    for (size_t i = 0; i < COUNT(switches); i++) {
        if (delta_matches(node->line, switches[i], &use.at) &&
            str_eq(use.at, list->name)) {
            use.pattern = switches[i];
            *vec_push(&uses->list) = use;
            return;
        }
    }
    uses->other = node;
}

static void find_below(const struct delta_list *list,
                       const struct config_node *section, struct uses *uses)
{
    for (struct config_node *c = section->first; c != NULL; c = c->next) {
        find_use(list, section, c, uses);
        for (const struct config_node *g = c->first; g != NULL; g = g->next)
            uses->other = is_reference(list, g->line) ? g : uses->other;
    }
}

static void find_uses(const struct delta_list *list,
                      const struct config_node *root, struct uses *uses)
{
    for (struct config_node *n = root->first; n != NULL; n = n->next) {
        if (n->mark == DELTA_DONE)
            continue;
        find_use(list, NULL, n, uses);
        find_below(list, n, uses);
    }
}

static str behind(str line, str at)
{
    return str_sub(line, (size_t)(at.p + at.n - line.p), SIZE_MAX);
}

/* What the user does in the end. */
static enum stay stay_of(const struct use *use, const struct config_node *to)
{
    enum stay stay = USE_GOES;
    const struct config_node *in = use->parent == NULL ? to : to->first;

    while (use->parent != NULL && in != NULL &&
           !str_eq(in->line, use->parent->line))
        in = in->next;
    for (const struct config_node *n = in != NULL ? in->first : NULL; n != NULL;
         n = n->next) {
        str at = STR_NONE;

        if (str_eq(n->line, use->node->line))
            return USE_STAYS;
        if (delta_matches(n->line, use->pattern, &at) &&
            str_eq(behind(n->line, at), behind(use->node->line, use->at)) &&
            str_eq(str_sub(n->line, 0, (size_t)(at.p - n->line.p)),
                   str_sub(use->node->line, 0,
                           (size_t)(use->at.p - use->node->line.p))))
            stay = USE_TURNS;
    }
    return stay;
}

/* Who will use no list is without one now; true: somebody takes another. */
static bool let_go(struct delta *d, const struct delta_lists *lists,
                   struct uses *uses)
{
    bool turns = false;
    size_t kept = 0;

    for (size_t i = 0; i < uses->list.n; i++) {
        struct use use = uses->list.p[i];

        use.stay = stay_of(&use, lists->to);
        turns |= use.stay == USE_TURNS;
        if (use.stay != USE_GOES) {
            uses->list.p[kept++] = use;
            continue;
        }
        use.node->mark = DELTA_DONE;
        if (use.parent != NULL)
            delta_emit(d, use.parent->line);
        delta_say(d, "no %" PRIstr, ARGstr(use.node->line));
        if (use.parent != NULL)
            delta_emit(d, STR("exit"));
    }
    uses->list.n = kept;
    return turns;
}

static void switch_to(struct delta *d, const struct uses *uses, str name,
                      bool is_back)
{
    for (size_t i = 0; i < uses->list.n; i++) {
        const struct use *use = &uses->list.p[i];
        str line = use->node->line;
        size_t at = (size_t)(use->at.p - line.p);

        if (is_back && use->stay != USE_STAYS)
            continue;
        if (use->parent != NULL)
            delta_emit(d, use->parent->line);
        delta_say(d, "%" PRIstr "%" PRIstr "%" PRIstr,
                  ARGstr(str_sub(line, 0, at)), ARGstr(name),
                  ARGstr(str_sub(line, at + use->at.n, SIZE_MAX)));
        if (use->parent != NULL)
            delta_emit(d, STR("exit"));
    }
}

/* --- Editing ----------------------------------------------------------------
 */

struct lines {
    const str *p;
    size_t n;
};

static void make(struct delta *d, const struct delta_list *list, str head,
                 struct lines lines)
{
    if (list->is_section)
        delta_emit(d, head);
    for (size_t i = 0; i < lines.n; i++) {
        if (!list->is_section)
            delta_say(d, "%" PRIstr " %" PRIstr, ARGstr(head),
                      ARGstr(lines.p[i]));
        else
            delta_emit(d, lines.p[i]);
    }
    if (list->is_section)
        delta_emit(d, STR("exit"));
}

/* "standard" or "extended" when a numbered list has lines that can be edited;
 * else NULL. */
static const char *type_of(str number)
{
    int64_t n = 0;

    if (str_to_i64(number, 1, 2699, &n, NULL) < 0)
        return NULL;
    if (n < 100 || (n >= 1300 && n < 2000))
        return "standard";
    return n < 200 || n >= 2000 ? "extended" : NULL;
}

/* "10 permit ...", "sequence 10 permit ...": the number; 0: it has none. */
static int64_t number_of(str line, str *out_rest)
{
    int64_t n = 0;
    str rest = line;
    str word = delta_word(&rest);

    if (str_eq_c(word, "sequence"))
        word = delta_word(&rest);
    *out_rest = rest;
    if (str_to_i64(word, 1, INT32_MAX, &n, NULL) == 0)
        return n;
    *out_rest = line;
    return 0;
}

static void read_map(struct lines lines, struct map *map, bool *out_unique)
{
    for (uint32_t i = 0; i < lines.n; i++)
        *out_unique &= map_add(map, lines.p[i], i) == i;
}

/* All have numbers, which grow. */
static bool is_numbered(struct lines lines)
{
    int64_t last = 0;
    str rest;

    for (size_t i = 0; i < lines.n; i++) {
        int64_t n = number_of(lines.p[i], &rest);

        if (n <= last || str_starts(rest, STR("remark")))
            return false;
        last = n;
    }
    return lines.n > 0;
}

/* What comes has a number that is free, and is not there under another. */
static bool fits_by_number(struct lines old, struct lines new,
                           const struct map *in_old)
{
    AUTO(map_clear) struct map taken = MAP;
    AUTO(map_clear) struct map texts = MAP;
    char name[32];
    str rest;
    AUTO(arena_clear) struct arena arena = ARENA;

    for (uint32_t i = 0; i < old.n; i++) {
        (void)snprintf(name, sizeof(name), "%lld",
                       (long long)number_of(old.p[i], &rest));
        map_set(&taken, arena_str(&arena, str_c(name)), i);
        map_set(&texts, rest, i);
    }
    for (size_t i = 0; i < new.n; i++) {
        if (map_get(in_old, new.p[i]) != MAP_NONE)
            continue;
        (void)snprintf(name, sizeof(name), "%lld",
                       (long long)number_of(new.p[i], &rest));
        if (map_get(&taken, str_c(name)) != MAP_NONE ||
            map_get(&texts, rest) != MAP_NONE)
            return false;
    }
    return true;
}

/* What stays keeps its order, and all that comes is behind it. */
static bool fits_behind(struct lines new, const struct map *in_old)
{
    uint32_t last = 0;
    bool has_come = false;
    bool has_stayed = false;

    for (size_t i = 0; i < new.n; i++) {
        uint32_t at = map_get(in_old, new.p[i]);

        if (at == MAP_NONE) {
            has_come = true;
            continue;
        }
        if (has_come || (has_stayed && at < last))
            return false;
        has_stayed = true;
        last = at;
    }
    return true;
}

/* Line by line; false: it is another case. */
static bool edit_lines(struct delta *d, const struct delta_list *list)
{
    AUTO(map_clear) struct map in_old = MAP;
    AUTO(map_clear) struct map in_new = MAP;
    struct lines old = { list->old.p, list->old.n };
    struct lines new = { list->new.p, list->new.n };
    bool by_number = is_numbered(old) && is_numbered(new);
    const char *type = list->is_section ? "" : type_of(list->name);
    bool is_unique = true;
    str rest;

    read_map(old, &in_old, &is_unique);
    read_map(new, &in_new, &is_unique);
    if (!is_unique || type == NULL || old.n == 0 || new.n == 0 ||
        (by_number ? !fits_by_number(old, new, &in_old)
                   : !fits_behind(new, &in_old)))
        return false;
    if (list->is_section)
        delta_emit(d, list->head);
    else
        delta_say(d, "ip access-list %s %" PRIstr, type, ARGstr(list->name));
    for (size_t i = 0; i < new.n; i++) {
        if (map_get(&in_old, new.p[i]) == MAP_NONE)
            delta_emit(d, new.p[i]);
    }
    for (size_t i = old.n; i-- > 0;) {
        bool is_sequence = str_starts(old.p[i], STR("sequence "));

        if (map_get(&in_new, old.p[i]) != MAP_NONE)
            continue;
        if (by_number)
            delta_say(d, "no %s%lld", is_sequence ? "sequence " : "",
                      (long long)number_of(old.p[i], &rest));
        else
            delta_say(d, "no %" PRIstr, ARGstr(old.p[i]));
    }
    delta_emit(d, STR("exit"));
    return true;
}

/* --- By a copy --------------------------------------------------------------
 */

static bool is_spare(const struct delta_lists *lists, str name)
{
    for (size_t i = 0; i < lists->spares.n; i++) {
        if (str_eq(lists->spares.p[i], name))
            return true;
    }
    return false;
}

static bool is_taken(const struct config_node *root, str name)
{
    for (const struct config_node *n = root->first; n != NULL; n = n->next) {
        if (delta_has_word(n->line, name) || is_taken(n, name))
            return true;
    }
    return false;
}

/* A name that neither has: a number of the same kind for a number. */
static str spare_name(struct delta *d, const struct delta_lists *lists,
                      const struct delta_list *list)
{
    static const struct {
        int first;
        int last;
    } ranges[] = { { 1, 99 }, { 100, 199 }, { 1300, 1999 }, { 2000, 2699 } };
    int64_t own = 0;

    if (list->is_section)
        own = -1;
    else if (str_to_i64(list->name, 1, 2699, &own, NULL) < 0)
        return STR_NONE;
    for (int i = 0; own < 0 && i < 100; i++) {
        str name = arena_printf(&d->arena, "HOLDFAST-%d", i);

        if (!is_spare(lists, name) && !is_taken(lists->from, name) &&
            !is_taken(lists->to, name))
            return name;
    }
    for (size_t r = 0; own > 0 && r < COUNT(ranges); r++) {
        for (int n = ranges[r].last;
             own >= ranges[r].first && own <= ranges[r].last &&
             n >= ranges[r].first;
             n--) {
            str name = arena_printf(&d->arena, "%d", n);

            if (!is_spare(lists, name) && !is_taken(lists->from, name) &&
                !is_taken(lists->to, name))
                return name;
        }
    }
    return STR_NONE;
}

/* What a list that is not there does. */
static str permit_all(const struct delta_list *list)
{
    const char *type = list->is_section ? NULL : type_of(list->name);

    if (str_starts(list->head, STR("ipv6 ")))
        return STR("permit ipv6 any any");
    if (str_starts(list->head, STR("mac ")))
        return STR("permit any any");
    if (str_starts(list->head, STR("ip access-list standard ")) ||
        (type != NULL && str_eq_c(str_c(type), "standard")))
        return STR("permit any");
    return STR("permit ip any any");
}

static void edit_by_copy(struct delta *d, struct delta_lists *lists,
                         const struct delta_list *list, const struct uses *uses)
{
    str spare = spare_name(d, lists, list);
    str all = permit_all(list);
    struct lines old = { list->old.p, list->old.n };
    struct lines new = { list->new.p, list->new.n };
    str head;

    if (spare.n == 0) {
        delta_fail(d, "no name is free for a copy of '%" PRIstr "'",
                   ARGstr(list->head));
        return;
    }
    head = arena_printf(
        &d->arena, "%" PRIstr "%" PRIstr,
        ARGstr(str_sub(list->head, 0, list->head.n - list->name.n)),
        ARGstr(spare));
    make(d, list, head, old.n > 0 ? old : (struct lines){ &all, 1 });
    switch_to(d, uses, spare, false);
    if (list->in_from)
        delta_say(d, "no %" PRIstr, ARGstr(list->head));
    make(d, list, list->head, new);
    switch_to(d, uses, list->name, true);
    *vec_push(&lists->copies) =
        arena_printf(&d->arena, "no %" PRIstr, ARGstr(head));
    *vec_push(&lists->spares) = spare;
}

static void edit_ios(struct delta *d, struct delta_lists *lists,
                     const struct delta_list *list, struct uses *uses)
{
    struct lines new = { list->new.p, list->new.n };
    bool turns = let_go(d, lists, uses) && uses->other == NULL;
    str verb;
    str rest;

    if (uses->other == NULL && uses->list.n == 0) {
        if (list->in_from)
            delta_say(d, "no %" PRIstr, ARGstr(list->head));
        make(d, list, list->head, new);
    } else if (!turns && edit_lines(d, list)) {
        return;
    } else if (uses->other == NULL) {
        edit_by_copy(d, lists, list, uses);
    } else {
        rest = uses->other->line;
        verb = delta_word(&rest);
        delta_fail(d,
                   "'%" PRIstr "' changes before its end, and is used by a "
                   "command '%" PRIstr " %" PRIstr " ...' that cannot do "
                   "without it meanwhile: a person must change it (R-DEP-5)",
                   ARGstr(list->head), ARGstr(verb), ARGstr(delta_word(&rest)));
    }
}

void delta_lists_edit(struct delta *d, struct delta_lists *lists)
{
    for (size_t i = 0; i < lists->list.n; i++) {
        AUTO(uses_clear) struct uses uses = { 0 };
        const struct delta_list *list = &lists->list.p[i];

        if (!list->in_to || is_same(list))
            continue;
        find_uses(list, lists->from, &uses);
        if (d->family->syntax == SYNTAX_ASA)
            delta_list_asa(d, list, uses.other != NULL || uses.list.n > 0);
        else
            edit_ios(d, lists, list, &uses);
    }
}

void delta_lists_remove(struct delta *d, const struct delta_lists *lists)
{
    for (size_t i = 0; i < lists->copies.n; i++)
        delta_emit(d, lists->copies.p[i]);
    for (size_t i = lists->list.n; i-- > 0;) {
        const struct delta_list *list = &lists->list.p[i];

        if (list->in_to)
            continue;
        if (d->family->syntax == SYNTAX_ASA)
            delta_list_asa(d, list, false);
        else
            delta_say(d, "no %" PRIstr, ARGstr(list->head));
    }
}
