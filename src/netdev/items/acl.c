/* SPDX-License-Identifier: Apache-2.0
 *
 * Access lists, and where they are used: one item a use.
 */
#include "netdev/items/items_int.h"

enum {
    USES_MAX = 1000000,
    TEXT_MAX = 64 << 20,
};

struct list {
    str name;
    const char *version; /* "IPV4", "IPV6", "IPV4_V6" */
    VEC(str) lines;
};

struct use {
    str list;
    const char *version; /* NULL: of any */
    const char *what;
    str where;
    str direction; /* "in", "out" */
};

struct lists {
    VEC(struct list) all;
    struct map at;
    struct index uses; /* struct use, by the name of the list */
    size_t use_count;
    struct arena arena;
};

static void lists_clear(struct lists *lists)
{
    for (size_t i = 0; i < lists->all.n; i++)
        vec_clear(&lists->all.p[i].lines);
    vec_clear(&lists->all);
    map_clear(&lists->at);
    index_clear(&lists->uses);
    arena_clear(&lists->arena);
}

static struct list *list_of(struct lists *lists, str name, const char *version)
{
    str key = arena_printf(&lists->arena, "%s %" PRIstr, version, ARGstr(name));
    uint32_t n = (uint32_t)lists->all.n;
    uint32_t at = map_add(&lists->at, key, n);

    if (at == n) {
        struct list *list = vec_push(&lists->all);

        list->name = name;
        list->version = version;
    }
    return &lists->all.p[at];
}

static void use(struct lists *lists, const struct use *it)
{
    struct use *kept;

    if (it->list.n == 0 || lists->use_count++ >= USES_MAX)
        return;
    kept = arena_alloc(&lists->arena, 1, sizeof(*kept));
    *kept = *it;
    index_add(&lists->uses, it->list, kept);
}

/* --- IOS --- */

/* "ip access-list extended NAME", "access-list 10 permit ...", "ipv6
 * access-list NAME" */
static void read_list(struct lists *lists, const struct config_node *n)
{
    struct list *list;
    str rest = n->line;

    if (line_take(&rest, "access-list")) {
        list = list_of(lists, line_word(&rest), "IPV4");
    } else if (line_take(&rest, "ipv6 access-list")) {
        list = list_of(lists, line_word(&rest), "IPV6");
    } else if (line_take(&rest, "ip access-list")) {
        if (!line_take(&rest, "extended") && !line_take(&rest, "standard"))
            return;
        list = list_of(lists, line_word(&rest), "IPV4");
    } else {
        return;
    }
    *vec_push(&list->lines) = n->line;
    for (const struct config_node *c = n->first; c != NULL; c = c->next)
        *vec_push(&list->lines) = c->line;
}

static void use_of_interface(struct lists *lists, const struct config_node *c,
                             str where)
{
    struct use it = { .version = "IPV4", .what = "INTERFACE", .where = where };
    str rest = c->line;

    if (line_take(&rest, "ipv6 traffic-filter"))
        it.version = "IPV6";
    else if (line_take(&rest, "ip igmp access-group"))
        it.what = "IGMP_FILTER";
    else if (!line_take(&rest, "ip access-group"))
        return;
    it.list = line_word(&rest);
    it.direction =
        it.what[0] == 'I' && it.what[1] == 'N' ? line_word(&rest) : STR_NONE;
    use(lists, &it);
}

static void use_of_vty(struct lists *lists, const struct config_node *c,
                       str where)
{
    struct use it = { .version = "IPV4", .what = "VTY", .where = where };
    str rest = c->line;

    if (line_take(&rest, "ipv6 access-class"))
        it.version = "IPV6";
    else if (!line_take(&rest, "access-class"))
        return;
    it.list = line_word(&rest);
    use(lists, &it);
}

static void use_of_crypto_map(struct lists *lists, const struct config_node *c,
                              str where)
{
    struct use it = { .version = "IPV4",
                      .what = "CRYPTO_MAP_MATCH",
                      .where = where };
    str rest = c->line;

    if (!line_take(&rest, "match address"))
        return;
    it.list = line_word(&rest);
    use(lists, &it);
}

