/* SPDX-License-Identifier: Apache-2.0
 *
 * apt and dpkg: what is installed, what is missing, and recovery.
 * apt_change.c stages and installs.
 *
 * Below a root apt is this machine's, with a configuration of ours
 * (APT_CONFIG) that names the root's folders: its sources, keys, preferences
 * and databases count, its apt.conf does not.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "install/apt_int.h"
#include "version/dpkg.h"

enum {
    RELEASES_MAX = 10000,
    PRIORITY_USUAL = 500, /* below it a release is not for upgrades */
};

/* --- Running apt. --- */

static int write_config(struct install *install, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(8 * PATH_TEXT_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *root = arena_c(&arena, install->root);
    int rc;

    buf_printf(&text,
               "Dir \"%s/\";\n"
               "Dir::State::status \"%s/var/lib/dpkg/status\";\n"
               "Dir::Etc::main \"/dev/null\";\n"
               "Dir::Etc::parts \"/dev/null\";\n"
               "DPkg::Options { \"--root=%s\"; };\n",
               root, root, root);
    rc = buf_finish(&text, "the configuration of apt", err);
    return rc < 0 ? rc
                  : install_config(install, "apt.conf", buf_str(&text), err);
}

/* Each program of apt's reads all lists anew where it keeps no cache, as in
 * most containers: then it keeps one for us, in the stage or, without one, as
 * long as this run. apt checks by the lists' sizes and times that it is true.
 */
static int choose_cache(struct install *install, struct err *err)
{
    bool has_own = access("/var/cache/apt/pkgcache.bin", F_OK) == 0;
    int rc = 0;

    if (has_own && install->stage.n == 0)
        return 0;
    if (install->stage.n == 0)
        rc = install_private(install, err);
    if (rc < 0)
        return rc;
    install->cache = arena_printf(
        &install->arena, "%" PRIstr "/pkgcache.bin",
        ARGstr(install->stage.n > 0 ? install->stage : install->private));
    if (has_own) {
        unlink(install->cache.p);
        install->cache = STR("");
    }
    return 0;
}

static int prepare(struct install *install, struct err *err)
{
    return install->root.n == 0 ? choose_cache(install, err)
                                : write_config(install, err);
}

void apt_command(struct install *install, struct command *command,
                 const char *program)
{
    command->timeout_s = QUERY_TIMEOUT_S;
    command_add(command, program);
    if (install->config.n > 0)
        command_env(command, "APT_CONFIG=%s", install->config.p);
    if (install->cache.n > 0 && str_starts(str_c(program), STR("apt-"))) {
        command_add(command, "-o");
        command_add_format(command, "Dir::Cache::pkgcache=%s",
                           install->cache.p);
        command_add(command, "-o");
        command_add(command, "Dir::Cache::srcpkgcache=");
    }
}

void apt_name(struct command *command, str name, str arch, str version)
{
    bool plain = arch.n == 0 || str_eq(arch, STR("all"));

    command_add_format(command, "%" PRIstr "%s%" PRIstr "%s%" PRIstr,
                       ARGstr(name), plain ? "" : ":",
                       ARGstr(plain ? STR("") : arch), version.n > 0 ? "=" : "",
                       ARGstr(version));
}

/* --- What is installed. --- */

static bool is_broken(str status)
{
    static const char *const broken[] = { "unpacked", "half-configured",
                                          "half-installed", "triggers-awaited",
                                          "triggers-pending" };

    for (size_t i = 0; i < COUNT(broken); i++) {
        if (str_eq_c(status, broken[i]))
            return true;
    }
    return false;
}

static void add_package(str line, struct arena *arena,
                        struct installed_list *out)
{
    struct installed package = { 0 };
    str status;

    package.name = str_cut(&line, '\t');
    package.version = str_cut(&line, '\t');
    package.arch = str_cut(&line, '\t');
    package.held = str_eq(str_cut(&line, '\t'), STR("hold"));
    status = str_cut(&line, '\t');
    package.broken = is_broken(status) || str_cut(&line, '\t').n > 2;
    if (!package.broken && !str_eq(status, STR("installed")))
        return; /* only its configuration is left, or nothing */
    package.name = arena_str(arena, package.name);
    package.version = arena_str(arena, package.version);
    package.arch = arena_str(arena, package.arch);
    package.status = arena_str(arena, status);
    package.source = arena_str(arena, line);
    *vec_push(out) = package;
}

/* An error flag is "reinst-required", no error is "ok". */
int apt_packages(struct install *install, struct arena *arena,
                 struct installed_list *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    struct arena local = ARENA;
    str rest;
    int rc;

    apt_command(install, &command, "dpkg-query");
    command_add_format(&command, "--admindir=%s",
                       install_path(install, &local, "var/lib/dpkg"));
    command_add(&command, "-W");
    command_add(&command, "-f=${Package}\t${Version}\t${Architecture}\t"
                          "${db:Status-Want}\t${db:Status-Status}\t"
                          "${db:Status-Eflag}\t${source:Package}\n");
    arena_clear(&local);
    rc = command_must(&command, err);
    if (rc < 0)
        return err_wrap(err, rc, "what is installed");
    rest = buf_str(&text);
    while (rest.n > 0)
        add_package(str_cut(&rest, '\n'), arena, out);
    installed_sort(out);
    return 0;
}

/* --- Policies: the table of versions of a package. --- */

struct release {
    str key; /* "http://host/debian bookworm/main amd64 Packages" */
    str origin;
    str label;
    str archive;
    str codename;
};
struct scanning {
    struct install *install;
    struct arena *arena;
    struct install_scan *out;
    struct installed_list list;
    struct apt_lax_list lax; /* sources believed without a signature */
    VEC(struct release) releases;
    VEC(struct install_update) updates;
    /* of the package that is being read */
    const struct installed *package;
    str candidate;
    bool in_table;
    struct apt_version version; /* the row that is being read */
    struct apt_version best;    /* newest for upgrades */
    bool security;              /* of a row newer than what is installed */
    str candidate_key;
    str best_key;
    bool phased;
};

static int newer(str a, str b)
{
    int order = 0;

    return dpkg_version_compare(a, b, &order, NULL) < 0 ? 0 : order;
}

static const struct release *find_release(const struct scanning *s, str key)
{
    for (size_t i = 0; i < s->releases.n; i++) {
        if (str_eq(s->releases.p[i].key, key))
            return &s->releases.p[i];
    }
    return NULL;
}

static bool is_security(const struct release *release)
{
    return str_ends(release->codename, STR("-security")) ||
           str_ends(release->archive, STR("-security")) ||
           str_ends(release->label, STR("-Security")) ||
           str_eq(release->label, STR("Security"));
}

static str member(str text, char name)
{
    while (text.n > 0) {
        str part = str_cut(&text, ',');

        if (part.n > 2 && part.p[0] == name && part.p[1] == '=')
            return str_sub(part, 2, SIZE_MAX);
    }
    return STR("");
}

/* " 500 http://host/debian bookworm/main amd64 Packages", then
 * "     release v=12,o=Debian,a=stable,n=bookworm,l=Debian,c=main,b=amd64" */
static void take_release_line(struct scanning *s, str line)
{
    static const str word = STR("release ");
    str text = str_trim(line);
    struct release *last;

    if (str_starts(text, word) && s->releases.n > 0) {
        text = str_sub(text, word.n, SIZE_MAX);
        last = &s->releases.p[s->releases.n - 1];
        last->origin = arena_str(s->arena, member(text, 'o'));
        last->label = arena_str(s->arena, member(text, 'l'));
        last->archive = arena_str(s->arena, member(text, 'a'));
        last->codename = arena_str(s->arena, member(text, 'n'));
        return;
    }
    if (text.n == 0 ||
        (text.p[0] != '-' && (text.p[0] < '0' || text.p[0] > '9')))
        return;
    (void)str_cut(&text, ' ');
    if (s->releases.n < RELEASES_MAX)
        vec_push(&s->releases)->key = arena_str(s->arena, str_trim(text));
}

static int read_releases(struct scanning *s, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    str rest;
    int rc;

    apt_command(s->install, &command, "apt-cache");
    command_add(&command, "policy");
    rc = command_must(&command, err);
    if (rc < 0)
        return err_wrap(err, rc, "the lists of packages");
    rest = buf_str(&text);
    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');

        if (str_starts(line, STR("Pinned packages")))
            break;
        take_release_line(s, line);
    }
    return 0;
}

