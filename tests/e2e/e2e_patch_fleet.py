# SPDX-License-Identifier: Apache-2.0
"""Patching from end to end: a real server, a real agent, a real apt on a root
of our own with a signed repository on loopback, clocks that the test sets; and
simulated devices of Windows and macOS."""
import datetime
import gzip
import json
import os
import signal
import subprocess
import sys

import e2e
import e2e_agent
import e2e_enrolled
import e2e_patch
from e2e import PATIENCE, check, equal, main

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))
from patching import Rpm, write  # noqa: E402
from foreign_device import Device, updates_of  # noqa: E402
from server import Server  # noqa: E402

e2e.TESTS.clear()

ADVISORY = {
    "id": "DSA-9999-1", "modified": "2026-01-01T00:00:00Z",
    "summary": "lib -- security update", "aliases": ["CVE-2026-90001"],
    "affected": [{"package": {"ecosystem": "Debian:12", "name": "lib"},
                  "ranges": [{"type": "ECOSYSTEM", "events": [
                      {"introduced": "0"}, {"fixed": "2"}]}]}]}


def soon():
    """A minute by the clock of the schedules (UTC here), and the seconds
    until then. Not just after a month began: staging would begin with it,
    and not the hour before that it is asked for (P-STG-5)."""
    now = datetime.datetime.now(datetime.timezone.utc)
    hours = next(h for h in (2, 3, 4) if (
        now + datetime.timedelta(hours=h - 1.5)).month ==
        (now + datetime.timedelta(hours=h)).month)
    return ((now + datetime.timedelta(hours=hours)).strftime("%H:%M"),
            hours * 3600)


class Loop:
    def __init__(self, directory, system):
        os.chmod(directory, 0o755)
        self.small = system(directory)
        for name in ("hostname", "machine-id"):
            write(self.small.path("etc/" + name), "0" * 32 + "\n")
        place = os.path.join(directory, "agent")
        os.mkdir(place)
        self.agent = e2e_agent.Agent(place, e2e_enrolled.NoSim())
        self.agent.root = self.small.root
        self.server = Server(directory, clock=os.path.join(directory, "clock"))
        self.server.jump(0)

    def jump(self, offset):
        """Both clocks at once; check-ins do not come sooner by it."""
        self.server.jump(offset)
        self.agent.set_clock(offset)
        self.server.log_in()  # a session does not last for hours

    def start(self):
        self.server.start()
        self.server.set_up()
        path = os.path.join(self.server.data, "osv.json")
        write(path, json.dumps(ADVISORY))
        done = subprocess.run([sys.argv[1], "advisory", "import", "--dir",
                               self.server.data, "--source", "test", path],
                              capture_output=True, text=True, timeout=PATIENCE)
        equal((done.returncode, done.stderr), (0, ""))
        e2e_enrolled.begin(self.server, self.agent)

    def stop(self):
        if self.agent.process is not None:
            self.agent.stop(signal.SIGKILL)
        self.server.stop()
        self.small.stop()


def rpms(manager):
    """tool 1.0 -> 1.1, which needs helper; lib 1.0 -> 1.1 by an advisory."""
    def make(directory):
        system = Rpm(directory, manager)
        system.install(system.rpm("tool", "1.0"),
                       system.rpm("lib", "1.0", config="a=1"))
        e2e_patch.fill(system)
        return system
    return make


def loop(function, system=e2e_patch.Small):
    def body(directory):
        one = Loop(directory, system)
        try:
            one.start()
            function(one)
        except Exception:
            for text in (one.server.log(), one.agent.text()):
                print("# " + "\n# ".join(text.splitlines()[-30:]))
            raise
        finally:
            one.stop()
    body.__name__ = function.__name__
    return e2e.test(body)


def missing(server, number):
    items = server.get("/api/v1/devices/1/patches")["items"]
    return items if len(items) == number else None


