/* SPDX-License-Identifier: Apache-2.0
 *
 * What lines of a configuration need of a device's licences (R-LIC). Pure.
 *
 * A feature without its licence may be configured; the device then refuses the
 * line, so planning only warns (R-LIC-3). Refused is what can do no good:
 * failover on the models whose property says that they have no licence for it
 * (R-LIC-4), a feature whose agreement nobody accepted (R-LIC-10), and entering
 * an activation key (R-LIC-2).
 */
#ifndef NETDEV_LICENCE_H
#define NETDEV_LICENCE_H

#include "netdev/show.h"

enum {
    LICENCE_REMARKS_MAX = 64, /* one of a kind; what comes then is not told */
};

struct licence_holder {
    const struct family *family;
    str model;
    enum tristate failover; /* the property "License Supports Failover" */
    const struct licence *licences;
    size_t count;
};

struct licence_remark {
    size_t line; /* from 1 */
    const char *rule;
    bool refuses;
    str text;
};

struct licence_remarks {
    VEC(struct licence_remark) all;
    struct arena arena;
};

/* Adds what is to be said of the lines, once for each licence. */
void licence_check(const struct licence_holder *holder, str lines,
                   struct licence_remarks *out);
void licence_remarks_clear(struct licence_remarks *remarks);

/* The licence whose lack may be why a device of the family refuses the line
 * (R-LIC-8); empty: none is known. */
str licence_of_line(const struct family *family, str line);

/* What licence_state_name() gave. */
enum licence_state licence_state_of(str name);

#endif
