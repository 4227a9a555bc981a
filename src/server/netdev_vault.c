/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netdev_vault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/jval.h"
#include "base/mem.h"

struct netdev_vault {
    int socket;
};

struct vault_question {
    struct loop *loop;
    int out;
    struct loop_watch *watch;
    struct loop_watch *late;
    struct buf text;
    netdev_vault_done *done;
    void *ctx;
};

/* --- The process that starts the command ------------------------------------
 */

struct launcher {
    char *argv[VAULT_WORDS_MAX + 2];
    size_t words;
};

static NORETURN void run_command(struct launcher *launcher, char *entry,
                                 int out)
{
    char path[] = "PATH=/usr/bin:/bin";
    char *const environment[] = { path, NULL };
    int null = open("/dev/null", O_RDWR);

    launcher->argv[launcher->words] = entry;
    if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(null, 2) < 0 || close_range(3, ~0U, 0) < 0)
        _exit(127);
    execve(launcher->argv[0], launcher->argv, environment);
    _exit(127);
}

/* One question: the entry as bytes, and where the answer goes. */
static bool get_question(int socket, char entry[NETDEV_VAULT_MAX + 1],
                         int *out_fd)
{
    char control[CMSG_SPACE(sizeof(int))];
    struct iovec part = { entry, NETDEV_VAULT_MAX };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof(control) };
    ssize_t n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;

    if (head == NULL || head->cmsg_type != SCM_RIGHTS)
        return false;
    memcpy(out_fd, CMSG_DATA(head), sizeof(int));
    entry[n] = '\0';
    return true;
}

static NORETURN void serve(struct launcher *launcher, int socket)
{
    char entry[NETDEV_VAULT_MAX + 1];
    int out = -1;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
    while (get_question(socket, entry, &out)) {
        pid_t child = fork();

        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            signal(SIGCHLD, SIG_DFL);
            alarm(VAULT_TIMEOUT_MS / 1000);
            run_command(launcher, entry, out);
        }
        close(out);
    }
    _exit(0);
}

static int read_words(str command, struct launcher *launcher, struct err *err)
{
    while (command.n > 0) {
        str word = str_cut(&command, ' ');

        if (word.n == 0)
            continue;
        if (launcher->words == VAULT_WORDS_MAX)
            return err_set(err, E_INVALID, "a command has at most %d words",
                           VAULT_WORDS_MAX);
        launcher->argv[launcher->words] = mem_alloc(word.n + 1, 1);
        memcpy(launcher->argv[launcher->words++], word.p, word.n);
    }
    if (launcher->words == 0 || launcher->argv[0][0] != '/')
        return err_set(err, E_INVALID,
                       "a command begins with an absolute path");
    if (access(launcher->argv[0], X_OK) < 0)
        return err_errno(err, errno, "%s", launcher->argv[0]);
    return 0;
}

static void launcher_clear(struct launcher *launcher)
{
    for (size_t i = 0; i < launcher->words; i++)
        mem_free(launcher->argv[i]);
}

int netdev_vault_start(str command, struct netdev_vault **out, struct err *err)
{
    AUTO(launcher_clear) struct launcher launcher = { .words = 0 };
    int ends[2];
    pid_t child;
    int rc = read_words(command, &launcher, err);

    if (rc < 0)
        return rc;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, errno, "the vault");
    child = fork();
    if (child == 0) {
        /* Nothing of ours but the socket: not the core's, not a key. */
        int high = fcntl(ends[1], F_DUPFD, 64);

        if (high < 0 || close_range(3, (unsigned)high - 1, 0) < 0 ||
            close_range((unsigned)high + 1, ~0U, 0) < 0)
            _exit(127);
        serve(&launcher, high);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_errno(err, errno, "the vault");
    }
    *out = mem_alloc(1, sizeof(**out));
    (*out)->socket = ends[0];
    return 0;
}

void netdev_vault_free(struct netdev_vault *vault)
{
    if (vault == NULL)
        return;
    close(vault->socket);
    mem_free(vault);
}

