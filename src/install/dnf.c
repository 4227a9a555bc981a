/* SPDX-License-Identifier: Apache-2.0
 *
 * dnf. Checks of packages' signatures are demanded on every command line,
 * also of repositories whose files turn them off (claim 17).
 *
 * The stage holds the archives; dnf finds them through links in its cache
 * when it installs, so that it compares them with the signed lists as it does
 * what it fetches itself.
 *
 * Below a root dnf is this machine's, without its plug-ins; rpm's database is
 * where the root has it, which a file of macros tells (HOME).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "install/rpm_int.h"

enum {
    RELEASE_MAX = 64,
    RELEASE_FILE_MAX = 64 << 10,
};

#define CACHE "var/cache/dnf"

/* --- Running dnf. --- */

/* VERSION_ID of os-release, up to its first dot. */
static void add_release(struct install *install, struct command *command)
{
    AUTO(buf_clear) struct buf text = BUF(RELEASE_FILE_MAX);
    struct arena arena = ARENA;
    str rest;

    if (io_read_file(AT_FDCWD, install_path(install, &arena, "etc/os-release"),
                     &text, NULL) == 0) {
        rest = buf_str(&text);
        while (rest.n > 0) {
            str line = str_cut(&rest, '\n');
            str key = str_cut(&line, '=');

            if (!str_eq(key, STR("VERSION_ID")))
                continue;
            if (line.n > 1 && line.p[0] == '"')
                line = str_sub(line, 1, line.n - 2);
            line = str_sub(line, 0, str_find_char(line, '.'));
            if (line.n > 0 && line.n < RELEASE_MAX)
                command_add_format(command, "--releasever=%" PRIstr,
                                   ARGstr(line));
        }
    }
    arena_clear(&arena);
}

static void add_root(struct install *install, struct command *command)
{
    if (install->root.n == 0)
        return;
    command_add(command, "--noplugins");
    command_add_format(command, "--installroot=%" PRIstr,
                       ARGstr(install->root));
    command_add_format(command, "--setopt=reposdir=%" PRIstr "/etc/yum.repos.d",
                       ARGstr(install->root));
    add_release(install, command);
    command_env(command, "HOME=%" PRIstr, ARGstr(install->private));
}

/* Asked to go on, it stops. */
static void dnf_ask(struct install *install, struct command *command)
{
    command->timeout_s = install->options.timeout_s;
    command_add(command, "dnf");
    command_add_all(
        command,
        (const char *const[]){
            "--color=never", "--setopt=gpgcheck=1", "--setopt=*.gpgcheck=1",
            "--setopt=localpkg_gpgcheck=1", "--setopt=exit_on_lock=1",
            "--setopt=keepcache=1", "--setopt=skip_if_unavailable=0",
            "--setopt=*.skip_if_unavailable=0", "--setopt=install_weak_deps=0",
            "--setopt=clean_requirements_on_remove=0", NULL });
    if (install->options.bandwidth_kib > 0)
        command_add_format(command, "--setopt=throttle=%lldk",
                           (long long)install->options.bandwidth_kib);
    add_root(install, command);
}

static void dnf_command(struct install *install, struct command *command)
{
    dnf_ask(install, command);
    command_add(command, "-y");
}

static int prepare(struct install *install, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(PATH_TEXT_MAX);

    if (install->root.n == 0)
        return 0;
    buf_printf(&text, "%%_dbpath %s\n", rpm_database(install));
    return install_config(install, ".rpmmacros", buf_str(&text), err);
}

/* --- Scanning. --- */

static int refresh(struct install *install, struct err *err)
{
    AUTO(command_clear) struct command command = { 0 };

    dnf_command(install, &command);
    command_add(&command, "--refresh");
    command_add(&command, "makecache");
    return told_refresh(install, &command, "Ignoring repositories", err);
}

