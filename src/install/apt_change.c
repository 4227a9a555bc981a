/* SPDX-License-Identifier: Apache-2.0
 *
 * Staging and installing with apt. Installing is always in two steps: every
 * archive is brought into the stage and compared with the digest that the
 * signed lists give it, then apt installs from there and downloads nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "install/apt_int.h"
#include "version/dpkg.h"

enum {
    KIB = 1024
};

/* --- Which versions are offered. --- */

struct offer {
    struct changing *changing;
    struct install_change *change; /* of the package that is read */
    const struct install_wanted *wanted;
    bool at_version; /* the row is that of the wanted version */
    VEC(const struct install_change *) offered;
};

static void take_offer(struct offer *o, str line)
{
    struct apt_version version;
    int64_t priority;
    str key;

    if (line.n > 1 && line.p[0] != ' ' && line.p[line.n - 1] == ':') {
        str name = str_sub(line, 0, line.n - 1);

        o->change = NULL;
        o->at_version = false;
        for (size_t i = 0; i < o->changing->asked.n; i++) {
            struct ask *asked = &o->changing->asked.p[i];
            str rest = name;
            str bare = str_cut(&rest, ':');

            if (str_eq(asked->change->name, bare) &&
                (rest.n == 0 || str_eq(asked->change->arch, rest))) {
                o->change = asked->change;
                o->wanted = asked->wanted;
            }
        }
    } else if (o->change != NULL && apt_version_row(line, &version)) {
        o->at_version = str_eq(version.text, o->wanted->version);
    } else if (o->change != NULL && o->at_version &&
               apt_source_row(line, &priority, &key) &&
               !str_starts(key, STR("/"))) {
        *vec_push(&o->offered) = o->change;
    }
}

static bool is_offered(const struct offer *o,
                       const struct install_change *change)
{
    for (size_t i = 0; i < o->offered.n; i++) {
        if (o->offered.p[i] == change)
            return true;
    }
    return false;
}

static bool is_older(const struct ask *asked)
{
    int order = 0;

    return dpkg_version_compare(asked->wanted->version, asked->change->before,
                                &order, NULL) == 0 &&
           order < 0;
}

static int read_offers(struct install *install, struct offer *o,
                       struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    str rest;
    int rc;

    apt_command(install, &command, "apt-cache");
    command_add(&command, "policy");
    for (size_t i = 0; i < o->changing->asked.n; i++)
        apt_name(&command, o->changing->asked.p[i].change->name,
                 o->changing->asked.p[i].change->arch, STR(""));
    rc = command_must(&command, err);
    if (rc < 0)
        return err_wrap(err, rc, "what is offered");
    rest = buf_str(&text);
    while (rest.n > 0)
        take_offer(o, str_cut(&rest, '\n'));
    return 0;
}

int apt_check(struct install *install, struct changing *changing,
              struct err *err)
{
    struct offer o = { .changing = changing };
    int rc = read_offers(install, &o, err);

    for (size_t i = 0; rc == 0 && i < changing->asked.n;) {
        struct ask *asked = &changing->asked.p[i];

        if (!is_offered(&o, asked->change))
            changing_drop(changing, i, INSTALL_FAILED, INSTALL_FAULT_GONE,
                          "no repository offers version %" PRIstr " any more",
                          ARGstr(asked->wanted->version));
        else if (is_older(asked))
            changing_drop(changing, i, INSTALL_SKIPPED, INSTALL_FAULT_NONE,
                          "%" PRIstr " is newer and installed already",
                          ARGstr(asked->change->before));
        else
            i++;
    }
    vec_clear(&o.offered);
    return rc;
}

/* --- Asking apt-get. --- */

