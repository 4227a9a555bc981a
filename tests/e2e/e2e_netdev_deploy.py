# SPDX-License-Identifier: Apache-2.0
"""Deployments to network devices in rings, to real routers."""
import calendar
import os
import sys
import time

import e2e
from e2e import check, equal, test
from e2e_netdev_server import act, add_routers, house, second_person
from server import Refused

ALL = "/api/v1/network/deployments"
OVER = ("done", "stopped", "cancelled", "refused")


def lab(server, device):
    label = server.post("/api/v1/labels", {"name": "lab", "kind": "manual"})
    server.post("/api/v1/labels/%d/members" % label["id"], {"add": [device]})
    return label["id"]


def plan(server, ids, label, lines, **more):
    return server.post(ALL, {
        "title": "routes", "lines": lines, "targets": {"devices": ids},
        "rings": [
            {"name": "lab", "label": label, "min_success": 100,
             "min_finished": 1, "stop_failed": 0, "promotion": "automatic"},
            {"name": "rest", "min_success": 50, "min_finished": 1,
             "stop_failed": 100, "promotion": "automatic"}], **more})


def decide(server, made, token):
    server.good("POST", "%s/%d/decide" % (ALL, made["id"]),
                {"approved": True}, token=token)


def over(server, made):
    path = "%s/%d" % (ALL, made["id"])
    server.wait_for(lambda: server.get(path)["state"] in OVER,
                    "the end of the deployment")
    return server.get(path)


def devices(server, made):
    return {d["name"]: d for d in
            server.get("%s/%d/devices" % (ALL, made["id"]))["items"]}


@test
def R_DEP_5_ring_by_ring_and_R_DEP_4_what_changed_meanwhile_is_left(directory):
    with house(directory, 3) as (bed, server):
        ids, _ = add_routers(server, bed)
        second = second_person(server)
        label = lab(server, ids[0])
        try:  # nothing was read yet: nothing to plan on
            plan(server, ids, label, "ip route 203.0.113.0/24 Null0")
            raise AssertionError("planned on nothing")
        except Refused as refused:
            equal(refused.status, 422)
        for device in ids:
            equal(act(server, device, "discover")["result"], "ok")
        made = plan(server, ids, label, "ip route 203.0.113.0/24 Null0")
        equal((made["state"], made["devices"]), ("waiting", 3))
        try:
            decide(server, made, server.token)
            raise AssertionError("its author approved it")
        except Refused as refused:
            equal(refused.status, 403)
        # Behind our back, between the plan and the push.
        bed.vtysh(2, "configure terminal", "ip route 192.0.2.77/32 Null0")
        decide(server, made, second)
        made = over(server, made)
        equal((made["state"], made["applied"], made["failed"]), ("done", 2, 1))
        became = devices(server, made)
        equal([became[n]["state"] for n in ("r1", "r2", "r3")],
              ["applied", "cancelled", "applied"])
        equal([became[n]["ring"] for n in ("r1", "r2", "r3")], [1, 2, 2])
        for number, there in ((1, True), (2, False), (3, True)):
            equal("203.0.113.0/24" in bed.vtysh(number, "show running-config"),
                  there)
        # R-DEP-1: as files, named by device.
        status, headers, body = server.ask(
            "GET", "%s/%d/devices/%d/file" % (ALL, made["id"], ids[0]))
        equal((status, body.strip()), (200, b"ip route 203.0.113.0/24 Null0"))
        check("r1_delta.cfg" in headers["Content-Disposition"])
        status, headers, body = server.ask(
            "GET", "%s/%d/devices/%d/file?form=full"
            % (ALL, made["id"], ids[0]))
        check("r1_full.cfg" in headers["Content-Disposition"])
        check(b"203.0.113.0/24" in body and b"hostname" in body, body)


def with_secrets(server, path, body, **more):
    status, headers, text = server.ask("POST", path, body, **more)
    return status, headers, text.decode() if isinstance(text, bytes) else text


