/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices: a row of the table device with kind "network" (so labels,
 * targets, runs, findings and reports cover it) and what is said here of how
 * it is reached. A device without an address is off-line: nothing ever
 * connects to it (R-COM-2).
 *
 * What is 0, -1 or empty is inherited from the defaults of its type
 * (netdev_type.h); netdev_ways() says what is in force.
 */
#ifndef FLEET_NETDEV_DEVICE_H
#define FLEET_NETDEV_DEVICE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "netdev/show.h"
#include "store/db.h"

#define DEVICE_KIND_NETWORK STR("network")
/* In place of an address: the device calls (RFC 8071), by NETCONF. */
#define NETDEV_CALLS STR("call-home")

#define NETDEV_UNCONFIRMED                                                     \
    "where it is and how it is reached was said by somebody who may not "      \
    "write "                                                                   \
    "credentials: its credential is used when somebody who may confirms it "   \
    "(\"confirmed\": true)"

enum {
    NETDEV_ADDRESS_MAX = 255,
    NETDEV_TEXT_MAX = 255,
    NETDEV_FACTS_MAX = 4 << 20, /* JSON */
    NETDEV_INHERIT = -1,
};

/* What a person says. */
struct netdev_terms {
    str name;
    str family;  /* netdev/family.h */
    str version; /* empty: not known until it is discovered */
    str model;
    str address; /* a name or an address, NETDEV_CALLS; empty: off-line */
    int64_t port;
    int64_t ssh_port;       /* of SSH where that is not the transport; 0: 22 */
    str transport;          /* "ssh"; empty: by type */
    int64_t allow_fallback; /* 0, 1, NETDEV_INHERIT (R-COM-14) */
    bool allow_clear;       /* text in clear, with this device (R-COM-14) */
    str profile;            /* "modern", "legacy-1", ...; empty: by type */
    int64_t credential;     /* 0: by label or realm */
    str realm;              /* of AAA (R-SSH-9); or empty */
    int64_t connect_s;      /* 0: by type (R-COM-15) */
    int64_t read_s;
    int64_t retries; /* NETDEV_INHERIT: by type */
    int64_t total_s;
    int64_t server;           /* AUS or CE (R-COM-10); 0: none */
    str identity;             /* of a device that fetches: R-AUS-7, R-CNE-8 */
    int64_t license_failover; /* 0, 1, -1: not known (R-LIC-4) */
    str notes;
    int64_t label; /* of a new device: one it becomes a member of, or 0 */
    bool confirm;  /* its credential may go where it is, as it is reached */
};

struct netdev {
    int64_t device;
    int64_t org;
    struct netdev_terms terms;
    /* Where it is, how it is reached and with which credential was said or
     * confirmed by somebody who may write credentials. Until then its
     * credential is not used. */
    bool confirmed;
    /* What was found. */
    str hostname;
    str serial;
    str image;
    int64_t encryption; /* 3DES-AES: 0, 1, -1 not known (R-COM-13) */
    str reach;          /* "never", "ok", "failed" */
    str reach_text;     /* why */
    str reach_transport;
    int64_t last_contact;
    int64_t last_discovery;
    str last_address; /* of one that comes by itself (R-COM-11) */
    int64_t config;   /* number of the newest archived version; 0: none */
    str facts;        /* JSON: licences, interfaces; or empty */
    int64_t retired;
    int64_t created;
    int64_t revision;
};
struct netdevs {
    VEC(struct netdev) all;
};
void netdevs_clear(struct netdevs *list);

/* E_INVALID with *out_field: form, and what R-COM-7 to R-COM-10 allow. */
int netdev_check(const struct netdev_terms *terms, const char **out_field,
                 struct err *err) MUST_CHECK;
/* In the caller's transaction; so are the others that write. E_ABSENT for a
 * credential or a server that is not there; E_PERM when a password would go
 * where the scope may not send it. What a scope says that may not write
 * credentials is not confirmed. */
int netdev_add(struct db *db, const struct scope *scope,
               const struct netdev_terms *terms, int64_t now, int64_t *out_id,
               struct err *err) MUST_CHECK;
int netdev_change_terms(struct db *db, const struct scope *scope,
                        int64_t device, const struct netdev_terms *terms,
                        int64_t now, struct err *err) MUST_CHECK;
/* What belongs to it besides the row of the table device: called by
 * device_delete(). */
int netdev_forget(struct db *db, int64_t device, struct err *err) MUST_CHECK;

/* E_ABSENT for what is no network device, too. */
int netdev_get(struct db *db, const struct scope *scope, int64_t device,
               struct arena *arena, struct netdev *out,
               struct err *err) MUST_CHECK;
struct netdev_find {
    str family; /* empty: any */
    str reach;
    str search; /* in name, address, hostname, serial number, model */
    int64_t credential;
    int64_t after;
    int64_t limit;
};
/* In the order of their ids; retired ones are left out. */
int netdev_list(struct db *db, const struct scope *scope,
                const struct netdev_find *find, struct arena *arena,
                struct netdevs *out, struct err *err) MUST_CHECK;

/* What a discovery found: facts, and an inventory of the device made of them
 * (fleet/inventory.h), so that labels and searches see it. The family that a
 * person gave stays while its commands are those of the one that was
 * recognised, or the other could not be reached as this one is; a difference is
 * in the inventory and a remark of netdev_readiness(). */
struct netdev_found {
    str family; /* recognised */
    str version;
    str model;
    str serial;
    str image;
    str hostname;
    int64_t license_failover;
    int64_t encryption;
    str facts; /* JSON */
    const struct device_interface *interfaces;
    size_t interface_count;
};
int netdev_found(struct db *db, int64_t device,
                 const struct netdev_found *found, int64_t now,
                 struct err *err) MUST_CHECK;
/* How the last contact went. */
struct netdev_reached {
    bool ok;
    str text;
    str transport;
};
int netdev_reached(struct db *db, int64_t device,
                   const struct netdev_reached *reached, int64_t now,
                   struct err *err) MUST_CHECK;

/* How a device is to be reached now, with everything inherited resolved. */
enum {
    NETDEV_WAYS_MAX = 4
};
struct netdev_way {
    enum transport transport;
    int64_t port; /* 0: the transport's own */
};
struct netdev_ways {
    const struct family *family;
    struct netdev_way all[NETDEV_WAYS_MAX]; /* to be tried in this order */
    size_t n;
    const char *profile;
    int64_t connect_s;
    int64_t read_s;
    int64_t retries;
    int64_t total_s;
    int64_t at_once; /* of this family; 0: no limit but the server's */
    bool inherited;  /* the transport is its type's */
    /* The type's transport is not for this version (R-COM-7): it is reached
     * by the one that such versions are reached by. */
    bool replaced;
};
/* E_INVALID with the sentence why there is none: off-line, text in clear
 * without consent, a transport that opens no session (TMS). */
int netdev_ways(struct db *db, const struct netdev *netdev,
                struct netdev_ways *out, struct err *err) MUST_CHECK;

/* R-COM-12, R-COM-13, R-LIC, R-TEL-4: what stands in the way of managing it,
 * or should not be so. Rows are in the arena. */
struct netdev_remark {
    const char *rule; /* "R-COM-12" */
    bool blocks;      /* not ready */
    str text;
};
struct netdev_remarks {
    VEC(struct netdev_remark) all;
};
void netdev_remarks_clear(struct netdev_remarks *list);
int netdev_readiness(struct db *db, const struct netdev *netdev,
                     struct arena *arena, struct netdev_remarks *out,
                     struct err *err) MUST_CHECK;

#endif
