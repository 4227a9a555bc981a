/* SPDX-License-Identifier: Apache-2.0
 *
 * A copy of the whole store in one file, and back: of one moment, while the
 * server runs; compressed, encrypted and authenticated (trust/vault.h); the
 * same for both engines, so it also moves a store from SQLite to PostgreSQL.
 *
 * Within the vault are blocks of at most BACKUP_BLOCK bytes, each compressed
 * (base/zpack.h), which together are one text:
 *
 *     "holdfast backup", form 1, schema version, time, program, engine
 *     for each table: T name, columns; R values for each row; C the last id
 *         that was given; E the number of rows
 *     Z the number of tables
 *
 * Keys that are files (the signer's, the CA's, the one that seals secrets)
 * are not in the store and not in its backup.
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/db.h"
#include "trust/vault.h"

struct backup_facts {
    int64_t version; /* of the schema */
    int64_t created;
    int64_t tables;
    int64_t rows;
};

/* Writes the file at path, whole or not at all. The connection must be in no
 * transaction; others may read and write meanwhile. *out may be NULL. */
int store_backup(struct db *db, const char *path,
                 const struct vault_secret *secret, int64_t now,
                 struct backup_facts *out, struct err *err) MUST_CHECK;

/* Reads the file from its first to its last byte, as a restore would, and
 * keeps nothing of it. E_CORRUPT and the errors of vault_open(). */
int store_backup_check(const char *path, const struct vault_secret *secret,
                       struct backup_facts *out, struct err *err) MUST_CHECK;

struct restore_terms {
    const char *path;
    struct vault_secret secret;
    bool replace; /* a database that has tables loses them */
    int64_t now;
};

/* Fills the database from the file and brings it to this program's version:
 * all of it, or nothing is changed. Without `replace` a database with tables
 * is refused (E_INVALID); a backup of a newer program is (E_UNSUPPORTED). The
 * server must not run on it. */
int store_restore(struct db *db, const struct restore_terms *terms,
                  struct backup_facts *out, struct err *err) MUST_CHECK;

#endif
