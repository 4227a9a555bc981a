/* SPDX-License-Identifier: Apache-2.0
 *
 * Must the machine be restarted, and why (P-RBT-8)? Several sources are asked,
 * and each reason is kept; what could not be asked is said. Below a root only
 * its files are read: nothing of it runs.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/io.h"
#include "install/reboot_int.h"
#include "version/rpm.h"

enum {
    FLAG_MAX = 64 << 10,
    KERNELS_MAX = 1000,
    PACKAGES_MAX = 1000,
};

const char *install_reboot_source_name(enum install_reboot_source source)
{
    switch (source) {
    case INSTALL_REBOOT_FLAG:
        return "flag";
    case INSTALL_REBOOT_KERNEL:
        return "kernel";
    case INSTALL_REBOOT_MANAGER:
        return "manager";
    case INSTALL_REBOOT_RESTART:
        return "needrestart";
    case INSTALL_REBOOT_LIBRARY:
        return "library";
    }
    return "unknown";
}

void reboot_add(struct install_reboot *out, struct arena *arena,
                enum install_reboot_source source, str text)
{
    struct install_reboot_reason *reasons =
        arena_alloc(arena, out->reason_count + 1, sizeof(*reasons));

    if (out->reason_count > 0)
        memcpy(reasons, out->reasons, out->reason_count * sizeof(*reasons));
    reasons[out->reason_count].source = source;
    reasons[out->reason_count].text = arena_str(arena, text);
    out->reasons = reasons;
    out->reason_count++;
    out->needed = true;
}

/* --- The distribution's flag. --- */

static void read_flag(struct install *install, struct arena *arena,
                      struct install_reboot *out)
{
    static const char *const paths[] = { "run/reboot-required",
                                         "var/run/reboot-required" };

    for (size_t i = 0; i < COUNT(paths); i++) {
        AUTO(buf_clear) struct buf text = BUF(FLAG_MAX);
        const char *path = install_path(install, arena, paths[i]);
        str rest;

        if (access(path, F_OK) < 0)
            continue;
        reboot_add(out, arena, INSTALL_REBOOT_FLAG,
                   arena_printf(arena, "%s is there", path));
        if (io_read_file(AT_FDCWD, arena_printf(arena, "%s.pkgs", path).p,
                         &text, NULL) < 0)
            return;
        rest = buf_str(&text);
        while (rest.n > 0 && out->packages.n < PACKAGES_MAX) {
            str name = str_trim(str_cut(&rest, '\n'));

            if (name.n > 0 && !texts_have(&out->packages, name))
                texts_add(&out->packages, arena, name);
        }
        return;
    }
}

/* --- The kernel. --- */

/* What stands behind the last '-' or, of rpms, the last '.': kernels of
 * another flavour are not newer ones of this. */
static str flavour(str release)
{
    size_t at = release.n;

    while (at > 0 && release.p[at - 1] != '-' && release.p[at - 1] != '.')
        at--;
    return str_sub(release, at, SIZE_MAX);
}

bool reboot_newer_kernel(const char *boot, str running, struct buf *newest)
{
    DIR *dir = opendir(boot);
    struct dirent *entry;
    int n = 0;

    buf_reset(newest);
    while (dir != NULL && (entry = readdir(dir)) != NULL && n++ < KERNELS_MAX) {
        static const str head = STR("vmlinuz-");
        str name = str_c(entry->d_name);

        if (!str_starts(name, head))
            continue;
        name = str_sub(name, head.n, SIZE_MAX);
        if (str_eq(flavour(name), flavour(running)) &&
            rpm_version_order_part(name, running) > 0 &&
            (newest->n == 0 ||
             rpm_version_order_part(name, buf_str(newest)) > 0)) {
            buf_reset(newest);
            buf_add(newest, name);
        }
    }
    if (dir != NULL)
        closedir(dir);
    return newest->n > 0;
}

static void look_at_kernel(struct install *install, struct arena *arena,
                           struct install_reboot *out)
{
    AUTO(buf_clear) struct buf newest = BUF(PATH_TEXT_MAX);
    struct utsname name;

    if (uname(&name) < 0)
        return;
    if (reboot_newer_kernel(install_path(install, arena, "boot"),
                            str_c(name.release), &newest))
        reboot_add(out, arena, INSTALL_REBOOT_KERNEL,
                   arena_printf(arena,
                                "the kernel %s runs, and %" PRIstr
                                " is installed",
                                name.release, ARGstr(buf_str(&newest))));
}

/* --- needrestart. --- */

struct restarting {
    struct arena *arena;
    str running;
    str expected;
    int64_t status; /* 1: current; 2: an update of the same ABI; 3: newer */
    bool answered;
};

static void on_restart_line(void *ctx, enum command_stream stream, str line)
{
    struct restarting *r = ctx;
    str value = line;
    str key = str_cut(&value, ':');

    if (stream != COMMAND_OUT)
        return;
    value = str_trim(value);
    r->answered |= str_starts(key, STR("NEEDRESTART-"));
    if (str_eq(key, STR("NEEDRESTART-KCUR")))
        r->running = arena_str(r->arena, value);
    else if (str_eq(key, STR("NEEDRESTART-KEXP")))
        r->expected = arena_str(r->arena, value);
    else if (str_eq(key, STR("NEEDRESTART-KSTA")) &&
             str_to_i64(value, 0, 9, &r->status, NULL) < 0)
        r->status = 0;
}

static void ask_needrestart(struct install *install, struct arena *arena,
                            struct install_reboot *out)
{
    struct restarting r = { .arena = arena,
                            .running = STR(""),
                            .expected = STR("") };
    AUTO(command_clear)
    struct command command = { .line = on_restart_line,
                               .ctx = &r,
                               .timeout_s = 120,
                               .stop = &install->stop };
    struct command_end end = { 0 };

    if (!command_exists("needrestart"))
        return; /* not everyone has it: the others are asked */
    command_add_all(&command, (const char *const[]){ "needrestart", "-b", "-r",
                                                     "l", NULL });
    if (command_run(&command, &end, NULL) < 0 || !r.answered) {
        texts_add(&out->unknown, arena, STR("needrestart -b gave no answer"));
        return;
    }
    if (r.status >= 2)
        reboot_add(out, arena, INSTALL_REBOOT_RESTART,
                   arena_printf(arena,
                                "needrestart: the kernel %" PRIstr
                                " runs, %" PRIstr " is expected",
                                ARGstr(r.running), ARGstr(r.expected)));
}

/* --- All of it. --- */

int install_reboot_needed(struct install *install, struct arena *arena,
                          struct install_reboot *out, struct err *err)
{
    struct install_reboot reboot = { 0 };
    int rc = 0;

    read_flag(install, arena, &reboot);
    if (install->root.n == 0) {
        look_at_kernel(install, arena, &reboot);
        ask_needrestart(install, arena, &reboot);
        reboot_look_at_processes("/proc", arena, &reboot);
    }
    if (install->manager->reboot != NULL)
        rc = install->manager->reboot(install, arena, &reboot, err);
    if (rc == 0)
        *out = reboot;
    return rc;
}
