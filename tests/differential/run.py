#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py HOLDFAST DATA - the differential test, as TAP.

Evaluates every feed of feeds.tsv on its inventory and compares each
definition with the expected results in DATA/expected, which other evaluators
made. A difference fails unless differences.tsv lists it with the clause of
the standard that makes us right; a listed difference that is gone fails too,
so the list stays true. Where oscap is installed, one feed is also evaluated
by it here and now, on this machine. Without DATA all is skipped.
"""
import bz2
import fnmatch
import gzip
import os
import shutil
import subprocess
import sys
import tempfile

import rpm_recorded

HERE = os.path.dirname(os.path.abspath(__file__))
LIVE = 'debian12-live'


def read_table(name):
    rows, names = [], None
    with open(os.path.join(HERE, name), encoding='utf-8') as lines:
        for line in lines:
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            if names is None:
                names = line.split('\t')
            else:
                rows.append(dict(zip(names, line.split('\t'))))
    return rows


def read_results(text):
    return dict(line.split('\t')[:2] for line in text.splitlines() if line)


def make_root(data, feed, work):
    """A directory that holds the inventory as a machine would."""
    root = os.path.join(work, 'root')
    status = os.path.join(root, 'var/lib/dpkg/status')
    os.makedirs(os.path.dirname(status))
    shutil.copyfile(os.path.join(data, feed['inventory']), status)
    for entry in feed['system'].split(';'):
        name, _, text = entry.partition('=')
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text.replace('\\n', '\n') + '\n')
    return root


def plain_feed(path, work):
    if not path.endswith('.bz2'):
        return path
    plain = os.path.join(work, 'feed.xml')
    with bz2.open(path) as source, open(plain, 'wb') as out:
        shutil.copyfileobj(source, out)
    return plain


def evaluate(holdfast, data, feed, work):
    content = os.path.join(data, feed['feed'])
    if 'rpm-qa' in feed['inventory']:
        recorded = os.path.join(work, 'recorded.xml')
        packages, kernel = rpm_recorded.read_inventory(
            os.path.join(data, feed['inventory']))
        rpm_recorded.Characteristics(
            plain_feed(content, work), packages, kernel).write(recorded)
        command = ['oval', 'analyse', '--syschar', recorded]
    else:
        command = ['oval', 'eval', '--root', make_root(data, feed, work)]
    return subprocess.run([holdfast, *command, '--tsv', '-', content],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=300)


def compare(feed, ours, theirs, allowed):
    """The differences that nothing explains, and which rows explain some."""
    wrong, used = [], set()
    for name in sorted(set(ours) | set(theirs)):
        pair = ours.get(name, 'absent'), theirs.get(name, 'absent')
        if pair[0] == pair[1]:
            continue
        row = next((i for i, row in enumerate(allowed)
                    if fnmatch.fnmatchcase(feed, row['feed']) and
                    fnmatch.fnmatchcase(name, row['definition']) and
                    (row['ours'], row['theirs']) == pair), None)
        if row is None:
            wrong.append(f'{name}: ours {pair[0]}, theirs {pair[1]}')
        else:
            used.add(row)
    return wrong, used


def oscap_results(data, feed, work):
    """What the oscap of this machine says about this machine."""
    content = plain_feed(os.path.join(data, feed['feed']), work)
    run = subprocess.run(
        ['oscap', 'oval', 'eval', content], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=600)
    return read_results('\n'.join(
        line[len('Definition '):].replace(': ', '\t', 1)
        for line in run.stdout.splitlines()
        if line.startswith('Definition ')))


def note(lines, most=20):
    for line in lines[:most]:
        print('# ' + line)
    if len(lines) > most:
        print(f'# and {len(lines) - most} more')


class Differential:
    def __init__(self, holdfast, data):
        self.holdfast, self.data = holdfast, data
        self.allowed = read_table('differences.tsv')
        self.used, self.n, self.failed = set(), 0, 0

    def report(self, good, name, lines=()):
        self.n += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.n} - {name}', flush=True)
        if not good:
            note(list(lines))

    def run_feed(self, feed):
        name = feed['expected']
        with gzip.open(os.path.join(self.data, 'expected', name + '.tsv.gz'),
                       'rt', encoding='utf-8') as source:
            theirs = read_results(source.read())
        with tempfile.TemporaryDirectory(prefix='holdfast-') as work:
            run = evaluate(self.holdfast, self.data, feed, work)
            ours = read_results(run.stdout)
            wrong, used = compare(name, ours, theirs, self.allowed)
            self.used |= used
            self.report(run.returncode == 0 and not wrong,
                        f'{name}: {len(theirs)} definitions',
                        run.stderr.splitlines()[:5] + wrong)

    def run_oscap(self, feed):
        """oscap 1.3.7 cannot read dpkg below a root (it answers false), so
        the comparison is about this machine."""
        name = f'{feed["expected"]} on this machine: oscap agrees'
        if shutil.which('oscap') is None:
            self.n += 1
            print(f'ok {self.n} - {name} # SKIP oscap is not installed')
            return
        run = subprocess.run(
            [self.holdfast, 'oval', 'eval', '--tsv', '-',
             os.path.join(self.data, feed['feed'])],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=300)
        with tempfile.TemporaryDirectory(prefix='holdfast-') as work:
            theirs = oscap_results(self.data, feed, work)
        wrong, _ = compare('oscap', read_results(run.stdout), theirs,
                           self.allowed)
        self.report(theirs and not wrong, name,
                    run.stderr.splitlines()[:5] + wrong)

    def run(self):
        for feed in read_table('feeds.tsv'):
            self.run_feed(feed)
            if feed['expected'] == LIVE:
                self.run_oscap(feed)
        stale = [f'{row["feed"]} {row["definition"]}'
                 for i, row in enumerate(self.allowed) if i not in self.used]
        self.report(not stale, 'every listed difference is still there',
                    stale)
        print(f'1..{self.n}')
        return 1 if self.failed else 0


def main():
    holdfast, data = os.path.abspath(sys.argv[1]), sys.argv[2]
    if not os.path.isdir(os.path.join(data, 'expected')):
        print(f'1..0 # SKIP no expected results in {data}')
        return 0
    return Differential(holdfast, os.path.abspath(data)).run()


if __name__ == '__main__':
    sys.exit(main())
