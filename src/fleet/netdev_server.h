/* SPDX-License-Identifier: Apache-2.0
 *
 * Servers that network devices fetch from, as objects of the inventory
 * (R-INV-2): an Auto Update server for PIX and ASA, a Configuration Engine for
 * IOS (and for PIX and ASA, with the AUS protocol), a Plug-n-Play server. They
 * describe how devices reach the listener of ours that speaks the protocol,
 * and from which networks it serves devices. One that a device uses cannot be
 * removed.
 */
#ifndef FLEET_NETDEV_SERVER_H
#define FLEET_NETDEV_SERVER_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    NETDEV_SERVER_NAME_MAX = 200,
    NETDEV_SERVER_NETWORKS_MAX = 4000,
    NETDEV_SERVERS_MAX = 100, /* of an organisation */
};

enum netdev_server_kind {
    NETDEV_SERVER_AUS,
    NETDEV_SERVER_CE,
    NETDEV_SERVER_PNP,
    NETDEV_SERVER_KINDS,
};
extern const char *const netdev_server_kinds[NETDEV_SERVER_KINDS];
/* NETDEV_SERVER_KINDS for a name that is none. */
int64_t netdev_server_kind_find(str name);
/* R-COM-10: whether devices of the family speak what such a server does. */
bool netdev_server_fits(int64_t kind, str family);

struct netdev_server {
    int64_t id;
    int64_t org;
    int64_t kind;
    str name;
    str address; /* as devices know it: IPv4, or a name for PnP */
    int64_t port;
    bool tls;
    bool xml;     /* configurations are given as XML, not as lines */
    str networks; /* devices are served from these only: "10.0.0.0/8, ..." */
    int64_t revision;
    int64_t users; /* devices that use it */
};
struct netdev_servers {
    VEC(struct netdev_server) all;
};
void netdev_servers_clear(struct netdev_servers *list);

/* In the caller's transaction, until it ends: nobody else adds, changes or
 * removes one, or gives a device to one, on no server. For what is looked at
 * before; the three below take it themselves. */
int netdev_server_hold(struct db *db, struct err *err) MUST_CHECK;
/* In the caller's transaction. E_INVALID with *out_field. */
int netdev_server_add(struct db *db, const struct scope *scope,
                      struct netdev_server *server, const char **out_field,
                      struct err *err) MUST_CHECK;
int netdev_server_change(struct db *db, const struct scope *scope,
                         struct netdev_server *server, const char **out_field,
                         struct err *err) MUST_CHECK;
/* E_INVALID while a device uses it. */
int netdev_server_remove(struct db *db, const struct scope *scope, int64_t id,
                         struct err *err) MUST_CHECK;
int netdev_server_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct netdev_server *out,
                      struct err *err) MUST_CHECK;
/* Ids above after. */
struct netdev_range {
    int64_t after;
    int64_t limit;
};
int netdev_server_list(struct db *db, const struct scope *scope,
                       const struct netdev_range *range, struct arena *arena,
                       struct netdev_servers *out, struct err *err) MUST_CHECK;

/* Of all organisations: whose a device is that nobody knows, the networks of
 * its server say. They are one organisation's: the caller sees to it before
 * it adds or changes one. */
int netdev_server_of_kind(struct db *db, enum netdev_server_kind kind,
                          struct arena *arena, struct netdev_servers *out,
                          struct err *err) MUST_CHECK;

#endif
