# SPDX-License-Identifier: Apache-2.0
"""The agent patches: a real agent, a simulated server, a real apt on a root of
our own with a signed repository on loopback."""
import datetime
import os
import shutil
import signal
import subprocess
import sys
import time

import dbus_peer
import e2e
import e2e_agent
from e2e import check, equal, main, wait_for
from e2e_agent import Agent
from e2e_patch import Small, archives
from patching import Share, children_of, kill_all_of, write

e2e.TESTS.clear()
if e2e_agent.agent_sim is not None:
    from agent_sim import (CANCEL, PATCH_RUNS, PATCH_STATES, REBOOT_JOB, Sim,
                           encode)

DAY = 86400


def configuration(**routine):
    task = {"enabled": True, "schedule": {"type": "daily", "time": "12:00"},
            "deploy": {"all_missing": True}}
    task.update(routine)
    return {"name": "servers", "linux": {"routine": task}}


class House:
    """A root with tool 1 -> 2 and lib 1 -> 2, its agent and its server."""

    def __init__(self, directory, **options):
        if e2e_agent.agent_sim is None:
            raise e2e.Skip(e2e_agent.WHY)
        self.sim = self.agent = None
        # That of all tests: what is done around midnight stays on one day.
        self.day = datetime.datetime.now(datetime.timezone.utc).replace(
            hour=0, minute=0, second=0, microsecond=0)
        self.small = Small(directory, **options)
        self.sim = Sim(directory)
        os.mkdir(os.path.join(directory, "agent"))
        self.agent = Agent(os.path.join(directory, "agent"), self.sim)
        self.agent.root = self.small.root
        for name in ("hostname", "machine-id"):
            write(self.small.path("etc/" + name), "0" * 32 + "\n")

    def stop(self):
        if self.agent:
            self.agent.stop(signal.SIGKILL)
        if self.sim:
            self.sim.stop()
        self.small.stop()

    def at(self, hour, minute=0, days=0):
        """Sets the agent's clock, in UTC; the offset from the real one."""
        then = self.day + datetime.timedelta(days, hours=hour, minutes=minute)
        offset = int(then.timestamp() - time.time())
        self.agent.set_clock(offset)
        return offset

    def scan(self, number=1):
        self.sim.wait(lambda: len(self.sim.patch_scans) >= number)
        return self.sim.patch_scans[number - 1]

    def results(self, number=1):
        self.sim.wait(lambda: len(self.sim.patch_results) >= number)
        return self.sim.patch_results[number - 1]

    def told(self):
        return open(self.agent.log).read()[-4000:]


def house(function):
    def body(directory):
        made = []

        def make(**options):
            os.chmod(directory, 0o755)
            made.append(House(directory, **options))
            return made[0]
        try:
            function(make)
        except Exception:
            if made and os.path.exists(made[0].agent.log):
                print("# " + made[0].told().replace("\n", "\n# "))
            raise
        finally:
            for one in made:
                one.stop()
    body.__name__ = function.__name__
    return e2e.test(body)


def cancel(h, job, offset):
    return h.sim.order("cancel", encode(CANCEL, {"job": job}), offset=offset)


def states(results):
    return {(o["patch"], o["package"]): PATCH_STATES[o["state"]]
            for o in results["outcomes"]}


@house
def a_device_scans_as_soon_as_it_has_a_policy_and_then_daily_P_SCN_2_3(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, offset=offset)
    scan = h.scan()
    equal((scan["manager"], scan["installed"], scan["cause"]), ("apt", 2, 1))
    equal([(m["name"], m["installed"], m["candidate"], m["security"],
            m["origin"]) for m in scan["missing"]],
          [("lib", "1", "2", True, "Debian-Security"),
           ("tool", "1", "2", False, "Debian")])
    h.at(2, 1, days=1)
    scan = h.scan(2)
    equal(scan["cause"], 2)
    equal(len(h.sim.patch_results), 0)  # scan only (P-SCN-1)
    equal(h.small.version("tool"), "1 installed")


