# SPDX-License-Identifier: Apache-2.0
"""The command line itself: help, exit codes, and the forms of oval."""
import bz2
import gzip
import json
import lzma
import os
import re
import shutil
import subprocess

from e2e import HOLDFAST, check, document, equal, main, run, test

STATUS = """Package: bash
Status: install ok installed
Architecture: amd64
Version: %s
Maintainer: nobody
Description: shell

"""


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def root(directory, version="5.2-1"):
    top = os.path.join(directory, "root")
    write(os.path.join(top, "var/lib/dpkg/status"), STATUS % version)
    write(os.path.join(top, "etc/os-release"),
          'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n')
    return top


def commands():
    code, out, _ = run("help")
    equal(code, 0)
    return re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +\S", out, re.M)


def usage_error(*arguments):
    code, out, err = run(*arguments)
    equal((code, out), (2, ""))
    check(err.startswith("holdfast: ") and err.count("\n") == 1, err)
    return err


@test
def every_command_has_help_and_a_manual_page(directory):
    names = commands()
    check(len(names) > 10, names)
    equal(run("help", "--man-pages", directory)[0], 0)
    for name in names:
        words = name.split()
        code, out, err = run(*words, "--help")
        equal((code, err), (0, ""))
        check(out.startswith("Usage: holdfast " + name), out)
        equal(run("help", *words)[1], out)
        for line in out.splitlines():
            check(len(line) <= 80, line)
        page = os.path.join(directory,
                            "holdfast-%s.1" % name.replace(" ", "-"))
        check(os.path.getsize(page) > 200, page)
    check(os.path.exists(os.path.join(directory, "holdfast.1")))


@test
def usage_errors_are_one_sentence_and_exit_code_2(_):
    check("did you mean 'holdfast scan'?" in usage_error("scam"))
    check("did you mean '--root'?" in usage_error("scan", "--rot", "/"))
    usage_error()
    usage_error("oval")
    usage_error("oval", "eval")
    usage_error("oval", "eval", "--tsv")
    usage_error("oval", "compile", "x.xml")
    usage_error("oval", "analyse", "x.xml")
    usage_error("oval", "eval", "--tsv", "-", "--json", "-", "x.xml")
    usage_error("--root", "/", "scan")


@test
def the_version_is_shown(_):
    code, out, _err = run("--version")
    check(code == 0 and re.fullmatch(r"holdfast \d+\.\d+\.\d+\n", out), out)


@test
def completions_are_scripts_of_their_shells(directory):
    for shell in ("bash", "zsh", "fish"):
        code, out, _ = run("completion", shell)
        equal(code, 0)
        for name in commands():
            check(name.split()[-1] in out, shell, name)
        if shutil.which(shell):
            path = write(os.path.join(directory, shell), out)
            subprocess.run([shell, "-n", path], check=True)
    script = run("completion", "bash")[1] + """
COMP_WORDS=(holdfast oval co); COMP_CWORD=2; _holdfast
echo "${COMPREPLY[@]}"
COMP_WORDS=(holdfast oval eval --sou); COMP_CWORD=3; _holdfast
echo "${COMPREPLY[@]}"
"""
    out = subprocess.run(["bash", "-c", script], check=True,
                         capture_output=True, text=True).stdout
    equal(out, "collect compile\n--source-packages\n")


@test
def content_is_taken_from_every_kind_of_file(directory):
    top, text = root(directory), document()
    files = {"a.xml": text, "b.xml.bz2": bz2.compress(text),
             "c.xml.gz": gzip.compress(text), "d.xml.xz": lzma.compress(text)}
    expected = (0, "oval:test:def:1\ttrue\n", "")
    for name, data in files.items():
        path = write(os.path.join(directory, name), data)
        equal(run("oval", "eval", "--root", top, "--tsv", "-", path),
              expected)
    equal(run("oval", "eval", "--root", top, "--tsv", "-", "-", stdin=text),
          expected)
    pack = os.path.join(directory, "e.pack")
    equal(run("oval", "compile", os.path.join(directory, "a.xml"), "-o",
              pack)[0], 0)
    equal(run("oval", "eval", "--root", top, "--tsv", "-", pack), expected)
    two = run("oval", "eval", "--root", top, "--tsv", "-", pack,
              os.path.join(directory, "a.xml"))
    equal(two, (0, expected[1] * 2, ""))


@test
def damaged_texts_of_a_pack_reach_no_report(directory):
    top = root(directory)
    source = write(os.path.join(directory, "a.xml"), document())
    pack = os.path.join(directory, "a.pack")
    report = os.path.join(directory, "report.html")
    equal(run("oval", "compile", source, "-o", pack)[0], 0)
    with open(pack, "rb") as f:
        data = bytearray(f.read())
    data[-16] ^= 1
    write(pack, bytes(data))
    for command in (("oval", "validate", pack),
                    ("oval", "eval", "--root", top, "--report", report,
                     pack)):
        code, _, err = run(*command)
        equal(code, 3)
        check("texts of the pack are damaged" in err, err)
    check(not os.path.exists(report), "no report is written")


@test
def all_outputs_are_written_at_once(directory):
    path = write(os.path.join(directory, "a.xml"), document())
    out = {name: os.path.join(directory, "out." + name) for name in
           ("results", "report", "tsv", "json", "syschar")}
    arguments = [w for name, to in out.items() for w in ("--" + name, to)]
    equal(run("oval", "eval", "--root", root(directory),
              "--include-definitions", *arguments, path), (0, "", ""))
    for name, to in out.items():
        with open(to, "rb") as f:
            data = f.read()
        check(b"oval:test:def:1" in data or name == "syschar", name)
        check(b"bash" in data or name == "tsv", name)
    with open(out["json"], "rb") as f:
        json.load(f)
    code, tsv, err = run("oval", "analyse", "--syschar", out["syschar"],
                         "--tsv", "-", path)
    equal((code, tsv, err), (0, "oval:test:def:1\ttrue\n", ""))


