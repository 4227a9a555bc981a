/* SPDX-License-Identifier: Apache-2.0
 *
 * The command that installs what fixes a machine. Holdfast shows it; it does
 * not run it here. Names come from the machine: one that is not made of the
 * characters of package names is not shown in a command.
 */
#ifndef CLI_FIX_H
#define CLI_FIX_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "cli/term.h"

struct fix_list {
    struct arena arena;
    struct map seen;
    VEC(str) packages;
};

void fix_list_clear(struct fix_list *list);
void fix_list_add(struct fix_list *list, str package);

/* Appends what to do next on the system below root (NULL: this machine);
 * nothing when the list is empty or the package manager is not known. */
void fix_list_print(struct fix_list *list, const char *root,
                    const struct term *term, struct buf *out);

/* The part of fix_list_print() that depends on nothing but its arguments. */
enum fix_manager {
    FIX_NONE,
    FIX_APT,
    FIX_DNF,
    FIX_YUM,
    FIX_ZYPPER,
    FIX_TDNF
};
void fix_list_command(struct fix_list *list, enum fix_manager manager,
                      const char *root, unsigned width, struct buf *out);

#endif
