# SPDX-License-Identifier: Apache-2.0
"""Network devices over the wire: real routers, and servers that misbehave."""
import json
import os
import socket
import subprocess
import sys
import threading

from bed import PASSWORD, USER, Bed
from e2e import HOLDFAST, check, equal, free_port, main, test


def device(*arguments, prefix=(), password=PASSWORD, timeout=120):
    """(exit code, standard output, standard error); the password goes in on
    standard input."""
    done = subprocess.run(
        [*prefix, HOLDFAST, "device", *arguments], input=password.encode(),
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8",
             "HOME": "/nonexistent"},
        capture_output=True, timeout=timeout)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def run(bed, *arguments, number=1, **more):
    return device("run", "--family", "frr", "--user", USER,
                  "--password-file", "-", bed.address(number), *arguments,
                  prefix=bed.prefix(), **more)


def probe(bed, *arguments, **more):
    code, out, err = device("test", "--family", "frr", "--user", USER,
                            "--password-file", "-", "--json", *arguments,
                            bed.address(), prefix=bed.prefix(), **more)
    check(out, err)
    return code, {step["step"]: step for step in json.loads(out)}


def lines(text):
    """Without the two lines that tell the time or the size."""
    return [line for line in text.splitlines()
            if line and not line.startswith(("Building", "Current"))]


@test
def R_INV_4_each_step_to_a_router_over_SSH_is_told(directory):
    with Bed(directory, banner="*** Authorized use only #\n") as bed:
        code, steps = probe(bed)
        equal(code, 1)
        check(steps["tcp"]["ok"])
        check(not steps["keys"]["ok"])
        check("R-SSH-16" in steps["keys"]["reason"], steps["keys"])
        key = [word for word in steps["keys"]["reason"].split()
               if word.startswith("SHA256:")][0]

        code, steps = probe(bed, "--host-key", key)
        equal(code, 0)
        equal(list(steps), ["name", "tcp", "keys", "login", "shell",
                            "session", "version"])
        equal(steps["keys"]["detail"], key)
        equal(steps["session"]["detail"], "r1#")
        check("FRRouting" in steps["version"]["detail"])

        # R-SSH-16: another key than the approved one.
        code, steps = probe(bed, "--host-key", "SHA256:" + "A" * 43)
        equal(code, 1)
        check("is approved" in steps["keys"]["reason"], steps["keys"])
        check("login" not in steps)

        code, steps = probe(bed, "--host-key", key, password="wrong")
        equal(code, 1)
        check("refused user" in steps["login"]["reason"], steps["login"])
        check("wrong" not in json.dumps(steps))


@test
def the_configuration_that_is_read_is_the_one_the_router_has(directory):
    routes = "\n".join("ip route 198.51.100.%d/32 10.99.0.254" % i
                       for i in range(200))
    with Bed(directory, count=2, more=routes) as bed:
        for number in (1, 2):
            code, out, err = run(bed, "show running-config",
                                 number=number, *["--trust-first"])
            check(code == 0, code, err)
            equal(lines(out),
                  lines(bed.vtysh(number, "show running-config")))
            check(len(out) > 8000)
        # Over telnetd, and over FRR's own line, with its pager.
        code, out, err = run(bed, "--transport", "telnet",
                             "show running-config")
        check(code == 0, code, err)
        equal(lines(out), lines(bed.vtysh(1, "show running-config")))
        code, out, err = run(bed, "--transport", "telnet", "--port", "2601",
                             "show running-config", password="zebra")
        check(code == 0, code, err)
        check("hostname r1" in out, out, err)


@test
def a_change_is_entered_line_by_line_and_a_refused_line_ends_it(directory):
    with Bed(directory) as bed:
        code, out, err = run(bed, "--trust-first", "configure terminal",
                             "hostname a-new-name-for-this-router",
                             "ip route 203.0.113.0/24 10.99.0.254",
                             "end", "show running-config")
        check(code == 0, code, err)
        check("ip route 203.0.113.0/24" in out, out)
        check("hostname a-new-name-for-this-router" in out)
        code, out, err = run(bed, "--trust-first", "configure terminal",
                             "ip nonsense 203.0.113.0", "ip route 192.0.2.1/32 lo")
        equal(code, 3)
        check("refused 'ip nonsense 203.0.113.0'" in err, err)
        check("192.0.2.1/32" not in bed.vtysh(1, "show running-config"))


@test
def R_SSH_15_old_algorithms_are_spoken_only_with_their_profile(directory):
    old = ("KexAlgorithms diffie-hellman-group14-sha1\n"
           "HostKeyAlgorithms ssh-rsa\nCiphers aes128-cbc\nMACs hmac-sha1")
    with Bed(directory, sshd=old) as bed:
        code, steps = probe(bed, "--trust-first")
        equal(code, 1)
        check(not steps["keys"]["ok"])
        code, steps = probe(bed, "--trust-first", "--ssh-profile", "legacy-1")
        equal(code, 0)


