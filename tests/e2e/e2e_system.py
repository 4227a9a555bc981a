#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""e2e_system.py HOLDFAST - what is collected about the running system is what
the system says: processes, sockets, mounts, units and directories made here
for the purpose."""
import os
import re
import shutil
import socket
import subprocess
import sys
import xml.etree.ElementTree as xml
from xml.sax.saxutils import escape

from dbus_peer import Peer
from e2e import (HOLDFAST, PATIENCE, Skip, check, equal, free_port, listens,
                 main, run, test, wait_for)

BASE = "http://oval.mitre.org/XMLSchema/oval-definitions-5"
COMMON = "http://oval.mitre.org/XMLSchema/oval-common-5"
NOBODY = 65534


def content(kind, entities, behaviors=""):
    """A document with one object. An entity is (name, value) or (name, value,
    operation) or (name, value, operation, datatype); value None is nil."""
    family, name = kind.split(":")
    text = behaviors
    for entity, value, *more in entities:
        operation = more[0] if more else "equals"
        datatype = more[1] if len(more) > 1 else "string"
        if value is None:
            text += '<%s datatype="%s" xsi:nil="true"/>' % (entity, datatype)
        else:
            text += '<%s datatype="%s" operation="%s">%s</%s>' % (
                entity, datatype, operation, escape(value), entity)
    return ('<oval_definitions xmlns="%s" xmlns:oval="%s" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            '<generator><oval:schema_version>5.11.2</oval:schema_version>'
            '<oval:timestamp>2026-01-01T00:00:00</oval:timestamp></generator>'
            '<objects><%s_object xmlns="%s#%s" id="oval:test:obj:1" '
            'version="1">%s</%s_object></objects></oval_definitions>' %
            (BASE, COMMON, name, BASE, family, text, name)).encode()


def read(output):
    """(flag, messages, items): a fact is its texts, or its status."""
    root = xml.fromstring(output)
    found = next(e for e in root.iter() if e.tag.endswith("}object"))
    messages = [e.text for e in found if e.tag.endswith("}message")]
    items = []
    for element in root.iter():
        if not element.tag.endswith("_item"):
            continue
        item = {}
        for fact in element:
            value = fact.text or ""
            if fact.get("datatype") == "record":
                value = {f.get("name"): f.text or "" for f in fact}
            if fact.get("status", "exists") != "exists":
                value = fact.get("status")
            item.setdefault(fact.tag.split("}")[1], []).append(value)
        items.append(item)
    return found.get("flag"), messages, items


def collect(kind, *entities, behaviors="", env=None):
    code, output, errors = run("oval", "collect", "--syschar", "-", "-",
                               stdin=content(kind, entities, behaviors),
                               env=env)
    equal((code, errors), (0, ""))
    return read(output)


def one(result):
    flag, _, items = result
    equal((flag, len(items)), ("complete", 1))
    return items[0]


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def is_sleeping(child):
    """It is no longer what started it."""
    with open("/proc/%d/cmdline" % child.pid) as file:
        return file.read().startswith("/bin/sleep")


@test
def a_process_is_found_by_its_command_line(directory):
    child = subprocess.Popen(["/bin/sleep", "1000.5"])
    try:
        wait_for(lambda: is_sleeping(child), "sleep")
        item = one(collect("unix:process58",
                           ("command_line", "/bin/sleep 1000.5"),
                           ("pid", str(child.pid), "equals", "int")))
        equal(item["pid"], [str(child.pid)])
        equal(item["ppid"], [str(os.getpid())])
        equal(item["ruid"], [str(os.getuid())])
        equal(item["user_id"], [str(os.geteuid())])
        equal(item["scheduling_class"], ["TS"])
        equal(item["session_id"], [str(os.getsid(0))])
        equal(item["exec_time"], ["00:00:00"])
        check(re.fullmatch(r"\d\d:\d\d:\d\d|[A-Z][a-z]{2}_\d+",
                           item["start_time"][0]), item["start_time"])
        flag, _, items = collect("unix:process", ("command", "sleep"))
        equal(flag, "complete")
        check(any(i["pid"] == [str(child.pid)] for i in items), items)
    finally:
        child.kill()
        child.wait()


@test
def a_process_that_is_not_there_does_not_exist(directory):
    equal(collect("unix:process58", ("command_line", ".*", "pattern match"),
                  ("pid", "2147483647", "equals", "int")),
          ("does not exist", [], []))


@test
def environments_are_those_of_their_processes(directory):
    child = subprocess.Popen(["/bin/sleep", "1000.5"], env={"HF_A": "x=y"})
    try:
        wait_for(lambda: is_sleeping(child), "sleep")
        item = one(collect("independent:environmentvariable58",
                           ("pid", str(child.pid), "equals", "int"),
                           ("name", "^HF_", "pattern match")))
        equal((item["name"], item["value"]), (["HF_A"], ["x=y"]))
    finally:
        child.kill()
        child.wait()
    item = one(collect("independent:environmentvariable58",
                       ("pid", None, "equals", "int"), ("name", "HF_B"),
                       env={"HF_B": "mine"}))
    equal(item["value"], ["mine"])
    item = one(collect("independent:environmentvariable", ("name", "HF_B"),
                       env={"HF_B": "mine"}))
    equal(item["value"], ["mine"])


@test
def listening_sockets_are_found_with_their_program(directory):
    with socket.socket() as tcp, \
            socket.socket(type=socket.SOCK_DGRAM) as udp:
        for s in tcp, udp:
            s.bind(("127.0.0.1", 0))
        tcp.listen()
        for name, s in ("tcp", tcp), ("udp", udp):
            port = str(s.getsockname()[1])
            item = one(collect("linux:inetlisteningservers",
                               ("protocol", name),
                               ("local_address", "127.0.0.1"),
                               ("local_port", port, "equals", "int")))
            equal(item["local_full_address"], ["127.0.0.1:" + port])
            equal(item["foreign_full_address"], ["0.0.0.0:0"])
            equal(item["pid"], [str(os.getpid())])
            equal(item["user_id"], [str(os.geteuid())])


@test
def connected_sockets_do_not_listen(directory):
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        flag, _, items = collect(
            "linux:inetlisteningservers", ("protocol", "tcp"),
            ("local_address", ".*", "pattern match"),
            ("local_port", str(client.getsockname()[1]), "equals", "int"))
        equal((flag, items), ("does not exist", []))


@test
def programs_that_read_interfaces_are_found(directory):
    need_root()
    if not os.path.isdir("/sys/class/net"):
        raise Skip("/sys is not mounted")
    try:
        reader = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                               socket.htons(3))
    except PermissionError as why:
        raise Skip("no packet sockets") from why
    with reader:
        _, _, items = collect("linux:iflisteners",
                              ("interface_name", ".*", "pattern match"))
    mine = [i for i in items if i["pid"] == [str(os.getpid())]]
    interfaces = [n for n in os.listdir("/sys/class/net") if
                  open("/sys/class/net/%s/type" % n).read() == "1\n"]
    equal(sorted(i["interface_name"][0] for i in mine), sorted(interfaces))
    for item in mine:
        equal(item["protocol"], ["ETH_P_ALL"])


@test
def kernel_parameters_have_the_kernels_values(directory):
    item = one(collect("unix:sysctl", ("name", "kernel.ostype")))
    equal(item["value"], ["Linux"])
    flag, _, items = collect("unix:sysctl",
                             ("name", r"^net\.ipv4\.conf\.lo\.",
                              "pattern match"))
    equal(flag, "complete")
    equal({i["name"][0].split(".")[-1] for i in items},
          set(os.listdir("/proc/sys/net/ipv4/conf/lo")))
    for name in "kernel.nothing", "kernel", "..ostype", "", "kernel.ostype.":
        equal(collect("unix:sysctl", ("name", name)),
              ("does not exist", [], []))


@test
def file_systems_have_the_space_that_statvfs_tells(directory):
    if not os.path.ismount("/proc") or not any(
            line.split()[1] == "/" for line in open("/proc/self/mounts")):
        raise Skip("the root directory is not a mount point here")
    item = one(collect("linux:partition", ("mount_point", "/")))
    space = os.statvfs("/")
    equal(item["total_space"], [str(space.f_blocks)])
    equal(item["block_size"], [str(space.f_frsize)])
    equal(int(item["space_used"][0]) + int(item["space_left"][0]),
          space.f_blocks)
    check(item["mount_options"][0] in ("rw", "ro"), item["mount_options"])
    equal(collect("linux:partition", ("mount_point", "/nothing/here")),
          ("does not exist", [], []))


@test
def the_loopback_interface_has_its_address(directory):
    flag, _, items = collect("unix:interface", ("name", "lo"))
    equal(flag, "complete")
    found = [i for i in items if i["inet_addr"] == ["127.0.0.1"]]
    if not found:
        raise Skip("lo is down")
    equal(found[0]["type"], ["ARPHRD_LOOPBACK"])
    equal(found[0]["netmask"], ["255.0.0.0"])
    check("LOOPBACK" in found[0]["flag"], found[0])


@test
def routes_are_those_of_the_kernel(directory):
    if not os.path.exists("/proc/net/route"):
        raise Skip("no IPv4")
    with open("/proc/net/route") as table:
        count = len(table.readlines()) - 1
    _, _, items = collect("unix:routingtable", ("destination", "1.2.3.4",
                                                "not equal", "ipv4_address"))
    check(len({str(i) for i in items}) == len(items) <= count, items)


@test
def the_system_has_a_name(directory):
    item = one(collect("unix:uname"))
    names = os.uname()
    equal([item[k][0] for k in ("machine_class", "node_name", "os_name",
                                "os_release", "os_version")],
          [names.machine, names.nodename, names.sysname, names.release,
           names.version])
    equal(one(collect("independent:family"))["family"], ["unix"])


def as_nobody(directory, kind, *entities, mount=""):
    """Collects with the rights of nobody."""
    need_root()
    program = os.path.join(directory, "holdfast")
    shutil.copy(HOLDFAST, program)
    os.chmod(directory, 0o755)
    os.chmod(program, 0o755)
    command = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY),
               "--clear-groups", program, "oval", "collect", "--syschar", "-",
               "-"]
    if mount:
        command = ["unshare", "--mount", "sh", "-c", mount + ' && exec "$@"',
                   "sh", *command]
    try:
        done = subprocess.run(command, input=content(kind, entities),
                              capture_output=True, timeout=PATIENCE)
    except FileNotFoundError as why:
        raise Skip(why) from why
    if done.returncode != 0 and (b"mount" in done.stderr or
                                 b"unshare" in done.stderr):
        raise Skip("cannot mount")
    equal((done.returncode, done.stderr), (0, b""))
    return read(done.stdout)


@test
def shadow_is_an_error_to_who_may_not_read_it(directory):
    if not os.path.exists("/etc/shadow"):
        raise Skip("no /etc/shadow")
    flag, messages, items = as_nobody(directory, "unix:shadow",
                                      ("username", "root"))
    equal((flag, messages, items),
          ("error", ["/etc/shadow: Permission denied"], []))


@test
def environments_of_others_are_an_error(directory):
    flag, messages, _ = as_nobody(
        directory, "independent:environmentvariable58",
        ("pid", "1", "equals", "int"), ("name", ".*", "pattern match"))
    equal(flag, "error")
    check("Permission denied" in messages[0], messages)


@test
def hidden_processes_are_told(directory):
    for option in "hidepid=1", "hidepid=2":
        flag, messages, _ = as_nobody(
            directory, "unix:process58", ("command_line", "no such thing"),
            ("pid", "0", "greater than", "int"),
            mount="mount -t proc -o %s proc /proc" % option)
        equal(flag, "incomplete")
        check("hidepid" in messages[0], messages)


UNITS = {
    "a.service": {"Id": ("s", "a.service"), "LoadState": ("s", "loaded"),
                  "Names": ("as", ["a.service", "b.service"]),
                  "CanStart": ("b", 1), "MainPID": ("u", 42),
                  "Requires": ("as", ["sys.target"]),
                  "Wants": ("as", []), "Deep": ("a(sv)", [("x", ("i", -1))])},
    "sys.target": {"LoadState": ("s", "loaded"),
                   "Wants": ("as", ["c.service", "sys.target"])},
    "c.service": {"LoadState": ("s", "loaded"),
                  "Requires": ("as", ["hidden.service"])},
}


def unit_path(name):
    return "/u/" + name.replace(".", "_2e")


def systemd(member, path, argument):
    if member == "ListUnits":
        return "a(ssssssouso)", [[
            (name, "", "loaded", "active", "running", "", unit_path(name), 0,
             "", "/") for name in ("a.service", "sys.target")]]
    if member == "ListUnitFiles":
        return "a(ss)", [[("/lib/systemd/system/c.service", "enabled"),
                          ("/lib/systemd/system/t@.service", "static")]]
    if member == "LoadUnit":
        return "o", [unit_path(argument)]
    if member == "GetAll":
        missing = {"LoadState": ("s", "not-found")}
        return "a{sv}", [UNITS.get(path[3:].replace("_2e", "."), missing)]
    return "org.freedesktop.DBus.Error.UnknownMethod"


@test
def units_have_the_properties_that_systemd_tells(directory):
    env = {"DBUS_SYSTEM_BUS_ADDRESS": Peer(directory, systemd).address}

    def values(name):
        item = one(collect("linux:systemdunitproperty", ("unit", "a.service"),
                           ("property", name), env=env))
        equal((item["unit"], item["property"]), (["a.service"], [name]))
        return item["value"]

    equal(values("LoadState"), ["loaded"])
    equal(values("Names"), ["a.service", "b.service"])
    equal(values("CanStart"), ["true"])
    equal(values("MainPID"), ["42"])
    equal(values("Wants"), ["does not exist"])
    equal(values("Deep"), ["x -1"])
    _, _, items = collect("linux:systemdunitproperty",
                          ("unit", r"\.service$", "pattern match"),
                          ("property", "LoadState"), env=env)
    equal(sorted(i["unit"][0] for i in items), ["a.service", "c.service"])


@test
def a_unit_that_systemd_does_not_know_does_not_exist(directory):
    env = {"DBUS_SYSTEM_BUS_ADDRESS": Peer(directory, systemd).address}
    equal(collect("linux:systemdunitproperty", ("unit", "none.service"),
                  ("property", "LoadState"), env=env),
          ("does not exist", [], []))


@test
def dependencies_lead_through_targets(directory):
    env = {"DBUS_SYSTEM_BUS_ADDRESS": Peer(directory, systemd).address}
    item = one(collect("linux:systemdunitdependency", ("unit", "a.service"),
                       env=env))
    equal(item["dependency"], ["sys.target", "c.service"])


@test
def a_machine_without_systemd_is_not_collected(directory):
    if os.path.exists("/run/systemd/private"):
        raise Skip("systemd runs here")
    flag, messages, _ = collect(
        "linux:systemdunitproperty", ("unit", "a.service"),
        ("property", "LoadState"),
        env={"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nothing/here"})
    equal(flag, "not collected")
    check("systemd does not run" in messages[0], messages)


def fwupd(member, path, argument):
    return "aa{sv}", [[
        {"AppstreamId": ("s", "org.fwupd.hsi.Uefi.SecureBoot"),
         "HsiResult": ("u", 1), "Guid": ("as", ["a", "b"])},
        {"AppstreamId": ("s", "org.fwupd.hsi.Iommu"), "HsiResult": ("u", 12)},
        {"AppstreamId": ("s", "org.fwupd.hsi.Odd"), "HsiResult": ("u", 200)}]]


@test
def firmware_has_the_attributes_that_fwupd_tells(directory):
    env = {"DBUS_SYSTEM_BUS_ADDRESS": Peer(directory, fwupd).address}
    _, _, items = collect("linux:fwupdsecattr",
                          ("stream_id", ".*", "pattern match"), env=env)
    equal([i["security_attr"] for i in items],
          [["enabled"], ["not-found"], ["error"]])


LDIF = """dn: dc=example,dc=org
objectClass: organization
objectClass: dcObject
o: Example
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: cn=Ann,ou=people,dc=example,dc=org
objectClass: person
cn: Ann
sn: One
sn: Two
"""

SLAPD = """include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=org"
directory %s/db
maxsize 10485760
"""


class Directory:
    """An LDAP server of our own, for the time of a with block."""

    def __init__(self, directory):
        if not shutil.which("slapd", path="/usr/sbin:/usr/bin"):
            raise Skip("slapd is not installed")
        conf = os.path.join(directory, "slapd.conf")
        os.mkdir(os.path.join(directory, "db"))
        with open(conf, "w") as f:
            f.write(SLAPD % directory)
        added = subprocess.run(["/usr/sbin/slapadd", "-f", conf],
                               input=LDIF.encode(), capture_output=True)
        if added.returncode:
            raise Skip("slapadd: " + added.stderr.decode()[-200:])
        self.port = free_port()
        self.uri = "ldap://127.0.0.1:%d/" % self.port
        self.server = subprocess.Popen(
            ["/usr/sbin/slapd", "-d", "0", "-f", conf, "-h", self.uri],
            stderr=subprocess.DEVNULL)

    def __enter__(self):
        wait_for(self.is_up, "slapd")
        return self

    def is_up(self):
        check(self.server.poll() is None, "slapd does not start")
        return listens(self.port)

    def __exit__(self, *unused):
        self.server.kill()
        self.server.wait()


@test
def directories_are_searched(directory):
    with Directory(directory) as server:
        env = {"LDAPURI": server.uri}
        suffix = ("suffix", "dc=example,dc=org")
        item = one(collect("independent:ldap57", suffix,
                           ("relative_dn", "cn=Ann,ou=people"),
                           ("attribute", "sn"), env=env))
        equal(item["object_class"], ["person;"])
        equal(item["ldaptype"], ["LDAPTYPE_DIRECTORY_STRING"])
        item = one(collect("independent:ldap", suffix,
                           ("relative_dn", "cn=Ann,ou=people"),
                           ("attribute", "sn"), env=env))
        equal(item["value"], ["One", "Two"])
        _, _, items = collect("independent:ldap57", suffix,
                              ("relative_dn", "ou=people"),
                              ("attribute", None), env=env,
                              behaviors='<behaviors scope="SUBTREE"/>')
        equal([i["relative_dn"] for i in items],
              [["ou=people"], ["cn=Ann,ou=people"]])
        _, _, items = collect("independent:ldap57", suffix,
                              ("relative_dn", "^cn=", "pattern match"),
                              ("attribute", "^s", "pattern match"), env=env)
        equal([i["attribute"] for i in items], [["sn"]])
        equal(collect("independent:ldap57", suffix, ("relative_dn", "cn=Bob"),
                      ("attribute", None), env=env),
              ("does not exist", [], []))


@test
def a_directory_that_does_not_answer_is_an_error(directory):
    flag, messages, _ = collect("independent:ldap57", ("suffix", "dc=x"),
                                ("relative_dn", None), ("attribute", None),
                                env={"LDAPURI": "ldap://127.0.0.1:1/"})
    equal(flag, "error")
    check("LDAP" in messages[0], messages)


sys.exit(main())
