#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The processes of holdfastd and what its ports let in."""
import concurrent.futures
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

from e2e import (PATIENCE, Skip, check, equal, is_alive, main, test, wait_for,
                 within_once)
from server import HOLDFASTD, Server

GET = (b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n"
       b"Connection: close\r\n\r\n")


def read_all(connection, most=1 << 20):
    data = b""
    while len(data) < most:
        try:
            piece = connection.recv(65536)
        except (ConnectionResetError, ssl.SSLError, OSError):
            break
        if not piece:
            break
        data += piece
    return data


def status_of(answer):
    words = answer.split(b"\r\n", 1)[0].split()
    return int(words[1]) if len(words) > 1 else 0


def say(server, request, door="api"):
    """The status that a raw request is answered with; 0: none."""
    with server.raw(door) as connection:
        connection.sendall(request)
        return status_of(read_all(connection))


@test
def the_server_starts_stops_and_leaves_no_process(directory):
    server = Server(directory)
    with server:
        children = server.children()
        check({"front", "core"} <= set(children), children)
        equal(server.ask("GET", "/api/v1/health")[2],
              {"status": "ok", "store": "ok"})
        equal(server.stop(), 0)
    for pid in children.values():
        check(not is_alive(pid), pid)
    check(not os.path.exists(os.path.join(server.data, "run", "ports.json")))


@test
def a_child_that_is_killed_is_started_again_and_serves(directory):
    with Server(directory) as server:
        server.set_up()
        for role in server.children():
            before = server.kill(role)

            def back():
                children = server.children()
                return children.get(role) not in (None, before)
            server.wait_for(back, role + " starts again")
            server.close()

            def serves():
                try:
                    return server.ask("GET", "/api/v1/session")[0] == 200
                except OSError:
                    server.close()
                    return False
            server.wait_for(serves, "an answer after " + role + " was killed")
        check("process.killed" in server.log())


@test
def children_die_with_a_supervisor_that_is_killed(directory):
    server = Server(directory)
    server.start()
    children = server.children()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    wait_for(lambda: not any(map(is_alive, children.values())),
             "the end of its children")
    server.process = None
    server.start()  # and nothing is in the way of a new one
    equal(server.ask("GET", "/api/v1/health")[0], 200)
    equal(server.stop(), 0)


@test
def bad_configuration_is_told_with_file_and_line(directory):
    path = os.path.join(directory, "conf")
    cases = [
        ("colour = red\n", "conf:1: unknown setting 'colour'"),
        ("\n# fine\nlog.level = loud\n", "conf:3: log.level: must be one of"),
        ("api.listen = 8443\n", "conf:1: api.listen"),
        ("data\n", "conf:1: expected 'name = value'"),
        ("log.level=info\nlog.level=info\n", "conf:2: 'log.level' is set "),
        ("limit.connections = 2\n", "conf:1: limit.connections"),
        ("tls.key = /x\n", "tls.certificate and tls.key come together"),
        ("data = tmp\n", "conf:1: data: must be an absolute path"),
    ]
    for text, told in cases:
        with open(path, "w") as file:
            file.write(text)
        done = subprocess.run([HOLDFASTD, "--config", path, "check-config"],
                              capture_output=True, text=True,
                              timeout=PATIENCE)
        equal(done.returncode, 3)
        check(told in done.stderr, done.stderr)
        equal(done.stderr.count("\n"), 1)
    with open(path, "w") as file:
        file.write("# all of it\ndata = /tmp/x\nlog.level = debug\n")
    done = subprocess.run([HOLDFASTD, "--config", path, "check-config"],
                          capture_output=True, text=True, timeout=PATIENCE)
    equal(done.returncode, 0)
    check("log.level = debug\n" in done.stdout)
    again = os.path.join(directory, "again")
    with open(again, "w") as file:
        file.write(done.stdout)  # what it prints, it takes
    equal(subprocess.run([HOLDFASTD, "--config", again, "check-config"],
                         capture_output=True, text=True).stdout, done.stdout)


