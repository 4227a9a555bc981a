/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of lists of devices share.
 */
#ifndef NETDEV_ROSTER_INT_H
#define NETDEV_ROSTER_INT_H

#include "netdev/roster.h"

struct roster_reading {
    const struct roster_options *options;
    struct roster *roster;
    unsigned line;
};

/* Notes what is wrong with the line that is read. */
void roster_problem(struct roster_reading *r, const char *format, ...)
    PRINTF(2, 3);
/* Sets a member by its name in tables: "name", "address", "family", ... False
 * when there is none of that name, or the value cannot be one: then the
 * problem is noted. */
bool roster_set(struct roster_reading *r, struct roster_entry *entry, str name,
                str value);
bool roster_knows(str name);
/* Takes a device in, unless it has no name or family, or is there already. */
int roster_add(struct roster_reading *r, const struct roster_entry *entry,
               struct err *err) MUST_CHECK;

typedef int roster_reader_fn(struct roster_reading *r, str text,
                             struct err *err);
roster_reader_fn roster_read_csv;
roster_reader_fn roster_read_rancid;
roster_reader_fn roster_read_oxidized;
roster_reader_fn roster_read_netbox;
roster_reader_fn roster_read_config;

#endif
