/* SPDX-License-Identifier: Apache-2.0 */
#include "content/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

enum {
    LINE_MAX_BYTES = 8192,
    ARGS_MAX = 32,
    FD_OUT = 3,
    FD_STATE = 4,
    ANSWER_MAX = 1 << 20, /* bytes of lines that are taken from the child */
    ARCHIVE_TIMEOUT_S = 6 * 3600,
};

struct session {
    const struct fetch_request *request;
    struct arena *arena;
    struct fetch_answer answer;
    str error;
    int code; /* of the child's `error` line */
    bool complete;
    bool unchanged;
};

/* Beside the program in the build tree, or where it is installed. */
static int find_program(struct arena *arena, const char **out, struct err *err)
{
    static const char *const places[] = { "%s/../fetch/holdfast-fetch",
                                          "%s/../libexec/holdfast-fetch",
                                          "%s/holdfast-fetch" };
    AUTO(mem_freep) char *dir = io_program_dir();

    for (size_t i = 0; dir != NULL && i < COUNT(places); i++) {
        const char *path = arena_printf(arena, places[i], dir).p;

        if (access(path, X_OK) == 0) {
            *out = path;
            return 0;
        }
    }
    return err_set(err, E_ABSENT,
                   "the program holdfast-fetch is not installed");
}

struct argv {
    const char *p[ARGS_MAX];
    size_t n;
};

static void add(struct argv *argv, const char *option, const char *value)
{
    if (value == NULL || argv->n + 3 > ARGS_MAX)
        return;
    argv->p[argv->n++] = option;
    argv->p[argv->n++] = value;
}

static void make_argv(const struct fetch_request *request, struct arena *arena,
                      const char *program, struct argv *argv)
{
    argv->p[argv->n++] = program;
    add(argv, "--url", request->url);
    add(argv, "--ca-file", request->ca_file);
    if (request->etag.n > 0)
        add(argv, "--etag", arena_c(arena, request->etag));
    if (request->last_modified.n > 0)
        add(argv, "--last-modified", arena_c(arena, request->last_modified));
    add(argv, "--max-bytes",
        arena_printf(arena, "%llu", (unsigned long long)request->bytes_max).p);
    add(argv, "--timeout", arena_printf(arena, "%u", request->timeout_s).p);
    if (request->rate > 0)
        add(argv, "--rate",
            arena_printf(arena, "%lld", (long long)request->rate).p);
    if (request->insecure_http)
        argv->p[argv->n++] = "--insecure-http";
    if (request->share)
        argv->p[argv->n++] = "--share";
    argv->p[argv->n] = NULL;
}

/* In the child, after fork: only what is safe there. Descriptors are moved
 * out of the way first, so that none is closed by the next. */
static NORETURN void become(const struct argv *argv, int pipe_fd, int out_fd,
                            int state_fd)
{
    int high[] = { fcntl(pipe_fd, F_DUPFD_CLOEXEC, 16),
                   fcntl(out_fd, F_DUPFD_CLOEXEC, 16),
                   fcntl(state_fd, F_DUPFD_CLOEXEC, 16) };
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (null < 0 || dup2(null, 0) < 0 || dup2(high[0], 1) < 0 ||
        dup2(high[1], FD_OUT) < 0 || dup2(high[2], FD_STATE) < 0)
        _exit(127);
    execv(argv->p[0], (char *const *)(uintptr_t)argv->p);
    _exit(127);
}

static int code_of(str word)
{
    if (str_eq(word, STR("limit")))
        return E_LIMIT;
    if (str_eq(word, STR("invalid")))
        return E_INVALID;
    if (str_eq(word, STR("absent")))
        return E_ABSENT;
    return E_IO;
}

static void on_progress(const struct session *s, str value)
{
    str done = str_cut(&value, ' ');
    int64_t a;
    int64_t b;

    if (s->request->progress != NULL &&
        str_to_i64(done, 0, INT64_MAX, &a, NULL) == 0 &&
        str_to_i64(value, 0, INT64_MAX, &b, NULL) == 0)
        s->request->progress(s->request->progress_ctx, (uint64_t)a,
                             (uint64_t)b);
}

/* One message of the child: "key value". It read the network, so nothing in
 * it is believed beyond its grammar. */
