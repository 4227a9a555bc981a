# SPDX-License-Identifier: Apache-2.0
"""The commands from one configuration to another, entered into models of
devices: they end where they should, nothing is refused on the way, and at no
moment is what passes and who may manage less than before and after (R-DEP-5).
"""
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))
from e2e import HOLDFAST, PATIENCE, check, equal, main, test  # noqa: E402
from ios_config import Asa, HOSTS, Ios, PORTS, Refused  # noqa: E402

PAIRS = 150


def delta(family, old, new):
    with tempfile.TemporaryDirectory() as directory:
        names = []
        for name, text in (("old", old), ("new", new)):
            names.append(os.path.join(directory, name))
            with open(names[-1], "w") as f:
                f.write(text)
        done = subprocess.run([HOLDFAST, "device", "diff", "--family", family,
                               "--commands"] + names, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE)
    return done.returncode, done.stdout, done.stderr


def some(rng, choices, at_most=None):
    n = rng.randint(0, at_most if at_most is not None else len(choices))
    return rng.sample(choices, min(n, len(choices)))


def extended(rng):
    entries = ["%s tcp any any eq %d" % (verb, port) for port in PORTS
               for verb in ("permit", "deny")] + ["deny ip any any",
                                                  "permit ip any any",
                                                  "remark a", "remark b"]
    return some(rng, entries, 7) or ["permit ip any any"]


def standard(rng):
    entries = ["%s %s" % (verb, host) for host in HOSTS
               for verb in ("permit", "deny")] + ["deny any", "permit any",
                                                  "remark x"]
    return some(rng, entries, 6) or ["permit any"]


def near(rng, entries, fresh):
    """Entries that differ a little: what people and undoing do."""
    out = list(entries)
    for _ in range(rng.randint(0, 3)):
        action = rng.randint(0, 2)
        if action == 0 and len(out) > 1:
            out.pop(rng.randrange(len(out)))
        elif action == 1 and len(out) > 1:
            out.insert(rng.randrange(len(out)), out.pop(
                rng.randrange(len(out))))
        else:
            more = [x for x in fresh if x not in out]
            if more:
                out.insert(rng.randint(0, len(out)), rng.choice(more))
    return out


def ios(rng, other=None):
    c = Ios()
    c.top = ["hostname r%d" % rng.randint(1, 3),
             "enable secret 9 e%d" % rng.randint(1, 3)]
    c.top += some(rng, ["ip route 10.%d.0.0 255.255.0.0 10.0.0.%d" % (i, g)
                        for i in range(3) for g in (1, 2)], 4)
    c.top += some(rng, ["ntp server 10.0.0.9", "logging host 10.0.0.8",
                        "ip http secure-server", "ip http server"])
    if rng.random() < 0.5:
        c.top.append("ip default-gateway 10.0.0.%d" % rng.randint(1, 3))
    c.users = {name: "privilege 15 secret 9 s%d" % rng.randint(1, 3)
               for name in ["manager"] + some(rng, ["bob", "carol"])}
    for name in ["101", "FILTER"]:
        if rng.random() < 0.85:
            entries = near(rng, other.entries(name), extended(rng)) \
                if other and other.entries(name) and rng.random() < 0.7 \
                else extended(rng)
            c.lists[name] = ["extended", list(enumerate(entries))]
    for name in ["10", "VTY"]:
        if rng.random() < 0.85:
            entries = near(rng, other.entries(name), standard(rng)) \
                if other and other.entries(name) and rng.random() < 0.7 \
                else standard(rng)
            c.lists[name] = ["standard", list(enumerate(entries))]
    for kind, n in (("GigabitEthernet0/", 2), ("Loopback", 2)):
        for i in range(n):
            if kind == "Loopback" and rng.random() < 0.5:
                continue
            c.sections["interface %s%d" % (kind, i)] = interface(rng, kind, i)
    c.sections["line vty 0 4"] = [
        rng.choice(["login", "login local", "login authentication x"]),
        "transport input " + rng.choice(["ssh", "ssh telnet", "all ssh"])]
    if rng.random() < 0.6:
        c.sections["line vty 0 4"].append("access-class %s in" % rng.choice(
            ["10", "VTY"]))
    if rng.random() < 0.5:
        c.sections["line vty 5 15"] = ["login local", "transport input ssh"]
    if other is not None:  # a list that is not there may be used before
        drop_dangling(c)
    return c


