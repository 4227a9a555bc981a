/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/vty.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "netdev/vty_int.h"

enum {
    TEXTS_MAX = 256 << 10,
    CONNECT_MS = 20000,
};

static const struct carrier *const carriers[] = {
    &carrier_ssh, &carrier_netconf, &carrier_telnet,
    &carrier_tls, &carrier_http,
};

/* A name that is being looked up by the C library, which has a thread of its
 * own for that: resolvers block. It may end after its vty has gone, and is
 * then released by the thread. */
struct resolving {
    struct gaicb request;
    struct addrinfo hints;
    char *host;
    char port[8];
    int event;
    int owners; /* the vty and the look-up */
};

const char *vty_step_name(enum vty_step step)
{
    static const char *const names[] = {
        [VTY_NAME] = "name",   [VTY_TCP] = "tcp",     [VTY_KEYS] = "keys",
        [VTY_LOGIN] = "login", [VTY_SHELL] = "shell", [VTY_LEG] = "ssh",
    };

    return names[step];
}

/* Those of TLS are the first ones. */
static const char *const profile_names[] = { "modern", "legacy-1", "legacy-2",
                                             "museum" };

const char *ssh_profile_name(enum ssh_profile profile)
{
    return profile_names[profile];
}

const char *tls_profile_name(enum tls_profile profile)
{
    return profile_names[profile];
}

static int find_profile(str name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_c(name, profile_names[i]))
            return (int)i;
    return -1;
}

int ssh_profile_find(str name, enum ssh_profile *out, struct err *err)
{
    int found = find_profile(name, SSH_PROFILES);

    if (found < 0)
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no SSH profile: modern, legacy-1, "
                       "legacy-2 or museum (R-SSH-15)",
                       ARGstr(name));
    *out = (enum ssh_profile)found;
    return 0;
}

int tls_profile_find(str name, enum tls_profile *out, struct err *err)
{
    int found = find_profile(name, TLS_PROFILES);

    if (found < 0)
        return err_set(err, E_INVALID,
                       "'%" PRIstr
                       "' is no TLS profile: modern, legacy-1 or legacy-2",
                       ARGstr(name));
    *out = (enum tls_profile)found;
    return 0;
}

const char *key_state_name(enum key_state state)
{
    static const char *const names[] = {
        [KEY_APPROVED] = "approved",
        [KEY_TRUSTED] = "trusted",
        [KEY_NEW] = "new",
        [KEY_CHANGED] = "changed",
    };

    return names[state];
}

/* --- Telling ---------------------------------------------------------------
 */

static void release(struct vty *vty);

static void enter(struct vty *vty)
{
    vty->depth++;
}

static void leave(struct vty *vty)
{
    if (--vty->depth == 0 && vty->released)
        release(vty);
}

bool vty_step_done(struct vty *vty, enum vty_step step, str detail)
{
    vty->step = step < VTY_SHELL ? step + 1 : VTY_SHELL;
    if (step == VTY_SHELL) {
        loop_remove(vty->timer);
        vty->timer = NULL;
    }
    vty->options.events->step(vty->options.ctx, step, detail);
    return !vty->dead;
}

bool vty_data(struct vty *vty, str bytes)
{
    vty->options.events->data(vty->options.ctx, bytes);
    return !vty->dead;
}

void vty_fail(struct vty *vty, const struct err *err)
{
    if (vty->dead)
        return;
    vty->dead = true;
    loop_remove(vty->watch);
    vty->watch = NULL;
    loop_remove(vty->timer);
    vty->timer = NULL;
    vty->options.events->ended(vty->options.ctx, vty->step, err);
}

void vty_finding(struct vty *vty, const char *rule, str text)
{
    if (!vty->dead && vty->options.events->finding != NULL)
        vty->options.events->finding(vty->options.ctx, rule, text);
}

/* --- What proves the device ------------------------------------------------
 */

static bool is_pinned(str pins, str fingerprint)
{
    while (pins.n > 0) {
        if (str_eq(str_trim(str_cut(&pins, ' ')), fingerprint))
            return true;
    }
    return false;
}

static enum key_state key_state(const struct vty *vty, str fingerprint)
{
    if (is_pinned(vty->options.host_key, fingerprint))
        return KEY_APPROVED;
    if (vty->options.host_key.n > 0)
        return KEY_CHANGED;
    return vty->options.trust_first ? KEY_TRUSTED : KEY_NEW;
}