static void on_line(struct session *s, str line)
{
    str key = str_cut(&line, ' ');

    if (str_eq(key, STR("progress"))) {
        on_progress(s, line);
    } else if (str_eq(key, STR("etag"))) {
        s->answer.etag = arena_str(s->arena, line);
    } else if (str_eq(key, STR("last-modified"))) {
        s->answer.last_modified = arena_str(s->arena, line);
    } else if (str_eq(key, STR("complete"))) {
        s->complete = true;
    } else if (str_eq(key, STR("unchanged"))) {
        s->unchanged = true;
    } else if (str_eq(key, STR("error"))) {
        s->code = code_of(str_cut(&line, ' '));
        s->error = arena_str(s->arena, line);
    }
}

static int read_lines(struct session *s, int fd, struct err *err)
{
    AUTO(buf_clear) struct buf line = BUF(LINE_MAX_BYTES);
    char piece[4096];
    size_t total = 0;
    ssize_t n;

    while ((n = read(fd, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno, "holdfast-fetch");
        total += (size_t)n;
        if (total > ANSWER_MAX)
            return err_set(err, E_LIMIT, "holdfast-fetch says too much");
        for (ssize_t i = 0; i < n; i++) {
            if (piece[i] != '\n') {
                buf_add_char(&line, piece[i]);
                continue;
            }
            if (!line.over)
                on_line(s, buf_str(&line));
            buf_reset(&line);
        }
    }
    return 0;
}

static int outcome(const struct session *s, int status, struct err *err)
{
    if (s->error.n > 0)
        return err_set(err, s->code, "%" PRIstr, ARGstr(s->error));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && s->unchanged)
        return FETCH_UNCHANGED;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && s->complete)
        return 0;
    if (WIFSIGNALED(status))
        return err_set(err, E_IO, "holdfast-fetch was ended by signal %d",
                       WTERMSIG(status));
    return err_set(err, E_IO, "holdfast-fetch failed with code %d",
                   WEXITSTATUS(status));
}

static int run(struct session *s, const struct argv *argv, int out_fd,
               int state_fd, struct err *err)
{
    int pipes[2];
    int status = 0;
    pid_t pid;
    int rc;

    if (pipe2(pipes, O_CLOEXEC) < 0)
        return err_errno(err, errno, "pipe");
    pid = fork();
    if (pid == 0)
        become(argv, pipes[1], out_fd, state_fd);
    close(pipes[1]);
    rc = pid < 0 ? err_errno(err, errno, "fork") : read_lines(s, pipes[0], err);
    close(pipes[0]);
    if (pid < 0)
        return rc;
    if (rc < 0)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return rc < 0 ? rc : outcome(s, status, err);
}

static int open_file(const char *path, int *out_fd, struct err *err)
{
    *out_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return *out_fd < 0 ? err_errno(err, errno, "%s", path) : 0;
}

int content_fetch(const struct fetch_request *request, struct arena *arena,
                  struct fetch_answer *out, struct err *err)
{
    struct session s = { .request = request, .arena = arena };
    struct argv argv = { .n = 0 };
    const char *program = NULL;
    const char *state = arena_printf(arena, "%s.state", request->path).p;
    int out_fd = -1;
    int state_fd = -1;
    int rc = find_program(arena, &program, err);

    if (rc == 0)
        rc = open_file(request->path, &out_fd, err);
    if (rc == 0)
        rc = open_file(state, &state_fd, err);
    if (rc == 0) {
        make_argv(request, arena, program, &argv);
        rc = run(&s, &argv, out_fd, state_fd, err);
    }
    if (out_fd >= 0)
        close(out_fd);
    if (state_fd >= 0)
        close(state_fd);
    if (rc == 0)
        *out = s.answer;
    return rc < 0 ? err_wrap(err, rc, "%s", request->url) : rc;
}

int content_fetch_archive(const char *url, const char *path, int64_t bytes_max,
                          int64_t rate_kib, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct fetch_answer answer;
    struct fetch_request request = {
        .url = url,
        .path = path,
        .bytes_max = (uint64_t)bytes_max,
        .timeout_s = ARCHIVE_TIMEOUT_S,
        .share = true,
        .rate = rate_kib * 1024,
    };

    return content_fetch(&request, &arena, &answer, err);
}
