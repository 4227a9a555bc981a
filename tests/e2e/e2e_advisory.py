# SPDX-License-Identifier: Apache-2.0
"""holdfast advisory: importing what publishers state, showing differences.

Where real data lie beside the sources, what is imported of them is compared
with an independent reading of the same files.
"""
import bz2
import csv
import glob
import gzip
import http.server
import json
import os
import re
import threading
import xml.etree.ElementTree as ET

from e2e import check, equal, main, run, test

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                    "..", "shared", "data", "meta")
DSA = """[29 Mar 2023] DSA-5380-1 tool - security update
\t{CVE-2023-1393 CVE-2023-1394}
\t[bullseye] - tool 1.2-3
[29 Mar 2023] DSA-5381-1 other - security update
\t{CVE-2023-2000}
\t[bullseye] - other 2.0-1
"""
TRACKER = json.dumps({"tool": {"CVE-2023-1393": {"releases": {"bullseye": {
    "status": "open", "repositories": {"bullseye": "1.2-2"},
    "urgency": "low", "nodsa": "Minor issue", "nodsa_reason": ""}}}}})
WINDOWS = json.dumps({
    "dependencies": {"100": ["200"]},
    "vulnerabilities": {"CVE-2019-0001": [
        {"patch": "100", "product": "Windows 7", "restart_required": "Yes",
         "subtype": "Monthly Rollup", "title": "January", "url": "u"},
        {"patch": "200", "product": "Windows 7", "restart_required": "Yes",
         "subtype": "Monthly Rollup", "title": "February", "url": "u"}]}})


