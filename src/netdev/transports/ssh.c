/* SPDX-License-Identifier: Apache-2.0
 *
 * SSH 2, by libssh without blocking. The server's greeting is looked at
 * before libssh gets it: SSH 1 is named, not merely not spoken (R-SSH-2,
 * R-SSH-3). The host's key is compared before anything of the user is sent
 * (R-SSH-16).
 *
 *   GREETING ─► KEYS ─► PASSWORD, KEYBOARD or PRIVATE ─► CHANNEL ─► PTY
 *     ─► SHELL ─► OPEN
 *
 * NETCONF's channel may be opened once more: OPEN ─► CHANNEL.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libssh/libssh.h>

#include "base/mem.h"
#include "netdev/vty_int.h"

enum {
    GREETING_MAX = 8192,    /* RFC 4253 4.2: other lines may come before it */
    WAITING_MAX = 64 << 20, /* a request of NETCONF is the largest */
    PIECE = 32768,
    COLUMNS = 511,
};

enum state {
    GREETING,
    KEYS,
    NONE,
    PRIVATE,
    PASSWORD,
    KEYBOARD,
    CHANNEL,
    PTY,
    SHELL,
    OPEN,
};

struct line {
    ssh_session session;
    ssh_channel channel;
    ssh_key private_key;
    enum state state;
    struct buf waiting;
};

/* R-SSH-15. Each list holds what is modern, and then what was added. */
struct profile {
    const char *kex;
    const char *host_keys;
    const char *ciphers;
    const char *macs;
    int rsa_min;
};

#define MODERN_KEX                                                             \
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"       \
    "ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group16-sha512,"     \
    "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256,"             \
    "diffie-hellman-group-exchange-sha256"
#define MODERN_KEYS                                                            \
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"                     \
    "ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256"
#define MODERN_CIPHERS                                                         \
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,"                    \
    "aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr"
#define MODERN_MACS                                                            \
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"             \
    "hmac-sha2-256,hmac-sha2-512"

static const struct profile profiles[SSH_PROFILES] = {
    [SSH_MODERN] = { MODERN_KEX, MODERN_KEYS, MODERN_CIPHERS, MODERN_MACS,
                     2048 },
    [SSH_LEGACY_1] = { MODERN_KEX ",diffie-hellman-group14-sha1,"
                                  "diffie-hellman-group-exchange-sha1",
                       MODERN_KEYS ",ssh-rsa",
                       MODERN_CIPHERS ",aes256-cbc,aes192-cbc,aes128-cbc",
                       MODERN_MACS ",hmac-sha1-etm@openssh.com,hmac-sha1",
                       2048 },
    [SSH_LEGACY_2] = { MODERN_KEX ",diffie-hellman-group14-sha1,"
                                  "diffie-hellman-group-exchange-sha1,"
                                  "diffie-hellman-group1-sha1",
                       MODERN_KEYS ",ssh-rsa",
                       MODERN_CIPHERS ",aes256-cbc,aes192-cbc,aes128-cbc,"
                                      "3des-cbc",
                       MODERN_MACS ",hmac-sha1-etm@openssh.com,hmac-sha1",
                       1024 },
};

static void fail(struct vty *vty, int code, const char *what)
{
    struct line *line = vty->carried;
    struct err err = { 0 };

    (void)err_set(&err, code, "%s: %s", what,
                  line->session != NULL ? ssh_get_error(line->session) : "");
    vty_fail(vty, &err);
}

/* --- The greeting ------------------------------------------------------------
 */

int vty_read_greeting(str seen, struct err *err)
{
    str rest = seen;

    while (str_find_char(rest, '\n') < rest.n) {
        str line = str_trim(str_cut(&rest, '\n'));

        if (!str_starts(line, STR("SSH-")))
            continue;
        if (str_starts(line, STR("SSH-2.")) ||
            str_starts(line, STR("SSH-1.99-")))
            return 1;
        if (!str_starts(line, STR("SSH-1.")))
            return err_set(err, E_PARSE, "no such SSH is known: '%" PRIstr "'",
                           ARGstr(str_sub(line, 0, 200)));
        return err_set(err, E_UNSUPPORTED,
                       "the device speaks SSH 1 only ('%" PRIstr
                       "'), which is not safe: enter 'ip ssh version 2' on "
                       "it, or give it newer software (R-SSH-3)",
                       ARGstr(line));
    }
    if (seen.n >= GREETING_MAX)
        return err_set(err, E_PARSE,
                       "no SSH server: no greeting within %d bytes",
                       GREETING_MAX);
    return 0;
}

