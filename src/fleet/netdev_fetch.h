/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices that fetch their configuration from us (R-COM-10, R-COM-11,
 * R-AUS-1): those whose row of netdev_device.h names a server and an identity.
 * A device is known by that, never by its address. Here is what else there is
 * of them: password, poll times, when and from where they were heard of, what
 * they asked; and who came to the Plug-n-Play server without anybody knowing
 * them. What is staged for them is in netdev_stage.h.
 *
 * Requests are kept for diagnosis, masked: the newest FETCH_REQUESTS_MAX of a
 * device, and of an organisation's server those that nobody is known for.
 */
#ifndef FLEET_NETDEV_FETCH_H
#define FLEET_NETDEV_FETCH_H

#include "fleet/netdev_server.h"

enum {
    FETCH_IDENTITY_MAX = 200,
    FETCH_FACTS_MAX = 16384,
    FETCH_REQUESTS_MAX = 20,
    FETCH_STRANGERS_MAX = 1000, /* of an organisation */
};

struct fetcher {
    int64_t device;
    int64_t org;
    int64_t server;
    int64_t server_kind;
    str name;
    str family;
    str identity; /* device-id, ConfigID, serial number */
    str event_id; /* DeviceID of the event bus (R-CNE-8); or empty */
    str secret;   /* SHA-256 of its password, in hex; or empty */
    int64_t poll_minutes;
    int64_t retry_count;
    int64_t retry_minutes;
    int64_t last_seen; /* 0: never */
    str last_address;
    str facts; /* JSON of what it told; or empty */
    str asked; /* PnP: correlator of what it was asked; or empty */
    int64_t revision;
};
struct fetchers {
    VEC(struct fetcher) all;
};
void fetchers_clear(struct fetchers *list);

/* Devices that name a server, in the order of their ids. */
int fetcher_list(struct db *db, const struct scope *scope,
                 const struct netdev_range *range, struct arena *arena,
                 struct fetchers *out, struct err *err) MUST_CHECK;
/* E_ABSENT for a device that names no server, too. */
int fetcher_get(struct db *db, const struct scope *scope, int64_t device,
                struct arena *arena, struct fetcher *out,
                struct err *err) MUST_CHECK;
/* All that fetch as `identity` from a server of one of these kinds (bits
 * 1 << kind), of any organisation: an identity is one device's within an
 * organisation only. Who asks is found by password and network. */
int fetcher_find(struct db *db, unsigned kinds, str identity,
                 struct arena *arena, struct fetchers *out,
                 struct err *err) MUST_CHECK;

/* In the caller's transaction, as all that write: event_id and poll times.
 * E_INVALID with *out_field. */
int fetcher_change(struct db *db, const struct scope *scope,
                   const struct fetcher *f, const char **out_field,
                   struct err *err) MUST_CHECK;
/* A password that the device logs in with (AUS): told this once. */
int fetcher_new_secret(struct db *db, const struct scope *scope, int64_t device,
                       struct arena *arena, str *out_secret,
                       struct err *err) MUST_CHECK;
bool fetcher_is_secret(const struct fetcher *f, str secret);

/* R-AUS-11: a device that speaks Auto Update gets the URL of another server
 * from the old one first. E_INVALID unless the newest configuration that it
 * confirmed names the new one's address. */
int fetcher_may_move(struct db *db, int64_t device, int64_t server,
                     struct err *err) MUST_CHECK;

/* It was heard of. facts empty: as they were. asked as it is now. */
struct fetcher_seen {
    int64_t device;
    str address;
    str facts;
    str asked;
    int64_t now;
};
int fetcher_seen(struct db *db, const struct fetcher_seen *seen,
                 struct err *err) MUST_CHECK;

/* --- Requests ------------------------------------------------------------- */
struct fetch_request {
    int64_t id;
    int64_t org;
    int64_t device; /* 0: nobody is known for it */
    int64_t at;
    str address;
    str kind;     /* netdev/servers/ask.h */
    str identity; /* as it was told */
    str outcome;  /* what we made of it, in words */
    str unknown;
    str raw; /* masked */
};
struct fetch_requests {
    VEC(struct fetch_request) all;
};
void fetch_requests_clear(struct fetch_requests *list);
int fetch_request_add(struct db *db, const struct fetch_request *request,
                      struct err *err) MUST_CHECK;
/* device 0: those that nobody is known for. Newest first. */
struct fetch_request_find {
    int64_t device;
    int64_t before;
    int64_t limit;
};
int fetch_request_list(struct db *db, const struct scope *scope,
                       const struct fetch_request_find *find,
                       struct arena *arena, struct fetch_requests *out,
                       struct err *err) MUST_CHECK;

/* --- Strangers: unclaimed devices of Plug-n-Play -------------------------- */
struct stranger {
    int64_t id;
    int64_t org;
    int64_t server;
    str serial;
    str product;
    str hostname;
    str version;
    str platform;
    str asked; /* correlator of the device-info that is out */
    str address;
    int64_t first_seen;
    int64_t last_seen;
};
struct strangers {
    VEC(struct stranger) all;
};
void strangers_clear(struct strangers *list);
/* Notes it, or that it came again. 1: there are too many already. */
int stranger_seen(struct db *db, const struct stranger *s,
                  struct err *err) MUST_CHECK;
int stranger_find(struct db *db, int64_t org, str serial, struct arena *arena,
                  struct stranger *out, struct err *err) MUST_CHECK;
int stranger_get(struct db *db, const struct scope *scope, int64_t id,
                 struct arena *arena, struct stranger *out,
                 struct err *err) MUST_CHECK;
int stranger_list(struct db *db, const struct scope *scope,
                  const struct netdev_range *range, struct arena *arena,
                  struct strangers *out, struct err *err) MUST_CHECK;
/* Claimed, or not wanted. */
int stranger_remove(struct db *db, const struct scope *scope, int64_t id,
                    struct err *err) MUST_CHECK;

#endif
