# SPDX-License-Identifier: Apache-2.0
"""Changes that a device goes back from by itself (R-DEP-5): a real daemon of
FRR with candidates, a real NETCONF server, and simulators of IOS and ASA."""
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))

from bed import Bed  # noqa: E402
from devices import ENABLE, PASSWORD, USER, Device, TelnetServer  # noqa: E402
from e2e import (HOLDFAST, check, equal, free_port, main, test,  # noqa: E402
                 wait_for)
from netconf import Netconf, push, run  # noqa: E402
from web_devices import WebServer, certificate  # noqa: E402


class Tcli:
    """ripd --tcli on the router of a bed, and a forwarder that can cut."""

    def __init__(self, bed):
        self.bed = bed
        directory = os.path.join(bed.directory, "r1", "frr")
        with open(directory + "/rip-own.conf", "w") as f:
            f.write("hostname r1\npassword zebra\nenable password zebra\n")
        shutil.chown(directory + "/rip-own.conf", "frr", "frr")
        subprocess.run(
            ["nsenter", "-t", str(bed.running[0].pid), "-m", "-n", "-u",
             "/usr/lib/frr/ripd", "--tcli", "-d", "-A", "0.0.0.0", "-P",
             "2602", "-f", "/etc/frr/rip-own.conf", "--log", "file:/dev/null"], check=True,
            capture_output=True)
        wait_for(lambda: ":2602 " in bed.inside(1, "ss", "-ltnH"), "ripd")

    def push(self, directory, lines, *arguments, address=None, port="2602",
             **more):
        return push(directory, "frr-tcli", lines, "--transport", "telnet",
                    "--port", port, "--user", "x", *arguments,
                    address or self.bed.address(), password="zebra",
                    enable="zebra", prefix=self.bed.prefix(), **more)

    def running(self, directory):
        code, out, err = run(directory, "frr-tcli", "--transport", "telnet",
                             "--port", "2602", "--user", "x",
                             self.bed.address(), password="zebra",
                             enable="zebra", prefix=self.bed.prefix(),
                             verb="fetch")
        check(code == 0, err)
        return out


@test
def R_DEP_5_a_daemon_with_candidates_commits_confirms_and_rolls_back(
        directory):
    with Bed(directory) as bed:
        ripd = Tcli(bed)
        before = ripd.running(directory)
        done = ripd.push(directory, ["router rip", "network 10.0.0.0/8",
                                     "exit"], "--revert-after", "60",
                         "--no-save")
        equal(done["result"], "applied")
        held = ripd.running(directory)
        check(" network 10.0.0.0/8" in held and held != before, held)
        # Refused: the candidate is dropped.
        done = ripd.push(directory, ["router rip", "network 172.16.0.0/12",
                                     "nonsense"],
                         "--no-save", expected=1)
        equal(done["result"], "undone")
        equal(ripd.running(directory), held)
        # Taken, but shown otherwise: the daemon rolls back.
        done = ripd.push(directory, ["router rip", "network 192.168.1.9/24"],
                         "--no-save", expected=1)
        equal(done["result"], "undone")
        equal(ripd.running(directory), held)


CUTTER = r"""
import select, socket, sys
mark, port = sys.argv[1].encode(), int(sys.argv[3])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
armed = True
while True:
    near, _ = listener.accept()
    far = socket.create_connection((sys.argv[2], port))
    heard, going = b"", True
    while going:
        for s in select.select([near, far], [], [])[0]:
            data = s.recv(65536)
            heard += data if s is near else b""
            if not data or (armed and mark in heard):
                going = False
                break
            (far if s is near else near).sendall(data)
    armed = armed and mark not in heard
    near.close()
    far.close()
"""


@test
def R_DEP_5_a_lost_contact_makes_the_daemon_roll_back_by_itself(directory):
    with Bed(directory) as bed:
        ripd = Tcli(bed)
        before = ripd.running(directory)
        cutter = subprocess.Popen(
            [*bed.prefix(), "/usr/bin/python3", "-c", CUTTER, "do show running",
             bed.address(), "2602"], stdout=subprocess.PIPE)
        try:
            port = cutter.stdout.readline().decode().strip()
            done = ripd.push(directory, ["router rip", "network 10.0.0.0/8"],
                             "--no-save", address="127.0.0.1", port=port,
                             expected=1)
        finally:
            cutter.kill()
            cutter.wait()
        equal(done["result"], "undone")
        check("went back by itself" in done["reason"], done)
        equal(ripd.running(directory), before)


IFS = "urn:ietf:params:xml:ns:yang:ietf-interfaces"
INTERFACE = """<interfaces xmlns="%s"><interface><name>%%s</name>
<description>%%s</description>
<type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:ethernetCsmacd</type>
%%s</interface></interfaces>""" % IFS


@test
def R_DEP_5_a_NETCONF_server_confirms_or_goes_back(directory):
    with Netconf(directory) as server:
        done = server.push(INTERFACE % ("eth7", "by holdfast", ""))
        equal(done["result"], "applied")
        held = server.fetch()
        check("<description>by holdfast</description>" in held, held)
        done = server.push(INTERFACE % ("eth8", "x", "<bogus>1</bogus>"),
                           expected=1)
        equal(done["result"], "undone")
        check("unknown-element" in done["reason"], done)
        # Committed, but shown otherwise: a name that is given twice.
        done = server.push(INTERFACE % (
            "eth7", "one", "") + INTERFACE % ("eth7", "two", ""), expected=1)
        equal(done["result"], "undone")
        equal(server.fetch(), held)
        # A request cannot end the element it stands in.
        code, out, err = server.run(
            "push", "--commands", "-",
            stdin="</config></edit-config><close-session/>")
        check(code != 0 and "applied" not in err, code, out, err)


