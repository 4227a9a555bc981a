/* SPDX-License-Identifier: Apache-2.0 */
#include "server/update.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "confine/confine.h"
#include "content/feed.h"
#include "schedule/schedule.h"
#include "schedule/zones.h"

enum {
    LOOK_MS = 2000, /* the clock may jump */
    WANTED_MAX = 65536,
    FEEDS_MAX = 100,
    ARGUMENTS_MAX = FEEDS_MAX + 8,
};

/* The commands of a night, in this order, and what each renews in DATA. */
static const struct step {
    const char *command;
    const char *file; /* NULL: content, which the core takes in */
} steps[] = {
    { "content", NULL },
    { "risk", "risk.data" },
    { "advisory", "advisory.data" },
};

struct update {
    size_t step;
    struct loop *loop;
    struct config *config;
    struct schedule schedule;
    struct zones zones;
    int64_t looked_at;
    struct loop_watch *timer;
    struct loop_watch *child; /* one at a time */
};

size_t update_wanted(str text, struct arena *arena, const char **out,
                     size_t max)
{
    size_t n = 0;

    while (text.n > 0 && n < max) {
        str id = str_trim(str_cut(&text, '\n'));

        if (feed_id_is_valid(id))
            out[n++] = arena_c(arena, id);
    }
    return n;
}

/* Beside us, in the folder for users, or in a build. */
static const char *find_tool(struct arena *arena)
{
    static const char *const places[] = { "holdfast", "../bin/holdfast",
                                          "../cli/holdfast" };
    char *dir = io_program_dir();
    const char *found = NULL;

    for (size_t i = 0; dir != NULL && found == NULL && i < COUNT(places); i++) {
        str path = arena_printf(arena, "%s/%s", dir, places[i]);

        if (access(path.p, X_OK) == 0)
            found = path.p;
    }
    mem_free(dir);
    return found;
}

/* --- Files that appear whole. */

static bool is_newer(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec
               ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
               : a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

/* Makes `to` the same file as `from`, unless it is one that is newer. */
static int give_newer(struct arena *arena, const char *from, const char *to,
                      struct err *err)
{
    const char *part = arena_printf(arena, "%s.new", to).p;
    struct stat source;
    struct stat have;

    if (stat(from, &source) < 0)
        return errno == ENOENT ? 0 : err_errno(err, errno, "%s", from);
    if (stat(to, &have) == 0 &&
        (have.st_ino == source.st_ino || is_newer(&have, &source)))
        return 0;
    unlink(part);
    if (link(from, part) < 0 || rename(part, to) < 0)
        return err_errno(err, errno, "%s", to);
    return 0;
}

static int exchange(struct update *update, bool back, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *file = steps[update->step].file;
    const char *data;
    const char *feeds;

    if (file == NULL)
        return 0;
    data = config_path(update->config, file);
    feeds = arena_printf(&arena, "%s/%s", config_path(update->config, "feeds"),
                         file)
                .p;
    return back ? give_newer(&arena, feeds, data, err)
                : give_newer(&arena, data, feeds, err);
}

/* --- One command after the other. */

static int start(struct update *update, struct err *err);

static void ended(void *ctx, pid_t pid, int status)
{
    struct update *update = ctx;
    struct err err = { 0 };
    str what = str_c(steps[update->step].command);
    int rc;

    (void)pid;
    update->child = NULL;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        log_info("content.updated", LOG_TEXT("what", what));
    else
        log_warn(
            "content.update_failed", LOG_TEXT("what", what),
            LOG_I64("status", WIFEXITED(status) ? WEXITSTATUS(status) : status),
            LOG_TEXT("text", STR("the content in use stays; the next "
                                 "night tries again")));
    /* Also of one that failed: some of what it fetched may be there. */
    rc = exchange(update, true, &err);
    update->step++;
    if (rc == 0 && update->step < COUNT(steps))
        rc = start(update, &err);
    if (rc < 0)
        log_warn("content.not_updated", LOG_TEXT("why", str_c(err.text)));
}

/* What reads foreign documents may write to one folder only. A kernel that
 * cannot hold it to that does not keep it from its work. */
static int confine(const char *folder, struct err *err)
{
    struct confine_files files;
    int rc = confine_files_start(confine_writes, &files, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = confine_files_allow(&files, folder, confine_writes, err);
    if (rc == 0)
        rc = confine_files_allow(&files, "/dev", confine_writes, err);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "prctl");
    return confine_files_end(&files, rc, err);
}

static void become(char *const *arguments, const char *folder) NORETURN;
static void become(char *const *arguments, const char *folder)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (folder != NULL && confine(folder, NULL) < 0)
        _exit(126);
    execv(arguments[0], arguments);
    _exit(127);
}

