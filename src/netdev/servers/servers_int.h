/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the servers: a small document as a flat list of its elements, in
 * which names are looked for by their meaning, and the readers of the three
 * protocols.
 */
#ifndef NETDEV_SERVERS_INT_H
#define NETDEV_SERVERS_INT_H

#include "netdev/servers/ask.h"

enum {
    FLAT_ELEMENTS_MAX = 1000,
    FLAT_DEPTH_MAX = 32,
    FLAT_ATTRS_MAX = 16,
    FLAT_NAME_MAX = 128,
    FLAT_NO_PARENT = FLAT_ELEMENTS_MAX,
};

struct flat_attr {
    str name; /* plain: small letters, without '-' and '_' */
    str value;
};
struct flat_element {
    str name; /* plain */
    str told; /* the name as it was written */
    str ns;
    str text; /* directly in it, trimmed */
    size_t parent;
    const struct flat_attr *attrs;
    size_t attr_count;
    bool is_leaf;
    bool is_read; /* somebody knew what it is */
};
struct flat {
    struct flat_element *elements;
    size_t n;
};

/* A DOCTYPE that only names an external subset is left out and never
 * fetched; one with anything inside is refused. All in the arena. */
int flat_read(str body, struct arena *arena, struct flat *out,
              struct err *err) MUST_CHECK;
/* The first element with one of the names ("a|b"), marked as read; NULL. */
struct flat_element *flat_find(struct flat *flat, const char *names);
/* Its text, or an attribute of any element with one of the names; "". */
str flat_text(struct flat *flat, const char *names);
str flat_attr(const struct flat_element *element, const char *names);
/* Whether a name is one of "a|b|c". */
bool flat_is(str name, const char *names);
/* Names of what nobody read, with blanks between. */
str flat_unknown(const struct flat *flat, struct arena *arena);
/* A text cut to ASK_TEXT_MAX, in UTF-8. */
str flat_keep(str text, struct arena *arena);

/* The whole body is read; they fill what they know. */
void aus_read(struct flat *flat, struct arena *arena, struct ask *out);
void cns_read_config(const struct ask_request *request, struct flat *flat,
                     struct arena *arena, struct ask *out);
void cns_read_status(struct flat *flat, struct arena *arena, struct ask *out);
void pnp_read(struct flat *flat, struct arena *arena, struct ask *out);

/* <name>text</name> with its indentation. */
void servers_leaf(struct buf *out, const char *indent, const char *name,
                  str text);

#endif
