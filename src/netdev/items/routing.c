/* SPDX-License-Identifier: Apache-2.0
 *
 * Routing protocols of IOS: their instances, BGP's neighbours, and how
 * interfaces authenticate them.
 */
#include "netdev/items/items_int.h"

/* --- router --- */

static str protocol_of(const struct config_node *n, str word)
{
    static const char *const known[][2] = { { "eigrp", "EIGRP" },
                                            { "ospf", "OSPF" },
                                            { "bgp", "BGP" },
                                            { "isis", "ISIS" } };

    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq_c(word, known[i][0]))
            return str_c(known[i][1]);
    if (!str_eq_c(word, "rip"))
        return STR_NONE;
    return section_find(n, "version 2") != NULL ? STR("RIPV2") : STR("RIP");
}

/* The rest of each line at any depth that begins with words. */
typedef void line_fn(void *ctx, str rest);

static void each_line(const struct config_node *parent, const char *words,
                      line_fn *each, void *ctx)
{
    for (const struct config_node *n = parent->first; n != NULL; n = n->next) {
        str rest = n->line;

        if (line_take(&rest, words) && rest.n > 0)
            each(ctx, rest);
        each_line(n, words, each, ctx);
    }
}

struct facts {
    struct oval_sink *sink;
    struct map seen;
    uint32_t n;
};

static void add_network(void *ctx, str rest)
{
    struct facts *facts = ctx;

    oval_item_str(facts->sink, "network", rest);
    facts->n++;
}

static void add_neighbor(void *ctx, str rest)
{
    struct facts *facts = ctx;
    str name = line_word(&rest);

    if (map_add(&facts->seen, name, facts->n) != facts->n)
        return;
    oval_item_str(facts->sink, "bgp_neighbor", name);
    facts->n++;
}

/* "area 0 authentication message-digest" */
static void add_area(void *ctx, str rest)
{
    struct facts *facts = ctx;
    str area = line_word(&rest);
    bool dotted = str_find_char(area, '.') < area.n;

    if (!line_take(&rest, "authentication"))
        return;
    oval_item_typed(facts->sink, "ospf_authentication_area",
                    dotted ? OVAL_IPV4_ADDRESS : OVAL_INT, area);
    facts->n++;
}

static void give_all(struct oval_sink *sink, const struct config_node *n,
                     const char *words, line_fn *add, const char *fact)
{
    struct facts facts = { .sink = sink };

    each_line(n, words, add, &facts);
    if (facts.n == 0)
        network_give(sink, fact, STR_NONE);
    map_clear(&facts.seen);
}

static bool give_router(struct network_source *s, struct oval_sink *sink,
                        const struct config_node *n, str rest)
{
    str protocol = protocol_of(n, line_word(&rest));

    if (protocol.n == 0)
        return true;
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "protocol", protocol);
    network_give_int(sink, "id", line_word(&rest));
    give_all(sink, n, "network", add_network, "network");
    if (str_eq_c(protocol, "BGP"))
        give_all(sink, n, "neighbor", add_neighbor, "bgp_neighbor");
    else
        network_give(sink, "bgp_neighbor", STR_NONE);
    give_all(sink, n, "area", add_area, "ospf_authentication_area");
    oval_item_str(sink, "router_config_lines", n->text);
    return network_item_end(s, sink);
}

void network_router(struct network_source *s,
                    const struct oval_query *query UNUSED,
                    struct oval_sink *sink)
{
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "router", &rest))
        if (!give_router(s, sink, n, rest))
            return;
}

/* --- bgpneighbor --- */

struct neighbor {
    str name;
    str group;
    str password;
    bool inherits; /* from a template: not followed */
};

struct neighbors {
    VEC(struct neighbor) list;
    struct map at;
    struct map groups; /* names that neighbours have as their group */
};

static void neighbors_clear(struct neighbors *all)
{
    vec_clear(&all->list);
    map_clear(&all->at);
    map_clear(&all->groups);
}

static struct neighbor *neighbor_of(struct neighbors *all, str name)
{
    uint32_t n = (uint32_t)all->list.n;
    uint32_t at = map_add(&all->at, name, n);

    if (at == n)
        vec_push(&all->list)->name = name;
    return &all->list.p[at];
}

static void note_neighbor(void *ctx, str rest)
{
    struct neighbor *neighbor = neighbor_of(ctx, line_word(&rest));

    if (line_take(&rest, "peer-group") && rest.n > 0)
        neighbor->group = line_word(&rest);
    else if (line_take(&rest, "password"))
        neighbor->password = rest;
    else if (line_take(&rest, "inherit peer-session"))
        neighbor->inherits = true;
}

/* A peer group is no neighbour. */
static bool is_group(const struct neighbors *all, str name)
{
    return map_get(&all->groups, name) != MAP_NONE ||
           (str_find_char(name, '.') == name.n &&
            str_find_char(name, ':') == name.n);
}

static bool give_neighbor(struct network_source *s, struct oval_sink *sink,
                          struct neighbors *all, size_t i)
{
    struct neighbor n = all->list.p[i];

    if (is_group(all, n.name))
        return true;
    if (n.password.n == 0 && n.group.n > 0)
        n.password = neighbor_of(all, n.group)->password;
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "neighbor", n.name);
    if (n.password.n == 0 && n.inherits)
        network_give_unknown(sink, "password", OVAL_STRING);
    else
        network_give_secret(s, sink, "password", n.password);
    return network_item_end(s, sink);
}

