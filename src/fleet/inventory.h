/* SPDX-License-Identifier: Apache-2.0
 *
 * What devices have: the newest whole inventory of each as it came, and what
 * changed from one to the next.
 *
 * Three forms of the same facts are kept, written together by
 * inventory_store():
 *   inventory    the message, compressed: everything, for one device
 *   device_fact  the message without packages, and the packages as numbers of
 *                rows of the table package, which holds each distinct package
 *                once: for searching 100,000 devices (fleet/search.h)
 *   device       the operating system as columns: for lists and targets
 * Changes are kept after an inventory is gone (history).
 */
#ifndef FLEET_INVENTORY_H
#define FLEET_INVENTORY_H

#include "base/vec.h"
#include "oval/inventory.h"
#include "proto/agent.h"
#include "store/db.h"

enum {
    INVENTORY_CHANGES_MAX = 1000, /* kept of one device */
};

/* Takes a device's new whole inventory, in the caller's transaction: all
 * tables above, the change since the one before, and the device's smart
 * labels (K-LBL-3). The caller has checked its digest. */
int inventory_store(struct db *db, int64_t device,
                    const struct inventory *whole, int64_t now,
                    struct err *err) MUST_CHECK;

/* The newest one; its texts are in the arena, packages are sorted as
 * packages_sort() does. 1: there is none. */
int inventory_load(struct db *db, int64_t device, struct arena *arena,
                   struct inventory *out, struct err *err) MUST_CHECK;
/* Without packages, which costs less. 1: there is none. */
int inventory_load_facts(struct db *db, int64_t device, struct arena *arena,
                         struct inventory *out, struct err *err) MUST_CHECK;

/* The same as the engine takes it; views of `from`, the list in the arena. */
void inventory_for_oval(const struct inventory *from, str device,
                        struct arena *arena, struct oval_inventory *out);

/* Removes what is known of a device, its history excepted. */
int inventory_remove(struct db *db, int64_t device, struct err *err) MUST_CHECK;

/* --- changes --------------------------------------------------------- */
struct package_change {
    str name;
    str arch;
    str from; /* version; empty: it was not there */
    str to;   /* empty: it is gone */
};
struct package_changes {
    VEC(struct package_change) all; /* by name and architecture */
    size_t added;
    size_t removed;
    size_t changed;
};
void package_changes_clear(struct package_changes *changes);

/* What differs between two lists that are sorted. Several versions of one
 * package (kernels) are added and removed, one version that became another is
 * changed. Texts are those of the lists. */
void inventory_compare(const struct wire_list *before,
                       const struct wire_list *after,
                       struct package_changes *out);

struct inventory_change {
    int64_t id;
    int64_t at;
    int64_t added;
    int64_t removed;
    int64_t changed;
    str facts; /* what else changed, a line each: "os.build: 12.4 -> 12.5" */
    struct package_changes packages; /* cleared by inventory_changes_clear */
};
struct inventory_changes {
    VEC(struct inventory_change) all;
};
void inventory_changes_clear(struct inventory_changes *list);
struct inventory_change_find {
    int64_t device;
    int64_t before; /* an id; 0: all */
    int64_t limit;
};
/* Newest first. */
int inventory_change_list(struct db *db,
                          const struct inventory_change_find *find,
                          struct arena *arena, struct inventory_changes *out,
                          struct err *err) MUST_CHECK;

/* --- packages as numbers --------------------------------------------- */
struct package_ids {
    VEC(int64_t) ids; /* in the order of the packages */
};
void package_ids_clear(struct package_ids *ids);
/* From the blob of device_fact. E_CORRUPT. */
int package_ids_read(str blob, struct package_ids *out,
                     struct err *err) MUST_CHECK;

/* From the blob of device_fact, as inventory_load_facts(). */
int inventory_facts_read(str blob, struct arena *arena, struct inventory *out,
                         struct err *err) MUST_CHECK;

#endif
