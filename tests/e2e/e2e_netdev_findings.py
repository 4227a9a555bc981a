# SPDX-License-Identifier: Apache-2.0
"""What is found on network devices: a router that answers as IOS, content of
OVAL's ios family, the catalogue, runs and schedules."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))

from devices import ENABLE, PASSWORD, USER  # noqa: E402
from devices import Device, SshServer  # noqa: E402
import scapdata  # noqa: E402
from e2e import HOLDFAST, Skip, check, equal, main, test  # noqa: E402
from scapdata import X  # noqa: E402
from server import Server  # noqa: E402

D = "http://oval.mitre.org/XMLSchema/oval-definitions-5"

# Definition: what its test says, by object and state.
DEFINITIONS = [
    (1, "an old version", "version55", "",
     '<version_string datatype="ios_version" operation="less than">'
     '%(version)s</version_string>'),
    (2, "a line of the configuration", "line", "show running-config",
     '<config_line operation="pattern match">^hostname r1$</config_line>'),
    (3, "a command that it does not have", "line", "show ip sockets",
     '<config_line operation="pattern match">5060</config_line>'),
    (4, "a line that is not there", "line", "show running-config",
     '<config_line operation="pattern match">^ntp server</config_line>'),
    (5, "what is never sent", "line", "reload in 5",
     '<config_line operation="pattern match">x</config_line>'),
]


def document(version="15.2(1)T", time="2026-01-01T00:00:00"):
    parts = {"definitions": "", "tests": "", "objects": "", "states": ""}
    for number, title, kind, command, state in DEFINITIONS:
        space = 'xmlns="%s#ios" version="1"' % D
        parts["definitions"] += (
            '<definition id="oval:test:def:%d" version="1" '
            'class="vulnerability"><metadata><title>%s</title>'
            '<affected family="ios"><platform>Cisco IOS</platform></affected>'
            '<description>d</description></metadata><criteria>'
            '<criterion test_ref="oval:test:tst:%d"/></criteria></definition>'
            % (number, title, number))
        parts["tests"] += (
            '<%s_test id="oval:test:tst:%d" %s check="at least one" '
            'comment="c"><object object_ref="oval:test:obj:%d"/>'
            '<state state_ref="oval:test:ste:%d"/></%s_test>'
            % (kind, number, space, number, number, kind))
        inner = ("<show_subcommand>%s</show_subcommand>" % command
                 if command else "")
        parts["objects"] += ('<%s_object id="oval:test:obj:%d" %s>%s'
                             '</%s_object>' % (kind, number, space, inner,
                                               kind))
        parts["states"] += ('<%s_state id="oval:test:ste:%d" %s>%s</%s_state>'
                            % (kind, number, space,
                               state % {"version": version}
                               if "%(" in state else state, kind))
    body = "".join("<%s>%s</%s>" % (name, text, name)
                   for name, text in parts.items())
    return ('<?xml version="1.0"?><oval_definitions xmlns="%s" '
            'xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5">'
            '<generator><oval:product_name>test</oval:product_name>'
            '<oval:schema_version>5.11.2</oval:schema_version>'
            '<oval:timestamp>%s</oval:timestamp></generator>%s'
            "</oval_definitions>" % (D, time, body)).encode()


def upload(server, **more):
    return server.post("/api/v1/contents?source=test", document(**more),
                       headers={"Content-Type": "application/octet-stream"})


def add_router(server, simulator):
    credential = server.post("/api/v1/network/credentials", {
        "name": "routers", "login": USER, "password": PASSWORD,
        "enable_password": ENABLE})
    return server.post("/api/v1/network/devices", {
        "name": "r1", "family": "ios", "address": "127.0.0.1",
        "port": simulator.port, "transport": "ssh",
        "credential": credential["id"]})["id"]


def act(server, device, action, body=None):
    session = server.post("/api/v1/network/devices/%d/%s" % (device, action),
                          body)
    path = "/api/v1/network/sessions/%d" % session["id"]
    server.wait_for(lambda: server.get(path)["state"] == "ended",
                    "the end of a session")
    return server.get(path)


def trusted(server, device):
    session = act(server, device, "test", {"trust_first": True})
    check(session["result"] == "ok", session)


def results(server, device):
    """{definition: result} of the device, or {}."""
    items = server.get("/api/v1/devices/%d/findings?limit=100&show=all"
                       % device)["items"]
    return {int(i["id"].rsplit(":", 1)[1]): i["result"]
            for i in items}


def house(directory):
    try:
        import paramiko  # noqa: F401
    except ImportError:
        raise Skip("python3-paramiko is not installed")
    return Server(directory, netdev__allow="127.0.0.0/8")


@test
def a_router_is_in_the_same_catalogue_as_every_device(directory):
    router = Device("ios", "r1")
    with SshServer(router) as simulator, house(directory) as server:
        server.set_up()
        content = upload(server)
        equal(content["platform"], "ios:")
        device = add_router(server, simulator)
        trusted(server, device)
        done = act(server, device, "discover")
        check(done["result"] == "ok", done)
        # Only what shows something was sent.
        check("show ip sockets" in router.said, router.said)
        check("reload in 5" not in router.said, router.said)
        server.wait_for(lambda: results(server, device),
                        "what is found on the router")
        found = results(server, device)
        equal({n: found.get(n, "false") for n in (1, 2, 3, 4, 5)},
              {1: "true", 2: "true", 3: "false", 4: "false", 5: "unknown"})
        definitions = server.get("/api/v1/catalogue?limit=100&content=%d" % content["id"])["items"]
        counted = {d["id"]: d for d in definitions}
        equal(counted["oval:test:def:1"]["affected"], 1)
        # Newer content: evaluated on what is known, nothing is asked.
        said = len(router.said)
        upload(server, version="12.4(1)", time="2026-02-01T00:00:00")
        server.wait_for(
            lambda: results(server, device) == {2: "true", 5: "unknown"},
            "the newer content's results")
        equal(len(router.said), said)


@test
def a_run_reads_the_router_and_ends_with_what_was_found(directory):
    router = Device("ios", "r1")
    with SshServer(router) as simulator, house(directory) as server:
        server.set_up()
        upload(server)
        device = add_router(server, simulator)
        trusted(server, device)
        configuration = server.post("/api/v1/configurations", {
            "name": "routers", "enabled": True, "while_logged_off": True,
            "targets": {"systems": [""]}, "schedule": {"type": "none"},
            "confirm_all": True})
        run = server.good("POST", "/api/v1/configurations/%d/run"
                          % configuration["id"])["id"]
        path = "/api/v1/runs/%d/devices" % run
        server.wait_for(
            lambda: server.get(path)["items"][0]["state"] not in
            ("planned", "queued", "started"), "the end of the router's part")
        part = server.get(path)["items"][0]
        check(part["state"] == "done", part)
        server.wait_for(lambda: results(server, device).get(1) == "true",
                        "the results")
        sessions = server.get("/api/v1/network/sessions?device=%d&limit=10"
                              % device)["items"]
        check("run %d" % run in [s["cause"] for s in sessions], sessions)
    # The router is away: the run says so.
    with house(directory) as server:
        server.log_in()
        run = server.good("POST", "/api/v1/configurations/%d/run"
                          % configuration["id"])["id"]
        path = "/api/v1/runs/%d/devices" % run
        server.wait_for(
            lambda: server.get(path)["items"][0]["state"] not in
            ("planned", "queued", "started"), "the end of the router's part")
        part = server.get(path)["items"][0]
        check(part["state"] == "error", part)
        check("tcp" in part["text"], part)


def benchmark():
    """A rule for each of DEFINITIONS, and one that no OVAL decides."""
    rules = "".join(scapdata.rule(name, scapdata.check(str(number)),
                                  'severity="high"')
                    for number, name in ((1, "version"), (2, "hostname"),
                                         (3, "sockets"), (4, "ntp"),
                                         (5, "never_sent")))
    document_of_rules = scapdata.BENCHMARK % {
        "x": X, "platform": "", "models": scapdata.MODELS, "first": rules,
        "second": scapdata.rule("ocil", scapdata.OCIL)}
    return scapdata.bundle({"small-xccdf.xml": document_of_rules,
                            "oval.xml": document().decode()})


def ended(server, run, seconds=60):
    path = "/api/v1/runs/%d/devices" % run
    server.wait_for(lambda: server.get(path)["items"][0]["state"] not in
                    ("planned", "queued", "started"),
                    "the end of the router's part", seconds)
    return server.get(path)["items"][0]


@test
def a_benchmark_is_tested_on_a_router_by_the_server__K_SCAP_10(directory):
    router = Device("ios", "r1")
    with SshServer(router) as simulator, house(directory) as server:
        server.set_up()
        made = server.post("/api/v1/benchmarks?name=small.zip", benchmark(),
                           headers={"Content-Type":
                                    "application/octet-stream"})
        check("show ip sockets" in made["content"]["show_commands"], made)
        check("reload in 5" not in made["content"]["show_commands"], made)
        device = add_router(server, simulator)
        trusted(server, device)
        configuration = server.post("/api/v1/configurations", {
            "name": "hardening", "enabled": True, "while_logged_off": True,
            "targets": {"systems": [""]}, "schedule": {"type": "none"},
            "scap": {"content": made["id"], "profile": X + "profile_all"},
            "confirm_all": True})
        run = server.good("POST", "/api/v1/configurations/%d/run"
                          % configuration["id"])["id"]
        part = ended(server, run)
        check(part["state"] == "done", part)
        # The session asked what the benchmark wants to know, no more.
        check("show ip sockets" in router.said, router.said)
        check("reload in 5" not in router.said, router.said)
        results = server.get("/api/v1/benchmark-results?run=%d"
                             % run)["items"]
        equal([(r["device"], r["profile"], r["applicable"]) for r in results],
              [(device, X + "profile_all", True)])
        rules = {i["id"][len(X + "rule_"):]: i["result"] for i in server.get(
            "/api/v1/benchmark-results/%d/rules?limit=100"
            % results[0]["id"])["items"]}
        # Of vulnerability definitions true is bad.
        equal(rules, {"version": "fail", "hostname": "fail",
                      "sockets": "pass", "ntp": "pass",
                      "never_sent": "unknown", "ocil": "notchecked"})
        status, _, body = server.ask(
            "GET", "/api/v1/benchmark-results/%d/arf" % results[0]["id"])
        equal(status, 200)
        check(b"asset-report-collection" in
              (body if isinstance(body, bytes) else body.encode()))
    # The router is away: so says the run, and there is no second result.
    with house(directory) as server:
        server.log_in()
        run = server.good("POST", "/api/v1/configurations/%d/run"
                          % configuration["id"])["id"]
        part = ended(server, run, 120)
        check(part["state"] == "error" and "tcp" in part["text"], part)
        equal(server.get("/api/v1/benchmark-results?run=%d" % run)["items"],
              [])


def holdfast(server, *arguments):
    done = subprocess.run(
        [HOLDFAST, *arguments], capture_output=True, timeout=120, text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/none",
             "HOLDFAST_SERVER": "https://localhost:%d" % server.ports["api"],
             "HOLDFAST_TOKEN": server.token,
             "HOLDFAST_CA": os.path.join(server.data, "keys", "ca.pem")})
    return done.returncode, done.stdout, done.stderr


@test
def R_INV_6_a_list_of_RANCID_becomes_devices_and_sealed_credentials(directory):
    with Server(directory) as server:
        server.set_up()
        listed = os.path.join(directory, "router.db")
        logins = os.path.join(directory, ".cloginrc")
        with open(listed, "w") as f:
            f.write("192.0.2.1;cisco;up;core\n192.0.2.2;cisco;up\n"
                    "192.0.2.3;frr;down\nx;junos;up\n192.0.2.4;asa;up\n")
        with open(logins, "w") as f:
            f.write("add user * netop\nadd password * {hunter2-secret}\n"
                    "add method 192.0.2.1 ssh:2222\n"
                    "add method 192.0.2.4 telnet\n")
        arguments = ["device", "import", "--format", "rancid", "--logins",
                     logins, listed]
        code, out, err = holdfast(server, *arguments, "--dry-run")
        equal(code, 3)
        equal(len(out.splitlines()), 4)
        devices = "/api/v1/network/devices"
        equal(server.get(devices)["items"], [])
        code, out, err = holdfast(server, *arguments)
        equal(code, 3)
        check("3 added, 0 there already, 2 not imported" in err, err)
        check(listed + ":4: 'junos' of RANCID" in err, err)
        # R-COM-7: a firewall is not reached by Telnet.
        check("line 5, 192.0.2.4: " in err and "R-COM-7" in err, err)
        check("hunter2" not in out + err)
        items = {d["name"]: d for d in server.get(devices)["items"]}
        equal(items["192.0.2.1"]["port"], 2222)
        equal(items["192.0.2.1"]["address"], "192.0.2.1")
        equal(items["192.0.2.3"]["address"], "")  # R-COM-2: off-line
        credentials = server.get("/api/v1/network/credentials")["items"]
        equal([c["login"] for c in credentials], ["netop"])
        check("hunter2" not in json.dumps(credentials))
        code, out, err = holdfast(server, *arguments)
        check("0 added, 3 there already, 2 not imported" in err, err)
    planted = subprocess.run(["grep", "-rl", "hunter2-secret", server.data],
                             capture_output=True, text=True).stdout
    equal(planted, "")


@test
def R_INV_1_the_configuration_of_an_imported_file_is_version_1(directory):
    with Server(directory) as server:
        server.set_up()
        path = os.path.join(directory, "fw 1.cfg")
        with open(path, "w") as f:
            f.write(": Saved\nASA Version 9.1(7)\n!\nhostname fw1\n"
                    "enable password planted-secret\n: end\n")
        arguments = ["device", "import", "--format", "config", path]
        code, out, err = holdfast(server, *arguments)
        equal((code, out), (0, ""))
        check("1 added" in err, err)
        device = server.get("/api/v1/network/devices")["items"][0]
        equal((device["name"], device["config"]), ("fw1", 1))
        one = "/api/v1/network/devices/%d" % device["id"]
        version = server.get(one + "/configurations")["items"][0]
        equal((version["number"], version["cause"]), (1, "import fw 1.cfg"))
        told = server.get(one + "/configurations/1/policies")
        equal((told["family"], told["kept"]), ("asa", 0))
        # Again: the device is there, and nothing is added.
        code, out, err = holdfast(server, *arguments)
        check("0 added, 1 there already" in err, err)
    planted = subprocess.run(["grep", "-rl", "planted-secret", server.data],
                             capture_output=True, text=True).stdout
    equal(planted, "")


if __name__ == "__main__":
    sys.exit(main())
