# SPDX-License-Identifier: Apache-2.0
"""How the server reaches what is no router of a bed: NETCONF, HTTPS with SSH
beside it, and devices that mean harm. The ports are those that devices have,
in a network of the test's own."""
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import e2e
from bed import Bed
from e2e import Skip, check, equal, test
from e2e_netdev_server import (act, decide, ended, pushed, second_person,
                               steps, transcript)
from netconf import Netconf
from server import Server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))

from devices import (ENABLE, PASSWORD, USER, Device,  # noqa: E402
                     SshServer, TelnetServer)
from web_devices import WebServer, certificate  # noqa: E402

DEVICES = "/api/v1/network/devices"


@contextlib.contextmanager
def house(directory):
    try:
        import paramiko  # noqa: F401
    except ImportError:
        raise Skip("python3-paramiko is not installed")
    with Bed(directory, count=0) as bed, bed.here(), \
            Server(directory, netdev__allow="127.0.0.0/8") as server:
        server.set_up()
        yield server


def add(server, family, secrets=None, login=USER, **more):
    credential = server.post("/api/v1/network/credentials", {
        "name": "of " + family, "login": login,
        **(secrets or {"password": PASSWORD, "enable_password": ENABLE})})
    return server.post(DEVICES, {
        "name": "d1", "family": family, "address": "127.0.0.1",
        "credential": credential["id"], **more})["id"]


def patch(server, path, terms):
    tag = server.ask("GET", path)[1]["ETag"].strip('"').split("-")[0]
    server.good("PATCH", path, terms, headers={"If-Match": '"%s"' % tag})


def readiness(server, device):
    shown = server.get("%s/%d/readiness" % (DEVICES, device))
    return shown["ready"], [(r["rule"], r["text"]) for r in shown["remarks"]]


@test
def R_COM_12_a_router_of_HTTPS_is_tested_with_the_SSH_beside_it(directory):
    thing = Device("ios", lines=10)
    with house(directory) as server, \
            WebServer(thing, certificate(directory)) as web:
        device = add(server, "ios", version="15.1(4)M8", transport="ssl",
                     port=web.port)
        # 443 is up and 22 is not.
        tested = act(server, device, "test", {"trust_first": True})
        equal(tested["result"], "failed")
        check("R-COM-12" in tested["text"], tested)
        check(not steps(tested)["ssh"]["ok"], tested)
        ready, remarks = readiness(server, device)
        check(not ready and any("SSH needed" in text and rule == "R-COM-12"
                                for rule, text in remarks), remarks)
        with SshServer(thing, port=22):
            tested = act(server, device, "test", {"trust_first": True})
            equal((tested["result"], tested["transports"]), ("ok", "ssl, ssh"))
            check(steps(tested)["ssh"]["ok"], tested)
            # R-IOSSSL-6: and it says that its HTTPS server is enabled.
            check(steps(tested)["https"]["ok"], tested)
            check(readiness(server, device)[0], readiness(server, device))
            thing.https = "Disabled"
            tested = act(server, device, "test", {"trust_first": True})
            check("R-IOSSSL-6" in steps(tested)["https"]["detail"], tested)
            check("R-IOSSSL-6" in dict(readiness(server, device)[1]), tested)
            thing.https = "Enabled"
            equal(act(server, device, "test")["result"], "ok")
            check(readiness(server, device)[0], readiness(server, device))
            # What asks goes over SSH, and the session says so.
            second = second_person(server)
            equal(act(server, device, "discover")["result"], "ok")
            change = server.post("%s/%d/changes" % (DEVICES, device), {
                "lines": "logging host 192.0.2.9\ncrypto key generate rsa\n"})
            decide(server, change, second)
            change = pushed(server, change)
            equal(change["state"], "applied")
            session = server.get("/api/v1/network/sessions/%d"
                                 % change["session"])
            equal(session["transports"], "ssl, ssh")
        # Its SSH is elsewhere.
        equal(act(server, device, "test")["result"], "failed")
        with SshServer(thing) as ssh:
            patch(server, "%s/%d" % (DEVICES, device), {"ssh_port": ssh.port})
            tested = act(server, device, "test")
            equal((tested["result"], tested["transports"]), ("ok", "ssl, ssh"))
        # Behind HTTPS it has that port, too.
        patch(server, "%s/%d" % (DEVICES, device), {"allow_fallback": True})
        ways = server.get("%s/%d" % (DEVICES, device))["ways"]
        equal([(w["transport"], w["port"]) for w in ways][:2],
              [("ssl", web.port), ("ssh", ssh.port)])


