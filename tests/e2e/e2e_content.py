# SPDX-License-Identifier: Apache-2.0
"""holdfast content: fetching over HTTPS from a server of ours that behaves
well and badly, and installing so that nothing is lost."""
import bz2
import hashlib
import http.server
import json
import os
import signal
import ssl
import subprocess
import tempfile
import threading
import time

from e2e import (HOLDFAST, PATIENCE, Skip, check, document, equal, main, run,
                 test)

GOOD = document(padding="x" * 200000)
NEWER = document(time="2026-02-01T00:00:00")
OLDER = document(time="2025-12-31T23:59:59")
LIMIT_S = 60


class Server(http.server.ThreadingHTTPServer):
    """self.files: path -> function of the request handler."""
    daemon_threads = True

    def __init__(self, context=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.log = {}, []
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path):
        return "%s://127.0.0.1:%d%s" % (self.scheme, self.server_port, path)

    def handle_error(self, request, client_address):
        pass  # clients break off here on purpose


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.log.append((self.path, dict(self.headers)))
        answer = self.server.files.get(self.path)
        if answer is None:
            self.send_error(404)
        else:
            answer(self)


def send(request, status, body, **headers):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def whole(body, etag='"one"', cut=None):
    """A well-behaved file; with cut, the first answer breaks off there."""
    state = {"cut": cut}

    def answer(request):
        headers = request.headers
        if headers.get("If-None-Match") == etag:
            send(request, 304, b"", ETag=etag)
            return
        start = 0
        found = headers.get("Range")
        if found and headers.get("If-Range") == etag:
            start = int(found.split("=")[1].rstrip("-"))
        if start >= len(body):
            send(request, 416, b"", ETag=etag)
            return
        part = body[start:]
        request.send_response(206 if start else 200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(part)))
        if start:
            request.send_header("Content-Range", "bytes %d-%d/%d" % (
                start, len(body) - 1, len(body)))
        request.end_headers()
        if state["cut"] is not None:
            part, state["cut"] = part[:state["cut"]], None
            request.wfile.write(part)
            request.wfile.flush()
            request.close_connection = True
            request.connection.close()
            return
        request.wfile.write(part)
    return answer


def redirect(to):
    return lambda request: send(request, 302, b"", Location=to)


def make_certificates(directory):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=directory,
                       capture_output=True)
    with open(os.path.join(directory, "san"), "w") as f:
        f.write("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1",
            "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san",
            "-out", "server.pem")


CERTIFICATES = tempfile.TemporaryDirectory()
os.chmod(CERTIFICATES.name, 0o755)
make_certificates(CERTIFICATES.name)
CA = os.path.join(CERTIFICATES.name, "ca.pem")
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(os.path.join(CERTIFICATES.name, "server.pem"),
                        os.path.join(CERTIFICATES.name, "server.key"))


def serve(**files):
    server = Server(CONTEXT)
    for name, answer in files.items():
        server.files["/" + name + ".xml"] = answer
    return server


def update(directory, *arguments):
    return run("content", "update", "--dir", directory, "--ca-file", CA,
               *arguments)


def listed(directory):
    code, out, _ = run("content", "list", "--dir", directory, "--json", "-")
    equal(code, 0)
    return {feed["id"]: feed for feed in json.loads(out)
            if feed["installed"]}


def refused(directory, result, *words):
    """It failed with these words in one sentence, and content is as it
    was."""
    code, _, err = result
    check(code in (3, 4), "exit code", code, err)
    equal(err.count("\n"), 1)
    for word in words:
        check(word in err, repr(word), "is not in", err)
    equal([f for f in os.listdir(directory) if f.startswith(".feed@")
           and not f.endswith((".state", "download"))], [])


@test
def a_feed_is_fetched_compiled_and_listed(directory):
    server = serve(feed=whole(GOOD))
    code, out, err = update(directory, server.url("/feed.xml"))
    equal((code, err), (0, ""))
    check("feed: installed, 1 definition" in out, out)
    feed = listed(directory)["feed"]
    equal((feed["os"], feed["os_version"]), ("debian", "12"))
    equal(feed["generated"], "2026-01-02T03:04:05")
    equal(feed["sha256"], hashlib.sha256(GOOD).hexdigest())
    check(feed["in_use"] and os.path.exists(feed["path"]))
    equal(sorted(os.listdir(directory)),
          sorted([".lock", "feed.feed", os.path.basename(feed["path"])]))


