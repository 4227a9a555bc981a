/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of passwd, shadow, inetd.conf and services, and names of links in the
 * directories of runlevels: what is read lies within the line.
 */
#include "probe/accounts.h"
#include "probe/inetd.h"
#include "probe/runlevel.h"
#include "probe/services.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(str part, str whole)
{
    if (part.n > 0 && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
        abort();
}

static void try_line(str line, str all)
{
    struct account_passwd passwd;
    struct account_shadow shadow;
    struct inetd_entry inetd;
    struct err err;
    char action;
    str name;

    if (accounts_passwd_line(line, &passwd, &err) == 0) {
        check(passwd.name, line);
        check(passwd.shell, line);
    }
    if (accounts_shadow_line(line, &shadow, &err) == 0) {
        check(shadow.flag, line);
        (void)accounts_encrypt_method(shadow.password);
    }
    if (inetd_parse_line(line, &inetd, &err) == 0) {
        check(inetd.service, line);
        check(inetd.user, line);
        check(inetd.arguments, line);
        (void)services_find_port(all, inetd.service, inetd.protocol);
    }
    if (runlevel_parse_link(line, &action, &name))
        check(name, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str all = { (const char *)data, size };
    str rest = all;

    for (unsigned i = 0; rest.n > 0 && i < 200; i++)
        try_line(str_cut(&rest, '\n'), all);
    return 0;
}
