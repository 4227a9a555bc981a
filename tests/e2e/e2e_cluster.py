# SPDX-License-Identifier: Apache-2.0
"""Two servers on one PostgreSQL: one leads, both answer, either may go."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import e2e
from e2e import PATIENCE, Skip, check, equal, test
from e2e_agent import Agent
from e2e_enrolled import NoSim, configure, enrol, run_now, state_of, upload
from server import Server

DATABASE = os.environ.get("HOLDFAST_TEST_DB")
PSQL = os.path.join(os.environ.get("HOLDFAST_TEST_DB_BIN", ""), "psql")
made = 0


def sql(url, text):
    done = subprocess.run([PSQL, "-XAtq", "-c", text, url],
                          capture_output=True, text=True, timeout=PATIENCE)
    equal((done.returncode, done.stderr), (0, ""))
    return done.stdout.strip()


class Pair:
    """A server that was there first, another with its keys, and an agent of
    the first."""

    def __init__(self, directory):
        global made
        if not DATABASE:
            raise Skip("PostgreSQL is not installed (package postgresql)")
        made += 1
        schema = "cluster_%d" % made
        sql(DATABASE, "CREATE SCHEMA " + schema)
        self.url = "%s&options=-csearch_path%%3D%s" % (DATABASE, schema)
        self.clock = os.path.join(directory, "clock")
        with open(self.clock, "w") as file:
            file.write("0\n")
        self.dirs = [os.path.join(directory, name) for name in ("a", "b")]
        for path in self.dirs:
            os.mkdir(path)
            os.chmod(path, 0o755)
        os.chmod(directory, 0o755)
        self.servers = [Server(path, clock=self.clock, database=self.url,
                               netdev__allow="127.0.0.0/8")
                        for path in self.dirs]
        self.agent = Agent(self.dirs[0], NoSim())

    def __enter__(self):
        a, b = self.servers
        a.start()
        a.set_up()
        os.makedirs(b.data)
        shutil.copytree(os.path.join(a.data, "keys"),
                        os.path.join(b.data, "keys"))
        b.start()
        b.token = a.token  # a session is one of both
        return a, b, self.agent

    def __exit__(self, kind, *_):
        if self.agent.process is not None:
            self.agent.stop(signal.SIGKILL)
        for server in self.servers:
            server.stop()
        if kind is not None:
            for text in (*(s.log() for s in self.servers), self.agent.text()):
                print("# " + "\n# ".join(text.splitlines()[-25:]))


def begin(server, agent):
    equal(enrol(server, agent)[0], 0)
    agent.start()
    agent.wait(lambda: agent.status()["inventory_sent"])


def leads(server):
    said = [line for line in server.log().splitlines()
            if "cluster.leads" in line or "cluster.follows" in line]
    return bool(said) and "cluster.leads" in said[-1]


def images_are_everywhere(a, b):
    data = os.urandom(3 << 20)
    image = a.good("POST", "/api/v1/device-images?name=a.bin", data,
                   headers={"Content-Type": "application/octet-stream"})
    path = os.path.join(b.data, "images", "1-" + image["sha256"])
    b.wait_for(lambda: os.path.exists(path), "the image at the other")
    with open(path, "rb") as file:
        check(file.read() == data)
    a.good("DELETE", "/api/v1/device-images/%d" % image["id"])
    b.wait_for(lambda: not os.path.exists(path), "the image to go there, too")


@test
def one_leads_and_what_one_is_asked_reaches_the_agents_of_the_other(directory):
    with Pair(directory) as (a, b, agent):
        a.wait_for(lambda: leads(a), "the first to lead")
        begin(a, agent)
        upload(a)
        b.wait_for(lambda: len(b.get("/api/v1/contents")["items"]) > 0,
                   "the content at the other")
        digest = [c["digest"] for c in b.get("/api/v1/contents?active=true")
                  ["items"]]
        packs = os.path.join(b.data, "content")
        b.wait_for(lambda: set(d + ".pack" for d in digest) <=
                   set(os.listdir(packs)), "its pack on the other's disk")
        images_are_everywhere(a, b)
        configuration = configure(b)["id"]
        first = run_now(b, configuration)
        b.wait_for(lambda: state_of(b, first) == ["done"], "a run")

        def again():  # the poll is held by a
            run = run_now(b, configuration)
            b.wait_for(lambda: state_of(b, run) == ["done"], "a run")
        e2e.within_once(10, again)
        device = b.get("/api/v1/devices")["items"][0]["id"]
        b.wait_for(lambda: b.get("/api/v1/devices/%d/findings?show=all" %
                                 device)["items"], "findings at the other")
        check(not leads(b))
        # A revocation at one holds at the other at once.
        b.post("/api/v1/devices/%d/revoke" % device, {"reason": "stolen"})
        agent.wait(lambda: not agent.status()["connected"])


@test
def when_the_leader_is_killed_the_other_goes_on_with_schedules(directory):
    with Pair(directory) as (a, b, agent):
        a.wait_for(lambda: leads(a), "the first to lead")
        begin(a, agent)
        upload(a)
        now = time.gmtime(time.time() + 3600)
        configure(b, schedule={"type": "daily",
                               "time": time.strftime("%H:00", now)},
                  zone="UTC")
        os.kill(a.process.pid, signal.SIGKILL)  # its children go with it
        b.wait_for(lambda: leads(b), "the other to lead")
        with open(b.clock, "w") as file:
            file.write("3600\n")
        b.wait_for(lambda: sql(self_url(b), "SELECT count(*) FROM run WHERE"
                               " cause = 'schedule'") == "1", "the run")
        a.process.wait()
        a.process = None
        a.start()  # and now it follows
        b.wait_for(lambda: "server.ready" in a.log(), "the first again")
        check(leads(b))
        equal(sql(self_url(b), "SELECT count(*) FROM run WHERE"
                  " cause = 'schedule'"), "1")


def self_url(server):
    return server.settings["database"]


@test
def two_that_make_jobs_at_once_make_each_once(directory):
    """Both are asked for many runs at the same time; no device has two jobs
    of one run, and the log of changes is one chain."""
    with Pair(directory) as (a, b, agent):
        begin(a, agent)
        upload(a)
        ids = [configure(server, name="c%d-%d" % (i, server is a))["id"]
               for i in range(4) for server in (a, b)]
        for i in range(0, len(ids), 2):
            run_now(a, ids[i])
            run_now(b, ids[i + 1])
        b.wait_for(lambda: sql(self_url(b), "SELECT count(*) FROM run_device"
                               " WHERE state = 'planned'") == "0",
                   "the jobs")
        equal(sql(self_url(b), "SELECT count(*) FROM (SELECT run, device FROM"
                  " job WHERE run > 0 AND type = 1 GROUP BY run, device"
                  " HAVING count(*) > 1) x"), "0")
        equal(a.get("/api/v1/audit/verify")["intact"], True)


@test
def a_session_with_a_device_is_stopped_through_the_other_server(directory):
    """The device takes the connection and says nothing."""
    with Pair(directory) as (a, b, _), \
            socket.create_server(("127.0.0.1", 0)) as silent:
        a.wait_for(lambda: leads(a), "the first to lead")
        credential = b.post("/api/v1/network/credentials", {
            "name": "c", "login": "netop", "password": "secret-1"})
        device = b.post("/api/v1/network/devices", {
            "name": "r1", "family": "frr", "address": "127.0.0.1",
            "port": silent.getsockname()[1], "transport": "telnet",
            "allow_clear": True, "read_s": 3600, "total_s": 7200,
            "credential": credential["id"]})
        path = "/api/v1/network/sessions/%d" % b.post(
            "/api/v1/network/devices/%d/discover" % device["id"])["id"]
        b.wait_for(lambda: "tcp" in [s["step"] for s in b.get(path)["steps"]],
                   "the steps at the other", 90)
        equal(b.get(path)["state"], "running")
        check(not leads(b))
        b.good("POST", path + "/cancel")
        b.wait_for(lambda: b.get(path)["state"] == "ended", "its end", 90)
        equal(b.get(path)["result"], "cancelled")
        equal(b.ask("POST", path + "/cancel")[0], 409)


def patch_daily(server, hour):
    made = server.post("/api/v1/patch-configurations", {
        "settings": {"name": "servers", "linux": {"routine": {
            "enabled": True, "deploy": {"all_missing": True},
            "schedule": {"type": "daily", "time": hour}}}},
        "targets": {"systems": [""]}, "confirm": True, "confirm_all": True})
    server.post("/api/v1/patch-configurations/%d/deploy" % made["id"], {})
    server.post("/api/v1/patch-report-sets", {
        "name": "all", "configurations": [made["id"]], "zone": "UTC",
        "levels": ["security critical"],
        "schedule": {"type": "daily", "time": hour}})
    return made["id"]


def counted(server, what):
    return int(sql(self_url(server), "SELECT count(*) FROM " + what))


DUE = "patch_run WHERE cause = 'schedule'"
SCORES = "patch_report_score"
TWICE = ("(SELECT run, device FROM job WHERE run > 0 GROUP BY run, device"
         " HAVING count(*) > 1) x")


@test
def patching_comes_due_once_and_goes_on_when_its_leader_is_killed(directory):
    """Deployments and report sets by schedule are the leader's; what is
    ordered from the other becomes a job once."""
    with Pair(directory) as (a, b, agent):
        a.wait_for(lambda: leads(a), "the first to lead")
        begin(a, agent)
        agent.stop(signal.SIGKILL)  # nothing is installed here
        sql(self_url(b), "UPDATE device SET time_zone = 'UTC'")
        patch_daily(b, time.strftime("%H:00", time.gmtime(time.time() + 3600)))
        run = b.post("/api/v1/patch-runs", {
            "kind": "scan", "targets": {"systems": [""]}})["id"]
        b.wait_for(lambda: b.get("/api/v1/patch-runs/%d/devices" % run)
                   ["items"][0]["state"] != "planned", "the job")
        with open(b.clock, "w") as file:
            file.write("3600\n")
        b.wait_for(lambda: counted(b, DUE) == 1 and counted(b, SCORES) == 1,
                   "the run and the score")
        os.kill(a.process.pid, signal.SIGKILL)
        b.wait_for(lambda: leads(b), "the other to lead")
        a.process.wait()
        a.process = None
        a.start()
        b.wait_for(lambda: "server.ready" in a.log(), "the first again")
        with open(b.clock, "w") as file:
            file.write("%d\n" % (3600 + 86400))
        b.wait_for(lambda: counted(b, DUE) == 2 and counted(b, SCORES) == 2,
                   "the next run and score")
        check(leads(b))
        equal(counted(b, TWICE), 0)
        for server in (a, b):
            check("patcher.failed" not in server.log())
            check("report_not_made" not in server.log())


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
