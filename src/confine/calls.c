/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>

static int add_calls(scmp_filter_ctx filter, const struct confine_table *table,
                     unsigned role)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < table->call_count; i++) {
        const struct confine_call *call = &table->calls[i];
        int number = seccomp_syscall_resolve_name(call->name);

        if ((call->roles & role) != 0 && number != __NR_SCMP_ERROR)
            rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
        if (rc == -EDOM) /* a machine without this call */
            rc = 0;
    }
    return rc;
}

static int add_families(scmp_filter_ctx filter,
                        const struct confine_table *table, unsigned role)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < table->family_count; i++) {
        const struct confine_family *family = &table->families[i];

        if ((family->roles & role) != 0)
            rc = seccomp_rule_add(
                filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family->family));
    }
    return rc;
}

static int add_rules(scmp_filter_ctx filter, const struct confine_table *table,
                     unsigned role)
{
    int rc = add_calls(filter, table, role);

    if (rc == 0)
        rc = add_families(filter, table, role);
    if (rc == 0 && (table->probes & role) != 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1,
                              SCMP_A1(SCMP_CMP_EQ, 0));
    return rc;
}

int confine_calls(const struct confine_table *table, unsigned role,
                  struct err *err)
{
    scmp_filter_ctx filter;
    int rc;

    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 && errno == EINVAL)
        return 1;
    filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return err_set(err, E_IO, "seccomp does not start");
    rc = add_rules(filter, table, role);
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    return rc < 0 ? err_errno(err, -rc, "seccomp") : 0;
}