static void take_upgrade(struct rpm_scan *scan, str line, str held)
{
    struct install_update found = { .size = -1, .held = held };

    found.name = str_cut(&line, '\t');
    found.candidate = str_cut(&line, '\t');
    found.arch = str_cut(&line, '\t');
    found.suite = str_cut(&line, '\t');
    if (str_to_i64(line, 0, (int64_t)1 << 50, &found.size, NULL) < 0)
        found.size = -1;
    if (found.candidate.n > 0)
        rpm_scan_add(scan, &found);
}

/* Runs it, as told_run() does; the command's `out` has all of the answer. */
static int ask(struct install *install, struct command *command,
               struct err *err)
{
    struct told told = TOLD;
    int rc;

    command->line = told_on_line;
    command->ctx = &told;
    rc = told_run(install, &told, command, err);
    told_clear(&told);
    return rc == 0 ? buf_finish(command->out, "what dnf says", err) : rc;
}

/* With what is excluded or locked, too, after what is not: what only then
 * comes up is held. */
static int query(struct rpm_scan *scan, bool excluded, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    str rest;
    int rc;

    dnf_command(scan->install, &command);
    command_add(&command, "-C");
    command_add(&command, "-q");
    if (excluded)
        command_add(&command, "--disableexcludes=all");
    command_add_all(
        &command, (const char *const[]){
                      "repoquery", "--upgrades", "--latest-limit", "1", "--qf",
                      "%{name}\t%{epoch}:%{version}-%{release}\t%{arch}\t"
                      "%{repoid}\t%{downloadsize}",
                      NULL });
    rc = ask(scan->install, &command, err);
    if (rc < 0)
        return err_wrap(err, rc, "what is offered");
    rest = buf_str(&text);
    while (rest.n > 0)
        take_upgrade(scan, str_cut(&rest, '\n'),
                     excluded ? STR("excluded") : STR(""));
    return 0;
}

static int read_offers(struct rpm_scan *scan, struct err *err)
{
    int rc = query(scan, false, err);

    return rc == 0 ? query(scan, true, err) : rc;
}

static int scan(struct install *install, struct arena *arena,
                struct install_scan *out, struct err *err)
{
    struct rpm_scan scan = { .install = install, .arena = arena };

    return rpm_scan_run(&scan, CACHE, read_offers, out, err);
}

/* --- Staging and installing. --- */

static void add_packages(struct command *command,
                         const struct changing *changing)
{
    for (size_t i = 0; i < changing->asked.n; i++) {
        const struct ask *asked = &changing->asked.p[i];

        command_add_format(command, "%" PRIstr "-%" PRIstr ".%" PRIstr,
                           ARGstr(asked->change->name),
                           ARGstr(asked->wanted->version),
                           ARGstr(asked->change->arch));
    }
}

/* Those that no repository offers would stop all others. */
static int check(struct install *install, struct changing *changing,
                 struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    int rc;

    rpm_check_order(changing);
    if (changing->asked.n == 0)
        return 0;
    dnf_command(install, &command);
    command_add_all(
        &command,
        (const char *const[]){ "-C", "-q", "repoquery", "--available", "--qf",
                               "=%{name}-%{epoch}:%{version}-%{release}."
                               "%{arch}=",
                               NULL });
    add_packages(&command, changing);
    rc = ask(install, &command, err);
    for (size_t i = 0; rc == 0 && i < changing->asked.n;) {
        const struct ask *asked = &changing->asked.p[i];
        str version = asked->wanted->version;
        AUTO(buf_clear) struct buf line = BUF(PATH_TEXT_MAX);

        buf_printf(&line, "=%" PRIstr "-%s%" PRIstr ".%" PRIstr "=",
                   ARGstr(asked->change->name),
                   str_find_char(version, ':') < version.n ? "" : "0:",
                   ARGstr(version), ARGstr(asked->change->arch));
        if (str_find(buf_str(&text), buf_str(&line)) == text.n)
            changing_drop(changing, i, INSTALL_FAILED, INSTALL_FAULT_GONE,
                          "no repository offers version %" PRIstr " any more",
                          ARGstr(version));
        else
            i++;
    }
    return rc;
}

