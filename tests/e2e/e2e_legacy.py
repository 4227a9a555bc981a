# SPDX-License-Identifier: Apache-2.0
"""Real sshd restricted to what old devices speak (R-SSH-15), and devices that
call (RFC 8071)."""
import contextlib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import threading

from bed import PASSWORD, USER, Bed
from e2e import (HOLDFAST, PATIENCE, Skip, check, equal, free_port, main, test,
                 wait_for)
from netconf import Netconf, run

MATRIX = [  # what the server offers only, and which profile is needed
    ("modern", "KexAlgorithms ecdh-sha2-nistp256\nCiphers aes256-ctr\n"
     "HostKeyAlgorithms rsa-sha2-512"),
    ("legacy-1", "KexAlgorithms diffie-hellman-group14-sha1\n"
     "Ciphers aes128-cbc\nMACs hmac-sha1\nHostKeyAlgorithms ssh-rsa"),
    ("legacy-2", "KexAlgorithms diffie-hellman-group1-sha1\n"
     "Ciphers 3des-cbc\nMACs hmac-sha1\nHostKeyAlgorithms ssh-rsa"),
    ("museum", "KexAlgorithms diffie-hellman-group-exchange-sha1\n"
     "Ciphers aes256-cbc\nMACs hmac-md5\nHostKeyAlgorithms ssh-rsa"),
    ("museum", "KexAlgorithms diffie-hellman-group14-sha1\n"
     "Ciphers 3des-cbc\nMACs hmac-sha1\nHostKeyAlgorithms ssh-dss"),
    ("museum", "KexAlgorithms diffie-hellman-group1-sha1\n"
     "Ciphers aes128-cbc\nMACs hmac-sha1-96\nHostKeyAlgorithms ssh-rsa"),
]
PROFILES = ["modern", "legacy-1", "legacy-2", "museum"]


class Servers:
    """One sshd a row of the matrix, on the router of a bed."""

    def __init__(self, bed):
        directory = os.path.join(bed.directory, "r1")
        subprocess.run(["ssh-keygen", "-q", "-t", "dsa", "-N", "", "-f",
                        directory + "/dsa"], check=True, capture_output=True)
        for number, (_, options) in enumerate(MATRIX):
            config = "%s/sshd.%d" % (directory, number)
            with open(config, "w") as f:
                f.write("Port %d\nHostKey %s/rsa\nHostKey %s/dsa\nPidFile none"
                        "\nUsePAM no\nPrintMotd no\nPrintLastLog no\nUseDNS no"
                        "\nLogLevel ERROR\n%s\n" % (2200 + number, directory,
                                                   directory, options))
            subprocess.run(
                ["nsenter", "-t", str(bed.running[0].pid), "-m", "-n", "-u",
                 "/usr/sbin/sshd", "-f", config], check=True,
                capture_output=True)