bool vty_key_seen(struct vty *vty, const char *what, const char *kind,
                  str fingerprint)
{
    struct vty_key key = { vty->options.transport, key_state(vty, fingerprint),
                           str_c(kind), fingerprint };
    struct err err = { 0 };

    if (vty->options.events->key != NULL)
        vty->options.events->key(vty->options.ctx, &key);
    if (vty->dead)
        return false;
    if (key.state == KEY_CHANGED)
        (void)err_set(&err, E_PERM,
                      "%s is %" PRIstr ", but %" PRIstr
                      " is approved: somebody is in between, or the device "
                      "has a new one that must be approved (R-SSH-16)",
                      what, ARGstr(fingerprint), ARGstr(vty->options.host_key));
    else if (key.state == KEY_NEW)
        (void)err_set(&err, E_PERM,
                      "%s %" PRIstr " is not approved yet (R-SSH-16)", what,
                      ARGstr(fingerprint));
    if (err.code == 0)
        return vty_step_done(vty, VTY_KEYS, fingerprint);
    vty_fail(vty, &err);
    return false;
}

static void on_ready(void *ctx, int events)
{
    struct vty *vty = ctx;

    enter(vty);
    vty->carrier->ready(vty, events);
    leave(vty);
}

void vty_call(struct vty *vty, void (*fn)(struct vty *vty))
{
    enter(vty);
    fn(vty);
    leave(vty);
}

void vty_watch(struct vty *vty, int events)
{
    if (vty->dead)
        return;
    if (vty->watch == NULL)
        vty->watch = loop_fd(vty->options.loop, vty->fd, events, on_ready, vty);
    else
        loop_fd_events(vty->watch, events);
}

void vty_await(struct vty *vty, size_t seen)
{
    int least = (int)seen + 1;

    (void)setsockopt(vty->fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least));
}

