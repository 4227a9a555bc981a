# SPDX-License-Identifier: Apache-2.0
"""holdfast scan: the content that fits, the table, and what to do next."""
import fcntl
import json
import os
import pty
import struct
import subprocess
import termios

from e2e import HOLDFAST, Skip, check, document, equal, main, run, test

PACKAGE = """Package: %s
Status: install ok installed
Architecture: amd64
Version: %s
Maintainer: nobody
Description: d

"""
APT = "usr/bin/apt-get"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path


def system(directory, packages, os_id="debian", version="12"):
    top = os.path.join(directory, "root")
    write(os.path.join(top, "var/lib/dpkg/status"),
          "".join(PACKAGE % p for p in packages))
    write(os.path.join(top, "etc/debian_version"), version + ".5\n")
    write(os.path.join(top, APT), "")
    write(os.path.join(top, "usr/lib/os-release"),
          'ID=%s\nVERSION_ID="%s"\nPRETTY_NAME="Test %s"\n' % (
              os_id, version, version))
    os.symlink("../usr/lib/os-release", os.path.join(top, "etc/os-release"))
    return top


def store(directory, *documents):
    path = os.path.join(directory, "store")
    for name, data in documents:
        source = write(os.path.join(directory, name + ".xml"), data)
        equal(run("content", "import", "-q", "--dir", path, source)[0], 0)
    os.makedirs(path, exist_ok=True)
    return path


@test
def the_content_that_fits_is_chosen(directory):
    top = system(directory, [("bash", "5.2-1")])
    content = store(directory, ("one", document()),
                    ("two", document(platform="Ubuntu 22.04 LTS")))
    code, out, err = run("scan", "--root", top, "--dir", content)
    equal((code, err), (0, ""))
    check("one, 1 definitions" in out and "two" not in out, out)
    check("bash" in out and "5.2-1" in out and "9-1" in out, out)
    check("CVE-2000-0001" in out and "not stated" in out, out)
    check("1 finding in 1 package, with 1 CVE" in out, out)
    check("apt-get install --only-upgrade bash" in out, out)


@test
def a_clean_system_is_said_to_be_clean(directory):
    top = system(directory, [("bash", "9-1"), ("zsh", "1")])
    content = store(directory, ("one", document()))
    code, out, _ = run("scan", "--exit-code", "--root", top, "--dir", content)
    equal(code, 0)
    check("Nothing bad was found." in out and "apt-get" not in out, out)


@test
def what_could_not_be_decided_is_never_clean(directory):
    top = system(directory, [("bash", "5.2-1")])
    os.unlink(os.path.join(top, "var/lib/dpkg/status"))
    os.mkdir(os.path.join(top, "var/lib/dpkg/status"))
    content = store(directory, ("one", document()))
    code, out, _ = run("scan", "--exit-code", "--root", top, "--dir", content)
    equal(code, 1)
    check("Could not be decided" in out and "Not decided: 1" in out, out)
    check("dpkg/status" in out, out)


@test
def without_content_that_fits_one_is_told_what_to_do(directory):
    top = system(directory, [], "plan9", "4")
    content = store(directory, ("one", document()))
    code, out, err = run("scan", "--root", top, "--dir", content)
    equal((code, out), (3, ""))
    for words in ("Test 4", "content update", "content import"):
        check(words in err, err)
    code, _, err = run("scan", "--root", directory, "--dir", content)
    check(code == 3 and "os-release" in err, err)


@test
def a_link_does_not_lead_out_of_the_root(directory):
    top = system(directory, [("bash", "5.2-1")])
    os.unlink(os.path.join(top, "etc/os-release"))
    os.unlink(os.path.join(top, "usr/lib/os-release"))
    secret = write(os.path.join(directory, "secret"), "ID=secret\n")
    os.symlink(secret, os.path.join(top, "etc/os-release"))
    code, _, err = run("scan", "--root", top)
    check(code == 3 and "secret" not in err, err)


@test
def severity_is_that_of_the_content_and_worst_comes_first(directory):
    debian = '<advisory from="x@example.org"><severity>%s</severity></advisory>'
    low = document(metadata=debian % "Low")
    high = document(metadata=debian % "Critical").replace(
        b"oval:test:", b"oval:test2:").replace(
        b">bash<", b">zsh<").replace(b"CVE-2000-0001", b"CVE-2000-0002")
    top = system(directory, [("bash", "5.2-1"), ("zsh", "1")])
    content = store(directory, ("one", low), ("two", high))
    code, out, _ = run("scan", "--root", top, "--dir", content)
    equal(code, 0)
    check("Critical" in out and "Low" in out, out)
    check(out.index("Critical") < out.index("Low"), out)
    check("as stated by x@example.org" in out, out)