@house
def by_schedule_it_stages_then_installs_without_the_server_P_MIS_6(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(schedule={
        "type": "daily", "time": "12:00", "stage_hours": 2}), offset=offset)
    h.scan()
    h.sim.stop()  # what follows needs no server
    h.at(10, 1)
    stage = os.path.join(h.agent.data, "stage")
    wait_for(lambda: os.path.exists(stage + "/tool_2_all.deb") and
             os.path.exists(stage + "/lib_2_all.deb"), "the archives")
    equal(h.small.version("tool"), "1 installed")
    h.at(12, 1)
    wait_for(lambda: h.small.version("tool") == "2 installed" and
             h.small.version("lib") == "2 installed", "the installation")
    h.sim.start()
    staged = h.results(1)
    equal((staged["phase"], PATCH_RUNS[staged["outcome"]]), (1, "goes on"))
    equal(set(states(staged).values()), {"staged"})
    done = h.results(2)
    equal((done["phase"], PATCH_RUNS[done["outcome"]],
           done["terms"]["configuration"], done["terms"]["version"],
           done["due"] % DAY), (3, "done", 3, 7, 12 * 3600))
    equal(states(done), {("lib=2", "lib"): "installed",
                         ("tool=2", "tool"): "installed"})
    h.sim.wait(lambda: any(s["cause"] == 6 and not s["missing"]
                           for s in h.sim.patch_scans))


