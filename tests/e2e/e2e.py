# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: running holdfast, and TAP."""
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback

HOLDFAST = os.path.abspath(sys.argv[1])
TESTS = []
PATIENCE = 120  # seconds; what a busy machine needs, not what is promised

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<oval_definitions
 xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
 xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5">
 <generator>
  <oval:product_name>test</oval:product_name>
  <oval:schema_version>5.11.2</oval:schema_version>
  <oval:timestamp>%(time)s</oval:timestamp>
 </generator>
 <definitions>
  <definition id="oval:test:def:1" version="1" class="vulnerability">
   <metadata>
    <title>CVE-2000-0001 in bash</title>
    <affected family="unix"><platform>%(platform)s</platform></affected>
    <reference source="CVE" ref_id="CVE-2000-0001"/>
    <description>bash is too old.</description>
    %(metadata)s
   </metadata>
   <criteria>
    <criterion test_ref="oval:test:tst:1" comment="bash is earlier than 9"/>
   </criteria>
  </definition>
 </definitions>
 <tests>
  <dpkginfo_test
   xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux"
   id="oval:test:tst:1" version="1" check="at least one"
   check_existence="at_least_one_exists" comment="bash is earlier than 9">
   <object object_ref="oval:test:obj:1"/><state state_ref="oval:test:ste:1"/>
  </dpkginfo_test>
 </tests>
 <objects>
  <dpkginfo_object
   xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux"
   id="oval:test:obj:1" version="1"><name>bash</name></dpkginfo_object>
 </objects>
 <states>
  <dpkginfo_state
   xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux"
   id="oval:test:ste:1" version="1">
   <evr datatype="debian_evr_string" operation="less than">0:9-1</evr>
  </dpkginfo_state>
 </states>
 <!-- %(padding)s -->
</oval_definitions>
"""


def document(time="2026-01-02T03:04:05", platform="Debian GNU/Linux 12",
             padding="", metadata=""):
    return (DOCUMENT % locals()).encode()


def run(*arguments, env=None, stdin=b"", timeout=PATIENCE):
    """(exit code, standard output, standard error)"""
    everything = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
                  "HOME": "/nonexistent", **(env or {})}
    done = subprocess.run([HOLDFAST, *arguments], input=stdin, env=everything,
                          capture_output=True, timeout=timeout)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Skip(Exception):
    """Raised by a test that this machine cannot run, with the reason."""


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(str(w) for w in what))


def equal(a, b):
    check(a == b, repr(a), "is not", repr(b))


def wait_for(condition, what, limit=PATIENCE):
    """Until it is true; its value."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, "waited in vain:", what)
        time.sleep(0.05)


def within_once(seconds, do, *arguments):
    """It takes less than that; beside other programs not at the first try."""
    took = []
    while not took or took[-1] >= seconds:
        check(len(took) < 10, do.__name__, *arguments, "took", took)
        begun = time.monotonic()
        do(*arguments)
        took.append(time.monotonic() - begun)


def is_alive(pid):
    """A process that ended and that nobody awaits is not: what it left goes
    to an init, and not every container's awaits it."""
    try:
        with open("/proc/%d/stat" % pid, errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def free_port(count=1):
    """The first of so many ports side by side that nobody listens on. They lie
    below those that connections are made from, one of which would be taken by
    another test before a program of this one listens there."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        low, high = map(int, file.read().split())
    ports = range(12000, low) if low > 16000 else range(high + 1, 65536)
    if len(ports) < 1000:
        ports = range(12000, 65536)
    for _ in range(1000):
        port = random.choice(ports)
        try:
            for i in range(count):
                socket.create_server(("127.0.0.1", port + i)).close()
            return port
        except (OSError, OverflowError):
            pass
    raise AssertionError("no port is free")


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        return True
    except OSError:
        return False


def test(function):
    """Its name is the sentence; it is given an empty directory."""
    TESTS.append(function)
    return function


def main():
    only = os.environ.get("HOLDFAST_ONLY")  # a part of a test's name
    if only:
        TESTS[:] = [t for t in TESTS if only in t.__name__]
    print("1..%d" % len(TESTS), flush=True)
    failed = 0
    for i, function in enumerate(TESTS, 1):
        name = function.__name__.replace("_", " ")
        directory = tempfile.mkdtemp(prefix="holdfast-e2e-")
        try:
            function(directory)
            print("ok %d - %s" % (i, name), flush=True)
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (i, name, why), flush=True)
        except Exception:  # a test may fail in any way
            failed += 1
            print("not ok %d - %s" % (i, name))
            for line in traceback.format_exc().splitlines()[-12:]:
                print("# " + line, flush=True)
        shutil.rmtree(directory, ignore_errors=True)
    return 1 if failed else 0
