# SPDX-License-Identifier: Apache-2.0
"""Real routers are discovered, archived and changed; what fails is undone."""
import json
import os
import subprocess
import sys

from bed import PASSWORD, USER, Bed
from e2e import HOLDFAST, check, equal, main, test

# Forwards one connection after the other; the first one is cut when the
# manager has sent the text in the first argument.
CUTTER = r"""
import select, socket, sys
mark, target = sys.argv[1].encode(), (sys.argv[2], 23)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
armed = True
while True:
    near, _ = listener.accept()
    far = socket.create_connection(target)
    heard = b""
    open_ = True
    while open_:
        for s in select.select([near, far], [], [])[0]:
            data = s.recv(65536)
            if s is near:
                heard += data
            if not data or (armed and mark in heard):
                open_ = False
                break
            (far if s is near else near).sendall(data)
    if mark in heard:
        armed = False
    near.close()
    far.close()
"""


def device(bed, verb, *arguments, stdin=None, number=1, address=None,
           trust=True):
    password = os.path.join(bed.directory, "password")
    with open(password, "w") as f:
        f.write(PASSWORD)
    done = subprocess.run(
        [*bed.prefix(), HOLDFAST, "device", verb, "--family", "frr", "--user",
         USER, "--password-file", password, *(["--trust-first"] * trust),
         *arguments, address or bed.address(number)],
        input=stdin.encode() if stdin is not None else None,
        stdin=subprocess.DEVNULL if stdin is None else None,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8",
             "HOME": "/nonexistent"}, capture_output=True, timeout=120)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def push(bed, lines, *arguments, expected=0, **more):
    code, out, err = device(bed, "push", "--commands", "-", "--json",
                            *arguments, stdin="\n".join(lines) + "\n", **more)
    check(code == expected, code, out, err)
    return json.loads(out)


def running(bed, number=1):
    return bed.vtysh(number, "show running-config")


@test
def R_INV_1_a_router_is_discovered(directory):
    with Bed(directory) as bed:
        code, out, err = device(bed, "discover")
        check(code == 0, code, err)
        found = json.loads(out)
        equal(found["facts"]["family"], "frr")
        equal(found["facts"]["hostname"], "r1")
        check(found["facts"]["version"][0].isdigit())
        eth0 = [i for i in found["interfaces"] if i["name"] == "eth0"][0]
        equal((eth0["state"], eth0["address"], eth0["description"]),
              ("up", "10.99.0.1/24", "towards the managers"))
        check("ip route 192.0.2.0/24 10.99.0.254" in found["running_config"])
        check("Building configuration" not in found["running_config"])


@test
def versions_are_kept_when_something_changed(directory):
    archive = os.path.join(directory, "archive")
    with Bed(directory) as bed:
        code, out, err = device(bed, "fetch", "--archive", archive, "--name",
                                "r1", "--exit-code")
        check(code == 1 and out == "" and "version 1" in err, code, out, err)
        code, out, err = device(bed, "fetch", "--archive", archive, "--name",
                                "r1", "--exit-code")
        check(code == 0 and out == "" and "unchanged" in err, code, out, err)
        bed.vtysh(1, "configure terminal", "ip route 203.0.113.0/24 Null0")
        code, out, err = device(bed, "fetch", "--archive", archive, "--name",
                                "r1", "--exit-code")
        check(code == 1 and "version 2" in err, code, out, err)
        changed = [line for line in out.splitlines()[2:] if line[0] in "+-"]
        equal(changed, ["+ip route 203.0.113.0/24 Null0"])
        equal(sorted(os.listdir(archive + "/r1")), ["1.cfg", "2.cfg"])
        equal(os.stat(archive + "/r1/1.cfg").st_mode & 0o777, 0o600)
        code, out, err = device(bed, "fetch", "--archive", archive, "--name",
                                "../r1")
        check(code == 3 and "no name" in err, code, err)


@test
def R_DEP_5_a_change_that_holds_is_read_back_and_saved(directory):
    with Bed(directory) as bed:
        done = push(bed, ["! a remark", "interface eth0",
                          " description to the managers, new", "exit",
                          "ip route 203.0.113.0/24 10.99.0.254",
                          "no ip route 192.0.2.0/24 10.99.0.254"])
        equal(done["result"], "applied")
        equal({line["result"] for line in done["lines"]}, {"taken"})
        check("+ip route 203.0.113.0/24 10.99.0.254" in done["diff"], done)
        check("-ip route 192.0.2.0/24 10.99.0.254" in done["diff"], done)
        check("ip route 203.0.113.0/24 10.99.0.254" in running(bed))
        check("description to the managers, new" in running(bed))


