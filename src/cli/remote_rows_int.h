/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tables of commands that ask a server have in common.
 */
#ifndef CLI_REMOTE_ROWS_INT_H
#define CLI_REMOTE_ROWS_INT_H

#include "cli/remote.h"

extern const char remote_about[];

/* clang-format off */
#define JSON { "json", 0, NULL, "Print the answer as JSON" }
#define LIMIT { "limit", 0, "N", "Show at most N rows; 1000 unless told" }
#define DATA { "data", 0, "JSON", "The whole body: JSON, @FILE, or '-'" }
#define COMMAND(its_name, its_summary, its_arguments, its_options, count) \
    { .name = (its_name), .summary = (its_summary), \
      .arguments = (its_arguments), .about = remote_about, \
      .options = (its_options), .args_min = (count), .args_max = (count), \
      .run = remote_run }
/* clang-format on */

#endif
