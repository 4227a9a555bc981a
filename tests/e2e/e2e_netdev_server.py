# SPDX-License-Identifier: Apache-2.0
"""Network devices on the server: real routers, the whole loop."""
import contextlib
import json
import os
import signal
import subprocess

from bed import PASSWORD, USER, Bed
from e2e import HOLDFAST, PATIENCE, check, equal, main, test
from server import PASSWORD as OWN_PASSWORD
from server import Refused, Server

SECRET = "Sup3rsecret-of-a-neighbour"


def ended(server, session, timeout=PATIENCE):
    """The session once it has ended."""
    path = "/api/v1/network/sessions/%d" % session["id"]
    server.wait_for(lambda: server.get(path)["state"] == "ended",
                    "the end of session %s" % session, timeout)
    return server.get(path)


def act(server, device, action, body=None):
    return ended(server, server.post(
        "/api/v1/network/devices/%d/%s" % (device, action), body))


def transcript(server, session):
    return server.get("/api/v1/network/sessions/%d/transcript"
                      % session["id"]).decode()


def steps(session):
    return {step["step"]: step for step in session["steps"]}


def second_person(server):
    """Another operator's token."""
    role = [r for r in server.get("/api/v1/roles")["items"]
            if r["name"] == "operator"][0]
    user = server.post("/api/v1/users", {
        "login": "second", "password": OWN_PASSWORD, "roles": [role["id"]]})
    check(user["id"])
    return server.post("/api/v1/session", {
        "login": "second", "password": OWN_PASSWORD, "bearer": True},
        token="")["token"]


def add_routers(server, bed, trust=True):
    credential = server.post("/api/v1/network/credentials", {
        "name": "routers", "login": USER, "password": PASSWORD})
    check("password" not in credential)
    ids = []
    for number in range(1, bed.count + 1):
        device = server.post("/api/v1/network/devices", {
            "name": "r%d" % number, "family": "frr",
            "address": bed.address(number), "credential": credential["id"]})
        ids.append(device["id"])
        if trust:
            session = act(server, device["id"], "test", {"trust_first": True})
            equal(session["result"], "ok")
    return ids, credential


def decide(server, change, token, approved=True):
    return server.good("POST", "/api/v1/network/changes/%d/decide"
                       % change["id"], {"approved": approved}, token=token)


def change_of(server, change):
    return server.get("/api/v1/network/changes/%d" % change["id"])


def pushed(server, change, timeout=90):
    final = ("applied", "undone", "broken", "cancelled")
    server.wait_for(lambda: change_of(server, change)["state"] in final,
                    "the end of the change", timeout)
    return change_of(server, change)


@contextlib.contextmanager
def house(directory, count=1, more="", **settings):
    with Bed(directory, count=count, more=more) as bed, bed.here(), \
            Server(directory, **settings) as server:
        server.set_up()
        yield bed, server


@test
def R_COM_1_R_INV_4_three_routers_are_added_tested_discovered_and_archived(
        directory):
    with house(directory, 3) as (bed, server):
        ids, _ = add_routers(server, bed, trust=False)
        # R-SSH-16: nothing is trusted unseen.
        first = act(server, ids[0], "test")
        equal(first["result"], "failed")
        check("R-SSH-16" in first["text"], first)
        check("login" not in steps(first), first)
        ready = server.get("/api/v1/network/devices/%d/readiness" % ids[0])
        check(not ready["ready"], ready)
        pins = server.get("/api/v1/network/devices/%d/pins" % ids[0])["items"]
        equal([pin["state"] for pin in pins], ["pending"])
        server.post("/api/v1/network/devices/%d/pins/%d"
                    % (ids[0], pins[0]["id"]), {"approved": True})
        again = act(server, ids[0], "test")
        equal(again["result"], "ok")
        equal([s["step"] for s in again["steps"]],
              ["name", "tcp", "keys", "login", "shell", "session",
               "privilege", "version"])
        equal(again["started_by"], "admin")
        equal(again["transports"], "ssh")
        check(again["started"] and again["ended"])
        for device in ids[1:]:
            equal(act(server, device, "test", {"trust_first": True})["result"],
                  "ok")
        for device in ids:
            session = act(server, device, "discover")
            equal(session["result"], "ok")
            shown = server.get("/api/v1/network/devices/%d" % device)
            check(shown["version"].startswith("8."), shown)
            equal(shown["reach"], "ok")
            equal(shown["config"], 1)
            check("eth0" in [i["name"] for i in shown["facts"]["interfaces"]])
            # They are devices like others: in lists, labels, searches.
            plain = server.get("/api/v1/devices/%d" % device)
            equal(plain["kind"], "network")
            equal(plain["os"]["id"], "frr")
        found = server.get("/api/v1/devices?filter=os.id%20%3D%20%22frr%22")
        equal(sorted(d["id"] for d in found["items"]), sorted(ids))
        # Nothing changed: no new version. Then something did.
        equal(act(server, ids[0], "archive")["result"], "ok")
        equal(server.get("/api/v1/network/devices/%d" % ids[0])["config"], 1)
        bed.vtysh(1, "configure terminal", "ip route 203.0.113.0/24 Null0")
        equal(act(server, ids[0], "archive")["result"], "ok")
        listed = server.get("/api/v1/network/devices/%d/configurations"
                            % ids[0])["items"]
        equal([c["number"] for c in listed], [2, 1])
        equal((listed[0]["added"], listed[0]["removed"]), (1, 0))
        diff = server.get("/api/v1/network/devices/%d/configurations/2/diff"
                          % ids[0]).decode()
        check("+ip route 203.0.113.0/24 Null0" in diff, diff)
        audit = server.get("/api/v1/audit?limit=100")["items"]
        check("network_session.discover" in [a["action"] for a in audit])


