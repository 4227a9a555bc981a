/* SPDX-License-Identifier: Apache-2.0
 *
 * zypper. What it tells is XML (--xmlout). A key that nobody has trusted is
 * rejected, for nothing is answered to its question; the stage is its cache
 * of packages.
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/xml.h"
#include "install/rpm_int.h"

#define CACHE "var/cache/zypp/raw"

enum {
    DEPTH_MAX = 64,
    CONFIG_MAX = 1 << 20,
    /* Exit codes of zypper(8). */
    EXIT_UPDATES = 100,
    EXIT_SECURITY_UPDATES = 101,
    EXIT_REBOOT = 102,
    EXIT_RESTART = 103,
    EXIT_NOT_FOUND = 104,
};

/* Of a query one more: that nothing was found is an answer. */
static const int good_codes[] = { EXIT_UPDATES, EXIT_SECURITY_UPDATES,
                                  EXIT_REBOOT, EXIT_RESTART, EXIT_NOT_FOUND };
#define CHANGE_CODES (COUNT(good_codes) - 1)

static void zypper_command(struct install *install, struct command *command,
                           bool refresh)
{
    command->timeout_s = install->options.timeout_s;
    command_add_all(command,
                    (const char *const[]){ "zypper", "--non-interactive",
                                           "--xmlout", NULL });
    if (install->root.n > 0) {
        command_add(command, "--root");
        command_add_format(command, "%" PRIstr, ARGstr(install->root));
        /* its own lock, not this machine's */
        command_env(command, "ZYPP_LOCKFILE_ROOT=%" PRIstr,
                    ARGstr(install->root));
    }
    if (install->stage.n > 0) {
        command_add(command, "--pkg-cache-dir");
        command_add_format(command, "%" PRIstr, ARGstr(install->stage));
    }
    if (!refresh)
        command_add(command, "--no-refresh");
    if (install->config.n > 0)
        command_env(command, "ZYPP_CONF=%" PRIstr, ARGstr(install->config));
}

/* A limit of bandwidth is only taken from a file: the machine's, with that
 * added, for of one key the last counts. */
static int prepare(struct install *install, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CONFIG_MAX);

    if (install->options.bandwidth_kib == 0)
        return 0;
    if (install->root.n == 0 &&
        io_read_file(AT_FDCWD, "/etc/zypp/zypp.conf", &text, NULL) < 0)
        buf_reset(&text); /* it has none, or one that zypper refuses, too */
    buf_printf(&text, "\n[main]\ndownload.max_download_speed = %lld\n",
               (long long)install->options.bandwidth_kib * 1024);
    return install_config(install, "zypp.conf", buf_str(&text), err);
}

/* --- What it says. --- */

/* A line of XML as a person reads it: without elements, with entities as what
 * they stand for. */
static void plain_line(str line, struct buf *out)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        { "&lt;", '<' },   { "&gt;", '>' },    { "&amp;", '&' },
        { "&quot;", '"' }, { "&apos;", '\'' },
    };

    while (line.n > 0) {
        size_t length = 1;
        char c = line.p[0];

        for (size_t i = 0; c == '&' && i < COUNT(entities); i++) {
            if (!str_starts(line, str_c(entities[i].name)))
                continue;
            c = entities[i].c;
            length = str_c(entities[i].name).n;
            break;
        }
        if (c == '<' && length == 1)
            length = str_find_char(line, '>') + 1;
        else
            buf_add_char(out, c);
        line = str_sub(line, length, SIZE_MAX);
    }
}

static void on_line(void *ctx, enum command_stream stream UNUSED, str line)
{
    AUTO(buf_clear) struct buf text = BUF(COMMAND_LINE_MAX);

    plain_line(line, &text);
    if (str_trim(buf_str(&text)).n > 0)
        told_line(ctx, buf_str(&text));
}

static void on_change_line(void *ctx, enum command_stream stream, str line)
{
    AUTO(buf_clear) struct buf text = BUF(COMMAND_LINE_MAX);

    plain_line(line, &text);
    if (str_trim(buf_str(&text)).n > 0)
        changing_line(ctx, stream, buf_str(&text));
}

