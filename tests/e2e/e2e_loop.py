# SPDX-License-Identifier: Apache-2.0
"""The whole of it as an administrator does it, with the command-line tool:
a new server, its first administrator, a device, an assessment, the findings.
And what `make run` does.
"""
import json
import os
import subprocess
import sys

import e2e
from e2e import PATIENCE, check, equal, test
from e2e_agent import Agent
from server import PASSWORD, Server


class NoSim:
    """The agent's tests name their simulator; here is none."""


class Tool:
    """holdfast with a configuration folder of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.environment = dict(
            os.environ, XDG_CONFIG_HOME=os.path.join(directory, "config"))

    def run(self, *words, stdin=""):
        done = subprocess.run([sys.argv[1], *words], env=self.environment,
                              input=stdin, capture_output=True, text=True,
                              timeout=120)
        return done.returncode, done.stdout, done.stderr

    def ask(self, *words, **more):
        """What the command prints as JSON; a failure raises."""
        code, out, err = self.run(*words, "--json", **more)
        if code != 0:
            raise AssertionError("%s: %d %s" % (" ".join(words), code, err))
        return json.loads(out) if out.strip() else None

    def set_up(self, server):
        password = os.path.join(self.directory, "password")
        with open(password, "w") as file:
            file.write(PASSWORD + "\n")
        os.chmod(password, 0o600)
        code, out, err = self.run(
            "setup", "--server", "https://127.0.0.1:%d" % server.ports["api"],
            "--ca", os.path.join(server.data, "keys", "ca.pem"),
            "--login", "admin", "--secret-file",
            os.path.join(server.data, "setup-secret"),
            "--password-file", password)
        equal((code, err), (0, ""))
        check("logged in" in out, out)


@test
def an_administrator_finds_what_is_vulnerable_with_the_tool_alone(directory):
    """From a new server to the findings; the same ones that scan shows."""
    server = Server(directory)
    agent = Agent(directory, NoSim())
    tool = Tool(directory)
    with server:
        tool.set_up(server)
        server.wait_for(lambda: tool.ask("feed", "list")["items"],
                        "the content that came with Holdfast")
        token = tool.ask("enrol", "add")["token"]
        code, _, err = agent.run(
            "enrol", "--server",
            "https://127.0.0.1:%d" % server.ports["enrol"],
            "--token-file", "-", stdin=token + "\n")
        equal((code, err), (0, ""))
        agent.start()
        try:
            device = server.wait_for(
                lambda: tool.ask("device", "list")["items"], "the device")[0]
            made = tool.ask(
                "configuration", "add", "--name", "nightly", "--enabled",
                "true", "--while-logged-off", "true", "--targets",
                '{"systems": [""]}', "--schedule",
                '{"type": "daily", "time": "03:00"}', "--confirm-all", "true")
            run = tool.ask("configuration", "run", str(made["id"]))
            code, out, err = tool.run("run", "watch", str(run["id"]))
            equal(code, 0)
            check(out.strip() in ("1 done", "1 unavailable"), out + err)
            tasks = tool.ask("task", "list", "--days", "2")["items"]
            equal([task["name"] for task in tasks], ["nightly"] * 2)
            # Whoever changes it keeps what was not given.
            tool.ask("configuration", "change", str(made["id"]),
                     "--enabled", "false", "--confirm-all", "true")
            changed = tool.ask("configuration", "show", str(made["id"]))
            equal((changed["enabled"], changed["schedule"]["time"]),
                  (False, "03:00"))
            code, _, err = tool.run("configuration", "run", str(made["id"]))
            check(code != 0 and "not enabled" in err, err)  # K-RUN-5
            equal(tool.ask("audit", "verify")["intact"], True)
            equal(tool.ask("device", "show", str(device["id"]))["id"],
                  device["id"])
        finally:
            agent.stop()


@test
def the_tool_says_what_to_do_when_nobody_is_logged_in(directory):
    tool = Tool(directory)
    code, out, err = tool.run("device", "list")
    check(code == 3 or code == 4, code)
    equal(out, "")
    check("holdfast login" in err, err)


@test
def a_session_that_others_may_read_is_refused(directory):
    tool = Tool(directory)
    with Server(directory) as server:
        tool.set_up(server)
        path = os.path.join(directory, "config", "holdfast", "server.json")
        equal(os.stat(path).st_mode & 0o777, 0o600)
        os.chmod(path, 0o644)
        code, _, err = tool.run("device", "list")
        check(code == 4 and "others may read" in err, (code, err))


def printed(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True,
                          timeout=PATIENCE)
    equal(done.returncode, 0)
    return done.stdout, done.stderr


def check_of(report, name):
    return [one for one in report["checks"] if one["name"] == name][0]


@test
def the_server_knows_of_newer_versions_and_of_its_backup__K_APP_2_and_3(
        directory):
    """Signed where there is no network, brought by hand; what is altered or
    older is refused; the report on itself says so, and how old the backup
    is."""
    holdfastd = os.environ["HOLDFASTD"]
    release = os.path.join(directory, "release.json")
    key = os.path.join(directory, "release.key")

    def signed(version, released):
        with open(release, "w") as file:
            json.dump({"version": version, "released": released}, file)
        text, names = printed([holdfastd, "release-sign", key, release])
        with open(release + "." + version, "w") as file:
            file.write(text)
        return release + "." + version, names.split(" = ")[1].strip()

    newer, public = signed("99.1", "2026-01-02T00:00:00Z")
    older, _ = signed("99.0", "2026-01-01T00:00:00Z")
    tool = Tool(directory)
    with Server(directory, release__keys=public) as server:
        tool.set_up(server)
        code, out, _ = tool.run("api", "GET", "/api/v1/reports/self")
        equal(code, 0)
        equal(check_of(json.loads(out), "backup")["state"], "unknown")
        shown = tool.ask("release", "import", newer)
        equal((shown["newest"], shown["newer"]), ("99.1", True))
        check("apt-get" in shown["apply"])
        code, _, err = tool.run("release", "import", older)
        check(code != 0 and "99.1 is known already" in err, err)
        with open(newer, "a") as file:
            file.write(" ")
        code, _, err = tool.run("release", "import", newer)
        check(code != 0 and "none of the keys" in err, err)
        equal(tool.ask("release", "show")["newest"], "99.1")
        password = os.path.join(directory, "passphrase")
        with open(password, "w") as file:
            file.write("correct horse battery staple\n")
        os.chmod(password, 0o600)
        printed(server.arguments() + [
            "backup", os.path.join(directory, "backup"), password])
    clock = os.path.join(directory, "clock")
    with open(clock, "w") as file:
        file.write("90000\n")  # a day later there is another report
    with Server(directory, clock=clock, release__keys=public) as server:
        server.log_in()
        report = server.get("/api/v1/reports/self")
        equal(check_of(report, "version")["state"], "attention")
        equal(check_of(report, "version")["newest"], "99.1")
        equal(check_of(report, "backup")["state"], "good")


@test
def new_definitions_are_looked_for_at_night_K_UPD_1(directory):
    """A night passes by a jump of the clock; a feed that cannot be fetched
    leaves the content in use (K-UPD-7)."""
    clock = os.path.join(directory, "clock")
    with open(clock, "w") as file:
        file.write("0\n")
    tool = Tool(directory)
    with Server(directory, clock=clock) as server:
        tool.set_up(server)
        wanted = os.path.join(server.data, "feeds.wanted")
        server.wait_for(lambda: os.path.exists(wanted), "feeds.wanted")
        before = server.wait_for(
            lambda: tool.ask("feed", "list", "--active")["items"], "content")
        with open(wanted, "w") as file:
            file.write("no-such-feed\n../../etc/passwd\n")
        with open(clock + ".new", "w") as file:
            file.write("86400\n")
        os.rename(clock + ".new", clock)
        server.wait_for(lambda: "content.update_failed" in server.log(),
                        "the nightly update")
        tool.run("logout")
        with open(clock, "w") as file:
            file.write("0\n")
        server.log_in()
        after = server.get("/api/v1/contents?active=true")["items"]
        equal([c["digest"] for c in after], [c["digest"] for c in before])


def command_of(process):
    try:
        with open("/proc/%s/cmdline" % process,
                  errors="replace") as file:
            return file.read()
    except OSError:
        return ""


@test
def make_run_shows_the_machine_and_stops_without_a_terminal(directory):
    root = os.path.dirname(os.path.dirname(os.path.dirname(
        os.path.abspath(__file__))))
    build = os.path.join(directory, "build")
    os.mkdir(build)
    for name, path in (("holdfast", sys.argv[1]),
                       ("holdfast-agent", sys.argv[2]),
                       ("holdfastd", os.environ["HOLDFASTD"])):
        os.symlink(os.path.abspath(path), os.path.join(build, name))
    for again in range(2):
        done = subprocess.run([os.path.join(root, "tools", "run"), build],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120)
        equal((done.returncode, done.stderr.replace("enrolled as d-1\n", "")),
              (0, ""))
        check("1 devices, 0 users" in done.stdout, done.stdout[-2000:])
        check(" findings, " in done.stdout, done.stdout[-2000:])
        check("--secret-file" in done.stdout, done.stdout[-2000:])
    equal([line for line in map(command_of, os.listdir("/proc"))
           if build in line], [])


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