@test
def R_DEP_5_an_approved_change_is_pushed_read_back_verified_or_undone(
        directory):
    with house(directory) as (bed, server):
        (device,), _ = add_routers(server, bed)
        done = act(server, device, "discover")
        check(done["result"] == "ok", done)
        second = second_person(server)
        plan = "/api/v1/network/devices/%d/changes" % device
        change = server.post(plan, {
            "title": "a route", "lines": "ip route 203.0.113.0/24 Null0\n"})
        equal(change["state"], "waiting")
        # Claim 3: not by the one who planned it.
        try:
            decide(server, change, server.token)
            raise AssertionError("its author approved it")
        except Refused as refused:
            equal(refused.status, 403)
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "applied")
        equal(change["approver"], "second")
        equal([r["result"] for r in change["results"]], ["taken"])
        check("ip route 203.0.113.0/24" in
              bed.vtysh(1, "show running-config"))
        diff = server.get("/api/v1/network/devices/%d/configurations/%d/diff"
                          % (device, change["after_config"])).decode()
        check("+ip route 203.0.113.0/24" in diff, diff)

        # A line that the router refuses: what was entered is taken back.
        change = server.post(plan, {
            "lines": "ip route 198.51.100.0/24 Null0\nip nonsense 1\n"})
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "undone")
        equal([r["result"] for r in change["results"]], ["taken", "refused"])
        check("198.51.100.0" not in bed.vtysh(1, "show running-config"))

        # R-DEP-3: unless the site says that it is none.
        server.good("PUT", "/api/v1/network/types", {
            "family": "frr", "responses": [
                {"kind": "warning", "pattern": "^% Unknown command",
                 "command": "ip nonsense"}]})
        change = server.post(plan, {
            "lines": "ip route 198.51.100.0/24 Null0\nip nonsense 1\n",
            "no_verify": True})
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "applied")
        equal([(r["result"], r["reason"][:9]) for r in change["results"]],
              [("taken", ""), ("taken", "% Unknown")])
        server.good("POST", "/api/v1/network/types/reset", {"family": "frr"})

        # R-DEP-4: somebody changed it behind our back: nothing is sent.
        bed.vtysh(1, "configure terminal", "ip route 192.0.2.77/32 Null0")
        change = server.post(plan, {"lines": "ip route 192.0.2.78/32 Null0\n"})
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "cancelled")
        check("192.0.2.78" not in bed.vtysh(1, "show running-config"))

        # Back to the first version, without what came since: not over what
        # nobody looked at, unless that is said.
        change = server.post(plan, {"restore": 1})
        check("no ip route 203.0.113.0/24" in change["lines"], change)
        equal((change["kind"], change["restores"]), ("restore", 1))
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "cancelled")
        check("R-DEP-4" in change["text"], change)
        change = server.post(plan, {"restore": 1, "overwrite": True})
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "applied")
        check("no ip route 192.0.2.77/32" in change["lines"], change)
        running = bed.vtysh(1, "show running-config")
        check("203.0.113.0" not in running and "192.0.2.77" not in running)
        # A plan that is refused does nothing.
        change = server.post(plan, {"lines": "ip route 192.0.2.78/32 Null0\n"})
        decide(server, change, second, approved=False)
        equal(change_of(server, change)["state"], "refused")


def words(server, *arguments):
    """What `holdfast ...` prints; JSON when it is."""
    done = subprocess.run(
        [HOLDFAST, *arguments], capture_output=True, text=True,
        timeout=PATIENCE,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/none",
             "HOLDFAST_SERVER": "https://localhost:%d" % server.ports["api"],
             "HOLDFAST_TOKEN": server.token,
             "HOLDFAST_CA": os.path.join(server.data, "keys", "ca.pem")})
    equal((arguments, done.returncode, done.stderr), (arguments, 0, ""))
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