static void add_step(struct install *install, struct command *command,
                     const char *archives)
{
    apt_command(install, command, "apt-get");
    command->timeout_s = install->options.timeout_s;
    command_add_all(
        command,
        (const char *const[]){ "-q", "-y",
                               "-o", "Acquire::Retries=3",
                               "-o", "Acquire::http::Timeout=60",
                               "-o", "Acquire::https::Timeout=60",
                               "-o", "Acquire::AllowInsecureRepositories=false",
                               "-o", "APT::Get::AllowUnauthenticated=false",
                               "-o", "APT::Get::allow-downgrades=false",
                               "-o", "APT::Get::allow-remove-essential=false",
                               "-o", "APT::Install-Recommends=false",
                               "-o", "APT::Install-Suggests=false",
                               "-o", "APT::Keep-Downloaded-Packages=true",
                               "-o", "DPkg::Lock::Timeout=0",
                               "-o", "Dpkg::Use-Pty=0",
                               "-o", "Dpkg::Options::=--force-confdef",
                               "-o", "Dpkg::Options::=--force-confold",
                               NULL });
    command_add(command, "-o");
    command_add_format(command, "Dir::Cache::archives=%s/", archives);
    if (install->options.bandwidth_kib > 0) {
        command_add(command, "-o");
        command_add_format(command, "Acquire::http::Dl-Limit=%lld",
                           (long long)install->options.bandwidth_kib);
        command_add(command, "-o");
        command_add_format(command, "Acquire::https::Dl-Limit=%lld",
                           (long long)install->options.bandwidth_kib);
    }
}

static void add_packages(struct command *command,
                         const struct changing *changing)
{
    command_add(command, "--only-upgrade");
    command_add(command, "--no-remove");
    command_add(command, "install");
    for (size_t i = 0; i < changing->asked.n; i++)
        apt_name(command, changing->asked.p[i].change->name,
                 changing->asked.p[i].change->arch,
                 changing->asked.p[i].wanted->version);
}

/* --- The archives that are needed, and what they must be. --- */

struct archives {
    struct changing *changing;
    VEC(struct archive) all;
    bool weak; /* one has no SHA-256 */
};

/* 'http://host/pool/p_1_all.deb' p_1_all.deb 1234 SHA256:abc... */
static void take_uri(struct archives *a, str line)
{
    struct archive archive = { 0 };
    str rest = str_trim(line);
    static const str sha256 = STR("SHA256:");

    if (rest.n == 0 || rest.p[0] != '\'')
        return;
    rest = str_sub(rest, 1, SIZE_MAX);
    archive.uri = arena_str(a->changing->arena, str_cut(&rest, '\''));
    rest = str_trim(rest);
    archive.file = str_cut(&rest, ' ');
    if (str_to_i64(str_cut(&rest, ' '), 0, (int64_t)1 << 50, &archive.size,
                   NULL) < 0)
        return;
    a->weak |= !str_starts(rest, sha256);
    archive.digest =
        arena_str(a->changing->arena, str_sub(rest, sha256.n, SIZE_MAX));
    archive.file = arena_str(a->changing->arena, archive.file);
    archive.place = archive.file;
    archive.kind = DIGEST_SHA256;
    if (str_find_char(archive.file, '/') == archive.file.n)
        *vec_push(&a->all) = archive;
}

static void on_uri(void *ctx, enum command_stream stream, str line)
{
    struct archives *a = ctx;

    if (stream == COMMAND_OUT && line.n > 0 && line.p[0] == '\'')
        take_uri(a, line);
    else
        told_line(&a->changing->told, line);
}

/* Also of what comes along: none may come from a source that apt was told to
 * believe without a signature (claim 17). */
static int check_sources(struct install *install, const struct archives *a,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct apt_lax_list list = { 0 };
    int rc = 0;

    apt_lax_read(install, &arena, &list);
    for (size_t i = 0; rc == 0 && i < a->all.n; i++) {
        const struct apt_lax *lax = apt_lax_find(&list, a->all.p[i].uri);

        if (lax == NULL)
            continue;
        install->fault = INSTALL_FAULT_SIGNATURE;
        rc = err_set(err, E_IO,
                     "%" PRIstr " would come from %" PRIstr
                     ", whose signature is not demanded here (%s=yes): "
                     "nothing from there is installed",
                     ARGstr(a->all.p[i].file), ARGstr(lax->uri), lax->option);
    }
    mem_free(list.p);
    return rc;
}

/* With a folder that has no archives apt names all of them. */
static int list_archives(struct install *install, struct archives *a,
                         struct err *err)
{
    AUTO(command_clear) struct command command = { .line = on_uri, .ctx = a };
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *empty =
        arena_printf(&arena, "%" PRIstr "/none", ARGstr(install->stage)).p;
    const char *partial = arena_printf(&arena, "%s/partial", empty).p;
    int rc;