/* Only content and advisories go by the systems of the devices. */
static bool takes_feeds(const struct step *step)
{
    return strcmp(step->command, "risk") != 0;
}

static int run(struct update *update, char *const *arguments, struct err *err)
{
    const char *feeds = config_path(update->config, "feeds");
    pid_t pid;
    int rc = exchange(update, false, err);

    if (rc < 0)
        return rc;
    pid = fork();
    if (pid < 0)
        return err_errno(err, errno, "fork");
    if (pid == 0)
        become(arguments, update->step > 0 ? feeds : NULL);
    update->child = loop_child(update->loop, pid, ended, update);
    return 0;
}

static int start(struct update *update, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf text = BUF(WANTED_MAX);
    const struct step *step = &steps[update->step];
    const char *arguments[ARGUMENTS_MAX] = {
        find_tool(&arena), step->command, "update", "--quiet", "--dir",
    };
    size_t n = 5;
    size_t feeds;
    int rc = io_read_file(AT_FDCWD, config_path(update->config, "feeds.wanted"),
                          &text, err);

    if (rc < 0)
        return rc;
    if (arguments[0] == NULL)
        return err_set(err, E_ABSENT, "the program 'holdfast' is not there");
    arguments[n++] = config_path(update->config, "feeds");
    feeds = update_wanted(buf_str(&text), &arena, arguments + n, FEEDS_MAX);
    if (feeds == 0)
        return 0; /* no vendor's feed fits any device */
    if (!takes_feeds(step))
        arguments[n] = NULL;
    return run(update, (char *const *)(uintptr_t)arguments, err);
}

static void look(void *ctx)
{
    const struct zone *zone;
    struct update *update = ctx;
    struct occurrence occurrence;
    int64_t now = clock_now();
    struct err err = { 0 };
    int rc =
        zones_find(&update->zones, STR(""), clock_monotonic_ms(), &zone, &err);

    update->timer = loop_timer(update->loop, LOOK_MS, look, update);
    if (rc == 0 && update->child == NULL &&
        schedule_due(&update->schedule, zone, update->looked_at, now,
                     &occurrence)) {
        update->step = 0;
        rc = start(update, &err);
    }
    update->looked_at = now;
    if (rc < 0)
        log_warn("content.not_updated", LOG_TEXT("why", str_c(err.text)));
}

struct update *update_new(struct loop *loop, struct config *config)
{
    AUTO(buf_clear) struct buf text = BUF(256);
    struct update *update;
    struct err err = { 0 };

    if (config->content_update.n == 0)
        return NULL;
    update = mem_alloc(1, sizeof(*update));
    update->loop = loop;
    update->config = config;
    update->looked_at = clock_now();
    buf_printf(&text, "{\"type\":\"daily\",\"time\":\"%" PRIstr "\"}",
               ARGstr(config->content_update));
    if (schedule_parse(buf_str(&text), &update->schedule, &err) < 0) {
        log_warn("content.not_updated", LOG_TEXT("why", str_c(err.text)));
        mem_free(update);
        return NULL;
    }
    update->timer = loop_timer(loop, LOOK_MS, look, update);
    return update;
}

void update_free(struct update *update)
{
    if (update == NULL)
        return;
    loop_remove(update->timer);
    loop_remove(update->child);
    zones_clear(&update->zones);
    mem_free(update);
}
