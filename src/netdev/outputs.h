/* SPDX-License-Identifier: Apache-2.0
 *
 * What one device answered: commands and the texts that came back, whether
 * kept in files or just read. The source of OVAL items of network devices
 * (netdev/items/source.h) looks here, and nowhere else: what is not here was
 * not asked.
 *
 * Commands are compared as people write them: without case in their first
 * words, blanks collapsed, "sh run" and "show running-config" alike. A command
 * with a filter ("show running-config | include ntp") is answered from the
 * unfiltered text when only that is here.
 *
 * Texts are hostile: bounded, without carriage returns and other control
 * characters, in UTF-8. Everything is copied and lives until
 * outputs_clear().
 */
#ifndef NETDEV_OUTPUTS_H
#define NETDEV_OUTPUTS_H

#include "base/arena.h"
#include "base/vec.h"
#include "netdev/family.h"

enum {
    OUTPUTS_MAX = 256,             /* commands of one device */
    OUTPUTS_BYTES_MAX = 128 << 20, /* of all texts of one device */
    OUTPUTS_COMMAND_MAX = 512,     /* bytes of a command */
};

struct device_output {
    str command;  /* as outputs_command() writes it */
    str text;     /* lines, each with its line feed */
    bool refused; /* the device does not take the command */
};

struct device_outputs {
    const struct family *family; /* NULL: not known (yet) */
    VEC(struct device_output) list;
    size_t bytes;
    struct arena arena;
};

/* "  sh  RUN | i  ^ntp" becomes "show running-config | include ^ntp". What
 * has no known abbreviation stays as it is. E_INVALID: empty, too long, or
 * with control characters. */
int outputs_command(str command, struct arena *arena, str *out,
                    struct err *err) MUST_CHECK;

/* Adds or replaces. E_LIMIT, E_INVALID. A text that begins with the family's
 * refusal is noted as refused. */
int outputs_add(struct device_outputs *outputs, str command, str text,
                struct err *err) MUST_CHECK;

/* The answer to a command. 0: *out is set, in the arena of the outputs; 1: it
 * was not asked. */
int outputs_find(struct device_outputs *outputs, str command,
                 struct device_output *out, struct err *err) MUST_CHECK;

/* Whether `command` only shows something, so that content from outside may
 * have it sent: "show" and words, with at most one filter (include, exclude,
 * begin, section), nothing that writes, redirects or confirms; a further '|'
 * only between the alternatives of an expression, without blanks. E_PERM says
 * what is wrong with it. */
int outputs_check_command(str command, struct err *err) MUST_CHECK;

/* Recognises the family by what was answered, where it is not set. */
void outputs_recognise(struct device_outputs *outputs);

/* --- Texts of several commands --- */

/* Adds what a text holds. In turn, it is taken for
 * - the sections of `show tech-support` ("------ show version ------");
 * - a conversation: lines that begin with a prompt and a command
 *   ("rtr1#show version"), each followed by its answer;
 * - the one command that its first line is;
 * - the command that `name` says ("show_version.txt", "r1/12.cfg");
 * - a configuration or a `show version`, by what stands in it.
 * E_PARSE when it is none of these. */
int outputs_add_text(struct device_outputs *outputs, str name, str text,
                     struct err *err) MUST_CHECK;

/* A file, or every file of a directory (not of those below it). In a
 * directory of the archive (netdev/archive.h) only the newest version of the
 * configuration counts. Errors name the file. */
int outputs_add_path(struct device_outputs *outputs, const char *path,
                     struct err *err) MUST_CHECK;

void outputs_clear(struct device_outputs *outputs);

#endif
