#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rpm.py HOLDFAST - rpm's own answers are ours.

Builds packages with rpmbuild, installs them below a directory with rpm,
changes files there, and compares what Holdfast collects with `rpm -qa` and
`rpm -V`. Speaks TAP; skips where rpm or its builder is not installed.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

DEFINITIONS = 'http://oval.mitre.org/XMLSchema/oval-definitions-5'
COMMON = 'http://oval.mitre.org/XMLSchema/oval-common-5'
LINUX = '{http://oval.mitre.org/XMLSchema/oval-system-characteristics-5#linux}'

SPEC = '''\
Name: sample
Epoch: 4
Version: 1.2
Release: 3
Summary: For a test
License: none
BuildArch: noarch
Requires: sample-needed >= 4:2
%description
For a test.
%package needed
Summary: For a test
Version: {needed}
%description needed
For a test.
%install
mkdir -p %{{buildroot}}/usr/share/sample %{{buildroot}}/etc
cd %{{buildroot}}/usr/share/sample
for f in same size mode content time owner gone doc nocheck ghost caps; do
    echo $f >$f
done
ln -s same link
ln -s same relinked
echo c >%{{buildroot}}/etc/sample.conf
%files
%dir /usr/share/sample
/usr/share/sample/same
/usr/share/sample/size
/usr/share/sample/mode
/usr/share/sample/content
/usr/share/sample/time
/usr/share/sample/owner
/usr/share/sample/gone
/usr/share/sample/link
/usr/share/sample/relinked
%doc /usr/share/sample/doc
%verify(not md5 size mtime) /usr/share/sample/nocheck
%ghost /usr/share/sample/ghost
%caps(cap_net_raw=ep) /usr/share/sample/caps
%config(noreplace) /etc/sample.conf
%files needed
'''

# The letters of rpm -V, in its order, and the facts they stand for.
LETTERS = ('size', 'mode', 'filedigest', 'device', 'link', 'ownership',
           'group', 'mtime', 'capabilities')

CONTENT = f'''\
<oval_definitions xmlns="{DEFINITIONS}" xmlns:oval="{COMMON}"
  xmlns:linux="{DEFINITIONS}#linux"><generator>
<oval:schema_version>5.11.2</oval:schema_version>
<oval:timestamp>2026-01-01T00:00:00</oval:timestamp></generator><objects>
<linux:rpminfo_object id="oval:e2e:obj:1" version="1">
<linux:behaviors filepaths="true"/>
<linux:name operation="pattern match">.</linux:name></linux:rpminfo_object>
<linux:rpmverifyfile_object id="oval:e2e:obj:2" version="1">
<linux:name>sample</linux:name>
<linux:epoch operation="pattern match"/>
<linux:version operation="pattern match"/>
<linux:release operation="pattern match"/>
<linux:arch operation="pattern match"/>
<linux:filepath operation="pattern match">.</linux:filepath>
</linux:rpmverifyfile_object>
<linux:rpmverifypackage_object id="oval:e2e:obj:3" version="1">
<linux:behaviors nosignature="true"/>
<linux:name>sample</linux:name>
<linux:epoch operation="pattern match"/>
<linux:version operation="pattern match"/>
<linux:release operation="pattern match"/>
<linux:arch operation="pattern match"/>
</linux:rpmverifypackage_object>
</objects></oval_definitions>
'''


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, name, ours, theirs):
        self.count += 1
        good = ours == theirs
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.count} - {name}')
        if not good:
            print(f'# ours:   {ours}\n# theirs: {theirs}')


def run(*command):
    done = subprocess.run([str(word) for word in command], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True)
    return done.stdout


def build(work, needed):
    """The rpm files of one build, by package name."""
    top = work / f'build-{needed}'
    top.mkdir()
    spec = top / 'sample.spec'
    spec.write_text(SPEC.format(needed=needed))
    run('rpmbuild', '--quiet', '-bb', '--define', f'_topdir {top}', spec)
    return {p.name.rsplit('-', 2)[0]: p for p in top.glob('RPMS/*/*.rpm')}


def rpm(root, *arguments):
    return run('rpm', '--root', root, *arguments)


def install(root, *packages):
    rpm(root, '--nodeps', '--force', '-U', *packages)