@test
def a_start_that_cannot_be_is_one_clear_error(directory):
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen(1)
    port = taken.getsockname()[1]
    arguments = [HOLDFASTD, "--data", os.path.join(directory, "data"),
                 "--set", "agent.listen=127.0.0.1:0",
                 "--set", "enrol.listen=127.0.0.1:0"]
    done = subprocess.run(
        arguments + ["--set", "api.listen=127.0.0.1:%d" % port],
        capture_output=True, text=True, timeout=PATIENCE)
    check(done.returncode in (3, 4), done.returncode)
    check("Address already in use" in done.stderr, done.stderr)
    done = subprocess.run(
        arguments + ["--set", "api.listen=127.0.0.1:0",
                     "--set", "database=mysql://nowhere"],
        capture_output=True, text=True, timeout=PATIENCE)
    equal(done.returncode, 3)
    check("start_failed" in done.stderr, done.stderr)
    taken.close()


# What RFC 9112 calls an error, or leaves open, and what smuggling lives on.
MALFORMED = [
    (b"GET /api/v1/health HTTP/1.1\r\n\r\n", "no Host"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
     "two Hosts"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost : a\r\n\r\n",
     "a blank before the colon"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
     "a folded line"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX: 1\r\n\tfolded\r\n\r\n",
     "a line folded by a tab"),
    (b"GET /api/v1/health HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n",
     "a blank before the first header"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", "a NUL"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\0b\r\n\r\n", "a NUL in Host"),
    (b"GET /api/v1/\0health HTTP/1.1\r\nHost: a\r\n\r\n", "a NUL in a path"),
    (b"GET /api/v1/health\0 HTTP/1.1\r\nHost: a\r\n\r\n",
     "a NUL behind a path"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX\0Y: b\r\n\r\n",
     "a NUL in a name"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
     "length and chunked"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
     b"Content-Length: 3\r\n\r\n{}", "two lengths"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
     b"Content-Length: 2\r\n\r\n{}", "two equal lengths"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n"
     b"\r\n{}", "a length with a sign"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n"
     b"\r\n{}", "a list of lengths"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n"
     b"\r\n{}", "a length in hexadecimal"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
     b"Content-Length: 99999999999999999999\r\n\r\n{}", "a length too large"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
     b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "another coding"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
     b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
     b"0\r\n\r\n", "two codings"),
    (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
     b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "nearly chunked"),
    (b"GET http://a/api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n",
     "an absolute target"),
    (b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", "a target that is no path"),
    (b"GET /api/v1/h\x80 HTTP/1.1\r\nHost: a\r\n\r\n", "a byte above 127"),
    (b"GET /a<b> HTTP/1.1\r\nHost: a\r\n\r\n", "what a URI cannot hold"),
    (b"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "a method that is no token"),
    (b"GET /api/v1/health HTTP/3.7\r\nHost: a\r\n\r\n", "another version"),
    (b"GET /api/v1/health\r\n\r\n", "no version"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", "no name"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n",
     "no colon"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n",
     "a control character"),
    (b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
     "a CR inside"),
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "a long path"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40000 + b"\r\n\r\n",
     "a long header"),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 5000 + b"\r\n",
     "many headers"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nCookie: \xff\xfe\r\n\r\n",
     "a header that is no UTF-8"),
    (b"\x16\x03\x01" * 20 + b"\r\n\r\n", "no HTTP at all"),
]


@test
def requests_that_two_readers_may_read_differently_are_refused(directory):
    """Claims 5 and 12: what is ambiguous is refused, and ends nothing."""
    wrong = []
    with Server(directory) as server:
        before = server.children()
        for request, what in MALFORMED:
            status = say(server, request)
            if status != 0 and not 400 <= status < 600:
                wrong.append("%s: %d" % (what, status))
        equal(say(server, GET), 200)
        equal(server.children(), before)
    check(not wrong, "; ".join(wrong))


@test
def a_second_request_hidden_in_a_body_is_not_answered(directory):
    hidden = b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n"
    with Server(directory) as server:
        for head in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                     b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                     b"Content-Length: 5\r\nContent-Length: 0\r\n"):
            with server.raw() as connection:
                connection.sendall(
                    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
                    b"Content-Type: application/json\r\n" + head +
                    b"\r\n0\r\n\r\n" + hidden)
                answer = read_all(connection)
            equal(status_of(answer), 400)
            equal(answer.count(b"HTTP/1.1 "), 1)


