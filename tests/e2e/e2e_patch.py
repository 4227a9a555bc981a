# SPDX-License-Identifier: Apache-2.0
"""holdfast patch scan, stage, install: real apt, dnf and zypper on roots of
our own, with all that can go wrong."""
import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time

import e2e
from e2e import PATIENCE, Skip, check, equal, main, run, test, wait_for
from patching import (ENV, Debian, Key, Rpm, Share, Web, adopt_orphans,
                      children_of, do, kill_all_of, write)


def patch(verb, system, *words, code=0, timeout=240, lock_wait=1):
    """What is printed as JSON, and standard error."""
    stage = ["--stage", system.stage] if verb in ("stage", "install") else []
    got, out, err = run("patch", verb, "--json", "--root", system.root,
                        "--lock-wait", str(lock_wait), *stage, *words,
                        timeout=timeout)
    check(got == code, "exit", got, "not", code, ":", out[-3000:], err)
    return (json.loads(out) if out else None), err


def change(outcome, name):
    found = [c for c in outcome["changes"] if c["name"] == name]
    equal(len(found), 1)
    return found[0]


def state(outcome, name):
    one = change(outcome, name)
    return one["state"], one["fault"]


class Small(Debian):
    """tool 1 -> 2, lib 1 -> 2 by a security suite; both installed at 1."""

    def __init__(self, directory, tool=None, publish=True, random=0):
        super().__init__(directory)
        self.suite("stable-security", "Debian-Security")
        self.old = [self.deb("tool", "1"),
                    self.deb("lib", "1", conffiles=["/etc/lib.conf"],
                             files={"/etc/lib.conf": "a=1\n"})]
        self.install(*self.old)
        self.deb("tool", "2", random=random, **(tool or {}))
        self.deb("lib", "2", "stable-security", conffiles=["/etc/lib.conf"],
                 files={"/etc/lib.conf": "a=2\n"})
        if publish:
            self.publish()


def small(function):
    """A test that is given a Small, which it may ask for with arguments."""
    def body(directory):
        made = []

        def make(**options):
            made.append(Small(directory, **options))
            return made[0]
        try:
            function(make)
        finally:
            for one in made:
                one.stop()
    body.__name__ = function.__name__
    return test(body)


@small
def apt_scan_tells_versions_origin_suite_size_and_security_P_LNX(make):
    s = make()
    found, _ = patch("scan", s, "--refresh")
    equal((found["manager"], found["packages"], found["stale"]),
          ("apt", 2, ""))
    lib, tool = found["updates"]
    equal((lib["name"], lib["installed"], lib["candidate"], lib["arch"]),
          ("lib", "1", "2", "all"))
    equal((lib["origin"], lib["suite"], lib["security"]),
          ("Debian-Security", "stable-security", True))
    equal((tool["origin"], tool["suite"], tool["security"]),
          ("Debian", "stable", False))
    check(tool["size"] == os.path.getsize(
        s.repo + "/pool/stable/tool_2_all.deb"), tool)
    check(tool["archive"] == s.web.url and tool["held"] == "", tool)


@small
def what_is_held_or_pinned_is_missing_and_says_so(make):
    s = make()
    do("dpkg", "--root=" + s.root, "--set-selections", stdin=b"tool hold\n")
    write(s.path("etc/apt/preferences.d/pin"),
          "Package: lib\nPin: version 1\nPin-Priority: 1001\n")
    found, _ = patch("scan", s, "--refresh")
    equal([(u["name"], u["candidate"], u["held"]) for u in found["updates"]],
          [("lib", "2", "pin"), ("tool", "2", "hold")])
    done, _ = patch("install", s, "tool=2")
    equal(state(done, "tool"), ("skipped", "held"))
    equal(s.version("tool"), "1 installed")


@small
def lists_that_were_never_fetched_or_are_old_are_said(make):
    s = make()
    found, _ = patch("scan", s)
    check("never fetched" in found["stale"], found)
    patch("scan", s, "--refresh")
    old = 1_000_000_000
    for name in ("partial", ""):
        os.utime(s.path("var/lib/apt/lists/" + name), (old, old))
    found, _ = patch("scan", s)
    check("days old" in found["stale"], found)


@small
def a_refresh_that_fails_is_an_error_and_never_nothing_missing(make):
    s = make()
    s.web.gone = True
    found, err = patch("scan", s, "--refresh", code=4)
    check(found is None and "refreshing the lists" in err, err)


@small
def lists_signed_by_another_key_or_not_at_all_are_refused_claim_17(make):
    s = make()
    patch("scan", s, "--refresh")
    s.deb("tool", "3")
    other = Key(s.directory, "other")
    try:
        s.publish(key=other)
        _, err = patch("scan", s, "--refresh", code=4)
        check("NO_PUBKEY" in err or "sign" in err, err)
        s.publish(sign=False)
        _, err = patch("scan", s, "--refresh", code=4)
        check("sign" in err, err)
        done, _ = patch("install", s, "tool=3", code=4)
        equal(state(done, "tool"), ("failed", "gone"))
    finally:
        other.stop()
    equal(s.version("tool"), "1 installed")