void vty_flush(struct vty *vty, struct buf *waiting)
{
    if (vty->dead)
        return;
    while (waiting->n > 0) {
        ssize_t n = send(vty->fd, waiting->p, waiting->n, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        memmove(waiting->p, waiting->p + n, waiting->n - (size_t)n);
        waiting->n -= (size_t)n;
    }
    vty_watch(vty, waiting->n > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void on_late(void *ctx)
{
    struct vty *vty = ctx;
    struct err err = { 0 };

    enter(vty);
    vty->timer = NULL;
    (void)err_set(&err, E_IO, "step '%s' was not done in time",
                  vty_step_name(vty->step));
    vty_fail(vty, &err);
    leave(vty);
}

/* --- Connecting -------------------------------------------------------------
 */

static void try_next(struct vty *vty);

static void try_failed(struct vty *vty, int number)
{
    (void)err_errno(&vty->last, number, "%" PRIstr, ARGstr(vty->options.host));
    if (vty->watch != NULL)
        loop_remove(vty->watch);
    vty->watch = NULL;
    if (vty->fd >= 0)
        close(vty->fd);
    vty->fd = -1;
    try_next(vty);
}

static void connected(struct vty *vty)
{
    int flags = fcntl(vty->fd, F_GETFL);
    int number = 0;
    socklen_t size = sizeof(number);
    int one = 1;
    struct err err = { 0 };

    if (getsockopt(vty->fd, SOL_SOCKET, SO_ERROR, &number, &size) < 0)
        number = errno;
    if (number != 0) {
        try_failed(vty, number);
        return;
    }
    loop_remove(vty->watch);
    vty->watch = NULL;
    if (flags >= 0)
        (void)fcntl(vty->fd, F_SETFL, flags | O_NONBLOCK);
    (void)setsockopt(vty->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    (void)setsockopt(vty->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
    if (!vty_step_done(vty, VTY_TCP, STR_NONE))
        return;
    if (vty->carrier->start(vty, &err) < 0)
        vty_fail(vty, &err);
}

static void on_connected(void *ctx, int events UNUSED)
{
    struct vty *vty = ctx;

    enter(vty);
    connected(vty);
    leave(vty);
}

static void try_next(struct vty *vty)
{
    const struct addrinfo *address = vty->next;

    if (address == NULL) {
        vty_fail(vty, &vty->last);
        return;
    }
    vty->next = address->ai_next;
    if (vty->options.may_reach != NULL &&
        vty->options.may_reach(vty->options.reach, address->ai_addr,
                               &vty->last) < 0) {
        try_next(vty);
        return;
    }
    vty->fd = socket(address->ai_family,
                     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (vty->fd < 0 ||
        (connect(vty->fd, address->ai_addr, address->ai_addrlen) < 0 &&
         errno != EINPROGRESS)) {
        try_failed(vty, errno);
        return;
    }
    vty->watch =
        loop_fd(vty->options.loop, vty->fd, LOOP_WRITE, on_connected, vty);
}

/* --- Names ------------------------------------------------------------------
 */

static void resolving_release(struct resolving *r)
{
    if (__atomic_sub_fetch(&r->owners, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    if (r->request.ar_result != NULL)
        freeaddrinfo(r->request.ar_result);
    close(r->event);
    mem_free(r->host);
    mem_free(r);
}

/* On the library's thread. */
static void on_looked_up(union sigval value)
{
    struct resolving *r = value.sival_ptr;
    uint64_t one = 1;

    if (write(r->event, &one, sizeof(one)) < 0)
        errno = 0; /* the vty's time runs out instead */
    resolving_release(r);
}

static void name_is_known(struct vty *vty)
{
    char text[INET6_ADDRSTRLEN] = "";
    const struct addrinfo *first = vty->addresses;

    vty->next = vty->addresses;
    (void)getnameinfo(first->ai_addr, first->ai_addrlen, text, sizeof(text),
                      NULL, 0, NI_NUMERICHOST);
    if (vty_step_done(vty, VTY_NAME, str_c(text)))
        try_next(vty);
}

static void looked_up(struct vty *vty)
{
    struct resolving *r = vty->resolving;
    int rc = gai_error(&r->request);
    struct err err = { 0 };

    loop_remove(vty->watch);
    vty->watch = NULL;
    vty->addresses = r->request.ar_result;
    r->request.ar_result = NULL;
    vty->resolving = NULL;
    resolving_release(r);
    if (rc != 0 || vty->addresses == NULL) {
        (void)err_set(&err, E_ABSENT, "the name '%" PRIstr "' is not known: %s",
                      ARGstr(vty->options.host), gai_strerror(rc));
        vty_fail(vty, &err);
        return;
    }
    name_is_known(vty);
}

static void on_name(void *ctx, int events UNUSED)
{
    struct vty *vty = ctx;

    enter(vty);
    looked_up(vty);
    leave(vty);
}

/* An address needs no look-up; told from the loop all the same. */
static void on_address(void *ctx)
{
    struct vty *vty = ctx;

    vty->timer =
        loop_timer(vty->options.loop, vty->options.connect_ms, on_late, vty);
    enter(vty);
    name_is_known(vty);
    leave(vty);
}

/* The device has called: there is a connection already. */
static void on_called(void *ctx)
{
    struct vty *vty = ctx;

    vty->timer =
        loop_timer(vty->options.loop, vty->options.connect_ms, on_late, vty);
    enter(vty);
    vty->step = VTY_TCP;
    connected(vty);
    leave(vty);
}

static int look_up(struct vty *vty, struct resolving *r, struct err *err)
{
    struct gaicb *list[] = { &r->request };
    struct sigevent event = { .sigev_notify = SIGEV_THREAD };
    int rc;

    r->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (r->event < 0)
        return err_errno(err, errno, "eventfd");
    event.sigev_notify_function = on_looked_up;
    event.sigev_value.sival_ptr = r;
    r->owners = 2;
    rc = getaddrinfo_a(GAI_NOWAIT, list, 1, &event);
    if (rc != 0) {
        r->owners = 1;
        resolving_release(r);
        return err_set(err, E_IO, "the name '%" PRIstr "' cannot be looked up",
                       ARGstr(vty->options.host));
    }
    vty->resolving = r;
    vty->watch = loop_fd(vty->options.loop, r->event, LOOP_READ, on_name, vty);
    return 0;
}

static int find_address(struct vty *vty, struct err *err)
{
    struct resolving *r = mem_alloc(1, sizeof(*r));
    unsigned port = vty->options.port;
    struct addrinfo *numeric = NULL;

    r->host = mem_alloc(vty->options.host.n + 1, 1);
    memcpy(r->host, vty->options.host.p, vty->options.host.n);
    snprintf(r->port, sizeof(r->port), "%u", port);
    r->hints = (struct addrinfo){ .ai_family = AF_UNSPEC,
                                  .ai_socktype = SOCK_STREAM,
                                  .ai_flags = AI_NUMERICHOST };
    if (getaddrinfo(r->host, r->port, &r->hints, &numeric) == 0) {
        vty->addresses = numeric;
        mem_free(r->host);
        mem_free(r);
        vty->timer = loop_timer(vty->options.loop, 0, on_address, vty);
        return 0;
    }
    r->hints.ai_flags = AI_ADDRCONFIG;
    r->request = (struct gaicb){ .ar_name = r->host,
                                 .ar_service = r->port,
                                 .ar_request = &r->hints };
    vty->timer =
        loop_timer(vty->options.loop, vty->options.connect_ms, on_late, vty);
    return look_up(vty, r, err);
}

/* --- The vty --------------------------------------------------------------
 */

static str copy(struct buf *into, str text)
{
    size_t at = into->n;

    buf_add(into, text);
    return (str){ into->p + at, text.n };
}

/* The copies are made in one go, so that the buffer moves before, not
 * between. */
static int copy_texts(struct vty *vty, struct err *err)
{
    struct vty_options *o = &vty->options;
    str *const texts[] = { &o->host, &o->user, &o->password, &o->private_key,
                           &o->host_key };
    size_t all = 0;

    for (size_t i = 0; i < COUNT(texts); i++)
        all += texts[i]->n;
    if (all > TEXTS_MAX)
        return err_set(err, E_LIMIT,
                       "what says how to reach a device has at "
                       "most %d bytes",
                       TEXTS_MAX);
    if (buf_grow(&vty->texts, all) == NULL)
        return E_LIMIT;
    vty->texts.n = 0;
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = copy(&vty->texts, *texts[i]);
    return 0;
}

static const struct carrier *find_carrier(const struct vty_options *options)
{
    if (options->transport == TRANSPORT_SSH && options->profile == SSH_MUSEUM)
        return &carrier_museum;
    for (size_t i = 0; i < COUNT(carriers); i++)
        if (carriers[i]->transport == options->transport)
            return carriers[i];
    return NULL;
}

int vty_new(const struct vty_options *options, struct vty **out,
            struct err *err)
{
    AUTO(vty_freep) struct vty *vty = mem_alloc(1, sizeof(*vty));
    int rc;

    *vty = (struct vty){ .options = *options,
                         .texts = BUF(TEXTS_MAX),
                         .late = BUF(TEXTS_MAX),
                         .fd = options->is_called ? options->fd : -1 };
    vty->carrier = find_carrier(options);
    if (vty->carrier == NULL)
        return err_set(err, E_UNSUPPORTED, "no command line comes over %s",
                       transport_name(options->transport));
    if (!options->is_called &&
        (options->host.n == 0 || options->host.n > NI_MAXHOST))
        return err_set(err, E_INVALID, "no address is known");
    rc = copy_texts(vty, err);
    if (rc < 0)
        return rc;
    if (vty->options.port == 0)
        vty->options.port = vty->carrier->port;
    if (vty->options.connect_ms <= 0)
        vty->options.connect_ms = CONNECT_MS;
    if (options->is_called)
        vty->timer = loop_timer(options->loop, 0, on_called, vty);
    else
        rc = find_address(vty, err);
    if (rc < 0)
        return rc;
    *out = TAKE(vty);
    return 0;
}

static void release(struct vty *vty)
{
    if (vty->carried != NULL)
        vty->carrier->stop(vty);
    if (vty->fd >= 0)
        close(vty->fd);
    if (vty->resolving != NULL)
        resolving_release(vty->resolving);
    if (vty->addresses != NULL)
        freeaddrinfo(vty->addresses);
    buf_wipe(&vty->texts);
    buf_wipe(&vty->late);
    mem_free(vty);
}

void vty_free(struct vty *vty)
{
    if (vty == NULL)
        return;
    loop_remove(vty->watch);
    loop_remove(vty->timer);
    vty->watch = vty->timer = NULL;
    vty->dead = true;
    vty->released = true;
    if (vty->depth == 0)
        release(vty);
}

void vty_freep(struct vty **vty)
{
    vty_free(*vty);
}

void vty_login_as(struct vty *vty, const struct vty_login *login)
{
    size_t all = login->user.n + login->password.n + login->private_key.n;

    if (vty->late.n > 0 || all > TEXTS_MAX ||
        buf_grow(&vty->late, all + 1) == NULL)
        return; /* then the device refuses whoever it is */
    vty->late.n = 0;
    vty->options.user = copy(&vty->late, login->user);
    vty->options.password = copy(&vty->late, login->password);
    vty->options.private_key = copy(&vty->late, login->private_key);
}

void vty_send(struct vty *vty, str bytes)
{
    if (!vty->dead)
        vty->carrier->send(vty, bytes);
}

bool vty_again(struct vty *vty)
{
    if (vty->dead || vty->step != VTY_SHELL || vty->carrier->again == NULL)
        return false;
    vty->carrier->again(vty);
    return true;
}
