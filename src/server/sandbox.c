/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"

int sandbox_drop_root(const char *user, const char *data, struct err *err)
{
    struct passwd *entry;

    if (geteuid() != 0)
        return 0;
    entry = getpwnam(user);
    if (entry == NULL) {
        log_warn("sandbox.no_user", LOG_TEXT("user", str_c(user)),
                 LOG_TEXT("text", STR("the server runs as root")));
        return 0;
    }
    if (chown(data, entry->pw_uid, entry->pw_gid) < 0 ||
        setgroups(0, NULL) < 0 ||
        setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0 ||
        setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0)
        return err_errno(err, errno, "becoming %s", user);
    return 0;
}

int sandbox_enter(struct process *process, struct err *err)
{
    (void)process;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return err_errno(err, errno, "no_new_privs");
    return 0;
}