def taken(server, configuration):
    return server.get("/api/v1/patch-configurations/%d" %
                      configuration["id"])["taken"]


@loop
def a_hole_is_found_decided_closed_by_schedule_and_gone(one):
    """Scan, missing patches with CVEs, configuration, schedule due, install,
    result, and nothing is missing any more."""
    server, small = one.server, one.small
    found = server.wait_for(lambda: missing(server, 2), "the scan")
    by_id = {item["patch"]["patch"]: item for item in found}
    equal(sorted(by_id), ["DSA-9999-1", "tool=2"])
    equal(by_id["DSA-9999-1"]["cves"], ["CVE-2026-90001"])
    at, wait = soon()
    made = server.post("/api/v1/patch-configurations", {
        "settings": {"name": "servers", "linux": {"routine": {
            "enabled": True,
            "schedule": {"type": "daily", "time": at},
            "deploy": {"all_missing": True}}}},
        "targets": {"systems": [""]}, "confirm": True, "confirm_all": True})
    server.post("/api/v1/patch-configurations/%d/deploy" % made["id"], {})
    explained = server.get("/api/v1/devices/1/patch-explain")["items"]
    equal({e["patch"]: (e["deploy"], e["rule"]) for e in explained},
          {"DSA-9999-1": (True, "P-LNX-1"), "tool=2": (True, "P-LNX-1")})
    dry = server.get("/api/v1/devices/1/patch-dry-run")["tasks"][0]
    check(dry["local"].endswith("T" + at), dry)
    equal(sorted(dry["deploy"]), ["DSA-9999-1", "tool=2"])
    # Not by a check-in: those are minutes apart.
    server.wait_for(lambda: taken(server, made), "the policy at the device",
                    60)
    one.jump(wait + 60)
    done = server.wait_for(
        lambda: [d for d in server.get("/api/v1/patch-deployments")["items"]
                 if d["outcome"] == "done"], "the deployment", 180)[0]
    equal((done["ok"], done["failed"], done["configuration_name"],
           done["version"]), (2, 0, "servers", 1))
    equal((small.version("tool"), small.version("lib")),
          ("2 installed", "2 installed"))
    states = {(e["patch"], e["state"]) for e in
              server.get("/api/v1/patch-history")["items"]}
    check(("DSA-9999-1", "installed") in states, states)
    server.wait_for(lambda: missing(server, 0) is not None,
                    "a scan that finds nothing")
    server.wait_for(lambda: server.get("/api/v1/patch-devices")["items"][0][
        "state"] == "patched", "the device to be patched")
    runs = server.wait_for(
        lambda: [r for r in server.get("/api/v1/patch-runs")["items"]
                 if r["state"] == "ended"], "the run to end")
    equal([(r["cause"], r["kind"]) for r in runs], [("schedule", "deploy")])
    devices = server.get("/api/v1/patch-runs/%d/devices" % runs[0]["id"])
    equal([d["state"] for d in devices["items"]], ["done"])


