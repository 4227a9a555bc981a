/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kinds of items of network devices share.
 */
#ifndef NETDEV_ITEMS_ITEMS_INT_H
#define NETDEV_ITEMS_ITEMS_INT_H

#include "base/map.h"
#include "netdev/config_tree.h"
#include "netdev/items/source.h"
#include "netdev/show.h"

/* Things by a name, those of one name in the order in which they were added.
 * Names and things are borrowed. What interfaces, lists and maps of a
 * configuration say of each other is found by these: a walk for each would be
 * a product of what a hostile device writes. */
struct index_link {
    const void *what;
    const struct index_link *next;
};
struct index {
    struct map at;
    VEC(struct index_link *) first;
    VEC(struct index_link *) last;
    struct arena arena;
};
void index_add(struct index *index, str name, const void *what);
/* Those of the name, or NULL. */
const struct index_link *index_find(const struct index *index, str name);
/* The first of them, or NULL. */
const void *index_first(const struct index *index, str name);
void index_clear(struct index *index);

struct network_source {
    struct oval_source source; /* first */
    struct device_outputs *outputs;
    struct arena arena;
    struct device_facts facts; /* of `show version` */
    bool has_version;
    struct config_tree config; /* of the running configuration */
    bool has_config;
    const char *kind; /* of the items that are collected now: "ios:line" */
    size_t given;     /* bytes of them */
    /* Addresses (str *) by names of interfaces in small letters. */
    struct index hardware;
    bool tells_secrets;
    struct map secrets; /* values of facts that are secrets themselves */
    bool has_hardware;
    bool asked_hardware;
};

typedef void network_collect_fn(struct network_source *s,
                                const struct oval_query *query,
                                struct oval_sink *sink);

struct network_kind {
    const char *family; /* of the object: "ios" */
    const char *name;
    const char *item; /* name of its items; NULL: as the object */
    network_collect_fn *collect;
    const char *command; /* that it reads; NULL: the configuration, or what
                            the object names */
};
extern const struct network_kind network_kinds[];
extern const size_t network_kind_count;

/* Says that the object was not collected, and why. */
void network_not_collected(struct oval_sink *sink, const char *why);
/* Whether the configuration is here; if not, the object is not collected. */
bool network_has_config(struct network_source *s, struct oval_sink *sink);
/* The text of a command; p == NULL: not asked, or the device does not have
 * it. */
str network_text(struct network_source *s, const char *command);

/* A fact that is not there when value is empty. */
void network_give(struct oval_sink *sink, const char *name, str value);
void network_give_typed(struct oval_sink *sink, const char *name,
                        enum oval_datatype datatype, str value);
/* A number as text; the fact is not there when it is none. */
void network_give_int(struct oval_sink *sink, const char *name, str value);
void network_give_unknown(struct oval_sink *sink, const char *name,
                          enum oval_datatype datatype);
/* The value in capitals when it is one of `allowed`, "A|B|C", the enumeration
 * of the schema; what the schema has no word for is not there. */
void network_give_one(struct oval_sink *sink, const char *name, str value,
                      const char *allowed);

/* Ends the item. False when this object's items have become too many: the item
 * is not given, the object is incomplete, and there is no use in going on. */
bool network_item_end(struct network_source *s,
                      struct oval_sink *sink) MUST_CHECK;
/* Not all was looked at: what depends on the object is not decided by what it
 * has not. */
void network_incomplete(struct oval_sink *sink, const char *why);

/* A fact that is a secret: what is written of it is masked. */
void network_give_secret(struct network_source *s, struct oval_sink *sink,
                         const char *name, str value);

/* --- Lines of a configuration --- */

/* The next of these nodes that begins with words, and what follows them. */
const struct config_node *line_next(const struct config_node *node,
                                    const char *words, str *out_rest);

/* for (EACH_LINE(n, s, "interface", &rest)): the top lines that begin so, with
 * what stands below them. */
#define EACH_LINE(n, s, words, rest)                                           \
    (n) = line_next((s)->config.root.first, words, rest);                      \
    (n) != NULL;                                                               \
    (n) = line_next((n)->next, words, rest)

/* The first word; *text becomes what follows it. */
str line_word(str *text);
/* Whether *text begins with these words; then it becomes what follows. */
bool line_take(str *text, const char *words);
/* What follows these words; p == NULL when the line does not begin so. */
str line_after(str line, const char *words);
/* What follows these words in the first line below parent that begins so;
 * p == NULL: there is none. */
str section_value(const struct config_node *parent, const char *words);
const struct config_node *section_find(const struct config_node *parent,
                                       const char *words);

/* "10.0.0.1" and "255.255.255.0" as "10.0.0.1/24"; empty when they are not
 * that. */
str network_cidr(struct network_source *s, str address, str mask);

network_collect_fn network_acl_asa;
network_collect_fn network_acl_ios;
network_collect_fn network_bgp_neighbor;
network_collect_fn network_class_map;
network_collect_fn network_family;
network_collect_fn network_global;
network_collect_fn network_interface_asa;
network_collect_fn network_interface_ios;
network_collect_fn network_line;
network_collect_fn network_module;
network_collect_fn network_policy_map;
network_collect_fn network_router;
network_collect_fn network_routing_auth;
network_collect_fn network_section;
network_collect_fn network_service_policy;
network_collect_fn network_snmp;
network_collect_fn network_snmp_community;
network_collect_fn network_snmp_group;
network_collect_fn network_snmp_group_asa;
network_collect_fn network_snmp_host;
network_collect_fn network_snmp_host_asa;
network_collect_fn network_snmp_user;
network_collect_fn network_snmp_user_asa;
network_collect_fn network_snmp_view;
network_collect_fn network_tclsh;
network_collect_fn network_tcp_map;
network_collect_fn network_version_asa;
network_collect_fn network_version_catos;
network_collect_fn network_version_catos55;
network_collect_fn network_version_ios;
network_collect_fn network_version_iosxe;
network_collect_fn network_version_pix;

#endif