def write(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def advisory(store, command, *words):
    return run("advisory", command, "--dir", store, *words)


def imported(directory, *texts):
    store = os.path.join(directory, "store")
    paths = [write(directory, f"file{i}", t) for i, t in enumerate(texts)]
    code, out, err = advisory(store, "import", *paths)
    equal((code, err), (0, ""))
    return store, out


@test
def statements_are_shown_side_by_side(directory):
    store, out = imported(directory, DSA, TRACKER)
    check("Debian DSA: imported, 2 advisories, 2 notices of 2 packages, of "
          "2023-03-29" in out, out)
    code, out, _ = advisory(store, "info")
    check(code == 0 and "Debian security tracker" in out and
          "1 publisher of the update" in out and
          "2 vendor, on vulnerabilities" in out, out)
    code, out, _ = advisory(store, "compare", "CVE-2023-1393")
    check(code == 0 and out.count("CVE-2023-1393 !") == 2 and
          "fixed in 1.2-3" in out and "DSA-5380-1" in out and
          "Minor issue" in out, out)
    code, out, _ = advisory(store, "compare", "--json", "-", "CVE-2023-1393")
    equal([(s["source"], s["status"], s["fixed"], s["disputed"])
           for s in json.loads(out)],
          [("Debian DSA", "fixed", "1.2-3", True),
           ("Debian security tracker", "affected", None, True)])
    code, out, _ = advisory(store, "compare", "other")
    check(code == 0 and "CVE-2023-2000 " in out and "!" not in out, out)
    equal(advisory(store, "compare", "CVE-1999-9999")[0], 3)


@test
def advisories_are_listed_and_shown(directory):
    store, _ = imported(directory, DSA, WINDOWS)
    code, out, _ = advisory(store, "list", "--json", "-")
    equal((code, [(a["id"], a["vulnerabilities"]) for a in json.loads(out)]),
          (0, [("DSA-5380-1", ["CVE-2023-1393", "CVE-2023-1394"]),
               ("DSA-5381-1", ["CVE-2023-2000"]),
               ("KB200", ["CVE-2019-0001"])]))  # KB100 is superseded
    code, out, _ = advisory(store, "list", "--superseded")
    check("KB100" in out and "4 advisories" in out, out)
    code, out, _ = advisory(store, "list", "--package", "tool", "--release",
                            "debian:11")
    check("DSA-5380-1" in out and "1 advisories" in out, out)
    code, out, _ = advisory(store, "show", "KB100")
    check(code == 0 and "replaced by  KB200" in out and
          "a reboot is suggested" in out and "Windows 7" in out, out)
    code, _, err = advisory(store, "show", "DSA-1-1")
    check(code == 3 and "no advisory 'DSA-1-1'" in err, err)


@test
def a_bad_file_changes_nothing(directory):
    store, _ = imported(directory, DSA)
    path = os.path.join(store, "advisory.data")
    with open(path, "rb") as f:
        before = f.read()
    good = write(directory, "good", TRACKER)
    for text, error in (("<html>", "no advisory format that is known"),
                        (TRACKER[:-9], "ends early"),
                        (DSA + "[x] DSA-1-1\n", "line 7")):
        bad = write(directory, "bad", text)
        code, out, err = advisory(store, "import", "-q", good, bad)
        check(code == 3 and error in err and bad in err, code, err)
        equal(out, "")
        with open(path, "rb") as f:
            equal(f.read() == before, True)
    with open(path, "r+b") as f:
        f.seek(200)
        f.write(b"damage")
    code, _, err = advisory(store, "info")
    check(code != 0 and "damaged" in err, err)
    code, _, err = advisory(store, "import", good)
    check(code != 0 and "--new starts without it" in err, err)
    equal(advisory(store, "import", "-q", "--new", good)[0], 0)
    equal(advisory(store, "import", "-q", "--forget",
                   "Debian security tracker")[0], 0)
    code, out, _ = advisory(store, "info")
    check("0 advisories, 0 vulnerabilities" in out, out)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        body = self.server.files.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")


@test
def advisories_are_fetched_and_one_failure_keeps_the_others(directory):
    store = os.path.join(directory, "store")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files = {"/list": DSA.encode(), "/bad": b"<html>",
                    "/json": gzip.compress(TRACKER.encode())}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % server.server_port
    code, out, err = advisory(store, "update", "--insecure-http",
                              url + "/list", url + "/bad", url + "/none",
                              url + "/json")
    check(code == 4 and "2 of 4 could not be updated" in err and
          url + "/bad: " in err and "404" in err, code, err)
    check("Debian DSA: imported" in out and "tracker: imported" in out, out)
    equal(advisory(store, "show", "DSA-5380-1")[0], 0)
    equal(sorted(f for f in os.listdir(store) if "@" not in f),
          [".lock", "advisory.data"])
    equal(advisory(store, "update", "-q", "--insecure-http", url + "/list"),
          (0, "", ""))


# --- Real data, read twice. --------------------------------------------------

def totals(directory, name, paths):
    """(advisories, statements, supersedences) of a store of these files."""
    store = os.path.join(directory, name)
    code, _, err = advisory(store, "import", "-q", *paths)
    equal((code, err), (0, ""))
    out = advisory(store, "info")[1]
    words = re.search(r"(\d+) advisories, .* (\d+) statements, (\d+) super",
                      out)
    return store, tuple(int(n) for n in words.groups())


def real(*names):
    paths = sorted(p for n in names for p in glob.glob(os.path.join(DATA, n)))
    if not paths:
        print("# no real data:", *names)
    return paths


@test
def real_lists_of_debian_are_read_completely(directory):
    for path in real("debian-tracker/D*A/list"):
        advisories, statements, cves, packages = 0, 0, set(), 0
        with open(path, encoding="utf-8") as f:
            for line in f:
                if line.startswith("["):
                    statements += len(cves) * packages
                    advisories, cves, packages = advisories + 1, set(), 0
                elif line.strip().startswith("{"):
                    cves |= set(line.strip(" \t\n{}").split())
                elif re.match(r"\s+\[\w+\] *-", line):
                    packages += 1
        equal(totals(directory, os.path.basename(os.path.dirname(path)),
                     [path])[1],
              (advisories, statements + len(cves) * packages, 0))


@test
def real_osv_is_read_completely(directory):
    paths = real("osv/almalinux9-2023/*.json")
    statements = 0
    for path in paths:
        with open(path, encoding="utf-8") as f:
            entry = json.load(f)
        fixed = sum("fixed" in e for a in entry["affected"]
                    for r in a["ranges"] for e in r["events"])
        cves = {c for c in entry["related"] if c.startswith("CVE-")}
        statements += max(1, len(cves)) * fixed
    if paths:
        equal(totals(directory, "osv", paths)[1], (len(paths), statements, 0))


@test
def real_updateinfo_is_read_completely(directory):
    for path in real("updateinfo/vmaas/repodata/updateinfo.xml"):
        updates = ET.parse(path).getroot().findall("update")
        statements = 0
        for update in updates:
            named = {r.get("id") for r in update.iter("reference")
                     if r.get("type") == "cve" and
                     (r.get("id") or "").startswith("CVE-")}
            titled = {c for r in update.iter("reference")
                      for c in re.findall(r"CVE-\d{4}-\d{4,}",
                                          r.get("title") or "")}
            statements += len(named or titled) * len(
                list(update.iter("package")))
        equal(totals(directory, "updateinfo", [path])[1],
              (len(updates), statements, 0))


@test
def real_csaf_is_read_completely(directory):
    paths = real("csaf/redhat-*/*.json", "csaf/cisco/*.json",
                 "csaf/cisa-ics/*.json")
    advisories, statements = 0, 0
    for path in paths:
        with open(path, encoding="utf-8") as f:
            document = json.load(f)
        advisories += document["document"]["category"] != "csaf_vex"
        for v in document["vulnerabilities"]:
            if "cve" in v or v.get("ids"):
                statements += sum(len(ids) for ids in
                                  v.get("product_status", {}).values())
    if paths:
        equal(totals(directory, "csaf", paths)[1], (advisories, statements, 0))


@test
def a_real_vex_statement_is_that_of_the_document(directory):
    for path in real("csaf/redhat-vex/cve-2023-38545.json"):
        store, _ = totals(directory, "vex", [path])
        out = advisory(store, "compare", "--json", "-", "CVE-2023-38545")[1]
        found = {(s["package"], s["release"], s["status"]): s
                 for s in json.loads(out)}
        fixed = found[("curl", "rhel:9", "fixed")]
        equal((fixed["fixed"], fixed["severity"]),
              ("7.76.1-26.el9_3.2", "Important"))
        check(fixed["note"].startswith("RHSA-2023:"), fixed)
        for release in ("rhel:6", "rhel:7", "rhel:8"):
            check(("curl", release, "not affected") in found, release)


@test
def real_cvrf_is_read_completely(directory):
    for path in real("microsoft/cvrf/*.xml.bz2"):
        ns = {"v": "http://www.icasi.org/CVRF/schema/vuln/1.1"}
        root = ET.fromstring(bz2.open(path).read())
        fixes, affected, replaced = set(), set(), set()
        names = {p.get("ProductID"): p.text for p in root.iter(
            "{http://www.icasi.org/CVRF/schema/prod/1.1}FullProductName")}
        n = 0
        for v in root.findall("v:Vulnerability", ns):
            if v.find("v:CVE", ns) is None:
                continue
            cve = v.find("v:CVE", ns).text
            mine = set()
            for r in v.findall("v:Remediations/v:Remediation", ns):
                kb = r.findtext("v:Description", "", ns).strip()
                if r.get("Type") != "Vendor Fix" or not kb.isdigit():
                    continue
                old = r.findtext("v:Supercedence", "", ns)
                for p in r.findall("v:ProductID", ns):
                    mine.add(p.text)
                    n += 1
                    fixes.add(kb)
                    for o in old.split(";"):
                        if o.strip():
                            replaced.add((kb, o.strip(), names[p.text]))
            affected |= {(cve, p.text) for p in v.findall(
                "v:ProductStatuses/v:Status/v:ProductID", ns)
                if p.text not in mine}
        equal(totals(directory, os.path.basename(path), [path])[1],
              (len(fixes), n + len(affected), len(replaced)))


@test
def real_lists_of_windows_updates_are_read_completely(directory):
    for path in real("microsoft/msu.json.gz"):
        with gzip.open(path) as f:
            lists = json.load(f)

        def kb(text):
            return "KB" + text if text.isdigit() else text
        rows = {(e["patch"], cve, e["product"])
                for cve, entries in lists["vulnerabilities"].items()
                for e in entries}
        fixed = {r[1:] for r in rows if r[0]}
        rows = {r for r in rows if r[0] or r[1:] not in fixed}
        replaced = {(kb(new), kb(old))
                    for old, news in lists["dependencies"].items()
                    for new in news if new}
        equal(totals(directory, "msu", [path])[1],
              (len({r[0] for r in rows if r[0]}), len(rows), len(replaced)))


@test
def a_real_table_of_windows_updates_is_read_completely(directory):
    path = os.environ.get("HOLDFAST_WES")  # the CSV of definitions.zip
    if not path:
        print("# no table")
        return
    rows, replaced = set(), set()
    with open(path, encoding="utf-8", errors="replace", newline="") as f:
        for r in csv.DictReader(f):
            patch = r["BulletinKB"] if r["BulletinKB"].isdigit() else ""
            if r["AffectedProduct"] and (patch or r["CVE"]):
                rows.add((patch, r["CVE"], r["AffectedProduct"]))
                for old in r["Supersedes"].split(";"):
                    if old.strip() and r["BulletinKB"]:
                        replaced.add((r["BulletinKB"].strip(), old.strip(),
                                      r["AffectedProduct"]))
    fixed = {r[1:] for r in rows if r[0]}
    rows = {r for r in rows if r[0] or r[1:] not in fixed}
    equal(totals(directory, "wes", [path])[1],
          (len({r[0] for r in rows if r[0]}), sum(bool(r[1]) for r in rows),
           len(replaced)))


if __name__ == "__main__":
    raise SystemExit(main())
