/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a backup, apart from where its blocks come from and go to.
 */
#ifndef STORE_BACKUP_INT_H
#define STORE_BACKUP_INT_H

#include "store/backup.h"
#include "store/catalog_int.h"

enum {
    BACKUP_BLOCK = 1 << 20,
    BACKUP_ROW_MAX = 512 << 20, /* all values of one row */
    BACKUP_COLUMNS_MAX = 200,
    BACKUP_NAME_MAX = 63,
    BACKUP_TABLES_MAX = 1000,
};

/* What a reader does with what it reads. A negative code ends the reading. */
struct backup_sink {
    void *ctx;
    int (*head)(void *ctx, const struct backup_facts *facts, struct err *err);
    int (*table)(void *ctx, str name, const str *columns, size_t n,
                 struct err *err);
    int (*row)(void *ctx, const struct db_cell *cells, struct err *err);
    int (*end)(void *ctx, int64_t counter, struct err *err);
};

/* Appends the next block: 1; 0 at the end. */
typedef int backup_block_fn(void *ctx, struct buf *out, struct err *err);

/* The blocks of a vault; ctx of backup_next_block(). */
struct backup_reader {
    struct vault_in *vault;
    struct buf packed; /* of VAULT_CHUNK_MAX */
};
int backup_next_block(void *ctx, struct buf *out, struct err *err) MUST_CHECK;

/* Reads a whole backup. E_CORRUPT for what does not follow the form. */
int backup_parse(backup_block_fn *block, void *ctx,
                 const struct backup_sink *sink, struct backup_facts *out,
                 struct err *err) MUST_CHECK;

#endif