def closed_on_rpms(one):
    """As with apt, with what updateinfo says of CVEs and severities."""
    server, small = one.server, one.small
    found = server.wait_for(lambda: missing(server, 2), "the scan")
    by_id = {item["patch"]["patch"]: item for item in found}
    equal(sorted(by_id), ["TSA-2026:1", "tool=1.1-1"])
    lib = by_id["TSA-2026:1"]
    package = lib["packages"][0]
    equal((lib["cves"], lib["patch"]["severity"], package["name"],
           package["installed"], package["candidate"]),
          (["CVE-2026-1", "CVE-2026-2"], "important", "lib", "1.0-1",
           "1.1-1"))
    at, wait = soon()

    def settings(deploy):
        return {"name": "servers", "linux": {"routine": {
            "enabled": True, "deploy": deploy,
            "schedule": {"type": "daily", "time": at, "stage_hours": 1}}}}
    made = server.post("/api/v1/patch-configurations", {
        "settings": settings({"severity": [["security", "important"]]}),
        "targets": {"systems": [""]}, "confirm": True, "confirm_all": True})
    path = "/api/v1/patch-configurations/%d" % made["id"]
    server.post(path + "/deploy", {})
    explained = server.get("/api/v1/devices/1/patch-explain")["items"]
    equal({e["patch"]: (e["deploy"], e["rule"]) for e in explained},
          {"TSA-2026:1": (True, "P-SEL-3"), "tool=1.1-1": (False,
                                                           "P-SEL-8")})
    server.wait_for(lambda: taken(server, made), "the policy at the device",
                    60)
    one.jump(wait - 1800)  # staging began half an hour ago
    staged = server.wait_for(
        lambda: [h for h in server.get("/api/v1/patch-history")["items"]
                 if h["state"] == "staged"], "the staging", 180)
    equal([h["patch"] for h in staged], ["TSA-2026:1"])
    equal(small.version("lib"), "1.0-1")
    one.jump(wait + 60)
    done = server.wait_for(
        lambda: [d for d in server.get("/api/v1/patch-deployments")["items"]
                 if d["outcome"] == "done"], "the deployment", 240)[0]
    equal((done["ok"], done["failed"], done["configuration_name"]),
          (1, 0, "servers"))
    equal((small.version("lib"), small.version("tool")), ("1.1-1", "1.0-1"))
    left = server.wait_for(lambda: missing(server, 1), "the scan after")
    equal(left[0]["patch"]["patch"], "tool=1.1-1")
    # the rest by hand, with what it needs (P-LNX-3)
    tag = server.ask("GET", path)[1]["ETag"]
    server.good("PUT", path, headers={"If-Match": tag}, body={
        "settings": settings({"all_missing": True}),
        "targets": {"systems": [""]}, "confirm": True, "confirm_all": True})
    server.post(path + "/deploy", {})
    server.wait_for(lambda: server.get(path)["taken"] == 1,
                    "the second version at the device")
    server.post("/api/v1/patch-runs", {"kind": "deploy",
                                       "configuration": made["id"]})
    server.wait_for(lambda: missing(server, 0) is not None,
                    "a scan that finds nothing", 180)
    equal((small.version("tool"), small.version("helper")),
          ("1.1-1", "2.0-1"))
    needed = [h for h in server.get("/api/v1/patch-history")["items"]
              if h["package"] == "helper"]
    check(needed and needed[0]["state"] == "installed" and
          "needed by" in needed[0]["text"], needed)
    server.wait_for(lambda: server.get("/api/v1/patch-devices")["items"][0][
        "state"] == "patched", "the device to be patched")


def a_hole_is_closed_by_dnf_with_what_updateinfo_says(one):
    closed_on_rpms(one)


def a_hole_is_closed_by_zypper_with_what_updateinfo_says(one):
    closed_on_rpms(one)


loop(a_hole_is_closed_by_dnf_with_what_updateinfo_says, rpms("dnf"))
loop(a_hole_is_closed_by_zypper_with_what_updateinfo_says, rpms("zypper"))


@loop
def a_scan_that_failed_is_shown_and_what_was_known_stays(one):
    server, small = one.server, one.small
    server.wait_for(lambda: missing(server, 2), "the scan")
    small.web.gone = True
    server.post("/api/v1/patch-runs", {
        "kind": "scan", "targets": {"devices": [1], "systems": [""]}})

    def device():
        return server.get("/api/v1/patch-devices")["items"][0]
    failed = server.wait_for(lambda: device() if device()["scan_failed"]
                             else None, "the failure")
    check("refreshing the lists" in failed["scan_failure"], failed)
    equal((failed["state"], failed["missing"]), ("missing", 2))
    small.web.gone = False
    server.post("/api/v1/patch-runs", {
        "kind": "scan", "targets": {"devices": [1], "systems": [""]}})
    server.wait_for(lambda: device()["scan_failed"] is None, "a good scan",
                    60)
    equal(device()["scan_failure"], "")