def drop_dangling(c):
    for lines in c.sections.values():
        lines[:] = [x for x in lines if not x.startswith((
            "ip access-group", "access-class")) or x.split()[-2] in c.lists]


def interface(rng, kind, i):
    lines = []
    if rng.random() < 0.6:
        lines.append("description d%d" % rng.randint(1, 3))
    if kind == "GigabitEthernet0/" and i == 1 and rng.random() < 0.5:
        lines += ["vrf forwarding v%d" % rng.randint(1, 2)]
    if rng.random() < 0.8:
        lines.append("ip address 10.%d.%d.%d 255.255.255.0" % (
            i + 4 * (kind == "Loopback"), i, rng.randint(1, 2)))
        lines += some(rng, ["ip address 10.7.%d.%d 255.255.255.0 secondary"
                            % (i, x) for x in (3, 4)])
    for way in ("in", "out"):
        if rng.random() < 0.5:
            lines.append("ip access-group %s %s" % (
                rng.choice(["101", "FILTER"]), way))
    if rng.random() < 0.3:
        lines.append("switchport trunk allowed vlan %d" % rng.randint(1, 2))
        if rng.random() < 0.5:
            lines.append("switchport trunk allowed vlan add %d"
                         % rng.randint(8, 9))
    return lines + some(rng, ["shutdown", "mtu 1400"], 1)


def asa(rng, other=None):
    c = Asa()
    c.top = ["hostname f%d" % rng.randint(1, 3)]
    c.top += ["http 10.0.0.0 255.0.0.0 inside"] + some(
        rng, ["http 10.1.0.0 255.255.0.0 inside"])
    c.top += ["route outside 0.0.0.0 0.0.0.0 10.0.0.%d" % rng.randint(1, 2)]
    c.top += ["banner motd b%d" % i for i in sorted(some(rng, [1, 2, 3]))]
    for name in ("in", "out"):
        if rng.random() < 0.8:
            old = [x[9:] if x.startswith("extended ") else x
                   for x in other.lists.get(name, [])] if other else []
            entries = near(rng, old, extended(rng)) if old else extended(rng)
            c.lists[name] = [e if e.startswith("remark") else "extended " + e
                             for e in entries]
            if rng.random() < 0.8:
                c.groups["if-" + name] = name
    return c


def wanted(text):
    """Defaults that a device has without a line are no difference."""
    return text.replace(" login\n", "")


def walk(family, device, target, moves_may_open=False):
    start = device.text()
    code, commands, err = delta(family, start, target.text())
    check(code in (0, 1), "code", code, err, start, target.text())
    if not commands:
        equal(wanted(start), wanted(target.text()))
        return 0
    before, after = device.filters(), target.filters()
    needed = device.access() & target.access()
    for command in commands.splitlines():
        where = "\n".join(["at", command, "of", commands, "from", start, "to",
                           target.text()])
        try:
            device.enter(command)
        except Refused as why:
            check(False, where, "refused:", why)
        now = device.filters()
        for packet, passed in before.items():
            if passed and after.get(packet, True) and not moves_may_open:
                check(now.get(packet, True), where, "at", command,
                      "does not pass:", packet)
            if not passed and not after.get(packet, True) and \
                    not moves_may_open:
                check(not now.get(packet, True), where, "at", command,
                      "passes:", packet)
        if needed - device.access():
            check(False, where, "cut off:", needed - device.access())
    check(wanted(device.text()) == wanted(target.text()), "from", start, "by",
          commands, "it is", device.text(), "and not", target.text())
    return 1


@test
def R_DEP_5_a_router_is_led_from_any_configuration_to_another(directory):
    """Neither filters nor access have a gap on the way."""
    changed = 0
    for seed in range(PAIRS):
        rng = random.Random(seed)
        device = ios(rng)
        changed += walk("ios", device, ios(rng, device))
    check(changed > PAIRS // 2, changed)


@test
def R_DEP_5_a_firewall_is_led_from_any_filters_to_others(directory):
    changed = 0
    for seed in range(PAIRS):
        rng = random.Random(seed)
        device = asa(rng)
        target = asa(rng, device)
        # A line that moves is away for a moment: nothing is known twice. And
        # what a firewall is sent it takes as a whole.
        moves = any(
            [x for x in device.lists.get(n, []) if x in target.lists.get(n, [])]
            != [x for x in target.lists.get(n, [])
                if x in device.lists.get(n, [])] for n in ("in", "out"))
        moves |= device.groups != target.groups
        changed += walk("asa", device, target, moves)
    check(changed > PAIRS // 2, changed)


main()