@test
def R_SSH_14_only_SSH_is_set_only_when_the_session_itself_is_one(directory):
    thing = Device("ios", lines=5)
    lines = {"lines": "line vty 0 4\n transport input ssh\n", "planned_on": 0}
    with house(directory) as server, TelnetServer(thing, port=23):
        device = add(server, "ios", transport="ssh", allow_fallback=True,
                     allow_clear=True)
        second = second_person(server)
        plan = "%s/%d/changes" % (DEVICES, device)
        change = server.post(plan, lines)
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "cancelled")
        check("R-SSH-14" in change["text"], change)
        check("transport input ssh" not in thing.said, thing.said)


class Between:
    """Passes on what two say, and keeps it."""

    def __init__(self, port):
        self.port_behind, self.said, self.firsts = port, bytearray(), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            behind = socket.create_connection(("127.0.0.1", self.port_behind))
            for a, b in ((connection, behind), (behind, connection)):
                threading.Thread(target=self.pump, args=(a, b),
                                 daemon=True).start()

    def pump(self, source, sink):
        first = True
        with contextlib.suppress(OSError):
            while True:
                piece = source.recv(65536)
                if not piece:
                    break
                if first:
                    self.firsts.append(piece[0])
                first = False
                self.said += piece
                sink.sendall(piece)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *why):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@test
def R_DEP_2_what_goes_to_a_firewall_is_TLS_and_nothing_else(directory):
    thing = Device("asa", lines=10)
    with house(directory) as server, \
            WebServer(thing, certificate(directory)) as web, \
            Between(web.port) as wire:
        device = add(server, "asa", transport="ssl", port=wire.port)
        equal(act(server, device, "test", {"trust_first": True})["result"],
              "ok")
        equal(act(server, device, "discover")["result"], "ok")
        change = server.post("%s/%d/changes" % (DEVICES, device), {
            "lines": "logging host 192.0.2.99\n"})
        decide(server, change, second_person(server))
        equal(pushed(server, change)["state"], "applied")
        check(wire.firsts and set(wire.firsts) == {0x16}, wire.firsts)
        for word in (b"logging host", b"192.0.2.99", b"/admin", b"GET ",
                     b"Authorization", PASSWORD.encode(), b"hostname"):
            check(word not in wire.said, word)


@test
def R_COM_14_nothing_in_clear_text_is_tried_that_nobody_allowed(directory):
    with house(directory) as server, Hostile(prompts, port=23) as clear:
        device = add(server, "ios", transport="ssh", retries=0, total_s=60)
        one = "%s/%d" % (DEVICES, device)
        # SSH is closed, Telnet is open.
        for terms in ({}, {"allow_fallback": True}, {"allow_clear": True,
                                                     "allow_fallback": False}):
            patch(server, one, terms)
            equal(act(server, device, "test")["result"], "failed")
            equal(clear.count, 0)
        patch(server, one, {"allow_clear": True, "allow_fallback": True})
        session = act(server, device, "test")
        equal((session["result"], session["transports"]), ("ok", "telnet"))
        check(clear.count > 0)
        check(any("R-TEL-4" in step["detail"] for step in session["steps"]),
              session)


@test
def R_SSH_16_a_key_that_changed_is_an_alert_until_it_is_approved(directory):
    import paramiko
    thing = Device("ios", lines=5)
    with house(directory) as server, SshServer(thing, port=22):
        device = add(server, "ios", transport="ssh", retries=0)
        equal(act(server, device, "test", {"trust_first": True})["result"],
              "ok")
        SshServer.key = paramiko.RSAKey.generate(2048)
        said = len(thing.said)
        # Trust at first sight is for the first key only.
        changed = act(server, device, "test", {"trust_first": True})
        equal(changed["result"], "failed")
        check("R-SSH-16" in changed["text"], changed)
        equal(len(thing.said), said)
        pins = server.get("%s/%d/pins" % (DEVICES, device))["items"]
        waiting = [pin for pin in pins if pin["state"] == "pending"]
        equal(len(waiting), 1)
        server.post("%s/%d/pins/%d" % (DEVICES, device, waiting[0]["id"]),
                    {"approved": True, "beside": True})
        equal(act(server, device, "test")["result"], "ok")


XML = """<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces">\
<interface><name>%s</name><description>%s</description>\
<type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:ethernetCsmacd</type>\
%s</interface></interfaces>"""