static void use_of_class_map(struct lists *lists, const struct config_node *c,
                             str where)
{
    struct use it = { .what = "CLASS_MAP_MATCH", .where = where };
    str rest = c->line;

    (void)line_take(&rest, "match not");
    if (!line_take(&rest, "match access-group") &&
        !line_take(&rest, "access-group"))
        return;
    (void)line_take(&rest, "name");
    it.list = line_word(&rest);
    use(lists, &it);
}

/* A route map may name several lists. */
static void use_of_route_map(struct lists *lists, const struct config_node *c,
                             str where)
{
    struct use it = { .version = "IPV4",
                      .what = "ROUTE_MAP_MATCH",
                      .where = where };
    str rest = c->line;

    if (line_take(&rest, "match ipv6 address"))
        it.version = "IPV6";
    else if (!line_take(&rest, "match ip address"))
        return;
    if (line_take(&rest, "prefix-list"))
        return;
    while (rest.n > 0) {
        it.list = line_word(&rest);
        use(lists, &it);
    }
}

typedef void use_fn(struct lists *lists, const struct config_node *c,
                    str where);

/* A section, whose name is its next word or all that follows. */
static const struct {
    const char *begins;
    bool whole;
    use_fn *use;
} users[] = {
    { "interface", true, use_of_interface },
    { "line", true, use_of_vty },
    { "crypto map", false, use_of_crypto_map },
    { "route-map", false, use_of_route_map },
};

/* "class-map type inspect match-any NAME": the name is the last word. */
static str last_word(str text)
{
    str word = STR_NONE;

    while (text.n > 0)
        word = line_word(&text);
    return word;
}

static void read_uses(struct lists *lists, const struct config_node *n)
{
    str rest = n->line;
    str name;

    if (line_take(&rest, "class-map")) {
        for (const struct config_node *c = n->first; c != NULL; c = c->next)
            use_of_class_map(lists, c, last_word(rest));
        return;
    }
    for (size_t i = 0; i < COUNT(users); i++) {
        rest = n->line;
        if (!line_take(&rest, users[i].begins))
            continue;
        name = users[i].whole ? rest : line_word(&rest);
        for (const struct config_node *c = n->first; c != NULL; c = c->next)
            users[i].use(lists, c, name);
    }
}

/* --- Items --- */

static bool give_list(struct network_source *s, struct oval_sink *sink,
                      const struct list *list, const struct use *it)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);

    for (size_t i = 0; i < list->lines.n; i++) {
        if (i > 0)
            buf_add_char(&text, '\n');
        buf_add(&text, list->lines.p[i]);
    }
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", list->name);
    oval_item_str(sink, "ip_version", str_c(list->version));
    oval_item_str(sink, "use", str_c(it != NULL ? it->what : "NONE"));
    network_give(sink, "used_in", it != NULL ? it->where : STR_NONE);
    network_give_one(sink, "interface_direction",
                     it != NULL ? it->direction : STR_NONE, "IN|OUT");
    oval_item_str(sink, "acl_config_lines", buf_str(&text));
    for (size_t i = 0; i < list->lines.n; i++)
        oval_item_str(sink, "config_line", list->lines.p[i]);
    return network_item_end(s, sink);
}

/* False: no more. */
static bool give_uses(struct network_source *s, struct oval_sink *sink,
                      const struct lists *lists, const struct list *list)
{
    const struct index_link *link = index_find(&lists->uses, list->name);
    bool any = false;

    for (; link != NULL; link = link->next) {
        const struct use *it = link->what;

        if (it->version != NULL && strcmp(it->version, list->version) != 0)
            continue;
        if (!give_list(s, sink, list, it))
            return false;
        any = true;
    }
    return any || give_list(s, sink, list, NULL);
}

