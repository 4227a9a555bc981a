# SPDX-License-Identifier: Apache-2.0
"""What is behind the console in the tests with a browser: a real holdfastd, a
real agent on a small root, content that finds something on it, and a few
objects of every kind, made over the API."""
import os
import signal
import subprocess
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
from e2e import Skip, equal  # noqa: E402
from e2e_agent import Agent, put, root_of  # noqa: E402
from server import PASSWORD, Server  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "tests", "simulators"))
from foreign_device import Device  # noqa: E402

CHROMIUM = next((path for path in ("/usr/bin/chromium",
                                   "/usr/bin/chromium-browser")
                 if os.access(path, os.X_OK)), None)


# What the content that comes with Holdfast finds something in.
OLD = [("openssl", "3.0.8-1"), ("libssl3", "3.0.8-1"), ("curl", "7.88.1-1"),
       ("libcurl4", "7.88.1-1"), ("sudo", "1.9.13p3-1"), ("vim", "2:9.0.1378-1"),
       ("libxml2", "2.9.14+dfsg-1"), ("openssh-server", "1:9.2p1-1"),
       ("git", "1:2.39.1-1"), ("python3.11", "3.11.2-1")]
PACKAGE = """Package: %s
Status: install ok installed
Architecture: amd64
Version: %s
Description: old

"""


class NoSim:
    """The agent's tests name their simulator; here is none."""


def needs():
    """Raises Skip with what this machine lacks."""
    if CHROMIUM is None:
        raise Skip("needs chromium (tools/need browser)")
    if not os.path.isdir(os.path.join(ROOT, "web", "node_modules",
                                      "playwright-core")):
        raise Skip("needs playwright-core (npm was not reached)")


class World:
    def __init__(self, directory):
        os.chmod(directory, 0o755)
        self.directory = directory
        place = os.path.join(directory, "agent")
        os.mkdir(place)
        self.server = Server(directory)
        self.agent = Agent(place, NoSim())
        put(root_of(place, more="".join(PACKAGE % one for one in OLD)),
            "etc/debian_version", "12.4\n")  # what the content looks for

    def __enter__(self):
        self.server.start()
        if self.server.ask("GET", "/")[0] == 503:
            self.server.stop()
            raise Skip("the console is not built (npm was not reached)")
        return self

    def __exit__(self, kind, *_):
        self.agent.stop(signal.SIGKILL)
        self.server.stop()
        if kind is not None:
            print("# " + "\n# ".join(self.server.log().splitlines()[-15:]))

    @property
    def address(self):
        return "https://127.0.0.1:%d" % self.server.ports["api"]

    def secret(self):
        with open(os.path.join(self.server.data, "setup-secret")) as file:
            return file.read().strip()

    def enrol(self):
        token = self.server.post("/api/v1/enrol-tokens")["token"]
        code, _, err = self.agent.run(
            "enrol", "--server",
            "https://127.0.0.1:%d" % self.server.ports["enrol"],
            "--token-file", "-", "--ca",
            os.path.join(self.server.data, "keys", "ca.pem"),
            stdin=token + "\n")
        equal((code, err), (0, ""))
        self.agent.start()
        return self.server.wait_for(
            lambda: self.server.get("/api/v1/devices")["items"], "the device")

    def fill(self):
        """Objects of every kind that has a page."""
        post = self.server.post
        made = {"device": self.enrol()[0]["id"]}
        made["label"] = post("/api/v1/labels", {
            "name": "web servers", "kind": "smart",
            "query": 'name ~ "^web-"'})["id"]
        post("/api/v1/labels", {"name": "test machines", "kind": "manual"})
        made["configuration"] = post("/api/v1/configurations", {
            "name": "nightly", "enabled": True, "while_logged_off": True,
            "targets": {"systems": [""]}, "confirm_all": True,
            "schedule": {"type": "daily", "time": "03:00"}})["id"]
        self.windows()
        self.server.wait_for(
            lambda: self.server.get("/api/v1/overview")["exposure"]["affected"],
            "an assessment", timeout=60)
        made["run"] = self.server.good(
            "POST", "/api/v1/configurations/%d/run" %
            made["configuration"])["id"]
        self.patching(made)
        worst = self.server.get("/api/v1/catalogue?view=affected")["items"][0]
        made["query"] = {"/assess/definition": "?" + urllib.parse.urlencode(
            {"id": worst["id"], "content": worst["content"]["id"]})}
        return made

    def windows(self):
        """Simulated devices of other systems, which report what they lack."""
        for n in range(1, 7):
            device = self.server.post("/api/v1/devices",
                                      {"name": "pc-%d" % n})["id"]
            self.server.post(
                "/api/v1/devices/%d/patch-report" % device,
                Device("windows" if n % 3 else "macos", n).report())

    def patching(self, made):
        post = self.server.post
        made["patch-group"] = post("/api/v1/patch-groups", {
            "name": "kernel", "description": "What needs a reboot"})["id"]
        made["patch-configuration"] = post("/api/v1/patch-configurations", {
            "settings": {"name": "Servers", "linux": {"routine": {
                "enabled": True,
                "schedule": {"type": "daily", "time": "04:00"},
                "deploy": {"all_missing": True}}}},
            "targets": {"systems": [""]}, "confirm": True,
            "confirm_all": True})["id"]
        post("/api/v1/patch-configurations/%d/deploy" %
             made["patch-configuration"])
        made["patch"] = self.server.get("/api/v1/patches")["items"][0]["id"]
        made["patch-run"] = post("/api/v1/patch-runs", {
            "kind": "scan", "targets": {"systems": [""]}})["id"]


def node(script, world, *words, **environment):
    """Runs a script of this folder beside the world; its output, by line."""
    with subprocess.Popen(
            ["node", os.path.join(HERE, script), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
            env={**os.environ, "HOLDFAST_CHROMIUM": CHROMIUM,
                 "HOLDFAST_ADDRESS": world.address,
                 "HOLDFAST_PASSWORD": PASSWORD, **environment}) as process:
        yield from process.stdout
    if process.returncode != 0:
        yield "exit status %d\n" % process.returncode
