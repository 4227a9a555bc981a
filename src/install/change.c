/* SPDX-License-Identifier: Apache-2.0
 *
 * Staging and installing, the same way with every manager: what is installed
 * before, what the manager was asked and said, what is installed after. Only
 * the database decides what a package's state is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/mem.h"
#include "install/install_int.h"

enum {
    ONE_BY_ONE_MAX = 64, /* packages that are tried alone after a failure */
};

/* --- What is asked. --- */

void changing_drop(struct changing *changing, size_t index,
                   enum install_state state, enum install_fault fault,
                   const char *format, ...)
{
    struct install_change *change = changing->asked.p[index].change;
    char line[INSTALL_TEXT_MAX / 2];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    change->state = state;
    change->fault = fault;
    change->text = arena_str(changing->arena, str_c(line));
    changing->asked.n--;
    memmove(&changing->asked.p[index], &changing->asked.p[index + 1],
            (changing->asked.n - index) * sizeof(*changing->asked.p));
}

struct install_change *changing_find(struct changing *changing, str name)
{
    for (size_t i = 0; i < changing->asked.n; i++) {
        if (str_eq(changing->asked.p[i].change->name, name))
            return changing->asked.p[i].change;
    }
    return NULL;
}

static struct install_change *add_change(struct changing *changing)
{
    struct install_change *change =
        arena_alloc(changing->arena, 1, sizeof(*change));

    *vec_push(&changing->all) = change;
    change->before = change->after = change->text = STR("");
    return change;
}

static void ask(struct changing *changing, const struct install_wanted *wanted)
{
    const struct installed *now =
        installed_find(&changing->before, wanted->name, wanted->arch);
    struct install_change *change = add_change(changing);
    size_t index = changing->asked.n;

    change->name = arena_str(changing->arena, wanted->name);
    change->arch =
        arena_str(changing->arena, now != NULL ? now->arch : wanted->arch);
    change->after = arena_str(changing->arena, wanted->version);
    change->asked = true;
    change->state = INSTALL_QUEUED;
    *vec_push(&changing->asked) = (struct ask){ wanted, change };
    if (now == NULL) {
        changing_drop(changing, index, INSTALL_SKIPPED, INSTALL_FAULT_NONE,
                      "is not installed");
        return;
    }
    change->before = arena_str(changing->arena, now->version);
    if (str_eq(now->version, wanted->version) && !now->broken)
        changing_drop(changing, index, INSTALL_INSTALLED, INSTALL_FAULT_NONE,
                      "was installed already");
    else if (now->held)
        changing_drop(changing, index, INSTALL_SKIPPED, INSTALL_FAULT_HELD,
                      "is held by this machine's administrator");
}

/* Nothing could be asked: all of them failed, and it is said of each. */
static void fail_all(struct install *install, struct changing *changing,
                     const struct install_wanted *wanted, size_t n,
                     const struct err *err)
{
    if (changing->all.n > 0)
        return;
    for (size_t i = 0; i < n && i < INSTALL_WANTED_MAX; i++) {
        struct install_change *change = add_change(changing);

        change->name = arena_str(changing->arena, wanted[i].name);
        change->arch = arena_str(changing->arena, wanted[i].arch);
        change->after = arena_str(changing->arena, wanted[i].version);
        change->asked = true;
        change->state = INSTALL_FAILED;
        change->fault = install->fault != INSTALL_FAULT_NONE
                            ? install->fault
                            : INSTALL_FAULT_OTHER;
        change->text = arena_str(changing->arena, str_c(err_text(err)));
    }
}

