/* SPDX-License-Identifier: Apache-2.0 */
#include "install/rpm_int.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "version/rpm.h"

enum {
    REPOSITORIES_MAX = 1000
};

const char *rpm_database(const struct install *install)
{
    static const char *const places[] = { "/usr/lib/sysimage/rpm",
                                          "/var/lib/rpm", "/root/.rpmdb" };
    static const char *const files[] = { "rpmdb.sqlite", "Packages.db",
                                         "Packages" };

    if (install->root.n == 0)
        return NULL;
    for (size_t i = 0; i < COUNT(places) * COUNT(files); i++) {
        AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);

        buf_printf(&path, "%" PRIstr "%s/%s", ARGstr(install->root),
                   places[i / COUNT(files)], files[i % COUNT(files)]);
        if (access(buf_c(&path), F_OK) == 0)
            return places[i / COUNT(files)];
    }
    return "/var/lib/rpm";
}

str rpm_evr(str text)
{
    return str_starts(text, STR("0:")) ? str_sub(text, 2, SIZE_MAX) : text;
}

/* Where several stay, the newest first: that is the one that counts. */
static int compare(const void *a, const void *b)
{
    const struct installed *x = a;
    const struct installed *y = b;
    int order = str_cmp(x->name, y->name);

    if (order == 0)
        order = str_cmp(x->arch, y->arch);
    if (order == 0 &&
        rpm_version_compare(y->version, x->version, &order, NULL) < 0)
        order = str_cmp(y->version, x->version);
    return order;
}

static void add_line(str line, struct arena *arena, struct installed_list *out)
{
    struct installed package = { 0 };
    str epoch;

    package.name = arena_str(arena, str_cut(&line, '\t'));
    epoch = str_cut(&line, '\t');
    package.version = arena_str(arena, str_cut(&line, '\t'));
    if (!str_eq(epoch, STR("0")))
        package.version = arena_printf(arena, "%" PRIstr ":%" PRIstr,
                                       ARGstr(epoch), ARGstr(package.version));
    package.arch = arena_str(arena, str_cut(&line, '\t'));
    package.source = arena_str(arena, line);
    package.status = STR("installed");
    if (package.name.n > 0 && !str_eq(package.name, STR("gpg-pubkey")))
        *vec_push(out) = package;
}

static void rpm_command(struct install *install, struct command *command)
{
    command_add(command, "rpm");
    if (install->root.n == 0)
        return;
    command_add(command, "--root");
    command_add_format(command, "%" PRIstr, ARGstr(install->root));
    command_add(command, "--dbpath");
    command_add(command, rpm_database(install));
}

static bool is_double(const struct installed_list *list, size_t i)
{
    const struct installed *one = &list->p[i];

    return (i > 0 && str_eq(one->name, one[-1].name) &&
            str_eq(one->arch, one[-1].arch)) ||
           (i + 1 < list->n && str_eq(one->name, one[1].name) &&
            str_eq(one->arch, one[1].arch));
}

/* dnf's and zypp's own defaults: kernels, their modules, virtual machines. */
static const char *const stay[] = {
    "kernel",
    "installonlypkg(kernel)",
    "installonlypkg(kernel-module)",
    "installonlypkg(vm)",
    "multiversion(kernel)",
    NULL,
};

/* Several versions of what provides these stay beside each other; a line for
 * each name, and a sentence for what nobody provides. */
static int names_that_stay(struct install *install, struct buf *out,
                           struct err *err)
{
    AUTO(command_clear)
    struct command command = { .out = out, .timeout_s = QUERY_TIMEOUT_S };
    struct command_end end;
    int rc;

    rpm_command(install, &command);
    command_add_all(&command, (const char *const[]){ "-q", "--qf", "%{NAME}\n",
                                                     "--whatprovides", NULL });
    command_add_all(&command, stay);
    rc = command_run(&command, &end, err);
    if (rc == 0 && (end.timed_out || end.stopped))
        rc = err_set(err, E_IO, "rpm does not say what may be there twice");
    return rc;
}

static bool is_among(str name, str lines)
{
    while (lines.n > 0) {
        if (str_eq(str_cut(&lines, '\n'), name))
            return true;
    }
    return false;
}

/* Of two versions of one package one is what a broken transaction left. */
static int mark_doubles(struct install *install, struct installed_list *list,
                        struct err *err)
{
    AUTO(buf_clear) struct buf names = BUF(OUTPUT_MAX);
    size_t first = 0;
    int rc;