@test
def the_loop_by_the_words_of_holdfast_device(directory):
    with house(directory) as (bed, server):
        credential = words(
            server, "device", "credential-add", "--name", "routers", "--login",
            USER, "--data", json.dumps({"password": PASSWORD}), "--json")
        device = words(
            server, "device", "add", "--name", "r1", "--family", "frr",
            "--address", bed.address(), "--credential", str(credential["id"]),
            "--json")
        number = str(device["id"])
        for verb in ("test", "discover", "archive"):
            session = words(server, "device", verb, number, "--json",
                            *(["--trust-first"] if verb == "test" else []))
            equal(ended(server, session)["result"], "ok")
        check("r1" in words(server, "device", "list"))
        check("hostname r1" in words(server, "device", "configuration",
                                     number))
        change = words(server, "device", "change-plan", number, "--lines",
                       "ip route 203.0.113.0/24 Null0", "--json")
        decide(server, change, second_person(server))
        equal(pushed(server, change)["state"], "applied")
        check("+ip route 203.0.113.0/24 Null0" in words(
            server, "device", "diff", number, "2"))


@test
def R_SSH_9_R_DEP_8_secrets_are_in_no_log_file_answer_or_transcript(directory):
    more = "router bgp 65001\n neighbor 10.99.0.77 remote-as 65002\n" \
           " neighbor 10.99.0.77 password %s\nexit\n" % SECRET
    with house(directory, more=more, log__level="debug") as (bed, server):
        (device,), credential = add_routers(server, bed)
        bed.vtysh(1, "configure terminal", "ip prefix-list x permit any")
        session = act(server, device, "discover")
        said = transcript(server, session)
        check("show running-config" in said, said)
        bed.vtysh(1, "configure terminal", "password " + SECRET)
        second = second_person(server)
        equal(act(server, device, "archive")["result"], "ok")
        change = server.post("/api/v1/network/devices/%d/changes" % device, {
            "lines": "password %s-2\n" % SECRET})
        check(SECRET not in json.dumps(change), change)
        decide(server, change, second)
        change = pushed(server, change)
        equal(change["state"], "applied")
        for path in ("/api/v1/network/devices/%d/configuration" % device,
                     "/api/v1/network/sessions/%d/transcript"
                     % change["session"]):
            text = server.get(path).decode()
            check(SECRET not in text and PASSWORD not in text, text)
        backup = os.path.join(directory, "backup")
        secrets = [SECRET.encode(), PASSWORD.encode()]
        with open(os.path.join(directory, "pass"), "w") as file:
            file.write("a passphrase of the backup\n")
        os.chmod(file.name, 0o600)
        subprocess.run([*server.arguments(), "backup", backup,
                        os.path.join(directory, "pass")], check=True,
                       stdout=subprocess.DEVNULL)
        server.close()
        found = []
        for root, _, names in os.walk(directory):
            for name in names:
                path = os.path.join(root, name)
                if "/r1/" in path or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    content = file.read()
                found += [(path, s) for s in secrets if s in content]
        equal(found, [])
        # Nobody may look into the process that has them open, or dump it.
        pid = server.children()["netdev"]
        with open("/proc/%d/limits" % pid) as file:
            core = [x for x in file if x.startswith("Max core file")][0]
        equal(core.split()[4:6], ["0", "0"])


@test
def a_session_whose_process_is_killed_is_taken_up_again(directory):
    with house(directory, 2) as (bed, server):
        ids, _ = add_routers(server, bed)
        sessions = []
        for _ in range(5):
            for device in ids:
                sessions.append(server.post(
                    "/api/v1/network/devices/%d/discover" % device))
        server.kill("netdev")
        for session in sessions:
            equal(ended(server, session)["result"], "ok")


