# SPDX-License-Identifier: Apache-2.0
"""A real agent with a real server: from the token to the results."""
import os
import signal
import sqlite3
import subprocess
import sys
import time

import e2e
import e2e_agent
from e2e import check, equal, test
from e2e_agent import Agent, Point, fetched, root_of
from server import Server


class NoSim:
    """The agent's tests name their simulator; here is none."""


class Fleet:
    """A server with its first administrator, and one agent."""

    def __init__(self, directory):
        self.server = Server(directory)
        self.agent = Agent(directory, NoSim())

    def __enter__(self):
        self.server.start()
        self.server.set_up()
        return self.server, self.agent

    def __exit__(self, kind, *_):
        if self.agent.process is not None:
            self.agent.stop(signal.SIGKILL)
        self.server.stop()
        if kind is not None:
            for text in (self.server.log(), self.agent.text()):
                print("# " + "\n# ".join(text.splitlines()[-20:]))


def enrol(server, agent, token=None):
    if token is None:
        token = server.post("/api/v1/enrol-tokens")["token"]
    return agent.run("enrol", "--server",
                     "https://127.0.0.1:%d" % server.ports["enrol"],
                     "--token-file", "-", "--ca",
                     os.path.join(server.data, "keys", "ca.pem"),
                     stdin=token + "\n")


def query(server, sql):
    path = "file:%s?mode=ro" % os.path.join(server.data, "holdfast.db")
    connection = sqlite3.connect(path, uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def begin(server, agent):
    code, _, err = enrol(server, agent)
    equal((code, err), (0, ""))
    agent.start()
    server.wait_for(lambda: query(server, "SELECT device FROM inventory"),
                    "an inventory")


def configure(server, **more):
    body = {"name": "all", "enabled": True, "while_logged_off": True,
            "targets": {"systems": [""]}, "schedule": {"type": "none"},
            "confirm_all": True}
    body.update(more)
    return server.post("/api/v1/configurations", body)


def upload(server, **more):
    return server.post("/api/v1/contents?platform=debian:12&source=test"
                       "&allow_older=true",
                       e2e.document(**more),
                       headers={"Content-Type": "application/octet-stream"})


def run_now(server, configuration):
    run = server.good("POST",
                      "/api/v1/configurations/%d/run" % configuration)
    return run["id"]


def state_of(server, run):
    rows = server.get("/api/v1/runs/%d/devices" % run)
    return [row["state"] for row in rows["items"]]


@test
def a_token_makes_one_device_and_no_second(directory):
    with Fleet(directory) as (server, agent):
        token = server.post("/api/v1/enrol-tokens")["token"]
        equal(enrol(server, agent, token)[0], 0)
        equal(agent.run("unenrol")[0], 0)
        code, _, err = enrol(server, agent, token)
        equal(code, 4)
        check("does not accept the token" in err, err)
        equal(query(server, "SELECT count(*) FROM device"), [(1,)])


@test
def the_authority_is_found_by_its_fingerprint(directory):
    with Fleet(directory) as (server, agent):
        line = subprocess.run(
            ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in",
             os.path.join(server.data, "keys", "ca.pem")],
            capture_output=True, check=True).stdout.decode().strip()
        fingerprint = line.split("=")[1]
        made = server.post("/api/v1/enrol-tokens")
        equal(made["fingerprint"], fingerprint.replace(":", "").lower())
        equal(made["server"],
              "https://localhost:%d" % server.ports["enrol"])
        enrolment = ["enrol", "--server", "https://127.0.0.1:%d" %
                     server.ports["enrol"], "--token-file", "-"]
        code, _, err = agent.run(
            *enrolment, stdin="%(token)s.%(fingerprint)s\n" % made)
        equal((code, err), (0, ""))
        equal(agent.run("unenrol")[0], 0)
        made = server.post("/api/v1/enrol-tokens")
        code, _, err = agent.run(*enrolment, "--fingerprint", fingerprint,
                                 stdin=made["token"] + "\n")
        equal((code, err), (0, ""))


@test
def inventories_arrive_whole_and_then_as_deltas(directory):
    with Fleet(directory) as (server, agent):
        begin(server, agent)
        first = query(server, "SELECT digest FROM inventory")
        agent.wait(lambda: agent.status()["inventory_sent"])
        time.sleep(1.1)
        root_of(directory, bash="9.0-1")
        agent.stop()
        agent.start()
        server.wait_for(
            lambda: query(server, "SELECT digest FROM inventory") != first,
            "a newer inventory")
        agent.wait(lambda: agent.status()["inventory_sent"])
        equal(query(server, "SELECT name, os_id, os_version FROM device"),
              [("web-1", "debian", "12")])


