/* SPDX-License-Identifier: Apache-2.0
 *
 * Several holdfastd on one PostgreSQL. All of them answer people and agents;
 * what must happen once (schedules, labels, feeds, deliveries, removing old
 * history) is done by the one that leads: the one whose connection holds an
 * advisory lock of the database. When it goes, the lock is free and another
 * one's next look takes it. Jobs are taken with SKIP LOCKED by whoever makes
 * them.
 *
 * What one of them has in memory, the others change by a note (NOTIFY): a
 * device has a new job, its certificates are not what they were, it told
 * something, there is other content. Notes carry no data, only ids; one that
 * is lost costs time, never a result: polls end after minutes, certificates
 * are asked for again, and a look at everything follows a lost connection.
 * Packs go through the database, to be written to each one's own disk.
 *
 * With SQLite there is one server: it leads, and tells nobody.
 */
#ifndef SERVER_CLUSTER_H
#define SERVER_CLUSTER_H

#include "server/core.h"

enum cluster_note {
    CLUSTER_WAKE,    /* a device has a job */
    CLUSTER_FORGET,  /* a device's certificates changed */
    CLUSTER_DEVICE,  /* a device's inventory or results changed */
    CLUSTER_CONTENT, /* other content is in use */
    CLUSTER_LABELS,  /* there is work on labels */
    CLUSTER_IMAGES,  /* there are other images of network devices */
    CLUSTER_NOTES
};

struct cluster;
/* NULL for SQLite. core->db and core->loop are set; url is the store's. */
int cluster_new(struct core *core, const char *url, struct cluster **out,
                struct err *err) MUST_CHECK;
void cluster_free(struct cluster *cluster);

/* Whether this server leads now; asked before each piece of such work,
 * outside a transaction. A failure is no. */
bool cluster_leads(struct core *core);
/* Tells the others; what fails is logged. Outside a transaction, after what it
 * tells of was committed. */
void cluster_tell(struct core *core, enum cluster_note note, int64_t id);

/* In the transaction that activates it: the pack for the others' disks. */
int cluster_keep_pack(const struct core *core, str hex, str bytes,
                      struct err *err) MUST_CHECK;
/* Writes the packs of active content that are not on this disk. */
int cluster_take_packs(struct core *core, struct err *err) MUST_CHECK;

/* What is done about a note; tests call it. */
void cluster_heard(struct core *core, enum cluster_note note, int64_t id);

#endif
