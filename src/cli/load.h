/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening content with a progress line: what the commands do with CONTENT.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "cli/cli.h"
#include "oval/content.h"

/* As oval_content_open() for one path; several are merged into one content,
 * and must all be XML. */
int load_content(const struct cli *cli, const char *const *paths, size_t n,
                 struct oval_content **out, struct err *err) MUST_CHECK;

#endif
