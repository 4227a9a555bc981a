/* SPDX-License-Identifier: Apache-2.0
 *
 * CPE: names of platforms (2.2 URIs and 2.3 formatted strings), dictionaries
 * that say by which check a platform is recognised, and platform
 * specifications, the language that joins names with AND, OR and not
 * (NISTIR 7695 to 7698).
 *
 * Everything lies in the arena of the document that it was read from.
 */
#ifndef SCAP_CPE_H
#define SCAP_CPE_H

#include "base/arena.h"

struct cpe_check { /* how a dictionary recognises a platform */
    struct cpe_check *next;
    str system;
    str href;
    str name; /* of the definition */
};

struct cpe_item { /* of a dictionary */
    struct cpe_item *next;
    str name;
    str title;
    bool deprecated;
    struct cpe_check *checks;
};

struct cpe_list {
    struct cpe_item *items;
    uint32_t count;
    struct cpe_platform *platforms; /* some dictionaries carry these, too */
};

enum cpe_test_kind {
    CPE_LOGICAL,
    CPE_FACT,      /* name */
    CPE_CHECK_FACT /* system, href, name: a check of its own */
};

struct cpe_test {
    struct cpe_test *next;
    struct cpe_test *children; /* of CPE_LOGICAL */
    uint8_t kind;              /* enum cpe_test_kind */
    bool or_;
    bool negate;
    str name;
    str system;
    str href;
};

struct cpe_platform {
    struct cpe_platform *next;
    str id;
    str title;
    struct cpe_test *test; /* NULL: says nothing, and is never met */
};

enum {
    CPE_PARTS = 11 /* part, vendor, product, version, update, edition,
                      language, sw_edition, target_sw, target_hw, other */
};

/* True when `name` is a CPE name of either form. */
bool cpe_is_name(str name);

/* True when what `wanted` names includes what `known` names: each part of
 * wanted is ANY or equal to that of known, case aside. A 2.2 URI and a 2.3
 * string of the same thing are equal. */
bool cpe_includes(str wanted, str known);

#endif