@test
def a_root_without_capabilities_fetches_too(directory):
    """As a server does that was started as root and keeps that name."""
    if os.geteuid() != 0:
        raise Skip("needs root")
    server = serve(feed=whole(GOOD))
    result = subprocess.run(
        ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", HOLDFAST,
         "content", "update", "--dir", directory, "--ca-file", CA,
         server.url("/feed.xml")], capture_output=True, text=True)
    equal((result.returncode, result.stderr), (0, ""))
    check("feed" in listed(directory))


@test
def what_has_not_changed_is_not_fetched_again(directory):
    server = serve(feed=whole(GOOD))
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    before = listed(directory)
    code, out, _ = update(directory)
    equal((code, out), (0, "feed: is current\n"))
    equal(server.log[-1][1]["If-None-Match"], '"one"')
    equal(listed(directory), before)


@test
def a_new_feed_replaces_the_old_one_and_its_pack(directory):
    server = serve(feed=whole(GOOD))
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    server.files["/feed.xml"] = whole(bz2.compress(NEWER), '"two"')
    equal(update(directory)[0], 0)
    equal(listed(directory)["feed"]["generated"], "2026-02-01T00:00:00")
    equal(len([f for f in os.listdir(directory) if f.endswith(".pack")]), 1)


@test
def a_transfer_that_breaks_goes_on_where_it_ended(directory):
    server = serve(feed=whole(GOOD, cut=50000))
    code, _, err = update(directory, server.url("/feed.xml"))
    equal((code, err), (0, ""))
    ranges = [h.get("Range") for _, h in server.log]
    equal(ranges[0], None)
    check(ranges[1] and ranges[1].startswith("bytes="), ranges)
    check(int(ranges[1][6:-1]) > 0, ranges)
    equal(listed(directory)["feed"]["sha256"],
          hashlib.sha256(GOOD).hexdigest())


def stall_at(body, at):
    """Sends the beginning, and then nothing for long."""
    def answer(request):
        request.send_response(200)
        request.send_header("ETag", '"one"')
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[:at])
        request.wfile.flush()
        time.sleep(LIMIT_S * 3)
    return answer


def wait_for_size(path, size):
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        if os.path.exists(path) and os.path.getsize(path) >= size:
            return
        time.sleep(0.02)
    raise AssertionError(path + " does not grow")


@test
def an_update_that_is_killed_is_taken_up_by_the_next(directory):
    server = serve(feed=whole(NEWER))
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    before = listed(directory)
    body = document(time="2026-03-01T00:00:00", padding="y" * 300000)
    server.files["/feed.xml"] = stall_at(body, 100000)
    process = subprocess.Popen(
        [HOLDFAST, "content", "update", "--dir", directory, "--ca-file", CA],
        stdout=subprocess.DEVNULL)
    wait_for_size(os.path.join(directory, ".feed@download"), 100000)
    process.send_signal(signal.SIGKILL)
    process.wait()
    equal(listed(directory), before)
    server.files["/feed.xml"] = whole(body)
    server.log.clear()
    code, _, err = update(directory, "--force")
    equal((code, err), (0, ""))
    equal(server.log[0][1].get("Range"), "bytes=100000-")
    equal(listed(directory)["feed"]["generated"], "2026-03-01T00:00:00")


@test
def a_part_of_another_document_is_not_continued(directory):
    server = serve(feed=stall_at(GOOD, 1000))
    process = subprocess.Popen(
        [HOLDFAST, "content", "update", "--dir", directory, "--ca-file", CA,
         server.url("/feed.xml")], stdout=subprocess.DEVNULL)
    wait_for_size(os.path.join(directory, ".feed@download"), 1000)
    process.kill()
    process.wait()
    server.files["/feed.xml"] = whole(NEWER, '"two"')
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    equal(listed(directory)["feed"]["sha256"],
          hashlib.sha256(NEWER).hexdigest())


def always_cut(request):
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    request.wfile.write(GOOD[:500])
    request.close_connection = True


