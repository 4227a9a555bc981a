# SPDX-License-Identifier: Apache-2.0
"""The agent against a simulated server (agent_sim.py): a real daemon, its
commands and its files."""
import atexit
import http.server
import json
import os
import pwd
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

import e2e
from e2e import (HOLDFAST, PATIENCE, Skip, check, equal, test, wait_for,
                 within_once)

AGENT = os.path.abspath(sys.argv[2])
SHIM = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
try:
    import agent_sim
    from agent_sim import ASSESS, JOB, Sim, encode, pack_of
except ImportError as missing:
    agent_sim = None
    WHY = str(missing)

STATUS = """Package: bash
Status: install ok installed
Architecture: amd64
Version: %s
Description: a shell

Package: dpkg
Status: install ok installed
Architecture: amd64
Version: 1.21.22
Source: dpkg-src (1.21.22-1)
Description: packages

"""


def root_of(directory, bash="5.2.15-2", more=""):
    root = os.path.join(directory, "root")
    for name in ("etc", "var/lib/dpkg", "bin"):
        os.makedirs(os.path.join(root, name), exist_ok=True)
    put(root, "etc/os-release", 'ID=debian\nVERSION_ID="12"\n'
        'PRETTY_NAME="Debian GNU/Linux 12"\n')
    put(root, "etc/hostname", "web-1\n")
    put(root, "etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    put(root, "var/lib/dpkg/status", STATUS % bash + more)
    os.makedirs(os.path.join(root, "var/lib/dpkg/info"), exist_ok=True)
    return root


def put(root, name, text):
    path = os.path.join(root, name)
    with open(path + ".new", "w") as out:
        out.write(text)
    os.rename(path + ".new", path)


def utmp(path, *users):
    """Writes a utmp file with a session of each user."""
    with open(path + ".new", "wb") as out:
        for user in users:
            out.write(struct.pack("<hxxi32s4s32s256shhiii16s20x", 7,
                                  os.getpid(), b"tty1", b"1", user.encode(),
                                  b"", 0, 0, 0, int(time.time()), 0, b""))
    os.rename(path + ".new", path)


class Agent:
    """One agent with its own data, root, clock and log-ins."""

    def __init__(self, directory, sim, users=("someone",), **environment):
        self.dir = directory
        self.sim = sim
        self.data = os.path.join(directory, "data")
        self.root = root_of(directory)
        self.clock = os.path.join(directory, "clock")
        self.utmp = os.path.join(directory, "utmp")
        self.log = os.path.join(directory, "log")
        self.env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment}
        self.config = os.path.join(directory, "conf")
        put(directory, "conf", "# nothing\n")
        self.process = None
        os.chmod(directory, 0o755)
        self.set_clock(0)
        utmp(self.utmp, *users)

    def arguments(self):
        more = ["--user", "nobody"] if os.geteuid() == 0 else []
        return ["--data", self.data, "--root", self.root, "--clock",
                self.clock, "--utmp", self.utmp, "--config", self.config,
                *more]

    def run(self, *words, stdin="", user=None, program=None):
        done = subprocess.run([program or AGENT, *words, *self.arguments()],
                              input=stdin.encode(), capture_output=True,
                              timeout=PATIENCE, env=self.env, user=user)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def enrol(self, token="hfe-good"):
        return self.run("enrol", "--server",
                        "https://127.0.0.1:%d" % self.sim.enrol_port,
                        "--token-file", "-", "--fingerprint",
                        self.sim.fingerprint, stdin=token + "\n")

    def start(self):
        self.process = subprocess.Popen(
            [AGENT, "daemon", "--log-level", "debug", *self.arguments()],
            stderr=open(self.log, "a"), env=self.env,
            stdin=subprocess.DEVNULL)
        self.wait(lambda: self.run("status")[0] == 0)

    def begin(self):
        code, _, err = self.enrol()
        equal((code, err), (0, ""))
        self.start()
        self.sim.wait(lambda: self.sim.inventory)

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        if how == signal.SIGKILL:
            for pid in self.pids().values():
                kill(pid, how)
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.process = None

    def pids(self):
        """By role, the processes of this agent."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid, "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue
            if self.data in words and words[0] == AGENT:
                role = (words[words.index("--role") + 1]
                        if "--role" in words else "supervisor")
                found[role] = int(pid)
        return found

    def set_clock(self, offset):
        put(self.dir, "clock", "%d\n" % offset)
        self.offset = offset

    def now(self):
        return int(time.time()) + self.offset

    def status(self):
        code, out, err = self.run("status", "--json")
        equal((code, err), (0, ""))
        return json.loads(out)

    def text(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log) as file:
            return file.read()

    def wait(self, what):
        try:
            wait_for(what, "the agent")
        except AssertionError as why:
            raise AssertionError("%s\n%s" % (
                why, self.text()[-3000:])) from why


def kill(pid, how=signal.SIGKILL):
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        pass


class Bench:
    """A server and an agent, stopped at the end."""

    def __init__(self, directory, **more):
        if agent_sim is None:
            raise Skip(WHY)
        self.dir = directory
        self.sim = Sim(directory)
        self.agent = Agent(directory, self.sim, **more)

    def __enter__(self):
        return self.sim, self.agent

    def __exit__(self, kind, *_):
        if self.agent.process is not None:
            self.agent.stop(signal.SIGKILL)
        self.sim.stop()
        if kind is not None and os.path.exists(self.agent.log):
            print("# " + "\n# ".join(self.agent.text().splitlines()[-25:]))


def pack(sim, directory, name="content", **more):
    return sim.add_pack(pack_of(HOLDFAST, directory, e2e.document(**more),
                                name))


def ended(sim, job):
    final = {"done", "failed", "refused", "skipped"}
    sim.wait(lambda: final & set(sim.states(job)))
    return sim.states(job)[-1]


# --- Enrolment (claim 10; no trust on first use). ---

@test
def a_device_is_enrolled_by_token_and_fingerprint(directory):
    with Bench(directory) as (sim, agent):
        code, out, err = agent.enrol()
        equal((code, out, err), (0, "enrolled as d-1\n", ""))
        code, _, err = agent.enrol("hfe-other")
        equal(code, 3)
        check("is enrolled as d-1" in err, err)
        identity = os.path.join(agent.data, "network", "identity")
        equal(os.stat(identity).st_mode & 0o777, 0o600)
        if os.geteuid() == 0:
            equal(os.stat(identity).st_uid, pwd.getpwnam("nobody").pw_uid)
            keeper = os.path.join(agent.data, "keeper")
            equal((os.stat(keeper).st_uid, os.stat(keeper).st_mode & 0o777),
                  (0, 0o700))
        check(not os.path.exists(os.path.join(agent.data, "network",
                                              "enrolling")))


@test
def a_server_that_is_not_the_expected_one_gets_no_token(directory):
    with Bench(directory) as (sim, agent):
        server = ["--server", "https://127.0.0.1:%d" % sim.enrol_port]
        code, _, err = agent.run("enrol", *server, "--token-file", "-",
                                 "--fingerprint", "ab" * 32,
                                 stdin="hfe-good\n")
        equal(code, 4)
        check("no certificate with the fingerprint" in err, err)
        code, _, err = agent.run("enrol", *server, "--token-file", "-",
                                 stdin="hfe-good\n")
        equal(code, 2)
        check("how is the server known?" in err, err)
        other = os.path.join(directory, "other.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec",
                        "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", "/dev/null", "-subj", "/CN=other", "-out",
                        other], check=True, capture_output=True)
        code, _, err = agent.run("enrol", *server, "--token-file", "-",
                                 "--ca", other, stdin="hfe-good\n")
        equal(code, 4)
        equal(sim.requests, [])
        code, _, err = agent.run("enrol", *server, "--token-file", "-",
                                 stdin="hfe-good.%s\n" % sim.fingerprint)
        equal((code, err), (0, ""))


@test
def a_token_that_the_server_refuses_is_told(directory):
    with Bench(directory) as (sim, agent):
        code, _, err = agent.enrol("hfe-bad")
        equal(code, 4)
        check("does not accept the token" in err, err)
        equal(agent.enrol()[0], 0)


@test
def an_enrolment_whose_answer_was_lost_is_made_again(directory):
    with Bench(directory) as (sim, agent):
        sim.tokens = ["hfe-good", "hfe-good"]
        sim.faults = [("enrol", "lost")]
        code, out, err = agent.enrol()
        equal((code, err), (0, ""))


# --- Inventory. ---

@test
def the_inventory_is_sent_whole_and_then_as_deltas(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        first = sim.inventories[0]
        equal(first["base_digest"], b"")
        equal(first["hostname"], "web-1")
        equal((first["os"]["id"], first["os"]["version_id"]),
              ("debian", "12"))
        equal([(p["name"], p["evr"], p["source"], p["source_evr"])
               for p in first["packages"]],
              [("bash", "5.2.15-2", "", ""),
               ("dpkg", "1.21.22", "dpkg-src", "1.21.22-1")])
        equal([u["name"] for u in first["users"]], ["someone"])
        time.sleep(1.1)  # the time of a file has whole seconds here
        root_of(directory, bash="5.2.16-1")
        sim.order("inventory")
        sim.wait(lambda: len(sim.inventories) >= 2)
        delta = sim.inventories[1]
        equal(delta["base_digest"], first["digest"])
        equal([(p["name"], p["evr"]) for p in delta["packages"]],
              [("bash", "5.2.16-1")])
        equal([(p["name"], p["evr"]) for p in delta["removed"]],
              [("bash", "5.2.15-2")])


@test
def an_inventory_whose_base_the_server_lost_is_sent_whole(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        agent.wait(lambda: agent.status()["inventory_sent"])
        sim.inventory = dict(sim.inventory, digest=b"x" * 32)
        root_of(directory, bash="6.0-1")
        sim.order("inventory")
        sim.wait(lambda: len(sim.inventories) >= 2)
        equal(sim.inventories[-1]["base_digest"], b"")
        equal(len(sim.inventories[-1]["packages"]), 2)


@test
def what_cannot_be_read_is_told_in_the_inventory(directory):
    with Bench(directory) as (sim, agent):
        put(agent.root, "var/lib/dpkg/status", "Package: bash\nbroken")
        agent.begin()
        check("dpkg:" in sim.inventory["errors"], sim.inventory["errors"])


# --- Jobs. ---

@test
def a_job_is_done_and_its_results_arrive(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        start = time.time()
        job = sim.assess(digest, configuration=7, revision=3)
        equal(ended(sim, job), "done")
        print("# run now to its results: %.2f s" % (time.time() - start))
        result = sim.wait(lambda: sim.outcome(job))
        equal(result["outcome"], 1)
        equal(result["content_digest"], digest)
        equal(result["inventory_digest"], sim.inventory["digest"])
        equal(result["terms"]["configuration"], 7)
        check(len(result["verdicts"]) > 8)
        details = json.loads(agent_sim.decompress(result["details"]))
        check("oval:test:def:1" in json.dumps(details))
        check(set(sim.states(job)) >= {"taken", "started", "done"})


@test
def run_now_reaches_a_connected_agent_within_a_second(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        ended(sim, sim.assess(digest))

        def assess():
            job = sim.assess(digest)
            sim.wait(lambda: sim.outcome(job))
        within_once(1, assess)


@test
def jobs_that_are_not_ours_are_refused__claims_1_2_and_4(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        terms = {"run": 0, "configuration": 1, "revision": 1,
                 "while_logged_off": True, "nice": 0, "memory_mb": 0,
                 "limit_s": 0}
        body = encode(ASSESS, {"terms": terms})
        now = int(time.time())
        other = agent_sim.ed25519.Ed25519PrivateKey.generate()

        def bad(reason, **more):
            made = sim.make_job("assess", body, content_digest=digest, **more)
            return sim.add(made), reason
        wrong = [bad("signed", key=other),
                 bad("not for us", target="d-2"),
                 bad("expired", not_before=now - 100, expires=now - 1),
                 bad("not to be done before", not_before=now + 900),
                 bad("not well formed", type=6),
                 bad("not well formed", expires=now + 500 * 86400)]
        job, signed = sim.make_job("assess", body, content_digest=digest)
        data = bytearray(signed["job"])
        data[-1] ^= 1
        sim.add((job, {"job": bytes(data),
                       "signature": signed["signature"]}))
        wrong.append((job, "signed"))
        # "assess" with the body of another type
        wrong.append((sim.order("assess", b"sh -c id",
                                content_digest=digest), "well formed"))
        wrong.append((sim.order("inventory", b"; reboot"), "well formed"))
        for job, reason in wrong:
            equal(ended(sim, job), "refused")
            check(reason in sim.texts(job), reason, sim.texts(job))
        equal(sim.results, {})
        equal(ended(sim, sim.assess(digest)), "done")


@test
def a_replayed_job_is_not_done_again__claim_2(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        job = sim.assess(digest)
        equal(ended(sim, job), "done")
        sim.wait(lambda: sim.outcome(job))
        for _ in range(2):  # to the running agent, then to a new one
            before = agent.text().count("job.replayed")
            signed = sim.jobs[0][1]
            with sim.lock:
                sim.noted.clear()
                sim.jobs = [(job + 1000, signed)]
                sim.lock.notify_all()
            agent.wait(lambda: agent.text().count("job.replayed") > before)
            sim.jobs = [(job, signed)]
            agent.stop()
            agent.start()
        time.sleep(1)
        equal(len(sim.results), 1)
        equal(sim.states(job)[-1], "done")


@test
def a_second_run_is_coalesced_and_told__K_RUN_7(directory):
    with Bench(directory, users=()) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        first = sim.assess(digest, while_logged_off=False)
        sim.wait(lambda: "waiting" in sim.states(first))
        second = sim.assess(digest, while_logged_off=False)
        equal(ended(sim, second), "skipped")
        check("coalesced" in sim.texts(second))
        utmp(agent.utmp, "someone")
        equal(ended(sim, first), "done")
        sim.wait(lambda: sim.results)
        equal(len(sim.results), 1)


@test
def a_run_waits_for_a_session_or_is_skipped__K_SET_4(directory):
    with Bench(directory, users=()) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        on = sim.assess(digest, while_logged_off=True)
        equal(ended(sim, on), "done")
        off = sim.assess(digest, while_logged_off=False)
        sim.wait(lambda: "waiting" in sim.states(off))
        agent.set_clock(2 * 3600)  # past the end of the job
        equal(ended(sim, off), "skipped")
        check("no user session" in sim.texts(off))
        equal(sim.wait(lambda: sim.outcome(off))["outcome"], 3)


@test
def a_limit_ends_a_run_as_an_error__K_RUN_6(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        ended(sim, sim.assess(digest))  # the pack is there
        big = os.path.join(agent.root, "big")
        with open(big, "wb") as out:
            out.truncate(200 << 30)
        slow = sim.add_pack(pack_of(HOLDFAST, directory, SLOW.encode(),
                                    "slow"))
        job = sim.assess(slow, limit_s=1)
        equal(ended(sim, job), "failed")
        result = sim.wait(lambda: sim.outcome(job))
        equal((result["outcome"], result["text"]), (2, "limit: 1 s"))
        equal(result["verdicts"], b"")
        job = sim.assess(digest, memory_mb=1)
        equal(ended(sim, job), "failed")
        equal(sim.wait(lambda: sim.outcome(job))["text"],
              "limit: 1 MB of memory")
        job = sim.assess(slow)
        sim.wait(lambda: "started" in sim.states(job))
        sim.order("cancel", encode(agent_sim.CANCEL, {"job": job}))
        equal(ended(sim, job), "skipped")
        check("cancelled" in sim.texts(job))


SLOW = """<?xml version="1.0"?>
<oval_definitions
 xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
 xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"
 xmlns:i="http://oval.mitre.org/XMLSchema/oval-definitions-5#independent">
 <generator><oval:schema_version>5.11.2</oval:schema_version>
  <oval:timestamp>2026-01-01T00:00:00</oval:timestamp></generator>
 <definitions><definition id="oval:t:def:1" version="1" class="compliance">
  <metadata><title>a large file</title><description>d</description></metadata>
  <criteria><criterion test_ref="oval:t:tst:1"/></criteria>
 </definition></definitions>
 <tests><i:filehash58_test id="oval:t:tst:1" version="1" check="all"
  comment="c"><i:object object_ref="oval:t:obj:1"/></i:filehash58_test></tests>
 <objects><i:filehash58_object id="oval:t:obj:1" version="1">
  <i:filepath>/big</i:filepath><i:hash_type>SHA-512</i:hash_type>
 </i:filehash58_object></objects>
