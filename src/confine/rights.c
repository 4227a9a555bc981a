/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    NOBODY = 65534,
};

int confine_bounds(uint64_t keep, struct err *err)
{
    for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
        if ((keep >> cap & 1) == 0 &&
            prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
            prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EPERM)
            return err_errno(err, errno, "capability %d", cap);
    }
    return 0;
}

int confine_capabilities(uint64_t permitted, uint64_t effective,
                         struct err *err)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { 0 };

    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capget, &header, data) < 0)
        return err_errno(err, errno, "capget");
    for (int i = 0; i < 2; i++) {
        data[i].permitted &= (uint32_t)(permitted >> (32 * i));
        data[i].effective =
            data[i].permitted & (uint32_t)(effective >> (32 * i));
        data[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, data) < 0)
        return err_errno(err, errno, "capset");
    return 0;
}

int confine_drop_root(struct err *err)
{
    int rc = confine_bounds(0, err);

    if (rc == 0 && geteuid() == 0 &&
        (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
         setresuid(NOBODY, NOBODY, NOBODY) < 0) &&
        errno != EPERM)
        rc = err_errno(err, errno, "cannot give up root");
    return rc < 0 ? rc : confine_capabilities(0, 0, err);
}

int confine_limit(int resource, uint64_t value, struct err *err)
{
    struct rlimit limit = { value, value };

    if (setrlimit(resource, &limit) < 0 && errno != EPERM)
        return err_errno(err, errno, "setrlimit");
    return 0;
}
