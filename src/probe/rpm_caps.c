/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_caps.h"

#include <linux/capability.h>

static const char *const names[] = {
    /* by number, linux/capability.h */
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
};

static const uint64_t all_caps = ((uint64_t)1 << COUNT(names)) - 1;

/* Capabilities that are in effect, permitted, inheritable. */
struct sets {
    uint64_t e;
    uint64_t p;
    uint64_t i;
};

/* A list before an operator: names with commas, "all", or nothing for all. */
static int read_names(str list, uint64_t *out)
{
    *out = 0;
    if (list.n == 0 || str_eq_nocase(list, STR("all"))) {
        *out = all_caps;
        return 0;
    }
    while (list.n > 0) {
        str name = str_cut(&list, ',');
        size_t i = 0;

        if (!str_starts(name, STR("cap_")))
            return E_PARSE;
        name = str_sub(name, 4, SIZE_MAX);
        while (i < COUNT(names) && !str_eq_c(name, names[i]))
            i++;
        if (i == COUNT(names))
            return E_PARSE;
        *out |= (uint64_t)1 << i;
    }
    return 0;
}

static void set_bits(uint64_t *set, uint64_t caps, bool on)
{
    *set = on ? *set | caps : *set & ~caps;
}

/* One operator with its flags: =ep, +i, -e. *text becomes what follows. */
static int apply(str *text, uint64_t caps, struct sets *sets)
{
    char op = text->p[0];
    bool on = op != '-';

    *text = str_sub(*text, 1, SIZE_MAX);
    if (op == '=') {
        set_bits(&sets->e, caps, false);
        set_bits(&sets->p, caps, false);
        set_bits(&sets->i, caps, false);
    } else if (op != '+' && op != '-') {
        return E_PARSE;
    }
    for (; text->n > 0; *text = str_sub(*text, 1, SIZE_MAX)) {
        if (text->p[0] == 'e')
            set_bits(&sets->e, caps, on);
        else if (text->p[0] == 'p')
            set_bits(&sets->p, caps, on);
        else if (text->p[0] == 'i')
            set_bits(&sets->i, caps, on);
        else
            break;
    }
    return 0;
}

static size_t operator_at(str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '=' || text.p[i] == '+' || text.p[i] == '-')
            return i;
    return text.n;
}

int rpm_caps_parse(str text, struct rpm_caps *out, struct err *err)
{
    struct sets sets = { 0, 0, 0 };
    str rest = str_trim(text);

    while (rest.n > 0) {
        str clause = str_cut(&rest, ' ');
        size_t at = operator_at(clause);
        uint64_t caps;

        if (clause.n == 0)
            continue;
        if (at == clause.n || read_names(str_sub(clause, 0, at), &caps) < 0)
            return err_set(err, E_PARSE, "'%" PRIstr "' are no capabilities",
                           ARGstr(text));
        clause = str_sub(clause, at, SIZE_MAX);
        while (clause.n > 0)
            if (apply(&clause, caps, &sets) < 0)
                return err_set(err, E_PARSE,
                               "'%" PRIstr "' are no capabilities",
                               ARGstr(text));
    }
    *out = (struct rpm_caps){ sets.p, sets.i, sets.e != 0 };
    return 0;
}

static uint64_t u32(const unsigned char *p)
{
    return (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 | (uint64_t)p[1] << 8 |
           p[0];
}

int rpm_caps_decode(str attribute, struct rpm_caps *out, struct err *err)
{
    const unsigned char *p = (const unsigned char *)attribute.p;
    struct rpm_caps caps = { 0, 0, false };
    uint64_t version;

    if (attribute.n == 0) {
        *out = caps;
        return 0;
    }
    version =
        attribute.n < XATTR_CAPS_SZ_1 ? 0 : u32(p) & VFS_CAP_REVISION_MASK;
    if (version != VFS_CAP_REVISION_1 &&
        (attribute.n < XATTR_CAPS_SZ_2 ||
         (version != VFS_CAP_REVISION_2 && version != VFS_CAP_REVISION_3)))
        return err_set(err, E_PARSE, "capabilities of an unknown version");
    caps.effective = (u32(p) & VFS_CAP_FLAGS_EFFECTIVE) != 0;
    caps.permitted = u32(p + 4);
    caps.inheritable = u32(p + 8);
    if (version != VFS_CAP_REVISION_1) {
        caps.permitted |= u32(p + 12) << 32;
        caps.inheritable |= u32(p + 16) << 32;
    }
    *out = caps;
    return 0;
}

bool rpm_caps_equal(const struct rpm_caps *a, const struct rpm_caps *b)
{
    return a->permitted == b->permitted && a->inheritable == b->inheritable &&
           a->effective == b->effective;
}
