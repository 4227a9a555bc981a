/* SPDX-License-Identifier: Apache-2.0 */
#include "install/install.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "install/command.h"
#include "install/install_int.h"

static const struct manager *const managers[] = { &manager_apt, &manager_dnf,
                                                  &manager_zypper };

const char *install_state_name(enum install_state state)
{
    static const char *const names[] = {
        [INSTALL_QUEUED] = "queued",
        [INSTALL_DOWNLOADING] = "downloading",
        [INSTALL_STAGED] = "staged",
        [INSTALL_INSTALLING] = "installing",
        [INSTALL_INSTALLED] = "installed",
        [INSTALL_FAILED] = "failed",
        [INSTALL_SKIPPED] = "skipped",
    };

    return (unsigned)state < COUNT(names) && names[state] != NULL ? names[state]
                                                                  : "unknown";
}

const char *install_path(const struct install *install, struct arena *arena,
                         const char *path)
{
    return arena_printf(arena, "%" PRIstr "/%s", ARGstr(install->root), path).p;
}

void texts_add(struct install_texts *texts, struct arena *arena, str text)
{
    /* Grown by doubling: only when n is a power of two is there no room. */
    if ((texts->n & (texts->n - 1)) == 0) {
        size_t room = texts->n == 0 ? 1 : 2 * texts->n;
        str *p = arena_alloc(arena, room, sizeof(*p));

        if (texts->n > 0)
            memcpy(p, texts->p, texts->n * sizeof(*p));
        texts->p = p;
    }
    texts->p[texts->n++] = arena_str(arena, text);
}