@test
def R_DEP_5_a_manager_that_dies_leaves_a_NETCONF_server_as_it_was(directory):
    with Netconf(directory) as server:
        before = server.fetch()
        fifo = subprocess.Popen(
            [HOLDFAST, "device", "run", "--family", "netconf",
             *server.options(), "--trust-first", "127.0.0.1",
             "lock candidate",
             "edit-config candidate " + INTERFACE % ("eth9", "lost", ""),
             "commit confirmed 100", "get-config running", *["get"] * 2000],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        said = b""
        while b"lost" not in said:
            piece = fifo.stdout.read1(65536)
            check(piece, "it ended before it committed", said)
            said += piece
        fifo.send_signal(signal.SIGKILL)
        fifo.wait()
        wait_for(lambda: server.fetch() == before, "what was before")


def ios(thing, server, directory, lines, *arguments, **more):
    return push(directory, thing.kind, lines, "--transport", "telnet",
                "--port", str(server.port), "--user", USER, "--timeout", "20",
                *arguments, "127.0.0.1", **more)


@test
def R_DEP_5_a_router_confirms_goes_back_at_once_or_by_itself(directory):
    thing = Device("ios", lines=5)
    with TelnetServer(thing) as server:
        done = ios(thing, server, directory, ["logging host 192.0.2.9"],
                   "--revert-after", "120")
        equal((done["result"], done["saved"]), ("applied", True))
        check("configure terminal revert timer 2" in thing.said and
              "configure confirm" in thing.said, thing.said)
        check(thing.timer is None)
        before = thing.running()
        done = ios(thing, server, directory,
                   ["logging host 192.0.2.10", "nonsense"], "--revert-after",
                   "120", expected=1)
        equal((done["result"], thing.running()), ("undone", before))
        check("configure revert now" in thing.said, thing.said)
        # Without an archive nothing is sent.
        thing.archive = False
        done = ios(thing, server, directory, ["logging host 192.0.2.10"],
                   "--revert-after", "60", expected=1)
        equal(done["result"], "cancelled")
        check("'archive'" in done["reason"], done)
        thing.archive = True
        # The change cuts the manager off.
        thing.cut, thing.minute = "logging host 192.0.2.66", 5.0
        done = ios(thing, server, directory,
                   ["logging host 192.0.2.66", "logging host 192.0.2.67"],
                   "--revert-after", "60", expected=1)
        equal((done["result"], thing.returns), ("undone", 2))
        check("went back by itself" in done["reason"], done)
        equal(thing.running(), before)


@test
def R_DEP_5_a_firewall_restarts_into_what_was_unless_confirmed(directory):
    thing = Device("asa", lines=5)
    with WebServer(thing, certificate(directory)) as server:
        def change(*lines, **more):
            return push(directory, "asa", lines, "--transport", "ssl",
                        "--port", str(server.port), "--user", USER,
                        "--timeout", "20", "--revert-after", "60",
                        "127.0.0.1", **more)
        done = change("logging host 192.0.2.9")
        equal((done["result"], thing.timer), ("applied", None))
        check("holdfast-before.cfg" in str(thing.files), thing.files)
        before = thing.running()
        done = change("logging host 192.0.2.10", "nonsense", expected=1)
        equal((done["result"], thing.timer), ("undone", None))
        equal(thing.running(), before)
        thing.cut, thing.minute = "logging host 192.0.2.66", 5.0
        done = change("logging host 192.0.2.66", expected=1)
        equal((done["result"], thing.returns), ("undone", 1))
        check("went back by itself" in done["reason"], done)
        equal(thing.running(), before)


@test
def R_SSH_14_nothing_but_SSH_is_set_only_when_SSH_has_worked(directory):
    thing = Device("ios", lines=5)
    lines = ["line vty 0 4", "transport input ssh"]
    with TelnetServer(thing) as server:
        code, out, err = run(
            directory, "ios", "--commands", "-", "--transport", "telnet",
            "--port", str(server.port), "--ssh-port", str(free_port()),
            "--user", USER, "127.0.0.1", stdin="\n".join(lines))
        check(code == 4 and "R-SSH-14" in err, code, out, err)
        equal(thing.said, [])


@test
def R_SSH_4_a_banner_of_several_lines_is_entered_and_undone(directory):
    thing = Device("ios", lines=5)
    with TelnetServer(thing) as server:
        done = ios(thing, server, directory,
                   ["banner motd #", "keep out", "reload", "#",
                    "logging host 192.0.2.9"])
        equal(done["result"], "applied")
        check("banner motd ^C\nkeep out\nreload\n^C" in thing.running(),
              thing.running())
        before = thing.running()
        done = ios(thing, server, directory,
                   ["banner motd ~", "other", "text", "~", "nonsense"],
                   expected=1)
        equal((done["result"], thing.running()), ("undone", before))


@test
def secrets_are_not_compared_and_that_is_said(directory):
    thing = Device("ios", lines=5)
    with TelnetServer(thing) as server:
        done = ios(thing, server, directory,
                   ["username bob privilege 15 secret Planted-7",
                    "logging host 192.0.2.9"])
        equal(done["result"], "applied")
        reasons = [line["reason"] for line in done["lines"]]
        check(reasons[0] is None or "secret" in reasons[0], done)


if __name__ == "__main__":
    sys.exit(main())