static bool staged(const struct install *install,
                   const struct install_wanted *wanted)
{
    static const char *const arches[] = { "noarch", "x86_64",  "aarch64",
                                          "i686",   "ppc64le", "s390x" };

    for (size_t i = 0; i < COUNT(arches); i++) {
        AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);

        if (wanted->arch.n > 0 && !str_eq_c(wanted->arch, arches[i]))
            continue;
        buf_printf(&path, "%" PRIstr "/", ARGstr(install->stage));
        rpm_file_name(wanted, str_c(arches[i]), &path);
        if (access(buf_c(&path), R_OK) == 0)
            return rpm_is_whole(buf_c(&path));
    }
    return false;
}

/* " NAME  ARCH  EVR  REPOSITORY  SIZE": a row of what it would do. */
static void take_row(struct rpm_needs *needs, struct arena *arena, str line)
{
    struct rpm_need need;
    str rest = line;

    if (line.n < 2 || line.p[0] != ' ' || line.p[1] == ' ')
        return;
    rest = str_trim(rest);
    need.name = arena_str(arena, str_cut(&rest, ' '));
    rest = str_trim(rest);
    need.arch = arena_str(arena, str_cut(&rest, ' '));
    rest = str_trim(rest);
    need.evr = arena_str(arena, str_cut(&rest, ' '));
    if (need.evr.n > 0)
        *vec_push(needs) = need;
}

/* What it would fetch is asked of the share first. A row that is not
 * understood comes from the repository. */
static void share(struct install *install, struct changing *changing)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(command_clear) struct command command = { .out = &text };
    struct rpm_needs needs = { .in_folders = false };
    struct command_end end;
    str rest;

    if (install->options.source == NULL)
        return;
    dnf_ask(install, &command);
    command_add(&command, "--assumeno");
    command_add(&command, "-C");
    command_add(&command, "upgrade");
    add_packages(&command, changing);
    if (command_run(&command, &end, NULL) < 0)
        return;
    rest = buf_str(&text);
    while (rest.n > 0)
        take_row(&needs, &arena, str_cut(&rest, '\n'));
    rpm_share(install, changing, install_path(install, &arena, CACHE), &needs);
    mem_free(needs.p);
}

static int download(struct install *install, struct changing *changing,
                    struct err *err)
{
    AUTO(command_clear)
    struct command command = { .line = changing_line, .ctx = changing };

    share(install, changing);
    dnf_command(install, &command);
    command_add(&command, "--downloadonly");
    command_add_format(&command, "--downloaddir=%" PRIstr,
                       ARGstr(install->stage));
    command_add(&command, "upgrade");
    add_packages(&command, changing);
    return changing_run(install, changing, &command, err);
}

/* What is linked is in the stage; a link that is there already is ours. */
static void link_archives(const struct install *install, const char *packages)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    DIR *dir = opendir(install->stage.p);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *from;
        const char *to;

        if (!str_ends(str_c(entry->d_name), STR(".rpm")))
            continue;
        from = arena_printf(&arena, "%" PRIstr "/%s", ARGstr(install->stage),
                            entry->d_name)
                   .p;
        to = arena_printf(&arena, "%s/%s", packages, entry->d_name).p;
        if (symlink(from, to) < 0 && errno != EEXIST)
            break; /* dnf then says what is missing */
    }
    if (dir != NULL)
        closedir(dir);
}

static void unlink_archives(const char *packages)
{
    DIR *dir = opendir(packages);
    struct dirent *entry;
    struct stat st;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISLNK(st.st_mode))
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir != NULL)
        closedir(dir);
}

