/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of devices and labels: a database with devices, inventories,
 * labels and people, made in one line each; what fails fails the test.
 */
#ifndef TESTS_UNIT_ESTATE_H
#define TESTS_UNIT_ESTATE_H

#include "fleet/label.h"
#include "fleet/search.h"
#include "tests/unit/db.h"

enum {
    ESTATE_NOW = 1700000000,
    ESTATE_ORG = 1,
};

/* A device with an agent. */
int64_t estate_device(struct db *db, const char *name);
int64_t estate_device_of(struct db *db, int64_t org, const char *name);

struct estate_facts {
    const char *hostname;
    const char *os;       /* "unix/debian/12/x86_64/12.4" */
    const char *packages; /* "bash 5.2 amd64;openssl 3.0 amd64" */
    const char *address;  /* "10.0.0.1/24", or NULL */
    int64_t memory_mb;
    int64_t now; /* 0: ESTATE_NOW */
};
/* An inventory of it, stored as an agent's is. */
void estate_inventory(struct db *db, int64_t device,
                      const struct estate_facts *facts);

/* parent: 0 none; what must be worked out is. */
int64_t estate_label(struct db *db, const char *name, const char *kind,
                     const char *query, int64_t parent);
void estate_member(struct db *db, int64_t label, int64_t device);
/* Another organisation; a user of a role that the labels limit (0 ends). */
int64_t estate_org(struct db *db, const char *name);
struct scope estate_user(struct db *db, const char *login, int64_t label,
                         int64_t other);

/* "1 2 3": members, matches or ids, ascending. The text lives until the next
 * call. */
const char *estate_members(struct db *db, int64_t label);
const char *estate_find(struct db *db, const struct scope *scope,
                        const char *filter);
const char *estate_ids(const int64_t *ids, size_t n);
/* Steps of three rows, so that every test crosses their edges. */
void estate_settle(struct db *db, int64_t now);

#endif
