/* SPDX-License-Identifier: Apache-2.0
 *
 * The supervisor's end of backups (server/backups.h): a process for each,
 * which has the database and may write below the data directory and to the
 * database's folder, nothing else. It makes the file and reads it back, or
 * only reads it; what came of it comes over a pipe. One at a time.
 */
#ifndef SERVER_BACKUP_RUN_H
#define SERVER_BACKUP_RUN_H

#include "base/loop.h"
#include "server/config.h"
#include "server/message.h"

struct backup_run;

/* Says what became of an order. */
typedef void backup_told(void *ctx, const struct message_backup_done *done);

/* The config outlives it. */
struct backup_run *backup_run_new(struct loop *loop, struct config *config,
                                  backup_told *told, void *ctx);
void backup_run_free(struct backup_run *run);

/* Answers by `told`, perhaps before it returns. */
void backup_run_order(struct backup_run *run,
                      const struct message_backup *order);

#endif
