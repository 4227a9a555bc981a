/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/sandbox.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "confine/confine.h"

enum {
    FILES_MAX = 64,
    MEMORY_MAX = 512 << 20,
    STATE_ROOM = 64 * 1024,
};

static int set_limits(uint64_t bytes_max, struct err *err)
{
    int rc = confine_limit(RLIMIT_CORE, 0, err);

    if (rc == 0)
        rc = confine_limit(RLIMIT_NOFILE, FILES_MAX, err);
    if (rc == 0)
        rc = confine_limit(RLIMIT_DATA, MEMORY_MAX, err);
    if (rc == 0)
        rc = confine_limit(RLIMIT_FSIZE, bytes_max + STATE_ROOM, err);
    return rc;
}

/* Reading stays allowed, for certificates and the resolver. */
static int deny_writing(struct err *err)
{
    struct confine_files files;
    int rc = confine_files_start(confine_writes | confine_exec, &files, err);

    return rc == 0 ? confine_files_end(&files, 0, err) : rc < 0 ? rc : 0;
}

int sandbox_enter(uint64_t bytes_max, struct err *err)
{
    int rc = set_limits(bytes_max, err);

    if (rc == 0)
        rc = confine_drop_root(err);
    if (rc < 0)
        return rc;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return err_errno(err, errno, "prctl");
    return deny_writing(err);
}
