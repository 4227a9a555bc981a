/* SPDX-License-Identifier: Apache-2.0 */
#include "server/update.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "content/feed.h"
#include "schedule/schedule.h"
#include "schedule/zones.h"

enum {
    LOOK_MS = 2000, /* the clock may jump */
    WANTED_MAX = 65536,
    FEEDS_MAX = 100,
    ARGUMENTS_MAX = FEEDS_MAX + 8,
};

struct update {
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

static void ended(void *ctx, pid_t pid, int status)
{
    struct update *update = ctx;

    (void)pid;
    update->child = NULL;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        log_info("content.updated");
    else
        log_warn(
            "content.update_failed",
            LOG_I64("status", WIFEXITED(status) ? WEXITSTATUS(status) : status),
            LOG_TEXT("text", STR("the content in use stays; the next "
                                 "night tries again")));
}

static void become(char *const *arguments) NORETURN;
static void become(char *const *arguments)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(arguments[0], arguments);
    _exit(127);
}

static int start(struct update *update, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf text = BUF(WANTED_MAX);
    const char *arguments[ARGUMENTS_MAX] = { find_tool(&arena), "content",
                                             "update", "--quiet", "--dir" };
    size_t n = 5;
    size_t feeds;
    pid_t pid;
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
    pid = fork();
    if (pid < 0)
        return err_errno(err, errno, "fork");
    if (pid == 0)
        become((char *const *)(uintptr_t)arguments);
    update->child = loop_child(update->loop, pid, ended, update);
    return 0;
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
                     &occurrence))
        rc = start(update, &err);
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