@test
def collecting_and_analysing_is_evaluating(directory):
    path = write(os.path.join(directory, "a.xml"), document())
    code, out, err = run("oval", "collect", "--root", root(directory), path)
    equal((code, err), (0, ""))
    facts = write(os.path.join(directory, "facts.xml"), out)
    for arguments in (["--tsv", "-"], ["--id", "oval:test:def:1", "--tsv",
                                       "-"]):
        equal(run("oval", "analyse", "--syschar", facts, *arguments, path)[1],
              "oval:test:def:1\ttrue\n")


@test
def definitions_are_chosen_by_id(directory):
    path = write(os.path.join(directory, "a.xml"), document())
    top = root(directory)
    equal(run("oval", "eval", "--root", top, "--id", "oval:test:def:1",
              "--tsv", "-", path)[1], "oval:test:def:1\ttrue\n")
    code, _, err = run("oval", "eval", "--root", top, "--id", "oval:x:def:9",
                       "--tsv", "-", path)
    equal(code, 3)
    check("oval:x:def:9" in err, err)


@test
def the_exit_code_tells_findings_only_when_asked(directory):
    path = write(os.path.join(directory, "a.xml"), document())
    bad, good = root(directory), root(os.path.join(directory, "2"), "9-1")
    equal(run("oval", "eval", "--root", bad, path)[0], 0)
    equal(run("oval", "eval", "--exit-code", "--root", bad, path)[0], 1)
    equal(run("oval", "eval", "--exit-code", "--root", good, path)[0], 0)
    os.unlink(os.path.join(good, "var/lib/dpkg/status"))
    equal(run("oval", "eval", "--exit-code", "--root", good, path)[0], 1)


@test
def bad_input_is_exit_code_3_and_names_the_place(directory):
    cases = {"cut.xml": (document()[:-60], "cut.xml:"),
             "dtd.xml": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
                         "dtd.xml:1"),
             "other.xml": (b"<html/>", "other.xml:1"),
             "bad.pack": (b"HFPACK\r\n" + b"x" * 200, "bad.pack"),
             "cut.xml.bz2": (bz2.compress(document())[:-9], "cut.xml.bz2")}
    for name, (data, said) in cases.items():
        path = write(os.path.join(directory, name), data)
        for command in (["eval"], ["validate"], ["info"],
                        ["compile", "-o", path + ".out"]):
            code, _, err = run("oval", *command, path)
            equal((command, code), (command, 3))
            check(said in err and err.count("\n") == 1, err)
        check(not os.path.exists(path + ".out"))
    code, _, err = run("oval", "eval", os.path.join(directory, "none.xml"))
    check(code == 3 and "none.xml" in err, code, err)


@test
def a_machine_that_fails_is_exit_code_4(directory):
    path = write(os.path.join(directory, "a.xml"), document())
    code, _, err = run("oval", "eval", "--tsv", "/proc/none/out", path)
    check(code in (3, 4) and "/proc/none" in err, code, err)
    with open("/dev/full", "wb") as full:
        code = subprocess.run([HOLDFAST, "oval", "probes"], stdout=full,
                              stderr=subprocess.DEVNULL).returncode
    equal(code, 4)


@test
def an_output_appears_whole_or_not_at_all(directory):
    path = write(os.path.join(directory, "a.xml"), document()[:-60])
    out = write(os.path.join(directory, "out.tsv"), "before\n")
    equal(run("oval", "eval", "--tsv", out, path)[0], 3)
    with open(out) as f:
        equal(f.read(), "before\n")


@test
def validate_and_info_describe_content(directory):
    broken = document().replace(b'datatype="debian_evr_string"',
                                b'datatype="int"')
    good = write(os.path.join(directory, "a.xml"), document())
    bad = write(os.path.join(directory, "b.xml"), broken)
    code, out, _ = run("oval", "validate", "--exit-code", good)
    check(code == 0 and "0 remarks" in out, out)
    code, out, _ = run("oval", "validate", "--exit-code", bad)
    check(code == 1 and "oval:test:ste:1: evr" in out, out)
    code, out, _ = run("oval", "info", good)
    check(code == 0 and "Debian GNU/Linux 12" in out and
          re.search(r"vulnerability +1\n", out), out)
    facts = json.loads(run("oval", "info", "--json", "-", good)[1])
    equal(facts["definitions"]["vulnerability"], 1)
    equal(facts["timestamp"], "2026-01-02T03:04:05")


@test
def an_explanation_shows_the_facts_that_decide(directory):
    path = write(os.path.join(directory, "a.xml"), document())
    code, out, err = run("oval", "explain", "--root", root(directory), "--id",
                         "oval:test:def:1", path)
    equal((code, err), (0, ""))
    check("bash is earlier than 9" in out and "5.2-1" in out and "9-1" in out,
          out)


@test
def foreign_text_does_not_reach_the_terminal_raw(directory):
    text = document().replace(b"CVE-2000-0001 in bash",
                              "a\u009b31mb\x7f &#133; \u202e".encode())
    path = write(os.path.join(directory, "a.xml"), text)
    code, out, _ = run("oval", "eval", "--root", root(directory), path)
    equal(code, 0)
    for c in "\u009b\x7f\x1b":
        check(c not in out, repr(c), repr(out))


if __name__ == "__main__":
    raise SystemExit(main())
