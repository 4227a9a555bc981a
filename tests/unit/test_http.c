/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/address.h"
#include "http/client.h"
#include "tests/unit/unit.h"

/* --- A server of one process that gives each connection one answer. --- */

struct server {
    pid_t pid;
    int port;
    char url[64];
};

static void serve(int listener, const char *answer)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        char bytes[4096];

        if (fd < 0 || read(fd, bytes, sizeof(bytes)) < 0)
            _exit(1);
        if (strstr(bytes, "GET /late") != NULL)
            pause(); /* until it is stopped */
        if (write(fd, answer, strlen(answer)) < 0)
            _exit(1);
        close(fd);
    }
}

static void start_at(struct server *server, const char *ip, const char *answer)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(inet_pton(AF_INET, ip, &address.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    snprintf(server->url, sizeof(server->url), "http://%s:%d/", ip,
             server->port);
    server->pid = fork();
    if (server->pid == 0)
        serve(fd, answer);
    close(fd);
}

static void start(struct server *server, const char *answer)
{
    start_at(server, "127.0.0.1", answer);
}

static void stop(struct server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}

static const char hello[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                            "ETag: \"x\"\r\nContent-Type: text/plain\r\n"
                            "Connection: close\r\n\r\nhello";

static void an_answer_has_status_headers_and_body(void **state UNUSED)
{
    AUTO(http_client_freep) struct http_client *client = http_client_new(NULL);
    struct http_answer answer = { 0 };
    struct server server;
    struct err err = { 0 };

    start(&server, hello);
    assert_int_equal(http_run(client,
                              &(struct http_request){ .url = server.url,
                                                      .plain_loopback = true },
                              &answer, &err),
                     0);
    assert_int_equal(answer.status, 200);
    assert_true(str_eq(answer.body, STR("hello")));
    assert_true(str_eq(answer.etag, STR("\"x\"")));
    assert_true(str_eq(answer.content_type, STR("text/plain")));
    stop(&server);
}

static int run(const struct http_request *request, struct err *err)
{
    AUTO(http_client_freep) struct http_client *client = http_client_new(NULL);
    struct http_answer answer = { 0 };

    return http_run(client, request, &answer, err);
}

static void what_is_not_permitted_is_refused(void **state UNUSED)
{
    static const char moved[] = "HTTP/1.1 302 Found\r\n"
                                "Location: file:///etc/passwd\r\n"
                                "Content-Length: 0\r\n\r\n";
    struct err err = { 0 };
    struct server server;
    char local[64];

    start(&server, hello);
    assert_int_equal(run(&(struct http_request){ .url = server.url }, &err),
                     E_INVALID);
    assert_int_equal(run(&(struct http_request){ .url = server.url,
                                                 .plain = true,
                                                 .answer_max = 4 },
                         &err),
                     E_LIMIT);
    assert_int_equal(run(&(struct http_request){ .url = server.url,
                                                 .plain = true,
                                                 .forbid_private = true },
                         &err),
                     E_INVALID);
    assert_non_null(strstr(err.text, "not a public one"));
    snprintf(local, sizeof(local), "http://localhost:%d/", server.port);
    assert_int_equal(run(&(struct http_request){ .url = local,
                                                 .plain = true,
                                                 .forbid_private = true },
                         &err),
                     E_INVALID);
    assert_int_equal(run(&(struct http_request){ .url = server.url,
                                                 .plain = true,
                                                 .forbid_private = true,
                                                 .allow = STR("127.0.0.0/8") },
                         &err),
                     0);
    assert_int_equal(run(&(struct http_request){ .url = "file:///etc/passwd",
                                                 .plain = true },
                         &err),
                     E_INVALID);
    stop(&server);
    start(&server, moved);
    assert_int_equal(run(&(struct http_request){ .url = server.url,
                                                 .plain = true,
                                                 .redirects = 3 },
                         &err),
                     E_INVALID);
    stop(&server);
}

struct outcome {
    struct loop *loop;
    struct http_client *client;
    const char *url;
    int calls;
    int rc;
    int64_t status;
    int64_t left;
};

static void on_done(void *ctx, int rc, const struct http_answer *answer,
                    const struct err *err UNUSED)
{
    struct outcome *outcome = ctx;

    outcome->calls++;
    outcome->rc = rc;
    outcome->status = rc < 0 ? 0 : answer->status;
    if (--outcome->left == 0)
        loop_stop(outcome->loop, 0);
}

static void a_loop_makes_requests_at_the_same_time(void **state UNUSED)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct http_client *client = http_client_new(loop);
    struct outcome outcome = { .loop = loop, .left = 5 };
    struct server server;

    start(&server, hello);
    for (int i = 0; i < 5; i++)
        assert_non_null(http_start(
            client,
            &(struct http_request){ .url = server.url, .plain_loopback = true },
            on_done, &outcome, NULL));
    loop_run(loop);
    assert_int_equal(outcome.calls, 5);
    assert_int_equal(outcome.status, 200);
    stop(&server);
    http_client_free(client);
}

static void a_request_ends_by_time_or_when_it_is_cancelled(void **state UNUSED)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct http_client *client = http_client_new(loop);
    struct outcome outcome = { .loop = loop, .left = 1 };
    struct http_transfer *transfer;
    struct server server;
    char url[80];

    start(&server, hello);
    snprintf(url, sizeof(url), "%slate", server.url);
    transfer = http_start(
        client, &(struct http_request){ .url = url, .plain_loopback = true },
        on_done, &outcome, NULL);
    loop_once(loop, 10);
    http_cancel(transfer);
    assert_int_equal(outcome.calls, 0);
    assert_non_null(http_start(client,
                               &(struct http_request){ .url = url,
                                                       .plain_loopback = true,
                                                       .timeout_ms = 50 },
                               on_done, &outcome, NULL));
    loop_run(loop);
    assert_int_equal(outcome.calls, 1);
    assert_int_equal(outcome.rc, E_IO);
    http_client_free(client);
    stop(&server);
}

