/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "confine/confine.h"
#include "server/sandbox_int.h"

static int become(const struct passwd *user, const char *data, struct err *err)
{
    if (chown(data, user->pw_uid, user->pw_gid) < 0)
        return err_errno(err, errno, "%s", data);
    if (setgroups(0, NULL) < 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
        return err_errno(err, errno, "becoming %s", user->pw_name);
    return 0;
}

/* Root that starts a program is given what the bounding set has: so that is
 * emptied, too. */
static int drop_capabilities(struct err *err)
{
    int rc = confine_bounds(0, err);

    return rc < 0 ? rc : confine_capabilities(0, 0, err);
}

static void set_limits(void)
{
    struct rlimit files;
    struct rlimit none = { 0, 0 };

    setrlimit(RLIMIT_CORE, &none); /* a core file would hold keys */
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int sandbox_drop_root(const char *user, const char *data, struct err *err)
{
    const struct passwd *entry;
    int rc = 0;

    set_limits();
    if (geteuid() == 0) {
        entry = getpwnam(user);
        if (entry != NULL)
            rc = become(entry, data, err);
        else
            log_warn("sandbox.no_user", LOG_TEXT("user", str_c(user)),
                     LOG_TEXT("text", STR("the server runs as root, without "
                                          "its capabilities")));
    }
    if (rc == 0)
        rc = drop_capabilities(err);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "no_new_privs");
    return rc;
}

static void limit_memory(uint64_t max)
{
    struct rlimit limit = { max, max };

    if (max > 0)
        setrlimit(RLIMIT_AS, &limit);
}

static void partial(const char *missing)
{
    log_warn("sandbox.partial", LOG_TEXT("missing", str_c(missing)));
}

int sandbox_enter(struct process *process, struct err *err)
{
    int rc = drop_capabilities(err);

    limit_memory(role_rows[process->role].memory_max);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "no_new_privs");
    /* Nobody else of our user looks into its memory. */
    if (rc == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "dumpable");
    if (rc == 0)
        rc = sandbox_files(process, err);
    if (rc == 1)
        partial("landlock");
    if (rc >= 0)
        rc = sandbox_calls(process->role, err);
    if (rc == 1)
        partial("seccomp");
    return rc < 0 ? rc : 0;
}
