/* SPDX-License-Identifier: Apache-2.0
 *
 * The packages that rpm says are on a machine, read once and indexed by name.
 * Versions, architectures and signers are kept; a package's header, with its
 * files and relations, is read again when something asks for it.
 *
 * Where the database lies: managers.h. What is not there: a machine without
 * an rpm database, but with that of another package manager, has no rpm
 * packages; without any, and with an rpm database that holds no package while
 * there is no other, nothing is known and that is an error. So is a database
 * that cannot be read in full.
 *
 * The packages "gpg-pubkey", one for each key that rpm trusts, are packages
 * here as they are for rpm.
 */
#ifndef PROBE_RPM_DB_H
#define PROBE_RPM_DB_H

#include "base/map.h"
#include "base/vec.h"
#include "probe/machine.h"
#include "probe/rpm_header.h"

#define RPM_NONE UINT32_MAX

struct rpm_store;
struct rpm_index;

struct rpm_package {
    str name;
    str epoch; /* "(none)" when it has none */
    str version;
    str release;
    str arch;          /* "(none)" when it has none: gpg-pubkey */
    str evr;           /* EPOCH:VERSION-RELEASE, 0 for no epoch */
    str extended_name; /* NAME-EVR.ARCH */
    str key_id;        /* who signed it; "0" when no one did */
    uint32_t next;     /* package of the same name, or RPM_NONE */
};

struct rpm_db {
    VEC(struct rpm_package) packages;
    struct map by_name; /* index of the first package */
    struct arena arena; /* of the texts */
    struct rpm_store *store;
    struct buf blob;         /* of the last header */
    struct rpm_index *index; /* rpm_index.h; NULL until it is asked for */
    int rc;                  /* of reading it; then err says why */
    struct err err;
};

/* The machine's database, read at the first call. Never NULL; rc < 0 in it:
 * nothing is known. */
struct rpm_db *rpm_db_of(struct probe_machine *machine);
void rpm_db_free(void *db);

/* Index of the first package called name, or RPM_NONE; go on with next. */
uint32_t rpm_db_find(const struct rpm_db *db, str name);

/* The header of packages.p[index]; it lives until the next call. */
int rpm_db_header(struct rpm_db *db, uint32_t index, struct rpm_header *out,
                  struct err *err) MUST_CHECK;

/* The same in a buffer of the caller, where it stays. */
int rpm_db_header_in(struct rpm_db *db, uint32_t index, struct buf *blob,
                     struct rpm_header *out, struct err *err) MUST_CHECK;

/* Fills *out from a header; its texts go to the arena. */
int rpm_package_read(const struct rpm_header *header, struct arena *arena,
                     struct rpm_package *out, struct err *err) MUST_CHECK;

/* The files of a header, in its order. */
struct rpm_files {
    struct rpm_values names;   /* of each, without directory */
    struct rpm_values indexes; /* of each: its directory */
    const str *directories;
    uint32_t directory_count;
    uint32_t n;
    uint32_t at;
};

/* Directories go to the arena. */
void rpm_files_init(struct rpm_files *files, const struct rpm_header *header,
                    struct arena *arena);
/* The next path in *path, whose text is replaced; false at the end. */
bool rpm_files_next(struct rpm_files *files, struct buf *path);

#endif
