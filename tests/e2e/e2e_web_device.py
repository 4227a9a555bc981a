# SPDX-License-Identifier: Apache-2.0
"""Devices reached by their web servers: simulators of ASA, IOS and IPS, and
gnutls-serv for what TLS goes wrong."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))

from devices import ENABLE, PASSWORD, USER, Device, SshServer  # noqa: E402
from e2e import (HOLDFAST, PATIENCE, Skip, check, equal,  # noqa: E402
                 free_port, listens, main, test, wait_for)
from web_devices import HOSTILE, WebServer, certificate  # noqa: E402


def device(port, directory, verb, *arguments, family, stdin=None, user=USER,
           password=PASSWORD, enable=ENABLE, transport="ssl", trust=True,
           timeout="20"):
    files = []
    for name, text in [("password", password), ("enable", enable)]:
        files.append(os.path.join(directory, name))
        with open(files[-1], "w") as f:
            f.write(text)
    done = subprocess.run(
        [HOLDFAST, "device", verb, "--family", family, "--user", user,
         "--password-file", files[0], "--enable-password-file", files[1],
         "--port", str(port), "--transport", transport, "--timeout", timeout,
         *(["--trust-first"] * trust),
         *(arguments if verb != "run" else []), "127.0.0.1",
         *(arguments if verb == "run" else [])],
        input=(stdin or "").encode(), capture_output=True, timeout=120)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def push(port, directory, family, lines, *arguments, expected=0, **more):
    code, out, err = device(port, directory, "push", "--commands", "-",
                            "--json", *arguments, family=family,
                            stdin="\n".join(lines), **more)
    check(code == expected, code, out, err)
    return json.loads(out)


def steps(port, directory, family, *arguments, **more):
    code, out, err = device(port, directory, "test", "--json", *arguments,
                            family=family, **more)
    return code, {row["step"]: row for row in json.loads(out)}


@test
def R_INV_4_a_firewall_is_tested_step_by_step_over_HTTPS(directory):
    with WebServer(Device("asa"), certificate(directory)) as server:
        code, rows = steps(server.port, directory, "asa")
        check(code == 0, rows)
        equal([rows[step]["ok"] for step in ["name", "tcp", "keys", "login",
                                             "shell", "session", "version"]],
              [True] * 7)
        check(rows["keys"]["detail"].startswith("SHA256:"), rows)
        check("Version 9.1(7)" in rows["version"]["detail"], rows)


@test
def R_COM_1_devices_are_discovered_over_HTTPS(directory):
    files = certificate(directory)
    for kind, sets, closes in [("asa", True, False), ("ios", True, True),
                               ("ios", False, False)]:
        with WebServer(Device(kind, lines=300), files, sets=sets,
                       closes=closes) as server:
            code, out, err = device(server.port, directory, "discover",
                                    family=kind)
            check(code == 0, kind, code, err)
        found = json.loads(out)
        equal(found["facts"]["model"],
              {"asa": "ASA5510", "ios": "CISCO1941/K9"}[kind])
        check("198.51.100.299" in found["running_config"], found)
        check(len(found["interfaces"]) == (2 if kind == "ios" else 2), found)


@test
def R_IOSSSL_8_certificates_are_pinned_and_a_change_is_refused(directory):
    files = certificate(directory)
    other = certificate(directory, digest="sha512")
    with WebServer(Device("asa"), files) as server:
        code, rows = steps(server.port, directory, "asa", trust=False)
        check(code == 1 and "is not approved yet" in rows["keys"]["reason"],
              rows)
        equal(server.requests, [])
        code, rows = steps(server.port, directory, "asa")
        pin = rows["keys"]["detail"]
        code, out, err = device(server.port, directory, "fetch", "--host-key",
                                "SHA256:other " + pin, family="asa",
                                trust=False)
        check(code == 0, code, err)
    with WebServer(Device("asa"), other) as server:
        code, out, err = device(server.port, directory, "fetch", "--host-key",
                                pin, family="asa", trust=True)
        check(code == 4 and "but " + pin + " is approved" in err, code, err)
        equal(server.requests, [])


@test
def R_ASA_5_the_name_of_the_client_is_named(directory):
    with WebServer(Device("asa"), certificate(directory),
                   agents={"ASDM"}) as server:
        code, rows = steps(server.port, directory, "asa")
        check("http server basic-auth-client Holdfast"
              in rows["login"]["reason"], rows)
        code, rows = steps(server.port, directory, "asa", "--user-agent",
                           "ASDM")
        check(code == 0, rows)


@test
def R_IOSSSL_2_a_level_below_15_is_named(directory):
    with WebServer(Device("ios"), certificate(directory), level=5) as server:
        code, rows = steps(server.port, directory, "ios")
        check("privilege 15" in rows["login"]["reason"], rows)
        code, rows = steps(server.port, directory, "ios", password="wrong",
                           enable="also wrong")
        check("refused user 'manager'" in rows["login"]["reason"], rows)
        check("wrong" not in str(rows), rows)


@test
def R_IOSSSL_4_the_enable_password_lets_in_where_no_users_are(directory):
    with WebServer(Device("ios"), certificate(directory),
                   local=False) as server:
        code, out, err = device(server.port, directory, "fetch", family="ios")
        check(code == 0 and out.endswith("\nend\n"), code, err)
        code, out, err = device(server.port, directory, "test", "--json",
                                family="ios")
        check("ip http authentication local" in out, out)


@test
def R_DEP_3_a_firewall_is_changed_or_left_as_it_was(directory):
    thing = Device("asa", lines=60)
    with WebServer(thing, certificate(directory)) as server:
        done = push(server.port, directory, "asa",
                    ["interface GigabitEthernet0/0", "description by holdfast",
                     "exit", "logging host 192.0.2.9"])
        equal((done["result"], done["saved"]), ("applied", True))
        equal(thing.saved, 1)
        posts = [r for r in server.requests if r[0] == "POST"]
        equal(len(posts), 1)
        before = thing.running()
        done = push(server.port, directory, "asa",
                    ["interface GigabitEthernet0/0", "description other",
                     "nonsense <&>", "logging host 192.0.2.10"], expected=1)
        equal(done["result"], "undone")
        equal(thing.running(), before)
        equal([line["result"] for line in done["lines"]],
              ["taken", "taken", "refused", "taken"])
        check("Invalid input" in done["lines"][2]["reason"] or
              "ERROR" in done["lines"][2]["reason"], done)


@test
def R_DEP_3_a_router_stops_at_a_syntax_error_and_is_left_as_it_was(directory):
    thing = Device("ios", lines=60)
    for token in [None, "abc123"]:
        with WebServer(thing, certificate(directory), token=token) as server:
            before = thing.running()
            done = push(server.port, directory, "ios",
                        ["interface GigabitEthernet0/0", "description other",
                         "nonsense", "logging host 192.0.2.10"], "--no-save",
                        expected=1)
            equal(done["result"], "undone")
            equal(thing.running(), before)
            equal([line["result"] for line in done["lines"]],
                  ["taken", "taken", "refused", "not sent"])


@test
def R_COM_12_what_asks_goes_over_SSH_beside_HTTPS(directory):
    try:
        import paramiko  # noqa: F401
    except ImportError:
        raise Skip("python3-paramiko is not installed")
    thing = Device("ios", lines=10)
    with WebServer(thing, certificate(directory)) as server, \
            SshServer(thing) as shell:
        port = str(shell.port)
        code, rows = steps(server.port, directory, "ios", "--ssh-port", port)
        check(code == 0 and rows["ssh"]["ok"], rows)
        done = push(server.port, directory, "ios",
                    ["logging host 192.0.2.9", "crypto key generate rsa",
                     "interface GigabitEthernet0/0", "description by both"],
                    "--ssh-port", port)
        equal((done["result"], done["saved"]), ("applied", True))
        check("answer 2048" in thing.said, thing.said)
        equal(len([r for r in server.requests if b'MODE="1"' in r[2]]), 2)
    with WebServer(thing, certificate(directory)) as server:
        code, rows = steps(server.port, directory, "ios", "--ssh-port",
                           str(free_port()))
        check(code == 1 and "R-COM-12" in rows["ssh"]["reason"], rows)


@test
def R_IPS_2_a_sensor_is_asked_over_HTTPS_and_HTTP(directory):
    for transport, files in [("ssl", certificate(directory)), ("http", None)]:
        with WebServer(Device("ips"), files) as server:
            code, out, err = device(
                server.port, directory, "run", "show version",
                "show statistics host", "show events",
                "<request><getHostStatistics/></request>", family="ips",
                transport=transport)
            check(code == 0 and "Version 7.0(4)E4" in out and
                  "memory: 12" in out and "evIdsAlert" in out, code, out, err)
            check(any("action=close" in r[1] for r in server.requests))
            code, rows = steps(server.port, directory, "ips",
                               transport=transport)
            equal("finding" in rows, transport == "http")
    with WebServer(Device("ips"), certificate(directory), level=5) as server:
        code, rows = steps(server.port, directory, "ips")
        check("R-IPS-2" in rows["login"]["reason"], rows)


def tls_server(directory, priority, bits=2048, digest="sha256"):
    if shutil.which("gnutls-serv") is None:
        raise Skip("gnutls-serv is not installed")
    key, crt = certificate(directory, bits, digest)
    port = free_port()
    running = subprocess.Popen(
        ["gnutls-serv", "--http", "--port", str(port), "--priority", priority,
         "--x509keyfile", key, "--x509certfile", crt, "--quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    wait_for(lambda: listens(port) or running.poll() is not None,
             "gnutls-serv")
    if running.poll() is not None:
        raise Skip("gnutls-serv does not start")
    return running, port


@test
def R_COM_13_old_TLS_is_named_and_spoken_by_consent(directory):
    old = "NORMAL:-VERS-ALL:+VERS-TLS1.0:%PROFILE_VERY_WEAK"
    for priority, bits, digest, works, says in [
            (old, 2048, "sha256", "legacy-1", "TLS1.0"),
            (old, 1024, "sha1", "legacy-1", "1024 bits"),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC:+RSA:"
             "%PROFILE_VERY_WEAK", 1024, "sha1", "legacy-2", "3DES"),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+ARCFOUR-128:+RSA:"
             "%PROFILE_VERY_WEAK", 512, "md5", "legacy-2", "ARCFOUR"),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.2", 2048, "sha256", "modern", None)]:
        running, port = tls_server(directory, priority, bits, digest)
        try:
            if works != "modern":
                code, rows = steps(port, directory, "asa")
                check("no common cipher: check the VPN-3DES-AES licence"
                      in rows["keys"]["reason"], priority, rows)
            code, out, err = device(port, directory, "test", "--json",
                                    "--tls-profile", works, family="asa")
            rows = json.loads(out)
            check(any(r["step"] == "keys" and r["ok"] for r in rows), priority,
                  rows)
            found = [r["detail"] for r in rows if r["step"] == "finding"]
            check(says is None and not found or says in found[0], priority,
                  found)
        finally:
            running.kill()
            running.wait()


@test
def hostile_web_servers_end_with_a_reason(directory):
    files = certificate(directory)
    for name in HOSTILE:
        for fair, verb in [(0, "fetch"), (1, "fetch")]:
            with WebServer(Device("asa"), files, hostile=name,
                           fair=fair) as server:
                began = time.monotonic()
                code, out, err = device(server.port, directory, verb,
                                        "--command-timeout", "8",
                                        family="asa", timeout="3")
                check(code not in (0, -11, -6) and err.strip(), name, code,
                      out[:100], err)
                check(time.monotonic() - began < PATIENCE, name)


if __name__ == "__main__":
    sys.exit(main())