def device(bed, port, verb, profile, *arguments, password=PASSWORD,
           trust=True):
    path = os.path.join(bed.directory, "password")
    with open(path, "w") as f:
        f.write(password)
    done = subprocess.run(
        [*bed.prefix(), HOLDFAST, "device", verb, "--family", "frr", "--user",
         USER, "--password-file", path, "--port", str(port), "--ssh-profile",
         profile, *(["--trust-first"] * trust), *arguments, bed.address()],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


@test
def R_SSH_15_each_old_server_is_reached_by_its_profile_only(directory):
    with Bed(directory) as bed:
        Servers(bed)
        for number, (needed, options) in enumerate(MATRIX):
            for profile in PROFILES:
                if PROFILES.index(profile) > PROFILES.index(needed) and \
                        profile != "museum":
                    continue
                code, out, err = device(bed, 2200 + number, "test", profile,
                                        "--json")
                rows = json.loads(out)
                works = PROFILES.index(profile) >= PROFILES.index(needed)
                check((code == 0) == works, options, profile, out, err)
                found = [r["detail"] for r in rows if r["step"] == "finding"]
                check(bool(found) == (works and profile != "modern"), options,
                      profile, found)


@test
def R_SSH_15_the_museum_pins_refuses_and_reads_as_every_other(directory):
    with Bed(directory) as bed:
        Servers(bed)
        dss = 2204
        code, out, err = device(bed, dss, "fetch", "museum", trust=False)
        check(code == 4 and "is not approved yet" in err, code, err)
        code, out, err = device(bed, dss, "test", "museum", "--json")
        pin = [r for r in json.loads(out) if r["step"] == "keys"][0]["detail"]
        code, out, err = device(bed, dss, "fetch", "museum", "--host-key", pin,
                                trust=False)
        check(code == 0 and out.endswith("\nend\n"), code, err)
        code, out, err = device(bed, dss, "fetch", "museum", "--host-key",
                                "SHA256:other")
        check(code == 4 and "but SHA256:other is approved" in err, code, err)
        code, out, err = device(bed, dss, "fetch", "museum", password="wrong")
        check(code == 4 and "refused user" in err, code, err)
        left = subprocess.run(["ip", "netns", "pids", bed.manager],
                              capture_output=True, text=True).stdout
        equal(left.strip(), "")


def is_waiting(manager, port):
    check(manager.poll() is None, "it ended", manager.poll())
    return ":%d " % port in subprocess.run(
        ["ss", "-ltnH"], capture_output=True, text=True).stdout


@test
def a_greeting_of_SSH_that_never_ends_costs_nothing(directory):
    with socket.create_server(("127.0.0.1", 0)) as door:
        def half():
            with door.accept()[0] as device:
                device.sendall(b"SSH-2")
                with contextlib.suppress(OSError):
                    while device.recv(4096):
                        pass

        threading.Thread(target=half, daemon=True).start()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code, out, err = run(directory, "ios", "--user", "x", "--port",
                             str(door.getsockname()[1]), "127.0.0.1",
                             verb="test")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        check(code != 0 and "not done in time" in out + err, out, err)
        check(after.ru_utime + after.ru_stime -
              before.ru_utime - before.ru_stime < 1, before, after)


@test
def a_NETCONF_request_that_a_busy_server_loses_is_asked_once_more(directory):
    with Netconf(directory, relay="sessions") as server:
        def sessions():
            with open(directory + "/sessions") as f:
                return f.read().split()

        before = len(sessions())
        with open(directory + "/sessions.next", "w"):
            pass
        code, out, err = server.run("fetch", "--timeout", "30")
        check(code == 0, code, out, err)
        equal(sessions()[before:], ["together", "apart"])
        # What might change something is asked once.
        before = len(sessions())
        with open(directory + "/sessions.next", "w"):
            pass
        code, out, err = server.run("run", "--timeout", "3", "lock candidate")
        check(code != 0 and "nothing came for 3 seconds" in err, code, err)
        equal(sessions()[before:], ["together"])


@test
def R_INV_5_a_device_that_calls_is_the_one_whose_key_is_approved(directory):
    if shutil.which("socat") is None:
        raise Skip("socat is not installed")
    with Netconf(directory) as server:
        with open(directory + "/sshd.conf") as f:
            inetd = f.read()
        with open(directory + "/sshd.other", "w") as f:
            f.write(inetd.replace("/host\n", "/user\n"))
        port = free_port()
        pin = subprocess.run(["ssh-keygen", "-lf", directory + "/host.pub"],
                             capture_output=True, text=True,
                             check=True).stdout.split()[1]
        manager = subprocess.Popen(
            [HOLDFAST, "device", "run", "--family", "netconf", "--user",
             "root", "--key", directory + "/user", "--port", str(port),
             "--call-home", "--host-key", pin, "--command-timeout", "60",
             "a-device", "get-config running"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        calls = []
        try:
            for near, config in [("127.0.0.2", "sshd.other"),
                                 ("127.0.0.3", "sshd.conf")]:
                wait_for(lambda: is_waiting(manager, port), "its ear")
                # netconfd takes sessions of its own port only.
                calls.append(subprocess.Popen(
                    ["socat", "TCP:127.0.0.1:%d,bind=%s:%d" % (
                        port, near, server.port),
                     "EXEC:/usr/sbin/sshd -i -f %s/%s,nofork" % (directory,
                                                                config)],
                    stderr=subprocess.DEVNULL))
            out, err = manager.communicate(timeout=PATIENCE)
        finally:
            manager.kill()
            for call in calls:
                call.kill()
                call.wait()
        check(b"a call was not the device's" in err, err)
        check(manager.returncode == 0 and b"nacm" in out, manager.returncode,
              out, err)


if __name__ == "__main__":
    sys.exit(main())