    if ((mkdir(empty, 0755) < 0 && errno != EEXIST) ||
        (mkdir(partial, 0755) < 0 && errno != EEXIST))
        return err_errno(err, errno, "%s", empty);
    add_step(install, &command, empty);
    command_add(&command, "-o"); /* else it names MD5 for old programs */
    command_add(&command, "Acquire::ForceHash=SHA256");
    command_add(&command, "--print-uris");
    add_packages(&command, a->changing);
    rc = changing_run(install, a->changing, &command, err);
    if (rc == 0)
        rc = check_sources(install, a, err);
    if (rc == 0 && a->weak) {
        install->fault = INSTALL_FAULT_SIGNATURE;
        rc = err_set(err, E_INVALID,
                     "a repository gives no SHA-256 of its archives");
    }
    return rc;
}

/* How many bytes are not there yet. */
static int64_t missing_bytes(const struct install *install,
                             const struct archives *a, str *out_first)
{
    int64_t bytes = 0;

    *out_first = STR("");
    for (size_t i = 0; i < a->all.n; i++) {
        if (archive_is_whole(install, &a->all.p[i]))
            continue;
        if (out_first->n == 0)
            *out_first = a->all.p[i].file;
        bytes += a->all.p[i].size > 0 ? a->all.p[i].size : 1;
    }
    return bytes;
}

