# SPDX-License-Identifier: Apache-2.0
"""A real NETCONF server for tests, and how holdfast is run on devices."""
import json
import os
import subprocess
import sys
import time

from e2e import HOLDFAST, PATIENCE, Skip, check, free_port

SIMULATORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                          "simulators")
sys.path.insert(0, SIMULATORS)

from devices import ENABLE, PASSWORD  # noqa: E402


def run(directory, family, *arguments, stdin=None, password=PASSWORD,
        enable=ENABLE, prefix=(), verb="push"):
    files = []
    for name, text in [("password", password), ("enable", enable)]:
        files.append(os.path.join(directory, name))
        with open(files[-1], "w") as f:
            f.write(text)
    done = subprocess.run(
        [*prefix, HOLDFAST, "device", verb, "--family", family,
         "--password-file", files[0], "--enable-password-file", files[1],
         "--trust-first", *arguments], input=(stdin or "").encode(),
        capture_output=True, timeout=200)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def push(directory, family, lines, *arguments, expected=0, **more):
    code, out, err = run(directory, family, "--commands", "-", "--json",
                         *arguments, stdin="\n".join(lines) + "\n", **more)
    check(code == expected, code, out, err)
    return json.loads(out)


class Netconf:
    """netconfd behind sshd, for root with a key. With `relay`, what
    simulators/netconf_relay.py says stands in between, and sessions are told
    in the file of that name."""

    def __init__(self, directory, relay=None):
        for path in ["/usr/sbin/netconfd", "/usr/sbin/sshd",
                     "/usr/sbin/netconf-subsystem"]:
            if not os.path.exists(path):
                raise Skip("not installed: " + path)
        if os.geteuid() != 0:
            raise Skip("needs root")
        self.directory, self.port = directory, free_port()
        self.relay = "" if relay is None else "%s %s %s " % (
            sys.executable, os.path.join(SIMULATORS, "netconf_relay.py"),
            os.path.join(directory, relay))
        self.running = []

    def __enter__(self):
        d, port = self.directory, self.port
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ["host", "user"]:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                            "-f", os.path.join(d, name)], check=True)
        with open(d + "/sshd.conf", "w") as f:
            f.write("Port %d\nListenAddress 127.0.0.1\nHostKey %s/host\n"
                    "PidFile none\nUsePAM no\nAuthorizedKeysFile %s/user.pub\n"
                    "StrictModes no\nPermitRootLogin yes\nLogLevel ERROR\n"
                    "Subsystem netconf \"%s/usr/sbin/netconf-subsystem "
                    "--ncxserver-sockname=%d@%s/ncx\"\n" % (
                        port, d, d, self.relay, port, d))
        log = open(d + "/log", "w")
        for command in [
                ["netconfd", "--ncxserver-sockname=%s/ncx" % d,
                 "--port=%d" % port, "--superuser=root", "--target=candidate",
                 "--no-startup", "--module=iana-if-type",
                 "--module=ietf-interfaces", "--log=%s/netconfd.log" % d],
                ["/usr/sbin/sshd", "-D", "-e", "-f", d + "/sshd.conf"]]:
            self.running.append(subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            code, out, err = self.run("test")
            if code == 0:
                return self
            time.sleep(0.2)
        self.__exit__()
        raise Skip("netconfd does not start: " + out)

    def options(self):
        return ["--user", "root", "--key", self.directory + "/user", "--port",
                str(self.port)]

    def run(self, verb, *arguments, stdin=None):
        return run(self.directory, "netconf", *self.options(),
                   *(arguments if verb != "run" else []), "127.0.0.1",
                   *(arguments if verb == "run" else []), verb=verb,
                   stdin=stdin)

    def push(self, xml, *arguments, expected=0):
        return push(self.directory, "netconf", [xml], *self.options(),
                    *arguments, "127.0.0.1", expected=expected)

    def fetch(self):
        """What it has. A session may be ended by a server that is busy."""
        until = time.monotonic() + PATIENCE
        while True:
            code, out, err = self.run("fetch")
            if code != 4 or time.monotonic() > until:
                break
        check(code == 0, code, err)
        return out

    def __exit__(self, *why):
        for running in self.running:
            running.kill()
            running.wait()