@test
def pipelined_requests_are_answered_in_order(directory):
    with Server(directory) as server:
        with server.raw() as connection:
            connection.sendall(
                b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n"
                b"GET /nowhere.txt HTTP/1.1\r\nHost: a\r\n\r\n"
                b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n" + GET)
            answer = read_all(connection)
        statuses = [part.split()[0] for part in answer.split(b"HTTP/1.1 ")[1:]]
        check(statuses[2] in (b"200", b"503"))  # with or without the console
        statuses[2] = b"page"
        equal(statuses, [b"200", b"404", b"page", b"200"])


@test
def bodies_are_bounded_by_their_route(directory):
    """Claims 5 and 12."""
    with Server(directory) as server:
        server.set_up()
        for size in (4097, 65536, 65537, 1 << 20):
            status, _, body = server.ask(
                "POST", "/api/v1/session", b'"' + b"a" * (size - 2) + b'"',
                {"Content-Type": "application/json"})
            equal(status, 413)
            equal(body["status"], 413)
        status, _, _ = server.ask("GET", "/api/v1/health")
        equal(status, 200)
        # A long body without a login is refused before it is taken.
        server.close()
        status, _, _ = server.ask("POST", "/api/v1/users", b"x" * 200000,
                                  {"Content-Type": "application/json"},
                                  token="nobody")
        equal(status, 401)
        # Chunked, without end: told at the limit, then closed.
        with server.raw() as connection:
            connection.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
                               b"Content-Type: application/json\r\n"
                               b"Transfer-Encoding: chunked\r\n\r\n")
            sent = 0
            try:
                while sent < 200 << 20:
                    connection.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")
                    sent += 65536
            except OSError:
                pass
            check(sent < 150 << 20, sent)


@test
def every_mistake_of_a_body_is_named(directory):
    """X-7: every refusal names field and reason."""
    with Server(directory) as server:
        status, headers, body = server.ask(
            "POST", "/api/v1/session", {"login": 5, "colour": "red"})
        equal(status, 422)
        equal(headers["Content-Type"], "application/problem+json")
        fields = {error["field"]: error["reason"] for error in body["errors"]}
        equal(set(fields), {"login", "password", "colour"})
        for text in (b"", b"{", b'{"a":1,"a":2}', b"nul", b"[" * 3000,
                     b'{"login":"\xff","password":"x"}', b'{"a":1}{}'):
            status, _, body = server.ask("POST", "/api/v1/session", text,
                                         {"Content-Type": "application/json"})
            equal((status, body["title"]), (400, "Bad Request"))
        status, _, _ = server.ask("POST", "/api/v1/session", b"{}",
                                  {"Content-Type": "text/plain"})
        equal(status, 415)


@test
def answers_carry_what_protects_a_browser(directory):
    with Server(directory) as server:
        for path in ("/api/v1/health", "/nowhere", "/api/v1/version"):
            _, headers, _ = server.ask("GET", path)
            check("default-src 'self'" in headers["Content-Security-Policy"])
            check("frame-ancestors 'none'" in
                  headers["Content-Security-Policy"])
            equal(headers["X-Content-Type-Options"], "nosniff")
            equal(headers["Referrer-Policy"], "no-referrer")
            check("max-age" in headers["Strict-Transport-Security"])
            check("Server" not in headers and "X-Powered-By" not in headers)
        server.set_up()
        page = server.ask("GET", "/api/v1/catalogue?format=html")[1]
        equal(page["Content-Type"], "text/html; charset=utf-8")
        check("default-src 'none'; style-src 'unsafe-inline'" in
              page["Content-Security-Policy"])


@test
def a_head_is_a_get_without_a_body(directory):
    with Server(directory) as server:
        status, headers, body = server.ask("HEAD", "/api/v1/health")
        equal((status, body), (200, b""))
        equal(headers["Content-Length"], "28")