static int set_user(const struct vty *vty, const struct line *line)
{
    AUTO(buf_clear) struct buf text = BUF(4096);

    /* Of one that has called it comes later. Without one libssh would look
     * into files that this process cannot read. */
    buf_add(&text, vty->options.user.n > 0 ? vty->options.user : STR("nobody"));
    return ssh_options_set(line->session, SSH_OPTIONS_USER, buf_c(&text));
}

static int set_options(struct vty *vty, struct line *line, struct err *err)
{
    const struct profile *profile = &profiles[vty->options.profile];
    const struct {
        enum ssh_options_e option;
        const char *value;
    } lists[] = {
        { SSH_OPTIONS_KEY_EXCHANGE, profile->kex },
        { SSH_OPTIONS_HOSTKEYS, profile->host_keys },
        { SSH_OPTIONS_CIPHERS_C_S, profile->ciphers },
        { SSH_OPTIONS_CIPHERS_S_C, profile->ciphers },
        { SSH_OPTIONS_HMAC_C_S, profile->macs },
        { SSH_OPTIONS_HMAC_S_C, profile->macs },
        { SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, profile->host_keys },
    };
    struct buf text = BUF(4096);
    int no = 0;
    int fd = dup(vty->fd); /* libssh closes what it gets */
    int rc = 0;

    buf_add(&text, vty->options.host);
    rc |= ssh_options_set(line->session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    /* Neither known hosts nor keys are taken from a home. */
    rc |= ssh_options_set(line->session, SSH_OPTIONS_SSH_DIR, "/nonexistent");
    rc |= ssh_options_set(line->session, SSH_OPTIONS_HOST, buf_c(&text));
    rc |= set_user(vty, line);
    rc |= ssh_options_set(line->session, SSH_OPTIONS_FD, &fd);
    rc |= ssh_options_set(line->session, SSH_OPTIONS_RSA_MIN_SIZE,
                          &profile->rsa_min);
    for (size_t i = 0; i < COUNT(lists); i++)
        rc |= ssh_options_set(line->session, lists[i].option, lists[i].value);
    buf_clear(&text);
    if (rc == 0 && fd >= 0)
        return 0;
    return err_set(err, E_INVALID, "libssh refuses the settings: %s",
                   ssh_get_error(line->session));
}

static int begin(struct vty *vty, struct err *err)
{
    struct line *line = vty->carried;

    line->session = ssh_new();
    if (line->session == NULL)
        return err_set(err, E_IO, "no memory for an SSH session");
    ssh_set_blocking(line->session, 0);
    return set_options(vty, line, err);
}

static bool step_greeting(struct vty *vty)
{
    struct line *line = vty->carried;
    char bytes[GREETING_MAX];
    ssize_t n = recv(vty->fd, bytes, sizeof(bytes), MSG_PEEK);
    struct err err = { 0 };
    int rc;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n == 0)
        rc = err_set(&err, E_IO,
                     "the device ended the connection before it "
                     "said anything");
    else if (n < 0)
        rc = err_errno(&err, errno, "the line broke");
    else
        rc = vty_read_greeting((str){ bytes, (size_t)n }, &err);
    vty_await(vty, rc == 0 ? (size_t)n : 0);
    if (rc > 0) {
        line->state = KEYS;
        rc = begin(vty, &err);
        if (rc == 0)
            return true;
    }
    if (rc < 0)
        vty_fail(vty, &err);
    return false;
}

/* --- The host's key
 * ------------------------------------------------------------ */