static int begin(struct install *install, struct changing *changing,
                 const struct install_wanted *wanted, size_t n, struct err *err)
{
    int rc;

    install->fault = INSTALL_FAULT_NONE;
    install->stop = 0;
    if (n > INSTALL_WANTED_MAX)
        return err_set(err, E_LIMIT, "more than %d packages are asked for",
                       INSTALL_WANTED_MAX);
    if (install->stage.n == 0)
        return err_set(err, E_INVALID, "no folder for the stage is named");
    rc = install->manager->packages(install, changing->arena, &changing->before,
                                    err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        ask(changing, &wanted[i]);
    return changing->asked.n > 0
               ? install->manager->check(install, changing, err)
               : 0;
}

/* --- What is said. --- */

/* dpkg: "Configuration file '/etc/x'", then what it does about it; rpm says
 * it in one line. */
static void note_kept(struct changing *changing, str line)
{
    static const str file = STR("Configuration file '");
    static const str rpm = STR(" created as ");

    if (str_starts(str_trim(line), file)) {
        str path = str_sub(str_trim(line), file.n, SIZE_MAX);

        buf_reset(&changing->named);
        buf_add(&changing->named, str_cut(&path, '\''));
    } else if (str_find(line, STR("==> Keeping old config file")) < line.n &&
               changing->named.n > 0) {
        if (!texts_have(&changing->kept, buf_str(&changing->named)))
            texts_add(&changing->kept, changing->arena,
                      buf_str(&changing->named));
        buf_reset(&changing->named);
    } else if (str_find(line, rpm) < line.n &&
               str_ends(str_trim(line), STR(".rpmnew"))) {
        str path = str_sub(line, 0, str_find(line, rpm));
        size_t at = str_find_char(path, '/');

        path = str_sub(path, at, SIZE_MAX);
        if (path.n > 0 && !texts_have(&changing->kept, path))
            texts_add(&changing->kept, changing->arena, path);
    }
}

void changing_line(void *ctx, enum command_stream stream, str line)
{
    struct changing *changing = ctx;

    if (stream == COMMAND_STATUS)
        return;
    told_line(&changing->told, line);
    note_kept(changing, line);
}

int changing_run(struct install *install, struct changing *changing,
                 struct command *command, struct err *err)
{
    return told_run(install, &changing->told, command, err);
}

/* --- After. --- */

static int compare_changes(const void *a, const void *b)
{
    const struct install_change *x = a;
    const struct install_change *y = b;
    int order = str_cmp(x->name, y->name);

    return order != 0 ? order : str_cmp(x->arch, y->arch);
}

/* One that failed is no success, however the others went. */
static int count_failed(const struct changing *changing,
                        struct install *install, struct err *err)
{
    const struct install_change *first = NULL;
    size_t n = 0;

    for (size_t i = 0; i < changing->all.n; i++) {
        if (changing->all.p[i]->state != INSTALL_FAILED)
            continue;
        n++;
        if (first == NULL)
            first = changing->all.p[i];
    }
    if (n == 0)
        return 0;
    install->fault = first->fault;
    return err_set(err, E_IO, "%" PRIstr ": %" PRIstr, ARGstr(first->name),
                   ARGstr(first->text));
}

static void finish(struct install *install, struct changing *changing, int rc,
                   const struct err *err, struct install_outcome *out)
{
    size_t n = changing->all.n;

    out->changes = arena_alloc(changing->arena, n + 1, sizeof(*out->changes));
    out->change_count = n;
    for (size_t i = 0; i < n; i++)
        out->changes[i] = *changing->all.p[i];
    if (n > 0)
        qsort(out->changes, n, sizeof(*out->changes), compare_changes);
    out->kept = changing->kept;
    out->log = arena_str(changing->arena, buf_str(&changing->told.log));
    out->bytes = changing->bytes;
    out->shared = changing->shared;
    out->unshared = changing->unshared;
    if (rc < 0) {
        if (install->fault == INSTALL_FAULT_NONE)
            install->fault = INSTALL_FAULT_OTHER;
        out->fault = install->fault;
        out->text = arena_str(changing->arena, str_c(err_text(err)));
    }
    told_clear(&changing->told);
    buf_clear(&changing->named);
    vec_clear(&changing->asked);
    vec_clear(&changing->all);
    mem_free(changing->before.p);
}

static void fail_rest(struct install *install, struct changing *changing,
                      const struct err *err)
{
    enum install_fault fault = install->fault != INSTALL_FAULT_NONE
                                   ? install->fault
                                   : INSTALL_FAULT_OTHER;

    while (changing->asked.n > 0)
        changing_drop(changing, 0, INSTALL_FAILED, fault, "%s", err_text(err));
}

typedef int step_fn(struct install *install, struct changing *changing,
                    bool offline, struct err *err);

static int stage_step(struct install *install, struct changing *changing,
                      bool offline UNUSED, struct err *err)
{
    return install->manager->stage(install, changing, err);
}

static int apply_step(struct install *install, struct changing *changing,
                      bool offline, struct err *err)
{
    return install->manager->apply(install, changing, offline, err);
}

/* What can be wrong with one of them, while the others can be done. */
static bool is_of_one(enum install_fault fault)
{
    return fault == INSTALL_FAULT_DEPENDENCY ||
           fault == INSTALL_FAULT_SIGNATURE;
}

/* When all of them together cannot be done because of what one needs, each is
 * done alone: one that is stuck does not keep the others from being mended. */
static int step(struct install *install, struct changing *changing,
                bool offline, step_fn *fn, struct err *err)
{
    int rc = fn(install, changing, offline, err);
    size_t n = changing->asked.n;
    enum install_fault fault = install->fault;
    AUTO(mem_freep) struct ask *asked = NULL;
    int worst = 0;

    if (rc == 0 || !is_of_one(install->fault) || n < 2 || n > ONE_BY_ONE_MAX)
        return rc;
    asked = mem_alloc(n, sizeof(*asked));
    memcpy(asked, changing->asked.p, n * sizeof(*asked));
    for (size_t i = 0; i < n && install->stop == 0; i++) {
        struct err why = { 0 };

        changing->asked.p[0] = asked[i];
        changing->asked.n = 1;
        install->fault = INSTALL_FAULT_NONE;
        rc = fn(install, changing, offline, &why);
        if (rc < 0 && changing->asked.n > 0) {
            fail_rest(install, changing, &why);
            worst = rc;
            if (err != NULL)
                *err = why;
        }
    }
    changing->asked.n = 0;
    for (size_t i = 0; i < n; i++) {
        if (asked[i].change->state == INSTALL_QUEUED)
            changing->asked.p[changing->asked.n++] = asked[i];
    }
    if (worst < 0)
        install->fault = fault;
    return worst;
}

/* --- Staging. --- */

int install_stage(struct install *install, const struct install_wanted *wanted,
                  size_t n, struct arena *arena, struct install_outcome *out,
                  struct err *err)
{
    struct changing changing = { .arena = arena,
                                 .told = TOLD,
                                 .named = BUF(PATH_TEXT_MAX) };
    struct err why = { 0 };
    int rc;

    *out = (struct install_outcome){ .recovered = STR(""), .text = STR("") };
    rc = begin(install, &changing, wanted, n, &why);
    if (rc == 0 && changing.asked.n > 0)
        rc = step(install, &changing, false, stage_step, &why);
    for (size_t i = 0; i < changing.asked.n;) {
        struct ask *asked = &changing.asked.p[i];

        if (!install->manager->staged(install, asked->wanted)) {
            i++;
            continue;
        }
        changing_drop(&changing, i, INSTALL_STAGED, INSTALL_FAULT_NONE, "%s",
                      "");
    }
    if (rc == 0 && changing.asked.n > 0)
        rc = err_set(&why, E_IO, "its archive is not in the stage");
    fail_rest(install, &changing, &why);
    if (rc < 0)
        fail_all(install, &changing, wanted, n, &why);
    if (rc == 0)
        rc = count_failed(&changing, install, &why);
    finish(install, &changing, rc, &why, out);
    if (rc < 0 && err != NULL)
        *err = why;
    return rc;
}

/* --- Installing. --- */

static void judge(struct install *install, struct changing *changing,
                  const struct ask *asked, const struct installed_list *after,
                  const struct err *err)
{
    struct install_change *change = asked->change;
    const struct installed *now =
        installed_find(after, change->name, change->arch);
    bool done = now != NULL && !now->broken &&
                str_eq(now->version, asked->wanted->version);

    if (done) {
        change->state = INSTALL_INSTALLED;
        change->fault = INSTALL_FAULT_NONE;
        change->text = STR("");
        return;
    }
    change->state = INSTALL_FAILED;
    if (change->fault == INSTALL_FAULT_NONE)
        change->fault = install->fault != INSTALL_FAULT_NONE
                            ? install->fault
                            : INSTALL_FAULT_OTHER;
    if (change->text.n == 0)
        change->text = arena_str(changing->arena, str_c(err_text(err)));
    if (now != NULL && now->broken)
        change->text = arena_printf(
            changing->arena,
            "is left %" PRIstr " at version %" PRIstr ": %" PRIstr,
            ARGstr(now->status), ARGstr(now->version), ARGstr(change->text));
}

static bool was_asked(const struct changing *changing,
                      const struct installed *package)
{
    for (size_t i = 0; i < changing->all.n; i++) {
        const struct install_change *change = changing->all.p[i];

        if (change->asked && str_eq(change->name, package->name) &&
            str_eq(change->arch, package->arch))
            return true;
    }
    return false;
}

static bool has_version(const struct installed_list *list,
                        const struct installed *package)
{
    const struct installed *at =
        installed_find(list, package->name, package->arch);

    for (; at != NULL && at < list->p + list->n &&
           str_eq(at->name, package->name);
         at++) {
        if (str_eq(at->arch, package->arch) &&
            str_eq(at->version, package->version) &&
            at->broken == package->broken)
            return true;
    }
    return false;
}

static void add_dependency(struct changing *changing,
                           const struct installed *before,
                           const struct installed *after)
{
    const struct installed *package = after != NULL ? after : before;
    struct install_change *change = add_change(changing);

    change->name = package->name;
    change->arch = package->arch;
    change->before = before != NULL ? before->version : STR("");
    change->after = after != NULL ? after->version : STR("");
    change->state = INSTALL_INSTALLED;
    if (after != NULL && after->broken) {
        change->state = INSTALL_FAILED;
        change->fault = INSTALL_FAULT_SCRIPT;
        change->text = arena_printf(changing->arena, "is left %" PRIstr,
                                    ARGstr(after->status));
    }
}

/* What changed besides (P-LNX-3). */
static void add_others(struct changing *changing,
                       const struct installed_list *after)
{
    const struct installed_list *before = &changing->before;

    for (size_t i = 0; i < after->n; i++) {
        const struct installed *now = &after->p[i];

        if (!has_version(before, now) && !was_asked(changing, now))
            add_dependency(changing,
                           installed_find(before, now->name, now->arch), now);
    }
    for (size_t i = 0; i < before->n; i++) {
        const struct installed *then = &before->p[i];

        if (installed_find(after, then->name, then->arch) == NULL &&
            !was_asked(changing, then))
            add_dependency(changing, then, NULL);
    }
}

static int look_after(struct install *install, struct changing *changing,
                      int rc, const struct err *why, struct err *err)
{
    struct installed_list after = { 0 };
    bool failed = false;
    int looked =
        install->manager->packages(install, changing->arena, &after, err);

    if (looked < 0) {
        fail_rest(install, changing, err);
        mem_free(after.p);
        return looked;
    }
    for (size_t i = 0; i < changing->asked.n; i++) {
        judge(install, changing, &changing->asked.p[i], &after, why);
        failed |= changing->asked.p[i].change->state == INSTALL_FAILED;
    }
    add_others(changing, &after);
    mem_free(after.p);
    if (rc == 0 && failed)
        return err_set(err, E_IO,
                       "the manager said that all went well, and some "
                       "packages do not have their new version");
    return rc;
}

void install_go_offline(struct install *install)
{
    install->offline = true;
}

int install_apply(struct install *install, const struct install_wanted *wanted,
                  size_t n, struct arena *arena, struct install_outcome *out,
                  struct err *err)
{
    struct changing changing = { .arena = arena,
                                 .told = TOLD,
                                 .named = BUF(PATH_TEXT_MAX) };
    struct err why = { 0 };
    int rc;

    *out = (struct install_outcome){ .text = STR("") };
    install->fault = INSTALL_FAULT_NONE;
    rc = install_recover(install, arena, &out->recovered, &why);
    if (rc >= 0)
        rc = begin(install, &changing, wanted, n, &why);
    if (rc == 0 && changing.asked.n > 0) {
        struct err after = { 0 };

        rc = step(install, &changing, install->offline, apply_step, &why);
        rc = look_after(install, &changing, rc, &why, &after);
        if (rc < 0 && why.code == 0)
            why = after;
    } else {
        fail_rest(install, &changing, &why);
        if (rc < 0)
            fail_all(install, &changing, wanted, n, &why);
    }
    if (rc == 0)
        rc = count_failed(&changing, install, &why);
    finish(install, &changing, rc, &why, out);
    if (rc < 0 && err != NULL)
        *err = why;
    return rc;
}

/* --- Cleaning. --- */

static bool is_kept(const struct install *install, str file,
                    const struct install_wanted *keep, size_t n)
{
    bool kept = !str_ends(file, STR(".deb")) && !str_ends(file, STR(".rpm"));

    for (size_t i = 0; i < n && !kept; i++)
        kept = install->manager->keeps(&keep[i], file);
    return kept;
}

/* And the folders in it: zypper has one for each repository. */
static int clean(const struct install *install, int at, const char *name,
                 const struct install_wanted *keep, size_t n, bool deeper)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;

    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (!is_kept(install, str_c(entry->d_name), keep, n))
            unlinkat(fd, entry->d_name, 0);
        else if (deeper && entry->d_name[0] != '.')
            (void)clean(install, fd, entry->d_name, keep, n, false);
    }
    closedir(dir);
    return 0;
}

int install_clean(struct install *install, const struct install_wanted *keep,
                  size_t n, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *path = arena_c(&arena, install->stage);

    if (clean(install, AT_FDCWD, path, keep, n, true) < 0)
        return err_errno(err, errno, "%s", path);
    return 0;
}
