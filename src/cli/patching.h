/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands of `holdfast patch` that work on a machine share: its
 * options, and showing what was found and done.
 */
#ifndef CLI_PATCHING_H
#define CLI_PATCHING_H

#include "base/json_write.h"
#include "cli/cli.h"
#include "install/install.h"

#define PATCHING_STAGE "/var/cache/holdfast/stage"

#define PATCHING_OPTIONS                                                       \
    { "root", 0, "DIR", "The machine below DIR, not this one" },               \
        { "manager", 0, "NAME",                                                \
          "apt, dnf or zypper; without it, the "                               \
          "machine's own" },                                                   \
        { "lock-wait", 0, "S",                                                 \
          "Wait so long for another program's lock; 60 seconds unless told" }, \
        { "timeout", 0, "S", "Limit of each step; an hour unless told" },      \
        { "json", 0, NULL, "Print it as JSON" },                               \
    {                                                                          \
        "quiet-log", 0, NULL, "Leave out what the manager said"                \
    }
#define PATCHING_CHANGE_OPTIONS                                                \
    PATCHING_OPTIONS,                                                          \
        { "stage", 0, "DIR",                                                   \
          "Where archives are kept; " PATCHING_STAGE " unless told" },         \
        { "all", 0, NULL, "Everything that is missing and not held" },         \
        { "security", 0, NULL, "Of that only what mends security" },           \
        { "refresh", 0, NULL, "Fetch the lists of packages first" },           \
        { "source", 0, "URL",                                                  \
          "Ask this directory of an HTTP server for archives first" },         \
    {                                                                          \
        "bandwidth", 0, "KIB", "Limit downloads to KIB a second"               \
    }

/* What a command works with. */
struct patching {
    const struct cli *cli;
    const char *stage; /* set before patching_open(), without a stage */
    struct arena arena;
    struct install *install;
    struct install_scan scan;
    VEC(struct install_wanted) wanted;
};
void patching_clear(struct patching *patching);

int patching_open(struct patching *patching, const struct cli *cli,
                  bool with_stage, struct err *err) MUST_CHECK;
/* Scans, and takes from the arguments (NAME or NAME=VERSION), --all or
 * --security what is wanted. */
int patching_choose(struct patching *patching, struct err *err) MUST_CHECK;

typedef void patching_write_fn(const void *what, struct json_writer *w);
/* Prints what write() writes on standard output. */
int patching_json(patching_write_fn *write, const void *what,
                  struct err *err) MUST_CHECK;
void patching_write_texts(struct json_writer *w, const char *key,
                          const struct install_texts *texts);

/* The outcome of staging or installing, as JSON or for a person. rc and err
 * are the step's; the code to return. */
int patching_finish(struct patching *patching,
                    const struct install_outcome *outcome, int rc,
                    struct err *err) MUST_CHECK;

#endif