    while (first < list->n && !is_double(list, first))
        first++;
    if (first == list->n)
        return 0;
    rc = names_that_stay(install, &names, err);
    for (size_t i = first; rc == 0 && i < list->n; i++) {
        struct installed *one = &list->p[i];

        if (!is_double(list, i) || str_starts(one->name, STR("kmod-")) ||
            is_among(one->name, buf_str(&names)))
            continue;
        one->broken = true;
        one->status = STR("installed in two versions");
    }
    return rc;
}

int rpm_packages(struct install *install, struct arena *arena,
                 struct installed_list *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear)
    struct command command = { .out = &text, .timeout_s = QUERY_TIMEOUT_S };
    str rest;
    int rc;

    rpm_command(install, &command);
    command_add_all(
        &command,
        (const char *const[]){ "-qa", "--qf",
                               "%{NAME}\t%{EPOCHNUM}\t%{VERSION}-%{RELEASE}\t"
                               "%{ARCH}\t%{SOURCERPM}\n",
                               NULL });
    rc = command_must(&command, err);
    if (rc < 0)
        return err_wrap(err, rc, "what is installed");
    rest = buf_str(&text);
    while (rest.n > 0)
        add_line(str_cut(&rest, '\n'), arena, out);
    if (out->n > 0)
        qsort(out->p, out->n, sizeof(*out->p), compare);
    return mark_doubles(install, out, err);
}

/* --- Scans. --- */

void rpm_scan_clear(struct rpm_scan *scan)
{
    mem_free(scan->list.p);
    vec_clear(&scan->updates);
    vec_clear(&scan->advisories);
}

void rpm_scan_add(struct rpm_scan *scan, const struct install_update *found)
{
    str name = found->name;
    str evr = found->candidate;
    const struct installed *package =
        installed_find(&scan->list, name, found->arch);
    struct install_update *update;
    int order = 0;

    /* A package may become noarch, or be so no longer. */
    if (package == NULL)
        package = installed_find(&scan->list, name, STR(""));
    if (package == NULL || scan->updates.n >= INSTALL_UPDATES_MAX ||
        rpm_version_compare(evr, package->version, &order, NULL) < 0 ||
        order <= 0)
        return;
    for (size_t i = 0; i < scan->updates.n; i++) {
        update = &scan->updates.p[i];
        if (str_eq(update->name, name) && str_eq(update->arch, package->arch))
            return;
    }
    update = vec_push(&scan->updates);
    update->name = package->name;
    update->arch = package->arch;
    update->installed = package->version;
    update->candidate = arena_str(scan->arena, rpm_evr(evr));
    update->source = package->source;
    update->origin = STR("");
    update->suite = arena_str(scan->arena, found->suite);
    update->archive = STR("");
    update->size = found->size;
    update->held = found->held;
}

void rpm_scan_finish(struct rpm_scan *scan, struct install_scan *out)
{
    size_t n = scan->updates.n;

    out->updates = arena_alloc(scan->arena, n + 1, sizeof(*out->updates));
    if (n > 0)
        memcpy(out->updates, scan->updates.p, n * sizeof(*out->updates));
    out->update_count = n;
    n = scan->advisories.n;
    out->advisories = arena_alloc(scan->arena, n + 1, sizeof(*out->advisories));
    if (n > 0)
        memcpy(out->advisories, scan->advisories.p,
               n * sizeof(*out->advisories));
    out->advisory_count = n;
}

int rpm_scan_run(struct rpm_scan *scan, const char *cache,
                 rpm_offers_fn *offers, struct install_scan *out,
                 struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *path = install_path(scan->install, &arena, cache);
    int rc = rpm_packages(scan->install, scan->arena, &scan->list, err);

    out->lists_at = rpm_lists_time(path);
    if (rc == 0 && out->lists_at != 0) /* without lists they would only fail */
        rc = offers(scan, err);
    if (rc == 0 && out->lists_at != 0)
        rpm_read_advisories(scan, path, out);
    if (rc == 0)
        rpm_scan_finish(scan, out);
    rpm_scan_clear(scan);
    return rc;
}

/* --- Recovery. --- */

int rpm_recover(struct install *install, rpm_mend_fn *mend, const char *by,
                struct buf *text, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct installed_list list = { 0 };
    struct installed_list doubles = { 0 };
    struct err why = { 0 };
    int rc = rpm_packages(install, &arena, &list, err);

    for (size_t i = 0; rc == 0 && i < list.n; i++) {
        const struct installed *a = &list.p[i];

        if (!a->broken || (i > 0 && str_eq(a->name, a[-1].name) &&
                           str_eq(a->arch, a[-1].arch)))
            continue;
        buf_printf(text, "%s%" PRIstr " was %" PRIstr,
                   doubles.n > 0 ? ", " : "", ARGstr(a->name),
                   ARGstr(a->status));
        *vec_push(&doubles) = *a;
    }
    if (rc == 0 && doubles.n > 0) {
        rc = mend(install, &doubles, &why);
        if (rc == 0)
            buf_printf(text, "; %s mended it", by);
        else
            buf_printf(text, "; %s could not mend it: %s", by, why.text);
        if (rc < 0 && install->fault == INSTALL_FAULT_LOCKED) {
            rc = err_set(err, E_IO, "%s", why.text);
        } else {
            install->fault = INSTALL_FAULT_NONE;
            rc = 1;
        }
    }
    mem_free(list.p);
    mem_free(doubles.p);
    return rc;
}