@house
def archives_come_from_the_share_of_the_policy_and_it_is_told_K_DEP_2(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    with Share(h.small) as share:
        share.alter("lib_2_all.deb")
        h.sim.patch_policy(1, configuration(), offset=offset,
                           download_url=share.web.url)
        h.scan()
        h.sim.patch_deploy(offset=offset)
        done = h.results()
        equal(states(done), {("lib=2", "lib"): "installed",
                             ("tool=2", "tool"): "installed"})
        check("1 archives came from " + share.web.url in done["text"], done)
        check("did not serve all, the repositories did: lib_2_all.deb: what "
              "the share has is not" in done["text"], done)
    equal(archives(h.small.web), ["lib_2_all.deb"])


@house
def what_the_configuration_does_not_select_stays(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(
        1, configuration(deploy={"severity": [["security", "critical"]]}),
        offset=offset,
        patches=[{"id": "DSA-1-1", "title": "lib", "type": "security",
                  "severity": "critical", "vendor": "Debian",
                  "product": "lib", "product_version": "", "released": 0,
                  "preview": False, "enablement": False, "reboot": False,
                  "supersedes": [], "requires": [], "cves": []}],
        packages=[{"name": "lib", "arch": "", "version": "1.5",
                   "patch": "DSA-1-1"}])
    h.scan()
    h.at(12, 1)
    done = h.results()
    equal(states(done), {("DSA-1-1", "lib"): "installed"})
    equal((h.small.version("lib"), h.small.version("tool")),
          ("2 installed", "1 installed"))


@house
def an_order_by_hand_deploys_now_and_only_what_it_names(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    job = h.sim.patch_deploy(["tool=2"], offset=offset)
    done = h.results()
    equal((done["job"], done["terms"]["run"], states(done)),
          (job, 11, {("tool=2", "tool"): "installed"}))
    h.sim.wait(lambda: "done" in h.sim.states(job))
    equal(h.small.version("lib"), "1 installed")


@house
def an_order_is_carried_out_by_the_version_that_was_agreed_to_claim_3(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(deploy={"severity": []}),
                       offset=offset)
    h.scan()
    # the policy of version 8 is on its way
    h.sim.patch_deploy(["tool=2"], offset=offset, version=8)
    waits = h.results()
    equal((PATCH_RUNS[waits["outcome"]], waits["text"]),
          ("goes on", "waits: for version 8 of the configuration 3"))
    h.sim.patch_policy(2, configuration(), offset=offset, version=8)
    done = h.results(2)
    equal((PATCH_RUNS[done["outcome"]], done["terms"]["version"],
           states(done)), ("done", 8, {("tool=2", "tool"): "installed"}))
    # another one came into force after the order
    h.sim.patch_policy(3, configuration(), offset=offset, version=9,
                       since=int(time.time()) + offset + 600)
    h.sim.wait(lambda: len(h.sim.noted) >= 4)
    h.sim.patch_deploy(["lib=2"], offset=offset, version=8)
    skipped = h.results(3)
    equal((PATCH_RUNS[skipped["outcome"]], skipped["text"]),
          ("skipped", "the configuration was changed since it was ordered"))
    equal(h.small.version("lib"), "1 installed")


@house
def a_freeze_stops_every_deployment_claim_30(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    now = int(time.time()) + offset
    h.sim.patch_policy(1, configuration(), offset=offset, freezes=[
        {"from": now - 60, "until": now + DAY, "reason": "end of the year"}])
    h.scan()
    h.sim.patch_deploy(offset=offset)
    done = h.results()
    equal((PATCH_RUNS[done["outcome"]], done["text"]),
          ("skipped", "frozen: end of the year"))
    equal(h.small.version("tool"), "1 installed")


def power(h, plugged):
    for name, file, text in (("BAT0", "type", "Battery"),
                             ("BAT0", "status", "Charging" if plugged
                              else "Discharging"),
                             ("AC", "type", "Mains"),
                             ("AC", "online", str(int(plugged)))):
        write(h.small.path("sys/class/power_supply/%s/%s" % (name, file)),
              text + "\n")


@house
def on_its_battery_a_device_waits_says_so_and_patches_when_plugged_in(make):
    h = make()
    power(h, False)
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()  # it is scanned all the same
    h.at(12, 1)
    waits = h.results()
    equal((PATCH_RUNS[waits["outcome"]], waits["phase"], waits["ended"]),
          ("goes on", 2, 0))
    check(waits["text"].startswith("waits: ") and "battery" in waits["text"],
          waits)
    h.at(12, 10)
    code, out, _ = h.agent.run("status", "--json")
    check(code == 0 and '"patching_waits": "the device runs on its battery'
          in out, out)
    time.sleep(1)
    equal((h.small.version("tool"), len(h.sim.patch_results)),
          ("1 installed", 1))
    # another day, and still on its battery: the one of yesterday is skipped
    h.at(12, 1, days=1)
    skipped = h.results(2)
    equal((PATCH_RUNS[skipped["outcome"]], skipped["phase"],
           skipped["due"]), ("skipped", 3, waits["due"]))
    check("battery" in skipped["text"], skipped)
    again = h.results(3)
    equal((PATCH_RUNS[again["outcome"]], again["due"]),
          ("goes on", waits["due"] + DAY))
    power(h, True)
    h.agent.stop(signal.SIGKILL)  # what waits is on disk
    h.agent.start()
    h.at(12, 8, days=1)
    done = h.results(4)
    equal((PATCH_RUNS[done["outcome"]], done["due"]), ("done", again["due"]))
    equal(h.small.version("tool"), "2 installed")


@house
def nothing_is_fetched_over_a_metered_network_unless_it_may_be(make):
    """NetworkManager is a simulator on a bus of its own."""
    h = make()
    metered = [1]

    def answer(member, path, argument):
        if member == "Get" and path == "/org/freedesktop/NetworkManager":
            return "v", [("u", metered[0])]
        return "org.freedesktop.DBus.Error.UnknownMethod"
    peer = dbus_peer.Peer(h.agent.dir, answer)
    with open(h.agent.config, "a") as f:
        f.write("bus = %s\n" % peer.address)
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    job = h.sim.patch_deploy(["tool=2"], offset=offset)
    waits = h.results()
    equal((waits["job"], PATCH_RUNS[waits["outcome"]]), (job, "goes on"))
    check("metered" in waits["text"], waits)
    # the administrator allows it: that is looked at without waiting
    settings = configuration()
    settings["delivery"] = {"metered": True}
    h.sim.patch_policy(2, settings, offset=offset)
    done = h.results(2)
    equal((PATCH_RUNS[done["outcome"]], states(done)),
          ("done", {("tool=2", "tool"): "installed"}))
    h.sim.patch_policy(3, configuration(), offset=offset)
    h.sim.wait(lambda: len(h.sim.noted) >= 4)
    metered[0] = 4  # NetworkManager guesses that it is not
    h.sim.patch_deploy(["lib=2"], offset=offset)
    equal(PATCH_RUNS[h.results(3)["outcome"]], "done")


@house
def a_machine_that_demands_operators_obeys_no_server_alone_claim_3(make):
    h = make()
    write(os.path.join(h.agent.dir, "operators"),
          "# who may\nthreshold 1\n" + "ab" * 32 + "\n")
    with open(h.agent.config, "a") as f:
        f.write("operators = %s/operators\n" % h.agent.dir)
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    h.sim.patch_deploy(offset=offset)
    done = h.results()
    equal(PATCH_RUNS[done["outcome"]], "skipped")
    check("1 operators must approve" in done["text"], done["text"])
    equal(h.small.version("tool"), "1 installed")


@house
def a_run_missed_while_off_is_caught_up_once_or_told_P_MIS(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(schedule={
        "type": "daily", "time": "12:00", "run_if_missed": True}),
        offset=offset)
    h.scan()
    h.agent.stop()
    h.at(9, days=3)  # three were missed
    h.agent.start()
    time.sleep(1)
    equal(h.small.version("tool"), "1 installed")
    h.at(10, 1, days=3)
    done = h.results()
    equal((done["catch_up"], PATCH_RUNS[done["outcome"]], len(states(done))),
          (True, "done", 2))
    h.sim.patch_policy(2, configuration(schedule={
        "type": "daily", "time": "12:00", "run_if_missed": False}),
        offset=h.at(10, 2, days=3))
    h.sim.wait(lambda: len(h.sim.noted) >= 2)
    h.agent.stop()
    h.at(9, days=5)
    h.agent.start()
    told = h.results(2)
    equal((PATCH_RUNS[told["outcome"]], told["text"]),
          ("missed", "missed: device off"))


def status_of_script(root):
    """How the kernel holds what runs in the root (claim 20)."""
    for pid in children_of(root):
        try:
            if os.readlink("/proc/%d/root" % pid) == root:
                with open("/proc/%d/status" % pid) as file:
                    return file.read()
        except OSError:
            pass  # it ended: the script begins one after another
    return None


@house
def killed_in_the_middle_it_ends_the_work_and_tells_it_once(make):
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /begun\n"
                    "while [ ! -e /go ]; do sleep 0.1; done\n"}})
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    h.sim.patch_deploy(offset=offset)
    wait_for(lambda: os.path.exists(h.small.path("begun")), "the script")
    status = wait_for(lambda: status_of_script(h.small.root), "its status")
    check("Seccomp:\t2" in status and "NoNewPrivs:\t0" in status, status)
    h.agent.stop(signal.SIGKILL)
    kill_all_of(h.small.root)  # as a power cut
    equal(h.small.version("tool"), "2 half-configured")
    write(h.small.path("go"), "")
    h.agent.start()
    done = h.results()
    check("recovered first" in done["text"] and "tool was half-configured"
          in done["text"], done)
    equal(h.small.version("tool"), "2 installed")
    equal(h.small.version("lib"), "2 installed")


@house
def what_prints_no_UTF_8_loses_no_result(make):
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\n"
                    "printf 'caf\\351: No space left on device\\n' >&2\n"
                    "exit 1\n"}})
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    job = h.sim.patch_deploy(["tool=2"], offset=offset)
    done = h.results()
    equal((done["job"], states(done)),
          (job, {("tool=2", "tool"): "failed"}))
    check(any("caf?: No space" in text for text in
              [done["text"]] + [o["text"] for o in done["outcomes"]]), done)


