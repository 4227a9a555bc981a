/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: what a command is, and how its arguments are read.
 *
 * A command is one file, cli/GROUP_VERB.c, that defines one struct command,
 * and one line in the table of main.c. Help, manual pages and completions are
 * made from the table; a fact about a command is written nowhere else.
 *
 * run() returns 0, CLI_FOUND (only with --exit-code), or a negative E_ code
 * with the sentence in *err; main() prints it and chooses the exit code.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/str.h"
#include "base/vec.h"

enum {
    CLI_FOUND = 1, /* did what was asked, and found something */
    CLI_ARGS_MANY = 1 << 20,
};

struct cli_option {
    const char *name;  /* long name without dashes; NULL ends the list */
    char letter;       /* short name, or 0 */
    const char *value; /* what follows, as "DIR"; NULL: nothing does */
    const char *help;  /* one sentence without a full stop */
};

struct cli;

struct command {
    const char *name;      /* "oval eval" */
    const char *summary;   /* one line, for lists */
    const char *arguments; /* "CONTENT...", or "" */
    const char *about;     /* paragraphs, separated by an empty line; a line
                              that begins with a blank is kept as it is */
    const struct cli_option *options; /* NULL: only the common ones */
    unsigned args_min;
    unsigned args_max;
    int (*run)(struct cli *cli, struct err *err);
};

struct cli_given {
    const struct cli_option *option;
    const char *value;
};

struct cli {
    const struct command *const *commands;
    size_t command_count;
    const struct command *command;
    VEC(const char *) args;
    VEC(struct cli_given) given;
};

/* --help and --quiet, which every command has. */
extern const struct cli_option cli_common[];

/* The groups of commands: "oval" and what it is about. A row without name
 * ends the list. */
struct cli_group {
    const char *name;
    const char *summary;
};
extern const struct cli_group cli_groups[];

void cli_clear(struct cli *cli);

/* Finds the command that argv begins with (argv[0] is its first word);
 * *out_words says how many words name it. E_USAGE, with the nearest name,
 * when there is none. */
int cli_find(struct cli *cli, int argc, char **argv, int *out_words,
             struct err *err) MUST_CHECK;

/* Reads what follows the command's name. The strings stay argv's. */
int cli_parse(struct cli *cli, int argc, char **argv,
              struct err *err) MUST_CHECK;

/* Whether the command has an option of that name at all. */
bool cli_offers(const struct cli *cli, const char *name);

/* What was given for an option of the command: whether, the last value (or
 * NULL), the values one by one (from 0; NULL behind the last). */
bool cli_has(const struct cli *cli, const char *name);
const char *cli_value(const struct cli *cli, const char *name);
const char *cli_value_at(const struct cli *cli, const char *name, size_t i);

/* True for --quiet, and for --json, which never shows progress. */
bool cli_is_quiet(const struct cli *cli);

/* The exit code of an error: INTERFACES: 2 usage, 3 input, 4 machine. */
int cli_exit_code(int rc);

#endif