/* Runs it, as told_run() does, and reads what it says on standard output. */
static int read_answer(struct install *install, struct command *command,
                       size_t good_count, const struct xml_handler *handler,
                       void *ctx, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(stream_freep) struct stream *stream = NULL;
    struct xml_limits limits = XML_LIMITS;
    struct told told = TOLD;
    int rc;

    limits.depth = DEPTH_MAX;
    told.good = good_codes;
    told.good_count = good_count;
    command->out = &text;
    command->line = on_line;
    command->ctx = &told;
    rc = told_run(install, &told, command, err);
    told_clear(&told);
    if (rc == 0)
        rc = buf_finish(&text, "what zypper says", err);
    if (rc == 0)
        rc = stream_open_memory(buf_str(&text), "what zypper says", NULL,
                                &stream, err);
    return rc == 0 ? xml_read(stream, &limits, handler, ctx, err) : rc;
}

static int query(struct install *install, const char *const *words,
                 const struct xml_handler *handler, void *ctx, struct err *err)
{
    AUTO(command_clear) struct command command = { 0 };

    zypper_command(install, &command, false);
    command.timeout_s = QUERY_TIMEOUT_S;
    command_add_all(&command, words);
    return read_answer(install, &command, COUNT(good_codes), handler, ctx, err);
}

/* --- Scanning. --- */

struct listing {
    struct rpm_scan *scan;
    str held;
    struct buf name; /* of the update that is open; empty: none */
    struct buf evr;
    struct buf arch;
};

/* <update kind="package" name= edition= arch=><source alias=/></update> */
static int on_update(void *ctx, const struct xml_element *element,
                     struct err *err UNUSED)
{
    struct listing *l = ctx;

    if (str_eq(element->name, STR("update"))) {
        buf_reset(&l->name);
        buf_reset(&l->evr);
        buf_reset(&l->arch);
        if (!str_eq(xml_attr(element, STR("kind")), STR("package")))
            return 0;
        buf_add(&l->name, xml_attr(element, STR("name")));
        buf_add(&l->evr, xml_attr(element, STR("edition")));
        buf_add(&l->arch, xml_attr(element, STR("arch")));
    } else if (str_eq(element->name, STR("source")) && l->name.n > 0) {
        rpm_scan_add(l->scan, &(struct install_update){
                                  .name = buf_str(&l->name),
                                  .candidate = buf_str(&l->evr),
                                  .arch = buf_str(&l->arch),
                                  .suite = xml_attr(element, STR("alias")),
                                  .size = -1,
                                  .held = l->held });
    }
    return 0;
}

/* <lock><name>tool</name></lock> */
struct locking {
    struct arena *arena;
    struct install_texts names;
    bool in_name;
};

static int on_lock(void *ctx, const struct xml_element *element,
                   struct err *err UNUSED)
{
    struct locking *l = ctx;

    l->in_name = str_eq(element->name, STR("name"));
    return 0;
}

static int on_lock_text(void *ctx, str text, struct err *err UNUSED)
{
    struct locking *l = ctx;

    if (l->in_name && str_trim(text).n > 0)
        texts_add(&l->names, l->arena, str_trim(text));
    l->in_name = false;
    return 0;
}

static int read_locks(struct rpm_scan *scan, struct install_texts *out,
                      struct err *err)
{
    static const struct xml_handler handler = { .start = on_lock,
                                                .text = on_lock_text };
    struct locking locking = { .arena = scan->arena };
    int rc = query(scan->install, (const char *const[]){ "locks", NULL },
                   &handler, &locking, err);

    *out = locking.names;
    return rc;
}

/* What is locked, or what something else keeps back, is left out of the list
 * but with --all. */
static int list_updates(struct rpm_scan *scan, bool all, struct err *err)
{
    static const struct xml_handler handler = { .start = on_update };
    struct listing listing = {
        .scan = scan,
        .held = all ? STR("kept back") : STR(""),
        .name = BUF(PATH_TEXT_MAX),
        .evr = BUF(PATH_TEXT_MAX),
        .arch = BUF(PATH_TEXT_MAX),
    };
    int rc = query(scan->install,
                   all ? (const char *const[]){ "list-updates", "--all", NULL }
                       : (const char *const[]){ "list-updates", NULL },
                   &handler, &listing, err);

    buf_clear(&listing.name);
    buf_clear(&listing.evr);
    buf_clear(&listing.arch);
    return rc < 0 ? err_wrap(err, rc, "what is offered") : 0;
}