@test
def only_tls_1_3_is_spoken(directory):
    with Server(directory) as server:
        for most in (ssl.TLSVersion.TLSv1_2,):
            context = server.context()
            context.maximum_version = most
            plain = socket.create_connection(("127.0.0.1",
                                              server.ports["api"]))
            try:
                context.wrap_socket(plain, server_hostname="localhost")
                raise AssertionError("TLS 1.2 was taken")
            except (ssl.SSLError, OSError):
                pass
            plain.close()
        with server.raw() as connection:
            equal(connection.version(), "TLSv1.3")
        # HTTP without TLS gets nothing.
        plain = socket.create_connection(("127.0.0.1", server.ports["api"]))
        plain.sendall(GET)
        check(not read_all(plain).startswith(b"HTTP"))
        plain.close()
        equal(say(server, GET), 200)


@test
def the_agent_port_wants_a_certificate_of_our_authority(directory):
    """Claim 10: without the certificate of a device nothing is answered."""
    with Server(directory) as server:
        request = (b"POST /agent/v1/checkin HTTP/1.1\r\nHost: a\r\n"
                   b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        try:
            equal(say(server, request, "agent"), 0)
        except (ssl.SSLError, OSError):
            pass
        key = os.path.join(directory, "key.pem")
        cert = os.path.join(directory, "cert.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert,
             "-days", "2", "-subj", "/CN=device-1"],
            check=True, capture_output=True)
        try:
            with server.raw("agent", certificate=cert, key=key) as connection:
                connection.sendall(request)
                equal(status_of(read_all(connection)), 0)
        except (ssl.SSLError, OSError):
            pass
        # One of our authority, but of no device: the core refuses.
        ca = os.path.join(server.data, "keys")
        csr = os.path.join(directory, "csr.pem")
        subprocess.run(["openssl", "req", "-new", "-key", key, "-subj",
                        "/CN=device-1", "-out", csr], check=True,
                       capture_output=True)
        subprocess.run(["openssl", "x509", "-req", "-in", csr, "-CA",
                        ca + "/ca.pem", "-CAkey", ca + "/ca.key", "-days", "2",
                        "-out", cert], check=True, capture_output=True)
        with server.raw("agent", certificate=cert, key=key) as connection:
            connection.sendall(request)
            equal(status_of(read_all(connection)), 403)
        equal(say(server, GET), 200)


