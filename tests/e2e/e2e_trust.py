#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Enrolment, certificates and revocation over the real ports of a real
holdfastd, with processes killed in the middle."""
import concurrent.futures
import glob
import http.client
import os
import sqlite3
import ssl
import sys
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import agent_sim as wire
from e2e import PATIENCE, check, equal, main, test
from server import Server

MESSAGE = {"Content-Type": "application/x-holdfast"}


class Device:
    """An agent as far as the network goes."""

    def __init__(self, server, directory, name="web-1"):
        self.server, self.name = server, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.paths = [os.path.join(directory, name + kind)
                      for kind in (".pem", ".key")]
        self.csr = self.request(self.key)
        self.connection = None

    def request(self, key):
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
        return wire.pem(x509.CertificateSigningRequestBuilder()
                        .subject_name(named).sign(key, hashes.SHA256()))

    def body(self, token):
        return wire.compress(wire.encode(wire.ENROL, {
            "token": token, "csr": self.csr, "hostname": self.name,
            "machine_id": self.name, "agent_version": "0.1.0"}))

    def enrol(self, token):
        """(status, answer or None); raises when there was no answer."""
        status, _, content = self.server.ask(
            "POST", "/agent/v1/enrol", self.body(token), MESSAGE, token="",
            door="enrol")
        if status != 200:
            return status, None
        answer = wire.decode(wire.ENROLLED, wire.decompress(content))
        self.hold(answer["certificate"], self.key)
        return status, answer

    def hold(self, certificate, key):
        self.close()
        for path, text in zip(self.paths, (certificate, wire.key_pem(key))):
            with open(path, "w") as file:
                file.write(text)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def say(self, method, path, shape=None, value=None, timeout=PATIENCE):
        """(status, body) over one connection that is kept."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                "localhost", self.server.ports["agent"], timeout=timeout,
                context=self.server.context(*self.paths))
        body = shape and wire.compress(wire.encode(shape, value))
        try:
            self.connection.request(method, path, body, MESSAGE)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def check_in(self):
        return self.say("POST", "/agent/v1/checkin", wire.CHECKIN, {
            "agent_version": "0.1.0", "boot_id": "b", "boot_time": 1,
            "device_time": int(time.time()), "inventory_digest": b"",
            "acknowledged_digest": b"", "content_digest": b"",
            "policy_revision": 0, "sessions": 0, "unsent_results": 0,
            "time_zone": "UTC", "download": ""})[0]


def token_of(server, **order):
    return server.post("/api/v1/enrol-tokens", order)["token"]


def rows(server, sql):
    path = os.path.join(server.data, "holdfast.db")
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as db:
        return db.execute(sql).fetchall()


@test
def a_device_enrols_checks_in_and_is_revoked_on_its_open_connection(directory):
    with Server(directory) as server:
        server.set_up()
        device = Device(server, directory)
        token = token_of(server)
        status, answer = device.enrol(token)
        equal(status, 200)
        equal(answer["device"], "d-1")
        equal(answer["agent_url"],
              "https://localhost:%d" % server.ports["agent"])
        equal(len(answer["keys"]), 1)
        equal(device.check_in(), 200)
        equal(Device(server, directory, "other").enrol(token)[0], 403)
        server.post("/api/v1/devices/1/revoke", {"reason": "stolen"})
        equal(device.check_in(), 403)
        device.close()
        equal(device.check_in(), 403)
        actions = {row["action"]
                   for row in server.get("/api/v1/audit?limit=50")["items"]}
        for action in ("enrol_token.created", "device.enrolled",
                       "device.enrol_refused", "device.revoked"):
            check(action in actions, action + " is not in the audit log")


@test
def a_held_poll_ends_when_its_device_is_revoked(directory):
    with Server(directory) as server:
        server.set_up()
        device = Device(server, directory)
        device.enrol(token_of(server))
        equal(device.check_in(), 200)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            for _ in range(10):
                # Policies are sent unasked; what is held is held behind them.
                newest = rows(server, "SELECT max(id) FROM job")[0][0] or 0
                held = pool.submit(device.say, "GET", "/agent/v1/jobs?after="
                                   "%d&wait_s=60" % newest)
                time.sleep(1)
                if not held.done():
                    break
            check(not held.done(), "the poll is not held")
            began = time.monotonic()
            server.post("/api/v1/devices/1/revoke", {"reason": "stolen"})
            equal(held.result(PATIENCE)[0], 403)
            check(time.monotonic() - began < 30, "it waited for its end")


@test
def a_stolen_key_opens_no_other_door(directory):
    """Claim 11, over TLS: the certificate is worth nothing at the API, and
    without one the agent port does not even answer."""
    with Server(directory) as server:
        server.set_up()
        device = Device(server, directory)
        device.enrol(token_of(server))
        for path in ("/api/v1/devices", "/api/v1/users",
                     "/api/v1/enrol-tokens"):
            connection = http.client.HTTPSConnection(
                "localhost", server.ports["api"], timeout=PATIENCE,
                context=server.context(*device.paths))
            connection.request("GET", path)
            equal(connection.getresponse().status, 401)
            connection.close()
            equal(device.say("GET", path)[0], 404)
        for path in ("/agent/v1/content/..%2f..%2fkeys%2fca.key",
                     "/agent/v1/content/../../keys/ca.key"):
            check(device.say("GET", path)[0] in (400, 404), path)
        try:
            with server.raw("agent") as connection:
                connection.sendall(b"GET /agent/v1/jobs HTTP/1.1\r\n"
                                   b"Host: localhost\r\n\r\n")
                equal(connection.recv(1000), b"")
        except (ssl.SSLError, ConnectionError):
            pass