class Lax:
    """Another source of one's own, without a signature: tool 3, lib 3."""

    def __init__(self, s):
        self.directory = s.directory + "/lax"
        self.web = Web(self.directory)
        for name in ("tool", "lib"):
            s.deb(name, "3", where=self.directory)
        write(self.directory + "/Packages",
              do("apt-ftparchive", "packages", ".", cwd=self.directory))
        for name in (s.ARCH, "quoted"):  # the same below other names
            os.symlink(".", self.directory + "/" + name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.web.stop()


@small
def what_apt_is_told_to_believe_unsigned_is_not_installed_claim_17(make):
    s = make()
    with Lax(s) as lax:
        url = lax.web.url
        for name, text, shown, option in (
                ("a.list", "# mine\ndeb\t[ arch=%s trusted=yes ] %s/ ./\n"
                 % (s.ARCH, url), url, "trusted"),
                ("a.sources", "Types: deb\nURIs:\n %s\nSuites: ./\n"
                 "Trusted: true\n" % url, url, "trusted"),
                ("a.list", "deb [allow-insecure=yes] %s ./\n" % url, url,
                 "allow-insecure"),
                # what apt makes of quotes, %xx and variables
                ("a.list", "deb [trusted=yes] %s/$(ARCH) ./\n" % url, url,
                 "trusted"),
                ("a.list", 'deb [trusted="yes"] "%s/q"%%75oted ./\n' % url,
                 url + "/quoted", "trusted"),
                ("a.list", "deb [trus%%74ed=01] %s/quoted ./\n" % url,
                 url + "/quoted", "trusted"),
                ("a.sources", "Types: deb\nURIs: %s/$(ARCH)\nSuites: ./\n"
                 "Trusted:\n 1\n" % url, url, "trusted")):
            path = s.path("etc/apt/sources.list.d/" + name)
            write(path, text)
            found, _ = patch("scan", s, "--refresh")
            equal([(u["name"], u["candidate"], u["held"])
                   for u in found["updates"]],
                  [(n, "3", "its source is believed without a signature")
                   for n in ("lib", "tool")])
            check(any("%s is believed without a signature (%s=yes)" %
                      (shown, option) in w for w in found["warnings"]),
                  found)
            done, err = patch("install", s, "tool=3", "lib=2", code=4)
            equal((state(done, "tool"), state(done, "lib")),
                  (("failed", "signature"), ("installed", "")))
            check(option + "=yes" in change(done, "tool")["text"] or
                  "unauthenticated" in change(done, "tool")["text"], done)
            equal((s.version("tool"), s.version("lib")),
                  ("1 installed", "2 installed"))
            os.unlink(path)
            s.install(s.old[1])
        # what is signed elsewhere is installed from there
        write(s.path("etc/apt/sources.list.d/a.list"),
              "deb [trusted=yes] %s ./\n" % lax.web.url)
        patch("scan", s, "--refresh")
        done, _ = patch("install", s, "tool=2")
        equal((state(done, "tool"), s.version("tool")),
              (("installed", ""), "2 installed"))
        # a package that is only needed counts, too
        s.deb("lib", "4", "stable-security", depends="tool (>= 3)")
        s.publish()
        patch("scan", s, "--refresh")
        done, _ = patch("install", s, "lib=4", code=4)
        equal(state(done, "lib"), ("failed", "signature"))
        equal((s.version("tool"), s.version("lib")),
              ("2 installed", "1 installed"))


@small
def lists_that_were_fetched_unsigned_by_hand_install_nothing_claim_17(make):
    """Acquire::AllowInsecureRepositories in the administrator's hands."""
    s = make()
    s.publish(sign=False)
    config = s.directory + "/insecure.conf"
    write(config, 'Dir "%s/";\nDir::State::status "%s/var/lib/dpkg/status";\n'
          'Acquire::AllowInsecureRepositories "true";\n'
          'APT::Get::AllowUnauthenticated "true";\n' % (s.root, s.root))
    do("apt-get", "-q", "update", env={"APT_CONFIG": config})
    done, err = patch("install", s, "tool=2", code=4)
    equal(state(done, "tool"), ("failed", "signature"))
    equal(s.version("tool"), "1 installed")


@small
def an_archive_that_was_altered_is_never_installed_claim_17(make):
    s = make()
    patch("scan", s, "--refresh")
    path = s.repo + "/pool/stable/tool_2_all.deb"
    size = os.path.getsize(path)
    write(s.directory + "/evil", "evil")
    s.deb("tool", "2", files={"/usr/share/tool/evil": "x" * 64})
    with open(path, "ab") as f:
        f.truncate(size)
    done, err = patch("install", s, "tool", code=4)
    equal(change(done, "tool")["state"], "failed")
    check(change(done, "tool")["fault"] in ("corrupt", "network"), done)
    equal(s.version("tool"), "1 installed")


@small
def a_staged_archive_that_was_altered_is_not_installed_claim_17(make):
    s = make()
    patch("stage", s, "tool", "--refresh")
    path = s.stage + "/tool_2_all.deb"
    size = os.path.getsize(path)
    with open(path, "r+b") as f:
        f.seek(size - 40)
        f.write(b"\0" * 40)
    done, _ = patch("install", s, "tool", "--offline", code=4)
    equal(state(done, "tool"), ("failed", "corrupt"))
    equal(s.version("tool"), "1 installed")
    done, _ = patch("install", s, "tool")
    equal(state(done, "tool"), ("installed", ""))


@small
def staged_updates_are_installed_with_the_repository_gone_P_STG(make):
    s = make(tool={"depends": "helper"}, publish=False)
    s.deb("helper", "1:5~rc1-2")
    s.publish()
    write(s.path("etc/lib.conf"), "a=mine\n")
    done, _ = patch("stage", s, "--all", "--refresh")
    equal((state(done, "tool"), state(done, "lib")),
          (("staged", ""), ("staged", "")))
    equal(s.version("tool"), "1 installed")
    s.web.gone = True
    done, _ = patch("install", s, "--all", "--offline")
    equal(state(done, "lib"), ("installed", ""))
    helper = change(done, "helper")
    equal((helper["asked"], helper["before"], helper["after"],
           helper["state"]), (False, "", "1:5~rc1-2", "installed"))
    equal(done["kept"], ["/etc/lib.conf"])
    equal(open(s.path("etc/lib.conf")).read(), "a=mine\n")
    equal(open(s.path("etc/lib.conf.dpkg-dist")).read(), "a=2\n")
    again, _ = patch("install", s, "lib=2", "--offline")
    equal(state(again, "lib"), ("installed", ""))


@small
def only_the_version_that_was_chosen_is_installed(make):
    s = make(publish=False)
    s.deb("tool", "3")
    s.publish()
    patch("scan", s, "--refresh")
    done, _ = patch("install", s, "tool=2")
    equal((state(done, "tool"), s.version("tool"), s.version("lib")),
          (("installed", ""), "2 installed", "1 installed"))
    done, _ = patch("install", s, "tool=1")
    equal(state(done, "tool"), ("skipped", ""))


@small
def a_broken_script_is_told_and_the_next_run_recovers_first(make):
    s = make(tool={"scripts": {
        "postinst": "#!/bin/sh\n[ -e /fixed ] || exit 7\n"}})
    patch("scan", s, "--refresh")
    done, err = patch("install", s, "--all", code=4)
    equal(state(done, "tool"), ("failed", "script"))
    check("half-configured" in change(done, "tool")["text"], done["changes"])
    equal(state(done, "lib"), ("installed", ""))
    found, _ = patch("scan", s)
    check("tool (half-configured)" in found["interrupted"], found)
    write(s.path("fixed"), "")
    done, _ = patch("install", s, "tool=2")
    check("half-configured" in done["recovered"] and
          "dpkg --configure -a finished it" in done["recovered"], done)
    equal((state(done, "tool"), s.version("tool")),
          (("installed", ""), "2 installed"))


@small
def one_that_cannot_be_had_does_not_keep_the_others(make):
    s = make(tool={"depends": "nowhere"})
    patch("scan", s, "--refresh")
    done, _ = patch("install", s, "tool=2", "lib=2", code=4)
    equal((state(done, "tool"), state(done, "lib")),
          (("failed", "dependency"), ("installed", "")))


@small
def a_package_is_never_removed_for_an_update(make):
    s = make(tool={"extra": "Conflicts: lib\n"})
    patch("scan", s, "--refresh")
    done, _ = patch("install", s, "tool=2", code=4)
    equal(state(done, "tool"), ("failed", "dependency"))
    equal(s.version("lib"), "1 installed")


@small
def a_lock_of_another_process_is_waited_for_and_then_told(make):
    s = make()
    patch("stage", s, "tool", "--refresh")
    lock = open(s.path("var/lib/dpkg/lock-frontend"), "w")
    fcntl.lockf(lock, fcntl.LOCK_EX)
    done, err = patch("install", s, "tool", "--offline", code=4)
    equal(state(done, "tool"), ("failed", "locked"))
    process = subprocess.Popen(
        [e2e.HOLDFAST, "patch", "install", "tool", "--offline", "--json",
         "--root", s.root, "--stage", s.stage, "--lock-wait", "120"],
        env=ENV, stdout=subprocess.PIPE)
    log = os.path.join(s.stage, "log")
    wait_for(lambda: os.path.exists(log) and "lock" in open(log).read(),
             "the lock to be noticed")
    lock.close()
    out = process.communicate(timeout=120)[0]
    equal(state(json.loads(out), "tool"), ("installed", ""))


@small
def a_download_that_breaks_goes_on_where_it_ended(make):
    s = make(random=3_000_000)
    patch("scan", s, "--refresh")
    s.web.cut, s.web.cuts = ("tool_2_all.deb", 300_000), 99
    done, _ = patch("stage", s, "tool", code=4)
    equal(state(done, "tool"), ("failed", "network"))
    s.web.cuts = 0
    s.web.asked.clear()
    done, _ = patch("stage", s, "tool")
    equal(state(done, "tool"), ("staged", ""))
    ranges = [r for p, r in s.web.asked if p.endswith("tool_2_all.deb")]
    check(ranges and ranges[0] is not None, s.web.asked)


@small
def a_full_disk_is_noticed_before_anything_is_begun(make):
    s = make(random=3_000_000)
    patch("scan", s, "--refresh")
    os.makedirs(s.stage)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none",
                       s.stage]).returncode:
        raise Skip("nothing can be mounted here")
    try:
        done, err = patch("stage", s, "tool", code=4)
        equal(state(done, "tool"), ("failed", "disk-full"))
        check("nothing was begun" in err, err)
    finally:
        do("umount", s.stage)
    equal(s.version("tool"), "1 installed")


