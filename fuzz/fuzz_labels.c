/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels of SELinux and AppArmor, and what an LDAP server says about names
 * and types.
 */
#include "probe/apparmorstatus.h"
#include "probe/ldap_type.h"
#include "probe/selinux.h"
#include "probe/sqlite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    DEFINITIONS = 16
};

static void try_ldap(str text)
{
    str definitions[DEFINITIONS];
    str attribute = str_cut(&text, '\n');
    str relative;
    size_t n = 0;

    while (text.n > 0 && n < DEFINITIONS)
        definitions[n++] = str_cut(&text, '\n');
    (void)ldap_type_of(definitions, n, attribute);
    if (n > 0 && ldap_relative_dn(definitions[0], attribute, &relative) &&
        relative.n > definitions[0].n)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = { (const char *)data, size };
    struct selinux_context context;
    struct err err;
    bool current;
    bool pending;
    str name;
    str mode;

    (void)!selinux_parse_context(text, &context, &err);
    (void)!selinux_parse_boolean(text, &current, &pending, &err);
    apparmor_parse_label(text, &name, &mode);
    if (name.n + mode.n > text.n)
        abort();
    if (sqlite_connection_path(text, &name, &err) == 0 &&
        (name.n == 0 || name.p[0] != '/'))
        abort();
    try_ldap(text);
    return 0;
}
