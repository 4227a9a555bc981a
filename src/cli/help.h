/* SPDX-License-Identifier: Apache-2.0
 *
 * Help and manual pages, both made from the table of commands.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/cli.h"

/* What the program is and its commands; with a group, that group's. */
void help_overview(const struct cli *cli, const char *group, unsigned width,
                   struct buf *out);
void help_command(const struct command *command, unsigned width,
                  struct buf *out);

/* The manual page of a command, or of the whole program when it is NULL. */
void man_command(const struct command *command, struct buf *out);
void man_program(const struct cli *cli, struct buf *out);

/* True when the command belongs to group ("oval"). */
bool help_in_group(const struct command *command, const char *group);

/* Writes text to standard output. */
int help_print(struct buf *text, struct err *err) MUST_CHECK;

enum {
    HELP_TEXT_MAX = 1 << 20
};

#endif
