/* SPDX-License-Identifier: Apache-2.0
 *
 * agents make DATA COUNT          makes devices with certificates in a server's
 *                                 data directory (SQLite), into DATA/bench/
 * agents idle PORT DATA FROM COUNT SECONDS       holds a poll on each
 * agents checkin PORT DATA FROM COUNT SECONDS    checks in again and again
 * agents RATE PORT DATA FROM COUNT SECONDS       checks in so often a second,
 *                                                all together
 *
 * Simulated agents: real TLS 1.3 clients with a certificate each, on one event
 * loop. Built by meson, used by bench/agents_run. Prints NAME<TAB>VALUE lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "fleet/enrol.h"
#include "proto/agent.h"

enum {
    LATENCIES_MAX = 4 << 20,
    OPENING_MAX = 200, /* handshakes at once */
    ANSWER_MAX = 2048,
};

enum state {
    CLOSED,
    SHAKING,
    ASKING, /* the request is not written whole */
    WAITING,
    RESTING,
};
struct agent {
    SSL *ssl;
    int fd;
    enum state state;
    size_t written;
    double asked;
    size_t heard;
    char bytes[ANSWER_MAX];
};
struct bench {
    SSL_CTX *ctx;
    EVP_PKEY *key;
    struct agent *agents;
    size_t count;
    size_t opened;
    size_t shaking;
    size_t ready;
    size_t lost;
    size_t answers;
    size_t refused; /* answers that are not 2xx */
    int port;
    int epoll;
    bool idle;
    double rate; /* check-ins a second; 0: each as fast as it is answered */
    double begun;
    size_t asked;
    size_t next;
    size_t late; /* not asked, because the answer before was not there */
    const char *data;
    size_t from;
    struct buf request;
    float *latencies;
    size_t latency_count;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what, const struct err *err)
{
    fprintf(stderr, "agents: %s: %s\n", what,
            err != NULL ? err_text(err) : strerror(errno));
    exit(1);
}

/* --- making ----------------------------------------------------------- */

struct made_authority {
    struct buf ca;
    struct buf key;
};

static int issue(void *ctx, const struct cert_order *order, struct buf *out,
                 struct err *err)
{
    struct made_authority *authority = ctx;
    struct cert_terms terms = { .not_before = order->not_before,
                                .not_after = order->not_after };
    char name[64];

    snprintf(name, sizeof(name), "device-%lld", (long long)order->device);
    terms.name = str_c(name);
    memcpy(terms.serial, order->serial, sizeof(terms.serial));
    return cert_issue_point(buf_str(&authority->ca), buf_str(&authority->key),
                            order->point, &terms, out, err);
}

static const char *path_of(struct buf *buf, const char *data, const char *name)
{
    buf_reset(buf);
    buf_printf(buf, "%s/%s", data, name);
    return buf_c(buf);
}

/* Without the care that io_out takes: these files may be lost. */
static void write_out(const char *path, str bytes)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fwrite(bytes.p, 1, bytes.n, file) != bytes.n ||
        fclose(file) != 0)
        fail(path, NULL);
}

static void make_one(struct db *db, const struct cert_issuer *issuer, str csr,
                     size_t i, const char *data)
{
    struct enrolment done = { .pem = BUF(CERT_PEM_MAX) };
    struct scope scope = scope_system(1);
    struct enrol_order order = { 0, 3600 };
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(buf_clear) struct buf name = BUF(64);
    struct enrol_made token;
    struct enrol enrol = { .csr = csr, .agent_version = STR("bench") };
    struct err err = { 0 };

    buf_printf(&name, "bench-%zu", i);
    enrol.hostname = enrol.machine_id = buf_str(&name);
    if (enrol_token_make(db, &scope, &order, time(NULL), &token, &err) < 0)
        fail("token", &err);
    enrol.token = str_c(token.text);
    if (enrol_take(db, issuer, &enrol, time(NULL), &done, &err) != 0)
        fail("enrol", &err);
    buf_printf(&path, "%s/bench/%zu.pem", data, i);
    write_out(buf_c(&path), buf_str(&done.pem));
    buf_clear(&done.pem);
}

