/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching the LDAP server of this machine's configuration (ldap.conf(5),
 * LDAPURI), without logging in: what the server shows to everyone is what is
 * collected. Everything has a time limit and a size limit. Used by ldap.c and
 * ldap57.c, whose items differ in their values only.
 */
#ifndef PROBE_LDAP_CLIENT_H
#define PROBE_LDAP_CLIENT_H

#include "probe/machine.h"

struct ldap_client_kind {
    const char *item; /* "independent:ldap57" */
    /* Gives the fact "value" of an attribute; n may be 0. */
    void (*give_values)(struct oval_sink *sink, str attribute,
                        const str *values, size_t n);
};

/* Gives the items that the query asks for; the sink learns of errors. */
void ldap_client_collect(const struct ldap_client_kind *kind,
                         const struct oval_query *query,
                         struct oval_sink *sink);

#endif