@house
def an_order_is_cancelled_until_an_installer_has_it(make):
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /begun\n"
                    "while [ ! -e /go ]; do sleep 0.1; done\n"}})
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    first = h.sim.patch_deploy(["tool=2"], offset=offset)
    wait_for(lambda: os.path.exists(h.small.path("begun")), "the script")
    second = h.sim.patch_deploy(["lib=2"], offset=offset)
    h.sim.wait(lambda: "taken" in h.sim.states(second))
    cancel(h, second, offset)
    h.sim.wait(lambda: "skipped" in h.sim.states(second))
    check("cancelled" in h.sim.texts(second), h.sim.texts(second))
    told = h.results()
    equal((told["job"], PATCH_RUNS[told["outcome"]], told["text"]),
          (second, "skipped", "cancelled"))
    late = cancel(h, first, offset)
    h.sim.wait(lambda: "failed" in h.sim.states(late))
    check("already installing: it goes on" in h.sim.texts(late),
          h.sim.texts(late))
    write(h.small.path("go"), "")
    done = h.results(2)
    equal((done["job"], states(done)),
          (first, {("tool=2", "tool"): "installed"}))
    equal(h.small.version("lib"), "1 installed")
    gone = cancel(h, first, offset)
    h.sim.wait(lambda: "done" in h.sim.states(gone))
    check("that job has ended already" in h.sim.texts(gone),
          h.sim.texts(gone))


