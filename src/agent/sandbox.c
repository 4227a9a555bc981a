/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/sandbox_int.h"
#include "confine/confine.h"

enum {
    FILES_MAX = 1024,
    OUTPUT_MAX = 64 << 20, /* of an evaluator */
};

#define CAP(name) ((uint64_t)1 << CAP_##name)
#define EVALUATOR_CAPS (CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE))

/* What stays permitted, and of that effective. */
static const struct caps {
    enum sandbox_role role;
    uint64_t permitted;
    uint64_t effective;
} caps[] = {
    { SANDBOX_SUPERVISOR,
      EVALUATOR_CAPS | CAP(SETUID) | CAP(SETGID) | CAP(SETPCAP) | CAP(KILL),
      CAP(SETUID) | CAP(SETGID) | CAP(SETPCAP) | CAP(KILL) },
    { SANDBOX_KEEPER, EVALUATOR_CAPS, 0 },
    { SANDBOX_NETWORK, 0, 0 },
    { SANDBOX_EVALUATOR, EVALUATOR_CAPS, EVALUATOR_CAPS },
};

static int drop_user(const char *name, struct err *err)
{
    const struct passwd *user;

    if (geteuid() != 0)
        return 0;
    user = getpwnam(name);
    if (user == NULL)
        return err_set(err, E_ABSENT, "there is no user '%s'", name);
    if (setgroups(0, NULL) < 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
        return err_errno(err, errno, "cannot become '%s'", name);
    return 0;
}

static const struct caps *caps_of(enum sandbox_role role)
{
    size_t i = 0;

    while (caps[i].role != role)
        i++;
    return &caps[i];
}

static int give_up(enum sandbox_role role, const struct options *options,
                   struct err *err)
{
    const struct caps *keep = caps_of(role);
    int rc = confine_limit(RLIMIT_CORE, 0, err);

    if (rc == 0)
        rc = confine_limit(RLIMIT_NOFILE, FILES_MAX, err);
    if (rc == 0 && role == SANDBOX_EVALUATOR)
        rc = confine_limit(RLIMIT_FSIZE, OUTPUT_MAX, err);
    if (rc == 0)
        rc = confine_bounds(keep->permitted, err);
    if (rc == 0 && role == SANDBOX_NETWORK)
        rc = drop_user(options->user, err);
    if (rc == 0)
        rc = confine_capabilities(keep->permitted, keep->effective, err);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "no_new_privs");
    /* Only who holds a secret hides its memory: the keeper must be able to
     * open files of its own processes below /proc. */
    if (rc == 0 && role == SANDBOX_NETWORK &&
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "dumpable");
    /* Becoming another user has undone it (start.c). */
    if (rc == 0 && role == SANDBOX_NETWORK &&
        prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        rc = err_errno(err, errno, "pdeathsig");
    return rc;
}

int sandbox_enter(enum sandbox_role role, const struct options *options,
                  struct err *err)
{
    int rc = give_up(role, options, err);

    if (rc == 0)
        rc = sandbox_files(role, options, err);
    if (rc == 1)
        log_warn("sandbox.partial", LOG_TEXT("missing", STR("landlock")));
    if (rc >= 0)
        rc = sandbox_calls(role, err);
    if (rc == 1)
        log_warn("sandbox.partial", LOG_TEXT("missing", STR("seccomp")));
    return rc < 0 ? rc : 0;
}
