/* SPDX-License-Identifier: Apache-2.0
 *
 * ASA's modular policies: class maps, policy maps, service policies and TCP
 * maps.
 */
#include "netdev/items/items_int.h"

#define INSPECTIONS                                                            \
    "DCERPC|DNS|ESMTP|FTP|GTP|H323|HTTP|IM|IPV6|MGCP|NETBIOS|"                 \
    "RADIUS-ACCOUNTING|RTSP|SCANSAFE|SIP|SKINNY|SNMP"

/* "class-map type inspect http match-all NAME", "class-map NAME",
 * "policy-map type inspect dns NAME" */
struct head {
    str name;
    str type;
    str inspects;
    str match;
};

static void read_head(str rest, struct head *out)
{
    *out = (struct head){ 0 };
    if (line_take(&rest, "type")) {
        out->type = line_word(&rest);
        if (str_eq_c(out->type, "inspect"))
            out->inspects = line_word(&rest);
    }
    if (line_take(&rest, "match-all"))
        out->match = STR("ALL");
    else if (line_take(&rest, "match-any"))
        out->match = STR("ANY");
    out->name = rest;
}

/* Every line below n that begins with words: what follows them, or, with
 * `whole`, the line. */
static bool give_lines(struct oval_sink *sink, const struct config_node *n,
                       const char *words, const char *fact)
{
    bool any = false;

    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        str rest = c->line;

        if (words[0] != '\0' && !line_take(&rest, words))
            continue;
        oval_item_str(sink, fact, rest);
        any = true;
    }
    return any;
}

static void give_or_none(struct oval_sink *sink, const struct config_node *n,
                         const char *words, const char *fact)
{
    if (n == NULL || !give_lines(sink, n, words, fact))
        network_give(sink, fact, STR_NONE);
}

/* --- class_map --- */

/* A class of a policy map. */
struct use {
    str policy; /* what stands behind "policy-map" */
    const struct config_node *class;
};

/* What names class maps. */
struct naming {
    struct index nested; /* "match class-map NAME": heads of class maps */
    struct index uses;   /* struct use, one a policy map */
    struct arena arena;
};

static void naming_clear(struct naming *naming)
{
    index_clear(&naming->nested);
    index_clear(&naming->uses);
    arena_clear(&naming->arena);
}

/* The first class of a policy map that has a name counts. */
static void read_classes(struct naming *naming, const struct config_node *n,
                         str policy)
{
    AUTO(map_clear) struct map seen = MAP;

    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        str name = c->line;
        struct use *use;

        if (!line_take(&name, "class") || map_get(&seen, name) != MAP_NONE)
            continue;
        map_set(&seen, name, 1);
        use = arena_alloc(&naming->arena, 1, sizeof(*use));
        *use = (struct use){ policy, c };
        index_add(&naming->uses, name, use);
    }
}

static void read_naming(struct network_source *s, struct naming *naming)
{
    const struct config_node *n;
    str rest;

    for (EACH_LINE(n, s, "class-map", &rest)) {
        str name = section_value(n, "match class-map");
        struct head *head;

        if (name.n == 0)
            continue;
        head = arena_alloc(&naming->arena, 1, sizeof(*head));
        read_head(rest, head);
        index_add(&naming->nested, name, head);
    }
    for (EACH_LINE(n, s, "policy-map", &rest))
        read_classes(naming, n, rest);
}

static void give_nesting(struct oval_sink *sink, const struct naming *naming,
                         str name)
{
    const struct index_link *link = index_find(&naming->nested, name);

    if (link == NULL)
        network_give(sink, "used_in_class_map", STR_NONE);
    for (; link != NULL; link = link->next)
        oval_item_str(sink, "used_in_class_map",
                      ((const struct head *)link->what)->name);
}

/* False: no more. */
static bool give_class_map(struct network_source *s, struct oval_sink *sink,
                           const struct naming *naming,
                           const struct config_node *n, const struct use *use)
{
    struct head used_in = { 0 };
    struct head head;

    read_head(line_after(n->line, "class-map"), &head);
    if (use != NULL)
        read_head(use->policy, &used_in);
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", head.name);
    network_give_one(sink, "type", head.type, "INSPECT|REGEX|MANAGEMENT");
    network_give_one(sink, "type_inspect", head.inspects, INSPECTIONS);
    oval_item_str(sink, "match_all_any",
                  head.match.n > 0 ? head.match : STR("ANY"));
    give_or_none(sink, n, "match", "match");
    give_nesting(sink, naming, head.name);
    network_give(sink, "used_in_policy_map", used_in.name);
    give_or_none(sink, use != NULL ? use->class : NULL, "",
                 "policy_map_action");
    return network_item_end(s, sink);
}

static bool give_uses(struct network_source *s, struct oval_sink *sink,
                      const struct naming *naming, const struct config_node *n,
                      str rest)
{
    const struct index_link *link;
    struct head head;

    read_head(rest, &head);
    link = index_find(&naming->uses, head.name);
    if (link == NULL)
        return give_class_map(s, sink, naming, n, NULL);
    for (; link != NULL; link = link->next)
        if (!give_class_map(s, sink, naming, n, link->what))
            return false;
    return true;
}

