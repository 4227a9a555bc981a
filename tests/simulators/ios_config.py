# SPDX-License-Identifier: Apache-2.0
"""A model of what routers with IOS and firewalls with ASA do with commands of
configuration mode: which take the place of others, what "no" takes along, what
is refused, and which packets their filters let through.

It knows only the commands that it is about, and refuses all others. It was
written from the manuals, apart from the program that it tests.
"""
import re

PORTS = (22, 23, 80, 443)
HOSTS = tuple("10.9.0.%d" % i for i in range(1, 5))


class Refused(Exception):
    pass


def passes(entries, packet):
    """packet: a host or a port; entries: None is a list that is not there."""
    if entries is None:
        return True
    for entry in entries:
        words = entry.split()
        if words[0] == "remark":
            continue
        if words[1] in ("any", "ip") or str(packet) in words:
            return words[0] == "permit"
    return False


class Ios:
    ONE = ("hostname", "enable secret", "ip default-gateway", "banner motd")
    ONE_OF_INTERFACE = ("description", "mtu", "ip access-group # in",
                        "ip access-group # out", "vrf forwarding",
                        "switchport trunk allowed vlan")
    ONE_OF_LINE = ("login", "transport input", "access-class # in",
                   "exec-timeout")
    HARDWARE = ("GigabitEthernet", "line ")

    def __init__(self):
        self.top, self.users, self.sections = [], {}, {}
        self.lists = {}  # "101" or a name: [type, [(number, entry)]]
        self.numbered = set()
        self.at = None

    # --- What is there -------------------------------------------------------

    def text(self):
        out = sorted(self.top)
        out += ["username %s %s" % user for user in sorted(self.users.items())]
        for name in sorted(self.sections):
            out += [name] + [" " + line for line in sorted(
                self.sections[name], key=self.rank)]
        for name in sorted(self.lists):
            kind, entries = self.lists[name]
            if name.isdigit():
                out += ["access-list %s %s" % (name, e) for _, e in entries]
            else:
                out += ["ip access-list %s %s" % (kind, name)]
                out += [" " + e for _, e in entries]
        return "".join(line + "\n" for line in out) + "end\n"

    @staticmethod
    def rank(line):
        return (not line.startswith("vrf "), "secondary" in line,
                " add " in line, line)

    def entries(self, name):
        return ([e for _, e in self.lists[name][1]] if name in self.lists
                else None)

    def filters(self):
        """(where, packet): whether it passes."""
        out = {}
        for section, lines in self.sections.items():
            for line in lines:
                found = re.match(r"ip access-group (\S+) (in|out)$", line)
                for port in PORTS if found else ():
                    out[section, found[2], port] = passes(
                        self.entries(found[1]), port)
                found = re.match(r"access-class (\S+) in", line)
                for host in HOSTS if found else ():
                    out[section, "in", host] = passes(
                        self.entries(found[1]), host)
        return out

    # --- Commands --------------------------------------------------------------

    def enter(self, line):
        negated = line.startswith("no ")
        line = line[3:] if negated else line
        if line == "exit" and not negated:
            self.at = None
        elif self.at is not None and self.at[0] == "list" and \
                not self.opens(line):
            self.enter_entry(line, negated)
        elif self.at is not None and not self.opens(line) and \
                not line.startswith(("access-list", "ip route", "username",
                                     "hostname")):
            self.enter_section(line, negated)
        else:
            self.at = None
            self.enter_top(line, negated)

    def opens(self, line):
        return line.startswith(("interface ", "line ", "ip access-list "))

    def enter_top(self, line, negated):
        words = line.split()
        if words[0] == "access-list":
            self.enter_numbered(words, negated)
        elif line.startswith("ip access-list "):
            self.enter_named(words, negated)
        elif words[0] in ("interface", "line"):
            self.enter_head(line, negated)
        elif words[0] == "username" and negated:
            self.users.pop(words[1], None)
        elif words[0] == "username":
            self.users[words[1]] = " ".join(words[2:])
        elif line.startswith(("ip route ", "ntp server ", "logging host ",
                              "ip http", "snmp-server community ") + self.ONE):
            self.put(self.top, self.ONE + (
                ("snmp-server community " + words[2],)
                if line.startswith("snmp-server") else ()), line, negated)
        else:
            raise Refused(line)

    def put(self, lines, ones, line, negated):
        heads = [one for one in ones if re.match(
            re.escape(one).replace(r"\#", r"\S+").replace("#", r"\S+")
            + r"( |$)", line)]
        pattern = (re.escape(heads[0]).replace(r"\#", r"\S+").replace(
            "#", r"\S+") + r"( |$)") if heads else None
        if not negated and heads and line in heads and line != "login":
            raise Refused(line)  # incomplete
        if negated and line in lines:
            lines.remove(line)
        elif negated and heads and line == heads[0]:
            lines[:] = [x for x in lines if not re.match(pattern, x)]
        elif negated:
            pass
        elif line not in lines:
            if heads:
                lines[:] = [x for x in lines if not re.match(pattern, x)]
            lines.append(line)

    def enter_head(self, line, negated):
        if negated and self.HARDWARE[0] in line or \
                negated and line.startswith("line vty 0"):
            raise Refused(line)
        if negated:
            self.sections.pop(line, None)
            return
        self.sections.setdefault(line, ["login"] if line.startswith("line ")
                                 else [])
        self.at = ("section", line)

    def enter_section(self, line, negated):
        lines = self.sections[self.at[1]]
        if self.at[1].startswith("line "):
            if negated and line.startswith(("login", "transport input")):
                raise Refused("no " + line + " opens or shuts the line")
            if line == "default transport input":
                lines[:] = [x for x in lines if "transport input" not in x]
                return
            self.put(lines, self.ONE_OF_LINE, line, negated)
            return
        if line.startswith("vrf forwarding"):  # takes all addresses along
            lines[:] = [x for x in lines if not x.startswith("ip address")]
        if line.startswith("switchport trunk allowed vlan"):
            self.vlans(lines, line, negated)
        elif line.startswith("ip address") and not line.endswith("secondary"):
            self.address(lines, line, negated)
        else:
            self.put(lines, self.ONE_OF_INTERFACE, line, negated)

    @staticmethod
    def vlans(lines, line, negated):
        if negated or " add " not in line:
            lines[:] = [x for x in lines if "allowed vlan" not in x]
        if not negated and line not in lines:
            lines.append(line)

    @staticmethod
    def address(lines, line, negated):
        secondary = [x for x in lines if x.endswith(" secondary")]
        own = [x for x in lines if x.startswith("ip address ")
               and x not in secondary]
        if negated and line == "ip address":
            lines[:] = [x for x in lines if not x.startswith("ip address")]
        elif negated and line in lines and secondary:
            raise Refused("must delete the secondary addresses first")
        elif negated and line in lines:
            lines.remove(line)
        elif not negated and line + " secondary" in lines:
            raise Refused("is a secondary address")
        elif not negated:
            lines[:] = [x for x in lines if x not in own] + [line]

    # --- Filters ---------------------------------------------------------------

    def enter_numbered(self, words, negated):
        name = words[1]
        if negated:
            self.lists.pop(name, None)  # whatever stands behind the number
            return
        kind = "standard" if int(name) < 100 or 1300 <= int(name) < 2000 \
            else "extended"
        self.append(self.lists.setdefault(name, [kind, []])[1],
                    " ".join(words[2:]))

    def enter_named(self, words, negated):
        kind, name = words[2], words[3]
        if name in self.lists and self.lists[name][0] != kind:
            raise Refused("is a list of another kind")
        if negated:
            self.lists.pop(name, None)
            return
        self.lists.setdefault(name, [kind, []])
        self.at = ("list", name)

    @staticmethod
    def append(entries, entry):
        if entry not in [e for _, e in entries]:
            entries.append((max([n for n, _ in entries] + [0]) + 10, entry))

    def enter_entry(self, line, negated):
        entries = self.lists[self.at[1]][1]
        if not line.startswith(("permit ", "deny ", "remark ")):
            raise Refused(line)
        if negated and line not in [e for _, e in entries]:
            raise Refused("no such entry")
        if negated:
            entries[:] = [x for x in entries if x[1] != line]
            if not entries:
                # The list is there still, and denies all.
                pass
        else:
            self.append(entries, line)

    # --- Whoever manages it ----------------------------------------------------

    def access(self):
        """What a manager needs: a set of facts."""
        out = {("user", name) for name in self.users}
        for section, lines in self.sections.items():
            vrf = [x for x in lines if x.startswith("vrf ")]
            for line in lines:
                if line.startswith("ip address "):
                    out.add((section, line.split()[2], *vrf))
                if line.startswith("transport input") and "ssh" in line:
                    out.add((section, "ssh"))
                if line.startswith("login"):
                    out.add((section, "asks"))
        return out | {(line,) for line in self.top
                      if line.startswith(("ip route", "ip http"))}


