# SPDX-License-Identifier: Apache-2.0
"""holdfast fleet assess: files in and out, exit codes, and agreement with
holdfast oval eval on the same packages."""
import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess

from e2e import check, document, equal, main, run, test

DEBIAN = {"id": "debian", "version_id": "12", "arch": "x86_64"}
STANZA = """Package: %s
Status: install ok installed
Architecture: %s
Version: %s
Maintainer: nobody
Description: d

"""


def write(directory, name, data):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def device(name, *packages, os_=None, manager="dpkg"):
    return json.dumps({"device": name, "os": os_ or DEBIAN,
                       "manager": manager,
                       "packages": [list(p) for p in packages]}) + "\n"


FLEET = (device("old", ("bash", "8", "amd64")) +
         device("new", ("bash", "9-1", "amd64")) +
         device("without", ("zsh", "1", "amd64")) +
         device("both", ("bash", "9-2", "i386"), ("bash", "8-1", "amd64")) +
         device("broken", ("bash", "a:b", "amd64")) +
         device("other", ("bash", "8", "x"), manager="apk"))


def assess(directory, *more, fleet=FLEET, stdin=b""):
    pack = write(directory, "feed.xml", document())
    path = write(directory, "fleet.jsonl", fleet)
    return run("fleet", "assess", "--pack", pack, "--inventories", path,
               *more, stdin=stdin)


@test
def devices_are_listed_with_what_is_true_on_them(directory):
    code, out, err = assess(directory, "--tsv", "-")
    equal((code, out, err), (0, "old\toval:test:def:1\n"
                                "both\toval:test:def:1\n", ""))


@test
def what_cannot_be_decided_is_counted_and_not_clean_k_ov_12(directory):
    code, out, err = assess(directory, "--json", "-")
    equal((code, err), (0, ""))
    found = json.loads(out)
    equal(len(found["definitions"]), 1)
    row = found["definitions"][0]
    equal({k: row[k] for k in ("id", "tested", "true", "false", "unknown",
                               "error", "not evaluated", "not applicable")},
          {"id": "oval:test:def:1", "tested": 6, "true": 2, "false": 2,
           "unknown": 1, "error": 1, "not evaluated": 0,
           "not applicable": 0})
    equal({d["device"]: [r for r in ("true", "false", "unknown", "error")
                         if d[r] == 1] for d in found["devices"]},
          {"old": ["true"], "new": ["false"], "without": ["false"],
           "both": ["true"], "broken": ["error"], "other": ["unknown"]})
    equal(found["counts"]["devices"], 6)


@test
def a_person_sees_a_summary(directory):
    code, out, err = assess(directory)
    equal((code, err), (0, ""))
    for part in ("6 devices with 7 packages", "2 findings of 1 definitions",
                 "2 not decided", "They are not clean.",
                 "CVE-2000-0001 in bash"):
        check(part in out, part, out)


@test
def every_compression_and_standard_input_is_read(directory):
    plain = FLEET.encode()
    zstd = subprocess.run(["zstd", "-qc"], input=plain, capture_output=True,
                          check=True).stdout if shutil.which("zstd") else None
    wanted = "old\toval:test:def:1\nboth\toval:test:def:1\n"
    pack = write(directory, "feed.xml", document())
    for data in (plain, gzip.compress(plain), bz2.compress(plain),
                 lzma.compress(plain), zstd):
        if data is None:
            continue
        path = write(directory, "fleet", data)
        for source, stdin in ((path, b""), ("-", data)):
            equal(run("fleet", "assess", "--pack", pack, "--inventories",
                      source, "--tsv", "-", stdin=stdin), (0, wanted, ""))


@test
def a_pack_gives_what_its_source_gives(directory):
    feed = write(directory, "feed.xml", document())
    pack = os.path.join(directory, "feed.pack")
    equal(run("oval", "compile", feed, "-o", pack)[0], 0)
    path = write(directory, "fleet.jsonl", FLEET)
    equal(run("fleet", "assess", "--pack", pack, "--inventories", path,
              "--tsv", "-"), assess(directory, "--tsv", "-"))


