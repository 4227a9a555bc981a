/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries on the devices in the store: binds a query (fleet/query.h) to the
 * labels and packages of an organisation, and answers it for one device row
 * after the other. What a row does not decide by its columns is decided by
 * its stored facts, packages and labels, read only then.
 *
 * device_find goes over all devices a scope sees, some at a time, so that the
 * process that does it stays responsive at 100,000 devices: a scan finds all
 * that match, then gives a page of them in any order. Devices the scope does
 * not see are never evaluated, so neither answers nor the time they take tell
 * of them (claim 24).
 */
#ifndef FLEET_SEARCH_H
#define FLEET_SEARCH_H

#include "fleet/device.h"
#include "fleet/inventory.h"

/* --- one query on rows ------------------------------------------------ */
struct search;
/* E_PARSE, E_LIMIT of the query; E_INVALID for a label that is not there. */
int search_new(struct db *db, int64_t org, str text, struct search **out,
               struct err *err) MUST_CHECK;
/* Takes over a parsed query whose labels the caller has set. */
struct search *search_of(struct query *query);
void search_free(struct search *search);
void search_freep(struct search **search);
struct query *search_query(struct search *search);
/* Looks at packages that were stored since; before each round of rows. */
int search_refresh(struct db *db, struct search *search,
                   struct err *err) MUST_CHECK;

/* A device row with what was read for it so far. */
struct search_row {
    struct query_device device;
    str facts; /* blobs of device_fact; p NULL: it has none */
    str packages;
    struct arena arena;
    bool has_facts;
    bool has_ids;
    bool has_labels;
    bool has_whole; /* inventory holds the packages, too */
    struct inventory inventory;
    struct package_ids ids;
    VEC(int64_t) labels; /* ascending */
};
void search_row_clear(struct search_row *row);
/* Starts over with another device; keeps memory. */
void search_row_next(struct search_row *row);
int search_row_labels(struct db *db, struct search_row *row,
                      struct err *err) MUST_CHECK;

int search_match(struct db *db, struct search *search, struct search_row *row,
                 int64_t now, enum query_truth *out,
                 struct err *err) MUST_CHECK;

/* "%text%" in small letters for LIKE ... ESCAPE '\\', its own wildcards
 * escaped; empty stays empty. */
str like_needle(struct arena *arena, str text);

/* --- all devices ------------------------------------------------------ */
enum device_sort {
    DEVICE_BY_NAME,
    DEVICE_BY_ID,
    DEVICE_BY_OS,
    DEVICE_BY_LAST_SEEN,
    DEVICE_BY_LAST_INVENTORY,
    DEVICE_BY_CREATED,
};
enum device_state {
    DEVICE_IN_USE,
    DEVICE_RETIRED,
    DEVICE_ANY,
};
struct device_find {
    str text;      /* in name, hostname, machine id or the inventory id */
    str filter;    /* a query; empty: all */
    int64_t label; /* members of it; 0: all */
    enum device_state state;
    enum device_sort sort;
    bool descending;
    int64_t now;
};

struct device_scan;
int device_scan_new(struct db *db, const struct scope *scope,
                    const struct device_find *find, struct device_scan **out,
                    struct err *err) MUST_CHECK;
/* Looks at the next `rows` devices. 1: there are more; 0: all were seen.
 * E_LIMIT when the filter's expression takes too long. */
int device_scan_step(struct db *db, struct device_scan *scan, int64_t rows,
                     struct err *err) MUST_CHECK;
void device_scan_free(struct device_scan *scan);
void device_scan_freep(struct device_scan **scan);
/* How many match, so far. */
int64_t device_scan_count(const struct device_scan *scan);

/* After the last step: at most `limit` ids behind the cursor (empty: from the
 * start), in the order asked for, and the cursor of the next page: empty when
 * there is none. E_PARSE for a cursor that is none of ours. */
struct device_ids {
    VEC(int64_t) ids;
    str next; /* in the arena */
};
void device_ids_clear(struct device_ids *ids);
int device_scan_page(struct device_scan *scan, str after, int64_t limit,
                     struct arena *arena, struct device_ids *out,
                     struct err *err) MUST_CHECK;

#endif