def tamper(directory):
    def at(name):
        return directory / name
    at('size').write_text('longer than before\n')
    os.utime(at('size'), (1, 1))
    at('mode').chmod(0o600)
    stat = at('content').stat()
    at('content').write_text('CONTENT\n')
    os.utime(at('content'), (stat.st_atime, stat.st_mtime))
    os.utime(at('time'), (1, 1))
    os.chown(at('owner'), 12345, 12345)
    at('gone').unlink()
    at('relinked').unlink()
    at('relinked').symlink_to('mode')
    at('nocheck').write_text('not compared\n')


class Collected:
    def __init__(self, holdfast, work, root):
        content = work / 'content.xml'
        content.write_text(CONTENT)
        out = work / 'syschar.xml'
        run(holdfast, 'oval', 'collect', '--quiet', '--root', root,
            '--syschar', out, content)
        self.tree = xml.parse(out)

    def items(self, kind):
        for item in self.tree.iter(f'{LINUX}{kind}_item'):
            facts = {}
            for fact in item:
                name = fact.tag.removeprefix(LINUX)
                facts.setdefault(name, []).append(fact.text or '')
            yield facts


def ours_verified(collected):
    """As rpm -V: the failed letters by path, of files that failed."""
    found = {}
    for facts in collected.items('rpmverifyfile'):
        letters = ''
        for name, letter in zip(LETTERS, 'SM5DLUGTP'):
            fact = (facts.get(f'{name}_differs') or
                    facts.get(f'{name}_mismatch') or
                    facts.get(f'{name}_differ'))
            letters += letter if fact == ['fail'] else ''
        if letters:
            found[facts['filepath'][0]] = letters
    return found


def theirs_verified(root):
    found = {}
    for line in rpm(root, '-V', '--nodeps', 'sample').splitlines():
        flags, path = line.split()[0], line.split()[-1]
        found[path] = 'SM5DLUGTP' if flags == 'missing' else \
            flags.replace('.', '')
    return found


def check_packages(tap, collected, root):
    query = '%{name} %{epoch} %{version} %{release} %{arch}\\n'
    theirs = sorted(rpm(root, '-qa', '--qf', query).split('\n')[:-1])
    ours = sorted(' '.join(facts[n][0] for n in
                           ('name', 'epoch', 'version', 'release', 'arch'))
                  for facts in collected.items('rpminfo'))
    tap.check('the packages are those of rpm -qa', ours, theirs)
    paths = [facts['filepath'] for facts in collected.items('rpminfo')
             if facts['name'] == ['sample']]
    tap.check('the paths are those of rpm -ql', paths,
              [rpm(root, '-ql', 'sample').split()])


def check_package(tap, holdfast, work, root, passes):
    facts = list(Collected(holdfast, work, root).items('rpmverifypackage'))[0]
    tap.check(f'dependencies are {"" if passes else "not "}satisfied',
              facts['dependency_check_passed'],
              ['true' if passes else 'false'])
    tap.check('the digest of the header is right',
              facts['digest_check_passed'], ['true'])


def changes(directory):
    return {p: p.stat().st_mtime_ns for p in directory.rglob('*')}


def test(tap, holdfast, work):
    root = work / 'root'
    (root / 'etc').mkdir(parents=True)
    (root / 'etc/passwd').write_text('root:x:0:0::/root:/bin/sh\n')
    (root / 'etc/group').write_text('root:x:0:\n')
    old, new = build(work, 1), build(work, 2)
    install(root, *old.values())
    before = changes(root / 'root')
    collected = Collected(holdfast, work, root)
    tap.check('nothing in the database was touched', changes(root / 'root'),
              before)
    check_packages(tap, collected, root)
    tap.check('nothing differs after installation',
              ours_verified(collected), theirs_verified(root))
    check_package(tap, holdfast, work, root, False)
    tamper(root / 'usr/share/sample')
    ours = ours_verified(Collected(holdfast, work, root))
    tap.check('what differs is what rpm -V says', ours,
              theirs_verified(root))
    tap.check('every change was found', sorted(ours.values()),
              sorted(['S5T', 'M', '5', 'T', 'UG', 'SM5DLUGTP', 'L']))
    install(root, new['sample-needed'])
    check_package(tap, holdfast, work, root, True)


def main():
    if not shutil.which('rpmbuild') or not shutil.which('rpm'):
        print('1..0 # SKIP rpm and rpmbuild are not installed')
        return 0
    if os.geteuid() != 0:
        print('1..0 # SKIP installing below a directory needs root')
        return 0
    tap = Tap()
    with tempfile.TemporaryDirectory() as work:
        test(tap, os.path.abspath(sys.argv[1]), pathlib.Path(work))
    print(f'1..{tap.count}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())