@test
def old_content_is_warned_of(directory):
    top = system(directory, [("bash", "5.2-1")])
    content = store(directory, ("one", document(time="2020-01-01T00:00:00")))
    out = run("scan", "--root", top, "--dir", content)[1]
    check("This content is old" in out and "content update" in out, out)


@test
def programs_get_all_of_it(directory):
    top = system(directory, [("bash", "5.2-1")])
    content = store(directory, ("one", document()))
    code, out, err = run("scan", "--root", top, "--dir", content, "--json",
                         "-", "--report", os.path.join(directory, "r.html"))
    equal((code, err), (0, ""))
    check("oval:test:def:1" in json.dumps(json.loads(out)), out)
    check(os.path.getsize(os.path.join(directory, "r.html")) > 1000)
    code, out, _ = run("scan", "--root", top, "--dir", content, "--tsv", "-")
    equal(out, "oval:test:def:1\ttrue\n")


def on_terminal(columns, *arguments, env=None):
    """What a terminal of that width is shown."""
    try:
        parent, child = pty.openpty()
    except OSError as why:
        raise Skip("no pseudo terminals: %s" % why) from why
    fcntl.ioctl(child, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [HOLDFAST, *arguments], stdin=child, stdout=child, stderr=child,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
             "TERM": "xterm-256color", **(env or {})})
    os.close(child)
    data = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:
            break
        if not piece:
            break
        data += piece
    os.close(parent)
    equal(process.wait(), 0)
    return data.decode().replace("\r\n", "\n")


@test
def terminals_get_colour_and_lines_that_fit(directory):
    top = system(directory, [("bash", "5.2-1")])
    content = store(directory, ("one", document()))
    arguments = ("scan", "--root", top, "--dir", content)
    check("\x1b[" in on_terminal(80, *arguments))
    for columns in (30, 60, 80, 200):
        out = on_terminal(columns, *arguments, env={"NO_COLOR": "1"})
        check("\x1b" not in out, repr(out))
        table = out[out.index("SEVERITY"):out.index("\n\n", 200)
                    if "\n\n" in out[200:] else None]
        for line in table.split("\n")[:2]:
            check(len(line) <= columns, columns, repr(line))
        check("9-1" in out, out)


@test
def the_feed_that_comes_with_holdfast_finds_what_is_missing(directory):
    """CVE-2023-51385 was fixed in openssh 1:9.2p1-2+deb12u2."""
    top = system(directory, [("openssh-server", "1:9.2p1-2")])
    code, out, err = run("scan", "--all", "--root", top)
    equal((code, err), (0, ""))
    line = [x for x in out.split("\n") if "CVE-2023-51385" in x and
            "openssh-server" in x]
    check(line and "1:9.2p1-2+deb12u2" in line[0], line)
    check("Not decided" not in out, out)
    write(os.path.join(top, "var/lib/dpkg/status"),
          PACKAGE % ("openssh-server", "1:9.2p1-2+deb12u2"))
    check("CVE-2023-51385 in" not in run("scan", "--all", "--root", top)[1])


KERNELS = [("linux-image-6.1.0-9-amd64", "6.1.27-1"),
           ("linux-image-6.1.0-10-amd64", "6.1.38-1")]


@test
def kernels_are_judged_by_what_starts_next(directory):
    """CVE-2023-20593 was fixed in linux 6.1.38-2."""
    top = system(directory, KERNELS)
    out = run("scan", "--all", "--root", top)[1]
    check("CVE-2023-20593 in linux" in out, out[-500:])
    check(out.rstrip().endswith("linux-image-amd64"), out[-500:])
    write(os.path.join(top, "var/lib/dpkg/status"), "".join(
        PACKAGE % p for p in KERNELS +
        [("linux-image-6.1.0-11-amd64", "6.1.38-4")]))
    out = run("scan", "--all", "--root", top)[1]
    check("CVE-2023-20593" not in out and "Not decided" not in out)
    write(os.path.join(top, "proc/sys/kernel/osrelease"),
          "6.1.0-10-amd64\n")
    out = run("scan", "--all", "--root", top)[1]
    check("CVE-2023-20593 in linux" in out, out[-500:])


if __name__ == "__main__":
    raise SystemExit(main())