static bool give_neighbors(struct network_source *s, struct oval_sink *sink,
                           const struct config_node *router)
{
    AUTO(neighbors_clear) struct neighbors all = { 0 };
    size_t n;

    each_line(router, "neighbor", note_neighbor, &all);
    n = all.list.n;
    for (size_t i = 0; i < n; i++)
        if (all.list.p[i].group.n > 0)
            map_set(&all.groups, all.list.p[i].group, 1);
    for (size_t i = 0; i < n; i++)
        if (!give_neighbor(s, sink, &all, i))
            return false;
    return true;
}

void network_bgp_neighbor(struct network_source *s,
                          const struct oval_query *query UNUSED,
                          struct oval_sink *sink)
{
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "router bgp", &rest))
        if (!give_neighbors(s, sink, n))
            return;
}

/* --- routingprotocolauthintf --- */

struct auth {
    const char *protocol;
    str id;
    const char *type; /* NULL: not stated */
    str area;
    str chain;
};

static const char *type_of(str word)
{
    static const char *const types[][2] = {
        { "md5", "MESSAGE_DIGEST" },
        { "message-digest", "MESSAGE_DIGEST" },
        { "hmac-sha-256", "MESSAGE_DIGEST" },
        { "text", "CLEARTEXT" },
        { "null", "NULL" },
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq_c(word, types[i][0]))
            return types[i][1];
    return NULL;
}

static void give_auth(struct network_source *s, struct oval_sink *sink,
                      str interface, const struct auth *auth)
{
    bool dotted = str_find_char(auth->area, '.') < auth->area.n;

    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "interface", interface);
    oval_item_str(sink, "protocol", str_c(auth->protocol));
    network_give_int(sink, "id", auth->id);
    network_give(sink, "auth_type", str_c(auth->type));
    network_give_typed(sink, "ospf_area", dotted ? OVAL_IPV4_ADDRESS : OVAL_INT,
                       auth->area);
    network_give(sink, "key_chain", auth->chain);
    oval_item_end(sink);
}

static void auth_ospf(struct network_source *s, struct oval_sink *sink,
                      const struct config_node *n, str interface)
{
    struct auth auth = { .protocol = "OSPF" };
    bool any = false;

    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        str rest = c->line;

        if (!line_take(&rest, "ip ospf"))
            continue;
        if (line_take(&rest, "authentication")) {
            any = true;
            if (line_take(&rest, "key-chain"))
                auth.chain = line_word(&rest);
            auth.type = rest.n > 0         ? type_of(line_word(&rest))
                        : auth.chain.n > 0 ? "MESSAGE_DIGEST"
                                           : "CLEARTEXT";
        } else if (str_find(rest, STR(" area ")) < rest.n) {
            auth.id = line_word(&rest);
            (void)line_word(&rest);
            auth.area = line_word(&rest);
        }
    }
    if (any)
        give_auth(s, sink, interface, &auth);
}

/* The key chains of an interface by the number of the system; the last one
 * that is named counts. */
struct chains {
    struct map at;
    VEC(str) names;
};

static void chains_clear(struct chains *chains)
{
    map_clear(&chains->at);
    vec_clear(&chains->names);
}

static void read_chains(const struct config_node *n, struct chains *chains)
{
    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        str rest = c->line;

        if (!line_take(&rest, "ip authentication key-chain eigrp"))
            continue;
        map_set(&chains->at, line_word(&rest), (uint32_t)chains->names.n);
        *vec_push(&chains->names) = rest;
    }
}

/* EIGRP writes the system into its commands: one item for each. */
static void auth_eigrp(struct network_source *s, struct oval_sink *sink,
                       const struct config_node *n, str interface)
{
    AUTO(chains_clear) struct chains chains = { 0 };

    read_chains(n, &chains);
    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        struct auth auth = { .protocol = "EIGRP" };
        str rest = c->line;
        uint32_t chain;

        if (!line_take(&rest, "ip authentication mode eigrp"))
            continue;
        auth.id = line_word(&rest);
        auth.type = type_of(line_word(&rest));
        chain = map_get(&chains.at, auth.id);
        if (chain != MAP_NONE)
            auth.chain = chains.names.p[chain];
        give_auth(s, sink, interface, &auth);
    }
}

static void auth_rip(struct network_source *s, struct oval_sink *sink,
                     const struct config_node *n, str interface)
{
    struct auth auth = { .protocol = "RIPV2" };
    str mode = section_value(n, "ip rip authentication mode");

    auth.chain = section_value(n, "ip rip authentication key-chain");
    if (mode.n == 0 && auth.chain.n == 0)
        return;
    auth.type = mode.n > 0 ? type_of(line_word(&mode)) : "CLEARTEXT";
    give_auth(s, sink, interface, &auth);
}

static void auth_isis(struct network_source *s, struct oval_sink *sink,
                      const struct config_node *n, str interface)
{
    struct auth auth = { .protocol = "ISIS" };
    str mode = section_value(n, "isis authentication mode");
    str chain = section_value(n, "isis authentication key-chain");
    bool password = section_find(n, "isis password") != NULL;

    if (mode.n == 0 && chain.n == 0 && !password)
        return;
    auth.type = mode.n > 0 ? type_of(line_word(&mode)) : "CLEARTEXT";
    auth.chain = line_word(&chain);
    give_auth(s, sink, interface, &auth);
}

void network_routing_auth(struct network_source *s,
                          const struct oval_query *query UNUSED,
                          struct oval_sink *sink)
{
    const struct config_node *n;
    str name;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "interface", &name)) {
        auth_ospf(s, sink, n, name);
        auth_eigrp(s, sink, n, name);
        auth_rip(s, sink, n, name);
        auth_isis(s, sink, n, name);
    }
}
