/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/enrol.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/enrol_int.h"
#include "agent/keeper_int.h"
#include "agent/network.h"
#include "agent/supervisor.h"
#include "base/io.h"

enum {
    TOKEN_TEXT_MAX = 4096,
    FINGERPRINT_HEX = 64,
    FILE_MAX = 16 * CERT_PEM_MAX,
    MACHINE_ID_MAX = 256,
};

/* --- The token. --- */

/* Colons and case do not matter, as tools print it. */
static int read_fingerprint(str text, struct arena *arena, str *out,
                            struct err *err)
{
    char *hex = arena_alloc(arena, FINGERPRINT_HEX + 1, 1);
    size_t n = 0;

    text = str_trim(text);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == ':')
            continue;
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if (n == FINGERPRINT_HEX || strchr("0123456789abcdef", c) == NULL ||
            c == '\0')
            return err_set(err, E_USAGE,
                           "a fingerprint is the SHA-256 of the server's "
                           "authority: 64 hexadecimal digits");
        hex[n++] = c;
    }
    if (n != FINGERPRINT_HEX)
        return err_set(err, E_USAGE,
                       "a fingerprint has 64 hexadecimal digits, not %zu", n);
    *out = (str){ hex, n };
    return 0;
}

int enrol_token_split(str text, struct arena *arena, str *out_token,
                      str *out_fingerprint, struct err *err)
{
    size_t at;

    text = str_trim(str_cut(&text, '\n'));
    at = text.n;
    while (at > 0 && text.p[at - 1] != '.')
        at--;
    if (text.n == 0)
        return err_set(err, E_USAGE, "the token is empty");
    *out_token = text;
    *out_fingerprint = STR("");
    /* A part that is as long as a fingerprint is meant to be one. */
    if (at == 0 || text.n - at < FINGERPRINT_HEX)
        return 0;
    *out_token = str_sub(text, 0, at - 1);
    return read_fingerprint(str_sub(text, at, SIZE_MAX), arena, out_fingerprint,
                            err);
}

/* --- The question. --- */

static int read_token(const struct options *options, struct buf *out,
                      struct err *err)
{
    const char *path = options->token_file;
    char bytes[TOKEN_TEXT_MAX];
    ssize_t n;

    if (path == NULL)
        return err_set(err, E_USAGE,
                       "--token-file FILE is missing ('-' reads standard "
                       "input; a token is no argument, because everyone on "
                       "the machine can read those)");
    if (strcmp(path, "-") != 0)
        return io_read_file(AT_FDCWD, path, out, err);
    while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
        buf_add(out, (str){ bytes, (size_t)n });
    return buf_finish(out, "the token", err);
}

static void read_machine_id(const struct options *options, struct arena *arena,
                            str *out)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(buf_clear) struct buf text = BUF(MACHINE_ID_MAX);

    buf_printf(&path, "%s/etc/machine-id",
               options->root != NULL ? options->root : "");
    if (io_read_file(AT_FDCWD, buf_c(&path), &text, NULL) == 0)
        *out = arena_str(arena, str_trim(buf_str(&text)));
}

static void read_hostname(const struct options *options, struct arena *arena,
                          str *out)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(buf_clear) struct buf text = BUF(MACHINE_ID_MAX);
    char name[HOST_NAME_MAX + 1] = "";

    buf_printf(&path, "%s/etc/hostname",
               options->root != NULL ? options->root : "");
    if (options->root == NULL && gethostname(name, sizeof(name) - 1) == 0)
        *out = arena_str(arena, str_c(name));
    else if (io_read_file(AT_FDCWD, buf_c(&path), &text, NULL) == 0)
        *out = arena_str(arena, str_trim(buf_str(&text)));
}

static int make_question(const struct options *options, struct arena *arena,
                         struct enrol_question *out, struct err *err)
{
    AUTO(buf_clear) struct buf token = BUF(TOKEN_TEXT_MAX);
    AUTO(buf_clear) struct buf authority = BUF(4 * CERT_PEM_MAX);
    int rc = 0;