@test
def exit_codes_are_those_of_the_interface(directory):
    equal(assess(directory, "--tsv", "-", "--exit-code")[0], 1)
    clean = device("new", ("bash", "9-1", "amd64"))
    equal(assess(directory, "--exit-code", fleet=clean)[0], 0)
    unknown = device("x", ("bash", "8", "amd64"), manager="apk")
    equal(assess(directory, "--exit-code", fleet=unknown)[0], 1)
    equal(run("fleet", "assess")[0], 2)
    equal(run("fleet", "assess", "--pack", "x")[0], 2)
    equal(run("fleet", "assess", "--pack", "-", "--inventories", "-")[0], 2)
    equal(assess(directory, "--tsv", "-", "--json", "-")[0], 2)
    equal(assess(directory, "--tsv", "/nowhere/x")[0], 3)
    gone = os.path.join(directory, "gone")
    equal(run("fleet", "assess", "--pack", gone, "--inventories", gone)[0], 3)


@test
def bad_lines_are_refused_with_file_and_line(directory):
    path = os.path.join(directory, "fleet.jsonl")
    for text, part in ((FLEET + "{\n", "line 7: column 2:"),
                       (FLEET + FLEET, "line 7: device 'old' is there "
                                       "already"),
                       ("\0\n", "line 1: column 1:"),
                       (device(""), "line 1: the name of the device is "
                                    "empty")):
        code, out, err = assess(directory, "--tsv", "-", fleet=text)
        equal((code, out), (3, ""))
        check(err.startswith("holdfast: %s: %s" % (path, part)), err)
        equal(err.count("\n"), 1)


@test
def a_failed_run_leaves_the_old_output(directory):
    out = write(directory, "out.tsv", "before\n")
    equal(assess(directory, "--tsv", out, fleet=FLEET + "x")[0], 3)
    with open(out, encoding="utf-8") as f:
        equal(f.read(), "before\n")


@test
def an_empty_fleet_is_no_error(directory):
    equal(assess(directory, "--tsv", "-", fleet=""), (0, "", ""))
    check("0 devices" in assess(directory, fleet="\n\n")[1])


@test
def a_device_has_the_result_that_its_root_has(directory):
    """The same packages as a dpkg database below a root."""
    feed = write(directory, "feed.xml", document())
    for evr in ("8", "8-1", "9-1", "9-1~", "0:8.9.9-9", "1:0-1"):
        root = os.path.join(directory, "root")
        shutil.rmtree(root, ignore_errors=True)
        write(root, "var/lib/dpkg/status", STANZA % ("bash", "amd64", evr))
        code, out, _ = run("oval", "eval", "--root", root, "--tsv", "-", feed)
        equal(code, 0)
        _, fleet, _ = assess(directory, "--tsv", "-",
                             fleet=device("a", ("bash", evr, "amd64")))
        equal(fleet != "", "\ttrue" in out)


@test
def a_name_finds_packages_by_their_source_when_asked(directory):
    line = device("a", ("bash-static", "9-5", "amd64", "bash", "8-1"))
    equal(assess(directory, "--tsv", "-", fleet=line)[1], "")
    equal(assess(directory, "--tsv", "-", "--source-packages",
                 fleet=line)[1], "a\toval:test:def:1\n")


@test
def many_devices_are_listed_in_their_order(directory):
    fleet = "".join(device("d%d" % i, ("bash", str(i % 11), "amd64"))
                    for i in range(5000))
    code, out, _ = assess(directory, "--tsv", "-", fleet=fleet)
    equal(code, 0)
    check(out.splitlines() == ["d%d\toval:test:def:1" % i
                               for i in range(5000) if i % 11 < 10])


if __name__ == "__main__":
    raise SystemExit(main())
