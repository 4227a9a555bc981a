/* SPDX-License-Identifier: Apache-2.0
 *
 * Backups that a person asks for over the API: the core writes a row and
 * orders the supervisor, which starts a process that has what it needs and
 * nothing else (server/backup_run.h). The passphrase goes there with the
 * order, and is kept nowhere. Files are DATA/backups/NAME of the server that
 * made them.
 */
#ifndef SERVER_BACKUPS_H
#define SERVER_BACKUPS_H

#include "fleet/backup.h"
#include "server/core.h"
#include "server/message.h"

/* What was under way when the server ended is said to have failed. */
void backups_start(struct core *core);

/* The file of a backup; in the arena. */
const char *backups_path(struct core *core, struct arena *arena, str file);

/* Orders what the row says: to be made, or (check) only read back. E_ABSENT
 * without a supervisor, which unit tests lack. */
int backups_order(struct core *core, const struct backup *backup,
                  str passphrase, bool check, struct err *err) MUST_CHECK;
/* What the supervisor says came of it. */
int backups_done(struct core *core, const struct message_backup_done *done,
                 struct err *err) MUST_CHECK;

#endif