/* A row of the table is whole: the next begins, or the package ends. */
static void end_version(struct scanning *s)
{
    const struct apt_version *version = &s->version;

    if (version->text.n == 0 || s->package == NULL)
        return;
    if (newer(version->text, s->package->version) > 0) {
        if (str_eq(version->text, s->candidate))
            s->candidate_key = version->key;
        if (version->priority >= PRIORITY_USUAL &&
            (s->best.text.n == 0 || newer(version->text, s->best.text) > 0)) {
            s->best = *version;
            s->best_key = version->key;
        }
        s->security |= version->security;
        s->phased |= version->phased && str_eq(version->text, s->candidate);
    }
    s->version = (struct apt_version){ 0 };
}

static void add_update(struct scanning *s)
{
    const struct installed *package = s->package;
    bool offered = newer(s->candidate, package->version) > 0;
    str key = offered ? s->candidate_key : s->best_key;
    const struct release *release = find_release(s, key);
    struct install_update *update = vec_push(&s->updates);

    update->name = package->name;
    update->arch = package->arch;
    update->installed = package->version;
    update->source = package->source;
    update->candidate =
        arena_str(s->arena, offered ? s->candidate : s->best.text);
    update->size = -1;
    update->security = s->security;
    update->archive = arena_str(s->arena, str_cut(&key, ' '));
    update->origin = update->suite = STR("");
    if (release != NULL) {
        update->origin =
            release->label.n > 0 ? release->label : release->origin;
        update->suite =
            release->codename.n > 0 ? release->codename : release->archive;
    }
    update->held = package->held ? STR("hold")
                   : !offered    ? STR("pin")
                   : apt_lax_find(&s->lax, update->archive) != NULL
                       ? STR("its source is believed without a signature")
                   : s->phased ? STR("phased")
                               : STR("");
}