@test
def R_DEP_3_a_refused_line_undoes_those_before_it(directory):
    with Bed(directory) as bed:
        before = running(bed)
        done = push(bed, ["interface eth0", " description changed", "exit",
                          "hostname elsewhere",
                          "ip route 203.0.113.0/24 10.99.0.254",
                          "no ip route 192.0.2.0/24 10.99.0.254",
                          "ip nonsense", "ip route 203.0.113.1/32 Null0"],
                    expected=1)
        equal(done["result"], "undone")
        equal([line["result"] for line in done["lines"]],
              ["taken"] * 6 + ["refused", "not sent"])
        check("line 7" in done["reason"] and "ip nonsense" in done["reason"],
              done["reason"])
        check("Unknown command" in done["lines"][6]["reason"], done)
        equal(running(bed), before)
        # The same with the refusal tolerated, or all of them.
        done = push(bed, ["ip nonsense", "ip route 203.0.113.0/24 Null0"],
                    "--tolerate", "^% Unknown command")
        equal((done["result"], done["lines"][0]["result"]),
              ("applied", "tolerated"))
        done = push(bed, ["ip nonsense", "ip route 203.0.114.0/24 Null0"],
                    "--go-on")
        equal((done["result"], done["lines"][0]["result"]),
              ("applied", "refused"))


@test
def R_DEP_5_a_line_that_is_not_read_back_undoes_the_change(directory):
    with Bed(directory) as bed:
        before = running(bed)
        # The router takes this, and writes it as 203.0.113.0/24.
        done = push(bed, ["ip route 203.0.113.7/24 Null0"], expected=1)
        equal((done["result"], done["lines"][0]["result"]),
              ("undone", "missing"))
        equal(done["undo"], "no ip route 203.0.113.0/24 Null0\n")
        equal(running(bed), before)
        done = push(bed, ["ip route 203.0.113.7/24 Null0"], "--no-verify",
                    "--no-save")
        equal((done["result"], done["saved"]), ("applied", False))


@test
def R_DEP_4_a_change_behind_our_back_stops_the_next(directory):
    archive = os.path.join(directory, "archive")
    with Bed(directory) as bed:
        code, out, err = device(bed, "fetch", "--archive", archive, "--name",
                                "r1")
        check(code == 0, err)
        bed.vtysh(1, "configure terminal", "ip route 203.0.113.0/24 Null0")
        before = running(bed)
        route = ["ip route 203.0.114.0/24 Null0"]
        known = ["--archive", archive, "--name", "r1"]
        done = push(bed, route, *known, expected=1)
        equal(done["result"], "cancelled")
        check("R-DEP-4" in done["reason"], done)
        equal(done["lines"][0]["result"], "not sent")
        equal(running(bed), before)
        done = push(bed, route, *known, "--overwrite")
        equal(done["result"], "applied")


@test
def a_contact_that_ends_half_way_is_taken_up_again_to_undo(directory):
    with Bed(directory) as bed:
        before = running(bed)
        cutter = subprocess.Popen(
            [*bed.prefix(), sys.executable, "-c", CUTTER, "203.0.113.2/32",
             bed.address()], stdout=subprocess.PIPE)
        try:
            port = cutter.stdout.readline().decode().strip()
            done = push(bed, ["ip route 203.0.113.1/32 Null0",
                              "ip route 203.0.113.2/32 Null0",
                              "ip route 203.0.113.3/32 Null0"],
                        "--transport", "telnet", "--port", port, expected=1,
                        address="127.0.0.1", trust=False)
        finally:
            cutter.kill()
            cutter.wait()
        equal(done["result"], "undone")
        check("the contact ended" in done["reason"], done)
        check("no ip route 203.0.113.1/32 Null0" in done["undo"], done)
        equal(running(bed), before)


@test
def R_DEP_8_transcripts_hold_no_secret(directory):
    path = os.path.join(directory, "transcript")
    with Bed(directory) as bed:
        done = push(bed, ["enable password Pl4nted-secret",
                          "ip route 203.0.113.0/24 Null0"],
                    "--transcript", path)
        equal(done["result"], "applied")
        with open(path) as f:
            text = f.read()
        equal(os.stat(path).st_mode & 0o777, 0o600)
        check("> enable password ********" in text, text)
        check("> ip route 203.0.113.0/24 Null0" in text)
        check("Pl4nted" not in text and PASSWORD not in text and
              "password zebra" not in text)


@test
def what_cannot_be_pushed_is_refused_before_any_contact(directory):
    bed = Bed(directory)
    bed.prefix = lambda: []
    for lines, reason in [("", "has no line"), ("end\n", "leaves or enters"),
                          ("a\x07b\n", "control character"),
                          ("configure terminal\n", "leaves or enters")]:
        code, out, err = device(bed, "push", "--commands", "-", stdin=lines,
                                address="192.0.2.1")
        check(code == 3 and reason in err, code, err)


if __name__ == "__main__":
    sys.exit(main())
