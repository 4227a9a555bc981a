# SPDX-License-Identifier: Apache-2.0
"""A real holdfastd for end-to-end tests: on loopback, on ports the kernel
picks, in a directory of the test.

    server = Server(directory, limit__idle_seconds=5)
    with server:
        server.set_up()                         # the first administrator
        server.get("/api/v1/devices")           # JSON; a failure raises
        status, headers, body = server.ask("POST", "/api/v1/labels", {...})
"""
import glob
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time

from e2e import PATIENCE, wait_for

HOLDFASTD = os.environ.get("HOLDFASTD") or os.path.join(
    os.path.dirname(os.path.abspath(sys.argv[1])), "..", "server", "holdfastd")
PASSWORD = "correct horse battery staple"


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__("%d %s" % (status, body))
        self.status = status
        self.body = body


class Server:
    def __init__(self, directory, clock=None, **settings):
        self.data = os.path.join(directory, "server")
        self.log_path = os.path.join(directory, "server.log")
        self.clock = clock
        self.settings = {"api.listen": "127.0.0.1:0",
                         "agent.listen": "127.0.0.1:0",
                         "enrol.listen": "127.0.0.1:0",
                         "check_answers": "true",
                         "limit.address_rate": "0",
                         "user": "no-such-user",
                         **{name.replace("__", "."): str(value)
                            for name, value in settings.items()}}
        self.process = None
        self.ports = {}
        self.token = None
        self.connection = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def arguments(self):
        arguments = [HOLDFASTD, "--data", self.data]
        for name, value in self.settings.items():
            arguments += ["--set", "%s=%s" % (name, value)]
        if self.clock:
            arguments += ["--clock", self.clock]
        return arguments

    def start(self, refused=None):
        """It fails when its log says what is to be refused."""
        os.makedirs(self.data, exist_ok=True)
        ports = os.path.join(self.data, "run", "ports.json")
        if os.path.exists(ports):
            os.unlink(ports)
        self.log_file = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            self.arguments(), stdin=subprocess.DEVNULL,
            stdout=self.log_file, stderr=self.log_file)
        end = time.monotonic() + PATIENCE
        while not os.path.exists(ports):
            if self.process.poll() is not None or time.monotonic() > end or \
                    refused and refused in self.log():
                self.stop()
                raise AssertionError("holdfastd does not start:\n" +
                                     self.log())
            time.sleep(0.02)
        with open(ports) as file:
            self.ports = json.load(file)

    def stop(self):
        """The exit code. Sanitizers and crashes show in it."""
        self.close()
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        self.log_file.close()
        return code

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def jump(self, offset):
        """The clock of a server that was made with one (clock=PATH)."""
        with open(self.clock, "w") as file:
            file.write("%d\n" % offset)

    def children(self):
        """{role: pid} of the processes that run now."""
        found = {}
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, errors="replace") as file:
                    words = file.read().split("\0")
                with open(os.path.dirname(path) + "/stat",
                          errors="replace") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if "--role" in words and int(fields[1]) == self.process.pid and \
                    fields[0] != "Z":
                found[words[words.index("--role") + 1]] = \
                    int(path.split("/")[2])
        return found

    def kill(self, role, number=signal.SIGKILL):
        pid = self.children()[role]
        os.kill(pid, number)
        return pid

    def wait_for(self, condition, what, timeout=PATIENCE):
        try:
            return wait_for(condition, what, timeout)
        except AssertionError as why:
            raise AssertionError("%s\n%s" % (why, self.log()[-4000:])) from why

    # --- HTTP ---------------------------------------------------------------
    def context(self, certificate=None, key=None):
        context = ssl.create_default_context(
            cafile=os.path.join(self.data, "keys", "ca.pem"))
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        if certificate:
            context.load_cert_chain(certificate, key)
        return context

    def raw(self, door="api", source=None, **tls):
        """A TLS connection without HTTP."""
        plain = socket.create_connection(
            ("127.0.0.1", self.ports[door]), timeout=PATIENCE,
            source_address=(source, 0) if source else None)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context(**tls).wrap_socket(plain,
                                               server_hostname="localhost")

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, path, body=None, headers=None, token=None,
            door="api"):
        """(status, headers, body): JSON when it is, else bytes."""
        if self.connection is None or door != "api":
            self.close()
            self.connection = http.client.HTTPSConnection(
                "localhost", self.ports[door], timeout=PATIENCE,
                context=self.context())
        send = dict(headers or {})
        token = token if token is not None else self.token
        if token:
            send.setdefault("Authorization", "Bearer " + token)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            send.setdefault("Content-Type", "application/json")
        try:
            self.connection.request(method, path, body, send)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        kind = answer.headers.get("Content-Type", "")
        if "json" in kind and content and method != "HEAD":
            content = json.loads(content)
        if door != "api":
            self.close()
        return answer.status, answer.headers, content

    def good(self, method, path, body=None, **more):
        status, _, content = self.ask(method, path, body, **more)
        if status >= 400:
            raise Refused(status, content)
        return content

    def get(self, path, **more):
        return self.good("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.good("POST", path, {} if body is None else body, **more)

    def change_settings(self, values):
        tag = self.ask("GET", "/api/v1/settings")[1]["ETag"].strip('"')
        return self.good("PATCH", "/api/v1/settings", {"values": values},
                         headers={"If-Match": '"%s"' % tag.split("-")[0]})

    def set_up(self, login="admin", password=PASSWORD):
        """Makes the first administrator and stays logged in."""
        with open(os.path.join(self.data, "setup-secret")) as file:
            secret = file.read().strip()
        answer = self.post("/api/v1/setup", {
            "secret": secret, "login": login, "password": password,
            "bearer": True})
        self.token = answer["token"]
        return answer

    def log_in(self, login="admin", password=PASSWORD, **more):
        answer = self.post("/api/v1/session", {
            "login": login, "password": password, "bearer": True, **more})
        self.token = answer["token"]
        return answer