static int refresh(struct install *install, struct err *err)
{
    AUTO(command_clear) struct command command = { .line = on_line };

    zypper_command(install, &command, true);
    command_add(&command, "refresh");
    return told_refresh(install, &command, "because of the above error", err);
}

static int read_offers(struct rpm_scan *scan, struct err *err)
{
    struct install_texts locks = { 0 };
    int rc = list_updates(scan, false, err);

    if (rc == 0)
        rc = list_updates(scan, true, err);
    if (rc == 0)
        rc = read_locks(scan, &locks, err);
    for (size_t i = 0; rc == 0 && i < scan->updates.n; i++) {
        if (texts_have(&locks, scan->updates.p[i].name))
            scan->updates.p[i].held = STR("lock");
    }
    return rc;
}

static int scan(struct install *install, struct arena *arena,
                struct install_scan *out, struct err *err)
{
    struct rpm_scan scan = { .install = install, .arena = arena };

    return rpm_scan_run(&scan, CACHE, read_offers, out, err);
}

/* --- Staging and installing. --- */

static void add_package(struct command *command, str name, str arch,
                        str version)
{
    command_add_format(command, "%" PRIstr ".%" PRIstr "=%" PRIstr,
                       ARGstr(name), ARGstr(arch), ARGstr(version));
}

static void add_packages(struct command *command,
                         const struct changing *changing)
{
    command_add(command, "--");
    for (size_t i = 0; i < changing->asked.n; i++) {
        const struct ask *asked = &changing->asked.p[i];

        add_package(command, asked->change->name, asked->change->arch,
                    asked->wanted->version);
    }
}

struct planning {
    bool removes; /* in a list of what goes or gets older */
    struct buf removed;
    struct arena arena;
    struct rpm_needs needs; /* what is to be fetched */
};

static int on_plan(void *ctx, const struct xml_element *element,
                   struct err *err UNUSED)
{
    struct planning *p = ctx;
    str name = xml_attr(element, STR("name"));

    if (str_starts(element->name, STR("to-"))) {
        p->removes = str_eq(element->name, STR("to-remove")) ||
                     str_eq(element->name, STR("to-downgrade"));
    } else if (str_eq(element->name, STR("solvable")) && p->removes) {
        buf_printf(&p->removed, "%s%" PRIstr, p->removed.n > 0 ? ", " : "",
                   ARGstr(name));
    } else if (str_eq(element->name, STR("solvable"))) {
        *vec_push(&p->needs) = (struct rpm_need){
            arena_str(&p->arena, name),
            arena_str(&p->arena, xml_attr(element, STR("edition"))),
            arena_str(&p->arena, xml_attr(element, STR("arch"))),
        };
    }
    return 0;
}

/* What it would do: it must not remove anything. What it would fetch is asked
 * of the share first. */
static int plan(struct install *install, struct changing *changing,
                bool offline, struct err *err)
{
    static const struct xml_handler handler = { .start = on_plan };
    struct planning planning = { .removed = BUF(INSTALL_TEXT_MAX / 4),
                                 .needs.in_folders = true };
    AUTO(command_clear) struct command command = { 0 };
    int rc;

    zypper_command(install, &command, false);
    command_add(&command, "install");
    command_add(&command, "--dry-run");
    command_add(&command, "--no-recommends");
    add_packages(&command, changing);
    rc = read_answer(install, &command, CHANGE_CODES, &handler, &planning, err);
    if (rc == 0 && planning.removed.n > 0) {
        install->fault = INSTALL_FAULT_DEPENDENCY;
        rc = err_set(err, E_INVALID, "it would remove %s",
                     buf_c(&planning.removed));
    }
    if (rc == 0 && !offline)
        rpm_share(install, changing,
                  install_path(install, &planning.arena, CACHE),
                  &planning.needs);
    buf_clear(&planning.removed);
    arena_clear(&planning.arena);
    mem_free(planning.needs.p);
    return rc;
}

