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

/* What a 32-bit program would ask under another number is the same call. */
static int add_architectures(scmp_filter_ctx filter)
{
    static const uint32_t others[][2] = {
        { SCMP_ARCH_X86_64, SCMP_ARCH_X86 },
        { SCMP_ARCH_X86_64, SCMP_ARCH_X32 },
        { SCMP_ARCH_AARCH64, SCMP_ARCH_ARM },
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT(others); i++) {
        if (seccomp_arch_native() == others[i][0])
            rc = seccomp_arch_add(filter, others[i][1]);
    }
    return rc;
}

static int forbid(scmp_filter_ctx filter, const char *const *names, size_t n)
{
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
                              SCMP_ACT_ERRNO(EPERM));

    if (rc == 0)
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
    if (rc == 0)
        rc = add_architectures(filter);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);

        if (number != __NR_SCMP_ERROR)
            rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
        if (rc == -EDOM)
            rc = 0;
    }
    return rc == 0 ? seccomp_load(filter) : rc;
}

int confine_forbid(const char *const *names, size_t n, struct err *err)
{
    scmp_filter_ctx filter;
    int rc;

    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 && errno == EINVAL)
        return 1;
    filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL)
        return err_set(err, E_IO, "seccomp does not start");
    rc = forbid(filter, names, n);
    seccomp_release(filter);
    if (rc == -EACCES || rc == -EPERM)
        return 1;
    return rc < 0 ? err_errno(err, -rc, "seccomp") : 0;
}
