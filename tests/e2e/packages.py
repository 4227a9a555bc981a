# SPDX-License-Identifier: Apache-2.0
"""The Debian packages of `make package`, in a bare Debian 12: they install,
what they bring starts and works together, they upgrade, and go again. No
systemd runs in there: what the units would start is started by hand."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import e2e
from e2e import PATIENCE, Skip, check, equal, test, wait_for
from server import Server

BUILD = os.path.join(os.path.dirname(e2e.HOLDFAST), "..", "..")
PACKAGES = ["holdfast", "holdfast-agent", "holdfast-fetch", "holdfast-server",
            "holdfast-saml"]
DATA = "var/lib/holdfast/server"


class Root:
    """A bare system below a directory, and what runs in it."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "root")
        self.running = []

    def __enter__(self):
        ready = os.environ.get("HOLDFAST_ROOT")
        if ready:  # made once with debootstrap --variant=minbase bookworm
            subprocess.run(["cp", "-a", ready, self.path], check=True)
        else:
            done = subprocess.run(
                ["debootstrap", "--variant=minbase", "bookworm", self.path],
                capture_output=True, timeout=900)
            if done.returncode != 0:
                raise Skip("debootstrap cannot make a root (no network?)")
        shutil.copy("/etc/resolv.conf", os.path.join(self.path, "etc"))
        with open(os.path.join(self.path, "usr/sbin/policy-rc.d"), "w") as f:
            f.write("#!/bin/sh\nexit 101\n")
        os.chmod(f.name, 0o755)
        subprocess.run(["mount", "-t", "proc", "proc",
                        os.path.join(self.path, "proc")], check=True)
        self.run("apt-get", "-q", "update")
        return self

    def __exit__(self, *_):
        self.stop()
        subprocess.run(["umount", os.path.join(self.path, "proc")])

    def run(self, *words, good=True):
        done = subprocess.run(
            ["chroot", self.path, *words], capture_output=True, timeout=600,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
                 "DEBIAN_FRONTEND": "noninteractive"})
        text = (done.stdout + done.stderr).decode(errors="replace")
        if good and done.returncode != 0:
            raise AssertionError(" ".join(words) + ":\n" + text[-3000:])
        return text

    def start(self, *words):
        process = subprocess.Popen(["chroot", self.path, *words],
                                   stdin=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.running.append(process)
        return process

    def stop(self):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            equal(process.wait(PATIENCE), 0)
        self.running = []

    def has(self, name):
        return os.path.lexists(os.path.join(self.path, name))

    def owner(self, name):
        info = os.stat(os.path.join(self.path, name))
        with open(os.path.join(self.path, "etc/passwd")) as file:
            names = {line.split(":")[2]: line.split(":")[0] for line in file}
        return names[str(info.st_uid)], info.st_mode & 0o777


def packages(root, version=None):
    """Copies the packages into the root; with a version, as that one."""
    names = []
    for name in PACKAGES:
        found = glob.glob(os.path.join(BUILD, "packages",
                                       name + "_[0-9]*.deb"))
        if not found:
            raise Skip("'make package' has not been run")
        to = os.path.join(root.path, "root", name + ".deb")
        if version is None:
            shutil.copy(found[0], to)
        else:
            tree = to + ".d"
            subprocess.run(["dpkg-deb", "-R", found[0], tree], check=True)
            control = os.path.join(tree, "DEBIAN", "control")
            with open(control) as file:
                lines = ["Version: " + version
                         if line.startswith("Version:") else
                         re.sub(r"\(= [^)]*\)", "(= %s)" % version, line)
                         for line in file.read().splitlines()]
            with open(control, "w") as file:
                file.write("\n".join(lines) + "\n")
            subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, to],
                           check=True, capture_output=True)
            shutil.rmtree(tree)
        names.append("/root/" + name + ".deb")
    return names