static const struct {
    const char *text;
    bool is_public;
} addresses[] = {
    { "8.8.8.8", true },
    { "0.0.0.0", false },
    { "10.1.2.3", false },
    { "100.64.0.1", false },
    { "100.128.0.1", true },
    { "127.0.0.1", false },
    { "169.254.169.254", false },
    { "172.15.0.1", true },
    { "172.31.255.255", false },
    { "192.168.1.1", false },
    { "198.19.0.1", false },
    { "224.0.0.1", false },
    { "255.255.255.255", false },
    { "::", false },
    { "::1", false },
    { "::ffff:10.0.0.1", false },
    { "::ffff:8.8.8.8", true },
    { "::127.0.0.1", false },
    { "64:ff9b::7f00:1", false },
    { "2002:7f00:1::", false },
    { "2001:0:1::1", false },
    { "2001:db8::1", false },
    { "2606:4700::1111", true },
    { "fe80::1", false },
    { "fd00::1", false },
    { "ff02::1", false },
};

static void only_public_addresses_are_public__claim_28(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct sockaddr_in v4 = { .sin_family = AF_INET };
        struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
        const char *text = addresses[i].text;
        bool is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;

        if (!is_v4)
            assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
        if (address_is_public(is_v4 ? (void *)&v4 : (void *)&v6) !=
            addresses[i].is_public)
            fail_msg("%s", text);
    }
    assert_int_equal(
        address_list_check(STR("10.0.0.0/8, 2001:db8::/32 192.0.2.7"), NULL),
        0);
    assert_int_equal(address_list_check(STR("10.0.0.0/33"), NULL), E_PARSE);
    assert_int_equal(address_list_check(STR("localhost"), NULL), E_PARSE);
}