    *out = (struct enrol_question){ .machine_id = STR(""),
                                    .hostname = STR("localhost") };
    if (options->server == NULL || strncmp(options->server, "https://", 8) != 0)
        return err_set(err, E_USAGE, "--server is https://HOST:PORT");
    out->url = str_c(options->server);
    rc = read_token(options, &token, err);
    if (rc == 0)
        rc = enrol_token_split(arena_str(arena, buf_str(&token)), arena,
                               &out->token, &out->fingerprint, err);
    if (rc == 0 && options->fingerprint != NULL)
        rc = read_fingerprint(str_c(options->fingerprint), arena,
                              &out->fingerprint, err);
    if (rc == 0 && options->ca_file != NULL)
        rc = io_read_file(AT_FDCWD, options->ca_file, &authority, err);
    out->authority = arena_str(arena, buf_str(&authority));
    if (rc == 0 && out->authority.n == 0 && out->fingerprint.n == 0)
        rc = err_set(err, E_USAGE,
                     "how is the server known? The token has no fingerprint "
                     "at its end: name it with --fingerprint, or the "
                     "server's authority with --ca FILE");
    read_machine_id(options, arena, &out->machine_id);
    read_hostname(options, arena, &out->hostname);
    return rc;
}

/* --- The child, and what it leaves. --- */

static int ask_child(const struct options *options, str question,
                     struct buf *out, struct err *err)
{
    AUTO(fd_close) int in = -1;
    AUTO(fd_close) int answer = -1;
    int fds[2];
    pid_t pid = 0;
    int status = 0;
    int rc = disk_memory("question", question, &in, err);

    if (rc == 0)
        rc = disk_memory("answer", STR(""), &answer, err);
    fds[0] = in;
    fds[1] = answer;
    if (rc == 0)
        rc = role_start(&(struct start){ .options = options,
                                         .role = "enroller",
                                         .fds = fds,
                                         .fd_count = 2 },
                        &pid, err);
    if (rc < 0)
        return rc;
    if (waitpid(pid, &status, 0) != pid)
        return err_errno(err, errno, "waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(err, E_IO, "the enrolling process ended (%d)", status);
    return disk_read_fd(answer, out, err);
}

static int own(const struct options *options, int dir, const char *name,
               struct err *err)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam(options->user) : NULL;

    if (geteuid() != 0)
        return 0;
    if (user == NULL)
        return err_set(err, E_ABSENT, "there is no user '%s'", options->user);
    if (fchownat(dir, name, user->pw_uid, user->pw_gid, AT_SYMLINK_NOFOLLOW) <
        0)
        return err_errno(err, errno, "%s", name);
    return 0;
}

struct dirs {
    int data;
    int keeper;
    int network;
};

static void dirs_close(const struct dirs *dirs)
{
    fd_close(&dirs->data);
    fd_close(&dirs->keeper);
    fd_close(&dirs->network);
}

static int dirs_open(const struct options *options, struct dirs *out,
                     struct err *err)
{
    int rc;

    out->data = open(options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->data < 0)
        return err_errno(err, errno, "%s", options->data);
    rc = disk_open(out->data, "keeper", &out->keeper, err);
    if (rc == 0)
        rc = disk_open(out->data, "network", &out->network, err);
    return rc;
}

/* The keeper's half is written last: with it the device is enrolled. */
static int keep(const struct options *options, const struct dirs *dirs,
                const struct enrol_answer *answer, struct err *err)
{
    int rc = disk_write(dirs->network, "identity", answer->link_identity, err);

    if (rc == 0)
        rc = own(options, dirs->network, "identity", err);
    if (rc == 0)
        rc = disk_write(dirs->keeper, "identity", answer->identity, err);
    if (rc == 0)
        rc = disk_remove(dirs->network, "enrolling", err);
    return rc;
}

