# SPDX-License-Identifier: Apache-2.0
"""Repositories and roots of our own for the tests of patching: packages made
with dpkg-deb and rpmbuild, signed by a key made here, served on loopback; a
small system below a directory that real package managers install into.
Nothing here needs the Internet."""
import contextlib
import ctypes
import functools
import glob
import hashlib
import http.server
import os
import shutil
import signal
import subprocess
import threading

from e2e import Skip, free_port, wait_for

ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


def need(*programs):
    """Root, and these programs."""
    if os.geteuid() != 0:
        raise Skip("installing packages needs root")
    for program in programs:
        if not shutil.which(program, path=ENV["PATH"]):
            raise Skip("%s is not installed" % program)


def do(*words, env=None, good=True, stdin=None, cwd=None, timeout=120):
    done = subprocess.run(words, env={**ENV, **(env or {})}, input=stdin,
                          capture_output=True, timeout=timeout, cwd=cwd)
    text = done.stdout.decode(errors="replace")
    if good and done.returncode != 0:
        raise AssertionError("%s: %s%s" % (
            " ".join(words), text, done.stderr.decode(errors="replace")))
    return text


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


class Key:
    """An OpenPGP key of its own, and gpg with it."""

    def __init__(self, directory, name="repository"):
        self.home = os.path.join(directory, "gpg-" + name)
        self.name = name
        os.makedirs(self.home, mode=0o700)
        self.gpg("--passphrase", "", "--quick-gen-key",
                 "%s <%s@example.com>" % (name, name), "rsa2048", "sign",
                 "never")
        self.public = self.gpg("--armor", "--export")

    def gpg(self, *words, stdin=None):
        return do("gpg", "--batch", "--pinentry-mode", "loopback", "--homedir",
                  self.home, *words, stdin=stdin)

    def stop(self):
        do("gpgconf", "--homedir", self.home, "--kill", "all", good=False)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, with ranges; can be told to be slow, or to break."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        web = self.server.web
        path = self.translate_path(self.path)
        web.asked.append((self.path, self.headers.get("Range")))
        if web.gone or not os.path.isfile(path):
            self.send_error(503 if web.gone else 404)
            return
        data = open(path, "rb").read()
        first = 0
        if web.ranges and (self.headers.get("Range") or "").startswith("bytes="):
            first = int(self.headers["Range"][6:].split("-")[0])
        if first >= len(data) > 0:
            self.send_error(416)
            return
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(data) - first))
        self.send_header("Last-Modified",
                         self.date_time_string(os.stat(path).st_mtime))
        if first:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (
                first, len(data) - 1, len(data)))
        self.end_headers()
        body = data[first:]
        suffix, keep = web.cut
        if suffix and path.endswith(suffix) and web.cuts > 0:
            web.cuts -= 1
            self.wfile.write(body[:keep])
            self.wfile.flush()
            self.connection.close()
            return
        try:
            while body:
                if web.slow and path.endswith(web.slow):
                    web.waiting.set()
                    if web.release.wait(60):
                        web.slow = None
                self.wfile.write(body[:65536])
                body = body[65536:]
        except OSError:
            pass


class Web:
    """A directory on a loopback port that the kernel picks."""

    def __init__(self, directory):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        self.asked = []
        self.gone = False
        self.ranges = True
        self.cut, self.cuts = (None, 0), 0
        self.slow = None
        self.waiting = threading.Event()
        self.release = threading.Event()
        self.plug_in(free_port())
        self.url = "http://127.0.0.1:%d" % self.port

    def plug_in(self, port=None):
        """Also where it was before it was unplugged."""
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port if port is None else port),
            functools.partial(Handler, directory=self.directory))
        self.server.daemon_threads = True
        self.server.web = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True,
                         kwargs={"poll_interval": 0.05}).start()

    def unplug(self):
        """Nobody listens any more: connections are refused."""
        self.server.shutdown()
        self.server.server_close()

    def stop(self):
        self.release.set()
        self.unplug()


