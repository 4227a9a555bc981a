/* SPDX-License-Identifier: Apache-2.0
 *
 * What holdfastd can be told to do: one row a command. Without one it runs
 * the server.
 */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "server/config.h"

enum {
    COMMAND_ARGUMENTS_MAX = 8
};

struct server_terms {
    struct config *config;
    const char *config_file; /* NULL: none */
    const char *clock;       /* NULL: none */
    const char *program;
    bool has_data;
    const char *arguments[COMMAND_ARGUMENTS_MAX]; /* [0] is the command */
    size_t argument_count;
};

struct server_command {
    const char *name;
    const char *arguments; /* for the help: "FILE" */
    /* The exit code, or a negative error. */
    int (*run)(struct server_terms *terms, struct err *err);
    const char *summary;
};

const struct server_command *server_command_find(str name);

#endif
