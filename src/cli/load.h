/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening content with a progress line: what the commands do with CONTENT.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "cli/cli.h"
#include "oval/content.h"

struct load {
    const char *const *paths;
    size_t n;
    bool digest; /* fill source_sha256: for what is kept as a pack */
};

/* As oval_content_open() for one path; several are merged into one content,
 * and must all be XML. */
int load_content(const struct cli *cli, const struct load *load,
                 struct oval_content **out, struct err *err) MUST_CHECK;

#endif
