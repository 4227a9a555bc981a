# SPDX-License-Identifier: Apache-2.0
"""The gate's listeners seen from outside: what of TLS they speak with the TLS
of others (OpenSSL, GnuTLS); and that nothing goes to a router whose files an
operator carries (R-TMS-1), by the counters of an interface."""
import contextlib
import ctypes
import os
import re
import socket
import subprocess
import sys

from bed import ip
from e2e import PATIENCE, Skip, check, equal, main, test
from server import HOLDFASTD, Refused, Server


def talk(port, version, ciphers="ALL:@SECLEVEL=0"):
    """(protocol, cipher) that OpenSSL agrees on, or None."""
    options = ["-cipher", ciphers] if version != "tls1_3" else []
    done = subprocess.run(["openssl", "s_client", "-connect",
                           "127.0.0.1:%d" % port, "-" + version, *options],
                          input=b"", capture_output=True, timeout=PATIENCE)
    told = done.stdout.decode(errors="replace")
    cipher = re.search(r"Cipher is (\S+)", told)
    protocol = re.search(r"^    Protocol  : (\S+)|^New, (TLSv1.3),", told,
                         re.M)
    if not cipher or cipher[1] == "(NONE)":
        return None
    return (protocol[1] or protocol[2], cipher[1])


def spoken(port):
    return [version for version in ("tls1", "tls1_1", "tls1_2", "tls1_3")
            if talk(port, version)]


def certificate(directory, bits, digest):
    """One of an old firewall's kind: (certificate, key)."""
    paths = (os.path.join(directory, "gate.pem"),
             os.path.join(directory, "gate.key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:%d" % bits,
                    "-" + digest, "-nodes", "-days", "30", "-subj",
                    "/CN=localhost", "-out", paths[0], "-keyout", paths[1]],
                   check=True, capture_output=True, timeout=PATIENCE)
    os.chmod(paths[1], 0o600)
    return paths


def gate(directory, level, **settings):
    return Server(directory, devices__tls_listen="127.0.0.1:0",
                  devices__tls=level, **settings)


# --- TLS -----------------------------------------------------------------------
@test
def R_COM_13_modern_speaks_nothing_below_TLS_1_2(directory):
    with gate(directory, "modern") as server:
        equal(spoken(server.ports["devices_tls"]), ["tls1_2", "tls1_3"])
        equal(spoken(server.ports["api"]), ["tls1_3"])


@test
def R_COM_13_compatible_speaks_TLS_1_0_and_no_old_ciphers(directory):
    with gate(directory, "compatible") as server:
        port = server.ports["devices_tls"]
        equal(spoken(port), ["tls1", "tls1_1", "tls1_2", "tls1_3"])
        equal(talk(port, "tls1")[0], "TLSv1")
        # No RC4, no 3DES, no anonymous and no export ciphers.
        for ciphers in ("RC4", "3DES", "aNULL", "eNULL", "EXP"):
            equal(talk(port, "tls1", ciphers + ":@SECLEVEL=0"), None)
        equal(spoken(server.ports["api"]), ["tls1_3"])


@test
def R_COM_13_legacy_speaks_what_a_firewall_of_2005_has(directory):
    os.makedirs(directory, exist_ok=True)
    cert, key = certificate(directory, 1024, "sha1")
    with gate(directory, "legacy", devices__tls_certificate=cert,
              devices__tls_key=key) as server:
        port = server.ports["devices_tls"]
        equal(spoken(port), ["tls1", "tls1_1", "tls1_2", "tls1_3"])
        # RSA key exchange, as before ephemeral keys.
        equal(talk(port, "tls1", "AES128-SHA:@SECLEVEL=0"),
              ("TLSv1", "AES128-SHA"))
        for ciphers in ("RC4", "aNULL", "eNULL"):
            equal(talk(port, "tls1", ciphers + ":@SECLEVEL=0"), None)
        # 3DES, which Debian's OpenSSL has no more.
        done = subprocess.run(
            ["gnutls-cli", "--insecure", "-p", str(port), "127.0.0.1",
             "--priority", "NONE:+VERS-TLS1.0:+RSA:+3DES-CBC:+SHA1:"
             "+COMP-NULL:+SIGN-ALL:%VERIFY_ALLOW_SIGN_WITH_SHA1"],
            input=b"", capture_output=True, timeout=PATIENCE)
        told = done.stdout.decode(errors="replace")
        check(re.search(r"TLS1\.0.*3DES-CBC", told), told)
        # None of it on the listener of people, and not with its key.
        equal(spoken(server.ports["api"]), ["tls1_3"])