</oval_definitions>
"""


@test
def a_policy_never_goes_back(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        equal(ended(sim, sim.policy(5, [])), "done")
        equal(ended(sim, sim.policy(4, [])), "failed")
        equal(agent.status()["policy_revision"], 5)
        sim.wait(lambda: agent.status()["policy_revision"] == 5)


@test
def a_policy_with_a_wrong_address_does_not_cut_the_device_off(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        job = sim.policy(1, [], agent_url="https://127.0.0.1:1")
        equal(ended(sim, job), "done")
        equal(ended(sim, sim.order("inventory")), "done")


# --- Content. ---

@test
def content_is_fetched_on_when_a_transfer_broke(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory, padding="x" * 300000)
        data = sim.packs[digest.hex()]
        sim.faults = [("half", True)]
        sim.content = digest
        agent.begin()
        agent.wait(lambda: agent.status()["content"] == digest.hex())
        equal(sim.ranges[0], None)
        check(sim.ranges[-1] is not None and sim.ranges[-1] != "bytes=0-",
              sim.ranges)
        with open(os.path.join(agent.data, "keeper", "packs",
                               digest.hex()), "rb") as file:
            equal(file.read(), data)


@test
def content_with_another_digest_is_refused(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        sim.packs[digest.hex()] = b"another text"
        agent.begin()
        job = sim.assess(digest)
        agent.wait(lambda: "another digest" in agent.text())
        equal(sim.states(job), ["taken"])
        equal(sim.results, {})


# --- Download points (K-DEP-2, X-5). ---

class Point(http.server.ThreadingHTTPServer):
    """A plain directory by HTTP. files: name -> bytes or a status."""
    daemon_threads = True

    def __init__(self, **files):
        super().__init__(("127.0.0.1", 0), PointHandler)
        self.files = files
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True,
                         kwargs={"poll_interval": 0.05}).start()

    def url(self, more=""):
        return "http://127.0.0.1:%d/mirror%s" % (self.server_address[1], more)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class PointHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        name = self.path.rsplit("/", 1)[1]
        what = self.server.files.get(name, 404)
        if isinstance(what, int):
            self.send_response(what)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(what)))
        self.end_headers()
        self.wfile.write(what)


def fetched(agent):
    """From where, in the order of the log: point or server."""
    return ["point" if '"from_point":1' in line or "from_point=1" in line
            else "server" for line in agent.text().splitlines()
            if "content.fetched" in line]


@test
def content_comes_from_a_download_point_first__K_DEP_2(directory):
    """The second point is asked when the first has nothing; the server is
    not asked at all; the device's certificate is shown to none of them."""
    with Bench(directory) as (sim, agent), Point() as empty:
        digest = pack(sim, directory, padding="x" * 300000)
        name = digest.hex() + ".pack"
        with Point(**{name: sim.packs[digest.hex()]}) as full:
            agent.begin()
            job = sim.policy(1, [], points=[{"url": empty.url("/")},
                                            {"url": full.url()}])
            equal(ended(sim, job), "done")
            asked = sim.assess(digest)
            equal(ended(sim, asked), "done")
            equal(fetched(agent), ["point"])
            equal([path for path, _ in empty.asked], ["/mirror/" + name])
            equal([path for path, _ in full.asked], ["/mirror/" + name])
            equal(sim.ranges, [])
            check("status 404" in agent.status()["download"])
    check(digest.hex() in os.listdir(os.path.join(agent.data, "keeper",
                                                  "packs")))