@test
def who_is_slow_is_dropped_in_time(directory):
    """Claim 13: headers, bodies and silence have an end."""
    with Server(directory, limit__header_seconds=2,
                limit__idle_seconds=3) as server:
        def lasts(send, again):
            """Until the server ends the connection."""
            connection = server.raw()
            connection.settimeout(0.25)
            start = time.monotonic()
            if send:
                connection.sendall(send)
            while time.monotonic() - start < 15:
                try:
                    if connection.recv(4096) == b"":
                        break
                except TimeoutError:
                    pass
                except OSError:
                    break
                try:
                    if again:
                        connection.sendall(again)
                except OSError:
                    break
            connection.close()

        cases = [
            (b"", None, 5),
            (b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"a", 5),
            (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X: a\r\n", 5),
            (GET.replace(b"Connection: close\r\n", b""), None, 6),
            (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
             b"Content-Length: 100\r\n\r\n{", None, 6),
        ]
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            for done in [pool.submit(within_once, seconds, lasts, send, again)
                         for send, again, seconds in cases]:
                done.result()

        def handshake_without_end():
            with socket.create_connection(
                    ("127.0.0.1", server.ports["api"])) as plain:
                plain.settimeout(10)
                plain.sendall(b"\x16\x03\x01\x02\x00")
                read_all(plain)
        within_once(6, handshake_without_end)
        equal(say(server, GET), 200)


def latencies(server, n):
    """Seconds of n requests over one kept connection, sorted."""
    connection = server.raw(source="127.0.0.9")
    request = b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    times = []
    for _ in range(n):
        start = time.perf_counter()
        connection.sendall(request)
        data = b""
        while not data.endswith(b"}"):
            piece = connection.recv(65536)
            check(piece, "the connection ended")
            data += piece
        times.append(time.perf_counter() - start)
    connection.close()
    return sorted(times)


def hold_slow(port, count, ready, done):
    """A process with `count` connections that never finish a request."""
    held = []
    for i in range(count):
        plain = socket.socket()
        plain.bind(("127.0.%d.%d" % (1 + i // 200 % 200, 1 + i % 200), 0))
        plain.connect(("127.0.0.1", port))
        plain.sendall(b"\x16\x03\x01")
        held.append(plain)
    ready.set()
    done.wait()


@test
def ten_thousand_slow_connections_do_not_slow_good_ones(directory):
    """Claim 13. They are held open while good ones are measured."""
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = 10000
    if hard < count + 2000:
        raise Skip("only %d descriptors" % hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with Server(directory, limit__header_seconds=120) as server:
        latencies(server, 200)
        before = min(latencies(server, 300)[296] for _ in range(12))
        ready, done = threading.Event(), threading.Event()
        thread = threading.Thread(target=hold_slow, args=(
            server.ports["api"], count, ready, done))
        thread.start()
        check(ready.wait(PATIENCE), "they do not come in")
        time.sleep(1)
        during = 1
        for _ in range(120):  # for a moment without other programs
            during = min(during, latencies(server, 300)[296])
            if during < 2 * before + 0.0005:
                break
        done.set()
        thread.join()
        print("# p99 %.2f ms alone, %.2f ms beside %d slow connections" %
              (before * 1e3, during * 1e3, count))
        check(during < 2 * before + 0.0005, before, during)


@test
def a_full_house_makes_room_for_who_asks(directory):
    """Claim 13: silent connections give way to new ones."""
    with Server(directory, limit__connections=64, limit__header_seconds=60,
                limit__connections_per_address=1000) as server:
        silent = []
        for _ in range(200):
            plain = socket.create_connection(("127.0.0.1",
                                              server.ports["api"]))
            silent.append(plain)
        equal(say(server, GET), 200)
        for plain in silent:
            plain.close()


def answered(server):
    try:
        return say(server, GET)
    except (OSError, ssl.SSLError):
        return 0


@test
def one_address_has_a_limit_of_connections_and_of_requests(directory):
    with Server(directory, limit__connections_per_address=8) as server:
        held = []
        for _ in range(8):
            held.append(socket.create_connection(
                ("127.0.0.1", server.ports["api"])))
        server.wait_for(lambda: answered(server) == 0, "a ninth to be refused")
        for plain in held:
            plain.close()
        server.wait_for(lambda: answered(server) == 200, "a place")
    with Server(directory, limit__address_rate=2) as server:
        is_limited_to_2(server, "/api/v1/health")


def is_limited_to_2(server, path):
    """Requests in a second; more at once when there were none for a while."""
    begun, served = time.monotonic(), 0
    status, headers, _ = server.ask("GET", path)
    while status != 429:
        equal(status, 200)
        served += 1
        check(served <= 25 + 2 * (time.monotonic() - begun), served)
        status, headers, _ = server.ask("GET", path)
    check(served >= 15, served)
    check(1 <= int(headers["Retry-After"]) <= 5)


@test
def the_log_and_syslog_tell_the_same(directory):
    """Structured logs, and RFC 5424 over UDP, TCP and a Unix socket."""
    path = os.path.join(directory, "log.sock")
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    unix.bind(path)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen(1)
    targets = {
        "unix:" + path: unix,
        "udp:127.0.0.1:%d" % udp.getsockname()[1]: udp,
        "tcp:127.0.0.1:%d" % tcp.getsockname()[1]: tcp,
    }
    for number, (target, end) in enumerate(targets.items()):
        where = os.path.join(directory, str(number))
        os.mkdir(where)
        end.settimeout(PATIENCE)
        with Server(where, syslog=target, log__form="json") as server:
            if end is tcp:
                connection, _ = tcp.accept()
                connection.settimeout(PATIENCE)
                message = connection.recv(65536)
                length, message = message.split(b" ", 1)
                check(int(length) > 20, length)
                connection.close()
            else:
                message = end.recv(65536)
            check(message.startswith(b"<"), message)
            head = message.split(b" ", 7)
            check(head[0][1:-2].isdigit() and head[0].endswith(b">1"), message)
            check(head[3].startswith(b"holdfastd-"), message)
            equal(head[5:7], [b"-", b"-"])
        for line in server.log().splitlines():
            event = json.loads(line)
            check({"time", "level", "process", "event"} <= set(event), line)
    for end in targets.values():
        end.close()


@test
def processes_hold_no_capability_and_few_system_calls(directory):
    """Claim 20. What each may still do, test_sandbox tries."""
    with Server(directory) as server:
        pids = dict(server.children(), supervisor=server.process.pid)
        for role, pid in pids.items():
            with open("/proc/%d/status" % pid) as file:
                facts = dict(line.split(":\t", 1) for line in
                             file.read().splitlines() if ":\t" in line)
            for name in ("CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd"):
                equal((role, name, int(facts[name], 16)), (role, name, 0))
            equal((role, facts["NoNewPrivs"]), (role, "1"))
            if role != "supervisor":
                equal((role, facts["Seccomp"]), (role, "2"))
        check("sandbox.partial" not in server.log(), server.log())


@test
def one_token_has_a_limit_of_requests(directory):
    with Server(directory, limit__token_rate=2) as server:
        server.set_up()
        is_limited_to_2(server, "/api/v1/session")
        equal(server.ask("GET", "/api/v1/health")[0], 200)


@test
def metrics_are_prometheus_text_for_who_may_see_them(directory):
    with Server(directory) as server:
        equal(server.ask("GET", "/metrics")[0], 401)
        server.set_up()
        server.get("/api/v1/session")
        text = server.get("/metrics").decode()
        for line in text.splitlines():
            check(re.match(r"# (HELP|TYPE) holdfast_\w+ .+$|"
                           r"holdfast_\w+(\{[^{}]*\})? [0-9.]+$", line), line)
        check('holdfast_requests_total{method="GET",'
              'route="/api/v1/session",status="2xx"} 1\n' in text, text)


# What OpenAPI 3.1 asks of the parts that we use, as JSON Schema.
OPENAPI = {
    "type": "object", "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "paths": {"type": "object", "patternProperties": {"^/": {
            "type": "object", "additionalProperties": {
                "type": "object",
                "required": ["operationId", "summary", "responses",
                             "parameters"],
                "properties": {
                    "parameters": {"type": "array", "items": {
                        "type": "object",
                        "required": ["name", "in", "schema"],
                        "properties": {"in": {"enum": ["path", "query",
                                                       "header"]}}}},
                    "responses": {"type": "object", "minProperties": 1},
                    "requestBody": {"type": "object",
                                    "required": ["content"]}}}}},
            "additionalProperties": False}}}


@test
def the_openapi_document_is_valid_and_complete(directory):
    """Item 7: OpenAPI 3.1 from the table of routes."""
    import jsonschema
    printed = json.loads(subprocess.run([HOLDFASTD, "openapi"], check=True,
                                        capture_output=True).stdout)
    with Server(directory) as server:
        equal(server.get("/api/v1/openapi.json"), printed)
        jsonschema.validate(printed, OPENAPI)
        names = set()
        for path, operations in printed["paths"].items():
            asked = set(re.findall(r"\{(\w+)\}", path))
            for method, operation in operations.items():
                check(operation["operationId"] not in names, path)
                names.add(operation["operationId"])
                given = {p["name"] for p in operation["parameters"]
                         if p["in"] == "path"}
                equal((path, given), (path, asked))
                for media in [operation.get("requestBody", {})] + \
                        list(operation["responses"].values()):
                    for content in media.get("content", {}).values():
                        schema = content.get("schema", {})
                        jsonschema.Draft202012Validator.check_schema(schema)
        # Every path of it is there, and wants a login unless it says not.
        for path, operations in printed["paths"].items():
            real = re.sub(r"\{\w+\}", "1", path)
            for method, operation in operations.items():
                status = server.ask(method.upper(), real)[0]
                if operation.get("security") == []:
                    check(status not in (404, 405), path, status)
                else:
                    equal((path, method, status), (path, method, 401))


@test
def the_manual_and_the_help_name_every_setting(directory):
    manual = subprocess.run([HOLDFASTD, "manual"], capture_output=True,
                            text=True, timeout=PATIENCE).stdout
    printed = subprocess.run([HOLDFASTD, "--data", directory, "check-config"],
                             capture_output=True, text=True).stdout
    for line in printed.splitlines():
        check("\\fB%s\\fR" % line.split(" = ")[0] in manual, line)
    done = subprocess.run([HOLDFASTD, "--nonsense"], capture_output=True,
                          text=True)
    equal(done.returncode, 2)


if __name__ == "__main__":
    sys.exit(main())