static void end_package(struct scanning *s)
{
    end_version(s);
    if (s->package != NULL && s->updates.n < INSTALL_UPDATES_MAX &&
        (newer(s->candidate, s->package->version) > 0 || s->best.text.n > 0))
        add_update(s);
    s->package = NULL;
    s->candidate = STR("");
    s->in_table = false;
    s->best = s->version = (struct apt_version){ 0 };
    s->security = s->phased = false;
    s->candidate_key = s->best_key = STR("");
}

/* "name:" or "name:arch:", for the one of this machine's architecture the
 * former. */
static void begin_package(struct scanning *s, str line)
{
    str name = str_sub(line, 0, line.n - 1);
    size_t colon = str_find_char(name, ':');
    str arch = colon < name.n ? str_sub(name, colon + 1, SIZE_MAX) : STR("");
    const struct installed *package =
        installed_find(&s->list, str_sub(name, 0, colon), arch);

    end_package(s);
    s->package = package;
}

bool apt_version_row(str line, struct apt_version *out)
{
    struct apt_version version = { 0 };
    str rest;

    if (line.n < 6 || line.p[5] == ' ' ||
        !(str_starts(line, STR(" *** ")) || str_starts(line, STR("     "))))
        return false;
    rest = str_sub(line, 5, SIZE_MAX);
    version.text = str_cut(&rest, ' ');
    version.phased = str_find(rest, STR("(phased ")) < rest.n;
    version.priority = INT32_MIN;
    *out = version;
    return true;
}

bool apt_source_row(str line, int64_t *out_priority, str *out_key)
{
    str rest = str_trim(line);
    str number = str_cut(&rest, ' ');

    if (line.n < 9 || !str_starts(line, STR("        ")) ||
        str_to_i64(number, INT32_MIN, INT32_MAX, out_priority, NULL) < 0)
        return false;
    *out_key = str_trim(rest);
    return true;
}

static void take_source(struct scanning *s, str line)
{
    struct apt_version *version = &s->version;
    const struct release *release;
    int64_t priority;
    str key;

    if (!apt_source_row(line, &priority, &key) || str_starts(key, STR("/")))
        return; /* what is installed */
    release = find_release(s, key);
    if (release != NULL && is_security(release)) {
        version->security = true;
        version->key = release->key;
    }
    if (version->key.n == 0)
        version->key =
            release != NULL ? release->key : arena_str(s->arena, key);
    if (priority > version->priority)
        version->priority = priority;
}

static void take_policy_line(struct scanning *s, str line)
{
    static const str candidate = STR("  Candidate: ");

    if (line.n > 1 && line.p[0] != ' ' && line.p[line.n - 1] == ':') {
        begin_package(s, line);
    } else if (s->package == NULL) {
        return;
    } else if (str_starts(line, candidate)) {
        s->candidate = str_trim(str_sub(line, candidate.n, SIZE_MAX));
        if (str_eq(s->candidate, STR("(none)")))
            s->candidate = STR("");
    } else if (str_starts(line, STR("  Version table:"))) {
        s->in_table = true;
    } else if (s->in_table) {
        struct apt_version version;

        if (apt_version_row(line, &version)) {
            end_version(s);
            s->version = version;
        } else {
            take_source(s, line);
        }
    }
}