class Asa:
    """Filters of firewalls, and who uses them."""

    def __init__(self):
        self.lists, self.groups, self.top = {}, {}, []

    def text(self):
        out = sorted(self.top)
        for name in sorted(self.lists):
            out += ["access-list %s %s" % (name, e) for e in self.lists[name]]
        out += ["access-group %s in interface %s" % (name, interface)
                for interface, name in sorted(self.groups.items())]
        return "".join(line + "\n" for line in out) + ": end\n"

    def filters(self):
        return {(interface, port): passes(
            [" ".join(e.split()[1:]) if e.startswith("extended ") else e
             for e in self.lists.get(name, [])], port)
                for interface, name in self.groups.items() for port in PORTS}

    def access(self):
        return set(self.top) & {x for x in self.top if x.startswith("http ")}

    def enter(self, line):
        negated = line.startswith("no ")
        words = (line[3:] if negated else line).split()
        if words[0] == "access-list":
            self.enter_list(words, negated)
        elif words[0] == "access-group":
            if not negated and words[1] not in self.lists:
                raise Refused("access-list does not exist")
            if not negated:
                self.groups[words[4]] = words[1]
            elif self.groups.get(words[4]) == words[1]:
                del self.groups[words[4]]
        elif words[0] in ("hostname", "http", "banner", "route"):
            self.enter_top(" ".join(words), negated)
        else:
            raise Refused(line)

    def enter_top(self, line, negated):
        head = {"hostname": "hostname "}.get(line.split()[0])
        if line.startswith("banner") and negated:
            self.top = [x for x in self.top
                        if not x.startswith(" ".join(line.split()[:2]))]
        elif negated:
            if line in self.top:
                self.top.remove(line)
        elif line.startswith("route "):
            key = " ".join(line.split()[:4])
            if any(x.startswith(key + " ") for x in self.top):
                raise Refused("a route of that kind is there")
            self.top.append(line)
        else:
            if head:
                self.top = [x for x in self.top if not x.startswith(head)]
            if line not in self.top or line.startswith("banner"):
                self.top.append(line)

    def enter_list(self, words, negated):
        name, entry = words[1], " ".join(words[2:])
        entries = self.lists.setdefault(name, [])
        place = re.match(r"line (\d+) (.*)", entry)
        if negated:
            if entry not in entries:
                raise Refused("no such entry")
            entries.remove(entry)
            if not entries:  # takes its users along
                del self.lists[name]
                self.groups = {i: n for i, n in self.groups.items()
                               if n != name}
        elif place:
            if place[2] in entries or int(place[1]) > len(entries) + 1:
                raise Refused("found a duplicate element, or no such line")
            entries.insert(int(place[1]) - 1, place[2])
        elif entry in entries:
            raise Refused("found duplicate element")
        else:
            entries.append(entry)
