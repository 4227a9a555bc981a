# SPDX-License-Identifier: Apache-2.0
"""A second implementation of the selection of patches: slow, by sets, from
the wording of the rules; and random cases for it."""
import random

LEVELS = ["critical", "important", "moderate", "low", "unassigned"]
VERSIONS = ["4.0", "3.1", "3.0", "2.0"]


def tenths(score):
    return None if score is None else round(score * 10)


def at_least(values, threshold):
    values = [v for v in values if v is not None]
    return bool(values) and threshold is not None and \
        max(values) >= tenths(threshold)


def newest(cvss):
    for version in VERSIONS:
        if cvss.get(version) is not None:
            return tenths(cvss[version])
    return None


class Model:
    def __init__(self, case):
        self.os = case["os"]
        self.catalogue = {p["id"]: p for p in case["catalogue"]}
        self.missing = list(dict.fromkeys(case["missing"]))
        self.c = case["configuration"]

    def fact(self, name, key, default=None):
        value = self.catalogue.get(name, {}).get(key)
        return default if value is None else value

    def below(self, name):
        """Everything that a patch supersedes, through the whole catalogue."""
        seen, todo = set(), [name]
        while todo:
            last = todo.pop()
            for to in self.fact(last, "supersedes", []):
                if to not in seen and self.system(to) == self.system(last):
                    seen.add(to)
                    todo.append(to)
        return seen

    def displaces(self, a, b):
        """In a circle nothing does. What is of another system is no link."""
        return a != b and b in self.below(a) and a not in self.below(b)

    def system(self, name):
        return self.fact(name, "os", self.os)

    def applies(self, name):
        if self.system(name) != self.os:
            return False
        hidden = self.os == "windows" and self.fact(name, "preview", False)
        return not hidden or self.c.get("scan_preview", False)

    def risk(self, name):
        risk = self.c.get("risk")
        cves = self.fact(name, "cves", [])
        if not risk:
            return False
        return at_least([tenths(c.get("vrr")) for c in cves],
                        risk.get("vrr")) or \
            at_least([newest(c.get("cvss") or {}) for c in cves],
                     risk.get("cvss")) or \
            bool(risk.get("exploited")
                 and any(c.get("exploited") for c in cves))

    def severity(self, name):
        pairs = self.c.get("severity") or []
        kind = self.fact(name, "type")
        switch = kind in ("bugfix", "enhancement") or \
            (kind == "nonsecurity" and self.os == "macos")
        if switch:
            return any(pair[0] == kind for pair in pairs)
        return [kind, self.fact(name, "severity", "unassigned")] in pairs

    def grouped(self, name, option):
        return any(name in self.c["groups"][g]
                   for g in self.c.get(option) or [])

    def vendor(self, name):
        rows = self.c.get("vendors")
        mine = [self.fact(name, "vendor", ""), self.fact(name, "product", ""),
                self.fact(name, "version", "")]
        return rows is None or any(
            all(want in ("*", have) for want, have in zip(row, mine))
            for row in rows)

    def excluded(self, name):
        return self.grouped(name, "exclude")

    def source(self, name):
        return self.risk(name) or self.severity(name) or \
            self.grouped(name, "include")

    def windows_formula(self, name):
        if self.fact(name, "enablement", False):
            chosen = name in (self.c.get("enablement") or [])
        else:
            chosen = self.source(name) and self.vendor(name)
        return chosen and not self.excluded(name)

    def windows(self):
        there = [m for m in self.missing if self.applies(m)]
        strong = [m for m in there if self.windows_formula(m)
                  or not self.fact(m, "preview", False)]
        left = [m for m in there
                if not any(self.displaces(s, m) for s in strong)]
        return [m for m in left if self.windows_formula(m)]

    def macos(self):
        chosen = [m for m in self.missing if self.applies(m)
                  and self.source(m) and not self.excluded(m)]
        return [m for m in chosen
                if not any(self.displaces(s, m) for s in chosen)]

    def kept_back(self, name):
        packages = self.fact(name, "packages", [])
        return any(p in (self.c.get("exclude_packages") or [])
                   for p in packages)

    def linux(self):
        there = [m for m in self.missing if self.applies(m)]
        tops = [m for m in there
                if not any(self.displaces(s, m) for s in there)]
        broken = {m for m in there if self.kept_back(m)}
        while True:
            more = {m for m in there if m not in broken and
                    (any(n in broken for n in self.fact(m, "requires", []))
                     or any(t in broken and self.displaces(t, m)
                            for t in tops))}
            if not more:
                break
            broken |= more
        wanted, todo = set(), [m for m in there if not self.kept_back(m) and (
            self.c.get("all_missing") or self.source(m))]
        while todo:
            name = todo.pop()
            for top in tops:
                if top in wanted or not (
                        top == name or self.displaces(top, name)):
                    continue
                wanted.add(top)
                if top not in broken:
                    todo += [n for n in self.fact(top, "requires", [])
                             if n in there]
        return wanted - broken

    def deployed(self):
        return sorted(getattr(self, self.os)())

    def held_back(self):
        """P-SEL-16: what is urgent, displaced, and not by what is deployed."""
        deployed = self.deployed()
        strong = [m for m in self.missing if self.applies(m)
                  and (self.windows_formula(m)
                       or not self.fact(m, "preview", False))]
        return sorted(
            m for m in self.missing
            if self.os == "windows" and self.applies(m)
            and any(self.displaces(s, m) for s in strong)
            and not any(self.displaces(d, m) for d in deployed)
            and not self.excluded(m)
            and (any(c.get("exploited") for c in self.fact(m, "cves", []))
                 or (self.fact(m, "type"), self.fact(m, "severity"))
                 == ("security", "critical")))


