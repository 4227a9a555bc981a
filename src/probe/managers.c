/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/managers.h"

struct place {
    unsigned manager;
    const char *path;
    bool root_only; /* looked for below a root only */
};

/* Of each manager, in the order in which it would itself use them. Image-based
 * systems keep rpm's database, which does not change, in /usr/share. Debian's
 * rpm keeps its database in the home directory of who runs it: in a root that
 * was made with it the packages of that root are there. */
static const struct place places[] = {
    { MANAGER_DPKG, "/var/lib/dpkg/status", false },
    { MANAGER_DPKG, "/var/lib/dpkg/status.d", false },
    { MANAGER_RPM, "/usr/lib/sysimage/rpm/rpmdb.sqlite", false },
    { MANAGER_RPM, "/usr/lib/sysimage/rpm/Packages.db", false },
    { MANAGER_RPM, "/usr/lib/sysimage/rpm/Packages", false },
    { MANAGER_RPM, "/var/lib/rpm/rpmdb.sqlite", false },
    { MANAGER_RPM, "/var/lib/rpm/Packages.db", false },
    { MANAGER_RPM, "/var/lib/rpm/Packages", false },
    { MANAGER_RPM, "/usr/share/rpm/rpmdb.sqlite", false },
    { MANAGER_RPM, "/root/.rpmdb/rpmdb.sqlite", true },
    { MANAGER_RPM, "/root/.rpmdb/Packages.db", true },
    { MANAGER_RPM, "/root/.rpmdb/Packages", true },
    { MANAGER_SLACKWARE, "/var/lib/pkgtools/packages", false },
    { MANAGER_SLACKWARE, "/var/log/packages", false },
    { MANAGER_APK, "/lib/apk/db/installed", false },
    { MANAGER_APK, "/usr/lib/apk/db/installed", false },
    { MANAGER_PACMAN, "/var/lib/pacman/local", false },
    { MANAGER_PORTAGE, "/var/db/pkg", false },
};

/* 1: it is there; 0: it is not. */
static int look(struct probe_machine *machine, const struct place *place,
                struct stat *out, struct err *err)
{
    int rc;

    if (place->root_only && machine->live)
        return 0;
    rc = probe_stat(machine, place->path, true, out, err);
    if (rc == E_ABSENT)
        return 0;
    return rc < 0 ? rc : 1;
}

int managers_find(struct probe_machine *machine, unsigned which, unsigned *out,
                  struct err *err)
{
    unsigned found = 0;

    for (size_t i = 0; i < COUNT(places); i++) {
        struct stat st;
        int rc;

        if ((places[i].manager & which) == 0)
            continue;
        rc = look(machine, &places[i], &st, err);
        if (rc < 0)
            return rc;
        /* Who installs dpkg on another system gets an empty status: the
         * packages of that system are not there. */
        if (rc > 0 && !(S_ISREG(st.st_mode) && st.st_size == 0))
            found |= places[i].manager;
    }
    *out = found;
    return 0;
}

int managers_rpm_database(struct probe_machine *machine, const char **out_path,
                          struct err *err)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        struct stat st;
        int rc;

        if (places[i].manager != MANAGER_RPM)
            continue;
        rc = look(machine, &places[i], &st, err);
        if (rc < 0)
            return rc;
        if (rc > 0) {
            *out_path = places[i].path;
            return 0;
        }
    }
    *out_path = NULL;
    return 0;
}
