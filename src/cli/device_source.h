/* SPDX-License-Identifier: Apache-2.0
 *
 * A network device as what content is evaluated on: its answers, saved in
 * files.
 */
#ifndef CLI_DEVICE_SOURCE_H
#define CLI_DEVICE_SOURCE_H

#include "cli/cli.h"
#include "netdev/items/source.h"

#define DEVICE_SOURCE_OPTIONS                                                  \
    { "device", 0, "PATH",                                                     \
      "Look at a network device: its saved answers to 'show' commands, a "     \
      "file or a directory of files (may be repeated)" },                      \
        { "secrets", 0, NULL,                                                  \
          "With --device: passwords and keys are written as they are, not "    \
          "masked" },                                                          \
    {                                                                          \
        "family", 0, "FAMILY",                                                 \
            "With --device: pix, asa, fwsm, ips, ios, ios-xe, catalyst, "      \
            "catos or frr; without it, what the answers look like"             \
    }

/* Whether the command has the option, and it was given. */
bool device_source_wanted(const struct cli *cli);

/* outputs is zeroed and lives longer than the source; outputs_clear()
 * releases it. */
int device_source_new(const struct cli *cli, struct device_outputs *outputs,
                      struct oval_source **out, struct err *err) MUST_CHECK;

#endif