/* <repo alias= enabled="1" gpgcheck="0"/> */
static int on_repository(void *ctx, const struct xml_element *element,
                         struct err *err UNUSED)
{
    struct buf *unchecked = ctx;

    if (str_eq(element->name, STR("repo")) && unchecked->n == 0 &&
        str_eq(xml_attr(element, STR("enabled")), STR("1")) &&
        str_eq(xml_attr(element, STR("gpgcheck")), STR("0")))
        buf_printf(unchecked, "'%" PRIstr "'",
                   ARGstr(xml_attr(element, STR("alias"))));
    return 0;
}

/* Nothing is installed while a repository that is in use has its checks turned
 * off (claim 17). */
static int check_repositories(struct install *install, struct err *err)
{
    static const struct xml_handler handler = { .start = on_repository };
    AUTO(buf_clear) struct buf unchecked = BUF(PATH_TEXT_MAX);
    int rc = query(install, (const char *const[]){ "repos", NULL }, &handler,
                   &unchecked, err);

    if (rc < 0 || unchecked.n == 0)
        return rc;
    install->fault = INSTALL_FAULT_SIGNATURE;
    return err_set(err, E_IO,
                   "checks of signatures are turned off for the repository "
                   "%s: nothing is installed",
                   buf_c(&unchecked));
}

/* <solvable status= name= edition= arch= repository=/> */
struct searching {
    struct changing *changing;
    VEC(const struct install_change *) found;
};

static int on_found(void *ctx, const struct xml_element *element,
                    struct err *err UNUSED)
{
    struct searching *s = ctx;
    str name = xml_attr(element, STR("name"));
    str edition = rpm_evr(xml_attr(element, STR("edition")));

    if (!str_eq(element->name, STR("solvable")))
        return 0;
    for (size_t i = 0; i < s->changing->asked.n; i++) {
        const struct ask *asked = &s->changing->asked.p[i];

        if (str_eq(asked->change->name, name) &&
            str_eq(asked->wanted->version, edition))
            *vec_push(&s->found) = asked->change;
    }
    return 0;
}

static int check(struct install *install, struct changing *changing,
                 struct err *err)
{
    static const struct xml_handler handler = { .start = on_found };
    struct searching s = { .changing = changing };
    VEC(const char *) words = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc;

    rpm_check_order(changing);
    *vec_push(&words) = "search";
    *vec_push(&words) = "--details";
    *vec_push(&words) = "--match-exact";
    for (size_t i = 0; i < changing->asked.n; i++)
        *vec_push(&words) = arena_c(&arena, changing->asked.p[i].change->name);
    *vec_push(&words) = NULL;
    rc = changing->asked.n > 0 ? check_repositories(install, err) : 0;
    if (rc == 0 && changing->asked.n > 0)
        rc = query(install, words.p, &handler, &s, err);
    for (size_t i = 0; rc == 0 && i < changing->asked.n;) {
        const struct ask *asked = &changing->asked.p[i];
        bool found = false;

        for (size_t k = 0; k < s.found.n; k++)
            found |= s.found.p[k] == asked->change;
        if (found)
            i++;
        else
            changing_drop(changing, i, INSTALL_FAILED, INSTALL_FAULT_GONE,
                          "no repository offers version %" PRIstr " any more",
                          ARGstr(asked->wanted->version));
    }
    vec_clear(&s.found);
    vec_clear(&words);
    return rc;
}

/* The archive in one repository's folder. */
static bool staged_in(const char *folder, const struct install_wanted *wanted)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
    DIR *dir = opendir(folder);
    struct dirent *entry;
    bool found = false;

    while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
        if (!rpm_keeps(wanted, str_c(entry->d_name)) ||
            !str_ends(str_c(entry->d_name), STR(".rpm")))
            continue;
        buf_reset(&path);
        buf_printf(&path, "%s/%s", folder, entry->d_name);
        found = rpm_is_whole(buf_c(&path));
    }
    if (dir != NULL)
        closedir(dir);
    return found;
}

