# SPDX-License-Identifier: Apache-2.0
"""The console as holdfastd serves it: without a browser."""
import gzip
import re

from e2e import Skip, check, equal, main, test
from server import Server

PAGES = ["/", "/devices", "/devices/17", "/sign-in", "/no/such/page"]


def built(server):
    status, _, body = server.ask("GET", "/")
    if status == 503:
        raise Skip("the console is not built (npm was not reached)")
    return body.decode()


def script_of(page):
    return re.search(r'src="(/assets/[^"]+\.js)"', page)[1]


@test
def every_page_path_gets_the_page_and_nothing_else_does(directory):
    with Server(directory) as server:
        page = built(server)
        for path in PAGES:
            status, headers, body = server.ask("GET", path + "?a=b")
            equal(status, 200)
            equal(headers["Content-Type"], "text/html; charset=utf-8")
            equal(headers["Cache-Control"], "no-cache")
            check(script_of(page) in body.decode())
        for path in ("/index.php", "/assets/gone-12345678.js", "/assets/",
                     "/api", "/api/v1/nothing", "/..%2fetc/passwd", "/.git"):
            status, headers, _ = server.ask("GET", path)
            equal((path, status), (path, 404))
            equal(headers["Content-Type"], "application/problem+json")
        equal(server.ask("GET", "/metrics")[0], 401)
        equal(server.ask("POST", "/devices", {})[0], 404)
        status, headers, body = server.ask("HEAD", "/devices")
        equal((status, body), (200, b""))


@test
def a_connection_serves_many_files(directory):
    with Server(directory) as server:
        with server.raw() as connection:
            file = connection.makefile("rb")
            for path in [b"/", b"/devices", b"/favicon.svg"] * 5:
                connection.sendall(b"GET " + path +
                                   b" HTTP/1.1\r\nHost: a\r\n\r\n")
                head = []
                while not head or head[-1] != b"\r\n":
                    head.append(file.readline())
                    check(head[-1], "the connection ended")
                size = next(int(line.split(b":")[1]) for line in head
                            if line.lower().startswith(b"content-length:"))
                equal(len(file.read(size)), size)


@test
def other_doors_have_no_console(directory):
    with Server(directory) as server:
        for path in ("/", "/index.html", "/devices"):
            equal(server.ask("GET", path, door="enrol")[0], 404)


@test
def the_page_has_no_inline_script_and_no_inline_style(directory):
    with Server(directory) as server:
        page = built(server)
        policy = server.ask("GET", "/")[1]["Content-Security-Policy"]
        check("default-src 'self'" in policy and "unsafe" not in policy)
        check("script-src" not in policy and "style-src" not in policy)
        for tag in re.findall(r"<script\b[^>]*>", page):
            check(re.search(r'\ssrc="/', tag), tag)
        check("<style" not in page and " style=" not in page)
        check(not re.search(r"\son\w+\s*=", page))
        check(not re.search(r'(src|href)="(https?:)?//', page), page)


@test
def files_are_compressed_named_by_content_and_not_sent_twice(directory):
    with Server(directory) as server:
        path = script_of(built(server))
        _, plain, text = server.ask("GET", path)
        check("Content-Encoding" not in plain)
        check("immutable" in plain["Cache-Control"], path)
        equal(plain["Vary"], "Accept-Encoding")
        _, headers, packed = server.ask(
            "GET", path, headers={"Accept-Encoding": "gzip"})
        equal(headers["Content-Encoding"], "gzip")
        equal(gzip.decompress(packed), text)
        _, best, small = server.ask(
            "GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
        equal(best["Content-Encoding"], "br")
        check(len(small) < len(packed) < len(text))
        check(len({plain["ETag"], headers["ETag"], best["ETag"]}) == 3)
        status, again, body = server.ask(
            "GET", path, headers={"Accept-Encoding": "br",
                                  "If-None-Match": best["ETag"]})
        equal((status, body), (304, b""))
        equal(again["ETag"], best["ETag"])
        status, headers, body = server.ask("HEAD", path)
        equal((status, body), (200, b""))
        equal(int(headers["Content-Length"]), len(text))


@test
def no_file_names_another_host_to_load_from(directory):
    """No request leaves the server's origin."""
    with Server(directory) as server:
        page = built(server)
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
            status, headers, body = server.ask("GET", path)
            equal(status, 200)
            if "css" in headers["Content-Type"]:
                check(not re.search(rb"url\(\s*['\"]?(https?:)?//", body), path)
                check(b"@import" not in body, path)


if __name__ == "__main__":
    raise SystemExit(main())
