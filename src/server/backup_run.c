/* SPDX-License-Identifier: Apache-2.0 */
#include "server/backup_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "confine/confine.h"
#include "server/store_commands.h"
#include "store/backup.h"
#include "trust/sign.h"

enum {
    NICE = 10,
    PATH_BYTES = 4096,
    URL_BYTES = 8192,
};

struct backup_run {
    struct loop *loop;
    struct config *config;
    backup_told *told;
    void *ctx;
    struct loop_watch *child; /* NULL: none is under way */
    pid_t pid;
    int pipe;
    int64_t id;
};

/* What the process says when all went well; nothing otherwise, and the text
 * of its error in front of a nul. Smaller than what a pipe takes at once. */
struct outcome {
    int64_t code;
    int64_t tables;
    int64_t rows;
    int64_t size;
    char text[ERR_TEXT_MAX];
};

/* --- In the process ------------------------------------------------------ */

static int allow_folder_of(const struct confine_files *files, str url,
                           struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);

    if (!str_starts(url, STR("sqlite:")))
        return 0;
    buf_add(&path, str_sub(url, 7, url.n));
    while (path.n > 1 && path.p[path.n - 1] != '/')
        path.n--;
    return confine_files_allow(files, buf_c(&path), confine_writes, err);
}

/* A kernel that cannot hold it to that does not keep it from its work. */
static int confine(const struct config *config, str url, struct err *err)
{
    struct confine_files files;
    int rc = confine_files_start(confine_writes | confine_exec, &files, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = confine_files_allow(&files, config->data.p, confine_writes, err);
    if (rc == 0)
        rc = allow_folder_of(&files, url, err);
    if (rc == 0)
        rc = confine_files_allow(&files, "/dev", confine_writes, err);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = err_errno(err, errno, "prctl");
    return confine_files_end(&files, rc, err);
}

static int make(const char *path, const char *url,
                const struct vault_secret *secret, struct err *err)
{
    AUTO(db_closep) struct db *db = NULL;
    int rc = db_open(url, &db, err);

    return rc < 0 ? rc : store_backup(db, path, secret, clock_now(), NULL, err);
}

/* The file is read back after it was made: only then it is one. */
static int work(const struct config *config, const struct message_backup *order,
                struct outcome *out, struct err *err)
{
    AUTO(buf_clear) struct buf url = BUF(URL_BYTES);
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    struct vault_secret secret = { order->passphrase, NULL };
    struct backup_facts facts = { 0 };
    struct stat st;
    int rc = trust_init(err);

    store_url(config, &url);
    buf_printf(&path, "%" PRIstr "/backups/%" PRIstr, ARGstr(config->data),
               ARGstr(order->file));
    if (rc == 0)
        rc = confine(config, buf_str(&url), err);
    if (rc == 0 && !order->check)
        rc = make(buf_c(&path), buf_c(&url), &secret, err);
    if (rc == 0)
        rc = store_backup_check(buf_c(&path), &secret, &facts, err);
    if (rc == 0 && stat(buf_c(&path), &st) < 0)
        rc = err_errno(err, errno, "%s", buf_c(&path));
    if (rc < 0)
        return rc;
    out->tables = facts.tables;
    out->rows = facts.rows;
    out->size = st.st_size;
    return 0;
}

static void NORETURN become(const struct config *config,
                            const struct message_backup *order, int fd)
{
    struct outcome outcome = { 0 };
    struct err err = { 0 };
    sigset_t none;

    /* Nothing of ours outlives the supervisor. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(fd, 3) < 0 || close_range(4, ~0U, 0) < 0 || nice(NICE) < -20)
        _exit(1);
    outcome.code = work(config, order, &outcome, &err);
    if (outcome.code < 0)
        snprintf(outcome.text, sizeof(outcome.text), "%s", err_text(&err));
    if (write(3, &outcome, sizeof(outcome)) != (ssize_t)sizeof(outcome))
        _exit(1);
    _exit(0);
}

/* --- In the supervisor --------------------------------------------------- */

static void say(struct backup_run *run, int64_t id, int64_t code, str text)
{
    struct message_backup_done done = { .id = id, .code = code, .text = text };

    run->told(run->ctx, &done);
}

static void ended(void *ctx, pid_t pid UNUSED, int status UNUSED)
{
    struct backup_run *run = ctx;
    struct outcome outcome;
    ssize_t n = read(run->pipe, &outcome, sizeof(outcome));
    struct message_backup_done done = { .id = run->id };

    close(run->pipe);
    run->child = NULL;
    if (n != (ssize_t)sizeof(outcome)) {
        say(run, run->id, E_IO, STR("the process that made it has crashed"));
        return;
    }
    outcome.text[sizeof(outcome.text) - 1] = '\0';
    done.code = outcome.code;
    done.tables = outcome.tables;
    done.rows = outcome.rows;
    done.size = outcome.size;
    done.text = str_c(outcome.text);
    run->told(run->ctx, &done);
}

/* The name is the core's: letters, digits, "-" and dots within. */
static bool is_name(str file)
{
    for (size_t i = 0; i < file.n; i++) {
        char c = file.p[i];

        if ((c < '0' || c > '9') && (c < 'a' || c > 'z') && c != '-' &&
            (c != '.' || i == 0))
            return false;
    }
    return file.n > 0;
}

static int start(struct backup_run *run, const struct message_backup *order,
                 struct err *err)
{
    const char *folder = config_path(run->config, "backups");
    int fds[2];

    if (!is_name(order->file))
        return err_set(err, E_INVALID, "that is no name of a backup");
    if (run->child != NULL)
        return err_set(err, E_LIMIT, "another backup is under way");
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", folder);
    if (pipe2(fds, O_CLOEXEC) < 0)
        return err_errno(err, errno, "pipe");
    run->pid = fork();
    if (run->pid == 0)
        become(run->config, order, fds[1]);
    close(fds[1]);
    if (run->pid < 0) {
        close(fds[0]);
        return err_errno(err, errno, "fork");
    }
    run->pipe = fds[0];
    run->id = order->id;
    run->child = loop_child(run->loop, run->pid, ended, run);
    return 0;
}

void backup_run_order(struct backup_run *run,
                      const struct message_backup *order)
{
    struct err err = { 0 };
    int rc = start(run, order, &err);

    if (rc < 0)
        say(run, order->id, rc, str_c(err_text(&err)));
}

struct backup_run *backup_run_new(struct loop *loop, struct config *config,
                                  backup_told *told, void *ctx)
{
    struct backup_run *run = mem_alloc(1, sizeof(*run));

    run->loop = loop;
    run->config = config;
    run->told = told;
    run->ctx = ctx;
    return run;
}

void backup_run_free(struct backup_run *run)
{
    if (run == NULL)
        return;
    if (run->child != NULL) {
        loop_remove(run->child);
        kill(run->pid, SIGKILL);
        close(run->pipe);
    }
    mem_free(run);
}