static void each_cache(const struct install *install, bool with_links)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *cache = install_path(install, &arena, CACHE);
    DIR *dir = opendir(cache);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *packages;

        if (entry->d_name[0] == '.')
            continue;
        packages =
            arena_printf(&arena, "%s/%s/repodata", cache, entry->d_name).p;
        if (access(packages, F_OK) < 0)
            continue;
        packages =
            arena_printf(&arena, "%s/%s/packages", cache, entry->d_name).p;
        if (with_links && (mkdir(packages, 0755) == 0 || errno == EEXIST))
            link_archives(install, packages);
        else if (!with_links)
            unlink_archives(packages);
    }
    if (dir != NULL)
        closedir(dir);
}

static int run_apply(struct install *install, struct changing *changing,
                     struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(command_clear)
    struct command command = {
        .line = changing_line,
        .ctx = changing,
        .log =
            arena_printf(&arena, "%" PRIstr "/log", ARGstr(install->stage)).p,
    };

    dnf_command(install, &command);
    command_add(&command, "-C");
    command_add(&command, "upgrade");
    add_packages(&command, changing);
    return changing_run(install, changing, &command, err);
}

static int apply(struct install *install, struct changing *changing,
                 bool offline, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; offline && i < changing->asked.n;) {
        if (staged(install, changing->asked.p[i].wanted))
            i++;
        else
            changing_drop(changing, i, INSTALL_FAILED, INSTALL_FAULT_CORRUPT,
                          "its archive is not in the stage");
    }
    if (changing->asked.n == 0)
        return 0;
    if (!offline)
        rc = download(install, changing, err);
    if (rc < 0)
        return rc;
    each_cache(install, true);
    rc = run_apply(install, changing, err);
    each_cache(install, false);
    return rc;
}

/* --- Recovery. --- */

/* It also puts the newest there again, with its scripts: its archive may have
 * to be fetched. */
static int mend(struct install *install, const struct installed_list *doubles,
                struct err *err)
{
    struct told told = TOLD;
    AUTO(command_clear)
    struct command command = { .line = told_on_line, .ctx = &told };
    int rc;

    (void)doubles;
    dnf_command(install, &command);
    if (install->offline)
        command_add(&command, "-C");
    command_add(&command, "remove");
    command_add(&command, "--duplicates");
    rc = told_run(install, &told, &command, err);
    told_clear(&told);
    return rc;
}

static int recover(struct install *install, struct buf *text, struct err *err)
{
    return rpm_recover(install, mend, "dnf remove --duplicates", text, err);
}

static int reboot(struct install *install, struct arena *arena,
                  struct install_reboot *out, struct err *err UNUSED)
{
    static const int good[] = { 1 };
    struct told told = TOLD;
    AUTO(command_clear)
    struct command command = { .line = told_on_line, .ctx = &told };

    if (install->root.n > 0)
        return 0;
    told.good = good;
    told.good_count = COUNT(good);
    dnf_command(install, &command);
    command_add(&command, "needs-restarting");
    command_add(&command, "-r");
    if (told_run(install, &told, &command, NULL) < 0 ||
        str_find(buf_str(&told.log), STR("No such command")) < told.log.n)
        texts_add(&out->unknown, arena,
                  STR("dnf needs-restarting -r: the plug-in is not installed"));
    else if (told.code == 1)
        reboot_add(out, arena, INSTALL_REBOOT_MANAGER,
                   STR("dnf needs-restarting says that core libraries or "
                       "services were updated since the start"));
    told_clear(&told);
    return 0;
}

static const char *const marks[] = {
    "etc/dnf",
    "etc/yum.repos.d",
    "usr/bin/dnf",
    NULL,
};

const struct manager manager_dnf = {
    .name = "dnf",
    .program = "dnf",
    .marks = marks,
    .prepare = prepare,
    .packages = rpm_packages,
    .refresh = refresh,
    .scan = scan,
    .check = check,
    .stage = download,
    .apply = apply,
    .staged = staged,
    .recover = recover,
    .keeps = rpm_keeps,
    .reboot = reboot,
};
