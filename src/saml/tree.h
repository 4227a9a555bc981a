/* SPDX-License-Identifier: Apache-2.0
 *
 * A small XML document as a tree in an arena. DOCTYPE is refused by the
 * reader (base/xml.h); elements, depth and attributes are limited.
 */
#ifndef SAML_TREE_H
#define SAML_TREE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/xml.h"

struct node {
    struct node *parent;
    struct node *first;
    struct node *next; /* with the same parent */
    struct node *last;
    str ns;
    str name;
    str text; /* of an element without others in it */
    const struct xml_attr *attrs;
    size_t attr_count;
};

int tree_read(str xml, const char *name, struct arena *arena,
              const struct node **out, struct err *err) MUST_CHECK;

bool node_is(const struct node *node, str ns, str name);
/* The first child of that name, or NULL; node may be NULL. */
const struct node *node_child(const struct node *node, str ns, str name);
/* The next sibling of the same name, or NULL. */
const struct node *node_again(const struct node *node);
size_t node_count(const struct node *node, str ns, str name);
/* Of the attribute without namespace; STR_NONE when absent. */
str node_attr(const struct node *node, str name);
/* Every node below root, parents first: begin with root, NULL at the end. */
const struct node *node_walk(const struct node *root, const struct node *at);

#define NS_SAML STR("urn:oasis:names:tc:SAML:2.0:assertion")
#define NS_SAMLP STR("urn:oasis:names:tc:SAML:2.0:protocol")
#define NS_METADATA STR("urn:oasis:names:tc:SAML:2.0:metadata")
#define NS_DSIG STR("http://www.w3.org/2000/09/xmldsig#")
#define NS_EXCLUSIVE STR("http://www.w3.org/2001/10/xml-exc-c14n#")

#endif