class Share:
    """A replication share: the archives of a repository, in one directory."""

    def __init__(self, system):
        self.directory = os.path.join(system.directory, "share")
        os.makedirs(self.directory)
        for top, _, names in os.walk(system.repo):
            for name in names:
                if name.endswith((".deb", ".rpm")):
                    shutil.copy(os.path.join(top, name), self.directory)
        self.web = Web(self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def alter(self, name):
        """Another content of the same size."""
        with open(self.path(name), "r+b") as f:
            f.seek(-40, os.SEEK_END)
            f.write(b"\0" * 40)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.web.stop()


def copy_program(root, path, name=None):
    """A program and the libraries it is linked with."""
    place = root + (name or path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    if not os.path.exists(place):
        shutil.copy(path, place)
    for line in do("ldd", path, good=False).splitlines():
        words = [w for w in line.split() if w.startswith("/")]
        if words and not os.path.exists(root + words[0]):
            os.makedirs(os.path.dirname(root + words[0]), exist_ok=True)
            shutil.copy(words[0], root + words[0])


class Debian:
    """A root that dpkg manages, with a signed repository for it."""

    ARCH = None

    def __init__(self, directory, codename="stable"):
        need("dpkg-deb", "apt-get", "apt-ftparchive", "gpg", "ldd")
        self.directory = directory
        self.root = os.path.join(directory, "root")
        self.repo = os.path.join(directory, "repo")
        self.stage = os.path.join(directory, "stage")
        self.codename = codename
        if Debian.ARCH is None:
            Debian.ARCH = do("dpkg", "--print-architecture").strip()
        self.key = Key(directory)
        self.web = Web(self.repo)
        for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates",
                     "var/lib/dpkg/triggers", "var/lib/apt/lists/partial",
                     "var/cache/apt/archives/partial", "var/log/apt",
                     "etc/apt/apt.conf.d", "etc/apt/preferences.d",
                     "etc/apt/sources.list.d", "etc/apt/trusted.gpg.d",
                     "tmp", "run", "usr/bin", "bin"):
            os.makedirs(os.path.join(self.root, name))
        for name in ("status", "available"):
            write(self.path("var/lib/dpkg/" + name), "")
        write(self.path("etc/os-release"),
              'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12 (test)"\n')
        copy_program(self.root, "/bin/sh")
        for name in ("rm", "sleep", "touch", "cat"):
            copy_program(self.root, "/bin/" + name)
        self.suites = []
        self.suite(codename, "Debian")

    def stop(self):
        kill_all_of(self.root)
        self.web.stop()
        self.key.stop()
        # apt leaves keys lying when it is killed while it looks at one.
        for path in glob.glob("/tmp/apt-key.*.asc"):
            with contextlib.suppress(OSError), open(path) as file:
                if self.key.public.splitlines()[3] in file.read():
                    os.unlink(path)

    def path(self, name):
        return os.path.join(self.root, name)

    def suite(self, codename, label, key=None):
        os.makedirs(os.path.join(self.repo, "pool", codename), exist_ok=True)
        self.suites.append((codename, label))
        signed = "".join(" %s\n" % (line or ".")
                         for line in (key or self.key).public.splitlines())
        write(self.path("etc/apt/sources.list.d/%s.sources" % codename),
              "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n"
              "Signed-By:\n%s" % (self.web.url, codename, signed))

    def deb(self, name, version, codename=None, depends=None, files=None,
            scripts=None, conffiles=None, arch="all", extra="", where=None,
            random=0):
        """Makes a package in the pool of a suite; its file."""
        top = os.path.join(self.directory, "build", "%s_%s" % (
            name, version.replace(":", "_")))
        shutil.rmtree(top, ignore_errors=True)
        write(top + "/DEBIAN/control",
              "Package: %s\nVersion: %s\nArchitecture: %s\n"
              "Maintainer: Test <t@example.com>\nInstalled-Size: %d\n%s%s"
              "Description: for tests\n" % (
                  name, version, arch, 10 + random // 1024,
                  "Depends: %s\n" % depends if depends else "", extra))
        for path, text in (files or {}).items():
            write(top + path, text)
        if random:
            write(top + "/usr/share/%s/noise" % name, "")
            with open(top + "/usr/share/%s/noise" % name, "wb") as f:
                f.write(os.urandom(random))
        write(top + "/usr/share/%s/version" % name, version + "\n")
        if conffiles:
            write(top + "/DEBIAN/conffiles",
                  "".join(c + "\n" for c in conffiles))
        for script, text in (scripts or {}).items():
            write(top + "/DEBIAN/" + script, text, 0o755)
        place = where or os.path.join(self.repo, "pool",
                                      codename or self.codename)
        os.makedirs(place, exist_ok=True)
        out = os.path.join(place, "%s_%s_%s.deb" % (
            name, version.split(":")[-1], arch))
        do("dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "-b", top, out)
        return out

    def install(self, *debs):
        do("dpkg", "--root=" + self.root, "--force-depends", "-i", *debs)

    def publish(self, key=None, sign=True):
        for codename, label in self.suites:
            dists = os.path.join(self.repo, "dists", codename)
            packages = os.path.join(dists, "main", "binary-" + self.ARCH)
            os.makedirs(packages, exist_ok=True)
            text = do("apt-ftparchive", "packages", "pool/" + codename,
                      cwd=self.repo)
            write(packages + "/Packages", text)
            for old in ("InRelease", "Release"):
                if os.path.exists(os.path.join(dists, old)):
                    os.unlink(os.path.join(dists, old))
            text = do("apt-ftparchive",
                      "-o", "APT::FTPArchive::Release::Origin=Debian",
                      "-o", "APT::FTPArchive::Release::Label=" + label,
                      "-o", "APT::FTPArchive::Release::Suite=" + codename,
                      "-o", "APT::FTPArchive::Release::Codename=" + codename,
                      "-o", "APT::FTPArchive::Release::Architectures=all "
                      + self.ARCH,
                      "-o", "APT::FTPArchive::Release::Components=main",
                      "release", dists)
            if sign:
                text = (key or self.key).gpg("--clearsign",
                                             stdin=text.encode())
            write(os.path.join(dists, "InRelease" if sign else "Release"),
                  text)

    def version(self, name):
        """What dpkg has, with its state."""
        return do("dpkg-query", "--admindir=" + self.path("var/lib/dpkg"),
                  "-W", "-f=${Version} ${db:Status-Status}", name,
                  good=False).strip()


def children_of(root):
    """Processes that work on this root."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            line = open("/proc/%s/cmdline" % name, "rb").read()
            place = os.readlink("/proc/%s/root" % name)
            stat = open("/proc/%s/stat" % name, errors="replace").read()
        except OSError:
            continue
        if b"gpg-agent" in line or b"keyboxd" in line:
            continue  # looks at keys only, and ends by itself
        if (root.encode() in line or place == root) and \
                stat.rsplit(") ", 1)[1][0] not in "ZX":
            found.append(int(name))
    return found


def kill_all_of(root):
    """The manager before what it started, which it would take for failed;
    and nobody is left as a zombie: to dnf that still holds its lock."""
    pids = sorted(children_of(root), key=parents_of)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in pids:  # ours now, as adopt_orphans() says
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
    wait_for(lambda: not children_of(root), "all to be dead")


def parents_of(pid):
    """How many processes stand above it."""
    n = 0
    while pid > 1:
        try:
            stat = open("/proc/%d/stat" % pid, errors="replace").read()
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
        n += 1
    return n


def adopt_orphans():
    """They become children of this process, which awaits them: not every
    init of a container does."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def sha256(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


UPDATEINFO = """<?xml version="1.0" encoding="UTF-8"?>
<updates>%s</updates>
"""
UPDATE = """
<update from="security@example.com" status="final" type="%(type)s" version="1">
 <id>%(id)s</id><title>%(title)s</title>
 <issued date="2026-01-02 03:04:05"/><severity>%(severity)s</severity>
 <release>Test</release><description>Mends %(title)s.</description>
 <references>%(references)s</references>
 <pkglist><collection short="t"><name>t</name>%(packages)s</collection></pkglist>
</update>
"""


class Rpm:
    """A root of rpms, with a signed repository for dnf or zypper."""

    def __init__(self, directory, manager):
        need("rpmbuild", "rpmsign", "createrepo_c", "modifyrepo_c", "gpg",
             manager)
        self.directory = directory
        self.manager = manager
        self.root = os.path.join(directory, "root")
        self.repo = os.path.join(directory, "repo")
        self.stage = os.path.join(directory, "stage")
        self.key = Key(directory)
        self.web = Web(self.repo)
        self.advisories = []
        write(self.path("etc/os-release"),
              'ID=%s\nVERSION_ID="9"\nPRETTY_NAME="Test 9"\n'
              'PLATFORM_ID="platform:el9"\n' % (
                  "opensuse-leap" if manager == "zypper" else "rhel"))
        folder = "zypp/repos.d" if manager == "zypper" else "yum.repos.d"
        for name in ("var/lib/rpm", "tmp", "root", "usr/bin", "bin", "run",
                     "etc/" + folder):
            os.makedirs(self.path(name), exist_ok=True)
        copy_program(self.root, "/bin/sh")
        for name in ("rm", "sleep", "touch", "cat"):
            copy_program(self.root, "/bin/" + name)
        write(self.path("etc/pki/key.asc"), self.key.public)
        write(self.path("etc/%s/base.repo" % folder),
              "[base]\nname=Base\nenabled=1\nautorefresh=0\nbaseurl=%s\n"
              "gpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://%s\n"
              "skip_if_unavailable=0\n" % (
                  self.web.url, self.path("etc/pki/key.asc")))
        self.run("--import", self.path("etc/pki/key.asc"))

    def run(self, *words, good=True):
        """rpm on the root's database, where the distributions have it."""
        return do("rpm", "--root", self.root, "--dbpath", "/var/lib/rpm",
                  *words, env={"HOME": "/root"}, good=good)

    def trust(self):
        """What the administrator of a zypper machine answers once."""
        if self.manager == "zypper":
            do("zypper", "--root", self.root, "--non-interactive",
               "--gpg-auto-import-keys", "refresh", env={"HOME": "/root"})

    def stop(self):
        kill_all_of(self.root)
        self.web.stop()
        self.key.stop()

    def path(self, name):
        return os.path.join(self.root, name)

    def rpm(self, name, version, release="1", requires=None, scripts="",
            config=None, sign=True, key=None, random=0, where=None,
            provides=None):
        top = os.path.join(self.directory, "rpmbuild")
        spec = os.path.join(top, name + ".spec")
        os.makedirs(top, exist_ok=True)
        write(spec, """
Name: %s
Version: %s
Release: %s
Summary: for tests
License: none
BuildArch: noarch
Provides: /bin/sh
%s
%s
%%description
For tests.
%%install
mkdir -p %%{buildroot}/usr/share/%s %%{buildroot}/etc
echo %s > %%{buildroot}/usr/share/%s/version
%s
%s
%%files
/usr/share/%s
%s
%s
""" % (name, version, release, "Requires: " + requires if requires else "",
            "Provides: " + provides if provides else "",
            name, version, name,
            "echo '%s' > %%{buildroot}/etc/%s.conf" % (config, name)
            if config else "",
            "head -c %d /dev/urandom > %%{buildroot}/usr/share/%s/noise"
            % (random, name) if random else "", name,
            "%%config(noreplace) /etc/%s.conf" % name if config else "",
            scripts))
        do("rpmbuild", "-bb", "--define", "_topdir " + top, "--define",
           "_build_id_links none", "--define", "debug_package %{nil}", spec,
           env={"HOME": top})
        built = glob.glob(top + "/RPMS/noarch/%s-%s-%s.*" % (
            name, version, release))[0]
        if sign:
            do("rpmsign", "--define", "__gpg /usr/bin/gpg",
               "--define", "_gpg_name " + (key or self.key).name,
               "--define", "_gpg_path " + (key or self.key).home,
               "--addsign", built, env={"HOME": top})
        place = where or self.repo
        os.makedirs(place, exist_ok=True)
        out = os.path.join(place, os.path.basename(built))
        shutil.copy(built, out)
        return out

    def install(self, *files):
        self.run("--nodeps", "-i", *files)

    def advisory(self, ident, kind, severity, title, packages, cves=(),
                 reboot=False):
        """packages: (name, version, release)"""
        self.advisories.append(UPDATE % {
            "id": ident, "type": kind, "severity": severity, "title": title,
            "references": "".join(
                '<reference href="https://example.com/%s" id="%s" title="%s" '
                'type="cve"/>' % (c, c, c) for c in cves),
            "packages": "".join(
                '<package name="%s" version="%s" release="%s" epoch="0" '
                'arch="noarch" src="%s.src.rpm"><filename>%s-%s-%s.noarch.rpm'
                '</filename>%s</package>' % (
                    n, v, r, n, n, v, r,
                    "<reboot_suggested>True</reboot_suggested>"
                    if reboot else "") for n, v, r in packages)})

    def publish(self, key=None, sign=True):
        do("createrepo_c", "--quiet", self.repo)
        if self.advisories:
            path = os.path.join(self.directory, "updateinfo.xml")
            write(path, UPDATEINFO % "".join(self.advisories))
            do("modifyrepo_c", "--mdtype=updateinfo", path,
               self.repo + "/repodata")
        signature = self.repo + "/repodata/repomd.xml.asc"
        if os.path.exists(signature):
            os.unlink(signature)
        write(self.repo + "/repodata/repomd.xml.key", (key or self.key).public)
        if sign:
            (key or self.key).gpg("--armor", "--detach-sign",
                                  self.repo + "/repodata/repomd.xml")

    def version(self, name):
        return self.run("-q", name, "--qf", "%{version}-%{release}",
                        good=False).strip()
