/* SPDX-License-Identifier: Apache-2.0
 *
 * What in a configuration, or in commands that are planned for a device, would
 * break its management (netdev/lint.h): sentences for who approves them. Of
 * commands also what the configuration would lack once they are entered, such
 * as the line that lets the server in (R-SSH-4, R-COM-12, R-ASA-3).
 */
#ifndef FLEET_NETDEV_LINT_H
#define FLEET_NETDEV_LINT_H

#include "base/vec.h"
#include "fleet/netdev_device.h"

enum {
    NETDEV_LINT_MAX = 100, /* sentences of one device */
};

struct netdev_sentences {
    VEC(str) all; /* in the arena of whoever asked */
};
void netdev_sentences_clear(struct netdev_sentences *list);

/* The server's own address, as the setting network.manager says; empty: what
 * lets it in is not asked for. */
int netdev_manager(struct db *db, int64_t org, struct arena *arena, str *out,
                   struct err *err) MUST_CHECK;

struct netdev_lint_what {
    str family;
    str config; /* masked: a whole one, or what the lines are planned on */
    str lines;  /* masked; empty: the configuration is what is looked at */
    str manager;
};
/* Appends. What cannot be looked at is a sentence, too. */
void netdev_lint(const struct netdev_lint_what *what, struct arena *arena,
                 struct netdev_sentences *out);

struct netdev_lint_plan {
    str lines;          /* masked */
    int64_t planned_on; /* the device's version; 0: the newest */
};
int netdev_lint_planned(struct db *db, const struct netdev *device,
                        const struct netdev_lint_plan *plan,
                        struct arena *arena, struct netdev_sentences *out,
                        struct err *err) MUST_CHECK;

#endif