static void networks_meet_when_an_address_is_in_both(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        bool meet;
    } cases[] = {
        { "10.0.0.0/8", "10.1.2.3", true },
        { "10.1.2.3", "192.0.2.1, 10.0.0.0/8", true },
        { "0.0.0.0/0", "203.0.113.0/24", true },
        { "10.0.0.0/9", "10.128.0.0/9", false },
        { "192.0.2.0/25 198.51.100.0/24", "192.0.2.128/25", false },
        { "::/0", "192.0.2.1", true },
        { "::ffff:192.0.2.0/120", "192.0.2.7", true },
        { "2001:db8::/32", "2001:db8:1::/48", true },
        { "2001:db8::/32", "10.0.0.0/8", false },
        { "", "10.0.0.0/8", false },
        { "10.0.0.0/8", "", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (address_lists_meet(str_c(cases[i].a), str_c(cases[i].b)) !=
            cases[i].meet)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
}

/* --- Claim 28: names that lie ----------------------------------------------
 */

/* A simulator of a resolver in the attacker's hands: the library's calls come
 * here, as a program's symbols go before those of its libraries.
 *   turns.test   127.0.0.1 at the first question, 127.0.0.2 afterwards
 *   mixed.test   127.0.0.2 and then 127.0.0.1
 *   inner.test   127.0.0.2 */
static atomic_int questions;

typedef int resolver(const char *, const char *, const struct addrinfo *,
                     struct addrinfo **);

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **out)
{
    resolver *real = (resolver *)dlsym(RTLD_NEXT, "getaddrinfo");
    const char *good = "127.0.0.1";
    const char *evil = "127.0.0.2";
    int rc;

    if (name == NULL || strstr(name, ".test") == NULL)
        return real(name, service, hints, out);
    if (strcmp(name, "turns.test") == 0)
        return real(atomic_fetch_add(&questions, 1) == 0 ? good : evil, service,
                    hints, out);
    rc = real(evil, service, hints, out);
    if (rc == 0 && strcmp(name, "mixed.test") == 0) {
        struct addrinfo *last = *out;

        while (last->ai_next != NULL)
            last = last->ai_next;
        rc = real(good, service, hints, &last->ai_next);
    }
    return rc;
}

static int run_name(const char *name, int port, struct err *err)
{
    char url[80];

    snprintf(url, sizeof(url), "http://%s:%d/", name, port);
    return run(&(struct http_request){ .url = url,
                                       .plain = true,
                                       .forbid_private = true,
                                       .allow = STR("127.0.0.1"),
                                       .redirects = 3 },
               err);
}

static void the_address_counts_that_is_connected_to__claim_28(
    void **state UNUSED)
{
    struct server server;
    struct err err = { 0 };

    start(&server, hello);
    assert_int_equal(run_name("inner.test", server.port, &err), E_INVALID);
    assert_non_null(strstr(err.text, "not a public one"));
    /* Looked up once more, the name stands for another machine. */
    assert_int_equal(run_name("turns.test", server.port, &err), 0);
    assert_int_equal(run_name("turns.test", server.port, &err), E_INVALID);
    assert_int_equal(run_name("turns.test", server.port, &err), E_INVALID);
    /* Of several addresses, those that are not permitted are passed over or
     * end it; never are they connected to. */
    (void)run_name("mixed.test", server.port, &err);
    stop(&server);
}

/* A server that must not be reached: its first connection ends the test. */
static const char secret[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"
                             "Connection: close\r\n\r\nsecret";

static void a_redirect_does_not_lead_inside__claim_28(void **state UNUSED)
{
    static const char *const hosts[] = { "127.0.0.2", "inner.test",
                                         "[::ffff:127.0.0.2]", "2130706434" };
    struct server inner;

    start_at(&inner, "127.0.0.2", secret);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct server server;
        struct err err = { 0 };
        char answer[300];

        snprintf(answer, sizeof(answer),
                 "HTTP/1.1 302 Found\r\nLocation: http://%s:%d/\r\n"
                 "Content-Length: 0\r\nConnection: close\r\n\r\n",
                 hosts[i], inner.port);
        start(&server, answer);
        assert_int_equal(run_name("127.0.0.1", server.port, &err), E_INVALID);
        stop(&server);
    }
    /* It is there, and would be reached by who may. */
    assert_int_equal(
        run(&(struct http_request){ .url = inner.url, .plain = true }, NULL),
        0);
    stop(&inner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_has_status_headers_and_body),
        cmocka_unit_test(what_is_not_permitted_is_refused),
        cmocka_unit_test(a_loop_makes_requests_at_the_same_time),
        cmocka_unit_test(a_request_ends_by_time_or_when_it_is_cancelled),
        cmocka_unit_test(only_public_addresses_are_public__claim_28),
        cmocka_unit_test(networks_meet_when_an_address_is_in_both),
        cmocka_unit_test(the_address_counts_that_is_connected_to__claim_28),
        cmocka_unit_test(a_redirect_does_not_lead_inside__claim_28),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
