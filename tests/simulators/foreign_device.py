#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A simulator of a Windows or macOS device, for what cannot run here.

Makes the report of docs/patch-reports.md: which of a list of updates with
supersedence the device has, which it lacks. "Installing" a job moves updates
from one list to the other; a superseding update takes the older with it.

    foreign_device.py windows [SEED] [UPDATES.json] > report.json

UPDATES.json is a list of {"id", "severity", "supersedes", "cves", ...}; without
one a small list of our own is used.
"""
import json
import random
import sys

OWN = {
    "windows": [
        {"id": "KB9000001", "type": "security", "severity": "critical",
         "title": "Cumulative update, month 1"},
        {"id": "KB9000002", "type": "security", "severity": "critical",
         "title": "Cumulative update, month 2", "supersedes": ["KB9000001"],
         "cves": [{"id": "CVE-2026-90001", "exploited": True}]},
        {"id": "KB9000003", "type": "nonsecurity", "severity": "unassigned",
         "title": "Preview of month 3", "supersedes": ["KB9000002"],
         "preview": True},
        {"id": "KB9000004", "type": "security", "severity": "important",
         "product": "Edge", "title": "Browser"},
        {"id": "EP9000005", "type": "nonsecurity", "enablement": True,
         "title": "Moves Windows to another version"},
    ],
    "macos": [
        {"id": "MACOS-15.1", "type": "security", "severity": "critical",
         "os_update": True, "title": "System 15.1"},
        {"id": "MACOS-15.2", "type": "security", "severity": "important",
         "os_update": True, "title": "System 15.2",
         "supersedes": ["MACOS-15.1"]},
        {"id": "SAFARI-19", "type": "security", "severity": "critical",
         "product": "Safari", "title": "Browser"},
    ],
}


def updates_of(lists):
    """Updates with what they replace, from a list of Windows updates in the
    form that `holdfast advisory import` calls msu."""
    updates = {}
    for cve, patches in lists["vulnerabilities"].items():
        for patch in patches:
            number = patch["patch"]
            if not number.isdigit():
                continue
            one = updates.setdefault(number, {
                "id": "KB" + number, "type": "security",
                "title": patch["title"][:200], "supersedes": [], "cves": []})
            if cve.startswith("CVE-") and \
                    cve not in [c["id"] for c in one["cves"]]:
                one["cves"].append({"id": cve})
    for old, news in lists["dependencies"].items():
        for new in news:
            if new in updates and "KB" + old not in updates[new]["supersedes"]:
                updates[new]["supersedes"].append("KB" + old)
    return [updates[number] for number in sorted(updates)]


class Device:
    def __init__(self, system, seed=1, updates=None):
        self.system = system
        self.random = random.Random(seed)
        self.updates = {u["id"]: u for u in updates or OWN[system]}
        self.installed = set()
        self.reboot = False

    def lacks(self):
        """Applicable and not installed; an update whose successor is installed
        is not applicable any more."""
        gone = set()
        todo = list(self.installed)
        while todo:
            for old in self.updates[todo.pop()].get("supersedes", []):
                if old in self.updates and old not in gone:
                    gone.add(old)
                    todo.append(old)
        return sorted(set(self.updates) - self.installed - gone)

    def report(self):
        vendor = "Microsoft" if self.system == "windows" else "Apple"
        patches = []
        for update in self.updates.values():
            patch = {"os": self.system, "vendor": vendor,
                     "product": "Windows 11" if self.system == "windows"
                     else "macOS"}
            patch.update(update)
            patches.append(patch)
        return {"os": self.system, "missing": self.lacks(),
                "installed": len(self.installed), "tool": "simulator",
                "catalogue": {"patches": patches},
                "reboot": {"needed": self.reboot,
                           "reason": "an update was installed"
                           if self.reboot else ""}}

    def install(self, job, fails=0.0):
        """What docs/patch-reports.md wants to know of a job."""
        outcomes = []
        for patch in job["patches"]:
            if self.random.random() < fails:
                outcomes.append({"patch": patch, "state": "failed",
                                 "code": 0x80240017, "text": "0x80240017"})
                continue
            self.installed.add(patch)
            self.reboot = job["reboot_after"] == "never"
            outcomes.append({"patch": patch, "state": "pending reboot"
                             if self.reboot else "installed"})
        return {"run": job["run"], "done": True, "outcomes": outcomes,
                "reboot": {"needed": self.reboot}}


def main():
    system = sys.argv[1] if len(sys.argv) > 1 else "windows"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    updates = None
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as file:
            updates = json.load(file)
    json.dump(Device(system, seed, updates).report(), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
