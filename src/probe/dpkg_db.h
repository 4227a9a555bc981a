/* SPDX-License-Identifier: Apache-2.0
 *
 * The packages that dpkg says are on a machine: /var/lib/dpkg/status with the
 * pending changes of /var/lib/dpkg/updates, and the files of
 * /var/lib/dpkg/status.d, where images without dpkg keep one file a package.
 * Read once, indexed by name and by source name; text and packages belong to
 * the database.
 *
 * Which packages count: all whose files are, or may partly be, on the disk.
 * Of dpkg's states those are installed, unpacked, half-configured,
 * triggers-awaited, triggers-pending and half-installed, whatever is wanted
 * of the package ("hold", "deinstall"). A package in config-files left its
 * settings only, and one in not-installed nothing: neither counts.
 *
 * What is not there: a machine without /var/lib/dpkg, but with the database
 * of another package manager, has no dpkg packages. A machine with neither,
 * and a /var/lib/dpkg without status and status.d, are errors: nothing is
 * known about their packages. A database without any package is an error too,
 * unless another package manager has its own. A database that cannot be read
 * or does not follow deb822(5) is an error with file and line: a part of it
 * is never taken for the whole.
 *
 * When the last paragraph of status has no empty line after it, as dpkg writes
 * one, the file may have been cut: then every package that has a file list in
 * /var/lib/dpkg/info must be in status.
 *
 * A package listed twice with one name and architecture gives two packages;
 * in updates a later one replaces the earlier, as dpkg does.
 */
#ifndef PROBE_DPKG_DB_H
#define PROBE_DPKG_DB_H

#include "base/map.h"
#include "base/vec.h"
#include "probe/machine.h"

enum {
    DPKG_TEXT_MAX = 64 * 1024 * 1024, /* all files together */
    DPKG_FILES_MAX = 65536,           /* in status.d and updates */
    DPKG_PACKAGES_MAX = 1000000,
    DPKG_WORD_MAX = 1024,    /* bytes of a version */
    DPKG_SAME_NAME_MAX = 64, /* packages of one name */
};

#define DPKG_NONE UINT32_MAX

struct dpkg_package {
    str name;
    str arch;             /* empty: not stated */
    str version;          /* as stated: [epoch:]upstream[-revision] */
    str source;           /* empty: the same as the name */
    str source_version;   /* empty: the same as the version */
    uint32_t next;        /* package of the same name, or DPKG_NONE */
    uint32_t next_source; /* package of the same source, or DPKG_NONE */
    bool gone;            /* replaced or removed by a pending change */
};

struct dpkg_version { /* the parts of a version */
    str epoch;        /* p == NULL: none */
    str upstream;
    str revision; /* empty: none */
};

struct dpkg_db {
    VEC(struct dpkg_package) packages;
    VEC(char *) texts; /* of the files */
    size_t text_size;
    struct map by_name;     /* index of the first package */
    struct map by_source;   /* filled by dpkg_db_index_sources() */
    struct map not_present; /* names that have no package, or had one */
    uint32_t paragraphs;
    bool has_sources;
    int rc; /* of reading it; then err says why */
    struct err err;
};

/* Where a text comes from decides how its stanzas are read. */
enum dpkg_kind {
    DPKG_STATUS,   /* every stanza has a Status */
    DPKG_STATUS_D, /* without Status it is installed */
    DPKG_UPDATE,   /* replaces what was read before */
};

/* The machine's database, read at the first call. Never NULL; rc < 0 in it:
 * nothing is known. */
struct dpkg_db *dpkg_db_of(struct probe_machine *machine);

/* Adds the packages of one file. The memory of *text moves to the database,
 * also on an error. Errors name the file and the line. */
int dpkg_db_add(struct dpkg_db *db, enum dpkg_kind kind, const char *file,
                struct buf *text, struct err *err) MUST_CHECK;

void dpkg_db_index_sources(struct dpkg_db *db);
struct dpkg_db *dpkg_db_new(void);
void dpkg_db_free(void *db);
void dpkg_db_freep(struct dpkg_db **db);

/* Index of the first package called name (or built from source name), or
 * DPKG_NONE; go on with next (next_source). The caller skips what is gone. */
uint32_t dpkg_db_find(const struct dpkg_db *db, str name);
uint32_t dpkg_db_find_source(const struct dpkg_db *db, str name);

struct dpkg_version dpkg_version_split(str version);

#endif
