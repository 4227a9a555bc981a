/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys of hosts and certificates that devices show (R-SSH-16, R-IOSSSL-8). A
 * session goes on only with one that is approved; another one is noted as
 * pending, told as an alert, and waits for a person.
 *
 *   pending ──► approved ──► retired (another one was approved in its place)
 *      └──► refused
 */
#ifndef FLEET_NETDEV_PIN_H
#define FLEET_NETDEV_PIN_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "store/db.h"

#define NETDEV_PIN_SSH STR("ssh")
#define NETDEV_PIN_TLS STR("tls")

enum {
    NETDEV_PINS_MAX = 32, /* of a device; the oldest pending ones go */
    NETDEV_FINGERPRINT_MAX = 128,
};

struct netdev_pin {
    int64_t id;
    int64_t device;
    str kind;
    str fingerprint; /* "SHA256:..." */
    str state;
    int64_t first_seen;
    int64_t last_seen;
    int64_t decided;
    str decided_by;
};
struct netdev_pins {
    VEC(struct netdev_pin) all;
};
void netdev_pins_clear(struct netdev_pins *pins);

/* kind empty: all. Newest first. */
int netdev_pin_list(struct db *db, int64_t device, str kind,
                    struct arena *arena, struct netdev_pins *out,
                    struct err *err) MUST_CHECK;
/* Whether no key of that kind was ever shown or decided on: only then is one
 * trusted at first sight. What a person refused, replaced or has not looked at
 * yet is not passed by with another key. */
int netdev_pin_is_first(struct db *db, int64_t device, str kind, bool *out,
                        struct err *err) MUST_CHECK;
/* A device showed it. trusted: the first one of a device is approved by that.
 * Returns 1 when it is new and waits for a person. */
struct netdev_shown {
    str kind;
    str fingerprint;
    bool trusted;
    int64_t now;
};
int netdev_pin_shown(struct db *db, int64_t device,
                     const struct netdev_shown *shown,
                     struct err *err) MUST_CHECK;
/* approved: true retires the others of its kind unless `beside` (a rotation
 * that is under way). E_ABSENT. */
struct netdev_verdict {
    int64_t pin;
    bool approved;
    bool beside;
};
int netdev_pin_decide(struct db *db, const struct scope *scope, int64_t device,
                      const struct netdev_verdict *verdict, int64_t now,
                      struct err *err) MUST_CHECK;
/* One a person knows beforehand. */
int netdev_pin_add(struct db *db, const struct scope *scope, int64_t device,
                   const struct netdev_shown *pin, struct err *err) MUST_CHECK;

#endif