@small
def a_kill_in_the_middle_lets_apt_end_and_is_recovered_from(make):
    """The one who asked dies: apt goes on. Then apt and dpkg die, too."""
    s = make(tool={"scripts": {
        "postinst": "#!/bin/sh\ntouch /begun\n"
                    "while [ ! -e /go ]; do sleep 0.1; done\n"}})
    patch("scan", s, "--refresh")
    command = [e2e.HOLDFAST, "patch", "install", "tool", "--root", s.root,
               "--stage", s.stage]
    begun = s.path("begun")
    process = subprocess.Popen(command, env=ENV, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for(lambda: os.path.exists(begun), "the script")
    process.kill()
    process.wait()
    write(s.path("go"), "")
    wait_for(lambda: s.version("tool") == "2 installed" and
             not children_of(s.root), "apt to go on")

    os.unlink(s.path("go"))
    os.unlink(begun)
    s.deb("lib", "3", "stable-security", scripts={
        "postinst": "#!/bin/sh\ntouch /begun\n"
                    "while [ ! -e /go ]; do sleep 0.1; done\n"})
    s.publish()
    patch("scan", s, "--refresh")
    process = subprocess.Popen(command[:3] + ["lib"] + command[4:], env=ENV,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for(lambda: os.path.exists(begun), "the script")
    process.kill()
    process.wait()
    kill_all_of(s.root)
    found, _ = patch("scan", s)
    check("lib (half-configured)" in found["interrupted"], found)
    write(s.path("go"), "")
    done, _ = patch("install", s, "lib=3")
    check("lib was half-configured" in done["recovered"], done)
    equal(s.version("lib"), "3 installed")


def archives(web):
    """Names of the archives that were asked for."""
    return sorted({os.path.basename(path) for path, _ in web.asked
                   if path.endswith((".deb", ".rpm"))})


@small
def a_share_gives_the_archives_and_the_repository_is_not_asked_K_DEP_2(make):
    s = make(tool={"depends": "helper"}, publish=False)
    s.deb("helper", "1:5~rc1-2")
    s.publish()
    patch("scan", s, "--refresh")
    with Share(s) as share:
        os.rename(share.path("helper_5~rc1-2_all.deb"),
                  share.path("helper_1%3a5~rc1-2_all.deb"))
        done, _ = patch("stage", s, "--all", "--source", share.web.url + "/")
        equal(sorted(done["from_source"]),
              ["helper_1%3a5~rc1-2_all.deb", "lib_2_all.deb",
               "tool_2_all.deb"])
        equal((done["not_from_source"], archives(s.web)), ([], []))
        equal((state(done, "tool"), state(done, "lib")),
              (("staged", ""), ("staged", "")))
    s.web.gone = True
    done, _ = patch("install", s, "--all", "--offline")
    equal((s.version("tool"), s.version("helper")),
          ("2 installed", "1:5~rc1-2 installed"))
    check(not os.path.exists(s.stage + "/share"))


@small
def what_a_share_has_otherwise_comes_from_the_repository_claim_17(make):
    s = make(publish=False)
    for name in ("short", "absent", "long"):
        s.old.append(s.deb(name, "1"))
    s.install(*s.old[2:])
    for name in ("short", "absent", "long"):
        s.deb(name, "2", random=20000)
    s.publish()
    patch("scan", s, "--refresh")
    with Share(s) as share:
        share.alter("tool_2_all.deb")
        os.truncate(share.path("short_2_all.deb"), 9000)
        os.unlink(share.path("absent_2_all.deb"))
        with open(share.path("long_2_all.deb"), "ab") as f:
            f.write(b"more")
        done, _ = patch("install", s, "--all", "--source", share.web.url)
    equal(done["from_source"], ["lib_2_all.deb"])
    why = dict(line.split(": ", 1) for line in done["not_from_source"])
    check("not what the repository's lists" in why["tool_2_all.deb"], why)
    check("not what the repository's lists" in why["short_2_all.deb"], why)
    check("404" in why["absent_2_all.deb"], why)
    check("larger than" in why["long_2_all.deb"], why)
    equal(archives(s.web), ["absent_2_all.deb", "long_2_all.deb",
                            "short_2_all.deb", "tool_2_all.deb"])
    for name in ("tool", "short", "absent", "long", "lib"):
        equal(s.version(name), "2 installed")


@small
def a_share_that_breaks_is_gone_on_with_and_one_that_is_gone_left_out(make):
    s = make(random=3_000_000)
    patch("scan", s, "--refresh")
    with Share(s) as share:
        share.web.cut, share.web.cuts = ("tool_2_all.deb", 300_000), 2
        done, _ = patch("stage", s, "tool", "--source", share.web.url)
        equal((done["from_source"], archives(s.web)),
              (["tool_2_all.deb"], []))
        ranges = [r for _, r in share.web.asked]
        equal((len(ranges), ranges[0], ranges[1]),
              (3, None, "bytes=300000-"))
        gone = share.web.url
    done, _ = patch("stage", s, "lib", "--source", gone)
    equal((done["from_source"], state(done, "lib"), archives(s.web)),
          ([], ("staged", ""), ["lib_2_all.deb"]))
    check("lib_2_all.deb: " in done["not_from_source"][0], done)


@small
def a_share_is_asked_no_faster_than_the_limit_P_STG(make):
    s = make(random=1_000_000)
    patch("scan", s, "--refresh")
    with Share(s) as share:
        begun = time.monotonic()
        done, _ = patch("stage", s, "tool", "--source", share.web.url,
                        "--bandwidth", "300")
        took = time.monotonic() - begun
        equal(done["from_source"], ["tool_2_all.deb"])
        check(took > 1.5, took)


@test
def a_root_without_packages_is_refused(directory):
    code, _, err = run("patch", "scan", "--root", directory)
    equal(code, 3)
    check("no packages of apt, dnf or zypper" in err, err)


@test
def a_restart_is_needed_when_the_flag_says_so_P_RBT_8(directory):
    s = Small(directory, publish=False)
    try:
        equal(patch("reboot-needed", s)[0]["needed"], False)
        write(s.path("run/reboot-required"), "*** System restart required ***")
        write(s.path("run/reboot-required.pkgs"), "linux-image\nlibc6\nlibc6\n")
        found, _ = patch("reboot-needed", s, "--exit-code", code=1)
        equal((found["needed"], found["packages"],
               [r["source"] for r in found["reasons"]]),
              (True, ["linux-image", "libc6"], ["flag"]))
    finally:
        s.stop()


# --- rpm -------------------------------------------------------------------

def rpms(manager):
    def wrap(function):
        def body(directory):
            s = Rpm(directory, manager)
            try:
                s.install(s.rpm("tool", "1.0"),
                          s.rpm("lib", "1.0", config="a=1"))
                function(s)
            finally:
                s.stop()
        body.__name__ = manager + "_" + function.__name__
        return test(body)
    return wrap


def both(function):
    rpms("dnf")(function)
    rpms("zypper")(function)


def fill(s):
    s.rpm("tool", "1.1", requires="helper")
    s.rpm("helper", "2.0")
    s.rpm("lib", "1.1", config="a=2")
    s.advisory("TSA-2026:1", "security", "Important", "lib overflow",
               [("lib", "1.1", "1")], ["CVE-2026-1", "CVE-2026-2"], True)
    s.advisory("TSA-2026:9", "security", "Critical", "of another",
               [("other", "9", "1"), ("lib", "1.2", "1")])
    s.publish()
    s.trust()


@both
def finds_stages_and_installs_with_advisories_P_LNX_P_STG(s):
    fill(s)
    found, _ = patch("scan", s, "--refresh")
    equal([(u["name"], u["installed"], u["candidate"], u["security"],
            u["advisories"], u["reboot_suggested"])
           for u in found["updates"]],
          [("lib", "1.0-1", "1.1-1", True, ["TSA-2026:1"], True),
           ("tool", "1.0-1", "1.1-1", False, [], False)])
    equal([(a["id"], a["severity"], a["type"], a["cves"], a["issued"])
           for a in found["advisories"]],
          [("TSA-2026:1", "important", "security",
            ["CVE-2026-1", "CVE-2026-2"], "2026-01-02T03:04:05Z")])
    write(s.path("etc/lib.conf"), "a=mine\n")
    done, _ = patch("stage", s, "--all")
    equal((state(done, "lib"), s.version("lib")), (("staged", ""), "1.0-1"))
    s.web.gone = True
    done, _ = patch("install", s, "--all", "--offline")
    equal([(c["name"], c["before"], c["after"], c["state"], c["asked"])
           for c in done["changes"]],
          [("helper", "", "2.0-1", "installed", False),
           ("lib", "1.0-1", "1.1-1", "installed", True),
           ("tool", "1.0-1", "1.1-1", "installed", True)])
    equal(done["kept"], ["/etc/lib.conf"])
    equal(open(s.path("etc/lib.conf")).read(), "a=mine\n")


@both
def takes_from_a_share_what_it_has_as_the_lists_name_it_K_DEP_2(s):
    fill(s)
    patch("scan", s, "--refresh")
    s.web.asked.clear()
    with Share(s) as share:
        share.alter("lib-1.1-1.noarch.rpm")
        done, _ = patch("stage", s, "--all", "--source", share.web.url)
        equal(sorted(done["from_source"]),
              ["helper-2.0-1.noarch.rpm", "tool-1.1-1.noarch.rpm"])
        check("lib-1.1-1.noarch.rpm: what the share has is not" in
              done["not_from_source"][0], done)
        equal(archives(s.web), ["lib-1.1-1.noarch.rpm"])
    s.web.gone = True
    done, _ = patch("install", s, "--all", "--offline")
    equal((s.version("lib"), s.version("tool"), s.version("helper")),
          ("1.1-1", "1.1-1", "2.0-1"))


@both
def refuses_an_unsigned_package_also_when_the_file_says_not_to_claim_17(s):
    s.publish()
    s.trust()
    s.rpm("tool", "1.1", sign=False)
    s.publish(sign=s.manager == "dnf")
    folder = "zypp/repos.d" if s.manager == "zypper" else "yum.repos.d"
    path = s.path("etc/%s/base.repo" % folder)
    text = open(path).read()
    write(path, text.replace("repo_gpgcheck=1", "repo_gpgcheck=%d"
                             % (s.manager == "dnf"))
          .replace("\ngpgcheck=1", "\ngpgcheck=0"))
    if s.manager == "dnf":
        write(s.path("etc/dnf/dnf.conf"),
              "[main]\ngpgcheck=0\nlocalpkg_gpgcheck=0\ntsflags=nocrypto\n")
    patch("scan", s, "--refresh")
    done, err = patch("install", s, "tool", code=4)
    equal(state(done, "tool"), ("failed", "signature"))
    check("not signed" in change(done, "tool")["text"] or
          "checks of signatures are turned off for the repository 'base'" in
          change(done, "tool")["text"], done)
    equal(s.version("tool"), "1.0-1")


@both
def refuses_lists_signed_by_another_claim_17(s):
    fill(s)
    patch("scan", s, "--refresh")
    other = Key(s.directory, "other")
    try:
        s.rpm("tool", "1.2")
        s.publish(key=other)
        found, err = patch("scan", s, "--refresh", code=4)
        check(found is None and "refreshing" in err, err)
    finally:
        other.stop()


@both
def shows_what_is_held_and_leaves_it(s):
    fill(s)
    if s.manager == "dnf":
        write(s.path("etc/dnf/dnf.conf"), "[main]\nexcludepkgs=lib\n")
    else:
        do("zypper", "--root", s.root, "--non-interactive", "addlock", "lib",
           env={"HOME": "/root"})
    found, _ = patch("scan", s, "--refresh")
    equal([(u["name"], u["held"] != "") for u in found["updates"]],
          [("lib", True), ("tool", False)])
    done, _ = patch("install", s, "--all")
    equal((state(done, "tool"), s.version("tool"), s.version("lib")),
          (("installed", ""), "1.1-1", "1.0-1"))


@both
def refuses_a_staged_archive_that_was_altered_claim_17(s):
    fill(s)
    patch("scan", s, "--refresh")
    patch("stage", s, "lib")
    for top, _, names in os.walk(s.stage):
        for name in names:
            if name.startswith("lib-"):
                with open(os.path.join(top, name), "r+b") as f:
                    f.seek(-40, os.SEEK_END)
                    f.write(b"\0" * 40)
    s.web.unplug()
    done, _ = patch("install", s, "lib=1.1-1", "--offline", code=4)
    equal((change(done, "lib")["state"], s.version("lib")),
          ("failed", "1.0-1"))


@both
def fails_when_the_network_is_lost_and_fetches_it_when_it_is_back(s):
    fill(s)
    s.rpm("lib", "1.2", random=400_000)
    s.publish()
    patch("scan", s, "--refresh")
    if s.manager == "dnf":
        s.web.cut, s.web.cuts = ("lib-1.2-1.noarch.rpm", 100_000), 99
    else:  # it waits half a minute before it asks again after a cut
        s.web.unplug()
    done, _ = patch("stage", s, "lib=1.2-1", code=4)
    equal(state(done, "lib"), ("failed", "network"))
    if s.manager == "dnf":
        s.web.cuts = 0
    else:
        s.web.plug_in()
    done, _ = patch("install", s, "lib=1.2-1")
    equal((state(done, "lib"), s.version("lib")),
          (("installed", ""), "1.2-1"))


@both
def tells_that_another_process_holds_the_lock(s):
    fill(s)
    patch("scan", s, "--refresh")
    patch("stage", s, "lib")
    lock = open(s.path("var/lib/rpm/.rpm.lock"), "w")
    fcntl.lockf(lock, fcntl.LOCK_EX)
    try:
        done, _ = patch("install", s, "lib=1.1-1", "--offline", code=4)
        equal(state(done, "lib"), ("failed", "locked"))
        check("transaction lock" in change(done, "lib")["text"], done)
    finally:
        lock.close()
    done, _ = patch("install", s, "lib=1.1-1", "--offline")
    equal((state(done, "lib"), s.version("lib")),
          (("installed", ""), "1.1-1"))


@rpms("dnf")
def waits_for_another_dnf_and_then_tells(s):
    """dnf's own locks are files with the number of a process."""
    fill(s)
    patch("scan", s, "--refresh")
    patch("stage", s, "lib")
    other = subprocess.Popen(["sleep", "1000"])
    try:
        for name in ("var/cache/dnf/metadata_lock.pid",
                     "var/lib/dnf/rpmdb_lock.pid"):
            write(s.path(name), str(other.pid))
        done, err = patch("install", s, "lib=1.1-1", "--offline", code=4)
        check(done is None and "already locked by" in err, err, done)
        equal(s.version("lib"), "1.0-1")
    finally:
        other.kill()
        other.wait()
    done, _ = patch("install", s, "lib=1.1-1", "--offline")
    equal((state(done, "lib"), s.version("lib")),
          (("installed", ""), "1.1-1"))


@rpms("dnf")
def what_was_broken_off_waits_for_the_lock_before_it_is_mended(s):
    fill(s)
    patch("scan", s, "--refresh")
    s.run("-i", "--nodeps", "--force", "--justdb",
          s.repo + "/lib-1.1-1.noarch.rpm")
    other = subprocess.Popen(["sleep", "1000"])
    try:
        write(s.path("var/lib/dnf/rpmdb_lock.pid"), str(other.pid))
        write(s.path("var/cache/dnf/metadata_lock.pid"), str(other.pid))
        done, err = patch("install", s, "lib=1.1-1", code=4)
        check(done is None and "already locked by" in err, err, done)
    finally:
        other.kill()
        other.wait()
    done, _ = patch("install", s, "lib=1.1-1")
    check("dnf remove --duplicates mended it" in done["recovered"], done)
    equal(s.version("lib"), "1.1-1")


@rpms("zypper")
def waits_for_another_zypper_and_then_tells(s):
    """A shell of zypper holds the lock of zypper itself."""
    fill(s)
    patch("scan", s, "--refresh")
    patch("stage", s, "lib")
    other = subprocess.Popen(
        ["zypper", "--root", s.root, "shell"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**ENV, "HOME": "/root", "ZYPP_LOCKFILE_ROOT": s.root})
    pid = s.path("run/zypp.pid")
    try:
        wait_for(lambda: os.path.exists(pid) and open(pid).read().strip(),
                 "the shell to have its lock")
        for verb, *words in (("scan",), ("install", "lib=1.1-1")):
            done, err = patch(verb, s, *words, code=4)
            check(done is None and "System management is locked" in err, err)
        process = subprocess.Popen(
            [e2e.HOLDFAST, "patch", "install", "lib=1.1-1", "--offline",
             "--json", "--root", s.root, "--stage", s.stage, "--lock-wait",
             "120"], env=ENV, stdout=subprocess.PIPE)
    finally:
        other.communicate(b"quit\n", timeout=PATIENCE)
    out = process.communicate(timeout=200)[0]
    equal(state(json.loads(out), "lib"), ("installed", ""))


@contextlib.contextmanager
def small_disk(path, size):
    os.makedirs(path, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%s" % size, "none",
                       path]).returncode:
        raise Skip("nothing can be mounted here")
    try:
        yield
    finally:
        do("umount", path)


@both
def a_full_disk_is_named_and_all_stays_as_it_was(s):
    """Where archives are kept, and where files are put."""
    s.rpm("lib", "1.2", random=3_000_000)
    s.publish()
    s.trust()
    patch("scan", s, "--refresh")
    with small_disk(s.stage, "1m"):
        done, _ = patch("stage", s, "lib=1.2-1", code=4)
        equal(state(done, "lib"), ("failed", "disk-full"))
    patch("stage", s, "lib=1.2-1")
    with small_disk(s.path("usr/share/lib"), "1m"):
        done, _ = patch("install", s, "lib=1.2-1", "--offline", code=4)
        equal((state(done, "lib"), s.version("lib")),
              (("failed", "disk-full"), "1.0-1"))
    done, _ = patch("install", s, "lib=1.2-1", "--offline")
    equal((state(done, "lib"), s.version("lib")),
          (("installed", ""), "1.2-1"))


@both
def a_kill_in_the_middle_is_told_and_recovered_from(s):
    """The one who asked dies: the manager goes on. Then it dies, too."""
    adopt_orphans()
    waits = "%post\ntouch /begun\nwhile [ ! -e /go ]; do sleep 0.1; done\n"
    s.rpm("lib", "1.1", scripts=waits)
    s.publish()
    s.trust()
    patch("scan", s, "--refresh")
    begun = s.path("begun")

    def cut(version):
        process = subprocess.Popen(
            [e2e.HOLDFAST, "patch", "install", "lib=" + version, "--root",
             s.root, "--stage", s.stage], env=ENV, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(begun), "the script")
        process.kill()
        process.wait()
    cut("1.1-1")
    write(s.path("go"), "")
    wait_for(lambda: not children_of(s.root), "the manager to go on")
    equal(s.version("lib"), "1.1-1")

    os.unlink(s.path("go"))
    os.unlink(begun)
    s.rpm("lib", "1.2", scripts=waits)
    s.publish()
    patch("scan", s, "--refresh")
    cut("1.2-1")
    kill_all_of(s.root)
    write(s.path("go"), "")
    found, _ = patch("scan", s)
    check("lib" in found["interrupted"], found)
    done, _ = patch("install", s, "lib=1.2-1")
    equal(s.version("lib"), "1.2-1")
    check("lib" in done["recovered"], done)
    found, _ = patch("scan", s)
    equal((found["interrupted"], found["updates"]), ("", []))


@rpms("zypper")
def mends_nothing_from_where_signatures_are_not_checked_claim_17(s):
    fill(s)
    patch("scan", s, "--refresh")
    s.run("-i", "--nodeps", "--force", "--justdb",
          s.repo + "/lib-1.1-1.noarch.rpm")
    path = s.path("etc/zypp/repos.d/base.repo")
    checked = open(path).read()
    write(path, checked.replace("\ngpgcheck=1", "\ngpgcheck=0"))
    done, _ = patch("install", s, "tool", code=4)
    check("could not mend it: checks of signatures" in done["recovered"],
          done)
    write(path, checked)
    done, _ = patch("install", s, "tool")
    check("zypper install --force mended it" in done["recovered"], done)
    equal((s.version("lib"), open(s.path("usr/share/lib/version")).read()),
          ("1.1-1", "1.1\n"))


@both
def what_may_be_there_twice_is_not_taken_for_broken_off(s):
    """Modules of kernels, by what they provide; headers only by name."""
    def twice(name, provides):
        s.run("-i", "--force", "--nodeps", "--justdb",
              *[s.rpm(name, v, provides=provides) for v in ("1.0", "1.1")])
    twice("drm-kmp-default", "multiversion(kernel)")
    twice("box", "installonlypkg(vm)")
    s.publish()
    s.trust()
    found, _ = patch("scan", s, "--refresh")
    equal((found["interrupted"], found["packages"]), ("", 6))
    twice("kernel-headers", None)
    found, _ = patch("scan", s)
    check("kernel-headers (installed in two versions)" in found["interrupted"]
          and "drm" not in found["interrupted"], found)


@both
def tells_a_failing_refresh_as_an_error(s):
    fill(s)
    s.web.gone = True
    found, err = patch("scan", s, "--refresh", code=4)
    check(found is None and "refreshing" in err, err)


@both
def tells_a_broken_script(s):
    s.rpm("tool", "1.1", scripts="%pre\nexit 3\n")
    s.rpm("lib", "1.1", config="a=2")
    s.publish()
    s.trust()
    patch("scan", s, "--refresh")
    done, _ = patch("install", s, "--all", code=4)
    equal(state(done, "tool"), ("failed", "script"))
    equal(s.version("tool"), "1.0-1")


@both
def says_which_versions_are_not_offered(s):
    fill(s)
    patch("scan", s, "--refresh")
    done, _ = patch("install", s, "tool=1.1-1", "lib=7-7", code=4)
    equal((state(done, "tool"), state(done, "lib")),
          (("installed", ""), ("failed", "gone")))


if __name__ == "__main__":
    sys.exit(main())