static int check_free(const struct dirs *dirs, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct identity identity;
    int rc = identity_load(dirs->keeper, &arena, &identity, err);

    if (rc == E_ABSENT)
        return 0;
    if (rc < 0)
        return rc;
    return err_set(err, E_INVALID,
                   "this device is enrolled as %" PRIstr
                   "; 'holdfast-agent unenrol' ends that",
                   ARGstr(identity.device));
}

static int talk(const struct options *options, const struct dirs *dirs,
                const struct enrol_question *asked, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf question = BUF(FILE_MAX);
    AUTO(buf_clear) struct buf bytes = BUF(FILE_MAX);
    struct enrol_answer answer;
    struct identity identity;
    int rc = wire_write(&shape_enrol_question, asked, &question, err);

    if (rc == 0)
        rc = ask_child(options, buf_str(&question), &bytes, err);
    if (rc == 0)
        rc = wire_read(&shape_enrol_answer, buf_str(&bytes), &arena, &answer,
                       err);
    if (rc == 0 && answer.failed)
        rc = err_set(err, (int)-answer.code, "%" PRIstr, ARGstr(answer.text));
    if (rc == 0)
        rc =
            wire_read(&shape_identity, answer.identity, &arena, &identity, err);
    if (rc == 0)
        rc = keep(options, dirs, &answer, err);
    if (rc == 0)
        printf("enrolled as %" PRIstr "\n", ARGstr(identity.device));
    return rc;
}

static int check_admin(const struct options *options, struct err *err)
{
    if (geteuid() == 0 || access(options->data, W_OK) == 0)
        return 0;
    if (errno == ENOENT) /* it can be made, or that fails with its reason */
        return 0;
    return err_set(err, E_PERM,
                   "only an administrator of this device may do that: try it "
                   "as root");
}

int enrol_command(const struct options *options, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(dirs_close) struct dirs dirs = { -1, -1, -1 };
    struct enrol_question asked;
    int rc = make_question(options, &arena, &asked, err);

    if (rc == 0)
        rc = check_admin(options, err);
    if (rc == 0)
        rc = data_prepare(options, err);
    if (rc == 0)
        rc = dirs_open(options, &dirs, err);
    if (rc == 0)
        rc = check_free(&dirs, err);
    return rc == 0 ? talk(options, &dirs, &asked, err) : rc;
}

/* --- unenrol --- */

static int remove_file(void *ctx, const char *name, struct err *err)
{
    const int *dir = ctx;

    if (strcmp(name, "results") == 0 || strcmp(name, "packs") == 0 ||
        strcmp(name, "patches") == 0)
        return 0;
    return disk_remove(*dir, name, err);
}

static int empty(int parent, const char *name, struct err *err)
{
    AUTO(fd_close) int dir = -1;
    int rc = disk_open(parent, name, &dir, err);

    return rc < 0 ? rc : disk_each(dir, remove_file, &dir, err);
}

/* The identity goes first: a keeper that runs sees it, and begins anew. */
int unenrol_command(const struct options *options, struct err *err)
{
    AUTO(dirs_close) struct dirs dirs = { -1, -1, -1 };
    int rc = check_admin(options, err);

    if (rc == 0)
        rc = dirs_open(options, &dirs, err);
    if (rc == 0 && !disk_has(dirs.keeper, "identity"))
        rc = err_set(err, E_INVALID, "this device is not enrolled");
    if (rc == 0)
        rc = disk_remove(dirs.keeper, "identity", err);
    if (rc == 0)
        rc = empty(dirs.data, "network", err);
    if (rc == 0)
        rc = empty(dirs.keeper, "results", err);
    if (rc == 0)
        rc = empty(dirs.keeper, "patches", err);
    if (rc == 0)
        rc = empty(dirs.data, "keeper", err);
    if (rc < 0)
        return rc;
    puts("not enrolled any more; retire the device on the server, too");
    return 0;
}