@house
def a_restart_that_is_needed_is_pending_everywhere_P_RBT_7(make):
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /run/reboot-required\n"}})
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    h.sim.patch_deploy(offset=offset)
    done = h.results()
    equal(set(states(done).values()), {"pending reboot"})
    check(done["reboot"]["needed"], done)
    h.sim.wait(lambda: h.sim.patch_reboots)
    state = h.sim.patch_reboots[0]["reboot"]
    check(state["needed"] and "reboot-required" in state["reason"], state)
    code, out, _ = h.agent.run("status", "--json")
    check(code == 0 and '"reboot_pending": true' in out, out)


@house
def a_repository_that_is_gone_is_told_and_nothing_is_called_patched(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    h.small.web.gone = True
    h.sim.patch_deploy(offset=offset)
    done = h.results()
    equal(PATCH_RUNS[done["outcome"]], "error")
    check("refreshing the lists" in done["text"], done)
    equal(h.small.version("tool"), "1 installed")


@house
def a_scan_that_failed_is_told_and_made_again_P_SCN_2(make):
    h = make()
    h.small.web.gone = True
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    failed = h.scan()
    check("refreshing the lists" in failed["failure"], failed)
    equal((failed["cause"], failed["missing"], failed["installed"]),
          (1, [], 0))
    # an order by hand does not wait for it
    h.sim.patch_deploy(["tool=2"], offset=offset)
    equal(PATCH_RUNS[h.results()["outcome"]], "error")
    h.small.web.gone = False
    h.at(9, 16)
    found = h.scan(2)
    equal((found["failure"], found["cause"], len(found["missing"])),
          ("", 1, 2))


@house
def a_policy_that_was_forged_on_disk_is_not_obeyed_claim_1(make):
    h = make()
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(), offset=offset)
    h.scan()
    path = os.path.join(h.agent.data, "keeper", "patch-policy")
    data = bytearray(open(path, "rb").read())
    at = data.index(b"servers")
    data[at:at + 7] = b"SERVERS"
    h.agent.stop()
    open(path, "wb").write(data)
    h.agent.start()
    h.at(12, 1)
    done = h.results()
    equal(PATCH_RUNS[done["outcome"]], "error")
    check("not signed" in done["text"], done)
    equal(h.small.version("tool"), "1 installed")


