# SPDX-License-Identifier: Apache-2.0
"""What is behind the console in the tests with a browser: a real holdfastd, a
real agent on a small root, content that finds something on it, and a few
objects of every kind, made over the API."""
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
import bed  # noqa: E402
from bed import Bed  # noqa: E402
from e2e import HOLDFAST, Skip, equal, run  # noqa: E402
from e2e_agent import Agent, put, root_of  # noqa: E402
from e2e_patch import Small  # noqa: E402
from patching import do, write  # noqa: E402
from provider import CLIENT, SECRET, Provider  # noqa: E402
from server import PASSWORD, Server  # noqa: E402
try:
    from saml_provider import SamlProvider, parse_request  # noqa: E402
except ImportError:  # without xmlsec
    SamlProvider = parse_request = None

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


# What is imported of a CVE.
KEV = """{"catalogVersion": "2026.01.02", "count": 1,
"dateReleased": "2026-01-02T03:04:05.6Z", "vulnerabilities": [{"cveID": "%s",
"dateAdded": "2025-01-02", "dueDate": "2025-02-03",
"knownRansomwareCampaignUse": "Known", "notes": ""}]}"""
EPSS = """#model_version:v1,score_date:2026-01-03T00:00:00+0000
cve,epss,percentile
%s,0.12345,0.98765
"""
NVD = """{"format": "NVD_CVE", "timestamp": "2026-01-04T00:00:00.000",
"vulnerabilities": [{"cve": {"id": "%s", "metrics": {"cvssMetricV31": [{
"source": "nvd@nist.gov", "type": "Primary", "cvssData": {"version": "3.1",
"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
"baseScore": 9.8}}]}}}]}"""
DSA = """[01 Jan 2026] DSA-9001-1 openssl - security update
\t{%s}
\t[bookworm] - openssl 3.0.99-1
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


class Console:
    """A server with the console in it, and nothing else."""

    def __init__(self, directory, **settings):
        os.chmod(directory, 0o755)
        self.directory = directory
        self.server = Server(directory, outbound__allow="127.0.0.0/8,::1",
                             **settings)

    def __enter__(self):
        self.server.start()
        if self.server.ask("GET", "/")[0] == 503:
            self.server.stop()
            raise Skip("the console is not built (npm was not reached)")
        return self

    def __exit__(self, kind, *_):
        self.server.stop()
        if kind is not None:
            print("# " + "\n# ".join(self.server.log().splitlines()[-15:]))

    @property
    def address(self):
        return "https://127.0.0.1:%d" % self.server.ports["api"]

    def secret(self):
        with contextlib.suppress(FileNotFoundError), \
                open(os.path.join(self.server.data, "setup-secret")) as file:
            return file.read().strip()
        return ""

    def role(self, name):
        return next(role["id"] for role in
                    self.server.get("/api/v1/roles")["items"]
                    if role["name"] == name)

    def user(self, login, role):
        return self.server.post("/api/v1/users", {
            "login": login, "password": PASSWORD,
            "roles": [self.role(role)]})["id"]


class World(Console):
    """With an agent, and objects of every kind."""

    def __init__(self, directory, **settings):
        super().__init__(directory, **settings)
        place = os.path.join(directory, "agent")
        os.mkdir(place)
        self.agent = Agent(place, NoSim())
        put(root_of(place, more="".join(PACKAGE % one for one in OLD)),
            "etc/debian_version", "12.4\n")  # what the content looks for

    def __exit__(self, *why):
        self.agent.stop(signal.SIGKILL)
        super().__exit__(*why)

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
            "an assessment")
        made["run"] = self.server.good(
            "POST", "/api/v1/configurations/%d/run" %
            made["configuration"])["id"]
        self.patching(made)
        worst = self.server.get("/api/v1/catalogue?view=affected")["items"][0]
        self.publish(made, worst["cves"][0])
        made["query"] = {
            "/assess/definition": "?" + urllib.parse.urlencode(
                {"id": worst["id"], "content": worst["content"]["id"]}),
            "/cve": "?id=" + made["cve"],
            "/advisory": "?id=" + made["advisory"]}
        return made

    def publish(self, made, cve):
        """What others state of a CVE that the device has: a score, a forecast,
        that it is exploited, and an advisory."""
        made["cve"], made["advisory"] = cve, "DSA-9001-1"
        folder = os.path.join(self.directory, "risk")
        os.mkdir(folder)
        for name, text in (("kev.json", KEV), ("epss.csv", EPSS),
                           ("nvd.json", NVD)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text % cve)
        code, _, err = run("risk", "import", "--dir", self.server.data,
                           *(os.path.join(folder, name)
                             for name in sorted(os.listdir(folder))))
        equal((code, err), (0, ""))
        status, _, said = self.server.ask(
            "POST", "/api/v1/advisories?name=list", (DSA % cve).encode(),
            headers={"Content-Type": "application/octet-stream"})
        equal((status, said["advisories"]), (201, 1))

    def windows(self):
        """Simulated devices of other systems, which report what they lack."""
        self.others = {}
        for n in range(1, 7):
            device = self.server.post("/api/v1/devices",
                                      {"name": "pc-%d" % n})["id"]
            self.others[device] = Device("windows" if n % 3 else "macos", n)
            self.server.post("/api/v1/devices/%d/patch-report" % device,
                             self.others[device].report())

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


ADVISORY = {
    "id": "DSA-9999-1", "modified": "2026-01-01T00:00:00Z",
    "summary": "lib -- security update", "aliases": ["CVE-2026-90001"],
    "affected": [{"package": {"ecosystem": "Debian:12", "name": "lib"},
                  "ranges": [{"type": "ECOSYSTEM", "events": [
                      {"introduced": "0"}, {"fixed": "2"}]}]}]}


class Patching(World):
    """Its agent's root is one that a real apt installs into, from a signed
    repository that has a newer tool and, by an advisory, a newer lib."""

    def __init__(self, directory):
        super().__init__(directory)
        self.small = Small(directory)
        self.agent.root = self.small.root
        for name, text in (("hostname", "web-1"), ("machine-id", "0" * 32)):
            write(self.small.path("etc/" + name), text + "\n")

    def __exit__(self, *why):
        super().__exit__(*why)
        self.small.stop()

    def fill(self):
        path = os.path.join(self.directory, "osv.json")
        write(path, json.dumps(ADVISORY))
        do(HOLDFAST, "advisory", "import", "--dir", self.server.data,
           "--source", "test", path)
        device = self.enrol()[0]["id"]
        self.windows()
        label = self.server.post("/api/v1/labels", {
            "name": "first", "kind": "manual"})["id"]
        self.server.post("/api/v1/labels/%d/members" % label,
                         {"add": [device]})
        self.server.post("/api/v1/patch-groups", {
            "name": "kernel", "description": "What needs a reboot"})
        self.user("second", "operator")
        self.server.wait_for(
            lambda: len(self.server.get("/api/v1/devices/%d/patches" % device)
                        ["items"]) == 2, "the scan of the agent", 120)
        return {"device": device,
                "status": self.small.path("var/lib/dpkg/status")}


class Network(Console):
    """With real routers, in a network of their own."""

    def __init__(self, directory):
        super().__init__(directory)
        self.bed = Bed(directory, count=2)
        self.here = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as here:
            here.enter_context(self.bed)
            here.enter_context(self.bed.here())
            super().__enter__()
            self.here = here.pop_all()
        return self

    def __exit__(self, *why):
        super().__exit__(*why)
        self.here.close()

    def fill(self):
        self.user("second", "operator")
        return {"login": bed.USER, "password": bed.PASSWORD, "routers": [
            {"address": self.bed.address(n), "vtysh": [
                "nsenter", "-t", str(self.bed.running[n - 1].pid),
                "-m", "-n", "-u", "vtysh"]}
            for n in (1, 2)]}


class People(Console):
    """With the simulators of services that people log in through."""

    def __init__(self, directory):
        super().__init__(directory)
        self.provider = Provider(directory)
        self.saml = SamlProvider and SamlProvider(directory, time.time)
        self.provider.pages = {"/authorize": self.authorize,
                               "/sso": self.sign_on}

    def __enter__(self):
        self.provider.__enter__()
        return super().__enter__()

    def __exit__(self, *why):
        super().__exit__(*why)
        self.provider.__exit__(*why)

    def authorize(self, url):
        """Consents at once, as who the path's end says."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        code, state = self.provider.consent(url, **self.who())
        return 302, {"Location": asked["redirect_uri"] + "?" +
                     urllib.parse.urlencode({"code": code, "state": state})}, ""

    def who(self):
        """What the test wrote into the file `who`: claims of the person."""
        with contextlib.suppress(FileNotFoundError), \
                open(os.path.join(self.directory, "who")) as file:
            return json.load(file)
        return {}

    def sign_on(self, url):
        groups = self.who().get("groups", ["admins"])
        response, relay = self.saml.consent(url, attributes={
            "groups": groups, "uid": ["sam"]})
        request = parse_request(url)[0]
        return 200, {"Content-Type": "text/html"}, PAGE % (
            request.get("AssertionConsumerServiceURL"), response, relay)

    def fill(self):
        settings = {
            "oidc.enabled": True, "oidc.issuer": self.provider.issuer,
            "oidc.client_id": CLIENT, "oidc.client_secret": SECRET,
            "oidc.ca": self.provider.authority, "server.url": self.address}
        groups = [{"source": "oidc", "group": "admins",
                   "role": self.role("reader")}]
        if self.saml:
            settings.update({
                "saml.enabled": True, "saml.metadata": self.saml.metadata(
                    sign_on=self.provider.issuer + "/sso")})
            groups.append({**groups[0], "source": "saml"})
        self.server.change_settings(settings)
        self.server.good("PUT", "/api/v1/group-roles", {"items": groups})
        return {"provider": self.provider.issuer, "saml": bool(self.saml),
                "who": os.path.join(self.directory, "who"),
                "user": self.user("vera", "operator")}


# What an identity provider sends a browser: a form that sends itself.
PAGE = """<!DOCTYPE html><title>provider</title>
<form method="post" action="%s">
<input type="hidden" name="SAMLResponse" value="%s">
<input type="hidden" name="RelayState" value="%s"></form>
<script>document.forms[0].submit()</script>"""

WORLDS = {"journeys": World, "patch": Patching, "people": People,
          "network": Network}


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