/* In a folder for each repository. */
static bool staged(const struct install *install,
                   const struct install_wanted *wanted)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
    DIR *dir = opendir(install->stage.p);
    struct dirent *entry;
    bool found = false;

    while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        buf_reset(&path);
        buf_printf(&path, "%" PRIstr "/%s", ARGstr(install->stage),
                   entry->d_name);
        found = staged_in(buf_c(&path), wanted);
    }
    if (dir != NULL)
        closedir(dir);
    return found;
}

static int run(struct install *install, struct changing *changing,
               const char *log, struct err *err)
{
    AUTO(command_clear)
    struct command command = { .line = on_change_line,
                               .ctx = changing,
                               .log = log };

    zypper_command(install, &command, false);
    command_add(&command, "install");
    if (log == NULL)
        command_add(&command, "--download-only");
    command_add_all(
        &command, (const char *const[]){ "--no-recommends",
                                         "--auto-agree-with-licenses", NULL });
    add_packages(&command, changing);
    changing->told.good = good_codes;
    changing->told.good_count = CHANGE_CODES;
    return changing_run(install, changing, &command, err);
}

static int stage(struct install *install, struct changing *changing,
                 struct err *err)
{
    int rc = plan(install, changing, false, err);

    return rc == 0 ? run(install, changing, NULL, err) : rc;
}

static int apply(struct install *install, struct changing *changing,
                 bool offline, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc;

    for (size_t i = 0; offline && i < changing->asked.n;) {
        if (staged(install, changing->asked.p[i].wanted))
            i++;
        else
            changing_drop(changing, i, INSTALL_FAILED, INSTALL_FAULT_CORRUPT,
                          "its archive is not in the stage");
    }
    if (changing->asked.n == 0)
        return 0;
    rc = offline ? plan(install, changing, true, err)
                 : stage(install, changing, err);
    if (rc < 0)
        return rc;
    return run(
        install, changing,
        arena_printf(&arena, "%" PRIstr "/log", ARGstr(install->stage)).p, err);
}

/* The newest of each is put there again: that runs its scripts and removes
 * the others. */
static int mend(struct install *install, const struct installed_list *doubles,
                struct err *err)
{
    struct told told = TOLD;
    AUTO(command_clear)
    struct command command = { .line = on_line, .ctx = &told };
    int rc = check_repositories(install, err);

    if (rc < 0)
        return rc;
    zypper_command(install, &command, false);
    command_add_all(&command, (const char *const[]){
                                  "install", "--force", "--no-recommends",
                                  "--auto-agree-with-licenses", "--", NULL });
    for (size_t i = 0; i < doubles->n; i++)
        add_package(&command, doubles->p[i].name, doubles->p[i].arch,
                    doubles->p[i].version);
    told.good = good_codes;
    told.good_count = CHANGE_CODES;
    rc = told_run(install, &told, &command, err);
    told_clear(&told);
    return rc;
}

static int recover(struct install *install, struct buf *text, struct err *err)
{
    return rpm_recover(install, mend, "zypper install --force", text, err);
}

static int reboot(struct install *install, struct arena *arena,
                  struct install_reboot *out, struct err *err UNUSED)
{
    struct told told = TOLD;
    AUTO(command_clear)
    struct command command = { .line = on_line, .ctx = &told };

    if (install->root.n > 0)
        return 0;
    told.good = good_codes;
    told.good_count = CHANGE_CODES;
    zypper_command(install, &command, false);
    command_add(&command, "needs-rebooting");
    if (told_run(install, &told, &command, NULL) < 0)
        texts_add(&out->unknown, arena,
                  STR("zypper needs-rebooting: this zypper does not know it"));
    else if (told.code == EXIT_REBOOT)
        reboot_add(out, arena, INSTALL_REBOOT_MANAGER,
                   STR("zypper needs-rebooting says that core libraries or "
                       "services were updated since the start"));
    told_clear(&told);
    return 0;
}

static const char *const marks[] = { "etc/zypp", "usr/bin/zypper", NULL };

const struct manager manager_zypper = {
    .name = "zypper",
    .program = "zypper",
    .marks = marks,
    .prepare = prepare,
    .packages = rpm_packages,
    .refresh = refresh,
    .scan = scan,
    .check = check,
    .stage = stage,
    .apply = apply,
    .staged = staged,
    .recover = recover,
    .keeps = rpm_keeps,
    .reboot = reboot,
};
