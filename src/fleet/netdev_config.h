/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations of network devices in versions, and the newest answer to each
 * `show` command. Both come from the process that talks to devices, which
 * knows the secrets in them: a version is kept masked (netdev/mask.h), to be
 * shown and compared, and sealed as it is (trust/box.h), to be put back. The
 * core cannot open what is sealed. A version is added only when the device's
 * configuration changed, be it only in a secret.
 */
#ifndef FLEET_NETDEV_CONFIG_H
#define FLEET_NETDEV_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"
#include "trust/box.h"

enum {
    NETDEV_CONFIG_MAX = 32 << 20, /* bytes of one */
    NETDEV_CONFIGS_MAX = 1000,    /* kept of a device */
    NETDEV_OUTPUT_MAX = 16 << 20,
    NETDEV_OUTPUTS_MAX = 64, /* commands of a device */
};

/* "netdev config": what it is sealed for. */
extern const str netdev_config_context;

struct netdev_config {
    int64_t id;
    int64_t device;
    int64_t number; /* from 1 */
    int64_t at;
    int64_t session;
    str cause; /* "archive", "discovery", "before change", "after change",
                  "import FILE" */
    int64_t bytes;
    int64_t lines;
    int64_t added; /* lines, since the version before */
    int64_t removed;
    bool secrets_changed; /* what is masked is not as it was */
    str key_id;
};
struct netdev_configs {
    VEC(struct netdev_config) all;
};
void netdev_configs_clear(struct netdev_configs *list);

/* Newest first. */
struct netdev_config_find {
    int64_t device; /* one that the scope sees */
    int64_t before; /* a number; 0: all */
    int64_t limit;
};
int netdev_config_list(struct db *db, const struct netdev_config_find *find,
                       struct arena *arena, struct netdev_configs *out,
                       struct err *err) MUST_CHECK;
/* number 0: the newest. E_ABSENT. */
int netdev_config_get(struct db *db, int64_t device, int64_t number,
                      struct arena *arena, struct netdev_config *out,
                      struct err *err) MUST_CHECK;
/* Appends the masked text. */
int netdev_config_text(struct db *db, int64_t id, struct buf *out,
                       struct err *err) MUST_CHECK;
/* The sealed text, in the arena. */
int netdev_config_sealed(struct db *db, int64_t id, struct arena *arena,
                         str *out, struct err *err) MUST_CHECK;
/* In the caller's transaction. *out_number is the new version. */
struct netdev_config_new {
    int64_t device;
    int64_t session;
    str cause;
    str masked;
    str sealed;
    str key_id;
    bool secrets_changed;
    int64_t now;
};
int netdev_config_add(struct db *db, const struct netdev_config_new *config,
                      int64_t *out_number, struct err *err) MUST_CHECK;

/* A text that no device was asked for, such as a file: masked and sealed, in
 * the arena. */
int netdev_config_seal(const struct box_public *key, str text,
                       struct arena *arena, struct netdev_config_new *out,
                       struct err *err) MUST_CHECK;

/* What the device answered last, masked. */
struct netdev_output {
    str command;
    int64_t at;
};
struct netdev_outputs {
    VEC(struct netdev_output) all;
};
void netdev_outputs_clear(struct netdev_outputs *list);
int netdev_output_list(struct db *db, int64_t device, struct arena *arena,
                       struct netdev_outputs *out, struct err *err) MUST_CHECK;
/* Appends. 1: the device was not asked for that yet. */
int netdev_output_text(struct db *db, int64_t device, str command,
                       struct buf *out, struct err *err) MUST_CHECK;
int netdev_output_put(struct db *db, int64_t device, str command, str text,
                      int64_t now, struct err *err) MUST_CHECK;

#endif