void network_class_map(struct network_source *s,
                       const struct oval_query *query UNUSED,
                       struct oval_sink *sink)
{
    AUTO(naming_clear) struct naming naming = { 0 };
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    read_naming(s, &naming);
    for (EACH_LINE(n, s, "class-map", &rest))
        if (!give_uses(s, sink, &naming, n, rest))
            return;
}

/* --- policy_map --- */

/* What applies policy maps: "service-policy NAME", and "inspect http NAME" in
 * a class of another one. Both are lines at the top, by the name, and by
 * "http NAME". */
struct applying {
    struct index services;
    struct index inspections;
    struct arena arena;
};

static void applying_clear(struct applying *applying)
{
    index_clear(&applying->services);
    index_clear(&applying->inspections);
    arena_clear(&applying->arena);
}

static str inspection(struct arena *arena, str what, str name)
{
    return arena_printf(arena, "%" PRIstr " %" PRIstr, ARGstr(what),
                        ARGstr(name));
}

static void read_inspections(struct applying *applying,
                             const struct config_node *policy,
                             const struct config_node *class)
{
    for (const struct config_node *k = class->first; k != NULL; k = k->next) {
        str line = k->line;
        str what;

        if (!line_take(&line, "inspect"))
            continue;
        what = line_word(&line);
        index_add(&applying->inspections,
                  inspection(&applying->arena, what, line), policy);
    }
}

static void read_applying(struct network_source *s, struct applying *applying)
{
    const struct config_node *n;
    str rest;

    for (EACH_LINE(n, s, "service-policy", &rest))
        index_add(&applying->services, line_word(&rest), n);
    for (EACH_LINE(n, s, "policy-map", &rest))
        for (const struct config_node *c = n->first; c != NULL; c = c->next)
            read_inspections(applying, n, c);
}

/* The policy map that inspects with this one, or the "service-policy NAME"
 * that applies it: what stands first. */
static str used_in(struct applying *applying, const struct head *head)
{
    const struct config_node *service =
        index_first(&applying->services, head->name);
    const struct config_node *policy =
        head->inspects.n > 0
            ? index_first(
                  &applying->inspections,
                  inspection(&applying->arena, head->inspects, head->name))
            : NULL;
    struct head other;

    if (policy != NULL &&
        (service == NULL || policy->line.p < service->line.p)) {
        read_head(line_after(policy->line, "policy-map"), &other);
        return other.name;
    }
    return service != NULL ? head->name : STR_NONE;
}

/* "match body regex X" with "drop" below it: "body regex X_-_drop". */
static void give_matches(struct network_source *s, struct oval_sink *sink,
                         const struct config_node *n)
{
    bool any = false;

    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        str rest = c->line;

        if (!line_take(&rest, "match"))
            continue;
        oval_item_str(
            sink, "match_action",
            arena_printf(&s->arena, "%" PRIstr "_-_%" PRIstr, ARGstr(rest),
                         ARGstr(c->first != NULL ? c->first->line : STR(""))));
        any = true;
    }
    if (!any)
        network_give(sink, "match_action", STR_NONE);
}

static bool give_policy_map(struct network_source *s, struct oval_sink *sink,
                            struct applying *applying,
                            const struct config_node *n, str rest)
{
    struct head head;

    read_head(rest, &head);
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", head.name);
    network_give_one(sink, "type_inspect", head.inspects, INSPECTIONS);
    give_or_none(sink, section_find(n, "parameters"), "", "parameters");
    give_matches(s, sink, n);
    network_give(sink, "used_in", used_in(applying, &head));
    return network_item_end(s, sink);
}

void network_policy_map(struct network_source *s,
                        const struct oval_query *query UNUSED,
                        struct oval_sink *sink)
{
    AUTO(applying_clear) struct applying applying = { 0 };
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    read_applying(s, &applying);
    for (EACH_LINE(n, s, "policy-map", &rest))
        if (!give_policy_map(s, sink, &applying, n, rest))
            return;
}

/* --- service_policy and tcp_map --- */

/* "service-policy NAME global", "service-policy NAME interface outside" */
void network_service_policy(struct network_source *s,
                            const struct oval_query *query UNUSED,
                            struct oval_sink *sink)
{
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "service-policy", &rest)) {
        str name = line_word(&rest);
        bool on_interface = line_take(&rest, "interface");

        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", name);
        oval_item_str(sink, "applied",
                      on_interface ? STR("INTERFACE") : STR("GLOBAL"));
        network_give(sink, "interface",
                     on_interface ? line_word(&rest) : STR_NONE);
        if (!network_item_end(s, sink))
            return;
    }
}

void network_tcp_map(struct network_source *s,
                     const struct oval_query *query UNUSED,
                     struct oval_sink *sink)
{
    const struct config_node *n;
    str name;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "tcp-map", &name)) {
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", name);
        give_or_none(sink, n, "", "options");
        if (!network_item_end(s, sink))
            return;
    }
}