/* The texts of a batch die with it: what is kept was copied. */
static int read_policies(struct scanning *s, size_t from, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    str rest;
    int rc;

    apt_command(s->install, &command, "apt-cache");
    command_add(&command, "policy");
    for (size_t i = from; i < s->list.n && i < from + BATCH; i++)
        apt_name(&command, s->list.p[i].name, s->list.p[i].arch, STR(""));
    rc = command_must(&command, err);
    if (rc < 0)
        return err_wrap(err, rc, "what is offered");
    rest = buf_str(&text);
    while (rest.n > 0)
        take_policy_line(s, str_cut(&rest, '\n'));
    end_package(s);
    return 0;
}

/* --- Sizes. --- */

struct stanza {
    str package;
    str version;
    str arch;
    int64_t size;
};

static void end_stanza(struct scanning *s, struct stanza *stanza)
{
    for (size_t i = 0; i < s->updates.n; i++) {
        struct install_update *update = &s->updates.p[i];

        if (str_eq(update->name, stanza->package) &&
            str_eq(update->candidate, stanza->version) &&
            str_eq(update->arch, stanza->arch) && stanza->size > 0)
            update->size = stanza->size;
    }
    *stanza = (struct stanza){ 0 };
}

static void take_stanza_line(struct stanza *stanza, str line)
{
    str value = line;
    str key = str_cut(&value, ':');

    value = str_trim(value);
    if (str_eq(key, STR("Package")))
        stanza->package = value;
    else if (str_eq(key, STR("Version")))
        stanza->version = value;
    else if (str_eq(key, STR("Architecture")))
        stanza->arch = value;
    else if (str_eq(key, STR("Size")) &&
             str_to_i64(value, 0, (int64_t)1 << 50, &stanza->size, NULL) < 0)
        stanza->size = 0;
}

static int read_sizes(struct scanning *s, size_t from, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OUTPUT_MAX);
    AUTO(command_clear) struct command command = { .out = &text };
    struct stanza stanza = { 0 };
    str rest;
    int rc;

    apt_command(s->install, &command, "apt-cache");
    command_add(&command, "show");
    for (size_t i = from; i < s->updates.n && i < from + BATCH; i++)
        apt_name(&command, s->updates.p[i].name, s->updates.p[i].arch,
                 s->updates.p[i].candidate);
    rc = command_must(&command, err);
    if (rc < 0)
        return err_wrap(err, rc, "what is offered");
    rest = buf_str(&text);
    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');

        if (line.n == 0)
            end_stanza(s, &stanza);
        else if (line.p[0] != ' ')
            take_stanza_line(&stanza, line);
    }
    end_stanza(s, &stanza);
    return 0;
}

/* --- The lists. --- */

static int refresh(struct install *install, struct err *err)
{
    AUTO(command_clear) struct command command = { 0 };

    apt_command(install, &command, "apt-get");
    command_add_all(&command,
                    (const char *const[]){
                        "-q", "-o", "APT::Update::Error-Mode=any", "-o",
                        "Acquire::Retries=2", "-o", "Acquire::http::Timeout=60",
                        "-o", "Acquire::https::Timeout=60", "-o",
                        "Acquire::AllowInsecureRepositories=false", "-o",
                        "Acquire::AllowDowngradeToInsecureRepositories=false",
                        "-o", "Acquire::AllowWeakRepositories=false", "update",
                        NULL });
    return told_refresh(install, &command, "W: Failed to fetch", err);
}

/* apt gives the lists the server's times; the folder that they arrive in has
 * the time of the last fetching. */
static int64_t lists_time(const struct install *install)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    static const char *const paths[] = {
        "var/lib/apt/periodic/update-success-stamp",
        "var/lib/apt/lists/partial", "var/lib/apt/lists"
    };
    int64_t newest = 0;
    struct stat st;

    for (size_t i = 0; i < COUNT(paths); i++) {
        if (stat(install_path(install, &arena, paths[i]), &st) == 0 &&
            st.st_mtim.tv_sec > newest)
            newest = st.st_mtim.tv_sec;
    }
    return newest;
}

static bool has_lists(const struct scanning *s)
{
    for (size_t i = 0; i < s->releases.n; i++) {
        if (!str_starts(s->releases.p[i].key, STR("/")))
            return true;
    }
    return false;
}

