/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing the advisories: what `advisory import` and `advisory update` share.
 * The lock of the content store is held from begin to clear; nothing changes
 * before finish, and then all at once.
 */
#ifndef CLI_ADVISORY_EDIT_H
#define CLI_ADVISORY_EDIT_H

#include "advisory/import.h"
#include "cli/feeds.h"

#define ADVISORY_EDIT_OPTIONS                                                  \
    { "source", 0, "NAME", "Call the source NAME" },                           \
        { "release", 0, "OS:VERSION",                                          \
          "What packages are for, when a file does not state it "              \
          "(almalinux:9)" },                                                   \
        { "new", 0, NULL, "Forget everything that was imported before" },      \
        FEEDS_DIR_OPTION

struct advisory_edit {
    const struct cli *cli;
    struct store store;
    const char *path; /* of the advisories */
    struct advisory_data *data;
    struct advisory_draft *draft;
};

/* The options above are read. */
int advisory_edit_begin(struct advisory_edit *edit, const struct cli *cli,
                        struct err *err) MUST_CHECK;
/* Says what was imported unless --quiet was given. */
int advisory_edit_import(struct advisory_edit *edit, const char *path,
                         struct err *err) MUST_CHECK;
int advisory_edit_finish(struct advisory_edit *edit,
                         struct err *err) MUST_CHECK;
void advisory_edit_clear(struct advisory_edit *edit);

#endif
