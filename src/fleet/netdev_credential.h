/* SPDX-License-Identifier: Apache-2.0
 *
 * Credentials of network devices: of a device, of the devices with a label, or
 * of a realm of AAA (R-SSH-9). What is secret in them is sealed with a public
 * key before it reaches the database (trust/box.h); the core cannot open it,
 * and nothing shows it again. A credential may instead name an entry of a
 * vault: then the command that the configuration file names is asked for it.
 */
#ifndef FLEET_NETDEV_CREDENTIAL_H
#define FLEET_NETDEV_CREDENTIAL_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "proto/wire.h"
#include "store/db.h"
#include "trust/box.h"

enum {
    NETDEV_CREDENTIAL_NAME_MAX = 100,
    NETDEV_SECRET_MAX = 64 << 10, /* of one part */
    NETDEV_SEALED_MAX = 256 << 10,
    NETDEV_VAULT_MAX = 500,
    NETDEV_CREDENTIALS_MAX = 10000, /* of an organisation */

    /* Bits of parts. */
    NETDEV_PASSWORD = 1,
    NETDEV_ENABLE = 2,
    NETDEV_KEY = 4,
};

/* What is sealed, in the form of proto/wire.h. */
struct netdev_secret {
    str password;
    str enable_password;
    str private_key; /* OpenSSH or PEM text */
};
extern const struct wire_shape shape_netdev_secret;

struct netdev_credential {
    int64_t id;
    int64_t org;
    str name;
    str login;
    str realm;     /* holds for devices of this realm; or empty */
    int64_t label; /* holds for devices with this label; or 0 */
    str vault;     /* an entry of the vault; empty: it is sealed here */
    int64_t parts;
    str sealed;
    str key_id;
    str previous; /* sealed; tried when the new one is refused; or empty */
    int64_t previous_until;
    int64_t created;
    int64_t changed; /* its secrets */
    str changed_by;
    int64_t devices; /* that name it */
    int64_t revision;
};
struct netdev_credentials {
    VEC(struct netdev_credential) all;
};
void netdev_credentials_clear(struct netdev_credentials *list);

/* "netdev credential": what it is sealed for. */
extern const str netdev_credential_context;
/* Seals *secret into the arena, and wipes what it made on the way. */
int netdev_credential_seal(const struct box_public *key,
                           const struct netdev_secret *secret,
                           struct arena *arena, str *out,
                           struct err *err) MUST_CHECK;

/* In the caller's transaction, as all that write. credential: name, login,
 * realm, label, vault, parts, sealed, key_id. E_INVALID for a name that is
 * taken. */
int netdev_credential_add(struct db *db, const struct scope *scope,
                          struct netdev_credential *credential, int64_t now,
                          struct err *err) MUST_CHECK;
/* All but the secrets. */
int netdev_credential_change(struct db *db, const struct scope *scope,
                             const struct netdev_credential *credential,
                             struct err *err) MUST_CHECK;
/* New secrets; the old ones are kept until `until` (0: not at all). */
struct netdev_rotation {
    str vault;
    str sealed;
    str key_id;
    int64_t parts;
    int64_t until;
    int64_t now;
};
int netdev_credential_rotate(struct db *db, const struct scope *scope,
                             int64_t id, const struct netdev_rotation *rotation,
                             struct err *err) MUST_CHECK;
/* E_INVALID while a device names it. */
int netdev_credential_remove(struct db *db, const struct scope *scope,
                             int64_t id, struct err *err) MUST_CHECK;

int netdev_credential_get(struct db *db, const struct scope *scope, int64_t id,
                          struct arena *arena, struct netdev_credential *out,
                          struct err *err) MUST_CHECK;
struct netdev_credential_find {
    int64_t after; /* ids above it */
    int64_t limit;
};
int netdev_credential_list(struct db *db, const struct scope *scope,
                           const struct netdev_credential_find *find,
                           struct arena *arena, struct netdev_credentials *out,
                           struct err *err) MUST_CHECK;

/* The one of a device: its own; else that of its realm; else that of a label
 * it has (the smallest id). 1: there is none. */
struct netdev;
int netdev_credential_of(struct db *db, const struct netdev *netdev,
                         struct arena *arena, struct netdev_credential *out,
                         struct err *err) MUST_CHECK;

#endif