@test
def a_run_by_hand_gives_results_within_a_second(directory):
    with Fleet(directory) as (server, agent):
        begin(server, agent)
        upload(server)
        configuration = configure(server)["id"]
        first = run_now(server, configuration)
        server.wait_for(lambda: state_of(server, first) == ["done"],
                        "the first run")

        def again():
            run = run_now(server, configuration)
            server.wait_for(lambda: state_of(server, run) == ["done"],
                            "another run")
        e2e.within_once(2, again)


@test
def content_is_sent_when_enabled_and_scheduled__T_OVL(directory):
    with Fleet(directory) as (server, agent):
        begin(server, agent)
        upload(server)
        configure(server, name="off", enabled=False,
                  schedule={"type": "daily", "time": "03:00"})
        for _ in range(2):  # each start is a check-in
            agent.stop()
            agent.start()
            agent.wait(lambda: agent.status()["connected"])
        time.sleep(0.5)
        equal(agent.status()["contents"], 0)
        configure(server, name="on",
                  schedule={"type": "daily", "time": "03:00"})
        agent.stop()
        agent.start()
        agent.wait(lambda: agent.status()["contents"] == 1)
        agent.wait(lambda: agent.status()["schedules"] == 1)
        check(agent.status()["next_run"] is not None)


@test
def content_that_is_refused_leaves_no_file(directory):
    with Fleet(directory) as (server, _):
        upload(server)
        packs = os.path.join(server.data, "content")
        before = sorted(os.listdir(packs))
        status, _, problem = server.ask(
            "POST", "/api/v1/contents?platform=debian:12&source=test",
            e2e.document(time="2001-02-02T03:04:05"),
            headers={"Content-Type": "application/octet-stream"})
        check(status >= 400 and "older" in problem["detail"], problem)
        equal(sorted(os.listdir(packs)), before)


@test
def a_label_says_where_its_devices_fetch_content__K_DEP_2(directory):
    """A copy of the server's folder of packs, by a real HTTP server; when it
    fails, the server's own serves and shows why."""
    with Fleet(directory) as (server, agent):
        begin(server, agent)
        digest = upload(server)["digest"]
        packs = os.path.join(server.data, "content")
        with Point() as point:
            label = server.post("/api/v1/labels", {
                "name": "branch", "kind": "manual",
                "download_url": point.url()})
            device = server.get("/api/v1/devices")["items"][0]["id"]
            server.good("POST", "/api/v1/labels/%d/members" % label["id"],
                        {"add": [device]})
            point.files[digest + ".pack"] = open(
                os.path.join(packs, digest + ".pack"), "rb").read()
            agent.stop()
            agent.start()  # a check-in: the policy names the point
            agent.wait(lambda: agent.status()["policy_revision"] >= 2)
            configuration = configure(server)["id"]
            run = run_now(server, configuration)
            server.wait_for(lambda: state_of(server, run) == ["done"],
                            "the run")
            equal(fetched(agent), ["point"])
            check("Authorization" not in point.asked[0][1])
            point.files.clear()
            upload(server, time="2026-02-02T03:04:05")
            run = run_now(server, configuration)
            server.wait_for(lambda: state_of(server, run) == ["done"],
                            "the second run")
            equal(fetched(agent), ["point", "server"])
            server.wait_for(
                lambda: "status 404" in server.get(
                    "/api/v1/devices/%d" % device)["download"],
                "the device's page")


@test
def a_server_that_is_killed_and_an_agent_that_is_lose_no_run(directory):
    with Fleet(directory) as (server, agent):
        begin(server, agent)
        upload(server)
        configuration = configure(server)["id"]
        for role in ("front", "core", "signer"):
            server.kill(role)
            run = None

            def started():
                nonlocal run
                try:
                    run = run_now(server, configuration)
                    return True
                except Exception:
                    server.close()
                    return False
            server.wait_for(started, "a run after " + role + " was killed")
            for part in ("keeper", "network"):
                pid = agent.pids().get(part)
                if pid:
                    e2e_agent.kill(pid)
            server.wait_for(lambda: state_of(server, run) == ["done"],
                            "the run after " + role + " was killed")


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
