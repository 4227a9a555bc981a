/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfastd backup, restore and check: the store from the command line, by
 * processes of their own. Backing up and checking go on beside the server;
 * restoring needs it stopped.
 */
#ifndef SERVER_STORE_COMMANDS_H
#define SERVER_STORE_COMMANDS_H

#include "server/commands.h"

/* The URL of the configured database. */
void store_url(const struct config *config, struct buf *out);

/* Rows of the table of commands. */
int command_backup(struct server_terms *terms, struct err *err) MUST_CHECK;
int command_restore(struct server_terms *terms, struct err *err) MUST_CHECK;
int command_check(struct server_terms *terms, struct err *err) MUST_CHECK;

#endif
