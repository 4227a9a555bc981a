/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts of an installed package, as dpkginfo and rpminfo items have them.
 *
 * A fact that an inventory leaves open is not collected: the epoch of "0:1-1",
 * which may be a stated 0 or none; an architecture or a key that is not
 * stated. A version that is not there at all is an error.
 */
#ifndef OVAL_INVENTORY_PACKAGE_H
#define OVAL_INVENTORY_PACKAGE_H

#include "oval/inventory.h"

struct inventory_facts {
    size_t n;
    struct oval_fact fact[8];
};

/* Texts that are not views of the package are put into the arena. */
void inventory_facts_of(struct inventory_facts *out, enum oval_manager manager,
                        const struct oval_installed *package,
                        struct arena *arena);

/* The fact called name, which is there. */
const struct oval_fact *inventory_fact(const struct inventory_facts *facts,
                                       const char *name);

/* The package as content that names sources sees it. */
struct oval_installed inventory_as_source(const struct oval_installed *package);

/* True when the packages wanted are those of the listed names. */
bool inventory_is_list(const struct oval_want *want);

/* By name, version, architecture and key, which items tell, then the rest. */
int inventory_package_order(const struct oval_installed *a,
                            const struct oval_installed *b);

/* The packages of which one owns /etc/redhat-release. */
enum {
    INVENTORY_RELEASE_NAMES = 11
};
extern const char *const inventory_release_names[INVENTORY_RELEASE_NAMES];

#endif