static void give_lists(struct network_source *s, struct oval_sink *sink,
                       const struct oval_query *query,
                       const struct lists *lists)
{
    const struct oval_want *want = oval_query_want(query, "name");

    for (size_t i = 0; i < lists->all.n; i++) {
        const struct list *list = &lists->all.p[i];

        if (want != NULL && !want->nil &&
            oval_sink_match(sink, want, list->name) != OVAL_TRUE)
            continue;
        if (!give_uses(s, sink, lists, list))
            return;
    }
    if (lists->use_count > USES_MAX)
        network_incomplete(sink, "the configuration uses access lists in more "
                                 "places than are looked at");
}

void network_acl_ios(struct network_source *s, const struct oval_query *query,
                     struct oval_sink *sink)
{
    AUTO(lists_clear) struct lists lists = { 0 };

    if (!network_has_config(s, sink))
        return;
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        read_list(&lists, n);
        read_uses(&lists, n);
    }
    give_lists(s, sink, query, &lists);
}

/* --- ASA --- */

/* "access-group NAME in interface outside [control-plane]", "access-group
 * NAME global" */
static void read_group(struct lists *lists, str rest)
{
    struct use it = { .what = "INTERFACE", .list = line_word(&rest) };

    it.direction = line_word(&rest);
    if (line_take(&rest, "interface")) {
        it.where = line_word(&rest);
        if (line_take(&rest, "control-plane"))
            it.what = "INTERFACE_CP";
    } else {
        it.where = it.direction; /* global */
        it.direction = STR_NONE;
    }
    use(lists, &it);
}

/* "crypto map NAME 10 match address LIST" */
static void read_crypto(struct lists *lists, str rest)
{
    struct use it = { .what = "CRYPTO_MAP_MATCH", .where = line_word(&rest) };

    (void)line_word(&rest);
    if (!line_take(&rest, "match address"))
        return;
    it.list = line_word(&rest);
    use(lists, &it);
}

static void read_asa_section(struct lists *lists, const struct config_node *n)
{
    str rest = n->line;
    bool class_map = line_take(&rest, "class-map");
    bool route_map = !class_map && line_take(&rest, "route-map");
    bool interface = !class_map && !route_map && line_take(&rest, "interface");
    str name = class_map ? last_word(rest) : line_word(&rest);

    for (const struct config_node *c = n->first; c != NULL; c = c->next) {
        str line = c->line;

        if (class_map && line_take(&line, "match access-list"))
            use(lists, &(struct use){ .what = "CLASS_MAP_MATCH",
                                      .where = name,
                                      .list = line_word(&line) });
        if (route_map && line_take(&line, "match ip address"))
            use(lists, &(struct use){ .what = "ROUTE_MAP_MATCH",
                                      .where = name,
                                      .list = line_word(&line) });
        if (interface && line_take(&line, "igmp access-group"))
            use(lists, &(struct use){ .what = "IGMP_FILTER",
                                      .where = name,
                                      .list = line_word(&line) });
    }
}

static void read_asa(struct lists *lists, const struct config_node *n,
                     const char *version)
{
    struct list *list;
    str rest = n->line;

    if (line_take(&rest, "access-list")) {
        list = list_of(lists, line_word(&rest), version);
        *vec_push(&list->lines) = n->line;
    } else if (line_take(&rest, "ipv6 access-list")) {
        list = list_of(lists, line_word(&rest), "IPV6");
        *vec_push(&list->lines) = n->line;
    } else if (line_take(&rest, "access-group")) {
        read_group(lists, rest);
    } else if (line_take(&rest, "crypto map")) {
        read_crypto(lists, rest);
    } else {
        read_asa_section(lists, n);
    }
}

void network_acl_asa(struct network_source *s, const struct oval_query *query,
                     struct oval_sink *sink)
{
    AUTO(lists_clear) struct lists lists = { 0 };
    struct os_version version = { 0 };
    const char *of = "IPV4";

    if (!network_has_config(s, sink))
        return;
    /* Since 9.0 a list is of both. */
    if (os_version_parse(s->facts.version, &version, NULL) == 0 &&
        version.major >= 9)
        of = "IPV4_V6";
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next)
        read_asa(&lists, n, of);
    give_lists(s, sink, query, &lists);
}
