/* SPDX-License-Identifier: Apache-2.0
 *
 * What the content commands and scan say about feeds in the same words, and
 * the options they share.
 */
#ifndef CLI_FEEDS_H
#define CLI_FEEDS_H

#include "cli/cli.h"
#include "content/platform.h"
#include "content/store.h"

#define FEEDS_DIR_OPTION                                                       \
    {                                                                          \
        "dir", 0, "DIR", "Use the content in DIR instead of the system's"      \
    }

#define FEEDS_INSTALL_OPTIONS                                                  \
    { "id", 0, "ID", "Call the feed ID" },                                     \
        { "platform", 0, "OS:VERSION",                                         \
          "It is for this system, as os-release names it (debian:12)" },       \
        { "sha256", 0, "HEX", "Refuse a document with another digest" },       \
    {                                                                          \
        "allow-older", 0, NULL,                                                \
            "Install content that is older than what is in use"                \
    }

enum {
    FEEDS_OLD_DAYS = 30 /* content older than this is warned of */
};

/* "2 days old"; empty when the feed does not state its time. */
str feeds_age(const struct feed *feed, int64_t now_s, struct arena *arena);
bool feeds_is_old(const struct feed *feed, int64_t now_s);

/* Takes the lock; says so when another process must be waited for. */
int feeds_lock(struct store *store, const struct cli *cli,
               struct err *err) MUST_CHECK;

/* Fills in what --platform says. */
int feeds_set_platform(const struct cli *cli, struct feed *feed,
                       struct err *err) MUST_CHECK;

/* Compares the digest of a file with hexadecimal text. */
int feeds_check_digest(const char *path, str wanted,
                       struct err *err) MUST_CHECK;

/* "debian-12: 17,426 definitions of 2026-11-20" */
void feeds_say_installed(const struct feed *feed);

#endif
