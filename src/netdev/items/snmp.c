/* SPDX-License-Identifier: Apache-2.0
 *
 * SNMP: lines of the configuration that begin with snmp-server, and users
 * from `show snmp user`, which is the only place that has those of version 3.
 */
#include "netdev/items/items_int.h"

static const char *const levels[][2] = { { "priv", "PRIV" },
                                         { "auth", "AUTH" },
                                         { "noauth", "NO_AUTH" } };

static str level_of(str word)
{
    for (size_t i = 0; i < COUNT(levels); i++)
        if (str_eq_c(word, levels[i][0]))
            return str_c(levels[i][1]);
    return STR_NONE;
}

/* "v2c" and "2c" are 2C. */
static str version_of(str word)
{
    if (word.n > 1 && (word.p[0] == 'v' || word.p[0] == 'V'))
        word = str_sub(word, 1, SIZE_MAX);
    if (str_eq_c(word, "1"))
        return STR("1");
    if (str_eq_nocase(word, STR("2c")))
        return STR("2C");
    return str_eq_c(word, "3") ? STR("3") : STR_NONE;
}

/* --- Communities: NAME [view V] [ro|rw] [ipv6 LIST] [LIST] --- */

struct community {
    str name;
    str view;
    str mode;
    str ipv6;
    str ipv4;
};

static void read_community(str rest, struct community *out)
{
    *out = (struct community){ .name = line_word(&rest) };
    while (rest.n > 0) {
        str word = line_word(&rest);

        if (str_eq_nocase(word, STR("view")))
            out->view = line_word(&rest);
        else if (str_eq_nocase(word, STR("ro")) ||
                 str_eq_nocase(word, STR("rw")))
            out->mode = word;
        else if (str_eq_nocase(word, STR("ipv6")))
            out->ipv6 = line_word(&rest);
        else
            out->ipv4 = word;
    }
}

void network_snmp(struct network_source *s,
                  const struct oval_query *query UNUSED, struct oval_sink *sink)
{
    const struct config_node *n;
    struct community c;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server community", &rest)) {
        read_community(rest, &c);
        oval_item_begin(sink, s->kind);
        network_give(sink, "access_list", c.ipv4.n > 0 ? c.ipv4 : c.ipv6);
        network_give_secret(s, sink, "community_name", c.name);
        oval_item_end(sink);
    }
}

void network_snmp_community(struct network_source *s,
                            const struct oval_query *query UNUSED,
                            struct oval_sink *sink)
{
    const struct config_node *n;
    struct community c;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server community", &rest)) {
        read_community(rest, &c);
        oval_item_begin(sink, s->kind);
        network_give_secret(s, sink, "name", c.name);
        network_give(sink, "view", c.view);
        network_give_one(sink, "mode", c.mode.n > 0 ? c.mode : STR("RO"),
                         "RO|RW");
        network_give(sink, "ipv4_acl", c.ipv4);
        network_give(sink, "ipv6_acl", c.ipv6);
        oval_item_end(sink);
    }
}

/* --- Groups: NAME VERSION [LEVEL] [read V] [write V] [notify V]
 * [access [ipv6 LIST] [LIST]] --- */

struct views {
    str read;
    str write;
    str notify;
    str ipv4;
    str ipv6;
};

static void read_views(str rest, struct views *out)
{
    *out = (struct views){ 0 };
    while (rest.n > 0) {
        str word = line_word(&rest);

        if (str_eq_c(word, "read"))
            out->read = line_word(&rest);
        else if (str_eq_c(word, "write"))
            out->write = line_word(&rest);
        else if (str_eq_c(word, "notify"))
            out->notify = line_word(&rest);
        else if (str_eq_c(word, "context") || str_eq_c(word, "match"))
            (void)line_word(&rest);
        else if (str_eq_c(word, "ipv6"))
            out->ipv6 = line_word(&rest);
        else if (!str_eq_c(word, "access"))
            out->ipv4 = word;
    }
}

void network_snmp_group(struct network_source *s,
                        const struct oval_query *query UNUSED,
                        struct oval_sink *sink)
{
    const struct config_node *n;
    struct views views;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server group", &rest)) {
        str name = line_word(&rest);
        str version = version_of(line_word(&rest));
        str level = STR_NONE;

        if (str_eq_c(version, "3"))
            level = level_of(line_word(&rest));
        read_views(rest, &views);
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", name);
        network_give(sink, "version", version);
        network_give(sink, "snmpv3_sec_level", level);
        network_give(sink, "ipv4_acl", views.ipv4);
        network_give(sink, "ipv6_acl", views.ipv6);
        network_give(sink, "read_view", views.read);
        network_give(sink, "write_view", views.write);
        network_give(sink, "notify_view", views.notify);
        oval_item_end(sink);
    }
}