/* --- Questions --------------------------------------------------------------
 */

void netdev_vault_cancel(struct vault_question *question)
{
    if (question == NULL)
        return;
    loop_remove(question->watch);
    loop_remove(question->late);
    close(question->out);
    buf_wipe(&question->text);
    mem_free(question);
}

static void fail(struct vault_question *question, int code, const char *text)
{
    struct err err = { 0 };

    (void)err_set(&err, code, "%s", text);
    question->done(question->ctx, NULL, &err);
    netdev_vault_cancel(question);
}

static str first_line(str text)
{
    str line = str_cut(&text, '\n');

    return str_ends(line, STR("\r")) ? str_sub(line, 0, line.n - 1) : line;
}

static void finish(struct vault_question *question)
{
    AUTO(jval_freep) struct jval *json = NULL;
    str text = buf_str(&question->text);
    struct netdev_secret secret = { .password = first_line(text) };

    if (text.n > 0 && text.p[0] == '{') {
        if (jval_parse(text, VAULT_ANSWER_MAX, &json, NULL) < 0) {
            fail(question, E_PARSE, "the vault's answer is no JSON");
            return;
        }
        secret.password = jval_text(jval_get(json, "password"), STR_NONE);
        secret.enable_password =
            jval_text(jval_get(json, "enable_password"), STR_NONE);
        secret.private_key = jval_text(jval_get(json, "private_key"), STR_NONE);
    }
    if (secret.password.n == 0 && secret.private_key.n == 0) {
        fail(question, E_ABSENT, "the vault has no secret under that name");
        return;
    }
    question->done(question->ctx, &secret, NULL);
    netdev_vault_cancel(question);
}

static void on_bytes(void *ctx, int events UNUSED)
{
    struct vault_question *question = ctx;
    char bytes[4096];
    ssize_t n = read(question->out, bytes, sizeof(bytes));

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        buf_add(&question->text, (str){ bytes, (size_t)n });
        explicit_bzero(bytes, sizeof(bytes));
        if (question->text.over)
            fail(question, E_LIMIT, "the vault's answer is too long");
    } else if (n == 0) {
        finish(question);
    } else {
        fail(question, E_IO, "the vault's answer cannot be read");
    }
}

static void on_late(void *ctx)
{
    struct vault_question *question = ctx;

    question->late = NULL;
    fail(question, E_IO, "the vault did not answer in time");
}

static int send_question(int socket, str entry, int out, struct err *err)
{
    char control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec part = { (char *)(uintptr_t)entry.p, entry.n };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof(control) };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &out, sizeof(int));
    if (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
        return err_errno(err, errno, "the vault");
    return 0;
}

struct vault_question *netdev_vault_ask(struct netdev_vault *vault,
                                        struct loop *loop, str entry,
                                        netdev_vault_done *done, void *ctx,
                                        struct err *err)
{
    struct vault_question *question;
    int ends[2];
    int rc;

    if (entry.n == 0 || entry.n > NETDEV_VAULT_MAX || entry.p[0] == '-' ||
        memchr(entry.p, '\0', entry.n) != NULL) {
        (void)err_set(err, E_INVALID, "the entry's name is no argument");
        return NULL;
    }
    if (pipe2(ends, O_CLOEXEC) < 0) {
        (void)err_errno(err, errno, "the vault");
        return NULL;
    }
    rc = send_question(vault->socket, entry, ends[1], err);
    close(ends[1]);
    if (rc < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        close(ends[0]);
        return NULL;
    }
    question = mem_alloc(1, sizeof(*question));
    *question = (struct vault_question){ .loop = loop,
                                         .out = ends[0],
                                         .text = BUF(VAULT_ANSWER_MAX),
                                         .done = done,
                                         .ctx = ctx };
    question->watch = loop_fd(loop, ends[0], LOOP_READ, on_bytes, question);
    question->late = loop_timer(loop, VAULT_TIMEOUT_MS, on_late, question);
    return question;
}