class Logind:
    """A simulator of logind on a private bus: what is asked of it, and one
    inhibitor that can be held."""

    def __init__(self, directory):
        self.asked = []
        self.held = []
        self.peer = dbus_peer.Peer(directory, self.answer)

    def answer(self, member, path, argument):
        self.asked.append(member)
        if member == "ListInhibitors":
            return "a(ssssuu)", [self.held]
        if member == "Reboot":
            return "", []
        return "org.freedesktop.DBus.Error.UnknownMethod"


BUS = """<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>custom</type><listen>unix:path=%s</listen>
<auth>EXTERNAL</auth><policy context="default"><allow user="*"/>
<allow own="*"/><allow send_destination="*"/><allow eavesdrop="false"/>
</policy></busconfig>
"""


class RealLogind:
    """systemd-logind itself, on a bus of its own where no systemd is: it can
    hold inhibitors, and ask nobody to restart this machine. Sessions of users
    would need systemd; who is logged in, utmp says."""

    PROGRAM = "/lib/systemd/systemd-logind"

    def __init__(self, directory):
        if not (os.path.exists(self.PROGRAM) and shutil.which("dbus-daemon")
                and shutil.which("systemd-inhibit")):
            raise e2e.Skip("there is no dbus-daemon or systemd-logind")
        path = os.path.join(directory, "real-bus")
        self.address = "unix:path=" + path
        self.path = os.path.join(directory, "logind.log")
        self.env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address}
        write(path + ".conf", BUS % path)
        self.running = [subprocess.Popen(
            ["dbus-daemon", "--config-file", path + ".conf", "--nofork",
             "--nopidfile"], stderr=subprocess.DEVNULL)]
        wait_for(lambda: os.path.exists(path), "the bus")
        # its folder below /run is its own
        self.running.append(subprocess.Popen(
            ["unshare", "-m", "sh", "-c", "mkdir -p /run/systemd && "
             "mount -t tmpfs none /run/systemd && exec " + self.PROGRAM],
            env={**self.env, "SYSTEMD_LOG_LEVEL": "debug"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.path, "w")))
        try:
            wait_for(self.is_up, "logind")
        except AssertionError:
            self.stop()
            raise e2e.Skip("systemd-logind does not run here")

    def is_up(self):
        check(self.running[-1].poll() is None, "logind ended")
        return "acquired requested service name" in self.log()

    def log(self):
        return open(self.path).read()

    def inhibit(self):
        held = subprocess.Popen(
            ["systemd-inhibit", "--what=shutdown", "--who=backup",
             "--why=saves the world", "--mode=block", "sleep", "600"],
            env=self.env)
        self.running.append(held)
        wait_for(lambda: "Inhibitor backup (saves the world)" in self.log(),
                 "the inhibitor")
        return held

    def asked(self):
        return "member=Reboot " in self.log()

    def stop(self):
        for process in reversed(self.running):
            process.kill()
            process.wait()


EXPERIENCE = {"force_minutes": 30, "warn_at_logoff": False,
              "countdown_minutes": 5, "extend_minutes": 20,
              "extend_max_minutes": 20, "may_cancel_timeout": False,
              "may_cancel_reboot": False, "message": "Patches are in."}


def restarting(make, users, **experience):
    """A house whose tool asks for a restart, and its logind."""
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /run/reboot-required\n"}})
    logind = Logind(h.agent.dir)
    with open(h.agent.config, "a") as f:
        f.write("bus = %s\n" % logind.peer.address)
    e2e_agent.utmp(h.agent.utmp, *users)
    offset = h.at(9)
    h.agent.begin()
    settings = configuration(reboot={"after": "if_required",
                                     "criticality": "mandatory"})
    settings["reboot_experience"] = {
        "minimum": experience.pop("minimum", "advised"),
        "mandatory": {**EXPERIENCE, **experience}}
    h.sim.patch_policy(1, settings, offset=offset)
    h.scan()
    h.sim.patch_deploy(offset=offset)
    h.results()
    return h, logind


def reboots(h):
    return [s["reboot"] for s in h.sim.patch_reboots]