class Server:
    """A simulator of a server that says something odd."""

    def __init__(self, say):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, args=(say,))
        self.thread.start()

    def serve(self, say):
        connection, _ = self.listener.accept()
        try:
            say(connection)
        except OSError:
            pass  # the client has had enough
        connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.thread.join()
        self.listener.close()


def odd(say, *arguments, transport="ssh"):
    with Server(say) as server:
        return device("run", "--family", "ios", "--user", "u",
                      "--password-file", "-", "--transport", transport,
                      "--trust-first", "--port", str(server.port), *arguments,
                      "127.0.0.1", "show version")


@test
def R_SSH_3_SSH_1_is_named_and_explained(directory):
    code, out, err = odd(lambda c: (c.sendall(b"SSH-1.5-Cisco-1.25\n"),
                                    c.recv(1000)))
    equal(code, 3)
    check("SSH 1 only" in err and "ip ssh version 2" in err, err)


@test
def servers_that_are_none_are_told_as_such(directory):
    code, out, err = odd(lambda c: c.sendall(b"HTTP/1.1 400 Bad\r\n" * 2000))
    equal(code, 3)
    check("no SSH server" in err, err)
    code, out, err = odd(lambda c: None)
    check(code == 4 and "ended the connection" in err, code, err)


def endless(connection):
    connection.sendall(b"\r\nr1#")
    while True:
        connection.sendall(b"0123456789abcdef\r\n" * 4096)


def one_line(connection):
    while True:
        connection.sendall(b"x" * 65536)


@test
def endless_output_and_endless_lines_end_with_a_limit(directory):
    for say in (endless, one_line):
        code, out, err = odd(say, transport="telnet")
        check(code == 3 and "more than" in err, code, err)


@test
def binary_and_options_over_Telnet_do_no_harm(directory):
    code, out, err = odd(
        lambda c: c.sendall(os.urandom(200000) + b"\xff\xfa\x18" * 1000),
        transport="telnet")
    check(code in (3, 4), code, err)
    check(err.startswith("holdfast: "), err)


@test
def nothing_listens_and_no_such_name(directory):
    port = free_port()
    code, out, err = device("run", "--family", "ios", "--user", "u",
                            "--password-file", "-", "--port", str(port),
                            "127.0.0.1", "show version")
    check(code == 4 and "tcp" in err and "refused" in err, code, err)
    code, out, err = device("run", "--family", "ios", "--user", "u",
                            "--password-file", "-", "no.such.name.invalid",
                            "show version")
    check(code in (3, 4) and "name" in err, code, err)


@test
def R_COM_6_what_is_no_transport_is_refused(directory):
    for name, reason in (("smoke", "smoke"), ("tms", "command line")):
        code, out, err = device("run", "--family", "ios", "--user", "u",
                                "--password-file", "-", "--transport", name,
                                "127.0.0.1", "show version")
        check(code in (2, 3) and reason in err, code, err)


@test
def many_devices_of_a_list_are_read_at_once(directory):
    with Bed(directory, count=3) as bed:
        archive = os.path.join(directory, "archive")
        listed = os.path.join(directory, "router.db")
        logins = os.path.join(directory, ".cloginrc")
        with open(listed, "w") as f:
            for number in (1, 2, 3):
                f.write("%s;frr;up\n" % bed.address(number))
            f.write("10.99.0.77;frr;down\n10.99.0.200;frr;up\nx;junos;up\n")
        with open(logins, "w") as f:
            f.write("add user * %s\nadd password * {%s}\nadd method * ssh\n"
                    % (USER, PASSWORD))
        arguments = ["fetch", "--inventory", listed, "--format", "rancid",
                     "--logins", logins, "--archive", archive,
                     "--trust-first", "--timeout", "20"]
        code, out, err = device(*arguments, prefix=bed.prefix())
        equal(code, 4)
        check("3 read, 3 changed, 1 failed, 1 down" in err, err)
        check(listed + ":6: 'junos' of RANCID" in err, err)
        check("10.99.0.200: tcp: " in err, err)
        check(PASSWORD not in err + out)
        for number in (1, 2, 3):
            with open(os.path.join(archive, bed.address(number),
                                   "1.cfg")) as f:
                equal(lines(f.read()),
                      lines(bed.vtysh(number, "show running-config")))
        # Nothing changed: no new versions. One after the other does the same.
        code, out, err = device(*arguments, "--parallel", "1",
                                prefix=bed.prefix())
        check("3 read, 0 changed, 1 failed, 1 down" in err, err)


if __name__ == "__main__":
    sys.exit(main())