@test
def a_hostile_download_point_changes_nothing__K_DEP_2(directory):
    """Other bytes, a redirect, an error, a broken transfer and nobody at
    home: the server has the file, and is told what went wrong."""
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory, padding="y" * 300000)
        name = digest.hex() + ".pack"
        good = sim.packs[digest.hex()]
        bad = good[:1000] + b"?" + good[1001:]
        with Point(**{name: bad}) as other, Point(**{name: 302}) as moved, \
                Point(**{name: 500}) as broken, \
                Point(**{name: good + b"more"}) as longer:
            points = [other, moved, broken, longer]
            agent.begin()
            urls = [{"url": p.url()} for p in points]
            urls.append({"url": "http://127.0.0.1:1"})
            equal(ended(sim, sim.policy(1, [], points=urls)), "done")
            equal(ended(sim, sim.assess(digest)), "done")
            equal(fetched(agent), ["server"])
            equal([len(p.asked) for p in points], [1, 1, 1, 1])
            text = agent.status()["download"]
            for words in ("another digest", "status 302", "status 500"):
                check(words in text, text)
            equal(sim.ranges, [None])  # nothing of theirs was gone on with
            with open(os.path.join(agent.data, "keeper", "packs",
                                   digest.hex()), "rb") as file:
                equal(file.read(), good)
            left = [f for f in os.listdir(os.path.join(agent.data, "network"))
                    if f.endswith((".part", ".point"))]
            equal(left, [])


