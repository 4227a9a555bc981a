/* SPDX-License-Identifier: Apache-2.0
 *
 * The backups that the server itself made (server/backups.h): a row each, also
 * of those that failed. The files are the server's, in no organisation; only
 * administrators of the first see them.
 */
#ifndef FLEET_BACKUP_H
#define FLEET_BACKUP_H

#include "base/arena.h"
#include "base/vec.h"
#include "store/db.h"

enum {
    BACKUP_FILE_NAME_MAX = 100,
    BACKUP_TEXT_MAX = 1000,
};

struct backup {
    int64_t id;
    str file;  /* in DATA/backups */
    str state; /* making, done, failed */
    str author;
    int64_t started;
    int64_t ended; /* 0: not yet */
    int64_t tables;
    int64_t records;
    int64_t bytes;
    bool checking;   /* it is read back */
    int64_t checked; /* when it was last found whole; 0: never */
    str text;        /* why it failed, or is not whole; or empty */
};
struct backups {
    VEC(struct backup) all;
};
void backups_clear(struct backups *all);

/* In the caller's transaction. Sets id. E_LIMIT while another is made or read
 * back. */
int backup_add(struct db *db, struct backup *backup,
               struct err *err) MUST_CHECK;
/* What became of one that was made (state, ended, tables, records, bytes,
 * checked, text). */
int backup_end(struct db *db, const struct backup *backup,
               struct err *err) MUST_CHECK;
/* It is read back from now on: E_LIMIT as above. */
int backup_check_begin(struct db *db, int64_t id, struct err *err) MUST_CHECK;
/* checked: when it was found whole; 0: it is not, and text says why. */
int backup_check_end(struct db *db, int64_t id, int64_t checked, str text,
                     struct err *err) MUST_CHECK;
/* What was under way when the server ended is not any more. */
int backup_lost(struct db *db, str text, int64_t now,
                struct err *err) MUST_CHECK;

/* Newest first; ids below `before` (0: all). Texts are in the arena. */
int backup_list(struct db *db, int64_t before, int64_t limit,
                struct arena *arena, struct backups *out,
                struct err *err) MUST_CHECK;
int backup_get(struct db *db, int64_t id, struct arena *arena,
               struct backup *out, struct err *err) MUST_CHECK;
int backup_remove(struct db *db, int64_t id, struct err *err) MUST_CHECK;

#endif
