/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching a file that a command imports at once: into the directory of the
 * content, whence it is removed afterwards; a transfer that broke goes on in
 * it the next time.
 */
#ifndef CLI_DOWNLOADS_H
#define CLI_DOWNLOADS_H

#include "cli/cli.h"
#include "content/store.h"

#define DOWNLOADS_OPTIONS                                                      \
    { "ca-file", 0, "FILE",                                                    \
      "Trust the certificates in FILE instead of the system's" },              \
    {                                                                          \
        "insecure-http", 0, NULL,                                              \
            "Allow http, to the loopback interface only (for tests)"           \
    }

/* *out_path is in the store's arena. */
int download(const struct cli *cli, struct store *store, const char *url,
             const char **out_path, struct err *err) MUST_CHECK;
void download_remove(struct store *store, const char *path);

/* The last part of a URL: what a file is called that says nothing itself. */
const char *download_name(const char *url);

#endif