static int fingerprint(struct line *line, char out[VTY_KEY_TEXT_MAX],
                       const char **out_kind, struct err *err)
{
    ssh_key key = NULL;
    unsigned char *hash = NULL;
    size_t size = 0;
    char *text = NULL;
    int rc = -1;

    if (ssh_get_server_publickey(line->session, &key) == SSH_OK &&
        ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) ==
            0)
        text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
    if (text != NULL && strlen(text) < VTY_KEY_TEXT_MAX) {
        memcpy(out, text, strlen(text) + 1);
        *out_kind = ssh_key_type_to_char(ssh_key_type(key));
        rc = 0;
    } else {
        (void)err_set(err, E_IO, "the host's key cannot be read");
    }
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    ssh_key_free(key);
    return rc;
}

static bool is_old(const char *algorithm)
{
    static const char *const marks[] = { "sha1", "cbc", "md5" };

    for (size_t i = 0; algorithm != NULL && i < COUNT(marks); i++) {
        if (strstr(algorithm, marks[i]) != NULL)
            return true;
    }
    return false;
}

/* R-SSH-15: what is not modern is told, and so is a profile that is not
 * needed. */
static void say_weak(struct vty *vty)
{
    const struct line *line = vty->carried;
    const char *const used[] = {
        ssh_get_kex_algo(line->session),
        ssh_get_cipher_in(line->session),
        ssh_get_hmac_in(line->session),
    };
    AUTO(buf_clear) struct buf text = BUF(1024);

    if (vty->options.profile == SSH_MODERN)
        return;
    for (size_t i = 0; i < COUNT(used); i++) {
        if (is_old(used[i]))
            buf_printf(&text, "%s%s", text.n > 0 ? ", " : "", used[i]);
    }
    if (text.n > 0)
        buf_add_c(&text, ": the device's SSH is weak");
    else
        buf_printf(&text,
                   "the device does not need the SSH profile %s to agree on "
                   "algorithms",
                   ssh_profile_name(vty->options.profile));
    vty_finding(vty, "R-SSH-15", buf_str(&text));
}

static bool check_key(struct vty *vty)
{
    struct line *line = vty->carried;
    char text[VTY_KEY_TEXT_MAX];
    const char *kind = "";
    struct err err = { 0 };

    if (fingerprint(line, text, &kind, &err) < 0) {
        vty_fail(vty, &err);
        return false;
    }
    say_weak(vty);
    line->state = NONE;
    if (vty->dead || !vty_key_seen(vty, "the host's key", kind, str_c(text)))
        return false;
    /* Of one that has called, who logs in is known by now. */
    return !vty->options.is_called || set_user(vty, line) == 0;
}

static bool step_keys(struct vty *vty)
{
    struct line *line = vty->carried;
    int rc = ssh_connect(line->session);

    if (rc == SSH_AGAIN)
        return false;
    if (rc == SSH_OK)
        return check_key(vty);
    fail(vty, E_UNSUPPORTED, "no SSH session");
    return false;
}

/* --- The user
 * -------------------------------------------------------------------- */

static bool logged_in(struct vty *vty, const char *by)
{
    struct line *line = vty->carried;

    line->state = CHANNEL;
    return vty_step_done(vty, VTY_LOGIN, str_c(by));
}

static bool refused(struct vty *vty)
{
    struct err err = { 0 };

    (void)err_set(&err, E_PERM,
                  "the device refused user '%" PRIstr "' and what proves it",
                  ARGstr(vty->options.user));
    vty_fail(vty, &err);
    return false;
}

/* What comes after a way that was refused. */
static bool next_way(struct vty *vty)
{
    struct line *line = vty->carried;
    int ways = ssh_userauth_list(line->session, NULL);
    enum state from = line->state;

    if (from < PRIVATE && vty->options.private_key.n > 0)
        line->state = PRIVATE;
    else if (from < PASSWORD && vty->options.password.n > 0 &&
             (ways & SSH_AUTH_METHOD_PASSWORD) != 0)
        line->state = PASSWORD;
    else if (from < KEYBOARD && vty->options.password.n > 0 &&
             (ways & SSH_AUTH_METHOD_INTERACTIVE) != 0)
        line->state = KEYBOARD;
    else
        return refused(vty);
    return true;
}

/* Each question of one that hides its answer gets the password; others are
 * not answered. */