@house
def without_users_it_restarts_at_once_through_logind_P_RBT_9(make):
    h, logind = restarting(make, [])
    wait_for(lambda: "Reboot" in logind.asked, "the restart")
    h.sim.wait(lambda: any(r["action"] == "going down"
                           for r in reboots(h)))
    last = [r for r in reboots(h) if r["level"]][-1]
    equal((last["needed"], last["level"], last["requester"]),
          (True, 2, "routine of configuration 3 version 7"))


@house
def an_inhibitor_is_respected_and_told(make):
    h = None
    logind = []
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /run/reboot-required\n"}})
    logind = Logind(h.agent.dir)
    logind.held = [("shutdown:sleep", "backup", "saves the world", "block", 0,
                    1)]
    with open(h.agent.config, "a") as f:
        f.write("bus = %s\n" % logind.peer.address)
    e2e_agent.utmp(h.agent.utmp)
    offset = h.at(9)
    h.agent.begin()
    h.sim.patch_policy(1, configuration(
        reboot={"after": "if_required", "criticality": "critical"}),
        offset=offset)
    h.scan()
    h.sim.patch_deploy(offset=offset)
    h.sim.wait(lambda: any("blocked by backup: saves the world" in r["reason"]
                           for r in reboots(h)))
    check("Reboot" not in logind.asked, logind.asked)
    logind.held = []
    h.at(9, 5)
    wait_for(lambda: "Reboot" in logind.asked, "the restart")


@house
def real_inhibitors_of_the_real_logind_are_respected(make):
    """It is asked when they are gone; no systemd is there to obey it."""
    h = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /run/reboot-required\n"}})
    logind = RealLogind(h.agent.dir)
    try:
        held = logind.inhibit()
        with open(h.agent.config, "a") as f:
            f.write("bus = %s\n" % logind.address)
        e2e_agent.utmp(h.agent.utmp)
        offset = h.at(9)
        h.agent.begin()
        h.sim.patch_policy(1, configuration(
            reboot={"after": "if_required", "criticality": "critical"}),
            offset=offset)
        h.scan()
        h.sim.patch_deploy(offset=offset)
        h.sim.wait(lambda: any("blocked by backup: saves the world" in
                               r["reason"] for r in reboots(h)))
        check(not logind.asked(), "it was asked in spite of the inhibitor")
        held.terminate()
        wait_for(lambda: "Inhibitor backup (saves the world)" not in
                 subprocess.run(["systemd-inhibit", "--list"],
                                env=logind.env, capture_output=True,
                                text=True).stdout, "its end")
        h.at(9, 5)
        wait_for(logind.asked, "the restart")
    finally:
        logind.stop()


@house
def a_user_who_may_cancel_it_restarts_by_hand_P_RBT_2(make):
    h, logind = restarting(make, ["someone"], may_cancel_reboot=True)
    h.sim.wait(lambda: any(r["deadline"] for r in reboots(h)))
    code, out, err = h.agent.run("reboot-cancel")
    equal((code, err), (0, ""))
    h.sim.wait(lambda: any(r["action"] == "cancelled" and r["action_by"]
                           for r in reboots(h)))
    e2e_agent.utmp(h.agent.utmp)  # not even when they log off
    h.at(20)
    time.sleep(1.5)
    check("Reboot" not in logind.asked, logind.asked)
    last = reboots(h)[-1]
    equal((last["needed"], last["level"]), (True, 2))  # P-RBT-7


@house
def a_user_who_may_cancel_the_time_out_restarts_at_log_off_D_41(make):
    h, logind = restarting(make, ["someone"], may_cancel_timeout=True)
    h.sim.wait(lambda: any(r["deadline"] for r in reboots(h)))
    code, out, err = h.agent.run("reboot-later")
    equal((code, err), (0, ""))
    h.at(20)
    time.sleep(1.5)
    check("Reboot" not in logind.asked, logind.asked)
    e2e_agent.utmp(h.agent.utmp)
    wait_for(lambda: "Reboot" in logind.asked, "the restart at log-off")