/* --- Hosts: HOST [vrf V] [traps|informs] [version V [LEVEL]] NAME
 * [udp-port N] [notifications] --- */

struct host {
    str host;
    str version;
    str level;
    str name;
    str traps;
};

static void read_host(str rest, struct host *out)
{
    *out = (struct host){ .host = line_word(&rest), .version = STR("1") };
    if (line_take(&rest, "vrf"))
        (void)line_word(&rest);
    if (!line_take(&rest, "traps"))
        (void)line_take(&rest, "informs");
    if (line_take(&rest, "version")) {
        out->version = version_of(line_word(&rest));
        if (str_eq_c(out->version, "3"))
            out->level = level_of(line_word(&rest));
    }
    out->name = line_word(&rest);
    if (line_take(&rest, "udp-port"))
        (void)line_word(&rest);
    out->traps = rest;
}

void network_snmp_host(struct network_source *s,
                       const struct oval_query *query UNUSED,
                       struct oval_sink *sink)
{
    const struct config_node *n;
    struct host host;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server host", &rest)) {
        read_host(rest, &host);
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "host", host.host);
        network_give_secret(s, sink, "community_or_user", host.name);
        network_give(sink, "version", host.version);
        network_give(sink, "snmpv3_sec_level", host.level);
        network_give(sink, "traps", host.traps);
        oval_item_end(sink);
    }
}

void network_snmp_view(struct network_source *s,
                       const struct oval_query *query UNUSED,
                       struct oval_sink *sink)
{
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server view", &rest)) {
        oval_item_begin(sink, s->kind);
        network_give(sink, "name", line_word(&rest));
        network_give(sink, "mib_family", line_word(&rest));
        oval_item_bool(sink, "include", line_take(&rest, "included"));
        oval_item_end(sink);
    }
}

/* --- Users --- */

struct user {
    str name;
    str group;
    str version;
    str auth;
    str priv;
    str ipv4;
    str ipv6;
};

/* "MD5", "SHA" and "DES", "3DES", "AES" of what stands there: "AES128",
 * "sha-256", "None". */
static str algorithm_of(str word)
{
    static const char *const known[] = { "MD5", "SHA", "3DES", "DES", "AES" };

    for (size_t i = 0; i < COUNT(known); i++) {
        str name = str_c(known[i]);

        if (str_eq_nocase(str_sub(word, 0, name.n), name))
            return name;
    }
    return STR_NONE;
}

static void give_user(struct network_source *s, struct oval_sink *sink,
                      const struct user *u)
{
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "name", u->name);
    network_give(sink, "group", u->group);
    network_give(sink, "version", u->version);
    network_give(sink, "ipv4_acl", u->ipv4);
    network_give(sink, "ipv6_acl", u->ipv6);
    network_give(sink, "priv", u->priv);
    network_give(sink, "auth", u->auth);
    oval_item_end(sink);
}

/* "User name: NAME", then lines of one fact each, as IOS writes them. */
static void read_users(struct network_source *s, struct oval_sink *sink,
                       str text)
{
    struct user u = { 0 };

    while (text.n > 0) {
        str line = str_trim(str_cut(&text, '\n'));
        str value = line;
        str key = str_trim(str_cut(&value, ':'));

        value = str_trim(value);
        if (str_eq_nocase(key, STR("User name"))) {
            if (u.name.n > 0)
                give_user(s, sink, &u);
            u = (struct user){ .name = value, .version = STR("3") };
        } else if (str_eq_nocase(key, STR("Authentication Protocol"))) {
            u.auth = algorithm_of(value);
        } else if (str_eq_nocase(key, STR("Privacy Protocol"))) {
            u.priv = algorithm_of(value);
        } else if (str_eq_nocase(key, STR("Group-name"))) {
            u.group = value;
        } else if (str_find(line, STR("access-list: ")) < line.n) {
            u.ipv4 = str_sub(line, str_find(line, STR("access-list: ")) + 13,
                             SIZE_MAX);
        }
    }
    if (u.name.n > 0)
        give_user(s, sink, &u);
}

/* "snmp-server user NAME GROUP v1|v2c [access LIST]" */
static void read_user_line(struct network_source *s, struct oval_sink *sink,
                           str rest)
{
    struct user u = { .name = line_word(&rest) };

    u.group = line_word(&rest);
    if (line_take(&rest, "remote"))
        (void)line_word(&rest);
    u.version = version_of(line_word(&rest));
    if (str_eq_c(u.version, "3"))
        return; /* as `show snmp user` has it */
    if (line_take(&rest, "access")) {
        if (line_take(&rest, "ipv6"))
            u.ipv6 = line_word(&rest);
        u.ipv4 = line_word(&rest);
    }
    give_user(s, sink, &u);
}