@test
def a_document_that_stays_truncated_changes_nothing(directory):
    server = serve(feed=whole(NEWER))
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    before = listed(directory)
    server.files["/feed.xml"] = always_cut
    refused(directory, update(directory, "--force"), "feed.xml")
    equal(listed(directory), before)


@test
def garbage_and_other_documents_change_nothing(directory):
    server = serve(feed=whole(NEWER))
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    before = listed(directory)
    cases = [b"\x00\x01\x02 garbage", b"<html>sign in here</html>",
             NEWER[:-40], bz2.compress(NEWER)[:-10], b"HFPACK\r\n" + b"x" * 99,
             b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"]
    for i, body in enumerate(cases):
        server.files["/feed.xml"] = whole(body, '"bad%d"' % i)
        refused(directory, update(directory))
        equal(listed(directory), before)
        check(not os.path.exists(os.path.join(directory, ".feed@download")))


@test
def another_digest_than_expected_is_refused(directory):
    server = serve(feed=whole(GOOD))
    url = server.url("/feed.xml")
    refused(directory, update(directory, "--sha256", "0" * 64, url),
            "SHA-256", hashlib.sha256(GOOD).hexdigest())
    equal(listed(directory), {})
    good = hashlib.sha256(GOOD).hexdigest()
    equal(update(directory, "--sha256", good.upper(), url)[0], 0)


@test
def a_digest_beside_the_document_is_checked(directory):
    server = serve(feed=whole(GOOD))
    digest = hashlib.sha256(GOOD).hexdigest()
    server.files["/sums"] = whole(
        ("%s  other.xml\n%s  feed.xml\n" % ("1" * 64, digest)).encode())
    equal(update(directory, "--sha256-url", server.url("/sums"),
                 server.url("/feed.xml"))[0], 0)
    server.files["/sums"] = whole(("2" * 64 + "  feed.xml\n").encode(), '"b"')
    server.files["/feed.xml"] = whole(NEWER, '"two"')
    refused(directory, update(directory, "--sha256-url", server.url("/sums"),
                              server.url("/feed.xml")), "SHA-256")
    equal(listed(directory)["feed"]["sha256"], digest)


@test
def older_content_is_refused_unless_allowed(directory):
    server = serve(feed=whole(GOOD))
    equal(update(directory, server.url("/feed.xml"))[0], 0)
    server.files["/feed.xml"] = whole(OLDER, '"old"')
    refused(directory, update(directory), "generated", "--allow-older")
    equal(listed(directory)["feed"]["generated"], "2026-01-02T03:04:05")
    equal(update(directory, "--allow-older", "feed")[0], 0)
    equal(listed(directory)["feed"]["generated"], "2025-12-31T23:59:59")


@test
def redirects_are_followed_a_few_times_and_only_to_https(directory):
    server = serve(feed=whole(GOOD), loop=redirect("/loop.xml"))
    plain = Server()
    plain.files["/feed.xml"] = whole(GOOD)
    server.files["/once.xml"] = redirect(server.url("/feed.xml"))
    server.files["/http.xml"] = redirect(plain.url("/feed.xml"))
    server.files["/file.xml"] = redirect("file:///etc/passwd")
    equal(update(directory, server.url("/once.xml"))[0], 0)
    refused(directory, update(directory, server.url("/loop.xml")), "redirect")
    refused(directory, update(directory, server.url("/http.xml")), "https")
    refused(directory, update(directory, server.url("/file.xml")), "https")
    equal(list(listed(directory)), ["once"])
    equal(plain.log, [])


def endless(request):
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    while True:
        request.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


@test
def what_is_too_large_is_broken_off(directory):
    server = serve(feed=endless, said=whole(GOOD))
    refused(directory, update(directory, "--max-bytes", "1000000",
                              server.url("/feed.xml")), "larger", "1000000")
    refused(directory, update(directory, "--max-bytes", "1000",
                              server.url("/said.xml")), "larger")
    for name in os.listdir(directory):
        equal(os.path.getsize(os.path.join(directory, name)), 0)


@test
def a_server_that_says_nothing_is_given_up(directory):
    server = serve(feed=stall_at(GOOD, 10))
    start = time.monotonic()
    refused(directory, update(directory, "--timeout", "1",
                              server.url("/feed.xml")), "feed.xml")
    check(time.monotonic() - start < LIMIT_S)


@test
def errors_of_the_server_are_named(directory):
    server = serve(bad=lambda r: send(r, 500, b"sorry"))
    refused(directory, update(directory, server.url("/none.xml")), "404")
    refused(directory, update(directory, server.url("/bad.xml")), "500")
    refused(directory, update(directory, "https://127.0.0.1:1/x.xml"),
            "127.0.0.1")


@test
def one_feed_that_fails_does_not_keep_the_others(directory):
    server = serve(a=whole(GOOD), c=whole(NEWER))
    names = [server.url("/%s.xml" % n) for n in "abc"]
    code, out, err = update(directory, *names)
    equal(code, 3)
    check("404" in err and err.endswith(
        "1 of 3 feeds could not be updated\n"), err)
    equal(sorted(listed(directory)), ["a", "c"])


@test
def certificates_are_checked(directory):
    server = serve(feed=whole(GOOD))
    code, _, err = run("content", "update", "--dir", directory,
                       server.url("/feed.xml"))
    check(code == 4 and "certificate" in err, code, err)
    refused(directory, update(directory, server.url("/feed.xml").replace(
        "127.0.0.1", "127.0.0.2")), "127.0.0.2")
    equal(listed(directory), {})


@test
def plain_http_needs_an_option_and_the_loopback(directory):
    plain = Server()
    plain.files["/feed.xml"] = whole(GOOD)
    refused(directory, update(directory, plain.url("/feed.xml")), "https")
    equal(update(directory, "--insecure-http", plain.url("/feed.xml"))[0], 0)


@test
def two_updates_at_once_wait_for_each_other(directory):
    server = serve(feed=whole(GOOD), other=whole(NEWER))
    commands = [[HOLDFAST, "content", "update", "-q", "--dir", directory,
                 "--ca-file", CA, server.url("/%s.xml" % name)]
                for name in ("feed", "other", "feed", "other")]
    processes = [subprocess.Popen(c) for c in commands]
    equal([p.wait(timeout=PATIENCE) for p in processes], [0, 0, 0, 0])
    equal(sorted(listed(directory)), ["feed", "other"])


@test
def content_is_imported_without_a_network(directory):
    path = os.path.join(directory, "My Feed.XML.bz2".replace(" ", "-"))
    store = os.path.join(directory, "store")
    with open(path, "wb") as f:
        f.write(bz2.compress(GOOD))
    code, _, err = run("content", "import", "--dir", store, "--id", "mine",
                       "--platform", "fedora:40", path)
    equal((code, err), (0, ""))
    feed = listed(store)["mine"]
    equal((feed["os"], feed["os_version"]), ("fedora", "40"))
    pack = os.path.join(directory, "two.pack")
    equal(run("oval", "compile", path, "-o", pack)[0], 0)
    equal(run("content", "import", "--dir", store, pack)[0], 0)
    equal(sorted(listed(store)), ["mine", "two"])
    equal(run("content", "remove", "--dir", store, "mine")[0], 0)
    equal(sorted(listed(store)), ["two"])
    equal(run("content", "remove", "--dir", store, "mine")[0], 3)
    equal(run("content", "import", "--dir", store, "--id", "../x", path)[0],
          2)


@test
def a_damaged_store_is_shown_and_repaired(directory):
    path = os.path.join(directory, "feed.xml")
    store = os.path.join(directory, "store")
    with open(path, "wb") as f:
        f.write(GOOD)
    equal(run("content", "import", "--dir", store, path)[0], 0)
    with open(os.path.join(store, "feed.feed"), "w") as f:
        f.write("nonsense\n")
    feed = listed(store)["feed"]
    check(not feed["in_use"] and "line 1" in feed["problem"], feed)
    code, out, _ = run("content", "list", "--dir", store)
    check(code == 0 and "feed.feed" in out, out)
    equal(run("content", "import", "--dir", store, path)[0], 0)
    check(listed(store)["feed"]["in_use"])


if __name__ == "__main__":
    raise SystemExit(main())
