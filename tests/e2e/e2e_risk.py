# SPDX-License-Identifier: Apache-2.0
"""holdfast risk: importing CVSS, EPSS and KEV, and what scan makes of it."""
import gzip
import http.server
import json
import os
import threading

from e2e import check, document, equal, main, run, test

STATUS = """Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2-1
Maintainer: nobody
Description: d

"""
CVE = "CVE-2000-0001"
V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
KEV = json.dumps({
    "catalogVersion": "2026.01.02", "count": 1,
    "dateReleased": "2026-01-02T03:04:05.6Z",
    "vulnerabilities": [{
        "cveID": CVE, "dateAdded": "2025-01-02", "dueDate": "2025-02-03",
        "knownRansomwareCampaignUse": "Known", "notes": "\u2019"}]})
EPSS = ("#model_version:v1,score_date:2026-01-03T00:00:00+0000\n"
        "cve,epss,percentile\n%s,0.12345,0.98765\n" % CVE)
NVD = json.dumps({
    "format": "NVD_CVE", "timestamp": "2026-01-04T00:00:00.000",
    "vulnerabilities": [{"cve": {"id": CVE, "metrics": {"cvssMetricV31": [{
        "source": "nvd@nist.gov", "type": "Primary",
        "cvssData": {"version": "3.1", "vectorString": V31,
                     "baseScore": 9.8}}]}}}]}, indent=1)


def write(directory, name, text):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path


def machine(directory, **metadata):
    """A root with an old bash, and a store with content about it."""
    root = os.path.join(directory, "root")
    store = os.path.join(directory, "store")
    write(root, "var/lib/dpkg/status", STATUS)
    write(root, "etc/os-release",
          'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n')
    feed = write(directory, "feed.xml", document(**metadata))
    equal(run("content", "import", "-q", "--dir", store, feed),
          (0, "", ""))
    return root, store


def imported(directory, store):
    paths = [write(directory, "kev.json", KEV),
             write(directory, "epss.csv.gz", gzip.compress(EPSS.encode())),
             write(directory, "nvd.json", NVD)]
    code, out, err = run("risk", "import", "--dir", store, *paths)
    equal((code, err), (0, ""))
    return out


def scan(root, store, *arguments):
    code, out, err = run("scan", "--root", root, "--dir", store, *arguments)
    equal((code, err), (0, ""))
    return out


def scan_json(root, store, *arguments):
    return json.loads(scan(root, store, "--json", "-", *arguments)
                      )["definitions"][0]


@test
def without_risk_data_nothing_is_invented(directory):
    root, store = machine(directory)
    out = scan(root, store)
    check("not stated" in out and "EXPLOITED" not in out, out)
    check("'holdfast risk import' adds CVSS, EPSS and KEV" in out, out)
    found = scan_json(root, store)
    equal(found["severity"], None)
    check("risk" not in found and "exploited" not in found, found)


@test
def a_finding_is_rated_by_what_was_imported(directory):
    root, store = machine(directory)
    out = imported(directory, store)
    check("CISA KEV: imported, 1 known exploited" in out, out)
    check("FIRST EPSS: imported, 1 scores of 2026-01-03" in out, out)
    check("NVD: imported, 1 scores of 2026-01-04" in out, out)
    out = scan(root, store)
    check("Critical" in out and "EXPLOITED" in out, out)
    check("stated by NVD CVSS 3.1 (1)" in out, out)
    check("1 finding is known to be exploited (CISA KEV)" in out, out)
    check("risk import" not in out, out)
    found = scan_json(root, store)
    equal(found["severity"], {"value": "critical", "source": "NVD CVSS 3.1"})
    equal(found["cvss"], [])
    equal(found["exploited"], True)
    equal(found["risk"], [{
        "cve": CVE,
        "cvss": {"version": "3.1", "score": 9.8, "severity": "critical",
                 "vector": V31, "source": "NVD CVSS 3.1"},
        "exploited": {"source": "CISA KEV", "added": "2025-01-02",
                      "due": "2025-02-03", "ransomware": True},
        "epss": {"score": 0.12345, "percentile": 0.98765,
                 "source": "FIRST EPSS", "date": "2026-01-03"}}])


@test
def the_report_shows_it_with_its_source(directory):
    root, store = machine(directory)
    imported(directory, store)
    report = os.path.join(directory, "report.html")
    scan(root, store, "--report", report)
    with open(report) as f:
        html = f.read()
    for text in ("Critical", "rating of NVD CVSS 3.1", V31, "exploited",
                 "CISA KEV, since 2025-01-02", "EPSS 12.34 %",
                 "percentile 98", "known to be exploited"):
        check(text in html, text)


@test
def the_word_of_the_content_wins(directory):
    root, store = machine(
        directory, metadata="<advisory from=\"x@example.org\"><severity>Low"
        "</severity></advisory>")
    imported(directory, store)
    found = scan_json(root, store)
    equal(found["severity"]["value"], "Low")
    equal(found["risk"][0]["cvss"]["severity"], "critical")
    equal(found["exploited"], True)
    check("Low" in scan(root, store) and "Critical" not in scan(root, store))