static int make(const char *data, size_t count)
{
    struct made_authority authority = { BUF(CERT_PEM_MAX), BUF(CERT_PEM_MAX) };
    const struct cert_issuer issuer = { issue, &authority };
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(buf_clear) struct buf url = BUF(4096);
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    struct db *db = NULL;
    struct err err = { 0 };

    mkdir(path_of(&path, data, "bench"), 0700);
    buf_printf(&url, "sqlite:%s/holdfast.db", data);
    if (trust_init(&err) < 0 || db_open(buf_c(&url), &db, &err) < 0 ||
        io_read_file(AT_FDCWD, path_of(&path, data, "keys/ca.pem"),
                     &authority.ca, &err) < 0 ||
        io_read_file(AT_FDCWD, path_of(&path, data, "keys/ca.key"),
                     &authority.key, &err) < 0 ||
        cert_key_make(&key, &err) < 0 ||
        cert_request_make(buf_str(&key), STR("bench"), &csr, &err) < 0)
        fail("make", &err);
    write_out(path_of(&path, data, "bench/key.pem"), buf_str(&key));
    if (db_begin(db, &err) < 0)
        fail("begin", &err);
    for (size_t i = 0; i < count; i++)
        make_one(db, &issuer, buf_str(&csr), i, data);
    if (db_commit(db, &err) < 0)
        fail("commit", &err);
    db_close(db);
    buf_clear(&authority.ca);
    buf_clear(&authority.key);
    return 0;
}

/* --- connecting ------------------------------------------------------- */

static void lose(struct bench *b, struct agent *agent)
{
    if (agent->state == SHAKING)
        b->shaking--;
    else
        b->ready--;
    b->lost++;
    agent->state = CLOSED;
    SSL_free(agent->ssl);
    close(agent->fd);
}

static void watch(struct bench *b, struct agent *agent, uint32_t events,
                  int how)
{
    struct epoll_event event = { .events = events, .data.ptr = agent };

    if (epoll_ctl(b->epoll, how, agent->fd, &event) < 0)
        fail("epoll", NULL);
}

static X509 *read_cert(const struct bench *b, size_t i)
{
    char path[4096];
    X509 *cert = NULL;
    FILE *file;

    snprintf(path, sizeof(path), "%s/bench/%zu.pem", b->data, b->from + i);
    file = fopen(path, "re");
    if (file != NULL)
        cert = PEM_read_X509(file, NULL, NULL, NULL);
    if (cert == NULL)
        fail(path, NULL);
    fclose(file);
    return cert;
}

