# SPDX-License-Identifier: Apache-2.0
"""The world of the screenshots: something on every page. Real routers where
the machine can have them; devices that fetch are simulators."""
import contextlib
import datetime
import os

import world
from world import bed
from fetching import CnsDevice  # noqa: E402 (world has its folder)
import scapdata  # noqa: E402

CONFIG = "hostname branch-7\ninterface Ethernet0\n description uplink\n! end\n"
FAR = "2030-01-01T00:00:00Z"


class Shown(world.World):
    def __init__(self, directory):
        super().__init__(directory, devices__listen="127.0.0.1:0")
        self.bed = bed.Bed(directory, count=2)
        self.here = contextlib.ExitStack()
        self.routers = False

    def __enter__(self):
        with contextlib.ExitStack() as here:
            with contextlib.suppress(world.Skip):  # then without routers
                here.enter_context(self.bed)
                here.enter_context(self.bed.here())
                self.routers = True
            super().__enter__()
            self.here = here.pop_all()
        return self

    def __exit__(self, *why):
        super().__exit__(*why)
        self.here.close()

    def fill(self):
        made = super().fill()
        self.made = made
        self.benchmark(made)
        self.network(made)
        self.fetching(made)
        self.reports(made)
        self.people(made)
        return made

    def post(self, path, body=None, **more):
        return self.server.post("/api/v1/" + path, body, **more)

    def benchmark(self, made):
        """A SCAP benchmark, and what it found on the agent's root."""
        scapdata.make_root(os.path.dirname(self.agent.root))
        content = self.post(
            "benchmarks?name=small.xml", scapdata.stream().encode(),
            headers={"Content-Type": "application/octet-stream"})
        self.post("benchmarks?name=tailoring.xml",
                  scapdata.TAILORING.encode(),
                  headers={"Content-Type": "application/octet-stream"})
        one = self.post("configurations", {
            "name": "hardening", "enabled": True, "while_logged_off": True,
            "targets": {"systems": [""]}, "confirm_all": True,
            "schedule": {"type": "weekly", "weekdays": ["mon"], "time": "06:00"},
            "scap": {"content": content["id"],
                     "profile": scapdata.X + "profile_all"}})["id"]
        self.server.good("POST", "/api/v1/configurations/%d/run" % one)
        made["benchmark-result"] = self.server.wait_for(
            lambda: self.server.get("/api/v1/benchmark-results")["items"],
            "the result", 120)[0]["id"]

    def ended(self, session):
        path = "/api/v1/network/sessions/%d" % session["id"]
        return self.server.wait_for(
            lambda: self.server.get(path)["state"] == "ended" and session,
            "a session's end", 120)

    def network(self, made):
        credential = self.post("network/credentials", {
            "name": "routers", "login": bed.USER,
            "password": bed.PASSWORD})["id"]
        away = self.post("network/devices", {
            "name": "core-1", "family": "ios", "address": "192.0.2.9",
            "connect_s": 1, "retries": 0, "credential": credential,
            "notes": "Building B, rack 4"})["id"]
        session = self.ended(self.post("network/devices/%d/test" % away))
        ids = []
        for n in (1, 2) if self.routers else ():
            ids.append(self.post("network/devices", {
                "name": "edge-%d" % n, "family": "frr",
                "address": self.bed.address(n),
                "credential": credential})["id"])
            path = "network/devices/%d/" % ids[-1]
            session = self.ended(self.post(path + "test",
                                           {"trust_first": True}))
            for action in ("discover", "archive"):
                self.ended(self.post(path + action))
        made["network-device"] = (ids or [away])[0]
        made["network-session"] = session["id"]
        made["network-schedule"] = self.post("network/schedules", {
            "name": "every night", "action": "archive",
            "targets": {"devices": ids or [away]},
            "schedule": {"type": "daily", "time": "02:30"}})["id"]
        if ids:
            made["network-change"] = self.post(
                "network/devices/%d/changes" % ids[0], {
                    "title": "A route away",
                    "lines": "ip route 203.0.113.0/24 Null0"})["id"]
            made["network-deployment"] = self.post("network/deployments", {
                "title": "Both routers", "targets": {"devices": ids},
                "lines": "ip route 198.51.100.0/24 Null0"})["id"]

    def fetching(self, made):
        """A router that calls home and takes what waits for it."""
        server = self.post("device-servers", {
            "kind": "ce", "name": "call home", "address": "127.0.0.1",
            "port": self.server.ports["devices"],
            "networks": "127.0.0.0/8"})["id"]
        device = self.post("network/devices", {
            "name": "branch-7", "family": "ios", "server": server,
            "identity": "branch-7"})["id"]
        self.server.good(
            "POST", "/api/v1/fetching-devices/%d/staged" % device,
            CONFIG.encode(), headers={"Content-Type": "text/plain"})
        router = CnsDevice("http://127.0.0.1:%d" %
                           self.server.ports["devices"], "branch-7")
        router.retrieve()
        made["fetching"] = device

    def reports(self, made):
        made["patch-compliance"] = self.post("patch-report-sets", {
            "name": "Critical ones", "configurations": [
                made["patch-configuration"]],
            "levels": ["security critical"]})["id"]
        self.server.good("POST", "/api/v1/patch-report-sets/%d/run" %
                         made["patch-compliance"])
        made["patch-report"] = self.post("patch-report-templates", {
            "name": "What is late", "source": "scan",
            "columns": ["name", "patch", "state"]})["id"]
        made["administration-report"] = self.post("report-schedules", {
            "name": "Monday mail", "report": "summary", "format": "pdf",
            "mail_to": "it@example.com", "schedule": {
                "type": "weekly", "weekdays": ["mon"], "time": "07:00"}})["id"]
        self.post("patch-holds", {
            "kind": "patch", "target": "KB9000004",
            "reason": "The till's printer stops working with it"})
        self.post("patch-freezes", {"reason": "End of the year",
                                    "begins": "2029-12-20T00:00:00Z",
                                    "ends": FAR})
        self.deployed(made)

    def deployed(self, made):
        """Simulated devices install what they were ordered, and some fail."""
        run = self.post("patch-runs", {
            "kind": "deploy",
            "configuration": made["patch-configuration"]})["id"]
        made["patch-run"] = run
        for n, (number, device) in enumerate(self.others.items()):
            path = "/api/v1/devices/%d/patch-" % number
            jobs = self.server.get(path + "jobs")["items"]
            for job in jobs:
                self.server.post(path + "results", device.install(
                    job, fails=1.0 if n == 1 else 0.0))
            self.server.post(path + "report", device.report())

    def people(self, made):
        made["user"] = self.user("vera.vandenberghe", "operator")
        self.post("tokens", {
            "name": "backup script", "permissions": ["device.read"],
            "expires": (datetime.datetime.now(datetime.timezone.utc) +
                        datetime.timedelta(days=90)).strftime(
                            "%Y-%m-%dT%H:%M:%SZ")})
