/* SPDX-License-Identifier: Apache-2.0
 *
 * SSH with what no library of ours speaks any more (DSA, MD5, cut SHA-1), by
 * OpenSSH's ssh: a process of its own with an argument vector, without
 * configuration, agent, keys or known hosts, and only where a device's profile
 * says so (R-SSH-15). That is a finding.
 *
 *   GREETING ─► (our connection ends, ssh makes its own)
 *     ─► ASKED, on a terminal of its own: the host's key, the password
 *     ─► OPEN: the command line, on a socket
 *
 * The host's key is approved here as everywhere: ssh asks, and takes the
 * fingerprint as its answer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "netdev/vty_int.h"

enum {
    GREETING_MAX = 8192,
    SAID_MAX = 64 << 10, /* of what ssh says on its terminal */
    WAITING_MAX = 1 << 20,
    PIECE = 16384,
    PATH_BYTES = 64,
};

#define SSH "/usr/bin/ssh"

struct line {
    struct vty *vty;
    int tty; /* where ssh asks; -1: not started yet */
    int data;
    pid_t pid;
    struct loop_watch *tty_watch;
    struct loop_watch *data_watch;
    struct loop_watch *child;
    struct buf said;
    struct buf waiting;
    bool is_key_seen;
    bool is_password_sent;
    bool is_open;
};

/* --- What ssh says ---------------------------------------------------------
 */

static void say_end(struct vty *vty)
{
    struct line *line = vty->carried;
    str rest = buf_str(&line->said);
    str last = STR("");
    struct err err = { 0 };

    while (rest.n > 0) {
        str at = str_trim(str_cut(&rest, '\n'));

        if (at.n > 0)
            last = str_sub(at, 0, 300);
    }
    if (line->is_open)
        (void)err_set(&err, E_IO, "the device ended the connection");
    else if (line->is_password_sent)
        (void)err_set(&err, E_PERM,
                      "the device refused user '%" PRIstr
                      "' and what proves it: %" PRIstr,
                      ARGstr(vty->options.user), ARGstr(last));
    else
        (void)err_set(&err, E_UNSUPPORTED, "no SSH session: %" PRIstr,
                      ARGstr(last));
    vty_fail(vty, &err);
}

static void answer(struct line *line, str text)
{
    if (write(line->tty, text.p, text.n) < 0 || write(line->tty, "\n", 1) < 0)
        errno = 0; /* that ssh has ended is told by its end */
    buf_reset(&line->said);
}

/* "DSA key fingerprint is SHA256:abc." */
static void take_key(struct vty *vty, str said)
{
    struct line *line = vty->carried;
    const str mark = STR(" key fingerprint is ");
    size_t at = str_find(said, mark);
    str print = str_sub(said, at + mark.n, SIZE_MAX);
    char kind[32] = "";
    char text[VTY_KEY_TEXT_MAX] = "";
    size_t from = at;
    struct err err = { 0 };

    print = str_trim(str_cut(&print, '\n'));
    if (print.n > 0 && print.p[print.n - 1] == '.')
        print.n--;
    while (from > 0 && said.p[from - 1] != '\n' && at - from < sizeof(kind) - 1)
        from--;
    if (at == said.n || line->is_key_seen || print.n >= sizeof(text)) {
        (void)err_set(&err, E_PARSE,
                      "ssh asks for a key in words that are not "
                      "known");
        vty_fail(vty, &err);
        return;
    }
    memcpy(kind, said.p + from, at - from);
    memcpy(text, print.p, print.n);
    line->is_key_seen = true;
    if (vty_key_seen(vty, "the host's key", kind, str_c(text)))
        answer(line, str_c(text));
}

/* "user@host's password: " and "(user@host) Password: " */
static bool asks_password(str said)
{
    str line = said;

    while (str_find_char(line, '\n') < line.n)
        (void)str_cut(&line, '\n');
    line = str_trim(line);
    return line.n > 0 && line.p[line.n - 1] == ':' &&
           (str_find(line, STR("'s password:")) < line.n || line.p[0] == '(');
}

static void take_said(struct vty *vty)
{
    struct line *line = vty->carried;
    str said = buf_str(&line->said);
    struct err err = { 0 };

    if (line->said.over) {
        (void)err_set(&err, E_LIMIT,
                      "ssh says more than %d bytes before it "
                      "has logged in",
                      SAID_MAX);
        vty_fail(vty, &err);
    } else if (str_find(said, STR("(yes/no/[fingerprint])?")) < said.n) {
        take_key(vty, said);
    } else if (asks_password(said) && !line->is_password_sent) {
        line->is_password_sent = true;
        answer(line, vty->options.password);
    }
}