@test
def R_COM_2_R_DEP_1_who_may_gets_a_file_that_an_off_line_router_loads(
        directory):
    secret, other = "Neighb0ur-of-ours", "Sh0wn-to-nobody"
    with house(directory, log__level="debug") as (bed, server):
        (device,), _ = add_routers(server, bed)
        second = second_person(server)
        bed.vtysh(1, "configure terminal", "password " + secret)
        equal(act(server, device, "discover")["result"], "ok")
        made = server.post(ALL, {
            "lines": "enable password %s\nip route 203.0.113.0/24 Null0" % other,
            "targets": {"devices": [device]}})
        path = "%s/%d/devices/%d/file" % (ALL, made["id"], device)
        masked = server.ask("GET", path + "?form=full")[2].decode()
        check(secret not in masked and other not in masked, masked)
        # An operator may plan and approve, and has no right to secrets.
        equal(with_secrets(server, path + "-with-secrets", {}, token=second)[0],
              403)
        status, headers, delta = with_secrets(server, path + "-with-secrets",
                                              {"reason": "off-line"})
        equal((status, delta), (200, "enable password %s\n"
                                "ip route 203.0.113.0/24 Null0\n" % other))
        check("r1_delta_with_secrets.cfg" in headers["Content-Disposition"])
        status, _, full = with_secrets(server, path + "-with-secrets",
                                       {"form": "full"})
        equal(status, 200)
        check("password " + secret in full and other in full, full)
        check(full.endswith("\nend\n") and full.count("\nend\n") == 1, full)
        # The router, which nobody reaches, loads it.
        bed.vtysh(1, "configure terminal", "password x")
        equal(bed.load(1, full), 0)
        running = bed.vtysh(1, "show running-config")
        check("password " + secret in running, running)
        check("203.0.113.0/24" in running and other in running, running)
        # An archived version, too.
        version = "/api/v1/network/devices/%d/configurations/1/with-secrets"
        equal(with_secrets(server, version % device, {}, token=second)[0], 403)
        status, headers, text = with_secrets(server, version % device, {})
        equal(status, 200)
        check("password " + secret in text, text)
        audit = [a["action"] for a in
                 server.get("/api/v1/audit?limit=100")["items"]]
        equal(audit.count("network_deployment.secrets_read"), 2)
        equal(audit.count("network_device.secrets_read"), 1)
        server.close()
        for root, _, names in os.walk(directory):
            for name in names:
                where = os.path.join(root, name)
                if "/r1/" in where or not os.path.isfile(where):
                    continue
                with open(where, "rb") as file:
                    content = file.read()
                check(secret.encode() not in content, where)
                check(other.encode() not in content, where)


@test
def R_DEP_5_each_device_gets_back_what_it_had_then(directory):
    with house(directory, 2) as (bed, server):
        ids, _ = add_routers(server, bed)
        second = second_person(server)
        try:  # nothing was read yet
            server.post(ALL, {"restore_at": "2030-01-01T00:00:00Z",
                              "targets": {"devices": ids}})
            raise AssertionError("planned on nothing")
        except Refused as refused:
            equal(refused.status, 422)
        for device in ids:
            equal(act(server, device, "discover")["result"], "ok")
        versions = [server.get("/api/v1/network/devices/%d/configurations"
                               % device)["items"] for device in ids]
        then = max(v[0]["at"] for v in versions)
        server.wait_for(lambda: time.time() > calendar.timegm(time.strptime(
            then, "%Y-%m-%dT%H:%M:%SZ")) + 1, "the next second")
        for number in (1, 2):
            bed.vtysh(number, "configure terminal",
                      "ip route 198.51.100.%d/32 Null0" % number)
        for device in ids:
            equal(act(server, device, "archive")["result"], "ok")
        made = server.post(ALL, {"restore_at": then,
                                 "targets": {"devices": ids}})
        equal((made["lines"], made["restore_at"]), ("", then))
        became = devices(server, made)
        equal([(d["planned_on"], d["restores"]) for d in became.values()],
              [(2, 1), (2, 1)])
        # What each gets, for who approves it.
        path = "%s/%d/devices/%d/file" % (ALL, made["id"], ids[1])
        equal(server.ask("GET", path)[2].decode(),
              "no ip route 198.51.100.2/32 Null0\n")
        equal(with_secrets(server, path + "-with-secrets", {})[0], 422)
        full = with_secrets(server, path + "-with-secrets",
                            {"form": "full"})[2]
        check("198.51.100" not in full and "hostname r2" in full, full)
        decide(server, made, second)
        made = over(server, made)
        equal((made["state"], made["applied"]), ("done", 2))
        for number in (1, 2):
            check("198.51.100" not in bed.vtysh(number, "show running-config"))


@test
def claim_29_a_failure_in_the_first_ring_reaches_no_other(directory):
    with house(directory, 2) as (bed, server):
        ids, _ = add_routers(server, bed)
        second = second_person(server)
        label = lab(server, ids[0])
        for device in ids:
            equal(act(server, device, "discover")["result"], "ok")
        made = plan(server, ids, label,
                    "ip route 198.51.100.0/24 Null0\nip nonsense 1")
        decide(server, made, second)
        made = over(server, made)
        equal(made["state"], "stopped")
        became = devices(server, made)
        equal((became["r1"]["state"], became["r2"]["state"]),
              ("undone", "planned"))
        for number in (1, 2):
            check("198.51.100.0" not in
                  bed.vtysh(number, "show running-config"))
        # With a refusal that is none, and a push although it was changed.
        bed.vtysh(2, "configure terminal", "ip route 192.0.2.77/32 Null0")
        made = plan(server, ids, label,
                    "ip route 198.51.100.0/24 Null0\nip nonsense 1",
                    tolerate=["."], go_on=True, out_of_band="warn")
        decide(server, made, second)
        made = over(server, made)
        equal((made["state"], made["applied"]), ("done", 2))
        became = devices(server, made)
        equal((became["r1"]["changed_behind"], became["r2"]["changed_behind"]),
              (False, True))
        check("198.51.100.0" in bed.vtysh(2, "show running-config"))


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