@test
def a_certificate_renews_without_a_moment_without(directory):
    with Server(directory) as server:
        server.set_up()
        device = Device(server, directory)
        device.enrol(token_of(server))
        equal(device.check_in(), 200)
        with open(device.paths[0]) as file:
            old_certificate = file.read()
        old_key, new_key = device.key, ec.generate_private_key(ec.SECP256R1())
        request = {"csr": device.request(new_key)}
        answers = [device.say("POST", "/agent/v1/renew", wire.RENEW, request)
                   for _ in range(2)]
        equal(answers[0], answers[1])
        equal(device.check_in(), 200)
        renewed = wire.decode(wire.RENEWED, wire.decompress(answers[0][1]))
        device.hold(renewed["certificate"], new_key)
        equal(device.check_in(), 200)
        device.hold(old_certificate, old_key)
        equal(device.check_in(), 403)


def enrol_in_the_storm(server, device, token, storm):
    """Asks until there is an answer, as an agent does."""
    until = time.monotonic() + 2 * PATIENCE
    while not storm.is_set():
        try:
            status, answer = device.enrol(token)
        except (OSError, http.client.HTTPException):
            status, answer = 0, None
        if status == 200:
            return answer
        check(status in (0, 500, 502, 503), "status %d" % status)
        check(time.monotonic() < until, "never enrolled")
        time.sleep(0.05)
    raise AssertionError("the storm ended")


def kill_now_and_then(server, storm):
    """What is up. On a machine on which a start takes longer, all of them get
    ever more time, so that at last something is answered."""
    roles = ("core", "signer", "core", "front")
    i = 0
    while not storm.wait((0.15 + 0.037 * (i % 7)) * 1.02 ** i):
        i += 1
        try:
            if len(server.children()) >= 3:
                server.kill(roles[i % len(roles)])
        except (KeyError, ProcessLookupError):
            pass


@test
def kill_9_between_token_and_certificate_makes_no_second_device(directory):
    """Claim 10 and issue 2: whatever process dies when, a token makes one
    device, and the agent that asks again gets it."""
    with Server(directory) as server:
        server.set_up()
        tokens = [token_of(server) for _ in range(12)]
        server.close()
        storm = threading.Event()
        killer = threading.Thread(target=kill_now_and_then,
                                  args=(server, storm))
        killer.start()
        devices = [Device(server, directory, "web-%d" % i)
                   for i in range(len(tokens))]
        try:
            answers = [enrol_in_the_storm(server, device, token, storm)
                       for device, token in zip(devices, tokens)]
        finally:
            storm.set()
            killer.join()
        server.wait_for(lambda: len(server.children()) >= 3, "all processes")
        equal(len({answer["device"] for answer in answers}), len(tokens))
        equal(rows(server, "SELECT COUNT(*) FROM device"), [(len(tokens),)])
        equal(rows(server, "SELECT COUNT(*) FROM enrol_token"
                           " WHERE used_at = 0"), [(0,)])
        for device in devices:
            server.wait_for(lambda d=device: try_check_in(d) == 200,
                            device.name + " to check in")


def try_check_in(device):
    try:
        return device.check_in()
    except (OSError, http.client.HTTPException):
        return 0


@test
def a_signer_that_dies_is_started_again_with_the_same_key(directory):
    with Server(directory) as server:
        server.set_up()
        first = Device(server, directory, "a").enrol(token_of(server))[1]
        server.kill("signer")
        device = Device(server, directory, "b")
        token = token_of(server)
        again = server.wait_for(lambda: device.enrol(token)[1],
                                "the signer to be back")
        equal(first["keys"], again["keys"])
        equal(first["authority"], again["authority"])


@test
def no_token_and_no_key_is_on_the_disk_or_in_the_log(directory):
    """Claim 26."""
    with Server(directory, log__level="debug") as server:
        server.set_up()
        token = token_of(server)
        Device(server, directory).enrol(token)
        Device(server, directory, "other").enrol(token)
    secrets = [token.encode(), token[4:].encode()]
    for path in glob.glob(os.path.join(server.data, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                data = file.read()
            for secret in secrets:
                check(secret not in data, path + " holds a token")
            if os.sep + "keys" + os.sep not in path:
                check(b"PRIVATE KEY" not in data, path + " holds a key")
    log = server.log()
    check("enrol.done" in log, "the log tells nothing")
    for secret in (token, token[4:], "PRIVATE KEY", "CERTIFICATE"):
        check(secret not in log, "the log holds a secret")
    for name in ("ca.key", "job.key", "server.key"):
        mode = os.stat(os.path.join(server.data, "keys", name)).st_mode
        equal(mode & 0o777, 0o600)


@test
def guessing_tokens_is_answered_ever_less(directory):
    """Claim 10: by address; others are not held up."""
    with Server(directory) as server:
        server.set_up()
        device = Device(server, directory)
        statuses = [device.enrol("hfe-guess-%d" % i)[0] for i in range(15)]
        equal(statuses[:10], [403] * 10)
        equal(statuses[10:], [429] * 5)


if __name__ == "__main__":
    sys.exit(main())