@test
def R_COM_13_legacy_is_refused_with_the_key_of_the_others(directory):
    server = gate(directory, "legacy")
    try:
        server.start(refused="devices.tls_certificate")
    except AssertionError:
        pass
    else:
        server.stop()
        raise AssertionError("it started")
    check("devices.tls_certificate" in server.log(), server.log())


# --- TMS: nothing is sent --------------------------------------------------------
class Wire:
    """A network of its own with one router's address on a wire, on which what
    is sent is counted. The router is nobody: any packet is one too many."""

    router = "10.98.0.1"

    def __init__(self):
        self.name = "hf%d-w" % os.getpid()

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skip("needs root")
        ip("netns", "add", self.name)
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def make(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        ip("-n", self.name, "link", "set", "lo", "up")
        ip("netns", "exec", self.name, "sysctl", "-qw",
           "net.ipv6.conf.default.disable_ipv6=1")
        ip("-n", self.name, "link", "add", "w0", "type", "veth", "peer",
           "name", "w1")
        ip("-n", self.name, "addr", "add", "10.98.0.254/24", "dev", "w0")
        for end in ("w0", "w1"):
            ip("-n", self.name, "link", "set", end, "up")

    @contextlib.contextmanager
    def here(self):
        with open("/proc/self/ns/net") as home, \
                open("/run/netns/" + self.name) as there:
            if self.libc.setns(there.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                self.libc.setns(home.fileno(), 0x40000000)

    def sent(self):
        """Packets that left towards the router."""
        with open("/proc/self/net/dev") as file:
            line = next(line for line in file if line.strip().
                        startswith("w0:"))
        return int(line.split(":")[1].split()[9])

    def __exit__(self, *_):
        ip("netns", "del", self.name, check=False)


def refused(call, *arguments):
    """The words with which it was refused."""
    try:
        call(*arguments)
    except Refused as why:
        return str(why.body)
    return ""


@test
def R_TMS_1_no_packet_goes_to_a_router_whose_files_are_carried(directory):
    with Wire() as wire, wire.here():
        before = wire.sent()
        with Server(os.path.join(directory, "server")) as server:
            server.set_up()
            server.change_settings({"network.approve_alone": True})
            credential = server.post("/api/v1/network/credentials", {
                "name": "c", "login": "op", "password": "secret-of-r1"})["id"]
            device = server.post("/api/v1/network/devices", {
                "name": "r1", "family": "ios", "version": "12.4(15)T",
                "model": "1841", "address": wire.router, "transport": "tms",
                "credential": credential})["id"]
            one = "/api/v1/network/devices/%d" % device
            equal(server.get(one)["ways"], [])
            check("R-TMS-1" in server.get(one)["no_way"])
            for action, body in (("test", {}), ("discover", {}),
                                 ("run", {"commands": ["show version"]})):
                check("R-TMS-1" in refused(server.post, one + "/" + action,
                                           body), action)
        folder = os.path.join(directory, "usb")
        order(directory)
        done = subprocess.run(
            [HOLDFASTD, "--data", os.path.join(directory, "media"),
             "media-write", os.path.join(directory, "order.json"), folder],
            capture_output=True, timeout=PATIENCE)
        equal((done.returncode, done.stderr), (0, b""))
        equal(sorted(os.listdir(folder)),
              ["COPY.txt", "MANIFEST", "r1_delta.cfg", "r1_full.cfg"])
        equal(wire.sent(), before)
        # The counter counts: one packet is seen (what asks for the router's
        # hardware address).
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(b"x", (wire.router, 9))
        server.wait_for(lambda: wire.sent() > before, "a packet is counted")


def order(directory):
    os.makedirs(os.path.join(directory, "media"))
    for name, ntp in (("new", "192.0.2.2"), ("old", "192.0.2.1")):
        with open(os.path.join(directory, name), "w") as file:
            file.write("!\nversion 12.4\nhostname r1\n!\nntp server %s\n!\n"
                       "end\n" % ntp)
    with open(os.path.join(directory, "order.json"), "w") as file:
        file.write('{"name": "r1", "family": "ios", "version": "12.4(15)T",'
                   ' "model": "1841", "configuration": "%s/new",'
                   ' "previous": "%s/old"}' % (directory, directory))


if __name__ == "__main__":
    sys.exit(main())