static int download(struct install *install, struct changing *changing,
                    struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(command_clear)
    struct command command = { .line = changing_line, .ctx = changing };
    const char *partial =
        arena_printf(&arena, "%" PRIstr "/partial", ARGstr(install->stage)).p;

    if (mkdir(partial, 0755) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", partial);
    add_step(install, &command, arena_c(&arena, install->stage));
    command_add(&command, "-d");
    add_packages(&command, changing);
    return changing_run(install, changing, &command, err);
}

static int bring(struct install *install, struct archives *a, bool offline,
                 struct err *err)
{
    str first;
    int64_t bytes = missing_bytes(install, a, &first);
    const char *stage = install->stage.p;
    int rc;

    if (bytes == 0)
        return 0;
    if (offline) {
        install->fault = INSTALL_FAULT_CORRUPT;
        return err_set(err, E_IO,
                       "%" PRIstr " is not in the stage, or is damaged",
                       ARGstr(first));
    }
    rc = install_room(install, stage, bytes, err);
    if (rc < 0)
        return rc;
    share_bring(install, a->changing, a->all.p, a->all.n);
    if (missing_bytes(install, a, &first) > 0)
        rc = download(install, a->changing, err);
    if (rc < 0)
        return rc;
    a->changing->bytes += bytes;
    if (missing_bytes(install, a, &first) == 0)
        return 0;
    install->fault = INSTALL_FAULT_CORRUPT;
    return err_set(err, E_IO,
                   "%" PRIstr " came with another digest than the signed "
                   "lists give it",
                   ARGstr(first));
}

int apt_stage(struct install *install, struct changing *changing,
              struct err *err)
{
    struct archives a = { .changing = changing };
    int rc = list_archives(install, &a, err);

    if (rc == 0)
        rc = bring(install, &a, false, err);
    vec_clear(&a.all);
    return rc;
}

/* dpkg's names: the epoch's colon is written %3a; native and foreign packages
 * alike. */
static void archive_name(const struct install_wanted *wanted, struct buf *out)
{
    buf_printf(out, "%" PRIstr "_", ARGstr(wanted->name));
    for (size_t i = 0; i < wanted->version.n; i++) {
        if (wanted->version.p[i] == ':')
            buf_add_c(out, "%3a");
        else
            buf_add_char(out, wanted->version.p[i]);
    }
    buf_add_char(out, '_');
}

bool apt_keeps(const struct install_wanted *wanted, str file)
{
    AUTO(buf_clear) struct buf name = BUF(PATH_TEXT_MAX);

    archive_name(wanted, &name);
    return str_starts(file, buf_str(&name));
}

bool apt_staged(const struct install *install,
                const struct install_wanted *wanted)
{
    static const char *const arches[] = {
        "all", "amd64", "arm64", "i386", "armhf", "ppc64el", "s390x", "riscv64"
    };
    AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
    size_t n;

    buf_printf(&path, "%" PRIstr "/", ARGstr(install->stage));
    archive_name(wanted, &path);
    n = path.n;
    for (size_t i = 0; i < COUNT(arches); i++) {
        path.n = n;
        buf_printf(&path, "%s.deb", arches[i]);
        if (access(buf_c(&path), R_OK) == 0)
            return true;
    }
    return false;
}

/* --- Installing. --- */

static int64_t unpacked_size(const struct install *install,
                             const struct archive *archive)
{
    AUTO(buf_clear) struct buf text = BUF(KIB);
    AUTO(command_clear)
    struct command command = { .out = &text, .timeout_s = 60 };
    int64_t kib = 0;

    command_add(&command, "dpkg-deb");
    command_add(&command, "-f");
    command_add_format(&command, "%" PRIstr "/%" PRIstr, ARGstr(install->stage),
                       ARGstr(archive->file));
    command_add(&command, "Installed-Size");
    if (command_must(&command, NULL) < 0 ||
        str_to_i64(str_trim(buf_str(&text)), 0, (int64_t)1 << 40, &kib, NULL) <
            0)
        return archive->size * 4;
    return kib * KIB;
}

/* dpkg unpacks one package beside its old files, then removes these: what is
 * needed for a while is the largest one, and a part of all for what grew. */
static int check_room(struct install *install, const struct archives *a,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    int64_t largest = 0;
    int64_t all = 0;

    for (size_t i = 0; i < a->all.n; i++) {
        int64_t size = unpacked_size(install, &a->all.p[i]);

        largest = size > largest ? size : largest;
        all += size;
    }
    return install_room(install, install_path(install, &arena, ""),
                        largest + all / 8, err);
}

/* "pmstatus:bash:12.5:Unpacking bash (amd64)", "pmerror:FILE or NAME:…" */
static void take_status(struct install *install, struct changing *changing,
                        str line)
{
    str rest = line;
    str kind = str_cut(&rest, ':');
    str name = str_cut(&rest, ':');
    str percent = str_cut(&rest, ':');
    struct install_change *change = changing_find(changing, name);
    int64_t value = -1;

    if (str_to_i64(str_cut(&percent, '.'), 0, 100, &value, NULL) < 0)
        value = -1;
    if (str_eq(kind, STR("pmstatus")) && install->options.progress != NULL) {
        install->options.progress(install->options.progress_ctx,
                                  INSTALL_INSTALLING,
                                  change != NULL ? name : STR(""), value);
    } else if (str_eq(kind, STR("pmerror")) && change != NULL) {
        change->fault = fault_of_line(rest);
        if (change->fault == INSTALL_FAULT_NONE)
            change->fault = INSTALL_FAULT_SCRIPT;
        change->text = arena_str(
            changing->arena, str_sub(str_trim(rest), 0, INSTALL_TEXT_MAX / 4));
        told_line(&changing->told, rest);
    }
}

struct watching {
    struct install *install;
    struct changing *changing;
};

static void on_apply_line(void *ctx, enum command_stream stream, str line)
{
    struct watching *w = ctx;

    if (stream == COMMAND_STATUS)
        take_status(w->install, w->changing, line);
    else
        changing_line(w->changing, stream, line);
}

static int run_apply(struct install *install, struct changing *changing,
                     struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct watching w = { install, changing };
    AUTO(command_clear)
    struct command command = {
        .line = on_apply_line,
        .ctx = &w,
        .status = true,
        .log =
            arena_printf(&arena, "%" PRIstr "/log", ARGstr(install->stage)).p,
    };

    add_step(install, &command, arena_c(&arena, install->stage));
    command_add(&command, "--no-download");
    command_add(&command, "-o");
    command_add_format(&command, "APT::Status-Fd=%d", COMMAND_STATUS_FD);
    add_packages(&command, changing);
    return changing_run(install, changing, &command, err);
}

int apt_apply(struct install *install, struct changing *changing, bool offline,
              struct err *err)
{
    struct archives a = { .changing = changing };
    int rc = list_archives(install, &a, err);

    if (rc == 0)
        rc = bring(install, &a, offline, err);
    if (rc == 0)
        rc = check_room(install, &a, err);
    if (rc == 0)
        rc = run_apply(install, changing, err);
    vec_clear(&a.all);
    return rc;
}