static bool step_keyboard(struct vty *vty)
{
    struct line *line = vty->carried;
    struct buf password = BUF(4096);
    int rc = ssh_userauth_kbdint(line->session, NULL, NULL);

    if (rc == SSH_AUTH_AGAIN)
        return false;
    if (rc == SSH_AUTH_SUCCESS)
        return logged_in(vty, "keyboard-interactive");
    if (rc != SSH_AUTH_INFO)
        return next_way(vty);
    buf_add(&password, vty->options.password);
    for (int i = 0; i < ssh_userauth_kbdint_getnprompts(line->session); i++) {
        char echo = 0;

        (void)ssh_userauth_kbdint_getprompt(line->session, (unsigned)i, &echo);
        (void)ssh_userauth_kbdint_setanswer(line->session, (unsigned)i,
                                            echo ? "" : buf_c(&password));
    }
    buf_wipe(&password);
    return true;
}

static int by_password(struct vty *vty)
{
    struct line *line = vty->carried;
    struct buf text = BUF(4096);
    int rc;

    buf_add(&text, vty->options.password);
    rc = ssh_userauth_password(line->session, NULL, buf_c(&text));
    buf_wipe(&text);
    return rc;
}

static int by_private_key(struct vty *vty)
{
    struct line *line = vty->carried;
    struct buf text = BUF(256 << 10);
    int rc = SSH_OK;

    if (line->private_key == NULL) {
        buf_add(&text, vty->options.private_key);
        rc = ssh_pki_import_privkey_base64(buf_c(&text), NULL, NULL, NULL,
                                           &line->private_key);
        buf_wipe(&text);
    }
    if (rc != SSH_OK)
        return SSH_AUTH_DENIED;
    return ssh_userauth_publickey(line->session, NULL, line->private_key);
}

static bool step_user(struct vty *vty)
{
    struct line *line = vty->carried;
    const char *by = "none";
    int rc;

    if (line->state == NONE) {
        rc = ssh_userauth_none(line->session, NULL);
    } else if (line->state == PRIVATE) {
        by = "key";
        rc = by_private_key(vty);
    } else {
        by = "password";
        rc = by_password(vty);
    }
    switch (rc) {
    case SSH_AUTH_AGAIN:
        return false;
    case SSH_AUTH_SUCCESS:
        return logged_in(vty, by);
    case SSH_AUTH_DENIED:
    case SSH_AUTH_PARTIAL:
        return next_way(vty);
    default:
        fail(vty, E_IO, "the login broke off");
        return false;
    }
}

/* --- The command line
 * -------------------------------------------------------------- */

static bool is_netconf(const struct vty *vty)
{
    return vty->options.transport == TRANSPORT_NETCONF;
}

static bool step_open(struct vty *vty)
{
    struct line *line = vty->carried;
    int rc;

    if (line->channel == NULL)
        line->channel = ssh_channel_new(line->session);
    if (line->channel == NULL) {
        fail(vty, E_IO, "no channel");
        return false;
    }
    if (line->state == CHANNEL)
        rc = ssh_channel_open_session(line->channel);
    else if (line->state == PTY && is_netconf(vty))
        rc = SSH_OK;
    else if (line->state == PTY)
        rc = ssh_channel_request_pty_size(line->channel, "vt100", COLUMNS, 0);
    else if (is_netconf(vty))
        rc = ssh_channel_request_subsystem(line->channel, "netconf");
    else
        rc = ssh_channel_request_shell(line->channel);
    if (rc == SSH_AGAIN)
        return false;
    /* A device without terminals may still have a shell. */
    if (rc != SSH_OK && line->state != PTY) {
        fail(vty, E_IO,
             is_netconf(vty) ? "the device opens no NETCONF (RFC 6242)"
                             : "the device opens no command line");
        return false;
    }
    line->state++;
    return line->state != OPEN || vty_step_done(vty, VTY_SHELL, STR_NONE);
}