static void open_one(struct bench *b)
{
    struct agent *agent = &b->agents[b->opened];
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)b->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    X509 *cert = read_cert(b, b->opened++);
    int one = 1;

    agent->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (agent->fd < 0 ||
        connect(agent->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
        fail("connect", NULL);
    fcntl(agent->fd, F_SETFL, O_NONBLOCK);
    setsockopt(agent->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    agent->ssl = SSL_new(b->ctx);
    SSL_set_fd(agent->ssl, agent->fd);
    SSL_use_certificate(agent->ssl, cert);
    SSL_use_PrivateKey(agent->ssl, b->key);
    SSL_set_connect_state(agent->ssl);
    X509_free(cert);
    agent->state = SHAKING;
    b->shaking++;
    watch(b, agent, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
}

/* --- asking ----------------------------------------------------------- */

static bool wants_more(struct agent *agent, int rc)
{
    int why = SSL_get_error(agent->ssl, rc);

    ERR_clear_error();
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

static void ask(struct bench *b, struct agent *agent)
{
    agent->state = ASKING;
    while (agent->written < b->request.n) {
        int rc = SSL_write(agent->ssl, b->request.p + agent->written,
                           (int)(b->request.n - agent->written));

        if (rc <= 0) {
            if (!wants_more(agent, rc))
                lose(b, agent);
            return;
        }
        agent->written += (size_t)rc;
    }
    agent->written = 0;
    agent->state = WAITING;
    agent->asked = now();
    watch(b, agent, EPOLLIN, EPOLL_CTL_MOD);
}

/* How long the answer is whose header is in text; 0: not known yet. */
static size_t answer_bytes(str text)
{
    size_t header = str_find(text, STR("\r\n\r\n"));
    size_t at = str_find(text, STR("Content-Length: "));
    int64_t body = 0;
    str number;

    if (header == text.n)
        return 0;
    if (at < header) {
        number = str_sub(text, at + 16, text.n);
        number = str_cut(&number, '\r');
        if (str_to_i64(number, 0, 1 << 20, &body, NULL) < 0)
            fail("an answer", NULL);
    }
    return header + 4 + (size_t)body;
}

static void answered(struct bench *b, struct agent *agent)
{
    b->answers++;
    if (agent->bytes[9] != '2' && b->refused++ == 0)
        fprintf(stderr, "agents: refused: %.*s\n", (int)agent->heard,
                agent->bytes);
    if (b->latency_count < LATENCIES_MAX)
        b->latencies[b->latency_count++] = (float)(now() - agent->asked);
    agent->heard = 0;
    agent->state = RESTING;
    if (!b->idle && b->rate == 0)
        ask(b, agent);
}

static void hear(struct bench *b, struct agent *agent)
{
    int rc = SSL_read(agent->ssl, agent->bytes + agent->heard,
                      (int)(sizeof(agent->bytes) - agent->heard));
    size_t whole;

    if (rc <= 0) {
        if (!wants_more(agent, rc))
            lose(b, agent);
        return;
    }
    agent->heard += (size_t)rc;
    whole = answer_bytes((str){ agent->bytes, agent->heard });
    if (whole > 0 && agent->heard >= whole)
        answered(b, agent);
    else if (SSL_pending(agent->ssl) > 0)
        hear(b, agent);
}

static void shake(struct bench *b, struct agent *agent)
{
    int rc = SSL_do_handshake(agent->ssl);

    if (rc != 1) {
        if (!wants_more(agent, rc))
            lose(b, agent);
        return;
    }
    b->shaking--;
    b->ready++;
    if (b->rate == 0)
        ask(b, agent);
    else
        agent->state = RESTING;
}

static void on_event(struct bench *b, struct agent *agent)
{
    if (agent->state == SHAKING)
        shake(b, agent);
    else if (agent->state == ASKING)
        ask(b, agent);
    else if (agent->state == WAITING)
        hear(b, agent);
}

/* Asks what is due by now, one agent after the other. */
static void pace(struct bench *b)
{
    size_t due = (size_t)((now() - b->begun) * b->rate);

    for (; b->asked < due; b->asked++) {
        struct agent *agent = &b->agents[b->next];

        b->next = (b->next + 1) % b->count;
        if (agent->state == RESTING)
            ask(b, agent);
        else
            b->late++;
    }
}

static void spin(struct bench *b, double until, bool opening)
{
    struct epoll_event events[512];

    while (now() < until && (!opening || b->opened < b->count || b->shaking)) {
        int n;

        while (b->opened < b->count && b->shaking < OPENING_MAX)
            open_one(b);
        if (!opening && b->rate > 0)
            pace(b);
        n = epoll_wait(b->epoll, events, COUNT(events), b->rate > 0 ? 1 : 100);
        for (int i = 0; i < n; i++)
            on_event(b, events[i].data.ptr);
    }
}

/* --- the run ---------------------------------------------------------- */

static void make_request(struct bench *b)
{
    AUTO(buf_clear) struct buf body = BUF(65536);
    struct checkin checkin = {
        .agent_version = STR("bench"),
        .boot_id = STR("00000000-0000-0000-0000-000000000000"),
        .boot_time = time(NULL) - 1000,
        .device_time = time(NULL),
        .time_zone = STR("Europe/Amsterdam"),
    };

    b->request = BUF_INIT(65536);
    if (b->idle) {
        buf_add_c(&b->request, "GET /agent/v1/jobs?after=1000000000&wait_s=300"
                               " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return;
    }
    if (message_pack(&shape_checkin, &checkin, &body, NULL) < 0)
        fail("checkin", NULL);
    buf_printf(&b->request,
               "POST /agent/v1/checkin HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Type: application/x-holdfast\r\n"
               "Content-Length: %zu\r\n\r\n",
               body.n);
    buf_add(&b->request, buf_str(&body));
}

static void set_up(struct bench *b)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    struct rlimit files;
    FILE *file;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    b->ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(b->ctx, TLS1_3_VERSION);
    SSL_CTX_set_mode(b->ctx, SSL_MODE_RELEASE_BUFFERS |
                                 SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_load_verify_file(b->ctx,
                                 path_of(&path, b->data, "keys/ca.pem")) != 1)
        fail("keys/ca.pem", NULL);
    SSL_CTX_set_verify(b->ctx, SSL_VERIFY_PEER, NULL);
    file = fopen(path_of(&path, b->data, "bench/key.pem"), "re");
    if (file == NULL)
        fail(buf_c(&path), NULL);
    b->key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    b->agents = mem_alloc(b->count, sizeof(*b->agents));
    b->latencies = mem_alloc(LATENCIES_MAX, sizeof(float));
    b->epoll = epoll_create1(EPOLL_CLOEXEC);
    make_request(b);
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;

    return (x > y) - (x < y);
}

static double percentile(const struct bench *b, double share)
{
    size_t i = (size_t)((double)b->latency_count * share);

    return b->latency_count == 0 ? 0 : (double)b->latencies[i] * 1000;
}

static int run(struct bench *b, double seconds)
{
    double start = now();
    double opened;

    set_up(b);
    spin(b, start + 600, true);
    opened = now() - start;
    printf("connected\t%zu\nopen_s\t%.2f\n", b->ready, opened);
    fflush(stdout);
    b->answers = b->refused = b->latency_count = 0;
    b->begun = start = now();
    spin(b, start + seconds, false);
    qsort(b->latencies, b->latency_count, sizeof(float), by_size);
    printf("late\t%zu\nkept\t%zu\nlost\t%zu\nanswers\t%zu\nrefused\t%zu\nper_"
           "s\t%.0f\n"
           "p50_ms\t%.2f\np99_ms\t%.2f\n",
           b->late, b->ready, b->lost, b->answers, b->refused,
           (double)b->answers / (now() - start), percentile(b, 0.5),
           percentile(b, 0.99));
    return 0;
}

static size_t number(const char *text)
{
    int64_t value = 0;

    if (str_to_i64(str_c(text), 0, 1 << 24, &value, NULL) < 0)
        fail(text, NULL);
    return (size_t)value;
}

int main(int argc, char **argv)
{
    struct bench bench = { 0 };

    if (argc == 4 && strcmp(argv[1], "make") == 0)
        return make(argv[2], number(argv[3]));
    if (argc != 7) {
        fprintf(stderr, "usage: agents make DATA COUNT\n"
                        "       agents idle|checkin|RATE PORT DATA FROM COUNT"
                        " SECONDS\n");
        return 2;
    }
    bench.idle = strcmp(argv[1], "idle") == 0;
    if (!bench.idle && strcmp(argv[1], "checkin") != 0)
        bench.rate = (double)number(argv[1]);
    bench.port = (int)number(argv[2]);
    bench.data = argv[3];
    bench.from = number(argv[4]);
    bench.count = number(argv[5]);
    return run(&bench, (double)number(argv[6]));
}