@test
def R_COM_1_R_DEP_5_a_NETCONF_server_goes_the_whole_loop(directory):
    with Netconf(directory) as real, \
            Server(directory, netdev__allow="127.0.0.0/8") as server:
        server.set_up()
        with open(directory + "/user") as file:
            key = file.read()
        device = add(server, "netconf", {"private_key": key}, login="root",
                     port=real.port)
        tested = act(server, device, "test", {"trust_first": True})
        equal((tested["result"], tested["transports"]), ("ok", "netconf"))
        found = act(server, device, "discover")
        equal(found["result"], "ok")
        equal(server.get("%s/%d" % (DEVICES, device))["config"], 1)
        second = second_person(server)
        plan = "%s/%d/changes" % (DEVICES, device)

        def push(body):
            change = server.post(plan, body)
            decide(server, change, second)
            return pushed(server, change)

        change = push({"lines": XML % ("eth7", "by the server", ""),
                       "revert_s": 100})
        equal(change["state"], "applied")
        said = transcript(server, {"id": change["session"]})
        check("commit confirmed 100" in said, said)
        check("by the server" in real.fetch(), real.fetch())
        held = real.fetch()
        # Refused: the candidate is dropped.
        change = push({"lines": XML % ("eth8", "x", "<bogus>1</bogus>")})
        equal(change["state"], "undone")
        # Committed, but shown otherwise: the server goes back.
        change = push({"lines": XML % ("eth7", "one", "")
                       + XML % ("eth7", "two", "")})
        equal(change["state"], "undone")
        equal(real.fetch(), held)
        # R-DEP-4
        real.push(XML % ("eth9", "by somebody else", ""))
        change = push({"lines": XML % ("eth7", "later", "")})
        equal(change["state"], "cancelled")
        check("R-DEP-4" in change["text"], change)
        equal(act(server, device, "archive")["result"], "ok")
        # Back to what it was: what differs is replaced as a whole.
        change = push({"restore": 1})
        equal(change["state"], "applied")
        check("eth7" not in real.fetch() and "eth9" not in real.fetch(),
              real.fetch())


@test
def R_INV_5_a_device_that_calls_the_server_is_known_by_its_key(directory):
    if shutil.which("socat") is None:
        raise Skip("socat is not installed")
    with Netconf(directory) as real, \
            Server(directory, netdev__allow="127.0.0.0/8",
                   calls__listen="127.0.0.1:0") as server:
        server.set_up()
        with open(directory + "/user") as file:
            key = file.read()
        with open(directory + "/sshd.conf") as file:
            conf = file.read()
        with open(directory + "/sshd.other", "w") as file:
            file.write(conf.replace("/host\n", "/user\n"))
        pin = subprocess.run(["ssh-keygen", "-lf", directory + "/host.pub"],
                             capture_output=True, text=True,
                             check=True).stdout.split()[1]
        device = add(server, "netconf", {"private_key": key}, login="root",
                     address="call-home", retries=0, total_s=60)
        # Nothing is known of it yet that would prove it.
        unknown = act(server, device, "test")
        equal(unknown["result"], "failed")
        check("R-SSH-16" in unknown["text"], unknown)
        server.post("%s/%d/pins" % (DEVICES, device),
                    {"kind": "ssh", "fingerprint": pin})
        calls = []

        def call(config, near):
            calls.append(subprocess.Popen(
                ["socat", "TCP:127.0.0.1:%d,bind=%s:%d" % (
                    server.ports["calls"], near, real.port),
                 "EXEC:/usr/sbin/sshd -i -f %s/%s,nofork" % (directory,
                                                            config)],
                stderr=subprocess.DEVNULL))

        def waits(session):
            path = "/api/v1/network/sessions/%d" % session["id"]
            server.wait_for(lambda: any(
                s["step"] == "call" for s in server.get(path)["steps"]),
                "the session that waits for the call")

        try:
            session = server.post("%s/%d/test" % (DEVICES, device))
            waits(session)
            call("sshd.other", "127.0.0.2")  # somebody else
            server.wait_for(lambda: "netdev.call_refused" in server.log(),
                            "the call that is refused")
            call("sshd.conf", "127.0.0.3")
            session = ended(server, session)
            check((session["result"], session["transports"]) ==
                  ("ok", "netconf"), session)
            check("127.0.0.3" in str(session["steps"]), session)
            # Approved, and committed when it calls again.
            session = server.post("%s/%d/discover" % (DEVICES, device))
            waits(session)
            call("sshd.conf", "127.0.0.4")
            equal(ended(server, session)["result"], "ok")
            change = server.post("%s/%d/changes" % (DEVICES, device), {
                "lines": XML % ("eth7", "by a call", ""), "revert_s": 100})
            decide(server, change, second_person(server))
            waits({"id": server.get("/api/v1/network/changes/%d"
                                    % change["id"])["session"]})
            call("sshd.conf", "127.0.0.5")
            change = pushed(server, change)
            equal((change["state"], change["text"]), ("applied", ""))
            check("by a call" in real.fetch(), real.fetch())
        finally:
            for one in calls:
                one.kill()
                one.wait()