static void run_tty(struct vty *vty)
{
    struct line *line = vty->carried;
    char bytes[PIECE];
    ssize_t n = read(line->tty, bytes, sizeof(bytes));

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) { /* ssh has let go of it; its end says why */
        loop_remove(line->tty_watch);
        line->tty_watch = NULL;
        return;
    }
    if (line->is_open)
        return;
    buf_add(&line->said, (str){ bytes, (size_t)n });
    take_said(vty);
}

/* --- The command line ------------------------------------------------------
 */

static void flush(struct vty *vty)
{
    struct line *line = vty->carried;

    while (line->waiting.n > 0) {
        ssize_t n =
            send(line->data, line->waiting.p, line->waiting.n, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        memmove(line->waiting.p, line->waiting.p + n,
                line->waiting.n - (size_t)n);
        line->waiting.n -= (size_t)n;
    }
    if (line->data_watch != NULL)
        loop_fd_events(line->data_watch, line->waiting.n > 0
                                             ? LOOP_READ | LOOP_WRITE
                                             : LOOP_READ);
}

static void run_data(struct vty *vty)
{
    struct line *line = vty->carried;
    char bytes[PIECE];
    ssize_t n = recv(line->data, bytes, sizeof(bytes), 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        flush(vty);
        return;
    }
    if (n <= 0) {
        loop_remove(line->data_watch);
        line->data_watch = NULL;
        return;
    }
    if (!line->is_open) {
        line->is_open = true;
        if (!vty_step_done(vty, VTY_LOGIN, STR("password")) ||
            !vty_step_done(vty, VTY_SHELL, STR("by OpenSSH")))
            return;
    }
    if (vty_data(vty, (str){ bytes, (size_t)n }))
        flush(vty);
}

/* --- The process -----------------------------------------------------------
 */

static void on_tty(void *ctx, int events UNUSED)
{
    vty_call(ctx, run_tty);
}

static void on_data(void *ctx, int events UNUSED)
{
    vty_call(ctx, run_data);
}

/* In one call: the vty may be gone after it. */
static void ended(struct vty *vty)
{
    run_tty(vty);
    if (!vty->dead)
        say_end(vty);
}

static void on_child(void *ctx, pid_t pid UNUSED, int status UNUSED)
{
    struct vty *vty = ctx;
    struct line *line = vty->carried;

    line->child = NULL;
    line->pid = 0;
    vty_call(vty, ended);
}

static void become_ssh(const char *tty, int data, const char *const *argv)
{
    static const char *const env[] = { "PATH=/usr/bin:/bin", "LANG=C",
                                       "HOME=/nonexistent", "TERM=vt100",
                                       NULL };
    int slave;

    if (setsid() < 0)
        _exit(127);
    slave = open(tty, O_RDWR); /* the terminal that rules the session */
    if (slave < 0 || dup2(data, 0) < 0 || dup2(data, 1) < 0 ||
        dup2(slave, 2) < 0)
        _exit(127);
    (void)close_range(3, ~0U, 0);
    execve(SSH, (char *const *)argv, (char *const *)env);
    _exit(127);
}

static int open_tty(int *out_master, char *path, size_t size, struct err *err)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    struct termios modes;

    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
        ptsname_r(master, path, size) != 0 || tcgetattr(master, &modes) < 0) {
        int number = errno;

        if (master >= 0)
            close(master);
        return err_errno(err, number, "a terminal for ssh");
    }
    modes.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(master, TCSANOW, &modes);
    *out_master = master;
    return 0;
}

static int spawn(struct vty *vty, const char *const *argv, struct err *err)
{
    struct line *line = vty->carried;
    char path[PATH_BYTES];
    int pair[2];
    int rc = open_tty(&line->tty, path, sizeof(path), err);

    if (rc < 0)
        return rc;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(err, errno, "a socket for ssh");
    line->pid = fork();
    if (line->pid == 0)
        become_ssh(path, pair[1], argv);
    close(pair[1]);
    line->data = pair[0];
    if (line->pid < 0)
        return err_errno(err, errno, "ssh");
    (void)fcntl(line->data, F_SETFL, O_NONBLOCK);
    line->tty_watch =
        loop_fd(vty->options.loop, line->tty, LOOP_READ, on_tty, vty);
    line->data_watch =
        loop_fd(vty->options.loop, line->data, LOOP_READ, on_data, vty);
    line->child = loop_child(vty->options.loop, line->pid, on_child, vty);
    return 0;
}