static void flush(struct vty *vty)
{
    struct line *line = vty->carried;
    size_t sent = 0;

    while (sent < line->waiting.n) {
        str piece = str_sub(buf_str(&line->waiting), sent, PIECE);
        int n = ssh_channel_write(line->channel, piece.p, (uint32_t)piece.n);

        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    if (sent > 0)
        memmove(line->waiting.p, line->waiting.p + sent,
                line->waiting.n - sent);
    line->waiting.n -= sent;
}

/* What a device says on its error stream is part of what it says; it is read
 * first, because each read takes in what has come for both: what is left over
 * would wait for bytes that never come. A stream at its end says nothing of
 * the other one. */
static int read_some(struct line *line, char *bytes)
{
    int n = ssh_channel_read_nonblocking(line->channel, bytes, PIECE, true);

    if (n == 0 || n == SSH_EOF)
        n = ssh_channel_read_nonblocking(line->channel, bytes, PIECE, false);
    return n;
}

/* True when there may be more. */
static bool step_read(struct vty *vty)
{
    struct line *line = vty->carried;
    char bytes[PIECE];
    struct err err = { 0 };
    int n;

    flush(vty);
    n = read_some(line, bytes);
    if (n > 0)
        return vty_data(vty, (str){ bytes, (size_t)n });
    if (n == SSH_AGAIN ||
        (n == 0 && !ssh_channel_is_eof(line->channel) &&
         ssh_channel_is_open(line->channel) && ssh_is_connected(line->session)))
        return false;
    (void)err_set(&err, E_IO, "the device ended the connection");
    vty_fail(vty, &err);
    return false;
}

/* --- The row
 * ---------------------------------------------------------------------------
 */

static bool step(struct vty *vty)
{
    const struct line *line = vty->carried;

    switch (line->state) {
    case GREETING:
        return step_greeting(vty);
    case KEYS:
        return step_keys(vty);
    case NONE:
    case PRIVATE:
    case PASSWORD:
        return step_user(vty);
    case KEYBOARD:
        return step_keyboard(vty);
    case CHANNEL:
    case PTY:
    case SHELL:
        return step_open(vty);
    default:
        return step_read(vty);
    }
}

/* Reading may have made room for what waits to be sent. */
static bool may_write(const struct line *line)
{
    return line->session != NULL &&
           ((ssh_get_poll_flags(line->session) & SSH_WRITE_PENDING) != 0 ||
            (line->state == OPEN && line->waiting.n > 0 &&
             ssh_channel_window_size(line->channel) > 0));
}

static void run(struct vty *vty)
{
    while (!vty->dead && step(vty))
        ;
    if (!vty->dead)
        vty_watch(vty,
                  may_write(vty->carried) ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void ready(struct vty *vty, int events UNUSED)
{
    run(vty);
}

static int start(struct vty *vty, struct err *err UNUSED)
{
    struct line *line = mem_alloc(1, sizeof(*line));

    *line = (struct line){ .waiting = BUF(WAITING_MAX) };
    vty->carried = line;
    vty_watch(vty, LOOP_READ);
    return 0;
}

static void send_bytes(struct vty *vty, str bytes)
{
    struct line *line = vty->carried;

    buf_add(&line->waiting, bytes);
    if (line->waiting.over) {
        fail(vty, E_LIMIT, "the device does not take what it is sent");
        return;
    }
    if (line->state != OPEN)
        return;
    flush(vty);
    /* Writing takes in what has come meanwhile, of which the socket tells no
     * more: it is looked for as soon as one may write. */
    vty_watch(vty, LOOP_READ | LOOP_WRITE);
}

static void again(struct vty *vty)
{
    struct line *line = vty->carried;

    ssh_channel_free(line->channel);
    line->channel = NULL;
    buf_reset(&line->waiting);
    line->state = CHANNEL;
    vty_watch(vty, LOOP_READ | LOOP_WRITE);
}

static void stop(struct vty *vty)
{
    struct line *line = vty->carried;

    if (line->channel != NULL)
        ssh_channel_free(line->channel);
    if (line->session != NULL) {
        ssh_disconnect(line->session);
        ssh_free(line->session);
    }
    ssh_key_free(line->private_key);
    buf_wipe(&line->waiting);
    mem_free(line);
}

const struct carrier carrier_ssh = {
    .transport = TRANSPORT_SSH,
    .port = 22,
    .start = start,
    .ready = ready,
    .send = send_bytes,
    .stop = stop,
};

const struct carrier carrier_netconf = {
    .transport = TRANSPORT_NETCONF,
    .port = 830,
    .start = start,
    .ready = ready,
    .send = send_bytes,
    .stop = stop,
    .again = again,
};