bool texts_have(const struct install_texts *texts, str text)
{
    for (size_t i = 0; i < texts->n; i++) {
        if (str_eq(texts->p[i], text))
            return true;
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    const struct installed *x = a;
    const struct installed *y = b;
    int order = str_cmp(x->name, y->name);

    return order != 0 ? order : str_cmp(x->arch, y->arch);
}

void installed_sort(struct installed_list *list)
{
    if (list->n > 0)
        qsort(list->p, list->n, sizeof(*list->p), compare);
}

/* Of rpms several versions of one name may be installed (kernels); the last
 * one is found. */
const struct installed *installed_find(const struct installed_list *list,
                                       str name, str arch)
{
    size_t low = 0;
    size_t high = list->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_cmp(list->p[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->n && str_eq(list->p[low].name, name); low++) {
        if (arch.n == 0 || str_eq(list->p[low].arch, arch))
            return &list->p[low];
    }
    return NULL;
}

/* --- Which manager. --- */

static bool is_marked(const struct install *install,
                      const struct manager *manager)
{
    AUTO(arena_clear) struct arena arena = ARENA;

    for (size_t i = 0; manager->marks[i] != NULL; i++) {
        if (access(install_path(install, &arena, manager->marks[i]), F_OK) == 0)
            return true;
    }
    return false;
}

static int choose(struct install *install, struct err *err)
{
    const char *wanted = install->options.manager;
    const struct manager *marked = NULL;

    for (size_t i = 0; i < COUNT(managers); i++) {
        const struct manager *manager = managers[i];

        if (wanted != NULL && strcmp(wanted, manager->name) != 0)
            continue;
        if (wanted == NULL && !is_marked(install, manager))
            continue;
        marked = manager;
        if (!command_exists(manager->program))
            continue;
        install->manager = manager;
        return 0;
    }
    if (marked != NULL)
        return err_set(err, E_ABSENT,
                       "the program %s, which manages packages here, is not "
                       "installed",
                       marked->program);
    if (wanted != NULL)
        return err_set(err, E_ABSENT, "'%s' is no package manager known here",
                       wanted);
    return err_set(err, E_ABSENT,
                   "no packages of apt, dnf or zypper are below %" PRIstr "/",
                   ARGstr(install->root));
}

/* --- Folders. --- */

/* Paths of ours stand in files of the managers' settings: nothing in them may
 * end a text there. */
static int check_path(str path, struct err *err)
{
    for (size_t i = 0; i < path.n; i++) {
        if ((unsigned char)path.p[i] < 0x20 || strchr("\"\\;{}", path.p[i]))
            return err_set(err, E_INVALID,
                           "the path '%" PRIstr "' has a character that "
                           "package managers take for something else",
                           ARGstr(path));
    }
    return 0;
}

static int absolute(const char *path, struct arena *arena, str *out,
                    struct err *err)
{
    char *real = realpath(path, NULL);
    int rc;

    if (real == NULL)
        return err_errno(err, errno, "%s", path);
    *out = arena_str(arena, str_c(real));
    mem_free(real);
    if (str_eq(*out, STR("/")))
        *out = STR("");
    rc = check_path(*out, err);
    return rc;
}

static int open_root(struct install *install, struct err *err)
{
    const char *root = install->options.root;
    struct stat st;
    int rc;

    install->root = STR("");
    if (root == NULL)
        return 0;
    rc = absolute(root, &install->arena, &install->root, err);
    if (rc == 0 && stat(root, &st) == 0 && !S_ISDIR(st.st_mode))
        rc = err_set(err, E_INVALID, "%s is no directory", root);
    return rc;
}

/* The manager's own unprivileged downloader must be able to write there, so
 * the folder is open to be entered, and only to that. */
static int open_stage(struct install *install, struct err *err)
{
    const char *stage = install->options.stage;

    if (stage == NULL)
        return 0;
    if (mkdir(stage, 0755) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", stage);
    return absolute(stage, &install->arena, &install->stage, err);
}

int install_private(struct install *install, struct err *err)
{
    const char *dir = install->stage.n > 0 ? install->stage.p : "/tmp";
    char *path = (char *)(uintptr_t)arena_printf(&install->arena,
                                                 "%s/holdfast-XXXXXX", dir)
                     .p;

    if (install->private.n > 0)
        return 0;
    if (mkdtemp(path) == NULL)
        return err_errno(err, errno, "%s", path);
    install->private = str_c(path);
    return 0;
}

int install_config(struct install *install, const char *name, str text,
                   struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    const char *file;
    int rc = install_private(install, err);

    if (rc < 0)
        return rc;
    file = arena_printf(&install->arena, "%s/%s", install->private.p, name).p;
    rc = io_out_open(file, &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, text);
    rc = io_out_finish(out, err);
    if (rc == 0)
        install->config = str_c(file);
    return rc;
}

int install_new(const struct install_options *options, struct install **out,
                struct err *err)
{
    AUTO(install_freep)
    struct install *install = mem_alloc(1, sizeof(*install));
    int rc;

    install->options = *options;
    if (install->options.timeout_s == 0)
        install->options.timeout_s = TIMEOUT_S;
    rc = open_root(install, err);
    if (rc == 0)
        rc = choose(install, err);
    if (rc == 0)
        rc = open_stage(install, err);
    if (rc == 0 && install->manager->prepare != NULL)
        rc = install->manager->prepare(install, err);
    if (rc == 0)
        *out = TAKE(install);
    return rc;
}

void install_free(struct install *install)
{
    if (install == NULL)
        return;
    if (install->config.n > 0)
        unlink(install->config.p);
    if (install->private.n > 0) {
        if (install->cache.n > 0 &&
            str_starts(install->cache, install->private))
            unlink(install->cache.p);
        rmdir(install->private.p);
    }
    arena_clear(&install->arena);
    mem_free(install);
}

void install_freep(struct install **install)
{
    install_free(*install);
}

const char *install_manager(const struct install *install)
{
    return install->manager->name;
}

enum install_fault install_fault(const struct install *install)
{
    return install->fault;
}

void install_stop(struct install *install)
{
    install->stop = 1;
}

/* --- Scanning. --- */

static int compare_updates(const void *a, const void *b)
{
    const struct install_update *x = a;
    const struct install_update *y = b;
    int order = str_cmp(x->name, y->name);

    if (order == 0)
        order = str_cmp(x->arch, y->arch);
    return order != 0 ? order : str_cmp(x->candidate, y->candidate);
}

static int compare_advisories(const void *a, const void *b)
{
    const struct install_advisory *x = a;
    const struct install_advisory *y = b;

    return str_cmp(x->id, y->id);
}

/* Names what an earlier run left unfinished. */
static void tell_broken(struct install *install,
                        const struct installed_list *list, struct arena *arena,
                        struct install_scan *out)
{
    AUTO(buf_clear) struct buf text = BUF(INSTALL_TEXT_MAX - 100);
    size_t broken = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (!list->p[i].broken)
            continue;
        buf_printf(&text, "%s%" PRIstr " (%" PRIstr ")", broken > 0 ? ", " : "",
                   ARGstr(list->p[i].name), ARGstr(list->p[i].status));
        broken++;
    }
    (void)install;
    if (broken > 0)
        out->interrupted = arena_printf(
            arena, "an installation was broken off: %.*s", (int)text.n, text.p);
}

enum {
    STALE_S = 7 * 86400
};

static void tell_age(int64_t now, struct arena *arena, struct install_scan *out)
{
    int64_t age = now - out->lists_at;

    if (out->lists_at == 0)
        out->stale = STR("the lists of packages were never fetched: what is "
                         "missing is not known");
    else if (!out->refreshed && age > STALE_S)
        out->stale = arena_printf(arena,
                                  "the lists of packages are %lld days old: "
                                  "what came out since then is not shown",
                                  (long long)(age / 86400));
}

int install_scan(struct install *install, bool refresh, int64_t now,
                 struct arena *arena, struct install_scan *out, struct err *err)
{
    struct installed_list list = { 0 };
    struct install_scan scan = { .refreshed = refresh,
                                 .stale = STR(""),
                                 .interrupted = STR("") };
    int rc;

    install->fault = INSTALL_FAULT_NONE;
    scan.manager = str_c(install->manager->name);
    rc = refresh ? install->manager->refresh(install, err) : 0;
    if (rc < 0)
        rc = err_wrap(err, rc, "refreshing the lists of packages");
    if (rc == 0)
        rc = install->manager->scan(install, arena, &scan, err);
    if (rc == 0 && refresh && scan.lists_at == 0)
        rc = err_set(err, E_INVALID, "no repository is configured");
    if (rc == 0)
        rc = install->manager->packages(install, arena, &list, err);
    if (rc < 0) {
        if (install->fault == INSTALL_FAULT_NONE)
            install->fault = INSTALL_FAULT_OTHER;
        mem_free(list.p);
        return rc;
    }
    if (refresh)
        scan.lists_at = now;
    scan.packages = (int64_t)list.n;
    tell_broken(install, &list, arena, &scan);
    tell_age(now, arena, &scan);
    if (scan.update_count > 0)
        qsort(scan.updates, scan.update_count, sizeof(*scan.updates),
              compare_updates);
    if (scan.advisory_count > 0)
        qsort(scan.advisories, scan.advisory_count, sizeof(*scan.advisories),
              compare_advisories);
    mem_free(list.p);
    *out = scan;
    return 0;
}

int install_recover(struct install *install, struct arena *arena, str *out_text,
                    struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(INSTALL_TEXT_MAX);
    int rc = install->manager->recover(install, &text, err);

    *out_text = rc == 1 ? arena_str(arena, buf_str(&text)) : STR("");
    return rc;
}