static int start_ssh(struct vty *vty, struct err *err)
{
    struct buf user = BUF(1024);
    char address[INET6_ADDRSTRLEN] = "";
    char port[8];
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    int rc;

    if (getpeername(vty->fd, (struct sockaddr *)&peer, &size) < 0 ||
        getnameinfo((struct sockaddr *)&peer, size, address, sizeof(address),
                    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return err_set(err, E_IO, "the connection broke");
    buf_add(&user, vty->options.user);
    rc = spawn(
        vty,
        (const char *const[]){
            "ssh",
            "-F",
            "none",
            "-p",
            port,
            "-l",
            buf_c(&user),
            "-oRequestTTY=force",
            "-oEscapeChar=none",
            "-oStrictHostKeyChecking=ask",
            "-oUserKnownHostsFile=/dev/null",
            "-oGlobalKnownHostsFile=/dev/null",
            "-oIdentityFile=none",
            "-oIdentityAgent=none",
            "-oIdentitiesOnly=yes",
            "-oClearAllForwardings=yes",
            "-oControlPath=none",
            "-oPreferredAuthentications=password,keyboard-interactive",
            "-oNumberOfPasswordPrompts=1",
            "-oUpdateHostKeys=no",
            "-oRequiredRSASize=1024",
            "-oHostKeyAlgorithms=+ssh-rsa,ssh-dss",
            "-oKexAlgorithms=+diffie-hellman-group14-sha1,diffie-hellman-group-"
            "exchange-sha1,diffie-hellman-group1-sha1",
            "-oCiphers=+aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc",
            "-oMACs=+hmac-sha1,hmac-sha1-96,hmac-md5,hmac-md5-96",
            "--",
            address,
            NULL },
        err);
    buf_clear(&user);
    return rc;
}

/* SSH 1 is named by its greeting; then the connection is ssh's to make. */
static void read_greeting(struct vty *vty)
{
    char bytes[GREETING_MAX];
    ssize_t n = recv(vty->fd, bytes, sizeof(bytes), MSG_PEEK);
    struct err err = { 0 };
    int rc;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0)
        rc = err_set(&err, E_IO,
                     "the device ended the connection before it said "
                     "anything");
    else
        rc = vty_read_greeting((str){ bytes, (size_t)n }, &err);
    if (rc == 0) {
        vty_await(vty, (size_t)n);
        return;
    }
    if (rc > 0) {
        loop_remove(vty->watch);
        vty->watch = NULL;
        rc = start_ssh(vty, &err);
        close(vty->fd);
        vty->fd = -1;
    }
    if (rc < 0)
        vty_fail(vty, &err);
}

static void ready(struct vty *vty, int events UNUSED)
{
    read_greeting(vty);
}

static int start(struct vty *vty, struct err *err)
{
    struct line *line;

    if (vty->options.private_key.n > 0 || vty->options.password.n == 0)
        return err_set(err, E_UNSUPPORTED,
                       "with the profile museum a password logs in, no key");
    line = mem_alloc(1, sizeof(*line));
    *line = (struct line){ .vty = vty,
                           .tty = -1,
                           .data = -1,
                           .said = BUF(SAID_MAX),
                           .waiting = BUF(WAITING_MAX) };
    vty->carried = line;
    vty_finding(vty, "R-SSH-15",
                STR("the device is allowed SSH that is broken (DSA, MD5, cut "
                    "SHA-1): give it newer software"));
    if (!vty->dead)
        vty_watch(vty, LOOP_READ);
    return 0;
}

static void send_bytes(struct vty *vty, str bytes)
{
    struct line *line = vty->carried;

    buf_add(&line->waiting, bytes);
    if (line->is_open)
        flush(vty);
}

static void stop(struct vty *vty)
{
    struct line *line = vty->carried;

    loop_remove(line->tty_watch);
    loop_remove(line->data_watch);
    loop_remove(line->child);
    if (line->data >= 0)
        close(line->data);
    if (line->tty >= 0)
        close(line->tty);
    if (line->pid > 0) {
        (void)kill(line->pid, SIGKILL);
        while (waitpid(line->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    buf_clear(&line->said);
    buf_clear(&line->waiting);
    mem_free(line);
}

const struct carrier carrier_museum = {
    .transport = TRANSPORT_SSH,
    .port = 22,
    .start = start,
    .ready = ready,
    .send = send_bytes,
    .stop = stop,
};