/* --- Archives. --- */

bool rpm_is_whole(const char *path)
{
    AUTO(command_clear)
    struct command command = { .timeout_s = QUERY_TIMEOUT_S };
    struct command_end end;

    command_add_all(&command,
                    (const char *const[]){ "rpm", "-K", "--nosignature", "--",
                                           path, NULL });
    return command_run(&command, &end, NULL) == 0 && end.code == 0;
}

/* --- Names of files. --- */

/* The epoch is not in it. */
void rpm_file_name(const struct install_wanted *wanted, str arch,
                   struct buf *out)
{
    str version = wanted->version;
    size_t colon = str_find_char(version, ':');

    if (colon < version.n)
        version = str_sub(version, colon + 1, SIZE_MAX);
    buf_printf(out, "%" PRIstr "-%" PRIstr ".", ARGstr(wanted->name),
               ARGstr(version));
    if (arch.n > 0)
        buf_printf(out, "%" PRIstr ".rpm", ARGstr(arch));
}

bool rpm_keeps(const struct install_wanted *wanted, str file)
{
    AUTO(buf_clear) struct buf name = BUF(PATH_TEXT_MAX);

    rpm_file_name(wanted, STR(""), &name);
    return str_starts(file, buf_str(&name));
}

void rpm_check_order(struct changing *changing)
{
    for (size_t i = 0; i < changing->asked.n;) {
        const struct ask *asked = &changing->asked.p[i];
        int order = 0;

        if (rpm_version_compare(asked->wanted->version, asked->change->before,
                                &order, NULL) == 0 &&
            order < 0)
            changing_drop(changing, i, INSTALL_SKIPPED, INSTALL_FAULT_NONE,
                          "%" PRIstr " is newer and installed already",
                          ARGstr(asked->change->before));
        else
            i++;
    }
}

/* --- Caches. --- */

void rpm_each_repository(const char *cache, rpm_each_fn *fn, void *ctx)
{
    DIR *dir = opendir(cache);
    struct dirent *entry;
    int n = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL &&
           n++ < REPOSITORIES_MAX) {
        AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);

        if (entry->d_name[0] == '.')
            continue;
        buf_printf(&path, "%s/%s/repodata", cache, entry->d_name);
        if (access(buf_c(&path), F_OK) == 0)
            fn(ctx, buf_c(&path));
    }
    if (dir != NULL)
        closedir(dir);
}

/* The oldest of the repositories: what is missing is known only as of then. */
static void look_at_time(void *ctx, const char *folder)
{
    int64_t *oldest = ctx;
    AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
    struct stat st;
    int64_t newest = 0;

    buf_printf(&path, "%s/repomd.xml", folder);
    if (stat(buf_c(&path), &st) == 0)
        newest = st.st_ctim.tv_sec;
    if (stat(folder, &st) == 0 && st.st_ctim.tv_sec > newest)
        newest = st.st_ctim.tv_sec;
    if (newest > 0 && (*oldest == 0 || newest < *oldest))
        *oldest = newest;
}

int64_t rpm_lists_time(const char *cache)
{
    int64_t oldest = 0;

    rpm_each_repository(cache, look_at_time, &oldest);
    return oldest;
}

struct advising {
    struct rpm_scan *scan;
    struct install_scan *out;
};

static void read_repository(void *ctx, const char *folder)
{
    struct advising *a = ctx;
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
        str name = str_c(entry->d_name);
        struct err err = { 0 };

        if (str_find(name, STR("updateinfo.xml")) == name.n)
            continue;
        buf_printf(&path, "%s/%s", folder, entry->d_name);
        if (updateinfo_read(a->scan, buf_c(&path), &err) < 0 &&
            a->out->warnings.n < INSTALL_WARNINGS_MAX)
            texts_add(&a->out->warnings, a->scan->arena, str_c(err.text));
    }
    if (dir != NULL)
        closedir(dir);
}

void rpm_read_advisories(struct rpm_scan *scan, const char *cache,
                         struct install_scan *out)
{
    struct advising a = { scan, out };

    rpm_each_repository(cache, read_repository, &a);
}