@test
def R_DEP_5_a_change_whose_process_is_killed_half_way_is_undone(directory):
    with house(directory) as (bed, server):
        (device,), _ = add_routers(server, bed)
        equal(act(server, device, "discover")["result"], "ok")
        second = second_person(server)
        before = bed.vtysh(1, "show running-config")
        routes = ["ip route 198.18.%d.%d/32 Null0" % (i // 200, i % 200)
                  for i in range(1500)]
        change = server.post("/api/v1/network/devices/%d/changes" % device,
                             {"lines": "\n".join(routes)})
        decide(server, change, second)

        def killed_half_way():
            """It stands still while the router is asked what it has."""
            server.kill("netdev", signal.SIGSTOP)
            if "198.18.0.5/32" in bed.vtysh(1, "show running-config"):
                return server.kill("netdev")
            server.kill("netdev", signal.SIGCONT)
            return None
        server.wait_for(killed_half_way, "the first routes")
        change = pushed(server, change, 300)
        equal(change["state"], "undone")
        equal(bed.vtysh(1, "show running-config"), before)


@test
def R_COM_1_routers_are_archived_by_a_schedule(directory):
    with house(directory, 2) as (bed, server):
        ids, _ = add_routers(server, bed)
        made = server.post("/api/v1/network/schedules", {
            "name": "minute", "action": "archive", "zone": "UTC",
            "targets": {"devices": ids[:1]},
            "schedule": {"type": "every", "every_minutes": 1}})
        server.wait_for(lambda: server.get(
            "/api/v1/network/devices/%d" % ids[0])["config"] == 1,
            "the first archived configuration", 180)
        found = server.get("/api/v1/network/sessions?action=archive")["items"]
        equal({s["cause"] for s in found}, {"schedule minute"})
        equal({s["device"] for s in found}, {ids[0]})
        equal(found[-1]["started_by"], "system")
        one = "/api/v1/network/schedules/%d" % made["id"]
        check(server.get(one)["last_run"], server.get(one))
        # Now, for the other, too.
        server.good("PATCH", one, {"targets": {"devices": ids}},
                    headers={"If-Match": '"%d"' % made["revision"]})
        server.good("POST", one + "/run")
        server.wait_for(lambda: server.get(
            "/api/v1/network/devices/%d" % ids[1])["config"] == 1,
            "the configuration of the other")
        tasks = server.get("/api/v1/tasks?days=1")["items"]
        check({"network"} <= {t["kind"] for t in tasks}, tasks)


@test
def R_SSH_9_keys_are_renewed_and_a_vault_is_asked(directory):
    vault = os.path.join(directory, "vault")
    with open(vault, "w") as file:
        file.write("#!/bin/sh\n[ \"$1\" = get ] && [ \"$2\" = net/r1 ] &&"
                   " printf '{\"password\": \"%s\"}' '" + PASSWORD + "'\n")
    os.chmod(vault, 0o755)
    with house(directory, netdev__vault=vault + " get") as (bed, server):
        (device,), credential = add_routers(server, bed)
        old = server.get("/api/v1/network/credentials/%d"
                         % credential["id"])["key"]
        subprocess.run([*server.arguments(), "netdev-key", "rotate"],
                       check=True, stdout=subprocess.DEVNULL)
        server.kill("netdev")
        server.wait_for(lambda: server.get(
            "/api/v1/network/credentials/%d" % credential["id"])["key"] != old,
            "the credential under the new key")
        subprocess.run([*server.arguments(), "netdev-key", "forget"],
                       check=True, stdout=subprocess.DEVNULL)
        server.kill("netdev")
        equal(act(server, device, "test")["result"], "ok")
        # From the vault; and secrets that were replaced too early.
        server.post("/api/v1/network/credentials/%d/rotate" % credential["id"],
                    {"vault": "net/r1"})
        session = act(server, device, "test")
        equal(session["result"], "ok")
        check("vault" in steps(session), session)
        server.post("/api/v1/network/credentials/%d/rotate" % credential["id"],
                    {"password": PASSWORD})
        server.post("/api/v1/network/credentials/%d/rotate" % credential["id"],
                    {"password": "not yet on the router",
                     "keep_previous_s": 3600})
        session = act(server, device, "test")
        equal(session["result"], "ok")
        check("one before it" in session["text"], session)


@test
def R_COM_15_what_does_not_answer_is_tried_again_and_told(directory):
    with house(directory) as (bed, server):
        (device,), credential = add_routers(server, bed)
        away = server.post("/api/v1/network/devices", {
            "name": "away", "family": "frr", "address": "10.99.0.99",
            "connect_s": 1, "retries": 1, "credential": credential["id"]})
        session = act(server, away["id"], "test")
        equal(session["result"], "failed")
        equal(session["tries"], 2)
        equal(server.get("/api/v1/network/devices/%d" % away["id"])["reach"],
              "failed")
        # R-COM-2: without an address nothing is ever opened.
        off = server.post("/api/v1/network/devices", {
            "name": "off", "family": "ios"})
        status, _, body = server.ask(
            "POST", "/api/v1/network/devices/%d/test" % off["id"], {})
        equal(status, 409)
        check("off-line" in body["detail"], body)
        # R-COM-7, R-COM-14: with the reason.
        for body, rule in (({"family": "asa", "transport": "ssh"}, "R-COM-7"),
                           ({"family": "frr", "transport": "telnet"},
                            "R-COM-14")):
            status, _, answer = server.ask(
                "POST", "/api/v1/network/devices", {"name": "x", **body})
            equal(status, 422)
            check(rule in json.dumps(answer), answer)
        # Loopback is no place of a device.
        here = server.post("/api/v1/network/devices", {
            "name": "here", "family": "frr", "address": "127.0.0.1",
            "retries": 0, "credential": credential["id"]})
        session = act(server, here["id"], "test")
        check("loopback" in session["text"], session)


if __name__ == "__main__":
    main()
