/* SPDX-License-Identifier: Apache-2.0
 *
 * The files in which rpm keeps its package headers, read from their bytes:
 *
 *   rpmdb.sqlite   SQLite 3 with its write-ahead log (rpm 4.16 and later)
 *   Packages.db    rpm's own "ndb" (SUSE)
 *   Packages       Berkeley DB hash (rpm before 4.16)
 *
 * Nothing is written, locked or created, in no directory; a file that does
 * not follow its format is an error, never an empty database. While the
 * database changes on a live system the reading is repeated; a database that
 * keeps changing is an error too.
 *
 * A header's place is found when the store is opened, and its bytes are read
 * on demand, so that memory does not grow with the database.
 */
#ifndef PROBE_RPM_STORE_H
#define PROBE_RPM_STORE_H

#include "probe/machine.h"

enum {
    RPM_PACKAGES_MAX = 1000000
};

struct rpm_store;

/* path: of one of the files above, known by its first bytes. */
int rpm_store_open(struct probe_machine *machine, const char *path,
                   struct rpm_store **out, struct err *err) MUST_CHECK;

/* The same of an open regular file, without its log. The descriptor moves to
 * the store, also on an error. */
int rpm_store_open_fd(int fd, const char *name, struct rpm_store **out,
                      struct err *err) MUST_CHECK;
void rpm_store_free(struct rpm_store *store);
void rpm_store_freep(struct rpm_store **store);

size_t rpm_store_count(const struct rpm_store *store);

/* Header `at` in place of what *out holds; its limit bounds it. */
int rpm_store_read(struct rpm_store *store, size_t at, struct buf *out,
                   struct err *err) MUST_CHECK;

/* True when the files are no longer what rpm_store_open() opened. */
bool rpm_store_changed(struct probe_machine *machine,
                       const struct rpm_store *store);

#endif
