/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of GConf's XML backend: %gconf.xml has the entries of one
 * directory of keys, %gconf-tree.xml those of a whole tree.
 */
#ifndef PROBE_GCONF_XML_H
#define PROBE_GCONF_XML_H

#include "base/arena.h"
#include "oval/types.h"

struct gconf_value {
    uint8_t datatype; /* enum oval_datatype */
    str text;
};

struct gconf_entry { /* lives while the function it is given to runs */
    str key;         /* "/apps/x/y" */
    str type;        /* "string", "int", ...; "" when it has no value */
    str mtime;
    str user;
    const struct gconf_value *values;
    size_t value_count;
};

typedef void gconf_entry_fn(void *ctx, const struct gconf_entry *entry);

/* Calls fn for each entry of the document in text. prefix is the key of the
 * directory it stands for, "" for the root. Errors begin with "NAME:LINE". */
int gconf_xml_read(str text, const char *name, str prefix, gconf_entry_fn *fn,
                   void *ctx, struct err *err) MUST_CHECK;

#endif