VERSION = (b"Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), "
           b"Version 15.1(4)M8, RELEASE SOFTWARE (fc2)\r\n")


class Hostile:
    """A device over Telnet that behaves until it is asked for its version."""

    def __init__(self, does, banner=b"", port=0):
        self.does, self.banner, self.count = does, banner, 0
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.count += 1
            with contextlib.suppress(OSError), connection:
                self.talk(connection)

    def talk(self, connection):
        connection.sendall(self.banner + b"\r\nr1#")
        said = b""
        while True:
            piece = connection.recv(4096)
            if not piece:
                return
            said += piece.replace(b"\0", b"").replace(b"\n", b"")
            while b"\r" in said:
                line, said = said.split(b"\r", 1)
                connection.sendall(line + b"\r\n")
                if line == b"show version":
                    self.does(connection)
                connection.sendall(b"r1#")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *why):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def endless(connection):
    while True:
        connection.sendall(b"0123456789abcdef\r\n" * 4096)


def long_line(connection):
    for _ in range(1600):  # 100 MB
        connection.sendall(b"x" * 65536)


def drip(connection):
    while True:
        connection.sendall(b"x")
        time.sleep(0.2)


def half_way(connection):
    connection.sendall(VERSION[:40])
    connection.shutdown(socket.SHUT_RDWR)


def binary(connection):
    connection.sendall(os.urandom(100000).replace(b"\xff", b"x"))


def escapes(connection):
    connection.sendall(
        b"\x1b[2J\x1b[H\x1b]0;owned\x07\x1b[31m" + VERSION +
        b"\x1b[0m\x1b[6n\x1bP1$r\x1b\\\x9b5n\b\b\b"
        b"uptime is 1 minute\r\n")


def prompts(connection):
    connection.sendall(VERSION + b"r1# not the prompt\r\nr2>\r\n")


def peak(pid):
    with open("/proc/%d/status" % pid) as file:
        return [int(line.split()[1]) for line in file
                if line.startswith("VmHWM")][0] // 1024


@test
def what_hostile_devices_send_ends_with_a_reason_and_harms_no_other(directory):
    cases = [(endless, "more than is taken"), (long_line, "a line of more"),
             (drip, "was not done within"), (half_way, "ended the connection"),
             (binary, None), (escapes, ""), (prompts, "")]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(
            Server(directory, netdev__allow="127.0.0.0/8"))
        server.set_up()
        credential = server.post("/api/v1/network/credentials", {
            "name": "hostile", "login": USER, "password": PASSWORD})
        wanted = []
        for does, reason in cases:
            # What is not waited for to the end has all the time it needs.
            waits = does in (drip, half_way, binary)
            thing = stack.enter_context(Hostile(
                does, b"*** Keep out #\r\nr0#\r\n\x1b[2J"))
            device = server.post(DEVICES, {
                "name": does.__name__, "family": "ios", "address": "127.0.0.1",
                "port": thing.port, "transport": "telnet", "retries": 0,
                "allow_clear": True, "total_s": 20 if waits else 300,
                "read_s": 10 if waits else 60,
                "credential": credential["id"]})["id"]
            wanted.append((server.post("%s/%d/test" % (DEVICES, device)),
                           does, reason))
        netdev = server.children()["netdev"]
        for session, does, reason in wanted:  # all of them at once
            session = ended(server, session, 400)
            said = transcript(server, session)
            check("\x1b" not in said and "\x9b" not in said, said[-500:])
            if reason == "":
                equal((does.__name__, session["result"], session["text"]),
                      (does.__name__, "ok", ""))
            else:
                equal((does.__name__, session["result"]),
                      (does.__name__, "failed"))
                check((reason or "") in session["text"], session)
        equal(server.children()["netdev"], netdev)
        check(peak(netdev) < 400, peak(netdev))


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
