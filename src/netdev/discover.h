/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device is and has: version and licences, interfaces, the running
 * configuration. Reading only. Pure: it says which command comes next and
 * takes the answers; who drives it has the contact.
 */
#ifndef NETDEV_DISCOVER_H
#define NETDEV_DISCOVER_H

#include "base/buf.h"
#include "netdev/config.h"
#include "netdev/session.h"
#include "netdev/show.h"

enum {
    DISCOVER_FACTS = 1,
    DISCOVER_INTERFACES = 2,
    DISCOVER_CONFIG = 4,
    DISCOVER_LICENCES = 8, /* a device that has no such command is not blamed */
    DISCOVER_ALL = 15,
    DISCOVER_HTTPS = 16, /* of one that is reached so; nor for this */
};

/* Zeroed but for running's limit, with family and what. */
struct discovery {
    const struct family *family;
    unsigned what; /* bits of DISCOVER_ */
    unsigned done;
    struct device_facts facts;
    struct device_interfaces interfaces;
    enum tristate https; /* R-IOSSSL-6 */
    struct buf running;  /* clean (config.h) */
};
#define DISCOVERY(its_family, its_what)                                        \
    {                                                                          \
        .family = (its_family), .what = (its_what),                            \
        .running = BUF(CONFIG_TEXT_MAX)                                        \
    }

/* The next command; empty when all is read. */
str discovery_next(const struct discovery *discovery);
/* Its answer. E_INVALID when the device refuses it, E_PARSE when the answer
 * is none or is cut off. */
int discovery_take(struct discovery *discovery,
                   const struct session_answer *answer,
                   struct err *err) MUST_CHECK;
void discovery_clear(struct discovery *discovery);

#endif