static int scan_all(struct scanning *s, struct err *err)
{
    int rc = apt_packages(s->install, s->arena, &s->list, err);

    if (rc == 0)
        rc = read_releases(s, err);
    for (size_t i = 0; rc == 0 && i < s->list.n; i += BATCH)
        rc = read_policies(s, i, err);
    for (size_t i = 0; rc == 0 && i < s->updates.n; i += BATCH)
        rc = read_sizes(s, i, err);
    if (rc < 0)
        return rc;
    s->out->lists_at = has_lists(s) ? lists_time(s->install) : 0;
    s->out->update_count = s->updates.n;
    s->out->updates =
        arena_alloc(s->arena, s->updates.n + 1, sizeof(*s->out->updates));
    if (s->updates.n > 0)
        memcpy(s->out->updates, s->updates.p,
               s->updates.n * sizeof(*s->updates.p));
    return 0;
}

static int scan(struct install *install, struct arena *arena,
                struct install_scan *out, struct err *err)
{
    struct scanning s = { .install = install, .arena = arena, .out = out };
    int rc;

    apt_lax_read(install, arena, &s.lax);
    for (size_t i = 0; i < s.lax.n && i < INSTALL_WARNINGS_MAX / 2; i++)
        texts_add(&out->warnings, arena,
                  arena_printf(arena,
                               "%" PRIstr " is believed without a signature "
                               "(%s=yes): nothing from there is installed",
                               ARGstr(s.lax.p[i].uri), s.lax.p[i].option));
    rc = scan_all(&s, err);
    mem_free(s.list.p);
    mem_free(s.lax.p);
    vec_clear(&s.releases);
    vec_clear(&s.updates);
    return rc;
}

/* --- Recovery. --- */

/* dpkg keeps what it had begun to write in "updates": there is more in the
 * folder than its own two entries when it was interrupted. */
static bool has_journal(const struct install *install)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    DIR *dir = opendir(install_path(install, &arena, "var/lib/dpkg/updates"));
    struct dirent *entry;
    bool found = false;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        found |= entry->d_name[0] != '.';
    if (dir != NULL)
        closedir(dir);
    return found;
}

static int configure_all(struct install *install, struct err *err)
{
    struct told told = TOLD;
    AUTO(command_clear)
    struct command command = { .line = told_on_line, .ctx = &told };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc;

    apt_command(install, &command, "dpkg");
    command.timeout_s = install->options.timeout_s;
    if (install->root.n > 0)
        command_add_format(&command, "--root=%s",
                           arena_c(&arena, install->root));
    command_add_all(&command,
                    (const char *const[]){ "--force-confdef", "--force-confold",
                                           "--configure", "-a", NULL });
    rc = told_run(install, &told, &command, err);
    told_clear(&told);
    return rc;
}

static size_t count_broken(const struct installed_list *list, struct buf *text)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (!list->p[i].broken)
            continue;
        buf_printf(text, "%s%" PRIstr " was %" PRIstr, n > 0 ? ", " : "",
                   ARGstr(list->p[i].name), ARGstr(list->p[i].status));
        n++;
    }
    return n;
}

/* What the next installation mends itself (a package without its files) is
 * left to it: only that what can be configured is, and that it is said. */
static int recover(struct install *install, struct buf *text, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct installed_list list = { 0 };
    struct err why = { 0 };
    int rc = apt_packages(install, &arena, &list, err);
    size_t broken;

    if (rc < 0)
        return rc;
    broken = count_broken(&list, text);
    mem_free(list.p);
    if (broken == 0 && !has_journal(install))
        return 0;
    if (broken == 0)
        buf_add_c(text, "dpkg was interrupted");
    rc = configure_all(install, &why);
    if (rc == 0)
        buf_add_c(text, "; dpkg --configure -a finished it");
    else
        buf_printf(text, "; dpkg --configure -a could not finish it: %s",
                   why.text);
    if (rc < 0 && install->fault == INSTALL_FAULT_LOCKED)
        return err_set(err, E_IO, "%s", why.text);
    install->fault = INSTALL_FAULT_NONE;
    return 1;
}

static const char *const marks[] = { "var/lib/dpkg/status", NULL };

const struct manager manager_apt = {
    .name = "apt",
    .program = "apt-get",
    .marks = marks,
    .prepare = prepare,
    .packages = apt_packages,
    .refresh = refresh,
    .scan = scan,
    .check = apt_check,
    .stage = apt_stage,
    .apply = apt_apply,
    .staged = apt_staged,
    .recover = recover,
    .keeps = apt_keeps,
    .reboot = NULL,
};