@loop
def a_device_that_comes_into_a_label_has_its_policy_at_once(one):
    """Not with the next check-in: those are five minutes apart."""
    server, small = one.server, one.small
    server.wait_for(lambda: missing(server, 2), "the scan")
    label = server.post("/api/v1/labels", {"name": "patched",
                                           "kind": "manual"})
    made = server.post("/api/v1/patch-configurations", {
        "settings": {"name": "servers", "linux": {"routine": {
            "enabled": True, "schedule": {"type": "none"},
            "deploy": {"all_missing": True}}}},
        "targets": {"labels": [label["id"]], "systems": [""]},
        "confirm": True})
    server.post("/api/v1/patch-configurations/%d/deploy" % made["id"], {})
    equal(taken(server, made), 0)
    server.post("/api/v1/labels/%d/members" % label["id"],
                {"add": [1]})
    server.wait_for(lambda: taken(server, made) == 1,
                    "the policy at the device")


@loop
def an_order_by_hand_reaches_the_device_at_once_but_not_in_a_freeze(one):
    server, small = one.server, one.small
    server.wait_for(lambda: missing(server, 2), "the scan")
    made = server.post("/api/v1/patch-configurations", {
        "settings": {"name": "servers", "linux": {"routine": {
            "enabled": True, "schedule": {"type": "none"},
            "deploy": {"all_missing": True}}}},
        "targets": {"devices": [1], "systems": [""]}, "confirm": True})
    server.post("/api/v1/patch-configurations/%d/deploy" % made["id"], {})
    server.wait_for(lambda: taken(server, made), "the policy at the device",
                    60)
    server.post("/api/v1/patch-runs", {"kind": "deploy",
                                       "configuration": made["id"],
                                       "patches": ["tool=2"]})
    server.wait_for(lambda: small.version("tool") == "2 installed",
                    "the order")
    equal(small.version("lib"), "1 installed")
    server.post("/api/v1/patch-freezes", {
        "reason": "end of year",
        "ends": (datetime.datetime.now(datetime.timezone.utc) +
                 datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")})
    run = server.post("/api/v1/patch-runs", {"kind": "deploy",
                                             "configuration": made["id"]})
    frozen = server.wait_for(
        lambda: [d for d in server.get("/api/v1/patch-runs/%d/devices" %
                                       run["id"])["items"]
                 if d["state"] == "frozen"], "the refusal")
    equal(len(frozen), 1)
    equal(small.version("lib"), "1 installed")


@e2e.test
def windows_and_macos_are_decided_and_their_jobs_handed_over(directory):
    with Server(directory) as server:
        server.set_up()
        server.get("/api/v1/patch-configurations")  # the default (P-CFG-5)
        server.post("/api/v1/patch-configurations/1/deploy", {})
        devices = [(n, Device("windows" if n % 3 else "macos", n))
                   for n in range(1, 13)]
        for number, device in devices:
            server.post("/api/v1/devices", {"name": "pc-%d" % number})
            server.post("/api/v1/devices/%d/patch-report" % number,
                        device.report())
        decided = server.get("/api/v1/devices/1/patch-explain")["items"]
        equal({e["patch"]: e["deploy"] for e in decided},
              {"KB9000001": False, "KB9000002": True, "KB9000004": False,
               "EP9000005": False} | {
                  e["patch"]: False for e in decided
                  if e["patch"] == "KB9000003"})
        run = server.post("/api/v1/patch-runs", {"kind": "deploy",
                                                 "configuration": 1})
        for number, device in devices:
            jobs = server.wait_for(
                lambda: server.get("/api/v1/devices/%d/patch-jobs" %
                                   number)["items"], "the job")
            equal(jobs[0]["patches"], ["KB9000002"]
                  if device.system == "windows" else [])
            if device.system == "windows":  # it stays until it is done
                server.post("/api/v1/devices/%d/patch-results" % number, {
                    "run": jobs[0]["run"], "done": False, "outcomes": [
                        {"patch": "KB9000002", "state": "downloading"}]})
                again = server.get("/api/v1/devices/%d/patch-jobs" % number)
                equal([j["run"] for j in again["items"]], [jobs[0]["run"]])
            server.post("/api/v1/devices/%d/patch-results" % number,
                        device.install(jobs[0]))
            equal(server.get("/api/v1/devices/%d/patch-jobs" %
                             number)["items"], [])
            server.post("/api/v1/devices/%d/patch-report" % number,
                        device.report())
        ended = server.wait_for(
            lambda: server.get("/api/v1/patch-runs/%d" % run["id"])["state"] ==
            "ended", "the run to end")
        check(ended)
        again = server.get("/api/v1/devices/1/patches")["items"]
        equal(sorted(p["patch"]["patch"] for p in again),
              ["EP9000005", "KB9000003", "KB9000004"])


REAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                    "..", "shared", "data", "meta", "microsoft", "msu.json.gz")
LEVELS = ("critical", "important", "moderate", "low")


def many_updates():
    """1,200 of our own: chains of months for several products."""
    updates = []
    for product in range(40):
        for month in range(30):
            number = product * 100 + month
            one = {"id": "KB7%06d" % number, "type": "security",
                   "severity": LEVELS[(product + month) % 4],
                   "product": "Product %d" % product, "title": "Month",
                   "cves": [{"id": "CVE-2026-%d" % (10000 + number),
                             "exploited": number % 97 == 0}]}
            if month > 0 and month % 7:
                one["supersedes"] = ["KB7%06d" % (number - 1)]
            updates.append(one)
    return updates


def real_updates():
    if not os.path.exists(REAL):
        return []
    with gzip.open(REAL) as file:
        return updates_of(json.load(file))[:4000]


@e2e.test
def the_server_and_the_command_decide_alike_of_1000_missing_p_sel_16(directory):
    deploy = {"severity": [["security", "critical"],
                           ["security", "unassigned"]],
              "risk": {"exploited": True}}
    with Server(directory) as server:
        server.set_up()
        made = server.post("/api/v1/patch-configurations", {
            "settings": {"name": "pcs", "windows": {"routine": {
                "enabled": True, "deploy": deploy,
                "schedule": {"type": "daily", "time": "03:00"}}}},
            "targets": {"systems": [""]}, "confirm": True,
            "confirm_all": True})
        server.post("/api/v1/patch-configurations/%d/deploy" % made["id"], {})
        for number, updates in enumerate((many_updates(), real_updates()), 1):
            if not updates:
                continue
            report = Device("windows", number, updates).report()
            check(len(report["missing"]) >= 1000, len(report["missing"]))
            server.post("/api/v1/devices", {"name": "pc-%d" % number})
            server.post("/api/v1/devices/%d/patch-report" % number, report)
            said = {one["patch"]: one for one in server.get(
                "/api/v1/devices/%d/patch-explain" % number)["items"]}
            question = os.path.join(directory, "question.json")
            write(question, json.dumps({
                "os": "windows", "catalogue": report["catalogue"]["patches"],
                "missing": report["missing"],
                "configuration": dict(deploy, scan_preview=False)}))
            code, out, err = e2e.run("patch", "select", "--json", question)
            equal((code, err), (0, ""))
            chosen = json.loads(out)
            equal(len(chosen["decisions"]), len(report["missing"]))
            equal(len(said), len(report["missing"]))
            for one in chosen["decisions"]:
                equal((one["id"], one["deploy"], one["rule"]),
                      (one["id"], said[one["id"]]["deploy"],
                       said[one["id"]]["rule"]))
            equal(sorted(p for p in said if said[p]["deploy"]),
                  chosen["deploy"])
            print("# %d missing, %d deployed" % (len(said),
                                                 len(chosen["deploy"])))


main()