def random_cve(rng):
    cve = {"id": "CVE-2026-%d" % rng.randrange(10000)}
    cve["cvss"] = {v: rng.randrange(0, 101) / 10
                   for v in VERSIONS if rng.random() < 0.3}
    if rng.random() < 0.5:
        cve["vrr"] = rng.randrange(0, 101) / 10
    cve["exploited"] = rng.random() < 0.1
    return cve


def random_patch(rng, os, name, names):
    types = {"windows": ["security", "nonsecurity"],
             "macos": ["security", "nonsecurity"],
             "linux": ["security", "bugfix", "enhancement"]}[os]
    patch = {"id": name, "type": rng.choice(types),
             "severity": rng.choice([*LEVELS, None]),
             "vendor": rng.choice("ABC"), "product": rng.choice("XYZ"),
             "preview": rng.random() < 0.15,
             "enablement": rng.random() < 0.1,
             "cves": [random_cve(rng) for _ in range(rng.randrange(3))]}
    if rng.random() < 0.9:
        patch["os"] = os if rng.random() < 0.95 else "windows"
    if rng.random() < 0.5:
        patch["supersedes"] = rng.sample(names, rng.randrange(1, 4))
    if os == "linux":
        patch["packages"] = rng.sample(["p1", "p2", "p3", "p4", "p5", "p6"],
                                       rng.randrange(3))
        if rng.random() < 0.3:
            patch["requires"] = rng.sample(names, rng.randrange(1, 3))
    return patch


def random_severity(rng, os):
    if rng.random() < 0.3:
        return None
    pairs = [["security", level] for level in LEVELS
             if os != "linux" or level != "unassigned"]
    if os == "windows":
        pairs += [["nonsecurity", level] for level in LEVELS]
    elif os == "macos":
        pairs += [["nonsecurity"]]
    else:
        pairs += [["bugfix"], ["enhancement", None]]
    return rng.sample(pairs, rng.randrange(0, 4))


def random_configuration(rng, os, names):
    groups = {g: rng.sample(names, rng.randrange(0, 4))
              for g in ["G1", "G2", "G3", "G4"]}
    chosen = {"groups": groups,
              "severity": random_severity(rng, os),
              "include": [g for g in ["G1", "G2"] if rng.random() < 0.4]}
    if os != "linux":
        chosen["exclude"] = [g for g in ["G3", "G4"] if rng.random() < 0.3]
    if os == "linux":
        chosen["all_missing"] = rng.random() < 0.2
        chosen["exclude_packages"] = [p for p in ["p1", "p2"]
                                      if rng.random() < 0.2]
    if os == "windows":
        chosen["scan_preview"] = rng.random() < 0.5
        if rng.random() < 0.5:
            chosen["risk"] = {
                "vrr": rng.choice([None, rng.randrange(0, 101) / 10]),
                "cvss": rng.choice([None, rng.randrange(1, 101) / 10]),
                "exploited": rng.random() < 0.3}
        if rng.random() < 0.4:
            chosen["vendors"] = rng.sample(
                [["A", "*"], ["B", "X"], ["C", "*"], ["A", "Y"], ["*", "*"]],
                rng.randrange(0, 3))
        if rng.random() < 0.5:
            chosen["enablement"] = rng.sample(names, rng.randrange(0, 4))
    return chosen


def random_case(seed):
    rng = random.Random(seed)
    os = rng.choice(["windows", "windows", "macos", "linux"])
    names = ["P%d" % i for i in range(rng.randrange(4, 16))]
    known = [n for n in names if rng.random() < 0.95]
    catalogue = [random_patch(rng, os, n, names) for n in known]
    missing = [n for n in names if rng.random() < 0.7]
    return {"os": os, "catalogue": catalogue,
            "missing": missing + rng.sample(missing, len(missing) // 5),
            "configuration": random_configuration(rng, os, names)}