void network_snmp_user(struct network_source *s,
                       const struct oval_query *query UNUSED,
                       struct oval_sink *sink)
{
    str text = network_text(s, "show snmp user");
    const struct config_node *n;
    str rest;

    if (text.p == NULL) {
        network_not_collected(sink,
                              "the device was not asked 'show snmp user', "
                              "and its configuration does not show users "
                              "of version 3");
        return;
    }
    read_users(s, sink, text);
    for (EACH_LINE(n, s, "snmp-server user", &rest))
        read_user_line(s, sink, rest);
}

/* --- ASA --- */

struct asa_host {
    str interface;
    str host;
    str name;
    str version;
    str port;
    bool trap; /* only traps */
    bool poll; /* only polls */
};

/* The community, without the digit that says how it is hidden. */
static str community_of(str *rest)
{
    str name = line_word(rest);

    return str_eq_c(name, "0") || str_eq_c(name, "8") ? line_word(rest) : name;
}

/* "snmp-server host inside 192.0.2.9 [trap|poll] [community C] [version V
 * [USER]] [udp-port N]" */
static void read_asa_host(str rest, struct asa_host *out)
{
    *out = (struct asa_host){ .version = STR("1"), .port = STR("162") };
    out->interface = line_word(&rest);
    out->host = line_word(&rest);
    out->trap = line_take(&rest, "trap");
    out->poll = line_take(&rest, "poll");
    while (rest.n > 0) {
        str word = line_word(&rest);

        if (str_eq_c(word, "community"))
            out->name = community_of(&rest);
        else if (str_eq_c(word, "version"))
            out->version = version_of(line_word(&rest));
        else if (str_eq_c(word, "udp-port"))
            out->port = line_word(&rest);
        else if (str_eq_c(out->version, "3"))
            out->name = word;
    }
}

void network_snmp_host_asa(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    const struct config_node *n;
    struct asa_host host;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server host", &rest)) {
        read_asa_host(rest, &host);
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "interface", host.interface);
        network_give(sink, "host", host.host);
        network_give_secret(s, sink, "snmpv3_user", host.name);
        network_give(sink, "version", host.version);
        oval_item_bool(sink, "poll", !host.trap);
        oval_item_bool(sink, "traps", !host.poll);
        network_give_int(sink, "udp_port", host.port);
        oval_item_end(sink);
    }
}

struct asa_user {
    str auth;
    str priv;
    str bits;
};

/* "[encrypted] [auth md5 X [priv aes 128 Y]]": a firewall shows users in its
 * configuration. */
static void read_asa_user(str rest, struct asa_user *out)
{
    *out = (struct asa_user){ 0 };
    while (rest.n > 0) {
        str word = line_word(&rest);

        if (str_eq_c(word, "auth")) {
            out->auth = algorithm_of(line_word(&rest));
            (void)line_word(&rest); /* the password */
        } else if (str_eq_c(word, "priv")) {
            out->priv = algorithm_of(line_word(&rest));
            if (str_eq_c(out->priv, "AES"))
                out->bits = line_word(&rest);
            (void)line_word(&rest);
        }
    }
}

void network_snmp_user_asa(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    const struct config_node *n;
    struct asa_user user;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server user", &rest)) {
        oval_item_begin(sink, s->kind);
        network_give(sink, "name", line_word(&rest));
        network_give(sink, "group", line_word(&rest));
        read_asa_user(rest, &user);
        network_give_one(sink, "priv",
                         arena_printf(&s->arena, "%" PRIstr "%" PRIstr,
                                      ARGstr(user.priv), ARGstr(user.bits)),
                         "DES|3DES|AES128|AES192|AES256");
        network_give(sink, "auth", user.auth);
        oval_item_end(sink);
    }
}

void network_snmp_group_asa(struct network_source *s,
                            const struct oval_query *query UNUSED,
                            struct oval_sink *sink)
{
    const struct config_node *n;
    str rest;

    if (!network_has_config(s, sink))
        return;
    for (EACH_LINE(n, s, "snmp-server group", &rest)) {
        str name = line_word(&rest);

        (void)line_word(&rest); /* v3 */
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "name", name);
        network_give(sink, "snmpv3_sec_level", level_of(line_word(&rest)));
        oval_item_end(sink);
    }
}
