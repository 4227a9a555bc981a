/* SPDX-License-Identifier: Apache-2.0
 *
 * The Auto Update server of PIX and ASA (R-AUS): DeviceDetails in, UpdateInfo
 * out. Pure.
 *
 * Public is: the two names, that a request is a POST, that the answer has a
 * URL and an MD5 for image, ASDM and configuration and a URL for errors, and
 * what the device does with them. The names of the elements below the two are
 * not public. Those that aus_write() uses are in one table (aus.c), so that a
 * capture of a real device changes a table and nothing else; reading takes
 * any that mean the same.
 */
#ifndef NETDEV_SERVERS_AUS_H
#define NETDEV_SERVERS_AUS_H

#include "netdev/servers/stage.h"

/* ASK_DETAILS and ASK_PROBLEM. Says what changed of what is staged, and what
 * is offered: image before ASDM before configuration, all that the device
 * does not have. */
struct aus_answer {
    struct stage_changes changes;
    bool offer[STAGE_KINDS];
};
void aus_decide(struct stage *stage, const struct ask *ask, int64_t now,
                struct arena *arena, struct aus_answer *out);

/* Appends UpdateInfo. */
void aus_write(const struct stage *stage, const struct aus_answer *answer,
               str error_url, struct buf *out);

/* Appends a configuration as the device fetches it: lines, or the XML form
 * (ASA's <config-data>, one <cli> a line). */
void aus_config(str lines, bool as_xml, struct buf *out);

#endif
