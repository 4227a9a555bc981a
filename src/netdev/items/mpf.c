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

/* Class maps that match this one: "match class-map NAME". */
static void give_nesting(struct network_source *s, struct oval_sink *sink,
                         str name)
{
    bool any = false;

    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str rest = n->line;
        struct head head;

        if (!line_take(&rest, "class-map") ||
            !str_eq(section_value(n, "match class-map"), name))
            continue;
        read_head(rest, &head);
        oval_item_str(sink, "used_in_class_map", head.name);
        any = true;
    }
    if (!any)
        network_give(sink, "used_in_class_map", STR_NONE);
}

/* The section of this class in a policy map, from *policy on. */
static const struct config_node *next_use(const struct config_node **policy,
                                          str name)
{
    for (; *policy != NULL; *policy = (*policy)->next) {
        str rest = (*policy)->line;

        if (!line_take(&rest, "policy-map"))
            continue;
        for (const struct config_node *c = (*policy)->first; c != NULL;
             c = c->next) {
            str line = c->line;

            if (line_take(&line, "class") && str_eq(line, name))
                return c;
        }
    }
    return NULL;
}

static void give_class_map(struct network_source *s, struct oval_sink *sink,
                           const struct config_node *n, const struct head *head,
                           const struct config_node *policy,
                           const struct config_node *use)
{
    struct head used_in = { 0 };

    if (policy != NULL)
        read_head(line_after(policy->line, "policy-map"), &used_in);
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", head->name);
    network_give_one(sink, "type", head->type, "INSPECT|REGEX|MANAGEMENT");
    network_give_one(sink, "type_inspect", head->inspects, INSPECTIONS);
    oval_item_str(sink, "match_all_any",
                  head->match.n > 0 ? head->match : STR("ANY"));
    give_or_none(sink, n, "match", "match");
    give_nesting(s, sink, head->name);
    network_give(sink, "used_in_policy_map", used_in.name);
    give_or_none(sink, use, "", "policy_map_action");
    oval_item_end(sink);
}

void network_class_map(struct network_source *s,
                       const struct oval_query *query UNUSED,
                       struct oval_sink *sink)
{
    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        const struct config_node *policy = s->config.root.first;
        const struct config_node *use;
        bool any = false;
        struct head head;
        str rest = n->line;

        if (!line_take(&rest, "class-map"))
            continue;
        read_head(rest, &head);
        while ((use = next_use(&policy, head.name)) != NULL) {
            give_class_map(s, sink, n, &head, policy, use);
            policy = policy->next;
            any = true;
        }
        if (!any)
            give_class_map(s, sink, n, &head, NULL, NULL);
    }
}

/* --- policy_map --- */

/* Whether a class of the policy map has "inspect http NAME". */
static bool is_inspected(const struct config_node *policy,
                         const struct head *head)
{
    const struct config_node *c = policy->first;

    while (c != NULL) {
        for (const struct config_node *k = c->first; k != NULL; k = k->next) {
            str line = k->line;

            if (line_take(&line, "inspect") &&
                str_eq(line_word(&line), head->inspects) &&
                str_eq(line, head->name))
                return true;
        }
        c = c->next;
    }
    return false;
}

/* The policy map that inspects with this one, or the "service-policy NAME"
 * that applies it. */
static str used_in(struct network_source *s, const struct head *head)
{
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str rest = n->line;
        struct head other;

        if (line_take(&rest, "service-policy") &&
            str_eq(line_word(&rest), head->name))
            return head->name;
        rest = n->line;
        if (head->inspects.n == 0 || !line_take(&rest, "policy-map") ||
            !is_inspected(n, head))
            continue;
        read_head(rest, &other);
        return other.name;
    }
    return STR_NONE;
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

void network_policy_map(struct network_source *s,
                        const struct oval_query *query UNUSED,
                        struct oval_sink *sink)
{
    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        struct head head;
        str rest = n->line;

        if (!line_take(&rest, "policy-map"))
            continue;
        read_head(rest, &head);
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", head.name);
        network_give_one(sink, "type_inspect", head.inspects, INSPECTIONS);
        give_or_none(sink, section_find(n, "parameters"), "", "parameters");
        give_matches(s, sink, n);
        network_give(sink, "used_in", used_in(s, &head));
        oval_item_end(sink);
    }
}

/* --- service_policy and tcp_map --- */

/* "service-policy NAME global", "service-policy NAME interface outside" */
void network_service_policy(struct network_source *s,
                            const struct oval_query *query UNUSED,
                            struct oval_sink *sink)
{
    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str rest = n->line;
        str name;
        bool on_interface;

        if (!line_take(&rest, "service-policy"))
            continue;
        name = line_word(&rest);
        on_interface = line_take(&rest, "interface");
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", name);
        oval_item_str(sink, "applied",
                      on_interface ? STR("INTERFACE") : STR("GLOBAL"));
        network_give(sink, "interface",
                     on_interface ? line_word(&rest) : STR_NONE);
        oval_item_end(sink);
    }
}

void network_tcp_map(struct network_source *s,
                     const struct oval_query *query UNUSED,
                     struct oval_sink *sink)
{
    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str name = n->line;

        if (!line_take(&name, "tcp-map"))
            continue;
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", name);
        give_or_none(sink, n, "", "options");
        oval_item_end(sink);
    }
}
