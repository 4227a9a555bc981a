/* SPDX-License-Identifier: Apache-2.0
 *
 * Defaults of device types (R-COM-4, R-COM-15): of a family, or of a family
 * from a version on ("12.3"; empty: of all of its versions that no other row
 * covers). What an administrator did not change is built in: the transport by
 * R-COM-7, 20 s to connect, 60 s to wait for an answer, 3 tries more, 600 s
 * in all, no fallback, modern algorithms.
 */
#ifndef FLEET_NETDEV_TYPE_H
#define FLEET_NETDEV_TYPE_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "netdev/response.h"
#include "netdev/vty.h"
#include "store/db.h"

enum {
    NETDEV_CONNECT_S = 20,
    NETDEV_READ_S = 60,
    NETDEV_RETRIES = 3,
    NETDEV_TOTAL_S = 600,
    NETDEV_SECONDS_MAX = 86400,
    NETDEV_RETRIES_MAX = 20,
    NETDEV_AT_ONCE_MAX = 10000,
    NETDEV_BAND_MAX = 32,
    NETDEV_RESPONSES_MAX = 128 << 10, /* JSON */
};

struct netdev_type {
    str family;
    str band;      /* versions from it on; or empty */
    str transport; /* empty: by R-COM-7 */
    bool allow_fallback;
    str profile;
    int64_t connect_s;
    int64_t read_s;
    int64_t retries;
    int64_t total_s;
    int64_t at_once;  /* devices of it at a time; 0: as many as there are */
    str responses;    /* JSON: [{"kind", "pattern", "command", "answer"}], what
                         is looked at before the family's table (R-DEP-3) */
    bool built_in;    /* nobody changed it */
    int64_t revision; /* 0 when it is built in */
};
struct netdev_types {
    VEC(struct netdev_type) all;
};
void netdev_types_clear(struct netdev_types *list);

/* The algorithms that devices of the server may be spoken to with. E_INVALID:
 * no such profile, or museum, which is a process of its own: the server's
 * confined one starts none. */
int netdev_profile_find(str name, enum ssh_profile *out,
                        struct err *err) MUST_CHECK;

/* E_INVALID with *out_field. */
int netdev_type_check(const struct netdev_type *type, const char **out_field,
                      struct err *err) MUST_CHECK;
/* What `responses` says; rows are in the arena, RESPONSES_MAX at most. */
int netdev_type_responses(str json, struct arena *arena,
                          struct response_rule **out, size_t *out_count,
                          struct err *err) MUST_CHECK;
/* Every family, and the bands that were added; in the order of the table of
 * families. */
int netdev_type_list(struct db *db, int64_t org, struct arena *arena,
                     struct netdev_types *out, struct err *err) MUST_CHECK;
/* The row that holds for a version (empty: not known). Texts live in the
 * arena. */
struct netdev_type_key {
    int64_t org;
    const struct family *family;
    str version;
};
int netdev_type_of(struct db *db, const struct netdev_type_key *key,
                   struct arena *arena, struct netdev_type *out,
                   struct err *err) MUST_CHECK;
/* In the caller's transaction. Devices that inherit follow at once. */
int netdev_type_set(struct db *db, const struct scope *scope,
                    const struct netdev_type *type, struct err *err) MUST_CHECK;
/* Back to what is built in; E_ABSENT when it is. */
int netdev_type_reset(struct db *db, const struct scope *scope, str family,
                      str band, struct err *err) MUST_CHECK;

#endif
