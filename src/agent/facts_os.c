/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/utsname.h>

#include "agent/inventory.h"
#include "probe/sysinfo.h"

enum {
    OS_RELEASE_MAX = 64 * 1024
};

static const char *const builds[] = { "/etc/debian_version",
                                      "/etc/redhat-release",
                                      "/etc/SuSE-release",
                                      "/etc/alpine-release" };

static str value_of(struct inventory_sources *from, const struct buf *text,
                    const char *key)
{
    return facts_clean(from->arena,
                       sysinfo_os_release(buf_str(text), key, from->arena));
}

static void read_release(struct inventory_sources *from, struct fact_os *os)
{
    AUTO(buf_clear) struct buf text = BUF(OS_RELEASE_MAX);

    if (probe_read(from->machine, "/etc/os-release", &text, &from->err) < 0) {
        buf_reset(&text);
        if (probe_read(from->machine, "/usr/lib/os-release", &text,
                       &from->err) < 0) {
            facts_problem(from, "os-release");
            return;
        }
    }
    os->id = value_of(from, &text, "ID");
    os->version_id = value_of(from, &text, "VERSION_ID");
    os->name = value_of(from, &text, "PRETTY_NAME");
    os->codename = value_of(from, &text, "VERSION_CODENAME");
    if (os->name.n == 0)
        os->name = os->id;
}

void facts_os(struct inventory_sources *from, struct inventory *out)
{
    struct fact_os *os = &out->os;
    struct oval_system system;
    struct utsname names;

    os->family = STR("unix");
    read_release(from, os);
    if (sysinfo_read(from->machine, &system, &from->err) < 0) {
        facts_problem(from, "system");
    } else {
        os->arch = facts_clean(from->arena, system.architecture);
        out->hostname = facts_clean(from->arena, system.primary_host_name);
    }
    /* The kernel that runs is not the root's. */
    if (from->machine->live && uname(&names) == 0)
        os->kernel = facts_clean(from->arena, str_c(names.release));
    for (size_t i = 0; i < COUNT(builds) && os->build.n == 0; i++)
        os->build = facts_line(from, builds[i]);
}