@test
def eval_takes_risk_data_from_a_file_or_none(directory):
    root, store = machine(directory)
    imported(directory, store)
    feed = os.path.join(directory, "feed.xml")
    data = os.path.join(store, "risk.data")
    code, out, _ = run("oval", "eval", "--root", root, "--risk", data, feed)
    check(code == 0 and "Critical" in out, out)
    code, out, _ = run("oval", "eval", "--root", root, "--risk", "none", feed)
    check(code == 0 and "not stated" in out, out)
    code, _, err = run("oval", "eval", "--risk", feed, feed)
    check(code == 3 and "no file of risk data" in err, code, err)
    equal(scan_json(root, store, "--risk", "none")["severity"], None)


@test
def info_and_show_say_what_is_known(directory):
    store = os.path.join(directory, "store")
    code, _, err = run("risk", "info", "--dir", store)
    check(code in (3, 4) and "risk import" in err, code, err)
    equal(run("risk", "show", "--dir", store, CVE)[2], err)
    imported(directory, store)
    code, out, _ = run("risk", "info", "--dir", store)
    check(code == 0 and "CISA KEV" in out and "2026-01-03" in out, out)
    code, out, _ = run("risk", "show", "--dir", store, CVE, "CVE-2000-0002")
    equal(code, 0)
    for text in ("9.8 critical, by NVD CVSS 3.1", V31, "yes, by CISA KEV",
                 "ransomware", "0.123450", "10.0 critical (open formula: exploited in "
                 "ransomware", "exploitation not checked", "says nothing"):
        check(text in out, text, out)
    code, out, _ = run("risk", "show", "--dir", store, "--stale-days", "0",
                       "--json", "-", CVE)
    found = json.loads(out)[0]
    equal((code, found["rating"], found["cvss"], found["stale"]),
          (0, 10.0, 9.8, True))
    equal([(i["input"], i["date"], i["stale"]) for i in found["inputs"]],
          [("CVSS", "2026-01-04", True), ("exploited", "2026-01-02", True),
           ("EPSS", "2026-01-03", True), ("exploitation", None, False)])
    equal(run("risk", "show", "--dir", store, "DSA-1")[0], 2)


@test
def a_bad_file_changes_nothing(directory):
    store = os.path.join(directory, "store")
    imported(directory, store)
    with open(os.path.join(store, "risk.data"), "rb") as f:
        before = f.read()
    good = os.path.join(directory, "epss.csv.gz")
    cases = [("x.html", "<html>", "no risk data"),
             ("cut.json", NVD[:-30], "cut.json: line"),
             ("cut.gz", gzip.compress(EPSS.encode())[:-9], "cut.gz"),
             ("epss.csv", EPSS + "CVE-2000-0002,2,0\n", "epss.csv: line 4"),
             ("score.tsv", CVE + "\t3.1\t12\t\n", "score.tsv: line 1")]
    for name, text, error in cases:
        code, out, err = run("risk", "import", "-q", "--dir", store, good,
                             write(directory, name, text))
        check(code == 3 and error in err, name, code, err)
        equal((out, err.count("\n")), ("", 1))
        with open(os.path.join(store, "risk.data"), "rb") as f:
            equal(f.read() == before, True)
    equal(sorted(f for f in os.listdir(store) if f != ".lock"),
          ["risk.data"])


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
def risk_data_are_fetched(directory):
    store = os.path.join(directory, "store")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files = {"/kev.json": KEV.encode(),
                    "/epss.csv.gz": gzip.compress(EPSS.encode())}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % server.server_port
    arguments = ["risk", "update", "--dir", store, "--insecure-http"]
    code, out, err = run(*arguments, url + "/kev.json", url + "/epss.csv.gz")
    equal((code, err), (0, ""))
    check("CISA KEV" in out and "FIRST EPSS" in out, out)
    check("FIRST EPSS" in run("risk", "info", "--dir", store)[1])
    server.files["/bad"] = b"<html>"
    for name, error in (("/none", "404"), ("/bad", "no risk data")):
        code, out, err = run(*arguments, url + "/kev.json", url + name)
        check(code in (3, 4) and error in err and url in err, code, err)
        equal(out, "")
    equal(sorted(f for f in os.listdir(store) if "@" not in f),
          [".lock", "risk.data"])
    check(run(*arguments[:-1], url + "/kev.json")[0] != 0)


@test
def damaged_risk_data_are_named_and_replaced(directory):
    root, store = machine(directory)
    imported(directory, store)
    data = os.path.join(store, "risk.data")
    with open(data, "r+b") as f:
        f.seek(-1, os.SEEK_END)
        f.write(b"x")
    code, out, err = run("scan", "--root", root, "--dir", store)
    check(code == 0 and "not stated" in out, code, out)
    check(err.count("warning") == 1 and "damaged" in err, err)
    kev = os.path.join(directory, "kev.json")
    code, _, err = run("risk", "import", "--dir", store, kev)
    check(code == 3 and "--new" in err, code, err)
    equal(run("risk", "import", "-q", "--new", "--dir", store, kev)[0], 0)
    check("CISA KEV" in scan(root, store))


if __name__ == "__main__":
    raise SystemExit(main())
