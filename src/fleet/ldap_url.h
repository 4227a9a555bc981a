/* SPDX-License-Identifier: Apache-2.0
 *
 * What a directory label asks: an LDAP URL (RFC 4516) without a host, because
 * the directory is the one of the settings:
 *
 *   ldap:///ou=web,dc=example,dc=org?dNSHostName,cn?sub?(objectClass=computer)
 *
 * Base, at least one attribute that holds host names, "base", "one" or "sub"
 * (the default), a filter (default "(objectClass=*)"); %xx is decoded. The
 * form of the filter is the directory's to judge, but its parentheses match.
 */
#ifndef FLEET_LDAP_URL_H
#define FLEET_LDAP_URL_H

#include "base/arena.h"

enum {
    LDAP_URL_MAX = 4096,
    LDAP_URL_ATTRIBUTES_MAX = 8,
};

struct ldap_url {
    str base;
    str attributes[LDAP_URL_ATTRIBUTES_MAX];
    size_t attribute_count;
    str scope; /* "base", "one", "sub" */
    str filter;
};

/* Texts are in the arena. E_INVALID says what was expected. */
int label_url_parse(str text, struct arena *arena, struct ldap_url *out,
                    struct err *err) MUST_CHECK;

#endif