def started(root):
    """What the units start, and a client of the server."""
    root.start("setpriv", "--reuid=holdfast", "--regid=holdfast",
               "--clear-groups", "/usr/sbin/holdfastd", "run")
    root.start("/usr/sbin/holdfast-agent", "daemon")
    server = Server(root.path)
    server.data = os.path.join(root.path, DATA)
    ports = os.path.join(server.data, "run", "ports.json")
    wait_for(lambda: os.path.exists(ports), "the server")
    with open(ports) as file:
        server.ports = json.load(file)
    return server


def status(root):
    text = root.run("holdfast-agent", "status", "--json", good=False)
    return json.loads(text) if text.startswith("{") else {}


def check_saml(server):
    """holdfast-saml answers: the metadata is not right, not the program
    missing."""
    server.change_settings({
        "saml.enabled": True, "saml.metadata": "<a/>",
        "server.url": "https://holdfast.example"})
    status_code, _, body = server.ask("POST", "/api/v1/sign-on/saml", {},
                                      token="")
    equal((status_code,
           "log says why" in body["detail"]), (403, True))


@test
def packages_install_start_upgrade_and_go(directory):
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise Skip("needs root and debootstrap")
    with Root(directory) as root:
        root.run("apt-get", "-qy", "install", "--no-install-recommends",
                 *packages(root))
        equal(root.owner(DATA), ("holdfast", 0o700))
        equal(root.owner("var/lib/holdfast-agent/keeper"), ("root", 0o700))
        equal(root.owner("var/lib/holdfast-agent/network"),
              ("holdfast-agent", 0o700))
        for unit in ("holdfastd", "holdfast-agent"):
            said = root.run("systemd-analyze", "verify",
                            "/lib/systemd/system/%s.service" % unit,
                            good=False)
            wrong = [line for line in said.splitlines()
                     if unit + ".service:" in line and
                     "Command 'man" not in line]
            equal(wrong, [])
            check(root.has("etc/systemd/system/multi-user.target.wants/%s"
                           ".service" % unit))

        for page in ("man7/holdfast-query.7", "man7/holdfast-schedules.7",
                     "man8/holdfastd.8", "man8/holdfast-agent.8"):
            check(root.has("usr/share/man/%s.gz" % page), page)
        server = started(root)
        server.set_up()
        status_code, _, pdf = server.ask(
            "GET", "/api/v1/reports/summary?format=pdf")
        equal((status_code, pdf[:5]), (200, b"%PDF-"))  # holdfast-print
        check_saml(server)
        made = server.post("/api/v1/enrol-tokens")
        token = os.path.join(root.path, "root", "token")
        with open(token, "w") as file:
            file.write("%(token)s.%(fingerprint)s\n" % made)
        root.run("holdfast-agent", "enrol", "--server",
                 "https://127.0.0.1:%d" % server.ports["enrol"],
                 "--token-file", "/root/token")
        wait_for(lambda: status(root).get("inventory_sent"), "an inventory")
        device = status(root)["device"]
        server.close()
        root.stop()

        with open(os.path.join(root.path, "etc/holdfast/agent.conf"),
                  "a") as file:
            file.write("log-level = debug\n")
        root.run("apt-get", "-qy", "install", "--no-install-recommends",
                 *packages(root, "99.0"))
        check("99.0" in root.run("dpkg", "-l", "holdfast-agent"))
        with open(os.path.join(root.path, "etc/holdfast/agent.conf")) as file:
            check("log-level = debug" in file.read())
        server = started(root)
        wait_for(lambda: status(root).get("connected"), "a connection")
        equal(status(root)["device"], device)
        server.close()
        root.stop()

        root.run("apt-get", "-qy", "remove", *PACKAGES)
        for name in ("usr/sbin/holdfastd", "usr/sbin/holdfast-agent",
                     "usr/bin/holdfast",
                     "lib/systemd/system/holdfastd.service"):
            check(not root.has(name), name)
        check(root.has(DATA), "what the server keeps stays until a purge")
        check(root.has("var/lib/holdfast-agent/keeper/identity"))
        root.run("apt-get", "-qy", "purge", *PACKAGES)
        for name in ("var/lib/holdfast", "var/lib/holdfast-agent",
                     "etc/holdfast"):
            check(not root.has(name), name)


if __name__ == "__main__":
    sys.exit(e2e.main())
