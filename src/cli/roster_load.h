/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of devices from the files that a command line names.
 */
#ifndef CLI_ROSTER_LOAD_H
#define CLI_ROSTER_LOAD_H

#include "cli/cli.h"
#include "netdev/roster.h"

#define ROSTER_OPTIONS                                                         \
    { "format", 0, "FORMAT",                                                   \
      "What the list is: csv (default), rancid, oxidized, netbox or config" }, \
        { "logins", 0, "FILE",                                                 \
          "RANCID's .cloginrc, for users, passwords and methods" },            \
        { "columns", 0, "NAME:N,...",                                          \
          "Of oxidized: its map, as name:0,model:1,group:2 (the default)" },   \
    {                                                                          \
        "delimiter", 0, "CHAR", "Of oxidized: what separates columns (':')"    \
    }

/* Reads n files into *out and tells every row that is no device, "FILE:LINE:
 * why", on standard error. *out_problems counts them. */
int roster_load(const struct cli *cli, const char *const *files, size_t n,
                struct roster *out, size_t *out_problems,
                struct err *err) MUST_CHECK;

#endif
