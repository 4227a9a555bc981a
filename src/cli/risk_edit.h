/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing the risk data: what `risk import` and `risk update` share. The
 * lock of the content store is held from begin to clear; nothing changes
 * before finish, and then all at once.
 */
#ifndef CLI_RISK_EDIT_H
#define CLI_RISK_EDIT_H

#include "cli/feeds.h"
#include "risk/import.h"

#define RISK_EDIT_OPTIONS                                                      \
    { "new", 0, NULL, "Forget what was imported before" }, FEEDS_DIR_OPTION

struct risk_edit {
    const struct cli *cli;
    struct store store;
    const char *path; /* of the risk data */
    struct risk_draft *draft;
    VEC(struct risk_imported) imported;
};

/* --dir and --new are read. */
int risk_edit_begin(struct risk_edit *edit, const struct cli *cli,
                    struct err *err) MUST_CHECK;
int risk_edit_import(struct risk_edit *edit, const struct risk_import *import,
                     struct err *err) MUST_CHECK;

/* Writes the file and, unless --quiet was given, says what was imported. */
int risk_edit_finish(struct risk_edit *edit, struct err *err) MUST_CHECK;
void risk_edit_clear(struct risk_edit *edit);

#endif