# --- Schedules, offline. ---

def daily(agent, minutes_ahead, **more):
    """A daily schedule that is due in so many minutes of the agent's clock,
    and the seconds until then."""
    due = (agent.now() // 60 + minutes_ahead) * 60
    text = time.strftime("%H:%M", time.gmtime(due))
    return json.dumps({"type": "daily", "time": text, **more}), due


@test
def a_schedule_runs_without_the_server__P_MIS_6(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        schedule, due = daily(agent, 600)
        job = sim.policy(1, [{"schedule": schedule, "zone": "UTC",
                              "content": digest,
                              "terms": {"configuration": 9}}])
        equal(ended(sim, job), "done")
        agent.wait(lambda: agent.status()["contents"] == 1)
        sim.stop()
        agent.set_clock(due + 1 - int(time.time()))
        agent.wait(lambda: agent.status()["unsent_results"] == 1)
        equal(sim.results, {})
        agent.stop(signal.SIGKILL)
        agent.start()
        sim.start()
        sim.wait(lambda: sim.results)
        result = list(sim.results.values())[0]
        equal((result["outcome"], result["due"], result["job"],
               result["terms"]["configuration"]), (1, due, 0, 9))
        time.sleep(1)
        equal(len(sim.results), 1)


@test
def what_was_missed_is_caught_up_or_told__P_MIS(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        early, due = daily(agent, 60, run_if_missed=True)
        late, dropped = daily(agent, 70, run_if_missed=False)
        job = sim.policy(1, [
            {"schedule": early, "zone": "UTC", "content": digest},
            {"schedule": late, "zone": "UTC", "content": digest}])
        equal(ended(sim, job), "done")
        agent.wait(lambda: agent.status()["contents"] == 1)
        agent.stop()
        agent.set_clock(3 * 86400 + 5 * 3600)  # off for three nights
        agent.start()
        skipped = sim.wait(lambda: [r for r in sim.results.values()
                                    if r["outcome"] == 3])[0]
        equal(skipped["text"], "missed: device off")
        equal(skipped["due"] % 86400, dropped % 86400)
        time.sleep(1)
        equal(len(sim.results), 1)  # the other one waits for its place
        agent.set_clock(agent.offset + 3600)
        done = sim.wait(lambda: [r for r in sim.results.values()
                                 if r["outcome"] == 1])
        equal(len(done), 1)
        equal(done[0]["due"] % 86400, due % 86400)
        agent.stop()
        agent.start()
        time.sleep(1.5)
        equal(len(sim.results), 2)


@test
def the_schedules_session_rule_skips_at_the_next_due_time__T_OVL(directory):
    with Bench(directory, users=()) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        schedule, due = daily(agent, 30)
        job = sim.policy(1, [{"schedule": schedule, "zone": "UTC",
                              "content": digest,
                              "terms": {"while_logged_off": False}}])
        equal(ended(sim, job), "done")
        agent.wait(lambda: agent.status()["contents"] == 1)
        agent.set_clock(due + 1 - int(time.time()))
        agent.wait(lambda: [r["stage"] for r in agent.status()["runs"]] ==
                   ["waiting for a user session"])
        agent.set_clock(due + 86401 - int(time.time()))
        skipped = sim.wait(lambda: list(sim.results.values()))[0]
        equal((skipped["outcome"], skipped["text"], skipped["due"]),
              (3, "no user session", due))
        utmp(agent.utmp, "someone")
        sim.wait(lambda: len(sim.results) == 2)
        done = [r for r in sim.results.values() if r["outcome"] == 1]
        equal([r["due"] for r in done], [due + 86400])


# --- Crashes. ---

def exactly_once(sim, agent, jobs):
    """Every job ended as done, with one result each, and nothing is left."""
    for job in jobs:
        sim.wait(lambda: sim.outcome(job))
        sim.wait(lambda: "done" in sim.states(job))
    agent.wait(lambda: agent.status()["unsent_results"] == 0)
    agent.wait(lambda: agent.status()["unsent_events"] == 0)
    for job in jobs:
        equal(len([r for r in sim.results.values() if r["job"] == job]), 1)
        equal([s for s in sim.states(job) if s in ("failed", "refused")], [])


@test
def killing_either_side_loses_nothing_and_does_nothing_twice(directory):
    with Bench(directory) as (sim, agent):
        packs = [pack(sim, directory, "c%d" % i, padding=str(i))
                 for i in range(6)]
        agent.begin()
        jobs = []
        for number, digest in enumerate(packs):
            jobs.append(sim.assess(digest))
            time.sleep(0.02 * number)
            for role in ("keeper", "network", "evaluator")[:1 + number % 3]:
                pid = agent.pids().get(role)
                if pid is not None:
                    kill(pid)
            if number == 3:
                sim.stop()
                time.sleep(0.2)
                sim.start()
            if number == 4:
                agent.stop(signal.SIGKILL)
                agent.start()
        # A killed evaluator is an error of its run, and told as one.
        for job in jobs:
            result = sim.wait(lambda: sim.outcome(job))
            check(result["outcome"] == 1 or "signal 9" in result["text"],
                  result["text"])
            equal(len([r for r in sim.results.values() if r["job"] == job]),
                  1)


@test
def answers_that_are_lost_are_asked_for_again(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        sim.faults = [("inventory", "lost"), ("results", "lost"),
                      ("events", "lost"), ("results", 503),
                      ("checkin", "drop"), ("jobs", 500), ("jobs", "lost")]
        agent.begin()
        job = sim.assess(digest)
        exactly_once(sim, agent, [job])
        check(sim.results_sent >= 2, sim.results_sent)


@test
def a_crash_at_any_write_loses_nothing(directory):
    if SHIM is None:
        raise Skip("no library that crashes the agent was built")
    once = os.path.join(directory, "data", "keeper", ".crash")
    with Bench(directory, LD_PRELOAD=SHIM, HOLDFAST_CRASH_FILE=once) as \
            (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        done = []
        crashes = 0
        for at in range(1, 25):
            with open(once, "w") as out:
                out.write("%d" % at)  # crash at the at-th write from here
            done.append(sim.assess(digest))
            until = time.monotonic() + PATIENCE
            crashed = False
            while not (sim.outcome(done[-1]) and
                       "done" in sim.states(done[-1])):
                check(time.monotonic() < until, "waited too long")
                time.sleep(0.05)
                if not crashed and not os.path.exists(once):
                    crashed = True
                    crashes += 1
                    agent.stop(signal.SIGKILL)
                    agent.start()
        if os.path.exists(once):
            os.unlink(once)
        exactly_once(sim, agent, done)
        check(crashes >= 12, crashes)
        print("# %d crashes" % crashes)


@test
def a_damaged_state_is_put_aside_and_begun_anew(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        agent.stop()
        for name in ("state", "policy", "inventory", "acknowledged"):
            with open(os.path.join(agent.data, "keeper", name), "wb") as out:
                out.write(b"\xff" * 100)
        agent.start()
        job = sim.assess(digest)
        equal(ended(sim, job), "done")
        check("state.damaged" in agent.text())


@test
def results_that_cannot_be_read_keep_no_others_waiting(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        results = os.path.join(agent.data, "keeper", "results")
        broken = os.path.join(results, "00" * 16)
        os.mkdir(broken)  # read before any other, and never readable
        equal(ended(sim, sim.assess(digest)), "done")
        sim.wait(lambda: sim.results)
        check("results.failed" in agent.text())
        check(not os.path.exists(broken), os.listdir(results))


# --- Certificates, rights, people. ---

@test
def the_certificate_is_renewed_with_a_new_key(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        path = os.path.join(agent.data, "network", "identity")
        before = open(path, "rb").read()
        job = sim.order("renew")
        equal(ended(sim, job), "done")
        after = open(path, "rb").read()
        check(before != after)
        key = re.compile(b"-----BEGIN PRIVATE KEY-----.*?-----END", re.S)
        check(key.search(before).group() != key.search(after).group())
        equal(ended(sim, sim.order("inventory")), "done")
        equal(sim.renewed, 1)


def public(directory):
    """A copy of the agent that every user may start."""
    folder = tempfile.mkdtemp(dir=os.path.dirname(directory))
    atexit.register(shutil.rmtree, folder, True)
    os.chmod(folder, 0o755)
    return shutil.copy(AGENT, folder)


@test
def an_administrator_runs_the_tests_by_hand__K_RUN_4(directory):
    with Bench(directory) as (sim, agent):
        digest = pack(sim, directory)
        agent.begin()
        code, _, err = agent.run("run", "--now")
        equal(code, 4)
        check("no content on this device yet" in err, err)
        sim.content = digest
        agent.stop()
        agent.start()
        agent.wait(lambda: agent.status()["contents"] == 1)
        code, out, err = agent.run("run", "--now")
        equal((code, out),
              (0, "1 definitions tested: 1 found something bad, 0 could not "
               "be decided\n"))
        result = sim.wait(lambda: list(sim.results.values()))[0]
        equal((result["job"], result["outcome"]), (0, 1))
        if os.geteuid() != 0:
            return
        # The build may lie where others cannot look.
        code, _, err = agent.run("run", "--now", program=public(directory),
                                 user=pwd.getpwnam("daemon").pw_uid)
        equal(code, 4)
        check("only an administrator" in err, err)


@test
def processes_hold_only_what_they_need__claim_20(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        found = agent.pids()
        if os.geteuid() == 0:  # it has what installing needs, and reads
            found.pop("launcher")  # nothing but descriptors
        equal(sorted(found), ["keeper", "network", "supervisor"])
        wanted = {"supervisor": 0x801e0, "keeper": 0x80004, "network": 0}
        for role, pid in found.items():
            with open("/proc/%d/status" % pid) as file:
                status = dict(line.split(":\t", 1)
                              for line in file.read().splitlines())
            equal((role, status["NoNewPrivs"], status["Seccomp"]),
                  (role, "1", "2"))
            for name in ("CapPrm", "CapEff"):
                kept = int(status[name], 16)
                check(kept & ~(wanted[role] | 0x80004) == 0, role, name, kept)
            if role == "keeper":
                equal(int(status["CapEff"], 16), 0)
            if role == "network" and os.geteuid() == 0:
                equal(status["CapBnd"].strip("0"), "")
                equal(status["Uid"].split()[0],
                      str(pwd.getpwnam("nobody").pw_uid))
            if role == "keeper":
                names = [os.readlink("/proc/%d/fd/%s" % (pid, fd))
                         for fd in os.listdir("/proc/%d/fd" % pid)]
                check(not any("TCP" in n for n in names), names)


@test
def unenrolling_leaves_nothing(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        code, _, err = agent.run("unenrol")
        equal((code, err), (0, ""))
        agent.wait(lambda: not agent.status()["enrolled"])
        agent.wait(lambda: [] == [
            name for part in ("keeper", "network")
            for _, _, names in os.walk(os.path.join(agent.data, part))
            for name in names if name != "alive"])
        sim.tokens.add("hfe-again")
        sim.inventory = None
        equal(agent.enrol("hfe-again")[0], 0)
        sim.wait(lambda: sim.devices == 2)
        agent.wait(lambda: agent.status().get("device") == "d-2")
        sim.wait(lambda: sim.inventory)
        equal(ended(sim, sim.order("inventory")), "done")


@test
def two_agents_do_not_share_their_data(directory):
    with Bench(directory) as (sim, agent):
        agent.begin()
        code, _, err = agent.run("daemon")
        equal(code, 4)
        check("another agent is running" in err, err)


@test
def a_wrong_command_line_or_file_is_told(directory):
    cases = [(["nothing"], "there is no command"),
             (["status", "--wrong"], "there is no option --wrong"),
             (["run"], "run --now"),
             (["enrol", "--server", "http://x", "--token-file", "-"],
              "https://")]
    for words, text in cases:
        done = subprocess.run([AGENT, *words], capture_output=True, input=b"",
                              timeout=PATIENCE)
        equal(done.returncode, 2)
        check(text in done.stderr.decode(), done.stderr)
    put(directory, "conf", "# a comment\nlimit = 10\nlimt = 20\n")
    done = subprocess.run([AGENT, "status", "--config",
                           os.path.join(directory, "conf")],
                          capture_output=True, timeout=PATIENCE)
    equal(done.returncode, 3)
    check("conf: line 3: 'limt' is no setting" in done.stderr.decode(),
          done.stderr)


if __name__ == "__main__":
    sys.exit(e2e.main())