@house
def a_critical_restart_overrides_a_mandatory_one_that_waits_P_RBX_3(make):
    h, logind = restarting(make, ["someone"], force_minutes=600)
    h.sim.wait(lambda: any(r["level"] == 2 for r in reboots(h)))
    for level, reason in ((1, "some time"), (3, "a hole in the kernel")):
        h.sim.order("reboot", encode(REBOOT_JOB, {
            "run": 12, "level": level, "reason": reason, "deadline": 0}),
            offset=h.at(9, 1))
    h.sim.wait(lambda: reboots(h)[-1]["level"] == 3)
    check(all(r["level"] != 1 for r in reboots(h)), "a lower one replaced it")
    equal(reboots(h)[-1]["requester"], "the server, by hand")


@house
def a_user_is_given_time_may_extend_it_and_a_restart_of_the_agent_keeps_it(
        make):
    """P-RBX-7, P-RBT-2, 9"""
    h, logind = restarting(make, ["someone"])
    h.sim.wait(lambda: any(r["deadline"] for r in reboots(h)))
    code, out, err = h.agent.run("reboot-extend")
    check(code != 0 and "no countdown" in err, err)
    told = len(h.sim.patch_reboots)
    h.at(9, 31)
    h.sim.wait(lambda: len(h.sim.patch_reboots) > told)
    first = reboots(h)[-1]["deadline"]
    code, out, err = h.agent.run("reboot-extend")
    equal((code, err), (0, ""))
    code, out, err = h.agent.run("reboot-extend")
    check(code != 0, "the maximum is reached", out, err)
    code, out, err = h.agent.run("reboot-cancel")
    check(code != 0, "users may not cancel", out, err)
    h.sim.wait(lambda: any(r["action"] == "extended" and r["action_by"]
                           for r in reboots(h)))
    h.agent.stop(signal.SIGKILL)
    h.agent.start()
    h.at(9, 40)
    time.sleep(1.5)
    check("Reboot" not in logind.asked, "it was extended")
    h.at(10, 30)
    wait_for(lambda: "Reboot" in logind.asked, "the restart")
    check(max(r["deadline"] for r in reboots(h)) > first, reboots(h))


@house
def a_restart_that_was_ordered_is_cancelled_with_its_order(make):
    h = make()
    logind = Logind(h.agent.dir)
    with open(h.agent.config, "a") as f:
        f.write("bus = %s\n" % logind.peer.address)
    e2e_agent.utmp(h.agent.utmp, "someone")
    offset = h.at(9)
    h.agent.begin()
    settings = configuration()
    settings["reboot_experience"] = {"minimum": "advised",
                                     "mandatory": EXPERIENCE}
    h.sim.patch_policy(1, settings, offset=offset)
    h.scan()
    # the policy that had these settings goes, and its memory with it
    h.sim.patch_policy(2, offset=offset, configuration=0)
    job = h.sim.order("reboot", encode(REBOOT_JOB, {
        "run": 12, "level": 2, "reason": "a new kernel", "deadline": 0}),
        offset=offset)
    h.sim.wait(lambda: any(r["level"] == 2 for r in reboots(h)))
    cancel(h, job, offset)
    h.sim.wait(lambda: reboots(h)[-1]["level"] == 0)
    h.at(23)
    code, out, _ = h.agent.run("status", "--json")
    check(code == 0 and '"reboot_pending": false' in out, out)
    check("Reboot" not in logind.asked, logind.asked)


@house
def below_the_minimum_a_restart_is_recorded_not_done_P_RBX_5(make):
    h, logind = restarting(make, [], minimum="critical")
    h.sim.wait(lambda: any(r["level"] == 2 for r in reboots(h)))
    h.at(23)
    time.sleep(1.5)
    check("Reboot" not in logind.asked, logind.asked)


if __name__ == "__main__":
    sys.exit(main())
