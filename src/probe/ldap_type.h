/* SPDX-License-Identifier: Apache-2.0
 *
 * What an LDAP schema says about the syntax of an attribute (RFC 4512, section
 * 4.1.2), as OVAL's ldaptype; and names of entries relative to a suffix. Pure.
 */
#ifndef PROBE_LDAP_TYPE_H
#define PROBE_LDAP_TYPE_H

#include "base/buf.h"

/* definitions: the attributeTypes of the schema. OVAL's name for the syntax of
 * attribute, its supertypes followed; NULL when the schema does not say or OVAL
 * has no name. */
const char *ldap_type_of(const str *definitions, size_t n, str attribute);

/* The part of dn before ",suffix"; empty when dn is the suffix itself. False:
 * dn does not lie below suffix. Names are compared without case, and without
 * the blanks that may stand around their separators. */
bool ldap_relative_dn(str dn, str suffix, str *out);

#endif
